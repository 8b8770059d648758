"""Ceilings of what each instruction costs, a little above what was measured, and the size of the program.

Keys are fixed, so that every search for an address takes the same tries in every run. Figures are compute units of the
instruction with all that it calls, without the transaction's compute budget. Instructions that an admin may send in the
authority's place are measured with the admin's grant, cancellations with a pauser's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, NVIDIA, OURS, Stock, deputy, staff
from tests.embedded.chain import INSTRUCTIONS, PROGRAM, Call, key
from tests.embedded.rightful import prepare, rightful
from tests.embedded.setups import add_custodians
from tests.embedded.test_ways_back import TEN, demand_memo, freeze, pause
from tests.embedded.world import RESERVE, World, cosigned, fill, relay
from xstock_client.amounts import Shares
from xstock_client.constants import CHAIN_SLOTS, CUSTODIAN_SLOTS, MEMO, Role
from xstock_client.message import ed25519_instruction
from xstock_client.rehearsal.stage import program_units

MARGIN = 1.03
"""How far above its measured figure an instruction may rise."""

MEASURED: dict[str, int] = {
    "accept_authority": 1_707,
    "accept_redemption": 1_852,
    "apply_policy": 2_993,
    "attest": 4_480,
    "cancel_handoff": 1_855,
    "cancel_policy": 2_032,
    "cancel_raise": 1_990,
    "cancel_redemption": 8_357,
    "cancel_renunciation": 1_772,
    "cancel_role_change": 1_877,
    "cancel_slot_change": 2_070,
    "check_solvency": 2_739,
    "close_ticket_page": 1_707,
    "create_issuer": 3_925,
    "grant_role": 4_328,
    "halt": 1_840,
    "list_asset": 84_865,
    "mint_shares": 7_038,
    "open_holder_book": 3_519,
    "open_ticket_page": 3_766,
    "propose_authority": 1_728,
    "raise_watermark": 1_973,
    "register_chain": 4_496,
    "register_custodian": 4_958,
    "renounce_role": 1_681,
    "reopen": 2_559,
    "request_redemption": 8_886,
    "resume": 1_953,
    "retire_chain": 2_071,
    "retire_custodian": 3_565,
    "revoke_role": 2_034,
    "set_allowance": 4_712,
    "set_chain_cap": 2_799,
    "set_policy": 4_091,
    "settle_redemption": 6_825,
    "mint_shares with an approver": 7_138,
    "mint_shares with one custodian": 6_894,
    "mint_shares with eight custodians": 7_378,
    "mint_shares with eight custodians and eight chains": 8_073,
    "mint_shares with the worst of reserves": 8_806,
    "attest of two reports": 7_355,
    "attest of two reports with two signatures each": 8_055,
    "attest of a chain": 4_730,
    "cancel_redemption despite pause, freeze and memo": 18_236,
    "settle_redemption despite a pause": 11_369,
    "settle_redemption to a chain": 7_050,
    "grant_role again": 2_772,
    "retire_chain for good": 2_150,
    "revoke_role that waits": 2_041,
}
"""Compute units by instruction; the last ones are special cases of an instruction."""

REACH = {
    "mint_shares": 8_000,
    "mint_shares with eight custodians and eight chains": 9_000,
    "mint_shares with the worst of reserves": 9_500,
    "settle_redemption": 9_000,
    "attest": 7_000,
    "request_redemption": 11_000,
    "cancel_redemption": 11_000,
    "accept_redemption": 11_000,
}
"""What the project promises to stay below."""

MAX_FULL_RESERVE_EXTRA = 1_500
"""How much more than with one custodian and no chain a mint may cost with eight of each (issue 4)."""

MAX_PROGRAM_BYTES = 340_000


def minted(stock: Stock) -> Call:
    """A mint with a ticket that is not the first, and without an approver."""
    return calls.mint_shares(stock, TEN, ticket=5)


def one_custodian(world: World) -> Call:
    world.do(calls.retire_custodian(NVIDIA, 1))
    return minted(NVIDIA)


def eight_of_each(world: World, figures: Callable[[int], int], **rules: Any) -> Call:
    """Eight custodians with shares in transit, eight chains, and ``rules``."""
    for slot in range(2, CUSTODIAN_SLOTS):
        world.do(calls.register_custodian(NVIDIA, slot))
    for slot in range(CHAIN_SLOTS):
        world.do(calls.register_chain(NVIDIA, slot))
    world.advance(CHANGE_DELAY_S)
    transit: dict[str, Any] = {"in_transit": Shares(1_000_003), "in_transit_by": world.now}
    for slot in range(CUSTODIAN_SLOTS):
        world.do(world.attest(NVIDIA, slot, figures(slot) * RESERVE, **transit))
    for slot in range(CHAIN_SLOTS):
        world.do(calls.set_chain_cap(NVIDIA, slot, 1_000), world.attest_chain(NVIDIA, slot, 500))
    world.do(calls.set_policy(NVIDIA, **rules))
    return minted(NVIDIA)


def full_reserve(world: World) -> Call:
    """Figures of one size, and every rule: haircut, caps, collateral."""
    rules = {"custodian_cap": 7 * RESERVE, "custodian_share_bps": 2_500, "collateral_bps": 12_345, "min_custodians": 8}
    return eight_of_each(world, lambda slot: 4 + slot % 4, **rules)


def worst_reserve(world: World) -> Call:
    """Figures each three times the one before, of which the relative cap catches one after the other."""
    rules = {"custodian_share_bps": 1_250, "collateral_bps": 12_345, "min_custodians": 8}
    return eight_of_each(world, lambda slot: 3**slot, **rules)


def eight_custodians(world: World) -> Call:
    add_custodians(world, APPLE, dict.fromkeys(range(CUSTODIAN_SLOTS), RESERVE))
    return minted(APPLE)


def two_reports(world: World) -> Call:
    reports = [world.report(APPLE, slot, RESERVE + slot) for slot in (0, 1)]
    return calls.attest(APPLE, ed25519_instruction(reports), count=2)


def two_of_two(world: World) -> Call:
    """Two custodians' reports with two signatures each."""
    keys = [[key(f"signer {slot} {place}") for place in (0, 1)] for slot in (0, 1)]
    for slot, signers in enumerate(keys):
        world.do(calls.register_custodian(APPLE, slot, keys=signers, threshold=2))
    world.advance(CHANGE_DELAY_S)
    reports = [world.report(APPLE, slot, RESERVE, signer=signers[0]) for slot, signers in enumerate(keys)]
    return relay(APPLE, *(one for slot, report in enumerate(reports) for one in cosigned(report, *keys[slot])))


