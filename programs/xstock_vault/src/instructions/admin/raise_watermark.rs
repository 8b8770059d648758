use crate::{
    errors::VaultError,
    events::{emit, WatermarkRaised},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{check_officer, roles, Asset, Issuer, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer gives up all tickets below a number, used or not.
///
/// Specification:
/// - The issuer's authority signs, or an admin; the asset is the issuer's.
/// - The watermark never falls, and rises at most to the ticket behind the highest used one, so that
///   a stolen key cannot use up the numbers that orders still need. Refused while a pauser has
///   halted changes.
/// - Pages wholly below it can never mint again, and can be closed for their rent.
#[derive(Accounts)]
pub struct RaiseWatermark {
    pub authority: Signer,
    /// The signer's own grant, when it is an admin and not the authority.
    pub admin_grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RaiseWatermark {
    fn validate(&self, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.authority, &self.admin_grant, &[roles::ADMIN], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        self.asset.check_changes()
    }

    pub fn handler(ctx: &mut Context<Self>, watermark: u64) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(at)?;
        let by = *ctx.accounts.authority.address();
        let asset = &mut ctx.accounts.asset;
        let old_watermark = asset.ticket_watermark;
        asset.raise_watermark(watermark)?;
        asset.invariant()?;
        let event = WatermarkRaised {
            asset: *asset.address(),
            by,
            old_watermark,
            watermark,
            highest_ticket: asset.highest_ticket,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
