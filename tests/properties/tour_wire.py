"""The tour's stops at payments outside the chain, and at those who judge them."""

from __future__ import annotations

from typing import Final

from tests.properties.acts_redeem import AUTHORITY
from tests.properties.claims import ARBITRATION, LIMIT, OFF_CHAIN, PRICE, WIRE, Bargain, worth
from tests.properties.parts import ARBITER, DAY, OK, PAUSER, REDEEMER
from tests.properties.scene import RATE, Scene
from tests.properties.tour import opened, want

__all__ = ["WIRE_STOPS"]

_AUTH: Final = "auth0"
_PAUSER: Final = (PAUSER, "pauser")


def _asked(s: Scene, bargain: Bargain, amount: int = 30) -> tuple[str, int]:
    """A request that was made, and accepted."""
    asked = ("holder0", s.ask("holder0", amount, bargain))
    want(OK, s.accept("redeemer", *asked))
    return asked


def _paid(s: Scene) -> tuple[str, int]:
    """A request that the desk says it has paid."""
    asked = _asked(s, WIRE)
    want(OK, s.mark_paid("redeemer", *asked))
    return asked


def wires() -> None:
    s = opened(chains=1)
    asked = ("holder0", s.ask("holder0", 30, WIRE))
    want("WrongRequestState", s.mark_paid("redeemer", *asked))
    want("WrongPayout", s.settle("redeemer", [s.part(*asked)], PRICE))
    want("WrongPayout", s.accept("redeemer", *asked, PRICE))
    want("WrongRequestState", s.conclude("holder0", *asked))
    want(OK, s.accept("redeemer", *asked))
    want("WrongPayout", s.settle("redeemer", [s.part(*asked)], PRICE))
    want("missing", s.mark_paid("redeemer", "holder0", 9))
    want("NotAuthority", s.mark_paid("stranger", *asked, shown=AUTHORITY))
    want("WrongIssuer", s.mark_paid("rival", *asked))
    want("WrongRoleGrant", s.mark_paid("pauser", *asked, shown=_PAUSER))
    want("WrongAsset", s.mark_paid("redeemer", *asked, swap="reserve"))
    want("EmptyCustodianField", s.mark_paid("redeemer", *asked, evidence=0))
    want("SlotOutOfRange", s.mark_paid("redeemer", *asked, to_chain=8))
    want("SlotEmpty", s.mark_paid("redeemer", *asked, to_chain=7))
    want("NotHolder", s.dispute(*asked, by="stranger"))
    want("WrongRequestState", s.dispute(*asked))
    want("WrongRequestState", s.conclude("stranger", *asked))
    want("missing", s.conclude("holder0", "holder0", 9))
    want("missing", s.dispute("holder0", 9))
    want(OK, s.halt("pauser", 7))
    s.pause(True)
    s.set_now(s.m.requests[asked].settle_by)
    want(OK, s.mark_paid(_AUTH, *asked, shown=AUTHORITY))  # in the last second
    want("WrongRequestState", s.mark_paid("redeemer", *asked))
    want("WrongRequestState", s.cancel(*asked))
    want("WrongRequestState", s.default("stranger", *asked))
    want("WrongRequestState", s.reject("redeemer", *asked))
    for swap, outcome in (
        ("token_program", "WrongTokenProgram"),
        ("reserve", "WrongAsset"),
        ("mint", "WrongMint"),
        ("escrow", "WrongEscrow"),
    ):
        want(outcome, s.conclude("holder0", *asked, swap=swap))
    want("WrongRentReceiver", s.conclude("holder0", *asked, rent_to="holder0"))
    s.set_now(s.m.requests[asked].until)
    want("StillDisputable", s.conclude("stranger", *asked))
    s.set_now(s.now + 1)
    want(OK, s.conclude("stranger", *asked))
    s.pause(False)
    want(OK, s.resume("unpauser", 7))
    want(OK, s.conclude("holder0", *_paid(s)))  # confirmed at once
    want(OK, s.conclude("holder0", *_asked(s, WIRE)))  # even before the desk says so
    want("WrongPayout", s.conclude("holder0", "holder0", s.ask("holder0", 5, LIMIT)))
    assert (s.m.pending, s.m.reserved) == (5, 0)


