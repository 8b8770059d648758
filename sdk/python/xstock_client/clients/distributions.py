"""Snapshots, distributions and their claims on a cluster, as every client of them reads them."""

from __future__ import annotations

from collections.abc import Sequence

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Asset, ClaimPage, CorporateAction, Distribution, Recipient, Snapshot
from xstock_client.clients._base import load
from xstock_client.clients.payments import PaymentToken
from xstock_client.constants import LEAVES_PER_PAGE, PROGRAM_ID
from xstock_client.corporate import ActionView
from xstock_client.distribution import DistributionStatus, SnapshotStatus
from xstock_client.errors import AccountMissing
from xstock_client.ledger import Ledger, Memcmp

__all__ = [
    "actions_of",
    "claim_pages",
    "distribution_account",
    "distributions_of",
    "is_claimed",
    "payout_token",
    "read_distribution",
    "read_snapshot",
    "recipients_among",
    "recipients_of",
    "snapshot_account",
    "snapshots_of",
]


async def actions_of(ledger: Ledger, asset: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> list[ActionView]:
    """All corporate actions that an asset ever had, by number. Raises AccountMissing without the asset."""
    state = await _asset(ledger, asset, program_id)
    addresses = [pda.corporate_action(asset, number, program_id=program_id) for number in range(state.actions)]
    found, now = await ledger.accounts(addresses), await ledger.now()
    return [ActionView.of(CorporateAction.decode(one.data), now) for one in found if one is not None]


async def snapshots_of(ledger: Ledger, asset: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> list[SnapshotStatus]:
    """All snapshots of an asset, by number. Raises AccountMissing without the asset."""
    state = await _asset(ledger, asset, program_id)
    addresses = [pda.snapshot(asset, number, program_id=program_id) for number in range(state.snapshots)]
    found, now = await ledger.accounts(addresses), await ledger.now()
    return [
        SnapshotStatus.of(address, Snapshot.decode(one.data), now)
        for address, one in zip(addresses, found, strict=True)
        if one is not None
    ]


async def distributions_of(
    ledger: Ledger, snapshot: Pubkey, *, program_id: Pubkey = PROGRAM_ID
) -> list[DistributionStatus]:
    """All distributions on a snapshot, by number. Raises AccountMissing without the snapshot."""
    count = (await snapshot_account(ledger, snapshot, program_id=program_id)).distributions
    addresses = [pda.distribution(snapshot, number, program_id=program_id) for number in range(count)]
    found, now = await ledger.accounts(addresses), await ledger.now()
    return [
        DistributionStatus.of(address, Distribution.decode(one.data), now)
        for address, one in zip(addresses, found, strict=True)
        if one is not None
    ]


async def snapshot_account(ledger: Ledger, snapshot: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> Snapshot:
    """A snapshot's account. Raises AccountMissing."""
    missing = f"there is no snapshot {snapshot} on this cluster; `xstock snapshot list` shows those of an asset"
    return await load(ledger, snapshot, Snapshot, missing, program_id=program_id)


async def distribution_account(
    ledger: Ledger, distribution: Pubkey, *, program_id: Pubkey = PROGRAM_ID
) -> Distribution:
    """A distribution's account. Raises AccountMissing."""
    missing = f"there is no distribution {distribution} on this cluster; `xstock dividend list` shows those of an asset"
    return await load(ledger, distribution, Distribution, missing, program_id=program_id)


async def read_snapshot(ledger: Ledger, snapshot: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> SnapshotStatus:
    """A snapshot as it stands. Raises AccountMissing."""
    account = await snapshot_account(ledger, snapshot, program_id=program_id)
    return SnapshotStatus.of(snapshot, account, await ledger.now())


async def read_distribution(
    ledger: Ledger, distribution: Pubkey, *, program_id: Pubkey = PROGRAM_ID
) -> DistributionStatus:
    """A distribution as it stands. Raises AccountMissing."""
    account = await distribution_account(ledger, distribution, program_id=program_id)
    return DistributionStatus.of(distribution, account, await ledger.now())


async def payout_token(ledger: Ledger, distribution: Distribution) -> PaymentToken:
    """What a distribution is paid in, and its vault. Raises AccountMissing when the mint is gone."""
    mint = await ledger.account(distribution.payout_mint)
    if mint is None:
        raise AccountMissing(f"the payout mint {distribution.payout_mint} does not exist on this cluster")
    return PaymentToken(distribution.payout_mint, mint.owner, distribution.vault, distribution.decimals)


async def claim_pages(
    ledger: Ledger, distribution: Pubkey, pages: Sequence[int], *, program_id: Pubkey = PROGRAM_ID
) -> list[ClaimPage | None]:
    """The pages of a distribution, None for each that is not open."""
    found = await ledger.accounts([pda.claim_page(distribution, page, program_id=program_id) for page in pages])
    # lamports that somebody sent to the address of a page do not open it
    return [None if one is None or one.owner != program_id else ClaimPage.decode(one.data) for one in found]


def is_claimed(page: ClaimPage | None, index: int) -> bool:
    """Whether the leaf ``index``, which lies in ``page``, was paid; none of a page that is not open was."""
    place = index % LEAVES_PER_PAGE
    return page is not None and bool(page.bitmap[place // 8] >> (place % 8) & 1)


async def recipients_of(ledger: Ledger, asset: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> dict[Pubkey, Pubkey]:
    """Who gets the dividends of an asset's owners that have registered somebody, by owner; public RPCs may refuse.

    Whoever registered itself has taken an earlier recipient back.
    """
    of_asset = Memcmp(Recipient.OFFSETS["asset"], bytes(asset))
    matching = [Memcmp(0, Recipient.DISCRIMINATOR), of_asset]
    found = await ledger.program_accounts(program_id, size=Recipient.SIZE, matching=matching)
    records = (Recipient.decode(account.data) for _, account in found)
    return {record.owner: record.recipient for record in records if record.recipient != record.owner}


async def recipients_among(
    ledger: Ledger, asset: Pubkey, owners: Sequence[Pubkey], *, program_id: Pubkey = PROGRAM_ID
) -> dict[Pubkey, Pubkey]:
    """The same for some owners, one account of each."""
    found = await ledger.accounts([pda.recipient(asset, owner, program_id=program_id) for owner in owners])
    given = (
        (owner, Recipient.decode(account.data).recipient)
        for owner, account in zip(owners, found, strict=True)
        if account is not None and account.owner == program_id
    )
    return {owner: recipient for owner, recipient in given if recipient != owner}


async def _asset(ledger: Ledger, asset: Pubkey, program_id: Pubkey) -> Asset:
    return await load(ledger, asset, Asset, f"there is no asset {asset} on this cluster", program_id=program_id)
