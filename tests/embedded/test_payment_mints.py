"""Which mints redemptions can be paid in, and which accounts can hold a bond: every look-alike is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ABANDONED_S,
    ALICE,
    APPLE,
    BOB,
    CASHIER,
    DOLLAR,
    EURO,
    MALLORY,
    NVIDIA,
    TESLA,
    TREASURY,
    Due,
    purse,
)
from tests.embedded.chain import FOREIGN_PROGRAM, key
from tests.embedded.stages import TEN, accept, audit
from tests.embedded.test_payment_tokens import HARMLESS, UNFIT
from tests.embedded.tills import PLAIN, Till, with_till
from tests.embedded.tokens import CENTRAL_BANK, PYUSD, Coin, fund, make_coin
from tests.embedded.world import DOLLARS, World
from xstock_client.clients.token import Extension
from xstock_client.constants import MEMO, SYSTEM, TOKEN, TOKEN_2022
from xstock_client.ledger import Account

OWNER, AMOUNT, DELEGATE, STATE, CLOSER = 32, 64, 72, 108, 129
DECIMALS, INITIALIZED = 44, 45
SOMEBODY = b"\1\0\0\0" + bytes(MALLORY)
ACCOUNT = 165
"""Bytes of a token account without extensions; the account type follows."""


@pytest.fixture
def listed(world: World) -> World:
    """Tesla is listed, and has no bond yet."""
    world.do(calls.list_asset(TESLA))
    return world


def opens(world: World, coin: Coin) -> None:
    till = Till(coin, TESLA)
    world.do(coin.open(TESLA.asset), till.open())
    asset = world.asset(TESLA)
    assert (asset.payment_mint, asset.bond_vault, asset.payment_decimals) == (coin.mint, till.vault, coin.decimals)


# Extensions


@pytest.mark.parametrize("extension", HARMLESS, ids=lambda one: one.name)
def test_harmless_extensions(listed: World, extension: Extension) -> None:
    group = make_coin(listed.chain, "group", [Extension.GROUP_POINTER, Extension.TOKEN_GROUP])
    opens(listed, make_coin(listed.chain, "usd", [*HARMLESS[extension], extension], group=group))


@pytest.mark.parametrize("extension", UNFIT, ids=lambda one: one.name)
def test_extensions_that_touch_payments(listed: World, extension: Extension) -> None:
    """However many harmless ones stand before it."""
    harmless = [Extension.MINT_CLOSE_AUTHORITY, Extension.PERMANENT_DELEGATE, Extension.METADATA_POINTER]
    for name, before in (("alone", []), ("behind others", harmless)):
        coin = make_coin(listed.chain, name, [*before, *UNFIT[extension], extension])
        listed.refuse(Till(coin, TESLA).open(), "UnfitPaymentMint", extension=extension)


@pytest.mark.parametrize("kind", [*range(28, 40), 0xFFFF])
def test_extensions_that_nobody_knows_yet(listed: World, kind: int) -> None:
    coin = make_coin(listed.chain, "future", [Extension.MINT_CLOSE_AUTHORITY])
    account = listed.get(coin.mint)
    tail = kind.to_bytes(2, "little") + bytes(2)
    listed.chain.set_account(coin.mint, replace(account, data=account.data + tail))
    listed.refuse(Till(coin, TESLA).open(), "UnfitPaymentMint", extension=kind)


def test_a_fee_a_hook_and_a_frozen_start_now_or_announced(listed: World) -> None:
    fee, hook, state = Extension.TRANSFER_FEE_CONFIG, Extension.TRANSFER_HOOK, Extension.DEFAULT_ACCOUNT_STATE
    for name, coin, extension in (
        ("fee", make_coin(listed.chain, "fee", [fee], fee_bps=1), fee),
        ("hook", make_coin(listed.chain, "hook", [hook], hook=MEMO), hook),
        ("frozen", make_coin(listed.chain, "frozen", [state], frozen=True), state),
    ):
        assert coin.mint == key(f"coin {name}")
        listed.do(coin.open(TESLA.asset))
        listed.refuse(Till(coin, TESLA).open(), "UnfitPaymentMint", extension=extension)
    # one that was switched on just now, and acts in two epochs
    coin = make_coin(listed.chain, "later", PYUSD)
    opens(listed, coin)
    listed.do(coin.set_fee(1))
    listed.refuse(Till(coin, TESLA).open(), "UnfitPaymentMint", extension=fee)
    listed.do(coin.set_fee(0), Till(coin, TESLA).open())


# Mints that are none


def uninitialized(world: World, coin: Coin) -> None:
    world.patch(coin.mint, INITIALIZED, b"\0")


def of_somebody_else(world: World, coin: Coin) -> None:
    world.chain.set_account(coin.mint, replace(world.get(coin.mint), owner=FOREIGN_PROGRAM))


def absent(world: World, coin: Coin) -> None:
    world.chain.set_account(coin.mint, None)


def longer(world: World, coin: Coin) -> None:
    account = world.get(coin.mint)
    world.chain.set_account(coin.mint, replace(account, data=account.data + b"\0"))


def of_the_other_program(world: World, coin: Coin) -> None:
    """The vault is not, or the mint is none there."""
    owner = TOKEN if coin.program == TOKEN_2022 else TOKEN_2022
    world.chain.set_account(coin.mint, replace(world.get(coin.mint), owner=owner))


@pytest.mark.parametrize("spoil", [uninitialized, of_somebody_else, absent, longer, of_the_other_program])
@pytest.mark.parametrize("name", PLAIN)
def test_mints_that_are_none(listed: World, name: str, spoil: Callable[[World, Coin], None]) -> None:
    program, extensions = PLAIN[name]
    coin = make_coin(listed.chain, name, extensions, program=program)
    listed.do(coin.open(TESLA.asset))
    before, sent = listed.get(coin.mint), Till(coin, TESLA).open()
    spoil(listed, coin)
    if spoil is longer and name == "pyusd":  # a byte behind the extensions is none
        listed.do(sent)
        return
    if spoil is longer and name == "plain":  # too short for a type byte, too long for a bare mint
        listed.refuse(sent, "AccountDataTooSmall")
    elif spoil is of_the_other_program and name != "pyusd":  # a bare mint of either program is one; its vault is not
        listed.refuse(sent, "WrongTokenAccount")
    else:
        listed.refuse(sent, "WrongPaymentMint")
    listed.chain.set_account(coin.mint, before)
    listed.do(sent)


def test_accounts_that_are_no_mints(listed: World) -> None:
    """Token accounts and multisigs of either program have bytes where a mint has its own."""
    good = Till(DOLLARS, TESLA).open()
    listed.do(DOLLARS.open(TESLA.asset))
    plain = make_coin(listed.chain, "plain", program=TOKEN_2022)
    holding = fund(listed.chain, plain, ALICE, 1)
    multisig = key("multisig")
    data = bytes([2, 3, 1]) + bytes(MALLORY) * 3 + bytes(32 * 8)
    assert len(data) == 355
    for owner in (TOKEN, TOKEN_2022):
        listed.chain.set_account(multisig, Account(10**9, owner, data))
        listed.refuse(good.swap(payment_mint=multisig), "WrongPaymentMint")
    # one whose members' keys spell a mint: there is no account of it
    spelled = bytearray(data)
    spelled[DECIMALS : INITIALIZED + 1], spelled[ACCOUNT] = b"\x06\x01", 1
    spelled[ACCOUNT + 1 :] = bytes(len(spelled) - ACCOUNT - 1)
    listed.chain.set_account(multisig, Account(10**9, TOKEN_2022, bytes(spelled)))
    listed.refuse(good.swap(payment_mint=multisig), "WrongTokenAccount")
    for other in (purse(ALICE), holding, APPLE.escrow, ALICE, TESLA.reserve, TESLA.desk.address, SYSTEM):
        listed.refuse(good.swap(payment_mint=other), "WrongPaymentMint")


def test_the_stocks_own_tokens_are_no_money(listed: World) -> None:
    """Neither its own mint, nor another stock's: those can be paused."""
    listed.refuse(Till(Coin(TESLA.mint, TOKEN_2022, 8), TESLA).open(vault=TESLA.escrow), "WrongPaymentMint")
    stock = Coin(APPLE.mint, TOKEN_2022, 8)
    listed.do(stock.open(TESLA.asset))
    listed.refuse(Till(stock, TESLA).open(), "UnfitPaymentMint", extension=Extension.PAUSABLE)


