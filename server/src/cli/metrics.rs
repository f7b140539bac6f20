//! `postura metrics NAME`.

use super::DONE;
use clap::Args;
use service::Service;
use service::query::MetricRequest;
use service::request::Session;
use std::io::Write;
use std::sync::Arc;

/// Print a metric: open, new, reopened, fixed, other, moved.
#[derive(Args, Debug)]
pub struct Metrics {
    /// Which metric.
    name: String,
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
    /// Prints the cells, sparse and sorted.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "metrics").await?;
        let request = MetricRequest {
            name: self.name,
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
