//! Servers that publish what is known of exploitation: FIRST's EPSS scores, whose newest address leads on to the day's, CISA's
//! catalogue, and ENISA's list.

use crate::{Api, Question, Reply};

/// The addresses, as those who publish have them.
pub const EPSS: &str = "/epss_scores-current.csv.gz";
/// The same of CISA's catalogue.
pub const KEV: &str = "/sites/default/files/feeds/known_exploited_vulnerabilities.json";
/// The same of ENISA's list.
pub const EUVD: &str = "/api/exploitedvulnerabilities";

/// What is published.
#[derive(Clone, Debug)]
pub struct Lists {
    /// The day of the scores and of the catalogue: `2026-01-02`.
    pub day: String,
    /// CVEs with their probabilities.
    pub scores: Vec<(String, f64)>,
    /// CVEs that are exploited, with the day since.
    pub exploited: Vec<(String, String)>,
}

impl Default for Lists {
    fn default() -> Self {
        Self {
            day: "2026-01-02".to_owned(),
            scores: vec![("CVE-2025-0001".to_owned(), 0.91), ("CVE-2025-0002".to_owned(), 0.1)],
            exploited: vec![("CVE-2025-0002".to_owned(), "2025-12-24".to_owned())],
        }
    }
}

impl Lists {
    fn scores(&self) -> String {
        let mut text = format!("#model_version:v2025.03.14,score_date:{}T12:55:00Z\ncve,epss,percentile\n", self.day);
        for (cve, probability) in &self.scores {
            text.push_str(&format!("{cve},{probability},0.5\n"));
        }
        text
    }

    fn catalogue(&self) -> serde_json::Value {
        let listed = self.exploited.iter().map(|(cve, added)| {
            serde_json::json!({ "cveID": cve, "dateAdded": added, "knownRansomwareCampaignUse": "Unknown" })
        });
        serde_json::json!({
            "catalogVersion": self.day.replace('-', "."),
            "vulnerabilities": listed.collect::<Vec<_>>(),
        })
    }

    fn european(&self) -> serde_json::Value {
        let listed = self.exploited.iter().enumerate().map(|(at, (cve, since))| {
            serde_json::json!({ "id": format!("EUVD-2025-{at}"), "aliases": cve, "exploitedSince": since })
        });
        listed.collect()
    }
}

impl Api for Lists {
    fn answer(&mut self, question: &Question) -> Reply {
        let of_the_day = format!("/epss_scores-{}.csv.gz", self.day);
        match question.path.as_str() {
            EPSS => Reply::text(302, "text/html", "").with("location", of_the_day),
            KEV => Reply::json(&self.catalogue()),
            EUVD => Reply::json(&self.european()),
            path if path == of_the_day => Reply::text(200, "application/gzip", self.scores()),
            _ => Reply::text(404, "text/html", "<html>"),
        }
    }
}
