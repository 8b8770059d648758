"""Refusals of settlements, one and in batches."""

from __future__ import annotations

from collections.abc import Callable

from solders.instruction import AccountMeta
from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    EURO,
    MALLORY,
    NVIDIA,
    ONE,
    PRICE,
    REDEMPTION_FEE_BPS,
    TREASURY,
    Due,
    purse,
)
from tests.embedded.cases import SUPPLY, Attempt, case, raise_supply, row
from tests.embedded.cases_ready import (
    ACCEPT,
    SETTLE,
    TEN,
    doing,
    in_state,
    money,
    prepare,
)
from tests.embedded.chain import FOREIGN_PROGRAM
from tests.embedded.world import DOLLARS, World
from xstock_client.accounts import RedemptionRequest
from xstock_client.constants import BPS, TOKEN_2022, Payout
from xstock_client.ledger import Account

ALL = 2**64 - 1


# One request

in_state(SETTLE, 2, 0, 1, 3, 4, 5, 6)
money(calls.settle_redemption(APPLE, TEN, id=0, price=0), "ZeroAmount", "a price of zero", {})
for _amount in (0, TEN - 1, TEN + 1, ALL):
    money(
        calls.settle_redemption(APPLE, _amount, id=0),
        "SettlementMismatch",
        f"{_amount} of ten",
        {"amount": TEN, "given": _amount},
    )
for _rest in (TEN, TEN + 1, ALL):
    money(
        calls.settle_redemption(APPLE, TEN, id=0, rest=_rest),
        "SettlementMismatch",
        f"a rest of {_rest}",
        {"amount": TEN, "given": _rest},
    )
money(SETTLE.swap(payment_mint=EURO), "WrongPaymentMint", "another coin", {})
money(SETTLE, "SupplyAboveBooks", "a second door", {"supply": SUPPLY + 1, "known": SUPPLY}, raise_supply)
money(
    SETTLE,
    "WrongPayout",
    "one to be paid outside the chain",
    {"payout": Payout.OFF_CHAIN, "needed": Payout.ON_CHAIN},
    lambda world: world.patch_field(RedemptionRequest, APPLE.request(ALICE, 0), "payout", Payout.OFF_CHAIN),
)


@case("settle_redemptions", "PriceTooLow")
def a_base_unit_below_the_minimum(world: World) -> Attempt:
    """The fee of two base units less is rounded down to one less, and so one is missing."""
    minimum = PRICE - PRICE * REDEMPTION_FEE_BPS // BPS
    world.do(calls.request_redemption(APPLE, ONE, id=0, min_price=minimum), ACCEPT)
    lower = calls.settle_redemption(APPLE, ONE, id=0, price=PRICE - 2)
    return lower, {"payment": minimum - 1, "needed": minimum, "min_price": minimum}


@case("settle_redemptions", "PriceTooLow")
def a_minimum_that_nobody_can_pay(world: World) -> Attempt:
    world.do(calls.request_redemption(APPLE, ONE, id=0, min_price=ALL), ACCEPT)
    highest = calls.settle_redemption(APPLE, ONE, id=0, price=ALL)
    return highest, {"payment": ALL - ALL * REDEMPTION_FEE_BPS // BPS, "needed": ALL, "min_price": ALL}


# A batch


def _batch(amounts: int, about: str, *metas: Pubkey) -> None:
    """``amounts`` of ten each, and any accounts behind the named ones."""
    good = calls.settle_redemptions(APPLE, *[Due(TEN)] * amounts)
    rest = [AccountMeta(one, is_signer=False, is_writable=True) for one in metas]
    money(good.with_rest(*rest), "BadBatch", about, {"amounts": amounts, "accounts": len(metas)})


GROUP = (APPLE.request(ALICE, 0), purse(ALICE), TREASURY)
_batch(0, "nothing at all")
_batch(0, "accounts without amounts", *GROUP)
_batch(1, "no accounts")
_batch(1, "an account too few", *GROUP[:2])
_batch(1, "an account too many", *GROUP, MALLORY)
_batch(2, "an amount too many", *GROUP)
_batch(1, "a request too many", *GROUP, *GROUP)


def _due(code: str, about: str, due: Due, *before: Callable[[World], object], **figures: int) -> None:
    """A batch of two, of which the second is bent."""
    row(
        calls.settle_redemptions(APPLE, Due(TEN, 0, BOB), due),
        code,
        about,
        lambda world: prepare(world, "settle_redemptions"),
        doing(calls.request_redemption(APPLE, TEN, id=0, holder=BOB), calls.accept_redemption(APPLE, id=0, holder=BOB)),
        *before,
        **figures,
    )


_due("WrongRentReceiver", "a stranger gets the rent", Due(TEN, rent_receiver=MALLORY))
_due("WrongTokenAccount", "paid to another holder", Due(TEN, payee=purse(BOB)))
_due("WrongTokenAccount", "paid in another coin", Due(TEN, payee=purse(ALICE, EURO)))
_due("WrongTokenAccount", "paid to the bond's vault", Due(TEN, payee=APPLE.bond_vault))
_due("WrongTokenAccount", "paid to the holder's stocks", Due(TEN, payee=APPLE.wallet(ALICE)))
_due("WrongTokenAccount", "paid to the holder's key", Due(TEN, payee=ALICE))
_due("WrongTokenAccount", "paid to the coin's mint", Due(TEN, payee=DOLLARS.mint))
_due(
    "WrongTokenAccount",
    "paid to a copy of the holder's purse",
    Due(TEN, payee=FOREIGN_PROGRAM),
    lambda world: world.chain.set_account(FOREIGN_PROGRAM, Account(10**9, TOKEN_2022, world.get(purse(ALICE)).data)),
)
_due("SettlementMismatch", "eleven of ten", Due(TEN + 1), amount=TEN, given=TEN + 1)
for _amount in (0, TEN):
    row(
        calls.settle_redemptions(APPLE, Due(TEN), Due(_amount)),
        "SettlementMismatch",
        f"twice in one batch, {_amount} the second time",
        lambda world: prepare(world, "settle_redemptions"),
        amount=0,
        given=_amount,
    )


@case("settle_redemptions", "WrongAsset")
def a_request_of_another_asset(world: World) -> Attempt:
    prepare(world, "settle_redemptions")
    world.do(calls.mint_shares(NVIDIA, TEN, ticket=0), calls.request_redemption(NVIDIA, TEN, id=0))
    world.do(calls.accept_redemption(NVIDIA, id=0))
    return SETTLE.swap_rest(0, NVIDIA.request(ALICE, 0)), {}
