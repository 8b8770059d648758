"""Redemptions on a real runtime: payments of both token programs, batches over a lookup table, wallets that watch.

No deadline here passes: none is shorter than a day, and a validator's clock cannot be turned. A request that is late
therefore begins with the cluster (tests/genesis.py), as does one whose holder is frozen. What else a missed deadline
does is tested on the embedded ledger, whose clock can be turned: tests/embedded/test_penalties.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import sha256

import pytest
from solders.pubkey import Pubkey

from tests.localnet.beginning import DOLLAR, FROZEN, LATE, REDEEMED_ISSUER, SHARE
from tests.localnet.coins import NewDollar
from tests.localnet.office import BOND, Office, new_key, opened, signed
from xstock_client import pda
from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import DECIMALS, Cash, Raw
from xstock_client.clients import Holder, Integrator, IssuerDesk, Keeper
from xstock_client.clients.batches import BatchOutcome
from xstock_client.clients.token import TokenAccount, approve, create_token_account, transfer_checked
from xstock_client.constants import DAY_S, Payout, RequestState, Role
from xstock_client.errors import ProgramRefused, UsageError
from xstock_client.events import QuoteAgreed, RedemptionRejected, RedemptionSettled, parse_events
from xstock_client.ledger import Account, KeypairSigner, RpcLedger, deactivate_table
from xstock_client.redemption import OpenRequest, request_status
from xstock_client.rehearsal.stablecoin import Stablecoin

HOLDERS = 8
PRICE, LIMIT, QUOTE = Cash(200 * DOLLAR), Cash(150 * DOLLAR), Cash(190 * DOLLAR)
TERMS = sha256(b"by wire").digest()


@dataclass
class Counter:
    """Where holders meet the desk, whose paying agent has the money."""

    office: Office
    redeemer: IssuerDesk
    cashier: KeypairSigner
    signers: list[KeypairSigner]
    holders: list[Holder]

    @classmethod
    async def of(cls, office: Office) -> Counter:
        """With shares attested, and ten tokens for each holder; all fees are the owner's."""
        cashier, owner = new_key(), office.owner
        await office.coin.give(cashier.pubkey, Cash(1_000_000 * DOLLAR))
        await office.submit(signed(await office.report(1, 1_000), *office.keys[:2]))
        await office.mint(1, 300, approved=False)
        signers = [new_key() for _ in range(HOLDERS)]
        holders = [Holder(office.ledger, signer=one, payer=owner) for one in signers]
        mint = pda.mint(office.asset)
        given = []
        for holder in holders:
            given.append(create_token_account(owner.pubkey, holder.authority, mint))
            given.append(
                transfer_checked(
                    source=pda.token_account(owner.pubkey, mint),
                    mint=mint,
                    destination=pda.token_account(holder.authority, mint),
                    authority=owner.pubkey,
                    amount=Raw(10 * SHARE),
                    decimals=DECIMALS,
                )
            )
        await office.ledger.send(given, owner)
        return cls(office, office.acting(Role.REDEEMER), cashier, signers, holders)

    @property
    def ledger(self) -> RpcLedger:
        return self.office.ledger

    @property
    def asset(self) -> Pubkey:
        return self.office.asset

    @property
    def source(self) -> Pubkey:
        return self.office.coin.account(self.cashier.pubkey)

    async def open_purses(self) -> None:
        """Accounts of the stablecoin for all holders."""
        payer, payment = self.office.owner, await self.redeemer.payment_token(self.asset)
        opening = [payment.open_account(payer.pubkey, holder.authority) for holder in self.holders]
        await self.ledger.send(opening, payer)

    async def cash(self, owner: Pubkey) -> int:
        """Base units of the stablecoin that an owner has."""
        return await self.held(self.office.coin.account(owner))

    async def held(self, account: Pubkey) -> int:
        found = await self.ledger.account(account)
        return 0 if found is None else TokenAccount.decode(found).amount.value

    async def shows(self, watch: AsyncGenerator[Account | None, None], address: Pubkey, name: str | None) -> None:
        """Wait until a wallet's subscription shows the request in this state, or gone."""
        async with asyncio.timeout(30):
            async for account in watch:
                if account is None:
                    seen = None
                else:
                    request = OpenRequest.of(address, RedemptionRequest.decode(account.data))
                    seen = request_status(request, await self.ledger.now()).name
                if seen == name:
                    return
        pytest.fail("the subscription has ended")


