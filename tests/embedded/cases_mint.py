"""Refusals of mints."""

from __future__ import annotations

from tests.embedded import calls
from tests.embedded.calls import (
    APPLE,
    BOND,
    MAX_AGE_S,
    MAX_FIRST_TICKET,
    MAX_TICKET_STEP,
    NVIDIA,
    ONE,
    OURS,
    PENALTY_RATE,
    TESLA,
    TIMELOCK_S,
    WINDOW_LIMIT,
    Stock,
    deputy,
    staff,
)
from tests.embedded.cases import OLD_TOKEN, SUPPLY, Attempt, case, raise_supply, row
from tests.embedded.cases_ready import MINT, TEN, doing, idle, money
from tests.embedded.setups import report_all, short
from tests.embedded.tokens import open_token_account
from tests.embedded.world import MIDNIGHT, NOW, RESERVE, ROLE_UNTIL, World
from xstock_client.accounts import Asset
from xstock_client.constants import TICKETS_PER_PAGE, TOKEN_2022, Role

MINTER, DEPUTY = staff(Role.MINTER), deputy(Role.MINTER)


# Accounts that do not belong together

money(MINT.swap(token_program=OLD_TOKEN), "WrongTokenProgram", "the old token program", {})
money(MINT.swap(mint=NVIDIA.mint), "WrongMint", "another asset's mint", {})
money(MINT.swap(reserve=NVIDIA.reserve), "WrongAsset", "another asset's reserve", {})
money(MINT.swap(allowance=NVIDIA.allowance(MINTER)), "WrongAsset", "the allowance for another asset", {})
money(MINT.swap(tickets=NVIDIA.page()), "WrongAsset", "another asset's tickets", {})
money(MINT.swap(allowance=APPLE.allowance(DEPUTY)), "WrongMinter", "another minter's allowance", {})
money(MINT.swap(destination=APPLE.escrow), "WrongTokenAccount", "into the escrow", {})
money(MINT.swap(tickets=APPLE.page(1)), "WrongTicketPage", "the next page", {"page": 1, "ticket": 5})
for _ticket in (4096, 2**64 - 1):
    _mint = calls.mint_shares(APPLE, TEN, ticket=_ticket, page=0)
    money(_mint, "WrongTicketPage", f"ticket {_ticket} on page 0", {"page": 0, "ticket": _ticket})

# Minting


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
        doing(calls.set_policy(APPLE, mint_window_limit=_limit)),
    )
for _threshold in (0, 9):
    money(
        calls.mint_shares(APPLE, TEN, ticket=5, minter=DEPUTY),
        "ApproverNeeded",
        f"above {_threshold}",
        {"amount": TEN, "used": TEN, "threshold": _threshold},
        doing(calls.set_allowance(APPLE, DEPUTY, threshold=_threshold)),
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


# The bond


def _unbonded(world: World) -> None:
    """Tesla, listed and attested, without a payment mint."""
    world.do(calls.list_asset(TESLA))
    for slot in (0, 1):
        world.do(calls.register_custodian(TESLA, slot))
    report_all(world, TESLA, {0: RESERVE, 1: RESERVE})
    world.do(calls.set_allowance(TESLA, MINTER), calls.open_ticket_page(TESLA, 0))
    world.do(open_token_account(TESLA, calls.ALICE))


row(
    calls.mint_shares(TESLA, 1, ticket=0),
    "UnderBonded",
    "no bond for a raw unit",
    _unbonded,
    free=0,
    needed=1,
)
TENTH = (SUPPLY + TEN + 9) // 10
NEEDED = -(-TENTH * PENALTY_RATE // ONE)
money(
    MINT,
    "UnderBonded",
    "a base unit short, with what waits to leave",
    {"free": NEEDED - 1, "needed": NEEDED},
    doing(calls.queue_bond_withdrawal(APPLE, BOND - NEEDED + 1)),
)


# A token program that moves nothing

money(MINT, "UnexpectedBalance", "nothing moved", {"expected": SUPPLY + TEN, "seen": SUPPLY}, idle(TOKEN_2022))
