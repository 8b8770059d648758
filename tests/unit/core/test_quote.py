"""Quotes without a cluster: the cases that are hard to bring about on one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from tests.unit.core.test_counting import a_reserve, an_asset, blank
from xstock_client.accounts import Asset, HolderBook, WindowUsage
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.constants import Feature, Payout
from xstock_client.counting import penalty
from xstock_client.quote import Concern, Funds, RedemptionQuote, min_price_for, redemption_quote

NOW, DAY = 1_772_323_200, 86_400
ASSET, HOLDER, MINT = (Pubkey(bytes([number]) * 32) for number in (1, 2, 3))
POLICY = {
    "accept_window_s": 2 * DAY,
    "settle_window_s": 3 * DAY,
    "change_delay_s": 2 * DAY,
    "penalty_rate": 10**8,
    "holder_penalty_cap": 10**6,
}
SLOT = {"active": 1, "as_of": NOW - 60, "received_at": NOW - 30, "settled": 750}


def state(**changes: Any) -> Asset:
    usual = {"known_supply": 1_000, "minted": 1_000, "bond": 10**6, "payment_mint": MINT, "payment_decimals": 6}
    return replace(an_asset(POLICY), **{**usual, **changes})


def quote(asset: Asset, amount: int = 100, book: HolderBook | None = None, **more: Any) -> RedemptionQuote:
    reserve = a_reserve([SLOT], [])
    return redemption_quote(ASSET, HOLDER, asset, reserve, book, Raw(1_000), Raw(amount), NOW, **more)


def test_a_short_asset_says_what_it_pays_and_from_when() -> None:
    asset = state(latched=1, latched_at=NOW - DAY, features=int(Feature.PRO_RATA))
    found = quote(asset, price=Cash(10**8))
    assert found.payout_shares == Shares(100) and found.has(Concern.LATCHED)
    (soon,) = [one.text for one in found.cautions if one.concern is Concern.PRO_RATA]
    assert soon.startswith("from 2026-03-02 00:00:00Z on, redemptions pay in proportion")
    cut = quote(replace(asset, latched_at=NOW - 2 * DAY), price=Cash(10**8))
    assert (cut.shares, cut.payout_shares, cut.payment) == (Shares(100), Shares(75), Cash(75))
    (now,) = [one.text for one in cut.cautions if one.concern is Concern.PRO_RATA]
    assert now == "0.00000075 of 0.000001 shares are paid out while the reserve is short"
    assert not quote(replace(asset, features=0)).has(Concern.PRO_RATA)


def test_accounts_that_stand_in_the_way_are_told() -> None:
    funds = Funds(held=Raw(99), frozen=True, paused=True, unpayable="it is closed", vault=Cash(5), rent=7, book_rent=8)
    found = quote(state(), funds=funds)
    refused = {Concern.TOO_FEW, Concern.FROZEN, Concern.PAUSED}
    assert {one.concern for one in found.cautions if one.refuses} == refused and found.refused
    assert found.has(Concern.UNPAYABLE) and found.has(Concern.VAULT_SHORT)
    assert (found.rent, found.book_rent) == (7, 8)
    book: HolderBook = blank(HolderBook)
    assert quote(state(), book=book, funds=funds).book_rent == 0
    off = quote(state(), funds=funds, payout=Payout.OFF_CHAIN)
    assert not off.has(Concern.UNPAYABLE), "nothing is paid into it"
    assert "\n" not in "".join(found.warnings) and len(found.warnings) == len(found.cautions)


def test_a_minimum_above_the_price_is_told() -> None:
    found = quote(state(), price=Cash(10**8), min_price=Cash(2 * 10**8))
    assert (found.payment, found.min_payment, found.has(Concern.MINIMUM)) == (Cash(100), Cash(200), True)
    assert not quote(state(), price=Cash(10**8), min_price=Cash(10**8)).has(Concern.MINIMUM)


def test_a_lower_cap_is_not_outlived_by_what_was_used_under_the_old_one() -> None:
    book = replace(blank(HolderBook), penalty_window=WindowUsage(10**9, 0, NOW - DAY // 2))
    # half a day frees half of the new cap, however much was used
    assert quote(state(), amount=10**6, book=book).penalty == Cash(0)
    window = replace(book, penalty_window=WindowUsage(10**6, 0, NOW - DAY // 2))
    assert quote(state(), amount=1_000, book=window).penalty_rate == Cash(10**8)
    assert quote(state(), amount=10**6, book=window).penalty == Cash(5 * 10**5)


@given(st.integers(1, 2**40), st.integers(0, 2**50), st.integers(0, 2**50), st.integers(0, 2**50))
def test_a_quoted_penalty_is_never_more_than_there_is(amount: int, bond: int, reserved: int, cap: int) -> None:
    asset = state(bond=bond, bond_reserved=min(reserved, bond))
    asset = replace(asset, policy=replace(asset.policy, holder_penalty_cap=cap))
    found = quote(asset, amount=amount)
    assert found.penalty.value == penalty(amount, found.penalty_rate.value)
    assert found.penalty.value <= min(bond - min(reserved, bond), cap) and found.penalty_rate <= found.policy_rate


@given(st.integers(0, 2**50), st.integers(0, 2**50), st.integers(0, 10_000))
def test_a_suggested_minimum_takes_its_slippage(shares: int, payment: int, slippage: int) -> None:
    least = min_price_for(Shares(shares), Cash(payment), slippage)
    assert penalty(shares, least.value) <= payment  # the same rounding: ceil(shares * price / 10^8)


def test_a_deficit_does_not_lower_what_was_asked_for() -> None:
    asset = state(latched=1, latched_at=NOW - 2 * DAY, features=int(Feature.PRO_RATA))
    found = quote(asset, price=Cash(10**8), min_price=Cash(10**8))
    assert (found.payment, found.min_payment) == (Cash(75), Cash(100)) and found.has(Concern.MINIMUM)
