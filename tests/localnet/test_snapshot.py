"""Record-date balances rolled back on a real runtime: what an RPC tells of transfers, burns, closed and handed-over
accounts and redemptions, several of them in one slot, leads back to what there was."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey
from solders.system_program import CreateAccountParams, create_account

from tests.localnet.beginning import SHARE
from tests.localnet.office import Office, new_key, opened, signed
from tests.localnet.test_redemption import LIMIT, PRICE, Counter, settle
from xstock_client import pda
from xstock_client.amounts import DECIMALS, Raw
from xstock_client.clients.token import TokenAccount, create_token_account, transfer_checked
from xstock_client.constants import TOKEN_2022
from xstock_client.errors import BadSnapshot, TransactionFailed
from xstock_client.ledger import KeypairSigner, RpcLedger
from xstock_client.rehearsal.stablecoin import Stablecoin
from xstock_client.snapshot import History, RecordDateBalances, roll_back, take_capture

ISSUER = 61_010
_WITH_PAUSABLE = 170
"""Bytes of a token account with one extension, PausableAccount, which is empty."""


def instruction(data: bytes, *accounts: tuple[Pubkey, bool, bool]) -> Instruction:
    """Of Token-2022; accounts with whether they sign and are written."""
    return Instruction(TOKEN_2022, data, [AccountMeta(key, sign, write) for key, sign, write in accounts])


class Market:
    """A stock's holders and what they do with it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.ledger, self.payer = office.ledger, office.owner
        self.mint = pda.mint(office.asset)

    def ata(self, owner: KeypairSigner) -> Pubkey:
        return pda.token_account(owner.pubkey, self.mint)

    def move(self, source: Pubkey, by: KeypairSigner, to: Pubkey, shares: int) -> Instruction:
        return transfer_checked(
            source=source,
            mint=self.mint,
            destination=to,
            authority=by.pubkey,
            amount=Raw(shares * SHARE),
            decimals=DECIMALS,
        )

    def open(self, owner: KeypairSigner) -> Instruction:
        return create_token_account(self.payer.pubkey, owner.pubkey, self.mint)

    def close(self, account: Pubkey, owner: KeypairSigner) -> Instruction:
        return instruction(
            b"\x09", (account, False, True), (self.payer.pubkey, False, True), (owner.pubkey, True, False)
        )

    def hand_over(self, account: Pubkey, owner: KeypairSigner, to: KeypairSigner) -> Instruction:
        data = b"\x06\x02\x01" + bytes(to.pubkey)
        return instruction(data, (account, False, True), (owner.pubkey, True, False))

    async def auxiliary(self, owner: KeypairSigner) -> KeypairSigner:
        """A token account that is not associated, so that it can be handed over."""
        account = new_key()
        place = CreateAccountParams(
            from_pubkey=self.payer.pubkey,
            to_pubkey=account.pubkey,
            lamports=await self.ledger.rent(_WITH_PAUSABLE),
            space=_WITH_PAUSABLE,
            owner=TOKEN_2022,
        )
        start = instruction(b"\x12" + bytes(owner.pubkey), (account.pubkey, False, True), (self.mint, False, False))
        await self.ledger.send([create_account(place), start], self.payer, [account])
        return account

    async def send(self, signers: list[KeypairSigner], *instructions: Instruction) -> int:
        return (await self.ledger.send(instructions, self.payer, signers)).slot

    async def balances(self) -> dict[Pubkey, int]:
        """Every owner's now, read plainly; nothing waits in escrow."""
        found: dict[Pubkey, int] = {}
        for _, account in await self.ledger.program_accounts(TOKEN_2022, matching=[]):
            if len(account.data) != 82 and account.data[:32] == bytes(self.mint):
                token = TokenAccount.decode(account)
                found[token.owner] = found.get(token.owner, 0) + token.amount.value
        return {owner: amount for owner, amount in found.items() if amount}

    async def roll_back(self, slot: int, supply: int, **options: Any) -> RecordDateBalances:
        history = History(self.ledger, commitment="confirmed")
        return await roll_back(history, self.office.asset, slot=slot, supply=Raw(supply), **options)


