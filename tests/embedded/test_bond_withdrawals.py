"""What can be taken out of the bond: in public, late, and only what no request could claim."""

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
    EURO,
    MALLORY,
    NVIDIA,
    OURS,
    RIVAL,
    TREASURY,
    purse,
    staff,
)
from tests.embedded.chain import Call, key
from tests.embedded.setups import NO_EXIT, told
from tests.embedded.stages import PENALTY, SETTLE_BY, TEN, Kind, accept, ask, audit, penalty, skip
from tests.embedded.tills import COINS, with_till
from tests.embedded.world import ALICE_HAS, DOLLARS, NOW, ONE, World
from xstock_client.accounts import BondExit
from xstock_client.constants import CHANGE_LIFE_S, DAY_S, PROGRAM_ID, Role
from xstock_client.errors import TransactionFailed
from xstock_client.events import (
    BondWithdrawalCancelled,
    BondWithdrawalQueued,
    BondWithdrawn,
)

READY = NOW + CHANGE_DELAY_S
VOID = READY + CHANGE_LIFE_S
CHEST = purse(TREASURY)
ALL = 2**64 - 1
OFFICERS: dict[str, Role | None] = {"authority": None, "admin": Role.ADMIN, "treasurer": Role.TREASURER}


def officer(by: Role | None) -> Pubkey:
    return OURS.authority if by is None else staff(by)


@pytest.mark.parametrize("by", OFFICERS)
@pytest.mark.parametrize("name", COINS)
def test_a_withdrawal_waits_in_public(name: str, by: str) -> None:
    world, till = with_till(name)
    role, asset = OFFICERS[by], world.asset(APPLE)
    chest = till.purse(TREASURY)
    done = world.run(till.queue(7, by=role))
    waits = BondExit(7, READY, VOID, chest)
    assert world.asset(APPLE) == replace(asset, bond_exit=waits)
    assert done.events == (BondWithdrawalQueued(APPLE.asset, officer(role), waits, BOND, 0, NOW),)
    assert done.changed == {APPLE.asset}
    skip(world, READY - 1)
    world.refuse(till.withdraw(by=role), "ChangeNotReady", ready_at=READY, now=READY - 1)
    world.advance(1)
    had = world.money(chest)
    done = world.run(till.withdraw(by=role))
    assert world.asset(APPLE) == replace(asset, bond=BOND - 7)
    assert (world.money(till.vault), world.money(chest)) == (BOND - 7, had + 7)
    assert done.events == (BondWithdrawn(APPLE.asset, officer(role), chest, 7, 0, BOND - 7, 0, READY),)
    assert done.changed == {APPLE.asset, till.vault, chest}
    world.refuse(till.withdraw(by=role), "NothingQueued", waits_until=0, now=READY)
    audit(world)


def test_it_is_void_in_time(world: World) -> None:
    for at, name in ((VOID, None), (VOID + 1, "ChangeExpired")):
        world.do(calls.queue_bond_withdrawal(APPLE, 7))
        skip(world, at)
        if name:
            world.refuse(calls.withdraw_bond(APPLE), name, expired_at=VOID, now=at)
        else:
            world.do(calls.withdraw_bond(APPLE))
        world.chain.turn_back(at - NOW)
    assert world.asset(APPLE).bond == BOND - 7


@pytest.mark.parametrize("by", [None, Role.ADMIN, Role.TREASURER, Role.PAUSER])
def test_it_can_be_cancelled(world: World, by: Role | None) -> None:
    world.do(calls.queue_bond_withdrawal(APPLE, 7))
    waits = world.asset(APPLE).bond_exit
    done = world.run(calls.cancel_bond_withdrawal(APPLE, by=by))
    assert done.events == (BondWithdrawalCancelled(APPLE.asset, officer(by), waits, NOW),)
    assert (world.asset(APPLE).bond, world.asset(APPLE).bond_exit) == (BOND, NO_EXIT)
    world.refuse(calls.cancel_bond_withdrawal(APPLE, by=by), "NothingQueued", waits_until=0, now=NOW)
    skip(world, READY)
    world.refuse(calls.withdraw_bond(APPLE), "NothingQueued", waits_until=0, now=READY)