def chain_report(world: World) -> Call:
    world.do(calls.register_chain(APPLE, 0))
    world.advance(CHANGE_DELAY_S)
    return world.attest_chain(APPLE, 0, 500)


def bridged(world: World) -> Call:
    world.do(calls.register_chain(APPLE, 0), calls.set_chain_cap(APPLE, 0, TEN))
    world.do(calls.request_redemption(APPLE, TEN, id=2), calls.accept_redemption(APPLE, id=2))
    return calls.settle_redemption(APPLE, TEN, accepted_at=world.now, id=2, to_chain=0)


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
    return calls.grant_role(OURS, Role.MINTER, staff(Role.MINTER), world.now + 1000)


def retired_for_good(world: World) -> Call:
    world.do(calls.register_chain(APPLE, 0), calls.retire_chain(APPLE, 0))
    world.advance(CHANGE_DELAY_S)
    return calls.retire_chain(APPLE, 0)


def waiting_pauser(world: World) -> Call:
    return calls.revoke_role(OURS, Role.PAUSER, deputy(Role.PAUSER))


SPECIAL: dict[str, Callable[[World], Call]] = {
    "mint_shares with an approver": lambda world: rightful(world, "mint_shares"),
    "mint_shares with one custodian": one_custodian,
    "mint_shares with eight custodians": eight_custodians,
    "mint_shares with eight custodians and eight chains": full_reserve,
    "mint_shares with the worst of reserves": worst_reserve,
    "attest of two reports": two_reports,
    "attest of two reports with two signatures each": two_of_two,
    "attest of a chain": chain_report,
    "cancel_redemption despite pause, freeze and memo": hard_way_back,
    "settle_redemption despite a pause": settle_despite_pause,
    "settle_redemption to a chain": bridged,
    "grant_role again": renewed_role,
    "retire_chain for good": retired_for_good,
    "revoke_role that waits": waiting_pauser,
}
PLAIN: dict[str, Callable[[World], Call]] = {"mint_shares": lambda world: minted(APPLE)}
"""Calls that are measured without their optional accounts; the rest is rightful."""


def measure(name: str) -> int:
    """Compute units of the instruction, or of the special case."""
    world = fill(World(), prepare)
    made = {**SPECIAL, **PLAIN}.get(name)
    call = rightful(world, name) if made is None else made(world)
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


def test_a_full_reserve_costs_little_more() -> None:
    full, single = "mint_shares with eight custodians and eight chains", "mint_shares with one custodian"
    assert measure(full) - measure(single) <= MAX_FULL_RESERVE_EXTRA


def test_the_program_is_small() -> None:
    assert PROGRAM.stat().st_size < MAX_PROGRAM_BYTES
