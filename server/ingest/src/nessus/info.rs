//! What plugin 19506, "Nessus Scan Information", tells in its output.

use crate::options::ZoneOffset;
use crate::time::{Stamp, stamp};
use model::Micros;

/// The plugin.
pub const PLUGIN: u32 = 19506;

/// What the scan's hosts agree on: that of the first host that tells it. Texts are empty where it tells nothing.
#[derive(Default)]
pub struct ScanInfo {
    /// The scanner's version.
    pub version: String,
    /// The policy's name.
    pub policy: String,
    /// The ports as written.
    pub port_range: String,
}

/// What the output says of its own host.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct HostInfo<'o> {
    /// Whether it was scanned with credentials.
    pub credentialed: Option<bool>,
    /// When its scan began, as written: `2022/3/23 14:32 CET`.
    start: &'o str,
    /// How long its scan took, as written: `453 sec`.
    duration: &'o str,
}

impl HostInfo<'_> {
    /// When the scan of the host began and when it ended; the two are the same where the output does not say how long it took.
    pub fn span(&self, zone: &ZoneOffset) -> Option<(Stamp, Micros)> {
        let began = stamp(self.start, zone)?;
        let seconds: u32 = self.duration.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or_default();
        Some((began, Micros(began.at.0 + i64::from(seconds) * 1_000_000)))
    }
}

impl ScanInfo {
    /// Takes a host's output in, and says what it tells of that host.
    pub fn read<'o>(&mut self, output: &'o str) -> HostInfo<'o> {
        let mut host = HostInfo::default();
        for (key, value) in output.lines().filter_map(|line| line.split_once(':')) {
            let (key, value) = (key.trim(), value.trim());
            let slot = match key {
                "Nessus version" => &mut self.version,
                "Scan policy used" => &mut self.policy,
                "Port range" => &mut self.port_range,
                "Scan Start Date" => {
                    host.start = value;
                    continue;
                }
                "Scan duration" => {
                    host.duration = value;
                    continue;
                }
                _ if key.eq_ignore_ascii_case("Credentialed checks") => {
                    host.credentialed = Some(value.starts_with("yes"));
                    continue;
                }
                _ => continue,
            };
            if slot.is_empty() {
                // "6.3.7 (Nessus 6.10.5 is available.)"
                value.split(" (").next().unwrap_or(value).clone_into(slot);
            }
        }
        host
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_matter_are_read() {
        let mut info = ScanInfo::default();
        let output = "Information about this scan : \n\n  Nessus version : 6.3.7 (Nessus 6.10.5 is available.)\n\
                      Scan policy used : Weekly\nPort range : 1-1024\nCredentialed checks : yes, as 'root' via ssh\n";
        assert_eq!(info.read(output).credentialed, Some(true));
        assert_eq!(
            (info.version.as_str(), info.policy.as_str(), info.port_range.as_str()),
            ("6.3.7", "Weekly", "1-1024")
        );
        assert_eq!(info.read("Nessus version : 7\nCredentialed checks : no").credentialed, Some(false));
        assert_eq!(info.version, "6.3.7");
        assert_eq!(info.read("ERROR: none"), HostInfo::default());
    }

    #[test]
    fn a_host_tells_when_it_was_scanned() {
        let zone = crate::Options::default().zone_offset;
        let span = |output: &str| {
            let span = ScanInfo::default().read(output).span(&zone)?;
            Some((span.0.at.rfc3339(), span.0.zone_assumed, span.1.rfc3339()))
        };
        let expected = ("2019-03-30T10:59:00Z".to_owned(), false, "2019-03-30T11:23:49Z".to_owned());
        assert_eq!(span("Scan Start Date : 2019/3/30 21:59 AEDT\nScan duration : 1489 sec\n"), Some(expected));
        let expected = ("2021-01-25T18:40:00Z".to_owned(), true, "2021-01-25T18:40:00Z".to_owned());
        assert_eq!(span("Scan Start Date : 2021/1/25 18:40 Romance Standard Time"), Some(expected));
        assert_eq!(span("Scan duration : 5 sec"), None);
    }
}
