"""A cash dividend: its record date, wrong roots and how they end; and old ones that are funded, paid and over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from tests.anchorpy.beginning import (
    ATTESTORS,
    BOB,
    CLOSED,
    DIVIDEND,
    DUE,
    FRESH,
    FROZEN,
    LATE,
    OLD,
    POOL,
    SHARE,
    WALLET,
)
from tests.anchorpy.desk import Desk, Stock
from tests.anchorpy.scene_bond import DOLLAR
from tests.embedded.trees import Leaf, Tree
from xstock_client import events, pda
from xstock_client.amounts import Cash
from xstock_client.anchorpy import claim_accounts
from xstock_client.clients import DividendRun, actions_of, distributions_of, read_distribution
from xstock_client.clients.token import create_token_account
from xstock_client.constants import ASSOCIATED_TOKEN, DAY_S, TOKEN, RejectReason, Role
from xstock_client.corporate import ActionPhase
from xstock_client.ledger import from_wallet
from xstock_client.merkle import encode_nodes
from xstock_client.rehearsal.stablecoin import Stablecoin


@dataclass(frozen=True)
class Ballot:
    """A tree that is voted on: a snapshot's, or a distribution's entitlements."""

    desk: Desk
    stock: Stock
    snapshot: Pubkey
    distribution: Pubkey | None = None

    @property
    def account(self) -> Pubkey:
        return self.distribution or self.snapshot

    @property
    def place(self) -> dict[str, Pubkey | None]:
        return {"asset": self.stock.asset, "snapshot": self.snapshot, "distribution": self.distribution}

    async def vote(self, tree: Tree, attestor: Keypair) -> Any:
        root = (tree.root.hash, tree.root.sum, tree.size, tree.withheld)
        built = self.desk.builder("vote_root", *root, attestor=attestor.pubkey(), **self.place)
        told = await self.desk.run(built.signers([attestor]), "vote_root", events.RootVoted)
        assert (told.ballot, told.attestor, told.needed) == (self.account, attestor.pubkey(), 2)
        assert (told.root.entry.hash, told.root.leaf_count) == (tree.root.hash, tree.size)
        return told

    async def agree(self, tree: Tree) -> None:
        votes = [await self.vote(tree, one) for one in ATTESTORS[:2]]
        assert [(one.agree, one.agreed) for one in votes] == [(1, 0), (2, 1)]

    async def show(self, tree: Tree, index: int, kind: type) -> Any:
        leaf = tree.leaves[index]
        proof = (index, leaf.owner, leaf.amount, leaf.withheld, tree.proof(index))
        return await self.desk.call("challenge_order", kind, *proof, challenger=self.desk.me, **self.place)

    def thrown_out(self, told: Any, round_: int, reason: RejectReason, by: Pubkey) -> None:
        assert (told.ballot, told.round, told.reason, told.by) == (self.account, round_, reason, by)


async def record_date(desk: Desk, stock: Stock) -> None:
    """The snapshot of a dividend whose record time has come; three roots are thrown out, and the fourth stands."""
    snapshot, action = pda.snapshot(stock.asset, 0), pda.corporate_action(stock.asset, DUE)
    place = {"payer": desk.me, "asset": stock.asset, "mint": stock.mint, "action": action, "snapshot": snapshot}
    told = await desk.call("record_snapshot", events.SnapshotRecorded, 0, **place)
    found = await desk.fetch("Snapshot", snapshot)
    assert (found.slot, found.supply, found.action) == (told.slot, told.supply, DUE)
    assert (await desk.fetch("CorporateAction", action)).snapshot == 0

    ballot = Ballot(desk, stock, snapshot)
    owners = {LATE.request.holder: 30 * SHARE, FROZEN.request.holder: 10 * SHARE}
    owners[desk.me] = told.supply - 40 * SHARE
    right = Tree.of(snapshot, owners)
    twisted = Tree.in_order(snapshot, *(Leaf(one, owners[one]) for one in sorted(owners, key=bytes, reverse=True)))
    await ballot.agree(twisted)
    assert (await ballot.show(twisted, 2, events.LeafShown)).index == 2
    ballot.thrown_out(await ballot.show(twisted, 0, events.RootRejected), 0, RejectReason.ORDER, desk.me)

    lying = Tree.of(snapshot, {**owners, desk.me: owners[desk.me] - SHARE})
    lying = Tree(snapshot, lying.leaves, lying.size, lies={(1, 0): SHARE})
    await ballot.agree(lying)
    children = [bytes(lying.entry(0, position)) for position in (0, 1)]
    shown = (1, 0, lying.entry(1, 0).sum, *children, lying.proof(0, start=1))
    told = await desk.call("challenge_sum", events.RootRejected, *shown, challenger=desk.me, **ballot.place)
    ballot.thrown_out(told, 1, RejectReason.SUM, desk.me)

    await ballot.agree(right)
    third = ATTESTORS[2]
    built = desk.builder("reject_root", attestor=third.pubkey(), **ballot.place).signers([third])
    told = await desk.run(built, "reject_root", events.RootRejected)
    ballot.thrown_out(told, 2, RejectReason.ATTESTOR, third.pubkey())
    await ballot.agree(right)
    found = (await desk.fetch("Snapshot", snapshot)).ballot
    assert (found.round, bytes(found.root.entry.hash), found.rejecters[0]) == (3, right.root.hash, third.pubkey())


async def declare(desk: Desk, stock: Stock, coin: Stablecoin) -> None:
    """A third distribution on the old snapshot; its entitlements are agreed on, and not final for a day."""
    snapshot, number = DIVIDEND.snapshot, DIVIDEND.state.distributions
    place = pda.distribution(snapshot, number)
    until = await desk.ledger.now() + 200 * DAY_S
    rates = sha256(b"the file of rates").digest()
    arguments = desk.program.type["DistributionArgs"](number=number, rules=0, rates_hash=rates, claim_until=until)
    own = {"payer": desk.me, "officer": desk.me, "issuer": stock.issuer, "asset": stock.asset, "snapshot": snapshot}
    built = desk.builder(
        "declare_distribution",
        arguments,
        **own,
        grant=pda.role(stock.issuer, Role.CORPORATE, desk.me),
        action=pda.corporate_action(stock.asset, OLD),
        distribution=place,
        payout_mint=coin.mint,
        vault=coin.account(place),
        withholding_account=coin.account(desk.me),
    ).pre_instructions([create_token_account(desk.me, place, coin.mint, TOKEN)])
    told = await desk.run(built, "declare_distribution", events.DistributionDeclared)
    assert (told.distribution, told.number, told.rate) == (place, number, DIVIDEND.action.rate)
    assert (told.claim_from, told.claim_until) == (told.at, until)
    found = await desk.fetch("Distribution", place)
    assert (bytes(found.rates_hash), found.vault, found.decimals) == (rates, coin.account(place), 6)
    await Ballot(desk, stock, snapshot, place).agree(Tree.of(place, {POOL.pubkey(): (DOLLAR, 150_000)}))
    assert (await desk.fetch("Distribution", place)).ballot.agreed_at != 0


async def payday(desk: Desk, stock: Stock, coin: Stablecoin) -> None:
    """Final entitlements: funded, opened and paid; what a pool gets goes to the recipient that it registered."""
    await coin.give(desk.me, Cash(100 * DOLLAR))
    await declare(desk, stock, coin)
    pool, bob = POOL.pubkey(), BOB.pubkey()
    place, record = FRESH.address, pda.recipient(stock.asset, pool)
    register = desk.builder(
        "register_recipient", bob, payer=desk.me, owner=pool, asset=stock.asset, record=record
    ).signers([POOL])
    named = await desk.run(register, "register_recipient", events.RecipientRegistered)
    assert (named.owner, named.recipient, named.old_recipient) == (pool, bob, Pubkey.default())
    assert (await desk.fetch("Recipient", record)).recipient == bob

    paying = {"distribution": place, "payout_mint": coin.mint, "vault": coin.account(place), "payment_program": TOKEN}
    opening = [create_token_account(desk.me, place, coin.mint, TOKEN)]
    fund = desk.builder("fund_distribution", 99 * DOLLAR, funder=desk.me, source=coin.account(desk.me), **paying)
    funded = await desk.run(fund.pre_instructions(opening), "fund_distribution", events.DistributionFunded)
    assert (funded.amount, funded.funded, funded.gross) == (35 * DOLLAR,) * 3  # no more than is missing

    claims = pda.claim_page(place, 0)
    page = (0, bytes(FRESH.tree.page_entry(0)), encode_nodes(FRESH.tree.page_proof(0)))
    built = desk.builder("open_claim_page", *page, payer=desk.me, distribution=place, claims=claims)
    purse = create_token_account(desk.me, bob, coin.mint, TOKEN)
    opened = await desk.run(built.pre_instructions([purse]), "open_claim_page", events.ClaimPageOpened)
    assert (opened.page, bytes(opened.entry.hash), opened.entry.sum) == (0, FRESH.tree.root.hash, 35 * DOLLAR)

    leaves = FRESH.tree.leaves(0, 2)
    assert [Pubkey(leaf.owner) for leaf in leaves] == [bob, pool]
    to = [(bob, None), (bob, record)]
    built = desk.builder(
        "claim_dividends",
        0,
        [amount for leaf in leaves for amount in (leaf.amount, leaf.withheld)],
        bytes(bumps(coin, (payee for payee, _ in to))),
        encode_nodes(FRESH.tree.range_proof(0, 2)),
        claimer=desk.me,
        claims=claims,
        **paying,
    ).remaining_accounts(claim_accounts([(coin.account(payee), one) for payee, one in to]))
    last = await desk.run(built, "claim_dividends", *[events.DividendPaid] * 2)
    told = [one for one in desk.seen if isinstance(one, events.DividendPaid)]
    assert [(bytes(one.owner), one.gross, one.withheld) for one in told] == [
        (leaf.owner, leaf.amount, leaf.withheld) for leaf in leaves
    ]
    assert (last.index, last.paid_total, last.withheld_total) == (1, 21_250_000, 3_750_000)
    assert (await coin.balance(pool), await coin.balance(bob)) == (Cash(0), Cash(21_250_000))
    assert (await desk.fetch("ClaimPage", claims)).bitmap[0] == 0b11

    before = await coin.balance(desk.me)
    remit = {**paying, "withholding_account": coin.account(desk.me)}
    remitted = await desk.call("remit_withheld", events.WithheldRemitted, **remit)
    assert (remitted.amount, await coin.balance(desk.me) - before) == (3_750_000, Cash(3_750_000))
    found = await desk.fetch("Distribution", place)
    assert (found.paid, found.withheld, found.remitted, found.claims) == (21_250_000, 3_750_000, 3_750_000, 2)


def bumps(coin: Stablecoin, owners: Iterable[Pubkey]) -> list[int]:
    """Of the owners' associated accounts."""
    return [
        Pubkey.find_program_address([bytes(owner), bytes(TOKEN), bytes(coin.mint)], ASSOCIATED_TOKEN)[1]
        for owner in owners
    ]


