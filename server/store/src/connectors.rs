//! Connectors: scanners that are driven, their sealed secrets, and how they fared lately.

use crate::value::Value;
use crate::viewer::Scoped;
use crate::{Error, Result, Store, binds};
use model::policy::Action;
use model::{Micros, ScanId, SourceId};
use zeroize::Zeroizing;

/// What rows of connectors give; the macro is for `concat!`.
macro_rules! columns {
    () => {
        "SELECT c.id, c.name, c.kind, c.settings, c.secret_at, c.source_id, s.name AS source, c.at_a_time, c.pull, c.pulled_from, \
         c.probe, c.probed_at, c.latency, c.fault, c.fault_detail, c.failed_since, c.failures, c.ok_at, c.rests_until, \
         c.disabled_at, c.certificate FROM connector c JOIN source s ON s.id = c.source_id "
    };
}

crate::sql::statements! {
    /// A new one.
    INSERT = "INSERT INTO connector (name, kind, settings, sealed, secret_at, source_id, at_a_time, pull, fault, fault_detail, \
        failures, look_at, user_id, created_at) VALUES ($1, $2, $3, NULL, NULL, $4, $5, $6, '', '', 0, $7, $8, $7) RETURNING id";
    /// Other settings; it is looked at anew.
    SET = "UPDATE connector SET name = $2, settings = $3, source_id = $4, at_a_time = $5, pull = $6, look_at = $7, failures = 0, \
        fault = '', fault_detail = '', failed_since = NULL, rests_until = NULL, certificate = NULL WHERE id = $1";
    /// Its secret.
    SEAL = "UPDATE connector SET sealed = $2, secret_at = $3 WHERE id = $1";
    /// Its sealed secret.
    SECRET = "SELECT sealed FROM connector WHERE id = $1";
    /// Switched off, or on again.
    SWITCH = "UPDATE connector SET disabled_at = $2, look_at = $3 WHERE id = $1";
    /// One of them.
    GET = concat!(columns!(), "WHERE c.id = $1");
    /// All of them.
    LIST = concat!(columns!(), "ORDER BY c.name");
    /// Over which of them scans came.
    OF_SCANS = "SELECT s.id, c.id FROM scan s JOIN connector c ON c.source_id = s.source_id WHERE s.id IN ($*)";
    /// Those that are to be looked at.
    DUE = "SELECT id, look_at, pull FROM connector WHERE look_at <= $1 AND disabled_at IS NULL ORDER BY look_at, id";
    /// One replica takes the look.
    TAKE = "UPDATE connector SET look_at = $3 WHERE id = $1 AND look_at = $2 AND disabled_at IS NULL";
    /// It answered.
    WELL = "UPDATE connector SET probe = COALESCE($2, probe), probed_at = $4, latency = COALESCE($3, latency), fault = '', \
        fault_detail = '', failed_since = NULL, failures = 0, ok_at = $4, rests_until = NULL WHERE id = $1";
    /// It did not.
    ILL = "UPDATE connector SET fault = $2, fault_detail = $3, failures = failures + 1, \
        failed_since = COALESCE(failed_since, $4), rests_until = $5 WHERE id = $1";
    /// What certificate it showed.
    SHOWED = "UPDATE connector SET certificate = $2 WHERE id = $1 AND (certificate IS NULL OR certificate <> $2)";
    /// Those that failed twice in a row.
    FAILING = "SELECT id, name, failed_since FROM connector WHERE failures > 1 AND disabled_at IS NULL \
        ORDER BY failed_since, id LIMIT $1";
    /// From when on every scan that ends there is fetched.
    PULLED = "UPDATE connector SET pulled_from = $2 WHERE id = $1 AND pulled_from IS NULL";
}

/// What a person says of a connector, besides its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorNew {
    /// Its name.
    pub name: String,
    /// Its kind's word. It stays.
    pub kind: String,
    /// Settings of its kind, as JSON without secrets.
    pub settings: String,
    /// The source of what is imported from it.
    pub source: SourceId,
    /// How many scans it may do at a time.
    pub at_a_time: i64,
    /// Minutes between two looks for scans that ended by themselves; 0 for none.
    pub pull: i64,
}

