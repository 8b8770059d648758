"""The real program in LiteSVM, as thinly as can be: names become keys, a transaction becomes an outcome.

An outcome is ``"ok"``, the name of the program's own error, or ``"<program>:<code or kind>"`` for a refusal by
anything else that runs in a transaction (the framework, Token-2022, the ed25519 program).
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from solders.account import Account as SvmAccount
from solders.clock import Clock
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from tests.properties import wallets
from tests.properties.claims import COINS
from tests.properties.parts import OUTSIDERS
from tests.properties.wallets import COIN_PROGRAMS, FEE_AT, FREEZABLE_AT, TOKEN, Wallet
from xstock_client import pda
from xstock_client.amounts import DECIMALS
from xstock_client.constants import ASSOCIATED_TOKEN, ED25519, PROGRAM_ID, SYSTEM, TOKEN_2022
from xstock_client.events import Event, parse_events
from xstock_client.ledger.base import ExecutedTransaction, Failure
from xstock_client.ledger.decoding import flatten, top_level_programs
from xstock_client.ledger.embedded import SHIPPED_PROGRAM
from xstock_client.ledger.failures import read_failure
from xstock_client.message import domain
from xstock_client.refusals import ErrorCode

__all__ = ["GENESIS", "OK", "PROGRAM", "Chain", "Result", "address", "issuer_of", "key", "listing", "owner_address"]

PROGRAM: Final = Path(os.environ.get("XSTOCK_PROGRAM", SHIPPED_PROGRAM))
GENESIS: Final = sha256(b"a cluster of the properties").digest()
OK: Final = "ok"

_NAMES = {TOKEN_2022: "token", TOKEN: "token", ED25519: "ed25519", SYSTEM: "system"}
_SCALED_UI = 25
_PAUSED_AT = 166 + 4 + 32
"""The mint's pausable extension is its first: header, authority, flag."""


@lru_cache(maxsize=256)
def key(name: str) -> Keypair:
    """The same key for the same name in every run."""
    return Keypair.from_seed(sha256(name.encode()).digest())


@lru_cache(maxsize=256)
def address(name: str) -> Pubkey:
    """Where a party lives; ``"nobody"`` is the zero address."""
    return Pubkey.default() if name == "nobody" else key(name).pubkey()


@lru_cache(maxsize=256)
def owner_address(name: str) -> Pubkey:
    """Of who owns accounts: the asset, a distribution (``dist<snapshot>-<number>``), or anybody."""
    asset = pda.asset(pda.issuer(1), 0)
    if name.startswith("dist"):
        snapshot, number = name.removeprefix("dist").split("-")
        return pda.distribution(pda.snapshot(asset, int(snapshot)), int(number))
    return asset if name == "asset" else address(name)


@lru_cache(maxsize=256)
def issuer_of(name: str) -> Pubkey:
    """Who granted a member's roles: the rival has an issuer of its own."""
    return pda.issuer(2 if name in OUTSIDERS else 1)


@dataclass(frozen=True, slots=True)
class listing:  # noqa: N801 - a bag of addresses, used as a value
    """Addresses of one listed asset."""

    issuer: Pubkey
    asset: Pubkey
    mint: Pubkey
    escrow: Pubkey
    reserve: Pubkey
    isin: str
    symbol: str

    @property
    def domain(self) -> bytes:
        """What its attestations name, 32 bytes."""
        return domain(PROGRAM_ID, GENESIS, self.asset, self.isin)

    @staticmethod
    @lru_cache(maxsize=64)
    def of(number: int, isin: str, symbol: str) -> listing:
        """Addresses of the first issuer's asset ``number``."""
        issuer = pda.issuer(1)
        asset = pda.asset(issuer, number)
        return listing(issuer, asset, pda.mint(asset), pda.escrow(asset), pda.reserve(asset), isin, symbol)

    @lru_cache(maxsize=256)  # noqa: B019 - there are two listings
    def account(self, owner: str) -> Pubkey:
        """A holder's associated account, of the asset or of a payment mint; the escrow; or one that lies elsewhere."""
        if owner == "escrow":
            return self.escrow
        coin, _, whose = owner.rpartition("/")
        if whose.startswith("holder") or whose == "asset":
            return pda.token_account(owner_address(whose), address(coin) if coin else self.mint, self.program_of(owner))
        return address(owner) if coin or whose.startswith("side") else pda.token_account(address(owner), self.mint)

    @staticmethod
    def program_of(account: str) -> Pubkey:
        """The token program of an account."""
        return COIN_PROGRAMS[account.partition("/")[0]] if "/" in account else TOKEN_2022

    def party(self, name: str) -> Pubkey:
        """Who owns an account."""
        return owner_address(name)


