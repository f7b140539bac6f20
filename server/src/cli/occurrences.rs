//! `postura occurrences`.

use super::DONE;
use clap::Args;
use service::Service;
use service::request::Session;
use std::io::Write;
use std::sync::Arc;

/// List occurrences: the open ones, unless the filter says otherwise.
#[derive(Args, Debug)]
pub struct Occurrences {
    /// Filter text, as on the page: `sev:critical,high team:payments -tool:zap`.
    #[arg(long, default_value = "", value_name = "TEXT")]
    filter: String,
    /// One JSON object a line.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// CSV with a head.
    #[arg(long)]
    csv: bool,
}

/// How many rows are read at a time.
const PAGE: u32 = 200;

impl Occurrences {
    /// Writes every page to standard output.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "occurrences").await?;
        if self.csv {
            std::io::stdout().lock().write_all(session.findings_csv(&self.filter).await?.as_bytes())?;
            return Ok(DONE);
        }
        let mut cursor = String::new();
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        loop {
            let (rows, next) = session.occurrences(&self.filter, PAGE, &cursor).await?;
            for row in &rows {
                if self.json {
                    writeln!(out, "{}", serde_json::to_string(row)?)?;
                } else {
                    writeln!(
                        out,
                        "{:8} {:14} {}  {} {}",
                        row.severity, row.status, row.title, row.asset, row.location
                    )?;
                }
            }
            if next.is_empty() {
                out.flush()?;
                return Ok(DONE);
            }
            cursor = next;
        }
    }
}
