"""The tour's stops at corporate actions, splits and identifiers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from tests.properties.acts_redeem import AUTHORITY
from tests.properties.claims import LIMIT, PRICE, WIRE, Bargain
from tests.properties.corporate import CASH, DELISTING, HOUR, IDENTIFIERS, REVERSE, SPLIT, STOCK, Action
from tests.properties.parts import ADMIN, DAY, OK, ONE, PAUSER
from tests.properties.scene import VOTERS, Scene
from tests.properties.tour import opened, want

__all__ = ["CORPORATE_STOPS", "announced", "dividend"]

_AUTH: Final = "auth0"
_ADMIN: Final = (ADMIN, "admin")
_PAUSER: Final = (PAUSER, "pauser")
RATE: Final = 150_000_001_000_003
"""Millionths of a base unit per whole share."""


def dividend(s: Scene, day: int, **terms: Any) -> Action:
    """A cash dividend ``day`` days ahead."""
    ex = s.now // DAY * DAY + day * DAY
    usual = {"rate": RATE, "coin": "usd", "ex": ex, "record": ex + HOUR, "pay": ex + 2 * HOUR}
    return Action(len(s.m.actions), CASH, **{**usual, **terms})


def multiplied(s: Scene, kind: int, new: int, old: int, day: int = 3, **terms: Any) -> Action:
    """A new multiplier ``day`` days ahead; half a day from its ex to its effective time."""
    ex = s.now // DAY * DAY + day * DAY
    usual = {"old_multiplier": s.m.multiplier, "ex": ex, "effective": ex + DAY // 2}
    return Action(len(s.m.actions), kind, new, old, **{**usual, **terms})


def announced(s: Scene, new: Action) -> Action:
    """That was taken."""
    want(OK, s.announce("officer", new))
    return s.m.actions[new.number]


def actions() -> None:
    s = opened()
    new = dividend(s, 3)
    want("missing", s.announce("stranger", new))
    want("NotAuthority", s.announce("stranger", new, shown=AUTHORITY))
    want("WrongRoleGrant", s.announce("pauser", new, shown=_PAUSER))
    want("WrongIssuer", s.announce("rival", new))
    want("WrongAsset", s.announce("officer", new, swap="reserve"))
    want("WrongMint", s.announce("officer", new, swap="mint"))
    want("WrongActionNumber", s.announce("officer", replace(new, number=1)))
    split = multiplied(s, SPLIT, 10, 1)
    name = replace(new, kind=IDENTIFIERS, rate=0, coin="", record=0, pay=0, effective=new.ex, isin="US5949181045")
    for wrong in (
        *(replace(new, kind=0), replace(new, kind=7), replace(new, rate=0), replace(new, coin="")),
        *(replace(new, isin="US5949181045"), name, replace(new, new=1), replace(new, document=0)),
        *(replace(new, record=new.ex - 1), replace(new, pay=new.record - 1), replace(new, effective=new.ex)),
        *(replace(split, new=0), replace(split, old=0), replace(split, new=1), replace(split, new=10_001)),
        *(replace(split, kind=REVERSE), replace(split, kind=STOCK), replace(split, record=new.ex)),
        *(replace(split, effective=split.ex - 1), replace(new, pay=new.record + 366 * DAY + 1)),
    ):
        want("BadAction", s.announce("officer", wrong))
    soon = s.now + DAY - 1
    want("BadNotice", s.announce("officer", replace(split, ex=soon)))
    want("BadNotice", s.announce("officer", replace(split, ex=s.now + 366 * DAY + 1, effective=s.now + 367 * DAY)))
    want("ActionTooLong", s.announce("officer", replace(split, effective=split.ex + 10 * DAY + 1)))
    want("ActionTooLong", s.announce("officer", replace(new, record=new.ex + 10 * DAY, pay=new.ex + 11 * DAY)))
    want("WrongPaymentMint", s.announce("officer", replace(new, coin="share")))
    want("BadIsin", s.announce("officer", replace(name, isin="US5949181046", symbol="MSFTx")))
    want("BadSymbol", s.announce("officer", replace(name, symbol="MS/FT")))
    want("MultiplierMoved", s.announce("officer", replace(split, old_multiplier=ONE + 1)))
    want(OK, s.halt("pauser", 4))
    want("ChangesHalted", s.announce("officer", new))
    want(OK, s.resume("unpauser", 4))
    want(OK, s.announce(_AUTH, new, shown=AUTHORITY))
    want("exists", s.announce("officer", replace(new, ex=new.ex + 5 * DAY)))
    want("DateTaken", s.announce("officer", multiplied(s, SPLIT, 10, 1)))
    want("WrongPaymentMint", _bare().announce("officer", dividend(s, 3, coin="share")))
    s = _bare()
    want("NoAttestors", s.announce("officer", dividend(s, 3)))
    # cancelling
    s = opened()
    want("missing", s.cancel_action("officer", 0))
    announced(s, multiplied(s, SPLIT, 10, 1))
    want("WrongIssuer", s.cancel_action("rival", 0))
    want("WrongRoleGrant", s.cancel_action("minter0", 0, shown=(2, "minter0")))
    want("WrongMint", s.cancel_action("officer", 0, swap="mint"))
    want("EmptyCustodianField", s.cancel_action("officer", 0, 0))
    want(OK, s.cancel_action("pauser", 0, shown=_PAUSER))
    want("WrongActionState", s.cancel_action("officer", 0))
    again = announced(s, multiplied(s, SPLIT, 2, 1))
    want("MultiplierScheduled", s.announce("officer", multiplied(s, REVERSE, 1, 2, 6)))
    s.set_now(again.effective)
    want("AlreadyEffective", s.cancel_action("admin", 1, shown=_ADMIN))
    want(OK, s.check())
    over = announced(s, multiplied(s, SPLIT, 10_000, 1))
    s.set_now(over.effective)
    want("MultiplierOutOfRange", s.announce("officer", multiplied(s, SPLIT, 10_000, 1)))


def _bare() -> Scene:
    """Without attestors."""
    return opened(live=False)


def calendars() -> None:
    """Six places, and each is free again when its action is over."""
    s = opened()
    for day in range(6):
        announced(
            s, multiplied(s, DELISTING, 0, 0, 3 + 2 * day, old_multiplier=0) if day == 0 else dividend(s, 3 + 2 * day)
        )
    want("CalendarFull", s.announce("officer", dividend(s, 20)))
    want("DateTaken", s.announce("officer", dividend(s, 5)))
    want(OK, s.cancel_action("officer", 3))
    announced(s, dividend(s, 20))
    want("Delisted", s.announce("officer", multiplied(s, DELISTING, 0, 0, 30, old_multiplier=0)))
    want(OK, s.mint("minter0", 40, 1, "holder0"))
    s.set_now(s.m.actions[0].effective - 1)
    assert s.tell_all(dict.fromkeys(range(3), 1000), s.now) == OK
    want(OK, s.mint("minter0", 41, 1, "holder0"))
    s.set_now(s.m.actions[0].effective)
    want("Delisted", s.mint("minter0", 42, 1, "holder0"))
    want("AlreadyEffective", s.cancel_action("officer", 0))
    want(OK, s.redeem("holder0", 5))
    s.set_now(s.now + 1)
    announced(s, dividend(s, 30))  # in the place of the first


def splits() -> None:
    """Ten shares of one: halted between, reports of both kinds on both sides, prices and claims as before."""
    s = opened()
    asked = [("holder0", s.ask("holder0", 3, one)) for one in (LIMIT, Bargain(1, 2 * PRICE), WIRE, WIRE)]
    for one in asked:
        want(OK, s.accept("redeemer", *one))
    want(OK, s.mark_paid("redeemer", *asked[2], to_chain=0))
    split = announced(s, multiplied(s, SPLIT, 10, 1))
    s.set_now(split.ex - 1)
    want("WrongBasis", s.attest(s.statement(0, 10_000, s.now, basis=1)))
    want(OK, s.attest(s.statement(0, 1000, s.now), s.statement(1, 1000, s.now)))
    want(OK, s.attest(s.statement(0, 52, s.now, abroad=True)))
    want(OK, s.mint("minter0", 40, 1, "holder0"))
    s.set_now(split.ex)
    want("SplitPending", s.mint("minter0", 41, 1, "holder0"))
    want("WrongBasis", s.attest(s.statement(0, 10_000, s.now - 1, basis=1)))
    want(OK, s.attest(s.statement(0, 10_009, s.now, basis=1)))
    assert s.m.custodians[0].settled == 1000
    want("WrongBasis", s.attest(s.statement(0, 10_000, s.now, basis=2)))
    want(OK, s.redeem("holder1", 3))
    s.set_now(split.effective - 1)
    want("SplitPending", s.mint("minter0", 41, 1, "holder0"))
    s.set_now(split.effective)
    assert (s.m.multiplier, s.m.basis, s.m.custodians[0].settled) == (10 * ONE, 1, 10_000)
    want(OK, s.mint("minter0", 41, 1, "holder0"))
    want("WrongBasis", s.attest(s.statement(0, 1000, s.now, basis=0)))
    want("WrongBasis", s.attest(s.statement(0, 1000, split.ex - 1, basis=1)))
    want(OK, s.attest(s.statement(0, 1000, s.now - 1, basis=0)))
    want(OK, s.attest(s.statement(0, 10_000, s.now, basis=1), s.statement(1, 10_000, s.now, basis=1)))
    want(OK, s.attest(s.statement(0, 530, s.now, abroad=True, basis=1)))
    want("PriceTooLow", s.settle("redeemer", [s.part(*asked[1])], PRICE // 6))
    want(OK, s.settle("redeemer", [s.part(*asked[1])], PRICE // 4))
    want(OK, s.settle("redeemer", [s.part(*asked[0])], PRICE // 10))
    want(OK, s.conclude("holder0", *asked[2]))
    want(OK, s.mark_paid("redeemer", *asked[3], to_chain=1))
    want(OK, s.conclude("holder0", *asked[3]))


def marks_of_odd_splits() -> None:
    """A rounded sum of claims is no reason to keep anybody's tokens."""
    for kind, new, old in ((REVERSE, 1, 3), (REVERSE, 3, 7), (SPLIT, 3, 2), (STOCK, 1, 20)):
        s = opened()
        asked = [("holder0", s.ask("holder0", 3 + step, WIRE)) for step in range(3)]
        for one in asked:
            want(OK, s.accept("redeemer", *one))
        want(OK, s.mark_paid("redeemer", *asked[0], to_chain=0))
        s.set_now(s.now + 1)
        want(OK, s.attest(s.statement(0, 53, s.now, abroad=True)))
        s.set_now(s.now + 1)
        want(OK, s.mark_paid("redeemer", *asked[1], to_chain=0))
        want(OK, s.mark_paid("redeemer", *asked[2], to_chain=0))
        coming = announced(s, multiplied(s, kind, new, old))
        want(OK, s.dispute(*asked[2]))
        s.set_now(coming.effective)
        want(OK, s.conclude("holder0", *asked[1]))
        want(OK, s.rule("arbiter", *asked[2], paid=False))
        want(OK, s.conclude("holder0", *asked[0]))
        s.set_now(s.m.requests[asked[2]].settle_by + 1)
        want(OK, s.cancel(*asked[2]))


