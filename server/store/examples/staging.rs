//! How long the store's part of an import takes: `staging URL ROWS RULES`, on a new database.
//!
//! Makes up an export of 2.9 kB a row like a Nessus file, stages it, makes it visible, imports a later one of the same
//! findings, undoes it and checks the books; prints the seconds of each part.

use model::facts::{
    AssetFacts, EvidenceKind, EvidencePart, ObservationFacts, Place, Prose, Row, ScanCoverage, ScanFacts, WeaknessFacts,
};
use model::{Day, Mapped, Micros, Severity, Tool};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use store::seal::KeyRing;
use store::{Classified, Config, ExportFacts, ImportNew, Reason, Store};

type Failure = Box<dyn std::error::Error>;

const WORDS: [&str; 16] = [
    "remote",
    "service",
    "the",
    "host",
    "attacker",
    "version",
    "affected",
    "allows",
    "may",
    "update",
    "cipher",
    "certificate",
    "plugin",
    "detected",
    "by",
    "vendor",
];

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, rows, rules] = arguments.as_slice() else { return Err("staging URL ROWS RULES".into()) };
    let (rows, rules) = (rows.parse()?, rules.parse()?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(measure(url, rows, rules))
}

async fn measure(url: &str, rows: u32, rules: u32) -> Result<(), Failure> {
    let day = Micros::DAY;
    let store = Store::open(url, config(), Micros(day)).await?;
    let operator = store.unscoped(Reason::LocalOperator).operator("staging", Micros(day)).await?;
    let source = store.scoped(&operator).source_ensure("default", "UTC", Micros(day)).await?.id;
    let mut scan = model::ScanId(0);
    for round in 1..=3u8 {
        let (made, facts, original) = make(rows, rules, Micros(day * i64::from(round)), round);
        let new = ImportNew { source, file_name: "made up".to_owned(), user: None, job: None };
        let now = Micros(day * 10 + i64::from(round));
        let begun = Instant::now();
        let import = store.import_begin(&new, now).await?;
        let mut stager = store.stager(import, now).await?;
        let parsing = tokio::task::spawn_blocking(move || {
            for piece in original.chunks(1 << 16) {
                stager.original(piece)?;
            }
            for row in made {
                stager.row(row)?;
            }
            Ok::<_, store::Error>(stager)
        });
        let stager = parsing.await??;
        let handed = begun.elapsed();
        let staged = stager.finish(facts).await?;
        let finished = begun.elapsed();
        let effect = store.import_commit(&staged, now).await?;
        print_times(round, [handed, finished, begun.elapsed()]);
        println!("  new {} same {} closed {}", effect.new, effect.same, effect.closed);
        scan = effect.scan;
    }
    let begun = Instant::now();
    store.scan_undo(scan, None, Micros(day * 11)).await?;
    println!("undo {:.3}", begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let report = store.verify_ledger(Micros(day * 12)).await?;
    println!("verify {:.3} sound {} entries {}", begun.elapsed().as_secs_f64(), report.is_sound(), report.entries);
    Ok(())
}

fn print_times(round: u8, [handed, finished, visible]: [Duration; 3]) {
    let part = |from: Duration, to: Duration| (to - from).as_secs_f64();
    println!(
        "import {round}: handed over {:.3}, sealed and written {:.3}, switched {:.3}, together {:.3}",
        handed.as_secs_f64(),
        part(handed, finished),
        part(finished, visible),
        visible.as_secs_f64(),
    );
}

fn config() -> Config {
    let counter = AtomicU64::new(1);
    Config {
        keys: Arc::new(KeyRing::from_master(&[1; 32])),
        days: Arc::new(|at: Micros| Day(i32::try_from(at.0 / Micros::DAY).unwrap_or(0))),
        marks: store::MARKED_AT_ONCE,
        entropy: Arc::new(move |bytes: &mut [u8]| {
            for chunk in bytes.chunks_mut(8) {
                let number = counter.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                chunk.copy_from_slice(&number.to_le_bytes()[..chunk.len()]);
            }
        }),
    }
}

/// Text that compresses as prose does.
fn text(seed: &mut u64, length: usize) -> String {
    let mut text = String::with_capacity(length + 16);
    while text.len() < length {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        text.push_str(WORDS[(*seed >> 20) as usize % WORDS.len()]);
        text.push(' ');
    }
    text
}

fn make(rows: u32, rules: u32, at: Micros, round: u8) -> (Vec<Row>, ExportFacts, Vec<u8>) {
    let mut seed = 88_172_645_463_325_252;
    let hosts = rows.div_ceil(100);
    let severities = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    let weaknesses: Vec<WeaknessFacts> = (0..rules)
        .map(|rule| WeaknessFacts {
            rule: (10_000 + rule).to_string(),
            title: text(&mut seed, 50),
            family: "General".to_owned(),
            kind: "remote".to_owned(),
            cwe: vec![79],
            cve: vec![format!("CVE-2026-{rule:05}")],
            cvss: vec!["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".to_owned()],
            score_tenths: Some(98),
            prose: Prose {
                synopsis: text(&mut seed, 80),
                description: text(&mut seed, 700),
                solution: text(&mut seed, 150),
                references: text(&mut seed, 150),
                ..Prose::default()
            },
            ..WeaknessFacts::default()
        })
        .collect();
    let made: Vec<Row> = (0..rows)
        .map(|row| Row {
            asset: row % hosts,
            weakness: row % rules,
            place: Place::Port {
                protocol: "tcp".to_owned(),
                port: (row % 60_000) as u16 / 97,
                service: "www".to_owned(),
            },
            severity: severities[(row % 5) as usize],
            confidence: None,
            serial: None,
            evidence: vec![EvidencePart { kind: EvidenceKind::Output, text: text(&mut seed, 800) }],
        })
        .collect();
    let facts = ExportFacts {
        export_hash: Some([round; 32]),
        scan: ScanFacts {
            tool: Tool::Nessus,
            tool_version: "10".to_owned(),
            format: "Nessus v2 XML".to_owned(),
            name: "weekly".to_owned(),
            policy: "full".to_owned(),
            started_at: None,
            finished_at: Some(at),
            zone_assumed: false,
            coverage: ScanCoverage { plugin_set: Some((10_000..10_000 + rules).collect()), ..ScanCoverage::default() },
            remarks: Vec::new(),
        },
        assets: (0..hosts)
            .map(|host| {
                let name = format!("10.{}.{}.{}", host >> 16, host >> 8 & 255, host & 255);
                (AssetFacts { name, ..AssetFacts::default() }, ObservationFacts { reached: true, ..Default::default() })
            })
            .collect(),
        classified: weaknesses.iter().map(|_| classified()).collect(),
        weaknesses,
        rows: rows.into(),
        no_finding: 0,
        quarantined: 0,
        stated_at: None,
        reader: 1,
        mapping: None,
    };
    (made, facts, text(&mut seed, rows as usize * 2900).into_bytes())
}

fn classified() -> Classified {
    let mapped = model::Category::new(3).map_or(Mapped::Unmapped, Mapped::To);
    let why = "{\"2021\":{\"basis\":\"cwe_list\",\"evidence\":\"CWE-79\"}}".to_owned();
    Classified { mapping: 1, owasp_2017: mapped, owasp_2021: mapped, owasp_2025: mapped, why }
}
