//! The border between the product and the oracle: a scene in the oracle's words, and the product's books in them.

use crate::oracle;
use crate::scene::{self, Input, Reading, Scan, Spot, UNIT, What};
use crate::world::{World, identify_as};
use model::facts::Place;
use model::{OccurrenceId, Tool};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Part of the name of the machine that rules speak of alone.
pub const HERE: &str = "localhost";

/// The occurrence's key as the oracle writes it.
pub fn oracle_key(spot: &Spot) -> (String, String) {
    oracle_key_as(Reading::default(), spot)
}

/// The same as a source's settings read it.
pub fn oracle_key_as(reading: Reading, spot: &Spot) -> (String, String) {
    let tool = spot.tool.word();
    let asset = asset_as(reading, spot.source, spot.tool, spot.machine);
    let rule = scene::rule(spot.tool, spot.rule);
    let key = match scene::place(spot.tool, spot.place) {
        Place::Port { protocol, port, .. } => oracle::key(tool, &asset, rule, &[&protocol, &port.to_string()]),
        Place::Request { method, target, parameter } => {
            oracle::key(tool, &asset, rule, &[&method, &target, &parameter])
        }
        Place::Insertion { path, point } => oracle::key(tool, &asset, rule, &[&path, &point]),
        Place::Code { path, fingerprint, .. } if !fingerprint.is_empty() => {
            oracle::key(tool, &asset, rule, &[&path, "known by", &fingerprint])
        }
        Place::Code { path, line, .. } => oracle::key(tool, &asset, rule, &[&path, &line.to_string()]),
        Place::Whole => oracle::key(tool, &asset, rule, &[]),
    };
    (asset, key)
}

/// The asset as the oracle writes it.
pub fn asset(source: usize, tool: Tool, machine: usize) -> String {
    asset_as(Reading::default(), source, tool, machine)
}

/// The same as a source's settings read it.
pub fn asset_as(reading: Reading, source: usize, tool: Tool, machine: usize) -> String {
    let facts = scene::machine(tool, machine);
    let told = reading.alias.then_some("shop staging");
    let space = reading.space();
    let asset = if tool == Tool::Nessus {
        oracle::host(&facts.name, facts.agent_uuid.as_deref(), facts.ip.as_deref())
    } else {
        oracle::origin(&facts.name, told)
    };
    oracle::asset(&asset, space, source)
}

/// The inputs in force, in the oracle's words.
pub fn inputs(world: &World<'_>) -> oracle::Inputs {
    let mut inputs = oracle::Inputs::default();
    for (i, input) in world.scene.inputs.iter().enumerate().filter(|(i, _)| world.in_force[*i]) {
        match input {
            Input::Said(said) => inputs.said.push(oracle::Said {
                key: oracle_key(&said.spot).1,
                at: said.at * UNIT,
                id: i as i64,
                what: what(&said.what),
            }),
            Input::Rule { tool, machine, team } => {
                inputs.rules.push(oracle::Rule { asset: asset(0, *tool, *machine), team: *team });
            }
            Input::Move { spot, at, team } => {
                inputs.moves.push(oracle::Move { asset: oracle_key(spot).0, at: at * UNIT, team: *team });
            }
            Input::Merge { tool, one, other } => {
                inputs.merges.push((asset(one.0, *tool, one.1), asset(other.0, *tool, other.1)));
            }
            Input::Scan(_) | Input::Stated { .. } | Input::Setting { .. } | Input::Ruled { .. } => {}
        }
    }
    inputs.scans = world.scans_in_force().iter().map(|(_, s)| scan(s, world.reading(s.source))).collect();
    for (i, input) in world.scene.inputs.iter().enumerate().filter(|(i, _)| world.in_force[*i]) {
        if let Input::Ruled { at, .. } = input {
            inputs.ruled.extend(ruled(&inputs, input, at * UNIT, i as i64));
        }
    }
    inputs
}

/// A rule in the oracle's words, once the scans and merges are told.
pub fn ruled(inputs: &oracle::Inputs, input: &Input, at: i64, id: i64) -> Option<oracle::Ruled> {
    let Input::Ruled { tool, rule, here, severity, .. } = input else { return None };
    Some(oracle::Ruled {
        tool: tool.word().to_owned(),
        rule: scene::rule(*tool, *rule).to_owned(),
        on: here.then(|| oracle::called(inputs, HERE)),
        at,
        id,
        severity: severity.map(|severity| i32::from(severity.number())),
    })
}

