use crate::{
    events::{emit, CustodianRegistered},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{roles, Asset, Reserve, RoleGrant},
};
use anchor_lang::prelude::*;

/// An attestor manager binds a custodian's key and safekeeping account to a slot.
///
/// Specification:
/// - The signer holds the attestor manager role of the asset's issuer.
/// - A key and a safekeeping account serve one slot only, pending ones included; a taken slot
///   accepts only a new key for the same custodian and account.
/// - The key may sign at once before the asset's first mint, afterwards when the change delay
///   has passed. Every registration gets an epoch that was never used before.
/// - A replaced key and its figure stay until the new key may sign; from then on the old key is
///   refused, and its figure lives on only as long as it is fresh.
#[derive(Accounts)]
pub struct RegisterCustodian {
    pub manager: Signer,
    pub grant: Account<RoleGrant>,
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RegisterCustodian {
    fn validate(
        &self,
        slot: u8,
        custodian_id: &[u8; 20],
        account_hash: &[u8; 32],
        attester: &Address,
        now: i64,
    ) -> Result<()> {
        self.grant.check(&self.asset.issuer, roles::ATTESTOR_MANAGER, self.manager.address(), now)?;
        self.reserve.check(self.asset.address())?;
        self.reserve.check_registration(slot, custodian_id, account_hash, attester)
    }

    pub fn handler(
        ctx: &mut Context<Self>,
        slot: u8,
        custodian_id: [u8; 20],
        account_hash: [u8; 32],
        attester: Address,
    ) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(slot, &custodian_id, &account_hash, &attester, at)?;
        let valid_from = ctx.accounts.asset.loosen_at(at);
        let reserve = &mut ctx.accounts.reserve;
        let replaces = reserve.slot(slot)?.active;
        let epoch = reserve.register(slot, custodian_id, account_hash, attester, valid_from, at)?;
        reserve.invariant(slot)?;
        let event = CustodianRegistered {
            asset: reserve.asset,
            manager: *ctx.accounts.manager.address(),
            slot,
            replaces,
            group: reserve.slot(slot)?.group,
            _pad: [0],
            epoch,
            custodian_id,
            _pad1: [0; 4],
            account_hash,
            attester,
            valid_from,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
