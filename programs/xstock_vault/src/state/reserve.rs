use super::{rule, Asset, ChainSlot, KeySet, Policy, RedemptionRequest};
use crate::{
    attestation::{Message, Signers},
    constants::{CHAINS, CUSTODIANS, MAX_REPORTED_SHARES},
    errors::{refuse, VaultError},
    math::quorum,
    require_figures,
};
use anchor_lang::{address_eq, prelude::*};

/// One custodian's registration and its last report.
#[repr(C)]
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
pub struct CustodianSlot {
    /// The custodian's LEI, 20 ASCII bytes. Two slots of one custodian count as one.
    pub custodian_id: [u8; 20],
    /// 1 while a custodian is registered.
    pub active: u8,
    /// The first slot with the same custodian id: what a quorum and the caps count.
    pub group: u8,
    pub _pad: [u8; 2],
    /// Hash of the safekeeping account's id.
    pub account_hash: [u8; 32],
    pub signers: KeySet,
    /// The last split that the signed report included; the figures here are in the reserve's basis.
    pub basis: u32,
    pub _pad1: [u8; 4],
    /// The time that the report speaks of, unix seconds.
    pub as_of: i64,
    pub settled: u64,
    /// Bought from outside the registered custodians and not yet delivered.
    pub in_transit: u64,
    /// Latest settlement date of `in_transit`, which counts zero after it.
    pub in_transit_by: i64,
    pub received_at: i64,
    pub report_hash: [u8; 32],
    pub reserved: [u8; 32],
}

/// All custodians of an asset and its supply on other chains, in one account so that a mint
/// reads one account. Seeds: `reserve`, asset. Never closes.
#[account]
pub struct Reserve {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 2],
    /// The last registration epoch given out; rises with every registration, never reused.
    pub last_epoch: u32,
    pub asset: Address,
    pub custodians: [CustodianSlot; CUSTODIANS],
    pub chains: [ChainSlot; CHAINS],
    /// Splits that are in all figures of this account.
    pub basis: u32,
    pub _pad1: [u8; 4],
    pub reserved: [u8; 120],
}

/// What the reports add up to.
#[derive(Clone, Copy)]
pub struct ReserveView {
    /// Counted shares; zero without quorum.
    pub shares: u64,
    /// The oldest counted report; the far future when none counts, for then no burn can be in one.
    pub oldest_as_of: i64,
    /// Distinct custodians with a counted positive figure.
    pub custodians: u8,
    /// Shares owed on other chains, and on their way there.
    pub foreign: u64,
}

impl CustodianSlot {
    /// What the slot's report counts for. A future one (the clock went back) counts for nothing.
    fn counted(&self, policy: &Policy, not_before: i64, transit_until: i64, now: i64) -> u64 {
        if self.active == 0 || self.as_of < not_before || self.as_of > now {
            return 0;
        }
        if self.in_transit == 0 || self.in_transit_by < transit_until {
            return self.settled;
        }
        let transit = quorum::in_transit(self.in_transit, policy.haircut_bps, self.as_of, self.in_transit_by);
        self.settled.saturating_add(transit) // at most 2^61
    }

    /// Refuses a message that this slot must not take from these signers now. Returns whether it
    /// comes from the pending keys.
    pub fn check(&self, message: &Message, signers: &Signers, asset: &Asset, now: i64) -> Result<bool> {
        require_figures!(self.active == 1, VaultError::SlotEmpty, message.slot);
        let by_new_keys = self.signers.check(message.slot, message.epoch, message.sequence, signers, now)?;
        // a slot's first report must not speak of a time before burns that all others have reported
        // past; it replaces no figure, so no bad news is lost
        let earliest = if self.received_at == 0 {
            asset.cleared_at.saturating_add(1)
        } else if message.settled <= self.settled && message.in_transit <= self.in_transit {
            self.as_of.min(now) // bad news is taken though the clock went back behind the last report
        } else {
            self.as_of
        };
        check_time(message, earliest, now)?;
        let largest = message.settled.max(message.in_transit);
        require_figures!(largest <= MAX_REPORTED_SHARES, VaultError::FigureTooLarge, largest, MAX_REPORTED_SHARES);
        Ok(by_new_keys)
    }

