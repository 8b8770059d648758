"""The arbiters of an issuer: who can rule on a payment outside the chain."""

from __future__ import annotations

from solders.pubkey import Pubkey

from xstock_client.accounts import Asset, Issuer, RoleGrant
from xstock_client.clients._base import load
from xstock_client.constants import ARBITRATION_S, Role
from xstock_client.errors import UsageError
from xstock_client.ledger import Ledger, Memcmp
from xstock_client.views import grant_expiry

__all__ = ["arbiter_for", "arbiters"]


async def arbiters(ledger: Ledger, asset: Asset, now: int, *, program_id: Pubkey) -> list[RoleGrant]:
    """Grants of arbiters whom a request made at ``now`` can name, the one that lasts longest in front.

    They are in office, stay until a dispute of it would be ruled on, and none is the issuer's own authority.
    """
    policy = asset.policy
    latest = now + policy.accept_window_s + policy.settle_window_s
    needed = latest + policy.dispute_window_s + ARBITRATION_S
    matching = [
        Memcmp(0, RoleGrant.DISCRIMINATOR),
        Memcmp(RoleGrant.OFFSETS["role"], bytes([Role.ARBITER])),
        Memcmp(RoleGrant.OFFSETS["issuer"], bytes(asset.issuer)),
    ]
    issuer = await load(ledger, asset.issuer, Issuer, "the asset has no issuer", program_id=program_id)
    found = await ledger.program_accounts(program_id, matching=matching)
    fit = [
        grant
        for grant in (RoleGrant.decode(account.data) for _, account in found)
        if grant.member != issuer.authority
        and grant.held_since <= now < grant_expiry(grant, now)
        and min(grant_expiry(grant, now), grant_expiry(grant, needed)) > needed
    ]
    return sorted(fit, key=lambda grant: (-grant_expiry(grant, needed), str(grant.member)))


async def arbiter_for(ledger: Ledger, asset: Asset, now: int, *, program_id: Pubkey) -> Pubkey:
    """The arbiter who stays longest. Raises UsageError when nobody could rule on a request made at ``now``."""
    found = await arbiters(ledger, asset, now, program_id=program_id)
    if not found:
        raise UsageError(
            "the issuer has no arbiter in office who stays until a dispute could be ruled on, so that nobody could"
            " accept a payment outside the chain: ask for one on chain, or have the issuer renew an arbiter's grant"
        )
    return found[0].member
