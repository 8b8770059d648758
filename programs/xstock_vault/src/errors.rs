//! Every refusal, numbered from 6000 in this order. Never reorder: clients know the numbers.
//!
//! A message says what was wrong and what to do. Where it ends in `[a, b]`, the program logs
//! those figures with the refusal (see [`refuse`]), and the SDK shows them by these names.

use anchor_lang::prelude::*;

#[error_code]
pub enum VaultError {
    // 6000: who may call
    #[msg("The signer is not the issuer's authority: sign with the current authority.")]
    NotAuthority,
    #[msg("The signer is not the proposed authority: sign with the key that was proposed.")]
    NotPendingAuthority,
    #[msg("The role grant is of another issuer, role or member: pass the grant of the signer.")]
    WrongRoleGrant,
    #[msg("The role has expired: ask the issuer to renew it. [expired_at, now]")]
    RoleExpired,
    #[msg(
        "No such role in this version: use minter 2, attestor manager 4, redeemer 5, pauser 8 or unpauser 9. [role]"
    )]
    UnknownRole,
    #[msg("A role must expire between now and 366 days from now. [expires_at, now]")]
    RoleExpiryOutOfRange,
    #[msg("The request belongs to another holder: only its holder can cancel it.")]
    NotHolder,

    // 6007: accounts that do not belong together
    #[msg("The account belongs to another issuer.")]
    WrongIssuer,
    #[msg("The account belongs to another asset.")]
    WrongAsset,
    #[msg("This is not the mint of the asset.")]
    WrongMint,
    #[msg("This is not the escrow of the asset.")]
    WrongEscrow,
    #[msg("Only Token-2022 can move these tokens: pass the Token-2022 program.")]
    WrongTokenProgram,
    #[msg("The token account must be one of this mint that the holder owns.")]
    WrongTokenAccount,
    #[msg("This ticket page does not hold the ticket: derive the page from ticket / 4096. [page, ticket]")]
    WrongTicketPage,
    #[msg("The allowance belongs to another minter.")]
    WrongMinter,
    #[msg("The rent must go back to whoever paid it.")]
    WrongRentReceiver,
    #[msg("This is not the memo program.")]
    WrongMemoProgram,

    // 6017: values out of range
    #[msg("An amount of zero does nothing: name a positive amount.")]
    ZeroAmount,
    #[msg("Asset numbers count up from zero: use the issuer's next number. [given, next]")]
    WrongAssetNumber,
    #[msg("The ISIN is malformed or its check digit is wrong.")]
    BadIsin,
    #[msg("A symbol has 1 to 12 letters, digits, dots or dashes, zero padded.")]
    BadSymbol,
    #[msg(
        "A name or URI is empty or too long: name up to 32 bytes, uri up to 200, terms_uri up to 128. [length, limit]"
    )]
    BadText,
    #[msg("The maximum age of a report must lie between one hour and seven days. [seconds, minimum, maximum]")]
    MaxAgeOutOfRange,
    #[msg("The change delay must lie between one and thirty days. [seconds, minimum, maximum]")]
    ChangeDelayOutOfRange,
    #[msg("The redemption window must lie between one hour and thirty days. [seconds, minimum, maximum]")]
    RedemptionWindowOutOfRange,
    #[msg("min_custodians must lie between one and eight. [given]")]
    MinCustodiansOutOfRange,
    #[msg("There are eight custodian slots, 0 to 7. [slot]")]
    SlotOutOfRange,
    #[msg("A custodian id, account hash or key must not be empty.")]
    EmptyCustodianField,
    #[msg("This key already attests for another slot of the asset: every slot needs its own key. [slot]")]
    KeyInUse,
    #[msg("This safekeeping account is already bound to another slot. [slot]")]
    AccountInUse,
    #[msg("The slot belongs to another custodian or account: retire it first. [slot]")]
    SlotTaken,
    #[msg("The slot holds no custodian: register one first. [slot]")]
    SlotEmpty,
    #[msg("Only mint (1) and redemption requests (2) can be halted. [functions]")]
    UnknownHalt,

    // 6033: attestations
    #[msg("The named instruction is not a signature check of the ed25519 program. [index]")]
    NotEd25519,
    #[msg("The ed25519 instruction is malformed or holds no such signature. [signature, count]")]
    MalformedEd25519,
    #[msg("The ed25519 instruction must take key, signature and message from its own data. [field, index]")]
    ForeignInstructionIndex,
    #[msg("The signed message is not an attestation of this version: sign the 128 canonical bytes. [length]")]
    MalformedMessage,
    #[msg("The message was signed for another program, cluster, asset or ISIN.")]
    WrongDomain,
    #[msg("The key is not the slot's attester. [slot]")]
    WrongAttester,
    #[msg("The key was replaced: sign with the new key and epoch. [slot, new_epoch]")]
    ReplacedAttester,
    #[msg("The new key is not valid yet: wait until its delay has passed. [valid_from, now]")]
    AttesterNotYetValid,
    #[msg("The message names another registration epoch. [given, expected]")]
    WrongEpoch,
    #[msg("The message names another split basis than the asset's. [given, expected]")]
    WrongBasis,
    #[msg("The sequence must rise by 1 to 2^32 from the last one. [given, last]")]
    BadSequence,
    #[msg("The report speaks of the future. [as_of, now]")]
    FutureReport,
    #[msg("The report is older than the last one. [as_of, last]")]
    OlderReport,
    #[msg("A custodian's figure is above the largest that counts. [given, limit]")]
    FigureTooLarge,

    // 6047: minting
    #[msg("Minting is halted: an unpauser must resume it.")]
    MintHalted,
    #[msg("The solvency latch is set: attest enough reserve, then an unpauser reopens the asset.")]
    Latched,
    #[msg("Too few custodians with a fresh positive report: submit new attestations. [fresh, needed]")]
    QuorumNotMet,
    #[msg("The reserve does not cover this. [reserve, obligation, shortfall, released]")]
    ReserveShort,
    #[msg("Above what is left of the minter's daily window. [amount, left, limit]")]
    WindowExceeded,
    #[msg("Above what is left of the minter's lifetime cap. [amount, left, cap]")]
    LifetimeCapExceeded,
    #[msg("This ticket was used: the shares of this order are already minted. [ticket]")]
    TicketUsed,
    #[msg("The ticket is below the asset's watermark and can never mint. [ticket, watermark]")]
    TicketTooLow,

    // 6055: redemption
    #[msg("New redemption requests are halted; open ones still cancel and settle.")]
    RequestsHalted,
    #[msg("The request is not in the state that this needs. [state, needed]")]
    WrongRequestState,
    #[msg("The issuer has accepted this request: it can be cancelled again after its deadline. [now, deadline]")]
    AcceptedUntilDeadline,
    #[msg("The deadline has passed: only the holder can take the tokens back. [now, deadline]")]
    DeadlinePassed,
    #[msg("Amount or acceptance time differ from the request: read it again. [amount, accepted_at]")]
    SettlementMismatch,

    #[msg("Request ids count up from zero: use the book's next id. [given, next]")]
    WrongRequestId,

    // 6061: never expected
    #[msg("The token program moved another amount than asked. [expected, seen]")]
    UnexpectedBalance,
    #[msg("The supply is above what this program minted. [supply, known]")]
    SupplyAboveBooks,
    #[msg("An amount exceeds 64 bits.")]
    Overflow,
    #[msg("An account's own rule was broken; nothing was changed. Report this. [rule]")]
    BrokenInvariant,
    #[msg("The asset is not latched: nothing to reopen.")]
    NotLatched,
    #[msg("An attest instruction takes one to eight reports. [count]")]
    BadReportCount,
}

