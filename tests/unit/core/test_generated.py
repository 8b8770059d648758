"""Generated code against the IDL: layouts against construct, instructions against Borsh, and no drift."""

from __future__ import annotations

import copy
import importlib.util
import json
import random
import subprocess
import sys
import timeit
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from xstock_client import accounts, events, instructions
from xstock_client import idl as shipped
from xstock_client._generated import constructs, layouts
from xstock_client._generated.errors import REFUSALS, ErrorCode
from xstock_client.constants import ACCOUNT_VERSION, EVENT_AUTHORITY, PROGRAM_ID, TOKEN_2022
from xstock_client.pda import event_authority

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "scripts/generate_client.py"
IDL: dict[str, Any] = json.loads((ROOT / "idl/xstock_vault.json").read_text())
LAYOUTS: dict[str, Any] = {cls.__name__: cls for cls in (*accounts.ACCOUNTS.values(), *events.EVENTS.values())}
CONSTRUCTS = {**constructs.ACCOUNTS, **constructs.EVENTS}
OTHER = Pubkey(bytes(range(32)))


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_client", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look there
    spec.loader.exec_module(module)
    return module


generator = load_script()


def filled(name: str, fill: random.Random | int) -> bytes:
    """Bytes that begin as the account or event must, and go on at random or with one value."""
    cls = LAYOUTS[name]
    size = cls.SIZE - 8
    body = bytes([fill]) * size if isinstance(fill, int) else fill.randbytes(size)
    if cls in accounts.ACCOUNTS.values():
        body = bytes([ACCOUNT_VERSION]) + body[1:]
    return bytes(cls.DISCRIMINATOR + body)


def plain(value: Any) -> Any:
    """Typed objects and construct's containers in one form, fields that the objects drop left out."""
    if isinstance(value, Pubkey):
        return bytes(value)
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        dropped = ("_io", "discriminator", "reserved")
        return {k: plain(v) for k, v in value.items() if k not in dropped and not k.startswith("_pad")}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def check_equal(name: str, data: bytes) -> None:
    parsed = CONSTRUCTS[name].parse(data)
    assert CONSTRUCTS[name].build(parsed) == data
    assert plain(LAYOUTS[name].decode(data)) == plain(parsed)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
@pytest.mark.parametrize("fill", [0, 127, 255])
def test_fast_decoders_equal_construct_at_the_edges(name: str, fill: int) -> None:
    check_equal(name, filled(name, fill))


@given(st.sampled_from(sorted(LAYOUTS)), st.integers(0, 2**64))
def test_fast_decoders_equal_construct(name: str, seed: int) -> None:
    check_equal(name, filled(name, random.Random(seed)))


def test_every_account_and_event_is_held_equal() -> None:
    assert sorted(constructs.ACCOUNTS) == sorted(a["name"] for a in IDL["accounts"])
    assert sorted(constructs.EVENTS) == sorted(e["name"] for e in IDL["events"])
    assert sorted(CONSTRUCTS) == sorted(LAYOUTS)
    for name, cls in LAYOUTS.items():
        assert CONSTRUCTS[name].sizeof() == cls.SIZE
        listed = [item for item in IDL["accounts"] + IDL["events"] if item["name"] == name]
        assert [bytes(item["discriminator"]) for item in listed] == [cls.DISCRIMINATOR]


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_offsets_are_where_the_fields_are(name: str) -> None:
    cls, data = LAYOUTS[name], filled(name, 0)
    assert list(cls.OFFSETS) == [field.name for field in fields(cls)]
    before = plain(cls.decode(data))
    for field, offset in cls.OFFSETS.items():
        if field == "version":
            assert offset == 8
            continue
        after = plain(cls.decode(data[:offset] + b"\x01" + data[offset + 1 :]))
        assert [key for key in before if before[key] != after[key]] == [field]


def test_parts_of_accounts_have_offsets_too() -> None:
    slot = layouts.CustodianSlot
    at = layouts.Reserve.OFFSETS["custodians"] + 5 * slot.SIZE + slot.OFFSETS["settled"]
    data = bytearray(filled("Reserve", 0))
    data[at : at + 8] = (77).to_bytes(8, "little")
    assert [item.settled for item in layouts.Reserve.decode(bytes(data)).custodians] == [0, 0, 0, 0, 0, 77, 0, 0]


