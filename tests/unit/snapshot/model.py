"""A small ledger that knows every balance at the end of every slot, and a node that tells it as an RPC does."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from solders.hash import Hash
from solders.instruction import CompiledInstruction
from solders.message import Message, MessageHeader
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from xstock_client import pda
from xstock_client._generated.events import EVENTS
from xstock_client.accounts import RedemptionRequest
from xstock_client.constants import PROGRAM_ID, TOKEN_2022
from xstock_client.events import EVENT_TAG

Owned = tuple[Pubkey, int]
ASSET = Pubkey(sha256(b"asset").digest())
MINT, ESCROW = pda.mint(ASSET), pda.escrow(ASSET)
EVENT_AUTHORITY = pda.event_authority()
DISCRIMINATORS = {event.__name__: discriminator for discriminator, event in EVENTS.items()}
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def key(*parts: object) -> Pubkey:
    return Pubkey(sha256(repr(parts).encode()).digest())


def event_bytes(name: str, **fields: int | Pubkey) -> bytes:
    """An event as the program writes it; what is not given is zero."""
    kind = EVENTS[DISCRIMINATORS[name]]
    data = bytearray(kind.SIZE)
    data[:8] = DISCRIMINATORS[name]
    for field_name, value in {"asset": ASSET, **fields}.items():
        raw = bytes(value) if isinstance(value, Pubkey) else struct.pack("<Q", value)
        at = kind.OFFSETS[field_name]
        data[at : at + len(raw)] = raw
    return bytes(data)


def request_bytes(holder: Pubkey, id: int, amount: int) -> bytes:
    """The account of an open request."""
    data = bytearray(RedemptionRequest.SIZE)
    data[:8] = RedemptionRequest.DISCRIMINATOR
    values: dict[str, bytes] = {
        "version": b"\1",
        "state": b"\1",
        "payout": b"\1",
        "holder": bytes(holder),
        "asset": bytes(ASSET),
        "id": struct.pack("<Q", id),
        "amount": struct.pack("<Q", amount),
        "multiplier": struct.pack("<Q", 10**12),
    }
    for name, raw in values.items():
        at = RedemptionRequest.OFFSETS[name]
        data[at : at + len(raw)] = raw
    return bytes(data)


def token_bytes(owner: Pubkey, amount: int, *, immutable: bool, frozen: bool = False, mint: Pubkey = MINT) -> bytes:
    base = bytes(mint) + bytes(owner) + struct.pack("<Q", amount) + bytes(36) + (b"\2" if frozen else b"\1") + bytes(56)
    return base + (b"\2" + struct.pack("<HH", 7, 0) if immutable else b"\2" + struct.pack("<HH", 0, 0))


def base58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


@dataclass
class Tx:
    signature: str
    slot: int
    failed: bool
    keys: list[Pubkey]
    before: dict[Pubkey, Owned]
    after: dict[Pubkey, Owned]
    events: list[bytes]


@dataclass
class End:
    """What there was at the end of a slot."""

    accounts: dict[Pubkey, Owned]
    requests: dict[tuple[Pubkey, int], int]
    supply: int

    def balances(self) -> dict[Pubkey, int]:
        """Every owner's: the reference that everything is held to."""
        found: dict[Pubkey, int] = {}

        def add(owner: Pubkey, amount: int) -> None:
            found[owner] = found.get(owner, 0) + amount

        for address, (owner, amount) in self.accounts.items():
            if address != ESCROW:
                add(owner, amount)
        for (holder, _), amount in self.requests.items():
            add(holder, amount)
        add(ASSET, self.accounts[ESCROW][1] - sum(self.requests.values()))
        return {owner: amount for owner, amount in found.items() if amount}


