use crate::{
    attestation::{read_signed, Message},
    constants::CUSTODIANS,
    errors::VaultError,
    events::{emit, ReserveAttested},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{Asset, Reserve},
    token2022::supply,
};
use anchor_lang::{accounts::SysvarInstructions, address_eq, prelude::*};

/// Anybody relays custodians' signed reports on one asset.
///
/// Specification:
/// - No signer is asked for: each report's own signature, checked by the ed25519 program in
///   instruction `precompile` of the same transaction, is all that counts.
/// - A message names this program, cluster, asset and ISIN, the slot, its epoch, the basis, a
///   sequence that rises, and a time that is neither ahead nor before the last one. So a report
///   cannot be replayed, sent elsewhere, or sent after its key was replaced.
/// - A lower figure is never refused: bad news sets the solvency latch when it must. Reports that
///   come together are judged together, so that a redemption which two custodians delivered does
///   not look like a shortfall after the first of them.
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

/// What a report replaced.
#[derive(Clone, Copy, Default)]
struct Replaced {
    as_of: i64,
    settled: u64,
    by_new_key: bool,
}

impl Attest {
    fn validate(&self, count: u8) -> Result<()> {
        self.reserve.check(self.asset.address())?;
        require!(address_eq(self.mint.address(), &self.asset.mint), VaultError::WrongMint);
        require_figures!(count >= 1 && usize::from(count) <= CUSTODIANS, VaultError::BadReportCount, count);
        Ok(())
    }

    /// The report of signature `first + number`.
    fn read(&self, precompile: u8, first: u8, number: u8) -> Result<(Message, Address)> {
        let signature = first.checked_add(number).ok_or(VaultError::BadReportCount)?;
        let (message, attester) = read_signed(&self.instructions, precompile, signature)?;
        require!(message.domain == self.asset.domain, VaultError::WrongDomain);
        Ok((message, attester))
    }

    fn store(&mut self, message: &Message, attester: &Address, now: i64) -> Result<Replaced> {
        let slot = self.reserve.slot_mut(message.slot)?;
        let by_new_key = slot.check(message, attester, &self.asset, now)?;
        let replaced = Replaced { as_of: slot.as_of, settled: slot.settled, by_new_key };
        slot.store(message, by_new_key, now);
        self.reserve.invariant(message.slot)?;
        Ok(replaced)
    }

    /// `precompile`: index of the ed25519 instruction; `signature`: the first of its signatures to
    /// take; `count`: how many, one report each.
    pub fn handler(ctx: &mut Context<Self>, precompile: u8, signature: u8, count: u8) -> Result<()> {
        let a = &mut ctx.accounts;
        a.validate(count)?;
        let at = now()?;
        let mut event = ReserveAttested { at, supply: supply(&a.mint)?, ..bytemuck::Zeroable::zeroed() };
        event.burned_outside = a.asset.observe_supply(event.supply, at)?;
        event.latched_before = a.asset.latched;
        let mut replaced = [Replaced::default(); CUSTODIANS];
        for (number, old) in (0..count).zip(&mut replaced) {
            let (message, attester) = a.read(precompile, signature, number)?;
            *old = a.store(&message, &attester, at)?;
        }
        a.asset.clear_released(a.reserve.oldest_report());
        let last = a.reserve.last_figures(&a.asset, at);
        let fresh = a.reserve.effective(&a.asset, at);
        event.obligation = a.asset.latch_if_short(&last, &fresh, at);
        a.asset.invariant()?;

        event.asset = *a.asset.address();
        (event.latched, event.reserve) = (a.asset.latched, last.shares);
        event.multiplier = a.asset.multiplier_at(at);
        for (number, old) in (0..count).zip(&replaced) {
            let (message, attester) = a.read(precompile, signature, number)?;
            tell(&mut event, &message, attester, old);
            emit(&a.event_authority, event);
            event.burned_outside = 0; // told once
        }
        Ok(())
    }
}

fn tell(event: &mut ReserveAttested, message: &Message, attester: Address, old: &Replaced) {
    event.attester = attester;
    (event.slot, event.epoch, event.basis) = (message.slot, message.epoch, message.basis);
    event.new_key = old.by_new_key.into();
    (event.sequence, event.report_hash) = (message.sequence, message.report_hash);
    (event.old_as_of, event.as_of) = (old.as_of, message.as_of);
    (event.old_settled, event.settled) = (old.settled, message.settled);
    (event.in_transit, event.in_transit_by) = (message.in_transit, message.in_transit_by);
}
