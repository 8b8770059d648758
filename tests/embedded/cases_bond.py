"""Refusals around an asset's bond: opening it, paying into it, and taking out of it."""

from __future__ import annotations

from collections.abc import Callable

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOND,
    CASHIER,
    CHANGE_DELAY_S,
    DOLLAR,
    EURO,
    MALLORY,
    NVIDIA,
    OURS,
    RIVAL,
    RIVAL_APPLE,
    TESLA,
    TREASURY,
    purse,
    staff,
)
from tests.embedded.cases import Attempt, case, row
from tests.embedded.cases_ready import DEPOSIT, OPEN, QUEUE, TEN, UNQUEUE, WITHDRAW, doing, idle, money, waiting
from tests.embedded.chain import FOREIGN_PROGRAM, Call, key
from tests.embedded.tokens import Coin, fund, make_coin
from tests.embedded.world import DOLLARS, EUROS, NOW, World
from xstock_client.accounts import Asset
from xstock_client.clients.token import Extension
from xstock_client.constants import CHANGE_LIFE_S, TOKEN, TOKEN_2022, Role
from xstock_client.ledger import Account

READY = NOW + CHANGE_DELAY_S
ALL = 2**64 - 1


# Another issuer's officers

for _good, _grant, _role in (
    (OPEN, "admin_grant", Role.ADMIN),
    (QUEUE, "grant", Role.TREASURER),
    (WITHDRAW, "grant", Role.TREASURER),
    (UNQUEUE, "grant", Role.PAUSER),
):
    _signer = "canceller" if _good is UNQUEUE else "authority"
    money(
        _good.swap(**{"issuer": RIVAL.address, _grant: RIVAL.grant(_role), _signer: staff(_role)}),
        "WrongIssuer",
        "another issuer's officer",
        {},
    )
    money(
        _good.swap(**{"issuer": RIVAL.address, _grant: _good.address("program"), _signer: RIVAL.authority}),
        "WrongIssuer",
        "another issuer's authority",
        {},
    )
for _good in (QUEUE, WITHDRAW):
    money(_good, "ChangesHalted", "halted", {}, doing(calls.halt(APPLE, 4)))
    money(_good.swap(payment_mint=EURO), "WrongPaymentMint", "another coin", {})


# Opening


def _listed(world: World) -> None:
    world.do(calls.list_asset(TESLA))


def _open(
    code: str,
    about: str,
    prepare: Callable[[World], Coin],
    *,
    vault: Callable[[World, Coin], Pubkey] | None = None,
    **figures: int,
) -> None:
    """Tesla's first bond in a coin that ``prepare`` makes, with its associated account unless ``vault`` says other."""

    def attempt(world: World) -> Attempt:
        _listed(world)
        coin = prepare(world)
        place = vault(world, coin) if vault else coin.wallet(TESLA.asset)
        return calls.open_bond(TESLA, mint=coin.mint, vault=place), figures

    attempt.__name__ = about.replace(" ", "_")
    case("open_bond", code)(attempt)


def _dollars(world: World) -> Coin:
    world.do(DOLLARS.open(TESLA.asset))
    return DOLLARS


def _made(*extensions: Extension, **terms: object) -> Callable[[World], Coin]:
    """A coin of Token-2022 with a vault of Tesla's."""

    def make(world: World) -> Coin:
        coin = make_coin(world.chain, "made", extensions, program=TOKEN_2022, **terms)  # type: ignore[arg-type]
        world.do(coin.open(TESLA.asset))
        return coin

    return make


def _bent(offset: int, data: bytes) -> Callable[[World], Coin]:
    """Dollars whose mint was overwritten."""

    def make(world: World) -> Coin:
        _dollars(world)
        world.patch(DOLLAR, offset, data)
        return DOLLARS

    return make


def _fake(owner: Pubkey, data: Callable[[World], bytes]) -> Callable[[World], Coin]:
    """A "coin" at another address with ``data``, owned by ``owner``."""

    def make(world: World) -> Coin:
        coin = Coin(key("fake coin"), TOKEN)
        world.chain.set_account(coin.mint, Account(10**9, owner, data(world)))
        return coin

    return make


