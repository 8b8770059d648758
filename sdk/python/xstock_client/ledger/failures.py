"""From the runtime's answers to the SDK's typed errors."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from solders.pubkey import Pubkey

from xstock_client.errors import TransactionFailed, XstockError
from xstock_client.ledger.base import Explain, Failure

__all__ = ["error_of", "read_failure"]

# Written by the runtime alone: what a program logs itself starts with "Program log: " or
# "Program data: ", so a program cannot blame another one.
_FAILED = re.compile(r"Program ([1-9A-HJ-NP-Za-km-z]{32,44}) failed: ")
_USEFUL_LINES = 6

_ADVICE = {
    "AccountNotFound": "the payer has no lamports on this cluster; fund it first",
    "AddressLookupTableNotFound": "one of its lookup tables does not exist (any more); open another, or do without it",
    "AlreadyProcessed": "this very transaction has run before",
    "BlockhashNotFound": "its blockhash is too old, or from another cluster; build and sign it again",
    "ComputationalBudgetExceeded": "it needs more compute units than one transaction may use (1,400,000)",
    "InsufficientFundsForFee": "the payer's lamports do not cover the fee; fund it",
    "InsufficientFundsForRent": "the payer's lamports do not cover the rent of a new account; fund it",
    "InvalidAddressLookupTableData": "one of its lookup tables cannot be read; open another, or do without it",
    "InvalidAddressLookupTableIndex": "one of its lookup tables was extended in this very slot; try again in a second",
    "InvalidAddressLookupTableOwner": "what it takes for a lookup table is none; open one, or do without it",
    "MaxInstructionTraceLengthExceeded": "it runs over 64 instructions, with those that programs call; do less at once",
    "MissingRequiredSignature": "an account that must sign did not",
    "ProgramAccountNotFound": "a program that it calls does not exist on this cluster",
    "TooManyAccountLocks": "it names more accounts than one transaction may (64); do less at once",
    "UnsupportedProgramId": "a program that it calls does not exist on this cluster",
}


def read_failure(error: object, logs: Sequence[str], programs: Sequence[Pubkey]) -> Failure:
    """Read the JSON form of a TransactionError, as JSON-RPC and solders write it.

    ``programs`` are the program ids of the top-level instructions, in order.
    """
    index: int | None = None
    kind, detail = _tag(error)
    if kind == "InstructionError" and isinstance(detail, list) and len(detail) == 2:
        index = int(detail[0])
        kind, detail = _tag(detail[1])
    code = detail if kind == "Custom" and isinstance(detail, int) else None
    program = None
    if index is not None:
        # The innermost program fails first; its callers fail with it.
        blamed = next((match for line in logs if (match := _FAILED.match(line))), None)
        if blamed is not None:
            program = Pubkey.from_string(blamed.group(1))
        elif index < len(programs):
            program = programs[index]
    return Failure(index, program, code, kind, tuple(logs))


def _tag(value: object) -> tuple[str, Any]:
    """Name and content of an externally tagged enum, as serde writes it."""
    if isinstance(value, dict) and len(value) == 1:
        name, content = next(iter(value.items()))
        return str(name), content
    return str(value), None


def error_of(failure: Failure, explain: Explain | None) -> XstockError:
    """The error to raise: the program's own, typed, or TransactionFailed with the last log lines."""
    explained = (explain or _explain)(failure)
    return explained if explained is not None else TransactionFailed(_describe(failure), failure.logs)


def _explain(failure: Failure) -> XstockError | None:
    # Imported late: this layer knows nothing of the program, and works without its client.
    from xstock_client import refusals

    return refusals.explain(failure)


def _describe(failure: Failure) -> str:
    what = failure.kind if failure.custom_code is None else f"error {failure.custom_code} ({failure.custom_code:#x})"
    where = ""
    if failure.instruction_index is not None:
        where = f" in instruction {failure.instruction_index}"
        if failure.program_id is not None:
            where += f" by program {failure.program_id}"
    advice = _ADVICE.get(failure.kind)
    lines = [line for line in failure.logs if not line.endswith((" success", "]")) and " consumed " not in line]
    tail = "".join(f"\n  {line}" for line in lines[-_USEFUL_LINES:])
    return f"the transaction was refused{where}: {what}" + (f"; {advice}" if advice else "") + tail
