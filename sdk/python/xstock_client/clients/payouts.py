"""How a distribution is paid out: what one claim of neighbouring leaves is, and how many fit a transaction. Pure.

A claim of the leaves [low, high) of a page carries their amounts, their destinations and the siblings that they need
up to the page. Each leaf takes more bytes (51 at least) than the siblings that it saves (one at most, of 40), so what
fits still fits without its first or its last leaf: filling transactions from the left makes as few as there can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.clients.payments import PaymentToken
from xstock_client.clients.wayback import payee_of
from xstock_client.constants import (
    ASSOCIATED_TOKEN,
    LEAVES_PER_PAGE,
    MAX_CLAIM_LEAVES,
    PROGRAM_ID,
    SYSTEM,
    TOKEN,
)
from xstock_client.ledger import Account, LookupTable, measure
from xstock_client.ledger.building import MAX_BYTES, MAX_LOCKS
from xstock_client.ledger.lookup import MAX_TABLE_ADDRESSES
from xstock_client.merkle import EMPTY, PAGE_DEPTH, Entry, encode_nodes, page_count

__all__ = [
    "Packer",
    "Payable",
    "PushFigures",
    "associated",
    "claim_leaves",
    "is_missing",
    "open_leaves",
    "open_page",
    "payee_obstacle",
    "push_figures",
    "shared_accounts",
    "siblings",
]

_LEAF_BYTES: Final = 32 + 1 + 1 + 16 + 1
"""Of a leaf in a claim: its destination, two indexes of accounts, gross and withheld, the bump."""
_RECORD_BYTES: Final = 32
"""A recipient record is one account more."""
_OPEN_BYTES: Final = 32 + 1 + 1 + 6 + 1 + 1
"""Opening a destination: its owner, and the instruction with its six accounts and one byte of data."""
_NODE_BYTES: Final = 40
_SHARED: Final = 6
"""Accounts that a claim names whoever is paid, but for the page."""
_OPEN_MOST: Final = 8
"""Destinations that one transaction opens, at most: each takes up to six of the 64 calls that the runtime counts."""


@dataclass(frozen=True, slots=True)
class Payable:
    """A leaf that can be paid, and where to. Amounts in base units of the payout mint."""

    index: int
    owner: Pubkey
    gross: int
    withheld: int
    payee: Pubkey
    """Who owns the destination: the owner, or its registered recipient."""
    destination: Pubkey
    bump: int
    """Of the payee's associated account."""
    record: Pubkey | None = None
    """The owner's recipient record, where it has one."""
    open_account: bool = False
    """The destination is the payee's associated account, and does not exist."""


def associated(owner: Pubkey, token: PaymentToken) -> tuple[Pubkey, int]:
    """The owner's associated account of the payout mint, and its bump."""
    seeds = [bytes(owner), bytes(token.program), bytes(token.mint)]
    return Pubkey.find_program_address(seeds, ASSOCIATED_TOKEN)


def payee_obstacle(
    token: PaymentToken,
    payee: Pubkey,
    address: Pubkey,
    account: Account | None,
    *,
    recorded: bool = False,
    by_payee: bool = False,
) -> str | None:
    """Why a dividend cannot be paid to ``payee`` at ``address``; None when it can.

    ``recorded``: a recipient record says so; ``by_payee``: the payee, or the owner that it stands for, signs.
    """
    if not (recorded or by_payee or payee.is_on_curve()):
        return (
            f"{payee} is a program's address that registered no recipient: nobody might ever collect it there, so its"
            " share waits until it registers one, or claims for itself"
        )
    return payee_of(token, payee, address, None if is_missing(account) else account).obstacle


def is_missing(account: Account | None) -> bool:
    """Whether there is no account yet: lamports that somebody sent to its address do not make it."""
    return account is None or (account.owner == SYSTEM and not account.data)


def siblings(low: int, high: int, levels: int = PAGE_DEPTH) -> int:
    """How many nodes a proof of the leaves [low, high) takes, ``levels`` up."""
    count = 0
    for _ in range(levels):
        count += low % 2 + high % 2
        low, high = low // 2, (high + 1) // 2
    return count


