//! What the settings file says of published files that are fetched every night.

use anyhow::Context;
use model::feeds::FeedKind;
use serde::Deserialize;
use service::feeds::{FeedKeys, FeedSettings};
use std::path::PathBuf;

/// `[feeds]` in the settings file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedsFile {
    /// At what time of the day, in the organisation's zone.
    #[serde(default = "early")]
    pub at: String,
    /// Where FIRST's EPSS scores of the day are.
    pub epss: Option<String>,
    /// Where CISA's catalogue of known exploited vulnerabilities is.
    pub kev: Option<String>,
    /// Where ENISA's list of exploited vulnerabilities is.
    pub euvd: Option<String>,
    /// Addresses of these servers that are not public.
    #[serde(default)]
    pub confirmed: Vec<String>,
    /// Who vouches for their certificates, in PEM; without, those that this machine trusts.
    pub authorities: Option<PathBuf>,
}

fn early() -> String {
    "04:30".to_owned()
}

impl FeedsFile {
    /// What can be used of it.
    ///
    /// # Errors
    /// A file cannot be read, an address is none or not encrypted, or nothing is named.
    pub fn settle(self) -> anyhow::Result<FeedSettings> {
        let read = |path: &PathBuf| {
            std::fs::read_to_string(path).with_context(|| format!("[feeds]: {} cannot be read", path.display()))
        };
        let authorities = self.authorities.as_ref().map(read).transpose()?;
        let from = [(FeedKind::Epss, self.epss), (FeedKind::Kev, self.kev), (FeedKind::Euvd, self.euvd)];
        let from = from.into_iter().filter_map(|(kind, address)| Some((kind, address?))).collect();
        FeedSettings::settle(FeedKeys { at: self.at, from, confirmed: self.confirmed }, authorities)
    }
}
