//! Everything that Tenable's cloud knows, or what changed there since an instant, through its export of vulnerabilities: nothing is
//! scanned.
//!
//! The export is asked for once, and its id is what is stored. The same request while an export of its kind goes on is answered with
//! the id of that one, which is followed then. It is put together chunk by chunk, and fetched when it is complete: until then the run
//! shows how far it is and can be stopped. Chunks are kept there for a day.

use crate::http::{Ask, segment};
use crate::nessus::Nessus;
use crate::{Exported, Fault, Halt, Line, Output, Progress};
use bytes::Bytes;
use model::Micros;
use model::scanner::{FaultCode, Note, Phase, Retry, Stage};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;
use tokio::time::sleep;

/// How many assets are in a chunk: from 50 to 5,000 may be.
const ASSETS: u32 = 100;

/// The instant before which nothing was found, in seconds since 1970. Without any, an export lists what a month brought.
const EVER: i64 = 1_000_000_000;

/// A larger chunk is none, in bytes: it is held whole, so that one that came broken can be fetched again.
const MAX_CHUNK: usize = 256 << 20;

/// How often a chunk is asked for that comes empty or broken, or not at all.
const TRIES: u32 = 3;

/// The first pause between two tries; it doubles.
const PAUSE: Duration = Duration::from_secs(2);

/// Who is asked to wait longer than this gives up, and comes back later.
const LONGEST_WAIT: Duration = Duration::from_secs(90);

/// An export: what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bulk {
    /// Its id.
    export: String,
    /// The instant since which it lists changes, in seconds since 1970; everything if none.
    since: Option<i64>,
    /// It went on already when it was asked for.
    adopted: bool,
}

/// Where an export is.
#[derive(Debug, Deserialize)]
struct Status {
    status: String,
    #[serde(default)]
    chunks_available: Option<Vec<u32>>,
    #[serde(default)]
    chunks_failed: Option<Vec<u32>>,
    #[serde(default)]
    chunks_cancelled: Option<Vec<u32>>,
    #[serde(default)]
    total_chunks: Option<u32>,
    #[serde(default)]
    finished_chunks: Option<u32>,
    /// In milliseconds since 1970.
    #[serde(default)]
    created: Option<i64>,
}

impl Status {
    fn phase(&self) -> Result<Phase, Fault> {
        match self.status.as_str() {
            "QUEUED" => Ok(Phase::Queued),
            "FINISHED" => Ok(Phase::Done),
            "CANCELLED" | "CANCELED" => Ok(Phase::Canceled),
            "ERROR" => Err(Fault::new(FaultCode::ExportFailed, "ERROR")),
            _ => Ok(Phase::Running),
        }
    }

    fn percent(&self, phase: Phase) -> Option<u8> {
        let (finished, total) = (u64::from(self.finished_chunks?), u64::from(self.total_chunks?));
        match phase {
            Phase::Done => Some(100),
            // How many there will be is known bit by bit: the last percent is said by the status.
            _ if total > 0 => u8::try_from((finished * 100 / total).min(99)).ok(),
            _ => None,
        }
    }

    /// How many chunks there are, and how many there will not be.
    fn chunks(&self) -> (usize, usize) {
        let count = |list: &Option<Vec<u32>>| list.as_ref().map_or(0, Vec::len);
        (count(&self.chunks_available), count(&self.chunks_failed) + count(&self.chunks_cancelled))
    }
}

impl Nessus {
    pub(super) async fn begin_export(&self, since: Option<Micros>) -> Result<Bulk, Fault> {
        #[derive(Deserialize)]
        struct Ordered {
            #[serde(alias = "active_job_id")]
            export_uuid: String,
        }
        let since = since.map(|since| since.0.div_euclid(1_000_000).max(EVER));
        // What was fixed before anything of it was known is of no use.
        let states = if since.is_some() { &["OPEN", "REOPENED", "FIXED"][..] } else { &["OPEN", "REOPENED"] };
        let filters = json!({"since": since.unwrap_or(EVER), "state": states});
        let body = json!({"num_assets": ASSETS, "include_unlicensed": true, "filters": filters});
        let answer = self.client.ask(self.signed(Ask::post("vulns/export").json(&body)?).await?).await?;
        let adopted = answer.status == 409;
        if !adopted && !answer.is_ok() {
            return Err(answer.fault());
        }
        let ordered = answer.json::<Ordered>().map_err(|odd| if adopted { answer.fault() } else { odd })?;
        Ok(Bulk { export: ordered.export_uuid, since, adopted })
    }

    pub(super) async fn export_progress(&self, bulk: &Bulk) -> Result<Progress, Fault> {
        let status = self.export_status(bulk).await?;
        let phase = status.phase()?;
        let stage = if phase == Phase::Queued { Stage::Preparing } else { Stage::Finishing };
        let mut lines = Vec::new();
        if bulk.adopted {
            lines.push(Line::text(Note::Adopted, &bulk.export));
        }
        lines.push(match bulk.since {
            Some(since) => Line::text(Note::ChangesSince, &Micros(since * 1_000_000).rfc3339()[..10]),
            None => Line::of(Note::EverythingKnown),
        });
        let (ready, _) = status.chunks();
        if ready > 0 {
            lines.push(Line::number(Note::PartsReady, number(ready)));
        }
        Ok(Progress { percent: status.percent(phase), lines, ..Progress::of(phase, stage) })
    }

