"""Ceilings of what each instruction costs, a little above what was measured, and the size of the program.

Keys are fixed, so that every search for an address takes the same tries in every run. Figures are compute units of the
instruction with all that it calls, without the transaction's compute budget. Instructions that an admin may send in the
authority's place are measured with the admin's grant, cancellations with a pauser's.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, CHANGE_DELAY_S, NVIDIA, OURS, QUOTE, Due, Stock, deputy, staff
from tests.embedded.chain import INSTRUCTIONS, PROGRAM, Call, key
from tests.embedded.crowds import (
    CROWD,
    crowd_challenge,
    crowd_claim,
    crowd_page,
    crowd_recipient,
    ex_dividend,
    last_vote,
)
from tests.embedded.rightful import prepared, rightful
from tests.embedded.setups import add_custodians, freeze, pause
from tests.embedded.test_ways_back import TEN, demand_memo
from tests.embedded.tokens import open_token_account
from tests.embedded.world import DOLLARS, RESERVE, World, cosigned, fill, relay
from xstock_client.amounts import Shares
from xstock_client.constants import CHAIN_SLOTS, CUSTODIAN_SLOTS, DAY_S, MEMO, Payout, Role
from xstock_client.message import ed25519_instruction
from xstock_client.rehearsal.stage import program_units

MARGIN = 1.03
"""How far above its measured figure an instruction may rise."""

MEASURED: dict[str, int] = {
    "accept_authority": 1_709,
    "accept_redemption": 2_852,
    "agree_quote": 1_877,
    "announce_action": 13_150,
    "apply_identifiers": 30_581,
    "apply_policy": 3_219,
    "attest": 4_780,
    "cancel_action": 5_761,
    "cancel_attestors": 2_112,
    "cancel_bond_withdrawal": 2_142,
    "cancel_handoff": 1_860,
    "cancel_policy": 2_118,
    "cancel_raise": 1_995,
    "cancel_redemption": 8_700,
    "cancel_renunciation": 1_781,
    "cancel_role_change": 1_882,
    "cancel_slot_change": 2_077,
    "challenge_order": 5_476,
    "challenge_sum": 5_203,
    "check_solvency": 2_941,
    "claim_dividends": 12_040,
    "close_claim_page": 1_725,
    "close_ticket_page": 1_707,
    "conclude_redemption": 6_881,
    "create_issuer": 3_925,
    "declare_distribution": 5_161,
    "default_redemption": 10_914,
    "deposit_bond": 3_405,
    "dispute_payment": 1_811,
    "fund_distribution": 3_337,
    "grant_role": 4_334,
    "halt": 1_985,
    "list_asset": 85_822,
    "mark_paid": 2_301,
    "mint_shares": 7_245,
    "open_bond": 2_418,
    "open_claim_page": 5_306,
    "open_holder_book": 3_491,
    "open_ticket_page": 3_764,
    "propose_authority": 1_728,
    "queue_bond_withdrawal": 2_294,
    "raise_watermark": 2_061,
    "reclaim_distribution": 3_902,
    "record_snapshot": 4_496,
    "register_chain": 4_519,
    "register_custodian": 4_958,
    "register_recipient": 3_547,
    "reject_redemption": 13_351,
    "reject_root": 2_187,
    "remit_withheld": 3_340,
    "renounce_role": 1_679,
    "reopen": 2_642,
    "request_redemption": 9_580,
    "resume": 2_107,
    "retire_chain": 2_103,
    "retire_custodian": 3_714,
    "revoke_role": 2_042,
    "rule_dispute": 1_967,
    "set_allowance": 4_715,
    "set_attestors": 2_596,
    "set_chain_cap": 2_819,
    "set_policy": 4_941,
    "settle_redemptions": 13_378,
    "vote_root": 2_515,
    "withdraw_bond": 3_780,
    "mint_shares with an approver": 7_346,
    "mint_shares with one custodian": 7_102,
    "mint_shares with eight custodians": 7_585,
    "mint_shares with eight custodians and eight chains": 8_281,
    "mint_shares with the worst of reserves": 9_014,
    "attest of two reports": 7_748,
    "attest of two reports with two signatures each": 8_448,
    "attest of a chain": 5_082,
    "request_redemption at market": 9_699,
    "request_redemption outside the chain": 9_544,
    "accept_redemption at market": 2_517,
    "accept_redemption with a minimum": 2_652,
    "cancel_redemption without a memo": 7_358,
    "cancel_redemption despite pause, freeze and memo": 18_482,
    "settle_redemptions of one": 9_651,
    "settle_redemptions of ten": 43_864,
    "settle_redemptions despite a pause": 17_919,
    "mark_paid to a chain": 2_545,
    "conclude_redemption of a chain": 7_220,
    "default_redemption by a stranger": 11_146,
    "default_redemption without a penalty": 7_845,
    "grant_role again": 2_775,
    "retire_chain for good": 2_196,
    "revoke_role that waits": 2_046,
    "announce_action of a dividend": 5_720,
    "announce_action of a split": 12_419,
    "challenge_order in a million": 7_622,
    "claim_dividends in a million": 8_385,
    "claim_dividends in a million by its owner": 7_971,
    "claim_dividends in a million to a recipient": 8_233,
    "claim_dividends of ten in a million": 44_743,
    "open_claim_page in a million": 6_058,
    "vote_root that agrees": 2_462,
}
"""Compute units by instruction; the last ones are special cases of an instruction."""

REACH = {
    "mint_shares": 8_000,
    "mint_shares with eight custodians and eight chains": 9_000,
    "mint_shares with the worst of reserves": 9_500,
    "attest": 7_000,
    "request_redemption": 12_000,
    "request_redemption at market": 12_000,
    "request_redemption outside the chain": 12_000,
    "cancel_redemption": 11_000,
    "accept_redemption": 11_000,
    "settle_redemptions of one": 11_000,
    "claim_dividends in a million": 10_000,
    "claim_dividends in a million by its owner": 10_000,
    "claim_dividends in a million to a recipient": 10_000,
}
"""What the project promises to stay below."""

MAX_PER_REQUEST = 6_000
"""What each further request of a batch may cost (issue 5), paid in a coin of SPL Token."""
MEASURED_PER_REQUEST = 3_805

MAX_FULL_RESERVE_EXTRA = 1_500
"""How much more than with one custodian and no chain a mint may cost with eight of each (issue 4)."""

MAX_PROGRAM_BYTES = 640_000


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


def to_chain(world: World) -> Call:
    """The desk says that it has issued a request's shares on another chain."""
    world.do(calls.register_chain(APPLE, 0))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest(APPLE, 0, RESERVE), world.attest(APPLE, 1, RESERVE))
    world.do(calls.set_chain_cap(APPLE, 0, TEN))
    world.do(calls.request_redemption(APPLE, TEN, id=2, payout=Payout.OFF_CHAIN))
    world.do(calls.accept_redemption(APPLE, id=2))
    return calls.mark_paid(APPLE, id=2, to_chain=0)


