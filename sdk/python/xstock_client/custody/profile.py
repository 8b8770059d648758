"""The custodian profile: who the custodian is, which accounts are read, and in which time zone it writes.

A small YAML file::

    name: Alpine Rock Custody AG
    lei: 529900ALPINE00000043
    accounts: [ARC-7700-4201]
    time_zone: Europe/Zurich
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import yaml
from stdnum import lei as stdnum_lei

from ..errors import BadInput

__all__ = ["CustodianProfile", "load_profile", "safekeeping_account_hash"]

_FIELDS: Final = ("name", "lei", "accounts", "time_zone")
_MAX_BYTES: Final = 64 * 1024
_ACCOUNT_CHARACTERS: Final = 35
"""ISO 20022 Max35Text, the type of SfkpgAcct/Id."""
_NAME_CHARACTERS: Final = 140


def safekeeping_account_hash(account_id: str) -> bytes:
    """The 32 bytes by which a custodian slot on chain names its safekeeping account."""
    return sha256(b"xstock:safekeeping:" + account_id.encode()).digest()


@dataclass(frozen=True, slots=True)
class CustodianProfile:
    """A custodian as its profile file describes it. Raises BadInput when a value cannot be right."""

    name: str
    lei: str
    accounts: tuple[str, ...]
    time_zone: ZoneInfo

    def __post_init__(self) -> None:
        _check_name(self.name)
        _check_lei(self.lei)
        for account in self.accounts:
            _check_account(account)
        _check_accounts(self.accounts)

    @property
    def custodian_id(self) -> bytes:
        """The LEI as the 20 ASCII bytes that the program stores."""
        return self.lei.encode("ascii")

    def account_hash(self, account_id: str) -> bytes:
        """sha256 of the account id as the program stores it (32 bytes). Raises BadInput for another's account."""
        if account_id not in self.accounts:
            raise BadInput(f"{account_id!r} is no account of {self.name}; its profile lists {', '.join(self.accounts)}")
        return safekeeping_account_hash(account_id)


def load_profile(path: Path | str) -> CustodianProfile:
    """Read a profile file. Raises BadInput with the path, the line where it is known, and the reason."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > _MAX_BYTES:
        raise BadInput(f"{path}: {len(data):,} bytes are too many for a custodian profile (limit {_MAX_BYTES:,})")
    try:
        fields = _fields(data.decode())
        return CustodianProfile(
            name=_at(fields["name"], _check_name),
            lei=_at(fields["lei"], _check_lei),
            accounts=_accounts(fields["accounts"]),
            time_zone=_time_zone(fields["time_zone"]),
        )
    except BadInput as error:
        raise BadInput(f"{path}:{error}") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: is not UTF-8 text (byte {error.start})") from None
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{mark.line + 1}: " if mark is not None else " "
        reason = getattr(error, "problem", None) or type(error).__name__
        raise BadInput(f"{path}:{where}is not a readable YAML file: {reason}") from None


def _fields(text: str) -> dict[str, yaml.Node]:
    # Composed with the safe loader but never constructed: values stay as written
    # (YAML would turn the account id 0042 into 34), and repeated keys are seen.
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        raise BadInput(f" must be a mapping with the fields {', '.join(_FIELDS)}")
    fields: dict[str, yaml.Node] = {}
    for key_node, value in root.value:
        key = _scalar(key_node)
        if key not in _FIELDS:
            raise BadInput(f"{_line(key_node)}: unknown field {key!r}; the fields are {', '.join(_FIELDS)}")
        if key in fields:
            raise BadInput(f"{_line(key_node)}: field {key!r} is written twice")
        fields[key] = value
    for key in _FIELDS:
        if key not in fields:
            raise BadInput(f" field {key!r} is missing")
    return fields


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _scalar(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        raise BadInput(f"{_line(node)}: expected one plain value here")
    return str(node.value)


def _accounts(node: yaml.Node) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode):
        raise BadInput(f"{_line(node)}: accounts must be a list of safekeeping account ids")
    accounts = tuple(_at(item, _check_account) for item in node.value)
    with _line_of(node):
        _check_accounts(accounts)
    return accounts


def _at(node: yaml.Node, check: Callable[[str], None]) -> str:
    text = _scalar(node)
    with _line_of(node):
        check(text)
    return text


@contextmanager
def _line_of(node: yaml.Node) -> Iterator[None]:
    try:
        yield
    except BadInput as error:
        raise BadInput(f"{_line(node)}: {error}") from None


def _time_zone(node: yaml.Node) -> ZoneInfo:
    name = _scalar(node)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise BadInput(
            f"{_line(node)}: {name!r} is no IANA time zone; write one such as Europe/Zurich or America/New_York"
        ) from None


def _check_lei(lei: str) -> None:
    # stdnum forgives case and blanks; the program stores these 20 bytes, so they must be exact.
    if len(lei) != 20 or not (lei.isascii() and lei.isalnum() and lei == lei.upper()):
        raise BadInput(f"{lei!r} is no LEI: 20 capital letters and digits are needed, {len(lei)} characters seen")
    if not stdnum_lei.is_valid(lei):
        raise BadInput(f"the check digits of LEI {lei} are wrong; compare it with the custodian's GLEIF record")


def _check_name(name: str) -> None:
    _check_text("name", name, _NAME_CHARACTERS)


def _check_account(account: str) -> None:
    _check_text("account id", account, _ACCOUNT_CHARACTERS)


def _check_accounts(accounts: tuple[str, ...]) -> None:
    if not accounts:
        raise BadInput("accounts is empty: list at least one safekeeping account id")
    if len(set(accounts)) != len(accounts):
        raise BadInput(f"an account id is listed twice in {', '.join(accounts)}")


def _check_text(what: str, text: str, limit: int) -> None:
    if not text or text != text.strip() or not text.isprintable():
        raise BadInput(f"{what} {text!r} is empty, has blanks around it or unprintable characters")
    if len(text) > limit:
        raise BadInput(f"{what} {text!r} has {len(text)} characters; the limit is {limit}")
