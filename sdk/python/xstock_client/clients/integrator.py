"""The read-only client: what a lender, an exchange, an auditor or anybody else wants to know of an asset."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client import pda, views
from xstock_client.accounts import Asset, CorporateAction, MinterAllowance, Policy, Reserve, RoleGrant, SymbolMarker
from xstock_client.amounts import Cash, Multiplier, MultiplierSchedule, Raw
from xstock_client.bond import BondReport, bond_report
from xstock_client.calendar import (
    CalendarItem,
    MintStop,
    MultiplierStep,
    calendar_of,
    mint_stops,
    multiplier_schedule,
    multiplier_steps,
    splits_of,
)
from xstock_client.clients._base import Reader, load
from xstock_client.clients.arbiters import arbiters
from xstock_client.clients.quoting import read_quote
from xstock_client.clients.requests import ended_request, holder_requests, open_request, redemption_queue
from xstock_client.clients.token import PaymentMintRefused, TokenAccount, TokenMint, vet_payment_mint
from xstock_client.constants import Payout, RequestState
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.events import Event, parse_events
from xstock_client.headroom import Headroom
from xstock_client.ledger import ExecutedTransaction, Memcmp
from xstock_client.quote import RedemptionQuote
from xstock_client.rebase import ScheduledMultiplier, Split, bring_up_to_date, scheduled_multiplier
from xstock_client.redemption import OpenRequest, RequestStatus, request_status
from xstock_client.reserve_report import ReserveReport, reserve_report
from xstock_client.told import EndedRequest

__all__ = ["Integrator"]


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

    async def scheduled_multiplier(self, asset: Pubkey) -> ScheduledMultiplier | None:
        """The multiplier that is announced and not in force yet, with its effective time; None when none is."""
        return scheduled_multiplier(await self.asset_account(asset), await self._ledger.now())

    async def multiplier_schedule(self, asset: Pubkey) -> MultiplierSchedule:
        """The multiplier now and the one that follows: to show amounts at a time, without another question."""
        return multiplier_schedule(await self.asset_account(asset), await self._ledger.now())

    async def multiplier_history(self, asset: Pubkey) -> tuple[MultiplierStep, ...]:
        """Every multiplier since the listing, the oldest first, scheduled ones included."""
        state, now = await self.asset_account(asset), await self._ledger.now()
        actions = [one for _, one in await self._actions(asset, state)]
        return multiplier_steps(actions, now, listed_at=state.listed_at)

    async def splits(self, asset: Pubkey) -> tuple[Split, ...]:
        """Every split of the asset, the oldest first, scheduled ones included."""
        return splits_of(one for _, one in await self.actions(asset))

    async def actions(self, asset: Pubkey) -> list[tuple[Pubkey, CorporateAction]]:
        """All corporate actions that were ever announced for an asset, by number, with their addresses."""
        return await self._actions(asset, await self.asset_account(asset))

    async def calendar(self, asset: Pubkey) -> tuple[CalendarItem, ...]:
        """Corporate actions that lie ahead or are under way, the next one first."""
        state, now = await self.asset_account(asset), await self._ledger.now()
        return calendar_of(state, await self._actions(asset, state), now)

    async def minting_halted(self, asset: Pubkey) -> tuple[MintStop, ...]:
        """Why nothing can be minted now: halt, latch, split, delisting, snapshot. Empty when nothing stops it.

        Whether reserve, bond and limits allow it is :meth:`headroom`'s to say.
        """
        state = await self.asset_account(asset)
        return mint_stops(state, await self._ledger.now(), await self._ledger.slot())

    async def _actions(self, asset: Pubkey, state: Asset) -> list[tuple[Pubkey, CorporateAction]]:
        addresses = [pda.corporate_action(asset, one, program_id=self._program_id) for one in range(state.actions)]
        found = await self._ledger.accounts(addresses)
        # a node that lags behind may not have the newest one yet
        return [
            (address, CorporateAction.decode(account.data))
            for address, account in zip(addresses, found, strict=True)
            if account is not None and account.owner == self._program_id
        ]

    async def reserve_report(self, asset: Pubkey) -> ReserveReport:
        """The asset's reserve, custodian by custodian and chain by chain, and what follows from it."""
        return reserve_report(asset, *await self._reserve(asset))

    async def reserve_if(
        self, asset: Pubkey, *, policy: Policy | None = None, retired: int | None = None
    ) -> tuple[ReserveReport, ReserveReport]:
        """The reserve as it is, and as it would be under another ``policy`` or without custodian slot ``retired``."""
        state, reserve, supply, now = await self._reserve(asset)
        before = reserve_report(asset, state, reserve, supply, now)
        if policy is not None:
            state = replace(state, policy=policy)
        if retired is not None:
            slots = enumerate(reserve.custodians)
            kept = tuple(replace(slot, active=0) if number == retired else slot for number, slot in slots)
            reserve = replace(reserve, custodians=kept)
        return before, reserve_report(asset, state, reserve, supply, now)

    async def _reserve(self, asset: Pubkey) -> tuple[Asset, Reserve, Raw, int]:
        """What a reserve is judged by: asset and reports up to date, supply and the cluster's time, unix seconds."""
        state = await self.asset_account(asset)
        await self.require_cluster(state.issuer)
        reserve_account, mint_account = await self._ledger.accounts([state.reserve, state.mint])
        if reserve_account is None or mint_account is None:
            raise AccountMissing(f"asset {asset} has no reserve account or mint on this cluster")
        mint, now = TokenMint.decode(mint_account), await self._ledger.now()
        # a policy to be tried out is one of today's shares
        state, reserve = bring_up_to_date(state, Reserve.decode(reserve_account.data), now)
        return state, reserve, mint.supply, now

    async def headroom(self, asset: Pubkey, minter: Pubkey | None = None) -> Headroom:
        """What could be minted now, and what limits it; with ``minter``, by that minter's allowance too."""
        report = await self.reserve_report(asset)
        if minter is None:
            return report.headroom
        return report.headroom.with_minter(await self.allowance(asset, minter), report.now)

    async def ratio(self, asset: Pubkey) -> Decimal | None:
        """Effective reserve over obligation; None while nothing is owed."""
        return (await self.reserve_report(asset)).ratio

    async def solvent(self, asset: Pubkey) -> bool:
        """Whether the last figures cover the obligation, without writing anything."""
        return (await self.reserve_report(asset)).solvent

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

    async def request_status(self, asset: Pubkey, holder: Pubkey, request_id: int) -> RequestStatus | EndedRequest:
        """Where a request stands, or how it ended.

        Raises AccountMissing when it is not open and this RPC does not hold what was told about it.
        """
        try:
            request = await open_request(self._ledger, asset, holder, request_id, program_id=self._program_id)
        except AccountMissing:
            told = await ended_request(self._ledger, asset, holder, request_id, program_id=self._program_id)
            if told is None:
                raise
            return told
        return request_status(request, await self._ledger.now())

    async def redemption_quote(
        self,
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
        """What asking for ``amount`` now would come to for ``holder``: payment, penalty, deadlines, and what to know.

        ``price`` per whole share is asked about, not set. The minimum price is ``min_price``, or ``slippage_bps`` below
        what ``price`` would pay; without either it is at market.
        """
        return await read_quote(
            self,
            asset,
            holder,
            amount,
            source=source,
            payout=payout,
            price=price,
            min_price=min_price,
            slippage_bps=slippage_bps,
        )

    async def arbiters(self, asset: Pubkey) -> list[RoleGrant]:
        """Arbiters whom a request for a payment outside the chain can name now, who stays longest in front."""
        state, now = await self.asset_account(asset), await self._ledger.now()
        return await arbiters(self._ledger, state, now, program_id=self._program_id)

    async def bond(self, asset: Pubkey) -> BondReport:
        """The asset's bond, with what its vault really holds and what the stablecoin's issuer could do."""
        state, _, supply, now = await self._reserve(asset)
        report = bond_report(state, supply, now)
        if report.payment_mint is None or report.vault is None:
            return report
        mint, vault = await self._ledger.accounts([report.payment_mint, report.vault])
        held = None if vault is None else TokenAccount.decode(vault)
        try:
            risks = vet_payment_mint(mint).risks if mint is not None else ("the payment mint no longer exists",)
        except PaymentMintRefused as changed:
            risks = tuple(str(finding) for finding in changed.findings)
        balance = Cash(0) if held is None else Cash(held.amount.value)
        return replace(report, vault_balance=balance, vault_frozen=held is not None and held.frozen, risks=risks)

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
