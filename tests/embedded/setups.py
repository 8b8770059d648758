"""States that several tests start from, and figures worked out once more without the program's own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, POLICY, Stock
from tests.embedded.world import World, relay
from xstock_client.accounts import BondExit, Policy, QueuedPolicy, ReleasedDay, WindowUsage
from xstock_client.constants import BPS, DAY_S, NO_CHAIN, Payout
from xstock_client.events import Event

__all__ = [
    "NOTHING_QUEUED",
    "NO_DAYS",
    "NO_EXIT",
    "NO_POLICY",
    "NO_WINDOW",
    "add_chain",
    "add_custodians",
    "bits",
    "counted_total",
    "days",
    "freeze",
    "pause",
    "pay_off_chain",
    "policy_of",
    "queue_and_apply",
    "quoted",
    "redeem",
    "redeem_off_chain",
    "report_all",
    "retire_chain",
    "short",
    "thaw",
    "told",
]

NO_POLICY = Policy(**dict.fromkeys(POLICY, 0))
NOTHING_QUEUED = QueuedPolicy(0, 0, 0, NO_POLICY)
NO_WINDOW = WindowUsage(0, 0, 0)
NO_EXIT = BondExit(0, 0, 0, Pubkey.default())
NO_DAYS = (ReleasedDay(0, 0),) * 8


def told(events: tuple[Event, ...]) -> Event:
    """The only event."""
    (event,) = events
    return event


def short(reserve: int, needed: int, *, released: int = 0, foreign: int = 0) -> dict[str, int]:
    """The figures of ReserveShort."""
    return {"reserve": reserve, "needed": needed, "released": released, "foreign": foreign}


def bits(*fields: str) -> int:
    """The bits of policy fields by their names."""
    return sum(1 << at for at, name in enumerate(POLICY) if name in fields)


def policy_of(stock: Stock, **changes: int) -> Policy:
    """The policy that ``stock`` was listed with, and ``changes``."""
    return replace(Policy(**{**POLICY, "min_custodians": stock.min_custodians}), **changes)


def queue_and_apply(world: World, stock: Stock, **fields: Any) -> None:
    """Loosen policy fields and wait until they are in force; reports as old as the delay must still do."""
    world.do(calls.set_policy(stock, **fields))
    world.advance(world.asset(stock).queued_policy.ready_at - world.now)
    world.do(calls.apply_policy(stock))


def days(*burns: tuple[int, int]) -> tuple[ReleasedDay, ...]:
    """The buckets that hold these burns: time of the day's last, and the day's shares."""
    kept = list(NO_DAYS)
    for last_at, shares in burns:
        kept[last_at // DAY_S % 8] = ReleasedDay(last_at, shares)
    return tuple(kept)


def add_custodians(world: World, stock: Stock, figures: Mapping[int, int]) -> None:
    """Register custodians of slots 2 and up, wait until their keys are in force, and let each of ``figures`` report."""
    fresh = [slot for slot in figures if slot > 1]
    for slot in fresh:
        world.do(calls.register_custodian(stock, slot))
    if fresh and world.asset(stock).first_mint_at:
        world.advance(CHANGE_DELAY_S)
    report_all(world, stock, figures)


def report_all(world: World, stock: Stock, figures: Mapping[int, int], chains: Mapping[int, int] | None = None) -> None:
    """Reports as of now, custodians' settled shares and chains' supplies by slot."""
    reports = [world.report(stock, slot, settled) for slot, settled in figures.items()]
    reports += [world.supply_report(stock, slot, supply) for slot, supply in (chains or {}).items()]
    for at in range(0, len(reports), 3):
        world.do(relay(stock, *reports[at : at + 3]))


def add_chain(
    world: World, slot: int, *, cap: int, supply: int | None = None, stock: Stock = APPLE, keys: tuple[Pubkey, ...] = ()
) -> None:
    """Register a chain, wait for its keys, renew both custodians' reports, raise its cap, and let it report."""
    reserve = world.reserve(stock)
    world.do(calls.register_chain(stock, slot, keys=keys or None))
    if world.asset(stock).first_mint_at:
        world.advance(CHANGE_DELAY_S)
        report_all(world, stock, {index: reserve.custodians[index].settled for index in (0, 1)})
    if cap:
        world.do(calls.set_chain_cap(stock, slot, cap))
    if supply is not None:
        world.do(world.attest_chain(stock, slot, supply, signers=keys))


