//! Asset keys: a function of one record and its address space, never "find an existing match", which depends on order.

use super::target::aliased;
use model::facts::{AssetFacts, AssetKind};
use model::{SourceId, TargetAlias};
use std::net::{IpAddr, Ipv6Addr};

/// Where an asset's names mean something: 10.0.0.5 at two sites is two hosts.
#[derive(Clone, Copy, Debug)]
pub struct AddressSpace<'a> {
    /// The space's name.
    pub space: &'a str,
    /// The source that reads the export; keeps names apart that mean something else at each scanner.
    pub source: SourceId,
    /// The source puts the FQDN before the address, as networks with changing addresses need.
    pub prefer_fqdn: bool,
    /// What the source says that names mean which each scanner understands in its own way.
    pub aliases: &'a [TargetAlias],
}

/// The canonical key of an asset: `agent:…`, `ip:…`, `name:…` or `origin:…`, then `@` and the space.
///
/// Agent uuid, else address, else name. A loopback address or an origin whose host is loopback or unqualified means a
/// different machine at every scanner, so the source is part of its key unless an alias says which it is.
#[must_use]
pub fn asset_key(space: &AddressSpace<'_>, facts: &AssetFacts) -> String {
    let told = aliased(space.aliases, facts);
    let facts = told.as_ref().unwrap_or(facts);
    let (kind, value, local) = match facts.kind {
        AssetKind::Host => host(facts, space.prefer_fqdn),
        AssetKind::Origin => {
            let (_, host, _) = split_origin(&facts.name);
            let unqualified = address(host).is_none() && !name(host).contains('.');
            ("origin", origin_of(&facts.name), unqualified || is_loopback(host))
        }
    };
    let key = format!("{kind}:{}@{}", escaped(&value), escaped(space.space));
    if local && told.is_none() { format!("{key}@source:{}", space.source) } else { key }
}

/// The space of a key, as it was named.
#[must_use]
pub fn space_of(key: &str) -> String {
    let space = key.split('@').nth(1).unwrap_or_default();
    space.replace("%40", "@").replace("%25", "%")
}

/// Whether a key names a machine that is another one at every scanner, so that the source is part of it.
#[must_use]
pub fn is_of_a_source(key: &str) -> bool {
    key.split('@').nth(2).is_some()
}

/// A web origin in canonical form: `scheme://host:port` in lower case, without the scheme's default port.
#[must_use]
pub fn origin(scheme: &str, host: &str, port: Option<u16>) -> String {
    let scheme = scheme.trim().to_ascii_lowercase();
    let host = match address(host) {
        Some(IpAddr::V6(ip)) => format!("[{ip}]"),
        Some(IpAddr::V4(ip)) => ip.to_string(),
        None => name(host),
    };
    match port.filter(|port| default_port(&scheme) != Some(*port)) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}

/// The web origin of an address, in canonical form.
#[must_use]
pub fn origin_of(url: &str) -> String {
    let (scheme, host, port) = split_origin(url);
    origin(scheme, host, port)
}

pub(super) fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    }
}

/// Scheme, host and port of an origin as written; without a scheme it is `http`.
pub(super) fn split_origin(text: &str) -> (&str, &str, Option<u16>) {
    let (scheme, rest) = text.trim().split_once("://").unwrap_or(("http", text.trim()));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') && (!host.contains(':') || host.starts_with('[')) => {
            match port.parse() {
                Ok(port) => (scheme, host, Some(port)),
                Err(_) => (scheme, if port.is_empty() { host } else { authority }, None),
            }
        }
        _ => (scheme, authority, None),
    }
}

fn host(facts: &AssetFacts, prefer_fqdn: bool) -> (&'static str, String, bool) {
    let given =
        |field: &Option<String>| field.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    if prefer_fqdn && let Some(fqdn) = given(&facts.fqdn) {
        return named(&fqdn);
    }
    if let Some(uuid) = given(&facts.agent_uuid) {
        return (
            "agent",
            uuid.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase(),
            false,
        );
    }
    named(&given(&facts.ip).unwrap_or_else(|| facts.name.clone()))
}

/// A host by what it is called: an address if it reads as one.
fn named(text: &str) -> (&'static str, String, bool) {
    let (kind, value) = match address(text) {
        Some(ip) => ("ip", ip.to_string()),
        None => ("name", name(text)),
    };
    (kind, value, is_loopback(text))
}

/// Whether an address or name is the machine itself, which is another one at every scanner.
pub(super) fn is_loopback(host: &str) -> bool {
    match address(host) {
        Some(ip) => ip.is_loopback() || ip.is_unspecified(),
        None => {
            let name = name(host);
            name == "localhost" || name == "localhost.localdomain" || name.ends_with(".localhost")
        }
    }
}

fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let text = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
    let text = text.split('%').next().unwrap_or_default();
    text.parse::<IpAddr>().ok().map(|ip| match ip {
        IpAddr::V6(v6) => Ipv6Addr::to_canonical(&v6),
        v4 @ IpAddr::V4(_) => v4,
    })
}

pub(super) fn name(text: &str) -> String {
    text.trim().trim_end_matches('.').to_lowercase()
}

/// `@` separates the parts of a key, so it is escaped in them.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('@', "%40")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_its_space() {
        let space = AddressSpace { space: "a@b 100%", source: SourceId(3), prefer_fqdn: false, aliases: &[] };
        let facts = |name: &str| AssetFacts { name: name.to_owned(), ..AssetFacts::default() };
        let key = asset_key(&space, &facts("web@1"));
        assert_eq!((space_of(&key).as_str(), is_of_a_source(&key)), ("a@b 100%", false));
        let local = asset_key(&space, &facts("localhost"));
        assert_eq!((space_of(&local).as_str(), is_of_a_source(&local)), ("a@b 100%", true));
    }
}
