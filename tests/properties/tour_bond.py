"""The tour's stops at the bond and at missed deadlines."""

from __future__ import annotations

from typing import Final

from tests.properties.acts_redeem import AUTHORITY
from tests.properties.claims import ABANDONED, LIMIT, ON_CHAIN, PRICE, WIRE, Bargain, worth
from tests.properties.parts import ADMIN, DAY, LIFE, OK, PAUSER, REDEEMER, TREASURER, U64
from tests.properties.scene import RATE, Scene
from tests.properties.tour import opened, want

__all__ = ["BOND_STOPS"]

_AUTH: Final = "auth0"
_ADMIN: Final = (ADMIN, "admin")
_PAUSER: Final = (PAUSER, "pauser")
_TREASURER: Final = (TREASURER, "treasurer")


def opening() -> None:
    s = opened(coin="", minted=0)
    want("UnderBonded", s.mint("whale", 5, 1, "holder0"))
    want("NoBond", s.deposit_bond("agent", 5))
    want("NoBond", s.queue_exit(_AUTH, 5))
    want("NoBond", s.request("holder0", 0, 1))
    want("NotHolder", s.request("holder0", 0, 1, by="stranger"))
    want("token:1", s.request("holder0", 0, 1, WIRE))  # needs none
    want("NotAuthority", s.open_bond("stranger", "usd"))
    want("WrongRoleGrant", s.open_bond("treasurer", "usd", shown=_TREASURER))
    want("WrongIssuer", s.open_bond("rival", "usd"))
    for coin, outcome in (("share", "WrongPaymentMint"), ("fee", "UnfitPaymentMint"), ("interest", "UnfitPaymentMint")):
        want(outcome, s.open_bond(_AUTH, coin, "usd/vault"))
    want("WrongTokenAccount", s.open_bond(_AUTH, "usd", "eur/vault"))
    want("WrongTokenAccount", s.open_bond(_AUTH, "usd", "usd/treasury"))
    want("WrongBondVault", s.open_bond(_AUTH, "eur", "eur/used vault"))
    s.freeze("usd/vault", True)
    want("WrongBondVault", s.open_bond(_AUTH, "usd"))
    s.freeze("usd/vault", False)
    s.tax(True)
    want("UnfitPaymentMint", s.open_bond(_AUTH, "eur"))
    s.tax(False)
    want("PaymentDecimals", s.open_bond(_AUTH, "cents"))
    want(OK, s.open_bond(_AUTH, "eur"))
    want("token:3", s.deposit_bond("agent", 5, source="chf/agent"))
    want("BondInUse", s.open_bond(_AUTH, "chf"))  # of other decimals, for ever
    want(OK, s.open_bond("admin", "usd", shown=_ADMIN))
    want("ZeroAmount", s.deposit_bond("agent", 0))
    want("WrongPaymentMint", s.deposit_bond("agent", 5, swap="payment_mint"))
    want("WrongBondVault", s.deposit_bond("agent", 5, swap="bond_vault"))
    want("token:4", s.deposit_bond("thief", 5, source="usd/agent"))
    want("token:1", s.deposit_bond("thief", 501))
    want(OK, s.deposit_bond("thief", 200))
    want("token:1", s.send_cash("usd/thief", "usd/vault", 301))
    want(OK, s.send_cash("usd/thief", "usd/vault", 300))
    assert (s.m.bond, s.m.cash["usd/vault"]) == (200, 500)  # what is given does not count
    want("BondInUse", s.open_bond(_AUTH, "eur"))


def under_bonded() -> None:
    """What the bond must be able to pay, for a mint; from the moment on that some of it is to leave."""
    s = opened(minted=0, bond=worth(30, RATE))  # a tenth of 300
    want("UnderBonded", s.mint("whale", 5, 301, "holder0"))
    want(OK, s.mint("whale", 5, 300, "holder0"))
    want("UnderBonded", s.mint("whale", 6, 1, "holder0"))
    want(OK, s.deposit_bond("agent", 50))
    want(OK, s.mint("whale", 6, 1, "holder0"))
    want(OK, s.queue_exit(_AUTH, 50))
    want("UnderBonded", s.mint("whale", 7, 1, "holder0"))
    want(OK, s.cancel_exit("pauser", shown=_PAUSER))
    want(OK, s.mint("whale", 7, 1, "holder0"))
    want(OK, s.queue_exit(_AUTH, 90))
    s.set_now(s.m.exit.until)
    s.tell_all(dict.fromkeys(range(3), 1000), s.now)
    s.tell_all(dict.fromkeys(range(2), 50), s.now, abroad=True)
    want("UnderBonded", s.mint("whale", 8, 1, "holder0"))
    s.set_now(s.now + 1)  # void
    want(OK, s.mint("whale", 8, 1, "holder0"))
    want(OK, s.change_policy(bond_coverage_bps=10_000))
    want("UnderBonded", s.mint("whale", 9, 1, "holder0"))
    want(OK, s.request("holder0", 0, 300))  # never switched off
    want(OK, s.cancel("holder0", 0))
    want(OK, s.cancel_exit(_AUTH))
    want(OK, s.queue_exit(_AUTH, s.m.bond))
    s.set_now(s.m.exit.ready)
    want(OK, s.withdraw_bond(_AUTH))
    want(OK, s.request("holder0", 1, 300))
    assert s.m.told["penalty_rate"] == 0
    want(OK, s.queue_exit(_AUTH, U64))  # whatever somebody adds meanwhile
    want(OK, s.cancel("holder0", 1))
    want(OK, s.deposit_bond("thief", 1))
    want("BondInUse", s.open_bond(_AUTH, "eur"))
    s.set_now(s.m.exit.ready)
    want(OK, s.withdraw_bond(_AUTH))
    want(OK, s.open_bond(_AUTH, "eur"))


