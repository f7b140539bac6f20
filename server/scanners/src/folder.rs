//! A watched folder: something else puts exports into it, and each is fetched once.
//!
//! The operator's configuration names the folder; a page only chooses among the names. Only regular files right inside it are
//! read, no links, nothing hidden; a file counts once it has not been written to for a while. Nothing in it is changed.

use crate::{
    Config, Connector, Exported, Fault, Found, Halt, Nature, Order, Output, PastRun, Probe, Progress, Remote,
    RemoteScan, RunKey, Surroundings,
};
use async_trait::async_trait;
use model::Micros;
use model::scanner::{Capability, ConnectorKind, FaultCode, Phase};
use serde::{Deserialize, Serialize};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

/// A file that was written to later than this before now may not be whole yet.
const SETTLED: i64 = 10_000_000;

/// How many files a look takes, the latest.
const MAX_FILES: usize = 1000;

/// A watched folder.
pub struct Folder {
    name: String,
    path: PathBuf,
}

/// A file, and the state in which it was seen: a file that was written again is another.
#[derive(Serialize, Deserialize)]
struct Seen {
    file: String,
    bytes: u64,
    modified: i64,
}

impl Folder {
    pub fn new(config: &Config, surroundings: &Surroundings) -> Result<Self, Fault> {
        let name = config.needed(config.settings.folder.as_ref(), "folder")?;
        let path = surroundings.folders.get(name).ok_or_else(|| Fault::new(FaultCode::Settings, "folder"))?;
        Ok(Self { name: name.to_owned(), path: path.clone() })
    }

    fn files(&self) -> Result<Vec<Seen>, Fault> {
        let entries = std::fs::read_dir(&self.path).map_err(|error| Fault::local(&self.name, &error))?;
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| Fault::local(&self.name, &error))?;
            // The metadata of an entry are those of a link itself, not of what it leads to.
            let Ok(metadata) = entry.metadata() else { continue };
            let Ok(file) = entry.file_name().into_string() else { continue };
            if metadata.is_file() && is_plain(&file) {
                found.push(Seen { file, bytes: metadata.len(), modified: modified(&metadata) });
            }
        }
        found.sort_by(|a, b| (a.modified, &a.file).cmp(&(b.modified, &b.file)));
        found.drain(..found.len().saturating_sub(MAX_FILES));
        Ok(found)
    }
}

/// A name that leads nowhere else and is not hidden.
fn is_plain(file: &str) -> bool {
    !file.starts_with('.') && !file.contains(['/', '\\', '\0']) && Path::new(file).file_name().is_some()
}

fn modified(metadata: &Metadata) -> i64 {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_micros()).ok()).unwrap_or(0)
}

#[async_trait]
impl Connector for Folder {
    fn kind(&self) -> ConnectorKind {
        ConnectorKind::Folder
    }

    fn nature(&self) -> Nature {
        let poll = Duration::from_secs(15);
        Nature { can_be_asked: false, can_cancel: false, at_a_time: None, poll, in_process: false }
    }

    async fn probe(&self, _now: Micros) -> Result<Probe, Fault> {
        self.files()?;
        Ok(Probe::of(Capability::Pull, self.name.clone()))
    }

    async fn launch(&self, _order: &Order) -> Result<Remote, Fault> {
        Err(Fault::unsupported())
    }

    async fn find(&self, _key: &RunKey) -> Result<Found, Fault> {
        Ok(Found::NotLaunched)
    }

    async fn advance(&self, _order: &Order, _remote: &Remote) -> Result<Progress, Fault> {
        Err(Fault::unsupported())
    }

    async fn cancel(&self, _remote: &Remote) -> Result<Halt, Fault> {
        Err(Fault::unsupported())
    }

    async fn export(&self, remote: &Remote, output: &mut Output<'_>) -> Result<Exported, Fault> {
        let seen: Seen = remote.read()?;
        if !is_plain(&seen.file) {
            return Err(Fault::new(FaultCode::LocalFile, "name"));
        }
        let path = self.path.join(&seen.file);
        let gone = |_| Fault::new(FaultCode::Gone, &seen.file);
        // It may have become a link since: what is opened must be the regular file that was seen.
        let before = tokio::fs::symlink_metadata(&path).await.map_err(gone)?;
        let mut file = tokio::fs::File::open(&path).await.map_err(gone)?;
        let opened = file.metadata().await.map_err(gone)?;
        let same = |metadata: &Metadata| metadata.len() == seen.bytes && modified(metadata) == seen.modified;
        if !before.is_file() || !same(&before) || !same(&opened) {
            return Err(Fault::new(FaultCode::Gone, &seen.file));
        }
        output.copy(&mut file).await?;
        let bytes = output.flush().await?;
        if bytes != seen.bytes {
            return Err(Fault::new(FaultCode::CutOff, &seen.file));
        }
        Ok(Exported { bytes, name: seen.file, ..Exported::default() })
    }

