"""Distributions through the clients: declared, funded, claimed, remitted, taken back; proofs as files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from solders.pubkey import Pubkey

from tests.unit.clients.payday import RATE, RATES, SUPPLY, Payday, strangers
from tests.unit.clients.test_issuer_desk import refusal
from tests.unit.clients.world import DOLLAR, SOL, World, key
from xstock_client import pda
from xstock_client.amounts import Cash
from xstock_client.claims import LeafProof, read_proof, write_proof
from xstock_client.clients import Holder, Keeper, distributions_of, unpaid_owners
from xstock_client.clients.distributions import claim_pages
from xstock_client.constants import DAY_S, TOKEN, DistributionRule
from xstock_client.distribution import DistributionPhase, Root
from xstock_client.errors import AccountMissing, BadProof, BadSnapshot, UsageError
from xstock_client.events import DividendPaid, parse_events
from xstock_client.ledger import EmbeddedLedger
from xstock_client.merkle import MerkleTree

GROSS, TAX = 500 * DOLLAR, 75 * DOLLAR
"""Of a thousand shares at half a dollar, with 15 % withheld."""


@pytest.fixture
async def payday(world: World) -> Payday:
    return Payday(world)


def sole(payday: Payday) -> dict[Pubkey, tuple[int, int]]:
    return {payday.world.holder_key.pubkey: (GROSS, TAX)}


async def test_a_dividend_from_declaration_to_the_last_cent(payday: Payday) -> None:
    await payday.ready(sole(payday))
    world, holder = payday.world, payday.world.holder
    status = await payday.status()
    assert (status.phase, status.rate, status.rules) == (
        DistributionPhase.FUNDING,
        RATE,
        DistributionRule.WITHOUT_ISSUER,
    )
    assert (status.gross, status.tax, status.missing, status.leaf_count) == (Cash(GROSS), Cash(TAX), Cash(GROSS), 1)
    assert status.vault == pda.token_account(payday.distribution, world.coin.mint, TOKEN)
    assert [one.address for one in await distributions_of(world.ledger, payday.snapshot)] == [payday.distribution]
    proof = LeafProof.of(payday.tree, world.holder_key.pubkey)
    with pytest.raises(UsageError, match="claims open at"):
        await holder.claim(proof)
    bank = world.admin.acting_as(world.treasury)
    await bank.fund_distribution(payday.distribution, Cash(GROSS - 1))
    world.ledger.advance(status.claim_from - await world.ledger.now())
    with pytest.raises(UsageError, match="funded with 499.999999 of 500"):
        await holder.claim(proof)
    await bank.fund_distribution(payday.distribution, Cash(10**12))  # no more than is missing is taken
    assert (await payday.status()).phase is DistributionPhase.OPEN
    claimed = await holder.claim(proof)
    assert (claimed.gross, claimed.withheld, claimed.net) == (Cash(GROSS), Cash(TAX), Cash(GROSS - TAX))
    assert claimed.destination == world.coin.account(world.holder_key.pubkey)
    assert await payday.paid(world.holder_key.pubkey) == GROSS - TAX
    with pytest.raises(UsageError, match="was paid before"):
        await holder.claim(proof)
    status = await payday.status()
    assert (status.phase, status.remaining, status.unremitted) == (DistributionPhase.PAID, Cash(0), Cash(TAX))
    await world.keeper.remit_withheld(payday.distribution)
    assert (await payday.status()).unremitted == Cash(0)
    assert await payday.paid(world.authority.pubkey) == TAX + 1
    with pytest.raises(UsageError, match="75 went to the withholding account before"):
        await world.keeper.remit_withheld(payday.distribution)
    with pytest.raises(UsageError, match="fully funded, with 500"):
        await bank.fund_distribution(payday.distribution)


async def test_what_nobody_claims_goes_back_after_the_end_and_pages_close(payday: Payday) -> None:
    owners = strangers(2)
    await payday.open(dict.fromkeys(owners, (100, 10)))
    world, desk = payday.world, payday.world.admin  # roles end before claims do
    await world.keeper.claim(LeafProof.of(payday.tree, owners[0]))
    assert [one.owner for one in await unpaid_owners(world.ledger, payday.tree)] == [owners[1]]
    with pytest.raises(UsageError, match="claims are open until"):
        await desk.reclaim_distribution(payday.distribution)
    with pytest.raises(UsageError, match="pages close 1 d after that"):
        await world.keeper.close_claim_page(payday.distribution, 0)
    status = await payday.status()
    world.ledger.advance(status.claim_until - await world.ledger.now() + 1)
    assert (await payday.status()).phase is DistributionPhase.CLOSED
    with pytest.raises(UsageError, match="claims were closed at"):
        await world.keeper.claim(LeafProof.of(payday.tree, owners[1]))
    before = await payday.paid(world.authority.pubkey)
    await desk.reclaim_distribution(payday.distribution)
    assert await payday.paid(world.authority.pubkey) == before + 100
    with pytest.raises(UsageError, match="nothing is left to take back"):
        await desk.reclaim_distribution(payday.distribution)
    status = await payday.status()
    assert (status.funded, status.paid, status.withheld, status.reclaimed) == tuple(map(Cash, (200, 90, 10, 100)))
    world.ledger.advance(DAY_S)
    held = await world.ledger.balance(world.treasury.pubkey)
    await world.keeper.close_claim_page(payday.distribution, 0)
    assert await world.ledger.balance(world.treasury.pubkey) > held + 5_000_000
    assert await claim_pages(world.ledger, payday.distribution, [0]) == [None]
    with pytest.raises(UsageError, match="page 0 of distribution .* is not open"):
        await world.keeper.close_claim_page(payday.distribution, 0)


async def test_declarations_that_the_program_would_refuse_are_told_before(payday: Payday) -> None:
    await payday.recorded()
    world, desk = payday.world, payday.world.desk
    tree = MerkleTree.from_leaves(payday.snapshot, [(world.holder_key.pubkey, SUPPLY, 0)])
    until, tax = await world.ledger.now() + 300 * DAY_S, world.coin.account(world.authority.pubkey)

    async def declare(**other: object) -> None:
        given = {"rates_hash": RATES, "withholding_account": tax, "claim_until": until, **other}
        await desk.declare_distribution(payday.snapshot, **given)  # type: ignore[arg-type]

    with pytest.raises(UsageError, match="have not agreed on the snapshot yet"):
        await declare()
    for number in (0, 1):
        await payday.voter(number).vote(tree)
    with pytest.raises(UsageError, match="the snapshot can still be challenged"):
        await declare()
    world.ledger.advance(DAY_S + 1)
    with pytest.raises(UsageError, match="no token account of the payout mint"):
        await declare()
    await world.coin.give(world.treasury.pubkey, Cash(1))
    with pytest.raises(UsageError, match="that the issuer's authority .* owns"):
        await declare(withholding_account=world.coin.account(world.treasury.pubkey))
    await world.coin.give(world.authority.pubkey, Cash(1))
    with pytest.raises(UsageError, match="stay open for 182 d to 3660 d"):
        await declare(claim_until=until - 200 * DAY_S)
    with pytest.raises(UsageError, match="a hash of zeros names nothing"):
        await declare(rates_hash=bytes(32))
    with pytest.raises(AccountMissing, match="there is no snapshot"):
        await desk.declare_distribution(key().pubkey, rates_hash=RATES, withholding_account=tax, claim_until=until)
    await declare()
    await declare()  # a second one, with its own vault
    assert [one.number for one in await distributions_of(world.ledger, payday.snapshot)] == [0, 1]


async def test_entitlements_above_the_rate_are_told_before_the_vote(payday: Payday) -> None:
    await payday.declared()
    owner, voter = payday.world.holder_key.pubkey, payday.voter(0)
    good = MerkleTree.from_leaves(payday.distribution, [(owner, GROSS, TAX)])
    with pytest.raises(UsageError, match="add up to 500,000,001 base units, and the rate makes at most 500,000,000"):
        await voter.vote(MerkleTree.from_leaves(payday.distribution, [(owner, GROSS + 1, 0)]))
    with pytest.raises(UsageError, match="2 owners are entitled, and the snapshot has 1"):
        await voter.vote(MerkleTree.from_leaves(payday.distribution, [(owner, 1, 0), (key().pubkey, 1, 0)]))
    with pytest.raises(UsageError, match="of tax are more than"):
        await voter.vote_root(payday.distribution, Root(good.root, 1, GROSS + 1))
    with pytest.raises(UsageError, match="have not agreed on the distribution's entitlements"):
        await payday.world.admin.fund_distribution(payday.distribution)


async def test_funding_needs_the_money_and_time_before_the_end(payday: Payday) -> None:
    await payday.ready(sole(payday))
    world = payday.world
    with pytest.raises(UsageError, match="holds 0.000001, and 500 are to be funded"):
        await world.admin.fund_distribution(payday.distribution)
    with pytest.raises(UsageError, match="an amount of zero"):
        await world.admin.fund_distribution(payday.distribution, Cash(0))
    status = await payday.status()
    world.ledger.advance(status.fund_until - await world.ledger.now() + 1)
    with pytest.raises(UsageError, match="91 d before its claims close: declare another distribution"):
        await world.admin.acting_as(world.treasury).fund_distribution(payday.distribution)
    agent = key()
    built = await world.admin.fund_distribution_instructions(payday.distribution, Cash(5), agent=agent.pubkey)
    assert built[0].accounts[0].pubkey == agent.pubkey


async def test_proofs_of_others_pay_nobody(payday: Payday) -> None:
    owners = strangers(3)
    await payday.open(dict.fromkeys(owners, (100, 10)))
    proof = LeafProof.of(payday.tree, owners[1])
    for changed in (replace(proof, amount=101), replace(proof, withheld=9), replace(proof, index=proof.index ^ 2)):
        with pytest.raises(BadProof):
            await payday.world.keeper.claim(changed)
    with pytest.raises(BadProof, match="is not among the 3 owners of this tree"):
        LeafProof.of(payday.tree, key().pubkey)
    other = MerkleTree.from_leaves(payday.distribution, [(owner, 200, 0) for owner in owners])
    with pytest.raises(BadProof, match="leads to another root"):
        await payday.world.keeper.claim(LeafProof.of(other, owners[1]))
    with pytest.raises(BadSnapshot, match="compute it again from the same snapshot and rates file"):
        await payday.world.keeper.open_claim_page(other, 0)
    await payday.world.keeper.open_claim_page(payday.tree, 0)
    with pytest.raises(UsageError, match="page 0 is open already"):
        await payday.world.keeper.open_claim_page(payday.tree, 0)
    receipt = (await payday.world.keeper.claim(proof)).receipt
    assert [type(one) for one in parse_events(receipt.executed)] == [DividendPaid]


async def test_only_who_is_paid_chooses_the_account(payday: Payday) -> None:
    world, owner = payday.world, payday.world.holder_key
    other = strangers(1)[0]
    await payday.open({owner.pubkey: (100, 10), other: (50, 0)})
    proof = LeafProof.of(payday.tree, owner.pubkey)
    elsewhere = key().pubkey
    with pytest.raises(UsageError, match="can choose another account than its associated one"):
        await world.keeper.claim(proof, destination=elsewhere)
    with pytest.raises(AccountMissing, match="there is no token account"):
        await world.holder.claim(proof, destination=elsewhere)
    own = await world.ledger.account(await _account(payday, owner.pubkey))
    assert own is not None
    world.ledger.set_account(elsewhere, own)
    claimed = await world.holder.claim(proof, destination=elsewhere)
    assert claimed.destination == elsewhere
    await payday.give_account(other, frozen=True)
    with pytest.raises(UsageError, match="is frozen by the stablecoin's issuer"):
        await world.keeper.claim(LeafProof.of(payday.tree, other))


async def _account(payday: Payday, owner: Pubkey) -> Pubkey:
    await payday.give_account(owner)
    return payday.world.coin.account(owner)


async def test_a_pool_names_who_gets_its_dividends(payday: Payday) -> None:
    world = payday.world
    pool = pda.asset(key().pubkey, 0)  # some program's address
    person, friend = world.holder_key, key()
    assert not pool.is_on_curve()
    await payday.open({pool: (100, 10), person.pubkey: (70, 0)})
    with pytest.raises(UsageError, match="registered no recipient"):
        await world.keeper.claim(LeafProof.of(payday.tree, pool))
    with pytest.raises(UsageError, match="the zero address gets no dividends"):
        await world.holder.register_recipient(world.asset, Pubkey.default())
    await payday.give_account(friend.pubkey)
    for no_wallet in (world.coin.account(friend.pubkey), world.coin.mint):
        with pytest.raises(UsageError, match="name the wallet that owns it"):
            await world.holder.register_recipient(world.asset, no_wallet)
    assert await world.holder.recipient_of(world.asset) is None
    await world.holder.register_recipient(world.asset, friend.pubkey)
    assert await world.holder.recipient_of(world.asset) == friend.pubkey
    claimed = await world.keeper.claim(LeafProof.of(payday.tree, person.pubkey))
    assert claimed.destination == world.coin.account(friend.pubkey) and await payday.paid(friend.pubkey) == 70
    await world.holder.register_recipient(world.asset, person.pubkey)  # taken back
    assert await world.holder.recipient_of(world.asset) is None


async def test_a_recipient_claims_where_it_likes_and_an_owner_for_itself(payday: Payday) -> None:
    world, owner, friend = payday.world, payday.world.holder_key, key()
    other = key()
    await payday.open({owner.pubkey: (100, 0), other.pubkey: (60, 0)})
    await world.holder.register_recipient(world.asset, friend.pubkey)
    assert (await world.holder.claim(LeafProof.of(payday.tree, owner.pubkey))).destination == world.coin.account(
        owner.pubkey
    )
    await Holder(world.ledger, signer=other, payer=world.treasury).register_recipient(world.asset, friend.pubkey)
    await payday.give_account(friend.pubkey)
    own, elsewhere = await world.ledger.account(world.coin.account(friend.pubkey)), key().pubkey
    world.ledger.set_account(elsewhere, own)
    by_friend = Keeper(world.ledger, signer=friend, payer=world.treasury)
    claimed = await by_friend.claim(LeafProof.of(payday.tree, other.pubkey), destination=elsewhere)
    assert claimed.destination == elsewhere


async def test_a_proof_is_a_file(payday: Payday, tmp_path: Path) -> None:
    payday.distribution = key().pubkey
    owners = strangers(5)
    tree = MerkleTree.from_leaves(payday.distribution, [(owner, 10 + at, at) for at, owner in enumerate(owners)])
    proof, file = LeafProof.of(tree, owners[3]), tmp_path / "proof.json"
    write_proof(proof, file)
    assert read_proof(file) == proof and read_proof(file).page_entry == tree.page_entry(0)
    said = json.loads(file.read_text())
    assert (said["amount"], said["withheld"], said["owner"]) == ("13", "3", str(owners[3]))
    for name, value, words in (
        ("amount", "14", "leads to another root"),
        ("amount", 13, "a string of digits"),
        ("withheld", "20", "withholds 20 of 13"),
        ("index", 5, "has no leaf 5"),
        ("nodes", said["nodes"][1:], "takes a list of 12 nodes"),
        ("root", "00", "40 bytes in hexadecimal"),
        ("owner", "me", "not an address"),
        ("format", "other", '"format": "xstock-proof"'),
        ("more", 1, "its fields must be"),
    ):
        file.write_text(json.dumps({**said, name: value}))
        with pytest.raises(BadProof, match=words):
            read_proof(file)
    file.write_text("{")
    with pytest.raises(BadProof, match="no proof file"):
        read_proof(file)
    with pytest.raises(BadProof, match="cannot be read"):
        read_proof(tmp_path / "none.json")
    with pytest.raises(BadProof):
        proof.verify(replace(proof.root, sum=1))
    proof.verify(tree.root, tree.leaf_count)


async def test_a_silent_cluster_is_asked_whether_it_was_paid(silent: World) -> None:
    payday = Payday(silent)
    await payday.open(sole(payday))
    ledger = silent.ledger
    assert isinstance(ledger, EmbeddedLedger)
    ledger.silent = True  # type: ignore[attr-defined]
    await silent.holder.claim(LeafProof.of(payday.tree, silent.holder_key.pubkey))
    assert await payday.paid(silent.holder_key.pubkey) == GROSS - TAX
    await silent.keeper.remit_withheld(payday.distribution)
    assert (await payday.status()).remitted == Cash(TAX)


async def test_only_treasurers_take_back(payday: Payday) -> None:
    await payday.open(sole(payday))
    status = await payday.status()
    payday.world.ledger.advance(status.claim_until - await payday.world.ledger.now() + 1)
    thief = key()
    await payday.world.ledger.airdrop(thief.pubkey, SOL)
    found = await refusal(payday.world.admin.acting_as(thief).reclaim_distribution(payday.distribution))
    assert found.name == "NotAuthority"
