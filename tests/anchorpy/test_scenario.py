"""One day against solana-test-validator, with anchorpy alone: every instruction sent, every account fetched,
every event parsed; then our own clients on anchorpy's Provider and Wallet.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from hashlib import sha256
from typing import Any

import anchorpy
import pytest
from anchorpy.error import AccountDoesNotExistError, ProgramError
from anchorpy.provider import DEFAULT_OPTIONS, AsyncClient
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer

import xstock_client.anchorpy
from tests.anchorpy.desk import Desk, RemoteWallet, open_token_account
from xstock_client import events, message, pda
from xstock_client import idl as shipped
from xstock_client import instructions as builders
from xstock_client.amounts import Raw, Shares
from xstock_client.anchorpy import AnchorpyLedger, events_in, from_wallet, typed_errors
from xstock_client.clients.holder import Holder
from xstock_client.clients.integrator import Integrator
from xstock_client.clients.issuer_desk import IssuerDesk
from xstock_client.constants import PROGRAM_ID, Halt, Role
from xstock_client.errors import LedgerError, ProgramRefused, TransactionFailed, UsageError
from xstock_client.ledger import Memcmp, require_genesis

pytestmark = pytest.mark.localnet

SHARE = 10**8
SOL = 10**9
HOUR = 3_600
LEI = b"5493001KJTIIGC8Y1R12"
ISSUER_ID = 77


@pytest.fixture
async def desk(localnet: str) -> AsyncIterator[Desk]:
    wallet = anchorpy.Wallet(Keypair())
    options = DEFAULT_OPTIONS._replace(preflight_commitment="confirmed")
    async with anchorpy.Provider(AsyncClient(localnet, "confirmed"), wallet, options) as provider:
        answer = await provider.connection.request_airdrop(wallet.public_key, 100 * SOL)
        await provider.connection.confirm_transaction(answer.value, sleep_seconds=0.1)
        yield Desk(provider, xstock_client.anchorpy.program(provider), AnchorpyLedger(provider, poll=0.2))


async def test_a_day_with_anchorpy(desk: Desk) -> None:
    genesis = await desk.ledger.genesis_hash()
    await require_genesis(desk.ledger, genesis)
    issuer, asset = await set_up(desk, genesis)
    custodian = await first_report(desk, issuer, asset)
    await mint(desk, issuer, asset)
    await redeem(desk, issuer, asset)
    await guard(desk, issuer, asset, custodian)
    assert desk.sent == {one["name"] for one in shipped.load()["instructions"]}
    assert {type(one) for one in desk.seen} == set(events.EVENTS.values())
    assert desk.fetched == {one["name"] for one in shipped.load()["accounts"]}
    await refusals(desk, issuer, asset)
    await our_own_clients(desk, issuer, asset)


async def set_up(desk: Desk, genesis: bytes) -> tuple[Pubkey, Pubkey]:
    me, now = desk.me, await desk.ledger.now()
    issuer = pda.issuer(ISSUER_ID)
    name = b"Anchorpy Issuer".ljust(32, b"\0")
    created = await desk.call(
        "create_issuer", events.IssuerCreated, ISSUER_ID, name, genesis, payer=me, authority=me, issuer=issuer
    )
    assert (created.issuer, created.id, created.name, created.genesis_hash) == (issuer, ISSUER_ID, name, genesis)
    account = await desk.fetch("Issuer", issuer)
    assert (account.authority, bytes(account.name), bytes(account.genesis_hash)) == (me, name, genesis)

    # There and back, so that every later instruction is the wallet's.
    other = Keypair()
    handoff = (events.AuthorityProposed, events.AuthorityAccepted)
    await desk.call("propose_authority", handoff[0], other.pubkey(), authority=me, issuer=issuer)
    accept = desk.builder("accept_authority", new_authority=other.pubkey(), issuer=issuer).signers([other])
    await desk.run(accept, "accept_authority", handoff[1])
    back = desk.builder("propose_authority", me, authority=other.pubkey(), issuer=issuer).signers([other])
    await desk.run(back, "propose_authority", handoff[0])
    await desk.call("accept_authority", handoff[1], new_authority=me, issuer=issuer)

    grants = {"payer": me, "authority": me, "issuer": issuer}
    for role in Role:
        grant = pda.role(issuer, role, me)
        await desk.call(
            "grant_role", events.RoleGranted, int(role), now + 30 * 86_400, **grants, member=me, grant=grant
        )
    assert (await desk.fetch("RoleGrant", pda.role(issuer, Role.PAUSER, me))).role == Role.PAUSER
    for_once = pda.role(issuer, Role.PAUSER, other.pubkey())
    arguments = (int(Role.PAUSER), now + HOUR)
    await desk.call("grant_role", events.RoleGranted, *arguments, **grants, member=other.pubkey(), grant=for_once)
    await desk.call("revoke_role", events.RoleRevoked, authority=me, issuer=issuer, grant=for_once, rent_receiver=me)
    with pytest.raises(AccountDoesNotExistError):
        await desk.fetch("RoleGrant", for_once)

    asset = pda.asset(issuer, 0)
    listing = desk.program.type["ListAssetArgs"](
        number=0,
        isin=b"US0378331005",
        symbol=b"AAPLx".ljust(12, b"\0"),
        name="Apple xStock",
        uri="https://example.org/aaplx.json",
        terms_uri="https://example.org/terms.pdf",
        terms_hash=sha256(b"terms").digest(),
        max_age_s=120 * HOUR,
        change_delay_s=48 * HOUR,
        redemption_window_s=120 * HOUR,
        min_custodians=1,
        permissioned_burn=False,
    )
    markers = {
        "isin_marker": pda.isin_marker(issuer, "US0378331005"),
        "symbol_marker": pda.symbol_marker(issuer, "AAPLx"),
    }
    places = {"mint": pda.mint(asset), "escrow": pda.escrow(asset), "reserve": pda.reserve(asset)}
    await desk.call("list_asset", events.AssetListed, listing, **grants, asset=asset, **places, **markers)
    account = await desk.fetch("Asset", asset)
    assert (account.issuer, account.mint, account.escrow) == (issuer, places["mint"], places["escrow"])
    assert (bytes(account.isin), account.policy.max_age_s) == (b"US0378331005", 120 * HOUR)
    assert (await desk.fetch("IsinMarker", markers["isin_marker"])).asset == asset
    assert (await desk.fetch("SymbolMarker", markers["symbol_marker"])).asset == asset
    return issuer, asset


async def register(desk: Desk, issuer: Pubkey, asset: Pubkey, slot: int, attester: Pubkey) -> None:
    given = {"manager": desk.me, "grant": pda.role(issuer, Role.ATTESTOR_MANAGER, desk.me)}
    arguments = (slot, LEI[:-1] + b"%d" % slot, message.account_hash(f"account {slot}"), attester)
    registered = await desk.call(
        "register_custodian", events.CustodianRegistered, *arguments, **given, asset=asset, reserve=pda.reserve(asset)
    )
    assert (registered.slot, registered.attester) == (slot, attester)


async def attest(desk: Desk, asset: Pubkey, key: Keypair, sequence: int, settled: int) -> events.ReserveAttested:
    slot = (await desk.fetch("Reserve", pda.reserve(asset))).custodians[0]
    domain = bytes((await desk.fetch("Asset", asset)).domain)
    report = message.Attestation(
        slot=0,
        epoch=slot.epoch or slot.pending_epoch,
        domain=domain,
        sequence=sequence,
        as_of=await desk.ledger.now(),
        settled=Shares(settled),
        report_hash=sha256(b"statement %d" % sequence).digest(),
    ).to_bytes()
    signed = message.SignedAttestation(report, key.pubkey(), key.sign_message(report))
    given = {"asset": asset, "reserve": pda.reserve(asset), "mint": pda.mint(asset)}
    builder = desk.builder("attest", 0, 0, 1, **given).pre_instructions([message.ed25519_instruction([signed])])
    attested: events.ReserveAttested = await desk.run(builder, "attest", events.ReserveAttested)
    assert (attested.sequence, attested.settled, attested.attester) == (sequence, settled, key.pubkey())
    return attested


async def first_report(desk: Desk, issuer: Pubkey, asset: Pubkey) -> Keypair:
    custodian = Keypair()
    await register(desk, issuer, asset, 0, custodian.pubkey())
    assert (await attest(desk, asset, custodian, 1, 1_000 * SHARE)).reserve == 1_000 * SHARE
    slot = (await desk.fetch("Reserve", pda.reserve(asset))).custodians[0]
    assert (slot.settled, slot.attesters[0], slot.sequence) == (1_000 * SHARE, custodian.pubkey(), 1)
    return custodian


def minting(desk: Desk, issuer: Pubkey, asset: Pubkey, ticket: int, amount: int) -> Any:
    mint = pda.mint(asset)
    return desk.builder(
        "mint_shares",
        ticket,
        amount,
        minter=desk.me,
        grant=pda.role(issuer, Role.MINTER, desk.me),
        asset=asset,
        reserve=pda.reserve(asset),
        allowance=pda.allowance(asset, desk.me),
        tickets=pda.ticket_page(asset, 0),
        mint=mint,
        destination=pda.token_account(desk.me, mint),
    )


async def mint(desk: Desk, issuer: Pubkey, asset: Pubkey) -> None:
    me, allowance, page = desk.me, pda.allowance(asset, desk.me), pda.ticket_page(asset, 0)
    given = {"payer": me, "authority": me, "issuer": issuer, "asset": asset, "minter": me, "allowance": allowance}
    given["reserve"] = pda.reserve(asset)
    await desk.call("set_allowance", events.AllowanceSet, 2_000 * SHARE, 9_000 * SHARE, **given)
    await desk.call("open_ticket_page", events.TicketPageOpened, 0, payer=me, asset=asset, tickets=page)

    opening = [open_token_account(me, me, pda.mint(asset))]
    builder = minting(desk, issuer, asset, 5, 400 * SHARE).pre_instructions(opening)
    # anchorpy's own simulation goes through its log parser, which must not stumble over this program's logs.
    assert (await builder.simulate()).events == []
    minted = await desk.run(builder, "mint_shares", events.SharesMinted)
    assert (minted.ticket, minted.amount, minted.obligation) == (5, 400 * SHARE, 400 * SHARE)
    assert (await desk.fetch("TicketPage", page)).bitmap[0] == 1 << 5
    assert (await desk.fetch("MinterAllowance", allowance)).lifetime_used == 400 * SHARE
    balance = await desk.provider.connection.get_token_account_balance(pda.token_account(me, pda.mint(asset)))
    assert balance.value.amount == str(400 * SHARE)


async def redeem(desk: Desk, issuer: Pubkey, asset: Pubkey) -> None:
    me, mint = desk.me, pda.mint(asset)
    tokens, book = pda.token_account(me, mint), pda.holder_book(asset, me)
    await desk.call("open_holder_book", events.HolderBookOpened, payer=me, holder=me, asset=asset, book=book)
    both = {"asset": asset, "book": book, "mint": mint, "escrow": pda.escrow(asset)}
    terms = sha256(b"payout").digest()
    for number, amount in enumerate((100 * SHARE, 150 * SHARE)):
        place = pda.redemption_request(asset, me, number)
        arguments = (number, amount, terms)
        await desk.call(
            "request_redemption",
            events.RedemptionRequested,
            *arguments,
            payer=me,
            holder=me,
            request=place,
            source=tokens,
            **both,
        )
        request = await desk.fetch("RedemptionRequest", place)
        assert (request.amount, request.holder, bytes(request.payout_terms_hash)) == (amount, me, terms)
    assert (await desk.fetch("HolderBook", book)).open_requests == 2
    waiting = await desk.program.account["RedemptionRequest"].all()
    assert {one.account.id for one in waiting if one.account.asset == asset} == {0, 1}

    first, second = (pda.redemption_request(asset, me, number) for number in range(2))
    back = {"holder": me, "request": first, "rent_receiver": me, "destination": tokens, "memo_program": None}
    await desk.call("cancel_redemption", events.RedemptionCancelled, **back, **both)
    by_redeemer = {"redeemer": me, "grant": pda.role(issuer, Role.REDEEMER, me), "request": second}
    await desk.call("accept_redemption", events.RedemptionAccepted, **by_redeemer, asset=asset)
    accepted_at = (await desk.fetch("RedemptionRequest", second)).accepted_at
    settled = await desk.call(
        "settle_redemption",
        events.RedemptionSettled,
        150 * SHARE,
        accepted_at,
        **by_redeemer,
        rent_receiver=me,
        **both,
    )
    assert (settled.supply_before, settled.supply) == (400 * SHARE, 250 * SHARE)
    assert await desk.program.account["RedemptionRequest"].fetch_multiple([first, second]) == [None, None]


async def guard(desk: Desk, issuer: Pubkey, asset: Pubkey, custodian: Keypair) -> None:
    me, reserve, mint = desk.me, pda.reserve(asset), pda.mint(asset)
    both = int(Halt.MINT | Halt.REQUESTS)
    pauser, unpauser = (pda.role(issuer, role, me) for role in (Role.PAUSER, Role.UNPAUSER))
    await desk.call("halt", events.HaltsChanged, both, pauser=me, grant=pauser, asset=asset)
    assert (await desk.fetch("Asset", asset)).halts == both
    await desk.call("resume", events.HaltsChanged, both, unpauser=me, grant=unpauser, asset=asset, reserve=reserve)
    assert (await desk.fetch("Asset", asset)).halts == 0

    await register(desk, issuer, asset, 1, Keypair().pubkey())
    manager = {"manager": me, "grant": pda.role(issuer, Role.ATTESTOR_MANAGER, me)}
    judged = {"asset": asset, "reserve": reserve, "mint": mint}
    await desk.call("retire_custodian", events.CustodianRetired, 1, **manager, **judged)

    assert (await attest(desk, asset, custodian, 2, SHARE)).latched == 1
    checked = await desk.call("check_solvency", events.SolvencyChecked, **judged)
    assert (checked.latched, checked.last_reserve) == (1, SHARE)
    await attest(desk, asset, custodian, 3, 1_000 * SHARE)
    await desk.call("reopen", events.AssetReopened, unpauser=me, grant=unpauser, **judged)
    assert (await desk.fetch("Asset", asset)).latched == 0


async def refusals(desk: Desk, issuer: Pubkey, asset: Pubkey) -> None:
    before = await desk.ledger.account(asset)
    with pytest.raises(ProgramError) as theirs:
        await minting(desk, issuer, asset, 5, SHARE).rpc()
    ours = xstock_client.anchorpy.explain(theirs.value)
    assert isinstance(ours, ProgramRefused) and (ours.name, ours.code) == ("TicketUsed", theirs.value.code)

    # A mint above the reserve shows the figures that the program logged.
    with pytest.raises(ProgramRefused) as refused, typed_errors():
        await minting(desk, issuer, asset, 6, 1_500 * SHARE).rpc()
    assert refused.value.name == "ReserveShort" and refused.value.figures["reserve"] == 1_000 * SHARE
    assert isinstance(refused.value.__cause__, ProgramError)
    with pytest.raises(ProgramRefused, match="ReserveShort"), typed_errors():
        await minting(desk, issuer, asset, 6, 1_500 * SHARE).simulate()

    # Refused by the framework, by Token-2022, by the runtime: anchorpy has no type for the last two.
    wrong = desk.builder("open_ticket_page", 1, payer=desk.me, asset=asset, tickets=pda.ticket_page(asset, 2))
    with pytest.raises(ProgramRefused, match="InvalidSeeds"), typed_errors():
        await wrong.rpc()
    request = desk.builder(
        "request_redemption",
        2,
        10_000 * SHARE,
        bytes(32),
        payer=desk.me,
        holder=desk.me,
        asset=asset,
        book=pda.holder_book(asset, desk.me),
        request=pda.redemption_request(asset, desk.me, 2),
        mint=pda.mint(asset),
        source=pda.token_account(desk.me, pda.mint(asset)),
        escrow=pda.escrow(asset),
    )
    with pytest.raises(TransactionFailed, match="Token-2022 refused: the account holds fewer tokens"), typed_errors():
        await request.rpc()
    # Its first instruction emitted an event before the second failed: nothing happened, so nothing is told.
    page = pda.ticket_page(asset, 7)
    opening = builders.open_ticket_page(payer=desk.me, asset=asset, tickets=page, page=7)
    unchecked = DEFAULT_OPTIONS._replace(preflight_commitment="confirmed", skip_preflight=True)
    signature = await minting(desk, issuer, asset, 5, SHARE).pre_instructions([opening]).rpc(unchecked)
    assert await xstock_client.anchorpy.events(desk.provider, signature) == ()
    failed = await desk.ledger.transaction(signature)
    assert failed is not None and failed.error is not None and failed.error.instruction_index == 1
    assert any(one.data.startswith(events.EVENT_TAG) for one in failed.instructions)

    assert await desk.ledger.account(asset) == before and await desk.ledger.account(page) is None


async def our_own_clients(desk: Desk, issuer: Pubkey, asset: Pubkey) -> None:
    ledger, wallet, me = desk.ledger, desk.provider.wallet, desk.me
    own = IssuerDesk(ledger, issuer=issuer, signer=wallet)
    outcome = await own.mint(asset, 4_096, Raw(10 * SHARE), me)
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
        await own.mint(asset, 4_096, Raw(SHARE), me)

    assert [address for address, _ in await Integrator(ledger).assets(issuer)] == [asset]
    assert Holder(ledger, signer=wallet).authority == me
    await every_read(desk, asset, outcome.receipt.signature)


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
