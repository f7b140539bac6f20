//! A scene's scan as a parser would state it.

use super::plants::Plant;
use crate::scene::{self, Scan, UNIT};
use model::facts::{EvidenceKind, EvidencePart, ObservationFacts, Row, ScanCoverage, ScanFacts, WeaknessFacts};
use model::{Category, Mapped, Micros, Tool};
use store::{Classified, ExportFacts};

/// The title under which a weakness is a mere fact.
pub const INVENTORY: &str = "2";

/// The rows, and what is known at the end of the file.
pub fn export(scan: &Scan, stated: Option<i64>, plant: Option<Plant>) -> (Vec<Row>, ExportFacts) {
    let mut weaknesses: Vec<WeaknessFacts> = Vec::new();
    let mut rows = Vec::new();
    for (asset, host) in (0u32..).zip(&scan.hosts) {
        for row in &host.rows {
            let rule = scene::rule(scan.tool, row.rule);
            let weakness = weaknesses.iter().position(|known| known.rule == rule).unwrap_or_else(|| {
                let title = scan.title.to_string();
                weaknesses.push(WeaknessFacts { rule: rule.to_owned(), title, ..WeaknessFacts::default() });
                weaknesses.len() - 1
            });
            rows.push(Row {
                asset,
                weakness: u32::try_from(weakness).unwrap(),
                place: scene::place(scan.tool, row.place),
                severity: row.severity,
                confidence: None,
                serial: (scan.tool == Tool::Burp).then(|| format!("serial {}", row.serial)),
                evidence: vec![EvidencePart { kind: EvidenceKind::Output, text: format!("seen as {}", row.severity) }],
            });
        }
    }
    let dated = |at: i64| scan.dated.then_some(Micros(at * UNIT));
    let assets = scan.hosts.iter().map(|host| {
        let observation = ObservationFacts {
            at: dated(scan.at - host.lag),
            reached: host.reached,
            credentialed: host.signed_in,
            passed: scene::passed(host),
        };
        (scene::machine(scan.tool, host.machine), observation)
    });
    let mut facts = ExportFacts {
        export_hash: Some([scan.hash; 32]),
        scan: ScanFacts {
            tool: scan.tool,
            tool_version: "1".to_owned(),
            format: "made up".to_owned(),
            name: format!("series {}", scan.series),
            policy: String::new(),
            started_at: None,
            finished_at: dated(scan.at),
            zone_assumed: false,
            coverage: ScanCoverage {
                plugin_set: scan.plugins.clone().filter(|_| scan.tool == Tool::Nessus),
                port_range: scan.ports.map(str::to_owned),
                incomplete: scan.incomplete,
                active_proven: scan.active_proven,
                active_rules: scan.active_rules.clone(),
                whole_project: scan.whole,
                ran_there: scan.ran_there(),
            },
            remarks: Vec::new(),
        },
        assets: assets.collect(),
        classified: weaknesses.iter().map(classify).collect(),
        rows: rows.len() as u64,
        weaknesses,
        no_finding: 0,
        quarantined: 0,
        stated_at: stated.map(Micros),
        reader: 1,
        mapping: None,
    };
    if plant == Some(Plant::AbsenceCloses) {
        believe_absence(&mut facts);
    }
    (rows, facts)
}

/// The category follows the title, so that a text that comes back must bring its category back.
fn classify(weakness: &WeaknessFacts) -> Classified {
    let category = |number| Category::new(number).map_or(Mapped::Unmapped, Mapped::To);
    let mapped = match weakness.title.as_str() {
        INVENTORY => Mapped::NotAWeakness,
        "1" => category(3),
        _ => category(1),
    };
    Classified { mapping: 1, owasp_2017: mapped, owasp_2021: mapped, owasp_2025: mapped, why: "{}".to_owned() }
}

/// The planted bug: the scan claims to have covered everything.
fn believe_absence(facts: &mut ExportFacts) {
    for (_, observation) in &mut facts.assets {
        (observation.reached, observation.credentialed) = (true, Some(true));
        observation.passed = vec![scene::COMPLIANCE.to_owned()];
    }
    facts.scan.coverage = ScanCoverage {
        plugin_set: (facts.scan.tool == Tool::Nessus).then(|| vec![100, 200, 300]),
        port_range: Some("1-65535,U:1-65535".to_owned()),
        incomplete: false,
        active_proven: true,
        active_rules: vec![40012, 99999],
        whole_project: true,
        ran_there: None,
    };
}
