"""Corporate actions that a test's cluster begins with, because each of their steps takes a day at least.

They belong to an asset that its test lists later, whose books do not know them: their numbers are far above those that
the asset gives out itself. See tests/genesis.py.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from solders.pubkey import Pubkey

from tests.genesis import placed
from xstock_client import pda
from xstock_client.accounts import (
    Ballot,
    ClaimPage,
    CorporateAction,
    Distribution,
    Entry,
    Ratio,
    Root,
    ShownLeaf,
    Snapshot,
    Vote,
)
from xstock_client.amounts import Cash
from xstock_client.constants import (
    ATTESTORS,
    DAY_S,
    LEAVES_PER_PAGE,
    NO_SNAPSHOT,
    PROGRAM_ID,
    TOKEN,
    ActionKind,
    ActionState,
)
from xstock_client.ledger import Account
from xstock_client.merkle import MerkleTree

__all__ = ["RATE", "Declaration", "OldDistribution", "OldDividend", "due_dividend", "due_identifiers", "old_dividend"]

RATE = 500_000 * 10**6
"""Half a dollar a share."""
_ONE = 10**12
_SHARE = 10**8
_DECIMALS = 6
_TAX_PERCENT = 15
_CLAIMS_S = 190 * DAY_S
_SHOWN = 4
_NOBODY = Pubkey.default()
_DOCUMENT = sha256(b"announced before the cluster began").digest()


@dataclass(frozen=True, slots=True)
class Declaration:
    """A distribution to make: who is entitled, by what they held, and what has happened since."""

    owners: Collection[Pubkey]
    closed: bool = False
    """Claims ended two days ago; else they opened two days ago."""
    funded: bool = True
    paid: Collection[Pubkey] = ()


@dataclass(frozen=True, slots=True)
class OldDistribution:
    """A distribution whose entitlements are final. Its vault is empty: see :attr:`in_vault`."""

    address: Pubkey
    tree: MerkleTree
    state: Distribution
    pages: Mapping[int, ClaimPage]

    @property
    def in_vault(self) -> Cash:
        """What the test must put into the vault, past the program, for the books to be right."""
        return Cash(self.state.funded - self.state.paid - self.state.remitted)

    @property
    def accounts(self) -> dict[Pubkey, Account]:
        """The distribution, and the pages of which claims were paid."""
        pages = {pda.claim_page(self.address, number): placed(page) for number, page in self.pages.items()}
        return {self.address: placed(self.state), **pages}


@dataclass(frozen=True, slots=True)
class OldDividend:
    """A cash dividend of half a dollar a share, whose snapshot is final, and what was declared on it."""

    action: CorporateAction
    snapshot: Pubkey
    held: MerkleTree
    state: Snapshot
    distributions: tuple[OldDistribution, ...]

    @property
    def accounts(self) -> dict[Pubkey, Account]:
        """All of it."""
        found = {_place(self.action): placed(self.action), self.snapshot: placed(self.state)}
        for distribution in self.distributions:
            found |= distribution.accounts
        return found


def due_dividend(asset: Pubkey, number: int, payout_mint: Pubkey) -> dict[Pubkey, Account]:
    """A cash dividend whose record time has just come: for an hour its snapshot can be taken."""
    now = int(time.time())
    dates = {"announced_at": now - 3 * DAY_S, "ex_at": now - DAY_S, "record_at": now - 60, "pay_at": now}
    action = _action(asset, number, ActionKind.CASH_DIVIDEND, rate=RATE, payout_mint=payout_mint, **dates)
    return {_place(action): placed(action)}


def due_identifiers(asset: Pubkey, number: int, isin: str, symbol: str) -> dict[Pubkey, Account]:
    """New identifiers, effective since an hour ago: anybody may put them in force."""
    now = int(time.time())
    dates = {"announced_at": now - 3 * DAY_S, "ex_at": now - 3_600, "effective_at": now - 3_600}
    names = {"isin": pda.isin_bytes(isin), "symbol": pda.symbol_bytes(symbol)}
    action = _action(asset, number, ActionKind.IDENTIFIER_CHANGE, **dates, **names)
    return {_place(action): placed(action)}


def old_dividend(
    asset: Pubkey,
    number: int,
    *,
    authority: Pubkey,
    payout_mint: Pubkey,
    attestors: Sequence[Pubkey],
    held: Mapping[Pubkey, int],
    declared: Sequence[Declaration],
) -> OldDividend:
    """The action ``number`` and the snapshot of the same number, with what the owners ``held`` in raw units.

    All ``attestors`` agreed on every tree; tax is 15 percent, for the associated account of the issuer's ``authority``.
    """
    recorded = int(time.time()) - 200 * DAY_S
    dates = {"announced_at": recorded - 9 * DAY_S, "ex_at": recorded - DAY_S, "record_at": recorded, "pay_at": recorded}
    cash = {"rate": RATE, "payout_mint": payout_mint, "snapshot": number, "announced_by": authority}
    action = _action(asset, number, ActionKind.CASH_DIVIDEND, **dates, **cash)
    address = pda.snapshot(asset, number)
    tree = MerkleTree.from_leaves(address, [(owner, raw, 0) for owner, raw in held.items()])
    state = Snapshot(
        version=1,
        bump=_bump(b"snapshot", asset, number),
        number=number,
        asset=asset,
        slot=1,
        supply=tree.root.sum,
        multiplier=_ONE,
        recorded_at=recorded,
        burned_outside=0,
        action=number,
        basis=0,
        distributions=len(declared),
        ballot=_agreed(tree, 0, attestors, recorded, sealed=bool(declared)),
    )
    makers = [_Maker(state, address, authority, payout_mint, attestors, held, index) for index in range(len(declared))]
    made = tuple(maker.make(one) for maker, one in zip(makers, declared, strict=True))
    return OldDividend(action, address, tree, state, made)


@dataclass(frozen=True, slots=True)
class _Maker:
    """What a distribution is made of."""

    snapshot: Snapshot
    place: Pubkey
    authority: Pubkey
    payout_mint: Pubkey
    attestors: Sequence[Pubkey]
    held: Mapping[Pubkey, int]
    number: int

    def make(self, wanted: Declaration) -> OldDistribution:
        now = int(time.time())
        began = now - 2 * DAY_S - _CLAIMS_S if wanted.closed else now - 2 * DAY_S
        address = pda.distribution(self.place, self.number)
        gross = {owner: self.held[owner] * RATE // (_SHARE * 10**6) for owner in wanted.owners}
        tax = {owner: amount * _TAX_PERCENT // 100 for owner, amount in gross.items()}
        tree = MerkleTree.from_leaves(address, [(owner, gross[owner], tax[owner]) for owner in gross])
        withheld = sum(tax[owner] for owner in wanted.paid)
        state = Distribution(
            version=1,
            bump=_bump(b"dist", self.place, self.number),
            decimals=_DECIMALS,
            rules=0,
            number=self.number,
            asset=self.snapshot.asset,
            snapshot=self.place,
            payout_mint=self.payout_mint,
            vault=pda.token_account(address, self.payout_mint, TOKEN),
            withholding_account=pda.token_account(self.authority, self.payout_mint, TOKEN),
            rates_hash=sha256(b"rates").digest(),
            rate=RATE,
            declared_at=began,
            claim_from=began,
            claim_until=began + _CLAIMS_S,
            funded=tree.root.sum if wanted.funded else 0,
            paid=sum(gross[owner] for owner in wanted.paid) - withheld,
            withheld=withheld,
            reclaimed=0,
            remitted=0,
            claims=len(wanted.paid),
            ballot=_agreed(tree, sum(tax.values()), self.attestors, began, sealed=wanted.funded),
        )
        return OldDistribution(address, tree, state, self._pages(address, tree, wanted.paid))

    def _pages(self, address: Pubkey, tree: MerkleTree, paid: Collection[Pubkey]) -> dict[int, ClaimPage]:
        claimed: dict[int, list[int]] = {}
        for owner in paid:
            index = tree.index_of(owner)
            assert index is not None
            claimed.setdefault(index // LEAVES_PER_PAGE, []).append(index)
        return {page: self._page(address, tree, page, indexes) for page, indexes in claimed.items()}

    def _page(self, address: Pubkey, tree: MerkleTree, page: int, claimed: Sequence[int]) -> ClaimPage:
        bits = sum(1 << index % LEAVES_PER_PAGE for index in claimed)
        entry = tree.page_entry(page)
        return ClaimPage(
            version=1,
            bump=_bump(b"claims", address, page),
            page=page,
            distribution=address,
            rent_payer=self.authority,
            entry=Entry(entry.hash, entry.sum),
            claimed=sum(tree.leaf(index).amount for index in claimed),
            bitmap=bits.to_bytes(LEAVES_PER_PAGE // 8, "little"),
        )


def _action(asset: Pubkey, number: int, kind: ActionKind, **told: Any) -> CorporateAction:
    values: dict[str, Any] = {
        "version": 1,
        "bump": _bump(b"action", asset, number),
        "kind": int(kind),
        "state": int(ActionState.ANNOUNCED),
        "number": number,
        "asset": asset,
        "ratio": Ratio(0, 0),
        "payout_mint": _NOBODY,
        "announced_by": _NOBODY,
        "document_hash": _DOCUMENT,
        "reason_hash": bytes(32),
        "isin": bytes(12),
        "symbol": bytes(12),
        "snapshot": NO_SNAPSHOT,
    }
    numbers = "old_multiplier new_multiplier rate announced_at ex_at record_at pay_at effective_at basis".split()
    return CorporateAction(**dict.fromkeys(numbers, 0) | values | told)


def _agreed(tree: MerkleTree, withheld: int, attestors: Sequence[Pubkey], since: int, *, sealed: bool) -> Ballot:
    """Everybody agreed a minute after ``since``, which is two days ago at least: the root is final."""
    nothing = Root(Entry(bytes(32), 0), 0, 0)
    root = Root(Entry(tree.root.hash, tree.root.sum), tree.leaf_count, withheld)
    free = ATTESTORS - len(attestors)
    return Ballot(
        root=root,
        agreed_at=since + 60,
        round=0,
        sealed=int(sealed),
        votes=(*(Vote(one, root) for one in attestors), *[Vote(_NOBODY, nothing)] * free),
        rejecters=(_NOBODY,) * ATTESTORS,
        shown=(ShownLeaf(_NOBODY, _NOBODY, 0),) * _SHOWN,
    )


def _place(action: CorporateAction) -> Pubkey:
    return pda.corporate_action(action.asset, action.number)


def _bump(kind: bytes, parent: Pubkey, number: int) -> int:
    return Pubkey.find_program_address([kind, bytes(parent), number.to_bytes(4, "little")], PROGRAM_ID)[1]
