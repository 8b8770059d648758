"""A cash dividend on a real runtime: the record date out of an RPC's history, and payments over a lookup table.

Each step of a dividend takes a day at least, so most of what is here began before the cluster did, for the asset that
the test lists (tests/genesis_dividends.py). The whole life of one, day by day, is on the embedded ledger.
"""

from __future__ import annotations

from array import array

import pytest
from solders.pubkey import Pubkey

from tests.embedded.trees import Entry as BareEntry
from tests.embedded.trees import Leaf, Tree
from tests.localnet.beginning import (
    ATTESTORS,
    AUTHORITY,
    COIN,
    DIVIDEND,
    DIVIDEND_ISSUER,
    DOLLAR,
    DUE,
    FRESH,
    HALF_PAID,
    OVER,
    POOL,
    SAVER,
    SHARE,
    UNPAID,
    VAULT_OF_NOBODY,
)
from tests.localnet.office import new_key, opened
from tests.localnet.test_redemption import Counter
from tests.localnet.test_snapshot import Market
from xstock_client import pda
from xstock_client.amounts import Cash, Multiplier, Raw
from xstock_client.claims import LeafProof
from xstock_client.clients import (
    DividendRun,
    Holder,
    IssuerDesk,
    Keeper,
    SnapshotAttestor,
    read_distribution,
    read_snapshot,
)
from xstock_client.clients.distributions import snapshots_of
from xstock_client.constants import DAY_S, LEAVES_PER_PAGE, RejectReason, Role
from xstock_client.distribution import DistributionPhase, Root
from xstock_client.errors import UsageError
from xstock_client.events import LeafShown, RootRejected, parse_events
from xstock_client.ledger import KeypairSigner, Receipt, RpcLedger
from xstock_client.merkle import BadNode, Entry, MerkleTree, decode_nodes
from xstock_client.rehearsal.stablecoin import MINT_SIZE, Stablecoin, mint_instructions
from xstock_client.snapshot import (
    RatesFile,
    RecordDateBalances,
    entitlement_tree,
    entitlements,
    snapshot_tree,
)

SOL = 10**9
NET, TAX = 425_000, 75_000
"""Of one share: half a dollar, less 15 percent."""


async def issue(ledger: RpcLedger, owner: KeypairSigner) -> Stablecoin:
    """What the dividends are paid in, under the address that the old ones name."""
    rent = await ledger.rent(MINT_SIZE)
    making = mint_instructions(payer=owner.pubkey, mint=COIN.pubkey(), authority=owner.pubkey, rent=rent)
    await ledger.send(making, owner, [KeypairSigner(COIN)])
    return Stablecoin(ledger, owner, COIN.pubkey())


async def test_dividends_over_rpc(localnet: str) -> None:
    async with RpcLedger(localnet) as ledger:
        owner = KeypairSigner(AUTHORITY)
        await ledger.airdrop(owner.pubkey, 50 * SOL)
        coin = await issue(ledger, owner)
        office = await opened(ledger, owner, DIVIDEND_ISSUER, coin)
        assert office.asset == DIVIDEND.state.asset
        manager = office.acting(Role.ATTESTOR_MANAGER)
        named = await manager.set_attestors(office.asset, [one.pubkey() for one in ATTESTORS], 2)
        assert named.in_force_at <= await ledger.now()
        counter = await Counter.of(office)
        await record_date(counter)
        await declared(office.desk, coin)
        await funded_and_claimed(office.desk, coin)
        await pushed(office.asset, ledger, coin)
        await over(office.desk, coin)


def voters(ledger: RpcLedger) -> list[SnapshotAttestor]:
    return [SnapshotAttestor(ledger, signer=KeypairSigner(one), payer=KeypairSigner(AUTHORITY)) for one in ATTESTORS]