_open("WrongPaymentMint", "a coin of another program", _fake(FOREIGN_PROGRAM, lambda world: world.get(DOLLAR).data))
_open("WrongPaymentMint", "nothing at all", _fake(FOREIGN_PROGRAM, lambda world: b""))
_open("WrongPaymentMint", "a mint that was never set up", _bent(45, b"\0"))
_open("WrongPaymentMint", "an account in the place of a mint", lambda world: Coin(purse(ALICE)))
_open("WrongPaymentMint", "an account of Token-2022", lambda world: Coin(APPLE.wallet(ALICE), TOKEN_2022))
_open(
    "WrongPaymentMint",
    "a mint of SPL Token with something behind it",
    _fake(TOKEN, lambda world: world.get(DOLLAR).data + b"\0" * 100),
)
_open(
    "WrongPaymentMint",
    "the stock itself",
    lambda world: Coin(TESLA.mint, TOKEN_2022),
    vault=lambda world, coin: TESLA.escrow,
)
# another issuer's stock: pausable, with a delegate, scaled
_open("UnfitPaymentMint", "another stock", lambda world: Coin(APPLE.mint, TOKEN_2022), extension=Extension.PAUSABLE)
_open(
    "UnfitPaymentMint",
    "a fee",
    _made(Extension.TRANSFER_FEE_CONFIG, fee_bps=1),
    extension=Extension.TRANSFER_FEE_CONFIG,
)
_open("UnfitPaymentMint", "a hook", _made(Extension.TRANSFER_HOOK, hook=MALLORY), extension=Extension.TRANSFER_HOOK)
_open(
    "UnfitPaymentMint",
    "accounts that start frozen",
    _made(Extension.DEFAULT_ACCOUNT_STATE, frozen=True),
    extension=Extension.DEFAULT_ACCOUNT_STATE,
)
_open("UnfitPaymentMint", "no transfers", _made(Extension.NON_TRANSFERABLE), extension=Extension.NON_TRANSFERABLE)


# Its vault


def _bent_vault(offset: int, data: bytes) -> Callable[[World, Coin], Pubkey]:
    """Tesla's associated account of dollars, overwritten."""

    def make(world: World, coin: Coin) -> Pubkey:
        world.patch(coin.wallet(TESLA.asset), offset, data)
        return coin.wallet(TESLA.asset)

    return make


def _handed_over(world: World, coin: Coin) -> Pubkey:
    """An account of Token-2022 that Mallory had before the asset: its owner can change, as in its early days."""
    account = key("plain account")
    base = bytes(coin.mint) + bytes(TESLA.asset) + bytes(8) + bytes(36) + b"\1" + bytes(56)
    world.chain.set_account(account, Account(world.chain.rent_of(165), TOKEN_2022, base))
    return account


_open("WrongTokenAccount", "a vault of another asset", _dollars, vault=lambda world, coin: APPLE.bond_vault)
_open(
    "WrongTokenAccount",
    "a vault of the issuer",
    _dollars,
    vault=lambda world, coin: fund(world.chain, coin, OURS.authority, 0),
)
_open(
    "WrongTokenAccount",
    "a vault of another coin",
    _dollars,
    vault=lambda world, coin: fund(world.chain, EUROS, TESLA.asset, 0),
)
_open("WrongTokenAccount", "no account", _dollars, vault=lambda world, coin: MALLORY)
_open("WrongBondVault", "a vault with a delegate", _dollars, vault=_bent_vault(72, b"\1"))
_open("WrongBondVault", "a vault that somebody may close", _dollars, vault=_bent_vault(129, b"\1"))
_open("WrongBondVault", "a frozen vault", _dollars, vault=_bent_vault(108, b"\2"))
_open("WrongBondVault", "a vault that had another owner", _made(), vault=_handed_over)


def _drained(world: World) -> None:
    """Apple's bond is empty."""
    world.do(calls.queue_bond_withdrawal(APPLE, BOND))
    world.advance(CHANGE_DELAY_S)
    world.do(WITHDRAW)


def _euros(world: World) -> None:
    world.do(EUROS.open(APPLE.asset))


row(
    calls.open_bond(APPLE, mint=EURO),
    "BondInUse",
    "with a bond",
    _euros,
    bond=BOND,
    open_requests=0,
    decimals=6,
    given=6,
)
row(
    calls.open_bond(APPLE, mint=EURO),
    "BondInUse",
    "with a request that reserved nothing",
    _euros,
    _drained,
    doing(calls.request_redemption(APPLE, TEN, id=0)),
    bond=0,
    open_requests=1,
    decimals=6,
    given=6,
)


def _given_up(waited: int) -> Callable[[World], None]:
    """A withdrawal of everything waits, and does so for ``waited`` seconds."""

    def step(world: World) -> None:
        world.do(EUROS.open(APPLE.asset), calls.queue_bond_withdrawal(APPLE, ALL))
        world.advance(waited)

    return step


for _about, _steps in {
    "a second before a withdrawal of everything has waited": (_given_up(CHANGE_DELAY_S - 1),),
    "a second after it was void": (_given_up(CHANGE_DELAY_S + CHANGE_LIFE_S + 1),),
    "after it was replaced by a smaller one": (_given_up(CHANGE_DELAY_S), doing(QUEUE)),
}.items():
    row(
        calls.open_bond(APPLE, mint=EURO), "BondInUse", _about, *_steps, bond=BOND, open_requests=0, decimals=6, given=6
    )