@pytest.mark.parametrize("decimals", [*range(11), 18, 255])
@pytest.mark.parametrize("program", [TOKEN, TOKEN_2022])
def test_six_to_nine_decimals(listed: World, program: Pubkey, decimals: int) -> None:
    coin = make_coin(listed.chain, "coin", program=program, decimals=decimals)
    listed.do(coin.open(TESLA.asset))
    sent = Till(coin, TESLA).open()
    if 6 <= decimals <= 9:
        listed.do(sent)
        assert listed.asset(TESLA).payment_decimals == decimals
    else:
        listed.refuse(sent, "PaymentDecimals", decimals=decimals, minimum=6, maximum=9)


# Vaults


@pytest.mark.parametrize("name", PLAIN)
def test_vaults_that_somebody_else_could_touch(listed: World, name: str) -> None:
    program, extensions = PLAIN[name]
    coin = make_coin(listed.chain, name, extensions, program=program)
    till = Till(coin, TESLA)
    listed.do(coin.open(TESLA.asset))
    before = listed.get(till.vault)
    for offset, data in ((DELEGATE, SOMEBODY), (CLOSER, SOMEBODY), (STATE, b"\2")):
        listed.patch(till.vault, offset, data)
        listed.refuse(till.open(), "WrongBondVault")
        listed.chain.set_account(till.vault, before)
    for offset, data in ((OWNER, bytes(APPLE.asset)), (OWNER, bytes(TESLA.desk.authority)), (0, bytes(DOLLAR))):
        listed.patch(till.vault, offset, data)
        listed.refuse(till.open(), "WrongTokenAccount")
        listed.chain.set_account(till.vault, before)
    listed.do(coin.open(MALLORY), coin.open(APPLE.asset))
    for vault in (coin.wallet(MALLORY), coin.wallet(APPLE.asset), purse(CASHIER, EURO), TESLA.escrow, MALLORY, SYSTEM):
        listed.refuse(till.open(vault=vault), "WrongTokenAccount")
    listed.chain.set_account(till.vault, replace(before, owner=FOREIGN_PROGRAM))
    listed.refuse(till.open(), "WrongTokenAccount")
    listed.chain.set_account(till.vault, before)
    listed.do(till.open())