async def record_date(counter: Counter) -> None:
    """Attestors find the balances of the slot in what the RPC tells of the time since, and agree on them."""
    ledger, asset, market = counter.ledger, counter.asset, Market(counter.office)
    keeper = Keeper(ledger, signer=counter.office.owner)
    expected = await market.balances()
    recorded = await keeper.record_snapshot(asset, DUE)
    assert (recorded.number, recorded.supply) == (0, Raw(300 * SHARE))
    with pytest.raises(UsageError, match="was taken"):
        await keeper.record_snapshot(asset, DUE)

    # what happens afterwards does not count
    of_owner, first = market.ata(counter.office.owner), counter.signers[0]
    await market.send([first], market.move(market.ata(first), first, of_owner, 7))
    await counter.holders[1].request(asset, Raw(3 * SHARE), min_price=Cash(DOLLAR))
    assert await market.balances() != expected
    balances = await market.roll_back(recorded.slot, recorded.supply.value)
    assert {one: amount.value for one, amount in balances} == expected
    tree = snapshot_tree(balances, recorded.address)

    await false_trees(counter, recorded.address, expected)
    one, other, third = voters(ledger)
    votes = [await voter.vote(tree) for voter in (one, other)]
    assert [(vote.agree, vote.agreed) for vote in votes] == [(1, False), (2, True)]
    with pytest.raises(UsageError, match="agreed on"):
        await third.vote(tree)
    await third.reject(recorded.address)
    with pytest.raises(UsageError, match="agreed"):
        await one.reject(recorded.address)  # there is nothing left to reject
    assert [(await voter.vote(tree)).agreed for voter in (third, one)] == [False, True]
    (taken,) = await snapshots_of(ledger, asset)
    assert (taken.address, taken.ballot.round, taken.ballot.root is not None) == (recorded.address, 3, True)


async def false_trees(counter: Counter, snapshot: Pubkey, held: dict[Pubkey, int]) -> None:
    """Two attestors agree on what is wrong, and a stranger proves it: owners out of order, sums that do not add up."""
    ledger, owners = counter.ledger, sorted(held, key=bytes)
    stranger = Keeper(ledger, signer=new_key(), payer=counter.office.owner)
    owners[2], owners[5] = owners[5], owners[2]
    twisted = Tree.in_order(snapshot, *(Leaf(owner, held[owner]) for owner in owners))
    await agree(ledger, twisted)
    lower, upper = (proof_of(twisted, index) for index in (2, 5))
    first, second = await stranger.challenge_order(lower, upper)
    assert [type(one) for one in parse_events(first.executed)] == [LeafShown]
    await thrown_out(ledger, snapshot, second, RejectReason.ORDER, 1)

    short = Tree.of(snapshot, {**held, owners[0]: held[owners[0]] - SHARE})
    lying = Tree(snapshot, short.leaves, short.size, lies={(2, 1): SHARE})
    await agree(ledger, lying)
    path = decode_nodes(lying.proof(1, start=2))
    node, left, right = (entry_of(lying.entry(*place)) for place in ((2, 1), (1, 2), (1, 3)))
    told = await stranger.challenge_sum(snapshot, BadNode(2, 1, node, left, right, path))
    await thrown_out(ledger, snapshot, told, RejectReason.SUM, 2)


async def agree(ledger: RpcLedger, tree: Tree) -> None:
    """What two attestors would not do who compute for themselves."""
    root = Root(entry_of(tree.root), tree.size, 0)
    votes = [await voter.vote_root(tree.account, root) for voter in voters(ledger)[:2]]
    assert [vote.agreed for vote in votes] == [False, True]


async def thrown_out(ledger: RpcLedger, snapshot: Pubkey, receipt: Receipt, reason: RejectReason, rounds: int) -> None:
    (told,) = parse_events(receipt.executed)
    assert isinstance(told, RootRejected) and told.reason == reason
    ballot = (await read_snapshot(ledger, snapshot)).ballot
    assert (ballot.round, ballot.root, ballot.votes) == (rounds, None, ())


def entry_of(one: BareEntry) -> Entry:
    return decode_nodes(bytes(one))[0]