def stock_dividends() -> None:
    """What it will owe is there from the announcement on, here and abroad, and no mint takes it."""
    s = opened(chains=1)
    assert s.tell_all({0: 200, 1: 200, 2: 19}, s.now) == OK
    want("ReserveShort", s.announce("officer", multiplied(s, STOCK, 1, 5)))
    assert s.tell_all({0: 200, 1: 200, 2: 20}, s.now) == OK
    s.attest(s.statement(0, 50, s.now, abroad=True))
    want(OK, s.announce("officer", multiplied(s, STOCK, 1, 5)))  # 350 shares become 420
    want("ReserveShort", s.mint("minter0", 40, 1, "holder0"))
    coming = s.m.coming
    assert coming
    s.set_now(coming.at)
    want(OK, s.check())
    assert not s.m.latched
    want(OK, s.cancel("holder0", s.ask("holder0", 5)))


def identifiers() -> None:
    s = opened()
    ours, (isin, symbol) = ("US0378331005", "AAPLx"), ("US5949181045", "MSFTx")

    def change(day: int, isin: str, symbol: str) -> Action:
        at = s.now // DAY * DAY + day * DAY
        return announced(s, Action(len(s.m.actions), IDENTIFIERS, ex=at, effective=at, isin=isin, symbol=symbol))

    one, two = change(3, isin, "AAPLx"), change(5, ours[0], symbol)
    three = change(7, isin, "NVDAx")
    four = announced(s, dividend(s, 9))
    want("missing", s.apply_identifiers(9, isin, "AAPLx"))
    want("NotYetEffective", s.apply_identifiers(0, isin, "AAPLx"))
    want("WrongActionKind", s.apply_identifiers(four.number, isin, "AAPLx"))
    s.set_now(one.effective)
    want("WrongMint", s.apply_identifiers(0, isin, "AAPLx", swap="mint"))
    want("WrongRentReceiver", s.apply_identifiers(0, isin, "AAPLx", swap="rent_receiver"))
    want("WrongAction", s.apply_identifiers(0, isin, symbol))
    want("WrongMarker", s.apply_identifiers(0, isin, "AAPLx", given_up=(False, False)))
    want("same account twice", s.apply_identifiers(0, isin, "AAPLx", given_up=(True, True)))
    want(OK, s.apply_identifiers(0, isin, "AAPLx"))
    want("WrongActionState", s.apply_identifiers(0, isin, "AAPLx"))
    want("WrongActionState", s.cancel_action("officer", 0))
    want(OK, s.attest(s.statement(0, 1000, s.now)))  # which name the new ISIN
    s.set_now(three.effective)
    want("IdentifierTaken", s.apply_identifiers(2, isin, "NVDAx"))
    want(OK, s.apply_identifiers(1, ours[0], symbol))
    late = change(4, *ours)
    s.set_now(late.effective + 14 * DAY + 1)
    want("ChangeExpired", s.apply_identifiers(late.number, *ours))
    first, second = change(3, *ours), change(5, isin, "AAPLy")
    s.set_now(second.effective)
    want(OK, s.apply_identifiers(second.number, isin, "AAPLy"))
    want("ChangeExpired", s.apply_identifiers(first.number, *ours))
    assert two.number == 1


