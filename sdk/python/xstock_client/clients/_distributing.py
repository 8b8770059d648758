"""The desk declares what a snapshot's holders are paid, funds it, and takes back what nobody claimed."""

from __future__ import annotations

from dataclasses import dataclass

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import instructions, pda
from xstock_client.accounts import CorporateAction, Distribution, Snapshot
from xstock_client.amounts import Cash
from xstock_client.clients._base import Member, load
from xstock_client.clients._remitting import Remitting
from xstock_client.clients.distributions import distribution_account, payout_token, read_distribution
from xstock_client.clients.payments import PaymentToken
from xstock_client.clients.token import TokenAccount, create_token_account, vet_payment_mint
from xstock_client.constants import MAX_CLAIM_S, MIN_CLAIM_S, MIN_FUNDED_S, DistributionRule, Halt, Role
from xstock_client.distribution import BallotView, DistributionPhase, DistributionStatus
from xstock_client.errors import AccountMissing, DecodeError, UsageError
from xstock_client.ledger import Account, Outcome, Receipt, Signer, from_wallet
from xstock_client.times import instant, span

__all__ = ["Declared", "Distributing"]


@dataclass(frozen=True, slots=True)
class Declared:
    """A distribution that was declared."""

    number: int
    """Among the snapshot's."""
    address: Pubkey
    vault: Pubkey
    claim_from: int
    receipt: Receipt


