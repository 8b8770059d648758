"""Every command in the documents exists, with the options that it is shown with."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from xstock_client.cli._app import app

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "README.md", ROOT / "docs" / "trust.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]


def commands(page: Path) -> list[str]:
    """The command lines of a page's shell blocks, continued lines joined."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    inline = re.findall(r"`(xstock [^`]+ [^`]*)`", page.read_text(encoding="utf-8"))
    return [line for line in [*lines, *inline] if line.startswith("xstock ")]


SHOWN = list(dict.fromkeys((page.name, line) for page in PAGES for line in commands(page)))


@pytest.mark.parametrize(("page", "line"), SHOWN)
def test_a_command_that_is_shown_exists(page: str, line: str) -> None:
    root: Any = typer.main.get_command(app)
    found, options = root, {name for one in root.params for name in [*one.opts, *one.secondary_opts]}
    for word in shlex.split(line, comments=True)[1:]:
        if hasattr(found, "commands"):
            assert word in found.commands, f"{page}: {line}"
            found = found.commands[word]
            options |= {name for one in found.params for name in [*one.opts, *one.secondary_opts]}
        elif word.startswith("-"):
            assert word in options, f"{page}: {line}: {word}"


def test_the_guides_show_commands() -> None:
    assert len(SHOWN) > 100


def test_the_guides_of_redemption_show_every_command_of_theirs() -> None:
    group: Any = typer.main.get_command(app)
    for name in ("redeem", "bond"):
        shown = {line.split()[2] for _, line in SHOWN if line.split()[1:2] == [name]}
        assert set(group.commands[name].commands) <= shown


def test_the_guides_of_dividends_and_splits_show_every_command_of_theirs() -> None:
    group: Any = typer.main.get_command(app)
    pages = ("dividends.md", "splits.md")
    shown = [line.split()[1:4] for page, line in SHOWN if page in pages]
    for name in ("attestors", "action", "snapshot", "dividend", "recipient"):
        known = set(group.commands[name].commands)
        assert known <= {line[1] for line in shown if line[:1] == [name]} | {"list"}, name
    announced = {line[2] for line in shown if line[:2] == ["action", "announce"]}
    assert announced == set(group.commands["action"].commands["announce"].commands)
