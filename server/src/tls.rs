//! TLS of the program's own: the certificate and key of files, read again whenever they change, or a certificate that is made
//! for trying Postura out.

use crate::config::Tls;
use anyhow::Context;
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use service::{Certificate, Check};
use std::io::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// A certificate that ends within this many microseconds is worth a look: three weeks.
const SOON: i64 = 21 * 24 * 3600 * 1_000_000;
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
    /// The files that the settings name; those of a trial are made if they are not there, or end soon.
    ///
    /// # Errors
    /// They cannot be made.
    pub fn of(tls: &Tls, data_dir: &Path, listen: IpAddr) -> anyhow::Result<Self> {
        match tls {
            Tls::Files(files) => Ok(files.clone()),
            Tls::Trial => {
                let folder = data_dir.join("tls");
                let files = Self { certificate: folder.join("trial.pem"), key: folder.join("trial.key") };
                if !(files.certificate.exists() && files.key.exists() && files.holds().good) {
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
        let (certificate, key) = trial(names).context("a certificate for trial cannot be made")?;
        std::fs::write(&self.certificate, certificate)?;
        private(&self.key)?.write_all(key.as_bytes())?;
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

    /// Whether the certificate holds today; what ends within three weeks is worth a look.
    #[must_use]
    pub fn holds(&self) -> Check {
        let advice = format!("renew {}", self.certificate.display());
        let Ok(der) = CertificateDer::from_pem_file(&self.certificate) else {
            return Check { what: "the certificate of TLS can be read".to_owned(), advice, ..Check::default() };
        };
        let certificate = Certificate::of(&der);
        let now = chrono::Utc::now().timestamp_micros();
        let begun = certificate.not_before.is_none_or(|at| at.0 <= now);
        let left = certificate.not_after.map_or(0, |at| at.0 - now);
        let until = certificate.not_after.map(|at| at.rfc3339()).unwrap_or_default();
        Check {
            good: begun && left > SOON,
            grave: !begun || left <= 0,
            what: format!("the certificate of TLS holds, and for three weeks more (until {until})"),
            advice,
        }
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
        let config = self.read().with_context(|| format!("{named} cannot be used for TLS"))?;
        let config = RustlsConfig::from_config(config);
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
                match self.read() {
                    Ok(config) => {
                        served.reload_from_config(config);
                        tracing::info!("the certificate was read again");
                    }
                    Err(error) => {
                        tracing::error!(%error, "the changed certificate cannot be used; the one before stays")
                    }
                }
            }
        });
        Ok(config)
    }

    /// Reads them. Which cipher is taken of those that a client offers, is the server's choice.
    fn read(&self) -> anyhow::Result<Arc<ServerConfig>> {
        let chain = CertificateDer::pem_file_iter(&self.certificate)?.collect::<Result<Vec<_>, _>>()?;
        let key = PrivateKeyDer::from_pem_file(&self.key)?;
        let mut config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config.ignore_client_order = true;
        Ok(Arc::new(config))
    }
}

/// A certificate for names that vouches for itself for a year, and its key, both in PEM.
fn trial(names: Vec<String>) -> Result<(String, String), rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "Postura, for trial");
    let now = SystemTime::now();
    // A clock that is a little behind takes it all the same.
    params.not_before = (now - Duration::from_secs(24 * 3600)).into();
    params.not_after = (now + Duration::from_secs(366 * 24 * 3600)).into();
    let key = KeyPair::generate()?;
    Ok((params.self_signed(&key)?.pem(), key.serialize_pem()))
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
