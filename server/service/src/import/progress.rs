//! How far an import has come, and whether it may go on: read and set by others while it runs.

use super::Job;
use crate::Service;
use crate::worker::LEASE;
use model::Micros;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use store::job::Progress as Reached;

/// What an import is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// Reads the file.
    Parse = 0,
    /// Seals what is left and computes identities.
    Match = 1,
    /// Makes it visible: it cannot be stopped any more.
    Write = 2,
}

/// How far an import has come.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    bytes: AtomicU64,
    rows: AtomicU64,
    phase: AtomicU8,
    stop: AtomicBool,
}

/// The job that imports, and the worker that holds it.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// The job.
    pub job: i64,
    /// The worker.
    pub owner: String,
}

impl Progress {
    /// Counts bytes.
    pub fn read(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts a row; true if the import is to stop.
    pub fn row(&self) -> bool {
        self.rows.fetch_add(1, Ordering::Relaxed);
        self.stop.load(Ordering::Relaxed)
    }

    /// Rows so far.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    /// Says what comes next.
    pub fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    /// Asks the import to stop.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// As a job says it.
    pub fn reached(&self) -> Reached<'static> {
        let number = |value: &AtomicU64| i64::try_from(value.load(Ordering::Relaxed)).unwrap_or(i64::MAX);
        let at = self.phase.load(Ordering::Relaxed);
        let phases = [(Phase::Parse, "parse"), (Phase::Match, "match")];
        let phase = phases.iter().find(|(phase, _)| *phase as u8 == at).map_or("write", |(_, word)| word);
        Reached { phase, bytes: number(&self.bytes), rows: number(&self.rows) }
    }
}

impl Service {
    /// Says that what is staged is about to become visible. False if the job was stopped, or lost to another worker,
    /// before that.
    pub(super) async fn may_write(&self, job: &Job) -> store::Result<bool> {
        job.progress.enter(Phase::Write);
        let Some(claim) = &job.claim else { return Ok(true) };
        let lease = Micros(self.now().0 + LEASE);
        self.store.job_progress(claim.job, &claim.owner, job.progress.reached(), lease, self.now()).await
    }
}
