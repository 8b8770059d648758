pub mod apply_identifiers;
pub mod apply_policy;
pub mod challenge_order;
pub mod challenge_sum;
pub mod check_solvency;
pub mod claim_dividends;
pub mod close_claim_page;
pub mod close_ticket_page;
pub mod conclude_redemption;
pub mod default_redemption;
pub mod deposit_bond;
pub mod fund_distribution;
pub mod open_claim_page;
pub mod record_snapshot;
pub mod remit_withheld;

pub use {
    apply_identifiers::*, apply_policy::*, challenge_order::*, challenge_sum::*, check_solvency::*, claim_dividends::*,
    close_claim_page::*, close_ticket_page::*, conclude_redemption::*, default_redemption::*, deposit_bond::*,
    fund_distribution::*, open_claim_page::*, record_snapshot::*, remit_withheld::*,
};