    async fn scans(&self) -> Result<Vec<RemoteScan>, Fault> {
        let changed_at = self.files()?.last().map(|file| Micros(file.modified));
        Ok(vec![RemoteScan { id: self.name.clone(), name: self.name.clone(), phase: None, changed_at }])
    }

    async fn history(&self, scan: &str, now: Micros) -> Result<Vec<PastRun>, Fault> {
        if scan != self.name {
            return Err(Fault::new(FaultCode::Gone, scan));
        }
        let settled = self.files()?.into_iter().filter(|file| file.modified.saturating_add(SETTLED) <= now.0);
        settled
            .map(|seen| {
                let (name, at) = (seen.file.clone(), Some(Micros(seen.modified)));
                Ok(PastRun { remote: Remote::of(&seen)?, name, phase: Phase::Done, started_at: None, finished_at: at })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Secret, Settings, Trust, connect};
    use std::collections::BTreeSet;

    fn folder(path: &Path) -> Box<dyn Connector> {
        let surroundings =
            Surroundings { folders: [("drop".to_owned(), path.to_owned())].into(), ..Surroundings::default() };
        let config = Config {
            kind: ConnectorKind::Folder,
            address: String::new(),
            confirmed: BTreeSet::new(),
            secret: Secret::None,
            trust: Trust::System,
            settings: Settings { folder: Some("drop".to_owned()), ..Settings::default() },
        };
        connect(&config, &surroundings).unwrap()
    }

    /// Long after every file of a test.
    const LATER: Micros = Micros(i64::MAX);

    #[tokio::test]
    async fn whole_files_are_fetched_and_nothing_else() {
        let place = tempfile::tempdir().unwrap();
        let drop = place.path().join("drop");
        std::fs::create_dir_all(drop.join("inner")).unwrap();
        std::fs::write(place.path().join("secret"), "secret").unwrap();
        std::fs::write(drop.join("a.nessus"), "<x/>").unwrap();
        std::fs::write(drop.join(".hidden"), "h").unwrap();
        std::os::unix::fs::symlink(place.path().join("secret"), drop.join("link")).unwrap();
        let connector = folder(&drop);
        assert_eq!(connector.probe(LATER).await.unwrap().can, Capability::Pull);
        let scans = connector.scans().await.unwrap();
        assert_eq!(scans.len(), 1);
        let modified = scans[0].changed_at.unwrap();
        assert!(connector.history("drop", modified).await.unwrap().is_empty(), "it may still be written to");
        let runs = connector.history("drop", LATER).await.unwrap();
        assert_eq!(runs.iter().map(|run| run.name.as_str()).collect::<Vec<_>>(), ["a.nessus"]);
        assert_eq!(runs, connector.history("drop", LATER).await.unwrap(), "a run has one name");
        let mut bytes = Vec::new();
        let exported = connector.export(&runs[0].remote, &mut Output::new(&mut bytes, 100)).await.unwrap();
        assert_eq!((exported.bytes, bytes.as_slice()), (4, &b"<x/>"[..]));
        let fault = connector.export(&runs[0].remote, &mut Output::new(&mut Vec::new(), 3)).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::TooBig);
        std::fs::write(drop.join("a.nessus"), "<longer/>").unwrap();
        let fault = connector.export(&runs[0].remote, &mut Output::new(&mut Vec::new(), 100)).await.unwrap_err();
        assert_eq!(fault.code, FaultCode::Gone, "it is another file now");
    }

    #[tokio::test]
    async fn names_lead_nowhere_else() {
        let place = tempfile::tempdir().unwrap();
        let connector = folder(place.path());
        for file in ["../secret", "/etc/passwd", ".hidden", ".."] {
            let remote = Remote::of(&Seen { file: file.to_owned(), bytes: 1, modified: 0 }).unwrap();
            let fault = connector.export(&remote, &mut Output::new(&mut Vec::new(), 10)).await.unwrap_err();
            assert_eq!(fault.code, FaultCode::LocalFile, "{file}");
        }
        assert_eq!(connector.history("other", LATER).await.unwrap_err().code, FaultCode::Gone);
    }
}
