"""A listing: the accounts, and a mint and an escrow that no key outside the program can touch."""

from __future__ import annotations

import struct
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import FEES, OURS, TERMS_HASH, TERMS_URI, TESLA, TREASURY, Stock
from tests.embedded.cases_policy import BOUNDS
from tests.embedded.setups import NO_DAYS, NO_EXIT, NO_WINDOW, NOTHING_QUEUED, policy_of
from tests.embedded.world import NOW, World
from xstock_client import pda
from xstock_client.accounts import (
    Asset,
    AttestorSet,
    CalendarEntry,
    ChainSlot,
    CustodianSlot,
    IsinMarker,
    Issuer,
    KeySet,
    Ratio,
    Reserve,
    SymbolMarker,
)
from xstock_client.amounts import MULTIPLIER_SCALE
from xstock_client.constants import PROGRAM_ID, TOKEN_2022, Role
from xstock_client.errors import TransactionFailed
from xstock_client.events import AssetListed
from xstock_client.ledger.embedded import GENESIS_HASH

PLAIN = replace(TESLA, permissioned_burn=False)
NONE = Pubkey.default()
NO_KEYS = KeySet(
    keys=(NONE, NONE, NONE),
    pending_keys=(NONE, NONE, NONE),
    pending_from=0,
    sequence=0,
    epoch=0,
    pending_epoch=0,
    count=0,
    threshold=0,
    pending_count=0,
    pending_threshold=0,
)
EMPTY_SLOT = CustodianSlot(
    custodian_id=bytes(20),
    active=0,
    group=0,
    account_hash=bytes(32),
    signers=NO_KEYS,
    basis=0,
    as_of=0,
    settled=0,
    in_transit=0,
    in_transit_by=0,
    received_at=0,
    report_hash=bytes(32),
)
NO_CHAIN = ChainSlot(
    active=0,
    basis=0,
    chain=bytes(48),
    token_hash=bytes(32),
    signers=NO_KEYS,
    cap=0,
    next_cap=0,
    next_cap_from=0,
    as_of=0,
    supply=0,
    received_at=0,
    report_hash=bytes(32),
    outbound=0,
    outbound_days=NO_DAYS,
    retire_from=0,
    marked=0,
    concluded=0,
    marked_at=0,
    reported=0,
)
NO_RATIO = Ratio(0, 0)
PADDED_SYMBOL = TESLA.symbol.encode().ljust(12, b"\0")
PADDED_TERMS = TERMS_URI.encode().ljust(128, b"\0")
DOMAIN = sha256(bytes(PROGRAM_ID) + GENESIS_HASH + bytes(TESLA.asset) + TESLA.isin.encode()).digest()


def bump(*seeds: bytes) -> int:
    return Pubkey.find_program_address(seeds, PROGRAM_ID)[1]


