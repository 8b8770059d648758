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
# accounts behind the named ones, which the IDL cannot tell: the builder's parameter, what one entry stands for, and
# the accounts of an entry with whether they are writable
REMAINING = {
    "settle_redemptions": ("requests", "each amount", {"request": True, "payee": True, "rent receiver": True}),
    "claim_dividends": ("payees", "each bump", {"destination": True, "recipient record (or program)": False}),
}
# logged figures that are times or durations (i64) though no field of the IDL has their name
SIGNED_FIGURES = {"latest", "now", "expired_at", "earliest", "waits_until", "seconds", "minimum", "maximum"}


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
            if element in ("u16", "u32", "u64"):
                _, size, construct, _ = SCALARS[element]
                cut = f'int.from_bytes({name}[at : at + {size}], "little")'
                read = f"tuple({cut} for at in range(0, {size * count}, {size}))"
                return make(size * count, f"{size * count}s", f"Array({count}, {construct})", "tuple[int, ...]", read)
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


def header(what: str, *lines: str) -> Iterator[str]:
    """First lines of a module."""
    yield f'"""{what}'
    yield ""
    yield "Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit."
    yield '"""'
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


def natural(name: str) -> list[tuple[int, str]]:
    """The order that ruff (I001) wants of imported names: u8 before u32."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def dataclass_of(layout: Layout, doc: str, guard: Iterable[str] = ()) -> Iterator[str]:
    """The typed object of a layout and its decoder; ``guard`` are the lines that refuse other bytes."""
    yield f'_{layout.constant} = Struct("{layout.format}")'
    yield ""
    yield ""
    yield "@dataclass(frozen=True, slots=True)"
    yield f"class {layout.name}:"
    yield from docstring(layout.docs or [doc])
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
    if layout.discriminator:
        yield f"    def decode(cls, data: bytes) -> {layout.name}:"
        yield '        """From all its bytes, discriminator first. Raises DecodeError for any others."""'
        yield from guard
    else:
        yield f"    def read(cls, data: bytes) -> {layout.name}:"
        yield f'        """From its {layout.size} bytes, which the caller has counted."""'
    yield from exploded("(", (field.name for field in layout.kept), f") = _{layout.constant}.unpack(data)", " " * 8)
    yield from exploded("return cls(", (field.read for field in layout.kept), ")", " " * 8)
    yield ""
    yield ""


def layouts(model: Model) -> Iterator[str]:
    """Accounts and the structs within accounts and events."""
    yield from header(
        "Account layouts as typed objects with fast decoders.",
        "from collections.abc import Mapping",
        "from dataclasses import dataclass",
        "from struct import Struct",
        "from typing import ClassVar, TypeAlias",
        "",
        "from solders.pubkey import Pubkey",
        "",
        "from xstock_client._wire import not_account",
        "from xstock_client.constants import ACCOUNT_VERSION",
        "",
    )
    names = [layout.name for layout in (*model.nested.values(), *model.accounts)]
    yield from all_names(["ACCOUNTS", "AnyAccount", *names])
    yield ""
    guard = [
        "        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR or data[8] != ACCOUNT_VERSION:",
        "            raise not_account(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)",
    ]
    for layout in model.nested.values():
        yield from dataclass_of(layout, f"Part of an account or event: {layout.name}.")
    for layout in model.accounts:
        yield from dataclass_of(layout, f"Account {layout.name}.", guard)
    yield from union("AnyAccount", model.accounts)
    yield ""
    yield from table("ACCOUNTS", "AnyAccount", "Account types by discriminator.", model.accounts)


def events(model: Model) -> Iterator[str]:
    """Events."""
    used = sorted({f.python for layout in model.events for f in layout.kept if f.python in model.nested})
    yield from header(
        "Events as typed objects with fast decoders.",
        "from collections.abc import Mapping",
        "from dataclasses import dataclass",
        "from struct import Struct",
        "from typing import ClassVar, TypeAlias",
        "",
        "from solders.pubkey import Pubkey",
        "",
        *([f"from xstock_client._generated.layouts import {', '.join(used)}"] if used else []),
        "from xstock_client._wire import not_event",
        "",
    )
    yield from all_names(["EVENTS", "Event", *(layout.name for layout in model.events)])
    yield ""
    guard = [
        "        if len(data) != cls.SIZE or data[:8] != cls.DISCRIMINATOR:",
        "            raise not_event(cls.__name__, cls.DISCRIMINATOR, cls.SIZE, data)",
    ]
    for layout in model.events:
        yield from dataclass_of(layout, f"Event {layout.name}.", guard)
    yield from union("Event", model.events)
    yield ""
    yield from table("EVENTS", "Event", "Event types by discriminator.", model.events)


def union(name: str, members: Iterable[Layout]) -> Iterator[str]:
    first, *others = [layout.name for layout in members]
    yield f"{name}: TypeAlias = ("
    yield f"    {first}"
    yield from (f"    | {other}" for other in others)
    yield ")"


def table(name: str, union_name: str, doc: str, members: Iterable[Layout]) -> Iterator[str]:
    items = (f"{layout.name}.DISCRIMINATOR: {layout.name}" for layout in members)
    yield from exploded(f"{name}: Mapping[bytes, type[{union_name}]] = {{", items, "}")
    yield f'"""{doc}"""'


def constructs(model: Model) -> Iterator[str]:
    """The same layouts as construct declarations: the reference that the fast decoders are tested against."""
    every = [*model.nested.values(), *model.accounts, *model.events]
    text = " ".join(field.construct for layout in every for field in layout.fields)
    known = ("Array", "Bytes", *(scalar[2] for scalar in SCALARS.values() if scalar[2].isalnum()))
    used = sorted({"Const", "Struct"} | {name for name in known if re.search(rf"\b{name}\b", text)}, key=natural)
    yield from header(
        "Accounts and events as `construct` declarations. The fast decoders are held equal to these by a test.",
        "from collections.abc import Mapping",
        "from typing import Any",
        "",
        f"from construct import {', '.join(used)}",
        "",
    )
    yield from all_names(["ACCOUNTS", "EVENTS", *(layout.constant for layout in every)])
    yield ""
    for layout in every:
        items = [f'"{field.name}" / {field.construct}' for field in layout.fields]
        if layout.discriminator:
            items.insert(0, f'"discriminator" / Const(bytes.fromhex("{layout.discriminator.hex()}"))')
        yield from exploded(f"{layout.constant}: Any = Struct(", items, ")")
        yield ""
    for name, members in (("ACCOUNTS", model.accounts), ("EVENTS", model.events)):
        items = [f'"{layout.name}": {layout.constant}' for layout in members]
        yield from exploded(f"{name}: Mapping[str, Any] = {{", items, "}")
        yield f'"""{name.capitalize()} by name."""'
        yield ""


def instructions(model: Model) -> Iterator[str]:
    """One builder to an instruction."""
    fixed: dict[str, str] = {}
    body = [line for item in model.idl["instructions"] for line in builder(model, item, fixed)]
    writers = sorted(set(re.findall(r"^            (\w+)\(\"", "\n".join(body), re.MULTILINE)), key=natural)
    yield from header(
        "One builder to an instruction.",
        "from collections.abc import Mapping, Sequence",
        "",
        "from solders.instruction import AccountMeta, Instruction",
        "from solders.pubkey import Pubkey",
        "",
        f"from xstock_client._wire import {', '.join(writers)}",
        f"from xstock_client.constants import {', '.join(['PROGRAM_ID', *sorted(set(DEFAULT_ADDRESS.values()))])}",
        "from xstock_client.pda import event_authority",
        "",
    )
    names = [item["name"] for item in model.idl["instructions"]]
    yield from all_names(["INSTRUCTIONS", *names])
    yield ""
    hexes = {item["name"]: bytes(item["discriminator"]).hex() for item in model.idl["instructions"]}
    items = (f'"{name}": bytes.fromhex("{digits}")' for name, digits in hexes.items())
    yield from exploded("INSTRUCTIONS: Mapping[str, bytes] = {", items, "}")
    yield '"""Discriminator of every instruction, by name."""'
    yield ""
    for address, name in sorted(fixed.items(), key=lambda pair: pair[1]):
        yield f'{name} = Pubkey.from_string("{address}")'
    yield from body


def builder(model: Model, item: dict[str, Any], fixed: dict[str, str]) -> Iterator[str]:
    arguments = list(flat_arguments(model, item))
    required: list[str] = []
    defaulted: list[str] = []
    metas: list[str] = []
    for account in item["accounts"]:
        name, address = account["name"], account.get("address")
        key = name
        writable, signs = str(account.get("writable", False)), str(account.get("signer", False))
        if "accounts" in account:
            raise Unsupported(f"{item['name']}.{name}: nested accounts")
        if name == "event_authority":
            key = "event_authority(program_id)"
        elif address == model.idl["address"]:
            key = "program_id"
        elif address:
            key = fixed.setdefault(address, "_" + name.upper())
        elif account.get("optional"):
            defaulted.append(f"{name}: Pubkey | None = None")
            key = f"program_id if {name} is None else {name}"
            if account.get("writable"):
                writable = f"{name} is not None"
            if account.get("signer"):
                signs = f"{name} is not None"
        elif name in DEFAULT_ADDRESS:
            defaulted.append(f"{name}: Pubkey = {DEFAULT_ADDRESS[name]}")
        else:
            required.append(f"{name}: Pubkey")
        meta = f"{key}, is_signer={signs}, is_writable={writable}"
        whole = f"AccountMeta({meta})"
        fits = len(whole) + 9 <= WIDTH  # indent and comma; ruff breaks a longer line
        parts = meta if len(meta) + 12 <= WIDTH else meta.replace(", ", ",\n            ") + ","
        metas.append(whole if fits else f"AccountMeta(\n            {parts}\n        )")
    required += [f"{name}: {python}" for name, _, python in arguments]
    listed = REMAINING.get(item["name"])
    if listed:
        required.append(f"{listed[0]}: Sequence[tuple[{', '.join(['Pubkey'] * len(listed[2]))}]]")
    parameters = [*required, *defaulted, "program_id: Pubkey = PROGRAM_ID"]
    names = [parameter.partition(":")[0] for parameter in parameters]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise Unsupported(f"{item['name']}: an account and an argument are both called {twice}")
    yield ""
    yield ""
    yield from exploded(f"def {item['name']}(", ["*", *parameters], ") -> Instruction:")
    more = [f"``{listed[0]}`` are the addresses of {', '.join(listed[2])} for {listed[1]}."] if listed else []
    yield from docstring(item.get("docs", []), more=more)
    discriminator = f'INSTRUCTIONS["{item["name"]}"]'
    if arguments:
        yield '    data = b"".join('
        yield from exploded("(", [discriminator, *(writer for _, writer, _ in arguments)], ")", "        ")
        yield "    )"
    else:
        yield f"    data = {discriminator}"
    if listed:
        written = tuple(listed[2].values())
        each = f"for each in {listed[0]}"
        if all(written):
            metas.append(f"*(AccountMeta(one, is_signer=False, is_writable=True) {each} for one in each)")
        else:
            pairs = f"for one, writable in zip(each, {written}, strict=True)"
            metas.append(
                f"*(\n            AccountMeta(one, is_signer=False, is_writable=writable)\n            {each}\n"
                f"            {pairs}\n        )"
            )
    yield from exploded("accounts = [", metas, "]", "    ")
    yield "    return Instruction(program_id, data, accounts)"


def flat_arguments(model: Model, item: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Name, writer and Python type of each argument; a struct's fields stand for it, as Borsh lays them out."""
    for declared in item["args"]:
        kind = declared["type"]
        if isinstance(kind, dict) and "defined" in kind:
            struct = model.types[kind["defined"]["name"]]
            yield from flat_arguments(model, {"name": item["name"], "args": struct["type"]["fields"]})
            continue
        name = declared["name"]
        if isinstance(kind, str) and kind in ARGUMENTS:
            writer, python = ARGUMENTS[kind]
            yield name, f'{writer}("{name}", {name})', python
        elif isinstance(kind, dict) and kind.get("array", [None])[0] == "u8":
            yield name, f'fixed("{name}", {name}, {kind["array"][1]})', "bytes"
        elif isinstance(kind, dict) and kind.get("array", [None])[0] == "pubkey":
            yield name, f'pubkeys("{name}", {name}, {kind["array"][1]})', "Sequence[Pubkey]"
        elif kind == "bytes":
            yield name, f'sized("{name}", {name})', "bytes"
        elif kind == {"vec": "u64"}:
            yield name, f'u64s("{name}", {name})', "Sequence[int]"
        else:
            raise Unsupported(f"{item['name']}.{name}: arguments of type {kind}")


