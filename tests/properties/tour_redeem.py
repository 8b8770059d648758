"""The tour's stops at holders, at their accounts, and at the desk that pays them."""

from __future__ import annotations

from typing import Any, Final

from tests.properties.acts_redeem import AUTHORITY
from tests.properties.claims import LIMIT, OFF_CHAIN, ON_CHAIN, PRICE, WIRE, Bargain, worth
from tests.properties.parts import DAY, OK, PAUSER, U64
from tests.properties.scene import RATE, Scene
from tests.properties.tour import latched, opened, want

__all__ = ["REDEEM_STOPS"]

_AUTH: Final = "auth0"
_PAUSER: Final = (PAUSER, "pauser")


def _asked(s: Scene, holder: str, amount: int, bargain: Bargain = LIMIT, **rest: Any) -> tuple[str, int]:
    """A request that was made, and accepted."""
    id = s.ask(holder, amount, bargain, **rest)
    want(OK, s.accept("redeemer", holder, id))
    return holder, id


def requests() -> None:
    s = opened(chains=1)
    want("exists", s.open_book("holder0"))
    want("missing", s.request("holder2", 0, 1))
    want(OK, s.open_book("holder2"))
    want("ZeroAmount", s.request("holder0", 0, 0))
    want("WrongPayout", s.request("holder0", 0, 1, Bargain(0)))
    want("WrongPayout", s.request("holder0", 0, 1, Bargain(3)))
    want("WrongPaymentMint", s.request("holder0", 0, 1, swap="payment_mint"))
    want("WrongArbiter", s.request("holder0", 0, 1, Bargain(ON_CHAIN, 0, "arbiter")))
    want("WrongArbiter", s.request("holder0", 0, 1, Bargain(OFF_CHAIN)))
    want("WrongPayout", s.request("holder0", 0, 1, Bargain(OFF_CHAIN, PRICE, "arbiter")))
    want("EmptyCustodianField", s.request("holder0", 0, 1, WIRE, swap="terms"))
    want("WrongTokenProgram", s.request("holder0", 0, 1, swap="token_program"))
    want("WrongMint", s.request("holder0", 0, 1, swap="mint"))
    want("WrongEscrow", s.request("holder0", 0, 1, swap="escrow"))
    want("NotHolder", s.request("holder0", 0, 1, book="holder1"))
    want("WrongRequestId", s.request("holder0", 1, 1))
    want("WrongTokenAccount", s.request("holder0", 0, 1, source="holder1"))
    want("WrongTokenAccount", s.request("holder0", 0, 1, source="usd/holder0"))
    want("token:1", s.request("holder0", 0, 101))
    want("NotHolder", s.request("holder0", 0, 1, by="stranger"))
    want("token:4", s.request("holder0", 0, 1, LIMIT, by="stranger"))
    want(OK, s.halt("pauser", 2))
    want("RequestsHalted", s.request("holder0", 0, 1))
    want(OK, s.resume("unpauser", 2))
    s.pause(True)
    want("token:67", s.request("holder0", 0, 1))
    s.pause(False)
    want(OK, s.request("holder0", 0, 40, LIMIT))
    want("exists", s.request("holder0", 0, 40))
    want("missing", s.accept("stranger", "holder0", 0))
    want("NotAuthority", s.accept("stranger", "holder0", 0, shown=AUTHORITY))
    want("WrongRoleGrant", s.accept("pauser", "holder0", 0, shown=_PAUSER))
    want("WrongIssuer", s.accept("rival", "holder0", 0))
    want("NotHolder", s.cancel("holder0", 0, by="holder1"))
    want("WrongTokenAccount", s.cancel("holder0", 0, to="holder1", source="holder0"))
    want("WrongSource", s.cancel("holder0", 0, to="side0", source="holder1"))
    want("WrongAsset", s.cancel("holder0", 0, swap="reserve"))
    want("same account twice", s.cancel("holder0", 0, to="escrow", source="holder0"))
    want("WrongRentReceiver", s.cancel("holder0", 0, rent_to="holder0"))
    for swap, outcome in (("mint", "WrongMint"), ("escrow", "WrongEscrow"), ("memo_program", "WrongMemoProgram")):
        want(outcome, s.cancel("holder0", 0, swap=swap))
    want("WrongTokenProgram", s.cancel("holder0", 0, swap="token_program"))
    want(OK, s.accept("redeemer", "holder0", 0))
    want("WrongRequestState", s.accept("redeemer", "holder0", 0))
    want("AcceptedUntilDeadline", s.cancel("holder0", 0))
    id = s.ask("holder1", 10)
    want(OK, s.cancel("holder1", id, to="side1", memo=True))
    assert s.m.balances["side1"] == 10
    want("missing", s.cancel("holder1", id))
    want("WrongRequestId", s.request("holder1", id, 1))  # an id is never given twice
    id = s.ask("holder1", 10)
    s.set_now(s.m.requests["holder1", id].accept_by)
    want(OK, s.accept(s.m.authority, "holder1", id, shown=AUTHORITY))  # in the last second, by the authority
    id = s.ask("holder1", 10)
    s.set_now(s.m.requests["holder1", id].accept_by + 1)
    want("DeadlinePassed", s.accept("redeemer", "holder1", id))


