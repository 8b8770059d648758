#!/usr/bin/env python3
"""Write the SDK's generated modules from the program's IDL: layouts, constructs, events, instructions, errors.

usage: generate_client.py [--idl FILE] [--output FOLDER] [--check]

The output depends on the IDL alone and is formatted as `ruff format` would. With --check nothing is written; every
file that differs is named, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
IDL = ROOT / "idl/xstock_vault.json"
OUTPUT = ROOT / "sdk/python/xstock_client/_generated"
WIDTH = 120

# IDL type -> struct format, size, construct, Python type
SCALARS = {
    "u8": ("B", 1, "Int8ul", "int"),
    "u16": ("H", 2, "Int16ul", "int"),
    "u32": ("I", 4, "Int32ul", "int"),
    "u64": ("Q", 8, "Int64ul", "int"),
    "i64": ("q", 8, "Int64sl", "int"),
    "pubkey": ("32s", 32, "Bytes(32)", "Pubkey"),
}
# what an instruction's argument may be: writer in _wire.py, Python type
ARGUMENTS = {name: (name, "int") for name in ("u8", "u16", "u32", "u64", "i64")}
ARGUMENTS |= {"bool": ("boolean", "bool"), "string": ("text", "str"), "pubkey": ("pubkey", "Pubkey")}
# accounts that the program compares with a fixed address without the IDL saying so
DEFAULT_ADDRESS = {"token_program": "TOKEN_2022"}
# logged figures that are times or durations (i64) though no field of the IDL has their name
SIGNED_FIGURES = {"now", "expired_at", "seconds", "minimum", "maximum"}


class Unsupported(Exception):
    """The IDL holds something that this generator was not taught."""


@dataclass(frozen=True)
class Field:
    """A field of a fixed layout; ``offset`` counts from the layout's first byte."""

    name: str
    docs: list[str]
    offset: int
    size: int
    format: str
    construct: str
    python: str
    read: str

    @property
    def kept(self) -> bool:
        """Whether the typed object shows it: padding and reserved bytes are dropped."""
        return not self.name.startswith("_pad") and self.name != "reserved"


@dataclass(frozen=True)
class Layout:
    """A struct without implicit padding; ``prefix`` is the size of the discriminator before it."""

    name: str
    docs: list[str]
    fields: list[Field]
    size: int
    discriminator: bytes

    @property
    def constant(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.name).upper()

    @property
    def kept(self) -> list[Field]:
        return [field for field in self.fields if field.kept]

    @property
    def format(self) -> str:
        parts = ["8x"] if self.discriminator else []
        parts += [field.format if field.kept else f"{field.size}x" for field in self.fields]
        joined = "".join(parts)
        # BBB -> 3B, to be read by people
        return "<" + re.sub(r"(B|H|I|Q|q)\1+", lambda run: f"{len(run[0])}{run[1]}", joined)


class Model:
    """The IDL's types as layouts, nested ones first."""

    def __init__(self, idl: dict[str, Any]) -> None:
        self.idl = idl
        self.types = {item["name"]: item for item in idl["types"]}
        self.nested: dict[str, Layout] = {}
        self.accounts = [self._layout(item["name"], bytes(item["discriminator"])) for item in idl["accounts"]]
        self.events = [self._layout(item["name"], bytes(item["discriminator"])) for item in idl["events"]]
        for account in self.accounts:
            if account.fields[0].name != "version" or account.fields[0].size != 1:
                raise Unsupported(f"account {account.name}: its first field must be `version: u8`")

    def _layout(self, name: str, discriminator: bytes = b"") -> Layout:
        item = self.types[name]
        if item["type"]["kind"] != "struct":
            raise Unsupported(f"type {name}: a {item['type']['kind']} has no fixed layout here")
        offset = len(discriminator)
        fields: list[Field] = []
        for declared in item["type"]["fields"]:
            field = self._field(name, declared, offset)
            if field.name in ("cls", "data", "discriminator"):
                raise Unsupported(f"type {name}: a field cannot be called {field.name}")
            fields.append(field)
            offset += field.size
        layout = Layout(name, item.get("docs", []), fields, offset, discriminator)
        self._require_alignment(layout)
        return layout

    def _require_alignment(self, layout: Layout) -> None:
        # repr(C) would pad a misaligned integer, and the offsets here would be wrong without a word
        for field in layout.fields:
            scalar = {"H": 2, "I": 4, "Q": 8, "q": 8}.get(field.format, 1)
            if (field.offset - len(layout.discriminator)) % scalar:
                raise Unsupported(f"{layout.name}.{field.name}: not aligned, repr(C) would pad before it")

    def _field(self, owner: str, declared: dict[str, Any], offset: int) -> Field:
        name, kind = declared["name"], declared["type"]

        def make(size: int, code: str, construct: str, python: str, read: str) -> Field:
            return Field(name, declared.get("docs", []), offset, size, code, construct, python, read)

        if isinstance(kind, str) and kind in SCALARS:
            code, size, construct, python = SCALARS[kind]
            return make(size, code, construct, python, f"Pubkey({name})" if kind == "pubkey" else name)
        if isinstance(kind, dict) and "defined" in kind:
            inner = self._nested(kind["defined"]["name"])
            return make(inner.size, f"{inner.size}s", inner.constant, inner.name, f"{inner.name}.read({name})")
        if isinstance(kind, dict) and "array" in kind:
            element, count = kind["array"]
            if element == "u8":
                return make(count, f"{count}s", f"Bytes({count})", "bytes", name)
            if element == "pubkey":
                read = f"tuple(Pubkey({name}[at : at + 32]) for at in range(0, {32 * count}, 32))"
                return make(32 * count, f"{32 * count}s", f"Array({count}, Bytes(32))", "tuple[Pubkey, ...]", read)
            if isinstance(element, dict) and "defined" in element:
                inner = self._nested(element["defined"]["name"])
                size, whole = inner.size, inner.size * count
                read = f"tuple({inner.name}.read({name}[at : at + {size}]) for at in range(0, {whole}, {size}))"
                construct = f"Array({count}, {inner.constant})"
                return make(whole, f"{whole}s", construct, f"tuple[{inner.name}, ...]", read)
        raise Unsupported(f"{owner}.{name}: the type {kind} has no fixed layout here")

    def _nested(self, name: str) -> Layout:
        if name not in self.nested:
            self.nested[name] = self._layout(name)
        return self.nested[name]


