//! Imports, scans and sources.

use super::{Count, Stamp};
use crate::Tool;
use serde::{Deserialize, Serialize};

/// What an import did, as `import --json`, the API and the result page say it. Counted over distinct occurrences, the head
/// before against the head after, inventory included.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportSummary {
    /// The file's name as given.
    pub file: String,
    /// SHA-256 of the decompressed bytes, hex.
    pub sha256: String,
    /// The scanner's word.
    pub tool: String,
    /// The scanner's version, empty if the export does not say.
    pub tool_version: String,
    /// The format's name.
    pub format: String,
    /// The scan; `None` for a dry run.
    pub scan_id: Option<i64>,
    /// RFC 3339, if the export says so.
    pub started_at: Option<String>,
    /// RFC 3339, if the export says so.
    pub finished_at: Option<String>,
    /// Where the scan's instant comes from: `export`, `run` or `upload`.
    pub time_basis: String,
    /// Assets observed.
    pub assets: i64,
    /// Rows read.
    pub rows: i64,
    /// Rows that are sightings.
    pub sightings: i64,
    /// Rows that could not be read.
    pub quarantined: i64,
    /// Rows that state no finding.
    pub no_finding: i64,
    /// Sightings that are inventory.
    pub not_a_weakness: i64,
    /// Unknown before.
    pub new: i64,
    /// Seen, neither new nor reopened.
    pub same: i64,
    /// Fixed before, open now.
    pub reopened: i64,
    /// Open before, fixed now.
    pub closed: i64,
    /// Open, and this import left them without a re-test.
    pub not_retested: i64,
    /// The same bytes had been imported from this source before.
    pub already_imported: bool,
    /// RFC 3339 instant of the newest scan of the same series, if that is later: this one fills in history and closes nothing
    /// that was seen after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newer: Option<String>,
    /// From the first byte to visible.
    pub seconds: f64,
}

/// The page of scans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScansPage {
    /// Scans, newest import first.
    pub scans: Vec<ScanRow>,
    /// Imports that run or were refused lately, newest first.
    pub imports: Vec<ImportRow>,
    /// Sources.
    pub sources: Vec<SourceRow>,
    /// The names of the saved mappings, for files of tools without a reader of their own.
    pub mappings: Vec<String>,
    /// The largest upload that is taken, in bytes.
    pub max_upload: u64,
    /// Cursor of the next page of scans, empty on the last.
    pub next: String,
}

/// A scan in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScanRow {
    /// Its id.
    pub id: i64,
    /// The file's name.
    pub file: String,
    /// The scanner.
    pub tool: Tool,
    /// The source's name.
    pub source: String,
    /// When the scanner looked.
    pub at: Stamp,
    /// When Postura learned it.
    pub recorded: Stamp,
    /// Assets observed.
    pub assets: i64,
    /// Sightings.
    pub sightings: i64,
    /// Unknown before.
    pub new: i64,
    /// Closed with proof.
    pub closed: i64,
    /// Undone.
    pub withdrawn: bool,
}

/// An import that has not become a scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportRow {
    /// The job's id.
    pub job: i64,
    /// The file's name.
    pub file: String,
    /// When it was handed in.
    pub at: Stamp,
    /// Where it stands.
    pub state: ImportState,
}

/// Where an import stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum ImportState {
    /// Waits for a worker.
    Queued,
    /// Under way.
    Running {
        /// `receive`, `parse`, `match`, `write`.
        phase: String,
        /// Bytes read so far.
        done_bytes: i64,
        /// Bytes in all.
        total_bytes: i64,
        /// Rows read so far.
        rows: i64,
        /// Seconds since it began; 0 if that is not known.
        seconds: i64,
    },
    /// What it would change was computed, and it waits for a person to say so.
    Previewed {
        /// What it would change.
        summary: Box<ImportSummary>,
        /// What is unusual in it.
        remarks: Vec<(String, String)>,
        /// False if nothing says when it ran.
        dated: bool,
    },
    /// It was an archive; each file in it is an import of its own.
    Unpacked {
        /// Their jobs.
        jobs: Vec<i64>,
        /// Files of it that could not be taken out, and why.
        refused: Vec<(String, RefusalView)>,
    },
    /// A person stopped it, or threw it away after looking at it.
    Canceled,
    /// Visible as this scan.
    Done {
        /// The scan.
        scan: i64,
        /// The same bytes had been imported before; `scan` is that one.
        already_imported: bool,
    },
    /// Refused, and nothing was kept.
    Refused(RefusalView),
}

/// Why a file was refused: a code with where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusalView {
    /// The refusal's word; the sentence and the advice are in `app/locales`.
    pub code: String,
    /// Line, if known.
    pub line: Option<u64>,
    /// Byte offset, if known.
    pub offset: Option<u64>,
    /// What the file is or what was found.
    pub detail: String,
    /// How many rows were read before, if a person may have those imported: the file ends early, and is still kept.
    #[serde(default)]
    pub readable: u64,
}

/// What the first bytes of a file say of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GlanceView {
    /// The format's name; empty if the file is refused.
    pub format: String,
    /// The scanner's version.
    #[serde(default)]
    pub tool_version: String,
    /// The scan's name, else its policy's.
    #[serde(default)]
    pub name: String,
    /// Why it will be refused.
    #[serde(default)]
    pub refusal: Option<RefusalView>,
}

/// What a person may say of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportAct {
    /// Stop it.
    Cancel,
    /// Import what was previewed.
    Import,
    /// Import the rows before the end of a file that ends early.
    Accept,
    /// Throw the file away.
    Discard,
}

/// A source in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its address space.
    pub space: String,
    /// Its zone.
    pub zone: String,
    /// Scans in it.
    pub scans: i64,
}

/// One scan: what it was, what it saw, what its import changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScanPage {
    /// The summary of the import.
    pub summary: ImportSummary,
    /// When the scanner looked.
    pub at: Stamp,
    /// When Postura learned it.
    pub recorded: Stamp,
    /// Its source.
    pub source: String,
    /// The step of the ledger.
    pub step: i64,
    /// Undone at this step.
    pub withdrawn: Option<i64>,
    /// Whether this viewer may undo or redo it.
    pub may_undo: bool,
    /// Whether this viewer may say when it ran, and have its original read again.
    pub may_import: bool,
    /// Whether this viewer may see rows in quarantine as they stood in the file.
    pub may_see_rows: bool,
    /// False if neither the export nor a person says when it ran: it closes nothing.
    pub dated: bool,
    /// An older reader read it: a newer one may find more.
    pub outdated: bool,
    /// When the newest scan of its series ran, if that is later.
    pub newer: Option<Stamp>,
    /// The numbers with their rows.
    pub new: Count,
    /// Seen again.
    pub same: Count,
    /// Reopened.
    pub reopened: Count,
    /// Closed with proof.
    pub closed: Count,
    /// Not re-tested.
    pub not_retested: Count,
    /// Rows that could not be read: line, reason code and a bounded detail.
    pub quarantine: Vec<(u64, String, String)>,
    /// Remarks on how the file was read: code and detail.
    pub remarks: Vec<(String, String)>,
}
