//! Plugin outputs of the REST API (`GET /scans/{id}/hosts/{id}/plugins/{id}`, and the same over all hosts), alone or as a list.
//!
//! They are the only answers of the API that say where a finding is: which port of which host. A row is a host at a port of an
//! output. A list may also hold host details (`GET /scans/{id}/hosts/{id}`): they give hosts their address and time, but no rows,
//! as they count a plugin's findings without naming ports.
//!
//! In a `.nessus` file a host is known by its address. A name alone would make a second asset of it, so a row whose host is named
//! without an address, in the output or in details before it, is quarantined.

use super::attributes;
use super::host::{Host, HostTimes, Time, known_by};
use super::row::{Contents, Rows, Sound, invalid, plugin_of, severity_of};
use super::rule::Hints;
use super::words::Words;
use crate::bounded::document::{Each, read_document};
use crate::bounded::record::{Record, elements, text};
use crate::format::{ExportFormat, Head};
use crate::tables::Flaw;
use crate::{Options, Parsed, ParsedAsset, QuarantineReason, Quarantined, Refusal, RefusalCode, Sink, sniff};
use model::Tool;
use model::facts::{AssetFacts, AssetKind, Place, ScanCoverage, ScanFacts, WeaknessFacts};
use serde::de::DeserializeSeed;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Read;

/// What host details alone are refused as.
pub const HOST_DETAILS: &str = "Nessus API JSON: host details, which name no ports";

/// The format.
pub struct NessusApi;

impl ExportFormat for NessusApi {
    fn name(&self) -> &'static str {
        "Nessus API JSON"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        let Head::Json { text } = head else { return false };
        let keys = sniff::keys(text);
        let outputs =
            keys.contains(&"outputs") && (text.contains("\"plugindescription\"") || text.contains("\"plugin_output\""));
        // The details of a host may fill the head of a list.
        outputs || (text.starts_with('[') && is_host_details(&keys, text))
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let mut api = Api {
            rows: Rows::new(sink, options),
            options,
            hosts: HashMap::new(),
            times: HostTimes::default(),
            written: 0,
            outputs: false,
        };
        let read = read_document(input, &options.limits, &mut api, |reading, json| {
            Each::new(reading, |reading, record: Record| {
                let bytes = reading.bytes();
                reading.context.document(&record.0, bytes)
            })
            .deserialize(json)
        });
        let read = read.and_then(|replaced| {
            api.rows.collector.remarks.bytes_replaced(replaced);
            let details = || Refusal::new(RefusalCode::UnsupportedFormat, HOST_DETAILS);
            if api.outputs { Ok(()) } else { Err(details()) }
        });
        api.rows.collector.accept(read)?;
        Ok(api.finish(self.name()))
    }
}

/// Whether the keys are those of a host's details.
pub fn is_host_details(keys: &[&str], text: &str) -> bool {
    keys.contains(&"info") && keys.contains(&"vulnerabilities") && text.contains("\"host-ip\"")
}

/// The state of reading one file.
struct Api<'s> {
    rows: Rows<'s>,
    options: &'s Options,
    /// The hosts that are known by their address, by the name that outputs use.
    hosts: HashMap<String, Host>,
    times: HostTimes,
    /// Bytes of evidence that were handed over.
    written: u64,
    /// Whether there was a plugin's output.
    outputs: bool,
}

/// What the rows of one answer have in common.
struct Plugin {
    id: Result<u32, Flaw>,
    severity: String,
    /// What the answer says of the plugin, until a row has told it.
    words: Words,
    contents: Contents,
    draft: WeaknessFacts,
}