def errors(model: Model) -> Iterator[str]:
    """The program's refusals."""
    signed = SIGNED_FIGURES | names_of(model, "i64") - names_of(model, "u64")
    yield from header(
        "The program's refusals: numbers, messages, and the figures logged with them.",
        "from collections.abc import Mapping",
        "from enum import IntEnum",
        "from typing import NamedTuple",
        "",
    )
    yield from all_names(["REFUSALS", "ErrorCode", "Refusal"])
    yield ""
    yield ""
    yield "class ErrorCode(IntEnum):"
    yield '    """The program\'s own error numbers, named as in its source and logs."""'
    yield ""
    yield from (f"    {error['name']} = {error['code']}" for error in model.idl["errors"])
    yield ""
    yield ""
    yield "class Refusal(NamedTuple):"
    yield '    """What an error means. ``figures`` are name and signedness of each logged number, in order."""'
    yield ""
    yield "    message: str"
    yield "    figures: tuple[tuple[str, bool], ...] = ()"
    yield ""
    yield ""
    yield "REFUSALS: Mapping[int, Refusal] = {"
    for error in model.idl["errors"]:
        message, names = split_figures(error.get("msg", error["name"]))
        figures = ", ".join(f'("{name}", {is_signed(names, at, signed)})' for at, name in enumerate(names))
        yield f"    ErrorCode.{error['name']}: Refusal("
        yield f"        {quoted(message)},"
        if names:
            yield f"        ({figures}{',' * (len(names) == 1)}),"
        yield "    ),"
    yield "}"


