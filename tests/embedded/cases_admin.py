"""Refusals of what issuers, attestor managers and guardians ask for."""

from __future__ import annotations

import struct
from dataclasses import replace

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import APPLE, LEIS, MALLORY, NVIDIA, OURS, RIVAL, RIVAL_APPLE, TESLA, Desk, deputy, safe
from tests.embedded.cases import CASES, Attempt, Case, case
from tests.embedded.chain import Call, key
from tests.embedded.world import ALICE_HAS, BOB_HAS, NOW, RESERVE, ROLE_UNTIL, World, staff
from xstock_client.accounts import Issuer, Reserve
from xstock_client.constants import DAY_S, MAX_ROLE_S, Role

SUPPLY = ALICE_HAS + BOB_HAS
OLD_TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
MINT_SUPPLY = 36


def raise_supply(world: World) -> dict[str, int]:
    """A supply above the books of Apple, which a second door would make."""
    world.patch(APPLE.mint, MINT_SUPPLY, struct.pack("<Q", SUPPLY + 1))
    return {"supply": SUPPLY + 1, "known": SUPPLY}


# A signer without the role: every instruction that wants one, by every way in which a grant can be wrong.


def accepted(world: World) -> None:
    world.do(calls.request_redemption(APPLE, 5, id=0), calls.accept_redemption(APPLE, id=0))


def _attempts() -> dict[str, tuple[Role, str, Call]]:
    return {
        "mint_shares": (Role.MINTER, "minter", calls.mint_shares(APPLE, 1, ticket=5)),
        "register_custodian": (Role.ATTESTOR_MANAGER, "manager", calls.register_custodian(APPLE, 2)),
        "retire_custodian": (Role.ATTESTOR_MANAGER, "manager", calls.retire_custodian(APPLE, 0)),
        "accept_redemption": (Role.REDEEMER, "redeemer", calls.accept_redemption(APPLE, id=0)),
        "settle_redemption": (
            Role.REDEEMER,
            "redeemer",
            calls.settle_redemption(APPLE, 5, accepted_at=NOW, id=0),
        ),
        "halt": (Role.PAUSER, "pauser", calls.halt(APPLE, 1)),
        "resume": (Role.UNPAUSER, "unpauser", calls.resume(APPLE, 1)),
        "reopen": (Role.UNPAUSER, "unpauser", calls.reopen(APPLE)),
    }


ROLES = _attempts()


def _role_cases(name: str, role: Role, who: str, good: Call) -> None:
    def add(code: str, about: str, change: str) -> None:
        def attempt(world: World) -> Attempt:
            if name in ("accept_redemption", "settle_redemption"):
                world.do(calls.request_redemption(APPLE, 5, id=0))
            if name == "settle_redemption":
                world.do(calls.accept_redemption(APPLE, id=0))
            if change == "issuer":
                return good.swap(grant=RIVAL.grant(role)), {}
            if change == "member":
                return good.swap(grant=OURS.grant(role, deputy(role))), {}
            if change == "signer":
                return good.swap(**{who: MALLORY}), {}
            if change == "role":
                other = Role.PAUSER if role is Role.UNPAUSER else Role.UNPAUSER
                world.do(calls.grant_role(OURS, other, staff(role), ROLE_UNTIL))
                return good.swap(grant=OURS.grant(other, staff(role))), {}
            assert change == "expired"
            world.do(calls.grant_role(OURS, role, staff(role), NOW + 60))
            world.advance(60)
            return good, {"expired_at": NOW + 60, "now": NOW + 60}

        CASES.append(Case(name, code, about, attempt))

    add("WrongRoleGrant", "the grant of another issuer", "issuer")
    add("WrongRoleGrant", "the grant of another member", "member")
    add("WrongRoleGrant", "a stranger with the member's grant", "signer")
    add("WrongRoleGrant", "the grant of another role", "role")
    add("RoleExpired", "in the second in which it expires", "expired")


for _name, (_role, _who, _call) in ROLES.items():
    _role_cases(_name, _role, _who, _call)


# The issuer's authority


def _authority_case(name: str, good: Call) -> None:
    def attempt(world: World) -> Attempt:
        return good.swap(authority=MALLORY), {}

    CASES.append(Case(name, "NotAuthority", "a stranger", attempt))
    CASES.append(
        Case(name, "NotAuthority", "another issuer's authority", lambda _: (good.swap(authority=RIVAL.authority), {}))
    )


for _good in (
    calls.propose_authority(OURS, key("heir")),
    calls.grant_role(OURS, Role.MINTER, MALLORY, NOW + DAY_S),
    calls.revoke_role(OURS, Role.MINTER, staff(Role.MINTER)),
    calls.list_asset(TESLA),
    calls.set_allowance(APPLE, staff(Role.MINTER)),
):
    _authority_case(_good.name, _good)


@case("accept_authority", "NotPendingAuthority")
def nobody_was_proposed(world: World) -> Attempt:
    return calls.accept_authority(OURS, MALLORY), {}


