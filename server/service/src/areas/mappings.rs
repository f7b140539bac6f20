//! Mappings: how the files of tools without a reader of their own are read, defined on the beginning of such a file.

use crate::errors::OrWire;
use crate::import::{preview, shown_name};
use crate::request::Session;
use async_trait::async_trait;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::mapping::{FormFields, MappingPart, same_word};
use model::policy::Action;
use model::view::mapping::{
    Column, DraftPage, DraftRow, MappingRow, MappingsPage, PreviewOutcome, PreviewView, SeverityWord,
};
use model::{MappedField, Mapping, Severity};
use ports::{Answer, Mappings};
use std::collections::BTreeMap;
use store::mappings::MappingDraft;

/// The most records of a sample that are tried.
const TRIED: usize = 1_000;
/// How many of them are shown, and how many of those that cannot be read.
const SHOWN: usize = 10;
const SHOWN_QUARANTINED: usize = 50;

#[async_trait]
impl Mappings for Session {
    async fn mappings(&self) -> Answer<MappingsPage> {
        let scoped = self.scoped(Action::SeeScans)?;
        let saved = scoped.mapping_list().await.wire()?.into_iter().map(|saved| MappingRow {
            at: self.stamp(saved.at),
            name: saved.name,
            tool: saved.mapping.tool,
            format: saved.mapping.format.name().to_owned(),
            fields: i64::try_from(saved.mapping.columns.len()).unwrap_or(i64::MAX),
            by: saved.by,
        });
        let draft = if self.viewer()?.may(Action::ManageSources) { scoped.mapping_draft().await.wire()? } else { None };
        let draft = draft.map(|draft| DraftRow { at: self.stamp(draft.at), name: draft.name, file: draft.file });
        Ok(MappingsPage { mappings: saved.collect(), draft })
    }

    async fn mapping_draft(&self) -> Answer<Option<DraftPage>> {
        let draft = self.scoped(Action::ManageSources)?.mapping_draft().await.wire()?;
        Ok(draft.map(page))
    }

    async fn open_mapping(&self, name: String) -> Answer<()> {
        let scoped = self.scoped(Action::ManageSources)?;
        let mapping = self.service.store.mapping(&name).await.wire()?;
        let draft = MappingDraft {
            opened: name.clone(),
            name,
            mapping,
            file: String::new(),
            sample: Vec::new(),
            at: self.now(),
        };
        scoped.mapping_draft_set(&draft).await.wire()
    }

    async fn remove_mapping(&self, name: String) -> Answer<()> {
        self.scoped(Action::ManageSources)?.mapping_remove(&name).await.wire()?;
        self.audit(AuditAct::RemoveMapping, &format!("mapping:{name}"), "").await
    }
}

impl Session {
    /// Refuses unless the viewer may define mappings.
    ///
    /// # Errors
    /// They may not.
    pub fn may_define(&self) -> Result<(), WireError> {
        self.require(Action::ManageSources, None)
    }

    /// Saves a mapping under a name; one of the same name gives way.
    ///
    /// # Errors
    /// The viewer may not, the mapping cannot be used, the name is empty or too long, or the database failed.
    pub async fn save_mapping(&self, name: &str, mapping: &Mapping) -> Result<(), WireError> {
        self.save_opened(name, None, mapping).await
    }

    /// Takes the first bytes of a file, compressed or not, to define a mapping on: with a new proposal for it, or, with
    /// `keep`, for the mapping that the viewer is already defining.
    ///
    /// # Errors
    /// The viewer may not, the file is neither a table nor JSON with records, or the database failed.
    pub async fn sample_mapping(&self, file: &str, head: &[u8], keep: bool) -> Result<(), WireError> {
        let scoped = self.scoped(Action::ManageSources)?;
        let sample = ingest::head_inside(head);
        let proposed = ingest::suggest(&sample).map_err(|refusal| WireError {
            field: "sample".to_owned(),
            detail: refusal.code.word().to_owned(),
            ..WireError::new(ErrorCode::Refused)
        })?;
        let earlier = if keep { scoped.mapping_draft().await.wire()? } else { None };
        let (name, opened, mapping) = match earlier {
            Some(draft) => (draft.name, draft.opened, draft.mapping),
            None => (String::new(), String::new(), proposed.mapping),
        };
        let draft = MappingDraft { name, opened, mapping, file: shown_name(file), sample, at: self.now() };
        scoped.mapping_draft_set(&draft).await.wire()
    }