    /// Stores a checked message; new keys' first report puts them in force.
    pub fn store(&mut self, message: &Message, by_new_keys: bool, now: i64) {
        self.signers.record(by_new_keys, message.sequence);
        self.basis = message.basis;
        self.as_of = self.as_of.max(message.as_of);
        self.settled = message.settled;
        self.in_transit = message.in_transit;
        self.in_transit_by = message.in_transit_by;
        self.received_at = now;
        self.report_hash = message.report_hash;
    }
}

/// What every report must satisfy: a time that is not ahead and not before `earliest`.
pub fn check_time(message: &Message, earliest: i64, now: i64) -> Result<()> {
    require_figures!(message.as_of <= now, VaultError::FutureReport, message.as_of, now);
    require_figures!(message.as_of >= earliest, VaultError::OlderReport, message.as_of, earliest);
    Ok(())
}

impl Reserve {
    pub fn check(&self, asset: &Address) -> Result<()> {
        require!(address_eq(&self.asset, asset), VaultError::WrongAsset);
        Ok(())
    }

    /// Promise 4 at the asset's rules: fresh reports only, stale chains at their caps.
    pub fn effective(&self, asset: &Asset, now: i64) -> ReserveView {
        let not_before = now.saturating_sub(asset.policy.max_age_s);
        let chains_not_before = now.saturating_sub(asset.policy.chain_max_age_s);
        let mut view = self.count(&asset.policy, not_before, now, now);
        for chain in self.chains.iter().filter(|chain| chain.active == 1) {
            view.foreign = view.foreign.saturating_add(chain.counted(chains_not_before, now));
        }
        view
    }

    /// What would be owed abroad if one chain had another cap and every chain used all of its own:
    /// two raised caps do not share one room.
    pub fn foreign_at_cap(&self, slot: u8, cap: u64) -> u64 {
        let active = self.chains.iter().enumerate().filter(|(_, chain)| chain.active == 1);
        active.fold(0, |sum: u64, (index, chain)| {
            let cap = if index == usize::from(slot) { cap } else { chain.cap };
            sum.saturating_add(chain.counted_at_cap(cap))
        })
    }

    /// The last figures without age: what the solvency latch judges by. Time changes nothing in
    /// them, a clock that goes backwards included: shares in transit keep counting, and no chain
    /// counts at its cap.
    pub fn last_figures(&self, asset: &Asset) -> ReserveView {
        let view = self.count(&asset.policy, i64::MIN, i64::MIN, i64::MAX);
        ReserveView { foreign: self.last_foreign(), ..view }
    }

    /// Everything that was last reported, whatever the policy counts of it: what there is to share
    /// out when it does not suffice.
    pub fn holdings(&self) -> ReserveView {
        let mut view = ReserveView { shares: 0, oldest_as_of: i64::MAX, custodians: 0, foreign: 0 };
        for slot in self.custodians.iter().filter(|slot| slot.active == 1 && slot.received_at != 0) {
            view.shares = view.shares.saturating_add(slot.settled).saturating_add(slot.in_transit);
            view.oldest_as_of = view.oldest_as_of.min(slot.as_of);
        }
        for chain in self.chains.iter().filter(|chain| chain.active == 1) {
            // not above its cap: one chain's keys shall not lower what holders here are paid
            view.foreign = view.foreign.saturating_add(chain.owed_there(chain.supply.min(chain.cap)));
        }
        view
    }

    /// The chains' last reports without age, never their caps.
    fn last_foreign(&self) -> u64 {
        let active = self.chains.iter().filter(|chain| chain.active == 1);
        active.fold(0, |sum: u64, chain| sum.saturating_add(chain.owed_there(chain.supply)))
    }

