//! Findings as Tenable Vulnerability Management exports them in bulk (`POST /vulns/export`): a chunk as it is fetched, or all chunks
//! of an export in one object around them, as our connector writes them.
//!
//! A row is a finding of a host at a port, as the newest scan that found it told it. An export lists what was found or fixed since
//! an instant, or what its asker may see, and never what was looked at: what it is silent about proves nothing. What it calls fixed
//! is no finding: a later scan looked there and did not find it, which is said of that rule at that place as a check that passed is.

mod plugin;

use super::host::{Host, named};
use super::row::{Contents, Rows, Sound, invalid, plugin_of, severity_of};
use super::rule::Hints;
use super::words::Words;
use crate::bounded::document::{Each, Either, Fields, Object, Reading, Text, read_document};
use crate::bounded::record::{Record, elements, text};
use crate::format::{ExportFormat, Head};
use crate::tables::Flaw;
use crate::time::stamp;
use crate::{Options, Parsed, ParsedAsset, QuarantineReason, Refusal, Sink, fields, sniff};
use model::facts::{AssetFacts, EvidencePart, Place, ScanCoverage, ScanFacts, WeaknessFacts};
use model::{Micros, Tool};
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Read;
use std::net::IpAddr;

/// The format.
pub struct TenableExport;

impl ExportFormat for TenableExport {
    fn name(&self) -> &'static str {
        "Tenable export JSON"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        let Head::Json { text } = head else { return false };
        let keys = sniff::keys(text);
        let has = |key: &str| keys.contains(&key);
        // An output may fill the head.
        let row = has("asset") && (has("plugin") && has("port") || has("output") && text.contains("\"uuid\""));
        if text.starts_with('[') { row } else { has("export_uuid") && has(ROWS) }
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let mut export =
            Export { rows: Rows::new(sink, options), options, hosts: HashMap::new(), seen: None, made: None, fixed: 0 };
        let read = read_document(input, &options.limits, &mut export, |reading, json| {
            Either(reading, |list| Each::new(list, take), |object| Object(object, Around)).deserialize(json)
        });
        let read = read.map(|replaced| export.rows.collector.remarks.bytes_replaced(replaced));
        export.rows.collector.accept(read)?;
        Ok(export.finish(self.name()))
    }
}

/// The key of the rows in the object around them.
const ROWS: &str = "vulns";

/// How many findings of one host are kept that are fixed: what is beyond is as if nobody had said so.
const MAX_FIXED: usize = 20_000;

/// The state of reading one file.
struct Export<'s> {
    rows: Rows<'s>,
    options: &'s Options,
    /// By everything that a host's key can be made of, so that one name at two addresses is two hosts.
    hosts: HashMap<String, Host>,
    /// When the newest of the findings was last found.
    seen: Option<Micros>,
    /// When the export was made.
    made: Option<Micros>,
    /// Rows of findings that Tenable knows to be fixed.
    fixed: u64,
}

/// The object around the rows.
struct Around;

impl<'s> Fields<Export<'s>> for Around {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Export<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            ROWS => map.next_value_seed(Each::new(reading.inner(), take)),
            "created" => {
                let made = map.next_value::<Text>()?.0;
                reading.context.made = stamp(&made, &reading.context.options.zone_offset).map(|stamp| stamp.at);
                Ok(())
            }
            _ => map.next_value::<IgnoredAny>().map(|_| ()),
        }
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Export<'s>>) -> Result<(), E> {
        Ok(())
    }
}

fn take(reading: &mut Reading<'_, Export<'_>>, record: Record) -> Result<(), Refusal> {
    let bytes = reading.bytes();
    reading.context.row(&record.0)?;
    reading.context.rows.collector.progress(bytes);
    Ok(())
}