/// A connector as it is kept, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Connector {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its kind's word.
    pub kind: String,
    /// Settings of its kind, as JSON.
    pub settings: String,
    /// When its secret was set, in microseconds; none without one.
    pub secret_at: Option<i64>,
    /// The source of what is imported from it.
    pub source_id: i64,
    /// That source's name.
    pub source: String,
    /// How many scans it may do at a time.
    pub at_a_time: i64,
    /// Minutes between two looks for scans that ended by themselves.
    pub pull: i64,
    /// From when on each such scan is fetched, in microseconds.
    pub pulled_from: Option<i64>,
    /// What the last look found, as JSON of the one who looked.
    pub probe: Option<String>,
    /// When that was, in microseconds.
    pub probed_at: Option<i64>,
    /// How long it took, in milliseconds.
    pub latency: Option<i64>,
    /// Why the last look failed; empty if it did not.
    pub fault: String,
    /// What the words for that cannot say.
    pub fault_detail: String,
    /// Since when it has failed, in microseconds.
    pub failed_since: Option<i64>,
    /// How often in a row it has failed.
    pub failures: i64,
    /// When it last answered, in microseconds.
    pub ok_at: Option<i64>,
    /// Until when nothing is launched, in microseconds.
    pub rests_until: Option<i64>,
    /// When it was switched off, in microseconds.
    pub disabled_at: Option<i64>,
    /// The certificate that it showed last, as JSON of the one who looked.
    pub certificate: Option<String>,
}

/// The place of a connector's sealed secret.
pub(crate) fn place(id: i64) -> String {
    format!("connector:sealed:{id}")
}

impl Store {
    /// All connectors by name, for whoever checks an installation.
    ///
    /// # Errors
    /// The database fails.
    pub async fn connector_all(&self) -> Result<Vec<Connector>> {
        self.db.all(LIST, binds![]).await
    }

    /// A connector.
    ///
    /// # Errors
    /// There is no such connector.
    pub async fn connector(&self, id: i64) -> Result<Connector> {
        self.db.optional(GET, binds![id]).await?.ok_or(Error::NotFound("connector"))
    }

    /// Its secret, opened.
    ///
    /// # Errors
    /// There is no such connector, or the secret was changed or sealed with another key.
    pub async fn connector_secret(&self, id: i64) -> Result<Option<Zeroizing<Vec<u8>>>> {
        let row: Option<(Option<Vec<u8>>,)> = self.db.optional(SECRET, binds![id]).await?;
        let (sealed,) = row.ok_or(Error::NotFound("connector"))?;
        let open = |sealed: Vec<u8>| self.config.keys.open(&place(id), &sealed).map(Zeroizing::new);
        Ok(sealed.map(open).transpose()?)
    }

