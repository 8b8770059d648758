//! What this program asks of Token-2022, by direct calls, and what it reads from its accounts.

mod calls;
mod create;
mod read;

pub use {calls::*, create::*, read::*};

use crate::{seeds, state::Asset};
use anchor_lang::prelude::*;

pub const TOKEN_2022: Address = anchor_lang::address!("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");
pub const MEMO: Address = anchor_lang::address!("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

/// The seeds with which an asset signs for its mint and its escrow.
pub struct AssetSeeds {
    issuer: Address,
    number: [u8; 4],
    bump: [u8; 1],
}

impl AssetSeeds {
    pub fn new(issuer: &Address, number: u32, bump: u8) -> Self {
        Self { issuer: *issuer, number: number.to_le_bytes(), bump: [bump] }
    }

    pub fn of(asset: &Asset) -> Self {
        Self::new(&asset.issuer, asset.number, asset.bump)
    }

    pub fn parts(&self) -> [&[u8]; 4] {
        [seeds::ASSET, self.issuer.as_ref(), &self.number, &self.bump]
    }
}
