//! The second factor: the sealed seed of a person's one-time codes, and the codes for when the device is lost.

use crate::viewer::{Scoped, Unscoped};
use crate::{Error, Result, Store, binds};
use model::policy::Action;
use model::{Micros, UserId};

crate::sql::statements! {
    /// A person's seed.
    GET = "SELECT sealed, confirmed_at, last_step FROM second_factor WHERE user_id = $1";
    /// A seed that is not in force yet takes the place of the one before it; one in force stays.
    BEGIN = "INSERT INTO second_factor (user_id, sealed, confirmed_at, last_step) VALUES ($1, $2, NULL, 0) \
        ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, last_step = 0 \
        WHERE second_factor.confirmed_at IS NULL";
    /// Brings a seed into force.
    CONFIRM = "UPDATE second_factor SET confirmed_at = $2, last_step = $3 WHERE user_id = $1 AND confirmed_at IS NULL";
    /// Takes a step once.
    ADVANCE = "UPDATE second_factor SET last_step = $2 WHERE user_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2";
    /// Takes the seed away.
    REMOVE = "DELETE FROM second_factor WHERE user_id = $1";
    /// Keeps a recovery code.
    ADD_CODE = "INSERT INTO recovery_code (code_hash, user_id, used_at) VALUES ($1, $2, NULL)";
    /// Takes a recovery code once.
    USE_CODE = "UPDATE recovery_code SET used_at = $3 WHERE code_hash = $1 AND user_id = $2 AND used_at IS NULL";
    /// How many recovery codes are left.
    CODES = "SELECT COUNT(*) FROM recovery_code WHERE user_id = $1 AND used_at IS NULL";
    /// Takes all recovery codes of a person away.
    DROP_CODES = "DELETE FROM recovery_code WHERE user_id = $1";
    /// Everybody whose second factor is in force.
    WITH = "SELECT user_id FROM second_factor WHERE confirmed_at IS NOT NULL";
    /// Every seed, for sealing it anew.
    ALL = "SELECT user_id, sealed FROM second_factor ORDER BY user_id";
    /// Keeps a seed that was sealed anew.
    RESEAL = "UPDATE second_factor SET sealed = $2 WHERE user_id = $1 AND sealed = $3";
}

/// A person's second factor.
pub struct Factor {
    /// The seed.
    pub seed: Vec<u8>,
    /// Since when it is in force; `None` until the first code was given.
    pub confirmed_at: Option<Micros>,
    /// The last step whose code was taken.
    pub last_step: i64,
}

fn place(user: UserId) -> String {
    format!("second_factor:sealed:{}", user.0)
}

impl Store {
    async fn factor(&self, user: UserId) -> Result<Option<Factor>> {
        let row: Option<(Vec<u8>, Option<i64>, i64)> = self.db.optional(GET, binds![user]).await?;
        row.map(|(sealed, confirmed, last_step)| {
            let seed = self.config.keys.open(&place(user), &sealed)?;
            Ok(Factor { seed, confirmed_at: confirmed.map(Micros), last_step })
        })
        .transpose()
    }
}

impl Unscoped<'_> {
    /// A person's second factor, if they have begun to have one.
    ///
    /// # Errors
    /// It was changed past the program, or the database fails.
    pub async fn second_factor(&self, user: UserId) -> Result<Option<Factor>> {
        self.store.factor(user).await
    }

    /// Takes a step whose code was right; false if it, or a later one, was taken before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn second_factor_take(&self, user: UserId, step: i64) -> Result<bool> {
        Ok(self.store.db.execute(ADVANCE, binds![user, step]).await? == 1)
    }

    /// Takes a recovery code by its hash; false if there is none, or it was taken before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn recovery_code_take(&self, user: UserId, hash: [u8; 32], now: Micros) -> Result<bool> {
        Ok(self.store.db.execute(USE_CODE, binds![hash, user, now]).await? == 1)
    }
}

