"""Who calls, on which stock, and the figures that everything is set up with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Final

from solders.pubkey import Pubkey

from tests.embedded.chain import key
from xstock_client import pda
from xstock_client.constants import BPS, DAY_S, HOUR_S, PROGRAM_ID, TOKEN, Role
from xstock_client.message import account_hash

__all__ = [
    "ABANDONED_S",
    "ACCEPT_WINDOW_S",
    "ALICE",
    "APPLE",
    "ASSET_WINDOW_LIMIT",
    "BOB",
    "BOND",
    "BOND_COVERAGE_BPS",
    "CASHIER",
    "CHAIN_MAX_AGE_S",
    "CHANGE_DELAY_S",
    "CUSTODIAN_CAP",
    "DISPUTE_WINDOW_S",
    "DOLLAR",
    "DOLLAR_UNIT",
    "EURO",
    "EVIDENCE_HASH",
    "FEES",
    "HAIRCUT_BPS",
    "HOLDER_PENALTY_CAP",
    "HOUR_S",
    "LEIS",
    "LIFETIME_CAP",
    "LIMIT",
    "MALLORY",
    "MAX_AGE_S",
    "MAX_FIRST_TICKET",
    "MAX_TICKET_STEP",
    "NAME",
    "NVIDIA",
    "ONE",
    "OURS",
    "PAYOUT_HASH",
    "PENALTY_RATE",
    "POLICY",
    "PRICE",
    "QUOTE",
    "REDEMPTION_FEE_BPS",
    "REDEMPTION_WINDOW_S",
    "RIVAL",
    "RIVAL_APPLE",
    "RIVAL_NVIDIA",
    "SETTLE_WINDOW_S",
    "TERMS_HASH",
    "TERMS_URI",
    "TESLA",
    "TIMELOCK_S",
    "TREASURY",
    "URI",
    "WINDOW_LIMIT",
    "Desk",
    "Stock",
    "attestor",
    "chain_id",
    "deputy",
    "lei",
    "padded",
    "purse",
    "safe",
    "spare_role",
    "staff",
    "token_hash",
]

ONE: Final = 10**8
"""Raw units of one share."""
NAME: Final = "Apple xStock"
URI: Final = "https://example.com/AAPLx.json"
TERMS_URI: Final = "https://example.com/terms"
TERMS_HASH: Final = sha256(b"terms").digest()
PAYOUT_HASH: Final = sha256(b"payout").digest()
EVIDENCE_HASH: Final = sha256(b"wire 4711").digest()
DOLLAR_UNIT: Final = 10**6
"""Base units of one dollar."""
PRICE: Final = 200 * DOLLAR_UNIT
"""Base units per whole share that settlements pay unless they say otherwise: two per raw unit."""
ABANDONED_S: Final = 30 * DAY_S
"""How late a request must be to end without its penalty."""
QUOTE: Final = 199 * DOLLAR_UNIT
"""What the desk quotes at market: what the holder gets of ``PRICE`` after the fee, and a little less."""
LIMIT: Final = 100 * DOLLAR_UNIT
"""The minimum price of requests that do not say otherwise: they settle without a quote."""
PENALTY_RATE: Final = 2 * DOLLAR_UNIT
"""Base units per whole token."""
HOLDER_PENALTY_CAP: Final = 500 * DOLLAR_UNIT
REDEMPTION_FEE_BPS: Final = 25
BOND_COVERAGE_BPS: Final = 1_000
BOND: Final = 100_000 * DOLLAR_UNIT
"""What each stock's bond holds; enough for half a million tokens."""
MAX_AGE_S: Final = 120 * HOUR_S
CHAIN_MAX_AGE_S: Final = 48 * HOUR_S
CHANGE_DELAY_S: Final = 2 * DAY_S
ACCEPT_WINDOW_S: Final = 5 * DAY_S
SETTLE_WINDOW_S: Final = 3 * DAY_S
REDEMPTION_WINDOW_S: Final = ACCEPT_WINDOW_S + SETTLE_WINDOW_S
"""From a request to the end of the time to settle it."""
DISPUTE_WINDOW_S: Final = 6 * DAY_S
TIMELOCK_S: Final = 3 * DAY_S
"""How long an issuer's roles and its handoff wait; longer than an asset's change delay, so that the two differ."""
CUSTODIAN_CAP: Final = 10**7 * ONE
ASSET_WINDOW_LIMIT: Final = 50_000 * ONE
HAIRCUT_BPS: Final = 1_000
WINDOW_LIMIT: Final = 5_000 * ONE
LIFETIME_CAP: Final = 20_000 * ONE
MAX_TICKET_STEP: Final = 2**28
"""How far above the highest used ticket the next one may lie."""
MAX_FIRST_TICKET: Final = 2**42
"""How high the first one may lie."""
POLICY: Final[dict[str, int]] = {
    "max_age_s": MAX_AGE_S,
    "chain_max_age_s": CHAIN_MAX_AGE_S,
    "change_delay_s": CHANGE_DELAY_S,
    "accept_window_s": ACCEPT_WINDOW_S,
    "custodian_cap": CUSTODIAN_CAP,
    "mint_window_limit": ASSET_WINDOW_LIMIT,
    "haircut_bps": HAIRCUT_BPS,
    "custodian_share_bps": BPS,
    "collateral_bps": BPS,
    "min_custodians": 2,
    "settle_window_s": SETTLE_WINDOW_S,
    "dispute_window_s": DISPUTE_WINDOW_S,
    "penalty_rate": PENALTY_RATE,
    "holder_penalty_cap": HOLDER_PENALTY_CAP,
    "redemption_fee_bps": REDEMPTION_FEE_BPS,
    "bond_coverage_bps": BOND_COVERAGE_BPS,
}
"""The policy of every stock, by its fields in the order of their bits; ``min_custodians`` is the stock's own."""

