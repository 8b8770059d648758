use crate::{
    errors::VaultError,
    events::{emit, TicketPageClosed},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{close, Asset, TicketPage},
};
use anchor_lang::{address_eq, prelude::*};

/// Anyone closes a page of tickets that can never mint again; its rent goes back to its payer.
///
/// Specification:
/// - Every ticket of the page lies below the asset's watermark, which never falls: closing frees no
///   ticket, used or not.
/// - Such a page cannot be opened again.
#[derive(Accounts)]
pub struct CloseTicketPage {
    pub asset: Account<Asset>,
    #[account(mut)]
    pub tickets: Account<TicketPage>,
    /// CHECK: compared with the page's payer
    #[account(mut)]
    pub rent_receiver: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CloseTicketPage {
    fn validate(&self) -> Result<()> {
        require!(address_eq(&self.tickets.asset, self.asset.address()), VaultError::WrongAsset);
        require!(address_eq(self.rent_receiver.address(), &self.tickets.rent_payer), VaultError::WrongRentReceiver);
        self.tickets.check_closing(self.asset.ticket_watermark)
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        ctx.accounts.validate()?;
        let a = &mut ctx.accounts;
        let event = TicketPageClosed {
            asset: a.tickets.asset,
            rent_payer: a.tickets.rent_payer,
            page: a.tickets.page.into(),
            used: a.tickets.used,
            at: now()?,
        };
        close(&mut a.tickets, &a.rent_receiver)?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
