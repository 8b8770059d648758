"""Corporate actions through the clients: announced, read, taken back, and what is refused before anything is sent."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from solders.pubkey import Pubkey

from tests.unit.clients.payday import DOCUMENT, NOTICE, SPLIT_NOTICE
from tests.unit.clients.test_issuer_desk import refusal
from tests.unit.clients.world import LISTING, ONE, World, key
from xstock_client import pda
from xstock_client.accounts import CorporateAction
from xstock_client.amounts import Cash, Multiplier, Raw
from xstock_client.clients import IssuerDesk, actions_of
from xstock_client.clients._base import load
from xstock_client.clients.token import PaymentMintRefused
from xstock_client.constants import DAY_S, HOUR_S, MIN_MULTIPLIER, ActionKind, Halt
from xstock_client.corporate import ActionPhase, CashRate
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.ledger import EmbeddedLedger

NVIDIA = "US67066G1040"


def test_a_rate_is_exact_below_a_base_unit() -> None:
    rate = CashRate.parse("0.2537125", 6)
    assert rate.value == 253_712_500_000 and str(rate.to_ui(6)) == "0.2537125"
    assert CashRate.of(Cash(260_000)) == CashRate.parse("0.26", 6)
    with pytest.raises(ValueError, match="more than 12 decimals"):
        CashRate.parse("0.0000000000001", 6)
    with pytest.raises(ValueError, match="lies between 1 and"):
        CashRate(0)
    with pytest.raises(TypeError):
        CashRate(0.26)  # type: ignore[arg-type]


@pytest.fixture
async def minted(world: World) -> World:
    await world.attest(6_000, 5_000)
    await world.give(1_000)
    return world


async def split(world: World, new: int, old: int, *, days: int = 0) -> int:
    ex = await world.ledger.now() + SPLIT_NOTICE + days * DAY_S
    announced = await world.desk.announce_split(
        world.asset, new=new, old=old, ex_at=ex, effective_at=ex + HOUR_S, document_hash=DOCUMENT
    )
    return announced.number


async def test_a_split_is_announced_takes_effect_and_is_read(minted: World) -> None:
    world = minted
    ex = await world.ledger.now() + SPLIT_NOTICE
    announced = await world.desk.announce_split(
        world.asset, new=10, old=1, ex_at=ex, effective_at=ex + HOUR_S, document_hash=DOCUMENT
    )
    assert announced.number == 0 and announced.new_multiplier == Multiplier(10**13)
    assert announced.address == pda.corporate_action(world.asset, 0)
    (view,) = await actions_of(world.ledger, world.asset)
    assert (view.kind, view.phase, view.ratio, view.announced_by) == (
        ActionKind.SPLIT,
        ActionPhase.ANNOUNCED,
        (10, 1),
        world.member.pubkey,
    )
    assert (view.rate, view.record_at, view.isin, view.snapshot, view.reason_hash) == (None,) * 5
    world.ledger.advance(SPLIT_NOTICE)
    assert (await world.desk.action(world.asset, 0)).phase is ActionPhase.EX
    found = await refusal(world.desk.mint(world.asset, 9, Raw(ONE), world.holder_key.pubkey))
    assert found.name == "SplitPending"
    world.ledger.advance(HOUR_S)
    assert (await world.desk.action(world.asset, 0)).phase is ActionPhase.EFFECTIVE
    balance = await world.holder.balance(world.asset)
    assert (balance.raw, str(balance.ui)) == (Raw(1_000 * ONE), "10,000")


async def test_a_reverse_split_a_stock_dividend_and_a_delisting(minted: World) -> None:
    world = minted
    await split(world, 1, 4)
    ex = await world.ledger.now() + SPLIT_NOTICE + 4 * DAY_S
    delisted = await world.desk.announce_delisting(world.asset, effective_at=ex, document_hash=DOCUMENT)
    views = await actions_of(world.ledger, world.asset)
    assert [one.kind for one in views] == [ActionKind.REVERSE_SPLIT, ActionKind.DELISTING]
    assert delisted.new_multiplier is None and views[1].effective_at == views[1].ex_at == ex
    await world.desk.cancel_action(world.asset, 0, "a misprint")
    stock = await world.desk.announce_stock_dividend(
        world.asset, new=1, old=20, ex_at=ex - 3 * DAY_S, effective_at=ex - 3 * DAY_S, document_hash=DOCUMENT
    )
    assert stock.new_multiplier == Multiplier(1_050_000_000_000)
    view = await world.desk.action(world.asset, stock.number)
    assert (view.ratio, view.old_multiplier) == ((21, 20), Multiplier(10**12))


async def test_a_stock_dividend_that_the_reserve_does_not_cover_is_refused(world: World) -> None:
    await world.attest(600, 500)
    await world.give(1_000)
    ex = await world.ledger.now() + SPLIT_NOTICE
    coming = world.desk.announce_stock_dividend(
        world.asset, new=1, old=5, ex_at=ex, effective_at=ex, document_hash=DOCUMENT
    )
    found = await refusal(coming)
    assert (found.name, found.figures["reserve"], found.figures["needed"]) == ("ReserveShort", 1_100 * ONE, 1_200 * ONE)


async def test_an_action_is_taken_back_with_a_reason(minted: World) -> None:
    world = minted
    number = await split(world, 2, 1)
    with pytest.raises(UsageError, match="say why"):
        await world.desk.cancel_action(world.asset, number, "  ")
    await world.desk.cancel_action(world.asset, number, "the company took it back")
    view = await world.desk.action(world.asset, number)
    assert view.phase is ActionPhase.CANCELLED
    assert view.reason_hash == sha256(b"the company took it back").digest()
    with pytest.raises(UsageError, match="is cancelled already"):
        await world.desk.cancel_action(world.asset, number, "again")
    number = await split(world, 2, 1)
    world.ledger.advance(SPLIT_NOTICE + HOUR_S)
    with pytest.raises(UsageError, match="took effect at"):
        await world.desk.cancel_action(world.asset, number, "too late")
    with pytest.raises(AccountMissing, match="has no action 7"):
        await world.desk.cancel_action(world.asset, 7, "none")


async def test_times_and_ratios_out_of_bounds_are_told_with_figures(minted: World) -> None:
    world, desk, now = minted, minted.desk, await minted.ledger.now()

    def announce(new: int, old: int, ex: int, effective: int) -> object:
        return desk.announce_split(
            world.asset, new=new, old=old, ex_at=ex, effective_at=effective, document_hash=DOCUMENT
        )

    soon, ahead = now + 2 * DAY_S - 10, now + SPLIT_NOTICE
    for attempt, words in (
        (announce(2, 1, soon, ahead), "at least 2 d and at most 366 d ahead"),
        (announce(2, 1, ahead, ahead - 1), "the effective time .* lies before the ex time"),
        (announce(2, 1, ahead, ahead + 11 * DAY_S), "are 11 d, and at most 10 d are allowed"),
        (announce(3, 3, ahead, ahead), "3 shares for 3 change nothing"),
        (announce(20_000, 1, ahead, ahead), "between 1 and 10,000, not 20,000 for 1"),
        (announce(0, 1, ahead, ahead), "between 1 and 10,000, not 0 for 1"),
        (announce(1, 0, ahead, ahead), "between 1 and 10,000, not 1 for 0"),
    ):
        with pytest.raises(UsageError, match=words):
            await attempt  # type: ignore[misc]
    with pytest.raises(UsageError, match="announce that as a split"):
        await desk.announce_stock_dividend(
            world.asset, new=2, old=1, ex_at=ahead, effective_at=ahead, document_hash=DOCUMENT
        )
    with pytest.raises(UsageError, match="at least 1 d and at most 366 d ahead"):
        await desk.announce_delisting(world.asset, effective_at=now + DAY_S - 10, document_hash=DOCUMENT)
    with pytest.raises(UsageError, match="a hash of zeros names nothing"):
        await desk.announce_delisting(world.asset, effective_at=ahead, document_hash=bytes(32))
    state = await world.reader.asset_account(world.asset)
    assert state.actions == 0


async def test_two_actions_never_share_a_day(minted: World) -> None:
    world, now = minted, await minted.ledger.now()
    ex = (now // DAY_S + 3) * DAY_S

    async def renamed(at: int) -> None:
        await world.desk.announce_identifier_change(
            world.asset, symbol="AAPL2", effective_at=at, document_hash=DOCUMENT
        )

    await world.desk.announce_delisting(world.asset, effective_at=ex, document_hash=DOCUMENT)
    with pytest.raises(UsageError, match="is to be delisted at .* already"):
        await world.desk.announce_delisting(world.asset, effective_at=ex + DAY_S, document_hash=DOCUMENT)
    with pytest.raises(UsageError, match=r"action 0 \(delisting\) lies between .* no two actions share a day"):
        await renamed(ex + DAY_S - 1)
    for days in range(1, 6):
        await renamed(ex + days * DAY_S)
    with pytest.raises(UsageError, match="6 actions lie ahead, and the calendar holds no more"):
        await renamed(ex + 9 * DAY_S)


async def test_one_multiplier_is_scheduled_at_a_time(minted: World) -> None:
    await split(minted, 2, 1)
    with pytest.raises(UsageError, match="action 0 changes the multiplier at .* only one is scheduled"):
        await split(minted, 3, 1, days=4)
    minted.ledger.advance(SPLIT_NOTICE + HOUR_S)
    assert await split(minted, 3, 1) == 1


async def test_a_multiplier_stays_within_its_bounds(minted: World) -> None:
    for _ in range(2):
        await split(minted, 1, 1_000)
        minted.ledger.advance(SPLIT_NOTICE + HOUR_S)
    with pytest.raises(UsageError, match=str(Multiplier(MIN_MULTIPLIER))):
        await split(minted, 1, 10)


async def test_a_dividend_needs_attestors_and_a_mint_that_can_pay(minted: World) -> None:
    world, now = minted, await minted.ledger.now()

    async def dividend(mint: Pubkey, pay: int = NOTICE) -> None:
        await world.desk.announce_cash_dividend(
            world.asset,
            rate=CashRate.parse("0.26", 6),
            payout_mint=mint,
            ex_at=now + NOTICE,
            record_at=now + NOTICE,
            pay_at=now + pay,
            document_hash=DOCUMENT,
        )

    with pytest.raises(UsageError, match="has no snapshot attestors"):
        await dividend(world.coin.mint)
    with pytest.raises(AccountMissing, match="there is no mint"):
        await dividend(key().pubkey)
    with pytest.raises(PaymentMintRefused):
        await dividend(world.mint)
    with pytest.raises(UsageError, match="the pay time .* lies before the record time"):
        await dividend(world.coin.mint, NOTICE - 1)
    with pytest.raises(UsageError, match="more than 366 d behind the record time"):
        await dividend(world.coin.mint, NOTICE + 366 * DAY_S + 1)


async def test_attestors_are_at_least_two_and_new_ones_wait_in_public(minted: World) -> None:
    world, desk, asset = minted, minted.desk, minted.asset
    keys = [key().pubkey for _ in range(3)]
    for some, threshold, words in (
        (keys[:1], 2, "has 2 to 5 snapshot attestors, not 1"),
        ([keys[0], keys[0]], 2, "stands twice"),
        ([keys[0], Pubkey.default()], 2, "the zero address"),
        (keys, 1, "of 3 attestors 2 to 3 must agree, not 1"),
        (keys, 4, "of 3 attestors 2 to 3 must agree, not 4"),
        ([*keys, key().pubkey], 2, "of 4 attestors 3 to 4 must agree, not 2: more than half"),
    ):
        with pytest.raises(UsageError, match=words):
            await desk.set_attestors(asset, some, threshold)
    changed = await desk.set_attestors(asset, keys, 2)
    assert changed.in_force_at == await world.ledger.now() + LISTING.change_delay
    assert await desk.attestors(asset) == ((), 0)
    await desk.cancel_attestors(asset)
    changed = await desk.set_attestors(asset, keys, 2)
    world.ledger.advance(LISTING.change_delay)
    assert await desk.attestors(asset) == (tuple(keys), 2)
    fewer = await desk.set_attestors(asset, keys[:2], 2)  # no key to spare: it waits
    assert fewer.in_force_at == await world.ledger.now() + LISTING.change_delay
    stricter = await desk.set_attestors(asset, keys, 3)
    assert stricter.in_force_at == await world.ledger.now() and await desk.attestors(asset) == (tuple(keys), 3)


async def test_identifiers_are_announced_and_put_in_force_by_anybody(minted: World) -> None:
    world, now = minted, await minted.ledger.now()
    at = now + NOTICE
    with pytest.raises(UsageError, match="these are the asset's own"):
        await world.desk.announce_identifier_change(
            world.asset, symbol=LISTING.symbol, effective_at=at, document_hash=DOCUMENT
        )
    other = (await world.admin.list_asset(replace(LISTING, isin=NVIDIA, symbol="NVDAx"))).asset
    with pytest.raises(UsageError, match=f"the symbol NVDAx is that of the issuer's asset {other}"):
        await world.desk.announce_identifier_change(
            world.asset, symbol="NVDAx", effective_at=at, document_hash=DOCUMENT
        )
    await world.desk.announce_identifier_change(world.asset, symbol="AAPL2", effective_at=at, document_hash=DOCUMENT)
    with pytest.raises(UsageError, match="is announced, and cannot be put in force now"):
        await world.keeper.apply_identifiers(world.asset, 0)
    world.ledger.advance(NOTICE)
    assert (await world.desk.action(world.asset, 0)).phase is ActionPhase.DUE
    await world.keeper.apply_identifiers(world.asset, 0)
    assert (await world.desk.action(world.asset, 0)).phase is ActionPhase.EFFECTIVE
    assert await world.reader.resolve(world.issuer, "AAPL2") == world.asset
    with pytest.raises(UsageError, match="unknown symbol"):
        await world.reader.resolve(world.issuer, LISTING.symbol)


async def test_identifiers_lapse_when_nobody_puts_them_in_force(minted: World) -> None:
    at = await minted.ledger.now() + NOTICE
    await minted.desk.announce_identifier_change(minted.asset, symbol="AAPL2", effective_at=at, document_hash=DOCUMENT)
    minted.ledger.advance(NOTICE + 14 * DAY_S + 1)
    with pytest.raises(UsageError, match="could be put in force until .*: announce it again"):
        await minted.keeper.apply_identifiers(minted.asset, 0)
    assert (await minted.desk.action(minted.asset, 0)).phase is ActionPhase.MISSED


async def test_without_the_role_or_while_changes_are_halted_nothing_is_announced(minted: World) -> None:
    world, at = minted, await minted.ledger.now() + NOTICE
    nobody = IssuerDesk(world.ledger, issuer=world.issuer, signer=key(), payer=world.treasury)
    found = await refusal(nobody.announce_delisting(world.asset, effective_at=at, document_hash=DOCUMENT))
    assert found.name == "NotAuthority"
    await world.desk.halt(world.asset, Halt.CHANGES)
    with pytest.raises(UsageError, match="changes are halted"):
        await world.desk.announce_delisting(world.asset, effective_at=at, document_hash=DOCUMENT)


async def test_a_silent_cluster_is_asked_whether_it_was_announced(silent: World) -> None:
    ledger = silent.ledger
    assert isinstance(ledger, EmbeddedLedger)
    ledger.silent = True  # type: ignore[attr-defined]
    at = await ledger.now() + NOTICE
    announced = await silent.desk.announce_delisting(silent.asset, effective_at=at, document_hash=DOCUMENT)
    account = await load(ledger, announced.address, CorporateAction, "it is there")
    assert account.effective_at == at and account.announced_by == silent.member.pubkey
