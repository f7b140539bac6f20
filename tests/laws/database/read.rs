//! What a database keeps, in the oracle's words.

use super::driver::{Done, Driver};
use crate::scene;
use crate::{border, oracle};
use model::{Cause, Grade, Micros, OccurrenceId, Status, Workflow};
use std::collections::{BTreeMap, BTreeSet};

/// An occurrence's row.
#[derive(Debug, sqlx::FromRow)]
struct HeadRow {
    uuid: Vec<u8>,
    status: i64,
    is_open: i64,
    inventory: i64,
    severity: i64,
    team_id: Option<i64>,
    workflow: i64,
    accepted_until: Option<i64>,
    not_retested: i64,
    first_seen: i64,
    last_seen: i64,
    opened_at: i64,
    closed_at: Option<i64>,
    episodes: i64,
    present: i64,
    assignee: Option<i64>,
    due: Option<i64>,
    claim_failed: i64,
    title: String,
    owasp: i64,
}

/// An entry of the ledger with its occurrence.
#[derive(Clone, Debug)]
pub struct Entry {
    pub step: i64,
    pub key: String,
    pub line: oracle::Line,
}

/// The head of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub books: BTreeMap<String, oracle::Book>,
    /// By occurrence.
    pub titles: BTreeMap<String, String>,
    /// Occurrences that are mere facts.
    pub inventory: BTreeSet<String>,
    /// Occurrences of which a rule says their class.
    pub classed: BTreeSet<String>,
    /// What the assets of those occurrences are called, by key.
    pub names: BTreeMap<String, String>,
}

/// Whether a status counts as open, in the oracle's words.
pub fn is_open(status: &str) -> bool {
    ["new", "confirmed", "in_progress", "fix_claimed"].contains(&status)
}

/// The oracle's keys of the product's ids, for everything there is.
pub fn keys(driver: &Driver<'_>) -> Done<BTreeMap<OccurrenceId, String>> {
    let mut by_id: BTreeMap<OccurrenceId, String> = BTreeMap::new();
    let mut ids: BTreeMap<String, OccurrenceId> = BTreeMap::new();
    for (reading, spot) in border::everything() {
        let (id, key) = (driver.id_as(reading, &spot), border::oracle_key_as(reading, &spot).1);
        if *by_id.entry(id).or_insert_with(|| key.clone()) != key || *ids.entry(key).or_insert(id) != id {
            return Err(format!("the two cut occurrences differently at {spot:?}"));
        }
    }
    Ok(by_id)
}

/// The product's asset keys in the oracle's words.
fn assets(driver: &Driver<'_>) -> BTreeMap<String, String> {
    let told = border::everything().map(|(reading, spot)| {
        let facts = scene::machine(spot.tool, spot.machine);
        let theirs = border::asset_as(reading, spot.source, spot.tool, spot.machine);
        (driver.asset_as(reading, spot.source, &facts), theirs)
    });
    told.collect()
}

fn id_of(uuid: &[u8]) -> Done<OccurrenceId> {
    let hex: String = uuid.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.parse().map_err(|_| format!("{hex} is no id"))
}

pub fn key_of(keys: &BTreeMap<OccurrenceId, String>, uuid: &[u8]) -> Done<String> {
    keys.get(&id_of(uuid)?).cloned().ok_or_else(|| "an occurrence that no scan saw".to_owned())
}

fn small(number: i64) -> i16 {
    i16::try_from(number).unwrap_or(i16::MIN)
}

