//! Accounts of fixed addresses that only calls need, and that the calls themselves check.
//!
//! Calls name their program by a constant, never by an account: a transaction that lacks the
//! program fails in the runtime, whatever account was passed in its place. The callee of an event
//! refuses any other authority. A second check in every instruction would cost 40 CU and 11 KB.

use anchor_lang::{pinocchio::account::AccountView, prelude::*};

/// An account of a fixed address that only a call needs.
macro_rules! checked_by_the_call {
    ($(#[$doc:meta])* $name:ident, $address:literal) => {
        $(#[$doc])*
        pub struct $name(AccountView);

        impl core::ops::Deref for $name {
            type Target = AccountView;
            fn deref(&self) -> &AccountView {
                &self.0
            }
        }

        impl AnchorAccount for $name {
            type Data = AccountView;
            #[inline(always)]
            fn load(view: AccountView) -> Result<Self> {
                Ok(Self(view))
            }
            #[inline(always)]
            fn account(&self) -> &AccountView {
                &self.0
            }
        }

        impl IdlAccountType for $name {
            const __IDL_ADDRESS: Option<&'static str> = Some($address);
        }

        impl $name {
            pub const ADDRESS: Address = anchor_lang::address!($address);
        }
    };
}

checked_by_the_call!(
    /// The address that signs event calls.
    EventAuthority, "5Xx9J8XNAsJcVG9JBvvKLMQFYbsFmD6Louoe9CfjSGHr"
);
checked_by_the_call!(
    /// This program, which event calls go to.
    ThisProgram, "6bUsceXq2RkUdUFcvPPLk7YWkAarToLNGjQuuhSm8YnY"
);
checked_by_the_call!(
    /// The system program, which creates accounts.
    SystemProgram, "11111111111111111111111111111111"
);
