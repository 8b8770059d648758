"""Custodian profiles."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xstock_client.custody import CustodianProfile, load_profile, safekeeping_account_hash
from xstock_client.errors import BadInput

Write = Callable[..., Path]

GOOD = """name: Alpine Rock Custody AG
lei: 529900ALPINE00000043
accounts:
  - 0042
  - "ARC 7"
time_zone: Europe/Zurich
"""


def test_reads(write: Write) -> None:
    profile = load_profile(write(GOOD, "p.yaml"))
    assert profile.name == "Alpine Rock Custody AG"
    assert profile.accounts == ("0042", "ARC 7")  # as written, not the octal number 34
    assert profile.time_zone == ZoneInfo("Europe/Zurich")
    assert profile.custodian_id == b"529900ALPINE00000043"
    assert len(profile.custodian_id) == 20
    assert profile.account_hash("0042") == sha256(b"xstock:safekeeping:0042").digest()


def test_account_hash() -> None:
    assert safekeeping_account_hash("Zürich-1") == sha256("xstock:safekeeping:Zürich-1".encode()).digest()
    profile = CustodianProfile("X", "529900ALPINE00000043", ("A",), ZoneInfo("UTC"))
    with pytest.raises(BadInput, match="'B' is no account of X; its profile lists A"):
        profile.account_hash("B")


@pytest.mark.parametrize(
    ("old", "new", "where", "reason"),
    [
        ("529900ALPINE00000043", "529900ALPINE00000044", ":2: ", "check digits of LEI 529900ALPINE00000044 are wrong"),
        ("529900ALPINE00000043", "529900alpine00000043", ":2: ", "is no LEI"),
        ("529900ALPINE00000043", "529900ALPINE0000004", ":2: ", "19 characters seen"),
        ("Europe/Zurich", "Europe/Zürich", ":6: ", "is no IANA time zone"),
        ("Europe/Zurich", "/etc/localtime", ":6: ", "is no IANA time zone"),
        ("Europe/Zurich", "Europe", ":6: ", "is no IANA time zone"),
        ("Europe/Zurich", "", ":6: ", "is no IANA time zone"),
        ("  - 0042", "  - ''", ":4: ", "account id '' is empty"),
        ("  - 0042", "  - ' 42'", ":4: ", "has blanks around it"),
        ("  - 0042", "  - " + "4" * 36, ":4: ", "has 36 characters; the limit is 35"),
        ("  - 0042", "  - [a]", ":4: ", "expected one plain value"),
        ("  - 0042", "  - ARC 7", ":4: ", "listed twice"),
        ('accounts:\n  - 0042\n  - "ARC 7"', "accounts: []", ":3: ", "accounts is empty"),
        ('accounts:\n  - 0042\n  - "ARC 7"', "accounts: ARC", ":3: ", "must be a list"),
        ("name: Alpine Rock Custody AG", "name:", ":1: ", "name '' is empty"),
        ("name: Alpine Rock Custody AG\n", "", ": ", "field 'name' is missing"),
        ("time_zone:", "timezone:", ":6: ", "unknown field 'timezone'"),
        ("name: Alpine Rock Custody AG", "lei: X", ":2: ", "field 'lei' is written twice"),
        ("name:", "? [a]\n:", ":1: ", "expected one plain value"),
        ("name: Alpine", "name: [Alpine", ":2: ", "is not a readable YAML file"),
        ("name: Alpine", "name: \x07Alpine", ": ", "is not a readable YAML file"),
        (GOOD, "", ": ", "must be a mapping"),
        (GOOD, "- a\n", ": ", "must be a mapping"),
        (GOOD, "[" * 3000, ": ", "is not a readable YAML file"),
        (GOOD, GOOD + "---\na: b\n", ":7: ", "is not a readable YAML file"),
    ],
)
def test_refused_with_line_and_reason(write: Write, old: str, new: str, where: str, reason: str) -> None:
    assert old in GOOD
    path = write(GOOD.replace(old, new), "p.yaml")
    with pytest.raises(BadInput) as caught:
        load_profile(path)
    assert str(caught.value).startswith(f"{path}{where}")
    assert reason in str(caught.value)


def test_files_that_are_no_profiles(write: Write, tmp_path: Path) -> None:
    for path, reason in (
        (tmp_path / "missing.yaml", "cannot be read: No such file"),
        (tmp_path, "cannot be read: Is a directory"),
        (write(b"\xff\xfe", "a.yaml"), "is not UTF-8 text"),
        (write(b"#" * 70_000, "b.yaml"), "70,000 bytes are too many"),
    ):
        with pytest.raises(BadInput, match=reason) as caught:
            load_profile(path)
        assert str(caught.value).startswith(str(path))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_bytes_raise_nothing_else(write: Write, data: st.DataObject) -> None:
    content = bytearray(GOOD.encode())
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 12)))
        content[start:end] = data.draw(st.binary(max_size=8) | st.sampled_from([b"&a ", b"*a", b"!!int ", b"- ", b"{"]))
    try:
        profile = load_profile(write(bytes(content), "p.yaml"))
    except BadInput:
        return
    assert len(profile.custodian_id) == 20
    assert profile.accounts
