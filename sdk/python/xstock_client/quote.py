"""What a redemption asked for now would come to, and what could stand in its way: for wallets. Pure.

Every figure is the program's own at the same second: a request made in it gets these deadlines and this penalty, and a
settlement in it at this price pays this sum. Later the price is the issuer's, but never below the holder's minimum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from solders.pubkey import Pubkey

from xstock_client import views
from xstock_client.accounts import Asset, HolderBook, Reserve
from xstock_client.amounts import U64_MAX, Cash, Raw, Shares
from xstock_client.constants import BPS, WHOLE, Halt, Payout
from xstock_client.counting import affordable_rate, penalty, settlement, worth_ceil
from xstock_client.errors import UsageError
from xstock_client.rebase import bring_up_to_date
from xstock_client.times import instant

__all__ = ["Caution", "Concern", "Funds", "RedemptionQuote", "min_price_for", "redemption_quote"]


class Concern(StrEnum):
    """What a holder should know before asking. The first ones refuse the request."""

    NOTHING = "nothing to redeem"
    HALTED = "requests are halted"
    NO_PAYMENT_MINT = "no payment mint"
    TOO_FEW = "too few tokens"
    FROZEN = "tokens frozen"
    PAUSED = "token paused"
    UNPAYABLE = "payment account"
    """Payments cannot reach the holder's account."""
    AT_MARKET = "at market"
    MINIMUM = "below the minimum"
    """At the price that was asked about."""
    NO_PENALTY = "no penalty"
    LESS_PENALTY = "smaller penalty"
    CAPACITY = "capacity of the day"
    ARMED_LATER = "penalty from acceptance on"
    VAULT_SHORT = "bond vault short"
    OFF_CHAIN = "outside the chain"
    LATCHED = "short of reserve"
    PRO_RATA = "pro rata"


_REFUSED = frozenset(
    {Concern.NOTHING, Concern.HALTED, Concern.NO_PAYMENT_MINT, Concern.TOO_FEW, Concern.FROZEN, Concern.PAUSED}
)


@dataclass(frozen=True, slots=True)
class Caution:
    """One of them, in words."""

    concern: Concern
    text: str

    @property
    def refuses(self) -> bool:
        """Whether the request would be refused now."""
        return self.concern in _REFUSED


@dataclass(frozen=True, slots=True)
class Funds:
    """What was read of the accounts around a redemption; None where nobody looked."""

    held: Raw | None = None
    """In the account that the tokens would come from."""
    frozen: bool = False
    """That account is frozen."""
    paused: bool = False
    """The token is paused: nothing can be requested meanwhile, and what is requested still settles or comes back."""
    unpayable: str | None = None
    """Why the holder's account cannot be paid."""
    vault: Cash | None = None
    """What the bond's vault really holds."""
    rent: int = 0
    """Lamports of the request's account."""
    book_rent: int = 0
    """Lamports of the holder's book, when this is the first request."""


@dataclass(frozen=True, slots=True)
class RedemptionQuote:
    """What asking for ``amount`` now would come to. Times are unix seconds, money is in base units of ``decimals``."""

    asset: Pubkey
    holder: Pubkey
    now: int
    payout: Payout
    amount: Raw
    shares: Shares
    """What the tokens are worth now, rounded down."""
    payout_shares: Shares
    """What would be paid out for them now; less only while a pro-rata asset is short."""
    decimals: int
    """Of the payment mint."""
    price: Cash | None
    """Per whole share, as it was asked about."""
    fee_bps: int
    gross: Cash | None
    """At that price, rounded up; None without one, and for a payment outside the chain."""
    fee: Cash | None
    """What the issuer keeps of it, rounded down."""
    payment: Cash | None
    """What the holder gets."""
    min_price: Cash
    """Per whole share redeemed and after the fee, what the request should ask for at least; zero at market."""
    min_payment: Cash
    """The least that this lets the holder be paid for these shares."""
    penalty_rate: Cash
    """Per whole token, what a missed deadline would cost: reserved at once where it is armed at once, else on
    acceptance."""
    penalty: Cash
    """For all of it."""
    policy_rate: Cash
    """Per whole token, what it would reserve if bond and capacity sufficed."""
    armed_at_once: bool
    """The penalty is owed from the first missed deadline on, not only once the desk has accepted."""
    accept_by: int
    settle_by: int
    dispute_window_s: int
    """Outside the chain: how long the holder may dispute the desk's word that it has paid."""
    rent: int
    """Lamports that the request holds, and gives back to its payer when it ends."""
    book_rent: int
    """Lamports that the holder's first request of an asset costs for good; zero later."""
    cautions: tuple[Caution, ...]

    @property
    def refused(self) -> bool:
        """Whether the request would be refused now."""
        return any(one.refuses for one in self.cautions)

    @property
    def warnings(self) -> tuple[str, ...]:
        """All cautions in words."""
        return tuple(one.text for one in self.cautions)

    def has(self, concern: Concern) -> bool:
        """Whether it is among the cautions."""
        return any(one.concern is concern for one in self.cautions)


