"""``xstock redeem``: the holder's side and the desk's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client.amounts import Shares, Ui
from xstock_client.cli._args import (
    Address,
    Amount,
    Asset,
    RentReceiver,
    parse_address,
    parse_amount,
    parse_hash,
    raw_of,
)
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import request_json, requests_table
from xstock_client.cli._writing import desk, report, told_of
from xstock_client.clients import Holder, Integrator
from xstock_client.constants import RequestState
from xstock_client.errors import UsageError
from xstock_client.events import RedemptionSettled
from xstock_client.ledger import Receipt
from xstock_client.rendering import instant, raw_json

app = typer.Typer(no_args_is_help=True, help="Redemption: request, cancel, list; accept and settle at the desk.")

RequestId = Annotated[int, typer.Argument(min=0, max=2**64 - 1, metavar="ID", help="The request's number.")]


class State(StrEnum):
    """States of an open request."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"


@asynccontextmanager
async def holder(session: Session) -> AsyncIterator[Holder]:
    """The holder's client with the session's keys, announced."""
    signer, payer = session.signer(), session.payer()
    async with session.ledger() as ledger:
        client = Holder(ledger, signer=signer, payer=payer)
        await session.announce(ledger, signer, payer)
        yield client


@app.command("request")
def request(
    ctx: typer.Context,
    asset: Asset,
    amount: Amount,
    terms_hash: Annotated[
        bytes | None,
        typer.Option(parser=parse_hash, metavar="HEX", help="sha256 of what was agreed about the payout."),
    ] = None,
    source: Annotated[
        Pubkey | None,
        typer.Option(parser=parse_address, metavar="ADDRESS", help="Another token account of yours."),
    ] = None,
    request_id: Annotated[
        int | None, typer.Option("--id", min=0, max=2**64 - 1, help="Your next request's number. Default: read.")
    ] = None,
    open_book: Annotated[
        bool | None,
        typer.Option("--open-book/--no-open-book", help="Open your book of requests first. Default: if it is missing."),
    ] = None,
) -> None:
    """Ask for redemption: the tokens wait in escrow until they are settled or you cancel."""
    terms = terms_hash or bytes(32)
    asyncio.run(_request(session_of(ctx), asset, amount, terms, source, request_id, open_book))


async def _request(
    session: Session,
    name: str,
    amount: Ui,
    terms: bytes,
    source: Pubkey | None,
    request_id: int | None,
    open_book: bool | None,
) -> None:
    async with holder(session) as client:
        asset = await session.asset(client.ledger, name)
        multiplier = await session.multiplier(client.ledger, asset)
        raw = raw_of(amount, multiplier)
        with session.instead("say --id, and --open-book or --no-open-book"):
            made = await client.request(
                asset, raw, payout_terms_hash=terms, source=source, request_id=request_id, open_book=open_book
            )
        done = f"request {made.id}: {amount} {name} wait in escrow"
        facts = {"asset": str(asset), "id": made.id, "address": str(made.address)}
        report(session, made.receipt, done, **facts, amount=raw_json(raw, multiplier))


