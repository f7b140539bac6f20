//! Made-up scans as a parser would state them.

use crate::world::World;
use model::facts::{
    AssetFacts, AssetKind, EvidenceKind, EvidencePart, ObservationFacts, Place, Prose, Row, ScanCoverage, ScanFacts,
    WeaknessFacts,
};
use model::{Mapped, Micros, Severity, Tool};
use store::{Classified, ExportFacts, ImportEffect, ImportNew, Staged, Stager};

/// A scan.
#[derive(Clone, Debug)]
pub struct Scan {
    /// The file's name; two scans of one name are the same bytes.
    pub file: String,
    pub tool: Tool,
    pub name: String,
    pub at: Option<Micros>,
    pub hosts: Vec<Host>,
    pub coverage: ScanCoverage,
    /// Goes into the texts of its weaknesses.
    pub wording: String,
}

/// What a scan says of a host.
#[derive(Clone, Debug)]
pub struct Host {
    pub name: String,
    /// Other than the name, which decides the key.
    pub fqdn: Option<String>,
    pub reached: bool,
    pub rows: Vec<Finding>,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Finding {
    pub rule: String,
    pub port: u16,
    pub severity: Severity,
    pub evidence: String,
}

/// A Nessus scan of the series `weekly` that lists its plugins and ports, so that it proves absence.
pub fn nessus(file: &str, at: Micros, hosts: Vec<Host>) -> Scan {
    let coverage = ScanCoverage {
        plugin_set: Some((1..=40).collect()),
        port_range: Some("1-1000".to_owned()),
        ..ScanCoverage::default()
    };
    let (name, wording) = ("weekly".to_owned(), "plain".to_owned());
    Scan { file: file.to_owned(), tool: Tool::Nessus, name, at: Some(at), hosts, coverage, wording }
}

pub fn host(name: &str, rows: &[(&str, u16, Severity)]) -> Host {
    let rows = rows.iter().map(|(rule, port, severity)| Finding {
        rule: (*rule).to_owned(),
        port: *port,
        severity: *severity,
        evidence: format!("{rule} on {name}:{port}"),
    });
    Host { name: name.to_owned(), fqdn: None, reached: true, rows: rows.collect() }
}

impl World {
    /// Imports a scan.
    pub async fn import(&self, scan: &Scan) -> ImportEffect {
        let staged = self.stage(scan).await;
        self.store.import_commit(&staged, self.now()).await.unwrap()
    }

    /// Stages a scan, as a parser's thread would.
    pub async fn stage(&self, scan: &Scan) -> Staged {
        let parsed = self.stageable(scan).await;
        self.finish(parsed).await
    }

    /// Hands a scan's rows over; what is known at its end is still to be told.
    pub async fn stageable(&self, scan: &Scan) -> (Stager, ExportFacts) {
        let new = ImportNew { source: self.source, file_name: scan.file.clone(), user: None, job: None };
        let import = self.store.import_begin(&new, self.now()).await.unwrap();
        let mut stager = self.store.stager(import, self.now()).await.unwrap();
        let scan = scan.clone();
        let parsing = tokio::task::spawn_blocking(move || {
            stager.original(scan.original().as_bytes()).unwrap();
            let (rows, facts) = scan.facts();
            for row in rows {
                stager.row(row).unwrap();
            }
            (stager, facts)
        });
        parsing.await.unwrap()
    }

    /// Ends the staging.
    pub async fn finish(&self, (stager, facts): (Stager, ExportFacts)) -> Staged {
        stager.finish(facts).await.unwrap()
    }
}

impl Scan {
    /// Something that stands for the file's bytes.
    pub fn original(&self) -> String {
        format!("{self:?}")
    }

    /// What a parser would state at the end of the file.
    pub fn stageable(&self) -> ExportFacts {
        self.facts().1
    }

    pub fn facts(&self) -> (Vec<Row>, ExportFacts) {
        let mut weaknesses: Vec<WeaknessFacts> = Vec::new();
        let mut rows = Vec::new();
        for (asset, host) in (0..).zip(&self.hosts) {
            for finding in &host.rows {
                let known = weaknesses.iter().position(|weakness| weakness.rule == finding.rule);
                let weakness = known.unwrap_or_else(|| {
                    weaknesses.push(self.weakness(&finding.rule));
                    weaknesses.len() - 1
                });
                let text = finding.evidence.clone();
                rows.push(Row {
                    asset,
                    weakness: u32::try_from(weakness).unwrap(),
                    place: self.place(finding),
                    severity: finding.severity,
                    confidence: None,
                    serial: None,
                    evidence: vec![EvidencePart { kind: EvidenceKind::Output, text }],
                });
            }
        }
        let mut export_hash = [0; 32];
        for (at, byte) in self.file.bytes().cycle().take(64).enumerate() {
            export_hash[at % 32] ^= byte.wrapping_add(u8::try_from(at).unwrap());
        }
        let facts = ExportFacts {
            export_hash: Some(export_hash),
            scan: ScanFacts {
                tool: self.tool,
                tool_version: "1".to_owned(),
                format: "made up".to_owned(),
                name: self.name.clone(),
                policy: String::new(),
                started_at: None,
                finished_at: self.at,
                zone_assumed: false,
                coverage: self.coverage.clone(),
                remarks: Vec::new(),
            },
            assets: self.hosts.iter().map(|host| self.asset(host)).collect(),
            classified: weaknesses.iter().map(classify).collect(),
            rows: rows.len() as u64,
            weaknesses,
            no_finding: 0,
            quarantined: 0,
            stated_at: None,
            reader: 1,
            mapping: None,
        };
        (rows, facts)
    }

    fn asset(&self, host: &Host) -> (AssetFacts, ObservationFacts) {
        let kind = if self.tool == Tool::Nessus { AssetKind::Host } else { AssetKind::Origin };
        let facts = AssetFacts { kind, name: host.name.clone(), fqdn: host.fqdn.clone(), ..AssetFacts::default() };
        (facts, ObservationFacts { reached: host.reached, ..ObservationFacts::default() })
    }

    fn weakness(&self, rule: &str) -> WeaknessFacts {
        WeaknessFacts {
            rule: rule.to_owned(),
            title: format!("Rule {rule}, {}", self.wording),
            cwe: vec![79],
            cve: self.wording.split(' ').filter(|word| word.starts_with("CVE-")).map(str::to_owned).collect(),
            prose: Prose { description: format!("{} words on {rule}", self.wording), ..Prose::default() },
            ..WeaknessFacts::default()
        }
    }

    fn place(&self, finding: &Finding) -> Place {
        match self.tool {
            Tool::Nessus => {
                Place::Port { protocol: "tcp".to_owned(), port: finding.port, service: self.wording.clone() }
            }
            _ => Place::Request {
                method: "GET".to_owned(),
                target: format!("/item/{}", finding.port),
                parameter: String::new(),
            },
        }
    }
}

/// A classification that depends on the wording, so that a text that comes back must bring its category back.
fn classify(weakness: &WeaknessFacts) -> Classified {
    let category = |text: &str| if weakness.title.contains(text) { Some(Mapped::NotAWeakness) } else { None };
    let number = u8::try_from(weakness.title.len() % 10).unwrap() + 1;
    let mapped = category("inventory").unwrap_or(model::Category::new(number).map_or(Mapped::Unmapped, Mapped::To));
    Classified { mapping: 1, owasp_2017: mapped, owasp_2021: mapped, owasp_2025: mapped, why: "{}".to_owned() }
}