@case("accept_authority", "NotPendingAuthority")
def another_was_proposed(world: World) -> Attempt:
    world.do(calls.propose_authority(OURS, key("heir")))
    return calls.accept_authority(OURS, OURS.authority), {}


@case("revoke_role", "WrongIssuer")
def a_grant_of_another_issuer(world: World) -> Attempt:
    return calls.revoke_role(OURS, Role.MINTER, staff(Role.MINTER)).swap(grant=RIVAL.grant(Role.MINTER)), {}


@case("revoke_role", "WrongRentReceiver")
def the_rent_to_a_stranger(world: World) -> Attempt:
    return calls.revoke_role(OURS, Role.MINTER, staff(Role.MINTER)).swap(rent_receiver=MALLORY), {}


@case("set_allowance", "WrongIssuer")
def an_asset_of_another_issuer(world: World) -> Attempt:
    ours = calls.set_allowance(RIVAL_APPLE, staff(Role.MINTER))
    return ours.swap(issuer=OURS.address, authority=OURS.authority), {}


# Terms


def _terms(name: str, code: str, about: str, good: Call, **figures: int) -> None:
    CASES.append(Case(name, code, about, lambda _: (good, figures)))


for _role_number in (0, 1, 3, 6, 7, 10, 255):
    _terms(
        "grant_role",
        "UnknownRole",
        f"role {_role_number}",
        calls.grant_role(OURS, _role_number, MALLORY, NOW + DAY_S),
        role=_role_number,
    )
for _until in (NOW, NOW - 1, 0, -(2**63), NOW + MAX_ROLE_S + 1, 2**63 - 1):
    _terms(
        "grant_role",
        "RoleExpiryOutOfRange",
        f"until {_until}",
        calls.grant_role(OURS, Role.MINTER, MALLORY, _until),
        expires_at=_until,
        now=NOW,
    )
for _text, _length in ((b"", 0), (b"\0x", 2), (b"a\0b", 3), (b"\0" * 31 + b"x", 32)):
    _terms(
        "create_issuer",
        "BadText",
        f"name {_text!r}",
        calls.create_issuer(Desk(99), name=_text),
        length=_length,
        limit=32,
    )
for _argument, _limit in (("name", 32), ("uri", 200), ("terms_uri", 128)):
    for _value in ("", "x" * (_limit + 1), "x\0"):
        _terms(
            "list_asset",
            "BadText",
            f"{_argument} of {len(_value)} bytes",
            calls.list_asset(TESLA, **{_argument: _value}),
            length=len(_value),
            limit=_limit,
        )
for _isin in ("US88160R1015", "us88160R1014", "U188160R1014", "US88160R101X", "US88160R-014", "\0" * 12):
    _terms("list_asset", "BadIsin", repr(_isin), calls.list_asset(TESLA, isin=_isin.encode()))
for _symbol in (b"", b"TSLA x", b"TSL\0x", b"\0TSLA", b"TSLA_", b"TSL\xc3\xa4"):
    _terms("list_asset", "BadSymbol", repr(_symbol), calls.list_asset(TESLA, symbol=_symbol.ljust(12, b"\0")))
for _argument, _code, _low, _high in (
    ("max_age_s", "MaxAgeOutOfRange", 3600, 7 * DAY_S),
    ("change_delay_s", "ChangeDelayOutOfRange", DAY_S, 30 * DAY_S),
    ("redemption_window_s", "RedemptionWindowOutOfRange", 3600, 30 * DAY_S),
):
    for _number in (_low - 1, _high + 1, 0, -1, 2**63 - 1):
        _terms(
            "list_asset",
            _code,
            f"{_argument} of {_number}",
            calls.list_asset(TESLA, **{_argument: _number}),
            seconds=_number,
            minimum=_low,
            maximum=_high,
        )
for _number in (0, 9, 255):
    _terms(
        "list_asset",
        "MinCustodiansOutOfRange",
        f"{_number}",
        calls.list_asset(TESLA, min_custodians=_number),
        given=_number,
    )
for _number in (0, 1, 3, 2**32 - 1):
    # a number that is in use fails at the asset's address already, so only an unused address shows the check
    if _number > 2:
        _terms(
            "list_asset",
            "WrongAssetNumber",
            f"{_number}",
            calls.list_asset(replace(TESLA, number=_number)),
            given=_number,
            next=2,
        )
_terms("list_asset", "WrongTokenProgram", "Token", calls.list_asset(TESLA).swap(token_program=OLD_TOKEN))


@case("list_asset", "Overflow")
def after_the_last_number(world: World) -> Attempt:
    last = 2**32 - 1
    world.patch_field(Issuer, OURS.address, "asset_count", last)
    return calls.list_asset(replace(TESLA, number=last)), {}


# Custodians


_terms("register_custodian", "SlotOutOfRange", "slot 8", calls.register_custodian(APPLE, 8, lei=LEIS[2]), slot=8)
_terms("retire_custodian", "SlotOutOfRange", "slot 255", calls.retire_custodian(APPLE, 255), slot=255)
_terms("retire_custodian", "SlotEmpty", "slot 2", calls.retire_custodian(APPLE, 2), slot=2)
for _field in ({"lei": bytes(20)}, {"account": bytes(32)}, {"attester": Pubkey.default()}):
    _terms(
        "register_custodian",
        "EmptyCustodianField",
        str(next(iter(_field))),
        calls.register_custodian(APPLE, 2, **_field),
    )
