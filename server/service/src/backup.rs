//! Backups: everything that the database holds, sealed in one file, and the way back.

use crate::clock::{Clock, SystemClock};
use crate::import::config_of_store;
use crate::request::Session;
use crate::zone::Zone;
use crate::{Service, ServiceConfig, anchor};
use anyhow::Context;
use model::Micros;
use model::audit::AuditAct;
use model::policy::Action;
use std::path::PathBuf;
use std::sync::Arc;
use store::backup::BackupError;
pub use store::backup::{BackedUp, Restored};
use tokio::io::{AsyncRead, AsyncWrite};

/// Under which version of the program a backup is written.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// A restoration, verified as far as its audit log.
pub struct Returned {
    /// What came back.
    pub restored: Restored,
    /// Where the anchor of the audit log of before stands now, if there was one.
    pub anchor: Option<PathBuf>,
    /// Whether the audit log that came back is as it was written.
    pub audit_is_sound: bool,
}

impl Session {
    /// Writes a backup, and writes down that it was written; `name` is what the audit log calls it.
    ///
    /// # Errors
    /// The viewer may not, the database failed, or `out` cannot be written.
    pub async fn backup(&self, name: &str, out: &mut (dyn AsyncWrite + Unpin + Send)) -> anyhow::Result<BackedUp> {
        self.require(Action::ManageOrganisation, None)?;
        let done = self.service.store.backup(PROGRAM, self.now(), out).await?;
        let detail = format!("{} rows of {} tables, {} bytes", done.rows, done.tables, done.bytes);
        self.audit(AuditAct::Backup, &format!("backup:{name}"), &detail).await?;
        Ok(done)
    }
}

impl Service {
    /// When a backup was written last, as far as the audit log knows.
    ///
    /// # Errors
    /// The database failed.
    pub async fn last_backup(&self) -> anyhow::Result<Option<Micros>> {
        Ok(self.store.last_done(AuditAct::Backup).await?)
    }
}

/// Takes a backup back into the configured database, which must be empty unless `replace` is said. The key file must be in
/// its place. The anchor of the audit log begins anew with what came back, and the one of before is set aside; that this was
/// done is the first entry after it.
///
/// # Errors
/// The backup or the database is refused (see [`is_refusal`]), and nothing was changed; or the database failed.
pub async fn restore(
    config: &ServiceConfig,
    name: &str,
    from: &mut (dyn AsyncRead + Unpin + Send),
    replace: bool,
) -> anyhow::Result<Returned> {
    let zone = Zone::named(&config.zone).map_err(|name| anyhow::anyhow!("no such time zone: {name}"))?;
    let keys = config.key_place().keys().context("a backup opens with its key file alone")?;
    let settings = config_of_store(keys, &Arc::new(zone));
    let restored = store::backup::restore(&config.database_url, &settings, from, replace).await?;
    let anchor = anchor::set_aside(&config.data_dir, SystemClock.now())?;
    let service = Arc::new(Service::open(config).await?);
    let session = Session::operator(&service, "restore").await?;
    let detail = format!("of {}, {} rows", restored.at.rfc3339(), restored.rows);
    session.audit(AuditAct::Restore, &format!("backup:{name}"), &detail).await?;
    service.anchor_audit().await?;
    let audit_is_sound = service.audited().is_some_and(|(_, report)| report.is_sound());
    service.close().await;
    Ok(Returned { restored, anchor, audit_is_sound })
}

/// Whether a failure is a refusal of the backup or the database, by which nothing was changed.
#[must_use]
pub fn is_refusal(error: &anyhow::Error) -> bool {
    let refused = |error: &store::Error| match error {
        store::Error::Backup(BackupError::File(_)) => false,
        store::Error::Backup(_) => true,
        _ => false,
    };
    error.downcast_ref::<store::Error>().is_some_and(refused)
}