def terms_are_fixed() -> None:
    """A later policy changes no deadline, no fee, no penalty; tighter or looser."""
    s = opened(redemption_fee_bps=100, settle_window_s=2 * DAY)
    wired = _asked(s, "holder1", 40, WIRE)
    asked = ("holder0", s.ask("holder0", 40))
    want(OK, s.accept("redeemer", *asked))
    want(OK, s.agree(*asked))
    one = s.m.requests[asked]
    before = (one.accept_by, one.settle_by, one.fee_bps, one.rate, one.dispute_window)
    assert before == (s.now + 2 * DAY, s.now + 4 * DAY, 100, RATE, DAY)
    names = {"accept_window_s": DAY, "settle_window_s": DAY, "dispute_window_s": 3 * DAY}
    names |= {"penalty_rate": 9 * RATE, "redemption_fee_bps": 0}
    for name, value in names.items():
        want(OK, s.change_policy(**{name: value}))
    want(OK, s.change_policy(redemption_fee_bps=500, settle_window_s=30 * DAY))
    s.set_now(s.now + DAY)
    want(OK, s.apply_policy())
    one = s.m.requests[asked]
    assert (one.accept_by, one.settle_by, one.fee_bps, one.rate, one.dispute_window) == before
    s.set_now(one.settle_by)
    want("DeadlineNotPassed", s.default("stranger", *asked))
    want(OK, s.mark_paid("redeemer", *wired))
    assert s.m.requests[wired].until == s.now + DAY
    want(OK, s.settle("redeemer", [s.part(*asked)], 2 * PRICE))
    gross = worth(40, 2 * PRICE)
    assert (s.m.told["gross"], s.m.told["fee"]) == (gross, gross // 100)


def quotes() -> None:
    """At market the desk names its price, and is bound to it once the holder agrees; silence is a no."""
    s = opened(redemption_fee_bps=0)
    asked = ("holder0", s.ask("holder0", 40))
    want("NothingQuoted", s.agree(*asked))
    want("QuoteNeeded", s.accept("redeemer", *asked, 0))
    want(OK, s.accept("redeemer", *asked, PRICE))
    want("QuoteOpen", s.settle("redeemer", [s.part(*asked)], PRICE))
    want(OK, s.cancel(*asked))  # declined
    asked = ("holder0", s.ask("holder0", 40))
    want(OK, s.accept("redeemer", *asked, PRICE))
    want("missing", s.agree("holder0", 9))
    want("NotHolder", s.agree(*asked, by="stranger"))
    want("WrongAsset", s.agree(*asked, swap="asset"))
    want("OtherQuote", s.agree(*asked, PRICE + 1))
    s.set_now(s.m.requests[asked].settle_by)
    want(OK, s.agree(*asked))
    want("NothingQuoted", s.agree(*asked))
    want("AcceptedUntilDeadline", s.cancel(*asked))
    want("PriceTooLow", s.settle("redeemer", [s.part(*asked)], PRICE - 10**6))
    want(OK, s.settle("redeemer", [s.part(*asked)], PRICE))
    # nobody agreed: it lapses, and costs nothing
    asked = ("holder0", s.ask("holder0", 40))
    want(OK, s.accept("redeemer", *asked, 1))
    s.set_now(s.m.requests[asked].settle_by + 1)
    want("DeadlinePassed", s.agree(*asked))
    bond = s.m.bond
    assert s.m.reserved == worth(40, RATE)
    want(OK, s.default("stranger", *asked, payee=""))
    assert (s.m.bond, s.m.reserved) == (bond, 0)
    # with a minimum: that, or a better one; and settled at once
    asked = ("holder1", s.ask("holder1", 40, Bargain(ON_CHAIN, PRICE)))
    want("PriceTooLow", s.accept("redeemer", *asked, PRICE - 1))
    want(OK, s.accept("redeemer", *asked, 2 * PRICE))
    want("NothingQuoted", s.agree(*asked))
    want("AcceptedUntilDeadline", s.cancel(*asked))
    want("PriceTooLow", s.settle("redeemer", [s.part(*asked)], PRICE))
    want(OK, s.settle("redeemer", [s.part(*asked)], 2 * PRICE))


def settling() -> None:
    s = opened()
    first, second = _asked(s, "holder0", 40), _asked(s, "holder1", 60)
    whole = [s.part(*first), s.part(*second)]
    want("ZeroAmount", s.settle("redeemer", whole, 0))
    want("missing", s.settle("stranger", whole, PRICE))
    want("NotAuthority", s.settle("stranger", whole, PRICE, shown=AUTHORITY))
    want("WrongIssuer", s.settle("rival", whole, PRICE))
    want("WrongRoleGrant", s.settle("pauser", whole, PRICE, shown=_PAUSER))
    for swap, outcome in (
        ("token_program", "WrongTokenProgram"),
        ("reserve", "WrongAsset"),
        ("mint", "WrongMint"),
        ("escrow", "WrongEscrow"),
        ("payment_mint", "WrongPaymentMint"),
        ("uneven", "BadBatch"),
    ):
        want(outcome, s.settle("redeemer", whole, PRICE, swap=swap))
    want("BadBatch", s.settle("redeemer", [], PRICE))
    want("missing", s.settle("redeemer", [s.part("holder0", 7)], PRICE))
    want("WrongRentReceiver", s.settle("redeemer", [s.part(*first, rent_to="holder0")], PRICE))
    for payee in ("usd/holder1", "usd/thief", "eur/holder0", "holder0"):
        want("WrongTokenAccount", s.settle("redeemer", [s.part(*first, payee=payee)], PRICE))
    want("SettlementMismatch", s.settle("redeemer", [s.part(*first, 1)], PRICE))
    want("SettlementMismatch", s.settle("redeemer", [s.part(*first, -1)], PRICE))
    want("SettlementMismatch", s.settle("redeemer", whole, PRICE, 60))
    want("SettlementMismatch", s.settle("redeemer", [*whole, whole[0]], PRICE))
    want("token:4", s.settle("redeemer", whole, PRICE, agent="thief", purse="usd/agent"))
    want("token:1", s.settle("redeemer", whole, 10 * PRICE, agent="thief"))
    want("same account twice", s.settle("redeemer", whole, PRICE, agent="holder0"))
    id = s.ask("holder2", 30, LIMIT)
    want("WrongRequestState", s.settle("redeemer", [*whole, s.part("holder2", id)], PRICE))
    want(OK, s.halt("pauser", 7))
    s.pause(True)
    want("missing", s.settle("redeemer", whole, PRICE, twice=True))
    want(OK, s.settle("redeemer", whole, PRICE, 21))  # no halt and no pause stops it
    assert s.m.requests[second].amount == 21
    want("SettlementMismatch", s.settle("redeemer", [whole[1]], PRICE))
    s.set_now(s.m.requests[second].settle_by + 1)
    want(OK, s.settle(_AUTH, [s.part(*second)], PRICE, 20, shown=AUTHORITY))  # late, and by the authority
    want(OK, s.default("stranger", *second))  # for what is left
    assert s.m.told["penalty"] == worth(20, RATE)
    want("missing", s.settle("redeemer", [s.part(*second)], PRICE))
    assert s.m.pending == 30


def batches() -> None:
    """Eight at once; whatever is wrong with one of them, none is paid."""
    s = opened()
    asked = [_asked(s, f"holder{n % 3}", 5 + n) for n in range(8)]
    parts = [s.part(*at) for at in asked]
    s.freeze("usd/holder2", True)
    want("token:17", s.settle("redeemer", parts, PRICE))
    s.freeze("usd/holder2", False)
    want(OK, s.settle("redeemer", parts, PRICE, 3))
    assert s.m.pending == 3
    # of one holder, to an account that somebody else could empty: it is the desk that pays it
    want(OK, s.approve("usd/holder1", "thief", 9))
    want(OK, s.settle("redeemer", [s.part(*_asked(s, "holder1", 4))], PRICE))
    own = [_asked(s, "holder0", 4), _asked(s, "holder0", 5)]
    want(OK, s.settle("redeemer", [s.part(*at, payee="usd/aside") for at in own], PRICE))


def prices() -> None:
    """The minimum is for what arrives, after the fee; what is rounded is rounded for the holder."""
    s = opened(redemption_fee_bps=100)
    asked = _asked(s, "holder0", 100, Bargain(ON_CHAIN, PRICE))
    want("PriceTooLow", s.settle("redeemer", [s.part(*asked)], PRICE))
    enough = -(-PRICE * 100 // 99)
    want("PriceTooLow", s.settle("redeemer", [s.part(*asked)], enough - 2 * 10**6))
    want(OK, s.settle("redeemer", [s.part(*asked)], enough + 2 * 10**6, 10))
    assert s.m.told["payment"] >= worth(90, PRICE)
    far = _asked(s, "holder1", 9, Bargain(ON_CHAIN, U64))
    want("PriceTooLow", s.settle("redeemer", [s.part(*far)], U64))  # the fee is missing
    want("token:1", s.settle("redeemer", [s.part(*asked)], U64))
    s = opened(redemption_fee_bps=0)
    cheap = _asked(s, "holder0", 1)
    want(OK, s.settle("redeemer", [s.part(*cheap)], 1))
    assert s.m.told["payment"] == 1


def frozen() -> None:
    """Who is frozen since: the desk may send it back in time, and only into the frozen account."""
    s = opened()
    first, second = _asked(s, "holder0", 40), ("holder1", s.ask("holder1", 50))
    want("HolderNotFrozen", s.reject("redeemer", *first))
    s.freeze("holder0", True)
    s.freeze("holder1", True)
    want("missing", s.reject("redeemer", "holder0", 9))
    want("missing", s.reject("stranger", *first))
    want("WrongRoleGrant", s.reject("pauser", *first, shown=_PAUSER))
    want("WrongIssuer", s.reject("rival", *first))
    want("WrongSource", s.reject("redeemer", *first, source="side0"))
    want("WrongRentReceiver", s.reject("redeemer", *first, rent_to="holder0"))
    for swap, outcome in (("mint", "WrongMint"), ("escrow", "WrongEscrow"), ("memo_program", "WrongMemoProgram")):
        want(outcome, s.reject("redeemer", *first, swap=swap))
    want("WrongTokenProgram", s.reject("redeemer", *first, swap="token_program"))
    want("token:17", s.request("holder0", 1, 1))
    want(OK, s.halt("pauser", 7))
    s.pause(True)
    want(OK, s.reject("redeemer", *first))
    assert s.m.balances["holder0"] == 100
    want("SourceFrozen", s.cancel(*second, to="side1", source="holder1"))
    s.set_now(s.m.requests[second].accept_by + 1)
    want("DeadlinePassed", s.reject(_AUTH, *second, shown=AUTHORITY))
    want("SourceFrozen", s.default("stranger", *second, to="side1", source="holder1"))
    want(OK, s.default("stranger", *second))  # with the penalty, and still frozen
    s.pause(False)
    want("token:17", s.transfer("holder1", "holder2", 1))
    want(OK, s.transfer("holder2", "escrow", 5))
    want("token:1", s.burn("holder2", 96))
    want(OK, s.burn("holder2", 5))


def accounts() -> None:
    """Accounts close, change hands and come back; the tokens go to their holder all the same."""
    s = opened()
    want("token:11", s.close("holder0"))
    gone = ("holder0", s.ask("holder0", 100))
    want(OK, s.close("holder0"))
    want("WrongTokenAccount", s.cancel(*gone, source="holder0"))
    want(OK, s.cancel(*gone, source="holder0", to="side0"))
    s.reopen_account("holder0", "holder0")
    want(OK, s.transfer("side0", "holder0", 60))
    sold = ("holder0", s.ask("holder0", 40, source="side0"))
    want(OK, s.hand_over("side0", "thief"))
    want("WrongTokenAccount", s.cancel(*sold))
    s.freeze("side0", True)  # it is not the holder who is frozen
    want("token:17", s.hand_over("side0", "holder0"))
    want("HolderNotFrozen", s.reject("redeemer", *sold))
    want(OK, s.cancel(*sold, source="side0", to="holder0"))
    # there again, of another owner
    other = ("holder1", s.ask("holder1", 100))
    want(OK, s.close("holder1"))
    s.set_now(s.m.requests[other].accept_by + 1)
    want("WrongTokenAccount", s.default("stranger", *other, source="holder1"))
    want("NotAssociated", s.default("stranger", *other, source="holder1", to="side1"))
    s.reopen_account("holder1", "holder1")
    want(OK, s.default("stranger", *other))
    # not the usual one, and gone: a stranger sends them to the usual one
    want(OK, s.transfer("holder1", "side1", 30))
    other = ("holder1", s.ask("holder1", 30, source="side1"))
    s.set_now(s.m.requests[other].accept_by + 1)
    want("NotAssociated", s.default("stranger", *other, source="side1", to="holder1"))
    want(OK, s.close("side1"))
    want(OK, s.default("stranger", *other, source="side1", to="holder1"))


def an_empty_frozen_account() -> None:
    """Token-2022 lets its owner close it: so a freeze does not hold tokens that wait in the escrow."""
    s = opened()
    away = ("holder0", s.ask("holder0", 100))
    s.freeze("holder0", True)
    want("SourceFrozen", s.cancel(*away, source="holder0", to="side0"))
    want(OK, s.close("holder0"))
    want("HolderNotFrozen", s.reject("redeemer", *away))
    want(OK, s.cancel(*away, source="holder0", to="side0"))


def delegates() -> None:
    """An exchange asks for a holder who let it; whatever comes of it is the holder's."""
    s = opened()
    want(OK, s.approve("holder0", "exchange", 70))
    want("token:4", s.request("holder0", 0, 10, LIMIT, by="thief"))
    want("NotHolder", s.request("exchange", 0, 10, source="holder0", book="holder0"))
    want("NotHolder", s.request("holder0", 0, 10, WIRE, by="exchange"))  # it could not dispute it
    want("NotHolder", s.request("holder0", 0, 10, by="exchange"))  # nor agree to a quote
    want("token:1", s.request("holder0", 0, 71, LIMIT, by="exchange"))
    asked = ("holder0", s.ask("holder0", 40, LIMIT, by="exchange"))
    want("token:1", s.request("holder0", 1, 31, LIMIT, by="exchange"))
    want(OK, s.accept("redeemer", *asked))
    want("NotHolder", s.cancel(*asked, by="exchange"))
    s.set_now(s.m.requests[asked].settle_by + 1)
    want("NotHolder", s.cancel(*asked, by="exchange"))
    # no stranger chooses where anything goes
    want("NotAssociated", s.default("exchange", *asked, source="holder0", to="side0"))
    want("NotAssociated", s.default("exchange", *asked, payee="usd/aside"))
    want(OK, s.default("holder0", *asked, source="holder0", to="side0", payee="usd/aside"))
    asked = ("holder0", s.ask("holder0", 30, LIMIT, by="exchange"))
    want("token:4", s.request("holder0", 2, 1, LIMIT, by="exchange"))  # used up
    s.freeze("holder0", True)
    want("token:17", s.approve("holder0", "exchange", 5))


def pro_rata() -> None:
    """What is paid follows what is held, not what the policy counts of it; and not from one day to the next."""
    s = opened(chains=1, pro_rata=True, accept_window_s=9 * DAY, settle_window_s=9 * DAY)
    asked = [_asked(s, f"holder{n}", 70) for n in range(3)]
    wired, abroad = _asked(s, "holder2", 21, WIRE), _asked(s, "holder2", 7, WIRE)
    s.tell_all({0: 100, 1: 40, 2: 60}, s.now)  # 200 held, 350 owed
    assert latched(s)
    want(OK, s.mark_paid("redeemer", *wired))
    want(OK, s.mark_paid("redeemer", *abroad, to_chain=0))
    owed = s.m.holdings()[1]
    s.set_now(s.m.latched_at + DAY - 1)
    want(OK, s.settle("redeemer", [s.part(*asked[0])], PRICE))
    assert s.m.told["payout_shares"] == 70
    s.set_now(s.now + 1)
    want(OK, s.settle("redeemer", [s.part(*asked[1]), s.part(*asked[2])], PRICE, 33))  # the burned are still owed
    cut = 70 * 200 // owed
    told = {"shares": 70, "payout_shares": cut, "gross": worth(cut, PRICE)}
    assert {name: s.m.before[0][name] for name in told} == told
    assert s.m.told["payout_shares"] == cut - 33 * 200 // owed
    want(OK, s.conclude("holder2", *wired))
    assert s.m.told["payout_shares"] == 21 * 200 // owed
    want(OK, s.conclude("holder2", *abroad))
    assert s.m.told["payout_shares"] == 7
    # a price that was asked for is not cut; and there is no cut where nobody says that anything is held
    s = opened(chains=0, pro_rata=True)
    asked = [_asked(s, "holder0", 30, Bargain(ON_CHAIN, PRICE)), _asked(s, "holder1", 30)]
    s.tell_all({0: 50, 1: 50, 2: 50}, s.now)
    s.set_now(s.m.latched_at + DAY)
    want("PriceTooLow", s.settle("redeemer", [s.part(*asked[0])], PRICE))
    want(OK, s.settle("redeemer", [s.part(*asked[0])], 3 * PRICE))
    for slot in range(3):
        want(OK, s.retire("manager", slot))
    want(OK, s.settle("redeemer", [s.part(*asked[1])], PRICE))
    assert s.m.told["payout_shares"] == 30
    # not listed so
    s = opened(chains=0)
    asked = [_asked(s, "holder0", 70)]
    s.tell_all({0: 1, 1: 1, 2: 1}, s.now)
    s.set_now(s.now + 2 * DAY)
    want(OK, s.settle("redeemer", [s.part(*asked[0])], PRICE))
    assert s.m.told["payout_shares"] == 70


REDEEM_STOPS: Final = (
    requests,
    terms_are_fixed,
    quotes,
    settling,
    batches,
    prices,
    frozen,
    accounts,
    an_empty_frozen_account,
    delegates,
    pro_rata,
)
