"""Reports around a split, on the program itself: which basis they must name, and what becomes of their figures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.unit.attesting.stage import DAY, NOW, ONE, PROFILES, PROGRAM, Stage, isin_of, key, statements
from xstock_client import instructions, pda, views
from xstock_client.accounts import Asset, Ratio, Reserve
from xstock_client.amounts import MULTIPLIER_SCALE, Multiplier, Raw, Shares
from xstock_client.audit import Standing, audit_reserve
from xstock_client.clients import (
    AttestationPlan,
    Integrator,
    RelayState,
    SignedReport,
    cosign_reports,
    sign_statements,
    sign_supply,
)
from xstock_client.constants import ActionKind
from xstock_client.custody import find_documents
from xstock_client.errors import ProgramRefused, StatementRefused, UsageError
from xstock_client.headroom import Limit
from xstock_client.ledger import EmbeddedLedger
from xstock_client.ledger.embedded import GENESIS_HASH
from xstock_client.rebase import Split, bring_up_to_date


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Two stocks, of which the first one splits; custodians state them apart."""
    async with EmbeddedLedger(program=PROGRAM, now=NOW) as ledger:
        yield await Stage(ledger, stocks=2).build()


EX, EFFECTIVE = NOW + 2 * DAY, NOW + 3 * DAY
TEN = Ratio(10, 1)


async def announce(stage: Stage, number: int = 0, *, new: int = 10, old: int = 1, start: int = EX) -> None:
    asset, live = stage.asset(), await state(stage)
    nothing: dict[str, Any] = {"rate": 0, "payout_mint": Pubkey.default(), "record_at": 0, "pay_at": 0}
    await stage.send(
        instructions.announce_action(
            payer=key("relayer").pubkey,
            officer=key("authority").pubkey,
            issuer=stage.issuer,
            asset=asset,
            reserve=pda.reserve(asset),
            action=pda.corporate_action(asset, number),
            mint=pda.mint(asset),
            number=number,
            kind=ActionKind.SPLIT if new > old else ActionKind.REVERSE_SPLIT,
            ratio_new=new,
            ratio_old=old,
            old_multiplier=views.multiplier_at(live, await stage.ledger.now()).value,
            ex_at=start,
            effective_at=start + DAY,
            document_hash=sha256(b"split").digest(),
            isin=bytes(12),
            symbol=bytes(12),
            **nothing,
        )
    )


async def state(stage: Stage) -> Asset:
    return await Integrator(stage.ledger).asset_account(stage.asset())


async def stored(stage: Stage) -> Reserve:
    """As the program has it now, whether or not anybody has touched it since the split."""
    account = await stage.ledger.account(pda.reserve(stage.asset()))
    assert account is not None
    found = Reserve.decode(account.data)
    return bring_up_to_date(await state(stage), found, await stage.ledger.now())[1]


async def planned(stage: Stage) -> AttestationPlan:
    return AttestationPlan.from_json((await stage.relayer().plan(stage.issuer)).to_json())


async def sign(stage: Stage, plan: AttestationPlan, path: Path, **more: Any) -> tuple[SignedReport, ...]:
    given: dict[str, Any] = {"issuer": stage.issuer, "genesis_hash": GENESIS_HASH, "now": await stage.ledger.now()}
    given |= more
    reports = (await sign_statements([path], PROFILES[0], plan, key("alpine"), **given)).reports
    return tuple(one for one in reports if one.asset == stage.asset())


async def relayed(stage: Stage, reports: Any) -> tuple[RelayState, str]:
    relay = stage.relayer().relay(reports)
    await relay.run()
    (row,) = relay.rows
    again = stage.relayer().relay(reports)
    await again.run()
    if row.state is RelayState.SUBMITTED:
        assert again.rows[0].state is RelayState.ON_CHAIN, "whatever a split has made of its figures"
    return row.state, row.reason


