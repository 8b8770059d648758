"""Who gets nothing of a distribution by rule: the issuer's authority and its treasurers at the record slot.

What they are today says little about that slot: grants run out, are made anew and are closed. So everything that was
told of them since is read, and what the node no longer has is never guessed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client import pda
from xstock_client.accounts import Asset, Issuer, RoleGrant, Snapshot
from xstock_client.clients._base import load
from xstock_client.clients.distributions import snapshot_account
from xstock_client.constants import PROGRAM_ID, DistributionRule, Role
from xstock_client.errors import IncompleteHistory
from xstock_client.events import (
    AuthorityAccepted,
    Event,
    RoleChangeCancelled,
    RoleGranted,
    RoleRevoked,
    parse_events,
)
from xstock_client.ledger import Ledger, Memcmp
from xstock_client.ledger.base import SignatureInfo
from xstock_client.views import grant_expiry

__all__ = ["excluded_owners"]

_AT_ONCE = 1_000
_CHANGES = (RoleGranted, RoleRevoked, RoleChangeCancelled)


async def excluded_owners(
    ledger: Ledger, snapshot: Pubkey, rules: DistributionRule, *, program_id: Pubkey = PROGRAM_ID
) -> frozenset[Pubkey]:
    """Owners whom the ``rules`` of a distribution on ``snapshot`` leave out; nobody without a rule.

    Raises AccountMissing without the snapshot, IncompleteHistory when the node does not hold what the issuer's roles
    went through since the record slot.
    """
    if not rules & DistributionRule.WITHOUT_ISSUER:
        return frozenset()
    taken = await snapshot_account(ledger, snapshot, program_id=program_id)
    asset = await load(ledger, taken.asset, Asset, f"there is no asset {taken.asset}", program_id=program_id)
    return await _issuer_and_treasurers(ledger, asset.issuer, taken, program_id)


async def _issuer_and_treasurers(
    ledger: Ledger, address: Pubkey, taken: Snapshot, program_id: Pubkey
) -> frozenset[Pubkey]:
    issuer = await load(ledger, address, Issuer, f"there is no issuer {address}", program_id=program_id)
    grants = await _treasurers(ledger, address, program_id)
    authority, touched = issuer.authority, set()
    async for event in _told_since(ledger, address, taken.slot, program_id):
        if isinstance(event, AuthorityAccepted):
            authority = event.old_authority  # newest first, so the last one read is the first that happened
        elif isinstance(event, _CHANGES) and event.role == Role.TREASURER:
            touched.add(event.member)
    found = {authority}
    for member in touched | grants.keys():
        if member in touched:
            until = await _expiry_then(ledger, address, member, taken, program_id)
        else:
            until = grant_expiry(grants[member], taken.recorded_at)
        if taken.recorded_at < until:
            found.add(member)
    return frozenset(found)


async def _treasurers(ledger: Ledger, issuer: Pubkey, program_id: Pubkey) -> dict[Pubkey, RoleGrant]:
    matching = [
        Memcmp(0, RoleGrant.DISCRIMINATOR),
        Memcmp(RoleGrant.OFFSETS["role"], bytes([Role.TREASURER])),
        Memcmp(RoleGrant.OFFSETS["issuer"], bytes(issuer)),
    ]
    accounts = await ledger.program_accounts(program_id, size=RoleGrant.SIZE, matching=matching)
    return {grant.member: grant for grant in (RoleGrant.decode(account.data) for _, account in accounts)}


async def _expiry_then(ledger: Ledger, issuer: Pubkey, member: Pubkey, taken: Snapshot, program_id: Pubkey) -> int:
    """When a grant that has changed since was to run out, as of the record slot; zero while there was none."""
    grant = pda.role(issuer, int(Role.TREASURER), member, program_id=program_id)
    first = True
    async for line in _history(ledger, grant):
        if line.failed:
            continue
        events = [
            event
            for event in await _events(ledger, line, program_id)
            if isinstance(event, _CHANGES) and (event.member, event.role) == (member, Role.TREASURER)
        ]
        if line.slot <= taken.slot and events:
            return _until(events[-1], taken.recorded_at)
        if events:
            first = isinstance(events[0], RoleGranted) and events[0].opened != 0 and not events[0].old_expires_at
    if first:
        return 0
    raise IncompleteHistory(
        f"the node does not hold how the treasurer's grant {grant} of {member} stood at slot {taken.slot:,}: use an RPC"
        " that keeps the whole history"
    )


def _until(event: RoleGranted | RoleRevoked | RoleChangeCancelled, at: int) -> int:
    match event:
        case RoleGranted():
            waited = event.next_from != 0 and at >= event.next_from
            return event.next_expires_at if waited else event.expires_at
        case RoleRevoked():
            return 0 if event.closed else event.ends_at
        case RoleChangeCancelled():
            return event.expires_at


async def _told_since(ledger: Ledger, address: Pubkey, slot: int, program_id: Pubkey) -> AsyncIterator[Event]:
    """What was told about the issuer after ``slot``, newest first. Raises IncompleteHistory."""
    async for line in _history(ledger, address):
        if line.slot <= slot:
            return
        if not line.failed:
            for event in reversed(tuple(await _events(ledger, line, program_id))):
                yield event
    raise IncompleteHistory(
        f"the node's history of the issuer {address} does not reach back to slot {slot:,}: use an RPC that keeps the"
        " whole history"
    )


async def _history(ledger: Ledger, address: Pubkey) -> AsyncIterator[SignatureInfo]:
    before, seen = None, set[Signature]()
    while found := await ledger.signatures_for(address, limit=_AT_ONCE, before=before):
        for line in found:
            if line.signature in seen:
                raise IncompleteHistory(f"the node lists transaction {line.signature} of {address} twice: use another")
            seen.add(line.signature)
            yield line
        before = found[-1].signature


async def _events(ledger: Ledger, line: SignatureInfo, program_id: Pubkey) -> Iterable[Event]:
    executed = await ledger.transaction(line.signature)
    if executed is None:
        raise IncompleteHistory(
            f"the node lists transaction {line.signature} of slot {line.slot:,}, and does not hold it"
        )
    return parse_events(executed, program_id=program_id)
