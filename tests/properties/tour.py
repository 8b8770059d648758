"""A tour of everything: each operation done and refused, and every refusal there is, in a fixed order.

The random machine need not be lucky: what it may miss is here. Each stop begins with an asset of its own; the model
predicts every outcome, and the stop says which one it means.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from tests.properties.parts import (
    ADMIN,
    APPROVER,
    ARBITER,
    CORPORATE,
    DAY,
    LIFE,
    MANAGER,
    MINTER,
    OK,
    PAUSER,
    REDEEMER,
    UNPAUSER,
    Listing,
)
from tests.properties.scene import Scene, terms
from xstock_client.accounts import Limits, Policy

__all__ = ["OFFICE_STOPS", "latched", "opened", "want"]

_AUTH: Final = "auth0"
_ADMIN: Final = (ADMIN, "admin")
_PAUSER: Final = (PAUSER, "pauser")


def opened(
    *, chains: int = 2, minted: int = 3, live: bool = True, coin: str = "usd", bond: int = 10_000, **listing: Any
) -> Scene:
    """An asset whose operations count."""
    scene = Scene(terms(**listing))
    scene.ready(chains=chains, minted=minted, live=live, coin=coin, bond=bond)
    scene.in_business()
    return scene


def latched(scene: Scene) -> bool:
    """Whether minting is latched off now."""
    return scene.m.latched


def want(expected: str, outcome: str) -> None:
    """What a stop means to show."""
    assert outcome == expected, f"expected {expected}, got {outcome}"


def listings() -> None:
    s = opened()
    want("BadText", s.create_issuer(7, "", DAY))
    want("TimelockOutOfRange", s.create_issuer(7, "Issuer", DAY - 1))
    want("TimelockOutOfRange", s.create_issuer(7, "Issuer", 30 * DAY + 1))
    want(OK, s.create_issuer(7, "Issuer", 30 * DAY))
    want("exists", s.create_issuer(7, "Another", DAY))
    new = Listing(2, "US5949181045", "MSFTx", terms(pro_rata=True))
    want("NotAuthority", s.list_asset("auth1", new))
    want("WrongRoleGrant", s.list_asset("pauser", new, shown=_PAUSER))
    want("WrongTokenProgram", s.list_asset(_AUTH, new, swap="token_program"))
    want("WrongAssetNumber", s.list_asset(_AUTH, replace(new, number=3)))
    want("BadIsin", s.list_asset(_AUTH, replace(new, isin="US5949181046")))
    want("BadSymbol", s.list_asset(_AUTH, replace(new, symbol="MS/FT")))
    for wrong in ({"name": "x" * 33}, {"uri": ""}, {"terms_uri": "x" * 129}):
        want("BadText", s.list_asset(_AUTH, replace(new, **wrong)))  # type: ignore[arg-type]
    want("PolicyOutOfRange", s.list_asset(_AUTH, replace(new, terms=terms(collateral_bps=9_999))))
    want("ShareBelowQuorum", s.list_asset(_AUTH, replace(new, terms=terms(custodian_share_bps=4_999))))
    want("exists", s.list_asset(_AUTH, replace(new, isin=s.here.isin)))
    want("exists", s.list_asset(_AUTH, replace(new, symbol=s.here.symbol)))
    want(OK, s.list_asset("admin", new, shown=_ADMIN))


def roles() -> None:
    s = opened(timelock=2 * DAY)
    far = s.now + 100 * DAY
    want("NotAuthority", s.grant_role("auth1", MINTER, "auth1", far))
    want("WrongRoleGrant", s.grant_role("admin", ADMIN, "auth1", far, shown=_ADMIN))
    want("WrongRoleGrant", s.grant_role("stranger", MINTER, "auth1", far, shown=_ADMIN))
    want("WrongRoleGrant", s.grant_role("rival", MINTER, "auth1", far, shown=(ADMIN, "rival")))
    want("same account twice", s.grant_role("admin", ADMIN, "admin", far, shown=_ADMIN))
    want("UnknownRole", s.grant_role(_AUTH, 0, "auth1", far))
    want("UnknownRole", s.grant_role(_AUTH, 12, "auth1", far))
    want("RoleExpiryOutOfRange", s.grant_role(_AUTH, MINTER, "auth1", s.now))
    want("RoleExpiryOutOfRange", s.grant_role(_AUTH, MINTER, "auth1", s.now + 366 * DAY + 1))
    # more power waits, less acts at once
    want(OK, s.grant_role("admin", MANAGER, "auth1", far, shown=_ADMIN))
    want("RoleNotYetValid", s.retire("auth1", 2))
    want(OK, s.cancel_role_change("pauser", MANAGER, "auth1", shown=_PAUSER))
    want("NothingQueued", s.cancel_role_change("pauser", MANAGER, "auth1", shown=_PAUSER))
    s.set_now(s.now + 2 * DAY)
    want("RoleExpired", s.retire("auth1", 2))  # it never came into force
    want(OK, s.grant_role(_AUTH, MANAGER, "auth1", far))
    s.set_now(s.now + 2 * DAY)
    want(OK, s.retire("auth1", 2))
    want(OK, s.grant_role(_AUTH, MANAGER, "auth1", s.now + 60))
    want(OK, s.grant_role(_AUTH, MANAGER, "auth1", far))  # and back: waits again
    s.set_now(s.now + 61)
    want("RoleNotYetValid", s.retire("auth1", 1))
    want("missing", s.revoke_role(_AUTH, MINTER, "nobody at all"))
    want("NotAuthority", s.revoke_role("auth1", MINTER, "whale"))
    want("WrongIssuer", s.revoke_role(_AUTH, MINTER, "rival"))
    want("WrongRentReceiver", s.revoke_role(_AUTH, MINTER, "whale", "auth0"))
    want(OK, s.revoke_role("admin", MINTER, "whale", shown=_ADMIN))
    want("missing", s.mint("whale", 40, 1, "holder0"))
    want("WrongIssuer", s.cancel_role_change("rival", MINTER, "minter0"))
    want("NotAuthority", s.cancel_role_change("stranger", MINTER, "minter0"))


def guardians() -> None:
    """Those who restrain others cannot be taken out at once; a thief's own can."""
    s = opened(timelock=2 * DAY)
    far = s.now + 100 * DAY
    want(OK, s.revoke_role(_AUTH, PAUSER, "pauser"))
    want(OK, s.halt("pauser", 4))  # still in office
    want("same account twice", s.cancel_role_change("pauser", PAUSER, "pauser", shown=_PAUSER))
    want(OK, s.cancel_role_change("pauser", PAUSER, "pauser"))  # and stays
    want(OK, s.grant_role(_AUTH, PAUSER, "pauser", s.now + 3600))
    s.set_now(s.now + 3601)
    want(OK, s.halt("pauser", 1))  # the shorter time has not come either
    s.set_now(s.now + 2 * DAY)
    want("RoleExpired", s.halt("pauser", 1))
    want("RoleExpired", s.cancel_policy("pauser", shown=_PAUSER))
    want(OK, s.grant_role("admin", PAUSER, "thief", far, shown=_ADMIN))
    want(OK, s.halt("thief", 2))
    want(OK, s.revoke_role(_AUTH, PAUSER, "thief"))  # too new to protect itself
    want("missing", s.halt("thief", 1))
    want(OK, s.revoke_role(_AUTH, APPROVER, "approver"))
    s.set_now(s.now + 2 * DAY)
    want(OK, s.revoke_role(_AUTH, APPROVER, "approver"))
    want("missing", s.revoke_role(_AUTH, APPROVER, "approver"))


