//! When a scan looked, and whether to believe it.

use super::staged::Staged;
use model::{Micros, Tool};

/// How far ahead of the clock a date may lie and still be believed.
const AHEAD: i64 = Micros::DAY;

/// A scan's instants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dating {
    /// The scan's own instant.
    pub(crate) at: Micros,
    /// False if neither the export nor a person dated the scan: it then has the instant of its first recording.
    pub(crate) dated: bool,
    /// Where the instant comes from.
    pub(crate) basis: &'static str,
    /// The instant of each asset's observation.
    pub(crate) assets: Vec<Micros>,
}

/// Dates a staged scan that is recorded at `recorded_at`.
pub(crate) fn date(staged: &Staged, recorded_at: Micros) -> Dating {
    let count = staged.assets.len();
    if let Some(at) = staged.stated_at {
        return Dating { at, dated: true, basis: "upload", assets: vec![at; count] };
    }
    let own = || staged.assets.iter().filter_map(|asset| asset.observation.at);
    let (started, finished) = (staged.scan.started_at, staged.scan.finished_at);
    let last = own().chain(started).chain(finished).max();
    let believed = last.is_some_and(|last| last.0 <= recorded_at.0 + AHEAD);
    let scan_at = finished.or(started).or_else(|| own().max()).filter(|_| believed);
    match scan_at {
        Some(at) => {
            let assets = staged.assets.iter().map(|asset| asset.observation.at.unwrap_or(at)).collect();
            Dating { at, dated: true, basis: basis(staged.scan.tool), assets }
        }
        None => Dating { at: recorded_at, dated: false, basis: "upload", assets: vec![recorded_at; count] },
    }
}

/// Nessus tells when the scan ran; ZAP and Burp tell when the report was written.
fn basis(tool: Tool) -> &'static str {
    match tool {
        Tool::Nessus => "run",
        Tool::Zap | Tool::Burp | Tool::Other => "export",
    }
}
