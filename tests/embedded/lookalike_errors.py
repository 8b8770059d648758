"""What each look-alike of ``lookalikes.py`` meets, row by row. Written down once, read by a person, changed by hand.

Names are the program's errors or the framework's; ``Token-2022:`` is that program's own, ``runtime:`` the runtime's.
"""

from __future__ import annotations

from typing import Final

READ = "nothing=UninitializedAccount stolen=IllegalOwner copied=IllegalOwner other_type=InvalidAccountData"
"""What the framework says of an account of ours that is read: it is missing, or another program's."""
WRITTEN = (
    "readonly=ConstraintMut nothing=AccountDataTooSmall stolen=IllegalOwner copied=IllegalOwner "
    "other_type=InvalidAccountData"
)
"""The same of one that is written."""
RESERVE_READ = "nothing=UninitializedAccount stolen=IllegalOwner copied=IllegalOwner other_type=AccountDataTooSmall"
"""Nothing of ours is as long as a reserve."""
RESERVE_WRITTEN = (
    "readonly=ConstraintMut nothing=AccountDataTooSmall stolen=IllegalOwner copied=IllegalOwner "
    "other_type=AccountDataTooSmall"
)
OF_ANOTHER_STOCK = "other_asset=WrongAsset other_issuer=WrongAsset"
ANOTHER_GRANT = "other_issuer=WrongRoleGrant other_member=WrongRoleGrant other_role=WrongRoleGrant"
MINT_READ = "nothing=WrongMint stolen=accepted copied=WrongMint other_asset=WrongMint other_issuer=WrongMint"
"""A mint whose supply alone is read."""
MINT_MOVED = "stolen=Token-2022:IncorrectProgramId copied=WrongMint other_asset=WrongMint other_issuer=WrongMint"
"""A mint that Token-2022 works on."""
ESCROW = (
    "readonly=ConstraintMut nothing=WrongEscrow stolen=Token-2022:IncorrectProgramId copied=WrongEscrow "
    "other_asset=WrongEscrow other_issuer=WrongEscrow"
)
WALLET = (
    "readonly=ConstraintMut nothing=WrongTokenAccount stolen=WrongTokenAccount copied=WrongTokenAccount "
    "other_asset=WrongTokenAccount other_issuer=WrongTokenAccount other_holder=WrongTokenAccount "
    "the_escrow=ConstraintDuplicateMutableAccount"
)
"""The token account on the holder's side of the escrow."""
EVENT_AUTHORITY = "nothing=runtime:PrivilegeEscalation stranger=runtime:PrivilegeEscalation"
"""No check of ours: the event call cannot be signed for another address."""
PROGRAM = "nothing=runtime:MissingAccount other_program=runtime:MissingAccount"
"""No check of ours: the event call goes to this program, which must then be among the accounts."""
SYSTEM = "nothing=runtime:MissingAccount other_program=runtime:MissingAccount"
"""No check of ours: what makes accounts is the system program by its constant address."""
PAYER = "unsigned=MissingRequiredSignature readonly=MissingRequiredSignature stranger=accepted"
"""Anyone may pay; without the flags nothing can be made."""
TOKEN_PROGRAM = "nothing=WrongTokenProgram old_program=WrongTokenProgram"

