#!/usr/bin/env python3
"""Print the record of a build: what decides the program's bytes, and their hash.

usage: build_record.py WAY TOOLCHAIN PROGRAM
`toolchain` is the machine's part; `inputs` is one hash over the repository's part (sources, locks, build chain).
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INPUTS = ("Cargo.toml", "Cargo.lock", "programs/*/Cargo.toml", "programs/*/src/**/*.rs", "scripts/sbf/**/*")


def inputs_hash() -> str:
    """SHA-256 over the path and the contents of every file that goes into the program."""
    files = sorted({path for pattern in INPUTS for path in ROOT.glob(pattern) if path.is_file()})
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def main() -> None:
    """Print the record as JSON."""
    way, toolchain, program = sys.argv[1:]
    record = {
        "way": way,
        "toolchain": toolchain.splitlines(),
        "inputs": inputs_hash(),
        "program": hashlib.sha256(Path(program).read_bytes()).hexdigest(),
    }
    print(json.dumps(record, indent=2))


if __name__ == "__main__":
    main()
