//! Nmap's XML output (`-oX`), read host by host.
//!
//! A row is an open port, or what a script says of a port or host: a weakness where it names one, else information, as the port
//! itself is. The file tells host by host what is gone ([`looked`]): a port that is closed now, what a script that spoke did not
//! say again; where a script was silent, a scan of the same command line at a place that answered is what there is.

mod flaws;
mod found;
mod looked;
mod told;

use crate::bounded::chunks::Nul;
use crate::bounded::xml::{Tag, XmlReader};
use crate::format::{ExportFormat, Head};
use crate::tables::{Collector, unite};
use crate::time::stamp;
use crate::{Options, Parsed, QuarantineReason, Refusal, Sink, fields, text};
use found::Found;
use looked::{Came, Looked};
use model::facts::{
    AssetFacts, AssetKind, EvidenceKind, EvidencePart, Place, Row, ScanCoverage, ScanFacts, WeaknessFacts,
};
use model::{Micros, Severity, Tool};
use std::io::Read;
use told::Told;

/// The rule of an open port.
const OPEN: &str = "nmap/open-port";

/// How many protocols a file says that it scanned, and how long a line of a command is kept, in bytes.
const MAX_SCANNED: usize = 8;
const MAX_COMMAND: usize = 4096;

/// The format.
pub struct Nmap;

impl ExportFormat for Nmap {
    fn name(&self) -> &'static str {
        "Nmap XML"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        matches!(head, Head::Xml { root: "nmaprun", .. })
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let xml = XmlReader::new(input, &options.limits, Nul::Refuse)?;
        let collector = Collector::new(sink, options);
        let (scan, ranges, host) = (nothing(), Vec::new(), Host::default());
        let parser = Parser { xml, collector, scan, ranges, host, timed: false };
        parser.run(self.name(), options)
    }
}

/// A scan of which nothing is known yet.
fn nothing() -> ScanFacts {
    ScanFacts {
        tool: Tool::Other,
        tool_version: String::new(),
        format: String::new(),
        name: String::new(),
        policy: String::new(),
        started_at: None,
        finished_at: None,
        zone_assumed: false,
        // Until the file says at its end that the scan got there.
        coverage: ScanCoverage { incomplete: true, ..ScanCoverage::default() },
        remarks: Vec::new(),
    }
}

struct Parser<'r, 's> {
    xml: XmlReader<'r>,
    collector: Collector<'s>,
    scan: ScanFacts,
    ranges: Vec<String>,
    host: Host,
    /// Scripts were stopped after a time, of which nothing is told.
    timed: bool,
}

/// The host that is being read.
#[derive(Default)]
struct Host {
    facts: AssetFacts,
    asset: Option<u32>,
    up: bool,
    /// Its ports were looked at.
    scanned: bool,
    given_up: bool,
    /// It is taken to be up because the command line says so.
    by_command: bool,
    looked: Looked,
    ended: Option<Micros>,
    /// The name by which the scan was told of it stands before those that were looked up.
    named_by_user: bool,
    accuracy: u32,
}

impl Parser<'_, '_> {
    fn run(mut self, format: &str, options: &Options) -> Result<Parsed, Refusal> {
        let read = self.read(options);
        self.collector.accept(read)?;
        self.collector.remarks.extend(self.xml.take_remarks());
        if self.scan.coverage.incomplete {
            self.collector.remarks.add("scan_not_finished", "");
        }
        format.clone_into(&mut self.scan.format);
        self.scan.coverage.port_range = (!self.ranges.is_empty()).then(|| self.ranges.join(","));
        Ok(self.collector.finish(self.scan))
    }

