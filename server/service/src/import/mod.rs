//! Imports: bytes → parsed rows on one blocking thread → staged and sealed → one visible switch.

mod archive;
mod bytes;
mod mapped;
mod progress;
mod quarantine;
mod reparse;
mod store_open;
mod summary;
mod told;
mod upload;

pub use archive::Imported;
pub use ingest::HEAD;
pub use mapped::{Preview, preview, suggest};
pub(crate) use quarantine::QuarantinedRow;
pub use reparse::Reparsed;
pub(crate) use store_open::{SystemEntropy, config_of_store, open_store};
pub(crate) use summary::summary_of;
pub(crate) use told::visited;
pub(crate) use upload::{ImportPayload, shown_name};
pub use upload::{Said, Upload};

use crate::Service;
use crate::request::hex;
use anyhow::Context;
pub(crate) use bytes::{ByteSource, chunks};
use bytes::{Counted, Tee};
use chrono::{NaiveDate, NaiveDateTime};
use ingest::{Options, Parsed, ParsedAsset, Quarantined, Refusal, RefusalCode, Sink};
use model::facts::{ObservationFacts, RanThere, Row, ScanFacts, WeaknessFacts};
use model::view::scans::{ImportSummary, RefusalView};
use model::{Edition, Mapping, Micros, SourceId, Tool, UserId};
pub(crate) use progress::{Claim, Phase, Progress};
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use store::sources::SourceNew;
use store::{Classified, ExportFacts, ImportNew, Staged, Stager};
use taxonomy::{MAPPING_VERSION, classify_all};

/// The name of the source that the command line and the upload page use where none is named.
pub const DEFAULT_SOURCE: &str = "default";

/// How a file is to be imported.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// The source by name; the default source if none.
    pub source: Option<String>,
    /// When the scanner looked, for exports that do not say: a day or an RFC 3339 time.
    pub date: Option<String>,
    /// Burp: the file holds all issues of the project.
    pub whole_project: bool,
    /// Read a file that ends early as far as it goes; nothing closes.
    pub accept_partial: bool,
    /// The name of the saved mapping by which the file is read, for tools without a reader of their own.
    pub mapping: Option<String>,
    /// Compute everything and change nothing.
    pub dry_run: bool,
}

