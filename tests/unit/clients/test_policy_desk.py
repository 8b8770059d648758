"""Changing an asset's rules through the desk: what acts, what waits, who stops it."""

from __future__ import annotations

from typing import Any

import pytest
from solders.hash import Hash

from tests.unit.clients.test_issuer_desk import refusal
from tests.unit.clients.world import NOW, ONE, World, key
from xstock_client.amounts import Raw, Shares
from xstock_client.clients import Attestor, IssuerDesk, PolicyChanged
from xstock_client.constants import DAY_S, Halt, PolicyField, Role
from xstock_client.errors import UsageError
from xstock_client.ledger import OfflineLedger, SignedOnly, Terms
from xstock_client.policy import PolicyUpdate, QueueState


@pytest.fixture
async def live(world: World) -> World:
    """With a first mint behind it, so that what is looser waits."""
    await world.attest(60, 50)
    await world.give(100)
    return world


async def test_a_tightening_acts_at_once_and_tells_of_the_latch(live: World) -> None:
    update = PolicyUpdate(custodian_cap=Shares(40 * ONE), max_age_s=5 * DAY_S)
    diff = await live.admin.policy_diff(live.asset, update)
    assert (diff.tighter, diff.looser) == (PolicyField.CUSTODIAN_CAP, PolicyField(0))
    changed = await live.admin.set_policy(live.asset, update)
    assert (changed.tighter, changed.looser, changed.queued) == (
        PolicyField.CUSTODIAN_CAP,
        PolicyField(0),
        PolicyField(0),
    )
    assert (changed.ready_at, changed.expires_at, changed.latched) == (0, 0, True)
    report = await live.reader.reserve_report(live.asset)
    assert report.policy.custodian_cap == 40 * ONE and report.latched


async def test_a_loosening_waits_in_public_and_anyone_applies_it(live: World) -> None:
    update = PolicyUpdate(haircut_bps=500, collateral_bps=10_500)
    changed = await live.admin.set_policy(live.asset, update)
    assert (changed.tighter, changed.looser) == (PolicyField.COLLATERAL, PolicyField.HAIRCUT)
    assert (changed.queued, changed.ready_at) == (PolicyField.HAIRCUT, NOW + 2 * DAY_S)
    assert changed.expires_at == NOW + 16 * DAY_S
    report = await live.reader.reserve_report(live.asset)
    assert (report.queue, report.queue_ready_at) == (QueueState.WAITING, NOW + 2 * DAY_S)
    assert [(one.name, one.current, one.wanted) for one in report.queued] == [("haircut", 10_000, 500)]
    stranger = Attestor(live.ledger, payer=live.treasury)
    assert (await refusal(stranger.apply_policy(live.asset))).name == "ChangeNotReady"
    live.ledger.advance(2 * DAY_S)
    assert (await live.reader.reserve_report(live.asset)).queue is QueueState.READY
    await stranger.apply_policy(live.asset)
    report = await live.reader.reserve_report(live.asset)
    assert (report.policy.haircut_bps, report.queue, report.queued) == (500, QueueState.NONE, ())
    assert (await refusal(stranger.apply_policy(live.asset))).name == "NothingQueued"


async def test_before_the_first_mint_a_loosening_may_be_applied_at_once(world: World) -> None:
    changed = await world.admin.set_policy(world.asset, PolicyUpdate(haircut_bps=500))
    assert (changed.looser, changed.ready_at) == (PolicyField.HAIRCUT, NOW)
    await world.admin.apply_policy(world.asset)
    assert (await world.reader.asset_account(world.asset)).policy.haircut_bps == 500


async def test_a_tightening_of_the_same_field_voids_what_waits(live: World) -> None:
    await live.admin.set_policy(live.asset, PolicyUpdate(haircut_bps=500, max_age_s=6 * DAY_S))
    changed = await live.admin.set_policy(live.asset, PolicyUpdate(max_age_s=4 * DAY_S))
    assert (changed.tighter, changed.queued) == (PolicyField.MAX_AGE, PolicyField.HAIRCUT)
    diff = await live.admin.policy_diff(live.asset, PolicyUpdate(haircut_bps=10_000))
    assert diff.dropped == PolicyField.HAIRCUT
    assert (await live.admin.set_policy(live.asset, PolicyUpdate(haircut_bps=10_000))).queued == PolicyField(0)


