"""Does a document say what was attested: every answer, and that each figure is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from xstock_client.amounts import Shares
from xstock_client.custody import (
    CustodianProfile,
    DocumentStatus,
    check_document,
    find_documents,
    read_statement,
    safekeeping_account_hash,
)
from xstock_client.errors import BadInput, UsageError
from xstock_client.message import Attestation, ChainSupply

ONE = 10**8
APPLE, NVIDIA, OTHER = "US0378331005", "US67066G1040", "US02079K3059"
AS_OF = 1_774_980_000  # 2026-03-31T18:00:00Z
PENDING_BY = 1_775_088_000  # 2026-04-02


@dataclass(frozen=True)
class Slot:
    """A custodian slot as the chain stores it."""

    as_of: int
    report_hash: bytes
    settled: int
    in_transit: int
    in_transit_by: int
    custodian_id: bytes = b"529900ALPINE00000043"
    account_hash: bytes = safekeeping_account_hash("SAFE-1")


def attestation(data: bytes, **changes: Any) -> Attestation:
    fields: dict[str, Any] = {
        "slot": 0,
        "epoch": 1,
        "domain": bytes(32),
        "sequence": 1,
        "as_of": AS_OF,
        "settled": Shares(6_000 * ONE),
        "in_transit": Shares(250 * ONE),
        "in_transit_by": PENDING_BY,
        "report_hash": sha256(data).digest(),
    }
    return Attestation(**(fields | changes))


@pytest.fixture
def path(write: Callable[..., Path], table: str) -> Path:
    return write(table, "statement.csv")


def test_an_honest_document_matches(path: Path, profile: CustodianProfile) -> None:
    said = attestation(path.read_bytes())
    check = check_document(said, path, profile=profile, isin=APPLE)
    assert (check.status, check.matches, check.recomputed) == (DocumentStatus.MATCHES, True, True)
    assert check.statement is not None and check.statement.statement_id == "ST-2"
    assert (check.seen_hash, check.expected_hash) == (said.report_hash, said.report_hash)
    stored = Slot(AS_OF, said.report_hash, 6_000 * ONE, 250 * ONE, PENDING_BY)
    assert check_document(stored, path, profile=profile, isin=APPLE).recomputed
    nvidia = attestation(path.read_bytes(), settled=Shares(4_000 * ONE), in_transit=Shares(0), in_transit_by=0)
    assert check_document(nvidia, path, profile=profile, isin=NVIDIA).recomputed
    nothing = attestation(path.read_bytes(), settled=Shares(0), in_transit=Shares(0), in_transit_by=0)
    assert check_document(nothing, path, profile=profile, isin=OTHER).recomputed


@pytest.mark.parametrize(
    ("field", "value", "seen", "expected"),
    [
        ("settled", Shares(6_000 * ONE + 1), 6_000 * ONE + 1, 6_000 * ONE),
        ("in_transit", Shares(0), 0, 250 * ONE),
        ("in_transit_by", PENDING_BY + 1, PENDING_BY + 1, PENDING_BY),
        ("as_of", AS_OF + 1, AS_OF + 1, AS_OF),
        ("as_of", AS_OF - 1, AS_OF - 1, AS_OF),
    ],
)
def test_each_figure_is_compared(
    path: Path, profile: CustodianProfile, field: str, value: Any, seen: int, expected: int
) -> None:
    check = check_document(attestation(path.read_bytes(), **{field: value}), path, profile=profile, isin=APPLE)
    assert check.status is DocumentStatus.FIGURE_DIFFERS and not check.matches and not check.recomputed
    (difference,) = check.differences
    assert (difference.field, difference.seen, difference.expected) == (field, seen, expected)
    assert f"{seen:,} attested, {expected:,} by the document" in str(check)


def test_a_figure_for_a_line_that_is_not_there(path: Path, profile: CustodianProfile) -> None:
    invented = attestation(path.read_bytes(), in_transit=Shares(0), in_transit_by=0)
    check = check_document(invented, path, profile=profile, isin=OTHER)
    assert [(one.field, one.expected) for one in check.differences] == [("settled", 0)]


def test_the_slot_s_account_is_compared(path: Path, profile: CustodianProfile) -> None:
    other = Slot(AS_OF, sha256(path.read_bytes()).digest(), 6_000 * ONE, 250 * ONE, PENDING_BY)
    other = replace(other, account_hash=safekeeping_account_hash("SAFE-2"))
    check = check_document(other, path, profile=profile, isin=APPLE)
    assert [one.field for one in check.differences] == ["account"]


def test_another_file_and_no_file(path: Path, profile: CustodianProfile, tmp_path: Path) -> None:
    said = attestation(path.read_bytes())
    path.write_text(path.read_text() + "\n")
    check = check_document(said, path, profile=profile, isin=APPLE)
    assert check.status is DocumentStatus.HASH_DIFFERS and not check.matches
    assert check.seen_hash == sha256(path.read_bytes()).digest() != check.expected_hash
    assert "another file: sha256" in str(check)
    for missing in (None, tmp_path / "missing.csv"):
        check = check_document(said, missing, profile=profile, isin=APPLE)
        assert (check.status, check.seen_hash, check.matches) == (DocumentStatus.MISSING, None, False)
    with pytest.raises(BadInput, match="cannot be read"):
        check_document(said, tmp_path)


def test_what_is_no_statement_is_compared_by_its_hash_alone(
    path: Path, profile: CustodianProfile, write: Callable[..., Path]
) -> None:
    for name, content in (("letter.pdf", b"%PDF we hold 6,000"), ("broken.csv", path.read_bytes()[:-20])):
        letter = write(content, name)
        check = check_document(attestation(content), letter, profile=profile, isin=APPLE)
        assert check.matches and not check.recomputed and check.statement is None
        assert "not a statement that would be signed" in check.not_compared
    check = check_document(attestation(path.read_bytes(), settled=Shares(1)), path)
    assert check.matches and not check.recomputed and check.not_compared == "no custodian profile"
    supply = ChainSupply(
        slot=0,
        epoch=1,
        domain=bytes(32),
        sequence=1,
        as_of=AS_OF,
        supply=Shares(1),
        report_hash=sha256(path.read_bytes()).digest(),
    )
    check = check_document(supply, path, profile=profile, isin=APPLE)
    assert check.matches and not check.recomputed and "another chain" in check.not_compared
    assert check_document(replace(supply, report_hash=bytes(32)), path).status is DocumentStatus.HASH_DIFFERS


def test_a_profile_needs_an_isin_and_the_right_custodian(path: Path, profile: CustodianProfile) -> None:
    said = attestation(path.read_bytes())
    with pytest.raises(UsageError, match="no ISIN"):
        check_document(said, path, profile=profile)
    slot = Slot(AS_OF, said.report_hash, 0, 0, 0, custodian_id=b"529900HARBOR00000020")
    with pytest.raises(UsageError, match="LEI 529900HARBOR00000020"):
        check_document(slot, path, profile=profile, isin=APPLE)


def test_the_examples_say_what_their_custodians_sign(examples: Path) -> None:
    from xstock_client.custody import load_profile

    for custodian, name in (
        ("alpine-rock", "alpine-rock.semt.002.001.11.xml"),
        ("harbor-point", "harbor-point.statement.csv"),
    ):
        profile = load_profile(examples / f"{custodian}.profile.yaml")
        statement = read_statement(examples / name, profile, now=2**40)
        for position in statement.positions:
            said = attestation(
                (examples / name).read_bytes(),
                as_of=statement.as_of,
                settled=position.settled,
                in_transit=position.in_transit,
                in_transit_by=position.in_transit_by,
            )
            assert check_document(said, examples / name, profile=profile, isin=position.isin).recomputed


def test_documents_are_found_by_their_hash(path: Path, tmp_path: Path) -> None:
    deep = tmp_path / "2026" / "march"
    deep.mkdir(parents=True)
    (deep / "copy.csv").write_bytes(path.read_bytes())
    (deep / "other.csv").write_bytes(b"other")
    found = find_documents(tmp_path)
    assert found[sha256(b"other").digest()] == deep / "other.csv"
    assert found[sha256(path.read_bytes()).digest()] == deep / "copy.csv"
    assert len(found) == 2
    with pytest.raises(BadInput, match="no such folder"):
        find_documents(tmp_path / "missing")
