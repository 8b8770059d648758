"""Signing what circulates of an asset on another chain, with no network; see :mod:`xstock_client.clients.attesting`."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from solders.pubkey import Pubkey

from xstock_client.amounts import Shares
from xstock_client.clients._signing import ADVICE, SigningDesk, in_turn, signed_by
from xstock_client.clients.plans import AttestationPlan, PlannedSupply
from xstock_client.clients.reports import SignedReport
from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import BadInput, StatementRefused, UsageError
from xstock_client.ledger import Signer
from xstock_client.message import ChainSupply

__all__ = ["SignedSupply", "sign_supply"]


@dataclass(frozen=True, slots=True)
class SignedSupply:
    """A signed report on another chain's supply."""

    report: SignedReport
    planned: PlannedSupply


async def sign_supply(
    document: Path,
    plan: AttestationPlan,
    signer: Signer,
    *,
    asset: str,
    chain: str,
    supply: Shares,
    as_of: int,
    issuer: Pubkey,
    genesis_hash: bytes,
    now: int,
    basis: int | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> SignedSupply:
    """Sign what circulates of an asset on another chain, net of what bridges hold there.

    ``asset`` is its symbol or ISIN, ``chain`` the chain's CAIP-2 id, ``document`` the file that the figure rests on,
    whose hash is signed too. ``basis`` is the number of splits in the figure, needed around a split alone. The same
    arguments make the same bytes, so that several keys sign one report.
    Raises UsageError when the plan holds no such slot for this key, BadInput when the document cannot be read,
    StatementRefused when the time is ahead of now or before the last report's, and for a wrong basis or a missing one.
    """
    desk = SigningDesk(issuer, genesis_hash, now, program_id)
    desk.check_plan(plan)
    named = [one for one in plan.chains if asset in (one.symbol, one.isin) and one.chain == chain]
    entries = in_turn([one for one in named if signer.pubkey in one.attesters], now)
    if not entries:
        known = ", ".join(sorted({f"{one.symbol} on {one.chain}" for one in plan.chains})) or "none"
        who = f"{signer.pubkey} attests for {asset} on {chain}" if named else f"is for {asset} on {chain}"
        raise UsageError(f"the plan has no slot that {who} (its chains: {known}); {ADVICE}")
    (entry,) = entries
    if not 0 < as_of <= now:
        raise StatementRefused(
            f"the as-of time ({as_of:,}, unix seconds) must lie after 1970 and not in the future; now is {now:,}",
            path=document,
        )
    desk.check_entry(entry, as_of, document)
    try:
        with document.open("rb") as file:
            report_hash = file_digest(file, "sha256").digest()
    except OSError as error:
        raise BadInput(f"{document}: cannot be read: {error.strerror}") from None
    said = ChainSupply(
        slot=entry.slot,
        epoch=entry.epoch,
        domain=desk.domain(entry),
        basis=desk.basis(entry, as_of, document, basis),
        sequence=entry.sequence,
        as_of=as_of,
        supply=supply,
        report_hash=report_hash,
    )
    return SignedSupply(await signed_by(entry, said.to_bytes(), signer), entry)
