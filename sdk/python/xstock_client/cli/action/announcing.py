"""``xstock action announce``: dividends, splits, new identifiers, the end of a stock."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

import typer
from solders.pubkey import Pubkey

from xstock_client.amounts import U64_MAX, Ui
from xstock_client.cli._args import Asset, parse_address, parse_hash, parse_isin, parse_symbol, parse_time
from xstock_client.cli._coin import parse_sum
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import desk, report, warn
from xstock_client.cli.redeem._common import digest_of
from xstock_client.clients import Announced, Integrator, IssuerDesk
from xstock_client.clients.token import vet_payment_mint
from xstock_client.constants import MAX_RATIO, RECORD_WINDOW_S
from xstock_client.corporate import CashRate
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.ledger import Ledger
from xstock_client.times import instant, span

app = typer.Typer(
    no_args_is_help=True,
    help="Announce, a day ahead at least: dividend, stock-dividend, split, reverse-split, identifiers, delisting. As"
    " the authority or with the role corporate.",
)

_RATIO: Final = re.compile(r"([1-9]\d{0,9}):([1-9]\d{0,9})")
_Ask: TypeAlias = Callable[[IssuerDesk, Pubkey], Awaitable[Announced]]


@dataclass(frozen=True, slots=True)
class ShareRatio:
    """New shares for old ones."""

    new: int
    old: int

    def __str__(self) -> str:
        return f"{self.new}:{self.old}"


def parse_ratio(text: str | ShareRatio) -> ShareRatio:
    """New shares for old ones, from ``10:1``."""
    if isinstance(text, ShareRatio):
        return text
    match = _RATIO.fullmatch(text)
    if match is None or max(int(match[1]), int(match[2])) > MAX_RATIO:
        raise typer.BadParameter(
            f"{text!r} is no ratio: write new shares for old ones, such as 10:1, from 1 to {MAX_RATIO:,} each"
        )
    return ShareRatio(int(match[1]), int(match[2]))


def _time(option: str, what: str) -> Any:
    return typer.Option(option, parser=parse_time, metavar="TIME", help=f"{what}, with its zone: 2026-03-31T13:30:00Z.")


Ratio = Annotated[
    ShareRatio, typer.Argument(parser=parse_ratio, metavar="NEW:OLD", help="New shares for old ones, such as 10:1.")
]
Ex = Annotated[int, _time("--ex", "From when on the stock trades without it")]
OwnEx = Annotated[int | None, _time("--ex", "From when on the stock trades under it. Default: the effective time")]
Effective = Annotated[int, _time("--effective", "When it takes effect")]
Document = Annotated[
    Path | None, typer.Option(metavar="FILE", help="The company's announcement; its sha256 goes on chain.")
]
DocumentHash = Annotated[
    bytes | None, typer.Option(parser=parse_hash, metavar="HEX", help="Its sha256 instead of the file.")
]


@app.command("dividend")
def dividend(
    ctx: typer.Context,
    asset: Asset,
    per_share: Annotated[
        Ui,
        typer.Option(
            "--per-share", parser=parse_sum, metavar="COINS", help="Before tax, for a whole share, such as 0.26."
        ),
    ],
    ex: Ex,
    record: Annotated[int, _time("--record", "When the balances count")],
    pay: Annotated[int, _time("--pay", "When claims open at the earliest")],
    mint: Annotated[
        Pubkey | None,
        typer.Option(
            parser=parse_address, metavar="MINT", help="The stablecoin that it is paid in. Default: the asset's coin."
        ),
    ] = None,
    document: Document = None,
    document_hash: DocumentHash = None,
) -> None:
    """A cash dividend, to who holds at the end of the slot in which the snapshot is taken.

    Anybody may take it in the hour from the record time on: `xstock snapshot record`. Needs snapshot attestors.
    """
    session, hashed = session_of(ctx), _document(document, document_hash)
    asyncio.run(_dividend(session, asset, per_share, mint, (ex, record, pay), hashed))


async def _dividend(
    session: Session, name: str, per_share: Ui, mint: Pubkey | None, times: tuple[int, int, int], hashed: bytes
) -> None:
    ex, record, pay = times
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        chosen, decimals = await _payout_mint(session, client.ledger, asset, mint)
        rate = _rate(per_share, decimals)
        made = await client.announce_cash_dividend(
            asset, rate=rate, payout_mint=chosen, ex_at=ex, record_at=record, pay_at=pay, document_hash=hashed
        )
        session.decimals = decimals
        done = (
            f"action {made.number} of {name}: a dividend of {per_share} a share in {chosen}; take its snapshot between"
            f" {instant(record)} and {instant(record + RECORD_WINDOW_S)}: `xstock snapshot record {name} {made.number}"
            " --wait`"
        )
        report(session, made.receipt, done, **_facts(asset, made), per_share=str(per_share), payout_mint=str(chosen))


def _rate(per_share: Ui, decimals: int) -> CashRate:
    """Raises UsageError."""
    try:
        return CashRate.parse(f"{per_share.value:f}", decimals)
    except ValueError:
        least, most = (CashRate(value).to_ui(decimals) for value in (1, U64_MAX))
        raise UsageError(
            f"a dividend of {per_share.value:,f} a share: in a coin of {decimals} decimals it lies between"
            f" {least.value:f} and {most.value:,f}, and has {-int(least.value.as_tuple().exponent)} decimals at most;"
            " say whole coins, such as --per-share 0.26"
        ) from None


async def _payout_mint(session: Session, ledger: Ledger, asset: Pubkey, mint: Pubkey | None) -> tuple[Pubkey, int]:
    """The mint and its decimals. Raises AccountMissing, UsageError, PaymentMintRefused."""
    given = session.given_coin
    if given is not None and session.sign_only and mint in (None, given.mint):
        return given.mint, given.decimals
    if mint is None:
        coin = await session.coin(ledger, asset)
        return coin.mint, coin.decimals
    account = await ledger.account(mint)
    if account is None:
        raise AccountMissing(f"there is no mint {mint} on this cluster; check the address and the URL")
    return mint, vet_payment_mint(account).token.decimals


@app.command("stock-dividend")
def stock_dividend(
    ctx: typer.Context,
    asset: Asset,
    ratio: Annotated[
        ShareRatio,
        typer.Argument(parser=parse_ratio, metavar="NEW:OLD", help="New shares on old ones: 3:100 is three percent."),
    ],
    ex: Ex,
    effective: Effective,
    document: Document = None,
    document_hash: DocumentHash = None,
) -> None:
    """New shares, or a cash dividend reinvested: a token is worth more shares from the effective time on.

    The reserve must cover the new shares now; mints keep them free until then.
    """
    hashed = _document(document, document_hash)

    def ask(client: IssuerDesk, address: Pubkey) -> Awaitable[Announced]:
        return client.announce_stock_dividend(
            address, new=ratio.new, old=ratio.old, ex_at=ex, effective_at=effective, document_hash=hashed
        )

    what = f"{ratio.new} new shares on each {ratio.old}"
    asyncio.run(_announce(session_of(ctx), asset, what, effective, ask))


@app.command("split")
def split(
    ctx: typer.Context,
    asset: Asset,
    ratio: Ratio,
    ex: Ex,
    effective: Effective,
    document: Document = None,
    document_hash: DocumentHash = None,
) -> None:
    """More shares for each: balances of tokens stay, and a token is worth more shares.

    Nothing mints from the ex to the effective time. `xstock action show` tells who must then sign in new shares.
    """
    if ratio.new <= ratio.old:
        raise UsageError(f"{ratio} makes no more shares: that is `xstock action announce reverse-split`")
    _split(session_of(ctx), asset, ratio, ex, effective, _document(document, document_hash))


@app.command("reverse-split")
def reverse_split(
    ctx: typer.Context,
    asset: Asset,
    ratio: Ratio,
    ex: Ex,
    effective: Effective,
    document: Document = None,
    document_hash: DocumentHash = None,
) -> None:
    """Fewer shares for each: 1:10. Balances of tokens stay, and a token is worth fewer shares."""
    if ratio.new >= ratio.old:
        raise UsageError(f"{ratio} makes no fewer shares: that is `xstock action announce split`")
    _split(session_of(ctx), asset, ratio, ex, effective, _document(document, document_hash))


def _split(session: Session, name: str, ratio: ShareRatio, ex: int, effective: int, hashed: bytes) -> None:
    def ask(client: IssuerDesk, address: Pubkey) -> Awaitable[Announced]:
        return client.announce_split(
            address, new=ratio.new, old=ratio.old, ex_at=ex, effective_at=effective, document_hash=hashed
        )

    what = f"{ratio.new} shares for {ratio.old}, with no mints from {instant(ex)} on"
    asyncio.run(_announce(session, name, what, effective, ask))
    if not session.sign_only:
        warn(f"statements as of {instant(ex)} or later may show new shares: custodians then sign with --basis")


@app.command("identifiers")
def identifiers(
    ctx: typer.Context,
    asset: Asset,
    effective: Effective,
    isin: Annotated[str | None, typer.Option(parser=parse_isin, metavar="ISIN", help="The new ISIN.")] = None,
    symbol: Annotated[str | None, typer.Option(parser=parse_symbol, metavar="SYMBOL", help="The new symbol.")] = None,
    ex: OwnEx = None,
    document: Document = None,
    document_hash: DocumentHash = None,
) -> None:
    """Another ISIN, symbol, or both. Anybody puts them in force at the effective time: `xstock action apply`."""
    if isin is None and symbol is None:
        raise UsageError("say what is new: --isin, --symbol, or both")
    hashed = _document(document, document_hash)

    def ask(client: IssuerDesk, address: Pubkey) -> Awaitable[Announced]:
        return client.announce_identifier_change(
            address, isin=isin, symbol=symbol, effective_at=effective, document_hash=hashed, ex_at=ex
        )

    what = ", ".join(f"{label} {value}" for label, value in (("ISIN", isin), ("symbol", symbol)) if value)
    asyncio.run(_announce(session_of(ctx), asset, what, effective, ask))


@app.command("delisting")
def delisting(
    ctx: typer.Context,
    asset: Asset,
    effective: Effective,
    ex: OwnEx = None,
    document: Document = None,
    document_hash: DocumentHash = None,
) -> None:
    """The end of the stock's trading: nothing mints from the effective time on; redemption goes on."""
    hashed = _document(document, document_hash)

    def ask(client: IssuerDesk, address: Pubkey) -> Awaitable[Announced]:
        return client.announce_delisting(address, effective_at=effective, document_hash=hashed, ex_at=ex)

    asyncio.run(_announce(session_of(ctx), asset, "delisted", effective, ask))


async def _announce(session: Session, name: str, what: str, effective: int, ask: _Ask) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        made = await ask(client, asset)
        now = await client.ledger.now()
        worth = ""
        if made.new_multiplier is not None:
            before = await Integrator(client.ledger).multiplier(asset)
            worth = f"; shares per token: {before} now, {made.new_multiplier} then"
        done = (
            f"action {made.number} of {name}: {what}, on {instant(effective)} (in {span(effective - now)}){worth};"
            f" `xstock action cancel {name} {made.number}` takes it back"
        )
        report(session, made.receipt, done, **_facts(asset, made), effective_at=effective)


def _facts(asset: Pubkey, made: Announced) -> dict[str, Any]:
    after = made.new_multiplier
    return {
        "asset": str(asset),
        "number": made.number,
        "action": str(made.address),
        "new_multiplier": None if after is None else str(after),
    }


def _document(file: Path | None, given: bytes | None) -> bytes:
    """Raises UsageError for neither and for both, BadInput."""
    hashed = digest_of("document", file, given)
    if hashed is None:
        raise UsageError("name the company's announcement: --document FILE, or its sha256 with --document-hash")
    return hashed
