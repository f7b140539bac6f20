//! `insights`, since 2.17: what ZAP noticed of the scan itself. Where every request failed, absence proves nothing.

use crate::bounded::document::Text;
use serde::Deserialize;
use std::collections::HashMap;

/// One insight.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Insight {
    site: Text,
    key: Text,
    statistic: Text,
}

/// Which of the scan failed altogether.
#[derive(Default)]
pub struct Failures {
    network: bool,
    /// Per site as written, the share of responses with an error status, in percent.
    errors: HashMap<String, u32>,
}

impl Failures {
    /// Takes notice of an insight.
    pub fn add(&mut self, insight: &Insight) {
        let Ok(percent) = insight.statistic.0.trim().parse::<u32>() else { return };
        match insight.key.0.as_str() {
            "insight.network.failure" if percent >= 100 && insight.site.0.is_empty() => self.network = true,
            "insight.network.failure" | "insight.code.4xx" | "insight.code.5xx" => {
                let errors = self.errors.entry(insight.site.0.clone()).or_default();
                *errors = errors.saturating_add(percent);
            }
            _ => {}
        }
    }

    /// Whether every request to a site failed or was answered with an error.
    pub fn of_site(&self, site: &str) -> bool {
        self.network || self.errors.get(site).is_some_and(|percent| *percent >= 100)
    }

    /// Whether that holds for the scan as a whole.
    pub fn of_scan(&self) -> bool {
        self.network || self.errors.get("").is_some_and(|percent| *percent >= 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(insights: &[(&str, &str, &str)]) -> Failures {
        let mut failures = Failures::default();
        for (site, key, statistic) in insights {
            failures.add(&Insight {
                site: Text((*site).to_owned()),
                key: Text((*key).to_owned()),
                statistic: Text((*statistic).to_owned()),
            });
        }
        failures
    }

    #[test]
    fn only_a_total_failure_counts() {
        let site = "http://a";
        assert!(!failures(&[("", "insight.network.failure", "2")]).of_scan());
        assert!(failures(&[("", "insight.network.failure", "100")]).of_site(site));
        assert!(failures(&[(site, "insight.code.4xx", "60"), (site, "insight.code.5xx", "40")]).of_site(site));
        let mixed = failures(&[(site, "insight.code.4xx", "91"), (site, "insight.code.2xx", "8")]);
        assert!(!mixed.of_site(site) && !mixed.of_scan());
    }
}
