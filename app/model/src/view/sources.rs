//! What a person sees of a source, and what they change of it.

use crate::{Closing, TargetAlias};
use serde::{Deserialize, Serialize};

/// A source with its settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceView {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// The address space in which its hosts and origins are named.
    pub space: String,
    /// The zone of times without one.
    pub zone: String,
    /// What it asks of a proof.
    pub closing: Closing,
    /// Hosts are told apart by name before address.
    pub prefer_fqdn: bool,
    /// What names mean that each scanner understands in its own way.
    pub aliases: Vec<TargetAlias>,
    /// How many scans in force it has.
    pub scans: i64,
    /// Whether the viewer may change it.
    pub may_change: bool,
}

/// What a source's settings are to be; what is none stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSet {
    /// The source's name.
    pub name: String,
    /// The address space.
    #[serde(default)]
    pub space: Option<String>,
    /// The zone.
    #[serde(default)]
    pub zone: Option<String>,
    /// What it asks of a proof.
    #[serde(default)]
    pub closing: Option<Closing>,
    /// Whether hosts are told apart by name before address.
    #[serde(default)]
    pub prefer_fqdn: Option<bool>,
    /// The aliases, one a line, such as `localhost=shop staging`.
    #[serde(default)]
    pub aliases: Option<String>,
    /// Compute only what it would do.
    #[serde(default)]
    pub preview: bool,
}

/// What a change of a source's settings did, or would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceChanged {
    /// The step that learned it; none where nothing depends on it yet.
    pub step: Option<i64>,
    /// Scans that were read again.
    pub scans: u64,
    /// Findings that became another asset's.
    pub left: u64,
    /// Findings that were not there before.
    pub came: u64,
    /// Those of the first of which somebody has said something, which stays with the old ones.
    pub decided: u64,
    /// It was computed only.
    pub preview: bool,
}
