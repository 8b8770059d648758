pub mod halt;
pub mod reopen;
pub mod resume;

pub use halt::*;
pub use reopen::*;
pub use resume::*;