def attestors() -> None:
    s = opened()
    want("missing", s.set_attestors("stranger", VOTERS[:3]))
    want("WrongRoleGrant", s.set_attestors("rival", VOTERS[:3], shown=(4, "rival")))
    want("TooFewAttestors", s.set_attestors("manager", VOTERS[:1]))
    want("TooFewAttestors", s.set_attestors("manager", ("voter0", "nobody", "voter1")))
    want("RepeatedKey", s.set_attestors("manager", ("voter0", "voter0")))
    for names, threshold in ((VOTERS[:2], 1), (VOTERS[:2], 3), (VOTERS, 2)):
        want("ThresholdOutOfRange", s.set_attestors("manager", names, threshold))
    want("NothingQueued", s.cancel_attestors("pauser"))
    want(OK, s.set_attestors("manager", VOTERS[1:]))
    assert s.m.in_force().names == VOTERS[:3]
    want("WrongRoleGrant", s.cancel_attestors("minter0", shown=(2, "minter0")))
    want("WrongIssuer", s.cancel_attestors("rival", shown=AUTHORITY))
    want(OK, s.cancel_attestors("pauser"))
    want(OK, s.set_attestors("manager", VOTERS, 3))
    s.set_now(s.now + DAY)
    want("NothingQueued", s.cancel_attestors("pauser"))
    want(OK, s.halt("pauser", 4))
    want("ChangesHalted", s.set_attestors("manager", VOTERS[:3], 2))
    want("ChangesHalted", s.set_attestors("manager", VOTERS[:3], 3))
    want(OK, s.set_attestors("manager", VOTERS, 4))  # tighter: at once
    assert s.m.in_force().threshold == 4
    want(OK, s.resume("unpauser", 4))
    want(OK, s.set_attestors("manager", VOTERS[:3], 2))
    s.set_now(s.now + DAY)
    want(OK, s.set_attestors("manager", VOTERS[:3], 2))
    want(OK, s.set_attestors("manager", VOTERS[:2], 2))  # as many as must agree: nobody could throw out
    assert s.m.in_force().names == VOTERS[:3]


