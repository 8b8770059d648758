use crate::{
    errors::VaultError,
    events::{emit, ActionCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{action_kinds, action_states, check_officer, roles, Asset, CorporateAction, Issuer, RoleGrant},
    token2022::{scale, AssetSeeds},
};
use anchor_lang::{address_eq, prelude::*};

/// The issuer, or a pauser, cancels an action that has not happened yet.
///
/// Specification:
/// - The signer holds the corporate, admin or pauser role of the asset's issuer, or is its authority.
/// - It says why, by the hash of a published reason.
/// - Nothing of it has happened: no snapshot is taken, no effective time has passed, no identifier has
///   changed. A scheduled multiplier is taken back, in the mint too; minting goes on.
#[derive(Accounts)]
pub struct CancelAction {
    pub canceller: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub action: Account<CorporateAction>,
    /// CHECK: compared with the asset's mint
    #[account(mut)]
    pub mint: UncheckedAccount,
    /// CHECK: calls name Token-2022 by its address, whatever stands here
    pub token_program: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CancelAction {
    fn validate(&self, reason_hash: &[u8; 32], now: i64) -> Result<()> {
        let roles = [roles::CORPORATE, roles::ADMIN, roles::PAUSER];
        check_officer(&self.issuer, &self.canceller, &self.grant, &roles, now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        require!(address_eq(self.mint.address(), &self.asset.mint), VaultError::WrongMint);
        self.action.check(self.asset.address())?;
        require!(*reason_hash != [0; 32], VaultError::EmptyCustodianField);
        self.action.check_cancel(now)
    }

    /// Takes a scheduled multiplier back, unless it came into force before the clock went back.
    fn unschedule(&mut self, now: i64) -> Result<()> {
        let (asset, number) = (&mut self.asset, self.action.number);
        let scheduled = asset.next_effective_at != 0 && asset.next_action == number;
        require_figures!(scheduled, VaultError::AlreadyEffective, self.action.effective_at, now);
        asset.unschedule();
        scale(&self.mint, asset.account(), asset.multiplier, now, &AssetSeeds::of(asset));
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, reason_hash: [u8; 32]) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(&reason_hash, at)?;
        a.asset.bring_up_to_date(at);
        a.asset.strike(a.action.number);
        if a.action.changes_multiplier() {
            a.unschedule(at)?;
        }
        if a.action.kind == action_kinds::DELISTING {
            a.asset.delisted_at = 0;
        }
        (a.action.state, a.action.reason_hash) = (action_states::CANCELLED, reason_hash);
        a.action.invariant()?;
        a.asset.invariant()?;
        let event = ActionCancelled {
            asset: *a.asset.address(),
            by: *a.canceller.address(),
            action: a.action.number.into(),
            kind: a.action.kind.into(),
            reason_hash,
            multiplier: a.asset.multiplier,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
