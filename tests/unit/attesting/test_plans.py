"""The plan's file: both kinds of slots, key sets, and everything that is no plan."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.attesting.stage import CHAIN, DAY, NOW, PROFILES, Stage, isin_of, key
from xstock_client.clients import AttestationPlan
from xstock_client.clients.plans import is_plan
from xstock_client.errors import BadInput, DecodeError


@pytest.fixture
async def plan(stage: Stage) -> AttestationPlan:
    await stage.register(0, 0, ("alpine", "auditor", "spare"), 2)
    await stage.register_chain(1, 4, ("bridge",))
    return await stage.relayer().plan(stage.issuer)


async def test_a_plan_says_what_every_slot_expects(stage: Stage, plan: AttestationPlan) -> None:
    assert [(one.symbol, one.slot) for one in plan.entries] == [(f"S{n}x", slot) for n in range(3) for slot in (0, 1)]
    first, second = plan.entries[:2]
    assert first.attesters == tuple(key(name).pubkey for name in ("alpine", "auditor", "spare"))
    assert (first.threshold, first.epoch, first.sequence, first.valid_from, first.max_age_s) == (2, 3, 1, 0, 5 * DAY)
    assert (second.attesters, second.threshold) == ((key("harbor").pubkey,), 1)
    assert (second.lei, second.account_hash) == (PROFILES[1].lei, PROFILES[1].account_hash("HPT-1"))
    assert (first.isin, first.asset, first.number, plan.made_at) == (isin_of(0), stage.asset(0), 0, NOW)
    (chain,) = plan.chains
    assert (chain.symbol, chain.slot, chain.chain, chain.epoch) == ("S1x", 4, CHAIN, 3)
    assert AttestationPlan.from_json(plan.to_json()) == plan
    only = await stage.relayer().plan(stage.issuer, [stage.asset(1)])
    assert [one.symbol for one in (*only.entries, *only.chains)] == ["S1x"] * 3


DAMAGE: dict[str, tuple[Callable[[Any], Any], str]] = {
    "version 1": (lambda c: c.update(format="xstock-attestation-plan-1"), "not a file of format"),
    "no issuer": (lambda c: c.pop("issuer"), "issuer is missing"),
    "no chains": (lambda c: c.pop("chains"), "chains is missing"),
    "no threshold": (lambda c: c["entries"][0].pop("threshold"), "threshold is missing"),
    "threshold 0": (lambda c: c["entries"][0].update(threshold=0), "0 of 3 keys is no key set"),
    "threshold 4": (lambda c: c["entries"][0].update(threshold=4), "4 of 3 keys is no key set"),
    "a key twice": (lambda c: c["entries"][1]["attesters"].append(c["entries"][1]["attesters"][0]), "no key set"),
    "no keys": (lambda c: c["entries"][1].update(attesters=[]), "1 of 0 keys is no key set"),
    "four keys": (
        lambda c: c["entries"][0]["attesters"].append(str(key("more").pubkey)),
        "2 of 4 keys is no key set",
    ),
    "a key of no base58": (lambda c: c["entries"][0].update(attesters=["0OIl"]), "damaged"),
    "a sequence as text": (lambda c: c["entries"][0].update(sequence="1"), "'1' is not a whole number"),
    "a flag for a number": (lambda c: c["entries"][0].update(max_age_s=True), "True is not a whole number"),
    "no max age": (lambda c: c["chains"][0].pop("max_age_s"), "max_age_s is missing"),
    "no chain": (lambda c: c["chains"][0].pop("chain"), "chain is missing"),
    "an entry of text": (lambda c: c.update(entries=["x"]), "damaged"),
}


@pytest.mark.parametrize(("change", "why"), DAMAGE.values(), ids=DAMAGE)
async def test_a_damaged_plan_is_refused(
    plan: AttestationPlan, change: Callable[[Any], Any], why: str, tmp_path: Path
) -> None:
    content = json.loads(plan.to_json())
    change(content)
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(content))
    with pytest.raises(DecodeError) as caught:
        AttestationPlan.read(path)
    assert why in str(caught.value) and str(path) in str(caught.value)
    assert "xstock attest plan" in str(caught.value)
    assert is_plan(path.read_text())


def test_what_is_no_plan(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"format": 5}', '{"format": "xstock-signed-reports-1"}', "[" * 100_000):
        assert not is_plan(text)
        with pytest.raises(DecodeError):
            AttestationPlan.from_json(text)
    with pytest.raises(BadInput, match="cannot be read"):
        AttestationPlan.read(tmp_path / "missing.json")
