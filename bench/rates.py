"""How many mints a second one asset allows: its account is written by every one of them.

A cluster limits the cost of the transactions that write one account. The cost of a transaction is, by Agave's
cost model (cost-model/src/block_cost_limits.rs and cost_model.rs): 720 a signature, 300 a write lock, a quarter of
an instruction byte, 8 for each 32 KiB of accounts that it may load, and the compute units that it took.
"""

from __future__ import annotations

from dataclasses import dataclass

from solders.message import Message
from solders.pubkey import Pubkey

from bench.stage import Stage

__all__ = ["LIMITS", "Cost", "cost_of", "table"]

UPGRADEABLE_LOADER = Pubkey.from_string("BPFLoaderUpgradeab1e11111111111111111111111")
SIGNATURE = 720
WRITE_LOCK = 300
BYTES_A_UNIT = 4
PAGE = 32 * 1024
PAGE_COST = 8
DEFAULT_LOADED = 64 * 1024 * 1024
"""Bytes that a transaction is charged for unless it sets a limit (SetLoadedAccountsDataSizeLimit)."""

LIMITS = {
    "100 M/s": 100_000_000,
    "30 M/s": 30_000_000,
}
"""Compute units a second for one writable account: 40 M a block of 0.4 s, which is what the project plans with, and
12 M, which clusters had before (block_cost_limits.rs, MAX_WRITABLE_ACCOUNT_UNITS)."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a block is charged for one transaction, in compute units."""

    execution: int
    signatures: int
    write_locks: int
    data: int
    loaded: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.execution + self.signatures + self.write_locks + self.data + self.loaded

    def a_second(self, limit: int) -> int:
        """How many such transactions one account allows under ``limit`` compute units a second."""
        return limit // self.total


def cost_of(stage: Stage, message: Message, units: int, *, sets_loaded_limit: bool) -> Cost:
    """The cost of a transaction that took ``units``; with a loaded-data limit, one rounded up to whole pages."""
    keys, header = message.account_keys, message.header
    writable = len(keys) - header.num_readonly_signed_accounts - header.num_readonly_unsigned_accounts
    loaded = sum(_bytes_of(stage, key) for key in keys)
    charged = loaded if sets_loaded_limit else DEFAULT_LOADED
    return Cost(
        execution=units,
        signatures=SIGNATURE * header.num_required_signatures,
        write_locks=WRITE_LOCK * writable,
        data=sum(len(bytes(instruction.data)) for instruction in message.instructions) // BYTES_A_UNIT,
        loaded=-(-charged // PAGE) * PAGE_COST,
    )


def _bytes_of(stage: Stage, address: Pubkey) -> int:
    """Bytes of an account; a program's code, which lies in an account of its own, is loaded with it."""
    account = stage.svm.get_account(address)
    if account is None:
        return 0
    size = len(account.data)
    if account.owner == UPGRADEABLE_LOADER:
        size += _bytes_of(stage, Pubkey.from_bytes(account.data[4:36]))
    return size


def table(rows: dict[str, Cost]) -> str:
    """The rates as Markdown."""
    lines = [
        "# Mints a second that one asset allows",
        "",
        "Made by `make bench` (bench/rates.py); the parts of a cost are explained there. Peers' units are those of",
        "docs (Ondo's mint 53,324 CU), with the same parts otherwise: an estimate for them, a measurement for us.",
        "",
        "| | execution | signatures | write locks | data | loaded | cost | " + " | ".join(LIMITS) + " |",
        "|---|" + "---:|" * (6 + len(LIMITS)),
    ]
    for name, cost in rows.items():
        parts = (cost.execution, cost.signatures, cost.write_locks, cost.data, cost.loaded, cost.total)
        rates = (cost.a_second(limit) for limit in LIMITS.values())
        lines.append(f"| {name} | " + " | ".join(f"{figure:,}" for figure in (*parts, *rates)) + " |")
    return "\n".join(lines) + "\n"
