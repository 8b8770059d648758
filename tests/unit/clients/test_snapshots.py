"""Record-date snapshots through the clients: taken at their time, agreed on, thrown out, proven wrong."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from dataclasses import replace

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.unit.clients.payday import NOTICE, SUPPLY, Payday, strangers
from tests.unit.clients.test_issuer_desk import refusal
from tests.unit.clients.world import ONE, World, key
from xstock_client.accounts import Snapshot
from xstock_client.amounts import Raw
from xstock_client.claims import LeafProof
from xstock_client.clients import Keeper, SnapshotAttestor, read_snapshot, snapshots_of
from xstock_client.clients._challenging import BallotPlace, find_ballot
from xstock_client.constants import DAY_S, HOUR_S
from xstock_client.corporate import ActionPhase
from xstock_client.distribution import BallotPhase, Root
from xstock_client.errors import AccountMissing, BadProof, DecodeError, LedgerError, UsageError
from xstock_client.events import LeafShown, RootRejected, parse_events
from xstock_client.ledger import Account, measure
from xstock_client.merkle import EMPTY, Entry, MerkleTree, find_bad_node, leaf_entry, parent


@pytest.fixture
async def payday(world: World) -> Payday:
    return Payday(world)


def tree_of(payday: Payday, *amounts: int) -> MerkleTree:
    """Balances of so many strangers."""
    return MerkleTree.from_leaves(
        payday.snapshot, [(owner, raw, 0) for owner, raw in zip(strangers(len(amounts)), amounts, strict=True)]
    )


async def test_anybody_takes_the_snapshot_at_its_time_and_once(payday: Payday) -> None:
    await payday.announced()
    world, keeper = payday.world, payday.world.keeper
    with pytest.raises(UsageError, match=r"the record time of action 0 is .*, in 1 d 1 h"):
        await keeper.record_snapshot(world.asset, 0)
    world.ledger.advance(NOTICE + 60)
    assert (await world.desk.action(world.asset, 0)).phase is ActionPhase.DUE
    taken = await keeper.record_snapshot(world.asset, 0)
    assert (taken.number, taken.supply) == (0, Raw(SUPPLY)) and taken.slot == taken.receipt.slot
    assert (await world.desk.action(world.asset, 0)).snapshot == 0
    with pytest.raises(UsageError, match=r"was taken \(number 0\), and only once"):
        await keeper.record_snapshot(world.asset, 0)
    with pytest.raises(UsageError, match="its dividend stays due"):
        await world.desk.cancel_action(world.asset, 0, "too late")
    (status,) = await snapshots_of(world.ledger, world.asset)
    assert status == await read_snapshot(world.ledger, taken.address)
    assert (status.supply, status.slot, status.ballot.phase) == (Raw(SUPPLY), taken.slot, BallotPhase.VOTING)


async def test_a_keeper_waits_for_the_record_time(payday: Payday, monkeypatch: pytest.MonkeyPatch) -> None:
    await payday.announced()
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        payday.world.ledger.advance(HOUR_S)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    taken = await payday.world.keeper.record_snapshot(payday.world.asset, 0, wait=True)
    assert taken.number == 0 and len(waits) == 26 and set(waits) == {20.0}


async def test_a_cluster_that_falls_silent_does_not_end_the_wait(
    payday: Payday, monkeypatch: pytest.MonkeyPatch
) -> None:
    await payday.announced()
    keeper, ledger, asset = payday.world.keeper, payday.world.ledger, payday.world.asset
    answered, silent, waits = ledger.account, 0, 0

    async def account(address: Pubkey) -> Account | None:
        if silent:
            raise LedgerError("the RPC does not answer")
        return await answered(address)

    async def sleep(seconds: float) -> None:
        nonlocal silent, waits
        waits += 1
        silent = 3 if waits == 5 else max(silent - 1, 0)
        ledger.advance(HOUR_S // 2)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    monkeypatch.setattr(ledger, "account", account)
    silent = 1
    with pytest.raises(LedgerError, match="does not answer"):  # never reached: a wrong URL perhaps
        await keeper.record_snapshot(asset, 0, wait=True)
    silent = 0
    assert (await keeper.record_snapshot(asset, 0, wait=True)).number == 0
    assert waits == 51  # half hours, in three of which nobody answered


async def test_a_snapshot_is_never_late_nor_of_a_cancelled_action(payday: Payday) -> None:
    await payday.announced()
    world = payday.world
    world.ledger.advance(NOTICE + 60 + HOUR_S + 1)
    with pytest.raises(UsageError, match="its snapshot could be taken until .*: announce the dividend again"):
        await world.keeper.record_snapshot(world.asset, 0, wait=True)
    await world.desk.cancel_action(world.asset, 0, "the snapshot was missed")
    with pytest.raises(UsageError, match="action 0 is cancelled"):
        await world.keeper.record_snapshot(world.asset, 0)
    at = await world.ledger.now() + NOTICE
    await world.desk.announce_delisting(world.asset, effective_at=at, document_hash=bytes([1] * 32))
    with pytest.raises(UsageError, match="action 1 is a delisting: snapshots are taken of cash dividends"):
        await world.keeper.record_snapshot(world.asset, 1)


async def test_two_of_three_agree_and_a_day_later_it_is_final(payday: Payday) -> None:
    await payday.recorded()
    tree = tree_of(payday, SUPPLY - 7, 7)
    first = await payday.voter(0).vote(tree)
    assert (first.agree, first.needed, first.agreed) == (1, 2, False)
    wrong = await payday.voter(1).vote(tree_of(payday, SUPPLY))
    assert (wrong.agree, wrong.agreed) == (1, False)
    second = await payday.voter(1).vote(tree)  # in place of the wrong one
    assert (second.agree, second.agreed) == (2, True)
    status = await read_snapshot(payday.world.ledger, payday.snapshot)
    assert status.ballot.phase is BallotPhase.AGREED and status.ballot.root == Root(tree.root, 2, 0)
    assert dict(status.ballot.votes).keys() == {one.pubkey for one in payday.attestors[:2]}
    with pytest.raises(UsageError, match="agreed on the snapshot at .* reject it within a day"):
        await payday.voter(2).vote(tree)
    with pytest.raises(UsageError, match="can still be challenged"):
        status.ballot.require_final("the snapshot")
    payday.world.ledger.advance(DAY_S + 1)
    status = await read_snapshot(payday.world.ledger, payday.snapshot)
    assert status.ballot.phase is BallotPhase.FINAL and status.ballot.final_from == await payday.world.ledger.now()
    with pytest.raises(UsageError, match="is final since"):
        await payday.voter(2).reject(payday.snapshot)


async def test_votes_that_the_program_would_refuse_are_told_before(payday: Payday) -> None:
    await payday.recorded()
    world, voter = payday.world, payday.voter(0)
    with pytest.raises(UsageError, match="add up to 99,999,999,999 base units, and the supply .* is 100,000,000,000"):
        await voter.vote(tree_of(payday, SUPPLY - 1))
    with pytest.raises(UsageError, match="add up to 100,000,000,001"):
        await voter.vote(tree_of(payday, SUPPLY, 1))
    with pytest.raises(UsageError, match="has no leaves"):
        await voter.vote_root(payday.snapshot, Root(EMPTY, 0, 0))
    with pytest.raises(UsageError, match="has tax in it"):
        await voter.vote_root(payday.snapshot, replace(Root(tree_of(payday, SUPPLY).root, 1, 0), withheld=1))
    stranger = SnapshotAttestor(world.ledger, signer=key(), payer=world.treasury)
    with pytest.raises(UsageError, match="is no snapshot attestor of this asset now"):
        await stranger.vote(tree_of(payday, SUPPLY))
    with pytest.raises(AccountMissing, match="no snapshot and no distribution"):
        await voter.reject(key().pubkey)
    with pytest.raises(DecodeError, match="attestors vote on snapshots and distributions"):
        await voter.reject(world.asset)
    with pytest.raises(UsageError, match="have not agreed on the snapshot"):
        await voter.reject(payday.snapshot)


async def test_what_was_burned_outside_in_the_record_slot_is_noticed_with_the_vote(payday: Payday) -> None:
    """A burn outside that the program has not seen: the vote brings it along."""
    await payday.recorded()
    world, burned = payday.world, 3 * ONE
    mint = await world.ledger.account(world.mint)
    assert mint is not None
    supply = (SUPPLY - burned).to_bytes(8, "little")
    world.ledger.set_account(world.mint, replace(mint, data=mint.data[:36] + supply + mint.data[44:]))
    voted = await payday.voter(0).vote(tree_of(payday, SUPPLY - burned))
    assert voted.agree == 1
    assert (await world.reader.asset_account(world.asset)).burned_outside == burned
    await payday.voter(1).vote(tree_of(payday, SUPPLY))  # or it was burned in a later slot: the attestors know


async def test_an_attestor_throws_a_root_out_once(payday: Payday) -> None:
    await payday.recorded()
    for number in (0, 1):
        await payday.voter(number).vote(tree_of(payday, SUPPLY))
    await payday.voter(2).reject(payday.snapshot)
    ballot = (await read_snapshot(payday.world.ledger, payday.snapshot)).ballot
    assert (ballot.phase, ballot.round, ballot.votes) == (BallotPhase.VOTING, 1, ())
    assert ballot.rejecters == (payday.attestors[2].pubkey,)
    for number in (0, 1):
        await payday.voter(number).vote(tree_of(payday, SUPPLY))
    with pytest.raises(UsageError, match="each attestor may once"):
        await payday.voter(2).reject(payday.snapshot)


def forged(account: Pubkey, rows: Sequence[tuple[Pubkey, int]]) -> list[list[Entry]]:
    """All levels of a tree whose leaves are whatever ``rows`` say, in their order."""
    levels = [[leaf_entry(account, index, owner, raw) for index, (owner, raw) in enumerate(rows)]]
    for _ in range(12):
        below = [*levels[-1], EMPTY]
        levels.append([parent(*pair) for pair in zip(below[::2], below[1::2], strict=False)])
    return levels


def proof_in(levels: list[list[Entry]], account: Pubkey, index: int, owner: Pubkey, raw: int) -> LeafProof:
    nodes = [
        level[index >> height ^ 1] if index >> height ^ 1 < len(level) else EMPTY
        for height, level in enumerate(levels[:-1])
    ]
    return LeafProof(account, levels[-1][0], len(levels[0]), index, owner, raw, 0, tuple(nodes))


async def test_anybody_proves_owners_out_of_order(payday: Payday) -> None:
    await payday.recorded()
    low, high = sorted((one.pubkey for one in (key(), key())), key=bytes)
    rows = [(low, 7), (high, 8), (low, SUPPLY - 15)]
    levels = forged(payday.snapshot, rows)
    for number in (0, 1):
        await payday.voter(number).vote_root(payday.snapshot, Root(levels[-1][0], 3, 0))
    proofs = [proof_in(levels, payday.snapshot, index, *row) for index, row in enumerate(rows)]
    keeper = payday.world.keeper
    with pytest.raises(UsageError, match="are in order: there is nothing to challenge"):
        await keeper.challenge_order(proofs[0], proofs[1])
    with pytest.raises(UsageError, match="does not come before leaf 1"):
        await keeper.challenge_order(proofs[2], proofs[1])
    with pytest.raises(BadProof):
        await keeper.challenge_order(proofs[1], replace(proofs[2], amount=1))
    shown, thrown = await keeper.challenge_order(proofs[0], proofs[2])  # one owner twice, no neighbours
    assert [type(one) for one in parse_events(shown.executed)] == [LeafShown]
    (event,) = parse_events(thrown.executed)
    assert isinstance(event, RootRejected) and event.reason == 2
    assert (await read_snapshot(payday.world.ledger, payday.snapshot)).ballot.round == 1
    for number in (0, 1):
        await payday.voter(number).vote_root(payday.snapshot, Root(levels[-1][0], 3, 0))
    place = await find_ballot(payday.world.ledger, payday.snapshot)
    await payday.world.ledger.send(keeper.show_leaf_instructions(place, proofs[2]), payday.world.treasury)
    # somebody has shown the other one: the first transaction is enough
    other = payday.voter(2)
    (alone,) = await other.challenge_order(proofs[0], proofs[2])
    assert isinstance(parse_events(alone.executed)[0], RootRejected)


async def test_anybody_proves_a_leaf_that_the_root_does_not_count(payday: Payday) -> None:
    await payday.recorded()
    low, high = sorted((one.pubkey for one in (key(), key())), key=bytes)
    levels = forged(payday.snapshot, [(low, 7), (high, SUPPLY - 7)])
    for number in (0, 1):
        await payday.voter(number).vote_root(payday.snapshot, Root(levels[-1][0], 1, 0))
    keeper = payday.world.keeper
    with pytest.raises(UsageError, match="leaf 0 is one of the 1 that the snapshot counts"):
        await keeper.challenge_count(proof_in(levels, payday.snapshot, 0, low, 7))
    extra = proof_in(levels, payday.snapshot, 1, high, SUPPLY - 7)
    with pytest.raises(BadProof, match="does not lead to the agreed root"):
        await keeper.challenge_count(replace(extra, amount=1))
    (event,) = parse_events((await keeper.challenge_count(extra)).executed)
    assert isinstance(event, RootRejected) and event.reason == 2


async def test_anybody_proves_sums_that_do_not_add_up(payday: Payday) -> None:
    await payday.recorded()
    owners = sorted(strangers(2), key=bytes)
    levels = forged(payday.snapshot, [(owners[0], 5), (owners[1], 6)])
    levels[1][0] = Entry(levels[1][0].hash, SUPPLY)  # 11, it says, are the whole supply
    for height in range(2, 13):
        levels[height] = [parent(levels[height - 1][0], EMPTY)]
    for number in (0, 1):
        await payday.voter(number).vote_root(payday.snapshot, Root(levels[-1][0], 2, 0))
    bad = find_bad_node(levels)
    assert bad is not None and (bad.level, bad.index) == (1, 0)
    with pytest.raises(BadProof, match="does not lead to this root"):
        await payday.world.keeper.challenge_sum(payday.snapshot, replace(bad, path=(EMPTY,) * 10 + (bad.left,)))
    receipt = await payday.voter(2).challenge_sum(payday.snapshot, bad)
    (event,) = parse_events(receipt.executed)
    assert isinstance(event, RootRejected) and event.reason == 3
    with pytest.raises(UsageError, match="nothing to throw out"):
        await payday.voter(2).challenge_sum(payday.snapshot, bad)


async def test_a_challenge_of_a_million_leaves_fits_a_transaction(payday: Payday) -> None:
    count = 1_000_000
    owners = b"".join(index.to_bytes(32, "big") for index in range(1, count + 1))
    tree = MerkleTree.build(payday.snapshot, owners, array("Q", [1]) * count)
    proof = LeafProof.at(tree, 765_432)
    assert len(proof.nodes) == 20
    keeper = Keeper(payday.world.ledger, signer=payday.world.treasury)
    await payday.recorded()
    found = await read_snapshot(payday.world.ledger, payday.snapshot)
    account = await payday.world.ledger.account(payday.snapshot)
    assert account is not None
    state = Snapshot.decode(account.data)
    place = BallotPlace(key().pubkey, state, payday.snapshot, key().pubkey, found.ballot)
    size = measure(keeper.show_leaf_instructions(place, proof), payday.world.treasury.pubkey)
    assert size.fits and size.bytes <= 1_232


async def test_without_a_key_of_its_own_nobody_rejects(payday: Payday) -> None:
    await payday.recorded()
    for number in (0, 1):
        await payday.voter(number).vote(tree_of(payday, SUPPLY))
    stranger = SnapshotAttestor(payday.world.ledger, signer=key(), payer=payday.world.treasury)
    with pytest.raises(UsageError, match="is no snapshot attestor"):
        await stranger.reject(payday.snapshot)
    place = await _place(stranger, payday.snapshot)
    refused = await refusal(payday.world.ledger.send(place, payday.world.treasury, [stranger._signer]))
    assert refused.name == "NotAttestor"


async def _place(client: SnapshotAttestor, account: Pubkey) -> list[Instruction]:
    return client.reject_instructions(await find_ballot(client.ledger, account))
