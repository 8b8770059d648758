"""Refusals of mints and redemptions."""

from __future__ import annotations

from collections.abc import Callable

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    MALLORY,
    MAX_AGE_S,
    NVIDIA,
    REDEMPTION_WINDOW_S,
    WINDOW_LIMIT,
    deputy,
    staff,
)
from tests.embedded.cases import CASES, Attempt, Case, case
from tests.embedded.cases_admin import OLD_TOKEN, SUPPLY, raise_supply
from tests.embedded.chain import FOREIGN_PROGRAM, Call
from tests.embedded.world import MIDNIGHT, NOW, RESERVE, World
from xstock_client.accounts import Asset, HolderBook, MinterAllowance, RedemptionRequest, Reserve, TicketPage
from xstock_client.constants import TOKEN_2022, Role
from xstock_client.ledger import Account

OLD_MEMO = Pubkey.from_string("Memo1UhkJRfHyvLMcVucJwxXeuD728EqVDDwQDxFMNo")
MINTER, DEPUTY = staff(Role.MINTER), deputy(Role.MINTER)
TEN = 10
DEADLINE = NOW + REDEMPTION_WINDOW_S

MINT = calls.mint_shares(APPLE, TEN, ticket=5)
REQUEST = calls.request_redemption(APPLE, TEN, id=0)
CANCEL = calls.cancel_redemption(APPLE, id=0)
ACCEPT = calls.accept_redemption(APPLE, id=0)
SETTLE = calls.settle_redemption(APPLE, TEN, accepted_at=NOW, id=0)
CHECK = calls.check_solvency(APPLE)


def prepare(world: World, name: str) -> None:
    """Bring the world to where ``name`` would succeed."""
    if name in ("cancel_redemption", "accept_redemption", "settle_redemption"):
        world.do(REQUEST)
    if name == "settle_redemption":
        world.do(ACCEPT)


def row(good: Call, code: str, about: str, figures: dict[str, int], *before: Callable[[World], None]) -> None:
    """``good`` after ``before``, where only what is bent is wrong."""

    def attempt(world: World) -> Attempt:
        prepare(world, good.name)
        for step in before:
            step(world)
        return good, figures

    CASES.append(Case(good.name, code, about, attempt))


# Accounts that do not belong together

for _good in (MINT, REQUEST, CANCEL, SETTLE):
    row(_good.swap(token_program=OLD_TOKEN), "WrongTokenProgram", "the old token program", {})
    row(_good.swap(mint=NVIDIA.mint), "WrongMint", "another asset's mint", {})
for _good in (REQUEST, CANCEL, SETTLE):
    row(_good.swap(escrow=NVIDIA.escrow), "WrongEscrow", "another asset's escrow", {})
    row(_good.swap(book=NVIDIA.book(ALICE)), "WrongAsset", "the holder's book of another asset", {})
    row(_good.swap(book=APPLE.book(BOB)), "NotHolder", "another holder's book", {})
for _good in (CANCEL, SETTLE):
    row(_good.swap(rent_receiver=MALLORY), "WrongRentReceiver", "a stranger gets the rent", {})
for _good in (CANCEL, ACCEPT, SETTLE):
    row(_good.swap(asset=NVIDIA.asset), "WrongAsset", "another asset of the issuer", {})
