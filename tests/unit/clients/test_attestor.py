"""Plans, offline signatures and submitting: two parties with nothing but files between them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.unit.clients.world import LEIS, NOW, ONE, World, key
from xstock_client.amounts import Shares
from xstock_client.clients import AttestationPlan, SignedReport, read_reports, sign_statement, write_reports
from xstock_client.custody import CustodianProfile, load_profile, safekeeping_account_hash
from xstock_client.custody.redate import redate
from xstock_client.errors import BadInput, DecodeError, ProgramRefused, StatementRefused, UsageError
from xstock_client.events import ReserveAttested, parse_events
from xstock_client.ledger import KeypairSigner

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "custody"
GENESIS = bytes([3] * 32)


@pytest.fixture
def profile() -> CustodianProfile:
    return load_profile(EXAMPLES / "alpine-rock.profile.yaml")


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    path = tmp_path / "statement.xml"
    redate(EXAMPLES / "alpine-rock.semt.002.001.11.xml", NOW - 60, path)
    return path


@pytest.fixture
async def bound(world: World, profile: CustodianProfile) -> World:
    """Slot 0 is bound to the account of the example's statement."""
    await world.desk.retire_custodian(world.asset, 0)
    await world.desk.register_custodian(
        world.asset,
        0,
        lei=profile.lei,
        account_hash=profile.account_hash(profile.accounts[0]),
        attester=world.custodians[0].pubkey,
    )
    return world


async def signed_by(
    world: World, statement: Path, profile: CustodianProfile, plan: AttestationPlan, **changes: Any
) -> tuple[SignedReport, ...]:
    given: dict[str, Any] = {
        "issuer": world.issuer,
        "genesis_hash": await world.ledger.genesis_hash(),
        "now": NOW,
        "signer": world.custodians[0],
    } | changes
    signer: KeypairSigner = given.pop("signer")
    return (await sign_statement(statement, profile, plan, signer, **given)).reports


async def test_a_statement_goes_from_the_custodian_to_the_chain_by_files(
    bound: World, profile: CustodianProfile, statement: Path, tmp_path: Path
) -> None:
    plan_file, signed_file = tmp_path / "plan.json", tmp_path / "signed.json"
    plan_file.write_text((await bound.relayer.plan(bound.issuer)).to_json())
    plan = AttestationPlan.read(plan_file)
    assert [(one.slot, one.lei, one.sequence, one.epoch) for one in plan.entries] == [
        (0, LEIS[0], 1, 3),
        (1, LEIS[1], 1, 2),
    ]
    write_reports(await signed_by(bound, statement, profile, plan), signed_file)
    (receipt,) = await bound.relayer.submit(read_reports(signed_file))
    (event,) = parse_events(receipt.executed)
    assert isinstance(event, ReserveAttested)
    assert (event.settled, event.as_of, event.sequence) == (6_000 * ONE, NOW - 60, 1)
    (entry, _) = (await bound.relayer.plan(bound.issuer, [bound.asset])).entries
    assert (entry.sequence, entry.last_as_of) == (2, NOW - 60)
    with pytest.raises(ProgramRefused, match="BadSequence"):
        await bound.relayer.submit(read_reports(signed_file))


async def test_the_plan_is_not_trusted_with_cluster_issuer_or_asset(
    bound: World, profile: CustodianProfile, statement: Path
) -> None:
    plan = await bound.relayer.plan(bound.issuer)
    forged = replace(plan, issuer=Pubkey.new_unique())
    with pytest.raises(UsageError, match="your configuration names"):
        await signed_by(bound, statement, profile, forged)
    elsewhere = replace(plan, entries=tuple(replace(one, asset=Pubkey.new_unique()) for one in plan.entries))
    with pytest.raises(UsageError, match="is not number 0 of your issuer"):
        await signed_by(bound, statement, profile, elsewhere)
    for_another_cluster = await signed_by(bound, statement, profile, plan, genesis_hash=GENESIS)
    with pytest.raises(UsageError, match="signed for another program, cluster, asset or ISIN"):
        await bound.relayer.submit(for_another_cluster)


async def test_only_the_registered_key_custodian_and_account_sign(
    bound: World, profile: CustodianProfile, statement: Path
) -> None:
    plan = await bound.relayer.plan(bound.issuer)
    with pytest.raises(UsageError, match="has no slot that .* attests for Alpine Rock"):
        await signed_by(bound, statement, profile, plan, signer=key())
    strange = safekeeping_account_hash("ARC-OTHER")
    moved = replace(plan, entries=tuple(replace(one, account_hash=strange) for one in plan.entries))
    with pytest.raises(UsageError, match="attests for account ARC-7700-4201"):
        await signed_by(bound, statement, profile, moved)


async def test_an_older_statement_is_refused_before_it_is_signed(
    bound: World, profile: CustodianProfile, statement: Path
) -> None:
    plan = await bound.relayer.plan(bound.issuer)
    later = replace(plan, entries=tuple(replace(one, last_as_of=NOW) for one in plan.entries))
    with pytest.raises(StatementRefused, match="earlier time than the last report of AAPLx"):
        await signed_by(bound, statement, profile, later)
    with pytest.raises(StatementRefused, match="future"):
        await signed_by(bound, statement, profile, plan, now=NOW - 3600)


def without_apple(statement: Path) -> Path:
    """The same statement without its Apple line (Alphabet is in its place)."""
    path = statement.with_name("without.xml")
    path.write_text(statement.read_text().replace("US0378331005", "US02079K3059"))
    return path