def proof_of(tree: Tree, index: int) -> LeafProof:
    """As the SDK makes it of a tree, which it refuses to build out of order."""
    leaf, root = tree.leaves[index], entry_of(tree.root)
    nodes = decode_nodes(tree.proof(index))
    return LeafProof(tree.account, root, tree.size, index, leaf.owner, leaf.amount, leaf.withheld, nodes)


async def declared(desk: IssuerDesk, coin: Stablecoin) -> None:
    """One more distribution on the old snapshot, by a file of rates; its entitlements are not final for a day."""
    ledger, held, state = coin.ledger, DIVIDEND.held, DIVIDEND.state
    assert isinstance(ledger, RpcLedger)
    rows = held.leaves(0, held.leaf_count)
    balances = RecordDateBalances(
        asset=state.asset,
        mint=pda.mint(state.asset),
        slot=state.slot,
        total=Raw(state.supply),
        owners=b"".join(row.owner for row in rows),
        amounts=array("Q", (row.amount for row in rows)),
    )
    rates = RatesFile(1_500, {}, {POOL.pubkey(): 0})
    until = await ledger.now() + 200 * DAY_S
    tax = coin.account(AUTHORITY.pubkey())
    made = await desk.declare_distribution(
        DIVIDEND.snapshot, rates_hash=rates.hash, withholding_account=tax, claim_until=until
    )
    assert made.number == 3
    owed = entitlements(balances, Multiplier(state.multiplier), DIVIDEND.action.rate, rates)
    assert (owed.total_gross, owed.total_withheld) == (len(rows) * (NET + TAX), (len(rows) - 1) * TAX)
    tree = entitlement_tree(owed, made.address)
    votes = [await voter.vote(tree) for voter in voters(ledger)[:2]]
    assert [vote.agreed for vote in votes] == [False, True]
    with pytest.raises(UsageError, match="final"):
        await desk.fund_distribution(made.address)
    status = await read_distribution(ledger, made.address)
    assert (status.gross.value, status.tax.value) == (owed.total_gross, owed.total_withheld)


async def funded_and_claimed(desk: IssuerDesk, coin: Stablecoin) -> None:
    """The paying agent funds it, and an owner claims with a proof; the tax goes where the declaration says."""
    ledger, place = coin.ledger, FRESH.address
    saver = Holder(ledger, signer=KeypairSigner(SAVER), payer=KeypairSigner(AUTHORITY))
    proof = LeafProof.of(FRESH.tree, saver.authority)
    with pytest.raises(UsageError, match="fund"):
        await saver.claim(proof)
    await coin.give(place, Cash(0))  # opens the vault, as the declaration does
    await coin.give(desk.authority, Cash(10 * DOLLAR))
    await desk.fund_distribution(place)
    claimed = await saver.claim(proof)
    assert (claimed.gross, claimed.withheld, claimed.net) == (Cash(NET + TAX), Cash(TAX), Cash(NET))
    assert await coin.balance(saver.authority) == Cash(NET)
    with pytest.raises(UsageError, match="paid before"):
        await saver.claim(proof)
    before = await coin.balance(desk.authority)
    await Keeper(ledger, signer=KeypairSigner(AUTHORITY)).remit_withheld(place)
    assert await coin.balance(desk.authority) - before == Cash(TAX)
    status = await read_distribution(ledger, place)
    assert (status.phase, status.claims, status.remitted) == (DistributionPhase.OPEN, 1, Cash(TAX))


