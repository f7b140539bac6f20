//! Where published files are fetched from, and at what time of the day.

use crate::outbound::{self, Way};
use crate::schedule::Cadence;
use anyhow::{Context, ensure};
use chrono::{NaiveTime, Timelike};
use model::Micros;
use model::feeds::FeedKind;
use url::{Position, Url};

/// What the settings file says of it, before anybody has looked at it.
#[derive(Clone, Debug, Default)]
pub struct FeedKeys {
    /// At what time, in the organisation's zone: `04:30`.
    pub at: String,
    /// The address of each kind.
    pub from: Vec<(FeedKind, String)>,
    /// Addresses that are not public, and may be asked all the same: those of a mirror.
    pub confirmed: Vec<String>,
}

/// Where published files are fetched from every night.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSettings {
    cron: String,
    pub(super) from: Vec<(FeedKind, Url)>,
    pub(super) way: Way,
}

impl FeedSettings {
    /// The settings, if they can be used. `authorities` is who vouches for the servers' certificates, in PEM; without, those that
    /// this machine trusts.
    ///
    /// # Errors
    /// An address is none or not encrypted, the time is none, or no address is named.
    pub fn settle(keys: FeedKeys, authorities: Option<String>) -> anyhow::Result<Self> {
        let time = NaiveTime::parse_from_str(&keys.at, "%H:%M");
        let time = time.with_context(|| format!("[feeds]: at takes a time of the day such as 04:30: {}", keys.at))?;
        ensure!(!keys.from.is_empty(), "[feeds]: name where something is fetched from: epss, kev or euvd");
        let from = keys.from.iter().map(|(kind, text)| Ok((*kind, outbound::address("feeds", kind.word(), text)?)));
        Ok(Self {
            cron: format!("{} {} * * *", time.minute(), time.hour()),
            from: from.collect::<anyhow::Result<_>>()?,
            way: Way::new("feeds", &keys.confirmed, authorities)?,
        })
    }

    /// The next night's time, in an IANA zone.
    pub(super) fn next(&self, zone: &str, now: Micros) -> Micros {
        // A time of the day is a cadence in every zone; a day later is what remains if it is not.
        let next = Cadence::new(&self.cron, zone, now).ok().and_then(|cadence| cadence.next(now));
        next.unwrap_or(Micros(now.0 + Micros::DAY))
    }

    /// The server that a kind is fetched from.
    pub(crate) fn origins(&self) -> impl Iterator<Item = (FeedKind, &str)> {
        self.from.iter().map(|(kind, url)| (*kind, origin(url)))
    }
}

/// An address' server, as people read it. What stands behind it may be a key.
pub(super) fn origin(url: &Url) -> &str {
    &url[..Position::BeforePath]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(at: &str, epss: &str) -> FeedKeys {
        FeedKeys { at: at.to_owned(), from: vec![(FeedKind::Epss, epss.to_owned())], ..FeedKeys::default() }
    }

    #[test]
    fn a_night_has_its_time_in_the_organisation_s_zone() {
        let settings = FeedSettings::settle(keys("04:30", "https://lists.example/epss.csv.gz"), None).unwrap();
        let noon = Micros(1_795_694_400 * 1_000_000);
        assert_eq!(noon.rfc3339(), "2026-11-26T12:00:00Z");
        assert_eq!(settings.next("UTC", noon).rfc3339(), "2026-11-27T04:30:00Z");
        assert_eq!(settings.next("America/Santiago", noon).rfc3339(), "2026-11-27T07:30:00Z");
        assert_eq!(settings.origins().collect::<Vec<_>>(), [(FeedKind::Epss, "https://lists.example")]);
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        for (at, epss, word) in [
            ("25:00", "https://lists.example/", "at takes a time"),
            ("04:30", "http://lists.example/", "https"),
            ("04:30", "lists", "no address"),
        ] {
            let error = FeedSettings::settle(keys(at, epss), None).unwrap_err();
            assert!(format!("{error:#}").contains(word), "{error:#}");
        }
        assert!(FeedSettings::settle(FeedKeys { at: "04:30".to_owned(), ..FeedKeys::default() }, None).is_err());
    }
}
