"""The part of the day that belongs to corporate actions: a dividend with withholding, and a 10:1 split."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from rich.table import Table
from solders.pubkey import Pubkey

from xstock_client.amounts import Cash, Raw, Ui
from xstock_client.clients import (
    DividendRun,
    Holder,
    IssuerDesk,
    Keeper,
    MintOutcome,
    SnapshotAttestor,
    read_distribution,
    read_snapshot,
)
from xstock_client.clients.excluding import excluded_owners
from xstock_client.clients.token import create_token_account
from xstock_client.constants import CHALLENGE_WINDOW_S, DAY_S, HOUR_S, TOKEN, DistributionRule, Role
from xstock_client.corporate import CashRate
from xstock_client.errors import XstockError
from xstock_client.ledger import KeypairSigner, Receipt
from xstock_client.merkle import MerkleTree
from xstock_client.rehearsal.cast import Cast, NewShares
from xstock_client.rehearsal.stablecoin import Stablecoin
from xstock_client.rehearsal.stage import Clockwork, Faucet, Stage
from xstock_client.rendering import instant, span
from xstock_client.snapshot import Entitlements, RatesFile, entitlement_tree, entitlements, snapshot_tree, take_capture

__all__ = ["NEW", "OLD", "PER_SHARE", "CorporateDays"]

PER_SHARE: Final = "0.26"
"""In the stablecoin."""
NEW: Final = 10
OLD: Final = 1
_DEFAULT_TAX: Final = 3_000
_TREATY_TAX: Final = 1_500
"""Basis points: of whom nothing is known, and of residents of a country with a treaty."""
_ESCROWED: Final = "1000"
_NOTICE: Final = DAY_S + HOUR_S
_DOCUMENT: Final = b"the company's announcement"


@dataclass(frozen=True, slots=True)
class CorporateDays:
    """Its chapters, about one stock. They take days, so that only a clock that can be turned plays them."""

    ledger: Faucet
    stage: Stage
    cast: Cast
    desk: IssuerDesk
    asset: Pubkey
    symbol: str
    coin: Stablecoin

    def left_out(self) -> None:
        """Where no clock can be turned."""
        self.stage.chapter(
            "A dividend and a split", "Announced a day ahead at least; their roots are open to challenge."
        )
        self.stage.note("left out: a cluster's clock cannot be turned, and both take days")

    async def dividend(self, clock: Clockwork) -> None:
        """A cash dividend with two rates of tax, paid to those who held at the record time, escrow included."""
        stage, cast, officer = self.stage, self.cast, self._officer
        stage.chapter(
            "A dividend with withholding",
            "Who held what at the end of one slot is agreed by two attestors of three, is open to challenge for a day,"
            " and then never changes.",
        )
        now = await self.ledger.now()
        record_at = now + _NOTICE
        rate = CashRate.parse(PER_SHARE, self.coin.decimals)
        announced = await officer.announce_cash_dividend(
            self.asset,
            rate=rate,
            payout_mint=self.coin.mint,
            ex_at=record_at,
            record_at=record_at,
            pay_at=record_at + 3 * DAY_S,
            document_hash=sha256(_DOCUMENT).digest(),
        )
        text = f"{self.symbol} will pay [bold]{PER_SHARE} USDx[/] a share to who holds at {instant(record_at)}"
        stage.did("announce_dividend", text, announced.receipt)
        clock.advance(_NOTICE - 60)
        ana = Holder(self.ledger, signer=cast.ana)
        requested = await ana.request(self.asset, Ui.parse(_ESCROWED).to_raw())
        text = f"a minute before, Ana asks for [bold]{Ui.parse(_ESCROWED)} {self.symbol}[/]: they wait in escrow"
        stage.did("request", text, requested.receipt)
        clock.advance(60)
        taken = await Keeper(self.ledger, signer=cast.relayer).record_snapshot(self.asset, announced.number)
        capture = await take_capture(self.ledger, self.asset)
        text = f"anybody takes the snapshot: slot {taken.slot:,}, supply [bold]{taken.supply.to_ui()}"
        stage.did("record_snapshot", text, taken.receipt)
        stage.did("cancel", "Ana takes her tokens back from escrow", await ana.cancel(self.asset, requested.id))
        balances = capture.balances(slot=taken.slot, supply=taken.supply)
        held = ", ".join(f"{stage.names.get(owner, str(owner))} {raw.to_ui()}" for owner, raw in balances)
        stage.note(f"each attestor computes the balances: {held}; what was in escrow is Ana's")
        await self._agree(snapshot_tree(balances, taken.address), "balances")
        clock.advance(CHALLENGE_WINDOW_S + 1)
        rates = RatesFile(_DEFAULT_TAX, {"CH": _TREATY_TAX}, {cast.ana.pubkey: "CH"})
        distribution = await self._declare(taken.address, rates)
        without = await excluded_owners(self.ledger, taken.address, DistributionRule.WITHOUT_ISSUER)
        multiplier = (await read_snapshot(self.ledger, taken.address)).multiplier
        rows = entitlements(balances, multiplier, rate.value, rates, without)
        tree = entitlement_tree(rows, distribution)
        await self._agree(tree, "entitlements")
        clock.advance(CHALLENGE_WINDOW_S + 1)
        receipt = await self.desk.acting_as(cast.treasury).fund_distribution(distribution)
        funded = self._ui(Cash(rows.total_gross))
        stage.did("fund", f"the treasury funds it: [bold]{funded} USDx[/]; nobody is paid before all is there", receipt)
        status = await read_distribution(self.ledger, distribution)
        clock.advance(max(status.claim_from - await self.ledger.now(), 0))
        await self._push(tree, rows)

    async def _declare(self, snapshot: Pubkey, rates: RatesFile) -> Pubkey:
        cast, coin = self.cast, self.coin
        authority = cast.authority.pubkey
        await self.ledger.send([create_token_account(cast.treasury.pubkey, authority, coin.mint, TOKEN)], cast.treasury)
        self.stage.names[coin.account(authority)] = "the withholding account"
        until = await self.ledger.now() + 366 * DAY_S
        declared = await self._officer.declare_distribution(
            snapshot,
            rates_hash=rates.hash,
            withholding_account=coin.account(authority),
            claim_until=until,
        )
        text = (
            f"the distribution is declared, with a vault of its own and the hash of the published tax rates: 15 % by"
            f" treaty, 30 % else; open until {instant(until)}"
        )
        self.stage.did("declare", text, declared.receipt)
        return declared.address

    async def _agree(self, tree: MerkleTree, what: str) -> None:
        for key in self.cast.attestors[:2]:
            voted = await SnapshotAttestor(self.ledger, signer=key, payer=self.cast.relayer).vote(tree)
            agreed = f"; agreed, final in {span(CHALLENGE_WINDOW_S)}" if voted.agreed else ""
            text = (
                f"{self.stage.names[key.pubkey]} votes for the root of the {what}: {tree.root.hash.hex()[:16]}…{agreed}"
            )
            self.stage.did("vote_root", text, voted.receipt)

    async def _push(self, tree: MerkleTree, rows: Entitlements) -> None:
        stage, coin, names = self.stage, self.coin, self.stage.names
        before = {row.owner: (await coin.balance(row.owner)).value for row in rows}
        report = await DividendRun(self.ledger, payer=self.cast.relayer, tree=tree).push()
        if report.stopped is not None or report.unpaid:
            raise report.stopped or XstockError("somebody was not paid. Report this")
        *_, opened, paid = reversed(await self._last(tree, report.transactions))
        stage.did("open_claim_page", "a relayer pushes it: the page of 4,096 claims is proven once", opened)
        stage.did("push", f"and {report.paid} owners are paid in one transaction, a bit of rent each", paid)
        table = Table()
        for name in ("owner", "gross", "withheld", "rate", "paid"):
            table.add_column(name, justify="left" if name == "owner" else "right")
        for row in rows:
            got = (await coin.balance(row.owner)).value - before[row.owner]
            if got != row.net:
                raise XstockError(f"{row.owner} got {got} base units, not {row.net}. Report this")
            gross, withheld, net = (self._ui(Cash(value)) for value in (row.gross, row.withheld, row.net))
            table.add_row(names[row.owner], gross, withheld, f"{row.withheld / row.gross:.0%}", f"[bold]{net}")
        stage.console.print(table)
        distribution = Pubkey(tree.account)
        receipt = await Keeper(self.ledger, signer=self.cast.relayer).remit_withheld(distribution)
        after = await read_distribution(self.ledger, distribution)
        text = (
            f"{self._ui(after.remitted)} USDx of tax go to the withholding account; paid {self._ui(after.paid)} +"
            f" withheld {self._ui(after.withheld)} = funded {self._ui(after.funded)}"
        )
        stage.did("remit", text, receipt)

    async def _last(self, tree: MerkleTree, count: int) -> list[Receipt]:
        """The last transactions of a distribution, newest first."""
        receipts = []
        for info in await self.ledger.signatures_for(Pubkey(tree.account), limit=count):
            executed = await self.ledger.transaction(info.signature)
            if executed is None:
                raise XstockError(f"the ledger does not hold transaction {info.signature}")
            receipts.append(Receipt(info.signature, info.slot, executed.units, executed))
        return receipts

    async def split(
        self,
        clock: Clockwork,
        isin: str,
        report: Callable[[NewShares], Awaitable[None]],
        mint: Callable[[], Awaitable[MintOutcome]],
    ) -> None:
        """Ten shares for one: tokens stay, what each stands for grows, and nothing mints in between.

        ``report`` has the custodians report in new shares, ``mint`` tries to mint.
        """
        stage, officer = self.stage, self._officer
        stage.chapter(
            f"A {NEW}:{OLD} split",
            "Tokens stay; the multiplier changes for everybody in the same second. Every report names the splits that"
            " its figures include.",
        )
        before, state = await self._wallets(), await officer.asset_account(self.asset)
        notice = max(DAY_S, state.policy.change_delay_s) + HOUR_S
        ex_at = await self.ledger.now() + notice
        announced = await officer.announce_split(
            self.asset,
            new=NEW,
            old=OLD,
            ex_at=ex_at,
            effective_at=ex_at + HOUR_S,
            document_hash=sha256(_DOCUMENT).digest(),
        )
        text = f"[bold]{NEW} shares for {OLD}[/], ex {instant(ex_at)}, effective an hour later; wallets are told now"
        stage.did("announce_split", text, announced.receipt)
        clock.advance(notice + 120)
        stage.because(await stage.refused(f"100 {self.symbol} to Ana after the ex time", mint(), "SplitPending"))
        await report(NewShares(isin, NEW, OLD, state.basis + 1))
        clock.advance(HOUR_S)
        after = await self._wallets()
        for name, (tokens, shares) in after.items():
            was = before[name]
            if tokens != was[0] or shares.value != NEW * was[1].value:
                raise XstockError(f"{name} has {shares} shares after the split, and had {was[1]}. Report this")
            stage.note(
                f"{name} still has {tokens.to_ui()} tokens; the wallet shows {was[1]} → [bold]{shares}[/] shares"
            )
        outcome = await mint()
        if outcome.receipt is None:
            raise outcome.error or XstockError("the mint after the split failed. Report this")
        text = f"minting goes on: 100 tokens to Ana, which are {100 * NEW // OLD:,} shares now"
        stage.did("mint_first", text, outcome.receipt)

    async def _wallets(self) -> dict[str, tuple[Raw, Ui]]:
        """Tokens, and the shares that a wallet shows for them, by holder."""
        found = {}
        for key in (self.cast.ana, self.cast.ben):
            balance = await Holder(self.ledger, signer=key).balance(self.asset)
            found[self.stage.names[key.pubkey]] = (balance.raw, balance.ui)
        return found

    @property
    def _officer(self) -> IssuerDesk:
        key: KeypairSigner = self.cast.officers[Role.CORPORATE]
        return self.desk.acting_as(key)

    def _ui(self, amount: Cash) -> str:
        return str(amount.to_ui(self.coin.decimals))
