"""One builder to an instruction.

Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from solders.instruction import AccountMeta, Instruction
from solders.pubkey import Pubkey

from xstock_client._wire import boolean, fixed, i64, pubkey, pubkeys, sized, text, u8, u16, u32, u64, u64s
from xstock_client.constants import PROGRAM_ID, TOKEN_2022
from xstock_client.pda import event_authority

__all__ = [
    "INSTRUCTIONS",
    "accept_authority",
    "accept_redemption",
    "agree_quote",
    "announce_action",
    "apply_identifiers",
    "apply_policy",
    "attest",
    "cancel_action",
    "cancel_attestors",
    "cancel_bond_withdrawal",
    "cancel_handoff",
    "cancel_policy",
    "cancel_raise",
    "cancel_redemption",
    "cancel_renunciation",
    "cancel_role_change",
    "cancel_slot_change",
    "challenge_order",
    "challenge_sum",
    "check_solvency",
    "claim_dividends",
    "close_claim_page",
    "close_ticket_page",
    "conclude_redemption",
    "create_issuer",
    "declare_distribution",
    "default_redemption",
    "deposit_bond",
    "dispute_payment",
    "fund_distribution",
    "grant_role",
    "halt",
    "list_asset",
    "mark_paid",
    "mint_shares",
    "open_bond",
    "open_claim_page",
    "open_holder_book",
    "open_ticket_page",
    "propose_authority",
    "queue_bond_withdrawal",
    "raise_watermark",
    "reclaim_distribution",
    "record_snapshot",
    "register_chain",
    "register_custodian",
    "register_recipient",
    "reject_redemption",
    "reject_root",
    "remit_withheld",
    "renounce_role",
    "reopen",
    "request_redemption",
    "resume",
    "retire_chain",
    "retire_custodian",
    "revoke_role",
    "rule_dispute",
    "set_allowance",
    "set_attestors",
    "set_chain_cap",
    "set_policy",
    "settle_redemptions",
    "vote_root",
    "withdraw_bond",
]

INSTRUCTIONS: Mapping[str, bytes] = {
    "accept_authority": bytes.fromhex("6b56c65b210c6ba0"),
    "accept_redemption": bytes.fromhex("f8a7fec5b464a3f1"),
    "agree_quote": bytes.fromhex("c1b202495cde8dc2"),
    "announce_action": bytes.fromhex("3c9e2e5344ec13ac"),
    "apply_identifiers": bytes.fromhex("12b79f7530a8facc"),
    "apply_policy": bytes.fromhex("ffebe836b72183e0"),
    "attest": bytes.fromhex("53947877908b75a0"),
    "cancel_action": bytes.fromhex("e490aa9242588580"),
    "cancel_attestors": bytes.fromhex("7c007c72ba71e5cf"),
    "cancel_bond_withdrawal": bytes.fromhex("9a65cba7678bebc7"),
    "cancel_handoff": bytes.fromhex("ef3d40089c069a50"),
    "cancel_policy": bytes.fromhex("f43af1dd6a975e74"),
    "cancel_raise": bytes.fromhex("5d7bcc4f6bc478d9"),
    "cancel_redemption": bytes.fromhex("c5f365560225696a"),
    "cancel_renunciation": bytes.fromhex("7e05b31ab9b57c91"),
    "cancel_role_change": bytes.fromhex("67165daaa55eba2f"),
    "cancel_slot_change": bytes.fromhex("1cf2602ca19190bf"),
    "challenge_order": bytes.fromhex("f34dcfc963a7620c"),
    "challenge_sum": bytes.fromhex("5b6069ce8ac035c5"),
    "check_solvency": bytes.fromhex("8f5042e8bb7e65c3"),
    "claim_dividends": bytes.fromhex("693cac02885d8097"),
    "close_claim_page": bytes.fromhex("9094d417168a1c86"),
    "close_ticket_page": bytes.fromhex("489b4ea97e247b80"),
    "conclude_redemption": bytes.fromhex("c61a2c05bb274bc2"),
    "create_issuer": bytes.fromhex("fbccbc25e82b27da"),
    "declare_distribution": bytes.fromhex("1d32637d285bacc3"),
    "default_redemption": bytes.fromhex("7f3e2c65f34d5899"),
    "deposit_bond": bytes.fromhex("785912fd707d57ff"),
    "dispute_payment": bytes.fromhex("1fc1db3621fc7164"),
    "fund_distribution": bytes.fromhex("1c6ab6486a0542a3"),
    "grant_role": bytes.fromhex("daea800f5221ecfd"),
    "halt": bytes.fromhex("189c087941030552"),
    "list_asset": bytes.fromhex("0b19fecd3dfc170f"),
    "mark_paid": bytes.fromhex("337809a0461d12cd"),
    "mint_shares": bytes.fromhex("18c48400b79ed88e"),
    "open_bond": bytes.fromhex("680f2fa7597a9f16"),
    "open_claim_page": bytes.fromhex("8d689f9ce844000f"),
    "open_holder_book": bytes.fromhex("7a9eaba1a69e5a3a"),
    "open_ticket_page": bytes.fromhex("fe7a0f9541fd7abb"),
    "propose_authority": bytes.fromhex("1494ecc64c77638e"),
    "queue_bond_withdrawal": bytes.fromhex("f6767dbd9163381c"),
    "raise_watermark": bytes.fromhex("c6d3b3b554b81bc4"),
    "reclaim_distribution": bytes.fromhex("1be11d58f879862f"),
    "record_snapshot": bytes.fromhex("ad55196e1f7c3b88"),
    "register_chain": bytes.fromhex("e6b598ad14a39df3"),
    "register_custodian": bytes.fromhex("b6ecdb2cdd552fca"),
    "register_recipient": bytes.fromhex("2ee7cf70d734c37d"),
    "reject_redemption": bytes.fromhex("899a52c8292dae3d"),
    "reject_root": bytes.fromhex("003eb4e6aa3bc74f"),
    "remit_withheld": bytes.fromhex("4e0db7c4cbed5d4c"),
    "renounce_role": bytes.fromhex("15fde9a2bad8d91a"),
    "reopen": bytes.fromhex("95cd8326c0576fa6"),
    "request_redemption": bytes.fromhex("0e3eb6ed3b4f9516"),
    "resume": bytes.fromhex("01a633aa7f208dce"),
    "retire_chain": bytes.fromhex("c627571fd06f701a"),
    "retire_custodian": bytes.fromhex("e61d45ca0dbd6901"),
    "revoke_role": bytes.fromhex("b3e802b430e35207"),
    "rule_dispute": bytes.fromhex("2112829192439498"),
    "set_allowance": bytes.fromhex("de4e05c6d59e4f48"),
    "set_attestors": bytes.fromhex("5d3f1131df58b279"),
    "set_chain_cap": bytes.fromhex("5752a85b73a8a3f8"),
    "set_policy": bytes.fromhex("28850c9debca0284"),
    "settle_redemptions": bytes.fromhex("c1bed37a4fcc2dba"),
    "vote_root": bytes.fromhex("5427651866f4bff7"),
    "withdraw_bond": bytes.fromhex("dec78d1fbc5d9b28"),
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
    issuer: Pubkey,
    asset: Pubkey,
    request: Pubkey,
    price: int,
    grant: Pubkey | None = None,
    arbiter_grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer's desk accepts a request. ``price`` is its quote per whole share at market, a better one than the
    minimum, or zero.
    """
    data = b"".join(
        (
            INSTRUCTIONS["accept_redemption"],
            u64("price", price),
        )
    )
    accounts = [
        AccountMeta(redeemer, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(program_id if arbiter_grant is None else arbiter_grant, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def agree_quote(
    *,
    holder: Pubkey,
    asset: Pubkey,
    request: Pubkey,
    min_price: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A holder agrees to the desk's quote, whose price it names."""
    data = b"".join(
        (
            INSTRUCTIONS["agree_quote"],
            u64("min_price", min_price),
        )
    )
    accounts = [
        AccountMeta(holder, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def announce_action(
    *,
    payer: Pubkey,
    officer: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    action: Pubkey,
    mint: Pubkey,
    number: int,
    kind: int,
    ratio_new: int,
    ratio_old: int,
    old_multiplier: int,
    rate: int,
    payout_mint: Pubkey,
    ex_at: int,
    record_at: int,
    pay_at: int,
    effective_at: int,
    document_hash: bytes,
    isin: bytes,
    symbol: bytes,
    grant: Pubkey | None = None,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer announces a corporate action."""
    data = b"".join(
        (
            INSTRUCTIONS["announce_action"],
            u32("number", number),
            u8("kind", kind),
            u32("ratio_new", ratio_new),
            u32("ratio_old", ratio_old),
            u64("old_multiplier", old_multiplier),
            u64("rate", rate),
            pubkey("payout_mint", payout_mint),
            i64("ex_at", ex_at),
            i64("record_at", record_at),
            i64("pay_at", pay_at),
            i64("effective_at", effective_at),
            fixed("document_hash", document_hash, 32),
            fixed("isin", isin, 12),
            fixed("symbol", symbol, 12),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(officer, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(action, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def apply_identifiers(
    *,
    payer: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    action: Pubkey,
    isin_marker: Pubkey,
    symbol_marker: Pubkey,
    mint: Pubkey,
    rent_receiver: Pubkey,
    isin: bytes,
    symbol: bytes,
    old_isin_marker: Pubkey | None = None,
    old_symbol_marker: Pubkey | None = None,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone puts announced identifiers in force."""
    data = b"".join(
        (
            INSTRUCTIONS["apply_identifiers"],
            fixed("isin", isin, 12),
            fixed("symbol", symbol, 12),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(action, is_signer=False, is_writable=True),
        AccountMeta(isin_marker, is_signer=False, is_writable=True),
        AccountMeta(symbol_marker, is_signer=False, is_writable=True),
        AccountMeta(
            program_id if old_isin_marker is None else old_isin_marker,
            is_signer=False,
            is_writable=old_isin_marker is not None,
        ),
        AccountMeta(
            program_id if old_symbol_marker is None else old_symbol_marker,
            is_signer=False,
            is_writable=old_symbol_marker is not None,
        ),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(rent_receiver, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
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
        AccountMeta(reserve, is_signer=False, is_writable=True),
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


def cancel_action(
    *,
    canceller: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    action: Pubkey,
    mint: Pubkey,
    reason_hash: bytes,
    grant: Pubkey | None = None,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer or a pauser cancels an action that has not happened."""
    data = b"".join(
        (
            INSTRUCTIONS["cancel_action"],
            fixed("reason_hash", reason_hash, 32),
        )
    )
    accounts = [
        AccountMeta(canceller, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(action, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def cancel_attestors(
    *,
    canceller: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A pauser or the issuer stops new snapshot attestors."""
    data = INSTRUCTIONS["cancel_attestors"]
    accounts = [
        AccountMeta(canceller, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def cancel_bond_withdrawal(
    *,
    canceller: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A pauser stops a withdrawal of the bond before it is made."""
    data = INSTRUCTIONS["cancel_bond_withdrawal"]
    accounts = [
        AccountMeta(canceller, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
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
    request: Pubkey,
    rent_receiver: Pubkey,
    mint: Pubkey,
    escrow: Pubkey,
    source: Pubkey,
    destination: Pubkey,
    reserve: Pubkey | None = None,
    token_program: Pubkey = TOKEN_2022,
    memo_program: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A holder takes a request back."""
    data = INSTRUCTIONS["cancel_redemption"]
    accounts = [
        AccountMeta(holder, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(program_id if reserve is None else reserve, is_signer=False, is_writable=reserve is not None),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(rent_receiver, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(escrow, is_signer=False, is_writable=True),
        AccountMeta(source, is_signer=False, is_writable=False),
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


def challenge_order(
    *,
    challenger: Pubkey,
    asset: Pubkey,
    snapshot: Pubkey,
    index: int,
    owner: Pubkey,
    amount: int,
    withheld: int,
    nodes: bytes,
    distribution: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone proves a leaf of an agreed tree, and with a neighbour's that owners are out of order."""
    data = b"".join(
        (
            INSTRUCTIONS["challenge_order"],
            u64("index", index),
            pubkey("owner", owner),
            u64("amount", amount),
            u64("withheld", withheld),
            sized("nodes", nodes),
        )
    )
    accounts = [
        AccountMeta(challenger, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(snapshot, is_signer=False, is_writable=True),
        AccountMeta(
            program_id if distribution is None else distribution, is_signer=False, is_writable=distribution is not None
        ),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def challenge_sum(
    *,
    challenger: Pubkey,
    asset: Pubkey,
    snapshot: Pubkey,
    level: int,
    position: int,
    sum: int,
    left: bytes,
    right: bytes,
    nodes: bytes,
    distribution: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone proves that the sums of an agreed tree do not add up."""
    data = b"".join(
        (
            INSTRUCTIONS["challenge_sum"],
            u8("level", level),
            u64("position", position),
            u64("sum", sum),
            fixed("left", left, 40),
            fixed("right", right, 40),
            sized("nodes", nodes),
        )
    )
    accounts = [
        AccountMeta(challenger, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(snapshot, is_signer=False, is_writable=True),
        AccountMeta(
            program_id if distribution is None else distribution, is_signer=False, is_writable=distribution is not None
        ),
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
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def claim_dividends(
    *,
    claimer: Pubkey,
    distribution: Pubkey,
    claims: Pubkey,
    payout_mint: Pubkey,
    vault: Pubkey,
    payment_program: Pubkey,
    first: int,
    amounts: Sequence[int],
    bumps: bytes,
    nodes: bytes,
    payees: Sequence[tuple[Pubkey, Pubkey]],
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone pays neighbouring entitlements of a page: ``amounts`` are gross and withheld of each.

    ``payees`` are the addresses of destination, recipient record (or program) for each bump.
    """
    data = b"".join(
        (
            INSTRUCTIONS["claim_dividends"],
            u64("first", first),
            u64s("amounts", amounts),
            sized("bumps", bumps),
            sized("nodes", nodes),
        )
    )
    accounts = [
        AccountMeta(claimer, is_signer=True, is_writable=False),
        AccountMeta(distribution, is_signer=False, is_writable=True),
        AccountMeta(claims, is_signer=False, is_writable=True),
        AccountMeta(payout_mint, is_signer=False, is_writable=False),
        AccountMeta(vault, is_signer=False, is_writable=True),
        AccountMeta(payment_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
        *(
            AccountMeta(one, is_signer=False, is_writable=writable)
            for each in payees
            for one, writable in zip(each, (True, False), strict=True)
        ),
    ]
    return Instruction(program_id, data, accounts)


def close_claim_page(
    *,
    distribution: Pubkey,
    claims: Pubkey,
    rent_receiver: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone closes a page of claims that are over."""
    data = INSTRUCTIONS["close_claim_page"]
    accounts = [
        AccountMeta(distribution, is_signer=False, is_writable=False),
        AccountMeta(claims, is_signer=False, is_writable=True),
        AccountMeta(rent_receiver, is_signer=False, is_writable=True),
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


def conclude_redemption(
    *,
    caller: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    request: Pubkey,
    rent_receiver: Pubkey,
    mint: Pubkey,
    escrow: Pubkey,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The tokens of a request that was paid outside the chain burn: the holder confirms, or nobody disputed it in
    time, or an arbiter has ruled.
    """
    data = INSTRUCTIONS["conclude_redemption"]
    accounts = [
        AccountMeta(caller, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(rent_receiver, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(escrow, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
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


def declare_distribution(
    *,
    payer: Pubkey,
    officer: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    action: Pubkey,
    snapshot: Pubkey,
    distribution: Pubkey,
    payout_mint: Pubkey,
    vault: Pubkey,
    withholding_account: Pubkey,
    number: int,
    rules: int,
    rates_hash: bytes,
    claim_until: int,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer declares what the holders of a final snapshot are paid."""
    data = b"".join(
        (
            INSTRUCTIONS["declare_distribution"],
            u32("number", number),
            u8("rules", rules),
            fixed("rates_hash", rates_hash, 32),
            i64("claim_until", claim_until),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(officer, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(action, is_signer=False, is_writable=False),
        AccountMeta(snapshot, is_signer=False, is_writable=True),
        AccountMeta(distribution, is_signer=False, is_writable=True),
        AccountMeta(payout_mint, is_signer=False, is_writable=False),
        AccountMeta(vault, is_signer=False, is_writable=False),
        AccountMeta(withholding_account, is_signer=False, is_writable=False),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def default_redemption(
    *,
    caller: Pubkey,
    asset: Pubkey,
    request: Pubkey,
    rent_receiver: Pubkey,
    mint: Pubkey,
    escrow: Pubkey,
    source: Pubkey,
    destination: Pubkey,
    reserve: Pubkey | None = None,
    payment_mint: Pubkey | None = None,
    bond_vault: Pubkey | None = None,
    payee: Pubkey | None = None,
    token_program: Pubkey = TOKEN_2022,
    payment_program: Pubkey | None = None,
    memo_program: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone returns the tokens of a request whose deadline was missed; the bond pays the penalty."""
    data = INSTRUCTIONS["default_redemption"]
    accounts = [
        AccountMeta(caller, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(program_id if reserve is None else reserve, is_signer=False, is_writable=reserve is not None),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(rent_receiver, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(escrow, is_signer=False, is_writable=True),
        AccountMeta(source, is_signer=False, is_writable=False),
        AccountMeta(destination, is_signer=False, is_writable=True),
        AccountMeta(program_id if payment_mint is None else payment_mint, is_signer=False, is_writable=False),
        AccountMeta(
            program_id if bond_vault is None else bond_vault, is_signer=False, is_writable=bond_vault is not None
        ),
        AccountMeta(program_id if payee is None else payee, is_signer=False, is_writable=payee is not None),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(program_id if payment_program is None else payment_program, is_signer=False, is_writable=False),
        AccountMeta(program_id if memo_program is None else memo_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def deposit_bond(
    *,
    depositor: Pubkey,
    asset: Pubkey,
    payment_mint: Pubkey,
    source: Pubkey,
    bond_vault: Pubkey,
    payment_program: Pubkey,
    amount: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone adds to an asset's bond."""
    data = b"".join(
        (
            INSTRUCTIONS["deposit_bond"],
            u64("amount", amount),
        )
    )
    accounts = [
        AccountMeta(depositor, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(payment_mint, is_signer=False, is_writable=False),
        AccountMeta(source, is_signer=False, is_writable=True),
        AccountMeta(bond_vault, is_signer=False, is_writable=True),
        AccountMeta(payment_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def dispute_payment(
    *,
    holder: Pubkey,
    asset: Pubkey,
    request: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A holder says that a payment outside the chain did not arrive."""
    data = INSTRUCTIONS["dispute_payment"]
    accounts = [
        AccountMeta(holder, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def fund_distribution(
    *,
    funder: Pubkey,
    distribution: Pubkey,
    payout_mint: Pubkey,
    source: Pubkey,
    vault: Pubkey,
    payment_program: Pubkey,
    amount: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone funds a distribution."""
    data = b"".join(
        (
            INSTRUCTIONS["fund_distribution"],
            u64("amount", amount),
        )
    )
    accounts = [
        AccountMeta(funder, is_signer=True, is_writable=False),
        AccountMeta(distribution, is_signer=False, is_writable=True),
        AccountMeta(payout_mint, is_signer=False, is_writable=False),
        AccountMeta(source, is_signer=False, is_writable=True),
        AccountMeta(vault, is_signer=False, is_writable=True),
        AccountMeta(payment_program, is_signer=False, is_writable=False),
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
    accept_window_s: int,
    custodian_cap: int,
    mint_window_limit: int,
    haircut_bps: int,
    custodian_share_bps: int,
    collateral_bps: int,
    min_custodians: int,
    settle_window_s: int,
    dispute_window_s: int,
    penalty_rate: int,
    holder_penalty_cap: int,
    redemption_fee_bps: int,
    bond_coverage_bps: int,
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
            i64("accept_window_s", accept_window_s),
            u64("custodian_cap", custodian_cap),
            u64("mint_window_limit", mint_window_limit),
            u16("haircut_bps", haircut_bps),
            u16("custodian_share_bps", custodian_share_bps),
            u16("collateral_bps", collateral_bps),
            u8("min_custodians", min_custodians),
            i64("settle_window_s", settle_window_s),
            i64("dispute_window_s", dispute_window_s),
            u64("penalty_rate", penalty_rate),
            u64("holder_penalty_cap", holder_penalty_cap),
            u16("redemption_fee_bps", redemption_fee_bps),
            u16("bond_coverage_bps", bond_coverage_bps),
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


def mark_paid(
    *,
    redeemer: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    request: Pubkey,
    evidence_hash: bytes,
    to_chain: int,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer's desk says that it paid a request outside the chain, with the hash of the evidence. ``to_chain``
    is the slot of the chain where the shares are issued instead, 255 for none.
    """
    data = b"".join(
        (
            INSTRUCTIONS["mark_paid"],
            fixed("evidence_hash", evidence_hash, 32),
            u8("to_chain", to_chain),
        )
    )
    accounts = [
        AccountMeta(redeemer, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(request, is_signer=False, is_writable=True),
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
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(allowance, is_signer=False, is_writable=True),
        AccountMeta(tickets, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(destination, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def open_bond(
    *,
    authority: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    payment_mint: Pubkey,
    bond_vault: Pubkey,
    admin_grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer chooses what redemptions are paid in and the bond consists of."""
    data = INSTRUCTIONS["open_bond"]
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(program_id if admin_grant is None else admin_grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(payment_mint, is_signer=False, is_writable=False),
        AccountMeta(bond_vault, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def open_claim_page(
    *,
    payer: Pubkey,
    distribution: Pubkey,
    claims: Pubkey,
    page: int,
    entry: bytes,
    nodes: bytes,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone opens a page of 4,096 entitlements."""
    data = b"".join(
        (
            INSTRUCTIONS["open_claim_page"],
            u32("page", page),
            fixed("entry", entry, 40),
            sized("nodes", nodes),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(distribution, is_signer=False, is_writable=False),
        AccountMeta(claims, is_signer=False, is_writable=True),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
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


def queue_bond_withdrawal(
    *,
    authority: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    payment_mint: Pubkey,
    destination: Pubkey,
    amount: int,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer announces that it takes a part of the bond back."""
    data = b"".join(
        (
            INSTRUCTIONS["queue_bond_withdrawal"],
            u64("amount", amount),
        )
    )
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(payment_mint, is_signer=False, is_writable=False),
        AccountMeta(destination, is_signer=False, is_writable=False),
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


def reclaim_distribution(
    *,
    treasurer: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    distribution: Pubkey,
    payout_mint: Pubkey,
    vault: Pubkey,
    destination: Pubkey,
    payment_program: Pubkey,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The treasurer takes back what nobody claimed in time."""
    data = INSTRUCTIONS["reclaim_distribution"]
    accounts = [
        AccountMeta(treasurer, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(distribution, is_signer=False, is_writable=True),
        AccountMeta(payout_mint, is_signer=False, is_writable=False),
        AccountMeta(vault, is_signer=False, is_writable=True),
        AccountMeta(destination, is_signer=False, is_writable=True),
        AccountMeta(payment_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def record_snapshot(
    *,
    payer: Pubkey,
    asset: Pubkey,
    action: Pubkey,
    snapshot: Pubkey,
    mint: Pubkey,
    number: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone takes the snapshot of a cash dividend at its record time."""
    data = b"".join(
        (
            INSTRUCTIONS["record_snapshot"],
            u32("number", number),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(action, is_signer=False, is_writable=True),
        AccountMeta(snapshot, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
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


def register_recipient(
    *,
    payer: Pubkey,
    owner: Pubkey,
    asset: Pubkey,
    record: Pubkey,
    recipient: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """An owner names the wallet that its dividends go to."""
    data = b"".join(
        (
            INSTRUCTIONS["register_recipient"],
            pubkey("recipient", recipient),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(owner, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(record, is_signer=False, is_writable=True),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def reject_redemption(
    *,
    redeemer: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    request: Pubkey,
    rent_receiver: Pubkey,
    mint: Pubkey,
    escrow: Pubkey,
    source: Pubkey,
    grant: Pubkey | None = None,
    token_program: Pubkey = TOKEN_2022,
    memo_program: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer's desk sends a request back whose holder was frozen since."""
    data = INSTRUCTIONS["reject_redemption"]
    accounts = [
        AccountMeta(redeemer, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(request, is_signer=False, is_writable=True),
        AccountMeta(rent_receiver, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(escrow, is_signer=False, is_writable=True),
        AccountMeta(source, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(program_id if memo_program is None else memo_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def reject_root(
    *,
    attestor: Pubkey,
    asset: Pubkey,
    snapshot: Pubkey,
    distribution: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A snapshot attestor throws an agreed root out."""
    data = INSTRUCTIONS["reject_root"]
    accounts = [
        AccountMeta(attestor, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(snapshot, is_signer=False, is_writable=True),
        AccountMeta(
            program_id if distribution is None else distribution, is_signer=False, is_writable=distribution is not None
        ),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def remit_withheld(
    *,
    distribution: Pubkey,
    payout_mint: Pubkey,
    vault: Pubkey,
    withholding_account: Pubkey,
    payment_program: Pubkey,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """Anyone moves withheld tax to the withholding account."""
    data = INSTRUCTIONS["remit_withheld"]
    accounts = [
        AccountMeta(distribution, is_signer=False, is_writable=True),
        AccountMeta(payout_mint, is_signer=False, is_writable=False),
        AccountMeta(vault, is_signer=False, is_writable=True),
        AccountMeta(withholding_account, is_signer=False, is_writable=True),
        AccountMeta(payment_program, is_signer=False, is_writable=False),
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
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def request_redemption(
    *,
    payer: Pubkey,
    authority: Pubkey,
    holder: Pubkey,
    asset: Pubkey,
    book: Pubkey,
    request: Pubkey,
    mint: Pubkey,
    source: Pubkey,
    escrow: Pubkey,
    id: int,
    amount: int,
    payout: int,
    min_price: int,
    payout_terms_hash: bytes,
    payment_mint: Pubkey,
    arbiter: Pubkey,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A holder, or its delegate, asks for redemption."""
    data = b"".join(
        (
            INSTRUCTIONS["request_redemption"],
            u64("id", id),
            u64("amount", amount),
            u8("payout", payout),
            u64("min_price", min_price),
            fixed("payout_terms_hash", payout_terms_hash, 32),
            pubkey("payment_mint", payment_mint),
            pubkey("arbiter", arbiter),
        )
    )
    accounts = [
        AccountMeta(payer, is_signer=True, is_writable=True),
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(holder, is_signer=False, is_writable=False),
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
        AccountMeta(reserve, is_signer=False, is_writable=True),
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


def rule_dispute(
    *,
    arbiter: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    request: Pubkey,
    paid: bool,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """An arbiter rules whether a disputed payment was made."""
    data = b"".join(
        (
            INSTRUCTIONS["rule_dispute"],
            boolean("paid", paid),
        )
    )
    accounts = [
        AccountMeta(arbiter, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(request, is_signer=False, is_writable=True),
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
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(minter, is_signer=False, is_writable=False),
        AccountMeta(allowance, is_signer=False, is_writable=True),
        AccountMeta(_SYSTEM_PROGRAM, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def set_attestors(
    *,
    manager: Pubkey,
    grant: Pubkey,
    asset: Pubkey,
    keys: Sequence[Pubkey],
    threshold: int,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """An attestor manager names who agrees on record-date balances."""
    data = b"".join(
        (
            INSTRUCTIONS["set_attestors"],
            pubkeys("keys", keys, 5),
            u8("threshold", threshold),
        )
    )
    accounts = [
        AccountMeta(manager, is_signer=True, is_writable=False),
        AccountMeta(grant, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
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
        AccountMeta(asset, is_signer=False, is_writable=True),
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
    accept_window_s: int,
    custodian_cap: int,
    mint_window_limit: int,
    haircut_bps: int,
    custodian_share_bps: int,
    collateral_bps: int,
    min_custodians: int,
    settle_window_s: int,
    dispute_window_s: int,
    penalty_rate: int,
    holder_penalty_cap: int,
    redemption_fee_bps: int,
    bond_coverage_bps: int,
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
            i64("accept_window_s", accept_window_s),
            u64("custodian_cap", custodian_cap),
            u64("mint_window_limit", mint_window_limit),
            u16("haircut_bps", haircut_bps),
            u16("custodian_share_bps", custodian_share_bps),
            u16("collateral_bps", collateral_bps),
            u8("min_custodians", min_custodians),
            i64("settle_window_s", settle_window_s),
            i64("dispute_window_s", dispute_window_s),
            u64("penalty_rate", penalty_rate),
            u64("holder_penalty_cap", holder_penalty_cap),
            u16("redemption_fee_bps", redemption_fee_bps),
            u16("bond_coverage_bps", bond_coverage_bps),
        )
    )
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(program_id if admin_grant is None else admin_grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def settle_redemptions(
    *,
    redeemer: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    reserve: Pubkey,
    mint: Pubkey,
    escrow: Pubkey,
    paying_agent: Pubkey,
    payment_mint: Pubkey,
    payment_source: Pubkey,
    payment_program: Pubkey,
    price: int,
    rest: int,
    amounts: Sequence[int],
    requests: Sequence[tuple[Pubkey, Pubkey, Pubkey]],
    grant: Pubkey | None = None,
    token_program: Pubkey = TOKEN_2022,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer's desk settles accepted requests: holders are paid ``price`` base units of the payment mint per
    whole share, and the tokens burn. ``amounts`` names what each request holds, of which the last keeps ``rest``;
    behind the named accounts follow request, payee and rent receiver of each.

    ``requests`` are the addresses of request, payee, rent receiver for each amount.
    """
    data = b"".join(
        (
            INSTRUCTIONS["settle_redemptions"],
            u64("price", price),
            u64("rest", rest),
            u64s("amounts", amounts),
        )
    )
    accounts = [
        AccountMeta(redeemer, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(reserve, is_signer=False, is_writable=True),
        AccountMeta(mint, is_signer=False, is_writable=True),
        AccountMeta(escrow, is_signer=False, is_writable=True),
        AccountMeta(paying_agent, is_signer=True, is_writable=False),
        AccountMeta(payment_mint, is_signer=False, is_writable=False),
        AccountMeta(payment_source, is_signer=False, is_writable=True),
        AccountMeta(token_program, is_signer=False, is_writable=False),
        AccountMeta(payment_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
        *(AccountMeta(one, is_signer=False, is_writable=True) for each in requests for one in each),
    ]
    return Instruction(program_id, data, accounts)


def vote_root(
    *,
    attestor: Pubkey,
    asset: Pubkey,
    snapshot: Pubkey,
    hash: bytes,
    sum: int,
    leaf_count: int,
    withheld: int,
    distribution: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """A snapshot attestor votes for the root of a snapshot, or of a distribution's entitlements."""
    data = b"".join(
        (
            INSTRUCTIONS["vote_root"],
            fixed("hash", hash, 32),
            u64("sum", sum),
            u64("leaf_count", leaf_count),
            u64("withheld", withheld),
        )
    )
    accounts = [
        AccountMeta(attestor, is_signer=True, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=False),
        AccountMeta(snapshot, is_signer=False, is_writable=True),
        AccountMeta(
            program_id if distribution is None else distribution, is_signer=False, is_writable=distribution is not None
        ),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)


def withdraw_bond(
    *,
    authority: Pubkey,
    issuer: Pubkey,
    asset: Pubkey,
    payment_mint: Pubkey,
    bond_vault: Pubkey,
    destination: Pubkey,
    payment_program: Pubkey,
    grant: Pubkey | None = None,
    program_id: Pubkey = PROGRAM_ID,
) -> Instruction:
    """The issuer takes what it announced, of the bond that no open request could claim."""
    data = INSTRUCTIONS["withdraw_bond"]
    accounts = [
        AccountMeta(authority, is_signer=True, is_writable=False),
        AccountMeta(program_id if grant is None else grant, is_signer=False, is_writable=False),
        AccountMeta(issuer, is_signer=False, is_writable=False),
        AccountMeta(asset, is_signer=False, is_writable=True),
        AccountMeta(payment_mint, is_signer=False, is_writable=False),
        AccountMeta(bond_vault, is_signer=False, is_writable=True),
        AccountMeta(destination, is_signer=False, is_writable=True),
        AccountMeta(payment_program, is_signer=False, is_writable=False),
        AccountMeta(event_authority(program_id), is_signer=False, is_writable=False),
        AccountMeta(program_id, is_signer=False, is_writable=False),
    ]
    return Instruction(program_id, data, accounts)