@pytest.mark.parametrize("by", [None, Role.ADMIN, Role.PAUSER], ids=str)
async def test_a_queue_is_cancelled_by(live: World, by: Role | None) -> None:
    await live.admin.set_policy(live.asset, PolicyUpdate(haircut_bps=500))
    signer = live.authority if by is None else live.member
    desk = IssuerDesk(live.ledger, issuer=live.issuer, signer=signer, payer=live.treasury, by=by)
    await desk.cancel_policy(live.asset)
    assert (await live.reader.asset_account(live.asset)).queued_policy.fields == 0
    assert (await refusal(desk.cancel_policy(live.asset))).name == "NothingQueued"
    assert (await refusal(live.admin.acting_as(key()).cancel_policy(live.asset))).name == "NotAuthority"


async def test_what_the_program_would_refuse_is_refused_before_it_is_sent(live: World) -> None:
    bad: list[tuple[PolicyUpdate, str]] = [
        (PolicyUpdate(), "at least one field"),
        (PolicyUpdate(haircut_bps=499), "haircut_bps lies between 5 % and 100 %"),
        (PolicyUpdate(custodian_share_bps=4_999), "could never count"),
        (PolicyUpdate(mint_window_limit=Raw(0)), "mint_window_limit lies between"),
    ]
    before = await live.ledger.balance(live.treasury.pubkey)
    for update, words in bad:
        with pytest.raises(UsageError, match=words):
            await live.admin.set_policy(live.asset, update)
    await live.desk.halt(live.asset, Halt.CHANGES)
    with pytest.raises(UsageError, match="looser changes are halted"):
        await live.admin.set_policy(live.asset, PolicyUpdate(haircut_bps=500))
    tighter: PolicyChanged = await live.admin.set_policy(live.asset, PolicyUpdate(min_custodians=3))
    assert tighter.tighter == PolicyField.MIN_CUSTODIANS
    assert await live.ledger.balance(live.treasury.pubkey) < before


async def test_an_admin_acts_for_the_authority_without_saying_so(live: World) -> None:
    changed = await live.desk.set_policy(live.asset, PolicyUpdate(max_age_s=4 * DAY_S))
    assert changed.tighter == PolicyField.MAX_AGE
    built = live.desk.set_policy_instructions(live.asset, PolicyUpdate(max_age_s=3 * DAY_S), by=Role.ADMIN)
    grant = live.desk.grant_address(Role.ADMIN, live.member.pubkey)
    assert built[0].accounts[1].pubkey == grant
    plain = live.admin.set_policy_instructions(live.asset, PolicyUpdate(max_age_s=3 * DAY_S))
    assert plain[0].accounts[1].pubkey == live.reader.program_id
    stranger = live.admin.acting_as(key())
    assert (await refusal(stranger.set_policy(live.asset, PolicyUpdate(max_age_s=DAY_S)))).name == "NotAuthority"


async def test_the_assets_daily_limit_shows_in_what_may_be_minted(live: World) -> None:
    await live.admin.set_policy(live.asset, PolicyUpdate(mint_window_limit=Raw(104 * ONE)))
    found = await live.reader.headroom(live.asset, live.member.pubkey)
    assert (found.reserve, found.asset_window, found.raw) == (Raw(10 * ONE), Raw(4 * ONE), Raw(4 * ONE))
    more = live.desk.mint(live.asset, 1, Raw(4 * ONE + 1), live.holder_key.pubkey)
    told: Any = await refusal(more)
    assert (told.name, told.figures["left"]) == ("AssetWindowExceeded", 4 * ONE)
    await live.desk.mint(live.asset, 1, Raw(4 * ONE), live.holder_key.pubkey)


async def test_where_nothing_is_read_the_desk_acts_as_it_was_told(live: World) -> None:
    update = PolicyUpdate(haircut_bps=500)
    for by in (None, Role.ADMIN):
        offline = OfflineLedger(Terms(blockhash=Hash.default()))
        desk = IssuerDesk(offline, issuer=live.issuer, signer=live.member, payer=live.treasury, by=by)
        with pytest.raises(SignedOnly) as signed:
            await desk.set_policy(live.asset, update)
        (built,) = desk.set_policy_instructions(live.asset, update, by=by)
        assert bytes(built.data) in bytes(signed.value.prepared.message)
        grant = desk.grant_address(Role.ADMIN, live.member.pubkey)
        named = [meta.pubkey for meta in built.accounts]
        assert (grant in named) == (by is Role.ADMIN)
        assert bytes(grant) in bytes(signed.value.prepared.message) or by is None
