//! What is published about the exploitation of vulnerabilities, as it is loaded.

use crate::status::worded;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

worded! {
    /// A kind of published file.
    FeedKind {
        /// FIRST's EPSS: how likely a CVE is to be exploited within thirty days.
        Epss = 1 "epss",
        /// CISA's catalogue of known exploited vulnerabilities.
        Kev = 2 "kev",
        /// ENISA's list of exploited vulnerabilities, of the European Vulnerability Database.
        Euvd = 3 "euvd",
    }
}

/// A row of a published file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedFlaw {
    /// Where it begins, if the format has lines.
    pub line: Option<u64>,
    /// Why: the word of a reason of the quarantine.
    pub reason: String,
    /// The field or value in question.
    pub detail: String,
    /// The beginning of what stands there.
    pub raw: String,
}
