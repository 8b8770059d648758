"""What is over stays over, within one transaction too; and nobody but the program tells its events."""

from __future__ import annotations

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from tests.embedded import calls
from tests.embedded.calls import ALICE, APPLE, FEES, MALLORY, OURS, TREASURY, staff
from tests.embedded.chain import INSTRUCTIONS, Call
from tests.embedded.rightful import prepared, rightful
from tests.embedded.setups import freeze, thaw
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, ONE, World
from xstock_client.constants import EVENT_AUTHORITY, PROGRAM_ID, SYSTEM, Payout, Role
from xstock_client.events import EVENT_TAG, EVENTS, parse_events

TEN = 10 * ONE


def gift(address: Pubkey) -> Instruction:
    """Lamports that would keep a closed account alive."""
    return transfer(TransferParams(from_pubkey=TREASURY, to_pubkey=address, lamports=10**9))


ACCEPT = calls.accept_redemption(APPLE, id=0)
CANCEL = calls.cancel_redemption(APPLE, id=0)
SETTLE = calls.settle_redemption(APPLE, TEN, id=0)
CONCLUDE = calls.conclude_redemption(APPLE, id=0)
REJECT = calls.reject_redemption(APPLE, id=0)
DEFAULT = calls.default_redemption(APPLE, id=0)
REQUESTS = [calls.request_redemption(APPLE, TEN, id=id) for id in (0, 1)]
OFF_REQUESTS = [calls.request_redemption(APPLE, TEN, id=id, payout=Payout.OFF_CHAIN) for id in (0, 1)]


def open_for(world: World, way: Call) -> None:
    """Two requests of which ``way`` can end the first."""
    world.do(*(OFF_REQUESTS if way is CONCLUDE else REQUESTS))
    if way is not CANCEL:
        world.do(ACCEPT)
    if way is REJECT:
        freeze(world, APPLE.wallet(ALICE))
    if way is DEFAULT:
        world.advance(calls.REDEMPTION_WINDOW_S + 1)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        *((way, way) for way in (CANCEL, SETTLE, CONCLUDE, REJECT, DEFAULT)),
        *((SETTLE, way) for way in (CANCEL, DEFAULT, REJECT)),
        *((DEFAULT, way) for way in (CANCEL, SETTLE)),
        (CANCEL, ACCEPT),
        (CONCLUDE, calls.mark_paid(APPLE, id=0)),
    ],
    ids=lambda call: call.name,
)
def test_a_closed_request_cannot_be_revived(world: World, first: Call, second: Call) -> None:
    open_for(world, first)
    address = APPLE.request(ALICE, 0)
    for between in ((), (gift(address),)):
        world.refuse((first.instruction, *between, second.instruction), "AccountDataTooSmall")
    # the first alone, with the gift, leaves lamports of nobody behind and nothing of the request
    executed = world.chain.execute((first.instruction, gift(address)), FEES)
    assert executed.error is None
    left = world.get(address)
    assert (left.owner, left.data, left.lamports) == (SYSTEM, b"", 10**9)
    world.refuse(second, "AccountDataTooSmall")
    # and its id is not given again
    thaw(world, APPLE.wallet(ALICE))
    world.refuse(calls.request_redemption(APPLE, TEN, id=0), "WrongRequestId", given=0, next=2)


def test_a_revoked_grant_cannot_be_revived(world: World) -> None:
    revoke = calls.revoke_role(OURS, Role.MINTER, staff(Role.MINTER)).instruction
    mint = calls.mint_shares(APPLE, ONE, ticket=5).instruction
    grant = OURS.grant(Role.MINTER)
    world.refuse((revoke, mint), "UninitializedAccount")
    world.refuse((revoke, gift(grant), mint), "IllegalOwner")
    assert world.supply(APPLE) == ALICE_HAS + BOB_HAS


def test_the_rent_may_go_to_a_signer_of_the_call(world: World) -> None:
    world.do(calls.request_redemption(APPLE, TEN, id=0), calls.accept_redemption(APPLE, id=0))
    redeemer = staff(Role.REDEEMER)
    world.give(redeemer, 10**9)
    world.do(calls.request_redemption(APPLE, TEN, id=1).swap(payer=redeemer), calls.accept_redemption(APPLE, id=1))
    rent = world.get(APPLE.request(ALICE, 1)).lamports
    settle = calls.settle_redemption(APPLE, TEN, id=1).swap(rent_receiver=redeemer)
    assert world.run(settle).lamports(redeemer) == rent
    world.give(OURS.authority, 10**9)
    world.do(calls.grant_role(OURS, Role.MINTER, MALLORY, NOW + 60).swap(payer=OURS.authority))
    rent = world.get(OURS.grant(Role.MINTER, MALLORY)).lamports
    revoke = calls.revoke_role(OURS, Role.MINTER, MALLORY).swap(rent_receiver=OURS.authority)
    assert world.run(revoke).lamports(OURS.authority) == rent


@pytest.mark.parametrize("name", sorted(event.__name__ for event in EVENTS.values()))
def test_nobody_else_tells_events(world: World, name: str) -> None:
    """The event call, made by anybody with any bytes of an event."""
    ((discriminator, kind),) = ((mark, event) for mark, event in EVENTS.items() if event.__name__ == name)
    data = EVENT_TAG + discriminator + bytes(kind.SIZE - 8)
    unsigned = AccountMeta(EVENT_AUTHORITY, is_signer=False, is_writable=False)
    stranger = AccountMeta(MALLORY, is_signer=True, is_writable=False)
    world.refuse((Instruction(PROGRAM_ID, data, [unsigned]),), "MissingRequiredSignature")
    world.refuse((Instruction(PROGRAM_ID, data, [stranger]),), "InvalidSeeds")
    world.refuse((Instruction(PROGRAM_ID, data, []),), "NotEnoughAccountKeys")


def test_an_event_is_one_call_that_the_programs_own_address_signs(world: World) -> None:
    done = world.run(calls.check_solvency(APPLE))
    assert len(parse_events(done.executed)) == 1
    told = [one for one in done.executed.instructions if one.data.startswith(EVENT_TAG)]
    assert [(one.program_id, one.accounts, one.stack_height) for one in told] == [(PROGRAM_ID, (EVENT_AUTHORITY,), 2)]


@pytest.mark.parametrize("data", [b"", b"\0", bytes(8), b"\xff" * 8, EVENT_TAG[:7]])
def test_unknown_instructions_are_refused(world: World, data: bytes) -> None:
    world.refuse((Instruction(PROGRAM_ID, data, []),), "InvalidInstructionData")


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_every_account_and_every_byte_is_needed(name: str) -> None:
    world = prepared(name)
    call = rightful(world, name)
    whole = call.instruction
    cut = Instruction(PROGRAM_ID, whole.data[:-1], whole.accounts)
    world.refuse((*call.before, cut), "InvalidInstructionData")
    short = Instruction(PROGRAM_ID, whole.data, whole.accounts[: len(INSTRUCTIONS[name]["accounts"]) - 1])
    world.refuse((*call.before, short), "NotEnoughAccountKeys")