@dataclass
class Chain:
    """The ledger. ``immutable`` accounts never change their owner, as associated ones."""

    slot: int = 1
    accounts: dict[Pubkey, Owned] = field(default_factory=lambda: {ESCROW: (ASSET, 0)})
    requests: dict[tuple[Pubkey, int], int] = field(default_factory=dict)
    supply: int = 0
    recorded: int = 0
    """The supply when the program recorded it; after that, others may burn in the same slot."""
    immutable: set[Pubkey] = field(default_factory=lambda: {ESCROW})
    txs: list[Tx] = field(default_factory=list)
    ends: dict[int, End] = field(default_factory=dict)
    ids: int = 0

    def run(
        self,
        touched: Sequence[Pubkey],
        change: Callable[[], object] = lambda: None,
        *,
        mint: bool = True,
        tokens: bool = True,
        failed: bool = False,
        events: Iterable[bytes] = (),
    ) -> Tx:
        """One transaction that names ``touched``; a failed one does not take ``change``."""
        before = self._states(touched) if tokens else {}
        if not failed:
            change()
        number = len(self.txs)
        signature = str(Signature(sha256(b"a%d" % number).digest() + sha256(b"b%d" % number).digest()))
        keys = [key("payer"), *dict.fromkeys(touched)]
        keys += [MINT] if mint else []
        keys += [TOKEN_2022] if tokens else []
        keys += [PROGRAM_ID, EVENT_AUTHORITY] if events else []
        tx = Tx(signature, self.slot, failed, keys, before, self._states(touched) if tokens else {}, list(events))
        self.txs.append(tx)
        self._close()
        return tx

    def next_slot(self, by: int = 1) -> None:
        self.slot += by
        self._close()

    def record(self) -> int:
        """What the program's recording does as far as the history goes: a transaction that names the mint."""
        self.run([], tokens=False)
        return self.slot

    # What people do

    def open(self, address: Pubkey, owner: Pubkey, *, immutable: bool = False) -> None:
        def change() -> None:
            self.accounts[address] = (owner, 0)
            if immutable:
                self.immutable.add(address)

        self.run([address], change)

    def give(self, address: Pubkey, amount: int) -> None:
        def change() -> None:
            self._add(address, amount)
            self.supply += amount

        self.run([address], change)

    def move(self, source: Pubkey, target: Pubkey, amount: int, *, failed: bool = False, close: bool = False) -> None:
        def change() -> None:
            self._add(source, -amount)
            self._add(target, amount)
            if close:
                del self.accounts[source]

        self.run([source, target], change, failed=failed)

    def burn(self, address: Pubkey, amount: int, *, close: bool = False) -> None:
        def change() -> None:
            self._add(address, -amount)
            self.supply -= amount
            if close:
                del self.accounts[address]

        self.run([address], change)

    def close(self, address: Pubkey) -> None:
        self.run([address], lambda: self.accounts.pop(address), mint=False)

    def hand_over(self, address: Pubkey, owner: Pubkey) -> None:
        self.run([address], lambda: self.accounts.update({address: (owner, self.accounts[address][1])}), mint=False)

    def request(self, source: Pubkey, amount: int) -> tuple[Pubkey, int]:
        holder, id = self.accounts[source][0], self.ids
        self.ids += 1

        def change() -> None:
            self._add(source, -amount)
            self._add(ESCROW, amount)
            self.requests[holder, id] = amount

        event = event_bytes("RedemptionRequested", holder=holder, id=id, amount=amount, source=source)
        self.run([source, ESCROW], change, events=[event])
        return holder, id

    def settle(self, request: tuple[Pubkey, int], amount: int) -> None:
        rest = self.requests[request] - amount

        def change() -> None:
            self._add(ESCROW, -amount)
            self.supply -= amount
            if rest:
                self.requests[request] = rest
            else:
                del self.requests[request]

        event = event_bytes("RedemptionSettled", holder=request[0], id=request[1], amount=amount, rest=rest)
        self.run([ESCROW], change, events=[event])

    def take_back(self, request: tuple[Pubkey, int], target: Pubkey, name: str = "RedemptionCancelled") -> None:
        amount = self.requests[request]

        def change() -> None:
            self._add(ESCROW, -amount)
            self._add(target, amount)
            del self.requests[request]

        event = event_bytes(name, holder=request[0], id=request[1], amount=amount, destination=target)
        self.run([ESCROW, target], change, events=[event])

    def _add(self, address: Pubkey, amount: int) -> None:
        owner, had = self.accounts[address]
        assert had + amount >= 0
        self.accounts[address] = (owner, had + amount)

    def _states(self, touched: Iterable[Pubkey]) -> dict[Pubkey, Owned]:
        return {one: self.accounts[one] for one in touched if one in self.accounts}

    def _close(self) -> None:
        self.ends[self.slot] = End(dict(self.accounts), dict(self.requests), self.supply)