def leaving() -> None:
    s = opened(bond=300)
    want("NotAuthority", s.queue_exit("stranger", 100))
    want("WrongRoleGrant", s.queue_exit("pauser", 100, shown=_PAUSER))
    want("WrongIssuer", s.queue_exit("rival", 100))
    want("WrongPaymentMint", s.queue_exit(_AUTH, 100, swap="payment_mint"))
    want("WrongBondVault", s.queue_exit(_AUTH, 100, "usd/vault"))
    want("WrongTokenAccount", s.queue_exit(_AUTH, 100, "eur/treasury"))
    want("BondClaimed", s.queue_exit(_AUTH, 0))
    want("BondClaimed", s.queue_exit(_AUTH, 301))
    want("NothingQueued", s.withdraw_bond(_AUTH))
    want("NothingQueued", s.cancel_exit(_AUTH))
    want(OK, s.queue_exit("treasurer", 100, shown=_TREASURER))
    want(OK, s.queue_exit("admin", 250, shown=_ADMIN))  # in place of it
    want("NotAuthority", s.cancel_exit("stranger"))
    want("WrongIssuer", s.cancel_exit("rival"))
    want("WrongRoleGrant", s.cancel_exit("redeemer", shown=(REDEEMER, "redeemer")))
    asked = ("holder0", s.ask("holder0", 100))  # 151 of the bond, though 250 of it wait
    assert s.m.reserved == worth(100, RATE)
    s.set_now(s.now + DAY - 1)
    want("ChangeNotReady", s.withdraw_bond("treasurer", shown=_TREASURER))
    s.set_now(s.now + 1)
    want("NotAuthority", s.withdraw_bond("stranger"))
    want("WrongIssuer", s.withdraw_bond("rival"))
    want("WrongRoleGrant", s.withdraw_bond("pauser", shown=_PAUSER))
    want("WrongPaymentMint", s.withdraw_bond(_AUTH, swap="payment_mint"))
    want("WrongBondVault", s.withdraw_bond(_AUTH, swap="bond_vault"))
    want("WrongDestination", s.withdraw_bond(_AUTH, "usd/thief"))
    want("same account twice", s.withdraw_bond(_AUTH, "usd/vault"))
    want(OK, s.halt("pauser", 4))
    want("ChangesHalted", s.withdraw_bond(_AUTH))
    want("ChangesHalted", s.queue_exit(_AUTH, 1))
    want(OK, s.resume("unpauser", 4))
    want("BondClaimed", s.withdraw_bond(_AUTH, twice=True))
    want(OK, s.withdraw_bond("treasurer", shown=_TREASURER))
    free = 300 - worth(100, RATE)
    assert (s.m.cash["usd/treasury"], s.m.bond, s.m.exit.amount) == (free, worth(100, RATE), 250 - free)
    want("BondClaimed", s.withdraw_bond(_AUTH))
    want(OK, s.queue_exit(_AUTH, U64))
    s.set_now(s.m.exit.ready)
    want("BondClaimed", s.withdraw_bond(_AUTH))
    want(OK, s.cancel(*asked))
    s.freeze("usd/treasury", True)
    want("token:17", s.withdraw_bond(_AUTH))
    s.freeze("usd/treasury", False)
    want(OK, s.withdraw_bond(_AUTH))
    want("NothingQueued", s.withdraw_bond(_AUTH))
    want(OK, s.deposit_bond("agent", 40))
    want(OK, s.queue_exit(_AUTH, s.m.bond))
    s.set_now(s.m.exit.ready + LIFE + 1)
    want("ChangeExpired", s.withdraw_bond(_AUTH))
    want(OK, s.cancel_exit("treasurer", shown=_TREASURER))


