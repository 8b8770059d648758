"""Table and JSON of an asset's bond."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from xstock_client.amounts import Cash, Multiplier, Raw
from xstock_client.bond import BondExitReport, BondReport
from xstock_client.cli._tables import coin_json, fields
from xstock_client.constants import MAX_REPORTED_SHARES
from xstock_client.policy import QueueState
from xstock_client.times import instant

__all__ = ["bond_json", "bond_line", "bond_table"]


def bond_json(one: BondReport) -> dict[str, Any]:
    """The bond: sums of the coin, null ``ui`` while none is chosen; supplies in raw units. Times are unix seconds."""
    decimals = None if one.payment_mint is None else one.decimals
    return {
        "payment_mint": None if one.payment_mint is None else str(one.payment_mint),
        "vault": None if one.vault is None else str(one.vault),
        "decimals": decimals,
        "amount": coin_json(one.amount, decimals),
        "reserved": coin_json(one.reserved, decimals),
        "free": coin_json(one.free, decimals),
        "needed": coin_json(one.needed, decimals),
        "missing": coin_json(one.missing, decimals),
        "penalty_rate": coin_json(one.penalty_rate, decimals),
        "holder_penalty_cap": coin_json(one.holder_cap, decimals),
        "coverage_bps": one.coverage_bps,
        "covered_supply_raw": int(one.covered_supply),
        "headroom_raw": int(one.headroom),
        "exit": None if one.exit is None else _exit_json(one.exit, one.decimals),
        "vault_balance": None if one.vault_balance is None else coin_json(one.vault_balance, decimals),
        "vault_frozen": one.vault_frozen,
        "seized": coin_json(one.seized, decimals),
        "risks": list(one.risks),
    }


def _exit_json(one: BondExitReport, decimals: int) -> dict[str, Any]:
    return {
        "amount": coin_json(one.amount, decimals),
        "everything": one.everything,
        "destination": str(one.destination),
        "state": str(one.state),
        "ready_at": one.ready_at,
        "expires_at": one.expires_at,
        "now_possible": coin_json(one.now_possible, decimals),
    }


def bond_line(one: BondReport) -> str | Text:
    """The bond on one line, for the table of the reserve."""
    if one.payment_mint is None:
        return Text("not opened: `xstock bond open` chooses the coin, and nothing is minted before", "red")
    told = f"{_ui(one.amount, one)}, of which requests reserve {_ui(one.reserved, one)}"
    if one.missing:
        return Text(f"{told}; minting needs {_ui(one.missing, one)} more", "red")
    return f"{told}; minting needs {_ui(one.needed, one)}"


def bond_table(name: str, one: BondReport, multiplier: Multiplier, program: str) -> Table:
    """The bond for people."""
    if one.payment_mint is None:
        return fields(
            {"bond": Text(f"not opened yet: `xstock bond open {name} MINT`; nothing is minted before", "red")}
        )

    def shares(raw: Raw) -> str:
        return str(multiplier.shares_floor(raw).to_ui())

    cap = "no cap" if int(one.holder_cap) == MAX_REPORTED_SHARES else f"{_ui(one.holder_cap, one)} a day"
    return fields(
        {
            "coin": f"{one.payment_mint} ({program}, {one.decimals} decimals)",
            "vault": one.vault,
            "bond": _ui(one.amount, one),
            "reserved": f"{_ui(one.reserved, one)} by open requests",
            "free": f"{_ui(one.free, one)} for new requests",
            "penalty": f"{_ui(one.penalty_rate, one)} a token; one holder: {cap}",
            "minting needs": _needed(one),
            "covers": f"a supply of {shares(one.covered_supply)}, which is {shares(one.headroom)} more than now",
            "waits to leave": _exit_text(one),
            "vault holds": _vault(one),
        }
    )


def _needed(one: BondReport) -> str | Text:
    told = f"{_ui(one.needed, one)}: the penalty of {one.coverage_bps / 100:g} % of the supply"
    if not one.missing:
        return told
    return Text(f"{told}; {_ui(one.missing, one)} are missing: deposit them, or nothing is minted", "red")


def _exit_text(one: BondReport) -> str | Text:
    leaving = one.exit
    if leaving is None:
        return "nothing"
    what = f"all of it, {_ui(leaving.amount, one)} now," if leaving.everything else _ui(leaving.amount, one)
    to = f"{what} to {leaving.destination}"
    match leaving.state:
        case QueueState.WAITING:
            return Text(f"{to}, from {instant(leaving.ready_at)} on; counts as gone for minting", "yellow")
        case QueueState.READY:
            now = f"{_ui(leaving.now_possible, one)} of it now"
            return Text(f"{to}, {now}, until {instant(leaving.expires_at)}: `xstock bond withdraw`", "yellow")
        case _:
            return Text(f"{to}: void since {instant(leaving.expires_at)}", "dim")


def _vault(one: BondReport) -> str | Text:
    if one.vault_balance is None:
        return "-"
    told = _ui(one.vault_balance, one)
    if one.vault_frozen:
        return Text(f"{told}, FROZEN by the coin's issuer: no penalty and no withdrawal can leave it", "red")
    if one.seized:
        return Text(f"{told}: {_ui(one.seized, one)} are gone without the program, taken by the coin's issuer", "red")
    return told


def _ui(cash: Cash, one: BondReport) -> str:
    return str(cash.to_ui(one.decimals))
