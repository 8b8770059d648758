"""Give a statement a new as-of time. For rehearsals only.

An example statement is old by the time somebody rehearses on a live cluster, and a report that is too old counts as
zero. This writes a copy with another as-of time. A custodian never does this to a real statement: the copy has
another hash and says what nobody reported.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Final

from lxml import etree

from ..errors import BadInput, StatementRefused
from . import _xml as xml
from . import csv_statement, semt002

__all__ = ["redate"]

_AS_OF: Final = csv_statement.HEADER_KEYS.index("as_of")


def redate(statement_path: Path | str, as_of: int, out_path: Path | str) -> None:
    """Copy a statement with ``as_of`` (unix seconds) as its as-of time and nothing else changed.

    Raises BadInput when a file cannot be read or written, StatementRefused when it is no statement.
    """
    path, out = Path(statement_path), Path(out_path)
    stamp = datetime.fromtimestamp(as_of, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        data = path.read_bytes()
        out.write_bytes(_redated_xml(data, stamp) if data.lstrip().startswith(b"<") else _redated_csv(data, stamp))
    except OSError as error:
        raise BadInput(f"{error.filename}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise StatementRefused("not UTF-8 text", path=path) from None
    except StatementRefused as error:
        raise StatementRefused(error.reason, path=path, line=error.line) from None


def _redated_xml(data: bytes, stamp: str) -> bytes:
    root = xml.parse_xml(data, keep_comments=True)
    document = semt002.document_of(root)
    details = xml.only(xml.only(document, "SctiesBalCtdyRpt"), "StmtGnlDtls")
    when = xml.sole(xml.only(details, "StmtDtTm"), {"Dt", "DtTm"})
    when.tag = f"{{{xml.namespace(when)}}}DtTm"
    when.text = stamp
    tree = root.getroottree()
    return etree.tostring(tree, encoding="UTF-8", xml_declaration=True)


def _redated_csv(data: bytes, stamp: str) -> bytes:
    text = data.decode()
    rows = [cells for _, cells in csv_statement.rows_of(text)]
    if len(rows) <= _AS_OF or rows[_AS_OF][0] != csv_statement.HEADER_KEYS[_AS_OF]:
        raise StatementRefused("no as_of row here", line=_AS_OF + 1)
    rows[_AS_OF] = [csv_statement.HEADER_KEYS[_AS_OF], stamp]
    out = StringIO(newline="")
    csv.writer(out, lineterminator="\r\n" if "\r\n" in text else "\n").writerows(rows)
    return out.getvalue().encode()
