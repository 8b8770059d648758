"""What anyone at all may send."""

from __future__ import annotations

from solders.pubkey import Pubkey

from tests.embedded.calls.people import ALICE, DOLLAR, MALLORY, TREASURY, Stock, purse
from tests.embedded.chain import Call, call
from xstock_client.constants import TOKEN

__all__ = [
    "apply_policy",
    "check_solvency",
    "close_ticket_page",
    "conclude_redemption",
    "default_redemption",
]


def check_solvency(stock: Stock) -> Call:
    return call("check_solvency", asset=stock.asset, reserve=stock.reserve, mint=stock.mint)


def apply_policy(stock: Stock) -> Call:
    return call("apply_policy", asset=stock.asset, reserve=stock.reserve, mint=stock.mint)


def close_ticket_page(stock: Stock, page: int) -> Call:
    return call("close_ticket_page", asset=stock.asset, tickets=stock.page(page), rent_receiver=TREASURY)


def conclude_redemption(stock: Stock, *, id: int, holder: Pubkey = ALICE, caller: Pubkey | None = None) -> Call:
    """The holder confirms unless another ``caller`` is named."""
    return call(
        "conclude_redemption",
        caller=caller or holder,
        asset=stock.asset,
        reserve=stock.reserve,
        request=stock.request(holder, id),
        rent_receiver=TREASURY,
        mint=stock.mint,
        escrow=stock.escrow,
    )


def default_redemption(
    stock: Stock,
    *,
    id: int,
    holder: Pubkey = ALICE,
    caller: Pubkey = MALLORY,
    source: Pubkey | None = None,
    to: Pubkey | None = None,
    payee: Pubkey | None = None,
    pays: bool = True,
    mint: Pubkey = DOLLAR,
    program: Pubkey = TOKEN,
    memo: Pubkey | None = None,
    marked: bool = False,
) -> Call:
    """A stranger claims for the holder; without ``pays`` the accounts of the penalty are left out.

    With ``marked`` the reserve is passed, for shares that were said to be issued on another chain.
    """
    penalty = {
        "payment_mint": mint,
        "bond_vault": purse(stock.asset, mint),
        "payee": payee or purse(holder, mint),
        "payment_program": program,
    }
    return call(
        "default_redemption",
        caller=caller,
        asset=stock.asset,
        reserve=stock.reserve if marked else None,
        request=stock.request(holder, id),
        rent_receiver=TREASURY,
        mint=stock.mint,
        escrow=stock.escrow,
        source=source or stock.wallet(holder),
        destination=to or source or stock.wallet(holder),
        memo_program=memo,
        **(penalty if pays else {}),
    )
