//! Sealing at rest: XChaCha20-Poly1305 under keys that are derived from a master key in a file outside the database.
//!
//! An envelope is `key id (4) ‖ nonce (24) ‖ ciphertext and tag`. The associated data is `table:column:row`, so that a
//! sealed value that is moved to another row does not open.

use crate::config::Entropy;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;
use zeroize::Zeroizing;

mod file;

pub(crate) use file::unhex;
use file::{changed, read};
pub use file::{retire, rotate};

const KEY: usize = 32;
const KEY_ID: usize = 4;
const NONCE: usize = 24;
const TAG: usize = 16;
/// What the keys of keyed hashes are derived for.
const CONTENT: &str = "postura/1/content-mac";
const AUDIT: &str = "postura/1/audit-mac";
/// What the key of the database's file is derived for.
const DATABASE: &str = "postura/1/database-file";

/// Why a key file or a sealed value cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key file cannot be read or written.
    #[error("the key file {path} cannot be used")]
    File {
        /// Which file.
        path: PathBuf,
        /// The operating system's reason.
        #[source]
        source: std::io::Error,
    },
    /// There is no key file. Without it nothing that was sealed can be read, so none is made for data that exists.
    #[error(
        "the key file {0} is missing; restore it from where it is kept, since sealed data cannot be read without it"
    )]
    Missing(PathBuf),
    /// Others than the owner may read the key file.
    #[error("the key file {0} must be readable by its owner alone (mode 0600)")]
    Mode(PathBuf),
    /// The key file does not hold keys.
    #[error("the key file {0} must hold one key of 64 hexadecimal digits a line")]
    Format(PathBuf),
    /// Sealed by a key that is not in the key file.
    #[error("sealed with another key than those in the key file")]
    WrongKey,
    /// The value was changed or moved since it was sealed.
    #[error("a sealed value was changed or moved")]
    Tampered,
}

/// The keys that seal and open. The first line of the file seals, every line opens. The two keys of keyed hashes never change,
/// since what they hashed cannot be hashed again, nor does that of the database's file; they are the oldest line's, until a
/// rotation writes them on lines of their own (`content …`, `audit …`, `database …`).
pub struct KeyRing {
    ring: RwLock<Arc<Ring>>,
    /// Where the keys come from. When the file changes, as by a rotation, its keys are taken without a restart.
    file: Option<PathBuf>,
    /// When the file was changed last, as far as is known.
    seen: Mutex<Option<SystemTime>>,
}

/// The keys of a file as it was read.
struct Ring {
    keys: Vec<Key>,
    content: Zeroizing<[u8; KEY]>,
    audit: Zeroizing<[u8; KEY]>,
    #[cfg(feature = "sqlcipher")]
    database: Zeroizing<[u8; KEY]>,
}

struct Key {
    id: [u8; KEY_ID],
    cipher: XChaCha20Poly1305,
}

impl KeyRing {
    /// A ring of one master key, for tests and for keys that do not come from a file.
    #[must_use]
    pub fn from_master(master: &[u8; KEY]) -> Self {
        Self::of(Ring {
            keys: vec![Key::derive(master)],
            content: derive(master, CONTENT),
            audit: derive(master, AUDIT),
            #[cfg(feature = "sqlcipher")]
            database: derive(master, DATABASE),
        })
    }

    fn of(ring: Ring) -> Self {
        Self { ring: RwLock::new(Arc::new(ring)), file: None, seen: Mutex::new(None) }
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// The file is missing, others may read it, or it does not hold keys.
    pub fn load(path: &Path) -> Result<Self, SealError> {
        let seen = changed(path);
        let ring = read(path)?.ring().ok_or_else(|| SealError::Format(path.to_owned()))?;
        Ok(Self { file: Some(path.to_owned()), seen: Mutex::new(seen), ..Self::of(ring) })
    }

    /// Keys out of a text as a key file has it, with commas for the ends of lines or not; none if it holds none.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        Some(Self::of(file::parse(text)?.ring()?))
    }

