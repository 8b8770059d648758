"""Every account says what the model says (promises 5 and 6)."""

from __future__ import annotations

from tests.properties.audit import Decoded, up_to_date
from tests.properties.chain import Chain, address, issuer_of
from tests.properties.claims import COINS
from tests.properties.holders import Model
from tests.properties.parts import DAY, NEVER, NO_LIMITS, PAGE, ROLES, SLOTS, KeyRing, Keys
from xstock_client import accounts as state

__all__ = ["books"]


def books(chain: Chain, found: Decoded, m: Model) -> None:
    """Compare everything that the model keeps."""
    found = up_to_date(found, m.now)
    asset = found[chain.here.asset]
    assert isinstance(asset, state.Asset)
    _asset(asset, m)
    _issuer(chain, found, m)
    reserve = found[chain.here.reserve]
    assert isinstance(reserve, state.Reserve)
    assert reserve.basis == m.basis
    _custodians(reserve, m)
    _chains(reserve, m)
    _allowances(chain, found, m)
    _tickets(chain, found, m)
    _redemptions(chain, found, m)


def _asset(asset: state.Asset, m: Model) -> None:
    expected = {
        "known_supply": m.known,
        "minted": m.minted,
        "settled": m.settled,
        "burned_outside": m.outside,
        "requested": sum(one.requested for one in m.books.values()),
        "returned": m.returned,
        "pending": m.pending,
        "open_requests": len(m.requests),
        "tickets_used": len(m.tickets),
        "ticket_watermark": m.watermark,
        "highest_ticket": max(m.tickets, default=0),
        "halts": m.halts,
        "latched": int(m.latched),
        "latched_at": m.latched_at,
        "payment_mint": address(m.coin or "nobody"),
        "payment_decimals": COINS.get(m.coin, 0),
        "bond_vault": address(m.vault if m.coin else "nobody"),
        "bond": m.bond,
        "bond_reserved": m.reserved,
        "bond_exit": state.BondExit(m.exit.amount, m.exit.ready, m.exit.until, address(m.exit.to)),
        "first_mint_at": m.first_mint,
        "cleared_at": m.cleared,
        "newest_as_of": m.newest,
        "policy": m.policy,
        "mint_window": m.window.told(),
        "queued_policy": m.queue,
        "multiplier": m.multiplier,
        "next_multiplier": m.coming.multiplier if m.coming else m.multiplier,
        "next_effective_at": m.coming.at if m.coming else 0,
        "next_action": m.coming.action if m.coming else 0,
        "halt_from": m.coming.ex if m.coming and m.coming.split else 0,
        "basis": m.basis,
        "split": state.Ratio(*(m.split or (0, 0))),
        "split_at": m.split_at,
        "split_ex_at": m.split_ex,
        "delisted_at": m.delisted,
        "snapshot_slot": m.snapshot_slot,
        "identified_at": m.identified,
        "features": m.terms.only_we_burn + 2 * m.terms.pro_rata,
    }
    assert {name: getattr(asset, name) for name in expected} == expected
    for oldest in (-NEVER, m.counted(fresh=True)[1], m.counted(fresh=False)[1]):
        kept = sum(day.shares for day in asset.released if day.last_at >= oldest)
        assert kept == m.released_by_day(oldest)


def _issuer(chain: Chain, found: Decoded, m: Model) -> None:
    issuer = found[chain.here.issuer]
    assert isinstance(issuer, state.Issuer)
    handoff = (
        issuer.authority,
        issuer.pending_authority,
        issuer.pending_authority_from,
        issuer.pending_authority_until,
    )
    assert handoff == (address(m.authority), address(m.heir), m.heir_from, m.heir_until)
    assert (issuer.timelock_s, issuer.live_at) == (m.terms.timelock, m.live)
    assert issuer.renounced == sum(1 << role for role in m.renounced)
    assert (issuer.renouncing, issuer.renounce_from) == (m.renouncing or (0, 0))
    counts = [m.grant_count(role) if role in ROLES else 0 for role in range(16)]
    assert list(issuer.grants) == counts
    grants = {
        (one.role, one.member, one.issuer): (one.expires_at, one.held_since, one.next_expires_at, one.next_from)
        for one in found.values()
        if isinstance(one, state.RoleGrant)
    }
    assert grants == {
        (role, address(member), issuer_of(member)): (
            *(one.expires, one.since),
            *(one.waiting or (0, 0)),
        )
        for (role, member), one in m.grants.items()
    }


def _keys(found: state.KeySet, ring: KeyRing) -> None:
    def shown(one: Keys | None) -> tuple[object, ...]:
        names = one.names if one else ()
        padded = tuple(address(name) for name in (*names, *("nobody",) * (3 - len(names))))
        return padded, len(names), *((one.threshold, one.epoch) if one else (0, 0))

    assert (found.keys, found.count, found.threshold, found.epoch) == shown(ring.keys)
    waiting = (found.pending_keys, found.pending_count, found.pending_threshold, found.pending_epoch)
    assert waiting == shown(ring.fresh)
    assert (found.sequence, found.pending_from) == (ring.sequence, ring.since)


