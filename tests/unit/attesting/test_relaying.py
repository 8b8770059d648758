"""A batch of reports is on chain exactly once, wherever it was interrupted and whoever else relays."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature

from tests.unit.attesting.stage import DAY, NOW, ONE, PROGRAM, Stage, isin_of, key, statements
from xstock_client import instructions, pda
from xstock_client.accounts import CustodianSlot, Reserve
from xstock_client.amounts import Shares
from xstock_client.clients import Attestor, Patience, Relay, RelayState, SignedReport, merge_reports
from xstock_client.errors import DecodeError, LedgerError, ProgramRefused, TransactionFailed, Unconfirmed, UsageError
from xstock_client.ledger import EmbeddedLedger
from xstock_client.message import SignedAttestation, domain

STOCKS = 3


class Faulty:
    """A ledger that fails at one call: before it does anything, or after it did."""

    def __init__(
        self, ledger: EmbeddedLedger, error: BaseException, *, at: int, after: bool, only: str | None = None
    ) -> None:
        self.ledger, self.error, self.at, self.after, self.only = ledger, error, at, after, only
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        target = getattr(self.ledger, name)

        async def call(*args: Any, **kwargs: Any) -> Any:
            if self.only not in (None, name):
                return await target(*args, **kwargs)
            self.calls.append(name)
            if len(self.calls) != self.at:
                return await target(*args, **kwargs)
            if self.after:
                await target(*args, **kwargs)
            raise self.error

        return call


class Busy:
    """A ledger on which somebody else does something just before each of our transactions."""

    def __init__(self, ledger: EmbeddedLedger, first: Callable[[], Any]) -> None:
        self.ledger, self.first, self.sent = ledger, first, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.ledger, name)

    async def send(self, *args: Any, **kwargs: Any) -> Any:
        self.sent += 1
        if self.sent == 1:
            await self.first()
        return await self.ledger.send(*args, **kwargs)


class Waits:
    """Time for the relay: seconds that it would have waited."""

    def __init__(self) -> None:
        self.waited = 0.0

    async def sleep(self, seconds: float) -> None:
        self.waited += seconds


async def batch(stage: Stage, sequence: int, *, shares: int = 100) -> list[SignedReport]:
    """Both custodians' reports on every stock."""
    return [
        one
        for number in range(stage.stocks)
        for slot in (0, 1)
        for one in await stage.report(slot, number=number, sequence=sequence, settled=Shares(shares * ONE))
    ]


def states(relay: Relay) -> Counter[RelayState]:
    return Counter(row.state for row in relay.rows)


async def test_fifty_stocks_of_two_custodians_from_folders(tmp_path: Path) -> None:
    stage = await Stage(EmbeddedLedger(program=PROGRAM, now=NOW), stocks=50).build()
    one_file, many_files = statements(tmp_path, 0, 50), statements(tmp_path, 1, 50, one_each=True)
    assert (len(list(one_file.iterdir())), len(list(many_files.iterdir()))) == (1, 50)
    reports = [*await stage.sign_all(one_file, 0, "alpine"), *await stage.sign_all(many_files, 1, "harbor")]
    assert len(reports) == 100
    told: list[RelayState] = []
    relay = stage.relayer().relay(reports, issuer=stage.issuer, on_change=lambda row: told.append(row.state))
    await relay.run()
    assert states(relay) == {RelayState.SUBMITTED: 100} and told.count(RelayState.SUBMITTED) == 100
    # both custodians of a stock are judged together
    assert len(relay.receipts) == 50
    stored = await stage.stored()
    assert len(stored) == 100 and set(stored.values()) == {1}
    slot = await custodian_slot(stage, 49, 0)
    assert (slot.settled, slot.as_of) == (149 * ONE, NOW - 60)
    again = stage.relayer().relay(reports)
    await again.run()
    assert states(again) == {RelayState.ON_CHAIN: 100} and again.receipts == []
    assert await stage.stored() == stored


