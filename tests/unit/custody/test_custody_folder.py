"""Several statements of one account: which files are meant, and which figures they come to together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from xstock_client.custody import CustodianProfile, CustodyStatement, read_statement, select_together, statement_files
from xstock_client.errors import BadInput, StatementRefused, UsageError

APPLE, NVIDIA, OTHER = "US0378331005", "US67066G1040", "US02079K3059"
NOW = 1_800_000_000


@pytest.fixture
def parts(write: Callable[..., Path], table: str, profile: CustodianProfile) -> list[CustodyStatement]:
    """Apple in one statement, NVIDIA in another, a stranger in a third."""
    head, apple, nvidia = table.rsplit("\n", 3)[0], *table.splitlines()[-2:]
    head = head.replace("lines,2", "lines,1")
    made = []
    for name, row in (("a", apple), ("b", nvidia), ("c", nvidia.replace(NVIDIA, OTHER))):
        path = write(f"{head}\n{row}\n".replace("ST-2", f"ST-{name}"), f"{name}.csv")
        made.append(read_statement(path, profile, now=NOW))
    return made


def test_each_statement_gives_its_own_figures(parts: list[CustodyStatement]) -> None:
    first, second, third = select_together(parts, {APPLE, NVIDIA})
    assert [[one.isin for one in selection.figures] for selection in (first, second, third)] == [[APPLE], [NVIDIA], []]
    assert [one.isin for one in third.ignored] == [OTHER]
    assert [int(one.settled) for one in (first.of(APPLE), second.of(NVIDIA))] == [6_000 * 10**8, 4_000 * 10**8]


def test_one_statement_is_judged_as_ever(parts: list[CustodyStatement]) -> None:
    (alone,) = select_together(parts[:1], {APPLE, NVIDIA}, {NVIDIA})
    assert [(one.isin, int(one.settled)) for one in alone.figures] == [(APPLE, 6_000 * 10**8), (NVIDIA, 0)]
    with pytest.raises(StatementRefused, match=f"--zero {NVIDIA}"):
        select_together(parts[:1], {APPLE, NVIDIA})


def test_an_isin_in_two_statements_and_in_none(parts: list[CustodyStatement]) -> None:
    with pytest.raises(StatementRefused, match=f"{APPLE} stands in .*a.csv too") as caught:
        select_together([*parts, replace(parts[0], path=Path("copy.csv"))], {APPLE, NVIDIA})
    assert str(caught.value).startswith("copy.csv:8")
    with pytest.raises(
        StatementRefused, match=f"{NVIDIA}: an active slot, but no line in any of the 2 statements; ask"
    ):
        select_together([parts[0], parts[2]], {APPLE, NVIDIA})
    with pytest.raises(StatementRefused, match=f"no document says zero, and --zero {NVIDIA}"):
        select_together([parts[0], parts[2]], {APPLE, NVIDIA}, {NVIDIA})
    with pytest.raises(UsageError, match=f"--zero {OTHER}: no active slot"):
        select_together(parts, {APPLE, NVIDIA}, {OTHER})
    with pytest.raises(StatementRefused, match=f"--zero {APPLE} contradicts this line"):
        select_together(parts, {APPLE, NVIDIA}, {APPLE})


def test_which_files_of_a_folder_are_statements(tmp_path: Path) -> None:
    folder = tmp_path / "march"
    folder.mkdir()
    with pytest.raises(BadInput, match=r"march: the folder holds no statement \(\*\.xml or \*\.csv\)"):
        statement_files([folder])
    for name in ("b.csv", "a.XML", "plan.json", "profile.yaml", ".hidden.csv", "notes.txt"):
        (folder / name).write_text("")
    (folder / "old.csv").mkdir()
    single = tmp_path / "whatever.dat"
    assert statement_files([folder, single, folder / "b.csv"]) == [folder / "a.XML", folder / "b.csv", single]
