"""What look-alikes meet in the instructions of issuers and attestor managers."""

from __future__ import annotations

from typing import Final

from tests.embedded.lookalike_words import (
    ANOTHER_GRANT,
    EVENT_AUTHORITY,
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
    "accept_authority": {
        "new_authority": "unsigned=MissingRequiredSignature stranger=NotPendingAuthority",
        "issuer": f"{WRITTEN} other_issuer=NotPendingAuthority",
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
        "authority": OFFICER,
        "admin_grant": OFFICERS_GRANT,
        "issuer": f"{WRITTEN} other_issuer=InvalidSeeds",
        "member": "nothing=InvalidSeeds stranger=InvalidSeeds",
        "grant": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_issuer=InvalidSeeds "
            "other_member=InvalidSeeds other_role=InvalidSeeds"
        ),
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "list_asset": {
        "payer": PAYER,
        "authority": OFFICER,
        "admin_grant": OFFICERS_GRANT,
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
    "propose_authority": {
        "authority": "unsigned=MissingRequiredSignature stranger=NotAuthority",
        "issuer": f"{WRITTEN} other_issuer=NotAuthority",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "raise_watermark": {
        "authority": OFFICER,
        "admin_grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=accepted other_issuer=WrongIssuer",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "register_chain": {
        "manager": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{READ} other_asset=WrongAsset other_issuer=WrongRoleGrant",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
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
    "renounce_role": {
        "authority": "unsigned=MissingRequiredSignature stranger=NotAuthority",
        "issuer": f"{WRITTEN} other_issuer=NotAuthority",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "retire_chain": {
        "manager": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{READ} other_asset=WrongAsset other_issuer=WrongRoleGrant",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
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
        "authority": OFFICER,
        "admin_grant": OFFICERS_GRANT,
        "issuer": f"{WRITTEN} other_issuer=WrongRoleGrant",
        "grant": f"{WRITTEN} other_issuer=WrongIssuer other_member=accepted other_role=accepted",
        "rent_receiver": "readonly=ConstraintMut nothing=WrongRentReceiver stranger=WrongRentReceiver",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "set_allowance": {
        "payer": PAYER,
        "authority": OFFICER,
        "admin_grant": OFFICERS_GRANT,
        "issuer": f"{WRITTEN} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=InvalidSeeds other_issuer=InvalidSeeds",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "minter": "nothing=InvalidSeeds stranger=InvalidSeeds",
        "allowance": (
            "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds other_asset=InvalidSeeds "
            "other_issuer=InvalidSeeds other_minter=InvalidSeeds"
        ),
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "set_chain_cap": {
        "authority": OFFICER,
        "admin_grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongIssuer",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "set_policy": {
        "authority": OFFICER,
        "admin_grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongIssuer",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "mint": MINT_READ,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
}
