pub mod attest;
pub mod reject_root;
pub mod vote_root;

pub use {attest::*, reject_root::*, vote_root::*};
