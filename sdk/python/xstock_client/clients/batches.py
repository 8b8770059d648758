"""A batch of settlements: which requests can be paid at a price, why others cannot, and what became of each. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from solders.pubkey import Pubkey

from xstock_client import views
from xstock_client.accounts import Asset, RedemptionRequest, Reserve
from xstock_client.amounts import Cash, Raw
from xstock_client.clients.payments import PaymentToken
from xstock_client.clients.wayback import payee_of
from xstock_client.constants import Payout, RequestState
from xstock_client.counting import settlement
from xstock_client.errors import UsageError
from xstock_client.events import Event, RedemptionSettled
from xstock_client.ledger import Account, Receipt
from xstock_client.redemption import OpenRequest
from xstock_client.times import instant

__all__ = ["BatchLine", "BatchOutcome", "BatchPlan", "Due", "Part", "judge", "settled_line", "total"]


class BatchOutcome(StrEnum):
    """What became of one request of a batch."""

    DUE = "due"
    """It can be paid, and nothing was sent yet."""
    SETTLED = "settled"
    GONE = "gone"
    """It had ended before: settled, or its tokens returned."""
    CHANGED = "changed"
    """It holds another amount than when it was listed."""
    NOT_ACCEPTED = "not accepted"
    OFF_CHAIN = "not paid on chain"
    QUOTED = "quote open"
    """Its holder has not agreed to the quote."""
    TOO_CHEAP = "below its minimum"
    UNPAYABLE = "payee cannot be paid"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """The cluster gave no answer: run the batch again, nothing is paid twice."""
    NOT_SENT = "not sent"


@dataclass(frozen=True, slots=True)
class Part:
    """One request of a settlement."""

    holder: Pubkey
    id: int
    amount: Raw
    """All that it holds now: the program refuses any other, so that nothing is settled twice."""
    payee: Pubkey
    """A token account of the payment mint that the holder owns."""
    rent_receiver: Pubkey
    """Whoever paid the request's rent."""
    open_payee: bool = False
    """The payee is the holder's associated account, and does not exist."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One request of a batch, and what became of it."""

    request: OpenRequest
    outcome: BatchOutcome
    payment: Cash
    """What the holder got, or would get."""
    fee: Cash
    late: bool
    """Its deadline has passed: anybody may call in the penalty until it is settled."""
    why: str = ""
    """Why it is not settled."""
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A request that can be paid."""

    place: int
    """In the list that was asked about."""
    part: Part


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What a batch would do: a line for each request, and what can be paid, transaction by transaction."""

    lines: tuple[BatchLine, ...]
    transactions: tuple[tuple[Due, ...], ...]
    payment: PaymentToken
    source: Pubkey

    @property
    def total(self) -> Cash:
        """All that would be paid."""
        return total(self.lines)


def total(lines: Sequence[BatchLine]) -> Cash:
    """What the lines that are due or settled come to."""
    counted = (BatchOutcome.DUE, BatchOutcome.SETTLED)
    return Cash(sum(line.payment.value for line in lines if line.outcome in counted))


def judge(
    requests: Sequence[OpenRequest],
    accounts: Sequence[Account | None],
    payees: Mapping[Pubkey, tuple[Pubkey, Account | None]],
    state: Asset,
    reserve: Reserve,
    supply: Raw,
    price: Cash,
    now: int,
    payment: PaymentToken,
    *,
    program_id: Pubkey,
) -> tuple[list[BatchLine], list[Due]]:
    """A line for each request, and those that can be paid.

    ``accounts`` are the requests' own as they are now, ``payees`` the holders' token accounts. Raises UsageError for a
    request that stands twice in the list, or is of another asset than the others.
    """
    twice = [one for one, count in Counter(one.address for one in requests).items() if count > 1]
    if twice:
        raise UsageError(f"the request {twice[0]} stands twice in the batch")
    lines: list[BatchLine] = []
    due: list[Due] = []
    for place, (listed, account) in enumerate(zip(requests, accounts, strict=True)):
        request, line = listed, BatchLine(listed, BatchOutcome.DUE, Cash(0), Cash(0), listed.late(now))
        if account is None or account.owner != program_id:
            lines.append(replace(line, outcome=BatchOutcome.GONE, why="it has ended before"))
            continue
        request = OpenRequest.of(listed.address, RedemptionRequest.decode(account.data))
        paid = views.payout(state, reserve, supply, request.amount, now).value
        _, fee, net = map(Cash, settlement(paid, price.value, request.fee_bps))
        line = replace(line, request=request, payment=net, fee=fee, late=request.late(now))
        address, found = payees[request.holder]
        payee = payee_of(payment, request.holder, address, found)
        verdict = _verdict(listed, request, net, request.least_payment(), payee.obstacle, payment.decimals)
        if verdict is not None:
            outcome, why = verdict
            lines.append(replace(line, outcome=outcome, payment=Cash(0), fee=Cash(0), why=why))
            continue
        lines.append(line)
        part = Part(request.holder, request.id, request.amount, address, request.rent_payer, payee.open_account)
        due.append(Due(place, part))
    return lines, due


def settled_line(line: BatchLine, events: Sequence[Event] | None, receipt: Receipt) -> BatchLine:
    """The line after its transaction took effect, by what the program told; as planned where no RPC holds that."""
    done = replace(line, outcome=BatchOutcome.SETTLED, receipt=receipt)
    for event in events or ():
        if isinstance(event, RedemptionSettled) and (event.holder, event.id) == (line.request.holder, line.request.id):
            return replace(done, payment=Cash(event.payment), fee=Cash(event.fee))
    return done


def _verdict(
    listed: OpenRequest, request: OpenRequest, payment: Cash, needed: Cash, obstacle: str | None, decimals: int
) -> tuple[BatchOutcome, str] | None:
    if request.payout is not Payout.ON_CHAIN:
        return BatchOutcome.OFF_CHAIN, "its holder asked for a payment outside the chain: mark it paid instead"
    if request.state is not RequestState.ACCEPTED:
        return BatchOutcome.NOT_ACCEPTED, f"it is {request.state.name.lower()}: accept it first"
    if request.quoted:
        return BatchOutcome.QUOTED, f"its holder has until {instant(request.until)} to agree to the quote"
    if request.amount != listed.amount:
        was, holds = listed.amount.to_ui(), request.amount.to_ui()
        return BatchOutcome.CHANGED, f"it held {was} when it was listed, and holds {holds} now: list it again"
    if payment < needed:
        pays, wants = payment.to_ui(decimals), needed.to_ui(decimals)
        return BatchOutcome.TOO_CHEAP, f"this price pays {pays}, and its holder wants {wants} at least"
    return None if obstacle is None else (BatchOutcome.UNPAYABLE, f"{obstacle}: ask its holder for another account")
