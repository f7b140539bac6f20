//! What connectors are given of the machine: the way out, and what the operator's configuration file allows. Nothing of it can be
//! changed on a page.

use crate::command::{CommandRule, Processes};
use crate::http::Door;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What connectors may use of the machine that Postura runs on.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// The folders that may be read, by the names under which connectors know them.
    pub folders: BTreeMap<String, PathBuf>,
    /// The commands that may be run, by the names under which connectors know them.
    pub commands: BTreeMap<String, CommandRule>,
    /// The folder in which runs of commands have a folder each for what they write; without it no command runs.
    pub runs: PathBuf,
    /// The commands that run: one value for the whole process.
    pub processes: Processes,
    /// The way out to scanners.
    pub door: Door,
}
