//! What is stored of a scan that runs on a scanner.

use crate::Fault;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How a connector finds its scan again: ids and how far it was, as JSON that only the connector reads. At most
/// [`Remote::MAX`] bytes; it holds no secret. Stored right after the launch, and again whenever [`crate::Progress::remote`] brings
/// a new one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remote(String);

impl Remote {
    /// The longest, in bytes.
    pub const MAX: usize = 4096;

    /// What was stored.
    #[must_use]
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// What is to be stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn of(state: &impl Serialize) -> Result<Self, Fault> {
        let text = serde_json::to_string(state).map_err(|error| Fault::protocol(error.to_string()))?;
        if text.len() > Self::MAX {
            return Err(Fault::protocol("an id of a sensible length"));
        }
        Ok(Self(text))
    }

    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_str(&self.0).map_err(|error| Fault::protocol(format!("what was stored: {error}")))
    }
}
