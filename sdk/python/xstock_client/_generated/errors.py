"""The program's refusals: numbers, messages, and the figures logged with them.

Made from idl/xstock_vault.json by scripts/generate_client.py; do not edit.
"""

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
    MaxAgeOutOfRange = 6022
    ChangeDelayOutOfRange = 6023
    RedemptionWindowOutOfRange = 6024
    MinCustodiansOutOfRange = 6025
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


class Refusal(NamedTuple):
    """What an error means. ``figures`` are name and signedness of each logged number, in order."""

    message: str
    figures: tuple[tuple[str, bool], ...] = ()


REFUSALS: Mapping[int, Refusal] = {
    ErrorCode.NotAuthority: Refusal(
        "The signer is not the issuer's authority: sign with the current authority.",
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
        "No such role in this version: use minter 2, attestor manager 4, redeemer 5, pauser 8 or unpauser 9.",
        (("role", False),),
    ),
    ErrorCode.RoleExpiryOutOfRange: Refusal(
        "A role must expire between now and 366 days from now.",
        (("expires_at", True), ("now", True)),
    ),
    ErrorCode.NotHolder: Refusal(
        "The request belongs to another holder: only its holder can cancel it.",
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
        "A name or URI is empty or too long: name up to 32 bytes, uri up to 200, terms_uri up to 128.",
        (("length", False), ("limit", False)),
    ),
    ErrorCode.MaxAgeOutOfRange: Refusal(
        "The maximum age of a report must lie between one hour and seven days.",
        (("seconds", True), ("minimum", True), ("maximum", True)),
    ),
    ErrorCode.ChangeDelayOutOfRange: Refusal(
        "The change delay must lie between one and thirty days.",
        (("seconds", True), ("minimum", True), ("maximum", True)),
    ),
    ErrorCode.RedemptionWindowOutOfRange: Refusal(
        "The redemption window must lie between one hour and thirty days.",
        (("seconds", True), ("minimum", True), ("maximum", True)),
    ),
    ErrorCode.MinCustodiansOutOfRange: Refusal(
        "min_custodians must lie between one and eight.",
        (("given", False),),
    ),
    ErrorCode.SlotOutOfRange: Refusal(
        "There are eight custodian slots, 0 to 7.",
        (("slot", False),),
    ),
    ErrorCode.EmptyCustodianField: Refusal(
        "A custodian id, account hash or key must not be empty.",
    ),
    ErrorCode.KeyInUse: Refusal(
        "This key already attests for another slot of the asset: every slot needs its own key.",
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
        "The slot holds no custodian: register one first.",
        (("slot", False),),
    ),
    ErrorCode.UnknownHalt: Refusal(
        "Only mint (1) and redemption requests (2) can be halted.",
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
        "The key is not the slot's attester.",
        (("slot", False),),
    ),
    ErrorCode.ReplacedAttester: Refusal(
        "The key was replaced: sign with the new key and epoch.",
        (("slot", False), ("new_epoch", False)),
    ),
    ErrorCode.AttesterNotYetValid: Refusal(
        "The new key is not valid yet: wait until its delay has passed.",
        (("valid_from", True), ("now", True)),
    ),
    ErrorCode.WrongEpoch: Refusal(
        "The message names another registration epoch.",
        (("given", False), ("expected", False)),
    ),
    ErrorCode.WrongBasis: Refusal(
        "The message names another split basis than the asset's.",
        (("given", False), ("expected", False)),
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
        "The report is older than the last one.",
        (("as_of", True), ("last", True)),
    ),
    ErrorCode.FigureTooLarge: Refusal(
        "A custodian's figure is above the largest that counts.",
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
        "The reserve does not cover this.",
        (("reserve", False), ("obligation", False), ("shortfall", False), ("released", False)),
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
        "The issuer has accepted this request: it can be cancelled again after its deadline.",
        (("now", True), ("deadline", True)),
    ),
    ErrorCode.DeadlinePassed: Refusal(
        "The deadline has passed: only the holder can take the tokens back.",
        (("now", True), ("deadline", True)),
    ),
    ErrorCode.SettlementMismatch: Refusal(
        "Amount or acceptance time differ from the request: read it again.",
        (("amount", False), ("accepted_at", True)),
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
        "An attest instruction takes one to eight reports.",
        (("count", False),),
    ),
}
