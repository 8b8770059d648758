"""The bond behind an asset's redemptions: what it is, what it must be, and what has a claim on it. Pure.

Every figure is the program's own at the same second (:mod:`xstock_client.counting`, :mod:`xstock_client.views`).
"""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from xstock_client import views
from xstock_client.accounts import Asset
from xstock_client.amounts import U64_MAX, Cash, Raw
from xstock_client.counting import bonded_supply, required_bond
from xstock_client.policy import QueueState

__all__ = ["BondExitReport", "BondReport", "bond_report"]


@dataclass(frozen=True, slots=True)
class BondExitReport:
    """A withdrawal of the bond that waits in public. Times are unix seconds."""

    amount: Cash
    """Of the bond as it is now; all of it when ``everything`` leaves."""
    everything: bool
    """Whatever is there when it is made."""
    destination: Pubkey
    """The token account that gets it."""
    ready_at: int
    expires_at: int
    state: QueueState
    now_possible: Cash
    """What of it no open request could claim."""


@dataclass(frozen=True, slots=True)
class BondReport:
    """The bond of an asset at one time."""

    now: int
    payment_mint: Pubkey | None
    """What redemptions are paid in and the bond consists of; None while the bond was never opened."""
    vault: Pubkey | None
    decimals: int
    """Of the payment mint; zero while there is none."""
    amount: Cash
    """Deposited and not yet withdrawn or paid out."""
    reserved: Cash
    """What open requests could claim, if every deadline were missed."""
    exit: BondExitReport | None
    needed: Cash
    """What it must be for the next mint, at the present supply."""
    penalty_rate: Cash
    """Per whole token, of new requests as long as the bond can pay it."""
    holder_cap: Cash
    """What all requests of one holder reserve in 24 hours."""
    coverage_bps: int
    """Basis points of the supply whose penalty the bond must be able to pay for a mint."""
    covered_supply: Raw
    """The largest supply that can be minted up to with it."""
    headroom: Raw
    """What of that is left."""
    vault_balance: Cash | None = None
    """What the vault really holds; None where it was not read."""
    vault_frozen: bool = False
    risks: tuple[str, ...] = ()
    """What the stablecoin's own issuer could do; empty where its mint was not read."""

    @property
    def free(self) -> Cash:
        """What new requests can still reserve."""
        return self.amount - self.reserved

    @property
    def staying(self) -> Cash:
        """Without what waits to leave: what mints are judged by."""
        waits = self.exit is not None and self.exit.state is not QueueState.EXPIRED
        leaving = self.exit.amount if self.exit is not None and waits else Cash(0)
        return Cash(max(self.amount.value - leaving.value, 0))

    @property
    def missing(self) -> Cash:
        """What must be deposited before anything can be minted."""
        return Cash(max(self.needed.value - self.staying.value, 0))

    @property
    def seized(self) -> Cash:
        """What is gone from the vault without the program: taken by the stablecoin's issuer, most likely."""
        gone = 0 if self.vault_balance is None else self.amount.value - self.vault_balance.value
        return Cash(max(gone, 0))


def bond_report(asset: Asset, supply: Raw, now: int) -> BondReport:
    """The bond of an asset whose mint has ``supply``, at ``now`` (the cluster's unix seconds)."""
    policy, opened = asset.policy, asset.payment_mint != Pubkey.default()
    staying = views.bond_staying(asset, now).value
    return BondReport(
        now=now,
        payment_mint=asset.payment_mint if opened else None,
        vault=asset.bond_vault if opened else None,
        decimals=asset.payment_decimals,
        amount=Cash(asset.bond),
        reserved=Cash(asset.bond_reserved),
        exit=_exit(asset, now),
        needed=Cash(required_bond(supply.value, policy.bond_coverage_bps, policy.penalty_rate)),
        penalty_rate=Cash(policy.penalty_rate),
        holder_cap=Cash(policy.holder_penalty_cap),
        coverage_bps=policy.bond_coverage_bps,
        covered_supply=Raw(bonded_supply(staying, policy.bond_coverage_bps, policy.penalty_rate)),
        headroom=views.bond_headroom(asset, supply, now),
    )


def _exit(asset: Asset, now: int) -> BondExitReport | None:
    leaving = asset.bond_exit
    if leaving.amount == 0:
        return None
    state = QueueState.WAITING
    if now >= leaving.ready_at:
        state = QueueState.READY if now <= leaving.expires_at else QueueState.EXPIRED
    free = asset.bond - asset.bond_reserved
    return BondExitReport(
        amount=Cash(min(leaving.amount, asset.bond)),
        everything=leaving.amount == U64_MAX,
        destination=leaving.destination,
        ready_at=leaving.ready_at,
        expires_at=leaving.expires_at,
        state=state,
        now_possible=Cash(min(leaving.amount, free) if state is QueueState.READY else 0),
    )
