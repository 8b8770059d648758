"""Found while testing: what tightens must always succeed, measured against the limits that are in force now."""

from __future__ import annotations

from tests.embedded import calls
from tests.embedded.calls import APPLE, CHANGE_DELAY_S, LIFETIME_CAP, WINDOW_LIMIT, staff
from tests.embedded.world import World
from xstock_client.accounts import MinterAllowance
from xstock_client.constants import Role

MINTER = staff(Role.MINTER)


def test_a_matured_raise_can_be_lowered_while_the_asset_is_short(world: World) -> None:
    # three times the limit is in force once its delay has passed, though nothing has written it down yet
    world.do(calls.set_allowance(APPLE, MINTER, 3 * WINDOW_LIMIT, LIFETIME_CAP))
    world.advance(CHANGE_DELAY_S)
    world.do(world.attest(APPLE, 0, 0))
    assert world.asset(APPLE).latched == 1
    # twice is lower than three times: a tightening, which bad news must not stop
    world.do(calls.set_allowance(APPLE, MINTER, 2 * WINDOW_LIMIT, LIFETIME_CAP))
    allowance = world.read(MinterAllowance, APPLE.allowance(MINTER))
    assert (allowance.window_limit, allowance.pending_from) == (2 * WINDOW_LIMIT, 0)
