"""The tour's stops at custodians and chains."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tests.properties.parts import ADMIN, DAY, LIFE, MANAGER, OK, PAUSER, TOP_FIGURE, TOP_STEP, TRANSIT
from tests.properties.reports import FLAWS
from tests.properties.tour import latched, opened, want

__all__ = ["CUSTODY_STOPS"]

_AUTH: Final = "auth0"
_PAUSER: Final = (PAUSER, "pauser")


def registrations() -> None:
    s = opened(chains=1)
    want("missing", s.register("stranger", 3, "lei3", "account3", ["key10"]))
    want("WrongRoleGrant", s.register("stranger", 3, "lei3", "account3", ["key10"], shown=(MANAGER, "manager")))
    want("WrongAsset", s.register("manager", 3, "lei3", "account3", ["key10"], swap="reserve"))
    for wrong in ([], ["nobody"], ["nobody", "key10"], ["key10", "nobody", "key11"]):
        want("EmptyCustodianField", s.register("manager", 3, "lei3", "account3", wrong))
    want("EmptyCustodianField", s.register("manager", 3, "", "account3", ["key10"]))
    want("EmptyCustodianField", s.register("manager", 3, "lei3", "", ["key10"]))
    want("RepeatedKey", s.register("manager", 3, "lei3", "account3", ["key10", "key11", "key10"]))
    want("ThresholdOutOfRange", s.register("manager", 3, "lei3", "account3", ["key10", "key11"], 0))
    want("ThresholdOutOfRange", s.register("manager", 3, "lei3", "account3", ["key10", "key11"], 3))
    want("SlotOutOfRange", s.register("manager", 8, "lei3", "account3", ["key10"]))
    want("SlotTaken", s.register("manager", 0, "lei3", "account3", ["key10"]))
    want("AccountInUse", s.register("manager", 3, "lei3", "account0", ["key10"]))
    want("KeyInUse", s.register("manager", 3, "lei3", "account3", ["key10", "key5"]))
    want("KeyInUse", s.register("manager", 3, "lei3", "account3", ["key6"]))  # of a chain
    want("KeyInUse", s.register_chain("manager", 1, "eip155:2", "token1", ["key0"]))
    want(OK, s.halt("pauser", 4))
    want("ChangesHalted", s.register("manager", 3, "lei3", "account3", ["key10"]))
    want("ChangesHalted", s.register_chain("manager", 1, "eip155:2", "token1", ["key10"]))
    want(OK, s.resume("unpauser", 4))
    want("EmptyCustodianField", s.register_chain("manager", 1, "", "token1", ["key10"]))
    want("EmptyCustodianField", s.register_chain("manager", 1, "eip155:2", "", ["key10"]))
    want("RepeatedKey", s.register_chain("manager", 1, "eip155:2", "token1", ["key10", "key10"]))
    want("SlotOutOfRange", s.register_chain("manager", 8, "eip155:2", "token1", ["key10"]))
    want("ChainTaken", s.register_chain("manager", 0, "eip155:2", "token1", ["key10"]))
    want("TokenInUse", s.register_chain("manager", 1, "eip155:2", "token0", ["key10"]))
    want("WrongAsset", s.register_chain("manager", 1, "eip155:2", "token1", ["key10"], swap="reserve"))
    want(OK, s.register_chain("manager", 1, "eip155:2", "token1", ["key10"]))
    want(OK, s.register("manager", 3, "lei1", "account3", ["key11", "key12"], 2))


def rotation() -> None:
    """New keys wait; one of the old may stay; what they signed under the old epoch counts no more."""
    s = opened(chains=1)
    old = s.statement(1, 900, s.now)
    want(OK, s.register("manager", 1, "lei1", "account1", ["key1", "key10"], 2))
    new = replace(old, signers=("key1", "key10"), epoch=s.m.epochs, sequence=1)
    want("AttesterNotYetValid", s.attest(new))
    want("WrongEpoch", s.attest(replace(old, epoch=99)))
    want(OK, s.attest(old))
    want("WrongAsset", s.cancel_slot_change("pauser", 1, 1, shown=_PAUSER, swap="reserve"))
    want("WrongIssuer", s.cancel_slot_change("rival", 1, 1))
    want("UnknownChange", s.cancel_slot_change("pauser", 0, 1, shown=_PAUSER))
    want("UnknownChange", s.cancel_slot_change("pauser", 5, 1, shown=_PAUSER))
    want("SlotOutOfRange", s.cancel_slot_change("pauser", 1, 8, shown=_PAUSER))
    want("NothingQueued", s.cancel_slot_change("pauser", 1, 0, shown=_PAUSER))
    want(OK, s.cancel_slot_change("pauser", 1, 1, shown=_PAUSER))
    s.set_now(s.now + DAY)
    want("WrongEpoch", s.attest(replace(new, as_of=s.now)))  # cancelled keys never sign
    want(OK, s.register("manager", 1, "lei1", "account1", ["key1", "key10"], 2))
    s.set_now(s.now + DAY)
    last = replace(old, sequence=old.sequence + 1, as_of=s.now)
    want("ReplacedAttester", s.attest(last))
    want("NothingQueued", s.cancel_slot_change("pauser", 1, 1, shown=_PAUSER))
    told = s.statement(1, 900, s.now)
    want("WrongAttester", s.attest(replace(told, signers=("key1", "key2"))))
    want("TooFewSigners", s.attest(replace(told, signers=("key1",))))
    want("TooFewSigners", s.attest(replace(told, signers=("key1", "key1"))))
    want("TooFewSigners", s.attest(replace(told, signers=("key10", "key10", "key10"))))
    want(OK, s.attest(told))
    want("WrongEpoch", s.attest(last))
    want(OK, s.register("manager", 3, "lei3", "account3", ["key2"]))  # free again
    want(OK, s.register_chain("manager", 0, "eip155:1", "token0", ["key6", "key11"], 2))
    want(OK, s.cancel_slot_change(_AUTH, 2, 0))
    want("NothingQueued", s.cancel_slot_change(_AUTH, 2, 0))


def reports() -> None:
    s = opened()
    good = s.statement(2, 900, s.now)
    for flaw, outcome in FLAWS.items():
        want(outcome, s.attest(good, flaw=flaw))
        want(outcome, s.attest(s.statement(0, 900, s.now), s.statement(1, 20, s.now, abroad=True), flaw=flaw))
    want("SlotEmpty", s.attest(replace(good, slot=5)))
    want("SlotOutOfRange", s.attest(replace(good, slot=8)))
    want("SlotOutOfRange", s.attest(replace(good, slot=8, abroad=True)))
    want("SlotEmpty", s.attest(replace(good, slot=5, abroad=True)))
    want("WrongBasis", s.attest(replace(good, basis=1)))
    want("BadSequence", s.attest(replace(good, sequence=1)))
    want("BadSequence", s.attest(replace(good, sequence=TOP_STEP + 2)))
    want("FutureReport", s.attest(replace(good, as_of=s.now + 1)))
    want("OlderReport", s.attest(replace(good, as_of=s.now - 601)))
    want("FigureTooLarge", s.attest(replace(good, settled=TOP_FIGURE + 1)))
    want("FigureTooLarge", s.attest(replace(good, in_transit=TOP_FIGURE + 1)))
    want("TooFewSigners", s.attest(good, good))  # three of the four signatures are one report, the fourth another
    want("BadSequence", s.attest(good, twice=True))
    want("TooFewSigners", s.attest(replace(good, signers=("key3", "key4", "key5", "key3"))))
    many = [replace(s.statement(0, 900, s.now), sequence=2 + n) for n in range(9)]
    want("BadReportCount", s.attest(*many))
    want(OK, s.attest(*many[:8]))
    want(OK, s.attest(replace(good, signers=("key3", "key4", "key5"))))
    chain = s.statement(0, 20, s.now, abroad=True)
    want("OlderReport", s.attest(replace(chain, as_of=s.now - 601)))
    want("FutureReport", s.attest(replace(chain, as_of=s.now + 1)))
    want(OK, s.attest(replace(chain, settled=TOP_FIGURE + 1)))  # bad news without bounds
    assert latched(s)
    want("missing", s.retire("stranger", 0))
    want("WrongAsset", s.retire("manager", 0, swap="reserve"))
    want("WrongMint", s.retire("manager", 0, swap="mint"))
    want("SlotOutOfRange", s.retire("manager", 8))
    want("SlotEmpty", s.retire("manager", 7))
    want(OK, s.retire("manager", 0))
    want("SlotEmpty", s.attest(s.statement(0, 900, s.now)))


def clock_goes_back() -> None:
    """What was reported from the time that was taken back counts for nothing, and lower figures are taken still."""
    s = opened(chains=1)
    s.set_now(s.now + 60)
    s.tell_all({0: 1000, 1: 1000, 2: 1000}, s.now)
    s.set_now(s.now - 30)
    want("QuorumNotMet", s.mint("whale", 40, 1, "holder0"))
    want("ReserveShort", s.set_cap(_AUTH, 0, 301))
    want(OK, s.check())
    assert not latched(s)
    want(OK, s.tell_all({0: 100, 1: 100, 2: 90}, s.now))
    assert latched(s)
    # better news from the time that was taken back is not taken, and a burn in it is after the reports
    s = opened(chains=1)
    s.set_now(s.now + 60)
    s.tell_all({0: 150, 1: 100, 2: 100}, s.now)
    want(OK, s.attest(s.statement(0, 50, s.now, abroad=True)))
    s.set_now(s.now - 30)
    want("OlderReport", s.attest(s.statement(0, 151, s.now)))
    want("OlderReport", s.attest(s.statement(0, 150, s.now, in_transit=1, by=s.now)))
    want("OlderReport", s.attest(s.statement(0, 49, s.now, abroad=True)))
    want(OK, s.attest(s.statement(0, 50, s.now, abroad=True)))
    want(OK, s.redeem("holder0", 60))
    want(OK, s.redeem("holder1", 40, to_chain=0))
    s.set_now(s.now + 30)
    assert (s.m.owed(), s.m.room()) == (350, 0)
    want("ReserveShort", s.mint("whale", 40, 1, "holder0"))


def in_transit() -> None:
    s = opened(chains=0, minted=1, haircut_bps=3_333, min_custodians=1)
    for slot in (1, 2):
        want(OK, s.retire("manager", slot))
    told = s.statement(0, 100, s.now, in_transit=1_000)
    counted = 1_000 * 6_667 // 10_000
    for by in (s.now - 1, s.now + TRANSIT + 1):
        want(OK, s.attest(replace(told, by=by)))
        assert s.m.room() == 0
        told = replace(told, sequence=told.sequence + 1)
    want(OK, s.attest(replace(told, by=s.now + TRANSIT)))
    assert s.m.room() == counted
    want(OK, s.attest(replace(told, sequence=told.sequence + 1, by=s.now + 60)))
    want("ReserveShort", s.mint("whale", 40, counted + 1, "holder0"))
    want(OK, s.mint("whale", 40, counted, "holder0"))
    s.set_now(s.now + 60)
    want(OK, s.check())
    s.set_now(s.now + 1)  # not delivered: it counts no more, and time never latches
    want("ReserveShort", s.mint("whale", 41, 1, "holder0"))
    want(OK, s.check())
    assert not latched(s)


def caps_of_custodians() -> None:
    """Nobody counts more than its share of what counts, nor more than its cap; slots of one custodian are one."""
    s = opened(chains=0, minted=0, custodian_share_bps=4_000, min_custodians=3)
    s.tell_all({0: 1000, 1: 1000, 2: 10**9}, s.now)
    assert s.m.counted(fresh=True) == (3_333, s.now, 3)
    want("ReserveShort", s.mint("whale", 0, 3_334, "holder0"))
    want(OK, s.mint("whale", 0, 3_333, "holder0"))
    s.tell_all({0: 1000, 1: 0, 2: 10**9}, s.now)  # zero is no custodian
    assert latched(s)
    want("QuorumNotMet", s.reopen("unpauser"))
    s = opened(chains=0, minted=0, custodian_cap=700)
    want(OK, s.register("manager", 3, "lei0", "account3", ["key10"]))
    s.tell_all({0: 500, 1: 100, 2: 0, 3: 500}, s.now)
    assert s.m.counted(fresh=True) == (800, s.now, 2)
    want(OK, s.mint("whale", 0, 800, "holder0"))
    s = opened(chains=0, minted=0, collateral_bps=10_333)
    want("ReserveShort", s.mint("whale", 0, 2_904, "holder0"))  # needs 3,000.7
    want(OK, s.mint("whale", 0, 2_903, "holder0"))


def chains() -> None:
    s = opened(chains=1, minted=1)  # 100 here, 50 there under a cap of 300, of 3,000
    want("NotAuthority", s.set_cap("stranger", 0, 1))
    want("WrongIssuer", s.set_cap("rival", 0, 1))
    want("WrongAsset", s.set_cap(_AUTH, 0, 1, swap="reserve"))
    want("SlotOutOfRange", s.set_cap(_AUTH, 8, 1))
    want("SlotEmpty", s.set_cap(_AUTH, 1, 1))
    want("FigureTooLarge", s.set_cap(_AUTH, 0, TOP_FIGURE + 1))
    want("ReserveShort", s.set_cap(_AUTH, 0, 2_901))
    want(OK, s.set_cap("admin", 0, 2_900, shown=(ADMIN, "admin")))
    want(OK, s.mint("whale", 40, 1_000, "holder0"))  # it reports 50 only
    s.set_now(s.now + 5 * DAY)
    s.tell_all({0: 1000, 1: 1000, 2: 1000}, s.now)
    want("ReserveShort", s.mint("whale", 41, 1, "holder0"))  # silent: counts at its cap
    want(OK, s.check())
    assert not latched(s)
    # a lower cap waits for a report from after the wait
    want(OK, s.set_cap(_AUTH, 0, 200))
    want(OK, s.halt("pauser", 4))
    want("ChangesHalted", s.set_cap(_AUTH, 0, 100))
    want("ChangesHalted", s.retire_chain("manager", 0))
    want(OK, s.resume("unpauser", 4))
    s.set_now(s.now + DAY - 1)
    want(OK, s.attest(s.statement(0, 50, s.now, abroad=True)))
    assert s.m.chains[0].cap == 2_900
    want(OK, s.cancel_slot_change("pauser", 3, 0, shown=_PAUSER))
    want("NothingQueued", s.cancel_slot_change("pauser", 3, 0, shown=_PAUSER))
    want(OK, s.set_cap(_AUTH, 0, 0))
    s.set_now(s.now + DAY)
    want(OK, s.attest(s.statement(0, 50, s.now - 1, abroad=True)))
    assert s.m.chains[0].cap == 2_900  # it spoke of a time before
    want(OK, s.attest(s.statement(0, 350, s.now, abroad=True)))  # above its cap: taken
    assert (s.m.chains[0].cap, latched(s)) == (0, False)
    want("ChainInUse", s.retire_chain("manager", 0))
    want("missing", s.retire_chain("stranger", 0))
    want("WrongAsset", s.retire_chain("manager", 0, swap="reserve"))
    want("SlotOutOfRange", s.retire_chain("manager", 8))
    want("SlotEmpty", s.retire_chain("manager", 1))
    want(OK, s.attest(s.statement(0, 0, s.now, abroad=True)))
    want(OK, s.retire_chain("manager", 0))
    want("ChangeNotReady", s.retire_chain("manager", 0))
    want(OK, s.cancel_slot_change("pauser", 4, 0, shown=_PAUSER))
    want("NothingQueued", s.cancel_slot_change("pauser", 4, 0, shown=_PAUSER))
    want(OK, s.retire_chain("manager", 0))
    s.set_now(s.now + DAY)
    want("ChangeNotReady", s.retire_chain("manager", 0))  # no report from after the wait
    want(OK, s.attest(s.statement(0, 1, s.now, abroad=True)))
    want(OK, s.attest(s.statement(0, 0, s.now, abroad=True)))
    want(OK, s.retire_chain("manager", 0))  # what it reported in between voids the request
    s.set_now(s.now + DAY + LIFE + 1)
    want(OK, s.attest(s.statement(0, 0, s.now, abroad=True)))
    want(OK, s.retire_chain("manager", 0))  # too late: asked anew
    s.set_now(s.now + DAY)
    want(OK, s.attest(s.statement(0, 0, s.now, abroad=True)))
    want(OK, s.retire_chain("manager", 0))
    want("SlotEmpty", s.attest(s.statement(0, 0, s.now, abroad=True)))
    want(OK, s.register_chain("manager", 0, "eip155:9", "token9", ["key12"]))


def silence() -> None:
    """Those who fall silent block minting, and latch nothing, however late and whoever else reports."""
    s = opened(chains=1)
    s.set_now(s.now + 30 * DAY)
    want(OK, s.check())
    want(OK, s.attest(s.statement(0, 1000, s.now)))
    want("QuorumNotMet", s.mint("whale", 40, 1, "holder0"))
    assert not latched(s)


def bad_news_from_abroad() -> None:
    s = opened(chains=2, minted=3)
    want(OK, s.attest(s.statement(0, 2_650, s.now, abroad=True)))
    assert not latched(s)
    want(OK, s.attest(s.statement(1, 51, s.now, abroad=True)))
    assert latched(s)
    want("Latched", s.mint("whale", 40, 1, "holder0"))
    want("ReserveShort", s.reopen("unpauser"))
    want(OK, s.attest(s.statement(1, 50, s.now, abroad=True)))
    want(OK, s.reopen("unpauser"))


CUSTODY_STOPS: Final = (
    registrations,
    rotation,
    reports,
    clock_goes_back,
    in_transit,
    caps_of_custodians,
    chains,
    silence,
    bad_news_from_abroad,
)
