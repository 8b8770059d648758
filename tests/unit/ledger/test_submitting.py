"""The sending pipeline for bytes that were signed elsewhere, against the same cluster made of a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from tests.unit.ledger.test_rpc import Answer, result, serving
from tests.unit.ledger.test_sending import LANDED, PAY, PAYER, RECEIVER, Check, Script, executed
from xstock_client.constants import SYSTEM
from xstock_client.errors import LedgerError, TransactionFailed, Unconfirmed
from xstock_client.ledger import Account, Failure, OutcomeCheck, Receipt, RpcLedger, SendPolicy, Simulation, prepare
from xstock_client.ledger.sending import Status, callers, submit_transaction

NONCE = Pubkey(bytes([7] * 32))
VALUE = Hash(bytes([4] * 32))
NEXT = Hash(bytes([5] * 32))


@dataclass
class Signed(Script):
    """A node that also knows a nonce account, whose value depends on the time."""

    nonce_at: Callable[[float], Hash | None] = lambda _: VALUE
    verified: list[bytes] = field(default_factory=list)

    async def simulate_signed(self, wire: bytes, programs: Sequence[Pubkey]) -> Simulation:
        self._up()
        self.verified.append(wire)
        return self.simulation

    async def account(self, address: Pubkey) -> Account | None:
        self._up()
        assert address == NONCE
        value = self.nonce_at(self.elapsed)
        start = (1).to_bytes(4, "little") * 2
        return None if value is None else Account(1, SYSTEM, start + bytes(PAYER.pubkey) + bytes(value) + bytes(8))


async def made(*, nonce: bool) -> VersionedTransaction:
    prepared = prepare([PAY], PAYER.pubkey, blockhash=VALUE, nonce=NONCE if nonce else None)
    return (await prepared.sign_with(PAYER)).transaction()


async def submit(
    node: Signed, *, nonce: bool, verify: OutcomeCheck | None = None, policy: SendPolicy | None = None
) -> Receipt:
    return await submit_transaction(
        node,
        await made(nonce=nonce),
        nonce=NONCE if nonce else None,
        verify=verify,
        policy=policy or SendPolicy(),
        timer=node.timer(),
    )


@pytest.mark.parametrize("nonce", [False, True])
async def test_the_very_bytes_are_simulated_and_sent(nonce: bool) -> None:
    node = Signed(status_at=lambda t: LANDED if t > 7 else None)
    receipt = await submit(node, nonce=nonce)
    wire = bytes(await made(nonce=nonce))
    assert node.verified == [wire] and node.simulated == []
    assert {sent for _, sent in node.broadcasts} == {wire} and len(node.broadcasts) == 4
    assert (receipt.slot, receipt.units) == (77, 4321)


@pytest.mark.parametrize("nonce", [False, True])
async def test_a_refusal_in_simulation_sends_nothing(nonce: bool) -> None:
    node = Signed(simulation=Simulation(9, (), Failure(1, RECEIVER, 5, "Custom")))
    with pytest.raises(TransactionFailed, match=f"refused in instruction {0 if nonce else 1} by"):
        await submit(node, nonce=nonce)
    assert node.broadcasts == []


def test_a_failure_of_the_nonce_itself_is_of_no_instruction_of_the_callers() -> None:
    first = Failure(0, SYSTEM, 7, "Custom")
    assert callers(first, NONCE).instruction_index is None
    assert callers(first, None) is first
    assert callers(Failure(3, None, None, "X"), NONCE).instruction_index == 2
    assert callers(Failure(None, None, None, "X"), NONCE).instruction_index is None


async def test_the_newest_blockhash_bounds_how_long_an_older_one_lives() -> None:
    node = Signed()
    with pytest.raises(Unconfirmed, match="no status by its last valid block height 150; look with"):
        await submit(node, nonce=False)
    assert 60 < node.elapsed < 70


async def test_with_a_nonce_the_advance_is_what_ends_it() -> None:
    """Somebody else's transaction took the nonce: ours can never land, and the check says so."""
    node = Signed(nonce_at=lambda t: VALUE if t < 10 else NEXT)
    with pytest.raises(TransactionFailed, match=f"did not land before the advance of nonce account {NONCE} and never"):
        await submit(node, nonce=True, verify=Check(node, "not done"))
    assert 10 < node.elapsed < 20 and node.history_asked > 0
    node = Signed(nonce_at=lambda t: VALUE if t < 10 else None)
    with pytest.raises(Unconfirmed, match=f"no status by the advance of nonce account {NONCE}"):
        await submit(node, nonce=True)


async def test_our_own_landing_advances_the_nonce_too() -> None:
    """The status comes after the advance: it is still sought, and found."""
    node = Signed(nonce_at=lambda t: VALUE if t < 4 else NEXT, status_at=lambda t: LANDED if t > 6 else None)
    assert (await submit(node, nonce=True)).slot == 77


async def test_a_nonce_that_stays_is_not_waited_on_for_ever() -> None:
    node = Signed()
    with pytest.raises(Unconfirmed, match=f"may still land until the advance of nonce account {NONCE}.*new-nonce"):
        await submit(node, nonce=True, verify=Check(node, "not done"))
    assert 90 < node.elapsed < 95
    node = Signed(down=lambda t: t > 1)
    with pytest.raises(Unconfirmed, match="may still land"):
        await submit(node, nonce=True)
    assert 60 < node.elapsed < 70


async def test_a_failure_on_chain_is_told_with_the_callers_index() -> None:
    node = Signed(
        status_at=lambda _: Status(77, settled=True, failed=True),
        record=lambda signature, _: executed(signature, Failure(1, RECEIVER, 5, "Custom")),
    )
    with pytest.raises(TransactionFailed, match="refused in instruction 0 by"):
        await submit(node, nonce=True)


async def test_a_node_that_does_not_answer_the_simulation() -> None:
    with pytest.raises(LedgerError, match="cannot reach"):
        await submit(Signed(down=lambda _: True), nonce=True)


async def test_what_an_rpc_is_asked() -> None:
    def answer(method: str, _: object, __: int) -> Answer:
        return {
            "isBlockhashValid": result({"value": False}),
            "getLatestBlockhash": result({"value": {"blockhash": str(VALUE), "lastValidBlockHeight": 9}}),
            "simulateTransaction": result({"value": {"err": "BlockhashNotFound", "logs": [], "unitsConsumed": 0}}),
        }[method]

    async with serving(answer) as server, RpcLedger(server.url) as ledger:
        assert await ledger.blockhash_valid(VALUE) is False
        assert await ledger.latest_blockhash() == VALUE
        with pytest.raises(TransactionFailed, match="BlockhashNotFound; its blockhash is too old"):
            await ledger.submit(await made(nonce=False))
        assert server.calls[0] == ("isBlockhashValid", [str(VALUE), {"commitment": "confirmed"}])
        simulated = server.calls[2]
        assert simulated[0] == "simulateTransaction"
        assert simulated[1][1] == {
            "commitment": "confirmed",
            "encoding": "base64",
            "sigVerify": True,
            "replaceRecentBlockhash": False,
        }
        assert len(server.calls) == 3
