//! Attributes that scans tell again and again: a weakness's text, an asset's names.

use model::Micros;

/// When and by which export something was told. The greatest is the one that is shown: the newest in scan time, never
/// the last that was imported; at one instant the export's hash decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Told {
    /// The instant of the sighting that told it.
    pub at: Micros,
    /// SHA-256 of the export.
    pub export_hash: [u8; 32],
}

/// What the newest sighting told.
pub fn newest<T>(told: impl IntoIterator<Item = (Told, T)>) -> Option<T> {
    told.into_iter().max_by_key(|(told, _)| *told).map(|(_, text)| text)
}
