//! Archives (ZIP) of exports: each file in one is an export of its own. Names are for people; nothing is ever opened or written
//! by them.

use super::container::check_density;
use crate::{Limits, Refusal, RefusalCode};
use std::io::{self, Read, Seek, SeekFrom};
use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

/// The signature of a file in an archive, and of the end of an archive without any (APPNOTE 4.3.7, 4.3.16).
const FIRST: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];
/// The signature of the end of the central directory.
const END: &[u8] = b"PK\x05\x06";
/// The size of that record without the comment that may follow it.
const END_SIZE: usize = 22;
/// The longest comment.
const COMMENT: u64 = u16::MAX as u64;
/// What the central directory may need for one file: its record, its name and some extra fields.
const RECORD: u64 = 4096;

/// Whether the first bytes of a file are those of an archive.
#[must_use]
pub fn is_archive(head: &[u8]) -> bool {
    FIRST.iter().any(|signature| head.starts_with(signature))
}

/// An archive whose files can be read one after the other.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    /// The archive's own size, and the bytes that have come out of it so far.
    size: u64,
    out: u64,
    max_bytes: u64,
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the archive.
    pub index: usize,
    /// The last part of its name, without control characters.
    pub name: String,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the archive's table of contents.
    ///
    /// # Errors
    /// It is cut or damaged, or names more files than the limit.
    pub fn open(mut input: R, limits: &Limits) -> Result<Self, Refusal> {
        let size = input.seek(SeekFrom::End(0)).map_err(|error| super::refusal_of(&error))?;
        check_directory(&mut input, size, limits).map_err(|error| super::refusal_of(&error))?;
        let zip = ZipArchive::new(input).map_err(|error| refusal_of(&error))?;
        if zip.len() > limits.max_entries {
            return Err(too_many(limits));
        }
        Ok(Self { zip, size, out: 0, max_bytes: limits.max_bytes })
    }

    /// The files that may be exports: no folders, and none of those that operating systems hide.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        // A name that cannot be read is no reason not to read the file.
        let name = |index| {
            self.zip.name_for_index(index)?.map_or_else(|_| Some(index.to_string()), |name| Some(name.into_owned()))
        };
        let names = (0..self.zip.len()).filter_map(|index| Some((index, name(index)?)));
        let hidden = |name: &str| name.starts_with("__MACOSX/") || last_part(name).starts_with('.');
        names
            .filter(|(_, name)| !name.ends_with(['/', '\\']) && !hidden(name.as_str()))
            .map(|(index, name)| Entry { index, name: shown(&name) })
            .collect()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It is encrypted, or compressed in a way that is not read.
    pub fn read(&mut self, index: usize) -> Result<impl Read + use<'_, R>, Refusal> {
        let file = self.zip.by_index(index).map_err(|error| refusal_of(&error))?;
        let compressed = file.compressed_size().min(self.size);
        let max_bytes = self.max_bytes;
        Ok(Guarded { file, compressed, bytes: 0, max_bytes, size: self.size, out: &mut self.out })
    }
}

/// A file of an archive that stops where it, or the archive as a whole, becomes denser than exports are.
struct Guarded<'a, R: Read + Seek> {
    file: ZipFile<'a, R>,
    compressed: u64,
    bytes: u64,
    max_bytes: u64,
    size: u64,
    out: &'a mut u64,
}

impl<R: Read + Seek> Read for Guarded<'_, R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(out).map_err(told)?;
        self.bytes += read as u64;
        *self.out += read as u64;
        if self.bytes > self.max_bytes {
            return Err(Refusal::new(RefusalCode::TooLarge, self.max_bytes.to_string()).into());
        }
        check_density(self.bytes, self.compressed)?;
        // Files of one archive may share their compressed bytes.
        check_density(*self.out, self.size)?;
        Ok(read)
    }
}

/// Looks at the end of the central directory before it is read whole: its size and the number of files are said there.
fn check_directory(input: &mut (impl Read + Seek), size: u64, limits: &Limits) -> io::Result<()> {
    let tail = size.min(END_SIZE as u64 + COMMENT);
    input.seek(SeekFrom::Start(size - tail))?;
    let mut bytes = Vec::new();
    input.take(tail).read_to_end(&mut bytes)?;
    let number = |at: usize, len: usize| {
        let digits = bytes.get(at..at + len).unwrap_or_default();
        digits.iter().rev().fold(0_u64, |number, digit| number << 8 | u64::from(*digit))
    };
    let is_end =
        |at: &usize| bytes[*at..].starts_with(END) && *at + END_SIZE + number(*at + 20, 2) as usize == bytes.len();
    let Some(at) = (0..bytes.len().saturating_sub(END_SIZE - 1)).rev().find(is_end) else {
        return Err(Refusal { offset: Some(size), ..Refusal::new(RefusalCode::Truncated, "ZIP") }.into());
    };
    let most = limits.max_entries as u64;
    if number(at + 10, 2) > most || number(at + 12, 4) > most * RECORD {
        return Err(too_many(limits).into());
    }
    Ok(())
}

