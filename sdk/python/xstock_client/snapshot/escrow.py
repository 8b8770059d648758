"""Which redemption requests were open at the end of the record slot. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from solders.pubkey import Pubkey

from xstock_client.amounts import Raw
from xstock_client.errors import IncompleteHistory
from xstock_client.events import (
    Event,
    RedemptionCancelled,
    RedemptionDefaulted,
    RedemptionRejected,
    RedemptionRequested,
    RedemptionSettled,
)
from xstock_client.redemption import OpenRequest
from xstock_client.snapshot.balances import WaitingTokens
from xstock_client.told import EndedRequest, RequestKey

__all__ = ["requests_at", "waiting_from_told"]

_Key: TypeAlias = tuple[Pubkey, int]
"""Holder and id, which the program never gives twice for one asset."""


def requests_at(present: Iterable[OpenRequest], since: Iterable[Event], asset: Pubkey) -> list[WaitingTokens]:
    """What waited at the end of the record slot: ``present`` requests rolled back through the events ``since``.

    The events' order does not matter: a settlement took from what waits, a cancellation, rejection or default
    took all that was left, and a request that was made since must come to nothing. Raises IncompleteHistory when one
    does not: an event is missing then.
    """
    amounts: defaultdict[_Key, int] = defaultdict(int)
    made: set[_Key] = set()
    for request in present:
        if request.asset == asset:
            amounts[request.holder, request.id] += request.amount.value
    for event in since:
        match event:
            case RedemptionRequested() if event.asset == asset:
                amounts[event.holder, event.id] -= event.amount
                made.add((event.holder, event.id))
            case RedemptionSettled() | RedemptionCancelled() | RedemptionRejected() | RedemptionDefaulted() if (
                event.asset == asset
            ):
                amounts[event.holder, event.id] += event.amount
    for (holder, id), amount in amounts.items():
        if (holder, id) in made and amount:
            raise IncompleteHistory(
                f"the events of request {id} of {holder} do not lead to what it is now ({amount:,} raw off); the RPC"
                " gave a part of the history only: try again, or another RPC"
            )
    ordered = sorted(amounts.items(), key=lambda item: (bytes(item[0][0]), item[0][1]))
    return [WaitingTokens(holder, id, Raw(amount)) for (holder, id), amount in ordered if amount]


def waiting_from_told(told: dict[RequestKey, OpenRequest | EndedRequest], asset: Pubkey) -> list[WaitingTokens]:
    """What waited, by :func:`xstock_client.told.replay_requests` over all events up to the end of the record slot."""
    opened = (one for one in told.values() if isinstance(one, OpenRequest) and one.asset == asset)
    return sorted((WaitingTokens.of(one) for one in opened), key=lambda one: (bytes(one.holder), one.id))