def test_a_vault_of_token_2022_always_was_the_assets(listed: World) -> None:
    """Without an immutable owner, somebody before could have set what blocks its transfers."""
    coin = make_coin(listed.chain, "plain", program=TOKEN_2022)
    listed.do(coin.open(TESLA.asset))
    till = Till(coin, TESLA)
    account = listed.get(till.vault)
    immutable = b"\x02" + Extension.IMMUTABLE_OWNER.to_bytes(2, "little") + bytes(2)
    assert account.data[ACCOUNT:] == immutable
    memo = Extension.MEMO_TRANSFER.to_bytes(2, "little") + b"\1\0\0"
    for tail in (b"", b"\x02", b"\x02" + memo, b"\x02" + bytes(20)):
        listed.chain.set_account(till.vault, replace(account, data=account.data[:ACCOUNT] + tail))
        listed.refuse(till.open(), "WrongBondVault")
    # behind another extension it is found as well
    listed.chain.set_account(till.vault, replace(account, data=account.data[:ACCOUNT] + b"\x02" + memo + immutable[1:]))
    listed.do(till.open())


def test_a_vault_of_spl_token_has_no_tail(listed: World) -> None:
    listed.do(DOLLARS.open(TESLA.asset))
    till = Till(DOLLARS, TESLA)
    account = listed.get(till.vault)
    listed.chain.set_account(till.vault, replace(account, data=account.data + b"\x02\x07\0\0\0"))
    listed.refuse(till.open(), "WrongBondVault")


def test_any_account_that_the_asset_owns_will_do(listed: World) -> None:
    """It need not be the associated one; what is in it already is a donation."""
    vault = key("another vault")
    listed.do(DOLLARS.open(TESLA.asset))
    listed.chain.set_account(vault, listed.get(purse(TESLA.asset)))
    listed.patch(vault, AMOUNT, (7).to_bytes(8, "little"))
    till = Till(DOLLARS, TESLA)
    listed.do(till.open(vault=vault), till.deposit(5, vault=vault))
    assert (listed.asset(TESLA).bond, listed.money(vault)) == (5, 12)
    listed.refuse(till.deposit(5), "WrongBondVault")


# A coin that changes later


def test_a_mint_that_is_closed_and_made_again_is_not_paid_in() -> None:
    """With other decimals, or of the other token program: transfers are refused, and nobody loses anything."""
    world, till = with_till("pyusd")
    accept(world, TEN)
    mint = world.get(till.coin.mint)
    world.patch(till.coin.mint, DECIMALS, b"\x08")
    error = world.fail(till.settle(Due(TEN)))
    assert "error 18" in str(error), error  # MintDecimalsMismatch
    world.chain.set_account(till.coin.mint, replace(mint, owner=TOKEN, data=mint.data[:82]))
    world.refuse(till.settle(Due(TEN)), "WrongTokenAccount")
    world.chain.set_account(till.coin.mint, None)
    world.refuse(till.settle(Due(TEN)), "WrongPaymentMint")
    request = world.request(APPLE)
    world.advance(request.settle_by + ABANDONED_S + 1 - world.now)
    world.do(calls.default_redemption(APPLE, id=0, pays=False))
    world.chain.set_account(till.coin.mint, mint)
    audit(world)


def test_money_that_is_seized_from_the_source_settles_nothing() -> None:
    world, till = with_till("pyusd")
    accept(world, TEN)
    accept(world, TEN, holder=BOB)
    much = world.money(till.purse(CASHIER))
    world.do(till.coin.pay(till.purse(CASHIER), till.purse(TREASURY), much - 1, CENTRAL_BANK))
    error = world.fail(till.settle(Due(TEN), Due(TEN, holder=BOB)))
    assert "error 1" in str(error)
    assert world.supply(NVIDIA) == 0
    audit(world)
