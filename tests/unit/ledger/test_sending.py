"""The sending pipeline against a cluster made of a script, in virtual time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from solders.compute_budget import ID as COMPUTE_BUDGET
from solders.hash import Hash
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from xstock_client.errors import (
    KeypairError,
    LedgerError,
    ProgramRefused,
    TransactionFailed,
    Unconfirmed,
    UsageError,
    XstockError,
)
from xstock_client.ledger import (
    ExecutedTransaction,
    Failure,
    KeypairSigner,
    Outcome,
    OutcomeCheck,
    Receipt,
    SendPolicy,
    Simulation,
)
from xstock_client.ledger.sending import Lifetime, Status, Timer, send_transaction

PAYER = KeypairSigner(Keypair.from_seed(bytes([1] * 32)))
RECEIVER = Pubkey(bytes([9] * 32))
PAY = transfer(TransferParams(from_pubkey=PAYER.pubkey, to_pubkey=RECEIVER, lamports=5))
LANDED = Status(slot=77, settled=True, failed=False)
LAST_VALID = 150
BLOCKS_PER_SECOND = 2.5


def executed(signature: Signature, error: Failure | None = None) -> ExecutedTransaction:
    return ExecutedTransaction(signature, 77, 1_700_000_000, error, 4321, (), (), ())


@dataclass
class Script:
    """A node whose answers depend on the (virtual) time alone; the height starts at 0."""

    status_at: Callable[[float], Status | None] = lambda _: None
    record: Callable[[Signature, float], ExecutedTransaction | None] = lambda signature, _: executed(signature)
    simulation: Simulation = field(default_factory=lambda: Simulation(10_000, (), None))
    fees: Sequence[int] | None = ()
    refuses: Callable[[float], bool] = lambda _: False
    down: Callable[[float], bool] = lambda _: False
    broadcast_down: Callable[[float], bool] = lambda _: False
    clock: float = 1000.0
    broadcasts: list[tuple[float, bytes]] = field(default_factory=list)
    asked_fees_for: Sequence[Pubkey] = ()
    simulated: list[bytes] = field(default_factory=list)
    history_asked: int = 0

    @property
    def elapsed(self) -> float:
        return self.clock - 1000.0

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0, "a pause of nothing spins"
        self.clock += seconds

    def timer(self) -> Timer:
        return Timer(monotonic=lambda: self.clock, sleep=self.sleep)

    def _up(self) -> None:
        # A question takes time, also an unanswered one.
        self.clock += 0.01
        if self.down(self.elapsed):
            raise LedgerError("cannot reach the cluster")

    async def simulate_wire(self, wire: bytes, programs: Sequence[Pubkey]) -> Simulation:
        self._up()
        self.simulated.append(wire)
        return self.simulation

    async def recent_fees(self, writable: Sequence[Pubkey]) -> Sequence[int]:
        self._up()
        self.asked_fees_for = writable
        if self.fees is None:
            raise LedgerError("method not served")
        return self.fees

    async def lifetime(self) -> Lifetime:
        self._up()
        return Lifetime(Hash(bytes([3] * 32)), LAST_VALID)

    async def broadcast(self, wire: bytes) -> None:
        self.broadcasts.append((self.elapsed, wire))
        self._up()
        if self.broadcast_down(self.elapsed):
            raise LedgerError("too many requests")
        if self.refuses(self.elapsed):
            raise TransactionFailed("the node refused to take the transaction")

    async def status(self, signature: Signature, *, history: bool) -> Status | None:
        self._up()
        self.history_asked += history
        return self.status_at(self.elapsed)

    async def block_height(self) -> int:
        self._up()
        return int(self.elapsed * BLOCKS_PER_SECOND)

    async def transaction(self, signature: Signature) -> ExecutedTransaction | None:
        self._up()
        return self.record(signature, self.elapsed)


@dataclass
class Check:
    """A caller's check that counts how often it is asked, and when."""

    node: Script
    answer: Outcome | XstockError
    asked_at: list[float] = field(default_factory=list)

    async def __call__(self) -> Outcome:
        self.asked_at.append(self.node.elapsed)
        if isinstance(self.answer, XstockError):
            raise self.answer
        return self.answer


