"""The tour's stops at minters and guards."""

from __future__ import annotations

from typing import Any, Final

from tests.properties.parts import (
    ADMIN,
    APPROVER,
    DAY,
    FIRST_TICKET,
    MINTER,
    OK,
    PAGE,
    PAUSER,
    TICKET_STEP,
    U64,
)
from tests.properties.tour import opened, want
from xstock_client.accounts import Limits

__all__ = ["MARKET_STOPS"]

_AUTH: Final = "auth0"
_PAUSER: Final = (PAUSER, "pauser")
_APPROVED: Final[dict[str, Any]] = {"approver": "approver", "approval": (APPROVER, "approver")}


def minting() -> None:
    s = opened()
    want("missing", s.mint("stranger", 40, 1, "holder0"))
    want("missing", s.mint("minter0", 40, 1, "holder0", page=7))
    want("ZeroAmount", s.mint("minter0", 40, 0, "holder0"))
    want("WrongTokenProgram", s.mint("minter0", 40, 1, "holder0", swap="token_program"))
    want("WrongMint", s.mint("minter0", 40, 1, "holder0", swap="mint"))
    want("WrongTokenAccount", s.mint("minter0", 40, 1, "escrow"))
    want("WrongRoleGrant", s.mint("minter0", 40, 1, "holder0", shown=(MINTER, "whale")))
    want("WrongAsset", s.mint("minter0", 40, 1, "holder0", swap="allowance"))
    want("WrongMinter", s.mint("minter0", 40, 1, "holder0", allowance="whale"))
    want("WrongAsset", s.mint("minter0", 40, 1, "holder0", swap="reserve"))
    want("WrongAsset", s.mint("minter0", 40, 1, "holder0", swap="tickets"))
    want("WrongTicketPage", s.mint("minter0", PAGE, 1, "holder0", page=0))
    want("TicketUsed", s.mint("minter0", 1, 1, "holder0"))
    want("TicketUsed", s.mint("whale", 1, 1, "holder0"))
    want("TicketUsed", s.mint("whale", 40, 1, "holder0", twice=True))
    want("ReserveShort", s.mint("whale", 40, s.m.room() + 1, "holder0"))
    want(OK, s.halt("pauser", 1))
    want("MintHalted", s.mint("whale", 40, 1, "holder0"))
    want(OK, s.resume("unpauser", 1))
    s.pause(True)
    want("token:67", s.mint("whale", 40, 1, "holder0"))
    s.pause(False)
    s.freeze("holder0", True)
    want("token:17", s.mint("whale", 40, 1, "holder0"))
    want(OK, s.mint("whale", 40, s.m.room(), "holder1"))
    s.set_now(s.now + 6 * DAY)
    want("QuorumNotMet", s.mint("whale", 41, 1, "holder1"))


def limits() -> None:
    s = opened(mint_window_limit=2_000)
    want("NotAuthority", s.set_allowance("stranger", "minter0", Limits(1, 1, 1)))
    want("WrongIssuer", s.set_allowance("rival", "minter0", Limits(1, 1, 1)))
    want("WrongAsset", s.set_allowance(_AUTH, "minter0", Limits(1, 1, 1), swap="reserve"))
    # minter1 mints 100 a day and 300 ever, 40 of them alone
    want("ApproverNeeded", s.mint("minter1", 40, 41, "holder0"))
    want("ApproverNeeded", s.mint("minter1", 40, 41, "holder0", approver="approver"))  # without showing the role
    want("SelfApproval", s.mint("minter1", 40, 41, "holder0", approver="minter1", approval=(APPROVER, "approver")))
    want("WrongRoleGrant", s.mint("minter1", 40, 41, "holder0", approver="whale", approval=(MINTER, "whale")))
    want("missing", s.mint("minter1", 40, 41, "holder0", approver="whale", approval=(APPROVER, "whale")))
    want(OK, s.grant_role(_AUTH, APPROVER, "auth1", s.now + 2 * DAY))
    want("RoleNotYetValid", s.mint("minter1", 40, 41, "holder0", approver="auth1", approval=(APPROVER, "auth1")))
    want(OK, s.mint("minter1", 40, 40, "holder0"))
    want("ApproverNeeded", s.mint("minter1", 41, 1, "holder0"))  # the window's usage counts, not the amount
    want("WindowExceeded", s.mint("minter1", 41, 61, "holder0", **_APPROVED))
    want(OK, s.mint("minter1", 41, 60, "holder0", **_APPROVED))
    s.set_now(s.now + 864)
    want("WindowExceeded", s.mint("minter1", 42, 2, "holder0", **_APPROVED))
    want(OK, s.mint("minter1", 42, 1, "holder0", **_APPROVED))
    s.set_now(s.now + 1_000)  # 1.157 units become free: the rest is not lost
    want(OK, s.mint("minter1", 61, 1, "holder0", **_APPROVED))
    s.set_now(s.now + 729)
    want(OK, s.mint("minter1", 62, 1, "holder0", **_APPROVED))
    s.set_now(s.now + DAY)
    want(OK, s.mint("minter1", 43, 98, "holder0", **_APPROVED))
    s.set_now(s.now + DAY)
    want("LifetimeCapExceeded", s.mint("minter1", 44, 100, "holder0", **_APPROVED))
    want(OK, s.mint("minter1", 44, 99, "holder0", **_APPROVED))
    # all minters together
    left = 2_000 - s.m.window.later(2_000, s.now).used
    want("AssetWindowExceeded", s.mint("whale", 45, left + 1, "holder0"))
    want(OK, s.mint("whale", 45, left, "holder0"))
    want("AssetWindowExceeded", s.mint("minter0", 46, 1, "holder0"))


