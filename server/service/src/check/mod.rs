//! What `postura doctor` asks: is this installation sound?

mod connectors;
mod machine;

pub(crate) use machine::is_lately;

use crate::Service;
use model::feeds::FeedKind;
use store::health::DatabaseState;
use store::{Engine, Reason};

/// How far the clock may be behind the newest entry of the audit log, in microseconds: replicas' clocks differ a little.
const CLOCK: i64 = 60_000_000;

/// One check with its advice.
#[derive(Clone, Debug)]
pub struct Check {
    /// Whether it is well.
    pub good: bool,
    /// Whether the installation is not sound if it is not well; otherwise it is worth a look.
    pub grave: bool,
    /// What was checked.
    pub what: String,
    /// What to do if it is not.
    pub advice: String,
}

impl Default for Check {
    fn default() -> Self {
        Self { good: false, grave: true, what: String::new(), advice: String::new() }
    }
}

impl Check {
    /// A check that went well.
    #[must_use]
    pub fn good(what: impl Into<String>) -> Self {
        Self { good: true, what: what.into(), ..Self::default() }
    }
}

impl Service {
    /// Recomputes every occurrence from its inputs and compares it with the books.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_ledger(&self) -> anyhow::Result<store::verify::LedgerReport> {
        Ok(self.store.verify_ledger(self.now()).await?)
    }

    /// Opens everything that is sealed: evidence, prose, quarantine, originals.
    ///
    /// # Errors
    /// The database failed.
    pub async fn verify_sealed(&self) -> anyhow::Result<store::SealedReport> {
        Ok(self.store.verify_sealed().await?)
    }

    /// Checks the data folder, the database, the people, the connectors, the backups and the books.
    ///
    /// # Errors
    /// The database failed.
    pub async fn check(&self) -> anyhow::Result<Vec<Check>> {
        let mut checks = self.modes();
        let state = self.store.database_state().await?;
        checks.extend([self.room(state.bytes), migrated(&state), whole(&state)]);
        checks.extend(self.transport_of_database());
        if store::FILE_IS_ENCRYPTED && state.engine == Engine::Sqlite {
            checks.push(Check::good("the database's file is encrypted as a whole"));
        }
        let anybody = self.store.unscoped(Reason::Check).user_any().await?;
        checks.push(Check {
            good: anybody,
            what: "somebody can sign in".to_owned(),
            advice: "run `postura serve` and follow the set-up link, or `postura user add LOGIN --role admin`"
                .to_owned(),
            ..Check::default()
        });
        let audit = self.verify_audit().await?;
        checks.push(Check {
            good: audit.is_sound(),
            what: format!("the {} entries of the audit log are as they were written", audit.entries),
            advice: format!(
                "{} problems; run `postura verify-audit` and keep the database as it is",
                audit.problem_count
            ),
            ..Check::default()
        });
        let (keys, _, others) = self.keys_state().await?;
        checks.push(Check {
            good: others == 0,
            what: format!("everything sealed is sealed with the newest of {keys} keys"),
            advice: format!("{others} values are under older keys; run `postura keys rotate`"),
            ..Check::default()
        });
        let clock = self.now();
        let last = audit.newest.unwrap_or(clock);
        checks.push(Check {
            good: clock.0 >= last.0 - CLOCK,
            what: "the clock is not behind what was written".to_owned(),
            advice: format!("the newest entry of the audit log is of {}: set the clock", last.rfc3339()),
            ..Check::default()
        });
        let report = self.verify_ledger().await?;
        checks.push(Check {
            good: report.is_sound(),
            what: format!("the books of {} occurrences verify", report.occurrences),
            advice: format!("{} differences; run `postura verify-ledger` and report them", report.problem_count),
            ..Check::default()
        });
        checks.extend(self.check_connectors().await?);
        checks.extend(self.check_feeds().await?);
        if let Some(settings) = &self.oidc {
            checks.push(crate::areas::oidc::check(settings).await);
        }
        checks.push(machine::backups(self.last_backup().await?, clock));
        Ok(checks)
    }

    /// How a database elsewhere is reached; nothing if it is on this machine.
    fn transport_of_database(&self) -> Option<Check> {
        let mode = store::health::database_tls(&self.database_url).ok().flatten()?;
        Some(Check {
            good: mode == "verify-full",
            grave: false,
            what: format!("the connection to the database has TLS with a certificate that is checked (sslmode={mode})"),
            advice: "take sslmode out of database_url, or set it to verify-full".to_owned(),
        })
    }

    /// A list that could not be fetched is worth a look: its page says why.
    async fn check_feeds(&self) -> anyhow::Result<Vec<Check>> {
        let Some(settings) = &self.feeds else { return Ok(Vec::new()) };
        let kept = self.store.feed_refreshes().await?;
        let of = |(kind, origin): (FeedKind, &str)| {
            let found = kept.iter().find(|row| row.kind == kind);
            Check {
                good: found.is_some_and(|row| row.failures == 0 && row.good_at.is_some()),
                grave: false,
                what: format!("{kind} is fetched from {origin}"),
                advice: "run `postura feeds refresh`, which says what is wrong".to_owned(),
            }
        };
        Ok(settings.origins().map(of).collect())
    }

    /// What is to be known of the connectors that are in use.
    async fn check_connectors(&self) -> anyhow::Result<Vec<Check>> {
        let all = self.store.connector_all().await?;
        let in_use = all.into_iter().filter(|connector| connector.disabled_at.is_none());
        let now = self.now();
        Ok(in_use.flat_map(|connector| connectors::checks(&connector, now)).collect())
    }
}

fn migrated(state: &DatabaseState) -> Check {
    let engine = match state.engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    Check {
        good: state.migration == state.known,
        what: format!("the tables of {engine} {} are of migration {}", state.version, state.known),
        advice: format!("they are of migration {}: run `postura migrate` with this program", state.migration),
        ..Check::default()
    }
}

fn whole(state: &DatabaseState) -> Check {
    Check {
        good: state.flaws.is_empty(),
        what: format!("the database is whole ({} MiB)", state.bytes >> 20),
        advice: format!("{}: take a backup back into a new database", state.flaws.join("; ")),
        ..Check::default()
    }
}
