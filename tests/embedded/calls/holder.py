"""What holders send, and delegates that they approved."""

from __future__ import annotations

from solders.pubkey import Pubkey

from tests.embedded.calls.people import ALICE, DOLLAR, LIMIT, PAYOUT_HASH, QUOTE, TREASURY, Stock, staff
from tests.embedded.chain import Call, call
from xstock_client.constants import Payout, Role

__all__ = ["agree_quote", "cancel_redemption", "dispute_payment", "open_holder_book", "request_redemption"]


def open_holder_book(stock: Stock, holder: Pubkey) -> Call:
    return call("open_holder_book", payer=TREASURY, holder=holder, asset=stock.asset, book=stock.book(holder))


def request_redemption(
    stock: Stock,
    amount: int,
    *,
    id: int,
    holder: Pubkey = ALICE,
    payout: int = Payout.ON_CHAIN,
    min_price: int | None = None,
    terms: bytes = PAYOUT_HASH,
    mint: Pubkey = DOLLAR,
    arbiter: Pubkey | None = None,
    delegate: Pubkey | None = None,
    source: Pubkey | None = None,
) -> Call:
    """On chain with the minimum ``LIMIT`` unless said otherwise; ``min_price`` zero is at market.

    ``arbiter`` is the staff's for a payout outside the chain; ``delegate`` signs in the holder's place.
    """
    off_chain = payout == Payout.OFF_CHAIN
    if min_price is None:
        min_price = 0 if off_chain else LIMIT
    if arbiter is None:
        arbiter = staff(Role.ARBITER) if off_chain else Pubkey.default()
    return call(
        "request_redemption",
        payer=TREASURY,
        authority=delegate or holder,
        holder=holder,
        asset=stock.asset,
        book=stock.book(holder),
        request=stock.request(holder, id),
        mint=stock.mint,
        source=source or stock.wallet(holder),
        escrow=stock.escrow,
        id=id,
        amount=amount,
        payout=payout,
        min_price=min_price,
        payout_terms_hash=terms,
        payment_mint=mint,
        arbiter=arbiter,
    )


def cancel_redemption(
    stock: Stock,
    *,
    id: int,
    holder: Pubkey = ALICE,
    source: Pubkey | None = None,
    to: Pubkey | None = None,
    memo: Pubkey | None = None,
    marked: bool = False,
) -> Call:
    """``source`` is where the tokens came from, ``to`` where they go, which is the same unless named.

    With ``marked`` the reserve is passed, for shares that were said to be issued on another chain.
    """
    return call(
        "cancel_redemption",
        holder=holder,
        asset=stock.asset,
        reserve=stock.reserve if marked else None,
        request=stock.request(holder, id),
        rent_receiver=TREASURY,
        mint=stock.mint,
        escrow=stock.escrow,
        source=source or stock.wallet(holder),
        destination=to or source or stock.wallet(holder),
        memo_program=memo,
    )


def agree_quote(stock: Stock, *, id: int, holder: Pubkey = ALICE, price: int = QUOTE) -> Call:
    return call("agree_quote", holder=holder, asset=stock.asset, request=stock.request(holder, id), min_price=price)


def dispute_payment(stock: Stock, *, id: int, holder: Pubkey = ALICE) -> Call:
    return call("dispute_payment", holder=holder, asset=stock.asset, request=stock.request(holder, id))
