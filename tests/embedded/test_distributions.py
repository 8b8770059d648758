"""A distribution from its declaration to its end: what it may say, what may be paid in, and what comes out at last."""

from __future__ import annotations

from typing import Any

import pytest

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    CASHIER,
    DOLLAR,
    EURO,
    MALLORY,
    OURS,
    RATE,
    RATES_HASH,
    RIVAL,
    TREASURY,
    purse,
    staff,
)
from tests.embedded.chain import Call
from tests.embedded.dividends import Dividend, Step, carry, distribution_of, open_tax_account
from tests.embedded.paydays import books
from tests.embedded.setups import told
from tests.embedded.stages import token_refuses
from tests.embedded.world import DOLLARS, World, fill
from xstock_client.accounts import CorporateAction, Snapshot
from xstock_client.constants import DAY_S, Halt, Role
from xstock_client.events import (
    DistributionDeclared,
    DistributionFunded,
)

MINE = Dividend()
TREE = MINE.entitlements
A, B = TREE.index_of(ALICE), TREE.index_of(BOB)
SHORTEST, LONGEST = 182 * DAY_S, 3_660 * DAY_S
FUNDED_BEFORE = 91 * DAY_S
TAX = OURS.tax_account()


def _final(world: World) -> None:
    carry(world, Step.FINAL)
    open_tax_account(world, OURS)
    world.do(DOLLARS.open(MINE.address))


def _ready(world: World) -> None:
    carry(world, Step.READY)


@pytest.fixture
def final() -> World:
    return fill(World(), _final)


@pytest.fixture
def ready() -> World:
    return fill(World(), _ready)


def pay_at(world: World) -> int:
    return world.read(CorporateAction, APPLE.action()).pay_at


def declare(world: World, *, lasts: int = SHORTEST, **more: Any) -> Call:
    """Claims open at the pay time, which lies ahead."""
    opens = max(pay_at(world), world.now)
    return calls.declare_distribution(APPLE, opens + lasts, **more)


# Declared


@pytest.mark.parametrize("rules", [0, 1])
def test_declared(final: World, rules: int) -> None:
    """Rate and payout mint are those announced; everything of it is in the event and in the account."""
    world, opens = final, pay_at(final)
    done = world.run(declare(world, rules=rules))
    assert told(done.events) == DistributionDeclared(
        asset=APPLE.asset,
        snapshot=APPLE.snapshot(),
        distribution=MINE.address,
        by=staff(Role.CORPORATE),
        payout_mint=DOLLAR,
        vault=MINE.vault,
        withholding_account=TAX,
        rates_hash=RATES_HASH,
        number=0,
        action=0,
        rules=rules,
        decimals=6,
        rate=RATE,
        claim_from=opens,
        claim_until=opens + SHORTEST,
        at=world.now,
    )
    found = distribution_of(world, MINE)
    assert (found.claim_from, found.claim_until, found.rate, found.rules) == (opens, opens + SHORTEST, RATE, rules)
    assert (found.funded, found.paid, found.withheld, found.reclaimed, found.remitted, found.claims) == (0,) * 6
    assert world.read(Snapshot, APPLE.snapshot()).distributions == 1
    assert done.changed == {APPLE.snapshot(), MINE.address, TREASURY}


@pytest.mark.parametrize("late", [0, 1, 400 * DAY_S])
def test_claims_open_at_the_pay_time_or_now(final: World, late: int) -> None:
    final.advance(pay_at(final) + late - final.now)
    final.do(declare(final, by=OURS.authority))
    assert distribution_of(final, MINE).claim_from == final.now


@pytest.mark.parametrize(
    ("lasts", "fits"),
    [
        (SHORTEST - 1, False),
        (SHORTEST, True),
        (LONGEST, True),
        (LONGEST + 1, False),
        (-1, False),
        (0, False),
    ],
)
def test_windows(final: World, lasts: int, fits: bool) -> None:
    """Half a year at least and ten years at most, from the opening on."""
    sent = declare(final, lasts=lasts)
    if fits:
        final.do(sent)
    else:
        error = final.fail(sent)
        assert getattr(error, "name", "") == "BadClaimWindow"
        figures = getattr(error, "figures", {})
        assert (figures["minimum"], figures["maximum"]) == (SHORTEST, LONGEST)


@pytest.mark.parametrize(
    ("bent", "name"),
    [
        ({"rules": 2}, "BadRules"),
        ({"rules": 255}, "BadRules"),
        ({"rates_hash": bytes(32)}, "BadRules"),
        ({"number": 1}, "WrongDistributionNumber"),
        ({"mint": EURO}, "WrongPaymentMint"),
        ({"withholding": purse(MALLORY)}, "WrongWithholdingAccount"),
        ({"withholding": purse(TREASURY)}, "WrongWithholdingAccount"),
        ({"withholding": OURS.authority}, "WrongWithholdingAccount"),
        ({"vault": purse(CASHIER)}, "WrongTokenAccount"),
    ],
)
def test_what_cannot_be_declared(final: World, bent: dict[str, Any], name: str) -> None:
    assert getattr(final.fail(declare(final, **bent)), "name", "") == name


