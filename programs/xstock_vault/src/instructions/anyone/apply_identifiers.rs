// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    attestation::domain,
    constants::{ACCOUNT_VERSION, CHANGE_LIFE_S},
    errors::VaultError,
    events::{emit, IdentifiersChanged},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    require_figures, seeds,
    state::{action_kinds, action_states, close, space_of, Asset, CorporateAction, IsinMarker, Issuer, SymbolMarker},
    token2022::{symbol_text, top_up_rent, update_metadata, AssetSeeds, Field},
};
use anchor_lang::{address_eq, prelude::*};

/// Anyone puts announced identifiers in force, once their time has come.
///
/// Specification:
/// - The action is an identifier change of this asset, announced, and its effective time has passed, by two
///   weeks at most; none that took effect later is in force.
/// - The markers of the new identifiers are taken; those of identifiers that are given up are closed, so
///   another asset may use them. An identifier of another asset of the issuer is refused.
/// - From now on attestations must name the new ISIN; the mint's metadata shows both.
#[derive(Accounts)]
#[instruction(isin: [u8; 12], symbol: [u8; 12])]
pub struct ApplyIdentifiers {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub issuer: Account<Issuer>,
    #[account(mut)]
    pub asset: Account<Asset>,
    #[account(mut)]
    pub action: Account<CorporateAction>,
    #[account(
        init_if_needed, payer = payer, space = space_of::<IsinMarker>(),
        seeds = [seeds::ISIN, issuer.address().as_ref(), &isin], bump
    )]
    pub isin_marker: Account<IsinMarker>,
    #[account(
        init_if_needed, payer = payer, space = space_of::<SymbolMarker>(),
        seeds = [seeds::SYMBOL, issuer.address().as_ref(), &symbol], bump
    )]
    pub symbol_marker: Account<SymbolMarker>,
    /// The marker of an ISIN that is given up.
    #[account(mut)]
    pub old_isin_marker: Option<Account<IsinMarker>>,
    /// The marker of a symbol that is given up.
    #[account(mut)]
    pub old_symbol_marker: Option<Account<SymbolMarker>>,
    /// CHECK: compared with the asset's mint
    #[account(mut)]
    pub mint: UncheckedAccount,
    /// CHECK: the payer; gets the rent of closed markers
    #[account(unsafe(dup))]
    pub rent_receiver: UncheckedAccount,
    /// CHECK: calls name Token-2022 by its address, whatever stands here
    pub token_program: UncheckedAccount,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl ApplyIdentifiers {
    fn validate(&self, isin: &[u8; 12], symbol: &[u8; 12], now: i64) -> Result<()> {
        let (asset, action) = (&self.asset, &self.action);
        require!(address_eq(self.issuer.address(), &asset.issuer), VaultError::WrongIssuer);
        require!(address_eq(self.mint.address(), &asset.mint), VaultError::WrongMint);
        require!(address_eq(self.rent_receiver.address(), self.payer.address()), VaultError::WrongRentReceiver);
        action.check(asset.address())?;
        action.check_kind(action_kinds::IDENTIFIER_CHANGE)?;
        action.check_announced()?;
        require_figures!(now >= action.effective_at, VaultError::NotYetEffective, action.effective_at, now);
        let latest = action.effective_at.saturating_add(CHANGE_LIFE_S);
        require_figures!(now <= latest, VaultError::ChangeExpired, latest, now);
        let newer = asset.identified_at;
        require_figures!(action.effective_at > newer, VaultError::ChangeExpired, newer, now);
        require!(*isin == action.isin && *symbol == action.symbol, VaultError::WrongAction);
        let free = |owner: &Address| *owner == Address::default() || address_eq(owner, asset.address());
        require!(free(&self.isin_marker.asset) && free(&self.symbol_marker.asset), VaultError::IdentifierTaken);
        let isin_goes = self.old_isin_marker.as_ref().is_some_and(|marker| marker.isin == asset.isin);
        let symbol_goes = self.old_symbol_marker.as_ref().is_some_and(|marker| marker.symbol == asset.symbol);
        require!(
            isin_goes == (*isin != asset.isin) && symbol_goes == (*symbol != asset.symbol),
            VaultError::WrongMarker
        );
        let isin_own = self.old_isin_marker.as_ref().is_none_or(|marker| address_eq(&marker.asset, asset.address()));
        let symbol_own =
            self.old_symbol_marker.as_ref().is_none_or(|marker| address_eq(&marker.asset, asset.address()));
        require!(isin_own && symbol_own, VaultError::WrongMarker);
        require!(isin_goes == self.old_isin_marker.is_some(), VaultError::WrongMarker);
        require!(symbol_goes == self.old_symbol_marker.is_some(), VaultError::WrongMarker);
        Ok(())
    }

    /// Takes the markers of the new identifiers, and gives up those of the old ones.
    fn move_markers(&mut self, bumps: (u8, u8), isin: [u8; 12], symbol: [u8; 12]) -> Result<()> {
        let (issuer, asset) = (*self.issuer.address(), *self.asset.address());
        let marker = &mut self.isin_marker;
        (marker.version, marker.bump, marker.isin) = (ACCOUNT_VERSION, bumps.0, isin);
        (marker.issuer, marker.asset) = (issuer, asset);
        let marker = &mut self.symbol_marker;
        (marker.version, marker.bump, marker.symbol) = (ACCOUNT_VERSION, bumps.1, symbol);
        (marker.issuer, marker.asset) = (issuer, asset);
        if let Some(old) = &mut self.old_isin_marker {
            close(old, &self.rent_receiver)?;
        }
        if let Some(old) = &mut self.old_symbol_marker {
            close(old, &self.rent_receiver)?;
        }
        Ok(())
    }

    pub fn handler(ctx: &mut Context<Self>, isin: [u8; 12], symbol: [u8; 12]) -> Result<()> {
        let at = now()?;
        let bumps = (ctx.bumps.isin_marker, ctx.bumps.symbol_marker);
        let a = &mut ctx.accounts;
        a.validate(&isin, &symbol, at)?;
        let (old_isin, old_symbol) = (a.asset.isin, a.asset.symbol);
        let seeds = AssetSeeds::of(&a.asset);
        let (mint, view) = (a.mint.account(), a.asset.account());
        update_metadata(mint, view, Field::Symbol, symbol_text(&symbol), &seeds)?;
        update_metadata(mint, view, Field::Key(b"isin"), &isin, &seeds)?;
        top_up_rent(a.payer.account(), mint)?;
        (a.asset.isin, a.asset.symbol) = (isin, symbol);
        a.asset.domain = domain(&crate::ID, &a.issuer.genesis_hash, a.asset.address(), &isin);
        a.asset.identified_at = a.action.effective_at;
        a.asset.strike(a.action.number);
        a.action.state = action_states::APPLIED;
        a.action.invariant()?;
        a.asset.invariant()?;
        let event = IdentifiersChanged {
            asset: *a.asset.address(),
            action: a.action.number.into(),
            old_isin,
            old_symbol,
            isin,
            symbol,
            domain: a.asset.domain,
            at,
        };
        a.move_markers(bumps, isin, symbol)?;
        emit(&a.event_authority, event);
        Ok(())
    }
}