async def custodian_slot(stage: Stage, number: int, slot: int) -> CustodianSlot:
    account = await stage.ledger.account(pda.reserve(stage.asset(number)))
    assert account is not None
    return Reserve.decode(account.data).custodians[slot]


@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
@pytest.mark.parametrize("error", [LedgerError("gone"), RuntimeError("crash"), asyncio.CancelledError()], ids=repr)
async def test_interrupted_at_every_call_and_run_again(stage: Stage, error: BaseException, after: bool) -> None:
    sequence = 0
    failed = 0
    calls: list[str] = []
    while True:
        sequence += 1
        reports = await batch(stage, sequence)
        faulty: Any = Faulty(stage.ledger, error, at=sequence, after=after)
        relay = stage.relayer(faulty).relay(reports)
        try:
            await relay.run()
        except type(error):
            failed += 1
        else:
            calls = faulty.calls
            break
        stored = await stage.stored()
        for row in relay.rows:  # what it says is done is done
            number = row.report.number
            here = (number[0], "reserve", *number[2:])
            assert stored[here] <= 1
            if row.state.settled:
                assert stored[here] == 1
        rerun = stage.relayer().relay(reports)
        await rerun.run()
        assert all(row.state.settled for row in rerun.rows)
        assert states(rerun)[RelayState.SUPERSEDED] == 0
    # every call of a whole run was interrupted once
    assert failed == len(calls) == sequence - 1 and calls.count("send") == STOCKS
    stored = await stage.stored()
    assert set(stored.values()) == {1}
    wanted = {
        (stage.asset(number), "reserve", slot, slot + 1, one)
        for number in range(STOCKS)
        for slot in (0, 1)
        for one in range(1, sequence + 1)
    }
    assert set(stored) == wanted


@pytest.mark.parametrize("at", range(1, STOCKS + 1))
@pytest.mark.parametrize("landed", [True, False])
async def test_an_unknown_outcome_is_read_from_the_chain(stage: Stage, at: int, landed: bool) -> None:
    signature = str(Signature.default())
    faulty: Any = Faulty(stage.ledger, Unconfirmed("lost", signature), at=at, after=landed, only="send")
    waits = Waits()
    reports = await batch(stage, 1)
    relay = stage.relayer(faulty).relay(reports, patience=Patience(sleep=waits.sleep))
    await relay.run()
    assert states(relay) == {RelayState.SUBMITTED: 6}
    assert (waits.waited > 0) is not landed
    assert len(faulty.calls) == STOCKS + (not landed)
    stored = await stage.stored()
    assert len(stored) == 6 and set(stored.values()) == {1}


async def test_a_transaction_that_lands_late_is_waited_for(stage: Stage) -> None:
    reports = await batch(stage, 1)
    lost: list[tuple[Any, Any]] = []

    class Late(Busy):
        async def send(self, *args: Any, **kwargs: Any) -> Any:
            lost.append((args, kwargs))
            raise Unconfirmed("lost", str(Signature.default()))

    async def sleep(seconds: float) -> None:
        for args, kwargs in lost:
            await stage.ledger.send(*args, **kwargs)
        lost.clear()

    late: Any = Late(stage.ledger, lambda: None)
    relay = stage.relayer(late).relay(reports, patience=Patience(sleep=sleep))
    await relay.run()
    assert states(relay) == {RelayState.SUBMITTED: 6}
    assert set((await stage.stored()).values()) == {1}


async def test_an_outcome_that_stays_unknown_is_told_and_a_rerun_settles_it(stage: Stage) -> None:
    class Deaf(Busy):
        async def send(self, *args: Any, **kwargs: Any) -> Any:
            self.sent += 1
            raise Unconfirmed("lost", str(Signature.default()))

    deaf: Any = Deaf(stage.ledger, lambda: None)
    waits = Waits()
    reports = await batch(stage, 1)
    relay = stage.relayer(deaf).relay(reports, patience=Patience(total=4, pause=2, sleep=waits.sleep))
    await relay.run()
    assert states(relay) == {RelayState.SENDING: 6} and all("lost" in row.reason for row in relay.rows)
    assert deaf.sent == 3 * STOCKS and waits.waited == 3 * STOCKS * 4
    rerun = stage.relayer().relay(reports)
    await rerun.run()
    assert states(rerun) == {RelayState.SUBMITTED: 6}
    assert set((await stage.stored()).values()) == {1}


