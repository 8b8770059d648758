#!/usr/bin/env python3
"""Compare what the repository ships with what its source makes now; exit code 1 on any difference.

Expects a fresh build (`make program`) and fresh generated code in the folder named by the argument.
The program's bytes are compared where this machine's toolchain is the recorded one. Elsewhere they cannot be; the
recorded hash of the sources is compared instead.

usage: check_drift.py GENERATED
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "sdk/python/xstock_client"
SHIPPED = PACKAGE / "program"
FRESH_IDL = ROOT / "target/idl/xstock_vault.json"
FRESH = ROOT / "target/deploy"


def compare(found: Path, expected: Path) -> list[str]:
    """Return a complaint if two files differ or one is missing."""
    if not found.exists():
        return [f"{found.relative_to(ROOT)} is missing"]
    if found.read_bytes() != expected.read_bytes():
        return [f"{found.relative_to(ROOT)} is not what its source makes now"]
    return []


def compare_program() -> list[str]:
    """Compare the shipped program with the fresh one, as far as this machine can."""
    shipped: dict[str, Any] = json.loads((SHIPPED / "BUILD.json").read_text())
    fresh: dict[str, Any] = json.loads((FRESH / "BUILD.json").read_text())
    if hashlib.sha256((SHIPPED / "xstock_vault.so").read_bytes()).hexdigest() != shipped["program"]:
        return ["the shipped xstock_vault.so is not the one that its BUILD.json records"]
    if all(shipped[key] == fresh[key] for key in ("way", "toolchain")):
        print("program: toolchain as recorded, bytes compared")
        return compare(SHIPPED / "xstock_vault.so", FRESH / "xstock_vault.so")
    print("program: bytes NOT compared, because this machine's toolchain is another one; sources compared instead")
    print(f"  recorded: {shipped['way']}: {'; '.join(shipped['toolchain'])}")
    print(f"  here:     {fresh['way']}: {'; '.join(fresh['toolchain'])}")
    return [] if shipped["inputs"] == fresh["inputs"] else ["the shipped program was built from other sources"]


def main() -> None:
    """Report every difference."""
    generated = Path(sys.argv[1])
    complaints = compare(ROOT / "idl/xstock_vault.json", FRESH_IDL)
    complaints += compare(SHIPPED / "xstock_vault.json", FRESH_IDL)
    names = {path.name for folder in (generated, PACKAGE / "_generated") for path in folder.glob("*.py")}
    if not names:
        complaints.append("no generated modules found")
    for name in sorted(names):
        if (generated / name).exists():
            complaints += compare(PACKAGE / "_generated" / name, generated / name)
        else:
            complaints.append(f"_generated/{name} is no longer generated")
    complaints += compare_program()
    if complaints:
        sys.exit("\n".join(["drift:", *(f"  {line}" for line in complaints), "run `make build` and commit the result"]))
    print(f"no drift: program, IDL and {len(names)} generated modules are what their sources make")


if __name__ == "__main__":
    main()
