"""Refusals around distributions until they are claimed: declared, funded, and their pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, BOB, DOLLAR, EURO, MALLORY, NVIDIA, OURS, purse
from tests.embedded.cases import SUPPLY, Attempt, case, row
from tests.embedded.cases_corporate import at, foreign
from tests.embedded.cases_ready import doing, idle, waiting
from tests.embedded.cases_snapshots import AGREED_AT, ALL, ENTITLED, FINAL_AT, MINE, RECORD_AT
from tests.embedded.chain import Call, key
from tests.embedded.dividends import CHALLENGE_S, CLAIM_S, NOTICE_S, Dividend, Step, at_step, open_tax_account
from tests.embedded.tokens import Coin, make_coin
from tests.embedded.trees import EMPTY
from tests.embedded.world import DOLLARS, EUROS, World
from xstock_client.accounts import CorporateAction, Distribution, Snapshot
from xstock_client.clients.token import Extension
from xstock_client.constants import DAY_S, TOKEN_2022, Role

CAROL = key("carol")
PAY_AT = RECORD_AT + 5 * DAY_S
"""When claims open."""
UNTIL = PAY_AT + CLAIM_S
HALF_YEAR_S, TEN_YEARS_S, FUNDED_S = 182 * DAY_S, 3_660 * DAY_S, 91 * DAY_S
READY_AT = FINAL_AT + CHALLENGE_S + 1
GROSS = ENTITLED.sum
AT_BOB = ENTITLED.index_of(BOB)

SMALL = Dividend(rate=3 * 10**6, tax={ALICE: 2_000, BOB: 3_000})
"""Three base units per share, so that amounts are text: of 150 and 300, 45 and 60 are tax."""

DECLARE = calls.declare_distribution(APPLE, UNTIL)
FUND = calls.fund_distribution(APPLE, 10)
OPEN = calls.open_claim_page(APPLE, ENTITLED)
CLAIM = calls.claim_dividends(APPLE, ENTITLED, AT_BOB)
CLOSE = calls.close_claim_page(APPLE)
REMIT = calls.remit_withheld(APPLE)
RECLAIM = calls.reclaim_distribution(APPLE)
BALLOT = Distribution.OFFSETS["ballot"]


# Declaring


def ready(world: World) -> None:
    """All that a declaration needs."""
    at_step(Step.FINAL, world)
    world.do(DOLLARS.open(MINE.address), EUROS.open(MINE.address))
    open_tax_account(world, OURS)
    open_tax_account(world, OURS, EUROS)


def declare(code: str, about: str, figures: dict[str, int], *before: Callable[[World], object], **terms: Any) -> None:
    until = terms.pop("until", UNTIL)
    row(calls.declare_distribution(APPLE, until, **terms), code, about, ready, *before, **figures)


foreign(DECLARE, "officer", Role.CORPORATE, ready)
declare("ChangesHalted", "halted", {}, doing(calls.halt(APPLE, 4)))
row(
    DECLARE,
    "NotFinal",
    "a snapshot that is agreed on",
    at(Step.AGREED),
    agreed_at=AGREED_AT,
    window=CHALLENGE_S,
    now=AGREED_AT,
)
row(
    DECLARE,
    "NotFinal",
    "in the last second of its day",
    at(Step.AGREED),
    waiting(CHALLENGE_S),
    agreed_at=AGREED_AT,
    window=CHALLENGE_S,
    now=AGREED_AT + CHALLENGE_S,
)
for _number in (1, ALL % 2**32):
    declare("WrongDistributionNumber", f"number {_number}", {"given": _number, "next": 0}, number=_number)
declare(
    "Overflow",
    "the last number",
    {},
    lambda world: world.patch_field(Snapshot, APPLE.snapshot(), "distributions", 2**32 - 1),
    lambda world: world.do(DOLLARS.open(APPLE.distribution(2**32 - 1))),
    number=2**32 - 1,
)
for _rules in (2, 3, 128, 255):
    declare("BadRules", f"rules {_rules}", {"rules": _rules}, rules=_rules)
declare("BadRules", "no rates", {"rules": 1}, rules=1, rates_hash=bytes(32))
row(DECLARE.swap(asset=NVIDIA.asset), "WrongAsset", "another stock", ready)
row(
    DECLARE.swap(action=APPLE.action(1)),
    "WrongAction",
    "another dividend",
    ready,
    doing(calls.announce_dividend(APPLE, FINAL_AT + NOTICE_S, 1)),
    action=1,
    needed=0,
)
row(
    DECLARE.swap(action=APPLE.action(1)),
    "WrongActionKind",
    "a split",
    ready,
    doing(calls.announce_split(APPLE, FINAL_AT + 3 * DAY_S, number=1)),
    kind=3,
    needed=1,
)
declare("WrongPaymentMint", "another coin than announced", {}, mint=EURO)
for _about, _account in {
    "a stranger's": purse(BOB),
    "the authority's of another coin": OURS.tax_account(EURO),
    "the vault itself": MINE.vault,
    "no token account": MALLORY,
    "the stock's": APPLE.wallet(ALICE),
}.items():
    declare("WrongWithholdingAccount", _about, {}, withholding=_account)
for _open in (HALF_YEAR_S - 1, TEN_YEARS_S + 1, 0, -1):
    _limits = {"seconds": _open, "minimum": HALF_YEAR_S, "maximum": TEN_YEARS_S}
    declare("BadClaimWindow", f"open for {_open} seconds", _limits, until=PAY_AT + _open)
declare(
    "BadClaimWindow",
    "half a year from the pay time, which has passed",
    {"seconds": HALF_YEAR_S - 1, "minimum": HALF_YEAR_S, "maximum": TEN_YEARS_S},
    waiting(PAY_AT + 1 - FINAL_AT),
    until=PAY_AT + HALF_YEAR_S,
)


def vetted(
    code: str, about: str, prepare: Callable[[World], Pubkey], vault: Pubkey | None = None, **figures: int
) -> None:
    """The announced coin, which ``prepare`` makes and returns, or its vault."""

    def attempt(world: World) -> Attempt:
        ready(world)
        mint = prepare(world)
        world.patch(APPLE.action(), CorporateAction.OFFSETS["payout_mint"], bytes(mint))
        return DECLARE.swap(payout_mint=mint, vault=vault or _vault(mint, world)), figures

    attempt.__name__ = about.replace(" ", "_")
    case("declare_distribution", code)(attempt)


def _vault(mint: Pubkey, world: World) -> Pubkey:
    return Coin(mint, world.get(mint).owner).wallet(MINE.address)


def _coin(*extensions: Extension, **terms: Any) -> Callable[[World], Pubkey]:
    def make(world: World) -> Pubkey:
        coin = make_coin(world.chain, "made", extensions, program=TOKEN_2022, **terms)
        world.do(coin.open(MINE.address))
        return coin.mint

    return make


def _frozen(world: World) -> Pubkey:
    world.do(DOLLARS.freeze(MINE.vault))
    return DOLLAR


def _few_decimals(world: World) -> Pubkey:
    world.patch(DOLLAR, 44, bytes([5]))
    return DOLLAR


vetted("WrongPaymentMint", "the stock itself", lambda world: APPLE.mint, vault=APPLE.wallet(ALICE))
vetted("WrongPaymentMint", "no mint", lambda world: MALLORY, vault=MINE.vault)
vetted("UnfitPaymentMint", "a fee", _coin(Extension.TRANSFER_FEE_CONFIG, fee_bps=1), extension=1)
vetted("UnfitPaymentMint", "pausable", _coin(Extension.PAUSABLE), extension=Extension.PAUSABLE)
vetted("PaymentDecimals", "five decimals", _few_decimals, decimals=5, minimum=6, maximum=9)
vetted("WrongBondVault", "a frozen vault", _frozen)
for _about, _account in {"somebody else's": purse(BOB), "the bond's": APPLE.bond_vault}.items():
    vetted("WrongTokenAccount", _about, lambda world: DOLLAR, vault=_account)


# Funding

_paid_final = {"agreed_at": FINAL_AT, "window": CHALLENGE_S, "now": FINAL_AT}
row(calls.fund_distribution(APPLE, 0), "ZeroAmount", "nothing", at(Step.READY))
row(FUND, "NotFinal", "no entitlements", at(Step.DECLARED), **{**_paid_final, "agreed_at": 0})
row(FUND, "NotFinal", "entitlements that are agreed on", at(Step.ENTITLED), **_paid_final)
row(FUND, "NothingMissing", "all is there", at(Step.FUNDED), funded=GROSS)
row(
    FUND,
    "TooLateToFund",
    "a second less than a quarter before the end",
    at(Step.READY),
    waiting(UNTIL - FUNDED_S + 1 - READY_AT),
    latest=UNTIL - FUNDED_S,
    now=UNTIL - FUNDED_S + 1,
)
row(FUND, "UnexpectedBalance", "no money moved", at(Step.READY), idle(), expected=10, seen=0)


def belongs(good: Call, *before: Callable[[World], object]) -> None:
    """Another coin, and vaults of others."""
    row(good.swap(payout_mint=EURO), "WrongPaymentMint", "another coin", *before)
    for about, vault in {"the bond's": APPLE.bond_vault, "a stranger's": purse(MALLORY)}.items():
        row(good.swap(vault=vault), "WrongBondVault", about, *before)


def home(world: World) -> None:
    world.do(DOLLARS.open(OURS.authority))


belongs(FUND, at(Step.READY), home)


# Opening a page

row(OPEN, "NotFinal", "entitlements that are agreed on", at(Step.ENTITLED), **_paid_final)
row(
    OPEN,
    "ClaimsClosed",
    "a second after the end",
    at(Step.FUNDED),
    waiting(UNTIL + 1 - READY_AT),
    claim_until=UNTIL,
    now=UNTIL + 1,
)


def page(code: str, about: str, figures: dict[str, int], number: int = 0, **said: Any) -> None:
    row(calls.open_claim_page(APPLE, ENTITLED, number, **said), code, about, at(Step.READY), **figures)


_wrong = {"index": 0, "sum": GROSS, "expected": GROSS}
page("WrongRoot", "an empty page", {**_wrong, "sum": 0}, entry=bytes(EMPTY))
page("WrongRoot", "another hash", _wrong, entry=bytes(32) + bytes(ENTITLED.root)[32:])
page(
    "WrongRoot",
    "another sum",
    {**_wrong, "sum": GROSS + 1},
    entry=ENTITLED.root.hash + (GROSS + 1).to_bytes(8, "little"),
)
page("WrongRoot", "the balances", {**_wrong, "sum": SUPPLY}, entry=bytes(MINE.balances.root))
page("BadProof", "a node too many", {"left_over": 40, "entries": 1}, nodes=bytes(40))
page(
    "BadProof",
    "beyond the tree",
    {"left_over": 0, "entries": 1},
    1,
    entry=bytes(ENTITLED.root),
    nodes=b"",
)