async def test_what_never_landed_is_sent_again_and_a_lasting_fault_ends_it(stage: Stage) -> None:
    reports = await batch(stage, 1)
    faulty: Any = Faulty(stage.ledger, TransactionFailed("did not land"), at=2, after=False, only="send")
    relay = stage.relayer(faulty).relay(reports)
    await relay.run()
    assert states(relay) == {RelayState.SUBMITTED: 6} and len(faulty.calls) == STOCKS + 1
    poor = Relay(stage.relayer(), key("nobody"), merge_reports(await batch(stage, 2)))
    with pytest.raises(TransactionFailed, match="no lamports"):
        await poor.run()
    assert states(poor) == {RelayState.READY: 6}
    assert len(await stage.stored()) == 6


async def test_somebody_else_relays_one_of_a_transaction_in_between(stage: Stage) -> None:
    reports = await batch(stage, 1)

    async def other() -> None:
        await stage.relayer().submit([reports[1]])

    busy: Any = Busy(stage.ledger, other)
    relay = stage.relayer(busy).relay(reports)
    await relay.run()
    assert [row.state for row in relay.rows] == [
        RelayState.SUBMITTED,
        RelayState.ON_CHAIN,
        *[RelayState.SUBMITTED] * 4,
    ]
    stored = await stage.stored()
    assert len(stored) == 6 and set(stored.values()) == {1}


async def test_somebody_else_brings_a_later_report_in_between(stage: Stage) -> None:
    reports = await batch(stage, 1)
    later = await stage.report(0, sequence=2)

    async def other() -> None:
        await stage.relayer().submit(later)

    busy: Any = Busy(stage.ledger, other)
    relay = stage.relayer(busy).relay(reports)
    await relay.run()
    first, second, *_ = relay.rows
    assert (first.state, second.state) == (RelayState.SUPERSEDED, RelayState.SUBMITTED)
    assert "report 2 is on chain, this one is 1" in first.reason


async def test_a_refusal_that_nobody_can_repeat_is_tried_again(stage: Stage) -> None:
    """An RPC that lags behind refuses what the next one takes."""
    reports = await batch(stage, 1)
    refusal = ProgramRefused(6012, "FutureReport", "not yet")
    faulty: Any = Faulty(stage.ledger, refusal, at=1, after=False, only="send")
    relay = stage.relayer(faulty).relay(reports)
    await relay.run()
    assert states(relay) == {RelayState.SUBMITTED: 6} and len(relay.receipts) == STOCKS

    class Stubborn(Busy):
        async def send(self, *args: Any, **kwargs: Any) -> Any:
            self.sent += 1
            raise refusal

    stubborn: Any = Stubborn(stage.ledger, lambda: None)
    relay = stage.relayer(stubborn).relay((await batch(stage, 2))[:2])
    await relay.run()
    assert [row.reason for row in relay.rows] == [str(refusal)] * 2 and states(relay) == {RelayState.REFUSED: 2}
    assert stubborn.sent == 3 + 2 * 3  # together, then each by itself


async def test_two_relayers_at_once(stage: Stage) -> None:
    reports = await batch(stage, 1)
    relays = [stage.relayer().relay(order) for order in (reports, list(reversed(reports)))]
    await asyncio.gather(*(one.run() for one in relays))
    assert all(row.state.settled for one in relays for row in one.rows)
    stored = await stage.stored()
    assert len(stored) == 6 and set(stored.values()) == {1}


