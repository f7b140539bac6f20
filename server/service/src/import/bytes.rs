//! Where an export's bytes come from, and what happens to them on the way to the parser.

use super::Progress;
use ingest::Unwrapped;
use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use store::Stager;
use store::Store;
use store::blob::BlobId;
use tokio::sync::mpsc::Receiver;

/// The bytes of an export.
pub(crate) enum ByteSource {
    /// A file of this machine.
    File(File),
    /// Bytes that are in memory.
    Memory(io::Cursor<Vec<u8>>),
    /// The chunks of an upload or of a file in an archive, as another task opens them.
    Chunks(Receiver<io::Result<Vec<u8>>>),
}

/// The chunks of a blob, opened by a task of their own a few ahead of the parser.
pub(crate) fn chunks(store: Store, blob: BlobId) -> ByteSource {
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    tokio::spawn(async move {
        for seq in 0.. {
            let chunk = store.blob_chunk(blob, seq).await.transpose();
            let Some(chunk) = chunk.map(|chunk| chunk.map_err(io::Error::other)) else { break };
            // The parser may have stopped: then nobody listens, and there is nothing left to do.
            if sender.send(chunk).await.is_err() {
                break;
            }
        }
    });
    ByteSource::Chunks(receiver)
}

/// How much is read at a time.
const BUFFER: usize = 256 * 1024;

/// Reads a source and counts how far it has come.
pub(super) struct Counted<'a> {
    source: ByteSource,
    progress: &'a Progress,
    chunk: io::Cursor<Vec<u8>>,
}

impl<'a> Counted<'a> {
    pub fn new(source: ByteSource, progress: &'a Progress) -> Self {
        Self { source, progress, chunk: io::Cursor::default() }
    }
}

impl Read for Counted<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.source {
            ByteSource::File(file) => file.read(out)?,
            ByteSource::Memory(bytes) => bytes.read(out)?,
            ByteSource::Chunks(chunks) => {
                if self.chunk.position() == self.chunk.get_ref().len() as u64
                    && let Some(chunk) = chunks.blocking_recv()
                {
                    self.chunk = io::Cursor::new(chunk?);
                }
                self.chunk.read(out)?
            }
        };
        self.progress.read(read as u64);
        Ok(read)
    }
}

/// Reads an export in large pieces, and keeps each as the original.
pub(super) struct Tee<'a> {
    export: Unwrapped<Counted<'a>>,
    stager: &'a RefCell<Stager>,
    failure: &'a RefCell<Option<anyhow::Error>>,
    buffer: Vec<u8>,
    position: usize,
}

impl<'a> Tee<'a> {
    pub fn new(
        export: Unwrapped<Counted<'a>>,
        stager: &'a RefCell<Stager>,
        failure: &'a RefCell<Option<anyhow::Error>>,
    ) -> Self {
        Self { export, stager, failure, buffer: Vec::new(), position: 0 }
    }

    /// Reads the next piece; it is empty at the end.
    fn fill(&mut self) -> io::Result<()> {
        self.position = 0;
        self.buffer.resize(BUFFER, 0);
        let read = match self.export.read(&mut self.buffer) {
            Ok(read) => read,
            Err(error) => {
                self.buffer.clear();
                return Err(self.told(error));
            }
        };
        self.buffer.truncate(read);
        let kept = self.stager.borrow_mut().original(&self.buffer);
        kept.map_err(|error| self.fail(error))
    }

    /// An error of the bytes' own stays one; of the database that holds them it is no fault of the file.
    fn told(&self, error: io::Error) -> io::Error {
        match error.downcast::<store::Error>() {
            Ok(error) => self.fail(error),
            Err(error) => error,
        }
    }

    /// Notes what failed besides the file, so that it is not taken for the file's fault.
    fn fail(&self, error: store::Error) -> io::Error {
        self.failure.borrow_mut().get_or_insert(error.into());
        io::Error::other("the export could not be kept")
    }
}

impl Read for Tee<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.position == self.buffer.len() {
            self.fill()?;
        }
        let rest = self.buffer.get(self.position..).unwrap_or_default();
        let taken = rest.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..taken), rest.get(..taken)) {
            to.copy_from_slice(from);
        }
        self.position += taken;
        Ok(taken)
    }
}