def test_filters_of_wallets_and_desks_stay_where_they_are() -> None:
    offsets = accounts.RedemptionRequest.OFFSETS
    assert (offsets["state"], offsets["holder"], offsets["asset"]) == (10, 16, 48)
    assert (accounts.HolderBook.OFFSETS["holder"], accounts.HolderBook.OFFSETS["asset"]) == (16, 48)


def test_fast_decoders_are_worth_having() -> None:
    data = filled("SharesMinted", 1)

    def best(call: Any) -> float:
        return min(timeit.repeat(lambda: call(data), number=50, repeat=20))

    assert best(events.decode_event) * 2 < best(constructs.EVENTS["SharesMinted"].parse)


# instructions


def borsh(kind: Any, value: Any) -> bytes:
    """Borsh as its specification says, apart from the SDK's own writers."""
    if kind in ("u8", "u16", "u32", "u64", "i64"):
        return int(value).to_bytes(int(kind[1:]) // 8, "little", signed=kind[0] == "i")
    if kind == "bool":
        return b"\x01" if value else b"\x00"
    if kind == "string":
        text: bytes = value.encode()
        return len(text).to_bytes(4, "little") + text
    if isinstance(kind, dict) and "vec" in kind:
        return len(value).to_bytes(4, "little") + b"".join(borsh(kind["vec"], one) for one in value)
    if kind == "bytes":
        return len(value).to_bytes(4, "little") + bytes(value)
    if isinstance(value, list):
        return b"".join(bytes(one) for one in value)
    return bytes(value)


def arguments_of(item: dict[str, Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    declared = list(item["args"])
    while declared:
        first = declared.pop(0)
        kind = first["type"]
        if isinstance(kind, dict) and "defined" in kind:
            struct = next(t for t in IDL["types"] if t["name"] == kind["defined"]["name"])
            declared = [*struct["type"]["fields"], *declared]
        else:
            found.append((first["name"], kind))
    return found


def values_of(kind: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, dict) and "vec" in kind:
        return st.lists(values_of(kind["vec"]), max_size=5)
    if isinstance(kind, dict) and kind["array"][0] == "pubkey":
        return st.lists(values_of("pubkey"), min_size=kind["array"][1], max_size=kind["array"][1])
    if isinstance(kind, dict):
        return st.binary(min_size=kind["array"][1], max_size=kind["array"][1])
    return {
        "u8": st.integers(0, 2**8 - 1),
        "u16": st.integers(0, 2**16 - 1),
        "u32": st.integers(0, 2**32 - 1),
        "u64": st.integers(0, 2**64 - 1),
        "i64": st.integers(-(2**63), 2**63 - 1),
        "bool": st.booleans(),
        "string": st.text(max_size=40),
        "bytes": st.binary(max_size=100),
        "pubkey": st.binary(min_size=32, max_size=32).map(Pubkey),
    }[kind]


def key(number: int) -> Pubkey:
    return Pubkey(bytes([number]) * 32)


def filled_in(account: dict[str, Any]) -> bool:
    return "address" in account or account["name"] == "token_program" or account.get("optional", False)


REMAINING: dict[str, tuple[dict[str, Any], tuple[int, ...]]] = {
    "settle_redemptions": ({"requests": [(key(91), key(92), key(93)), (key(94), key(95), key(96))]}, (1, 1, 1)),
    "claim_dividends": ({"payees": [(key(91), key(92)), (key(94), key(95))]}, (1, 0)),
}
"""Accounts behind the named ones, which the IDL cannot tell, and which of each tuple are written."""


@pytest.mark.parametrize("item", IDL["instructions"], ids=lambda item: item["name"])
@given(st.data())
def test_instructions_are_what_the_idl_says(item: dict[str, Any], data: st.DataObject) -> None:
    keys = {account["name"]: key(n) for n, account in enumerate(item["accounts"], 1) if not filled_in(account)}
    values = {name: data.draw(values_of(kind), name) for name, kind in arguments_of(item)}
    more, writes = REMAINING.get(item["name"], ({}, ()))
    built = getattr(instructions, item["name"])(**keys, **values, **more)
    assert built.program_id == PROGRAM_ID
    expected = bytes(item["discriminator"]) + b"".join(borsh(kind, values[name]) for name, kind in arguments_of(item))
    assert bytes(built.data) == expected
    behind = [
        (one, bool(written), False)
        for entries in more.values()
        for entry in entries
        for one, written in zip(entry, writes, strict=True)
    ]
    named = len(item["accounts"])
    assert [(meta.pubkey, meta.is_writable, meta.is_signer) for meta in built.accounts[named:]] == behind
    for meta, account in zip(built.accounts[:named], item["accounts"], strict=True):
        right = keys.get(account["name"]) or (
            Pubkey.from_string(account["address"])
            if "address" in account
            else TOKEN_2022
            if account["name"] == "token_program"
            else PROGRAM_ID
        )
        assert meta.pubkey == right, account["name"]
        # an optional account that is left out is the program itself, which neither signs nor is written
        there = not account.get("optional", False)
        assert meta.is_signer == (there and account.get("signer", False)), account["name"]
        assert meta.is_writable == (there and account.get("writable", False)), account["name"]


def test_every_instruction_has_a_builder() -> None:
    names = {item["name"] for item in IDL["instructions"]}
    assert names | {"INSTRUCTIONS"} == set(instructions.__all__)
    assert {name: list(value) for name, value in instructions.INSTRUCTIONS.items()} == {
        item["name"]: item["discriminator"] for item in IDL["instructions"]
    }


def test_accounts_with_a_default_can_be_named() -> None:
    keys = {name: key(1) for name in "holder asset request rent_receiver mint escrow source destination".split()}
    without = instructions.cancel_redemption(**keys)
    with_memo = instructions.cancel_redemption(**keys, memo_program=key(7), token_program=key(8))
    assert [meta.pubkey for meta in without.accounts[9:11]] == [TOKEN_2022, PROGRAM_ID]
    assert [meta.pubkey for meta in with_memo.accounts[9:11]] == [key(8), key(7)]


def test_an_optional_account_is_written_when_it_is_named() -> None:
    keys = {name: key(1) for name in "holder asset request rent_receiver mint escrow source destination".split()}
    with_reserve = instructions.cancel_redemption(**keys, reserve=key(7))
    assert (with_reserve.accounts[2].pubkey, with_reserve.accounts[2].is_writable) == (key(7), True)


def test_an_optional_signer_signs_when_it_is_named() -> None:
    names = "minter grant asset reserve allowance tickets mint destination".split()
    keys = {name: key(1) for name in names}
    signed = instructions.mint_shares(**keys, ticket=1, amount=1, approver=key(5), approver_grant=key(6))
    assert [(meta.pubkey, meta.is_signer) for meta in signed.accounts[2:4]] == [(key(5), True), (key(6), False)]


def test_fewer_keys_than_a_slot_holds_are_padded() -> None:
    keys: dict[str, Any] = {name: key(1) for name in ("manager", "grant", "asset", "reserve")}
    values: dict[str, Any] = {"slot": 0, "custodian_id": bytes(20), "account_hash": bytes(32), "threshold": 1}
    two = instructions.register_custodian(**keys, **values, keys=[key(2), key(3)])
    assert bytes(two.data).endswith(bytes(key(2)) + bytes(key(3)) + bytes(32) + b"\x01")
    with pytest.raises(ValueError, match="keys takes at most 3 addresses, not 4"):
        instructions.register_custodian(**keys, **values, keys=[key(2)] * 4)


def test_another_program_has_its_own_event_authority() -> None:
    built = instructions.check_solvency(asset=key(1), reserve=key(2), mint=key(3), program_id=OTHER)
    assert built.program_id == OTHER
    assert [meta.pubkey for meta in built.accounts[3:]] == [event_authority(OTHER), OTHER]
    assert event_authority(OTHER) != EVENT_AUTHORITY


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"ticket": -1}, ValueError, "ticket must lie between 0 and 18446744073709551615, not -1"),
        ({"ticket": 2**64}, ValueError, "ticket must lie"),
        ({"amount": 1.0}, TypeError, "amount takes a whole number, not 1.0"),
        ({"amount": True}, TypeError, "amount takes a whole number"),
        ({"amount": "1"}, TypeError, "amount takes a whole number"),
        ({"extra": 1}, TypeError, "extra"),
        ({"minter": "11111111111111111111111111111111"}, TypeError, "Pubkey"),
    ],
)
def test_numbers_that_do_not_fit(change: dict[str, Any], error: type[Exception], words: str) -> None:
    names = "minter grant asset reserve allowance tickets mint destination".split()
    good: dict[str, Any] = {name: key(1) for name in names} | {"ticket": 1, "amount": 1}
    instructions.mint_shares(**good)
    with pytest.raises(error, match=words):
        instructions.mint_shares(**(good | change))


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"isin": b"US037833100"}, ValueError, "isin takes exactly 12 bytes, not 11"),
        ({"isin": "US0378331005"}, TypeError, "isin takes 12 bytes, not str"),
        ({"symbol": b"THIRTEENCHARS"}, ValueError, "symbol takes exactly 12 bytes, not 13"),
        ({"name": b"Apple"}, TypeError, "name takes text"),
        ({"permissioned_burn": 1}, TypeError, "permissioned_burn takes True or False"),
        ({"max_age_s": 2**63}, ValueError, "max_age_s must lie between -9223372036854775808"),
        ({"min_custodians": 256}, ValueError, "min_custodians must lie between 0 and 255"),
        ({"haircut_bps": 2**16}, ValueError, "haircut_bps must lie between 0 and 65535, not 65536"),
        ({"number": -1}, ValueError, "number must lie between 0 and 4294967295"),
    ],
)
def test_listing_values_that_do_not_fit(change: dict[str, Any], error: type[Exception], words: str) -> None:
    good: dict[str, Any] = {
        name: key(1) for name in "payer authority issuer asset mint escrow reserve isin_marker symbol_marker".split()
    }
    good |= {"isin": bytes(12), "symbol": bytes(12), "terms_hash": bytes(32), "number": 0, "min_custodians": 1}
    good |= {"name": "", "uri": "", "terms_uri": "", "permissioned_burn": False, "pro_rata": True}
    good |= {"max_age_s": -1, "chain_max_age_s": 0, "change_delay_s": 0, "accept_window_s": 2**63 - 1}
    good |= {"custodian_cap": 2**64 - 1, "mint_window_limit": 0}
    good |= {"haircut_bps": 2**16 - 1, "custodian_share_bps": 0, "collateral_bps": 1}
    good |= {"settle_window_s": 0, "dispute_window_s": 0, "penalty_rate": 1, "holder_penalty_cap": 2**64 - 1}
    good |= {"redemption_fee_bps": 0, "bond_coverage_bps": 2**16 - 1}
    instructions.list_asset(**good)
    with pytest.raises(error, match=words):
        instructions.list_asset(**(good | change))


