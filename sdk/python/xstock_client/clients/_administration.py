"""The desk's part that sets things up: issuer, roles, assets, custodians, allowances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import RoleGrant
from xstock_client.amounts import Raw
from xstock_client.clients._base import Member, load
from xstock_client.constants import TOKEN_2022, Role
from xstock_client.errors import UsageError, WrongCluster
from xstock_client.ledger import Receipt

__all__ = ["Administration", "AssetListing", "Listed"]

HOUR: Final = 3_600
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class AssetListing:
    """What a listing fixes for ever. Times in seconds; the program has bounds for each of them.

    The default age, 120 h, covers the longest usual exchange holiday, Easter.
    """

    isin: str
    symbol: str
    name: str
    uri: str
    """JSON for wallets, with name, symbol and image."""
    terms_uri: str
    terms_hash: bytes
    """sha256 of the terms (32 bytes)."""
    max_age: int = 120 * HOUR
    change_delay: int = 2 * DAY
    redemption_window: int = 5 * DAY
    min_custodians: int = 2


@dataclass(frozen=True, slots=True)
class Listed:
    """A listed asset."""

    asset: Pubkey
    mint: Pubkey
    number: int
    permissioned_burn: bool
    """Whether only the program can burn; where the cluster's Token-2022 lacks it, outside burns are noticed."""
    receipt: Receipt


