"""What the commands of ``xstock redeem`` share: requests as people name them, and the clients of their sides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import typer
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import Multiplier
from xstock_client.cli._args import parse_address, parse_hash
from xstock_client.cli._session import Session
from xstock_client.clients import Holder, Keeper
from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import AccountMissing, BadInput, ProgramRefused, UsageError
from xstock_client.ledger import Ledger
from xstock_client.redemption import OpenRequest

__all__ = [
    "HashOption",
    "OneTarget",
    "RequestId",
    "Target",
    "Targets",
    "digest_of",
    "holder",
    "keeper",
    "parse_target",
    "read_requests",
    "restated",
    "still_open",
]

_ABSENT: Final = frozenset({"AccountDataTooSmall", "IllegalOwner", "InvalidAccountOwner", "UninitializedAccount"})
"""As the program refuses an account that does not exist."""


@dataclass(frozen=True, slots=True)
class Target:
    """A request by its holder and number."""

    holder: Pubkey
    id: int

    def __str__(self) -> str:
        return f"{self.holder}/{self.id}"


def parse_number(text: str) -> int:
    """A request's number."""
    if not (text.isascii() and text.isdecimal()) or int(text) >= 2**64:
        raise typer.BadParameter(f"{text!r} is no request's number; `xstock redeem list` shows them")
    return int(text)


def parse_target(text: str | Target) -> Target:
    """A request from ``HOLDER/ID``."""
    if isinstance(text, Target):
        return text
    address, slash, number = text.partition("/")
    if not slash:
        raise typer.BadParameter(f"{text!r} names no request: write its holder and its number, such as HOLDER/0")
    return Target(parse_address(address), parse_number(number))


RequestId = Annotated[int, typer.Argument(parser=parse_number, metavar="ID", help="Your request's number.")]
OneTarget = Annotated[
    Target, typer.Argument(parser=parse_target, metavar="HOLDER/ID", help="The request: its holder and its number.")
]
Targets = Annotated[
    list[Target] | None,
    typer.Argument(parser=parse_target, metavar="HOLDER/ID", help="Requests: each by its holder and its number."),
]
HashOption = Annotated[
    bytes | None, typer.Option(parser=parse_hash, metavar="HEX", help="Its sha256 instead of the file.")
]


def digest_of(what: str, file: Path | None, given: bytes | None) -> bytes | None:
    """sha256 (32 bytes) of a file, or as it was given; None for neither. Raises UsageError for both, BadInput.

    An empty file is refused: its hash names nothing.
    """
    if file is None:
        return given
    if given is not None:
        raise UsageError(f"name the {what} once: the file or its hash")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file}: cannot be read: {error.strerror}") from None
    if not data:
        raise BadInput(f"{file}: is empty, and its hash would name nothing: give the {what} itself")
    return sha256(data).digest()


@asynccontextmanager
async def holder(session: Session) -> AsyncIterator[Holder]:
    """The holder's client with the session's keys, announced."""
    signer, payer = session.signer(), session.payer()
    async with session.ledger() as ledger:
        client = Holder(ledger, signer=signer, payer=payer)
        await session.announce(ledger, signer, payer)
        yield client


@asynccontextmanager
async def keeper(session: Session) -> AsyncIterator[Keeper]:
    """The client of whoever keeps issuers to their deadlines, announced."""
    signer, payer = session.signer(), session.payer()
    async with session.ledger() as ledger:
        client = Keeper(ledger, signer=signer, payer=payer)
        await session.announce(ledger, signer, payer)
        yield client


@asynccontextmanager
async def still_open(ledger: Ledger, asset: Pubkey, target: Target) -> AsyncIterator[None]:
    """Where the program could only say that an account is empty: raises AccountMissing, and what became of it."""
    try:
        yield
    except ProgramRefused as refusal:
        if refusal.name not in _ABSENT or (await read_requests(ledger, asset, [target]))[0] is not None:
            raise
        raise AccountMissing(
            f"request {target.id} of {target.holder} is not open: settled, returned, or never made; `xstock redeem"
            " status` tells how it ended"
        ) from None


async def read_requests(ledger: Ledger, asset: Pubkey, targets: Sequence[Target]) -> list[OpenRequest | None]:
    """The open requests, in the order of their names; None for one that has ended or was never made."""
    addresses = [pda.redemption_request(asset, one.holder, one.id) for one in targets]
    accounts = await ledger.accounts(addresses) if addresses else []
    return [
        None
        if account is None or account.owner != PROGRAM_ID
        else OpenRequest.of(address, RedemptionRequest.decode(account.data))
        for address, account in zip(addresses, accounts, strict=True)
    ]


def restated(one: OpenRequest, multiplier: Multiplier) -> OpenRequest:
    """The same in today's shares and per share of today, for people: after a 10:1 split ten times the shares."""
    return replace(
        one, min_price=one.price_at(multiplier), marked_shares=one.marked_at(multiplier), multiplier=multiplier
    )
