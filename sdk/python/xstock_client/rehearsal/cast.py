"""Everybody of the day, and what those do who never see the network: custodians and their auditor."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from lxml import etree
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from xstock_client.amounts import Shares, Ui
from xstock_client.caip import ChainToken
from xstock_client.clients import (
    AttestationPlan,
    SignedReport,
    SignedStatement,
    cosign_reports,
    read_reports,
    sign_statement,
    sign_supply,
    write_reports,
)
from xstock_client.constants import Role
from xstock_client.custody import CustodianProfile, load_profile
from xstock_client.custody.redate import redate
from xstock_client.ledger import KeypairSigner

__all__ = ["AUDITOR", "Cast", "ChainAudit", "Custodian", "Desktop", "NewShares"]

AUDITOR: Final = "Fairwater Auditors"
_STATEMENTS: Final = ("alpine-rock.semt.002.001.11.xml", "harbor-point.statement.csv")
_SUPPLY: Final = "aaplx-on-ethereum.supply.json"
_ROLES: Final = (
    *(Role.ADMIN, Role.ATTESTOR_MANAGER, Role.MINTER, Role.APPROVER, Role.REDEEMER, Role.PAUSER),
    Role.CORPORATE,
)


@dataclass(frozen=True, slots=True)
class Desktop:
    """What a machine without a network is given: a folder, the desk's plan, and its own configuration."""

    folder: Path
    plan: Path
    as_of: int
    now: int
    issuer: Pubkey
    genesis_hash: bytes


@dataclass(frozen=True, slots=True)
class NewShares:
    """A split that custodians report from its ex time on: ``new`` shares for each ``old`` ones of a stock."""

    isin: str
    new: int
    old: int
    basis: int
    """Splits that the new figures include."""

    def restate(self, statement: Path) -> None:
        """Write the stock's figures in the statement again, in new shares."""
        data = statement.read_bytes()
        if data.lstrip().startswith(b"<"):
            root = etree.fromstring(data)
            for balance in root.iterfind(".//{*}BalForAcct"):
                if balance.findtext("{*}FinInstrmId/{*}ISIN") == self.isin:
                    for unit in balance.iterfind(".//{*}Unit"):
                        unit.text = self._restated(unit.text or "")
            statement.write_bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))
            return
        lines = []
        for line in data.decode().splitlines():
            isin, *cells = line.split(",")
            if isin == self.isin:
                *figures, by = cells
                line = ",".join([isin, *map(self._restated, figures), by])
            lines.append(line)
        statement.write_text("\n".join(lines) + "\n")

    def _restated(self, figure: str) -> str:
        return str(Decimal(figure) * self.new / self.old)


@dataclass(frozen=True, slots=True)
class Custodian:
    """A custodian's statement and profile, its key, and the key of its auditor for this slot.

    Each machine has what the other gives it: a file. Neither sees the network.
    """

    slot: int
    key: KeypairSigner
    auditor: KeypairSigner
    profile: CustodianProfile
    template: Path

    @property
    def keys(self) -> tuple[Pubkey, Pubkey]:
        """Both sign every report."""
        return self.key.pubkey, self.auditor.pubkey

    async def sign(self, at: Desktop, split: NewShares | None = None) -> tuple[SignedStatement, list[SignedReport]]:
        """Write a statement, sign what the plan asks for, have the auditor judge and sign the same: all signatures.

        With ``split`` the statement shows one stock in its new shares, and both say so.
        """
        own = at.folder / f"custodian-{self.slot}-{at.as_of}"
        own.mkdir()
        statement, signed_file = own / self.template.name, own / "signed.json"
        redate(self.template, at.as_of, statement)
        bases: Mapping[str, int] = {}
        if split is not None:
            split.restate(statement)
            bases = {split.isin: split.basis}
        plan = AttestationPlan.read(at.plan)
        signed = await sign_statement(
            statement,
            self.profile,
            plan,
            self.key,
            issuer=at.issuer,
            genesis_hash=at.genesis_hash,
            now=at.now,
            bases=bases,
        )
        write_reports(signed.reports, signed_file)
        both = await cosign_reports(
            read_reports(signed_file),
            [statement],
            self.profile,
            plan,
            self.auditor,
            issuer=at.issuer,
            genesis_hash=at.genesis_hash,
            now=at.now,
            bases=bases,
        )
        write_reports(both.reports, signed_file)
        return signed, read_reports(signed_file)


