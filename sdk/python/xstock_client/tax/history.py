"""A holder's whole history of one asset, read from a ledger: all of it, or IncompleteHistory.

A partial history is refused, not filled up: the node must hold the transaction that listed the asset; every token
account must be known from its opening, and its transactions must lead to the balance that the chain has; every request
that the holder's book counts must be known from its making to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client import pda
from xstock_client.accounts import Asset, HolderBook
from xstock_client.amounts import Cash, Multiplier, Raw, Shares
from xstock_client.clients import Integrator
from xstock_client.constants import NO_CHAIN, PROGRAM_ID
from xstock_client.errors import IncompleteHistory
from xstock_client.events import (
    AssetListed,
    Event,
    IdentifiersChanged,
    RedemptionCancelled,
    RedemptionDefaulted,
    RedemptionRejected,
    RedemptionRequested,
    RedemptionSettled,
    parse_events,
)
from xstock_client.ledger import ExecutedTransaction, Ledger
from xstock_client.tax.accounts import Replay, find_accounts, open_accounts
from xstock_client.tax.corporate import read_actions, read_dividends
from xstock_client.tax.model import Acquired, HolderHistory, How, Manner, Move, Penalty, Removed
from xstock_client.tax.token_moves import paid_into
from xstock_client.tax.transactions import Transactions, time_of
from xstock_client.views import text

__all__ = ["read_history"]

_NO_COIN_DECIMALS: Final = 6
"""Of sums while the asset has not chosen a coin: most stablecoins have as many."""


async def read_history(
    ledger: Ledger,
    asset: Pubkey,
    holder: Pubkey,
    *,
    program_id: Pubkey = PROGRAM_ID,
    on_transaction: Callable[[int], None] = lambda count: None,
) -> HolderHistory:
    """Everything that happened to ``holder``'s tokens of ``asset`` up to now.

    ``on_transaction`` is told how many transactions were read. Raises IncompleteHistory when this RPC does not hold all
    of them, AccountMissing when there is no such asset, WrongCluster, LedgerError, DecodeError.
    """
    reader = Integrator(ledger, program_id=program_id)
    state = await reader.asset_account(asset)
    await reader.require_cluster(state.issuer)
    now = await ledger.now()
    balances = await open_accounts(ledger, holder, state.mint)
    book = await ledger.account(pda.holder_book(asset, holder, program_id=program_id))
    transactions = Transactions(ledger, on_transaction)
    listed = Multiplier((await _listing(transactions, asset, state, program_id)).multiplier)
    actions = await read_actions(ledger, transactions, asset, state, listed, now, program_id=program_id)
    requests = 0 if book is None else HolderBook.decode(book.data).next_id
    for number in range(requests):
        await transactions.of(pda.redemption_request(asset, holder, number, program_id=program_id))
    accounts = await find_accounts(transactions, holder, state.mint, balances)
    dividends = await read_dividends(ledger, transactions, asset, state, holder, program_id=program_id)

    tale = _Tale(asset, holder, Replay(holder, state.mint, accounts))
    for executed in transactions.all():
        tale.take(executed, parse_events(executed, program_id=program_id))
    tale.replay.compare(balances)
    await tale.require_requests(ledger, requests, program_id)
    decimals = _NO_COIN_DECIMALS if state.payment_mint == Pubkey.default() else state.payment_decimals
    return tale.told(
        HolderHistory(
            asset=asset,
            holder=holder,
            symbol=text(state.symbol),
            isin=state.isin.decode("ascii", "replace"),
            coin=None if state.payment_mint == Pubkey.default() else state.payment_mint,
            decimals=decimals,
            listed=listed,
            now=now,
            actions=actions,
            dividends=dividends,
        )
    )


async def _listing(transactions: Transactions, asset: Pubkey, state: Asset, program_id: Pubkey) -> AssetListed:
    """The event that listed the asset: a node that holds it has lost nothing that came later.

    The marker of an ISIN is named where it is taken and where it is given up, so few transactions are looked at.
    """
    waiting, seen = [state.isin], set[bytes]()
    while waiting:
        isin = waiting.pop()
        if isin in seen:
            continue
        seen.add(isin)
        marker = pda.isin_marker(state.issuer, isin.decode("ascii", "replace"), program_id=program_id)
        for executed in await transactions.of(marker):
            for event in parse_events(executed, program_id=program_id):
                if isinstance(event, AssetListed) and event.asset == asset:
                    return event
                if isinstance(event, IdentifiersChanged) and event.asset == asset:
                    waiting.append(event.old_isin)
    raise IncompleteHistory(
        f"this RPC does not hold the transaction that listed {text(state.symbol)}, so its history begins too late; ask"
        " one that keeps the whole history"
    )


@dataclass(frozen=True, slots=True)
class _Paid:
    """A sum in a coin's own base units."""

    amount: int
    coin: Pubkey
    decimals: int

    def scaled(self, decimals: int) -> Cash:
        return Cash(self.amount * 10 ** (decimals - self.decimals))


