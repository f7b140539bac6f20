//! Who an asset is, and which occurrence a row belongs to.

use std::collections::BTreeSet;

/// A host, by what it says of itself.
pub fn host(name: &str, agent: Option<&str>, ip: Option<&str>) -> String {
    match (agent, ip) {
        (Some(agent), _) => format!("agent {agent}"),
        (None, Some(ip)) => format!("ip {ip}"),
        (None, None) => format!("name {name}"),
    }
}

/// A web origin; `told` is what the source says that `localhost` is.
pub fn origin(name: &str, told: Option<&str>) -> String {
    let name = name.to_lowercase();
    let name = match (name.strip_prefix("https://"), name.strip_prefix("http://")) {
        (Some(rest), _) => format!("https://{}", rest.strip_suffix(":443").unwrap_or(rest)),
        (_, Some(rest)) => format!("http://{}", rest.strip_suffix(":80").unwrap_or(rest)),
        _ => name,
    };
    told.map_or(name.clone(), |told| name.replace("localhost", told))
}

/// Who an asset is: in which space, and at which source if the name means another machine at each.
pub fn asset(name: &str, space: &str, source: usize) -> String {
    let local = if name.contains("localhost") { format!(" at source {source}") } else { String::new() };
    format!("{name} in {space}{local}")
}

/// Which occurrence a row belongs to. `place` is what the tool says, in its own words.
pub fn key(tool: &str, asset: &str, rule: &str, place: &[&str]) -> String {
    let place: Vec<String> = match tool {
        "zap" if rule.starts_with("10038") => Vec::new(),
        "zap" => {
            let path = place[1].split('?').next().unwrap_or("");
            let number = |s: &str| !s.is_empty() && s.chars().all(|c| c.is_ascii_digit());
            let uuid = |s: &str| s.len() == 36 && s.matches('-').count() == 4;
            let parts = path.split('/').map(|s| {
                if number(s) {
                    "NUMBER"
                } else if uuid(s) {
                    "UUID"
                } else {
                    s
                }
            });
            let names: BTreeSet<&str> = place[1]
                .split('?')
                .nth(1)
                .into_iter()
                .flat_map(|q| q.split('&'))
                .map(|p| p.split('=').next().unwrap_or(""))
                .collect();
            vec![
                place[0].to_uppercase(),
                parts.collect::<Vec<_>>().join("/"),
                format!("{names:?}"),
                place[2].to_owned(),
            ]
        }
        _ => place.iter().map(|p| (*p).to_owned()).collect(),
    };
    format!("{tool} | {asset} | {rule} | {place:?}")
}
