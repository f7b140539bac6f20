//! The file of a backup: how frames are sealed, written and read.

use super::BackupError;
use crate::codec::{Reader as Fields, put};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::pack;
use crate::seal::SealError;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// The line that a backup begins with; the number is the format's.
const HEAD: &[u8] = b"POSTURA BACKUP 1\n";
/// Bytes of a file's name.
const NAME: usize = 16;
/// The most bytes of a sealed frame: a row is smaller, and others are cut at a megabyte.
const LARGEST: u32 = 256 << 20;

const MANIFEST: u8 = 1;
const ROWS: u8 = 2;
const END: u8 = 3;

/// A frame, opened.
pub(super) enum Frame {
    /// What the rest is, as JSON.
    Manifest(Vec<u8>),
    /// Rows of a table by its number in the manifest: how many, and their bytes.
    Rows { table: u64, count: u64, bytes: Vec<u8> },
    /// The end, with the number of rows of each table, as JSON.
    End(Vec<u8>),
}

impl Frame {
    /// A version byte, the kind, and what there is.
    fn encode(&self) -> Vec<u8> {
        let mut raw = vec![1];
        match self {
            Self::Manifest(json) => {
                raw.push(MANIFEST);
                raw.extend_from_slice(json);
            }
            Self::Rows { table, count, bytes } => {
                raw.push(ROWS);
                put(&mut raw, *table);
                put(&mut raw, *count);
                raw.extend_from_slice(bytes);
            }
            Self::End(json) => {
                raw.push(END);
                raw.extend_from_slice(json);
            }
        }
        raw
    }

    fn decode(raw: &[u8]) -> Result<Self> {
        let mut fields = Fields::new(raw, "frame of a backup")?;
        match fields.byte()? {
            MANIFEST => Ok(Self::Manifest(fields.rest().to_vec())),
            END => Ok(Self::End(fields.rest().to_vec())),
            ROWS => {
                let (table, count) = (fields.number()?, fields.number()?);
                Ok(Self::Rows { table, count, bytes: fields.rest().to_vec() })
            }
            _ => Err(fields.damaged()),
        }
    }
}

/// Where a frame is sealed.
fn place(name: &[u8; NAME], number: u64) -> String {
    let name = u128::from_be_bytes(*name);
    format!("backup:{name:032x}:{number}")
}

/// Writes the frames of a backup.
pub(super) struct Writer<'a> {
    config: &'a Config,
    out: &'a mut (dyn AsyncWrite + Unpin + Send),
    name: [u8; NAME],
    next: u64,
    bytes: u64,
}

impl<'a> Writer<'a> {
    /// Begins a file.
    pub async fn begin(config: &'a Config, out: &'a mut (dyn AsyncWrite + Unpin + Send)) -> Result<Self> {
        let mut name = [0; NAME];
        config.entropy.fill(&mut name);
        let mut writer = Self { config, out, name, next: 0, bytes: 0 };
        writer.put(HEAD).await?;
        writer.put(&name).await?;
        Ok(writer)
    }

    /// Seals a frame and writes it.
    pub async fn write(&mut self, frame: &Frame) -> Result<()> {
        let sealed = pack::seal(self.config, &place(&self.name, self.next), &frame.encode())?;
        let length = u32::try_from(sealed.len()).ok().filter(|length| *length <= LARGEST);
        let length = length.ok_or_else(|| Error::damaged("a row is too large for a backup"))?;
        self.put(&length.to_be_bytes()).await?;
        self.put(&sealed).await?;
        self.next += 1;
        Ok(())
    }

    async fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).await.map_err(BackupError::File)?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Writes out what is held back; how many bytes the file has.
    pub async fn finish(self) -> Result<u64> {
        self.out.flush().await.map_err(BackupError::File)?;
        Ok(self.bytes)
    }
}

/// Reads the frames of a backup.
pub(super) struct Reader<'a> {
    config: &'a Config,
    from: &'a mut (dyn AsyncRead + Unpin + Send),
    name: [u8; NAME],
    next: u64,
}

impl<'a> Reader<'a> {
    /// Reads how a file begins.
    pub async fn begin(config: &'a Config, from: &'a mut (dyn AsyncRead + Unpin + Send)) -> Result<Self> {
        let mut reader = Self { config, from, name: [0; NAME], next: 0 };
        let head = reader.take(HEAD.len() as u64).await?;
        if head != HEAD {
            let cut = HEAD.starts_with(&head);
            return Err(if cut { BackupError::Truncated(0) } else { BackupError::NotABackup }.into());
        }
        let name = reader.take(NAME as u64).await?;
        reader.name = name.try_into().map_err(|_| BackupError::Truncated(0))?;
        Ok(reader)
    }

    /// The next frame. A length that was changed is noticed with the frame that it cuts wrongly.
    pub async fn read(&mut self) -> Result<Frame> {
        let number = self.next;
        let length = self.take(4).await?;
        let length: [u8; 4] = length.try_into().map_err(|_| BackupError::Truncated(number))?;
        let length = u32::from_be_bytes(length);
        if length > LARGEST {
            return Err(BackupError::Tampered(number).into());
        }
        let sealed = self.take(length.into()).await?;
        if sealed.len() < length as usize {
            return Err(BackupError::Truncated(number).into());
        }
        self.next += 1;
        let raw = pack::open(self.config, &place(&self.name, number), &sealed).map_err(|error| match error {
            // Whether a key is missing is seen at the beginning; further on it is the frame.
            Error::Seal(SealError::WrongKey) if number == 0 => BackupError::WrongKey.into(),
            Error::Seal(SealError::WrongKey | SealError::Tampered) => BackupError::Tampered(number).into(),
            error => error,
        })?;
        Frame::decode(&raw)
    }

    /// Refuses whatever stands behind the last frame.
    pub async fn end(mut self) -> Result<()> {
        if self.take(1).await?.is_empty() { Ok(()) } else { Err(BackupError::Longer.into()) }
    }

    /// So many bytes, or fewer at the end of the file. Memory grows with what is there, not with what is asked for.
    async fn take(&mut self, most: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        (&mut *self.from).take(most).read_to_end(&mut bytes).await.map_err(BackupError::File)?;
        Ok(bytes)
    }
}
