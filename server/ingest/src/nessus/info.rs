//! What plugin 19506, "Nessus Scan Information", tells in its output.

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

impl ScanInfo {
    /// Takes a host's output in, and says whether that host was scanned with credentials.
    pub fn read(&mut self, output: &str) -> Option<bool> {
        let mut credentialed = None;
        for (key, value) in output.lines().filter_map(|line| line.split_once(':')) {
            let (key, value) = (key.trim(), value.trim());
            let slot = match key {
                "Nessus version" => &mut self.version,
                "Scan policy used" => &mut self.policy,
                "Port range" => &mut self.port_range,
                _ if key.eq_ignore_ascii_case("Credentialed checks") => {
                    credentialed = Some(value.starts_with("yes"));
                    continue;
                }
                _ => continue,
            };
            if slot.is_empty() {
                // "6.3.7 (Nessus 6.10.5 is available.)"
                value.split(" (").next().unwrap_or(value).clone_into(slot);
            }
        }
        credentialed
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
        assert_eq!(info.read(output), Some(true));
        assert_eq!(
            (info.version.as_str(), info.policy.as_str(), info.port_range.as_str()),
            ("6.3.7", "Weekly", "1-1024")
        );
        assert_eq!(info.read("Nessus version : 7\nCredentialed checks : no"), Some(false));
        assert_eq!(info.version, "6.3.7");
        assert_eq!(info.read("ERROR: none"), None);
    }
}
