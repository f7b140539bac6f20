//! Connectors: what people say of them is checked, their secrets go in and never come out.

use crate::areas::account::bounded;
use crate::errors::OrWire;
use crate::request::Session;
use crate::runs::{Kept, KeptSecret, KeptTrust, Probed, entries, fingerprint};
use model::Micros;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::policy::Action;
use model::scanner::ConnectorKind;
use model::view::scanning::{ConnectorDraft, ConnectorView, ConnectorsPage, ProbeView};
use ports::Answer;
use scanners::Settings;
use std::collections::BTreeSet;
use std::net::IpAddr;
use store::connectors::{Connector, ConnectorNew};
use zeroize::Zeroizing;

/// The most characters of a setting.
const SETTING: usize = 1_000;
/// The most characters of certificates.
const CERTIFICATES: usize = 200_000;
/// The most characters of a secret.
const SECRET: usize = 4_000;

impl Session {
    pub(super) async fn connectors_page(&self) -> Answer<ConnectorsPage> {
        let scoped = self.scoped(Action::SeeScans)?;
        let connectors = scoped.connector_list().await.wire()?;
        let sources = scoped.source_list().await.wire()?;
        let surroundings = &self.service.surroundings;
        Ok(ConnectorsPage {
            connectors: connectors.into_iter().map(|row| self.connector_view(row)).collect::<Result<_, _>>()?,
            sources: sources.into_iter().map(|source| source.settings.name).collect(),
            mappings: scoped.mapping_names().await.wire()?,
            commands: surroundings.commands.keys().cloned().collect(),
            folders: surroundings.folders.keys().cloned().collect(),
            may_change: self.viewer()?.may(Action::ManageConnectors),
        })
    }

    pub(super) async fn connector_set(&self, input: ConnectorDraft) -> Answer<i64> {
        let scoped = self.scoped(Action::ManageConnectors)?;
        bounded("name", &input.name, 120)?;
        let before = match input.id {
            Some(id) => Some(self.service.store.connector(id).await.wire()?),
            None => None,
        };
        let kind = before.as_ref().map_or(input.kind.as_str(), |before| before.kind.as_str());
        let kind: ConnectorKind = kind.parse().map_err(|()| WireError::invalid("kind", "unknown"))?;
        let kept = kept(&input, kind)?;
        let secret = secret(&input)?;
        if secret.is_none() && moved(before.as_ref(), &kept) {
            // Whoever may change an address must not learn a key by having it sent there.
            return Err(WireError::invalid("key", "with_address"));
        }
        self.try_settings(&kept, kind)?;
        let source = if input.source.trim().is_empty() { input.name.trim() } else { input.source.trim() };
        let new = ConnectorNew {
            name: input.name.trim().to_owned(),
            kind: kind.word().to_owned(),
            settings: serde_json::to_string(&kept).map_err(|error| crate::errors::internal(&error))?,
            source: self.source_named(source).await?.id,
            at_a_time: within("at_a_time", input.at_a_time, 1, 100)?,
            pull: within("pull", input.pull, 0, 10_080)?,
        };
        let secret = secret.as_ref().map(|secret| secret.as_slice());
        let id = match input.id {
            Some(id) => {
                scoped.connector_set(id, &new, secret, self.now()).await.wire()?;
                id
            }
            None => scoped.connector_create(&new, secret, self.now()).await.wire()?,
        };
        let told = if secret.is_some() { "secret set" } else { "" };
        // What it can do is known before the page is drawn again; a fault stands there too.
        Box::pin(self.service.look_at(id)).await.wire()?.ok();
        self.audit(AuditAct::SetConnector, &format!("connector:{id}"), &format!("{} {told}", new.settings)).await?;
        Ok(id)
    }

    /// Tries whether a connector can be made of the settings; nothing is connected to.
    fn try_settings(&self, kept: &Kept, kind: ConnectorKind) -> Answer<()> {
        let trust = crate::runs::trust(&kept.trust).ok_or_else(|| WireError::invalid("fingerprint", "unreadable"))?;
        let config = scanners::Config {
            kind,
            address: kept.address.clone(),
            confirmed: kept.confirmed.clone(),
            secret: scanners::Secret::None,
            trust,
            settings: kept.settings.clone(),
        };
        match self.service.connections.connect(&config) {
            Ok(_) => Ok(()),
            // A missing secret is told by the first look.
            Err(fault) if matches!(fault.detail.as_str(), "secret" | "key" | "keys") => Ok(()),
            Err(fault) => Err(WireError {
                field: fault.detail,
                detail: fault.code.word().to_owned(),
                ..WireError::new(ErrorCode::Invalid)
            }),
        }
    }

    pub(super) fn connector_view(&self, row: Connector) -> Result<ConnectorView, WireError> {
        let kind = row.kind.parse().map_err(|()| crate::errors::internal(&"a connector of an unknown kind"))?;
        let probed = row.probe.as_deref().and_then(|text| serde_json::from_str::<Probed>(text).ok());
        let stamp = |at: Option<i64>| at.map(|at| self.stamp(Micros(at)));
        let probe = probed.zip(row.probed_at).map(|(found, at)| ProbeView {
            at: self.stamp(Micros(at)),
            can: found.can,
            product: format!("{} {}", found.product, found.version).trim().to_owned(),
            licence: found.licence,
            licence_ends: found.licence_ends.map(|at| self.stamp(at)),
            choices: found.choices,
            notes: found.notes,
        });
        Ok(ConnectorView {
            id: row.id,
            kind,
            secret: self.secret_view(&row),
            certificate: self.certificate_view(&row),
            probe,
            fault: (!row.fault.is_empty()).then(|| (row.fault.clone(), row.fault_detail.clone())),
            failed_since: stamp(row.failed_since),
            failures: row.failures,
            answered: stamp(row.ok_at),
            latency: row.latency,
            rests_until: stamp(row.rests_until.filter(|until| *until > self.now().0)),
            off: row.disabled_at.is_some(),
            settings: draft(row),
        })
    }
}