def claim_leaves(
    claimer: Pubkey,
    distribution: Pubkey,
    token: PaymentToken,
    leaves: Sequence[Payable],
    nodes: Sequence[Entry],
    *,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Pay neighbouring ``leaves`` of one page; ``nodes`` are the siblings that they need."""
    return instructions.claim_dividends(
        claimer=claimer,
        distribution=distribution,
        claims=pda.claim_page(distribution, leaves[0].index // LEAVES_PER_PAGE, program_id=program_id),
        payout_mint=token.mint,
        vault=token.vault,
        payment_program=token.program,
        first=leaves[0].index,
        amounts=[amount for leaf in leaves for amount in (leaf.gross, leaf.withheld)],
        bumps=bytes(leaf.bump for leaf in leaves),
        nodes=encode_nodes(nodes),
        payees=[(leaf.destination, leaf.record or program_id) for leaf in leaves],
        program_id=program_id,
    )


def open_page(
    payer: Pubkey,
    distribution: Pubkey,
    page: int,
    entry: Entry,
    nodes: Sequence[Entry],
    *,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Open a page of claims, of which ``nodes`` prove the ``entry``; ``payer`` pays its rent."""
    return instructions.open_claim_page(
        payer=payer,
        distribution=distribution,
        claims=pda.claim_page(distribution, page, program_id=program_id),
        page=page,
        entry=bytes(entry),
        nodes=encode_nodes(nodes),
        program_id=program_id,
    )


def open_leaves(payer: Pubkey, token: PaymentToken, leaves: Sequence[Payable]) -> list[Instruction]:
    """Open those destinations of ``leaves`` that do not exist; ``payer`` pays their rent."""
    payees = dict.fromkeys(leaf.payee for leaf in leaves if leaf.open_account)  # one may stand for several owners
    return [token.open_account(payer, payee) for payee in payees]


def shared_accounts(
    distribution: Pubkey, token: PaymentToken, pages: int, *, program_id: Pubkey = PROGRAM_ID
) -> list[Pubkey]:
    """What claims of a distribution name, whoever is paid, as far as one lookup table goes: its first 250 pages."""
    shared = [distribution, token.mint, token.vault, token.program, pda.event_authority(program_id), SYSTEM]
    room = range(min(pages, MAX_TABLE_ADDRESSES - len(shared)))
    return shared + [pda.claim_page(distribution, page, program_id=program_id) for page in room]


class Packer:
    """Packs payable leaves of one page into transactions that ``payer`` signs alone."""

    def __init__(
        self,
        payer: Pubkey,
        distribution: Pubkey,
        token: PaymentToken,
        page: int,
        table: LookupTable | None = None,
        *,
        program_id: Pubkey = PROGRAM_ID,
    ) -> None:
        self._payer, self._distribution, self._token = payer, distribution, token
        self._tables = () if table is None else (table,)
        self._program_id = program_id
        owner = Pubkey(bytes(31) + b"\1")
        destination, bump = associated(owner, token)
        one = Payable(page * LEAVES_PER_PAGE, owner, 1, 0, owner, destination, bump)
        size = measure(self._of([one], PAGE_DEPTH), payer, tables=self._tables)
        opened = measure(self._of([replace(one, open_account=True)], PAGE_DEPTH), payer, tables=self._tables)
        self._base = size.bytes - _LEAF_BYTES - PAGE_DEPTH * _NODE_BYTES
        self._locks = size.locks - 1
        self._opening = opened.bytes - size.bytes - _OPEN_BYTES
        self._opening_locks = opened.locks - size.locks - 1

    def pack(self, leaves: Sequence[Payable]) -> list[tuple[Payable, ...]]:
        """As few transactions as hold ``leaves`` (in order), each of neighbours."""
        made: list[list[Payable]] = []
        for leaf in leaves:
            if not (made and self._joins(made[-1], leaf)):
                made.append([])
            made[-1].append(leaf)
        return [tuple(one) for one in made]

    def instructions(self, leaves: Sequence[Payable], nodes: Sequence[Entry]) -> list[Instruction]:
        """The transaction that pays ``leaves``, after opening what is missing."""
        claim = claim_leaves(self._payer, self._distribution, self._token, leaves, nodes, program_id=self._program_id)
        return [*open_leaves(self._payer, self._token, leaves), claim]

    def bytes_of(self, leaves: Sequence[Payable]) -> int:
        """Bytes of the signed transaction, at most: one payee of several leaves takes less."""
        low = leaves[0].index % LEAVES_PER_PAGE
        opens = sum(leaf.open_account for leaf in leaves)
        records = sum(leaf.record is not None for leaf in leaves)
        nodes = siblings(low, low + len(leaves))
        opening = self._opening + _OPEN_BYTES * opens if opens else 0
        return self._base + _LEAF_BYTES * len(leaves) + _NODE_BYTES * nodes + _RECORD_BYTES * records + opening

    def _joins(self, leaves: Sequence[Payable], leaf: Payable) -> bool:
        if leaf.index != leaves[-1].index + 1 or len(leaves) >= MAX_CLAIM_LEAVES:
            return False
        together = [*leaves, leaf]
        opens = sum(one.open_account for one in together)
        locks = self._locks + len(together) + sum(one.record is not None for one in together)
        locks += self._opening_locks + opens if opens else 0
        return opens <= _OPEN_MOST and locks <= MAX_LOCKS and self.bytes_of(together) <= MAX_BYTES

    def _of(self, leaves: Sequence[Payable], nodes: int) -> list[Instruction]:
        return self.instructions(leaves, [EMPTY] * nodes)


@dataclass(frozen=True, slots=True)
class PushFigures:
    """What it takes to pay everybody of a distribution. Counts of transactions, bytes of the largest one."""

    leaves: int
    claims: int
    """Transactions that pay."""
    opens: int
    """Transactions that open the pages."""
    most: int
    """Leaves of the fullest transaction."""
    largest: int
    """Bytes of the largest transaction."""

    @property
    def transactions(self) -> int:
        """All of them."""
        return self.claims + self.opens

    @property
    def per_transaction(self) -> float:
        """Leaves of a transaction on average, pages' opening apart."""
        return self.leaves / self.claims


def push_figures(
    leaf_count: int, *, opened: bool = True, table: bool = True, program_id: Pubkey = PROGRAM_ID
) -> PushFigures:
    """What paying ``leaf_count`` owners takes, measured on transactions of the real size.

    ``opened``: all of them have an account of the payout mint; ``table``: with a lookup table of what all share, and
    of the pages as far as it goes.
    """
    payer, distribution, mint, vault = (Pubkey(bytes([kind]) * 32) for kind in range(1, 5))
    token = PaymentToken(mint, TOKEN, vault, 6)
    pages = page_count(leaf_count)
    shared = shared_accounts(distribution, token, pages, program_id=program_id)
    lookup = LookupTable(Pubkey(bytes([9]) * 32), tuple(shared)) if table else None

    def packed(page: int, count: int) -> tuple[Packer, list[tuple[Payable, ...]]]:
        packer = Packer(payer, distribution, token, page, lookup, program_id=program_id)
        first = page * LEAVES_PER_PAGE
        leaves = [_stranger(index, opened=opened) for index in range(first, first + count)]
        return packer, packer.pack(leaves)

    # every whole page that is in the table takes as many, and so does every one that is not
    whole, rest = divmod(leaf_count, LEAVES_PER_PAGE)
    inside = min(whole, len(shared) - _SHARED) if table else 0
    kinds = [(inside, 0, LEAVES_PER_PAGE), (whole - inside, inside, LEAVES_PER_PAGE), (int(rest > 0), whole, rest)]
    claims, every, largest = 0, [], 0
    for times, page, count in kinds:
        if times:
            packer, made = packed(page, count)
            claims += times * len(made)
            every += made
            largest = max([largest, *map(packer.bytes_of, made)])
    return PushFigures(leaf_count, claims, pages, max(map(len, every)), largest)


def _stranger(index: int, *, opened: bool) -> Payable:
    """A leaf of somebody who shares no account with anybody."""
    owner, home = (Pubkey(bytes([kind]) + index.to_bytes(31, "big")) for kind in (77, 78))
    return Payable(index, owner, 1, 0, owner, home, 255, open_account=not opened)
