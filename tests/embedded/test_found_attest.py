"""Found while testing: reports named beyond the last signature number that a byte can hold."""

from __future__ import annotations

import pytest
from solders.instruction import Instruction

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, NVIDIA
from tests.embedded.chain import Call
from tests.embedded.world import World
from xstock_client.constants import ED25519
from xstock_client.errors import ProgramRefused


def nothing_proven(signature: int, count: int) -> Call:
    """No signature at all, and report numbers that run over 255."""
    return calls.attest(NVIDIA, Instruction(ED25519, bytes(2), []), signature=signature, count=count)


@pytest.mark.parametrize(("signature", "count"), [(255, 1), (255, 8), (254, 2), (248, 8)])
def test_no_attest_without_a_signature_succeeds(world: World, signature: int, count: int) -> None:
    error = world.fail(nothing_proven(signature, count))
    assert isinstance(error, ProgramRefused)
    assert error.name in ("MalformedEd25519", "BadReportCount")


def test_nothing_changes_without_an_event(world: World) -> None:
    # NVIDIA's holders can burn their own tokens; what an instruction notes of that it must tell
    world.do(calls.mint_shares(NVIDIA, 100, ticket=0))
    world.do(tokens.burn(NVIDIA, ALICE, 40))
    before = world.chain.state()
    executed = world.chain.execute(nothing_proven(255, 1).instructions, calls.FEES)
    after = world.chain.state()
    assert executed.error is not None or after[NVIDIA.asset] == before[NVIDIA.asset]
