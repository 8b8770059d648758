"""Pays everybody of a distribution, as many in a transaction as fit, and tells who could not be paid and why.

What was paid is a bit on chain for each owner. So a run may be ended and begun again at any time, or go on twice at
once: the program pays nobody twice, and nobody is passed over whose bit is not set.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import ClaimPage
from xstock_client.amounts import Cash
from xstock_client.clients._base import Sender
from xstock_client.clients._push_state import OnProgress, Run, as_unpaid, leaves_of
from xstock_client.clients.distributions import (
    claim_pages,
    distribution_account,
    is_claimed,
    payout_token,
    recipients_among,
    recipients_of,
)
from xstock_client.clients.payouts import (
    Packer,
    Payable,
    associated,
    is_missing,
    open_leaves,
    open_page,
    payee_obstacle,
    shared_accounts,
)
from xstock_client.clients.pushes import PushPlan, PushReport, Unpaid
from xstock_client.constants import LEAVES_PER_PAGE, PROGRAM_ID, TOKEN
from xstock_client.distribution import DistributionStatus, require_claims_open, require_same_root
from xstock_client.errors import LedgerError, ProgramRefused, TransactionFailed, UsageError, XstockError
from xstock_client.ledger import Ledger, LookupTable, Outcome, OutcomeCheck, Signer, open_table
from xstock_client.merkle import MerkleTree

__all__ = ["DividendRun", "unpaid_owners"]

Answer = TypeVar("Answer")

_FEE: Final = 10_000
"""Lamports for a transaction, with some room."""
_TOKEN_SIZE: Final = 165
_TOKEN_2022_SIZE: Final = 170
_PAGES_AT_ONCE: Final = 100
# refusals that every transaction would meet
_OF_ALL: Final = frozenset(
    {
        "ClaimsClosed",
        "ClaimsNotOpen",
        "NotFinal",
        "UnderFunded",
        "WrongBondVault",
        "WrongDistribution",
        "WrongPaymentMint",
    }
)


class DividendRun(Sender):
    """Pays the owners of one distribution. Signed by anybody at all, who pays fees and rent.

    ``tree`` is the entitlement tree that the attestors agreed on. ``table`` is a lookup table of what all claims share
    (:meth:`open_table`). ``at_once`` transactions are under way at a time; a call that the cluster does not answer is
    made ``tries`` times, with ``pause`` seconds before the second, and twice as many before each further one.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        payer: Signer,
        tree: MerkleTree,
        table: LookupTable | None = None,
        at_once: int = 8,
        tries: int = 5,
        pause: float = 1.0,
        program_id: Pubkey = PROGRAM_ID,
    ) -> None:
        super().__init__(ledger, signer=payer, program_id=program_id)
        if at_once < 1 or tries < 1:
            raise UsageError(f"a run sends one transaction at a time at least, and tries once: {at_once}, {tries}")
        self._tree, self._table = tree, table
        self._at_once, self._tries, self._pause = at_once, tries, pause
        self.distribution = Pubkey(tree.account)

    async def open_table(self) -> LookupTable:
        """Make a lookup table of what the claims share, and use it; the payer pays, owns and can close it."""
        state = await distribution_account(self._ledger, self.distribution, program_id=self._program_id)
        token = await payout_token(self._ledger, state)
        shared = shared_accounts(self.distribution, token, self._tree.pages, program_id=self._program_id)
        self._table = await open_table(self._ledger, self._payer, shared)
        return self._table

    async def plan(self, *, open_accounts: bool = True) -> PushPlan:
        """What :meth:`push` would do now. Raises UsageError, BadSnapshot as that does."""
        run = await self._begin(open_accounts, None)
        claims = pages = accounts = payable = net = withheld = 0
        async for page, found, left in self._pages_left():
            leaves = await self._judge(run, left)
            pages += found is None and bool(leaves)
            claims += len(self._packer(run, page).pack(leaves))
            accounts += len(open_leaves(self.payer, run.token, leaves))
            run.left += [leaf for leaf in left if leaf.index in run.reasons]
            payable += len(leaves)
            net += sum(leaf.gross - leaf.withheld for leaf in leaves)
            withheld += sum(leaf.withheld for leaf in leaves)
        return PushPlan(
            before=run.status.claims,
            payable=payable,
            net=Cash(net),
            withheld=Cash(withheld),
            claims=claims,
            pages=pages,
            page_rent=await self._ledger.rent(ClaimPage.SIZE),
            accounts=accounts,
            account_rent=run.account_rent,
            unpayable=tuple(as_unpaid(leaf, run.reasons[leaf.index]) for leaf in run.left),
        )

    async def push(self, *, open_accounts: bool = True, on_progress: OnProgress | None = None) -> PushReport:
        """Pay everybody who was not paid, each exactly once, into the associated account of the payout mint.

        A registered recipient is paid in its owner's place. Accounts that are missing are opened at the payer's cost,
        unless ``open_accounts`` is off. An owner who cannot be paid (frozen account, program without a recipient) is
        reported with the reason and does not stop the others; whatever stops all of them is the report's ``stopped``.
        Raises UsageError when claims are not open or not all is funded, BadSnapshot for another tree than the agreed.
        """
        run = await self._begin(open_accounts, on_progress)
        gate = asyncio.Semaphore(self._at_once)
        try:
            async with aclosing(self._pages_left()) as pages:
                async for page, found, left in pages:
                    await self._pay_page(run, page, found, left, gate)
                    if run.stopped is not None:
                        break
        except LedgerError as silent:
            run.stop(silent)
        stopped = "not sent" if run.stopped is None else f"not sent: {run.stopped}"
        return PushReport(
            before=run.status.claims,
            paid=run.paid,
            net=Cash(run.net),
            withheld=Cash(run.withheld),
            transactions=run.transactions,
            pages=run.pages,
            accounts=run.accounts,
            unpaid=tuple(as_unpaid(leaf, run.reasons.get(leaf.index, stopped)) for leaf in run.left),
            stopped=run.stopped,
        )

    async def _begin(self, open_accounts: bool, on_progress: OnProgress | None) -> Run:
        state = await distribution_account(self._ledger, self.distribution, program_id=self._program_id)
        now = await self._ledger.now()
        status = DistributionStatus.of(self.distribution, state, now)
        require_same_root(self._tree, require_claims_open(status, now), "the distribution")
        token = await payout_token(self._ledger, state)
        recipients: Mapping[Pubkey, Pubkey] | None
        try:
            recipients = await recipients_of(self._ledger, status.asset, program_id=self._program_id)
        except LedgerError:
            recipients = None
        size = _TOKEN_SIZE if token.program == TOKEN else _TOKEN_2022_SIZE
        return Run(
            status=status,
            token=token,
            issuer=(await self.asset_account(status.asset)).issuer,
            recipients=recipients,
            account_rent=await self._ledger.rent(size),
            open_accounts=open_accounts,
            total=status.unpaid,
            on_progress=on_progress,
        )

    def _packer(self, run: Run, page: int) -> Packer:
        return Packer(self.payer, self.distribution, run.token, page, self._table, program_id=self._program_id)

    async def _pages_left(self) -> AsyncGenerator[tuple[int, ClaimPage | None, list[Payable]], None]:
        """Every page in which somebody is not paid, the page's account, and these leaves."""
        for start in range(0, self._tree.pages, _PAGES_AT_ONCE):
            numbers = range(start, min(start + _PAGES_AT_ONCE, self._tree.pages))
            found = await self._again(partial(self._read_pages, numbers))
            for page, account in zip(numbers, found, strict=True):
                left = [leaf for leaf in leaves_of(self._tree, page) if not is_claimed(account, leaf.index)]
                if left:
                    yield page, account, left

    async def _judge(self, run: Run, leaves: Sequence[Payable]) -> list[Payable]:
        """Those of ``leaves`` that can be paid, with where to; the others' reasons go into ``run``."""
        asset, token = run.status.asset, run.token
        recipients = run.recipients
        if recipients is None:
            owners = [leaf.owner for leaf in leaves]
            recipients = await self._again(partial(self._look_up, asset, owners))
        located = []
        for leaf in leaves:
            payee = recipients.get(leaf.owner, leaf.owner)
            home, bump = associated(payee, token)
            record = None
            if leaf.owner in recipients:
                record = pda.recipient(asset, leaf.owner, program_id=self._program_id)
            located.append(replace(leaf, payee=payee, destination=home, bump=bump, record=record))
        found = await self._again(lambda: self._ledger.accounts([leaf.destination for leaf in located]))
        payable = []
        for leaf, account in zip(located, found, strict=True):
            recorded, missing = leaf.record is not None, is_missing(account)
            why = payee_obstacle(token, leaf.payee, leaf.destination, account, recorded=recorded)
            if why is None and missing and not run.open_accounts:
                why = f"{leaf.payee} has no account of the payout mint, and none was to be opened"
            if why is None:
                payable.append(replace(leaf, open_account=missing))
            else:
                run.refuse(leaf.index, why)
        return payable

    async def _look_up(self, asset: Pubkey, owners: Sequence[Pubkey]) -> dict[Pubkey, Pubkey]:
        return await recipients_among(self._ledger, asset, owners, program_id=self._program_id)

    async def _open_page(self, run: Run, page: int) -> None:
        entry, nodes = self._tree.page_entry(page), self._tree.page_proof(page)
        to_send = open_page(self.payer, self.distribution, page, entry, nodes, program_id=self._program_id)

        async def verify() -> Outcome:
            return "not done" if await self._page(page) is None else "done"

        async def attempt() -> None:
            try:
                await self._deliver(run, [to_send], verify)
            except (ProgramRefused, TransactionFailed):
                if await verify() != "done":  # somebody else may have opened it
                    raise
                return
            run.pages += 1
            run.transactions += 1

        await self._again(attempt)

    async def _pay_page(
        self, run: Run, page: int, found: ClaimPage | None, left: Sequence[Payable], gate: asyncio.Semaphore
    ) -> None:
        """Pay whom it can of a page, and count who was paid."""

        async def pay(packer: Packer, group: Sequence[Payable]) -> None:
            async with gate:
                await self._pay(run, packer, group)

        try:
            leaves = await self._judge(run, left)
            if found is None and leaves:
                await self._open_page(run, page)
            packer = self._packer(run, page)
            await asyncio.gather(*(pay(packer, group) for group in packer.pack(leaves)))
        except XstockError as error:
            run.stop(error)
        await self._count(run, left)

    async def _pay(self, run: Run, packer: Packer, leaves: Sequence[Payable]) -> None:
        """Pay neighbouring leaves in one transaction, or in several when one of them stands in the way."""
        if run.stopped is not None:
            return
        to_send = packer.instructions(leaves, self._tree.range_proof(leaves[0].index, len(leaves)))

        async def verify() -> Outcome:
            return "not done" if await self._left(leaves) else "done"

        try:
            await self._again(lambda: self._deliver(run, to_send, verify))
        except (ProgramRefused, TransactionFailed) as error:
            await self._refused(run, packer, leaves, error)
        except XstockError as error:
            run.stop(error)
        else:
            run.transactions += 1
            run.accounts += len(open_leaves(self.payer, run.token, leaves))
            run.progress(len(leaves))

    async def _refused(
        self, run: Run, packer: Packer, leaves: Sequence[Payable], error: ProgramRefused | TransactionFailed
    ) -> None:
        """Find out which leaf a transaction failed for, and pay the others."""
        try:
            left = await self._again(lambda: self._left(leaves))
            poor = await self._poor(run, leaves)
        except XstockError as silent:
            run.stop(silent)
            return
        run.progress(len(leaves) - len(left))  # somebody else, or a try that seemed to fail, has paid these
        if isinstance(error, ProgramRefused) and error.name in _OF_ALL:
            run.stop(error)
        elif poor is not None:
            run.stop(poor)
        elif len(left) < len(leaves):
            for group in packer.pack(left):
                await self._pay(run, packer, group)
        elif len(leaves) > 1:
            half = len(leaves) // 2
            await self._pay(run, packer, leaves[:half])
            await self._pay(run, packer, leaves[half:])
        else:
            await self._last_try(run, packer, leaves[0], error)

    async def _last_try(self, run: Run, packer: Packer, leaf: Payable, error: XstockError) -> None:
        """A leaf that was refused by itself: its account may have been closed or frozen after it was looked at."""
        try:
            again = await self._judge(run, [leaf])
        except XstockError as silent:
            run.stop(silent)
            return
        if again and again[0] != leaf:
            await self._pay(run, packer, again)
        elif again:
            run.refuse(leaf.index, str(error))

    async def _poor(self, run: Run, leaves: Sequence[Payable]) -> UsageError | None:
        """Whether the payer cannot pay for a transaction: then nothing else would go through, either."""
        held = await self._again(lambda: self._ledger.balance(self.payer))
        kept = await self._again(lambda: self._ledger.rent(0))
        needed = len(open_leaves(self.payer, run.token, leaves)) * run.account_rent + _FEE + kept
        if held >= needed:
            return None
        return UsageError(
            f"the payer {self.payer} holds {held:,} lamports, and the next transaction takes up to {needed:,} with the"
            " rent of accounts that it opens: send it more, and run this again"
        )

    async def _left(self, leaves: Sequence[Payable]) -> list[Payable]:
        page = await self._page(leaves[0].index // LEAVES_PER_PAGE)
        return [leaf for leaf in leaves if not is_claimed(page, leaf.index)]

    async def _page(self, page: int) -> ClaimPage | None:
        (found,) = await self._read_pages([page])
        return found

    async def _read_pages(self, pages: Sequence[int]) -> list[ClaimPage | None]:
        return await claim_pages(self._ledger, self.distribution, pages, program_id=self._program_id)

    async def _count(self, run: Run, leaves: Sequence[Payable]) -> None:
        """What became of ``leaves``, by the page's bits: the only thing that counts."""
        try:
            left = {leaf.index for leaf in await self._again(lambda: self._left(leaves))}
        except XstockError as silent:
            run.stop(silent)
            left = {leaf.index for leaf in leaves}
        for leaf in leaves:
            if leaf.index in left:
                run.left.append(leaf)
            else:
                run.paid, run.net = run.paid + 1, run.net + leaf.gross - leaf.withheld
                run.withheld += leaf.withheld

    async def _deliver(self, run: Run, to_send: Sequence[Instruction], verify: OutcomeCheck) -> None:
        """Send one transaction. Raises LedgerError, and no refusal, when it only did not land."""
        try:
            await self._send(to_send, issuer=run.issuer, verify=verify, tables=self._tables)
        except TransactionFailed as error:
            tried = await self._ledger.simulate(to_send, self.payer, tables=self._tables)
            if tried.error is not None:
                raise
            raise LedgerError(str(error)) from error

    async def _again(self, attempt: Callable[[], Awaitable[Answer]]) -> Answer:
        """Try a call again that the cluster did not answer. A transaction may be sent twice: it pays once."""
        pause = self._pause
        for _ in range(self._tries - 1):
            try:
                return await attempt()
            except TransactionFailed:
                raise
            except LedgerError:
                await asyncio.sleep(pause)
                pause *= 2
        return await attempt()

    @property
    def _tables(self) -> tuple[LookupTable, ...]:
        return () if self._table is None else (self._table,)


async def unpaid_owners(ledger: Ledger, tree: MerkleTree, *, program_id: Pubkey = PROGRAM_ID) -> list[Unpaid]:
    """Everybody of the entitlement ``tree`` who was not paid yet, in its order."""
    found = await claim_pages(ledger, Pubkey(tree.account), range(tree.pages), program_id=program_id)
    unpaid = []
    for page, account in enumerate(found):
        unpaid += [
            as_unpaid(leaf, "not paid yet") for leaf in leaves_of(tree, page) if not is_claimed(account, leaf.index)
        ]
    return unpaid
