"""Custodian and auditor sign the same report: k of n keys, two machines, and nothing but files between them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.signature import Signature

from tests.unit.attesting.stage import DAY, NOW, ONE, PROFILES, PROGRAM, Stage, isin_of, key, statement, statements
from xstock_client import pda
from xstock_client.accounts import Reserve
from xstock_client.amounts import Shares
from xstock_client.clients import (
    AttestationPlan,
    Cosigned,
    RelayState,
    SignedReport,
    cosign_reports,
    merge_reports,
    read_reports,
    sign_statements,
    write_reports,
)
from xstock_client.errors import BadInput, DecodeError, ProgramRefused, StatementRefused, UsageError
from xstock_client.events import ReserveAttested, parse_events
from xstock_client.ledger import EmbeddedLedger
from xstock_client.ledger.building import compile_message
from xstock_client.ledger.embedded import GENESIS_HASH
from xstock_client.message import SignedAttestation, ed25519_instruction

KEYS = ("alpine", "auditor", "spare")


@pytest.fixture
async def pair() -> Stage:
    """Two stocks whose slot 0 takes two of three keys."""
    ledger = EmbeddedLedger(program=PROGRAM, now=NOW)
    return await Stage(ledger, stocks=2, alpine=KEYS, threshold=2).build()


async def first_signed(stage: Stage, folder: Path, plan: AttestationPlan, **changes: Any) -> Sequence[SignedReport]:
    given: dict[str, Any] = {"issuer": stage.issuer, "genesis_hash": GENESIS_HASH, "now": NOW} | changes
    return (await sign_statements([folder], PROFILES[0], plan, key("alpine"), **given)).reports


async def cosigned(
    stage: Stage,
    reports: Sequence[SignedReport],
    path: Path,
    plan: AttestationPlan,
    who: str = "auditor",
    **changes: Any,
) -> Cosigned:
    given: dict[str, Any] = {"issuer": stage.issuer, "genesis_hash": GENESIS_HASH, "now": NOW} | changes
    return await cosign_reports(reports, [path], PROFILES[0], plan, key(who), **given)


async def test_two_of_three_by_files(pair: Stage, tmp_path: Path) -> None:
    plan = AttestationPlan.from_json((await pair.relayer().plan(pair.issuer)).to_json())
    entry = plan.entries[0]
    assert (entry.attesters, entry.threshold) == (tuple(key(name).pubkey for name in KEYS), 2)
    folder = statements(tmp_path, 0, 2)
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    write_reports(await first_signed(pair, folder, plan), one)
    waiting = pair.relayer().relay(read_reports(one))
    await waiting.run()
    assert {row.state for row in waiting.rows} == {RelayState.WAITING}
    auditor, spare = key("auditor").pubkey, key("spare").pubkey
    assert waiting.rows[0].reason == f"waiting for 1 more of 2: keys {auditor}, {spare}"
    assert not waiting.receipts

    made = await cosigned(pair, read_reports(one), folder, plan)
    assert (len(made.batch.reports), len(made.reports), made.others) == (2, 4, ())
    write_reports(made.reports, two)
    # both files, the first one twice: each signer counts once
    relay = pair.relayer().relay([*read_reports(one), *read_reports(two), *read_reports(one)])
    await relay.run()
    assert [row.state for row in relay.rows] == [RelayState.SUBMITTED] * 2
    told = [event for receipt in relay.receipts for event in parse_events(receipt.executed)]
    events = [event for event in told if isinstance(event, ReserveAttested)]
    assert [one.attesters[:2] for one in events] == [(key("alpine").pubkey, auditor)] * 2
    assert [one.settled for one in events] == [100 * ONE, 101 * ONE]
    again = pair.relayer().relay(read_reports(two))
    await again.run()
    assert {row.state for row in again.rows} == {RelayState.ON_CHAIN} and not again.receipts


@pytest.mark.parametrize(
    "names", [names for size in (1, 2, 3) for names in itertools.combinations(KEYS, size)], ids=str
)
async def test_every_choice_of_signers(pair: Stage, names: tuple[str, ...]) -> None:
    report = await pair.report(0, *names)
    relay = pair.relayer().relay(report)
    await relay.run()
    if len(names) == 1:
        assert relay.rows[0].state is RelayState.WAITING
        with pytest.raises(ProgramRefused, match="TooFewSigners"):  # the program says so too
            await pair.relayer().submit(report)
        assert not await pair.stored()
    else:
        assert relay.rows[0].state is RelayState.SUBMITTED
        (event,) = parse_events(relay.receipts[0].executed)
        assert isinstance(event, ReserveAttested)
        # no more signatures than the chain asks for
        assert event.attesters == (*(key(name).pubkey for name in names[:2]), Pubkey.default())


async def test_signatures_of_strangers_are_left_out(pair: Stage) -> None:
    report = await pair.report(0, "stranger", "alpine", "harbor", "auditor")
    relay = pair.relayer().relay(report)
    await relay.run()
    assert relay.rows[0].state is RelayState.SUBMITTED
    with pytest.raises(ProgramRefused, match="WrongAttester"):
        await pair.relayer().submit(await pair.report(0, "stranger", "alpine", sequence=2))
    twice = [*await pair.report(0, "alpine", sequence=2)] * 2
    relay = pair.relayer().relay(twice)
    await relay.run()
    assert relay.rows[0].state is RelayState.WAITING and len(relay.rows[0].report.signatures) == 1


async def test_signatures_over_other_bytes_are_no_second_signature(pair: Stage) -> None:
    one, other = await pair.report(0, "alpine"), await pair.report(0, "auditor", settled=Shares(ONE))
    relay = pair.relayer().relay([*one, *other])
    await relay.run()
    assert [row.state for row in relay.rows] == [RelayState.REFUSED] * 2
    assert not await pair.stored()


async def test_two_custodians_of_two_signatures_share_a_transaction(pair: Stage) -> None:
    await pair.register(0, 1, ("harbor", "harbor-auditor"), 2)
    reports = [
        *await pair.report(0, "alpine", "auditor"),
        *await pair.report(1, "harbor", "harbor-auditor", epoch=3),
        *await pair.report(1, number=1),
    ]
    (first, *_), merged = await pair.relayer().submit_instructions(reports), merge_reports(reports)
    proof = ed25519_instruction([one for report in merged[:2] for one in report.signatures])
    assert len(proof.data) == 2 + 4 * (14 + 32 + 64) + 2 * 128  # each message once
    message = compile_message(first, key("relayer").pubkey, blockhash=Hash.default(), price=1)
    assert 1 + 64 + len(bytes(message)) == 1_132  # of 1,232
    relay = pair.relayer().relay(reports)
    await relay.run()
    assert {row.state for row in relay.rows} == {RelayState.SUBMITTED}
    account = await pair.ledger.account(pda.reserve(pair.asset()))
    assert account is not None
    assert [one.signers.sequence for one in Reserve.decode(account.data).custodians[:2]] == [1, 1]
    together = [parse_events(one.executed) for one in relay.receipts]
    slots = [{event.slot for event in found if isinstance(event, ReserveAttested)} for found in together]
    assert {0, 1} in slots


async def test_the_auditor_refuses_what_its_own_statement_does_not_say(pair: Stage, tmp_path: Path) -> None:
    plan = await pair.relayer().plan(pair.issuer)
    honest = statements(tmp_path, 0, 2)
    text = (honest / "all.csv").read_text()
    lied = tmp_path / "lied.csv"
    lied.write_text(text.replace(",101,0,101,0,", ",999,0,999,0,"))
    reports = await first_signed(pair, lied, plan)
    with pytest.raises(BadInput) as caught:
        await cosigned(pair, reports, honest, plan)
    told = str(caught.value)
    assert "2 reports are not what your statement, plan and configuration come to; nothing was signed" in told
    assert "S0x (slot 0): report hash" in told and "settled 999 signed, 101 expected" in told
    assert "S0x (slot 0): settled" not in told  # 100 on both sides

    # the same figures in other bytes are another document
    other = tmp_path / "other.csv"
    other.write_text(text.replace("ST-1", "ST-2"))
    with pytest.raises(BadInput, match="report hash .* signed, .* expected \\(another file\\)"):
        await cosigned(pair, await first_signed(pair, honest, plan), other, plan)
    later = tmp_path / "later.csv"
    later.write_text(statement("ARC-1", {isin_of(0): 100, isin_of(1): 101}, as_of=NOW - 30))
    with pytest.raises(BadInput, match="as of 2026-09-21 14:12:20Z signed, 2026-09-21 14:12:50Z expected"):
        await cosigned(pair, await first_signed(pair, honest, plan), later, plan)


async def test_the_auditor_s_own_cluster_issuer_and_plan_count(pair: Stage, tmp_path: Path) -> None:
    plan = await pair.relayer().plan(pair.issuer)
    folder = statements(tmp_path, 0, 2)
    elsewhere = await first_signed(pair, folder, plan, genesis_hash=bytes([3] * 32))
    with pytest.raises(BadInput, match="domain .* signed, .* expected \\(another program, cluster"):
        await cosigned(pair, elsewhere, folder, plan)
    reports = await first_signed(pair, folder, plan)
    with pytest.raises(UsageError, match="your configuration names"):
        await cosigned(pair, reports, folder, plan, issuer=Pubkey.new_unique())
    with pytest.raises(UsageError, match="is not number 0 of your issuer"):
        forged = replace(plan, issuer=pda.issuer(8))
        await cosigned(pair, reports, folder, forged, issuer=pda.issuer(8))
    moved = replace(plan, entries=tuple(replace(one, sequence=5, epoch=one.epoch) for one in plan.entries))
    with pytest.raises(BadInput, match="sequence 1 signed, 5 expected \\(another plan\\)"):
        await cosigned(pair, reports, folder, moved)
    with pytest.raises(StatementRefused, match="future"):
        await cosigned(pair, reports, folder, plan, now=NOW - DAY)
    with pytest.raises(UsageError, match="the plan has no slot that .* attests for Alpine Rock"):
        await cosigned(pair, reports, folder, plan, who="stranger")
    another_s = replace(plan, entries=tuple(replace(one, lei=PROFILES[1].lei) for one in plan.entries))
    with pytest.raises(UsageError, match="the plan has no slot that .* attests for Alpine Rock"):
        await cosigned(pair, reports, folder, another_s)


async def test_others_reports_are_kept_and_left_alone(pair: Stage, tmp_path: Path) -> None:
    plan = await pair.relayer().plan(pair.issuer)
    folder = statements(tmp_path, 0, 2)
    reports = await first_signed(pair, folder, plan)
    harbor = await pair.report(1, settled=Shares(7))
    made = await cosigned(pair, [*reports, *harbor], folder, plan)
    assert [(one.said.slot, int(one.said.figure)) for one in made.others] == [(1, 7)]
    assert len(made.reports) == 5
    # signing again adds nothing
    again = await cosigned(pair, made.reports, folder, plan)
    assert set(again.reports) == set(made.reports)
    assert [one.said.slot for one in again.others] == [0, 0, 1]  # the first two it has signed before
    with pytest.raises(UsageError, match="no report in the file is of a slot that"):
        await cosigned(pair, harbor, folder, plan)
    # of two stocks only one was signed first: the other is not added behind the first signer's back
    half = await cosigned(pair, reports[:1], folder, plan)
    assert [one.symbol for one in half.reports] == ["S0x", "S0x"]


async def test_a_missing_line_is_zero_for_both_or_for_none(pair: Stage, tmp_path: Path) -> None:
    plan = await pair.relayer().plan(pair.issuer)
    path = tmp_path / "one.csv"
    path.write_text(statement("ARC-1", {isin_of(0): 5}))
    reports = await first_signed(pair, path, plan, zero=[isin_of(1)])
    with pytest.raises(StatementRefused, match=f"--zero {isin_of(1)}"):
        await cosigned(pair, reports, path, plan)
    assert len((await cosigned(pair, reports, path, plan, zero=[isin_of(1)])).reports) == 4


async def test_a_device_that_signs_with_another_key_is_caught(pair: Stage, tmp_path: Path) -> None:
    class Device:
        pubkey = key("alpine").pubkey

        async def sign(self, message: bytes) -> Signature:
            return await key("auditor").sign(message)

    plan = await pair.relayer().plan(pair.issuer)
    with pytest.raises(DecodeError, match="the signature is not"):
        await sign_statements(
            [statements(tmp_path, 0, 2)],
            PROFILES[0],
            plan,
            Device(),
            issuer=pair.issuer,
            genesis_hash=GENESIS_HASH,
            now=NOW,
        )


async def test_a_key_that_stays_in_the_next_set_signs_for_the_one_in_force(pair: Stage, tmp_path: Path) -> None:
    """Two entries of the plan name the key while the next set waits."""
    plan = await pair.relayer().plan(pair.issuer)
    (now_in_force, *_) = plan.entries
    next_set = replace(now_in_force, epoch=9, sequence=1, valid_from=NOW + 100, threshold=1)
    both = replace(plan, entries=(next_set, *plan.entries))
    folder = statements(tmp_path, 0, 2)
    for now, epoch in ((NOW, 1), (NOW + 100, 9)):
        first, *_ = merge_reports(await first_signed(pair, folder, both, now=now))
        assert first.said.epoch == epoch


def test_merging_keeps_assets_apart_and_refuses_bad_signatures() -> None:
    assert merge_reports([]) == []
    wrong = SignedAttestation(bytes(128), key("alpine").pubkey, Signature.default())
    with pytest.raises(DecodeError):
        merge_reports([SignedReport(Pubkey.default(), "X", "Y", wrong)])
