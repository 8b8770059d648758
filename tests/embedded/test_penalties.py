"""What a missed deadline costs, and who may claim it for whom."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ABANDONED_S,
    ALICE,
    APPLE,
    BOND,
    CASHIER,
    DOLLAR_UNIT,
    EURO,
    MALLORY,
    NVIDIA,
    PENALTY_RATE,
    TREASURY,
    purse,
)
from tests.embedded.reserving import asked, set_policy, taken
from tests.embedded.setups import told
from tests.embedded.stages import (
    ACCEPT_BY,
    ARBITER_UNTIL,
    PENALTY,
    SETTLE_BY,
    TEN,
    Kind,
    Stage,
    ask,
    at_stage,
    audit,
    skip,
)
from tests.embedded.tills import COINS, with_till
from tests.embedded.world import ALICE_HAS, BOB_HAS, ONE, World
from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import DAY_S, PROGRAM_ID, RequestState
from xstock_client.events import RedemptionDefaulted

SUPPLY = ALICE_HAS + BOB_HAS
WALLET = APPLE.wallet(ALICE)


@pytest.mark.parametrize("caller", [ALICE, MALLORY])
@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("name", COINS)
def test_a_missed_deadline(name: str, accepted: bool, caller: Pubkey) -> None:
    """Tokens and penalty come to the holder, whoever claims; the rent to its payer."""
    world, till = with_till(name)
    ask(world, TEN, Kind.MARKET)
    ask(world, 3, Kind.MARKET)
    deadline = ACCEPT_BY
    if accepted:
        world.do(calls.accept_redemption(APPLE, id=0, price=calls.QUOTE), calls.agree_quote(APPLE, id=0))
        deadline = SETTLE_BY
    sent = till.default(caller=caller)
    skip(world, deadline)
    world.refuse(sent, "DeadlineNotPassed", now=deadline, deadline=deadline)
    world.advance(1)
    done = world.run(sent)
    event = RedemptionDefaulted(
        asset=APPLE.asset,
        holder=ALICE,
        caller=caller,
        destination=WALLET,
        payee=till.purse(ALICE),
        id=0,
        amount=TEN,
        state=RequestState.ACCEPTED if accepted else RequestState.REQUESTED,
        deadline=deadline,
        penalty=PENALTY,
        bond=BOND - PENALTY,
        bond_reserved=1,
        pending=3,
        at=deadline + 1,
    )
    assert done.events == (event,)
    closed = APPLE.request(ALICE, 0)
    moved = {till.purse(ALICE), till.vault, WALLET, APPLE.escrow}
    assert done.changed == {closed, TREASURY, APPLE.asset, *moved}
    assert done.lamports(TREASURY) == -done.lamports(closed) == world.chain.rent_of(RedemptionRequest.SIZE)
    assert (world.amount(WALLET), world.amount(APPLE.escrow)) == (ALICE_HAS - 3, 3)
    assert (world.money(till.purse(ALICE)), world.money(till.vault)) == (PENALTY, BOND - PENALTY)
    asset = world.asset(APPLE)
    assert (asset.requested, asset.settled, asset.returned, asset.pending) == (TEN + 3, 0, TEN, 3)
    assert (world.supply(APPLE), asset.known_supply) == (SUPPLY, SUPPLY)
    world.refuse(sent, "AccountDataTooSmall")
    audit(world)


@pytest.mark.parametrize(("kind", "min_price"), [(Kind.LIMIT, 1), (Kind.LIMIT, 2**64 - 1), (Kind.OFF_CHAIN, 0)])
def test_what_nobody_accepted_is_no_debt_when_it_needs_agreement(world: World, kind: Kind, min_price: int) -> None:
    """A price or a delivery that cannot be would farm the bond otherwise; and it reserves nothing of it."""
    event = asked(world, TEN, kind, min_price=min_price)
    assert (event.penalty_rate, event.penalty, event.bond_reserved) == (PENALTY_RATE, 0, 0)
    skip(world, ACCEPT_BY + 1)
    ended = told(world.run(calls.default_redemption(APPLE, id=0, pays=False)).events)
    assert isinstance(ended, RedemptionDefaulted)
    assert (ended.penalty, ended.payee, ended.bond, ended.bond_reserved) == (0, Pubkey.default(), BOND, 0)
    assert (world.amount(WALLET), world.dollars(ALICE), world.money(APPLE.bond_vault)) == (ALICE_HAS, 0, BOND)
    audit(world)


@pytest.mark.parametrize("kind", list(Kind))
def test_what_was_accepted_is_a_debt_always(world: World, kind: Kind) -> None:
    asked(world, TEN, kind)
    skip(world, ACCEPT_BY)  # the last second to accept it in
    event = taken(world, 0, kind)
    assert (event.penalty, event.settle_by) == (PENALTY, SETTLE_BY)
    if kind is Kind.MARKET:
        world.do(calls.agree_quote(APPLE, id=0))
    skip(world, SETTLE_BY + 1)
    ended = told(world.run(calls.default_redemption(APPLE, id=0)).events)
    assert isinstance(ended, RedemptionDefaulted) and ended.penalty == PENALTY
    assert world.dollars(ALICE) == PENALTY
    audit(world)


@pytest.mark.parametrize("caller", [ALICE, MALLORY])
def test_a_quote_that_nobody_agreed_to_costs_nothing(caller: Pubkey) -> None:
    """It lapses with the time to settle; until then the bond has it reserved, as the holder may still agree."""
    world = at_stage(Stage.LAPSED, Kind.MARKET)
    assert world.asset(APPLE).bond_reserved == PENALTY
    ended = told(world.run(calls.default_redemption(APPLE, id=0, caller=caller, pays=False)).events)
    assert isinstance(ended, RedemptionDefaulted)
    assert (ended.state, ended.deadline, ended.penalty) == (RequestState.ACCEPTED, SETTLE_BY, 0)
    assert (ended.bond, ended.bond_reserved, ended.payee) == (BOND, 0, Pubkey.default())
    assert (world.amount(WALLET), world.dollars(ALICE)) == (ALICE_HAS, 0)
    audit(world)


def test_a_penalty_needs_its_accounts() -> None:
    for stage, kind in ((Stage.IGNORED, Kind.MARKET), (Stage.OVERDUE, Kind.LIMIT), (Stage.UNRULED, Kind.OFF_CHAIN)):
        world = at_stage(stage, kind)
        good = calls.default_redemption(APPLE, id=0)
        world.refuse(calls.default_redemption(APPLE, id=0, pays=False), "PenaltyAccountsMissing")
        for name in ("payment_mint", "bond_vault", "payee"):
            world.refuse(good.swap(**{name: PROGRAM_ID}), "PenaltyAccountsMissing")
        world.refuse(good.swap(payment_mint=EURO), "WrongPaymentMint")
        for vault in (purse(TREASURY), purse(CASHIER, EURO), NVIDIA.bond_vault):
            world.refuse(good.swap(bond_vault=vault), "WrongBondVault")
        missing = world.fail(good.swap(payment_program=PROGRAM_ID))
        assert "Unknown program" in str(missing)
        world.do(good)
        audit(world)


@pytest.mark.parametrize("caller", [ALICE, MALLORY])
@pytest.mark.parametrize(
    ("stage", "kind", "deadline"),
    [
        (Stage.IGNORED, Kind.MARKET, ACCEPT_BY),
        (Stage.OVERDUE, Kind.MARKET, SETTLE_BY),
        (Stage.OVERDUE, Kind.OFF_CHAIN, SETTLE_BY),
        (Stage.UNRULED, Kind.OFF_CHAIN, ARBITER_UNTIL),
    ],
)
def test_abandoned_it_ends_without_its_penalty(stage: Stage, kind: Kind, deadline: int, caller: Pubkey) -> None:
    """Thirty days late, anyone frees the tokens of a holder whom no coin reaches. Whoever can still pays it."""
    for pays in (False, True):
        world = at_stage(stage, kind)
        without = calls.default_redemption(APPLE, id=0, caller=caller, pays=False)
        skip(world, deadline + ABANDONED_S)
        world.refuse(without, "PenaltyAccountsMissing")
        world.advance(1)
        ended = told(world.run(calls.default_redemption(APPLE, id=0, caller=caller, pays=pays)).events)
        assert isinstance(ended, RedemptionDefaulted)
        paid = PENALTY if pays else 0
        assert (ended.penalty, ended.bond, ended.bond_reserved) == (paid, BOND - paid, 0)
        assert (world.amount(WALLET), world.dollars(ALICE)) == (ALICE_HAS, paid)
        audit(world)


def test_a_late_settlement_or_cancel_frees_the_penalty() -> None:
    for sent in (calls.settle_redemption(APPLE, TEN, id=0), calls.cancel_redemption(APPLE, id=0)):
        world = at_stage(Stage.OVERDUE)
        world.do(sent)
        assert (world.asset(APPLE).bond, world.asset(APPLE).bond_reserved) == (BOND, 0)
        world.refuse(calls.default_redemption(APPLE, id=0), "AccountDataTooSmall")
        audit(world)


def test_after_a_part_the_penalty_is_that_of_the_rest() -> None:
    world = at_stage(Stage.ACCEPTED)
    world.do(calls.settle_redemption(APPLE, TEN, id=0, rest=3 * ONE + 1))
    paid = world.dollars(ALICE)
    skip(world, SETTLE_BY + 1)
    event = told(world.run(calls.default_redemption(APPLE, id=0)).events)
    assert isinstance(event, RedemptionDefaulted)
    assert (event.amount, event.penalty) == (3 * ONE + 1, 6 * DOLLAR_UNIT + 1)
    assert world.dollars(ALICE) == paid + 6 * DOLLAR_UNIT + 1
    asset = world.asset(APPLE)
    assert (asset.settled, asset.returned, asset.bond) == (7 * ONE - 1, 3 * ONE + 1, BOND - 6 * DOLLAR_UNIT - 1)
    audit(world)


@pytest.mark.parametrize("multiplier", [1, MULTIPLIER_SCALE // 10, 4 * MULTIPLIER_SCALE])
def test_a_split_changes_nothing_in_it(multiplier: int) -> None:
    """It is per raw unit: what was reserved is what is paid."""
    world = at_stage(Stage.OVERDUE)
    world.patch_multiplier(APPLE, multiplier)
    world.do(calls.default_redemption(APPLE, id=0))
    assert world.dollars(ALICE) == PENALTY
    audit(world)


def test_a_policy_that_changes_later_changes_nothing_in_a_request() -> None:
    """Deadlines, fee, dispute window and the most that a missed deadline costs stay, tighter or looser."""
    world = at_stage(Stage.REQUESTED)
    before = world.request(APPLE)
    set_policy(world, accept_window_s=30 * DAY_S, settle_window_s=30 * DAY_S, penalty_rate=1, holder_penalty_cap=1)
    set_policy(world, redemption_fee_bps=500, dispute_window_s=30 * DAY_S)
    assert world.request(APPLE) == before
    assert taken(world, 0, Kind.LIMIT).penalty == PENALTY
    skip(world, SETTLE_BY + 1)
    world.do(calls.default_redemption(APPLE, id=0))
    assert world.dollars(ALICE) == PENALTY
