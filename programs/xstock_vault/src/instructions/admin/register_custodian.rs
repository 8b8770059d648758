use crate::{
    constants::KEYS,
    events::{emit, CustodianRegistered},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{roles, Asset, KeySet, Reserve, RoleGrant},
};
use anchor_lang::prelude::*;

/// An attestor manager binds a custodian's keys and safekeeping account to a slot.
///
/// Specification:
/// - The signer holds the attestor manager role of the asset's issuer.
/// - Up to three different keys, of which `threshold` must sign every report: a custodian's and its
///   auditor's, say. A key and a safekeeping account serve one slot only, pending ones included; a
///   taken slot accepts only new keys for the same custodian and account.
/// - The keys may sign at once before the asset's first mint, afterwards when the change delay
///   has passed. Every registration gets an epoch that was never used before.
/// - Replaced keys and their figure stay until the new ones come into force; from then on the old
///   ones are refused, and the figure lives on only as long as it is fresh.
/// - Refused while a pauser has halted changes.
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

/// What is bound to a slot.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct RegisterCustodianArgs {
    pub slot: u8,
    /// The custodian's LEI.
    pub custodian_id: [u8; 20],
    pub account_hash: [u8; 32],
    /// Zero padded.
    pub keys: [Address; KEYS],
    /// How many of the keys must sign a report.
    pub threshold: u8,
}

impl RegisterCustodian {
    fn validate(&self, args: &RegisterCustodianArgs, now: i64) -> Result<u8> {
        self.grant.check(&self.asset.issuer, roles::ATTESTOR_MANAGER, self.manager.address(), now)?;
        self.asset.check_changes()?;
        self.reserve.check(self.asset.address())?;
        let count = KeySet::check_proposal(&args.keys, args.threshold)?;
        self.reserve.check_registration(args.slot, &args.custodian_id, &args.account_hash)?;
        self.reserve.check_keys(&args.keys, Some(args.slot), None)?;
        Ok(count)
    }

    pub fn handler(ctx: &mut Context<Self>, args: RegisterCustodianArgs) -> Result<()> {
        let at = now()?;
        let count = ctx.accounts.validate(&args, at)?;
        let slot = args.slot;
        let valid_from = ctx.accounts.asset.loosen_at(at);
        let reserve = &mut ctx.accounts.reserve;
        let replaces = reserve.slot(slot)?.active;
        let epoch = reserve.next_epoch()?;
        reserve.register(slot, args.custodian_id, args.account_hash)?;
        reserve.slot_mut(slot)?.signers.propose(args.keys, count, args.threshold, epoch, valid_from, at);
        reserve.invariant(slot)?;
        let event = CustodianRegistered {
            asset: reserve.asset,
            manager: *ctx.accounts.manager.address(),
            slot,
            replaces,
            group: reserve.slot(slot)?.group,
            threshold: args.threshold,
            epoch,
            custodian_id: args.custodian_id,
            _pad1: [0; 4],
            account_hash: args.account_hash,
            keys: args.keys,
            valid_from,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
