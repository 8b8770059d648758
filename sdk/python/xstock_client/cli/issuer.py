"""``xstock issuer``."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import typer
from solders.hash import Hash
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.cli._args import DAY, parse_duration
from xstock_client.cli._config import cluster_name, genesis_of
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import fields
from xstock_client.cli._writing import desk, report
from xstock_client.clients import Integrator, IssuerDesk
from xstock_client.constants import Role
from xstock_client.errors import UsageError
from xstock_client.rendering import instant, span
from xstock_client.views import text

app = typer.Typer(no_args_is_help=True, help="Who issues: create, show, hand over.")


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
    pending = None if issuer.pending_authority == Pubkey.default() else str(issuer.pending_authority)
    data: dict[str, Any] = {
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
        "genesis_hash": str(Hash(issuer.genesis_hash)),
        "assets": issuer.asset_count,
        "created_at": issuer.created_at,
    }
    human = {**data, "created_at": instant(issuer.created_at), "cluster": cluster_name(issuer.genesis_hash)}
    human["pending_authority"] = pending or "none"
    human["timelock"] = span(human.pop("timelock_s"))
    human["renounced"] = ", ".join(data["renounced"]) or "nothing"
    for key in ("pending_from", "pending_until", "live_at"):
        human[key] = instant(data[key] or 0)
    session.show(data, fields({key.replace("_", " "): value for key, value in human.items()}))


@app.command("propose-authority")
def propose_authority(
    ctx: typer.Context,
    new_authority: Annotated[str, typer.Argument(metavar="ADDRESS|none", help="The next authority; none withdraws.")],
) -> None:
    """First half of a handoff: name the key that may take over."""
    asyncio.run(_propose(session_of(ctx), new_authority))


async def _propose(session: Session, new_authority: str) -> None:
    try:
        key = None if new_authority == "none" else Pubkey.from_string(new_authority)
    except ValueError:
        raise UsageError(f"{new_authority!r} is neither an address nor `none`") from None
    async with desk(session) as client:
        receipt = await client.propose_authority(key)
        done = "proposal withdrawn" if key is None else f"{key} may take over with `xstock issuer accept-authority`"
        report(session, receipt, done, pending_authority=None if key is None else str(key))


@app.command("accept-authority")
def accept_authority(ctx: typer.Context) -> None:
    """Second half of a handoff, signed by the proposed key."""
    asyncio.run(_accept(session_of(ctx)))


async def _accept(session: Session) -> None:
    async with desk(session) as client:
        receipt = await client.accept_authority()
        report(session, receipt, f"{client.authority} is the issuer's authority", authority=str(client.authority))