def test_nobody_else_takes_or_cancels(world: World) -> None:
    world.do(calls.queue_bond_withdrawal(APPLE, 7))
    skip(world, READY)
    takers, cancellers = (Role.ADMIN, Role.TREASURER), (Role.ADMIN, Role.TREASURER, Role.PAUSER)
    sent: list[tuple[str, Call, tuple[Role, ...]]] = [
        ("authority", calls.queue_bond_withdrawal(APPLE, 8), takers),
        ("authority", calls.withdraw_bond(APPLE), takers),
        ("canceller", calls.cancel_bond_withdrawal(APPLE), cancellers),
    ]
    for signer, one, roles in sent:
        for role in Role:
            alone = one.swap(**{signer: staff(role), "grant": PROGRAM_ID})
            world.refuse(alone, "NotAuthority")
            if role not in roles:
                own = one.swap(**{signer: staff(role), "grant": OURS.grant(role)})
                world.refuse(own, "WrongRoleGrant")
                world.refuse(one.swap(**{signer: staff(role)}), "WrongRoleGrant")
        for stranger in (MALLORY, CASHIER, RIVAL.authority):
            world.refuse(one.swap(**{signer: stranger, "grant": PROGRAM_ID}), "NotAuthority")
            world.refuse(one.swap(**{signer: stranger}), "WrongRoleGrant")
        theirs = one.swap(**{signer: RIVAL.authority, "issuer": RIVAL.address, "grant": PROGRAM_ID})
        world.refuse(theirs, "WrongIssuer")


def test_a_halt_of_changes_holds_it_back(world: World) -> None:
    world.do(calls.queue_bond_withdrawal(APPLE, 7))
    skip(world, READY)
    world.do(calls.halt(APPLE, 4))
    for sent in (calls.withdraw_bond(APPLE), calls.queue_bond_withdrawal(APPLE, 8)):
        world.refuse(sent, "ChangesHalted")
    # money may come in, and the withdrawal be cancelled
    world.do(calls.deposit_bond(APPLE, 1), calls.cancel_bond_withdrawal(APPLE))


def test_figures_and_places_of_a_withdrawal(world: World) -> None:
    for amount in (0, BOND + 1, ALL - 1):
        world.refuse(calls.queue_bond_withdrawal(APPLE, amount), "BondClaimed", free=BOND, asked=amount)
    queue, withdraw = calls.queue_bond_withdrawal(APPLE, BOND), calls.withdraw_bond(APPLE)
    world.refuse(queue.swap(destination=APPLE.bond_vault), "WrongBondVault")
    for other in (purse(TREASURY, EURO), APPLE.wallet(ALICE), TREASURY, key("nothing"), DOLLAR):
        world.refuse(queue.swap(destination=other), "WrongTokenAccount")
    world.refuse(calls.queue_bond_withdrawal(APPLE, 7, mint=EURO), "WrongPaymentMint")
    world.do(queue)
    skip(world, READY)
    world.refuse(withdraw.swap(destination=purse(CASHIER)), "WrongDestination")
    for vault in (NVIDIA.bond_vault, purse(CASHIER)):
        world.refuse(withdraw.swap(bond_vault=vault), "WrongBondVault")
    world.refuse(calls.withdraw_bond(APPLE, mint=EURO), "WrongPaymentMint")
    world.do(DOLLARS.close(CHEST, TREASURY))
    error = world.fail(withdraw)
    assert isinstance(error, TransactionFailed), "nothing leaves for an account that is gone"
    world.do(DOLLARS.open(TREASURY), withdraw)


def test_a_second_one_replaces_the_first(world: World) -> None:
    world.do(calls.queue_bond_withdrawal(APPLE, 7))
    world.advance(DAY_S)
    world.do(calls.queue_bond_withdrawal(APPLE, 5, to=purse(CASHIER)))
    assert world.asset(APPLE).bond_exit == BondExit(5, READY + DAY_S, VOID + DAY_S, purse(CASHIER))
    skip(world, READY)
    sent = calls.withdraw_bond(APPLE, to=purse(CASHIER))
    world.refuse(sent, "ChangeNotReady", ready_at=READY + DAY_S, now=READY)


