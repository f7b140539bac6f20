//! Settings: one TOML file, the environment over it, flags over both. Unknown keys are errors.

use crate::feeds::FeedsFile;
use crate::oidc::OidcFile;
use crate::tls::Files;
use anyhow::Context;
use clap::Args;
use serde::Deserialize;
use service::feeds::FeedSettings;
use service::key_place::{ENVIRONMENT, KeyPlace};
use service::networks::Network;
use service::oidc::OidcSettings;
use service::{CommandRule, Limits, PasswordCost, Surroundings};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Flags that every command takes. Each has an environment variable; both win over the file.
#[derive(Args, Clone, Debug, Default)]
pub struct Flags {
    /// The settings file. `postura.toml` in the working folder is read if it is there.
    #[arg(long, global = true, env = "POSTURA_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where keys and, by default, the SQLite database live.
    #[arg(long, global = true, env = "POSTURA_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// `sqlite:PATH` or `postgres://…`. By default a SQLite database in the data folder.
    #[arg(long, global = true, env = "POSTURA_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The file of the keys that seal. By default in the data folder.
    #[arg(long, global = true, env = "POSTURA_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

/// The settings file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Where keys and, by default, the SQLite database live.
    pub data_dir: Option<PathBuf>,
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: Option<String>,
    /// The file of the keys that seal.
    pub key_file: Option<PathBuf>,
    /// The address to listen on.
    pub listen: Option<SocketAddr>,
    /// The organisation's IANA zone for a new database.
    pub zone: Option<String>,
    /// The largest upload in bytes.
    pub max_upload: Option<u64>,
    /// How much of an export is read before it is refused.
    #[serde(default)]
    pub limits: Limits,
    /// Folders that connectors may watch, by name.
    #[serde(default)]
    pub folders: BTreeMap<String, PathBuf>,
    /// Commands that connectors may run, by name.
    #[serde(default)]
    pub commands: BTreeMap<String, CommandRule>,
    /// True if a proxy in front of the program ends TLS, so that it may listen beyond loopback.
    pub behind_tls_proxy: Option<bool>,
    /// The networks of the proxies in front of the program, whose word about where a request comes from is believed.
    #[serde(default)]
    pub trusted_proxies: Vec<String>,
    /// TLS of the program's own.
    pub tls: Option<TlsFile>,
    /// How many requests a minute a token of the API may send.
    pub api_per_minute: Option<u32>,
    /// What the hash of a password costs.
    #[serde(default)]
    pub passwords: PasswordCost,
    /// The identity provider.
    pub oidc: Option<OidcFile>,
    /// Where published files are fetched from every night.
    pub feeds: Option<FeedsFile>,
}

/// What the settings file says of TLS.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsFile {
    /// The certificate with those that vouch for it, in PEM.
    pub certificate: Option<PathBuf>,
    /// Its key, in PEM.
    pub key: Option<PathBuf>,
    /// True to make a certificate for trying Postura out.
    #[serde(default)]
    pub trial: bool,
}

/// TLS of the program's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// By the certificate and key of these files.
    Files(Files),
    /// By a certificate that is made for trying Postura out.
    Trial,
}

impl TlsFile {
    fn settle(self) -> anyhow::Result<Tls> {
        match (self.certificate, self.key, self.trial) {
            (Some(certificate), Some(key), false) => Ok(Tls::Files(Files { certificate, key })),
            (None, None, true) => Ok(Tls::Trial),
            _ => anyhow::bail!("[tls] takes a certificate and its key, or trial = true"),
        }
    }
}

/// The settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where keys and, by default, the SQLite database live.
    pub data_dir: PathBuf,
    /// The database.
    pub database_url: String,
    /// Where the keys are that seal.
    pub keys: KeyPlace,
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The organisation's IANA zone for a new database.
    pub zone: String,
    /// The largest upload in bytes.
    pub max_upload: u64,
    /// How much of an export is read before it is refused.
    pub limits: Limits,
    /// What connectors may use of this machine.
    pub surroundings: Surroundings,
    /// True if a proxy in front of the program ends TLS.
    pub behind_tls_proxy: bool,
    /// The proxies in front of the program.
    pub trusted_proxies: Vec<Network>,
    /// TLS of the program's own.
    pub tls: Option<Tls>,
    /// How many requests a minute a token of the API may send.
    pub api_per_minute: u32,
    /// What the hash of a password costs.
    pub passwords: PasswordCost,
    /// The identity provider, if one can sign in there.
    pub oidc: Option<OidcSettings>,
    /// Where published files are fetched from every night, if they are.
    pub feeds: Option<FeedSettings>,
}

/// The largest upload by default: 2 GiB, as large as a file that is read.
const MAX_UPLOAD: u64 = 2 << 30;

/// How often a token may ask by default.
const API_PER_MINUTE: u32 = 1_200;