@dataclass(slots=True)
class _Tale:
    """What the transactions tell, one after another."""

    asset: Pubkey
    holder: Pubkey
    replay: Replay
    moves: list[tuple[Move, _Paid | None, int]] = field(default_factory=list)
    """A move, its proceeds, and its fee in the coin's base units."""
    penalties: list[tuple[Penalty, _Paid]] = field(default_factory=list)
    pending: dict[int, int] = field(default_factory=dict)
    """Raw units in escrow by request."""
    requested: set[int] = field(default_factory=set)

    def take(self, executed: ExecutedTransaction, events: Iterable[Event]) -> None:
        """One transaction. Tokens in escrow stay the holder's until they burn."""
        change = self.replay.take(executed)
        escrowed = sum(self.pending.values())
        settled: list[RedemptionSettled] = []
        for event in events:
            if (getattr(event, "asset", None), getattr(event, "holder", None)) != (self.asset, self.holder):
                continue
            match event:
                case RedemptionRequested():
                    self.requested.add(event.id)
                    self.pending[event.id] = event.amount
                case RedemptionCancelled() | RedemptionRejected():
                    self._left(event.id, event.amount, 0, executed.signature)
                case RedemptionDefaulted():
                    self._left(event.id, event.amount, 0, executed.signature)
                    self._penalty(event, executed)
                case RedemptionSettled():
                    self._left(event.id, event.amount + event.rest, event.rest, executed.signature)
                    settled.append(event)
                case _:
                    pass
        into_escrow = sum(self.pending.values()) - escrowed + sum(one.amount for one in settled)
        others = change.net + into_escrow - change.minted + change.burned
        self._acquired(executed, change.minted, How.MINT)
        self._acquired(executed, others, How.TRANSFER_IN)
        for one in settled:
            self._settled(executed, one)
        self._removed(executed, change.burned, Manner.BURN)
        self._removed(executed, -others, Manner.TRANSFER_OUT)

    async def require_requests(self, ledger: Ledger, count: int, program_id: Pubkey) -> None:
        """Hold what is known of ``count`` requests against the chain. Raises IncompleteHistory."""
        addresses = [
            pda.redemption_request(self.asset, self.holder, one, program_id=program_id) for one in range(count)
        ]
        there = {one for one, account in enumerate(await ledger.accounts(addresses)) if account is not None}
        waiting = {one for one, amount in self.pending.items() if amount}
        for one in sorted({*range(count)} - self.requested | there ^ waiting):
            raise IncompleteHistory(
                f"this RPC does not hold all transactions of redemption request {one}; ask one that keeps the whole"
                " history, or again if it changed just now"
            )

    def told(self, base: HolderHistory) -> HolderHistory:
        """The history, its sums in the decimals of the coin that has the most of them."""
        paid = [one for _, one, _ in self.moves if one is not None] + [one for _, one in self.penalties]
        decimals = max([base.decimals, *(one.decimals for one in paid)])
        moves = (
            replace(
                move,
                proceeds=one.scaled(decimals),
                fee=replace(one, amount=fee).scaled(decimals),
                coin=one.coin,
            )
            if isinstance(move, Removed) and one is not None
            else move
            for move, one, fee in self.moves
        )
        penalties = (replace(penalty, amount=one.scaled(decimals)) for penalty, one in self.penalties)
        return replace(base, decimals=decimals, moves=tuple(moves), penalties=tuple(penalties))

    def _left(self, request: int, amount: int, rest: int, signature: Signature) -> None:
        """Of a request's tokens ``rest`` stay in escrow."""
        if self.pending.get(request) != amount:
            raise IncompleteHistory(
                f"transaction {signature} took {amount:,} raw units of redemption request {request} out of escrow, and"
                f" by the earlier ones that this RPC holds {self.pending.get(request, 0):,} were there; ask another one"
            )
        self.pending[request] = rest

    def _acquired(self, executed: ExecutedTransaction, raw: int, how: How) -> None:
        if raw > 0:
            self.moves.append((Acquired(time_of(executed), Raw(raw), how, executed.signature), None, 0))

    def _removed(self, executed: ExecutedTransaction, raw: int, how: Manner) -> None:
        if raw > 0:
            self.moves.append((Removed(time_of(executed), Raw(raw), how, executed.signature), None, 0))

    def _settled(self, executed: ExecutedTransaction, event: RedemptionSettled) -> None:
        on_chain = event.payee != Pubkey.default()
        how = Manner.REDEMPTION if on_chain else Manner.OFF_CHAIN
        if event.to_chain != NO_CHAIN:
            how = Manner.OTHER_CHAIN
        paid = _paid(executed, event.payee, event.payment) if on_chain else None
        made = Removed(time_of(executed), Raw(event.amount), how, executed.signature, Shares(event.shares))
        self.moves.append((made, paid, event.fee))

    def _penalty(self, event: RedemptionDefaulted, executed: ExecutedTransaction) -> None:
        if event.penalty:
            paid = _paid(executed, event.payee, event.penalty)
            made = Penalty(time_of(executed), Cash(event.penalty), paid.coin, event.id, executed.signature)
            self.penalties.append((made, paid))


def _paid(executed: ExecutedTransaction, account: Pubkey, amount: int) -> _Paid:
    """A sum with the coin that the transaction moved."""
    coin = paid_into(executed, account)
    if coin is None:
        raise IncompleteHistory(f"this RPC does not tell which coin transaction {executed.signature} paid; ask another")
    return _Paid(amount, *coin)
