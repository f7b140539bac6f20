//! Every sentence that people read, in Spanish and English side by side. Words that other crates need too (severities,
//! statuses, numbers, dates) are in `model::text`.

pub mod account;
pub mod assets;
pub mod audit;
pub mod common;
pub mod errors;
pub mod feeds;
pub mod feeds_say;
pub mod filter;
pub mod finding;
pub mod findings;
pub mod learn;
pub(crate) mod macros;
pub mod mappings;
pub mod merges;
pub mod metrics;
pub mod months;
pub mod overrides;
pub mod people;
pub mod posture;
pub mod refusal;
pub mod risk;
pub mod say;
pub mod scanners;
pub mod scanners_say;
pub mod scanning;
pub mod scans;
pub mod security;
pub mod sentences;
pub mod settings;
pub mod sources;
pub mod teams;
pub mod verify;
pub mod words;
pub mod written;

pub use errors::error_sentence;
pub use model::text::Locale;
pub use refusal::{refusal_advice, refusal_sentence, remark_sentence};
pub use say::{Piece, Say};

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing is empty, and no text is the same in both languages unless its words are.
    #[test]
    fn every_message_speaks_both_languages() {
        let files = [
            ("account", account::all()),
            ("assets", assets::all()),
            ("audit", audit::all()),
            ("common", common::all()),
            ("errors", errors::all()),
            ("feeds", feeds::all()),
            ("filter", filter::all()),
            ("finding", finding::all()),
            ("findings", findings::all()),
            ("learn", learn::all()),
            ("risk", risk::all()),
            ("mappings", mappings::all()),
            ("merges", merges::all()),
            ("metrics", metrics::all()),
            ("overrides", overrides::all()),
            ("months", months::all()),
            ("people", people::all()),
            ("posture", posture::all()),
            ("refusal", refusal::all()),
            ("scanners", scanners::all()),
            ("scanning", scanning::all()),
            ("scans", scans::all()),
            ("sentences", sentences::all()),
            ("security", security::all()),
            ("settings", settings::all()),
            ("sources", sources::all()),
            ("teams", teams::all()),
            ("verify", verify::all()),
            ("words", words::all()),
            ("written", written::all()),
        ];
        let alike = ["Postura", "OWASP", "CWE", "CVE", "CVSS", "API", "Tokens"];
        for (file, messages) in files {
            for (name, es, en) in messages {
                assert!(!es.trim().is_empty() && !en.trim().is_empty(), "{file}::{name} is empty");
                assert!(
                    es != en || alike.contains(&es.as_str()) || same_on_purpose(name),
                    "{file}::{name} reads the same in both languages: {es}"
                );
            }
        }
    }

    /// Words that Spanish and English share.
    fn same_on_purpose(name: &str) -> bool {
        name.starts_with("same_")
    }
}