def min_price_for(shares: Shares, payment: Cash, slippage_bps: int) -> Cash:
    """The minimum price per whole share redeemed that still takes ``slippage_bps`` less than ``payment``, rounded down.

    Raises UsageError for a slippage out of 0 to 10,000.
    """
    if not 0 <= slippage_bps <= BPS:
        raise UsageError(f"a slippage lies between 0 and {BPS:,} basis points, not {slippage_bps:,}")
    if not shares:
        return Cash(0)
    return Cash(min(payment.value * WHOLE // shares.value * (BPS - slippage_bps) // BPS, U64_MAX))


def redemption_quote(
    asset: Pubkey,
    holder: Pubkey,
    state: Asset,
    reserve: Reserve,
    book: HolderBook | None,
    supply: Raw,
    amount: Raw,
    now: int,
    *,
    payout: Payout = Payout.ON_CHAIN,
    price: Cash | None = None,
    min_price: Cash | None = None,
    slippage_bps: int | None = None,
    funds: Funds | None = None,
) -> RedemptionQuote:
    """What asking for ``amount`` at ``now`` (the cluster's unix seconds) would come to, from accounts that were read.

    ``supply`` is the mint's, ``book`` the holder's (None before the first request). The minimum price is ``min_price``,
    or ``slippage_bps`` below what ``price`` would pay now, or none: at market. Raises UsageError for a slippage without
    a price or beside a minimum price, and for either outside the chain.
    """
    if slippage_bps is not None and (price is None or min_price is not None):
        raise UsageError("a slippage needs a price that it is below, and no minimum price beside it")
    state, reserve = bring_up_to_date(state, reserve, now)
    policy, on_chain = state.policy, payout is Payout.ON_CHAIN
    if not on_chain and (min_price or slippage_bps is not None):
        raise UsageError("a payment outside the chain has no minimum price: agree on it in the terms")
    funds = funds or Funds()
    paid = views.payout(state, reserve, supply, amount, now)
    gross = fee = payment = None
    if price is not None and on_chain:
        gross, fee, payment = map(Cash, settlement(paid.value, price.value, policy.redemption_fee_bps))
    if slippage_bps is not None and payment is not None:
        min_price = min_price_for(views.worth(state, amount, now), payment, slippage_bps)
    least = min_price or Cash(0)
    rate = views.penalty_rate_for(state, book, amount, now)
    armed = on_chain and not least
    if armed:
        rate = views.free_rate_for(state, amount, rate)
    quote = RedemptionQuote(
        asset=asset,
        holder=holder,
        now=now,
        payout=payout,
        amount=amount,
        shares=views.worth(state, amount, now),
        payout_shares=paid,
        decimals=state.payment_decimals,
        price=price,
        fee_bps=policy.redemption_fee_bps,
        gross=gross,
        fee=fee,
        payment=payment,
        min_price=least,
        min_payment=Cash(worth_ceil(views.worth(state, amount, now).value, least.value)),
        penalty_rate=rate,
        penalty=Cash(penalty(amount.value, rate.value)),
        policy_rate=Cash(policy.penalty_rate),
        armed_at_once=armed,
        accept_by=now + policy.accept_window_s,
        settle_by=now + policy.accept_window_s + policy.settle_window_s,
        dispute_window_s=policy.dispute_window_s,
        rent=funds.rent,
        book_rent=funds.book_rent if book is None else 0,
        cautions=(),
    )
    return replace(quote, cautions=tuple(_cautions(quote, state, book, funds)))


def _cautions(quote: RedemptionQuote, state: Asset, book: HolderBook | None, funds: Funds) -> Iterator[Caution]:
    yield from _refusals(quote, state, funds)
    if funds.unpayable and quote.payout is Payout.ON_CHAIN:
        yield Caution(Concern.UNPAYABLE, f"{funds.unpayable}: open or clear it, or name another one to the issuer")
    yield from _about_price(quote)
    yield from _about_penalty(quote, state, book, funds)
    if quote.payout is Payout.OFF_CHAIN:
        yield Caution(
            Concern.OFF_CHAIN,
            "a payment outside the chain cannot be proven on it: the desk says that it has paid, and if you dispute it"
            " within the window, the arbiter of your request decides; on chain, payment and burn are one",
        )
    yield from _about_reserve(quote, state)


def _refusals(quote: RedemptionQuote, state: Asset, funds: Funds) -> Iterator[Caution]:
    if not quote.amount:
        yield Caution(Concern.NOTHING, "an amount of zero does nothing: name a positive amount")
    if state.halts & Halt.REQUESTS:
        yield Caution(Concern.HALTED, "the issuer has halted new requests; open ones go on, and an unpauser ends it")
    if quote.payout is Payout.ON_CHAIN and state.payment_mint == Pubkey.default():
        yield Caution(Concern.NO_PAYMENT_MINT, "the issuer has not opened its bond: nothing is paid on chain yet")
    if funds.held is not None and funds.held < quote.amount:
        yield Caution(Concern.TOO_FEW, f"the account holds {funds.held.to_ui()}, less than {quote.amount.to_ui()}")
    if funds.frozen:
        yield Caution(Concern.FROZEN, "the account is frozen: its tokens cannot be redeemed until the issuer thaws it")
    if funds.paused:
        yield Caution(Concern.PAUSED, "the token is paused: nothing new can be requested until it is resumed")


def _about_price(quote: RedemptionQuote) -> Iterator[Caution]:
    if quote.payout is not Payout.ON_CHAIN:
        return
    if not quote.min_price:
        yield Caution(
            Concern.AT_MARKET,
            "at market the desk quotes a price when it accepts, and nothing is settled until you agree to it; without"
            " that it lapses, and costs neither side anything",
        )
    elif quote.payment is not None and quote.payment < quote.min_payment:
        yield Caution(
            Concern.MINIMUM,
            f"at this price the payment of {_ui(quote.payment, quote)} stays below the minimum of"
            f" {_ui(quote.min_payment, quote)}: the issuer must pay more, or you ask for less",
        )


def _about_penalty(quote: RedemptionQuote, state: Asset, book: HolderBook | None, funds: Funds) -> Iterator[Caution]:
    if quote.penalty_rate < quote.policy_rate:
        rate, full = _ui(quote.penalty_rate, quote), _ui(quote.policy_rate, quote)
        concern, limit = _limit(quote, state, book)
        yield Caution(
            Concern.NO_PENALTY if not quote.penalty_rate else concern,
            f"a missed deadline would cost the issuer {rate} a token instead of {full}: {limit}. The deadlines"
            " stand all the same",
        )
    if quote.penalty_rate and not quote.armed_at_once:
        yield Caution(
            Concern.ARMED_LATER,
            "the penalty counts once the issuer has accepted, which it can only while the bond has it free: it need not"
            " agree to your price or terms",
        )
    if funds.vault is not None and funds.vault.value < state.bond:
        yield Caution(
            Concern.VAULT_SHORT,
            f"the bond's account holds {_ui(funds.vault, quote)} of {_ui(Cash(state.bond), quote)}: the stablecoin's"
            " issuer has taken some, and a penalty may not be payable",
        )


def _limit(quote: RedemptionQuote, state: Asset, book: HolderBook | None) -> tuple[Concern, str]:
    """What keeps the penalty below the policy's."""
    capacity = views.penalty_capacity(state, book, quote.now)
    if quote.penalty_rate.value == affordable_rate(quote.amount.value, quote.policy_rate.value, capacity.value):
        return Concern.CAPACITY, f"your requests may reserve {_ui(capacity, quote)} more of the bond today"
    free = Cash(max(state.bond - state.bond_reserved, 0))
    bond = f"of the bond of {_ui(Cash(state.bond), quote)}, {_ui(free, quote)} are free"
    return Concern.LESS_PENALTY, f"{bond}, and no token reserves more than its part"


def _about_reserve(quote: RedemptionQuote, state: Asset) -> Iterator[Caution]:
    if not state.latched:
        return
    yield Caution(
        Concern.LATCHED,
        f"the reserve fell short of what is owed on {instant(state.latched_at)}: minting is latched off since",
    )
    since = views.cut_from(state)
    if quote.payout_shares < quote.shares:
        yield Caution(
            Concern.PRO_RATA,
            f"{quote.payout_shares.to_ui()} of {quote.shares.to_ui()} shares are paid out while the reserve is short",
        )
    elif since is not None:
        yield Caution(
            Concern.PRO_RATA, f"from {instant(since)} on, redemptions pay in proportion while the reserve is short"
        )


def _ui(cash: Cash, quote: RedemptionQuote) -> str:
    return str(cash.to_ui(quote.decimals))
