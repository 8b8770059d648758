"""The attestation's bytes, its file, and the instruction that proves it."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.amounts import Shares
from xstock_client.constants import ED25519
from xstock_client.errors import DecodeError
from xstock_client.message import (
    MESSAGE_LENGTH,
    Attestation,
    ChainSupply,
    Message,
    SignedAttestation,
    account_hash,
    decode_message,
    domain,
    ed25519_instruction,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/message.json").read_text())
KEYS = [Keypair.from_seed(bytes([number]) * 32) for number in range(1, 5)]
U64 = st.integers(0, 2**64 - 1)
I64 = st.integers(-(2**63), 2**63 - 1)


def attestation(**changes: Any) -> Attestation:
    fields: dict[str, Any] = {
        "slot": 3,
        "epoch": 2,
        "domain": bytes(range(32)),
        "sequence": 9,
        "as_of": 1_772_323_200,
        "settled": Shares(123_450_000_000),
        "in_transit": Shares(500_000_000),
        "in_transit_by": 1_772_496_000,
        "report_hash": sha256(b"statement").digest(),
    }
    return Attestation(**(fields | changes))


def chain_supply(**changes: Any) -> ChainSupply:
    fields: dict[str, Any] = {
        "slot": 3,
        "epoch": 2,
        "domain": bytes(range(32)),
        "sequence": 9,
        "as_of": 1_772_323_200,
        "supply": Shares(123_450_000_000),
        "report_hash": sha256(b"document").digest(),
    }
    return ChainSupply(**(fields | changes))


def signed(item: Message | None = None, key: Keypair = KEYS[0]) -> SignedAttestation:
    message = (item or attestation()).to_bytes()
    return SignedAttestation(message, key.pubkey(), key.sign_message(message))


@pytest.mark.parametrize("case", VECTORS["messages"])
def test_bytes_agree_with_the_vectors(case: dict[str, Any]) -> None:
    fields = dict(case["fields"])
    for name in ("domain", "report_hash"):
        fields[name] = bytes.fromhex(fields[name])
    for name in ("settled", "in_transit"):
        fields[name] = Shares(fields[name])
    item, data = Attestation(**fields), bytes.fromhex(case["bytes"])
    assert item.to_bytes() == data
    assert Attestation.from_bytes(data) == item


@pytest.mark.parametrize("case", VECTORS["supplies"])
def test_supplies_agree_with_the_vectors(case: dict[str, Any]) -> None:
    fields = dict(case["fields"])
    for name in ("domain", "report_hash"):
        fields[name] = bytes.fromhex(fields[name])
    item, data = ChainSupply(**(fields | {"supply": Shares(fields["supply"])})), bytes.fromhex(case["bytes"])
    assert item.to_bytes() == data
    assert ChainSupply.from_bytes(data) == item == decode_message(data)


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["why"])
def test_other_bytes_are_refused(case: dict[str, Any]) -> None:
    for read in (decode_message, Attestation.from_bytes, ChainSupply.from_bytes):
        with pytest.raises(DecodeError, match="attestation"):
            read(bytes.fromhex(case["bytes"]))


def test_one_kind_is_never_taken_for_the_other() -> None:
    with pytest.raises(DecodeError, match="of a custodian's holdings, but of another chain's supply"):
        Attestation.from_bytes(chain_supply().to_bytes())
    with pytest.raises(DecodeError, match="of another chain's supply, but of a custodian's holdings"):
        ChainSupply.from_bytes(attestation().to_bytes())
    assert {type(decode_message(one.to_bytes())) for one in (attestation(), chain_supply())} == {
        Attestation,
        ChainSupply,
    }


@pytest.mark.parametrize("case", VECTORS["domains"])
def test_domains_agree_with_the_vectors(case: dict[str, Any]) -> None:
    program, asset = Pubkey.from_string(case["program_id"]), Pubkey.from_string(case["asset"])
    genesis = bytes.fromhex(case["genesis_hash"])
    assert domain(program, genesis, asset, case["isin"]).hex() == case["domain"]
    with pytest.raises(ValueError, match="exactly 32 bytes, not 31"):
        domain(program, genesis[1:], asset, case["isin"])


@given(
    slot=st.integers(0, 255),
    epoch=st.integers(0, 2**32 - 1),
    basis=st.integers(0, 2**32 - 1),
    sequence=U64,
    as_of=I64,
    in_transit_by=I64,
    settled=U64.map(Shares),
    in_transit=U64.map(Shares),
    domain=st.binary(min_size=32, max_size=32),
    report_hash=st.binary(min_size=32, max_size=32),
)
def test_reading_undoes_writing(**fields: Any) -> None:
    item = Attestation(**fields)
    data = item.to_bytes()
    assert len(data) == MESSAGE_LENGTH
    assert Attestation.from_bytes(data) == item
    assert SignedAttestation.from_json(signed(item).to_json()).verify() == item


@given(
    slot=st.integers(0, 255),
    epoch=st.integers(0, 2**32 - 1),
    basis=st.integers(0, 2**32 - 1),
    sequence=U64,
    as_of=I64,
    supply=U64.map(Shares),
    domain=st.binary(min_size=32, max_size=32),
    report_hash=st.binary(min_size=32, max_size=32),
)
def test_reading_undoes_writing_of_supplies(**fields: Any) -> None:
    item = ChainSupply(**fields)
    assert ChainSupply.from_bytes(item.to_bytes()) == item
    assert SignedAttestation.from_json(signed(item).to_json()).verify() == item


@given(st.sampled_from([attestation(), chain_supply()]), st.integers(0, MESSAGE_LENGTH - 1), st.integers(1, 255))
def test_every_byte_counts(item: Message, at: int, flip: int) -> None:
    good = item.to_bytes()
    bad = good[:at] + bytes([good[at] ^ flip]) + good[at + 1 :]
    try:
        read = decode_message(bad)
    except DecodeError:
        return
    assert read.to_bytes() == bad
    assert read != item


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"slot": 256}, ValueError),
        ({"slot": True}, TypeError),
        ({"epoch": 2**32}, ValueError),
        ({"basis": -1}, ValueError),
        ({"sequence": 2**64}, ValueError),
        ({"as_of": 2**63}, ValueError),
        ({"as_of": 1.5}, TypeError),
        ({"in_transit_by": -(2**63) - 1}, ValueError),
        ({"domain": bytes(31)}, ValueError),
        ({"report_hash": bytes(33)}, ValueError),
        ({"report_hash": "00" * 32}, TypeError),
        ({"settled": 5}, TypeError),
        ({"in_transit": 5}, TypeError),
    ],
)
def test_values_that_do_not_fit(changes: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        attestation(**changes)
    if not any("transit" in name for name in changes):
        with pytest.raises(error):
            chain_supply(**{name.replace("settled", "supply"): value for name, value in changes.items()})


def test_account_hashes() -> None:
    assert account_hash("ACC-1") == sha256(b"xstock:safekeeping:ACC-1").digest()
    with pytest.raises(ValueError, match="empty"):
        account_hash("")


def test_verify_gives_the_attestation_or_refuses() -> None:
    good = signed()
    assert good.verify() == attestation()
    wrong = [
        SignedAttestation(good.message, KEYS[1].pubkey(), good.signature),
        SignedAttestation(good.message, good.signer, Signature.default()),
        SignedAttestation(attestation(sequence=10).to_bytes(), good.signer, good.signature),
    ]
    for item in wrong:
        with pytest.raises(DecodeError, match="signature is not"):
            item.verify()
        with pytest.raises(DecodeError, match="signature is not"):
            item.to_json()
    # a right signature over bytes that are no attestation
    data = bytes(MESSAGE_LENGTH)
    with pytest.raises(DecodeError, match="begins with"):
        SignedAttestation(data, KEYS[0].pubkey(), KEYS[0].sign_message(data)).verify()


def test_the_file_reads_as_a_person_expects() -> None:
    content = json.loads(signed().to_json())
    assert content["format"] == "xstock-attestation" and content["version"] == 1
    assert content["summary"] == {
        "slot": 3,
        "epoch": 2,
        "basis": 0,
        "sequence": 9,
        "as_of": "2026-03-01T00:00:00Z",
        "settled_shares": "1,234.5",
        "in_transit_shares": "5",
        "in_transit_by": "2026-03-03T00:00:00Z",
        "report_sha256": sha256(b"statement").hexdigest(),
        "domain": bytes(range(32)).hex(),
    }
    assert json.loads(signed(chain_supply()).to_json())["summary"] == {
        "chain_slot": 3,
        "epoch": 2,
        "basis": 0,
        "sequence": 9,
        "as_of": "2026-03-01T00:00:00Z",
        "supply_shares": "1,234.5",
        "report_sha256": sha256(b"document").hexdigest(),
        "domain": bytes(range(32)).hex(),
    }
    none = json.loads(signed(attestation(in_transit=Shares(0), in_transit_by=0)).to_json())
    assert none["summary"]["in_transit_by"] is None


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "other format": ({"format": "other"}, '"format"'),
    "no format": ({"format": ...}, '"format"'),
    "later version": ({"version": 2}, "file version 2"),
    "no version": ({"version": ...}, "file version None"),
    "no message": ({"message": ...}, '"message" is not base64'),
    "message not base64": ({"message": "###"}, '"message" is not base64'),
    "message a number": ({"message": 5}, '"message" is not base64'),
    "message short": ({"message": "AAAA"}, "128 bytes, not 3"),
    "signer not base58": ({"signer": "0OIl"}, '"signer" is not a base58 address'),
    "signer a number": ({"signer": 5}, '"signer" is not a base58 address'),
    "no signature": ({"signature": ...}, '"signature" is not a base58 signature'),
    "signature short": ({"signature": "abc"}, '"signature" is not a base58 signature'),
    "other signer": ({"signer": str(KEYS[1].pubkey())}, "signature is not"),
    "no summary": ({"summary": ...}, "the summary differs"),
    "summary a list": ({"summary": []}, "the summary differs"),
    "other figure": ({"summary.settled_shares": "9"}, "in: settled_shares; .* settled_shares 1,234.5"),
    "figure left out": ({"summary.as_of": ...}, "in: as_of;"),
    "figure added": ({"summary.note": "x"}, "in: note;"),
    "figure of another type": ({"summary.slot": "3"}, "in: slot;"),
}


@pytest.mark.parametrize(("changes", "reason"), CHANGES.values(), ids=CHANGES)
def test_a_changed_file_is_refused(changes: dict[str, Any], reason: str) -> None:
    content = json.loads(signed().to_json())
    for name, value in changes.items():
        *above, last = name.split(".")
        place = content[above[0]] if above else content
        if value is ...:
            del place[last]
        else:
            place[last] = value
    with pytest.raises(DecodeError, match=reason):
        SignedAttestation.from_json(json.dumps(content))


@pytest.mark.parametrize("text", ["", "[]", "5", "null", "{", '{"format": "xstock-attestation"'])
def test_what_is_no_such_file(text: str) -> None:
    with pytest.raises(DecodeError, match="not a signed attestation"):
        SignedAttestation.from_json(text)


def parts(data: bytes) -> list[tuple[bytes, bytes, bytes]]:
    """Key, signature and message of each signature, read as the runtime and the program do."""
    found = []
    assert data[1] == 0
    for number in range(data[0]):
        fields = [int.from_bytes(data[2 + 14 * number + at :][:2], "little") for at in range(0, 14, 2)]
        assert [fields[1], fields[3], fields[6]] == [0xFFFF] * 3
        signature_at, key_at, message_at, size = fields[0], fields[2], fields[4], fields[5]
        end = message_at + size
        assert max(signature_at + 64, key_at + 32, end) <= len(data)
        found.append((data[key_at:][:32], data[signature_at:][:64], data[message_at:end]))
    return found


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=20))
def test_the_instruction_holds_every_signature(picks: list[tuple[int, int]]) -> None:
    items = [signed(attestation(sequence=sequence + 1), KEYS[key]) for key, sequence in picks]
    instruction = ed25519_instruction(items)
    assert instruction.program_id == ED25519 and instruction.accounts == []
    assert parts(bytes(instruction.data)) == [(bytes(i.signer), bytes(i.signature), i.message) for i in items]
    # signers of one message share its copy
    copies = len({item.message for item in items})
    assert len(instruction.data) == 2 + (14 + 32 + 64) * len(items) + MESSAGE_LENGTH * copies


def test_how_many_signatures_fit() -> None:
    assert len(parts(bytes(ed25519_instruction([signed()] * 255).data))) == 255
    for count in (0, 256):
        with pytest.raises(ValueError, match=f"1 to 255 signatures, not {count}"):
            ed25519_instruction([signed()] * count)
    long = [SignedAttestation(bytes([n]) * 40_000, KEYS[0].pubkey(), Signature.default()) for n in range(2)]
    with pytest.raises(ValueError, match="do not fit"):
        ed25519_instruction(long)
