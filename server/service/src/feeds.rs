//! What is published about exploitation: files of EPSS scores and of the catalogue of known exploited vulnerabilities, read
//! from where a person points or fetched every night from where the settings say, and the snapshot of the catalogue that ships
//! with the program.

mod refresh;
mod settings;

pub use settings::{FeedKeys, FeedSettings};

use crate::Service;
use crate::errors::{OrWire, internal};
use crate::import::refusal_view;
use crate::request::Session;
use chrono::NaiveDate;
use ingest::feeds::{EpssRow, FeedSink, KevRow, read_epss, read_euvd, read_kev};
use ingest::{Limits, Quarantined, Refusal};
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::feeds::{FeedFlaw, FeedKind};
use model::policy::Action;
use model::view::feeds::FeedLoaded;
use model::view::scans::RefusalView;
use model::{Day, Micros};
use std::ops::ControlFlow;
use store::Store;
use store::feeds::{EpssScore, FeedNew, KevListed, Published};

/// The most bytes of a published file, compressed or not.
pub const MAX_FEED: usize = 64 << 20;
/// The most bytes that it may unpack to.
const MAX_INSIDE: u64 = 512 << 20;
/// The most rows: some four times the CVEs that there are.
const MAX_ROWS: u64 = 1_500_000;
/// How many rows that could not be read are kept, and how many characters of each.
const FLAWS: usize = 20;
const FLAW_CHARS: usize = 200;

/// Why a published file was not loaded.
#[derive(Debug)]
pub enum FeedError {
    /// The file's own fault: said with what, where and what to do. Nothing changed.
    Refused(RefusalView),
    /// Something else.
    Failed(WireError),
}

impl From<WireError> for FeedError {
    fn from(error: WireError) -> Self {
        Self::Failed(error)
    }
}

impl Session {
    /// Refuses unless the viewer may load published files.
    ///
    /// # Errors
    /// They may not.
    pub fn may_load_feeds(&self) -> Result<(), WireError> {
        self.require(Action::ManageFeeds, None)
    }

    /// Loads a published file. `day` is the day of which it speaks, for a file that does not say; empty for none.
    ///
    /// # Errors
    /// The viewer may not, the file cannot be read, no day is known or it is after tomorrow, a file of a later day is loaded
    /// already, or the database failed.
    pub async fn load_feed(
        &self,
        kind: FeedKind,
        file: &str,
        bytes: Vec<u8>,
        day: &str,
    ) -> Result<FeedLoaded, FeedError> {
        let scoped = self.scoped(Action::ManageFeeds)?;
        let stated = match day.trim() {
            "" => None,
            text => Some(text.parse::<NaiveDate>().map_err(|_| WireError::invalid("day", "not_a_day"))?),
        };
        if bytes.len() > MAX_FEED {
            return Err(WireError::new(ErrorCode::TooLarge).into());
        }
        let read = self.service.read_feed(kind, bytes).await?;
        let day = read.day.or(stated).map(Day::from).ok_or_else(|| WireError::invalid("day", "missing"))?;
        let name = crate::import::shown_name(file);
        let changed = scoped.feed_load(&read.to_load(day, &name, ""), self.now()).await.wire()?;
        self.audit(AuditAct::LoadFeed, &format!("{kind}:{day}"), &name).await?;
        Ok(read.loaded(day, changed))
    }
}

impl Service {
    /// Reads a published file to its end, beside the threads that answer.
    async fn read_feed(&self, kind: FeedKind, bytes: impl AsRef<[u8]> + Send + 'static) -> Result<Read, FeedError> {
        let limits = Limits { max_bytes: MAX_INSIDE, max_rows: MAX_ROWS, ..self.limits };
        let read = tokio::task::spawn_blocking(move || read(kind, bytes.as_ref(), &limits)).await;
        read.map_err(|error| internal(&error))?.map_err(|refusal| FeedError::Refused(refusal_view(&refusal)))
    }
}

/// What reading a file gave.
struct Read {
    day: Option<NaiveDate>,
    version: String,
    quarantined: u64,
    flaws: Vec<FeedFlaw>,
    rows: Published,
}

impl Read {
    /// The file as it is loaded.
    fn to_load<'a>(&'a self, day: Day, file: &'a str, origin: &'a str) -> FeedNew<'a> {
        let Self { version, quarantined, flaws, rows, .. } = self;
        FeedNew { day, version, file, origin, quarantined: *quarantined, flaws, rows }
    }

    /// What loading it did: `changed` is of how many CVEs of this database it says something else than was known.
    fn loaded(self, day: Day, changed: u64) -> FeedLoaded {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        FeedLoaded {
            kind: self.rows.kind(),
            day: day.to_string(),
            listed: self.rows.listed(),
            quarantined: count(self.quarantined),
            flaws: self.flaws,
            changed: count(changed),
        }
    }
}

