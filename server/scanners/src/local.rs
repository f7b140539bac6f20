//! What the operator's configuration file allows on this machine. Nothing of it can be changed on a page.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What connectors may use of the machine that Postura runs on.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The folders that may be read, by the names under which connectors know them.
    pub folders: BTreeMap<String, PathBuf>,
}
