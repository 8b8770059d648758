"""``xstock redeem list``: the desk's queue, once, again and again, or as a file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._args import DAY, Asset, parse_address, parse_duration
from xstock_client.cli._live import Interval, Picture, until_interrupted, watch
from xstock_client.cli._session import Session, session_of
from xstock_client.cli.redeem._common import restated
from xstock_client.cli.redeem._rows import write_rows
from xstock_client.cli.redeem._show import status_json, statuses_table
from xstock_client.clients import Integrator
from xstock_client.clients._redeeming import by_deadline
from xstock_client.errors import UsageError
from xstock_client.ledger import Ledger
from xstock_client.redemption import RequestStatus, request_status
from xstock_client.times import instant

__all__ = ["list_requests"]


class State(StrEnum):
    """States of an open request."""

    REQUESTED = "requested"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    PAID = "paid"
    DISPUTED = "disputed"
    UPHELD = "upheld"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What of the queue is asked for, and how it is shown."""

    name: str
    holder: Pubkey | None
    state: State | None
    late: bool
    soon: int

    def fits(self, one: RequestStatus) -> bool:
        """Whether a request is among what is asked for."""
        return self.state in (None, one.name) and (one.late or not self.late)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The queue at one time."""

    asset: Pubkey
    now: int
    decimals: int
    requests: tuple[RequestStatus, ...]


def list_requests(
    ctx: typer.Context,
    asset: Asset,
    owner: Annotated[
        Pubkey | None, typer.Option("--holder", parser=parse_address, metavar="ADDRESS", help="Only this holder's.")
    ] = None,
    state: Annotated[State | None, typer.Option(help="Only these.")] = None,
    late: Annotated[
        bool, typer.Option("--late", help="Only those that anybody may send back: a deadline was missed.")
    ] = False,
    soon: Annotated[
        int,
        typer.Option(
            parser=parse_duration, metavar="SPAN", show_default="24h", help="Yellow are those due within this time."
        ),
    ] = DAY,
    csv: Annotated[
        Path | None,
        typer.Option(
            "--csv", metavar="FILE", help="Write it to a file, which `redeem accept` and `redeem settle` take."
        ),
    ] = None,
    watching: Annotated[bool, typer.Option("--watch", help="Show it again and again, until Ctrl-C.")] = False,
    interval: Interval = 5,
) -> None:
    """List the open requests of an asset, the deadline that comes first in front: the desk's queue.

    Red are those whose deadline was missed, yellow those due soon. With --watch and --json one line whenever something
    changed.
    """
    session = session_of(ctx)
    wanted = _Wanted(asset, owner, state, late, soon)
    if not watching:
        asyncio.run(_list(session, wanted, csv))
        return
    if csv is not None:
        raise UsageError("--csv writes the list of one moment, and --watch goes on: say one of them")
    until_interrupted(session, partial(_watch, session, wanted, interval))


async def _list(session: Session, wanted: _Wanted, csv: Path | None) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, wanted.name)
        seen = await _look(session, ledger, asset, wanted)
    if csv is not None:
        session.require_signed()
        write_rows(csv, seen.requests, seen.decimals)
    shown = [_table(seen, wanted)] if csv is None else [f"{len(seen.requests)} requests written to {csv}"]
    session.show([status_json(one, seen.decimals) for one in seen.requests], *shown)


async def _watch(session: Session, wanted: _Wanted, interval: int) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, wanted.name)
        picture = Picture(_json, partial(_view, wanted=wanted), partial(_lasting, soon=wanted.soon))
        await watch(session, partial(_look, session, ledger, asset, wanted), picture, interval)


async def _look(session: Session, ledger: Ledger, asset: Pubkey, wanted: _Wanted) -> _Seen:
    client = Integrator(ledger)
    if wanted.holder is None:
        found = await client.requests(asset)
    else:
        found = await client.requests_of(asset, wanted.holder)
    now, decimals = await ledger.now(), await session.coin_decimals(ledger, asset)
    multiplier = await client.multiplier(asset)
    standing = (request_status(restated(one, multiplier), now) for one in found)
    fit = [one for one in standing if wanted.fits(one)]
    fit.sort(key=by_deadline)
    return _Seen(asset, now, decimals, tuple(fit))


def _table(seen: _Seen, wanted: _Wanted) -> Group:
    late = sum(one.late and not one.request.quoted for one in seen.requests)
    count = len(seen.requests)
    lateness = f", {late} of them LATE" if late else ""
    title = f"{wanted.name}: {count} open request{'' if count == 1 else 's'}{lateness}"
    return Group(statuses_table(seen.requests, seen.decimals, wanted.soon, title))


def _view(seen: _Seen, *, wanted: _Wanted) -> Group:
    return Group(_table(seen, wanted), Text(f"{instant(seen.now)}; Ctrl-C ends", style="dim"))


def _json(seen: _Seen) -> dict[str, Any]:
    return {
        "asset": str(seen.asset),
        "now": seen.now,
        "requests": [status_json(one, seen.decimals) for one in seen.requests],
    }


def _lasting(data: dict[str, Any], *, soon: int) -> list[dict[str, Any]]:
    """What is compared: all but the clock, and whether a request is due soon."""
    return [
        {name: value for name, value in one.items() if name not in ("now", "seconds_left")}
        | {"soon": one["seconds_left"] is not None and one["seconds_left"] <= soon}
        for one in data["requests"]
    ]
