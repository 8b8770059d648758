"""What each look-alike of ``lookalikes.py`` meets, row by row. Written down once, read by a person, changed by hand."""

from __future__ import annotations

from typing import Final

from tests.embedded import lookalike_rows, lookalike_rows_admin

ERRORS: Final = {
    (name, account): row
    for rows in (lookalike_rows_admin.ROWS, lookalike_rows.ROWS)
    for name, by_account in rows.items()
    for account, row in by_account.items()
}

_MADE_BY_US = "only this program can make an account at this address, and it made it Token-2022's"
_ANYONE_PAYS = "anyone may pay the rent"

ACCEPTED: Final = {
    ("accept_redemption", "request", "other_holder"): "the desk accepts whichever request of its asset it wants",
    ("accept_redemption", "request", "other_id"): "the desk accepts whichever request of its asset it wants",
    ("apply_policy", "mint", "stolen"): _MADE_BY_US,
    ("attest", "mint", "stolen"): _MADE_BY_US,
    ("cancel_policy", "asset", "other_asset"): "the pauser is one for all assets of the issuer",
    ("cancel_raise", "allowance", "other_minter"): "the pauser cancels whichever raise of the asset it wants",
    ("cancel_redemption", "memo_program", "missing"): "the holder's account asks for no memo",
    ("cancel_redemption", "request", "other_id"): "both are requests of the holder",
    ("cancel_role_change", "role", "other_member"): "the pauser cancels whichever change of a role it wants",
    ("cancel_role_change", "role", "other_role"): "the pauser cancels whichever change of a role it wants",
    ("check_solvency", "mint", "stolen"): _MADE_BY_US,
    ("create_issuer", "authority", "stranger"): "whoever signs becomes the authority",
    ("create_issuer", "payer", "stranger"): _ANYONE_PAYS,
    ("grant_role", "payer", "stranger"): _ANYONE_PAYS,
    ("halt", "asset", "other_asset"): "the pauser is one for all assets of the issuer",
    ("list_asset", "payer", "stranger"): _ANYONE_PAYS,
    ("mint_shares", "destination", "other_holder"): "the minter chooses who gets the shares",
    ("open_holder_book", "payer", "stranger"): _ANYONE_PAYS,
    ("open_ticket_page", "payer", "stranger"): _ANYONE_PAYS,
    ("raise_watermark", "asset", "other_asset"): "the admin is one for all assets of the issuer",
    ("reopen", "mint", "stolen"): _MADE_BY_US,
    ("request_redemption", "payer", "stranger"): _ANYONE_PAYS,
    ("retire_custodian", "mint", "stolen"): _MADE_BY_US,
    ("revoke_role", "grant", "other_member"): "the authority revokes whichever grant of its issuer it wants",
    ("revoke_role", "grant", "other_role"): "the authority revokes whichever grant of its issuer it wants",
    ("set_allowance", "payer", "stranger"): _ANYONE_PAYS,
    ("set_policy", "mint", "stolen"): _MADE_BY_US,
    ("settle_redemption", "request", "other_id"): "same holder, amount and time of acceptance: the desk means it",
}
"""What a call may be given instead, and why."""
