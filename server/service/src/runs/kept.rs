//! What is kept of a connector: its settings as JSON, its secret as JSON that the store seals.

use model::scanner::ConnectorKind;
use scanners::{Config, Secret, Settings, Trust};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::net::IpAddr;
use store::connectors::Connector;
use zeroize::Zeroizing;

/// A connector's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Where it answers.
    #[serde(default)]
    pub address: String,
    /// Addresses within, which a person confirmed.
    #[serde(default)]
    pub confirmed: BTreeSet<IpAddr>,
    /// How its certificate is judged.
    #[serde(default)]
    pub trust: KeptTrust,
    /// What else its kind needs.
    #[serde(default)]
    pub settings: Settings,
    /// The scans that are adopted, by their ids on the scanner; all if empty.
    #[serde(default)]
    pub adopt: Vec<String>,
    /// The saved mapping by which its results are read; empty for those that are recognized.
    #[serde(default)]
    pub mapping: String,
}

/// How a certificate is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeptTrust {
    /// By the machine's authorities.
    #[default]
    System,
    /// By these, in PEM.
    Authorities(String),
    /// By its fingerprint, in hex.
    Pinned(String),
}

/// A secret, before it is sealed and after it is opened.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeptSecret {
    /// One key.
    Key(Zeroizing<String>),
    /// An access key and its secret.
    Keys(Zeroizing<String>, Zeroizing<String>),
    /// A name and a password.
    Login(String, Zeroizing<String>),
}

/// The configuration of a connector; `None` if what is kept cannot be read.
pub(crate) fn config(row: &Connector, secret: Option<&[u8]>) -> Option<Config> {
    let kind: ConnectorKind = row.kind.parse().ok()?;
    let kept: Kept = serde_json::from_str(&row.settings).ok()?;
    let secret = match secret.map(serde_json::from_slice::<KeptSecret>).transpose().ok()? {
        None => Secret::None,
        Some(KeptSecret::Key(key)) => Secret::Key(key),
        Some(KeptSecret::Keys(access, secret)) => Secret::Keys(access, secret),
        Some(KeptSecret::Login(name, password)) => Secret::Login(name, password),
    };
    let trust = trust(&kept.trust)?;
    let Kept { address, confirmed, settings, .. } = kept;
    Some(Config { kind, address, confirmed, secret, trust, settings })
}

/// How a certificate is judged; `None` if the fingerprint cannot be read.
pub(crate) fn trust(kept: &KeptTrust) -> Option<Trust> {
    Some(match kept {
        KeptTrust::System => Trust::System,
        KeptTrust::Authorities(pem) => Trust::Authorities(pem.clone()),
        KeptTrust::Pinned(hex) => Trust::Pinned(fingerprint(hex)?),
    })
}

/// A SHA-256 fingerprint: 64 hexadecimal digits, with or without colons.
pub(crate) fn fingerprint(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u32> =
        text.chars().filter(|c| *c != ':' && *c != ' ').map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::try_from(pair.iter().fold(0, |sum, digit| sum * 16 + digit)).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_read_as_browsers_show_them() {
        let plain = "ab".repeat(32);
        assert_eq!(fingerprint(&plain), Some([0xab; 32]));
        assert_eq!(fingerprint(&vec!["AB"; 32].join(":")), Some([0xab; 32]));
        assert_eq!(fingerprint("ab"), None);
        assert_eq!(fingerprint(&"xy".repeat(32)), None);
    }

    #[test]
    fn a_secret_survives_being_kept() {
        let kept = serde_json::to_vec(&KeptSecret::Keys("a".to_owned().into(), "b".to_owned().into())).unwrap();
        let row = Connector {
            kind: "nessus".to_owned(),
            settings: serde_json::to_string(&Kept { address: "https://n:8834".to_owned(), ..Kept::default() }).unwrap(),
            ..blank()
        };
        let config = config(&row, Some(&kept)).unwrap();
        assert!(matches!(config.secret, Secret::Keys(access, secret) if *access == "a" && *secret == "b"));
        assert_eq!(config.address, "https://n:8834");
        assert!(super::config(&Connector { kind: "abacus".to_owned(), ..blank() }, None).is_none());
    }

    fn blank() -> Connector {
        Connector {
            id: 1,
            name: String::new(),
            kind: String::new(),
            settings: "{}".to_owned(),
            secret_at: None,
            source_id: 1,
            source: String::new(),
            at_a_time: 1,
            pull: 0,
            pulled_from: None,
            probe: None,
            probed_at: None,
            latency: None,
            fault: String::new(),
            fault_detail: String::new(),
            failed_since: None,
            failures: 0,
            ok_at: None,
            rests_until: None,
            disabled_at: None,
            certificate: None,
        }
    }
}
