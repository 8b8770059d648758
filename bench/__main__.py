"""Measure the program afresh: ``python -m bench`` prints a table and writes bench/results.json.

Compute units are those of the whole transaction, without compute-budget instructions. What a
number is measured against is measured in the same run; what it may not exceed is the issue's limit.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

from rich.console import Console
from rich.table import Table
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price

from bench.stage import TRANSACTION_LIMIT, Stage
from xstock_client import pda
from xstock_client.ledger.embedded import SHIPPED_PROGRAM

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CPI = 946
"""Compute units of one call into another program (SIMD-0339)."""


class Metric(TypedDict):
    value: float
    unit: str
    reference: float | None
    limit: float | None


def measure(program: Path) -> dict[str, Metric]:
    """Every metric of this version by name."""
    stage = Stage(program)
    stage.build()
    mint = [stage.send("mint_shares", stage.minting(100 * 10**8)) for _ in range(3)][-1]
    bare = stage.bare_mint()
    stage.redemption()
    stage.send("attest", *stage.attestation(0, 2))
    budget = [set_compute_unit_limit(20_000), set_compute_unit_price(1)]
    with_budget = stage.send("mint_with_budget", *budget, stage.minting(10**8))
    full = Stage(program, custodians=8)
    full.build()
    full.send("mint_shares", full.minting(10**8))
    eight = full.send("mint_shares", full.minting(10**8)).units

    units = {name: measured.units for name, measured in stage.measured.items()}
    limits = {
        "mint": ("mint_shares", 8_000),
        "settle": ("settle_redemption", 9_000),
        "attest": ("attest", 7_000),
        "request": ("request_redemption", 11_000),
        "cancel": ("cancel_redemption", 11_000),
        "accept": ("accept_redemption", 11_000),
        "list_asset": ("list_asset", None),
    }
    metrics: dict[str, Metric] = {
        f"cu.{short}": Metric(value=units[name], unit="CU", reference=None, limit=limit)
        for short, (name, limit) in limits.items()
    }
    metrics["cu.mint"]["reference"] = bare
    others = ("create_issuer", "grant_role", "set_allowance", "register_custodian", "open_ticket_page")
    for name in (*others, "open_holder_book"):
        metrics[f"cu.{name}"] = Metric(value=units[name], unit="CU", reference=None, limit=None)
    metrics["cu.mint_8_custodians"] = Metric(value=eight, unit="CU", reference=mint.units, limit=None)
    metrics["ratio.mint_over_token2022"] = Metric(
        value=round(mint.units / bare, 3), unit="ratio", reference=1, limit=None
    )
    size = program.stat().st_size
    metrics["bytes.program"] = Metric(value=size, unit="bytes", reference=None, limit=200_000)
    for name, measured in (("mint", with_budget), ("list_asset", stage.measured["list_asset"])):
        metrics[f"bytes.tx.{name}"] = Metric(value=measured.size, unit="bytes", reference=None, limit=TRANSACTION_LIMIT)
    metrics["bytes.tx.attest"] = Metric(
        value=stage.measured["attest"].size, unit="bytes", reference=None, limit=TRANSACTION_LIMIT
    )
    rents = {
        "asset": stage.asset,
        "reserve": pda.reserve(stage.asset),
        "mint": stage.mint,
        "escrow": pda.escrow(stage.asset),
        "ticket_page": stage.page(0),
        "holder_book": pda.holder_book(stage.asset, stage.desk.pubkey()),
        "request": stage.request(2),
    }
    for name, address in rents.items():
        metrics[f"lamports.{name}"] = Metric(value=stage.rent(address), unit="lamports", reference=None, limit=None)
    metrics["s.demo"] = Metric(value=round(demo_seconds(), 2), unit="s", reference=None, limit=15)
    return metrics


def demo_seconds() -> float:
    """Wall time of the whole demo process, start-up included."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "examples/issuer_day.py"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def machine() -> dict[str, str]:
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "solders": version("solders"),
        "cores": str(os.cpu_count()),
    }


def main() -> int:
    program = Path(os.environ.get("XSTOCK_PROGRAM", SHIPPED_PROGRAM))
    metrics = measure(program)
    table = Table(title="xstock_vault, measured now")
    for column in ("name", "value", "unit", "measured against", "limit"):
        table.add_column(column, justify="left" if column in ("name", "unit") else "right")
    over = []
    for name, metric in metrics.items():
        value, limit = metric["value"], metric["limit"]
        if limit is not None and value > limit:
            over.append(name)
        shown = [f"{x:,}" if x is not None else "" for x in (value, metric["reference"], limit)]
        table.add_row(name, shown[0], metric["unit"], shown[1], shown[2])
    Console(width=100).print(table)
    overhead = metrics["cu.mint"]["value"] - (metrics["cu.mint"]["reference"] or 0)
    print(f"A mint costs {overhead:,.0f} CU more than the token program's own; two calls of {CPI} are in that.")
    results = {"machine": machine(), "metrics": metrics}
    (HERE / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    if over:
        print(f"over the limit: {', '.join(over)}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    raise SystemExit(main())
