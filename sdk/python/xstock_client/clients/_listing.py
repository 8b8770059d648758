"""The desk's part that lists stocks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import Policy
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.clients._arguments import padded
from xstock_client.clients._base import Member
from xstock_client.constants import BPS, DAY_S, HOUR_S, MAX_REPORTED_SHARES, TOKEN_2022, Role
from xstock_client.ledger import Receipt
from xstock_client.policy import check_policy

__all__ = ["AssetListing", "Listed", "Listing"]


_ALL_SHARES: Final = Shares(MAX_REPORTED_SHARES)
_ALL_TOKENS: Final = Raw(MAX_REPORTED_SHARES)
_ALL_CASH: Final = Cash(MAX_REPORTED_SHARES)
_ONE_DOLLAR: Final = Cash(1_000_000)


@dataclass(frozen=True, slots=True)
class AssetListing:
    """What is listed, and by which rules. Times in seconds; the program has bounds for each rule.

    The rules can be changed later (``set_policy``): tighter at once, looser after the change delay. All else is fixed
    for ever. The default age, 120 h, covers the longest usual exchange holiday, Easter; other chains have no holidays.
    By default no share in transit counts, and no custodian, no day and no holder's penalties are capped. Money is in
    base units of the stablecoin that ``open_bond`` chooses; nothing is minted before its bond is there.
    """

    isin: str
    symbol: str
    name: str
    uri: str
    """JSON for wallets, with name, symbol and image."""
    terms_uri: str
    terms_hash: bytes
    """sha256 of the terms (32 bytes)."""
    max_age: int = 120 * HOUR_S
    change_delay: int = 2 * DAY_S
    accept_window: int = 2 * DAY_S
    """How long the desk may take to accept a redemption request."""
    settle_window: int = 3 * DAY_S
    """How long it may then take to settle it."""
    dispute_window: int = 5 * DAY_S
    """How long a holder may dispute a payment outside the chain."""
    penalty_rate: Cash = _ONE_DOLLAR
    """What a missed deadline costs per whole token: by default 1 of a stablecoin of six decimals."""
    holder_penalty_cap: Cash = _ALL_CASH
    """What all requests of one holder reserve of the bond in 24 hours."""
    redemption_fee_bps: int = 0
    """What the issuer keeps of a payment, in basis points."""
    bond_coverage_bps: int = 1_000
    """Basis points of the supply whose penalty the bond must be able to pay for a mint."""
    min_custodians: int = 2
    chain_max_age: int = 26 * HOUR_S
    """How old another chain's report may be before its cap counts instead."""
    custodian_cap: Shares = _ALL_SHARES
    """What one custodian counts for at most."""
    custodian_share_bps: int = BPS
    """What one custodian counts for at most, in basis points of the counted total."""
    haircut_bps: int = BPS
    """Basis points that shares in transit lose."""
    collateral_bps: int = BPS
    """What the reserve must reach for a mint, in basis points of what is owed."""
    mint_window_limit: Raw = _ALL_TOKENS
    """What all minters together may mint in 24 hours."""
    pro_rata: bool = False
    """While the asset is short, redemptions pay out in proportion to the reserve once it has been latched for its
    change delay. Fixed for ever."""

    @property
    def policy(self) -> Policy:
        """The rules, as the asset will hold them."""
        return Policy(
            max_age_s=self.max_age,
            chain_max_age_s=self.chain_max_age,
            change_delay_s=self.change_delay,
            accept_window_s=self.accept_window,
            custodian_cap=int(self.custodian_cap),
            mint_window_limit=int(self.mint_window_limit),
            haircut_bps=self.haircut_bps,
            custodian_share_bps=self.custodian_share_bps,
            collateral_bps=self.collateral_bps,
            min_custodians=self.min_custodians,
            settle_window_s=self.settle_window,
            dispute_window_s=self.dispute_window,
            penalty_rate=int(self.penalty_rate),
            holder_penalty_cap=int(self.holder_penalty_cap),
            redemption_fee_bps=self.redemption_fee_bps,
            bond_coverage_bps=self.bond_coverage_bps,
        )


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed asset."""

    asset: Pubkey
    mint: Pubkey
    number: int
    permissioned_burn: bool
    """Whether only the program can burn; where the cluster's Token-2022 lacks it, outside burns are noticed."""
    receipt: Receipt


class Listing(Member):
    """Signed by the issuer's authority or an admin."""

    def list_asset_instructions(
        self, listing: AssetListing, *, number: int, permissioned_burn: bool, by: Role | None = None
    ) -> list[Instruction]:
        """List a stock as the issuer's asset ``number``, which must be its next one.

        Raises UsageError for a rule out of its bounds.
        """
        check_policy(listing.policy)
        asset = pda.asset(self.issuer, number, program_id=self._program_id)
        return [
            instructions.list_asset(
                payer=self.payer,
                authority=self.authority,
                admin_grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                mint=pda.mint(asset, program_id=self._program_id),
                escrow=pda.escrow(asset, program_id=self._program_id),
                reserve=pda.reserve(asset, program_id=self._program_id),
                isin_marker=pda.isin_marker(self.issuer, listing.isin, program_id=self._program_id),
                symbol_marker=pda.symbol_marker(self.issuer, listing.symbol, program_id=self._program_id),
                number=number,
                isin=padded(listing.isin, 12, "an ISIN"),
                symbol=padded(listing.symbol, 12, "a symbol"),
                name=listing.name,
                uri=listing.uri,
                terms_uri=listing.terms_uri,
                terms_hash=listing.terms_hash,
                **asdict(listing.policy),
                permissioned_burn=permissioned_burn,
                pro_rata=listing.pro_rata,
                program_id=self._program_id,
            )
        ]

    async def list_asset(
        self, listing: AssetListing, *, number: int | None = None, permissioned_burn: bool | None = None
    ) -> Listed:
        """List a stock; the program creates its mint.

        ``permissioned_burn`` None asks for Token-2022's PermissionedBurn where a simulation shows that the cluster
        has it; True insists on it, False does without.
        """
        if number is None:
            number = (await self.issuer_account(self.issuer)).asset_count
        by = await self._standing(Role.ADMIN)
        if permissioned_burn is None:
            permissioned_burn = await self._has_permissioned_burn(listing, number, by)
        receipt = await self._send(
            self.list_asset_instructions(listing, number=number, permissioned_burn=permissioned_burn, by=by),
            issuer=self.issuer,
        )
        asset = pda.asset(self.issuer, number, program_id=self._program_id)
        return Listed(asset, pda.mint(asset, program_id=self._program_id), number, permissioned_burn, receipt)

    async def _has_permissioned_burn(self, listing: AssetListing, number: int, by: Role | None) -> bool:
        wanted = self.list_asset_instructions(listing, number=number, permissioned_burn=True, by=by)
        error = (await self._ledger.simulate(wanted, self.payer)).error
        # Any other refusal is not about the extension: sending will tell it in full.
        return error is None or error.program_id != TOKEN_2022