impl Export<'_> {
    fn row(&mut self, row: &Value) -> Result<(), Refusal> {
        let checked = checked(row).and_then(|sound| Ok((sound, asset(row)?)));
        let (sound, facts) = match checked {
            Ok(checked) => checked,
            Err(flaw) => return self.quarantine(flaw, row),
        };
        let fixed = text(&row["state"]).eq_ignore_ascii_case("fixed");
        let at = self.looked(row, fixed);
        let key = key(&facts);
        if !self.hosts.contains_key(&key) {
            let index = self.rows.collector.add_asset(ParsedAsset { facts, ..ParsedAsset::default() })?;
            self.hosts.insert(key.clone(), Host::new(index));
        } else if let Some(host) = self.hosts.get(&key) {
            complete(&mut self.rows.collector.asset(host.index).facts, facts);
        }
        let Some(host) = self.hosts.get_mut(&key) else { return Ok(()) };
        // What was found there was found by a scanner that got there.
        host.ended = true;
        // Tenable lists what no later scan has cleared, so all of a host's count as seen at the latest of those instants.
        let observation = &mut self.rows.collector.asset(host.index).observation;
        observation.at = observation.at.max(at);
        self.seen = self.seen.max(at);
        if fixed {
            self.fixed += 1;
            host.saw(sound.plugin);
            if let Place::Port { protocol, port, .. } = &sound.place
                && observation.passed.len() < MAX_FIXED
            {
                // As `posture::coverage` reads it.
                observation.passed.push(format!("fixed {} {protocol}/{port}", sound.plugin));
            }
            return self.rows.collector.no_finding();
        }
        let known = self.rows.known(sound.plugin);
        let (mut contents, mut draft, mut hints) = (Contents::default(), WeaknessFacts::default(), Hints::default());
        let mut words = Words::of(text(&row["plugin"]["name"]), text(&row["plugin"]["family"]));
        plugin::fields(&row["plugin"], |field, text| {
            let facts = known.map_or(&mut draft, |index| self.rows.collector.weakness(index));
            contents.take(field, text, &mut words, facts, &mut hints);
        });
        contents.output = row["output"].as_str().unwrap_or_default().to_owned();
        contents.fields = said(row);
        self.rows.row(host, sound, known, &words, draft, contents)
    }

    /// When the scan looked that found it last, or did not find it any more.
    fn looked(&mut self, row: &Value, fixed: bool) -> Option<Micros> {
        let scan = &row["scan"];
        let first = if fixed { &row["last_fixed"] } else { &row["last_found"] };
        let texts = [first, &row["last_found"], &scan["completed_at"], &scan["started_at"]].map(text);
        let zone = &self.options.zone_offset;
        let found = texts.iter().find_map(|text| stamp(text, zone));
        if let Some(odd) = texts.iter().find(|text| !text.is_empty()).filter(|_| found.is_none()) {
            self.rows.collector.remarks.add("time_not_understood", odd);
        }
        found.map(|stamp| stamp.at)
    }

    /// Keeps what a row says of itself for a person to look at.
    fn quarantine(&mut self, flaw: Flaw, row: &Value) -> Result<(), Refusal> {
        let plugin = json!({"id": row["plugin"]["id"], "name": row["plugin"]["name"]});
        let shown = json!({"asset": row["asset"], "plugin": plugin, "port": row["port"], "severity": row["severity"]});
        self.rows.collector.quarantine(flaw, None, shown.to_string().as_bytes())
    }

    fn finish(mut self, format: &str) -> Parsed {
        for host in self.hosts.values() {
            let observation = &mut self.rows.collector.asset(host.index).observation;
            host.conclude(observation);
            observation.passed.sort_unstable();
            observation.passed.dedup();
        }
        self.rows.collector.remarks.add("export_tells_no_coverage", "");
        if self.fixed > 0 {
            self.rows.collector.remarks.add("rows_fixed", &self.fixed.to_string());
        }
        self.rows.finish(ScanFacts {
            tool: Tool::Nessus,
            // Scans of several scanners and policies are in one export.
            tool_version: String::new(),
            format: format.to_owned(),
            name: String::new(),
            policy: String::new(),
            started_at: None,
            finished_at: self.seen.or(self.made),
            zone_assumed: false,
            // Nothing says of any plugin that it ran, but for what is fixed.
            coverage: ScanCoverage { plugin_set: Some(Vec::new()), ..ScanCoverage::default() },
            remarks: Vec::new(),
        })
    }
}

