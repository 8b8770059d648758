"""From the IDL that Anchor writes today (spec 0.1.0) to the one that anchorpy 0.21 reads.

The older form names things in camel case, puts the fields of accounts and events in
place, and leaves out discriminators: anchorpy computes them from the names. Accounts
of the program are ``repr(C)`` without padding between fields, so anchorpy's Borsh
decoder reads the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from xstock_client.errors import UsageError

__all__ = ["SPEC", "down_convert"]

SPEC = "0.1.0"
"""The IDL specification that is converted."""

_SIMPLE = frozenset("bool u8 i8 u16 i16 u32 i32 f32 u64 i64 f64 u128 i128 bytes string".split())


def down_convert(idl: Mapping[str, Any]) -> dict[str, Any]:
    """The same interface in the form of Anchor before 0.30; ``idl`` stays as it is.

    Seeds of program addresses are left out, because anchorpy derives none; fixed addresses
    too (see :func:`xstock_client.anchorpy.accounts`). Raises UsageError for another
    specification, for what the older form cannot say, and for a discriminator that
    anchorpy would compute otherwise.
    """
    metadata = idl.get("metadata", {})
    if metadata.get("spec") != SPEC:
        raise UsageError(
            f"this is not an Anchor IDL of specification {SPEC}, but of {metadata.get('spec', 'an older form')};"
            " take xstock_client.idl's, or the program's own"
        )
    types = {one["name"]: one for one in idl.get("types", ())}
    accounts = [_named(one, types, "account") for one in idl.get("accounts", ())]
    events = [_named(one, types, "event") for one in idl.get("events", ())]
    placed = {one["name"] for one in (*accounts, *events)}
    return {
        "version": metadata["version"],
        "name": metadata["name"],
        "instructions": [_instruction(one) for one in idl["instructions"]],
        "accounts": [_definition(one) for one in accounts],
        "types": [_definition(one) for name, one in types.items() if name not in placed],
        "events": [
            {"name": one["name"], "fields": [{**_field(field), "index": False} for field in _fields(one)]}
            for one in events
        ],
        "errors": [
            {"code": one["code"], "name": one["name"], "msg": one.get("msg", one["name"])}
            for one in idl.get("errors", ())
        ],
        "metadata": {"address": idl["address"]},
    }


def _instruction(source: Mapping[str, Any]) -> dict[str, Any]:
    name = str(source["name"])
    _check(source, f"instruction {name}", f"global:{name}")
    return {
        "name": _camel(name),
        **_docs(source),
        "accounts": [_account(one, name) for one in source["accounts"]],
        "args": [_field(one) for one in source["args"]],
    }


def _account(source: Mapping[str, Any], instruction: str) -> dict[str, Any]:
    if "accounts" in source:
        raise UsageError(f"instruction {instruction} nests accounts ({source['name']}), which is not converted")
    return {
        "name": _camel(source["name"]),
        "isMut": bool(source.get("writable")),
        "isSigner": bool(source.get("signer")),
        "isOptional": bool(source.get("optional")),
        **_docs(source),
    }


def _named(source: Mapping[str, Any], types: Mapping[str, Mapping[str, Any]], kind: str) -> Mapping[str, Any]:
    """The definition of an account or event, which the newer form keeps among the types."""
    name = str(source["name"])
    _check(source, f"{kind} {name}", f"{kind}:{name}")
    if name not in types:
        raise UsageError(f"the IDL lists the {kind} {name}, but does not define it; take an undamaged IDL")
    return types[name]


def _check(source: Mapping[str, Any], what: str, preimage: str) -> None:
    default = sha256(preimage.encode()).digest()[:8]
    if bytes(source["discriminator"]) != default:
        raise UsageError(
            f"{what} has the discriminator {bytes(source['discriminator']).hex()}, and anchorpy knows only"
            f" the default {default.hex()}; it cannot be used with anchorpy"
        )


def _definition(source: Mapping[str, Any]) -> dict[str, Any]:
    fields = [_field(one) for one in _fields(source)]
    return {"name": source["name"], **_docs(source), "type": {"kind": "struct", "fields": fields}}


def _fields(source: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    shape: Mapping[str, Any] = source["type"]
    if shape["kind"] != "struct" or source.get("generics"):
        raise UsageError(f"the type {source['name']} is not a plain struct, which alone is converted")
    fields: Sequence[Mapping[str, Any]] = shape.get("fields", ())
    return fields


def _field(source: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": _camel(source["name"]), **_docs(source), "type": _type(source["type"])}


def _type(source: Any) -> Any:
    if source == "pubkey":
        return "publicKey"
    if isinstance(source, str) and source in _SIMPLE:
        return source
    if isinstance(source, Mapping) and len(source) == 1:
        (kind, content), *_ = source.items()
        convert = _COMPOUND.get(kind)
        if convert is not None:
            return {kind: convert(content)}
    raise UsageError(f"the type {source!r} does not exist in the older form of the IDL")


def _defined(content: Mapping[str, Any]) -> str:
    if content.get("generics"):
        raise UsageError(f"the generic type {content['name']} does not exist in the older form of the IDL")
    return str(content["name"])


_COMPOUND: Mapping[str, Callable[[Any], Any]] = {
    "array": lambda content: [_type(content[0]), int(content[1])],
    "defined": _defined,
    "option": _type,
    "vec": _type,
}


def _docs(source: Mapping[str, Any]) -> dict[str, Any]:
    return {"docs": list(source["docs"])} if source.get("docs") else {}


def _camel(name: str) -> str:
    first, *rest = name.strip("_").split("_")
    return first + "".join(word.capitalize() for word in rest)