    pub(super) async fn stop_export(&self, bulk: &Bulk) -> Result<Halt, Fault> {
        // Somebody else may have asked for it, and waits for it.
        if bulk.adopted {
            return Ok(Halt::LeftRunning);
        }
        match self.asked(Ask::post(format!("vulns/export/{}/cancel", segment(&bulk.export)))).await {
            Ok(_) => Ok(Halt::Asked),
            // There is nothing left to stop.
            Err(fault) if matches!(fault.code, FaultCode::Refused | FaultCode::Busy | FaultCode::Gone) => {
                Ok(Halt::Over)
            }
            Err(fault) => Err(fault),
        }
    }

    /// Writes the chunks as one list, within an object that says of what export they are: one without changes is an export too.
    pub(super) async fn fetch_export(&self, bulk: &Bulk, output: &mut Output<'_>) -> Result<Exported, Fault> {
        let status = self.export_status(bulk).await?;
        if status.phase()? != Phase::Done {
            return Err(Fault::new(FaultCode::Unavailable, status.status));
        }
        let name = format!("tenable-{}.json", bulk.export);
        let (_, missing) = status.chunks();
        if missing > 0 {
            let lines = vec![Line::number(Note::PartsMissing, number(missing))];
            return Ok(Exported { name, partial: true, lines, ..Exported::default() });
        }
        let created = status.created.map(|millis| Micros(millis.saturating_mul(1_000)).rfc3339());
        let around = json!({"export_uuid": bulk.export, "since": bulk.since, "created": created}).to_string();
        output.write(around.trim_end_matches('}').as_bytes()).await?;
        output.write(b",\"vulns\":[").await?;
        let mut chunks = status.chunks_available.unwrap_or_default();
        chunks.sort_unstable();
        chunks.dedup();
        let mut rows = 0;
        for chunk in chunks {
            let (bytes, found) = self.chunk(bulk, chunk).await?;
            if found > 0 {
                output.write(if rows > 0 { b",\n" } else { b"\n" }).await?;
                output.write(inside(&bytes)).await?;
            }
            rows += found;
        }
        output.write(b"]}\n").await?;
        let bytes = output.flush().await?;
        let lines = vec![Line::number(Note::FindingsFetched, number(rows))];
        Ok(Exported { bytes, name, lines, ..Exported::default() })
    }

    async fn export_status(&self, bulk: &Bulk) -> Result<Status, Fault> {
        self.asked(Ask::get(format!("vulns/export/{}/status", segment(&bulk.export)))).await?.json()
    }

    /// A chunk that is a list, and how many rows it has. One that comes empty is asked for again, and then is.
    async fn chunk(&self, bulk: &Bulk, chunk: u32) -> Result<(Bytes, usize), Fault> {
        let path = format!("vulns/export/{}/chunks/{chunk}", segment(&bulk.export));
        let mut pause = PAUSE.min(self.client.patience().idle / 8);
        let mut tries = 1;
        loop {
            let last = tries >= TRIES;
            let wait = match self.asked(Ask::get(&path).at_most(MAX_CHUNK)).await {
                Ok(answer) => match serde_json::from_slice::<Vec<IgnoredAny>>(&answer.body) {
                    Ok(rows) if last || !rows.is_empty() => return Ok((answer.body, rows.len())),
                    Ok(_) => None,
                    Err(_) if last => return Err(Fault::new(FaultCode::CutOff, format!("chunk {chunk}"))),
                    Err(_) => None,
                },
                Err(fault) if last || fault.retry() != Retry::Later => return Err(fault),
                Err(fault) if fault.wait.is_some_and(|wait| wait > LONGEST_WAIT) => return Err(fault),
                Err(fault) => fault.wait,
            };
            sleep(wait.unwrap_or(pause)).await;
            pause *= 2;
            tries += 1;
        }
    }
}

/// What stands between the brackets of a list.
fn inside(list: &[u8]) -> &[u8] {
    let list = list.trim_ascii();
    list.strip_prefix(b"[").and_then(|list| list.strip_suffix(b"]")).unwrap_or_default().trim_ascii()
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_taken_out_of_its_brackets() {
        assert_eq!(inside(b" [ {\"a\": []} ,{}] \n"), b"{\"a\": []} ,{}");
        assert_eq!((inside(b"[]"), inside(b"{}")), (&b""[..], &b""[..]));
    }

    #[test]
    fn every_status_has_its_phase() {
        let phase = |status: &str| {
            let status: Status = serde_json::from_value(json!({"status": status, "chunks_available": null})).unwrap();
            status.phase()
        };
        for (word, expected) in [
            ("QUEUED", Phase::Queued),
            ("PROCESSING", Phase::Running),
            ("FINISHED", Phase::Done),
            ("CANCELLED", Phase::Canceled),
            ("something new", Phase::Running),
        ] {
            assert_eq!(phase(word).unwrap(), expected, "{word}");
        }
        assert_eq!(phase("ERROR").unwrap_err().code, FaultCode::ExportFailed);
    }
}
