"""Who owned how much at the end of the record slot: token accounts summed by owner, the escrow given back. Pure."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from solders.pubkey import Pubkey

from xstock_client.amounts import U64_MAX, Raw
from xstock_client.errors import BadSnapshot
from xstock_client.merkle import MerkleTree
from xstock_client.redemption import OpenRequest

__all__ = ["AccountBalance", "RecordDateBalances", "WaitingTokens", "attribute", "require_recorded", "snapshot_tree"]

_KEY: Final = 32


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """A token account at the end of a slot; frozen ones count like all others."""

    address: Pubkey
    owner: Pubkey
    amount: Raw


@dataclass(frozen=True, slots=True)
class WaitingTokens:
    """What waits in escrow for one open redemption request; it still belongs to its holder."""

    holder: Pubkey
    id: int
    amount: Raw

    @classmethod
    def of(cls, request: OpenRequest) -> WaitingTokens:
        """Of an open request, read from its account or told from events."""
        return cls(request.holder, request.id, request.amount)


@dataclass(frozen=True, slots=True)
class RecordDateBalances:
    """Every owner's raw balance at the end of the record slot, sorted by the owners' bytes; nobody with nothing.

    ``owners`` are 32 bytes for each, ``amounts`` an array of type "Q" in the same order. Iterating gives
    (owner, :class:`Raw`). ``total`` is the mint's supply at the end of that slot: what the program recorded, less what
    was burned outside it in the rest of the slot. Raises BadSnapshot unless the amounts make it up.
    """

    asset: Pubkey
    mint: Pubkey
    slot: int
    total: Raw
    owners: bytes
    amounts: array[int]

    def __post_init__(self) -> None:
        _check_columns(self.owners, self.amounts)
        if (found := sum(self.amounts)) != self.total.value:
            raise BadSnapshot(_other_total(found, self.total.value, self.slot))

    def __len__(self) -> int:
        return len(self.amounts)

    def __iter__(self) -> Iterator[tuple[Pubkey, Raw]]:
        return ((self.owner(index), Raw(amount)) for index, amount in enumerate(self.amounts))

    def owner(self, index: int) -> Pubkey:
        """The owner at ``index``."""
        return Pubkey(self.owners[_KEY * index : _KEY * index + _KEY])

    def of(self, owner: Pubkey) -> Raw:
        """What ``owner`` had; zero for whoever is not among them."""
        index = self.index_of(owner)
        return Raw(0) if index is None else Raw(self.amounts[index])

    def index_of(self, owner: Pubkey) -> int | None:
        """The place of ``owner``, which is the index of its leaf; None for whoever had nothing."""
        wanted = bytes(owner)
        at = bisect_left(range(len(self)), wanted, key=lambda i: self.owners[_KEY * i : _KEY * i + _KEY])
        return at if self.owners[_KEY * at : _KEY * at + _KEY] == wanted else None


def attribute(
    accounts: Iterable[AccountBalance],
    waiting: Iterable[WaitingTokens],
    *,
    asset: Pubkey,
    mint: Pubkey,
    escrow: Pubkey,
    slot: int,
    supply: Raw,
) -> RecordDateBalances:
    """Sum ``accounts`` (all of the mint) by owner; what the escrow holds belongs to those who wait for it.

    What is more in the escrow than its open requests belongs to its owner, the asset. Raises BadSnapshot when an
    account or a request is there twice, when more waits than the escrow holds, and when the sum is not ``supply``, the
    mint's at the end of the slot.
    """
    balances: dict[bytes, int] = {}
    seen: set[Pubkey] = set()
    escrowed = surplus_of = None
    for account in accounts:
        if account.address in seen:
            raise BadSnapshot(f"token account {account.address} is there twice; each counts once")
        seen.add(account.address)
        if account.address == escrow:
            escrowed, surplus_of = account.amount.value, bytes(account.owner)
        else:
            key = bytes(account.owner)
            balances[key] = balances.get(key, 0) + account.amount.value
    claims: dict[tuple[Pubkey, int], int] = {}
    for one in waiting:
        if (one.holder, one.id) in claims:
            raise BadSnapshot(f"request {one.id} of {one.holder} is there twice; each counts once")
        claims[one.holder, one.id] = one.amount.value
        key = bytes(one.holder)
        balances[key] = balances.get(key, 0) + one.amount.value
    wanted = sum(claims.values())
    if wanted > (escrowed or 0):
        raise BadSnapshot(
            f"{wanted:,} raw wait for {len(claims):,} open requests at the end of slot {slot:,}, but the escrow"
            f" {escrow} held {escrowed or 0:,}; the data is of different slots or not complete: build it again"
        )
    if surplus_of is not None and escrowed is not None:
        balances[surplus_of] = balances.get(surplus_of, 0) + escrowed - wanted
    if (found := sum(balances.values())) != supply.value:
        raise BadSnapshot(_other_total(found, supply.value, slot))
    kept = sorted(key for key, amount in balances.items() if amount)
    amounts = array("Q", (balances[key] for key in kept))
    return RecordDateBalances(asset, mint, slot, supply, b"".join(kept), amounts)


def require_recorded(total: Raw, *, slot: int, supply: Raw, burned: Raw) -> None:
    """Whether ``total``, the mint's supply at the end of the record slot, can be after ``supply`` was recorded in it.

    The program neither mints nor burns in that slot after the recording, but holders can: ``burned`` is what was
    burned outside it since, by its own count (the asset's count now less the snapshot's). Raises BadSnapshot.
    """
    if supply.value - burned.value <= total.value <= supply.value:
        return
    difference = abs(total.value - supply.value)
    figures = f"the mint's supply at the end of slot {slot:,} was {total} raw, but {supply} were recorded in it"
    if total.value > supply.value:
        raise BadSnapshot(f"{figures}: {difference:,} too much; check the slot and the snapshot, or try another RPC")
    raise BadSnapshot(
        f"{figures}: {difference:,} missing, and at most {burned} were burned outside the program since; if somebody"
        " did so in that very slot, let the program notice it (check-solvency) and build again; else try another RPC"
    )


def snapshot_tree(balances: RecordDateBalances, snapshot: Pubkey, *, workers: int | None = None) -> MerkleTree:
    """The tree whose root the attestors of ``snapshot`` (its address) vote on. Raises BadSnapshot."""
    return MerkleTree.build(snapshot, balances.owners, balances.amounts, workers=workers)


def _check_columns(owners: bytes, amounts: array[int]) -> None:
    if amounts.typecode != "Q" or len(owners) != _KEY * len(amounts):
        raise BadSnapshot(
            f"{len(owners):,} bytes of owners and {len(amounts):,} amounts of type {amounts.typecode!r} do not go"
            f' together: {_KEY} bytes and one amount of type "Q" for each owner'
        )
    before = b""
    for index, amount in enumerate(amounts):
        owner = owners[_KEY * index : _KEY * index + _KEY]
        if owner <= before:
            raise BadSnapshot(f"owner {Pubkey(owner)} at {index:,} is out of order or there twice; sort by bytes")
        if not amount:
            raise BadSnapshot(f"owner {Pubkey(owner)} at {index:,} has nothing; leave it out")
        before = owner


def _other_total(found: int, supply: int, slot: int) -> str:
    difference = found - supply
    figures = (
        f"the balances at the end of slot {slot:,} make up {found:,} raw, but the supply was {supply:,}:"
        f" {abs(difference):,} {'too much' if difference > 0 else 'missing'}"
    )
    if found > U64_MAX:
        return f"{figures}; no mint has so much: the data is not of one slot"
    if difference > 0:
        return f"{figures}; the data is of different slots: build it again, or try another RPC"
    return f"{figures}; the RPC or the capture gave a part of the data only: build it again, or try another RPC"
