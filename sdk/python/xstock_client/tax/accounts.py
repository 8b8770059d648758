"""Which token accounts a holder ever had of a mint, and what went in and out of them. The replay is pure.

An account that is open is found by its owner. One that is gone was emptied and closed by the holder, or by somebody
whom the holder let do it: then a transaction that names the holder's own address shows it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client import pda
from xstock_client.clients.token import TokenAccount
from xstock_client.constants import TOKEN_2022
from xstock_client.errors import DecodeError, IncompleteHistory
from xstock_client.ledger import ExecutedTransaction, Ledger, Memcmp
from xstock_client.tax.token_moves import Burned, Closed, Given, Minted, Moved, Opened, Step, signed_for, steps
from xstock_client.tax.transactions import Transactions

__all__ = ["Change", "Replay", "find_accounts", "open_accounts"]

_MINT_AT, _OWNER_AT = 0, 32


async def open_accounts(ledger: Ledger, holder: Pubkey, mint: Pubkey) -> dict[Pubkey, TokenAccount]:
    """The holder's accounts of ``mint`` that are open now."""
    matching = [Memcmp(_MINT_AT, bytes(mint)), Memcmp(_OWNER_AT, bytes(holder))]
    found: dict[Pubkey, TokenAccount] = {}
    for address, account in await ledger.program_accounts(TOKEN_2022, matching=matching):
        try:
            found[address] = TokenAccount.decode(account)
        except DecodeError:
            continue  # a multisig may have any bytes there
    return found


async def find_accounts(
    transactions: Transactions, holder: Pubkey, mint: Pubkey, known: Iterable[Pubkey]
) -> dict[Pubkey, list[ExecutedTransaction]]:
    """Every account of ``mint`` that may have been the holder's, with its transactions, oldest first.

    ``known`` are addresses to begin with. Raises IncompleteHistory, DecodeError.
    """
    waiting = [pda.token_account(holder, mint), *known]
    own = await transactions.of(holder)
    mints = _mints(own)
    for executed in own:
        waiting += signed_for(executed, holder)
    found: dict[Pubkey, list[ExecutedTransaction]] = {}
    for address in dict.fromkeys(waiting):
        if mint not in mints.get(address, {mint}):
            continue
        ran = await transactions.of(address)
        if mint in _mints(ran).get(address, {mint}):
            found[address] = ran
    return found


def _mints(ran: Iterable[ExecutedTransaction]) -> dict[Pubkey, set[Pubkey]]:
    """Of which mints the accounts are that began in these transactions."""
    found: dict[Pubkey, set[Pubkey]] = {}
    for executed in ran:
        for one in steps(executed):
            if isinstance(one, Opened):
                found.setdefault(one.account, set()).add(one.mint)
    return found


@dataclass(slots=True)
class _State:
    mint: Pubkey
    owner: Pubkey
    amount: int = 0


@dataclass(slots=True)
class Change:
    """What a transaction did to all of the holder's accounts together, in raw units."""

    net: int = 0
    minted: int = 0
    burned: int = 0


class Replay:
    """The balances of some token accounts as transactions go by."""

    def __init__(self, holder: Pubkey, mint: Pubkey, accounts: Collection[Pubkey]) -> None:
        self._holder = holder
        self._mint = mint
        self._watched = frozenset(accounts)
        self._open: dict[Pubkey, _State] = {}

    def take(self, executed: ExecutedTransaction) -> Change:
        """The next transaction. Raises IncompleteHistory when it cannot have come next."""
        change = Change(net=-self._held())
        for step in steps(executed):
            self._step(step, executed.signature, change)
        change.net += self._held()
        return change

    def owned_by_holder(self, account: Pubkey) -> bool:
        """Whether an account is the holder's at this point."""
        state = self._open.get(account)
        return state is not None and self._counts(state)

    def compare(self, now: dict[Pubkey, TokenAccount]) -> None:
        """Hold the balances against what the chain has. Raises IncompleteHistory where they differ."""
        told = {key: one.amount for key, one in self._open.items() if self._counts(one)}
        there = {key: one.amount.value for key, one in now.items()}
        for key in sorted(told.keys() | there.keys(), key=str):
            if told.get(key) != there.get(key):
                raise IncompleteHistory(
                    f"the transactions that this RPC holds of token account {key} lead to {_said(told.get(key))}, and"
                    f" the chain has {_said(there.get(key))} (raw units): ask an RPC that keeps the whole history, or"
                    " again if tokens moved just now"
                )

    def _held(self) -> int:
        return sum(one.amount for one in self._open.values() if self._counts(one))

    def _counts(self, state: _State) -> bool:
        return (state.owner, state.mint) == (self._holder, self._mint)

    def _step(self, step: Step, signature: Signature, change: Change) -> None:
        match step:
            case Opened(account, mint, owner):
                if account in self._watched:
                    self._open[account] = _State(mint, owner)
            case Closed(account):
                self._open.pop(account, None)
            case Given(account, owner):
                if account in self._watched:
                    self._state(account, signature).owner = owner
            case Moved(source, destination, amount):
                self._add(source, -amount, signature)
                self._add(destination, amount, signature)
            case Minted(account, amount):
                self._add(account, amount, signature)
                change.minted += amount if self.owned_by_holder(account) else 0
            case Burned(account, amount):
                self._add(account, -amount, signature)
                change.burned += amount if self.owned_by_holder(account) else 0

    def _add(self, account: Pubkey, amount: int, signature: Signature) -> None:
        if account not in self._watched:
            return
        state = self._state(account, signature)
        state.amount += amount
        if state.amount < 0:
            raise IncompleteHistory(
                f"transaction {signature} took {-amount:,} raw units out of token account {account}, and by the earlier"
                f" ones that this RPC holds only {state.amount - amount:,} were there; ask one that keeps the whole"
                " history"
            )

    def _state(self, account: Pubkey, signature: Signature) -> _State:
        try:
            return self._open[account]
        except KeyError:
            raise IncompleteHistory(
                f"token account {account} was in use before transaction {signature}, the first that this RPC holds of"
                " it; ask one that keeps the whole history"
            ) from None


def _said(amount: int | None) -> str:
    return "no account" if amount is None else f"{amount:,}"
