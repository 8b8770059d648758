"""A cash dividend at the command line, step by step, on an embedded cluster."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from solders.pubkey import Pubkey

from tests.unit.cli.desk import ISSUER_ID, Desk
from xstock_client import pda
from xstock_client.constants import DAY_S
from xstock_client.snapshot import RatesFile, take_capture, write_capture, write_rates

__all__ = ["ASSET", "ATTESTORS", "NOTICE", "Payday", "iso"]

ASSET: Final = pda.asset(pda.issuer(int(ISSUER_ID)), 0)
ATTESTORS: Final = ("first", "second", "third")
NOTICE: Final = DAY_S + 3_600
HOLDINGS: Final = {"holder": "6000", "pool": "3000", "small": "1000"}


def iso(unix: int) -> str:
    """As the command line takes times."""
    return datetime.fromtimestamp(unix, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Payday:
    """10,000 shares of three owners, and 0.50 for each."""

    desk: Desk

    @property
    def now(self) -> int:
        return asyncio.run(self.desk.ledger.now())

    @property
    def balances(self) -> str:
        return str(self.desk.folder / "balances.csv")

    @property
    def capture(self) -> str:
        return str(self.desk.folder / "capture.jsonl")

    @property
    def rates(self) -> str:
        return str(self.desk.folder / "rates.txt")

    @property
    def files(self) -> tuple[str, ...]:
        """What entitlements are computed from."""
        return "--rates", self.rates, "--balances", self.balances

    def document(self) -> tuple[str, str]:
        """The company's announcement."""
        path = self.desk.folder / "announcement.pdf"
        path.write_bytes(b"the company's announcement")
        return "--document", str(path)

    def minted(self) -> None:
        """Attestors, and three owners."""
        desk = self.desk
        for name in (*ATTESTORS, *HOLDINGS):
            desk.fund(name)
        keys = [desk.address(name) for name in ATTESTORS]
        desk.ok("attestors", "set", "AAPLx", *keys, key="member")
        for ticket, (name, shares) in enumerate(HOLDINGS.items()):
            words = ("mint", "AAPLx", shares, "--to", desk.address(name), "--ticket", str(ticket))
            desk.ok(*words, key="member")

    def announcement(self, per_share: str = "0.50") -> list[str]:
        """The words that announce the dividend."""
        ex = self.now + NOTICE
        times = ("--ex", iso(ex), "--record", iso(ex + 60), "--pay", iso(ex + 4 * DAY_S))
        mint = ("--mint", str(self.desk.coin.mint))
        return ["action", "announce", "dividend", "AAPLx", "--per-share", per_share, *mint, *times, *self.document()]

    def announced(self) -> Any:
        self.minted()
        return self.desk.ok(*self.announcement(), key="authority")

    def recorded(self) -> Any:
        """Recorded, and captured in the same slot."""
        self.announced()
        self.desk.ledger.advance(NOTICE + 60)
        made = self.desk.ok("snapshot", "record", "AAPLx", "0", key="relayer")
        write_capture(asyncio.run(take_capture(self.desk.ledger, ASSET)), Path(self.capture))
        return made

    def built(self) -> Any:
        self.recorded()
        return self.desk.ok("snapshot", "build", "AAPLx", "0", "--capture", self.capture, "-o", self.balances)

    def agreed(self, *words: str) -> None:
        """Two attestors vote, and nobody objects for a day."""
        for name in ATTESTORS[:2]:
            self.desk.ok(*words, key=name)
        self.desk.ledger.advance(DAY_S + 1)

    def final(self) -> None:
        self.built()
        self.agreed("snapshot", "vote", "AAPLx", "0", "--balances", self.balances)

    def write_rates(self) -> None:
        """30 percent from everybody, 15 from the holder."""
        owner = Pubkey.from_string(self.desk.address("holder"))
        write_rates(RatesFile(3_000, {}, {owner: 1_500}), self.rates)

    def declaration(self) -> list[str]:
        until = ("--until", iso(self.now + 200 * DAY_S))
        return ["dividend", "declare", "AAPLx", "0", "--rates", self.rates, *until]

    def declared(self) -> Any:
        self.final()
        self.write_rates()
        self.desk.pay("authority", "1")
        return self.desk.ok(*self.declaration(), key="authority")

    def entitled(self) -> None:
        self.declared()
        self.agreed("dividend", "vote", "AAPLx", "0", *self.files)

    def open(self) -> None:
        """Funded, and claims are open."""
        self.entitled()
        self.desk.ok("dividend", "fund", "AAPLx", "0", key="member")
        self.desk.ledger.advance(4 * DAY_S)
