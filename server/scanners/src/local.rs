//! What connectors are given of the machine: the way out, and what the operator's configuration file allows. Nothing of it can be
//! changed on a page.

use crate::http::Door;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What connectors may use of the machine that Postura runs on.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The folders that may be read, by the names under which connectors know them.
    pub folders: BTreeMap<String, PathBuf>,
    /// The way out to scanners.
    pub door: Door,
}
