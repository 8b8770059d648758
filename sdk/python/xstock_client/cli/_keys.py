"""The keys of a slot, as `custodian register` and `chain register` take and tell them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from solders.pubkey import Pubkey

from xstock_client.cli._args import parse_address
from xstock_client.events import ChainRegistered, CustodianRegistered
from xstock_client.times import instant

__all__ = ["Attesters", "Threshold", "keys_facts", "signing_text", "valid_text"]

Attesters = Annotated[
    list[Pubkey],
    typer.Option(
        "--attester",
        parser=parse_address,
        metavar="ADDRESS",
        help="A key that signs the slot's reports; up to three: the custodian's and its auditor's, say.",
    ),
]
Threshold = Annotated[
    int | None, typer.Option(min=1, max=3, help="How many of the keys must sign every report. Default: all.")
]


def keys_facts(keys: Sequence[Pubkey], threshold: int | None) -> dict[str, Any]:
    """For JSON."""
    return {"keys": [str(key) for key in keys], "threshold": threshold or len(keys)}


def signing_text(keys: Sequence[Pubkey], threshold: int | None) -> str:
    """For people: the key, or how many of which keys."""
    if len(keys) == 1:
        return f"key {keys[0]}"
    return f"{threshold or len(keys)} of the keys {', '.join(map(str, keys))}"


def valid_text(event: CustodianRegistered | ChainRegistered | None) -> str:
    """From when on the keys may sign."""
    if event is None:
        return " (after the first mint the keys wait out the change delay)"
    waits = event.valid_from > event.at
    if not event.replaces:
        return f", which may sign from {instant(event.valid_from)} on" if waits else ""
    if not waits:
        return ", which may sign now; the old keys no longer may"
    return f", which may sign from {instant(event.valid_from)} on; from then on the old keys no longer may"
