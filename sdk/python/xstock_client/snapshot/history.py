"""What the roll-back asks an RPC: accounts at a known slot, whole histories, and what transactions changed.

No single answer is trusted: lists are read page by page until they have gone past the record slot or come to an
end, a record that the node has lost is asked for again and then refused, and every answer is compared with what the
others said. Only finalized blocks count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, runtime_checkable

from solders.pubkey import Pubkey
from solders.signature import Signature

from xstock_client.accounts import RedemptionRequest
from xstock_client.amounts import Raw
from xstock_client.clients.token import TokenAccount, TokenMint
from xstock_client.constants import PROGRAM_ID, TOKEN_2022
from xstock_client.errors import AccountMissing, IncompleteHistory, LedgerError
from xstock_client.events import Event, parse_events
from xstock_client.ledger import Account
from xstock_client.ledger.decoding import parse_account, parse_signature_info, parse_transaction
from xstock_client.redemption import OpenRequest
from xstock_client.snapshot.chain import State

__all__ = ["Accounts", "History", "Listing", "RpcNode", "Transaction"]

_PAGE: Final = 1000
_MULTISIG_SIZE: Final = 355
"""Token-2022's accounts of several signers; nothing else has this size, and none holds tokens."""


@runtime_checkable
class RpcNode(Protocol):
    """Whoever carries a question of Solana's JSON-RPC to a node (any JSON-RPC ledger of this SDK does)."""

    async def ask(self, method: str, *params: Any) -> Any:
        """The answer's ``result`` as JSON. Raises LedgerError when the node refuses or does not answer."""
        ...


@dataclass(frozen=True, slots=True)
class Accounts:
    """Token accounts of one mint at the end of ``slot``."""

    slot: int
    accounts: dict[Pubkey, TokenAccount]