/// The ledger in the order of its steps.
pub async fn entries(driver: &mut Driver<'_>) -> Done<Vec<Entry>> {
    type Row = (i64, Vec<u8>, i64, i64, i64, i64, i64, Option<i64>, i64, String);
    let (keys, assets) = (driver.keys.clone()?, assets(driver));
    let rows: Vec<Row> = driver
        .base
        .raw
        .all(
            "SELECT e.step, o.uuid, e.happened_at, e.day, e.sign, e.cause, e.severity, e.team_id, e.workflow, a.key \
             FROM entry e JOIN occurrence o ON o.id = e.occurrence_id JOIN asset a ON a.id = e.asset_id ORDER BY e.id",
        )
        .await;
    let mut entries = Vec::with_capacity(rows.len());
    for (step, uuid, at, day, sign, cause, severity, team, workflow, asset) in rows {
        if day != at.div_euclid(Micros::DAY) {
            return Err(format!("an entry of {at} is booked on day {day}"));
        }
        let line = oracle::Line {
            at,
            sign,
            cause: Cause::from_number(small(cause)).map_or("?", |cause| cause.word()).to_owned(),
            team,
            severity: i32::from(small(severity)),
            workflow: Workflow::from_number(small(workflow)).map_or("?", |w| w.word()).to_owned(),
            asset: assets.get(&asset).cloned().unwrap_or(asset),
        };
        entries.push(Entry { step, key: key_of(&keys, &uuid)?, line });
    }
    Ok(entries)
}

/// The netted books of the entries up to a step.
pub fn known_at(entries: &[Entry], step: i64) -> BTreeMap<String, Vec<oracle::Line>> {
    let mut lines: BTreeMap<String, Vec<oracle::Line>> = BTreeMap::new();
    for entry in entries.iter().filter(|e| e.step <= step) {
        lines.entry(entry.key.clone()).or_default().push(entry.line.clone());
    }
    lines.into_iter().map(|(key, lines)| (key, oracle::netted(&lines))).filter(|(_, l)| !l.is_empty()).collect()
}

type Episodes = BTreeMap<String, Vec<(i64, u8, Option<oracle::Closing>)>>;

async fn episodes(driver: &mut Driver<'_>, keys: &BTreeMap<OccurrenceId, String>) -> Done<Episodes> {
    type Row = (Vec<u8>, i64, i64, Vec<u8>, Option<i64>, Option<Vec<u8>>, Option<i64>);
    let rows: Vec<Row> = driver
        .base
        .raw
        .all(
            "SELECT o.uuid, p.number, p.opened_at, s.export_hash, p.closed_at, c.export_hash, p.grade FROM episode p \
             JOIN occurrence o ON o.id = p.occurrence_id JOIN scan s ON s.id = p.opened_by \
             LEFT JOIN scan c ON c.id = p.closed_by ORDER BY o.id, p.number",
        )
        .await;
    let mut episodes: Episodes = BTreeMap::new();
    for (uuid, number, opened_at, by, closed_at, closed_by, grade) in rows {
        let closing = closed_at.zip(closed_by).zip(grade).map(|((at, by), grade)| {
            (at, by[0], Grade::from_number(small(grade)).map_or("?", |grade| grade.word()).to_owned())
        });
        let known = episodes.entry(key_of(keys, &uuid)?).or_default();
        known.push((opened_at, by[0], closing));
        if known.len() as i64 != number {
            return Err(format!("episode {number} is the {}th of its occurrence", known.len()));
        }
    }
    Ok(episodes)
}