@dataclass(frozen=True, slots=True)
class ChainAudit:
    """What the auditor counted on another chain, and its key for that."""

    slot: int
    key: KeypairSigner
    document: Path
    symbol: str
    token: ChainToken
    total: Shares
    locked: Shares

    @classmethod
    def of(cls, document: Path) -> ChainAudit:
        """From the document, whose hash is signed with its figure."""
        said = json.loads(document.read_text())
        total, locked = (Ui.parse(said[name]).to_shares() for name in ("total_supply", "locked_in_bridges"))
        return cls(0, _key(), document, said["symbol"], ChainToken.parse(said["token"]), total, locked)

    @property
    def circulating(self) -> Shares:
        """Net of what bridges hold."""
        return self.total - self.locked

    async def sign(self, at: Desktop) -> list[SignedReport]:
        """The signed report."""
        signed = await sign_supply(
            self.document,
            AttestationPlan.read(at.plan),
            self.key,
            asset=self.symbol,
            chain=self.token.chain,
            supply=self.circulating,
            as_of=at.as_of,
            issuer=at.issuer,
            genesis_hash=at.genesis_hash,
            now=at.now,
        )
        return [signed.report]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody of the day."""

    authority: KeypairSigner
    officers: dict[Role, KeypairSigner]
    treasury: KeypairSigner
    relayer: KeypairSigner
    bank: KeypairSigner
    """Issues the stablecoin."""
    ana: KeypairSigner
    ben: KeypairSigner
    custodians: tuple[Custodian, ...]
    chain: ChainAudit
    attestors: tuple[KeypairSigner, ...]
    """Agree on record-date balances, two of three."""

    @classmethod
    def of(cls, statements: Path) -> Cast:
        """Fresh keys for all; ``statements`` is the folder with the examples' statements and profiles."""
        custodians = tuple(
            Custodian(
                slot, _key(), _key(), load_profile(statements / f"{name.split('.')[0]}.profile.yaml"), statements / name
            )
            for slot, name in enumerate(_STATEMENTS)
        )
        officers = {role: _key() for role in _ROLES}
        chain = ChainAudit.of(statements / _SUPPLY)
        return cls(
            authority=_key(),
            officers=officers,
            treasury=_key(),
            relayer=_key(),
            bank=_key(),
            ana=_key(),
            ben=_key(),
            custodians=custodians,
            chain=chain,
            attestors=(_key(), _key(), _key()),
        )

    @property
    def custodian_names(self) -> dict[str, str]:
        """By LEI."""
        return {one.profile.lei: one.profile.name for one in self.custodians}

    def names(self) -> dict[Pubkey, str]:
        """What to call the keys in events."""
        names = {getattr(self, name).pubkey: name for name in ("authority", "treasury", "relayer")}
        names |= {key.pubkey: role.label for role, key in self.officers.items()}
        names |= {self.ana.pubkey: "Ana", self.ben.pubkey: "Ben", self.bank.pubkey: "the stablecoin's issuer"}
        names |= {self.chain.key.pubkey: f"{AUDITOR}'s key"}
        names |= {one.pubkey: f"attestor {number}" for number, one in enumerate(self.attestors, start=1)}
        for one in self.custodians:
            names |= {one.key.pubkey: f"{one.profile.name}'s key", one.auditor.pubkey: f"{AUDITOR}'s key"}
        return names


def _key() -> KeypairSigner:
    return KeypairSigner(Keypair())
