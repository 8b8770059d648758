"""Every instruction as its rightful caller sends it, with all optional accounts, in a world where it succeeds.

What is prepared is prepared for two stocks of ours and for the rival's, so that each account has a twin of the same
kind and state that belongs to something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from solders.pubkey import Pubkey

from tests.embedded import calls, rightful_corporate
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    CHANGE_DELAY_S,
    MALLORY,
    NVIDIA,
    OURS,
    REDEMPTION_WINDOW_S,
    RIVAL,
    RIVAL_APPLE,
    TESLA,
    TIMELOCK_S,
    WINDOW_LIMIT,
    Desk,
    Due,
    Stock,
    deputy,
    staff,
)
from tests.embedded.chain import Call, key
from tests.embedded.setups import freeze
from tests.embedded.world import DOLLARS, EUROS, NOW, RESERVE, ROLE_UNTIL, World, fill
from xstock_client.accounts import RedemptionRequest
from xstock_client.constants import DAY_S, MEMO, TICKETS_PER_PAGE, Payout, Role, SlotChange

__all__ = ["CAROL", "HEIR", "SPARE", "STOCKS", "TEN", "prepared", "renounceable", "rightful"]

TEN = 10
STOCKS = {"other_asset": NVIDIA, "other_issuer": RIVAL_APPLE}
HEIR, CAROL = key("heir"), rightful_corporate.CAROL
ADMIN, MINTER = staff(Role.ADMIN), staff(Role.MINTER)


SPARE = key("alice's other account")
"""A second account of Alice's for Apple, where tokens may go back to if she says so."""

_OFF_CHAIN = ("accept_redemption", "mark_paid", "dispute_payment", "rule_dispute", "conclude_redemption")
"""What is done with requests of payments outside the chain here; acceptance uses all its accounts there."""


def prepared(name: str) -> World:
    """A world in which :func:`rightful` makes the instruction ``name`` succeed."""
    if name in rightful_corporate.PREPARED:
        return fill(World(), rightful_corporate.PREPARED[name])
    if name == "agree_quote":
        return fill(World(), _prepare_at_market)
    return fill(World(), _prepare_off_chain if name in _OFF_CHAIN else _prepare)


def _prepare_at_market(world: World) -> None:
    _prepare(world, min_price=0)


def _prepare_off_chain(world: World) -> None:
    _prepare(world, Payout.OFF_CHAIN)


def _prepare(world: World, payout: Payout = Payout.ON_CHAIN, min_price: int | None = None) -> None:
    """Open requests of two holders, two stocks and two issuers, and proposals."""
    world.do(calls.mint_shares(NVIDIA, 100, ticket=0))
    for stock, holder, id in _requests():
        world.do(calls.request_redemption(stock, TEN, id=id, holder=holder, payout=payout, min_price=min_price))
    wallet = world.get(APPLE.wallet(ALICE))
    world.chain.set_account(SPARE, replace(wallet, data=wallet.data[:64] + bytes(8) + wallet.data[72:]))
    world.do(EUROS.open(APPLE.asset))
    world.do(calls.propose_authority(OURS, HEIR), calls.propose_authority(RIVAL, CAROL))
    for address in (HEIR, CAROL, OURS.authority):
        world.give(address, 10**9)


def _requests() -> Iterator[tuple[Stock, Pubkey, int]]:
    yield from ((APPLE, ALICE, 0), (APPLE, ALICE, 1), (APPLE, BOB, 0), (NVIDIA, ALICE, 0), (RIVAL_APPLE, ALICE, 0))


def _each(call: Callable[[Stock], Call]) -> Callable[[World], None]:
    """For each stock."""

    def step(world: World) -> None:
        for stock in (APPLE, *STOCKS.values()):
            world.do(call(stock))

    return step


def _accepted(world: World) -> None:
    for stock, holder, id in _requests():
        world.do(calls.accept_redemption(stock, id=id, holder=holder))


def _quoted(world: World) -> None:
    for stock, holder, id in _requests():
        world.do(calls.accept_redemption(stock, id=id, holder=holder, price=calls.QUOTE))


def _batched(world: World) -> None:
    """Bob's, which comes first in the batch, gives its rent back to somebody else."""
    _accepted(world)
    world.patch(APPLE.request(BOB, 0), RedemptionRequest.OFFSETS["rent_payer"], bytes(MALLORY))


def _late(world: World) -> None:
    _accepted(world)
    world.advance(REDEMPTION_WINDOW_S + 1)


