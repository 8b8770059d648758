#!/usr/bin/env python3
"""Make the program's Anchor IDL (specification 0.1.0) from its source, with cargo alone.

usage: make_idl.py [-o FILE]        (default: target/idl/xstock_vault.json)

Anchor's derive macros emit tests that print the IDL's parts. This runs them on the host and joins the parts in the
way of `anchor idl build` (crate anchor-lang-idl 0.2): same sorting, same short type names, same refusals. Beyond
that it insists on Anchor's default discriminators, because anchorpy recomputes them from names.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = "xstock_vault"
BLOCK = re.compile(r"^--- IDL begin (\w+) ---\n(.*?)\n--- IDL end \1 ---$", re.MULTILINE | re.DOTALL)
TYPE_PATH = re.compile(r"(?:\w+::)+(\w+)")
# the order in which anchor's own tool writes a table's keys
KEYS = (
    "code kind name version spec description repository docs discriminator writable signer optional address metadata "
    "instructions accounts args returns pda seeds program relations events errors serialization repr generics type "
    "types constants fields variants value path account msg"
).split()


def run_print_tests() -> str:
    """Return what the IDL tests print; leave with cargo's own message if they do not compile or pass."""
    command = ["cargo", "test", "--quiet", "--locked", "--package", PROGRAM, "--lib", "--features", "idl-build"]
    command += ["__anchor_private_print_idl", "--", "--show-output"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\nmake_idl: cargo could not print the IDL (exit code {done.returncode}), see above")
    return done.stdout


def assemble(printed: str) -> dict[str, Any]:
    """Join the printed parts. Raises ValueError where a part is missing or given twice."""
    parts: dict[str, list[Any]] = {}
    for kind, text in BLOCK.findall(printed):
        parts.setdefault(kind, []).append(text.strip() if kind == "address" else json.loads(text))
    for kind in ("address", "program"):
        if len(parts.get(kind, [])) != 1:
            raise ValueError(f"expected one IDL part {kind!r}, cargo printed {len(parts.get(kind, []))}")
    idl: dict[str, Any] = parts["program"][0]
    event_types = [definition for event in parts.get("event", []) for definition in event["types"]]
    idl["address"] = parts["address"][0]
    idl["events"] = [event["event"] for event in parts.get("event", [])]
    idl["errors"] = sorted((error for block in parts.get("errors", []) for error in block), key=lambda e: e["code"])
    idl["constants"] = parts.get("const", [])
    idl["types"] = list({definition["name"]: definition for definition in [*event_types, *idl["types"]]}.values())
    return idl


def strings(value: Any) -> Iterator[str]:
    """Yield every string in a JSON value, keys aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)


def normalize(idl: dict[str, Any]) -> dict[str, Any]:
    """Shorten unambiguous type paths, sort lists by name and keys as anchor does, and drop empty lists."""
    paths: dict[str, set[str]] = {}
    for text in strings(idl):
        if match := TYPE_PATH.fullmatch(text):
            paths.setdefault(match[1], set()).add(text)
    short = {path: name for name, found in paths.items() if len(found) == 1 for path in found}

    def visit(value: Any) -> Any:
        if isinstance(value, str):
            return short.get(value, value)
        if isinstance(value, list):
            return [visit(item) for item in value]
        if isinstance(value, dict):
            known = sorted(value, key=lambda key: KEYS.index(key) if key in KEYS else len(KEYS))
            return {key: visit(value[key]) for key in known if value[key] != [] or key in ("args", "accounts")}
        return value

    for section in ("instructions", "accounts", "events", "types", "constants"):
        idl[section] = sorted(idl[section], key=lambda item: item["name"])
    result: dict[str, Any] = visit(idl)
    return result


def references(value: Any) -> Iterator[str]:
    """Yield the name of every type that a JSON value refers to."""
    if isinstance(value, dict):
        if isinstance(value.get("defined"), dict):
            yield value["defined"]["name"]
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from references(item)


def verify(idl: dict[str, Any]) -> None:
    """Raise ValueError for a discriminator that is not Anchor's default, a name used twice, a type not defined."""
    for section, prefix in (("instructions", "global"), ("accounts", "account"), ("events", "event")):
        for item in idl.get(section, []):
            expected = list(hashlib.sha256(f"{prefix}:{item['name']}".encode()).digest()[:8])
            if item["discriminator"] != expected:
                raise ValueError(
                    f"{section} {item['name']}: discriminator {item['discriminator']} is not Anchor's default "
                    f"{expected}; anchorpy users could not call it"
                )
    for section, key in [*((s, "name") for s in ("instructions", "accounts", "events", "types")), ("errors", "code")]:
        found = [item[key] for item in idl.get(section, [])]
        if twice := sorted({value for value in found if found.count(value) > 1}):
            raise ValueError(f"{section}: used more than once: {twice}")
    used = {item["name"] for section in ("accounts", "events") for item in idl.get(section, [])} | set(references(idl))
    if missing := used - {definition["name"] for definition in idl.get("types", [])}:
        raise ValueError(f"used without a type definition: {sorted(missing)}")


def main() -> None:
    """Write the IDL; exit code 1 with a reason where it cannot be made."""
    parser = argparse.ArgumentParser(description="Make the program's Anchor IDL from its source.")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "target/idl" / f"{PROGRAM}.json")
    output: Path = parser.parse_args().output
    try:
        idl = normalize(assemble(run_print_tests()))
        verify(idl)
    except ValueError as error:
        sys.exit(f"make_idl: {error}")
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(idl, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    counts = ", ".join(f"{len(idl.get(s, []))} {s}" for s in ("instructions", "accounts", "events", "errors", "types"))
    print(f"{output.name}: {counts}")


if __name__ == "__main__":
    main()
