"""The desk announces corporate actions, takes them back, and names who agrees on record-date balances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import Asset, CorporateAction, IsinMarker, SymbolMarker, decode_account
from xstock_client.amounts import Multiplier
from xstock_client.clients._base import Member, load
from xstock_client.clients.token import vet_payment_mint
from xstock_client.constants import ATTESTORS, ActionKind, Role
from xstock_client.corporate import ActionPhase, ActionView, CashRate, Notice, check_notice
from xstock_client.distribution import attestors_at
from xstock_client.errors import AccountMissing, UsageError
from xstock_client.events import AttestorsSet, parse_events
from xstock_client.ledger import Outcome, Receipt
from xstock_client.times import instant
from xstock_client.views import multiplier_at

__all__ = ["Announced", "AttestorsChanged", "Corporate"]


@dataclass(frozen=True, slots=True)
class Announced:
    """An action that was announced."""

    number: int
    address: Pubkey
    new_multiplier: Multiplier | None
    """What the multiplier becomes; None where it stays."""
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class AttestorsChanged:
    """Snapshot attestors that were named."""

    in_force_at: int
    """Unix seconds: now, or after the change delay."""
    receipt: Receipt


class Corporate(Member):
    """Signed by a key with the corporate role or the issuer's authority; attestors by an attestor manager.

    Times are unix seconds. An action is announced a day ahead at least, and no two share a day (UTC). Every
    ``announce_...`` makes a notice for :meth:`announce`; the twin of all of them is :meth:`announce_instructions`.
    """

    async def announce_cash_dividend(
        self,
        asset: Pubkey,
        *,
        rate: CashRate,
        payout_mint: Pubkey,
        ex_at: int,
        record_at: int,
        pay_at: int,
        document_hash: bytes,
    ) -> Announced:
        """Money per share, to who holds at the end of the slot in which the snapshot is taken.

        Raises UsageError, before anything is sent, for times out of order or taken, and without snapshot attestors;
        PaymentMintRefused for a payout mint that the program would refuse when the distribution is declared.
        """
        notice = Notice(
            ActionKind.CASH_DIVIDEND,
            ex_at,
            document_hash,
            rate=rate.value,
            payout_mint=payout_mint,
            record_at=record_at,
            pay_at=pay_at,
        )
        if not self._only_signs:
            found = await self._ledger.account(payout_mint)
            if found is None:
                raise AccountMissing(f"there is no mint {payout_mint} on this cluster; check the address and the URL")
            vet_payment_mint(found)
        return await self.announce(asset, notice)

    async def announce_stock_dividend(
        self, asset: Pubkey, *, new: int, old: int, ex_at: int, effective_at: int, document_hash: bytes
    ) -> Announced:
        """``new`` shares on each ``old`` ones, or a dividend reinvested: the multiplier rises at the effective time.

        The reserve must cover the new shares now (promise 1), and mints keep them free until then. Raises UsageError.
        """
        kind = ActionKind.STOCK_DIVIDEND
        notice = Notice(kind, ex_at, document_hash, ratio=(new, old), effective_at=effective_at)
        return await self.announce(asset, notice)

    async def announce_split(
        self, asset: Pubkey, *, new: int, old: int, ex_at: int, effective_at: int, document_hash: bytes
    ) -> Announced:
        """``new`` shares for each ``old`` ones; fewer new than old are a reverse split. Never refused for a reserve.

        Nothing mints from the ex to the effective time; from the ex time on custodians may report in new shares.
        Raises UsageError.
        """
        kind = ActionKind.REVERSE_SPLIT if new < old else ActionKind.SPLIT
        notice = Notice(kind, ex_at, document_hash, ratio=(new, old), effective_at=effective_at)
        return await self.announce(asset, notice)

    async def announce_identifier_change(
        self,
        asset: Pubkey,
        *,
        isin: str | None = None,
        symbol: str | None = None,
        effective_at: int,
        document_hash: bytes,
        ex_at: int | None = None,
    ) -> Announced:
        """Another ISIN, symbol, or both; at the effective time anybody may put them in force.

        The ex time is the effective one by default. Raises UsageError for identifiers that change nothing.
        """
        state = await self.asset_account(asset)
        try:
            new_isin = state.isin if isin is None else pda.isin_bytes(isin)
            new_symbol = state.symbol if symbol is None else pda.symbol_bytes(symbol)
        except ValueError as error:
            raise UsageError(str(error)) from None
        if (new_isin, new_symbol) == (state.isin, state.symbol):
            raise UsageError("name a new ISIN or a new symbol: these are the asset's own")
        await self._check_free(asset, isin, symbol)
        notice = Notice(
            ActionKind.IDENTIFIER_CHANGE,
            effective_at if ex_at is None else ex_at,
            document_hash,
            effective_at=effective_at,
            isin=new_isin,
            symbol=new_symbol,
        )
        return await self.announce(asset, notice)

    async def _check_free(self, asset: Pubkey, isin: str | None, symbol: str | None) -> None:
        """Refuse identifiers that another asset of the issuer has: they could not be put in force."""
        for what, name, marker in (("ISIN", isin, pda.isin_marker), ("symbol", symbol, pda.symbol_marker)):
            if name is None:
                continue
            found = await self._ledger.account(marker(self.issuer, name, program_id=self._program_id))
            if found is None:
                continue
            other = decode_account(found.data)
            if isinstance(other, IsinMarker | SymbolMarker) and other.asset != asset:
                raise UsageError(f"the {what} {name} is that of the issuer's asset {other.asset}: name another one")

    async def announce_delisting(
        self, asset: Pubkey, *, effective_at: int, document_hash: bytes, ex_at: int | None = None
    ) -> Announced:
        """The end of the stock's trading: from the effective time on nothing mints any more; redemption goes on."""
        first = effective_at if ex_at is None else ex_at
        return await self.announce(asset, Notice(ActionKind.DELISTING, first, document_hash, effective_at=effective_at))

    def announce_instructions(
        self, asset: Pubkey, notice: Notice, *, number: int, old_multiplier: int, by: Role | None = None
    ) -> list[Instruction]:
        """Announce the asset's action ``number``, its next; ``old_multiplier`` is what a new one applies to, else 0."""
        return [
            instructions.announce_action(
                payer=self.payer,
                officer=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                reserve=pda.reserve(asset, program_id=self._program_id),
                action=pda.corporate_action(asset, number, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                number=number,
                kind=int(notice.kind),
                ratio_new=notice.ratio[0],
                ratio_old=notice.ratio[1],
                old_multiplier=old_multiplier,
                rate=notice.rate,
                payout_mint=notice.payout_mint,
                ex_at=notice.ex_at,
                record_at=notice.record_at,
                pay_at=notice.pay_at,
                effective_at=notice.effective_at,
                document_hash=notice.document_hash,
                isin=notice.isin,
                symbol=notice.symbol,
                program_id=self._program_id,
            )
        ]

    async def announce(self, asset: Pubkey, notice: Notice) -> Announced:
        """Announce what ``notice`` says. Raises UsageError for all that the program would refuse but the reserve."""
        state, now = await self.asset_account(asset), await self._ledger.now()
        after = check_notice(notice, state, now)
        number = state.actions
        by = await self._standing(Role.CORPORATE)
        to_send = self.announce_instructions(
            asset,
            notice,
            number=number,
            old_multiplier=0 if after is None else multiplier_at(state, now).value,
            by=by,
        )
        address = pda.corporate_action(asset, number, program_id=self._program_id)

        async def verify() -> Outcome:
            account = await self._ledger.account(address)
            if account is None:
                return "not done"
            action = CorporateAction.decode(account.data)
            same = (action.kind, action.ex_at, action.document_hash) == (
                notice.kind,
                notice.ex_at,
                notice.document_hash,
            )
            return "done" if same and action.announced_by == self.authority else "unknown"

        needs = {} if by is None else self._needs_role(Role.CORPORATE)
        receipt = await self._send(to_send, issuer=self.issuer, verify=verify, needs=needs)
        return Announced(number, address, after, receipt)

    def cancel_action_instructions(
        self, asset: Pubkey, number: int, reason_hash: bytes, *, by: Role | None = None
    ) -> list[Instruction]:
        """Take back an action that has not happened; ``reason_hash`` is the sha256 of why."""
        return [
            instructions.cancel_action(
                canceller=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                action=pda.corporate_action(asset, number, program_id=self._program_id),
                mint=pda.mint(asset, program_id=self._program_id),
                reason_hash=reason_hash,
                program_id=self._program_id,
            )
        ]

    async def cancel_action(self, asset: Pubkey, number: int, reason: str) -> Receipt:
        """Take back an action of which nothing has happened, as an officer, an admin or a pauser.

        The chain keeps the sha256 of ``reason`` (UTF-8): publish the text itself. Raises UsageError for an empty
        reason, a snapshot that is taken, an effective time that has passed, and an action that is cancelled.
        """
        if not reason.strip():
            raise UsageError("say why: the hash of the reason goes on chain, and the text belongs published")
        if not self._only_signs:
            self._check_cancel(await self.action(asset, number))
        by = await self._standing(Role.CORPORATE, Role.PAUSER, Role.ADMIN)
        hashed = sha256(reason.encode()).digest()
        return await self._send(self.cancel_action_instructions(asset, number, hashed, by=by), issuer=self.issuer)

    async def action(self, asset: Pubkey, number: int) -> ActionView:
        """One action of the asset. Raises AccountMissing."""
        address = pda.corporate_action(asset, number, program_id=self._program_id)
        missing = f"asset {asset} has no action {number}; `xstock action list` shows them"
        found = await load(self._ledger, address, CorporateAction, missing, program_id=self._program_id)
        return ActionView.of(found, await self._ledger.now())

    def set_attestors_instructions(self, asset: Pubkey, keys: Sequence[Pubkey], threshold: int) -> list[Instruction]:
        """Name the snapshot attestors, as an attestor manager. Raises UsageError."""
        _check_attestors(keys, threshold)
        return [
            instructions.set_attestors(
                manager=self.authority,
                grant=self._own_grant(Role.ATTESTOR_MANAGER),
                asset=asset,
                keys=[*keys, *[Pubkey.default()] * (ATTESTORS - len(keys))],
                threshold=threshold,
                program_id=self._program_id,
            )
        ]

    async def set_attestors(self, asset: Pubkey, keys: Sequence[Pubkey], threshold: int) -> AttestorsChanged:
        """Name two to five keys, of which ``threshold`` (more than half) must agree on record-date balances.

        After the first mint that waits out the change delay, in public. At once acts only a higher threshold for the
        same keys, and one key that goes while more stay than must agree. Raises UsageError.
        """
        to_send = self.set_attestors_instructions(asset, keys, threshold)
        receipt = await self._send(to_send, issuer=self.issuer, needs=self._needs_role(Role.ATTESTOR_MANAGER))
        events = parse_events(receipt.executed, program_id=self._program_id)
        (event,) = [one for one in events if isinstance(one, AttestorsSet)]
        return AttestorsChanged(event.in_force_at, receipt)

    def cancel_attestors_instructions(self, asset: Pubkey, *, by: Role | None = None) -> list[Instruction]:
        """Drop snapshot attestors that wait."""
        return [
            instructions.cancel_attestors(
                canceller=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                program_id=self._program_id,
            )
        ]

    async def cancel_attestors(self, asset: Pubkey) -> Receipt:
        """Drop snapshot attestors before they are in force; those in force stay. By a pauser, an admin or so."""
        by = await self._standing(Role.PAUSER, Role.ADMIN)
        return await self._send(self.cancel_attestors_instructions(asset, by=by), issuer=self.issuer)

    async def attestors(self, asset: Pubkey) -> tuple[tuple[Pubkey, ...], int]:
        """The asset's snapshot attestors now, and how many of them must agree."""
        state: Asset = await self.asset_account(asset)
        return attestors_at(state.attestors, await self._ledger.now())

    def _check_cancel(self, action: ActionView) -> None:
        if action.phase is ActionPhase.CANCELLED:
            raise UsageError(f"action {action.number} is cancelled already")
        if action.snapshot is not None:
            raise UsageError(
                f"the snapshot of action {action.number} was taken (number {action.snapshot}): its dividend stays due"
            )
        if action.phase is ActionPhase.EFFECTIVE:
            raise UsageError(
                f"action {action.number} took effect at {instant(action.effective_at or 0)}: announce another one"
                " that corrects it"
            )


def _check_attestors(keys: Sequence[Pubkey], threshold: int) -> None:
    if not 2 <= len(keys) <= ATTESTORS:
        raise UsageError(f"an asset has 2 to {ATTESTORS} snapshot attestors, not {len(keys)}: no key decides alone")
    if Pubkey.default() in keys:
        raise UsageError("the zero address is no attestor's key")
    if len(set(keys)) < len(keys):
        raise UsageError("a key stands twice in the list: k of n counts different keys")
    least = len(keys) // 2 + 1
    if not least <= threshold <= len(keys):
        raise UsageError(
            f"of {len(keys)} attestors {least} to {len(keys)} must agree, not {threshold}: more than half of them, so"
            " that never two roots at once are agreed on"
        )
