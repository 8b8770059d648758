//! Every refusal, numbered from 6000 in this order. Never reorder: clients know the numbers.
//!
//! A message says what was wrong and what to do. Where it ends in `[a, b]`, the program logs
//! those figures with the refusal (see [`refuse`]), and the SDK shows them by these names.

use anchor_lang::prelude::*;

#[error_code]
pub enum VaultError {
    // 6000: who may call
    #[msg("The signer is not the issuer's authority: sign with it, or pass an admin's grant where one may act.")]
    NotAuthority,
    #[msg("The signer is not the proposed authority: sign with the key that was proposed.")]
    NotPendingAuthority,
    #[msg("The role grant is of another issuer, role or member: pass the grant of the signer.")]
    WrongRoleGrant,
    #[msg("The role has expired: ask the issuer to renew it. [expired_at, now]")]
    RoleExpired,
    #[msg("No such role: they are numbered 1 (admin) to 11 (arbiter). [role]")]
    UnknownRole,
    #[msg("A role must expire between now and 366 days from now. [expires_at, now]")]
    RoleExpiryOutOfRange,
    #[msg("Only the holder may do this; a delegate may only ask for payment on chain, with a minimum price.")]
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
        "A name or URI is empty or too long: name up to 32 bytes, uri up to 160, terms_uri up to 128. [length, limit]"
    )]
    BadText,
    #[msg(
        "A policy field lies outside its compiled-in bounds: see the policy's table. [field, given, minimum, maximum]"
    )]
    PolicyOutOfRange,
    #[msg("The timelock must lie between one and thirty days. [seconds, minimum, maximum]")]
    TimelockOutOfRange,
    #[msg("A bare quorum could never count: custodian_share_bps times min_custodians must reach 10,000. [share, custodians]")]
    ShareBelowQuorum,
    #[msg("The threshold must lie between one and the number of keys; of snapshot attestors it is more than half. [threshold, keys]")]
    ThresholdOutOfRange,
    #[msg("There are eight slots, 0 to 7. [slot]")]
    SlotOutOfRange,
    #[msg("An id, hash or key must not be empty, and keys have no gaps between them.")]
    EmptyCustodianField,
    #[msg("This key already attests for another slot of the asset: every slot needs its own keys. [slot]")]
    KeyInUse,
    #[msg("This safekeeping account is already bound to another slot. [slot]")]
    AccountInUse,
    #[msg("The slot belongs to another custodian or account: retire it first. [slot]")]
    SlotTaken,
    #[msg("The slot is empty: register a custodian or chain first. [slot]")]
    SlotEmpty,
    #[msg("Only mint (1), redemption requests (2) and looser changes (4) can be halted. [functions]")]
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
    #[msg("A key that signed is not one of the slot's attesters. [slot]")]
    WrongAttester,
    #[msg("The keys were replaced: sign with the new ones and their epoch. [slot, new_epoch]")]
    ReplacedAttester,
    #[msg("The new keys are not in force yet: wait until their delay has passed. [valid_from, now]")]
    AttesterNotYetValid,
    #[msg("The message names another registration epoch. [given, expected]")]
    WrongEpoch,
    #[msg("The figures include another split than the asset's, or that one at the wrong time: name the last split by the report's time. [given, expected, as_of]")]
    WrongBasis,
    #[msg("The sequence must rise by 1 to 2^32 from the last one. [given, last]")]
    BadSequence,
    #[msg("The report speaks of the future. [as_of, now]")]
    FutureReport,
    #[msg("The report is older than one that is known. [as_of, earliest]")]
    OlderReport,
    #[msg("A figure, cap or limit is above the largest that counts. [given, limit]")]
    FigureTooLarge,

    // 6047: minting
    #[msg("Minting is halted: an unpauser must resume it.")]
    MintHalted,
    #[msg("The solvency latch is set: attest enough reserve, then an unpauser reopens the asset.")]
    Latched,
    #[msg("Too few custodians with a fresh positive report: submit new attestations. [fresh, needed]")]
    QuorumNotMet,
    #[msg("The reserve does not cover this: attest more shares, or mint less. [reserve, needed, released, foreign]")]
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
    #[msg("The issuer has accepted this request, or an arbiter may still rule: it can be cancelled after the deadline. [now, deadline]")]
    AcceptedUntilDeadline,
    #[msg("The deadline has passed. [now, deadline]")]
    DeadlinePassed,
    #[msg("The request holds another amount than named, or the rest is not below it: read it again. [amount, given]")]
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
    #[msg("An attest instruction takes 1 to 24 signatures of at most 8 reports. [count]")]
    BadReportCount,

    // 6067: keys and limits
    #[msg("A key stands twice in the list: k of n counts different keys. [place]")]
    RepeatedKey,
    #[msg("Too few of the slot's keys signed this report. [signed, needed, slot]")]
    TooFewSigners,
    #[msg("Above what is left of the asset's daily window, which all minters share. [amount, left, limit]")]
    AssetWindowExceeded,
    #[msg("The minter's usage would pass the threshold: an approver must sign too. [amount, used, threshold]")]
    ApproverNeeded,
    #[msg("A minter cannot approve its own mint: another key must sign.")]
    SelfApproval,
    #[msg("The role is granted and not valid yet: wait until its delay has passed. [valid_from, now]")]
    RoleNotYetValid,
    #[msg("The issuer has renounced this role for good. [role]")]
    RoleRenounced,
    #[msg("Somebody holds this role: revoke and close every grant first. [role, grants]")]
    RoleStillHeld,
    #[msg("This role cannot be renounced: without it holders would be worse off. [role]")]
    CannotRenounce,
    #[msg("The watermark only rises, at most to the ticket behind the highest used. [given, watermark, limit]")]
    WatermarkOutOfRange,
    #[msg("The page has tickets that can still be used: raise the watermark past it first. [page, watermark]")]
    PageInUse,

    // 6078: changes that wait
    #[msg("Nothing waits here: nothing to apply or cancel. [waits_until, now]")]
    NothingQueued,
    #[msg("The change still waits. [ready_at, now]")]
    ChangeNotReady,
    #[msg("The change was not applied in time and is void: ask for it again. [expired_at, now]")]
    ChangeExpired,
    #[msg("Looser changes are halted: an unpauser must resume them.")]
    ChangesHalted,
    #[msg("Name at least one policy field, by bits 1 to 32,768. [fields]")]
    UnknownPolicyField,
    #[msg("Custodian keys are 1, chain keys 2, a chain's cap 3, its retirement 4. [kind]")]
    UnknownChange,

    // 6084: other chains
    #[msg("The slot belongs to another chain or token: retire it first. [slot]")]
    ChainTaken,
    #[msg("This token is already registered. [slot]")]
    TokenInUse,
    #[msg("Something may be owed on this chain: lower its cap to zero and attest zero first. [cap, owed, as_of, now]")]
    ChainInUse,
    #[msg("The chain's cap has no room for this. [amount, there, cap]")]
    AboveChainCap,
    #[msg("Too far ahead: the first ticket is at most 2^42, others lie at most 2^28 above the highest used one. [ticket, limit]")]
    TicketTooFar,

    // 6089: payments, deadlines and the bond
    #[msg("The deadline has not passed yet. [now, deadline]")]
    DeadlineNotPassed,
    #[msg("Payment on chain is 1, outside it 2: a request of one kind never settles by the other, and one outside takes no price. [payout, needed]")]
    WrongPayout,
    #[msg("Others conclude once the time to dispute has passed; the holder can at once. [now, until]")]
    StillDisputable,
    #[msg("This arbiter took office after the request was made: another one must rule. [held_since, requested_at]")]
    ArbiterTooNew,
    #[msg("The arbiter's grant ends before a dispute could be ruled on: renew it first. [expires_at, needed]")]
    ArbiterLeaves,
    #[msg("Who says that it paid, and the issuer's authority, cannot be the arbiter.")]
    SelfArbitration,
    #[msg("This is not the account that the tokens came from.")]
    WrongSource,
    #[msg("The account that the tokens came from is frozen: they can only go back to it.")]
    SourceFrozen,
    #[msg("The account that the tokens came from is not frozen, or no longer the holder's: nothing to reject for.")]
    HolderNotFrozen,
    #[msg("Only the holder chooses an account: name the one the tokens came from while it is the holder's, else its associated one.")]
    NotAssociated,
    #[msg("A batch has one request, payee and rent receiver for each amount, and at least one. [amounts, accounts]")]
    BadBatch,
    #[msg("The payment is below the holder's minimum: pay a higher price. [payment, needed, min_price]")]
    PriceTooLow,
    #[msg("The penalty is due: pass the payment mint, the bond's vault and an account of the holder.")]
    PenaltyAccountsMissing,
    #[msg("The asset has no payment mint yet: the issuer must open its bond.")]
    NoBond,
    #[msg("The payment mint changes only while bond and requests are zero, to the same decimals. [bond, open_requests, decimals, given]")]
    BondInUse,
    #[msg("This is not the asset's payment mint, or cannot be one.")]
    WrongPaymentMint,
    #[msg("An extension of this mint could take a part of payments, run code in them or stop them. [extension]")]
    UnfitPaymentMint,
    #[msg(
        "This is not the vault, or cannot be one: it must be a plain token account that the asset or distribution always owned."
    )]
    WrongBondVault,
    #[msg("The bond has too little free for this: deposit more. [free, needed]")]
    UnderBonded,
    #[msg("The bond has no such free amount: open requests could claim it. [free, asked]")]
    BondClaimed,
    #[msg("This is not the destination that was announced.")]
    WrongDestination,
    #[msg("At market the desk must quote a price per whole share.")]
    QuoteNeeded,
    #[msg("The quote waits for the holder to agree to it.")]
    QuoteOpen,
    #[msg("Name an arbiter outside the chain and none on it; to accept, pass the grant of the arbiter that the request names.")]
    WrongArbiter,
    #[msg("The desk has claimed a payment before and was not believed: the holder confirms one, or it is in default. [paid_at]")]
    AlreadyClaimed,
    #[msg("Shares were said to be issued on another chain for this request: pass the asset's reserve.")]
    ReserveMissing,
    #[msg("A payment mint has six to nine decimals. [decimals, minimum, maximum]")]
    PaymentDecimals,
    #[msg("No quote waits for the holder. [state]")]
    NothingQuoted,
    #[msg("The desk quoted another price than the one agreed to: read it again. [given, quoted]")]
    OtherQuote,

    // 6118: corporate actions
    #[msg("This does not go with the kind of action: 1 kind, 2 rate and payout mint, 3 identifiers, 4 ratio, 5 document, 6 record time, 7 pay time (a year after the record time at most), 8 effective time. [kind, part]")]
    BadAction,
    #[msg("An action needs a day's notice, one that changes the multiplier the change delay, and at most a year's. [begins_at, earliest, latest]")]
    BadNotice,
    #[msg("From the ex time to the record or effective time is too long. [seconds, limit]")]
    ActionTooLong,
    #[msg("Actions count up from zero: use the asset's next number. [given, next]")]
    WrongActionNumber,
    #[msg("Another action shares a day (UTC) with this one: choose other days, or cancel it. [action, begins_at, ends_at]")]
    DateTaken,
    #[msg("Too many actions lie ahead: cancel one, or wait. [limit]")]
    CalendarFull,
    #[msg("A multiplier is scheduled already: cancel that action, or wait until it is in force. [action]")]
    MultiplierScheduled,
    #[msg("The multiplier is another one by now: read it again. [given, current]")]
    MultiplierMoved,
    #[msg("The multiplier would leave its range of a millionth to a million. [current, ratio_new, ratio_old]")]
    MultiplierOutOfRange,
    #[msg("Nothing mints from the ex time to the effective time of a split. [ex_at, effective_at, now]")]
    SplitPending,
    #[msg("The stock is delisted: nothing mints any more. [delisted_at, now]")]
    Delisted,
    #[msg("A snapshot was taken in this slot: try again in a second. [slot]")]
    SnapshotSlot,
    #[msg("The action is cancelled or done. [state]")]
    WrongActionState,
    #[msg("The action is of another kind. [kind, needed]")]
    WrongActionKind,
    #[msg("The action has its snapshot already. [snapshot]")]
    SnapshotTaken,
    #[msg("The action has taken effect. [effective_at, now]")]
    AlreadyEffective,
    #[msg("The action has not taken effect yet. [effective_at, now]")]
    NotYetEffective,
    #[msg("A snapshot is taken at the record time or at most an hour later. [record_at, latest, now]")]
    NotRecordTime,
    #[msg("This action belongs to another snapshot. [action, needed]")]
    WrongAction,

    // 6137: snapshots
    #[msg("The signer is not a snapshot attestor of the asset.")]
    NotAttestor,
    #[msg("The asset has no snapshot attestors: an attestor manager must name them first.")]
    NoAttestors,
    #[msg("At least two snapshot attestors are needed, without gaps between them. [keys]")]
    TooFewAttestors,
    #[msg("No root is agreed on.")]
    NothingAgreed,
    #[msg("A root is agreed on: reject it before you vote for another. [agreed_at]")]
    RootAgreed,
    #[msg("The root is final: the day to challenge it is over. [agreed_at, window, now]")]
    RootFinal,
    #[msg("No root is final yet: attestors agree, and then a day must pass. [agreed_at, window, now]")]
    NotFinal,
    #[msg("This attestor has rejected a root of this tree before. [round]")]
    AlreadyRejected,
    #[msg("The root has too many leaves, or the wrong tax. [leaf_count, figure]")]
    BadRoot,
    #[msg("The leaves do not add up: a snapshot's to its supply (less what was burned outside since), entitlements to no more than the rate makes. [given, limit, burned_outside]")]
    WrongTotal,
    #[msg("The proof has too few or too many nodes, or sums that overflow. [left_over, entries]")]
    BadProof,
    #[msg("The proof leads to another root: use the file that the root was made of. [index, sum, expected]")]
    WrongRoot,
    #[msg("Nothing is wrong with these nodes: their sums add up. [sum, left, right]")]
    NothingWrong,

    // 6150: distributions
    #[msg("The account belongs to another snapshot.")]
    WrongSnapshot,
    #[msg("The account belongs to another distribution.")]
    WrongDistribution,
    #[msg("The distributions of a snapshot count up from zero. [given, next]")]
    WrongDistributionNumber,
    #[msg("The distribution has an unknown rule, or no file of tax rates. [rules]")]
    BadRules,
    #[msg("Claims must stay open for half a year at least, and ten years at most. [seconds, minimum, maximum]")]
    BadClaimWindow,
    #[msg("Claims are not open yet. [claim_from, now]")]
    ClaimsNotOpen,
    #[msg("Claims are closed. [claim_until, now]")]
    ClaimsClosed,
    #[msg("Claims are still open. [claim_until, now]")]
    ClaimsOpen,
    #[msg("The vault does not hold all that is owed yet: fund the distribution. [funded, owed]")]
    UnderFunded,
    #[msg("All that is owed is in the vault already. [funded]")]
    NothingMissing,
    #[msg("The leaf does not lie in this page: derive the page from index / 4096. [page, index]")]
    WrongClaimPage,
    #[msg("This entitlement was paid already. [index]")]
    LeafClaimed,
    #[msg("The tax is more than the payment. [gross, withheld]")]
    TaxAboveGross,
    #[msg("The owner is a program's address: it claims itself, or registers a recipient. [index]")]
    OwnerIsProgram,
    #[msg("This is not the withholding account of the distribution, or cannot be one.")]
    WrongWithholdingAccount,
    #[msg("Nothing is left to move.")]
    NothingLeft,

    // 6166: identifiers
    #[msg("Another asset of the issuer uses the new ISIN or symbol.")]
    IdentifierTaken,
    #[msg("Pass the markers of identifiers that are given up, and of no others.")]
    WrongMarker,
    #[msg("Too late: claims would close in less than 91 days. Declare another distribution. [latest, now]")]
    TooLateToFund,
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
