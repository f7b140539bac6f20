//! `postura publish`.

use super::DONE;
use clap::Args;
use service::Service;
use service::request::Session;
use std::io::Write;
use std::sync::Arc;

/// Publish a month that is over: its figures and charts are kept as they are known now, for ever.
#[derive(Args, Debug)]
pub struct Publish {
    /// The month: 2026-09. Without one, the published months are listed.
    month: Option<String>,
    /// Print what was published, byte by byte, and publish nothing.
    #[arg(long, requires = "month")]
    show: bool,
}

impl Publish {
    /// Publishes, shows or lists.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "publish").await?;
        match self.month {
            Some(month) if self.show => std::io::stdout().write_all(&session.published_month(&month).await?)?,
            Some(month) => {
                ports::Months::publish(&session, month.clone()).await?;
                println!("{month} is published.");
            }
            None => {
                for row in ports::Months::months(&session, String::new()).await?.months {
                    writeln!(std::io::stdout(), "{} step {} {} sha256 {}", row.month, row.step, row.at.iso, row.hash)?;
                }
            }
        }
        Ok(DONE)
    }
}
