pub mod cancel_handoff;
pub mod cancel_policy;
pub mod cancel_raise;
pub mod cancel_role_change;
pub mod cancel_slot_change;
pub mod halt;
pub mod reopen;
pub mod resume;

pub use cancel_handoff::*;
pub use cancel_policy::*;
pub use cancel_raise::*;
pub use cancel_role_change::*;
pub use cancel_slot_change::*;
pub use halt::*;
pub use reopen::*;
pub use resume::*;