impl Api<'_> {
    fn document(&mut self, document: &Value, bytes: u64) -> Result<(), Refusal> {
        if let Some(outputs) = document.get("outputs") {
            self.outputs = true;
            let mut plugin = self.plugin(&document["info"]["plugindescription"])?;
            for output in elements(outputs) {
                self.output(&mut plugin, output)?;
            }
        } else if document["info"].get("host-ip").is_some() {
            self.details(document)?;
        } else {
            let flaw = (QuarantineReason::FieldMissing, "outputs".to_owned());
            self.rows.collector.quarantine(flaw, None, document.to_string().as_bytes())?;
        }
        self.rows.collector.progress(bytes);
        Ok(())
    }

    fn plugin(&mut self, description: &Value) -> Result<Plugin, Refusal> {
        let family = text(&description["pluginfamily"]);
        let id = match text(&description["pluginid"]) {
            id if id.is_empty() => plugin_of(None),
            // The check's id, which is a part of its rule, is not told.
            _ if family == "Policy Compliance" => {
                Err((QuarantineReason::FieldMissing, "compliance-check-id".to_owned()))
            }
            id => plugin_of(Some(&id)),
        };
        let known = id.as_ref().ok().and_then(|id| self.rows.known(*id));
        let (mut contents, mut draft, mut hints) = (Contents::default(), WeaknessFacts::default(), Hints::default());
        let mut words = Words::of(text(&description["pluginname"]), family);
        attributes::fields(description, |field, text| {
            let facts = known.map_or(&mut draft, |index| self.rows.collector.weakness(index));
            contents.take(field, text, &mut words, facts, &mut hints);
        });
        if known.is_some() {
            self.rows.collector.grow(contents.grown)?;
        }
        Ok(Plugin { id, severity: text(&description["severity"]), words, contents, draft })
    }

    /// The rows of an output. One without a place is a row that cannot be understood.
    fn output(&mut self, plugin: &mut Plugin, output: &Value) -> Result<(), Refusal> {
        let ports = output["ports"].as_object().filter(|ports| !ports.is_empty());
        let Some(ports) = ports else {
            return self.quarantine((QuarantineReason::FieldMissing, "ports".to_owned()), output, "", "");
        };
        for (port, hosts) in ports {
            let hosts = elements(hosts);
            if hosts.is_empty() {
                self.row(plugin, output, port, "")?;
            }
            for host in hosts {
                self.row(plugin, output, port, &text(&host["hostname"]))?;
            }
        }
        Ok(())
    }

    fn row(&mut self, plugin: &mut Plugin, output: &Value, port: &str, name: &str) -> Result<(), Refusal> {
        let sound = match plugin.checked(output, port) {
            Ok(sound) => sound,
            Err(flaw) => return self.quarantine(flaw, output, port, name),
        };
        self.meet(name)?;
        let Some(host) = self.hosts.get_mut(name) else {
            let field = if name.is_empty() { "hostname" } else { "host-ip" };
            return self.quarantine((QuarantineReason::FieldMissing, field.to_owned()), output, port, name);
        };
        let found = output["plugin_output"].as_str().unwrap_or_default();
        // An output is written once for each of its places: together no more than a file may have.
        self.written += found.len() as u64;
        let limit = self.options.limits.max_bytes;
        if self.written > limit {
            return Err(Refusal::new(RefusalCode::TooLarge, limit.to_string()));
        }
        let known = self.rows.known(sound.plugin);
        let contents = Contents { output: found.to_owned(), ..Contents::default() };
        let (words, draft) = (std::mem::take(&mut plugin.words), std::mem::take(&mut plugin.draft));
        self.rows.row(host, sound, known, &words, draft, contents)
    }

    /// Keeps what a row is made of for a person to look at.
    fn quarantine(&mut self, flaw: Flaw, output: &Value, port: &str, name: &str) -> Result<(), Refusal> {
        let found = output["plugin_output"].as_str().unwrap_or_default();
        let found: String = found.chars().take(Quarantined::MAX_RAW).collect();
        let row = json!({ "hostname": name, "port": port, "severity": output["severity"], "plugin_output": found });
        self.rows.collector.quarantine(flaw, None, row.to_string().as_bytes())
    }

    /// Reads a host's details.
    fn details(&mut self, document: &Value) -> Result<(), Refusal> {
        let info = &document["info"];
        let given = |key: &str| attributes::first(&info[key]);
        let rows = ["vulnerabilities", "compliance"].into_iter().flat_map(|list| elements(&document[list]));
        let name = rows.map(|row| text(&row["hostname"])).find(|name| !name.is_empty()).or_else(|| given("host-ip"));
        let name = name.unwrap_or_default();
        let named = known_by(name.clone());
        let facts = AssetFacts {
            ip: given("host-ip").or(named.ip),
            fqdn: given("host-fqdn").filter(|fqdn| !fqdn.contains("://")),
            netbios: given("netbios-name"),
            mac: given("mac-address"),
            os: given("operating-system"),
            ..named
        };
        if !is_addressed(&facts) {
            return Ok(());
        }
        self.add(&name, facts)?;
        let time = |key: &str| Time { words: given(key).unwrap_or_default(), ..Time::default() };
        let (start, end) = (time("host_start"), time("host_end"));
        let collector = &mut self.rows.collector;
        let at = self.times.observe((&start, &end), &self.options.zone_offset, &mut collector.remarks);
        if let Some(host) = self.hosts.get_mut(&name) {
            host.ended = !end.is_empty();
            collector.asset(host.index).observation.at = at;
        }
        Ok(())
    }

    /// Makes an asset of a host that an output names by its address.
    fn meet(&mut self, name: &str) -> Result<(), Refusal> {
        let facts = known_by(name.to_owned());
        if self.hosts.contains_key(name) || !is_addressed(&facts) { Ok(()) } else { self.add(name, facts) }
    }

    fn add(&mut self, name: &str, facts: AssetFacts) -> Result<(), Refusal> {
        match self.hosts.get(name) {
            Some(host) => self.rows.collector.asset(host.index).facts = facts,
            None => {
                let index = self.rows.collector.add_asset(ParsedAsset { facts, ..ParsedAsset::default() })?;
                self.hosts.insert(name.to_owned(), Host::new(index));
            }
        }
        Ok(())
    }

    fn finish(mut self, format: &str) -> Parsed {
        for host in self.hosts.values() {
            host.conclude(&mut self.rows.collector.asset(host.index).observation);
        }
        self.rows.collector.remarks.add("may_be_a_part", "");
        let info = std::mem::take(&mut self.rows.info);
        self.rows.finish(ScanFacts {
            tool: Tool::Nessus,
            tool_version: info.version,
            format: format.to_owned(),
            name: String::new(),
            policy: info.policy,
            started_at: self.times.started,
            finished_at: self.times.finished,
            zone_assumed: self.times.zone_assumed,
            coverage: ScanCoverage {
                port_range: Some(info.port_range).filter(|range| !range.is_empty()),
                // Nothing says whether these are the outputs of all plugins.
                incomplete: true,
                ..ScanCoverage::default()
            },
            remarks: Vec::new(),
        })
    }
}

impl Plugin {
    /// The fields of a row, if one can be made of them.
    fn checked(&self, output: &Value, port: &str) -> Result<Sound, Flaw> {
        let severities = [text(&output["severity"]), self.severity.clone()];
        let severity = severities.iter().map(String::as_str).find(|severity| !severity.is_empty());
        Ok(Sound {
            plugin: self.id.clone()?,
            place: place(port).ok_or_else(|| invalid("ports", port))?,
            severity: severity_of(severity, &self.contents.risk)?,
        })
    }
}

/// Whether the host is known as in a `.nessus` file.
fn is_addressed(facts: &AssetFacts) -> bool {
    facts.kind == AssetKind::Origin || facts.ip.is_some()
}

/// The place of `443 / tcp / www`; the host itself is `0 / tcp / `.
fn place(text: &str) -> Option<Place> {
    let mut parts = text.splitn(3, '/').map(str::trim);
    let port = parts.next()?.parse().ok()?;
    let protocol = parts.next().filter(|protocol| !protocol.is_empty())?.to_ascii_lowercase();
    Some(Place::Port { protocol, port, service: parts.next().unwrap_or_default().to_owned() })
}
