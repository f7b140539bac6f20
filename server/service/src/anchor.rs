//! The anchor of the audit log: the newest entry of each of its chains, in a file beside the key. Whoever cuts the log's end
//! off in the database would have to change this file too.

use anyhow::Context;
use model::Micros;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use store::audit::{Head, Witness};

/// The file in the data folder. Its first line names the chain of whoever writes here.
pub(crate) const FILE: &str = "postura.audit";

/// The file, which one writes at a time.
pub struct Anchor {
    path: PathBuf,
    chain: String,
    writing: Mutex<()>,
}

impl Anchor {
    /// Opens the file, or makes one with a chain of its own.
    ///
    /// # Errors
    /// The file cannot be read or written, or holds something else.
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Arc<Self>> {
        let path = data_dir.join(FILE);
        if !path.try_exists().with_context(|| format!("{} cannot be looked at", path.display()))? {
            let name: [u8; 8] = rand::random();
            write(&path, &crate::request::hex(&name), &[])?;
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let (chain, _) = parse(&text).with_context(|| {
            format!("{} is not an anchor of the audit log: restore it from where it is kept", path.display())
        })?;
        Ok(Arc::new(Self { path, chain, writing: Mutex::new(()) }))
    }

    /// The chain of whoever writes here.
    pub(crate) fn chain(&self) -> &str {
        &self.chain
    }

    /// The heads that are kept.
    ///
    /// # Errors
    /// The file cannot be read any more.
    pub(crate) fn heads(&self) -> anyhow::Result<Vec<Head>> {
        let text =
            std::fs::read_to_string(&self.path).with_context(|| format!("{} cannot be read", self.path.display()))?;
        Ok(parse(&text).with_context(|| format!("{} is damaged", self.path.display()))?.1)
    }

    /// Keeps heads that are newer than those that are kept.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn keep(&self, newer: &[Head]) -> anyhow::Result<()> {
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut heads = self.heads()?;
        for head in newer {
            match heads.iter_mut().find(|kept| kept.chain == head.chain) {
                Some(kept) if kept.seq < head.seq => *kept = head.clone(),
                Some(_) => {}
                None => heads.push(head.clone()),
            }
        }
        write(&self.path, &self.chain, &heads)
    }
}

impl Witness for Anchor {
    /// An anchor that cannot be written is told in the log, and is not a reason to undo what was done and written down.
    fn saw(&self, head: &Head) {
        if let Err(error) = self.keep(std::slice::from_ref(head)) {
            tracing::error!(error = format!("{error:#}"), %head, "the audit log's anchor could not be written");
        }
    }
}

/// Sets the file aside, for a database that another takes the place of; where it stands now, if there was one.
///
/// # Errors
/// It cannot be moved.
pub(crate) fn set_aside(data_dir: &Path, at: Micros) -> anyhow::Result<Option<PathBuf>> {
    let path = data_dir.join(FILE);
    let aside = data_dir.join(format!("{FILE}.before-{}", at.0));
    match std::fs::rename(&path, &aside) {
        Ok(()) => Ok(Some(aside)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be moved", path.display())),
    }
}

fn parse(text: &str) -> Option<(String, Vec<Head>)> {
    let mut lines = text.lines();
    let chain = lines.next()?.strip_prefix("chain ")?.to_owned();
    let heads: Result<Vec<Head>, ()> = lines.map(str::parse).collect();
    (!chain.is_empty()).then_some((chain, heads.ok()?))
}

/// Writes beside the file and puts the new one in its place, so that nobody reads half of it.
fn write(path: &Path, chain: &str, heads: &[Head]) -> anyhow::Result<()> {
    let mut text = format!("chain {chain}\n");
    for head in heads {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{head}");
    }
    let beside = path.with_extension(format!("audit.{}", std::process::id()));
    let write = || -> std::io::Result<()> {
        let mut file = private(&beside)?;
        file.write_all(text.as_bytes())?;
        drop(file);
        std::fs::rename(&beside, path)
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(unix)]
fn private(path: &Path) -> std::io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new().write(true).create(true).truncate(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_moves_forward_only() {
        let folder = std::env::temp_dir().join(format!("postura-anchor-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let anchor = Anchor::open(&folder).unwrap();
        let head = |seq, byte| Head { chain: anchor.chain().to_owned(), seq, mac: [byte; 32] };
        anchor.saw(&head(2, 2));
        anchor.saw(&head(1, 1));
        assert_eq!(anchor.heads().unwrap(), [head(2, 2)]);
        let again = Anchor::open(&folder).unwrap();
        assert_eq!(again.chain(), anchor.chain());
        assert_eq!(again.heads().unwrap(), [head(2, 2)]);
        std::fs::write(folder.join(FILE), "something else").unwrap();
        assert!(Anchor::open(&folder).is_err());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
