"""Tax records over JSON-RPC: what the embedded ledger tells of a holder's history, a real cluster tells too."""

from __future__ import annotations

from pathlib import Path

from tests.localnet.beginning import DOLLAR, SHARE
from tests.localnet.office import opened
from tests.localnet.test_redemption import LIMIT, Counter, settle
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.ledger import KeypairSigner, RpcLedger
from xstock_client.rehearsal.stablecoin import Stablecoin
from xstock_client.tax import Acquired, How, Manner, Removed, read_history, tax_year, write_csv
from xstock_client.times import instant

ISSUER = 5_150


async def test_a_holders_history_over_rpc(localnet: str, payer: KeypairSigner, tmp_path: Path) -> None:
    async with RpcLedger(localnet) as ledger:
        coin = await Stablecoin.create(ledger, payer)
        counter = await Counter.of(await opened(ledger, payer, ISSUER, coin))
        await counter.open_purses()
        asset, holder = counter.asset, counter.holders[0]
        taken_back = await holder.request(asset, Raw(3 * SHARE), min_price=LIMIT)
        await holder.cancel(asset, taken_back.id)
        made = await holder.request(asset, Raw(4 * SHARE), min_price=LIMIT)
        await counter.redeemer.accept(asset, holder.authority, made.id)
        await settle(counter, holder.authority, made.id, 4)
        told = await read_history(ledger, asset, holder.authority)
        issuer = await read_history(ledger, asset, payer.pubkey)
        nobody = await read_history(ledger, asset, counter.cashier.pubkey)

    came, gone = told.moves
    assert isinstance(came, Acquired)
    assert (came.how, came.raw) == (How.TRANSFER_IN, Raw(10 * SHARE))
    assert isinstance(gone, Removed)
    assert (gone.how, gone.raw, gone.shares) == (Manner.REDEMPTION, Raw(4 * SHARE), Shares(4 * SHARE))
    assert (gone.proceeds, gone.fee, gone.coin) == (Cash(798 * DOLLAR), Cash(2 * DOLLAR), coin.mint)
    minted, sent = issuer.moves
    assert (minted.how, minted.raw) == (How.MINT, Raw(300 * SHARE))
    assert (sent.how, sent.raw) == (Manner.TRANSFER_OUT, Raw(80 * SHARE))
    assert nobody.moves == ()
    records = tax_year(told, int(instant(told.now)[:4]))
    assert len(write_csv([records], tmp_path)) == 5
    (lot,) = records.lots
    assert lot.carried is not None and lot.carried.raw == Raw(6 * SHARE)