async def test_a_statement_around_a_split_must_say_what_it_shows(stage: Stage, tmp_path: Path) -> None:
    await announce(stage)
    plan = await planned(stage)
    old_plan = plan
    rule = plan.entries[0].splits
    assert (rule.basis, rule.next_split, rule.next_from, rule.next_at) == (0, TEN, EX, EFFECTIVE)
    assert plan.entries[-1].splits.next_at == 0, "another stock"
    stage.ledger.set_now(EX + 100)
    folder = statements(tmp_path, 0, 2, as_of=EX + 50)
    with pytest.raises(StatementRefused, match=r"all\.csv.*S0x.*10:1 split.*name basis 0 .* or 1 if") as refused:
        await sign(stage, plan, folder)
    assert refused.value.exit_code == 3
    with pytest.raises(StatementRefused, match="names basis 2 .* 0 or 1 is right: no such split"):
        await sign(stage, plan, folder, bases={isin_of(0): 2})
    with pytest.raises(UsageError, match="a basis is named for US0378331005"):
        await sign(stage, plan, folder, bases={"US0378331005": 1})
    # 100 new shares are ten of those that the program counts until the split takes effect
    ahead = await sign(stage, plan, folder, bases={isin_of(0): 1})
    assert await relayed(stage, ahead) == (RelayState.SUBMITTED, "")
    assert (await stored(stage)).custodians[0].settled == 10 * ONE
    with pytest.raises(Exception, match="basis"):
        await cosign_reports(
            ahead, [folder], PROFILES[0], plan, key("alpine"), issuer=stage.issuer, genesis_hash=GENESIS_HASH,
            now=EX + 100, bases={isin_of(0): 0},
        )  # fmt: skip
    # the other custodian has not booked it yet
    assert await relayed(stage, await stage.report(1, as_of=EX + 60)) == (RelayState.SUBMITTED, "")
    stage.ledger.set_now(EFFECTIVE)
    after = await stored(stage)
    assert [slot.settled for slot in after.custodians[:2]] == [100 * ONE, 1_000 * ONE]
    stage.ledger.set_now(EFFECTIVE + 100)
    late = statements(tmp_path / "late", 0, 2, as_of=EFFECTIVE + 50)
    # nobody signs a split by habit: the first report with one in its figures says so, later ones follow it
    with pytest.raises(StatementRefused, match=r"had 0 splits in its figures, and the chain wants 1 .* name basis 1"):
        await sign(stage, old_plan, late)
    (foretold,) = await sign(stage, old_plan, late, bases={isin_of(0): 1})
    (report,) = await sign(stage, await planned(stage), late)
    assert [one.attestation.verify().basis for one in (foretold, report)] == [1, 1]
    assert await relayed(stage, [report]) == (RelayState.SUBMITTED, "")
    with pytest.raises(StatementRefused, match="names basis 0 .* and 1 is right: the 10:1 split took effect on"):
        await sign(stage, await planned(stage), late, bases={isin_of(0): 0})


async def test_a_relayer_refuses_a_wrong_basis_as_the_program_does(stage: Stage) -> None:
    await announce(stage)
    stage.ledger.set_now(EX - 1)
    early = await stage.report(0, basis=1)
    stage.ledger.set_now(EFFECTIVE + 9)
    cases = [
        (await stage.report(0, basis=0), "names basis 0 (splits in its figures)", "1 is right: the 10:1 split"),
        (await stage.report(0, basis=2), "names basis 2", "no such split is scheduled"),
    ]
    for reports, *told in cases:
        what, why = await relayed(stage, reports)
        assert what is RelayState.REFUSED and all(part in why for part in told), why
        with pytest.raises(StatementRefused, match="S0x: the report names basis"):
            await stage.relayer().submit(reports)
        direct = [one.attestation for one in reports]
        with pytest.raises(ProgramRefused) as refused:
            await stage.ledger.send(relayer_instructions(stage, direct), key("relayer"))
        assert refused.value.name == "WrongBasis"
    # a report of before the ex time knows no split, whoever says so
    what, why = await relayed(stage, early)
    assert what is RelayState.REFUSED and "0 is right: the 10:1 split was ex on" in why
    await relayed(stage, await stage.report(0, basis=1, as_of=EX))
    # of before the effective time, in old shares: the program brings it into new ones
    assert await relayed(stage, await stage.report(1, as_of=EFFECTIVE - 1)) == (RelayState.SUBMITTED, "")
    assert [slot.settled for slot in (await stored(stage)).custodians[:2]] == [100 * ONE, 1_000 * ONE]


def relayer_instructions(stage: Stage, signed: Any) -> Any:
    from xstock_client.message import ed25519_instruction

    attest = instructions.attest(
        asset=stage.asset(),
        reserve=pda.reserve(stage.asset()),
        mint=pda.mint(stage.asset()),
        precompile=0,
        signature=0,
        count=1,
    )
    return [ed25519_instruction(signed), attest]


