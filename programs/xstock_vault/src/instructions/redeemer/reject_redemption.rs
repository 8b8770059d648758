use crate::{
    errors::VaultError,
    events::{emit, RedemptionRejected},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{check_officer, close, roles, Asset, Issuer, RedemptionRequest, RoleGrant},
    token2022::GiveBack,
};
use anchor_lang::{address_eq, prelude::*};

/// The desk sends a request back whose holder was frozen since it was made.
///
/// Specification:
/// - The signer holds the redeemer role, or is the issuer's authority.
/// - Eligibility was checked when the request was made: the only reason to reject is that the account
///   the tokens came from is frozen now and still the holder's. The tokens go back to it, and stay
///   frozen there.
/// - Only within the deadline: a freeze that comes too late does not save the penalty.
#[derive(Accounts)]
pub struct RejectRedemption {
    pub redeemer: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub request: Account<RedemptionRequest>,
    /// CHECK: compared with the request's payer
    #[account(unsafe(dup))]
    pub rent_receiver: UncheckedAccount,
    /// CHECK: compared with the asset's mint
    #[account(mut)]
    pub mint: UncheckedAccount,
    /// CHECK: compared with the asset's escrow
    #[account(mut)]
    pub escrow: UncheckedAccount,
    /// CHECK: compared with the request's source
    #[account(mut)]
    pub source: UncheckedAccount,
    /// CHECK: compared with Token-2022's address
    pub token_program: UncheckedAccount,
    /// CHECK: compared with the memo program's address
    pub memo_program: Option<UncheckedAccount>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl RejectRedemption {
    fn validate(&self, now: i64) -> Result<()> {
        let (asset, request) = (&self.asset, &self.request);
        check_officer(&self.issuer, &self.redeemer, &self.grant, &[roles::REDEEMER], now)?;
        require!(address_eq(self.issuer.address(), &asset.issuer), VaultError::WrongIssuer);
        let way_back = self.way_back();
        way_back.check_accounts()?;
        request.check_reject(now)?;
        require!(way_back.source_is_frozen()?, VaultError::HolderNotFrozen);
        Ok(())
    }

    fn way_back(&self) -> GiveBack<'_> {
        GiveBack {
            asset: &self.asset,
            request: &self.request,
            mint: &self.mint,
            escrow: &self.escrow,
            source: &self.source,
            destination: &self.source,
            rent_receiver: &self.rent_receiver,
            token_program: &self.token_program,
            memo_program: &self.memo_program,
        }
    }

    pub fn handler(ctx: &mut Context<Self>) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        a.way_back().transfer()?;
        let amount = a.request.amount;
        a.asset.record_return(amount)?;
        a.asset.free_penalty(&a.request, 0)?;
        a.asset.invariant()?;
        let event = RedemptionRejected {
            asset: *a.asset.address(),
            holder: a.request.holder,
            redeemer: *a.redeemer.address(),
            destination: *a.source.address(),
            id: a.request.id,
            amount,
            state: a.request.state.into(),
            bond_reserved: a.asset.bond_reserved,
            pending: a.asset.pending,
            at,
        };
        close(&mut a.request, &a.rent_receiver)?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