def capacity() -> None:
    """A penalty is fixed by the raw unit, as far as the bond is free and the holder's own capacity goes."""
    s = opened(bond=160, holder_penalty_cap=120)
    first = s.ask("holder0", 40)
    assert s.m.requests["holder0", first].rate == RATE
    second = s.ask("holder0", 50)  # 59 are left to this holder
    one = s.m.requests["holder0", second]
    assert (one.penalty, one.rate) == (59, 59 * 10**8 // 50)
    want(OK, s.cancel("holder0", second))
    want(OK, s.cancel("holder0", first))
    third = s.ask("holder0", 50)  # what was taken back has used the capacity up
    assert s.m.requests["holder0", third].rate == 0
    other = s.ask("holder1", 100)
    assert 0 < s.m.requests["holder1", other].penalty <= 120
    s.set_now(s.now + DAY // 2)
    fourth = s.ask("holder0", 50)
    assert 0 < s.m.requests["holder0", fourth].penalty <= 160 - s.m.requests["holder1", other].penalty
    # what is not armed reserves nothing, and when it is accepted what is free then
    s = opened(bond=160, holder_penalty_cap=120)
    hogs = [s.ask("holder0", 30, Bargain(ON_CHAIN, U64)), s.ask("holder0", 30, WIRE)]
    assert (s.m.reserved, s.m.requests["holder0", hogs[0]].rate) == (0, RATE)
    honest = s.ask("holder1", 80)
    assert s.m.requests["holder1", honest].penalty == 120
    want("UnderBonded", s.accept("redeemer", "holder0", hogs[1]))  # what was shown is what it gets
    want(OK, s.deposit_bond("agent", 6))
    want(OK, s.accept("redeemer", "holder0", hogs[1]))
    assert s.m.requests["holder0", hogs[1]].penalty == 46
    want("UnderBonded", s.accept("redeemer", "holder0", hogs[0]))
    # a smaller capacity is used up at most
    want(OK, s.change_policy(holder_penalty_cap=240))
    late = s.now
    want(OK, s.change_policy(holder_penalty_cap=12))
    s.set_now(late + DAY)
    want(OK, s.apply_policy())
    s.set_now(s.now + 1)
    want(OK, s.request("holder0", 2, 1))
    assert s.m.books["holder0"].penalties.used <= 12


def no_dust() -> None:
    """However high the rate is raised, no request gets more by the token than the bond has for a hundredth of all."""
    s = opened(bond=90)
    want(OK, s.change_policy(penalty_rate=10**15))
    want(OK, s.request("holder0", 0, 1))
    assert s.m.told["penalty"] == 30  # a hundredth of 300 is 3
    want(OK, s.request("holder1", 0, 100))
    assert s.m.told["penalty"] == 60


def defaults() -> None:
    s = opened()
    late, armed = ("holder0", s.ask("holder0", 30)), ("holder0", s.ask("holder0", 20))
    priced = ("holder1", s.ask("holder1", 30, Bargain(ON_CHAIN, PRICE)))
    wired = ("holder1", s.ask("holder1", 30, WIRE))
    want("DeadlineNotPassed", s.default("stranger", *late))
    want("missing", s.default("stranger", "holder0", 9))
    want(OK, s.accept("redeemer", *armed))
    s.set_now(s.m.requests[late].accept_by)
    want("DeadlineNotPassed", s.default("stranger", *late))
    s.set_now(s.now + 1)
    want("DeadlineNotPassed", s.default("stranger", *armed))
    want("PenaltyAccountsMissing", s.default("stranger", *late, payee=""))
    want("WrongRentReceiver", s.default("stranger", *late, rent_to="stranger"))
    for swap, outcome in (
        ("token_program", "WrongTokenProgram"),
        ("mint", "WrongMint"),
        ("escrow", "WrongEscrow"),
        ("memo_program", "WrongMemoProgram"),
        ("payment_mint", "WrongPaymentMint"),
        ("bond_vault", "WrongBondVault"),
    ):
        want(outcome, s.default("stranger", *late, swap=swap))
    for payee in ("usd/thief", "usd/holder1", "eur/holder0"):
        want("WrongTokenAccount", s.default("stranger", *late, payee=payee))
    want("WrongTokenAccount", s.default("stranger", *late, to="side1", source="holder0"))
    want("WrongSource", s.default("stranger", *late, to="side0", source="holder1"))
    want(OK, s.halt("pauser", 7))
    s.pause(True)
    want("missing", s.default("stranger", *late, twice=True))
    before = s.m.cash["usd/holder0"]
    want("NotAssociated", s.default("stranger", *late, to="side0", source="holder0"))
    want("NotAssociated", s.default("stranger", *late, payee="usd/aside"))
    want("WrongAsset", s.default("stranger", *late, swap="reserve"))
    want(OK, s.default("stranger", *late))
    assert s.m.cash["usd/holder0"] == before + worth(30, RATE)
    # what could be asked for without ever being possible costs nothing before it is accepted
    want(OK, s.default("stranger", *priced, payee=""))
    want(OK, s.default("stranger", *wired))
    assert s.m.told["penalty"] == 0
    s.set_now(s.m.requests[armed].settle_by + 1)
    want(OK, s.default("holder0", *armed, to="side0", source="holder0", payee="usd/aside"))
    s.pause(False)
    want(OK, s.resume("unpauser", 7))
    # once accepted, it costs it whatever it was
    for bargain in (Bargain(ON_CHAIN, PRICE), WIRE):
        asked = ("holder1", s.ask("holder1", 10, bargain))
        want(OK, s.accept("redeemer", *asked))
        s.set_now(s.m.requests[asked].settle_by + 1)
        want("DeadlinePassed" if bargain == WIRE else "WrongPayout", s.mark_paid("redeemer", *asked))
        want(OK, s.default("stranger", *asked))
        assert s.m.told["penalty"] == worth(10, RATE)
    # nobody came for a month: the tokens are not kept for the sake of the penalty
    asked = ("holder1", s.ask("holder1", 10))
    s.set_now(s.m.requests[asked].accept_by + ABANDONED)
    want("PenaltyAccountsMissing", s.default("stranger", *asked, payee=""))
    s.set_now(s.now + 1)
    bond = s.m.bond
    want(OK, s.default("stranger", *asked, payee=""))
    assert (s.m.bond, s.m.reserved) == (bond, 0)


def _asked(s: Scene, bargain: Bargain, amount: int = 30) -> tuple[str, int]:
    """A request that was made, and accepted."""
    asked = ("holder0", s.ask("holder0", amount, bargain))
    want(OK, s.accept("redeemer", *asked))
    return asked


def a_stablecoin_turns() -> None:
    """Its issuer freezes the vault, or takes a fee: the holder gets the tokens, and of the penalty what arrives."""
    s = opened(coin="eur")
    asked, other = _asked(s, LIMIT), ("holder1", s.ask("holder1", 40))
    s.tax(True)
    want("UnexpectedBalance", s.settle("redeemer", [s.part(*asked)], PRICE))
    want("UnexpectedBalance", s.deposit_bond("agent", 5))
    s.set_now(s.m.requests[asked].settle_by + 1)
    before = s.m.cash["eur/holder0"]
    want(OK, s.default("stranger", *asked))
    assert s.m.cash["eur/holder0"] - before == s.m.told["penalty"] * 99 // 100
    want(OK, s.queue_exit(_AUTH, U64))
    s.set_now(s.m.exit.ready)
    want(OK, s.withdraw_bond(_AUTH))  # but for what is reserved
    assert s.m.bond == s.m.reserved == worth(40, RATE)
    s.tax(False)
    s.freeze("eur/vault", True)
    want("token:17", s.default("stranger", *other))
    want("token:17", s.deposit_bond("agent", 5))
    want(OK, s.cancel(*other))
    want("token:17", s.withdraw_bond(_AUTH))
    s.freeze("eur/vault", False)
    s.freeze("eur/holder1", True)
    other = ("holder1", s.ask("holder1", 40))
    s.set_now(s.m.requests[other].accept_by + 1)
    want("token:17", s.default("stranger", *other))
    want(OK, s.cancel(*other))
    # open again in another coin of the same decimals, with all of the old one out; or given up, when it never moves
    want(OK, s.deposit_bond("agent", 50))
    s.freeze("eur/vault", True)
    want(OK, s.cancel_exit(_AUTH))
    want("BondInUse", s.open_bond(_AUTH, "usd"))
    want(OK, s.queue_exit(_AUTH, U64))
    want("BondInUse", s.open_bond(_AUTH, "usd"))
    s.set_now(s.m.exit.ready)
    bond = s.m.bond
    want(OK, s.open_bond(_AUTH, "usd"))
    assert s.m.told["written_off"] == bond > 0


def hands() -> None:
    """A desk without a redeemer still has the authority: nobody can push it into default."""
    s = opened()
    asked = ("holder0", s.ask("holder0", 40, LIMIT))
    want(OK, s.revoke_role(_AUTH, REDEEMER, "redeemer"))
    want(OK, s.halt("pauser", 7))
    want("missing", s.accept("redeemer", *asked))
    want(OK, s.accept(_AUTH, *asked, shown=AUTHORITY))
    want(OK, s.settle(_AUTH, [s.part(*asked)], PRICE, shown=AUTHORITY))
    want(OK, s.check())


BOND_STOPS: Final = (
    opening,
    under_bonded,
    leaving,
    capacity,
    no_dust,
    defaults,
    a_stablecoin_turns,
    hands,
)
