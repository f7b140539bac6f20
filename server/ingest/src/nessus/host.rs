//! `ReportHost`: an asset, how it was observed, and its rows.

use super::Parser;
use crate::options::ZoneOffset;
use crate::remarks::Remarks;
use crate::time::{Stamp, stamp};
use crate::{ParsedAsset, Refusal, origin};
use model::Micros;
use model::facts::{AssetFacts, AssetKind, ObservationFacts};
use std::net::IpAddr;

/// The plugin whose row alone does not prove that a host was scanned: "Ping the remote host".
const PING: u32 = 10180;

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
}

impl Host {
    /// A host of which nothing is known yet but its index.
    pub fn new(index: u32) -> Self {
        Self { index, ended: false, answered: false, tagged: None, told: None }
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
}

impl Parser<'_, '_> {
    /// Reads the `ReportHost` that has just been opened.
    pub(super) fn host(&mut self, name: String) -> Result<(), Refusal> {
        let index = self.rows.collector.add_asset(ParsedAsset { facts: named(name), ..ParsedAsset::default() })?;
        let mut host = Host::new(index);
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"ReportItem" => self.item(&mut host)?,
                b"HostProperties" => self.properties(&mut host)?,
                _ => self.xml.skip()?,
            }
        }
        host.conclude(&mut self.rows.collector.asset(index).observation);
        self.rows.collector.progress(self.xml.offset());
        Ok(())
    }

    fn properties(&mut self, host: &mut Host) -> Result<(), Refusal> {
        let (mut start, mut end) = (Time::default(), Time::default());
        while let Some(tag) = self.xml.child()? {
            let property = tag.attribute("name").and_then(|name| Property::of(&name));
            let Some(property) = property.filter(|_| tag.name() == b"tag") else {
                self.xml.skip()?;
                continue;
            };
            let text = self.xml.text()?.trim().to_owned();
            if text.is_empty() {
                continue;
            }
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
