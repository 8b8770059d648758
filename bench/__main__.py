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
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

from rich.console import Console
from rich.table import Table
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price

from bench.dividing import (
    HOLDERS,
    JITO_CLAIM,
    SIGNATURE_FEE,
    claim,
    cost_of_pushing,
    declared,
    per_account,
)
from bench.dividing import (
    most_in_one_transaction as most_pushed,
)
from bench.growth import draw
from bench.rates import LIMITS, Cost, cost_of, table
from bench.redeeming import customers, most_in_one_transaction, redeem, settling
from bench.roots import figures, growth
from bench.stage import TRANSACTION_LIMIT, Stage
from xstock_client import pda
from xstock_client.ledger.embedded import SHIPPED_PROGRAM

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CPI = 946
"""Compute units of one call into another program (SIMD-0339)."""


LEAST_SETTLED = 8
"""Requests that one transaction must settle (issue 5)."""
ONDO, ONDO_MINT = "Ondo Global Markets", 53_324
"""A peer's mint, measured with the same chain from its public source (README)."""


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
    redeem(stage)
    stage.send("attest", *stage.attestation(2, 0))
    budget = [set_compute_unit_limit(20_000), set_compute_unit_price(1)]
    with_budget = stage.send("mint_with_budget", *budget, stage.minting(10**8))
    stages = {
        "one custodian": Stage(program, custodians=1),
        "eight custodians": Stage(program, custodians=8),
        "eight custodians, eight chains": Stage(program, custodians=8, chains=8),
        "and shares in transit, caps, collateral": Stage(program, custodians=8, chains=8, in_transit=True),
    }
    one, eight, full, fullest = (mint_units(each) for each in stages.values())
    rates = mint_rates(stages)
    (HERE / "rates.md").write_text(table(rates))
    signers = Stage(program, keys=2)
    signers.build()
    two_by_two = signers.send(
        "attest_2x2", *budget, *signers.relay([*signers.report(0, 2), *signers.report(1, 2)], at=2)
    )

    batches = settlements(stage)
    units = {name: measured.units for name, measured in stage.measured.items()}
    limits = {
        "mint": ("mint_shares", 8_000),
        "settle": ("settle_redemption", 12_000),
        "attest": ("attest", 7_000),
        "request": ("request_redemption", 12_000),
        "cancel": ("cancel_redemption", 11_000),
        "accept": ("accept_redemption", 11_000),
        "default": ("default_redemption", 16_000),
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
    metrics |= batches
    metrics |= dividends(program)
    metrics["cu.mint_full_reserve_extra"] = Metric(value=full - one, unit="CU", reference=one, limit=1_500)
    metrics["cu.mint_full_reserve_extra_all_rules"] = Metric(value=fullest - one, unit="CU", reference=one, limit=1_500)
    metrics["bytes.tx.attest_2x2"] = Metric(
        value=two_by_two.size, unit="bytes", reference=None, limit=TRANSACTION_LIMIT - 1
    )
    metrics["cu.attest_2x2"] = Metric(value=two_by_two.units, unit="CU", reference=None, limit=None)
    metrics["rate.mints_per_asset"] = Metric(
        value=rates["eight custodians, eight chains"].a_second(LIMITS["100 M/s"]),
        unit="mints/s",
        reference=rates[ONDO].a_second(LIMITS["100 M/s"]),
        limit=None,
    )
    metrics["cu.mint_8_custodians"] = Metric(value=eight, unit="CU", reference=mint.units, limit=None)
    metrics["ratio.mint_over_token2022"] = Metric(
        value=round(mint.units / bare, 3), unit="ratio", reference=1, limit=None
    )
    size = program.stat().st_size
    metrics["bytes.program"] = Metric(value=size, unit="bytes", reference=None, limit=640_000)
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
        "request": stage.request(3),
    }
    for name, address in rents.items():
        metrics[f"lamports.{name}"] = Metric(value=stage.rent(address), unit="lamports", reference=None, limit=None)
    metrics["s.demo"] = Metric(value=round(demo_seconds(), 2), unit="s", reference=None, limit=15)
    return metrics


