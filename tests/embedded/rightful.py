"""Every instruction as its rightful caller sends it, with all optional accounts, in a world where it succeeds.

What is prepared is prepared for two stocks of ours and for the rival's, so that each account has a twin of the same
kind and state that belongs to something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    CHANGE_DELAY_S,
    NVIDIA,
    OURS,
    RIVAL,
    RIVAL_APPLE,
    TESLA,
    TIMELOCK_S,
    WINDOW_LIMIT,
    Desk,
    Stock,
    deputy,
    staff,
)
from tests.embedded.chain import Call, key
from tests.embedded.world import NOW, RESERVE, ROLE_UNTIL, World
from xstock_client.constants import DAY_S, MEMO, TICKETS_PER_PAGE, Role, SlotChange

__all__ = ["CAROL", "HEIR", "STOCKS", "TEN", "prepare", "renounceable", "rightful"]

TEN = 10
STOCKS = {"other_asset": NVIDIA, "other_issuer": RIVAL_APPLE}
HEIR, CAROL = key("heir"), key("carol")
ADMIN, MINTER = staff(Role.ADMIN), staff(Role.MINTER)


def prepare(world: World) -> None:
    """Open requests of two holders, two stocks and two issuers, and proposals."""
    world.do(calls.mint_shares(NVIDIA, 100, ticket=0))
    for stock, holder, id in _requests():
        world.do(calls.request_redemption(stock, TEN, id=id, holder=holder))
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
    "settle_redemption": _accepted,
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
    "cancel_redemption": lambda: calls.cancel_redemption(APPLE, id=0, memo=MEMO),
    "accept_redemption": lambda: calls.accept_redemption(APPLE, id=0),
    "settle_redemption": lambda: calls.settle_redemption(APPLE, TEN, accepted_at=NOW, id=0),
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
    if name in _BEFORE:
        _BEFORE[name](world)
    return world.attest(APPLE, 0, RESERVE + 1) if name == "attest" else _CALLS[name]()
