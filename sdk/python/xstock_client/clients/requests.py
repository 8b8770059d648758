"""Redemption requests on a cluster: the open ones, and how those that are gone have ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Asset, HolderBook, RedemptionRequest
from xstock_client.clients._base import load
from xstock_client.constants import RequestState
from xstock_client.events import Event, parse_events
from xstock_client.ledger import Ledger, Memcmp, Outcome, OutcomeCheck
from xstock_client.redemption import OpenRequest
from xstock_client.told import End, EndedRequest, replay_requests

__all__ = [
    "closing_check",
    "ended_request",
    "holder_requests",
    "open_request",
    "redemption_queue",
    "request_events",
]

_IDS_PER_CALL: Final = 100
_NEWEST: Final = 50
"""Transactions of one request, at most, that are looked at for its end; it has seldom more than five."""


async def open_request(
    ledger: Ledger, asset: Pubkey, holder: Pubkey, request_id: int, *, program_id: Pubkey
) -> OpenRequest:
    """One open request. Raises AccountMissing when it has ended or was never made."""
    address = pda.redemption_request(asset, holder, request_id, program_id=program_id)
    missing = f"request {request_id} of {holder} is not open: settled, returned, or never made"
    request = await load(ledger, address, RedemptionRequest, missing, program_id=program_id)
    return OpenRequest.of(address, request)


async def redemption_queue(
    ledger: Ledger, asset: Pubkey, state: RequestState | None = None, *, program_id: Pubkey
) -> list[OpenRequest]:
    """Open requests of an asset, oldest first, by filters on fixed offsets."""
    matching = [
        Memcmp(0, RedemptionRequest.DISCRIMINATOR),
        Memcmp(RedemptionRequest.OFFSETS["asset"], bytes(asset)),
    ]
    if state is not None:
        matching.append(Memcmp(RedemptionRequest.OFFSETS["state"], bytes([state])))
    found = await ledger.program_accounts(program_id, matching=matching)
    requests = [OpenRequest.of(address, RedemptionRequest.decode(account.data)) for address, account in found]
    return sorted(requests, key=lambda one: (one.requested_at, str(one.holder), one.id))


async def holder_requests(ledger: Ledger, asset: Pubkey, holder: Pubkey, *, program_id: Pubkey) -> list[OpenRequest]:
    """A holder's open requests of an asset, newest first, found by the ids that the book gave out.

    As few ids are asked for as the asset's count of open requests allows.
    """
    book_account, asset_account = await ledger.accounts([pda.holder_book(asset, holder, program_id=program_id), asset])
    if book_account is None or book_account.owner != program_id or asset_account is None:
        return []
    end, there = HolderBook.decode(book_account.data).next_id, Asset.decode(asset_account.data).open_requests
    requests: list[OpenRequest] = []
    while end > 0 and len(requests) < there:
        ids = range(end - 1, max(end - 1 - _IDS_PER_CALL, -1), -1)
        addresses = [pda.redemption_request(asset, holder, one, program_id=program_id) for one in ids]
        for address, found in zip(addresses, await ledger.accounts(addresses), strict=True):
            if found is not None and found.owner == program_id:
                requests.append(OpenRequest.of(address, RedemptionRequest.decode(found.data)))
        end = ids[-1]
    return requests


async def request_events(
    ledger: Ledger, asset: Pubkey, holder: Pubkey, request_id: int, *, program_id: Pubkey
) -> list[Event]:
    """What was told about one request, oldest first, as far back as this RPC holds it."""
    address = pda.redemption_request(asset, holder, request_id, program_id=program_id)
    events: list[Event] = []
    for one in reversed(await ledger.signatures_for(address, limit=_NEWEST)):
        executed = None if one.failed else await ledger.transaction(one.signature)
        events += parse_events(executed, program_id=program_id) if executed is not None else ()
    wanted = (asset, holder, request_id)
    return [one for one in events if (getattr(one, "asset", None), getattr(one, "holder", None), _id(one)) == wanted]


async def ended_request(
    ledger: Ledger, asset: Pubkey, holder: Pubkey, request_id: int, *, program_id: Pubkey
) -> EndedRequest | None:
    """How a request has ended; None while it is open, and where this RPC does not hold what was told about it."""
    events = await request_events(ledger, asset, holder, request_id, program_id=program_id)
    told = replay_requests(events, program_id=program_id).get((asset, holder, request_id))
    return told if isinstance(told, EndedRequest) else None


def closing_check(
    ledger: Ledger, asset: Pubkey, holder: Pubkey, request_id: int, ends: Sequence[End], *, program_id: Pubkey
) -> OutcomeCheck:
    """A check that tells later whether a request has ended in one of these ways.

    A closed account is gone, whichever way it was closed: what was told last decides.
    """
    request = pda.redemption_request(asset, holder, request_id, program_id=program_id)

    async def check() -> Outcome:
        if await ledger.account(request) is not None:
            return "not done"
        told = await ended_request(ledger, asset, holder, request_id, program_id=program_id)
        return "done" if told is not None and told.end in ends else "unknown"

    return check


def _id(event: Event) -> int | None:
    return getattr(event, "id", None)