    /// The keys of now: those of the file, if it has changed since it was read. A file that cannot be used any more is told in
    /// the log, and the keys at hand stay.
    fn now(&self) -> Arc<Ring> {
        if let Some(path) = &self.file {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let newest = changed(path);
            if newest.is_some() && newest != *seen {
                *seen = newest;
                match read(path).map(|file| file.ring()) {
                    Ok(Some(ring)) => *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(ring),
                    _ => tracing::error!("the key file was changed and cannot be used; the keys at hand stay"),
                }
            }
        }
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes a new key file with mode 0600. Only for a new data folder: an existing file is never replaced.
    ///
    /// # Errors
    /// The file exists or cannot be written.
    pub fn create(path: &Path, entropy: &dyn Entropy) -> Result<Self, SealError> {
        file::create(path, entropy)?;
        Self::load(path)
    }

    /// The id of the key that seals.
    pub(crate) fn key_id(&self) -> [u8; KEY_ID] {
        self.now().keys[0].id
    }

    /// Whether a key is in the ring.
    pub(crate) fn holds(&self, id: &[u8]) -> bool {
        self.now().keys.iter().any(|key| key.id == id)
    }

    /// How many keys open.
    pub(crate) fn len(&self) -> usize {
        self.now().keys.len()
    }

    /// Seals bytes for a place: `table:column:row`.
    pub fn seal(&self, place: &str, plain: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>, SealError> {
        let ring = self.now();
        let key = &ring.keys[0];
        let mut nonce = [0u8; NONCE];
        entropy.fill(&mut nonce);
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let sealed = key.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::Tampered)?;
        let mut envelope = Vec::with_capacity(KEY_ID + NONCE + sealed.len());
        envelope.extend_from_slice(&key.id);
        envelope.extend_from_slice(&nonce);
        envelope.extend_from_slice(&sealed);
        Ok(envelope)
    }

    /// Opens what was sealed for a place.
    ///
    /// # Errors
    /// Sealed by another key, changed, or sealed for another place.
    pub fn open(&self, place: &str, envelope: &[u8]) -> Result<Vec<u8>, SealError> {
        if envelope.len() < KEY_ID + NONCE + TAG {
            return Err(SealError::Tampered);
        }
        let (id, rest) = envelope.split_at(KEY_ID);
        let (nonce, sealed) = rest.split_at(NONCE);
        let ring = self.now();
        let key = ring.keys.iter().find(|key| key.id == id).ok_or(SealError::WrongKey)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| SealError::Tampered)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        key.cipher.decrypt(&nonce, payload).map_err(|_| SealError::Tampered)
    }

    /// The key of the database's file, for builds that encrypt it as a whole.
    #[cfg(feature = "sqlcipher")]
    pub(crate) fn database_key(&self) -> Zeroizing<[u8; KEY]> {
        self.now().database.clone()
    }

    /// A keyed hash of content, so that equal contents are recognized without telling what they are.
    #[must_use]
    pub(crate) fn content_mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.now().content, parts)
    }

    /// The keyed hash of an entry of the audit log. Each part goes in with its length, so that no two entries look alike.
    #[must_use]
    pub(crate) fn audit_mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
        let framed: Vec<&[u8]> = lengths.iter().zip(parts).flat_map(|(length, part)| [&length[..], part]).collect();
        mac(&self.now().audit, &framed)
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyRing of {}", self.len())
    }
}

impl Key {
    fn derive(master: &[u8; KEY]) -> Self {
        let mut id = [0u8; KEY_ID];
        id.copy_from_slice(&derive(master, "postura/1/key-id")[..KEY_ID]);
        let cipher = XChaCha20Poly1305::new((&*derive(master, "postura/1/seal")).into());
        Self { id, cipher }
    }
}

/// A key of a master key for one purpose.
fn derive(master: &[u8; KEY], purpose: &str) -> Zeroizing<[u8; KEY]> {
    let mut key = Zeroizing::new([0u8; KEY]);
    // 32 bytes are far below the limit of HKDF-SHA-256, so this cannot fail.
    let _ = Hkdf::<Sha256>::new(None, master).expand(purpose.as_bytes(), key.as_mut());
    key
}

fn mac(key: &[u8; KEY], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac,
        // HMAC takes keys of any length.
        Err(_) => return [0; 32],
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entropy(bytes: &mut [u8]) {
        bytes.fill(7);
    }

    #[test]
    fn opens_what_it_sealed_and_nothing_else() {
        let ring = KeyRing::from_master(&[1; 32]);
        let sealed = ring.seal("pack:sealed:1", b"evidence", &entropy).unwrap();
        assert_eq!(ring.open("pack:sealed:1", &sealed).unwrap(), b"evidence");
        assert!(matches!(ring.open("pack:sealed:2", &sealed), Err(SealError::Tampered)));
        for at in 4..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(matches!(ring.open("pack:sealed:1", &changed), Err(SealError::Tampered)), "byte {at}");
        }
        let other = KeyRing::from_master(&[2; 32]);
        assert!(matches!(other.open("pack:sealed:1", &sealed), Err(SealError::WrongKey)));
        assert!(matches!(ring.open("pack:sealed:1", &sealed[..20]), Err(SealError::Tampered)));
    }

    #[test]
    fn key_files_are_private_and_never_replaced() {
        let folder = std::env::temp_dir().join(format!("postura-seal-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("key");
        let made = KeyRing::create(&path, &entropy).unwrap();
        let sealed = made.seal("a:b:1", b"x", &entropy).unwrap();
        assert_eq!(KeyRing::load(&path).unwrap().open("a:b:1", &sealed).unwrap(), b"x");
        assert!(matches!(KeyRing::create(&path, &entropy), Err(SealError::File { .. })));
        assert!(matches!(KeyRing::load(&folder.join("none")), Err(SealError::Missing(_))));
        std::fs::write(&path, "not a key").unwrap();
        assert!(matches!(KeyRing::load(&path), Err(SealError::Format(_))));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
            assert!(matches!(KeyRing::load(&path), Err(SealError::Mode(_))));
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
