"""``xstock snapshot challenge``: a proof that an agreed tree is wrong."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.claims import LeafProof, read_proof
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import report, require_one_transaction, summary
from xstock_client.cli.snapshot._common import attestor
from xstock_client.clients._files import read_text
from xstock_client.errors import BadProof, UsageError
from xstock_client.merkle import BadNode, decode_nodes
from xstock_client.rendering import receipt_json

__all__ = ["challenge"]

_FORMAT = "xstock-bad-node"
_FIELDS = ("format", "version", "account", "level", "index", "entry", "left", "right", "path")


def challenge(
    ctx: typer.Context,
    proofs: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PROOF...", help="Two leaves whose owners do not rise, or one behind the last."),
    ] = None,
    node: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A node whose sum is not its children's, as the guide to dividends says."),
    ] = None,
) -> None:
    """Prove, as anybody, that the agreed tree of a snapshot or a distribution is wrong: its root is thrown out.

    An owner that stands twice or out of order takes two proof files (and two transactions), a leaf behind the last that
    was counted takes one, a sum that does not add up a node. Within a day of the agreement.
    """
    session = session_of(ctx)
    if node is not None and not proofs:
        account, bad = _read_node(node)
        asyncio.run(_by_sum(session, account, bad))
    elif node is None and proofs and len(proofs) == 1:
        asyncio.run(_by_count(session, read_proof(proofs[0])))
    elif node is None and proofs and len(proofs) == 2:
        lower, upper = sorted((read_proof(path) for path in proofs), key=lambda one: one.index)
        asyncio.run(_by_order(session, lower, upper))
    else:
        raise UsageError("give proof files of one leaf that is not counted or of two out of order, or --node FILE")


async def _by_order(session: Session, lower: LeafProof, upper: LeafProof) -> None:
    if session.signing is not None:
        require_one_transaction(2, "two leaves")
    async with attestor(session) as client:
        receipts = await client.challenge_order(lower, upper)
    done = Text.assemble(("✓ ", "green"), f"the root of {lower.account} is thrown out; the attestors vote again")
    data = {"account": str(lower.account), "transactions": [receipt_json(one) for one in receipts]}
    session.show(data, done, summary(session, receipts[-1]))


async def _by_count(session: Session, extra: LeafProof) -> None:
    async with attestor(session) as client:
        receipt = await client.challenge_count(extra)
        done = f"the root of {extra.account} is thrown out; the attestors vote again"
        report(session, receipt, done, account=str(extra.account))


async def _by_sum(session: Session, account: Pubkey, bad: BadNode) -> None:
    async with attestor(session) as client:
        receipt = await client.challenge_sum(account, bad)
        report(session, receipt, f"the root of {account} is thrown out; the attestors vote again", account=str(account))


def _read_node(path: Path) -> tuple[Pubkey, BadNode]:
    try:
        value = json.loads(read_text(path))
        if not isinstance(value, dict) or tuple(sorted(value)) != tuple(sorted(_FIELDS)):
            raise ValueError(f"it must have the fields {', '.join(_FIELDS)}")
        if (value["format"], value["version"]) != (_FORMAT, 1):
            raise ValueError(f'it must have "format": "{_FORMAT}" and "version": 1')
        entry, left, right = decode_nodes(b"".join(_bytes(value[name]) for name in ("entry", "left", "right")))
        way = decode_nodes(b"".join(_bytes(text) for text in value["path"]))
        bad = BadNode(_whole(value["level"]), _whole(value["index"]), entry, left, right, way)
        return Pubkey.from_string(value["account"]), bad
    except (BadProof, TypeError, ValueError, RecursionError) as error:
        raise BadProof(f"{path}: is no node of a tree: {error}") from None


def _bytes(value: Any) -> bytes:
    data = bytes.fromhex(value) if isinstance(value, str) else b""
    if len(data) != 40:
        raise ValueError(f"a node is 40 bytes in hexadecimal, not {value!r}")
    return data


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**64:
        raise ValueError(f"not a whole number: {value!r}")
    return value