async def test_balances_are_rolled_back_through_all_that_can_happen(localnet: str, payer: KeypairSigner) -> None:
    async with RpcLedger(localnet) as ledger:
        office = await opened(ledger, payer, ISSUER, await Stablecoin.create(ledger, payer))
        await office.submit(signed(await office.report(1, 1_000), *office.keys[:2]))
        await office.mint(1, 200, approved=False)
        market = Market(office)
        alice, bob, carol = (new_key() for _ in range(3))
        of_payer = market.ata(payer)
        await market.send([], *(market.open(one) for one in (alice, bob, carol)))
        spare, lent = await market.auxiliary(alice), await market.auxiliary(bob)
        shared = [(market.ata(alice), 50), (market.ata(bob), 30), (spare.pubkey, 20), (lent.pubkey, 7)]
        await market.send([], *(market.move(of_payer, payer, to, shares) for to, shares in shared))
        slot = await market.send([], market.move(of_payer, payer, market.ata(carol), 1))
        expected = {
            payer.pubkey: 92 * SHARE,
            alice.pubkey: 70 * SHARE,
            bob.pubkey: 37 * SHARE,
            carol.pubkey: 1 * SHARE,
        }
        assert await market.balances() == expected

        # a transfer that does not name the mint is refused: the mint's history shows every movement
        data = b"\x03" + SHARE.to_bytes(8, "little")
        plain = instruction(data, (of_payer, False, True), (market.ata(bob), False, True), (payer.pubkey, True, False))
        with pytest.raises(TransactionFailed):
            await market.send([], plain)

        await market.send([bob], market.hand_over(lent.pubkey, bob, carol))
        # at the same time, so that some are in one slot
        await asyncio.gather(
            *(market.send([alice], market.move(market.ata(alice), alice, market.ata(bob), n)) for n in (3, 4, 5)),
            *(market.send([bob], market.move(market.ata(bob), bob, market.ata(alice), n)) for n in (1, 2)),
            market.send([alice], market.move(spare.pubkey, alice, of_payer, 20), market.close(spare.pubkey, alice)),
            market.send([carol], market.move(lent.pubkey, carol, of_payer, 7)),
        )
        await market.send([carol], market.close(lent.pubkey, carol))
        rest = market.move(market.ata(carol), carol, of_payer, 1)
        await market.send([carol], rest, market.close(market.ata(carol), carol))
        await market.send([], market.open(carol), market.move(of_payer, payer, market.ata(carol), 9))
        assert await market.balances() != expected
        for every_account in (True, False):
            balances = await market.roll_back(slot, 200 * SHARE, every_account=every_account)
            assert {owner: amount.value for owner, amount in balances} == expected
        with pytest.raises(BadSnapshot, match="but 20,000,000,001 were recorded in it: 1 missing"):
            await market.roll_back(slot, 200 * SHARE + 1)


async def test_redemptions_are_rolled_back(localnet: str, payer: KeypairSigner) -> None:
    async with RpcLedger(localnet) as ledger:
        coin = await Stablecoin.create(ledger, payer)
        counter = await Counter.of(await opened(ledger, payer, ISSUER + 1, coin))
        await counter.open_purses()
        market = Market(counter.office)
        asset = counter.asset
        asked = dict(zip(counter.holders[:3], (4, 5, 6), strict=True))
        made = [await holder.request(asset, Raw(shares * SHARE), min_price=LIMIT) for holder, shares in asked.items()]
        slot = made[-1].receipt.slot
        expected = await market.balances()
        assert expected.pop(asset) == 15 * SHARE  # the escrow is the asset's
        for holder, shares in asked.items():
            expected[holder.authority] += shares * SHARE
        supply = sum(expected.values())
        # one is taken back since, one settled in two parts, and one made
        first, second, third, fourth = counter.holders[:4]
        await first.cancel(asset, 0)
        await counter.redeemer.accept(asset, second.authority, 0)
        await counter.redeemer.settle(
            asset,
            second.authority,
            0,
            amount=Raw(5 * SHARE),
            rest=Raw(3 * SHARE),
            price=PRICE,
            source=counter.source,
            agent=counter.cashier,
        )
        await fourth.request(asset, Raw(2 * SHARE), min_price=LIMIT)
        assert (await market.balances())[asset] == 11 * SHARE
        for _ in range(2):
            balances = await market.roll_back(slot, supply)
            assert {owner: amount.value for owner, amount in balances} == expected
            if await counter.held(pda.escrow(asset)) == 11 * SHARE:
                await settle(counter, second.authority, 0, 3)
        assert await counter.held(pda.escrow(asset)) == 8 * SHARE

        capture = await take_capture(ledger, asset)
        assert capture.slot > slot and capture.supply == Raw(supply - 5 * SHARE)
        waiting = {one.holder: one.amount.value for one in capture.requests}
        assert waiting == {third.authority: 6 * SHARE, fourth.authority: 2 * SHARE}
        now = capture.balances(slot=capture.slot, supply=capture.supply)
        assert now.of(second.authority) == Raw(expected[second.authority] - 5 * SHARE)
        assert now.of(third.authority) == Raw(expected[third.authority])
