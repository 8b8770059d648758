"""One builder to an instruction.

Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from xstock_client._wire import boolean, fixed, i64, pubkey, pubkeys, text, u8, u16, u32, u64
from xstock_client.constants import PROGRAM_ID, TOKEN_2022
from xstock_client.pda import event_authority

__all__ = [
    "INSTRUCTIONS",
    "accept_authority",
    "accept_redemption",
    "apply_policy",
    "attest",
    "cancel_handoff",
    "cancel_policy",
    "cancel_raise",
    "cancel_redemption",
    "cancel_renunciation",
    "cancel_role_change",
    "cancel_slot_change",
    "check_solvency",
    "close_ticket_page",
    "create_issuer",
    "grant_role",
    "halt",
    "list_asset",
    "mint_shares",
    "open_holder_book",
    "open_ticket_page",
    "propose_authority",
    "raise_watermark",
    "register_chain",
    "register_custodian",
    "renounce_role",
    "reopen",
    "request_redemption",
    "resume",
    "retire_chain",
    "retire_custodian",
    "revoke_role",
    "set_allowance",
    "set_chain_cap",
    "set_policy",
    "settle_redemption",
]

INSTRUCTIONS: Mapping[str, bytes] = {
    "accept_authority": bytes.fromhex("6b56c65b210c6ba0"),
    "accept_redemption": bytes.fromhex("f8a7fec5b464a3f1"),
    "apply_policy": bytes.fromhex("ffebe836b72183e0"),
    "attest": bytes.fromhex("53947877908b75a0"),
    "cancel_handoff": bytes.fromhex("ef3d40089c069a50"),
    "cancel_policy": bytes.fromhex("f43af1dd6a975e74"),
    "cancel_raise": bytes.fromhex("5d7bcc4f6bc478d9"),
    "cancel_redemption": bytes.fromhex("c5f365560225696a"),
    "cancel_renunciation": bytes.fromhex("7e05b31ab9b57c91"),
    "cancel_role_change": bytes.fromhex("67165daaa55eba2f"),
    "cancel_slot_change": bytes.fromhex("1cf2602ca19190bf"),
    "check_solvency": bytes.fromhex("8f5042e8bb7e65c3"),
    "close_ticket_page": bytes.fromhex("489b4ea97e247b80"),
    "create_issuer": bytes.fromhex("fbccbc25e82b27da"),
    "grant_role": bytes.fromhex("daea800f5221ecfd"),
    "halt": bytes.fromhex("189c087941030552"),
    "list_asset": bytes.fromhex("0b19fecd3dfc170f"),
    "mint_shares": bytes.fromhex("18c48400b79ed88e"),
    "open_holder_book": bytes.fromhex("7a9eaba1a69e5a3a"),
    "open_ticket_page": bytes.fromhex("fe7a0f9541fd7abb"),
    "propose_authority": bytes.fromhex("1494ecc64c77638e"),
    "raise_watermark": bytes.fromhex("c6d3b3b554b81bc4"),
    "register_chain": bytes.fromhex("e6b598ad14a39df3"),
    "register_custodian": bytes.fromhex("b6ecdb2cdd552fca"),
    "renounce_role": bytes.fromhex("15fde9a2bad8d91a"),
    "reopen": bytes.fromhex("95cd8326c0576fa6"),
    "request_redemption": bytes.fromhex("0e3eb6ed3b4f9516"),
    "resume": bytes.fromhex("01a633aa7f208dce"),
    "retire_chain": bytes.fromhex("c627571fd06f701a"),
    "retire_custodian": bytes.fromhex("e61d45ca0dbd6901"),
    "revoke_role": bytes.fromhex("b3e802b430e35207"),
    "set_allowance": bytes.fromhex("de4e05c6d59e4f48"),
    "set_chain_cap": bytes.fromhex("5752a85b73a8a3f8"),
    "set_policy": bytes.fromhex("28850c9debca0284"),
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


def apply_policy(
    *,
    asset: Pubkey,
    reserve: Pubkey,
    mint: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone puts a queued policy in force once it has waited."""
    data = INSTRUCTIONS["apply_policy"]
    accounts = [
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=False),
        AccountMeta(mint, is_signer=False, is_writable=False),
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
    """Anybody relays signed reports, proven by ``count`` signatures of the ed25519 instruction at ``precompile``,
    from its signature number ``signature`` on.
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


def cancel_handoff(
    *,
    canceller: Pubkey,
    issuer: Pubkey,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A pauser stops a handoff before it is accepted."""
    data = INSTRUCTIONS["cancel_handoff"]
    accounts = [
        AccountMeta(canceller, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def cancel_policy(
    *,
    canceller: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A pauser stops a queued policy before it is applied."""
    data = INSTRUCTIONS["cancel_policy"]
    accounts = [
        AccountMeta(canceller, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def cancel_raise(
    *,
    canceller: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    allowance: Pubkey,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A pauser stops a raise of a minter's allowance before it acts."""
    data = INSTRUCTIONS["cancel_raise"]
    accounts = [
        AccountMeta(canceller, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(allowance, is_signer=False, is_writable=True),
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


def cancel_renunciation(
    *,
    canceller: Pubkey,
    issuer: Pubkey,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A pauser stops the issuer from giving up a role for good."""
    data = INSTRUCTIONS["cancel_renunciation"]
    accounts = [
        AccountMeta(canceller, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def cancel_role_change(
    *,
    canceller: Pubkey,
    issuer: Pubkey,
    role: Pubkey,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A pauser stops a change of a role before it acts."""
    data = INSTRUCTIONS["cancel_role_change"]
    accounts = [
        AccountMeta(canceller, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(role, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def cancel_slot_change(
    *,
    canceller: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    kind: int,
    slot: int,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A pauser stops new keys of a custodian (1) or chain (2), or a chain's lower cap (3) or its retirement (4)
    before it acts.
    """
    data = b"".join(
        (
            INSTRUCTIONS["cancel_slot_change"],
            u8("kind", kind),
            u8("slot", slot),
        )
    )
    accounts = [
        AccountMeta(canceller, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(reserve, is_signer=False, is_writable=True),
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


def close_ticket_page(
    *,
    asset: Pubkey,
    tickets: Pubkey,
    rent_receiver: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone closes a page of tickets that can never mint again."""
    data = INSTRUCTIONS["close_ticket_page"]
    accounts = [
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(tickets, is_signer=False, is_writable=True),
        AccountMeta(rent_receiver, is_signer=False, is_writable=True),
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
    timelock_s: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone becomes an issuer, for themselves."""
    data = b"".join(
        (
            INSTRUCTIONS["create_issuer"],
            u64("id", id),
            fixed("name", name, 32),
            fixed("genesis_hash", genesis_hash, 32),
            i64("timelock_s", timelock_s),
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
    admin_grant: Pubkey | None = None,
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
        AccountMeta(program_id if admin_grant is None else admin_grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=True),
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
    """A pauser stops minting (1), new redemption requests (2), looser changes (4), or several."""
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
    chain_max_age_s: int,
    change_delay_s: int,
    redemption_window_s: int,
    custodian_cap: int,
    mint_window_limit: int,
    haircut_bps: int,
    custodian_share_bps: int,
    collateral_bps: int,
    min_custodians: int,
    permissioned_burn: bool,
    pro_rata: bool,
    admin_grant: Pubkey | None = None,
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
            i64("chain_max_age_s", chain_max_age_s),
            i64("change_delay_s", change_delay_s),
            i64("redemption_window_s", redemption_window_s),
            u64("custodian_cap", custodian_cap),
            u64("mint_window_limit", mint_window_limit),
            u16("haircut_bps", haircut_bps),
            u16("custodian_share_bps", custodian_share_bps),
            u16("collateral_bps", collateral_bps),
            u8("min_custodians", min_custodians),
            boolean("permissioned_burn", permissioned_burn),
            boolean("pro_rata", pro_rata),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(program_id if admin_grant is None else admin_grant, is_signer=False, is_writable=False),
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
    approver: Pubkey | None = None,
    approver_grant: Pubkey | None = None,
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
        AccountMeta(program_id if approver is None else approver, is_signer=approver is not None, is_writable=False),
        AccountMeta(program_id if approver_grant is None else approver_grant, is_signer=False, is_writable=False),
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


def raise_watermark(
    *,
    authority: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    watermark: int,
    admin_grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer gives up all tickets below a number."""
    data = b"".join(
        (
            INSTRUCTIONS["raise_watermark"],
            u64("watermark", watermark),
        )
    )
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(program_id if admin_grant is None else admin_grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def register_chain(
    *,
    manager: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    slot: int,
    chain: bytes,
    token_hash: bytes,
    keys: Sequence[Pubkey],
    threshold: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """An attestor manager registers another chain's token, with the keys that attest its supply."""
    data = b"".join(
        (
            INSTRUCTIONS["register_chain"],
            u8("slot", slot),
            fixed("chain", chain, 48),
            fixed("token_hash", token_hash, 32),
            pubkeys("keys", keys, 3),
            u8("threshold", threshold),
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


def register_custodian(
    *,
    manager: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    slot: int,
    custodian_id: bytes,
    account_hash: bytes,
    keys: Sequence[Pubkey],
    threshold: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """An attestor manager binds a custodian's keys and safekeeping account to a slot."""
    data = b"".join(
        (
            INSTRUCTIONS["register_custodian"],
            u8("slot", slot),
            fixed("custodian_id", custodian_id, 20),
            fixed("account_hash", account_hash, 32),
            pubkeys("keys", keys, 3),
            u8("threshold", threshold),
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


def renounce_role(
    *,
    authority: Pubkey,
    issuer: Pubkey,
    role: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer gives up a role for good."""
    data = b"".join(
        (
            INSTRUCTIONS["renounce_role"],
            u8("role", role),
        )
    )
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=True),
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


def retire_chain(
    *,
    manager: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    slot: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """An attestor manager forgets a chain on which nothing can be owed."""
    data = b"".join(
        (
            INSTRUCTIONS["retire_chain"],
            u8("slot", slot),
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
    admin_grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer takes a role back."""
    data = INSTRUCTIONS["revoke_role"]
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(program_id if admin_grant is None else admin_grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=True),
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
    approver_threshold: int,
    admin_grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer limits what one minter may mint of one asset."""
    data = b"".join(
        (
            INSTRUCTIONS["set_allowance"],
            u64("window_limit", window_limit),
            u64("lifetime_cap", lifetime_cap),
            u64("approver_threshold", approver_threshold),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(program_id if admin_grant is None else admin_grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=True),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(reserve, is_signer=False, is_writable=False),
        AccountMeta(minter, is_signer=False, is_writable=False),
        AccountMeta(allowance, is_signer=False, is_writable=True),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def set_chain_cap(
    *,
    authority: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    slot: int,
    cap: int,
    admin_grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer says how many shares may exist on another chain at most."""
    data = b"".join(
        (
            INSTRUCTIONS["set_chain_cap"],
            u8("slot", slot),
            u64("cap", cap),
        )
    )
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(program_id if admin_grant is None else admin_grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def set_policy(
    *,
    authority: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    mint: Pubkey,
    named: int,
    max_age_s: int,
    chain_max_age_s: int,
    change_delay_s: int,
    redemption_window_s: int,
    custodian_cap: int,
    mint_window_limit: int,
    haircut_bps: int,
    custodian_share_bps: int,
    collateral_bps: int,
    min_custodians: int,
    admin_grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer changes an asset's policy: tighter fields at once, looser ones are queued."""
    data = b"".join(
        (
            INSTRUCTIONS["set_policy"],
            u32("named", named),
            i64("max_age_s", max_age_s),
            i64("chain_max_age_s", chain_max_age_s),
            i64("change_delay_s", change_delay_s),
            i64("redemption_window_s", redemption_window_s),
            u64("custodian_cap", custodian_cap),
            u64("mint_window_limit", mint_window_limit),
            u16("haircut_bps", haircut_bps),
            u16("custodian_share_bps", custodian_share_bps),
            u16("collateral_bps", collateral_bps),
            u8("min_custodians", min_custodians),
        )
    )
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(program_id if admin_grant is None else admin_grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=False),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def settle_redemption(
    *,
    redeemer: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    book: Pubkey,
    request: Pubkey,
    rent_receiver: Pubkey,
    mint: Pubkey,
    escrow: Pubkey,
    amount: int,
    accepted_at: int,
    to_chain: int,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer's desk settles an accepted request: the escrowed tokens are burned. ``to_chain`` is the slot of the
    chain where they are issued instead, 255 for none.
    """
    data = b"".join(
        (
            INSTRUCTIONS["settle_redemption"],
            u64("amount", amount),
            i64("accepted_at", accepted_at),
            u8("to_chain", to_chain),
        )
    )
    accounts = [
        AccountMeta(redeemer, is_signer=True, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
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