def disputes() -> None:
    s = opened(chains=1, minted=9)
    asked = _paid(s)
    s.set_now(s.m.requests[asked].until + 1)
    want("DeadlinePassed", s.dispute(*asked))
    want(OK, s.conclude("stranger", *asked))
    asked = _paid(s)
    want("WrongAsset", s.dispute(*asked, swap="asset"))
    want("WrongRequestState", s.rule("arbiter", *asked, True))
    s.set_now(s.m.requests[asked].until)
    want(OK, s.dispute(*asked))
    want("WrongRequestState", s.dispute(*asked))
    want("WrongRequestState", s.conclude("stranger", *asked))
    want("AcceptedUntilDeadline", s.cancel(*asked))
    want("DeadlineNotPassed", s.default("stranger", *asked))
    want("WrongArbiter", s.rule("stranger", *asked, True))
    want("WrongAsset", s.rule("arbiter", *asked, True, swap="reserve"))
    want("missing", s.rule("arbiter", "holder0", 9, True))
    want(OK, s.rule("arbiter", *asked, True))
    want("WrongRequestState", s.cancel(*asked))
    want("WrongRequestState", s.default("stranger", *asked))
    want(OK, s.conclude("stranger", *asked))
    asked = _paid(s)
    want(OK, s.dispute(*asked))
    s.set_now(s.m.requests[asked].until)
    want(OK, s.rule("arbiter", *asked, False))
    want("AlreadyClaimed", s.mark_paid("redeemer", *asked))
    want(OK, s.default("stranger", *asked))  # it is long past the time to settle
    assert s.m.told["penalty"] == worth(30, RATE)
    asked = _paid(s)
    want(OK, s.dispute(*asked))
    want(OK, s.rule("arbiter", *asked, False))
    want(OK, s.conclude("holder0", *asked))  # after all
    asked = _paid(s)
    want(OK, s.dispute(*asked))
    want(OK, s.conclude("holder0", *asked))
    for end in ("default", "cancel"):  # nobody decided
        asked = _paid(s)
        want(OK, s.dispute(*asked))
        s.set_now(s.m.requests[asked].until + 1)
        want("DeadlinePassed", s.rule("arbiter", *asked, True))
        want(OK, s.default("stranger", *asked) if end == "default" else s.cancel(*asked))
    assert s.m.reserved == 0


def judges() -> None:
    """Who judges was in office when the request was made, is neither who pays nor who issues, and stays."""
    s = opened(timelock=2 * DAY)
    far = s.now + 300 * DAY
    for name in ("redeemer", _AUTH):
        want(OK, s.grant_role(_AUTH, ARBITER, name, far))
    s.set_now(s.now + 2 * DAY)
    asked = ("holder0", s.ask("holder0", 30, WIRE))
    named = {
        name: ("holder1", s.ask("holder1", 5, Bargain(OFF_CHAIN, 0, name))) for name in ("judge", "redeemer", _AUTH)
    }
    want(OK, s.grant_role(_AUTH, ARBITER, "judge", far))
    want("WrongArbiter", s.accept("redeemer", *asked, judge=AUTHORITY))
    want("WrongArbiter", s.accept("redeemer", *asked, judge=(ARBITER, "redeemer")))
    want("WrongRoleGrant", s.accept("redeemer", *named["redeemer"], judge=(REDEEMER, "redeemer")))
    want("RoleNotYetValid", s.accept("redeemer", *named["judge"]))
    want("SelfArbitration", s.accept("redeemer", *named[_AUTH]))
    s.set_now(s.now + 2 * DAY)
    want("ArbiterTooNew", s.accept("redeemer", *named["judge"]))
    want(OK, s.accept("redeemer", *named["redeemer"]))
    want("SelfArbitration", s.mark_paid("redeemer", *named["redeemer"]))
    want(OK, s.mark_paid(_AUTH, *named["redeemer"], shown=AUTHORITY))
    # an arbiter restrains the issuer: it leaves with notice, and then is nobody to agree on any more
    want(OK, s.revoke_role(_AUTH, ARBITER, "arbiter"))
    want("ArbiterLeaves", s.accept("redeemer", *asked))
    want(OK, s.cancel_role_change("pauser", ARBITER, "arbiter", shown=_PAUSER))
    one = s.m.requests[asked]
    needed = one.settle_by + DAY + ARBITRATION
    want(OK, s.grant_role(_AUTH, ARBITER, "arbiter", needed))
    want("ArbiterLeaves", s.accept("redeemer", *asked))
    want(OK, s.grant_role(_AUTH, ARBITER, "arbiter", needed + 1))
    want(OK, s.accept("redeemer", *asked))
    want(OK, s.mark_paid("redeemer", *asked))
    want(OK, s.dispute(*asked))
    want("WrongArbiter", s.rule("judge", *asked, False))
    want(OK, s.revoke_role(_AUTH, ARBITER, "arbiter"))
    s.set_now(s.now + 2 * DAY)
    want(OK, s.revoke_role(_AUTH, ARBITER, "arbiter"))
    s.set_now(s.m.requests[asked].until)
    want(OK, s.rule("arbiter", *asked, False))  # whatever became of its role
    want(OK, s.cancel(*asked))


