//! The one trait of all scanners.

use crate::http::Certificate;
use crate::{Exported, Fault, Halt, Order, Output, Probe, Progress, Remote, RunKey};
use async_trait::async_trait;
use model::Micros;
use model::scanner::{ConnectorKind, Phase};
use std::time::Duration;

/// What holds for every scanner of a kind, asked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nature {
    /// True if [`Connector::find`] tells whether a scan was launched. Where it is false and a launch got lost between the call and
    /// the storing of its id, the run is *lost*: it may be running, and is not launched again.
    pub can_be_asked: bool,
    /// True if a scan can be told to stop.
    pub can_cancel: bool,
    /// How many scans it does at a time, if it is a fixed number.
    pub at_a_time: Option<u32>,
    /// How often to poll: not more often than this.
    pub poll: Duration,
    /// True if its scans live in the process that launched them: that process polls and exports, and a restart ends them.
    pub in_process: bool,
}

/// Whether a run's scan is on the scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// It was launched: this is how to follow it.
    Launched(Remote),
    /// It was not: launching it does not start it twice.
    NotLaunched,
    /// The scanner cannot tell.
    CannotTell,
}

/// A scan that is defined on the scanner and can be adopted: its completed runs are fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteScan {
    /// The scanner's id, for [`Connector::history`].
    pub id: String,
    /// Its name there.
    pub name: String,
    /// Where its latest run is, if there was one.
    pub phase: Option<Phase>,
    /// When it last changed, if that is told.
    pub changed_at: Option<Micros>,
}

/// A run of a scan, that the scanner remembers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastRun {
    /// How to export it. The same run has the same text whenever it is asked for: it is the key by which a run is fetched once.
    pub remote: Remote,
    /// Its name, for people.
    pub name: String,
    /// How it ended, or where it is.
    pub phase: Phase,
    /// When it began, if that is told.
    pub started_at: Option<Micros>,
    /// When it ended, if that is told.
    pub finished_at: Option<Micros>,
}

/// A scanner that is driven.
///
/// Every method may be tried again after a fault whose [`Fault::retry`] says so, but `launch` only after [`Connector::find`] said
/// [`Found::NotLaunched`], or if the fault is not [`Fault::perhaps_done`].
#[async_trait]
pub trait Connector: Send + Sync {
    /// Its kind.
    fn kind(&self) -> ConnectorKind;

    /// What holds for its kind.
    fn nature(&self) -> Nature;

    /// The certificate that the scanner showed at the last question; `None` where nothing was asked or nothing is encrypted.
    fn certificate(&self) -> Option<Certificate> {
        None
    }

    /// Finds out what can be done, without changing anything on the scanner. `now` is for the difference of the clocks.
    ///
    /// # Errors
    /// Whatever keeps it from being reached or understood.
    async fn probe(&self, now: Micros) -> Result<Probe, Fault>;

    /// Starts a scan. The intent must be stored before and the remote right after.
    ///
    /// # Errors
    /// Everything; see [`Fault::perhaps_done`].
    async fn launch(&self, order: &Order) -> Result<Remote, Fault>;

    /// Asks whether the run of that key was launched.
    ///
    /// # Errors
    /// Whatever keeps the scanner from being asked.
    async fn find(&self, key: &RunKey) -> Result<Found, Fault>;

    /// Says where a scan is. Scans that consist of several calls (ZAP: crawl, then test) are taken a step further by this; a scan
    /// that the scanner no longer knows is a fault, [`model::scanner::FaultCode::Gone`].
    ///
    /// # Errors
    /// Whatever keeps the scanner from being asked; retry rules apply, and a fault is not the end of the scan.
    async fn advance(&self, order: &Order, remote: &Remote) -> Result<Progress, Fault>;

    /// Tells a scan to stop.
    ///
    /// # Errors
    /// Whatever keeps the scanner from being told.
    async fn cancel(&self, remote: &Remote) -> Result<Halt, Fault>;

    /// Writes a scan's result. What was written before a fault is worth nothing.
    ///
    /// # Errors
    /// Everything that can go wrong with a download.
    async fn export(&self, remote: &Remote, output: &mut Output<'_>) -> Result<Exported, Fault>;

    /// The scans on the scanner that can be adopted. At most 1,000, the latest.
    ///
    /// # Errors
    /// [`model::scanner::FaultCode::Unsupported`] where there is no such list, and whatever keeps it from being asked.
    async fn scans(&self) -> Result<Vec<RemoteScan>, Fault>;

    /// The runs of one of [`Connector::scans`] that the scanner remembers, the oldest first. At most 1,000, the latest.
    /// `now` tells files that are still being written.
    ///
    /// # Errors
    /// [`model::scanner::FaultCode::Unsupported`] where there is no history, and whatever keeps it from being asked.
    async fn history(&self, scan: &str, now: Micros) -> Result<Vec<PastRun>, Fault>;
}
