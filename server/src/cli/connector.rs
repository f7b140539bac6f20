//! `postura connector`: scanners that are driven.

use super::{DONE, REFUSED};
use app::locales::{Locale, scanners, scanners_say};
use clap::{Args, Subcommand};
use model::view::scanning::{ConnectorDraft, ConnectorView};
use ports::Scanning as _;
use service::Service;
use service::request::Session;
use std::io::{Read, Write};
use std::sync::Arc;

/// Connect scanners, and see what each can do.
#[derive(Args, Debug)]
pub struct Connectors {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// The connectors: what each can do, and how it fares.
    List {
        /// A JSON array.
        #[arg(long)]
        json: bool,
    },
    /// Connect a scanner, and look what it can do.
    Add(Box<Add>),
    /// Look at a scanner now. Exit status 2 if that fails.
    Test {
        /// Its name or number.
        name: String,
        /// The connector as one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Switch a connector on.
    On {
        /// Its name or number.
        name: String,
    },
    /// Switch a connector off: nothing is launched or fetched there.
    Off {
        /// Its name or number.
        name: String,
    },
}

/// A scanner. Its secret is read from standard input.
#[derive(Args, Debug)]
struct Add {
    /// Its name.
    name: String,
    /// `zap`, `zap_plan`, `nessus`, `burp_pro`, `burp_dast`, `tenable_vm`, `command` or `folder`.
    #[arg(long)]
    kind: String,
    /// Where it answers, such as `https://nessus.example.org:8834`.
    #[arg(long, default_value = "")]
    address: String,
    /// Read its key from standard input: one line, or two for an access key and its secret.
    #[arg(long)]
    key_stdin: bool,
    /// The name with which it signs in; standard input has the password.
    #[arg(long, default_value = "", requires = "key_stdin")]
    user: String,
    /// The SHA-256 fingerprint of the one certificate that is taken.
    #[arg(long, value_name = "HEX")]
    pin: Option<String>,
    /// An address of a private network or of this machine to which it may connect. May be repeated.
    #[arg(long, value_name = "ADDRESS")]
    confirm: Vec<String>,
    /// The command of that name in the settings file.
    #[arg(long, default_value = "", value_name = "NAME")]
    command: String,
    /// The folder of that name in the settings file.
    #[arg(long, default_value = "", value_name = "NAME")]
    folder: String,
    /// The saved mapping by which its results are read.
    #[arg(long, default_value = "", value_name = "NAME")]
    mapping: String,
    /// The source of what is imported from it; one of its own name if none.
    #[arg(long, default_value = "")]
    source: String,
    /// How many scans it may do at a time.
    #[arg(long, default_value_t = 1)]
    at_a_time: i64,
    /// Minutes between two looks for scans that ended by themselves; 0 for none.
    #[arg(long, default_value_t = 15)]
    pull: i64,
}

impl Connectors {
    /// Does it.
    pub async fn run(self, service: &Arc<Service>) -> anyhow::Result<u8> {
        let session = Session::operator(service, "connector").await?;
        match self.command {
            Command::List { json: true } => {
                let page = session.connectors().await?;
                writeln!(std::io::stdout(), "{}", serde_json::to_string(&page.connectors)?)?;
            }
            Command::List { json: false } => {
                for one in session.connectors().await?.connectors {
                    print(&one)?;
                }
            }
            Command::Add(add) => {
                let id = session.set_connector(add.draft()?).await?;
                print(&found(&session, &id.to_string()).await?)?;
            }
            Command::Test { name, json } => {
                let one = found(&session, &name).await?;
                let fault = session.test_connector(one.id).await?;
                let one = found(&session, &one.id.to_string()).await?;
                match json {
                    true => writeln!(std::io::stdout(), "{}", serde_json::to_string(&one)?)?,
                    false => print(&one)?,
                }
                return Ok(if fault.is_empty() { DONE } else { REFUSED });
            }
            Command::On { name } => session.switch_connector(found(&session, &name).await?.id, true).await?,
            Command::Off { name } => session.switch_connector(found(&session, &name).await?.id, false).await?,
        }
        Ok(DONE)
    }
}

/// The connector of a name or number.
async fn found(session: &Session, name: &str) -> anyhow::Result<ConnectorView> {
    let all = session.connectors().await?.connectors.into_iter();
    let mut named = all.filter(|one| one.settings.name == name || one.id.to_string() == name);
    named.next().ok_or_else(|| anyhow::anyhow!("there is no connector {name}"))
}

impl Add {
    fn draft(self) -> anyhow::Result<ConnectorDraft> {
        let mut read = String::new();
        if self.key_stdin {
            std::io::stdin().take(8_192).read_to_string(&mut read)?;
        }
        let mut lines = read.lines().map(str::to_owned);
        let first = lines.next().unwrap_or_default();
        let (key, secret) = match self.user.is_empty() {
            true => (first, lines.next().unwrap_or_default()),
            false => (String::new(), first),
        };
        let trust = if self.pin.is_some() { "pinned" } else { "system" };
        Ok(ConnectorDraft {
            name: self.name,
            kind: self.kind,
            address: self.address,
            source: self.source,
            at_a_time: self.at_a_time,
            pull: self.pull,
            trust: trust.to_owned(),
            fingerprint: self.pin.unwrap_or_default(),
            confirmed: self.confirm.join("\n"),
            folder: self.folder,
            command: self.command,
            mapping: self.mapping,
            key,
            secret,
            user: self.user,
            ..ConnectorDraft::default()
        })
    }
}

fn print(one: &ConnectorView) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let (locale, settings) = (Locale::En, &one.settings);
    let off = if one.off { ", switched off" } else { "" };
    writeln!(out, "{:4}  {}: {} {}{off}", one.id, settings.name, one.kind, settings.address)?;
    if let Some(probe) = &one.probe {
        writeln!(out, "      {} {}", probe.product, scanners::capability(locale, probe.can))?;
        for note in &probe.notes {
            writeln!(out, "      {}", scanners_say::fact(locale, note))?;
        }
    }
    if let Some((code, detail)) = &one.fault {
        writeln!(out, "      {}", scanners_say::fault(locale, code, detail))?;
    }
    Ok(())
}