async def send(node: Script, verify: OutcomeCheck | None = None, policy: SendPolicy | None = None) -> Receipt:
    return await send_transaction(
        node,
        [PAY],
        PAYER,
        (),
        verify=verify,
        policy=policy or SendPolicy(),
        explain=lambda failure: (
            ProgramRefused(6001, "TicketUsed", "take another ticket") if failure.custom_code == 6001 else None
        ),
        timer=node.timer(),
    )


def instructions_of(wire: bytes) -> list[tuple[Pubkey, bytes]]:
    message = VersionedTransaction.from_bytes(wire).message
    return [(message.account_keys[one.program_id_index], one.data) for one in message.instructions]


async def test_a_landed_transaction_gives_its_record() -> None:
    node = Script(status_at=lambda _: LANDED)
    receipt = await send(node)
    assert (receipt.slot, receipt.units, receipt.executed.units) == (77, 4321, 4321)
    assert len(node.broadcasts) == 1
    signed = VersionedTransaction.from_bytes(node.broadcasts[0][1])
    assert signed.signatures == [receipt.signature]
    signed.verify_and_hash_message()
    assert signed.message.recent_blockhash == Hash(bytes([3] * 32))


async def test_the_same_bytes_go_out_every_two_seconds_until_they_land() -> None:
    node = Script(status_at=lambda t: LANDED if t > 7 else None)
    await send(node)
    times = [at for at, _ in node.broadcasts]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(times) == 4 and all(2.0 <= gap < 2.6 for gap in gaps)
    assert len({wire for _, wire in node.broadcasts}) == 1


async def test_a_status_below_the_commitment_is_waited_on() -> None:
    node = Script(status_at=lambda t: Status(70, settled=t > 3, failed=False))
    receipt = await send(node)
    assert receipt.slot == 70 and node.elapsed > 3


async def test_a_late_record_is_waited_for_and_a_lost_one_is_said_to_be_missing() -> None:
    late = Script(status_at=lambda _: LANDED, record=lambda s, t: executed(s) if t > 2 else None)
    assert (await send(late)).transaction is not None
    lost = Script(status_at=lambda _: LANDED, record=lambda s, t: None)
    receipt = await send(lost)
    assert (receipt.slot, receipt.transaction) == (77, None)
    with pytest.raises(LedgerError, match="took effect, but the RPC does not hold its record"):
        _ = receipt.executed


async def test_a_refusal_in_simulation_is_raised_before_anybody_signs() -> None:
    class Unwilling(KeypairSigner):
        async def sign(self, message: bytes) -> Signature:
            raise AssertionError("asked to sign what would be refused")

    node = Script(simulation=Simulation(99, (), Failure(0, RECEIVER, 6001, "Custom")))
    with pytest.raises(ProgramRefused, match="TicketUsed"):
        await send_transaction(
            node,
            [PAY],
            Unwilling(Keypair.from_seed(bytes([1] * 32))),
            (),
            policy=SendPolicy(),
            explain=lambda _: ProgramRefused(6001, "TicketUsed", "take another ticket"),
            timer=node.timer(),
        )
    assert node.broadcasts == []
    other = Script(simulation=Simulation(99, ("Program log: no",), Failure(0, RECEIVER, 1, "Custom")))
    with pytest.raises(TransactionFailed, match="instruction 0 by program"):
        await send(other)


async def test_a_failure_on_chain_is_explained_from_its_record() -> None:
    failed = Status(slot=77, settled=True, failed=True)
    refused = Failure(0, RECEIVER, 6001, "Custom")
    with pytest.raises(ProgramRefused, match="TicketUsed"):
        await send(Script(status_at=lambda _: failed, record=lambda s, _: executed(s, refused)))
    with pytest.raises(TransactionFailed, match="the RPC keeps no record"):
        await send(Script(status_at=lambda _: failed, record=lambda s, _: None))


