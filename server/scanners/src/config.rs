//! How a scanner is reached.

use crate::burp::{BurpDast, BurpPro};
use crate::command::Command;
use crate::folder::Folder;
use crate::nessus::Nessus;
use crate::zap::{Zap, ZapPlan};
use crate::{Connector, Fault, Surroundings};
use model::scanner::{ConnectorKind, FaultCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use zeroize::Zeroizing;

/// A longer setting is none, in bytes.
pub const MAX_SETTING: usize = 1000;

/// A connector, as an administrator set it up.
#[derive(Clone, Debug)]
pub struct Config {
    /// The kind of scanner.
    pub kind: ConnectorKind,
    /// Where it answers: `https://nessus.example.org:8834`. Empty for kinds without one.
    pub address: String,
    /// The addresses that are not public and that an administrator confirmed for this connector. To any other address of a private
    /// network, of this machine or of its link nothing is sent.
    pub confirmed: BTreeSet<IpAddr>,
    /// How it knows us.
    pub secret: Secret,
    /// How we know it.
    pub trust: Trust,
    /// What else its kind needs.
    pub settings: Settings,
}

/// How a scanner knows us. Sealed at rest by the caller.
#[derive(Clone)]
pub enum Secret {
    /// It asks for nothing.
    None,
    /// One key: ZAP, Burp.
    Key(Zeroizing<String>),
    /// An access key and its secret: Nessus, Tenable.
    Keys(Zeroizing<String>, Zeroizing<String>),
    /// A name and a password: a session of Nessus.
    Login(String, Zeroizing<String>),
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Key(_) => "Key",
            Self::Keys(..) => "Keys",
            Self::Login(..) => "Login",
        })
    }
}

/// How the certificate of an encrypted connection is judged. It is always judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// By the authorities that this machine trusts.
    System,
    /// By these authorities alone, certificates in PEM.
    Authorities(String),
    /// By its SHA-256 fingerprint, which an administrator has compared and confirmed. Then it may be self-signed, expired or for
    /// another name, and no other certificate is taken.
    Pinned([u8; 32]),
}

/// What else a kind of connector needs. Each text is at most [`MAX_SETTING`] bytes long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Watched folder: the name that the operator's configuration gives it. ZAP: that of the folder which ZAP writes its reports
    /// to, if it is reached from here.
    pub folder: Option<String>,
    /// Command: the name that the operator's configuration gives it.
    pub command: Option<String>,
    /// ZAP: the path of its report folder, as ZAP sees it.
    pub report_dir: Option<String>,
    /// ZAP's Automation Framework: the path of the plan, as ZAP sees it.
    pub plan: Option<String>,
    /// Nessus Manager and Tenable: the id of the scanner that is to scan.
    pub scanner: Option<String>,
    /// Burp: the resource pool or agent pool.
    pub pool: Option<String>,
}

impl Config {
    /// A setting that its kind cannot do without.
    pub(crate) fn needed<'a>(&self, value: Option<&'a String>, name: &str) -> Result<&'a str, Fault> {
        let value = value.map(String::as_str).filter(|value| !value.is_empty());
        value.ok_or_else(|| Fault::new(FaultCode::Settings, name))
    }

    fn check(&self) -> Result<(), Fault> {
        let Settings { folder, command, report_dir, plan, scanner, pool } = &self.settings;
        for (value, name) in [
            (folder, "folder"),
            (command, "command"),
            (report_dir, "report_dir"),
            (plan, "plan"),
            (scanner, "scanner"),
            (pool, "pool"),
        ] {
            let odd = |text: &String| text.len() > MAX_SETTING || text.chars().any(char::is_control);
            if value.as_ref().is_some_and(odd) {
                return Err(Fault::new(FaultCode::Settings, name));
            }
        }
        Ok(())
    }
}

/// Makes the connector of a configuration. Nothing is connected to yet.
///
/// # Errors
/// [`FaultCode::Settings`], naming what cannot be.
pub fn connect(config: &Config, surroundings: &Surroundings) -> Result<Box<dyn Connector>, Fault> {
    config.check()?;
    match config.kind {
        ConnectorKind::Zap => Ok(Box::new(Zap::new(config, surroundings)?)),
        ConnectorKind::Nessus | ConnectorKind::TenableVm => Ok(Box::new(Nessus::new(config, surroundings)?)),
        ConnectorKind::BurpPro => Ok(Box::new(BurpPro::new(config, surroundings)?)),
        ConnectorKind::BurpDast => Ok(Box::new(BurpDast::new(config, surroundings)?)),
        ConnectorKind::Command => Ok(Box::new(Command::new(config, surroundings)?)),
        ConnectorKind::ZapPlan => Ok(Box::new(ZapPlan::new(config, surroundings)?)),
        ConnectorKind::Folder => Ok(Box::new(Folder::new(config, surroundings)?)),
    }
}