class Administration(Member):
    """Signed by the issuer's authority, or by an attestor manager where custodians are concerned."""

    def create_issuer_instructions(self, issuer_id: int, name: str, genesis_hash: bytes) -> list[Instruction]:
        """Become an issuer. Raises UsageError when ``issuer_id`` is not the id of this desk's address."""
        if pda.issuer(issuer_id, program_id=self._program_id) != self.issuer:
            raise UsageError(f"issuer id {issuer_id} does not give this desk's address {self.issuer}")
        return [
            instructions.create_issuer(
                payer=self.payer,
                authority=self.authority,
                issuer=self.issuer,
                id=issuer_id,
                name=_padded(name, 32, "an issuer's name"),
                genesis_hash=genesis_hash,
                program_id=self._program_id,
            )
        ]

    async def create_issuer(self, issuer_id: int, name: str, *, genesis_hash: bytes | None = None) -> Receipt:
        """Become an issuer for this cluster. Raises WrongCluster when ``genesis_hash`` is given and another's."""
        found = await self._ledger.genesis_hash()
        if genesis_hash is not None and genesis_hash != found:
            raise WrongCluster("the RPC serves another cluster than the genesis hash names; check the cluster's URL")
        return await self._send(self.create_issuer_instructions(issuer_id, name, found))

    def propose_authority_instructions(self, new_authority: Pubkey | None) -> list[Instruction]:
        """Name the key that may take over; None withdraws a proposal."""
        return [
            instructions.propose_authority(
                authority=self.authority,
                issuer=self.issuer,
                new_authority=new_authority or Pubkey.default(),
                program_id=self._program_id,
            )
        ]

    async def propose_authority(self, new_authority: Pubkey | None) -> Receipt:
        """First half of a handoff; this desk's signer stays in office until the other key accepts."""
        return await self._send(self.propose_authority_instructions(new_authority), issuer=self.issuer)

    def accept_authority_instructions(self) -> list[Instruction]:
        """Take over, as the proposed key."""
        return [
            instructions.accept_authority(new_authority=self.authority, issuer=self.issuer, program_id=self._program_id)
        ]

    async def accept_authority(self) -> Receipt:
        """Second half of a handoff, signed by the proposed key."""
        return await self._send(self.accept_authority_instructions(), issuer=self.issuer)

    def grant_role_instructions(self, role: Role, member: Pubkey, expires_at: int) -> list[Instruction]:
        """Give ``member`` a role until ``expires_at`` (unix seconds, at most 366 days ahead), or renew it."""
        return [
            instructions.grant_role(
                payer=self.payer,
                authority=self.authority,
                issuer=self.issuer,
                member=member,
                grant=self.grant_address(role, member),
                role=int(role),
                expires_at=expires_at,
                program_id=self._program_id,
            )
        ]

    async def grant_role(self, role: Role, member: Pubkey, expires_at: int) -> Receipt:
        """Give ``member`` a role until ``expires_at`` (unix seconds), or renew it."""
        return await self._send(self.grant_role_instructions(role, member, expires_at), issuer=self.issuer)

    async def revoke_role_instructions(self, role: Role, member: Pubkey) -> list[Instruction]:
        """Take a role back; reads who gets the grant's rent. Raises AccountMissing when there is no such grant."""
        address = self.grant_address(role, member)
        grant = await load(
            self._ledger,
            address,
            RoleGrant,
            f"{member} does not hold the role {role.name.lower().replace('_', ' ')}; `xstock role list` shows who does",
            program_id=self._program_id,
        )
        return [
            instructions.revoke_role(
                authority=self.authority,
                issuer=self.issuer,
                grant=address,
                rent_receiver=grant.rent_payer,
                program_id=self._program_id,
            )
        ]

    async def revoke_role(self, role: Role, member: Pubkey) -> Receipt:
        """Take a role back at once."""
        return await self._send(await self.revoke_role_instructions(role, member), issuer=self.issuer)

    def list_asset_instructions(
        self, listing: AssetListing, *, number: int, permissioned_burn: bool
    ) -> list[Instruction]:
        """List a stock as the issuer's asset ``number``, which must be its next one."""
        asset = pda.asset(self.issuer, number, program_id=self._program_id)
        return [
            instructions.list_asset(
                payer=self.payer,
                authority=self.authority,
                issuer=self.issuer,
                asset=asset,
                mint=pda.mint(asset, program_id=self._program_id),
                escrow=pda.escrow(asset, program_id=self._program_id),
                reserve=pda.reserve(asset, program_id=self._program_id),
                isin_marker=pda.isin_marker(self.issuer, listing.isin, program_id=self._program_id),
                symbol_marker=pda.symbol_marker(self.issuer, listing.symbol, program_id=self._program_id),
                number=number,
                isin=_padded(listing.isin, 12, "an ISIN"),
                symbol=_padded(listing.symbol, 12, "a symbol"),
                name=listing.name,
                uri=listing.uri,
                terms_uri=listing.terms_uri,
                terms_hash=listing.terms_hash,
                max_age_s=listing.max_age,
                change_delay_s=listing.change_delay,
                redemption_window_s=listing.redemption_window,
                min_custodians=listing.min_custodians,
                permissioned_burn=permissioned_burn,
                program_id=self._program_id,
            )
        ]

    async def list_asset(self, listing: AssetListing, *, permissioned_burn: bool | None = None) -> Listed:
        """List a stock; the program creates its mint.

        ``permissioned_burn`` None asks for Token-2022's PermissionedBurn where a simulation shows that the cluster
        has it; True insists on it, False does without.
        """
        number = (await self.issuer_account(self.issuer)).asset_count
        if permissioned_burn is None:
            permissioned_burn = await self._has_permissioned_burn(listing, number)
        receipt = await self._send(
            self.list_asset_instructions(listing, number=number, permissioned_burn=permissioned_burn)
        )
        asset = pda.asset(self.issuer, number, program_id=self._program_id)
        return Listed(asset, pda.mint(asset, program_id=self._program_id), number, permissioned_burn, receipt)

    async def _has_permissioned_burn(self, listing: AssetListing, number: int) -> bool:
        wanted = self.list_asset_instructions(listing, number=number, permissioned_burn=True)
        error = (await self._ledger.simulate(wanted, self.payer)).error
        # Any other refusal is not about the extension: sending will tell it in full.
        return error is None or error.program_id != TOKEN_2022

    def register_custodian_instructions(
        self, asset: Pubkey, slot: int, *, lei: str, account_hash: bytes, attester: Pubkey
    ) -> list[Instruction]:
        """Bind a custodian's key and safekeeping account to a slot (0 to 7), as an attestor manager."""
        return [
            instructions.register_custodian(
                manager=self.authority,
                grant=self._own_grant(Role.ATTESTOR_MANAGER),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                slot=slot,
                custodian_id=lei.encode("ascii"),
                account_hash=account_hash,
                attester=attester,
                program_id=self._program_id,
            )
        ]

    async def register_custodian(
        self, asset: Pubkey, slot: int, *, lei: str, account_hash: bytes, attester: Pubkey
    ) -> Receipt:
        """Bind a custodian's key to a slot; after the first mint it may sign when the change delay has passed."""
        to_send = self.register_custodian_instructions(
            asset, slot, lei=lei, account_hash=account_hash, attester=attester
        )
        return await self._send(to_send, asset=asset, needs=self._needs_role(Role.ATTESTOR_MANAGER))

    def retire_custodian_instructions(self, asset: Pubkey, slot: int) -> list[Instruction]:
        """Empty a slot, as an attestor manager."""
        return [
            instructions.retire_custodian(
                manager=self.authority,
                grant=self._own_grant(Role.ATTESTOR_MANAGER),
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                slot=slot,
                program_id=self._program_id,
            )
        ]

    async def retire_custodian(self, asset: Pubkey, slot: int) -> Receipt:
        """Empty a slot at once; minting is latched off if what remains is short."""
        to_send = self.retire_custodian_instructions(asset, slot)
        return await self._send(to_send, asset=asset, needs=self._needs_role(Role.ATTESTOR_MANAGER))

    def set_allowance_instructions(
        self, asset: Pubkey, minter: Pubkey, *, per_day: Raw, lifetime: Raw
    ) -> list[Instruction]:
        """Limit what ``minter`` may mint of ``asset``: raw units per 24 hours, and ever."""
        return [
            instructions.set_allowance(
                payer=self.payer,
                authority=self.authority,
                issuer=self.issuer,
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                minter=minter,
                allowance=pda.allowance(asset, minter, program_id=self._program_id),
                window_limit=int(per_day),
                lifetime_cap=int(lifetime),
                program_id=self._program_id,
            )
        ]

    async def set_allowance(self, asset: Pubkey, minter: Pubkey, *, per_day: Raw, lifetime: Raw) -> Receipt:
        """Limit a minter. Lower limits act at once; after the first mint a raise waits out the change delay."""
        to_send = self.set_allowance_instructions(asset, minter, per_day=per_day, lifetime=lifetime)
        return await self._send(to_send, issuer=self.issuer)


def _padded(text: str, size: int, what: str) -> bytes:
    data = text.encode()
    if not 0 < len(data) <= size:
        raise UsageError(f"{what} has 1 to {size} bytes; {text!r} has {len(data)}")
    return data.ljust(size, b"\0")
