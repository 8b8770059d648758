"""Two issuers with two stocks each, on the real program: what every test of this folder starts from.

Stocks of both issuers share roles' keys, ISINs, symbols, custodians' LEIs and holders, so that an account of the
wrong stock differs in nothing but the stock. All are attested and bonded in dollars; all but NVIDIA have minted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any, TypeVar

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from tests.embedded import calls, tokens
from tests.embedded.bending import Bendable
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    BOND,
    CASHIER,
    DOLLAR,
    DOLLAR_UNIT,
    EURO,
    FEES,
    MALLORY,
    NVIDIA,
    ONE,
    OURS,
    RIVAL,
    RIVAL_APPLE,
    RIVAL_NVIDIA,
    TREASURY,
    Desk,
    Stock,
    deputy,
    purse,
    spare_role,
    staff,
)
from tests.embedded.chain import Call, Chain, key, keypair
from xstock_client.accounts import (
    Asset,
    ChainSlot,
    CustodianSlot,
    HolderBook,
    Issuer,
    KeySet,
    MinterAllowance,
    RedemptionRequest,
    Reserve,
)
from xstock_client.amounts import Shares
from xstock_client.clients.token import TokenAccount, TokenMint
from xstock_client.constants import DAY_S, PROGRAM_ID, Role
from xstock_client.errors import ProgramRefused, XstockError
from xstock_client.events import Event, parse_events
from xstock_client.ledger import Account, ExecutedTransaction
from xstock_client.ledger.base import Failure
from xstock_client.ledger.embedded import GENESIS_HASH
from xstock_client.ledger.failures import error_of
from xstock_client.message import Attestation, ChainSupply, SignedAttestation, domain, ed25519_instruction

SOL = 10**9
NOW = 1_790_000_000
"""2026-09-21, 14:13:20 UTC: far enough from midnight on both sides."""
MIDNIGHT = NOW // DAY_S * DAY_S
REPORTED_AT = MIDNIGHT
"""As-of of the first reports."""
RESERVE = 1_000 * ONE
"""What each custodian reports first, in shares."""
ALICE_HAS, BOB_HAS = 100 * ONE, 50 * ONE
DOLLARS, EUROS = tokens.Coin(DOLLAR), tokens.Coin(EURO)
CASH = 10**9 * DOLLAR_UNIT
"""What the cashier has of each coin before it pays into bonds."""
ROLE_UNTIL = NOW + 300 * DAY_S
STATEMENT_HASH = sha256(b"statement").digest()

A = TypeVar("A")


@dataclass(frozen=True)
class Done:
    """A transaction that took effect, and the accounts it changed; the fee payer is left out."""

    executed: ExecutedTransaction
    before: dict[Pubkey, Account]
    after: dict[Pubkey, Account]

    @property
    def events(self) -> tuple[Event, ...]:
        return parse_events(self.executed)

    @property
    def changed(self) -> set[Pubkey]:
        every = self.before.keys() | self.after.keys()
        return {one for one in every if one != FEES and self.before.get(one) != self.after.get(one)}

    def lamports(self, address: Pubkey) -> int:
        """What ``address`` gained."""
        sides = (self.after.get(address), self.before.get(address))
        after, before = (0 if side is None else side.lamports for side in sides)
        return after - before


@dataclass
class World(Bendable):
    """One chain; everything else is derived from fixed keys."""

    chain: Chain = field(default_factory=lambda: Chain(now=NOW))

    # running

    def run(self, sent: Call | Instruction, *, any_size: bool = False) -> Done:
        """Run what must succeed; ``any_size`` is for what no packet holds."""
        parts = sent.instructions if isinstance(sent, Call) else (sent,)
        before = self.chain.state()
        executed = self.chain.execute(parts, FEES, any_size=any_size)
        assert executed.error is None, self.chain.error(executed)
        return Done(executed, before, self.chain.state())

    def do(self, *sent: Call | Instruction) -> None:
        """Run what must succeed and is not looked at, each in its own transaction."""
        for one in sent:
            executed = self.chain.execute(one.instructions if isinstance(one, Call) else (one,), FEES)
            assert executed.error is None, self.chain.error(executed)

    def fail(self, sent: Call | Instruction | Iterable[Instruction]) -> XstockError:
        """Run what must be refused, and see that it changed nothing but the fee payer."""
        parts = sent.instructions if isinstance(sent, Call) else (sent,) if isinstance(sent, Instruction) else sent
        before = self.chain.state()
        executed = self.chain.execute(parts, FEES)
        after = self.chain.state()
        assert executed.error is not None, "this went through"
        assert parse_events(executed) == ()
        assert after.pop(FEES).lamports < before.pop(FEES).lamports
        assert after == before
        return self.explain(executed.error)

    @staticmethod
    def explain(failure: Failure) -> XstockError:
        return error_of(failure, None)

    def refuse(self, sent: Call | Iterable[Instruction], name: str, **figures: int) -> None:
        """Run what the program must refuse with exactly this error and these figures."""
        error = self.fail(sent)
        assert isinstance(error, ProgramRefused), repr(error)
        assert (error.name, error.figures) == (name, figures)

    # looking

    def read(self, kind: type[A], address: Pubkey) -> A:
        """A decoded account of the program."""
        account = self.get(address)
        assert account.owner == PROGRAM_ID
        decoder: Any = kind
        decoded: A = decoder.decode(account.data)
        return decoded

    def asset(self, stock: Stock) -> Asset:
        return self.read(Asset, stock.asset)

    def reserve(self, stock: Stock) -> Reserve:
        return self.read(Reserve, stock.reserve)

    def slot(self, stock: Stock, slot: int) -> CustodianSlot:
        return self.reserve(stock).custodians[slot]

    def foreign(self, stock: Stock, slot: int) -> ChainSlot:
        """A chain's slot."""
        return self.reserve(stock).chains[slot]

    def issuer(self, desk: Desk) -> Issuer:
        return self.read(Issuer, desk.address)

    def allowance(self, stock: Stock, minter: Pubkey) -> MinterAllowance:
        return self.read(MinterAllowance, stock.allowance(minter))

    def token(self, address: Pubkey) -> TokenAccount:
        return TokenAccount.decode(self.get(address))

    def amount(self, address: Pubkey) -> int:
        """Raw units in a token account."""
        return self.token(address).amount.value

    def mint(self, stock: Stock) -> TokenMint:
        return TokenMint.decode(self.get(stock.mint))

    def supply(self, stock: Stock) -> int:
        return self.mint(stock).supply.value

    def book(self, stock: Stock, holder: Pubkey = ALICE) -> HolderBook:
        return self.read(HolderBook, stock.book(holder))

    def request(self, stock: Stock, id: int = 0, holder: Pubkey = ALICE) -> RedemptionRequest:
        return self.read(RedemptionRequest, stock.request(holder, id))

    def money(self, account: Pubkey) -> int:
        """Base units in a token account of either token program, such as :func:`purse` and ``bond_vault`` are."""
        return int.from_bytes(self.get(account).data[64:72], "little")

    def dollars(self, owner: Pubkey) -> int:
        """Base units in the owner's purse."""
        return self.money(purse(owner))

    @property
    def now(self) -> int:
        return self.chain.clock()

    # attesting

    def report(self, stock: Stock, slot: int, settled: int, *, signer: Pubkey | None = None, **values: Any) -> Signed:
        """What the slot's custodian signs: as of now, in the epoch and with the sequence that come next."""
        signer = signer or stock.custodian(slot)
        head = self._head(stock, slot, self.slot(stock, slot).signers, signer)
        message = Attestation(**{**head, "settled": Shares(settled), **values})
        return sign(message.to_bytes(), signer)

    def attest(self, stock: Stock, slot: int, settled: int, *, signers: Sequence[Pubkey] = (), **values: Any) -> Call:
        """The report of :meth:`report` with its signature check, ready to send; ``signers`` all sign the same bytes."""
        if signers:
            values["signer"] = signers[0]
        report = self.report(stock, slot, settled, **values)
        return relay(stock, *cosigned(report, *signers))

    def supply_report(
        self, stock: Stock, slot: int, supply: int, *, signer: Pubkey | None = None, **values: Any
    ) -> Signed:
        """What the chain's watcher signs: as of now, in the epoch and with the sequence that come next."""
        signer = signer or stock.watcher(slot)
        head = self._head(stock, slot, self.foreign(stock, slot).signers, signer)
        message = ChainSupply(**{**head, "supply": Shares(supply), **values})
        return sign(message.to_bytes(), signer)

    def attest_chain(
        self, stock: Stock, slot: int, supply: int, *, signers: Sequence[Pubkey] = (), **values: Any
    ) -> Call:
        """The report of :meth:`supply_report` with its signature check, ready to send."""
        if signers:
            values["signer"] = signers[0]
        report = self.supply_report(stock, slot, supply, **values)
        return relay(stock, *cosigned(report, *signers))

    def _head(self, stock: Stock, slot: int, keys: KeySet, signer: Pubkey) -> dict[str, Any]:
        by_pending = keys.epoch == 0 or (signer in keys.pending_keys and signer not in keys.keys)
        return {
            "slot": slot,
            "epoch": keys.pending_epoch if by_pending else keys.epoch,
            "domain": domain(PROGRAM_ID, GENESIS_HASH, stock.asset, stock.isin),
            "sequence": 1 if by_pending else keys.sequence + 1,
            "as_of": self.now,
            "report_hash": STATEMENT_HASH,
        }

    def advance(self, seconds: int) -> None:
        self.chain.advance(seconds)


