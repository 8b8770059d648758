"""Why a transaction was refused, as typed errors: numbers, names and figures instead of hexadecimal.

The program logs the figures of a refusal (what it saw, what the limit is) as one line of five numbers, its error
code first. Only a line inside the program's own frame of the log is believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from solders.pubkey import Pubkey

from xstock_client._generated import errors as _generated
from xstock_client._generated.errors import *  # noqa: F403
from xstock_client._generated.errors import REFUSALS, ErrorCode
from xstock_client.constants import ED25519, PROGRAM_ID, SYSTEM, TOKEN, TOKEN_2022
from xstock_client.errors import ProgramRefused, TransactionFailed, XstockError

if TYPE_CHECKING:
    from xstock_client.ledger.base import Failure

__all__ = ["explain"]
__all__ += _generated.__all__

# What the framework (anchor-lang 2.0.0-rc.2, src/lib.rs) refuses before any code of the program runs.
_FRAMEWORK = {
    2000: ("ConstraintMut", "An account that the instruction changes was passed as read-only."),
    2001: ("ConstraintHasOne", "Two accounts do not belong together."),
    2003: ("ConstraintRaw", "An account breaks a rule of the instruction."),
    2005: ("ConstraintRentExempt", "An account holds too few lamports for its rent: fund it."),
    2007: ("ConstraintExecutable", "An account that must be a program is none."),
    2011: ("ConstraintClose", "An account cannot be closed into itself: pass another receiver of its rent."),
    2012: ("ConstraintAddress", "An account is not at the one address that the instruction accepts there."),
    2013: ("ConstraintZero", "An account that must be new holds data already."),
    2019: ("ConstraintSpace", "An account has another size than this version of the program expects."),
    2020: ("ConstraintAccountIsNone", "An account that is needed here was left out."),
    2040: ("ConstraintDuplicateMutableAccount", "The same account was passed twice where two are needed."),
    2500: ("RequireViolated", "A condition of the framework does not hold."),
    2501: ("RequireEqViolated", "Two values that must be equal differ."),
    2502: ("RequireKeysEqViolated", "Two addresses that must be equal differ."),
    2503: ("RequireNeqViolated", "Two values that must differ are equal."),
    2504: ("RequireKeysNeqViolated", "Two addresses that must differ are equal."),
    2505: ("RequireGtViolated", "A value is not greater than its limit."),
    2506: ("RequireGteViolated", "A value is below its limit."),
}

# The runtime's own errors as a program returns them: number (solana-program-error) and meaning here.
_BUILTIN = {
    "InvalidArgument": (2, "An argument is not valid."),
    "InvalidInstructionData": (
        3,
        "The program knows no such instruction, or not with these arguments: use a client of the deployed version.",
    ),
    "InvalidAccountData": (4, "An account is of another type than the instruction expects there."),
    "AccountDataTooSmall": (5, "An account is empty or too small to be what the instruction expects there."),
    "InsufficientFunds": (6, "An account holds too few lamports: fund the payer."),
    "IncorrectProgramId": (7, "Another program was passed than the instruction expects."),
    "MissingRequiredSignature": (8, "An account that must sign did not."),
    "AccountAlreadyInitialized": (9, "An account that must be new exists already."),
    "UninitializedAccount": (10, "An account that must exist does not: create it first."),
    "NotEnoughAccountKeys": (11, "Accounts are missing: use a client of the deployed version."),
    "AccountBorrowFailed": (12, "The same account was passed twice where two are needed."),
    "MaxSeedLengthExceeded": (13, "A seed of an address is too long."),
    "InvalidSeeds": (14, "An account is not at the address that its seeds give: derive it from the same values."),
    "AccountNotRentExempt": (16, "An account holds too few lamports for its rent: fund the payer."),
    "IllegalOwner": (18, "An account belongs to another program, or does not exist yet."),
    "InvalidRealloc": (20, "An account cannot take that size."),
    "InvalidAccountOwner": (23, "An account belongs to another program, or does not exist yet."),
    "ArithmeticOverflow": (24, "An amount exceeds 64 bits."),
    "Immutable": (25, "An account that cannot change was to be changed."),
    "IncorrectAuthority": (26, "The signer is not the authority of an account."),
}

# spl-token-interface 2.0, error.rs: what both token programs can answer to transfers, mints and burns.
_TOKEN = {
    0: "an account holds too few lamports for its rent",
    1: "the account holds fewer tokens than that",
    2: "this is not a mint of the token program",
    3: "the token account is of another mint",
    4: "the signer neither owns the token account nor is its delegate, or is not the mint's authority",
    5: "the mint's supply is fixed",
    6: "the account exists already",
    9: "the token account or mint does not exist yet; create it first",
    11: "the token account still holds tokens; empty it first",
    12: "the token program on this cluster does not know this instruction for this mint",
    13: "the account's state does not allow this",
    14: "an amount exceeds 64 bits",
    15: "the account has no such authority",
    16: "the mint cannot freeze accounts",
    17: "the token account is frozen",
    18: "the mint has another number of decimals",
}

# spl-token-2022-interface 4.0, error.rs
_TOKEN_2022 = {
    **_TOKEN,
    20: "an extension is of another type than those there",
    22: "the extension exists already",
    29: "the mint has no such authority",
    31: "this mint's tokens only move by transfer_checked",
    34: "the token account's owner cannot be changed",
    36: "the receiving account demands a memo right before the transfer; pass the memo program",
    37: "the mint's tokens cannot be transferred",
    42: "the token account's CPI guard blocks transfers by programs; disable the guard, or use another account",
    43: "the token account's CPI guard blocks burns by programs; disable the guard, or use another account",
    48: "the account lacks an extension that this needs",
    51: "the extensions do not go together",
    67: "the token is paused: minting, burning and transfers wait until it is resumed",
}

_SYSTEM = {
    0: "an account that must be new exists already",
    1: "the payer's lamports do not cover the rent of a new account; fund it",
}

_ED25519 = {
    0: "a signer's public key is not a point of the curve",
    2: "a signature does not belong to its key and message",
    3: "the ed25519 instruction points outside its data",
    4: "the ed25519 instruction is cut short",
}

_OTHERS = {
    TOKEN: ("SPL Token", _TOKEN),
    TOKEN_2022: ("Token-2022", _TOKEN_2022),
    SYSTEM: ("the System program", _SYSTEM),
    ED25519: ("the ed25519 program", _ED25519),
}

_INVOKE = re.compile(r"Program (\w+) invoke \[(\d+)\]")
_END = re.compile(r"Program (\w+) (success|failed: .*)")
_FIGURES = re.compile(r"Program log: (0x[0-9a-f]{1,16}(?:, 0x[0-9a-f]{1,16}){4})")
_SIGN = 1 << 63


def explain(failure: Failure, *, program_id: Pubkey = PROGRAM_ID) -> XstockError | None:
    """The typed error of a failure, or None when it is of a program that this SDK does not know.

    :class:`ProgramRefused` for the program itself, with the figures it logged (a code of the runtime's own, such as
    InvalidSeeds, is the number that the program returned: ``n << 32``). :class:`TransactionFailed`, in words, for
    Token-2022, the System program and the ed25519 program.
    """
    if failure.program_id == program_id:
        return _explain_own(failure, str(program_id))
    if failure.program_id in _OTHERS and failure.custom_code is not None:
        name, reasons = _OTHERS[failure.program_id]
        reason = reasons.get(failure.custom_code, f"error {failure.custom_code}")
        return TransactionFailed(f"{name} refused: {reason} [error {failure.custom_code}]", failure.logs)
    return None


def _explain_own(failure: Failure, program: str) -> XstockError | None:
    code = failure.custom_code
    if code is None:
        if failure.kind not in _BUILTIN:
            return None  # out of compute units and the like: the runtime's refusal, not the program's
        number, message = _BUILTIN[failure.kind]
        return ProgramRefused(number << 32, failure.kind, message)
    if code in _FRAMEWORK:
        return ProgramRefused(code, *_FRAMEWORK[code])
    if code not in REFUSALS:
        return ProgramRefused(code, f"Error{code}", "This SDK does not know the error: update it.")
    refusal = REFUSALS[code]
    numbers = _logged(failure.logs, program, code)
    figures = {
        name: number - 2 * _SIGN if signed and number >= _SIGN else number
        for (name, signed), number in zip(refusal.figures, numbers, strict=False)
    }
    return ProgramRefused(code, ErrorCode(code).name, refusal.message, figures)


def _logged(logs: Sequence[str], program: str, code: int) -> tuple[int, ...]:
    """The numbers that ``program`` logged behind ``code`` in the frame that failed, or none."""
    frames: list[tuple[str, tuple[int, ...]]] = []
    for line in logs:
        if invoked := _INVOKE.fullmatch(line):
            frames[int(invoked[2]) - 1 :] = [(invoked[1], ())]
        elif ended := _END.fullmatch(line):
            frame = frames.pop() if frames else ("", ())
            if ended[2] != "success":
                return frame[1] if ended[1] == program else ()
        elif frames and frames[-1][0] == program and (found := _FIGURES.fullmatch(line)):
            first, *numbers = (int(number, 16) for number in found[1].split(", "))
            if first == code:
                frames[-1] = (program, tuple(numbers))
    return ()
