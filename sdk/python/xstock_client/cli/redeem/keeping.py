"""``xstock redeem default`` and ``conclude``: what anybody may do, to keep issuers to their deadlines."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final

import typer
from solders.pubkey import Pubkey

from xstock_client.cli._args import Asset, RentReceiver
from xstock_client.cli._refusing import refusal_text
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import require_one_transaction
from xstock_client.cli.redeem._common import Target, Targets, keeper
from xstock_client.cli.redeem._outcomes import Done, finish, show_done
from xstock_client.clients import Defaulted, Integrator, Keeper
from xstock_client.errors import AccountMissing, LedgerError, TransactionFailed, UsageError, XstockError
from xstock_client.redemption import Actor, Move, request_status
from xstock_client.rendering import cash_json

__all__ = ["conclude", "default"]

_COLUMNS: Final = ("penalty", "paid to", "tokens to")


def default(
    ctx: typer.Context,
    asset: Asset,
    targets: Targets = None,
    late: Annotated[
        bool, typer.Option("--late", help="All of the asset whose deadline was missed, longest overdue first.")
    ] = False,
) -> None:
    """Call in missed deadlines, as anybody: the tokens go back to their holders, and the bond pays the penalties.

    Holders get both where the program says, whoever calls. With --late, a keeper's job: nothing late is no failure.
    """
    _require_choice(targets, late, "--late")
    asyncio.run(_default(session_of(ctx), asset, targets or []))


def _require_choice(targets: Sequence[Target] | None, every: bool, option: str) -> None:
    if bool(targets) == every:
        raise UsageError(f"name requests, each as HOLDER/ID, or all of them with {option}; not both")


async def _default(session: Session, name: str, targets: Sequence[Target]) -> None:
    async with keeper(session) as client:
        asset = await session.asset(client.ledger, name)
        decimals = await session.coin_decimals(client.ledger, asset)
        if session.signing is not None:
            done = [await _sign_default(session, client, asset, targets)]
        elif targets:
            done = [await _call_in(client, asset, target, decimals) for target in targets]
        else:
            done = [
                _called(Target(one.request.holder, one.request.id), one.defaulted, decimals)
                if one.defaulted is not None
                else _failed(Target(one.request.holder, one.request.id), one.error, decimals)
                for one in await client.default_late(asset)
            ]
    show_done(session, done, _COLUMNS, "" if done else f"{name}: nothing is late", asset=str(asset))
    finish(done)


async def _sign_default(session: Session, client: Keeper, asset: Pubkey, targets: Sequence[Target]) -> Done:
    """One transaction of fixed bytes. Reads, because what is due and where it goes depends on the chain."""
    if not targets:
        late = await client.late_requests(asset)
        targets = [Target(one.holder, one.id) for one in late]
    if not targets:
        raise UsageError("nothing is late, so there is nothing to sign")
    require_one_transaction(len(targets), f"{len(targets)} missed deadlines")
    to_send = await client.default_instructions(asset, targets[0].holder, targets[0].id)
    receipt = await client.ledger.send(to_send, session.payer(), [session.signer()])
    return Done(targets[0], "defaulted", True, receipt=receipt)


async def _call_in(client: Keeper, asset: Pubkey, target: Target, decimals: int) -> Done:
    try:
        return _called(target, await client.default(asset, target.holder, target.id), decimals)
    except XstockError as error:
        return _failed(target, error, decimals)


def _called(target: Target, found: Defaulted, decimals: int) -> Done:
    penalty = found.penalty.to_ui(decimals)
    payee = None if found.payee is None else str(found.payee)
    facts = {
        "penalty": cash_json(found.penalty, decimals),
        "payee": payee,
        "destination": str(found.destination),
    }
    cells = (str(penalty), payee or "-", str(found.destination))
    return Done(target, "defaulted", True, receipt=found.receipt, cells=cells, facts=facts)


def _failed(target: Target, error: XstockError | None, decimals: int | None) -> Done:
    assert error is not None
    if isinstance(error, AccountMissing):
        return Done(target, "gone", False, str(error))
    unknown = isinstance(error, LedgerError) and not isinstance(error, TransactionFailed)
    return Done(target, "unknown" if unknown else "refused", False, refusal_text(error, decimals), unknown=unknown)


def conclude(
    ctx: typer.Context,
    asset: Asset,
    targets: Targets = None,
    due: Annotated[
        bool, typer.Option("--due", help="All of the asset that nobody disputed in time, or that were upheld.")
    ] = False,
    rent_receiver: RentReceiver = None,
) -> None:
    """Burn the tokens of payments outside the chain that nobody disputed in time, or an arbiter upheld, as anybody."""
    _require_choice(targets, due, "--due")
    asyncio.run(_conclude(session_of(ctx), asset, targets or [], rent_receiver))


async def _conclude(session: Session, name: str, targets: Sequence[Target], rent_receiver: Pubkey | None) -> None:
    async with keeper(session) as client:
        asset = await session.asset(client.ledger, name)
        if not targets:
            now = await client.ledger.now()
            found = [request_status(one, now) for one in await Integrator(client.ledger).requests(asset)]
            ready = [one.request for one in found if Move.CONCLUDE in one.moves[Actor.ANYONE]]
            targets = [Target(one.holder, one.id) for one in ready]
        if session.signing is not None:
            require_one_transaction(len(targets), f"{len(targets)} conclusions")
        if rent_receiver is not None and len(targets) > 1:
            raise UsageError("--rent-receiver is of one request; leave it out, and it is read")
        done = [await _burn(session, client, asset, target, rent_receiver) for target in targets]
    show_done(session, done, (), "" if done else f"{name}: nothing to conclude", asset=str(asset))
    finish(done)


async def _burn(session: Session, client: Keeper, asset: Pubkey, target: Target, rent_receiver: Pubkey | None) -> Done:
    try:
        with session.instead("name who paid the request's rent with --rent-receiver"):
            receipt = await client.conclude(asset, target.holder, target.id, rent_receiver=rent_receiver)
    except XstockError as error:
        if session.signing is not None:
            raise
        return _failed(target, error, session.decimals)
    return Done(target, "concluded", True, receipt=receipt)
