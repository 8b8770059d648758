"""The package from outside: what it exports, what importing it costs, and numbers that the program fixes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import xstock_client
from xstock_client import constants, idl

ROOT = Path(__file__).parents[3]
RUST = ROOT / "programs/xstock_vault/src"
CORE = "accounts amounts bond caip calendar constants counting errors events headroom idl instructions".split()
CORE += "message pda policy quote rebase redemption refusals reserve_report times".split()
CORE += "told told_corporate told_totals views".split()
HEAVY = "construct typer rich lxml solana asyncio yaml stdnum websockets xstock_client.ledger".split()


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def installed(module: str) -> bool:
    """Whether a module can be imported, whatever its parents are."""
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@pytest.mark.parametrize("name", CORE)
def test_modules_export_what_they_define_and_no_more(name: str) -> None:
    module = import_module(f"xstock_client.{name}")
    defined: set[str] = set(module._generated.__all__) if hasattr(module, "_generated") else set()
    for node in ast.parse(Path(str(module.__file__)).read_text()).body:
        match node:
            case ast.FunctionDef(name=found) | ast.ClassDef(name=found):
                defined.add(found)
            case ast.Assign(targets=targets):
                defined |= {leaf.id for target in targets for leaf in ast.walk(target) if isinstance(leaf, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=found)):
                defined.add(found)
    assert sorted(module.__all__) == sorted(found for found in defined if not found.startswith("_"))
    assert all(hasattr(module, found) for found in module.__all__)


def test_the_package_exports_exactly_this() -> None:
    assert sorted(xstock_client.__all__) == sorted(xstock_client._MODULE_OF)
    assert set(xstock_client.__all__) <= set(dir(xstock_client))
    # solana.rpc.jsonrpc is what RpcLedger needs of a current solana-py
    needs = {"RpcLedger": "solana.rpc.jsonrpc", "EmbeddedLedger": "solders.litesvm"}
    for name in xstock_client.__all__:
        if name in needs and not installed(needs[name]):
            with pytest.raises(xstock_client.UsageError, match="anchorpy"):
                getattr(import_module("xstock_client.ledger"), name)
            continue
        value = getattr(xstock_client, name)
        assert value is getattr(import_module(f"xstock_client.{xstock_client._MODULE_OF[name]}"), name)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        xstock_client.nothing  # noqa: B018


def test_every_error_is_exported() -> None:
    errors: Any = import_module("xstock_client.errors")
    assert set(errors.__all__) <= set(xstock_client.__all__)


def test_the_core_loads_nothing_heavy() -> None:
    imports = [f"import xstock_client.{name}" for name in CORE]
    imports += [f"xstock_client.{name}" for name, home in xstock_client._MODULE_OF.items() if home in CORE]
    loaded = run("; ".join([*imports, "import sys", "print(*sys.modules)"])).split()
    assert "solders.pubkey" in loaded
    assert [name for name in loaded if name in HEAVY or name.split(".")[0] in HEAVY] == []


def test_importing_loads_nothing_that_is_not_asked_for() -> None:
    assert run("import xstock_client, sys; print('solders' in sys.modules)") == "False\n"


# The IDL knows no constants, so these are held to the program's source.


def rust_constants(*files: str) -> dict[str, int]:
    found: dict[str, int] = {}
    text = "\n".join((RUST / file).read_text() for file in files)
    later = re.findall(r"pub const (\w+): (?:u8|u16|u32|u64|i64|usize) = ([^;]+);", text)
    while later:
        left = []
        for name, expression in later:
            try:
                found[name] = eval(expression, {}, found)
            except NameError:
                left.append((name, expression))
        assert len(left) < len(later), left
        later = left
    return found


def test_numbers_are_the_programs() -> None:
    rust = rust_constants("constants.rs")
    for ours, theirs in {
        "ACCOUNT_VERSION": "ACCOUNT_VERSION",
        "CUSTODIAN_SLOTS": "CUSTODIANS",
        "TICKETS_PER_PAGE": "TICKETS_PER_PAGE",
        "RELEASED_DAYS": "RELEASED_DAYS",
        "DAY_S": "DAY_S",
        "HOUR_S": "HOUR_S",
        "ALLOWANCE_WINDOW_S": "MINT_WINDOW_S",
        "CHAIN_SLOTS": "CHAINS",
        "NO_CHAIN": "NO_CHAIN",
        "MAX_KEYS": "KEYS",
        "BPS": "BPS",
        "MIN_CHANGE_DELAY_S": "MIN_CHANGE_DELAY_S",
        "MAX_CHANGE_DELAY_S": "MAX_CHANGE_DELAY_S",
        "CHANGE_LIFE_S": "CHANGE_LIFE_S",
        "MAX_TRANSIT_S": "MAX_TRANSIT_S",
        "MAX_TICKET_STEP": "MAX_TICKET_STEP",
        "MAX_FIRST_TICKET": "MAX_FIRST_TICKET",
        "MAX_REPORT_AGE_S": "MAX_REPORT_AGE_S",
        "MAX_ROLE_S": "MAX_ROLE_S",
        "MAX_REPORTED_SHARES": "MAX_REPORTED_SHARES",
        "MAX_SEQUENCE_STEP": "MAX_SEQUENCE_STEP",
        "ARBITRATION_S": "ARBITRATION_S",
        "ABANDONED_S": "ABANDONED_S",
        "MIN_BOND_COVERAGE_BPS": "MIN_BOND_COVERAGE_BPS",
        "MIN_MULTIPLIER": "MIN_MULTIPLIER",
        "MAX_MULTIPLIER": "MAX_MULTIPLIER",
        "MAX_RATIO": "MAX_RATIO",
        "MIN_NOTICE_S": "MIN_NOTICE_S",
        "MAX_NOTICE_S": "MAX_NOTICE_S",
        "MAX_ACTION_SPAN_S": "MAX_ACTION_SPAN_S",
        "CALENDAR": "CALENDAR",
        "ATTESTORS": "ATTESTORS",
        "RECORD_WINDOW_S": "RECORD_WINDOW_S",
        "CHALLENGE_WINDOW_S": "CHALLENGE_WINDOW_S",
        "MIN_CLAIM_S": "MIN_CLAIM_S",
        "MAX_CLAIM_S": "MAX_CLAIM_S",
        "MIN_FUNDED_S": "MIN_FUNDED_S",
        "MAX_CLAIM_LEAVES": "MAX_CLAIM_LEAVES",
        "RATE_SCALE": "RATE_SCALE",
    }.items():
        assert getattr(constants, ours) == rust[theirs], ours
    amounts: Any = import_module("xstock_client.amounts")
    assert rust["DECIMALS"] == amounts.DECIMALS
    assert 10 ** rust["DECIMALS"] == constants.WHOLE
    assert rust_constants("math/multiplier.rs")["ONE"] == amounts.MULTIPLIER_SCALE


@pytest.mark.parametrize(
    ("file", "module", "enum"),
    [
        ("state/role.rs", "roles", constants.Role),
        ("state/asset.rs", "halts", constants.Halt),
        ("state/asset.rs", "features", constants.Feature),
        ("state/redemption.rs", "states", constants.RequestState),
        ("state/redemption.rs", "payouts", constants.Payout),
        ("state/policy.rs", "fields", constants.PolicyField),
        ("state/action.rs", "action_kinds", constants.ActionKind),
        ("state/action.rs", "action_states", constants.ActionState),
        ("state/distribution.rs", "rules", constants.DistributionRule),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_enumerations_are_the_programs(file: str, module: str, enum: Any) -> None:
    text = (RUST / file).read_text()
    block = re.search(rf"pub mod {module} {{(.*?)\n}}", text, re.DOTALL)
    assert block
    rust = {name: int(value) for name, value in re.findall(r"pub const (\w+): u\d+ = ([\d_]+);", block[1])}
    rust.pop("ALL", None)
    assert rust and rust == {member.name: int(member) for member in enum}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("token2022/mod.rs", "TOKEN_2022"),
        ("token2022/mod.rs", "MEMO"),
        ("payment/mod.rs", "TOKEN"),
        ("lib.rs", "PROGRAM_ID"),
    ],
)
def test_addresses_are_the_programs(file: str, name: str) -> None:
    text = (RUST / file).read_text()
    pattern = (
        r'declare_id!\("(\w+)"\)' if name == "PROGRAM_ID" else rf'pub const {name}: Address = \S+address!\("(\w+)"\)'
    )
    found = re.search(pattern, text)
    assert found and str(getattr(constants, name)) == found[1]


def test_the_event_authority_is_the_one_in_the_idl() -> None:
    listed = [account for item in idl.load()["instructions"] for account in item["accounts"]]
    found = {account["address"] for account in listed if account["name"] == "event_authority"}
    assert found == {str(constants.EVENT_AUTHORITY)}


def test_vectors_are_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/make_vectors.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
