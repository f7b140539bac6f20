//! How Postura itself is kept safe, as a page shows it.

use super::Stamp;
use serde::{Deserialize, Serialize};

/// The page: each control with its state now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityPage {
    /// When the audit log was last read to its end here, and whether it was as it was written.
    pub audit: Option<(Stamp, bool)>,
    /// Whether browsers reach the program over HTTPS; unknown where nothing is served.
    pub https: Option<bool>,
    /// Whether only its owner can read the key file.
    pub key_private: bool,
    /// How many keys open what is sealed.
    pub keys: i64,
    /// Since when the newest key seals.
    pub keys_since: Option<Stamp>,
    /// How many values another key than the newest sealed.
    pub sealed_by_others: i64,
    /// When a backup was written last, and whether that was within a week.
    pub backup: Option<(Stamp, bool)>,
    /// By which of libpq's modes of TLS the database is reached; none if it is on this machine.
    pub database_tls: Option<String>,
    /// What the hash of a password costs: memory in MiB and passes.
    pub password_cost: (i64, i64),
    /// The packages of other people's that the program is built of.
    pub packages: PackagesState,
    /// How many people may sign in.
    pub people: i64,
    /// How many of them have a second factor.
    pub second: i64,
    /// Administrators without one, by login.
    pub admins_without: Vec<String>,
    /// What browsers reported that the content security policy refused.
    pub reports: Vec<ReportRow>,
}

/// The comparison of the program's packages with known vulnerabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackagesState {
    /// The day of the comparison, `2026-11-26`; empty if there was none.
    pub on: String,
    /// How many packages were compared.
    pub packages: i64,
    /// With how many advisories.
    pub advisories: i64,
    /// How many packages had a known vulnerability.
    pub vulnerable: i64,
    /// How many advisories concern a package without consequence here, as is explained beside the comparison.
    pub explained: i64,
    /// Whether this program is built of those packages.
    pub current: bool,
}

/// A kind of report of a browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// The page's path.
    pub page: String,
    /// What the policy said.
    pub directive: String,
    /// What it refused.
    pub blocked: String,
    /// How often.
    pub reports: i64,
    /// When last.
    pub last: Stamp,
}
