//! How a scan describes weaknesses: which texts they have, kept once for all scans that describe them so, and when each was seen.

use super::switch::intern;
use crate::codec::{Described, pack_texts, pack_times, unpack_times, unpack_weaknesses};
use crate::db::Tx;
use crate::error::Result;

crate::sql::statements! {
    DESCRIBED = "SELECT id FROM described WHERE hash = $1";
    ADD_DESCRIBED = "INSERT INTO described (id, hash, packed) \
        VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM described), $1, $2) RETURNING id";
}

/// What a scan's row holds of the weaknesses that it describes.
pub(super) struct Kept {
    /// The number of their texts.
    pub(super) texts: i64,
    /// When each was seen, packed.
    pub(super) times: Vec<u8>,
}

/// The same as it is read, with the texts themselves. A scan of before texts were shared has all in `times`.
#[derive(sqlx::FromRow)]
pub(super) struct Packed {
    texts: Option<Vec<u8>>,
    times: Vec<u8>,
}

impl Packed {
    pub(super) fn unpack(&self) -> Result<Vec<Described>> {
        match &self.texts {
            Some(texts) => unpack_times(texts, &self.times),
            None => unpack_weaknesses(&self.times),
        }
    }
}

/// Keeps how a scan describes weaknesses, sorted by weakness.
pub(super) async fn keep(tx: &mut Tx, described: &[Described]) -> Result<Kept> {
    let texts = intern(tx, DESCRIBED, ADD_DESCRIBED, pack_texts(described)).await?;
    Ok(Kept { texts, times: pack_times(described)? })
}
