"""Calls of money that would succeed, and the world in which they do: what the rows of refusals bend."""

from __future__ import annotations

from collections.abc import Callable

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import ACCEPT_WINDOW_S, ALICE, APPLE
from tests.embedded.cases import row
from tests.embedded.chain import Call
from tests.embedded.setups import freeze
from tests.embedded.world import World
from xstock_client.accounts import RedemptionRequest
from xstock_client.constants import TOKEN, TOKEN_2022, Payout

__all__ = [
    "ACCEPT",
    "AGREE",
    "CANCEL",
    "CONCLUDE",
    "DEFAULT",
    "DEPOSIT",
    "DISPUTE",
    "MARK",
    "MARKET_REQUEST",
    "MINT",
    "OFF_REQUEST",
    "OLD_MEMO",
    "OPEN",
    "QUEUE",
    "QUOTE",
    "REJECT",
    "REQUEST",
    "RULE",
    "SETTLE",
    "TEN",
    "UNQUEUE",
    "WITHDRAW",
    "doing",
    "idle",
    "in_state",
    "money",
    "prepare",
    "waiting",
]

TEN = 10
"""Raw units of the request, whose penalty is a fifth of a base unit, rounded up to one."""
OLD_MEMO = Pubkey.from_string("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo")

MINT = calls.mint_shares(APPLE, TEN, ticket=5)
REQUEST = calls.request_redemption(APPLE, TEN, id=0)
MARKET_REQUEST = calls.request_redemption(APPLE, TEN, id=0, min_price=0)
OFF_REQUEST = calls.request_redemption(APPLE, TEN, id=0, payout=Payout.OFF_CHAIN)
QUOTE = calls.accept_redemption(APPLE, id=0, price=calls.QUOTE)
AGREE = calls.agree_quote(APPLE, id=0)
CANCEL = calls.cancel_redemption(APPLE, id=0)
ACCEPT = calls.accept_redemption(APPLE, id=0)
SETTLE = calls.settle_redemption(APPLE, TEN, id=0)
MARK = calls.mark_paid(APPLE, id=0)
DISPUTE = calls.dispute_payment(APPLE, id=0)
RULE = calls.rule_dispute(APPLE, True, id=0)
CONCLUDE = calls.conclude_redemption(APPLE, id=0)
REJECT = calls.reject_redemption(APPLE, id=0)
DEFAULT = calls.default_redemption(APPLE, id=0)
OPEN = calls.open_bond(APPLE)
DEPOSIT = calls.deposit_bond(APPLE, TEN)
QUEUE = calls.queue_bond_withdrawal(APPLE, TEN)
WITHDRAW = calls.withdraw_bond(APPLE)
UNQUEUE = calls.cancel_bond_withdrawal(APPLE)


def doing(*sent: Call | Instruction) -> Callable[[World], None]:
    """A step of a row that sends these calls."""
    return lambda world: world.do(*sent)


def waiting(seconds: int) -> Callable[[World], None]:
    """A step of a row that lets time pass."""
    return lambda world: world.advance(seconds)


def idle(*programs: Pubkey) -> Callable[[World], None]:
    """Token programs that move nothing.

    The old memo program takes any accounts and any text, and the amounts here are text; no token program that a
    cluster has gets this far.
    """

    def step(world: World) -> None:
        for program in programs or (TOKEN_2022, TOKEN):
            world.chain.put_program(program, OLD_MEMO)

    return step


def _frozen(world: World) -> None:
    freeze(world, APPLE.wallet(ALICE))


_BEFORE: dict[str, tuple[Callable[[World], None], ...]] = {
    "cancel_redemption": (doing(REQUEST),),
    "accept_redemption": (doing(REQUEST),),
    "agree_quote": (doing(MARKET_REQUEST, QUOTE),),
    "settle_redemptions": (doing(REQUEST, ACCEPT),),
    "mark_paid": (doing(OFF_REQUEST, ACCEPT),),
    "dispute_payment": (doing(OFF_REQUEST, ACCEPT, MARK),),
    "rule_dispute": (doing(OFF_REQUEST, ACCEPT, MARK, DISPUTE),),
    "conclude_redemption": (doing(OFF_REQUEST, ACCEPT, MARK),),
    "reject_redemption": (doing(REQUEST), _frozen),
    "default_redemption": (doing(MARKET_REQUEST), waiting(ACCEPT_WINDOW_S + 1)),
    "withdraw_bond": (doing(QUEUE), waiting(calls.CHANGE_DELAY_S)),
    "cancel_bond_withdrawal": (doing(QUEUE),),
}


def prepare(world: World, name: str) -> None:
    """Bring the world to where ``name`` would succeed."""
    for step in _BEFORE.get(name, ()):
        step(world)


def money(good: Call, code: str, about: str, figures: dict[str, int], *before: Callable[[World], object]) -> None:
    """A row whose world is first brought to where the call would succeed; ``before`` comes after that."""
    row(good, code, about, lambda world: prepare(world, good.name), *before, **figures)


def in_state(good: Call, needed: int, *states: int) -> None:
    """A request in each of ``states``, where ``good`` needs another."""
    for state in states:
        money(
            good,
            "WrongRequestState",
            f"in state {state}",
            {"state": state, "needed": needed},
            lambda world, state=state: world.patch_field(  # type: ignore[misc]
                RedemptionRequest, APPLE.request(ALICE, 0), "state", state
            ),
        )