def to_another_chain() -> None:
    """Shares sent away weigh there from the burn until a report of a later time; its cap has room at the claim."""
    s = opened(chains=1)  # 300 here; 50 there, of a cap of 300
    owed = s.m.owed()
    want(OK, s.set_cap(_AUTH, 0, 149))
    asked = _asked(s, WIRE, 100)
    want("AboveChainCap", s.mark_paid("redeemer", *asked, to_chain=0))  # the lower one that waits
    want(OK, s.cancel_slot_change("pauser", 3, 0, shown=_PAUSER))
    want(OK, s.mark_paid("redeemer", *asked, to_chain=0))
    assert (s.m.owed(), s.m.chains[0].outbound, s.m.chains[0].marked) == (owed, 0, 100)
    want(OK, s.conclude("holder0", *asked))
    assert (s.m.owed(), s.m.chains[0].outbound, s.m.chains[0].marked) == (owed, 100, 0)
    assert s.m.released(0) == 0
    want(OK, s.attest(s.statement(0, 50, s.now, abroad=True)))  # of the very second: it may not know yet
    assert s.m.chains[0].outbound == 100
    s.set_now(s.now + 1)
    want(OK, s.attest(s.statement(0, 150, s.now, abroad=True)))
    assert (s.m.owed(), s.m.owed_at_last(), s.m.chains[0].outbound) == (owed, owed, 0)
    s.set_now(s.now + 8 * DAY)  # what waits from an earlier day of the same place is kept
    want(OK, s.redeem("holder1", 10, to_chain=0))
    s.set_now(s.now + 8 * DAY)
    want(OK, s.redeem("holder1", 20, to_chain=0))
    assert s.m.chains[0].outbound == 30
    want("ChainInUse", s.retire_chain("manager", 0))


def claims_abroad() -> None:
    """A report between claim and burn may speak of the shares: the latch counts them once, a mint twice."""
    s = opened(chains=1, minted=9, settle_window_s=9 * DAY)
    owed = s.m.owed()
    asked = [_asked(s, WIRE, 20) for _ in range(5)]
    for one in asked:
        want(OK, s.mark_paid("redeemer", *one, to_chain=0))
    assert (s.m.owed(), s.m.owed_at_last()) == (owed, owed)  # no report can speak of them yet
    s.set_now(s.now + 1)
    want(OK, s.attest(s.statement(0, 150, s.now, abroad=True)))
    assert (s.m.owed(), s.m.owed_at_last()) == (owed + 100, owed)
    late = _asked(s, WIRE, 51)
    want("AboveChainCap", s.mark_paid("redeemer", *late, to_chain=0))  # 150 and 100 of 300
    want(OK, s.conclude("holder0", *asked[0]))
    assert (s.m.owed(), s.m.owed_at_last(), s.m.chains[0].concluded) == (owed + 100, owed, 20)
    s.set_now(s.now + 1)
    want(OK, s.attest(s.statement(0, 150, s.now, abroad=True)))
    assert (s.m.owed(), s.m.owed_at_last(), s.m.chains[0].concluded) == (owed + 80, owed, 0)
    for one in asked[1:]:
        want(OK, s.dispute(*one))
    want(OK, s.set_cap(_AUTH, 0, 0))
    s.set_now(s.now + DAY)
    want(OK, s.attest(s.statement(0, 0, s.now, abroad=True)))
    want("ChainInUse", s.retire_chain("manager", 0))
    want(OK, s.rule("arbiter", *asked[1], False))
    assert s.m.chains[0].marked == 60
    s.set_now(s.m.requests[asked[2]].until + 1)
    want("ReserveMissing", s.cancel(*asked[2], reserve=False))
    want("WrongAsset", s.cancel(*asked[2], swap="reserve"))
    want(OK, s.cancel(*asked[2]))
    want("ReserveMissing", s.default("stranger", *asked[3], reserve=False))
    want("WrongAsset", s.default("stranger", *asked[3], swap="reserve"))
    want(OK, s.default("stranger", *asked[3]))
    want(OK, s.conclude("holder0", *asked[4]))
    assert (s.m.chains[0].marked, s.m.chains[0].concluded) == (0, 20)
    s.set_now(s.now + 1)
    want(OK, s.attest(s.statement(0, 0, s.now, abroad=True)))
    want(OK, s.retire_chain("manager", 0))


WIRE_STOPS: Final = (wires, disputes, judges, to_another_chain, claims_abroad)
