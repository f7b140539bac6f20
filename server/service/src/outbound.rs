//! Servers that the settings file names, such as an identity provider and those that publish lists. They are reached through the
//! one door to the outside, with its guard.

use anyhow::Context;
use scanners::http::{Answer, Ask, Client, Door, Patience, SystemResolver};
use scanners::{Fault, Trust};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use url::{Host, Position, Url};

/// How servers of a section of the settings are reached.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Way {
    /// Addresses that are not public, and may be asked all the same.
    confirmed: BTreeSet<IpAddr>,
    /// Who vouches for certificates, in PEM; without, those that this machine trusts.
    authorities: Option<String>,
}

impl Way {
    /// The way that a section of the settings describes.
    ///
    /// # Errors
    /// One of the texts is no address.
    pub fn new(section: &str, confirmed: &[String], authorities: Option<String>) -> anyhow::Result<Self> {
        let confirmed = confirmed.iter().map(|text| text.parse());
        let confirmed = confirmed.collect::<Result<_, _>>();
        Ok(Self {
            confirmed: confirmed.with_context(|| format!("[{section}]: confirmed takes addresses"))?,
            authorities,
        })
    }

    /// Asks for an address. Its query is asked with it.
    ///
    /// # Errors
    /// Those of the way there and of the answer, whose status may be any.
    pub async fn ask(&self, url: &Url, ask: Ask, patience: Patience) -> Result<Answer, Fault> {
        let trust = self.authorities.clone().map_or(Trust::System, Trust::Authorities);
        let door = Door::new(Arc::new(SystemResolver), patience);
        let client = Client::new(door, &url[..Position::BeforePath], self.confirmed.clone(), &trust)?;
        let ask = url.query_pairs().fold(ask, |ask, (name, value)| ask.query(&name, &value));
        Box::pin(client.ask(ask)).await
    }
}

/// Reads an address of the settings.
///
/// # Errors
/// It is none, has a name or password in it, or is neither encrypted nor on this machine.
pub(crate) fn address(section: &str, name: &str, text: &str) -> anyhow::Result<Url> {
    let url = Url::parse(text).with_context(|| format!("[{section}]: {name} is no address: {text}"))?;
    anyhow::ensure!(
        is_safe(&url),
        "[{section}]: {name} must begin with https://, or be on this machine, and hold no password"
    );
    Ok(url)
}

/// Whether an address may be asked: encrypted, or on this machine; who asks it proves itself by other means than the address.
pub(crate) fn is_safe(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let plain = url.username().is_empty() && url.password().is_none();
    plain && url.host().is_some() && (url.scheme() == "https" || (url.scheme() == "http" && here))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_elsewhere_is_encrypted() {
        let safe = |text: &str| is_safe(&Url::parse(text).unwrap());
        assert!(safe("https://id.example/realms/one") && safe("http://127.0.0.1:9/") && safe("http://localhost/"));
        assert!(!safe("http://id.example/") && !safe("http://10.0.0.5/") && !safe("javascript:alert(1)"));
        assert!(!safe("file:///etc/passwd") && !safe("https://somebody:secret@id.example/"));
        assert!(Way::new("feeds", &["10.0.0.5".to_owned(), "::1".to_owned()], None).is_ok());
        assert!(Way::new("feeds", &["mirror.example".to_owned()], None).is_err());
    }
}