@pytest.mark.parametrize("pro_rata", [False, True], ids=["full", "pro rata"])
@pytest.mark.parametrize("stock", [TESLA, PLAIN], ids=["permissioned burn", "open burn"])
@pytest.mark.parametrize("by", [None, calls.staff(Role.ADMIN)], ids=["authority", "admin"])
def test_list_asset(world: World, stock: Stock, pro_rata: bool, by: Pubkey | None) -> None:
    before = world.read(Issuer, OURS.address)
    done = world.run(calls.list_asset(stock, by=by, pro_rata=pro_rata))

    issuer, asset = bytes(OURS.address), bytes(stock.asset)
    features = int(stock.permissioned_burn) | 2 * pro_rata
    assert world.asset(stock) == Asset(
        version=1,
        bump=bump(b"asset", issuer, struct.pack("<I", 2)),
        halts=0,
        latched=0,
        decimals=8,
        mint_bump=bump(b"mint", asset),
        escrow_bump=bump(b"escrow", asset),
        features=features,
        issuer=OURS.address,
        mint=stock.mint,
        escrow=stock.escrow,
        reserve=stock.reserve,
        number=2,
        basis=0,
        multiplier=MULTIPLIER_SCALE,
        next_multiplier=MULTIPLIER_SCALE,
        next_effective_at=0,
        isin=stock.isin.encode(),
        symbol=PADDED_SYMBOL,
        domain=DOMAIN,
        terms_hash=TERMS_HASH,
        terms_uri=PADDED_TERMS,
        policy=policy_of(stock),
        known_supply=0,
        minted=0,
        settled=0,
        burned_outside=0,
        pending=0,
        open_requests=0,
        tickets_used=0,
        ticket_watermark=0,
        listed_at=NOW,
        first_mint_at=0,
        latched_at=0,
        released=NO_DAYS,
        cleared_at=0,
        newest_as_of=0,
        highest_ticket=0,
        mint_window=NO_WINDOW,
        queued_policy=NOTHING_QUEUED,
        requested=0,
        returned=0,
        payment_mint=NONE,
        bond_vault=NONE,
        bond=0,
        bond_reserved=0,
        bond_exit=NO_EXIT,
        payment_decimals=0,
        next_is_split=0,
        next_action=0,
        split=NO_RATIO,
        next_split=NO_RATIO,
        split_at=0,
        split_ex_at=0,
        identified_at=0,
        halt_from=0,
        delisted_at=0,
        snapshot_slot=0,
        actions=0,
        snapshots=0,
        calendar=(CalendarEntry(0, 0, 0, 0),) * 6,
        attestors=AttestorSet((NONE,) * 5, (NONE,) * 5, 0, 0, 0, 0, 0),
    )
    assert world.reserve(stock) == Reserve(
        version=1,
        bump=bump(b"reserve", asset),
        last_epoch=0,
        asset=stock.asset,
        custodians=(EMPTY_SLOT,) * 8,
        chains=(NO_CHAIN,) * 8,
        basis=0,
    )
    isin_marker, symbol_marker = pda.isin_marker(OURS.address, stock.isin), pda.symbol_marker(OURS.address, "TSLAx")
    assert world.read(IsinMarker, isin_marker) == IsinMarker(
        1, bump(b"isin", issuer, stock.isin.encode()), OURS.address, stock.asset, stock.isin.encode()
    )
    assert world.read(SymbolMarker, symbol_marker) == SymbolMarker(
        1, bump(b"symbol", issuer, PADDED_SYMBOL), OURS.address, stock.asset, PADDED_SYMBOL
    )
    assert world.read(Issuer, OURS.address) == replace(before, asset_count=3)
    event = AssetListed(
        asset=stock.asset,
        issuer=OURS.address,
        mint=stock.mint,
        escrow=stock.escrow,
        reserve=stock.reserve,
        number=2,
        decimals=8,
        features=features,
        multiplier=MULTIPLIER_SCALE,
        isin=stock.isin.encode(),
        symbol=PADDED_SYMBOL,
        domain=DOMAIN,
        terms_hash=TERMS_HASH,
        terms_uri=PADDED_TERMS,
        policy=policy_of(stock),
        at=NOW,
    )
    assert done.events == (event,)
    created = {stock.asset, stock.reserve, stock.mint, stock.escrow, isin_marker, symbol_marker}
    assert done.changed == {TREASURY, OURS.address, *created}
    for address in created:
        account = world.get(address)
        assert account.lamports == world.chain.rent_of(len(account.data))
    assert done.lamports(TREASURY) == -sum(world.get(address).lamports for address in created)


def extensions(data: bytes) -> dict[int, bytes]:
    """Type and value of each extension, in the account's order. The whole of the account is accounted for."""
    found, at = {}, 166
    while at < len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        found[kind] = data[at + 4 : at + 4 + length]
        at += 4 + length
    assert at == len(data)
    return found


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode()


@pytest.mark.parametrize("stock", [TESLA, PLAIN], ids=["permissioned burn", "open burn"])
def test_every_authority_of_the_mint_is_the_asset(world: World, stock: Stock) -> None:
    world.do(calls.list_asset(stock))
    account, asset = world.get(stock.mint), bytes(stock.asset)
    assert account.owner == TOKEN_2022
    # mint authority, supply, decimals, initialized, freeze authority; padding; the type of a mint
    base = b"\1\0\0\0" + asset + bytes(8) + b"\x08\1" + b"\1\0\0\0" + asset
    assert account.data[:166] == base.ljust(165, b"\0") + b"\1"
    fields = (("isin", stock.isin), ("terms_uri", TERMS_URI), ("terms_hash", TERMS_HASH.hex()))
    metadata = asset + bytes(stock.mint) + text(calls.NAME) + text(stock.symbol) + text(calls.URI)
    metadata += struct.pack("<I", len(fields)) + b"".join(text(one) for pair in fields for one in pair)
    expected = {
        26: asset + b"\0",  # Pausable, not paused
        12: asset,  # PermanentDelegate
        25: asset + struct.pack("<dqd", 1.0, 0, 1.0),  # ScaledUiAmount
        6: b"\1",  # DefaultAccountState: initialized
        18: asset + bytes(stock.mint),  # MetadataPointer
        19: metadata,  # TokenMetadata
    }
    if stock.permissioned_burn:
        expected[28] = asset
    found = extensions(account.data)
    assert found == expected
    assert next(iter(found)) == 26, "the program reads the pause where the first extension lies"


