"""Shares on other chains, through the clients: registration, caps, reports, issuance there, retirement."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tests.unit.clients.test_issuer_desk import refusal
from tests.unit.clients.world import NOW, ONE, World, key
from xstock_client.amounts import Raw, Shares
from xstock_client.caip import ChainToken
from xstock_client.constants import DAY_S, Payout, SlotChange
from xstock_client.errors import UsageError
from xstock_client.events import ChainRetired, RedemptionSettled, parse_events
from xstock_client.ledger import KeypairSigner
from xstock_client.policy import PolicyUpdate

TOKEN = "eip155:1/erc20:0x6b175474e89094c44da98b954eedeac495271d0f"
EPOCH = 3
TERMS = bytes([1] * 32)


class Abroad:
    """A world with a chain in slot 0, its key, and a first mint."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.key: KeypairSigner = key()

    async def report(self, shares: int) -> None:
        report = await self.world.chain_report(0, shares, epoch=EPOCH, signer=self.key)
        await self.world.relayer.submit([report])


@pytest.fixture
async def abroad(world: World) -> Abroad:
    made = Abroad(world)
    await world.desk.register_chain(world.asset, 0, token=TOKEN, keys=[made.key.pubkey])
    await world.attest(60, 50)
    await world.give(50)
    return made


async def test_a_chain_counts_at_its_cap_until_it_reports(abroad: Abroad) -> None:
    world = abroad.world
    await world.admin.set_chain_cap(world.asset, 0, Shares(40 * ONE))
    report = await world.reader.reserve_report(world.asset)
    (chain,) = report.chains
    assert (chain.chain, chain.token_hash) == ("eip155:1", ChainToken.parse(TOKEN).token_hash)
    assert (chain.counted, chain.fresh, report.foreign) == (Shares(40 * ONE), False, Shares(40 * ONE))
    assert report.headroom.raw == Raw(20 * ONE)
    await abroad.report(15)
    report = await world.reader.reserve_report(world.asset)
    assert (report.chains[0].counted, report.headroom.raw) == (Shares(15 * ONE), Raw(45 * ONE))
    await world.desk.mint(world.asset, 5, Raw(45 * ONE), world.holder_key.pubkey)
    told = await refusal(world.desk.mint(world.asset, 6, Raw(1), world.holder_key.pubkey))
    assert told.figures == {"reserve": 110 * ONE, "needed": 110 * ONE + 1, "released": 0, "foreign": 15 * ONE}


async def test_a_higher_cap_needs_room_and_a_lower_one_waits_for_a_report(abroad: Abroad) -> None:
    world = abroad.world
    short = await refusal(world.admin.set_chain_cap(world.asset, 0, Shares(61 * ONE)))
    assert (short.name, short.figures["needed"]) == ("ReserveShort", 111 * ONE)
    await world.desk.set_chain_cap(world.asset, 0, Shares(60 * ONE))
    await abroad.report(5)
    await world.desk.set_chain_cap(world.asset, 0, Shares(10 * ONE))
    chain = (await world.reader.reserve_report(world.asset)).chains[0]
    assert (chain.cap, chain.next_cap, chain.next_cap_from) == (
        Shares(60 * ONE),
        Shares(10 * ONE),
        NOW + 2 * DAY_S,
    )
    assert chain.room == Shares(5 * ONE)
    await world.desk.cancel_slot_change(world.asset, SlotChange.CHAIN_CAP, 0)
    assert (await world.reader.reserve_report(world.asset)).chains[0].next_cap is None
    await world.desk.set_chain_cap(world.asset, 0, Shares(10 * ONE))
    world.ledger.advance(2 * DAY_S)
    assert (await world.reader.reserve_report(world.asset)).chains[0].cap == Shares(60 * ONE)
    await abroad.report(5)
    assert (await world.reader.reserve_report(world.asset)).chains[0].cap == Shares(10 * ONE)


