//! Identifiers: one newtype a noun, so that a team's id cannot be passed where a user's is meant.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

macro_rules! dense_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

dense_id! {
    /// An asset: a host or a web origin in one address space.
    AssetId,
    /// One run of one scanner, as one export in one source tells it.
    ScanId,
    /// Scans of one source, tool, scan name and policy.
    SeriesId,
    /// Where exports come from.
    SourceId,
    /// The number of a step of the ledger: what is known "as of step k".
    Step,
    /// A team, the owner of assets and occurrences.
    TeamId,
    /// A person who can sign in.
    UserId,
    /// What a scanner's rule checks: (tool, rule id).
    WeaknessId,
}

/// The public id of an occurrence: a `UUIDv8` of (identity version, key), the same in any order of imports and on any
/// database. See `posture::identity`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OccurrenceId(pub uuid::Uuid);

impl fmt::Display for OccurrenceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for OccurrenceId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}
