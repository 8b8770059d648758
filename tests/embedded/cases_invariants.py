"""Rules that accounts keep among themselves, broken by hand.

Left out, because every instruction that checks them has just written what they compare: rules 12 and 17 (a slot without
a custodian or chain holds no figures), 63 (a claim and a dispute have their time) and 80 (an end of a role exactly when
it has a time); and two that no caller gets as far as: 71 (an issuer without an authority, who would have to sign) and
81 (a grant of no role, which nobody could use).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import ACCEPT_WINDOW_S, ALICE, APPLE, BOND, MALLORY, OURS, staff
from tests.embedded.cases import SUPPLY, Attempt, case, row
from tests.embedded.cases_ready import ACCEPT, DISPUTE, MARK, MINT, RULE, TEN, prepare
from tests.embedded.chain import Call, key
from tests.embedded.setups import add_chain, pay_off_chain
from tests.embedded.world import NOW, RESERVE, World
from xstock_client.accounts import (
    Asset,
    BondExit,
    Issuer,
    Limits,
    MinterAllowance,
    QueuedPolicy,
    RedemptionRequest,
    Reserve,
    TicketPage,
)
from xstock_client.constants import MAX_REPORTED_SHARES, Role

CHECK = calls.check_solvency(APPLE)
HALT = calls.halt(APPLE, 1)
REGISTER = calls.register_custodian(APPLE, 1, keys=(MALLORY,))
ACCEPT_BY = NOW + ACCEPT_WINDOW_S
MINTER = staff(Role.MINTER)


def broken(good: Call, rule: int, about: str, kind: Any, address: Pubkey, *, within: Any = None, **fields: int) -> None:
    """``good`` after fields of an account were overwritten; two underscores lead into a nested field."""

    def step(world: World) -> None:
        for name, value in fields.items():
            world.patch_field(kind, address, name.replace("__", "."), value, within=within)

    row(
        good,
        "BrokenInvariant",
        f"rule {rule}: {about}",
        lambda world: prepare(world, good.name),
        step,
        rule=rule,
    )


broken(CHECK, 20, "minted = supply + settled + burned", Asset, APPLE.asset, minted=SUPPLY + 1)
broken(CHECK, 21, "pending within the supply", Asset, APPLE.asset, pending=SUPPLY + 1, open_requests=1)
broken(CHECK, 22, "pending without requests", Asset, APPLE.asset, pending=1)
broken(CHECK, 22, "requests without pending", Asset, APPLE.asset, open_requests=1)
broken(CHECK, 23, "tickets before the first mint", Asset, APPLE.asset, first_mint_at=0)
broken(CHECK, 23, "a first mint without a ticket", Asset, APPLE.asset, tickets_used=0)
broken(HALT, 24, "a multiplier of zero", Asset, APPLE.asset, multiplier=0)
broken(HALT, 24, "a latch of two", Asset, APPLE.asset, latched=2)
broken(HALT, 25, "a queue without a time", Asset, APPLE.asset, within=QueuedPolicy, queued_policy__fields=1)
broken(HALT, 25, "a time without a queue", Asset, APPLE.asset, within=QueuedPolicy, queued_policy__ready_at=1)
broken(HALT, 26, "a watermark ahead of the tickets", Asset, APPLE.asset, ticket_watermark=3)
broken(REGISTER, 10, "an epoch ahead", Reserve, APPLE.reserve, last_epoch=0)
broken(MINT, 30, "more tickets than bits", TicketPage, APPLE.page(), used=4096)
broken(
    MINT,
    40,
    "a raise without a date",
    MinterAllowance,
    APPLE.allowance(MINTER),
    within=Limits,
    pending__window_limit=1,
)
broken(CHECK, 27, "more reserved than there is", Asset, APPLE.asset, bond_reserved=BOND + 1)
row(
    CHECK,
    "BrokenInvariant",
    "rule 28: a bond in nothing",
    lambda world: world.patch(APPLE.asset, Asset.OFFSETS["payment_mint"], bytes(32)),
    rule=28,
)
broken(CHECK, 29, "a withdrawal without an end", Asset, APPLE.asset, within=BondExit, bond_exit__amount=1)
broken(CHECK, 29, "an end without a withdrawal", Asset, APPLE.asset, within=BondExit, bond_exit__expires_at=1)
for _counter in ("requested", "returned"):
    broken(CHECK, 39, f"{_counter} alone", Asset, APPLE.asset, **{_counter: 1})
_REQUEST = APPLE.request(ALICE, 0)
broken(ACCEPT, 60, "of nothing", RedemptionRequest, _REQUEST, amount=0)
broken(ACCEPT, 60, "of more than was asked for", RedemptionRequest, _REQUEST, amount=TEN + 1)
broken(MARK, 61, "accepted at no time", RedemptionRequest, _REQUEST, accepted_at=0)
broken(DISPUTE, 62, "paid at no time", RedemptionRequest, _REQUEST, paid_at=0)
broken(RULE, 62, "ruled, and paid at no time", RedemptionRequest, _REQUEST, paid_at=0)
row(
    ACCEPT,
    "BrokenInvariant",
    "rule 65: an arbiter of what is paid on chain",
    lambda world: prepare(world, "accept_redemption"),
    lambda world: world.patch(_REQUEST, RedemptionRequest.OFFSETS["arbiter"], bytes(MALLORY)),
    rule=65,
)
row(
    DISPUTE,
    "BrokenInvariant",
    "rule 65: no arbiter of what is paid outside the chain",
    lambda world: prepare(world, "dispute_payment"),
    lambda world: world.patch(_REQUEST, RedemptionRequest.OFFSETS["arbiter"], bytes(32)),
    rule=65,
)
broken(ACCEPT, 66, "issued on no chain", RedemptionRequest, _REQUEST, marked_shares=1)
broken(ACCEPT, 64, "due before it was made", RedemptionRequest, _REQUEST, requested_at=ACCEPT_BY + 1)
broken(ACCEPT, 64, "to settle before it is to be accepted", RedemptionRequest, _REQUEST, settle_by=ACCEPT_BY - 1)
broken(
    calls.revoke_role(OURS, Role.MINTER, MINTER),
    70,
    "a handoff's time without a handoff",
    Issuer,
    OURS.address,
    pending_authority_from=1,
    pending_authority_until=2,
)


broken(
    calls.revoke_role(OURS, Role.MINTER, MINTER),
    72,
    "a renunciation without a role",
    Issuer,
    OURS.address,
    renounce_from=1,
)


def _slot(good: Call, rule: int, about: str, *before: Callable[[World], object]) -> None:
    row(good, "BrokenInvariant", f"rule {rule}: {about}", *before, rule=rule)


def _keys(name: str, value: int) -> None:
    def attempt(world: World) -> Attempt:
        report = world.attest(APPLE, 0, RESERVE)
        world.patch_slot(APPLE, 0, f"signers.{name}", value)
        return report, {"rule": 10}

    attempt.__name__ = f"rule_10_{name}"
    case("attest", "BrokenInvariant")(attempt)


for _name in ("pending_epoch", "pending_threshold"):
    _keys(_name, 1)
_slot(REGISTER, 11, "a figure too large", lambda world: world.patch_slot(APPLE, 1, "settled", 2**60 + 1))
_slot(REGISTER, 11, "too much in transit", lambda world: world.patch_slot(APPLE, 1, "in_transit", 2**60 + 1))


@case("attest", "BrokenInvariant")
def rule_13_a_group_that_is_none(world: World) -> Attempt:
    world.patch_slot(APPLE, 0, "group", 8)
    return world.attest(APPLE, 0, RESERVE), {"rule": 13}


def chained(world: World) -> None:
    add_chain(world, 0, cap=50, supply=10)


def _chain(rule: int, about: str, name: str, value: int) -> None:
    """A cancelled change of the chain's keys looks at everything in the slot."""
    _slot(
        calls.cancel_slot_change(APPLE, 2, 0),
        rule,
        f"of a chain: {about}",
        chained,
        lambda world: world.do(calls.register_chain(APPLE, 0, keys=(key("new"),))),
        lambda world: world.patch_chain(APPLE, 0, name, value),
    )


_chain(14, "an epoch ahead", "signers.epoch", 9)
_chain(14, "a threshold above the keys", "signers.threshold", 2)
_chain(15, "a supply too large", "supply", MAX_REPORTED_SHARES + 1)
_chain(15, "a cap too large", "cap", MAX_REPORTED_SHARES + 1)
_chain(38, "more reported than claimed", "reported", 1)
_chain(38, "more concluded than on its way", "concluded", 1)
_chain(18, "a retirement while it has a supply", "retire_from", 1)
_chain(16, "a lower cap that is higher", "next_cap", 51)
_chain(16, "a lower cap without a time", "next_cap", 1)


@case("conclude_redemption", "BrokenInvariant")
def rule_19_claims_on_a_chain_that_is_none(world: World) -> Attempt:
    chained(world)
    pay_off_chain(world, TEN, to_chain=0)
    for name, value in (("active", 0), ("supply", 0), ("cap", 0), ("signers.epoch", 0), ("marked", TEN + 1)):
        world.patch_chain(APPLE, 0, name, value)
    return calls.conclude_redemption(APPLE, id=0), {"rule": 19}
