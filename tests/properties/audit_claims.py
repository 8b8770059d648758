"""What holders have asked for and what the bond owes, checked on what is on chain alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solders.pubkey import Pubkey

from tests.properties.chain import Chain, address
from tests.properties.holders import Model
from tests.properties.parts import U64
from tests.properties.wallets import Wallet
from xstock_client import accounts as state
from xstock_client import events

__all__ = ["bond_stays", "escrow_pays_holders", "money", "nothing_lost", "terms_stay"]

Decoded = Mapping[Pubkey, state.AnyAccount]
_CHANGES = {
    "amount",
    "state",
    "accepted_at",
    "paid_at",
    "until",
    "to_chain",
    "marked_shares",
    "min_price",
    "multiplier",
}
"""All that ever changes in a request; the last when it is accepted."""


def nothing_lost(chain: Chain, found: Decoded, tokens: Mapping[Pubkey, Wallet]) -> None:
    """Tokens requested = burned + returned + pending, and the bond covers what was promised: to the unit."""
    asset = found[chain.here.asset]
    assert isinstance(asset, state.Asset)
    ours = [one for one in found.values() if isinstance(one, state.RedemptionRequest) and one.asset == chain.here.asset]
    assert asset.requested == (asset.settled + asset.returned + asset.pending) % 2**64
    assert asset.pending == sum(one.amount for one in ours) <= tokens[chain.here.escrow].amount
    assert asset.open_requests == len(ours)
    assert all(0 < one.amount <= one.requested for one in ours)
    books = [one for one in found.values() if isinstance(one, state.HolderBook) and one.asset == chain.here.asset]
    assert asset.requested == sum(one.requested for one in books)
    armed = [one for one in ours if one.state != 1 or (one.payout, one.min_price) == (1, 0)]
    reserved = sum(-(-one.amount * one.penalty_rate // 10**8) for one in armed)
    assert asset.bond_reserved == reserved <= asset.bond


def money(chain: Chain, m: Model) -> None:
    """Every account of a payment mint holds what payments, penalties and the bond have left there."""
    for name, amount in m.cash.items():
        seen = chain.wallet(name)
        lent = m.delegates.get(name)
        assert (seen.owner, seen.amount) == (chain.here.party(m.owners[name]), amount), name
        assert seen.frozen == (name in m.frozen)
        assert seen.delegate == ((address(lent[0]), lent[1]) if lent else None)
    assert m.bond <= (m.cash[m.vault] if m.coin else 0)


def terms_stay(old: state.RedemptionRequest, new: state.RedemptionRequest) -> None:
    """A later policy changes nothing in a request, and neither does anything else."""
    changed = {name for name in new.OFFSETS if getattr(old, name) != getattr(new, name)}
    assert changed <= _CHANGES, f"a request's {changed - _CHANGES} changed"
    assert new.amount <= old.amount
    assert new.min_price * new.multiplier >= old.min_price * old.multiplier  # of the same money, at least
    assert new.min_price == old.min_price or not old.accepted_at
    assert not old.paid_at or old.paid_at == new.paid_at, "a second claim"


def bond_stays(old: state.Asset, new: state.Asset, now: int, operation: str) -> None:
    """It shrinks only by penalties, and by what was announced for long enough."""
    if new.bond < old.bond:
        gone, exit = old.bond - new.bond, old.bond_exit
        if operation == "withdraw bond":
            assert exit.ready_at <= now <= exit.expires_at and gone <= exit.amount
        elif operation == "open bond":
            assert exit.ready_at <= now <= exit.expires_at and exit.amount == U64 and old.open_requests == 0
        else:
            assert operation == "default" and gone <= old.bond_reserved
    asked, before = new.bond_exit, old.bond_exit
    less = asked.amount <= before.amount and asked.ready_at == before.ready_at
    assert not asked.amount or less or asked.ready_at >= now + old.policy.change_delay_s


_Ended = events.RedemptionCancelled | events.RedemptionRejected | events.RedemptionDefaulted | events.RedemptionSettled


def escrow_pays_holders(
    chain: Chain, before: Mapping[Pubkey, Wallet], after: Mapping[Pubkey, Wallet], told: Sequence[events.Event]
) -> None:
    """Promise 6: what leaves the escrow burns, or is in an account of the very holder who put it there."""
    ours = [one for one in told if isinstance(one, _Ended) and one.asset == chain.here.asset]
    left = before[chain.here.escrow].amount - after[chain.here.escrow].amount
    if left <= 0 and not ours:
        return
    assert left == sum(one.amount for one in ours)
    had = {where: before[where].amount if where in before else 0 for where in after}
    grown = {where: one.amount - had[where] for where, one in after.items() if one.amount != had[where]}
    grown.pop(chain.here.escrow, 0)
    returned = {one.destination: one for one in ours if not isinstance(one, events.RedemptionSettled)}
    assert grown == {where: one.amount for where, one in returned.items()}
    for where, one in returned.items():
        assert after[where].owner == one.holder, "tokens went to somebody else"
