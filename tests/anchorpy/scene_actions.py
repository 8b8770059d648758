"""Corporate actions: who attests record dates, announcements that are taken back, and identifiers that are due."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from tests.anchorpy.beginning import ATTESTORS, COIN, NEW_ISIN, NEW_SYMBOL, RENAMED
from tests.anchorpy.desk import HOUR, Desk, Stock
from xstock_client import constants, events, message, pda
from xstock_client.constants import DAY_S, NO_SNAPSHOT, ActionKind, ActionState, Role
from xstock_client.ledger import KeypairSigner, from_wallet
from xstock_client.rehearsal.stablecoin import MINT_SIZE, Stablecoin, mint_instructions

ONE = 10**12
WHY = sha256(b"why").digest()


async def dividend_coin(desk: Desk) -> Stablecoin:
    """What dividends are paid in: the old ones name its mint already."""
    wallet = from_wallet(desk.provider.wallet)
    rent = await desk.ledger.rent(MINT_SIZE)
    making = mint_instructions(payer=desk.me, mint=COIN.pubkey(), authority=desk.me, rent=rent)
    await desk.ledger.send(making, wallet, [KeypairSigner(COIN)])
    return Stablecoin(desk.ledger, wallet, COIN.pubkey())


async def set_attestors(desk: Desk, stock: Stock, keys: list[Pubkey], threshold: int) -> Any:
    manager = {"manager": desk.me, "grant": pda.role(stock.issuer, Role.ATTESTOR_MANAGER, desk.me)}
    padded = [*keys, *[Pubkey.default()] * (constants.ATTESTORS - len(keys))]
    return await desk.call("set_attestors", events.AttestorsSet, padded, threshold, **manager, asset=stock.asset)


async def name_attestors(desk: Desk, stock: Stock) -> None:
    """Before the first mint: in force at once."""
    keys = [one.pubkey() for one in ATTESTORS]
    named = await set_attestors(desk, stock, keys, 2)
    assert (list(named.keys[:3]), named.threshold, named.in_force_at) == (keys, 2, named.at)
    found = (await desk.fetch("Asset", stock.asset)).attestors
    assert (found.keys[:3], found.count, found.threshold, found.pending_from) == (keys, 3, 2, 0)


async def other_attestors(desk: Desk, stock: Stock) -> None:
    """After it they wait, and the authority drops them."""
    waiting = await set_attestors(desk, stock, [Keypair().pubkey(), Keypair().pubkey()], 2)
    assert waiting.in_force_at == waiting.at + 48 * HOUR
    by = {"canceller": desk.me, "issuer": stock.issuer, "asset": stock.asset}
    await desk.call("cancel_attestors", events.AttestorsCancelled, **by)
    found = (await desk.fetch("Asset", stock.asset)).attestors
    assert (found.count, found.pending_count, found.pending_from) == (3, 0, 0)


async def announce(desk: Desk, stock: Stock, number: int, kind: ActionKind, **told: Any) -> Any:
    values = {
        "number": number,
        "kind": int(kind),
        **dict.fromkeys("ratio_new ratio_old old_multiplier rate record_at pay_at effective_at".split(), 0),
        "payout_mint": Pubkey.default(),
        "document_hash": sha256(b"%d" % number).digest(),
        "isin": bytes(12),
        "symbol": bytes(12),
    }
    action = pda.corporate_action(stock.asset, number)
    given = {"payer": desk.me, "officer": desk.me, "issuer": stock.issuer, "action": action}
    announced = await desk.call(
        "announce_action",
        events.ActionAnnounced,
        desk.program.type["ActionArgs"](**values | told),
        grant=pda.role(stock.issuer, Role.CORPORATE, desk.me),
        **given,
        **stock.judged,
    )
    found = await desk.fetch("CorporateAction", action)
    assert (found.number, found.kind, found.state, found.snapshot) == (number, kind, ActionState.ANNOUNCED, NO_SNAPSHOT)
    assert (announced.action, announced.kind, announced.by) == (number, kind, desk.me)
    return announced


async def cancel(desk: Desk, stock: Stock, number: int) -> Any:
    action = pda.corporate_action(stock.asset, number)
    by = {"canceller": desk.me, "issuer": stock.issuer, "asset": stock.asset, "mint": stock.mint, "action": action}
    told = await desk.call("cancel_action", events.ActionCancelled, WHY, **by)
    found = await desk.fetch("CorporateAction", action)
    assert (found.state, bytes(found.reason_hash)) == (ActionState.CANCELLED, WHY)
    assert (told.action, told.reason_hash, told.multiplier) == (number, WHY, ONE)
    return told


async def announcements(desk: Desk, stock: Stock) -> None:
    """A dividend and a split: both stand in the asset's calendar until they are taken back."""
    soon = await desk.ledger.now() + 5 * DAY_S
    pay = {"rate": 250_000 * 10**6, "payout_mint": COIN.pubkey(), "record_at": soon + HOUR, "pay_at": soon + DAY_S}
    dividend = await announce(desk, stock, 0, ActionKind.CASH_DIVIDEND, ex_at=soon, **pay)
    assert (dividend.rate, dividend.payout_mint, dividend.new_multiplier) == (250_000 * 10**6, COIN.pubkey(), 0)
    later = soon + 10 * DAY_S
    ratio = {"ratio_new": 4, "ratio_old": 1, "old_multiplier": ONE}
    split = await announce(desk, stock, 1, ActionKind.SPLIT, ex_at=later, effective_at=later + HOUR, **ratio)
    assert (split.old_multiplier, split.new_multiplier, split.ratio.new, split.ratio.old) == (ONE, 4 * ONE, 4, 1)
    state = await desk.fetch("Asset", stock.asset)
    assert (state.next_multiplier, state.next_effective_at, state.next_is_split) == (4 * ONE, later + HOUR, 1)
    ahead = [(one.action, one.kind, one.begins_at) for one in state.calendar if one.ends_at]
    assert ahead == [(0, ActionKind.CASH_DIVIDEND, soon), (1, ActionKind.SPLIT, later)]
    for number in (0, 1):
        await cancel(desk, stock, number)
    state = await desk.fetch("Asset", stock.asset)
    assert (state.actions, state.next_effective_at, state.multiplier) == (2, 0, ONE)
    assert not any(one.ends_at for one in state.calendar)


