//! Identity: what + where, never severity, title or free text.
//!
//! The public id of an occurrence is the same in any order of imports and on any database, because it is computed from
//! one record and its address space alone. Everything here is version 1 and frozen: a change makes version 2.

mod alias;
mod asset;
mod place;
mod systemic;
mod target;

pub use alias::aliases;
pub use asset::{AddressSpace, asset_key, is_of_a_source, origin, origin_of, space_of};
pub use place::{shown_location, template};
pub use systemic::systemic;
pub use target::aliased;

use model::facts::Place;
use model::{OccurrenceId, Tool};
use sha2::{Digest, Sha256};

/// The version of the rules in this module; part of every id.
pub const IDENTITY_VERSION: u8 = 1;

/// The public id: a `UUIDv8` from the SHA-256 of the version and the key's fields, each prefixed by its length.
#[must_use]
pub fn occurrence_id(tool: Tool, asset_key: &str, rule: &str, place: &Place) -> OccurrenceId {
    let mut hash = Sha256::new();
    hash.update([IDENTITY_VERSION]);
    for (name, value) in explain(tool, asset_key, rule, place) {
        for text in [name, &value] {
            hash.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(text.as_bytes());
        }
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    OccurrenceId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The key's fields after normalization, by name: what two sightings must share to be one occurrence.
#[must_use]
pub fn explain(tool: Tool, asset_key: &str, rule: &str, place: &Place) -> Vec<(&'static str, String)> {
    let mut fields = vec![("tool", tool.word().to_owned()), ("asset", asset_key.to_owned()), ("rule", rule.to_owned())];
    if !(tool == Tool::Zap && systemic(rule)) {
        fields.extend(place::fields(place));
    }
    fields
}
