use crate::{
    errors::{refuse, VaultError},
    events::{emit, SlotChangeCancelled},
    fixed::{EventAuthority, ThisProgram},
    instructions::now,
    state::{check_officer, roles, Asset, Issuer, Reserve, RoleGrant},
};
use anchor_lang::{address_eq, prelude::*};

/// A pauser stops a change of a reserve slot before it acts: new keys of a custodian (1) or of a
/// chain (2), a chain's lower cap (3), or its retirement (4).
///
/// Specification:
/// - The signer is the issuer's authority, an admin or a pauser of the issuer.
/// - Only a change that still waits can be cancelled; keys and cap stay as they are in force. The
///   epoch of cancelled keys is gone for ever.
#[derive(Accounts)]
pub struct CancelSlotChange {
    pub canceller: Signer,
    /// The signer's own grant, when it is not the authority.
    pub grant: Option<Account<RoleGrant>>,
    pub issuer: Account<Issuer>,
    pub asset: Account<Asset>,
    #[account(mut)]
    pub reserve: Account<Reserve>,
    pub event_authority: EventAuthority,
    pub program: ThisProgram,
}

impl CancelSlotChange {
    fn validate(&self, now: i64) -> Result<()> {
        check_officer(&self.issuer, &self.canceller, &self.grant, &[roles::ADMIN, roles::PAUSER], now)?;
        require!(address_eq(self.issuer.address(), &self.asset.issuer), VaultError::WrongIssuer);
        self.reserve.check(self.asset.address())
    }

    fn cancel(&mut self, kind: u8, slot: u8, now: i64) -> Result<u32> {
        let reserve = &mut self.reserve;
        match kind {
            1 => {
                let epoch = reserve.slot_mut(slot)?.signers.cancel(now)?;
                reserve.invariant(slot)?;
                Ok(epoch)
            }
            2 => {
                let epoch = reserve.chain_mut(slot)?.signers.cancel(now)?;
                reserve.chain_invariant(slot)?;
                Ok(epoch)
            }
            3 => {
                reserve.chain_mut(slot)?.cancel_cap(now)?;
                reserve.chain_invariant(slot)?;
                Ok(0)
            }
            4 => {
                reserve.chain_mut(slot)?.cancel_retirement(now)?;
                reserve.chain_invariant(slot)?;
                Ok(0)
            }
            _ => Err(refuse(VaultError::UnknownChange, [kind.into(), 0, 0, 0])),
        }
    }

    pub fn handler(ctx: &mut Context<Self>, kind: u8, slot: u8) -> Result<()> {
        let at = now()?;
        let a = &mut ctx.accounts;
        a.validate(at)?;
        let epoch = a.cancel(kind, slot, at)?;
        let event = SlotChangeCancelled {
            asset: *a.asset.address(),
            by: *a.canceller.address(),
            kind: kind.into(),
            slot: slot.into(),
            epoch: epoch.into(),
            at,
        };
        emit(&a.event_authority, event);
        Ok(())
    }
}
