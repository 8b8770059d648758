use crate::{
    constants::ATTESTORS,
    events::{emit, AttestorsSet},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{roles, Asset, AttestorSet, RoleGrant},
};
use anchor_lang::prelude::*;

/// An attestor manager names who agrees on record-date balances, and how many must.
///
/// Specification:
/// - The signer holds the attestor-manager role of the asset's issuer.
/// - Two to five different keys, of which more than half must agree, two at least: no key decides alone.
/// - A higher threshold acts at once, and so does one key that goes while more stay than must agree. After
///   the asset's first mint anything else waits out the change delay, in public; a pauser may cancel it.
#[derive(Accounts)]
pub struct SetAttestors {
    pub manager: Signer,
    pub grant: Account<RoleGrant>,
    #[account(mut)]
    pub asset: Account<Asset>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl SetAttestors {
    fn validate(&self, keys: &[Address; ATTESTORS], threshold: u8, now: i64) -> Result<u8> {
        self.grant.check(&self.asset.issuer, roles::ATTESTOR_MANAGER, self.manager.address(), now)?;
        let count = AttestorSet::check_proposal(keys, threshold)?;
        if !self.asset.attestors.is_tightened_by(keys, count, threshold, now) {
            self.asset.check_changes()?;
        }
        Ok(count)
    }

    pub fn handler(ctx: &mut Context<Self>, keys: [Address; ATTESTORS], threshold: u8) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        let count = a.validate(&keys, threshold, at)?;
        let loosen_at = a.asset.loosen_at(at);
        let from = a.asset.attestors.set(keys, count, threshold, at, loosen_at);
        a.asset.invariant()?;
        let event = AttestorsSet {
            asset: *a.asset.address(),
            by: *a.manager.address(),
            keys,
            threshold: threshold.into(),
            in_force_at: from,
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
