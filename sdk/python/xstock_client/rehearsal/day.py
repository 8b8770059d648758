"""The script of the day. Every figure comes from the statements and from the chain; nothing is made up here."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from rich.console import Console
from solders.hash import Hash
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.amounts import Raw, Shares, Ui
from xstock_client.clients import (
    AssetListing,
    Attestor,
    Integrator,
    IssuerDesk,
    MintOutcome,
    SignedReport,
)
from xstock_client.constants import DAY_S, HOUR_S, Role
from xstock_client.errors import ProgramRefused, XstockError
from xstock_client.events import Event
from xstock_client.ledger import KeypairSigner, Receipt
from xstock_client.policy import PolicyUpdate, value_text
from xstock_client.rehearsal.cast import AUDITOR, Cast, Desktop, NewShares
from xstock_client.rehearsal.corporate import CorporateDays
from xstock_client.rehearsal.redemptions import PENALTY, Redemptions
from xstock_client.rehearsal.stablecoin import DECIMALS, Stablecoin
from xstock_client.rehearsal.stage import Clockwork, Faucet, Stage, Step
from xstock_client.rendering import instant, span
from xstock_client.reserve_report import ReserveReport

__all__ = ["Day", "run"]

_SOL: Final = 1_000_000_000
_APPLE: Final = "US0378331005"
_NVIDIA: Final = "US67066G1040"
_SYMBOLS: Final = {_APPLE: "AAPLx", _NVIDIA: "NVDAx"}
_TERMS: Final = "https://example.com/terms"
_THRESHOLD: Final = "5000"
_AGREE: Final = 2
_CHAIN_CAP: Final = Ui.parse("1000").to_shares()


@dataclass(frozen=True, slots=True)
class Day:
    """What the day came to, for tests and measurements."""

    issuer: Pubkey
    assets: Mapping[str, Pubkey]
    steps: tuple[Step, ...]
    events: tuple[Event, ...]
    refusals: tuple[ProgramRefused, ...]
    reserves: tuple[ReserveReport, ...]
    split: ReserveReport | None
    """The reserve after the split; None where no clock can be turned."""


async def run(ledger: Faucet, *, console: Console, statements: Path) -> Day:
    """Play the day on ``ledger``. ``statements`` is the folder with the examples' statements and profiles.

    Raises XstockError when the program does not do what the story says.
    """
    cast = Cast.of(statements)
    number = secrets.randbits(63)
    issuer = pda.issuer(number)
    stage = Stage(console, names=cast.names() | {issuer: "Example Issuer"})
    desk = IssuerDesk(ledger, issuer=issuer, signer=cast.authority, payer=cast.treasury)
    with tempfile.TemporaryDirectory(prefix="xstock-day-") as folder:
        play = _Play(ledger, stage, cast, desk, Path(folder))
        await play.issuer_and_stocks(number)
        redemptions = await play.bonds()
        await play.who_attests()
        await play.statements_and_signatures()
        await play.mints()
        await play.too_many()
        await play.too_old()
        await play.stolen_key()
        await redemptions.paid()
        tables = await play.evening()
        await redemptions.missed()
        after = await play.corporate(redemptions.coin)
        stage.records()
    return Day(issuer, play.assets, tuple(stage.steps), tuple(stage.events), tuple(stage.refusals), tables, after)


class _Play:
    def __init__(self, ledger: Faucet, stage: Stage, cast: Cast, desk: IssuerDesk, folder: Path) -> None:
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
        admin = cast.officers[Role.ADMIN]
        for who, lamports in ((cast.treasury, 2 * _SOL), (cast.relayer, _SOL), (admin, _SOL)):
            await self.ledger.airdrop(who.pubkey, lamports)
        for person in (cast.ana, cast.ben, cast.bank):
            await self.ledger.airdrop(person.pubkey, _SOL)
        genesis = Hash(await self.ledger.genesis_hash())
        stage.did(
            "create_issuer",
            f"Example Issuer is created for the cluster with genesis hash {genesis}",
            await desk.create_issuer(number, "Example Issuer"),
        )
        # Before a minter has an allowance; from then on new roles wait for a day, in public.
        until = await self.ledger.now() + 90 * DAY_S
        grants = [desk.grant_role_instructions(role, key.pubkey, until) for role, key in cast.officers.items()]
        titles = ", ".join(role.label for role in cast.officers)
        receipt = await self._together(cast.authority, *grants)
        stage.did("grant_roles", f"roles granted until {instant(until)}: [bold]{titles}", receipt)
        # One hour is strict for NVIDIA on purpose: a later chapter needs a report that is too old.
        for isin, name, max_age in ((_APPLE, "Apple", 120 * HOUR_S), (_NVIDIA, "NVIDIA", HOUR_S)):
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
                    accept_window=DAY_S,
                    penalty_rate=Ui.parse(PENALTY).to_cash(DECIMALS),
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
                listed.asset,
                cast.officers[Role.MINTER].pubkey,
                per_day=_raw("20000"),
                lifetime=_raw("1000000"),
                approver_threshold=_raw(_THRESHOLD),
            )
            text = f"the minter may mint 20,000 {symbol} a day; above {Ui.parse(_THRESHOLD)} an approver must sign too"
            stage.did("set_allowance", text, receipt)

    async def bonds(self) -> Redemptions:
        assets = {asset: _SYMBOLS[isin] for isin, asset in self.assets.items()}
        return await Redemptions.bonds(self.ledger, self.stage, self.cast, self.desk, assets)

    async def who_attests(self) -> None:
        stage, cast, manager = self.stage, self.cast, self.cast.officers[Role.ATTESTOR_MANAGER]
        stage.chapter(
            "Two custodians, an auditor, and another chain",
            "Each slot binds keys to one safekeeping account, by its hash. Both must sign: the custodian's and its"
            " auditor's.",
        )
        desk = self.desk.acting_as(manager)
        for isin, asset in self.assets.items():
            slots = []
            for one in cast.custodians:
                (account,) = one.profile.accounts
                hashed = one.profile.account_hash(account)
                slots.append(
                    desk.register_custodian_instructions(
                        asset, one.slot, lei=one.profile.lei, account_hash=hashed, keys=one.keys
                    )
                )
            receipt = await self._together(manager, *slots)
            who = " and ".join(one.profile.name for one in cast.custodians)
            stage.did("register_custodians", f"{_SYMBOLS[isin]}: {who}, each with 2 of 2 keys", receipt)
        keys = [one.pubkey for one in cast.attestors]
        named = await desk.set_attestors(self.assets[_APPLE], keys, _AGREE)
        text = f"AAPLx: {len(keys)} keys will agree on who held what at a record date, any {_AGREE} of them"
        stage.did("set_attestors", text, named.receipt)
        chain = cast.chain
        token, key = chain.token, chain.key.pubkey
        receipt = await desk.register_chain(self.assets[_APPLE], chain.slot, token=token.token, keys=[key])
        text = f"AAPLx: {AUDITOR} also attests what circulates on {token.chain} (Ethereum): it is owed, too"
        stage.did("register_chain", text, receipt)

    async def statements_and_signatures(self) -> None:
        self.stage.chapter(
            "Two custody statements become signed attestations",
            "The desk writes a plan. Custodian and auditor read the statement and sign the same bytes offline; anybody"
            " may submit.",
        )
        self.first_as_of = await self.ledger.now() - 2 * HOUR_S
        self.stage.note(f"the statements are those of examples/custody, redated to {instant(self.first_as_of)}")
        reports = await self._sign_all(self.first_as_of, first=True)
        await self._submit(reports, "statements of two hours ago")
        apple, slot = self.assets[_APPLE], self.cast.chain.slot
        receipt = await self.desk.set_chain_cap(apple, slot, _CHAIN_CAP)
        text = f"up to {_CHAIN_CAP.to_ui()} AAPLx may exist there: what counts once a report is too old"
        self.stage.did("set_chain_cap", text, receipt)

    async def mints(self) -> None:
        stage, cast, apple = self.stage, self.cast, self.assets[_APPLE]
        stage.chapter("Shares are minted to two holders", "One ticket for each order: a ticket mints once, for ever.")
        outcome = await self._mint(apple, 1, "4000", cast.ben.pubkey)
        stage.did("mint_first", "[bold]4,000 AAPLx[/] minted to Ben with ticket 1", _receipt(outcome))
        refusal = await stage.refused(
            "6,000 AAPLx to Ana with ticket 2, by the minter's key alone",
            self._mint(apple, 2, "6000", cast.ana.pubkey),
            "ApproverNeeded",
        )
        stage.because(refusal)
        outcome = await self._mint(apple, 2, "6000", cast.ana.pubkey, approved=True)
        text = "[bold]6,000 AAPLx[/] minted to Ana with ticket 2: the approver's key signed too"
        stage.did("mint", text, _receipt(outcome))

    async def too_many(self) -> None:
        self.stage.chapter(
            "More than the custodians hold", "The very same call, 1,500 more, both keys: there is no other door."
        )
        apple = self.assets[_APPLE]
        before = await self.integrator.reserve_report(apple)
        refusal = await self.stage.refused(
            "1,500 AAPLx to Ana with ticket 3",
            self._mint(apple, 3, "1500", self.cast.ana.pubkey, approved=True),
            "ReserveShort",
        )
        reserve, needed, foreign = (Shares(refusal.figures[name]) for name in ("reserve", "needed", "foreign"))
        self.stage.explain(
            refusal,
            [
                ("attested reserve", str(reserve.to_ui())),
                ("supply", str(before.supply.to_ui())),
                ("owed on Ethereum", str(foreign.to_ui())),
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
                ("oldest report that counts", span(HOUR_S)),
                ("age of the reports", f"[red]{span(age)}[/]"),
                ("custodians with a fresh report", str(refusal.figures["fresh"])),
                ("custodians needed", str(refusal.figures["needed"])),
            ],
        )
        await self._submit(
            await self._sign_all(await self.ledger.now() - 60, first=False), "statements of a minute ago"
        )
        outcome = await self._mint(nvidia, 1, "5000", self.cast.ben.pubkey)
        self.stage.did(
            "mint_first", "[bold]5,000 NVDAx[/] minted to Ben: the same ticket, now backed", _receipt(outcome)
        )

    async def stolen_key(self) -> None:
        stage, cast, apple = self.stage, self.cast, self.assets[_APPLE]
        stage.chapter("An admin's key is stolen", "Whatever makes a stock stricter acts at once; the rest waits.")
        admin, pauser = cast.officers[Role.ADMIN], cast.officers[Role.PAUSER]
        thief = IssuerDesk(self.ledger, issuer=self.desk.issuer, signer=admin)
        changed = await thief.set_policy(apple, PolicyUpdate(min_custodians=1, max_age_s=7 * DAY_S))
        waiting = (await self.integrator.reserve_report(apple)).queued
        told = ", ".join(
            f"{one.name} {value_text(one.rule, one.current)} → {value_text(one.rule, one.wanted)}" for one in waiting
        )
        text = f"the thief loosens AAPLx ([bold]{told}[/]): queued in public until {instant(changed.ready_at)}"
        stage.did("set_policy", text, changed.receipt)
        stage.because(
            await stage.refused("the thief puts it in force at once", thief.apply_policy(apple), "ChangeNotReady")
        )
        receipt = await self.desk.acting_as(pauser).cancel_policy(apple)
        stage.did("cancel_policy", "a pauser has seen it, and cancels it", receipt)
        receipt = await self.desk.revoke_role(Role.ADMIN, admin.pubkey)
        stage.did("revoke_role", "the issuer's authority takes the admin role from the stolen key", receipt)

    async def evening(self) -> tuple[ReserveReport, ...]:
        self.stage.chapter("The evening", "Anybody can check all of this.")
        checks = [self.relayer.check_solvency_instructions(asset) for asset in self.assets.values()]
        receipt = await self.ledger.send([one for check in checks for one in check], self.cast.relayer)
        self.stage.did("check_solvency", "the program compares what is owed with what is held, of both stocks", receipt)
        tables = tuple([await self.integrator.reserve_report(asset) for asset in self.assets.values()])
        for one in tables:
            self.stage.reserve(one, self.cast.custodian_names)
        if not all(one.solvent and not one.latched for one in tables):
            raise XstockError("an asset ended the day short. Report this")
        return tables

    async def corporate(self, coin: Stablecoin) -> ReserveReport | None:
        """A dividend and a split, where the clock can be turned; the reserve after them."""
        apple = self.assets[_APPLE]
        days = CorporateDays(self.ledger, self.stage, self.cast, self.desk, apple, _SYMBOLS[_APPLE], coin)
        if not isinstance(self.ledger, Clockwork):
            days.left_out()
            return None
        await days.dividend(self.ledger)

        async def report(split: NewShares) -> None:
            reports = await self._sign_all(await self.ledger.now() - 60, first=False, split=split)
            await self._submit(reports, "statements in new shares")

        async def mint() -> MintOutcome:
            return await self._mint(apple, 3, "100", self.cast.ana.pubkey)

        await days.split(self.ledger, _APPLE, report, mint)
        after = await self.integrator.reserve_report(apple)
        self.stage.reserve(after, self.cast.custodian_names)
        if not after.solvent or after.latched:
            raise XstockError("the split left the stock short. Report this")
        return after

    async def _sign_all(self, as_of: int, *, first: bool, split: NewShares | None = None) -> list[SignedReport]:
        """Every custodian's reports; at first with their statements shown, and with the other chain's supply.

        With ``split`` their statements show one stock in its new shares.
        """
        plan = self.folder / f"{as_of}-plan.json"
        plan.write_text((await self.relayer.plan(self.desk.issuer)).to_json())
        genesis, now = await self.ledger.genesis_hash(), await self.ledger.now()
        at = Desktop(self.folder, plan, as_of, now, self.desk.issuer, genesis)
        reports: list[SignedReport] = []
        for one in self.cast.custodians:
            signed, both = await one.sign(at, split)
            if first:
                self.stage.statement(one.profile.name, signed, _SYMBOLS)
            self.stage.note(
                f"{one.profile.name} signed {len(signed.reports)} reports, {AUDITOR} compared and signed them too"
            )
            reports += both
        if first:
            chain = self.cast.chain
            reports += await chain.sign(at)
            self.stage.note(
                f"{AUDITOR} counted {chain.total.to_ui()} AAPLx on Ethereum, {chain.locked.to_ui()} of them locked in"
                f" bridges, and signed {chain.circulating.to_ui()}"
            )
        return reports

    async def _submit(self, reports: list[SignedReport], what: str) -> None:
        receipts = await self.relayer.submit(reports)
        for number, receipt in enumerate(receipts, start=1):
            part = f", transaction {number} of {len(receipts)}" if len(receipts) > 1 else ""
            self.stage.did("attest", f"a relayer submits the {what}{part}", receipt)

    async def _mint(
        self, asset: Pubkey, ticket: int, amount: str, owner: Pubkey, *, approved: bool = False
    ) -> MintOutcome:
        desk = self.desk.acting_as(self.cast.officers[Role.MINTER])
        approver = self.cast.officers[Role.APPROVER] if approved else None
        return await desk.mint(asset, ticket, _raw(amount), owner, approver=approver)

    async def _together(self, signer: KeypairSigner, *parts: list[Instruction]) -> Receipt:
        """Several calls as one transaction: every method that writes has a twin that only builds."""
        return await self.ledger.send([one for part in parts for one in part], self.cast.treasury, [signer])


def _receipt(outcome: MintOutcome) -> Receipt:
    if outcome.receipt is None:
        raise outcome.error or XstockError(f"ticket {outcome.ticket}: {outcome.status}")
    return outcome.receipt


def _raw(shares: str) -> Raw:
    return Ui.parse(shares).to_raw()