def settlements(stage: Stage) -> dict[str, Metric]:
    """What each further request of a batch costs, and how many one transaction settles."""
    waiting = customers(stage, 7 + 1 + 12)
    one, seven, rest = waiting[:1], waiting[1:8], waiting[8:]
    single = stage.send("settle_one", settling(stage, one)).units
    many = stage.send("settle_seven", settling(stage, seven)).units
    count, full = most_in_one_transaction(stage, rest)
    if count < LEAST_SETTLED:
        raise SystemExit(f"bench: one transaction settles {count} requests, fewer than {LEAST_SETTLED}")
    return {
        "cu.settle_batch_marginal": Metric(
            value=round((many - single) / 6, 1), unit="CU", reference=single, limit=6_000
        ),
        "count.settle_per_tx": Metric(value=count, unit="requests", reference=LEAST_SETTLED, limit=None),
        "bytes.tx.settle_full": Metric(value=full.size, unit="bytes", reference=None, limit=TRANSACTION_LIMIT),
        "cu.settle_full_tx": Metric(value=full.units, unit="CU", reference=None, limit=None),
    }


def dividends(program: Path) -> dict[str, Metric]:
    """A claim among a million holders, and what paying all of them takes, beside an account for each claim."""
    stage = Stage(program)
    stage.build()
    dividend = declared(stage)
    opened, one = claim(dividend)
    count, full = most_pushed(dividend)
    push = cost_of_pushing(dividend, HOLDERS)
    theirs = HOLDERS * per_account(stage)
    roots = growth()
    draw(
        roots,
        lambda holders: cost_of_pushing(dividend, holders).lamports / 10**9,
        lambda holders: holders * per_account(stage) / 10**9,
    )
    metrics = figures(roots) | {
        "cu.claim_1m": metric(one.units, "CU", reference=JITO_CLAIM, limit=10_000),
        "cu.open_claim_page": metric(opened.units, "CU"),
        "cu.push_marginal": metric(round((full.units - one.units) / (count - 1), 1), "CU"),
        "bytes.tx.claim": metric(one.size, "bytes", limit=TRANSACTION_LIMIT),
        "bytes.tx.push_full": metric(full.size, "bytes", limit=TRANSACTION_LIMIT),
        "count.push_per_tx": metric(count, "holders", reference=1),
        "lamports.claim": metric(
            round(push.rent / HOLDERS, 1), "lamports", reference=per_account(stage) - SIGNATURE_FEE
        ),
        "lamports.claim_page": metric(push.rent // push.pages, "lamports"),
        "tx.push_1m": metric(push.transactions, "transactions", reference=HOLDERS),
        "sol.push_1m": metric(round(push.lamports / 10**9, 3), "SOL", reference=round(theirs / 10**9, 1)),
        "ratio.push_cost_over_per_account": metric(round(push.lamports / theirs, 5), "ratio", reference=1),
    }
    for name in ("announce_action", "record_snapshot", "vote_root", "declare_distribution", "fund_distribution"):
        metrics[f"cu.{name}"] = metric(stage.measured[name].units, "CU")
    return metrics


def metric(value: float, unit: str, *, reference: float | None = None, limit: float | None = None) -> Metric:
    return Metric(value=value, unit=unit, reference=reference, limit=limit)


def mint_units(stage: Stage) -> int:
    """Compute units of a mint that is not the asset's first."""
    stage.build()
    stage.send("mint_shares", stage.minting(10**8))
    return stage.send("mint_shares", stage.minting(10**8)).units


def mint_rates(stages: dict[str, Stage]) -> dict[str, Cost]:
    """What a block is charged for a mint of each stage; a peer's units with the same parts for comparison."""
    measured = {
        name: (stage, stage.messages["mint_shares"], stage.measured["mint_shares"].units)
        for name, stage in stages.items()
    }
    rates = {
        name: cost_of(stage, message, units, sets_loaded_limit=True)
        for name, (stage, message, units) in measured.items()
    }
    stage, message, units = measured["one custodian"]
    rates["one custodian, loaded data left at its default"] = cost_of(stage, message, units, sets_loaded_limit=False)
    rates[ONDO] = replace(rates["one custodian"], execution=ONDO_MINT)
    return rates


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
    shown_table = Table(title="xstock_vault, measured now")
    for column in ("name", "value", "unit", "measured against", "limit"):
        shown_table.add_column(column, justify="left" if column in ("name", "unit") else "right")
    over = []
    for name, metric in metrics.items():
        value, limit = metric["value"], metric["limit"]
        if limit is not None and value > limit:
            over.append(name)
        shown = [f"{x:,}" if x is not None else "" for x in (value, metric["reference"], limit)]
        shown_table.add_row(name, shown[0], metric["unit"], shown[1], shown[2])
    Console(width=100).print(shown_table)
    overhead = metrics["cu.mint"]["value"] - (metrics["cu.mint"]["reference"] or 0)
    print(f"A mint costs {overhead:,.0f} CU more than the token program's own; two calls of {CPI} are in that.")
    results = {"machine": machine(), "metrics": metrics}
    (HERE / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    if over:
        print(f"over the limit: {', '.join(over)}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    raise SystemExit(main())
