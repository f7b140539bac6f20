//! The report of a run.

use crate::http::Ask;
use crate::nessus::{Nessus, Run};
use crate::{Exported, Fault, Output};
use hyper::header::CONTENT_DISPOSITION;
use model::scanner::FaultCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// The first pause between two looks at whether an export is ready; it doubles up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What a licence for trial says instead of a report, with a status that says that all is well.
const TRIAL: &str = "not allowed in trial";

impl Nessus {
    pub(super) async fn report(&self, run: &Run, output: &mut Output<'_>) -> Result<Exported, Fault> {
        let history = match run.history {
            Some(history) => history,
            None => self.latest(run).await?,
        };
        let file = self.ordered(run.scan, history).await?;
        self.waited_for(run.scan, &file).await?;
        let ask = self.signed(Ask::get(format!("scans/{}/export/{file}/download", run.scan))).await?;
        let answer = self.client.fetch(ask, output).await?.ok().map_err(refused)?;
        let bytes = output.flush().await?;
        let beginning = String::from_utf8_lossy(output.head()).into_owned();
        if beginning.contains(TRIAL) {
            return Err(Fault::new(FaultCode::NotLicensed, beginning));
        }
        if !beginning.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
            return Err(Fault::new(FaultCode::ExportFailed, beginning));
        }
        let name = answer.header(CONTENT_DISPOSITION).and_then(|value| value.split_once("filename="));
        let name = name.map(|(_, name)| name.trim_matches(['"', ' ', ';']).to_owned()).unwrap_or_default();
        Ok(Exported { bytes, name, partial: run.partial, ..Exported::default() })
    }

    /// The number of a run of which only the scan or the id is known.
    async fn latest(&self, run: &Run) -> Result<i64, Fault> {
        let progress = self.status(run.clone()).await?;
        let known: Option<Run> = progress.remote.map(|remote| remote.read()).transpose()?;
        known.and_then(|run| run.history).ok_or_else(|| Fault::new(FaultCode::Gone, "history"))
    }

    /// Orders an export; the id of its file, a number or a text, as a segment of a path.
    async fn ordered(&self, scan: i64, history: i64) -> Result<String, Fault> {
        #[derive(Deserialize)]
        struct Ordered {
            file: Value,
        }
        let mut body = json!({"format": "nessus"});
        if self.is_cloud() {
            body["chapters"] = "vuln_by_host".into();
        }
        let ask = Ask::post(format!("scans/{scan}/export")).query("history_id", &history.to_string()).json(&body)?;
        let ordered: Ordered = self.asked(ask).await.map_err(refused)?.json()?;
        match ordered.file {
            Value::Number(number) => Ok(number.to_string()),
            Value::String(text) => Ok(crate::http::segment(&text)),
            _ => Err(Fault::protocol("file")),
        }
    }

    async fn waited_for(&self, scan: i64, file: &str) -> Result<(), Fault> {
        #[derive(Deserialize)]
        struct Status {
            status: String,
            #[serde(default)]
            error: Option<String>,
            #[serde(default)]
            message: Option<String>,
        }
        let until = Instant::now() + self.client.patience().body;
        let mut pause = FIRST_PAUSE.min(self.client.patience().idle / 8);
        loop {
            let status: Status = self.asked(Ask::get(format!("scans/{scan}/export/{file}/status"))).await?.json()?;
            match status.status.as_str() {
                "ready" => return Ok(()),
                "error" => {
                    let words = status.error.or(status.message).unwrap_or_default();
                    return Err(refused(Fault::new(FaultCode::ExportFailed, words)));
                }
                _ if Instant::now() >= until => return Err(Fault::new(FaultCode::TooLong, status.status)),
                _ => {}
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

/// The fault of an export that is not to be: by the licence, or for another reason.
fn refused(fault: Fault) -> Fault {
    match fault.code {
        _ if fault.detail.contains(TRIAL) => Fault { code: FaultCode::NotLicensed, ..fault },
        FaultCode::Refused => Fault { code: FaultCode::ExportFailed, ..fault },
        _ => fault,
    }
}
