"""For every account of every instruction: what an attacker could pass in its place, made from the IDL.

Kinds of look-alikes: ``unsigned`` and ``readonly`` drop a flag; ``nothing`` is an address without an account;
``stolen`` is the right address and data under another program, ``copied`` the same at another address, ``other_type``
an account of ours of another type; the rest are real accounts of the same type that belong to something else. A byte
copy owned by our own program is no attack: only the program can write one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from solders.pubkey import Pubkey

from tests.embedded import calls
from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    MALLORY,
    NVIDIA,
    OURS,
    RIVAL,
    RIVAL_APPLE,
    RIVAL_NVIDIA,
    TESLA,
    Desk,
    Stock,
    deputy,
    staff,
)
from tests.embedded.chain import FOREIGN_PROGRAM, INSTRUCTIONS, Call, key
from tests.embedded.world import NOW, RESERVE, ROLE_UNTIL, World
from xstock_client import pda
from xstock_client.constants import DAY_S, MEMO, TOKEN_2022, Role
from xstock_client.ledger import Account

OLD_TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
TEN = 10
STOCKS = {"other_asset": NVIDIA, "other_issuer": RIVAL_APPLE}
ROLES = {
    "mint_shares": Role.MINTER,
    "register_custodian": Role.ATTESTOR_MANAGER,
    "retire_custodian": Role.ATTESTOR_MANAGER,
    "accept_redemption": Role.REDEEMER,
    "settle_redemption": Role.REDEEMER,
    "halt": Role.PAUSER,
    "resume": Role.UNPAUSER,
    "reopen": Role.UNPAUSER,
    "revoke_role": Role.MINTER,
    "grant_role": Role.MINTER,
}
HEIR, CAROL = key("heir"), key("carol")
DECOY = key("decoy")
"""Where copies lie."""


def prepare(world: World) -> None:
    """Open requests of two holders, two stocks and two issuers, a grant of another role to each key, and proposals."""
    world.do(calls.mint_shares(NVIDIA, 100, ticket=0))
    for stock, holder, id in _requests():
        world.do(calls.request_redemption(stock, TEN, id=id, holder=holder))
    world.do(calls.propose_authority(OURS, HEIR), calls.propose_authority(RIVAL, CAROL))
    for role in set(ROLES.values()):
        world.do(calls.grant_role(OURS, _other(role), staff(role), ROLE_UNTIL))
    for address in (HEIR, CAROL, OURS.authority):
        world.give(address, 10**9)


def _requests() -> Iterator[tuple[Stock, Pubkey, int]]:
    yield from ((APPLE, ALICE, 0), (APPLE, ALICE, 1), (APPLE, BOB, 0), (NVIDIA, ALICE, 0), (RIVAL_APPLE, ALICE, 0))


def _other(role: Role) -> Role:
    return Role.PAUSER if role is Role.UNPAUSER else Role.UNPAUSER


def _accepted(world: World) -> None:
    for stock, holder, id in _requests():
        world.do(calls.accept_redemption(stock, id=id, holder=holder))


def _latched(world: World) -> None:
    for stock in (APPLE, NVIDIA, RIVAL_APPLE):
        world.do(world.attest(stock, 0, 0), world.attest(stock, 1, 0))
        world.do(world.attest(stock, 0, RESERVE), world.attest(stock, 1, RESERVE))


def rightful(world: World, name: str) -> Call:
    """The instruction ``name`` as its rightful caller sends it; the world is brought to where it succeeds."""
    if name == "settle_redemption":
        _accepted(world)
    if name == "reopen":
        _latched(world)
    if name == "attest":
        return world.attest(APPLE, 0, RESERVE + 1)
    return {
        "create_issuer": lambda: calls.create_issuer(Desk(99)),
        "propose_authority": lambda: calls.propose_authority(OURS, CAROL),
        "accept_authority": lambda: calls.accept_authority(OURS, HEIR),
        "grant_role": lambda: calls.grant_role(OURS, Role.MINTER, CAROL, NOW + DAY_S),
        "revoke_role": lambda: calls.revoke_role(OURS, Role.MINTER, staff(Role.MINTER)),
        "list_asset": lambda: calls.list_asset(TESLA),
        "set_allowance": lambda: calls.set_allowance(APPLE, CAROL),
        "register_custodian": lambda: calls.register_custodian(APPLE, 2),
        "retire_custodian": lambda: calls.retire_custodian(APPLE, 1),
        "open_ticket_page": lambda: calls.open_ticket_page(APPLE, 2),
        "mint_shares": lambda: calls.mint_shares(APPLE, TEN, ticket=5),
        "open_holder_book": lambda: calls.open_holder_book(APPLE, CAROL),
        "request_redemption": lambda: calls.request_redemption(APPLE, TEN, id=2),
        "cancel_redemption": lambda: calls.cancel_redemption(APPLE, id=0, memo=MEMO),
        "accept_redemption": lambda: calls.accept_redemption(APPLE, id=0),
        "settle_redemption": lambda: calls.settle_redemption(APPLE, TEN, accepted_at=NOW, id=0),
        "halt": lambda: calls.halt(APPLE, 1),
        "resume": lambda: calls.resume(APPLE, 1),
        "reopen": lambda: calls.reopen(APPLE),
        "check_solvency": lambda: calls.check_solvency(APPLE),
    }[name]()


def _real(name: str, account: str) -> dict[str, Pubkey]:
    """Accounts of the same type that belong to something else."""
    if account in ("asset", "reserve", "mint", "escrow"):
        return {kind: getattr(stock, account) for kind, stock in STOCKS.items()}
    if account == "issuer":
        return {"other_issuer": RIVAL.address}
    if account == "grant":
        role = ROLES[name]
        member = CAROL if name == "grant_role" else staff(role)
        return {
            "other_issuer": RIVAL.grant(role, member),
            "other_member": OURS.grant(role, deputy(role)),
            "other_role": OURS.grant(_other(role), member),
        }
    if account in ("isin_marker", "symbol_marker"):
        values = (TESLA.isin, APPLE.isin) if account == "isin_marker" else (TESLA.symbol, APPLE.symbol)
        derive = getattr(pda, account)
        return {"other_issuer": derive(RIVAL.address, values[0]), "other_asset": derive(OURS.address, values[1])}
    return {
        "allowance": {
            **{kind: stock.allowance(_minter(name)) for kind, stock in STOCKS.items()},
            "other_minter": APPLE.allowance(deputy(Role.MINTER)),
        },
        "tickets": {
            **{kind: stock.page(2 if name == "open_ticket_page" else 0) for kind, stock in STOCKS.items()},
            "other_page": APPLE.page(1),
        },
        "book": {
            **{kind: stock.book(CAROL if name == "open_holder_book" else ALICE) for kind, stock in STOCKS.items()},
            "other_holder": APPLE.book(BOB),
        },
        "request": {
            **{kind: stock.request(ALICE, 0) for kind, stock in STOCKS.items()},
            "other_holder": APPLE.request(BOB, 0),
            "other_id": APPLE.request(ALICE, 1),
        },
        "source": {
            **{kind: stock.wallet(ALICE) for kind, stock in STOCKS.items()},
            "other_holder": APPLE.wallet(BOB),
            "the_escrow": APPLE.escrow,
        },
        "destination": {
            **{kind: stock.wallet(ALICE) for kind, stock in STOCKS.items()},
            "other_holder": APPLE.wallet(BOB),
            "the_escrow": APPLE.escrow,
        },
        "token_program": {"old_program": OLD_TOKEN},
        "memo_program": {"other_program": TOKEN_2022},
        "system_program": {"other_program": TOKEN_2022},
        "program": {"other_program": TOKEN_2022},
    }.get(account, {"stranger": MALLORY})


def _minter(name: str) -> Pubkey:
    return CAROL if name == "set_allowance" else staff(Role.MINTER)


@dataclass(frozen=True)
class Lookalike:
    """``make`` bends the rightful call, and may put accounts into the world."""

    instruction: str
    account: str
    kind: str
    make: Callable[[World, Call], Call]

    def __str__(self) -> str:
        return f"{self.instruction}-{self.account}-{self.kind}"


def _swap(account: str, address: Pubkey) -> Callable[[World, Call], Call]:
    return lambda world, call: call.swap(**{account: address})


def _unsigned(account: str) -> Callable[[World, Call], Call]:
    return lambda world, call: call.unsigned(account)


def _readonly(account: str) -> Callable[[World, Call], Call]:
    return lambda world, call: call.readonly(account)


def _stolen(account: str) -> Callable[[World, Call], Call]:
    def make(world: World, call: Call) -> Call:
        address = call.address(account)
        world.chain.set_account(address, replace(world.get(address), owner=FOREIGN_PROGRAM))
        return call

    return make


def _copied(account: str) -> Callable[[World, Call], Call]:
    def make(world: World, call: Call) -> Call:
        found = world.get(call.address(account))
        world.chain.set_account(DECOY, Account(found.lamports, FOREIGN_PROGRAM, found.data))
        return call.swap(**{account: DECOY})

    return make


# What holds data that the instruction relies on; the rest are keys, programs, and accounts that are being made.
MADE = {
    "create_issuer": ("issuer",),
    "grant_role": ("grant",),
    "list_asset": ("asset", "mint", "escrow", "reserve", "isin_marker", "symbol_marker"),
    "set_allowance": ("allowance",),
    "open_ticket_page": ("tickets",),
    "open_holder_book": ("book",),
    "request_redemption": ("request",),
}
OURS_ALONE = ("issuer", "grant", "asset", "reserve", "allowance", "tickets", "book", "request")
HOLDING = (*OURS_ALONE, "mint", "escrow", "source", "destination")


def all_lookalikes() -> Iterator[Lookalike]:
    for name, instruction in INSTRUCTIONS.items():
        for described in instruction["accounts"]:
            account = described["name"]
            if described.get("signer"):
                yield Lookalike(name, account, "unsigned", _unsigned(account))
            if described.get("writable"):
                yield Lookalike(name, account, "readonly", _readonly(account))
            if not described.get("signer"):
                yield Lookalike(name, account, "nothing", _swap(account, DECOY))
            if account in HOLDING and account not in MADE.get(name, ()):
                yield Lookalike(name, account, "stolen", _stolen(account))
                yield Lookalike(name, account, "copied", _copied(account))
            if account in OURS_ALONE and account not in MADE.get(name, ()):
                other = RIVAL_NVIDIA.asset if account == "reserve" else RIVAL_NVIDIA.reserve
                yield Lookalike(name, account, "other_type", _swap(account, other))
            for kind, address in _real(name, account).items():
                yield Lookalike(name, account, kind, _swap(account, address))
