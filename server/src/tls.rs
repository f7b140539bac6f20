//! TLS of the program's own: the certificate and key of files, read again whenever they change, or a certificate that is made
//! for trying Postura out.

use crate::config::Tls;
use anyhow::Context;
use axum_server::tls_rustls::RustlsConfig;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// The files of a certificate and its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The certificate with those that vouch for it, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
}

impl Files {
    /// The files that the settings name; those of a trial are made if they are not there.
    ///
    /// # Errors
    /// They cannot be made.
    pub fn of(tls: &Tls, data_dir: &Path, listen: IpAddr) -> anyhow::Result<Self> {
        match tls {
            Tls::Files(files) => Ok(files.clone()),
            Tls::Trial => {
                let folder = data_dir.join("tls");
                let files = Self { certificate: folder.join("trial.pem"), key: folder.join("trial.key") };
                if !(files.certificate.exists() && files.key.exists()) {
                    std::fs::create_dir_all(&folder)?;
                    files.make(listen)?;
                }
                Ok(files)
            }
        }
    }

    /// Makes a certificate that vouches for itself.
    fn make(&self, listen: IpAddr) -> anyhow::Result<()> {
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        if !listen.is_loopback() && !listen.is_unspecified() {
            names.push(listen.to_string());
        }
        let made = rcgen::generate_simple_self_signed(names).context("a certificate for trial cannot be made")?;
        std::fs::write(&self.certificate, made.cert.pem())?;
        private(&self.key)?.write_all(made.signing_key.serialize_pem().as_bytes())?;
        Ok(())
    }

    /// When either was changed last.
    fn changed(&self) -> Option<SystemTime> {
        let of = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified()).ok();
        of(&self.certificate).max(of(&self.key))
    }

    /// Whether nobody but the owner can read the key.
    ///
    /// # Errors
    /// There is no such file.
    #[cfg(unix)]
    pub fn key_is_private(&self) -> std::io::Result<bool> {
        use std::os::unix::fs::MetadataExt;
        Ok(std::fs::metadata(&self.key)?.mode() & 0o077 == 0)
    }

    /// Whether nobody but the owner can read the key; not told on this system.
    ///
    /// # Errors
    /// There is no such file.
    #[cfg(not(unix))]
    pub fn key_is_private(&self) -> std::io::Result<bool> {
        std::fs::metadata(&self.key).map(|_| true)
    }

    /// Reads them, for serving. From then on they are read again whenever they change; files that cannot be used are told in
    /// the log, and what was read before stays in use.
    ///
    /// # Errors
    /// They cannot be read, are no certificate and key in PEM, or do not belong together.
    pub async fn serve(self) -> anyhow::Result<RustlsConfig> {
        // A provider that was installed before is the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let named = format!("{} and {}", self.certificate.display(), self.key.display());
        let config = RustlsConfig::from_pem_file(&self.certificate, &self.key)
            .await
            .with_context(|| format!("{named} cannot be used for TLS"))?;
        let served = config.clone();
        tokio::spawn(async move {
            let mut seen = self.changed();
            loop {
                tokio::time::sleep(LOOK).await;
                let now = self.changed();
                if now == seen {
                    continue;
                }
                seen = now;
                match served.reload_from_pem_file(&self.certificate, &self.key).await {
                    Ok(()) => tracing::info!("the certificate was read again"),
                    Err(error) => {
                        tracing::error!(%error, "the changed certificate cannot be used; the one before stays")
                    }
                }
            }
        });
        Ok(config)
    }
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
