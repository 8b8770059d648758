"""Where the tokens of a request go back to, and a penalty: accounts that the program takes (token2022/give_back.rs)."""

from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.clients.payments import PaymentToken
from xstock_client.clients.token import TokenAccount
from xstock_client.errors import AccountMissing, DecodeError, UsageError
from xstock_client.ledger import Account, Ledger
from xstock_client.redemption import OpenRequest

__all__ = ["Payee", "WayBack", "marked_reserve", "payee_of", "way_back"]


@dataclass(frozen=True, slots=True)
class WayBack:
    """The token account of the stock that gets the tokens."""

    destination: Pubkey
    open_account: bool
    """It is the holder's associated account, and does not exist."""
    memo: bool
    """It demands a memo."""


@dataclass(frozen=True, slots=True)
class Payee:
    """The holder's token account of the payment mint."""

    address: Pubkey
    open_account: bool
    obstacle: str | None
    """Why nothing can be paid into it; None when it can."""


def marked_reserve(request: OpenRequest, *, program_id: Pubkey) -> Pubkey | None:
    """The asset's reserve, which must know that shares are not issued on another chain after all; None without any."""
    return pda.reserve(request.asset, program_id=program_id) if request.marked_shares else None


async def way_back(
    ledger: Ledger, request: OpenRequest, mint: Pubkey, *, by_holder: bool, destination: Pubkey | None = None
) -> WayBack:
    """Where the request's tokens can go: back to their source, while it is the holder's; else to the associated one.

    A frozen source is the only way. Only the holder may name another ``destination``. Raises AccountMissing for one
    that does not exist, UsageError for one that the program would refuse.
    """
    own = pda.token_account(request.holder, mint)
    wanted = own if destination is None else destination
    source, other = await ledger.accounts([request.source, wanted])
    from_source = _account_of(source, request.holder, mint)
    if from_source is not None and (destination is None or wanted == request.source):
        return WayBack(request.source, False, from_source.memo_required)
    if from_source is not None and from_source.frozen:
        raise UsageError(
            f"the tokens came from {request.source}, which is frozen: they can only go back to it; leave the"
            " destination out"
        )
    if not by_holder and destination is not None and (from_source is not None or destination != own):
        raise UsageError(f"only the holder {request.holder} can choose where the tokens go; leave the destination out")
    if other is None:
        if wanted != own:
            raise AccountMissing(f"there is no token account {destination}; leave it out to use the source")
        return WayBack(own, True, False)
    found = _account_of(other, request.holder, mint)
    if found is None:
        raise UsageError(
            f"{wanted} is not an account of this stock that the holder {request.holder} owns: the holder must name"
            " another one"
        )
    return WayBack(wanted, False, found.memo_required)


def payee_of(
    token: PaymentToken, holder: Pubkey, address: Pubkey, account: Account | None, *, by_holder: bool = True
) -> Payee:
    """Whether the program can pay ``holder`` into ``address``, and what stands in the way.

    Only the holder may name another account for a penalty than the associated one.
    """
    own = address == token.account(holder)
    if not own and not by_holder:
        return Payee(address, False, f"{address} is not the holder's associated account, and only the holder chooses")
    if account is None:
        return Payee(address, own, None if own else f"there is no token account {address}")
    found = _account_of(account, holder, token.mint)
    obstacle = None
    if found is None:
        obstacle = f"{address} is no account of the payment mint that the holder owns"
    elif found.frozen:
        obstacle = f"{address} is frozen by the stablecoin's issuer"
    elif found.memo_required:
        obstacle = f"{address} demands a memo with each payment, which a program's payment does not bring"
    elif found.confidential_only:
        obstacle = f"{address} takes confidential payments only"
    return Payee(address, False, obstacle)


def _account_of(account: Account | None, holder: Pubkey, mint: Pubkey) -> TokenAccount | None:
    """A token account of ``mint`` that ``holder`` owns; None for anything else."""
    if account is None:
        return None
    try:
        found = TokenAccount.decode(account)
    except DecodeError:
        return None
    return found if (found.owner, found.mint) == (holder, mint) else None
