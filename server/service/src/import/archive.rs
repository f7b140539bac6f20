//! Archives: each file in one is an import of its own.

use super::{ByteSource, ImportFileError, ImportOptions, ImportPayload, refusal_view};
use crate::Service;
use anyhow::Context;
use ingest::{Archive, Limits, Refusal, RefusalCode, is_archive};
use model::view::scans::{ImportState, ImportSummary, RefusalView};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use store::Store;
use store::blob::BlobId;
use store::job::Job;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// How many bytes are read at a time.
const PIECE: usize = 1 << 20;
/// Pieces that may wait for their receiver.
const WAITING: usize = 4;

/// What became of one file.
#[derive(Debug)]
pub struct Imported {
    /// Its name; for a file of an archive behind the archive's.
    pub file: String,
    /// What its import did, or why it was refused.
    pub outcome: Result<ImportSummary, RefusalView>,
}

/// A file that comes out of an archive.
struct Unpacked {
    name: String,
    bytes: Receiver<io::Result<Vec<u8>>>,
}

impl Service {
    /// Imports a file of this machine, as the local operator: an export, or an archive of exports.
    ///
    /// # Errors
    /// Reading or the database failed.
    pub async fn import_path(self: &Arc<Self>, path: &Path, options: &ImportOptions) -> anyhow::Result<Vec<Imported>> {
        let shown = path.display().to_string();
        let unreadable = || format!("{shown} cannot be read");
        let mut file = File::open(path).with_context(unreadable)?;
        let mut head = Vec::new();
        (&mut file).take(4).read_to_end(&mut head).with_context(unreadable)?;
        if !is_archive(&head) {
            return Ok(vec![outcome(shown, self.import_file(path, options).await)?]);
        }
        let mut files = match opened(file, self.limits).await? {
            Ok(archive) => send(archive),
            Err(refusal) => return Ok(vec![Imported { file: shown, outcome: Err(refusal_view(&refusal)) }]),
        };
        let mut imported = Vec::new();
        while let Some(Unpacked { name, bytes }) = files.recv().await {
            let done = self.import_bytes(ByteSource::Chunks(bytes), name.clone(), options).await;
            imported.push(outcome(format!("{shown}: {name}"), done)?);
        }
        Ok(imported)
    }

    /// Makes each file of an uploaded archive an upload and a job of its own.
    pub(crate) async fn unpack_upload(
        &self,
        job: &Job,
        payload: &ImportPayload,
    ) -> Result<ImportState, ImportFileError> {
        let blob = BlobId(payload.blob);
        let bytes = self.store.blob_bytes(blob).await?;
        let archive = Blob { store: self.store.clone(), runtime: Handle::current(), blob, bytes, at: 0, chunk: None };
        let archive =
            opened(archive, self.limits).await?.map_err(|refusal| ImportFileError::Refused(refusal_view(&refusal)))?;
        let mut files = send(archive);
        let (mut jobs, mut refused) = (Vec::new(), Vec::new());
        while let Some(Unpacked { name, mut bytes }) = files.recv().await {
            let mut upload = self.store.upload_begin(self.now()).await?;
            let mut total = 0;
            let fault = loop {
                match bytes.recv().await {
                    Some(Ok(piece)) => {
                        total += piece.len();
                        upload.write(&piece).await?;
                    }
                    Some(Err(error)) => break Some(error),
                    None => break None,
                }
            };
            if let Some(error) = fault {
                upload.abandon().await?;
                refused.push((name, fault_of(error)?));
                continue;
            }
            let child = ImportPayload { blob: upload.finish().await?.0, file: name, ..payload.clone() };
            let total = i64::try_from(total).unwrap_or(i64::MAX);
            jobs.push(self.enqueue_import(&child, total, job.user_id.map(model::UserId), self.now()).await?);
        }
        if jobs.is_empty() && refused.is_empty() {
            let empty = Refusal::new(RefusalCode::Empty, "ZIP");
            return Err(ImportFileError::Refused(refusal_view(&empty)));
        }
        Ok(ImportState::Unpacked { jobs, refused })
    }
}