def test_a_key_must_be_an_address() -> None:
    with pytest.raises(TypeError, match="new_authority takes a Pubkey"):
        instructions.propose_authority(authority=key(1), issuer=key(1), new_authority=bytes(32))  # type: ignore[arg-type]


# errors


def test_errors_are_those_of_the_idl() -> None:
    assert {error["name"]: error["code"] for error in IDL["errors"]} == {code.name: code.value for code in ErrorCode}
    assert set(REFUSALS) == {error["code"] for error in IDL["errors"]}
    for error in IDL["errors"]:
        refusal = REFUSALS[error["code"]]
        names = ", ".join(name for name, _ in refusal.figures)
        assert error["msg"] == refusal.message + (f" [{names}]" if names else "")
        assert len(refusal.figures) <= 4


def test_figures_are_signed_where_the_program_counts_seconds() -> None:
    signed = {name for refusal in REFUSALS.values() for name, is_signed in refusal.figures if is_signed}
    unsigned = {name for refusal in REFUSALS.values() for name, is_signed in refusal.figures if not is_signed}
    assert {"now", "as_of", "deadline", "until", "expires_at", "valid_from", "ready_at", "earliest"} <= signed
    assert {"amount", "reserve", "needed", "released", "foreign", "ticket", "limit", "supply", "cap"} <= unsigned
    assert not signed & unsigned
    assert REFUSALS[ErrorCode.OlderReport].figures == (("as_of", True), ("earliest", True))
    assert REFUSALS[ErrorCode.BadSequence].figures == (("given", False), ("last", False))


