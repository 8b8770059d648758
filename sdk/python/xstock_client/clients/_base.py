"""What every client shares: typed reads, the cluster check, and sending with a payer apart from the signer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Protocol, Self, TypeVar

from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import Asset, Issuer, RoleGrant
from xstock_client.constants import PROGRAM_ID, Role
from xstock_client.errors import AccountMissing, ProgramRefused, WrongCluster
from xstock_client.ledger import Ledger, LookupTable, OfflineLedger, OutcomeCheck, Receipt, Signer, from_wallet
from xstock_client.views import grant_expiry

__all__ = ["Member", "Reader", "Sender", "load"]


class _Layout(Protocol):
    @classmethod
    def decode(cls, data: bytes) -> Self: ...


# What the framework says of an account that does not exist.
_ABSENT: Final = frozenset({"AccountDataTooSmall", "IllegalOwner", "InvalidAccountOwner", "UninitializedAccount"})

LayoutT = TypeVar("LayoutT", bound=_Layout)


async def load(
    ledger: Ledger, address: Pubkey, layout: type[LayoutT], missing: str, *, program_id: Pubkey = PROGRAM_ID
) -> LayoutT:
    """Read and decode an account of the program. Raises AccountMissing with ``missing`` when it has none there."""
    account = await ledger.account(address)
    if account is None or account.owner != program_id:
        raise AccountMissing(f"{missing} (no account of the program at {address})")
    return layout.decode(account.data)


class Reader:
    """A client that only reads."""

    def __init__(self, ledger: Ledger, *, program_id: Pubkey = PROGRAM_ID) -> None:
        self._ledger = ledger
        self._program_id = program_id
        self._same_cluster: set[Pubkey] = set()

    @property
    def ledger(self) -> Ledger:
        """The cluster that this client asks."""
        return self._ledger

    @property
    def program_id(self) -> Pubkey:
        """The program that this client talks to."""
        return self._program_id

    async def issuer_account(self, issuer: Pubkey) -> Issuer:
        """The issuer, after a check that it was made for this very cluster.

        Raises AccountMissing, and WrongCluster when its genesis hash is not the RPC's.
        """
        found = await load(
            self._ledger,
            issuer,
            Issuer,
            f"there is no issuer {issuer} on this cluster; check the address and the cluster's URL",
            program_id=self._program_id,
        )
        genesis = await self._ledger.genesis_hash()
        if found.genesis_hash != genesis:
            raise WrongCluster(
                f"issuer {issuer} declares the cluster with genesis hash {Hash(found.genesis_hash)}, but the RPC serves"
                f" {Hash(genesis)}; nothing that it attests means anything here. Check the cluster's URL"
            )
        self._same_cluster.add(issuer)
        return found

    async def require_cluster(self, issuer: Pubkey) -> None:
        """Refuse an issuer of another cluster; asked once per issuer. Raises WrongCluster, AccountMissing."""
        if issuer not in self._same_cluster:
            await self.issuer_account(issuer)

    async def asset_account(self, asset: Pubkey) -> Asset:
        """The asset's account. Raises AccountMissing."""
        missing = f"there is no asset {asset} on this cluster; `xstock asset list` shows an issuer's assets"
        return await load(self._ledger, asset, Asset, missing, program_id=self._program_id)