Signed = SignedAttestation


def sign(message: bytes, signer: Pubkey) -> SignedAttestation:
    return SignedAttestation(message, signer, keypair(signer).sign_message(message))


def cosigned(report: Signed, *signers: Pubkey) -> list[Signed]:
    """The same bytes signed by each of ``signers``; the report alone without any."""
    return [sign(report.message, signer) for signer in signers] or [report]


def relay(stock: Stock, *signed: Signed) -> Call:
    """Signed reports with their signature check, ready to send."""
    return calls.attest(stock, ed25519_instruction(signed), count=len(signed))


def bond(world: World, stock: Stock, amount: int = BOND) -> None:
    """Open the bond of a listed stock and put ``amount`` base units of dollars into it."""
    world.do(DOLLARS.open(stock.asset), calls.open_bond(stock))
    if amount:
        world.do(calls.deposit_bond(stock, amount))


def build(world: World) -> None:
    """The world as the module's documentation describes it."""
    for address in (FEES, TREASURY, ALICE, BOB, MALLORY, CASHIER):
        world.give(address, 100 * SOL)
    for coin, name in ((DOLLARS, "dollar"), (EUROS, "euro")):
        assert tokens.make_coin(world.chain, name) == coin
        world.do(*(coin.open(owner) for owner in (ALICE, BOB, MALLORY, TREASURY, CASHIER)))
        world.do(coin.issue(purse(CASHIER, coin.mint), CASH))
    for desk in (OURS, RIVAL):
        world.do(calls.create_issuer(desk))
        for role in Role:
            for member in (staff(role), deputy(role)):
                world.do(calls.grant_role(desk, role, member, ROLE_UNTIL))
            world.do(calls.grant_role(desk, spare_role(role), staff(role), ROLE_UNTIL))
    for stock in (APPLE, NVIDIA, RIVAL_APPLE, RIVAL_NVIDIA):
        world.do(calls.list_asset(stock))
        bond(world, stock)
        for slot in (0, 1):
            world.do(calls.register_custodian(stock, slot))
            world.do(world.attest(stock, slot, RESERVE, as_of=REPORTED_AT))
        for minter in (staff(Role.MINTER), deputy(Role.MINTER)):
            world.do(calls.set_allowance(stock, minter))
        for page in (0, 1):
            world.do(calls.open_ticket_page(stock, page))
        for holder in (ALICE, BOB):
            world.do(tokens.open_token_account(stock, holder), calls.open_holder_book(stock, holder))
        if stock is not NVIDIA:
            world.do(calls.mint_shares(stock, ALICE_HAS, ticket=0), calls.mint_shares(stock, BOB_HAS, ticket=1, to=BOB))


