"""Accounts that a test's cluster begins with: states that no test can wait for or bring about.

A validator's clock cannot be turned and no deadline is shorter than a day, so a request that is late is there from the
beginning, made for an asset that its test lists later; so is one whose holder is frozen, which no instruction of the
program does yet. The asset's books know neither: :func:`late_request` says what a test must have on them meanwhile.
Dividends that are old already: tests/genesis_dividends.py.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from solders.pubkey import Pubkey

from xstock_client import idl, pda
from xstock_client.accounts import AnyAccount, RedemptionRequest
from xstock_client.constants import DAY_S, NO_CHAIN, PROGRAM_ID, TOKEN_2022, Payout, RequestState
from xstock_client.ledger import Account

__all__ = ["Made", "frozen_request", "late_request", "placed"]

_RENT = 2 * 10**7
"""Lamports of each account: above the rent of the largest."""
_TYPES = {one["name"]: one["type"]["fields"] for one in idl.load()["types"]}
_ONE = 10**12
_FROZEN = 2
_EXTENSIONS = bytes.fromhex("02070000001b000000")
"""Of a token account: its type, ImmutableOwner, PausableAccount."""


@dataclass(frozen=True, slots=True)
class Made:
    """A request that is there from the beginning."""

    address: Pubkey
    request: RedemptionRequest
    accounts: dict[Pubkey, Account]


def late_request(asset: Pubkey, holder: Pubkey, amount: int, *, penalty_rate: int) -> Made:
    """Accepted, and not settled in time: an hour late. Its holder has no token account any more.

    To return it, the asset must have as many tokens pending, and as much of its bond reserved, for a twin: another
    request of the same amount and penalty. The twin then stays for ever.
    """
    now = int(time.time())
    settle_by = now - 3_600
    request = _request(asset, holder, amount, accept_by=settle_by - DAY_S, settle_by=settle_by)
    return _made(
        replace(request, state=RequestState.ACCEPTED, accepted_at=settle_by - DAY_S, penalty_rate=penalty_rate)
    )


def frozen_request(asset: Pubkey, holder: Pubkey, amount: int) -> Made:
    """Requested, and its holder's token account frozen since. To reject it, a twin must be pending."""
    now = int(time.time())
    made = _made(_request(asset, holder, amount, accept_by=now + DAY_S, settle_by=now + 2 * DAY_S))
    base = bytearray(165)
    base[0:32], base[32:64], base[108] = bytes(pda.mint(asset)), bytes(holder), _FROZEN
    frozen = Account(_RENT, TOKEN_2022, bytes(base) + _EXTENSIONS)
    return replace(made, accounts={**made.accounts, made.request.source: frozen})


def _request(asset: Pubkey, holder: Pubkey, amount: int, *, accept_by: int, settle_by: int) -> RedemptionRequest:
    seeds = [b"redeem", bytes(asset), bytes(holder), bytes(8)]
    return RedemptionRequest(
        version=1,
        bump=Pubkey.find_program_address(seeds, PROGRAM_ID)[1],
        state=RequestState.REQUESTED,
        payout=Payout.ON_CHAIN,
        to_chain=NO_CHAIN,
        fee_bps=0,
        holder=holder,
        asset=asset,
        id=0,
        amount=amount,
        requested=amount,
        multiplier=_ONE,
        requested_at=accept_by - DAY_S,
        accept_by=accept_by,
        settle_by=settle_by,
        accepted_at=0,
        min_price=1,
        penalty_rate=0,
        paid_at=0,
        until=0,
        dispute_window_s=DAY_S,
        payout_terms_hash=bytes(32),
        arbiter=Pubkey.default(),
        source=pda.token_account(holder, pda.mint(asset)),
        rent_payer=holder,
        marked_shares=0,
    )


def _made(request: RedemptionRequest) -> Made:
    address = pda.redemption_request(request.asset, request.holder, request.id)
    return Made(address, request, {address: placed(request)})


def placed(account: AnyAccount) -> Account:
    """An account of the program as the cluster holds it; padding and reserved bytes are zero."""
    name = type(account).__name__
    data = account.DISCRIMINATOR + _packed({"defined": {"name": name}}, account)
    assert type(account).decode(data) == account
    return Account(_RENT, PROGRAM_ID, data)


def _packed(kind: Any, value: Any) -> bytes:
    """``value`` as the IDL lays its ``kind`` out; None stands for what the SDK leaves out of its objects."""
    match kind:
        case "pubkey" | {"array": ["u8", _]} if value is not None:
            return bytes(value)
        case {"array": ["u8", count]}:
            return bytes(count)
        case {"array": [element, _]}:
            return b"".join(_packed(element, one) for one in value)
        case {"defined": {"name": name}}:
            return b"".join(_packed(one["type"], getattr(value, one["name"], None)) for one in _TYPES[name])
    bits, signed = int(kind[1:]), kind.startswith("i")
    packed: bytes = value.to_bytes(bits // 8, "little", signed=signed)
    return packed
