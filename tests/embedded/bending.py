"""Accounts overwritten by hand: states that no instruction makes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from solders.pubkey import Pubkey

from tests.embedded.calls import Stock
from tests.embedded.chain import Chain
from xstock_client.accounts import Asset, ChainSlot, CustodianSlot, KeySet, Reserve
from xstock_client.ledger import Account

__all__ = ["Bendable"]

_SIZES = {
    1: (
        "halts latched state active group role threshold pending_threshold features payout to_chain "
        "payment_decimals min_custodians kind decimals rules count pending_count next_is_split"
    ).split(),
    2: "haircut_bps custodian_share_bps collateral_bps redemption_fee_bps bond_coverage_bps fee_bps".split(),
    4: (
        "basis epoch pending_epoch last_epoch asset_count renounced fields number page round action actions snapshot "
        "snapshots distributions next_action new old"
    ).split(),
}
"""Bytes of the integer fields that do not have eight."""


@dataclass
class Bendable:
    """A chain whose accounts can be overwritten."""

    chain: Chain

    def get(self, address: Pubkey) -> Account:
        found = self.chain.get(address)
        assert found is not None, f"no account at {address}"
        return found

    def patch(self, address: Pubkey, offset: int, data: bytes) -> None:
        """Overwrite bytes of an account: states that no instruction makes."""
        account = self.get(address)
        changed = account.data[:offset] + data + account.data[offset + len(data) :]
        assert len(changed) == len(account.data)
        self.chain.set_account(address, replace(account, data=changed))

    def patch_field(self, kind: Any, address: Pubkey, name: str, value: int, *, within: Any = None) -> None:
        """Overwrite an integer field of an account of the program; ``name`` may be ``outer.inner``, where ``within``
        is the outer field's type."""
        outer, _, inner = name.rpartition(".")
        at = kind.OFFSETS[outer] + within.OFFSETS[inner] if outer else kind.OFFSETS[name]
        self._patch_number(address, at, inner, value)

    def patch_slot(self, stock: Stock, slot: int, name: str, value: int) -> None:
        """Overwrite an integer field of a custodian's slot, or of its keys (``signers.epoch``)."""
        self._patch_slot(stock, Reserve.OFFSETS["custodians"] + slot * CustodianSlot.SIZE, CustodianSlot, name, value)

    def patch_chain(self, stock: Stock, slot: int, name: str, value: int) -> None:
        """Overwrite an integer field of a chain's slot, or of its keys."""
        self._patch_slot(stock, Reserve.OFFSETS["chains"] + slot * ChainSlot.SIZE, ChainSlot, name, value)

    def _patch_slot(self, stock: Stock, at: int, kind: Any, name: str, value: int) -> None:
        outer, _, inner = name.rpartition(".")
        at += kind.OFFSETS[outer] + KeySet.OFFSETS[inner] if outer else kind.OFFSETS[name]
        self._patch_number(stock.reserve, at, inner, value)

    def patch_multiplier(self, stock: Stock, multiplier: int) -> None:
        """Another multiplier is in force, and none is scheduled."""
        for name in ("multiplier", "next_multiplier"):
            self.patch_field(Asset, stock.asset, name, multiplier)

    def _patch_number(self, address: Pubkey, at: int, name: str, value: int) -> None:
        size = next((size for size, names in _SIZES.items() if name in names), 8)
        self.patch(address, at, value.to_bytes(size, "little", signed=value < 0))

    def give(self, address: Pubkey, lamports: int) -> None:
        """Lamports sent to ``address`` by somebody."""
        held = self.chain.get(address)
        account = Account(lamports, Pubkey.default(), b"")
        if held is not None:
            account = replace(held, lamports=held.lamports + lamports)
        self.chain.set_account(address, account)
