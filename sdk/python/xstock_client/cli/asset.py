"""``xstock asset``."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from xstock_client.amounts import Ui
from xstock_client.cli._args import DAY, HOUR, Asset, parse_amount, parse_duration, parse_isin, parse_symbol
from xstock_client.cli._asset_tables import asset_json, asset_table
from xstock_client.cli._coin import USUAL_DECIMALS, cash_of, parse_sum
from xstock_client.cli._policy_options import parse_bps
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import table
from xstock_client.cli._writing import desk, report
from xstock_client.clients import AssetListing, Integrator, IssuerDesk
from xstock_client.errors import BadInput, UsageError
from xstock_client.policy import check_policy
from xstock_client.rendering import halts_text, raw_json
from xstock_client.views import AssetView

app = typer.Typer(no_args_is_help=True, help="Listed stocks: new, show, list.")

_ONE = Ui.parse("1")


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
    accept_window: Annotated[
        int,
        typer.Option(
            parser=parse_duration,
            metavar="SPAN",
            show_default="2d",
            help="How long the desk may take to accept a redemption request, 1d to 30d.",
        ),
    ] = 2 * DAY,
    settle_window: Annotated[
        int,
        typer.Option(
            parser=parse_duration,
            metavar="SPAN",
            show_default="3d",
            help="How long it may then take to settle it, 1d to 30d.",
        ),
    ] = 3 * DAY,
    dispute_window: Annotated[
        int,
        typer.Option(
            parser=parse_duration,
            metavar="SPAN",
            show_default="5d",
            help="How long a holder may dispute a payment outside the chain, 1d to 30d.",
        ),
    ] = 5 * DAY,
    penalty_rate: Annotated[
        Ui,
        typer.Option(
            parser=parse_sum,
            metavar="COINS",
            show_default="1",
            help="What a missed deadline costs, in units of the coin per whole token: 2.50. The coin is chosen by `bond"
            " open`; six decimals are assumed, or those of --coin.",
        ),
    ] = _ONE,
    holder_penalty_cap: Annotated[
        Ui | None,
        typer.Option(
            parser=parse_sum,
            metavar="COINS",
            show_default="none",
            help="What all requests of one holder may reserve of the bond in 24 hours, in units of the coin.",
        ),
    ] = None,
    redemption_fee: Annotated[
        int,
        typer.Option(
            parser=parse_bps,
            metavar="PERCENT",
            show_default="0%",
            help="What the issuer keeps of a payment on chain, up to 5%.",
        ),
    ] = 0,
    bond_coverage: Annotated[
        int,
        typer.Option(
            parser=parse_bps,
            metavar="PERCENT",
            show_default="10%",
            help="Of the supply: the part whose penalty the bond must be able to pay for a mint, from 1%.",
        ),
    ] = 1_000,
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
    session = session_of(ctx)
    decimals = USUAL_DECIMALS if session.given_coin is None else session.given_coin.decimals
    limits: dict[str, Any] = {"penalty_rate": cash_of(penalty_rate, decimals, "--penalty-rate")}
    if holder_penalty_cap is not None:
        limits["holder_penalty_cap"] = cash_of(holder_penalty_cap, decimals, "--holder-penalty-cap")
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
        accept_window=accept_window,
        settle_window=settle_window,
        dispute_window=dispute_window,
        redemption_fee_bps=redemption_fee,
        bond_coverage_bps=bond_coverage,
        min_custodians=min_custodians,
        chain_max_age=chain_max_age,
        haircut_bps=haircut,
        custodian_share_bps=custodian_share,
        collateral_bps=collateral,
        pro_rata=pro_rata,
        **limits,
    )
    check_policy(listing.policy)
    asyncio.run(_new(session, listing, number, permissioned_burn))


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
            f"{listing.symbol} is listed: asset {listed.asset}, mint {listed.mint}. Next: `xstock bond open"
            f" {listing.symbol} MINT` and `xstock bond deposit`, without which nothing is minted",
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
    data = asset_json(address, account, token, now)
    session.show(data, asset_table(data))


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
