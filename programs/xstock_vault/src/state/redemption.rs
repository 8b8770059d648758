use super::{minus, plus, rule};
use crate::{errors::VaultError, require_figures};
use anchor_lang::{address_eq, prelude::*};

/// States of a request. A settled or cancelled one is closed; its events tell which.
pub mod states {
    pub const REQUESTED: u8 = 1;
    pub const ACCEPTED: u8 = 2;
}

/// Seeds: `book`, asset, holder. Outlives the requests, so that an id is never given twice and
/// a wallet finds its requests without scanning.
#[account]
pub struct HolderBook {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 6],
    pub holder: Address,
    pub asset: Address,
    pub next_id: u64,
    pub open_requests: u64,
    /// Raw units, ever: requested = settled + cancelled + open.
    pub requested: u64,
    pub settled: u64,
    pub cancelled: u64,
    pub rent_payer: Address,
    pub reserved: [u8; 64],
}

/// Seeds: `redeem`, asset, holder, id. Closed when it is settled or cancelled.
/// Wallets filter on `holder` at offset 16, desks on `asset` at 48 and `state` at 10.
#[account]
pub struct RedemptionRequest {
    pub version: u8,
    pub bump: u8,
    /// One of [`states`].
    pub state: u8,
    pub _pad: [u8; 5],
    pub holder: Address,
    pub asset: Address,
    pub id: u64,
    /// Raw units, which the escrow holds.
    pub amount: u64,
    /// The multiplier when it was made.
    pub multiplier: u64,
    pub requested_at: i64,
    /// Fixed when it is made: after it the holder may cancel even an accepted request.
    pub deadline: i64,
    /// Zero until it is accepted.
    pub accepted_at: i64,
    /// Hash of the agreed payout terms; nothing personal on chain.
    pub payout_terms_hash: [u8; 32],
    pub rent_payer: Address,
    pub reserved: [u8; 128],
}

impl HolderBook {
    pub fn record_request(&mut self, amount: u64) -> Result<()> {
        self.next_id = plus(self.next_id, 1)?;
        self.open_requests = plus(self.open_requests, 1)?;
        self.requested = plus(self.requested, amount)?;
        Ok(())
    }

    pub fn record_cancel(&mut self, amount: u64) -> Result<()> {
        self.open_requests = minus(self.open_requests, 1)?;
        self.cancelled = plus(self.cancelled, amount)?;
        Ok(())
    }

    pub fn record_settlement(&mut self, amount: u64) -> Result<()> {
        self.open_requests = minus(self.open_requests, 1)?;
        self.settled = plus(self.settled, amount)?;
        Ok(())
    }

    /// Refuses unless this is the book of the request's holder and asset.
    pub fn check(&self, request: &RedemptionRequest) -> Result<()> {
        require!(address_eq(&self.asset, &request.asset), VaultError::WrongAsset);
        require!(address_eq(&self.holder, &request.holder), VaultError::NotHolder);
        Ok(())
    }

    /// Must be called at the end of every instruction that wrote the book.
    pub fn invariant(&self) -> Result<()> {
        let closed = plus(self.settled, self.cancelled)?;
        rule(50, closed <= self.requested && self.open_requests <= self.next_id)?;
        rule(51, (self.open_requests == 0) == (closed == self.requested))
    }
}

impl RedemptionRequest {
    /// Refuses unless the holder may take the tokens back now.
    pub fn check_cancel(&self, now: i64) -> Result<()> {
        require_figures!(
            self.state == states::REQUESTED || (self.state == states::ACCEPTED && now > self.deadline),
            VaultError::AcceptedUntilDeadline,
            now,
            self.deadline
        );
        Ok(())
    }

    pub fn check_accept(&self, now: i64) -> Result<()> {
        self.check_state(states::REQUESTED)?;
        require_figures!(now <= self.deadline, VaultError::DeadlinePassed, now, self.deadline);
        Ok(())
    }

    /// Refuses unless the request is the accepted one that the desk means. A late settlement is
    /// allowed while the holder has not cancelled: it is what the holder waits for.
    pub fn check_settle(&self, amount: u64, accepted_at: i64) -> Result<()> {
        self.check_state(states::ACCEPTED)?;
        require_figures!(
            amount == self.amount && accepted_at == self.accepted_at,
            VaultError::SettlementMismatch,
            self.amount,
            self.accepted_at
        );
        Ok(())
    }

    fn check_state(&self, needed: u8) -> Result<()> {
        require_figures!(self.state == needed, VaultError::WrongRequestState, self.state, needed);
        Ok(())
    }

    /// Must be called at the end of every instruction that wrote the request.
    pub fn invariant(&self) -> Result<()> {
        rule(60, self.amount != 0 && self.deadline > self.requested_at)?;
        rule(61, (self.state == states::ACCEPTED) == (self.accepted_at != 0))
    }
}
