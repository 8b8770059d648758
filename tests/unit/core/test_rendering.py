"""Events as people and programs read them."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from solders.pubkey import Pubkey

from xstock_client.accounts import BondExit, Entry, Limits, Policy, QueuedPolicy, Ratio, Root, WindowUsage
from xstock_client.amounts import Cash
from xstock_client.constants import NO_APPROVER, NO_CHAIN
from xstock_client.events import EVENTS, Event
from xstock_client.rendering import cash_json, describe, event_json, fields_text, halts_text

TYPES = sorted(EVENTS.values(), key=lambda cls: cls.__name__)
ALICE, APPLE = Pubkey(bytes([7]) * 32), Pubkey(bytes([8]) * 32)
NAMES = {ALICE: "Alice", APPLE: "AAPLx"}
NOW = 1_772_323_200
ONE = 10**8


def blank(name: str, /, **changes: Any) -> Event:
    """An event of zeros but for the changes, of the asset AAPLx."""
    (cls,) = [one for one in TYPES if one.__name__ == name]
    event = cls.decode(cls.DISCRIMINATOR + bytes(cls.SIZE - 8))
    known = {"asset": APPLE} if "asset" in cls.OFFSETS else {}
    return type(event)(**{field: getattr(event, field) for field in cls.OFFSETS} | known | changes)


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("seed", [0, 1, 255])
def test_every_event_is_told_in_words_and_in_json(cls: type[Event], seed: int) -> None:
    size = cls.SIZE - 8
    body = random.Random(seed).randbytes(size) if seed == 1 else bytes([seed]) * size
    event = cls.decode(cls.DISCRIMINATOR + body)
    told = describe(event, NAMES)
    assert told and "(" not in told, "nothing is shown as Python writes it"
    data = event_json(event)
    assert data["event"] == cls.__name__ and set(cls.OFFSETS) < set(data)
    json.dumps(data)


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.__name__)
def test_every_event_has_its_own_words(cls: type[Event]) -> None:
    from xstock_client.rendering import _BRIEF

    wanted = [name.removeprefix("?") for name in _BRIEF[cls.__name__]]
    assert set(wanted) <= set(cls.OFFSETS), "a field that the event has no more"


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            blank(
                "ActionAnnounced",
                kind=3,
                ratio=Ratio(10, 1),
                old_multiplier=10**12,
                new_multiplier=10**13,
                ex_at=NOW,
                effective_at=NOW + 86_400,
                by=ALICE,
            ),
            "AAPLx: action 0, kind split, ratio 10:1, old multiplier 1, new multiplier 10, ex at 2026-03-01 00:00:00Z,"
            " effective at 2026-03-02 00:00:00Z, by Alice",
        ),
        (
            blank(
                "ActionAnnounced", action=4, kind=5, isin=b"US0378331005", symbol=b"AAPLx".ljust(12, b"\0"), by=ALICE
            ),
            "AAPLx: action 4, kind identifier-change, isin US0378331005, symbol AAPLx, ex at -, by Alice",
        ),
        (
            blank(
                "RootVoted",
                ballot=APPLE,
                root=Root(Entry(bytes([171] * 32), 7 * ONE), 1_234, 0),
                attestor=ALICE,
                agree=2,
                needed=2,
                agreed=1,
            ),
            "AAPLx: ballot AAPLx, root abababab… of 1,234 leaves, sum 700,000,000, attestor Alice, agree 2, needed 2,"
            " agreed yes",
        ),
        (
            blank("RootRejected", ballot=APPLE, root=Root(Entry(bytes(32), 1), 1, 0), round=3, reason=2, by=ALICE),
            "AAPLx: ballot AAPLx, root 00000000… of 1 leaves, sum 1, round 3, reason order, by Alice",
        ),
        (
            blank(
                "DividendPaid", owner=ALICE, gross=1_000_000, withheld=300_000, destination=APPLE, distribution=APPLE
            ),
            "AAPLx: owner Alice, gross 1,000,000, withheld 300,000, destination AAPLx, index 0, distribution AAPLx",
        ),
        (
            blank("AllowanceSet", minter=ALICE, limits=Limits(5 * ONE, 9 * ONE, NO_APPROVER)),
            "AAPLx: minter Alice, limits 5 a day, 9 ever",
        ),
        (
            blank(
                "AllowanceSet",
                minter=ALICE,
                limits=Limits(5 * ONE, 9 * ONE, 2 * ONE),
                pending=Limits(6 * ONE, 9 * ONE, 0),
                pending_from=NOW,
            ),
            "AAPLx: minter Alice, limits 5 a day, 9 ever, an approver above 2 a day, pending 6 a day, 9 ever, an"
            " approver above 0 a day, pending from 2026-03-01 00:00:00Z",
        ),
        (
            blank("PolicySet", by=ALICE, tighter=64 + 1, latched=1),
            "AAPLx: tighter max age, haircut, by Alice, latched yes",
        ),
        (
            blank(
                "PolicySet",
                by=ALICE,
                looser=512,
                queued=QueuedPolicy(512, NOW, NOW + 86_400, Policy.read(bytes(Policy.SIZE))),
            ),
            "AAPLx: looser min custodians, queued min custodians from 2026-03-01 00:00:00Z to 2026-03-02 00:00:00Z,"
            " by Alice",
        ),
        (blank("PolicyApplied", fields=256, reserve=7 * ONE), "AAPLx: fields collateral, obligation 0, reserve 7"),
        (blank("SlotChangeCancelled", kind=3, slot=1, by=ALICE), "AAPLx: kind chain cap, slot 1, by Alice"),
        (
            blank("HaltsChanged", guardian=ALICE, halts=5),
            "AAPLx: guardian Alice, old halts nothing, halts mint, changes",
        ),
        (blank("RoleRenounced", role=2, done=1, renounced=4), "role minter, done yes, renounced minter"),
        (blank("RoleRenounced", role=77, renounced=0), "role 77, done no, renounced none"),
        (
            blank("RoleGranted", member=ALICE, role=3, next_from=NOW, next_expires_at=NOW + 86_400),
            "member Alice, role approver, next expires at 2026-03-02 00:00:00Z, next from 2026-03-01 00:00:00Z",
        ),
        (
            blank(
                "ChainRegistered",
                slot=1,
                chain=b"eip155:1".ljust(48, b"\0"),
                keys=(ALICE, APPLE, Pubkey.default()),
                threshold=2,
            ),
            "AAPLx: slot 1, chain eip155:1, keys Alice AAPLx, threshold 2, epoch 0, valid from -",
        ),
        (
            blank("RedemptionSettled", holder=ALICE, amount=ONE, payout_shares=ONE // 2, to_chain=NO_CHAIN),
            "AAPLx: holder Alice, id 0, amount 1, payout shares 0.5, supply before 0, supply 0",
        ),
        (
            blank("RedemptionSettled", holder=ALICE, to_chain=0),
            "AAPLx: holder Alice, id 0, amount 0, payout shares 0, to chain 0, supply before 0, supply 0",
        ),
        (
            blank("TicketPageClosed", page=1, used=4_096, rent_payer=ALICE),
            "AAPLx: page 1, used 4,096, rent payer Alice",
        ),
        (
            blank("IssuerCreated", issuer=ALICE, name=b"Ex\0", authority=APPLE, timelock_s=86_400),
            "issuer Alice, name Ex, authority AAPLx, timelock 1 d",
        ),
        (blank("AssetListed", features=3), "asset AAPLx, isin , number 0, features permissioned burn, pro rata"),
    ],
    ids=range(21),
)
def test_what_a_person_reads(event: Event, words: str) -> None:
    assert describe(event, NAMES) == words


@pytest.mark.parametrize(
    ("event", "base", "decimal"),
    [
        (
            blank("RedemptionRequested", holder=ALICE, id=3, amount=ONE, payout=1, accept_by=NOW, penalty=1_500_000),
            "AAPLx: holder Alice, id 3, amount 1, payout on chain, accept by 2026-03-01 00:00:00Z, settle by -,"
            " penalty 1,500,000",
            "AAPLx: holder Alice, id 3, amount 1, payout on chain, accept by 2026-03-01 00:00:00Z, settle by -,"
            " penalty 1.5",
        ),
        (
            blank("RedemptionDefaulted", holder=ALICE, amount=ONE, state=2, deadline=NOW, penalty=9, payee=ALICE),
            "AAPLx: holder Alice, id 0, amount 1, state accepted, deadline 2026-03-01 00:00:00Z, penalty 9,"
            " payee Alice, bond 0",
            "AAPLx: holder Alice, id 0, amount 1, state accepted, deadline 2026-03-01 00:00:00Z, penalty 0.000009,"
            " payee Alice, bond 0",
        ),
        (
            blank("RedemptionSettled", holder=ALICE, amount=ONE, price=187_420_000, fee=20_000, payment=187_400_000),
            "AAPLx: holder Alice, id 0, amount 1, payout shares 0, price 187,420,000, fee 20,000, payment 187,400,000,"
            " to chain 0, supply before 0, supply 0",
            "AAPLx: holder Alice, id 0, amount 1, payout shares 0, price 187.42, fee 0.02, payment 187.4, to chain 0,"
            " supply before 0, supply 0",
        ),
        (
            blank("BondWithdrawalQueued", exit=BondExit(2_000_000, NOW, NOW, ALICE), by=ALICE, bond=3_000_000),
            "AAPLx: exit 2,000,000 to Alice from 2026-03-01 00:00:00Z to 2026-03-01 00:00:00Z, by Alice,"
            " bond 3,000,000, bond reserved 0",
            "AAPLx: exit 2 to Alice from 2026-03-01 00:00:00Z to 2026-03-01 00:00:00Z, by Alice, bond 3,"
            " bond reserved 0",
        ),
        (
            blank("BondWithdrawalCancelled", dropped=BondExit(2**64 - 1, NOW, NOW, ALICE), by=ALICE),
            "AAPLx: dropped all of it to Alice from 2026-03-01 00:00:00Z to 2026-03-01 00:00:00Z, by Alice",
            "AAPLx: dropped all of it to Alice from 2026-03-01 00:00:00Z to 2026-03-01 00:00:00Z, by Alice",
        ),
        (
            blank("BondDeposited", amount=1_000_000, depositor=ALICE, bond=2_000_000),
            "AAPLx: amount 1,000,000, depositor Alice, bond 2,000,000",
            "AAPLx: amount 1, depositor Alice, bond 2",
        ),
        (
            blank("PaymentMarked", holder=ALICE, to_chain=NO_CHAIN, arbiter=ALICE, evidence_hash=bytes([7] * 32)),
            "AAPLx: holder Alice, id 0, amount 0, evidence hash 07070707…, arbiter Alice, until -",
            "AAPLx: holder Alice, id 0, amount 0, evidence hash 07070707…, arbiter Alice, until -",
        ),
        (
            blank("DisputeRuled", holder=ALICE, arbiter=ALICE, paid=1),
            "AAPLx: holder Alice, id 0, amount 0, arbiter Alice, paid yes",
            "AAPLx: holder Alice, id 0, amount 0, arbiter Alice, paid yes",
        ),
    ],
    ids=range(8),
)
def test_money_is_told_in_the_coins_decimals_where_they_are_known(event: Event, base: str, decimal: str) -> None:
    assert describe(event, NAMES) == base
    assert describe(event, NAMES, cash_decimals=6) == decimal


def test_money_in_json_is_exact() -> None:
    assert cash_json(Cash(1_234_567_890_123), 6) == {"base": 1_234_567_890_123, "ui": "1234567.890123"}


def test_sets_are_lists_of_names_in_json() -> None:
    data = event_json(blank("PolicySet", tighter=64, looser=513))
    assert (data["tighter"], data["looser"], data["named"]) == (["haircut"], ["max_age", "min_custodians"], [])
    assert data["queued"]["fields"] == []
    assert event_json(blank("RoleRenounced", renounced=6))["renounced"] == ["admin", "minter"]
    window = event_json(blank("SharesMinted", window=WindowUsage(5, 6, 7)))["window"]
    assert window == {"used": 5, "carry": 6, "at": 7}


def test_halts_and_fields_in_words() -> None:
    assert [halts_text(halts) for halts in (0, 1, 6)] == ["nothing", "mint", "requests, changes"]
    assert [fields_text(fields) for fields in (0, 9)] == ["none", "max age, accept window"]
