//! What the tests of the whole program share.

#![expect(clippy::expect_used, clippy::panic, reason = "test code: what goes wrong fails the test")]

pub mod support;
