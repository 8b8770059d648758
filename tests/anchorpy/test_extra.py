"""The extra beside the others, and what it makes of errors that anchorpy and solana-py raise."""

from __future__ import annotations

import copy
import importlib
import importlib.metadata
import pickle
import sys

import pytest
from anchorpy.error import ProgramError
from anchorpy.program.namespace.rpc import RPCException
from solders.pubkey import Pubkey
from solders.rpc.errors import SendTransactionPreflightFailureMessage
from solders.rpc.responses import RpcSimulateTransactionResult
from solders.transaction_status import (
    InstructionErrorCustom,
    InstructionErrorFieldless,
    TransactionErrorFieldless,
    TransactionErrorInstructionError,
)

import xstock_client.anchorpy
from xstock_client.anchorpy import explain, typed_errors
from xstock_client.constants import PROGRAM_ID, TOKEN_2022
from xstock_client.errors import LedgerError, ProgramRefused, TransactionFailed, UsageError
from xstock_client.ledger import EmbeddedLedger
from xstock_client.refusals import ErrorCode

OTHER = Pubkey(bytes([9] * 32))


def test_this_is_the_environment_of_the_extra() -> None:
    versions = {name: importlib.metadata.version(name) for name in ("anchorpy", "solana", "solders")}
    assert versions["anchorpy"].startswith("0.21.") and versions["solders"].startswith("0.26.")
    assert versions["solana"] == "0.36.6"


def test_every_public_name_exists() -> None:
    assert all(hasattr(xstock_client.anchorpy, name) for name in xstock_client.anchorpy.__all__)


def test_keys_can_be_copied() -> None:
    # anchorpy copies what it encodes; solders alone cannot copy a key
    assert copy.deepcopy([OTHER]) == [OTHER] == pickle.loads(pickle.dumps([OTHER]))


def test_without_anchorpy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [one for one in sys.modules if one.startswith("xstock_client.anchorpy")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "anchorpy", None)  # what importing it now fails on
    with pytest.raises(UsageError, match=r"pip install \"xstock-client\[anchorpy\]\".*excludes `\[embedded\]`"):
        importlib.import_module("xstock_client.anchorpy")


def test_the_embedded_ledger_says_that_the_two_exclude_each_other() -> None:
    with pytest.raises(UsageError, match=r"install `xstock-client\[embedded\]` \(not together with `\[anchorpy\]`"):
        EmbeddedLedger()


def preflight(reason: object, *logs: str) -> RPCException:
    outcome = RpcSimulateTransactionResult(
        err=reason,  # type: ignore[arg-type]
        logs=list(logs),
        accounts=None,
        units_consumed=1,
        return_data=None,
    )
    return RPCException(SendTransactionPreflightFailureMessage("Transaction simulation failed", outcome))


def custom(code: int) -> TransactionErrorInstructionError:
    return TransactionErrorInstructionError(1, InstructionErrorCustom(code))


def test_a_program_error_keeps_its_figures() -> None:
    code = int(ErrorCode.RoleExpired)
    logs = [
        f"Program {PROGRAM_ID} invoke [1]",
        f"Program log: 0x{code:x}, 0x5, 0xffffffffffffffff, 0x0, 0x0",
        f"Program {PROGRAM_ID} failed: custom program error: 0x{code:x}",
    ]
    explained = explain(ProgramError(code, "message of the IDL", logs))
    assert isinstance(explained, ProgramRefused)
    assert (explained.code, explained.name) == (code, "RoleExpired")
    assert explained.figures == {"expired_at": 5, "now": -1}
    # Of a program at another address the log lines name that address.
    assert explain(ProgramError(code, "", logs), program_id=OTHER).figures == {}  # type: ignore[union-attr]
    elsewhere = explain(
        ProgramError(code, "", [one.replace(str(PROGRAM_ID), str(OTHER)) for one in logs]), program_id=OTHER
    )
    assert isinstance(elsewhere, ProgramRefused) and elsewhere.figures == explained.figures


def test_a_program_error_of_the_framework() -> None:
    explained = explain(ProgramError(2012, "An address constraint was violated", None))
    assert isinstance(explained, ProgramRefused) and explained.name == "ConstraintAddress"


def test_refusals_that_anchorpy_passes_on_untyped() -> None:
    seeds = TransactionErrorInstructionError(0, InstructionErrorFieldless.InvalidSeeds)
    explained = explain(
        preflight(seeds, f"Program {PROGRAM_ID} failed: Provided seeds do not result in a valid address")
    )
    assert isinstance(explained, ProgramRefused) and explained.name == "InvalidSeeds"

    explained = explain(preflight(custom(1), f"Program {TOKEN_2022} failed: custom program error: 0x1"))
    assert isinstance(explained, TransactionFailed) and "holds fewer tokens" in str(explained)

    explained = explain(preflight(TransactionErrorFieldless.BlockhashNotFound))
    assert isinstance(explained, TransactionFailed) and "its blockhash is too old" in str(explained)


def test_refusals_of_a_simulation_have_no_logs() -> None:
    explained = explain(RPCException(custom(1)))
    assert isinstance(explained, TransactionFailed) and "instruction 1: error 1 (0x1)" in str(explained)
    explained = explain(RPCException(TransactionErrorFieldless.AccountNotFound))
    assert isinstance(explained, TransactionFailed) and "the payer has no lamports" in str(explained)


def test_other_errors_pass_through() -> None:
    ours = LedgerError("no answer")
    assert explain(ours) is ours
    assert explain(KeyError("x")) is None and explain(ValueError()) is None
    for error in (ours, KeyError("x")):
        with pytest.raises(type(error)) as caught, typed_errors():
            raise error
        assert caught.value is error and error.__cause__ is None
    with pytest.raises(ProgramRefused) as typed, typed_errors():
        raise ProgramError(6000, "not authority", [])
    assert isinstance(typed.value.__cause__, ProgramError)
