//! Numbers that no issuer can change, each with its reason.

/// xStocks have 8 decimals; every mint of this program has too.
pub const DECIMALS: u8 = 8;

/// Version byte of every account written by this build.
pub const ACCOUNT_VERSION: u8 = 1;

/// Custodian slots of an asset, all in one account so that a mint reads one account.
pub const CUSTODIANS: usize = 8;

/// Tickets of one bitmap page: 512 bytes, opened once for 4,096 mints.
pub const TICKETS_PER_PAGE: u64 = 4096;

/// A report counts at most this long. Seven days covers every exchange holiday run.
pub const MAX_REPORT_AGE_S: i64 = 7 * DAY_S;
/// Below an hour no custodian could keep an asset mintable.
pub const MIN_REPORT_AGE_S: i64 = HOUR_S;

/// A new custodian key or a raised allowance waits at least this long after the first mint.
pub const MIN_CHANGE_DELAY_S: i64 = DAY_S;
pub const MAX_CHANGE_DELAY_S: i64 = 30 * DAY_S;

/// How long an issuer may keep a redemption request before its holder can take it back again.
pub const MIN_REDEMPTION_WINDOW_S: i64 = HOUR_S;
pub const MAX_REDEMPTION_WINDOW_S: i64 = 30 * DAY_S;

/// A role must be renewed at least this often, so that a forgotten key dies by itself.
pub const MAX_ROLE_S: i64 = 366 * DAY_S;

/// The minting window of an allowance; usage decays linearly over it.
pub const ALLOWANCE_WINDOW_S: i64 = DAY_S;

/// The largest figure of one custodian: 2^60, so that eight of them never overflow a u64.
/// At 8 decimals it is 11.5 billion shares.
pub const MAX_REPORTED_SHARES: u64 = 1 << 60;

/// A sequence number rises by at most this much, so that one signed message cannot exhaust the range.
pub const MAX_SEQUENCE_STEP: u64 = 1 << 32;

/// Days of burns kept apart until custodians report later than they happened.
/// No report older than `MAX_REPORT_AGE_S` counts, so eight calendar days reach back far enough.
pub const RELEASED_DAYS: usize = 8;

pub const HOUR_S: i64 = 3_600;
pub const DAY_S: i64 = 86_400;