/// Why a file was not imported.
#[derive(Debug)]
pub enum ImportFileError {
    /// The file's own fault: said with what, where and what to do. Nothing was kept.
    Refused(RefusalView),
    /// Something else failed.
    Failed(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for ImportFileError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Remarks on how a file was read: code and detail.
pub(crate) type Remarks = Vec<(String, String)>;

/// One import.
pub(crate) struct Job {
    pub source: SourceId,
    pub zone: String,
    pub file: String,
    pub user: Option<UserId>,
    pub claim: Option<Claim>,
    pub stated_at: Option<Micros>,
    pub whole_project: bool,
    pub accept_partial: bool,
    pub mapping: Option<Mapping>,
    /// What the scanner told beside the export, where a connector drove it.
    pub told: Option<RanThere>,
    /// The settings that the source is to have, if others than it has.
    pub settings: Option<SourceNew>,
    pub dry_run: bool,
    pub progress: Arc<Progress>,
}

impl Service {
    /// Imports a file of this machine that is one export, as the local operator.
    ///
    /// # Errors
    /// The file is refused, or reading or the database failed.
    pub async fn import_file(
        self: &Arc<Self>,
        path: &Path,
        options: &ImportOptions,
    ) -> Result<ImportSummary, ImportFileError> {
        let file = std::fs::File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.import_bytes(ByteSource::File(file), name, options).await
    }

    /// Imports bytes as the local operator.
    async fn import_bytes(
        self: &Arc<Self>,
        bytes: ByteSource,
        file: String,
        options: &ImportOptions,
    ) -> Result<ImportSummary, ImportFileError> {
        let started = Instant::now();
        let session = crate::request::Session::operator(self, "import").await?;
        let name = options.source.as_deref().unwrap_or(DEFAULT_SOURCE);
        let source = session.source_named(name).await?;
        let mapping = match &options.mapping {
            Some(name) => {
                let found = self.store.mapping(name).await;
                Some(found.with_context(|| format!("no mapping of the name {name} is saved"))?)
            }
            None => None,
        };
        let stated_at = options.date.as_deref().map(|text| stated(text, &source.settings.zone)).transpose()?;
        let job = Job {
            source: source.id,
            zone: source.settings.zone,
            file,
            user: None,
            claim: None,
            stated_at,
            whole_project: options.whole_project,
            accept_partial: options.accept_partial,
            mapping,
            told: None,
            settings: None,
            dry_run: options.dry_run,
            progress: Arc::default(),
        };
        let (mut summary, _) = self.import(bytes, job).await?;
        summary.seconds = started.elapsed().as_secs_f64();
        Ok(summary)
    }

    /// Imports the bytes of a source; what that did, and what was unusual in them.
    pub(crate) async fn import(
        &self,
        bytes: ByteSource,
        job: Job,
    ) -> Result<(ImportSummary, Remarks), ImportFileError> {
        let (staged, scan) = self.staged(bytes, &job).await?;
        let hash = staged.export_hash();
        let effect = if job.dry_run {
            let effect = self.store.import_preview(&staged, self.now()).await?;
            self.store.import_discard(staged, self.now()).await?;
            effect
        } else if self.may_write(&job).await? {
            match self.store.import_commit(&staged, self.now()).await {
                Err(store::Error::Conflict("purged")) => {
                    self.store.import_discard(staged, self.now()).await?;
                    let code = "purged".to_owned();
                    return Err(ImportFileError::Refused(RefusalView { code, ..RefusalView::default() }));
                }
                committed => committed?,
            }
        } else {
            self.store.import_discard(staged, self.now()).await?;
            return Err(ImportFileError::Refused(refusal_view(&Refusal::new(RefusalCode::Stopped, ""))));
        };
        let summary = summary::of_import(&job.file, &hex(&hash), &scan, &effect, job.dry_run);
        Ok((summary, effect.remarks.into_iter().map(|remark| (remark.code, remark.detail)).collect()))
    }

    /// Reads the bytes of a source to their end, and stages what they say.
    async fn staged(&self, bytes: ByteSource, job: &Job) -> Result<(Staged, ScanFacts), ImportFileError> {
        let claimed = job.claim.as_ref().map(|claim| claim.job);
        let new = ImportNew { source: job.source, file_name: job.file.clone(), user: job.user, job: claimed };
        let import = self.store.import_begin(&new, self.now()).await?;
        let stager = self.store.stager_under(import, job.settings.as_ref(), self.now()).await?;
        let zone = crate::zone::parse(&job.zone).map_err(|name| anyhow::anyhow!("no such time zone: {name}"))?;
        let options = Options {
            zone_offset: Box::new(move |local| crate::zone::instant(zone, local)),
            whole_project: job.whole_project,
            accept_partial: job.accept_partial,
            mapping: job.mapping.clone(),
            limits: self.limits,
        };
        let progress = Arc::clone(&job.progress);
        let read = tokio::task::spawn_blocking(move || read(bytes, stager, &options, &progress)).await??;
        let Read { stager, outcome } = read;
        let parsed = match outcome {
            Ok(parsed) => parsed,
            Err(refusal) => {
                let mut view = refusal_view(&refusal);
                if refusal.code == RefusalCode::Truncated && !job.accept_partial {
                    view.readable = job.progress.rows();
                }
                drop(stager);
                let reason = serde_json::to_string(&view)?;
                self.store.import_refuse(import, None, &reason, self.now()).await?;
                return Err(ImportFileError::Refused(view));
            }
        };
        let mut facts = export_facts(parsed, job.stated_at, job.mapping.clone());
        told::settle(&mut facts, job.told.clone());
        let scan = facts.scan.clone();
        job.progress.enter(Phase::Match);
        Ok((stager.finish(facts).await?, scan))
    }
}

/// What a person says of when a scan ran: an RFC 3339 time, a time in the zone as browsers' fields give it, or a day (its noon in
/// the zone).
pub(crate) fn stated(text: &str, zone: &str) -> anyhow::Result<Micros> {
    if let Ok(time) = chrono::DateTime::parse_from_rfc3339(text) {
        return Ok(time.to_utc().into());
    }
    let zone = crate::zone::parse(zone).map_err(|name| anyhow::anyhow!("no such time zone: {name}"))?;
    let minute = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok();
    let noon = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(12, 0, 0);
    let local = minute
        .or_else(noon)
        .with_context(|| format!("{text} is neither a day (2026-06-30) nor a time (2026-06-30T12:00:00Z)"))?;
    Ok(crate::zone::instant(zone, local))
}

/// What reading a file gave.
struct Read {
    stager: Stager,
    outcome: Result<(Parsed, Vec<Classified>), Refusal>,
}

/// Reads a file to its end on this thread: recognizes, parses, stages.
fn read(bytes: ByteSource, stager: Stager, options: &Options, progress: &Progress) -> anyhow::Result<Read> {
    let stager = RefCell::new(stager);
    let failure = RefCell::new(None);
    let mut tee = Tee::new(ingest::unwrapped(Counted::new(bytes, progress))?, &stager, &failure);
    let mut rows = Rows { stager: &stager, failure: &failure, progress };
    let outcome = ingest::parse(&mut tee, options, &mut rows);
    if let Some(error) = failure.into_inner() {
        return Err(error);
    }
    let outcome = outcome.map(|parsed| {
        let classified = classified_all(parsed.scan.tool, &parsed.weaknesses);
        (parsed, classified)
    });
    Ok(Read { stager: stager.into_inner(), outcome })
}

/// Hands rows to the stager.
struct Rows<'a> {
    stager: &'a RefCell<Stager>,
    failure: &'a RefCell<Option<anyhow::Error>>,
    progress: &'a Progress,
}

impl Rows<'_> {
    fn keep(&self, result: store::Result<()>) -> ControlFlow<()> {
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failure.borrow_mut().get_or_insert(error.into());
                ControlFlow::Break(())
            }
        }
    }
}

