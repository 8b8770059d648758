use crate::{
    attestation::{kinds, read_signed, Message, Signers},
    constants::{CHAINS, CUSTODIANS, KEYS},
    errors::{refuse, VaultError},
    events::{emit, ChainAttested, ReserveAttested},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    require_figures,
    state::{Asset, Reserve},
    token2022::supply,
};
use anchor_lang::{accounts::SysvarInstructions, address_eq, prelude::*};

/// As many reports as an asset has slots; more never fit a transaction.
const MAX_REPORTS: usize = 8;
const MAX_SIGNATURES: u8 = (MAX_REPORTS * KEYS) as u8;
const _: () = assert!(MAX_REPORTS <= CUSTODIANS + CHAINS);

/// Anybody relays signed reports on one asset: custodians' holdings and other chains' supplies.
///
/// Specification:
/// - No signer is asked for: the reports' own signatures, checked by the ed25519 program in
///   instruction `precompile` of the same transaction, are all that counts. Neighbouring signatures
///   of the same bytes are one report, signed by several; the slot's threshold counts different keys.
/// - A message names this program, cluster, asset and ISIN, the slot, its epoch, the basis, a
///   sequence that rises, and a time that is neither ahead nor before the last one. So a report
///   cannot be replayed, sent elsewhere, or sent after its keys were replaced.
/// - A message names the last split that its figures include. Those of the split before, or of one that is
///   about to take effect, are converted: holdings rounded down, supplies up.
/// - A lower holding or a higher supply is never refused, a supply above the chain's cap included:
///   bad news sets the solvency latch when it must. Reports that come together are judged together,
///   so that a redemption which two custodians delivered does not look like a shortfall after the
///   first of them.
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
    figure: u64,
    by_new_keys: bool,
}

/// What is the same in the events of all reports of one instruction.
#[derive(Clone, Copy)]
struct Judged {
    asset: Address,
    latched_before: u8,
    latched: u8,
    supply: u64,
    burned_outside: u64,
    multiplier: u64,
    obligation: u64,
    reserve: u64,
    at: i64,
}

impl Attest {
    fn validate(&self, count: u8) -> Result<()> {
        self.reserve.check(self.asset.address())?;
        require!(address_eq(self.mint.address(), &self.asset.mint), VaultError::WrongMint);
        require_figures!((1..=MAX_SIGNATURES).contains(&count), VaultError::BadReportCount, count);
        Ok(())
    }

    /// The report at signature number `first` in the asset's basis, and who signed it: at most `left`
    /// signatures.
    fn read(&self, precompile: u8, first: u8, left: u8) -> Result<(Message, Signers)> {
        let (message, signers) = read_signed(&self.instructions, precompile, first, left)?;
        require!(message.domain == self.asset.domain, VaultError::WrongDomain);
        let ratio = self.asset.conversion(&message)?;
        Ok((message.rebased(ratio), signers))
    }

    fn store(&mut self, message: &Message, signers: &Signers, now: i64) -> Result<Replaced> {
        if message.kind == kinds::CHAIN {
            let slot = self.reserve.chain_mut(message.slot)?;
            let by_new_keys = slot.check(message, signers, now)?;
            let replaced = Replaced { as_of: slot.as_of, figure: slot.supply, by_new_keys };
            slot.store(message, by_new_keys, now);
            self.reserve.chain_invariant(message.slot)?;
            return Ok(replaced);
        }
        let slot = self.reserve.slot_mut(message.slot)?;
        let by_new_keys = slot.check(message, signers, &self.asset, now)?;
        let replaced = Replaced { as_of: slot.as_of, figure: slot.settled, by_new_keys };
        slot.store(message, by_new_keys, now);
        self.asset.newest_as_of = self.asset.newest_as_of.max(message.as_of);
        self.reserve.invariant(message.slot)?;
        Ok(replaced)
    }

