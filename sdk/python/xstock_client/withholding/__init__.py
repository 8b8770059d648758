"""Withholding tables as data: what a country keeps of its dividends, by where the owner lives.

The tables that ship are examples, each with its sources and its date. An issuer chooses one, or writes its own::

    example: true          # not checked by whoever pays
    source: US             # where the tax is withheld, ISO 3166
    income: dividends of United States corporations, portfolio holdings
    as_of: 2024-01-01
    statutory: 3000        # basis points, where no treaty says otherwise
    sources: ["…"]
    rates: {CH: 1500}      # basis points by residence, ISO 3166

The program knows nothing of them: it takes the rates file (:class:`xstock_client.snapshot.RatesFile`) that is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml
from solders.pubkey import Pubkey

from xstock_client.constants import BPS
from xstock_client.errors import BadInput
from xstock_client.snapshot.rates import RatesFile

__all__ = ["WithholdingTable", "load_table", "shipped_tables"]

_HERE: Final = Path(__file__).resolve().parent
_MAX_BYTES: Final = 256 * 1024
_COUNTRY: Final = re.compile("[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class WithholdingTable:
    """What one country withholds, in basis points."""

    example: bool
    """Whether nobody who pays by it has checked it; true of all that ship."""
    source: str
    """The country that withholds, ISO 3166."""
    income: str
    """What it withholds from."""
    as_of: date
    statutory: int
    """Where no treaty says otherwise."""
    sources: tuple[str, ...]
    """Where the rates are from."""
    rates: Mapping[str, int]
    """By the owner's residence, ISO 3166."""

    def rate(self, residence: str) -> int:
        """Basis points withheld from a resident of ``residence``; the statutory rate where there is no treaty.

        Raises BadInput for what is no country code.
        """
        if not _COUNTRY.fullmatch(residence):
            raise BadInput(f"{residence!r} is no country code: two capital letters (ISO 3166), CH for example")
        return self.rates.get(residence, self.statutory)

    def rates_file(self, residences: Mapping[Pubkey, str], *, publish_residences: bool = False) -> RatesFile:
        """The rates file for owners of known residence; everybody else has the statutory rate.

        ``publish_residences`` names the countries in the file, which is public; without it owners have rates only.
        Raises BadInput for what is no country code.
        """
        owners: dict[Pubkey, str | int] = {}
        for owner, residence in residences.items():
            rate = self.rate(residence)
            owners[owner] = residence if publish_residences and residence in self.rates else rate
        used = {name for name in owners.values() if isinstance(name, str)}
        return RatesFile(self.statutory, {name: self.rates[name] for name in used}, owners)


def shipped_tables() -> tuple[str, ...]:
    """Names of the example tables that ship with the package: ``us`` for example."""
    return tuple(sorted(path.stem for path in _HERE.glob("*.yaml")))


def load_table(name: Path | str) -> WithholdingTable:
    """A shipped table by its name, or one's own by its path. Raises BadInput with the path and the reason."""
    path = _HERE / f"{name}.yaml" if str(name) in shipped_tables() else Path(name)
    try:
        data = path.read_bytes()
    except OSError as error:
        known = ", ".join(shipped_tables())
        raise BadInput(f"{path}: cannot be read: {error.strerror}; tables that ship: {known}") from None
    try:
        if len(data) > _MAX_BYTES:
            raise ValueError(f"{len(data):,} bytes are too many for a withholding table (limit {_MAX_BYTES:,})")
        return _table(yaml.load(data.decode(), Loader=_Loader))
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: is not a readable YAML file: {error}") from None
    except ValueError as error:
        raise BadInput(f"{path}: {error}") from None


class _Loader(yaml.SafeLoader):
    """Refuses a key that is written twice, which YAML's own would take the last of."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {str(key) for key in keys if keys.count(key) > 1}
        if twice:
            raise ValueError(f"line {node.start_mark.line + 1}: {', '.join(sorted(twice))} is there twice")
        return super().construct_mapping(node, deep)


def _table(value: Any) -> WithholdingTable:
    checks: dict[str, tuple[str, Callable[[Any], bool]]] = {
        "example": ("true or false", lambda found: isinstance(found, bool)),
        "source": ("a country code", _is_country),
        "income": ("a text", lambda found: isinstance(found, str) and bool(found)),
        "as_of": ("a date, 2024-01-01 for example", lambda found: type(found) is date),
        "statutory": (f"basis points from 0 to {BPS:,}", _is_rate),
        "sources": ("a list of texts", lambda found: _is_texts(found) and bool(found)),
        "rates": ("country codes with their basis points", lambda found: isinstance(found, dict)),
    }
    if not isinstance(value, dict) or value.keys() != checks.keys():
        raise ValueError(f"must have the fields {', '.join(checks)}, all of them and no others")
    for name, (expected, holds) in checks.items():
        if not holds(value[name]):
            raise ValueError(f"{name} must be {expected}, not {value[name]!r}")
    for country, rate in value["rates"].items():
        if not _is_country(country):
            raise ValueError(f"rates: {country!r} is no country code; quote the one of Norway (YAML reads NO as false)")
        if not _is_rate(rate):
            raise ValueError(f"rates: {country} must have basis points from 0 to {BPS:,}, not {rate!r}")
    value["sources"] = tuple(value["sources"])
    value["rates"] = MappingProxyType(dict(sorted(value["rates"].items())))
    return WithholdingTable(**value)


def _is_country(value: Any) -> bool:
    return isinstance(value, str) and _COUNTRY.fullmatch(value) is not None


def _is_rate(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= BPS


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)