fn too_many(limits: &Limits) -> Refusal {
    Refusal::new(RefusalCode::TooManyEntries, limits.max_entries.to_string())
}

/// What is wrong with an archive.
fn refusal_of(error: &ZipError) -> Refusal {
    match error {
        ZipError::Io(error) => super::refusal_of(error),
        ZipError::UnsupportedArchive(what) => Refusal::new(RefusalCode::UnsupportedFormat, format!("ZIP: {what}")),
        ZipError::InvalidPassword => Refusal::new(RefusalCode::UnsupportedFormat, "ZIP: Password required"),
        _ => Refusal::new(RefusalCode::Malformed, "ZIP"),
    }
}

/// What the decoder says of a file's bytes, as a refusal; what their reader says stays as it is.
fn told(error: io::Error) -> io::Error {
    let code = match error.kind() {
        io::ErrorKind::UnexpectedEof => RefusalCode::Truncated,
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => RefusalCode::Malformed,
        _ => return error,
    };
    Refusal::new(code, "ZIP").into()
}

fn last_part(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or_default()
}

fn shown(name: &str) -> String {
    last_part(name).chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Cursor, Write};
    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, ZipWriter};

    fn archive_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for (name, bytes) in files {
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn open(bytes: &[u8]) -> Result<Archive<Cursor<&[u8]>>, Refusal> {
        Archive::open(Cursor::new(bytes), &Limits { max_entries: 5, ..Limits::default() })
    }

    fn code(bytes: &[u8]) -> Option<RefusalCode> {
        open(bytes).err().map(|refusal| refusal.code)
    }

    #[test]
    fn files_are_read_by_number_and_their_names_lead_nowhere() {
        let bytes = archive_of(&[
            ("../../etc/scan.nessus", b"one"),
            ("__MACOSX/._scan.nessus", b"hidden"),
            ("folder/", b""),
            ("C:\\x\\zap\u{7}.json", b"two"),
        ]);
        assert!(is_archive(&bytes));
        let mut archive = open(&bytes).unwrap();
        let entries = archive.entries();
        assert_eq!(entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["scan.nessus", "zap.json"]);
        let mut text = String::new();
        for entry in &entries {
            archive.read(entry.index).unwrap().read_to_string(&mut text).unwrap();
        }
        assert_eq!(text, "onetwo");
    }

    #[test]
    fn what_is_cut_damaged_or_endless_is_refused() {
        let bytes = archive_of(&[("a", &[b'a'; 5000]), ("b", b"b")]);
        for cut in 1..bytes.len() {
            assert!(open(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        let many: Vec<(String, &[u8])> = (0..6).map(|number| (number.to_string(), b"x".as_slice())).collect();
        let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        assert_eq!(code(&archive_of(&many)), Some(RefusalCode::TooManyEntries));
        let mut damaged = bytes;
        damaged[40] ^= 0xff;
        let mut archive = open(&damaged).unwrap();
        let outcome = archive.read(0).unwrap().read_to_end(&mut Vec::new()).unwrap_err();
        let code = crate::bounded::refusal_of(&outcome).code;
        assert!(matches!(code, RefusalCode::Malformed | RefusalCode::Truncated), "{code}");
    }

    #[test]
    fn bombs_are_refused_early() {
        let bytes = archive_of(&[("bomb", &vec![b' '; 64 << 20])]);
        let mut archive = open(&bytes).unwrap();
        let mut out = Vec::new();
        let outcome = archive.read(0).unwrap().read_to_end(&mut out).unwrap_err();
        assert_eq!(crate::bounded::refusal_of(&outcome).code, RefusalCode::TooDense);
        assert!(out.len() <= 17 << 20, "{}", out.len());

        let bytes = archive_of(&[("long", &[b'a'; 500])]);
        let limits = Limits { max_bytes: 400, ..Limits::default() };
        let mut archive = Archive::open(Cursor::new(bytes.as_slice()), &limits).unwrap();
        let outcome = archive.read(0).unwrap().read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(crate::bounded::refusal_of(&outcome).code, RefusalCode::TooLarge);
    }
}
