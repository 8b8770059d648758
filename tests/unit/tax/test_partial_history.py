"""What an RPC may leave out of a holder's history: it is refused, not filled up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from solders.pubkey import Pubkey
from solders.signature import Signature

from tests.unit.cli.desk import ISSUER_ID, Desk
from tests.unit.tax.tokens import ASSET, give, history, key, move, own, request, send
from xstock_client import pda
from xstock_client.errors import IncompleteHistory
from xstock_client.ledger import ExecutedTransaction, SignatureInfo
from xstock_client.tax import HolderHistory
from xstock_client.tax.transactions import Transactions

Lists: TypeAlias = Callable[[Pubkey, int, Signature], bool]


class Forgetful:
    """A ledger that holds less than all.

    ``lists`` says which lines of an address's history it still has; their places count from the oldest.
    """

    def __init__(self, desk: Desk, lists: Lists, lost: Signature | None = None) -> None:
        self._whole = desk.ledger
        self._lists = lists
        self._lost = lost

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    async def transaction(self, signature: Signature) -> ExecutedTransaction | None:
        return None if signature == self._lost else await self._whole.transaction(signature)

    async def signatures_for(
        self, address: Pubkey, *, limit: int = 1000, before: Signature | None = None
    ) -> list[SignatureInfo]:
        if before is not None:
            return []
        whole = (await self._whole.signatures_for(address))[::-1]
        return [one for place, one in enumerate(whole) if self._lists(address, place, one.signature)][::-1]


def told_by(desk: Desk, lists: Lists, lost: Signature | None = None) -> HolderHistory:
    return history(desk, ledger=Forgetful(desk, lists, lost))


def lines(desk: Desk, address: Pubkey) -> list[Signature]:
    """Of an address's history, oldest first."""
    return [one.signature for one in asyncio.run(desk.ledger.signatures_for(address))][::-1]


def test_nothing_left_out_is_the_same_history(owner: Desk) -> None:
    give(owner, "holder", "friend", 100)
    assert told_by(owner, lambda address, place, signature: True) == history(owner)


def test_a_transaction_that_is_listed_and_not_held_is_refused(owner: Desk) -> None:
    lost = give(owner, "holder", "friend", 100).signature
    with pytest.raises(IncompleteHistory, match=f"lists transaction {lost} and does not hold it"):
        told_by(owner, lambda address, place, signature: True, lost)


def test_a_history_that_begins_after_the_listing_is_refused(owner: Desk) -> None:
    marker = pda.isin_marker(pda.issuer(int(ISSUER_ID)), "US0378331005")
    assert len(lines(owner, marker)) == 1
    with pytest.raises(IncompleteHistory, match="the transaction that listed AAPLx"):
        told_by(owner, lambda address, place, signature: address != marker)


def test_an_account_without_its_beginning_is_refused(owner: Desk) -> None:
    """The mint was in the transaction that opened it; what is left is a transfer out of nowhere."""
    first = lines(owner, own(owner, "holder"))[0]
    give(owner, "holder", "friend", 100)
    with pytest.raises(IncompleteHistory, match="was in use before transaction"):
        told_by(owner, lambda address, place, signature: signature != first)


@pytest.mark.parametrize("place", [2, 3])
def test_a_hole_is_refused(owner: Desk, place: int) -> None:
    """A stranger's transfer to the holder is in the account's history alone."""
    give(owner, "holder", "friend", 100)
    account = own(owner, "holder")
    for whole in (3, 4):
        send(owner, "friend", move(owner, own(owner, "friend"), account, "friend", whole))
    assert len(lines(owner, account)) == 4
    with pytest.raises(IncompleteHistory, match="the chain has 90,700,000,000"):
        told_by(owner, lambda address, at, signature: address != account or at != place)


def test_an_account_that_gave_more_than_it_had_is_refused(owner: Desk) -> None:
    give(owner, "holder", "friend", 100)
    account = own(owner, "holder")
    unseen = send(owner, "friend", move(owner, own(owner, "friend"), account, "friend", 100)).signature
    give(owner, "holder", "friend", 950)
    with pytest.raises(IncompleteHistory, match=r"took 95,000,000,000 raw units .* only 90,000,000,000 were there"):
        told_by(owner, lambda address, place, signature: signature != unseen)


