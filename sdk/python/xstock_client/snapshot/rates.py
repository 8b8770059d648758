"""The published rates file: how much is withheld from whom. Its sha256 goes on chain with the distribution.

ASCII text, one entry on each line, lines ended by a line feed, in this order and no other, so that the same rates
are always the same bytes::

    xstock-rates,1
    default,3000                       basis points of whoever is not named below
    class,CH,1500                      classes by name: what a treaty gives to residents of one country, for example
    class,US,0
    owner,<address>,CH                 owners by their bytes: a class, or basis points
    owner,<address>,1000

Whoever prefers not to publish where an owner lives gives basis points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from solders.pubkey import Pubkey

from xstock_client.constants import BPS
from xstock_client.errors import BadSnapshot

__all__ = ["RatesFile", "read_rates", "write_rates"]

_FIRST: Final = "xstock-rates,1"
_CLASS: Final = re.compile(r"[A-Z][A-Z0-9_-]{0,31}")
_K = TypeVar("_K")
_V = TypeVar("_V")
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,9}")


@dataclass(frozen=True, slots=True)
class RatesFile:
    """Withholding rates in basis points: of classes, of owners, and of everybody else.

    Raises BadSnapshot for a rate above 10,000, an unknown class or a name that is no class name.
    """

    default: int
    classes: Mapping[str, int]
    owners: Mapping[Pubkey, str | int]

    def __post_init__(self) -> None:
        _check_rate("the default rate", self.default)
        for name, rate in self.classes.items():
            if not _CLASS.fullmatch(name):
                raise BadSnapshot(f"{name!r} is no class name: a capital letter, then at most 31 of A-Z, 0-9, _ and -")
            _check_rate(f"the rate of class {name}", rate)
        for owner, given in self.owners.items():
            if not isinstance(given, str):
                _check_rate(f"the rate of owner {owner}", given)
            elif given not in self.classes:
                raise BadSnapshot(f"owner {owner} is of class {given!r}, which the file does not have")
        object.__setattr__(self, "classes", MappingProxyType(dict(self.classes)))
        object.__setattr__(self, "owners", MappingProxyType(dict(self.owners)))

    def rate(self, owner: Pubkey) -> int:
        """Basis points that are withheld from ``owner``."""
        found = self.owners.get(owner, self.default)
        return self.classes[found] if isinstance(found, str) else found

    def require_known(self, owners: Callable[[Pubkey], bool]) -> None:
        """Refuse an entry for somebody who gets nothing. Raises BadSnapshot."""
        for owner in self.owners:
            if not owners(owner):
                raise BadSnapshot(
                    f"the rates file names {owner}, who has no balance in the snapshot; check the address, or take the"
                    " entry out"
                )

    def to_bytes(self) -> bytes:
        """The file."""
        lines = [
            _FIRST,
            f"default,{self.default}",
            *(f"class,{name},{self.classes[name]}" for name in sorted(self.classes)),
            *(f"owner,{owner},{self.owners[owner]}" for owner in sorted(self.owners, key=bytes)),
        ]
        return "".join(f"{line}\n" for line in lines).encode("ascii")

    @property
    def hash(self) -> bytes:
        """sha256 of the file's bytes (32 bytes), as the distribution has it on chain."""
        return sha256(self.to_bytes()).digest()

    @classmethod
    def parse(cls, data: bytes) -> RatesFile:
        """Read the file's bytes. Raises BadSnapshot with the line for what :meth:`to_bytes` would not write."""
        try:
            lines = data.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise BadSnapshot(f"a rates file is ASCII; byte {error.start} is not") from None
        if lines[0] != _FIRST or lines[-1] != "":
            raise BadSnapshot(f"1: a rates file begins with the line {_FIRST} and ends with a line feed")
        classes: dict[str, int] = {}
        owners: dict[Pubkey, str | int] = {}
        default: int | None = None
        for number, line in enumerate(lines[1:-1], start=2):
            try:
                match line.split(","):
                    case ["default", rate] if default is None:
                        default = _number(rate)
                    case ["class", name, rate]:
                        _put(classes, name, _number(rate))
                    case ["owner", address, rate]:
                        _put(owners, _key(address), _number(rate) if rate[:1].isdigit() else rate)
                    case _:
                        raise ValueError(f"expected class,NAME,BPS or owner,ADDRESS,RATE, not {line[:80]!r}")
            except ValueError as error:
                raise BadSnapshot(f"{number}: {error}") from None
        if default is None:
            raise BadSnapshot("2: the default rate is missing: default,BPS")
        found = cls(default, classes, owners)
        if (canonical := found.to_bytes()) != data:
            number = _first_difference(canonical, data)
            raise BadSnapshot(
                f"{number}: is not where it belongs: first the default, then classes by name, then owners by their"
                " bytes"
            )
        return found


def read_rates(path: Path | str) -> RatesFile:
    """Read a rates file. Raises BadSnapshot with the path, the line and the reason."""
    try:
        return RatesFile.parse(Path(path).read_bytes())
    except OSError as error:
        raise BadSnapshot(f"{path}: cannot be read: {error.strerror}") from None
    except BadSnapshot as error:
        # some begin with their line, as a compiler's
        raise BadSnapshot(f"{path}:{'' if str(error)[0].isdigit() else ' '}{error}") from None


def write_rates(rates: RatesFile, path: Path | str) -> None:
    """Write the file. Raises OSError."""
    Path(path).write_bytes(rates.to_bytes())


def _check_rate(what: str, rate: int) -> None:
    if isinstance(rate, bool) or not isinstance(rate, int):
        raise TypeError(f"{what} is a whole number of basis points, not {rate!r}")
    if not 0 <= rate <= BPS:
        raise BadSnapshot(f"{what} is {rate:,} basis points; it lies between 0 and {BPS:,}")


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a number of basis points: {text!r}")
    return int(text)


def _key(text: str) -> Pubkey:
    try:
        return Pubkey.from_string(text)
    except ValueError:
        raise ValueError(f"not an address: {text!r}") from None


def _put(entries: dict[_K, _V], key: _K, value: _V) -> None:
    if key in entries:
        raise ValueError(f"{key} is there twice")
    entries[key] = value


def _first_difference(one: bytes, other: bytes) -> int:
    pairs: Iterable[tuple[bytes, bytes]] = zip(one.split(b"\n"), other.split(b"\n"), strict=False)
    return next((number for number, (a, b) in enumerate(pairs, start=1) if a != b), 1)