FEES: Final = key("fees")
"""Pays every transaction's fee, and nothing else."""
TREASURY: Final = key("treasury")
"""Pays the rent of every account."""
ALICE, BOB, MALLORY = key("alice"), key("bob"), key("mallory")
CASHIER: Final = key("cashier")
"""Has the dollars that redemptions and dividends are paid with, for both issuers."""
DOLLAR, EURO = key("coin dollar"), key("coin euro")
"""Stablecoins of SPL Token with six decimals. All bonds and payments are in dollars."""


def purse(owner: Pubkey, mint: Pubkey = DOLLAR) -> Pubkey:
    """The owner's associated token account of a stablecoin."""
    return pda.token_account(owner, mint, TOKEN)


def staff(role: Role) -> Pubkey:
    """The key of a role. Both issuers grant to the same keys, so that grants differ in their issuer alone."""
    return key(f"staff {role.name}")


def deputy(role: Role) -> Pubkey:
    """A second key of a role."""
    return key(f"deputy {role.name}")


def spare_role(role: Role) -> Role:
    """A second role that the key of ``role`` holds: it gives no power but over corporate actions."""
    return Role.TREASURER if role is Role.CORPORATE else Role.CORPORATE


def attestor(place: int) -> Pubkey:
    """A snapshot attestor. All stocks share them."""
    return key(f"snapshot attestor {place}")


def _derive(tag: bytes, parent: Pubkey, number: int) -> Pubkey:
    """An address by its seeds, without the SDK's own way."""
    return Pubkey.find_program_address([tag, bytes(parent), number.to_bytes(4, "little")], PROGRAM_ID)[0]


@dataclass(frozen=True)
class Desk:
    """An issuer."""

    id: int

    @cached_property
    def authority(self) -> Pubkey:
        return key(f"authority {self.id}")

    @cached_property
    def address(self) -> Pubkey:
        return pda.issuer(self.id)

    def tax_account(self, mint: Pubkey = DOLLAR) -> Pubkey:
        """A second token account of the authority's, where tax goes."""
        return key(f"tax account {self.id} {mint}")

    def grant(self, role: Role, member: Pubkey | None = None) -> Pubkey:
        return pda.role(self.address, role, member or staff(role))