async def test_limit_and_price_come_behind_the_callers_instructions() -> None:
    node = Script(status_at=lambda _: LANDED, fees=[100, 200, 300, 400], simulation=Simulation(50_000, (), None))
    await send(node)
    assert set(node.asked_fees_for) == {PAYER.pubkey, RECEIVER}
    first, limit, price = instructions_of(node.broadcasts[0][1])
    assert first[1] == PAY.data and limit[0] == price[0] == COMPUTE_BUDGET
    assert limit[1] == b"\x02" + (50_150 + 5_015).to_bytes(4, "little")
    assert price[1] == b"\x03" + (400).to_bytes(8, "little")
    assert [program for program, _ in instructions_of(node.simulated[0])] == [first[0], COMPUTE_BUDGET]


async def test_the_priority_fee_is_capped_in_lamports_and_can_be_switched_off() -> None:
    greedy = Script(status_at=lambda _: LANDED, fees=[10**12], simulation=Simulation(98_000, (), None))
    await send(greedy, policy=SendPolicy(max_priority_fee=1_000))
    _, limit, price = instructions_of(greedy.broadcasts[0][1])
    units = int.from_bytes(limit[1][1:], "little")
    paid = units * int.from_bytes(price[1][1:], "little") / 1_000_000
    assert 990 < paid <= 1_000
    for node, policy in (
        (Script(status_at=lambda _: LANDED, fees=[10**12]), SendPolicy(max_priority_fee=0)),
        (Script(status_at=lambda _: LANDED, fees=[]), SendPolicy()),
        (Script(status_at=lambda _: LANDED, fees=None), SendPolicy()),
    ):
        await send(node, policy=policy)
        assert len(instructions_of(node.broadcasts[0][1])) == 2


def test_unit_limit_keeps_a_margin_within_the_runtimes_bound() -> None:
    policy = SendPolicy()
    assert [policy.unit_limit(used) for used in (0, 150, 20_000, 20_001, 1_390_000)] == [
        2_000,
        2_150,
        22_000,
        22_002,
        1_400_000,
    ]
    assert [policy.unit_price(range(101), 1_000_000), policy.unit_price([7], 10)] == [75, 7]


# The outcome is unknown: no status by the last valid block height.


@pytest.mark.parametrize("record", [True, False])
async def test_the_check_says_done(record: bool) -> None:
    node = Script(record=lambda s, _: executed(s) if record else None)
    check = Check(node, "done")
    receipt = await send(node, check)
    assert len(check.asked_at) == 1 and check.asked_at[0] * BLOCKS_PER_SECOND > LAST_VALID
    assert (receipt.slot, receipt.transaction is not None) == ((77, True) if record else (0, False))
    assert node.history_asked > 0


async def test_the_check_says_done_but_by_another_transaction() -> None:
    node = Script(record=lambda s, _: executed(s, Failure(0, RECEIVER, 6001, "Custom")))
    with pytest.raises(ProgramRefused, match="TicketUsed"):
        await send(node, Check(node, "done"))


async def test_the_check_says_not_done() -> None:
    node = Script()
    check = Check(node, "not done")
    with pytest.raises(
        TransactionFailed, match="did not land before its last valid block height 150 and never will.*safe to send"
    ):
        await send(node, check)
    assert len(check.asked_at) == 1
    assert len({wire for _, wire in node.broadcasts}) == 1, "nothing may sign a second transaction by itself"


async def test_the_check_does_not_know_or_cannot_tell_or_is_missing() -> None:
    answers: list[Outcome | XstockError | None] = ["unknown", LedgerError("cannot reach the cluster"), None]
    for answer in answers:
        node = Script()
        with pytest.raises(Unconfirmed, match="is unknown: no status by its last valid block height 150") as caught:
            await send(node, Check(node, answer) if answer is not None else None)
        sent = VersionedTransaction.from_bytes(node.broadcasts[0][1])
        assert caught.value.signature == str(sent.signatures[0])
        assert len({wire for _, wire in node.broadcasts}) == 1
        assert caught.value.__cause__ is (answer if isinstance(answer, LedgerError) else None)


