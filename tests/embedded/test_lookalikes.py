"""No account of any instruction can be replaced by one that looks like it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.embedded.calls import FEES
from tests.embedded.chain import BEHIND, INSTRUCTIONS
from tests.embedded.lookalike_errors import ACCEPTED, ERRORS
from tests.embedded.lookalikes import Lookalike, all_lookalikes
from tests.embedded.rightful import prepared, rightful
from tests.embedded.world import World
from xstock_client.constants import PROGRAM_ID, SYSTEM, TOKEN, TOKEN_2022
from xstock_client.errors import ProgramRefused

LOOKALIKES = list(all_lookalikes())
NAMES: dict[Pubkey | None, str] = {TOKEN: "Token", TOKEN_2022: "Token-2022", SYSTEM: "System", PROGRAM_ID: "runtime"}


def outcome(world: World, sent: Iterable[Instruction]) -> str:
    """The error's name; for other programs their name and number. Nothing may have changed but the fee payer."""
    before = world.chain.state()
    executed = world.chain.execute(sent, FEES)
    failure = executed.error
    if failure is None:
        return "accepted"
    after = world.chain.state()
    assert after.pop(FEES).lamports < before.pop(FEES).lamports
    assert after == before
    error = world.explain(failure)
    if isinstance(error, ProgramRefused):
        return error.name
    what = failure.kind if failure.custom_code is None else str(failure.custom_code)
    return f"{NAMES.get(failure.program_id, str(failure.program_id))}:{what}"


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_the_rightful_call_succeeds(name: str) -> None:
    world = prepared(name)
    world.run(rightful(world, name))


@pytest.mark.parametrize("one", LOOKALIKES, ids=str)
def test_lookalike(one: Lookalike) -> None:
    world = prepared(one.instruction)
    call = one.make(world, rightful(world, one.instruction))
    expected = dict(pair.split("=") for pair in ERRORS[one.instruction, one.account].split())
    assert outcome(world, call.instructions) == expected[one.kind]


def test_the_table_is_the_list() -> None:
    """Every look-alike has an expected error, and every row is a look-alike; what is accepted has its reason."""
    rows = {(*place, pair.split("=")[0]): pair.split("=")[1] for place, row in ERRORS.items() for pair in row.split()}
    assert rows.keys() == {(one.instruction, one.account, one.kind) for one in LOOKALIKES}
    assert {place for place, error in rows.items() if error == "accepted"} == ACCEPTED.keys()
    assert all(ACCEPTED.values())


def test_no_account_is_left_out() -> None:
    listed = {(one.instruction, one.account) for one in LOOKALIKES}
    every = {(name, one["name"]) for name, each in INSTRUCTIONS.items() for one in each["accounts"]}
    every |= {(name, account) for name, accounts in BEHIND.items() for account in accounts}
    assert listed == every
