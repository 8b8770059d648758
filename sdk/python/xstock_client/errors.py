"""Everything that the SDK raises on purpose.

::

    XstockError
    ├── ProgramRefused        the program said no: code, name, figures        exit 1
    ├── UsageError            the call makes no sense as written              exit 2
    │   └── WrongCluster      the RPC's genesis hash is not the expected one
    ├── BadInput              a file or value that cannot be used             exit 3
    │   ├── StatementRefused  a custody statement, with its line and reason
    │   ├── KeypairError      a keypair file or key URL
    │   ├── DecodeError       account, event or message bytes of another shape
    │   ├── BadSnapshot       balances or entitlements that make no tree
    │   └── BadProof          a Merkle proof that does not show what it is for
    └── LedgerError           the cluster could not be asked or did not answer exit 4
        ├── AccountMissing    an account that must exist does not
        ├── IncompleteHistory the node does not hold all transactions that are needed
        ├── TransactionFailed refused by another program or by the cluster
        └── Unconfirmed       outcome unknown after the last valid block height

``exit_code`` is what the command line returns.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

__all__ = [
    "AccountMissing",
    "BadInput",
    "BadProof",
    "BadSnapshot",
    "DecodeError",
    "IncompleteHistory",
    "KeypairError",
    "LedgerError",
    "ProgramRefused",
    "StatementRefused",
    "TransactionFailed",
    "Unconfirmed",
    "UsageError",
    "WrongCluster",
    "XstockError",
]


class XstockError(Exception):
    """Base of all errors of this package."""

    exit_code: ClassVar[int] = 1


class ProgramRefused(XstockError):
    """The program refused the instruction; nothing changed.

    ``figures`` are the numbers that the program logged with its refusal, named
    by the error (for example reserve, obligation, shortfall); empty where it logs none.
    """

    exit_code = 1

    def __init__(self, code: int, name: str, message: str, figures: dict[str, int] | None = None) -> None:
        self.code = code
        self.name = name
        self.message = message
        self.figures = dict(figures or {})
        seen = ", ".join(f"{key} {value:,}" for key, value in self.figures.items())
        # the runtime's own errors are numbers above 32 bits, which mean nothing to a reader
        title = f"{name} ({code})" if code < 1 << 32 else name
        super().__init__(f"{title}: {message}" + (f" [{seen}]" if seen else ""))


class UsageError(XstockError):
    """The call makes no sense as written; the message says what to do instead."""

    exit_code = 2


class WrongCluster(UsageError):
    """The genesis hash of the RPC differs from the configured or recorded one."""


class BadInput(XstockError):
    """A file or value that cannot be used."""

    exit_code = 3


class StatementRefused(BadInput):
    """A custody statement that must not be attested."""

    def __init__(self, reason: str, *, path: Path | str | None = None, line: int | None = None) -> None:
        self.reason = reason
        self.path = path
        self.line = line
        place = ":".join(str(part) for part in (path, line) if part is not None)
        where = f"line {place}: " if path is None and line is not None else f"{place}: " if place else ""
        super().__init__(f"{where}{reason}")


class KeypairError(BadInput):
    """A keypair file or key URL that cannot be read."""


class DecodeError(BadInput):
    """Bytes that are not the account, event or message they were taken for."""


class BadSnapshot(BadInput):
    """Balances or entitlements that make no tree, or not the one they must."""


class BadProof(BadInput):
    """A Merkle proof that does not show what it is for."""


class LedgerError(XstockError):
    """The cluster could not be asked, or did not answer."""

    exit_code = 4


class AccountMissing(LedgerError):
    """An account that must exist does not."""


class IncompleteHistory(LedgerError):
    """The node does not hold all transactions that are needed, or they do not lead to what the chain holds."""


class TransactionFailed(LedgerError):
    """The cluster or another program refused the transaction."""

    def __init__(self, message: str, logs: tuple[str, ...] = ()) -> None:
        self.logs = logs
        super().__init__(message)


class Unconfirmed(LedgerError):
    """The outcome is unknown: the last valid block height passed without an answer."""

    def __init__(self, message: str, signature: str) -> None:
        self.signature = signature
        super().__init__(message)
