"""The promises, checked on what is on chain and in the model's full lists of burns and tickets."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from solders.pubkey import Pubkey

from tests.properties.audit_claims import bond_stays, terms_stay
from tests.properties.chain import Chain, address
from tests.properties.figures import Vault
from tests.properties.holders import Model
from tests.properties.parts import FIELDS, GUARDIANS, ONE, PAUSER, ROLES
from tests.properties.replay import Replay
from tests.properties.wallets import Wallet
from xstock_client import accounts as state
from xstock_client import pda, rebase

__all__ = ["Decoded", "backed", "bad_news_latches", "decoded", "nothing_looser", "replayed", "tokens", "up_to_date"]

Decoded = Mapping[Pubkey, state.AnyAccount]
_decode = lru_cache(maxsize=4096)(state.decode_account)
_NOBODY = Pubkey.default()


def decoded(chain: Chain) -> Decoded:
    """Every account of the program; nothing else may live there."""
    return {where: _decode(data) for where, data in chain.program_accounts().items()}


def replayed(real: Decoded, replay: Replay, now: int) -> None:
    """Promise 10: the events alone give every account, to the byte that has a name; both as they are when touched."""
    if real == replay.accounts:
        return
    assert real.keys() == replay.accounts.keys(), "accounts without events, or events without accounts"
    found = up_to_date(real, now)
    replay.accounts = dict(up_to_date(replay.accounts, now))
    for where, account in found.items():
        told = replay.accounts[where]
        assert type(account) is type(told)
        differing = [name for name in account.OFFSETS if getattr(account, name) != getattr(told, name)]
        shown = [f"{name} is {getattr(account, name)}, told {getattr(told, name)}" for name in differing]
        assert not shown, f"{type(account).__name__} {where} differs from its events: {'; '.join(shown)}"


def tokens(chain: Chain, m: Model) -> Mapping[Pubkey, Wallet]:
    """Promises 2 and 6: the supply is what the door let in, balances add up to it, the escrow covers the requests."""
    supply, paused, found = chain.tokens()
    here = chain.here

    def expected(name: str) -> Wallet:
        lent = m.delegates.get(name)
        delegate = (address(lent[0]), lent[1]) if lent else None
        return Wallet(here.party(m.owners[name]), m.balances[name], name in m.frozen, delegate)

    assert found == {here.account(name): expected(name) for name in m.balances}
    assert supply == m.supply == sum(m.balances.values())
    assert paused == m.paused
    assert found[here.escrow].amount == m.pending + m.donated
    assert m.minted == m.supply + m.gone, "minted is what exists and what was burned"
    return found


def backed(m: Vault, *, quorum: bool) -> None:
    """Promise 1 after what must have asked for it, by every single burn; the program may only be stricter."""
    shares, oldest, distinct = m.counted(fresh=True)
    assert distinct >= m.policy.min_custodians or not quorum
    assert not m.short()
    assert m.released(oldest) <= m.released_by_day(oldest)
    assert all(m.outbound_exactly(slot) <= one.outbound for slot, one in m.chains.items())
    assert m.owed() <= m.needed(m.owed()) <= shares
    if m.coming and not m.coming.split:  # what an announced increase will owe is kept free
        abroad = Fraction(m.foreign(fresh=True) * m.coming.multiplier, m.multiplier)
        assert Fraction(m.supply * m.coming.multiplier, ONE) + m.released(oldest) + abroad <= shares


def bad_news_latches(m: Vault) -> None:
    """Promises 1 and 11: bad news was taken, and short by every single burn means latched."""
    shares, oldest = m.counted(fresh=False)[0], m.counted(fresh=True)[1]
    exactly = {
        slot: max(one.supply + m.outbound_exactly(slot) - m.twice(slot), Fraction(0)) for slot, one in m.chains.items()
    }
    assert all(one.beside(one.supply) >= exactly[slot] - one.loose for slot, one in m.chains.items())
    abroad = sum(exactly[slot] - one.loose for slot, one in m.chains.items())
    owed = m.worth_of(m.supply) + m.released(oldest) + abroad
    assert m.latched or owed <= shares, f"{owed} owed, {shares} held, not latched"


def up_to_date(found: Decoded, now: int) -> Decoded:
    """Every asset and its reserve as the program has them at ``now``, once it touches them."""
    late = [one for one in found.values() if isinstance(one, state.Asset)]
    fresh = dict(found)
    for asset in late:
        where = pda.asset(asset.issuer, asset.number)
        reserve = found[asset.reserve]
        assert isinstance(reserve, state.Reserve)
        fresh[where], fresh[asset.reserve] = rebase.bring_up_to_date(asset, reserve, now)
    return fresh


# Promise 9: nothing becomes looser by an operation, but only by time that passed in public


def nothing_looser(before: Decoded, after: Decoded, now: int, operation: str) -> None:
    """Compare what is in force at ``now``; and what waits newly must wait long enough."""
    before, after = up_to_date(before, now), up_to_date(after, now)
    for where, new in after.items():
        old = before.get(where)
        if new is old:
            continue
        if isinstance(new, state.Asset):
            assert old is None or isinstance(old, state.Asset)
            if old and old.first_mint_at:
                _policy(old, new, now, operation)
                bond_stays(old, new, now, operation)
        elif isinstance(new, state.RedemptionRequest):
            assert old is None or isinstance(old, state.RedemptionRequest)
            if old:
                terms_stay(old, new)
        elif isinstance(new, state.RoleGrant):
            issuer = before[new.issuer]
            assert isinstance(issuer, state.Issuer) and (old is None or isinstance(old, state.RoleGrant))
            if issuer.live_at:
                _role(old, new, now, issuer.timelock_s)
        elif isinstance(new, state.Issuer):
            assert old is None or isinstance(old, state.Issuer)
            if old and old.live_at:
                _issuer(old, new, now, operation)
        elif isinstance(new, state.MinterAllowance | state.Reserve):
            asset = before.get(new.asset)
            if isinstance(asset, state.Asset) and asset.first_mint_at:
                delay = asset.policy.change_delay_s
                if isinstance(new, state.MinterAllowance):
                    assert old is None or isinstance(old, state.MinterAllowance)
                    _allowance(old, new, now, delay)
                else:
                    assert isinstance(old, state.Reserve)
                    _reserve(old, new, now, delay)
    for where in before.keys() - after.keys():
        gone = before[where]
        if isinstance(gone, state.RoleGrant) and gone.role in GUARDIANS:
            issuer = before[gone.issuer]
            assert isinstance(issuer, state.Issuer)
            dismissed = issuer.live_at and _entrenched(gone, now, issuer.timelock_s)
            assert not dismissed, "a guardian was dismissed at once"


def _policy(old: state.Asset, new: state.Asset, now: int, operation: str) -> None:
    looser = sum(1 << bit for bit, one in enumerate(FIELDS) if one.looser(old.policy, new.policy))
    queued, asked = old.queued_policy, new.queued_policy
    if looser:
        assert operation == "apply policy"
        assert looser & ~queued.fields == 0
        assert queued.ready_at <= now <= queued.expires_at
    left = asked.ready_at == queued.ready_at and asked.values == queued.values and asked.fields & ~queued.fields == 0
    assert not asked.fields or left or asked.ready_at >= now + old.policy.change_delay_s
    assert old.ticket_watermark <= new.ticket_watermark
    assert set(_bits(old.halts)) <= set(_bits(new.halts)) or operation == "resume"
    assert new.latched or not old.latched or operation == "reopen"


def _bits(value: int) -> list[int]:
    return [bit for bit in range(8) if value >> bit & 1]


def _expiry(grant: state.RoleGrant, now: int) -> int:
    return grant.next_expires_at if grant.next_from and now >= grant.next_from else grant.expires_at


def _entrenched(grant: state.RoleGrant | None, now: int, timelock: int) -> bool:
    return grant is not None and now < _expiry(grant, now) and now - grant.held_since >= timelock


def _role(old: state.RoleGrant | None, new: state.RoleGrant, now: int, timelock: int) -> None:
    before, after = _expiry(old, now) if old else 0, _expiry(new, now)
    if new.role in GUARDIANS:
        assert after >= before or not _entrenched(old, now, timelock), "a guardian's time was cut at once"
    if new.role != PAUSER:
        assert after <= before, "power was given at once"
    if new.next_from > now and (old is None or new.next_from != old.next_from):
        assert new.next_from >= now + timelock


def _issuer(old: state.Issuer, new: state.Issuer, now: int, operation: str) -> None:
    if new.authority != old.authority:
        assert operation == "inherit" and new.authority == old.pending_authority
        assert old.pending_authority_from <= now <= old.pending_authority_until
    if new.pending_authority != _NOBODY and new.pending_authority != old.pending_authority:
        assert new.pending_authority_from >= now + old.timelock_s
    if new.renounced != old.renounced:
        assert new.renounced == old.renounced | 1 << old.renouncing
        assert 0 < old.renounce_from <= now, "a role was renounced at once"
    if new.renounce_from and new.renounce_from != old.renounce_from:
        assert new.renounce_from >= now + old.timelock_s
    for role in ROLES:
        assert not (old.renounced >> role & 1) or new.grants[role] == 0, "a renounced role was given"


def _allowance(old: state.MinterAllowance | None, new: state.MinterAllowance, now: int, delay: int) -> None:
    def limits(one: state.MinterAllowance) -> tuple[int, int, int]:
        found = one.pending if one.pending_from and now >= one.pending_from else one.limits
        return found.window_limit, found.lifetime_cap, found.approver_threshold

    before = limits(old) if old else (0, 0, 0)
    assert all(b <= a for a, b in zip(before, limits(new), strict=True)), "an allowance was raised at once"
    if new.pending_from and (old is None or new.pending_from != old.pending_from):
        assert new.pending_from >= now + delay


def _reserve(old: state.Reserve, new: state.Reserve, now: int, delay: int) -> None:
    for was, chain in zip(old.chains, new.chains, strict=True):
        if was != chain:
            _keys(was.signers, chain.signers, now, delay)
            _chain(was, chain, now, delay)
    for had, slot in zip(old.custodians, new.custodians, strict=True):
        if had != slot:
            _keys(had.signers, slot.signers, now, delay)


def _chain(old: state.ChainSlot, new: state.ChainSlot, now: int, delay: int) -> None:
    if new.cap < old.cap:
        assert old.next_cap_from and new.as_of >= old.next_cap_from, "a cap was lowered at once"
        assert new.cap == old.next_cap
    if new.next_cap_from and new.next_cap_from != old.next_cap_from:
        assert new.next_cap_from >= now + delay
    if new.retire_from and new.retire_from != old.retire_from:
        assert new.retire_from >= now + delay
    if old.active and not new.active:
        assert old.cap == old.supply == old.outbound == 0
        assert 0 < old.retire_from <= now, "a chain was retired at once"


def _keys(old: state.KeySet, new: state.KeySet, now: int, delay: int) -> None:
    def usable(one: state.KeySet) -> tuple[int, int, frozenset[Pubkey]]:
        if one.pending_from and now >= one.pending_from:
            return one.pending_epoch, one.pending_threshold, frozenset(one.pending_keys) - {_NOBODY}
        return one.epoch, one.threshold, frozenset(one.keys) - {_NOBODY}

    assert usable(new) in (usable(old), (0, 0, frozenset())), "keys came into force at once"
    if new.pending_from and new.pending_epoch != old.pending_epoch:
        assert new.pending_from >= now + delay
        assert new.pending_epoch > max(old.epoch, old.pending_epoch)