    fn count(&self, policy: &Policy, not_before: i64, transit_until: i64, now: i64) -> ReserveView {
        let (mut figures, mut oldest_as_of) = ([0u64; CUSTODIANS], i64::MAX);
        for slot in &self.custodians {
            let counted = slot.counted(policy, not_before, transit_until, now);
            if counted != 0 {
                oldest_as_of = oldest_as_of.min(slot.as_of);
                if let Some(figure) = figures.get_mut(usize::from(slot.group)) {
                    *figure = figure.saturating_add(counted).min(policy.custodian_cap);
                }
            }
        }
        let custodians = figures.iter().filter(|figure| **figure != 0).count() as u8;
        let shares = if custodians < policy.min_custodians {
            0
        } else {
            quorum::relative_cap(&figures, policy.custodian_share_bps)
        };
        ReserveView { shares, oldest_as_of, custodians, foreign: 0 }
    }

    /// The oldest time that any custodian which ever reported speaks of: no later report of theirs
    /// can speak of an older one.
    pub fn oldest_report(&self) -> i64 {
        let reported = self.custodians.iter().filter(|slot| slot.active == 1 && slot.received_at != 0);
        reported.map(|slot| slot.as_of).min().unwrap_or(i64::MIN)
    }

    pub fn slot(&self, slot: u8) -> Result<&CustodianSlot> {
        self.custodians.get(usize::from(slot)).ok_or_else(|| out_of_range(slot))
    }

    pub fn slot_mut(&mut self, slot: u8) -> Result<&mut CustodianSlot> {
        self.custodians.get_mut(usize::from(slot)).ok_or_else(|| out_of_range(slot))
    }

    pub fn chain(&self, slot: u8) -> Result<&ChainSlot> {
        self.chains.get(usize::from(slot)).ok_or_else(|| out_of_range(slot))
    }

    /// Ends a claim that shares were issued on another chain for tokens that wait here.
    /// `shares`: how many these are now.
    pub fn unmark(&mut self, request: &RedemptionRequest, shares: u64) -> Result<()> {
        if request.marked_shares == 0 {
            return Ok(());
        }
        self.chain_mut(request.to_chain)?.unmark(shares, request.paid_at);
        self.chain_invariant(request.to_chain)
    }

    pub fn chain_mut(&mut self, slot: u8) -> Result<&mut ChainSlot> {
        self.chains.get_mut(usize::from(slot)).ok_or_else(|| out_of_range(slot))
    }

    /// Refuses keys of which one attests for another slot, now or soon. `custodian` or `chain` is
    /// the slot that the keys are for: it may keep its own.
    pub fn check_keys(&self, keys: &[Address], custodian: Option<u8>, chain: Option<u8>) -> Result<()> {
        let free = |set: &KeySet, index: usize, own: Option<u8>| -> Result<()> {
            let own = own.is_some_and(|own| usize::from(own) == index);
            let used = !own && keys.iter().any(|key| *key != Address::default() && set.holds(key));
            require_figures!(!used, VaultError::KeyInUse, index);
            Ok(())
        };
        for (index, slot) in self.custodians.iter().enumerate() {
            free(&slot.signers, index, custodian)?;
        }
        for (index, slot) in self.chains.iter().enumerate() {
            free(&slot.signers, index, chain)?;
        }
        Ok(())
    }

    /// Refuses a registration that would share an account with another slot, or take over a slot
    /// that holds another custodian or account.
    pub fn check_registration(&self, slot: u8, custodian_id: &[u8; 20], account_hash: &[u8; 32]) -> Result<()> {
        require!(*custodian_id != [0; 20] && *account_hash != [0; 32], VaultError::EmptyCustodianField);
        let own = self.slot(slot)?;
        require_figures!(
            own.active == 0 || (own.custodian_id == *custodian_id && own.account_hash == *account_hash),
            VaultError::SlotTaken,
            slot
        );
        for (index, other) in self.custodians.iter().enumerate() {
            require_figures!(
                index == usize::from(slot) || other.active == 0 || other.account_hash != *account_hash,
                VaultError::AccountInUse,
                index
            );
        }
        Ok(())
    }

