"""Refusals of claims, and of what ends a distribution: the tax, what is left, and pages of claims."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, BOB, EURO, MALLORY, NVIDIA, purse, staff
from tests.embedded.cases import SUPPLY, Attempt, case, row
from tests.embedded.cases_corporate import at, foreign
from tests.embedded.cases_distributions import (
    AT_BOB,
    BALLOT,
    CAROL,
    CLAIM,
    CLOSE,
    GROSS,
    OPEN,
    PAY_AT,
    READY_AT,
    RECLAIM,
    REMIT,
    SMALL,
    UNTIL,
    belongs,
    home,
)
from tests.embedded.cases_ready import doing, idle, waiting
from tests.embedded.cases_snapshots import ALL, ENTITLED, MINE
from tests.embedded.chain import key
from tests.embedded.dividends import CHALLENGE_S, Dividend, Step, at_step, carry
from tests.embedded.world import BOB_HAS, DOLLARS, World
from xstock_client.accounts import Ballot, ClaimPage, Distribution
from xstock_client.constants import DAY_S, PROGRAM_ID, Role

# Claiming


def claim(code: str, about: str, figures: dict[str, int], *before: Callable[[World], object], **said: Any) -> None:
    row(calls.claim_dividends(APPLE, ENTITLED, AT_BOB, **said), code, about, at(Step.PAGED), *before, **figures)


belongs(CLAIM, at(Step.PAGED), home)
row(
    CLAIM,
    "WrongDistribution",
    "a page of another one",
    at(Step.PAGED),
    lambda world: world.patch(APPLE.claims(), ClaimPage.OFFSETS["distribution"], bytes(MALLORY)),
)
_NONE: dict[str, Any] = {"amounts": [], "bumps": b"", "payees": []}
claim("BadBatch", "nothing at all", {"amounts": 0, "accounts": 0}, **_NONE)
claim("BadBatch", "no accounts", {"amounts": 1, "accounts": 0}, payees=[])
claim("BadBatch", "no amounts", {"amounts": 1, "accounts": 2}, amounts=[])
claim("BadBatch", "half the amounts", {"amounts": 1, "accounts": 2}, amounts=[1])
claim("BadBatch", "an amount too many", {"amounts": 1, "accounts": 2}, amounts=[1, 0, 1])
claim("BadBatch", "no bumps", {"amounts": 0, "accounts": 2}, bumps=b"")


@case("claim_dividends", "BadBatch")
def an_account_too_many(world: World) -> Attempt:
    at_step(Step.PAGED, world)
    return CLAIM.with_rest(*CLAIM.rest, CLAIM.rest[0]), {"amounts": 1, "accounts": 3}


@case("claim_dividends", "BadBatch")
def twenty_five_leaves(world: World) -> Attempt:
    at_step(Step.PAGED, world)
    many: dict[str, Any] = {"amounts": [0] * 50, "bumps": bytes(25), "payees": [(purse(BOB), PROGRAM_ID)] * 25}
    good = calls.claim_dividends(APPLE, ENTITLED, AT_BOB, nodes=b"", **many)
    return good, {"amounts": 25, "accounts": 50}


_leaf = ENTITLED.leaves[AT_BOB]
_nodes = ENTITLED.in_page(AT_BOB)
for _index in (4096, 2**32, ALL):
    claim("WrongClaimPage", f"leaf {_index}", {"page": 0, "index": _index}, first=_index)
_expected = {"index": AT_BOB, "sum": GROSS, "expected": GROSS}
claim("WrongRoot", "without its tax", _expected, amounts=[_leaf.amount, 0])
claim("WrongRoot", "a base unit more", {**_expected, "sum": GROSS + 1}, amounts=[_leaf.amount + 1, _leaf.withheld])
claim("WrongRoot", "another owner", _expected, payees=[(purse(ALICE), PROGRAM_ID)], by=ALICE)
claim(
    "WrongRoot",
    "as another leaf",
    {**_expected, "index": 1 - AT_BOB, "sum": 2 * _leaf.amount},
    first=1 - AT_BOB,
    nodes=bytes(ENTITLED.entry(0, AT_BOB)) + _nodes[40:],
)
claim("BadProof", "a node too few", {}, nodes=_nodes[:-40])
claim("BadProof", "a node too many", {"left_over": 40, "entries": 1}, nodes=_nodes + bytes(40))
claim("BadProof", "a byte too many", {"left_over": 1, "entries": 1}, nodes=_nodes + b"\0")
claim("BadProof", "sums that overflow", {}, amounts=[ALL, 0])
claim("TaxAboveGross", "all and one", {"gross": 1, "withheld": 2}, amounts=[1, 2])
claim("LeafClaimed", "twice", {"index": AT_BOB}, doing(CLAIM))
claim("LeafClaimed", "again by its owner", {"index": AT_BOB}, doing(CLAIM), by=BOB)


@case("claim_dividends", "LeafClaimed")
def within_a_batch(world: World) -> Attempt:
    at_step(Step.PAGED, world)
    world.do(calls.claim_dividends(APPLE, ENTITLED, 1))
    return calls.claim_dividends(APPLE, ENTITLED, 0, 2), {"index": 1}


row(
    CLAIM,
    "NotFinal",
    "which no page can be",
    at(Step.PAGED),
    lambda world: world.patch(MINE.address, BALLOT, bytes(Ballot.SIZE)),
    agreed_at=0,
    window=CHALLENGE_S,
    now=PAY_AT,
)
row(
    CLAIM,
    "ClaimsNotOpen",
    "a second early",
    at(Step.FUNDED),
    doing(OPEN),
    waiting(PAY_AT - 1 - READY_AT),
    claim_from=PAY_AT,
    now=PAY_AT - 1,
)
claim("ClaimsClosed", "a second late", {"claim_until": UNTIL, "now": UNTIL + 1}, waiting(UNTIL + 1 - PAY_AT))
for _short in (0, GROSS - 1):
    row(
        CLAIM,
        "UnderFunded",
        f"with {_short} base units",
        at(Step.READY),
        *([doing(calls.fund_distribution(APPLE, _short))] if _short else []),
        doing(OPEN),
        waiting(PAY_AT - READY_AT),
        funded=_short,
        owed=GROSS,
    )
claim(
    "Overflow",
    "more paid than can be counted",
    {},
    lambda world: world.patch_field(Distribution, MINE.address, "paid", ALL),
)
row(
    calls.claim_dividends(APPLE, SMALL.entitlements, AT_BOB),
    "UnexpectedBalance",
    "no money moved",
    lambda world: carry(world, Step.PAGED, SMALL),
    idle(),
    expected=SMALL.net(BOB),
    seen=0,
)
_SPARE = key("bob's other account")


def _spare(world: World) -> None:
    world.chain.set_account(_SPARE, world.get(purse(BOB)))


claim("NotAssociated", "another account of the owner's", {}, _spare, payees=[(_SPARE, PROGRAM_ID)])
claim("NotAssociated", "another bump", {}, bumps=b"\0")


def registered(world: World) -> None:
    world.do(DOLLARS.open(CAROL), *(calls.register_recipient(stock, CAROL, owner=BOB) for stock in (APPLE, NVIDIA)))


claim("WrongTokenAccount", "another coin", {}, payees=[(purse(BOB, EURO), PROGRAM_ID)])
claim("WrongTokenAccount", "the stock", {}, payees=[(APPLE.wallet(BOB), PROGRAM_ID)])
claim("WrongTokenAccount", "no token account", {}, payees=[(MALLORY, PROGRAM_ID)])
claim(
    "WrongTokenAccount",
    "the owner's, beside a recipient's record",
    {},
    registered,
    payees=[(purse(BOB), APPLE.recipient(BOB))],
)
claim("WrongAsset", "a record for another stock", {}, registered, payees=[(purse(CAROL), NVIDIA.recipient(BOB))])
POOL = NVIDIA.asset
"""A program's address."""


