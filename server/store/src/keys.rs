//! A database remembers with which keys it was sealed, so that a wrong key file is told at once and not row by row.

use crate::error::Result;
use crate::seal::SealError;
use crate::{Store, binds};
use model::Micros;

crate::sql::statements! {
    KEYS = "SELECT key_id, sealed FROM sealing_key";
    ADD = "INSERT INTO sealing_key (key_id, sealed, created_at) VALUES ($1, $2, $3) ON CONFLICT (key_id) DO NOTHING";
}

/// Where the proof of a key is sealed.
const PLACE: &str = "sealing_key:sealed:1";
const PROOF: &[u8] = b"postura";

impl Store {
    /// Refuses a key file that lacks a key of this database; notes a key that seals here for the first time.
    pub(crate) async fn check_keys(&self, now: Micros) -> Result<()> {
        let keys = &self.config.keys;
        let known: Vec<(Vec<u8>, Vec<u8>)> = self.db.all(KEYS, binds![]).await?;
        for (id, sealed) in &known {
            if !keys.holds(id) {
                return Err(SealError::WrongKey.into());
            }
            keys.open(PLACE, sealed)?;
        }
        let current = keys.key_id();
        if !known.iter().any(|(id, _)| *id == current) {
            let proof = keys.seal(PLACE, PROOF, self.config.entropy.as_ref())?;
            self.db.execute(ADD, binds![current.to_vec(), proof, now]).await?;
        }
        Ok(())
    }
}
