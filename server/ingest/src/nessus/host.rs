//! `ReportHost`: an asset, how it was observed, and its rows.

use super::Parser;
use crate::fields;
use crate::options::ZoneOffset;
use crate::remarks::Remarks;
use crate::time::{Stamp, stamp};
use crate::{ParsedAsset, Refusal, RefusalCode, origin};
use model::Micros;
use model::facts::{AssetFacts, AssetKind, EvidencePart, ObservationFacts, Row};
use std::net::IpAddr;

/// The plugin whose row alone does not prove that a host was scanned: "Ping the remote host".
const PING: u32 = 10180;

/// How many bytes of a host's properties are kept.
const MAX_PROPERTIES: usize = 64 << 10;

/// The span of the scan over all hosts.
#[derive(Default)]
pub struct HostTimes {
    /// The earliest start of a host.
    pub started: Option<Micros>,
    /// The latest end of a host.
    pub finished: Option<Micros>,
    /// Whether one of the times carried no zone.
    pub zone_assumed: bool,
}

impl HostTimes {
    /// Takes the span of a host in, as plugin 19506 tells it.
    pub fn note(&mut self, span: Option<(Stamp, Micros)>) {
        let Some((start, end)) = span else { return };
        self.started = self.started.into_iter().chain([start.at]).min();
        self.finished = self.finished.into_iter().chain([end]).max();
        self.zone_assumed |= start.zone_assumed;
    }

    /// Takes a host's start and end in, and says at what instant the host was observed.
    pub fn observe(
        &mut self,
        (start, end): (&Time, &Time),
        zone: &ZoneOffset,
        remarks: &mut Remarks,
    ) -> Option<Micros> {
        let (start, end) = (self.instant(start, zone, remarks), self.instant(end, zone, remarks));
        self.started = self.started.into_iter().chain(start).min();
        self.finished = self.finished.into_iter().chain(end).max();
        end.or(start)
    }

    /// The instant of a host's start or end. The seconds since 1970 are exact; the words carry no zone before Nessus 10.
    fn instant(&mut self, time: &Time, zone: &ZoneOffset, remarks: &mut Remarks) -> Option<Micros> {
        let found = stamp(&time.epoch, zone).or_else(|| stamp(&time.words, zone));
        match found {
            Some(Stamp { at, zone_assumed }) => {
                self.zone_assumed |= zone_assumed;
                Some(at)
            }
            None => {
                if !time.words.is_empty() {
                    remarks.add("time_not_understood", &time.words);
                }
                None
            }
        }
    }
}

/// The host that is being read.
pub struct Host {
    /// Its index among the assets.
    pub index: u32,
    /// Whether the scanner said that it finished with the host.
    pub ended: bool,
    /// Whether there was a row besides the ping's.
    answered: bool,
    /// What the host's tag says of credentials.
    tagged: Option<bool>,
    /// What plugin 19506 says of them.
    pub told: Option<bool>,
    /// The row of plugin 19506, "Nessus Scan Information", held back until the host's properties are known: they stand on it.
    pub about: Option<Row>,
    /// Whether the properties have been read.
    described: bool,
    /// The properties that no fact takes.
    properties: Vec<EvidencePart>,
    /// How many bytes they have.
    held: usize,
}

impl Host {
    /// A host of which nothing is known yet but its index.
    pub fn new(index: u32) -> Self {
        Self {
            index,
            ended: false,
            answered: false,
            tagged: None,
            told: None,
            about: None,
            described: false,
            properties: Vec::new(),
            held: 0,
        }
    }

    /// Writes down how the host was observed, when all its rows have been read.
    pub fn conclude(&self, observation: &mut ObservationFacts) {
        observation.reached = self.ended && self.answered;
        observation.credentialed = self.tagged.or(self.told);
    }

    /// Takes notice of a row of this host.
    pub fn saw(&mut self, plugin: u32) {
        self.answered |= plugin != PING;
    }

    /// Keeps a property; false if there are too many.
    fn keep(&mut self, name: &str, value: &str) -> bool {
        let Some(property) = fields::of_row(name, value) else { return true };
        if self.held + property.text.len() > MAX_PROPERTIES {
            return false;
        }
        self.held += property.text.len();
        self.properties.push(property);
        true
    }
}

impl Parser<'_, '_> {
    /// Reads the `ReportHost` that has just been opened.
    pub(super) fn host(&mut self, name: String) -> Result<(), Refusal> {
        let index = self.rows.collector.add_asset(ParsedAsset { facts: named(name), ..ParsedAsset::default() })?;
        let mut host = Host::new(index);
        let read = self.host_contents(&mut host);
        // A file that is cut may be read as far as it goes, and the row that is held back was before the cut.
        if read.as_ref().map_or_else(|refusal| refusal.code == RefusalCode::Truncated, |()| true) {
            self.pass_on(&mut host)?;
        }
        read?;
        // There was no row for them.
        for property in &host.properties {
            self.lost(property.text.split(": ").next().unwrap_or_default());
        }
        host.conclude(&mut self.rows.collector.asset(index).observation);
        self.rows.collector.progress(self.xml.offset());
        Ok(())
    }