@case("claim_dividends", "OwnerIsProgram")
def a_pool_without_a_recipient(world: World) -> Attempt:
    pooled = Dividend(holds={ALICE: SUPPLY - BOB_HAS, POOL: BOB_HAS})
    world.do(DOLLARS.open(POOL) if world.chain.get(purse(POOL)) is None else calls.check_solvency(APPLE))
    carry(world, Step.PAGED, pooled)
    index = pooled.entitlements.index_of(POOL)
    return calls.claim_dividends(APPLE, pooled.entitlements, index), {"index": index}


# When it is over

_over = waiting(UNTIL + 1 - PAY_AT)
_long_over = waiting(UNTIL + DAY_S + 1 - PAY_AT)
row(
    CLOSE,
    "ClaimsOpen",
    "a day after the end, to the second",
    at(Step.PAGED),
    waiting(UNTIL + DAY_S - PAY_AT),
    claim_until=UNTIL + DAY_S,
    now=UNTIL + DAY_S,
)
row(
    CLOSE,
    "WrongDistribution",
    "a page of another one",
    at(Step.PAGED),
    lambda world: world.patch(APPLE.claims(), ClaimPage.OFFSETS["distribution"], bytes(MALLORY)),
    _long_over,
)
row(CLOSE.swap(rent_receiver=MALLORY), "WrongRentReceiver", "a stranger", at(Step.PAGED), _long_over)
row(REMIT, "NothingLeft", "nothing is withheld", at(Step.PAGED))
row(REMIT, "NothingLeft", "twice", at(Step.PAGED), doing(CLAIM, REMIT))
belongs(REMIT, at(Step.PAGED), doing(CLAIM), home)
row(
    calls.remit_withheld(APPLE, withholding=purse(BOB)),
    "WrongWithholdingAccount",
    "a stranger's",
    at(Step.PAGED),
    doing(CLAIM),
)
row(
    REMIT,
    "Overflow",
    "more moved than withheld",
    at(Step.PAGED),
    lambda world: world.patch_field(Distribution, MINE.address, "remitted", 1),
)
row(
    REMIT,
    "UnexpectedBalance",
    "no money moved",
    lambda world: carry(world, Step.PAGED, SMALL),
    doing(calls.claim_dividends(APPLE, SMALL.entitlements, 0, 2)),
    idle(),
    expected=0,
    seen=45 + 60,
)


