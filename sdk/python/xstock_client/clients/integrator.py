"""The read-only client: what a lender, an exchange, an auditor or anybody else wants to know of an asset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client import pda, views
from xstock_client.accounts import Asset, CustodianSlot, MinterAllowance, Reserve, RoleGrant, SymbolMarker
from xstock_client.amounts import Multiplier, Raw, Shares
from xstock_client.clients._base import Reader, load
from xstock_client.clients._redeeming import redemption_queue
from xstock_client.clients.holder import holder_requests
from xstock_client.clients.requests import OpenRequest
from xstock_client.clients.token import TokenMint
from xstock_client.constants import Halt, RequestState
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.events import Event, parse_events
from xstock_client.ledger import ExecutedTransaction, Memcmp
from xstock_client.views import AssetView

__all__ = ["CustodianRow", "Integrator", "ReserveTable"]


@dataclass(frozen=True, slots=True)
class CustodianRow:
    """One custodian slot and its last report. Times are unix seconds, zero where there is none."""

    slot: int
    lei: str
    group: int
    """Slots of one group are one custodian, and count as one in a quorum."""
    attester: Pubkey | None
    """None before the first report of a slot's first key."""
    epoch: int
    sequence: int
    as_of: int
    received_at: int
    settled: Shares
    in_transit: Shares
    in_transit_by: int
    report_hash: bytes
    counted: bool
    """Whether the figure counts for a mint now: positive, fresh, not of the future."""
    next_attester: Pubkey | None
    next_from: int


@dataclass(frozen=True, slots=True)
class ReserveTable:
    """All that decides about the next mint of an asset, read at one time."""

    asset: Pubkey
    symbol: str
    isin: str
    now: int
    supply: Raw
    """The mint's supply, which includes tokens that wait for redemption."""
    multiplier: Multiplier
    obligation: Shares
    """What is owed against fresh reports: supply in shares, and burned shares that a report may still count."""
    released: Shares
    reserve: Shares
    """Effective: fresh reports only; zero without quorum."""
    last_reserve: Shares
    """The last figures without age, by which the solvency latch judges."""
    headroom: Raw
    """What could be minted as far as the reserve goes; halts and allowances come on top."""
    custodians: int
    """Distinct custodians with a counted figure."""
    min_custodians: int
    max_age: int
    latched: bool
    halts: Halt
    pending: Raw
    open_requests: int
    rows: tuple[CustodianRow, ...]

    @property
    def ratio(self) -> Decimal | None:
        """Effective reserve over obligation; None while nothing is owed."""
        return Decimal(int(self.reserve)) / Decimal(int(self.obligation)) if self.obligation else None

    @property
    def solvent(self) -> bool:
        """Whether the last figures cover the obligation: what ``check_solvency`` decides on chain."""
        return self.obligation <= self.last_reserve


