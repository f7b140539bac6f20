//! What a parser states about an export, and what identity, coverage and classification are computed from.
//!
//! These types are the seam between `ingest` (which makes them), `taxonomy` and `posture` (which are pure functions of
//! them) and `store` (which keeps them).

use crate::{Micros, Severity, Tool};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What an export says of the scan as a whole. Complete only when the whole file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanFacts {
    /// The scanner.
    pub tool: Tool,
    /// The scanner's version as the export tells it, empty if it does not.
    pub tool_version: String,
    /// The format that was recognized, for people: `Nessus v2 XML`, `ZAP JSON`, …
    pub format: String,
    /// The scan's name as the export tells it (Nessus report name; empty for ZAP and Burp).
    pub name: String,
    /// The policy's name as the export tells it, empty if none.
    pub policy: String,
    /// When the scan started, if the export says so.
    pub started_at: Option<Micros>,
    /// When the scan ended, if the export says so.
    pub finished_at: Option<Micros>,
    /// True if the times carried no zone and the source's zone was assumed.
    pub zone_assumed: bool,
    /// What the whole scan can prove absent.
    pub coverage: ScanCoverage,
    /// Remarks on what was repaired or unusual, as codes with details, for the import's report.
    pub remarks: Vec<Remark>,
}

/// The code of every remark, sorted. What people read for them is in `app/locales`.
pub const REMARKS: &[&str] = &[
    "alert_ignored",
    "ampersand_kept_literally",
    "answer_with_errors",
    "attachment",
    "base64_kept_literally",
    "blank_rows",
    "bytes_replaced",
    "checks_without_id",
    "column_missing",
    "control_character_kept",
    "count_differs",
    "declaration_not_first",
    "entity_kept_literally",
    "export_tells_no_coverage",
    "fields_limited",
    "host_property_not_kept",
    "insertion_points_not_told",
    "last_row_may_be_cut",
    "less_than_kept_literally",
    "markup_kept_literally",
    "may_be_a_part",
    "part_of_a_scan",
    "properties_outside",
    "read_in_part",
    "references_cut",
    "results_missing",
    "row_without_texts",
    "rows_fixed",
    "rule_from_title",
    "scan_not_finished",
    "scanner_said",
    "several_repositories",
    "several_tools",
    "table_closes_nothing",
    "table_without_ports",
    "time_not_understood",
    "tool_failed",
    "tool_reported_errors",
    "unknown_column",
    "unknown_element",
    "unread_closes_nothing",
];

/// Something the importer should know about how a file was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// A stable code such as `entity_kept_literally`; the words are in `app/locales`.
    pub code: String,
    /// The detail, e.g. the entity's name or a count.
    pub detail: String,
}

/// What a scan as a whole can prove absent (see the coverage rules in `posture::coverage`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanCoverage {
    /// Nessus: the sorted plugin ids of the policy's plugin set, if the export carries one.
    pub plugin_set: Option<Vec<u32>>,
    /// Nessus: the port range text as the policy or plugin 19506 gives it.
    pub port_range: Option<String>,
    /// The scan was truncated, canceled or failed: it closes nothing.
    pub incomplete: bool,
    /// ZAP: the export proves that active scanning ran (an active rule's alert, or `stats.ascan.*`).
    pub active_proven: bool,
    /// ZAP *plus*: the active rules that `stats.ascan.<rule>` names, sorted; empty if the export has none.
    pub active_rules: Vec<u32>,
    /// Burp: the importer said that the file is the whole project.
    pub whole_project: bool,
    /// What ran where, by the scanner's own account. Coverages stored before there was any read, and hash, as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ran_there: Option<RanThere>,
}

/// What ran where: told by the scanner that a connector drove, or by its export.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RanThere {
    /// The rules that ran to their end wherever the scan went, by the scanner's ids, sorted; `None` if it does not tell.
    pub rules: Option<Vec<String>>,
    /// The targets that were visited, by web origin, sorted; `None` if it does not tell. Parsers give them as they stand in the
    /// file; the import templates them as identity does it. The coverage of one observation has only the origins of its asset.
    pub visited: Option<BTreeMap<String, Vec<String>>>,
    /// Whether the scan was signed in, and was still when it ended; `None` if it does not tell.
    pub signed_in: Option<bool>,
    /// What a driven scan was asked for, as its schedule and, where a fix is verified, the rules and targets name it: the name
    /// under which it is compared with others, in the place of what the export calls it. Empty if nobody asked for it.
    pub asked: String,
}

