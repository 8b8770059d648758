"""An issuer with many stocks on the embedded ledger, and custodians who send statements. Made of bare instructions."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from stdnum import isin as stdnum_isin

from xstock_client import instructions, pda
from xstock_client.amounts import Shares
from xstock_client.clients import Attestor, SignedReport, sign_statements
from xstock_client.constants import PROGRAM_ID, Role
from xstock_client.custody import CustodianProfile
from xstock_client.events import ChainAttested, ReserveAttested, parse_events
from xstock_client.ledger import EmbeddedLedger, KeypairSigner, Ledger
from xstock_client.ledger.embedded import GENESIS_HASH, SHIPPED_PROGRAM
from xstock_client.message import Attestation, ChainSupply, Message, SignedAttestation, domain

# The program just built, or the one that the package ships.
PROGRAM = Path(os.environ.get("XSTOCK_PROGRAM", SHIPPED_PROGRAM))
SOL = 1_000_000_000
ONE = 100_000_000
NOW = 1_790_000_000
DAY = 86_400
CHAIN = "eip155:1"
NOBODY = Pubkey.default()
PROFILES = (
    CustodianProfile("Alpine Rock", "529900ALPINE00000043", ("ARC-1", "ARC-2"), ZoneInfo("Europe/Zurich")),
    CustodianProfile("Harbor Point", "529900HARBOR00000020", ("HPT-1",), ZoneInfo("America/New_York")),
)
POLICY: Mapping[str, Any] = {
    "max_age_s": 5 * DAY,
    "chain_max_age_s": 2 * DAY,
    "change_delay_s": DAY,
    "accept_window_s": 2 * DAY,
    "settle_window_s": 2 * DAY,
    "dispute_window_s": 2 * DAY,
    "penalty_rate": 1_000_000,
    "holder_penalty_cap": 1 << 60,
    "redemption_fee_bps": 0,
    "bond_coverage_bps": 100,
    "custodian_cap": 1 << 60,
    "mint_window_limit": 1 << 60,
    "haircut_bps": 500,
    "custodian_share_bps": 10_000,
    "collateral_bps": 10_000,
    "min_custodians": 2,
}


def key(name: str) -> KeypairSigner:
    """The same key for the same name, always."""
    return KeypairSigner(Keypair.from_seed(sha256(name.encode()).digest()))


def isin_of(number: int) -> str:
    """One valid ISIN for each number."""
    body = f"US{number:09d}"
    return body + str(stdnum_isin.calc_check_digit(body))


def keys_of(*names: str) -> tuple[Pubkey, ...]:
    """A key set as an argument: zero padded."""
    found = tuple(key(name).pubkey for name in names)
    return found + (NOBODY,) * (3 - len(found))


@dataclass
class Stage:
    """Stocks number 0 to n - 1 with two custodian slots each; slot 1's key is ``harbor``."""

    ledger: EmbeddedLedger
    stocks: int = 1
    alpine: tuple[str, ...] = ("alpine",)
    """Names of slot 0's keys."""
    threshold: int = 1
    number: int = 7
    accounts: Mapping[int, str] = field(default_factory=lambda: {0: "ARC-1", 1: "HPT-1"})

    @property
    def issuer(self) -> Pubkey:
        return pda.issuer(self.number)

    def asset(self, number: int = 0) -> Pubkey:
        return pda.asset(self.issuer, number)

    def relayer(self, ledger: Ledger | None = None) -> Attestor:
        return Attestor(ledger or self.ledger, payer=key("relayer"))

    async def build(self) -> Stage:
        await self.ledger.airdrop(key("relayer").pubkey, 1_000 * SOL)
        authority, manager = key("authority").pubkey, key("manager").pubkey
        await self.send(
            instructions.create_issuer(
                payer=key("relayer").pubkey,
                authority=authority,
                issuer=self.issuer,
                id=self.number,
                name=b"Test Issuer".ljust(32, b"\0"),
                genesis_hash=await self.ledger.genesis_hash(),
                timelock_s=DAY,
            ),
            instructions.grant_role(
                payer=key("relayer").pubkey,
                authority=authority,
                issuer=self.issuer,
                member=manager,
                grant=self.grant,
                role=int(Role.ATTESTOR_MANAGER),
                expires_at=await self.ledger.now() + 300 * DAY,
            ),
        )
        for number in range(self.stocks):
            await self.list_stock(number)
            await self.register(number, 0, self.alpine, self.threshold)
            await self.register(number, 1, ("harbor",))
        return self

    @property
    def grant(self) -> Pubkey:
        return pda.role(self.issuer, int(Role.ATTESTOR_MANAGER), key("manager").pubkey)

    async def list_stock(self, number: int) -> None:
        asset, isin, symbol = self.asset(number), isin_of(number), f"S{number}x"
        await self.send(
            instructions.list_asset(
                payer=key("relayer").pubkey,
                authority=key("authority").pubkey,
                issuer=self.issuer,
                asset=asset,
                mint=pda.mint(asset),
                escrow=pda.escrow(asset),
                reserve=pda.reserve(asset),
                isin_marker=pda.isin_marker(self.issuer, isin),
                symbol_marker=pda.symbol_marker(self.issuer, symbol),
                number=number,
                isin=isin.encode(),
                symbol=symbol.encode().ljust(12, b"\0"),
                name=symbol,
                uri="https://example.com/x.json",
                terms_uri="https://example.com/terms",
                terms_hash=sha256(b"terms").digest(),
                permissioned_burn=False,
                pro_rata=False,
                **POLICY,
            )
        )

    async def register(self, number: int, slot: int, names: Sequence[str], threshold: int = 1) -> None:
        profile = PROFILES[slot]
        await self.send(
            instructions.register_custodian(
                manager=key("manager").pubkey,
                grant=self.grant,
                asset=self.asset(number),
                reserve=pda.reserve(self.asset(number)),
                slot=slot,
                custodian_id=profile.custodian_id,
                account_hash=profile.account_hash(self.accounts[slot]),
                keys=keys_of(*names),
                threshold=threshold,
            )
        )

    async def register_chain(self, number: int, slot: int, names: Sequence[str], threshold: int = 1) -> None:
        await self.send(
            instructions.register_chain(
                manager=key("manager").pubkey,
                grant=self.grant,
                asset=self.asset(number),
                reserve=pda.reserve(self.asset(number)),
                slot=slot,
                chain=CHAIN.encode().ljust(48, b"\0"),
                token_hash=sha256(b"token").digest(),
                keys=keys_of(*names),
                threshold=threshold,
            )
        )

    async def send(self, *to_send: Instruction) -> None:
        await self.ledger.send(to_send, key("relayer"), [key("authority"), key("manager")])

    # Reports

    async def report(self, slot: int, *signers: str, number: int = 0, **changes: Any) -> list[SignedReport]:
        """One report with one entry for each signer: of slot 0 by ``alpine`` and of slot 1 by ``harbor`` by default."""
        fields: dict[str, Any] = {
            "slot": slot,
            "epoch": slot + 1,
            "domain": domain(PROGRAM_ID, GENESIS_HASH, self.asset(number), isin_of(number)),
            "sequence": 1,
            "as_of": await self.ledger.now(),
            "settled": Shares(100 * ONE),
            "report_hash": sha256(b"statement").digest(),
        }
        message: Message = Attestation(**(fields | changes))
        return await signed(message, self.asset(number), number, signers or (("alpine", "harbor")[slot],))

    async def supply(self, *signers: str, number: int = 0, **changes: Any) -> list[SignedReport]:
        """A report on the supply of chain slot 0, of epoch 3, signed by ``bridge`` by default."""
        fields: dict[str, Any] = {
            "slot": 0,
            "epoch": 3,
            "domain": domain(PROGRAM_ID, GENESIS_HASH, self.asset(number), isin_of(number)),
            "sequence": 1,
            "as_of": await self.ledger.now(),
            "supply": Shares(5 * ONE),
            "report_hash": sha256(b"document").digest(),
        }
        return await signed(ChainSupply(**(fields | changes)), self.asset(number), number, signers or ("bridge",))

    async def sign_all(self, folder: Path, slot: int, name: str) -> tuple[SignedReport, ...]:
        """What a custodian's key signs of its statements, with a fresh plan."""
        plan = await self.relayer().plan(self.issuer)
        batch = await sign_statements(
            [folder],
            PROFILES[slot],
            plan,
            key(name),
            issuer=self.issuer,
            genesis_hash=GENESIS_HASH,
            now=await self.ledger.now(),
        )
        return batch.reports

    # What came of it

    async def stored(self) -> Counter[tuple[Pubkey, str, int, int, int]]:
        """How often each report was stored, by asset, kind, slot, epoch and sequence: counted from the events."""
        count: Counter[tuple[Pubkey, str, int, int, int]] = Counter()
        before = None
        while found := await self.ledger.signatures_for(PROGRAM_ID, before=before):
            for one in found:
                executed = await self.ledger.transaction(one.signature)
                assert executed is not None
                for event in parse_events(executed):
                    if isinstance(event, ReserveAttested | ChainAttested):
                        kind = "reserve" if isinstance(event, ReserveAttested) else "chain"
                        count[event.asset, kind, event.slot, event.epoch, event.sequence] += 1
            before = found[-1].signature
        return count


