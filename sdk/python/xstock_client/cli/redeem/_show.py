"""Tables and JSON of requests: a quote, one that is open, one that has ended, and the desk's list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from xstock_client.amounts import Cash
from xstock_client.cli._tables import fields, table
from xstock_client.constants import Payout, RequestState
from xstock_client.quote import RedemptionQuote
from xstock_client.redemption import Actor, Move, OpenRequest, RequestStatus
from xstock_client.rendering import cash_json, raw_json, shares_json
from xstock_client.times import instant, span
from xstock_client.told import EndedRequest

__all__ = [
    "ended_json",
    "ended_table",
    "lamports_text",
    "quote_json",
    "quote_table",
    "request_json",
    "status_json",
    "status_table",
    "statuses_table",
    "terms_text",
]


def lamports_text(lamports: int) -> str:
    """``0.00311808 SOL (3,118,080 lamports)``."""
    return f"{lamports / 10**9:.9f}".rstrip("0").rstrip(".") + f" SOL ({lamports:,} lamports)"


# What was asked for


def terms_text(one: OpenRequest, decimals: int) -> str:
    """How it is paid: ``at market``, ``quote 190``, ``at least 190``, ``outside the chain``; prices per share."""
    if one.payout is Payout.OFF_CHAIN:
        return "outside the chain" if one.to_chain is None else f"issued on the chain of slot {one.to_chain}"
    if one.at_market:
        return "at market"
    return f"{'quote ' if one.quoted else 'at least '}{one.min_price.to_ui(decimals)}"


def request_json(one: OpenRequest, decimals: int) -> dict[str, Any]:
    """What an open request holds. Times are unix seconds; ``min_price`` is null at market, until there is a quote."""
    return {
        "id": one.id,
        "holder": str(one.holder),
        "asset": str(one.asset),
        "address": str(one.address),
        "state": "quoted" if one.quoted else one.state.name.lower(),
        "payout": one.payout.name.lower(),
        "amount": raw_json(one.amount, one.multiplier),
        "requested": raw_json(one.requested, one.multiplier),
        "min_price": cash_json(one.min_price, decimals) if one.min_price else None,
        "fee_bps": one.fee_bps,
        "penalty_rate": cash_json(one.penalty_rate, decimals),
        "armed": one.armed,
        "requested_at": one.requested_at,
        "accept_by": one.accept_by,
        "settle_by": one.settle_by,
        "accepted_at": one.accepted_at or None,
        "paid_at": one.paid_at or None,
        "until": one.until or None,
        "dispute_window_s": one.dispute_window_s,
        "to_chain": one.to_chain,
        "marked_shares": shares_json(one.marked_shares),
        "payout_terms_sha256": one.payout_terms_hash.hex(),
        "arbiter": None if one.arbiter is None else str(one.arbiter),
        "source": str(one.source),
        "rent_payer": str(one.rent_payer),
    }


# Where one stands


def status_json(one: RequestStatus, decimals: int) -> dict[str, Any]:
    """An open request and where it stands: who acts next, until when, and what each may do."""
    return {
        **request_json(one.request, decimals),
        "now": one.now,
        "next": str(one.next),
        "deadline": one.deadline,
        "seconds_left": one.seconds_left,
        "late": one.late,
        "penalty": cash_json(one.penalty, decimals),
        "quote_until": one.quote_until,
        "moves": {str(actor): [str(move) for move in found] for actor, found in one.moves.items()},
    }


def status_table(one: RequestStatus, decimals: int) -> Table:
    """The same for people."""
    request = one.request
    paid = "" if request.requested == request.amount else f" of {request.requested.to_ui()} that were asked for"
    told: dict[str, object] = {
        "request": f"{request.id} of {request.holder}",
        "state": Text(f"{one.name}{_lateness(one)}", "red" if one.late else ""),
        "waiting": f"{request.shares.to_ui()} shares{paid}",
        "to be paid": terms_text(request, decimals),
        "acts next": f"{_next(one)}{_deadline(one)}",
        "you can": _yours(one),
        "penalty": _penalty(one, decimals),
        "to be accepted by": instant(request.accept_by),
        "to be settled by": instant(request.settle_by),
    }
    if one.quote_until is not None:
        price = request.min_price.to_ui(decimals)
        told["quote"] = Text(f"{price} a share, after the fee; it lapses on {instant(one.quote_until)}", "yellow")
    if request.arbiter is not None:
        told["arbiter"] = request.arbiter
        told["terms"] = f"sha256 {request.payout_terms_hash.hex()}"
    return fields(told | {"tokens came from": request.source, "rent goes back to": request.rent_payer})


def _lateness(one: RequestStatus) -> str:
    """A quote that nobody agreed to is over; all else that is over is somebody's missed deadline."""
    if not one.late:
        return ""
    return ", LAPSED" if one.request.quoted else ", LATE"


