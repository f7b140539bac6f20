//! Presence: what scans say of one occurrence.

use super::{Host, Inputs, Row, Scan};
use std::collections::BTreeSet;

/// A sighting that counts.
#[derive(Clone)]
pub struct Sight<'a> {
    pub scan: &'a Scan,
    pub host: &'a Host,
    pub row: &'a Row,
}

/// One occurrence among the inputs.
pub struct One<'a> {
    pub inputs: &'a Inputs,
    pub key: String,
}

impl<'a> One<'a> {
    pub(super) fn new(inputs: &'a Inputs, key: String) -> Self {
        Self { inputs, key }
    }

    pub(super) fn every(&self) -> Vec<Sight<'a>> {
        let mut all = Vec::new();
        for scan in &self.inputs.scans {
            for host in &scan.hosts {
                for row in host.rows.iter().filter(|r| r.key == self.key) {
                    all.push(Sight { scan, host, row });
                }
            }
        }
        all
    }

    pub(super) fn counted(&self) -> Vec<Sight<'a>> {
        let all = self.every();
        let dated: Vec<Sight<'a>> = all.iter().filter(|s| s.scan.dated).cloned().collect();
        if dated.is_empty() {
            let first = all.iter().map(|s| s.host.at).min();
            return all.into_iter().filter(|s| Some(s.host.at) == first).collect();
        }
        let known = |s: &Sight<'_>| {
            s.row.serial.is_some()
                && dated.iter().any(|other| other.row.serial == s.row.serial && other.host.at < s.host.at)
        };
        dated.iter().filter(|s| !known(s)).cloned().collect()
    }

    pub(super) fn tool(&self) -> String {
        self.every()[0].scan.tool.clone()
    }

    pub(super) fn asset(&self) -> String {
        self.every()[0].host.asset.clone()
    }

    /// All looks at the asset by this tool.
    pub(super) fn looks(&self) -> Vec<(&'a Scan, &'a Host)> {
        let (tool, asset) = (self.tool(), self.asset());
        let mut all = Vec::new();
        for scan in self.inputs.scans.iter().filter(|s| s.tool == tool) {
            for host in scan.hosts.iter().filter(|h| h.asset == asset) {
                all.push((scan, host));
            }
        }
        all
    }

    pub(super) fn instants(&self) -> BTreeSet<i64> {
        self.looks().iter().map(|(_, host)| host.at).collect()
    }

    pub(super) fn present(&self, at: i64) -> bool {
        let Some(seen) = self.counted().iter().map(|s| s.host.at).filter(|s| *s <= at).max() else { return false };
        !self.instants().into_iter().any(|p| p > seen && p <= at && self.proof(p).is_some())
    }

    /// The instants at which it opened.
    pub(super) fn openings(&self) -> Vec<i64> {
        let seen: BTreeSet<i64> = self.counted().iter().map(|s| s.host.at).collect();
        seen.into_iter().filter(|at| !self.present(at - 1)).collect()
    }

    pub(super) fn closing(&self, opened: i64) -> Option<i64> {
        self.instants().into_iter().find(|at| *at > opened && !self.present(*at))
    }
}