def prices_through_splits() -> None:
    """A price named before a split means the same money after it, and no less."""
    for kind, new, old in ((SPLIT, 10, 1), (SPLIT, 7, 3), (REVERSE, 1, 3), (STOCK, 1, 3)):
        s = opened(accept_window_s=20 * DAY)
        asked = ("holder0", s.ask("holder0", 50, Bargain(1, PRICE)))
        quoted = ("holder0", s.ask("holder0", 30))
        split = announced(s, multiplied(s, kind, new, old))
        s.set_now(split.effective)
        before = s.m.requests[asked].min_price
        want("PriceTooLow", s.accept("redeemer", *asked, 1))
        want(OK, s.accept("redeemer", *asked))
        one = s.m.requests[asked]
        assert one.min_price * one.multiplier >= before * ONE > (one.min_price - 1) * one.multiplier
        want("PriceTooLow", s.settle("redeemer", [s.part(*asked)], one.min_price * 9 // 10))
        want(OK, s.settle("redeemer", [s.part(*asked)], one.min_price * 11 // 10))
        want(OK, s.accept("redeemer", *quoted, 77))
        want(OK, s.agree(*quoted, 77))
        want(OK, s.settle("redeemer", [s.part(*quoted)], 80))


CORPORATE_STOPS: Final = (
    actions,
    calendars,
    splits,
    marks_of_odd_splits,
    prices_through_splits,
    stock_dividends,
    identifiers,
    attestors,
)
