"""``xstock redeem accept``: the desk binds itself, one request or a list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from solders.pubkey import Pubkey

from xstock_client.amounts import Cash, Ui
from xstock_client.cli._args import Asset, parse_address
from xstock_client.cli._coin import Price, cash_of
from xstock_client.cli._refusing import refusal_text
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import desk, require_one_transaction, told_of
from xstock_client.cli.redeem._common import Target, Targets, read_requests, restated
from xstock_client.cli.redeem._outcomes import Done, finish, show_done
from xstock_client.cli.redeem._rows import Row, chosen_rows
from xstock_client.clients import Integrator, IssuerDesk
from xstock_client.constants import Payout, RequestState
from xstock_client.counting import price_for
from xstock_client.errors import AccountMissing, LedgerError, ProgramRefused, TransactionFailed, UsageError, XstockError
from xstock_client.events import RedemptionAccepted
from xstock_client.ledger import Receipt
from xstock_client.redemption import OpenRequest
from xstock_client.rendering import cash_json, instant

__all__ = ["accept"]

_COLUMNS: Final = ("shares", "holder gets", "settle at", "quote lapses", "settle by", "penalty")
# what one request can bring about; any other refusal would meet every other one, too
_OF_ONE: Final = frozenset(
    {"AlreadyClaimed", "ArbiterLeaves", "ArbiterTooNew", "DeadlinePassed", "PriceTooLow", "QuoteNeeded"}
    | {"SelfArbitration", "UnderBonded", "WrongArbiter", "WrongPayout", "WrongRequestState", "InvalidAccountOwner"}
)


def accept(
    ctx: typer.Context,
    asset: Asset,
    targets: Targets = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Those of a list of `redeem list --csv`; fill in column `price`."),
    ] = None,
    price: Price = None,
    arbiter: Annotated[
        Pubkey | None,
        typer.Option(
            parser=parse_address,
            metavar="ADDRESS",
            help="Of one outside the chain, where nothing is read: the arbiter that it names.",
        ),
    ] = None,
) -> None:
    """Accept requests, as a redeemer: from now on they are to be settled in time, or the bond pays.

    At market you quote the price: what the holder gets per whole share, after the fee. It settles once the holder has
    agreed; without that it lapses, and costs neither side anything. A request with a minimum needs no price; one may
    better it. The bond must have the penalty free. With a file --price is for those at market whose column `price` is
    empty; all of it is checked before the first transaction, and it can be run again after an interruption.
    """
    asyncio.run(_accept(session_of(ctx), asset, targets, csv, price, arbiter))


async def _accept(
    session: Session,
    name: str,
    targets: Sequence[Target] | None,
    csv: Path | None,
    price: Ui | None,
    arbiter: Pubkey | None,
) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        rows = chosen_rows(targets, csv, asset, with_raw=False)
        if session.signing is not None:
            require_one_transaction(len(rows), f"{len(rows)} acceptances")
            done = [await _accept_one(session, client, asset, rows[0], price, arbiter)]
        else:
            done = await _accept_all(session, client, asset, rows, price)
    show_done(session, done, _COLUMNS, "", asset=str(asset))
    finish(done)


async def _accept_one(
    session: Session, client: IssuerDesk, asset: Pubkey, row: Row, price: Ui | None, arbiter: Pubkey | None
) -> Done:
    """One transaction of fixed bytes."""
    chosen, cash, decimals = row.price or price, Cash(0), 0
    if chosen is not None:
        decimals = (await session.coin(client.ledger, asset)).decimals
        cash = cash_of(chosen, decimals, "--price")
    receipt = await client.accept(asset, row.target.holder, row.target.id, price=cash, arbiter=arbiter)
    return _accepted(row, receipt, None, await session.coin_decimals(client.ledger, asset))


async def _accept_all(
    session: Session, client: IssuerDesk, asset: Pubkey, rows: Sequence[Row], price: Ui | None
) -> list[Done]:
    decimals = await session.coin_decimals(client.ledger, asset)
    read = await read_requests(client.ledger, asset, [row.target for row in rows])
    now, multiplier = await client.ledger.now(), await Integrator(client.ledger).multiplier(asset)
    found = [None if one is None else restated(one, multiplier) for one in read]
    prices = [_price(row, one, price, decimals) for row, one in zip(rows, found, strict=True)]
    _require_sense(rows, found, prices, decimals)
    done: list[Done] = []
    stop: XstockError | None = None
    for row, one, cash in zip(rows, found, prices, strict=True):
        known = await _known(client, asset, row, one, now)
        if known is not None:
            done.append(known)
            continue
        if stop is not None:
            done.append(Done(row.target, "not sent", False, f"an earlier one failed: {refusal_text(stop, decimals)}"))
            continue
        assert one is not None
        try:
            receipt = await client.accept(asset, one.holder, one.id, price=cash, arbiter=one.arbiter)
        except (AccountMissing, ProgramRefused, TransactionFailed, UsageError) as error:
            done.append(Done(row.target, "refused", False, refusal_text(error, decimals)))
            stop = error if isinstance(error, ProgramRefused) and error.name not in _OF_ONE else None
        except LedgerError as error:
            done.append(Done(row.target, "unknown", False, str(error), unknown=True))
            stop = error
        else:
            done.append(_accepted(row, receipt, one, decimals))
    return done


def _price(row: Row, one: OpenRequest | None, price: Ui | None, decimals: int) -> Cash:
    """What is named for a request: its own of the file, or else --price; in a file that is for those at market."""
    if row.price is not None:
        return cash_of(row.price, decimals, f"{row.where}: price")
    if price is None or (row.where and (one is None or not one.at_market)):
        return Cash(0)
    return cash_of(price, decimals, "--price")


def _require_sense(
    rows: Sequence[Row], found: Sequence[OpenRequest | None], prices: Sequence[Cash], decimals: int
) -> None:
    """What only whoever wrote the list can put right. Raises UsageError before anything is sent."""
    wrong = []
    for row, one, cash in zip(rows, found, prices, strict=True):
        if one is None or one.state is not RequestState.REQUESTED:
            continue
        if one.at_market and not cash:
            wrong.append(
                f"{row.target} is at market: quote what its holder gets per share, with --price or in the file"
            )
        elif one.payout is Payout.OFF_CHAIN and cash:
            wrong.append(f"{row.target} is paid outside the chain, as its terms say: it takes no price")
        elif cash and cash < one.min_price:
            least = one.min_price.to_ui(decimals)
            wrong.append(f"{row.target} wants {least} a share at least, not {cash.to_ui(decimals)}: leave it empty")
    if wrong:
        told = wrong[0] if len(wrong) == 1 else "".join(f"\n  {one}" for one in wrong)
        raise UsageError(f"nothing was sent: {told}")


async def _known(client: IssuerDesk, asset: Pubkey, row: Row, one: OpenRequest | None, now: int) -> Done | None:
    """What is known without asking the program: it is done, gone, or holds something else."""
    if one is None:
        told = await client.ended(asset, row.target.holder, row.target.id)
        how = "it has ended, or was never made" if told is None else f"it has ended: {told.name}"
        return Done(row.target, "gone", False, how)
    if row.raw is not None and row.raw != one.amount:
        was, holds = row.raw.to_ui(), one.amount.to_ui()
        return Done(row.target, "changed", False, f"it held {was} when it was listed, and holds {holds} now")
    if one.state is RequestState.ACCEPTED:
        word = "quoted before" if one.quoted else "accepted before"
        return Done(row.target, word, True, f"on {instant(one.accepted_at)}")
    if one.state is not RequestState.REQUESTED:
        return Done(row.target, "not requested", False, f"it is {one.state.name.lower()}")
    if one.late(now):
        return Done(row.target, "too late", False, f"its time to be accepted was over on {instant(one.accept_by)}")
    return None


def _accepted(row: Row, receipt: Receipt, one: OpenRequest | None, decimals: int) -> Done:
    event = told_of(receipt, RedemptionAccepted)
    if event is None:
        return Done(row.target, "accepted", True, receipt=receipt)
    least, penalty = Cash(event.min_price), Cash(event.penalty)
    settle_at = None if one is None or not least else Cash(price_for(int(least), one.fee_bps))
    facts = {
        "min_price": cash_json(least, decimals) if least else None,
        "settle_price": None if settle_at is None else cash_json(settle_at, decimals),
        "quote_until": event.until or None,
        "settle_by": event.settle_by,
        "penalty": cash_json(penalty, decimals),
    }
    cells = (
        "" if one is None else str(one.shares.to_ui()),
        f"{least.to_ui(decimals)} a share" if least else "as the terms say",
        "-" if settle_at is None else f"{settle_at.to_ui(decimals)} or more",
        instant(event.until),
        instant(event.settle_by),
        str(penalty.to_ui(decimals)),
    )
    word = "quoted" if event.until else "accepted"
    return Done(row.target, word, True, receipt=receipt, cells=cells, facts=facts)
