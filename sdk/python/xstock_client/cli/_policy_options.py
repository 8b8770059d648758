"""The fields of a policy as people write them: in options and in a YAML file, with one reader for both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final

import typer
import yaml

from xstock_client.amounts import Raw, Shares, Ui
from xstock_client.cli._args import parse_amount, parse_duration
from xstock_client.cli._coin import cash_of, parse_sum
from xstock_client.errors import BadInput, UsageError
from xstock_client.policy import RULES, FieldRule, PolicyUpdate, check_field

__all__ = [
    "AcceptWindow",
    "BondCoverage",
    "ChainMaxAge",
    "ChangeDelay",
    "Collateral",
    "CustodianCap",
    "CustodianShare",
    "DisputeWindow",
    "Haircut",
    "HolderPenaltyCap",
    "MaxAge",
    "MinCustodians",
    "MintWindowLimit",
    "PenaltyRate",
    "PolicyFile",
    "PolicyText",
    "RedemptionFee",
    "SettleWindow",
    "option_name",
    "parse_bps",
    "policy_text",
]

_PERCENT: Final = re.compile(r"(\d{1,6}(?:\.\d{1,2})?) ?%")
_BPS: Final = re.compile(r"(\d{1,8}) ?bps")
_MAX_BYTES: Final = 64 * 1024


def parse_bps(text: str | int) -> int:
    """Basis points from `5%`, `2.25%` or `500bps`; a number of them stays (an option's default)."""
    if isinstance(text, int):
        return text
    if percent := _PERCENT.fullmatch(text):
        return int(Decimal(percent[1]) * 100)
    if bps := _BPS.fullmatch(text):
        return int(bps[1])
    raise typer.BadParameter(f"{text!r} is no share of a whole; write one such as 5%, 2.25% or 500bps")


def option_name(rule: FieldRule) -> str:
    """A field's option without its dashes, and its name in a file: ``max-age``."""
    return rule.name.removesuffix("_s").removesuffix("_bps").replace("_", "-")


def _option(metavar: str, text: str) -> Any:
    return typer.Option(metavar=metavar, help=text)


MaxAge = Annotated[str | None, _option("SPAN", "How old a custodian's report may be and still count: 48h.")]
ChainMaxAge = Annotated[
    str | None, _option("SPAN", "How old another chain's report may be before its cap counts instead: 24h.")
]
ChangeDelay = Annotated[str | None, _option("SPAN", "How long looser changes wait: 3d.")]
AcceptWindow = Annotated[str | None, _option("SPAN", "How long the desk may take to accept a redemption request: 2d.")]
SettleWindow = Annotated[str | None, _option("SPAN", "How long it may then take to settle it: 3d.")]
DisputeWindow = Annotated[str | None, _option("SPAN", "How long a holder may dispute a payment outside the chain: 5d.")]
PenaltyRate = Annotated[
    str | None, _option("COINS", "What a missed deadline costs, in units of the coin per whole token: 2.50.")
]
HolderPenaltyCap = Annotated[
    str | None,
    _option("COINS", "What all requests of one holder may reserve of the bond in 24 hours, in units of the coin."),
]
RedemptionFee = Annotated[
    str | None, _option("PERCENT", "What the issuer keeps of a payment on chain: 0.25%, at most 5%.")
]
BondCoverage = Annotated[
    str | None,
    _option("PERCENT", "Of the supply: the part whose penalty the bond must be able to pay for a mint: 10%."),
]
CustodianCap = Annotated[str | None, _option("SHARES", "What one custodian counts for at most.")]
MintWindowLimit = Annotated[str | None, _option("TOKENS", "What all minters together may mint in 24 hours.")]
Haircut = Annotated[str | None, _option("PERCENT", "What shares in transit lose: 5%; with 100% none of them count.")]
CustodianShare = Annotated[
    str | None, _option("PERCENT", "What one custodian counts for of the total: 60%; 100% for no such cap.")
]
Collateral = Annotated[str | None, _option("PERCENT", "Of what is owed, what the reserve must reach to mint: 102%.")]
MinCustodians = Annotated[str | None, _option("N", "Custodians with a fresh report that a mint needs, 1 to 8.")]
PolicyFile = Annotated[
    Path | None, typer.Option("--file", metavar="FILE", help="YAML with the same fields: `max-age: 48h`.")
]


@dataclass(frozen=True, slots=True)
class PolicyText:
    """Fields that are to change, as they were written: sums are of a coin whose decimals are yet to be known."""

    values: Mapping[str, Any]
    """By the field's name; sums as :class:`Ui`, all else in its unit."""
    source: str | None
    """The file that they stand in; None for options."""

    @property
    def has_sums(self) -> bool:
        """Whether any of them is in units of the coin."""
        return any(isinstance(value, Ui) for value in self.values.values())

    def update(self, decimals: int) -> PolicyUpdate:
        """In units of the program, for a coin of so many decimals. Raises UsageError, and BadInput for a file."""
        made = {}
        for rule in RULES:
            if rule.name not in self.values:
                continue
            value = self.values[rule.name]
            if isinstance(value, Ui):
                where = f"--{option_name(rule)}" if self.source is None else f"{self.source}: {option_name(rule)}"
                try:
                    value = cash_of(value, decimals, where)
                    check_field(rule, int(value))
                except UsageError as error:
                    raise error if self.source is None else BadInput(str(error)) from None
            made[rule.name] = value
        return PolicyUpdate(**made)


def policy_text(given: Mapping[str, str | None], file: Path | None) -> PolicyText:
    """The fields that are to change: of options by the field's name in the policy, or of a file.

    Raises UsageError for options that cannot be, BadInput for a file. Nothing is sent before all of it is read.
    """
    options = {rule: text for rule in RULES if (text := given[rule.name]) is not None}
    if file is None and not options:
        names = ", ".join(f"--{option_name(rule)}" for rule in RULES)
        raise UsageError(f"say what shall change: {names}, or --file")
    if file is None:
        values = {}
        for rule, text in options.items():
            try:
                values[rule.name] = _value(rule, text)
            except UsageError as error:
                raise UsageError(f"--{option_name(rule)}: {error}") from None
        return PolicyText(values, None)
    if options:
        raise UsageError(f"say --file, or --{option_name(next(iter(options)))} and its like, not both")
    return PolicyText(_read(file), str(file))


def _value(rule: FieldRule, text: str) -> Any:
    """A field's value in its unit; a sum of the coin as it is written. Raises UsageError."""
    try:
        match rule.unit:
            case "seconds":
                value: Any = parse_duration(text)
            case "basis points":
                value = parse_bps(text)
            case "shares":
                value = parse_amount(text).to_shares()
            case "raw":
                value = parse_amount(text).to_raw()
            case "cash" | "cash per token":
                return parse_sum(text)
            case _:
                value = _count(text)
    except typer.BadParameter as error:
        raise UsageError(error.message) from None
    except ValueError as error:
        raise UsageError(str(error)) from None
    check_field(rule, int(value) if isinstance(value, Shares | Raw) else value)
    return value


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise UsageError(f"{text!r} is no whole number")
    return int(text)


def _read(path: Path) -> dict[str, Any]:
    by_name = {option_name(rule): rule for rule in RULES}
    values: dict[str, Any] = {}
    for key, value in _nodes(path):
        line = key.start_mark.line + 1
        name = str(key.value).replace("_", "-")
        rule = by_name.get(name)
        if rule is None:
            raise BadInput(f"{path}:{line}: unknown field {key.value!r}; the fields are {', '.join(by_name)}")
        if rule.name in values:
            raise BadInput(f"{path}:{line}: field {name} is written twice")
        if not isinstance(value, yaml.ScalarNode):
            raise BadInput(f"{path}:{line}: field {name} takes one plain value")
        try:
            values[rule.name] = _value(rule, str(value.value))
        except UsageError as error:
            raise BadInput(f"{path}:{line}: {name}: {error}") from None
    if not values:
        raise BadInput(f"{path} names no field; the fields are {', '.join(by_name)}")
    return values


def _nodes(path: Path) -> list[tuple[yaml.Node, yaml.Node]]:
    """Composed and never constructed: values stay as written, and repeated keys are seen."""
    try:
        data = path.read_bytes()
        if len(data) > _MAX_BYTES:
            raise BadInput(f"{path}: {len(data):,} bytes are too many for a policy (limit {_MAX_BYTES:,})")
        root = yaml.compose(data.decode(), Loader=yaml.SafeLoader)
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise BadInput(f"{path} is not a readable YAML file") from None
    if not isinstance(root, yaml.MappingNode):
        raise BadInput(f"{path} is not a policy: write one field a line, such as `max-age: 48h`")
    return list(root.value)
