"""The stablecoin that an asset's redemptions are paid in, as the clients need it."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Asset
from xstock_client.clients.token import create_token_account
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.ledger import Ledger

__all__ = ["PaymentToken", "payment_token"]


@dataclass(frozen=True, slots=True)
class PaymentToken:
    """An asset's payment mint and the vault of its bond."""

    mint: Pubkey
    program: Pubkey
    """The token program that owns the mint: SPL Token or Token-2022."""
    vault: Pubkey
    """The asset's own token account of it, which holds the bond."""
    decimals: int

    def account(self, owner: Pubkey) -> Pubkey:
        """The owner's associated token account."""
        return pda.token_account(owner, self.mint, self.program)

    def open_account(self, payer: Pubkey, owner: Pubkey) -> Instruction:
        """Open the owner's associated token account if it does not exist; ``payer`` pays its rent."""
        return create_token_account(payer, owner, self.mint, self.program)


async def payment_token(ledger: Ledger, asset: Pubkey, state: Asset) -> PaymentToken:
    """What the asset's redemptions are paid in.

    Raises UsageError while its bond was never opened, AccountMissing when the mint is gone.
    """
    if state.payment_mint == Pubkey.default():
        raise UsageError(
            f"asset {asset} has no payment mint yet: its issuer must open the bond (`xstock bond open`) before"
            " anything is paid on chain"
        )
    mint = await ledger.account(state.payment_mint)
    if mint is None:
        raise AccountMissing(f"the payment mint {state.payment_mint} of asset {asset} does not exist on this cluster")
    return PaymentToken(state.payment_mint, mint.owner, state.bond_vault, state.payment_decimals)
