//! Aliases: what a host is called besides its key. They never decide identity; hosts that share one may be one.

use super::asset::{is_loopback, name};
use model::Alias;
use model::facts::{AssetFacts, AssetKind};
use std::collections::BTreeSet;

/// The strong aliases of a host, normalized; none of a web origin.
#[must_use]
pub fn aliases(facts: &AssetFacts) -> BTreeSet<(Alias, String)> {
    let mut found = BTreeSet::new();
    if facts.kind != AssetKind::Host {
        return found;
    }
    let given = |field: &Option<String>| field.as_deref().unwrap_or_default().to_owned();
    for word in given(&facts.mac).split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')) {
        let digits: String = word.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_ascii_lowercase();
        let blank = digits.bytes().all(|digit| digit == b'0') || digits.bytes().all(|digit| digit == b'f');
        if digits.len() == 12 && !blank {
            let pairs: Vec<&str> = (0..6).filter_map(|at| digits.get(2 * at..2 * at + 2)).collect();
            found.insert((Alias::Mac, pairs.join(":")));
        }
    }
    let agent: String = given(&facts.agent_uuid).chars().filter(char::is_ascii_alphanumeric).collect();
    if !agent.is_empty() {
        found.insert((Alias::Agent, agent.to_ascii_lowercase()));
    }
    let named = if facts.name.parse::<std::net::IpAddr>().is_ok() { String::new() } else { facts.name.clone() };
    for fqdn in [given(&facts.fqdn), named] {
        let fqdn = name(&fqdn);
        // A name without a domain means another machine in every domain, an address is a key already.
        if fqdn.contains('.') && !is_loopback(&fqdn) && fqdn.parse::<std::net::IpAddr>().is_err() {
            found.insert((Alias::Fqdn, fqdn));
        }
    }
    let netbios = given(&facts.netbios).trim().to_uppercase();
    if !netbios.is_empty() {
        found.insert((Alias::NetBios, netbios));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_normalized_and_weak_ones_left_out() {
        let facts = AssetFacts {
            name: "10.0.0.5".into(),
            fqdn: Some("Web01.Example.".into()),
            netbios: Some(" office\\web01".into()),
            mac: Some("00:1A:2B:3C:4D:5E\n00-00-00-00-00-00 ff:ff:ff:ff:ff:ff x".into()),
            agent_uuid: Some("AB-12".into()),
            ..AssetFacts::default()
        };
        let expected = [
            (Alias::Mac, "00:1a:2b:3c:4d:5e"),
            (Alias::Agent, "ab12"),
            (Alias::Fqdn, "web01.example"),
            (Alias::NetBios, "OFFICE\\WEB01"),
        ];
        let expected: BTreeSet<_> = expected.into_iter().map(|(alias, value)| (alias, value.to_owned())).collect();
        assert_eq!(aliases(&facts), expected);
        let bare = AssetFacts { name: "localhost".into(), fqdn: Some("web01".into()), ..AssetFacts::default() };
        assert!(aliases(&bare).is_empty());
        let origin = AssetFacts { kind: AssetKind::Origin, fqdn: Some("a.example".into()), ..AssetFacts::default() };
        assert!(aliases(&origin).is_empty());
    }
}
