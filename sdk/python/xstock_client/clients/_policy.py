"""The desk's part that changes an asset's rules: tighter at once, looser in public after a delay."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import Policy
from xstock_client.clients._base import Member
from xstock_client.constants import PolicyField, Role
from xstock_client.errors import UsageError
from xstock_client.events import PolicySet, parse_events
from xstock_client.ledger import Receipt
from xstock_client.policy import PolicyDiff, PolicyUpdate, policy_diff

__all__ = ["PolicyChanged", "PolicyMaking"]

_BLANK = Policy.read(bytes(Policy.SIZE))


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """What an update came to."""

    tighter: PolicyField
    """In force now."""
    looser: PolicyField
    """Waiting now."""
    queued: PolicyField
    """All that waits; the looser fields replace an earlier queue."""
    ready_at: int
    """From when to when anyone may apply what waits, unix seconds; zero when nothing does."""
    expires_at: int
    latched: bool
    """Whether the solvency latch is set: a tightening may show that the reserve is short."""
    receipt: Receipt


class PolicyMaking(Member):
    """Signed by the issuer's authority or an admin."""

    def set_policy_instructions(
        self, asset: Pubkey, update: PolicyUpdate, *, by: Role | None = None
    ) -> list[Instruction]:
        """Change the named fields. Raises UsageError when none is named.

        Bounds depend on the other fields, see :meth:`policy_diff`; here only the program judges them.
        """
        named, values = update.named, update.on(_BLANK)
        return [
            instructions.set_policy(
                authority=self.authority,
                admin_grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                named=int(named),
                **asdict(values),
                program_id=self._program_id,
            )
        ]

    async def policy_diff(self, asset: Pubkey, update: PolicyUpdate) -> PolicyDiff:
        """What the update would do now, field by field. Raises UsageError for what the program would refuse."""
        return policy_diff(await self.asset_account(asset), update, await self._ledger.now())

    async def set_policy(self, asset: Pubkey, update: PolicyUpdate) -> PolicyChanged:
        """Change the named fields: what is tighter acts at once, what is looser is queued for the change delay.

        A looser change replaces an earlier queue; a named field that is not looser leaves the queue. Raises UsageError,
        before anything is sent, for values out of bounds and for a looser change while a pauser has halted changes.
        """
        if self._only_signs:
            receipt = await self._send(self.set_policy_instructions(asset, update, by=self._by))
        else:
            diff = await self.policy_diff(asset, update)
            if diff.looser and diff.halted:
                raise UsageError(
                    "looser changes are halted, so that nothing can be queued: have an unpauser resume them"
                    " (`xstock resume --changes`), or leave the looser fields out"
                )
            to_send = self.set_policy_instructions(asset, update, by=await self._standing(Role.ADMIN))
            receipt = await self._send(to_send, issuer=self.issuer)
        events = parse_events(receipt.executed, program_id=self._program_id)
        (event,) = [one for one in events if isinstance(one, PolicySet)]
        return PolicyChanged(
            tighter=PolicyField(event.tighter),
            looser=PolicyField(event.looser),
            queued=PolicyField(event.queued.fields),
            ready_at=event.queued.ready_at,
            expires_at=event.queued.expires_at,
            latched=bool(event.latched),
            receipt=receipt,
        )