impl Sink for Rows<'_> {
    fn row(&mut self, row: Row) -> ControlFlow<()> {
        if self.progress.row() {
            return ControlFlow::Break(());
        }
        self.keep(self.stager.borrow_mut().row(row))
    }

    fn quarantined(&mut self, row: Quarantined) -> ControlFlow<()> {
        let kept = QuarantinedRow::of(row);
        // Strings and numbers cannot fail to become JSON.
        let kept = serde_json::to_vec(&kept).unwrap_or_default();
        self.keep(self.stager.borrow_mut().quarantined(kept))
    }
}

/// Weaknesses of which half are worth a thread.
const MANY: usize = 2000;

/// Classifies weaknesses: many of them on two threads, for the sealing thread has little left to do by now.
fn classified_all(tool: Tool, weaknesses: &[WeaknessFacts]) -> Vec<Classified> {
    let each = |part: &[WeaknessFacts]| part.iter().map(|weakness| classified(tool, weakness)).collect::<Vec<_>>();
    if weaknesses.len() < MANY {
        return each(weaknesses);
    }
    let (first, second) = weaknesses.split_at(weaknesses.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| each(second));
        let mut all = each(first);
        all.extend(other.join().unwrap_or_else(|_| each(second)));
        all
    })
}

fn classified(tool: Tool, weakness: &WeaknessFacts) -> Classified {
    let all = classify_all(tool, weakness);
    let primary =
        |edition: Edition| all.iter().find(|c| c.edition == edition).map_or(model::Mapped::Unmapped, |c| c.primary);
    Classified {
        mapping: i64::from(MAPPING_VERSION),
        owasp_2017: primary(Edition::Y2017),
        owasp_2021: primary(Edition::Y2021),
        owasp_2025: primary(Edition::Y2025),
        // Plain data of strings and numbers: it cannot fail to become JSON.
        why: serde_json::to_string(&all).unwrap_or_default(),
    }
}

fn export_facts(
    (parsed, classified): (Parsed, Vec<Classified>),
    stated_at: Option<Micros>,
    mapping: Option<Mapping>,
) -> ExportFacts {
    let rule = |weakness: u32| parsed.weaknesses.get(weakness as usize).map(|weakness| weakness.rule.clone());
    let observed = |asset: ParsedAsset| {
        let mut passed = asset.observation.passed.clone();
        passed.extend(asset.passed.into_iter().filter_map(rule));
        passed.sort_unstable();
        (asset.facts, ObservationFacts { passed, ..asset.observation })
    };
    ExportFacts {
        export_hash: None,
        scan: parsed.scan,
        assets: parsed.assets.into_iter().map(observed).collect(),
        weaknesses: parsed.weaknesses,
        classified,
        rows: parsed.rows,
        no_finding: parsed.no_finding,
        quarantined: parsed.quarantined,
        stated_at,
        reader: ingest::READER,
        mapping,
    }
}

/// A refusal for people and machines.
pub(crate) fn refusal_view(refusal: &Refusal) -> RefusalView {
    RefusalView {
        code: refusal.code.word().to_owned(),
        line: refusal.line,
        offset: refusal.offset,
        detail: refusal.detail.clone(),
        readable: 0,
    }
}
