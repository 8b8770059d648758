"""A small world on the embedded ledger: an issuer, one stock, two custodians, two holders."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from xstock_client import pda
from xstock_client.amounts import Cash, Raw, Shares, Ui
from xstock_client.clients import AssetListing, Attestor, Holder, Integrator, IssuerDesk, Keeper, SignedReport
from xstock_client.constants import Role
from xstock_client.ledger import EmbeddedLedger, KeypairSigner
from xstock_client.ledger.embedded import SHIPPED_PROGRAM
from xstock_client.message import Attestation, ChainSupply, SignedAttestation, account_hash, domain
from xstock_client.rehearsal.stablecoin import Stablecoin

# The program just built, or the one that the package ships.
PROGRAM = Path(os.environ.get("XSTOCK_PROGRAM", SHIPPED_PROGRAM))
SOL = 1_000_000_000
ONE = 100_000_000
NOW = 1_790_000_000
ISIN = "US0378331005"
LEIS = ("529900ALPINE00000043", "529900HARBOR00000020")
LISTING = AssetListing(
    isin=ISIN,
    symbol="AAPLx",
    name="Apple xStock",
    uri="https://example.com/AAPLx.json",
    terms_uri="https://example.com/terms",
    terms_hash=sha256(b"terms").digest(),
)
DOLLAR = 10**6
BOND = Cash(1_000 * DOLLAR)
"""Enough, at one dollar a token for a tenth of the supply, for ten thousand tokens."""


def dollars(amount: str) -> Cash:
    return Ui.parse(amount).to_cash(6)


def key() -> KeypairSigner:
    return KeypairSigner(Keypair())


@dataclass
class World:
    ledger: EmbeddedLedger
    number: int = 7
    authority: KeypairSigner = field(default_factory=key)
    member: KeypairSigner = field(default_factory=key)
    treasury: KeypairSigner = field(default_factory=key)
    holder_key: KeypairSigner = field(default_factory=key)
    custodians: tuple[KeypairSigner, ...] = field(default_factory=lambda: (key(), key()))
    arbiter_key: KeypairSigner = field(default_factory=key)
    bank: KeypairSigner = field(default_factory=key)
    asset: Pubkey = field(default_factory=Pubkey.default)
    sequence: int = 0
    made_coin: Stablecoin | None = None

    @property
    def issuer(self) -> Pubkey:
        return pda.issuer(self.number)

    @property
    def mint(self) -> Pubkey:
        return pda.mint(self.asset)

    @property
    def admin(self) -> IssuerDesk:
        """Signed by the authority, paid by the treasury."""
        return IssuerDesk(self.ledger, issuer=self.issuer, signer=self.authority, payer=self.treasury)

    @property
    def desk(self) -> IssuerDesk:
        """Signed by a member with every role but the arbiter's."""
        return self.admin.acting_as(self.member)

    @property
    def arbiter(self) -> IssuerDesk:
        """Signed by the arbiter."""
        return self.admin.acting_as(self.arbiter_key)

    @property
    def relayer(self) -> Attestor:
        return Attestor(self.ledger, payer=self.treasury)

    @property
    def holder(self) -> Holder:
        return Holder(self.ledger, signer=self.holder_key, payer=self.treasury)

    @property
    def keeper(self) -> Keeper:
        """Anybody at all."""
        return Keeper(self.ledger, signer=self.treasury)

    @property
    def coin(self) -> Stablecoin:
        """What redemptions are paid in."""
        assert self.made_coin is not None
        return self.made_coin

    @property
    def reader(self) -> Integrator:
        return Integrator(self.ledger)

    async def build(self) -> None:
        await self.ledger.airdrop(self.treasury.pubkey, 100 * SOL)
        await self.admin.create_issuer(self.number, "Test Issuer")
        until = await self.ledger.now() + 30 * 86_400
        for role in Role:
            # whoever says that it paid cannot be the judge of it
            who = self.arbiter_key if role is Role.ARBITER else self.member
            await self.admin.grant_role(role, who.pubkey, until)
        self.asset = (await self.admin.list_asset(LISTING)).asset
        await self.ledger.airdrop(self.bank.pubkey, SOL)
        self.made_coin = await Stablecoin.create(self.ledger, self.bank)
        await self.coin.give(self.treasury.pubkey, Cash(10**6 * DOLLAR))
        await self.admin.open_bond(self.asset, self.coin.mint)
        await self.admin.acting_as(self.treasury).deposit_bond(self.asset, BOND)
        limit = Raw(10**6 * ONE)
        await self.admin.set_allowance(self.asset, self.member.pubkey, per_day=limit, lifetime=limit)
        for slot, (lei, custodian) in enumerate(zip(LEIS, self.custodians, strict=True)):
            await self.desk.register_custodian(
                self.asset, slot, lei=lei, account_hash=account_hash(f"SAFE-{slot}"), attester=custodian.pubkey
            )

    async def report(
        self, slot: int, shares: int, *, as_of: int | None = None, epoch: int | None = None
    ) -> SignedReport:
        """A custodian's signed report of so many whole shares."""
        self.sequence += 1
        message = Attestation(
            slot=slot,
            epoch=epoch or slot + 1,
            domain=domain(self.reader.program_id, await self.ledger.genesis_hash(), self.asset, ISIN),
            sequence=self.sequence,
            as_of=await self.ledger.now() if as_of is None else as_of,
            settled=Shares(shares * ONE),
            report_hash=sha256(b"statement").digest(),
        ).to_bytes()
        custodian = self.custodians[slot]
        signed = SignedAttestation(message, custodian.pubkey, await custodian.sign(message))
        return SignedReport(self.asset, "AAPLx", ISIN, signed)

    async def chain_report(self, slot: int, shares: int, *, epoch: int, signer: KeypairSigner) -> SignedReport:
        """A signed report that so many whole shares circulate on another chain."""
        self.sequence += 1
        message = ChainSupply(
            slot=slot,
            epoch=epoch,
            domain=domain(self.reader.program_id, await self.ledger.genesis_hash(), self.asset, ISIN),
            sequence=self.sequence,
            as_of=await self.ledger.now(),
            supply=Shares(shares * ONE),
            report_hash=sha256(b"explorer").digest(),
        ).to_bytes()
        signed = SignedAttestation(message, signer.pubkey, await signer.sign(message))
        return SignedReport(self.asset, "AAPLx", ISIN, signed)

    async def attest(self, *shares: int) -> None:
        """Both custodians report, as of now."""
        await self.relayer.submit([await self.report(slot, figure) for slot, figure in enumerate(shares)])

    async def attest_slots(self, shares: dict[int, int], *, epochs: dict[int, int]) -> None:
        """The custodians report, as of now, in the epochs of their registrations."""
        reports = [await self.report(slot, figure, epoch=epochs.get(slot)) for slot, figure in shares.items()]
        await self.relayer.submit(reports)

    async def give(self, shares: int, ticket: int = 0) -> None:
        """Mint whole shares to the holder."""
        outcome = await self.desk.mint(self.asset, ticket, Raw(shares * ONE), self.holder_key.pubkey)
        assert outcome.status == "minted"
