"""Argument and option types that several commands share."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Final

import typer
from solders.pubkey import Pubkey

from xstock_client.amounts import Multiplier, Raw, Ui
from xstock_client.constants import Halt, Role
from xstock_client.errors import UsageError
from xstock_client.pda import isin_bytes, symbol_bytes

__all__ = [
    "Address",
    "Amount",
    "Asset",
    "ChainSlot",
    "RentReceiver",
    "RoleName",
    "Slot",
    "expiry",
    "halts_of",
    "parse_duration",
    "parse_hash",
    "parse_isin",
    "parse_multiplier",
    "parse_role",
    "parse_symbol",
    "parse_time",
    "plain_number",
    "raw_of",
]

_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
HOUR: Final = _UNITS["h"]
DAY: Final = _UNITS["d"]
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:_\d{3})+(?:\.\d+)?")
_DURATION: Final = re.compile(r"(\d{1,9})([smhd])")


def parse_address(text: str) -> Pubkey:
    """A base58 address."""
    try:
        return Pubkey.from_string(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not an address (32 bytes in base58)") from None


def plain_number(text: str) -> str:
    """Without separators of thousands; a comma anywhere else may be meant as a decimal point, and stays."""
    return re.sub(r"[,_]", "", text) if _THOUSANDS.fullmatch(text) else text


def parse_amount(text: str) -> Ui:
    """A plain decimal number of shares."""
    try:
        return Ui.parse(plain_number(text))
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write shares such as 1250.5 or 1,250.5") from None


def parse_duration(text: str | int) -> int:
    """Seconds from `90m`, `120h` or `5d`; a number of seconds stays (an option's default)."""
    if isinstance(text, int):
        return text
    match = _DURATION.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is not a time span; write one such as 90m, 120h or 5d")
    return int(match[1]) * _UNITS[match[2]]


def parse_role(text: str | Role) -> Role:
    """A role by its name, with dashes."""
    if isinstance(text, Role):
        return text
    try:
        return Role[text.upper().replace("-", "_")]
    except KeyError:
        names = ", ".join(role.label for role in Role)
        raise typer.BadParameter(f"{text!r} is no role; the roles are {names}") from None


def parse_hash(text: str) -> bytes:
    """32 bytes in 64 hexadecimal digits."""
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) != 32:
        raise typer.BadParameter(f"{text!r} is not a sha256 hash of 64 hexadecimal digits")
    return value


def parse_isin(text: str) -> str:
    """An ISIN with a right check digit."""
    from stdnum import isin as stdnum_isin

    try:
        isin_bytes(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if not stdnum_isin.is_valid(text) or text != text.upper():
        raise typer.BadParameter(f"{text!r} is no ISIN: its check digit or its form is wrong")
    return text


def parse_multiplier(text: str | Multiplier) -> Multiplier:
    """Shares per token, a plain decimal number of at most 12 decimals."""
    if isinstance(text, Multiplier):
        return text
    try:
        value = Ui.parse(text).value
        made = Multiplier.from_decimal(value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if made.to_decimal() != value:
        raise typer.BadParameter(f"{text} has more than 12 decimals")
    return made


def parse_symbol(text: str) -> str:
    """A symbol of 1 to 12 letters, digits, dots or dashes."""
    try:
        symbol_bytes(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if not re.fullmatch(r"[A-Za-z0-9.-]+", text):
        raise typer.BadParameter(f"{text!r} is no symbol: use letters, digits, dots and dashes")
    return text


def parse_time(text: str | int) -> int:
    """Unix seconds of an ISO 8601 time with its offset from UTC."""
    if isinstance(text, int):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} is no time with an offset; write one such as 2026-03-31T16:00:00Z")
    return int(moment.timestamp())


Asset = Annotated[
    str, typer.Argument(metavar="SYMBOL", help="The issuer's symbol, the asset's address, or its number: @0.")
]
RentReceiver = Annotated[
    Pubkey | None,
    typer.Option(
        "--rent-receiver",
        parser=parse_address,
        metavar="ADDRESS",
        help="Who paid the rent that comes free: only they can get it. Default: read from the chain.",
    ),
]
Address = Annotated[Pubkey, typer.Argument(parser=parse_address, metavar="ADDRESS")]
Amount = Annotated[Ui, typer.Argument(parser=parse_amount, metavar="AMOUNT", help="Shares, such as 1250.5.")]
RoleName = Annotated[
    Role,
    typer.Argument(parser=parse_role, metavar="ROLE", help=f"One of {', '.join(role.label for role in Role)}."),
]
Slot = Annotated[int, typer.Argument(min=0, max=7, metavar="SLOT", help="Custodian slot, 0 to 7.")]
ChainSlot = Annotated[int, typer.Argument(min=0, max=7, metavar="SLOT", help="Chain slot, 0 to 7.")]


def raw_of(amount: Ui, multiplier: Multiplier) -> Raw:
    """The most token units that are worth at most ``amount`` shares. Raises UsageError."""
    try:
        return multiplier.raw_floor(amount.to_shares())
    except ValueError as error:
        raise UsageError(f"{amount} shares: {error}") from None


def halts_of(mint: bool, requests: bool, changes: bool) -> Halt:
    """What --mint, --requests and --changes name. Raises UsageError when it is nothing."""
    named = {Halt.MINT: mint, Halt.REQUESTS: requests, Halt.CHANGES: changes}
    functions = Halt(sum(one for one, meant in named.items() if meant))
    if not functions:
        raise UsageError("say what: --mint, --requests, --changes, or several")
    return functions


def expiry(now: int, days: int | None, until: datetime | None, *, fixed: bool = False) -> int:
    """Unix seconds of --days from ``now``, or of --until (UTC). Raises UsageError unless one is given.

    ``fixed``: all machines must arrive at the same moment, so --days is refused, because each would count from its own.
    """
    if (days is None) == (until is None):
        raise UsageError("say how long: --days N, or --until YYYY-MM-DD")
    if days is not None and fixed:
        raise UsageError(
            "--days counts from now, so every machine would build another transaction, and no signature would fit:"
            " with --sign-only, --blockhash or --nonce say --until YYYY-MM-DD"
        )
    if days is not None:
        return now + days * 86_400
    assert until is not None
    return int(until.replace(tzinfo=UTC).timestamp())
