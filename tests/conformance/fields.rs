//! What stands in a row of an export is found in what was handed over of the file, by its value, and by its name where no fact
//! takes it. The walk shares nothing with the readers.

use crate::files::{Outcome, ReadFile, read};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use std::collections::BTreeSet;

/// At most about that many rows of a file are looked at.
const SAMPLE: usize = 300;

/// Names whose value is a fact in a form of its own: a number, a place, a severity, a rule, an outcome, a list, a message.
const OWN_FORM: [&str; 26] = [
    "base64",
    "compliance",
    "compliance-check-id",
    "compliance-check-name",
    "compliance-reference",
    "compliance-result",
    "confidence",
    "cve",
    "cwe",
    "cweid",
    "host",
    "location",
    "pluginID",
    "pluginId",
    "plugin_name",
    "port",
    "protocol",
    "reliability",
    "request",
    "response",
    "riskcode",
    "serialNumber",
    "severity",
    "uri",
    "url",
    "wascid",
];

/// Names whose value is not kept, for it says nothing that a fact does not.
const NOT_KEPT: [&str; 5] = [
    // Severity and confidence in the report's language.
    "confidencedesc",
    "risk",
    "riskdesc",
    // The first word of the request.
    "method@request",
    // The parts of a compliance check, which have elements of their own, put together.
    "description@check",
];

/// Names whose value is a fact as it stands, which has no name in the export's words.
const FACTS: [&str; 46] = [
    "alert",
    "alertRef",
    "attachment",
    "attack",
    "background",
    "bid",
    "cert",
    "compliance-actual-value",
    "compliance-info",
    "compliance-policy-value",
    "compliance-see-also",
    "compliance-solution",
    "cvss3_vector",
    "cvss4_vector",
    "cvss_vector",
    "desc",
    "description",
    "edb-id",
    "evidence",
    "iava",
    "iavb",
    "iavt",
    "ip",
    "issueBackground",
    "issueDetail",
    "issueDetailItem",
    "link",
    "method",
    "name",
    "osvdb",
    "other",
    "otherinfo",
    "owasp",
    "param",
    "path",
    "pluginFamily",
    "pluginName",
    "plugin_output",
    "plugin_type",
    "pluginid",
    "reference",
    "references",
    "remediationBackground",
    "remediationDetail",
    "see_also",
    "solution",
];

/// The same, for lack of room above: what stands in many places.
const MORE_FACTS: [&str; 17] = [
    "apple-sa",
    "host-fqdn",
    "host-ip",
    "mac-address",
    "netbios-name",
    "operating-system",
    "request-body",
    "request-header",
    "requestbody",
    "requestheader",
    "response-body",
    "response-header",
    "responsebody",
    "responseheader",
    "secunia",
    "svc_name",
    "synopsis",
];

const LISTS: [&str; 6] = ["tag", "tags", "tra", "type", "vulnerabilityClassifications", "xref"];

/// A name and a value of a row.
type Leaf = (String, String);

/// What a row says that is not found in what was handed over.
pub fn lost(bytes: &[u8]) -> Vec<String> {
    let Outcome::Read(file) = read(bytes) else { return Vec::new() };
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let rows = match file.parsed.scan.format.as_str() {
        "Nessus v2 XML" | "ZAP XML" | "Burp XML" => xml_rows(text),
        "ZAP JSON" | "ZAP API JSON" => json_rows(text),
        _ => return Vec::new(),
    };
    let handed_over = HandedOver::of(&file);
    let step = rows.len().div_ceil(SAMPLE).max(1);
    let leaves: BTreeSet<&Leaf> = rows.iter().step_by(step).flatten().collect();
    leaves.into_iter().filter(|leaf| !handed_over.has(leaf)).map(|(name, value)| format!("{name}: {value}")).collect()
}

/// All texts that were handed over, with single spaces.
struct HandedOver(String);

