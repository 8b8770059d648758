"""Redemption from the holder's side, with every way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from tests.unit.clients.world import NOW, ONE, PROGRAM, SOL, World, key
from xstock_client import pda
from xstock_client.amounts import Cash, Raw, Ui
from xstock_client.clients import Holder, TokenAccount, TokenMint
from xstock_client.constants import SYSTEM, TOKEN_2022, RequestState
from xstock_client.errors import AccountMissing, DecodeError, ProgramRefused, XstockError
from xstock_client.events import RedemptionCancelled, parse_events
from xstock_client.ledger import Account, EmbeddedLedger, Memcmp

FROZEN_AT = 108
PAUSED_AT = 202


@pytest.fixture
async def funded(world: World) -> World:
    """The holder has 100 AAPLx."""
    await world.attest(60, 50)
    await world.give(100)
    await world.ledger.airdrop(world.holder_key.pubkey, SOL)
    return world


def token_account(world: World) -> Pubkey:
    return pda.token_account(world.holder_key.pubkey, world.mint)


async def poke(world: World, address: Pubkey, offset: int, value: int) -> None:
    account = await world.ledger.account(address)
    assert account is not None
    data = bytearray(account.data)
    data[offset] = value
    world.ledger.set_account(address, replace(account, data=bytes(data)))


async def test_a_request_opens_the_book_and_its_ids_count_up(funded: World) -> None:
    asset = funded.asset
    assert await funded.holder.requests(asset) == []
    assert len(await funded.holder.request_instructions(asset, Raw(ONE))) == 2
    first = await funded.holder.request(asset, Raw(ONE), payout_terms_hash=bytes([5] * 32))
    assert len(await funded.holder.request_instructions(asset, Raw(ONE))) == 1
    second = await funded.holder.request(asset, Raw(2 * ONE))
    assert (first.id, second.id) == (0, 1)
    newest, oldest = await funded.holder.requests(asset)
    assert (newest.id, newest.amount, newest.address) == (1, Raw(2 * ONE), second.address)
    assert (oldest.id, oldest.payout_terms_hash, oldest.state) == (0, bytes([5] * 32), RequestState.REQUESTED)
    assert oldest.cancellable(NOW) and oldest.shares.to_ui() == Ui.parse("1")
    balance = await funded.holder.balance(asset)
    assert (balance.raw, balance.ui) == (Raw(97 * ONE), Ui.parse("97"))


async def test_more_than_held_and_nothing_are_refused(funded: World) -> None:
    with pytest.raises(XstockError, match="holds fewer tokens"):
        await funded.holder.request(funded.asset, Raw(101 * ONE))
    with pytest.raises(ProgramRefused, match="ZeroAmount"):
        await funded.holder.request(funded.asset, Raw(0))
    assert await funded.holder.requests(funded.asset) == []


class NoScan(EmbeddedLedger):
    """A cluster that refuses to list a program's accounts, as many public RPCs do."""

    async def program_accounts(
        self, program_id: Pubkey, *, size: int | None = None, matching: Sequence[Memcmp] = ()
    ) -> list[tuple[Pubkey, Account]]:
        raise AssertionError("this scans the program's accounts")


async def test_requests_are_found_without_scanning_even_behind_many_closed_ones() -> None:
    world = World(NoScan(program=PROGRAM, now=NOW))
    await world.build()
    await world.attest(60, 50)
    await world.give(100)
    kept = await world.holder.request(world.asset, Raw(7))
    for _ in range(102):
        made = await world.holder.request(world.asset, Raw(1))
        await world.holder.cancel(world.asset, made.id)
    assert [one.id for one in await world.holder.requests(world.asset)] == [kept.id]
    assert [one.id for one in await world.reader.requests_of(world.asset, world.holder_key.pubkey)] == [kept.id]


async def test_a_cancelled_request_returns_the_very_tokens(funded: World) -> None:
    made = await funded.holder.request(funded.asset, Raw(30 * ONE))
    receipt = await funded.holder.cancel(funded.asset, made.id)
    (event,) = parse_events(receipt.executed)
    assert isinstance(event, RedemptionCancelled) and event.amount == 30 * ONE
    assert (await funded.holder.balance(funded.asset)).raw == Raw(100 * ONE)
    with pytest.raises(AccountMissing, match="request 0 of .* is not open"):
        await funded.holder.cancel(funded.asset, made.id)


async def test_nobody_cancels_for_somebody_else(funded: World) -> None:
    made = await funded.holder.request(funded.asset, Raw(ONE))
    stranger = Holder(funded.ledger, signer=key(), payer=funded.treasury)
    with pytest.raises(AccountMissing):
        await stranger.cancel(funded.asset, made.id)


