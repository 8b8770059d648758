use crate::{
    constants::ACCOUNT_VERSION,
    events::{emit, TicketPageOpened, EVENT_AUTHORITY},
    instructions::now,
    seeds,
    state::{Asset, TicketPage},
};
use anchor_lang::prelude::*;

/// Anyone opens a page of 4,096 mint tickets; whoever pays its rent is remembered.
///
/// Specification:
/// - A page opens once, empty; an open page is an error, so no bit is ever cleared.
#[derive(Accounts)]
#[instruction(page: u32)]
pub struct OpenTicketPage {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub asset: Account<Asset>,
    #[account(
        init, payer = payer, space = 8 + core::mem::size_of::<TicketPage>(),
        seeds = [seeds::TICKETS, asset.address().as_ref(), &page.to_le_bytes()], bump
    )]
    pub tickets: Account<TicketPage>,
    pub system_program: Program<System>,
    #[account(address = EVENT_AUTHORITY)]
    pub event_authority: UncheckedAccount,
    #[account(address = crate::ID)]
    pub program: UncheckedAccount,
}

impl OpenTicketPage {
    pub fn handler(ctx: &mut Context<Self>, page: u32) -> Result<()> {
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