    /// `precompile`: index of the ed25519 instruction; `signature`: the first of its signatures to
    /// take; `count`: how many signatures.
    pub fn handler(ctx: &mut Context<Self>, precompile: u8, signature: u8, count: u8) -> Result<()> {
        let a = &mut ctx.accounts;
        a.validate(count)?;
        let at = now()?;
        let supply = supply(&a.mint)?;
        let burned_outside = a.asset.observe_supply(supply, at)?;
        a.reserve.bring_up_to_date(&a.asset);
        let latched_before = a.asset.latched;
        let end = signature.checked_add(count).ok_or_else(|| too_many(count))?;
        let (mut replaced, mut reports, mut next) = ([Replaced::default(); MAX_REPORTS], 0usize, signature);
        while next < end {
            let (message, signers) = a.read(precompile, next, end.saturating_sub(next))?;
            let old = replaced.get_mut(reports).ok_or_else(|| too_many(count))?;
            *old = a.store(&message, &signers, at)?;
            reports = reports.saturating_add(1);
            next = next.saturating_add(signers.count());
        }
        a.asset.clear_released(a.reserve.oldest_report());
        let last = a.reserve.last_figures(&a.asset);
        let fresh = a.reserve.effective(&a.asset, at);
        let obligation = a.asset.latch_if_short(&last, &fresh, at);
        a.asset.invariant()?;

        let mut judged = Judged {
            asset: *a.asset.address(),
            latched_before,
            latched: a.asset.latched,
            supply,
            burned_outside,
            multiplier: a.asset.multiplier_at(at),
            obligation,
            reserve: last.shares,
            at,
        };
        next = signature;
        for old in replaced.iter().take(reports) {
            let (message, signers) = a.read(precompile, next, end.saturating_sub(next))?;
            a.tell(&judged, &message, &signers, old)?;
            next = next.saturating_add(signers.count());
            judged.burned_outside = 0; // told once
        }
        Ok(())
    }

    #[inline(never)]
    fn tell(&self, judged: &Judged, message: &Message, signers: &Signers, old: &Replaced) -> Result<()> {
        if message.kind == kinds::CHAIN {
            let chain = self.reserve.chain(message.slot)?;
            let (cap, outbound) = (chain.cap, chain.outbound);
            emit(&self.event_authority, chain_attested(judged, message, signers, old, cap, outbound));
        } else {
            emit(&self.event_authority, reserve_attested(judged, message, signers, old));
        }
        Ok(())
    }
}

fn too_many(count: u8) -> ProgramError {
    refuse(VaultError::BadReportCount, [count.into(), 0, 0, 0])
}

fn reserve_attested(judged: &Judged, message: &Message, signers: &Signers, old: &Replaced) -> ReserveAttested {
    ReserveAttested {
        asset: judged.asset,
        attesters: signers.keys,
        slot: message.slot,
        new_keys: old.by_new_keys.into(),
        latched_before: judged.latched_before,
        latched: judged.latched,
        epoch: message.epoch,
        basis: message.basis,
        _pad: [0; 4],
        sequence: message.sequence,
        old_as_of: old.as_of,
        as_of: message.as_of,
        old_settled: old.figure,
        settled: message.settled,
        in_transit: message.in_transit,
        in_transit_by: message.in_transit_by,
        report_hash: message.report_hash,
        supply: judged.supply,
        burned_outside: judged.burned_outside,
        multiplier: judged.multiplier,
        obligation: judged.obligation,
        reserve: judged.reserve,
        at: judged.at,
    }
}

fn chain_attested(
    judged: &Judged,
    message: &Message,
    signers: &Signers,
    old: &Replaced,
    cap: u64,
    outbound: u64,
) -> ChainAttested {
    ChainAttested {
        asset: judged.asset,
        attesters: signers.keys,
        slot: message.slot,
        new_keys: old.by_new_keys.into(),
        latched_before: judged.latched_before,
        latched: judged.latched,
        epoch: message.epoch,
        basis: message.basis,
        _pad: [0; 4],
        sequence: message.sequence,
        old_as_of: old.as_of,
        as_of: message.as_of,
        old_supply: old.figure,
        chain_supply: message.settled,
        cap,
        outbound,
        report_hash: message.report_hash,
        supply: judged.supply,
        burned_outside: judged.burned_outside,
        multiplier: judged.multiplier,
        obligation: judged.obligation,
        reserve: judged.reserve,
        at: judged.at,
    }
}
