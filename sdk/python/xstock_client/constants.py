"""Addresses and numbers that never change."""

from __future__ import annotations

from enum import IntEnum, IntFlag

from solders.pubkey import Pubkey

from xstock_client._generated import PROGRAM_ADDRESS

__all__ = [
    "ABANDONED_S",
    "ACCOUNT_VERSION",
    "ALLOWANCE_WINDOW_S",
    "ARBITRATION_S",
    "ASSOCIATED_TOKEN",
    "ATTESTORS",
    "BPS",
    "CALENDAR",
    "CHAIN_SLOTS",
    "CHALLENGE_WINDOW_S",
    "CHANGE_LIFE_S",
    "CUSTODIAN_SLOTS",
    "DAY_S",
    "ED25519",
    "EVENT_AUTHORITY",
    "HOUR_S",
    "INSTRUCTIONS_SYSVAR",
    "LEAVES_PER_PAGE",
    "MAX_ACTION_SPAN_S",
    "MAX_CHANGE_DELAY_S",
    "MAX_CLAIM_LEAVES",
    "MAX_CLAIM_S",
    "MAX_FIRST_TICKET",
    "MAX_KEYS",
    "MAX_MULTIPLIER",
    "MAX_NOTICE_S",
    "MAX_RATIO",
    "MAX_REPORTED_SHARES",
    "MAX_REPORT_AGE_S",
    "MAX_ROLE_S",
    "MAX_SEQUENCE_STEP",
    "MAX_TICKET_STEP",
    "MAX_TRANSIT_S",
    "MEMO",
    "MIN_BOND_COVERAGE_BPS",
    "MIN_CHANGE_DELAY_S",
    "MIN_CLAIM_S",
    "MIN_FUNDED_S",
    "MIN_MULTIPLIER",
    "MIN_NOTICE_S",
    "NO_APPROVER",
    "NO_CHAIN",
    "NO_SNAPSHOT",
    "PROGRAM_ID",
    "RATE_SCALE",
    "RECORD_WINDOW_S",
    "RELEASED_DAYS",
    "SYSTEM",
    "TICKETS_PER_PAGE",
    "TOKEN",
    "TOKEN_2022",
    "TOKEN_PROGRAMS",
    "WHOLE",
    "ActionKind",
    "ActionState",
    "DistributionRule",
    "Feature",
    "Halt",
    "Payout",
    "PolicyField",
    "RejectReason",
    "RequestState",
    "Role",
    "SlotChange",
]

PROGRAM_ID = Pubkey.from_string(PROGRAM_ADDRESS)
"""Address of the xstock_vault program."""

TOKEN = Pubkey.from_string("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")
"""SPL Token, which most stablecoins are of; the stocks are of Token-2022."""
TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
TOKEN_PROGRAMS = {TOKEN: "SPL Token", TOKEN_2022: "Token-2022"}
"""Both token programs and what they are called."""
ASSOCIATED_TOKEN = Pubkey.from_string("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL")
SYSTEM = Pubkey.from_string("11111111111111111111111111111111")
MEMO = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
ED25519 = Pubkey.from_string("Ed25519SigVerify111111111111111111111111111")
INSTRUCTIONS_SYSVAR = Pubkey.from_string("Sysvar1nstructions1111111111111111111111111")

EVENT_AUTHORITY, _ = Pubkey.find_program_address([b"__event_authority"], PROGRAM_ID)
"""The only address that signs events of :data:`PROGRAM_ID`."""

ACCOUNT_VERSION = 1
"""Version byte of every account that this SDK reads."""

CUSTODIAN_SLOTS = 8
CHAIN_SLOTS = 8
"""Slots of an asset for its supply on other chains."""
MAX_KEYS = 3
"""Keys of one slot: custodian, auditor and one to spare."""
NO_CHAIN = 255
"""What a settlement says when the shares go to no other chain."""
NO_APPROVER = 2**64 - 1
"""Approver threshold of an allowance that never asks for an approver."""
TICKETS_PER_PAGE = 4096
MAX_TICKET_STEP = 1 << 28
"""A ticket lies at most this far above the highest used one."""
MAX_FIRST_TICKET = 1 << 42
"""How high an asset's first ticket may lie: order numbers may count milliseconds since 1970."""
RELEASED_DAYS = 8
"""Days of burns that an asset keeps apart."""
BPS = 10_000
"""One whole in basis points."""
WHOLE = 10**8
"""Base units of one whole share or token: what prices and penalties are per."""

HOUR_S = 3_600
DAY_S = 86_400
ALLOWANCE_WINDOW_S = DAY_S
"""Seconds over which the usage of a minter's and of an asset's limit decays."""
MAX_REPORT_AGE_S = 7 * DAY_S
MIN_CHANGE_DELAY_S = DAY_S
MAX_CHANGE_DELAY_S = 30 * DAY_S
"""Bounds of an asset's change delay and of an issuer's timelock."""
CHANGE_LIFE_S = 14 * DAY_S
"""A queued change or a handoff is void this long after it could have been made."""
MAX_TRANSIT_S = 10 * DAY_S
"""Shares in transit count for nothing when their date lies further behind their report."""
ARBITRATION_S = 14 * DAY_S
"""An arbiter rules on a dispute within this time, or the tokens go back and the penalty is due."""
ABANDONED_S = 30 * DAY_S
"""So long after a missed deadline anyone may return the tokens without the penalty: when nobody can pay or sign."""
MIN_BOND_COVERAGE_BPS = 100
"""The bond pays the penalty of at least a hundredth of the supply, or nothing is minted."""
MAX_ROLE_S = 366 * DAY_S
MAX_REPORTED_SHARES = 1 << 60
"""Largest figure of one report, cap or limit, in base units."""
MAX_SEQUENCE_STEP = 1 << 32
"""A report's sequence rises by at least one and at most this."""

