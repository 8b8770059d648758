"""``xstock role``."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.cli._args import Address, RoleName, expiry
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import grant_json, role_name, table
from xstock_client.cli._writing import desk, report
from xstock_client.clients import Integrator
from xstock_client.constants import Role
from xstock_client.rendering import instant

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
    expiry(0, days, until)  # complains before anything is asked
    async with desk(session) as client:
        expires_at = expiry(await client.ledger.now(), days, until)
        receipt = await client.grant_role(role, member, expires_at)
        done = f"{member} is {role_name(role)} until {instant(expires_at)}"
        report(session, receipt, done, role=role_name(role), member=str(member), expires_at=expires_at)


@app.command("revoke")
def revoke(ctx: typer.Context, role: RoleName, member: Address) -> None:
    """Take a role back at once."""
    asyncio.run(_revoke(session_of(ctx), role, member))


async def _revoke(session: Session, role: Role, member: Pubkey) -> None:
    async with desk(session) as client:
        receipt = await client.revoke_role(role, member)
        done = f"{member} is {role_name(role)} no more"
        report(session, receipt, done, role=role_name(role), member=str(member))


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
            instant(one.expires_at),
            Text("expired", "red") if now >= one.expires_at else "",
        )
        for one in grants
    ]
    session.show([grant_json(one, now) for one in grants], table(("role", "member", "expires", ""), rows))