class Sender(Reader):
    """A client that writes: ``signer`` has the say, ``payer`` pays fees and rent (the signer by default).

    Both may be a :class:`~xstock_client.ledger.Signer` or a wallet of anchorpy's shape.
    """

    def __init__(
        self, ledger: Ledger, *, signer: Signer, payer: Signer | None = None, program_id: Pubkey = PROGRAM_ID
    ) -> None:
        super().__init__(ledger, program_id=program_id)
        self._signer = from_wallet(signer)
        self._payer = self._signer if payer is None else from_wallet(payer)

    @property
    def authority(self) -> Pubkey:
        """The address that signs for what this client does."""
        return self._signer.pubkey

    @property
    def payer(self) -> Pubkey:
        """The address that pays fees and rent."""
        return self._payer.pubkey

    @property
    def _only_signs(self) -> bool:
        """Whether this client's ledger signs and never sends, so that nothing is read but what is signed."""
        return isinstance(self._ledger, OfflineLedger)

    def check_solvency_instructions(self, asset: Pubkey) -> list[Instruction]:
        """Compare obligation and last figures on chain; anybody may."""
        return [
            instructions.check_solvency(
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                program_id=self._program_id,
            )
        ]

    async def check_solvency(self, asset: Pubkey) -> Receipt:
        """Have the program compare obligation and last figures; it latches minting off when short. Needs no role."""
        return await self._send(self.check_solvency_instructions(asset), asset=asset)

    def apply_policy_instructions(self, asset: Pubkey) -> list[Instruction]:
        """Put a queued policy in force; anybody may, once it has waited."""
        return [
            instructions.apply_policy(
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                program_id=self._program_id,
            )
        ]

    async def apply_policy(self, asset: Pubkey) -> Receipt:
        """Put a queued policy in force that has waited and is not void. Needs no role.

        Refused while a pauser has halted changes, and while the reserve does not cover what is owed under it.
        """
        return await self._send(self.apply_policy_instructions(asset), asset=asset)

    async def _send(
        self,
        to_send: Sequence[Instruction],
        *,
        issuer: Pubkey | None = None,
        asset: Pubkey | None = None,
        verify: OutcomeCheck | None = None,
        needs: Mapping[Pubkey, str] | None = None,
        also: Sequence[Signer] = (),
        tables: Sequence[LookupTable] = (),
    ) -> Receipt:
        """Send as one transaction, after the cluster check of the issuer or of the asset's issuer.

        ``also`` sign besides this client's signer. ``needs`` are accounts whose absence the program can only refuse
        without a name, and what to say then. With ``tables`` it is one of version 0.
        Where nothing is sent nothing is checked: a blockhash is of one cluster, and whoever submits checks.
        """
        signers = [self._signer, *also]
        if self._only_signs:
            return await self._ledger.send(to_send, self._payer, signers, tables=tables)
        if issuer is None and asset is not None:
            issuer = (await self.asset_account(asset)).issuer
        if issuer is not None:
            await self.require_cluster(issuer)
        try:
            return await self._ledger.send(to_send, self._payer, signers, verify=verify, tables=tables)
        except ProgramRefused as refusal:
            if needs and refusal.name in _ABSENT:
                found = await self._ledger.accounts(list(needs))
                for reason, account in zip(needs.values(), found, strict=True):
                    if account is None:
                        raise ProgramRefused(refusal.code, refusal.name, reason) from None
            raise


class Member(Sender):
    """A key at work for one issuer: its authority, or a member with a role.

    What the authority may do, an admin may do too (and a pauser cancel). Methods find out by which of these the
    signer acts; their twins take it as ``by``: a role whose grant is passed, or None for the authority itself.
    """

    issuer: Pubkey
    _by: Role | None = None

    def grant_address(self, role: Role, member: Pubkey) -> Pubkey:
        """Where the issuer's grant of ``role`` to ``member`` is kept."""
        return pda.role(self.issuer, int(role), member, program_id=self._program_id)

    def _own_grant(self, role: Role) -> Pubkey:
        return self.grant_address(role, self.authority)

    def _officer_grant(self, by: Role | None) -> Pubkey | None:
        return None if by is None else self._own_grant(by)

    async def _standing(self, *roles: Role) -> Role | None:
        """By which of ``roles`` the signer acts where the issuer's authority may; None for the authority.

        Where nothing is read it is what the client was told. A grant that is not in force is better than none: the
        program's refusal then tells why.
        """
        if self._by is not None or self._only_signs:
            return self._by
        if (await self.issuer_account(self.issuer)).authority == self.authority:
            return None
        found = await self._ledger.accounts([self._own_grant(role) for role in roles])
        now = await self._ledger.now()
        grants = {
            role: RoleGrant.decode(account.data)
            for role, account in zip(roles, found, strict=True)
            if account is not None and account.owner == self._program_id
        }
        valid = [role for role, grant in grants.items() if now < grant_expiry(grant, now)]
        return next(iter([*valid, *grants]), None)

    def _needs_role(self, role: Role) -> dict[Pubkey, str]:
        return {self._own_grant(role): self._lacks_role(role, self.authority)}

    def _lacks_role(self, role: Role, member: Pubkey) -> str:
        grant = f"`xstock role grant {role.label}`"
        return f"{member} does not hold the role {role.label}: have the issuer grant it ({grant})."
