"""The desk's part for the bond: the stablecoin that stands behind redemptions."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions
from xstock_client.amounts import U64_MAX, Cash
from xstock_client.clients._base import Member
from xstock_client.clients.payments import PaymentToken, payment_token
from xstock_client.clients.token import create_token_account, vet_payment_mint
from xstock_client.constants import TOKEN, Role
from xstock_client.errors import AccountMissing
from xstock_client.ledger import Receipt
from xstock_client.pda import token_account

__all__ = ["Bonding"]


class Bonding(Member):
    """Opened by the issuer's authority or an admin, filled by anyone; a treasurer may take out what is free."""

    def open_bond_instructions(
        self, asset: Pubkey, mint: Pubkey, *, program: Pubkey = TOKEN, by: Role | None = None
    ) -> list[Instruction]:
        """Choose the stablecoin ``mint`` (of token program ``program``), and open the asset's account of it."""
        return [
            create_token_account(self.payer, asset, mint, program),
            instructions.open_bond(
                authority=self.authority,
                admin_grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                payment_mint=mint,
                bond_vault=token_account(asset, mint, program),
                program_id=self._program_id,
            ),
        ]

    async def open_bond(self, asset: Pubkey, mint: Pubkey, *, program: Pubkey = TOKEN) -> Receipt:
        """Choose the stablecoin that redemptions are paid in and that the bond consists of.

        It can be chosen again, with as many decimals, while the bond is empty and no request is open. Raises
        PaymentMintRefused, before anything is sent, for a mint whose extensions could keep a part of payments, run
        code in them or stop them; AccountMissing when there is no such mint. What the stablecoin's own issuer could do
        all the same is told by the bond's report. ``program`` is asked for only where nothing is read.
        """
        if self._only_signs:
            to_sign = self.open_bond_instructions(asset, mint, program=program, by=self._by)
            return await self._send(to_sign, issuer=self.issuer)
        found = await self._ledger.account(mint)
        if found is None:
            raise AccountMissing(f"there is no mint {mint} on this cluster; check the address and the cluster's URL")
        program = vet_payment_mint(found).program
        by = await self._standing(Role.ADMIN)
        return await self._send(self.open_bond_instructions(asset, mint, program=program, by=by), issuer=self.issuer)

    async def deposit_bond_instructions(
        self, asset: Pubkey, amount: Cash, *, source: Pubkey | None = None, payment: PaymentToken | None = None
    ) -> list[Instruction]:
        """Add to the bond out of ``source``, the signer's associated account by default.

        What the asset is paid in is read from the chain, unless ``payment`` says so.
        """
        paid_in = payment or await self.payment_token(asset)
        return [
            instructions.deposit_bond(
                depositor=self.authority,
                asset=asset,
                payment_mint=paid_in.mint,
                source=source or paid_in.account(self.authority),
                bond_vault=paid_in.vault,
                payment_program=paid_in.program,
                amount=int(amount),
                program_id=self._program_id,
            )
        ]

    async def deposit_bond(
        self, asset: Pubkey, amount: Cash, *, source: Pubkey | None = None, payment: PaymentToken | None = None
    ) -> Receipt:
        """Add to the bond. Needs no role; it can be taken out again only by the issuer, in public."""
        to_send = await self.deposit_bond_instructions(asset, amount, source=source, payment=payment)
        return await self._send(to_send, asset=asset)

    async def queue_bond_withdrawal_instructions(
        self,
        asset: Pubkey,
        amount: Cash | None,
        destination: Pubkey,
        *,
        payment: PaymentToken | None = None,
        by: Role | None = None,
    ) -> list[Instruction]:
        """Announce a withdrawal to the token account ``destination``; None for all that is there then."""
        paid_in = payment or await self.payment_token(asset)
        return [
            instructions.queue_bond_withdrawal(
                authority=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                payment_mint=paid_in.mint,
                destination=destination,
                amount=U64_MAX if amount is None else int(amount),
                program_id=self._program_id,
            )
        ]

    async def queue_bond_withdrawal(
        self, asset: Pubkey, amount: Cash | None, destination: Pubkey, *, payment: PaymentToken | None = None
    ) -> Receipt:
        """Announce a withdrawal to the token account ``destination``, as the authority, an admin or a treasurer.

        An ``amount`` of None means all that is there when it is made.

        It waits out the change delay and is void 14 days later; a new one replaces it. Mints are judged at once as if
        it had left. Any pauser can cancel it.
        """
        by = await self._treasurer()
        to_send = await self.queue_bond_withdrawal_instructions(asset, amount, destination, payment=payment, by=by)
        return await self._send(to_send, issuer=self.issuer)

    async def withdraw_bond_instructions(
        self,
        asset: Pubkey,
        *,
        destination: Pubkey | None = None,
        payment: PaymentToken | None = None,
        by: Role | None = None,
    ) -> list[Instruction]:
        """Take out what was announced; reads the announced ``destination``, unless told."""
        if destination is None:
            destination = (await self.asset_account(asset)).bond_exit.destination
        paid_in = payment or await self.payment_token(asset)
        return [
            instructions.withdraw_bond(
                authority=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                payment_mint=paid_in.mint,
                bond_vault=paid_in.vault,
                destination=destination,
                payment_program=paid_in.program,
                program_id=self._program_id,
            )
        ]

    async def withdraw_bond(
        self, asset: Pubkey, *, destination: Pubkey | None = None, payment: PaymentToken | None = None
    ) -> Receipt:
        """Take out what was announced and has waited, as far as no open request could claim it.

        The rest can be taken when those requests have ended; the BondWithdrawn event tells how much went.
        """
        by = await self._treasurer()
        to_send = await self.withdraw_bond_instructions(asset, destination=destination, payment=payment, by=by)
        return await self._send(to_send, issuer=self.issuer)

    async def payment_token(self, asset: Pubkey) -> PaymentToken:
        """What the asset's redemptions are paid in. Raises UsageError while its bond was never opened."""
        return await payment_token(self._ledger, asset, await self.asset_account(asset))

    async def _treasurer(self) -> Role | None:
        return await self._standing(Role.TREASURER, Role.ADMIN)