@dataclass(frozen=True, slots=True)
class Listing:
    """The transactions that name one address, after the record slot; those that failed are left out."""

    signatures: dict[str, int]
    """Their slots."""
    reached: bool
    """Whether the list went back to the record slot or further, and did not merely end."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """What one transaction did to the token accounts of the mint, and what the program told in it."""

    slot: int
    before: dict[Pubkey, State]
    after: dict[Pubkey, State]
    """Accounts that it names but that are no token accounts of the mint are in neither."""
    touches_tokens: bool
    """Whether it names the token program; if not, no token account changed, and none is told of."""
    events: tuple[Event, ...]

    @property
    def minted(self) -> int:
        """How much more there was after it; negative when it burned."""
        return sum(one[1] for one in self.after.values() if one) - sum(one[1] for one in self.before.values() if one)

    @property
    def accounts(self) -> set[Pubkey]:
        """The token accounts of the mint that it names, those that it made or closed included."""
        return {*self.before, *self.after}


class History:
    """An RPC as the roll-back reads it. ``retries`` and ``pause`` (seconds, doubling) are for records not found."""

    def __init__(
        self,
        node: RpcNode,
        *,
        commitment: Literal["confirmed", "finalized"] = "finalized",
        program_id: Pubkey = PROGRAM_ID,
        retries: int = 4,
        pause: float = 0.5,
    ) -> None:
        self._node = node
        self._commitment = commitment
        self._program_id = program_id
        self._retries = retries
        self._pause = pause

    async def slot(self) -> int:
        """The newest slot that is final."""
        return _whole(await self._node.ask("getSlot", {"commitment": self._commitment}), "getSlot")

    async def first_slot(self) -> int:
        """The oldest slot whose transactions the node still has."""
        return _whole(await self._node.ask("getFirstAvailableBlock"), "getFirstAvailableBlock")

    async def token_accounts(self, mint: Pubkey, *, at_least: int) -> Accounts:
        """All token accounts of ``mint``, at ``at_least`` or later."""
        slot, found = await self._program_accounts(TOKEN_2022, 0, mint, at_least)
        accounts: dict[Pubkey, TokenAccount] = {}
        for address, account in found:
            if address in accounts:
                raise LedgerError(f"the RPC gave token account {address} twice; try another RPC")
            if len(account.data) == _MULTISIG_SIZE:
                continue
            decoded = TokenAccount.decode(account)
            if decoded.mint != mint:
                raise LedgerError(
                    f"the RPC gave token account {address} of mint {decoded.mint}, but {mint} was asked for;"
                    " try another RPC"
                )
            accounts[address] = decoded
        return Accounts(slot, accounts)

    async def supply(self, mint: Pubkey, *, at_least: int) -> tuple[int, Raw]:
        """What there was of ``mint`` at the end of a slot, ``at_least`` or later. Raises AccountMissing."""
        config = {"commitment": self._commitment, "encoding": "base64", "minContextSlot": at_least}
        answer = await self._node.ask("getAccountInfo", str(mint), config)
        slot, value = _with_slot(answer, "getAccountInfo", at_least)
        account = _account(value, "getAccountInfo")
        if account is None:
            raise AccountMissing(f"the mint {mint} does not exist; check the asset's address and the cluster")
        return slot, TokenMint.decode(account).supply

    async def open_requests(self, asset: Pubkey, *, at_least: int) -> tuple[int, list[OpenRequest]]:
        """The open redemption requests of ``asset``, and the slot that they are of, ``at_least`` or later."""
        offset = RedemptionRequest.OFFSETS["asset"]
        slot, found = await self._program_accounts(self._program_id, offset, asset, at_least, RedemptionRequest.SIZE)
        requests = [
            OpenRequest.of(address, RedemptionRequest.decode(account.data))
            for address, account in found
            if account.data.startswith(RedemptionRequest.DISCRIMINATOR)
        ]
        return slot, requests

    async def since(self, address: Pubkey, slot: int, *, until: int) -> Listing:
        """The transactions that name ``address``, of the slots after ``slot`` up to ``until``.

        The node must have come to ``until``. Raises LedgerError for a list that is out of order or goes in circles.
        """
        found: dict[str, int] = {}
        seen: set[Signature] = set()
        before: str | None = None
        last: int | None = None
        while True:
            config: dict[str, Any] = {"limit": _PAGE, "commitment": self._commitment, "minContextSlot": until}
            if before is not None:
                config["before"] = before
            page = await self._node.ask("getSignaturesForAddress", str(address), config)
            if not isinstance(page, list):
                raise _shape("getSignaturesForAddress")
            if not page:
                return Listing(found, reached=False)
            try:
                lines = [parse_signature_info(value) for value in page]
            except (KeyError, TypeError, ValueError):
                raise _shape("getSignaturesForAddress") from None
            for line in lines:
                if line.signature in seen or (last is not None and line.slot > last):
                    raise LedgerError(
                        f"the RPC lists the history of {address} out of order or twice (transaction {line.signature});"
                        " try another RPC"
                    )
                seen.add(line.signature)
                last = line.slot
                if slot < line.slot <= until and not line.failed:
                    found[str(line.signature)] = line.slot
            if lines[-1].slot <= slot:
                return Listing(found, reached=True)
            before = str(lines[-1].signature)

    async def transaction(self, signature: str, slot: int, mint: Pubkey) -> Transaction:
        """What the transaction, listed at ``slot``, did to token accounts of ``mint``.

        Raises IncompleteHistory when the node has lost its record, LedgerError when that tells another story than its
        list, DecodeError when it keeps a part of it only.
        """
        config = {"encoding": "base64", "commitment": self._commitment, "maxSupportedTransactionVersion": 0}
        pause = self._pause
        for attempt in range(self._retries + 1):
            value = await self._node.ask("getTransaction", signature, config)
            if value is not None:
                try:
                    return self._read(value, signature, slot, mint)
                except (KeyError, IndexError, TypeError, ValueError):
                    raise _shape(f"getTransaction ({signature})") from None
            if attempt < self._retries:
                await asyncio.sleep(pause)
                pause *= 2
        raise IncompleteHistory(
            f"the RPC lists transaction {signature} at slot {slot:,}, but has no record of it (asked"
            f" {self._retries + 1} times); try an RPC that keeps the whole history"
        )

    def _read(self, value: Mapping[str, Any], signature: str, slot: int, mint: Pubkey) -> Transaction:
        executed = parse_transaction(value)
        if (str(executed.signature), executed.slot) != (signature, slot) or executed.error is not None:
            raise LedgerError(
                f"the RPC lists transaction {signature} at slot {slot:,} as one that took effect, but its record is of"
                f" {executed.signature} at slot {executed.slot:,}{' and failed' if executed.error else ''}; try again,"
                " or another RPC"
            )
        meta = value["meta"]
        keys = executed.account_keys
        return Transaction(
            slot=slot,
            before=_states(meta.get("preTokenBalances"), keys, mint, signature),
            after=_states(meta.get("postTokenBalances"), keys, mint, signature),
            touches_tokens=TOKEN_2022 in keys,
            events=parse_events(executed, program_id=self._program_id),
        )

    async def _program_accounts(
        self, program: Pubkey, offset: int, wanted: Pubkey, at_least: int, size: int | None = None
    ) -> tuple[int, list[tuple[Pubkey, Account]]]:
        filters: list[dict[str, Any]] = [{"memcmp": {"offset": offset, "bytes": str(wanted)}}]
        if size is not None:
            filters.append({"dataSize": size})
        config = {
            "commitment": self._commitment,
            "encoding": "base64",
            "filters": filters,
            "minContextSlot": at_least,
            "withContext": True,
        }
        answer = await self._node.ask("getProgramAccounts", str(program), config)
        slot, found = _with_slot(answer, "getProgramAccounts with its slot (withContext)", at_least)
        try:
            keyed = [
                (Pubkey.from_string(one["pubkey"]), _account(one["account"], "getProgramAccounts")) for one in found
            ]
        except (KeyError, TypeError, ValueError):
            raise _shape("getProgramAccounts") from None
        return slot, [(address, account) for address, account in keyed if account is not None]


def _states(
    balances: list[Mapping[str, Any]] | None, keys: tuple[Pubkey, ...], mint: Pubkey, signature: str
) -> dict[Pubkey, State]:
    """The token accounts of ``mint`` among a record's balances."""
    if balances is None:
        raise IncompleteHistory(f"the RPC keeps no token balances of transaction {signature}; ask another RPC")
    states: dict[Pubkey, State] = {}
    for one in balances:
        if one["mint"] != str(mint):
            continue
        owner = one.get("owner")
        if not owner:
            raise IncompleteHistory(
                f"the RPC keeps no owners of token accounts in transaction {signature}; ask another RPC"
            )
        amount = Raw(int(one["uiTokenAmount"]["amount"])).value
        states[keys[one["accountIndex"]]] = Pubkey.from_string(owner), amount
    return states


def _with_slot(answer: Any, method: str, at_least: int) -> tuple[int, Any]:
    """The slot that an answer is of, and its value."""
    try:
        slot, value = int(answer["context"]["slot"]), answer["value"]
    except (KeyError, TypeError, ValueError):
        raise _shape(method) from None
    if slot < at_least:
        raise LedgerError(
            f"the RPC answered {method} as of slot {slot:,}, before slot {at_least:,} that was asked for; try again, or"
            " another RPC"
        )
    return slot, value


def _account(value: Any, method: str) -> Account | None:
    try:
        return parse_account(value)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise _shape(method) from None


def _whole(answer: Any, method: str) -> int:
    if isinstance(answer, bool) or not isinstance(answer, int):
        raise _shape(method)
    return answer


def _shape(method: str) -> LedgerError:
    return LedgerError(f"the RPC does not answer {method} as Solana's do; check the URL, or try another RPC")
