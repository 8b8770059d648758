"""What each look-alike of ``lookalikes.py`` meets, row by row. Written down once, read by a person, changed by hand."""

from __future__ import annotations

from typing import Final

from tests.embedded import (
    lookalike_rows,
    lookalike_rows_admin,
    lookalike_rows_corporate,
    lookalike_rows_redemption,
)

ERRORS: Final = {
    (name, account): row
    for rows in (
        lookalike_rows_admin.ROWS,
        lookalike_rows.ROWS,
        lookalike_rows_redemption.ROWS,
        lookalike_rows_corporate.ROWS,
    )
    for name, by_account in rows.items()
    for account, row in by_account.items()
}

_MADE_BY_US = "only this program can make an account at this address, and it made it Token-2022's"
_ANYONE_PAYS = "anyone may pay the rent"
_NO_MEMO = "the holder's account asks for no memo"
_NOT_MARKED = "nothing was said to be issued on another chain"
_NO_SOURCE = "what the tokens came from is no account of the holder's any more, so another one will do"
_ANY_RULING = "the arbiter rules on whichever dispute that named it"
_ANNOUNCED = "the issuer may announce whichever account of the coin it wants"

_ONE_ACCOUNT = "payer and receiver are one account, and the other place has the flag"
_BOBS_RECORD = "the program stands a second time among the accounts: Bob has no record"

ACCEPTED: Final = {
    ("accept_redemption", "request", "other_holder"): "the desk accepts whichever request of its asset it wants",
    ("accept_redemption", "request", "other_id"): "the desk accepts whichever request of its asset it wants",
    ("agree_quote", "request", "other_id"): "at the same quote, the holder agrees to whichever it wants",
    ("announce_action", "payer", "stranger"): _ANYONE_PAYS,
    ("apply_identifiers", "payer", "readonly"): _ONE_ACCOUNT,
    ("apply_identifiers", "rent_receiver", "readonly"): _ONE_ACCOUNT,
    ("apply_policy", "mint", "stolen"): _MADE_BY_US,
    ("attest", "mint", "stolen"): _MADE_BY_US,
    ("cancel_action", "action", "other_number"): "the officer cancels whichever action of the asset it wants",
    ("cancel_attestors", "asset", "other_asset"): "the pauser is one for all assets of the issuer",
    ("cancel_policy", "asset", "other_asset"): "the pauser is one for all assets of the issuer",
    ("cancel_raise", "allowance", "other_minter"): "the pauser cancels whichever raise of the asset it wants",
    ("cancel_bond_withdrawal", "asset", "other_asset"): "the pauser is one for all assets of the issuer",
    ("cancel_redemption", "memo_program", "missing"): _NO_MEMO,
    ("cancel_redemption", "request", "other_id"): "both are requests of the holder",
    ("cancel_redemption", "reserve", "missing"): _NOT_MARKED,
    ("cancel_redemption", "source", "stolen"): _NO_SOURCE,
    ("cancel_role_change", "role", "other_member"): "the pauser cancels whichever change of a role it wants",
    ("cancel_role_change", "role", "other_role"): "the pauser cancels whichever change of a role it wants",
    ("challenge_order", "challenger", "stranger"): "anyone may challenge",
    ("challenge_sum", "challenger", "stranger"): "anyone may challenge",
    ("check_solvency", "mint", "stolen"): _MADE_BY_US,
    ("claim_dividends", "claimer", "stranger"): "anyone may pay an owner",
    ("claim_dividends", "program", "nothing"): _BOBS_RECORD,
    ("claim_dividends", "program", "other_program"): _BOBS_RECORD,
    ("conclude_redemption", "request", "other_id"): "the holder confirms whichever of its requests it wants",
    ("create_issuer", "authority", "stranger"): "whoever signs becomes the authority",
    ("create_issuer", "payer", "stranger"): _ANYONE_PAYS,
    ("declare_distribution", "payer", "stranger"): _ANYONE_PAYS,
    ("default_redemption", "memo_program", "missing"): _NO_MEMO,
    ("default_redemption", "request", "other_id"): "both are late, of the same holder and source",
    ("default_redemption", "reserve", "missing"): _NOT_MARKED,
    ("default_redemption", "source", "stolen"): _NO_SOURCE,
    ("dispute_payment", "request", "other_id"): "the holder disputes whichever of its payments it wants",
    ("grant_role", "payer", "stranger"): _ANYONE_PAYS,
    ("halt", "asset", "other_asset"): "the pauser is one for all assets of the issuer",
    ("list_asset", "payer", "stranger"): _ANYONE_PAYS,
    ("mark_paid", "request", "other_holder"): "the desk says of whichever request of its asset that it paid",
    ("mark_paid", "request", "other_id"): "the desk says of whichever request of its asset that it paid",
    ("mint_shares", "destination", "other_holder"): "the minter chooses who gets the shares",
    ("open_claim_page", "payer", "stranger"): _ANYONE_PAYS,
    ("open_holder_book", "payer", "stranger"): _ANYONE_PAYS,
    ("open_ticket_page", "payer", "stranger"): _ANYONE_PAYS,
    ("queue_bond_withdrawal", "asset", "other_asset"): "the treasurer is one for all assets of the issuer",
    ("queue_bond_withdrawal", "destination", "other_asset"): _ANNOUNCED,
    ("queue_bond_withdrawal", "destination", "other_holder"): _ANNOUNCED,
    ("queue_bond_withdrawal", "destination", "other_issuer"): _ANNOUNCED,
    ("raise_watermark", "asset", "other_asset"): "the admin is one for all assets of the issuer",
    ("record_snapshot", "mint", "stolen"): _MADE_BY_US,
    ("record_snapshot", "payer", "stranger"): _ANYONE_PAYS,
    ("register_recipient", "payer", "stranger"): _ANYONE_PAYS,
    ("reject_redemption", "memo_program", "missing"): _NO_MEMO,
    ("reject_redemption", "request", "other_id"): "both are of the same frozen account",
    ("reject_root", "distribution", "other_number"): "the attestor rejects whichever agreed root it wants",
    ("reopen", "mint", "stolen"): _MADE_BY_US,
    ("request_redemption", "payer", "stranger"): _ANYONE_PAYS,
    ("retire_custodian", "mint", "stolen"): _MADE_BY_US,
    ("revoke_role", "grant", "other_member"): "the authority revokes whichever grant of its issuer it wants",
    ("revoke_role", "grant", "other_role"): "the authority revokes whichever grant of its issuer it wants",
    ("set_allowance", "payer", "stranger"): _ANYONE_PAYS,
    ("set_attestors", "asset", "other_asset"): "the attestor manager is one for all assets of the issuer",
    ("set_policy", "mint", "stolen"): _MADE_BY_US,
    ("rule_dispute", "request", "other_holder"): _ANY_RULING,
    ("rule_dispute", "request", "other_id"): _ANY_RULING,
    ("settle_redemptions", "request", "other_id"): "same holder and amount, and none that is settled already",
    (
        "vote_root",
        "distribution",
        "other_number",
    ): "a root is a hash: only that enough attestors name it says it is right",
}
"""What a call may be given instead, and why."""