async def test_a_missing_isin_is_attested_as_zero_only_on_request(
    bound: World, profile: CustodianProfile, statement: Path
) -> None:
    plan = await bound.relayer.plan(bound.issuer)
    without = without_apple(statement)
    with pytest.raises(StatementRefused, match="--zero US0378331005"):
        await signed_by(bound, without, profile, plan)
    (report,) = await signed_by(bound, without, profile, plan, zero=["US0378331005"])
    assert report.attestation.verify().figure == Shares(0)


async def test_a_replaced_key_and_its_successor_are_both_planned(bound: World) -> None:
    await bound.attest_slots({0: 60, 1: 50}, epochs={0: 3})
    await bound.give(10)
    successor = key()
    await bound.desk.register_custodian(
        bound.asset, 1, lei=LEIS[1], account_hash=safekeeping_account_hash("SAFE-1"), attester=successor.pubkey
    )
    entries = [one for one in (await bound.relayer.plan(bound.issuer)).entries if one.slot == 1]
    assert [(one.attesters, one.threshold, one.epoch, one.valid_from > 0) for one in entries] == [
        ((bound.custodians[1].pubkey,), 1, 2, False),
        ((successor.pubkey,), 1, 4, True),
    ]
    bound.ledger.advance(2 * 86_400)
    (entry,) = [one for one in (await bound.relayer.plan(bound.issuer)).entries if one.slot == 1]
    assert (entry.attesters, entry.sequence, entry.valid_from) == ((successor.pubkey,), 1, 0)


@pytest.mark.parametrize("damage", ["attestation", "asset", "format", "empty", "text"])
def test_damaged_files_are_refused(damage: str, tmp_path: Path) -> None:
    path = tmp_path / "signed.json"
    with pytest.raises(BadInput):
        read_reports(path)
    path.write_bytes(b"\xff" if damage == "text" else json.dumps(_file(damage)).encode())
    with pytest.raises(DecodeError, match=str(path)):
        read_reports(path)


def _file(damage: str) -> dict[str, Any]:
    attestation = {"format": "xstock-attestation", "version": 1, "signer": "x", "signature": "y", "message": "z"}
    content: dict[str, Any] = {
        "format": "xstock-signed-reports-1",
        "reports": [{"asset": str(Pubkey.new_unique()), "symbol": "A", "isin": "I", "attestation": attestation}],
    }
    if damage == "asset":
        del content["reports"][0]["asset"]
    if damage == "format":
        content["format"] = "something"
    if damage == "empty":
        content["reports"] = []
    return content


async def test_a_signature_or_a_summary_that_was_changed_is_refused(bound: World, tmp_path: Path) -> None:
    path = tmp_path / "signed.json"
    write_reports([await bound.report(0, 60)], path)
    assert len(read_reports(path)) == 1
    good = json.loads(path.read_text())
    for field, value in (("signature", "1" * 64), ("summary", {"settled_shares": "1"}), ("message", "AAAA")):
        bad = json.loads(path.read_text())
        bad["reports"][0]["attestation"][field] = value
        path.write_text(json.dumps(bad))
        with pytest.raises(DecodeError):
            read_reports(path)
        path.write_text(json.dumps(good))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"format": "xstock-attestation-plan-1"}', '{"format": "xstock-attestation-plan-2", "issuer": 1}'],
)
def test_a_damaged_plan_is_refused(text: str) -> None:
    with pytest.raises(DecodeError, match="xstock attest plan"):
        AttestationPlan.from_json(text)


async def test_a_shift_between_custodians_does_not_latch_in_between(world: World) -> None:
    await world.attest(60, 50)
    await world.give(110)
    # Slot 0 falls and slot 1 rises by as much: in the order given, the asset would look short for a moment.
    falling, rising = await world.report(0, 30), await world.report(1, 80)
    (receipt,) = await world.relayer.submit([falling, rising])
    told = [event for event in parse_events(receipt.executed) if isinstance(event, ReserveAttested)]
    assert [(event.slot, event.latched) for event in told] == [(1, 0), (0, 0)]
    assert not (await world.reader.reserve_report(world.asset)).latched


async def test_submitted_one_by_one_in_the_wrong_order_the_same_reports_latch(world: World) -> None:
    await world.attest(60, 50)
    await world.give(110)
    for report in (await world.report(0, 30), await world.report(1, 80)):
        await world.relayer.submit([report])
    assert (await world.reader.reserve_report(world.asset)).latched


async def test_reports_of_one_slot_keep_their_order_and_long_batches_are_split(world: World) -> None:
    reports = [await world.report(number % 2, 60 + number) for number in range(7)]
    transactions = await world.relayer.submit_instructions(list(reversed(reports)))
    receipts = await world.relayer.submit(list(reversed(reports)))
    assert len(receipts) == len(transactions) > 1
    told = [event for one in receipts for event in parse_events(one.executed) if isinstance(event, ReserveAttested)]
    assert len(told) == 7
    for slot in (0, 1):
        sequences = [event.sequence for event in told if event.slot == slot]
        assert sequences == sorted(sequences)
    assert (await world.reader.reserve_report(world.asset)).reserve == Shares((66 + 65) * ONE)
    with pytest.raises(UsageError, match="no signed report"):
        await world.relayer.submit([])


async def test_stale_reports_count_zero_and_never_latch(world: World) -> None:
    await world.attest(60, 50)
    await world.give(10)
    world.ledger.advance(6 * 86_400)
    table = await world.reader.reserve_report(world.asset)
    assert (table.reserve, table.latched, table.solvent) == (Shares(0), False, True)
    assert [row.counted for row in table.rows] == [Shares(0), Shares(0)]
    await world.relayer.check_solvency(world.asset)
    assert not (await world.reader.reserve_report(world.asset)).latched
