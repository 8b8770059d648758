//! Numbers that no issuer can change, each with its reason.

/// xStocks have 8 decimals; every mint of this program has too.
pub const DECIMALS: u8 = 8;

/// Version byte of every account written by this build.
pub const ACCOUNT_VERSION: u8 = 1;

/// Custodian slots of an asset, all in one account so that a mint reads one account.
pub const CUSTODIANS: usize = 8;

/// Foreign-chain slots of an asset, in the same account.
pub const CHAINS: usize = 8;

/// What stands for "no other chain" in a settlement.
pub const NO_CHAIN: u8 = 255;

/// Keys that may attest for one slot: custodian, auditor and one to spare.
pub const KEYS: usize = 3;

/// Tickets of one bitmap page: 512 bytes, opened once for 4,096 mints.
pub const TICKETS_PER_PAGE: u64 = 4096;

/// A report counts at most this long. Seven days covers every exchange holiday run.
pub const MAX_REPORT_AGE_S: i64 = 7 * DAY_S;
/// Below an hour no custodian could keep an asset mintable.
pub const MIN_REPORT_AGE_S: i64 = HOUR_S;

/// What makes the system looser waits at least this long after the first mint.
pub const MIN_CHANGE_DELAY_S: i64 = DAY_S;
pub const MAX_CHANGE_DELAY_S: i64 = 30 * DAY_S;

/// A queued change that somebody must apply is void this long after it could have been.
pub const CHANGE_LIFE_S: i64 = 14 * DAY_S;

/// One whole in basis points.
pub const BPS: u64 = 10_000;

/// Shares in transit lose at least a twentieth of their figure: a trade can fail.
pub const MIN_HAIRCUT_BPS: u16 = 500;
/// No custodian's share of the reserve can be limited to less than a tenth: eight could not fill it.
pub const MIN_CUSTODIAN_SHARE_BPS: u16 = 1_000;
/// Above twice the obligation a ratio is a typing error.
pub const MAX_COLLATERAL_BPS: u16 = 20_000;

/// A purchase is delivered at most this long after the report that names it: T+2 and a run of holidays.
pub const MAX_TRANSIT_S: i64 = 10 * DAY_S;

/// How long an issuer may take to accept a redemption request, and then to settle it. A desk may sleep
/// a night before it is in default.
pub const MIN_REDEMPTION_WINDOW_S: i64 = DAY_S;
pub const MAX_REDEMPTION_WINDOW_S: i64 = 30 * DAY_S;

/// How long a holder can dispute a payment outside the chain before the tokens burn.
pub const MIN_DISPUTE_WINDOW_S: i64 = DAY_S;
pub const MAX_DISPUTE_WINDOW_S: i64 = 30 * DAY_S;
/// An arbiter rules within this time, or the tokens go back and the penalty is due.
pub const ARBITRATION_S: i64 = 14 * DAY_S;

/// So long after a missed deadline anyone may send the tokens back without paying the penalty: when the
/// holder cannot sign and the bond cannot pay.
pub const ABANDONED_S: i64 = 30 * DAY_S;

/// Payment mints have decimals between these: a base unit must be worth less than a fee.
pub const MIN_PAYMENT_DECIMALS: u8 = 6;
pub const MAX_PAYMENT_DECIMALS: u8 = 9;

/// An issuer keeps at most a twentieth of a redemption.
pub const MAX_REDEMPTION_FEE_BPS: u16 = 500;
/// The bond pays the penalty of at least a hundredth of the supply, or nothing mints.
pub const MIN_BOND_COVERAGE_BPS: u16 = 100;

/// A role must be renewed at least this often, so that a forgotten key dies by itself.
pub const MAX_ROLE_S: i64 = 366 * DAY_S;

/// The minting window of allowances and assets; usage decays linearly over it.
pub const MINT_WINDOW_S: i64 = DAY_S;

/// The largest figure of a report, cap or limit: 2^60, so that fifteen of them never overflow a u64.
/// At 8 decimals it is 11.5 billion shares.
pub const MAX_REPORTED_SHARES: u64 = 1 << 60;

/// A sequence number rises by at most this much, so that one signed message cannot exhaust the range.
pub const MAX_SEQUENCE_STEP: u64 = 1 << 32;

/// A ticket lies at most this far above the highest used one, so that no stolen key uses up the
/// range of 2^44: three days of order numbers that count milliseconds.
pub const MAX_TICKET_STEP: u64 = 1 << 28;
/// The first ticket may lie this high: order numbers may count milliseconds since 1970.
pub const MAX_FIRST_TICKET: u64 = 1 << 42;

/// Days of burns kept apart until custodians report later than they happened.
/// No report older than `MAX_REPORT_AGE_S` counts, so eight calendar days reach back far enough.
pub const RELEASED_DAYS: usize = 8;

/// A multiplier lies between a millionth and a million shares per token.
pub const MIN_MULTIPLIER: u64 = 1_000_000;
pub const MAX_MULTIPLIER: u64 = 1_000_000_000_000_000_000;
/// A split makes at most ten thousand shares of one, or one of ten thousand.
pub const MAX_RATIO: u32 = 10_000;

/// A corporate action is announced at least this long before its ex time, and at most a year.
pub const MIN_NOTICE_S: i64 = DAY_S;
pub const MAX_NOTICE_S: i64 = 366 * DAY_S;
/// From the ex time to the record or effective time, while a split halts minting: a long weekend.
pub const MAX_ACTION_SPAN_S: i64 = 10 * DAY_S;
/// Actions that lie ahead at once.
pub const CALENDAR: usize = 6;

/// Snapshot attestors of an asset.
pub const ATTESTORS: usize = 5;
/// A snapshot is taken at most this long after its record time.
pub const RECORD_WINDOW_S: i64 = HOUR_S;
/// An agreed root can be challenged for this long; afterwards it is final.
pub const CHALLENGE_WINDOW_S: i64 = DAY_S;
/// Leaves that challengers have shown of one agreed root, at once.
pub const SHOWN: usize = 4;

/// Nobody's dividend lapses before half a year, and none stays open for more than ten.
pub const MIN_CLAIM_S: i64 = 182 * DAY_S;
pub const MAX_CLAIM_S: i64 = 3_660 * DAY_S;
/// All funds are there at least this long before claims close.
pub const MIN_FUNDED_S: i64 = 91 * DAY_S;
/// Leaves of one claim: more never fit a transaction.
pub const MAX_CLAIM_LEAVES: usize = 24;
/// A rate counts millionths of a base unit per whole share.
pub const RATE_SCALE: u64 = 1_000_000;

pub const HOUR_S: i64 = 3_600;
pub const DAY_S: i64 = 86_400;
