// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, TicketPageOpened},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    require_figures, seeds,
    state::{space_of, Asset, TicketPage},
};
use anchor_lang::prelude::*;

/// Anyone opens a page of 4,096 mint tickets; whoever pays its rent is remembered.
///
/// Specification:
/// - A page opens once, empty; an open page is an error, so no bit is ever cleared.
/// - A page below the asset's watermark stays closed: nothing in it can mint.
#[derive(Accounts)]
#[instruction(page: u32)]
pub struct OpenTicketPage {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub asset: Account<Asset>,
    #[account(
        init, payer = payer, space = space_of::<TicketPage>(),
        seeds = [seeds::TICKETS, asset.address().as_ref(), &page.to_le_bytes()], bump
    )]
    pub tickets: Account<TicketPage>,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl OpenTicketPage {
    fn validate(&self, page: u32) -> Result<()> {
        let (watermark, end) = (self.asset.ticket_watermark, TicketPage::end_of(page));
        require_figures!(end > watermark, VaultError::TicketTooLow, end, watermark);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, page: u32) -> Result<()> {
        ctx.accounts.validate(page)?;
        let asset = *ctx.accounts.asset.address();
        let payer = *ctx.accounts.payer.address();
        let tickets = &mut ctx.accounts.tickets;
        (tickets.version, tickets.bump) = (ACCOUNT_VERSION, ctx.bumps.tickets);
        (tickets.page, tickets.asset, tickets.rent_payer) = (page, asset, payer);
        tickets.invariant()?;
        let event = TicketPageOpened { asset, rent_payer: payer, page: page.into(), at: now()? };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
