"""The embedded ledger without its manners, and calls of the program that a test can bend.

Nothing is simulated first, so a transaction that must be refused really runs, and what it leaves behind can be seen.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from solders.compute_budget import set_compute_unit_limit
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.message import Message
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

from xstock_client import idl, instructions
from xstock_client.constants import PROGRAM_ID, SYSTEM, TOKEN, TOKEN_2022
from xstock_client.ledger import Account, EmbeddedLedger, ExecutedTransaction
from xstock_client.ledger.building import compile_message
from xstock_client.ledger.embedded import SHIPPED_PROGRAM

PROGRAM = Path(os.environ.get("XSTOCK_PROGRAM", SHIPPED_PROGRAM))
"""The binary under test: the fresh build when the build chain names one."""

INSTRUCTIONS: Mapping[str, Any] = {one["name"]: one for one in idl.load()["instructions"]}
"""The IDL's instructions by name."""

BEHIND: Mapping[str, tuple[str, ...]] = {
    "settle_redemptions": ("request", "payee", "rent_receiver"),
    "claim_dividends": ("payee", "record"),
}
"""Accounts behind those of the IDL, once for each part of a batch; by these names a call gives those of the last."""

FOREIGN_PROGRAM = Pubkey(sha256(b"somebody else's program").digest())
"""Owner of accounts that look like ours."""

_RING: dict[Pubkey, Keypair] = {}


@cache
def key(name: str) -> Pubkey:
    """The address of a keypair made from ``name``, so that every address and bump is the same in every run."""
    pair = Keypair.from_seed(sha256(f"xstock test key: {name}".encode()).digest())
    _RING[pair.pubkey()] = pair
    return pair.pubkey()


def keypair(address: Pubkey) -> Keypair:
    """The keypair behind :func:`key`."""
    return _RING[address]


@dataclass(frozen=True)
class Call:
    """One instruction of the program, with what must stand before it in the transaction."""

    name: str
    instruction: Instruction
    before: tuple[Instruction, ...] = ()

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        return (*self.before, self.instruction)

    def at(self, account: str) -> int:
        """The position of an account by its name in the IDL, or in :data:`BEHIND`."""
        behind = BEHIND.get(self.name, ())
        if account in behind:
            return len(self.instruction.accounts) - len(behind) + behind.index(account)
        return [one["name"] for one in INSTRUCTIONS[self.name]["accounts"]].index(account)

    def address(self, account: str) -> Pubkey:
        """What is passed as ``account``."""
        return self.instruction.accounts[self.at(account)].pubkey

    def swap(self, **accounts: Pubkey) -> Call:
        """The same call with other addresses."""
        call = self
        for name, address in accounts.items():
            meta = call.instruction.accounts[self.at(name)]
            call = call._with(name, AccountMeta(address, meta.is_signer, meta.is_writable))
        return call

    def unsigned(self, account: str) -> Call:
        """The same call, where ``account`` does not have to sign."""
        meta = self.instruction.accounts[self.at(account)]
        return self._with(account, AccountMeta(meta.pubkey, is_signer=False, is_writable=meta.is_writable))

    def readonly(self, account: str) -> Call:
        """The same call, where ``account`` cannot be written."""
        meta = self.instruction.accounts[self.at(account)]
        return self._with(account, AccountMeta(meta.pubkey, is_signer=meta.is_signer, is_writable=False))

    @property
    def rest(self) -> tuple[AccountMeta, ...]:
        """The accounts behind the named ones."""
        return tuple(self.instruction.accounts[len(INSTRUCTIONS[self.name]["accounts"]) :])

    def with_rest(self, *metas: AccountMeta) -> Call:
        """The same call with other accounts behind the named ones."""
        named = self.instruction.accounts[: len(INSTRUCTIONS[self.name]["accounts"])]
        return self._with_all([*named, *metas])

    def swap_rest(self, place: int, address: Pubkey, *, writable: bool = True) -> Call:
        """The same call with another one of the accounts behind the named ones."""
        metas = list(self.rest)
        metas[place] = AccountMeta(address, is_signer=metas[place].is_signer, is_writable=writable)
        return self.with_rest(*metas)

    def _with(self, account: str, meta: AccountMeta) -> Call:
        metas = list(self.instruction.accounts)
        metas[self.at(account)] = meta
        return self._with_all(metas)

    def _with_all(self, metas: list[AccountMeta]) -> Call:
        return replace(self, instruction=Instruction(self.instruction.program_id, self.instruction.data, metas))


def call(name: str, before: Iterable[Instruction] = (), /, **values: Any) -> Call:
    """The instruction ``name`` with accounts and arguments by their names in the IDL."""
    return Call(name, getattr(instructions, name)(**values), tuple(before))


class Chain(EmbeddedLedger):
    """A cluster that runs what it is given, and shows all it holds."""

    def __init__(self, *, now: int) -> None:
        super().__init__(program=PROGRAM, now=now)

    def execute(self, sent: Iterable[Instruction], payer: Pubkey, *, any_size: bool = False) -> ExecutedTransaction:
        """Sign by whoever must sign, and run. A refused transaction costs ``payer`` its fee.

        ``any_size`` is for what no packet holds; the program does not rely on packets.
        """
        self._svm.expire_blockhash()
        blockhash = self._svm.latest_blockhash()
        if any_size:
            message = Message.new_with_blockhash([*sent, set_compute_unit_limit(1_400_000)], payer, blockhash)
        else:
            message = compile_message(list(sent), payer, blockhash=blockhash)
        signers = message.account_keys[: message.header.num_required_signatures]
        signed = VersionedTransaction(message, [keypair(address) for address in signers])
        return self._execute(signed, message)

    def get(self, address: Pubkey) -> Account | None:
        found = self._svm.get_account(address)
        if found is None or not found.lamports:
            return None
        return Account(found.lamports, found.owner, bytes(found.data), found.executable)

    def state(self) -> dict[Pubkey, Account]:
        """Every account that any test can touch."""
        return {
            address: Account(found.lamports, found.owner, bytes(found.data), found.executable)
            for owner in (PROGRAM_ID, TOKEN_2022, TOKEN, SYSTEM, FOREIGN_PROGRAM)
            for address, found in self._svm.get_program_accounts(owner)
            if found.lamports
        }

    def clock(self) -> int:
        """The cluster's clock, unix seconds."""
        return self._now()

    def height(self) -> int:
        """The slot that the next transaction runs in."""
        return self._svm.get_clock().slot

    def put_program(self, address: Pubkey, source: Pubkey) -> None:
        """Put the program of ``source`` at any address."""
        program = self.get(source)
        assert program is not None
        self._svm.add_program_with_loader(address, program.data, program.owner)

    def turn_back(self, seconds: int) -> None:
        """Let the clock run back, as a cluster's estimate of the time can by a little."""
        self._set_clock(self._svm.get_clock().slot + 1, self._now() - seconds)

    def rent_of(self, size: int) -> int:
        """Lamports that exempt ``size`` bytes of data from rent."""
        return self._svm.minimum_balance_for_rent_exemption(size)

    def error(self, executed: ExecutedTransaction) -> str:
        """The failure of ``executed`` with its logs, for an assertion's message."""
        return json.dumps([str(executed.error and executed.error.kind), *executed.logs], indent=1)
