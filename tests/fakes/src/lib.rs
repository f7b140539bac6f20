//! Scanners that are none: each speaks the API of a real one over real HTTP or HTTPS, keeps its state, and can be disturbed.
//!
//! The tests of `scanners` drive them, clients written by others too, and `cargo xtask fake` starts one by hand. What they answer
//! follows recordings of the real ones where there are any; what nobody has recorded follows their documentation.

#![expect(clippy::expect_used, reason = "test code: what goes wrong fails the test")]

pub mod burp;
mod identity;
pub mod lists;
pub mod nessus;
pub mod provider;
mod server;
mod shop;
pub mod zap;

pub use burp::{BurpDast, BurpPro};
pub use identity::Identity;
pub use lists::Lists;
pub use nessus::Nessus;
pub use server::{Api, Effect, Fake, Question, Reply};
pub use shop::Shop;
pub use zap::Zap;