@dataclass(frozen=True)
class Stock:
    """A listed asset with its addresses."""

    desk: Desk
    number: int
    isin: str
    symbol: str
    min_custodians: int = 2
    permissioned_burn: bool = True

    @cached_property
    def asset(self) -> Pubkey:
        return pda.asset(self.desk.address, self.number)

    @cached_property
    def mint(self) -> Pubkey:
        return pda.mint(self.asset)

    @cached_property
    def escrow(self) -> Pubkey:
        return pda.escrow(self.asset)

    @cached_property
    def reserve(self) -> Pubkey:
        return pda.reserve(self.asset)

    @cached_property
    def bond_vault(self) -> Pubkey:
        """The asset's associated token account of dollars."""
        return purse(self.asset)

    def custodian(self, slot: int) -> Pubkey:
        """The first attester of a slot."""
        return key(f"custodian {self.desk.id} {self.number} {slot}")

    def watcher(self, slot: int) -> Pubkey:
        """The first attester of a chain's slot."""
        return key(f"watcher {self.desk.id} {self.number} {slot}")

    def wallet(self, owner: Pubkey) -> Pubkey:
        """The owner's associated token account."""
        return pda.token_account(owner, self.mint)

    def book(self, holder: Pubkey) -> Pubkey:
        return pda.holder_book(self.asset, holder)

    def request(self, holder: Pubkey, id: int) -> Pubkey:
        return pda.redemption_request(self.asset, holder, id)

    def page(self, page: int = 0) -> Pubkey:
        return pda.ticket_page(self.asset, page)

    def allowance(self, minter: Pubkey) -> Pubkey:
        return pda.allowance(self.asset, minter)

    def action(self, number: int = 0) -> Pubkey:
        return _derive(b"action", self.asset, number)

    def snapshot(self, number: int = 0) -> Pubkey:
        return _derive(b"snapshot", self.asset, number)

    def distribution(self, number: int = 0, *, snapshot: int = 0) -> Pubkey:
        return _derive(b"dist", self.snapshot(snapshot), number)

    def claims(self, page: int = 0, *, number: int = 0, snapshot: int = 0) -> Pubkey:
        """A page of claims of a distribution."""
        return _derive(b"claims", self.distribution(number, snapshot=snapshot), page)

    def payout_vault(self, number: int = 0, *, snapshot: int = 0, mint: Pubkey = DOLLAR) -> Pubkey:
        """The distribution's associated token account of its payout mint."""
        return purse(self.distribution(number, snapshot=snapshot), mint)

    def recipient(self, owner: Pubkey) -> Pubkey:
        """Where the owner says who gets its dividends."""
        return Pubkey.find_program_address([b"recipient", bytes(self.asset), bytes(owner)], PROGRAM_ID)[0]


OURS, RIVAL = Desk(7), Desk(8)
APPLE = Stock(OURS, 0, "US0378331005", "AAPLx")
NVIDIA = Stock(OURS, 1, "US67066G1040", "NVDAx", min_custodians=1, permissioned_burn=False)
RIVAL_APPLE = Stock(RIVAL, 0, "US0378331005", "AAPLx")
RIVAL_NVIDIA = Stock(RIVAL, 1, "US67066G1040", "NVDAx")
TESLA = Stock(OURS, 2, "US88160R1014", "TSLAx")
"""Not listed in the world: for tests of listing."""

LEIS: Final = (b"529900ALPINE00000043", b"529900HARBOR00000020", b"529900MEADOW00000016")


def lei(slot: int) -> bytes:
    """The custodian of a slot; each slot has its own."""
    return LEIS[slot] if slot < len(LEIS) else LEIS[2][:-3] + f"{slot:03}".encode()


def safe(slot: int) -> bytes:
    """The hash of the safekeeping account that a slot is bound to."""
    return account_hash(f"SAFE-{slot}")


def chain_id(slot: int) -> bytes:
    """The CAIP-2 id of the chain of a slot, zero padded."""
    return f"eip155:{slot + 1}".encode().ljust(48, b"\0")


def token_hash(slot: int) -> bytes:
    """The hash of the token of a chain's slot."""
    return sha256(f"eip155:{slot + 1}/erc20:0xaa".encode()).digest()


def padded(*keys: Pubkey) -> tuple[Pubkey, Pubkey, Pubkey]:
    """Up to three keys as a slot holds them."""
    first, second, third = (*keys, *[Pubkey.default()] * (3 - len(keys)))
    return first, second, third
