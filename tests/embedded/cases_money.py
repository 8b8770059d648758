"""Refusals of mints and redemptions."""

from __future__ import annotations

from collections.abc import Callable

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    CHANGE_DELAY_S,
    MALLORY,
    MAX_AGE_S,
    MAX_FIRST_TICKET,
    MAX_TICKET_STEP,
    NVIDIA,
    ONE,
    OURS,
    REDEMPTION_WINDOW_S,
    TIMELOCK_S,
    WINDOW_LIMIT,
    Stock,
    deputy,
    staff,
)
from tests.embedded.cases import OLD_TOKEN, SUPPLY, Attempt, case, raise_supply, row
from tests.embedded.chain import FOREIGN_PROGRAM, Call
from tests.embedded.setups import add_chain, report_all, short
from tests.embedded.world import MIDNIGHT, NOW, RESERVE, ROLE_UNTIL, World
from xstock_client.accounts import Asset
from xstock_client.constants import TICKETS_PER_PAGE, TOKEN_2022, Role
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


def money(good: Call, code: str, about: str, figures: dict[str, int], *before: Callable[[World], object]) -> None:
    """A row whose world is first brought to where the call would succeed."""
    row(good, code, about, lambda world: prepare(world, good.name), *before, **figures)


# Accounts that do not belong together

for _good in (MINT, REQUEST, CANCEL, SETTLE):
    money(_good.swap(token_program=OLD_TOKEN), "WrongTokenProgram", "the old token program", {})
    money(_good.swap(mint=NVIDIA.mint), "WrongMint", "another asset's mint", {})
for _good in (REQUEST, CANCEL, SETTLE):
    money(_good.swap(escrow=NVIDIA.escrow), "WrongEscrow", "another asset's escrow", {})
    money(_good.swap(book=NVIDIA.book(ALICE)), "WrongAsset", "the holder's book of another asset", {})
    money(_good.swap(book=APPLE.book(BOB)), "NotHolder", "another holder's book", {})
