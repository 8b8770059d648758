"""``xstock issuer``."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from solders.hash import Hash
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Issuer
from xstock_client.cli._args import DAY, parse_duration
from xstock_client.cli._config import cluster_name, genesis_of
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import fields, role_name
from xstock_client.cli._writing import desk, report, told_of
from xstock_client.clients import Integrator, IssuerDesk
from xstock_client.constants import Role
from xstock_client.errors import UsageError
from xstock_client.events import AuthorityProposed
from xstock_client.times import instant, span
from xstock_client.views import text

app = typer.Typer(no_args_is_help=True, help="Who issues: create, show, handoff.")
handoff = typer.Typer(no_args_is_help=True, help="Another authority, in two steps: propose, accept, cancel.")
app.add_typer(handoff, name="handoff")


@app.command("create")
def create(
    ctx: typer.Context,
    issuer_id: Annotated[int, typer.Argument(metavar="ID", min=0, max=2**64 - 1, help="A number of your choice.")],
    name: Annotated[str, typer.Argument(help="At most 32 bytes.")],
    genesis_hash: Annotated[
        str | None,
        typer.Option(
            metavar="HASH|MONIKER",
            help="The cluster that the issuer is for; checked on sending. Default: the one that is written to.",
        ),
    ] = None,
    timelock: Annotated[
        int,
        typer.Option(
            parser=parse_duration,
            metavar="SPAN",
            show_default="1d",
            help="How long new roles and a handoff wait once a minter has an allowance, 1d to 30d. Fixed for ever.",
        ),
    ] = DAY,
) -> None:
    """Become an issuer, with the signer as its authority."""
    genesis = None if genesis_hash is None else genesis_of(genesis_hash)
    asyncio.run(_create(session_of(ctx), issuer_id, name, genesis, timelock))


async def _create(session: Session, issuer_id: int, name: str, genesis: bytes | None, timelock: int) -> None:
    signer, payer = session.signer(), session.payer()
    issuer = pda.issuer(issuer_id)
    session.genesis = genesis
    async with session.ledger() as ledger:
        client = IssuerDesk(ledger, issuer=issuer, signer=signer, payer=payer)
        if not session.sign_only and await ledger.account(issuer) is not None:
            raise UsageError(f"issuer {issuer_id} exists already ({issuer}); take another number")
        await session.announce(ledger, signer, payer)
        with session.instead("name the cluster with --genesis-hash, or `genesis_hash:` in your configuration file"):
            receipt = await client.create_issuer(issuer_id, name, genesis_hash=genesis, timelock=timelock)
        report(session, receipt, f"issuer {issuer} created", issuer=str(issuer), id=issuer_id)


@app.command("show")
def show(ctx: typer.Context) -> None:
    """Show the issuer of --issuer."""
    asyncio.run(_show(session_of(ctx)))


async def _show(session: Session) -> None:
    address = session.issuer
    async with session.ledger() as ledger:
        issuer = await Integrator(ledger).issuer_account(address)
    data = _issuer_json(address, issuer)
    human = {**data, "created_at": instant(issuer.created_at), "cluster": cluster_name(issuer.genesis_hash)}
    human["timelock"] = span(human.pop("timelock_s"))
    human["live"] = f"since {instant(issuer.live_at)}" if issuer.live_at else "no: no minter has an allowance yet"
    human["renounced"] = ", ".join(data["renounced"]) or "nothing"
    human["renouncing"] = "nothing"
    if data["renouncing"]:
        human["renouncing"] = f"{data['renouncing']}, for good from {instant(issuer.renounce_from)} on"
    human["handoff"] = "none"
    if data["pending_authority"]:
        at, until = instant(issuer.pending_authority_from), instant(issuer.pending_authority_until)
        human["handoff"] = f"{data['pending_authority']} may accept from {at} to {until}"
    for key in ("live_at", "renounce_from", "pending_authority", "pending_from", "pending_until"):
        del human[key]
    session.show(data, fields({key.replace("_", " "): value for key, value in human.items()}))


def _issuer_json(address: Pubkey, issuer: Issuer) -> dict[str, Any]:
    pending = None if issuer.pending_authority == Pubkey.default() else str(issuer.pending_authority)
    return {
        "issuer": str(address),
        "id": issuer.id,
        "name": text(issuer.name),
        "authority": str(issuer.authority),
        "pending_authority": pending,
        "pending_from": issuer.pending_authority_from or None,
        "pending_until": issuer.pending_authority_until or None,
        "timelock_s": issuer.timelock_s,
        "live_at": issuer.live_at or None,
        "renounced": [role.label for role in Role if issuer.renounced >> role & 1],
        "renouncing": role_name(issuer.renouncing) if issuer.renounce_from else None,
        "renounce_from": issuer.renounce_from or None,
        "genesis_hash": str(Hash(issuer.genesis_hash)),
        "assets": issuer.asset_count,
        "created_at": issuer.created_at,
    }


@handoff.command("propose")
def propose(
    ctx: typer.Context,
    new_authority: Annotated[str, typer.Argument(metavar="ADDRESS|none", help="The next authority; none withdraws.")],
) -> None:
    """First half: name the key that may take over. Once the issuer is live, it may when the timelock has passed."""
    asyncio.run(_propose(session_of(ctx), new_authority))


async def _propose(session: Session, new_authority: str) -> None:
    try:
        key = None if new_authority == "none" else Pubkey.from_string(new_authority)
    except ValueError:
        raise UsageError(f"{new_authority!r} is neither an address nor `none`") from None
    async with desk(session) as client:
        receipt = await client.propose_authority(key)
        event = told_of(receipt, AuthorityProposed)
        done = "proposal withdrawn"
        if key is not None:
            when = "" if event is None else f" from {instant(event.pending_from)} to {instant(event.pending_until)}"
            done = f"{key} may take over{when} with `xstock issuer handoff accept`"
        facts = {
            "pending_authority": None if key is None else str(key),
            "pending_from": None if event is None or key is None else event.pending_from,
            "pending_until": None if event is None or key is None else event.pending_until,
        }
        report(session, receipt, done, **facts)


@handoff.command("accept")
def accept(ctx: typer.Context) -> None:
    """Second half, signed by the proposed key."""
    asyncio.run(_accept(session_of(ctx)))


async def _accept(session: Session) -> None:
    async with desk(session) as client:
        receipt = await client.accept_authority()
        report(session, receipt, f"{client.authority} is the issuer's authority", authority=str(client.authority))


@handoff.command("cancel")
def cancel(ctx: typer.Context) -> None:
    """Withdraw the proposal, as the authority, an admin or a pauser; the present authority stays."""
    asyncio.run(_cancel(session_of(ctx)))


async def _cancel(session: Session) -> None:
    async with desk(session) as client:
        receipt = await client.cancel_handoff()
        report(session, receipt, "the proposed authority may not take over; the present one stays")
