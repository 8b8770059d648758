// the framework passes instruction arguments to functions that do not need them
#![allow(unused_variables)]

use crate::{
    attestation::domain,
    constants::{ACCOUNT_VERSION, DECIMALS},
    errors::VaultError,
    events::{emit, AssetListed},
    fixed::{EventAuthority, SystemProgram, ThisProgram},
    instructions::now,
    math::{isin, multiplier},
    require_figures, seeds,
    state::{
        check_officer, features, roles, space_of, Asset, IsinMarker, Issuer, Policy, PolicyArgs, Reserve, RoleGrant,
        SymbolMarker,
    },
    token2022::{symbol_text, AssetSeeds, Listing, TOKEN_2022},
};
use anchor_lang::{address_eq, find_and_verify_program_address, prelude::*};

const MAX_NAME: usize = 32;
const MAX_URI: usize = 160;
const MAX_TERMS_URI: usize = 128;

/// What a listing fixes. Times in seconds.
#[derive(AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct ListAssetArgs {
    /// The issuer's next asset number.
    pub number: u32,
    pub isin: [u8; 12],
    /// ASCII, zero padded.
    pub symbol: [u8; 12],
    pub name: String,
    /// The wallets' JSON with the image.
    pub uri: String,
    pub terms_uri: String,
    pub terms_hash: [u8; 32],
    pub policy: PolicyArgs,
    /// Ask for Token-2022's PermissionedBurn; fails where the cluster does not have it.
    pub permissioned_burn: bool,
    /// While the asset is short, settle redemptions in proportion to the reserve.
    pub pro_rata: bool,
}

/// The issuer lists a stock; the program creates its mint.
///
/// Specification:
/// - The issuer's authority signs, or an admin. ISIN and symbol are free under this issuer and well formed.
/// - The asset's own address is mint, freeze, pause, delegate, scale and metadata authority, so
///   no key outside the program can use any of them, the issuer's included.
/// - The policy lies within the compiled-in bounds. Whether a short asset settles pro rata is fixed
///   here for ever: no holder shall find it changed in a crisis.
/// - Lamports sent to any of the addresses beforehand change nothing.
#[derive(Accounts)]
#[instruction(args: ListAssetArgs)]
pub struct ListAsset {
    #[account(unsafe(dup))]
    pub payer: Signer,
    pub authority: Signer,
    /// The signer's own grant, when it is an admin and not the authority.
    pub admin_grant: Option<Account<RoleGrant>>,
    #[account(mut)]
    pub issuer: Account<Issuer>,
    #[account(
        init, payer = payer, space = space_of::<Asset>(),
        seeds = [seeds::ASSET, issuer.address().as_ref(), &args.number.to_le_bytes()], bump
    )]
    pub asset: Account<Asset>,
    /// CHECK: compared with the address that the asset derives
    #[account(mut)]
    pub mint: UncheckedAccount,
    /// CHECK: compared with the address that the asset derives
    #[account(mut)]
    pub escrow: UncheckedAccount,
    #[account(
        init, payer = payer, space = space_of::<Reserve>(),
        seeds = [seeds::RESERVE, asset.address().as_ref()], bump
    )]
    pub reserve: Account<Reserve>,
    #[account(
        init, payer = payer, space = space_of::<IsinMarker>(),
        seeds = [seeds::ISIN, issuer.address().as_ref(), &args.isin], bump
    )]
    pub isin_marker: Account<IsinMarker>,
    #[account(
        init, payer = payer, space = space_of::<SymbolMarker>(),
        seeds = [seeds::SYMBOL, issuer.address().as_ref(), &args.symbol], bump
    )]
    pub symbol_marker: Account<SymbolMarker>,
    /// CHECK: compared with Token-2022's address
    pub token_program: UncheckedAccount,
    pub system_program: SystemProgram,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl ListAssetArgs {
    fn features(&self) -> u8 {
        let burn = if self.permissioned_burn { features::PERMISSIONED_BURN } else { 0 };
        burn | if self.pro_rata { features::PRO_RATA } else { 0 }
    }
}