def test_the_escrow_is_the_assets_alone(world: World) -> None:
    world.do(calls.list_asset(TESLA))
    account = world.get(TESLA.escrow)
    assert account.owner == TOKEN_2022
    # mint, owner, amount, no delegate, initialized, not native, nothing delegated, nobody closes; a token account
    base = bytes(TESLA.mint) + bytes(TESLA.asset) + bytes(8) + bytes(36) + b"\1" + bytes(12) + bytes(8) + bytes(36)
    assert account.data[:166] == base + b"\2"
    assert extensions(account.data) == {7: b"", 27: b""}  # ImmutableOwner, PausableAccount


def test_longest_texts(world: World) -> None:
    world.do(calls.list_asset(TESLA, name="n" * 32, uri="u" * 160, terms_uri="t" * 128))
    token = world.mint(TESLA)
    assert (token.name, token.uri, token.fields["terms_uri"]) == ("n" * 32, "u" * 160, "t" * 128)
    assert world.asset(TESLA).terms_uri == b"t" * 128
    account = world.get(TESLA.mint)
    assert account.lamports == world.chain.rent_of(len(account.data))


@pytest.mark.parametrize("name", [name for name in BOUNDS if name != "custodian_share_bps"])
def test_policies_at_their_bounds(world: World, name: str) -> None:
    for value, stock in zip(BOUNDS[name], (TESLA, Stock(OURS, 3, "US5949181045", "MSFTx")), strict=True):
        change: dict[str, Any] = {name: value}
        world.do(calls.list_asset(stock, **change))
        assert world.asset(stock).policy == policy_of(stock, **change)


@pytest.mark.parametrize(("share", "least"), [(10_000, 1), (5_000, 2), (3_334, 3), (2_500, 4), (1_250, 8)])
def test_the_smallest_share_that_a_bare_quorum_can_fill(world: World, share: int, least: int) -> None:
    quorum: dict[str, Any] = {"custodian_share_bps": share, "min_custodians": least}
    world.do(calls.list_asset(TESLA, **quorum))
    assert world.asset(TESLA).policy == policy_of(TESLA, **quorum)
    less = calls.list_asset(Stock(OURS, 3, "US5949181045", "MSFTx"), **{**quorum, "custodian_share_bps": share - 1})
    world.refuse(less, "ShareBelowQuorum", share=share - 1, custodians=least)


def test_another_issuer_may_list_the_same_isin_and_symbol(world: World) -> None:
    world.do(calls.list_asset(TESLA))
    theirs = Stock(calls.RIVAL, 2, TESLA.isin, TESLA.symbol)
    world.do(calls.list_asset(theirs))
    assert world.asset(theirs).domain != world.asset(TESLA).domain


def test_an_isin_and_a_symbol_are_taken_once(world: World) -> None:
    world.do(calls.list_asset(TESLA))
    same_isin, same_symbol = Stock(OURS, 3, TESLA.isin, "OTHER"), Stock(OURS, 3, "US5949181045", TESLA.symbol)
    taken = {
        same_isin: pda.isin_marker(OURS.address, TESLA.isin),
        same_symbol: pda.symbol_marker(OURS.address, "TSLAx"),
    }
    for again, marker in taken.items():
        error = world.fail(calls.list_asset(again))
        assert isinstance(error, TransactionFailed), repr(error)
        assert "the System program refused: an account that must be new exists already" in str(error)
        assert any("already in use" in line and str(marker) in line for line in error.logs), error.logs
    world.do(calls.list_asset(Stock(OURS, 3, "US5949181045", "OTHER")))


@pytest.mark.parametrize("lamports", [1, 1_000_000, 100_000_000])
def test_lamports_sent_beforehand_change_nothing(world: World, lamports: int) -> None:
    created = {
        "asset": TESLA.asset,
        "reserve": TESLA.reserve,
        "mint": TESLA.mint,
        "escrow": TESLA.escrow,
        "isin": pda.isin_marker(OURS.address, TESLA.isin),
        "symbol": pda.symbol_marker(OURS.address, TESLA.symbol),
    }
    clean = World(type(world.chain)(now=NOW))
    for address, account in world.chain.state().items():
        clean.chain.set_account(address, account)
    clean.do(calls.list_asset(TESLA))
    for address in created.values():
        world.give(address, lamports)
    before = world.get(TREASURY).lamports
    world.do(calls.list_asset(TESLA))
    for name, address in created.items():
        found, expected = world.get(address), clean.get(address)
        assert (found.owner, found.data) == (expected.owner, expected.data), name
        assert found.lamports == max(expected.lamports, lamports), name
    paid = sum(max(0, clean.get(address).lamports - lamports) for address in created.values())
    assert before - world.get(TREASURY).lamports == paid
    assert world.get(FEES).lamports == clean.get(FEES).lamports
