//! Every connector against a fake of its scanner, over real HTTP and HTTPS.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bulk;
mod burp;
mod command;
mod door;
mod nessus;
mod recorded;
mod support;
mod zap;