def test_the_vault_is_not_where_the_tax_goes(final: World) -> None:
    final.fail(declare(final, withholding=MINE.vault))


@pytest.mark.parametrize("spoil", ["frozen", "delegate", "closer"])
def test_vaults_that_somebody_could_touch(final: World, spoil: str) -> None:
    """A delegate or a close authority from before, or a freeze."""
    somebody = b"\1\0\0\0" + bytes(MALLORY)
    at, data = {"frozen": (108, b"\2"), "delegate": (72, somebody), "closer": (129, somebody)}[spoil]
    final.patch(MINE.vault, at, data)
    assert getattr(final.fail(declare(final)), "name", "") == "WrongBondVault"


@pytest.mark.parametrize("role", Role)
def test_who_declares(final: World, role: Role) -> None:
    sent = declare(final).swap(officer=staff(role), grant=OURS.grant(role))
    if role is Role.CORPORATE:
        final.do(sent)
    else:
        final.refuse(sent, "WrongRoleGrant")
        final.refuse(sent.swap(officer=RIVAL.authority, grant=sent.address("program")), "NotAuthority")
        final.do(declare(final, by=OURS.authority))


def test_a_halt_of_changes_stops_the_declaration(final: World) -> None:
    final.do(calls.halt(APPLE, Halt.CHANGES))
    final.refuse(declare(final), "ChangesHalted")


def test_one_after_the_other(final: World) -> None:
    """Of one snapshot: each with its own number, tree and vault."""
    world = final
    world.do(declare(world), DOLLARS.open(APPLE.distribution(1)))
    again = declare(world)
    world.fail(again)
    world.do(declare(world, number=1))
    assert world.read(Snapshot, APPLE.snapshot()).distributions == 2


# Funded


@pytest.mark.parametrize("parts", [(TREE.sum,), (1, TREE.sum - 1), (10, 20, TREE.sum - 30)])
def test_funded_in_parts(ready: World, parts: tuple[int, ...]) -> None:
    world, funded = ready, 0
    for amount in parts:
        before = world.dollars(CASHIER)
        funded += amount
        event = told(world.run(calls.fund_distribution(APPLE, amount)).events)
        assert event == DistributionFunded(APPLE.asset, MINE.address, CASHIER, amount, funded, TREE.sum, world.now)
        assert before - world.dollars(CASHIER) == amount
        assert books(world, MINE).funded == funded
    full = calls.fund_distribution(APPLE, 1)
    world.refuse(full, "NothingMissing", funded=TREE.sum)


@pytest.mark.parametrize("more", [1, 10**9, 2**64 - 1 - TREE.sum])
def test_no_more_is_taken_than_is_missing(ready: World, more: int) -> None:
    """Whoever pays a unit before the agent does not stop the agent."""
    world = ready
    world.do(DOLLARS.pay(purse(CASHIER), purse(MALLORY), 1, CASHIER))
    world.do(calls.fund_distribution(APPLE, 1, funder=MALLORY))
    before = world.dollars(CASHIER)
    event = told(world.run(calls.fund_distribution(APPLE, TREE.sum + more)).events)
    assert isinstance(event, DistributionFunded)
    assert (event.amount, event.funded) == (TREE.sum - 1, TREE.sum)
    assert before - world.dollars(CASHIER) == TREE.sum - 1
    books(world, MINE)


def test_nothing_is_no_funding(ready: World) -> None:
    ready.refuse(calls.fund_distribution(APPLE, 0), "ZeroAmount")


@pytest.mark.parametrize("step", [Step.DECLARED, Step.ENTITLED])
def test_not_before_it_is_known_what_is_owed(world: World, step: Step) -> None:
    carry(world, step)
    assert getattr(world.fail(calls.fund_distribution(APPLE, 1)), "name", "") == "NotFinal"
    assert getattr(world.fail(calls.open_claim_page(APPLE, TREE)), "name", "") == "NotFinal"


@pytest.mark.parametrize("late", [0, 1])
def test_until_when(ready: World, late: int) -> None:
    """Claims stay open for a quarter of a year at least once the money is there."""
    latest = distribution_of(ready, MINE).claim_until - FUNDED_BEFORE
    ready.advance(latest + late - ready.now)
    sent = calls.fund_distribution(APPLE, TREE.sum)
    if late:
        ready.refuse(sent, "TooLateToFund", latest=latest, now=latest + 1)
    else:
        ready.do(sent)


def test_other_peoples_money(ready: World) -> None:
    """The funder signs for its own account, of the payout mint, into this vault."""
    stolen = calls.fund_distribution(APPLE, 5, funder=MALLORY, source=purse(CASHIER))
    token_refuses(ready, stolen, 4)
    ready.fail(calls.fund_distribution(APPLE, 5, source=purse(CASHIER, EURO)))
    ready.refuse(calls.fund_distribution(APPLE, 5).swap(vault=purse(MALLORY)), "WrongBondVault")
    ready.refuse(calls.fund_distribution(APPLE, 5).swap(payout_mint=EURO), "WrongPaymentMint")
    books(ready, MINE)