def split_figures(message: str) -> tuple[str, list[str]]:
    """Message and the names in its trailing [a, b]."""
    match = re.fullmatch(r"(.*\S)\s*\[([a-z0-9_]+(?:, [a-z0-9_]+)*)\]", message)
    return (match[1], match[2].split(", ")) if match else (message, [])


def is_signed(names: list[str], at: int, signed: set[str]) -> bool:
    # `last` is whatever it is compared with: a time or a count
    return names[at - 1] in signed if names[at] == "last" and at else names[at] in signed


def names_of(model: Model, scalar: str) -> set[str]:
    """Names of all fields and arguments of one scalar type."""
    fields = [field for item in model.idl["types"] for field in item["type"].get("fields", [])]
    fields += [argument for item in model.idl["instructions"] for argument in item["args"]]
    return {field["name"] for field in fields if field["type"] == scalar}


def quoted(text: str) -> str:
    """As ruff writes a string: double quotes unless that needs more escapes."""
    inner = text.replace("\\", "\\\\")
    if '"' in inner and "'" not in inner:
        return f"'{inner}'"
    return '"' + inner.replace('"', '\\"') + '"'


def package(model: Model) -> Iterator[str]:
    """The package's own module: what the IDL says of the program itself."""
    yield from header("Code made from the program's IDL.", 'PROGRAM_ADDRESS = "' + model.idl["address"] + '"')
    yield '"""Where the program lives, base58."""'
    yield f'PROGRAM_VERSION = "{model.idl["metadata"]["version"]}"'


