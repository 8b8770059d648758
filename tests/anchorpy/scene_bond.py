"""The bond: opened in a stablecoin, filled, and taken out in part. Before the first mint nothing waits."""

from __future__ import annotations

from solders.pubkey import Pubkey

from tests.anchorpy.desk import Desk, Stock
from xstock_client import events
from xstock_client.amounts import Cash
from xstock_client.clients.token import create_token_account
from xstock_client.constants import TOKEN
from xstock_client.ledger import from_wallet
from xstock_client.rehearsal.stablecoin import Stablecoin

DOLLAR = 10**6
BOND = 1_000 * DOLLAR


async def bond(desk: Desk, stock: Stock) -> Stablecoin:
    me, asset = desk.me, stock.asset
    coin = await Stablecoin.create(desk.ledger, from_wallet(desk.provider.wallet))
    await coin.give(me, Cash(100_000 * DOLLAR))
    money, vault = coin.account(me), coin.account(asset)

    own = {"authority": me, "issuer": stock.issuer, "asset": asset, "payment_mint": coin.mint}
    opening = desk.builder("open_bond", **own, bond_vault=vault)
    opening = opening.pre_instructions([create_token_account(me, asset, coin.mint, TOKEN)])
    opened = await desk.run(opening, "open_bond", events.BondOpened)
    assert (opened.payment_mint, opened.bond_vault, opened.decimals) == (coin.mint, vault, 6)
    assert (opened.old_payment_mint, opened.written_off) == (Pubkey.default(), 0)

    paying = {"asset": asset, "payment_mint": coin.mint, "bond_vault": vault, "payment_program": TOKEN}
    deposit = {"depositor": me, "source": money, **paying}
    deposited = await desk.call("deposit_bond", events.BondDeposited, BOND + 300 * DOLLAR, **deposit)
    assert (deposited.amount, deposited.bond, deposited.source) == (BOND + 300 * DOLLAR, BOND + 300 * DOLLAR, money)

    leaving = {**own, "destination": money}
    queued = await desk.call("queue_bond_withdrawal", events.BondWithdrawalQueued, 300 * DOLLAR, **leaving)
    assert (queued.exit.amount, queued.exit.ready_at, queued.exit.destination) == (300 * DOLLAR, queued.at, money)
    taken = {**own, "bond_vault": vault, "destination": money, "payment_program": TOKEN}
    withdrawn = await desk.call("withdraw_bond", events.BondWithdrawn, **taken)
    assert (withdrawn.amount, withdrawn.left, withdrawn.bond) == (300 * DOLLAR, 0, BOND)

    await desk.call("queue_bond_withdrawal", events.BondWithdrawalQueued, 2**64 - 1, **leaving)
    by = {"canceller": me, "issuer": stock.issuer, "asset": asset}
    cancelled = await desk.call("cancel_bond_withdrawal", events.BondWithdrawalCancelled, **by)
    assert cancelled.dropped.amount == 2**64 - 1
    state = await desk.fetch("Asset", asset)
    assert (state.bond, state.bond_reserved, state.bond_exit.amount) == (BOND, 0, 0)
    assert await coin.balance(asset) == Cash(BOND)
    return coin
