"""The script of the day. Every figure comes from the statements and from the chain; nothing is made up here."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from rich.console import Console
from solders.hash import Hash
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import Raw, Shares, Ui
from xstock_client.clients import (
    AssetListing,
    AttestationPlan,
    Attestor,
    Holder,
    Integrator,
    IssuerDesk,
    MintOutcome,
    SignedStatement,
    read_reports,
    sign_statement,
    write_reports,
)
from xstock_client.constants import DAY_S, RequestState, Role
from xstock_client.custody import CustodianProfile, load_profile
from xstock_client.custody.redate import redate
from xstock_client.errors import LedgerError, ProgramRefused, XstockError
from xstock_client.events import Event
from xstock_client.ledger import Account, KeypairSigner, Receipt
from xstock_client.rehearsal.stage import Faucet, Stage, Step
from xstock_client.rendering import instant, span
from xstock_client.reserve_report import ReserveReport

__all__ = ["Day", "run"]

_SOL: Final = 1_000_000_000
_HOUR: Final = 3_600
_APPLE: Final = "US0378331005"
_NVIDIA: Final = "US67066G1040"
_SYMBOLS: Final = {_APPLE: "AAPLx", _NVIDIA: "NVDAx"}
_STATEMENTS: Final = ("alpine-rock.semt.002.001.11.xml", "harbor-point.statement.csv")
_PATIENCE: Final = 30
_TERMS: Final = "https://example.com/terms"


@dataclass(frozen=True, slots=True)
class Day:
    """What the day came to, for tests and measurements."""

    issuer: Pubkey
    assets: Mapping[str, Pubkey]
    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    refusals: tuple[ProgramRefused, ...]
    reserves: tuple[ReserveReport, ...]


@dataclass(frozen=True, slots=True)
class _Custodian:
    """A custodian's own side: its key, its profile, and its statement file. It never sees the network."""

    slot: int
    key: KeypairSigner
    profile: CustodianProfile
    template: Path

    async def sign(
        self, folder: Path, plan: Path, *, as_of: int, now: int, issuer: Pubkey, genesis_hash: bytes
    ) -> tuple[SignedStatement, Path]:
        """Write a statement as of ``as_of``, read it back, sign what the plan asks for, and hand over a file."""
        own = folder / f"custodian-{self.slot}-{as_of}"
        own.mkdir()
        statement = own / self.template.name
        redate(self.template, as_of, statement)
        signed = await sign_statement(
            statement,
            self.profile,
            AttestationPlan.read(plan),
            self.key,
            issuer=issuer,
            genesis_hash=genesis_hash,
            now=now,
        )
        out = own / "signed.json"
        write_reports(signed.reports, out)
        return signed, out


@dataclass(frozen=True, slots=True)
class _Cast:
    """Everybody of the day."""

    authority: KeypairSigner
    manager: KeypairSigner
    minter: KeypairSigner
    redeemer: KeypairSigner
    treasury: KeypairSigner
    relayer: KeypairSigner
    ana: KeypairSigner
    ben: KeypairSigner
    custodians: tuple[_Custodian, ...]

    @classmethod
    def of(cls, statements: Path) -> _Cast:
        custodians = tuple(
            _Custodian(slot, _key(), load_profile(statements / f"{name.split('.')[0]}.profile.yaml"), statements / name)
            for slot, name in enumerate(_STATEMENTS)
        )
        return cls(_key(), _key(), _key(), _key(), _key(), _key(), _key(), _key(), custodians)

    def names(self) -> dict[Pubkey, str]:
        names = {
            getattr(self, name).pubkey: name
            for name in ("authority", "manager", "minter", "redeemer", "treasury", "relayer")
        }
        names |= {self.ana.pubkey: "Ana", self.ben.pubkey: "Ben"}
        return names | {one.key.pubkey: f"{one.profile.name}'s key" for one in self.custodians}


