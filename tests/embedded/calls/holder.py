"""What holders and the redemption desk send."""

from __future__ import annotations

from solders.pubkey import Pubkey

from tests.embedded.calls.people import ALICE, PAYOUT_HASH, TREASURY, Stock, staff
from tests.embedded.chain import Call, call
from xstock_client.constants import NO_CHAIN, Role

__all__ = ["accept_redemption", "cancel_redemption", "open_holder_book", "request_redemption", "settle_redemption"]


def open_holder_book(stock: Stock, holder: Pubkey) -> Call:
    return call("open_holder_book", payer=TREASURY, holder=holder, asset=stock.asset, book=stock.book(holder))


def request_redemption(stock: Stock, amount: int, *, id: int, holder: Pubkey = ALICE) -> Call:
    return call(
        "request_redemption",
        payer=TREASURY,
        holder=holder,
        asset=stock.asset,
        book=stock.book(holder),
        request=stock.request(holder, id),
        mint=stock.mint,
        source=stock.wallet(holder),
        escrow=stock.escrow,
        id=id,
        amount=amount,
        payout_terms_hash=PAYOUT_HASH,
    )


def cancel_redemption(
    stock: Stock, *, id: int, holder: Pubkey = ALICE, to: Pubkey | None = None, memo: Pubkey | None = None
) -> Call:
    return call(
        "cancel_redemption",
        holder=holder,
        asset=stock.asset,
        book=stock.book(holder),
        request=stock.request(holder, id),
        rent_receiver=TREASURY,
        mint=stock.mint,
        escrow=stock.escrow,
        destination=to or stock.wallet(holder),
        memo_program=memo,
    )


def accept_redemption(stock: Stock, *, id: int, holder: Pubkey = ALICE) -> Call:
    return call(
        "accept_redemption",
        redeemer=staff(Role.REDEEMER),
        grant=stock.desk.grant(Role.REDEEMER),
        asset=stock.asset,
        request=stock.request(holder, id),
    )


def settle_redemption(
    stock: Stock, amount: int, *, accepted_at: int, id: int, holder: Pubkey = ALICE, to_chain: int = NO_CHAIN
) -> Call:
    return call(
        "settle_redemption",
        redeemer=staff(Role.REDEEMER),
        grant=stock.desk.grant(Role.REDEEMER),
        asset=stock.asset,
        reserve=stock.reserve,
        book=stock.book(holder),
        request=stock.request(holder, id),
        rent_receiver=TREASURY,
        mint=stock.mint,
        escrow=stock.escrow,
        amount=amount,
        accepted_at=accepted_at,
        to_chain=to_chain,
    )