def renunciation() -> None:
    s = opened(live=False)
    want(OK, s.renounce(_AUTH, 7))  # nothing waits before the first allowance
    want("RoleRenounced", s.renounce(_AUTH, 7))
    s = opened()
    want(OK, s.revoke_role(_AUTH, CORPORATE, "officer"))
    want("NotAuthority", s.renounce("admin", 7))
    for role in (0, PAUSER, UNPAUSER, REDEEMER, MANAGER, ARBITER, 12):
        want("CannotRenounce", s.renounce(_AUTH, role))
    want("RoleStillHeld", s.renounce(_AUTH, ADMIN))
    want("NothingQueued", s.cancel_renunciation("pauser", shown=_PAUSER))
    want(OK, s.renounce(_AUTH, 7))
    want("ChangeNotReady", s.renounce(_AUTH, 7))
    want("NotAuthority", s.cancel_renunciation("stranger"))
    want(OK, s.cancel_renunciation("pauser", shown=_PAUSER))
    want(OK, s.renounce(_AUTH, 7))
    want(OK, s.renounce(_AUTH, CORPORATE))  # one at a time: the other's wait is over
    s.set_now(s.now + DAY)
    want(OK, s.renounce(_AUTH, CORPORATE))
    want("RoleRenounced", s.grant_role(_AUTH, CORPORATE, "auth1", s.now + DAY))
    want(OK, s.renounce(_AUTH, 7))
    s.set_now(s.now + DAY + LIFE + 1)
    want(OK, s.renounce(_AUTH, 7))  # too late: it waits anew
    want("ChangeNotReady", s.renounce(_AUTH, 7))


