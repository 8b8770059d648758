"""What the scenario works with: an anchorpy Provider, its program, and a record of what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction

import xstock_client.anchorpy
from tests.anchorpy.beginning import PENALTY_RATE, SHARE
from tests.anchorpy.reading import plain
from xstock_client import events, message, pda
from xstock_client.accounts import decode_account
from xstock_client.anchorpy import AnchorpyLedger, accounts
from xstock_client.constants import MAX_KEYS, Role

HOUR = 3_600
LEI = b"5493001KJTIIGC8Y1R12"


@dataclass(frozen=True)
class Stock:
    """An asset and where its accounts are."""

    issuer: Pubkey
    asset: Pubkey

    @property
    def mint(self) -> Pubkey:
        return pda.mint(self.asset)

    @property
    def reserve(self) -> Pubkey:
        return pda.reserve(self.asset)

    @property
    def escrow(self) -> Pubkey:
        return pda.escrow(self.asset)

    @property
    def escrowed(self) -> dict[str, Pubkey]:
        """What an instruction names that moves tokens into or out of the escrow."""
        return {"asset": self.asset, "mint": self.mint, "escrow": self.escrow}

    @property
    def judged(self) -> dict[str, Pubkey]:
        """What an instruction reads that compares obligation and reserve."""
        return {"asset": self.asset, "reserve": self.reserve, "mint": self.mint}


@dataclass
class Desk:
    """A Provider with a funded wallet, the program, and what has happened so far."""

    provider: Any
    program: Any
    ledger: AnchorpyLedger
    admin: Keypair = field(default_factory=Keypair)
    approver: Keypair = field(default_factory=Keypair)
    pauser: Keypair = field(default_factory=Keypair)
    arbiter: Keypair = field(default_factory=Keypair)
    sent: set[str] = field(default_factory=set)
    seen: list[events.Event] = field(default_factory=list)
    fetched: set[str] = field(default_factory=set)

    @property
    def me(self) -> Pubkey:
        key: Pubkey = self.provider.wallet.public_key
        return key

    def builder(self, name: str, *arguments: Any, **given: Any) -> Any:
        return self.program.methods[name].args(list(arguments)).accounts(accounts(name, **given))

    async def run(self, builder: Any, name: str, *kinds: type) -> Any:
        """Send one instruction by anchorpy; its events must be of ``kinds``. Returns the last."""
        signature = await builder.rpc()
        found = await xstock_client.anchorpy.events(self.provider, signature)
        assert tuple(type(one) for one in found) == kinds
        self.sent.add(name)
        self.seen.extend(found)
        return found[-1]

    async def call(self, name: str, kind: type, *arguments: Any, **given: Any) -> Any:
        return await self.run(self.builder(name, *arguments, **given), name, kind)

    async def fetch(self, kind: str, address: Pubkey) -> Any:
        """The account by anchorpy, which must agree with the SDK's own reading of the same bytes."""
        found = await self.program.account[kind].fetch(address)
        state = await self.ledger.account(address)
        assert state is not None and plain(found) == plain(decode_account(state.data))
        self.fetched.add(kind)
        return found

    # What several scenes pass

    def granting(self, stock: Stock, role: Role, member: Pubkey) -> dict[str, Pubkey]:
        """Accounts of ``grant_role``."""
        grant = pda.role(stock.issuer, role, member)
        return {"payer": self.me, "authority": self.me, "issuer": stock.issuer, "member": member, "grant": grant}

    def allowing(self, stock: Stock) -> dict[str, Pubkey]:
        """Accounts of ``set_allowance`` for the wallet as its own minter."""
        own = {"payer": self.me, "authority": self.me, "issuer": stock.issuer, "minter": self.me}
        allowance = pda.allowance(stock.asset, self.me)
        return {**own, "asset": stock.asset, "reserve": stock.reserve, "allowance": allowance}

    def limits(self, **changed: int) -> Any:
        values = {"window_limit": 2_000 * SHARE, "lifetime_cap": 9_000 * SHARE, "approver_threshold": 300 * SHARE}
        return self.program.type["Limits"](**values | changed)

    def policy(self, **changed: int) -> Any:
        values = {
            "max_age_s": 120 * HOUR,
            "chain_max_age_s": 26 * HOUR,
            "change_delay_s": 48 * HOUR,
            "accept_window_s": 48 * HOUR,
            "custodian_cap": 1 << 60,
            "mint_window_limit": 1 << 60,
            "haircut_bps": 2_000,
            "custodian_share_bps": 10_000,
            "collateral_bps": 10_000,
            "min_custodians": 1,
            "settle_window_s": 48 * HOUR,
            "dispute_window_s": 24 * HOUR,
            "penalty_rate": PENALTY_RATE,
            "holder_penalty_cap": 1 << 60,
            "redemption_fee_bps": 25,
            "bond_coverage_bps": 1_000,
        }
        return self.program.type["PolicyArgs"](**values | changed)

    @staticmethod
    def three(keys: Sequence[Pubkey]) -> list[Pubkey]:
        """A key set as instructions take it."""
        return [*keys, *[Pubkey.default()] * (MAX_KEYS - len(keys))]

    async def register(self, stock: Stock, slot: int, keys: Sequence[Pubkey], threshold: int) -> Any:
        arguments = self.program.type["RegisterCustodianArgs"](
            slot=slot,
            custodian_id=LEI[:-1] + b"%d" % slot,
            account_hash=message.account_hash(f"account {slot}"),
            keys=self.three(keys),
            threshold=threshold,
        )
        manager = {"manager": self.me, "grant": pda.role(stock.issuer, Role.ATTESTOR_MANAGER, self.me)}
        places = {"asset": stock.asset, "reserve": stock.reserve}
        return await self.call("register_custodian", events.CustodianRegistered, arguments, **manager, **places)


class RemoteWallet:
    """A wallet of anchorpy's shape that keeps its key to itself, as a hardware wallet does."""

    def __init__(self, keypair: Keypair) -> None:
        self._keypair = keypair
        self.public_key = keypair.pubkey()

    async def sign_transaction(self, transaction: VersionedTransaction) -> VersionedTransaction:
        return VersionedTransaction(transaction.message, [self._keypair])