def _paid(world: World) -> None:
    _accepted(world)
    for stock, holder, id in _requests():
        world.do(calls.mark_paid(stock, id=id, holder=holder))


def _disputed(world: World) -> None:
    _paid(world)
    for stock, holder, id in _requests():
        world.do(calls.dispute_payment(stock, id=id, holder=holder))


def _frozen(world: World) -> None:
    for stock, holder, _ in _requests():
        freeze(world, stock.wallet(holder))


def _unbonded(world: World) -> None:
    world.do(calls.list_asset(TESLA), DOLLARS.open(TESLA.asset), EUROS.open(TESLA.asset))


def _exits(world: World) -> None:
    _each(lambda stock: calls.queue_bond_withdrawal(stock, TEN))(world)


def _exits_ready(world: World) -> None:
    _exits(world)
    world.advance(CHANGE_DELAY_S)


def _latched(world: World) -> None:
    for stock in (APPLE, NVIDIA, RIVAL_APPLE):
        world.do(world.attest(stock, 0, 0), world.attest(stock, 1, 0))
        world.do(world.attest(stock, 0, RESERVE), world.attest(stock, 1, RESERVE))


def _queued(world: World) -> None:
    _each(lambda stock: calls.set_policy(stock, max_age_s=7 * DAY_S))(world)


def _ready(world: World) -> None:
    _queued(world)
    world.advance(CHANGE_DELAY_S)


def _roles_wait(world: World) -> None:
    for desk, role, member in (
        (OURS, Role.MINTER, CAROL),
        (OURS, Role.MINTER, HEIR),
        (OURS, Role.REDEEMER, CAROL),
        (RIVAL, Role.MINTER, CAROL),
    ):
        world.do(calls.grant_role(desk, role, member, ROLE_UNTIL))


def _raises_wait(world: World) -> None:
    for minter in (MINTER, deputy(Role.MINTER)):
        _each(lambda stock, minter=minter: calls.set_allowance(stock, minter, 2 * WINDOW_LIMIT))(world)  # type: ignore[misc]


def _pages_over(world: World) -> None:
    last = TICKETS_PER_PAGE - 1
    _each(lambda stock: calls.mint_shares(stock, 1, ticket=last))(world)
    _each(lambda stock: calls.raise_watermark(stock, last + 1))(world)


def renounceable(world: World) -> None:
    """Nobody holds the compliance role any more."""
    for desk in (OURS, RIVAL):
        for member in (staff(Role.COMPLIANCE), deputy(Role.COMPLIANCE)):
            world.do(calls.revoke_role(desk, Role.COMPLIANCE, member))


def _renouncing(world: World) -> None:
    renounceable(world)
    for desk in (OURS, RIVAL):
        world.do(calls.renounce_role(desk, Role.COMPLIANCE))


_BEFORE: dict[str, Callable[[World], None]] = {
    "accept_authority": lambda world: world.advance(TIMELOCK_S),
    "apply_policy": _ready,
    "cancel_policy": _queued,
    "cancel_raise": _raises_wait,
    "cancel_renunciation": _renouncing,
    "cancel_role_change": _roles_wait,
    "cancel_slot_change": _each(lambda stock: calls.register_custodian(stock, 2)),
    "close_ticket_page": _pages_over,
    "mint_shares": _each(lambda stock: calls.set_allowance(stock, MINTER, threshold=0)),
    "renounce_role": renounceable,
    "reopen": _latched,
    "retire_chain": _each(lambda stock: calls.register_chain(stock, 0)),
    "set_chain_cap": _each(lambda stock: calls.register_chain(stock, 0)),
    "settle_redemptions": _batched,
    "mark_paid": _accepted,
    "agree_quote": _quoted,
    "dispute_payment": _paid,
    "rule_dispute": _disputed,
    "conclude_redemption": _paid,
    "reject_redemption": _frozen,
    "default_redemption": _late,
    "open_bond": _unbonded,
    "withdraw_bond": _exits_ready,
    "cancel_bond_withdrawal": _exits,
}