    fn read(&mut self, options: &Options) -> Result<(), Refusal> {
        let root = self.xml.root()?;
        self.scan.tool_version = attribute(&root, "version");
        self.scan.policy = command(&attribute(&root, "args"));
        self.timed = self.scan.policy.contains("--script-timeout");
        self.scan.started_at = stamp(&attribute(&root, "start"), &options.zone_offset).map(|stamp| stamp.at);
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"scaninfo" => {
                    let (protocol, services) = (attribute(&tag, "protocol"), attribute(&tag, "services"));
                    let letter = protocol.chars().next().filter(|_| protocol != "ip").map(|c| c.to_ascii_uppercase());
                    if let Some(letter) = letter.filter(|_| self.ranges.len() < MAX_SCANNED && !services.is_empty()) {
                        self.ranges.push(format!("{letter}:{services}"));
                    }
                    self.xml.skip()?;
                }
                b"host" => self.host(options)?,
                b"runstats" => self.end_of_scan(options)?,
                // Of no host in particular, or before the host itself is told.
                b"verbose" | b"debugging" | b"taskbegin" | b"taskprogress" | b"taskend" | b"hosthint" | b"target"
                | b"prescript" | b"postscript" | b"output" => self.xml.skip()?,
                _ => self.unknown(&mut Vec::new())?,
            }
        }
        self.xml.end()
    }

    fn end_of_scan(&mut self, options: &Options) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            if tag.name() == b"finished" {
                self.scan.finished_at = stamp(&attribute(&tag, "time"), &options.zone_offset).map(|stamp| stamp.at);
                // Versions before 5 do not say how they ended.
                self.scan.coverage.incomplete = attribute(&tag, "exit") == "error";
            }
            self.xml.skip()?;
        }
        Ok(())
    }

    fn host(&mut self, options: &Options) -> Result<(), Refusal> {
        let tag = self.xml.current();
        let ended = stamp(&attribute(&tag, "endtime"), &options.zone_offset).map(|stamp| stamp.at);
        let given_up = attribute(&tag, "timedout") == "true";
        self.host = Host { ended, given_up, ..Host::default() };
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"status" => {
                    self.host.up = attribute(&tag, "state") == "up";
                    self.host.by_command = attribute(&tag, "reason") == "user-set";
                    self.xml.skip()?;
                }
                b"address" => {
                    let (address, kind) = (attribute(&tag, "addr"), attribute(&tag, "addrtype"));
                    self.host.address(address, &kind);
                    self.xml.skip()?;
                }
                b"hostnames" => self.names()?,
                b"ports" => {
                    self.host.scanned = true;
                    self.ports()?;
                }
                b"os" => self.system()?,
                b"hostscript" => self.scripts_of_host()?,
                b"times" | b"uptime" | b"distance" | b"tcpsequence" | b"ipidsequence" | b"tcptssequence" | b"trace"
                | b"smurf" => self.xml.skip()?,
                _ => self.unknown(&mut Vec::new())?,
            }
        }
        if !self.host.up {
            return Ok(());
        }
        let Some(asset) = self.asset()? else { return Ok(()) };
        let (host, known) = (std::mem::take(&mut self.host), self.collector.asset(asset));
        // The system is told behind the ports.
        known.facts.os = host.facts.os.or_else(|| known.facts.os.take());
        let there = !host.by_command || host.looked.answered;
        known.observation.reached |= host.scanned && !host.given_up && there;
        known.observation.at = host.ended.max(known.observation.at);
        let lines = host.looked.lines();
        let grown = lines.iter().map(String::len).sum();
        known.observation.passed.extend(lines);
        self.collector.grow(grown)?;
        self.collector.progress(self.xml.offset());
        Ok(())
    }

    fn names(&mut self) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            let (name, by_user) = (attribute(&tag, "name"), attribute(&tag, "type") == "user");
            if !name.is_empty() && (self.host.facts.fqdn.is_none() || by_user && !self.host.named_by_user) {
                self.host.facts.fqdn = Some(name);
                self.host.named_by_user = by_user;
            }
            self.xml.skip()?;
        }
        Ok(())
    }

    /// The system that fits best, the first where several do.
    fn system(&mut self) -> Result<(), Refusal> {
        while let Some(tag) = self.xml.child()? {
            let accuracy = attribute(&tag, "accuracy").parse().unwrap_or(0);
            if tag.name() == b"osmatch" && accuracy > self.host.accuracy {
                self.host.accuracy = accuracy;
                self.host.facts.os = Some(attribute(&tag, "name"));
            }
            self.xml.skip()?;
        }
        Ok(())
    }

    /// The host's index among the assets; `None` if nothing says which one it is.
    fn asset(&mut self) -> Result<Option<u32>, Refusal> {
        if self.host.asset.is_none() && self.host.up && !self.host.facts.name.is_empty() {
            self.host.asset = Some(self.collector.asset_named(&self.host.facts)?);
        }
        Ok(self.host.asset)
    }

    fn ports(&mut self) -> Result<(), Refusal> {
        // The states of ports that are told as a number of them alone.
        let mut rest = Vec::new();
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"port" => self.port()?,
                b"extraports" => self.extra_ports(&mut rest)?,
                _ => self.unknown(&mut Vec::new())?,
            }
        }
        // Of one protocol and one state, they are what else of the range there is.
        if let ([state], [range]) = (rest.as_slice(), self.ranges.as_slice()) {
            let (letter, ports) = range.split_once(':').unwrap_or_default();
            self.host.looked.ports(state, letter, ports);
        }
        Ok(())
    }

    /// Ports of one state that are not told one by one. Newer versions of Nmap tell which ones they are.
    fn extra_ports(&mut self, rest: &mut Vec<String>) -> Result<(), Refusal> {
        let state = attribute(&self.xml.current(), "state");
        let mut told = false;
        while let Some(tag) = self.xml.child()? {
            let (protocol, ports) = (attribute(&tag, "proto"), attribute(&tag, "ports"));
            told |= !ports.is_empty();
            self.host.looked.ports(&state, &protocol, &ports);
            self.xml.skip()?;
        }
        if !told {
            rest.push(state);
        }
        Ok(())
    }

    fn port(&mut self) -> Result<(), Refusal> {
        self.xml.begin_row();
        let tag = self.xml.current();
        let (protocol, number) = (attribute(&tag, "protocol").to_ascii_lowercase(), attribute(&tag, "portid"));
        let (mut state, mut service, mut said) = (String::new(), String::new(), Vec::new());
        let mut recognized = false;
        let mut scripts = Vec::new();
        while let Some(tag) = self.xml.child()? {
            match tag.name() {
                b"state" => {
                    state = attribute(&tag, "state");
                    self.xml.skip()?;
                }
                b"service" => {
                    service = attribute(&tag, "name");
                    // What only takes connections and says nothing is `tcpwrapped`.
                    recognized = attribute(&tag, "method") == "probed" && service != "tcpwrapped";
                    let told =
                        ["product", "version", "extrainfo", "tunnel", "hostname", "ostype", "devicetype", "servicefp"];
                    let told = told.map(|name| fields::of_row(name, &attribute(&tag, name)));
                    fields::keep(&mut said, told.into_iter().flatten());
                    self.xml_cpes(&mut said)?;
                }
                b"script" => scripts.push(self.script()?),
                b"owner" => fields::read_into(&mut self.xml, "owner", &mut said)?,
                _ => self.unknown(&mut said)?,
            }
        }
        self.xml.end_row();
        self.host.looked.ports(&state, &protocol, &number);
        if state != "open" {
            return Ok(());
        }
        let Some(asset) = self.asset()? else { return self.flawed(QuarantineReason::FieldMissing, "addr") };
        let Ok(port) = number.parse() else {
            return self.flawed(QuarantineReason::FieldInvalid, &format!("portid={number}"));
        };
        let place = Place::Port { protocol, port, service };
        let facts =
            || WeaknessFacts { rule: OPEN.to_owned(), title: "Open port".to_owned(), ..WeaknessFacts::default() };
        let weakness = self.weakness(OPEN, facts)?;
        let row =
            Row { asset, weakness, place, severity: Severity::Info, confidence: None, serial: None, evidence: said };
        let place = row.place.clone();
        self.collector.row(row)?;
        let came: Result<Vec<_>, _> = scripts.into_iter().map(|script| self.said(asset, &place, script)).collect();
        self.host.looked.place(&place, &came?, recognized, self.timed);
        Ok(())
    }

    /// `<cpe>cpe:/a:…</cpe>`, within a service.
    fn xml_cpes(&mut self, said: &mut Vec<EvidencePart>) -> Result<(), Refusal> {
        while self.xml.child()?.is_some() {
            fields::read_into(&mut self.xml, "cpe", said)?;
        }
        Ok(())
    }

    fn scripts_of_host(&mut self) -> Result<(), Refusal> {
        let mut all = Vec::new();
        while let Some(tag) = self.xml.child()? {
            if tag.name() != b"script" {
                self.unknown(&mut Vec::new())?;
                continue;
            }
            self.xml.begin_row();
            let script = self.script()?;
            self.xml.end_row();
            match self.asset()? {
                Some(asset) => all.push(self.said(asset, &Place::Whole, script)?),
                None => self.flawed(QuarantineReason::FieldMissing, "addr")?,
            }
        }
        self.host.looked.place(&Place::Whole, &all, false, self.timed);
        Ok(())
    }

    fn script(&mut self) -> Result<Script, Refusal> {
        let tag = self.xml.current();
        let (id, output) = (attribute(&tag, "id"), attribute(&tag, "output"));
        Ok(Script { id, output, told: Told::read(&mut self.xml)? })
    }

    /// Takes in what a script says of a place, a row for each weakness or one with its words, and says what it came to.
    fn said(&mut self, asset: u32, place: &Place, script: Script) -> Result<(String, Came), Refusal> {
        let Script { id, output, told } = script;
        if id.is_empty() {
            self.flawed(QuarantineReason::RuleMissing, "id")?;
            return Ok((id, Came::Failed));
        }
        if output.trim_start().starts_with("ERROR:") {
            self.collector.remarks.count("tool_reported_errors", &id);
            return Ok((id, Came::Failed));
        }
        if output.trim().is_empty() && told.entries.is_empty() {
            self.collector.no_finding()?;
            return Ok((id, Came::Failed));
        }
        let at = self.host.ended.or(self.scan.started_at);
        let mut all = found::findings(&id, &output, &told, at);
        let came = match (all.undecided, all.none) {
            (true, _) => Came::Failed,
            (false, true) => Came::FoundNothing,
            (false, false) => Came::Ran,
        };
        (0..all.clean).try_for_each(|_| self.collector.no_finding())?;
        if all.found.is_empty() && all.clean == 0 {
            all.found.push(Found::default());
        }
        // Where it found many things its words are not repeated with each.
        let alone = all.found.len() == 1;
        let words =
            |found: &Found| if alone || found.evidence.is_empty() { output.clone() } else { found.evidence.clone() };
        for found in all.found {
            let rule = if found.part.is_empty() { format!("nmap/{id}") } else { format!("nmap/{id}/{}", found.part) };
            let weakness = self.weakness(&rule, || WeaknessFacts { rule: rule.clone(), ..WeaknessFacts::default() })?;
            self.describe(weakness, &id, &found)?;
            let evidence = vec![EvidencePart { kind: EvidenceKind::Output, text: words(&found) }];
            let Found { severity, confidence, .. } = found;
            let place = place.clone();
            self.collector.row(Row { asset, weakness, place, severity, confidence, serial: None, evidence })?;
        }
        Ok((id, came))
    }

    fn describe(&mut self, weakness: u32, script: &str, found: &Found) -> Result<(), Refusal> {
        let facts = self.collector.weakness(weakness);
        if facts.title.is_empty() || facts.title == script {
            let title = if found.title.is_empty() { script } else { &found.title };
            title.clone_into(&mut facts.title);
        }
        found.cve.iter().for_each(|id| unite(&mut facts.cve, &mut 0, id.as_str()));
        found.cwe.iter().for_each(|number| unite(&mut facts.cwe, &mut 0, number));
        facts.score_tenths = facts.score_tenths.max(found.score);
        let prose = &mut facts.prose;
        let mut grown = fields::settle(&mut prose.description, &mut prose.fields, "description", &found.description);
        grown += fields::settle(&mut prose.references, &mut prose.fields, "refs", &found.references);
        self.collector.grow(grown)
    }

    fn weakness(&mut self, rule: &str, facts: impl Fn() -> WeaknessFacts) -> Result<u32, Refusal> {
        match self.collector.weakness_of(rule) {
            Some(weakness) => Ok(weakness),
            None => self.collector.add_weakness(facts()),
        }
    }

    fn flawed(&mut self, reason: QuarantineReason, detail: &str) -> Result<(), Refusal> {
        let (place, raw) = ((self.xml.line(), self.xml.offset()), self.xml.row_bytes().to_vec());
        self.collector.quarantine((reason, detail.to_owned()), Some(place), &raw)
    }

    fn unknown(&mut self, said: &mut Vec<EvidencePart>) -> Result<(), Refusal> {
        fields::read_unknown(&mut self.xml, &mut self.collector.remarks, said)
    }
}

impl Host {
    /// The address is the name: it is what the host is known by at every scanner.
    fn address(&mut self, address: String, kind: &str) {
        if address.is_empty() {
            return;
        }
        if kind == "mac" {
            self.facts.mac.get_or_insert(address);
        } else if self.facts.ip.is_none() {
            self.facts.kind = AssetKind::Host;
            self.facts.name.clone_from(&address);
            self.facts.ip = Some(address);
        }
    }
}

/// A script's words.
struct Script {
    id: String,
    output: String,
    told: Told,
}

/// A command line without the files that it writes, which may be others each time.
fn command(line: &str) -> String {
    let mut kept = Vec::new();
    let mut words = line.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "-oX" | "-oN" | "-oG" | "-oS" | "-oA" => drop(words.next()),
            word => kept.push(word),
        }
    }
    let line = kept.join(" ");
    line[..line.floor_char_boundary(MAX_COMMAND)].to_owned()
}

fn attribute(tag: &Tag<'_>, name: &str) -> String {
    tag.attribute(name).map(|value| text::without_nul(value.trim().to_owned())).unwrap_or_default()
}
