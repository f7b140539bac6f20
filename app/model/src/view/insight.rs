//! What a finding's page says besides what the scanner and the books say: the server draws it, so that nothing here is read
//! in a browser.

use super::Stamp;
use super::issue::IssueView;
use super::learn::{CvssView, GlossaryView};
use super::scanning::{Named, RunView};
use crate::Severity;
use serde::Serialize;

/// Everything of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Insight {
    /// The rule that says how severe it is, in the scanner's place.
    pub rated: Option<RatedView>,
    /// What is published of its CVEs, as far as anything is.
    pub exploitation: Vec<CveView>,
    /// The day of the EPSS scores, if any are loaded.
    pub epss_day: Option<Stamp>,
    /// The day of CISA's catalogue of known exploited vulnerabilities.
    pub kev_day: Option<Stamp>,
    /// The day of ENISA's list of exploited vulnerabilities.
    pub euvd_day: Option<Stamp>,
    /// The same flaw as other scanners see it.
    pub issue: IssueView,
    /// Its risk with the arithmetic.
    pub risk: Option<RiskView>,
    /// Its CVSS vectors spelled out.
    pub cvss: Vec<CvssView>,
    /// The same on this asset, with what is declared of it, where that adds anything.
    pub cvss_here: Vec<CvssView>,
    /// Its category in the project's own words.
    pub glossary: Option<GlossaryView>,
    /// The categories of OWASP's API Security Top 10 2023 that it is tagged with, by number.
    pub api_2023: Vec<u8>,
    /// Whether a scan of exactly this can be started, for who may start scans.
    pub verify: Option<VerifyView>,
}

/// A targeted scan that shows whether a finding is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerifyView {
    /// The scanner's rule.
    pub rule: String,
    /// What would be scanned; empty if it has no address.
    pub target: String,
    /// The schedules over which it can be, by number and name.
    pub over: Vec<Named>,
    /// Why it cannot be, as a code; empty if it can.
    pub why_not: String,
    /// The newest such scans, the newest first.
    pub runs: Vec<RunView>,
}

/// A risk with its arithmetic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RiskView {
    /// 0 to 100.
    pub score: i64,
    /// The version of the formula.
    pub version: u32,
    /// The version of its weights.
    pub weights: i64,
    /// The factors in order: a machine word, and the share in hundredths.
    pub factors: Vec<(String, u32)>,
}

/// What is published of a CVE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CveView {
    /// Which.
    pub cve: String,
    /// Probability of exploitation within thirty days and percentile, in millionths, and since which day.
    pub epss: Option<(u32, u32, Stamp)>,
    /// What CISA's catalogue of known exploited vulnerabilities says.
    pub kev: Option<KevView>,
    /// Since when ENISA lists it as exploited.
    pub euvd: Option<Stamp>,
}

/// What the catalogue says of a CVE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KevView {
    /// Since when it is listed.
    pub added: Stamp,
    /// By when United States' federal agencies must have mended it.
    pub due: Option<Stamp>,
    /// Whether it is known to be used by ransomware.
    pub ransomware: bool,
}

/// How severe a rule says that a finding is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RatedView {
    /// The rule's name.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub at: Stamp,
    /// How severe the scanner says that it is.
    pub told: Severity,
}
