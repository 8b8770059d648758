"""Reports on other chains' supplies: the same files, the same relay, their own kind of message."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.unit.attesting.stage import CHAIN, DAY, NOW, ONE, Stage, isin_of, key
from xstock_client import pda
from xstock_client.accounts import ChainSlot, Reserve
from xstock_client.amounts import Shares
from xstock_client.clients import (
    AttestationPlan,
    RelayState,
    SignedSupply,
    merge_reports,
    read_reports,
    sign_supply,
    write_reports,
)
from xstock_client.errors import BadInput, DecodeError, ProgramRefused, StatementRefused, UsageError
from xstock_client.events import ChainAttested, parse_events
from xstock_client.ledger.embedded import GENESIS_HASH
from xstock_client.message import Attestation, ChainSupply, Kind


async def chain_slot(stage: Stage) -> ChainSlot:
    account = await stage.ledger.account(pda.reserve(stage.asset()))
    assert account is not None
    return Reserve.decode(account.data).chains[0]


async def signed_supply(
    stage: Stage, document: Path, plan: AttestationPlan, who: str = "bridge", **changes: Any
) -> SignedSupply:
    given: dict[str, Any] = {
        "asset": "S0x",
        "chain": CHAIN,
        "supply": Shares(5 * ONE),
        "as_of": NOW - 60,
        "issuer": stage.issuer,
        "genesis_hash": GENESIS_HASH,
        "now": NOW,
    } | changes
    return await sign_supply(document, plan, key(who), **given)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "supply.pdf"
    path.write_bytes(b"%PDF what circulates on Ethereum")
    return path


async def test_two_keys_sign_a_supply_by_themselves_and_a_relayer_puts_them_together(
    stage: Stage, document: Path, tmp_path: Path
) -> None:
    await stage.register_chain(0, 0, ("bridge", "auditor"), 2)
    plan = AttestationPlan.from_json((await stage.relayer().plan(stage.issuer)).to_json())
    (entry,) = plan.chains
    assert (entry.chain, entry.slot, entry.epoch, entry.sequence, entry.threshold) == (CHAIN, 0, 3, 1, 2)
    assert (entry.max_age_s, plan.entries[0].max_age_s) == (2 * DAY, 5 * DAY)
    files = [tmp_path / "bridge.json", tmp_path / "auditor.json"]
    for file, who in zip(files, ("bridge", "auditor"), strict=True):
        write_reports([(await signed_supply(stage, document, plan, who, asset=isin_of(0))).report], file)
    alone = stage.relayer().relay(read_reports(files[0]))
    await alone.run()
    assert alone.rows[0].state is RelayState.WAITING
    relay = stage.relayer().relay([one for file in files for one in read_reports(file)])
    await relay.run()
    (row,) = relay.rows
    assert (row.state, row.report.said.KIND) == (RelayState.SUBMITTED, Kind.CHAIN)
    (event,) = parse_events(relay.receipts[0].executed)
    assert isinstance(event, ChainAttested)
    assert (event.chain_supply, event.as_of, event.sequence) == (5 * ONE, NOW - 60, 1)
    assert event.report_hash == sha256(b"%PDF what circulates on Ethereum").digest()
    assert (await chain_slot(stage)).supply == 5 * ONE
    (entry,) = (await stage.relayer().plan(stage.issuer)).chains
    assert (entry.sequence, entry.last_as_of) == (2, NOW - 60)


async def test_a_custodian_slot_and_a_chain_slot_of_one_number_are_two_slots(stage: Stage) -> None:
    await stage.register_chain(0, 0, ("bridge",))
    reports = [*await stage.report(0, sequence=4), *await stage.supply(sequence=4), *await stage.report(1)]
    relay = stage.relayer().relay(reports)
    await relay.run()
    assert {row.state for row in relay.rows} == {RelayState.SUBMITTED} and len(relay.receipts) == 1
    assert sorted(await stage.stored()) == [
        (stage.asset(), "chain", 0, 3, 4),
        (stage.asset(), "reserve", 0, 1, 4),
        (stage.asset(), "reserve", 1, 2, 1),
    ]
    again = stage.relayer().relay(reports)
    await again.run()
    assert {row.state for row in again.rows} == {RelayState.ON_CHAIN}


async def test_a_key_signs_for_its_kind_alone(stage: Stage) -> None:
    await stage.register_chain(0, 0, ("bridge",))
    for reports, program_says in (
        (await stage.supply("alpine"), "WrongAttester"),
        (await stage.report(0, "bridge"), "WrongAttester"),
        (await stage.supply(slot=1), "SlotEmpty"),
    ):
        relay = stage.relayer().relay(reports)
        await relay.run()
        assert relay.rows[0].state is RelayState.REFUSED
        with pytest.raises(ProgramRefused, match=program_says):
            await stage.relayer().submit(reports)


async def test_more_supply_goes_in_last(stage: Stage) -> None:
    await stage.register_chain(0, 0, ("bridge",))
    await stage.relayer().submit(
        [*await stage.report(0), *await stage.report(1), *await stage.supply(supply=Shares(10 * ONE))]
    )
    for supply, settled, order in (
        (11, 100, [(Kind.RESERVE, 0), (Kind.CHAIN, 0)]),
        (9, 99, [(Kind.CHAIN, 0), (Kind.RESERVE, 0)]),
        (11, 99, [(Kind.RESERVE, 0), (Kind.CHAIN, 0)]),
    ):
        reports = [
            *await stage.supply(sequence=2, supply=Shares(supply * ONE)),
            *await stage.report(0, sequence=2, settled=Shares(settled * ONE)),
        ]
        (proof, *_), *_ = await stage.relayer().submit_instructions(reports)
        places = [bytes(proof.data).index(one.attestation.message) for one in reports]
        found = [one.said for _, one in sorted(zip(places, merge_reports(reports), strict=True), key=lambda p: p[0])]
        assert [(said.KIND, said.slot) for said in found] == order


async def test_what_a_supply_cannot_be_signed_for(stage: Stage, document: Path, tmp_path: Path) -> None:
    await stage.register_chain(0, 0, ("bridge",))
    plan = await stage.relayer().plan(stage.issuer)
    for changes, error, why in (
        ({"chain": "eip155:10"}, UsageError, "no slot that is for S0x on eip155:10 .its chains: S0x on eip155:1"),
        ({"asset": "S9x"}, UsageError, "no slot that is for S9x"),
        ({"who": "alpine"}, UsageError, f"no slot that {key('alpine').pubkey} attests for S0x"),
        ({"as_of": NOW + 1}, StatementRefused, "not in the future"),
        ({"as_of": 0}, StatementRefused, "must lie after 1970"),
        ({"issuer": pda.issuer(8)}, UsageError, "your configuration names"),
    ):
        with pytest.raises(error, match=why):
            await signed_supply(stage, document, plan, **changes)
    with pytest.raises(BadInput, match="missing.pdf: cannot be read"):
        await signed_supply(stage, tmp_path / "missing.pdf", plan)
    await stage.relayer().submit(await stage.supply(as_of=NOW))
    plan = await stage.relayer().plan(stage.issuer)
    with pytest.raises(StatementRefused, match="earlier time than the last report of S0x"):
        await signed_supply(stage, document, plan)
    assert plan.chains[0].is_stale(NOW - 2 * DAY - 1, NOW)
    assert not plan.chains[0].is_stale(NOW - 2 * DAY, NOW)


async def test_a_report_is_read_as_its_own_kind(stage: Stage) -> None:
    supply, holding = (await stage.supply())[0].attestation.message, (await stage.report(0))[0].attestation.message
    with pytest.raises(DecodeError, match="not an attestation of a custodian's holdings, but of another chain"):
        Attestation.from_bytes(supply)
    with pytest.raises(DecodeError, match="not an attestation of another chain's supply, but of a custodian"):
        ChainSupply.from_bytes(holding)
