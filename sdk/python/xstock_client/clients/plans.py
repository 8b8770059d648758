"""What the chain expects next, as a file for machines without a network.

A plan comes from the issuer's desk and says slot, epoch and sequence of each next report. It is not trusted with what
a signature is worth: see :mod:`xstock_client.clients.attesting`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from solders.pubkey import Pubkey

from xstock_client.accounts import Ratio
from xstock_client.clients._files import document, read_text, reason, whole
from xstock_client.errors import DecodeError
from xstock_client.rebase import BasisRule

__all__ = ["AttestationPlan", "Planned", "PlannedReport", "PlannedSupply"]

_FORMAT: Final = "xstock-attestation-plan-3"
_ADVICE: Final = "write one with `xstock attest plan`"
_KEYS: Final = 3
"""Keys of a set at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What the chain expects of one key set of one slot. Times are unix seconds."""

    symbol: str
    isin: str
    number: int
    """The asset's number at its issuer."""
    asset: Pubkey
    slot: int
    attesters: tuple[Pubkey, ...]
    """The keys of the set, one to three."""
    threshold: int
    """How many of them must sign the same report."""
    epoch: int
    sequence: int
    """The next sequence number."""
    splits: BasisRule
    """Which basis a report must name, by the time that it speaks of."""
    last_basis: int
    """What the slot's last report named, zero before the first."""
    last_as_of: int
    """As-of time of the slot's last report, zero before the first."""
    valid_from: int
    """When the set may sign, zero when it may now."""
    max_age_s: int
    """Seconds after its as-of time for which a report counts."""

    def is_stale(self, as_of: int, now: int) -> bool:
        """Whether a report as of then would count for nothing now."""
        return now - as_of > self.max_age_s


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReport(Planned):
    """The next report on a custodian's holdings."""

    lei: str
    account_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSupply(Planned):
    """The next report on another chain's supply; ``slot`` is the chain slot."""

    chain: str
    """The chain's CAIP-2 id, such as ``eip155:1``."""


@dataclass(frozen=True, slots=True)
class AttestationPlan:
    """A snapshot of what an issuer's slots expect next; see :meth:`Attestor.plan`."""

    issuer: Pubkey
    made_at: int
    entries: tuple[PlannedReport, ...]
    """Of custodian slots."""
    chains: tuple[PlannedSupply, ...] = ()
    """Of chain slots."""

    def to_json(self) -> str:
        """The file's text."""
        content = {
            "format": _FORMAT,
            "issuer": str(self.issuer),
            "made_at": self.made_at,
            "entries": [_plain(asdict(entry)) for entry in self.entries],
            "chains": [_plain(asdict(entry)) for entry in self.chains],
        }
        return json.dumps(content, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, *, source: str = "the plan") -> AttestationPlan:
        """Read a plan's text. Raises DecodeError."""
        content = document(text, _FORMAT, source, _ADVICE)
        try:
            return cls(
                issuer=Pubkey.from_string(content["issuer"]),
                made_at=whole(content["made_at"]),
                entries=tuple(
                    PlannedReport(**_common(one), lei=str(one["lei"]), account_hash=bytes.fromhex(one["account_hash"]))
                    for one in content["entries"]
                ),
                chains=tuple(PlannedSupply(**_common(one), chain=str(one["chain"])) for one in content["chains"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise DecodeError(f"{source} is damaged ({reason(error)}); {_ADVICE} again") from None

    @classmethod
    def read(cls, path: Path) -> AttestationPlan:
        """Read a plan file. Raises BadInput."""
        return cls.from_json(read_text(path), source=str(path))


def is_plan(text: str) -> bool:
    """Whether a file's text is a plan of any version."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and str(content.get("format")).startswith("xstock-attestation-plan-")


def _common(entry: Mapping[str, Any]) -> dict[str, Any]:
    attesters = tuple(Pubkey.from_string(one) for one in entry["attesters"])
    threshold = whole(entry["threshold"])
    if not 1 <= threshold <= len(attesters) <= _KEYS or len(set(attesters)) != len(attesters):
        raise ValueError(f"{threshold} of {len(attesters)} keys is no key set")
    numbers = ("number", "slot", "epoch", "sequence", "last_basis", "last_as_of", "valid_from", "max_age_s")
    return {
        "symbol": str(entry["symbol"]),
        "isin": str(entry["isin"]),
        "asset": Pubkey.from_string(entry["asset"]),
        "attesters": attesters,
        "threshold": threshold,
        "splits": _splits(entry["splits"]),
        **{name: whole(entry[name]) for name in numbers},
    }


def _splits(entry: Mapping[str, Any]) -> BasisRule:
    def ratio(name: str) -> Ratio:
        return Ratio(whole(entry[name]["new"]), whole(entry[name]["old"]))

    return BasisRule(
        basis=whole(entry["basis"]),
        split=ratio("split"),
        split_from=whole(entry["split_from"]),
        split_at=whole(entry["split_at"]),
        next_split=ratio("next_split"),
        next_from=whole(entry["next_from"]),
        next_at=whole(entry["next_at"]),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, Pubkey) else value