impl ScanCoverage {
    /// What one observation proves: the same, with what was visited on these origins alone.
    #[must_use]
    pub fn at(&self, origins: &[String]) -> Self {
        let mut here = self.clone();
        if let Some(visited) = here.ran_there.as_mut().and_then(|ran| ran.visited.as_mut()) {
            visited.retain(|origin, _| origins.contains(origin));
        }
        here
    }

    /// Joins what the same scan visited on another asset, where both are one.
    pub fn join(&mut self, other: &Self) {
        let theirs = other.ran_there.as_ref().and_then(|ran| ran.visited.as_ref());
        let ours = self.ran_there.as_mut().and_then(|ran| ran.visited.as_mut());
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            for (origin, places) in theirs {
                ours.entry(origin.clone()).or_insert_with(|| places.clone());
            }
        }
    }
}

/// An asset as one export names it. Its key is computed by `posture::identity` from these fields alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetFacts {
    /// Host or web origin.
    pub kind: AssetKind,
    /// The name as written: Nessus `ReportHost@name`, or the web origin `scheme://host:port` with the default port folded.
    pub name: String,
    /// Nessus agent uuid.
    pub agent_uuid: Option<String>,
    /// Nessus `host-ip`.
    pub ip: Option<String>,
    /// Nessus `host-fqdn`, Burp's `ip` attribute's host name, …
    pub fqdn: Option<String>,
    /// `NetBIOS` name.
    pub netbios: Option<String>,
    /// MAC addresses as written.
    pub mac: Option<String>,
    /// Operating system as the scanner guessed it.
    pub os: Option<String>,
}

/// The two kinds of asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AssetKind {
    /// A host.
    #[default]
    Host,
    /// A web origin.
    Origin,
}

/// How one scan observed one asset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservationFacts {
    /// The instant for this asset if the export gives one (Nessus `HOST_END`, else `HOST_START`).
    pub at: Option<Micros>,
    /// The scanner reached the asset and finished with it (Nessus: `HOST_END` and a row besides 10180).
    pub reached: bool,
    /// Whether the scan was signed in on this asset. `None` if the export does not say.
    pub credentialed: Option<bool>,
    /// Nessus: the compliance rules (`21156/<check id>`) that passed on this asset, sorted, distinct. A compliance check is
    /// proved absent by its own PASSED row and by nothing else. Tenable's export: what it calls fixed, `fixed 51192 tcp/443`.
    /// Nmap: what was looked at, a line each: `closed T:1-79,81`, `filtered U:53`, `unsure U:123`, `answered tcp/80`, `ran http-csrf tcp/80`, `failed http-git tcp/80`.
    #[serde(default)]
    pub passed: Vec<String>,
}

/// A weakness as one export describes it: the text and numbers of the scanner's rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeaknessFacts {
    /// The rule's id, the identity of the weakness together with the tool: the Nessus plugin id (`19506`, compliance rows
    /// `21156/<check id>`), the ZAP alertRef (else plugin id), the Burp type (`134217728/<name>` for extension issues).
    pub rule: String,
    /// The title in whatever language the scanner wrote.
    pub title: String,
    /// Nessus plugin family, else empty.
    pub family: String,
    /// Nessus plugin type (`remote`, `local`, …), else empty.
    pub kind: String,
    /// Nessus service name where it is the same for every row; else empty.
    pub service: String,
    /// CWE numbers, sorted, distinct.
    pub cwe: Vec<u32>,
    /// CVE ids in upper case, sorted, distinct.
    pub cve: Vec<String>,
    /// CVSS vectors as written, with their prefix where the export omits it (`CVSS:3.1/…`; v2 has none).
    pub cvss: Vec<String>,
    /// The scanner's own base score in tenths (98 for 9.8), the newest CVSS version it gives.
    pub score_tenths: Option<u16>,
    /// References such as `OWASP:2021-A3`, `WASC:…`, `IAVA:…`; ZAP tags as `OWASP_2021_A03`.
    pub refs: Vec<String>,
    /// The names of [`Prose::fields`], sorted, distinct: what can be searched for in plain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Prose for people: description, solution and so on, as safe plain text.
    pub prose: Prose,
}