class Distributing(Remitting, Member):
    """Signed by a key with the corporate role or the issuer's authority; taking back by a treasurer."""

    def declare_distribution_instructions(
        self,
        snapshot: Pubkey,
        *,
        number: int,
        asset: Pubkey,
        action: int,
        payout_mint: Pubkey,
        payout_program: Pubkey,
        rates_hash: bytes,
        withholding_account: Pubkey,
        claim_until: int,
        without_issuer: bool = True,
        by: Role | None = None,
    ) -> list[Instruction]:
        """Declare the snapshot's distribution ``number``, its next; opens its vault if that is missing.

        The vault is the distribution's associated account of the payout mint, of the token program ``payout_program``.
        """
        address = pda.distribution(snapshot, number, program_id=self._program_id)
        return [
            create_token_account(self.payer, address, payout_mint, payout_program),
            instructions.declare_distribution(
                payer=self.payer,
                officer=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=asset,
                action=pda.corporate_action(asset, action, program_id=self._program_id),
                snapshot=snapshot,
                distribution=address,
                payout_mint=payout_mint,
                vault=pda.token_account(address, payout_mint, payout_program),
                withholding_account=withholding_account,
                number=number,
                rules=int(DistributionRule.WITHOUT_ISSUER) if without_issuer else 0,
                rates_hash=rates_hash,
                claim_until=claim_until,
                program_id=self._program_id,
            ),
        ]

    async def declare_distribution(
        self,
        snapshot: Pubkey,
        *,
        rates_hash: bytes,
        withholding_account: Pubkey,
        claim_until: int,
        without_issuer: bool = True,
    ) -> Declared:
        """Declare what the holders of a final snapshot are paid: at the announced rate, in the announced mint.

        ``rates_hash`` is the sha256 of the published file of tax rates; tax goes to ``withholding_account``, a token
        account of the payout mint that the issuer's authority owns. Claims open at the announced pay time, or now if
        that has passed, and stay open until ``claim_until``, half a year at least. ``without_issuer`` leaves out, by
        rule, the issuer's authority and its treasurers at the record slot. All of it is fixed for ever. Raises
        UsageError, before anything is sent, for a snapshot that is not final, a window out of bounds, and a withholding
        account that is not the authority's; PaymentMintRefused for a payout mint that could keep a part of a payment.
        """
        now = await self._ledger.now()
        missing = f"there is no snapshot {snapshot}; `xstock snapshot record` takes one"
        taken = await load(self._ledger, snapshot, Snapshot, missing, program_id=self._program_id)
        address = pda.corporate_action(taken.asset, taken.action, program_id=self._program_id)
        action = await load(
            self._ledger, address, CorporateAction, f"action {taken.action} is gone", program_id=self._program_id
        )
        BallotView.of(taken.ballot, now).require_final("the snapshot")
        claim_from = max(action.pay_at, now)
        _check_window(claim_from, claim_until)
        if not any(rates_hash):
            raise UsageError("name the published file of tax rates by its sha256: a hash of zeros names nothing")
        mint, account = await self._ledger.accounts([action.payout_mint, withholding_account])
        if mint is None:
            raise AccountMissing(f"the payout mint {action.payout_mint} does not exist on this cluster")
        program = vet_payment_mint(mint).program
        number = taken.distributions
        distribution = pda.distribution(snapshot, number, program_id=self._program_id)
        vault = pda.token_account(distribution, action.payout_mint, program)
        authority = (await self.issuer_account(self.issuer)).authority
        _check_withholding(account, withholding_account, action.payout_mint, vault, authority)
        if (await self.asset_account(taken.asset)).halts & Halt.CHANGES:
            raise UsageError("changes are halted, so that nothing can be declared: have an unpauser resume them")
        by = await self._standing(Role.CORPORATE)
        to_send = self.declare_distribution_instructions(
            snapshot,
            number=number,
            asset=taken.asset,
            action=taken.action,
            payout_mint=action.payout_mint,
            payout_program=program,
            rates_hash=rates_hash,
            withholding_account=withholding_account,
            claim_until=claim_until,
            without_issuer=without_issuer,
            by=by,
        )

        async def verify() -> Outcome:
            found = await self._ledger.account(distribution)
            if found is None:
                return "not done"
            declared = Distribution.decode(found.data)
            same = (declared.rates_hash, declared.claim_until) == (rates_hash, claim_until)
            return "done" if same else "unknown"

        needs = {} if by is None else self._needs_role(Role.CORPORATE)
        receipt = await self._send(to_send, issuer=self.issuer, verify=verify, needs=needs)
        return Declared(number, distribution, vault, claim_from, receipt)

    async def fund_distribution_instructions(
        self, distribution: Pubkey, amount: Cash, *, source: Pubkey | None = None, agent: Pubkey | None = None
    ) -> list[Instruction]:
        """Put ``amount`` into the vault out of ``source``, for which ``agent`` signs; see :meth:`fund_distribution`."""
        funder = agent or self.authority
        state = await distribution_account(self._ledger, distribution, program_id=self._program_id)
        token = await payout_token(self._ledger, state)
        return [self._fund(distribution, token, amount, source or token.account(funder), funder)]

    async def fund_distribution(
        self,
        distribution: Pubkey,
        amount: Cash | None = None,
        *,
        source: Pubkey | None = None,
        agent: Signer | None = None,
    ) -> Receipt:
        """Put ``amount`` (all that is missing, by default) into the vault. Needs no role.

        It comes out of ``source``, for which ``agent`` signs: the signer's own associated account by default. Nobody is
        paid before all entitlements are there; of more than is missing only that is taken. Raises UsageError for
        entitlements that are not final, less than three months before claims close, and for a source that holds less.
        """
        state = await distribution_account(self._ledger, distribution, program_id=self._program_id)
        token = await payout_token(self._ledger, state)
        status = DistributionStatus.of(distribution, state, await self._ledger.now())
        wanted = _fundable(status, amount, await self._ledger.now())
        funder = self._signer if agent is None else from_wallet(agent)
        account = source or token.account(funder.pubkey)
        await self._check_holds(account, wanted, token)
        before = state.funded

        async def verify() -> Outcome:
            funded = (await distribution_account(self._ledger, distribution, program_id=self._program_id)).funded
            return "not done" if funded == before else "done" if funded == before + wanted.value else "unknown"

        to_send = [self._fund(distribution, token, wanted, account, funder.pubkey)]
        also = [] if agent is None else [funder]
        return await self._send(to_send, asset=state.asset, verify=verify, also=also)

    def _fund(
        self, distribution: Pubkey, token: PaymentToken, amount: Cash, source: Pubkey, funder: Pubkey
    ) -> Instruction:
        return instructions.fund_distribution(
            funder=funder,
            distribution=distribution,
            payout_mint=token.mint,
            source=source,
            vault=token.vault,
            payment_program=token.program,
            amount=int(amount),
            program_id=self._program_id,
        )

    async def reclaim_distribution_instructions(
        self, distribution: Pubkey, *, destination: Pubkey | None = None, by: Role | None = None
    ) -> list[Instruction]:
        """Take back what nobody claimed; to the associated account of the issuer's authority by default."""
        state = await distribution_account(self._ledger, distribution, program_id=self._program_id)
        token = await payout_token(self._ledger, state)
        owner = (await self.issuer_account(self.issuer)).authority
        opened = [token.open_account(self.payer, owner)] if destination is None else []
        return [
            *opened,
            instructions.reclaim_distribution(
                treasurer=self.authority,
                grant=self._officer_grant(by),
                issuer=self.issuer,
                asset=state.asset,
                distribution=distribution,
                payout_mint=token.mint,
                vault=token.vault,
                destination=destination or token.account(owner),
                payment_program=token.program,
                program_id=self._program_id,
            ),
        ]

    async def reclaim_distribution(self, distribution: Pubkey, *, destination: Pubkey | None = None) -> Receipt:
        """Take back, as the authority or a treasurer, what nobody has claimed once claims are closed.

        It goes to a token account that the issuer's authority owns, its associated one by default (opened if missing).
        Withheld tax stays for :meth:`remit_withheld`. Raises UsageError while claims are
        open and when nothing is left.
        """
        status = await read_distribution(self._ledger, distribution, program_id=self._program_id)
        if status.phase is not DistributionPhase.CLOSED:
            raise UsageError(
                f"claims are open until {instant(status.claim_until)}; what nobody claimed can be taken back after that"
            )
        if not status.remaining:
            raise UsageError("nothing is left to take back: all that was funded is paid, withheld or taken back")
        by = await self._standing(Role.TREASURER)
        to_send = await self.reclaim_distribution_instructions(distribution, destination=destination, by=by)

        async def verify() -> Outcome:
            after = await read_distribution(self._ledger, distribution, program_id=self._program_id)
            return "done" if after.reclaimed else "not done"

        needs = {} if by is None else self._needs_role(Role.TREASURER)
        return await self._send(to_send, issuer=self.issuer, verify=verify, needs=needs)

    async def _check_holds(self, account: Pubkey, amount: Cash, token: PaymentToken) -> None:
        found = await self._ledger.account(account)
        held = Cash(0) if found is None else Cash(TokenAccount.decode(found).amount.value)
        if held < amount:
            has, wants = held.to_ui(token.decimals), amount.to_ui(token.decimals)
            raise UsageError(f"the source {account} holds {has}, and {wants} are to be funded: top it up, or fund less")


