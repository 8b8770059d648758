use crate::{
    errors::VaultError,
    events::{emit, PolicyApplied},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{Asset, Reserve},
    token2022::supply,
};
use anchor_lang::{address_eq, prelude::*};

/// Anyone puts a queued policy in force once it has waited.
///
/// Specification:
/// - No signer, no role: the change was public for the whole delay.
/// - Not before its time, not after it is void, not twice, not while a pauser has halted changes.
/// - Only the fields that still wait change; the rest of the policy is what it is by now, and the
///   whole lies within the compiled-in bounds.
/// - Under the new policy, fresh reports cover what is owed (promise 1).
#[derive(Accounts)]
pub struct ApplyPolicy {
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    /// CHECK: compared with the asset's mint
    pub mint: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl ApplyPolicy {
    fn validate(&self) -> Result<()> {
        self.reserve.check(self.asset.address())?;
        require!(address_eq(self.mint.address(), &self.asset.mint), VaultError::WrongMint);
        self.asset.check_changes()
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate()?;
        let mut event = PolicyApplied { supply: supply(&a.mint)?, at, ..bytemuck::Zeroable::zeroed() };
        event.burned_outside = a.asset.observe_supply(event.supply, at)?;
        a.reserve.bring_up_to_date(&a.asset);
        event.old_policy = a.asset.policy;
        event.fields = a.asset.apply_policy(at)?.into();
        let fresh = a.reserve.effective(&a.asset, at);
        event.obligation = a.asset.check_covered(&fresh, at)?;
        a.asset.invariant()?;
        (event.asset, event.policy) = (*a.asset.address(), a.asset.policy);
        event.mint_window = a.asset.mint_window;
        (event.multiplier, event.reserve) = (a.asset.multiplier_at(at), fresh.shares);
        emit(&a.event_authority, event);
        Ok(())
    }
}
