"""Play an issuer's day: on a cluster inside this process, or with --url on one that gives lamports away.

python examples/issuer_day.py
python examples/issuer_day.py --url l
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import time
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from xstock_client.errors import XstockError
from xstock_client.rehearsal import Day, Faucet, run

# a picture that loads no fonts from anywhere
SELF_CONTAINED_SVG = re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
STATEMENTS = Path(__file__).resolve().parent / "custody"
LOCALHOST = "http://localhost:8899"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--url", help="RPC of a localnet, or l for http://localhost:8899")
    place.add_argument("--localnet", action="store_true", help="the RPC that XSTOCK_RPC_URL names, or localhost")
    parser.add_argument("--screenshot", type=Path, metavar="FILE.svg", help="save the output as a picture")
    parser.add_argument("--json-cu", type=Path, metavar="FILE", help="save the compute units of each step")
    return parser.parse_args()


async def play(url: str | None, console: Console) -> Day:
    """The day on the cluster at ``url``, or on an embedded one."""
    if url is None:
        from xstock_client.ledger import EmbeddedLedger

        program = os.environ.get("XSTOCK_PROGRAM")
        embedded: Faucet = EmbeddedLedger(program=Path(program)) if program else EmbeddedLedger()
        return await run(embedded, console=console, statements=STATEMENTS)
    from xstock_client.ledger import RpcLedger

    async with RpcLedger(url) as ledger:
        return await run(ledger, console=console, statements=STATEMENTS)


def main() -> int:
    options = arguments()
    url = options.url
    if url in ("l", "localhost"):
        url = LOCALHOST
    if options.localnet:
        url = os.environ.get("XSTOCK_RPC_URL", LOCALHOST)
    # Piped output and pictures get a width of their own; a terminal keeps its own.
    console = Console(
        record=options.screenshot is not None,
        width=None if sys.stdout.isatty() and not options.screenshot else 132,
    )
    where = "in this process (LiteSVM)" if url is None else f"at {url}"
    console.print(f"[bold]An issuer's day[/], on a cluster {where}; every transaction runs the real program.")
    started = time.monotonic()
    try:
        day = asyncio.run(play(url, console))
    except XstockError as error:
        console.print(Text.assemble(("error: ", "bold red"), str(error)))
        return error.exit_code
    seconds = time.monotonic() - started
    units = sum(step.units for step in day.steps)
    console.print(
        f"\n[bold green]The day is over:[/] {len(day.steps)} transactions, {len(day.events)} events,"
        f" {len(day.refusals)} refusals as they should be, {units:,} compute units, {seconds:.1f} s."
    )
    if options.screenshot:
        console.save_svg(str(options.screenshot), title="make demo", code_format=SELF_CONTAINED_SVG)
    if options.json_cu:
        steps = [{"name": s.name, "units": s.units, "program_units": s.program_units} for s in day.steps]
        options.json_cu.write_text(json.dumps({"seconds": seconds, "steps": steps}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
