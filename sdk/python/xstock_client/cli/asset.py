"""``xstock asset``."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.accounts import Asset as AssetAccount
from xstock_client.amounts import Raw, Shares, Ui
from xstock_client.cli._args import DAY, HOUR, Asset, parse_amount, parse_duration, parse_isin, parse_symbol
from xstock_client.cli._policy_options import parse_bps
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import fields, table
from xstock_client.cli._writing import desk, report
from xstock_client.clients import AssetListing, Integrator, IssuerDesk, TokenMint
from xstock_client.constants import Feature
from xstock_client.errors import BadInput, UsageError
from xstock_client.policy import check_policy, queued_changes
from xstock_client.rendering import halts_text, instant, raw_json, shares_json, span
from xstock_client.views import AssetView

app = typer.Typer(no_args_is_help=True, help="Listed stocks: new, show, list.")


@app.command("new")
def new(
    ctx: typer.Context,
    symbol: Annotated[str, typer.Argument(parser=parse_symbol, metavar="SYMBOL", help="Such as AAPLx.")],
    isin: Annotated[str, typer.Argument(parser=parse_isin, metavar="ISIN")],
    name: Annotated[str, typer.Option(help="The token's name for wallets, at most 32 bytes.")],
    uri: Annotated[str, typer.Option(help="URL of the wallets' JSON, with the image.")],
    terms_uri: Annotated[str, typer.Option(help="URL of the token's terms.")],
    terms: Annotated[Path, typer.Option(metavar="FILE", help="The terms themselves; their sha256 goes on chain.")],
    max_age: Annotated[
        int,
        typer.Option(
            parser=parse_duration,
            metavar="SPAN",
            show_default="120h",
            help="How old a report may be and still count, 1h to 7d.",
        ),
    ] = 120 * HOUR,
    change_delay: Annotated[
        int,
        typer.Option(
            parser=parse_duration,
            metavar="SPAN",
            show_default="2d",
            help="How long a new custodian key or a raised allowance waits after the first mint, 1d to 30d.",
        ),
    ] = 2 * DAY,
    redemption_window: Annotated[
        int,
        typer.Option(
            parser=parse_duration,
            metavar="SPAN",
            show_default="5d",
            help="How long the issuer may keep a redemption request, 1h to 30d.",
        ),
    ] = 5 * DAY,
    min_custodians: Annotated[
        int, typer.Option(min=1, max=8, help="Custodians with a fresh report that a mint needs.")
    ] = 2,
    chain_max_age: Annotated[
        int,
        typer.Option(
            parser=parse_duration,
            metavar="SPAN",
            show_default="26h",
            help="How old another chain's report may be before its cap counts instead, 1h to 7d.",
        ),
    ] = 26 * HOUR,
    haircut: Annotated[
        int,
        typer.Option(
            parser=parse_bps, metavar="PERCENT", show_default="100%", help="What shares in transit lose, from 5%."
        ),
    ] = 10_000,
    custodian_cap: Annotated[
        Ui | None, typer.Option(parser=parse_amount, metavar="AMOUNT", help="Shares that one custodian counts for.")
    ] = None,
    custodian_share: Annotated[
        int,
        typer.Option(
            parser=parse_bps,
            metavar="PERCENT",
            show_default="100%",
            help="What one custodian counts for of the total, from 10%.",
        ),
    ] = 10_000,
    collateral: Annotated[
        int,
        typer.Option(
            parser=parse_bps,
            metavar="PERCENT",
            show_default="100%",
            help="Of what is owed, what the reserve must reach to mint, up to 200%.",
        ),
    ] = 10_000,
    mint_window_limit: Annotated[
        Ui | None,
        typer.Option(parser=parse_amount, metavar="AMOUNT", help="Tokens that all minters may mint in 24 hours."),
    ] = None,
    pro_rata: Annotated[
        bool,
        typer.Option(
            "--pro-rata", help="While the asset is short, settle in proportion to the reserve. Fixed for ever."
        ),
    ] = False,
    permissioned_burn: Annotated[
        bool | None,
        typer.Option(
            "--permissioned-burn/--no-permissioned-burn",
            help="Insist on Token-2022's PermissionedBurn, or do without. Default: where the cluster has it.",
        ),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(min=0, max=2**32 - 1, help="The issuer's next asset number. Default: as the chain has it."),
    ] = None,
) -> None:
    """List a stock: the program creates its mint. Its rules can change later, looser ones only after the delay."""
    try:
        terms_hash = sha256(terms.read_bytes()).digest()
    except OSError as error:
        raise BadInput(f"{terms}: cannot be read: {error.strerror}") from None
    limits: dict[str, Any] = {}
    if custodian_cap is not None:
        limits["custodian_cap"] = _exact(custodian_cap, "--custodian-cap").to_shares()
    if mint_window_limit is not None:
        limits["mint_window_limit"] = _exact(mint_window_limit, "--mint-window-limit").to_raw()
    listing = AssetListing(
        isin=isin,
        symbol=symbol,
        name=name,
        uri=uri,
        terms_uri=terms_uri,
        terms_hash=terms_hash,
        max_age=max_age,
        change_delay=change_delay,
        redemption_window=redemption_window,
        min_custodians=min_custodians,
        chain_max_age=chain_max_age,
        haircut_bps=haircut,
        custodian_share_bps=custodian_share,
        collateral_bps=collateral,
        pro_rata=pro_rata,
        **limits,
    )
    check_policy(listing.policy)
    asyncio.run(_new(session_of(ctx), listing, number, permissioned_burn))


def _exact(amount: Ui, option: str) -> Ui:
    try:
        amount.to_shares()
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from None
    return amount


async def _new(session: Session, listing: AssetListing, number: int | None, permissioned_burn: bool | None) -> None:
    async with desk(session) as client:
        if not session.sign_only:
            await _require_new(client, listing)
        with session.instead("say --number, and --permissioned-burn or --no-permissioned-burn"):
            listed = await client.list_asset(listing, number=number, permissioned_burn=permissioned_burn)
        report(
            session,
            listed.receipt,
            f"{listing.symbol} is listed: asset {listed.asset}, mint {listed.mint}",
            symbol=listing.symbol,
            asset=str(listed.asset),
            mint=str(listed.mint),
            number=listed.number,
            permissioned_burn=listed.permissioned_burn,
        )


async def _require_new(client: IssuerDesk, listing: AssetListing) -> None:
    # The program refuses these as well, by an address that is taken, which tells nobody what to do.
    for address, account in await Integrator(client.ledger).assets(client.issuer):
        view = AssetView.of(account, 0)
        for what, ours, theirs in (("symbol", listing.symbol, view.symbol), ("ISIN", listing.isin, view.isin)):
            if ours == theirs:
                raise UsageError(f"this issuer has listed the {what} {ours} already: asset {address}")


@app.command("show")
def show(ctx: typer.Context, asset: Asset) -> None:
    """Show an asset, its token and its rules."""
    asyncio.run(_show(session_of(ctx), asset))


async def _show(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        client = Integrator(ledger)
        address = await session.asset(ledger, name)
        account = await client.asset_account(address)
        await client.require_cluster(account.issuer)
        token, now = await client.token(address), await ledger.now()
    data = _asset_json(address, account, token, now)
    human = {key: value["ui"] if isinstance(value, dict) and "ui" in value else value for key, value in data.items()}
    for key, value in data.items():
        if isinstance(value, bool):
            human[key] = "yes" if value else "no"
    human["policy_queued"] = ", ".join(data["policy_queued"]) or "nothing"
    for key in ("listed_at", "first_mint_at", "latched_at", "policy_ready_at"):
        human[key] = instant(data[key] or 0)
    for key in ("max_age_s", "chain_max_age_s", "change_delay_s", "redemption_window_s"):
        human[key.removesuffix("_s")] = span(human.pop(key))
    for key in ("haircut_bps", "custodian_share_bps", "collateral_bps"):
        human[key.removesuffix("_bps")] = f"{human.pop(key) / 100:g} %"
    session.show(data, fields({key.replace("_", " "): value for key, value in human.items()}))


def _asset_json(address: Pubkey, account: AssetAccount, token: TokenMint, now: int) -> dict[str, Any]:
    view = AssetView.of(account, now)
    return {
        "asset": str(address),
        "issuer": str(account.issuer),
        "number": view.number,
        "symbol": view.symbol,
        "isin": view.isin,
        "name": token.name,
        "mint": str(account.mint),
        "escrow": str(account.escrow),
        "reserve": str(account.reserve),
        "uri": token.uri,
        "terms_uri": view.terms_uri,
        "terms_sha256": account.terms_hash.hex(),
        "multiplier": str(view.multiplier),
        "supply": raw_json(token.supply, view.multiplier),
        "minted": raw_json(view.minted, view.multiplier),
        "settled": raw_json(view.settled, view.multiplier),
        "burned_outside": raw_json(view.burned_outside, view.multiplier),
        "pending": raw_json(view.pending, view.multiplier),
        "open_requests": view.open_requests,
        "tickets_used": view.tickets_used,
        "min_custodians": view.min_custodians,
        "max_age_s": view.max_age_s,
        "change_delay_s": view.change_delay_s,
        "redemption_window_s": view.redemption_window_s,
        "chain_max_age_s": view.policy.chain_max_age_s,
        "haircut_bps": view.policy.haircut_bps,
        "custodian_share_bps": view.policy.custodian_share_bps,
        "collateral_bps": view.policy.collateral_bps,
        "custodian_cap": shares_json(Shares(view.policy.custodian_cap)),
        "mint_window_limit": raw_json(Raw(view.policy.mint_window_limit), view.multiplier),
        "policy_queued": [one.rule.name for one in queued_changes(account)],
        "policy_ready_at": account.queued_policy.ready_at or None,
        "pro_rata": bool(view.features & Feature.PRO_RATA),
        "ticket_watermark": view.ticket_watermark,
        "halts": halts_text(view.halts),
        "token_paused": token.paused,
        "permissioned_burn": bool(view.features & Feature.PERMISSIONED_BURN),
        "latched": view.latched,
        "latched_at": view.latched_at,
        "listed_at": view.listed_at,
        "first_mint_at": view.first_mint_at,
    }


@app.command("list")
def list_assets(ctx: typer.Context) -> None:
    """List the issuer's assets."""
    asyncio.run(_list(session_of(ctx)))


async def _list(session: Session) -> None:
    issuer = session.issuer
    async with session.ledger() as ledger:
        found = await Integrator(ledger).assets(issuer)
        now = await ledger.now()
    shown = [(address, AssetView.of(account, now)) for address, account in found]
    data = [
        {
            "number": view.number,
            "symbol": view.symbol,
            "isin": view.isin,
            "asset": str(address),
            "supply": raw_json(view.supply, view.multiplier),
            "halts": halts_text(view.halts),
            "latched": view.latched,
        }
        for address, view in shown
    ]
    rows = [
        (
            str(view.number),
            view.symbol,
            view.isin,
            str(view.multiplier.shares_floor(view.supply).to_ui()),
            Text("latched", "red") if view.latched else f"halted: {halts_text(view.halts)}" if view.halts else "open",
            str(address),
        )
        for address, view in shown
    ]
    session.show(data, table(("number", "symbol", "ISIN", "supply", "state", "asset"), rows))