impl Scoped<'_> {
    /// The viewer's own second factor.
    ///
    /// # Errors
    /// It was changed past the program, or the database fails.
    pub async fn second_factor(&self) -> Result<Option<Factor>> {
        match self.viewer.user() {
            Some(user) => self.store.factor(user).await,
            None => Ok(None),
        }
    }

    /// Keeps a new seed of the viewer's that is not in force yet.
    ///
    /// # Errors
    /// The viewer is not a person, has a second factor in force (`second_factor_on`), or the database fails.
    pub async fn second_factor_begin(&self, seed: &[u8]) -> Result<()> {
        let user = self.viewer.user().ok_or(Error::Conflict("not_a_person"))?;
        let sealed = self.store.config.keys.seal(&place(user), seed, self.store.config.entropy.as_ref())?;
        match self.store.db.execute(BEGIN, binds![user, sealed]).await? {
            0 => Err(Error::Conflict("second_factor_on")),
            _ => Ok(()),
        }
    }

    /// Brings the viewer's seed into force, at the step of its first code, with codes for when the device is lost.
    ///
    /// # Errors
    /// There is no seed that waits for this, or the database fails.
    pub async fn second_factor_confirm(&self, step: i64, codes: &[[u8; 32]], now: Micros) -> Result<()> {
        let user = self.viewer.user().ok_or(Error::Conflict("not_a_person"))?;
        let mut tx = self.store.db.begin().await?;
        if tx.execute(CONFIRM, binds![user, now, step]).await? == 0 {
            return Err(Error::NotFound("second factor"));
        }
        replace_codes(&mut tx, user, codes).await?;
        tx.commit().await
    }

    /// Gives the viewer new recovery codes in place of the old.
    ///
    /// # Errors
    /// The viewer is not a person, or the database fails.
    pub async fn recovery_codes_set(&self, codes: &[[u8; 32]]) -> Result<()> {
        let user = self.viewer.user().ok_or(Error::Conflict("not_a_person"))?;
        let mut tx = self.store.db.begin().await?;
        replace_codes(&mut tx, user, codes).await?;
        tx.commit().await
    }

    /// How many of the viewer's recovery codes are left.
    ///
    /// # Errors
    /// The database fails.
    pub async fn recovery_codes_left(&self) -> Result<i64> {
        let row: Option<(i64,)> = match self.viewer.user() {
            Some(user) => self.store.db.optional(CODES, binds![user]).await?,
            None => None,
        };
        Ok(row.map_or(0, |(left,)| left))
    }

    /// Takes a person's second factor away: one's own, or anybody's for who manages people.
    ///
    /// # Errors
    /// The viewer may not, or the database fails.
    pub async fn second_factor_remove(&self, user: UserId) -> Result<()> {
        if self.viewer.user() != Some(user) {
            self.viewer.require(Action::ManageUsers, None)?;
        }
        let mut tx = self.store.db.begin().await?;
        tx.execute(REMOVE, binds![user]).await?;
        tx.execute(DROP_CODES, binds![user]).await?;
        tx.commit().await
    }

    /// Everybody whose second factor is in force.
    ///
    /// # Errors
    /// The viewer may not see people, or the database fails.
    pub async fn second_factor_people(&self) -> Result<Vec<UserId>> {
        self.viewer.require(Action::SeeUsers, None)?;
        let rows: Vec<(i64,)> = self.store.db.all(WITH, binds![]).await?;
        Ok(rows.into_iter().map(|(id,)| UserId(id)).collect())
    }
}

async fn replace_codes(tx: &mut crate::Tx, user: UserId, codes: &[[u8; 32]]) -> Result<()> {
    tx.execute(DROP_CODES, binds![user]).await?;
    for code in codes {
        tx.execute(ADD_CODE, binds![*code, user]).await?;
    }
    Ok(())
}

/// Seals every seed anew with the key that seals now; how many.
pub(crate) async fn reseal(store: &Store) -> Result<u64> {
    let rows: Vec<(i64, Vec<u8>)> = store.db.all(ALL, binds![]).await?;
    let mut done = 0;
    for (user, sealed) in rows {
        let keys = &store.config.keys;
        let seed = keys.open(&place(UserId(user)), &sealed)?;
        let anew = keys.seal(&place(UserId(user)), &seed, store.config.entropy.as_ref())?;
        done += store.db.execute(RESEAL, binds![user, anew, sealed]).await?;
    }
    Ok(done)
}
