"""The bond: which coin it consists of, and what fills it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOND,
    CASHIER,
    CHANGE_DELAY_S,
    DOLLAR,
    DOLLAR_UNIT,
    EURO,
    MALLORY,
    NVIDIA,
    OURS,
    RIVAL,
    TESLA,
    TREASURY,
    deputy,
    purse,
    staff,
)
from tests.embedded.chain import key
from tests.embedded.setups import NO_EXIT, told
from tests.embedded.stages import TEN, Kind, accept, ask, audit, skip, token_refuses
from tests.embedded.tills import COINS, FLOAT, Till, with_till
from tests.embedded.tokens import make_coin
from tests.embedded.world import CASH, DOLLARS, EUROS, NOW, World
from xstock_client.accounts import Asset
from xstock_client.constants import CHANGE_LIFE_S, Role
from xstock_client.events import (
    BondDeposited,
    BondOpened,
)

READY = NOW + CHANGE_DELAY_S
VOID = READY + CHANGE_LIFE_S
CHEST = purse(TREASURY)
ALL = 2**64 - 1


def empty(world: World) -> None:
    """Take all of it out, and turn the clock back."""
    world.do(calls.queue_bond_withdrawal(APPLE, BOND))
    skip(world, READY)
    world.do(calls.withdraw_bond(APPLE))
    world.chain.turn_back(CHANGE_DELAY_S)
    assert world.asset(APPLE).bond == 0


# Choosing it


@pytest.mark.parametrize("by", [None, staff(Role.ADMIN), deputy(Role.ADMIN)])
def test_open(world: World, by: Pubkey | None) -> None:
    world.do(calls.list_asset(TESLA), DOLLARS.open(TESLA.asset))
    before = world.asset(TESLA)
    done = world.run(calls.open_bond(TESLA, by=by))
    vault = purse(TESLA.asset)
    assert world.asset(TESLA) == replace(before, payment_mint=DOLLAR, bond_vault=vault, payment_decimals=6)
    assert done.events == (BondOpened(TESLA.asset, by or OURS.authority, Pubkey.default(), DOLLAR, vault, 6, 0, NOW),)
    assert done.changed == {TESLA.asset}


def test_only_the_authority_and_admins_open(world: World) -> None:
    empty(world)
    good = calls.open_bond(APPLE)
    for member in (MALLORY, RIVAL.authority, *(staff(role) for role in Role if role is not Role.ADMIN)):
        world.refuse(good.swap(authority=member), "NotAuthority")
        world.refuse(good.swap(authority=member, admin_grant=OURS.grant(Role.ADMIN)), "WrongRoleGrant")
    for role in Role:
        if role is not Role.ADMIN:
            own = good.swap(authority=staff(role), admin_grant=OURS.grant(role))
            world.refuse(own, "WrongRoleGrant")
    for theirs in (
        good.swap(authority=RIVAL.authority, issuer=RIVAL.address),
        calls.open_bond(APPLE, by=staff(Role.ADMIN)).swap(issuer=RIVAL.address, admin_grant=RIVAL.grant(Role.ADMIN)),
    ):
        world.refuse(theirs, "WrongIssuer")
    world.do(good)


def test_another_coin_only_while_nobody_is_owed_anything(world: World) -> None:
    world.do(EUROS.open(APPLE.asset))
    euros, used = calls.open_bond(APPLE, mint=EURO), {"decimals": 6, "given": 6}
    for again in (euros, calls.open_bond(APPLE)):
        world.refuse(again, "BondInUse", bond=BOND, open_requests=0, **used)
    ask(world, 1, Kind.OFF_CHAIN)
    empty(world)
    for again in (euros, calls.open_bond(APPLE)):
        world.refuse(again, "BondInUse", bond=0, open_requests=1, **used)
    world.do(calls.cancel_redemption(APPLE, id=0))
    event = told(world.run(euros).events)
    assert event == BondOpened(APPLE.asset, OURS.authority, DOLLAR, EURO, purse(APPLE.asset, EURO), 6, 0, NOW)
    # what was asked for in dollars cannot be asked for any more
    for payout in (1, 2):
        world.refuse(calls.request_redemption(APPLE, TEN, id=1, payout=payout), "WrongPaymentMint")
    accept(world, TEN)
    world.refuse(calls.settle_redemption(APPLE, TEN, id=1), "WrongPaymentMint")
    world.do(calls.settle_redemptions(APPLE, calls.Due(TEN, 1), mint=EURO))
    assert world.money(purse(ALICE, EURO)) == 1_995_000_000


def test_another_coin_has_the_same_decimals(world: World) -> None:
    empty(world)
    for decimals in (7, 8, 9):
        coin = make_coin(world.chain, f"coin of {decimals}", decimals=decimals)
        world.do(coin.open(APPLE.asset))
        sent = calls.open_bond(APPLE, mint=coin.mint)
        world.refuse(sent, "BondInUse", bond=0, open_requests=0, decimals=6, given=decimals)


def test_a_new_choice_forgets_a_withdrawal(world: World) -> None:
    world.do(calls.queue_bond_withdrawal(APPLE, 5))
    world.patch_field(Asset, APPLE.asset, "bond", 0)
    world.do(calls.open_bond(APPLE))
    assert world.asset(APPLE).bond_exit == NO_EXIT


def test_a_bond_that_does_not_move_is_given_up() -> None:
    """Once a withdrawal of all of it has waited, and nobody is owed any of it; what it had stays in the old vault."""
    world, till = with_till("pyusd")
    another = make_coin(world.chain, "another")
    world.do(another.open(APPLE.asset), till.queue(BOND))
    sent, used = Till(another).open(), {"bond": BOND, "open_requests": 0, "decimals": 6, "given": 6}
    skip(world, READY)
    world.refuse(sent, "BondInUse", **used)  # a figure could leave a rest that somebody is owed
    world.chain.turn_back(CHANGE_DELAY_S)
    world.do(till.queue(ALL))
    skip(world, READY - 1)
    world.refuse(sent, "BondInUse", **used)
    world.advance(1)
    ask(world, 1)
    world.refuse(sent, "BondInUse", **{**used, "open_requests": 1})
    world.do(calls.cancel_redemption(APPLE, id=0))
    skip(world, VOID + 1)
    world.refuse(sent, "BondInUse", **used)
    world.chain.turn_back(1)
    world.do(till.coin.freeze(till.vault))
    token_refuses(world, till.withdraw(), 17)
    event = told(world.run(sent).events)
    assert isinstance(event, BondOpened)
    assert (event.old_payment_mint, event.payment_mint, event.written_off) == (till.coin.mint, another.mint, BOND)
    asset = world.asset(APPLE)
    assert (asset.bond, asset.bond_exit, asset.bond_vault) == (0, NO_EXIT, another.wallet(APPLE.asset))
    assert world.money(till.vault) == BOND


# Filling it


@pytest.mark.parametrize("name", COINS)
def test_deposit(name: str) -> None:
    world, till = with_till(name)
    asset, had = world.asset(APPLE), world.money(till.purse(CASHIER))
    assert had == (FLOAT if name != "dollar" else CASH - 4 * BOND)
    done = world.run(till.deposit(7))
    assert world.asset(APPLE) == replace(asset, bond=BOND + 7)
    assert (world.money(till.vault), world.money(till.purse(CASHIER))) == (BOND + 7, had - 7)
    assert done.events == (BondDeposited(APPLE.asset, CASHIER, till.purse(CASHIER), 7, BOND + 7, NOW),)
    assert done.changed == {APPLE.asset, till.vault, till.purse(CASHIER)}
    # from anybody, of what is theirs
    token_refuses(world, till.deposit(1, depositor=MALLORY), 1)
    token_refuses(world, till.deposit(1, depositor=MALLORY, source=till.purse(CASHIER)), 4)
    world.do(till.coin.pay(till.purse(CASHIER), till.purse(MALLORY), 3, CASHIER), till.deposit(3, depositor=MALLORY))
    assert world.asset(APPLE).bond == BOND + 10
    audit(world)


def test_a_donation_does_not_count(world: World) -> None:
    world.do(DOLLARS.pay(purse(CASHIER), APPLE.bond_vault, 5, CASHIER))
    assert (world.asset(APPLE).bond, world.money(APPLE.bond_vault)) == (BOND, BOND + 5)
    world.do(calls.deposit_bond(APPLE, 1))
    over = calls.queue_bond_withdrawal(APPLE, BOND + 2)
    world.refuse(over, "BondClaimed", free=BOND + 1, asked=BOND + 2)
    world.do(calls.queue_bond_withdrawal(APPLE, ALL))
    skip(world, READY)
    world.do(calls.withdraw_bond(APPLE))
    assert (world.asset(APPLE).bond, world.money(APPLE.bond_vault), world.money(CHEST)) == (0, 5, BOND + 1)
    audit(world, vault_donated=5)


def test_deposits_that_are_none(world: World) -> None:
    world.do(calls.list_asset(TESLA), DOLLARS.open(TESLA.asset))
    world.refuse(calls.deposit_bond(TESLA, 1), "NoBond")
    world.refuse(calls.deposit_bond(APPLE, 0), "ZeroAmount")
    good = calls.deposit_bond(APPLE, 1)
    world.refuse(calls.deposit_bond(APPLE, 1, mint=EURO), "WrongPaymentMint")
    for vault in (CHEST, NVIDIA.bond_vault, key("nothing")):
        world.refuse(good.swap(bond_vault=vault), "WrongBondVault")
    token_refuses(world, good.swap(source=purse(CASHIER, EURO)), 3)
    world.refuse(good.swap(source=APPLE.bond_vault), "ConstraintDuplicateMutableAccount")
    assert "must sign" in str(world.fail(good.unsigned("depositor")))
    world.patch_field(Asset, APPLE.asset, "bond", ALL)
    world.refuse(good, "Overflow")


def test_a_deposit_of_which_a_fee_is_taken_is_refused() -> None:
    world, till = with_till("pyusd")
    at = world.get(till.coin.mint).data.index((1).to_bytes(2, "little") + (108).to_bytes(2, "little")) + 4
    world.do(till.coin.set_fee(100))
    world.do(till.deposit(DOLLAR_UNIT))  # not in force yet
    world.patch(till.coin.mint, at + 88, (100).to_bytes(2, "little"))
    bond = BOND + DOLLAR_UNIT
    short = bond + DOLLAR_UNIT * 99 // 100
    world.refuse(till.deposit(DOLLAR_UNIT), "UnexpectedBalance", expected=bond + DOLLAR_UNIT, seen=short)
    # what is in comes out: the receiver bears the fee
    world.do(till.queue(bond))
    skip(world, world.asset(APPLE).bond_exit.ready_at)
    world.do(till.withdraw())
    assert world.money(till.vault) == 0
    assert world.money(till.purse(TREASURY)) == BOND + bond * 99 // 100 - BOND
