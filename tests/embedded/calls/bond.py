"""What moves an asset's bond: officers, and anyone who adds to it.

``by`` names the role that signs instead of the authority, with its grant.
"""

from __future__ import annotations

from solders.pubkey import Pubkey

from tests.embedded.calls.guardian import canceller
from tests.embedded.calls.people import CASHIER, DOLLAR, TREASURY, Desk, Stock, purse, staff
from tests.embedded.chain import Call, call
from xstock_client.constants import TOKEN, Role

__all__ = [
    "cancel_bond_withdrawal",
    "deposit_bond",
    "queue_bond_withdrawal",
    "withdraw_bond",
]


def _officer(desk: Desk, by: Role | None) -> dict[str, Pubkey]:
    if by is None:
        return {"authority": desk.authority}
    return {"authority": staff(by), "grant": desk.grant(by)}


def deposit_bond(
    stock: Stock,
    amount: int,
    *,
    depositor: Pubkey = CASHIER,
    source: Pubkey | None = None,
    mint: Pubkey = DOLLAR,
    vault: Pubkey | None = None,
    program: Pubkey = TOKEN,
) -> Call:
    return call(
        "deposit_bond",
        depositor=depositor,
        asset=stock.asset,
        payment_mint=mint,
        source=source or purse(depositor, mint),
        bond_vault=vault or purse(stock.asset, mint),
        payment_program=program,
        amount=amount,
    )


def queue_bond_withdrawal(
    stock: Stock, amount: int, *, to: Pubkey | None = None, mint: Pubkey = DOLLAR, by: Role | None = Role.TREASURER
) -> Call:
    return call(
        "queue_bond_withdrawal",
        issuer=stock.desk.address,
        asset=stock.asset,
        payment_mint=mint,
        destination=to or purse(TREASURY, mint),
        amount=amount,
        **_officer(stock.desk, by),
    )


def withdraw_bond(
    stock: Stock,
    *,
    to: Pubkey | None = None,
    mint: Pubkey = DOLLAR,
    vault: Pubkey | None = None,
    program: Pubkey = TOKEN,
    by: Role | None = Role.TREASURER,
) -> Call:
    return call(
        "withdraw_bond",
        issuer=stock.desk.address,
        asset=stock.asset,
        payment_mint=mint,
        bond_vault=vault or purse(stock.asset, mint),
        destination=to or purse(TREASURY, mint),
        payment_program=program,
        **_officer(stock.desk, by),
    )


def cancel_bond_withdrawal(stock: Stock, *, by: Role | None = Role.PAUSER) -> Call:
    return call("cancel_bond_withdrawal", issuer=stock.desk.address, asset=stock.asset, **canceller(stock.desk, by))