def bridged(world: World) -> Call:
    world.do(to_chain(world))
    return calls.conclude_redemption(APPLE, id=2)


def accept(world: World, **terms: Any) -> Call:
    world.do(calls.request_redemption(APPLE, TEN, id=2, **terms))
    return calls.accept_redemption(APPLE, id=2, price=0 if terms["min_price"] else QUOTE, arbiter=None)


def batch(world: World, length: int) -> Call:
    """As many holders, each with a purse and a request of its own."""
    dues = [Due(TEN, 0, key(f"holder {place}")) for place in range(length)]
    for place, due in enumerate(dues):
        who = due.holder
        world.do(open_token_account(APPLE, who), calls.open_holder_book(APPLE, who), DOLLARS.open(who))
        world.do(calls.mint_shares(APPLE, TEN, ticket=100 + place, to=who))
        world.do(calls.request_redemption(APPLE, TEN, id=0, holder=who))
        world.do(calls.accept_redemption(APPLE, id=0, holder=who))
    return calls.settle_redemptions(APPLE, *dues)


def late(world: World, *, min_price: int) -> Call:
    """A request that nobody has accepted in time."""
    world.do(calls.request_redemption(APPLE, TEN, id=2, min_price=min_price))
    world.advance(calls.ACCEPT_WINDOW_S + 1)
    return calls.default_redemption(APPLE, id=2, pays=not min_price)


