"""What look-alikes meet, as far as it is the same for many instructions.

Names are the program's errors or the framework's; ``Token-2022:`` is that program's own, ``runtime:`` the runtime's.
"""

from __future__ import annotations

READ = "nothing=UninitializedAccount stolen=IllegalOwner copied=IllegalOwner other_type=InvalidAccountData"
"""What the framework says of an account of ours that is read: it is missing, or another program's."""
WRITTEN = (
    "readonly=ConstraintMut nothing=AccountDataTooSmall stolen=IllegalOwner copied=IllegalOwner "
    "other_type=InvalidAccountData"
)
"""The same of one that is written."""
RESERVE_WRITTEN = (
    "readonly=ConstraintMut nothing=AccountDataTooSmall stolen=IllegalOwner copied=IllegalOwner "
    "other_type=AccountDataTooSmall"
)
"""Nothing of ours is as long as a reserve."""
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
OFFICER = "unsigned=MissingRequiredSignature stranger=WrongRoleGrant"
"""An admin in the place of the authority, or who cancels; the grant shown is not a stranger's."""
OFFICERS_GRANT = f"missing=NotAuthority {READ} {ANOTHER_GRANT}"
"""Without a grant the signer would have to be the authority."""
HOLDER = "unsigned=MissingRequiredSignature other_holder=NotHolder stranger=NotHolder"
RENT = "readonly=ConstraintMut nothing=WrongRentReceiver stranger=WrongRentReceiver"
MEMO = "missing=accepted nothing=WrongMemoProgram other_program=WrongMemoProgram"
COIN = "nothing=WrongPaymentMint stolen=WrongPaymentMint copied=WrongPaymentMint other_coin=WrongPaymentMint"
"""The payment mint, once there is one."""
PAYMENT_PROGRAM = "nothing=runtime:MissingAccount other_program=runtime:MissingAccount"
"""No check of ours: the payment calls the owner of the payment mint, which must then be among the accounts."""
VAULT = (
    "nothing=WrongBondVault stolen=Token:ExternalAccountDataModified copied=WrongBondVault other_asset=WrongBondVault "
    "other_issuer=WrongBondVault other_coin=WrongBondVault other_holder=WrongBondVault"
)
PURSE = (
    "nothing=WrongTokenAccount stolen=WrongTokenAccount copied=WrongTokenAccount other_asset=WrongTokenAccount "
    "other_issuer=WrongTokenAccount other_coin=WrongTokenAccount other_holder=WrongTokenAccount"
)
"""Where a holder's money goes: an account of the payment mint that the holder owns."""
SOURCE = (
    "nothing=WrongSource copied=WrongSource other_asset=WrongSource other_issuer=WrongSource other_holder=WrongSource "
    "the_escrow=ConstraintDuplicateMutableAccount"
)
"""What the tokens came from, where they go back to another account."""
