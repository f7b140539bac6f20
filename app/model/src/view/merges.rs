//! What a person sees of assets that are one, or may be.

use super::Stamp;
use crate::Alias;
use serde::{Deserialize, Serialize};

/// The page of merges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergesPage {
    /// The merges in force, the newest first.
    pub merges: Vec<MergeView>,
    /// Assets that may be one, those that share most first.
    pub suggestions: Vec<SuggestionView>,
    /// The assets that may be named in a merge, by key.
    pub assets: Vec<NamedAsset>,
}

/// An asset as a merge names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedAsset {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: String,
    /// The asset as which it counts, if that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<i64>,
}

/// A merge in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeView {
    /// Its number, by which it is withdrawn.
    pub id: i64,
    /// One asset.
    pub one: NamedAsset,
    /// The other.
    pub other: NamedAsset,
    /// The asset as which both count.
    pub survivor: i64,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Stamp,
    /// Who; none for the local operator.
    pub who: Option<String>,
}

/// Two assets that may be one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestionView {
    /// The asset that would survive.
    pub one: NamedAsset,
    /// The one that would become part of it.
    pub other: NamedAsset,
    /// What they share.
    pub shared: Vec<(Alias, String)>,
    /// Findings that would be the survivor's.
    pub moved: u64,
    /// Those of them that would become part of one that it has.
    pub joined: u64,
}

/// What a merge did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merged {
    /// Its number; that of a preview means nothing.
    pub merge: i64,
    /// The step that learned it.
    pub step: i64,
    /// The asset that survives.
    pub survivor: i64,
    /// Findings that became the survivor's.
    pub moved: u64,
    /// Those of them that became part of one that it had.
    pub joined: u64,
    /// It was computed only.
    pub preview: bool,
}
