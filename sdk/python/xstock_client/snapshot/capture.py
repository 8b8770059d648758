"""A capture: every token account of an asset, and what waits in its escrow, at the end of one slot, in one file.

Text in UTF-8, one JSON object on each line, lines ended by a line feed. The first line says what it is of and how
much follows, then come the token accounts and the open requests, each sorted by address bytes (requests by holder,
then id)::

    {"format":"xstock-capture","version":1,"asset":"…","mint":"…","escrow":"…","slot":312,"supply":"500","accounts":2,
     "requests":1}                                              (one line)
    {"account":"…","owner":"…","amount":"400"}
    {"account":"…","owner":"…","amount":"100"}
    {"holder":"…","request":0,"amount":"100"}

Amounts are in base units, written as strings, because many JSON readers lose large numbers. Any tool that sees the
ledger at the end of a slot (a Geyser plugin, a validator's snapshot) can write one; :func:`take_capture` does it from
a ledger that stands still.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import Raw
from xstock_client.clients.token import TokenAccount, TokenMint
from xstock_client.constants import PROGRAM_ID, TOKEN_2022
from xstock_client.errors import AccountMissing, BadSnapshot, LedgerError
from xstock_client.ledger.base import Ledger, Memcmp
from xstock_client.snapshot.balances import (
    AccountBalance,
    RecordDateBalances,
    WaitingTokens,
    attribute,
    require_recorded,
)

__all__ = ["Capture", "read_capture", "take_capture", "write_capture"]

_FORMAT: Final = "xstock-capture"
_VERSION: Final = 1
_MULTISIG_SIZE: Final = 355
_TRIES: Final = 20
_NOTHING: Final = Raw(0)


@dataclass(frozen=True, slots=True)
class Capture:
    """All token accounts of an asset and all open requests at the end of ``slot``."""

    asset: Pubkey
    mint: Pubkey
    escrow: Pubkey
    slot: int
    supply: Raw
    """The mint's, at the end of that slot."""
    accounts: tuple[AccountBalance, ...]
    requests: tuple[WaitingTokens, ...]

    def balances(self, *, slot: int, supply: Raw, burned: Raw = _NOTHING) -> RecordDateBalances:
        """Every owner's balance, if this is the capture of the record ``slot``, in which ``supply`` was recorded.

        ``burned`` is what was burned outside the program since, by its own count. Raises BadSnapshot.
        """
        if self.slot != slot:
            raise BadSnapshot(
                f"the capture is of the end of slot {self.slot:,}, but the record slot is {slot:,}; use that slot's"
                " capture, or roll back from today's accounts"
            )
        require_recorded(self.supply, slot=slot, supply=supply, burned=burned)
        return attribute(
            self.accounts,
            self.requests,
            asset=self.asset,
            mint=self.mint,
            escrow=self.escrow,
            slot=slot,
            supply=self.supply,
        )


async def take_capture(ledger: Ledger, asset: Pubkey, *, program_id: Pubkey = PROGRAM_ID) -> Capture:
    """Capture ``asset`` at the end of the newest slot that the ledger has finished.

    On a cluster that moves on while it is read, this is tried again a few times. Raises LedgerError when no attempt
    falls within one slot.
    """
    mint = pda.mint(asset, program_id=program_id)
    escrow = pda.escrow(asset, program_id=program_id)
    in_asset = Memcmp(RedemptionRequest.OFFSETS["asset"], bytes(asset))
    kind = Memcmp(0, RedemptionRequest.DISCRIMINATOR)
    for _ in range(_TRIES):
        before = await ledger.slot()
        minted = await ledger.account(mint)
        tokens = await ledger.program_accounts(TOKEN_2022, matching=[Memcmp(0, bytes(mint))])
        waiting = await ledger.program_accounts(program_id, size=RedemptionRequest.SIZE, matching=[kind, in_asset])
        if await ledger.slot() == before:
            break
    else:
        raise LedgerError(
            f"the ledger moved on during each of {_TRIES} attempts to read {asset} within one slot; roll back from"
            " today's accounts instead, or let a node's own tool write the capture"
        )
    if minted is None:
        raise AccountMissing(f"the mint {mint} of {asset} does not exist; check the asset's address and the cluster")
    accounts = ((key, TokenAccount.decode(one)) for key, one in tokens if len(one.data) != _MULTISIG_SIZE)
    requests = (RedemptionRequest.decode(account.data) for _, account in waiting)
    return Capture(
        asset=asset,
        mint=mint,
        escrow=escrow,
        slot=_finished(ledger, before),
        supply=TokenMint.decode(minted).supply,
        accounts=_by_address(AccountBalance(key, one.owner, one.amount) for key, one in accounts),
        requests=_by_holder(WaitingTokens(one.holder, one.id, Raw(one.amount)) for one in requests),
    )