async def test_a_redemption_is_settled_as_issuance_there(abroad: Abroad) -> None:
    world = abroad.world
    holder = world.holder_key.pubkey
    await world.admin.set_chain_cap(world.asset, 0, Shares(40 * ONE))
    await abroad.report(10)
    made = await world.holder.request(
        world.asset, Raw(30 * ONE), payout=Payout.OFF_CHAIN, payout_terms_hash=bytes([1] * 32)
    )
    await world.desk.accept(world.asset, holder, made.id)
    proof = sha256(b"issued on another chain").digest()
    empty = world.desk.mark_paid(world.asset, holder, made.id, evidence_hash=proof, to_chain=3)
    assert (await refusal(empty)).name == "SlotEmpty"
    await world.desk.mark_paid(world.asset, holder, made.id, evidence_hash=proof, to_chain=0)
    assert (await world.desk.request_of(world.asset, holder, made.id)).to_chain == 0
    receipt = await world.holder.confirm(world.asset, made.id)
    (event,) = parse_events(receipt.executed)
    assert isinstance(event, RedemptionSettled) and event.to_chain == 0
    report = await world.reader.reserve_report(world.asset)
    (chain,) = report.chains
    assert (chain.outbound, chain.counted, chain.room) == (Shares(30 * ONE), Shares(40 * ONE), Shares(0))
    assert (report.supply, report.released, report.obligation) == (Raw(20 * ONE), Shares(0), Shares(60 * ONE))
    world.ledger.advance(60)
    await abroad.report(40)
    report = await world.reader.reserve_report(world.asset)
    assert (report.chains[0].outbound, report.obligation) == (Shares(0), Shares(60 * ONE))


async def test_a_chain_is_forgotten_in_two_steps(abroad: Abroad) -> None:
    world = abroad.world
    await abroad.report(0)
    (event,) = parse_events((await world.desk.retire_chain(world.asset, 0)).executed)
    assert isinstance(event, ChainRetired) and (event.retired, event.retire_from) == (0, NOW + 2 * DAY_S)
    await world.desk.cancel_slot_change(world.asset, SlotChange.CHAIN_RETIREMENT, 0)
    await world.desk.retire_chain(world.asset, 0)
    assert (await world.reader.reserve_report(world.asset)).chains[0].retire_from == NOW + 2 * DAY_S
    world.ledger.advance(2 * DAY_S)
    await abroad.report(0)
    (event,) = parse_events((await world.desk.retire_chain(world.asset, 0)).executed)
    assert isinstance(event, ChainRetired) and event.retired
    assert (await world.reader.reserve_report(world.asset)).chains == ()


async def test_new_keys_of_a_chain_are_cancelled(abroad: Abroad) -> None:
    world = abroad.world
    await abroad.report(0)
    await world.desk.register_chain(world.asset, 0, token=TOKEN, keys=[key().pubkey, key().pubkey], threshold=1)
    signers = (await world.reader.reserve_report(world.asset)).chains[0].signers
    assert (len(signers.next_keys), signers.next_threshold) == (2, 1)
    await world.desk.cancel_slot_change(world.asset, SlotChange.CHAIN_KEYS, 0)
    assert (await world.reader.reserve_report(world.asset)).chains[0].signers.next_keys == ()
    with pytest.raises(UsageError, match="CAIP-19"):
        await world.desk.register_chain(world.asset, 1, token="Ethereum", keys=[key().pubkey])


async def test_bad_news_from_a_chain_latches(abroad: Abroad) -> None:
    world = abroad.world
    await abroad.report(61)
    report = await world.reader.reserve_report(world.asset)
    assert report.latched and report.chains[0].above_cap and not report.solvent
    assert report.last_obligation == Shares(111 * ONE)


async def test_a_stale_chain_never_latches(abroad: Abroad) -> None:
    world = abroad.world
    await world.admin.set_chain_cap(world.asset, 0, Shares(60 * ONE))
    await abroad.report(0)
    await world.admin.set_policy(world.asset, PolicyUpdate(chain_max_age_s=3_600))
    world.ledger.advance(3_601)
    report = await world.reader.reserve_report(world.asset)
    assert (report.foreign, report.obligation) == (Shares(60 * ONE), Shares(110 * ONE))
    assert report.solvent and report.last_obligation == Shares(50 * ONE)
    await world.relayer.check_solvency(world.asset)
    assert not (await world.reader.reserve_report(world.asset)).latched
