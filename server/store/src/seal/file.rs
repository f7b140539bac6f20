//! The key file: a master key a line, the newest first, and the three keys that a rotation keeps.

use super::{AUDIT, CONTENT, DATABASE, KEY, Key, Ring, SealError, derive};
use crate::config::Entropy;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::SystemTime;
use zeroize::Zeroizing;

type Master = Zeroizing<[u8; KEY]>;

/// What a key file says.
pub(super) struct KeyFile {
    masters: Vec<Master>,
    content: Option<Master>,
    audit: Option<Master>,
    database: Option<Master>,
}

/// The same with every key known.
struct Settled {
    masters: Vec<Master>,
    content: Master,
    audit: Master,
    database: Master,
}

impl KeyFile {
    fn parse(text: &str) -> Option<Self> {
        let mut file = Self { masters: Vec::new(), content: None, audit: None, database: None };
        for line in text.split(['\n', ',']).map(str::trim).filter(|line| !line.is_empty()) {
            match line.split_once(' ') {
                None => file.masters.push(unhex(line)?),
                Some(("content", key)) => file.content = Some(unhex(key)?),
                Some(("audit", key)) => file.audit = Some(unhex(key)?),
                Some(("database", key)) => file.database = Some(unhex(key)?),
                Some(_) => return None,
            }
        }
        (!file.masters.is_empty()).then_some(file)
    }

    /// The keys that never change are the oldest master key's until they stand on lines of their own.
    fn settled(self) -> Option<Settled> {
        let oldest = self.masters.last()?;
        let content = self.content.unwrap_or_else(|| derive(oldest, CONTENT));
        let audit = self.audit.unwrap_or_else(|| derive(oldest, AUDIT));
        let database = self.database.unwrap_or_else(|| derive(oldest, DATABASE));
        Some(Settled { masters: self.masters, content, audit, database })
    }

    pub fn ring(self) -> Option<Ring> {
        let keys = self.settled()?;
        Some(Ring {
            keys: keys.masters.iter().map(|master| Key::derive(master)).collect(),
            content: keys.content,
            audit: keys.audit,
            #[cfg(feature = "sqlcipher")]
            database: keys.database,
        })
    }
}

/// Reads what a key file would hold.
pub(super) fn parse(text: &str) -> Option<KeyFile> {
    KeyFile::parse(text)
}

/// Reads a key file.
pub(super) fn read(path: &Path) -> Result<KeyFile, SealError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(SealError::Missing(path.to_owned()));
        }
        Err(source) => return Err(SealError::File { path: path.to_owned(), source }),
    };
    check_mode(path)?;
    KeyFile::parse(&text).ok_or_else(|| SealError::Format(path.to_owned()))
}

/// When a file was changed last.
pub(super) fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|data| data.modified()).ok()
}

fn new_master(entropy: &dyn Entropy) -> Master {
    let mut master = Zeroizing::new([0u8; KEY]);
    entropy.fill(master.as_mut());
    master
}

fn line(text: &mut String, word: &str, key: &Master) {
    text.push_str(word);
    for byte in key.iter() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
}

/// Writes a file that nobody else can read, to its end on the disk.
fn write(path: &Path, text: &str) -> Result<(), SealError> {
    let write = || -> std::io::Result<()> {
        let mut file = private(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|source| SealError::File { path: path.to_owned(), source })
}

/// Makes a file with one new key. An existing file is never replaced.
pub(super) fn create(path: &Path, entropy: &dyn Entropy) -> Result<(), SealError> {
    let mut text = Zeroizing::new(String::new());
    line(&mut text, "", &new_master(entropy));
    write(path, &text)
}

/// Puts another file in the place of a key file, at once.
fn replace(path: &Path, keys: &Settled) -> Result<(), SealError> {
    let mut text = Zeroizing::new(String::new());
    for master in &keys.masters {
        line(&mut text, "", master);
    }
    line(&mut text, "content ", &keys.content);
    line(&mut text, "audit ", &keys.audit);
    line(&mut text, "database ", &keys.database);
    let beside = path.with_extension("key.new");
    let at = |source| SealError::File { path: path.to_owned(), source };
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(at(error)),
        _ => {}
    }
    write(&beside, &text)?;
    std::fs::rename(&beside, path).map_err(at)
}

/// Puts a new key on top of a key file; from then on it seals, and those below still open.
///
/// # Errors
/// The file cannot be read or written, or does not hold keys.
pub fn rotate(path: &Path, entropy: &dyn Entropy) -> Result<(), SealError> {
    let mut keys = read(path)?.settled().ok_or_else(|| SealError::Format(path.to_owned()))?;
    keys.masters.insert(0, new_master(entropy));
    replace(path, &keys)
}

/// Takes every key but the one on top out of a key file; how many. Whoever asks must know that nothing is sealed by them.
///
/// # Errors
/// The file cannot be read or written, or does not hold keys.
pub fn retire(path: &Path) -> Result<usize, SealError> {
    let mut keys = read(path)?.settled().ok_or_else(|| SealError::Format(path.to_owned()))?;
    let retired = keys.masters.len() - 1;
    keys.masters.truncate(1);
    replace(path, &keys)?;
    Ok(retired)
}

/// A key of 64 hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<Master> {
    let mut key = Zeroizing::new([0u8; KEY]);
    if text.len() != KEY * 2 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(key)
}

#[cfg(unix)]
fn private(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), SealError> {
    use std::os::unix::fs::PermissionsExt;
    let of = |source| SealError::File { path: path.to_owned(), source };
    let mode = std::fs::metadata(path).map_err(of)?.permissions().mode();
    if mode & 0o077 == 0 { Ok(()) } else { Err(SealError::Mode(path.to_owned())) }
}

#[cfg(not(unix))]
fn check_mode(_path: &Path) -> Result<(), SealError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::KeyRing;
    use super::*;

    #[test]
    fn a_rotation_seals_with_a_new_key_opens_with_the_old_and_keeps_the_keyed_hashes() {
        let folder = std::env::temp_dir().join(format!("postura-rotate-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("postura.key");
        let counter = std::sync::atomic::AtomicU8::new(1);
        let entropy = move |bytes: &mut [u8]| {
            bytes.fill(counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        };
        let ring = KeyRing::create(&path, &entropy).unwrap();
        let (first, content, audit) = (ring.key_id(), ring.content_mac(&[b"x"]), ring.audit_mac(&[b"x"]));
        let sealed = ring.seal("a:b:1", b"x", &entropy).unwrap();
        let database = read(&path).unwrap().settled().unwrap().database;
        // A file system may tell time in steps.
        std::thread::sleep(std::time::Duration::from_millis(30));
        rotate(&path, &entropy).unwrap();
        assert_ne!(ring.key_id(), first, "a ring that is open takes the new key");
        assert_eq!(ring.open("a:b:1", &sealed).unwrap(), b"x");
        assert_eq!((ring.content_mac(&[b"x"]), ring.audit_mac(&[b"x"])), (content, audit));
        std::thread::sleep(std::time::Duration::from_millis(30));
        assert_eq!(retire(&path).unwrap(), 1);
        assert!(matches!(ring.open("a:b:1", &sealed), Err(SealError::WrongKey)));
        let again = KeyRing::load(&path).unwrap();
        assert_eq!((again.content_mac(&[b"x"]), again.audit_mac(&[b"x"])), (content, audit));
        assert_eq!(read(&path).unwrap().settled().unwrap().database, database, "the file of the database still opens");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
