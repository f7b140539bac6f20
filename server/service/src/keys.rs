//! Rotation of the keys that seal: a new one is put on top of the key file, everything is sealed anew while the program runs,
//! and in the end the old ones go.

use crate::Service;
use crate::import::SystemEntropy;
use crate::key_place::{ENVIRONMENT, KeyPlace};
use model::Micros;
use model::audit::AuditAct;
use model::policy::Action;

/// What a rotation did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Values that were sealed anew.
    pub sealed: u64,
    /// Values that are still under another key, because they were written meanwhile.
    pub left: i64,
}

/// The old keys stay at least so long beside the new one: a process that holds a value which it sealed before has written it by
/// then.
const OVERLAP: i64 = Micros::DAY;
/// How often what was written meanwhile is sealed anew.
const RUNS: usize = 5;

impl Service {
    /// Puts a new key on top of the key file, and seals everything anew. Keys of the environment are not Postura's to write: whoever
    /// keeps them there has put the new one in front.
    ///
    /// # Errors
    /// The key file cannot be written, the environment holds no newer key, a value was changed past the program, or the database
    /// failed.
    pub async fn rotate_keys(&self) -> anyhow::Result<Rotated> {
        match &self.keys {
            KeyPlace::File(path) => store::seal::rotate(path, &SystemEntropy)?,
            KeyPlace::Environment(_) => anyhow::ensure!(
                self.store.sealed_by_others().await? > 0,
                "everything is sealed with the first key of {ENVIRONMENT}; put a new one of 64 hexadecimal digits in front of it, \
                 start every `postura` anew, and rotate then"
            ),
        }
        let mut rotated = Rotated { sealed: 0, left: 0 };
        for _ in 0..RUNS {
            rotated.sealed += self.store.reseal(self.now()).await?;
            rotated.left = self.store.sealed_by_others().await?;
            if rotated.left == 0 {
                break;
            }
        }
        Ok(rotated)
    }

    /// Takes the keys that seal nothing any more out of the key file; how many.
    ///
    /// # Errors
    /// Something is sealed by them, the newest key is of today, the key file cannot be written, or the database failed.
    pub async fn retire_keys(&self) -> anyhow::Result<usize> {
        let KeyPlace::File(file) = &self.keys else {
            anyhow::bail!("the last key of {ENVIRONMENT} is what keyed hashes are made of: leave the old keys there")
        };
        self.store.reseal(self.now()).await?;
        let (keys, since) = self.store.keys_state().await?;
        anyhow::ensure!(keys > 1, "there is one key alone; `postura keys rotate` makes another");
        let old_enough = since.is_some_and(|since| self.now().0 - since.0 >= OVERLAP);
        anyhow::ensure!(
            old_enough,
            "the newest key is less than a day old; what was sealed before it may still be on its way"
        );
        self.store.forget_other_keys().await?;
        Ok(store::seal::retire(file)?)
    }

    /// How many keys open, since when the one that seals does, and how many values another one sealed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keys_state(&self) -> anyhow::Result<(usize, Option<Micros>, i64)> {
        let (keys, since) = self.store.keys_state().await?;
        Ok((keys, since, self.store.sealed_by_others().await?))
    }
}

impl crate::request::Session {
    /// The same rotation, as an act of the viewer that is written down.
    ///
    /// # Errors
    /// As [`Service::rotate_keys`], or the viewer may not.
    pub async fn rotate_keys(&self) -> anyhow::Result<Rotated> {
        self.require(Action::ManageOrganisation, None)?;
        let rotated = self.service.rotate_keys().await?;
        self.audit(AuditAct::RotateKeys, "keys", &format!("{} values", rotated.sealed)).await?;
        Ok(rotated)
    }

    /// The same retirement, as an act of the viewer that is written down.
    ///
    /// # Errors
    /// As [`Service::retire_keys`], or the viewer may not.
    pub async fn retire_keys(&self) -> anyhow::Result<usize> {
        self.require(Action::ManageOrganisation, None)?;
        let retired = self.service.retire_keys().await?;
        self.audit(AuditAct::RetireKeys, "keys", &format!("{retired} keys")).await?;
        Ok(retired)
    }
}
