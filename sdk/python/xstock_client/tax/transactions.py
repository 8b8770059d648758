"""The transactions that name some addresses, all of them, in the order in which they ran."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from graphlib import CycleError, TopologicalSorter
from itertools import groupby, pairwise
from typing import Final

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.errors import IncompleteHistory
from xstock_client.ledger import ExecutedTransaction, Ledger

__all__ = ["Transactions", "time_of"]

_PAGE: Final = 1000
_AT_ONCE: Final = 8
"""Transactions that are asked for at the same time."""


class Transactions:
    """What a ledger holds of the history of some addresses. Failed transactions changed nothing and are left out."""

    def __init__(self, ledger: Ledger, on_transaction: Callable[[int], None] = lambda count: None) -> None:
        self._ledger = ledger
        self._told = on_transaction
        self._found: dict[Signature, ExecutedTransaction] = {}
        self._walks: dict[Pubkey, list[Signature]] = {}

    async def of(self, address: Pubkey) -> list[ExecutedTransaction]:
        """Those that name ``address``, oldest first; read when first asked for.

        Raises IncompleteHistory when the node lists a transaction that it does not hold or that has no time.
        """
        if address not in self._walks:
            self._walks[address] = await self._walk(address)
        return [self._found[one] for one in self._walks[address]]

    def all(self) -> list[ExecutedTransaction]:
        """All that were read, in the order in which they ran."""
        slots = groupby(sorted(self._found.values(), key=lambda one: one.slot), key=lambda one: one.slot)
        return [one for _, ran in slots for one in self._ordered(list(ran))]

    async def _walk(self, address: Pubkey) -> list[Signature]:
        newest_first: list[Signature] = []
        listed = set[Signature]()
        before: Signature | None = None
        while page := await self._ledger.signatures_for(address, limit=_PAGE, before=before):
            before = page[-1].signature
            size = len(listed) + len(page)
            listed |= {line.signature for line in page}
            if len(listed) < size:
                raise IncompleteHistory(f"this RPC lists transactions of {address} twice; ask another one")
            newest_first += (line.signature for line in page if not line.failed)
        missing = [one for one in reversed(newest_first) if one not in self._found]
        for start in range(0, len(missing), _AT_ONCE):
            await asyncio.gather(*map(self._read, missing[start : start + _AT_ONCE]))
            self._told(len(self._found))
        return newest_first[::-1]

    async def _read(self, signature: Signature) -> None:
        executed = await self._ledger.transaction(signature)
        if executed is None:
            raise IncompleteHistory(
                f"this RPC lists transaction {signature} and does not hold it; ask one that keeps the whole history"
            )
        if executed.signature != signature:
            raise IncompleteHistory(
                f"asked for transaction {signature}, this RPC tells {executed.signature}; ask another"
            )
        time_of(executed)
        self._found[signature] = executed

    def _ordered(self, same_slot: list[ExecutedTransaction]) -> Iterable[ExecutedTransaction]:
        """Within a slot the histories of the addresses tell what came before what."""
        if len(same_slot) == 1:
            return same_slot
        inside = {one.signature: one for one in same_slot}
        sorter: TopologicalSorter[Signature] = TopologicalSorter(dict.fromkeys(inside, ()))
        for walk in self._walks.values():
            for earlier, later in pairwise(one for one in walk if one in inside):
                sorter.add(later, earlier)
        try:
            return [inside[one] for one in sorter.static_order()]
        except CycleError:
            raise IncompleteHistory(
                f"this RPC lists the {len(same_slot)} transactions of slot {same_slot[0].slot:,} in one order for one"
                " address and in another for another; ask another one"
            ) from None


def time_of(executed: ExecutedTransaction) -> int:
    """When it ran, unix seconds. Raises IncompleteHistory when the node does not know."""
    if executed.block_time is None:
        raise IncompleteHistory(f"this RPC does not know when transaction {executed.signature} ran; ask another one")
    return executed.block_time
