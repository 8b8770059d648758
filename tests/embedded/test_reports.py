"""Reports as relayers send them: many in one instruction, judged together, and proofs that the runtime refuses."""

from __future__ import annotations

import pytest
from solders.instruction import Instruction

from tests.embedded import calls, tokens
from tests.embedded.calls import ALICE, APPLE, FEES, NVIDIA, padded
from tests.embedded.cases_attest import HERE, KEY_AT, MESSAGE_AT, SIGNATURE_AT, ed25519, parts
from tests.embedded.setups import add_custodians, queue_and_apply, told
from tests.embedded.world import ALICE_HAS, BOB_HAS, MIDNIGHT, NOW, ONE, RESERVE, STATEMENT_HASH, World, relay
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import ED25519, MAX_REPORTED_SHARES, MAX_SEQUENCE_STEP
from xstock_client.errors import TransactionFailed
from xstock_client.events import ReserveAttested, parse_events
from xstock_client.message import ed25519_instruction

SUPPLY = ALICE_HAS + BOB_HAS
GOOD = (SIGNATURE_AT, HERE, KEY_AT, HERE, MESSAGE_AT, 128, HERE)


def attested(slot: int, settled: int, **changes: int) -> ReserveAttested:
    """The event of a second report of Apple, made and told in the world's first second."""
    values = {
        "new_keys": 0,
        "latched_before": 0,
        "latched": 0,
        "epoch": slot + 1,
        "basis": 0,
        "sequence": 2,
        "old_as_of": MIDNIGHT,
        "as_of": NOW,
        "old_settled": RESERVE,
        "in_transit": 0,
        "in_transit_by": 0,
        "supply": SUPPLY,
        "burned_outside": 0,
        "multiplier": MULTIPLIER_SCALE,
        "obligation": SUPPLY,
        "at": NOW,
        **changes,
    }
    attesters = padded(APPLE.custodian(slot))
    return ReserveAttested(
        asset=APPLE.asset, attesters=attesters, slot=slot, settled=settled, report_hash=STATEMENT_HASH, **values
    )


def test_two_reports_in_one_instruction_are_judged_together(world: World) -> None:
    # one after the other, the first would have latched
    reports = [world.report(APPLE, 0, 1), world.report(APPLE, 1, SUPPLY - 1)]
    done = world.run(calls.attest(APPLE, ed25519_instruction(reports), count=2))
    assert done.events == (attested(0, 1, reserve=SUPPLY), attested(1, SUPPLY - 1, reserve=SUPPLY))
    assert done.changed == {APPLE.asset, APPLE.reserve}, "the asset notes the newest time"
    assert (world.asset(APPLE).newest_as_of, world.asset(APPLE).latched) == (NOW, 0)
    assert [world.slot(APPLE, slot).settled for slot in (0, 1)] == [1, SUPPLY - 1]


def test_two_reports_that_are_short_together_latch(world: World) -> None:
    reports = [world.report(APPLE, 0, 1), world.report(APPLE, 1, SUPPLY - 2)]
    done = world.run(calls.attest(APPLE, ed25519_instruction(reports), count=2))
    short = {"reserve": SUPPLY - 1, "latched": 1}
    assert done.events == (attested(0, 1, **short), attested(1, SUPPLY - 2, **short))
    assert world.asset(APPLE).latched == 1


def test_one_of_several_signatures_can_be_taken(world: World) -> None:
    reports = [world.report(APPLE, slot, RESERVE + 1 + slot) for slot in (0, 1)]
    done = world.run(calls.attest(APPLE, ed25519_instruction(reports), signature=1))
    assert done.events == (attested(1, RESERVE + 2, reserve=2 * RESERVE + 2),)
    assert [world.slot(APPLE, slot).settled for slot in (0, 1)] == [RESERVE, RESERVE + 2]


def test_one_signature_check_serves_two_assets(world: World) -> None:
    reports = [world.report(APPLE, 0, 11 * ONE), world.report(NVIDIA, 0, 22 * ONE)]
    proof = ed25519_instruction(reports)
    first = calls.attest(APPLE, proof).instruction
    second = calls.attest(NVIDIA, signature=1).instruction
    done = world.chain.execute((proof, first, second), FEES)
    assert done.error is None
    assert (world.slot(APPLE, 0).settled, world.slot(NVIDIA, 0).settled) == (11 * ONE, 22 * ONE)


def test_the_proof_may_stand_behind_the_call(world: World) -> None:
    proof = ed25519_instruction([world.report(APPLE, 0, 5 * ONE)])
    call = calls.attest(APPLE, precompile=1).instruction
    assert world.chain.execute((call, proof), FEES).error is None
    assert world.slot(APPLE, 0).settled == 5 * ONE


def test_two_reports_of_one_slot_follow_each_other(world: World) -> None:
    reports = [world.report(APPLE, 0, RESERVE - sequence, sequence=sequence) for sequence in (2, 3)]
    done = world.run(calls.attest(APPLE, ed25519_instruction(reports), count=2))
    first, second = done.events
    assert isinstance(first, ReserveAttested)
    assert isinstance(second, ReserveAttested)
    assert (first.sequence, first.old_settled, first.settled) == (2, RESERVE, RESERVE - 2)
    assert (second.sequence, second.old_settled, second.settled) == (3, RESERVE - 2, RESERVE - 3)
    assert first.reserve == second.reserve == 2 * RESERVE - 3