fn outcome(file: String, done: Result<ImportSummary, ImportFileError>) -> anyhow::Result<Imported> {
    match done {
        Ok(summary) => Ok(Imported { file, outcome: Ok(summary) }),
        Err(ImportFileError::Refused(refusal)) => Ok(Imported { file, outcome: Err(refusal) }),
        Err(ImportFileError::Failed(error)) => Err(error),
    }
}

/// The refusal that a file's own fault stands for; what the database says fails the import as a whole.
fn fault_of(error: io::Error) -> anyhow::Result<RefusalView> {
    match error.downcast::<store::Error>() {
        Ok(error) => Err(error.into()),
        Err(error) => Ok(refusal_view(&ingest::refusal_of(&error))),
    }
}

/// Opens an archive on a thread that may wait.
async fn opened<R: Read + Seek + Send + 'static>(
    input: R,
    limits: Limits,
) -> anyhow::Result<Result<Archive<R>, Refusal>> {
    Ok(tokio::task::spawn_blocking(move || Archive::open(input, &limits)).await?)
}

/// Reads an archive on a thread of its own.
fn send<R: Read + Seek + Send + 'static>(mut archive: Archive<R>) -> Receiver<Unpacked> {
    let (files, receiver) = channel(1);
    tokio::task::spawn_blocking(move || {
        for entry in archive.entries() {
            let (pieces, bytes) = channel(WAITING);
            if files.blocking_send(Unpacked { name: entry.name, bytes }).is_err() {
                return;
            }
            match archive.read(entry.index) {
                Ok(file) => pour(file, &pieces),
                Err(refusal) => drop(pieces.blocking_send(Err(refusal.into()))),
            }
        }
    });
    receiver
}

/// Sends what is read until its end, its first error, or nobody listens.
fn pour(mut file: impl Read, pieces: &Sender<io::Result<Vec<u8>>>) {
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        let read = (&mut file).take(PIECE as u64).read_to_end(&mut piece);
        let ended = match read {
            Ok(0) => return,
            Ok(_) => pieces.blocking_send(Ok(piece)).is_err(),
            Err(error) => {
                drop(pieces.blocking_send(Err(error)));
                true
            }
        };
        if ended {
            return;
        }
    }
}

/// An upload as a file that can be read from anywhere, for a thread outside the runtime: a chunk at a time is opened.
struct Blob {
    store: Store,
    runtime: Handle,
    blob: BlobId,
    bytes: i64,
    at: u64,
    chunk: Option<(u64, Vec<u8>)>,
}

impl Read for Blob {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let number = self.at / Store::BLOB_CHUNK;
        if self.chunk.as_ref().is_none_or(|(known, _)| *known != number) {
            let seq = i64::try_from(number).unwrap_or(i64::MAX);
            let opened = self.runtime.block_on(self.store.blob_chunk(self.blob, seq)).map_err(io::Error::other)?;
            self.chunk = Some((number, opened.unwrap_or_default()));
        }
        let inside = usize::try_from(self.at % Store::BLOB_CHUNK).unwrap_or(usize::MAX);
        let rest = self.chunk.as_ref().and_then(|(_, bytes)| bytes.get(inside..)).unwrap_or_default();
        let taken = rest.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..taken), rest.get(..taken)) {
            to.copy_from_slice(from);
        }
        self.at += taken as u64;
        Ok(taken)
    }
}

impl Seek for Blob {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let end = u64::try_from(self.bytes).unwrap_or(0);
        let (base, offset) = match to {
            SeekFrom::Start(at) => (at, 0),
            SeekFrom::End(offset) => (end, offset),
            SeekFrom::Current(offset) => (self.at, offset),
        };
        self.at = base.checked_add_signed(offset).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
