//! `postura metrics NAME`.

use super::DONE;
use anyhow::ensure;
use app::locales::metrics;
use clap::Args;
use model::metrics::{Measure, Metric};
use model::text::Locale;
use service::Service;
use service::query::MetricRequest;
use service::request::Session;
use std::io::Write;
use std::sync::Arc;

/// Print a metric (open, new, reopened, fixed, other, moved, net) or a measure of time (age, debt, `due_kept`, `time_to_fix`,
/// `time_to_decide`, `reopen_rate`).
#[derive(Args, Debug)]
pub struct Metrics {
    /// Which metric.
    #[arg(required_unless_present = "explain")]
    name: Option<String>,
    /// Print what the metric counts instead, or what each counts.
    #[arg(long)]
    pub explain: bool,
    /// Dimensions, parted by commas: `day`, `week`, `month`, `severity`, `owasp_2021`, `owasp_2025`, `team`, `tool`, `status`.
    #[arg(long, default_value = "", value_name = "DIM,…")]
    by: String,
    /// First day; by default that of the first entry.
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day; by default today.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// The day that counts as today.
    #[arg(long, value_name = "DAY")]
    as_of: Option<String>,
    /// What was known then: a step, or a day.
    #[arg(long, value_name = "STEP|DAY")]
    known_at: Option<String>,
    /// Filter text, as on the page.
    #[arg(long, default_value = "", value_name = "TEXT")]
    filter: String,
    /// One JSON object a cell.
    #[arg(long)]
    json: bool,
}

impl Metrics {
    /// Prints the definition of a metric, or of all; needs no database.
    ///
    /// # Errors
    /// There is no such metric.
    pub fn explained(&self) -> anyhow::Result<u8> {
        let all = Metric::ALL.iter().map(|metric| (metric.word(), metrics::metric(Locale::En, *metric)));
        let measures = Measure::ALL.iter().map(|measure| (measure.word(), metrics::measure(Locale::En, *measure)));
        let coverage = ("coverage", (metrics::coverage(Locale::En), metrics::coverage_is(Locale::En)));
        let mut out = std::io::stdout().lock();
        let mut found = false;
        for (word, (name, definition)) in all.chain(measures).chain([coverage]) {
            if self.name.as_ref().is_none_or(|name| name == word) {
                found = true;
                writeln!(out, "{word}: {name}\n    {definition}")?;
            }
        }
        ensure!(found, "there is no metric {}", self.name.as_deref().unwrap_or_default());
        Ok(DONE)
    }

    /// Prints the cells, sparse and sorted.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "metrics").await?;
        let request = MetricRequest {
            name: self.name.unwrap_or_default(),
            by: self.by,
            from: self.from,
            to: self.to,
            as_of: self.as_of,
            known_at: self.known_at,
            filter: self.filter,
        };
        let mut out = std::io::stdout().lock();
        for cell in session.metric(&request).await? {
            if self.json {
                writeln!(out, "{}", serde_json::to_string(&cell)?)?;
            } else {
                let values: Vec<String> =
                    cell.iter().map(|(key, value)| format!("{key}={}", value.to_string().trim_matches('"'))).collect();
                writeln!(out, "{}", values.join("  "))?;
            }
        }
        Ok(DONE)
    }
}
