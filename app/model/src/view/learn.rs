//! What the categories mean, and the calculator of CVSS scores.

use crate::{Category, Edition, Severity};
use serde::Serialize;

/// A category in the project's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GlossaryView {
    /// The edition.
    pub edition: Edition,
    /// The category.
    pub category: Category,
    /// Its name.
    pub name: String,
    /// What it is, for those who build and run systems.
    pub engineers: String,
    /// What it means, for those who answer for the organisation.
    pub executives: String,
    /// What to do first.
    pub first: String,
}

/// The calculator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CvssPage {
    /// The version: `3.1`.
    pub version: String,
    /// The versions that there are, the newest first.
    pub versions: Vec<String>,
    /// The metrics of the version, those that a vector must have first.
    pub metrics: Vec<CvssMetricView>,
    /// What was chosen, as far as it is a whole vector.
    pub result: Option<CvssView>,
}

/// A metric to choose a value of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CvssMetricView {
    /// Its letters: `AV`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether a vector must have it.
    pub required: bool,
    /// The values: letters and name.
    pub values: Vec<(String, String)>,
    /// The letters of the value that was chosen; empty for none.
    pub chosen: String,
}

/// A vector with its score, spelled out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CvssView {
    /// The vector.
    pub vector: String,
    /// Its version: `3.1`.
    pub version: String,
    /// The score in tenths.
    pub tenths: u16,
    /// The band of the score.
    pub band: Severity,
    /// Each metric: letters, name, and the value's name.
    pub metrics: Vec<(String, String, String)>,
}
