"""How `xstock redeem settle` pays: many requests at once, one by itself, or in a transaction of fixed bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from solders.pubkey import Pubkey

from xstock_client.amounts import Cash, Raw, Ui
from xstock_client.cli._args import raw_of
from xstock_client.cli._coin import require_money
from xstock_client.cli._refusing import refusal_text
from xstock_client.cli._session import Session
from xstock_client.cli._writing import require_one_transaction
from xstock_client.cli.redeem._common import read_requests
from xstock_client.cli.redeem._outcomes import Done
from xstock_client.cli.redeem._rows import Row
from xstock_client.clients import BatchLine, BatchOutcome, BatchPlan, IssuerDesk, PaymentToken, TokenAccount
from xstock_client.errors import UsageError, XstockError
from xstock_client.events import RedemptionSettled, parse_events
from xstock_client.ledger import LookupTable, Receipt, Signer, read_table
from xstock_client.redemption import OpenRequest
from xstock_client.rendering import cash_json
from xstock_client.times import instant
from xstock_client.told import End

__all__ = ["COLUMNS", "Paying", "Single", "Terms"]

COLUMNS: Final = ("shares", "at", "paid", "fee")
_NOTHING: Final = Cash(0)


@dataclass(frozen=True, slots=True)
class Terms:
    """What all requests share: the price, and where the money comes from."""

    price: Ui | None
    source: Pubkey | None
    agent: Signer | None
    table: Pubkey | None


@dataclass(frozen=True, slots=True)
class Single:
    """What can be said about one request alone."""

    amount: Ui | None
    rest: Ui | None
    payee: Pubkey | None
    open_account: bool | None
    rent_receiver: Pubkey | None

    @property
    def named(self) -> bool:
        """Whether any of it is said."""
        return self.by_itself or self.amount is not None or self.payee is not None

    @property
    def by_itself(self) -> bool:
        """Whether it cannot be one of a batch."""
        return any(one is not None for one in (self.rest, self.open_account, self.rent_receiver))


@dataclass(frozen=True, slots=True)
class Paying:
    """One run of the command."""

    session: Session
    client: IssuerDesk
    asset: Pubkey
    coin: PaymentToken
    terms: Terms

    # Many at once

    async def all(self, rows: Sequence[Row], prices: Sequence[Cash], single: Single, *, dry_run: bool) -> list[Done]:
        """Settle what can be, in as few transactions as it takes; or only tell what each would be paid.

        Raises UsageError before anything is sent when there is not enough money for all of it.
        """
        found = await read_requests(self.client.ledger, self.asset, [row.target for row in rows])
        done: list[Done | None] = [
            None if one is not None else await self._gone(row) for row, one in _pairs(rows, found)
        ]
        listed = [None if one is None else _as_listed(row, one, single.amount) for row, one in _pairs(rows, found)]
        groups: dict[Cash, list[int]] = {}
        for place, (one, price) in enumerate(zip(listed, prices, strict=True)):
            if one is not None:
                groups.setdefault(price, []).append(place)
        table = None if self.terms.table is None else await read_table(self.client.ledger, self.terms.table)
        plans: dict[Cash, BatchPlan] = {}
        if dry_run or len(groups) > 1:
            for price, places in groups.items():
                plans[price] = await self._plan(rows, listed, places, price, single, table)
            await self._require_money(list(plans.values()))
        stop: XstockError | None = None
        for price, places in groups.items():
            lines: Sequence[BatchLine] = plans[price].lines if dry_run else ()
            if stop is None and not dry_run:
                try:
                    lines = await self._send(rows, listed, places, price, single, table)
                except XstockError as error:
                    if not any(one is not None and one.receipt is not None for one in done):
                        raise
                    stop = error
            why = "" if stop is None else f"an earlier one failed: {refusal_text(stop, self.coin.decimals)}"
            for number, place in enumerate(places):
                line = None if stop is not None else lines[number]
                done[place] = (
                    self._done(rows[place], "not sent", False, why)
                    if line is None
                    else await self._of_line(rows[place], line, price)
                )
        return [one for one in done if one is not None]

    async def _plan(
        self,
        rows: Sequence[Row],
        listed: Sequence[OpenRequest | None],
        places: Sequence[int],
        price: Cash,
        single: Single,
        table: LookupTable | None,
    ) -> BatchPlan:
        agent = self.terms.agent
        return await self.client.plan_batch(
            self.asset,
            _at(listed, places),
            price,
            source=self.terms.source,
            agent=None if agent is None else agent.pubkey,
            payees=_payees(rows, single),
            table=table,
        )

    async def _send(
        self,
        rows: Sequence[Row],
        listed: Sequence[OpenRequest | None],
        places: Sequence[int],
        price: Cash,
        single: Single,
        table: LookupTable | None,
    ) -> Sequence[BatchLine]:
        return await self.client.settle_batch(
            self.asset,
            _at(listed, places),
            price,
            source=self.terms.source,
            agent=self.terms.agent,
            payees=_payees(rows, single),
            table=table,
        )

    async def _require_money(self, plans: Sequence[BatchPlan]) -> None:
        """Each plan was judged alone. Raises UsageError when the source cannot pay all of them."""
        if len(plans) < 2:
            return
        account = await self.client.ledger.account(plans[0].source)
        held = Cash(0) if account is None else Cash(TokenAccount.decode(account).amount.value)
        total = Cash(sum(plan.total.value for plan in plans))
        if held < total:
            sums = f"{held.to_ui(self.coin.decimals)}, and all of this pays {total.to_ui(self.coin.decimals)}"
            raise UsageError(f"the payment source {plans[0].source} holds {sums}: fund it, or settle fewer requests")

    async def _of_line(self, row: Row, line: BatchLine, price: Cash) -> Done:
        if line.outcome is BatchOutcome.GONE:
            return await self._gone(row)
        good = line.outcome in (BatchOutcome.SETTLED, BatchOutcome.DUE)
        why = line.why
        if good and line.late:
            why = f"late since {instant(line.request.settle_by)}"
        return self._done(
            row,
            str(line.outcome),
            good,
            why,
            request=line.request,
            price=price,
            payment=line.payment,
            fee=line.fee,
            receipt=line.receipt,
        )

    async def _gone(self, row: Row) -> Done:
        """How a request that is not open any more has ended: settled before is as it was to be."""
        told = await self.client.ended(self.asset, row.target.holder, row.target.id)
        if told is None:
            why = "it has ended, or was never made; this RPC does not hold what was told about it"
            return self._done(row, "gone", False, why)
        if told.end is not End.SETTLED:
            return self._done(row, "gone", False, f"it was {told.name} on {instant(told.at)}: its tokens went back")
        paid = told.paid.to_ui(self.coin.decimals)
        return self._done(row, "settled before", True, f"on {instant(told.at)}: {paid} in all")

    # One by itself

    async def one(self, row: Row, price: Cash, single: Single) -> Done:
        """Settle one request, or a part of it."""
        request = await self.client.request_of(self.asset, row.target.holder, row.target.id)
        amount = _amount(row, single.amount, request)
        rest = Raw(0) if single.rest is None else raw_of(single.rest, request.multiplier)
        spender = self.client.authority if self.terms.agent is None else self.terms.agent.pubkey
        await require_money(self.client.ledger, self.coin, self.terms.source or self.coin.account(spender), _NOTHING)
        receipt = await self._settle(row, price, single, amount, rest)
        return self._settled(row, price, receipt, request)

    async def _settle(self, row: Row, price: Cash, single: Single, amount: Raw, rest: Raw) -> Receipt:
        if self.terms.table is not None:
            raise UsageError("--table is for many requests at once: one by itself, or signed apart, needs none")
        return await self.client.settle(
            self.asset,
            row.target.holder,
            row.target.id,
            amount=amount,
            price=price,
            rest=rest,
            source=self.terms.source,
            payee=single.payee or row.payee,
            open_payee=single.open_account,
            rent_receiver=single.rent_receiver,
            payment=self.coin,
            agent=self.terms.agent,
        )

    def _settled(self, row: Row, price: Cash, receipt: Receipt, request: OpenRequest | None) -> Done:
        events = () if receipt.transaction is None else parse_events(receipt.transaction)
        told = [
            one
            for one in events
            if isinstance(one, RedemptionSettled) and (one.holder, one.id) == (row.target.holder, row.target.id)
        ]
        payment, fee = (Cash(told[0].payment), Cash(told[0].fee)) if told else (_NOTHING, _NOTHING)
        why = f"{Raw(told[0].rest).to_ui()} stay accepted" if told and told[0].rest else ""
        return self._done(
            row, "settled", True, why, request=request, price=price, payment=payment, fee=fee, receipt=receipt
        )

    # In a transaction of fixed bytes

    async def apart(self, rows: Sequence[Row], prices: Sequence[Cash], single: Single) -> list[Done]:
        """Signed on one machine and sent by another: one transaction, and no lookup table.

        One request of which all is told is not read. Raises UsageError for more than a transaction takes, and when any
        of several cannot be settled.
        """
        if len(rows) > 1:
            return await self._apart_together(rows, prices, single)
        given, row = self.session.given_multiplier, rows[0]
        amount, request = row.raw, None
        told_all = single.rest is None or given is not None
        if single.amount is not None and given is not None:
            amount = raw_of(single.amount, given)
        if amount is None or not told_all:
            with self.session.instead("say --amount and --multiplier, --price and --rent-receiver, or a --csv file"):
                request = await self.client.request_of(self.asset, row.target.holder, row.target.id)
            amount = _amount(row, single.amount, request)
        multiplier = given if request is None else request.multiplier
        assert multiplier is not None or single.rest is None
        rest = Raw(0) if single.rest is None or multiplier is None else raw_of(single.rest, multiplier)
        with self.session.instead("say --rent-receiver, and --payee or --open-account or --no-open-account"):
            receipt = await self._settle(row, prices[0], single, amount, rest)
        return [self._settled(row, prices[0], receipt, request)]

    async def _apart_together(self, rows: Sequence[Row], prices: Sequence[Cash], single: Single) -> list[Done]:
        require_one_transaction(len(set(prices)), f"{len(set(prices))} prices")
        if self.terms.table is not None:
            raise UsageError("what is signed apart takes no lookup table: leave --table out, and settle fewer at once")
        found = await read_requests(self.client.ledger, self.asset, [row.target for row in rows])
        gone = [row for row, one in _pairs(rows, found) if one is None]
        if gone:
            raise UsageError(f"the request {gone[0].target} has ended, or was never made: leave it out")
        listed = [None if one is None else _as_listed(row, one, None) for row, one in _pairs(rows, found)]
        plan = await self._plan(rows, listed, range(len(rows)), prices[0], single, None)
        bad = next((line for line in plan.lines if line.outcome is not BatchOutcome.DUE), None)
        if bad is not None:
            place = f"{bad.request.holder}/{bad.request.id}"
            raise UsageError(f"{place} cannot be settled ({bad.outcome}): {bad.why}; leave it out")
        require_one_transaction(len(plan.transactions), f"{len(rows)} settlements")
        agent = self.terms.agent
        to_send = self.client.settle_parts_instructions(
            self.asset,
            [due.part for due in plan.transactions[0]],
            price=prices[0],
            payment=plan.payment,
            source=plan.source,
            agent=None if agent is None else agent.pubkey,
        )
        signers = [self.session.signer(), *([] if agent is None else [agent])]
        receipt = await self.client.ledger.send(to_send, self.session.payer(), signers)
        return [self._settled(row, prices[0], receipt, one) for row, one in _pairs(rows, listed)]

    def _done(
        self,
        row: Row,
        outcome: str,
        good: bool,
        why: str,
        *,
        request: OpenRequest | None = None,
        price: Cash | None = None,
        payment: Cash = _NOTHING,
        fee: Cash = _NOTHING,
        receipt: Receipt | None = None,
    ) -> Done:
        decimals = self.coin.decimals
        facts: dict[str, Any] = {
            "price": None if price is None else cash_json(price, decimals),
            "payment": cash_json(payment, decimals),
            "fee": cash_json(fee, decimals),
        }
        cells = (
            "" if request is None else str(request.shares.to_ui()),
            "" if price is None else str(price.to_ui(decimals)),
            str(payment.to_ui(decimals)) if payment else "-",
            str(fee.to_ui(decimals)) if fee else "-",
        )
        unknown = outcome == BatchOutcome.UNKNOWN
        return Done(row.target, outcome, good, why, unknown=unknown, receipt=receipt, cells=cells, facts=facts)


def _pairs(rows: Sequence[Row], found: Sequence[OpenRequest | None]) -> list[tuple[Row, OpenRequest | None]]:
    return list(zip(rows, found, strict=True))


def _at(listed: Sequence[OpenRequest | None], places: Sequence[int]) -> list[OpenRequest]:
    return [one for place in places if (one := listed[place]) is not None]


def _payees(rows: Sequence[Row], single: Single) -> dict[Pubkey, Pubkey]:
    found = {row.target.holder: row.payee for row in rows if row.payee is not None}
    return {rows[0].target.holder: single.payee} if single.payee is not None else found


def _amount(row: Row, amount: Ui | None, request: OpenRequest) -> Raw:
    """What it was said to hold, or does."""
    if amount is not None:
        return raw_of(amount, request.multiplier)
    return request.amount if row.raw is None else row.raw


def _as_listed(row: Row, request: OpenRequest, amount: Ui | None) -> OpenRequest:
    """The request as it was when it was listed: the program settles no other amount."""
    return replace(request, amount=_amount(row, amount, request))