def _custodians(reserve: state.Reserve, m: Model) -> None:
    assert reserve.last_epoch == m.epochs
    for number in range(SLOTS):
        slot, one = reserve.custodians[number], m.custodians.get(number)
        assert slot.active == (one is not None)
        if one is None:
            assert (slot.settled, slot.in_transit, slot.signers.epoch, slot.signers.pending_epoch) == (0, 0, 0, 0)
            continue
        seen = (slot.as_of, slot.settled, slot.in_transit, slot.in_transit_by, slot.received_at != 0, slot.basis)
        assert seen == (one.as_of, one.settled, one.in_transit, one.by, one.reported, one.signed)
        _keys(slot.signers, one.ring)


def _chains(reserve: state.Reserve, m: Model) -> None:
    for number in range(SLOTS):
        slot, one = reserve.chains[number], m.chains.get(number)
        assert slot.active == (one is not None)
        if one is None:
            assert (slot.cap, slot.supply, slot.outbound, slot.signers.pending_epoch) == (0, 0, 0, 0)
            continue
        seen = (slot.as_of, slot.supply, slot.received_at != 0, slot.cap, slot.next_cap, slot.next_cap_from)
        assert seen == (one.as_of, one.supply, one.reported, one.cap, *(one.lower or (0, 0)))
        assert (slot.retire_from, slot.marked, slot.marked_at) == (one.retire_from, one.marked, one.marked_at)
        assert (slot.reported, slot.concluded) == (one.heard, one.concluded)
        assert (slot.outbound, slot.basis) == (one.outbound, one.signed)
        for place, day in enumerate(slot.outbound_days):
            sent = [burn for burn in one.sent if burn[0] // DAY % 8 == place]
            assert day.shares == sum(shares for _, shares in sent)
            assert day.last_at == max((at for at, _ in sent), default=0)
        _keys(slot.signers, one.ring)


def _allowances(chain: Chain, found: Decoded, m: Model) -> None:
    ours = {
        one.minter: one
        for one in found.values()
        if isinstance(one, state.MinterAllowance) and one.asset == chain.here.asset
    }
    assert ours.keys() == {address(name) for name in m.allowances}
    for name, mine in m.allowances.items():
        one = ours[address(name)]
        assert (one.limits, one.window, one.lifetime_used) == (mine.limits, mine.window.told(), mine.ever)
        assert (one.pending, one.pending_from) == (mine.waiting or (NO_LIMITS, 0))


def _tickets(chain: Chain, found: Decoded, m: Model) -> None:
    pages = {
        one.page: one for one in found.values() if isinstance(one, state.TicketPage) and one.asset == chain.here.asset
    }
    assert pages.keys() == m.pages
    for number, page in pages.items():
        used = [ticket % PAGE for ticket in m.tickets if ticket // PAGE == number]
        assert int.from_bytes(page.bitmap, "little") == sum(1 << ticket for ticket in used)
        assert page.used == len(used)


def _redemptions(chain: Chain, found: Decoded, m: Model) -> None:
    shown = {
        (one.holder, one.id): one
        for one in found.values()
        if isinstance(one, state.RedemptionRequest) and one.asset == chain.here.asset
    }
    assert shown.keys() == {(address(holder), id) for holder, id in m.requests}
    for (holder, id), mine in m.requests.items():
        one = shown[address(holder), id]
        expected = {
            "state": mine.state,
            "payout": mine.payout,
            "min_price": mine.min_price,
            "arbiter": address(mine.arbiter or "nobody"),
            "marked_shares": mine.marked,
            "multiplier": mine.multiplier,
            "to_chain": mine.to_chain,
            "fee_bps": mine.fee_bps,
            "amount": mine.amount,
            "requested": mine.first,
            "requested_at": mine.made,
            "accept_by": mine.accept_by,
            "settle_by": mine.settle_by,
            "accepted_at": mine.accepted,
            "penalty_rate": mine.rate,
            "paid_at": mine.paid,
            "until": mine.until,
            "dispute_window_s": mine.dispute_window,
            "payout_terms_hash": bytes([mine.terms]) * 32,
            "source": chain.here.account(mine.source),
        }
        assert {name: getattr(one, name) for name in expected} == expected
    kept = {one.holder: one for one in found.values() if isinstance(one, state.HolderBook)}
    assert kept.keys() == {address(name) for name in m.books}
    for name, book in m.books.items():
        seen = kept[address(name)]
        assert (seen.next_id, seen.requested) == (book.next_id, book.requested)
        assert seen.penalty_window == book.penalties.told()
