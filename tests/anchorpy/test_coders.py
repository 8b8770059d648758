"""anchorpy reads and writes the same bytes as the SDK's own layouts, field by field."""

from __future__ import annotations

import random
from typing import Any

import pytest
from solders.pubkey import Pubkey

import xstock_client.anchorpy
from tests.anchorpy.reading import plain
from xstock_client import accounts as layouts
from xstock_client import events, idl, instructions, pda
from xstock_client.anchorpy import accounts, claim_accounts, settlement_accounts
from xstock_client.constants import PROGRAM_ID, TOKEN_2022
from xstock_client.errors import UsageError

SOURCE = idl.load()
TYPES = {one["name"]: one["type"]["fields"] for one in SOURCE["types"]}
ANOTHER_PROGRAM = Pubkey(bytes([9] * 32))


class _NoConnection:
    """Enough of a Provider for a Program that sends nothing."""

    connection = None
    wallet = None


@pytest.fixture(scope="module")
def program() -> Any:
    return xstock_client.anchorpy.program(_NoConnection())


@pytest.fixture(scope="module", params=[PROGRAM_ID, ANOTHER_PROGRAM], ids=["shipped id", "another id"])
def any_program(request: pytest.FixtureRequest) -> Any:
    return xstock_client.anchorpy.program(_NoConnection(), program_id=request.param)


@pytest.mark.parametrize("layout", layouts.ACCOUNTS.values(), ids=lambda one: one.__name__)
@pytest.mark.parametrize("seed", range(3))
def test_account(layout: Any, seed: int, program: Any) -> None:
    body = bytearray(random.Random(f"{layout.__name__} {seed}").randbytes(layout.SIZE - 8))
    body[0] = 1  # the layout's version, which our decoder checks and anchorpy does not
    data = layout.DISCRIMINATOR + bytes(body)
    theirs, ours = program.coder.accounts.decode(data), layout.decode(data)
    assert plain(theirs) == plain(ours) != {}
    assert type(theirs).__name__ == layout.__name__
    assert program.account[layout.__name__].size == layout.SIZE


@pytest.mark.parametrize("layout", events.EVENTS.values(), ids=lambda one: one.__name__)
def test_event(layout: Any, program: Any) -> None:
    data = layout.DISCRIMINATOR + random.Random(layout.__name__).randbytes(layout.SIZE - 8)
    theirs = program.coder.events.parse(data)
    assert theirs.name == layout.__name__
    assert plain(theirs.data) == plain(layout.decode(data)) != {}


def values(arguments: list[dict[str, Any]], rng: random.Random) -> dict[str, Any]:
    """Values for arguments; structs as the dictionary of their fields."""

    def value(kind: Any) -> Any:
        match kind:
            case "pubkey":
                return Pubkey(rng.randbytes(32))
            case "bool":
                return True
            case "string":
                return f"Tëxt {rng.randrange(1000)}"
            case "bytes":
                return rng.randbytes(rng.randrange(1, 99))
            case "u8" | "u16" | "u32" | "u64":
                return rng.randrange(2 ** int(kind[1:]))
            case "i64":
                return rng.randrange(-(2**63), 2**63)
            case {"array": ["u8", count]}:
                return rng.randbytes(count)
            case {"array": [element, count]}:
                return [value(element) for _ in range(count)]
            case {"vec": element}:
                return [value(element) for _ in range(rng.randrange(1, 5))]
            case {"defined": {"name": name}}:
                return values(TYPES[name], rng)
        raise AssertionError(f"no value for {kind}")

    return {one["name"]: value(one["type"]) for one in arguments}


def flattened(arguments: dict[str, Any]) -> dict[str, Any]:
    """The SDK's builders take the fields of structs, however deep, as arguments of their own."""
    flat: dict[str, Any] = {}
    for name, content in arguments.items():
        inner = flattened(content) if isinstance(content, dict) else {name: content}
        assert not inner.keys() & flat.keys()
        flat |= inner
    return flat


