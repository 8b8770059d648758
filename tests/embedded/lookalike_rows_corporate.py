"""What look-alikes meet in corporate actions, snapshots and distributions."""

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
    PAYMENT_PROGRAM,
    PROGRAM,
    PURSE,
    READ,
    RENT,
    RESERVE_WRITTEN,
    SYSTEM,
    WRITTEN,
)

__all__ = ["ROWS"]

MADE = "readonly=runtime:PrivilegeEscalation nothing=InvalidSeeds"
"""What the instruction makes: at no other address."""
PAYOUT_MINT = (
    "nothing=WrongPaymentMint stolen=WrongPaymentMint copied=WrongPaymentMint other_coin=WrongPaymentMint "
    "the_stock=WrongPaymentMint"
)
PAYOUT_VAULT = (
    "readonly=ConstraintMut nothing=WrongBondVault stolen=Token:ExternalAccountDataModified "
    "copied=WrongBondVault other_asset=WrongBondVault other_issuer=WrongBondVault "
    "other_snapshot=WrongBondVault other_number=WrongBondVault other_coin=WrongBondVault "
    "the_bond=WrongBondVault"
)
OTHER_DISTRIBUTION = (
    "other_asset=WrongDistribution other_issuer=WrongDistribution other_snapshot=WrongDistribution "
    "other_number=WrongDistribution"
)
VAULT_OF_ANOTHER = (
    "other_asset=WrongBondVault other_issuer=WrongBondVault other_snapshot=WrongBondVault other_number=WrongBondVault"
)
"""A distribution whose vault is another one."""
OTHER_SEEDS = "other_asset=InvalidSeeds other_issuer=InvalidSeeds"
OTHER_SNAPSHOT = "other_asset=WrongSnapshot other_issuer=WrongSnapshot other_snapshot=WrongSnapshot"
NOT_THE_OWNERS = (
    "nothing=WrongTokenAccount stolen=WrongTokenAccount copied=WrongTokenAccount "
    "other_asset=WrongTokenAccount other_issuer=WrongTokenAccount other_coin=WrongTokenAccount "
    "other_holder=WrongTokenAccount the_stock=WrongTokenAccount the_escrow=WrongTokenAccount "
    "the_vault=WrongTokenAccount"
)
"""Where money goes: an account of the payout mint that the right wallet owns."""
NOT_FOR_TAX = (
    "nothing=WrongWithholdingAccount copied=WrongWithholdingAccount other_issuer=WrongWithholdingAccount "
    "other_coin=WrongWithholdingAccount other_holder=WrongWithholdingAccount the_stock=WrongWithholdingAccount "
    "the_bond=WrongWithholdingAccount"
)
MINT_WRITTEN = (
    "readonly=ConstraintMut nothing=WrongMint stolen=Token-2022:IncorrectProgramId copied=WrongMint "
    "other_asset=WrongMint other_issuer=WrongMint"
)
"""The stock's mint, which Token-2022 changes."""
CALLED = "nothing=runtime:MissingAccount old_program=runtime:MissingAccount"
"""No check of ours: the call goes to Token-2022 by its constant address."""
GIVEN_UP = "missing=WrongMarker other_issuer=WrongMarker other_asset=WrongMarker"
"""Markers of identifiers that are not the asset's."""
SIGNED_BY_A_STRANGER = "nothing=runtime:PrivilegeEscalation stranger=InvalidSeeds"
"""The same of an address that has signed: the event call knows its own authority."""
ANYONE = "unsigned=MissingRequiredSignature stranger=accepted"
ATTESTOR = "unsigned=MissingRequiredSignature stranger=NotAttestor"

