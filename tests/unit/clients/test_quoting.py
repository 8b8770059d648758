"""Quotes against the program: what a wallet shows is what happens."""

from __future__ import annotations

import pytest

from tests.unit.clients.test_redeeming import LIMIT, PRICE, owner
from tests.unit.clients.world import LISTING, NOW, ONE, World, dollars, key
from xstock_client import pda
from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.constants import DAY_S, Halt, Payout
from xstock_client.errors import UsageError, WrongCluster
from xstock_client.events import RedemptionRequested, RedemptionSettled, parse_events
from xstock_client.ledger import EmbeddedLedger
from xstock_client.policy import PolicyUpdate
from xstock_client.quote import Concern


@pytest.fixture
async def funded(world: World) -> World:
    """The holder has 100 AAPLx; the issuer keeps 0.37 % of a redemption."""
    await world.admin.set_policy(world.asset, PolicyUpdate(redemption_fee_bps=37, holder_penalty_cap=dollars("40")))
    await world.admin.apply_policy(world.asset)
    await world.attest(60, 50)
    await world.give(100)
    return world


async def test_a_quote_is_what_the_program_does(funded: World) -> None:
    world = funded
    amount = Raw(30 * ONE + 7)
    quote = await world.holder.quote(world.asset, amount, price=PRICE, slippage_bps=50)
    assert (quote.shares, quote.payout_shares) == (Shares(30 * ONE + 7), Shares(30 * ONE + 7))
    assert quote.gross is not None and quote.fee is not None and quote.payment == quote.gross - quote.fee
    assert not quote.refused and quote.rent == await world.ledger.rent(RedemptionRequest.SIZE) and quote.book_rent > 0
    lamports = await world.ledger.balance(world.treasury.pubkey)
    made = await world.holder.request(world.asset, amount, min_price=quote.min_price)
    spent = lamports - await world.ledger.balance(world.treasury.pubkey)
    assert spent == quote.rent + quote.book_rent + 10_000  # two signatures
    (_, asked) = parse_events(made.receipt.executed)
    assert isinstance(asked, RedemptionRequested)
    deadlines = (quote.accept_by, quote.settle_by)
    assert (asked.accept_by, asked.settle_by) == deadlines == (NOW + 2 * DAY_S, NOW + 5 * DAY_S)
    assert (asked.penalty_rate, asked.penalty, asked.fee_bps) == (quote.penalty_rate.value, 0, quote.fee_bps)
    assert quote.has(Concern.ARMED_LATER) and not quote.armed_at_once
    await world.desk.accept(world.asset, owner(world), made.id)
    (request,) = await world.holder.requests(world.asset)
    assert request.penalty == quote.penalty == Cash(30 * 10**6 + 1)
    receipt = await world.desk.settle(
        world.asset, owner(world), made.id, amount=amount, price=PRICE, agent=world.treasury
    )
    (settled,) = parse_events(receipt.executed)
    assert isinstance(settled, RedemptionSettled)
    assert (settled.gross, settled.fee, settled.payment) == (quote.gross.value, quote.fee.value, quote.payment.value)
    assert settled.shares == quote.shares.value and settled.payment >= quote.min_payment.value
    assert await world.ledger.account(made.address) is None, "its rent is back"


async def test_at_market_the_penalty_stands_at_once(funded: World) -> None:
    world = funded
    quote = await world.holder.quote(world.asset, Raw(10 * ONE), price=PRICE)
    assert (quote.min_price, quote.armed_at_once, quote.penalty) == (Cash(0), True, dollars("10"))
    assert [one.concern for one in quote.cautions] == [Concern.AT_MARKET]
    made = await world.holder.request(world.asset, Raw(10 * ONE))
    *_, asked = parse_events(made.receipt.executed)
    assert isinstance(asked, RedemptionRequested) and asked.penalty == quote.penalty.value
    assert (await world.reader.bond(world.asset)).reserved == quote.penalty


async def test_the_capacity_of_the_day_is_told(funded: World) -> None:
    world = funded
    await world.holder.request(world.asset, Raw(35 * ONE))
    quote = await world.holder.quote(world.asset, Raw(10 * ONE))
    assert (quote.penalty_rate, quote.penalty, quote.policy_rate) == (dollars("0.5"), dollars("5"), dollars("1"))
    (caution,) = [one for one in quote.cautions if one.concern is Concern.CAPACITY]
    assert "0.5 a token instead of 1" in caution.text and "may reserve 5 more of the bond today" in caution.text
    made = await world.holder.request(world.asset, Raw(10 * ONE))
    *_, asked = parse_events(made.receipt.executed)
    assert isinstance(asked, RedemptionRequested) and asked.penalty_rate == quote.penalty_rate.value
    none = await world.holder.quote(world.asset, Raw(ONE))
    assert none.penalty == Cash(0) and none.has(Concern.NO_PENALTY) and not none.refused
    world.ledger.advance(DAY_S)
    assert (await world.holder.quote(world.asset, Raw(10 * ONE))).penalty == dollars("10")


