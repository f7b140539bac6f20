//! The organisation's settings and its first run.

use crate::users::{UserNew, user_insert_in};
use crate::viewer::{Scoped, Unscoped};
use crate::{Error, Result, binds};
use model::policy::{Action, Role};
use model::{Micros, UserId};

crate::sql::statements! {
    /// The settings.
    GET = "SELECT name, zone, locale, setup_token_hash FROM organisation WHERE id = 1";
    /// Makes the settings where there are none.
    ENSURE = "INSERT INTO organisation (id, name, zone, locale, setup_token_hash) VALUES (1, $1, $2, $3, NULL) \
        ON CONFLICT (id) DO NOTHING";
    /// Changes the settings.
    SET = "UPDATE organisation SET name = $1, zone = $2, locale = $3 WHERE id = 1";
    /// Keeps the hash of the set-up link's token, or forgets it.
    SET_TOKEN = "UPDATE organisation SET setup_token_hash = $1 WHERE id = 1";
    /// Takes the token, once.
    TAKE_TOKEN = "UPDATE organisation SET setup_token_hash = NULL WHERE id = 1 AND setup_token_hash = $1";
    /// Whether anybody exists.
    ANYBODY = "SELECT COUNT(*) FROM app_user";
    /// Whether the ledger has any step.
    STEPS = "SELECT step FROM head WHERE id = 1";
}

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its name.
    pub name: String,
    /// The IANA zone in which days are cut.
    pub zone: String,
    /// Its language: `en` or `es`.
    pub locale: String,
}

type Row = (String, String, String, Option<Vec<u8>>);

impl Unscoped<'_> {
    /// The settings; none before they were ever made.
    ///
    /// # Errors
    /// The database fails.
    pub async fn organisation(&self) -> Result<Option<Organisation>> {
        let row: Option<Row> = self.store.db.optional(GET, binds![]).await?;
        Ok(row.map(|(name, zone, locale, _)| Organisation { name, zone, locale }))
    }

    /// Makes the settings where there are none yet.
    ///
    /// # Errors
    /// The database fails.
    pub async fn organisation_ensure(&self, settings: &Organisation) -> Result<()> {
        let Organisation { name, zone, locale } = settings;
        self.store.db.execute(ENSURE, binds![name.as_str(), zone.as_str(), locale.as_str()]).await?;
        Ok(())
    }

    /// Keeps the hash of a new set-up token in place of the last; refused once anybody exists.
    ///
    /// # Errors
    /// Somebody exists already (`set_up_done`), or the database fails.
    pub async fn setup_token_set(&self, token_hash: [u8; 32]) -> Result<()> {
        let mut tx = self.store.db.begin().await?;
        let (people,): (i64,) = tx.one(ANYBODY, binds![]).await?;
        if people > 0 {
            return Err(Error::Conflict("set_up_done"));
        }
        tx.execute(SET_TOKEN, binds![token_hash]).await?;
        tx.commit().await
    }

    /// Makes the first administrator and the settings, if the token is the one of the set-up link. Works once.
    ///
    /// # Errors
    /// The token is not the one (`not found`), somebody exists already (`set_up_done`), or the database fails.
    pub async fn set_up(
        &self,
        token_hash: [u8; 32],
        settings: &Organisation,
        admin: &UserNew,
        now: Micros,
    ) -> Result<UserId> {
        let mut tx = self.store.db.begin().await?;
        if tx.execute(TAKE_TOKEN, binds![token_hash]).await? == 0 {
            return Err(Error::NotFound("set-up token"));
        }
        let (people,): (i64,) = tx.one(ANYBODY, binds![]).await?;
        if people > 0 {
            return Err(Error::Conflict("set_up_done"));
        }
        let Organisation { name, zone, locale } = settings;
        tx.execute(SET, binds![name.trim(), zone.as_str(), locale.as_str()]).await?;
        let id = user_insert_in(&mut tx, &UserNew { role: Role::Admin, ..admin.clone() }, now).await?;
        tx.commit().await?;
        Ok(id)
    }
}

impl Scoped<'_> {
    /// Changes the settings. The zone can change only while the books are empty, since every stored day was cut in it.
    ///
    /// # Errors
    /// The viewer may not, the zone changes with days in the books (`zone_in_use`), or the database fails.
    pub async fn organisation_set(&self, settings: &Organisation) -> Result<()> {
        self.viewer.require(Action::ManageOrganisation, None)?;
        let mut tx = self.store.db.begin().await?;
        let row: Option<Row> = tx.optional(GET, binds![]).await?;
        let (step,): (i64,) = tx.one(STEPS, binds![]).await?;
        if step > 0 && row.is_some_and(|row| row.1 != settings.zone) {
            return Err(Error::Conflict("zone_in_use"));
        }
        let Organisation { name, zone, locale } = settings;
        tx.execute(SET, binds![name.trim(), zone.as_str(), locale.as_str()]).await?;
        tx.commit().await
    }
}
