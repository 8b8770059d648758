"""Balances at the end of a past slot, from the accounts of today and the history in between.

The present token accounts of the mint are rolled back through every transaction after the record slot. The mint's
own history is read as well as each account's: a transfer, a burn and a mint all name the mint (it is pausable, so
Token-2022 refuses the one transfer that would not), which finds the accounts that were closed since, even where
nothing else of them is left. Every account that a transaction shows is looked up in turn, until nothing is new.

What is refused rather than guessed: a list that leaves out a transaction which another list has, a record that is
gone, an account whose states do not form a chain up to the present one, a history that does not reach back to the
record slot, and in the end any sum other than the mint's supply, itself rolled back from today's. What cannot be seen
is a node that lies consistently: the oldest transfer between two accounts, left out of the histories of both and of
the mint, moves its amount and keeps the sum. Only another node tells.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeAlias, TypeVar

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.amounts import U64_MAX, Raw
from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import IncompleteHistory, LedgerError
from xstock_client.snapshot.balances import AccountBalance, RecordDateBalances, attribute, require_recorded
from xstock_client.snapshot.chain import Change, State, rewind
from xstock_client.snapshot.escrow import requests_at
from xstock_client.snapshot.history import Accounts, History, Listing, Transaction

__all__ = ["Progress", "roll_back"]

Progress: TypeAlias = Callable[[int, int | None], None]
"""Called with how much is done, and of how much; the second may rise, and is None while it is not known."""

_T = TypeVar("_T")
_NOTHING: Final = Raw(0)
_LOOKS: Final = 5
"""How often the mint's list is read for transactions that came into it late."""


async def roll_back(
    history: History,
    asset: Pubkey,
    *,
    slot: int,
    supply: Raw,
    burned: Raw = _NOTHING,
    program_id: Pubkey = PROGRAM_ID,
    every_account: bool = True,
    at_once: int = 8,
    on_progress: Progress = lambda done, total: None,
) -> RecordDateBalances:
    """Every owner's balance of ``asset`` at the end of ``slot``, where the program recorded ``supply``.

    ``burned`` is what was burned outside the program since the recording, by its own count; a part of it may have been
    in the rest of that slot, and no more than it.

    ``every_account`` False asks for the own history of those token accounts only that can change their owner (no
    associated account can): for assets with very many holders, where one question for each takes hours. The mint's
    history still shows every movement then, but fewer lists can contradict each other. ``at_once`` questions are asked
    at the same time. Raises IncompleteHistory when the RPC does not have all that is needed or contradicts itself,
    BadSnapshot when the sum is another than the supply of that time, LedgerError.
    """
    if (final := await history.slot()) < slot:
        raise LedgerError(f"slot {slot:,} is not final yet (the RPC is at {final:,}); try again in half a minute")
    await _require_history(history, slot)
    on_progress(0, None)
    requests_slot, requests = await history.open_requests(asset, at_least=slot)
    mint = pda.mint(asset, program_id=program_id)
    escrow = pda.escrow(asset, program_id=program_id)
    supply_slot, supply_now = await history.supply(mint, at_least=requests_slot)
    present = await history.token_accounts(mint, at_least=supply_slot)
    search = _Search(
        history, mint, slot, present, every_account=every_account, at_once=at_once, on_progress=on_progress
    )
    await search.run()
    await _require_history(history, slot)
    minted = sum(one.minted for one in search.records.values() if one.slot <= supply_slot)
    if not 0 <= (total := supply_now.value - minted) <= U64_MAX:
        raise IncompleteHistory(
            f"the mint's history since slot {slot:,} does not lead to its supply of {supply_now} raw; try another RPC"
        )
    require_recorded(Raw(total), slot=slot, supply=supply, burned=burned)
    accounts = [
        AccountBalance(address, state[0], Raw(state[1]))
        for address, state in search.states_before()
        if state is not None
    ]
    told = (event for one in search.records.values() if one.slot <= requests_slot for event in one.events)
    waiting = requests_at(requests, told, asset)
    return attribute(accounts, waiting, asset=asset, mint=mint, escrow=escrow, slot=slot, supply=Raw(total))