/// A scan in the oracle's words.
pub fn scan(scan: &Scan, reading: Reading) -> oracle::Scan {
    let tool = scan.tool.word().to_owned();
    let host = |host: &scene::Host| oracle::Host {
        asset: asset_as(reading, scan.source, scan.tool, host.machine),
        at: (scan.at - host.lag) * UNIT,
        reached: host.reached,
        signed_in: host.signed_in,
        passed: if host.passed { vec![scene::COMPLIANCE.to_owned()] } else { Vec::new() },
        fixed: host.passed.then_some(scene::FIXED),
        visited: visited(scan, host.machine),
        rows: host.rows.iter().map(|r| row(scan, reading, host.machine, r)).collect(),
    };
    oracle::Scan {
        series: format!("{tool} {} of source {}", scan.series, scan.source),
        at: scan.at * UNIT,
        dated: scan.dated,
        hash: scan.hash,
        incomplete: scan.incomplete,
        plugins: scan.plugins.clone(),
        ports: scan.ports.map(str::to_owned),
        active_proven: scan.active_proven,
        active_rules: scan.active_rules.clone(),
        whole_project: scan.whole,
        ran: scan
            .told
            .as_ref()
            .and_then(|told| told.rules.as_ref())
            .map(|rules| rules.iter().map(ToString::to_string).collect()),
        only_strong: reading.only_strong(scan.source),
        hosts: scan.hosts.iter().map(host).collect(),
        tool,
    }
}

/// The pages that a scan says that it visited on a machine. The first two are one, in other words.
fn visited(scan: &Scan, machine: usize) -> Option<Vec<String>> {
    let visited = scan.told.as_ref()?.visited.as_ref()?;
    let there = visited.iter().filter(|(other, _)| (*other < 2) == (machine < 2));
    Some(there.map(|(_, page)| ["item", "file"][*page].to_owned()).collect())
}

fn row(scan: &Scan, reading: Reading, machine: usize, row: &scene::Row) -> oracle::Row {
    let spot = Spot { source: scan.source, tool: scan.tool, machine, rule: row.rule, place: row.place };
    oracle::Row {
        key: oracle_key_as(reading, &spot).1,
        rule: scene::rule(scan.tool, row.rule).to_owned(),
        port: match scene::place(scan.tool, row.place) {
            Place::Port { protocol, port, .. } => Some((protocol, port)),
            _ => None,
        },
        page: (scan.tool == Tool::Zap).then(|| ["item", "item", "file", "file"][row.place]),
        severity: i32::from(row.severity.number()),
        serial: (scan.tool == Tool::Burp).then(|| format!("serial {}", row.serial)),
        title: scan.title.to_string(),
    }
}

/// What a person says, in the oracle's words.
pub fn what(what: &What) -> oracle::What {
    match what {
        What::Confirm => oracle::What::Work("confirmed"),
        What::Start => oracle::What::Work("in_progress"),
        What::Claim => oracle::What::Work("fix_claimed"),
        What::Reset => oracle::What::Work("new"),
        What::FalsePositive => oracle::What::FalsePositive,
        What::Accepted(until) => oracle::What::Accepted(until * UNIT),
        What::Duplicate(of) => oracle::What::Duplicate(oracle_key(of).1),
        What::Retired => oracle::What::Retired,
        What::ByHand => oracle::What::ByHand,
        What::Clear => oracle::What::Clear,
        What::Team(team) => oracle::What::Team(*team),
        What::Person(person) => oracle::What::Person(*person),
        What::Due(day) => oracle::What::Due(*day),
        What::Comment => oracle::What::Comment,
    }
}

/// Everything that a person can point at in any scene, as each source may read it.
pub fn everything() -> impl Iterator<Item = (Reading, Spot)> {
    spots().flat_map(|spot| Reading::all().map(move |reading| (reading, spot.clone())))
}

fn spots() -> impl Iterator<Item = Spot> {
    let of = |tool: Tool| {
        let all = (0..2 * 3 * 4 * 4usize).map(move |n| (n % 2, n / 2 % 3, n / 6 % 4, n / 24));
        all.map(move |(source, machine, rule, place)| Spot { source, tool, machine, rule, place })
    };
    Tool::ALL.into_iter().flat_map(of)
}

