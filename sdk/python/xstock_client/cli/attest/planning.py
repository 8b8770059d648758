"""``xstock attest plan``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from xstock_client.cli._session import Session, session_of
from xstock_client.clients import AttestationPlan, attestation_plan
from xstock_client.errors import BadInput

__all__ = ["plan"]


def plan(
    ctx: typer.Context,
    symbols: Annotated[list[str] | None, typer.Argument(metavar="[SYMBOL]...", help="Default: every asset.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Default: standard output.")] = None,
) -> None:
    """Write what every key set signs next, for the machines without a network."""
    session = session_of(ctx)
    made = asyncio.run(_plan(session, symbols or []))
    text = made.to_json()
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.write_text(text)
    except OSError as error:
        raise BadInput(f"{out}: cannot be written: {error.strerror}") from None
    expected = len(made.entries) + len(made.chains)
    done = Text.assemble(("✓ ", "green"), f"{expected} reports are expected next; plan in {out}")
    session.show({"file": str(out), "entries": len(made.entries), "chains": len(made.chains)}, done)


async def _plan(session: Session, symbols: list[str]) -> AttestationPlan:
    issuer = session.issuer
    async with session.ledger() as ledger:
        assets = [await session.asset(ledger, one) for one in symbols] or None
        return await attestation_plan(ledger, issuer, assets)
