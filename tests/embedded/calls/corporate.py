"""What corporate officers, attestor managers and snapshot attestors send up to a final snapshot.

``by`` names who signs; its grant of the role is passed unless it is the issuer's authority.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from solders.pubkey import Pubkey

from tests.embedded.calls.people import DOLLAR, DOLLAR_UNIT, TREASURY, Stock, attestor, staff
from tests.embedded.chain import Call, call
from tests.embedded.trees import Tree
from xstock_client import pda
from xstock_client.constants import DAY_S, Role

__all__ = [
    "DOCUMENT_HASH",
    "MULTIPLIER",
    "RATE",
    "REASON_HASH",
    "announce_action",
    "announce_delisting",
    "announce_dividend",
    "announce_identifiers",
    "announce_reverse_split",
    "announce_split",
    "announce_stock_dividend",
    "apply_identifiers",
    "cancel_action",
    "cancel_attestors",
    "challenge_order",
    "challenge_sum",
    "record_snapshot",
    "reject_root",
    "set_attestors",
    "vote_root",
]

MULTIPLIER: Final = 10**12
"""One share per token."""
RATE: Final = DOLLAR_UNIT // 4 * 10**6
"""A quarter of a dollar per share."""
DOCUMENT_HASH: Final = sha256(b"announcement").digest()
REASON_HASH: Final = sha256(b"reason").digest()
NOTHING: Final = Pubkey.default()
_NO_NAME = bytes(12)


def officer(stock: Stock, role: Role, by: Pubkey | None, name: str = "officer") -> dict[str, Pubkey]:
    """The signer and its grant of ``role``: the role's staff unless another is named."""
    by = by or staff(role)
    shown = {name: by, "issuer": stock.desk.address}
    return shown if by == stock.desk.authority else {**shown, "grant": stock.desk.grant(role, by)}


def set_attestors(stock: Stock, *keys: Pubkey, threshold: int = 2) -> Call:
    """Three, of whom two must agree, unless named otherwise."""
    keys = keys or tuple(attestor(place) for place in range(3))
    return call(
        "set_attestors",
        manager=staff(Role.ATTESTOR_MANAGER),
        grant=stock.desk.grant(Role.ATTESTOR_MANAGER),
        asset=stock.asset,
        keys=[*keys, *[NOTHING] * (5 - len(keys))],
        threshold=threshold,
    )


def cancel_attestors(stock: Stock, *, by: Pubkey | None = None, role: Role = Role.PAUSER) -> Call:
    return call("cancel_attestors", asset=stock.asset, **officer(stock, role, by, "canceller"))


def announce_action(stock: Stock, kind: int, number: int = 0, *, by: Pubkey | None = None, **terms: Any) -> Call:
    """An action whose terms are zero unless named."""
    nothing: dict[str, Any] = {
        **dict.fromkeys("ratio_new ratio_old old_multiplier rate ex_at record_at pay_at effective_at".split(), 0),
        "payout_mint": NOTHING,
        "document_hash": DOCUMENT_HASH,
        "isin": _NO_NAME,
        "symbol": _NO_NAME,
    }
    return call(
        "announce_action",
        payer=TREASURY,
        asset=stock.asset,
        reserve=stock.reserve,
        action=stock.action(number),
        mint=stock.mint,
        kind=kind,
        number=number,
        **officer(stock, Role.CORPORATE, by),
        **{**nothing, **terms},
    )


def announce_dividend(stock: Stock, ex_at: int, /, number: int = 0, **terms: Any) -> Call:
    """Money: ``RATE`` in dollars; recorded when it goes ex, paid five days later."""
    record_at = terms.get("record_at", ex_at)
    usual = {"rate": RATE, "payout_mint": DOLLAR, "record_at": record_at, "pay_at": record_at + 5 * DAY_S}
    return announce_action(stock, 1, number, **{**usual, "ex_at": ex_at, **terms})


def announce_stock_dividend(
    stock: Stock, effective_at: int, /, new: int = 1, old: int = 100, number: int = 0, **terms: Any
) -> Call:
    """``new`` shares for each ``old``: one for a hundred."""
    return _announce_multiplier(stock, 2, number, effective_at, new, old, terms)


def announce_split(
    stock: Stock, effective_at: int, /, new: int = 10, old: int = 1, number: int = 0, **terms: Any
) -> Call:
    """``new`` shares of each ``old``: ten of one, ex a day before."""
    return _announce_multiplier(stock, 3, number, effective_at, new, old, terms)


def announce_reverse_split(
    stock: Stock, effective_at: int, /, new: int = 1, old: int = 10, number: int = 0, **terms: Any
) -> Call:
    """One share of ten, ex a day before."""
    return _announce_multiplier(stock, 4, number, effective_at, new, old, terms)


def _announce_multiplier(
    stock: Stock, kind: int, number: int, effective_at: int, new: int, old: int, terms: dict[str, Any]
) -> Call:
    usual = {
        "ratio_new": new,
        "ratio_old": old,
        "old_multiplier": MULTIPLIER,
        "ex_at": effective_at - DAY_S,
        "effective_at": effective_at,
    }
    return announce_action(stock, kind, number, **{**usual, **terms})


