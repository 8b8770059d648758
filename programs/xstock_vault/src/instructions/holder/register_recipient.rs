use crate::{
    constants::ACCOUNT_VERSION,
    errors::VaultError,
    events::{emit, RecipientRegistered},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    seeds,
    state::{space_of, Asset, Recipient},
};
use anchor_lang::prelude::*;

/// An owner names the wallet that its dividends go to: for a pool or a vault whose own accounts nobody
/// empties.
///
/// Specification:
/// - The owner signs; a program's address signs through its program.
/// - It may be named again at any time; what was paid stays paid. Its own address takes it back.
#[derive(Accounts)]
pub struct RegisterRecipient {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub owner: Signer,
    pub asset: Account<Asset>,
    #[account(
        init_if_needed, payer = payer, space = space_of::<Recipient>(),
        seeds = [seeds::RECIPIENT, asset.address().as_ref(), owner.address().as_ref()], bump
    )]
    pub record: Account<Recipient>,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RegisterRecipient {
    pub fn handler(ctx: &mut Context<Self>, recipient: Address) -> Result<()> {
        let at = now()?;
        require!(recipient != Address::default(), VaultError::EmptyCustodianField);
        let (asset, owner) = (*ctx.accounts.asset.address(), *ctx.accounts.owner.address());
        let record = &mut ctx.accounts.record;
        let old_recipient = record.recipient;
        (record.version, record.bump) = (ACCOUNT_VERSION, ctx.bumps.record);
        (record.asset, record.owner, record.recipient, record.registered_at) = (asset, owner, recipient, at);
        let event = RecipientRegistered { asset, owner, old_recipient, recipient, at };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