async def new_identifiers(desk: Desk, stock: Stock) -> None:
    """Anybody puts in force what was announced days ago: the mint and the asset show it, attestations name it."""
    isin, symbol = pda.isin_bytes(NEW_ISIN), pda.symbol_bytes(NEW_SYMBOL)
    old = await desk.fetch("Asset", stock.asset)
    markers = {
        "isin_marker": pda.isin_marker(stock.issuer, NEW_ISIN),
        "symbol_marker": pda.symbol_marker(stock.issuer, NEW_SYMBOL),
        "old_isin_marker": pda.isin_marker(stock.issuer, "US0378331005"),
        "old_symbol_marker": pda.symbol_marker(stock.issuer, "AAPLx"),
    }
    own = {"payer": desk.me, "rent_receiver": desk.me, "issuer": stock.issuer, "asset": stock.asset, "mint": stock.mint}
    action = pda.corporate_action(stock.asset, RENAMED)
    told = await desk.call(
        "apply_identifiers", events.IdentifiersChanged, isin, symbol, **own, **markers, action=action
    )
    assert (told.old_isin, told.old_symbol) == (bytes(old.isin), bytes(old.symbol))
    assert (told.isin, told.symbol, told.action) == (isin, symbol, RENAMED)
    state = await desk.fetch("Asset", stock.asset)
    genesis = await desk.ledger.genesis_hash()
    assert (
        told.domain
        == bytes(state.domain)
        == message.domain(constants.PROGRAM_ID, genesis, stock.asset, NEW_ISIN)
        != bytes(old.domain)
    )
    assert (bytes(state.isin), bytes(state.symbol)) == (isin, symbol)
    assert (await desk.fetch("CorporateAction", action)).state == ActionState.APPLIED
    assert (await desk.fetch("IsinMarker", markers["isin_marker"])).asset == stock.asset
    assert await desk.ledger.account(markers["old_symbol_marker"]) is None
