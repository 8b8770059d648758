"""An issuer with one stock on a real cluster, and what its keys do there."""

from __future__ import annotations

from collections.abc import Coroutine
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from tests.localnet.beginning import DOLLAR, SHARE
from tests.localnet.coins import NewDollar
from xstock_client import instructions, message, pda
from xstock_client.amounts import Cash, Raw, Shares
from xstock_client.clients import AssetListing, Attestor, Integrator, IssuerDesk
from xstock_client.clients.reports import SignedReport
from xstock_client.constants import DAY_S, Role
from xstock_client.events import parse_events
from xstock_client.ledger import KeypairSigner, RpcLedger
from xstock_client.rehearsal.stablecoin import Stablecoin

BOND = 1_000 * DOLLAR
TOKEN = "eip155:1/erc20:0x00000000000000000000000000000000000aa91e"
ROLES = (Role.ATTESTOR_MANAGER, Role.MINTER, Role.APPROVER, Role.PAUSER, Role.REDEEMER, Role.ARBITER)


def new_key() -> KeypairSigner:
    return KeypairSigner(Keypair())


@dataclass
class Office:
    """Its stock has a custodian slot with three keys of which two must sign, another chain, and a bond."""

    ledger: RpcLedger
    owner: KeypairSigner
    desk: IssuerDesk
    asset: Pubkey
    domain: bytes
    officers: dict[Role, KeypairSigner]
    coin: Stablecoin | NewDollar
    keys: list[Keypair] = field(default_factory=lambda: [Keypair() for _ in range(3)])
    chain_key: Keypair = field(default_factory=Keypair)

    def acting(self, role: Role) -> IssuerDesk:
        return self.desk.acting_as(self.officers[role])

    async def report(self, sequence: int, settled: int) -> message.Attestation:
        return message.Attestation(
            slot=0,
            epoch=1,
            domain=self.domain,
            sequence=sequence,
            as_of=await self.ledger.now() - 5,
            settled=Shares(settled * SHARE),
            report_hash=sha256(b"statement %d" % sequence).digest(),
        )

    async def supply(self, shares: int) -> message.ChainSupply:
        return message.ChainSupply(
            slot=0,
            epoch=2,
            domain=self.domain,
            sequence=1,
            as_of=await self.ledger.now() - 5,
            supply=Shares(shares * SHARE),
            report_hash=sha256(b"count").digest(),
        )

    async def submit(self, signed: list[message.SignedAttestation]) -> list[Any]:
        """By the relayer's client, which puts signatures over the same bytes together."""
        reports = [SignedReport(self.asset, "AAPLx", "US0378331005", one) for one in signed]
        (receipt,) = await Attestor(self.ledger, payer=self.owner).submit(reports)
        return list(parse_events(receipt.executed))

    async def force(self, signed: list[message.SignedAttestation]) -> None:
        """Past the client, which would not send what is not signed right."""
        place = {"asset": self.asset, "reserve": pda.reserve(self.asset), "mint": pda.mint(self.asset)}
        attest = instructions.attest(**place, precompile=0, signature=0, count=len(signed))
        await self.ledger.send([message.ed25519_instruction(signed), attest], self.owner)

    def mint(self, ticket: int, shares: int, *, approved: bool, to: Pubkey | None = None) -> Coroutine[Any, Any, Any]:
        approver = self.officers[Role.APPROVER] if approved else None
        desk = self.acting(Role.MINTER)
        return desk.mint(self.asset, ticket, Raw(shares * SHARE), to or self.owner.pubkey, approver=approver)


def signed(said: message.Message, *keys: Keypair) -> list[message.SignedAttestation]:
    data = said.to_bytes()
    return [message.SignedAttestation(data, key.pubkey(), key.sign_message(data)) for key in keys]


async def opened(ledger: RpcLedger, owner: KeypairSigner, number: int, coin: Stablecoin | NewDollar) -> Office:
    """The issuer ``number``; what its stock's redemptions are paid in is issued by ``owner``."""
    issuer = pda.issuer(number)
    desk = IssuerDesk(ledger, issuer=issuer, signer=owner)
    await desk.create_issuer(number, "Localnet Issuer")
    officers = {role: new_key() for role in ROLES}
    until = await ledger.now() + 60 * DAY_S
    grants = [desk.grant_role_instructions(role, key.pubkey, until) for role, key in officers.items()]
    await ledger.send([one for grant in grants for one in grant], owner)
    listing = AssetListing(
        isin="US0378331005",
        symbol="AAPLx",
        name="Apple xStock",
        uri="https://example.com/aaplx.json",
        terms_uri="https://example.com/terms",
        terms_hash=bytes(32),
        redemption_fee_bps=25,
        min_custodians=1,
    )
    asset = (await desk.list_asset(listing)).asset
    await coin.give(owner.pubkey, Cash(BOND))
    await desk.open_bond(asset, coin.mint)
    await desk.deposit_bond(asset, Cash(BOND))
    limits = {"per_day": Raw(2_000 * SHARE), "lifetime": Raw(9_000 * SHARE), "approver_threshold": Raw(300 * SHARE)}
    await desk.set_allowance(asset, officers[Role.MINTER].pubkey, **limits)
    domain = (await Integrator(ledger).asset_account(asset)).domain
    office = Office(ledger, owner, desk, asset, domain, officers, coin)
    manager = office.acting(Role.ATTESTOR_MANAGER)
    three = [key.pubkey() for key in office.keys]
    hashed = message.account_hash("account")
    slots = [
        manager.register_custodian_instructions(
            asset, 0, lei="5493001KJTIIGC8Y1R12", account_hash=hashed, keys=three, threshold=2
        ),
        manager.register_chain_instructions(asset, 0, token=TOKEN, keys=[office.chain_key.pubkey()]),
    ]
    await ledger.send([one for slot in slots for one in slot], owner, [officers[Role.ATTESTOR_MANAGER]])
    return office