def raises() -> None:
    s = opened()
    more = Limits(2_000, 9_000, U64)
    want(OK, s.set_allowance(_AUTH, "minter0", more))
    want("WindowExceeded", s.mint("minter0", 40, 1_000, "holder0"))
    want("NotAuthority", s.cancel_raise("stranger", "minter0"))
    want("WrongIssuer", s.cancel_raise("rival", "minter0"))
    want("missing", s.cancel_raise("pauser", "stranger", shown=_PAUSER))
    want(OK, s.cancel_raise("pauser", "minter0", shown=_PAUSER))
    want("NothingQueued", s.cancel_raise("pauser", "minter0", shown=_PAUSER))
    want(OK, s.set_allowance("admin", "minter0", more, shown=(ADMIN, "admin")))
    s.set_now(s.now + DAY)
    want("NothingQueued", s.cancel_raise(_AUTH, "minter0"))
    want(OK, s.mint("minter0", 40, 2_000, "holder0"))
    want(OK, s.set_allowance(_AUTH, "minter0", Limits(1, 9_001, 5)))  # tighter at once, looser later
    want("WindowExceeded", s.mint("minter0", 41, 1, "holder0"))
    want(OK, s.halt("pauser", 4))
    want("ChangesHalted", s.set_allowance(_AUTH, "minter0", Limits(1, 9_001, 5)))
    want(OK, s.set_allowance(_AUTH, "minter0", Limits(0, 0, 0)))
    want(OK, s.resume("unpauser", 4))
    s.tell_all({0: 0, 1: 0, 2: 0}, s.now)
    want("ReserveShort", s.set_allowance(_AUTH, "minter0", Limits(1, 0, 0)))


def tickets() -> None:
    s = opened()
    want("exists", s.open_page(0))
    want(OK, s.open_page(1))
    want("NotAuthority", s.raise_watermark("stranger", 3))
    want("WrongIssuer", s.raise_watermark("rival", 3))
    want("WatermarkOutOfRange", s.raise_watermark(_AUTH, 0))
    want("WatermarkOutOfRange", s.raise_watermark(_AUTH, 4))
    want(OK, s.raise_watermark(_AUTH, 2))
    want("WatermarkOutOfRange", s.raise_watermark(_AUTH, 2))
    want("TicketTooLow", s.mint("whale", 1, 1, "holder0"))
    want(OK, s.mint("whale", 40, 1, "holder0"))
    want("PageInUse", s.close_page(0))
    want(OK, s.mint("whale", PAGE, 1, "holder0"))
    want(OK, s.halt("pauser", 4))
    want("ChangesHalted", s.raise_watermark(_AUTH, PAGE + 1))
    want(OK, s.resume("unpauser", 4))
    want(OK, s.raise_watermark("admin", PAGE + 1, shown=(ADMIN, "admin")))
    want("WrongAsset", s.close_page(0, swap="tickets"))
    want("WrongRentReceiver", s.close_page(0, "auth0"))
    want("PageInUse", s.close_page(1))
    want(OK, s.close_page(0))
    want("missing", s.close_page(0))
    want("TicketTooLow", s.open_page(0))  # closing frees no ticket
    want("missing", s.mint("whale", 1, 1, "holder0"))
    want("TicketTooLow", s.mint("whale", 1, 1, "holder0", page=1))
    far = PAGE + TICKET_STEP + 1
    want(OK, s.open_page(far // PAGE))
    want("TicketTooFar", s.mint("whale", far, 1, "holder0"))
    want(OK, s.mint("whale", far - 1, 1, "holder0"))
    s = opened(minted=0)
    want(OK, s.open_page(FIRST_TICKET // PAGE))
    want("WatermarkOutOfRange", s.raise_watermark(_AUTH, 1))
    want("TicketTooFar", s.mint("whale", FIRST_TICKET + 1, 1, "holder0"))
    want(OK, s.mint("whale", FIRST_TICKET, 1, "holder0"))


def guards() -> None:
    s = opened()
    want("UnknownHalt", s.halt("pauser", 0))
    want("UnknownHalt", s.halt("pauser", 8))
    want("WrongRoleGrant", s.halt("pauser", 1, shown=(9, "unpauser")))
    want(OK, s.halt("pauser", 7))
    want("UnknownHalt", s.resume("unpauser", 8))
    want("WrongAsset", s.resume("unpauser", 1, swap="reserve"))
    want("WrongRoleGrant", s.resume("unpauser", 1, shown=_PAUSER))
    want("NotLatched", s.reopen("unpauser"))
    s.tell_all({0: 1, 1: 1, 2: 1}, s.now)
    want("ReserveShort", s.resume("unpauser", 1))
    want(OK, s.resume("unpauser", 6))  # these mint nothing
    want("WrongAsset", s.reopen("unpauser", swap="reserve"))
    want("WrongMint", s.reopen("unpauser", swap="mint"))
    want("WrongRoleGrant", s.reopen("unpauser", shown=_PAUSER))
    want("ReserveShort", s.reopen("unpauser"))
    want("WrongAsset", s.check(swap="reserve"))
    want("WrongMint", s.check(swap="mint"))
    s.set_now(s.now + 6 * DAY)
    want("QuorumNotMet", s.reopen("unpauser"))
    s.tell_all({0: 1000, 1: 1000, 2: 1000}, s.now)
    want(OK, s.reopen("unpauser"))
    want(OK, s.resume("unpauser", 1))


MARKET_STOPS: Final = (minting, limits, raises, tickets, guards)
