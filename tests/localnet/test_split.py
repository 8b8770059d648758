"""Splits and stock dividends on a real runtime: wallets read the multiplier from the mint, as any RPC parses it."""

from __future__ import annotations

import struct
from hashlib import sha256
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.localnet.beginning import SHARE
from tests.localnet.office import opened, signed
from xstock_client import pda
from xstock_client.amounts import Multiplier
from xstock_client.clients import Integrator
from xstock_client.constants import DAY_S, ActionKind
from xstock_client.errors import ProgramRefused, UsageError
from xstock_client.ledger import KeypairSigner, RpcLedger
from xstock_client.rehearsal.stablecoin import Stablecoin

ISSUER = 6_207
ONE = 10**12
DOCUMENT = sha256(b"the company's announcement").digest()


async def scaled(ledger: RpcLedger, asset: Pubkey) -> dict[str, Any]:
    """The mint's ScaledUiAmount, as the RPC tells it to wallets."""
    how = {"encoding": "jsonParsed", "commitment": "confirmed"}
    found = await ledger.ask("getAccountInfo", str(pda.mint(asset)), how)
    extensions = found["value"]["data"]["parsed"]["info"]["extensions"]
    (state,) = [one["state"] for one in extensions if one["extension"] == "scaledUiAmountConfig"]
    state["bits"] = [struct.pack("<d", float(state[name])) for name in ("multiplier", "newMultiplier")]
    return dict(state)


async def shown(ledger: RpcLedger, account: Pubkey) -> tuple[str, str]:
    """What a wallet shows of a token account, and the raw amount."""
    how = {"encoding": "jsonParsed", "commitment": "confirmed"}
    found = await ledger.ask("getAccountInfo", str(account), how)
    amount = found["value"]["data"]["parsed"]["info"]["tokenAmount"]
    return amount["uiAmountString"], amount["amount"]


async def test_the_mint_shows_what_was_announced(localnet: str, payer: KeypairSigner) -> None:
    async with RpcLedger(localnet) as ledger:
        office = await opened(ledger, payer, ISSUER, await Stablecoin.create(ledger, payer))
        await office.submit(signed(await office.report(1, 110), *office.keys[:2]))
        await office.mint(1, 100, approved=False)
        asset, desk, reader = office.asset, office.desk, Integrator(ledger)
        tokens = pda.token_account(payer.pubkey, pda.mint(asset))
        assert await shown(ledger, tokens) == ("100", str(100 * SHARE))

        start = await ledger.now() + 5 * DAY_S
        dates: dict[str, Any] = {"ex_at": start, "effective_at": start + 3_600, "document_hash": DOCUMENT}
        announced = await desk.announce_split(asset, new=4, old=1, **dates)
        assert (announced.number, announced.new_multiplier) == (0, Multiplier(4 * ONE))
        state = await scaled(ledger, asset)
        assert (state["authority"], state["multiplier"], state["newMultiplier"]) == (str(asset), "1", "4")
        assert state["newMultiplierEffectiveTimestamp"] == start + 3_600
        ahead = await reader.scheduled_multiplier(asset)
        assert ahead is not None and ahead.effective_at == start + 3_600 and not ahead.halts(await ledger.now())
        (entry,) = await reader.calendar(asset)
        assert (entry.kind, entry.begins_at, entry.ends_at) == (ActionKind.SPLIT, start, start + 3_600)
        with pytest.raises(UsageError):
            await desk.announce_split(asset, new=2, old=1, **dates)  # one at a time
        assert await shown(ledger, tokens) == ("100", str(100 * SHARE))
        await office.mint(2, 1, approved=False)  # nothing is halted before the ex time

        await desk.cancel_action(asset, 0, "the company withdrew it")
        state = await scaled(ledger, asset)
        assert (state["multiplier"], state["newMultiplier"]) == ("1", "1")
        assert await reader.scheduled_multiplier(asset) is None and await reader.calendar(asset) == ()

        # No binary fraction: the fixed point is rounded up, and the mint holds the nearest float.
        reverse = await desk.announce_split(asset, new=1, old=3, **dates)
        assert reverse.new_multiplier == Multiplier(333_333_333_334)
        assert (await scaled(ledger, asset))["bits"] == [Multiplier(ONE).f64_bits(), reverse.new_multiplier.f64_bits()]
        await desk.cancel_action(asset, 1, "nor this one")

        # More shares are owed: the reserve of 110 covers 101 and 5 percent, and not 101 and 10 percent.
        with pytest.raises(ProgramRefused, match="ReserveShort"):
            await desk.announce_stock_dividend(asset, new=1, old=10, **dates)
        dividend = await desk.announce_stock_dividend(asset, new=1, old=20, **dates)
        assert dividend.new_multiplier == Multiplier(1_050_000_000_000)
        state = await scaled(ledger, asset)
        assert (state["newMultiplier"], state["newMultiplierEffectiveTimestamp"]) == ("1.05", start + 3_600)
        actions = [action.kind for _, action in await reader.actions(asset)]
        assert actions == [ActionKind.SPLIT, ActionKind.REVERSE_SPLIT, ActionKind.STOCK_DIVIDEND]
