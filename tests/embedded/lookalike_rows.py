"""What look-alikes meet in reports, mints and what guardians and anyone may do."""

from __future__ import annotations

from typing import Final

from tests.embedded.lookalike_words import (
    ANOTHER_GRANT,
    EVENT_AUTHORITY,
    MINT_MOVED,
    MINT_READ,
    OF_ANOTHER_STOCK,
    OFFICER,
    OFFICERS_GRANT,
    PAYER,
    PROGRAM,
    READ,
    RESERVE_WRITTEN,
    SYSTEM,
    TOKEN_PROGRAM,
    WRITTEN,
)

ROWS: Final[dict[str, dict[str, str]]] = {
    "apply_policy": {
        "asset": f"{WRITTEN} {OF_ANOTHER_STOCK}",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "mint": MINT_READ,
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
    "cancel_handoff": {
        "canceller": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{WRITTEN} other_issuer=WrongRoleGrant",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "cancel_policy": {
        "canceller": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=accepted other_issuer=WrongIssuer",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "cancel_raise": {
        "canceller": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{READ} other_asset=WrongAsset other_issuer=WrongIssuer",
        "allowance": f"{WRITTEN} {OF_ANOTHER_STOCK} other_minter=accepted",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "cancel_renunciation": {
        "canceller": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{WRITTEN} other_issuer=WrongRoleGrant",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "cancel_role_change": {
        "canceller": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongIssuer",
        "role": f"{WRITTEN} other_issuer=WrongIssuer other_member=accepted other_role=accepted",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "cancel_slot_change": {
        "canceller": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{READ} other_asset=WrongAsset other_issuer=WrongIssuer",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "check_solvency": {
        "asset": f"{WRITTEN} {OF_ANOTHER_STOCK}",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "mint": MINT_READ,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "close_ticket_page": {
        "asset": f"{READ} {OF_ANOTHER_STOCK}",
        "tickets": f"{WRITTEN} {OF_ANOTHER_STOCK} other_page=PageInUse",
        "rent_receiver": "readonly=ConstraintMut nothing=WrongRentReceiver stranger=WrongRentReceiver",
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
    "mint_shares": {
        "minter": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "approver": (
            "unsigned=MissingRequiredSignature missing=ApproverNeeded stranger=WrongRoleGrant the_minter=SelfApproval"
        ),
        "approver_grant": f"missing=ApproverNeeded {READ} {ANOTHER_GRANT}",
        "asset": f"{WRITTEN} other_asset=WrongMint other_issuer=WrongMint",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
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
        "holder": "nothing=InvalidSeeds other_holder=InvalidSeeds stranger=InvalidSeeds",
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
    "reopen": {
        "unpauser": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongRoleGrant",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "mint": MINT_READ,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "resume": {
        "unpauser": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongRoleGrant",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
}