impl HandedOver {
    fn of(file: &ReadFile) -> Self {
        let mut texts = Vec::new();
        for weakness in &file.parsed.weaknesses {
            let prose = &weakness.prose;
            texts.extend([&weakness.rule, &weakness.title, &weakness.family, &weakness.kind, &weakness.service]);
            texts.extend([&prose.synopsis, &prose.description, &prose.solution, &prose.references]);
            texts.extend(weakness.cvss.iter().chain(&weakness.refs).chain(&weakness.cve));
        }
        let fields = file.parsed.weaknesses.iter().flat_map(|weakness| &weakness.prose.fields);
        let fields: Vec<String> = fields.map(|(name, value)| format!("{name}: {value}")).collect();
        let places: Vec<String> =
            file.rows.iter().map(|row| format!("{:?}", row.place).replace("\\\\", "\\")).collect();
        let cwes = file.parsed.weaknesses.iter().flat_map(|weakness| &weakness.cwe);
        let cwes: Vec<String> = cwes.map(u32::to_string).collect();
        texts.extend(&fields);
        texts.extend(&cwes);
        texts.extend(&places);
        texts.extend(file.rows.iter().flat_map(|row| &row.evidence).map(|part| &part.text));
        for asset in file.parsed.assets.iter().map(|asset| &asset.facts) {
            texts.extend([Some(&asset.name), asset.ip.as_ref(), asset.fqdn.as_ref()].into_iter().flatten());
            texts.extend([&asset.netbios, &asset.mac, &asset.os, &asset.agent_uuid].into_iter().flatten());
        }
        Self(texts.into_iter().map(|text| single_spaced(text)).collect::<Vec<_>>().join("\n"))
    }

    fn has(&self, (name, value): &Leaf) -> bool {
        let value = single_spaced(value);
        if value.is_empty() || OWN_FORM.contains(&name.as_str()) || NOT_KEPT.contains(&name.as_str()) {
            return true;
        }
        let is_fact = [&FACTS[..], &MORE_FACTS, &LISTS].iter().any(|names| names.contains(&name.as_str()));
        if self.0.contains(&format!("{name}: {value}")) || (is_fact && self.0.contains(&value)) {
            return true;
        }
        // ZAP's paragraphs are all its markup.
        let plain = single_spaced(&value.replace("<p>", "").replace("</p>", " "));
        if is_fact && self.0.contains(&plain) {
            return true;
        }
        // Markup and its references are gone, and prefixes of lists; what stands between them is there.
        is_fact && pieces(&value).iter().all(|piece| self.0.contains(piece.as_str()))
    }
}

/// The text between tags, with the references of HTML resolved, and without what a list's values begin with.
fn pieces(value: &str) -> Vec<String> {
    let value = value.strip_prefix("CVSS2#").unwrap_or(value).replace("&nbsp;", " ");
    let mut pieces = Vec::new();
    for piece in value.split('<').flat_map(|part| part.split('>')).flat_map(|part| part.split(['\n', ','])) {
        let piece = piece.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        for prefix in ["CVE:", "CWE:", "CWE-"] {
            if let Some(id) = piece.strip_prefix(prefix) {
                pieces.push(id.to_owned());
            }
        }
        let is_tag = ["/", "a ", "p", "b", "i", "ul", "ol", "li", "br", "pre", "code"]
            .iter()
            .any(|tag| piece == *tag || (piece.starts_with(tag) && piece.len() < 4) || piece.starts_with("a href="));
        if !is_tag && !piece.contains("CWE") && !piece.contains("CVE:") {
            pieces.extend(piece.split(['<', '>']).map(single_spaced));
        }
    }
    pieces
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An element, read naively.
#[derive(Default)]
struct Element {
    name: String,
    attributes: Vec<Leaf>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    fn of(start: &BytesStart<'_>) -> Self {
        let attributes = start.attributes().flatten().map(|attribute| {
            let value = quick_xml::escape::unescape(&attribute.value)
                .map_or_else(|_| String::new(), |value| value.into_owned());
            (attribute.key.as_ref().to_owned(), value)
        });
        let name = start.name();
        let name = name.as_ref();
        let local = name.split_once(':').map_or(name, |(_, local)| local);
        Self { name: local.to_owned(), attributes: attributes.collect(), ..Self::default() }
    }

    fn child(&self, name: &str) -> &str {
        self.children.iter().find(|child| child.name == name).map_or("", |child| child.text.trim())
    }
}

/// The elements that are rows, as lists of leaves. Those that no row is made of are left out.
fn xml_rows(text: &str) -> Vec<Vec<Leaf>> {
    let mut reader = Reader::from_str(text);
    let mut open = vec![Element::default()];
    let mut rows = Vec::new();
    let mut close = |open: &mut Vec<Element>| {
        let element = open.pop().expect("an element");
        match element.name.as_str() {
            "ReportHost" => rows.extend(host(&element)),
            "issue" | "alertitem" => rows.extend(row(&element)),
            _ => open.last_mut().expect("a parent").children.push(element),
        }
    };
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(start) => open.push(Element::of(&start)),
            Event::Empty(start) => {
                open.push(Element::of(&start));
                close(&mut open);
            }
            Event::End(_) => close(&mut open),
            Event::Text(text) => open.last_mut().expect("an element").text.push_str(&text),
            Event::CData(text) => open.last_mut().expect("an element").text.push_str(&text),
            Event::GeneralRef(reference) => {
                let whole = format!("&{};", &*reference);
                let text = quick_xml::escape::unescape(&whole).map_or(whole.clone(), |text| text.into_owned());
                open.last_mut().expect("an element").text.push_str(&text);
            }
            Event::Eof => return rows,
            _ => {}
        }
    }
}

