pub mod rule_dispute;

pub use rule_dispute::*;