async def test_one_bad_report_does_not_hold_up_the_others_of_its_transaction(stage: Stage) -> None:
    reports = await batch(stage, 1)
    bad = await stage.report(0, sequence=1, as_of=NOW + 3_600)  # only the program refuses this
    relay = stage.relayer().relay([*bad, *reports[1:]])
    await relay.run()
    first, *others = relay.rows
    assert first.state is RelayState.REFUSED and "FutureReport" in first.reason
    assert {row.state for row in others} == {RelayState.SUBMITTED}
    assert len(await stage.stored()) == 5


async def test_reports_that_go_through_alone_and_not_together(stage: Stage) -> None:
    # the second speaks of an earlier time than the first, and later than what the chain holds
    first = await stage.report(0, sequence=1, as_of=NOW - 10)
    second = await stage.report(0, sequence=2, as_of=NOW - 20)
    relay = stage.relayer().relay([*second, *first])
    await relay.run()
    assert [(row.report.said.sequence, row.state) for row in relay.rows] == [
        (2, RelayState.SUPERSEDED),
        (1, RelayState.SUBMITTED),
    ]


async def test_a_backlog_of_one_slot_goes_in_by_its_numbers(stage: Stage) -> None:
    backlog = [one for sequence in (3, 1, 2, 7) for one in await stage.report(0, sequence=sequence)]
    relay = stage.relayer().relay(backlog)
    await relay.run()
    assert states(relay) == {RelayState.SUBMITTED: 4}
    rerun = stage.relayer().relay(backlog)
    await rerun.run()
    assert [row.state for row in rerun.rows] == [*[RelayState.SUPERSEDED] * 3, RelayState.ON_CHAIN]


async def test_two_reports_with_one_number(stage: Stage) -> None:
    one, other = await stage.report(0), await stage.report(0, settled=Shares(ONE))
    good = await stage.report(1)
    relay = stage.relayer().relay([*one, *other, *good])
    await relay.run()
    assert [row.state for row in relay.rows] == [RelayState.REFUSED, RelayState.REFUSED, RelayState.SUBMITTED]
    assert "another report with its number" in relay.rows[0].reason
    await stage.relayer().submit(one)
    late = stage.relayer().relay([*one, *other])
    await late.run()
    assert [row.state for row in late.rows] == [RelayState.ON_CHAIN, RelayState.REFUSED]
    assert "the chain holds another report with its number (sequence 1)" in late.rows[1].reason


async def test_a_report_that_is_given_twice_is_one(stage: Stage) -> None:
    report = await stage.report(0)
    relay = stage.relayer().relay([*report, *report, *report])
    await relay.run()
    assert states(relay) == {RelayState.SUBMITTED: 1}


async def test_reports_that_mean_nothing_here(stage: Stage) -> None:
    elsewhere = domain(stage.relayer().program_id, bytes([3] * 32), stage.asset(), isin_of(0))
    (strange,) = await stage.report(0, sequence=1)
    cases: list[tuple[Sequence[SignedReport], str]] = [
        (await stage.report(0, domain=elsewhere), "another program, cluster, asset or ISIN"),
        ([replace(strange, asset=stage.asset(1))], "another program, cluster, asset or ISIN"),
        ([replace(strange, asset=Pubkey.new_unique())], "there is no asset"),
        ([replace(strange, asset=stage.issuer)], "there is no asset"),
        (await stage.report(0, "stranger"), "custodian slot 0 takes " + str(key("alpine").pubkey)),
        (await stage.report(0, "harbor"), "custodian slot 0 takes"),
        (await stage.report(1, "alpine"), "custodian slot 1 takes"),
        (await stage.report(2, "alpine"), "custodian slot 2 is empty"),
        (await stage.report(200, "alpine"), "custodian slot 200 is empty"),
        (await stage.supply(), "chain slot 0 is empty"),
        (await stage.report(0, epoch=9), "signed by the keys of registration 9, and those that may sign are of: 1"),
        (await stage.report(0, basis=1), "names basis 1 (splits in its figures)"),
        (await stage.report(0, settled=Shares(2**60 + 1)), "FigureTooLarge"),
        (await stage.report(0, sequence=2**32 + 1), "BadSequence"),
    ]
    for reports, why in cases:
        relay = stage.relayer().relay(reports)
        await relay.run()
        (row,) = relay.rows
        assert row.state is RelayState.REFUSED and why in row.reason, why
    # an issuer of their own: refused only when this relayer works for one
    relay = stage.relayer().relay([strange], issuer=Pubkey.new_unique())
    await relay.run()
    assert relay.rows[0].state is RelayState.REFUSED and f"of issuer {stage.issuer}" in relay.rows[0].reason
    # an account of somebody else's program at the asset's address
    account = await stage.ledger.account(stage.asset())
    assert account is not None
    stage.ledger.set_account(stage.asset(), replace(account, owner=Pubkey.default()))
    relay = stage.relayer().relay([strange])
    await relay.run()
    assert relay.rows[0].state is RelayState.REFUSED and "there is no asset" in relay.rows[0].reason
    assert not await stage.stored()
    with pytest.raises(UsageError, match="no signed report"):
        await stage.relayer().relay([]).run()