impl ListAsset {
    fn validate(&self, args: &ListAssetArgs, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.authority, &self.admin_grant, &[roles::ADMIN], now)?;
        require!(address_eq(self.token_program.address(), &TOKEN_2022), VaultError::WrongTokenProgram);
        require_figures!(
            args.number == self.issuer.asset_count,
            VaultError::WrongAssetNumber,
            args.number,
            self.issuer.asset_count
        );
        require!(isin::is_valid(&args.isin), VaultError::BadIsin);
        require!(!symbol_text(&args.symbol).is_empty(), VaultError::BadSymbol);
        for (text, limit) in [(&args.name, MAX_NAME), (&args.uri, MAX_URI), (&args.terms_uri, MAX_TERMS_URI)] {
            require_figures!(
                !text.is_empty() && text.len() <= limit && !text.as_bytes().contains(&0),
                VaultError::BadText,
                text.len(),
                limit
            );
        }
        Policy::from(args.policy).check()
    }

    pub fn handler(ctx: &mut Context<Self>, args: ListAssetArgs) -> Result<()> {
        let at = now()?;
        ctx.accounts.validate(&args, at)?;
        let a = &mut ctx.accounts;
        let (issuer, asset) = (*a.issuer.address(), *a.asset.address());
        let bump = ctx.bumps.asset;
        let mint_bump = bump_of(seeds::MINT, &asset, &a.mint)?;
        let escrow_bump = bump_of(seeds::ESCROW, &asset, &a.escrow)?;
        create_token(a, &args, &AssetSeeds::new(&issuer, args.number, bump), mint_bump, escrow_bump)?;

        let domain = domain(&crate::ID, &a.issuer.genesis_hash, &asset, &args.isin);
        a.issuer.asset_count = args.number.checked_add(1).ok_or(VaultError::Overflow)?;
        write_asset(a, &args, issuer, domain, at);
        (a.asset.bump, a.asset.mint_bump, a.asset.escrow_bump) = (bump, mint_bump, escrow_bump);
        a.asset.invariant()?;

        (a.reserve.version, a.reserve.bump, a.reserve.asset) = (ACCOUNT_VERSION, ctx.bumps.reserve, asset);
        let marker = &mut a.isin_marker;
        (marker.version, marker.bump) = (ACCOUNT_VERSION, ctx.bumps.isin_marker);
        (marker.issuer, marker.asset, marker.isin) = (issuer, asset, args.isin);
        let marker = &mut a.symbol_marker;
        (marker.version, marker.bump) = (ACCOUNT_VERSION, ctx.bumps.symbol_marker);
        (marker.issuer, marker.asset, marker.symbol) = (issuer, asset, args.symbol);

        let event = listed(a, at);
        emit(&a.event_authority, event);
        Ok(())
    }
}

/// The bump of an address that the asset derives; refuses another account in its place.
#[inline(never)]
fn bump_of(seed: &[u8], asset: &Address, account: &UncheckedAccount) -> Result<u8> {
    find_and_verify_program_address(&[seed, asset.as_ref()], &crate::ID, account.address())
}

#[inline(never)]
fn create_token(a: &ListAsset, args: &ListAssetArgs, seeds: &AssetSeeds, mint_bump: u8, escrow_bump: u8) -> Result<()> {
    let listing = Listing {
        payer: a.payer.account(),
        asset: a.asset.account(),
        mint: a.mint.account(),
        escrow: a.escrow.account(),
    };
    let asset = a.asset.address().as_ref();
    listing.create_mint(&[seeds::MINT, asset, &[mint_bump]], args.permissioned_burn)?;
    let hash = hex(&args.terms_hash);
    listing.write_metadata(
        seeds,
        args.name.as_bytes(),
        symbol_text(&args.symbol),
        args.uri.as_bytes(),
        &[(b"isin", &args.isin), (b"terms_uri", args.terms_uri.as_bytes()), (b"terms_hash", &hash)],
    )?;
    listing.create_escrow(&[seeds::ESCROW, asset, &[escrow_bump]])
}

#[inline(never)]
fn write_asset(a: &mut ListAsset, args: &ListAssetArgs, issuer: Address, domain: [u8; 32], at: i64) {
    let (mint, escrow, reserve) = (*a.mint.address(), *a.escrow.address(), *a.reserve.address());
    let asset = &mut a.asset;
    asset.version = ACCOUNT_VERSION;
    asset.decimals = DECIMALS;
    asset.features = args.features();
    (asset.issuer, asset.mint, asset.escrow, asset.reserve) = (issuer, mint, escrow, reserve);
    (asset.number, asset.multiplier, asset.next_multiplier) = (args.number, multiplier::ONE, multiplier::ONE);
    (asset.isin, asset.symbol) = (args.isin, args.symbol);
    (asset.domain, asset.terms_hash) = (domain, args.terms_hash);
    for (to, from) in asset.terms_uri.iter_mut().zip(args.terms_uri.as_bytes()) {
        *to = *from;
    }
    asset.policy = args.policy.into();
    asset.listed_at = at;
}

#[inline(never)]
fn listed(a: &ListAsset, at: i64) -> AssetListed {
    let asset = &a.asset;
    AssetListed {
        asset: *asset.address(),
        issuer: asset.issuer,
        mint: asset.mint,
        escrow: asset.escrow,
        reserve: asset.reserve,
        number: asset.number,
        decimals: asset.decimals,
        features: asset.features,
        _pad: [0; 2],
        multiplier: asset.multiplier,
        isin: asset.isin,
        symbol: asset.symbol,
        domain: asset.domain,
        terms_hash: asset.terms_hash,
        terms_uri: asset.terms_uri,
        policy: asset.policy,
        at,
    }
}

fn hex(bytes: &[u8; 32]) -> [u8; 64] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0u8; 64];
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 15)];
    }
    text
}
