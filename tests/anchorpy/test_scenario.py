"""One day against solana-test-validator, with anchorpy alone: every instruction sent, every account fetched,
every event parsed; then our own clients on anchorpy's Provider and Wallet.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from functools import partial

import anchorpy
import pytest
from anchorpy.error import ProgramError
from anchorpy.provider import DEFAULT_OPTIONS, AsyncClient
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer

import xstock_client.anchorpy
from tests.anchorpy.beginning import SHARE, WALLET
from tests.anchorpy.desk import Desk, RemoteWallet, Stock
from tests.anchorpy.scene_actions import (
    announcements,
    dividend_coin,
    name_attestors,
    new_identifiers,
    other_attestors,
)
from tests.anchorpy.scene_bond import bond
from tests.anchorpy.scene_dividend import claims_over, payday, push_the_rest, record_date
from tests.anchorpy.scene_market import give_up_tickets, mint, minting
from tests.anchorpy.scene_office import policy, second_thoughts, set_up, stolen_admin
from tests.anchorpy.scene_redemption import LIMIT, asking, redeem
from tests.anchorpy.scene_reserve import Attesters, attest, first_reports
from xstock_client import events, pda
from xstock_client import idl as shipped
from xstock_client import instructions as builders
from xstock_client.amounts import Cash, Raw
from xstock_client.anchorpy import AnchorpyLedger, events_in, from_wallet, typed_errors
from xstock_client.clients.batches import BatchOutcome
from xstock_client.clients.holder import Holder
from xstock_client.clients.integrator import Integrator
from xstock_client.clients.issuer_desk import IssuerDesk
from xstock_client.constants import PROGRAM_ID, Halt, RequestState, Role
from xstock_client.errors import LedgerError, ProgramRefused, TransactionFailed, UsageError
from xstock_client.ledger import KeypairSigner, LookupTable, Memcmp, require_genesis
from xstock_client.rehearsal.stablecoin import Stablecoin

pytestmark = pytest.mark.localnet

SOL = 10**9


@pytest.fixture
async def desk(localnet: str) -> AsyncIterator[Desk]:
    wallet = anchorpy.Wallet(WALLET)
    options = DEFAULT_OPTIONS._replace(preflight_commitment="confirmed")
    async with anchorpy.Provider(AsyncClient(localnet, "confirmed"), wallet, options) as provider:
        answer = await provider.connection.request_airdrop(wallet.public_key, 100 * SOL)
        # anchorpy waits half a second between two looks
        provider.connection.confirm_transaction = partial(provider.connection.confirm_transaction, sleep_seconds=0.1)
        await provider.connection.confirm_transaction(answer.value)
        yield Desk(provider, xstock_client.anchorpy.program(provider), AnchorpyLedger(provider, poll=0.2))


async def test_a_day_with_anchorpy(desk: Desk) -> None:
    genesis = await desk.ledger.genesis_hash()
    await require_genesis(desk.ledger, genesis)
    stock = await set_up(desk, genesis)
    attesters = await first_reports(desk, stock)
    await policy(desk, stock)
    coin = await bond(desk, stock)
    await name_attestors(desk, stock)
    await mint(desk, stock)
    await stolen_admin(desk, stock)
    await second_thoughts(desk, stock)
    await redeem(desk, stock, coin)
    await guard(desk, stock, attesters)
    await corporate_actions(desk, stock)
    await refusals(desk, stock, coin)
    await give_up_tickets(desk, stock)
    assert desk.sent == {one["name"] for one in shipped.load()["instructions"]}
    assert {type(one) for one in desk.seen} == set(events.EVENTS.values())
    assert desk.fetched == {one["name"] for one in shipped.load()["accounts"]}
    await our_own_clients(desk, stock)
    await over_a_lookup_table(desk, stock, coin)
    await push_the_rest(desk)


async def corporate_actions(desk: Desk, stock: Stock) -> None:
    coin = await dividend_coin(desk)
    await other_attestors(desk, stock)
    await announcements(desk, stock)
    await record_date(desk, stock)
    await payday(desk, stock, coin)
    await claims_over(desk, stock, coin)
    await new_identifiers(desk, stock)


async def guard(desk: Desk, stock: Stock, attesters: Attesters) -> None:
    me, asset, reserve = desk.me, stock.asset, stock.reserve
    both = int(Halt.MINT | Halt.CHANGES)
    pauser, unpauser = (pda.role(stock.issuer, role, me) for role in (Role.PAUSER, Role.UNPAUSER))
    await desk.call("halt", events.HaltsChanged, both, pauser=me, grant=pauser, asset=asset)
    assert (await desk.fetch("Asset", asset)).halts == both
    resumed = await desk.call(
        "resume", events.HaltsChanged, both, unpauser=me, grant=unpauser, asset=asset, reserve=reserve
    )
    assert (resumed.halts, resumed.obligation, resumed.reserve) == (0, 450 * SHARE, 1_000 * SHARE)

    await desk.register(stock, 1, [Keypair().pubkey()], 1)
    manager = {"manager": me, "grant": pda.role(stock.issuer, Role.ATTESTOR_MANAGER, me)}
    await desk.call("retire_custodian", events.CustodianRetired, 1, **manager, **stock.judged)

    assert (await attest(desk, stock, attesters, 2, SHARE)).latched == 1
    checked = await desk.call("check_solvency", events.SolvencyChecked, **stock.judged)
    assert (checked.latched, checked.last_reserve, checked.foreign) == (1, SHARE, 90 * SHARE)
    await attest(desk, stock, attesters, 3, 1_000 * SHARE)
    await desk.call("reopen", events.AssetReopened, unpauser=me, grant=unpauser, **stock.judged)
    assert (await desk.fetch("Asset", asset)).latched == 0


async def refusals(desk: Desk, stock: Stock, coin: Stablecoin) -> None:
    asset = stock.asset
    before = await desk.ledger.account(asset)
    with pytest.raises(ProgramError) as theirs:
        await minting(desk, stock, 5, SHARE).rpc()
    ours = xstock_client.anchorpy.explain(theirs.value)
    assert isinstance(ours, ProgramRefused) and (ours.name, ours.code) == ("TicketUsed", theirs.value.code)

    # A mint above the reserve shows the figures that the program logged.
    with pytest.raises(ProgramRefused) as refused, typed_errors():
        await minting(desk, stock, 7, 1_500 * SHARE, approved=True).rpc()
    assert refused.value.name == "ReserveShort" and refused.value.figures["reserve"] == 1_000 * SHARE
    assert isinstance(refused.value.__cause__, ProgramError)
    with pytest.raises(ProgramRefused, match="ReserveShort"), typed_errors():
        await minting(desk, stock, 7, 1_500 * SHARE, approved=True).simulate()

    # Refused by the framework, by Token-2022, by the runtime: anchorpy has no type for the last two.
    wrong = desk.builder("open_ticket_page", 1, payer=desk.me, asset=asset, tickets=pda.ticket_page(asset, 2))
    with pytest.raises(ProgramRefused, match="InvalidSeeds"), typed_errors():
        await wrong.rpc()
    request = asking(desk, stock, coin, 6, 10_000 * SHARE)
    with pytest.raises(TransactionFailed, match="Token-2022 refused: the account holds fewer tokens"), typed_errors():
        await request.rpc()
    # Its first instruction emitted an event before the second failed: nothing happened, so nothing is told.
    page = pda.ticket_page(asset, 7)
    opening = builders.open_ticket_page(payer=desk.me, asset=asset, tickets=page, page=7)
    unchecked = DEFAULT_OPTIONS._replace(preflight_commitment="confirmed", skip_preflight=True)
    signature = await minting(desk, stock, 5, SHARE).pre_instructions([opening]).rpc(unchecked)
    assert await xstock_client.anchorpy.events(desk.provider, signature) == ()
    failed = await desk.ledger.transaction(signature)
    assert failed is not None and failed.error is not None and failed.error.instruction_index == 1
    assert any(one.data.startswith(events.EVENT_TAG) for one in failed.instructions)

    assert await desk.ledger.account(asset) == before and await desk.ledger.account(page) is None


async def our_own_clients(desk: Desk, stock: Stock) -> None:
    ledger, wallet, me, asset = desk.ledger, desk.provider.wallet, desk.me, stock.asset
    own = IssuerDesk(ledger, issuer=stock.issuer, signer=wallet)
    outcome = await own.mint(asset, 4_096, Raw(10 * SHARE), me, approver=KeypairSigner(desk.approver))
    assert outcome.status == "minted" and outcome.receipt is not None
    again = await ledger.transaction(outcome.receipt.signature)
    assert again == outcome.receipt.executed
    kinds = [type(one) for one in events.parse_events(again)]
    assert kinds == [events.TicketPageOpened, events.SharesMinted]
    raw = await desk.provider.connection.get_transaction(
        outcome.receipt.signature, encoding="base64", max_supported_transaction_version=0
    )
    assert events_in(raw) == events_in(raw.value) == events.parse_events(again)
    assert events_in(raw, program_id=Pubkey(bytes([9] * 32))) == ()
    parsed = await desk.provider.connection.get_transaction(outcome.receipt.signature)
    with pytest.raises(UsageError, match='encoding="base64"'):
        events_in(parsed)
    with pytest.raises(ProgramRefused, match="TicketUsed"):
        await own.mint(asset, 4_096, Raw(SHARE), me, approver=KeypairSigner(desk.approver))

    assert [address for address, _ in await Integrator(ledger).assets(stock.issuer)] == [asset]
    assert Holder(ledger, signer=wallet).authority == me
    await every_read(desk, asset, outcome.receipt.signature)


async def over_a_lookup_table(desk: Desk, stock: Stock, coin: Stablecoin) -> None:
    """Two redemptions by our own clients, settled in one transaction of version 0."""
    ledger, wallet, asset = desk.ledger, desk.provider.wallet, stock.asset
    own = IssuerDesk(ledger, issuer=stock.issuer, signer=wallet)
    holder = Holder(ledger, signer=KeypairSigner(Keypair()), payer=wallet)
    await own.mint(asset, 4_097, Raw(10 * SHARE), holder.authority, approver=KeypairSigner(desk.approver))
    for shares in (4, 6):
        asked = await holder.request(asset, Raw(shares * SHARE), min_price=Cash(LIMIT))
        await own.accept(asset, holder.authority, asked.id)
    table = await own.open_settlement_table(asset)
    requests = await own.queue(asset, RequestState.ACCEPTED)
    lines = await own.settle_batch(
        asset, [one for one in requests if one.holder == holder.authority], Cash(LIMIT * 2), table=table
    )
    receipts = {one.receipt.signature for one in lines if one.receipt is not None}
    assert [one.outcome for one in lines] == [BatchOutcome.SETTLED] * 2 and len(receipts) == 1
    assert await coin.balance(holder.authority) == lines[0].payment + lines[1].payment
    told = await xstock_client.anchorpy.events(desk.provider, receipts.pop())
    assert [type(one) for one in told] == [events.RedemptionSettled] * 2

    nowhere = LookupTable(Keypair().pubkey(), table.addresses)
    check = own.check_solvency_instructions(asset)
    with pytest.raises(LedgerError, match="address table account that doesn't exist"):
        await ledger.send(check, from_wallet(wallet), tables=[nowhere])
    assert (await ledger.simulate(check, desk.me, tables=[table])).error is None


async def every_read(desk: Desk, asset: Pubkey, signature: Signature) -> None:
    ledger, me = desk.ledger, desk.me
    assert abs(await ledger.now() - time.time()) < 600 and await ledger.slot() > 0
    assert await ledger.balance(me) > 90 * SOL and await ledger.balance(Keypair().pubkey()) == 0
    state = await ledger.account(asset)
    assert state is not None and state.owner == PROGRAM_ID
    assert await ledger.account(Keypair().pubkey()) is None
    assert await ledger.accounts([asset, Keypair().pubkey()] * 51) == [state, None] * 51
    tag = Memcmp(0, state.data[:8])
    assert await ledger.program_accounts(PROGRAM_ID, size=len(state.data), matching=[tag]) == [(asset, state)]
    assert await ledger.rent(165) == 2_039_280
    assert signature in [one.signature for one in await ledger.signatures_for(asset)]
    assert await ledger.transaction(Signature(bytes([1] * 64))) is None
    with pytest.raises(LedgerError, match=r"knows no confirmed transaction .* after 0 s"):
        await xstock_client.anchorpy.events(desk.provider, Signature(bytes([1] * 64)), wait=0)

    receiver = Keypair().pubkey()
    payment = transfer(TransferParams(from_pubkey=me, to_pubkey=receiver, lamports=SOL))
    would = await ledger.simulate([payment], me, accounts=[receiver])
    assert would.error is None and would.accounts[0] is not None and would.accounts[0].lamports == SOL
    states = ledger.subscribe_account(receiver)
    async with asyncio.timeout(60), aclosing(states):
        assert await anext(states) is None
        receipt = await ledger.send([payment], from_wallet(RemoteWallet(desk.provider.wallet.payer)))
        arrived = await anext(states)
    assert arrived is not None and arrived.lamports == SOL
    # Not a call of our program: no event, and none is made up.
    assert await xstock_client.anchorpy.events(desk.provider, receipt.signature) == ()
    page = builders.open_ticket_page(payer=me, asset=asset, tickets=receiver, page=9)
    with pytest.raises(ProgramRefused, match="InvalidSeeds"):
        await ledger.send([page], from_wallet(desk.provider.wallet))
