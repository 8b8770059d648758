"""The desk's redeemer settles as many requests at once as fit, and is told what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import Reserve
from xstock_client.amounts import Cash
from xstock_client.clients._settling import Settling
from xstock_client.clients.batches import BatchLine, BatchOutcome, BatchPlan, Due, judge, settled_line
from xstock_client.clients.payments import payment_token
from xstock_client.clients.token import TokenAccount, TokenMint
from xstock_client.constants import TOKEN_2022, Role
from xstock_client.errors import AccountMissing, LedgerError, ProgramRefused, TransactionFailed, Unconfirmed, UsageError
from xstock_client.events import parse_events
from xstock_client.ledger import LookupTable, Outcome, Signer, from_wallet, how_many_fit, open_table
from xstock_client.redemption import OpenRequest
from xstock_client.told import End

__all__ = ["Batching"]

_MOST: Final = 24
"""Requests of one transaction, at most: each takes two of the 64 calls that the runtime counts."""
# refusals that one request of several can bring about; any other would meet every transaction
_OF_ONE: Final = frozenset(
    {"PriceTooLow", "QuoteOpen", "SettlementMismatch", "UnexpectedBalance", "WrongRentReceiver", "WrongRequestState"}
    | {"WrongTokenAccount"}
)


@dataclass(frozen=True, slots=True)
class _Run:
    """What all transactions of one batch share."""

    asset: Pubkey
    plan: BatchPlan
    price: Cash
    agent: Signer | None
    by: Role | None
    tables: tuple[LookupTable, ...]


class Batching(Settling):
    """Signed by a redeemer, and by whoever may spend the payment source: the same key by default."""

    async def plan_batch(
        self,
        asset: Pubkey,
        requests: Sequence[OpenRequest],
        price: Cash,
        *,
        source: Pubkey | None = None,
        agent: Pubkey | None = None,
        payees: Mapping[Pubkey, Pubkey] | None = None,
        table: LookupTable | None = None,
        by: Role | None = Role.REDEEMER,
    ) -> BatchPlan:
        """What :meth:`settle_batch` would do now, without doing it: what each request would be paid, or why not.

        Raises UsageError when ``source`` does not hold as much, for a request that stands twice in the list, and for
        one of another asset.
        """
        strange = [one for one in requests if one.asset != asset]
        if strange:
            raise UsageError(
                f"the request {strange[0].address} is of asset {strange[0].asset}, and the batch of {asset}"
            )
        state = await self.asset_account(asset)
        payment = await payment_token(self._ledger, asset, state)
        spender = agent or self.authority
        source = source or payment.account(spender)
        chosen = payees or {}
        to = {one.holder: chosen.get(one.holder) or payment.account(one.holder) for one in requests}
        reserve, mint, money = await self._ledger.accounts([state.reserve, state.mint, source])
        if reserve is None or mint is None:
            raise AccountMissing(f"asset {asset} has no reserve account or mint on this cluster")
        paid = await self._ledger.accounts(list(to.values()))
        lines, due = judge(
            requests,
            await self._ledger.accounts([one.address for one in requests]),
            {holder: (address, account) for (holder, address), account in zip(to.items(), paid, strict=True)},
            state,
            Reserve.decode(reserve.data),
            TokenMint.decode(mint).supply,
            price,
            await self._ledger.now(),
            payment,
            program_id=self._program_id,
        )
        plan = BatchPlan(tuple(lines), (), payment, source)
        held = Cash(0) if money is None else Cash(TokenAccount.decode(money).amount.value)
        if held < plan.total:
            sums = f"{held.to_ui(payment.decimals)}, and this batch pays {plan.total.to_ui(payment.decimals)}"
            raise UsageError(f"the payment source {source} holds {sums}: fund it, or settle fewer requests")

        def build(some: Sequence[Due]) -> list[Instruction]:
            return self._build(asset, plan, some, price, agent, by)

        tables = () if table is None else (table,)
        transactions: list[tuple[Due, ...]] = []
        while due:
            count = max(how_many_fit(due[:_MOST], build, self.payer, tables=tables), 1)
            transactions.append(tuple(due[:count]))
            due = due[count:]
        return replace(plan, transactions=tuple(transactions))

    async def settle_batch_instructions(
        self,
        asset: Pubkey,
        requests: Sequence[OpenRequest],
        price: Cash,
        *,
        source: Pubkey | None = None,
        agent: Pubkey | None = None,
        payees: Mapping[Pubkey, Pubkey] | None = None,
        table: LookupTable | None = None,
        by: Role | None = Role.REDEEMER,
    ) -> list[list[Instruction]]:
        """Pay those of ``requests`` that can be: one list for each transaction. See :meth:`plan_batch`."""
        plan = await self.plan_batch(
            asset, requests, price, source=source, agent=agent, payees=payees, table=table, by=by
        )
        return [self._build(asset, plan, one, price, agent, by) for one in plan.transactions]

    async def settle_batch(
        self,
        asset: Pubkey,
        requests: Sequence[OpenRequest],
        price: Cash,
        *,
        source: Pubkey | None = None,
        agent: Signer | None = None,
        payees: Mapping[Pubkey, Pubkey] | None = None,
        table: LookupTable | None = None,
    ) -> list[BatchLine]:
        """Pay accepted requests ``price`` per whole share and burn their tokens, as many at once as fit.

        One line for each request, in their order. The money comes out of ``source``, for which ``agent`` signs: the
        signer's own associated account by default. It goes to each holder's associated account, opened if missing, or
        to the account that ``payees`` names for the holder. An account that is frozen or demands memos cannot be paid:
        the line says so, and the holder may name another one. Run again after any failure: each request is paid once,
        because the program takes no amount but the one that was listed. With a lookup ``table`` of the accounts that
        all share (:meth:`open_settlement_table`) about twice as many fit.
        """
        by, signer = await self._redeemer(), None if agent is None else from_wallet(agent)
        plan = await self.plan_batch(
            asset,
            requests,
            price,
            source=source,
            agent=None if signer is None else signer.pubkey,
            payees=payees,
            table=table,
            by=by,
        )
        run = _Run(asset, plan, price, signer, by, () if table is None else (table,))
        lines = list(plan.lines)
        stop: Exception | None = None
        for group in plan.transactions:
            if stop is None:
                stop = await self._settle_group(run, group, lines)
            else:
                _mark(lines, group, BatchOutcome.NOT_SENT, f"an earlier transaction failed: {stop}")
        return lines

    async def settlement_addresses(self, asset: Pubkey, *, source: Pubkey | None = None) -> list[Pubkey]:
        """The accounts that every settlement of an asset names, whichever requests it pays."""
        state = await self.asset_account(asset)
        payment = await payment_token(self._ledger, asset, state)
        return [
            self.issuer,
            asset,
            state.reserve,
            state.mint,
            state.escrow,
            payment.mint,
            source or payment.account(self.authority),
            TOKEN_2022,
            payment.program,
            pda.event_authority(self._program_id),
            self._own_grant(Role.REDEEMER),
        ]

    async def open_settlement_table(self, asset: Pubkey, *, source: Pubkey | None = None) -> LookupTable:
        """Make a lookup table of the accounts that all settlements of an asset share; the payer pays and owns it.

        It serves for as long as redeemer and source stay; :func:`xstock_client.ledger.close_table` gives its rent back.
        """
        return await open_table(self._ledger, self._payer, await self.settlement_addresses(asset, source=source))

    def _build(
        self,
        asset: Pubkey,
        plan: BatchPlan,
        group: Sequence[Due],
        price: Cash,
        agent: Pubkey | None,
        by: Role | None,
    ) -> list[Instruction]:
        return self.settle_parts_instructions(
            asset,
            [one.part for one in group],
            price=price,
            payment=plan.payment,
            source=plan.source,
            agent=agent,
            by=by,
        )

    async def _settle_group(self, run: _Run, group: Sequence[Due], lines: list[BatchLine]) -> Exception | None:
        """Settle a group in one transaction, or in several when one of its requests stands in the way.

        Fills in their lines; returns what would meet every other transaction, too.
        """
        agent = None if run.agent is None else run.agent.pubkey
        to_send = self._build(run.asset, run.plan, group, run.price, agent, run.by)

        async def verify() -> Outcome:
            return await self._all_settled(run.asset, group, lines)

        try:
            receipt = await self._send(
                to_send,
                issuer=self.issuer,
                verify=verify,
                needs=self._redeemer_needs(run.by),
                also=[] if run.agent is None else [run.agent],
                tables=run.tables,
            )
        except (ProgramRefused, TransactionFailed) as error:
            of_one = await self._is_of_one(error, group, lines)
            if of_one and len(group) > 1:
                half = len(group) // 2
                stop = await self._settle_group(run, group[:half], lines)
                if stop is None:
                    return await self._settle_group(run, group[half:], lines)
                _mark(lines, group[half:], BatchOutcome.NOT_SENT, f"an earlier transaction failed: {stop}")
                return stop
            _mark(lines, group, BatchOutcome.REFUSED, str(error))
            return None if of_one else error
        except LedgerError as error:
            _mark(lines, group, BatchOutcome.UNKNOWN, str(error))
            return None if isinstance(error, Unconfirmed) else error
        events = None
        if receipt.transaction is not None:
            events = parse_events(receipt.transaction, program_id=self._program_id)
        for one in group:
            lines[one.place] = settled_line(lines[one.place], events, receipt)
        return None

    async def _is_of_one(
        self, error: ProgramRefused | TransactionFailed, group: Sequence[Due], lines: Sequence[BatchLine]
    ) -> bool:
        """Whether one request of the group, and not the batch, is what a transaction failed for."""
        if isinstance(error, TransactionFailed) or error.name in _OF_ONE:
            return True
        # one that has ended in the meantime is refused as an account that is not there
        return None in await self._ledger.accounts([lines[one.place].request.address for one in group])

    async def _all_settled(self, asset: Pubkey, group: Sequence[Due], lines: Sequence[BatchLine]) -> Outcome:
        """Whether a transaction that settles all of a group, or nothing, took effect."""
        there = await self._ledger.accounts([lines[one.place].request.address for one in group])
        if any(account is not None for account in there):
            return "not done"
        told = await self.ended(asset, group[0].part.holder, group[0].part.id)
        return "done" if told is not None and told.end is End.SETTLED else "unknown"


def _mark(lines: list[BatchLine], group: Sequence[Due], outcome: BatchOutcome, why: str) -> None:
    for one in group:
        lines[one.place] = replace(lines[one.place], outcome=outcome, payment=Cash(0), fee=Cash(0), why=why)
