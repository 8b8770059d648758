use crate::{fixed::EventAuthority, invoke::invoke_signed, seeds, ID};
use anchor_lang::{
    bytemuck::Pod,
    event::EVENT_IX_TAG,
    pinocchio::{account::AccountView, instruction::InstructionAccount},
    prelude::*,
};

/// Bump of the address that signs event calls. A test derives both.
pub const EVENT_AUTHORITY_BUMP: u8 = 255;

/// The bytes of an event call: Anchor's tag, the event's discriminator, its body.
#[repr(C)]
struct Call<E> {
    tag: u64,
    discriminator: [u8; 8],
    event: E,
}

/// Calls this program with the event. The callee checks that the authority is the right address
/// and has signed, so a wrong account fails here and nothing else has to check it.
pub fn emit<E: Pod + Discriminator>(authority: &EventAuthority, event: E) {
    const { assert!(core::mem::size_of::<E>().is_multiple_of(8) && core::mem::align_of::<E>() <= 8) };
    let mut discriminator = [0u8; 8];
    discriminator.copy_from_slice(E::DISCRIMINATOR);
    let call = Call { tag: EVENT_IX_TAG, discriminator, event };
    // SAFETY: Call is repr(C) of 8 + 8 + a Pod whose size is a multiple of 8: no padding
    let data =
        unsafe { core::slice::from_raw_parts((&call as *const Call<E>).cast::<u8>(), core::mem::size_of::<Call<E>>()) };
    call_self(authority.account(), data);
}

#[inline(never)]
fn call_self(authority: &AccountView, data: &[u8]) {
    invoke_signed(
        &ID,
        data,
        [InstructionAccount::readonly_signer(authority.address())],
        [authority],
        [seeds::EVENT_AUTHORITY, &[EVENT_AUTHORITY_BUMP]],
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::ThisProgram;

    #[test]
    fn the_authority_is_derived_from_the_program() {
        let (address, bump) = Address::find_program_address(&[seeds::EVENT_AUTHORITY], &ID);
        assert_eq!((address, bump), (EventAuthority::ADDRESS, EVENT_AUTHORITY_BUMP));
        assert_eq!(ThisProgram::ADDRESS, ID);
    }
}
