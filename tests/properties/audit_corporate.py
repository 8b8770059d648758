"""Promises 5, 7, 8 and 12: one snapshot, paid from funds, once, and one basis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from solders.pubkey import Pubkey

from tests.properties.chain import Chain, address, owner_address
from tests.properties.holders import Model
from tests.properties.parts import DAY, ONE, TOP_FIGURE
from tests.properties.voting import Ballot, Root
from tests.properties.wallets import Wallet
from xstock_client import accounts as state
from xstock_client import pda
from xstock_client.constants import NO_SNAPSHOT

__all__ = ["final_stays", "one_basis", "paid_from_funds", "slot_ends"]

Decoded = Mapping[Pubkey, state.AnyAccount]


def final_stays(before: Decoded, after: Decoded, now: int) -> None:
    """Promise 8: a final root never changes, and neither does what was recorded or declared."""
    for where, old in before.items():
        if isinstance(old, state.Snapshot | state.Distribution):
            new = after.get(where)
            assert type(new) is type(old), "a snapshot or a distribution is gone"
            assert isinstance(new, state.Snapshot | state.Distribution)
            _final(old.ballot, new.ballot, now)
            grows = {"ballot", "distributions", "funded", "paid", "withheld", "reclaimed", "remitted", "claims"}
            assert {name for name in old.OFFSETS if getattr(old, name) != getattr(new, name)} <= grows
            for name in grows - {"ballot"}:
                assert getattr(new, name, 0) >= getattr(old, name, 0), f"{name} fell"


def _final(old: state.Ballot, new: state.Ballot, now: int) -> None:
    if old.sealed or (old.agreed_at and now > old.agreed_at + DAY):
        assert (old.root, old.agreed_at, old.round) == (new.root, new.agreed_at, new.round), "a final root changed"
    assert new.sealed >= old.sealed


def paid_from_funds(chain: Chain, found: Decoded, m: Model) -> None:
    """Promises 5 and 7, and all accounts of it say what the model says."""
    _actions(chain, found, m)
    _snapshots(chain, found, m)
    shown = {where: one for where, one in found.items() if isinstance(one, state.Distribution)}
    assert shown.keys() == {owner_address(f"dist{at[0]}-{at[1]}") for at in m.dividends}
    pages = {(one.distribution, one.page): one for one in found.values() if isinstance(one, state.ClaimPage)}
    assert len(pages) == sum(len(one.pages) for one in m.dividends.values())
    for at, mine in m.dividends.items():
        where = owner_address(f"dist{at[0]}-{at[1]}")
        one = shown[where]
        expected = {
            "number": mine.number,
            "snapshot": pda.snapshot(chain.here.asset, mine.snapshot),
            "payout_mint": address(mine.coin),
            "vault": chain.here.account(mine.vault),
            "withholding_account": chain.here.account(mine.tax_to),
            "rules": mine.rules,
            "rates_hash": bytes([mine.rates]) * 32,
            "rate": mine.rate,
            "declared_at": mine.declared,
            "claim_from": mine.opens,
            "claim_until": mine.until,
            "funded": mine.funded,
            "paid": mine.paid,
            "withheld": mine.withheld,
            "reclaimed": mine.reclaimed,
            "remitted": mine.remitted,
            "claims": len(mine.claimed),
        }
        assert {name: getattr(one, name) for name in expected} == expected
        _ballot(one.ballot, mine.ballot)
        assert one.paid + one.withheld + one.reclaimed + mine.remaining == one.funded <= one.ballot.root.entry.sum
        assert mine.remaining >= 0 and one.remitted <= one.withheld
        owed = mine.remaining + one.withheld - one.remitted
        assert m.cash[mine.vault] >= owed, "the vault does not hold what is owed"
        assert sum(mine.claimed.values()) == one.paid + one.withheld
        for page, (payer, total) in mine.pages.items():
            account = pages[where, page]
            assert (account.rent_payer, account.entry.sum) == (address(payer), total)
            bits = sum(1 << index for index in mine.claimed)
            assert int.from_bytes(account.bitmap, "little") == bits
            assert account.claimed == sum(mine.claimed.values())
    recipients = {one.owner: one.recipient for one in found.values() if isinstance(one, state.Recipient)}
    assert recipients == {address(owner): address(to) for owner, to in m.recipients.items()}


def slot_ends(chain: Chain, found: Decoded, tokens: Mapping[Pubkey, Wallet], m: Model) -> None:
    """Promise 8: at its end everything in existence belongs to somebody, what waits in the escrow to who asked."""
    held: Counter[Pubkey] = Counter()
    for where, wallet in tokens.items():
        held[wallet.owner] += wallet.amount if where != chain.here.escrow else 0
    ours = [one for one in found.values() if isinstance(one, state.RedemptionRequest) and one.asset == chain.here.asset]
    for one in ours:
        held[one.holder] += one.amount
    held[chain.here.asset] += tokens[chain.here.escrow].amount - sum(one.amount for one in ours)
    ended = [one.truth for one in m.snapshots if one.slot == m.slot and one.truth is not None]
    for truth in ended:
        assert {owner_address(owner): amount for owner, amount in truth.items()} == +held


def _ballot(seen: state.Ballot, mine: Ballot) -> None:
    def root(one: state.Root) -> Root:
        return Root(one.entry.hash, one.entry.sum, one.leaf_count, one.withheld)

    assert (root(seen.root), seen.agreed_at, seen.round) == (mine.root, mine.agreed, mine.round)
    assert seen.sealed == mine.sealed
    assert [(one.attestor, root(one.root)) for one in seen.votes] == [(address(by), said) for by, said in mine.votes]
    assert list(seen.rejecters) == [address(name) for name in mine.rejecters]
    shown = [(one.challenger, bytes(one.owner), one.index) for one in seen.shown]
    assert shown == [(address(by), owner, index) for by, owner, index in mine.shown]


def _snapshots(chain: Chain, found: Decoded, m: Model) -> None:
    shown = {one.number: one for one in found.values() if isinstance(one, state.Snapshot)}
    assert shown.keys() == set(range(len(m.snapshots)))
    for mine in m.snapshots:
        one = shown[mine.number]
        seen = (one.action, one.slot, one.supply, one.multiplier, one.recorded_at, one.burned_outside, one.basis)
        assert seen == (mine.action, mine.slot, mine.supply, mine.multiplier, mine.at, mine.outside, mine.basis)
        assert one.distributions == mine.distributions
        _ballot(one.ballot, mine.ballot)
        if mine.ballot.agreed:  # what was burned past the program since is all that can be missing
            outside = m.outside - mine.outside
            assert mine.supply - outside <= mine.ballot.root.sum <= mine.supply
        if mine.truth is not None:
            burned = mine.supply - sum(mine.truth.values())
            assert 0 <= burned <= m.seen().outside - mine.outside, "the program minted or burned in the record slot"


def _actions(chain: Chain, found: Decoded, m: Model) -> None:
    shown = {one.number: one for one in found.values() if isinstance(one, state.CorporateAction)}
    assert shown.keys() == set(range(len(m.actions)))
    asset = found[chain.here.asset]
    assert isinstance(asset, state.Asset)
    assert (asset.actions, asset.snapshots) == (len(m.actions), len(m.snapshots))
    assert [(one.begins_at, one.ends_at, one.action, one.kind) for one in asset.calendar] == m.calendar
    assert (asset.isin, asset.symbol) == (m.listed[0][0].encode(), m.listed[0][1].encode().ljust(12, b"\0"))
    for mine in m.actions:
        one = shown[mine.number]
        expected = {
            "kind": mine.kind,
            "state": mine.state,
            "ratio": state.Ratio(*mine.ratio) if mine.new_multiplier else state.Ratio(0, 0),
            "old_multiplier": mine.old_multiplier,
            "new_multiplier": mine.new_multiplier,
            "rate": mine.rate,
            "announced_at": mine.announced,
            "ex_at": mine.ex,
            "record_at": mine.record,
            "pay_at": mine.pay,
            "effective_at": mine.effective,
            "reason_hash": bytes([mine.reason]) * 32,
            "snapshot": NO_SNAPSHOT if mine.snapshot is None else mine.snapshot,
            "basis": mine.basis,
        }
        assert {name: getattr(one, name) for name in expected} == expected
    now, said = m.in_force(), asset.attestors
    waits = m.fresh_attestors is not None and m.now >= m.fresh_attestors[1]
    keys, count, threshold = (
        (said.pending_keys, said.pending_count, said.pending_threshold)
        if waits
        else (said.keys, said.count, said.threshold)
    )
    assert (keys[:count], threshold) == (tuple(address(name) for name in now.names), now.threshold)
    assert said.pending_from == (m.fresh_attestors[1] if m.fresh_attestors else 0)


def one_basis(chain: Chain, m: Model) -> None:
    """Promise 12: wallets see the multiplier, and no figure is off by more than a unit for each split."""
    current, effective, following = chain.scaled()
    assert (following if m.now >= effective else current) == m.multiplier / ONE, "wallets see another multiplier"
    if m.coming:
        assert (effective, following) == (m.coming.at, m.coming.multiplier / ONE)
    for custodian in m.custodians.values():
        exact = custodian.exact
        assert custodian.settled <= exact.figure
        assert custodian.settled == TOP_FIGURE or exact.figure - custodian.settled <= exact.slack
    for abroad in m.chains.values():
        exact = abroad.exact
        assert abroad.supply == TOP_FIGURE or exact.figure <= abroad.supply <= exact.figure + exact.slack
