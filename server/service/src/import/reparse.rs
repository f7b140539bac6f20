//! Reading originals again: what a better reader finds in them takes the place of what the scan said.

use super::{ImportFileError, Job, Progress, chunks};
use crate::Service;
use model::view::scans::RefusalView;
use model::{ScanId, SourceId, UserId};
use serde::Serialize;
use std::sync::Arc;
use store::sources::SourceNew;
use store::{ImportEffect, Original, Reason, SourceChanged, Staged};

/// What reading an original again gave.
#[derive(Clone, Debug, Serialize)]
pub struct Reparsed {
    /// The scan.
    pub scan_id: i64,
    /// The file's name.
    pub file: String,
    /// What the scan said before.
    pub before: Reading,
    /// What it says now, or would say.
    pub after: Reading,
    /// Weaknesses that are told in a text that was not known before.
    pub new_texts: u64,
    /// It was computed only: nothing was changed.
    pub dry_run: bool,
}

/// What a reading of a file found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// Assets observed.
    pub assets: u64,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that are sightings.
    pub sightings: u64,
    /// Rows that could not be read.
    pub quarantined: u64,
    /// Rows that state no finding.
    pub no_finding: u64,
}

impl Reading {
    fn of(effect: &ImportEffect) -> Self {
        let ImportEffect { assets, rows, sightings, quarantined, no_finding, .. } = *effect;
        Self { assets, rows, sightings, quarantined, no_finding }
    }
}

impl Service {
    /// The scans in force that an older reader read.
    ///
    /// # Errors
    /// The database failed.
    pub async fn scans_to_reparse(&self) -> anyhow::Result<Vec<i64>> {
        let scans = self.store.scans_read_before(ingest::READER).await?;
        Ok(scans.into_iter().map(|scan| scan.0).collect())
    }

    /// Reads a scan's original again. A dry run says what that would give, and changes nothing.
    ///
    /// # Errors
    /// There is no such scan in force or its original is not kept; the file is refused now; or the database failed.
    pub async fn reparse(&self, scan: i64, user: Option<UserId>, dry_run: bool) -> Result<Reparsed, ImportFileError> {
        let id = ScanId(scan);
        let original = match self.store.original(id).await {
            Err(store::Error::Conflict(code)) => {
                let code = code.to_owned();
                return Err(ImportFileError::Refused(RefusalView { code, ..RefusalView::default() }));
            }
            found => found?,
        };
        let before: ImportEffect = serde_json::from_str(&original.result)?;
        let staged = self.read_again(&original, &before, user, None).await?;
        let new_texts = staged.new_texts();
        let after = self.store.import_replace(&staged, id, user, dry_run, self.now()).await;
        if dry_run || after.is_err() {
            self.store.import_discard(staged, self.now()).await?;
        }
        let (before, after) = (Reading::of(&before), Reading::of(&after?));
        Ok(Reparsed { scan_id: scan, file: original.file, before, after, new_texts, dry_run })
    }

    /// Gives a source other settings: every scan of it is read again under them, and all of it is visible at once, or
    /// nothing. A dry run says what that would give.
    ///
    /// # Errors
    /// An original is not kept, or is refused now; the source changed meanwhile; or the database failed.
    pub(crate) async fn change_source(
        &self,
        source: SourceId,
        settings: &SourceNew,
        user: Option<UserId>,
        dry_run: bool,
    ) -> Result<SourceChanged, ImportFileError> {
        let before = self.store.unscoped(Reason::Job).source(source).await?.settings;
        let scans = if before.reads_as(settings) { Vec::new() } else { self.store.source_scans(source).await? };
        let mut staged = Vec::with_capacity(scans.len());
        let mut outcome = Ok(());
        for scan in scans {
            match self.under(scan, settings, user).await {
                Ok(one) => staged.push((scan, one)),
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        let done = match outcome {
            Ok(()) => {
                let now = self.now();
                self.store.source_change(source, settings, &staged, user, dry_run, now).await.map_err(Into::into)
            }
            Err(error) => Err(error),
        };
        if dry_run || done.is_err() {
            for (_, one) in staged {
                self.store.import_discard(one, self.now()).await?;
            }
        }
        done
    }

    /// A scan's original as other settings of its source read it.
    async fn under(&self, scan: ScanId, settings: &SourceNew, user: Option<UserId>) -> Result<Staged, ImportFileError> {
        let original = self.store.original_of(scan, true).await?;
        let before: ImportEffect = serde_json::from_str(&original.result)?;
        self.read_again(&original, &before, user, Some(settings)).await
    }

    /// Reads an original as it was read, but for what readers have learned since and the settings that are given.
    async fn read_again(
        &self,
        original: &Original,
        before: &ImportEffect,
        user: Option<UserId>,
        settings: Option<&SourceNew>,
    ) -> Result<Staged, ImportFileError> {
        let job = Job {
            source: original.source,
            zone: settings.map_or_else(|| original.zone.clone(), |settings| settings.zone.clone()),
            file: original.file.clone(),
            user,
            claim: None,
            stated_at: original.stated_at,
            whole_project: original.coverage.whole_project,
            // What was accepted in part then is a part now.
            accept_partial: original.coverage.incomplete,
            mapping: before.mapping.as_deref().cloned(),
            told: original.coverage.ran_there.clone().filter(|told| !told.asked.is_empty()),
            settings: settings.cloned(),
            dry_run: false,
            progress: Arc::new(Progress::default()),
        };
        let (staged, _) = self.staged(chunks(self.store.clone(), original.blob), &job).await?;
        Ok(staged)
    }
}
