"""What a redemption would come to, read from a cluster."""

from __future__ import annotations

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Asset, HolderBook, RedemptionRequest, Reserve
from xstock_client.amounts import Cash, Raw
from xstock_client.clients._base import Reader
from xstock_client.clients.payments import payment_token
from xstock_client.clients.token import TokenAccount, TokenMint
from xstock_client.clients.wayback import payee_of
from xstock_client.constants import Payout
from xstock_client.errors import AccountMissing
from xstock_client.ledger import Account, Ledger
from xstock_client.quote import Funds, RedemptionQuote, redemption_quote

__all__ = ["read_quote"]


async def read_quote(
    reader: Reader,
    asset: Pubkey,
    holder: Pubkey,
    amount: Raw,
    *,
    source: Pubkey | None = None,
    payout: Payout = Payout.ON_CHAIN,
    price: Cash | None = None,
    min_price: Cash | None = None,
    slippage_bps: int | None = None,
) -> RedemptionQuote:
    """See :func:`~xstock_client.quote.redemption_quote`; tokens come out of ``source``, the associated account.

    Raises AccountMissing when the asset does not exist, WrongCluster when it is of another cluster.
    """
    ledger, program_id = reader.ledger, reader.program_id
    state = await reader.asset_account(asset)
    await reader.require_cluster(state.issuer)
    book_address = pda.holder_book(asset, holder, program_id=program_id)
    places = [state.reserve, state.mint, book_address, source or pda.token_account(holder, state.mint)]
    reserve, mint, book, tokens = await ledger.accounts(places)
    if reserve is None or mint is None:
        raise AccountMissing(f"asset {asset} has no reserve account or mint on this cluster")
    held, token = None if tokens is None else TokenAccount.decode(tokens), TokenMint.decode(mint)
    vault, unpayable = await _money(ledger, asset, state, holder)
    funds = Funds(
        held=Raw(0) if held is None else held.amount,
        frozen=held is not None and held.frozen,
        paused=token.paused,
        unpayable=unpayable,
        vault=vault,
        rent=await ledger.rent(RedemptionRequest.SIZE),
        book_rent=0 if _owned(book, program_id) else await ledger.rent(HolderBook.SIZE),
    )
    return redemption_quote(
        asset,
        holder,
        state,
        Reserve.decode(reserve.data),
        HolderBook.decode(book.data) if book is not None and _owned(book, program_id) else None,
        token.supply,
        amount,
        await ledger.now(),
        payout=payout,
        price=price,
        min_price=min_price,
        slippage_bps=slippage_bps,
        funds=funds,
    )


async def _money(ledger: Ledger, asset: Pubkey, state: Asset, holder: Pubkey) -> tuple[Cash | None, str | None]:
    """What the bond's vault really holds, and why the holder's account cannot be paid; None where there is no bond."""
    if state.payment_mint == Pubkey.default():
        return None, None
    token = await payment_token(ledger, asset, state)
    own = token.account(holder)
    vault, account = await ledger.accounts([token.vault, own])
    balance = 0 if vault is None else TokenAccount.decode(vault).amount.value
    return Cash(balance), payee_of(token, holder, own, account).obstacle


def _owned(account: Account | None, program_id: Pubkey) -> bool:
    return account is not None and account.owner == program_id