money(SETTLE.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve", {})
for _good in (CANCEL, SETTLE):
    money(_good.swap(rent_receiver=MALLORY), "WrongRentReceiver", "a stranger gets the rent", {})
for _good in (CANCEL, ACCEPT, SETTLE):
    money(_good.swap(asset=NVIDIA.asset), "WrongAsset", "another asset of the issuer", {})
money(CANCEL.swap(holder=BOB), "NotHolder", "another holder", {})
money(CANCEL.swap(memo_program=OLD_MEMO), "WrongMemoProgram", "the old memo program", {})
money(MINT.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve", {})
money(MINT.swap(allowance=NVIDIA.allowance(MINTER)), "WrongAsset", "the allowance for another asset", {})
money(MINT.swap(tickets=NVIDIA.page()), "WrongAsset", "another asset's tickets", {})
money(MINT.swap(allowance=APPLE.allowance(DEPUTY)), "WrongMinter", "another minter's allowance", {})
money(MINT.swap(destination=APPLE.escrow), "WrongTokenAccount", "into the escrow", {})
money(MINT.swap(tickets=APPLE.page(1)), "WrongTicketPage", "the next page", {"page": 1, "ticket": 5})
for _ticket in (4096, 2**64 - 1):
    _mint = calls.mint_shares(APPLE, TEN, ticket=_ticket, page=0)
    money(_mint, "WrongTicketPage", f"ticket {_ticket} on page 0", {"page": 0, "ticket": _ticket})


def _copy_elsewhere(owner: Pubkey) -> Callable[[World], None]:
    """Alice's token account once more, at Mallory's address, under another program."""

    def step(world: World) -> None:
        data = world.get(APPLE.wallet(ALICE)).data
        world.chain.set_account(FOREIGN_PROGRAM, Account(10**9, owner, data))

    return step


for _good, _side in ((REQUEST, "source"), (CANCEL, "destination")):
    money(_good.swap(**{_side: APPLE.wallet(BOB)}), "WrongTokenAccount", "another holder's", {})
    money(_good.swap(**{_side: NVIDIA.wallet(ALICE)}), "WrongTokenAccount", "of another mint", {})
    money(
        _good.swap(**{_side: FOREIGN_PROGRAM}),
        "WrongTokenAccount",
        "of another token program",
        {},
        _copy_elsewhere(OLD_TOKEN),
    )

# Minting


def _doing(call: Call) -> Callable[[World], None]:
    return lambda world: world.do(call)


def _second_door(world: World) -> None:
    raise_supply(world)


money(calls.mint_shares(APPLE, 0, ticket=5), "ZeroAmount", "nothing", {})
money(MINT, "MintHalted", "halted", {}, lambda world: world.do(calls.halt(APPLE, 1)))
money(MINT, "Latched", "latched", {}, lambda world: world.do(world.attest(APPLE, 0, 0)))
money(
    MINT,
    "TicketTooLow",
    "below the watermark",
    {"ticket": 5, "watermark": 6},
    lambda world: world.do(calls.mint_shares(APPLE, 1, ticket=6), calls.raise_watermark(APPLE, 6)),
)
money(calls.mint_shares(APPLE, TEN, ticket=0), "TicketUsed", "the first one", {"ticket": 0})
money(MINT, "SupplyAboveBooks", "a second door", {"supply": SUPPLY + 1, "known": SUPPLY}, _second_door)
money(
    calls.mint_shares(APPLE, WINDOW_LIMIT + 1, ticket=5, minter=DEPUTY),
    "WindowExceeded",
    "a raw unit above the window",
    {"amount": WINDOW_LIMIT + 1, "left": WINDOW_LIMIT, "limit": WINDOW_LIMIT},
)
money(
    calls.mint_shares(APPLE, 6, ticket=5, minter=DEPUTY),
    "LifetimeCapExceeded",
    "a raw unit above the cap",
    {"amount": 6, "left": 5, "cap": 5},
    lambda world: world.do(calls.set_allowance(APPLE, DEPUTY, WINDOW_LIMIT, 5)),
)
money(
    MINT,
    "QuorumNotMet",
    "all reports are stale",
    {"fresh": 0, "needed": 2},
    lambda world: world.advance(MIDNIGHT + MAX_AGE_S + 1 - NOW),
)
money(
    MINT,
    "QuorumNotMet",
    "two slots of one custodian",
    {"fresh": 1, "needed": 2},
    lambda world: world.patch_slot(APPLE, 1, "group", 0),
)
money(
    calls.mint_shares(APPLE, 2 * RESERVE - SUPPLY + 1, ticket=5),
    "ReserveShort",
    "a raw unit above the reserve",
    short(2 * RESERVE, 2 * RESERVE + 1),
)


for _limit in (SUPPLY, 10 * SUPPLY):
    money(
        calls.mint_shares(APPLE, _limit - SUPPLY + 1, ticket=5, minter=DEPUTY),
        "AssetWindowExceeded",
        f"a raw unit above {_limit}",
        {"amount": _limit - SUPPLY + 1, "left": _limit - SUPPLY, "limit": _limit},
        _doing(calls.set_policy(APPLE, mint_window_limit=_limit)),
    )
for _threshold in (0, 9):
    money(
        calls.mint_shares(APPLE, TEN, ticket=5, minter=DEPUTY),
        "ApproverNeeded",
        f"above {_threshold}",
        {"amount": TEN, "used": TEN, "threshold": _threshold},
        _doing(calls.set_allowance(APPLE, DEPUTY, threshold=_threshold)),
    )
money(
    calls.mint_shares(APPLE, 1, ticket=5, approver=MINTER).swap(approver_grant=OURS.grant(Role.APPROVER)),
    "SelfApproval",
    "with another's grant",
    {},
)
money(
    calls.mint_shares(APPLE, 1, ticket=5, approver=MINTER),
    "SelfApproval",
    "with a grant of its own",
    {},
    lambda world: world.do(calls.grant_role(OURS, Role.APPROVER, MINTER, ROLE_UNTIL)),
    lambda world: world.advance(TIMELOCK_S),
)
# 150 shares and ten raw units at 133.34 % need 200.01 shares and a fraction, rounded up
money(
    MINT,
    "ReserveShort",
    "the collateral ratio",
    short(200 * ONE, -(-(SUPPLY + TEN) * 13_334 // 10_000)),
    lambda world: world.do(calls.set_policy(APPLE, collateral_bps=13_334)),
    lambda world: report_all(world, APPLE, {0: 100 * ONE, 1: 100 * ONE}),
)


@case("mint_shares", "Overflow")
def a_supply_beyond_64_bits(world: World) -> Attempt:
    # no limit lets a mint come near, so the books are bent: all that can be minted was
    for name in ("known_supply", "minted"):
        world.patch_field(Asset, APPLE.asset, name, 2**64 - TEN)
    world.patch(APPLE.mint, 36, (2**64 - TEN).to_bytes(8, "little"))
    return MINT, {}


@case("mint_shares", "Overflow")
def more_tickets_than_can_be_counted(world: World) -> Attempt:
    world.patch_field(Asset, APPLE.asset, "tickets_used", 2**64 - 1)
    return MINT, {}


def _too_far(stock: Stock, furthest: int, about: str) -> None:
    ticket = furthest + 1
    row(
        calls.mint_shares(stock, TEN, ticket=ticket),
        "TicketTooFar",
        about,
        lambda world: world.do(calls.open_ticket_page(stock, ticket // TICKETS_PER_PAGE)),
        ticket=ticket,
        limit=furthest,
    )


# ticket 1 is the highest that Apple has used, and NVIDIA has used none
_too_far(APPLE, 1 + MAX_TICKET_STEP, "above the highest")
_too_far(NVIDIA, MAX_FIRST_TICKET, "the first")


# Redemption

money(calls.request_redemption(APPLE, 0, id=0), "ZeroAmount", "nothing", {})
money(REQUEST, "RequestsHalted", "halted", {}, lambda world: world.do(calls.halt(APPLE, 2)))
money(calls.request_redemption(APPLE, TEN, id=1), "WrongRequestId", "one ahead", {"given": 1, "next": 0})
money(
    CANCEL,
    "AcceptedUntilDeadline",
    "accepted",
    {"now": NOW, "deadline": DEADLINE},
    lambda world: world.do(ACCEPT),
)
money(ACCEPT, "WrongRequestState", "accepted", {"state": 2, "needed": 1}, lambda world: world.do(ACCEPT))
money(
    ACCEPT,
    "DeadlinePassed",
    "a second late",
    {"now": DEADLINE + 1, "deadline": DEADLINE},
    lambda world: world.advance(REDEMPTION_WINDOW_S + 1),
)
for _amount, _at in ((TEN + 1, NOW), (TEN, NOW + 1)):
    money(
        calls.settle_redemption(APPLE, _amount, accepted_at=_at, id=0),
        "SettlementMismatch",
        f"{_amount} at {_at}",
        {"amount": TEN, "accepted_at": NOW},
    )
money(SETTLE, "SupplyAboveBooks", "a second door", {"supply": SUPPLY + 1, "known": SUPPLY}, _second_door)


@case("settle_redemption", "WrongRequestState")
def not_accepted_yet(world: World) -> Attempt:
    world.do(REQUEST)
    return SETTLE, {"state": 1, "needed": 2}


def bridging(slot: int, about: str, code: str, figures: dict[str, int], *before: Callable[[World], object]) -> None:
    """A settlement whose shares leave for the chain of ``slot``."""
    settle = calls.settle_redemption(APPLE, TEN, accepted_at=NOW + CHANGE_DELAY_S, id=0, to_chain=slot)

    def start(world: World) -> None:
        add_chain(world, 0, cap=50, supply=41)
        prepare(world, settle.name)

    row(settle, code, about, start, *before, **figures)


bridging(0, "a raw unit above the cap", "AboveChainCap", {"amount": TEN, "there": 41, "cap": 50})
bridging(1, "no chain there", "SlotEmpty", {"slot": 1})
for _slot in (8, 254):
    bridging(_slot, f"slot {_slot}", "SlotOutOfRange", {"slot": _slot})


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
    money(_good, "UnexpectedBalance", "nothing moved", {"expected": _expected, "seen": _seen}, _idle_tokens)
