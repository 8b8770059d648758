"""Derived addresses, against golden vectors that were computed without the SDK."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.constants import ASSOCIATED_TOKEN, EVENT_AUTHORITY, PROGRAM_ID

ROOT = Path(__file__).parents[3]
CASES = json.loads((ROOT / "tests/vectors/pda.json").read_text())
KEYS = {"issuer", "asset", "member", "minter", "holder", "owner", "mint", "program", "snapshot", "distribution"}
OTHER = Pubkey(bytes(range(32)))


def name(case: dict[str, Any]) -> str:
    return f"{case['kind']}-{case['address'][:5]}"


def call(case: dict[str, Any], **more: Any) -> Pubkey:
    arguments = {
        name: Pubkey.from_string(value) if name in KEYS else value for name, value in case["arguments"].items()
    }
    address: Pubkey = getattr(pda, case["kind"])(**arguments, **more)
    return address


@pytest.mark.parametrize("case", CASES, ids=name)
def test_agrees_with_the_vectors(case: dict[str, Any]) -> None:
    assert str(call(case)) == case["address"]


def test_every_function_has_vectors() -> None:
    assert {case["kind"] for case in CASES} | {"isin_bytes", "symbol_bytes"} == set(pda.__all__)


@pytest.mark.parametrize("case", [c for c in CASES if c["kind"] != "token_account"], ids=name)
def test_another_program_has_other_addresses(case: dict[str, Any]) -> None:
    seeds = [bytes.fromhex(seed) for seed in case["seeds"]]
    assert call(case, program_id=OTHER) == Pubkey.find_program_address(seeds, OTHER)[0] != call(case)


def test_seeds_are_those_of_the_program() -> None:
    source = (ROOT / "programs/xstock_vault/src/seeds.rs").read_text()
    rust = {seed.encode() for seed in re.findall(r'pub const \w+: &\[u8\] = b"(\w+)";', source)}
    ours = {bytes.fromhex(case["seeds"][0]) for case in CASES if case["kind"] != "token_account"}
    assert ours == rust


def test_the_event_authority_is_known_without_a_search() -> None:
    assert pda.event_authority() is EVENT_AUTHORITY
    assert pda.event_authority(PROGRAM_ID) == EVENT_AUTHORITY


def test_a_token_account_is_the_associated_one() -> None:
    from solders.token.associated import get_associated_token_address  # the classic program's, for contrast

    assert pda.token_account(OTHER, OTHER) != get_associated_token_address(OTHER, OTHER)
    assert str(ASSOCIATED_TOKEN).startswith("ATokenGPvbd")


@pytest.mark.parametrize(
    ("kind", "arguments", "error"),
    [
        ("issuer", (-1,), ValueError),
        ("issuer", (2**64,), ValueError),
        ("issuer", ("1",), TypeError),
        ("issuer", (True,), TypeError),
        ("role", (OTHER, 256, OTHER), ValueError),
        ("asset", (OTHER, 2**32), ValueError),
        ("ticket_page", (OTHER, -1), ValueError),
        ("redemption_request", (OTHER, OTHER, 2**64), ValueError),
        ("isin_marker", (OTHER, "US037833100"), ValueError),
        ("isin_marker", (OTHER, "US03783310055"), ValueError),
        ("isin_marker", (OTHER, "US037833100\0"), ValueError),
        ("isin_marker", (OTHER, "ÜS0378331005"), ValueError),
        ("symbol_marker", (OTHER, ""), ValueError),
        ("symbol_marker", (OTHER, "THIRTEENCHARS"), ValueError),
        ("symbol_marker", (OTHER, "AAPLx\0"), ValueError),
        ("symbol_marker", (OTHER, "Åx"), ValueError),
    ],
)
def test_values_that_name_no_address(kind: str, arguments: tuple[Any, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        getattr(pda, kind)(*arguments)
