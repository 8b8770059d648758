//! A custodian's signed report: its canonical bytes, and the proof that a key signed them.
//!
//! The runtime's ed25519 program verifies signatures as instructions of the same transaction.
//! This program reads the signed message out of that very instruction. Each signature names
//! where its key, signature and message lie, **by instruction index too**: all three must say
//! "in this instruction" (`u16::MAX`), or the runtime verified somebody else's bytes.

use crate::{constants::KEYS, errors::VaultError, require_figures};
use anchor_lang::{accounts::SysvarInstructions, address_eq, pinocchio::address::Address, prelude::*};

pub const MESSAGE_LEN: usize = 128;
const TAG: [u8; 8] = *b"xstockv1";
const MESSAGE_VERSION: u8 = 1;

/// What a message reports, as its kind byte.
pub mod kinds {
    /// A custodian's holdings.
    pub const RESERVE: u8 = 1;
    /// The supply of another chain, net of what bridges hold there, and with what was burned here
    /// before the report's time to be issued there, issued already or not: from such a report on,
    /// nothing else counts what is on its way.
    pub const CHAIN: u8 = 2;
}

const ED25519_PROGRAM: Address = anchor_lang::address!("Ed25519SigVerify111111111111111111111111111");
const HEADER_LEN: usize = 2;
const OFFSETS_LEN: usize = 14;
const THIS_INSTRUCTION: u16 = u16::MAX;

/// A report, as signed. Offsets of the 128 bytes (little-endian):
/// tag 0, version 8, kind 9, slot 10, zero 11, epoch 12, domain 16, basis 48, zero 52,
/// sequence 56, as-of 64, settled 72, in-transit 80, in-transit-by 88, report hash 96.
/// A chain's supply stands in the place of the settled shares, and nothing is in transit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// One of [`kinds`].
    pub kind: u8,
    pub slot: u8,
    pub epoch: u32,
    pub domain: [u8; 32],
    pub basis: u32,
    pub sequence: u64,
    pub as_of: i64,
    pub settled: u64,
    pub in_transit: u64,
    pub in_transit_by: i64,
    pub report_hash: [u8; 32],
}

impl Message {
    /// Reads the canonical bytes; `None` for anything else, set reserved bytes included.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let head: &[u8; 16] = array(bytes, 0)?;
        let [tag @ .., version, kind, slot, zero, _, _, _, _] = head;
        let known = *kind == kinds::RESERVE || (*kind == kinds::CHAIN && *array::<16>(bytes, 80)? == [0; 16]);
        let canonical = bytes.len() == MESSAGE_LEN
            && known
            && *tag == TAG
            && (*version, *zero) == (MESSAGE_VERSION, 0)
            && *array::<4>(bytes, 52)? == [0; 4];
        canonical.then_some(())?;
        Some(Self {
            kind: *kind,
            slot: *slot,
            epoch: u32::from_le_bytes(*array(bytes, 12)?),
            domain: *array(bytes, 16)?,
            basis: u32::from_le_bytes(*array(bytes, 48)?),
            sequence: u64::from_le_bytes(*array(bytes, 56)?),
            as_of: i64::from_le_bytes(*array(bytes, 64)?),
            settled: u64::from_le_bytes(*array(bytes, 72)?),
            in_transit: u64::from_le_bytes(*array(bytes, 80)?),
            in_transit_by: i64::from_le_bytes(*array(bytes, 88)?),
            report_hash: *array(bytes, 96)?,
        })
    }
}

/// What an attestation is bound to, so that it means nothing for another program, cluster,
/// asset or ISIN.
pub fn domain(program: &Address, genesis_hash: &[u8; 32], asset: &Address, isin: &[u8; 12]) -> [u8; 32] {
    let mut bytes = [0u8; 32 + 32 + 32 + 12];
    let parts = [program.as_ref(), genesis_hash.as_slice(), asset.as_ref(), isin.as_slice()];
    for (to, from) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
        *to = *from;
    }
    sha256(&bytes)
}

/// Who signed one message; zero padded.
#[derive(Clone, Copy, Default)]
pub struct Signers {
    pub keys: [Address; KEYS],
    count: usize,
}

impl Signers {
    pub fn all(&self) -> impl Iterator<Item = &Address> {
        self.keys.iter().take(self.count)
    }

    /// How many signatures these are, repeated ones included.
    pub fn count(&self) -> u8 {
        self.count as u8
    }
}

