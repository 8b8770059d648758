"""The down-converted IDL says what the program's own says, and anchorpy reads it so."""

from __future__ import annotations

import copy
import json
from typing import Any

import anchorpy
import pytest
from anchorpy.coder.common import _account_size
from anchorpy.program.common import snake

from xstock_client import accounts as layouts
from xstock_client import events, idl, instructions
from xstock_client._generated.errors import ErrorCode
from xstock_client.anchorpy import down_convert
from xstock_client.errors import UsageError

SOURCE = idl.load()
OLDER = down_convert(SOURCE)
TYPES = {one["name"]: one["type"]["fields"] for one in SOURCE["types"]}


@pytest.fixture(scope="module")
def parsed() -> Any:
    return anchorpy.Idl.from_json(json.dumps(OLDER))


@pytest.fixture(scope="module")
def coder(parsed: Any) -> Any:
    return anchorpy.Coder(parsed)


def spell(kind: Any) -> Any:
    """A type of the source in the older form, written here a second time and by hand."""
    match kind:
        case "pubkey":
            return "publicKey"
        case {"defined": {"name": name}}:
            return {"defined": name}
        case {"array": [element, count]}:
            return {"array": [spell(element), count]}
        case _:
            return kind


def same_fields(older: list[dict[str, Any]], source: list[dict[str, Any]]) -> None:
    assert [snake(one["name"]) for one in older] == [one["name"].lstrip("_") for one in source]
    assert [one["type"] for one in older] == [spell(one["type"]) for one in source]
    assert len({snake(one["name"]) for one in older}) == len(source), "anchorpy would merge two fields"


def test_nothing_is_lost_or_added(parsed: Any) -> None:
    placed = {one["name"] for one in (*SOURCE["accounts"], *SOURCE["events"])}
    assert [snake(one["name"]) for one in OLDER["instructions"]] == [one["name"] for one in SOURCE["instructions"]]
    for part in ("accounts", "events", "errors"):
        assert [one["name"] for one in OLDER[part]] == [one["name"] for one in SOURCE[part]]
    assert {one["name"] for one in OLDER["types"]} == TYPES.keys() - placed
    assert OLDER["metadata"] == {"address": SOURCE["address"]} == parsed.metadata
    assert (parsed.name, parsed.version) == ("xstock_vault", SOURCE["metadata"]["version"])
    assert len(parsed.instructions) == len(SOURCE["instructions"]) == len(instructions.INSTRUCTIONS) > 0
    assert len(parsed.accounts) == len(layouts.ACCOUNTS) > 0 and len(parsed.events) == len(events.EVENTS) > 0


def test_the_source_stays_as_it_is() -> None:
    source = idl.load()
    down_convert(source)
    assert source == idl.load()


@pytest.mark.parametrize("position", range(len(SOURCE["instructions"])))
def test_instruction(position: int, parsed: Any, coder: Any) -> None:
    source, older = SOURCE["instructions"][position], OLDER["instructions"][position]
    assert older["docs"] == source["docs"]
    same_fields(older["args"], source["args"])
    read = parsed.instructions[position].accounts
    assert [snake(one.name) for one in read] == [one["name"] for one in source["accounts"]]
    for one, origin in zip(read, source["accounts"], strict=True):
        assert one.is_mut == origin.get("writable", False)
        assert one.is_signer == origin.get("signer", False)
        assert one.is_optional == origin.get("optional", False)
    assert coder.instruction.sighashes[source["name"]] == bytes(source["discriminator"])
    assert coder.instruction.sighashes[source["name"]] == instructions.INSTRUCTIONS[source["name"]]


@pytest.mark.parametrize("position", range(len(SOURCE["accounts"])))
def test_account(position: int, parsed: Any, coder: Any) -> None:
    source, older = SOURCE["accounts"][position], OLDER["accounts"][position]
    same_fields(older["type"]["fields"], TYPES[source["name"]])
    discriminator = coder.accounts.acc_name_to_discriminator[source["name"]]
    assert discriminator == bytes(source["discriminator"])
    assert 8 + _account_size(parsed, parsed.accounts[position]) == layouts.ACCOUNTS[discriminator].SIZE


@pytest.mark.parametrize("position", range(len(SOURCE["events"])))
def test_event(position: int, coder: Any) -> None:
    source, older = SOURCE["events"][position], OLDER["events"][position]
    same_fields(older["fields"], TYPES[source["name"]])
    assert all(one["index"] is False for one in older["fields"])
    assert coder.events.discriminators[bytes(source["discriminator"])] == source["name"]


def test_errors(parsed: Any) -> None:
    read = [(one.code, one.name, one.msg) for one in parsed.errors]
    assert read == [(one["code"], one["name"], one["msg"]) for one in SOURCE["errors"]]
    assert {(code, name) for code, name, _ in read} == {(code.value, code.name) for code in ErrorCode}


def test_shared_types() -> None:
    for older in OLDER["types"]:
        same_fields(older["type"]["fields"], TYPES[older["name"]])


def changed(**parts: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SOURCE), **parts}


def of_type(kind: Any) -> dict[str, Any]:
    return changed(types=[*SOURCE["types"], {"name": "X", "type": {"kind": "struct", "fields": [_field(kind)]}}])


def _field(kind: Any) -> dict[str, Any]:
    return {"name": "x_y", "type": kind}


def test_every_kind_of_type() -> None:
    kinds = [{"vec": "pubkey"}, {"option": {"vec": {"defined": {"name": "Policy"}}}}, "bytes", "u128"]
    converted = [down_convert(of_type(kind))["types"][-1]["type"]["fields"][0] for kind in kinds]
    assert [one["name"] for one in converted] == ["xY"] * 4
    expected = [{"vec": "publicKey"}, {"option": {"vec": {"defined": "Policy"}}}, "bytes", "u128"]
    assert [one["type"] for one in converted] == expected


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (OLDER, "not an Anchor IDL of specification 0.1.0, but of an older form"),
        (changed(metadata={"spec": "0.2.0"}), "but of 0.2.0"),
        (changed(types=SOURCE["types"][1:]), "but does not define it"),
        (changed(types=[{"name": "X", "type": {"kind": "enum", "variants": []}}, *SOURCE["types"]]), "type X is not a"),
        (of_type("u256"), "the type 'u256' does not exist"),
        (of_type({"generic": "T"}), "does not exist in the older form"),
        (of_type({"defined": {"name": "Y", "generics": [{"kind": "type"}]}}), "the generic type Y"),
        (
            changed(accounts=[{"name": "Asset", "discriminator": [0, 1, 2, 3, 4, 5, 6, 7]}]),
            "account Asset has the discriminator 0001020304050607",
        ),
        (
            changed(instructions=[{**SOURCE["instructions"][0], "discriminator": [0] * 8}]),
            "instruction accept_authority has the discriminator 0000000000000000",
        ),
        (
            changed(instructions=[{**SOURCE["instructions"][0], "accounts": [{"name": "inner", "accounts": []}]}]),
            "accept_authority nests accounts",
        ),
    ],
)
def test_what_the_older_form_cannot_say_is_refused(source: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        down_convert(source)