def _next(one: RequestStatus) -> str:
    return "you, or anybody for you" if one.late else "you" if one.next is Actor.HOLDER else f"the {one.next}"


def _deadline(one: RequestStatus) -> str:
    if one.deadline is None or one.seconds_left is None:
        return ""
    if one.seconds_left < 0:
        return f": the deadline passed {span(-one.seconds_left)} ago, on {instant(one.deadline)}"
    return f", until {instant(one.deadline)} ({span(one.seconds_left)} left)"


_YOURS = {
    Move.AGREE: "agree",
    Move.CANCEL: "cancel",
    Move.DEFAULT: "take-back",
    Move.CONFIRM: "confirm (the payment came: tokens burn)",
    Move.DISPUTE: "dispute",
    Move.CONCLUDE: "conclude",
}


def _yours(one: RequestStatus) -> str:
    return ", ".join(_YOURS[move] for move in one.may(Actor.HOLDER) if move in _YOURS) or "wait"


def _penalty(one: RequestStatus, decimals: int) -> str:
    request = one.request
    if request.quoted:
        return "none while the quote waits; it counts once you have agreed"
    if one.late:
        return f"{one.penalty.to_ui(decimals)} are due" if one.penalty else "none is due"
    if one.penalty:
        return f"{one.penalty.to_ui(decimals)} if the deadline is missed"
    if request.state is RequestState.REQUESTED and request.possible_penalty:
        return f"none before acceptance; up to {request.possible_penalty.to_ui(decimals)} from then on"
    return "none"


# How one ended


def ended_json(one: EndedRequest, decimals: int) -> dict[str, Any]:
    """A request that is over: how, and what its holder got. ``state`` is settled, cancelled, rejected or defaulted."""
    return {
        **request_json(one.request, decimals),
        "state": one.name,
        "ended_at": one.at,
        "paid": cash_json(one.paid, decimals),
        "penalty": cash_json(one.penalty, decimals),
        "destination": None if one.destination is None else str(one.destination),
        "settlements": [
            {
                "at": part.at,
                "amount": raw_json(part.amount, one.request.multiplier),
                "payout_shares": shares_json(part.payout_shares),
                "price": cash_json(part.price, decimals),
                "fee": cash_json(part.fee, decimals),
                "payment": cash_json(part.payment, decimals),
                "payee": None if part.payee is None else str(part.payee),
            }
            for part in one.settlements
        ],
    }


def ended_table(one: EndedRequest, decimals: int) -> Table:
    """The same for people."""
    told: dict[str, object] = {
        "request": f"{one.request.id} of {one.request.holder}",
        "state": f"{one.name} on {instant(one.at)}",
    }
    for part in one.settlements:
        paid = f"{part.payment.to_ui(decimals)} at {part.price.to_ui(decimals)} a share, fee {part.fee.to_ui(decimals)}"
        told[f"paid {instant(part.at)}"] = "outside the chain" if part.payee is None else f"{paid}, to {part.payee}"
    if one.destination is not None:
        told["tokens went to"] = one.destination
        told["penalty"] = one.penalty.to_ui(decimals)
    return fields(told)


# The desk's list