type Names = (BTreeMap<OccurrenceId, (String, String)>, BTreeMap<String, String>);

/// Which id of the product belongs to which key of the oracle, and which asset to which, for everything there is.
///
/// # Panics
/// If the two do not cut the rows into the same occurrences.
static NAMES: LazyLock<Result<Names, String>> = LazyLock::new(|| {
    let mut by_id: BTreeMap<OccurrenceId, (String, String)> = BTreeMap::new();
    let mut by_key: BTreeMap<String, OccurrenceId> = BTreeMap::new();
    let mut assets = BTreeMap::new();
    for (reading, spot) in everything() {
        let ((key, id), names) = (identify_as(reading, &spot), oracle_key_as(reading, &spot));
        assets.insert(key, names.0.clone());
        if *by_id.entry(id).or_insert_with(|| names.clone()) != names {
            return Err(format!("one id for two occurrences: {names:?}"));
        }
        if *by_key.entry(names.1.clone()).or_insert(id) != id {
            return Err(format!("two ids for one occurrence: {names:?}"));
        }
    }
    Ok((by_id, assets))
});

/// Which id of the product belongs to which key of the oracle.
pub fn names() -> Result<&'static BTreeMap<OccurrenceId, (String, String)>, String> {
    NAMES.as_ref().map(|names| &names.0).map_err(Clone::clone)
}

/// An asset of the product in the oracle's words.
fn asset_name(asset: &str) -> String {
    let known = NAMES.as_ref().ok().and_then(|(_, assets)| assets.get(asset));
    known.cloned().unwrap_or_else(|| asset.to_owned())
}

/// A ledger line in the oracle's words.
pub fn line(world: &World<'_>, line: &posture::Line) -> oracle::Line {
    oracle::Line {
        at: line.happened_at.0,
        sign: i64::from(line.sign),
        cause: line.cause.word().to_owned(),
        team: line.team.map(|t| t.0),
        severity: i32::from(line.severity.number()),
        workflow: line.workflow.word().to_owned(),
        asset: asset_name(world.asset_name(line.asset)),
    }
}

/// The head of the product in the oracle's words: the books netted from the ledger, the rest from the projection.
pub fn books(world: &World<'_>) -> Result<BTreeMap<String, oracle::Book>, String> {
    let names = names()?;
    let mut lines: BTreeMap<OccurrenceId, Vec<oracle::Line>> = BTreeMap::new();
    for entry in &world.ledger {
        lines.entry(entry.occurrence).or_default().push(line(world, &entry.line));
    }
    let mut books = BTreeMap::new();
    for (id, projection) in &world.head {
        let name = names.get(id).map_or_else(|| id.to_string(), |(_, key)| key.clone());
        let head = &projection.head;
        let episodes = projection.episodes.iter().map(|e| {
            let closed = e.closed.map(|c| (c.at.0, world.hash_of(c.by), c.grade.word().to_owned()));
            (e.opened_at.0, world.hash_of(e.opened_by), closed)
        });
        if (head.status.is_open(), head.episodes as usize) != (head.open, projection.episodes.len()) {
            return Err(format!("the head contradicts itself: {head:?}"));
        }
        let without: BTreeSet<(i64, String)> =
            projection.without_effect.iter().map(|(id, why)| (*id, why.word().to_owned())).collect();
        let book = oracle::Book {
            lines: oracle::netted(&lines.remove(id).unwrap_or_default()),
            episodes: episodes.collect(),
            head: oracle::Head {
                status: head.status.word().to_owned(),
                present: head.present,
                severity: i32::from(head.severity.number()),
                team: head.team.map(|t| t.0),
                workflow: head.workflow.word().to_owned(),
                accepted_until: head.accepted_until.map(|t| t.0),
                first_seen: head.first_seen.0,
                last_seen: head.last_seen.0,
                not_retested: head.not_retested.is_some(),
                assignee: head.assignee.map(|u| u.0),
                due: head.due.map(|d| d.0),
                claim_failed: head.claim_failed,
            },
            without_effect: without,
        };
        books.insert(name, book);
    }
    // What has left the projection must have left the books.
    match lines.into_iter().find(|(_, lines)| !oracle::netted(lines).is_empty()) {
        Some((id, _)) => Err(format!("{id} is in no projection, but in the books")),
        None => Ok(books),
    }
}