_terms("register_custodian", "SlotTaken", "another LEI", calls.register_custodian(APPLE, 1, lei=LEIS[2]), slot=1)
_terms(
    "register_custodian", "SlotTaken", "another account", calls.register_custodian(APPLE, 1, account=safe(2)), slot=1
)
_terms("register_custodian", "AccountInUse", "slot 0's", calls.register_custodian(APPLE, 2, account=safe(0)), slot=0)
_terms(
    "register_custodian",
    "KeyInUse",
    "slot 1's key",
    calls.register_custodian(APPLE, 2, attester=APPLE.custodian(1)),
    slot=1,
)
_terms(
    "register_custodian",
    "KeyInUse",
    "the slot's own key",
    calls.register_custodian(APPLE, 1, attester=APPLE.custodian(1)),
    slot=1,
)


@case("register_custodian", "KeyInUse")
def a_key_that_waits_for_another_slot(world: World) -> Attempt:
    world.do(calls.register_custodian(APPLE, 0, attester=key("waiting")))
    return calls.register_custodian(APPLE, 2, attester=key("waiting")), {"slot": 0}


@case("register_custodian", "Overflow")
def after_the_last_epoch(world: World) -> Attempt:
    world.patch_field(Reserve, APPLE.reserve, "last_epoch", 2**32 - 1)
    return calls.register_custodian(APPLE, 2), {}


@case("retire_custodian", "SupplyAboveBooks")
def retire_with_a_second_door(world: World) -> Attempt:
    return calls.retire_custodian(APPLE, 0), raise_supply(world)


@case("check_solvency", "SupplyAboveBooks")
def check_with_a_second_door(world: World) -> Attempt:
    return calls.check_solvency(APPLE), raise_supply(world)


@case("reopen", "SupplyAboveBooks")
def reopen_with_a_second_door(world: World) -> Attempt:
    world.do(world.attest(APPLE, 0, 0))
    return calls.reopen(APPLE), raise_supply(world)


# Accounts that do not belong together

for _name, _good in {
    "register_custodian": calls.register_custodian(APPLE, 2),
    "retire_custodian": calls.retire_custodian(APPLE, 0),
    "reopen": calls.reopen(APPLE),
    "check_solvency": calls.check_solvency(APPLE),
    "resume": calls.resume(APPLE, 2),
    "set_allowance": calls.set_allowance(APPLE, MALLORY),
}.items():
    _terms(_name, "WrongAsset", "another asset's reserve", _good.swap(reserve=NVIDIA.reserve))
    if _name in ("retire_custodian", "reopen", "check_solvency"):
        _terms(_name, "WrongMint", "another asset's mint", _good.swap(mint=NVIDIA.mint))


# Guardians

for _number in (0, 4, 7, 128, 255):
    _terms("halt", "UnknownHalt", f"{_number}", calls.halt(APPLE, _number), functions=_number)
    _terms("resume", "UnknownHalt", f"{_number}", calls.resume(APPLE, _number), functions=_number)
_terms("reopen", "NotLatched", "a sound asset", calls.reopen(APPLE))


@case("resume", "ReserveShort")
def resume_while_short(world: World) -> Attempt:
    world.do(world.attest(APPLE, 0, 1), world.attest(APPLE, 1, 2), calls.halt(APPLE, 3))
    return calls.resume(APPLE, 1), {"reserve": 3, "obligation": SUPPLY, "shortfall": SUPPLY - 3, "released": 0}


@case("set_allowance", "ReserveShort")
def raise_while_short(world: World) -> Attempt:
    world.do(world.attest(APPLE, 0, 1), world.attest(APPLE, 1, 2))
    more = calls.set_allowance(APPLE, staff(Role.MINTER), 2 * calls.WINDOW_LIMIT, 0)
    return more, {"reserve": 3, "obligation": SUPPLY, "shortfall": SUPPLY - 3, "released": 0}


@case("set_allowance", "ReserveShort")
def a_first_allowance_without_fresh_reports(world: World) -> Attempt:
    world.advance(calls.MAX_AGE_S)
    figures = {"reserve": 0, "obligation": SUPPLY, "shortfall": SUPPLY, "released": 0}
    return calls.set_allowance(APPLE, MALLORY, 0, 1), figures


@case("reopen", "ReserveShort")
def reopen_while_short(world: World) -> Attempt:
    world.do(world.attest(APPLE, 0, 1), world.attest(APPLE, 1, 2))
    return calls.reopen(APPLE), {"reserve": 3, "obligation": SUPPLY, "shortfall": SUPPLY - 3, "released": 0}


@case("reopen", "QuorumNotMet")
def reopen_with_one_custodian(world: World) -> Attempt:
    world.do(world.attest(APPLE, 0, 0), world.attest(APPLE, 1, RESERVE))
    return calls.reopen(APPLE), {"fresh": 1, "needed": 2}