async def push_the_rest(desk: Desk) -> None:
    """Who is left is paid by our own run, over a lookup table and into an account that it opens."""
    run = DividendRun(desk.ledger, payer=from_wallet(desk.provider.wallet), tree=FRESH.tree)
    await run.open_table()
    report = await run.push()
    assert (report.before, report.paid, report.accounts, report.net) == (2, 1, 1, Cash(8_500_000))
    assert (report.unpaid, report.stopped) == ((), None)
    status = await read_distribution(desk.ledger, FRESH.address)
    assert (status.claims, status.remaining, status.unremitted) == (3, Cash(0), Cash(1_500_000))
    assert [one.number for one in await distributions_of(desk.ledger, DIVIDEND.snapshot)] == [0, 1, 2]
    assert [one.phase for one in await actions_of(desk.ledger, status.asset)] == [ActionPhase.CANCELLED] * 2


async def claims_over(desk: Desk, stock: Stock, coin: Stablecoin) -> None:
    """Claims that ended days ago: the page's rent and what nobody claimed go back, and the tax stays."""
    place = CLOSED.address
    await coin.give(place, CLOSED.in_vault)
    page = {"distribution": place, "claims": pda.claim_page(place, 0), "rent_receiver": WALLET.pubkey()}
    assert (await desk.fetch("ClaimPage", page["claims"])).claimed == 10 * DOLLAR
    closed = await desk.call("close_claim_page", events.ClaimPageClosed, **page)
    assert (closed.page, closed.claimed, closed.rent_payer) == (0, 10 * DOLLAR, desk.me)
    assert await desk.ledger.account(page["claims"]) is None
    told = await desk.call(
        "reclaim_distribution",
        events.DistributionReclaimed,
        treasurer=desk.me,
        issuer=stock.issuer,
        asset=stock.asset,
        distribution=place,
        payout_mint=coin.mint,
        vault=coin.account(place),
        destination=coin.account(desk.me),
        payment_program=TOKEN,
    )
    assert (told.amount, told.funded, told.paid, told.withheld) == (5 * DOLLAR, 15 * DOLLAR, 8_500_000, 1_500_000)
    assert await coin.balance(place) == Cash(1_500_000)