/// Whether what is kept leads elsewhere than before, so that a sealed secret would be sent to another place.
fn moved(before: Option<&Connector>, kept: &Kept) -> bool {
    let Some(before) = before.filter(|before| before.secret_at.is_some()) else { return false };
    let was: Kept = serde_json::from_str(&before.settings).unwrap_or_default();
    was.address != kept.address
}

fn within(field: &str, value: i64, least: i64, most: i64) -> Answer<i64> {
    if (least..=most).contains(&value) { Ok(value) } else { Err(WireError::invalid(field, "out_of_range")) }
}

/// What a person says, as it is kept.
fn kept(input: &ConnectorDraft, kind: ConnectorKind) -> Answer<Kept> {
    let short = |field: &str, text: &str| {
        let text = text.trim();
        if text.len() > SETTING || text.chars().any(char::is_control) {
            return Err(WireError::invalid(field, "too_long"));
        }
        Ok((!text.is_empty()).then(|| text.to_owned()))
    };
    let address = short("address", &input.address)?.unwrap_or_default();
    if kind.is_remote() && address.is_empty() {
        return Err(WireError::invalid("address", "missing"));
    }
    let trust = match input.trust.as_str() {
        "authorities" if input.authorities.chars().count() > CERTIFICATES => {
            return Err(WireError::invalid("authorities", "too_long"));
        }
        "authorities" => KeptTrust::Authorities(input.authorities.clone()),
        "pinned" if fingerprint(&input.fingerprint).is_none() => {
            return Err(WireError::invalid("fingerprint", "unreadable"));
        }
        "pinned" => KeptTrust::Pinned(input.fingerprint.trim().to_ascii_lowercase()),
        _ => KeptTrust::System,
    };
    let address_of = |text: String| text.parse::<IpAddr>().map_err(|_| WireError::invalid("confirmed", "unreadable"));
    let confirmed: BTreeSet<IpAddr> = entries(&input.confirmed).into_iter().map(address_of).collect::<Answer<_>>()?;
    let settings = Settings {
        folder: short("folder", &input.folder)?,
        command: short("command", &input.command)?,
        report_dir: short("report_dir", &input.report_dir)?,
        plan: short("plan", &input.plan)?,
        scanner: short("scanner", &input.scanner)?,
        pool: short("pool", &input.pool)?,
    };
    let adopt = entries(&input.adopt);
    if adopt.len() > SETTING || confirmed.len() > 50 {
        return Err(WireError::invalid("adopt", "too_long"));
    }
    let mapping = short("mapping", &input.mapping)?.unwrap_or_default();
    Ok(Kept { address, confirmed, trust, settings, adopt, mapping })
}

/// The secret that a person gives, if they give one.
fn secret(input: &ConnectorDraft) -> Answer<Option<Zeroizing<Vec<u8>>>> {
    for (field, text) in [("key", &input.key), ("secret", &input.secret), ("user", &input.user)] {
        if text.len() > SECRET || text.chars().any(char::is_control) {
            return Err(WireError::invalid(field, "too_long"));
        }
    }
    let text = |text: &str| Zeroizing::new(text.to_owned());
    let kept = match (input.key.as_str(), input.secret.as_str(), input.user.as_str()) {
        ("", "", _) => return Ok(None),
        (key, "", _) => KeptSecret::Key(text(key)),
        ("", password, user) => KeptSecret::Login(user.to_owned(), text(password)),
        (key, secret, _) => KeptSecret::Keys(text(key), text(secret)),
    };
    let bytes = serde_json::to_vec(&kept).map_err(|error| crate::errors::internal(&error))?;
    Ok(Some(Zeroizing::new(bytes)))
}

/// What was said of a connector, without its secret.
fn draft(row: Connector) -> ConnectorDraft {
    let kept: Kept = serde_json::from_str(&row.settings).unwrap_or_default();
    let Settings { folder, command, report_dir, plan, scanner, pool } = kept.settings;
    let (trust, authorities, fingerprint) = match kept.trust {
        KeptTrust::System => ("system", String::new(), String::new()),
        KeptTrust::Authorities(pem) => ("authorities", pem, String::new()),
        KeptTrust::Pinned(hex) => ("pinned", String::new(), hex),
    };
    let confirmed: Vec<String> = kept.confirmed.iter().map(ToString::to_string).collect();
    ConnectorDraft {
        id: Some(row.id),
        name: row.name,
        kind: row.kind,
        address: kept.address,
        source: row.source,
        at_a_time: row.at_a_time,
        pull: row.pull,
        trust: trust.to_owned(),
        authorities,
        fingerprint,
        confirmed: confirmed.join("\n"),
        folder: folder.unwrap_or_default(),
        command: command.unwrap_or_default(),
        report_dir: report_dir.unwrap_or_default(),
        plan: plan.unwrap_or_default(),
        scanner: scanner.unwrap_or_default(),
        pool: pool.unwrap_or_default(),
        adopt: kept.adopt.join("\n"),
        mapping: kept.mapping,
        ..ConnectorDraft::default()
    }
}
