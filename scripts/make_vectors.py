#!/usr/bin/env python3
"""Write the golden vectors that the program's and the SDK's tests share: tests/vectors/*.json but isin.json.

usage: make_vectors.py [--check]        (exit code 1 when a committed file differs)

Computed here from the definitions, with the standard library alone and none of the code that is tested by them:
addresses from sha256 and the curve's equation, messages byte by byte, arithmetic as exact fractions.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
from fractions import Fraction
from math import ceil, floor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.counting_vectors import counting  # noqa: E402 (a script's own folder is no package)
from scripts.merkle_vectors import merkle  # noqa: E402
from scripts.payment_vectors import payment  # noqa: E402

VECTORS = ROOT / "tests/vectors"
ADDRESS: str = json.loads((ROOT / "idl/xstock_vault.json").read_text(encoding="utf-8"))["address"]
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
TOKEN = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
TOKEN_2022 = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"
ASSOCIATED_TOKEN = "ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL"
U64_MAX = 2**64 - 1
SCALE = 10**12
NO_TRANSIT = {"in_transit": 0, "in_transit_by": 0}

FIELD_PRIME = 2**255 - 19
EDWARDS_D = -121665 * pow(121666, -1, FIELD_PRIME) % FIELD_PRIME


def base58(data: bytes) -> str:
    """Bytes as base58 text."""
    number, text = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def unbase58(text: str) -> bytes:
    """The 32 bytes of an address."""
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes(32)


def on_curve(data: bytes) -> bool:
    """Whether 32 bytes are a point of ed25519: x^2 = (y^2 - 1) / (d y^2 + 1) has a root."""
    y = int.from_bytes(data, "little") & (2**255 - 1)
    square = (y * y - 1) * pow(EDWARDS_D * y * y + 1, -1, FIELD_PRIME) % FIELD_PRIME
    return square == 0 or pow(square, (FIELD_PRIME - 1) // 2, FIELD_PRIME) == 1


def derive(seeds: list[bytes], program: str) -> tuple[str, int]:
    """Address and bump of a program-derived address."""
    for bump in range(255, -1, -1):
        text = b"".join(seeds) + bytes([bump]) + unbase58(program) + b"ProgramDerivedAddress"
        digest = hashlib.sha256(text).digest()
        if not on_curve(digest):
            return base58(digest), bump
    raise ValueError("no bump gives an address")


def le(value: int, size: int) -> bytes:
    return value.to_bytes(size, "little", signed=value < 0)


def pda(rng: random.Random) -> list[dict[str, Any]]:
    """Each derived address of the program, a few times: kind, arguments by name, seeds, address, bump."""
    cases: list[dict[str, Any]] = []

    def case(kind: str, seeds: list[bytes], program: str = ADDRESS, /, **arguments: Any) -> None:
        address, bump = derive(seeds, program)
        shown = {name: base58(value) if isinstance(value, bytes) else value for name, value in arguments.items()}
        cases.append(
            {"kind": kind, "arguments": shown, "seeds": [s.hex() for s in seeds], "address": address, "bump": bump}
        )

    case("event_authority", [b"__event_authority"])
    for turn in range(4):
        issuer, asset, wallet, member = (rng.randbytes(32) for _ in range(4))
        number, page = (0, 0) if turn == 0 else (rng.getrandbits(32), rng.getrandbits(32))
        id_ = (0, 1, U64_MAX, rng.getrandbits(64))[turn]
        role = (2, 4, 5, 9)[turn]
        isin = ("US0378331005", "US67066G1040", "DE0007164600", "GB0002634946")[turn]
        symbol = ("AAPLx", "NVDAx", "A", "BRK.B-CLASSx")[turn]
        case("issuer", [b"issuer", le(id_, 8)], id=id_)
        case("role", [b"role", issuer, bytes([role]), member], issuer=issuer, role=role, member=member)
        case("asset", [b"asset", issuer, le(number, 4)], issuer=issuer, number=number)
        case("mint", [b"mint", asset], asset=asset)
        case("escrow", [b"escrow", asset], asset=asset)
        case("reserve", [b"reserve", asset], asset=asset)
        case("isin_marker", [b"isin", issuer, isin.encode()], issuer=issuer, isin=isin)
        case("symbol_marker", [b"symbol", issuer, symbol.encode().ljust(12, b"\0")], issuer=issuer, symbol=symbol)
        case("allowance", [b"minter", asset, wallet], asset=asset, minter=wallet)
        case("ticket_page", [b"tickets", asset, le(page, 4)], asset=asset, page=page)
        case("holder_book", [b"book", asset, wallet], asset=asset, holder=wallet)
        request = [b"redeem", asset, wallet, le(id_, 8)]
        case("redemption_request", request, asset=asset, holder=wallet, id=id_)
        case("corporate_action", [b"action", asset, le(number, 4)], asset=asset, number=number)
        case("snapshot", [b"snapshot", asset, le(number, 4)], asset=asset, number=number)
        case("distribution", [b"dist", member, le(number, 4)], snapshot=member, number=number)
        case("claim_page", [b"claims", member, le(page, 4)], distribution=member, page=page)
        case("recipient", [b"recipient", asset, wallet], asset=asset, owner=wallet)
        owned = [wallet, unbase58(TOKEN_2022), asset]
        case("token_account", owned, ASSOCIATED_TOKEN, owner=wallet, mint=asset)
        owned = [wallet, unbase58(TOKEN), asset]
        case("token_account", owned, ASSOCIATED_TOKEN, owner=wallet, mint=asset, program=unbase58(TOKEN))
    return cases


def message(rng: random.Random) -> dict[str, Any]:
    """Domains, canonical messages, and bytes that are none."""
    domains = []
    for isin in ("US0378331005", "US67066G1040"):
        program, genesis, asset = rng.randbytes(32), rng.randbytes(32), rng.randbytes(32)
        digest = hashlib.sha256(program + genesis + asset + isin.encode()).hexdigest()
        domains.append(
            {
                "program_id": base58(program),
                "genesis_hash": genesis.hex(),
                "asset": base58(asset),
                "isin": isin,
                "domain": digest,
            }
        )
    low = {"slot": 0, "epoch": 1, "basis": 0, "sequence": 1, "as_of": 1, "settled": 0, "in_transit": 0}
    high = {"slot": 7, "epoch": 2**32 - 1, "basis": 2**32 - 1, "sequence": U64_MAX, "as_of": 2**63 - 1}
    high |= {"settled": U64_MAX, "in_transit": U64_MAX, "in_transit_by": 2**63 - 1}
    usual = {"slot": 3, "epoch": 2, "basis": 0, "sequence": 20260301, "as_of": 1_772_323_200}
    usual |= {"settled": 1_234_500_000_000, "in_transit": 5_000_000_000, "in_transit_by": 1_772_496_000}
    past = usual | {"as_of": -1, "in_transit_by": -(2**63)}
    messages: list[dict[str, Any]] = []
    for values in (low | {"in_transit_by": 0}, high, usual, past):
        hashes = {"domain": rng.randbytes(32), "report_hash": rng.randbytes(32)}
        fields = {name: value.hex() for name, value in hashes.items()} | values
        messages.append({"fields": fields, "bytes": canonical(values, hashes["domain"], hashes["report_hash"]).hex()})
    # a chain's supply stands where the settled shares do, and nothing is in transit
    supplies: list[dict[str, Any]] = []
    for values in (low, high | NO_TRANSIT, usual | NO_TRANSIT, usual | NO_TRANSIT | {"as_of": -1}):
        hashes = {"domain": rng.randbytes(32), "report_hash": rng.randbytes(32)}
        shown = {name: value for name, value in values.items() if not name.startswith("in_transit")}
        fields = {name: value.hex() for name, value in hashes.items()} | shown
        fields["supply"] = fields.pop("settled")
        data = canonical(values | NO_TRANSIT, hashes["domain"], hashes["report_hash"], kind=2)
        supplies.append({"fields": fields, "bytes": data.hex()})
    good = bytes.fromhex(messages[2]["bytes"])
    refused = [{"why": "empty", "bytes": ""}, {"why": "one byte short", "bytes": good[:-1].hex()}]
    refused.append({"why": "one byte long", "bytes": (good + b"\0").hex()})
    refused += [
        {"why": f"byte {at}", "bytes": (good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]).hex()}
        for at in [*range(10), 11, *range(52, 56)]
    ]
    good = bytes.fromhex(supplies[2]["bytes"])
    refused += [
        {"why": f"supply, byte {at}", "bytes": (good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]).hex()}
        for at in [*range(10), 11, *range(52, 56), *range(80, 96)]
    ]
    return {"domains": domains, "messages": messages, "supplies": supplies, "refused": refused}


def canonical(values: dict[str, int], domain: bytes, report_hash: bytes, kind: int = 1) -> bytes:
    """The 128 bytes, each put at its own offset."""
    out = bytearray(128)

    def put(at: int, data: bytes) -> None:
        out[at : at + len(data)] = data

    put(0, b"xstockv1")
    put(8, bytes([1, kind, values["slot"]]))
    put(12, le(values["epoch"], 4))
    put(16, domain)
    put(48, le(values["basis"], 4))
    for at, name in ((56, "sequence"), (64, "as_of"), (72, "settled"), (80, "in_transit"), (88, "in_transit_by")):
        put(at, le(values[name], 8))
    put(96, report_hash)
    return bytes(out)


def multiplier(rng: random.Random) -> dict[str, Any]:
    """Rounding of shares and raw units (null where 64 bits do not hold it), and which multiplier is in force."""
    edges = [0, 1, 2, SCALE - 1, SCALE, SCALE + 1, 10**8, 2**32, 2**53 + 1, 2**63, U64_MAX - 1, U64_MAX]
    factors = [1, SCALE // 10, SCALE - 1, SCALE, SCALE + 1, 2 * SCALE, 3 * SCALE // 2, 10 * SCALE, U64_MAX]
    pairs = [(amount, factor) for amount in edges for factor in factors]
    pairs += [(bits(rng), max(1, bits(rng))) for _ in range(200)]
    rounding = []
    for amount, factor in pairs:
        shares, raw = Fraction(amount * factor, SCALE), Fraction(amount * SCALE, factor)
        rounding.append(
            {
                "amount": amount,
                "multiplier": factor,
                "shares_ceil": fits(ceil(shares)),
                "shares_floor": fits(floor(shares)),
                "raw_floor": min(floor(raw), U64_MAX),
            }
        )
    times = [-(2**63), -1, 0, 1, 99, 100, 101, 2**63 - 1]
    in_force = [
        {"effective_at": at, "now": now, "next": at != 0 and now >= at} for at in (-1, 0, 1, 100) for now in times
    ]
    return {"rounding": rounding, "in_force": in_force}


def scaled_ui(rng: random.Random) -> list[dict[str, Any]]:
    """Multipliers and the bits of the f64 nearest to them, ties to even, as wallets read them in the mint."""
    wanted = [1, 2, 3, SCALE - 1, SCALE, SCALE + 1, 10 * SCALE, SCALE // 3 + 1, U64_MAX - 1, U64_MAX, 10**6, 10**18]
    for power in range(64):
        wanted += [max(2**power + off, 1) for off in (-1, 0, 1)]
    for power in range(24):  # around whole powers of two, where a carry raises the exponent
        wanted += [(SCALE << power) + off for off in (-2, -1, 1, 2)]
    # no multiplier of 64 bits lies half-way between two floats: 5^12 times 54 bits are more. The nearest ones to it:
    near = sorted((bits(rng) | 1 << 60 for _ in range(20_000)), key=lambda one: abs(ulps(one) - Fraction(1, 2)))
    wanted += near[:50]
    wanted += [max(1, bits(rng)) for _ in range(200)]
    return [{"multiplier": one, "f64": f64_bits(Fraction(one, SCALE))} for one in dict.fromkeys(wanted)]


def ulps(multiplier: int) -> Fraction:
    """What a multiplier above 2^52 / 10^12 lies above the next lower float, in units of that one's last place."""
    value = Fraction(multiplier, SCALE)
    last = Fraction(2) ** (floor(value).bit_length() - 53)
    return value / last % 1


