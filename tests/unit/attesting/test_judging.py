"""What is to be done with a report, by what the chain holds; and which reports share a transaction."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.unit.attesting.stage import NOW, PROGRAM, Stage, key, signed
from xstock_client.accounts import Ratio
from xstock_client.amounts import Shares
from xstock_client.clients import MergedReport, RelayState, merge_reports, read_reports, write_reports
from xstock_client.clients.judging import Verdict, judge, rivals
from xstock_client.clients.keysets import KeySetView, SlotView
from xstock_client.clients.packing import in_order, pack
from xstock_client.errors import BadInput
from xstock_client.ledger import EmbeddedLedger
from xstock_client.message import Attestation, Kind
from xstock_client.rebase import NO_RATIO, BasisRule

DOMAIN = bytes(range(32))
ASSET: Any = SimpleNamespace(
    domain=DOMAIN,
    basis=0,
    split=NO_RATIO,
    split_at=0,
    split_ex_at=0,
    next_effective_at=0,
    next_is_split=0,
    next_split=NO_RATIO,
    halt_from=0,
)
OLD = KeySetView((key("a").pubkey, key("b").pubkey), 1, epoch=4, sequence=10, valid_from=0)
NEW = KeySetView((key("b").pubkey, key("c").pubkey), 2, epoch=6, sequence=0, valid_from=NOW + 100)
SLOT = SlotView(
    kind=Kind.RESERVE,
    number=3,
    name=b"529900ALPINE00000043",
    account_hash=bytes(32),
    current=OLD,
    pending=NEW,
    basis=0,
    as_of=NOW - 50,
    received_at=NOW - 40,
    figure=7,
    in_transit=2,
    in_transit_by=NOW + 5,
    report_hash=bytes([9] * 32),
)


def report(*names: str, **changes: Any) -> MergedReport:
    fields: dict[str, Any] = {
        "slot": 3,
        "epoch": 4,
        "domain": DOMAIN,
        "sequence": 10,
        "as_of": NOW - 50,
        "settled": Shares(7),
        "in_transit": Shares(2),
        "in_transit_by": NOW + 5,
        "report_hash": bytes([9] * 32),
    }
    reports = asyncio.run(signed(Attestation(**(fields | changes)), Pubkey.default(), 0, names or ("a",)))
    (merged,) = merge_reports(reports)
    return merged


def judged(one: MergedReport, slot: SlotView = SLOT, now: int = NOW) -> Verdict:
    return judge(one, ASSET, [slot], now)


def test_the_very_report_is_on_chain_and_no_other_with_its_number() -> None:
    assert judged(report()).state is RelayState.ON_CHAIN
    for name, value in (
        ("as_of", NOW - 49),
        ("settled", Shares(8)),
        ("in_transit", Shares(3)),
        ("in_transit_by", 0),
        ("report_hash", bytes(32)),
        ("basis", 1),
    ):
        verdict = judged(report(**{name: value}))
        assert (
            verdict.state is RelayState.REFUSED and "the chain holds another report with its number" in verdict.reason
        )


@pytest.mark.parametrize(
    ("changes", "state", "why"),
    [
        ({"sequence": 9}, RelayState.SUPERSEDED, "report 10 is on chain, this one is 9"),
        ({"sequence": 11, "as_of": NOW - 51}, RelayState.SUPERSEDED, "a report as of"),
        ({"sequence": 11}, RelayState.READY, ""),
        ({"sequence": 11, "domain": bytes(32)}, RelayState.REFUSED, "check the cluster's URL"),
        ({"sequence": 11, "slot": 2}, RelayState.REFUSED, "custodian slot 2 is empty"),
        ({"epoch": 3, "sequence": 99}, RelayState.SUPERSEDED, "newer keys have reported as of"),
        ({"epoch": 3, "sequence": 99, "as_of": NOW}, RelayState.REFUSED, "those that may sign are of: 4, 6"),
        ({"epoch": 5, "sequence": 1}, RelayState.REFUSED, "those that may sign are of: 4, 6"),
        ({"epoch": 6, "sequence": 1}, RelayState.WAITING, "its keys may sign from 2026-09-21 14:15:00Z on"),
    ],
)
def test_other_reports(changes: dict[str, Any], state: RelayState, why: str) -> None:
    verdict = judged(report(**changes))
    assert verdict.state is state and why in verdict.reason
    assert (verdict.to_send is not None) is (state is RelayState.READY)


def test_keys_whose_day_has_come_replace_the_old_ones() -> None:
    old = report(sequence=11)
    assert judged(old, now=NOW + 99).state is RelayState.READY
    refused = judged(old, now=NOW + 100)
    assert refused.state is RelayState.REFUSED and "those that may sign are of: 6;" in refused.reason
    # the last report of the old keys stays what it is: on chain
    assert judged(report(), now=NOW + 100).state is RelayState.ON_CHAIN
    one, two = report("b", epoch=6, sequence=1), report("a", "c", "b", epoch=6, sequence=1)
    assert judged(one, now=NOW + 100).reason == f"waiting for 1 more of 2: keys {key('c').pubkey}"
    ready = judged(two, now=NOW + 100).to_send
    assert ready is not None and ready.signers == (key("c").pubkey, key("b").pubkey)
    nobody = replace(SLOT, current=None, pending=None)
    assert "those that may sign are of: none" in judged(old, nobody).reason


def test_rivals_carry_one_number() -> None:
    one, other, third = report(sequence=11), report(sequence=11, settled=Shares(1)), report(sequence=12)
    assert rivals([one, third]) == set()
    assert rivals([one, other, third]) == {(item.asset, item.message) for item in (one, other)}


@pytest.mark.parametrize("groups", [[], [[1]], [[3, 3], [2], [1]], [[5, 5, 5], [1], [4]], [[2, 2, 2, 2, 2, 2]]])
def test_groups_stay_together_where_they_can(groups: list[list[int]]) -> None:
    """Reports as large as their number, in transactions of 7."""
    items: Any = [[(place, size) for size in group] for place, group in enumerate(groups)]

    def fit(batch: Sequence[Any]) -> bool:
        return bool(sum(size for _, size in batch) <= 7)

    made: Any = pack(items, fit)
    assert all(fit(batch) for batch in made)
    assert sorted(one for batch in made for one in batch) == sorted(one for group in items for one in group)
    for place, group in enumerate(groups):
        homes = [number for number, batch in enumerate(made) for owner, _ in batch if owner == place]
        assert homes == sorted(homes)
        assert len(set(homes)) == 1 or sum(group) > 7


async def test_reports_of_several_stocks_share_a_transaction() -> None:
    stage = await Stage(EmbeddedLedger(program=PROGRAM, now=NOW), stocks=4).build()
    reports = [one for number in range(4) for one in await stage.report(0, number=number)]
    relay = stage.relayer().relay(reports)
    await relay.run()
    assert {row.state for row in relay.rows} == {RelayState.SUBMITTED}
    assert len(relay.receipts) == 2


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "signed.json"
    write_reports(report().signed(), path)
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(BadInput, match=r"signed\.json: cannot be written: No space left"):
            write_reports(report(sequence=11).signed(), path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
    write_reports(report(sequence=11).signed(), path)
    assert read_reports(path)[0].attestation.verify().sequence == 11
    with pytest.raises(BadInput, match="cannot be written"):
        write_reports(report().signed(), tmp_path)
    assert tmp_path.is_dir()


def test_news_around_a_split_is_judged_in_the_assets_shares() -> None:
    """A statement of ten times as many new shares is no good news, and one of old shares no bad news."""
    rule = BasisRule(1, Ratio(10, 1), NOW - 90, NOW - 60)
    slots = [replace(SLOT, number=3, figure=1_000), replace(SLOT, number=4, figure=1_000)]

    def order(three: dict[str, Any], four: dict[str, Any], kept: BasisRule = rule) -> list[int]:
        said = [report(settled=Shares(value.pop("settled")), **value) for value in (three, four)]
        return [one.said.slot for one in in_order(said, slots, kept)]

    # 99 old shares are 990 new ones: fewer than before, so last; 101 are more
    assert order({"settled": 99, "basis": 0}, {"settled": 1_000, "basis": 1, "slot": 4}) == [4, 3]
    assert order({"settled": 101, "basis": 0}, {"settled": 999, "basis": 1, "slot": 4}) == [3, 4]
    ahead = BasisRule(1, next_split=Ratio(1, 2), next_from=NOW - 9, next_at=NOW + 9)
    assert order({"settled": 499, "basis": 2}, {"settled": 1_000, "basis": 1, "slot": 4}, ahead) == [4, 3]
    assert order({"settled": 500, "basis": 2}, {"settled": 999, "basis": 1, "slot": 4}, ahead) == [3, 4]