_CALLS: dict[str, Callable[[], Call]] = {
    "create_issuer": lambda: calls.create_issuer(Desk(99)),
    "propose_authority": lambda: calls.propose_authority(OURS, CAROL),
    "accept_authority": lambda: calls.accept_authority(OURS, HEIR),
    "grant_role": lambda: calls.grant_role(OURS, Role.MINTER, CAROL, NOW + DAY_S, by=ADMIN),
    "revoke_role": lambda: calls.revoke_role(OURS, Role.MINTER, MINTER, by=ADMIN),
    "renounce_role": lambda: calls.renounce_role(OURS, Role.COMPLIANCE),
    "list_asset": lambda: calls.list_asset(TESLA, by=ADMIN),
    "set_policy": lambda: calls.set_policy(APPLE, max_age_s=DAY_S, by=ADMIN),
    "set_allowance": lambda: calls.set_allowance(APPLE, CAROL, by=ADMIN),
    "raise_watermark": lambda: calls.raise_watermark(APPLE, 1, by=ADMIN),
    "register_custodian": lambda: calls.register_custodian(APPLE, 2),
    "retire_custodian": lambda: calls.retire_custodian(APPLE, 1),
    "register_chain": lambda: calls.register_chain(APPLE, 0),
    "set_chain_cap": lambda: calls.set_chain_cap(APPLE, 0, 5, by=ADMIN),
    "retire_chain": lambda: calls.retire_chain(APPLE, 0),
    "open_ticket_page": lambda: calls.open_ticket_page(APPLE, 2),
    "mint_shares": lambda: calls.mint_shares(APPLE, TEN, ticket=5, approver=staff(Role.APPROVER)),
    "open_holder_book": lambda: calls.open_holder_book(APPLE, CAROL),
    "request_redemption": lambda: calls.request_redemption(APPLE, TEN, id=2),
    "cancel_redemption": lambda: calls.cancel_redemption(APPLE, id=0, to=SPARE, memo=MEMO, marked=True),
    "accept_redemption": lambda: calls.accept_redemption(APPLE, id=0),
    "agree_quote": lambda: calls.agree_quote(APPLE, id=0),
    "settle_redemptions": lambda: calls.settle_redemptions(APPLE, Due(TEN, 0, BOB, rent_receiver=MALLORY), Due(TEN, 0)),
    "mark_paid": lambda: calls.mark_paid(APPLE, id=0),
    "dispute_payment": lambda: calls.dispute_payment(APPLE, id=0),
    "rule_dispute": lambda: calls.rule_dispute(APPLE, False, id=0),
    "conclude_redemption": lambda: calls.conclude_redemption(APPLE, id=0),
    "reject_redemption": lambda: calls.reject_redemption(APPLE, id=0, memo=MEMO),
    "default_redemption": lambda: calls.default_redemption(APPLE, id=0, caller=ALICE, to=SPARE, memo=MEMO, marked=True),
    "open_bond": lambda: calls.open_bond(TESLA, by=ADMIN),
    "deposit_bond": lambda: calls.deposit_bond(APPLE, TEN),
    "queue_bond_withdrawal": lambda: calls.queue_bond_withdrawal(APPLE, TEN),
    "withdraw_bond": lambda: calls.withdraw_bond(APPLE),
    "cancel_bond_withdrawal": lambda: calls.cancel_bond_withdrawal(APPLE),
    "halt": lambda: calls.halt(APPLE, 1),
    "resume": lambda: calls.resume(APPLE, 1),
    "reopen": lambda: calls.reopen(APPLE),
    "cancel_handoff": lambda: calls.cancel_handoff(OURS),
    "cancel_renunciation": lambda: calls.cancel_renunciation(OURS),
    "cancel_role_change": lambda: calls.cancel_role_change(OURS, Role.MINTER, CAROL),
    "cancel_slot_change": lambda: calls.cancel_slot_change(APPLE, SlotChange.CUSTODIAN_KEYS, 2),
    "cancel_raise": lambda: calls.cancel_raise(APPLE, MINTER),
    "cancel_policy": lambda: calls.cancel_policy(APPLE),
    "check_solvency": lambda: calls.check_solvency(APPLE),
    "apply_policy": lambda: calls.apply_policy(APPLE),
    "close_ticket_page": lambda: calls.close_ticket_page(APPLE, 0),
}


def rightful(world: World, name: str) -> Call:
    """The instruction ``name`` as its rightful caller sends it; the world is brought to where it succeeds."""
    for before in (_BEFORE, rightful_corporate.BEFORE):
        if name in before:
            before[name](world)
    if name in rightful_corporate.CALLS:
        return rightful_corporate.CALLS[name](world)
    return world.attest(APPLE, 0, RESERVE + 1) if name == "attest" else _CALLS[name]()
