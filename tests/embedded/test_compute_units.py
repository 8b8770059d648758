"""Ceilings of what each instruction costs, a little above what was measured, and the size of the program.

Keys are fixed, so that every search for an address takes the same tries in every run. Figures are compute units of the
instruction with all that it calls, without the transaction's compute budget.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, LEIS
from tests.embedded.chain import INSTRUCTIONS, PROGRAM, Call, key
from tests.embedded.rightful import prepare, rightful
from tests.embedded.test_ways_back import TEN, demand_memo, freeze, pause
from tests.embedded.world import RESERVE, World, fill
from xstock_client.constants import CUSTODIAN_SLOTS, MEMO, Role
from xstock_client.message import ed25519_instruction
from xstock_client.rehearsal.stage import program_units

MARGIN = 1.03
"""How far above its measured figure an instruction may rise."""

MEASURED = {
    "accept_authority": 1_588,
    "accept_redemption": 1_844,
    "attest": 3_324,
    "cancel_redemption": 8_317,
    "check_solvency": 2_242,
    "create_issuer": 3_818,
    "grant_role": 3_945,
    "halt": 1_788,
    "list_asset": 84_453,
    "mint_shares": 6_318,
    "open_holder_book": 3_519,
    "open_ticket_page": 3_758,
    "propose_authority": 1_597,
    "register_custodian": 2_639,
    "reopen": 2_297,
    "request_redemption": 8_843,
    "resume": 1_898,
    "retire_custodian": 3_102,
    "revoke_role": 1_742,
    "set_allowance": 4_185,
    "settle_redemption": 6_614,
    "mint_shares with eight custodians": 6_523,
    "attest of two reports": 5_259,
    "cancel_redemption despite pause, freeze and memo": 18_192,
    "settle_redemption despite a pause": 11_156,
    "grant_role again": 2_379,
}
"""Compute units by instruction; the last ones are special cases of an instruction."""

REACH = {
    "mint_shares": 8_000,
    "mint_shares with eight custodians": 8_000,
    "settle_redemption": 9_000,
    "attest": 7_000,
    "request_redemption": 11_000,
    "cancel_redemption": 11_000,
    "accept_redemption": 11_000,
}
"""What the project promises to stay below."""

MAX_PROGRAM_BYTES = 200_000


def eight_custodians(world: World) -> Call:
    for slot in range(2, CUSTODIAN_SLOTS):
        lei, attester = LEIS[2][:-1] + bytes([48 + slot]), key(f"custodian {slot}")
        world.do(calls.register_custodian(APPLE, slot, lei=lei, account=bytes([slot]) * 32, attester=attester))
    world.advance(calls.CHANGE_DELAY_S)
    for slot in range(2, CUSTODIAN_SLOTS):
        world.do(world.attest(APPLE, slot, RESERVE, signer=key(f"custodian {slot}")))
    return calls.mint_shares(APPLE, TEN, ticket=5)


def two_reports(world: World) -> Call:
    reports = [world.report(APPLE, slot, RESERVE + slot) for slot in (0, 1)]
    return calls.attest(APPLE, ed25519_instruction(reports), count=2)


def hard_way_back(world: World) -> Call:
    world.do(calls.request_redemption(APPLE, TEN, id=2))
    demand_memo(world)
    freeze(world)
    pause(world)
    return calls.cancel_redemption(APPLE, id=2, memo=MEMO)


def settle_despite_pause(world: World) -> Call:
    settle = rightful(world, "settle_redemption")
    pause(world)
    return settle


def renewed_role(world: World) -> Call:
    return calls.grant_role(calls.OURS, Role.MINTER, calls.staff(Role.MINTER), world.now + 1000)


SPECIAL: dict[str, Callable[[World], Call]] = {
    "mint_shares with eight custodians": eight_custodians,
    "attest of two reports": two_reports,
    "cancel_redemption despite pause, freeze and memo": hard_way_back,
    "settle_redemption despite a pause": settle_despite_pause,
    "grant_role again": renewed_role,
}


def measure(name: str) -> int:
    """Compute units of the instruction, or of the special case."""
    world = fill(World(), prepare)
    call = SPECIAL[name](world) if name in SPECIAL else rightful(world, name)
    return program_units(world.run(call).executed)


@pytest.mark.parametrize("name", MEASURED)
def test_ceiling(name: str) -> None:
    assert measure(name) <= MEASURED[name] * MARGIN


def test_every_instruction_has_a_ceiling() -> None:
    assert MEASURED.keys() == INSTRUCTIONS.keys() | SPECIAL.keys()


@pytest.mark.parametrize("name", REACH)
def test_reach(name: str) -> None:
    assert measure(name) <= REACH[name]
    assert MEASURED[name] * MARGIN <= REACH[name], "the ceiling itself lies within"


def test_the_program_is_small() -> None:
    assert PROGRAM.stat().st_size < MAX_PROGRAM_BYTES