    fn host_contents(&mut self, host: &mut Host) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"ReportItem" => self.item(host)?,
                b"HostProperties" => self.properties(host)?,
                _ => self.unknown()?,
            }
        }
        Ok(())
    }

    /// Passes on the row that was held back, with the host's properties.
    fn pass_on(&mut self, host: &mut Host) -> Result<(), Refusal> {
        let Some(mut row) = host.about.take() else { return Ok(()) };
        row.evidence.append(&mut host.properties);
        self.rows.collector.row(row)
    }

    /// Takes the first row of plugin 19506: the properties stand before the rows wherever Nessus itself wrote the file.
    pub(super) fn about(&mut self, host: &mut Host, row: Row) -> Result<(), Refusal> {
        host.about = Some(row);
        if host.described { self.pass_on(host) } else { Ok(()) }
    }

    /// Counts a property that is not kept, unless the scan's facts are made of it: by its name without the numbers and hashes
    /// at the end.
    fn lost(&mut self, name: &str) {
        if Property::of(name).is_some() {
            return;
        }
        let end = name.find(|character: char| character.is_ascii_digit()).unwrap_or(name.len());
        self.rows.collector.remarks.count("host_property_not_kept", &name[..end]);
    }

    fn properties(&mut self, host: &mut Host) -> Result<(), Refusal> {
        let (mut start, mut end) = (Time::default(), Time::default());
        while let Some(tag) = self.xml.child()? {
            if tag.name() != b"tag" {
                self.unknown()?;
                continue;
            }
            let name = tag.attribute("name").unwrap_or_default().into_owned();
            let text = self.xml.text()?.trim().to_owned();
            if text.is_empty() {
                continue;
            }
            let property = Property::of(&name);
            let is_taken = property.is_some_and(Property::names_asset) && !text.contains("://");
            if !is_taken && !host.keep(&name, &text) {
                self.lost(&name);
            }
            let Some(property) = property else { continue };
            let facts = &mut self.rows.collector.asset(host.index).facts;
            match property {
                Property::Ip => facts.ip = Some(text),
                // A web application scan repeats the URL here.
                Property::Fqdn if text.contains("://") => {}
                Property::Fqdn => facts.fqdn = Some(text),
                Property::Netbios => facts.netbios = Some(text),
                Property::Mac => facts.mac = Some(text),
                Property::System => facts.os = Some(text),
                Property::SystemFamily => facts.os = facts.os.take().or(Some(text)),
                Property::Agent => facts.agent_uuid = Some(text),
                Property::Credentialed => host.tagged = Some(text.eq_ignore_ascii_case("true")),
                Property::Policy if self.policy_used.is_empty() => self.policy_used = text,
                Property::Policy => {}
                Property::Start => start.words = text,
                Property::StartEpoch => start.epoch = text,
                Property::End => end.words = text,
                Property::EndEpoch => end.epoch = text,
            }
        }
        host.described = true;
        host.ended = !end.is_empty();
        let collector = &mut self.rows.collector;
        let at = self.times.observe((&start, &end), &self.options.zone_offset, &mut collector.remarks);
        collector.asset(host.index).observation.at = at;
        Ok(())
    }
}

/// An instant in the two forms in which a host may tell it.
#[derive(Default)]
pub struct Time {
    /// `Mon Mar  2 10:00:00 2026`.
    pub words: String,
    /// Seconds since 1970.
    pub epoch: String,
}

impl Time {
    /// Whether the host does not tell it.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.epoch.is_empty()
    }
}

/// The asset of a host's name. A web application scan names its target by URL.
pub fn named(name: String) -> AssetFacts {
    match origin::of_url(&name) {
        Some(origin) => AssetFacts { kind: AssetKind::Origin, name: origin, ..AssetFacts::default() },
        None => AssetFacts { name, ..AssetFacts::default() },
    }
}

/// The asset of a host's name in a format that does not tell the address apart: a name that is an address is the `host-ip` too.
pub fn known_by(name: String) -> AssetFacts {
    let ip = name.parse::<IpAddr>().is_ok().then(|| name.clone());
    AssetFacts { ip, ..named(name) }
}

/// The host properties that are read.
#[derive(Clone, Copy)]
enum Property {
    Ip,
    Fqdn,
    Netbios,
    Mac,
    System,
    SystemFamily,
    Agent,
    Credentialed,
    Policy,
    Start,
    StartEpoch,
    End,
    EndEpoch,
}

impl Property {
    /// Whether the asset's facts have it.
    fn names_asset(self) -> bool {
        matches!(self, Self::Ip | Self::Fqdn | Self::Netbios | Self::Mac | Self::System | Self::Agent)
    }

    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "host-ip" => Self::Ip,
            "host-fqdn" => Self::Fqdn,
            "netbios-name" => Self::Netbios,
            "mac-address" => Self::Mac,
            "operating-system" => Self::System,
            "os" => Self::SystemFamily,
            "agent-uuid" | "agent_uuid" | "AGENT_UUID" | "nessus-agent-uuid" => Self::Agent,
            "Credentialed_Scan" => Self::Credentialed,
            "policy-used" => Self::Policy,
            "HOST_START" | "HOST_START_TIME" => Self::Start,
            "HOST_START_TIMESTAMP" => Self::StartEpoch,
            "HOST_END" | "HOST_END_TIME" => Self::End,
            "HOST_END_TIMESTAMP" => Self::EndEpoch,
            _ => return None,
        })
    }
}
