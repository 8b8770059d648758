"""One builder to an instruction.

Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from xstock_client._wire import boolean, fixed, i64, pubkey, text, u8, u32, u64
from xstock_client.constants import PROGRAM_ID, TOKEN_2022
from xstock_client.pda import event_authority

__all__ = [
    "INSTRUCTIONS",
    "accept_authority",
    "accept_redemption",
    "attest",
    "cancel_redemption",
    "check_solvency",
    "create_issuer",
    "grant_role",
    "halt",
    "list_asset",
    "mint_shares",
    "open_holder_book",
    "open_ticket_page",
    "propose_authority",
    "register_custodian",
    "reopen",
    "request_redemption",
    "resume",
    "retire_custodian",
    "revoke_role",
    "set_allowance",
    "settle_redemption",
]

INSTRUCTIONS: Mapping[str, bytes] = {
    "accept_authority": bytes.fromhex("6b56c65b210c6ba0"),
    "accept_redemption": bytes.fromhex("f8a7fec5b464a3f1"),
    "attest": bytes.fromhex("53947877908b75a0"),
    "cancel_redemption": bytes.fromhex("c5f365560225696a"),
    "check_solvency": bytes.fromhex("8f5042e8bb7e65c3"),
    "create_issuer": bytes.fromhex("fbccbc25e82b27da"),
    "grant_role": bytes.fromhex("daea800f5221ecfd"),
    "halt": bytes.fromhex("189c087941030552"),
    "list_asset": bytes.fromhex("0b19fecd3dfc170f"),
    "mint_shares": bytes.fromhex("18c48400b79ed88e"),
    "open_holder_book": bytes.fromhex("7a9eaba1a69e5a3a"),
    "open_ticket_page": bytes.fromhex("fe7a0f9541fd7abb"),
    "propose_authority": bytes.fromhex("1494ecc64c77638e"),
    "register_custodian": bytes.fromhex("b6ecdb2cdd552fca"),
    "reopen": bytes.fromhex("95cd8326c0576fa6"),
    "request_redemption": bytes.fromhex("0e3eb6ed3b4f9516"),
    "resume": bytes.fromhex("01a633aa7f208dce"),
    "retire_custodian": bytes.fromhex("e61d45ca0dbd6901"),
    "revoke_role": bytes.fromhex("b3e802b430e35207"),
    "set_allowance": bytes.fromhex("de4e05c6d59e4f48"),
    "settle_redemption": bytes.fromhex("15d940ec249402a1"),
}
"""Discriminator of every instruction, by name."""

_INSTRUCTIONS = Pubkey.from_string("Sysvar1nstructions1111111111111111111111111")
_SYSTEM_PROGRAM = Pubkey.from_string("11111111111111111111111111111111")


def accept_authority(
    *,
    new_authority: Pubkey,
    issuer: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Second half of a handoff: the proposed key takes over."""
    data = INSTRUCTIONS["accept_authority"]
    accounts = [
        AccountMeta(new_authority, is_signer=True, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def accept_redemption(
    *,
    redeemer: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    request: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer's desk accepts a request."""
    data = INSTRUCTIONS["accept_redemption"]
    accounts = [
        AccountMeta(redeemer, is_signer=True, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def attest(
    *,
    asset: Pubkey,
    reserve: Pubkey,
    mint: Pubkey,
    precompile: int,
    signature: int,
    count: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anybody relays ``count`` signed reports, proven by the ed25519 instruction at ``precompile`` from its
    signature number ``signature`` on.
    """
    data = b"".join(
        (
            INSTRUCTIONS["attest"],
            u8("precompile", precompile),
            u8("signature", signature),
            u8("count", count),
        )
    )
    accounts = [
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(_INSTRUCTIONS, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def cancel_redemption(
    *,
    holder: Pubkey,
    asset: Pubkey,
    book: Pubkey,
    request: Pubkey,
    rent_receiver: Pubkey,
    mint: Pubkey,
    escrow: Pubkey,
    destination: Pubkey,
    token_program: Pubkey = TOKEN_2022,
    memo_program: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A holder takes a request back."""
    data = INSTRUCTIONS["cancel_redemption"]
    accounts = [
        AccountMeta(holder, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(book, is_signer=False, is_writable=True),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(rent_receiver, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(escrow, is_signer=False, is_writable=True),
        AccountMeta(destination, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(program_id if memo_program is None else memo_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def check_solvency(
    *,
    asset: Pubkey,
    reserve: Pubkey,
    mint: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone compares the obligation with the last reported figures, and latches if it is larger."""
    data = INSTRUCTIONS["check_solvency"]
    accounts = [
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=False),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def create_issuer(
    *,
    payer: Pubkey,
    authority: Pubkey,
    issuer: Pubkey,
    id: int,
    name: bytes,
    genesis_hash: bytes,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone becomes an issuer, for themselves."""
    data = b"".join(
        (
            INSTRUCTIONS["create_issuer"],
            u64("id", id),
            fixed("name", name, 32),
            fixed("genesis_hash", genesis_hash, 32),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=True),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def grant_role(
    *,
    payer: Pubkey,
    authority: Pubkey,
    issuer: Pubkey,
    member: Pubkey,
    grant: Pubkey,
    role: int,
    expires_at: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer gives a key a role until a date, or renews it."""
    data = b"".join(
        (
            INSTRUCTIONS["grant_role"],
            u8("role", role),
            i64("expires_at", expires_at),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(member, is_signer=False, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=True),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def halt(
    *,
    pauser: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    functions: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A pauser stops minting (1), new redemption requests (2), or both (3)."""
    data = b"".join(
        (
            INSTRUCTIONS["halt"],
            u8("functions", functions),
        )
    )
    accounts = [
        AccountMeta(pauser, is_signer=True, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def list_asset(
    *,
    payer: Pubkey,
    authority: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    mint: Pubkey,
    escrow: Pubkey,
    reserve: Pubkey,
    isin_marker: Pubkey,
    symbol_marker: Pubkey,
    number: int,
    isin: bytes,
    symbol: bytes,
    name: str,
    uri: str,
    terms_uri: str,
    terms_hash: bytes,
    max_age_s: int,
    change_delay_s: int,
    redemption_window_s: int,
    min_custodians: int,
    permissioned_burn: bool,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer lists a stock; the program creates its mint."""
    data = b"".join(
        (
            INSTRUCTIONS["list_asset"],
            u32("number", number),
            fixed("isin", isin, 12),
            fixed("symbol", symbol, 12),
            text("name", name),
            text("uri", uri),
            text("terms_uri", terms_uri),
            fixed("terms_hash", terms_hash, 32),
            i64("max_age_s", max_age_s),
            i64("change_delay_s", change_delay_s),
            i64("redemption_window_s", redemption_window_s),
            u8("min_custodians", min_custodians),
            boolean("permissioned_burn", permissioned_burn),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=True),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(escrow, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(isin_marker, is_signer=False, is_writable=True),
        AccountMeta(symbol_marker, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def mint_shares(
    *,
    minter: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    allowance: Pubkey,
    tickets: Pubkey,
    mint: Pubkey,
    destination: Pubkey,
    ticket: int,
    amount: int,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The one door: mints ``amount`` raw units against attested reserve, once per ticket."""
    data = b"".join(
        (
            INSTRUCTIONS["mint_shares"],
            u64("ticket", ticket),
            u64("amount", amount),
        )
    )
    accounts = [
        AccountMeta(minter, is_signer=True, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=False),
        AccountMeta(allowance, is_signer=False, is_writable=True),
        AccountMeta(tickets, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(destination, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def open_holder_book(
    *,
    payer: Pubkey,
    holder: Pubkey,
    asset: Pubkey,
    book: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone opens the book that counts a holder's requests of one asset."""
    data = INSTRUCTIONS["open_holder_book"]
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(holder, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(book, is_signer=False, is_writable=True),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def open_ticket_page(
    *,
    payer: Pubkey,
    asset: Pubkey,
    tickets: Pubkey,
    page: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone opens a page of 4,096 mint tickets."""
    data = b"".join(
        (
            INSTRUCTIONS["open_ticket_page"],
            u32("page", page),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(tickets, is_signer=False, is_writable=True),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def propose_authority(
    *,
    authority: Pubkey,
    issuer: Pubkey,
    new_authority: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """First half of a handoff: names the key that may take over."""
    data = b"".join(
        (
            INSTRUCTIONS["propose_authority"],
            pubkey("new_authority", new_authority),
        )
    )
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def register_custodian(
    *,
    manager: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    slot: int,
    custodian_id: bytes,
    account_hash: bytes,
    attester: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """An attestor manager binds a custodian's key and safekeeping account to a slot."""
    data = b"".join(
        (
            INSTRUCTIONS["register_custodian"],
            u8("slot", slot),
            fixed("custodian_id", custodian_id, 20),
            fixed("account_hash", account_hash, 32),
            pubkey("attester", attester),
        )
    )
    accounts = [
        AccountMeta(manager, is_signer=True, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def reopen(
    *,
    unpauser: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    mint: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """An unpauser opens the solvency latch once the reserve covers the obligation again."""
    data = INSTRUCTIONS["reopen"]
    accounts = [
        AccountMeta(unpauser, is_signer=True, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=False),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def request_redemption(
    *,
    payer: Pubkey,
    holder: Pubkey,
    asset: Pubkey,
    book: Pubkey,
    request: Pubkey,
    mint: Pubkey,
    source: Pubkey,
    escrow: Pubkey,
    id: int,
    amount: int,
    payout_terms_hash: bytes,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A holder asks for redemption of ``amount`` raw units."""
    data = b"".join(
        (
            INSTRUCTIONS["request_redemption"],
            u64("id", id),
            u64("amount", amount),
            fixed("payout_terms_hash", payout_terms_hash, 32),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(holder, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(book, is_signer=False, is_writable=True),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(source, is_signer=False, is_writable=True),
        AccountMeta(escrow, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def resume(
    *,
    unpauser: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    functions: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """An unpauser lifts halts."""
    data = b"".join(
        (
            INSTRUCTIONS["resume"],
            u8("functions", functions),
        )
    )
    accounts = [
        AccountMeta(unpauser, is_signer=True, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def retire_custodian(
    *,
    manager: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    mint: Pubkey,
    slot: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """An attestor manager retires a slot at once."""
    data = b"".join(
        (
            INSTRUCTIONS["retire_custodian"],
            u8("slot", slot),
        )
    )
    accounts = [
        AccountMeta(manager, is_signer=True, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def revoke_role(
    *,
    authority: Pubkey,
    issuer: Pubkey,
    grant: Pubkey,
    rent_receiver: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer takes a role back at once."""
    data = INSTRUCTIONS["revoke_role"]
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=True),
        AccountMeta(rent_receiver, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def set_allowance(
    *,
    payer: Pubkey,
    authority: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    minter: Pubkey,
    allowance: Pubkey,
    window_limit: int,
    lifetime_cap: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer limits what one minter may mint of one asset: raw units per day, and ever."""
    data = b"".join(
        (
            INSTRUCTIONS["set_allowance"],
            u64("window_limit", window_limit),
            u64("lifetime_cap", lifetime_cap),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(reserve, is_signer=False, is_writable=False),
        AccountMeta(minter, is_signer=False, is_writable=False),
        AccountMeta(allowance, is_signer=False, is_writable=True),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def settle_redemption(
    *,
    redeemer: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    book: Pubkey,
    request: Pubkey,
    rent_receiver: Pubkey,
    mint: Pubkey,
    escrow: Pubkey,
    amount: int,
    accepted_at: int,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer's desk settles an accepted request: the escrowed tokens are burned."""
    data = b"".join(
        (
            INSTRUCTIONS["settle_redemption"],
            u64("amount", amount),
            i64("accepted_at", accepted_at),
        )
    )
    accounts = [
        AccountMeta(redeemer, is_signer=True, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(book, is_signer=False, is_writable=True),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(rent_receiver, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(escrow, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)
