"""The market: mints by one key and by two, and tickets that are given up."""

from __future__ import annotations

from typing import Any

import pytest

from tests.anchorpy.beginning import SHARE
from tests.anchorpy.desk import Desk, Stock
from xstock_client import events, pda
from xstock_client.anchorpy import typed_errors
from xstock_client.clients.token import create_token_account
from xstock_client.constants import TICKETS_PER_PAGE, Role
from xstock_client.errors import ProgramRefused


def minting(desk: Desk, stock: Stock, ticket: int, amount: int, *, approved: bool = False) -> Any:
    given = {}
    if approved:
        key = desk.approver.pubkey()
        given = {"approver": key, "approver_grant": pda.role(stock.issuer, Role.APPROVER, key)}
    built = desk.builder(
        "mint_shares",
        ticket,
        amount,
        minter=desk.me,
        grant=pda.role(stock.issuer, Role.MINTER, desk.me),
        allowance=pda.allowance(stock.asset, desk.me),
        tickets=pda.ticket_page(stock.asset, 0),
        destination=pda.token_account(desk.me, stock.mint),
        **stock.judged,
        **given,
    )
    return built.signers([desk.approver]) if approved else built


async def mint(desk: Desk, stock: Stock) -> None:
    me, page = desk.me, pda.ticket_page(stock.asset, 0)
    place = desk.allowing(stock)
    allowed = await desk.call("set_allowance", events.AllowanceSet, desk.limits(), **place)
    assert allowed.limits.approver_threshold == 300 * SHARE and allowed.live_at == allowed.at
    await desk.call("open_ticket_page", events.TicketPageOpened, 0, payer=me, asset=stock.asset, tickets=page)

    opening = [create_token_account(me, me, stock.mint)]
    builder = minting(desk, stock, 5, 300 * SHARE).pre_instructions(opening)
    # anchorpy's own simulation goes through its log parser, which must not stumble over this program's logs.
    assert (await builder.simulate()).events == []
    minted = await desk.run(builder, "mint_shares", events.SharesMinted)
    assert (minted.ticket, minted.amount, minted.obligation) == (5, 300 * SHARE, 350 * SHARE)
    assert (minted.foreign, minted.window.used) == (50 * SHARE, 300 * SHARE)
    with pytest.raises(ProgramRefused, match="ApproverNeeded"), typed_errors():
        await minting(desk, stock, 6, 100 * SHARE).rpc()
    by_two = minting(desk, stock, 6, 100 * SHARE, approved=True)
    minted = await desk.run(by_two, "mint_shares", events.SharesMinted)
    assert (minted.ticket, minted.approver, minted.supply) == (6, desk.approver.pubkey(), 400 * SHARE)
    assert (await desk.fetch("TicketPage", page)).bitmap[0] == 1 << 5 | 1 << 6
    allowance = await desk.fetch("MinterAllowance", place["allowance"])
    assert (allowance.lifetime_used, allowance.limits.window_limit) == (400 * SHARE, 2_000 * SHARE)
    balance = await desk.provider.connection.get_token_account_balance(pda.token_account(me, stock.mint))
    assert balance.value.amount == str(400 * SHARE)


async def give_up_tickets(desk: Desk, stock: Stock) -> None:
    last = TICKETS_PER_PAGE - 1
    await desk.run(minting(desk, stock, last, SHARE, approved=True), "mint_shares", events.SharesMinted)
    by = {"authority": desk.me, "issuer": stock.issuer, "asset": stock.asset}
    raised = await desk.call("raise_watermark", events.WatermarkRaised, TICKETS_PER_PAGE, **by)
    assert (raised.old_watermark, raised.watermark, raised.highest_ticket) == (0, TICKETS_PER_PAGE, last)
    page = pda.ticket_page(stock.asset, 0)
    place = {"asset": stock.asset, "tickets": page, "rent_receiver": desk.me}
    closed = await desk.call("close_ticket_page", events.TicketPageClosed, **place)
    assert (closed.page, closed.used) == (0, 3)
    assert await desk.ledger.account(page) is None