def struct(program: Any, kind: Any, content: Any) -> Any:
    """The same for anchorpy: objects of the program's types, one inside the other."""
    if not isinstance(content, dict):
        return content
    name = kind["defined"]["name"]
    inner = {one["name"]: struct(program, one["type"], content[one["name"]]) for one in TYPES[name]}
    return program.type[name](**inner)


@pytest.mark.parametrize("instruction", SOURCE["instructions"], ids=lambda one: one["name"])
@pytest.mark.parametrize("optional", [False, True], ids=["without optional", "with optional"])
def test_instruction(instruction: dict[str, Any], optional: bool, any_program: Any) -> None:
    name = instruction["name"]
    rng = random.Random(name)
    given = {
        one["name"]: Pubkey(rng.randbytes(32))
        for one in instruction["accounts"]
        if "address" not in one and one["name"] != "token_program" and (optional or not one.get("optional"))
    }
    arguments = values(instruction["args"], rng)
    positional = [struct(any_program, one["type"], arguments[one["name"]]) for one in instruction["args"]]
    flat = flattened(arguments)
    builder = any_program.methods[name].args(positional)
    if name == "settle_redemptions":
        flat["requests"] = [tuple(Pubkey(rng.randbytes(32)) for _ in range(3)) for _ in arguments["amounts"]]
        builder = builder.remaining_accounts(settlement_accounts(flat["requests"]))
    if name == "claim_dividends":
        pairs = [(Pubkey(rng.randbytes(32)), Pubkey(rng.randbytes(32)) if leaf % 2 else None) for leaf in range(3)]
        flat["payees"] = [(payee, record or any_program.program_id) for payee, record in pairs]
        builder = builder.remaining_accounts(claim_accounts(pairs, program_id=any_program.program_id))
    ours = getattr(instructions, name)(**given, **flat, program_id=any_program.program_id)
    theirs = builder.accounts(accounts(name, program_id=any_program.program_id, **given)).instruction()
    assert theirs == ours
    assert bytes(ours.data)[:8] == bytes(instruction["discriminator"])


def test_fixed_accounts_are_filled_in() -> None:
    asset = Pubkey.new_unique()
    filled = accounts("check_solvency", asset=asset, reserve=pda.reserve(asset), mint=pda.mint(asset))
    assert filled == {
        "asset": asset,
        "reserve": pda.reserve(asset),
        "mint": pda.mint(asset),
        "event_authority": pda.event_authority(),
        "program": PROGRAM_ID,
    }
    holder = dict.fromkeys("holder asset request rent_receiver mint escrow source destination".split(), asset)
    absent = accounts("cancel_redemption", **holder, memo_program=None)
    assert absent["memo_program"] == PROGRAM_ID and absent["token_program"] == TOKEN_2022
    elsewhere = accounts("cancel_redemption", **holder, token_program=holder["mint"], program_id=ANOTHER_PROGRAM)
    assert elsewhere["memo_program"] == ANOTHER_PROGRAM == elsewhere["program"]
    assert elsewhere["token_program"] == holder["mint"]
    assert elsewhere["event_authority"] == pda.event_authority(ANOTHER_PROGRAM) != pda.event_authority()


def test_wrong_accounts_are_named() -> None:
    key = Pubkey.new_unique()
    with pytest.raises(UsageError, match="halt lacks grant, asset;"):
        accounts("halt", pauser=key)
    with pytest.raises(UsageError, match="halt lacks asset and takes no mint;"):
        accounts("halt", pauser=key, grant=key, mint=key)
    with pytest.raises(UsageError, match="halt takes no mint;"):
        accounts("halt", pauser=key, grant=key, asset=key, mint=None)
    with pytest.raises(UsageError, match="halt lacks grant;"):
        accounts("halt", pauser=key, grant=None, asset=key)
    with pytest.raises(UsageError, match="no instruction 'mintShares'"):
        accounts("mintShares", minter=key)