/// The head as it is stored. What it keeps twice must agree.
pub async fn head(driver: &mut Driver<'_>) -> Done<Head> {
    let keys = driver.keys.clone()?;
    let mut lines = known_at(&entries(driver).await?, i64::MAX);
    let mut episodes = episodes(driver, &keys).await?;
    let rows: Vec<HeadRow> = driver
        .base
        .raw
        .all(
            // Where marks lag, the class says what is inventory.
            "SELECT o.uuid, o.status, o.is_open, CASE WHEN o.id < COALESCE((SELECT marks_from FROM head), o.id + 1) \
             THEN o.inventory WHEN COALESCE(p.owasp_2021, w.owasp_2021) = -1 THEN 1 ELSE 0 END AS inventory, o.severity, o.team_id, o.workflow, o.accepted_until, \
             o.not_retested, o.first_seen, o.last_seen, o.opened_at, o.closed_at, o.episodes, o.present, o.assignee, o.due, \
             o.claim_failed, w.title, COALESCE(p.owasp_2021, w.owasp_2021) AS owasp FROM occurrence o \
             JOIN weakness w ON w.id = o.weakness_id LEFT JOIN parted p ON p.weakness_id = o.weakness_id \
             AND p.asset_id = o.asset_id AND p.until_step IS NULL WHERE o.known = 1",
        )
        .await;
    let mut head = Head::default();
    for row in rows {
        let key = key_of(&keys, &row.uuid)?;
        let stretches = episodes.remove(&key).unwrap_or_default();
        let status =
            Status::from_number(small(row.status)).ok_or_else(|| format!("{key}: no status {}", row.status))?;
        let last = stretches.last().map(|(opened, _, closed)| (*opened, closed.as_ref().map(|c| c.0)));
        let consistent = status.is_open() == (row.is_open == 1)
            && last == Some((row.opened_at, row.closed_at))
            && stretches.len() as i64 == row.episodes;
        if !consistent {
            return Err(format!("{key}: the head contradicts itself: {row:?}, {stretches:?}"));
        }
        if row.owasp == 9 {
            head.classed.insert(key.clone());
        }
        if row.inventory == 1 {
            head.inventory.insert(key.clone());
        }
        head.titles.insert(key.clone(), row.title);
        let book = oracle::Book {
            lines: lines.remove(&key).unwrap_or_default(),
            episodes: stretches,
            head: oracle::Head {
                status: status.word().to_owned(),
                present: row.present == 1,
                severity: i32::from(small(row.severity)),
                team: row.team_id,
                workflow: Workflow::from_number(small(row.workflow)).map_or("?", |w| w.word()).to_owned(),
                accepted_until: row.accepted_until,
                first_seen: row.first_seen,
                last_seen: row.last_seen,
                not_retested: row.not_retested != 0,
                assignee: row.assignee,
                due: row.due.and_then(|due| i32::try_from(due).ok()),
                claim_failed: row.claim_failed == 1,
            },
            without_effect: BTreeSet::new(),
        };
        head.books.insert(key, book);
    }
    let names: Vec<(String, String)> = driver
        .base
        .raw
        .all(
            "SELECT a.key, a.name FROM asset a WHERE EXISTS (SELECT 1 FROM occurrence o WHERE o.asset_id = a.id \
             AND o.known = 1)",
        )
        .await;
    head.names = names.into_iter().collect();
    // What has left the projection must have left the books.
    match (lines.keys().next(), episodes.keys().next()) {
        (None, None) => Ok(head),
        left => Err(format!("{left:?} is in no projection, but in the books or has episodes")),
    }
}

/// The head as it must be.
pub fn expected(inputs: &oracle::Inputs, now: i64) -> Head {
    let mut head = Head { books: oracle::books(inputs, now), ..Head::default() };
    let merged = oracle::merged(inputs);
    for (key, book) in &mut head.books {
        // Stored nowhere: told when a finding is opened.
        book.without_effect.clear();
        let rows = merged.scans.iter().flat_map(|scan| scan.hosts.iter().map(move |host| (scan, host)));
        let seen = rows.flat_map(|(scan, host)| host.rows.iter().map(move |row| (&scan.tool, row)));
        let Some((tool, row)) = seen.into_iter().find(|(_, row)| row.key == *key) else { continue };
        let Some(title) = oracle::title(inputs, tool, &row.rule) else { continue };
        if inputs.ruled.iter().any(|rule| rule.severity.is_none() && rule.speaks(key)) {
            head.classed.insert(key.clone());
        } else if title == super::export::INVENTORY {
            head.inventory.insert(key.clone());
        }
        head.titles.insert(key.clone(), title);
    }
    head
}