# the script


def test_the_shipped_idl_is_the_committed_one() -> None:
    assert shipped.load() == IDL
    assert shipped.load() is not shipped.load()


def test_generated_code_has_not_drifted() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "are what xstock_vault.json makes" in done.stdout


def test_drift_is_named(tmp_path: Path) -> None:
    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(SCRIPT), "--output", str(tmp_path), *more]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert run("--check").returncode == 1
    assert run().returncode == 0
    assert run("--check").returncode == 0
    events_module = tmp_path / "events.py"
    events_module.write_text(events_module.read_text().replace("SIZE: ClassVar[int] = 1", "SIZE: ClassVar[int] = 2", 1))
    (tmp_path / "old.py").write_text("")
    done = run("--check")
    assert done.returncode == 1
    assert [Path(line.strip()).name for line in done.stderr.splitlines() if line.endswith(".py")] == [
        "events.py",
        "old.py",
        "generate_client.py",
    ]
    assert run().returncode == 0
    assert run("--check").returncode == 0
    assert not (tmp_path / "old.py").exists()


def test_the_same_idl_makes_the_same_code() -> None:
    made = generator.generate(IDL)
    assert made == generator.generate(copy.deepcopy(IDL))
    assert {name: (ROOT / "sdk/python/xstock_client/_generated" / name).read_text() for name in made} == made


