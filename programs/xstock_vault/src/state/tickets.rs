use super::{plus, rule};
use crate::{constants::TICKETS_PER_PAGE, errors::VaultError, require_figures};
use anchor_lang::{address_eq, prelude::*};

/// Seeds: `tickets`, asset, page. One bit per mint ticket of the asset, used for ever.
#[account]
pub struct TicketPage {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 2],
    /// Holds the tickets `page * 4096` to `page * 4096 + 4095`.
    pub page: u32,
    pub asset: Address,
    pub rent_payer: Address,
    /// How many bits are set.
    pub used: u64,
    pub reserved: [u8; 32],
    pub bitmap: [u8; 512],
}

impl TicketPage {
    /// Refuses unless this page of `asset` holds `ticket` and the ticket was never used.
    pub fn check(&self, asset: &Address, ticket: u64) -> Result<()> {
        require!(address_eq(&self.asset, asset), VaultError::WrongAsset);
        require_figures!(
            ticket / TICKETS_PER_PAGE == u64::from(self.page),
            VaultError::WrongTicketPage,
            self.page,
            ticket
        );
        let (byte, mask) = Self::position(ticket);
        require_figures!(self.bitmap.get(byte).is_some_and(|bits| bits & mask == 0), VaultError::TicketUsed, ticket);
        Ok(())
    }

    /// The first ticket behind a page.
    pub fn end_of(page: u32) -> u64 {
        u64::from(page).saturating_add(1).saturating_mul(TICKETS_PER_PAGE)
    }

    /// Refuses unless no ticket of this page can ever be used again.
    pub fn check_closing(&self, watermark: u64) -> Result<()> {
        require_figures!(Self::end_of(self.page) <= watermark, VaultError::PageInUse, self.page, watermark);
        Ok(())
    }

    /// Marks a checked ticket as used.
    pub fn mark(&mut self, ticket: u64) -> Result<()> {
        let (byte, mask) = Self::position(ticket);
        if let Some(bits) = self.bitmap.get_mut(byte) {
            *bits |= mask;
        }
        self.used = plus(self.used, 1)?;
        Ok(())
    }

    /// Must be called at the end of every instruction that wrote the page.
    pub fn invariant(&self) -> Result<()> {
        rule(30, self.used <= TICKETS_PER_PAGE)
    }

    fn position(ticket: u64) -> (usize, u8) {
        let bit = ticket % TICKETS_PER_PAGE;
        ((bit / 8) as usize, 1u8.wrapping_shl((bit % 8) as u32))
    }
}