async def run(ledger: Faucet, *, console: Console, statements: Path) -> Day:
    """Play the day on ``ledger``. ``statements`` is the folder with the examples' statements and profiles.

    Raises XstockError when the program does not do what the story says.
    """
    cast = _Cast.of(statements)
    number = secrets.randbits(63)
    issuer = pda.issuer(number)
    stage = Stage(console, names=cast.names() | {issuer: "Example Issuer"})
    desk = IssuerDesk(ledger, issuer=issuer, signer=cast.authority, payer=cast.treasury)
    with tempfile.TemporaryDirectory(prefix="xstock-day-") as folder:
        play = _Play(ledger, stage, cast, desk, Path(folder))
        await play.issuer_and_stocks(number)
        await play.custodian_keys()
        await play.statements_and_signatures()
        await play.mints()
        await play.too_many()
        await play.too_old()
        await play.redemption()
        tables = await play.evening()
    return Day(issuer, play.assets, tuple(stage.steps), tuple(stage.events), tuple(stage.refusals), tables)


class _Play:
    def __init__(self, ledger: Faucet, stage: Stage, cast: _Cast, desk: IssuerDesk, folder: Path) -> None:
        self.ledger = ledger
        self.stage = stage
        self.cast = cast
        self.desk = desk
        self.folder = folder
        self.assets: dict[str, Pubkey] = {}
        self.integrator = Integrator(ledger)
        self.relayer = Attestor(ledger, payer=cast.relayer)
        self.first_as_of = 0

    async def issuer_and_stocks(self, number: int) -> None:
        stage, cast, desk = self.stage, self.cast, self.desk
        stage.chapter(
            "An issuer and two stocks", "Keys with one duty each; the treasury's key pays and decides nothing."
        )
        for who, lamports in ((cast.treasury, 2 * _SOL), (cast.relayer, _SOL), (cast.ana, _SOL)):
            await self.ledger.airdrop(who.pubkey, lamports)
        genesis = Hash(await self.ledger.genesis_hash())
        stage.did(
            "create_issuer",
            f"Example Issuer is created for the cluster with genesis hash {genesis}",
            await desk.create_issuer(number, "Example Issuer"),
        )
        until = await self.ledger.now() + 90 * DAY_S
        for role, key in (
            (Role.ATTESTOR_MANAGER, cast.manager),
            (Role.MINTER, cast.minter),
            (Role.REDEEMER, cast.redeemer),
        ):
            title = role.name.lower().replace("_", " ")
            receipt = await desk.grant_role(role, key.pubkey, until)
            stage.did("grant_role", f"role granted until {instant(until)}: [bold]{title}", receipt)
        # One hour is strict for NVIDIA on purpose: chapter 6 needs a report that is too old.
        for isin, name, max_age in ((_APPLE, "Apple", 120 * _HOUR), (_NVIDIA, "NVIDIA", _HOUR)):
            symbol = _SYMBOLS[isin]
            listed = await desk.list_asset(
                AssetListing(
                    isin=isin,
                    symbol=symbol,
                    name=f"{name} xStock",
                    uri=f"https://example.com/{symbol}.json",
                    terms_uri=_TERMS,
                    terms_hash=sha256(_TERMS.encode()).digest(),
                    max_age=max_age,
                )
            )
            self.assets[isin] = listed.asset
            stage.names[listed.asset] = symbol
            for owner in (cast.ana, cast.ben):
                stage.names[pda.token_account(owner.pubkey, listed.mint)] = stage.names[owner.pubkey]
            burn = "only the program burns" if listed.permissioned_burn else "outside burns are noticed"
            stage.did(
                "list_asset",
                f"[bold]{symbol}[/] ({name}, {isin}) is listed: 2 custodians at least, reports up to {span(max_age)}"
                f" old, {burn}",
                listed.receipt,
            )
            receipt = await desk.set_allowance(
                listed.asset, cast.minter.pubkey, per_day=_raw("20000"), lifetime=_raw("1000000")
            )
            stage.did("set_allowance", f"the minter may mint 20,000 {symbol} a day, 1,000,000 ever", receipt)

    async def custodian_keys(self) -> None:
        self.stage.chapter(
            "Two custodians", "Each slot binds a custodian's key to one safekeeping account, by its hash."
        )
        manager = self.desk.acting_as(self.cast.manager)
        for isin, asset in self.assets.items():
            for one in self.cast.custodians:
                (account,) = one.profile.accounts
                receipt = await manager.register_custodian(
                    asset,
                    one.slot,
                    lei=one.profile.lei,
                    account_hash=one.profile.account_hash(account),
                    attester=one.key.pubkey,
                )
                text = f"{_SYMBOLS[isin]} slot {one.slot}: {one.profile.name}, LEI {one.profile.lei}, account {account}"
                self.stage.did("register_custodian", text, receipt)

    async def statements_and_signatures(self) -> None:
        self.stage.chapter(
            "Two custody statements become signed attestations",
            "The desk writes a plan. Each custodian reads its own statement and signs offline; anybody may submit.",
        )
        now = await self.ledger.now()
        self.first_as_of = now - 2 * _HOUR
        self.stage.note(f"the statements are those of examples/custody, redated to {instant(self.first_as_of)}")
        files = await self._sign_all(self.first_as_of, show=True)
        await self._submit(files, "statements of two hours ago")

    async def mints(self) -> None:
        self.stage.chapter(
            "Shares are minted to two holders", "One ticket for each order: a ticket mints once, for ever."
        )
        apple = self.assets[_APPLE]
        for ticket, (name, owner, amount) in enumerate(
            (("Ana", self.cast.ana, "6000"), ("Ben", self.cast.ben, "4000")), start=1
        ):
            outcome = await self._mint(apple, ticket, amount, owner.pubkey)
            text = f"[bold]{Ui.parse(amount)} AAPLx[/] minted to {name} with ticket {ticket}"
            self.stage.did("mint_first" if ticket == 1 else "mint", text, _receipt(outcome))

    async def too_many(self) -> None:
        self.stage.chapter("More than the custodians hold", "The very same call, 1,500 more: there is no other door.")
        apple = self.assets[_APPLE]
        before = await self.integrator.reserve_report(apple)
        refusal = await self.stage.refused(
            "1,500 AAPLx to Ana with ticket 3", self._mint(apple, 3, "1500", self.cast.ana.pubkey), "ReserveShort"
        )
        reserve, needed = Shares(refusal.figures["reserve"]), Shares(refusal.figures["needed"])
        self.stage.explain(
            refusal,
            [
                ("attested reserve", str(reserve.to_ui())),
                ("supply", str(before.supply.to_ui())),
                ("owed after this mint", str(needed.to_ui())),
                ("shortfall", f"[red]{(needed - reserve).to_ui()}[/]"),
            ],
        )

    async def too_old(self) -> None:
        self.stage.chapter("A stale attestation blocks the next mint", "A report that is too old counts as zero.")
        nvidia = self.assets[_NVIDIA]
        refusal = await self.stage.refused(
            "5,000 NVDAx to Ben with ticket 1", self._mint(nvidia, 1, "5000", self.cast.ben.pubkey), "QuorumNotMet"
        )
        age = await self.ledger.now() - self.first_as_of
        self.stage.explain(
            refusal,
            [
                ("oldest report that counts", span(_HOUR)),
                ("age of the reports", f"[red]{span(age)}[/]"),
                ("custodians with a fresh report", str(refusal.figures["fresh"])),
                ("custodians needed", str(refusal.figures["needed"])),
            ],
        )
        files = await self._sign_all(await self.ledger.now() - 60, show=False)
        await self._submit(files, "statements of a minute ago")
        outcome = await self._mint(nvidia, 1, "5000", self.cast.ben.pubkey)
        self.stage.did(
            "mint_first", "[bold]5,000 NVDAx[/] minted to Ben: the same ticket, now backed", _receipt(outcome)
        )

    async def redemption(self) -> None:
        self.stage.chapter(
            "A holder redeems",
            "Tokens wait in escrow, still counted as supply, and are burned when the issuer settles.",
        )
        apple, ana = self.assets[_APPLE], self.cast.ana
        desk = self.desk.acting_as(self.cast.redeemer)
        holder = Holder(self.ledger, signer=ana)
        terms = sha256(b"cash at the closing price, in two days").digest()
        requested = await holder.request(apple, _raw("1000"), payout_terms_hash=terms)
        self.stage.did("request", f"Ana asks for [bold]1,000 AAPLx[/] (request {requested.id})", requested.receipt)
        async with aclosing(self.ledger.subscribe_account(requested.address)) as watch:
            await _until(watch, RequestState.REQUESTED)
            (waiting,) = await desk.queue(apple, RequestState.REQUESTED)
            text = f"the desk finds it in its queue and accepts; to be settled before {instant(waiting.deadline)}"
            self.stage.did("accept", text, await desk.accept(apple, waiting.holder, waiting.id))
            await _until(watch, RequestState.ACCEPTED)
            self.stage.note("Ana's wallet is subscribed to her request, and sees that it is accepted")
            (accepted,) = await desk.queue(apple, RequestState.ACCEPTED)
            supply = (await self.integrator.token(apple)).supply
            receipt = await desk.settle(
                apple, accepted.holder, accepted.id, amount=accepted.amount, accepted_at=accepted.accepted_at
            )
            after = (await self.integrator.token(apple)).supply
            text = f"paid out and settled: the tokens are burned, supply {supply.to_ui()} → [bold]{after.to_ui()}"
            self.stage.did("settle", text, receipt)
            await _until(watch, None)
        balance = await holder.balance(apple)
        left, still_open = balance.ui, len(await holder.requests(apple))
        self.stage.note(f"her wallet sees that the request is gone: {left} AAPLx left, {still_open} open requests")

    async def evening(self) -> tuple[ReserveReport, ...]:
        self.stage.chapter("The evening", "Anybody can check all of this.")
        for isin, asset in self.assets.items():
            receipt = await self.relayer.check_solvency(asset)
            self.stage.did(
                "check_solvency", f"{_SYMBOLS[isin]}: the program compares what is owed with what is held", receipt
            )
        tables = tuple([await self.integrator.reserve_report(asset) for asset in self.assets.values()])
        self.stage.reserves(tables, {one.profile.lei: one.profile.name for one in self.cast.custodians})
        self.stage.event_log()
        self.stage.compute_units()
        if not all(one.solvent and not one.latched for one in tables):
            raise XstockError("an asset ended the day short. Report this")
        return tables

    async def _sign_all(self, as_of: int, *, show: bool) -> list[Path]:
        now, genesis = await self.ledger.now(), await self.ledger.genesis_hash()
        plan = self.folder / f"{as_of}-plan.json"
        plan.write_text((await self.relayer.plan(self.desk.issuer)).to_json())
        files = []
        for one in self.cast.custodians:
            signed, out = await one.sign(
                self.folder, plan, as_of=as_of, now=now, issuer=self.desk.issuer, genesis_hash=genesis
            )
            if show:
                self.stage.statement(one.profile.name, signed, _SYMBOLS)
            self.stage.note(f"{one.profile.name} signed {len(signed.reports)} reports, offline, in a file of its own")
            files.append(out)
        return files

    async def _submit(self, files: list[Path], what: str) -> None:
        reports = [report for file in files for report in read_reports(file)]
        receipts = await self.relayer.submit(reports)
        for number, receipt in enumerate(receipts, start=1):
            part = f", transaction {number} of {len(receipts)}" if len(receipts) > 1 else ""
            self.stage.did("attest", f"a relayer submits the {what}{part}", receipt)

    async def _mint(self, asset: Pubkey, ticket: int, amount: str, owner: Pubkey) -> MintOutcome:
        return await self.desk.acting_as(self.cast.minter).mint(asset, ticket, _raw(amount), owner)


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


def _receipt(outcome: MintOutcome) -> Receipt:
    if outcome.receipt is None:
        raise outcome.error or XstockError(f"ticket {outcome.ticket}: {outcome.status}")
    return outcome.receipt


def _raw(shares: str) -> Raw:
    return Ui.parse(shares).to_raw()


def _key() -> KeypairSigner:
    return KeypairSigner(Keypair())
