pub mod halt;
pub mod resume;
pub mod reopen;

pub use halt::*;
pub use resume::*;
pub use reopen::*;