class Node:
    """An RPC over a :class:`Chain`. It shows token accounts as of ``at``, and others as of slots before that, while
    the chain may have gone on; tests change ``answer``, which sees each answer before it is given."""

    def __init__(
        self,
        chain: Chain,
        *,
        at: int | None = None,
        requests_at: int | None = None,
        supply_at: int | None = None,
        page: int = 1000,
    ) -> None:
        self.chain = chain
        self.at = chain.slot if at is None else at
        self.requests_at = self.at if requests_at is None else requests_at
        self.supply_at = self.at if supply_at is None else supply_at
        self.page = page
        self.first = 0
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.answer: Callable[[str, tuple[Any, ...], Any], Any] = lambda method, params, answer: answer

    async def ask(self, method: str, *params: Any) -> Any:
        self.calls.append((method, params))
        return self.answer(method, params, getattr(self, f"_{method}")(*params))

    def _getSlot(self, config: dict[str, Any]) -> int:  # noqa: N802
        return self.chain.slot

    def _getFirstAvailableBlock(self) -> int:  # noqa: N802
        return self.first

    def _getAccountInfo(self, address: str, config: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        assert address == str(MINT) and config["minContextSlot"] <= self.supply_at
        data = bytes(36) + struct.pack("<QBB", self.chain.ends[self.supply_at].supply, 8, 1) + bytes(36)
        return {"context": {"slot": self.supply_at}, "value": _account(str(TOKEN_2022), data)}

    def _getProgramAccounts(self, program: str, config: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        (wanted,) = (one["memcmp"] for one in config["filters"] if "memcmp" in one)
        assert config["withContext"] and config["encoding"] == "base64"
        if program == str(TOKEN_2022):
            slot, end = self.at, self.chain.ends[self.at]
            assert wanted == {"offset": 0, "bytes": str(MINT)}
            found = {
                address: token_bytes(owner, amount, immutable=address in self.chain.immutable)
                for address, (owner, amount) in end.accounts.items()
            }
        else:
            slot, end = self.requests_at, self.chain.ends[self.requests_at]
            assert wanted == {"offset": 48, "bytes": str(ASSET)}
            found = {
                pda.redemption_request(ASSET, holder, id): request_bytes(holder, id, amount)
                for (holder, id), amount in end.requests.items()
            }
        value = [{"pubkey": str(address), "account": _account(program, data)} for address, data in found.items()]
        assert config["minContextSlot"] <= slot
        return {"context": {"slot": slot}, "value": value}

    def _getSignaturesForAddress(self, address: str, config: dict[str, Any]) -> list[dict[str, Any]]:  # noqa: N802
        assert config["minContextSlot"] == self.at  # or a node that lags behind could answer
        named = [one for one in reversed(self.chain.txs) if address in map(str, one.keys)]
        if "before" in config:
            named = named[[one.signature for one in named].index(config["before"]) + 1 :]
        return [
            {"signature": one.signature, "slot": one.slot, "err": {"X": 1} if one.failed else None, "blockTime": None}
            for one in named[: min(self.page, config["limit"])]
        ]

    def _getTransaction(self, signature: str, config: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        (tx,) = (one for one in self.chain.txs if one.signature == signature)
        keys = list(tx.keys)
        top = [] if not tx.events else [CompiledInstruction(keys.index(PROGRAM_ID), b"", b"")]
        message = Message.new_with_compiled_instructions(1, 0, 0, keys, Hash.default(), top)
        assert message.header == MessageHeader(1, 0, 0)
        wire = bytes(VersionedTransaction.populate(message, [Signature.from_string(tx.signature)]))
        inner = [
            {
                "programIdIndex": keys.index(PROGRAM_ID),
                "accounts": [keys.index(EVENT_AUTHORITY)],
                "data": base58(EVENT_TAG + event),
                "stackHeight": 2,
            }
            for event in tx.events
        ]

        def told(states: dict[Pubkey, Owned]) -> list[dict[str, Any]]:
            return [
                {
                    "accountIndex": keys.index(address),
                    "mint": str(MINT),
                    "owner": str(owner),
                    "programId": str(TOKEN_2022),
                    "uiTokenAmount": {"amount": str(amount), "decimals": 8, "uiAmount": None, "uiAmountString": "?"},
                }
                for address, (owner, amount) in states.items()
            ]

        return {
            "slot": tx.slot,
            "blockTime": None,
            "transaction": [base64.b64encode(wire).decode(), "base64"],
            "meta": {
                "err": {"InstructionError": [0, {"Custom": 1}]} if tx.failed else None,
                "logMessages": [],
                "innerInstructions": [{"index": 0, "instructions": inner}] if inner else [],
                "preTokenBalances": told(tx.before),
                "postTokenBalances": told(tx.after),
                "computeUnitsConsumed": 1,
            },
        }


def _account(owner: str, data: bytes) -> dict[str, Any]:
    encoded = base64.b64encode(data).decode()
    return {"lamports": 1, "owner": owner, "executable": False, "data": [encoded, "base64"]}
