use crate::{
    constants::KEYS,
    errors::VaultError,
    events::{emit, ChainRegistered},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{roles, Asset, KeySet, Reserve, RoleGrant},
};
use anchor_lang::prelude::*;

/// An attestor manager registers another chain's token of the same stock, with the keys that
/// attest its supply.
///
/// Specification:
/// - The signer holds the attestor manager role of the asset's issuer.
/// - A token has one slot, a key serves one slot; a taken slot accepts only new keys for the same
///   token. Keys wait and have epochs as a custodian's do.
/// - A new slot's cap is zero: `set_chain_cap` raises it.
/// - Refused while a pauser has halted changes.
#[derive(Accounts)]
pub struct RegisterChain {
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
pub struct RegisterChainArgs {
    pub slot: u8,
    /// CAIP-2 id, ASCII, zero padded.
    pub chain: [u8; 48],
    /// Hash of the token's CAIP-19 id.
    pub token_hash: [u8; 32],
    /// Zero padded.
    pub keys: [Address; KEYS],
    /// How many of the keys must sign a report.
    pub threshold: u8,
}

impl RegisterChain {
    fn validate(&self, args: &RegisterChainArgs, now: i64) -> Result<u8> {
        self.grant.check(&self.asset.issuer, roles::ATTESTOR_MANAGER, self.manager.address(), now)?;
        self.asset.check_changes()?;
        self.reserve.check(self.asset.address())?;
        require!(args.chain[0] != 0 && args.token_hash != [0; 32], VaultError::EmptyCustodianField);
        let count = KeySet::check_proposal(&args.keys, args.threshold)?;
        let own = self.reserve.chain(args.slot)?;
        require_figures!(
            own.active == 0 || (own.chain == args.chain && own.token_hash == args.token_hash),
            VaultError::ChainTaken,
            args.slot
        );
        for (index, other) in self.reserve.chains.iter().enumerate() {
            require_figures!(
                index == usize::from(args.slot) || other.active == 0 || other.token_hash != args.token_hash,
                VaultError::TokenInUse,
                index
            );
        }
        self.reserve.check_keys(&args.keys, None, Some(args.slot))?;
        Ok(count)
    }

    pub fn handler(ctx: &mut Context<Self>, args: RegisterChainArgs) -> Result<()> {
        let at = now()?;
        let count = ctx.accounts.validate(&args, at)?;
        let valid_from = ctx.accounts.asset.loosen_at(at);
        let reserve = &mut ctx.accounts.reserve;
        let epoch = reserve.next_epoch()?;
        let slot = reserve.chain_mut(args.slot)?;
        let replaces = slot.active;
        (slot.active, slot.chain, slot.token_hash) = (1, args.chain, args.token_hash);
        slot.signers.propose(args.keys, count, args.threshold, epoch, valid_from, at);
        reserve.chain_invariant(args.slot)?;
        let event = ChainRegistered {
            asset: reserve.asset,
            manager: *ctx.accounts.manager.address(),
            slot: args.slot,
            replaces,
            threshold: args.threshold,
            _pad: [0],
            epoch,
            chain: args.chain,
            token_hash: args.token_hash,
            keys: args.keys,
            valid_from,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
