//! The hosts of a table: rows of one host stand anywhere, and each repeats what the XML's `HostProperties` say once.

use super::columns::Column::{self, Agent, End, Fqdn, Host, Ip, LastSeen, Mac, Netbios, Start, System};
use super::columns::Columns;
use crate::nessus::host::named;
use crate::options::ZoneOffset;
use crate::remarks::Remarks;
use crate::tables::Collector;
use crate::time::{Stamp, stamp};
use crate::{ParsedAsset, Refusal};
use csv::StringRecord;
use model::Micros;
use std::collections::HashMap;
use std::net::IpAddr;

/// The hosts so far.
#[derive(Default)]
pub struct Hosts {
    /// By everything that a host's key can be made of, so that one name at two addresses is two hosts.
    by_key: HashMap<String, u32>,
    /// When each was scanned.
    times: Vec<Times>,
    /// The earliest start of a host's scan.
    started: Option<Micros>,
    zone_assumed: bool,
    /// The last texts that were read as instants: rows of one host repeat them.
    read: [(String, Option<Micros>); 3],
    key: String,
    repository: String,
}

/// When a host was scanned, as the rows and plugin 19506 tell it.
#[derive(Clone, Copy, Default)]
struct Times {
    start: Option<Micros>,
    end: Option<Micros>,
    seen: Option<Micros>,
    told: Option<Micros>,
}

impl Times {
    /// When the scanner looked at the host: as in the XML the end of its scan, else the start, else what plugin 19506 tells.
    /// Tenable.sc and Tenable VM tell of each finding when it was last observed. They list the findings that no later scan
    /// has cleared, so all of a host's count as seen at the latest of those instants: an older one would date back what a
    /// later scan saw. When a finding was *first* discovered is no instant at which this table looked.
    fn looked(self) -> Option<Micros> {
        self.end.or(self.start).or(self.told.max(self.seen))
    }
}

/// What the row calls its host: as it was scanned, else its address, else its other names. Empty if it names none.
pub fn name<'r>(record: &'r StringRecord, columns: &Columns) -> &'r str {
    let names = [Host, Ip, Fqdn, Netbios].map(|column| columns.cell(record, column));
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

impl Hosts {
    /// The asset that a row is about, added if it is new.
    ///
    /// # Errors
    /// If there are too many.
    pub fn index_of(
        &mut self,
        record: &StringRecord,
        columns: &Columns,
        collector: &mut Collector<'_>,
    ) -> Result<u32, Refusal> {
        let cell = |column| columns.cell(record, column);
        let name = name(record, columns);
        let ip = address(cell(Ip)).or_else(|| address(name)).unwrap_or_default();
        let agent = cell(Agent);
        self.key.clear();
        for part in [agent, ip, name] {
            self.key.push_str(part);
            self.key.push('\n');
        }
        let index = match self.by_key.get(self.key.as_str()) {
            Some(index) => *index,
            None => {
                let index =
                    collector.add_asset(ParsedAsset { facts: named(name.to_owned()), ..ParsedAsset::default() })?;
                self.by_key.insert(self.key.clone(), index);
                self.times.push(Times::default());
                index
            }
        };
        let facts = &mut collector.asset(index).facts;
        let fqdn = cell(Fqdn).split([',', ';']).next().unwrap_or_default().trim();
        for (slot, text) in [
            (&mut facts.agent_uuid, agent),
            (&mut facts.ip, ip),
            (&mut facts.fqdn, fqdn),
            (&mut facts.netbios, cell(Netbios)),
            (&mut facts.mac, cell(Mac)),
            (&mut facts.os, cell(System)),
        ] {
            if slot.is_none() && !text.is_empty() {
                *slot = Some(text.to_owned());
            }
        }
        let repository = cell(Column::Repository);
        if self.repository.is_empty() {
            repository.clone_into(&mut self.repository);
        } else if self.repository != repository {
            collector.remarks.add("several_repositories", "");
        }
        Ok(index)
    }

    /// Takes in when a row says that its host was looked at.
    pub fn see(
        &mut self,
        index: u32,
        record: &StringRecord,
        columns: &Columns,
        zone: &ZoneOffset,
        remarks: &mut Remarks,
    ) {
        let mut found = [None; 3];
        for ((column, read), found) in [Start, End, LastSeen].into_iter().zip(&mut self.read).zip(&mut found) {
            let text = columns.cell(record, column);
            if read.0 != text {
                let stamp = stamp(text, zone);
                if stamp.is_none() && !text.is_empty() && text != "N/A" {
                    remarks.add("time_not_understood", text);
                }
                self.zone_assumed |= stamp.is_some_and(|stamp| stamp.zone_assumed);
                *read = (text.to_owned(), stamp.map(|stamp| stamp.at));
            }
            *found = read.1;
        }
        let [start, end, seen] = found;
        self.started = self.started.into_iter().chain(start).min();
        let times = &mut self.times[index as usize];
        times.start = times.start.max(start);
        times.end = times.end.max(end);
        times.seen = times.seen.max(seen);
    }

    /// Takes in when plugin 19506 says that its host's scan began and ended.
    pub fn told(&mut self, index: u32, span: Option<(Stamp, Micros)>) {
        let Some((start, end)) = span else { return };
        self.started = self.started.into_iter().chain([start.at]).min();
        self.zone_assumed |= start.zone_assumed;
        let times = &mut self.times[index as usize];
        times.told = times.told.max(Some(end));
    }

    /// Gives each host its instant, and says when the scan began and ended.
    pub fn date(&self, collector: &mut Collector<'_>) -> (Option<Micros>, Option<Micros>) {
        let mut finished = None;
        for (asset, times) in collector.assets().iter_mut().zip(&self.times) {
            asset.observation.at = times.looked();
            finished = finished.max(asset.observation.at);
        }
        (self.started, finished)
    }

    /// Whether a time carried no zone.
    pub fn zone_assumed(&self) -> bool {
        self.zone_assumed
    }
}

/// The address in a cell, if there is exactly one: of several it is not known which was scanned, and their order may change.
fn address(cell: &str) -> Option<&str> {
    let mut parts = cell.split([',', ';', ' ', '\n', '[', ']', '"']).filter(|part| !part.is_empty());
    let first = parts.next().filter(|part| part.parse::<IpAddr>().is_ok())?;
    parts.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_stands_alone() {
        assert_eq!(address("10.0.0.1"), Some("10.0.0.1"));
        assert_eq!(address("[\"2001:db8::1\"]"), Some("2001:db8::1"));
        assert_eq!((address("10.0.0.1, 10.0.0.2"), address("shop"), address("")), (None, None, None));
    }
}
