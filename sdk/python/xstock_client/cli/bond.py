"""``xstock bond``: the stablecoin that stands behind redemptions."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client.amounts import Cash, Ui
from xstock_client.cli._args import Asset, parse_address
from xstock_client.cli._bond_tables import bond_json, bond_table
from xstock_client.cli._coin import cash_of, parse_sum, require_money
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import desk, report, told_of, warn
from xstock_client.clients import Integrator
from xstock_client.constants import TOKEN, TOKEN_PROGRAMS
from xstock_client.errors import UsageError
from xstock_client.events import BondDeposited, BondOpened, BondWithdrawalQueued, BondWithdrawn
from xstock_client.ledger import Ledger
from xstock_client.rendering import cash_json, instant

app = typer.Typer(
    no_args_is_help=True, help="The bond behind redemptions: open, deposit, show, queue, withdraw, cancel."
)

Amount = Annotated[
    Ui, typer.Argument(parser=parse_sum, metavar="COINS", help="In units of the coin, such as 25000 or 190.25.")
]


@app.command("open")
def open_bond(
    ctx: typer.Context,
    asset: Asset,
    mint: Annotated[
        Pubkey, typer.Argument(parser=parse_address, metavar="MINT", help="The stablecoin's mint, of 6 to 9 decimals.")
    ],
) -> None:
    """Choose the coin that redemptions are paid in and the bond consists of, as the authority or an admin.

    A mint of SPL Token or Token-2022 that takes no part of a payment, runs no code in it and stops none. It can be
    chosen again, with as many decimals, only while the bond is empty and no request is open. With --sign-only say
    --coin MINT:DECIMALS:token-2022 for a coin of Token-2022.
    """
    asyncio.run(_open(session_of(ctx), asset, mint))


async def _open(session: Session, name: str, mint: Pubkey) -> None:
    given = session.given_coin
    if given is not None and given.mint != mint:
        raise UsageError(f"--coin says {given.mint}, and MINT is {mint}; name one coin")
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.open_bond(asset, mint, program=TOKEN if given is None else given.program)
        event = told_of(receipt, BondOpened)
        session.decimals = None if event is None else event.decimals
        found = await Integrator(client.ledger).bond(asset)
        done = f"{name} pays redemptions in {mint}; now `xstock bond deposit {name} COINS`, before the first mint"
        report(session, receipt, done, asset=str(asset), bond=bond_json(found))
        rate, cap = found.penalty_rate.to_ui(found.decimals), found.holder_cap.to_ui(found.decimals)
        if not session.json:
            session.out.print(f"a missed deadline costs {rate} a token, and reserves at most {cap} a holder a day")
        for risk in found.risks:
            warn(risk)


@app.command("deposit")
def deposit(
    ctx: typer.Context,
    asset: Asset,
    amount: Amount,
    source: Annotated[
        Pubkey | None,
        typer.Option(parser=parse_address, metavar="ADDRESS", help="A token account. Default: the signer's own."),
    ] = None,
) -> None:
    """Add to the bond, as anybody who has the coin. It leaves again only by the issuer's withdrawal, in public."""
    asyncio.run(_deposit(session_of(ctx), asset, amount, source))


async def _deposit(session: Session, name: str, amount: Ui, source: Pubkey | None) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        coin = await session.coin(client.ledger, asset)
        cash = cash_of(amount, coin.decimals, "COINS")
        if session.signing is None:
            await require_money(client.ledger, coin, source or coin.account(client.authority), cash)
        receipt = await client.deposit_bond(asset, cash, source=source, payment=coin)
        event = told_of(receipt, BondDeposited)
        now = "" if event is None else f"; it is {Cash(event.bond).to_ui(coin.decimals)} now"
        done = f"{amount} deposited into the bond of {name}{now}"
        bond = None if event is None else cash_json(Cash(event.bond), coin.decimals)
        report(session, receipt, done, asset=str(asset), amount=cash_json(cash, coin.decimals), bond=bond)


@app.command("show")
def show(ctx: typer.Context, asset: Asset) -> None:
    """Show the bond: what is reserved and free, what minting needs, what waits to leave, and the coin's risks."""
    asyncio.run(_show(session_of(ctx), asset))