async def pushed(asset: Pubkey, ledger: RpcLedger, coin: Stablecoin) -> None:
    """A run that goes on where another one ended: in the first page a few are left, and the second was not opened."""
    place, tree = HALF_PAID.address, HALF_PAID.tree
    assert HALF_PAID.pages.keys() == {0} and tree.leaf_count > LEAVES_PER_PAGE
    await coin.give(place, HALF_PAID.in_vault)
    payer, pool = KeypairSigner(AUTHORITY), Holder(ledger, signer=KeypairSigner(POOL), payer=KeypairSigner(AUTHORITY))
    recipient = new_key().pubkey
    await pool.register_recipient(asset, recipient)
    ready = [owner for owner in UNPAID if owner not in (pool.authority, VAULT_OF_NOBODY)][:12]
    for owner in ready:
        await coin.give(owner, Cash(0))

    run = DividendRun(ledger, payer=payer, tree=tree)
    table = await run.open_table()
    plan = await run.plan()
    count = len(UNPAID) - 1
    assert (plan.payable, plan.pages, plan.net) == (count, 1, Cash(count * NET))
    assert [one.owner for one in plan.unpayable] == [VAULT_OF_NOBODY]
    seen: list[tuple[int, int]] = []
    report = await run.push(on_progress=lambda done, total: seen.append((done, total)))
    assert report.stopped is None and seen[-1] == (len(UNPAID), len(UNPAID))
    assert (report.before, report.paid, report.pages) == (tree.leaf_count - len(UNPAID), count, 1)
    assert (report.net, report.withheld) == (Cash(count * NET), Cash(count * TAX))
    assert (report.transactions, report.accounts) == (plan.transactions, plan.accounts)
    ((nobody, why),) = [(one.owner, one.reason) for one in report.unpaid]
    assert nobody == VAULT_OF_NOBODY and "registered no recipient" in why

    paid = {owner: await coin.balance(owner) for owner in (*UNPAID, recipient)}
    nothing = {pool.authority, VAULT_OF_NOBODY}
    assert all(amount >= Cash(NET) for owner, amount in paid.items() if owner not in nothing)
    assert [paid[owner] for owner in nothing] == [Cash(0)] * 2
    status = await read_distribution(ledger, place)
    assert (status.claims, status.remaining) == (tree.leaf_count - 1, Cash(NET + TAX))
    assert await coin.balance(place) == Cash(NET + tree.leaf_count * TAX)
    await versions(ledger, tree, table.address)

    again = await run.push()
    assert (again.paid, again.transactions, len(again.unpaid)) == (0, 0, 1)


async def versions(ledger: RpcLedger, tree: MerkleTree, table: Pubkey) -> None:
    """Claims went out as transactions of version 0 over the table."""
    last = (await ledger.signatures_for(pda.claim_page(Pubkey(tree.account), 0), limit=1))[0].signature
    how = {"encoding": "json", "commitment": "confirmed", "maxSupportedTransactionVersion": 0}
    found = await ledger.ask("getTransaction", str(last), how)
    (lookup,) = found["transaction"]["message"]["addressTableLookups"]
    assert found["version"] == 0 and lookup["accountKey"] == str(table)
    loaded = found["meta"]["loadedAddresses"]
    assert {str(pda.claim_page(Pubkey(tree.account), 0)), str(Pubkey(tree.account))} <= set(loaded["writable"])


async def over(desk: IssuerDesk, coin: Stablecoin) -> None:
    """Claims that ended days ago: what nobody claimed goes back to the authority, the page's rent to its payer."""
    place, ledger = OVER.address, coin.ledger
    await coin.give(place, OVER.in_vault)
    run = DividendRun(ledger, payer=KeypairSigner(AUTHORITY), tree=OVER.tree)
    with pytest.raises(UsageError, match="closed"):
        await run.push()
    before = await coin.balance(desk.authority)
    await desk.reclaim_distribution(place)
    assert await coin.balance(desk.authority) - before == Cash(NET + TAX)
    keeper = Keeper(ledger, signer=new_key(), payer=KeypairSigner(AUTHORITY))
    await keeper.close_claim_page(place, 0)
    await keeper.remit_withheld(place)
    assert await coin.balance(place) == Cash(0)
    status = await read_distribution(ledger, place)
    assert (status.phase, status.reclaimed, status.remaining) == (DistributionPhase.CLOSED, Cash(NET + TAX), Cash(0))
