"""What the redemption desk and its arbiter send.

The desk signs with the key of the redeemer role and shows its grant; with ``by_authority`` the issuer's authority signs
without one.
"""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from tests.embedded.calls.people import (
    ALICE,
    CASHIER,
    DOLLAR,
    EVIDENCE_HASH,
    PRICE,
    TREASURY,
    Desk,
    Stock,
    purse,
    staff,
)
from tests.embedded.chain import Call, call
from xstock_client.constants import NO_CHAIN, TOKEN, Role

__all__ = [
    "Due",
    "accept_redemption",
    "mark_paid",
    "reject_redemption",
    "rule_dispute",
    "settle_redemption",
    "settle_redemptions",
]


def _desk(desk: Desk, by_authority: bool) -> dict[str, Pubkey]:
    if by_authority:
        return {"redeemer": desk.authority, "issuer": desk.address}
    return {"redeemer": staff(Role.REDEEMER), "grant": desk.grant(Role.REDEEMER), "issuer": desk.address}


def accept_redemption(
    stock: Stock,
    *,
    id: int,
    holder: Pubkey = ALICE,
    price: int = 0,
    arbiter: Pubkey | None = staff(Role.ARBITER),  # noqa: B008 - the same key in every run
    by_authority: bool = False,
) -> Call:
    """``price`` is the quote at market, such as ``QUOTE``; ``arbiter`` shows its grant, whoever needs it."""
    return call(
        "accept_redemption",
        asset=stock.asset,
        request=stock.request(holder, id),
        price=price,
        arbiter_grant=arbiter and stock.desk.grant(Role.ARBITER, arbiter),
        **_desk(stock.desk, by_authority),
    )


@dataclass(frozen=True)
class Due:
    """One request of a batch: all that it holds must be named. Its holder's purse gets the money unless named."""

    amount: int
    id: int = 0
    holder: Pubkey = ALICE
    payee: Pubkey | None = None
    rent_receiver: Pubkey = TREASURY


def settle_redemptions(
    stock: Stock,
    *dues: Due,
    price: int = PRICE,
    rest: int = 0,
    agent: Pubkey = CASHIER,
    source: Pubkey | None = None,
    mint: Pubkey = DOLLAR,
    program: Pubkey = TOKEN,
    by_authority: bool = False,
) -> Call:
    """A batch; of the last request ``rest`` raw units stay accepted."""
    return call(
        "settle_redemptions",
        asset=stock.asset,
        reserve=stock.reserve,
        mint=stock.mint,
        escrow=stock.escrow,
        paying_agent=agent,
        payment_mint=mint,
        payment_source=source or purse(agent, mint),
        payment_program=program,
        price=price,
        rest=rest,
        amounts=[due.amount for due in dues],
        requests=[
            (stock.request(due.holder, due.id), due.payee or purse(due.holder, mint), due.rent_receiver) for due in dues
        ],
        **_desk(stock.desk, by_authority),
    )


def settle_redemption(
    stock: Stock,
    amount: int,
    *,
    id: int,
    holder: Pubkey = ALICE,
    price: int = PRICE,
    rest: int = 0,
    payee: Pubkey | None = None,
    by_authority: bool = False,
) -> Call:
    """A batch of one."""
    due = Due(amount, id, holder, payee)
    return settle_redemptions(stock, due, price=price, rest=rest, by_authority=by_authority)


def mark_paid(
    stock: Stock,
    *,
    id: int,
    holder: Pubkey = ALICE,
    to_chain: int = NO_CHAIN,
    evidence_hash: bytes = EVIDENCE_HASH,
    by_authority: bool = False,
) -> Call:
    return call(
        "mark_paid",
        asset=stock.asset,
        reserve=stock.reserve,
        request=stock.request(holder, id),
        evidence_hash=evidence_hash,
        to_chain=to_chain,
        **_desk(stock.desk, by_authority),
    )


def reject_redemption(
    stock: Stock,
    *,
    id: int,
    holder: Pubkey = ALICE,
    source: Pubkey | None = None,
    memo: Pubkey | None = None,
    by_authority: bool = False,
) -> Call:
    return call(
        "reject_redemption",
        asset=stock.asset,
        request=stock.request(holder, id),
        rent_receiver=TREASURY,
        mint=stock.mint,
        escrow=stock.escrow,
        source=source or stock.wallet(holder),
        memo_program=memo,
        **_desk(stock.desk, by_authority),
    )


def rule_dispute(stock: Stock, paid: bool, *, id: int, holder: Pubkey = ALICE, arbiter: Pubkey | None = None) -> Call:
    return call(
        "rule_dispute",
        arbiter=arbiter or staff(Role.ARBITER),
        asset=stock.asset,
        reserve=stock.reserve,
        request=stock.request(holder, id),
        paid=paid,
    )