def handoff() -> None:
    s = opened(live=False)
    want(OK, s.propose(_AUTH, "auth1"))
    want(OK, s.inherit("auth1"))
    s = opened(live=False)
    want(OK, s.propose(_AUTH, "auth1"))
    s.rival_allowance("minter0", Limits(1, 1, 1))
    want("NotPendingAuthority", s.inherit("auth1"))  # it had not had to wait
    want("NotAuthority", s.propose("admin", "auth1"))
    want("NothingQueued", s.cancel_handoff(_AUTH))
    want(OK, s.propose(_AUTH, "auth1"))
    want("ChangeNotReady", s.inherit("auth1"))
    want("NotPendingAuthority", s.inherit("stranger"))
    want("WrongRoleGrant", s.cancel_handoff("minter0", shown=(MINTER, "minter0")))
    want(OK, s.cancel_handoff("pauser", shown=_PAUSER))
    want(OK, s.propose(_AUTH, "auth1"))
    s.set_now(s.now + DAY + LIFE + 1)
    want("ChangeExpired", s.inherit("auth1"))
    want(OK, s.propose(_AUTH, "auth1"))
    s.set_now(s.now + DAY)
    want(OK, s.inherit("auth1"))
    want("NotAuthority", s.propose(_AUTH, "auth0"))


def _policy(s: Scene, **values: int) -> tuple[int, Policy]:
    named = sum(1 << list(Policy.OFFSETS).index(name) for name in values)
    return named, replace(s.m.policy, **values)


def policies() -> None:
    s = opened(chains=1)
    want("NotAuthority", s.set_policy("stranger", *_policy(s, max_age_s=DAY)))
    want("WrongIssuer", s.set_policy("rival", *_policy(s, max_age_s=DAY)))
    want("WrongAsset", s.set_policy(_AUTH, *_policy(s, max_age_s=DAY), swap="reserve"))
    want("WrongMint", s.set_policy(_AUTH, *_policy(s, max_age_s=DAY), swap="mint"))
    want("UnknownPolicyField", s.set_policy(_AUTH, 0, s.m.policy))
    want("UnknownPolicyField", s.set_policy(_AUTH, 1 << 16, s.m.policy))
    want("PolicyOutOfRange", s.set_policy(_AUTH, *_policy(s, haircut_bps=499)))
    want("ShareBelowQuorum", s.set_policy(_AUTH, *_policy(s, custodian_share_bps=4_999)))
    want(OK, s.set_policy(_AUTH, *_policy(s, haircut_bps=2_000, collateral_bps=10_500)))  # tighter: now
    # two looser fields wait; naming one of them again takes it out
    want("NothingQueued", s.apply_policy())
    want(OK, s.set_policy("admin", *_policy(s, haircut_bps=600, min_custodians=1), shown=_ADMIN))
    want("ChangeNotReady", s.apply_policy())
    want(OK, s.set_policy(_AUTH, *_policy(s, haircut_bps=2_500)))
    assert s.m.queue.fields == 512
    s.set_now(s.now + DAY)
    want("WrongAsset", s.apply_policy(swap="reserve"))
    want("WrongMint", s.apply_policy(swap="mint"))
    want(OK, s.halt("pauser", 4))
    want("ChangesHalted", s.apply_policy())
    want("ChangesHalted", s.set_policy(_AUTH, *_policy(s, max_age_s=6 * DAY)))
    want(OK, s.set_policy(_AUTH, *_policy(s, haircut_bps=2_600)))  # tightening is never halted
    want(OK, s.resume("unpauser", 4))
    want("NothingQueued", s.apply_policy(twice=True))  # the second finds nothing, so neither happens
    want(OK, s.apply_policy())
    want("NothingQueued", s.apply_policy())
    # cancelled by each who may, expired, and not covered
    for who, shown in ((_AUTH, None), ("admin", _ADMIN), ("pauser", _PAUSER)):
        want(OK, s.set_policy(_AUTH, *_policy(s, max_age_s=6 * DAY)))
        want("NotAuthority", s.cancel_policy("stranger"))
        want("WrongIssuer", s.cancel_policy("rival"))
        want(OK, s.cancel_policy(who, shown=shown))
    want("NothingQueued", s.cancel_policy(_AUTH))
    want(OK, s.set_policy(_AUTH, *_policy(s, max_age_s=6 * DAY)))
    s.set_now(s.now + DAY + LIFE + 1)
    want("ChangeExpired", s.apply_policy())
    want(OK, s.set_policy(_AUTH, *_policy(s, max_age_s=6 * DAY)))
    s.set_now(s.now + DAY)
    want("ReserveShort", s.apply_policy())  # nothing fresh covers what exists
    # what was queued when nothing had to wait is void with the first mint
    s = opened(minted=0)
    want(OK, s.set_policy(_AUTH, *_policy(s, min_custodians=1)))
    want(OK, s.mint("whale", 5, 1, "holder0"))
    want("NothingQueued", s.apply_policy())
    # queued together with a tightening under which it no longer fits
    s = opened(custodian_share_bps=5_000)
    want(OK, s.set_policy(_AUTH, *_policy(s, min_custodians=3)))
    want(OK, s.set_policy(_AUTH, *_policy(s, min_custodians=2)))
    want(OK, s.set_policy(_AUTH, *_policy(s, custodian_share_bps=4_000)))
    s.set_now(s.now + DAY)
    want("ShareBelowQuorum", s.apply_policy())


OFFICE_STOPS: Final = (listings, roles, guardians, renunciation, handoff, policies)
