"""The issuer's operations desk."""

from __future__ import annotations

from typing import Self

from solders.pubkey import Pubkey

from xstock_client.clients._administration import Administration
from xstock_client.clients._arbitrating import Arbitrating
from xstock_client.clients._batching import Batching
from xstock_client.clients._bonding import Bonding
from xstock_client.clients._cancelling import Cancelling
from xstock_client.clients._chains import Chains
from xstock_client.clients._corporate import Announced, AttestorsChanged, Corporate
from xstock_client.clients._custodians import Custodians
from xstock_client.clients._distributing import Declared, Distributing
from xstock_client.clients._guarding import Guarding
from xstock_client.clients._listing import AssetListing, Listed, Listing
from xstock_client.clients._minting import Minting, MintOutcome
from xstock_client.clients._policy import PolicyChanged, PolicyMaking
from xstock_client.clients._returning import Returning
from xstock_client.clients._tickets import Tickets
from xstock_client.constants import PROGRAM_ID, Role
from xstock_client.ledger import Ledger, Signer

__all__ = [
    "Announced",
    "AssetListing",
    "AttestorsChanged",
    "Declared",
    "IssuerDesk",
    "Listed",
    "MintOutcome",
    "PolicyChanged",
]


class IssuerDesk(
    Administration,
    Listing,
    PolicyMaking,
    Custodians,
    Chains,
    Minting,
    Tickets,
    Bonding,
    Batching,
    Arbitrating,
    Guarding,
    Cancelling,
    Returning,
    Corporate,
    Distributing,
):
    """One key at work for one issuer: its authority, or a member with a role.

    Every method that writes has a twin ``<method>_instructions`` that only builds, for wallets and multisigs.
    A desk with several keys has one client for each, see :meth:`acting_as`.

    ``by`` tells by which role the signer does what the authority may do too: admin, or pauser for what it may cancel.
    Without it that is read from the chain; a ledger that only signs reads nothing, and takes the signer for the
    authority.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        issuer: Pubkey,
        signer: Signer,
        payer: Signer | None = None,
        by: Role | None = None,
        program_id: Pubkey = PROGRAM_ID,
    ) -> None:
        super().__init__(ledger, signer=signer, payer=payer, program_id=program_id)
        self.issuer = issuer
        self._by = by

    def acting_as(self, signer: Signer) -> Self:
        """The same desk with another key; the payer stays."""
        return type(self)(
            self._ledger, issuer=self.issuer, signer=signer, payer=self._payer, program_id=self._program_id
        )
