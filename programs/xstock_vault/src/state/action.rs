use super::rule;
use crate::{
    constants::*,
    errors::{refuse, VaultError},
    math::ratio::Ratio,
    require_figures,
};
use anchor_lang::{address_eq, prelude::*};

/// Kinds of corporate actions.
pub mod action_kinds {
    /// Money per share, to who holds at the record time.
    pub const CASH_DIVIDEND: u8 = 1;
    /// New shares, or a dividend reinvested in shares: the multiplier rises.
    pub const STOCK_DIVIDEND: u8 = 2;
    /// More shares of the same value.
    pub const SPLIT: u8 = 3;
    /// Fewer.
    pub const REVERSE_SPLIT: u8 = 4;
    /// Another ISIN, symbol, or both.
    pub const IDENTIFIER_CHANGE: u8 = 5;
    /// The end of the stock's trading: nothing mints any more.
    pub const DELISTING: u8 = 6;
}

/// States of an action.
pub mod action_states {
    pub const ANNOUNCED: u8 = 1;
    pub const CANCELLED: u8 = 2;
    /// New identifiers are in force. Other kinds take effect by their times.
    pub const APPLIED: u8 = 3;
}

/// Stands for no snapshot in [`CorporateAction::snapshot`].
pub const NO_SNAPSHOT: u32 = u32::MAX;

/// What an officer announces. What does not go with the kind is zero.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType, Clone, Copy)]
pub struct ActionArgs {
    /// The asset's next action number.
    pub number: u32,
    /// One of [`action_kinds`].
    pub kind: u8,
    /// A split makes `ratio_new` shares of `ratio_old`; a stock dividend adds `ratio_new` to each
    /// `ratio_old`.
    pub ratio_new: u32,
    pub ratio_old: u32,
    /// The multiplier that it shall apply to.
    pub old_multiplier: u64,
    /// Millionths of a base unit of the payout mint per whole share, before tax.
    pub rate: u64,
    pub payout_mint: Address,
    pub ex_at: i64,
    pub record_at: i64,
    pub pay_at: i64,
    pub effective_at: i64,
    /// Hash of the company's announcement.
    pub document_hash: [u8; 32],
    /// New identifiers; an unchanged one is repeated.
    pub isin: [u8; 12],
    pub symbol: [u8; 12],
}

/// One entry of an asset's corporate-action history. Seeds: `action`, asset, number. Never closes.
#[account]
pub struct CorporateAction {
    pub version: u8,
    pub bump: u8,
    /// One of [`action_kinds`].
    pub kind: u8,
    /// One of [`action_states`].
    pub state: u8,
    pub number: u32,
    pub asset: Address,
    /// New shares per old one: a stock dividend's includes the old.
    pub ratio: Ratio,
    /// Zero when the multiplier stays.
    pub old_multiplier: u64,
    pub new_multiplier: u64,
    /// Millionths of a base unit of the payout mint per whole share, before tax.
    pub rate: u64,
    pub payout_mint: Address,
    pub announced_at: i64,
    pub ex_at: i64,
    pub record_at: i64,
    pub pay_at: i64,
    pub effective_at: i64,
    pub document_hash: [u8; 32],
    /// Hash of why it was cancelled; zero before.
    pub reason_hash: [u8; 32],
    pub isin: [u8; 12],
    pub symbol: [u8; 12],
    /// Number of the snapshot; [`NO_SNAPSHOT`] before it is taken.
    pub snapshot: u32,
    /// Splits that were in force at its announcement.
    pub basis: u32,
    pub announced_by: Address,
    pub reserved: [u8; 64],
}

impl ActionArgs {
    /// From the ex time to the effective time, or to when a snapshot can be taken at last.
    pub fn span(&self) -> (i64, i64) {
        let recorded = if self.record_at == 0 { 0 } else { self.record_at.saturating_add(RECORD_WINDOW_S) };
        (self.ex_at, recorded.max(self.effective_at))
    }

    /// Refuses what does not go with the kind. Figures of `BadAction`: kind, and the number of the part.
    /// `loosen_at`: when a loosening asked for now may act. A new multiplier waits as long.
    pub fn check(&self, now: i64, loosen_at: i64) -> Result<()> {
        use action_kinds::*;
        let known = (CASH_DIVIDEND..=DELISTING).contains(&self.kind);
        self.part(1, known)?;
        let cash = self.kind == CASH_DIVIDEND;
        let names = self.kind == IDENTIFIER_CHANGE;
        self.part(2, (self.rate != 0) == cash && (self.payout_mint != Address::default()) == cash)?;
        self.part(3, (self.isin != [0; 12]) == names && (self.symbol != [0; 12]) == names)?;
        self.check_ratio()?;
        self.part(5, self.document_hash != [0; 32])?;
        self.part(6, if cash { self.record_at >= self.ex_at } else { self.record_at == 0 })?;
        let pay = self.record_at..=self.record_at.saturating_add(MAX_NOTICE_S);
        self.part(7, if cash { pay.contains(&self.pay_at) } else { self.pay_at == 0 })?;
        self.part(8, if cash { self.effective_at == 0 } else { self.effective_at >= self.ex_at })?;
        let (from, until) = self.span();
        let (earliest, latest) = (now.saturating_add(MIN_NOTICE_S), now.saturating_add(MAX_NOTICE_S));
        let earliest = if self.changes_multiplier() { earliest.max(loosen_at) } else { earliest };
        require_figures!((earliest..=latest).contains(&from), VaultError::BadNotice, from, earliest, latest);
        let span = until.saturating_sub(from);
        require_figures!(span <= MAX_ACTION_SPAN_S, VaultError::ActionTooLong, span, MAX_ACTION_SPAN_S);
        Ok(())
    }