def header(what: str, *lines: str, noqa: bool = False) -> Iterator[str]:
    """First lines of a module."""
    yield f'"""{what} Generated from idl/xstock_vault.json by scripts/generate_client.py; do not edit."""'
    yield ""
    if noqa:
        yield "# ruff: noqa: E501"
        yield ""
    yield "from __future__ import annotations"
    yield ""
    yield from lines


def docstring(lines: Iterable[str], indent: str = "    ", more: Iterable[str] = ()) -> Iterator[str]:
    """A docstring of the IDL's words, wrapped; ``more`` are lines to add as they are."""
    text = " ".join(line.strip() for line in lines).replace("\\", "\\\\").replace('"""', "'''")
    text = re.sub(r"\[`(\w+)`\]", r"`\1`", text).replace("`", "``")
    extra = list(more)
    wrapped = textwrap.wrap(text, WIDTH - len(indent) - 6, break_long_words=False) or [""]
    if len(wrapped) == 1 and not extra:
        yield f'{indent}"""{wrapped[0]}"""'
        return
    yield f'{indent}"""{wrapped[0]}'
    yield from (f"{indent}{line}" for line in wrapped[1:])
    if extra:
        yield ""
        yield from (f"{indent}{line}" if line else "" for line in extra)
    yield f'{indent}"""'


def exploded(opening: str, items: Iterable[str], closing: str, indent: str = "") -> Iterator[str]:
    """One item to a line; the trailing comma keeps ruff from joining them."""
    yield f"{indent}{opening}"
    yield from (f"{indent}    {item}," for item in items)
    yield f"{indent}{closing}"


def all_names(names: Iterable[str]) -> Iterator[str]:
    yield from exploded("__all__ = [", (f'"{name}"' for name in sorted(names, key=ruff_order)), "]")


def ruff_order(name: str) -> tuple[int, str]:
    """The order that ruff (RUF022) wants: constants, classes, functions."""
    kind = 0 if name.isupper() else 1 if name[0].isupper() else 2
    return (kind, name)


def dataclass_of(layout: Layout, default_doc: str) -> Iterator[str]:
    """The typed object of a layout and its decoder."""
    yield f'_{layout.constant} = Struct("{layout.format}")'
    yield ""
    yield ""
    yield "@dataclass(frozen=True, slots=True)"
    yield f"class {layout.name}:"
    yield from docstring(layout.docs or [default_doc])
    yield ""
    if layout.discriminator:
        yield f'    DISCRIMINATOR: ClassVar[bytes] = bytes.fromhex("{layout.discriminator.hex()}")'
    yield f"    SIZE: ClassVar[int] = {layout.size}"
    offsets = (f'"{field.name}": {field.offset}' for field in layout.kept)
    yield from exploded("OFFSETS: ClassVar[Mapping[str, int]] = {", offsets, "}", "    ")
    yield ""
    for field in layout.kept:
        yield f"    {field.name}: {field.python}"
        if field.docs:
            yield from docstring(field.docs)
    yield ""
    yield "    @classmethod"
    if not layout.discriminator:
        yield f"    def read(cls, data: bytes) -> {layout.name}:"
        yield f'        """From its {layout.size} bytes, which the caller has counted."""'
    else:
        yield f"    def decode(cls, data: bytes) -> {layout.name}:"
        yield '        """From the bytes, discriminator first. Raises DecodeError for any others."""'
    if layout in_kind "account":
        pass