async def test_an_issuer_of_another_cluster(stage: Stage) -> None:
    other = EmbeddedLedger(program=PROGRAM, now=NOW, genesis_hash=bytes([1] * 32))
    for address in (stage.issuer, stage.asset(), pda.reserve(stage.asset())):
        other.set_account(address, await stage.ledger.account(address))
    relay = stage.relayer(other).relay(await stage.report(0))
    await relay.run()
    assert relay.rows[0].state is RelayState.REFUSED
    assert "nothing that it attests means anything here" in relay.rows[0].reason


async def test_a_corrupted_signature_never_gets_as_far_as_a_transaction(stage: Stage) -> None:
    (report,) = await stage.report(0)
    wrong = SignedAttestation(report.attestation.message, report.attestation.signer, Signature.default())
    with pytest.raises(DecodeError, match="the signature is not"):
        stage.relayer().relay([replace(report, attestation=wrong)])


async def test_a_retired_slot_and_a_replaced_key(stage: Stage) -> None:
    await stage.relayer().submit(await batch(stage, 1))
    old, dated = await stage.report(0, sequence=2), await stage.report(1, sequence=2, as_of=NOW)
    await stage.send(
        instructions.retire_custodian(
            manager=key("manager").pubkey,
            grant=stage.grant,
            asset=stage.asset(),
            reserve=pda.reserve(stage.asset()),
            mint=pda.mint(stage.asset()),
            slot=0,
        )
    )
    await stage.register(0, 1, ("harbor-2",))
    relay = stage.relayer().relay([*old, *dated])
    await relay.run()
    assert [row.state for row in relay.rows] == [RelayState.REFUSED, RelayState.REFUSED]
    assert "custodian slot 0 is empty" in relay.rows[0].reason
    assert "those that may sign are of: 3" in relay.rows[1].reason
    # once the new key has spoken of the same time, the old report is of no use to anybody
    await stage.relayer().submit(await stage.report(1, "harbor-2", epoch=3, as_of=NOW))
    relay = stage.relayer().relay(dated)
    await relay.run()
    assert relay.rows[0].state is RelayState.SUPERSEDED


async def test_stale_reports_are_marked_and_brought_in_all_the_same(stage: Stage) -> None:
    relay = stage.relayer().relay(
        [*await stage.report(0, as_of=NOW - 5 * DAY - 1), *await stage.report(1, as_of=NOW - 5 * DAY)]
    )
    await relay.run()
    assert [(row.state, row.stale_after_s) for row in relay.rows] == [
        (RelayState.SUBMITTED, 5 * DAY),
        (RelayState.SUBMITTED, None),
    ]


async def test_the_payer_may_be_a_wallet_of_another_shape(stage: Stage) -> None:
    class Wallet:
        payer = Keypair.from_seed(sha256(b"relayer").digest())
        public_key = payer.pubkey()

    wallet: Any = Wallet()
    relay = Attestor(stage.ledger, payer=wallet).relay(await stage.report(0))
    await relay.run()
    assert states(relay) == {RelayState.SUBMITTED: 1}
