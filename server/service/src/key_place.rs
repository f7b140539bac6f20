//! Where the keys that seal are: in a file, or in a secret of the environment.

use crate::import::SystemEntropy;
use anyhow::Context;
use std::fmt;
use std::path::{Path, PathBuf};
use store::seal::{KeyRing, SealError};
use zeroize::Zeroizing;

/// The file of the keys in the data folder, where nobody says another.
const FILE: &str = "postura.key";
/// The secret of the environment that holds the keys.
pub const ENVIRONMENT: &str = "POSTURA_KEYS";

/// Where the keys that seal are.
#[derive(Clone)]
pub enum KeyPlace {
    /// In a file that only its owner reads.
    File(PathBuf),
    /// In the environment: what the file would hold, with commas for the ends of its lines. Postura never writes there.
    Environment(Zeroizing<String>),
}

impl fmt::Debug for KeyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Environment(_) => f.write_str(ENVIRONMENT),
        }
    }
}

impl KeyPlace {
    /// The file in the data folder.
    #[must_use]
    pub fn in_folder(data_dir: &Path) -> Self {
        Self::File(data_dir.join(FILE))
    }

    /// The keys that are there.
    ///
    /// # Errors
    /// There are none, they cannot be read, or others may read them.
    pub(crate) fn keys(&self) -> Result<KeyRing, SealError> {
        match self {
            Self::File(path) => KeyRing::load(path),
            Self::Environment(text) => KeyRing::from_text(text).ok_or_else(|| SealError::Format(ENVIRONMENT.into())),
        }
    }

    /// The keys that are there; where the file is missing, a new one is made.
    pub(crate) fn keys_or_new(&self) -> anyhow::Result<KeyRing> {
        let Self::File(path) = self else { return Ok(self.keys()?) };
        if path.try_exists().with_context(|| format!("{} cannot be looked at", path.display()))? {
            return Ok(self.keys()?);
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        Ok(KeyRing::create(path, &SystemEntropy)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_environment_are_read_and_never_shown() {
        let key = "ab".repeat(32);
        let place = |text: &str| KeyPlace::Environment(Zeroizing::new(text.to_owned()));
        assert!(place(&key).keys().is_ok());
        assert!(place(&format!("{key}, {}\ncontent {key}", "cd".repeat(32))).keys().is_ok());
        assert!(place("").keys().is_err() && place("secret").keys().is_err() && place("secret").keys_or_new().is_err());
        assert!(!format!("{:?}", place(&key)).contains(&key[..8]));
    }
}