class Integrator(Reader):
    """Reads, and nothing else."""

    async def resolve(self, issuer: Pubkey, symbol: str) -> Pubkey:
        """The asset of an issuer's symbol. Raises UsageError when the issuer has none of this name."""
        await self.require_cluster(issuer)
        try:
            address = pda.symbol_marker(issuer, symbol, program_id=self._program_id)
        except ValueError as error:
            raise UsageError(str(error)) from None
        try:
            marker = await load(self._ledger, address, SymbolMarker, "", program_id=self._program_id)
        except AccountMissing:
            raise UsageError(
                f"unknown symbol {symbol}: issuer {issuer} has no asset of this name; `xstock asset list` shows them"
            ) from None
        return marker.asset

    async def assets(self, issuer: Pubkey) -> list[tuple[Pubkey, Asset]]:
        """All assets of an issuer, by number."""
        count = (await self.issuer_account(issuer)).asset_count
        addresses = [pda.asset(issuer, number, program_id=self._program_id) for number in range(count)]
        found = await self._ledger.accounts(addresses)
        # A node that lags behind may not have the newest one yet.
        return [
            (address, Asset.decode(account.data))
            for address, account in zip(addresses, found, strict=True)
            if account is not None
        ]

    async def roles(self, issuer: Pubkey) -> list[RoleGrant]:
        """All role grants of an issuer, expired ones included, by role and expiry."""
        await self.require_cluster(issuer)
        matching = [
            Memcmp(0, RoleGrant.DISCRIMINATOR),
            Memcmp(RoleGrant.OFFSETS["issuer"], bytes(issuer)),
        ]
        found = await self._ledger.program_accounts(self._program_id, matching=matching)
        grants = [RoleGrant.decode(account.data) for _, account in found]
        return sorted(grants, key=lambda one: (one.role, one.expires_at, str(one.member)))

    async def token(self, asset: Pubkey) -> TokenMint:
        """The asset's Token-2022 mint, as wallets see it. Raises AccountMissing."""
        account = await self._ledger.account(pda.mint(asset, program_id=self._program_id))
        if account is None:
            raise AccountMissing(f"asset {asset} has no mint on this cluster")
        return TokenMint.decode(account)

    async def multiplier(self, asset: Pubkey) -> Multiplier:
        """Shares per token unit, in force now."""
        return views.multiplier_at(await self.asset_account(asset), await self._ledger.now())

    async def reserve(self, asset: Pubkey) -> ReserveTable:
        """The asset's reserve, slot by slot, and what follows from it."""
        state = await self.asset_account(asset)
        await self.require_cluster(state.issuer)
        reserve_account, mint_account = await self._ledger.accounts([state.reserve, state.mint])
        if reserve_account is None or mint_account is None:
            raise AccountMissing(f"asset {asset} has no reserve account or mint on this cluster")
        reserve, mint = Reserve.decode(reserve_account.data), TokenMint.decode(mint_account)
        return reserve_table(asset, state, reserve, mint.supply, await self._ledger.now())

    async def headroom(self, asset: Pubkey) -> Raw:
        """What could be minted now as far as the reserve goes."""
        return (await self.reserve(asset)).headroom

    async def ratio(self, asset: Pubkey) -> Decimal | None:
        """Effective reserve over obligation; None while nothing is owed."""
        return (await self.reserve(asset)).ratio

    async def solvent(self, asset: Pubkey) -> bool:
        """Whether the last figures cover the obligation, without writing anything."""
        return (await self.reserve(asset)).solvent

    async def allowance(self, asset: Pubkey, minter: Pubkey) -> MinterAllowance:
        """What a minter may mint. Raises AccountMissing when nothing was ever allowed."""
        address = pda.allowance(asset, minter, program_id=self._program_id)
        missing = f"{minter} has no allowance for asset {asset}; `xstock allowance set` gives one"
        return await load(self._ledger, address, MinterAllowance, missing, program_id=self._program_id)

    async def requests(self, asset: Pubkey, state: RequestState | None = None) -> list[OpenRequest]:
        """Open redemption requests of an asset, oldest first."""
        return await redemption_queue(self._ledger, asset, state, program_id=self._program_id)

    async def requests_of(self, asset: Pubkey, holder: Pubkey) -> list[OpenRequest]:
        """A holder's open requests, newest first, without scanning."""
        return await holder_requests(self._ledger, asset, holder, program_id=self._program_id)

    async def events(self, signature: Signature) -> tuple[ExecutedTransaction, tuple[Event, ...]]:
        """A transaction and what the program told in it. Raises AccountMissing when the RPC does not hold it."""
        executed = await self._ledger.transaction(signature)
        if executed is None:
            raise AccountMissing(
                f"this RPC holds no transaction {signature}; it may be too old for it, or of another cluster"
            )
        return executed, parse_events(executed, program_id=self._program_id)

    async def history(self, address: Pubkey, *, limit: int = 20) -> list[tuple[ExecutedTransaction, tuple[Event, ...]]]:
        """The last transactions that name an address, newest first, with their events; failed ones have none."""
        found = await self._ledger.signatures_for(address, limit=limit)
        return [await self.events(one.signature) for one in found]


def reserve_table(asset: Pubkey, state: Asset, reserve: Reserve, supply: Raw, now: int) -> ReserveTable:
    """The table from account states; pure."""
    view = AssetView.of(state, now)
    fresh = views.reserve_view(state, reserve, now)
    last = views.last_figures(state, reserve, now)
    not_before = now - state.policy.max_age_s
    rows: Sequence[CustodianRow] = [
        _row(number, slot, not_before, now) for number, slot in enumerate(reserve.custodians) if slot.active
    ]
    return ReserveTable(
        asset=asset,
        symbol=view.symbol,
        isin=view.isin,
        now=now,
        supply=supply,
        multiplier=view.multiplier,
        obligation=views.obligation(state, fresh, supply, now),
        released=views.released(state, fresh.oldest_as_of),
        reserve=fresh.shares,
        last_reserve=last.shares,
        headroom=views.headroom(state, reserve, supply, now),
        custodians=fresh.custodians,
        min_custodians=view.min_custodians,
        max_age=view.max_age_s,
        latched=view.latched,
        halts=view.halts,
        pending=view.pending,
        open_requests=view.open_requests,
        rows=tuple(rows),
    )


def _row(number: int, slot: CustodianSlot, not_before: int, now: int) -> CustodianRow:
    return CustodianRow(
        slot=number,
        lei=slot.custodian_id.decode("ascii", "replace"),
        group=slot.group,
        attester=slot.attesters[0] if slot.epoch else None,
        epoch=slot.epoch,
        sequence=slot.sequence,
        as_of=slot.as_of,
        received_at=slot.received_at,
        settled=Shares(slot.settled),
        in_transit=Shares(slot.in_transit),
        in_transit_by=slot.in_transit_by,
        report_hash=slot.report_hash,
        counted=slot.settled != 0 and not_before <= slot.as_of <= now,
        next_attester=slot.pending_attesters[0] if slot.pending_from else None,
        next_from=slot.pending_from,
    )