async def test_redemptions_on_a_real_runtime(localnet: str, payer: KeypairSigner) -> None:
    async with RpcLedger(localnet) as ledger:
        coin = await Stablecoin.create(ledger, payer)
        counter = await Counter.of(await opened(ledger, payer, REDEEMED_ISSUER, coin))
        await a_batch(counter)
        await a_quote(counter)
        await a_delegate(counter)
        await outside_the_chain(counter)
        await deadlines(counter)
        await what_began_with_the_cluster(counter)


async def a_batch(counter: Counter) -> None:
    """Eight holders are paid by one instruction: more than a transaction without a lookup table can name."""
    ledger, asset, desk, first = counter.ledger, counter.asset, counter.redeemer, counter.holders[0]
    address = pda.redemption_request(asset, first.authority, 0)
    await counter.open_purses()
    async with aclosing(ledger.subscribe_account(address)) as watch:
        await counter.shows(watch, address, None)
        amounts = [Raw((number + 1) * SHARE // 2) for number in range(HOLDERS)]
        asking = [
            holder.request(asset, amount, min_price=LIMIT)
            for holder, amount in zip(counter.holders, amounts, strict=True)
        ]
        await asyncio.gather(*asking)
        await counter.shows(watch, address, "requested")
        accepting = [desk.accept_instructions(asset, holder.authority, 0) for holder in counter.holders]
        redeemer = counter.office.officers[Role.REDEEMER]
        await ledger.send([one for built in accepting for one in built], counter.office.owner, [redeemer])
        await counter.shows(watch, address, "accepted")

        source, agent = counter.source, counter.cashier
        requests = [one for one in await desk.queue(asset, RequestState.ACCEPTED) if one.address != LATE.address]
        plan = await desk.plan_batch(asset, requests, PRICE, source=source, agent=agent.pubkey)
        assert len(plan.transactions) > 1
        table = await desk.open_settlement_table(asset, source=source)
        lines = await desk.settle_batch(asset, requests, PRICE, source=source, agent=agent, table=table)
        assert [(one.outcome, one.why) for one in lines] == [(BatchOutcome.SETTLED, "")] * HOLDERS
        await counter.shows(watch, address, None)
    receipts = {one.receipt.signature: one.receipt for one in lines if one.receipt is not None}
    (receipt,) = receipts.values()
    settled = [one for one in parse_events(receipt.executed) if isinstance(one, RedemptionSettled)]
    assert sorted(one.amount for one in settled) == [amount.value for amount in amounts]
    assert settled[-1].supply == settled[0].supply_before - sum(amount.value for amount in amounts)
    for line in lines:
        gross = line.request.amount.value * PRICE.value // SHARE
        assert line.payment.value == gross - gross * 25 // 10_000 == await counter.cash(line.request.holder)
    ended = await first.status(asset, 0)
    assert (ended.name, ended.request.amount) == ("settled", amounts[0])
    # Sent again, nothing is paid twice.
    again = await desk.settle_batch(asset, requests, PRICE, source=source, agent=agent, table=table)
    assert [one.outcome for one in again] == [BatchOutcome.GONE] * HOLDERS
    await deactivate_table(ledger, counter.office.owner, table.address)


async def a_quote(counter: Counter) -> None:
    """At market the desk names a price, and nothing settles before the holder has agreed to it."""
    asset, desk, holder = counter.asset, counter.redeemer, counter.holders[0]
    asked = await holder.quote(asset, Raw(4 * SHARE), price=PRICE)
    assert (asked.penalty, asked.armed_at_once, asked.refused) == (Cash(4 * DOLLAR), True, False)
    made = await holder.request(asset, Raw(4 * SHARE))
    async with aclosing(counter.ledger.subscribe_account(made.address)) as watch:
        await counter.shows(watch, made.address, "requested")
        await desk.accept(asset, holder.authority, made.id, price=QUOTE)
        await counter.shows(watch, made.address, "quoted")
        with pytest.raises(ProgramRefused, match="QuoteOpen"):
            await settle(counter, holder.authority, made.id, 4)
        with pytest.raises(ProgramRefused, match="OtherQuote") as other:
            await holder.agree(asset, made.id, PRICE)
        assert (other.value.figures["given"], other.value.figures["quoted"]) == (PRICE.value, QUOTE.value)
        told = parse_events((await holder.agree(asset, made.id, QUOTE)).executed)
        assert [type(one) for one in told] == [QuoteAgreed]
        await counter.shows(watch, made.address, "accepted")
        with pytest.raises(ProgramRefused, match="AcceptedUntilDeadline"):
            await holder.cancel(asset, made.id)
        before = await counter.cash(holder.authority)
        await settle(counter, holder.authority, made.id, 4)
        await counter.shows(watch, made.address, None)
    assert await counter.cash(holder.authority) - before == 798 * DOLLAR  # 4 * 200, less 25 basis points


async def settle(counter: Counter, holder: Pubkey, number: int, shares: int) -> None:
    await counter.redeemer.settle(
        counter.asset,
        holder,
        number,
        amount=Raw(shares * SHARE),
        price=PRICE,
        source=counter.source,
        agent=counter.cashier,
    )


async def a_delegate(counter: Counter) -> None:
    """A broker asks for its client, at a minimum price; the client, and nobody else, takes it back."""
    ledger, asset, owner = counter.ledger, counter.asset, counter.holders[1]
    broker = Holder(ledger, signer=new_key(), payer=counter.office.owner)
    mint, key = pda.mint(asset), owner.authority
    account = pda.token_account(key, mint)
    amount = Raw(2 * SHARE)
    lent = approve(account=account, mint=mint, delegate=broker.authority, owner=key, amount=amount, decimals=DECIMALS)
    await ledger.send([lent], counter.office.owner, [counter.signers[1]])
    with pytest.raises(UsageError, match="a delegate names a minimum price"):
        await broker.request(asset, amount, owner=key)
    before = await counter.held(account)
    made = await broker.request(asset, amount, owner=key, min_price=LIMIT)
    (request,) = await owner.requests(asset)
    assert (request.id, request.holder, request.source) == (made.id, key, account)
    assert await counter.held(account) == before - amount.value
    await owner.cancel(asset, made.id)
    assert await counter.held(account) == before


async def outside_the_chain(counter: Counter) -> None:
    """By wire: the desk says that it paid, and the tokens burn when the holder confirms."""
    asset, desk, holder = counter.asset, counter.redeemer, counter.holders[2]
    made = await holder.request(asset, Raw(3 * SHARE), payout=Payout.OFF_CHAIN, payout_terms_hash=TERMS)
    (waiting,) = await holder.requests(asset)
    assert waiting.arbiter == counter.office.officers[Role.ARBITER].pubkey
    await desk.accept(asset, holder.authority, made.id)
    async with aclosing(counter.ledger.subscribe_account(made.address)) as watch:
        await counter.shows(watch, made.address, "accepted")
        await desk.mark_paid(asset, holder.authority, made.id, evidence_hash=sha256(b"MT103").digest())
        await counter.shows(watch, made.address, "paid")
        stranger = Keeper(counter.ledger, signer=counter.office.owner)
        with pytest.raises(ProgramRefused, match="StillDisputable"):
            await stranger.conclude(asset, holder.authority, made.id)
        supply = (await Integrator(counter.ledger).token(asset)).supply
        await holder.confirm(asset, made.id)
        await counter.shows(watch, made.address, None)
    assert supply - (await Integrator(counter.ledger).token(asset)).supply == Raw(3 * SHARE)


async def deadlines(counter: Counter) -> None:
    """Before it has passed, a deadline lets nobody call anything in."""
    asset, desk, owner = counter.asset, counter.redeemer, counter.office.owner
    holder, keeper = Holder(counter.ledger, signer=owner), Keeper(counter.ledger, signer=owner)
    made = await holder.request(asset, Raw(LATE.request.amount), min_price=LIMIT)
    with pytest.raises(ProgramRefused, match="DeadlineNotPassed") as early:
        await keeper.default(asset, owner.pubkey, made.id)
    (request,) = await holder.requests(asset)
    assert early.value.figures["deadline"] == request.accept_by > request.requested_at + DAY_S
    await desk.accept(asset, owner.pubkey, made.id)
    with pytest.raises(ProgramRefused, match="DeadlineNotPassed") as early:
        await keeper.default(asset, owner.pubkey, made.id)
    assert early.value.figures["deadline"] == request.settle_by > request.accept_by
    # Twins of those that began with the cluster: the two of :func:`deadlines` stay open.
    await holder.request(asset, Raw(FROZEN.request.amount), min_price=LIMIT)


async def what_began_with_the_cluster(counter: Counter) -> None:
    """Anybody calls in the late request, and the desk sends the frozen holder's tokens back."""
    asset, late, frozen = counter.asset, LATE.request, FROZEN.request
    keeper = Keeper(counter.ledger, signer=new_key(), payer=counter.office.owner)
    (called,) = await keeper.default_late(asset)
    assert called.error is None and called.defaulted is not None and called.request.address == LATE.address
    assert (called.defaulted.penalty, called.defaulted.destination) == (Cash(30 * DOLLAR), late.source)
    assert await counter.cash(late.holder) == 30 * DOLLAR and await counter.held(late.source) == late.amount
    bond = await Integrator(counter.ledger).bond(asset)
    assert (bond.amount, bond.reserved, bond.vault_balance) == (Cash(BOND - 30 * DOLLAR), Cash(0), bond.amount)
    assert await keeper.default_late(asset) == []

    told = parse_events((await counter.redeemer.reject(asset, frozen.holder, frozen.id)).executed)
    assert [(type(one), one.destination) for one in told if isinstance(one, RedemptionRejected)] == [
        (RedemptionRejected, frozen.source)
    ]
    account = await counter.ledger.account(frozen.source)
    assert account is not None
    token = TokenAccount.decode(account)
    assert (token.amount, token.frozen) == (Raw(frozen.amount), True)


async def test_payments_in_a_stablecoin_of_token_2022(localnet: str, payer: KeypairSigner) -> None:
    async with RpcLedger(localnet) as ledger:
        coin = await NewDollar.create(ledger, payer)
        counter = await Counter.of(await opened(ledger, payer, 6006, coin))
        asset, holder, desk = counter.asset, counter.holders[0], counter.office.desk
        made = await holder.request(asset, Raw(10 * SHARE), min_price=LIMIT)
        await counter.redeemer.accept(asset, holder.authority, made.id)
        await settle(counter, holder.authority, made.id, 10)
        assert await counter.cash(holder.authority) == 1_995 * DOLLAR
        bond = await Integrator(ledger).bond(asset)
        assert (bond.amount, bond.vault_balance, len(bond.risks) > 1) == (Cash(BOND), Cash(BOND), True)

        # After the first mint a withdrawal waits in public, and a pauser stops it.
        await desk.queue_bond_withdrawal(asset, Cash(100 * DOLLAR), coin.account(payer.pubkey))
        with pytest.raises(ProgramRefused, match="ChangeNotReady"):
            await desk.withdraw_bond(asset)
        await counter.office.acting(Role.PAUSER).cancel_bond_withdrawal(asset)
        assert (await Integrator(ledger).bond(asset)).exit is None
