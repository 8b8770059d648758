"""What every offline signature shares: whose configuration it stands on, and which key set it is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.clients.plans import AttestationPlan, Planned
from xstock_client.clients.reports import SignedReport
from xstock_client.errors import StatementRefused, UsageError
from xstock_client.ledger import Signer
from xstock_client.message import SignedAttestation, domain

__all__ = ["ADVICE", "SigningDesk", "in_turn", "signed_by"]

ADVICE: Final = "ask the issuer's desk which keys are registered, and for a new plan"

PlannedT = TypeVar("PlannedT", bound=Planned)


@dataclass(frozen=True, slots=True)
class SigningDesk:
    """Whose configuration decides what a signature is worth."""

    issuer: Pubkey
    genesis_hash: bytes
    now: int
    program_id: Pubkey

    def check_plan(self, plan: AttestationPlan) -> None:
        if plan.issuer != self.issuer:
            raise UsageError(
                f"the plan is of issuer {plan.issuer}, and your configuration names {self.issuer}; nothing was signed"
            )

    def check_entry(self, entry: Planned, as_of: int, path: Path) -> None:
        if pda.asset(self.issuer, entry.number, program_id=self.program_id) != entry.asset:
            raise UsageError(
                f"the plan's asset {entry.asset} is not number {entry.number} of your issuer; nothing was signed"
            )
        if as_of < entry.last_as_of:
            raise StatementRefused(
                f"speaks of an earlier time than the last report of {entry.symbol} ({as_of:,} < {entry.last_as_of:,},"
                " unix seconds); the program would refuse it. Use the latest statement",
                path=path,
            )

    def basis(self, entry: Planned, as_of: int, path: Path, given: int | None) -> int:
        """Splits in a statement's figures: as the signer says, or those of the last report while there was no split."""
        rule = entry.splits.at(self.now)
        try:
            basis = rule.choose(as_of, entry.symbol, entry.last_basis) if given is None else given
            rule.check(basis, as_of, entry.symbol)
        except StatementRefused as refused:
            raise StatementRefused(refused.reason, path=path) from None
        return basis

    def domain(self, entry: Planned) -> bytes:
        return domain(self.program_id, self.genesis_hash, entry.asset, entry.isin)


def in_turn(entries: Sequence[PlannedT], now: int) -> list[PlannedT]:
    """One entry of each slot: a key that stays in the next set signs for the one in force."""
    by_slot: dict[tuple[Pubkey, int], PlannedT] = {}
    for entry in sorted(entries, key=lambda one: (one.valid_from > now, -one.valid_from)):
        by_slot.setdefault((entry.asset, entry.slot), entry)
    return list(by_slot.values())


async def signed_by(entry: Planned, message: bytes, signer: Signer) -> SignedReport:
    attestation = SignedAttestation(message, signer.pubkey, await signer.sign(message))
    attestation.verify()  # a device may sign with another key than it names
    return SignedReport(entry.asset, entry.symbol, entry.isin, attestation)