async def _show(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        client = Integrator(ledger)
        found, multiplier = await client.bond(asset), await client.multiplier(asset)
        program = await _program(ledger, found.payment_mint)
    session.show(
        {"asset": str(asset), "now": found.now, **bond_json(found)}, bond_table(name, found, multiplier, program)
    )
    for risk in found.risks:
        warn(risk)


async def _program(ledger: Ledger, mint: Pubkey | None) -> str:
    account = None if mint is None else await ledger.account(mint)
    return "" if account is None else TOKEN_PROGRAMS.get(account.owner, str(account.owner))


@app.command("queue")
def queue(
    ctx: typer.Context,
    asset: Asset,
    amount: Annotated[
        Ui | None,
        typer.Argument(parser=parse_sum, metavar="[COINS]", help="In units of the coin; or say --all instead."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All that is there when it is made, whatever is deposited until then.")
    ] = False,
    destination: Annotated[
        Pubkey | None,
        typer.Option(
            "--to",
            parser=parse_address,
            metavar="ADDRESS",
            help="The token account of the coin that gets it, fixed from now on. Default: the signer's own.",
        ),
    ] = None,
) -> None:
    """Announce a withdrawal from the bond, as the authority, an admin or a treasurer.

    It waits out the change delay in public, can be made for 14 days then (`xstock bond withdraw`), and replaces one
    that waits. Minting is judged at once as if it had left; what open requests could claim never leaves.
    """
    if (amount is None) != everything:
        raise UsageError("say how much: an amount in units of the coin, or --all")
    asyncio.run(_queue(session_of(ctx), asset, amount, destination))


async def _queue(session: Session, name: str, amount: Ui | None, destination: Pubkey | None) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        coin = await session.coin(client.ledger, asset)
        to = destination or coin.account(client.authority)
        if destination is None and not session.sign_only and await client.ledger.account(to) is None:
            raise UsageError(f"the signer has no account of the coin ({to} does not exist): open it, or say --to")
        cash = None if amount is None else cash_of(amount, coin.decimals, "COINS")
        receipt = await client.queue_bond_withdrawal(asset, cash, to, payment=coin)
        event = told_of(receipt, BondWithdrawalQueued)
        when = "after the change delay" if event is None else f"from {instant(event.exit.ready_at)}"
        until = "" if event is None else f" to {instant(event.exit.expires_at)}"
        what = "all that is there then" if amount is None else str(amount)
        done = f"{what} may leave the bond of {name} for {to} {when}{until}: `xstock bond withdraw {name}`"
        facts = {
            "amount": None if cash is None else cash_json(cash, coin.decimals),
            "destination": str(to),
            "ready_at": None if event is None else event.exit.ready_at,
            "expires_at": None if event is None else event.exit.expires_at,
        }
        report(session, receipt, done, asset=str(asset), **facts)


@app.command("withdraw")
def withdraw(
    ctx: typer.Context,
    asset: Asset,
    destination: Annotated[
        Pubkey | None,
        typer.Option(
            "--to", parser=parse_address, metavar="ADDRESS", help="The account that was announced. Default: read."
        ),
    ] = None,
) -> None:
    """Take out what was announced and has waited, as the authority, an admin or a treasurer.

    As far as no open request could claim it; run it again for the rest when those have ended.
    """
    asyncio.run(_withdraw(session_of(ctx), asset, destination))


async def _withdraw(session: Session, name: str, destination: Pubkey | None) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        coin = await session.coin(client.ledger, asset)
        with session.instead("name the account that was announced with --to"):
            if destination is None:
                leaving = (await Integrator(client.ledger).asset_account(asset)).bond_exit
                if not leaving.amount:
                    raise UsageError(
                        f"nothing waits to leave the bond of {name}: announce it, `xstock bond queue {name}`"
                    )
                destination = leaving.destination
            receipt = await client.withdraw_bond(asset, destination=destination, payment=coin)
        event = told_of(receipt, BondWithdrawn)
        done = f"withdrawn from the bond of {name}"
        facts = {}
        if event is not None:
            amount, bond = (Cash(value).to_ui(coin.decimals) for value in (event.amount, event.bond))
            done = f"{amount} withdrawn from the bond of {name}; {bond} stay{_rest(event, coin.decimals)}"
            facts = {
                name: cash_json(Cash(value), coin.decimals)
                for name, value in (("amount", event.amount), ("left", event.left), ("bond", event.bond))
            }
        report(session, receipt, done, asset=str(asset), **facts)


def _rest(event: BondWithdrawn, decimals: int) -> str:
    if not event.left:
        return ""
    return f", and {Cash(event.left).to_ui(decimals)} more may leave when the requests that could claim it have ended"


@app.command("cancel")
def cancel(ctx: typer.Context, asset: Asset) -> None:
    """Drop a withdrawal that waits, as the authority, an admin or a pauser."""
    asyncio.run(_cancel(session_of(ctx), asset))


async def _cancel(session: Session, name: str) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.cancel_bond_withdrawal(asset)
        report(session, receipt, f"nothing waits to leave the bond of {name} any more", asset=str(asset))
