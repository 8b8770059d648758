"""Reading and writing the JSON files that plans and signed reports travel in."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from xstock_client.errors import BadInput, DecodeError

__all__ = ["document", "read_text", "reason", "together", "whole", "write_text"]

_MAX_BYTES: Final = 16 * 1024 * 1024


def read_text(path: Path) -> str:
    """A file's text. Raises BadInput, and DecodeError for what is no text."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadInput(f"{path} is larger than {_MAX_BYTES:,} bytes; that is no file of ours")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DecodeError(f"{path} is not UTF-8 text") from None


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all: an interruption leaves what was there. Raises BadInput."""
    if path.exists() and not path.is_file():  # a pipe or a terminal
        _write(path, text)
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, path)  # noqa: PTH105 - one call that either happens or does not
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror}") from None
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror}") from None


def together(problems: Sequence[BadInput], files: int) -> BadInput:
    """One error for all files that cannot be used: the error itself when there is one."""
    if len(problems) == 1:
        return problems[0]
    told = "".join(f"\n  {error}" for error in problems)
    return BadInput(f"{len(problems)} of {files} files cannot be used:{told}")


def document(text: str, expected: str, source: str, advice: str) -> dict[str, Any]:
    """A JSON object with the ``expected`` format. Raises DecodeError naming ``source``, with ``advice``."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise DecodeError(f"{source} is not JSON; {advice}") from None
    found = content.get("format") if isinstance(content, dict) else None
    if found != expected:
        raise DecodeError(f"{source} is not a file of format {expected} (it says {found!r}); {advice}")
    assert isinstance(content, dict)
    return content


def whole(value: object) -> int:
    """A whole number of JSON. Raises TypeError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def reason(error: Exception) -> str:
    """What a damaged file lacks."""
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
