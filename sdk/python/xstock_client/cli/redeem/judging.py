"""``xstock redeem paid``, ``reject`` and ``rule``: payments outside the chain, and holders that were frozen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from solders.pubkey import Pubkey

from xstock_client.amounts import Shares
from xstock_client.cli._args import Asset, RentReceiver, parse_address
from xstock_client.cli._session import Session, session_of
from xstock_client.cli._writing import desk, report, told_of
from xstock_client.cli.redeem._common import HashOption, OneTarget, Target, digest_of, still_open
from xstock_client.errors import UsageError
from xstock_client.events import DisputeRuled, PaymentMarked, RedemptionRejected
from xstock_client.rendering import instant, shares_json

__all__ = ["paid", "reject", "rule"]


def paid(
    ctx: typer.Context,
    asset: Asset,
    target: OneTarget,
    evidence: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What proves the payment; its sha256 goes on chain, the file stays here."),
    ] = None,
    evidence_hash: HashOption = None,
    to_chain: Annotated[
        int | None, typer.Option(min=0, max=7, help="Slot of the chain where the shares are issued instead.")
    ] = None,
) -> None:
    """Say that an accepted request was paid outside the chain, as a redeemer, in time; it can be said once.

    Nothing burns yet: the holder confirms or disputes, and when the dispute window is over anybody concludes. With
    --to-chain the chain's cap must have room; the claim takes it until the tokens burn or go back.
    """
    digest = digest_of("evidence", evidence, evidence_hash)
    if digest is None:
        raise UsageError("say what proves the payment: --evidence FILE, or --evidence-hash with its sha256")
    asyncio.run(_paid(session_of(ctx), asset, target, digest, to_chain))


async def _paid(session: Session, name: str, target: Target, evidence: bytes, to_chain: int | None) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        async with still_open(client.ledger, asset, target):
            receipt = await client.mark_paid(asset, target.holder, target.id, evidence_hash=evidence, to_chain=to_chain)
        event = told_of(receipt, PaymentMarked)
        until = "for the dispute window" if event is None else f"until {instant(event.until)}"
        marked = Shares(0) if event is None else Shares(event.marked_shares)
        there = "" if to_chain is None else f", with {marked.to_ui()} shares issued on the chain of slot {to_chain}"
        done = f"{target} is marked paid{there}; its holder may dispute it {until}, then anybody concludes"
        facts = {
            "request": str(target),
            "until": None if event is None else event.until,
            "evidence_sha256": evidence.hex(),
            "to_chain": to_chain,
            "marked_shares": shares_json(marked),
        }
        report(session, receipt, done, asset=str(asset), **facts)


def reject(
    ctx: typer.Context,
    asset: Asset,
    target: OneTarget,
    source: Annotated[
        Pubkey | None,
        typer.Option(parser=parse_address, metavar="ADDRESS", help="Where the tokens came from. Default: read."),
    ] = None,
    rent_receiver: RentReceiver = None,
    memo: Annotated[
        bool | None, typer.Option("--memo/--no-memo", help="Bring a memo. Default: if the account demands one.")
    ] = None,
) -> None:
    """Send a request back whose holder was frozen since, as a redeemer, before its deadline. There is no other reason.

    The tokens go to the frozen account that they came from, and stay frozen there.
    """
    asyncio.run(_reject(session_of(ctx), asset, target, source, rent_receiver, memo))


async def _reject(
    session: Session,
    name: str,
    target: Target,
    source: Pubkey | None,
    rent_receiver: Pubkey | None,
    memo: bool | None,
) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        with session.instead("say --source, --rent-receiver, and --memo or --no-memo"):
            receipt = await client.reject(
                asset, target.holder, target.id, source=source, rent_receiver=rent_receiver, memo=memo
            )
        event = told_of(receipt, RedemptionRejected)
        to = "" if event is None else f": the tokens are back in {event.destination}, which is frozen"
        facts = {"destination": None if event is None else str(event.destination)}
        report(session, receipt, f"{target} is rejected{to}", asset=str(asset), request=str(target), **facts)


def rule(
    ctx: typer.Context,
    asset: Asset,
    target: OneTarget,
    was_paid: Annotated[
        bool | None, typer.Option("--paid/--not-paid", help="Whether the payment was made.", show_default=False)
    ] = None,
) -> None:
    """Rule on a disputed payment, as the arbiter that the request names, within 14 days of the dispute.

    Paid: anybody may conclude now. Not paid: the request is accepted as before, the desk cannot claim again, and once
    its time to settle has passed, anybody may call in the penalty for its holder.
    """
    if was_paid is None:
        raise UsageError("say how you rule: --paid or --not-paid")
    asyncio.run(_rule(session_of(ctx), asset, target, was_paid))


async def _rule(session: Session, name: str, target: Target, was_paid: bool) -> None:
    async with desk(session) as client:
        asset = await session.asset(client.ledger, name)
        async with still_open(client.ledger, asset, target):
            receipt = await client.rule(asset, target.holder, target.id, paid=was_paid)
        event = told_of(receipt, DisputeRuled)
        until = "" if event is None else f" (until {instant(event.settle_by)})"
        done = f"{target}: the payment was made; anybody may conclude"
        if not was_paid:
            done = f"{target}: the payment was not made; the request is accepted as before{until}"
        report(session, receipt, done, asset=str(asset), request=str(target), paid=was_paid)