def f64_bits(value: Fraction) -> str:
    """The bits of the nearest normal f64 (hexadecimal, most significant first), from IEEE 754 alone."""
    exponent = 0
    while value >= 2:
        value, exponent = value / 2, exponent + 1
    while value < 1:
        value, exponent = value * 2, exponent - 1
    down, rest = divmod(value * 2**52, 1)
    significand = int(down) + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and down % 2 == 1))
    # a carry out of the 53 bits raises the exponent, as it must
    return f"{((exponent + 1023) << 52) + significand - 2**52:016x}"


def bits(rng: random.Random) -> int:
    """A number of 1 to 64 bits, small ones as likely as large ones."""
    return rng.getrandbits(rng.randint(1, 64))


def fits(value: int) -> int | None:
    return value if value <= U64_MAX else None


def generate() -> dict[str, str]:
    """File name -> content; the same on every run."""
    made = {
        "pda": pda(random.Random(1)),
        "message": message(random.Random(2)),
        "multiplier": multiplier(random.Random(3)),
        "counting": counting(random.Random(4)),
        "payment": payment(random.Random(5)),
        "merkle": merkle(random.Random(6)),
        "scaled_ui": scaled_ui(random.Random(7)),
    }
    return {f"{name}.json": dump(content) for name, content in made.items()}


def dump(content: Any, depth: int = 2) -> str:
    """JSON with one vector to a line."""
    if isinstance(content, dict) and depth == 2:
        parts = ",\n".join(f"{json.dumps(name)}: {dump(value, 1)}" for name, value in content.items())
        return "{\n" + parts + "\n}\n"
    lines = ",\n".join(json.dumps(item) for item in content)
    return "[\n" + lines + "\n]" + ("\n" if depth == 2 else "")


def main() -> None:
    """Write, or with --check compare."""
    parser = argparse.ArgumentParser(description="Write the golden vectors of tests/vectors.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 naming every file that differs")
    check: bool = parser.parse_args().check
    files = generate()
    stale = [name for name, text in files.items() if read(name) != text]
    if check and stale:
        sys.exit(f"not what scripts/make_vectors.py makes: {', '.join(stale)}")
    for name in [] if check else stale:
        (VECTORS / name).write_text(files[name], encoding="utf-8")
    print(f"{len(files)} files of vectors, {'checked' if check else 'written: ' + (', '.join(stale) or 'none')}")


def read(name: str) -> str | None:
    path = VECTORS / name
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    main()