/// Logs up to four figures behind the error's number, and returns the error.
///
/// Events are gone when a transaction fails, but its logs stay: one `sol_log_64` (100 CU, paid
/// only on refusal) tells what was seen and what the limit is.
#[cold]
#[inline(never)]
pub fn refuse(error: VaultError, figures: [u64; 4]) -> ProgramError {
    let error = ProgramError::from(error);
    #[cfg(target_os = "solana")]
    if let ProgramError::Custom(code) = error {
        let [a, b, c, d] = figures;
        // SAFETY: the system call takes five numbers by value
        unsafe { anchor_lang::pinocchio::syscalls::sol_log_64_(u64::from(code), a, b, c, d) };
    }
    #[cfg(not(target_os = "solana"))]
    let _ = figures;
    error
}

/// `require!` that also logs figures, in the order that the error's message names them.
#[macro_export]
macro_rules! require_figures {
    ($condition:expr, $error:expr, $($figure:expr),+ $(,)?) => {
        if !$condition {
            return Err($crate::errors::refuse($error, $crate::figures!($($figure),+)));
        }
    };
}

/// Up to four numbers of any integer type as logged words.
#[macro_export]
macro_rules! figures {
    ($a:expr $(,)?) => {
        [$a as u64, 0, 0, 0]
    };
    ($a:expr, $b:expr $(,)?) => {
        [$a as u64, $b as u64, 0, 0]
    };
    ($a:expr, $b:expr, $c:expr $(,)?) => {
        [$a as u64, $b as u64, $c as u64, 0]
    };
    ($a:expr, $b:expr, $c:expr, $d:expr $(,)?) => {
        [$a as u64, $b as u64, $c as u64, $d as u64]
    };
}
