"""``xstock role``."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.accounts import RoleGrant
from xstock_client.cli._args import Address, RentReceiver, RoleName, expiry, parse_address
from xstock_client.cli._session import Session, can_ask, session_of
from xstock_client.cli._tables import grant_json, grant_state, role_name, table
from xstock_client.cli._writing import desk, report, told_of
from xstock_client.clients import Integrator
from xstock_client.constants import Role
from xstock_client.errors import UsageError
from xstock_client.events import RoleGranted, RoleRenounced, RoleRevoked
from xstock_client.ledger import Receipt
from xstock_client.times import instant
from xstock_client.views import grant_expiry

app = typer.Typer(no_args_is_help=True, help="Who may do what: grant, revoke, cancel, renounce, list.")

_STYLES = {"held": "green", "waiting": "yellow", "ended": "red", "never held": "dim"}


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
    """Give a key a role until a date, or renew it, as the authority or an admin.

    Once the issuer is live, more of any role but pauser waits out its timelock.
    """
    asyncio.run(_grant(session_of(ctx), role, member, days, until))


async def _grant(session: Session, role: Role, member: Pubkey, days: int | None, until: datetime | None) -> None:
    fixed = session.signing is not None
    expires_at = expiry(0, days, until, fixed=fixed)  # complains before anything is asked
    async with desk(session) as client:
        if days is not None:
            expires_at = expiry(await client.ledger.now(), days, until, fixed=fixed)
        receipt = await client.grant_role(role, member, expires_at)
        done = f"{member} is {role_name(role)} until {instant(expires_at)}{_waits(receipt)}"
        event = told_of(receipt, RoleGranted)
        acts = None if event is None else max(event.next_from, event.at)
        facts = {"role": role_name(role), "member": str(member), "expires_at": expires_at, "acts_from": acts}
        report(session, receipt, done, **facts)


def _waits(receipt: Receipt) -> str:
    granted = told_of(receipt, RoleGranted)
    if granted is None:
        return " (a grant may have to wait out the issuer's timelock)"
    return f", from {instant(granted.next_from)} on" if granted.next_from > granted.at else ""


@app.command("revoke")
def revoke(ctx: typer.Context, role: RoleName, member: Address, rent_receiver: RentReceiver = None) -> None:
    """Take a role back, as the authority or an admin: at once, but from pausers and approvers.

    Once the issuer is live, a pauser or approver of long standing keeps the role until the timelock has passed; then
    revoke once more, which brings the rent back.
    """
    asyncio.run(_revoke(session_of(ctx), role, member, rent_receiver))


async def _revoke(session: Session, role: Role, member: Pubkey, rent_receiver: Pubkey | None) -> None:
    async with desk(session) as client:
        with session.instead("name who paid the grant's rent with --rent-receiver"):
            receipt = await client.revoke_role(role, member, rent_receiver=rent_receiver)
        event = told_of(receipt, RoleRevoked)
        waits = event is not None and not event.closed
        done = f"{member} is {role_name(role)} no more{_ends(event)}"
        ends_at = event.ends_at if event is not None and waits else None
        facts = {"role": role_name(role), "member": str(member), "waits": waits, "ends_at": ends_at}
        report(session, receipt, done, **facts)


def _ends(event: RoleRevoked | None) -> str:
    if event is None or event.closed:
        return ""
    return f" from {instant(event.ends_at)} on; then revoke once more for the rent"


@app.command("cancel")
def cancel(
    ctx: typer.Context,
    role: RoleName,
    member: Annotated[
        Pubkey | None, typer.Argument(parser=parse_address, metavar="[ADDRESS]", help="Whose change waits.")
    ] = None,
    renunciation: Annotated[
        bool, typer.Option("--renunciation", help="Keep the role that is about to be renounced.")
    ] = False,
) -> None:
    """Drop a change that waits, as the authority, an admin or a pauser.

    With an address: a new or longer grant, or the end of a pauser's or an approver's. With --renunciation: that of
    the role itself.
    """
    if (member is None) != renunciation:
        raise UsageError("say whose change of the role waits: an address; or --renunciation")
    asyncio.run(_cancel(session_of(ctx), role, member))


async def _cancel(session: Session, role: Role, member: Pubkey | None) -> None:
    async with desk(session) as client:
        if member is not None:
            receipt = await client.cancel_role_change(role, member)
            done = f"the waiting change of {member} as {role_name(role)} is dropped"
            report(session, receipt, done, role=role_name(role), member=str(member))
            return
        if not session.sign_only:
            issuer = await client.issuer_account(client.issuer)
            if issuer.renounce_from and issuer.renouncing != role:
                waits = role_name(issuer.renouncing)
                raise UsageError(f"it is {waits} that is about to be renounced, not {role_name(role)}")
        receipt = await client.cancel_renunciation()
        report(session, receipt, f"{role_name(role)} is kept: it is not renounced", role=role_name(role))


@app.command("renounce")
def renounce(ctx: typer.Context, role: RoleName) -> None:
    """Give up a role for good, as the authority: nobody can ever be granted it again.

    Nobody may hold it, so revoke every grant first. Once the issuer is live it takes two calls, the timelock apart.
    Pauser, unpauser, redeemer and attestor-manager cannot be renounced: without them holders would be worse off.
    Asks for the role's name first, unless --yes.
    """
    session = session_of(ctx)
    _confirm(session, role)
    asyncio.run(_renounce(session, role))


def _confirm(session: Session, role: Role) -> None:
    """Raises UsageError unless a person types the role's name."""
    if session.yes:
        return
    if not can_ask():
        raise UsageError(f"this gives up {role.label} for good: say --yes, because nobody can be asked here")
    typed = typer.prompt(
        f"This gives up {role.label} for good: nobody can ever be granted it again. Type the role's name to go on",
        err=True,
        default="",
        show_default=False,
    )
    if typed.strip() != role.label:
        raise UsageError(f"{typed!r} is not {role.label}; nothing was sent")


async def _renounce(session: Session, role: Role) -> None:
    async with desk(session) as client:
        receipt = await client.renounce_role(role)
        event = told_of(receipt, RoleRenounced)
        done = f"{role_name(role)} is renounced for good"
        if event is None:
            done = f"{role_name(role)} is renounced, or will be with a second call after the timelock"
        elif not event.done:
            done = (
                f"{role_name(role)} may be renounced from {instant(event.renounce_from)} on: renounce it again then;"
                " a pauser can keep it until then"
            )
        facts = {
            "role": role_name(role),
            "done": None if event is None else bool(event.done),
            "renounce_from": event.renounce_from or None if event is not None and not event.done else None,
        }
        report(session, receipt, done, **facts)


@app.command("list")
def list_roles(ctx: typer.Context) -> None:
    """List every grant of the issuer, with changes that wait."""
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
            Text(grant_state(one, now), _STYLES[grant_state(one, now)]),
            _waiting(one, now),
        )
        for one in grants
    ]
    session.show([grant_json(one, now) for one in grants], table(("role", "member", "expires", "state", ""), rows))


def _waiting(grant: RoleGrant, now: int) -> Text:
    """The change that waits, if any."""
    expires_at = grant_expiry(grant, now)
    if grant.next_from > now:
        if not expires_at:
            told = f"waits: from {instant(grant.next_from)} on, until {instant(grant.next_expires_at)}"
        elif grant.next_expires_at <= grant.next_from:
            told = f"ends {instant(grant.next_from)}"
        else:
            told = f"from {instant(grant.next_from)} on until {instant(grant.next_expires_at)}"
        return Text(told, "yellow")
    return Text("")