    /// A registration epoch that was never given out.
    pub fn next_epoch(&mut self) -> Result<u32> {
        self.last_epoch = self.last_epoch.checked_add(1).ok_or(VaultError::Overflow)?;
        Ok(self.last_epoch)
    }

    /// Binds a checked custodian to a slot; its keys are proposed apart.
    pub fn register(&mut self, slot: u8, custodian_id: [u8; 20], account_hash: [u8; 32]) -> Result<()> {
        let target = self.slot_mut(slot)?;
        target.active = 1;
        target.custodian_id = custodian_id;
        target.account_hash = account_hash;
        self.regroup();
        Ok(())
    }

    /// Empties a slot: its figure and keys count for nothing from now on.
    pub fn retire(&mut self, slot: u8) -> Result<CustodianSlot> {
        let target = self.slot_mut(slot)?;
        require_figures!(target.active == 1, VaultError::SlotEmpty, slot);
        let old = core::mem::replace(target, bytemuck::Zeroable::zeroed());
        self.regroup();
        Ok(old)
    }

    /// A slot's group is the first active slot with its custodian id.
    fn regroup(&mut self) {
        for index in 0..CUSTODIANS {
            let Some(id) = self.custodians.get(index).map(|s| s.custodian_id) else { continue };
            let first = self.custodians.iter().position(|s| s.active == 1 && s.custodian_id == id);
            if let Some(slot) = self.custodians.get_mut(index) {
                slot.group = first.unwrap_or(index) as u8;
            }
        }
    }

    /// Must be called at the end of every instruction that wrote a custodian's slot.
    pub fn invariant(&self, slot: u8) -> Result<()> {
        let slot = self.slot(slot)?;
        rule(10, slot.signers.holds_together(self.last_epoch))?;
        rule(11, slot.settled <= MAX_REPORTED_SHARES && slot.in_transit <= MAX_REPORTED_SHARES)?;
        rule(12, slot.active == 1 || (slot.settled == 0 && slot.signers.epoch == 0))?;
        rule(13, usize::from(slot.group) < CUSTODIANS)
    }

    /// Must be called at the end of every instruction that wrote a chain's slot.
    pub fn chain_invariant(&self, slot: u8) -> Result<()> {
        let slot = self.chain(slot)?;
        rule(14, slot.signers.holds_together(self.last_epoch))?;
        slot.invariant()
    }
}

fn out_of_range(slot: u8) -> ProgramError {
    refuse(VaultError::SlotOutOfRange, [u64::from(slot), 0, 0, 0])
}

/// Refuses when a request counts on another chain and the reserve that knows it was not passed.
pub fn check_unmark(reserve: &Option<Account<Reserve>>, request: &RedemptionRequest) -> Result<()> {
    match reserve {
        Some(reserve) => reserve.check(&request.asset),
        None if request.marked_shares == 0 => Ok(()),
        None => Err(VaultError::ReserveMissing.into()),
    }
}

/// Ends a claim that shares were issued on another chain, in figures of today.
pub fn unmark(asset: &mut Asset, reserve: &mut Reserve, request: &RedemptionRequest, now: i64) -> Result<()> {
    asset.bring_up_to_date(now);
    reserve.bring_up_to_date(asset);
    reserve.unmark(request, request.marked_at(asset.multiplier_at(now)))
}

/// The same, if there is one.
pub fn unmark_optional(
    asset: &mut Asset,
    reserve: &mut Option<Account<Reserve>>,
    request: &RedemptionRequest,
    now: i64,
) -> Result<()> {
    reserve.as_mut().map_or(Ok(()), |reserve| unmark(asset, reserve, request, now))
}