impl Config {
    /// The settings of flags, environment and file.
    ///
    /// # Errors
    /// The file cannot be read, or has a key that is not known.
    pub fn load(flags: &Flags) -> anyhow::Result<Self> {
        let file = File::read(flags.config.as_deref())?;
        let data_dir = flags.data_dir.clone().or(file.data_dir).unwrap_or_else(|| PathBuf::from("data"));
        let database_url = flags
            .database_url
            .clone()
            .or(file.database_url)
            .unwrap_or_else(|| format!("sqlite:{}", data_dir.join("postura.db").display()));
        let key_file = flags.key_file.clone().or(file.key_file);
        let keys = match std::env::var(ENVIRONMENT).map(Zeroizing::new) {
            Ok(_) if key_file.is_some() => anyhow::bail!("{ENVIRONMENT} and a key file: say one of them"),
            Ok(text) => KeyPlace::Environment(text),
            Err(_) => key_file.map_or_else(|| KeyPlace::in_folder(&data_dir), KeyPlace::File),
        };
        let surroundings = Surroundings {
            folders: file.folders,
            commands: file.commands,
            runs: data_dir.join("runs"),
            ..Surroundings::default()
        };
        Ok(Self {
            data_dir,
            database_url,
            keys,
            listen: file.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))),
            zone: file.zone.unwrap_or_else(|| "UTC".to_owned()),
            max_upload: file.max_upload.unwrap_or(MAX_UPLOAD),
            limits: file.limits,
            surroundings,
            behind_tls_proxy: file.behind_tls_proxy.unwrap_or(false),
            trusted_proxies: proxies(&file.trusted_proxies)?,
            tls: file.tls.map(TlsFile::settle).transpose()?,
            api_per_minute: file.api_per_minute.unwrap_or(API_PER_MINUTE),
            passwords: file.passwords,
            oidc: file.oidc.map(OidcFile::settle).transpose()?,
            feeds: file.feeds.map(FeedsFile::settle).transpose()?,
        })
    }

    /// Refuses an address beyond loopback unless the program serves TLS, or a proxy that is named ends it.
    ///
    /// # Errors
    /// The address would carry passwords in the clear, or nobody is named who ends TLS.
    pub fn check_listen(&self) -> anyhow::Result<()> {
        if self.listen.ip().is_loopback() || self.tls.is_some() {
            return Ok(());
        }
        anyhow::ensure!(
            self.behind_tls_proxy,
            "refusing to listen on {} without TLS: listen on a loopback address, give [tls] a certificate and its key, or set \
             behind_tls_proxy = true and trusted_proxies if a proxy in front of Postura ends TLS",
            self.listen
        );
        anyhow::ensure!(
            !self.trusted_proxies.is_empty(),
            "refusing to listen on {} for a proxy that is not named: set trusted_proxies to its addresses",
            self.listen
        );
        Ok(())
    }

    /// Whether browsers reach the program over HTTPS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.tls.is_some() || self.behind_tls_proxy
    }
}

/// The networks of proxies by their texts.
fn proxies(texts: &[String]) -> anyhow::Result<Vec<Network>> {
    let of = |text: &String| {
        Network::parse(text).with_context(|| format!("trusted_proxies: {text} is not an address or network"))
    };
    texts.iter().map(of).collect()
}

impl File {
    fn read(named: Option<&Path>) -> anyhow::Result<Self> {
        let path = named.unwrap_or(Path::new("postura.toml"));
        match std::fs::read_to_string(path) {
            Ok(text) => toml::from_str(&text).with_context(|| format!("{} cannot be read", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => Ok(Self::default()),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_an_error() {
        let error = toml::from_str::<File>("data_dri = \"x\"").unwrap_err().to_string();
        assert!(error.contains("data_dri"), "{error}");
    }

    #[test]
    fn limits_are_named_one_by_one_and_the_rest_stays() {
        let file: File = toml::from_str("[limits]\nmax_rows = 5\n").unwrap();
        assert_eq!(file.limits, Limits { max_rows: 5, ..Limits::default() });
        assert!(toml::from_str::<File>("[limits]\nmax_rwos = 5\n").is_err());
    }

    #[test]
    fn commands_are_the_operator_s_and_have_no_shell() {
        let text = "[commands.web]\nprogram = \"/usr/bin/wapiti\"\narguments = [\"-u\", \"{target}\", \"-o\", \"{output}\"]\n\
            output = \"file\"\n[folders]\ndrop = \"/srv/drop\"\n";
        let file: File = toml::from_str(text).unwrap();
        assert_eq!(file.commands["web"].arguments.len(), 4);
        assert_eq!(file.folders["drop"], PathBuf::from("/srv/drop"));
        assert!(toml::from_str::<File>("[commands.web]\nshell = \"wapiti -u $1\"\n").is_err());
    }

    #[test]
    fn flags_win_over_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("postura.toml");
        std::fs::write(&path, "data_dir = \"of-the-file\"\nzone = \"Europe/Madrid\"\n").unwrap();
        let flags = Flags { config: Some(path), data_dir: Some("of-the-flag".into()), ..Flags::default() };
        let config = Config::load(&flags).unwrap();
        assert_eq!(config.data_dir, PathBuf::from("of-the-flag"));
        assert_eq!(config.database_url, "sqlite:of-the-flag/postura.db");
        assert_eq!(config.zone, "Europe/Madrid");
    }

    #[test]
    fn an_address_beyond_loopback_needs_tls_or_a_named_proxy() {
        let mut config = Config::load(&Flags::default()).unwrap();
        config.check_listen().unwrap();
        config.listen = SocketAddr::from(([0, 0, 0, 0], 3000));
        assert!(config.check_listen().is_err());
        config.behind_tls_proxy = true;
        assert!(config.check_listen().is_err(), "a proxy that is not named");
        config.trusted_proxies = proxies(&["10.0.0.0/8".to_owned()]).unwrap();
        config.check_listen().unwrap();
        config.behind_tls_proxy = false;
        config.tls = Some(Tls::Trial);
        config.check_listen().unwrap();
        assert!(proxies(&["proxy.example".to_owned()]).is_err());
        assert!(TlsFile { certificate: Some("a.pem".into()), ..TlsFile::default() }.settle().is_err());
    }
}