def hard_way_back(world: World) -> Call:
    world.do(calls.request_redemption(APPLE, TEN, id=2))
    demand_memo(world)
    freeze(world, APPLE.wallet(ALICE))
    pause(world)
    return calls.cancel_redemption(APPLE, id=2, memo=MEMO)


def settle_despite_pause(world: World) -> Call:
    settle = rightful(world, "settle_redemptions")
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
    "request_redemption at market": lambda world: calls.request_redemption(APPLE, TEN, id=2, min_price=0),
    "request_redemption outside the chain": lambda world: calls.request_redemption(
        APPLE, TEN, id=2, payout=Payout.OFF_CHAIN
    ),
    "accept_redemption at market": lambda world: accept(world, min_price=0),
    "accept_redemption with a minimum": lambda world: accept(world, min_price=1),
    "cancel_redemption without a memo": lambda world: calls.cancel_redemption(APPLE, id=0),
    "cancel_redemption despite pause, freeze and memo": hard_way_back,
    "settle_redemptions of one": lambda world: batch(world, 1),
    "settle_redemptions of ten": lambda world: batch(world, 10),
    "settle_redemptions despite a pause": settle_despite_pause,
    "mark_paid to a chain": to_chain,
    "conclude_redemption of a chain": bridged,
    "default_redemption by a stranger": lambda world: late(world, min_price=0),
    "default_redemption without a penalty": lambda world: late(world, min_price=1),
    "grant_role again": renewed_role,
    "retire_chain for good": retired_for_good,
    "revoke_role that waits": waiting_pauser,
    "announce_action of a dividend": ex_dividend,
    "announce_action of a split": lambda world: calls.announce_split(APPLE, world.now + 4 * DAY_S),
    "challenge_order in a million": crowd_challenge,
    "claim_dividends in a million": crowd_claim,
    "claim_dividends in a million by its owner": lambda world: crowd_claim(
        world, by=CROWD.entitlements.leaves[CROWD.first].owner
    ),
    "claim_dividends in a million to a recipient": crowd_recipient,
    "claim_dividends of ten in a million": lambda world: crowd_claim(world, 10),
    "open_claim_page in a million": crowd_page,
    "vote_root that agrees": last_vote,
}
PLAIN: dict[str, Callable[[World], Call]] = {"mint_shares": lambda world: minted(APPLE)}
"""Calls that are measured without their optional accounts; the rest is rightful."""


def measure(name: str) -> int:
    """Compute units of the instruction, or of the special case."""
    world = prepared(name)
    made = {**SPECIAL, **PLAIN}.get(name)
    call = rightful(world, name) if made is None else made(world)
    return program_units(world.run(call, any_size=True).executed)


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


def test_each_further_request_of_a_batch_costs_the_same() -> None:
    """Without a limit but the transaction's size: nothing is searched for, and nothing burns in between."""
    costs = []
    for length in range(1, 11):
        world = fill(World())
        costs.append(program_units(world.run(batch(world, length), any_size=True).executed))
    further = [after - before for before, after in pairwise(costs)]
    assert max(further) <= MEASURED_PER_REQUEST * MARGIN <= MAX_PER_REQUEST
    assert max(further) - min(further) < 100


def test_a_request_keeps_its_promise_for_all_but_the_unluckiest_addresses() -> None:
    """Each try for the request's address costs the same; half of them need none beyond the first."""
    world, found = fill(World()), {}
    for id in range(16):
        units = program_units(world.run(calls.request_redemption(APPLE, 1, id=id)).executed)
        found[255 - world.request(APPLE, id).bump] = units
    per_try = found[1] - found[0]
    tries = (REACH["request_redemption"] - found[0]) // per_try
    assert tries >= 6, "one in 2^7 addresses needs more"


def test_the_program_is_small() -> None:
    assert PROGRAM.stat().st_size < MAX_PROGRAM_BYTES
