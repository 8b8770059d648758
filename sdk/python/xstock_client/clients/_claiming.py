"""An owner's dividend: claimed by itself, or by anybody for it; and the wallet that a pool's dividends go to."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.amounts import Cash
from xstock_client.claims import LeafProof
from xstock_client.clients._base import Sender
from xstock_client.clients.distributions import (
    claim_pages,
    distribution_account,
    is_claimed,
    payout_token,
    recipients_among,
)
from xstock_client.clients.payments import PaymentToken
from xstock_client.clients.payouts import Payable, associated, claim_leaves, is_missing, open_page, payee_obstacle
from xstock_client.constants import TOKEN_PROGRAMS
from xstock_client.distribution import DistributionStatus, require_claims_open
from xstock_client.errors import AccountMissing, ProgramRefused, UsageError
from xstock_client.ledger import Outcome, Receipt, measure

__all__ = ["Claimed", "Claiming"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A dividend that was paid. Base units of the payout mint."""

    gross: Cash
    withheld: Cash
    destination: Pubkey
    receipt: Receipt

    @property
    def net(self) -> Cash:
        """What arrived."""
        return self.gross - self.withheld


class Claiming(Sender):
    """Signed by the owner, by its recipient, or by anybody; the payer pays for accounts that are missing."""

    async def claim_instructions(
        self, proof: LeafProof, *, destination: Pubkey | None = None
    ) -> list[list[Instruction]]:
        """What :meth:`claim` sends: one list for each transaction, one or two."""
        state = await distribution_account(self._ledger, proof.account, program_id=self._program_id)
        status = DistributionStatus.of(proof.account, state, await self._ledger.now())
        root = require_claims_open(status, await self._ledger.now())
        proof.verify(root.entry, root.leaf_count)
        (page,) = await claim_pages(self._ledger, proof.account, [proof.page], program_id=self._program_id)
        if is_claimed(page, proof.index):
            raise UsageError(f"the dividend of {proof.owner} was paid before; its DividendPaid event tells to where")
        token = await payout_token(self._ledger, state)
        payable = await self._payable(proof, status.asset, token, destination)
        claim = [
            *([token.open_account(self.payer, payable.payee)] if payable.open_account else []),
            claim_leaves(
                self.authority,
                proof.account,
                token,
                [payable],
                proof.claim_nodes,
                program_id=self._program_id,
            ),
        ]
        if page is not None:
            return [claim]
        entry, nodes = proof.page_entry, proof.page_nodes
        opened = open_page(self.payer, proof.account, proof.page, entry, nodes, program_id=self._program_id)
        together = [opened, *claim]
        return [together] if measure(together, self.payer).fits else [[opened], claim]

    async def claim(self, proof: LeafProof, *, destination: Pubkey | None = None) -> Claimed:
        """Have the dividend paid that ``proof`` shows: the gross less tax, once, to its owner.

        It goes to the owner's associated account of the payout mint (or that of the registered recipient), opened if
        missing. An owner or recipient who signs may name another account of its own. Opens the page of claims if
        nobody has. Raises UsageError, before anything is sent, when claims are not open, when it was paid before, and
        when it cannot be paid there; BadProof for a proof of another tree.
        """
        parts = await self.claim_instructions(proof, destination=destination)
        distribution = proof.account
        state = await distribution_account(self._ledger, distribution, program_id=self._program_id)
        asset = state.asset

        async def opened() -> Outcome:
            (page,) = await claim_pages(self._ledger, distribution, [proof.page], program_id=self._program_id)
            return "not done" if page is None else "done"

        async def paid() -> Outcome:
            (page,) = await claim_pages(self._ledger, distribution, [proof.page], program_id=self._program_id)
            return "done" if is_claimed(page, proof.index) else "not done"

        for part in parts[:-1]:
            try:
                await self._send(part, asset=asset, verify=opened)
            except ProgramRefused:
                if await opened() != "done":  # somebody else may have opened the page
                    raise
        receipt = await self._send(parts[-1], asset=asset, verify=paid)
        to = parts[-1][-1].accounts[-2].pubkey
        return Claimed(Cash(proof.amount), Cash(proof.withheld), to, receipt)

    async def _payable(
        self, proof: LeafProof, asset: Pubkey, token: PaymentToken, destination: Pubkey | None
    ) -> Payable:
        """Where the leaf can be paid to. Raises UsageError, AccountMissing."""
        by_owner = self.authority == proof.owner
        # who signs for itself is paid itself, whomever it registered
        recipient = None if by_owner else await self.recipient_of(asset, proof.owner)
        payee = recipient or proof.owner
        home, bump = associated(payee, token)
        address = destination or home
        if address != home and self.authority not in (proof.owner, payee):
            raise UsageError(
                f"only {payee} can choose another account than its associated one, {home}; leave the destination out"
            )
        account = await self._ledger.account(address)
        if is_missing(account) and address != home:
            raise AccountMissing(f"there is no token account {address}; leave it out to have the associated one opened")
        obstacle = payee_obstacle(
            token,
            payee,
            address,
            account,
            by_payee=self.authority in (proof.owner, payee),
            recorded=recipient is not None,
        )
        if obstacle is not None:
            raise UsageError(f"the dividend of {proof.owner} cannot be paid: {obstacle}")
        record = None
        if recipient is not None:
            record = pda.recipient(asset, proof.owner, program_id=self._program_id)
        return Payable(
            proof.index, proof.owner, proof.amount, proof.withheld, payee, address, bump, record, is_missing(account)
        )

    def register_recipient_instructions(self, asset: Pubkey, recipient: Pubkey) -> list[Instruction]:
        """Name the wallet that this owner's dividends of an asset go to."""
        return [
            instructions.register_recipient(
                payer=self.payer,
                owner=self.authority,
                asset=asset,
                record=pda.recipient(asset, self.authority, program_id=self._program_id),
                recipient=recipient,
                program_id=self._program_id,
            )
        ]

    async def register_recipient(self, asset: Pubkey, recipient: Pubkey) -> Receipt:
        """Name the wallet that this owner's dividends of an asset go to from now on: for pools and vaults.

        A wallet, not a token account. The owner's own address takes it back. Raises UsageError for the zero address,
        and for a token account or a mint: what is paid into an account of theirs nobody could move.
        """
        if recipient == Pubkey.default():
            raise UsageError("the zero address gets no dividends; the owner's own address takes a recipient back")
        if not self._only_signs:
            found = await self._ledger.account(recipient)
            if found is not None and found.owner in TOKEN_PROGRAMS:
                raise UsageError(
                    f"{recipient} is an account of a token program, and nobody could move what is paid to it: name the"
                    " wallet that owns it"
                )

        async def verify() -> Outcome:
            return "done" if (await self.recipient_of(asset) or self.authority) == recipient else "not done"

        to_send = self.register_recipient_instructions(asset, recipient)
        return await self._send(to_send, asset=asset, verify=verify)

    async def recipient_of(self, asset: Pubkey, owner: Pubkey | None = None) -> Pubkey | None:
        """Who gets the dividends of ``owner`` (the signer by default); None for itself."""
        of = owner or self.authority
        return (await recipients_among(self._ledger, asset, [of], program_id=self._program_id)).get(of)
