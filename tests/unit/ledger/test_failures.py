"""From the runtime's words to typed errors."""

from __future__ import annotations

import pytest
from solders.pubkey import Pubkey

from xstock_client.errors import ProgramRefused, TransactionFailed
from xstock_client.ledger import Failure
from xstock_client.ledger.failures import error_of, read_failure

OURS = Pubkey(bytes([1] * 31 + [2]))
THEIRS = Pubkey(bytes([3] * 32))
SYSTEM = Pubkey.default()


@pytest.mark.parametrize(
    ("error", "index", "program", "code", "kind"),
    [
        ({"InstructionError": [1, {"Custom": 6001}]}, 1, THEIRS, 6001, "Custom"),
        ({"InstructionError": [0, "MissingRequiredSignature"]}, 0, OURS, None, "MissingRequiredSignature"),
        ({"InstructionError": [0, {"BorshIoError": "eof"}]}, 0, OURS, None, "BorshIoError"),
        ({"InstructionError": [7, {"Custom": 0}]}, 7, None, 0, "Custom"),
        ({"InsufficientFundsForRent": {"account_index": 2}}, None, None, None, "InsufficientFundsForRent"),
        ({"DuplicateInstruction": 3}, None, None, None, "DuplicateInstruction"),
        ("AccountNotFound", None, None, None, "AccountNotFound"),
    ],
)
def test_every_form_of_error(
    error: object, index: int | None, program: Pubkey | None, code: int | None, kind: str
) -> None:
    assert read_failure(error, ["line"], [OURS, THEIRS]) == Failure(index, program, code, kind, ("line",))


def test_the_innermost_program_is_blamed_and_none_can_blame_another() -> None:
    logs = [
        f"Program {OURS} invoke [1]",
        f"Program log: Program {SYSTEM} failed: custom program error: 0x1",
        f"Program data: Program {SYSTEM} failed: x",
        f"Program {THEIRS} invoke [2]",
        f"Program {THEIRS} failed: custom program error: 0x11",
        f"Program {OURS} failed: custom program error: 0x11",
    ]
    assert read_failure({"InstructionError": [0, {"Custom": 17}]}, logs, [OURS]).program_id == THEIRS
    assert read_failure({"InstructionError": [0, {"Custom": 17}]}, logs[:4], [OURS]).program_id == OURS


def test_a_known_program_explains_itself_and_others_are_quoted() -> None:
    failure = Failure(
        2,
        THEIRS,
        17,
        "Custom",
        (
            f"Program {THEIRS} invoke [1]",
            "Program log: Error: account frozen",
            f"Program {THEIRS} consumed 900 of 1000 compute units",
            f"Program {THEIRS} failed: custom program error: 0x11",
        ),
    )
    refusal = ProgramRefused(17, "Frozen", "thaw it")
    assert error_of(failure, lambda seen: refusal if seen is failure else None) is refusal
    plain = error_of(failure, lambda _: None)
    assert isinstance(plain, TransactionFailed) and plain.logs == failure.logs
    assert str(plain) == (
        f"the transaction was refused in instruction 2 by program {THEIRS}: error 17 (0x11)\n"
        "  Program log: Error: account frozen\n"
        f"  Program {THEIRS} failed: custom program error: 0x11"
    )
    advised = error_of(Failure(None, None, None, "AccountNotFound"), lambda _: None)
    assert str(advised) == (
        "the transaction was refused: AccountNotFound; the payer has no lamports on this cluster; fund it first"
    )