MODULES: dict[str, Callable[[Model], Iterator[str]]] = {
    "__init__": package,
    "layouts": layouts,
    "constructs": constructs,
    "events": events,
    "instructions": instructions,
    "errors": errors,
}


def generate(idl: dict[str, Any]) -> dict[str, str]:
    """File name -> content. Raises Unsupported."""
    model = Model(idl)
    files: dict[str, str] = {}
    for name, make in MODULES.items():
        lines = list(make(model))
        if any(len(line) > WIDTH for line in "\n".join(lines).splitlines()):  # a long message of the program's
            lines.insert(lines.index("from __future__ import annotations"), "# ruff: noqa: E501\n")
        files[f"{name}.py"] = "\n".join(lines).rstrip() + "\n"
    return files


def main() -> None:
    """Write, or with --check compare."""
    parser = argparse.ArgumentParser(description="Write the SDK's generated modules from the program's IDL.")
    parser.add_argument("--idl", type=Path, default=IDL)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 naming every file that differs")
    options = parser.parse_args()
    try:
        files = generate(json.loads(options.idl.read_text(encoding="utf-8")))
    except Unsupported as error:
        sys.exit(f"generate_client: {error}; teach scripts/generate_client.py")
    found = {path.name: path for path in options.output.glob("*.py")}
    drift = [name for name, text in files.items() if name not in found or found[name].read_text("utf-8") != text]
    drift += [name for name in found if name not in files]
    if options.check:
        if drift:
            lines = "\n".join(f"  {options.output / name}" for name in sorted(drift))
            sys.exit(f"not what {options.idl.name} makes:\n{lines}\nrun scripts/generate_client.py")
        print(f"{len(files)} generated modules are what {options.idl.name} makes")
        return
    options.output.mkdir(parents=True, exist_ok=True)
    for name in drift:
        if name in files:
            (options.output / name).write_text(files[name], encoding="utf-8")
        else:
            found[name].unlink()
    print(f"{len(files)} modules, written: {', '.join(sorted(drift)) or 'none, all were current'}")


if __name__ == "__main__":
    main()