class _Search:
    """Everything that happened to the mint's token accounts after the record slot, up to that of ``present``."""

    def __init__(
        self,
        history: History,
        mint: Pubkey,
        slot: int,
        present: Accounts,
        *,
        every_account: bool,
        at_once: int,
        on_progress: Progress,
    ) -> None:
        self.records: dict[str, Transaction] = {}
        self._lists: dict[Pubkey, Listing] = {}
        self._history = history
        self._mint = mint
        self._slot = slot
        self._present = present
        self._every_account = every_account
        self._at_once = at_once
        self._on_progress = on_progress
        self._slots: dict[str, int] = {}
        self._asked_again: set[Pubkey] = set()
        self._done = self._known = 0

    async def run(self) -> None:
        """Look until nothing new comes up. Raises LedgerError, DecodeError."""
        todo = {self._mint, *(one for one in self._present.accounts if self._is_listed(one))}
        late = 0
        while todo:
            await self._each(sorted(todo, key=bytes), self._list)
            if self._mint in todo and not self._lists[self._mint].reached:
                raise IncompleteHistory(
                    f"the RPC's history of the mint {self._mint} ends after the record slot {self._slot:,}, in which"
                    " the snapshot itself was recorded; use an RPC that keeps the whole history"
                )
            listed = {signature for one in todo for signature in self._lists[one].signatures}
            await self._each(sorted(listed - self.records.keys()), self._record)
            todo = self._to_ask(listed)
            if not todo and await self._came_late():
                late += 1
                if late > _LOOKS:
                    raise IncompleteHistory(
                        f"the RPC's history of the mint {self._mint} up to slot {self._present.slot:,} still changes;"
                        " try another RPC"
                    )
                todo = {self._mint}

    def states_before(self) -> Iterable[tuple[Pubkey, State]]:
        """Each token account as it was at the end of the record slot. Raises IncompleteHistory for a gap."""
        named: defaultdict[Pubkey, set[str]] = defaultdict(set)
        for signature, record in self.records.items():
            for account in record.accounts:
                named[account].add(signature)
        for account in sorted({*named, *self._present.accounts}, key=bytes):
            signatures = named[account]
            if (listing := self._lists.get(account)) is not None:
                if lost := min(signatures - listing.signatures.keys(), default=None):
                    raise IncompleteHistory(
                        f"transaction {lost} (slot {self.records[lost].slot:,}) names token account {account}, but the"
                        " RPC leaves it out of that account's history; try again, or another RPC"
                    )
                # one that it only lists must not have changed it either
                signatures = {one for one in listing.signatures if self.records[one].touches_tokens}
            records = (self.records[one] for one in signatures)
            changes = (Change(one.slot, one.before.get(account), one.after.get(account)) for one in records)
            token = self._present.accounts.get(account)
            now = None if token is None else (token.owner, token.amount.value)
            yield account, rewind(account, now, changes)

    def _to_ask(self, signatures: Iterable[str]) -> set[Pubkey]:
        """Accounts that these transactions name and that are new; or whose own list lacks one, asked once more."""
        wanted: set[Pubkey] = set()
        for signature in signatures:
            for account in self.records[signature].accounts:
                listing = self._lists.get(account)
                if listing is None:
                    if self._is_listed(account):
                        wanted.add(account)
                elif signature not in listing.signatures and account not in self._asked_again:
                    wanted.add(account)
                    self._asked_again.add(account)
        return wanted

    def _is_listed(self, account: Pubkey) -> bool:
        """Whether the account's own history is asked for."""
        token = self._present.accounts.get(account)
        return self._every_account or token is None or not token.immutable_owner

    async def _came_late(self) -> bool:
        """Whether the node has written down more transactions of the mint since its list was read."""
        again = await self._history.since(self._mint, self._slot, until=self._present.slot)
        return not again.signatures.keys() <= self.records.keys()

    async def _list(self, address: Pubkey) -> None:
        listing = await self._history.since(address, self._slot, until=self._present.slot)
        self._lists[address] = listing
        self._slots.update(listing.signatures)

    async def _record(self, signature: str) -> None:
        self.records[signature] = await self._history.transaction(signature, self._slots[signature], self._mint)

    async def _each(self, items: list[_T], work: Callable[[_T], Awaitable[None]]) -> None:
        """Do ``work`` for all items, so many at once; the first that fails ends them all."""
        self._known += len(items)
        todo = iter(items)

        async def worker() -> None:
            for item in todo:
                await work(item)
                self._done += 1
                self._on_progress(self._done, self._known)

        workers = [asyncio.create_task(worker()) for _ in range(min(self._at_once, len(items)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for one in workers:
                one.cancel()
            await asyncio.gather(*workers, return_exceptions=True)


async def _require_history(history: History, slot: int) -> None:
    """The node has all from ``slot`` on; asked again at the end, because nodes drop the oldest while they run."""
    if (first := await history.first_slot()) > slot:
        raise IncompleteHistory(
            f"the RPC keeps no history before slot {first:,}, and the record slot is {slot:,}; use one that keeps the"
            " whole history (an archive), or a capture of that slot"
        )