    fn check_ratio(&self) -> Result<()> {
        use action_kinds::*;
        let (new, old) = (self.ratio_new, self.ratio_old);
        let sane = (1..=MAX_RATIO).contains(&new) && (1..=MAX_RATIO).contains(&old);
        self.part(
            4,
            match self.kind {
                STOCK_DIVIDEND => sane && new <= old,
                SPLIT => sane && new > old,
                REVERSE_SPLIT => sane && new < old,
                _ => new == 0 && old == 0 && self.old_multiplier == 0,
            },
        )
    }

    fn part(&self, number: u64, holds: bool) -> Result<()> {
        require_figures!(holds, VaultError::BadAction, self.kind, number);
        Ok(())
    }

    /// New shares per old one.
    pub fn ratio(&self) -> Ratio {
        match self.kind {
            action_kinds::STOCK_DIVIDEND => {
                Ratio { new: self.ratio_new.saturating_add(self.ratio_old), old: self.ratio_old }
            }
            _ => Ratio { new: self.ratio_new, old: self.ratio_old },
        }
    }

    pub fn changes_multiplier(&self) -> bool {
        (action_kinds::STOCK_DIVIDEND..=action_kinds::REVERSE_SPLIT).contains(&self.kind)
    }

    pub fn is_split(&self) -> bool {
        self.kind == action_kinds::SPLIT || self.kind == action_kinds::REVERSE_SPLIT
    }

    /// The multiplier afterwards. Compare and set: two officers never apply one action twice.
    pub fn multiplier(&self, current: u64) -> Result<u64> {
        require_figures!(self.old_multiplier == current, VaultError::MultiplierMoved, self.old_multiplier, current);
        let out =
            || refuse(VaultError::MultiplierOutOfRange, [current, self.ratio_new.into(), self.ratio_old.into(), 0]);
        self.ratio().multiplier(current).ok_or_else(out)
    }
}

impl CorporateAction {
    pub fn check(&self, asset: &Address) -> Result<()> {
        require!(address_eq(&self.asset, asset), VaultError::WrongAsset);
        Ok(())
    }

    pub fn changes_multiplier(&self) -> bool {
        self.new_multiplier != 0
    }

    pub fn check_announced(&self) -> Result<()> {
        require_figures!(self.state == action_states::ANNOUNCED, VaultError::WrongActionState, self.state);
        Ok(())
    }

    pub fn check_kind(&self, kind: u8) -> Result<()> {
        require_figures!(self.kind == kind, VaultError::WrongActionKind, self.kind, kind);
        Ok(())
    }

    /// Refuses to cancel what has happened: a snapshot taken, an effective time passed.
    pub fn check_cancel(&self, now: i64) -> Result<()> {
        self.check_announced()?;
        require_figures!(self.snapshot == NO_SNAPSHOT, VaultError::SnapshotTaken, self.snapshot);
        let timed = self.effective_at != 0 && self.kind != action_kinds::IDENTIFIER_CHANGE;
        require_figures!(!timed || now < self.effective_at, VaultError::AlreadyEffective, self.effective_at, now);
        Ok(())
    }

    /// Refuses a snapshot too early, too late, or of an action that has one.
    pub fn check_record(&self, now: i64) -> Result<()> {
        self.check_kind(action_kinds::CASH_DIVIDEND)?;
        self.check_announced()?;
        require_figures!(self.snapshot == NO_SNAPSHOT, VaultError::SnapshotTaken, self.snapshot);
        let until = self.record_at.saturating_add(RECORD_WINDOW_S);
        require_figures!(
            (self.record_at..=until).contains(&now),
            VaultError::NotRecordTime,
            self.record_at,
            until,
            now
        );
        Ok(())
    }

    /// Must be called at the end of every instruction that wrote the action.
    pub fn invariant(&self) -> Result<()> {
        rule(110, (self.state == action_states::CANCELLED) == (self.reason_hash != [0; 32]))?;
        rule(111, (self.old_multiplier == 0) == (self.new_multiplier == 0))?;
        rule(112, self.snapshot == NO_SNAPSHOT || self.state == action_states::ANNOUNCED)
    }
}
