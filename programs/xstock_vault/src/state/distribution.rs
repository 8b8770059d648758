use super::{minus, plus, rule, Ballot, Root, Snapshot};
use crate::{
    constants::{MAX_CLAIM_S, MIN_CLAIM_S, MIN_FUNDED_S, RATE_SCALE},
    errors::VaultError,
    math::{multiplier::shares_ceil_saturating, payment::WHOLE},
    require_figures, seeds,
};
use anchor_lang::{address_eq, prelude::*};

/// Bits of [`Distribution::rules`].
pub mod rules {
    /// The issuer's authority and its treasurers at the record slot get nothing. By rule: who computes
    /// the entitlements leaves nobody else out.
    pub const WITHOUT_ISSUER: u8 = 1;
    pub const ALL: u8 = WITHOUT_ISSUER;
}

/// What is paid to the holders of a snapshot, out of a vault of its own.
/// Seeds: `dist`, snapshot, number. Never closes.
#[account]
pub struct Distribution {
    pub version: u8,
    pub bump: u8,
    /// Of the payout mint.
    pub decimals: u8,
    /// Bits of [`rules`].
    pub rules: u8,
    pub number: u32,
    pub asset: Address,
    pub snapshot: Address,
    pub payout_mint: Address,
    /// The token account that this account owns.
    pub vault: Address,
    /// Where tax goes.
    pub withholding_account: Address,
    /// Hash of the published file that says which rate of tax each owner bears.
    pub rates_hash: [u8; 32],
    /// Millionths of a base unit per whole share, before tax.
    pub rate: u64,
    pub declared_at: i64,
    /// Claims are paid from here to here, unix seconds; neither ever changes.
    pub claim_from: i64,
    pub claim_until: i64,
    /// Base units, ever: funded = paid + withheld + reclaimed + what remains.
    pub funded: u64,
    pub paid: u64,
    pub withheld: u64,
    pub reclaimed: u64,
    /// Base units of the withheld that went to the withholding account.
    pub remitted: u64,
    /// Leaves claimed.
    pub claims: u64,
    /// The tree of entitlements: what each owner gets, and the tax in it.
    pub ballot: Ballot,
    pub reserved: [u8; 64],
}

impl Distribution {
    pub fn check(&self, snapshot: &Address) -> Result<()> {
        require!(address_eq(&self.snapshot, snapshot), VaultError::WrongSnapshot);
        Ok(())
    }

    /// Refuses another mint or vault.
    pub fn check_accounts(&self, mint: &UncheckedAccount, vault: &UncheckedAccount) -> Result<()> {
        require!(address_eq(mint.address(), &self.payout_mint), VaultError::WrongPaymentMint);
        require!(address_eq(vault.address(), &self.vault), VaultError::WrongBondVault);
        Ok(())
    }

    /// Base units before tax that all tokens of the snapshot could get at most.
    pub fn most(&self, snapshot: &Snapshot) -> u64 {
        const UNIT: u128 = WHOLE as u128 * RATE_SCALE as u128;
        let shares = shares_ceil_saturating(snapshot.ballot.root.entry.sum, snapshot.multiplier);
        let product = u128::from(shares).saturating_mul(u128::from(self.rate));
        product.checked_div(UNIT).and_then(|most| u64::try_from(most).ok()).unwrap_or(u64::MAX)
    }

    /// Refuses entitlements above what the rate makes of the snapshot, or tax above them.
    pub fn check_root(&self, root: &Root, snapshot: &Snapshot) -> Result<()> {
        let (gross, most) = (root.entry.sum, self.most(snapshot));
        require_figures!(gross != 0 && gross <= most, VaultError::WrongTotal, gross, most);
        require_figures!(root.withheld <= gross, VaultError::BadRoot, root.leaf_count, root.withheld);
        let holders = snapshot.ballot.root.leaf_count;
        require_figures!(root.leaf_count <= holders, VaultError::BadRoot, root.leaf_count, holders);
        Ok(())
    }

    /// Refuses windows that are too short or too long.
    pub fn check_windows(&self) -> Result<()> {
        let open = self.claim_until.saturating_sub(self.claim_from);
        require_figures!(
            (MIN_CLAIM_S..=MAX_CLAIM_S).contains(&open),
            VaultError::BadClaimWindow,
            open,
            MIN_CLAIM_S,
            MAX_CLAIM_S
        );
        Ok(())
    }

    /// What of `amount` is missing: a stranger's contribution in between does not make a funding fail.
    /// Refuses when nothing is, and when claims would close too soon.
    pub fn check_fund(&self, amount: u64, now: i64) -> Result<u64> {
        require!(amount != 0, VaultError::ZeroAmount);
        self.ballot.check_final(now)?;
        let latest = self.claim_until.saturating_sub(MIN_FUNDED_S);
        require_figures!(now <= latest, VaultError::TooLateToFund, latest, now);
        let missing = self.ballot.root.entry.sum.saturating_sub(self.funded);
        require_figures!(missing != 0, VaultError::NothingMissing, self.funded);
        Ok(amount.min(missing))
    }

    /// Refuses a claim outside its window, and before all that is owed is there.
    pub fn check_claim(&self, now: i64) -> Result<()> {
        self.ballot.check_final(now)?;
        require_figures!(now >= self.claim_from, VaultError::ClaimsNotOpen, self.claim_from, now);
        require_figures!(now <= self.claim_until, VaultError::ClaimsClosed, self.claim_until, now);
        let gross = self.ballot.root.entry.sum;
        require_figures!(self.funded == gross, VaultError::UnderFunded, self.funded, gross);
        Ok(())
    }

    /// What is left of the funds for claims.
    pub fn remaining(&self) -> Result<u64> {
        minus(self.funded, plus(plus(self.paid, self.withheld)?, self.reclaimed)?)
    }

    pub fn record_claim(&mut self, gross: u64, withheld: u64) -> Result<()> {
        self.paid = plus(self.paid, minus(gross, withheld)?)?;
        self.withheld = plus(self.withheld, withheld)?;
        self.claims = plus(self.claims, 1)?;
        Ok(())
    }

    pub fn check_expired(&self, now: i64) -> Result<()> {
        require_figures!(now > self.claim_until, VaultError::ClaimsOpen, self.claim_until, now);
        Ok(())
    }

    /// Must be called at the end of every instruction that wrote the distribution.
    pub fn invariant(&self) -> Result<()> {
        self.ballot.invariant()?;
        let remaining = self.remaining()?; // promise 7: refuses when the counters exceed the funds
        rule(130, self.funded <= self.ballot.root.entry.sum)?;
        rule(131, self.remitted <= self.withheld)?;
        rule(133, self.reclaimed == 0 || remaining == 0)
    }
}

/// The seeds with which a distribution signs for its vault.
pub struct DistributionSeeds {
    snapshot: Address,
    number: [u8; 4],
    bump: [u8; 1],
}

impl DistributionSeeds {
    pub fn of(distribution: &Distribution) -> Self {
        Self { snapshot: distribution.snapshot, number: distribution.number.to_le_bytes(), bump: [distribution.bump] }
    }

    pub fn parts(&self) -> [&[u8]; 4] {
        [seeds::DISTRIBUTION, self.snapshot.as_ref(), &self.number, &self.bump]
    }
}