/// The rows of a host. Its properties stand on the row of plugin 19506.
fn host(host: &Element) -> Vec<Vec<Leaf>> {
    let items = host.children.iter().filter(|child| child.name == "ReportItem");
    let mut rows: Vec<_> = items.filter_map(row).collect();
    let is_about = |(name, value): &Leaf| name == "pluginID" && value == "19506";
    if rows.iter().any(|row| row.iter().any(is_about)) {
        let properties = host.children.iter().filter(|child| child.name == "HostProperties");
        let tags = properties.flat_map(|properties| &properties.children);
        rows.push(tags.map(|tag| (tag.attributes[0].1.clone(), tag.text.clone())).collect());
    }
    rows
}

fn row(element: &Element) -> Option<Vec<Leaf>> {
    let is_none = matches!(element.child("compliance-result"), "PASSED" | "WARNING" | "ERROR")
        || element.child("severity").eq_ignore_ascii_case("false positive")
        || element.child("confidence") == "0"
        || element.child("reliability") == "0";
    let is_check = !element.child("compliance-check-name").is_empty() || element.child("compliance") == "true";
    let mut leaves = element.attributes.clone();
    collect(element, &mut leaves);
    for (name, _) in &mut leaves {
        if is_check && name == "description" {
            name.push_str("@check");
        }
    }
    (!is_none).then_some(leaves)
}

fn collect(element: &Element, leaves: &mut Vec<Leaf>) {
    for child in &element.children {
        for (name, value) in &child.attributes {
            let name = if name == "method" { "method@request" } else { name };
            leaves.push((name.to_owned(), value.clone()));
        }
        // A tag of ZAP is an element of the name inside another one.
        if child.children.is_empty() {
            leaves.push((child.name.clone(), child.text.clone()));
        }
        collect(child, leaves);
    }
}

fn json_rows(text: &str) -> Vec<Vec<Leaf>> {
    let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("JSON");
    let list = |value: &Value| match value {
        Value::Array(values) => values.clone(),
        Value::Null => Vec::new(),
        value => vec![value.clone()],
    };
    let mut alerts: Vec<Value> = list(&document["site"]).iter().flat_map(|site| list(&site["alerts"])).collect();
    for name in ["alerts", "vulnerabilities"] {
        alerts.extend(list(&document[name]));
    }
    if document.is_array() {
        alerts.extend(list(&document));
    }
    let is_row = |alert: &Value| alert["confidence"] != "0" && alert["confidence"] != "False Positive";
    alerts
        .iter()
        .filter(|alert| is_row(alert))
        .map(|alert| {
            let mut leaves = Vec::new();
            collect_json("", alert, &mut leaves);
            leaves
        })
        .collect()
}

fn collect_json(name: &str, value: &Value, leaves: &mut Vec<Leaf>) {
    match value {
        Value::Null => {}
        Value::String(text) => leaves.push((name.to_owned(), text.clone())),
        Value::Bool(_) | Value::Number(_) => leaves.push((name.to_owned(), value.to_string())),
        Value::Array(values) => values.iter().for_each(|value| collect_json(name, value, leaves)),
        // The API's tags are an object of links.
        Value::Object(values) if name == "tags" && !values.contains_key("tag") => {
            for (tag, link) in values {
                leaves.push(("tag".to_owned(), tag.clone()));
                collect_json("link", link, leaves);
            }
        }
        Value::Object(values) => values.iter().for_each(|(name, value)| collect_json(name, value, leaves)),
    }
}
