"""``xstock redeem status``, ``cancel``, ``take-back``, ``confirm`` and ``dispute``: the holder's side."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.amounts import Cash, Ui
from xstock_client.cli._args import Asset, RentReceiver, parse_address
from xstock_client.cli._coin import cash_of, parse_sum
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import report, told_of
from xstock_client.cli.redeem._common import RequestId, Target, holder, parse_number, parse_target, restated, still_open
from xstock_client.cli.redeem._show import ended_json, ended_table, status_json, status_table
from xstock_client.clients import Holder, Integrator, TakenBack
from xstock_client.errors import UsageError
from xstock_client.events import PaymentDisputed, QuoteAgreed, RedemptionCancelled
from xstock_client.rendering import cash_json, instant
from xstock_client.told import EndedRequest

__all__ = ["agree", "cancel", "confirm", "dispute", "status", "take_back"]


def parse_own(text: str | Target | int) -> Target | int:
    """A request of one's own by its number, or anybody's by ``HOLDER/ID``."""
    if not isinstance(text, str):
        return text
    return parse_target(text) if "/" in text else parse_number(text)


def status(
    ctx: typer.Context,
    asset: Asset,
    which: Annotated[
        str, typer.Argument(parser=parse_own, metavar="ID|HOLDER/ID", help="Your own by its number; or anybody's.")
    ],
) -> None:
    """Show where a request stands: who acts next, until when, what you can do, and the penalty; or how it ended."""
    session = session_of(ctx)
    chosen: object = which
    assert isinstance(chosen, Target | int)  # what the parser gives
    target = chosen if isinstance(chosen, Target) else Target(session.signer().pubkey, chosen)
    asyncio.run(_status(session, asset, target))


async def _status(session: Session, name: str, target: Target) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        found = await Integrator(ledger).request_status(asset, target.holder, target.id)
        decimals = await session.coin_decimals(ledger, asset)
        if not isinstance(found, EndedRequest):
            multiplier = await Integrator(ledger).multiplier(asset)
            found = replace(found, request=restated(found.request, multiplier))
    if isinstance(found, EndedRequest):
        session.show(ended_json(found, decimals), ended_table(found, decimals))
    else:
        session.show(status_json(found, decimals), status_table(found, decimals))


Destination = Annotated[
    Pubkey | None,
    typer.Option(
        parser=parse_address,
        metavar="ADDRESS",
        help="Another token account of yours. Default: where the tokens came from.",
    ),
]


def cancel(
    ctx: typer.Context,
    asset: Asset,
    request_id: RequestId,
    without_penalty: Annotated[
        bool, typer.Option("--without-penalty", help="Although one is due: `take-back` would bring it, too.")
    ] = False,
    destination: Destination = None,
    source: Annotated[
        Pubkey | None,
        typer.Option(parser=parse_address, metavar="ADDRESS", help="Where the tokens came from. Default: read."),
    ] = None,
    rent_receiver: RentReceiver = None,
    open_account: Annotated[
        bool | None,
        typer.Option(
            "--open-account/--no-open-account", help="Open your token account first. Default: if it is missing."
        ),
    ] = None,
    memo: Annotated[
        bool | None, typer.Option("--memo/--no-memo", help="Bring a memo. Default: if the account demands one.")
    ] = None,
    marked: Annotated[
        bool,
        typer.Option("--marked", help="Where nothing is read: the desk said that shares are issued on another chain."),
    ] = False,
) -> None:
    """Take your request back: before it is accepted, while a quote waits for you, or after a missed deadline.

    Brings no penalty: when one is due, use `xstock redeem take-back`. Works while the token is paused and for an
    account that is frozen, closed or demands a memo.
    """
    session = session_of(ctx)
    if not without_penalty and session.signing is None:
        asyncio.run(_require_no_penalty(session, asset, request_id))
    asyncio.run(_cancel(session, asset, request_id, destination, source, rent_receiver, open_account, memo, marked))


async def _require_no_penalty(session: Session, name: str, request_id: int) -> None:
    """Raises UsageError when cancelling would give a penalty up."""
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        found = await Integrator(ledger).request_status(asset, session.signer().pubkey, request_id)
        if isinstance(found, EndedRequest):
            raise UsageError(f"request {request_id} has ended: {found.name} on {instant(found.at)}")
        if found.late and found.penalty:
            decimals = await session.coin_decimals(ledger, asset)
            raise UsageError(
                f"the issuer has missed the deadline of request {request_id} and owes you"
                f" {found.penalty.to_ui(decimals)}: `xstock redeem take-back {name} {request_id}` brings tokens and"
                " penalty; say --without-penalty to give it up"
            )


async def _cancel(
    session: Session,
    name: str,
    request_id: int,
    destination: Pubkey | None,
    source: Pubkey | None,
    rent_receiver: Pubkey | None,
    open_account: bool | None,
    memo: bool | None,
    marked: bool,
) -> None:
    advice = "say --source, --rent-receiver, --open-account or --no-open-account, and --memo or --no-memo"
    async with holder(session) as client:
        asset = await session.asset(client.ledger, name)
        with session.instead(advice):
            receipt = await client.cancel(
                asset,
                request_id,
                source=source,
                destination=destination,
                rent_receiver=rent_receiver,
                open_account=open_account,
                memo=memo,
                reserve=pda.reserve(asset) if marked else None,
            )
        event = told_of(receipt, RedemptionCancelled)
        to = "" if event is None else f": the tokens are back in {event.destination}"
        facts = {"destination": None if event is None else str(event.destination)}
        report(session, receipt, f"request {request_id} is cancelled{to}", asset=str(asset), id=request_id, **facts)


def take_back(
    ctx: typer.Context,
    asset: Asset,
    request_id: RequestId,
    destination: Destination = None,
    payee: Annotated[
        Pubkey | None,
        typer.Option(
            parser=parse_address,
            metavar="ADDRESS",
            help="Another account of yours that gets the penalty. Default: your associated account of the coin.",
        ),
    ] = None,
    without_penalty: Annotated[
        bool, typer.Option("--without-penalty", help="If it cannot be paid, take the tokens alone: it is gone then.")
    ] = False,
) -> None:
    """Take your request back, with the penalty when the issuer has missed a deadline.

    When a penalty is due and cannot be paid (the coin's issuer has frozen an account, say), nothing is done and it is
    told why. Before a deadline was missed this is `cancel`.
    """
    asyncio.run(_take_back(session_of(ctx), asset, request_id, destination, payee, without_penalty=without_penalty))


async def _take_back(
    session: Session,
    name: str,
    request_id: int,
    destination: Pubkey | None,
    payee: Pubkey | None,
    *,
    without_penalty: bool,
) -> None:
    async with holder(session) as client:
        asset = await session.asset(client.ledger, name)
        if session.signing is not None:
            await _sign_taking_back(session, client, asset, request_id, destination, payee)
            return
        decimals = await session.coin_decimals(client.ledger, asset)
        back = await client.take_back(
            asset, request_id, destination=destination, payee=payee, without_penalty=without_penalty
        )
        facts = {
            "penalty": cash_json(back.penalty, decimals),
            "payee": None if back.defaulted is None or back.defaulted.payee is None else str(back.defaulted.payee),
            "why_no_penalty": back.why_no_penalty,
        }
        done = f"request {request_id}: the tokens are back, {_penalty(back, decimals)}"
        report(session, back.receipt, done, asset=str(asset), id=request_id, **facts)


async def _sign_taking_back(
    session: Session,
    client: Holder,
    asset: Pubkey,
    request_id: int,
    destination: Pubkey | None,
    payee: Pubkey | None,
) -> None:
    """One transaction of fixed bytes: what the chain says now decides between the two ways."""
    with session.instead("use `xstock redeem cancel`, which needs no more than it is told; taking back reads"):
        to_send = await client.take_back_instructions(asset, request_id, destination=destination, payee=payee)
    receipt = await client.ledger.send(to_send, session.payer(), [session.signer()])
    report(session, receipt, f"request {request_id}: the tokens are back", asset=str(asset), id=request_id)


def _penalty(back: TakenBack, decimals: int) -> str:
    if back.penalty:
        return f"and the bond paid {back.penalty.to_ui(decimals)}"
    return "no penalty was due" if back.why_no_penalty is None else f"without the penalty: {back.why_no_penalty}"


def agree(
    ctx: typer.Context,
    asset: Asset,
    request_id: RequestId,
    price: Annotated[
        Ui,
        typer.Option(
            parser=parse_sum, metavar="PRICE", help="The quote, as `redeem status` shows it: no other is agreed to."
        ),
    ],
) -> None:
    """Agree to the price that the desk quoted for your request at market.

    From then on the desk must settle at it or better, and a missed deadline costs the penalty; you cannot cancel before
    it. Silence is a no: a quote that you do not agree to lapses, and costs nothing.
    """
    asyncio.run(_agree(session_of(ctx), asset, request_id, price))


async def _agree(session: Session, name: str, request_id: int, price: Ui) -> None:
    async with holder(session) as client:
        asset = await session.asset(client.ledger, name)
        decimals = (await session.coin(client.ledger, asset)).decimals
        async with still_open(client.ledger, asset, Target(client.authority, request_id)):
            receipt = await client.agree(asset, request_id, cash_of(price, decimals, "--price"))
        event = told_of(receipt, QuoteAgreed)
        by, facts = "", {}
        if event is not None:
            penalty = Cash(event.penalty)
            by = f"; to be settled by {instant(event.settle_by)}, or the bond pays {penalty.to_ui(decimals)}"
            facts = {"settle_by": event.settle_by, "penalty": cash_json(penalty, decimals)}
        done = f"request {request_id}: agreed to {price} a share{by}"
        report(session, receipt, done, asset=str(asset), id=request_id, **facts)


def confirm(ctx: typer.Context, asset: Asset, request_id: RequestId, rent_receiver: RentReceiver = None) -> None:
    """Confirm that a payment outside the chain has arrived, claimed by the desk or not: your tokens burn at once."""
    asyncio.run(_confirm(session_of(ctx), asset, request_id, rent_receiver))


async def _confirm(session: Session, name: str, request_id: int, rent_receiver: Pubkey | None) -> None:
    async with holder(session) as client:
        asset = await session.asset(client.ledger, name)
        with session.instead("name who paid the request's rent with --rent-receiver"):
            receipt = await client.confirm(asset, request_id, rent_receiver=rent_receiver)
        done = f"request {request_id}: the payment is confirmed, and the tokens are burned"
        report(session, receipt, done, asset=str(asset), id=request_id)


def dispute(ctx: typer.Context, asset: Asset, request_id: RequestId) -> None:
    """Say that a payment outside the chain has not arrived: the request's arbiter must rule within 14 days.

    Until then the tokens stay in escrow; if no ruling comes, `xstock redeem take-back` brings tokens and penalty.
    """
    asyncio.run(_dispute(session_of(ctx), asset, request_id))


async def _dispute(session: Session, name: str, request_id: int) -> None:
    async with holder(session) as client:
        asset = await session.asset(client.ledger, name)
        async with still_open(client.ledger, asset, Target(client.authority, request_id)):
            receipt = await client.dispute(asset, request_id)
        event = told_of(receipt, PaymentDisputed)
        until = "" if event is None else f": the arbiter must rule by {instant(event.until)}"
        facts = {"until": None if event is None else event.until}
        done = f"request {request_id} is disputed{until}"
        report(session, receipt, done, asset=str(asset), id=request_id, **facts)
