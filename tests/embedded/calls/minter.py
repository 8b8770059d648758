"""What minters send, and those who approve."""

from __future__ import annotations

from solders.pubkey import Pubkey

from tests.embedded.calls.people import ALICE, TREASURY, Stock, staff
from tests.embedded.chain import Call, call
from xstock_client.constants import TICKETS_PER_PAGE, Role

__all__ = ["mint_shares", "open_ticket_page"]


def open_ticket_page(stock: Stock, page: int) -> Call:
    return call("open_ticket_page", payer=TREASURY, asset=stock.asset, tickets=stock.page(page), page=page)


def mint_shares(
    stock: Stock,
    amount: int,
    *,
    ticket: int,
    to: Pubkey = ALICE,
    minter: Pubkey | None = None,
    page: int | None = None,
    approver: Pubkey | None = None,
) -> Call:
    """``page`` is the ticket's own unless named; an ``approver`` passes its grant."""
    minter = minter or staff(Role.MINTER)
    return call(
        "mint_shares",
        minter=minter,
        grant=stock.desk.grant(Role.MINTER, minter),
        approver=approver,
        approver_grant=stock.desk.grant(Role.APPROVER, approver) if approver else None,
        asset=stock.asset,
        reserve=stock.reserve,
        allowance=stock.allowance(minter),
        tickets=stock.page(ticket // TICKETS_PER_PAGE if page is None else page),
        mint=stock.mint,
        destination=stock.wallet(to),
        ticket=ticket,
        amount=amount,
    )