def test_a_burn_from_outside_is_told_once(world: World) -> None:
    world.do(calls.mint_shares(NVIDIA, 100, ticket=0), tokens.burn(NVIDIA, ALICE, 40))
    reports = [world.report(NVIDIA, slot, RESERVE) for slot in (0, 1)]
    done = world.run(calls.attest(NVIDIA, ed25519_instruction(reports), count=2))
    told = [(one.burned_outside, one.supply) for one in done.events if isinstance(one, ReserveAttested)]
    assert told == [(40, 60), (0, 60)]
    assert world.asset(NVIDIA).burned_outside == 40


@pytest.mark.parametrize("count", [8, 9])
def test_eight_reports_at_most(world: World, count: int) -> None:
    """More than a packet holds today, and the program's own limit all the same."""
    first = world.slot(APPLE, 0).signers.sequence + 1
    reports = [world.report(APPLE, 0, RESERVE - step, sequence=first + step) for step in range(count)]
    before = world.reserve(APPLE)
    executed = world.chain.execute(relay(APPLE, *reports).instructions, FEES, any_size=True)
    if count == 8:
        assert executed.error is None
        assert [getattr(event, "settled", None) for event in parse_events(executed)] == [
            RESERVE - step for step in range(8)
        ]
        assert world.slot(APPLE, 0).settled == RESERVE - 7
    else:
        assert executed.error is not None
        assert "BadReportCount" in repr(world.explain(executed.error))
        assert world.reserve(APPLE) == before


@pytest.mark.parametrize("step", [1, 2, MAX_SEQUENCE_STEP])
def test_a_sequence_may_jump_this_far(world: World, step: int) -> None:
    world.do(world.attest(APPLE, 0, RESERVE, sequence=1 + step))
    assert world.slot(APPLE, 0).signers.sequence == 1 + step


def test_a_figure_may_be_this_large_in_every_slot(world: World) -> None:
    queue_and_apply(world, NVIDIA, custodian_cap=MAX_REPORTED_SHARES)
    add_custodians(world, NVIDIA, dict.fromkeys(range(8), MAX_REPORTED_SHARES))
    event = told(world.run(calls.check_solvency(NVIDIA)).events)
    assert getattr(event, "reserve", None) == 8 * MAX_REPORTED_SHARES == 2**63


def test_the_runtime_refuses_what_was_not_signed(world: World) -> None:
    report = world.report(APPLE, 0, RESERVE)
    forged = bytearray(parts(report))
    forged[-1] ^= 1
    error = world.fail(calls.attest(APPLE, ed25519([GOOD], bytes(forged))))
    assert isinstance(error, TransactionFailed)
    assert "a signature does not belong to its key and message" in str(error)


SHORT, OUTSIDE = "is cut short", "points outside its data"


@pytest.mark.parametrize(
    ("reason", "proof"),
    [
        pytest.param(SHORT, Instruction(ED25519, b"\1\0", []), id="no table"),
        pytest.param(SHORT, Instruction(ED25519, b"\1\0" + bytes(7), []), id="half a table"),
        pytest.param(SHORT, ed25519([GOOD], bytes(224), count=20), id="fewer tables than counted"),
        pytest.param(SHORT, Instruction(ED25519, b"", []), id="no data"),
        pytest.param(OUTSIDE, ed25519([(*GOOD[:2], 9999, *GOOD[3:])], bytes(224)), id="a key outside"),
        pytest.param(OUTSIDE, ed25519([GOOD], bytes(223)), id="a message that is cut short"),
    ],
)
def test_the_runtime_refuses_malformed_proofs(world: World, reason: str, proof: Instruction) -> None:
    error = world.fail(calls.attest(APPLE, proof))
    assert isinstance(error, TransactionFailed)
    assert f"the ed25519 program refused: the ed25519 instruction {reason}" in str(error)


def test_a_proof_serves_its_own_transaction_alone(world: World) -> None:
    world.do(world.attest(APPLE, 0, RESERVE))
    world.refuse(calls.attest(APPLE), "NotEd25519", index=0)


def test_anybody_relays(world: World) -> None:
    """No account of the instruction signs: the fee payer of these tests has no role at all."""
    assert [meta for meta in world.attest(APPLE, 0, 1).instruction.accounts if meta.is_signer] == []


@pytest.mark.parametrize(("signature", "count"), [(255, 1), (255, 8), (254, 2), (248, 8)])
def test_signature_numbers_do_not_run_over(world: World, signature: int, count: int) -> None:
    """Numbers beyond a byte's must not make an attest that proves nothing and notes a burn without telling it."""
    world.do(calls.mint_shares(NVIDIA, 100, ticket=0), tokens.burn(NVIDIA, ALICE, 40))
    nothing = Instruction(ED25519, bytes(2), [])
    world.refuse(calls.attest(NVIDIA, nothing, signature=signature, count=count), "BadReportCount", count=count)