async def signed(message: Message, asset: Pubkey, number: int, signers: Sequence[str]) -> list[SignedReport]:
    data = message.to_bytes()
    return [
        SignedReport(
            asset, f"S{number}x", isin_of(number), SignedAttestation(data, key(name).pubkey, await key(name).sign(data))
        )
        for name in signers
    ]


def statement(account: str, shares: Mapping[str, int], *, as_of: int = NOW - 60, identity: str = "ST-1") -> str:
    """A CSV statement of whole shares by ISIN."""
    stamp = datetime.fromtimestamp(as_of, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = "".join(f"{isin},{count},0,{count},0,\n" for isin, count in shares.items())
    return (
        f"format,xstock-custody-statement-1\nstatement_id,{identity}\naccount,{account}\nas_of,{stamp}\nbasis,settled\n"
        f"lines,{len(shares)}\nisin,aggregate,unavailable,settled,pending_receipt,pending_by\n{rows}"
    )


def statements(folder: Path, slot: int, stocks: int, *, one_each: bool = False, as_of: int = NOW - 60) -> Path:
    """A custodian's folder: one statement with every ISIN, or one for each."""
    own = folder / f"custodian-{slot}"
    own.mkdir(parents=True)
    account = PROFILES[slot].accounts[0]
    shares = {isin_of(number): 100 + number for number in range(stocks)}
    if one_each:
        for isin, count in shares.items():
            (own / f"{isin}.csv").write_text(statement(account, {isin: count}, as_of=as_of, identity=isin))
    else:
        (own / "all.csv").write_text(statement(account, shares, as_of=as_of))
    return own
