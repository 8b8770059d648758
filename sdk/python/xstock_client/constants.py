"""Addresses and numbers that never change."""

from __future__ import annotations

from enum import IntEnum, IntFlag

from solders.pubkey import Pubkey

from xstock_client._generated import PROGRAM_ADDRESS

__all__ = [
    "ACCOUNT_VERSION",
    "ALLOWANCE_WINDOW_S",
    "ASSOCIATED_TOKEN",
    "CUSTODIAN_SLOTS",
    "DAY_S",
    "ED25519",
    "EVENT_AUTHORITY",
    "INSTRUCTIONS_SYSVAR",
    "MAX_REPORTED_SHARES",
    "MAX_REPORT_AGE_S",
    "MAX_ROLE_S",
    "MAX_SEQUENCE_STEP",
    "MEMO",
    "PROGRAM_ID",
    "RELEASED_DAYS",
    "SYSTEM",
    "TICKETS_PER_PAGE",
    "TOKEN_2022",
    "Feature",
    "Halt",
    "RequestState",
    "Role",
]

PROGRAM_ID = Pubkey.from_string(PROGRAM_ADDRESS)
"""Address of the xstock_vault program."""

TOKEN_2022 = Pubkey.from_string("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb")
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
TICKETS_PER_PAGE = 4096
RELEASED_DAYS = 8
"""Days of burns that an asset keeps apart."""

DAY_S = 86_400
ALLOWANCE_WINDOW_S = DAY_S
"""Seconds over which a minter's usage decays."""
MAX_REPORT_AGE_S = 7 * DAY_S
MAX_ROLE_S = 366 * DAY_S
MAX_REPORTED_SHARES = 1 << 60
"""Largest figure of one custodian, in base units of shares."""
MAX_SEQUENCE_STEP = 1 << 32
"""A report's sequence rises by at least one and at most this."""


class Role(IntEnum):
    """What an issuer can grant to a key."""

    MINTER = 2
    ATTESTOR_MANAGER = 4
    REDEEMER = 5
    PAUSER = 8
    UNPAUSER = 9


class Halt(IntFlag):
    """What a pauser can halt."""

    MINT = 1
    REQUESTS = 2


class Feature(IntFlag):
    """What an asset's mint has beyond the usual extensions."""

    PERMISSIONED_BURN = 1


class RequestState(IntEnum):
    """State of a redemption request; settled and cancelled ones are closed accounts."""

    REQUESTED = 1
    ACCEPTED = 2
