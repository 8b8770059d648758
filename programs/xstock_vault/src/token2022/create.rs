//! The mint and the escrow of a new asset. Every authority is the asset's own address, so that no
//! key outside the program can mint, freeze, pause, seize, rescale or rename.

use super::{AssetSeeds, TOKEN_2022};
use crate::{
    constants::DECIMALS,
    invoke::invoke_signed,
    math::{multiplier::ONE, scaled_ui::f64_bits},
};
use anchor_lang::{
    pinocchio::{account::AccountView, instruction::InstructionAccount, sysvars::Sysvar as _},
    prelude::*,
};

const INITIALIZE_ACCOUNT_3: u8 = 18;
const INITIALIZE_MINT_2: u8 = 20;
const INITIALIZE_IMMUTABLE_OWNER: u8 = 22;
const DEFAULT_ACCOUNT_STATE: u8 = 28;
const INITIALIZE_PERMANENT_DELEGATE: u8 = 35;
const METADATA_POINTER: u8 = 39;
const SCALED_UI_AMOUNT: u8 = 43;
const PAUSABLE: u8 = 44;
const PERMISSIONED_BURN: u8 = 46;
const INITIALIZE: u8 = 0;
const STATE_INITIALIZED: u8 = 1;

/// sha256("spl_token_metadata_interface:initialize_account")[..8]
const METADATA_INITIALIZE: [u8; 8] = [210, 225, 30, 162, 88, 184, 77, 141];
/// sha256("spl_token_metadata_interface:updating_field")[..8]
const METADATA_UPDATE_FIELD: [u8; 8] = [221, 233, 49, 45, 181, 202, 220, 200];
const FIELD_SYMBOL: u8 = 1;
const FIELD_KEY: u8 = 3;

const BASE: usize = 166;
const HEADER: usize = 4;
const MINT_SPACE: usize = BASE
    + (HEADER + 33) // Pausable: authority, flag
    + (HEADER + 32) // PermanentDelegate
    + (HEADER + 56) // ScaledUiAmount: authority, multiplier, time, next multiplier
    + (HEADER + 1) // DefaultAccountState
    + (HEADER + 64); // MetadataPointer: authority, address
const PERMISSIONED_BURN_SPACE: usize = HEADER + 32;
/// ImmutableOwner and PausableAccount, both empty.
const ESCROW_SPACE: usize = BASE + HEADER + HEADER;

/// Bytes of an instruction, put together on the stack.
struct Bytes {
    data: [u8; 512],
    len: usize,
}

impl Bytes {
    #[inline(never)]
    fn new(parts: &[&[u8]]) -> Result<Self> {
        let mut bytes = Self { data: [0; 512], len: 0 };
        for part in parts {
            bytes.push(part)?;
        }
        Ok(bytes)
    }

    fn push(&mut self, part: &[u8]) -> Result<()> {
        let end = self.len.saturating_add(part.len());
        self.data.get_mut(self.len..end).ok_or(ProgramError::InvalidInstructionData)?.copy_from_slice(part);
        self.len = end;
        Ok(())
    }

    /// A Borsh string: length, bytes.
    #[inline(never)]
    fn push_text(&mut self, text: &[u8]) -> Result<()> {
        self.push(&(text.len() as u32).to_le_bytes())?;
        self.push(text)
    }

    fn as_slice(&self) -> &[u8] {
        self.data.get(..self.len).unwrap_or_default()
    }
}

/// Accounts of a listing that the token program works on.
pub struct Listing<'a> {
    pub payer: &'a AccountView,
    pub asset: &'a AccountView,
    pub mint: &'a AccountView,
    pub escrow: &'a AccountView,
}

/// A field of the mint's metadata.
pub enum Field<'a> {
    Symbol,
    Key(&'a [u8]),
}

/// Writes one field of the mint's metadata.
#[inline(never)]
pub fn update_metadata(
    mint: &AccountView,
    asset: &AccountView,
    field: Field,
    value: &[u8],
    seeds: &AssetSeeds,
) -> Result<()> {
    let mut data = Bytes::new(&[&METADATA_UPDATE_FIELD])?;
    match field {
        Field::Symbol => data.push(&[FIELD_SYMBOL])?,
        Field::Key(key) => {
            data.push(&[FIELD_KEY])?;
            data.push_text(key)?;
        }
    }
    data.push_text(value)?;
    invoke_signed(
        &TOKEN_2022,
        data.as_slice(),
        [InstructionAccount::writable(mint.address()), InstructionAccount::readonly_signer(asset.address())],
        [mint, asset],
        seeds.parts(),
    );
    Ok(())
}

