"""How the rehearsal is shown: chapters, steps with their compute units, refusals, tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, runtime_checkable

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text
from solders.pubkey import Pubkey

from xstock_client.clients import SignedStatement
from xstock_client.constants import PROGRAM_ID
from xstock_client.errors import ProgramRefused, XstockError
from xstock_client.events import (
    ActionAnnounced,
    DividendPaid,
    Event,
    PolicySet,
    RedemptionDefaulted,
    RedemptionSettled,
    SharesMinted,
    parse_events,
)
from xstock_client.ledger import ExecutedTransaction, Ledger, Receipt
from xstock_client.rendering import describe, instant, span
from xstock_client.reserve_report import ReserveReport

__all__ = ["Clockwork", "Faucet", "Stage", "Step", "program_units"]

_RUNTIME_LINE: Final = re.compile(
    r"Program ([1-9A-HJ-NP-Za-km-z]{32,44}) (invoke \[(\d+)\]|consumed (\d+) of \d+ compute units|success|failed)"
)


class Faucet(Ledger, Protocol):
    """A ledger whose cluster gives lamports away: the embedded one, a localnet, devnet."""

    async def airdrop(self, address: Pubkey, lamports: int) -> None:
        """Give ``address`` lamports."""
        ...


@runtime_checkable
class Clockwork(Protocol):
    """A ledger whose clock can be turned: the embedded one, and no cluster."""

    def advance(self, seconds: int) -> None:
        """Let ``seconds`` pass."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """A transaction of the day. ``units`` are compute units of all of it, ``program_units`` of our instructions."""

    name: str
    units: int
    program_units: int
    events: int


@dataclass(slots=True)
class Stage:
    """Prints what happens, and keeps it."""

    console: Console
    names: dict[Pubkey, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    refusals: list[ProgramRefused] = field(default_factory=list)
    cash_decimals: int | None = None
    """Of the stablecoin of the day."""
    _chapters: int = 0

    def chapter(self, title: str, text: str) -> None:
        """A new part of the day."""
        self._chapters += 1
        self.console.print()
        self.console.rule(f"[bold cyan]{self._chapters}. {title}", align="left", style="cyan")
        self.console.print(Text(text, style="dim"))

    def did(self, name: str, text: str, receipt: Receipt) -> None:
        """A transaction that took effect; ``name`` is its key in the measurements."""
        executed = receipt.executed
        events = parse_events(executed)
        self.events.extend(events)
        self.steps.append(Step(name, receipt.units, program_units(executed), len(events)))
        line = Table.grid(expand=True)
        line.add_column(ratio=1)
        line.add_column(justify="right", no_wrap=True)
        line.add_row(f"[green]✓[/] {text}", f"[dim]{receipt.units:,} CU[/]")
        self.console.print(line)

    def note(self, text: str) -> None:
        """Something that happened off the chain."""
        self.console.print(f"[blue]·[/] {text}")

    async def refused(self, text: str, attempt: Awaitable[object], expected: str) -> ProgramRefused:
        """An attempt that the program must refuse by the error ``expected``. Raises XstockError when it does not."""
        try:
            await attempt
        except ProgramRefused as refusal:
            if refusal.name != expected:
                raise
            self.console.print(f"[red]✗[/] {text}")
            self.refusals.append(refusal)
            return refusal
        raise XstockError(f"{text}: this went through, and {expected} should have refused it. Report this")

    def because(self, refusal: ProgramRefused) -> None:
        """The program's words, on one line."""
        self.console.print(Text(f"  refused by the program: {refusal.name} ({refusal.code}): {refusal.message}", "red"))

    def explain(self, refusal: ProgramRefused, rows: Sequence[tuple[str, str]]) -> None:
        """The program's words, and the figures that it saw."""
        figures = Table.grid(padding=(0, 2))
        figures.add_column(justify="left")
        figures.add_column(justify="right", style="bold")
        for name, value in rows:
            figures.add_row(name, value)
        body = Group(Text(refusal.message), "", figures)
        title = f"refused by the program: {refusal.name} ({refusal.code})"
        self.console.print(Panel(body, title=title, title_align="left", border_style="red", expand=False))

    def statement(self, custodian: str, signed: SignedStatement, symbols: dict[str, str]) -> None:
        """What was read, what was left out, and why."""
        statement = signed.statement
        self.console.print(f"  [bold]{custodian}[/]: {statement.path.name}, as of {instant(statement.as_of)}")
        table = Table()
        for name in ("stock", "aggregate", "left out", "settled", "in transit (counts 0)"):
            table.add_column(name, justify="left" if name in ("stock", "left out") else "right")
        for figure in signed.selection.figures:
            position = figure.position
            aggregate = str(position.aggregate.to_ui()) if position else "no line"
            parts = position.deductions if position else ()
            left_out = ", ".join(f"{part.code} {part.quantity.to_ui()}" for part in parts)
            table.add_row(
                symbols[figure.isin],
                aggregate,
                f"[yellow]{left_out}[/]" if left_out else "-",
                f"[bold]{figure.settled.to_ui()}",
                str(figure.in_transit.to_ui()),
            )
        ignored = ", ".join(entry.isin for entry in signed.selection.ignored)
        self.console.print(table)
        if ignored:
            self.console.print(Text(f"  not ours, ignored: {ignored}", style="dim"))

    def reserve(self, one: ReserveReport, custodians: dict[str, str]) -> None:
        """The reserve of an asset: custodian by custodian and chain by chain, and what may still be minted."""
        table = Table(
            "",
            "",
            "",
            title=f"[bold]{one.symbol}[/] ({one.isin})",
            title_justify="left",
            title_style="none",
            show_header=False,
        )
        table.columns[1].justify = "right"
        for row in one.rows:
            why = "".join(f", {reason}" for reason in row.reasons)
            signed = f"{row.signers.threshold} of {len(row.signers.keys)} keys"
            about = f"[green]{_age(row.age)}, counts[/]" if row.counted else f"[red]{_age(row.age)}, counts 0[/]"
            name = custodians.get(row.lei, row.lei)
            table.add_row(name, str(row.counted.to_ui()), f"{about}, signed by {signed}{why}")
        table.add_row("[bold]effective reserve", f"[bold]{one.reserve.to_ui()}", f"{one.custodians} custodians")
        table.add_section()
        table.add_row("supply", str(one.supply_shares.to_ui()), "")
        if one.released:
            table.add_row("released", str(one.released.to_ui()), "burned, and maybe still in the reports")
        for chain in one.chains:
            counts = "counts" if chain.fresh else f"too old: its cap of {chain.cap.to_ui()} counts"
            table.add_row(f"on {chain.chain}", str(chain.counted.to_ui()), f"{_age(chain.age)}, {counts}")
        ratio = f"{one.ratio:.2%}" if one.ratio is not None else "nothing owed"
        table.add_row("[bold]obligation", f"[bold]{one.obligation.to_ui()}", f"reserve is {ratio} of it")
        table.add_section()
        room = one.multiplier.shares_floor(one.headroom.raw).to_ui()
        table.add_row("can be minted", str(room), f"limited by: {one.headroom.limited_by}")
        bond, decimals = one.bond, one.bond.decimals
        about = f"{bond.reserved.to_ui(decimals)} reserved by requests, {bond.needed.to_ui(decimals)} needed to mint"
        table.add_row("bond", str(bond.amount.to_ui(decimals)), about)
        self.console.print(table)

    def records(self) -> None:
        """How much the day left on record, and an event of some kinds in words: the one that tells most."""
        kinds = Counter(type(event).__name__ for event in self.events)
        listing = ", ".join(name if count == 1 else f"{name} ({count})" for name, count in kinds.most_common())
        self.note(f"{len(self.events)} events, each from an instruction that only the program can sign: {listing}")
        self.note("some of them:")
        for kind in (SharesMinted, PolicySet, RedemptionSettled, RedemptionDefaulted, DividendPaid, ActionAnnounced):
            told = [
                describe(event, self.names, cash_decimals=self.cash_decimals)
                for event in self.events
                if isinstance(event, kind)
            ]
            if told:
                self.console.print(Text.assemble(("  " + kind.__name__, "cyan"), "  ", max(told, key=len)))


def _age(seconds: int | None) -> str:
    return "no report" if seconds is None else f"{span(seconds)} old"


def program_units(executed: ExecutedTransaction, program_id: Pubkey = PROGRAM_ID) -> int:
    """Compute units of the top-level instructions of ``program_id``, with all that they call, by the runtime's log."""
    units = depth = 0
    for line in executed.logs:
        match = _RUNTIME_LINE.match(line)
        if match is None:
            continue
        if match[3]:
            depth = int(match[3])
        elif match[4]:
            units += int(match[4]) if depth == 1 and match[1] == str(program_id) else 0
        else:
            depth -= 1
    return units
