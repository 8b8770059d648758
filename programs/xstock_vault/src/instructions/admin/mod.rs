pub mod accept_authority;
pub mod create_issuer;
pub mod grant_role;
pub mod list_asset;
pub mod open_bond;
pub mod propose_authority;
pub mod queue_bond_withdrawal;
pub mod raise_watermark;
pub mod register_chain;
pub mod register_custodian;
pub mod renounce_role;
pub mod retire_chain;
pub mod retire_custodian;
pub mod revoke_role;
pub mod set_allowance;
pub mod set_attestors;
pub mod set_chain_cap;
pub mod set_policy;
pub mod withdraw_bond;

pub use {
    accept_authority::*, create_issuer::*, grant_role::*, list_asset::*, open_bond::*, propose_authority::*,
    queue_bond_withdrawal::*, raise_watermark::*, register_chain::*, register_custodian::*, renounce_role::*,
    retire_chain::*, retire_custodian::*, revoke_role::*, set_allowance::*, set_attestors::*, set_chain_cap::*,
    set_policy::*, withdraw_bond::*,
};
