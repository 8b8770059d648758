use crate::{
    constants::MAX_CLAIM_LEAVES,
    errors::VaultError,
    events::{emit, DividendPaid},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    math::merkle::{Entry, Leaf},
    payment::{associated_at, check_account_of_mint, owner_of, pay},
    require_figures,
    state::{minus, ClaimPage, Distribution, DistributionSeeds, Recipient},
};
use anchor_lang::{address_eq, pinocchio::account::AccountView, prelude::*};

/// Accounts of one leaf, behind the named ones: destination, and the owner's recipient record (this
/// program where there is none).
const PER_LEAF: usize = 2;

/// Pays neighbouring entitlements of one page: asked for by an owner, or pushed by anyone.
///
/// Specification:
/// - Claims are open, and all that is owed is in the vault.
/// - The leaves lie under the page, whose subtree was proven when it was opened, from number `first` on;
///   `nodes` are the siblings that they need, and no more. None was paid before: each has its bit.
/// - `amounts` are gross and withheld of each leaf; the difference is paid, exactly. The tax stays in the
///   vault for the withholding account.
/// - The owner is who owns the destination, or whose recipient record stands beside it; then the
///   recipient owns the destination. A stranger pays to the associated account alone, whose bump stands
///   in `bumps`, and an owner that is a program's address only by a recipient: no stranger may leave a
///   dividend where nobody can collect it.
#[derive(Accounts)]
pub struct ClaimDividends {
    pub claimer: Signer,
    #[account(mut)]
    pub distribution: Account<Distribution>,
    #[account(mut)]
    pub claims: Account<ClaimPage>,
    /// CHECK: compared with the distribution's payout mint
    pub payout_mint: UncheckedAccount,
    /// CHECK: compared with the distribution's vault
    #[account(mut)]
    pub vault: UncheckedAccount,
    /// CHECK: payments call the owner of the payout mint, whatever stands here
    pub payment_program: UncheckedAccount,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl ClaimDividends {
    fn validate(&self, first: u64, leaves: usize, amounts: usize, accounts: usize, now: i64) -> Result<()> {
        self.distribution.check_accounts(&self.payout_mint, &self.vault)?;
        self.claims.check(self.distribution.address())?;
        let fits = (1..=MAX_CLAIM_LEAVES).contains(&leaves)
            && leaves.checked_mul(2) == Some(amounts)
            && leaves.checked_mul(PER_LEAF) == Some(accounts);
        require_figures!(fits, VaultError::BadBatch, leaves, accounts);
        self.claims.place_of(first)?;
        self.distribution.check_claim(now)
    }

    /// The owner that a destination stands for, whom it may be paid to.
    #[inline(never)]
    fn owner(&self, destination: &UncheckedAccount, record: &AccountView, bump: u8, index: u64) -> Result<Address> {
        check_account_of_mint(destination, &self.payout_mint)?;
        let payee = owner_of(destination)?;
        let recipient = self.recipient(record)?;
        let owner = match &recipient {
            Some((owner, recipient)) => {
                require!(address_eq(recipient, &payee), VaultError::WrongTokenAccount);
                *owner
            }
            None => payee,
        };
        let claimer = self.claimer.address();
        if address_eq(claimer, &owner) || address_eq(claimer, &payee) {
            return Ok(owner);
        }
        let home = associated_at(&payee, &self.payout_mint, bump)?;
        require!(address_eq(destination.address(), &home), VaultError::NotAssociated);
        require_figures!(recipient.is_some() || payee.is_on_curve(), VaultError::OwnerIsProgram, index);
        Ok(owner)
    }

    /// Owner and recipient of a recipient record, if there is one.
    fn recipient(&self, record: &AccountView) -> Result<Option<(Address, Address)>> {
        if address_eq(record.address(), &ThisProgram::ADDRESS) {
            return Ok(None);
        }
        let record = Account::<Recipient>::load(*record)?;
        record.check(&self.distribution.asset)?;
        if address_eq(&record.owner, &record.recipient) {
            return Ok(None); // taken back
        }
        Ok(Some((record.owner, record.recipient)))
    }

    /// Marks one proven leaf and pays it.
    #[inline(never)]
    fn pay_leaf(&mut self, leaf: &Leaf, destination: &UncheckedAccount, at: i64) -> Result<()> {
        self.claims.claim(leaf)?;
        self.distribution.record_claim(leaf.amount, leaf.withheld)?;
        let net = minus(leaf.amount, leaf.withheld)?;
        if net != 0 {
            let (dist, seeds) = (&self.distribution, DistributionSeeds::of(&self.distribution));
            let what = (net, dist.decimals);
            pay(&self.vault, &self.payout_mint, destination, dist.account(), what, seeds.parts())?;
        }
        let event = DividendPaid {
            asset: self.distribution.asset,
            distribution: *self.distribution.address(),
            owner: leaf.owner,
            destination: *destination.address(),
            payout_mint: self.distribution.payout_mint,
            index: leaf.index,
            gross: leaf.amount,
            withheld: leaf.withheld,
            paid_total: self.distribution.paid,
            withheld_total: self.distribution.withheld,
            at,
        };
        emit(&self.event_authority, event);
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, first: u64, amounts: &[u64], bumps: &[u8], nodes: &[u8]) -> Result<()> {
        let at = now()?;
        let accounts = ctx.remaining_accounts()?;
        let a = &mut ctx.accounts;
        a.validate(first, bumps.len(), amounts.len(), accounts.len(), at)?;
        let tree = *a.distribution.address();
        let mut leaves = [Leaf { index: 0, owner: Address::default(), amount: 0, withheld: 0 }; MAX_CLAIM_LEAVES];
        let mut entries = [Entry::EMPTY; MAX_CLAIM_LEAVES];
        let given = accounts.chunks_exact(PER_LEAF).zip(amounts.chunks_exact(2)).zip(bumps);
        for (((leaf, entry), index), ((accounts, amounts), bump)) in
            leaves.iter_mut().zip(&mut entries).zip(first..).zip(given)
        {
            let (&[destination, ref record], &[amount, withheld]) = (accounts, amounts) else {
                return Err(VaultError::BadBatch.into());
            };
            require_figures!(withheld <= amount, VaultError::TaxAboveGross, amount, withheld);
            let owner = a.owner(&UncheckedAccount::load(destination)?, record, *bump, index)?;
            *leaf = Leaf { index, owner, amount, withheld };
            *entry = leaf.entry(&tree);
        }
        let proven = entries.get_mut(..bumps.len()).ok_or(VaultError::BadBatch)?;
        a.claims.check_leaves(first, proven, nodes)?;
        for (leaf, accounts) in leaves.iter().zip(accounts.chunks_exact(PER_LEAF)) {
            let [destination, _] = accounts else { return Err(VaultError::BadBatch.into()) };
            a.pay_leaf(leaf, &UncheckedAccount::load(*destination)?, at)?;
        }
        a.claims.invariant()?;
        a.distribution.invariant()
    }
}
