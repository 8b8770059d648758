"""Failures as typed errors, with the figures that the program itself logged."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from xstock_client import refusals
from xstock_client.constants import ASSOCIATED_TOKEN, ED25519, PROGRAM_ID, SYSTEM, TOKEN, TOKEN_2022
from xstock_client.errors import ProgramRefused, TransactionFailed, XstockError
from xstock_client.ledger.base import Failure
from xstock_client.refusals import REFUSALS, ErrorCode, explain

OTHER = Pubkey(bytes(range(32)))
SHORT = ErrorCode.ReserveShort


def figures(code: int, *numbers: int) -> str:
    """The line that the runtime writes for sol_log_64."""
    words = [code, *numbers, *[0] * (4 - len(numbers))]
    return "Program log: " + ", ".join(f"{word % 2**64:#x}" for word in words)


def refused(*logged: str, code: int = SHORT, program: Pubkey = PROGRAM_ID) -> tuple[str, ...]:
    return (
        "Program ComputeBudget111111111111111111111111111111 invoke [1]",
        "Program ComputeBudget111111111111111111111111111111 success",
        f"Program {program} invoke [1]",
        *logged,
        f"Program {program} consumed 5000 of 200000 compute units",
        f"Program {program} failed: custom program error: {code:#x}",
    )


def failure(logs: tuple[str, ...], code: int | None = SHORT, program: Pubkey | None = PROGRAM_ID) -> Failure:
    return Failure(1, program, code, "Custom", logs)


def told(error: XstockError | None) -> dict[str, int]:
    assert isinstance(error, ProgramRefused)
    return error.figures


def test_a_refusal_has_its_number_name_words_and_figures() -> None:
    error = explain(failure(refused(figures(SHORT, 900, 1000, 7, 30))))
    assert isinstance(error, ProgramRefused)
    assert (error.code, error.name) == (6050, "ReserveShort")
    assert error.figures == {"reserve": 900, "needed": 1000, "released": 7, "foreign": 30}
    assert error.message == "The reserve does not cover this: attest more shares, or mint less."
    assert str(error).endswith("[reserve 900, needed 1,000, released 7, foreign 30]")


@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_error_is_explained(code: ErrorCode) -> None:
    error = explain(failure(refused(figures(code, 1, 2, 3, 4), code=code), code))
    assert isinstance(error, ProgramRefused)
    assert (error.code, error.name, error.message) == (code, code.name, REFUSALS[code].message)
    assert error.figures == {name: n for n, (name, _) in enumerate(REFUSALS[code].figures, 1)}
    assert "[" not in error.message
    # and without a line of figures, as when the logs were cut
    assert told(explain(failure((), code))) == {}


def test_times_may_be_negative_and_amounts_never_are() -> None:
    future = explain(failure(refused(figures(ErrorCode.FutureReport, -1, -(2**63))), ErrorCode.FutureReport))
    assert told(future) == {"as_of": -1, "now": -(2**63)}
    older = explain(failure(refused(figures(ErrorCode.OlderReport, -5, 7)), ErrorCode.OlderReport))
    assert told(older) == {"as_of": -5, "earliest": 7}
    lock = explain(failure(refused(figures(ErrorCode.TimelockOutOfRange, -3600, 1, 2)), ErrorCode.TimelockOutOfRange))
    assert told(lock) == {"seconds": -3600, "minimum": 1, "maximum": 2}
    # an obligation saturates at the largest u64
    short = explain(failure(refused(figures(SHORT, 0, 2**64 - 1, 2**64 - 1, 0))))
    assert told(short)["needed"] == told(short)["released"] == 2**64 - 1
    sequence = explain(failure(refused(figures(ErrorCode.BadSequence, 2**63, 2**64 - 1)), ErrorCode.BadSequence))
    assert told(sequence) == {"given": 2**63, "last": 2**64 - 1}
    settle = explain(failure(refused(figures(ErrorCode.SettlementMismatch, 2**63, 1)), ErrorCode.SettlementMismatch))
    assert told(settle) == {"amount": 2**63, "given": 1}
    early = explain(failure(refused(figures(ErrorCode.StillDisputable, -1, 5)), ErrorCode.StillDisputable))
    assert told(early) == {"now": -1, "until": 5}


REAL = figures(SHORT, 1, 2, 3, 4)
LIE = figures(SHORT, 66, 66, 66, 66)


@pytest.mark.parametrize(
    "logs",
    [
        # another program's frame, before, inside and around ours
        (f"Program {OTHER} invoke [1]", LIE, f"Program {OTHER} success", *refused(REAL)),
        refused(REAL, f"Program {OTHER} invoke [2]", LIE, f"Program {OTHER} success"),
        refused(f"Program {OTHER} invoke [2]", LIE, f"Program {OTHER} success", REAL),
        (f"Program {OTHER} invoke [1]", LIE, *(line.replace("[1]", "[2]") for line in refused(REAL)), LIE),
        # text that looks like the runtime's, printed by a program
        refused(
            f"Program {OTHER} invoke [2]",
            f"Program log: Program {OTHER} success",
            LIE,
            f"Program {OTHER} success",
            REAL,
        ),
        refused(REAL, f"Program log: Program {PROGRAM_ID} invoke [2]"),
        refused(REAL, f"Program log: {LIE}", "Program log: 0x17a2, 0x42", f"Program log:  {LIE[13:]}", LIE + ", 0x1"),
        refused(f"Program {OTHER} invoke [2]", f"Program log: x\n{LIE}", f"Program {OTHER} success", REAL),
        # a line of another code, and an earlier success of ours
        refused(REAL, figures(6051, 66, 66, 66, 66)),
        (f"Program {PROGRAM_ID} invoke [1]", LIE, f"Program {PROGRAM_ID} success", *refused(REAL)),
        # our own event call inside our frame
        refused(f"Program {PROGRAM_ID} invoke [2]", LIE, f"Program {PROGRAM_ID} success", REAL),
    ],
    ids="before after inside around fake-success fake-invoke near-misses newline other-code earlier own-call".split(),
)
def test_only_the_frame_that_failed_is_believed(logs: tuple[str, ...]) -> None:
    expected = {"reserve": 1, "needed": 2, "released": 3, "foreign": 4}
    assert told(explain(failure(logs))) == expected
    assert told(explain(failure(tuple(line for line in logs if line != REAL)))) == {}


@pytest.mark.parametrize(
    "logs",
    [
        (),
        ("Log truncated",),
        (f"Program {PROGRAM_ID} invoke [1]", LIE, "Log truncated"),
        (LIE, f"Program {PROGRAM_ID} failed: custom program error: 0x17a2"),
        (f"Program {OTHER} invoke [1]", LIE, f"Program {PROGRAM_ID} failed: custom program error: 0x17a2"),
        (f"Program {OTHER} invoke [1]", LIE, f"Program {OTHER} failed: custom program error: 0x17a2"),
        (f"Program {PROGRAM_ID} success", LIE),
        (f"Program {PROGRAM_ID} invoke [7]", LIE),
        (
            f"Program {PROGRAM_ID} invoke [1]",
            LIE,
            f"Program {OTHER} invoke [1]",
            f"Program {OTHER} success",
            f"Program {PROGRAM_ID} failed: custom program error: 0x17a2",
        ),
    ],
    ids="none cut cut-after no-frame other-frame other-failed stray-success no-end lost-end".split(),
)
def test_cut_or_odd_logs_give_no_figures(logs: tuple[str, ...]) -> None:
    assert told(explain(failure(logs))) == {}


@given(st.lists(st.sampled_from([LIE, REAL, "Log truncated", *refused(), f"Program {OTHER} invoke [2]", "x" * 50])))
def test_no_log_breaks_it(logs: list[str]) -> None:
    assert isinstance(explain(failure(tuple(logs))), ProgramRefused)


def test_a_call_of_ours_by_another_program_is_explained_too() -> None:
    inner = [line.replace("[1]", "[2]") for line in refused(REAL)[2:]]
    logs = (f"Program {OTHER} invoke [1]", *inner, f"Program {OTHER} failed: custom program error: 0x17a2")
    assert told(explain(failure(logs)))["reserve"] == 1


def test_another_deployment_is_explained_when_named() -> None:
    logs = refused(REAL, program=OTHER)
    assert explain(failure(logs, program=OTHER)) is None
    assert told(explain(failure(logs, program=OTHER), program_id=OTHER))["reserve"] == 1


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (2000, "ConstraintMut"),
        (2001, "ConstraintHasOne"),
        (2012, "ConstraintAddress"),
        (2020, "ConstraintAccountIsNone"),
    ],
)
def test_the_frameworks_own_refusals(code: int, name: str) -> None:
    error = explain(failure((), code))
    assert isinstance(error, ProgramRefused)
    assert (error.code, error.name, error.figures) == (code, name, {})


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("InvalidSeeds", 14),
        ("IllegalOwner", 18),
        ("AccountDataTooSmall", 5),
        ("UninitializedAccount", 10),
        ("MissingRequiredSignature", 8),
        ("InvalidInstructionData", 3),
        ("InvalidAccountData", 4),
        ("IncorrectProgramId", 7),
    ],
)
def test_the_runtimes_words_for_our_program(kind: str, number: int) -> None:
    error = explain(Failure(0, PROGRAM_ID, None, kind))
    assert isinstance(error, ProgramRefused)
    assert (error.code, error.name) == (number << 32, kind)
    assert str(error) == f"{kind}: {error.message}"


def test_an_error_of_a_newer_program() -> None:
    error = explain(failure((), 6999))
    assert isinstance(error, ProgramRefused)
    assert (error.code, error.name) == (6999, "Error6999") and "update" in error.message


@pytest.mark.parametrize(
    "other",
    [
        Failure(0, PROGRAM_ID, None, "ComputationalBudgetExceeded"),
        Failure(0, PROGRAM_ID, None, "ProgramFailedToComplete"),
        Failure(None, None, None, "BlockhashNotFound"),
        Failure(0, None, 6050, "Custom"),
        Failure(0, OTHER, 6050, "Custom"),
        Failure(0, ASSOCIATED_TOKEN, 0, "Custom"),
        Failure(0, TOKEN_2022, None, "InvalidAccountData"),
    ],
    ids=lambda other: f"{str(other.program_id)[:6]}-{other.kind}",
)
def test_what_is_left_to_the_ledger(other: Failure) -> None:
    assert explain(other) is None


@pytest.mark.parametrize(
    ("program", "code", "words"),
    [
        (TOKEN_2022, 1, "Token-2022 refused: the account holds fewer tokens than that [error 1]"),
        (TOKEN_2022, 3, "Token-2022 refused: the token account is of another mint [error 3]"),
        (TOKEN_2022, 17, "Token-2022 refused: the token account is frozen [error 17]"),
        (TOKEN_2022, 36, "demands a memo right before the transfer; pass the memo program"),
        (TOKEN_2022, 67, "the token is paused"),
        (TOKEN_2022, 9999, "Token-2022 refused: error 9999 [error 9999]"),
        (TOKEN, 1, "SPL Token refused: the account holds fewer tokens than that [error 1]"),
        (TOKEN, 36, "SPL Token refused: error 36"),
        (SYSTEM, 1, "the System program refused: the payer's lamports do not cover the rent of a new account"),
        (ED25519, 2, "the ed25519 program refused: a signature does not belong to its key and message"),
    ],
)
def test_other_programs_in_words(program: Pubkey, code: int, words: str) -> None:
    error = explain(failure(("Program log: x",), code, program))
    assert isinstance(error, TransactionFailed)
    assert words in str(error)
    assert error.logs == ("Program log: x",)


def test_token_errors_are_numbered_as_in_the_interface() -> None:
    # from TokenError of spl-token-2022-interface 4.0, error.rs
    words = {
        1: "fewer tokens",
        2: "not a mint",
        4: "owns",
        6: "exists already",
        11: "holds tokens",
        17: "frozen",
        18: "decimals",
        29: "authority",
        36: "memo",
        37: "cannot be transferred",
        42: "CPI guard blocks transfers",
        43: "CPI guard blocks burns",
        67: "paused",
    }
    for code, word in words.items():
        assert word in refusals._TOKEN_2022[code]


def test_framework_codes_are_those_of_its_source() -> None:
    found = sorted(Path.home().glob(".cargo/registry/src/*/anchor-lang-2.0.0-rc.2/src/lib.rs"))
    if not found:
        pytest.skip("needs the source of anchor-lang 2.0.0-rc.2, which cargo fetches")
    rust = re.findall(r"ErrorCode::(\w+) => \{?\s*\S*ProgramError::Custom\((\d+)\)", found[0].read_text())
    assert {int(code): name for name, code in rust} == {c: name for c, (name, _) in refusals._FRAMEWORK.items()}
