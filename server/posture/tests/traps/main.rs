//! Every trap that the model names, as one small example each. The general laws are tested over random histories in the
//! workspace's `tests/laws`.

#![expect(clippy::unwrap_used, reason = "test code outside of test functions")]

mod coverage;
mod decisions;
mod identity;
mod ledger;
mod metrics;
mod nmap;
mod presence;
mod story;