    /// Changes the mapping that the viewer is defining as a form says, and saves it if they say so. What the form says is
    /// kept even when it cannot be saved.
    ///
    /// # Errors
    /// The viewer may not, defines none, the name is taken, empty or too long, the mapping cannot be used yet, or the
    /// database failed.
    pub async fn edit_mapping(&self, fields: &FormFields, save: bool) -> Result<(), WireError> {
        let scoped = self.scoped(Action::ManageSources)?;
        let draft = scoped.mapping_draft().await.wire()?.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        let name = fields.get("name").map(|name| name.trim().to_owned()).unwrap_or_default();
        let draft = MappingDraft { name, mapping: draft.mapping.said(fields), at: self.now(), ..draft };
        scoped.mapping_draft_set(&draft).await.wire()?;
        if save {
            self.save_opened(&draft.name, Some(&draft.opened), &draft.mapping).await?;
            scoped.mapping_draft_drop().await.wire()?;
        }
        Ok(())
    }

    async fn save_opened(&self, name: &str, opened: Option<&str>, mapping: &Mapping) -> Result<(), WireError> {
        let scoped = self.scoped(Action::ManageSources)?;
        mapping.validate().map_err(|_| WireError::invalid("mapping", "invalid"))?;
        scoped.mapping_save(name, opened, mapping, self.now()).await.wire()?;
        self.audit(AuditAct::SaveMapping, &format!("mapping:{name}"), "").await
    }
}

/// What a person sees of the mapping that they are defining.
fn page(draft: MappingDraft) -> DraftPage {
    let MappingDraft { name, mapping, file, sample, .. } = draft;
    let problems = mapping.validate().err().unwrap_or_default();
    // A file whose columns cannot be listed says why in the preview.
    let columns =
        if sample.is_empty() { Vec::new() } else { ingest::columns(&sample, &mapping.format).unwrap_or_default() };
    let readable = !sample.is_empty() && problems.iter().all(|problem| problem.part == MappingPart::Tool);
    DraftPage {
        preview: readable.then(|| tried(&sample, &mapping)),
        severities: severities(&mapping, &columns),
        name,
        mapping,
        problems,
        file,
        columns,
    }
}

/// The values of the column of severity, and the mapping's own words that are not among them.
fn severities(mapping: &Mapping, columns: &[Column]) -> Vec<SeverityWord> {
    let column = mapping.columns.get(&MappedField::Severity);
    let seen = columns.iter().filter(|known| column == Some(&known.name)).flat_map(|known| &known.samples);
    let mut words: Vec<&String> = seen.collect();
    words.extend(mapping.severities.keys());
    let usual = Mapping { severities: BTreeMap::new(), ..mapping.clone() };
    let mut out: Vec<SeverityWord> = Vec::new();
    for word in words {
        if out.iter().any(|known| same_word(&known.word, word)) {
            continue;
        }
        let own: Option<Severity> =
            mapping.severities.iter().find(|(own, _)| same_word(own, word)).map(|(_, severity)| *severity);
        out.push(SeverityWord { word: word.clone(), own, usual: usual.severity_of(word) });
    }
    out
}

/// How the sample is read.
fn tried(sample: &[u8], mapping: &Mapping) -> PreviewView {
    let read = preview(sample, mapping, TRIED);
    let goes_on = sample.len() >= ingest::HEAD || read.rows.len() >= TRIED;
    let mut view = PreviewView { refusal: read.refusal, goes_on, ..PreviewView::default() };
    for (at, row) in read.rows.into_iter().enumerate() {
        let quarantined = matches!(row.outcome, PreviewOutcome::Quarantined { .. });
        let count = match row.outcome {
            PreviewOutcome::Sighting { .. } => &mut view.findings,
            PreviewOutcome::NoFinding { .. } => &mut view.nothing,
            PreviewOutcome::Quarantined { .. } => &mut view.quarantined,
        };
        *count += 1;
        if at < SHOWN || (quarantined && view.rows.len() < SHOWN + SHOWN_QUARANTINED) {
            view.rows.push(row);
        }
    }
    view
}