def reclaim(code: str, about: str, figures: dict[str, int], *before: Callable[[World], object], **said: Any) -> None:
    row(calls.reclaim_distribution(APPLE, **said), code, about, at(Step.PAGED), home, *before, **figures)


reclaim("ClaimsOpen", "in the last second", {"claim_until": UNTIL, "now": UNTIL}, waiting(UNTIL - PAY_AT))
reclaim("NothingLeft", "twice", {}, _over, doing(RECLAIM))
reclaim("NothingLeft", "all was claimed", {}, doing(calls.claim_dividends(APPLE, ENTITLED, 0, 2)), _over)
reclaim("WrongTokenAccount", "to a stranger", {}, _over, destination=purse(BOB))
reclaim("WrongTokenAccount", "to the treasurer", {}, _over, destination=purse(staff(Role.TREASURER)))
reclaim("UnexpectedBalance", "no money moved", {"expected": 0, "seen": GROSS}, _over, idle())
reclaim(
    "Overflow",
    "more paid than funded",
    {},
    _over,
    lambda world: world.patch_field(Distribution, MINE.address, "paid", GROSS + 1),
)
belongs(RECLAIM, at(Step.PAGED), home, _over)
foreign(RECLAIM, "treasurer", Role.TREASURER, at(Step.PAGED), home, _over)
row(RECLAIM.swap(asset=NVIDIA.asset), "WrongAsset", "another stock", at(Step.PAGED), home, _over)
row(
    calls.register_recipient(APPLE, Pubkey.default()),
    "EmptyCustodianField",
    "nobody",
)
