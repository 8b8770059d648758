"""What anyone at all may send."""

from __future__ import annotations

from tests.embedded.calls.people import TREASURY, Stock
from tests.embedded.chain import Call, call

__all__ = ["apply_policy", "check_solvency", "close_ticket_page"]


def check_solvency(stock: Stock) -> Call:
    return call("check_solvency", asset=stock.asset, reserve=stock.reserve, mint=stock.mint)


def apply_policy(stock: Stock) -> Call:
    return call("apply_policy", asset=stock.asset, reserve=stock.reserve, mint=stock.mint)


def close_ticket_page(stock: Stock, page: int) -> Call:
    return call("close_ticket_page", asset=stock.asset, tickets=stock.page(page), rent_receiver=TREASURY)
