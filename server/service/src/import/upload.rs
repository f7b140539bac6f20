//! Uploads: sealed into the database as they stream in, so that any replica can import them, then queued as a job.

use super::DEFAULT_SOURCE;
use crate::errors::OrWire;
use crate::request::Session;
use model::error::{ErrorCode, WireError};
use model::policy::Action;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::blob::UploadWriter;
use store::scans::Scan;
use store::sources::Source;

/// The most characters of a file's name that are kept.
const NAME: usize = 200;

/// What an import's job is given.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ImportPayload {
    /// The upload's blob.
    pub blob: i64,
    /// The source.
    pub source: i64,
    /// The file's name, for people.
    pub file: String,
    /// Burp: the file holds all issues of the project.
    pub whole_project: bool,
    /// Say what the import would change, and wait.
    #[serde(default)]
    pub preview: bool,
    /// Read a file that ends early as far as it goes.
    #[serde(default)]
    pub accept_partial: bool,
    /// The name of the saved mapping by which the file is read; empty for files that are recognized.
    #[serde(default)]
    pub mapping: String,
    /// Read the original of this scan again; there is no upload then.
    #[serde(default)]
    pub reparse: Option<i64>,
    /// What the scanner told beside the export, as the store keeps it.
    #[serde(default)]
    pub told: Option<i64>,
}

impl ImportPayload {
    /// What the job is given that reads a scan's original again.
    pub fn of_scan(scan: &Scan) -> Self {
        Self {
            blob: 0,
            source: scan.source.0,
            file: scan.file.clone(),
            whole_project: false,
            preview: false,
            accept_partial: false,
            mapping: String::new(),
            reparse: Some(scan.id.0),
            told: None,
        }
    }
}

/// What a person says of the files that they hand in.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The source's name; the default source if empty.
    pub source: String,
    /// Burp: the files hold all issues of the project.
    pub whole_project: bool,
    /// Say what the imports would change, and wait.
    pub preview: bool,
    /// Read files that end early as far as they go.
    pub accept_partial: bool,
    /// The name of the saved mapping by which they are read; empty for files that are recognized.
    pub mapping: String,
}

/// A file that is being received.
pub struct Upload {
    session: Session,
    writer: UploadWriter,
    payload: ImportPayload,
    bytes: u64,
}

impl Session {
    /// Refuses unless the viewer may import.
    ///
    /// # Errors
    /// They may not.
    pub fn may_import(&self) -> Result<(), WireError> {
        self.require(Action::Import, None)
    }

    /// The source of a name, made with the usual settings if it is new.
    pub(crate) async fn source_named(&self, name: &str) -> Result<Source, WireError> {
        let name = if name.trim().is_empty() { DEFAULT_SOURCE } else { name.trim() };
        if name.chars().count() > 120 {
            return Err(WireError::invalid("source", "too_long"));
        }
        if name.chars().any(char::is_control) {
            return Err(WireError::invalid("source", "bad_character"));
        }
        self.scoped(Action::Import)?.source_ensure(name, &self.service.zone.name(), self.now()).await.wire()
    }

    /// Begins to receive a file for a source.
    ///
    /// # Errors
    /// The viewer may not import, or the database failed.
    pub async fn upload(&self, file: &str, said: &Said) -> Result<Upload, WireError> {
        if !said.mapping.is_empty() {
            self.service.store.mapping(&said.mapping).await.map_err(|_| WireError::invalid("mapping", "unknown"))?;
        }
        let source = self.source_named(&said.source).await?;
        let writer = self.service.store.upload_begin(self.now()).await.wire()?;
        let name = shown_name(file);
        let payload = ImportPayload {
            blob: 0,
            source: source.id.0,
            file: if name.is_empty() { "export".to_owned() } else { name },
            whole_project: said.whole_project,
            preview: said.preview,
            accept_partial: said.accept_partial,
            mapping: said.mapping.clone(),
            reparse: None,
            told: None,
        };
        Ok(Upload { session: self.clone(), writer, payload, bytes: 0 })
    }
}

/// A file's name as it is shown: browsers of old send the path, of which the last part is kept. Nothing is ever opened by it.
pub(crate) fn shown_name(file: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    name.chars().filter(|c| !c.is_control()).take(NAME).collect()
}

impl Upload {
    /// Takes the next bytes; refuses once there are more than `most`.
    ///
    /// # Errors
    /// The file is too large, or the database failed.
    pub async fn push(&mut self, bytes: impl AsRef<[u8]> + Send, most: u64) -> Result<(), WireError> {
        self.bytes += bytes.as_ref().len() as u64;
        if self.bytes > most {
            return Err(WireError { field: "files".to_owned(), ..WireError::new(ErrorCode::TooLarge) });
        }
        self.writer.write(bytes.as_ref()).await.wire()
    }

    /// Queues the import and gives its job.
    ///
    /// # Errors
    /// The database failed.
    pub async fn finish(mut self) -> Result<i64, WireError> {
        let service = Arc::clone(&self.session.service);
        let user = self.session.viewer()?.user();
        self.payload.blob = self.writer.finish().await.wire()?.0;
        let total = i64::try_from(self.bytes).unwrap_or(i64::MAX);
        service.enqueue_import(&self.payload, total, user, self.session.now()).await.wire()
    }
}
