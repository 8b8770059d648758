"""A small world on LiteSVM with fixed keys, so that two runs measure the same thing.

The addresses that the program derives cost compute units by their bumps; fixed keys fix them.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from pathlib import Path

from solders.account import Account
from solders.clock import Clock
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.litesvm import LiteSVM
from solders.message import Message
from solders.pubkey import Pubkey
from solders.transaction import Transaction
from solders.transaction_metadata import FailedTransactionMetadata

from xstock_client import instructions as ix
from xstock_client import pda
from xstock_client.amounts import Shares
from xstock_client.constants import ASSOCIATED_TOKEN, PROGRAM_ID, SYSTEM, TOKEN, TOKEN_2022, Role
from xstock_client.message import Attestation, ChainSupply, SignedAttestation, domain, ed25519_instruction

NOW = 1_800_000_000
GENESIS = hashlib.sha256(b"bench").digest()
ISIN = "US0378331005"
ISSUER = pda.issuer(1)
ASSET = pda.asset(ISSUER, 0)
TRANSACTION_LIMIT = 1232
MONEY = 10**15


def key(name: str) -> Keypair:
    """The key of a part in the play: the same in every run."""
    return Keypair.from_seed(hashlib.sha256(f"bench {name}".encode()).digest())


COIN = key("stablecoin").pubkey()
"""A mint of SPL Token with six decimals, in which redemptions are paid."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Compute units of a whole transaction and the bytes it takes."""

    units: int
    size: int


