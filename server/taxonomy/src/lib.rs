//! Weakness → OWASP Top 10 category, with the reason.
//!
//! A pure function of a weakness's facts and of the tables that this crate carries (`data/README.md` names their
//! sources). The bases are asked in the order of [`model::Basis`]; the first that answers decides:
//!
//! 1. a rule that a person wrote: applied by the caller, who owns those rules, before or over what [`classify()`] says
//!    (with [`Evidence::Person`]);
//! 2. the scanner's own tag for this very edition;
//! 3. a CWE on OWASP's list of mapped CWEs;
//! 4. the nearest ancestor of a CWE, in view 1000, that is on the list;
//! 5. the tables and rules of the tool, and between them a WASC class that the scanner refers to;
//! 6. nothing: [`model::Mapped::Unmapped`], or [`model::Mapped::NotAWeakness`] where a rule knows it for a mere fact.
//!
//! Severity takes no part in any of them.

mod api;
mod burp;
mod checks;
mod classify;
mod cvss_form;
mod cvss_here;
mod cvss_score;
mod cvss_words;
mod cwe;
mod evidence;
mod glossary;
mod kev;
mod pattern;
mod risk;
mod rules;
mod table;
mod tag;
mod wasc;
mod zap;

pub use api::api_2023;
pub use burp::{BurpType, burp_type, burp_types};
pub use checks::{Checked, checked_by_table, ran};
pub use classify::{classify, classify_all};
pub use cvss_form::{CVSS_VERSIONS, cvss_choices, cvss_vector};
pub use cvss_here::cvss_here;
pub use cvss_score::{CvssScore, CvssVersion, cvss_band, cvss_score};
pub use cvss_words::{Choice, CvssMetric, cvss_words};
pub use cwe::{cwe_depth, cwe_name, cwe_parents, listed_cwes, owasp_categories};
pub use evidence::{Classification, Evidence};
pub use glossary::{GlossaryEntry, glossary};
pub use kev::{KevEntry, kev_day, kev_entries, kev_entry};
pub use risk::{Factor, RISK_VERSION, Risk, RiskOf, exploitability_share, risk, risk_of_shares, severity_share, stake};
pub use rules::{Example, RuleInfo, is_inventory_rule, rule_info, rules};
pub use zap::{ZapRule, ZapScan, zap_rule, zap_rules};

/// The version of the mapping: raised whenever a table or rule changes what a weakness is classified as.
pub const MAPPING_VERSION: u32 = 2;
