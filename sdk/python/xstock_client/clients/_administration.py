"""The desk's part that decides who may do what: issuer, handoff, roles, allowances."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import MinterAllowance, RoleGrant
from xstock_client.amounts import Raw
from xstock_client.clients._arguments import padded
from xstock_client.clients._base import Member, load
from xstock_client.constants import DAY_S, NO_APPROVER, Role
from xstock_client.errors import UsageError, WrongCluster
from xstock_client.ledger import Receipt

__all__ = ["Administration"]


class Administration(Member):
    """Signed by the issuer's authority, or by an admin in its place where that is said."""

    def create_issuer_instructions(
        self, issuer_id: int, name: str, genesis_hash: bytes, *, timelock: int = DAY_S
    ) -> list[Instruction]:
        """Become an issuer. Raises UsageError when ``issuer_id`` is not the id of this desk's address.

        ``timelock`` (seconds, 1 to 30 days, fixed for ever) is how long new roles and a handoff wait once a minter has
        got an allowance.
        """
        if pda.issuer(issuer_id, program_id=self._program_id) != self.issuer:
            raise UsageError(f"issuer id {issuer_id} does not give this desk's address {self.issuer}")
        return [
            instructions.create_issuer(
                payer=self.payer,
                authority=self.authority,
                issuer=self.issuer,
                id=issuer_id,
                name=padded(name, 32, "an issuer's name"),
                genesis_hash=genesis_hash,
                timelock_s=timelock,
                program_id=self._program_id,
            )
        ]

    async def create_issuer(
        self, issuer_id: int, name: str, *, genesis_hash: bytes | None = None, timelock: int = DAY_S
    ) -> Receipt:
        """Become an issuer for this cluster. Raises WrongCluster when ``genesis_hash`` is given and another's."""
        found = await self._ledger.genesis_hash()
        if genesis_hash is not None and genesis_hash != found:
            raise WrongCluster("the RPC serves another cluster than the genesis hash names; check the cluster's URL")
        return await self._send(self.create_issuer_instructions(issuer_id, name, found, timelock=timelock))

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

    def grant_role_instructions(
        self, role: Role, member: Pubkey, expires_at: int, *, by: Role | None = None
    ) -> list[Instruction]:
        """Give ``member`` a role until ``expires_at`` (unix seconds, at most 366 days ahead), or renew it."""
        return [
            instructions.grant_role(
                payer=self.payer,
                authority=self.authority,
                admin_grant=self._officer_grant(by),
                issuer=self.issuer,
                member=member,
                grant=self.grant_address(role, member),
                role=int(role),
                expires_at=expires_at,
                program_id=self._program_id,
            )
        ]

    async def grant_role(self, role: Role, member: Pubkey, expires_at: int) -> Receipt:
        """Give ``member`` a role until ``expires_at`` (unix seconds), or renew it; an admin may, but for admins.

        Once the issuer is live, more power waits out its timelock (a pauser's does not), and so does taking time from
        a pauser or an approver of long standing; the RoleGranted event tells from when on.
        """
        by = await self._standing(Role.ADMIN)
        return await self._send(self.grant_role_instructions(role, member, expires_at, by=by), issuer=self.issuer)

    async def revoke_role_instructions(
        self, role: Role, member: Pubkey, *, rent_receiver: Pubkey | None = None, by: Role | None = None
    ) -> list[Instruction]:
        """Take a role back; reads who gets the grant's rent, unless told: whoever paid it, and nobody else.

        Raises AccountMissing when there is no such grant.
        """
        address = self.grant_address(role, member)
        if rent_receiver is None:
            missing = f"{member} does not hold the role {role.label}; `xstock role list` shows who does"
            grant = await load(self._ledger, address, RoleGrant, missing, program_id=self._program_id)
            rent_receiver = grant.rent_payer
        return [
            instructions.revoke_role(
                authority=self.authority,
                admin_grant=self._officer_grant(by),
                issuer=self.issuer,
                grant=address,
                rent_receiver=rent_receiver,
                program_id=self._program_id,
            )
        ]

    async def revoke_role(self, role: Role, member: Pubkey, *, rent_receiver: Pubkey | None = None) -> Receipt:
        """Take a role back at once; an admin may, but from admins.

        Once the issuer is live, a pauser or an approver who has held the role for as long as the timelock keeps it for
        another timelock; then a second call closes it. The RoleRevoked event tells which it was.
        """
        by = await self._standing(Role.ADMIN)
        to_send = await self.revoke_role_instructions(role, member, rent_receiver=rent_receiver, by=by)
        return await self._send(to_send, issuer=self.issuer)

    def renounce_role_instructions(self, role: Role) -> list[Instruction]:
        """Give up a role for good."""
        return [
            instructions.renounce_role(
                authority=self.authority, issuer=self.issuer, role=int(role), program_id=self._program_id
            )
        ]

    async def renounce_role(self, role: Role) -> Receipt:
        """Give up a role for good: it can never be granted again. Only the authority can, once nobody holds it.

        Once the issuer is live it takes two calls a timelock apart, and the RoleRenounced event tells which it was.
        Pauser, unpauser, redeemer and attestor manager cannot be renounced.
        """
        return await self._send(self.renounce_role_instructions(role), issuer=self.issuer)

    def set_allowance_instructions(
        self,
        asset: Pubkey,
        minter: Pubkey,
        *,
        per_day: Raw,
        lifetime: Raw,
        approver_threshold: Raw | None = None,
        by: Role | None = None,
    ) -> list[Instruction]:
        """Limit what ``minter`` may mint of ``asset``: raw units per 24 hours, and ever.

        A mint that takes the day's usage above ``approver_threshold`` needs an approver too: zero for every mint,
        None for none.
        """
        return [
            instructions.set_allowance(
                payer=self.payer,
                authority=self.authority,
                admin_grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                minter=minter,
                allowance=pda.allowance(asset, minter, program_id=self._program_id),
                window_limit=int(per_day),
                lifetime_cap=int(lifetime),
                approver_threshold=NO_APPROVER if approver_threshold is None else int(approver_threshold),
                program_id=self._program_id,
            )
        ]

    async def set_allowance(
        self,
        asset: Pubkey,
        minter: Pubkey,
        *,
        per_day: Raw,
        lifetime: Raw,
        approver_threshold: Raw | None = None,
    ) -> Receipt:
        """Limit a minter. Lower limits act at once; after the first mint a raise waits out the change delay.

        ``approver_threshold`` None keeps the one that was last asked for; a minter's first allowance then never needs
        an approver. The issuer's first allowance makes it live: new roles wait from then on.
        """
        if approver_threshold is None:
            approver_threshold = await self._approver_threshold(asset, minter)
        to_send = self.set_allowance_instructions(
            asset,
            minter,
            per_day=per_day,
            lifetime=lifetime,
            approver_threshold=approver_threshold,
            by=await self._standing(Role.ADMIN),
        )
        return await self._send(to_send, issuer=self.issuer)

    async def _approver_threshold(self, asset: Pubkey, minter: Pubkey) -> Raw:
        account = await self._ledger.account(pda.allowance(asset, minter, program_id=self._program_id))
        if account is None or account.owner != self._program_id:
            return Raw(NO_APPROVER)
        allowance = MinterAllowance.decode(account.data)
        asked = allowance.pending if allowance.pending_from else allowance.limits
        return Raw(asked.approver_threshold)