/// Reads a file to its end on this thread.
fn read(kind: FeedKind, mut bytes: &[u8], limits: &Limits) -> Result<Read, Refusal> {
    match kind {
        FeedKind::Epss => {
            let mut taken = Taken::new(|row: EpssRow| EpssScore {
                cve: row.cve,
                probability: row.probability,
                percentile: row.percentile,
            });
            let seen = read_epss(&mut bytes, limits, &mut taken)?;
            let Taken { rows, flaws, .. } = taken;
            let rows = Published::Epss(rows);
            Ok(Read { day: seen.day, version: seen.model, quarantined: seen.quarantined, flaws, rows })
        }
        FeedKind::Kev => {
            let mut taken = Taken::new(listed);
            let seen = read_kev(&mut bytes, limits, &mut taken)?;
            let Taken { rows, flaws, .. } = taken;
            // A catalogue's version is its day: `2025.08.25`.
            let day = seen.released.or_else(|| seen.version.replace('.', "-").parse().ok());
            let rows = Published::Kev(rows);
            Ok(Read { day, version: seen.version, quarantined: seen.quarantined, flaws, rows })
        }
        FeedKind::Euvd => {
            let mut taken = Taken::new(listed);
            let seen = read_euvd(&mut bytes, limits, &mut taken)?;
            let Taken { rows, flaws, .. } = taken;
            let rows = Published::Euvd(rows);
            Ok(Read { day: None, version: String::new(), quarantined: seen.quarantined, flaws, rows })
        }
    }
}

/// A row of a list of exploited vulnerabilities, as it is kept.
fn listed(row: KevRow) -> KevListed {
    KevListed { cve: row.cve, added: Day::from(row.added), due: row.due.map(Day::from), ransomware: row.ransomware }
}

/// The rows of a file as they come.
struct Taken<T, F> {
    rows: Vec<T>,
    flaws: Vec<FeedFlaw>,
    turn: F,
}

impl<T, F> Taken<T, F> {
    fn new(turn: F) -> Self {
        Self { rows: Vec::new(), flaws: Vec::new(), turn }
    }
}

impl<R, T, F: FnMut(R) -> T> FeedSink<R> for Taken<T, F> {
    fn row(&mut self, row: R) -> ControlFlow<()> {
        self.rows.push((self.turn)(row));
        ControlFlow::Continue(())
    }

    fn quarantined(&mut self, row: Quarantined) -> ControlFlow<()> {
        if self.flaws.len() < FLAWS {
            self.flaws.push(FeedFlaw {
                line: row.line,
                reason: row.reason.word().to_owned(),
                detail: row.detail,
                raw: String::from_utf8_lossy(&row.raw).chars().take(FLAW_CHARS).collect(),
            });
        }
        ControlFlow::Continue(())
    }
}

/// Loads the snapshot of the catalogue of known exploited vulnerabilities, unless a later one is there.
///
/// # Errors
/// The database failed.
pub(crate) async fn ship(store: &Store, now: Micros) -> anyhow::Result<()> {
    let day = |text: &str| text.parse::<NaiveDate>().map(Day::from).ok();
    let Some(of) = day(taxonomy::kev_day()).filter(|of| i64::from(of.0) * Micros::DAY <= now.0) else {
        return Ok(());
    };
    let listed = taxonomy::kev_entries().filter_map(|entry| {
        let (added, due) = (day(entry.added)?, day(entry.due));
        Some(KevListed { cve: entry.cve.to_owned(), added, due, ransomware: entry.ransomware })
    });
    let rows = Published::Kev(listed.collect());
    let version = taxonomy::kev_day().replace('-', ".");
    let new = FeedNew { day: of, version: &version, file: "", origin: "", quarantined: 0, flaws: &[], rows: &rows };
    Ok(store.feed_ensure(&new, now).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;
    use std::time::Instant;

    #[test]
    fn a_file_of_a_day_is_read_with_what_is_wrong_in_it() {
        let text = "#model_version:v2025.03.14,score_date:2025-08-25T12:55:00Z\ncve,epss,percentile\n\
                    CVE-2021-44228,0.94358,0.99966\nCVE-nonsense,0.1,0.2\nCVE-2016-2115,2,0.3\n";
        let read = read(FeedKind::Epss, text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!((read.day.map(|day| day.to_string()).as_deref(), read.quarantined), (Some("2025-08-25"), 2));
        assert_eq!(read.rows.listed(), 1);
        let said: Vec<_> = read.flaws.iter().map(|flaw| (flaw.line, flaw.detail.as_str())).collect();
        assert_eq!(said, [(Some(4), "cve"), (Some(5), "epss")]);
    }

    #[test]
    fn three_hundred_thousand_rows_are_read_in_time() {
        let mut text =
            String::from("#model_version:v2025.03.14,score_date:2025-08-25T12:55:00Z\ncve,epss,percentile\n");
        for number in 0..300_000 {
            let _ = writeln!(text, "CVE-{}-{:05},0.{:05},0.5", 1999 + number % 26, number, number % 100_000);
        }
        let start = Instant::now();
        let read = read(FeedKind::Epss, text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(read.rows.listed(), 300_000);
        // Two seconds in a program made for release; this one is not.
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}