def test_before_the_first_mint_nothing_waits(world: World) -> None:
    world.do(calls.queue_bond_withdrawal(NVIDIA, BOND), calls.withdraw_bond(NVIDIA))
    assert (world.asset(NVIDIA).bond, world.money(CHEST)) == (0, BOND)


# What requests have reserved


def test_it_takes_nothing_that_a_request_could_claim(world: World) -> None:
    """What is queued is reserved all the same by whoever asks meanwhile; the rest comes as they end."""
    world.do(calls.queue_bond_withdrawal(APPLE, BOND))
    ask(world, ALICE_HAS // 2, Kind.MARKET)
    accept(world, ALICE_HAS // 2)
    reserved = penalty(ALICE_HAS, calls.PENALTY_RATE)
    assert world.asset(APPLE).bond_reserved == reserved
    skip(world, READY)
    event = told(world.run(calls.withdraw_bond(APPLE)).events)
    assert isinstance(event, BondWithdrawn)
    assert (event.amount, event.left, event.bond, event.bond_reserved) == (
        BOND - reserved,
        reserved,
        reserved,
        reserved,
    )
    world.refuse(calls.withdraw_bond(APPLE), "BondClaimed", free=0, asked=reserved)
    world.do(calls.cancel_redemption(APPLE, id=0))
    event = told(world.run(calls.withdraw_bond(APPLE)).events)
    assert isinstance(event, BondWithdrawn)
    assert (event.amount, event.left, event.bond) == (reserved // 2, reserved // 2, reserved // 2)
    skip(world, SETTLE_BY + 1)
    world.do(calls.default_redemption(APPLE, id=1))
    assert (world.dollars(ALICE), world.money(APPLE.bond_vault)) == (reserved // 2, 0)
    world.refuse(calls.withdraw_bond(APPLE), "BondClaimed", free=0, asked=reserved // 2)
    audit(world)


def test_all_means_all_that_is_there_then(world: World) -> None:
    """A stranger's deposit does not keep a base unit in it for ever, not even between two withdrawals."""
    world.do(calls.queue_bond_withdrawal(APPLE, ALL), calls.deposit_bond(APPLE, 1))
    ask(world, TEN, Kind.MARKET)
    skip(world, READY)
    event = told(world.run(calls.withdraw_bond(APPLE)).events)
    assert isinstance(event, BondWithdrawn)
    assert (event.amount, event.left, event.bond) == (BOND + 1 - PENALTY, ALL, PENALTY)
    world.refuse(calls.withdraw_bond(APPLE), "BondClaimed", free=0, asked=ALL)
    world.do(calls.cancel_redemption(APPLE, id=0), calls.deposit_bond(APPLE, 1), calls.withdraw_bond(APPLE))
    assert (world.asset(APPLE).bond, world.asset(APPLE).bond_exit) == (0, NO_EXIT)
    assert world.money(CHEST) == BOND + 2
    audit(world)


def test_minting_judges_it_as_gone(world: World) -> None:
    """From the moment it is queued until it is cancelled or void."""
    needed = penalty((ALICE_HAS * 3 // 2 + ONE) // 10, calls.PENALTY_RATE)
    mint = calls.mint_shares(APPLE, ONE, ticket=5)
    world.do(calls.queue_bond_withdrawal(APPLE, BOND - needed + 1))
    world.refuse(mint, "UnderBonded", free=needed - 1, needed=needed)
    world.do(calls.queue_bond_withdrawal(APPLE, ALL))
    world.refuse(mint, "UnderBonded", free=0, needed=needed)
    ask(world, TEN, Kind.MARKET)  # requests are never refused, and reserve what is still there
    assert world.asset(APPLE).bond_reserved == PENALTY
    world.do(calls.queue_bond_withdrawal(APPLE, BOND - needed), mint, calls.queue_bond_withdrawal(APPLE, ALL))
    skip(world, VOID)
    again = calls.mint_shares(APPLE, 1, ticket=6)
    needed += 1
    world.do(world.attest(APPLE, 0, 2 * ALICE_HAS), world.attest(APPLE, 1, ALICE_HAS))
    world.refuse(again, "UnderBonded", free=0, needed=needed)
    world.advance(1)
    world.do(again)
    audit(world)
