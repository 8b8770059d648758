use crate::{
    constants::ACCOUNT_VERSION,
    events::{emit, HolderBookOpened},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    seeds,
    state::{space_of, Asset, HolderBook},
};
use anchor_lang::prelude::*;

/// Anyone opens the book that counts a holder's requests of one asset.
///
/// Specification:
/// - A book opens once and never closes, so a request id is never given twice.
#[derive(Accounts)]
pub struct OpenHolderBook {
    #[account(unsafe(dup))]
    pub payer: Signer,
    /// CHECK: any address; only its signature makes requests
    pub holder: UncheckedAccount,
    pub asset: Account<Asset>,
    #[account(
        init, payer = payer, space = space_of::<HolderBook>(),
        seeds = [seeds::BOOK, asset.address().as_ref(), holder.address().as_ref()], bump
    )]
    pub book: Account<HolderBook>,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl OpenHolderBook {
    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let (asset, holder) = (*ctx.accounts.asset.address(), *ctx.accounts.holder.address());
        let payer = *ctx.accounts.payer.address();
        let book = &mut ctx.accounts.book;
        (book.version, book.bump) = (ACCOUNT_VERSION, ctx.bumps.book);
        (book.asset, book.holder, book.rent_payer) = (asset, holder, payer);
        book.invariant()?;
        let event = HolderBookOpened { asset, holder, rent_payer: payer, at: now()? };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