/// The scanner's words about a weakness, as plain text with line breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prose {
    /// One or two sentences.
    pub synopsis: String,
    /// What it is.
    pub description: String,
    /// What to do.
    pub solution: String,
    /// Links and literature, one a line.
    pub references: String,
    /// What the export says of the rule besides, as it names it: `vpr_score` and `6.7`. Sorted, distinct. Texts stored before
    /// there were any read, and hash, as before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
}

/// One row of an export: a sighting of a weakness at a location on an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Which asset: the index into the parsed export's assets.
    pub asset: u32,
    /// Which weakness: the index into the parsed export's weaknesses.
    pub weakness: u32,
    /// Where on the asset, as the export says it.
    pub place: Place,
    /// How bad the scanner says it is here.
    pub severity: Severity,
    /// How sure the scanner says it is: Burp and ZAP confidence as written.
    pub confidence: Option<String>,
    /// Burp: the serial number.
    pub serial: Option<String>,
    /// What the scanner saw: named parts, sealed at rest.
    pub evidence: Vec<EvidencePart>,
}

/// Where on an asset, raw. The occurrence key is computed from it by `posture::identity`, never stored in its stead.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Nessus: protocol and port (0 for the host itself), service as written.
    Port {
        /// `tcp`, `udp`, `icmp`.
        protocol: String,
        /// 0 for the host itself.
        port: u16,
        /// `www`, `ssh?`, …
        service: String,
    },
    /// ZAP: a request.
    Request {
        /// `GET`, … (empty where the report has none).
        method: String,
        /// Path and query as written, beginning with `/` (or empty).
        target: String,
        /// The parameter, else empty.
        parameter: String,
    },
    /// Burp: a path and an insertion point.
    Insertion {
        /// Path as written.
        path: String,
        /// What stands in brackets in `location`, else empty.
        point: String,
    },
    /// Source code: a file and a line in it.
    Code {
        /// Path of the file as written.
        path: String,
        /// The line, from 1; 0 for the file as a whole.
        line: u32,
        /// What the tool itself knows the place by when lines move (SARIF 2.1.0, 3.27.17), else empty.
        fingerprint: String,
    },
    /// The asset as a whole.
    Whole,
}

impl fmt::Display for Place {
    /// In one line, as the scanner says it: `tcp/443 (www)`, `GET /search?q=1 [q]`, `/login [user parameter]`, `src/a.rs:7`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = |text: String, mark: &str, (open, close): (char, char)| {
            if mark.is_empty() { text } else { format!("{text} {open}{mark}{close}") }
        };
        let joined =
            |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ");
        let text = match self {
            Self::Port { protocol, port, service } => with(format!("{protocol}/{port}"), service, ('(', ')')),
            Self::Request { method, target, parameter } => with(joined(&[method, target]), parameter, ('[', ']')),
            Self::Insertion { path, point } => with(path.clone(), point, ('[', ']')),
            Self::Code { path, line: 0, .. } => path.clone(),
            Self::Code { path, line, .. } => format!("{path}:{line}"),
            Self::Whole => String::new(),
        };
        f.write_str(text.trim_start())
    }
}

/// A named part of a row's evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidencePart {
    /// What it is.
    pub kind: EvidenceKind,
    /// The text. Bytes that are not UTF-8 are shown as `\xNN`.
    pub text: String,
}

/// The kinds of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// Nessus plugin output, ZAP evidence.
    Output,
    /// What the scanner sent as attack.
    Attack,
    /// Details of this very instance (Burp `issueDetail`, ZAP `otherinfo`).
    Detail,
    /// An HTTP request.
    Request,
    /// An HTTP response.
    Response,
    /// What the export says of this row besides, as it names it: `name: value`.
    Field,
}
