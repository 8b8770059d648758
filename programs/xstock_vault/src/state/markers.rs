use anchor_lang::prelude::*;

/// Seeds: `isin`, issuer, ISIN. One asset per ISIN: its existence takes the ISIN.
#[account]
pub struct IsinMarker {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 6],
    pub issuer: Address,
    pub asset: Address,
    pub isin: [u8; 12],
    pub reserved: [u8; 20],
}

/// Seeds: `symbol`, issuer, symbol. One asset per symbol: its existence takes the symbol.
#[account]
pub struct SymbolMarker {
    pub version: u8,
    pub bump: u8,
    pub _pad: [u8; 6],
    pub issuer: Address,
    pub asset: Address,
    pub symbol: [u8; 12],
    pub reserved: [u8; 20],
}
