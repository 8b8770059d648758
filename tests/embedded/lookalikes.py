"""For every account of every instruction: what an attacker could pass in its place, made from the IDL.

Kinds of look-alikes: ``unsigned`` and ``readonly`` drop a flag; ``missing`` leaves an optional account out; ``nothing``
is an address without an account; ``stolen`` is the right address and data under another program, ``copied`` the same at
another address, ``other_type`` an account of ours of another type; the rest are real accounts of the same type that
belong to something else. A byte copy owned by our own program is no attack: only the program can write one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from solders.pubkey import Pubkey

from tests.embedded.calls import (
    ALICE,
    APPLE,
    BOB,
    CASHIER,
    EURO,
    MALLORY,
    NVIDIA,
    OURS,
    RIVAL,
    RIVAL_NVIDIA,
    TESLA,
    TREASURY,
    Stock,
    deputy,
    purse,
    spare_role,
    staff,
)
from tests.embedded.cases import OLD_TOKEN
from tests.embedded.chain import BEHIND, FOREIGN_PROGRAM, INSTRUCTIONS, Call, key
from tests.embedded.rightful import CAROL, HEIR, STOCKS
from tests.embedded.world import World
from xstock_client import pda
from xstock_client.constants import PROGRAM_ID, TOKEN_2022, Role
from xstock_client.ledger import Account

__all__ = ["Lookalike", "all_lookalikes"]

ROLES = {
    "mint_shares": Role.MINTER,
    "register_custodian": Role.ATTESTOR_MANAGER,
    "retire_custodian": Role.ATTESTOR_MANAGER,
    "register_chain": Role.ATTESTOR_MANAGER,
    "retire_chain": Role.ATTESTOR_MANAGER,
    "accept_redemption": Role.REDEEMER,
    "settle_redemptions": Role.REDEEMER,
    "mark_paid": Role.REDEEMER,
    "reject_redemption": Role.REDEEMER,
    "queue_bond_withdrawal": Role.TREASURER,
    "withdraw_bond": Role.TREASURER,
    "halt": Role.PAUSER,
    "resume": Role.UNPAUSER,
    "reopen": Role.UNPAUSER,
    "set_attestors": Role.ATTESTOR_MANAGER,
    "announce_action": Role.CORPORATE,
    "declare_distribution": Role.CORPORATE,
    "reclaim_distribution": Role.TREASURER,
    "revoke_role": Role.MINTER,
    "grant_role": Role.MINTER,
    **{name: Role.PAUSER for name in INSTRUCTIONS if name.startswith("cancel_") and name != "cancel_redemption"},
    "cancel_action": Role.CORPORATE,
}
"""Whose grant is the account ``grant``."""
DECOY = key("decoy")
"""Where copies lie."""


def _grants(role: Role, member: Pubkey) -> dict[str, Pubkey]:
    """Another issuer's grant of the role, another member's, and the member's of another role."""
    other = spare_role(role) if member == staff(role) else Role.REDEEMER
    return {
        "other_issuer": RIVAL.grant(role, member),
        "other_member": OURS.grant(role, deputy(role) if member == staff(role) else HEIR),
        "other_role": OURS.grant(other, member),
    }


def _real(name: str, account: str) -> dict[str, Pubkey]:
    """Accounts of the same type that belong to something else."""
    if account in ("asset", "reserve", "mint", "escrow"):
        return {kind: getattr(stock, account) for kind, stock in STOCKS.items()}
    if account in DIVIDENDS:
        return DIVIDENDS[account]
    if (name, account) in COINS:
        return _coins(*COINS[name, account])
    if account == "issuer":
        return {"other_issuer": RIVAL.address}
    if account == "grant":
        return _grants(ROLES[name], CAROL if name == "grant_role" else staff(ROLES[name]))
    if account in ("isin_marker", "symbol_marker"):
        values = (TESLA.isin, APPLE.isin) if account == "isin_marker" else (TESLA.symbol, APPLE.symbol)
        derive = getattr(pda, account)
        return {"other_issuer": derive(RIVAL.address, values[0]), "other_asset": derive(OURS.address, values[1])}
    return {
        "admin_grant": _grants(Role.ADMIN, staff(Role.ADMIN)),
        "approver_grant": _grants(Role.APPROVER, staff(Role.APPROVER)),
        "arbiter_grant": _grants(Role.ARBITER, staff(Role.ARBITER)),
        "role": _grants(Role.MINTER, CAROL),
        "approver": {"stranger": MALLORY, "the_minter": staff(Role.MINTER)},
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
        "source": _wallets(),
        "destination": _wallets(),
        "holder": {"other_holder": BOB, "stranger": MALLORY},
        "payment_mint": {"other_coin": EURO, "the_stock": APPLE.mint},
        "payment_program": {"other_program": TOKEN_2022},
        "token_program": {"old_program": OLD_TOKEN},
        "memo_program": {"other_program": TOKEN_2022},
        "system_program": {"other_program": TOKEN_2022},
        "program": {"other_program": TOKEN_2022},
    }.get(account, {"stranger": MALLORY})


def _wallets() -> dict[str, Pubkey]:
    return {
        **{kind: stock.wallet(ALICE) for kind, stock in STOCKS.items()},
        "other_holder": APPLE.wallet(BOB),
        "the_escrow": APPLE.escrow,
    }