def retire_chain(world: World, slot: int, *, stock: Stock = APPLE) -> None:
    """Both calls that retire a chain of cap zero, with the report of zero that must come between."""
    world.do(calls.retire_chain(stock, slot))
    if world.foreign(stock, slot).active:
        world.advance(CHANGE_DELAY_S)
        if world.foreign(stock, slot).received_at:
            world.do(world.attest_chain(stock, slot, 0))
        world.do(calls.retire_chain(stock, slot))


def redeem(world: World, amount: int, *, id: int = 0, stock: Stock = APPLE, holder: Pubkey = calls.ALICE) -> None:
    """Ask with a minimum price, accept and settle on chain in one second."""
    world.do(calls.request_redemption(stock, amount, id=id, holder=holder))
    world.do(calls.accept_redemption(stock, id=id, holder=holder))
    world.do(calls.settle_redemption(stock, amount, id=id, holder=holder))


def quoted(
    world: World, amount: int, *, id: int = 0, stock: Stock = APPLE, holder: Pubkey = calls.ALICE, agree: bool = True
) -> None:
    """Ask at market, and accept at ``QUOTE``, to which the holder agrees or not yet."""
    world.do(calls.request_redemption(stock, amount, id=id, holder=holder, min_price=0))
    world.do(calls.accept_redemption(stock, id=id, holder=holder, price=calls.QUOTE))
    if agree:
        world.do(calls.agree_quote(stock, id=id, holder=holder))


def pay_off_chain(
    world: World,
    amount: int,
    *,
    id: int = 0,
    stock: Stock = APPLE,
    holder: Pubkey = calls.ALICE,
    to_chain: int = NO_CHAIN,
) -> None:
    """Ask for a payment outside the chain, accept, and say that it was made; nothing has burned."""
    world.do(calls.request_redemption(stock, amount, id=id, holder=holder, payout=Payout.OFF_CHAIN))
    world.do(calls.accept_redemption(stock, id=id, holder=holder))
    world.do(calls.mark_paid(stock, id=id, holder=holder, to_chain=to_chain))


def redeem_off_chain(
    world: World,
    amount: int,
    *,
    id: int = 0,
    stock: Stock = APPLE,
    holder: Pubkey = calls.ALICE,
    to_chain: int = NO_CHAIN,
) -> None:
    """Ask, accept, pay outside the chain and confirm in one second: shares leave for ``to_chain``, if any."""
    pay_off_chain(world, amount, id=id, stock=stock, holder=holder, to_chain=to_chain)
    world.do(calls.conclude_redemption(stock, id=id, holder=holder))


# What stands in a token's way, and no instruction of this version does: set by hand

_MINT_PAUSED = 202
"""Of our mints: the flag of Pausable, their first extension."""
_STATE = 108
_INITIALIZED, _FROZEN = b"\1", b"\2"


def pause(world: World, stock: Stock = APPLE) -> None:
    """Pause the token."""
    world.patch(stock.mint, _MINT_PAUSED, b"\1")
    assert world.mint(stock).paused


def freeze(world: World, account: Pubkey) -> None:
    """Freeze a token account of either token program."""
    world.patch(account, _STATE, _FROZEN)


def thaw(world: World, account: Pubkey) -> None:
    """The reverse of :func:`freeze`."""
    world.patch(account, _STATE, _INITIALIZED)


def counted_total(figures: list[int], share_bps: int) -> int:
    """The largest T with ``T = sum(min(x, share * T))``, rounded down: tried for every number of capped figures."""
    share = Fraction(share_bps, BPS)
    if share == 1:
        return sum(figures)
    ordered, best = sorted(figures), Fraction(0)
    for capped in range(len(ordered) + 1):
        rest = sum(ordered[: len(ordered) - capped])
        left = 1 - capped * share
        if left > 0:
            total = rest / left
        elif rest == 0:
            total = Fraction(sum(figures))
        else:
            continue
        if sum(min(Fraction(x), share * total) for x in ordered) >= total:
            best = max(best, total)
    return int(best)
