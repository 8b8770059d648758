"""What look-alikes meet in the instructions of redemptions and of the bond."""

from __future__ import annotations

from typing import Final

from tests.embedded.lookalike_words import (
    COIN,
    ESCROW,
    EVENT_AUTHORITY,
    HOLDER,
    MEMO,
    MINT_MOVED,
    OF_ANOTHER_STOCK,
    OFFICER,
    OFFICERS_GRANT,
    PAYER,
    PAYMENT_PROGRAM,
    PROGRAM,
    PURSE,
    READ,
    RENT,
    RESERVE_WRITTEN,
    SOURCE,
    SYSTEM,
    TOKEN_PROGRAM,
    VAULT,
    WALLET,
    WRITTEN,
)

ROWS: Final[dict[str, dict[str, str]]] = {
    "accept_redemption": {
        "redeemer": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongIssuer",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=accepted other_id=accepted",
        "arbiter_grant": (
            f"missing=WrongArbiter {READ} other_issuer=WrongRoleGrant other_member=WrongArbiter "
            "other_role=WrongRoleGrant"
        ),
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "agree_quote": {
        "holder": HOLDER,
        "asset": f"{READ} {OF_ANOTHER_STOCK}",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=NotHolder other_id=accepted",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "cancel_bond_withdrawal": {
        "canceller": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=accepted other_issuer=WrongIssuer",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "cancel_redemption": {
        "holder": HOLDER,
        "asset": f"{WRITTEN} {OF_ANOTHER_STOCK}",
        "reserve": f"{RESERVE_WRITTEN} missing=accepted {OF_ANOTHER_STOCK}",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=NotHolder other_id=accepted",
        "rent_receiver": RENT,
        "mint": f"readonly=ConstraintMut nothing=WrongMint {MINT_MOVED}",
        "escrow": ESCROW,
        "source": f"{SOURCE} stolen=accepted",
        "destination": WALLET,
        "token_program": TOKEN_PROGRAM,
        "memo_program": MEMO,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "conclude_redemption": {
        "caller": "unsigned=MissingRequiredSignature stranger=StillDisputable",
        "asset": f"{WRITTEN} {OF_ANOTHER_STOCK}",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=StillDisputable other_id=accepted",
        "rent_receiver": RENT,
        "mint": f"readonly=ConstraintMut nothing=WrongMint {MINT_MOVED}",
        "escrow": ESCROW,
        "token_program": TOKEN_PROGRAM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "default_redemption": {
        "caller": "unsigned=MissingRequiredSignature stranger=NotAssociated",
        "asset": f"{WRITTEN} {OF_ANOTHER_STOCK}",
        "reserve": f"{RESERVE_WRITTEN} missing=accepted {OF_ANOTHER_STOCK}",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=WrongSource other_id=accepted",
        "rent_receiver": RENT,
        "mint": f"readonly=ConstraintMut nothing=WrongMint {MINT_MOVED}",
        "escrow": ESCROW,
        "source": f"{SOURCE} stolen=accepted",
        "destination": WALLET,
        "payment_mint": f"missing=PenaltyAccountsMissing {COIN} the_stock=ConstraintDuplicateMutableAccount",
        "bond_vault": (
            f"readonly=ConstraintMut missing=PenaltyAccountsMissing {VAULT} "
            "the_stock=ConstraintDuplicateMutableAccount the_escrow=ConstraintDuplicateMutableAccount"
        ),
        "payee": (
            f"{WALLET} missing=PenaltyAccountsMissing other_coin=WrongTokenAccount "
            "the_stock=ConstraintDuplicateMutableAccount the_vault=ConstraintDuplicateMutableAccount"
        ),
        "token_program": TOKEN_PROGRAM,
        "payment_program": f"missing=runtime:MissingAccount {PAYMENT_PROGRAM}",
        "memo_program": MEMO,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "deposit_bond": {
        "depositor": "unsigned=MissingRequiredSignature stranger=Token:4",
        "asset": f"{WRITTEN} other_asset=WrongBondVault other_issuer=WrongBondVault",
        "payment_mint": f"{COIN} the_stock=WrongPaymentMint",
        "source": (
            "readonly=ConstraintMut nothing=Token:InvalidAccountData stolen=Token:ExternalAccountDataModified "
            "copied=Token:ExternalAccountDataModified other_asset=Token:4 other_issuer=Token:4 "
            "other_coin=Token:3 other_holder=Token:1 the_stock=Token:InvalidAccountData "
            "the_escrow=Token:InvalidAccountData the_vault=ConstraintDuplicateMutableAccount"
        ),
        "bond_vault": f"readonly=ConstraintMut {VAULT} the_stock=WrongBondVault the_escrow=WrongBondVault",
        "payment_program": PAYMENT_PROGRAM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "dispute_payment": {
        "holder": HOLDER,
        "asset": f"{READ} {OF_ANOTHER_STOCK}",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=NotHolder other_id=accepted",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "mark_paid": {
        "redeemer": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongIssuer",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=accepted other_id=accepted",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "open_bond": {
        "authority": OFFICER,
        "admin_grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=WrongTokenAccount other_issuer=WrongIssuer",
        "payment_mint": (
            "nothing=WrongPaymentMint stolen=WrongPaymentMint copied=WrongPaymentMint "
            "other_coin=WrongTokenAccount the_stock=UnfitPaymentMint"
        ),
        "bond_vault": f"{PURSE} the_stock=WrongTokenAccount the_escrow=WrongTokenAccount",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "queue_bond_withdrawal": {
        "authority": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=accepted other_issuer=WrongIssuer",
        "payment_mint": f"{COIN} the_stock=WrongPaymentMint",
        "destination": (
            "nothing=WrongTokenAccount stolen=WrongTokenAccount copied=WrongTokenAccount other_asset=accepted "
            "other_issuer=accepted other_coin=WrongTokenAccount other_holder=accepted "
            "the_stock=WrongTokenAccount the_escrow=WrongTokenAccount the_vault=WrongBondVault"
        ),
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "reject_redemption": {
        "redeemer": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongIssuer",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=WrongSource other_id=accepted",
        "rent_receiver": RENT,
        "mint": f"readonly=ConstraintMut nothing=WrongMint {MINT_MOVED}",
        "escrow": ESCROW,
        "source": f"readonly=ConstraintMut {SOURCE} stolen=HolderNotFrozen",
        "token_program": TOKEN_PROGRAM,
        "memo_program": MEMO,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "request_redemption": {
        "payer": PAYER,
        "authority": "unsigned=MissingRequiredSignature stranger=Token-2022:4",
        "holder": "nothing=InvalidSeeds other_holder=InvalidSeeds stranger=InvalidSeeds",
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
    "rule_dispute": {
        "arbiter": "unsigned=MissingRequiredSignature stranger=WrongArbiter",
        "asset": f"{WRITTEN} {OF_ANOTHER_STOCK}",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=accepted other_id=accepted",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "settle_redemptions": {
        "redeemer": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=WrongAsset other_issuer=WrongIssuer",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "mint": f"readonly=ConstraintMut nothing=WrongMint {MINT_MOVED}",
        "escrow": ESCROW,
        "paying_agent": "unsigned=MissingRequiredSignature stranger=Token:4",
        "payment_mint": f"{COIN} the_stock=ConstraintDuplicateMutableAccount",
        "payment_source": (
            "readonly=ConstraintMut nothing=Token:InvalidAccountData stolen=Token:ExternalAccountDataModified "
            "copied=Token:ExternalAccountDataModified other_asset=Token:4 other_issuer=Token:4 "
            "other_coin=Token:3 other_holder=ConstraintDuplicateMutableAccount "
            "the_stock=Token:InvalidAccountData the_escrow=ConstraintDuplicateMutableAccount the_vault=Token:4"
        ),
        "token_program": TOKEN_PROGRAM,
        "payment_program": PAYMENT_PROGRAM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
        "request": f"{WRITTEN} {OF_ANOTHER_STOCK} other_holder=WrongRentReceiver other_id=accepted",
        "payee": (
            f"readonly=runtime:PrivilegeEscalation {PURSE} the_stock=WrongTokenAccount "
            "the_escrow=ConstraintDuplicateMutableAccount the_vault=WrongTokenAccount"
        ),
        "rent_receiver": (
            "readonly=runtime:ReadonlyLamportChange nothing=WrongRentReceiver stranger=WrongRentReceiver"
        ),
    },
    "withdraw_bond": {
        "authority": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=WrongBondVault other_issuer=WrongIssuer",
        "payment_mint": f"{COIN} the_stock=WrongPaymentMint",
        "bond_vault": f"readonly=ConstraintMut {VAULT} the_stock=WrongBondVault the_escrow=WrongBondVault",
        "destination": (
            "readonly=ConstraintMut nothing=WrongDestination stolen=Token:ExternalAccountDataModified "
            "copied=WrongDestination other_asset=WrongDestination other_issuer=WrongDestination "
            "other_coin=WrongDestination other_holder=WrongDestination the_stock=WrongDestination "
            "the_escrow=WrongDestination the_vault=ConstraintDuplicateMutableAccount"
        ),
        "payment_program": PAYMENT_PROGRAM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
}
