"""Accounts and events as `construct` declarations. The fast decoders are held equal to these by a test.

Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from construct import Array, Bytes, Const, Int8ul, Int16ul, Int32ul, Int64sl, Int64ul, Struct

__all__ = [
    "ACCOUNTS",
    "ALLOWANCE_RAISE_CANCELLED",
    "ALLOWANCE_SET",
    "ASSET",
    "ASSET_LISTED",
    "ASSET_REOPENED",
    "AUTHORITY_ACCEPTED",
    "AUTHORITY_PROPOSED",
    "CHAIN_ATTESTED",
    "CHAIN_CAP_SET",
    "CHAIN_REGISTERED",
    "CHAIN_RETIRED",
    "CHAIN_SLOT",
    "CUSTODIAN_REGISTERED",
    "CUSTODIAN_RETIRED",
    "CUSTODIAN_SLOT",
    "EVENTS",
    "HALTS_CHANGED",
    "HANDOFF_CANCELLED",
    "HOLDER_BOOK",
    "HOLDER_BOOK_OPENED",
    "ISIN_MARKER",
    "ISSUER",
    "ISSUER_CREATED",
    "KEY_SET",
    "LIMITS",
    "MINTER_ALLOWANCE",
    "POLICY",
    "POLICY_APPLIED",
    "POLICY_CANCELLED",
    "POLICY_SET",
    "QUEUED_POLICY",
    "REDEMPTION_ACCEPTED",
    "REDEMPTION_CANCELLED",
    "REDEMPTION_REQUEST",
    "REDEMPTION_REQUESTED",
    "REDEMPTION_SETTLED",
    "RELEASED_DAY",
    "RENUNCIATION_CANCELLED",
    "RESERVE",
    "RESERVE_ATTESTED",
    "ROLE_CHANGE_CANCELLED",
    "ROLE_GRANT",
    "ROLE_GRANTED",
    "ROLE_RENOUNCED",
    "ROLE_REVOKED",
    "SHARES_MINTED",
    "SLOT_CHANGE_CANCELLED",
    "SOLVENCY_CHECKED",
    "SYMBOL_MARKER",
    "TICKET_PAGE",
    "TICKET_PAGE_CLOSED",
    "TICKET_PAGE_OPENED",
    "WATERMARK_RAISED",
    "WINDOW_USAGE",
]

POLICY: Any = Struct(
    "max_age_s" / Int64sl,
    "chain_max_age_s" / Int64sl,
    "change_delay_s" / Int64sl,
    "redemption_window_s" / Int64sl,
    "custodian_cap" / Int64ul,
    "mint_window_limit" / Int64ul,
    "haircut_bps" / Int16ul,
    "custodian_share_bps" / Int16ul,
    "collateral_bps" / Int16ul,
    "min_custodians" / Int8ul,
    "_pad" / Bytes(1),
    "reserved" / Bytes(72),
)

RELEASED_DAY: Any = Struct(
    "last_at" / Int64sl,
    "shares" / Int64ul,
)

WINDOW_USAGE: Any = Struct(
    "used" / Int64ul,
    "carry" / Int64ul,
    "at" / Int64sl,
)

QUEUED_POLICY: Any = Struct(
    "fields" / Int32ul,
    "_pad" / Bytes(4),
    "ready_at" / Int64sl,
    "expires_at" / Int64sl,
    "values" / POLICY,
)

LIMITS: Any = Struct(
    "window_limit" / Int64ul,
    "lifetime_cap" / Int64ul,
    "approver_threshold" / Int64ul,
)

KEY_SET: Any = Struct(
    "keys" / Array(3, Bytes(32)),
    "pending_keys" / Array(3, Bytes(32)),
    "pending_from" / Int64sl,
    "sequence" / Int64ul,
    "epoch" / Int32ul,
    "pending_epoch" / Int32ul,
    "count" / Int8ul,
    "threshold" / Int8ul,
    "pending_count" / Int8ul,
    "pending_threshold" / Int8ul,
    "_pad" / Bytes(4),
)

CUSTODIAN_SLOT: Any = Struct(
    "custodian_id" / Bytes(20),
    "active" / Int8ul,
    "group" / Int8ul,
    "_pad" / Bytes(2),
    "account_hash" / Bytes(32),
    "signers" / KEY_SET,
    "basis" / Int32ul,
    "_pad1" / Bytes(4),
    "as_of" / Int64sl,
    "settled" / Int64ul,
    "in_transit" / Int64ul,
    "in_transit_by" / Int64sl,
    "received_at" / Int64sl,
    "report_hash" / Bytes(32),
    "reserved" / Bytes(32),
)

CHAIN_SLOT: Any = Struct(
    "active" / Int8ul,
    "_pad" / Bytes(3),
    "basis" / Int32ul,
    "chain" / Bytes(48),
    "token_hash" / Bytes(32),
    "signers" / KEY_SET,
    "cap" / Int64ul,
    "next_cap" / Int64ul,
    "next_cap_from" / Int64sl,
    "retire_from" / Int64sl,
    "as_of" / Int64sl,
    "supply" / Int64ul,
    "received_at" / Int64sl,
    "report_hash" / Bytes(32),
    "outbound" / Int64ul,
    "outbound_days" / Array(8, RELEASED_DAY),
    "reserved" / Bytes(24),
)

ASSET: Any = Struct(
    "discriminator" / Const(bytes.fromhex("eab4f1fc8be0a008")),
    "version" / Int8ul,
    "bump" / Int8ul,
    "halts" / Int8ul,
    "latched" / Int8ul,
    "decimals" / Int8ul,
    "mint_bump" / Int8ul,
    "escrow_bump" / Int8ul,
    "features" / Int8ul,
    "issuer" / Bytes(32),
    "mint" / Bytes(32),
    "escrow" / Bytes(32),
    "reserve" / Bytes(32),
    "number" / Int32ul,
    "basis" / Int32ul,
    "multiplier" / Int64ul,
    "next_multiplier" / Int64ul,
    "next_effective_at" / Int64sl,
    "isin" / Bytes(12),
    "symbol" / Bytes(12),
    "domain" / Bytes(32),
    "terms_hash" / Bytes(32),
    "terms_uri" / Bytes(128),
    "policy" / POLICY,
    "known_supply" / Int64ul,
    "minted" / Int64ul,
    "settled" / Int64ul,
    "burned_outside" / Int64ul,
    "pending" / Int64ul,
    "open_requests" / Int64ul,
    "tickets_used" / Int64ul,
    "ticket_watermark" / Int64ul,
    "listed_at" / Int64sl,
    "first_mint_at" / Int64sl,
    "latched_at" / Int64sl,
    "released" / Array(8, RELEASED_DAY),
    "cleared_at" / Int64sl,
    "newest_as_of" / Int64sl,
    "highest_ticket" / Int64ul,
    "mint_window" / WINDOW_USAGE,
    "queued_policy" / QUEUED_POLICY,
    "reserved" / Bytes(120),
)

HOLDER_BOOK: Any = Struct(
    "discriminator" / Const(bytes.fromhex("1d5dd0724aee06f6")),
    "version" / Int8ul,
    "bump" / Int8ul,
    "_pad" / Bytes(6),
    "holder" / Bytes(32),
    "asset" / Bytes(32),
    "next_id" / Int64ul,
    "open_requests" / Int64ul,
    "requested" / Int64ul,
    "settled" / Int64ul,
    "cancelled" / Int64ul,
    "rent_payer" / Bytes(32),
    "reserved" / Bytes(64),
)

ISIN_MARKER: Any = Struct(
    "discriminator" / Const(bytes.fromhex("28c3cb919d00691c")),
    "version" / Int8ul,
    "bump" / Int8ul,
    "_pad" / Bytes(6),
    "issuer" / Bytes(32),
    "asset" / Bytes(32),
    "isin" / Bytes(12),
    "reserved" / Bytes(20),
)

ISSUER: Any = Struct(
    "discriminator" / Const(bytes.fromhex("d81353e66c35500e")),
    "version" / Int8ul,
    "bump" / Int8ul,
    "halts" / Int8ul,
    "_pad" / Bytes(5),
    "id" / Int64ul,
    "authority" / Bytes(32),
    "pending_authority" / Bytes(32),
    "pending_authority_from" / Int64sl,
    "pending_authority_until" / Int64sl,
    "name" / Bytes(32),
    "genesis_hash" / Bytes(32),
    "timelock_s" / Int64sl,
    "created_at" / Int64sl,
    "live_at" / Int64sl,
    "asset_count" / Int32ul,
    "renounced" / Int32ul,
    "grants" / Array(16, Int16ul),
    "renounce_from" / Int64sl,
    "renouncing" / Int8ul,
    "_pad1" / Bytes(7),
    "reserved" / Bytes(112),
)

MINTER_ALLOWANCE: Any = Struct(
    "discriminator" / Const(bytes.fromhex("2609e870fd8d7b8c")),
    "version" / Int8ul,
    "bump" / Int8ul,
    "_pad" / Bytes(6),
    "asset" / Bytes(32),
    "minter" / Bytes(32),
    "limits" / LIMITS,
    "pending" / LIMITS,
    "pending_from" / Int64sl,
    "window" / WINDOW_USAGE,
    "lifetime_used" / Int64ul,
    "reserved" / Bytes(64),
)

REDEMPTION_REQUEST: Any = Struct(
    "discriminator" / Const(bytes.fromhex("759dd6d640a01f3a")),
    "version" / Int8ul,
    "bump" / Int8ul,
    "state" / Int8ul,
    "_pad" / Bytes(5),
    "holder" / Bytes(32),
    "asset" / Bytes(32),
    "id" / Int64ul,
    "amount" / Int64ul,
    "multiplier" / Int64ul,
    "requested_at" / Int64sl,
    "deadline" / Int64sl,
    "accepted_at" / Int64sl,
    "payout_terms_hash" / Bytes(32),
    "rent_payer" / Bytes(32),
    "reserved" / Bytes(128),
)

RESERVE: Any = Struct(
    "discriminator" / Const(bytes.fromhex("2bf2ccca1af73b7f")),
    "version" / Int8ul,
    "bump" / Int8ul,
    "_pad" / Bytes(2),
    "last_epoch" / Int32ul,
    "asset" / Bytes(32),
    "custodians" / Array(8, CUSTODIAN_SLOT),
    "chains" / Array(8, CHAIN_SLOT),
    "reserved" / Bytes(128),
)

ROLE_GRANT: Any = Struct(
    "discriminator" / Const(bytes.fromhex("7ed57b80ac0268f2")),
    "version" / Int8ul,
    "bump" / Int8ul,
    "role" / Int8ul,
    "_pad" / Bytes(5),
    "issuer" / Bytes(32),
    "member" / Bytes(32),
    "expires_at" / Int64sl,
    "next_expires_at" / Int64sl,
    "next_from" / Int64sl,
    "granted_at" / Int64sl,
    "rent_payer" / Bytes(32),
    "held_since" / Int64sl,
    "reserved" / Bytes(24),
)

SYMBOL_MARKER: Any = Struct(
    "discriminator" / Const(bytes.fromhex("2e0b7ae3637c824e")),
    "version" / Int8ul,
    "bump" / Int8ul,
    "_pad" / Bytes(6),
    "issuer" / Bytes(32),
    "asset" / Bytes(32),
    "symbol" / Bytes(12),
    "reserved" / Bytes(20),
)

TICKET_PAGE: Any = Struct(
    "discriminator" / Const(bytes.fromhex("27307ce39ef764c6")),
    "version" / Int8ul,
    "bump" / Int8ul,
    "_pad" / Bytes(2),
    "page" / Int32ul,
    "asset" / Bytes(32),
    "rent_payer" / Bytes(32),
    "used" / Int64ul,
    "reserved" / Bytes(32),
    "bitmap" / Bytes(512),
)

ALLOWANCE_RAISE_CANCELLED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("4caabc2e008303b1")),
    "asset" / Bytes(32),
    "minter" / Bytes(32),
    "by" / Bytes(32),
    "dropped" / LIMITS,
    "at" / Int64sl,
)

ALLOWANCE_SET: Any = Struct(
    "discriminator" / Const(bytes.fromhex("33383e92eb0a6cbd")),
    "asset" / Bytes(32),
    "minter" / Bytes(32),
    "by" / Bytes(32),
    "old_limits" / LIMITS,
    "limits" / LIMITS,
    "pending" / LIMITS,
    "pending_from" / Int64sl,
    "window" / WINDOW_USAGE,
    "lifetime_used" / Int64ul,
    "obligation" / Int64ul,
    "reserve" / Int64ul,
    "live_at" / Int64sl,
    "at" / Int64sl,
)

ASSET_LISTED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("274061a2bd969602")),
    "asset" / Bytes(32),
    "issuer" / Bytes(32),
    "mint" / Bytes(32),
    "escrow" / Bytes(32),
    "reserve" / Bytes(32),
    "number" / Int32ul,
    "decimals" / Int8ul,
    "features" / Int8ul,
    "_pad" / Bytes(2),
    "multiplier" / Int64ul,
    "isin" / Bytes(12),
    "symbol" / Bytes(12),
    "domain" / Bytes(32),
    "terms_hash" / Bytes(32),
    "terms_uri" / Bytes(128),
    "policy" / POLICY,
    "at" / Int64sl,
)

ASSET_REOPENED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("d5e11b9aaf4742b1")),
    "asset" / Bytes(32),
    "guardian" / Bytes(32),
    "latched_at" / Int64sl,
    "supply" / Int64ul,
    "burned_outside" / Int64ul,
    "multiplier" / Int64ul,
    "obligation" / Int64ul,
    "reserve" / Int64ul,
    "custodians" / Int64ul,
    "at" / Int64sl,
)

AUTHORITY_ACCEPTED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("a6c0dbbc29d1c31a")),
    "issuer" / Bytes(32),
    "old_authority" / Bytes(32),
    "authority" / Bytes(32),
    "at" / Int64sl,
)

AUTHORITY_PROPOSED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("f4755e7035972359")),
    "issuer" / Bytes(32),
    "authority" / Bytes(32),
    "pending_authority" / Bytes(32),
    "pending_from" / Int64sl,
    "pending_until" / Int64sl,
    "at" / Int64sl,
)

CHAIN_ATTESTED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("a0ad29cca9f6a644")),
    "asset" / Bytes(32),
    "attesters" / Array(3, Bytes(32)),
    "slot" / Int8ul,
    "new_keys" / Int8ul,
    "latched_before" / Int8ul,
    "latched" / Int8ul,
    "epoch" / Int32ul,
    "basis" / Int32ul,
    "_pad" / Bytes(4),
    "sequence" / Int64ul,
    "old_as_of" / Int64sl,
    "as_of" / Int64sl,
    "old_supply" / Int64ul,
    "chain_supply" / Int64ul,
    "cap" / Int64ul,
    "outbound" / Int64ul,
    "report_hash" / Bytes(32),
    "supply" / Int64ul,
    "burned_outside" / Int64ul,
    "multiplier" / Int64ul,
    "obligation" / Int64ul,
    "reserve" / Int64ul,
    "at" / Int64sl,
)

CHAIN_CAP_SET: Any = Struct(
    "discriminator" / Const(bytes.fromhex("119143932f3f9f80")),
    "asset" / Bytes(32),
    "by" / Bytes(32),
    "slot" / Int64ul,
    "old_cap" / Int64ul,
    "cap" / Int64ul,
    "next_cap" / Int64ul,
    "next_cap_from" / Int64sl,
    "obligation" / Int64ul,
    "reserve" / Int64ul,
    "at" / Int64sl,
)

CHAIN_REGISTERED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("f9c6f473fb3e3361")),
    "asset" / Bytes(32),
    "manager" / Bytes(32),
    "slot" / Int8ul,
    "replaces" / Int8ul,
    "threshold" / Int8ul,
    "_pad" / Bytes(1),
    "epoch" / Int32ul,
    "chain" / Bytes(48),
    "token_hash" / Bytes(32),
    "keys" / Array(3, Bytes(32)),
    "valid_from" / Int64sl,
    "at" / Int64sl,
)

CHAIN_RETIRED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("fbe179de75a202dd")),
    "asset" / Bytes(32),
    "manager" / Bytes(32),
    "slot" / Int64ul,
    "retired" / Int64ul,
    "retire_from" / Int64sl,
    "chain" / Bytes(48),
    "token_hash" / Bytes(32),
    "at" / Int64sl,
)

CUSTODIAN_REGISTERED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("303db86cf2dd2c4e")),
    "asset" / Bytes(32),
    "manager" / Bytes(32),
    "slot" / Int8ul,
    "replaces" / Int8ul,
    "group" / Int8ul,
    "threshold" / Int8ul,
    "epoch" / Int32ul,
    "custodian_id" / Bytes(20),
    "_pad1" / Bytes(4),
    "account_hash" / Bytes(32),
    "keys" / Array(3, Bytes(32)),
    "valid_from" / Int64sl,
    "at" / Int64sl,
)

CUSTODIAN_RETIRED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("71f054ce203cc749")),
    "asset" / Bytes(32),
    "manager" / Bytes(32),
    "slot" / Int8ul,
    "latched" / Int8ul,
    "_pad" / Bytes(2),
    "epoch" / Int32ul,
    "custodian_id" / Bytes(20),
    "_pad1" / Bytes(4),
    "settled" / Int64ul,
    "in_transit" / Int64ul,
    "supply" / Int64ul,
    "burned_outside" / Int64ul,
    "multiplier" / Int64ul,
    "obligation" / Int64ul,
    "reserve_before" / Int64ul,
    "reserve" / Int64ul,
    "at" / Int64sl,
)

HALTS_CHANGED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("e11cd2fdda7a341e")),
    "asset" / Bytes(32),
    "guardian" / Bytes(32),
    "old_halts" / Int64ul,
    "halts" / Int64ul,
    "obligation" / Int64ul,
    "reserve" / Int64ul,
    "at" / Int64sl,
)

HANDOFF_CANCELLED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("c166dc963c0c0cef")),
    "issuer" / Bytes(32),
    "by" / Bytes(32),
    "pending_authority" / Bytes(32),
    "at" / Int64sl,
)

HOLDER_BOOK_OPENED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("0952c9604922f790")),
    "asset" / Bytes(32),
    "holder" / Bytes(32),
    "rent_payer" / Bytes(32),
    "at" / Int64sl,
)

ISSUER_CREATED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("0677da540c636ee2")),
    "issuer" / Bytes(32),
    "id" / Int64ul,
    "authority" / Bytes(32),
    "name" / Bytes(32),
    "genesis_hash" / Bytes(32),
    "timelock_s" / Int64sl,
    "at" / Int64sl,
)

POLICY_APPLIED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("e032c9e53f9df8ef")),
    "asset" / Bytes(32),
    "fields" / Int64ul,
    "old_policy" / POLICY,
    "policy" / POLICY,
    "mint_window" / WINDOW_USAGE,
    "supply" / Int64ul,
    "burned_outside" / Int64ul,
    "multiplier" / Int64ul,
    "obligation" / Int64ul,
    "reserve" / Int64ul,
    "at" / Int64sl,
)

POLICY_CANCELLED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("21d5235404d4b5ed")),
    "asset" / Bytes(32),
    "by" / Bytes(32),
    "queued" / QUEUED_POLICY,
    "at" / Int64sl,
)

POLICY_SET: Any = Struct(
    "discriminator" / Const(bytes.fromhex("7ef6453009f0e234")),
    "asset" / Bytes(32),
    "by" / Bytes(32),
    "named" / Int32ul,
    "tighter" / Int32ul,
    "looser" / Int32ul,
    "latched" / Int32ul,
    "old_policy" / POLICY,
    "policy" / POLICY,
    "queued" / QUEUED_POLICY,
    "mint_window" / WINDOW_USAGE,
    "supply" / Int64ul,
    "burned_outside" / Int64ul,
    "multiplier" / Int64ul,
    "obligation" / Int64ul,
    "reserve" / Int64ul,
    "at" / Int64sl,
)

REDEMPTION_ACCEPTED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("2e6965bb2efd1638")),
    "asset" / Bytes(32),
    "holder" / Bytes(32),
    "redeemer" / Bytes(32),
    "id" / Int64ul,
    "amount" / Int64ul,
    "deadline" / Int64sl,
    "at" / Int64sl,
)

REDEMPTION_CANCELLED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("166a761a536e47ae")),
    "asset" / Bytes(32),
    "holder" / Bytes(32),
    "destination" / Bytes(32),
    "id" / Int64ul,
    "amount" / Int64ul,
    "state" / Int64ul,
    "deadline" / Int64sl,
    "pending" / Int64ul,
    "at" / Int64sl,
)

REDEMPTION_REQUESTED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("f59b6283d2198992")),
    "asset" / Bytes(32),
    "holder" / Bytes(32),
    "source" / Bytes(32),
    "id" / Int64ul,
    "amount" / Int64ul,
    "multiplier" / Int64ul,
    "deadline" / Int64sl,
    "payout_terms_hash" / Bytes(32),
    "rent_payer" / Bytes(32),
    "pending" / Int64ul,
    "at" / Int64sl,
)

REDEMPTION_SETTLED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("4b09c560f93d1bf5")),
    "asset" / Bytes(32),
    "holder" / Bytes(32),
    "redeemer" / Bytes(32),
    "id" / Int64ul,
    "amount" / Int64ul,
    "accepted_at" / Int64sl,
    "deadline" / Int64sl,
    "supply_before" / Int64ul,
    "supply" / Int64ul,
    "burned_outside" / Int64ul,
    "multiplier_at_request" / Int64ul,
    "multiplier" / Int64ul,
    "shares" / Int64ul,
    "payout_shares" / Int64ul,
    "obligation" / Int64ul,
    "reserve" / Int64ul,
    "to_chain" / Int64ul,
    "payout_terms_hash" / Bytes(32),
    "pending" / Int64ul,
    "at" / Int64sl,
)

RENUNCIATION_CANCELLED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("28e58e050a4bb70c")),
    "issuer" / Bytes(32),
    "by" / Bytes(32),
    "role" / Int64ul,
    "at" / Int64sl,
)

RESERVE_ATTESTED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("dff461c42ea8a3e5")),
    "asset" / Bytes(32),
    "attesters" / Array(3, Bytes(32)),
    "slot" / Int8ul,
    "new_keys" / Int8ul,
    "latched_before" / Int8ul,
    "latched" / Int8ul,
    "epoch" / Int32ul,
    "basis" / Int32ul,
    "_pad" / Bytes(4),
    "sequence" / Int64ul,
    "old_as_of" / Int64sl,
    "as_of" / Int64sl,
    "old_settled" / Int64ul,
    "settled" / Int64ul,
    "in_transit" / Int64ul,
    "in_transit_by" / Int64sl,
    "report_hash" / Bytes(32),
    "supply" / Int64ul,
    "burned_outside" / Int64ul,
    "multiplier" / Int64ul,
    "obligation" / Int64ul,
    "reserve" / Int64ul,
    "at" / Int64sl,
)

ROLE_CHANGE_CANCELLED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("42f969286cdf0bd5")),
    "issuer" / Bytes(32),
    "member" / Bytes(32),
    "by" / Bytes(32),
    "role" / Int64ul,
    "expires_at" / Int64sl,
    "next_expires_at" / Int64sl,
    "at" / Int64sl,
)

ROLE_GRANTED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("dcb759e48f3ff63a")),
    "issuer" / Bytes(32),
    "member" / Bytes(32),
    "by" / Bytes(32),
    "rent_payer" / Bytes(32),
    "role" / Int64ul,
    "opened" / Int64ul,
    "old_expires_at" / Int64sl,
    "expires_at" / Int64sl,
    "next_expires_at" / Int64sl,
    "next_from" / Int64sl,
    "held_since" / Int64sl,
    "granted_at" / Int64sl,
    "at" / Int64sl,
)

ROLE_RENOUNCED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("94558cbf45776417")),
    "issuer" / Bytes(32),
    "role" / Int64ul,
    "done" / Int64ul,
    "renounce_from" / Int64sl,
    "renounced" / Int64ul,
    "at" / Int64sl,
)

ROLE_REVOKED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("a7b734e57ece3e3d")),
    "issuer" / Bytes(32),
    "member" / Bytes(32),
    "by" / Bytes(32),
    "role" / Int64ul,
    "closed" / Int64ul,
    "expires_at" / Int64sl,
    "ends_at" / Int64sl,
    "at" / Int64sl,
)

SHARES_MINTED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("7f8bee29762f7a27")),
    "asset" / Bytes(32),
    "minter" / Bytes(32),
    "approver" / Bytes(32),
    "destination" / Bytes(32),
    "ticket" / Int64ul,
    "amount" / Int64ul,
    "supply_before" / Int64ul,
    "supply" / Int64ul,
    "burned_outside" / Int64ul,
    "multiplier" / Int64ul,
    "obligation" / Int64ul,
    "released" / Int64ul,
    "foreign" / Int64ul,
    "reserve" / Int64ul,
    "custodians" / Int64ul,
    "limits" / LIMITS,
    "window" / WINDOW_USAGE,
    "lifetime_used" / Int64ul,
    "asset_window_limit" / Int64ul,
    "asset_window" / WINDOW_USAGE,
    "at" / Int64sl,
)

SLOT_CHANGE_CANCELLED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("9e4e53a1f5a2f44e")),
    "asset" / Bytes(32),
    "by" / Bytes(32),
    "kind" / Int64ul,
    "slot" / Int64ul,
    "epoch" / Int64ul,
    "at" / Int64sl,
)

SOLVENCY_CHECKED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("7f89d89b55f277f7")),
    "asset" / Bytes(32),
    "supply" / Int64ul,
    "burned_outside" / Int64ul,
    "multiplier" / Int64ul,
    "obligation" / Int64ul,
    "released" / Int64ul,
    "foreign" / Int64ul,
    "last_reserve" / Int64ul,
    "reserve" / Int64ul,
    "custodians" / Int64ul,
    "latched_before" / Int64ul,
    "latched" / Int64ul,
    "at" / Int64sl,
)

TICKET_PAGE_CLOSED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("5db0e1f955e97de2")),
    "asset" / Bytes(32),
    "rent_payer" / Bytes(32),
    "page" / Int64ul,
    "used" / Int64ul,
    "at" / Int64sl,
)

TICKET_PAGE_OPENED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("79a9e82c85b627aa")),
    "asset" / Bytes(32),
    "rent_payer" / Bytes(32),
    "page" / Int64ul,
    "at" / Int64sl,
)

WATERMARK_RAISED: Any = Struct(
    "discriminator" / Const(bytes.fromhex("684c3fc809f20416")),
    "asset" / Bytes(32),
    "by" / Bytes(32),
    "old_watermark" / Int64ul,
    "watermark" / Int64ul,
    "highest_ticket" / Int64ul,
    "at" / Int64sl,
)

ACCOUNTS: Mapping[str, Any] = {
    "Asset": ASSET,
    "HolderBook": HOLDER_BOOK,
    "IsinMarker": ISIN_MARKER,
    "Issuer": ISSUER,
    "MinterAllowance": MINTER_ALLOWANCE,
    "RedemptionRequest": REDEMPTION_REQUEST,
    "Reserve": RESERVE,
    "RoleGrant": ROLE_GRANT,
    "SymbolMarker": SYMBOL_MARKER,
    "TicketPage": TICKET_PAGE,
}
"""Accounts by name."""

EVENTS: Mapping[str, Any] = {
    "AllowanceRaiseCancelled": ALLOWANCE_RAISE_CANCELLED,
    "AllowanceSet": ALLOWANCE_SET,
    "AssetListed": ASSET_LISTED,
    "AssetReopened": ASSET_REOPENED,
    "AuthorityAccepted": AUTHORITY_ACCEPTED,
    "AuthorityProposed": AUTHORITY_PROPOSED,
    "ChainAttested": CHAIN_ATTESTED,
    "ChainCapSet": CHAIN_CAP_SET,
    "ChainRegistered": CHAIN_REGISTERED,
    "ChainRetired": CHAIN_RETIRED,
    "CustodianRegistered": CUSTODIAN_REGISTERED,
    "CustodianRetired": CUSTODIAN_RETIRED,
    "HaltsChanged": HALTS_CHANGED,
    "HandoffCancelled": HANDOFF_CANCELLED,
    "HolderBookOpened": HOLDER_BOOK_OPENED,
    "IssuerCreated": ISSUER_CREATED,
    "PolicyApplied": POLICY_APPLIED,
    "PolicyCancelled": POLICY_CANCELLED,
    "PolicySet": POLICY_SET,
    "RedemptionAccepted": REDEMPTION_ACCEPTED,
    "RedemptionCancelled": REDEMPTION_CANCELLED,
    "RedemptionRequested": REDEMPTION_REQUESTED,
    "RedemptionSettled": REDEMPTION_SETTLED,
    "RenunciationCancelled": RENUNCIATION_CANCELLED,
    "ReserveAttested": RESERVE_ATTESTED,
    "RoleChangeCancelled": ROLE_CHANGE_CANCELLED,
    "RoleGranted": ROLE_GRANTED,
    "RoleRenounced": ROLE_RENOUNCED,
    "RoleRevoked": ROLE_REVOKED,
    "SharesMinted": SHARES_MINTED,
    "SlotChangeCancelled": SLOT_CHANGE_CANCELLED,
    "SolvencyChecked": SOLVENCY_CHECKED,
    "TicketPageClosed": TICKET_PAGE_CLOSED,
    "TicketPageOpened": TICKET_PAGE_OPENED,
    "WatermarkRaised": WATERMARK_RAISED,
}
"""Events by name."""