ROWS: Final[dict[str, dict[str, str]]] = {
    "announce_action": {
        "payer": PAYER,
        "officer": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} {OTHER_SEEDS}",
        "reserve": f"{RESERVE_WRITTEN} {OF_ANOTHER_STOCK}",
        "action": f"{MADE} {OTHER_SEEDS} other_number=InvalidSeeds",
        "mint": MINT_WRITTEN,
        "token_program": CALLED,
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "apply_identifiers": {
        "payer": "unsigned=MissingRequiredSignature readonly=accepted stranger=WrongRentReceiver",
        "issuer": f"{READ} other_issuer=InvalidSeeds",
        "asset": f"{WRITTEN} other_asset=WrongMint other_issuer=WrongIssuer",
        "action": f"{WRITTEN} {OF_ANOTHER_STOCK} other_number=WrongActionKind",
        "isin_marker": f"{MADE} other_issuer=InvalidSeeds other_asset=ConstraintDuplicateMutableAccount",
        "symbol_marker": f"{MADE} other_issuer=InvalidSeeds other_asset=ConstraintDuplicateMutableAccount",
        "old_isin_marker": f"{WRITTEN} {GIVEN_UP}",
        "old_symbol_marker": f"{WRITTEN} {GIVEN_UP}",
        "mint": MINT_WRITTEN,
        "rent_receiver": "readonly=accepted nothing=WrongRentReceiver stranger=WrongRentReceiver",
        "token_program": CALLED,
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "cancel_action": {
        "canceller": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=WrongMint other_issuer=WrongIssuer",
        "action": f"{WRITTEN} {OF_ANOTHER_STOCK} other_number=accepted",
        "mint": MINT_WRITTEN,
        "token_program": CALLED,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "cancel_attestors": {
        "canceller": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{WRITTEN} other_asset=accepted other_issuer=WrongIssuer",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "challenge_order": {
        "challenger": ANYONE,
        "asset": f"{READ} {OF_ANOTHER_STOCK}",
        "snapshot": f"{WRITTEN} {OF_ANOTHER_STOCK} other_number=WrongSnapshot",
        "distribution": f"{WRITTEN} {OTHER_SNAPSHOT} missing=RootFinal other_number=WrongRoot",
        "event_authority": SIGNED_BY_A_STRANGER,
        "program": PROGRAM,
    },
    "challenge_sum": {
        "challenger": ANYONE,
        "asset": f"{READ} {OF_ANOTHER_STOCK}",
        "snapshot": f"{WRITTEN} {OF_ANOTHER_STOCK} other_number=WrongSnapshot",
        "distribution": f"{WRITTEN} {OTHER_SNAPSHOT} missing=RootFinal other_number=WrongRoot",
        "event_authority": SIGNED_BY_A_STRANGER,
        "program": PROGRAM,
    },
    "claim_dividends": {
        "claimer": ANYONE,
        "distribution": f"{WRITTEN} {VAULT_OF_ANOTHER}",
        "claims": f"{OTHER_DISTRIBUTION} {WRITTEN}",
        "payout_mint": PAYOUT_MINT,
        "vault": f"{PAYOUT_VAULT} other_holder=ConstraintDuplicateMutableAccount",
        "payment_program": PAYMENT_PROGRAM,
        "event_authority": SIGNED_BY_A_STRANGER,
        "program": "nothing=accepted other_program=accepted",
        "payee": f"{NOT_THE_OWNERS} readonly=runtime:PrivilegeEscalation",
        "record": f"{READ} {OF_ANOTHER_STOCK} missing=WrongRoot other_holder=WrongRoot",
    },
    "close_claim_page": {
        "distribution": f"{OTHER_DISTRIBUTION} {READ}",
        "claims": f"{OTHER_DISTRIBUTION} {WRITTEN}",
        "rent_receiver": RENT,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "declare_distribution": {
        "payer": PAYER,
        "officer": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{READ} other_asset=WrongAsset other_issuer=WrongIssuer",
        "action": f"{READ} {OF_ANOTHER_STOCK} other_number=WrongAction",
        "snapshot": f"{WRITTEN} {OTHER_SEEDS} other_number=InvalidSeeds",
        "distribution": f"{MADE} {OTHER_SEEDS} other_snapshot=InvalidSeeds other_number=InvalidSeeds",
        "payout_mint": PAYOUT_MINT,
        "vault": (
            f"{PURSE} other_snapshot=WrongTokenAccount other_number=WrongTokenAccount the_bond=WrongTokenAccount"
        ),
        "withholding_account": f"{NOT_FOR_TAX} stolen=WrongWithholdingAccount the_vault=WrongWithholdingAccount",
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "fund_distribution": {
        "funder": "unsigned=MissingRequiredSignature stranger=Token:4",
        "distribution": f"{WRITTEN} {VAULT_OF_ANOTHER}",
        "payout_mint": PAYOUT_MINT,
        "source": (
            "readonly=ConstraintMut nothing=Token:InvalidAccountData stolen=Token:ExternalAccountDataModified "
            "copied=Token:ExternalAccountDataModified other_asset=Token:4 other_issuer=Token:4 "
            "other_coin=Token:3 other_holder=Token:1 the_stock=Token:InvalidAccountData "
            "the_escrow=Token:InvalidAccountData the_vault=Token:4"
        ),
        "vault": f"{PAYOUT_VAULT} other_holder=WrongBondVault",
        "payment_program": PAYMENT_PROGRAM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "open_claim_page": {
        "payer": PAYER,
        "distribution": f"{READ} {OTHER_SEEDS} other_snapshot=InvalidSeeds other_number=InvalidSeeds",
        "claims": f"{MADE} {OTHER_SEEDS} other_snapshot=InvalidSeeds other_number=InvalidSeeds",
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "reclaim_distribution": {
        "treasurer": OFFICER,
        "grant": OFFICERS_GRANT,
        "issuer": f"{READ} other_issuer=WrongRoleGrant",
        "asset": f"{READ} other_asset=WrongAsset other_issuer=WrongIssuer",
        "distribution": (f"{WRITTEN} {OF_ANOTHER_STOCK} other_snapshot=WrongBondVault other_number=WrongBondVault"),
        "payout_mint": PAYOUT_MINT,
        "vault": f"{PAYOUT_VAULT} other_holder=WrongBondVault",
        "destination": f"{NOT_THE_OWNERS} readonly=ConstraintMut",
        "payment_program": PAYMENT_PROGRAM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "record_snapshot": {
        "payer": PAYER,
        "asset": f"{WRITTEN} {OTHER_SEEDS}",
        "action": f"{WRITTEN} {OF_ANOTHER_STOCK} other_number=WrongActionKind",
        "snapshot": f"{MADE} {OTHER_SEEDS} other_number=InvalidSeeds",
        "mint": MINT_READ,
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "register_recipient": {
        "payer": PAYER,
        "owner": "unsigned=MissingRequiredSignature stranger=InvalidSeeds",
        "asset": f"{READ} {OTHER_SEEDS}",
        "record": f"{MADE} {OTHER_SEEDS} other_holder=InvalidSeeds",
        "system_program": SYSTEM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "reject_root": {
        "attestor": ATTESTOR,
        "asset": f"{READ} {OF_ANOTHER_STOCK}",
        "snapshot": f"{WRITTEN} {OF_ANOTHER_STOCK} other_number=WrongSnapshot",
        "distribution": f"{WRITTEN} {OTHER_SNAPSHOT} missing=RootFinal other_number=accepted",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "remit_withheld": {
        "distribution": f"{WRITTEN} {VAULT_OF_ANOTHER}",
        "payout_mint": PAYOUT_MINT,
        "vault": f"{PAYOUT_VAULT} other_holder=WrongBondVault",
        "withholding_account": (
            f"readonly=ConstraintMut stolen=Token:ExternalAccountDataModified {NOT_FOR_TAX} "
            "the_vault=ConstraintDuplicateMutableAccount"
        ),
        "payment_program": PAYMENT_PROGRAM,
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "set_attestors": {
        "manager": "unsigned=MissingRequiredSignature stranger=WrongRoleGrant",
        "grant": f"{READ} {ANOTHER_GRANT}",
        "asset": f"{WRITTEN} other_asset=accepted other_issuer=WrongRoleGrant",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
    "vote_root": {
        "attestor": ATTESTOR,
        "asset": f"{READ} {OF_ANOTHER_STOCK}",
        "snapshot": f"{WRITTEN} {OF_ANOTHER_STOCK} other_number=WrongSnapshot",
        "distribution": f"{WRITTEN} {OTHER_SNAPSHOT} missing=WrongTotal other_number=accepted",
        "event_authority": EVENT_AUTHORITY,
        "program": PROGRAM,
    },
}
