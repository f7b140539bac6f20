//! Fuzzes the parser of the format that `POSTURA_FUZZ_FORMAT` names. Without it, prints the names.

#![no_main]

use ingest::{ExportFormat, FORMATS};
use ingest_fuzz::{check, format_of, slug};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

static FORMAT: OnceLock<&'static dyn ExportFormat> = OnceLock::new();

/// The format that was asked for.
fn format() -> &'static dyn ExportFormat {
    *FORMAT.get_or_init(|| {
        let name = std::env::var("POSTURA_FUZZ_FORMAT").unwrap_or_default();
        format_of(&name).unwrap_or_else(|| {
            FORMATS.iter().for_each(|format| println!("{}", slug(*format)));
            std::process::exit(0)
        })
    })
}

fuzz_target!(init: { format(); }, |bytes: &[u8]| {
    // A refusal is as good an answer as any.
    let _ = check(format(), bytes);
});