ROWS: Final[dict[str, dict[str, str]]] = {
    "accept_authority": {
        "new_authority": "unsigned=MissingRequiredSignature stranger=NotPendingAuthority",
        "issuer": f"{WRITTEN} other_issuer=NotPendingAuthority",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "accept_redemption": {
        "redeemer": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{READ} other_asset=WrongAsset other_issuer=WrongRoleGrant",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=accepted other_id=accepted",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "attest": {
        "asset": f"{WRITTEN} {OF_ANOTHER_STOCK}",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "mint": MINT_READ,
        "instructions": "nothing=InvalidArgument stranger=InvalidArgument",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "cancel_redemption": {
        "holder": "unsigned=MissingRequiredSignature stranger=NotHolder",
        "asset": f"{WRITTEN} {OF_ANOTHER_STOCK}",
        "book": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=NotHolder",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=NotHolder other_id=accepted",
        "rent_receiver": "readonly=ConstraintMut nothing=WrongRentReceiver stranger=WrongRentReceiver",
        "mint": f"readonly=ConstraintMut nothing=WrongMint {MINT_MOVED}",
        "escrow": ESCROW,
        "destination": WALLET,
        "token_program": TOKEN_PROGRAM,
        "memo_program": "nothing=WrongMemoProgram other_program=WrongMemoProgram",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "check_solvency": {
        "asset": f"{WRITTEN} {OF_ANOTHER_STOCK}",
        "reserve": f"{RESERVE_READ} {OF_ANOTHER_STOCK}",
        "mint": MINT_READ,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "create_issuer": {
        "payer": PAYER,
        "authority": "unsigned=MissingRequiredSignature stranger=accepted",
        "issuer": "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_issuer=InvalidSeeds",
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "grant_role": {
        "payer": PAYER,
        "authority": "unsigned=MissingRequiredSignature stranger=NotAuthority",
        "issuer": f"{READ} other_issuer=InvalidSeeds",
        "member": "nothing=InvalidSeeds stranger=InvalidSeeds",
        "grant": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_issuer=InvalidSeeds "
            "other_member=InvalidSeeds other_role=InvalidSeeds"
        ),
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "halt": {
        "pauser": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{WRITTEN} other_asset=accepted other_issuer=WrongRoleGrant",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "list_asset": {
        "payer": PAYER,
        "authority": "unsigned=MissingRequiredSignature stranger=NotAuthority",
        "issuer": f"{WRITTEN} other_issuer=InvalidSeeds",
        "asset": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_asset=InvalidSeeds "
            "other_issuer=InvalidSeeds"
        ),
        "mint": "readonly=ConstraintMut nothing=InvalidSeeds other_asset=InvalidSeeds other_issuer=InvalidSeeds",
        "escrow": "readonly=ConstraintMut nothing=InvalidSeeds other_asset=InvalidSeeds other_issuer=InvalidSeeds",
        "reserve": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_asset=InvalidSeeds "
            "other_issuer=InvalidSeeds"
        ),
        "isin_marker": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_issuer=InvalidSeeds "
            "other_asset=InvalidSeeds"
        ),
        "symbol_marker": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_issuer=InvalidSeeds "
            "other_asset=InvalidSeeds"
        ),
        "token_program": TOKEN_PROGRAM,
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "mint_shares": {
        "minter": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{WRITTEN} other_asset=WrongMint other_issuer=WrongMint",
        "reserve": f"{RESERVE_READ} {OF_ANOTHER_STOCK}",
        "allowance": f"{WRITTEN} {OF_ANOTHER_STOCK} other_minter=WrongMinter",
        "tickets": f"{WRITTEN} {OF_ANOTHER_STOCK} other_page=WrongTicketPage",
        "mint": f"readonly=ConstraintMut nothing=WrongMint {MINT_MOVED}",
        "destination": (
            "readonly=ConstraintMut nothing=Token-2022:IncorrectProgramId stolen=Token-2022:IncorrectProgramId "
            "copied=Token-2022:IncorrectProgramId other_asset=Token-2022:3 other_issuer=Token-2022:3 "
            "other_holder=accepted the_escrow=WrongTokenAccount"
        ),
        "token_program": TOKEN_PROGRAM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "open_holder_book": {
        "payer": PAYER,
        "holder": "nothing=InvalidSeeds stranger=InvalidSeeds",
        "asset": f"{READ} other_asset=InvalidSeeds other_issuer=InvalidSeeds",
        "book": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_asset=InvalidSeeds "
            "other_issuer=InvalidSeeds other_holder=InvalidSeeds"
        ),
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "open_ticket_page": {
        "payer": PAYER,
        "asset": f"{READ} other_asset=InvalidSeeds other_issuer=InvalidSeeds",
        "tickets": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_asset=InvalidSeeds "
            "other_issuer=InvalidSeeds other_page=InvalidSeeds"
        ),
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "propose_authority": {
        "authority": "unsigned=MissingRequiredSignature stranger=NotAuthority",
        "issuer": f"{WRITTEN} other_issuer=NotAuthority",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "register_custodian": {
        "manager": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{READ} other_asset=WrongAsset other_issuer=WrongRoleGrant",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "reopen": {
        "unpauser": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongRoleGrant",
        "reserve": f"{RESERVE_READ} {OF_ANOTHER_STOCK}",
        "mint": MINT_READ,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "request_redemption": {
        "payer": PAYER,
        "holder": "unsigned=MissingRequiredSignature stranger=InvalidSeeds",
        "asset": f"{WRITTEN} other_asset=InvalidSeeds other_issuer=InvalidSeeds",
        "book": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=NotHolder",
        "request": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_asset=InvalidSeeds "
            "other_issuer=InvalidSeeds other_holder=InvalidSeeds other_id=InvalidSeeds"
        ),
        "mint": f"nothing=WrongMint {MINT_MOVED}",
        "source": WALLET,
        "escrow": ESCROW,
        "token_program": TOKEN_PROGRAM,
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "resume": {
        "unpauser": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongRoleGrant",
        "reserve": f"{RESERVE_READ} {OF_ANOTHER_STOCK}",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "retire_custodian": {
        "manager": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongRoleGrant",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "mint": MINT_READ,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "revoke_role": {
        "authority": "unsigned=MissingRequiredSignature stranger=NotAuthority",
        "issuer": f"{READ} other_issuer=NotAuthority",
        "grant": f"{WRITTEN} other_issuer=WrongIssuer other_member=accepted other_role=accepted",
        "rent_receiver": "readonly=ConstraintMut nothing=WrongRentReceiver stranger=WrongRentReceiver",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "set_allowance": {
        "payer": PAYER,
        "authority": "unsigned=MissingRequiredSignature stranger=NotAuthority",
        "issuer": f"{READ} other_issuer=NotAuthority",
        "asset": f"{READ} other_asset=InvalidSeeds other_issuer=InvalidSeeds",
        "reserve": f"{RESERVE_READ} {OF_ANOTHER_STOCK}",
        "minter": "nothing=InvalidSeeds stranger=InvalidSeeds",
        "allowance": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_asset=InvalidSeeds "
            "other_issuer=InvalidSeeds other_minter=InvalidSeeds"
        ),
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "settle_redemption": {
        "redeemer": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongRoleGrant",
        "book": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=NotHolder",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=NotHolder other_id=accepted",
        "rent_receiver": "readonly=ConstraintMut nothing=WrongRentReceiver stranger=WrongRentReceiver",
        "mint": f"readonly=ConstraintMut nothing=WrongMint {MINT_MOVED}",
        "escrow": ESCROW,
        "token_program": TOKEN_PROGRAM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
}

ERRORS: Final = {(name, account): row for name, rows in ROWS.items() for account, row in rows.items()}

_MADE_BY_US = "only this program can make an account at this address, and it made it Token-2022's"
_ANYONE_PAYS = "anyone may pay the rent"

ACCEPTED: Final = {
    ("accept_redemption", "request", "other_holder"): "the desk accepts whichever request of its asset it wants",
    ("accept_redemption", "request", "other_id"): "the desk accepts whichever request of its asset it wants",
    ("attest", "mint", "stolen"): _MADE_BY_US,
    ("cancel_redemption", "request", "other_id"): "both are requests of the holder",
    ("check_solvency", "mint", "stolen"): _MADE_BY_US,
    ("create_issuer", "authority", "stranger"): "whoever signs becomes the authority",
    ("create_issuer", "payer", "stranger"): _ANYONE_PAYS,
    ("grant_role", "payer", "stranger"): _ANYONE_PAYS,
    ("halt", "asset", "other_asset"): "the pauser is one for all assets of the issuer",
    ("list_asset", "payer", "stranger"): _ANYONE_PAYS,
    ("mint_shares", "destination", "other_holder"): "the minter chooses who gets the shares",
    ("open_holder_book", "payer", "stranger"): _ANYONE_PAYS,
    ("open_ticket_page", "payer", "stranger"): _ANYONE_PAYS,
    ("reopen", "mint", "stolen"): _MADE_BY_US,
    ("request_redemption", "payer", "stranger"): _ANYONE_PAYS,
    ("retire_custodian", "mint", "stolen"): _MADE_BY_US,
    ("revoke_role", "grant", "other_member"): "the authority revokes whichever grant of its issuer it wants",
    ("revoke_role", "grant", "other_role"): "the authority revokes whichever grant of its issuer it wants",
    ("set_allowance", "payer", "stranger"): _ANYONE_PAYS,
    ("settle_redemption", "request", "other_id"): "same holder, amount and time of acceptance: the desk means it",
}
"""What a call may be given instead, and why."""
