pub mod cancel_attestors;
pub mod cancel_bond_withdrawal;
pub mod cancel_handoff;
pub mod cancel_policy;
pub mod cancel_raise;
pub mod cancel_renunciation;
pub mod cancel_role_change;
pub mod cancel_slot_change;
pub mod halt;
pub mod reopen;
pub mod resume;

pub use {
    cancel_attestors::*, cancel_bond_withdrawal::*, cancel_handoff::*, cancel_policy::*, cancel_raise::*,
    cancel_renunciation::*, cancel_role_change::*, cancel_slot_change::*, halt::*, reopen::*, resume::*,
};
