"""What pausers and unpausers send. Cancellations are a pauser's unless ``by`` says otherwise: see :func:`canceller`."""

from __future__ import annotations

from solders.pubkey import Pubkey

from tests.embedded.calls.people import Desk, Stock, staff
from tests.embedded.chain import Call, call
from xstock_client.constants import Role

__all__ = [
    "cancel_handoff",
    "cancel_policy",
    "cancel_raise",
    "cancel_renunciation",
    "cancel_role_change",
    "cancel_slot_change",
    "halt",
    "reopen",
    "resume",
]


def canceller(desk: Desk, by: Role | None) -> dict[str, Pubkey]:
    """Who cancels: the key of a role with its grant, or the authority."""
    if by is None:
        return {"canceller": desk.authority}
    return {"canceller": staff(by), "grant": desk.grant(by)}


def halt(stock: Stock, functions: int) -> Call:
    return call(
        "halt",
        pauser=staff(Role.PAUSER),
        grant=stock.desk.grant(Role.PAUSER),
        asset=stock.asset,
        functions=functions,
    )


def resume(stock: Stock, functions: int) -> Call:
    return call(
        "resume",
        unpauser=staff(Role.UNPAUSER),
        grant=stock.desk.grant(Role.UNPAUSER),
        asset=stock.asset,
        reserve=stock.reserve,
        functions=functions,
    )


def reopen(stock: Stock) -> Call:
    return call(
        "reopen",
        unpauser=staff(Role.UNPAUSER),
        grant=stock.desk.grant(Role.UNPAUSER),
        asset=stock.asset,
        reserve=stock.reserve,
        mint=stock.mint,
    )


def cancel_handoff(desk: Desk, *, by: Role | None = Role.PAUSER) -> Call:
    return call("cancel_handoff", issuer=desk.address, **canceller(desk, by))


def cancel_renunciation(desk: Desk, *, by: Role | None = Role.PAUSER) -> Call:
    return call("cancel_renunciation", issuer=desk.address, **canceller(desk, by))


def cancel_role_change(desk: Desk, role: Role, member: Pubkey, *, by: Role | None = Role.PAUSER) -> Call:
    return call("cancel_role_change", issuer=desk.address, role=desk.grant(role, member), **canceller(desk, by))


def cancel_slot_change(stock: Stock, kind: int, slot: int, *, by: Role | None = Role.PAUSER) -> Call:
    return call(
        "cancel_slot_change",
        issuer=stock.desk.address,
        asset=stock.asset,
        reserve=stock.reserve,
        kind=kind,
        slot=slot,
        **canceller(stock.desk, by),
    )


def cancel_raise(stock: Stock, minter: Pubkey, *, by: Role | None = Role.PAUSER) -> Call:
    return call(
        "cancel_raise",
        issuer=stock.desk.address,
        asset=stock.asset,
        allowance=stock.allowance(minter),
        **canceller(stock.desk, by),
    )


def cancel_policy(stock: Stock, *, by: Role | None = Role.PAUSER) -> Call:
    return call("cancel_policy", issuer=stock.desk.address, asset=stock.asset, **canceller(stock.desk, by))