def write_capture(capture: Capture, path: Path | str) -> None:
    """Write the file; the same capture gives the same bytes on any machine. Raises OSError."""
    accounts, requests = _by_address(capture.accounts), _by_holder(capture.requests)
    head = {
        "format": _FORMAT,
        "version": _VERSION,
        "asset": str(capture.asset),
        "mint": str(capture.mint),
        "escrow": str(capture.escrow),
        "slot": capture.slot,
        "supply": str(capture.supply.value),
        "accounts": len(accounts),
        "requests": len(requests),
    }
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        file.write(_line(head))
        for account in accounts:
            amount = str(account.amount.value)
            file.write(_line({"account": str(account.address), "owner": str(account.owner), "amount": amount}))
        for one in requests:
            file.write(_line({"holder": str(one.holder), "request": one.id, "amount": str(one.amount.value)}))


def read_capture(path: Path | str) -> Capture:
    """Read the file, its lines in any order after the first. Raises BadSnapshot with the line and the reason."""
    try:
        with Path(path).open(encoding="utf-8") as file:
            head, accounts, requests = _read(enumerate(file, start=1), path)
    except OSError as error:
        raise BadSnapshot(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise BadSnapshot(f"{path}: is not UTF-8 text (byte {error.start})") from None
    if (head["accounts"], head["requests"]) != (len(accounts), len(requests)):
        raise BadSnapshot(
            f"{path}: holds {len(accounts):,} accounts and {len(requests):,} requests, but its first line announces"
            f" {head['accounts']:,} and {head['requests']:,}; it was cut or mixed up: get it again"
        )
    return Capture(
        asset=head["asset"],
        mint=head["mint"],
        escrow=head["escrow"],
        slot=head["slot"],
        supply=head["supply"],
        accounts=_by_address(accounts),
        requests=_by_holder(requests),
    )


def _read(
    lines: Iterable[tuple[int, str]], path: Path | str
) -> tuple[dict[str, Any], list[AccountBalance], list[WaitingTokens]]:
    head: dict[str, Any] | None = None
    accounts: list[AccountBalance] = []
    requests: list[WaitingTokens] = []
    for number, line in lines:
        try:
            value = json.loads(line, object_pairs_hook=_once)
            if not isinstance(value, dict):
                raise ValueError("not a JSON object")
            if head is None:
                head = _head(value)
            elif "account" in value:
                _fields(value, "account", "owner", "amount")
                accounts.append(AccountBalance(_key(value["account"]), _key(value["owner"]), _raw(value["amount"])))
            else:
                _fields(value, "holder", "request", "amount")
                requests.append(WaitingTokens(_key(value["holder"]), _count(value["request"]), _raw(value["amount"])))
        except (RecursionError, ValueError) as error:
            raise BadSnapshot(f"{path}:{number}: {error}") from None
    if head is None:
        raise BadSnapshot(f"{path}: is empty")
    return head, accounts, requests


def _head(value: dict[str, Any]) -> dict[str, Any]:
    if value.get("format") != _FORMAT or value.get("version") != _VERSION:
        raise ValueError(
            f'is no capture of version {_VERSION}: its first line must have "format":"{_FORMAT}","version":{_VERSION}'
        )
    _fields(value, "format", "version", "asset", "mint", "escrow", "slot", "supply", "accounts", "requests")
    return {
        **{name: _key(value[name]) for name in ("asset", "mint", "escrow")},
        **{name: _count(value[name]) for name in ("slot", "accounts", "requests")},
        "supply": _raw(value["supply"]),
    }


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a field is written twice")
    return value


def _fields(value: Mapping[str, Any], *names: str) -> None:
    if value.keys() != set(names):
        raise ValueError(f"has the fields {', '.join(value) or 'none'}; they must be {', '.join(names)}")


def _key(text: Any) -> Pubkey:
    try:
        return Pubkey.from_string(text)
    except (TypeError, ValueError):
        raise ValueError(f"not an address: {text!r}") from None


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"not a whole number: {value!r}")
    return value


def _raw(text: Any) -> Raw:
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or str(int(text)) != text:
        raise ValueError(f"an amount is a string of digits, in base units, not {text!r}")
    return Raw(int(text))


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"


def _by_address(accounts: Iterable[AccountBalance]) -> tuple[AccountBalance, ...]:
    return tuple(sorted(accounts, key=lambda one: bytes(one.address)))


def _by_holder(requests: Iterable[WaitingTokens]) -> tuple[WaitingTokens, ...]:
    return tuple(sorted(requests, key=lambda one: (bytes(one.holder), one.id)))


def _finished(ledger: Ledger, slot: int) -> int:
    """The slot whose end the ledger showed when it said to be at ``slot``."""
    from xstock_client.ledger.embedded import EmbeddedLedger  # late: only this asks, and only recent solders has it

    # a node names the newest block that it has; the embedded ledger the slot that its next transaction will run in
    return slot - 1 if isinstance(ledger, EmbeddedLedger) else slot