/// The fields of a row, if one can be made of them.
fn checked(row: &Value) -> Result<Sound, Flaw> {
    let (rule, port) = (&row["plugin"], &row["port"]);
    let plugin = plugin_of(Some(&text(&rule["id"])))?;
    if text(&rule["family"]) == "Policy Compliance" {
        // The check's id, which is a part of its rule, is not told.
        return Err((QuarantineReason::FieldMissing, "compliance-check-id".to_owned()));
    }
    // As the scanner says it: what somebody made of it in Tenable stands beside.
    let severities = ["severity_default_id", "severity_id", "severity"].map(|name| text(&row[name]));
    let severity = severities.iter().map(String::as_str).find(|severity| !severity.is_empty());
    let severity = severity_of(severity, &plugin::titled(&text(&rule["risk_factor"])))?;
    let (number, protocol) = (text(&port["port"]), text(&port["protocol"]));
    let missing = [(&number, "port"), (&protocol, "protocol")].into_iter().find(|(text, _)| text.is_empty());
    if let Some((_, name)) = missing {
        return Err((QuarantineReason::FieldMissing, name.to_owned()));
    }
    let place = Place::Port {
        protocol: protocol.to_ascii_lowercase(),
        port: number.parse().map_err(|_| invalid("port", &number))?,
        service: text(&port["service"]),
    };
    Ok(Sound { plugin, place, severity })
}

/// The host of a row, as the scan that found it knew it.
fn asset(row: &Value) -> Result<AssetFacts, Flaw> {
    let told = |name: &str| Some(first(&row["asset"][name])).filter(|text| !text.is_empty());
    let target = Some(text(&row["scan"]["last_scan_target"])).filter(|text| !text.is_empty());
    // A host is called as it was scanned, wherever Tenable tells.
    let names = [target, told("hostname"), told("fqdn"), told("ipv4"), told("ipv6"), told("uuid")];
    let addresses = [told("ipv4"), names[0].clone(), told("hostname"), told("ipv6")];
    let name = names.into_iter().flatten().next();
    let name = name.ok_or_else(|| (QuarantineReason::FieldMissing, "asset".to_owned()))?;
    let facts = named(name);
    Ok(AssetFacts {
        agent_uuid: told("agent_uuid"),
        ip: addresses.into_iter().flatten().find(|text| text.parse::<IpAddr>().is_ok()),
        fqdn: told("fqdn").filter(|name| !name.contains("://")),
        netbios: told("netbios_name"),
        mac: told("mac_address"),
        os: told("operating_system"),
        ..facts
    })
}

/// The text of a value that is one, or the first of a list of them.
fn first(value: &Value) -> String {
    let texts = elements(value).iter().map(text).find(|text| !text.is_empty());
    texts.unwrap_or_else(|| text(value))
}

/// Everything that a host's key can be made of.
fn key(facts: &AssetFacts) -> String {
    let parts = [&facts.agent_uuid, &facts.ip, &facts.fqdn].map(|part| part.as_deref().unwrap_or_default());
    format!("{}\n{}", parts.join("\n"), facts.name)
}

/// Takes in what only another row tells of a host.
fn complete(known: &mut AssetFacts, other: AssetFacts) {
    let AssetFacts { netbios, mac, os, .. } = other;
    for (slot, told) in [(&mut known.netbios, netbios), (&mut known.mac, mac), (&mut known.os, os)] {
        *slot = slot.take().or(told);
    }
}

/// What Tenable keeps of a finding besides: since when it knows it, who found it, and what somebody there made of its severity.
fn said(row: &Value) -> Vec<EvidencePart> {
    let changed = Some(text(&row["severity_modification_type"])).filter(|kind| !matches!(kind.as_str(), "" | "NONE"));
    let changed = changed.map(|kind| {
        let said = [("severity_modification_type", kind), ("severity", text(&row["severity"]))];
        said.into_iter().chain([("recast_reason", text(&row["recast_reason"]))]).collect::<Vec<_>>()
    });
    let always = [("first_found", text(&row["first_found"])), ("source", text(&row["source"]))];
    let all = always.into_iter().chain(changed.into_iter().flatten());
    all.filter_map(|(name, value)| fields::of_row(name, &value)).collect()
}