@dataclass(frozen=True, slots=True)
class Result:
    """What a transaction came to; ``events`` are the program's, none when it was refused."""

    outcome: str
    events: tuple[Event, ...]
    logs: tuple[str, ...]


class Chain:
    """LiteSVM with the program, a relayer that pays for everything, and a clock to turn."""

    def __init__(self, now: int) -> None:
        self.svm = LiteSVM()
        self.svm.add_program(PROGRAM_ID, PROGRAM.read_bytes())
        self.svm.airdrop(address("relayer"), 10**12)
        self.here = listing.of(0, "US0378331005", "AAPLx")
        self.other = listing.of(1, "US67066G1040", "NVDAx")
        self.set_now(now)

    @property
    def slot(self) -> int:
        """The current one."""
        return int(self.svm.get_clock().slot)

    def rename(self, isin: str, symbol: str) -> None:
        """The asset has other identifiers."""
        self.here = replace(self.here, isin=isin, symbol=symbol)

    def scaled(self) -> tuple[float, int, float]:
        """What the mint tells wallets: a multiplier, and from when the next one counts, and which."""
        found = self.svm.get_account(self.here.mint)
        assert found is not None
        data, at = bytes(found.data), 166
        while (kind := int.from_bytes(data[at : at + 2], "little")) != _SCALED_UI:
            assert kind
            at += 4 + int.from_bytes(data[at + 2 : at + 4], "little")
        current, effective, following = struct.unpack_from("<dqd", data, at + 4 + 32)
        return current, effective, following

    def set_now(self, now: int) -> None:
        """Unix seconds; slots only rise."""
        clock = self.svm.get_clock()
        self.svm.set_clock(
            Clock(
                slot=clock.slot + 1,
                epoch_start_timestamp=clock.epoch_start_timestamp,
                epoch=clock.epoch,
                leader_schedule_epoch=clock.leader_schedule_epoch,
                unix_timestamp=now,
            )
        )

    def run(self, instructions: Iterable[Instruction], signers: Iterable[str] = ()) -> Result:
        """One transaction, paid by the relayer; every signature is checked."""
        self.svm.expire_blockhash()
        transaction = self._signed(instructions, signers)
        return self._read(transaction, self.svm.send_transaction(transaction))

    def try_out(self, instructions: Iterable[Instruction], signers: Iterable[str] = ()) -> Result:
        """What would come of it: nothing stays."""
        self.svm.expire_blockhash()
        transaction = self._signed(instructions, signers)
        return self._read(transaction, self.svm.simulate_transaction(transaction))

    def _signed(self, instructions: Iterable[Instruction], signers: Iterable[str]) -> VersionedTransaction:
        message = Message.new_with_blockhash(list(instructions), address("relayer"), self.svm.latest_blockhash())
        required = message.account_keys[: message.header.num_required_signatures]
        keys = {address(name): key(name) for name in ("relayer", *signers)}
        return VersionedTransaction(message, [keys[one] for one in required])

    def _read(self, transaction: VersionedTransaction, result: Any) -> Result:
        clock, message = self.svm.get_clock(), transaction.message
        failed = hasattr(result, "err")
        meta = result.meta() if callable(getattr(result, "meta", None)) else result
        logs = tuple(meta.logs())
        failure = (
            read_failure(json.loads(result.to_json())["err"], logs, top_level_programs(message)) if failed else None
        )
        if failed:
            return Result(_outcome(failure), (), logs)
        inner = {
            index: [
                (one.program_id_index, one.accounts, one.data, height)
                for one, height in ((entry.instruction(), entry.stack_height()) for entry in group)
            ]
            for index, group in enumerate(meta.inner_instructions())
        }
        executed = ExecutedTransaction(
            signature=transaction.signatures[0],
            slot=clock.slot,
            block_time=clock.unix_timestamp,
            error=None,
            units=meta.compute_units_consumed(),
            account_keys=tuple(message.account_keys),
            instructions=flatten(message, message.account_keys, inner),
            logs=logs,
        )
        return Result(OK, parse_events(executed), logs)

    # What no instruction of this slice does: a paused token, a frozen account

    def pause(self, on: bool) -> None:
        """Pause the token, as a later version of the program will be able to."""
        self._poke(self.here.mint, _PAUSED_AT, int(on))

    def freeze(self, account: str, on: bool) -> None:
        """Freeze or thaw an account, of either kind."""
        self._poke(self.here.account(account), FREEZABLE_AT, 2 if on else 1)

    def tax(self, on: bool) -> None:
        """The issuer of the euro switches its fee on, or off again."""
        for at in FEE_AT:
            self._poke(address("eur"), at, 100 if on else 0)

    def _poke(self, where: Pubkey, offset: int, value: int) -> None:
        found = self.svm.get_account(where)
        assert found is not None
        data = bytearray(found.data)
        data[offset] = value
        self.svm.set_account(where, SvmAccount(found.lamports, bytes(data), found.owner, found.executable))

    def _put(self, where: Pubkey, data: bytes, program: Pubkey) -> None:
        self.svm.set_account(where, SvmAccount(10**7, data, program, False))

    def issue(self, coin: str, accounts: dict[str, tuple[str, int]]) -> None:
        """A payment mint, and its accounts: whose, and how much is in them."""
        total = sum(amount for _, amount in accounts.values())
        program, mint = COIN_PROGRAMS[coin], address(coin)
        self._put(mint, wallets.coin_mint(coin, address("relayer"), total), program)
        for name, (owner, amount) in accounts.items():
            fixed = not name.endswith("used vault")
            data = wallets.coin_account(coin, mint, self.here.party(owner), amount, fixed=fixed)
            self._put(self.here.account(name), data, program)

    def open_cash(self, account: str, owner: str) -> None:
        """An empty account of a payment mint, that can have no other owner."""
        coin, _, _ = account.partition("/")
        data = wallets.coin_account(coin, address(coin), owner_address(owner), 0, fixed=True)
        self._put(self.here.account(account), data, COIN_PROGRAMS[coin])

    def put_side(self, account: str, owner: str) -> None:
        """An empty token account that is not the associated one."""
        self._put(address(account), wallets.side_account(self.here.mint, address(owner)), TOKEN_2022)

    # Reading

    def program_accounts(self) -> dict[Pubkey, bytes]:
        """Everything that the program owns."""
        return {where: bytes(one.data) for where, one in self.svm.get_program_accounts(PROGRAM_ID) if one.lamports}

    def tokens(self) -> tuple[int, bool, dict[Pubkey, Wallet]]:
        """Of our mint: supply, paused, every token account there is."""
        supply, paused, found = -1, False, {}
        for where, one in self.svm.get_program_accounts(TOKEN_2022):
            data = bytes(one.data)
            if where == self.here.mint:
                supply, paused = int.from_bytes(data[36:44], "little"), data[_PAUSED_AT] != 0
            elif data[:32] == bytes(self.here.mint):
                found[where] = wallets.read_wallet(data)
        return supply, paused, found

    def wallet(self, account: str) -> Wallet:
        """One of them, or of a payment mint."""
        found = self.svm.get_account(self.here.account(account))
        assert found is not None
        return wallets.read_wallet(bytes(found.data))

    # Instructions of other programs

    def open_account(self, owner: str) -> Instruction:
        """A holder's token account."""
        readonly = [address(owner), self.here.mint, SYSTEM, TOKEN_2022]
        accounts = [
            AccountMeta(address("relayer"), is_signer=True, is_writable=True),
            AccountMeta(self.here.account(owner), is_signer=False, is_writable=True),
            *(AccountMeta(one, is_signer=False, is_writable=False) for one in readonly),
        ]
        return Instruction(ASSOCIATED_TOKEN, b"\0", accounts)

    def transfer(self, source: str, to: str, amount: int, owner: str) -> Instruction:
        """Of the asset's token, or of a payment mint; signed by the owner."""
        coin = source.partition("/")[0] if "/" in source else ""
        program, mint = (COIN_PROGRAMS[coin], address(coin)) if coin else (TOKEN_2022, self.here.mint)
        places = self.here.account(source), mint, self.here.account(to), address(owner)
        return wallets.transfer(program, *places, amount, COINS[coin] if coin else DECIMALS)

    def burn(self, account: str, amount: int, owner: str) -> Instruction:
        """BurnChecked of Token-2022: what anyone may do with their own, past the program."""
        metas = [
            AccountMeta(self.here.account(account), is_signer=False, is_writable=True),
            AccountMeta(self.here.mint, is_signer=False, is_writable=True),
            AccountMeta(address(owner), is_signer=True, is_writable=False),
        ]
        return Instruction(TOKEN_2022, b"\x0f" + amount.to_bytes(8, "little") + bytes([DECIMALS]), metas)


def _outcome(failure: Failure | None) -> str:
    if failure is None:
        return OK
    if failure.program_id == PROGRAM_ID and failure.custom_code is not None and failure.custom_code >= 6000:
        return ErrorCode(failure.custom_code).name
    program = (
        "program"
        if failure.program_id == PROGRAM_ID
        else _NAMES.get(failure.program_id, "?")
        if failure.program_id
        else "?"
    )
    return f"{program}:{failure.kind if failure.custom_code is None else failure.custom_code}"
