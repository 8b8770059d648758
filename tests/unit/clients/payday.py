"""A cash dividend through the clients: announced, recorded, agreed on, declared, funded, and open for claims."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from tests.unit.clients.world import ONE, World, key
from xstock_client import pda
from xstock_client.amounts import Cash
from xstock_client.clients import DividendRun, SnapshotAttestor, read_distribution
from xstock_client.constants import DAY_S, TOKEN
from xstock_client.corporate import CashRate
from xstock_client.distribution import DistributionStatus
from xstock_client.ledger import Account, KeypairSigner
from xstock_client.merkle import MerkleTree

__all__ = ["DOCUMENT", "NOTICE", "RATES", "SPLIT_NOTICE", "SUPPLY", "Payday", "strangers", "token_account_data"]

DOCUMENT = sha256(b"the company's announcement").digest()
RATES = sha256(b"the rates file").digest()
NOTICE = DAY_S + 3_600
SPLIT_NOTICE = 2 * DAY_S + 3_600
"""What changes the multiplier waits out the change delay."""
RATE = CashRate.parse("0.5", 6)
SUPPLY = 1_000 * ONE


@dataclass
class Payday:
    """One dividend of half a dollar a share, and who attests it. The attestors believe whatever tree they are given."""

    world: World
    attestors: tuple[KeypairSigner, ...] = field(default_factory=lambda: (key(), key(), key()))
    action: int = 0
    snapshot: Pubkey = field(default_factory=Pubkey.default)
    distribution: Pubkey = field(default_factory=Pubkey.default)
    balances: MerkleTree | None = None
    made: MerkleTree | None = None

    @property
    def tree(self) -> MerkleTree:
        """The entitlements."""
        assert self.made is not None
        return self.made

    @property
    def run(self) -> DividendRun:
        """Paid by the treasury, without a table."""
        return DividendRun(self.world.ledger, payer=self.world.treasury, tree=self.tree)

    def voter(self, number: int) -> SnapshotAttestor:
        return SnapshotAttestor(self.world.ledger, signer=self.attestors[number], payer=self.world.treasury)

    async def named(self) -> None:
        """Attestors, and 1,000 shares in the holder's account."""
        world = self.world
        await world.desk.set_attestors(world.asset, [one.pubkey for one in self.attestors], 2)
        await world.attest(6_000, 5_000)
        await world.give(1_000)

    async def announced(self) -> None:
        await self.named()
        now = await self.world.ledger.now()
        announced = await self.world.desk.announce_cash_dividend(
            self.world.asset,
            rate=RATE,
            payout_mint=self.world.coin.mint,
            ex_at=now + NOTICE,
            record_at=now + NOTICE + 60,
            pay_at=now + NOTICE + 4 * DAY_S,
            document_hash=DOCUMENT,
        )
        self.action = announced.number

    async def recorded(self) -> None:
        await self.announced()
        self.world.ledger.advance(NOTICE + 60)
        self.snapshot = (await self.world.keeper.record_snapshot(self.world.asset, self.action)).address

    async def agreed(self, tree: MerkleTree) -> None:
        """Two of the three attestors agree, and nobody objects for a day."""
        for number in (0, 1):
            await self.voter(number).vote(tree)
        self.world.ledger.advance(DAY_S + 1)

    async def declared(self, held: Mapping[Pubkey, int] | None = None) -> None:
        """``held``: raw units by owner, all of the supply; the holder has everything by default."""
        await self.recorded()
        rows = [(owner, raw, 0) for owner, raw in (held or {self.world.holder_key.pubkey: SUPPLY}).items()]
        self.balances = MerkleTree.from_leaves(self.snapshot, rows)
        await self.agreed(self.balances)
        authority = self.world.authority.pubkey
        await self.world.coin.give(authority, Cash(1))
        declared = await self.world.desk.declare_distribution(
            self.snapshot,
            rates_hash=RATES,
            withholding_account=self.world.coin.account(authority),
            claim_until=await self.world.ledger.now() + 200 * DAY_S,
        )
        self.distribution = declared.address

    async def ready(self, owed: Mapping[Pubkey, tuple[int, int]], held: Mapping[Pubkey, int] | None = None) -> None:
        """``owed``: gross and tax by owner, in base units; final, and not funded."""
        if held is None:  # every one of them holds a part of the supply, so that as many may be entitled
            each = SUPPLY // len(owed)
            held = dict.fromkeys(owed, each)
            held[next(iter(owed))] += SUPPLY - each * len(owed)
        await self.declared(held)
        self.made = MerkleTree.from_leaves(self.distribution, [(owner, *amounts) for owner, amounts in owed.items()])
        await self.agreed(self.made)

    async def open(self, owed: Mapping[Pubkey, tuple[int, int]], held: Mapping[Pubkey, int] | None = None) -> None:
        """Funded, and the pay time has come."""
        await self.ready(owed, held)
        await self.world.coin.give(self.world.treasury.pubkey, Cash(10**9))
        await self.world.admin.acting_as(self.world.treasury).fund_distribution(self.distribution)
        status = await self.status()
        if (wait := status.claim_from - await self.world.ledger.now()) > 0:
            self.world.ledger.advance(wait)

    async def status(self) -> DistributionStatus:
        return await read_distribution(self.world.ledger, self.distribution)

    async def paid(self, owner: Pubkey) -> int:
        """Base units in the owner's associated account."""
        return (await self.world.coin.balance(owner)).value

    async def give_account(self, owner: Pubkey, *, frozen: bool = False) -> None:
        """An empty token account of the payout mint, out of nothing."""
        mint = self.world.coin.mint
        data = token_account_data(mint, owner, frozen=frozen)
        rent = await self.world.ledger.rent(len(data))
        self.world.ledger.set_account(pda.token_account(owner, mint, TOKEN), Account(rent, TOKEN, data))


def token_account_data(mint: Pubkey, owner: Pubkey, *, frozen: bool = False) -> bytes:
    """The 165 bytes of an empty SPL Token account."""
    return struct.pack("<32s32sQ36sB12s8s36s", bytes(mint), bytes(owner), 0, b"", 2 if frozen else 1, b"", b"", b"")


def strangers(count: int) -> list[Pubkey]:
    """Wallets of nobody."""
    return [Keypair.from_seed(sha256(f"stranger {number}".encode()).digest()).pubkey() for number in range(count)]
