"""The part of the day that belongs to holders: the bond, a redemption, and a deadline that is missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from solders.pubkey import Pubkey

from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import Cash, Raw, Ui
from xstock_client.clients import Holder, Integrator, IssuerDesk, Keeper
from xstock_client.constants import RequestState, Role
from xstock_client.errors import LedgerError, XstockError
from xstock_client.ledger import Account
from xstock_client.rehearsal.cast import Cast
from xstock_client.rehearsal.stablecoin import Stablecoin
from xstock_client.rehearsal.stage import Clockwork, Faucet, Stage
from xstock_client.rendering import instant, span
from xstock_client.told import EndedRequest

__all__ = ["BOND", "PENALTY", "Redemptions"]

_PATIENCE: Final = 30
_FUNDS: Final = "1000000"
BOND: Final = "5000"
PENALTY: Final = "2"
"""Both in the stablecoin: the bond of each stock, and what a missed deadline costs for each token."""
_PRICE: Final = "187.42"
_SLIPPAGE: Final = 100
_TERMS: Final = b"cash at the closing price, on chain"


@dataclass(frozen=True, slots=True)
class Redemptions:
    """Its chapters, about one stock."""

    ledger: Faucet
    stage: Stage
    cast: Cast
    desk: IssuerDesk
    asset: Pubkey
    symbol: str
    coin: Stablecoin

    @classmethod
    async def bonds(
        cls, ledger: Faucet, stage: Stage, cast: Cast, desk: IssuerDesk, assets: Mapping[Pubkey, str]
    ) -> Redemptions:
        """Put a bond behind each stock; the rest of this part is about the first one."""
        stage.chapter(
            "A bond behind every redemption",
            "The issuer binds itself to answer in time. If it does not, the bond pays the holder; without one nothing"
            " is minted.",
        )
        coin = await Stablecoin.create(ledger, cast.bank)
        stage.names[coin.mint], stage.cash_decimals = "USDx", coin.decimals
        await coin.give(cast.treasury.pubkey, _cash(_FUNDS, coin))
        for owner in (cast.treasury, cast.ana, cast.ben):
            stage.names[coin.account(owner.pubkey)] = stage.names[owner.pubkey]
        stage.note("USDx, a stablecoin of SPL Token with six decimals, stands in for USDC")
        treasury = desk.acting_as(cast.treasury)
        for asset, symbol in assets.items():
            receipt = await desk.open_bond(asset, coin.mint)
            stage.did("open_bond", f"{symbol}: redemptions are paid in USDx, and so is the bond", receipt)
            receipt = await treasury.deposit_bond(asset, _cash(BOND, coin))
            text = f"{symbol}: the treasury deposits [bold]{Ui.parse(BOND)} USDx[/]; a late token costs {PENALTY}"
            stage.did("deposit_bond", text, receipt)
        asset, symbol = next(iter(assets.items()))
        return cls(ledger, stage, cast, desk, asset, symbol, coin)

    async def paid(self) -> None:
        """A redemption, delivery versus payment."""
        self.stage.chapter(
            "A holder redeems",
            "Tokens wait in escrow, still counted as supply; payment and burn are one instruction, all or nothing.",
        )
        asset, ana = self.asset, self.cast.ana
        desk = self.desk.acting_as(self.cast.officers[Role.REDEEMER])
        holder = Holder(self.ledger, signer=ana)
        amount, price = Ui.parse("1000").to_raw(), _cash(_PRICE, self.coin)
        quote = await holder.quote(asset, amount, price=price, slippage_bps=_SLIPPAGE)
        least = quote.min_price.to_ui(self.coin.decimals)
        self.stage.note(
            f"her wallet quotes {self._ui(quote.payment)} USDx at {_PRICE} a share, {self._ui(quote.min_payment)} at"
            f" {_SLIPPAGE / 100:g} % less, and {self._ui(quote.penalty)} more if the desk accepts and is late"
        )
        requested = await holder.request(
            asset, amount, min_price=quote.min_price, payout_terms_hash=sha256(_TERMS).digest()
        )
        text = f"Ana asks for [bold]1,000 {self.symbol}[/] at {least} USDx a share or more (request {requested.id})"
        self.stage.did("request", text, requested.receipt)
        async with aclosing(self.ledger.subscribe_account(requested.address)) as watch:
            await _until(watch, RequestState.REQUESTED)
            (waiting,) = await desk.open_requests(asset)
            request = waiting.request
            text = f"the desk finds it in its queue and accepts; to be settled before {instant(request.settle_by)}"
            self.stage.did("accept", text, await desk.accept(asset, request.holder, request.id))
            await _until(watch, RequestState.ACCEPTED)
            self.stage.note("Ana's wallet is subscribed to her request, and sees that it is accepted")
            supply = await self._supply()
            receipt = await desk.settle(
                asset,
                request.holder,
                request.id,
                amount=request.amount,
                price=price,
                agent=self.cast.treasury,
            )
            paid, after = await self.coin.balance(ana.pubkey), await self._supply()
            text = (
                f"settled at {_PRICE}: Ana gets [bold]{paid.to_ui(self.coin.decimals)} USDx[/], the tokens are burned,"
                f" supply {supply.to_ui()} → [bold]{after.to_ui()}"
            )
            self.stage.did("settle", text, receipt)
            await _until(watch, None)
        balance = await holder.balance(asset)
        left, still_open = balance.ui, len(await holder.requests(asset))
        self.stage.note(f"her wallet sees that the request is gone: {left} {self.symbol} left, {still_open} open")

    async def missed(self) -> None:
        """A deadline that the issuer misses, where the clock can be turned."""
        ledger, stage, coin, ben = self.ledger, self.stage, self.coin, self.cast.ben.pubkey
        stage.chapter(
            "A deadline is missed", "Anybody may call it in: the tokens go back, and the bond pays the penalty."
        )
        if not isinstance(ledger, Clockwork):
            stage.note("left out: a cluster's clock cannot be turned, and no deadline is shorter than a day")
            return
        holder = Holder(ledger, signer=self.cast.ben)
        requested = await holder.request(self.asset, Ui.parse("500").to_raw())
        (request,) = await holder.requests(self.asset)
        text = (
            f"Ben asks for [bold]500 {self.symbol}[/] at market; if nobody answers before {instant(request.accept_by)},"
            f" {request.penalty.to_ui(coin.decimals)} USDx are his"
        )
        stage.did("request", text, requested.receipt)
        tokens, before = (await holder.balance(self.asset)).raw, await self._bond()
        wait = request.accept_by + 1 - await ledger.now()
        ledger.advance(wait)
        stage.note(f"{span(wait)} pass; nobody answers")
        keeper = Keeper(ledger, signer=self.cast.relayer)
        (late,) = await keeper.default_late(self.asset)
        if late.defaulted is None:
            raise late.error or XstockError("the missed deadline cost nothing. Report this")
        after = await self._bond()
        text = (
            f"a relayer calls it in: the bond pays Ben [bold]{late.defaulted.penalty.to_ui(coin.decimals)} USDx[/],"
            f" {before.to_ui(coin.decimals)} → [bold]{after.to_ui(coin.decimals)}"
        )
        stage.did("default", text, late.defaulted.receipt)
        told = await holder.status(self.asset, requested.id)
        dollars, back = await coin.balance(ben), (await holder.balance(self.asset)).raw
        if not isinstance(told, EndedRequest) or told.penalty != dollars or back != tokens + request.amount:
            raise XstockError("the penalty or the tokens did not reach their holder. Report this")
        stage.note(
            f"Ben's wallet reads it in the events ({told.name}): {dollars.to_ui(coin.decimals)} USDx,"
            f" {tokens.to_ui()} → {back.to_ui()} {self.symbol}"
        )

    def _ui(self, amount: Cash | None) -> str:
        return "nothing" if amount is None else str(amount.to_ui(self.coin.decimals))

    async def _supply(self) -> Raw:
        return (await Integrator(self.ledger).token(self.asset)).supply

    async def _bond(self) -> Cash:
        return (await Integrator(self.ledger).bond(self.asset)).amount


async def _until(watch: AsyncGenerator[Account | None, None], state: RequestState | None) -> None:
    """Wait until the subscription shows the request in ``state``, or gone. Raises LedgerError when it stays silent."""

    async def seen() -> None:
        async for account in watch:
            if state == (None if account is None else RedemptionRequest.decode(account.data).state):
                return

    try:
        await asyncio.wait_for(seen(), _PATIENCE)
    except TimeoutError:
        raise LedgerError(f"the subscription told nothing in {_PATIENCE} s; check the websocket's URL") from None


def _cash(amount: str, coin: Stablecoin) -> Cash:
    return Ui.parse(amount).to_cash(coin.decimals)