    /// Takes the next look at a connector that is due for one and was not taken by another replica. The one after that is due
    /// when its scans are to be fetched, else `again` microseconds later.
    ///
    /// # Errors
    /// The database fails.
    pub async fn connector_take(&self, again: i64, now: Micros) -> Result<Option<i64>> {
        let due: Vec<(i64, i64, i64)> = self.db.all(DUE, binds![now]).await?;
        for (id, look_at, pull) in due {
            let next = now.0 + if pull > 0 { pull * 60_000_000 } else { again };
            if self.db.execute(TAKE, binds![id, look_at, next]).await? == 1 {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Notes that a connector's scanner answered: what a probe found as JSON and how many milliseconds it took, if it was one.
    ///
    /// # Errors
    /// The database fails.
    pub async fn connector_well(&self, id: i64, probe: Option<&str>, latency: Option<i64>, now: Micros) -> Result<()> {
        self.db.execute(WELL, binds![id, probe, latency, now]).await?;
        Ok(())
    }

    /// Notes that it did not, and until when nothing is launched there.
    ///
    /// # Errors
    /// The database fails.
    pub async fn connector_ill(
        &self,
        id: i64,
        fault: &str,
        detail: &str,
        rests_until: Option<Micros>,
        now: Micros,
    ) -> Result<()> {
        self.db.execute(ILL, binds![id, fault, detail, now, rests_until]).await?;
        Ok(())
    }

    /// Notes the certificate that a connector's scanner showed, as JSON.
    ///
    /// # Errors
    /// The database fails.
    pub async fn connector_showed(&self, id: i64, certificate: &str) -> Result<()> {
        self.db.execute(SHOWED, binds![id, certificate]).await?;
        Ok(())
    }

    /// Notes from when on every scan that ends there is fetched; the first time counts.
    ///
    /// # Errors
    /// The database fails.
    pub async fn connector_pulled(&self, id: i64, now: Micros) -> Result<()> {
        self.db.execute(PULLED, binds![id, now]).await?;
        Ok(())
    }
}

impl Scoped<'_> {
    /// Adds a connector with its secret; it is looked at as soon as somebody can.
    ///
    /// # Errors
    /// The viewer may not, the name is taken (`connector_name_key`), or the database fails.
    pub async fn connector_create(&self, new: &ConnectorNew, secret: Option<&[u8]>, now: Micros) -> Result<i64> {
        self.viewer.require(Action::ManageConnectors, None)?;
        let ConnectorNew { name, kind, settings, source, at_a_time, pull } = new;
        let user = self.viewer.user();
        let values = binds![name.as_str(), kind.as_str(), settings.as_str(), *source, *at_a_time, *pull, now, user];
        let mut tx = self.store.db.begin().await?;
        let (id,): (i64,) = tx.one(INSERT, values).await?;
        if let Some(secret) = secret {
            tx.execute(SEAL, self.sealed(id, secret, now)?).await?;
        }
        tx.commit().await?;
        Ok(id)
    }

    /// Changes a connector; its secret stays if none is given.
    ///
    /// # Errors
    /// The viewer may not, there is no such connector, the name is taken, or the database fails.
    pub async fn connector_set(&self, id: i64, new: &ConnectorNew, secret: Option<&[u8]>, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageConnectors, None)?;
        let ConnectorNew { name, settings, source, at_a_time, pull, .. } = new;
        let values = binds![id, name.as_str(), settings.as_str(), *source, *at_a_time, *pull, now];
        let mut tx = self.store.db.begin().await?;
        if tx.execute(SET, values).await? == 0 {
            return Err(Error::NotFound("connector"));
        }
        if let Some(secret) = secret {
            tx.execute(SEAL, self.sealed(id, secret, now)?).await?;
        }
        tx.commit().await
    }

    fn sealed(&self, id: i64, secret: &[u8], now: Micros) -> Result<Vec<crate::Value>> {
        let config = &self.store.config;
        let sealed = config.keys.seal(&place(id), secret, config.entropy.as_ref())?;
        Ok(binds![id, sealed, now])
    }

    /// Switches a connector off, or on again.
    ///
    /// # Errors
    /// The viewer may not, there is no such connector, or the database fails.
    pub async fn connector_switch(&self, id: i64, on: bool, now: Micros) -> Result<()> {
        self.viewer.require(Action::ManageConnectors, None)?;
        let since = (!on).then_some(now);
        match self.store.db.execute(SWITCH, binds![id, since, now]).await? {
            0 => Err(Error::NotFound("connector")),
            _ => Ok(()),
        }
    }

    /// Over which connectors these scans came, by the numbers of both.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn connectors_of(&self, scans: &[ScanId]) -> Result<Vec<(i64, i64)>> {
        self.viewer.require(Action::SeeScans, None)?;
        let mut tx = self.store.db.snapshot().await?;
        let pairs = tx.all_in(OF_SCANS, binds![], scans.iter().map(|scan| Value::from(*scan))).await?;
        tx.rollback().await?;
        Ok(pairs)
    }

    /// The connectors whose scanners did not answer two looks in a row: number, name, and since when, the longest first.
    ///
    /// # Errors
    /// The viewer may not say what is scanned, or the database fails.
    pub async fn connector_failing(&self, most: u32) -> Result<Vec<(i64, String, i64)>> {
        self.viewer.require(Action::ManageSchedules, None)?;
        self.store.db.all(FAILING, binds![most]).await
    }

    /// All connectors by name.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database fails.
    pub async fn connector_list(&self) -> Result<Vec<Connector>> {
        self.viewer.require(Action::SeeScans, None)?;
        self.store.connector_all().await
    }
}
