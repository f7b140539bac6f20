//! What an import did, as the command line, the API and the pages say it.

use crate::request::hex;
use model::facts::ScanFacts;
use model::view::scans::ImportSummary;
use store::ImportEffect;
use store::scans::Scan;

/// The summary of an import that just ended. The caller fills in how long it took.
pub(super) fn of_import(
    file: &str,
    sha256: &str,
    scan: &ScanFacts,
    effect: &ImportEffect,
    dry_run: bool,
) -> ImportSummary {
    let base = ImportSummary {
        file: file.to_owned(),
        sha256: sha256.to_owned(),
        tool: scan.tool.word().to_owned(),
        tool_version: scan.tool_version.clone(),
        format: scan.format.clone(),
        scan_id: (!dry_run || effect.already_imported).then_some(effect.scan.0),
        started_at: scan.started_at.map(|at| at.rfc3339()),
        finished_at: scan.finished_at.map(|at| at.rfc3339()),
        ..ImportSummary::default()
    };
    with_effect(base, effect)
}

/// The summary of a scan that was imported before.
pub(crate) fn summary_of(scan: &Scan, effect: &ImportEffect) -> ImportSummary {
    let base = ImportSummary {
        file: scan.file.clone(),
        sha256: hex(&scan.export_hash),
        tool: scan.tool.word().to_owned(),
        tool_version: scan.tool_version.clone(),
        format: scan.format.clone(),
        scan_id: Some(scan.id.0),
        started_at: scan.started_at.map(|at| at.rfc3339()),
        finished_at: scan.finished_at.map(|at| at.rfc3339()),
        ..ImportSummary::default()
    };
    with_effect(base, effect)
}

fn with_effect(base: ImportSummary, effect: &ImportEffect) -> ImportSummary {
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    ImportSummary {
        time_basis: effect.time_basis.clone(),
        assets: number(effect.assets),
        rows: number(effect.rows),
        sightings: number(effect.sightings),
        quarantined: number(effect.quarantined),
        no_finding: number(effect.no_finding),
        not_a_weakness: number(effect.not_a_weakness),
        new: number(effect.new),
        same: number(effect.same),
        reopened: number(effect.reopened),
        closed: number(effect.closed),
        not_retested: number(effect.not_retested),
        already_imported: effect.already_imported,
        newer: effect.newer.map(|at| at.rfc3339()),
        ..base
    }
}