@app.command("cancel")
def cancel(
    ctx: typer.Context,
    asset: Asset,
    request_id: RequestId,
    destination: Annotated[
        Pubkey | None,
        typer.Option(parser=parse_address, metavar="ADDRESS", help="Another token account of yours."),
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
) -> None:
    """Take your request back, before it is accepted or after its deadline."""
    asyncio.run(_cancel(session_of(ctx), asset, request_id, destination, rent_receiver, open_account, memo))


async def _cancel(
    session: Session,
    name: str,
    request_id: int,
    destination: Pubkey | None,
    rent_receiver: Pubkey | None,
    open_account: bool | None,
    memo: bool | None,
) -> None:
    advice = "say --rent-receiver, --open-account or --no-open-account, and --memo or --no-memo"
    async with holder(session) as client:
        asset = await session.asset(client.ledger, name)
        with session.instead(advice):
            receipt = await client.cancel(
                asset,
                request_id,
                destination=destination,
                rent_receiver=rent_receiver,
                open_account=open_account,
                memo=memo,
            )
        report(session, receipt, f"request {request_id} is cancelled", asset=str(asset), id=request_id)


@app.command("list")
def list_requests(
    ctx: typer.Context,
    asset: Asset,
    owner: Annotated[
        Pubkey | None,
        typer.Option("--holder", parser=parse_address, metavar="ADDRESS", help="Only this holder's, newest first."),
    ] = None,
    state: Annotated[State | None, typer.Option(help="Only these.")] = None,
) -> None:
    """List the open requests of an asset, oldest first: the desk's queue."""
    asyncio.run(_list(session_of(ctx), asset, owner, state))


async def _list(session: Session, name: str, owner: Pubkey | None, state: State | None) -> None:
    wanted = None if state is None else RequestState[state.name]
    async with session.ledger() as ledger:
        client = Integrator(ledger)
        asset = await session.asset(ledger, name)
        if owner is None:
            found = await client.requests(asset, wanted)
        else:
            found = [one for one in await client.requests_of(asset, owner) if wanted in (None, one.state)]
        now = await ledger.now()
    session.show([request_json(one) for one in found], requests_table(found, now))


@app.command("accept")
def accept(ctx: typer.Context, asset: Asset, owner: Address, request_id: RequestId) -> None:
    """Accept a holder's request, as a redeemer: from now on it is to be settled before its deadline."""
    asyncio.run(_accept(session_of(ctx), asset, owner, request_id))


async def _accept(session: Session, name: str, owner: Pubkey, request_id: int) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.accept(asset, owner, request_id)
        accepted = await client.request_of(asset, owner, request_id)
        done = f"accepted; settle before {instant(accepted.deadline)} with --accepted-at {accepted.accepted_at}"
        report(session, receipt, done, request=request_json(accepted))


@app.command("settle")
def settle(
    ctx: typer.Context,
    asset: Asset,
    owner: Address,
    request_id: RequestId,
    amount: Annotated[
        Ui | None,
        typer.Option(parser=parse_amount, metavar="AMOUNT", help="Shares that were paid out."),
    ] = None,
    accepted_at: Annotated[
        int | None,
        typer.Option(
            min=0, max=2**63 - 1, help="Acceptance time that was paid for, unix seconds, as `accept` told it."
        ),
    ] = None,
    rent_receiver: RentReceiver = None,
    to_chain: Annotated[
        int | None, typer.Option(min=0, max=7, help="Slot of the chain where the shares are issued instead.")
    ] = None,
) -> None:
    """Settle an accepted request after the payout, as a redeemer: its tokens are burned.

    With --amount and --accepted-at, a request that is not the very one that was paid out is refused.
    """
    asyncio.run(_settle(session_of(ctx), asset, owner, request_id, amount, accepted_at, rent_receiver, to_chain))


async def _settle(
    session: Session,
    name: str,
    owner: Pubkey,
    request_id: int,
    amount: Ui | None,
    accepted_at: int | None,
    rent_receiver: Pubkey | None,
    to_chain: int | None,
) -> None:
    if (amount is None) != (accepted_at is None):
        raise UsageError("name both, --amount and --accepted-at, or neither to settle the request as it is now")
    given = session.given_multiplier
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        if session.sign_only and amount is not None and accepted_at is not None and given and rent_receiver:
            # all is told, so nothing is read; it is signed, and ends here
            raw = raw_of(amount, given)
            await client.settle(
                asset,
                owner,
                request_id,
                amount=raw,
                accepted_at=accepted_at,
                rent_receiver=rent_receiver,
                to_chain=to_chain,
            )
        with session.instead("say --amount, --accepted-at, --multiplier and --rent-receiver"):
            found = await client.request_of(asset, owner, request_id)
        if given not in (None, found.multiplier):
            raise UsageError(f"--multiplier says {given} shares per token, and the request {found.multiplier}")
        raw = found.amount if amount is None else raw_of(amount, found.multiplier)
        at = found.accepted_at if accepted_at is None else accepted_at
        receipt = await client.settle(
            asset, owner, request_id, amount=raw, accepted_at=at, rent_receiver=rent_receiver, to_chain=to_chain
        )
        there = "" if to_chain is None else f", to be issued on the chain of slot {to_chain}"
        done = f"settled: {found.shares.to_ui()} {name} burned{there}{_less(receipt)}"
        report(session, receipt, done, request=request_json(found), to_chain=to_chain)


def _less(receipt: Receipt) -> str:
    event = told_of(receipt, RedemptionSettled)
    if event is None or event.payout_shares >= event.shares:
        return ""
    return f"; the asset is short: pay out {Shares(event.payout_shares).to_ui()} of them"