/// The message at signature number `first` of the transaction's instruction number `index`, and all
/// who signed it: up to `limit` signatures from there on whose message has the same bytes.
pub fn read_signed(instructions: &SysvarInstructions, index: u8, first: u8, limit: u8) -> Result<(Message, Signers)> {
    let instruction = instructions
        .load_instruction_at(usize::from(index))
        .map_err(|_| crate::errors::refuse(VaultError::NotEd25519, [u64::from(index), 0, 0, 0]))?;
    require_figures!(address_eq(instruction.get_program_id(), &ED25519_PROGRAM), VaultError::NotEd25519, index);
    let data = instruction.get_instruction_data();
    let (bytes, key) = signed_parts(data, first)?;
    let message = Message::read(bytes)
        .ok_or_else(|| crate::errors::refuse(VaultError::MalformedMessage, [bytes.len() as u64, 0, 0, 0]))?;
    let mut signers = Signers::default();
    let mut next = Some((bytes, key));
    for (place, number) in signers.keys.iter_mut().zip(1..=limit) {
        let Some((_, key)) = next.filter(|(other, _)| *other == bytes) else { break };
        *place = Address::new_from_array(*key);
        signers.count = signers.count.saturating_add(1);
        next = if number < limit { Some(signed_parts(data, first.saturating_add(number))?) } else { None };
    }
    Ok((message, signers))
}

/// The message and key of one signature of an ed25519 instruction.
fn signed_parts(data: &[u8], signature: u8) -> Result<(&[u8], &[u8; 32])> {
    let count = data.first().copied().unwrap_or(0);
    let malformed =
        || crate::errors::refuse(VaultError::MalformedEd25519, [u64::from(signature), u64::from(count), 0, 0]);
    if signature >= count {
        return Err(malformed());
    }
    let at = usize::from(signature).saturating_mul(OFFSETS_LEN).saturating_add(HEADER_LEN);
    let offsets: &[u8; OFFSETS_LEN] = array(data, at).ok_or_else(malformed)?;
    let field = |number: usize| -> u16 {
        let low = number.saturating_mul(2);
        array::<2>(offsets, low).map_or(0, |bytes| u16::from_le_bytes(*bytes))
    };
    // fields: signature offset, its instruction, key offset, its instruction, message offset,
    // message size, its instruction
    for number in [1, 3, 6] {
        let index = field(number);
        require_figures!(index == THIS_INSTRUCTION, VaultError::ForeignInstructionIndex, number, index);
    }
    let key: &[u8; 32] = array(data, usize::from(field(2))).ok_or_else(malformed)?;
    let start = usize::from(field(4));
    let end = start.saturating_add(usize::from(field(5)));
    Ok((data.get(start..end).ok_or_else(malformed)?, key))
}

/// `N` bytes from `offset`, if they are there.
fn array<const N: usize>(bytes: &[u8], offset: usize) -> Option<&[u8; N]> {
    bytes.get(offset..offset.checked_add(N)?)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canonical() -> [u8; MESSAGE_LEN] {
        let mut bytes = [0u8; MESSAGE_LEN];
        bytes[..8].copy_from_slice(&TAG);
        bytes[8] = MESSAGE_VERSION;
        bytes[9] = kinds::RESERVE;
        bytes[10] = 3;
        bytes[12..16].copy_from_slice(&7u32.to_le_bytes());
        bytes[56..64].copy_from_slice(&9u64.to_le_bytes());
        bytes[72..80].copy_from_slice(&11u64.to_le_bytes());
        bytes
    }

    #[test]
    fn reads_the_canonical_bytes_only() {
        let good = canonical();
        let message = Message::read(&good).map(|m| (m.slot, m.epoch, m.sequence, m.settled));
        assert_eq!(message, Some((3, 7, 9, 11)));
        for fixed in (0..10).chain([11]).chain(52..56) {
            let mut bad = good;
            bad[fixed] ^= 4;
            assert_eq!(Message::read(&bad), None, "byte {fixed}");
        }
        let mut chain = good;
        chain[9] = kinds::CHAIN;
        assert_eq!(Message::read(&chain).map(|m| (m.kind, m.settled)), Some((kinds::CHAIN, 11)));
        for transit in 80..96 {
            let mut bad = chain;
            bad[transit] = 1;
            assert_eq!(Message::read(&bad), None, "nothing is in transit on a chain, byte {transit}");
        }
        assert_eq!(Message::read(&good[..127]), None);
        assert_eq!(Message::read(&[&good[..], &[0]].concat()), None);
    }

    proptest! {
        #[test]
        fn never_panics(data: Vec<u8>, signature: u8) {
            let _ = signed_parts(&data, signature);
            let _ = Message::read(&data);
        }

        #[test]
        fn takes_nothing_from_another_instruction(fields: [u16; 7]) {
            let mut data = vec![1u8, 0];
            for field in fields {
                data.extend_from_slice(&field.to_le_bytes());
            }
            data.resize(400, 0);
            let own = [fields[1], fields[3], fields[6]].iter().all(|i| *i == u16::MAX);
            prop_assert!(own || signed_parts(&data, 0).is_err());
        }
    }
}
