"""``xstock role``."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.accounts import RoleGrant
from xstock_client.cli._args import Address, RentReceiver, RoleName, expiry
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import grant_json, role_name, table
from xstock_client.cli._writing import desk, report
from xstock_client.clients import Integrator
from xstock_client.constants import Role
from xstock_client.events import RoleGranted, RoleRevoked, parse_events
from xstock_client.ledger import Receipt
from xstock_client.rendering import instant
from xstock_client.views import grant_expiry

app = typer.Typer(no_args_is_help=True, help="Who may do what: grant, revoke, list.")


@app.command("grant")
def grant(
    ctx: typer.Context,
    role: RoleName,
    member: Address,
    days: Annotated[int | None, typer.Option(min=1, max=366, help="Expires after so many days.")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Expires then, UTC.")
    ] = None,
) -> None:
    """Give a key a role until a date, or renew it."""
    asyncio.run(_grant(session_of(ctx), role, member, days, until))


async def _grant(session: Session, role: Role, member: Pubkey, days: int | None, until: datetime | None) -> None:
    fixed = session.signing is not None
    expires_at = expiry(0, days, until, fixed=fixed)  # complains before anything is asked
    async with desk(session) as client:
        if days is not None:
            expires_at = expiry(await client.ledger.now(), days, until, fixed=fixed)
        receipt = await client.grant_role(role, member, expires_at)
        done = f"{member} is {role_name(role)} until {instant(expires_at)}{_waits(receipt)}"
        report(session, receipt, done, role=role_name(role), member=str(member), expires_at=expires_at)


def _waits(receipt: Receipt) -> str:
    told = parse_events(receipt.transaction) if receipt.transaction is not None else ()
    granted = next((event for event in told if isinstance(event, RoleGranted)), None)
    if granted is None:
        return " (a grant may have to wait out the issuer's timelock)"
    return f", from {instant(granted.next_from)} on" if granted.next_from > granted.at else ""


@app.command("revoke")
def revoke(ctx: typer.Context, role: RoleName, member: Address, rent_receiver: RentReceiver = None) -> None:
    """Take a role back: at once, but a pauser's or an approver's when the issuer's timelock has passed."""
    asyncio.run(_revoke(session_of(ctx), role, member, rent_receiver))


async def _revoke(session: Session, role: Role, member: Pubkey, rent_receiver: Pubkey | None) -> None:
    async with desk(session) as client:
        with session.instead("name who paid the grant's rent with --rent-receiver"):
            receipt = await client.revoke_role(role, member, rent_receiver=rent_receiver)
        done = f"{member} is {role_name(role)} no more{_ends(receipt)}"
        report(session, receipt, done, role=role_name(role), member=str(member))


def _ends(receipt: Receipt) -> str:
    told = parse_events(receipt.transaction) if receipt.transaction is not None else ()
    waiting = [event for event in told if isinstance(event, RoleRevoked) and not event.closed]
    return f" from {instant(waiting[0].ends_at)} on; then revoke once more for the rent" if waiting else ""


@app.command("list")
def list_roles(ctx: typer.Context) -> None:
    """List every grant of the issuer."""
    asyncio.run(_list(session_of(ctx)))


async def _list(session: Session) -> None:
    issuer = session.issuer
    async with session.ledger() as ledger:
        grants = await Integrator(ledger).roles(issuer)
        now = await ledger.now()
    rows = [
        (
            role_name(one.role),
            str(one.member),
            instant(grant_expiry(one, now)),
            _state(one, now),
        )
        for one in grants
    ]
    session.show([grant_json(one, now) for one in grants], table(("role", "member", "expires", ""), rows))


def _state(grant: RoleGrant, now: int) -> Text:
    expires_at = grant_expiry(grant, now)
    if grant.next_from > now:
        change = f"from {instant(grant.next_from)} on until {instant(grant.next_expires_at)}"
        return Text(change if expires_at else f"waits: {change}", "yellow")
    return Text("expired", "red") if now >= expires_at else Text("")
