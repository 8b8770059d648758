"""``xstock redeem quote`` and ``request``: what it would come to, and asking for it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.amounts import Cash, Raw, Ui
from xstock_client.cli._args import Amount, Asset, parse_address, raw_of
from xstock_client.cli._coin import Price, cash_of, parse_sum
from xstock_client.cli._policy_options import parse_bps
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import report, told_of, warn
from xstock_client.cli.redeem._common import HashOption, digest_of, holder
from xstock_client.cli.redeem._show import quote_json, quote_table
from xstock_client.clients import Holder, Integrator, Requested, TokenAccount
from xstock_client.constants import Payout
from xstock_client.errors import UsageError
from xstock_client.events import RedemptionRequested
from xstock_client.quote import RedemptionQuote
from xstock_client.rendering import cash_json, instant, raw_json

__all__ = ["quote", "request"]

_CHOICE = (
    "say how it is paid: --min-price PRICE, what you want per whole share at least, after the fee; --at-market, where"
    " the desk quotes a price and nothing settles until you agree to it; or --off-chain with --terms-hash and --arbiter"
)

MinPrice = Annotated[
    Ui | None,
    typer.Option(
        parser=parse_sum,
        metavar="PRICE",
        help="What you want per whole share at least, after the fee, in units of the coin: 188.50.",
    ),
]
Source = Annotated[
    Pubkey | None,
    typer.Option(parser=parse_address, metavar="ADDRESS", help="Another token account that the tokens come from."),
]


def quote(
    ctx: typer.Context,
    asset: Asset,
    amount: Amount,
    price: Price = None,
    slippage: Annotated[
        int | None,
        typer.Option(parser=parse_bps, metavar="PERCENT", help="With --price: a minimum so far below it, such as 1%."),
    ] = None,
    min_price: MinPrice = None,
    off_chain: Annotated[bool, typer.Option("--off-chain", help="To be paid outside the chain.")] = False,
    owner: Annotated[
        Pubkey | None,
        typer.Option("--holder", parser=parse_address, metavar="ADDRESS", help="Whose tokens. Default: the signer's."),
    ] = None,
    source: Source = None,
) -> None:
    """Show what asking for redemption now would come to: payment, deadlines, the penalty if late, what to know.

    A price is asked about, not set: the coin's units per whole share. Sends nothing.
    """
    session = session_of(ctx)
    asyncio.run(_quote(session, asset, amount, price, slippage, min_price, off_chain, owner, source))


async def _quote(
    session: Session,
    name: str,
    amount: Ui,
    price: Ui | None,
    slippage: int | None,
    min_price: Ui | None,
    off_chain: bool,
    owner: Pubkey | None,
    source: Pubkey | None,
) -> None:
    whose = owner or session.signer().pubkey
    async with session.ledger() as ledger:
        client = Integrator(ledger)
        asset = await session.asset(ledger, name)
        raw = raw_of(amount, await session.multiplier(ledger, asset))
        decimals = await session.coin_decimals(ledger, asset)
        found = await client.redemption_quote(
            asset,
            whose,
            raw,
            source=source,
            payout=Payout.OFF_CHAIN if off_chain else Payout.ON_CHAIN,
            price=None if price is None else cash_of(price, decimals, "--price"),
            min_price=None if min_price is None else cash_of(min_price, decimals, "--min-price"),
            slippage_bps=slippage,
        )
    session.show(quote_json(found), quote_table(found))
    for text in found.warnings:
        warn(text)


@dataclass(frozen=True, slots=True)
class _Wish:
    """How a request is to be paid."""

    payout: Payout
    min_price: Ui | None
    terms: bytes
    arbiter: Pubkey | None


def request(
    ctx: typer.Context,
    asset: Asset,
    amount: Amount,
    min_price: MinPrice = None,
    at_market: Annotated[
        bool,
        typer.Option(
            "--at-market",
            help="The desk is to quote a price in time, or the bond pays; nothing settles until you agree to it"
            " (`redeem agree`), and you can cancel until then.",
        ),
    ] = False,
    off_chain: Annotated[
        bool,
        typer.Option("--off-chain", help="To be paid by wire, in shares, or on another chain: as the terms say."),
    ] = False,
    terms: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What was agreed about the payout; its sha256 goes on chain.")
    ] = None,
    terms_hash: HashOption = None,
    arbiter: Annotated[
        Pubkey | None,
        typer.Option(
            parser=parse_address,
            metavar="ADDRESS",
            help="With --off-chain: who rules if you dispute the desk's word that it has paid.",
        ),
    ] = None,
    owner: Annotated[
        Pubkey | None,
        typer.Option(
            "--for",
            parser=parse_address,
            metavar="OWNER",
            help="Whose tokens, when the signer is the delegate that the owner approved on the token account. Payment"
            " and returned tokens go to the owner.",
        ),
    ] = None,
    source: Source = None,
    request_id: Annotated[
        int | None,
        typer.Option("--id", min=0, max=2**64 - 1, help="The holder's next request's number. Default: read."),
    ] = None,
    open_book: Annotated[
        bool | None,
        typer.Option(
            "--open-book/--no-open-book", help="Open the holder's book of requests first. Default: if it is missing."
        ),
    ] = None,
    guarded: Annotated[
        bool | None,
        typer.Option("--cpi-guard/--no-cpi-guard", help="Whether the token account has a CPI guard. Default: read."),
    ] = None,
) -> None:
    """Ask for redemption: the tokens wait in escrow until you are paid, or they come back.

    Shows first what it comes to: what, when, and the penalty if late. Payment on chain and the burning of the tokens
    are one; deadlines, fee and penalty are fixed when the request is made.
    """
    session = session_of(ctx)
    wish = _wish(min_price, at_market, off_chain, digest_of("terms", terms, terms_hash), arbiter)
    asyncio.run(_request(session, asset, amount, wish, owner, source, request_id, open_book, guarded))


def _wish(min_price: Ui | None, at_market: bool, off_chain: bool, terms: bytes | None, arbiter: Pubkey | None) -> _Wish:
    """Raises UsageError for what does not go together."""
    if (min_price is not None) + at_market + off_chain != 1:
        raise UsageError(_CHOICE)
    if min_price is not None and not min_price.value:
        raise UsageError("--min-price 0 means at market: say --at-market if you mean it")
    if off_chain and terms is None:
        raise UsageError("--off-chain needs the terms: --terms FILE, or --terms-hash with their sha256")
    if arbiter is not None and not off_chain:
        raise UsageError("--arbiter goes with --off-chain: nobody rules on a payment on chain, which proves itself")
    payout = Payout.OFF_CHAIN if off_chain else Payout.ON_CHAIN
    return _Wish(payout, min_price, terms or bytes(32), arbiter)


async def _request(
    session: Session,
    name: str,
    amount: Ui,
    wish: _Wish,
    owner: Pubkey | None,
    source: Pubkey | None,
    request_id: int | None,
    open_book: bool | None,
    guarded: bool | None,
) -> None:
    async with holder(session) as client:
        asset = await session.asset(client.ledger, name)
        multiplier = await session.multiplier(client.ledger, asset)
        raw = raw_of(amount, multiplier)
        coin = await session.coin(client.ledger, asset)
        least = Cash(0) if wish.min_price is None else cash_of(wish.min_price, coin.decimals, "--min-price")
        arbiter = await _arbiter(session, client, asset, wish)
        quoted = None
        if not session.sign_only:
            quoted = await _look(session, client, asset, raw, least, wish, owner, source)
        with session.instead("say --id, --open-book or --no-open-book, and --cpi-guard or --no-cpi-guard"):
            made = await client.request(
                asset,
                raw,
                payout=wish.payout,
                min_price=least,
                payout_terms_hash=wish.terms,
                arbiter=arbiter,
                payment_mint=coin.mint,
                owner=owner,
                source=source,
                request_id=request_id,
                open_book=open_book,
                guarded=guarded,
            )
        facts = {
            "asset": str(asset),
            "holder": str(owner or client.authority),
            "id": made.id,
            "address": str(made.address),
            "amount": raw_json(raw, multiplier),
            "quote": None if quoted is None else quote_json(quoted),
        }
        done = f"request {made.id}: {amount} {name} wait in escrow{_when(made, coin.decimals)}"
        report(session, made.receipt, done, **facts, **_told(made, coin.decimals))


async def _arbiter(session: Session, client: Holder, asset: Pubkey, wish: _Wish) -> Pubkey | None:
    """The arbiter that was named. Raises UsageError for none, and for one whom the desk could not accept."""
    if wish.payout is Payout.ON_CHAIN:
        return None
    if session.sign_only:
        if wish.arbiter is None:
            raise UsageError("--off-chain needs --arbiter: who rules if you dispute the desk's word that it has paid")
        return wish.arbiter
    fit = [grant.member for grant in await Integrator(client.ledger).arbiters(asset)]
    known = ", ".join(map(str, fit)) or "nobody: ask for payment on chain, or the issuer to grant the role for longer"
    if wish.arbiter is None:
        raise UsageError(f"say who shall rule on a dispute with --arbiter; in office for long enough: {known}")
    if wish.arbiter not in fit:
        raise UsageError(
            f"{wish.arbiter} is no arbiter of this issuer, or not until a dispute of this request would be ruled on, so"
            f" the desk could not accept it; in office for long enough: {known}"
        )
    return wish.arbiter


async def _look(
    session: Session,
    client: Holder,
    asset: Pubkey,
    raw: Raw,
    least: Cash,
    wish: _Wish,
    owner: Pubkey | None,
    source: Pubkey | None,
) -> RedemptionQuote:
    """Show what it comes to, on standard error. Raises UsageError when it would be refused."""
    whose = owner or client.authority
    quoted = await Integrator(client.ledger).redemption_quote(
        asset, whose, raw, source=source, payout=wish.payout, min_price=least or None
    )
    if not session.json:
        session.err.print(quote_table(quoted))
    refusals = [one.text for one in quoted.cautions if one.refuses]
    if refusals:
        raise UsageError(f"this would be refused: {'; '.join(refusals)}")
    for one in quoted.cautions:
        warn(one.text)
    if owner is not None and owner != client.authority:
        await _require_delegate(client, asset, raw, owner, source)
    return quoted


async def _require_delegate(client: Holder, asset: Pubkey, raw: Raw, owner: Pubkey, source: Pubkey | None) -> None:
    """Refuse, in words, what the token program refuses by a number. Raises UsageError."""
    place = source or pda.token_account(owner, pda.mint(asset))
    account = await client.ledger.account(place)
    found = None if account is None else TokenAccount.decode(account)
    if found is None or found.delegate != client.authority:
        raise UsageError(
            f"{owner} has not approved {client.authority} on {place}: have the owner approve it as delegate"
            f" (`spl-token approve {place} AMOUNT {client.authority}`)"
        )
    if found.delegated_amount < raw:
        raise UsageError(
            f"{owner} has approved {found.delegated_amount.to_ui()} tokens for {client.authority}, less than"
            f" {raw.to_ui()}: ask for less, or have the owner approve more"
        )


def _when(made: Requested, decimals: int) -> str:
    event = told_of(made.receipt, RedemptionRequested)
    if event is None:
        return ""
    penalty = f"; late costs the issuer {Cash(event.penalty).to_ui(decimals)}" if event.penalty else ""
    return f"; to be accepted by {instant(event.accept_by)}, settled by {instant(event.settle_by)}{penalty}"


def _told(made: Requested, decimals: int) -> dict[str, object]:
    event = told_of(made.receipt, RedemptionRequested)
    if event is None:
        return {}
    penalty, rate = Cash(event.penalty), Cash(event.penalty_rate)
    return {
        "accept_by": event.accept_by,
        "settle_by": event.settle_by,
        "penalty": cash_json(penalty, decimals),
        "penalty_rate": cash_json(rate, decimals),
    }
