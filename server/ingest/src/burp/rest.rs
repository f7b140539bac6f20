//! A scan of the REST API of Burp Suite Professional (`GET /v0.1/scan/{id}`), or its list of events alone.
//!
//! A row is an issue, as its last `issue_found` event has it: an issue that is reported again under its serial number is the same
//! one. No other type of event is known from recordings or from clients, so one is quarantined, not guessed at.
//!
//! The API tells how far the scan got and never when it ran. But it says when each request of its evidence was sent, so an
//! origin was observed when the last of its requests was.

use super::export::Export;
use super::issue::{Issue, Names, Sound};
use crate::bounded::document::{Each, Either, Fields, Object, Reading, Text, read_document};
use crate::bounded::record::{Record, text};
use crate::format::{ExportFormat, Head};
use crate::{Options, Parsed, QuarantineReason, Refusal, RefusalCode, Sink, sniff, text};
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess};
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::io::Read;

/// How many bytes of issues are held back in case a later event changes them.
const HELD: usize = 128 << 20;

/// What the API calls the fields that an issue cannot do without.
const NAMES: Names = Names { rule: "type_index", origin: "origin" };

/// The format.
pub struct BurpRest;

impl ExportFormat for BurpRest {
    fn name(&self) -> &'static str {
        "Burp REST API JSON"
    }

    fn recognizes(&self, head: &Head<'_>) -> bool {
        let Head::Json { text } = head else { return false };
        let keys = sniff::keys(text);
        let of_events = ["\"issue_found\"", "\"type_index\"", "\"DataSegment\""];
        let of_scans = ["\"scan_status\"", "\"scan_metrics\"", "\"task_id\""];
        let any = |marks: [&str; 3]| marks.iter().any(|mark| text.contains(mark));
        if text.starts_with('[') {
            keys.contains(&"issue") && any(of_events)
        } else {
            keys.contains(&"issue_events") && (any(of_events) || any(of_scans))
        }
    }

    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
        let mut task = Task { export: Export::new(options, sink), held: Held::default() };
        let read = read_document(input, &options.limits, &mut task, |reading, json| {
            Either(reading, |list| Each::new(list, event), |object| Object(object, TaskFields)).deserialize(json)
        });
        let Task { mut export, mut held } = task;
        let collector = &mut export.collector;
        let read = read.map(|replaced| collector.remarks.bytes_replaced(replaced));
        // An issue that is held was read whole, wherever the file ends behind it.
        if read.as_ref().err().is_none_or(|refusal| refusal.code == RefusalCode::Truncated) {
            while let Some((issue, sound)) = held.first() {
                issue.emit(sound, collector)?;
            }
        }
        collector.accept(read)?;
        Ok(export.finish(self.name(), options))
    }
}

/// A scan task that is being read.
struct Task<'s> {
    export: Export<'s>,
    held: Held,
}

/// The answer's own fields.
struct TaskFields;

impl<'s> Fields<Task<'s>> for TaskFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Task<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "scan_status" => reading.context.export.status = map.next_value::<Text>()?.0,
            "scan_metrics" => map.next_value_seed(Object(reading.inner(), MetricFields))?,
            "issue_events" => map.next_value_seed(Each::new(reading.inner(), event))?,
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Task<'s>>) -> Result<(), E> {
        Ok(())
    }
}

/// The scan's counts.
struct MetricFields;

impl<'s> Fields<Task<'s>> for MetricFields {
    type Output = ();

    fn entry<'de, A: MapAccess<'de>>(
        &mut self,
        reading: &mut Reading<'_, Task<'s>>,
        key: &str,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "issue_events" => reading.context.export.found = map.next_value::<Text>()?.0.parse().ok(),
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }

    fn end<E: de::Error>(self, _: &mut Reading<'_, Task<'s>>) -> Result<(), E> {
        Ok(())
    }
}

/// Takes an event.
fn event(reading: &mut Reading<'_, Task<'_>>, Record(event): Record) -> Result<(), Refusal> {
    let bytes = reading.bytes();
    let Task { export, held } = &mut *reading.context;
    export.listed += 1;
    export.collector.progress(bytes);
    let kind = text(&event["type"]);
    if !matches!(kind.as_str(), "" | "issue_found") {
        return export.quarantine((QuarantineReason::FieldInvalid, format!("type={kind}")), &event);
    }
    if !event["issue"].is_object() {
        return export.quarantine((QuarantineReason::FieldMissing, "issue".to_owned()), &event);
    }
    let issue = issue(&event["issue"], export);
    let Some(sound) = export.sound(&issue, &NAMES, &event)? else { return Ok(()) };
    if issue.serial.is_empty() {
        return issue.emit(sound, &mut export.collector);
    }
    held.put(issue, sound);
    while held.bytes > HELD
        && let Some((issue, sound)) = held.first()
    {
        issue.emit(sound, &mut export.collector)?;
    }
    Ok(())
}

/// What an event says of an issue. Its caption is what XML calls the location: the path, and the insertion point in brackets.
fn issue(said: &Value, export: &mut Export<'_>) -> Issue {
    let given = |name: &str| text(&said[name]);
    let mut issue = Issue {
        serial: given("serial_number"),
        kind: given("type_index"),
        name: given("name"),
        host: given("origin"),
        path: given("path"),
        location: given("caption"),
        severity: given("severity"),
        confidence: given("confidence"),
        background: given("issue_background"),
        remediation: given("remediation_background"),
        references: given("references"),
        classifications: given("vulnerability_classifications"),
        ..Issue::default()
    };
    for detail in ["description", "remediation"] {
        issue.add_detail(&text::from_html(&given(detail)));
    }
    issue.add_evidence(&said["evidence"], &mut export.collector.remarks);
    issue
}

/// Issues of which a later event may say more, in the order in which they were found.
#[derive(Default)]
struct Held {
    order: VecDeque<String>,
    issues: HashMap<String, (Issue, Sound)>,
    bytes: usize,
}

impl Held {
    /// Holds an issue instead of what was held under its serial number.
    fn put(&mut self, issue: Issue, sound: Sound) {
        self.bytes += issue.size();
        let serial = issue.serial.clone();
        match self.issues.insert(serial.clone(), (issue, sound)) {
            Some((earlier, _)) => self.bytes -= earlier.size(),
            None => self.order.push_back(serial),
        }
    }

    /// Gives up the issue that is held longest.
    fn first(&mut self) -> Option<(Issue, Sound)> {
        let held = self.issues.remove(&self.order.pop_front()?)?;
        self.bytes -= held.0.size();
        Some(held)
    }
}