@cache
def _snapshot(prepare: Callable[[World], None] | None) -> tuple[int, tuple[tuple[Pubkey, Account], ...]]:
    world = World()
    build(world) if prepare is None else prepare(fill(world))
    return world.now, tuple(world.chain.state().items())


def fill(world: World, prepare: Callable[[World], None] | None = None) -> World:
    """Put the built world, and what ``prepare`` made of it, into an empty chain; each is built once a process."""
    now, accounts = _snapshot(prepare)
    for address, account in accounts:
        world.chain.set_account(address, account)
    world.advance(now - world.now)
    return world


__all__ = [
    "ALICE",
    "ALICE_HAS",
    "APPLE",
    "BOB",
    "BOB_HAS",
    "CASH",
    "DOLLARS",
    "EUROS",
    "FEES",
    "MALLORY",
    "MIDNIGHT",
    "NOW",
    "NVIDIA",
    "ONE",
    "OURS",
    "REPORTED_AT",
    "RESERVE",
    "RIVAL",
    "RIVAL_APPLE",
    "RIVAL_NVIDIA",
    "ROLE_UNTIL",
    "STATEMENT_HASH",
    "TREASURY",
    "Done",
    "Signed",
    "Stock",
    "World",
    "bond",
    "build",
    "cosigned",
    "deputy",
    "fill",
    "key",
    "relay",
    "sign",
    "staff",
]
