//! Results on their way out of a scanner.

use crate::{Fault, Line};
use model::scanner::FaultCode;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// How many of the first bytes are kept, to see what came.
const HEAD: usize = 256;

/// Where an export is written, and how much of it may come.
pub struct Output<'a> {
    writer: &'a mut (dyn AsyncWrite + Unpin + Send),
    left: u64,
    written: u64,
    head: Vec<u8>,
}

impl<'a> Output<'a> {
    /// An output that takes no more than so many bytes.
    pub fn new(writer: &'a mut (dyn AsyncWrite + Unpin + Send), max_bytes: u64) -> Self {
        Self { writer, left: max_bytes, written: 0, head: Vec::new() }
    }

    /// How many bytes were written.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes a piece.
    ///
    /// # Errors
    /// [`FaultCode::TooBig`] if that is more than may come, [`FaultCode::LocalFile`] if it cannot be written.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        let length = bytes.len() as u64;
        self.left = self.left.checked_sub(length).ok_or_else(|| Fault::new(FaultCode::TooBig, ""))?;
        self.written += length;
        let missing = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.writer.write_all(bytes).await.map_err(|error| Fault::local("the export", &error))
    }

    /// The first bytes, up to [`HEAD`].
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Writes the rest of a file of our own.
    pub(crate) async fn copy(&mut self, file: &mut File) -> Result<(), Fault> {
        let mut buffer = vec![0; 64 << 10];
        loop {
            match file.read(&mut buffer).await.map_err(|error| Fault::local("the export", &error))? {
                0 => return Ok(()),
                read => self.write(&buffer[..read]).await?,
            }
        }
    }

    pub(crate) async fn flush(&mut self) -> Result<u64, Fault> {
        self.writer.flush().await.map_err(|error| Fault::local("the export", &error))?;
        Ok(self.written)
    }
}

/// What came with an export. Its bytes are a file as the importer reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// How many bytes were written.
    pub bytes: u64,
    /// The name that the file would have on the scanner; for people, never for a path.
    pub name: String,
    /// True if the scan ended before its end: nothing may close by this file.
    pub partial: bool,
    /// What the scanner itself says that was looked at, where it can be asked.
    pub coverage: Option<Coverage>,
    /// Facts for the run's log.
    pub lines: Vec<Line>,
}

/// What was looked at, by the scanner's own account: the proof behind *gone*.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The addresses that were visited, sorted. At most [`Coverage::MAX_URLS`]; cut beyond, and `urls_cut` says so.
    pub urls: Vec<String>,
    /// True if there were more.
    pub urls_cut: bool,
    /// The rules, sorted by id.
    pub rules: Vec<RanRule>,
    /// Whether the login held to the end, where there was one.
    pub login_held: Option<bool>,
}

impl Coverage {
    /// How many addresses are kept.
    pub const MAX_URLS: usize = 100_000;
}

/// A rule of a scan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RanRule {
    /// The scanner's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// True if it ran to its end on every target; false if it was skipped or cut short.
    pub whole: bool,
}
