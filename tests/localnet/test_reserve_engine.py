"""What of the reserve engine depends on a real runtime: the ed25519 precompile, the clock, several signers."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import pytest
from solders.pubkey import Pubkey
from solders.signature import Signature

from tests.localnet.beginning import SHARE
from tests.localnet.office import Office, opened, signed
from xstock_client import message, pda
from xstock_client.accounts import Reserve
from xstock_client.clients import Integrator
from xstock_client.constants import DAY_S, HOUR_S, PolicyField, Role
from xstock_client.errors import ProgramRefused, TransactionFailed
from xstock_client.events import ChainAttested, PolicyApplied, ReserveAttested, SharesMinted, parse_events
from xstock_client.ledger import KeypairSigner, RpcLedger
from xstock_client.policy import PolicyUpdate, QueueState
from xstock_client.rehearsal.stablecoin import Stablecoin


async def test_the_reserve_engine_on_a_real_runtime(localnet: str, payer: KeypairSigner) -> None:
    async with RpcLedger(localnet) as ledger:
        office = await opened(ledger, payer, 4004, await Stablecoin.create(ledger, payer))
        await reports_of_several_keys(office)
        await rules_before_the_first_mint(office)
        await mints_by_two_keys(office)
        await rules_after_the_first_mint(office)


async def reports_of_several_keys(office: Office) -> None:
    said, (first, second, third) = await office.report(1, 1_000), office.keys
    with pytest.raises(ProgramRefused, match="TooFewSigners") as few:
        await office.submit(signed(said, second))
    assert (few.value.figures["signed"], few.value.figures["needed"]) == (1, 2)
    with pytest.raises(ProgramRefused, match="TooFewSigners"):
        await office.force(signed(said, second, second))
    # The precompile itself: one signature of two is wrong, and the program is never asked.
    good, other = signed(said, first, third)
    forged = message.SignedAttestation(other.message, other.signer, Signature(bytes(other.signature)[::-1]))
    with pytest.raises(TransactionFailed, match="a signature does not belong to its key and message"):
        await office.force([good, forged])

    # A wallet that watches the reserve account over the websocket.
    async with aclosing(office.ledger.subscribe_account(pda.reserve(office.asset))) as states:
        assert sequences(await anext(states)) == (0, 0)
        both = signed(said, third, first)
        assert bytes(message.ed25519_instruction(both).data).count(said.to_bytes()) == 1
        (attested,) = await office.submit(both)
        assert isinstance(attested, ReserveAttested)
        assert (attested.settled, attested.reserve) == (1_000 * SHARE, 1_000 * SHARE)
        assert set(attested.attesters) == {third.pubkey(), first.pubkey(), Pubkey.default()}
        (told,) = await office.submit(signed(await office.supply(50), office.chain_key))
        assert isinstance(told, ChainAttested)
        assert (told.chain_supply, told.obligation, told.reserve) == (50 * SHARE, 50 * SHARE, 1_000 * SHARE)
        async with asyncio.timeout(30):
            while sequences(await anext(states)) != (1, 1):
                pass
    with pytest.raises(ProgramRefused, match="BadSequence"):
        await office.force(both)


def sequences(account: Any) -> tuple[int, int]:
    """Of the last reports of custodian slot 0 and chain slot 0."""
    reserve = Reserve.decode(account.data)
    return reserve.custodians[0].signers.sequence, reserve.chains[0].signers.sequence


async def rules_before_the_first_mint(office: Office) -> None:
    desk, asset = office.desk, office.asset
    both = await desk.set_policy(asset, PolicyUpdate(max_age_s=100 * HOUR_S, haircut_bps=2_000))
    assert (both.tighter, both.looser) == (PolicyField.MAX_AGE, PolicyField.HAIRCUT)
    applied = parse_events((await desk.apply_policy(asset)).executed)
    assert [type(one) for one in applied] == [PolicyApplied]
    policy = (await Integrator(office.ledger).asset_account(asset)).policy
    assert (policy.max_age_s, policy.haircut_bps) == (100 * HOUR_S, 2_000)


async def mints_by_two_keys(office: Office) -> None:
    with pytest.raises(ProgramRefused, match="ApproverNeeded"):
        await office.mint(1, 400, approved=False)
    outcome = await office.mint(1, 400, approved=True)
    assert outcome.status == "minted" and outcome.receipt is not None
    minted = parse_events(outcome.receipt.executed)[-1]
    assert isinstance(minted, SharesMinted)
    assert minted.approver == office.officers[Role.APPROVER].pubkey
    assert (minted.supply, minted.foreign, minted.obligation) == (400 * SHARE, 50 * SHARE, 450 * SHARE)
    with pytest.raises(ProgramRefused, match="ReserveShort") as short:
        await office.mint(2, 551, approved=True)
    assert short.value.figures["needed"] == 1_001 * SHARE


async def rules_after_the_first_mint(office: Office) -> None:
    desk, asset, integrator = office.desk, office.asset, Integrator(office.ledger)
    changed = await desk.set_policy(asset, PolicyUpdate(max_age_s=120 * HOUR_S, haircut_bps=3_000))
    assert (changed.tighter, changed.looser) == (PolicyField.HAIRCUT, PolicyField.MAX_AGE)
    with pytest.raises(ProgramRefused, match="ChangeNotReady") as early:
        await desk.apply_policy(asset)
    assert early.value.figures["ready_at"] == changed.ready_at > early.value.figures["now"] + 2 * DAY_S - 600
    report = await integrator.reserve_report(asset)
    assert (report.queue, report.policy.max_age_s, report.policy.haircut_bps) == (
        QueueState.WAITING,
        100 * HOUR_S,
        3_000,
    )
    await office.acting(Role.PAUSER).cancel_policy(asset)
    assert (await integrator.reserve_report(asset)).queue is QueueState.NONE
