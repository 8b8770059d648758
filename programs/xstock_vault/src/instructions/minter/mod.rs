pub mod mint_shares;
pub mod open_ticket_page;

pub use mint_shares::*;
pub use open_ticket_page::*;