/// Metadata makes the mint longer than it was created: pay the rent of what was added.
pub fn top_up_rent(payer: &AccountView, mint: &AccountView) -> Result<()> {
    let needed = Rent::get()?.try_minimum_balance(mint.data_len())?;
    let missing = needed.saturating_sub(mint.lamports());
    if missing == 0 {
        return Ok(());
    }
    pinocchio_system::instructions::Transfer { from: payer, to: mint, lamports: missing }.invoke()
}

impl Listing<'_> {
    #[inline(never)]
    fn on(&self, account: &AccountView, data: &[u8]) {
        invoke_signed(&TOKEN_2022, data, [InstructionAccount::writable(account.address())], [account], []);
    }

    /// Creates the mint with its extensions. Pausable comes first: `is_paused` reads it there.
    pub fn create_mint(&self, seeds: &[&[u8]], permissioned_burn: bool) -> Result<()> {
        let space = if permissioned_burn { MINT_SPACE + PERMISSIONED_BURN_SPACE } else { MINT_SPACE };
        create_account_signed(self.payer, self.mint, space, &TOKEN_2022, seeds)?;
        let asset = self.asset.address().as_ref();
        let mint = self.mint.address().as_ref();
        let initialize = |parts: &[&[u8]]| -> Result<()> {
            self.on(self.mint, Bytes::new(parts)?.as_slice());
            Ok(())
        };
        initialize(&[&[PAUSABLE, INITIALIZE], asset])?;
        initialize(&[&[INITIALIZE_PERMANENT_DELEGATE], asset])?;
        initialize(&[&[SCALED_UI_AMOUNT, INITIALIZE], asset, &f64_bits(ONE)])?;
        initialize(&[&[DEFAULT_ACCOUNT_STATE, INITIALIZE, STATE_INITIALIZED]])?;
        initialize(&[&[METADATA_POINTER, INITIALIZE], asset, mint])?;
        if permissioned_burn {
            initialize(&[&[PERMISSIONED_BURN, INITIALIZE], asset])?;
        }
        // mint authority, then "some" freeze authority
        initialize(&[&[INITIALIZE_MINT_2, DECIMALS], asset, &[1], asset])
    }

    /// Writes name, symbol and URI into the mint, then the additional fields.
    pub fn write_metadata(
        &self,
        seeds: &AssetSeeds,
        name: &[u8],
        symbol: &[u8],
        uri: &[u8],
        fields: &[(&[u8], &[u8])],
    ) -> Result<()> {
        let (mint, asset) = (self.mint, self.asset);
        let mut data = Bytes::new(&[&METADATA_INITIALIZE])?;
        for text in [name, symbol, uri] {
            data.push_text(text)?;
        }
        invoke_signed(
            &TOKEN_2022,
            data.as_slice(),
            [
                InstructionAccount::writable(mint.address()),
                InstructionAccount::readonly(asset.address()),
                InstructionAccount::readonly(mint.address()),
                InstructionAccount::readonly_signer(asset.address()),
            ],
            [mint, asset, mint, asset],
            seeds.parts(),
        );
        for (key, value) in fields {
            update_metadata(mint, asset, Field::Key(key), value, seeds)?;
        }
        top_up_rent(self.payer, mint)
    }

    /// Creates the escrow, owned by the asset.
    pub fn create_escrow(&self, seeds: &[&[u8]]) -> Result<()> {
        create_account_signed(self.payer, self.escrow, ESCROW_SPACE, &TOKEN_2022, seeds)?;
        self.on(self.escrow, &[INITIALIZE_IMMUTABLE_OWNER]);
        let data = Bytes::new(&[&[INITIALIZE_ACCOUNT_3], self.asset.address().as_ref()])?;
        invoke_signed(
            &TOKEN_2022,
            data.as_slice(),
            [InstructionAccount::writable(self.escrow.address()), InstructionAccount::readonly(self.mint.address())],
            [self.escrow, self.mint],
            [],
        );
        Ok(())
    }
}