async def test_an_accepted_request_can_be_taken_back_after_its_deadline(funded: World) -> None:
    made = await funded.holder.request(funded.asset, Raw(ONE), min_price=Cash(1))
    await funded.desk.accept(funded.asset, funded.holder_key.pubkey, made.id)
    with pytest.raises(ProgramRefused, match="AcceptedUntilDeadline"):
        await funded.holder.cancel(funded.asset, made.id)
    (request,) = await funded.holder.requests(funded.asset)
    assert request.deadline == request.settle_by == NOW + 5 * 86_400
    assert not request.cancellable(request.settle_by) and request.cancellable(request.settle_by + 1)
    funded.ledger.set_now(request.settle_by + 1)
    await funded.holder.cancel(funded.asset, made.id)


async def test_a_closed_account_is_opened_again(funded: World) -> None:
    made = await funded.holder.request(funded.asset, Raw(100 * ONE))
    owner = funded.holder_key.pubkey
    close = Instruction(
        TOKEN_2022,
        b"\x09",
        [
            AccountMeta(token_account(funded), is_signer=False, is_writable=True),
            AccountMeta(owner, is_signer=False, is_writable=True),
            AccountMeta(owner, is_signer=True, is_writable=False),
        ],
    )
    await funded.ledger.send([close], funded.holder_key)
    assert await funded.ledger.account(token_account(funded)) is None
    assert (await funded.holder.balance(funded.asset)).raw == Raw(0)
    await funded.holder.cancel(funded.asset, made.id)
    assert (await funded.holder.balance(funded.asset)).raw == Raw(100 * ONE)
    with pytest.raises(AccountMissing, match="there is no token account"):
        again = await funded.holder.request(funded.asset, Raw(ONE))
        await funded.holder.cancel(funded.asset, again.id, destination=Pubkey.new_unique())


async def test_a_frozen_account_gets_its_tokens_and_stays_frozen(funded: World) -> None:
    made = await funded.holder.request(funded.asset, Raw(ONE))
    await poke(funded, token_account(funded), FROZEN_AT, 2)
    await funded.holder.cancel(funded.asset, made.id)
    balance = await funded.holder.balance(funded.asset)
    assert (balance.raw, balance.frozen) == (Raw(100 * ONE), True)


async def test_a_paused_token_is_no_obstacle_and_stays_paused(funded: World) -> None:
    made = await funded.holder.request(funded.asset, Raw(ONE))
    await poke(funded, funded.mint, PAUSED_AT, 1)
    assert (await funded.reader.token(funded.asset)).paused
    await funded.holder.cancel(funded.asset, made.id)
    assert (await funded.holder.balance(funded.asset)).raw == Raw(100 * ONE)
    assert (await funded.reader.token(funded.asset)).paused


async def test_an_account_that_demands_a_memo_gets_one(funded: World) -> None:
    made = await funded.holder.request(funded.asset, Raw(ONE))
    await demand_memo(funded)
    account = await funded.ledger.account(token_account(funded))
    assert account is not None and TokenAccount.decode(account).memo_required
    receipt = await funded.holder.cancel(funded.asset, made.id)
    assert any("xstock_vault redemption returned" in line for line in receipt.executed.logs)
    assert (await funded.holder.balance(funded.asset)).raw == Raw(100 * ONE)


async def demand_memo(world: World) -> None:
    """Reallocate for the MemoTransfer extension and switch it on."""
    await switch_on(world, 8, 30)


async def guard(world: World) -> None:
    """The same with the CPI guard."""
    await switch_on(world, 11, 34)


async def switch_on(world: World, extension: int, instruction: int) -> None:
    owner, address = world.holder_key.pubkey, token_account(world)
    reallocate = Instruction(
        TOKEN_2022,
        bytes([29, extension, 0]),
        [
            AccountMeta(address, is_signer=False, is_writable=True),
            AccountMeta(owner, is_signer=True, is_writable=True),
            AccountMeta(SYSTEM, is_signer=False, is_writable=False),
            AccountMeta(owner, is_signer=True, is_writable=False),
        ],
    )
    enable = Instruction(
        TOKEN_2022,
        bytes([instruction, 0]),
        [
            AccountMeta(address, is_signer=False, is_writable=True),
            AccountMeta(owner, is_signer=True, is_writable=False),
        ],
    )
    await world.ledger.send([reallocate, enable], world.holder_key)


async def test_token_decoders_take_nothing_else(funded: World) -> None:
    account = await funded.ledger.account(token_account(funded))
    mint = await funded.ledger.account(funded.mint)
    assert account is not None and mint is not None
    assert TokenAccount.decode(account).owner == funded.holder_key.pubkey
    for wrong in (mint, replace(account, owner=SYSTEM), replace(account, data=b"")):
        with pytest.raises(DecodeError, match="not a Token-2022 account"):
            TokenAccount.decode(wrong)
    for wrong in (account, replace(mint, owner=SYSTEM)):
        with pytest.raises(DecodeError, match="not a Token-2022 mint"):
            TokenMint.decode(wrong)
    with pytest.raises(DecodeError, match="metadata"):
        TokenMint.decode(replace(mint, data=mint.data[:-20]))
