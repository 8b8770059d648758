"""A capture of the embedded ledger, on which the real program runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from solders.pubkey import Pubkey

from tests.unit.clients.world import NOW, ONE, PROGRAM, SOL, World, dollars, key
from xstock_client import pda
from xstock_client.amounts import Raw
from xstock_client.clients import Holder
from xstock_client.clients.token import create_token_account, transfer_checked
from xstock_client.errors import AccountMissing, BadSnapshot, LedgerError
from xstock_client.ledger import EmbeddedLedger, KeypairSigner
from xstock_client.snapshot import read_capture, take_capture, write_capture


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with EmbeddedLedger(program=PROGRAM, now=NOW) as ledger:
        made = World(ledger)
        await made.build()
        await made.attest(600, 500)
        await made.give(100)
        yield made


async def send(world: World, signer: KeypairSigner, to: Pubkey, tokens: int) -> int:
    """Move whole tokens to an owner's associated account; the slot of it."""
    target = pda.token_account(to, world.mint)
    receipt = await world.ledger.send(
        [
            create_token_account(world.treasury.pubkey, to, world.mint),
            transfer_checked(
                source=pda.token_account(signer.pubkey, world.mint),
                mint=world.mint,
                destination=target,
                authority=signer.pubkey,
                amount=Raw(tokens * ONE),
                decimals=8,
            ),
        ],
        world.treasury,
        [signer],
    )
    return receipt.slot


async def test_a_capture_is_of_the_slot_that_just_ended(world: World, tmp_path: Path) -> None:
    other = key()
    await world.ledger.airdrop(other.pubkey, SOL)
    alice = world.holder_key.pubkey
    await send(world, world.holder_key, other.pubkey, 30)
    for holder, tokens in ((world.holder, 8), (Holder(world.ledger, signer=other, payer=world.treasury), 5)):
        await holder.request(world.asset, Raw(tokens * ONE), min_price=dollars("1"))
    # the escrow is the asset's own, and holds nothing but what waits
    accounts = (await take_capture(world.ledger, world.asset)).accounts
    assert {one.owner for one in accounts if one.address == pda.escrow(world.asset)} == {world.asset}
    slot = await send(world, world.holder_key, other.pubkey, 2)
    capture = await take_capture(world.ledger, world.asset)
    assert (capture.slot, capture.supply, capture.mint) == (slot, Raw(100 * ONE), world.mint)
    path = tmp_path / "capture.jsonl"
    write_capture(capture, path)
    balances = read_capture(path).balances(slot=slot, supply=capture.supply)
    assert dict(balances) == {alice: Raw(68 * ONE), other.pubkey: Raw(32 * ONE)}
    await send(world, world.holder_key, other.pubkey, 2)
    later = await take_capture(world.ledger, world.asset)
    assert later.slot == slot + 1
    with pytest.raises(BadSnapshot, match="but the record slot is"):
        later.balances(slot=slot, supply=capture.supply)


async def test_an_asset_that_is_not_there(world: World) -> None:
    with pytest.raises(AccountMissing, match="does not exist; check the asset's address"):
        await take_capture(world.ledger, key().pubkey)


class Running(EmbeddedLedger):
    """Goes on between any two questions."""

    async def slot(self) -> int:
        self.advance(1)
        return await super().slot()


async def test_a_ledger_that_never_stands_still() -> None:
    async with Running(program=None, now=NOW) as ledger:
        with pytest.raises(LedgerError, match="moved on during each of 20 attempts"):
            await take_capture(ledger, key().pubkey)