async def test_a_small_bond_reserves_no_more_than_each_tokens_part(funded: World) -> None:
    world = funded
    await world.admin.queue_bond_withdrawal(world.asset, dollars("999.5"), world.coin.account(world.treasury.pubkey))
    world.ledger.advance(2 * DAY_S)
    await world.admin.withdraw_bond(world.asset)
    # half a dollar, and one token is a hundredth of the supply
    quote = await world.holder.quote(world.asset, Raw(ONE // 10))
    assert (quote.penalty_rate, quote.penalty) == (dollars("0.5"), dollars("0.05"))
    (caution,) = [one for one in quote.cautions if one.concern is Concern.LESS_PENALTY]
    assert "of the bond of 0.5, 0.5 are free" in caution.text
    made = await world.holder.request(world.asset, Raw(ONE // 10))
    *_, asked = parse_events(made.receipt.executed)
    assert isinstance(asked, RedemptionRequested) and asked.penalty_rate == quote.penalty_rate.value


async def test_what_would_be_refused_is_told(funded: World) -> None:
    world = funded
    await world.desk.halt(world.asset, Halt.REQUESTS)
    quote = await world.holder.quote(world.asset, Raw(101 * ONE))
    assert quote.refused and {one.concern for one in quote.cautions if one.refuses} == {Concern.HALTED, Concern.TOO_FEW}
    stranger = await world.reader.redemption_quote(world.asset, key().pubkey, Raw(0))
    assert {one.concern for one in stranger.cautions if one.refuses} == {Concern.HALTED, Concern.NOTHING}


async def test_a_payment_outside_the_chain_has_no_price(funded: World) -> None:
    world = funded
    quote = await world.holder.quote(world.asset, Raw(ONE), payout=Payout.OFF_CHAIN, price=PRICE)
    assert (quote.payment, quote.gross, quote.armed_at_once) == (None, None, False)
    assert quote.has(Concern.OFF_CHAIN) and quote.dispute_window_s == 5 * DAY_S
    with pytest.raises(UsageError, match="has no minimum price"):
        await world.holder.quote(world.asset, Raw(ONE), payout=Payout.OFF_CHAIN, min_price=LIMIT)


async def test_a_slippage_needs_a_price(funded: World) -> None:
    with pytest.raises(UsageError, match="a slippage needs a price that it is below"):
        await funded.holder.quote(funded.asset, Raw(ONE), slippage_bps=1)
    with pytest.raises(UsageError, match="no minimum price beside it"):
        await funded.holder.quote(funded.asset, Raw(ONE), slippage_bps=1, price=PRICE, min_price=LIMIT)
    with pytest.raises(UsageError, match="a slippage lies between 0 and 10,000"):
        await funded.holder.quote(funded.asset, Raw(ONE), slippage_bps=10_001, price=PRICE)
    exact = await funded.holder.quote(funded.asset, Raw(ONE), slippage_bps=0, price=PRICE)
    assert exact.min_payment == exact.payment


async def test_without_a_bond_nothing_is_quoted_on_chain(world: World) -> None:
    from dataclasses import replace

    bare = (await world.admin.list_asset(replace(LISTING, isin="US67066G1040", symbol="NVDAx"))).asset
    quote = await world.holder.quote(bare, Raw(ONE))
    assert quote.has(Concern.NO_PAYMENT_MINT) and quote.refused
    off = await world.holder.quote(bare, Raw(ONE), payout=Payout.OFF_CHAIN)
    assert not off.has(Concern.NO_PAYMENT_MINT)


async def test_a_quote_of_another_cluster_is_none(world: World) -> None:
    other = EmbeddedLedger(program=None, now=NOW, genesis_hash=bytes([9] * 32))
    for address in (world.issuer, world.asset, world.mint, pda.reserve(world.asset)):
        other.set_account(address, await world.ledger.account(address))
    from xstock_client.clients import Integrator

    with pytest.raises(WrongCluster):
        await Integrator(other).redemption_quote(world.asset, owner(world), Raw(1))
