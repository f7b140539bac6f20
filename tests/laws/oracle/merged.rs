//! Assets that are one, told as if every record had had the key of the lowest.

use super::{Host, Inputs, What};
use std::collections::BTreeSet;

/// Everything that is one asset with this one, sorted.
pub fn group(merges: &[(String, String)], asset: &str) -> Vec<String> {
    let mut group = vec![asset.to_owned()];
    let mut next = 0;
    while next < group.len() {
        let at = group[next].clone();
        for (one, other) in merges {
            for (here, there) in [(one, other), (other, one)] {
                if *here == at && !group.contains(there) {
                    group.push(there.clone());
                }
            }
        }
        next += 1;
    }
    group.sort();
    group
}

/// The assets that go by a name with this in it: of those that are one, as long as a scan knows one of that name.
pub fn called(inputs: &Inputs, name: &str) -> BTreeSet<String> {
    let known: BTreeSet<&String> = inputs.scans.iter().flat_map(|s| &s.hosts).map(|h| &h.asset).collect();
    let named = known.into_iter().filter(|asset| asset.contains(name));
    named.map(|asset| group(&inputs.merges, asset).remove(0)).collect()
}

/// An occurrence's key with the asset that survives.
pub fn rekeyed(merges: &[(String, String)], key: &str) -> String {
    let mut parts: Vec<String> = key.splitn(3, " | ").map(str::to_owned).collect();
    parts[1] = group(merges, &parts[1]).remove(0);
    parts.join(" | ")
}

/// The same inputs without merges: each record says the name of the asset that survives.
pub fn merged(inputs: &Inputs) -> Inputs {
    let merges = &inputs.merges;
    if merges.is_empty() {
        return inputs.clone();
    }
    let mut told = inputs.clone();
    told.merges.clear();
    for scan in &mut told.scans {
        let mut hosts: Vec<Host> = Vec::new();
        // Of one scan, what was seen under the lower name comes first.
        scan.hosts.sort_by(|a, b| a.asset.cmp(&b.asset));
        for mut host in scan.hosts.drain(..) {
            host.asset = group(merges, &host.asset).remove(0);
            host.rows.iter_mut().for_each(|row| row.key = rekeyed(merges, &row.key));
            match hosts.iter_mut().find(|known| known.asset == host.asset) {
                Some(known) => {
                    known.at = known.at.max(host.at);
                    known.reached = known.reached || host.reached;
                    known.signed_in = match (known.signed_in, host.signed_in) {
                        (Some(one), Some(other)) => Some(one || other),
                        (one, other) => one.or(other),
                    };
                    known.passed.append(&mut host.passed);
                    known.fixed = known.fixed.or(host.fixed);
                    if let (Some(known), Some(visited)) = (&mut known.visited, &mut host.visited) {
                        known.append(visited);
                    }
                    known.rows.append(&mut host.rows);
                }
                None => hosts.push(host),
            }
        }
        scan.hosts = hosts;
    }
    for said in &mut told.said {
        said.key = rekeyed(merges, &said.key);
        if let What::Duplicate(of) = &mut said.what {
            *of = rekeyed(merges, of);
        }
    }
    // Of the names of one asset, the lowest that a scan knows decides who owns it.
    let observed = |asset: &String| inputs.scans.iter().flat_map(|s| &s.hosts).any(|h| h.asset == *asset);
    let owner_of = |asset: &str| {
        let group = group(merges, asset);
        let namer = group.iter().find(|asset| observed(asset)).unwrap_or(&group[0]).clone();
        (namer == asset).then(|| group[0].clone())
    };
    told.rules = inputs
        .rules
        .iter()
        .filter_map(|rule| Some((rule, owner_of(&rule.asset)?)))
        .map(|(rule, asset)| {
            let mut rule = rule.clone();
            rule.asset = asset;
            rule
        })
        .collect();
    told.moves = inputs
        .moves
        .iter()
        .filter_map(|one| Some((one, owner_of(&one.asset)?)))
        .map(|(one, asset)| {
            let mut one = one.clone();
            one.asset = asset;
            one
        })
        .collect();
    told
}
