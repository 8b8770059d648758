"""The program's refusals: numbers, messages, and the figures logged with them.

Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit.
"""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

__all__ = [
    "REFUSALS",
    "ErrorCode",
    "Refusal",
]


class ErrorCode(IntEnum):
    """The program's own error numbers, named as in its source and logs."""

    NotAuthority = 6000
    NotPendingAuthority = 6001
    WrongRoleGrant = 6002
    RoleExpired = 6003
    UnknownRole = 6004
    RoleExpiryOutOfRange = 6005
    NotHolder = 6006
    WrongIssuer = 6007
    WrongAsset = 6008
    WrongMint = 6009
    WrongEscrow = 6010
    WrongTokenProgram = 6011
    WrongTokenAccount = 6012
    WrongTicketPage = 6013
    WrongMinter = 6014
    WrongRentReceiver = 6015
    WrongMemoProgram = 6016
    ZeroAmount = 6017
    WrongAssetNumber = 6018
    BadIsin = 6019
    BadSymbol = 6020
    BadText = 6021
    PolicyOutOfRange = 6022
    TimelockOutOfRange = 6023
    ShareBelowQuorum = 6024
    ThresholdOutOfRange = 6025
    SlotOutOfRange = 6026
    EmptyCustodianField = 6027
    KeyInUse = 6028
    AccountInUse = 6029
    SlotTaken = 6030
    SlotEmpty = 6031
    UnknownHalt = 6032
    NotEd25519 = 6033
    MalformedEd25519 = 6034
    ForeignInstructionIndex = 6035
    MalformedMessage = 6036
    WrongDomain = 6037
    WrongAttester = 6038
    ReplacedAttester = 6039
    AttesterNotYetValid = 6040
    WrongEpoch = 6041
    WrongBasis = 6042
    BadSequence = 6043
    FutureReport = 6044
    OlderReport = 6045
    FigureTooLarge = 6046
    MintHalted = 6047
    Latched = 6048
    QuorumNotMet = 6049
    ReserveShort = 6050
    WindowExceeded = 6051
    LifetimeCapExceeded = 6052
    TicketUsed = 6053
    TicketTooLow = 6054
    RequestsHalted = 6055
    WrongRequestState = 6056
    AcceptedUntilDeadline = 6057
    DeadlinePassed = 6058
    SettlementMismatch = 6059
    WrongRequestId = 6060
    UnexpectedBalance = 6061
    SupplyAboveBooks = 6062
    Overflow = 6063
    BrokenInvariant = 6064
    NotLatched = 6065
    BadReportCount = 6066
    RepeatedKey = 6067
    TooFewSigners = 6068
    AssetWindowExceeded = 6069
    ApproverNeeded = 6070
    SelfApproval = 6071
    RoleNotYetValid = 6072
    RoleRenounced = 6073
    RoleStillHeld = 6074
    CannotRenounce = 6075
    WatermarkOutOfRange = 6076
    PageInUse = 6077
    NothingQueued = 6078
    ChangeNotReady = 6079
    ChangeExpired = 6080
    ChangesHalted = 6081
    UnknownPolicyField = 6082
    UnknownChange = 6083
    ChainTaken = 6084
    TokenInUse = 6085
    ChainInUse = 6086
    AboveChainCap = 6087
    TicketTooFar = 6088
    DeadlineNotPassed = 6089
    WrongPayout = 6090
    StillDisputable = 6091
    ArbiterTooNew = 6092
    ArbiterLeaves = 6093
    SelfArbitration = 6094
    WrongSource = 6095
    SourceFrozen = 6096
    HolderNotFrozen = 6097
    NotAssociated = 6098
    BadBatch = 6099
    PriceTooLow = 6100
    PenaltyAccountsMissing = 6101
    NoBond = 6102
    BondInUse = 6103
    WrongPaymentMint = 6104
    UnfitPaymentMint = 6105
    WrongBondVault = 6106
    UnderBonded = 6107
    BondClaimed = 6108
    WrongDestination = 6109
    QuoteNeeded = 6110
    QuoteOpen = 6111
    WrongArbiter = 6112
    AlreadyClaimed = 6113
    ReserveMissing = 6114
    PaymentDecimals = 6115
    NothingQuoted = 6116
    OtherQuote = 6117
    BadAction = 6118
    BadNotice = 6119
    ActionTooLong = 6120
    WrongActionNumber = 6121
    DateTaken = 6122
    CalendarFull = 6123
    MultiplierScheduled = 6124
    MultiplierMoved = 6125
    MultiplierOutOfRange = 6126
    SplitPending = 6127
    Delisted = 6128
    SnapshotSlot = 6129
    WrongActionState = 6130
    WrongActionKind = 6131
    SnapshotTaken = 6132
    AlreadyEffective = 6133
    NotYetEffective = 6134
    NotRecordTime = 6135
    WrongAction = 6136
    NotAttestor = 6137
    NoAttestors = 6138
    TooFewAttestors = 6139
    NothingAgreed = 6140
    RootAgreed = 6141
    RootFinal = 6142
    NotFinal = 6143
    AlreadyRejected = 6144
    BadRoot = 6145
    WrongTotal = 6146
    BadProof = 6147
    WrongRoot = 6148
    NothingWrong = 6149
    WrongSnapshot = 6150
    WrongDistribution = 6151
    WrongDistributionNumber = 6152
    BadRules = 6153
    BadClaimWindow = 6154
    ClaimsNotOpen = 6155
    ClaimsClosed = 6156
    ClaimsOpen = 6157
    UnderFunded = 6158
    NothingMissing = 6159
    WrongClaimPage = 6160
    LeafClaimed = 6161
    TaxAboveGross = 6162
    OwnerIsProgram = 6163
    WrongWithholdingAccount = 6164
    NothingLeft = 6165
    IdentifierTaken = 6166
    WrongMarker = 6167
    TooLateToFund = 6168


