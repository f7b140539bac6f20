//! How long things are kept, and what is destroyed: acts of administrators and of the local operator.

use crate::Service;
use crate::errors::OrWire;
use crate::request::Session;
use model::ScanId;
use model::audit::AuditAct;
use model::error::WireError;
use model::policy::Action;
pub use store::retention::{Class, Expired, Held, Hold};

impl Service {
    /// For how many days each class is kept; a class that is missing is kept for ever.
    ///
    /// # Errors
    /// The database failed.
    pub async fn retention(&self) -> anyhow::Result<Vec<(Class, i64)>> {
        Ok(self.store.retention().await?)
    }

    /// Takes away what the policy no longer keeps; the worker does so once a day. A dry run only counts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn expire(&self, dry_run: bool) -> anyhow::Result<Expired> {
        Ok(self.store.retention_run(dry_run, self.now()).await?)
    }
}

impl Session {
    /// Says for how many days a class is kept; `None` for ever.
    ///
    /// # Errors
    /// The viewer may not, the days cannot be meant, or the database failed.
    pub async fn set_retention(&self, class: Class, days: Option<i64>) -> Result<(), WireError> {
        let scoped = self.scoped(Action::ManageRetention)?;
        let told = |days: Option<i64>| days.map_or_else(|| "for ever".to_owned(), |days| format!("{days} days"));
        let before = self.service.store.retention().await.wire()?.into_iter().find(|(kept, _)| *kept == class);
        let was = told(before.map(|(_, days)| days));
        scoped.retention_set(class, days, self.now()).await.wire()?;
        self.audit_change(AuditAct::SetRetention, class.word(), &was, &told(days)).await
    }

    /// Holds a scan, or every scan of an asset, against the policy.
    ///
    /// # Errors
    /// The viewer may not, there is no such thing, no reason is given, or the database failed.
    pub async fn hold(&self, on: Held, reason: &str) -> Result<(), WireError> {
        self.scoped(Action::ManageRetention)?.hold(on, reason, self.now()).await.wire()?;
        let subject = match on {
            Held::Scan(id) => format!("scan:{id}"),
            Held::Asset(id) => format!("asset:{id}"),
        };
        self.audit(AuditAct::Hold, &subject, reason).await
    }

    /// Releases a hold.
    ///
    /// # Errors
    /// The viewer may not, there is no such hold, or the database failed.
    pub async fn release_hold(&self, hold: i64) -> Result<(), WireError> {
        self.scoped(Action::ManageRetention)?.hold_release(hold, self.now()).await.wire()?;
        self.audit(AuditAct::ReleaseHold, &format!("hold:{hold}"), "").await
    }

    /// The holds in force.
    ///
    /// # Errors
    /// The viewer may not, or the database failed.
    pub async fn holds(&self) -> Result<Vec<Hold>, WireError> {
        self.scoped(Action::ManageRetention)?.holds().await.wire()
    }

    /// Takes away what the policy no longer keeps, and writes down that it did.
    ///
    /// # Errors
    /// The viewer may not, or the database failed.
    pub async fn expire(&self, dry_run: bool) -> Result<Expired, WireError> {
        self.require(Action::ManageRetention, None)?;
        let expired = self.service.store.retention_run(dry_run, self.now()).await.wire()?;
        if !dry_run {
            let Expired { packs, originals, .. } = expired;
            self.audit(AuditAct::Expire, "retention", &format!("{packs} packs, {originals} originals")).await?;
        }
        Ok(expired)
    }

    /// Takes a scan out of the books and destroys its content for ever.
    ///
    /// # Errors
    /// The viewer may not, there is no such scan, it is held or was purged before, or the database failed.
    pub async fn purge(&self, scan: i64) -> Result<(), WireError> {
        self.scoped(Action::Purge)?.scan_purge(ScanId(scan), self.now()).await.wire()?;
        self.audit(AuditAct::Purge, &format!("scan:{scan}"), "").await
    }
}
