"""The tree of exceptions: what each returns to the shell, and what it tells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xstock_client import errors
from xstock_client.errors import (
    BadInput,
    LedgerError,
    ProgramRefused,
    StatementRefused,
    TransactionFailed,
    Unconfirmed,
    UsageError,
    XstockError,
)


def test_the_docstring_draws_the_tree_as_it_is() -> None:
    tree = (errors.__doc__ or "").split("::")[1]
    lines = re.findall(r"^ {4}([│ ├└─]*)(\w+) .*?(?:exit (\d))?$", tree, re.MULTILINE)
    drawn: dict[str, str] = {}
    above = ["XstockError"]
    for indent, name, code in lines:
        depth = len(indent) // 4
        del above[depth:]
        drawn[name] = above[-1]
        above.append(name)
        if code:
            assert getattr(errors, name).exit_code == int(code)
    assert len(drawn) == len(errors.__all__) - 1
    assert drawn == {name: getattr(errors, name).__bases__[0].__name__ for name in drawn}


@pytest.mark.parametrize(
    ("family", "code"), [(ProgramRefused, 1), (UsageError, 2), (BadInput, 3), (LedgerError, 4), (XstockError, 1)]
)
def test_exit_codes_hold_for_the_whole_family(family: type[XstockError], code: int) -> None:
    members = [getattr(errors, name) for name in errors.__all__]
    direct = [m for m in members if issubclass(m, family) and (family is not XstockError or m is XstockError)]
    assert direct and all(m.exit_code == code for m in direct)


def test_a_refusal_tells_its_figures() -> None:
    error = ProgramRefused(6050, "ReserveShort", "The reserve does not cover this.", {"reserve": 1000, "shortfall": -5})
    assert str(error) == "ReserveShort (6050): The reserve does not cover this. [reserve 1,000, shortfall -5]"
    assert error.figures == {"reserve": 1000, "shortfall": -5}
    assert str(ProgramRefused(6000, "NotAuthority", "No.")) == "NotAuthority (6000): No."
    assert str(ProgramRefused(14 << 32, "InvalidSeeds", "No.")) == "InvalidSeeds: No."


@pytest.mark.parametrize(
    ("path", "line", "text"),
    [
        (None, None, "why"),
        (None, 7, "line 7: why"),
        (Path("a/b.csv"), None, "a/b.csv: why"),
        ("b.csv", 7, "b.csv:7: why"),
    ],
)
def test_a_refused_statement_names_its_place(path: Path | str | None, line: int | None, text: str) -> None:
    error = StatementRefused("why", path=path, line=line)
    assert str(error) == text
    assert (error.reason, error.path, error.line) == ("why", path, line)


def test_what_callers_need_stays_on_the_error() -> None:
    assert TransactionFailed("no", ("a", "b")).logs == ("a", "b")
    assert Unconfirmed("unknown", "sig").signature == "sig"