@dataclass(slots=True)
class Stage:
    """One issuer with one listed asset, ``custodians`` custodians, ``chains`` chains and an open ticket page.

    With ``in_transit`` every custodian's report has shares in transit and every rule of the policy is on, so that a
    mint computes all that it can.
    """

    program: Path
    custodians: int = 2
    chains: int = 0
    keys: int = 1
    """Keys of each slot, all of which must sign."""
    in_transit: bool = False
    svm: LiteSVM = field(default_factory=LiteSVM)
    payer: Keypair = field(default_factory=lambda: key("payer"))
    desk: Keypair = field(default_factory=lambda: key("desk"))
    measured: dict[str, Measured] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    ticket: int = 0

    issuer: Pubkey = ISSUER
    asset: Pubkey = ASSET

    @property
    def mint(self) -> Pubkey:
        return pda.mint(self.asset)

    @property
    def account(self) -> Pubkey:
        """The desk's token account: it also plays the holder."""
        return pda.token_account(self.desk.pubkey(), self.mint)

    def grant(self, role: Role) -> Pubkey:
        return pda.role(self.issuer, role, self.desk.pubkey())

    def purse(self, owner: Pubkey) -> Pubkey:
        """Where ``owner`` keeps what redemptions are paid in."""
        return pda.token_account(owner, COIN, TOKEN)

    def fund(self, owner: Pubkey, amount: int, purse: Pubkey | None = None) -> Pubkey:
        """Give ``owner`` a purse with ``amount`` base units, as the bytes that SPL Token would write."""
        data = bytes(COIN) + bytes(owner) + amount.to_bytes(8, "little") + bytes(36) + b"\x01" + bytes(56)
        at = purse or self.purse(owner)
        self.svm.set_account(at, Account(2_039_280, data, TOKEN, False, 0))
        return at

    def send(self, name: str, *instructions: Instruction, signers: tuple[Keypair, ...] = ()) -> Measured:
        """Send, note what it took under ``name`` (the last one stays), and fail loudly."""
        self.svm.expire_blockhash()
        blockhash = self.svm.latest_blockhash()
        message = Message.new_with_blockhash(list(instructions), self.payer.pubkey(), blockhash)
        asked = message.account_keys[: message.header.num_required_signatures]
        present = [signer for signer in (self.payer, self.desk, *signers) if signer.pubkey() in asked]
        transaction = Transaction(present, message, blockhash)
        result = self.svm.send_transaction(transaction)
        if isinstance(result, FailedTransactionMetadata):
            raise SystemExit(f"bench: {name} failed: {result.err()}\n" + "\n".join(result.meta().logs()))
        self.messages[name] = message
        self.measured[name] = Measured(result.compute_units_consumed(), len(bytes(transaction)))
        return self.measured[name]

    def rent(self, address: Pubkey) -> int:
        """Lamports that an account holds."""
        return int(self.svm.get_balance(address) or 0)

    def build(self) -> None:
        """Set everything up to the first mint, measuring each instruction on the way."""
        svm = self.svm
        svm.add_program_from_file(PROGRAM_ID, self.program)
        clock = svm.get_clock()
        svm.set_clock(Clock(clock.slot, clock.epoch_start_timestamp, clock.epoch, clock.leader_schedule_epoch, NOW))
        for who in (self.payer, self.desk):
            svm.airdrop(who.pubkey(), 100 * 10**9)
        payer, desk = self.payer.pubkey(), self.desk.pubkey()
        name = b"Bench".ljust(32, b"\0")
        office = {"payer": payer, "authority": desk, "issuer": self.issuer}
        issuer = ix.create_issuer(**office, id=1, name=name, genesis_hash=GENESIS, timelock_s=86_400)
        self.send("create_issuer", issuer)
        for role in Role:
            grant = ix.grant_role(
                **office, member=desk, grant=self.grant(role), role=int(role), expires_at=NOW + 86_400
            )
            self.send("grant_role", grant)
        self.send("list_asset", self._listing())
        self._bond()
        self.send("set_allowance", self._allowance())
        self.send("open_ticket_page", ix.open_ticket_page(payer=payer, asset=self.asset, tickets=self.page(0), page=0))
        for slot in range(self.custodians):
            self.send("register_custodian", self._registration(slot))
            self.send("attest", *self.attestation(1, slot))
        for slot in range(self.chains):
            self.send("register_chain", self._chain(slot))
            self.send("attest_chain", *self.relay(self.chain_report(slot, 1)))
            self.send("set_chain_cap", self._cap(slot))
        self.send("create_token_account", self.opening(desk, self.mint))

    def page(self, number: int) -> Pubkey:
        return pda.ticket_page(self.asset, number)

    def minting(self, amount: int, destination: Pubkey | None = None) -> Instruction:
        """A mint of ``amount`` raw units on the next ticket, to the desk if nothing else is said."""
        self.ticket += 1
        return ix.mint_shares(
            minter=self.desk.pubkey(),
            grant=self.grant(Role.MINTER),
            asset=self.asset,
            reserve=pda.reserve(self.asset),
            allowance=pda.allowance(self.asset, self.desk.pubkey()),
            tickets=self.page(0),
            mint=self.mint,
            destination=destination or self.account,
            ticket=self.ticket,
            amount=amount,
        )

    def report(self, slot: int, sequence: int) -> list[SignedAttestation]:
        """A custodian's report of 10,000 shares, signed by all keys of its slot."""
        message = Attestation(
            slot=slot,
            epoch=slot + 1,
            domain=domain(PROGRAM_ID, GENESIS, self.asset, ISIN),
            basis=0,
            sequence=sequence,
            as_of=NOW - 60,
            settled=Shares(10_000 * 10**8),
            in_transit=Shares(100 * 10**8 if self.in_transit else 0),
            in_transit_by=NOW + 86_400 if self.in_transit else 0,
            report_hash=bytes(32),
        ).to_bytes()
        return self._signed(message, "custodian", slot)

    def chain_report(self, slot: int, sequence: int) -> list[SignedAttestation]:
        """A chain's report of 100 shares, signed by all keys of its slot."""
        message = ChainSupply(
            slot=slot,
            epoch=self.custodians + slot + 1,
            domain=domain(PROGRAM_ID, GENESIS, self.asset, ISIN),
            basis=0,
            sequence=sequence,
            as_of=NOW - 60,
            supply=Shares(100 * 10**8),
            report_hash=bytes(32),
        ).to_bytes()
        return self._signed(message, "chain", slot)

    def _signed(self, message: bytes, what: str, slot: int) -> list[SignedAttestation]:
        signers = [key(f"{what} {slot} key {number}") for number in range(self.keys)]
        return [SignedAttestation(message, signer.pubkey(), signer.sign_message(message)) for signer in signers]

    def attestation(self, sequence: int, *slots: int) -> tuple[Instruction, Instruction]:
        """The reports of some custodians as two instructions: the signature check, and its relay."""
        return self.relay([signed for slot in slots for signed in self.report(slot, sequence)])

    def relay(self, signed: list[SignedAttestation], at: int = 0) -> tuple[Instruction, Instruction]:
        """Signed reports as two instructions; ``at`` is the index of the first."""
        attest = ix.attest(
            asset=self.asset,
            reserve=pda.reserve(self.asset),
            mint=self.mint,
            precompile=at,
            signature=0,
            count=len(signed),
        )
        return ed25519_instruction(signed), attest

    def request(self, number: int) -> Pubkey:
        return pda.redemption_request(self.asset, self.desk.pubkey(), number)

    def bare_mint(self) -> int:
        """Compute units of Token-2022's own MintTo on a mint with the very same extensions."""
        twin = key("twin").pubkey()
        original = self.svm.get_account(self.mint)
        if original is None:
            raise SystemExit("bench: the asset has no mint")
        data = bytearray(original.data)
        data[4:36] = bytes(self.desk.pubkey())  # the mint authority
        self.svm.set_account(twin, Account(original.lamports, bytes(data), original.owner, False, 0))
        to = pda.token_account(self.desk.pubkey(), twin)
        self.send("bare_account", self.opening(self.desk.pubkey(), twin))
        accounts = [AccountMeta(twin, False, True), AccountMeta(to, False, True)]
        accounts.append(AccountMeta(self.desk.pubkey(), True, False))
        mint_to = Instruction(TOKEN_2022, b"\x07" + (10**8).to_bytes(8, "little"), accounts)
        return self.send("token2022_mint_to", mint_to).units

    def opening(self, owner: Pubkey, mint: Pubkey) -> Instruction:
        """Opens ``owner``'s associated account of ``mint``."""
        account = pda.token_account(owner, mint)
        accounts = [AccountMeta(self.payer.pubkey(), True, True), AccountMeta(account, False, True)]
        accounts += [AccountMeta(k, False, False) for k in (owner, mint, SYSTEM, TOKEN_2022)]
        return Instruction(ASSOCIATED_TOKEN, b"\x01", accounts)

    def _bond(self) -> None:
        """A stablecoin, the desk's purse full of it, and a bond that covers whatever is minted here."""
        desk = self.desk.pubkey()
        mint = struct.pack("<I32sQBBI32s", 1, bytes(desk), MONEY, 6, 1, 0, bytes(32))
        self.svm.set_account(COIN, Account(1_461_600, mint, TOKEN, False, 0))
        self.fund(desk, MONEY)
        self.fund(self.asset, 0)
        bond = {"asset": self.asset, "payment_mint": COIN, "bond_vault": self.purse(self.asset)}
        self.send("open_bond", ix.open_bond(**bond, authority=desk, issuer=self.issuer))
        deposit = ix.deposit_bond(
            **bond, depositor=desk, source=self.purse(desk), payment_program=TOKEN, amount=MONEY // 10
        )
        self.send("deposit_bond", deposit)

    def _listing(self) -> Instruction:
        return ix.list_asset(
            payer=self.payer.pubkey(),
            authority=self.desk.pubkey(),
            issuer=self.issuer,
            asset=self.asset,
            mint=self.mint,
            escrow=pda.escrow(self.asset),
            reserve=pda.reserve(self.asset),
            isin_marker=pda.isin_marker(self.issuer, ISIN),
            symbol_marker=pda.symbol_marker(self.issuer, "AAPLx"),
            number=0,
            isin=pda.isin_bytes(ISIN),
            symbol=pda.symbol_bytes("AAPLx"),
            name="Apple xStock",
            uri="https://example.com/tokens/solana/AAPLx/metadata.json",
            terms_uri="https://example.com/legal/final-terms-AAPLx.pdf",
            terms_hash=bytes(32),
            max_age_s=120 * 3600,
            chain_max_age_s=120 * 3600,
            change_delay_s=86_400,
            accept_window_s=5 * 86_400,
            settle_window_s=5 * 86_400,
            dispute_window_s=5 * 86_400,
            penalty_rate=2_000_000,
            holder_penalty_cap=10**12,
            redemption_fee_bps=25,
            bond_coverage_bps=1_000,
            custodian_cap=1 << 60,
            mint_window_limit=1 << 60,
            haircut_bps=500 if self.in_transit else 10_000,
            custodian_share_bps=5_000 if self.in_transit else 10_000,
            collateral_bps=10_200 if self.in_transit else 10_000,
            min_custodians=self.custodians,
            permissioned_burn=True,
            pro_rata=False,
        )

    def _allowance(self) -> Instruction:
        return ix.set_allowance(
            payer=self.payer.pubkey(),
            authority=self.desk.pubkey(),
            issuer=self.issuer,
            asset=self.asset,
            reserve=pda.reserve(self.asset),
            minter=self.desk.pubkey(),
            allowance=pda.allowance(self.asset, self.desk.pubkey()),
            window_limit=10**15,
            lifetime_cap=10**16,
            approver_threshold=2**64 - 1,
        )

    def _registration(self, slot: int) -> Instruction:
        return ix.register_custodian(
            manager=self.desk.pubkey(),
            grant=self.grant(Role.ATTESTOR_MANAGER),
            asset=self.asset,
            reserve=pda.reserve(self.asset),
            slot=slot,
            custodian_id=f"529900BENCH{slot:09}".encode(),
            account_hash=hashlib.sha256(f"account {slot}".encode()).digest(),
            keys=[key(f"custodian {slot} key {number}").pubkey() for number in range(self.keys)],
            threshold=self.keys,
        )

    def _chain(self, slot: int) -> Instruction:
        return ix.register_chain(
            manager=self.desk.pubkey(),
            grant=self.grant(Role.ATTESTOR_MANAGER),
            asset=self.asset,
            reserve=pda.reserve(self.asset),
            slot=slot,
            chain=f"eip155:{slot + 1}".encode().ljust(48, b"\0"),
            token_hash=hashlib.sha256(f"token {slot}".encode()).digest(),
            keys=[key(f"chain {slot} key {number}").pubkey() for number in range(self.keys)],
            threshold=self.keys,
        )

    def _cap(self, slot: int) -> Instruction:
        return ix.set_chain_cap(
            authority=self.desk.pubkey(),
            issuer=self.issuer,
            asset=self.asset,
            reserve=pda.reserve(self.asset),
            slot=slot,
            cap=200 * 10**8,
        )