def announce_identifiers(
    stock: Stock, effective_at: int, isin: str, symbol: str, /, number: int = 0, **terms: Any
) -> Call:
    """Another ISIN, another symbol, or both."""
    usual = {
        "isin": isin.encode(),
        "symbol": symbol.encode().ljust(12, b"\0"),
        "ex_at": effective_at,
        "effective_at": effective_at,
    }
    return announce_action(stock, 5, number, **{**usual, **terms})


def announce_delisting(stock: Stock, effective_at: int, /, number: int = 0, **terms: Any) -> Call:
    return announce_action(stock, 6, number, **{"ex_at": effective_at, "effective_at": effective_at, **terms})


def cancel_action(
    stock: Stock, number: int = 0, *, by: Pubkey | None = None, role: Role = Role.CORPORATE, reason: bytes = REASON_HASH
) -> Call:
    return call(
        "cancel_action",
        asset=stock.asset,
        action=stock.action(number),
        mint=stock.mint,
        reason_hash=reason,
        **officer(stock, role, by, "canceller"),
    )


def apply_identifiers(
    stock: Stock, isin: str, symbol: str, number: int = 0, *, payer: Pubkey = TREASURY, **accounts: Pubkey | None
) -> Call:
    """Passes the marker of each identifier that changes, unless ``accounts`` say otherwise."""
    issuer = stock.desk.address
    usual = {
        "isin_marker": pda.isin_marker(issuer, isin),
        "symbol_marker": pda.symbol_marker(issuer, symbol),
        "old_isin_marker": None if isin == stock.isin else pda.isin_marker(issuer, stock.isin),
        "old_symbol_marker": None if symbol == stock.symbol else pda.symbol_marker(issuer, stock.symbol),
        "rent_receiver": payer,
    }
    return call(
        "apply_identifiers",
        payer=payer,
        issuer=issuer,
        asset=stock.asset,
        action=stock.action(number),
        mint=stock.mint,
        isin=isin.encode(),
        symbol=symbol.encode().ljust(12, b"\0"),
        **{**usual, **accounts},
    )


def record_snapshot(stock: Stock, number: int = 0, *, action: int | None = None, payer: Pubkey = TREASURY) -> Call:
    """Of the action with the snapshot's own number unless named."""
    return call(
        "record_snapshot",
        payer=payer,
        asset=stock.asset,
        action=stock.action(number if action is None else action),
        snapshot=stock.snapshot(number),
        mint=stock.mint,
        number=number,
    )


def _ballot(stock: Stock, snapshot: int, distribution: int | None) -> dict[str, Pubkey | None]:
    """The snapshot's, or one of its distributions'."""
    paid = None if distribution is None else stock.distribution(distribution, snapshot=snapshot)
    return {"asset": stock.asset, "snapshot": stock.snapshot(snapshot), "distribution": paid}


def vote_root(
    stock: Stock,
    tree: Tree,
    *,
    by: Pubkey | None = None,
    snapshot: int = 0,
    distribution: int | None = None,
    **root: Any,
) -> Call:
    """The first attestor votes for the tree; ``root`` bends what it says."""
    said = {"hash": tree.root.hash, "sum": tree.sum, "leaf_count": tree.size, "withheld": tree.withheld, **root}
    return call("vote_root", attestor=by or attestor(0), **_ballot(stock, snapshot, distribution), **said)


def reject_root(stock: Stock, *, by: Pubkey | None = None, snapshot: int = 0, distribution: int | None = None) -> Call:
    return call("reject_root", attestor=by or attestor(0), **_ballot(stock, snapshot, distribution))


def challenge_order(
    stock: Stock, tree: Tree, index: int, *, by: Pubkey, snapshot: int = 0, distribution: int | None = None, **leaf: Any
) -> Call:
    """Shows the leaf ``index`` of the agreed tree; ``leaf`` bends what is said of it."""
    known = tree.leaves[index]
    said = {
        "owner": known.owner,
        "amount": known.amount,
        "withheld": known.withheld,
        "nodes": tree.proof(index),
        **leaf,
    }
    return call("challenge_order", challenger=by, index=index, **_ballot(stock, snapshot, distribution), **said)


def challenge_sum(
    stock: Stock,
    tree: Tree,
    level: int,
    position: int,
    /,
    *,
    by: Pubkey,
    snapshot: int = 0,
    distribution: int | None = None,
    **said: Any,
) -> Call:
    """Shows the sum of a node and its two children; ``said`` bends them and the proof."""
    told = {
        "level": level,
        "position": position,
        "sum": tree.entry(level, position).sum,
        "left": bytes(tree.entry(level - 1, 2 * position)),
        "right": bytes(tree.entry(level - 1, 2 * position + 1)),
        "nodes": tree.proof(position, start=level),
        **said,
    }
    ballot = _ballot(stock, snapshot, distribution)
    return call("challenge_sum", challenger=by, **ballot, **told)
