"""Read a custody statement and choose the figures to attest. Pure but for reading the file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from ..amounts import Shares
from ..errors import BadInput, StatementRefused, UsageError
from . import csv_statement, semt002
from ._values import Context, Report
from .model import CustodyStatement, Deduction, Figure, IgnoredLine, Position, Selection, SourceKind
from .profile import CustodianProfile

__all__ = [
    "CustodyStatement",
    "Deduction",
    "Figure",
    "IgnoredLine",
    "Position",
    "Selection",
    "SourceKind",
    "read_statement",
    "select",
    "select_together",
    "statement_files",
]

_MAX_BYTES: Final = 32 * 1024 * 1024
_SUFFIXES: Final = frozenset({".xml", ".csv"})


def read_statement(
    path: Path | str, profile: CustodianProfile, *, now: int, ours: Collection[str] | None = None
) -> CustodyStatement:
    """Read a semt.002 or CSV statement of one of the profile's accounts.

    ``now`` is unix seconds; a later as-of is refused. With ``ours`` only the lines of these ISINs are judged and
    the others are listed as ignored, whatever they hold (a bond in face amount, say); without it every line is
    judged. Raises BadInput when the file cannot be read, StatementRefused with path, line and reason otherwise.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    judged = None if ours is None else frozenset(ours)
    context = Context(profile.lei, profile.accounts, profile.time_zone, now, judged)
    try:
        kind, report = _read(data, path.suffix.lower(), context)
        _refuse_second_lines(report.positions)
    except StatementRefused as error:
        raise StatementRefused(error.reason, path=path, line=error.line) from None
    return CustodyStatement(
        path=path,
        kind=kind,
        account_id=report.account_id,
        statement_id=report.statement_id,
        as_of=report.as_of,
        positions=report.positions,
        ignored=report.ignored,
        report_hash=sha256(data).digest(),
    )


def select(statement: CustodyStatement, ours: Collection[str], zero: Collection[str] = ()) -> Selection:
    """The figures to attest for ``ours``, the ISINs with an active slot.

    A statement usually omits positions of zero, but a line may also be missing by mistake: a missing ISIN is
    refused unless ``zero`` names it. Raises StatementRefused for a missing ISIN and for one that ``zero`` names
    although the statement shows a quantity, UsageError when ``zero`` names an ISIN outside ``ours``.
    """
    wanted, zeros = frozenset(ours), frozenset(zero)
    if strangers := sorted(zeros - wanted):
        raise UsageError(f"--zero {', '.join(strangers)}: no active slot has this ISIN; ours are {_list(wanted)}")
    unread = {entry.isin for entry in statement.ignored} & wanted
    if unread:
        raise UsageError(f"the statement was read without judging {_list(unread)}; read it with the same ISINs")
    positions = {position.isin: position for position in statement.positions}
    figures = tuple(_figure(statement, isin, positions.get(isin), isin in zeros) for isin in sorted(wanted))
    others = [IgnoredLine(entry.isin, entry.line) for entry in statement.positions if entry.isin not in wanted]
    ignored = sorted((*statement.ignored, *others), key=lambda entry: entry.line)
    return Selection(figures=figures, ignored=tuple(ignored))


def select_together(
    statements: Sequence[CustodyStatement], ours: Collection[str], zero: Collection[str] = ()
) -> list[Selection]:
    """The figures to attest for ``ours`` from several statements of one account, one selection for each statement.

    With one statement this is :func:`select`. Several share the ISINs: each must stand in exactly one of them, and
    one that stands in none cannot be attested as zero, because no document says so. Raises as :func:`select` does.
    """
    if len(statements) == 1:
        return [select(statements[0], ours, zero)]
    place: dict[str, CustodyStatement] = {}
    for statement in statements:
        for position in statement.positions:
            if position.isin in ours and (first := place.setdefault(position.isin, statement)) is not statement:
                raise StatementRefused(
                    f"{position.isin} stands in {first.path} too, for the same account; leave the statement out that "
                    "does not count",
                    path=statement.path,
                    line=position.line,
                )
    if missing := sorted(frozenset(ours) - place.keys()):
        many = f"{_list(missing)}: an active slot, but no line in any of the {len(statements)} statements"
        if named := sorted(frozenset(missing) & frozenset(zero)):
            raise StatementRefused(
                f"{many}, so no document says zero, and --zero {' '.join(named)} has none to name; sign a complete "
                "statement of the account by itself"
            )
        raise StatementRefused(f"{many}; ask the custodian for the missing statements")
    if strangers := sorted(frozenset(zero) - frozenset(ours)):
        raise UsageError(f"--zero {', '.join(strangers)}: no active slot has this ISIN; ours are {_list(ours)}")
    chosen = [{isin for isin, home in place.items() if home is statement} for statement in statements]
    return [select(statement, own, frozenset(zero) & own) for statement, own in zip(statements, chosen, strict=True)]


def statement_files(paths: Iterable[Path]) -> list[Path]:
    """The files that are meant by files and folders: a folder's ``*.xml`` and ``*.csv``. Raises BadInput."""
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = [one for one in sorted(path.iterdir()) if _is_statement_file(one)]
        if not inside:
            raise BadInput(f"{path}: the folder holds no statement (*.xml or *.csv)")
        files.extend(inside)
    return list(dict.fromkeys(files))


def _is_statement_file(path: Path) -> bool:
    return path.suffix.lower() in _SUFFIXES and not path.name.startswith(".") and path.is_file()


def _figure(statement: CustodyStatement, isin: str, position: Position | None, zero: bool) -> Figure:
    if position is None:
        if not zero:
            raise StatementRefused(
                f"{isin} has an active slot but no line in this statement. If the account holds none, attest 0 with "
                f"--zero {isin}; otherwise ask the custodian for the missing line",
                path=statement.path,
            )
        return Figure(isin, Shares(0), Shares(0), 0, None)
    if zero and (position.aggregate or position.in_transit):
        raise StatementRefused(
            f"--zero {isin} contradicts this line: {position.aggregate.to_ui()} held, {position.in_transit.to_ui()} "
            "pending receipt. Leave --zero out",
            path=statement.path,
            line=position.line,
        )
    return Figure(isin, position.settled, position.in_transit, position.in_transit_by, position)


def _read(data: bytes, suffix: str, context: Context) -> tuple[SourceKind, Report]:
    if len(data) > _MAX_BYTES:
        raise StatementRefused(f"{len(data):,} bytes are too many for a statement (limit {_MAX_BYTES:,})")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise StatementRefused(f"not UTF-8 text (byte {error.start}); export it as UTF-8", line=line) from None
    # The content decides: an XML file that somebody named .csv is still XML.
    if text.lstrip().startswith("<"):
        return semt002.parse(data, context)
    if suffix == ".csv" or text.startswith(csv_statement.FIRST_KEY + ","):
        return SourceKind.CSV, csv_statement.parse(text, context)
    raise StatementRefused("neither a semt.002 XML statement nor an xstock CSV statement", line=1)


def _refuse_second_lines(positions: tuple[Position, ...]) -> None:
    first: dict[str, Position] = {}
    for position in positions:
        if (earlier := first.setdefault(position.isin, position)) is not position:
            raise StatementRefused(
                f"a second line for {position.isin}: {position.settled.to_ui()} here, {earlier.settled.to_ui()} on "
                f"line {earlier.line}. Ask the custodian for one line for each ISIN",
                line=position.line,
            )


def _list(isins: Collection[str]) -> str:
    return ", ".join(sorted(isins)) or "none"