async def test_a_status_that_shows_after_the_last_valid_height_counts_without_a_check() -> None:
    end = LAST_VALID / BLOCKS_PER_SECOND
    node = Script(status_at=lambda t: LANDED if t > end + 3 else None)
    check = Check(node, "not done")
    assert (await send(node, check)).slot == 77
    assert check.asked_at == []


async def test_a_silent_rpc_is_never_taken_for_an_answer() -> None:
    # It goes down right after the bytes went out, long before they are too old to land.
    node = Script(down=lambda t: t > 1)
    check = Check(node, "not done")
    with pytest.raises(Unconfirmed, match="stopped answering before.*may still land"):
        await send(node, check, SendPolicy(silence=20))
    assert 20 < node.elapsed < 25 and len(check.asked_at) == 1


async def test_a_short_outage_is_waited_out() -> None:
    node = Script(down=lambda t: 0.05 < t < 15, status_at=lambda _: LANDED)
    assert (await send(node)).slot == 77
    assert 15 < node.elapsed < 20


async def test_it_ends_although_no_broadcast_is_ever_taken() -> None:
    node = Script(broadcast_down=lambda _: True)
    with pytest.raises(Unconfirmed):
        await send(node)
    assert node.elapsed < 75


async def test_a_node_that_refuses_the_bytes_at_once_settles_it_and_later_does_not() -> None:
    node = Script(refuses=lambda _: True)
    with pytest.raises(TransactionFailed, match="refused to take"):
        await send(node)
    assert len(node.broadcasts) == 1
    later = Script(refuses=lambda t: t > 1, status_at=lambda t: LANDED if t > 5 else None)
    assert (await send(later)).slot == 77


# Signing


async def test_missing_and_wrong_signers_are_named_before_anything_is_sent() -> None:
    node = Script(status_at=lambda _: LANDED)
    other = KeypairSigner(Keypair())
    with pytest.raises(UsageError, match=f"must also be signed by {PAYER.pubkey}"):
        await send_transaction(node, [PAY], other, (), policy=SendPolicy(), timer=node.timer())

    class Broken(KeypairSigner):
        async def sign(self, message: bytes) -> Signature:
            return await super().sign(message + b"!")

    broken = Broken(Keypair.from_seed(bytes([1] * 32)))
    with pytest.raises(KeypairError, match=f"signer of {PAYER.pubkey} returned a signature that does not verify"):
        await send_transaction(node, [PAY], broken, (), policy=SendPolicy(), timer=node.timer())
    assert node.broadcasts == []


async def test_a_payer_apart_from_the_authority_signs_first() -> None:
    node = Script(status_at=lambda _: LANDED)
    payer = KeypairSigner(Keypair())
    receipt = await send_transaction(node, [PAY], payer, [PAYER], policy=SendPolicy(), timer=node.timer())
    signed = VersionedTransaction.from_bytes(node.broadcasts[0][1])
    assert signed.message.account_keys[:2] == [payer.pubkey, PAYER.pubkey]
    assert signed.signatures[0] == receipt.signature and len(signed.signatures) == 2
    signed.verify_and_hash_message()


async def test_what_does_not_fit_is_refused_with_its_size() -> None:
    node = Script()
    with pytest.raises(UsageError, match=r"would be 1,\d\d\d bytes, and at most 1,232"):
        many = [
            transfer(TransferParams(from_pubkey=PAYER.pubkey, to_pubkey=Keypair().pubkey(), lamports=1))
            for _ in range(24)
        ]
        await send_transaction(node, many, PAYER, (), policy=SendPolicy(), timer=node.timer())
    with pytest.raises(UsageError, match="at least one instruction"):
        await send_transaction(node, [], PAYER, (), policy=SendPolicy(), timer=node.timer())
    assert node.simulated == []