@pytest.mark.parametrize("missing", [0, 2])
def test_a_request_of_which_something_is_missing_is_refused(owner: Desk, missing: int) -> None:
    """Its making, or its settlement."""
    which = f"{owner.address('holder')}/0"
    request(owner, 200)
    owner.ok("redeem", "accept", "AAPLx", which, key="member")
    owner.ok("redeem", "settle", "AAPLx", which, "--price", "160", key="member")
    told = lines(owner, pda.redemption_request(ASSET, key(owner, "holder"), 0))
    assert len(told) == 3
    with pytest.raises(IncompleteHistory, match="redemption request 0"):
        told_by(owner, lambda address, place, signature: signature != told[missing])


def test_a_request_that_came_and_went_unseen_is_refused(owner: Desk) -> None:
    request(owner, 200)
    owner.ok("redeem", "cancel", "AAPLx", "0", key="holder")
    unseen = set(lines(owner, pda.redemption_request(ASSET, key(owner, "holder"), 0)))
    assert len(unseen) == 2
    with pytest.raises(IncompleteHistory, match="all transactions of redemption request 0"):
        told_by(owner, lambda address, place, signature: signature not in unseen)


class Pages:
    """A ledger whose pages are short, as an RPC's may be."""

    def __init__(self, desk: Desk) -> None:
        self._whole = desk.ledger

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    async def signatures_for(
        self, address: Pubkey, *, limit: int = 1000, before: Signature | None = None
    ) -> list[SignatureInfo]:
        return await self._whole.signatures_for(address, limit=min(limit, 2), before=before)


def test_a_history_of_several_pages_is_read_to_its_end(owner: Desk) -> None:
    for whole in range(1, 6):
        give(owner, "holder", "friend", whole)
    assert history(owner, ledger=Pages(owner)) == history(owner)


class Slot:
    """A ledger in which everything ran in one slot; only the order within each address's history tells."""

    def __init__(self, walks: dict[Pubkey, list[Signature]]) -> None:
        self._walks = walks

    async def transaction(self, signature: Signature) -> ExecutedTransaction:
        return ExecutedTransaction(signature, 7, 1_800_000_000, None, 0, (), (), ())

    async def signatures_for(
        self, address: Pubkey, *, limit: int, before: Signature | None = None
    ) -> list[SignatureInfo]:
        oldest_first = [] if before else self._walks[address]
        return [SignatureInfo(one, 7, 1_800_000_000, False) for one in reversed(oldest_first)]


async def test_order_within_a_slot() -> None:
    """One address saw the third before the first, another the second before the third."""
    one, two, three = (Signature.from_bytes(bytes([n]) * 64) for n in (1, 2, 3))
    first, second = (Pubkey.from_bytes(bytes([n]) * 32) for n in (1, 2))
    ledger: Any = Slot({first: [three, one], second: [two, three]})
    transactions = Transactions(ledger)
    for address in (first, second):
        await transactions.of(address)
    assert [ran.signature for ran in transactions.all()] == [two, three, one]


@pytest.mark.parametrize("pages", [1, 2])
async def test_a_list_that_goes_in_circles_is_refused(pages: int) -> None:
    """A node that repeats a line, or that does not understand where the next page begins."""
    one, two = (Signature.from_bytes(bytes([n]) * 64) for n in (1, 2))
    address = Pubkey.from_bytes(bytes([1]) * 32)

    class Circles(Slot):
        async def signatures_for(
            self, address: Pubkey, *, limit: int, before: Signature | None = None
        ) -> list[SignatureInfo]:
            found = await super().signatures_for(address, limit=limit)
            return found if pages == 2 else [*found, *found]

    ledger: Any = Circles({address: [one, two]})
    with pytest.raises(IncompleteHistory, match="lists transactions of .* twice"):
        await Transactions(ledger).of(address)


async def test_lists_that_contradict_each_other_are_refused() -> None:
    one, two = (Signature.from_bytes(bytes([n]) * 64) for n in (1, 2))
    first, second = (Pubkey.from_bytes(bytes([n]) * 32) for n in (1, 2))
    ledger: Any = Slot({first: [one, two], second: [two, one]})
    transactions = Transactions(ledger)
    for address in (first, second):
        await transactions.of(address)
    with pytest.raises(IncompleteHistory, match="lists the 2 transactions of slot 7 in one order"):
        transactions.all()


async def test_the_record_of_another_transaction_is_refused() -> None:
    one, two = (Signature.from_bytes(bytes([n]) * 64) for n in (1, 2))
    address = Pubkey.from_bytes(bytes([1]) * 32)

    class Other(Slot):
        async def transaction(self, signature: Signature) -> ExecutedTransaction:
            return await super().transaction(two)

    ledger: Any = Other({address: [one]})
    with pytest.raises(IncompleteHistory, match="asked for transaction"):
        await Transactions(ledger).of(address)
