"""What ``xstock reserve verify`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import typer
from rich.text import Text

from xstock_client.audit import Check, ReserveAudit, SlotAudit, Standing, audit_reserve
from xstock_client.cli._session import Session
from xstock_client.cli._tables import table
from xstock_client.cli.attest._common import progress
from xstock_client.custody import find_documents, load_profile
from xstock_client.errors import UsageError
from xstock_client.rendering import shares_json

__all__ = ["verify_reserve"]

_MARKS: Final = {
    Standing.PROVEN: Text("✓ proven", "green"),
    Standing.ATTESTED: Text("✓ attested", "yellow"),
    Standing.FAILED: Text("✗", "bold red"),
}


async def verify_reserve(
    session: Session, name: str, folders: Sequence[Path], profile_paths: Sequence[Path], history: int
) -> bool:
    """Print an audit; whether all of it holds. Raises as :func:`xstock_client.audit.audit_reserve` does."""
    profiles = [load_profile(path) for path in profile_paths]
    twice = {one.lei for one in profiles if [other.lei for other in profiles].count(one.lei) > 1}
    if twice:
        raise UsageError(f"two profiles are of the custodian {', '.join(sorted(twice))}: name one of them")
    documents = {digest: path for folder in reversed(folders) for digest, path in find_documents(folder).items()}
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        with progress(session, "reading the history") as moved:
            audit = await audit_reserve(
                ledger,
                asset,
                documents,
                profiles,
                limit=history,
                on_transaction=lambda count: moved(count, history),
            )
    rows = [(check.subject, check.what, _MARKS[check.standing], check.detail) for check in audit.checks]
    one = audit.recomputed
    session.show(
        _audit_json(audit, len(documents)),
        table(("", "check", "", "what was seen"), rows, title=f"{one.symbol} ({one.isin})"),
        _proven(audit),
        _verdict(audit),
    )
    if audit.slots and not any(one.kind.name == "RESERVE" and one.recomputed for one in audit.slots) and not profiles:
        typer.echo("note: without a --profile no figure is recomputed; documents are compared by their hash", err=True)
    return audit.holds


def _proven(audit: ReserveAudit) -> str:
    counted, proven = audit.recomputed.reserve, audit.from_documents
    believed = counted.value - proven.value
    told = f"{counted.to_ui()} shares count: {proven.to_ui()} recomputed from documents"
    if believed:
        told += f", {type(counted)(believed).to_ui()} believed to those who signed"
    return told


def _verdict(audit: ReserveAudit) -> Text:
    failed = [check for check in audit.checks if check.standing is Standing.FAILED]
    if not failed:
        return Text.assemble(("✓ ", "green"), f"all {len(audit.checks)} checks hold")
    return Text.assemble(("✗ ", "bold red"), f"{len(failed)} of {len(audit.checks)} checks do not hold")


def _audit_json(audit: ReserveAudit, documents: int) -> dict[str, Any]:
    one = audit.recomputed
    return {
        "asset": str(one.asset),
        "symbol": one.symbol,
        "isin": one.isin,
        "now": one.now,
        "holds": audit.holds,
        "documents": documents,
        "transactions_read": audit.transactions,
        "reserve": shares_json(one.reserve),
        "reserve_stored": shares_json(audit.stored.reserve),
        "reserve_from_documents": shares_json(audit.from_documents),
        "obligation": shares_json(one.obligation),
        "required": shares_json(one.required),
        "covered": one.covered,
        "solvent": one.solvent,
        "slots": [_slot_json(slot) for slot in audit.slots],
        "checks": [_check_json(check) for check in audit.checks],
    }


def _slot_json(slot: SlotAudit) -> dict[str, Any]:
    return {
        "kind": slot.kind.name.lower(),
        "slot": slot.slot,
        "name": slot.name,
        "transaction": None if slot.transaction is None else str(slot.transaction),
        "document": None if slot.document is None else str(slot.document),
        "proven": slot.message is not None,
        "recomputed": slot.recomputed,
    }


def _check_json(check: Check) -> dict[str, Any]:
    return {
        "subject": check.subject,
        "check": check.what,
        "standing": str(check.standing),
        "detail": check.detail,
    }
