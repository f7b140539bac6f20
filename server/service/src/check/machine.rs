//! What an installation needs of its machine: files that only their owner reads, and room.

use super::Check;
use crate::Service;
use crate::key_place::KeyPlace;
use model::Micros;
use std::path::Path;

/// The least free bytes of the data folder's disk.
const LEAST: u64 = 512 << 20;

impl Service {
    /// Whether nobody but the owner reads the key file, the audit log's anchor, and the database if it is a file.
    pub(super) fn modes(&self) -> Vec<Check> {
        let mut checks =
            vec![self.key_mode(), mode("the audit log's anchor", &self.data_dir.join(crate::anchor::FILE))];
        if let Some(path) = store::sqlite_file(&self.database_url) {
            checks.push(mode("the database's file", path));
        }
        checks
    }

    /// Whether nobody but the owner reads the key file.
    pub(crate) fn key_mode(&self) -> Check {
        match &self.keys {
            KeyPlace::File(path) => mode("the key", path),
            KeyPlace::Environment(_) => Check::good("the keys are a secret of the environment"),
        }
    }

    /// Whether there is room for what an import, a rotation of keys or a backup needs meanwhile: as much again as the
    /// database has, if it is a file, and half a gibibyte.
    pub(super) fn room(&self, database: i64) -> Check {
        let least = match store::sqlite_file(&self.database_url) {
            Some(_) => LEAST.max(database.unsigned_abs()),
            None => LEAST,
        };
        let what = |free: &str| format!("the data folder's disk has room ({free}; {} MiB are needed)", least >> 20);
        match free(&self.data_dir) {
            None => Check::good(what("how much is not told on this system")),
            Some(free) => Check {
                good: free >= least,
                what: what(&format!("{} MiB are free", free >> 20)),
                advice: "make room, or move the data folder to a larger disk".to_owned(),
                ..Check::default()
            },
        }
    }
}

/// How old the newest backup may be.
const BACKUP: i64 = 7 * Micros::DAY;

/// Whether that is recent enough for a backup.
pub(crate) fn is_lately(at: Micros, now: Micros) -> bool {
    now.0 - at.0 <= BACKUP
}

/// Whether a backup was written lately. Its lack is no defect of the installation.
pub(super) fn backups(last: Option<Micros>, now: Micros) -> Check {
    let lately = last.is_some_and(|at| is_lately(at, now));
    let what = match last {
        Some(at) => format!("a backup was written within a week, the last at {}", at.rfc3339()),
        None => "a backup was written within a week".to_owned(),
    };
    let advice = "run `postura backup FILE`, by a timer best, and keep it and the key file elsewhere".to_owned();
    Check { good: lately, grave: false, what, advice }
}

#[cfg(unix)]
fn mode(what: &str, path: &Path) -> Check {
    use std::os::unix::fs::MetadataExt;
    let good = std::fs::metadata(path).is_ok_and(|data| data.mode() & 0o077 == 0);
    let advice = format!("chmod 600 {}", path.display());
    Check { good, what: format!("only the owner can read {what}"), advice, ..Check::default() }
}

#[cfg(not(unix))]
fn mode(what: &str, _path: &Path) -> Check {
    Check::good(format!("only the owner can read {what} (not checked on this system)"))
}

#[cfg(unix)]
fn free(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free(_path: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_ages_in_a_week() {
        let now = Micros(100 * Micros::DAY);
        assert!(backups(Some(Micros(94 * Micros::DAY)), now).good);
        let old = backups(Some(Micros(92 * Micros::DAY)), now);
        assert!(!old.good && !old.grave && old.what.contains("the last at"), "{old:?}");
        assert!(!backups(None, now).good);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_read_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let path = std::env::temp_dir().join(format!("postura-mode-{}", std::process::id()));
        std::fs::write(&path, "x").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let open = mode("it", &path);
        assert!(!open.good && open.grave && open.advice.contains("chmod 600"), "{open:?}");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(mode("it", &path).good);
        std::fs::remove_file(&path).unwrap();
        assert!(free(&std::env::temp_dir()).is_some_and(|bytes| bytes > 0));
    }
}
