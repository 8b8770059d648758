"""``xstock chain``: where else a stock is issued, who attests how much, and how much may exist there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.amounts import Ui
from xstock_client.caip import ChainToken
from xstock_client.cli._args import Amount, Asset, ChainSlot
from xstock_client.cli._keys import Attesters, Threshold, keys_facts, signing_text, valid_text
from xstock_client.cli._reserve_tables import chain_json, keys_text, next_keys_text
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._tables import table
from xstock_client.cli._writing import desk, report, told_of
from xstock_client.clients import Integrator
from xstock_client.constants import SlotChange
from xstock_client.errors import UsageError
from xstock_client.events import ChainCapSet, ChainRegistered, ChainRetired
from xstock_client.rendering import shares_json
from xstock_client.reserve_report import ChainReport
from xstock_client.times import instant

app = typer.Typer(no_args_is_help=True, help="The stock on other chains: register, cap, retire, cancel, list.")


@app.command("register")
def register(
    ctx: typer.Context,
    asset: Asset,
    slot: ChainSlot,
    token: Annotated[
        str, typer.Argument(metavar="TOKEN", help="The token there, a CAIP-19 id: eip155:1/erc20:0x6b17...")
    ],
    attester: Attesters,
    threshold: Threshold = None,
) -> None:
    """Register the stock's token on another chain in a slot, with its keys; or give the slot new keys.

    As an attestor manager. After the first mint new keys may sign when the change delay has passed; until then the old
    ones do, and then no longer.
    The chain is the CAIP-2 id before the slash. A new slot's cap is zero: see `xstock chain cap`.
    """
    named = ChainToken.parse(token)
    asyncio.run(_register(session_of(ctx), asset, slot, named, attester, threshold))


async def _register(
    session: Session, name: str, slot: int, token: ChainToken, keys: Sequence[Pubkey], threshold: int | None
) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.register_chain(asset, slot, token=token.token, keys=keys, threshold=threshold)
        waits = valid_text(told_of(receipt, ChainRegistered))
        done = f"{name} on {token.chain} is attested in slot {slot} with {signing_text(keys, threshold)}{waits}"
        facts = {"chain": token.chain, "token": token.token, "token_sha256": token.token_hash.hex()}
        report(session, receipt, done, asset=str(asset), slot=slot, **facts, **keys_facts(keys, threshold))


@app.command("cap")
def cap(ctx: typer.Context, asset: Asset, slot: ChainSlot, amount: Amount) -> None:
    """Say how many shares may exist on a chain at most, as the authority or an admin.

    A higher cap acts at once, if the reserve covers what is owed with all of it used. After the first mint a lower
    one waits out the change delay, and then for a report of that time or later.
    """
    asyncio.run(_cap(session_of(ctx), asset, slot, amount))


async def _cap(session: Session, name: str, slot: int, amount: Ui) -> None:
    try:
        shares = amount.to_shares()
    except ValueError as error:
        raise UsageError(f"{amount}: {error}") from None
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.set_chain_cap(asset, slot, shares)
        event = told_of(receipt, ChainCapSet)
        waits = event is not None and event.next_cap_from > 0
        done = f"at most {amount} shares of {name} may exist on the chain of slot {slot}"
        if event is not None and waits:
            done += f", with a report of {instant(event.next_cap_from)} or later; until then the cap before counts"
        facts = {"cap": shares_json(shares), "acts_from": event.next_cap_from if event is not None and waits else None}
        report(session, receipt, done, asset=str(asset), slot=slot, **facts)


@app.command("retire")
def retire(ctx: typer.Context, asset: Asset, slot: ChainSlot) -> None:
    """Forget a chain on which nothing can be owed: its cap is zero, and its fresh report says zero.

    As an attestor manager. After the first mint it takes two calls, the change delay apart, and a report in between.
    """
    asyncio.run(_retire(session_of(ctx), asset, slot))


async def _retire(session: Session, name: str, slot: int) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.retire_chain(asset, slot)
        event = told_of(receipt, ChainRetired)
        done = f"chain slot {slot} of {name} is empty"
        if event is None:
            done = f"chain slot {slot} of {name} is empty, or will be with a second call after the change delay"
        elif not event.retired:
            done = (
                f"chain slot {slot} of {name} may be retired from {instant(event.retire_from)} on: retire it again"
                " then, after a report of that time that still says zero"
            )
        facts = {
            "retired": None if event is None else bool(event.retired),
            "retire_from": event.retire_from or None if event is not None and not event.retired else None,
        }
        report(session, receipt, done, asset=str(asset), slot=slot, **facts)


@app.command("cancel")
def cancel(
    ctx: typer.Context,
    asset: Asset,
    slot: ChainSlot,
    keys: Annotated[bool, typer.Option("--keys", help="New keys that may not sign yet.")] = False,
    lower_cap: Annotated[bool, typer.Option("--cap", help="A lower cap.")] = False,
    retirement: Annotated[bool, typer.Option("--retirement", help="The retirement of the slot.")] = False,
) -> None:
    """Drop a change of a chain's slot that waits, as the authority, an admin or a pauser."""
    named = {
        SlotChange.CHAIN_KEYS: keys,
        SlotChange.CHAIN_CAP: lower_cap,
        SlotChange.CHAIN_RETIREMENT: retirement,
    }
    meant = [change for change, wanted in named.items() if wanted]
    if len(meant) != 1:
        raise UsageError("say what waits and shall not act: one of --keys, --cap and --retirement")
    asyncio.run(_cancel(session_of(ctx), asset, slot, meant[0]))


async def _cancel(session: Session, name: str, slot: int, change: SlotChange) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        receipt = await client.cancel_slot_change(asset, change, slot)
        what = change.name.lower().replace("_", " ").removeprefix("chain ")
        done = f"chain slot {slot} of {name}: the waiting change of its {what} is dropped"
        report(session, receipt, done, asset=str(asset), slot=slot, change=what)


@app.command("list")
def list_chains(ctx: typer.Context, asset: Asset) -> None:
    """List the chains of an asset, their keys and caps."""
    asyncio.run(_list(session_of(ctx), asset))


async def _list(session: Session, name: str) -> None:
    async with session.ledger() as ledger:
        asset = await session.asset(ledger, name)
        found = await Integrator(ledger).reserve_report(asset)
    rows = [
        (
            str(row.slot),
            row.chain,
            str(row.supply.to_ui()) if row.received_at else "-",
            Text("fresh", "green") if row.fresh else Text("stale" if row.received_at else "no report", "red"),
            str(row.cap.to_ui()),
            _waits(row),
            keys_text(row.signers),
            next_keys_text(row.signers, found.now),
        )
        for row in found.chains
    ]
    columns = ("slot", "chain", "supply", "", "cap", "waiting", "keys", "next keys")
    session.show([chain_json(row) for row in found.chains], table(columns, rows))


def _waits(row: ChainReport) -> str:
    told = []
    if row.next_cap is not None:
        told.append(f"cap {row.next_cap.to_ui()} from {instant(row.next_cap_from)}")
    if row.retire_from:
        told.append(f"retirement from {instant(row.retire_from)}")
    return "; ".join(told)
