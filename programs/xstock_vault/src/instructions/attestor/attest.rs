use crate::{
    attestation::{read_signed, Message},
    errors::VaultError,
    events::{emit, EventAuthority, ReserveAttested, ThisProgram},
    instructions::now,
    state::{Asset, CustodianSlot, Reserve},
    token2022::supply,
};
use anchor_lang::{accounts::SysvarInstructions, address_eq, prelude::*};

/// Anybody relays a custodian's signed report.
///
/// Specification:
/// - No signer is asked for: the report's own signature, checked by the ed25519 program in
///   instruction `precompile` of the same transaction, is all that counts.
/// - The message names this program, cluster, asset and ISIN, the slot, its epoch, the basis, a
///   sequence that rises, and a time that is neither ahead nor before the last one. So a report
///   cannot be replayed, sent elsewhere, or sent after its key was replaced.
/// - A lower figure is never refused: bad news sets the solvency latch when it must.
#[derive(Accounts)]
pub struct Attest {
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    /// CHECK: compared with the asset's mint
    pub mint: UncheckedAccount,
    pub instructions: Sysvar<SysvarInstructions>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl Attest {
    fn validate(&self, message: &Message) -> Result<()> {
        self.reserve.check(self.asset.address())?;
        require!(address_eq(self.mint.address(), &self.asset.mint), VaultError::WrongMint);
        require!(message.domain == self.asset.domain, VaultError::WrongDomain);
        Ok(())
    }

    /// `precompile`: index of the ed25519 instruction; `signature`: which of its signatures.
    pub fn handler(ctx: &mut Context<Self>, precompile: u8, signature: u8) -> Result<()> {
        let (message, attester) = read_signed(&ctx.accounts.instructions, precompile, signature)?;
        ctx.accounts.validate(&message)?;
        let at = now()?;
        let supply = supply(&ctx.accounts.mint)?;
        let (asset, reserve) = (&mut ctx.accounts.asset, &mut ctx.accounts.reserve);
        let burned_outside = asset.observe_supply(supply, at)?;
        let latched_before = asset.latched;

        let slot = reserve.slot_mut(message.slot)?;
        let new_key = slot.check(&message, &attester, asset.basis, at)?;
        let (old_as_of, old_settled) = (slot.as_of, slot.settled);
        CustodianSlot::store(slot, &message, new_key, at);
        let view = reserve.last_figures(asset, at);
        let obligation = asset.latch_if_short(&view, at);
        asset.invariant()?;
        reserve.invariant(message.slot)?;

        let event = ReserveAttested {
            asset: *asset.address(),
            attester,
            slot: message.slot,
            new_key: new_key.into(),
            latched_before,
            latched: asset.latched,
            epoch: message.epoch,
            basis: message.basis,
            _pad: [0; 4],
            sequence: message.sequence,
            old_as_of,
            as_of: message.as_of,
            old_settled,
            settled: message.settled,
            in_transit: message.in_transit,
            in_transit_by: message.in_transit_by,
            report_hash: message.report_hash,
            supply,
            burned_outside,
            multiplier: asset.multiplier_at(at),
            obligation,
            reserve: view.shares,
            at,
        };
        emit(&ctx.accounts.event_authority, event);
        Ok(())
    }
}
