//! How scanning fares, as its page and the notice above every page show it.

use super::Stamp;
use super::scanning::{ConnectorView, RunView, ScheduleView};
use serde::{Deserialize, Serialize};

/// After how many days a secret is to be changed.
pub const SECRET_DAYS: i64 = 180;
/// So many days before a certificate ends it is to be renewed.
pub const CERTIFICATE_DAYS: i64 = 30;

/// The certificate that a scanner showed last. What its text does not tell is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateView {
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// SHA-256 of it, in hexadecimal digits.
    pub fingerprint: String,
    /// From when it holds.
    pub from: Option<Stamp>,
    /// For how many whole days it has held; negative before it does.
    pub age: Option<i64>,
    /// Until when it holds.
    pub until: Option<Stamp>,
    /// For how many whole days it still holds; negative once it has ended.
    pub left: Option<i64>,
}

impl CertificateView {
    /// Whether somebody should see to it: it ends soon, has ended, or does not hold yet.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.left.is_some_and(|left| left < CERTIFICATE_DAYS) || self.age.is_some_and(|age| age < 0)
    }
}

/// How old a connector's secret is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretView {
    /// When it was set.
    pub set: Stamp,
    /// How many days ago.
    pub days: i64,
    /// By when it is to be changed: [`SECRET_DAYS`] later.
    pub due: Stamp,
}

impl SecretView {
    /// Whether it is to be changed now.
    #[must_use]
    pub fn is_due(&self) -> bool {
        self.days >= SECRET_DAYS
    }
}

/// How a schedule fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduleHealth {
    /// The schedule, with its newest run.
    pub schedule: ScheduleView,
    /// How many runs of thirty days there were to be.
    pub due: i64,
    /// How many of them came to a result.
    pub done: i64,
    /// How many ended without one.
    pub failed: i64,
    /// The newest run whose result is in the books.
    pub last_done: Option<RunView>,
}

/// How scanning fares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthPage {
    /// The connectors.
    pub connectors: Vec<ConnectorView>,
    /// The schedules.
    pub schedules: Vec<ScheduleHealth>,
}

/// A connector whose scanner did not answer two looks in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// Its number.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Since when.
    pub since: Stamp,
}