class Refusal(NamedTuple):
    """What an error means. ``figures`` are name and signedness of each logged number, in order."""

    message: str
    figures: tuple[tuple[str, bool], ...] = ()


REFUSALS: Mapping[int, Refusal] = {
    ErrorCode.NotAuthority: Refusal(
        "The signer is not the issuer's authority: sign with it, or pass an admin's grant where one may act.",
    ),
    ErrorCode.NotPendingAuthority: Refusal(
        "The signer is not the proposed authority: sign with the key that was proposed.",
    ),
    ErrorCode.WrongRoleGrant: Refusal(
        "The role grant is of another issuer, role or member: pass the grant of the signer.",
    ),
    ErrorCode.RoleExpired: Refusal(
        "The role has expired: ask the issuer to renew it.",
        (("expired_at", True), ("now", True)),
    ),
    ErrorCode.UnknownRole: Refusal(
        "No such role: they are numbered 1 (admin) to 11 (arbiter).",
        (("role", False),),
    ),
    ErrorCode.RoleExpiryOutOfRange: Refusal(
        "A role must expire between now and 366 days from now.",
        (("expires_at", True), ("now", True)),
    ),
    ErrorCode.NotHolder: Refusal(
        "Only the holder may do this; a delegate may only ask for payment on chain, with a minimum price.",
    ),
    ErrorCode.WrongIssuer: Refusal(
        "The account belongs to another issuer.",
    ),
    ErrorCode.WrongAsset: Refusal(
        "The account belongs to another asset.",
    ),
    ErrorCode.WrongMint: Refusal(
        "This is not the mint of the asset.",
    ),
    ErrorCode.WrongEscrow: Refusal(
        "This is not the escrow of the asset.",
    ),
    ErrorCode.WrongTokenProgram: Refusal(
        "Only Token-2022 can move these tokens: pass the Token-2022 program.",
    ),
    ErrorCode.WrongTokenAccount: Refusal(
        "The token account must be one of this mint that the holder owns.",
    ),
    ErrorCode.WrongTicketPage: Refusal(
        "This ticket page does not hold the ticket: derive the page from ticket / 4096.",
        (("page", False), ("ticket", False)),
    ),
    ErrorCode.WrongMinter: Refusal(
        "The allowance belongs to another minter.",
    ),
    ErrorCode.WrongRentReceiver: Refusal(
        "The rent must go back to whoever paid it.",
    ),
    ErrorCode.WrongMemoProgram: Refusal(
        "This is not the memo program.",
    ),
    ErrorCode.ZeroAmount: Refusal(
        "An amount of zero does nothing: name a positive amount.",
    ),
    ErrorCode.WrongAssetNumber: Refusal(
        "Asset numbers count up from zero: use the issuer's next number.",
        (("given", False), ("next", False)),
    ),
    ErrorCode.BadIsin: Refusal(
        "The ISIN is malformed or its check digit is wrong.",
    ),
    ErrorCode.BadSymbol: Refusal(
        "A symbol has 1 to 12 letters, digits, dots or dashes, zero padded.",
    ),
    ErrorCode.BadText: Refusal(
        "A name or URI is empty or too long: name up to 32 bytes, uri up to 160, terms_uri up to 128.",
        (("length", False), ("limit", False)),
    ),
    ErrorCode.PolicyOutOfRange: Refusal(
        "A policy field lies outside its compiled-in bounds: see the policy's table.",
        (("field", False), ("given", False), ("minimum", True), ("maximum", True)),
    ),
    ErrorCode.TimelockOutOfRange: Refusal(
        "The timelock must lie between one and thirty days.",
        (("seconds", True), ("minimum", True), ("maximum", True)),
    ),
    ErrorCode.ShareBelowQuorum: Refusal(
        "A bare quorum could never count: custodian_share_bps times min_custodians must reach 10,000.",
        (("share", False), ("custodians", False)),
    ),
    ErrorCode.ThresholdOutOfRange: Refusal(
        "The threshold must lie between one and the number of keys; of snapshot attestors it is more than half.",
        (("threshold", False), ("keys", False)),
    ),
    ErrorCode.SlotOutOfRange: Refusal(
        "There are eight slots, 0 to 7.",
        (("slot", False),),
    ),
    ErrorCode.EmptyCustodianField: Refusal(
        "An id, hash or key must not be empty, and keys have no gaps between them.",
    ),
    ErrorCode.KeyInUse: Refusal(
        "This key already attests for another slot of the asset: every slot needs its own keys.",
        (("slot", False),),
    ),
    ErrorCode.AccountInUse: Refusal(
        "This safekeeping account is already bound to another slot.",
        (("slot", False),),
    ),
    ErrorCode.SlotTaken: Refusal(
        "The slot belongs to another custodian or account: retire it first.",
        (("slot", False),),
    ),
    ErrorCode.SlotEmpty: Refusal(
        "The slot is empty: register a custodian or chain first.",
        (("slot", False),),
    ),
    ErrorCode.UnknownHalt: Refusal(
        "Only mint (1), redemption requests (2) and looser changes (4) can be halted.",
        (("functions", False),),
    ),
    ErrorCode.NotEd25519: Refusal(
        "The named instruction is not a signature check of the ed25519 program.",
        (("index", False),),
    ),
    ErrorCode.MalformedEd25519: Refusal(
        "The ed25519 instruction is malformed or holds no such signature.",
        (("signature", False), ("count", False)),
    ),
    ErrorCode.ForeignInstructionIndex: Refusal(
        "The ed25519 instruction must take key, signature and message from its own data.",
        (("field", False), ("index", False)),
    ),
    ErrorCode.MalformedMessage: Refusal(
        "The signed message is not an attestation of this version: sign the 128 canonical bytes.",
        (("length", False),),
    ),
    ErrorCode.WrongDomain: Refusal(
        "The message was signed for another program, cluster, asset or ISIN.",
    ),
    ErrorCode.WrongAttester: Refusal(
        "A key that signed is not one of the slot's attesters.",
        (("slot", False),),
    ),
    ErrorCode.ReplacedAttester: Refusal(
        "The keys were replaced: sign with the new ones and their epoch.",
        (("slot", False), ("new_epoch", False)),
    ),
    ErrorCode.AttesterNotYetValid: Refusal(
        "The new keys are not in force yet: wait until their delay has passed.",
        (("valid_from", True), ("now", True)),
    ),
    ErrorCode.WrongEpoch: Refusal(
        "The message names another registration epoch.",
        (("given", False), ("expected", False)),
    ),
    ErrorCode.WrongBasis: Refusal(
        "The figures include another split than the asset's, or that one at the wrong time: name the last split by the report's time.",
        (("given", False), ("expected", False), ("as_of", True)),
    ),
    ErrorCode.BadSequence: Refusal(
        "The sequence must rise by 1 to 2^32 from the last one.",
        (("given", False), ("last", False)),
    ),
    ErrorCode.FutureReport: Refusal(
        "The report speaks of the future.",
        (("as_of", True), ("now", True)),
    ),
    ErrorCode.OlderReport: Refusal(
        "The report is older than one that is known.",
        (("as_of", True), ("earliest", True)),
    ),
    ErrorCode.FigureTooLarge: Refusal(
        "A figure, cap or limit is above the largest that counts.",
        (("given", False), ("limit", False)),
    ),
    ErrorCode.MintHalted: Refusal(
        "Minting is halted: an unpauser must resume it.",
    ),
    ErrorCode.Latched: Refusal(
        "The solvency latch is set: attest enough reserve, then an unpauser reopens the asset.",
    ),
    ErrorCode.QuorumNotMet: Refusal(
        "Too few custodians with a fresh positive report: submit new attestations.",
        (("fresh", False), ("needed", False)),
    ),
    ErrorCode.ReserveShort: Refusal(
        "The reserve does not cover this: attest more shares, or mint less.",
        (("reserve", False), ("needed", False), ("released", False), ("foreign", False)),
    ),
    ErrorCode.WindowExceeded: Refusal(
        "Above what is left of the minter's daily window.",
        (("amount", False), ("left", False), ("limit", False)),
    ),
    ErrorCode.LifetimeCapExceeded: Refusal(
        "Above what is left of the minter's lifetime cap.",
        (("amount", False), ("left", False), ("cap", False)),
    ),
    ErrorCode.TicketUsed: Refusal(
        "This ticket was used: the shares of this order are already minted.",
        (("ticket", False),),
    ),
    ErrorCode.TicketTooLow: Refusal(
        "The ticket is below the asset's watermark and can never mint.",
        (("ticket", False), ("watermark", False)),
    ),
    ErrorCode.RequestsHalted: Refusal(
        "New redemption requests are halted; open ones still cancel and settle.",
    ),
    ErrorCode.WrongRequestState: Refusal(
        "The request is not in the state that this needs.",
        (("state", False), ("needed", False)),
    ),
    ErrorCode.AcceptedUntilDeadline: Refusal(
        "The issuer has accepted this request, or an arbiter may still rule: it can be cancelled after the deadline.",
        (("now", True), ("deadline", True)),
    ),
    ErrorCode.DeadlinePassed: Refusal(
        "The deadline has passed.",
        (("now", True), ("deadline", True)),
    ),
    ErrorCode.SettlementMismatch: Refusal(
        "The request holds another amount than named, or the rest is not below it: read it again.",
        (("amount", False), ("given", False)),
    ),
    ErrorCode.WrongRequestId: Refusal(
        "Request ids count up from zero: use the book's next id.",
        (("given", False), ("next", False)),
    ),
    ErrorCode.UnexpectedBalance: Refusal(
        "The token program moved another amount than asked.",
        (("expected", False), ("seen", False)),
    ),
    ErrorCode.SupplyAboveBooks: Refusal(
        "The supply is above what this program minted.",
        (("supply", False), ("known", False)),
    ),
    ErrorCode.Overflow: Refusal(
        "An amount exceeds 64 bits.",
    ),
    ErrorCode.BrokenInvariant: Refusal(
        "An account's own rule was broken; nothing was changed. Report this.",
        (("rule", False),),
    ),
    ErrorCode.NotLatched: Refusal(
        "The asset is not latched: nothing to reopen.",
    ),
    ErrorCode.BadReportCount: Refusal(
        "An attest instruction takes 1 to 24 signatures of at most 8 reports.",
        (("count", False),),
    ),
    ErrorCode.RepeatedKey: Refusal(
        "A key stands twice in the list: k of n counts different keys.",
        (("place", False),),
    ),
    ErrorCode.TooFewSigners: Refusal(
        "Too few of the slot's keys signed this report.",
        (("signed", False), ("needed", False), ("slot", False)),
    ),
    ErrorCode.AssetWindowExceeded: Refusal(
        "Above what is left of the asset's daily window, which all minters share.",
        (("amount", False), ("left", False), ("limit", False)),
    ),
    ErrorCode.ApproverNeeded: Refusal(
        "The minter's usage would pass the threshold: an approver must sign too.",
        (("amount", False), ("used", False), ("threshold", False)),
    ),
    ErrorCode.SelfApproval: Refusal(
        "A minter cannot approve its own mint: another key must sign.",
    ),
    ErrorCode.RoleNotYetValid: Refusal(
        "The role is granted and not valid yet: wait until its delay has passed.",
        (("valid_from", True), ("now", True)),
    ),
    ErrorCode.RoleRenounced: Refusal(
        "The issuer has renounced this role for good.",
        (("role", False),),
    ),
    ErrorCode.RoleStillHeld: Refusal(
        "Somebody holds this role: revoke and close every grant first.",
        (("role", False), ("grants", False)),
    ),
    ErrorCode.CannotRenounce: Refusal(
        "This role cannot be renounced: without it holders would be worse off.",
        (("role", False),),
    ),
    ErrorCode.WatermarkOutOfRange: Refusal(
        "The watermark only rises, at most to the ticket behind the highest used.",
        (("given", False), ("watermark", False), ("limit", False)),
    ),
    ErrorCode.PageInUse: Refusal(
        "The page has tickets that can still be used: raise the watermark past it first.",
        (("page", False), ("watermark", False)),
    ),
    ErrorCode.NothingQueued: Refusal(
        "Nothing waits here: nothing to apply or cancel.",
        (("waits_until", True), ("now", True)),
    ),
    ErrorCode.ChangeNotReady: Refusal(
        "The change still waits.",
        (("ready_at", True), ("now", True)),
    ),
    ErrorCode.ChangeExpired: Refusal(
        "The change was not applied in time and is void: ask for it again.",
        (("expired_at", True), ("now", True)),
    ),
    ErrorCode.ChangesHalted: Refusal(
        "Looser changes are halted: an unpauser must resume them.",
    ),
    ErrorCode.UnknownPolicyField: Refusal(
        "Name at least one policy field, by bits 1 to 32,768.",
        (("fields", False),),
    ),
    ErrorCode.UnknownChange: Refusal(
        "Custodian keys are 1, chain keys 2, a chain's cap 3, its retirement 4.",
        (("kind", False),),
    ),
    ErrorCode.ChainTaken: Refusal(
        "The slot belongs to another chain or token: retire it first.",
        (("slot", False),),
    ),
    ErrorCode.TokenInUse: Refusal(
        "This token is already registered.",
        (("slot", False),),
    ),
    ErrorCode.ChainInUse: Refusal(
        "Something may be owed on this chain: lower its cap to zero and attest zero first.",
        (("cap", False), ("owed", False), ("as_of", True), ("now", True)),
    ),
    ErrorCode.AboveChainCap: Refusal(
        "The chain's cap has no room for this.",
        (("amount", False), ("there", False), ("cap", False)),
    ),
    ErrorCode.TicketTooFar: Refusal(
        "Too far ahead: the first ticket is at most 2^42, others lie at most 2^28 above the highest used one.",
        (("ticket", False), ("limit", False)),
    ),
    ErrorCode.DeadlineNotPassed: Refusal(
        "The deadline has not passed yet.",
        (("now", True), ("deadline", True)),
    ),
    ErrorCode.WrongPayout: Refusal(
        "Payment on chain is 1, outside it 2: a request of one kind never settles by the other, and one outside takes no price.",
        (("payout", False), ("needed", False)),
    ),
    ErrorCode.StillDisputable: Refusal(
        "Others conclude once the time to dispute has passed; the holder can at once.",
        (("now", True), ("until", True)),
    ),
    ErrorCode.ArbiterTooNew: Refusal(
        "This arbiter took office after the request was made: another one must rule.",
        (("held_since", True), ("requested_at", True)),
    ),
    ErrorCode.ArbiterLeaves: Refusal(
        "The arbiter's grant ends before a dispute could be ruled on: renew it first.",
        (("expires_at", True), ("needed", False)),
    ),
    ErrorCode.SelfArbitration: Refusal(
        "Who says that it paid, and the issuer's authority, cannot be the arbiter.",
    ),
    ErrorCode.WrongSource: Refusal(
        "This is not the account that the tokens came from.",
    ),
    ErrorCode.SourceFrozen: Refusal(
        "The account that the tokens came from is frozen: they can only go back to it.",
    ),
    ErrorCode.HolderNotFrozen: Refusal(
        "The account that the tokens came from is not frozen, or no longer the holder's: nothing to reject for.",
    ),
    ErrorCode.NotAssociated: Refusal(
        "Only the holder chooses an account: name the one the tokens came from while it is the holder's, else its associated one.",
    ),
    ErrorCode.BadBatch: Refusal(
        "A batch has one request, payee and rent receiver for each amount, and at least one.",
        (("amounts", False), ("accounts", False)),
    ),
    ErrorCode.PriceTooLow: Refusal(
        "The payment is below the holder's minimum: pay a higher price.",
        (("payment", False), ("needed", False), ("min_price", False)),
    ),
    ErrorCode.PenaltyAccountsMissing: Refusal(
        "The penalty is due: pass the payment mint, the bond's vault and an account of the holder.",
    ),
    ErrorCode.NoBond: Refusal(
        "The asset has no payment mint yet: the issuer must open its bond.",
    ),
    ErrorCode.BondInUse: Refusal(
        "The payment mint changes only while bond and requests are zero, to the same decimals.",
        (("bond", False), ("open_requests", False), ("decimals", False), ("given", False)),
    ),
    ErrorCode.WrongPaymentMint: Refusal(
        "This is not the asset's payment mint, or cannot be one.",
    ),
    ErrorCode.UnfitPaymentMint: Refusal(
        "An extension of this mint could take a part of payments, run code in them or stop them.",
        (("extension", False),),
    ),
    ErrorCode.WrongBondVault: Refusal(
        "This is not the vault, or cannot be one: it must be a plain token account that the asset or distribution always owned.",
    ),
    ErrorCode.UnderBonded: Refusal(
        "The bond has too little free for this: deposit more.",
        (("free", False), ("needed", False)),
    ),
    ErrorCode.BondClaimed: Refusal(
        "The bond has no such free amount: open requests could claim it.",
        (("free", False), ("asked", False)),
    ),
    ErrorCode.WrongDestination: Refusal(
        "This is not the destination that was announced.",
    ),
    ErrorCode.QuoteNeeded: Refusal(
        "At market the desk must quote a price per whole share.",
    ),
    ErrorCode.QuoteOpen: Refusal(
        "The quote waits for the holder to agree to it.",
    ),
    ErrorCode.WrongArbiter: Refusal(
        "Name an arbiter outside the chain and none on it; to accept, pass the grant of the arbiter that the request names.",
    ),
    ErrorCode.AlreadyClaimed: Refusal(
        "The desk has claimed a payment before and was not believed: the holder confirms one, or it is in default.",
        (("paid_at", True),),
    ),
    ErrorCode.ReserveMissing: Refusal(
        "Shares were said to be issued on another chain for this request: pass the asset's reserve.",
    ),
    ErrorCode.PaymentDecimals: Refusal(
        "A payment mint has six to nine decimals.",
        (("decimals", False), ("minimum", True), ("maximum", True)),
    ),
    ErrorCode.NothingQuoted: Refusal(
        "No quote waits for the holder.",
        (("state", False),),
    ),
    ErrorCode.OtherQuote: Refusal(
        "The desk quoted another price than the one agreed to: read it again.",
        (("given", False), ("quoted", False)),
    ),
    ErrorCode.BadAction: Refusal(
        "This does not go with the kind of action: 1 kind, 2 rate and payout mint, 3 identifiers, 4 ratio, 5 document, 6 record time, 7 pay time (a year after the record time at most), 8 effective time.",
        (("kind", False), ("part", False)),
    ),
    ErrorCode.BadNotice: Refusal(
        "An action needs a day's notice, one that changes the multiplier the change delay, and at most a year's.",
        (("begins_at", True), ("earliest", True), ("latest", True)),
    ),
    ErrorCode.ActionTooLong: Refusal(
        "From the ex time to the record or effective time is too long.",
        (("seconds", True), ("limit", False)),
    ),
    ErrorCode.WrongActionNumber: Refusal(
        "Actions count up from zero: use the asset's next number.",
        (("given", False), ("next", False)),
    ),
    ErrorCode.DateTaken: Refusal(
        "Another action shares a day (UTC) with this one: choose other days, or cancel it.",
        (("action", False), ("begins_at", True), ("ends_at", True)),
    ),
    ErrorCode.CalendarFull: Refusal(
        "Too many actions lie ahead: cancel one, or wait.",
        (("limit", False),),
    ),
    ErrorCode.MultiplierScheduled: Refusal(
        "A multiplier is scheduled already: cancel that action, or wait until it is in force.",
        (("action", False),),
    ),
    ErrorCode.MultiplierMoved: Refusal(
        "The multiplier is another one by now: read it again.",
        (("given", False), ("current", False)),
    ),
    ErrorCode.MultiplierOutOfRange: Refusal(
        "The multiplier would leave its range of a millionth to a million.",
        (("current", False), ("ratio_new", False), ("ratio_old", False)),
    ),
    ErrorCode.SplitPending: Refusal(
        "Nothing mints from the ex time to the effective time of a split.",
        (("ex_at", True), ("effective_at", True), ("now", True)),
    ),
    ErrorCode.Delisted: Refusal(
        "The stock is delisted: nothing mints any more.",
        (("delisted_at", True), ("now", True)),
    ),
    ErrorCode.SnapshotSlot: Refusal(
        "A snapshot was taken in this slot: try again in a second.",
        (("slot", False),),
    ),
    ErrorCode.WrongActionState: Refusal(
        "The action is cancelled or done.",
        (("state", False),),
    ),
    ErrorCode.WrongActionKind: Refusal(
        "The action is of another kind.",
        (("kind", False), ("needed", False)),
    ),
    ErrorCode.SnapshotTaken: Refusal(
        "The action has its snapshot already.",
        (("snapshot", False),),
    ),
    ErrorCode.AlreadyEffective: Refusal(
        "The action has taken effect.",
        (("effective_at", True), ("now", True)),
    ),
    ErrorCode.NotYetEffective: Refusal(
        "The action has not taken effect yet.",
        (("effective_at", True), ("now", True)),
    ),
    ErrorCode.NotRecordTime: Refusal(
        "A snapshot is taken at the record time or at most an hour later.",
        (("record_at", True), ("latest", True), ("now", True)),
    ),
    ErrorCode.WrongAction: Refusal(
        "This action belongs to another snapshot.",
        (("action", False), ("needed", False)),
    ),
    ErrorCode.NotAttestor: Refusal(
        "The signer is not a snapshot attestor of the asset.",
    ),
    ErrorCode.NoAttestors: Refusal(
        "The asset has no snapshot attestors: an attestor manager must name them first.",
    ),
    ErrorCode.TooFewAttestors: Refusal(
        "At least two snapshot attestors are needed, without gaps between them.",
        (("keys", False),),
    ),
    ErrorCode.NothingAgreed: Refusal(
        "No root is agreed on.",
    ),
    ErrorCode.RootAgreed: Refusal(
        "A root is agreed on: reject it before you vote for another.",
        (("agreed_at", True),),
    ),
    ErrorCode.RootFinal: Refusal(
        "The root is final: the day to challenge it is over.",
        (("agreed_at", True), ("window", False), ("now", True)),
    ),
    ErrorCode.NotFinal: Refusal(
        "No root is final yet: attestors agree, and then a day must pass.",
        (("agreed_at", True), ("window", False), ("now", True)),
    ),
    ErrorCode.AlreadyRejected: Refusal(
        "This attestor has rejected a root of this tree before.",
        (("round", False),),
    ),
    ErrorCode.BadRoot: Refusal(
        "The root has too many leaves, or the wrong tax.",
        (("leaf_count", False), ("figure", False)),
    ),
    ErrorCode.WrongTotal: Refusal(
        "The leaves do not add up: a snapshot's to its supply (less what was burned outside since), entitlements to no more than the rate makes.",
        (("given", False), ("limit", False), ("burned_outside", False)),
    ),
    ErrorCode.BadProof: Refusal(
        "The proof has too few or too many nodes, or sums that overflow.",
        (("left_over", False), ("entries", False)),
    ),
    ErrorCode.WrongRoot: Refusal(
        "The proof leads to another root: use the file that the root was made of.",
        (("index", False), ("sum", False), ("expected", False)),
    ),
    ErrorCode.NothingWrong: Refusal(
        "Nothing is wrong with these nodes: their sums add up.",
        (("sum", False), ("left", False), ("right", False)),
    ),
    ErrorCode.WrongSnapshot: Refusal(
        "The account belongs to another snapshot.",
    ),
    ErrorCode.WrongDistribution: Refusal(
        "The account belongs to another distribution.",
    ),
    ErrorCode.WrongDistributionNumber: Refusal(
        "The distributions of a snapshot count up from zero.",
        (("given", False), ("next", False)),
    ),
    ErrorCode.BadRules: Refusal(
        "The distribution has an unknown rule, or no file of tax rates.",
        (("rules", False),),
    ),
    ErrorCode.BadClaimWindow: Refusal(
        "Claims must stay open for half a year at least, and ten years at most.",
        (("seconds", True), ("minimum", True), ("maximum", True)),
    ),
    ErrorCode.ClaimsNotOpen: Refusal(
        "Claims are not open yet.",
        (("claim_from", True), ("now", True)),
    ),
    ErrorCode.ClaimsClosed: Refusal(
        "Claims are closed.",
        (("claim_until", True), ("now", True)),
    ),
    ErrorCode.ClaimsOpen: Refusal(
        "Claims are still open.",
        (("claim_until", True), ("now", True)),
    ),
    ErrorCode.UnderFunded: Refusal(
        "The vault does not hold all that is owed yet: fund the distribution.",
        (("funded", False), ("owed", False)),
    ),
    ErrorCode.NothingMissing: Refusal(
        "All that is owed is in the vault already.",
        (("funded", False),),
    ),
    ErrorCode.WrongClaimPage: Refusal(
        "The leaf does not lie in this page: derive the page from index / 4096.",
        (("page", False), ("index", False)),
    ),
    ErrorCode.LeafClaimed: Refusal(
        "This entitlement was paid already.",
        (("index", False),),
    ),
    ErrorCode.TaxAboveGross: Refusal(
        "The tax is more than the payment.",
        (("gross", False), ("withheld", False)),
    ),
    ErrorCode.OwnerIsProgram: Refusal(
        "The owner is a program's address: it claims itself, or registers a recipient.",
        (("index", False),),
    ),
    ErrorCode.WrongWithholdingAccount: Refusal(
        "This is not the withholding account of the distribution, or cannot be one.",
    ),
    ErrorCode.NothingLeft: Refusal(
        "Nothing is left to move.",
    ),
    ErrorCode.IdentifierTaken: Refusal(
        "Another asset of the issuer uses the new ISIN or symbol.",
    ),
    ErrorCode.WrongMarker: Refusal(
        "Pass the markers of identifiers that are given up, and of no others.",
    ),
    ErrorCode.TooLateToFund: Refusal(
        "Too late: claims would close in less than 91 days. Declare another distribution.",
        (("latest", True), ("now", True)),
    ),
}