def type_of(idl: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(item for item in idl["types"] if item["name"] == name)
    return found


def set_field(idl: dict[str, Any], owner: str, field: str, kind: Any) -> None:
    next(f for f in type_of(idl, owner)["type"]["fields"] if f["name"] == field)["type"] = kind


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("misaligned", "Issuer.id: not aligned"),
        ("no version", "account Issuer: its first field must be"),
        ("enum", "type Policy: a enum has no fixed layout"),
        ("float", "Issuer.id: the type f64 has no fixed layout"),
        ("vec argument", "mint_shares.ticket: arguments of type"),
        ("same name", "mint_shares: an account and an argument are both called \\['minter'\\]"),
        ("reserved name", "type Issuer: a field cannot be called data"),
    ],
)
def test_what_the_generator_was_not_taught_is_refused(change: str, words: str) -> None:
    idl = copy.deepcopy(IDL)
    mint = next(item for item in idl["instructions"] if item["name"] == "mint_shares")
    match change:
        case "misaligned":
            set_field(idl, "Issuer", "_pad", {"array": ["u8", 4]})
        case "no version":
            type_of(idl, "Issuer")["type"]["fields"][0]["name"] = "bump"
        case "enum":
            type_of(idl, "Policy")["type"]["kind"] = "enum"
        case "float":
            set_field(idl, "Issuer", "id", "f64")
        case "vec argument":
            mint["args"][0]["type"] = {"vec": "u32"}
        case "same name":
            mint["args"][0]["name"] = "minter"
        case "reserved name":
            type_of(idl, "Issuer")["type"]["fields"][4]["name"] = "data"
    with pytest.raises(generator.Unsupported, match=words):
        generator.generate(idl)


def test_words_of_the_program_cannot_break_the_code() -> None:
    idl = copy.deepcopy(IDL)
    type_of(idl, "Issuer")["docs"] = ['Ends with a quote """', "and a \\ backslash."]
    idl["errors"][0]["msg"] = "He said \"no\" and 'never' \\ at all. " + "x" * 120 + " [a_b, c]"
    idl["instructions"][0]["docs"] = ["Long " * 60]
    made = generator.generate(idl)
    for name, text in made.items():
        compile(text, name, "exec")
    scope: dict[str, Any] = {"__name__": "made"}
    exec(made["errors.py"], scope)
    refusal = scope["REFUSALS"][idl["errors"][0]["code"]]
    assert refusal.message == "He said \"no\" and 'never' \\ at all. " + "x" * 120
    assert refusal.figures == (("a_b", False), ("c", False))