def statuses_table(found: Sequence[RequestStatus], decimals: int, soon: int, title: str) -> Table:
    """Open requests; red ones are late, yellow ones due within ``soon`` seconds."""
    return table(
        ("holder/id", "shares", "to be paid", "state", "acts next", "deadline", "left", "penalty"),
        [_row(one, decimals, soon) for one in found],
        title=title,
    )


def _row(one: RequestStatus, decimals: int, soon: int) -> tuple[str | Text, ...]:
    left = one.seconds_left
    late = one.late and not one.request.quoted
    style = "red" if late else "yellow" if left is not None and left <= soon else ""
    told = "-" if left is None else f"{span(-left)} late" if late else "over" if left < 0 else span(left)
    return (
        f"{one.request.holder}/{one.request.id}",
        str(one.request.shares.to_ui()),
        terms_text(one.request, decimals),
        Text(f"{one.name}{_lateness(one)}", style),
        str(one.next),
        Text("-" if one.deadline is None else instant(one.deadline), style),
        Text(told, style),
        _cash(one.penalty, decimals),
    )


def _cash(cash: Cash, decimals: int) -> str:
    return str(cash.to_ui(decimals)) if cash else "-"


# What asking now would come to


def quote_json(one: RedemptionQuote) -> dict[str, Any]:
    """What asking now would come to. Sums are of the coin; ``payment`` and its parts are null without a price."""

    def cash(value: Cash | None) -> dict[str, Any] | None:
        return None if value is None else cash_json(value, one.decimals)

    return {
        "asset": str(one.asset),
        "holder": str(one.holder),
        "now": one.now,
        "payout": one.payout.name.lower(),
        "amount_raw": int(one.amount),
        "shares": shares_json(one.shares),
        "payout_shares": shares_json(one.payout_shares),
        "price": cash(one.price),
        "fee_bps": one.fee_bps,
        "gross": cash(one.gross),
        "fee": cash(one.fee),
        "payment": cash(one.payment),
        "min_price": cash(one.min_price) if one.min_price else None,
        "min_payment": cash(one.min_payment) if one.min_price else None,
        "penalty_rate": cash(one.penalty_rate),
        "penalty": cash(one.penalty),
        "policy_penalty_rate": cash(one.policy_rate),
        "armed_at_once": one.armed_at_once,
        "accept_by": one.accept_by,
        "settle_by": one.settle_by,
        "dispute_window_s": one.dispute_window_s,
        "rent_lamports": one.rent,
        "book_rent_lamports": one.book_rent,
        "refused": one.refused,
        "cautions": [{"concern": str(caution.concern), "text": caution.text} for caution in one.cautions],
    }


def quote_table(one: RedemptionQuote) -> Table:
    """The same for people: what, when, and the penalty if late."""

    def ui(value: Cash) -> str:
        return str(value.to_ui(one.decimals))

    told: dict[str, object] = {"shares": one.shares.to_ui()}
    if one.payout is Payout.OFF_CHAIN:
        told["payment"] = "outside the chain, as the terms say"
    elif one.payment is not None and one.price is not None and one.fee is not None:
        told["payment"] = f"{ui(one.payment)} at {ui(one.price)} a share, after a fee of {ui(one.fee)}"
    if one.min_price:
        told["at least"] = f"{ui(one.min_payment)}: {ui(one.min_price)} a share, after the fee"
    elif one.payout is Payout.ON_CHAIN:
        told["at least"] = "what the desk quotes, once you agree to it"
    armed = "from the first missed deadline on" if one.armed_at_once else "once the desk has accepted"
    rent = f"{lamports_text(one.rent)}, which come back"
    return fields(
        told
        | {
            "to be accepted by": instant(one.accept_by),
            "to be settled by": instant(one.settle_by),
            "penalty if late": f"{ui(one.penalty)} ({ui(one.penalty_rate)} a token), {armed}",
            "rent": f"{rent}; {lamports_text(one.book_rent)} for good" if one.book_rent else rent,
        }
    )
