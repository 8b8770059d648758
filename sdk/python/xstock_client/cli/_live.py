"""What ``reserve watch`` and ``redeem list --watch`` share: the same picture again and again, until Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import typer
from rich.console import RenderableType
from rich.live import Live

from xstock_client.cli._args import parse_duration
from xstock_client.cli._session import Session
from xstock_client.errors import AccountMissing, LedgerError

__all__ = ["Interval", "Picture", "until_interrupted", "watch"]

SeenT = TypeVar("SeenT")


def parse_interval(text: str | int) -> int:
    """Seconds of at least one: `5`, `5s` or `1m`."""
    seconds = int(text) if isinstance(text, int) or (text.isascii() and text.isdecimal()) else parse_duration(text)
    if not 1 <= seconds <= 86_400:
        raise typer.BadParameter(f"an interval lies between 1 s and 1 d, not {seconds:,} s")
    return seconds


Interval = Annotated[
    int,
    typer.Option(parser=parse_interval, metavar="SPAN", show_default="5s", help="How often the cluster is asked: 10s."),
]


@dataclass(frozen=True, slots=True)
class Picture(Generic[SeenT]):
    """How what was read is shown."""

    json: Callable[[SeenT], dict[str, Any]]
    human: Callable[[SeenT], RenderableType]
    state: Callable[[dict[str, Any]], object]
    """What of the JSON is compared: not what time alone changes."""


def until_interrupted(session: Session, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run until Ctrl-C, which is no failure."""
    session.require_signed()
    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        typer.echo("", err=True)


async def watch(session: Session, read: Callable[[], Awaitable[SeenT]], picture: Picture[SeenT], interval: int) -> None:
    """Show what ``read`` gives, every ``interval`` seconds; while the cluster does not answer, tell that and go on."""
    seen: SeenT | None = await read()  # what is wrong at the start ends it
    with _screen(session, picture) as show_one:
        while True:
            if seen is not None:
                show_one(seen)
            await _pause(interval)
            seen = await _again(read)


@contextmanager
def _screen(session: Session, picture: Picture[SeenT]) -> Iterator[Callable[[SeenT], None]]:
    """A picture that moves on a terminal; elsewhere, and with --json, what has changed."""
    if _can_draw() and not session.json:
        with Live(console=session.out, auto_refresh=False) as live:
            yield lambda one: live.update(picture.human(one), refresh=True)
        return
    last: object = None

    def print_changed(one: SeenT) -> None:
        nonlocal last
        data = picture.json(one)
        state = picture.state(data)
        if state == last:
            return
        last = state
        if session.json:
            typer.echo(json.dumps(data))
        else:
            session.out.print(picture.human(one))

    yield print_changed


async def _again(read: Callable[[], Awaitable[SeenT]]) -> SeenT | None:
    """What was read, or None while the cluster does not answer."""
    try:
        return await read()
    except AccountMissing:
        raise
    except LedgerError as error:
        typer.echo(f"{error}; asking again", err=True)
        return None


def _can_draw() -> bool:
    return sys.stdout.isatty()


async def _pause(seconds: int) -> None:
    await asyncio.sleep(seconds)