MIN_MULTIPLIER = 10**6
MAX_MULTIPLIER = 10**18
"""A multiplier lies between a millionth and a million shares per token, in units of 10^-12."""
MAX_RATIO = 10_000
"""A split makes at most so many shares of one, or one of so many."""
MIN_NOTICE_S = DAY_S
MAX_NOTICE_S = 366 * DAY_S
"""A corporate action is announced so long before its ex time."""
MAX_ACTION_SPAN_S = 10 * DAY_S
"""From an action's ex time to its record or effective time at most."""
CALENDAR = 6
"""Actions that lie ahead at once."""
ATTESTORS = 5
"""Snapshot attestors of an asset at most."""
RECORD_WINDOW_S = HOUR_S
"""A snapshot is taken at most so long after its record time."""
CHALLENGE_WINDOW_S = DAY_S
"""An agreed root can be challenged for so long; afterwards it is final."""
MIN_CLAIM_S = 182 * DAY_S
MAX_CLAIM_S = 3_660 * DAY_S
"""How long a distribution's claims stay open."""
MIN_FUNDED_S = 91 * DAY_S
"""All funds of a distribution are there at least so long before its claims close."""
MAX_CLAIM_LEAVES = 24
"""Leaves of one claim at most."""
LEAVES_PER_PAGE = 4096
"""Leaves of one claim page."""
RATE_SCALE = 10**6
"""A dividend's rate counts millionths of a base unit per whole share."""
NO_SNAPSHOT = 2**32 - 1
"""Stands for no snapshot in a corporate action."""


class Role(IntEnum):
    """What an issuer can grant to a key."""

    ADMIN = 1
    """Acts for the issuer's authority, except in handoffs and in choosing admins."""
    MINTER = 2
    APPROVER = 3
    """Signs beside a minter above the minter's threshold."""
    ATTESTOR_MANAGER = 4
    REDEEMER = 5
    CORPORATE = 6
    COMPLIANCE = 7
    PAUSER = 8
    UNPAUSER = 9
    TREASURER = 10
    ARBITER = 11
    """Rules on disputed payments of requests that were made while it was in office."""

    @property
    def label(self) -> str:
        """As the command line writes it: ``attestor-manager``."""
        return self.name.lower().replace("_", "-")


class Halt(IntFlag):
    """What a pauser can halt."""

    MINT = 1
    REQUESTS = 2
    CHANGES = 4
    """Asking for or applying anything looser."""


class Feature(IntFlag):
    """What was fixed for an asset when it was listed."""

    PERMISSIONED_BURN = 1
    """Only this program can burn."""
    PRO_RATA = 2
    """While the asset is short and has been latched for its change delay, redemptions pay out in proportion."""


class PolicyField(IntFlag):
    """Fields of a policy, as a queued change names them."""

    MAX_AGE = 1
    CHAIN_MAX_AGE = 2
    CHANGE_DELAY = 4
    ACCEPT_WINDOW = 8
    CUSTODIAN_CAP = 16
    MINT_WINDOW_LIMIT = 32
    HAIRCUT = 64
    CUSTODIAN_SHARE = 128
    COLLATERAL = 256
    MIN_CUSTODIANS = 512
    SETTLE_WINDOW = 1_024
    DISPUTE_WINDOW = 2_048
    PENALTY_RATE = 4_096
    HOLDER_PENALTY_CAP = 8_192
    REDEMPTION_FEE = 16_384
    BOND_COVERAGE = 32_768


class SlotChange(IntEnum):
    """What can wait in a slot of a reserve."""

    CUSTODIAN_KEYS = 1
    CHAIN_KEYS = 2
    CHAIN_CAP = 3
    CHAIN_RETIREMENT = 4


class RequestState(IntEnum):
    """State of a redemption request. One that has ended is a closed account; its last event tells how."""

    REQUESTED = 1
    ACCEPTED = 2
    """The desk has bound itself to settle it."""
    PAID = 3
    """The desk says that it has paid outside the chain."""
    DISPUTED = 4
    """The holder says that it has not."""
    UPHELD = 5
    """An arbiter says that it has."""


class Payout(IntEnum):
    """How a holder wants to be paid. A request of one kind never settles by the other."""

    ON_CHAIN = 1
    """In the asset's payment mint, by the very instruction that burns."""
    OFF_CHAIN = 2
    """By wire, by delivery of the shares, on another chain: as the terms say."""


class ActionKind(IntEnum):
    """What a corporate action does."""

    CASH_DIVIDEND = 1
    """Money per share, to who holds at the record time."""
    STOCK_DIVIDEND = 2
    """New shares, or a dividend reinvested in shares: the multiplier rises."""
    SPLIT = 3
    REVERSE_SPLIT = 4
    IDENTIFIER_CHANGE = 5
    """Another ISIN, symbol, or both."""
    DELISTING = 6
    """Nothing mints any more."""

    @property
    def label(self) -> str:
        """As the command line writes it: ``cash-dividend``."""
        return self.name.lower().replace("_", "-")


class ActionState(IntEnum):
    """State of a corporate action. What is not cancelled takes effect by its times."""

    ANNOUNCED = 1
    CANCELLED = 2
    APPLIED = 3
    """New identifiers are in force."""


class DistributionRule(IntFlag):
    """Who gets nothing of a distribution, by rule and never by hand."""

    WITHOUT_ISSUER = 1
    """The issuer's authority and its treasurers at the record slot."""


class RejectReason(IntEnum):
    """Why an agreed root was thrown out."""

    ATTESTOR = 1
    """An attestor says that it is wrong."""
    ORDER = 2
    """Owners that do not rise, proven."""
    SUM = 3
    """Sums that do not add up, proven."""