async def test_another_chains_supply_names_its_basis_too(stage: Stage, tmp_path: Path) -> None:
    await stage.register_chain(0, 0, ("bridge",))
    await announce(stage, new=1, old=3)
    stage.ledger.set_now(EFFECTIVE + 5)
    document = tmp_path / "supply.txt"
    document.write_text("there")
    given: dict[str, Any] = {"asset": "S0x", "chain": "eip155:1", "supply": Shares(100), "issuer": stage.issuer}
    given |= {"genesis_hash": GENESIS_HASH, "now": EFFECTIVE + 5, "as_of": EFFECTIVE - 5}
    plan = await planned(stage)
    with pytest.raises(StatementRefused, match=r"supply\.txt.*name basis 0"):
        await sign_supply(document, plan, key("bridge"), **given)
    made = await sign_supply(document, plan, key("bridge"), **given, basis=0)
    assert await relayed(stage, [made.report]) == (RelayState.SUBMITTED, "")
    assert (await stored(stage)).chains[0].supply == 34, "rounded up"
    given["as_of"] = EFFECTIVE
    with pytest.raises(StatementRefused, match="had 0 splits in its figures"):
        await sign_supply(document, await planned(stage), key("bridge"), **given)
    usual = await sign_supply(document, await planned(stage), key("bridge"), **given, basis=1)
    assert usual.report.attestation.verify().basis == 1


async def test_an_audit_follows_the_figures_through_splits(stage: Stage, tmp_path: Path) -> None:
    asset = stage.asset()
    await stage.register_chain(0, 0, ("bridge",))
    folder = statements(tmp_path, 0, 2, as_of=NOW - 60)
    await stage.relayer().submit([*await sign(stage, await planned(stage), folder), *await stage.supply()])
    await announce(stage)
    stage.ledger.set_now(EX + 5)
    await stage.relayer().submit(await stage.report(1, basis=1, settled=Shares(77)))
    stage.ledger.set_now(EFFECTIVE + DAY)
    documents = find_documents(folder)
    for touched in (False, True):
        audit = await audit_reserve(stage.ledger, asset, documents, PROFILES)
        checks = {(one.subject, one.what): one for one in audit.checks}
        failed = {key for key, one in checks.items() if one.standing is Standing.FAILED}
        assert failed == {("custodian 1", "document"), ("chain 0", "document")}, failed
        assert checks["custodian 0", "recomputed"].standing is Standing.PROVEN
        assert "stored as signed: 0.00000077" in checks["custodian 1", "figures"].detail
        assert "stored as signed: 100" in checks["custodian 0", "figures"].detail
        if touched:
            assert "converted by splits to 1,000" in checks["custodian 0", "figures"].detail
            assert "converted by splits to 0.0000007" in checks["custodian 1", "figures"].detail
            assert "converted by splits to 50" in checks["chain 0", "figures"].detail
        assert audit.recomputed.reserve == audit.stored.reserve == Shares(1_000 * ONE + 70)
        assert audit.recomputed.foreign == audit.stored.foreign
        check = instructions.check_solvency(asset=asset, reserve=pda.reserve(asset), mint=pda.mint(asset))
        await stage.ledger.send([check], key("relayer"))


async def test_lenders_see_it_coming(stage: Stage) -> None:
    reader, asset = Integrator(stage.ledger), stage.asset()
    assert await reader.calendar(asset) == () and await reader.scheduled_multiplier(asset) is None
    await announce(stage)
    (item,) = await reader.calendar(asset)
    assert (item.kind, item.begins_at, item.ends_at) == (ActionKind.SPLIT, EX, EFFECTIVE)
    assert (item.address, item.action.ratio) == (pda.corporate_action(asset, 0), TEN)
    ahead = await reader.scheduled_multiplier(asset)
    assert ahead is not None and (ahead.multiplier, ahead.effective_at) == (
        Multiplier(10 * MULTIPLIER_SCALE),
        EFFECTIVE,
    )
    schedule = await reader.multiplier_schedule(asset)
    assert [str(schedule.to_ui(Raw(ONE), at)) for at in (EFFECTIVE - 1, EFFECTIVE)] == ["1", "10"]
    token = await reader.token(asset)
    assert token is not None
    stage.ledger.set_now(EX)
    (stop,) = await reader.minting_halted(asset)
    assert (stop.limit, stop.until) == (Limit.SPLIT, EFFECTIVE)
    assert (await reader.headroom(asset)).limited_by is Limit.SPLIT
    stage.ledger.set_now(EFFECTIVE)
    assert await reader.minting_halted(asset) == ()
    assert await reader.multiplier(asset) == Multiplier(10 * MULTIPLIER_SCALE)
    steps = await reader.multiplier_history(asset)
    assert [(one.since, one.multiplier.value, one.in_force) for one in steps] == [
        (NOW, MULTIPLIER_SCALE, False),
        (EFFECTIVE, 10 * MULTIPLIER_SCALE, True),
    ]
    assert await reader.splits(asset) == (Split(1, TEN, EFFECTIVE),)
    stage.ledger.set_now(EFFECTIVE + 1)
    assert await reader.calendar(asset) == ()