COINS: dict[tuple[str, str], tuple[Pubkey, Stock]] = {
    ("deposit_bond", "source"): (CASHIER, APPLE),
    ("settle_redemptions", "payment_source"): (CASHIER, APPLE),
    ("settle_redemptions", "payee"): (ALICE, APPLE),
    ("default_redemption", "payee"): (ALICE, APPLE),
    ("queue_bond_withdrawal", "destination"): (TREASURY, APPLE),
    ("withdraw_bond", "destination"): (TREASURY, APPLE),
    ("fund_distribution", "source"): (CASHIER, APPLE),
    ("claim_dividends", "payee"): (CAROL, APPLE),
    ("reclaim_distribution", "destination"): (OURS.authority, APPLE),
    **{
        (name, "bond_vault"): (stock.asset, stock)
        for name, stock in (
            ("open_bond", TESLA),
            ("deposit_bond", APPLE),
            ("withdraw_bond", APPLE),
            ("default_redemption", APPLE),
        )
    },
}
"""Accounts of dollars: whose, and where the vault of which stock would be wrong."""


def _coins(owner: Pubkey, stock: Stock) -> dict[str, Pubkey]:
    """The owner's account of another coin, another owner's, vaults, and accounts of stocks."""
    vaults = {kind: other.bond_vault for kind, other in STOCKS.items()}
    found = {
        **vaults,
        "other_coin": purse(owner, EURO),
        "other_holder": purse(BOB),
        "the_stock": APPLE.wallet(ALICE),
        "the_escrow": APPLE.escrow,
    }
    return found if owner == stock.asset else {**found, "the_vault": APPLE.bond_vault}


def _minter(name: str) -> Pubkey:
    return CAROL if name == "set_allowance" else staff(Role.MINTER)


DIVIDENDS: dict[str, dict[str, Pubkey]] = {
    "action": {**{kind: stock.action() for kind, stock in STOCKS.items()}, "other_number": APPLE.action(1)},
    "snapshot": {**{kind: stock.snapshot() for kind, stock in STOCKS.items()}, "other_number": APPLE.snapshot(1)},
    "distribution": {
        **{kind: stock.distribution() for kind, stock in STOCKS.items()},
        "other_snapshot": APPLE.distribution(snapshot=1),
        "other_number": APPLE.distribution(1),
    },
    "claims": {
        **{kind: stock.claims() for kind, stock in STOCKS.items()},
        "other_snapshot": APPLE.claims(snapshot=1),
        "other_number": APPLE.claims(number=1),
    },
    "record": {
        **{kind: stock.recipient(ALICE) for kind, stock in STOCKS.items()},
        "other_holder": APPLE.recipient(BOB),
    },
    "vault": {
        **{kind: stock.payout_vault() for kind, stock in STOCKS.items()},
        "other_snapshot": APPLE.payout_vault(snapshot=1),
        "other_number": APPLE.payout_vault(1),
        "other_coin": purse(APPLE.distribution(), EURO),
        "other_holder": purse(BOB),
        "the_bond": APPLE.bond_vault,
    },
    "withholding_account": {
        "other_issuer": RIVAL.tax_account(),
        "other_coin": OURS.tax_account(EURO),
        "other_holder": purse(BOB),
        "the_stock": APPLE.wallet(ALICE),
        "the_vault": APPLE.payout_vault(),
        "the_bond": APPLE.bond_vault,
    },
    "payout_mint": {"other_coin": EURO, "the_stock": APPLE.mint},
    "old_isin_marker": {
        "other_issuer": pda.isin_marker(RIVAL.address, APPLE.isin),
        "other_asset": pda.isin_marker(OURS.address, NVIDIA.isin),
    },
    "old_symbol_marker": {
        "other_issuer": pda.symbol_marker(RIVAL.address, APPLE.symbol),
        "other_asset": pda.symbol_marker(OURS.address, NVIDIA.symbol),
    },
}
"""Twins of the accounts of corporate actions."""


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


def _missing(account: str) -> Callable[[World, Call], Call]:
    """Anchor takes the program's own address for "none"."""

    def make(world: World, call: Call) -> Call:
        return call.swap(**{account: PROGRAM_ID}).unsigned(account)

    return make


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
    "announce_action": ("action",),
    "apply_identifiers": ("isin_marker", "symbol_marker"),
    "record_snapshot": ("snapshot",),
    "declare_distribution": ("distribution",),
    "open_claim_page": ("claims",),
    "register_recipient": ("record",),
}
GRANTS = ("grant", "admin_grant", "approver_grant", "arbiter_grant", "role")
OURS_ALONE = (
    *("issuer", *GRANTS, "asset", "reserve", "allowance", "tickets", "book", "request"),
    *("action", "snapshot", "distribution", "claims", "record", "old_isin_marker", "old_symbol_marker"),
)
MONEY = ("payment_mint", "bond_vault", "payee", "payment_source", "payout_mint", "vault", "withholding_account")
HOLDING = (*OURS_ALONE, "mint", "escrow", "source", "destination", *MONEY)


def _flags(behind: str) -> dict[str, bool]:
    """As the IDL would have them: the record of a recipient is read, and may be left out."""
    return {"optional": True} if behind == "record" else {"writable": True}


def all_lookalikes() -> Iterator[Lookalike]:
    for name, instruction in INSTRUCTIONS.items():
        behind = ({"name": account, **_flags(account)} for account in BEHIND.get(name, ()))
        for described in (*instruction["accounts"], *behind):
            account = described["name"]
            if described.get("signer"):
                yield Lookalike(name, account, "unsigned", _unsigned(account))
            if described.get("writable"):
                yield Lookalike(name, account, "readonly", _readonly(account))
            if described.get("optional"):
                yield Lookalike(name, account, "missing", _missing(account))
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
