//! A made-up company's year: five teams, sixty hosts, twelve web applications, and the exports that its scanners would
//! have written, week by week, with regressions, fixes, an outage, lost credentials and a file that arrives late.
//!
//! Nothing here touches the database: it writes *files*, and they go through the real import. The same seed gives the
//! same files.

mod alerts;
mod burp;
mod company;
mod inventory;
mod issues;
mod nessus;
pub(crate) mod own;
mod plugins;
mod story;
mod zap;

pub use company::{APPS, TEAMS, Team};
pub(crate) use inventory::inventory;

use chrono::{DateTime, TimeDelta, Utc};
use model::{Day, Micros};

/// How many weeks the story lasts.
pub const WEEKS: i64 = 52;

/// An export of the demo.
#[derive(Clone, Debug)]
pub struct DemoFile {
    /// Its name.
    pub name: String,
    /// When it reached Postura: the instant at which the demo imports it.
    pub arrives: Micros,
    /// What the scanner wrote.
    pub bytes: Vec<u8>,
}

/// Every export of the year that ends on `today`, in the order of arrival.
#[must_use]
pub fn files(today: Day) -> Vec<DemoFile> {
    let mut files = Vec::new();
    for week in 0..WEEKS {
        let monday = week_start(today, week);
        files.push(nessus::weekly(week, monday));
        files.extend((0..APPS.len()).filter(|app| zap_runs(*app, week)).map(|app| zap::scan(app, week, monday)));
        files.extend((0..APPS.len()).filter(|app| burp_runs(*app, week)).map(|app| burp::export(app, week, monday)));
    }
    files.sort_by(|a, b| (a.arrives, &a.name).cmp(&(b.arrives, &b.name)));
    files
}

/// Each application is scanned with ZAP every other week.
fn zap_runs(app: usize, week: i64) -> bool {
    (week + app as i64) % 2 == 0
}

/// Three applications are tested with Burp, once in six weeks.
fn burp_runs(app: usize, week: i64) -> bool {
    app < 3 && week % 6 == app as i64 * 2
}

/// The instant at which a week of the story begins; the last week ends yesterday.
fn week_start(today: Day, week: i64) -> DateTime<Utc> {
    let start = today.date().and_time(chrono::NaiveTime::MIN).and_utc();
    start - TimeDelta::weeks(WEEKS - week)
}

/// The instant a number of hours into a week.
fn at(monday: DateTime<Utc>, hours: i64) -> DateTime<Utc> {
    monday + TimeDelta::hours(hours)
}

/// Text for XML content and attributes.
fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_day_gives_the_same_files() {
        let day = Day(20_000);
        let (first, second) = (files(day), files(day));
        assert!(first.len() > 350, "{}", first.len());
        assert!(first.iter().zip(&second).all(|(a, b)| a.name == b.name && a.bytes == b.bytes));
        assert!(first.windows(2).all(|pair| pair[0].arrives <= pair[1].arrives));
    }

    #[test]
    fn nothing_arrives_after_today() {
        let day = Day(20_000);
        let midnight = Micros::from(day.date().and_time(chrono::NaiveTime::MIN).and_utc());
        assert!(files(day).iter().all(|file| file.arrives <= midnight));
    }
}