row(
    calls.open_bond(APPLE, mint=EURO),
    "BondInUse",
    "given up, with an open request",
    doing(calls.request_redemption(APPLE, TEN, id=0)),
    _given_up(CHANGE_DELAY_S),
    bond=BOND,
    open_requests=1,
    decimals=6,
    given=6,
)


@case("open_bond", "BondInUse")
def a_coin_of_other_decimals(world: World) -> Attempt:
    """Rates and caps of the policy would mean something else."""
    _drained(world)
    coin = make_coin(world.chain, "nano", decimals=9)
    world.do(coin.open(APPLE.asset))
    return calls.open_bond(APPLE, mint=coin.mint), {"bond": 0, "open_requests": 0, "decimals": 6, "given": 9}


for _decimals in (0, 5, 10, 255):
    _open(
        "PaymentDecimals",
        f"{_decimals} decimals",
        _bent(44, bytes([_decimals])),
        decimals=_decimals,
        minimum=6,
        maximum=9,
    )


# Paying in

money(calls.deposit_bond(APPLE, 0), "ZeroAmount", "nothing", {})
money(DEPOSIT.swap(payment_mint=EURO), "WrongPaymentMint", "another coin", {})
row(calls.deposit_bond(TESLA, TEN), "NoBond", "it was never opened", _listed)


def _elsewhere(good: Call) -> None:
    """The vault of another asset, issuer or coin, or none."""
    for about, vault in {
        "another asset's": NVIDIA.bond_vault,
        "another issuer's": RIVAL_APPLE.bond_vault,
        "the asset's of another coin": purse(APPLE.asset, EURO),
        "a purse": purse(MALLORY),
    }.items():
        money(good.swap(bond_vault=vault), "WrongBondVault", about, {})


_elsewhere(DEPOSIT)
money(
    DEPOSIT,
    "Overflow",
    "more than can be counted",
    {},
    lambda world: world.patch_field(Asset, APPLE.asset, "bond", ALL - TEN + 1),
)
money(DEPOSIT, "UnexpectedBalance", "nothing moved", {"expected": BOND + TEN, "seen": BOND}, idle(TOKEN))


# Taking out

row(calls.queue_bond_withdrawal(TESLA, TEN), "NoBond", "it was never opened", _listed)
for _amount in (0, BOND + 1, ALL - 1):
    money(
        calls.queue_bond_withdrawal(APPLE, _amount),
        "BondClaimed",
        f"{_amount}",
        {"free": BOND, "asked": _amount},
    )
money(QUEUE.swap(destination=APPLE.bond_vault), "WrongBondVault", "back into the vault", {})
for _about, _to in {
    "another coin": purse(TREASURY, EURO),
    "a stock's account": APPLE.wallet(ALICE),
    "no account": TREASURY,
}.items():
    money(QUEUE.swap(destination=_to), "WrongTokenAccount", f"to {_about}", {})

_elsewhere(WITHDRAW)
for _about, _to in {"a stranger": purse(MALLORY), "the cashier": purse(CASHIER)}.items():
    money(WITHDRAW.swap(destination=_to), "WrongDestination", f"to {_about}", {})
row(WITHDRAW, "NothingQueued", "nothing waits", waits_until=0, now=NOW)
row(
    WITHDRAW,
    "NothingQueued",
    "it was cancelled",
    doing(QUEUE, UNQUEUE),
    waits_until=0,
    now=NOW,
)
row(WITHDRAW, "ChangeNotReady", "at once", doing(QUEUE), ready_at=READY, now=NOW)
row(
    WITHDRAW,
    "ChangeNotReady",
    "a second early",
    doing(QUEUE),
    waiting(CHANGE_DELAY_S - 1),
    ready_at=READY,
    now=READY - 1,
)
money(
    WITHDRAW,
    "ChangeExpired",
    "a second late",
    {"expired_at": READY + CHANGE_LIFE_S, "now": READY + CHANGE_LIFE_S + 1},
    waiting(CHANGE_LIFE_S + 1),
)


def _reserved(bond_reserved: int) -> Callable[[World], None]:
    return lambda world: world.patch_field(Asset, APPLE.asset, "bond_reserved", bond_reserved)


money(WITHDRAW, "BondClaimed", "all of it is reserved", {"free": 0, "asked": TEN}, _reserved(BOND))
money(WITHDRAW, "Overflow", "more reserved than there is", {}, _reserved(BOND + 1))
money(WITHDRAW, "UnexpectedBalance", "nothing moved", {"expected": BOND - TEN, "seen": BOND}, idle(TOKEN))
row(UNQUEUE, "NothingQueued", "nothing waits", waits_until=0, now=NOW)