def _check_window(claim_from: int, claim_until: int) -> None:
    length = claim_until - claim_from
    if not MIN_CLAIM_S <= length <= MAX_CLAIM_S:
        raise UsageError(
            f"claims open at {instant(claim_from)} and stay open for {span(MIN_CLAIM_S)} to {span(MAX_CLAIM_S)}: until"
            f" {instant(claim_from + MIN_CLAIM_S)} at least, and {instant(claim_from + MAX_CLAIM_S)} at most, not"
            f" {instant(claim_until)}"
        )


def _check_withholding(
    account: Account | None, address: Pubkey, mint: Pubkey, vault: Pubkey, authority: Pubkey
) -> None:
    if address == vault:
        raise UsageError("tax goes to another account than the distribution's own vault")
    try:
        found = None if account is None else TokenAccount.decode(account)
    except DecodeError:
        found = None
    if found is None or (found.mint, found.owner) != (mint, authority):
        raise UsageError(
            f"the withholding account {address} is no token account of the payout mint {mint} that the issuer's"
            f" authority {authority} owns; open one"
        )


def _fundable(status: DistributionStatus, amount: Cash | None, now: int) -> Cash:
    """How much to fund. Raises UsageError."""
    status.ballot.require_final("the distribution's entitlements")
    if not status.missing:
        raise UsageError(f"the distribution is fully funded, with {status.gross.to_ui(status.decimals)}")
    if now > status.fund_until:
        raise UsageError(
            f"it could be funded until {instant(status.fund_until)}, {span(MIN_FUNDED_S)} before its claims close:"
            " declare another distribution on the snapshot"
        )
    if amount is None:
        return status.missing
    if not amount:
        raise UsageError("an amount of zero funds nothing")
    return min(amount, status.missing)
