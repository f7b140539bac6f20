//! `ReportHost`: an asset, how it was observed, and its rows.

use super::Parser;
use crate::time::{Stamp, stamp};
use crate::{ParsedAsset, Refusal, origin};
use model::Micros;
use model::facts::{AssetFacts, AssetKind};

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
    /// Takes the span of a host in.
    pub fn note(&mut self, span: Option<(Stamp, Micros)>) {
        let Some((start, end)) = span else { return };
        self.started = self.started.into_iter().chain([start.at]).min();
        self.finished = self.finished.into_iter().chain([end]).max();
        self.zone_assumed |= start.zone_assumed;
    }
}

/// The host that is being read.
pub struct Host {
    /// Its index among the assets.
    pub index: u32,
    /// Whether the scanner said that it finished with the host.
    ended: bool,
    /// Whether there was a row besides the ping's.
    answered: bool,
    /// What the host's tag says of credentials.
    tagged: Option<bool>,
    /// What plugin 19506 says of them.
    pub told: Option<bool>,
}

impl Host {
    /// Takes notice of a row of this host.
    pub fn saw(&mut self, plugin: u32) {
        self.answered |= plugin != PING;
    }
}

/// A host by the name under which it was scanned. A web application scan names its target by URL.
pub fn named(name: String) -> AssetFacts {
    match origin::of_url(&name) {
        Some(origin) => AssetFacts { kind: AssetKind::Origin, name: origin, ..AssetFacts::default() },
        None => AssetFacts { name, ..AssetFacts::default() },
    }
}

impl Parser<'_, '_> {
    /// Reads the `ReportHost` that has just been opened.
    pub(super) fn host(&mut self, name: String) -> Result<(), Refusal> {
        let facts = named(name);
        let index = self.rows.collector.add_asset(ParsedAsset { facts, ..ParsedAsset::default() })?;
        let mut host = Host { index, ended: false, answered: false, tagged: None, told: None };
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"ReportItem" => self.item(&mut host)?,
                b"HostProperties" => self.properties(&mut host)?,
                _ => self.xml.skip()?,
            }
        }
        let observation = &mut self.rows.collector.asset(index).observation;
        observation.reached = host.ended && host.answered;
        observation.credentialed = host.tagged.or(host.told);
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
        host.ended = !(end.words.is_empty() && end.epoch.is_empty());
        let (start, end) = (self.instant(&start), self.instant(&end));
        self.times.started = self.times.started.into_iter().chain(start).min();
        self.times.finished = self.times.finished.into_iter().chain(end).max();
        self.rows.collector.asset(host.index).observation.at = end.or(start);
        Ok(())
    }

    /// The instant of a host's start or end. The seconds since 1970 are exact; the words carry no zone before Nessus 10.
    fn instant(&mut self, time: &Time) -> Option<Micros> {
        let zone = &self.options.zone_offset;
        let found = stamp(&time.epoch, zone).or_else(|| stamp(&time.words, zone));
        match found {
            Some(Stamp { at, zone_assumed }) => {
                self.times.zone_assumed |= zone_assumed;
                Some(at)
            }
            None => {
                if !time.words.is_empty() {
                    self.rows.collector.remarks.add("time_not_understood", &time.words);
                }
                None
            }
        }
    }
}

/// An instant in the two forms in which a host may tell it.
#[derive(Default)]
struct Time {
    words: String,
    epoch: String,
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