row(CANCEL.swap(holder=BOB), "NotHolder", "another holder", {})
row(CANCEL.swap(memo_program=OLD_MEMO), "WrongMemoProgram", "the old memo program", {})
row(MINT.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve", {})
row(MINT.swap(allowance=NVIDIA.allowance(MINTER)), "WrongAsset", "the allowance for another asset", {})
row(MINT.swap(tickets=NVIDIA.page()), "WrongAsset", "another asset's tickets", {})
row(MINT.swap(allowance=APPLE.allowance(DEPUTY)), "WrongMinter", "another minter's allowance", {})
row(MINT.swap(destination=APPLE.escrow), "WrongTokenAccount", "into the escrow", {})
row(MINT.swap(tickets=APPLE.page(1)), "WrongTicketPage", "the next page", {"page": 1, "ticket": 5})
for _ticket in (4096, 2**64 - 1):
    _mint = calls.mint_shares(APPLE, TEN, ticket=_ticket, page=0)
    row(_mint, "WrongTicketPage", f"ticket {_ticket} on page 0", {"page": 0, "ticket": _ticket})


def _copy_elsewhere(owner: Pubkey) -> Callable[[World], None]:
    """Alice's token account once more, at Mallory's address, under another program."""

    def step(world: World) -> None:
        data = world.get(APPLE.wallet(ALICE)).data
        world.chain.set_account(FOREIGN_PROGRAM, Account(10**9, owner, data))

    return step


for _good, _side in ((REQUEST, "source"), (CANCEL, "destination")):
    row(_good.swap(**{_side: APPLE.wallet(BOB)}), "WrongTokenAccount", "another holder's", {})
    row(_good.swap(**{_side: NVIDIA.wallet(ALICE)}), "WrongTokenAccount", "of another mint", {})
    row(
        _good.swap(**{_side: FOREIGN_PROGRAM}),
        "WrongTokenAccount",
        "of another token program",
        {},
        _copy_elsewhere(OLD_TOKEN),
    )

# Minting


def _second_door(world: World) -> None:
    raise_supply(world)


row(calls.mint_shares(APPLE, 0, ticket=5), "ZeroAmount", "nothing", {})
row(MINT, "MintHalted", "halted", {}, lambda world: world.do(calls.halt(APPLE, 1)))
row(MINT, "Latched", "latched", {}, lambda world: world.do(world.attest(APPLE, 0, 0)))
row(
    MINT,
    "TicketTooLow",
    "below the watermark",
    {"ticket": 5, "watermark": 6},
    lambda world: world.patch_field(Asset, APPLE.asset, "ticket_watermark", 6),
)
row(calls.mint_shares(APPLE, TEN, ticket=0), "TicketUsed", "the first one", {"ticket": 0})
row(MINT, "SupplyAboveBooks", "a second door", {"supply": SUPPLY + 1, "known": SUPPLY}, _second_door)
row(
    calls.mint_shares(APPLE, WINDOW_LIMIT + 1, ticket=5, minter=DEPUTY),
    "WindowExceeded",
    "a raw unit above the window",
    {"amount": WINDOW_LIMIT + 1, "left": WINDOW_LIMIT, "limit": WINDOW_LIMIT},
)
row(
    calls.mint_shares(APPLE, 6, ticket=5, minter=DEPUTY),
    "LifetimeCapExceeded",
    "a raw unit above the cap",
    {"amount": 6, "left": 5, "cap": 5},
    lambda world: world.do(calls.set_allowance(APPLE, DEPUTY, WINDOW_LIMIT, 5)),
)
row(
    MINT,
    "QuorumNotMet",
    "all reports are stale",
    {"fresh": 0, "needed": 2},
    lambda world: world.advance(MIDNIGHT + MAX_AGE_S + 1 - NOW),
)
row(
    MINT,
    "QuorumNotMet",
    "two slots of one custodian",
    {"fresh": 1, "needed": 2},
    lambda world: world.patch_slot(APPLE, 1, "group", 0),
)
row(
    calls.mint_shares(APPLE, 2 * RESERVE - SUPPLY + 1, ticket=5),
    "ReserveShort",
    "a raw unit above the reserve",
    {"reserve": 2 * RESERVE, "obligation": 2 * RESERVE + 1, "shortfall": 1, "released": 0},
)


@case("mint_shares", "Overflow")
def a_supply_beyond_64_bits(world: World) -> Attempt:
    world.do(calls.set_allowance(APPLE, DEPUTY, 2**64 - 1, 2**64 - 1))
    world.advance(calls.CHANGE_DELAY_S)
    amount = 2**64 - SUPPLY
    return calls.mint_shares(APPLE, amount, ticket=5, minter=DEPUTY), {}


# Redemption

row(calls.request_redemption(APPLE, 0, id=0), "ZeroAmount", "nothing", {})
row(REQUEST, "RequestsHalted", "halted", {}, lambda world: world.do(calls.halt(APPLE, 2)))
row(calls.request_redemption(APPLE, TEN, id=1), "WrongRequestId", "one ahead", {"given": 1, "next": 0})
row(
    CANCEL,
    "AcceptedUntilDeadline",
    "accepted",
    {"now": NOW, "deadline": DEADLINE},
    lambda world: world.do(ACCEPT),
)
row(ACCEPT, "WrongRequestState", "accepted", {"state": 2, "needed": 1}, lambda world: world.do(ACCEPT))
row(
    ACCEPT,
    "DeadlinePassed",
    "a second late",
    {"now": DEADLINE + 1, "deadline": DEADLINE},
    lambda world: world.advance(REDEMPTION_WINDOW_S + 1),
)
for _amount, _at in ((TEN + 1, NOW), (TEN, NOW + 1)):
    row(
        calls.settle_redemption(APPLE, _amount, accepted_at=_at, id=0),
        "SettlementMismatch",
        f"{_amount} at {_at}",
        {"amount": TEN, "accepted_at": NOW},
    )
row(SETTLE, "SupplyAboveBooks", "a second door", {"supply": SUPPLY + 1, "known": SUPPLY}, _second_door)


@case("settle_redemption", "WrongRequestState")
def not_accepted_yet(world: World) -> Attempt:
    world.do(REQUEST)
    return SETTLE, {"state": 1, "needed": 2}


# A token program that moves nothing. The old memo program takes any accounts and any text, and the amounts here are
# text; no token program that a cluster has gets this far.


def _idle_tokens(world: World) -> None:
    world.chain.put_program(TOKEN_2022, OLD_MEMO)


for _good, _expected, _seen in (
    (MINT, SUPPLY + TEN, SUPPLY),
    (REQUEST, TEN, 0),
    (CANCEL, 0, TEN),
    (SETTLE, SUPPLY - TEN, SUPPLY),
):
    row(_good, "UnexpectedBalance", "nothing moved", {"expected": _expected, "seen": _seen}, _idle_tokens)


# Rules that accounts keep among themselves, broken by hand. Left out: rule 12 (a slot without a custodian holds no
# figures) and 61 (accepted exactly when there is a time of acceptance), because each instruction that checks them has
# just written what they compare.


def _broken(good: Call, rule: int, about: str, kind: type, address: Pubkey, **fields: int) -> None:
    def step(world: World) -> None:
        for name, value in fields.items():
            world.patch_field(kind, address, name, value)

    row(good, "BrokenInvariant", f"rule {rule}: {about}", {"rule": rule}, step)


_broken(CHECK, 20, "minted = supply + settled + burned", Asset, APPLE.asset, minted=SUPPLY + 1)
_broken(CHECK, 21, "pending within the supply", Asset, APPLE.asset, pending=SUPPLY + 1, open_requests=1)
_broken(CHECK, 22, "pending without requests", Asset, APPLE.asset, pending=1)
_broken(CHECK, 22, "requests without pending", Asset, APPLE.asset, open_requests=1)
_broken(CHECK, 23, "tickets before the first mint", Asset, APPLE.asset, first_mint_at=0)
_broken(CHECK, 23, "a first mint without a ticket", Asset, APPLE.asset, tickets_used=0)
_broken(calls.halt(APPLE, 1), 24, "a multiplier of zero", Asset, APPLE.asset, multiplier=0)
_broken(calls.halt(APPLE, 1), 24, "a latch of two", Asset, APPLE.asset, latched=2)
_broken(
    calls.register_custodian(APPLE, 1, attester=MALLORY), 10, "an epoch ahead", Reserve, APPLE.reserve, last_epoch=0
)
_broken(MINT, 30, "more tickets than bits", TicketPage, APPLE.page(), used=4096)
_broken(MINT, 40, "a raise without a date", MinterAllowance, APPLE.allowance(MINTER), pending_window_limit=1)
_broken(REQUEST, 50, "more closed than asked for", HolderBook, APPLE.book(ALICE), cancelled=TEN + 1)
_broken(REQUEST, 50, "more open than given out", HolderBook, APPLE.book(ALICE), open_requests=1)
_broken(REQUEST, 51, "open, and all closed", HolderBook, APPLE.book(ALICE), cancelled=TEN)
_broken(CANCEL, 51, "none open, and not all closed", HolderBook, APPLE.book(ALICE), requested=TEN + 1)
_broken(ACCEPT, 60, "of nothing", RedemptionRequest, APPLE.request(ALICE, 0), amount=0)
_broken(ACCEPT, 60, "due before it was made", RedemptionRequest, APPLE.request(ALICE, 0), requested_at=DEADLINE)


@case("register_custodian", "BrokenInvariant")
def rule_11_a_figure_too_large(world: World) -> Attempt:
    world.patch_slot(APPLE, 1, "settled", 2**60 + 1)
    return calls.register_custodian(APPLE, 1, attester=MALLORY), {"rule": 11}


@case("attest", "BrokenInvariant")
def rule_13_a_group_that_is_none(world: World) -> Attempt:
    world.patch_slot(APPLE, 0, "group", 8)
    return world.attest(APPLE, 0, RESERVE), {"rule": 13}
