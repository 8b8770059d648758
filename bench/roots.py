"""Time and memory of a Merkle-sum root, from one thousand holders to ten million.

Each root is built in a process of its own, from files, by as many workers as it chooses itself. Memory is the highest
resident memory of that process and of its workers together, input and interpreter included.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from xstock_client.merkle import MerkleTree

__all__ = ["GROWTH", "Figure", "Root", "figures", "growth"]

GROWTH = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
"""Holders of the trees that are measured."""
MEGABYTE = 1_000_000
ACCOUNT = b"bench".ljust(32, b"\0")
CHUNK = 100_000
PAUSE_S = 0.05
"""Between two looks at the workers' memory; the kernel itself keeps the highest."""
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Root:
    """What building one root took."""

    holders: int
    seconds: float
    """Of the build alone: the input is in memory before it starts."""
    megabytes: float
    root: str
    """Hash of the root, hex: the same on every machine."""


class Figure(TypedDict):
    """A metric as bench/results.json has it."""

    value: float
    unit: str
    reference: float | None
    limit: float | None


def growth(sizes: tuple[int, ...] = GROWTH) -> list[Root]:
    """Build a root of each size; the largest takes half a minute with its input, and half a gigabyte of disk."""
    return [measure(holders) for holders in sizes]


def figures(roots: list[Root]) -> dict[str, Figure]:
    """The metrics of one million and ten million holders, where ``roots`` has them."""
    limits: dict[int, tuple[str, float | None, float | None]] = {
        1_000_000: ("1m", 5, 1_000),
        10_000_000: ("10m", None, None),
    }
    found: dict[str, Figure] = {}
    for root in roots:
        if root.holders in limits:
            name, seconds, megabytes = limits[root.holders]
            found[f"s.root_{name}"] = Figure(value=root.seconds, unit="s", reference=None, limit=seconds)
            found[f"mb.root_{name}"] = Figure(value=root.megabytes, unit="MB", reference=None, limit=megabytes)
    return found


def measure(holders: int) -> Root:
    """Build one root in a process of its own and watch its memory (Linux)."""
    with tempfile.TemporaryDirectory() as folder:
        write_input(Path(folder), holders)
        command = [sys.executable, "-m", "bench.roots", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).resolve().parents[1]) as process:
            workers = watch(process)
            assert process.stdout
            told = process.stdout.read()
    if process.returncode:
        raise SystemExit(f"bench: the root of {holders:,} holders failed with status {process.returncode}")
    seconds, highest, root = json.loads(told)
    return Root(holders, round(seconds, 3), round((highest + workers) / MEGABYTE, 1), root)


def write_input(folder: Path, holders: int) -> None:
    """Sorted owners and their raw balances, as bytes."""
    with (folder / "owners").open("wb") as owners, (folder / "amounts").open("wb") as amounts:
        for start in range(0, holders, CHUNK):
            part = range(start, min(start + CHUNK, holders))
            owners.write(b"".join(index.to_bytes(8, "big") + b"holder".ljust(24, b"\x5a") for index in part))
            array("Q", [10**8 + index * index % 1_000_003 for index in part]).tofile(amounts)


def watch(process: subprocess.Popen[bytes]) -> int:
    """Wait for the process to end: what its workers held at most, in bytes and together."""
    workers: dict[str, int] = {}
    while process.poll() is None:
        for status in PROC.glob("[0-9]*"):
            if parent_of(status) == process.pid and is_worker(status):
                workers[status.name] = max(workers.get(status.name, 0), peak(status))
        time.sleep(PAUSE_S)
    return sum(workers.values())


def parent_of(process: Path) -> int:
    return status_line(process, "PPid:")


def peak(process: Path) -> int:
    """The most that a process held resident, in bytes; 0 when it is gone."""
    return status_line(process, "VmHWM:") * 1024


def status_line(process: Path, name: str) -> int:
    try:
        lines = (process / "status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)


def is_worker(process: Path) -> bool:
    """Not a copy of its parent that has not yet started what it is for: that shares the parent's memory."""
    try:
        return b"_pages" in (process / "cmdline").read_bytes()
    except OSError:
        return False


def build(folder: Path) -> tuple[float, int, str]:
    """Seconds that the root takes, the most bytes that this process held, and the root's hash."""
    owners = (folder / "owners").read_bytes()
    amounts = array("Q")
    with (folder / "amounts").open("rb") as file:
        amounts.fromfile(file, len(owners) // 32)
    started = time.perf_counter()
    tree = MerkleTree.build(ACCOUNT, owners, amounts)
    return time.perf_counter() - started, peak(PROC / "self"), tree.root.hash.hex()


if __name__ == "__main__":
    if len(sys.argv) == 2:
        print(json.dumps(build(Path(sys.argv[1]))))
    else:
        for each in growth():
            print(f"{each.holders:>10,} holders {each.seconds:>8} s {each.megabytes:>8} MB  {each.root}")
