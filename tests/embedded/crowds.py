"""A dividend of a million owners, and what is measured of it."""

from __future__ import annotations

from typing import Any

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE
from tests.embedded.chain import Call, key
from tests.embedded.dividends import NOTICE_S, Crowd, Step, carry
from tests.embedded.world import DOLLARS, World

__all__ = [
    "CROWD",
    "PAGE",
    "crowd_challenge",
    "crowd_claim",
    "crowd_page",
    "crowd_recipient",
    "ex_dividend",
    "in_a_crowd",
    "last_vote",
]

CROWD = Crowd(holds={key(f"owner {place}"): calls.ONE for place in range(10)}, first=777_777)
PAGE = CROWD.first // 4096


def in_a_crowd(world: World, to: Step = Step.PAGED) -> Crowd:
    """A dividend of a million owners, ten of whom we know; their page is open, and their purses are."""
    carry(world, min(to, Step.OPEN), CROWD)
    if to is Step.PAGED:
        world.do(*(DOLLARS.open(owner) for owner in CROWD.holds))
        world.do(calls.open_claim_page(APPLE, CROWD.entitlements, PAGE))
    return CROWD


def crowd_claim(world: World, count: int = 1, **how: Any) -> Call:
    return calls.claim_dividends(APPLE, in_a_crowd(world).entitlements, CROWD.first, count, **how)


def crowd_recipient(world: World) -> Call:
    owner = CROWD.entitlements.leaves[CROWD.first].owner
    claim = crowd_claim(world, recipients=(ALICE,))
    world.do(calls.register_recipient(APPLE, ALICE, owner=owner))
    return claim


def crowd_page(world: World) -> Call:
    return calls.open_claim_page(APPLE, in_a_crowd(world, Step.FUNDED).entitlements, PAGE)


def crowd_challenge(world: World) -> Call:
    tree = in_a_crowd(world, Step.ENTITLED).entitlements
    return calls.challenge_order(APPLE, tree, CROWD.first, by=ALICE, distribution=0)


def last_vote(world: World) -> Call:
    carry(world, Step.RECORDED)
    world.do(calls.vote_root(APPLE, CROWD.balances))
    return calls.vote_root(APPLE, CROWD.balances, by=calls.attestor(1))


def ex_dividend(world: World) -> Call:
    carry(world, Step.ATTESTORS)
    return calls.announce_dividend(APPLE, world.now + NOTICE_S)
