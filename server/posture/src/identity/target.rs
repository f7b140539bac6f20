//! Target aliases: what a source says that a name means which every scanner understands in its own way.

use super::asset::{default_port, name, split_origin};
use model::TargetAlias;
use model::facts::{AssetFacts, AssetKind};

/// The asset as a source's aliases name it; `None` where they say nothing of it. An alias with the port goes before one
/// without.
#[must_use]
pub fn aliased(aliases: &[TargetAlias], facts: &AssetFacts) -> Option<AssetFacts> {
    if aliases.is_empty() {
        return None;
    }
    match facts.kind {
        AssetKind::Host => {
            let known = [Some(facts.name.as_str()), facts.ip.as_deref(), facts.fqdn.as_deref()];
            let told = known.into_iter().flatten().find_map(|known| find(aliases, &name(known)))?;
            // Of what the scanner calls it, nothing but the alias is its name.
            Some(AssetFacts { name: told.to_owned(), agent_uuid: None, ip: None, fqdn: None, ..facts.clone() })
        }
        AssetKind::Origin => {
            let (scheme, host, port) = split_origin(&facts.name);
            let host = name(host);
            let number = port.or_else(|| default_port(scheme));
            let with_port = number.and_then(|port| find(aliases, &format!("{host}:{port}")));
            let told = with_port.or_else(|| find(aliases, &host))?;
            let port = port.map(|port| format!(":{port}")).unwrap_or_default();
            Some(AssetFacts { name: format!("{scheme}://{told}{port}"), ..facts.clone() })
        }
    }
}

fn find<'a>(aliases: &'a [TargetAlias], target: &str) -> Option<&'a str> {
    aliases.iter().find(|alias| alias.target == target).map(|alias| alias.name.as_str())
}
