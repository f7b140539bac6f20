//! What a step writes: collected occurrence by occurrence, written in bulk.

use super::head::HeadRow;
use super::rollup::{Owasp, Rollup};
use crate::binds;
use crate::correlation;
use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::error::{Error, Result};
use crate::step::Taken;
use crate::value::Value;
use model::{Day, Tool};
use posture::{Episode, Line};
use std::collections::{BTreeSet, HashMap};

crate::sql::statements! {
    LAST_ENTRY = "SELECT COALESCE(MAX(id), 0) FROM entry";
    PLACES = "SELECT id, place FROM location WHERE id IN ($*)";
    DROP_EPISODES = "DELETE FROM episode WHERE occurrence_id IN ($*)";
}

/// Occurrences whose changes are kept in memory before they are written.
const FULL: usize = 10_000;

/// An occurrence that was not known before.
#[derive(Clone, Debug)]
pub(crate) struct Newcomer {
    pub(crate) uuid: [u8; 16],
    pub(crate) weakness: i64,
    pub(crate) asset: i64,
    pub(crate) tool: Tool,
    pub(crate) shown_location: String,
}

/// An entry to append.
struct Entry {
    occurrence: i64,
    day: Day,
    line: Line,
}

/// The rows that a step writes.
pub(crate) struct Changes {
    taken: Taken,
    newcomers: Vec<(i64, Newcomer, Owasp, HeadRow)>,
    heads: Vec<(i64, HeadRow)>,
    relocated: Vec<(i64, i64)>,
    episodes: Vec<(i64, Vec<Episode>)>,
    stale_episodes: Vec<i64>,
    entries: Vec<Entry>,
    rollup: Rollup,
    flips: BTreeSet<i64>,
}

impl Changes {
    pub(crate) fn new(taken: Taken) -> Self {
        Self {
            taken,
            newcomers: Vec::new(),
            heads: Vec::new(),
            relocated: Vec::new(),
            episodes: Vec::new(),
            stale_episodes: Vec::new(),
            entries: Vec::new(),
            rollup: Rollup::default(),
            flips: BTreeSet::new(),
        }
    }

    /// A new occurrence with its head.
    pub(crate) fn newcomer(&mut self, id: i64, newcomer: Newcomer, owasp: Owasp, head: HeadRow) {
        self.newcomers.push((id, newcomer, owasp, head));
    }

    /// A changed head.
    pub(crate) fn head(&mut self, id: i64, before: &HeadRow, after: HeadRow) {
        if before.known != after.known {
            self.flips.insert(id);
        }
        if before.location_id != after.location_id {
            self.relocated.push((id, after.location_id));
        }
        if *before != after {
            self.heads.push((id, after));
        }
    }

    /// Episodes that replace the stored ones; `stored` says whether there are any.
    pub(crate) fn episodes(&mut self, id: i64, episodes: Vec<Episode>, stored: bool) {
        if stored {
            self.stale_episodes.push(id);
        }
        self.episodes.push((id, episodes));
    }

    /// Lines to append to the books of an occurrence.
    pub(crate) fn entries(&mut self, id: i64, lines: &[Line], tool: Tool, owasp: Owasp, day: impl Fn(&Line) -> Day) {
        for line in lines {
            let day = day(line);
            self.rollup.add(line, day, self.taken.recorded_day, tool, owasp);
            self.entries.push(Entry { occurrence: id, day, line: *line });
        }
    }

    /// The occurrences that entered or left the projection.
    pub(crate) fn flips(&self) -> impl Iterator<Item = i64> + '_ {
        self.flips.iter().copied()
    }

    /// Whether enough is collected to be written, which bounds the memory of a large step.
    pub(crate) fn is_full(&self) -> bool {
        self.newcomers.len() + self.heads.len() >= FULL
    }

    /// Writes everything.
    pub(crate) async fn write(self, tx: &mut Tx) -> Result<()> {
        let Self { taken, newcomers, heads, relocated, episodes, stale_episodes, entries, rollup, flips } = self;
        let assets = newcomers.iter().map(|(_, newcomer, ..)| newcomer.asset).collect();
        bulk::insert(tx, newcomer_rows(newcomers)).await?;
        bulk::update(tx, head_rows(heads)).await?;
        relocate(tx, relocated).await?;
        tx.execute_in(DROP_EPISODES, binds![], stale_episodes.into_iter().map(Value::from)).await?;
        bulk::insert(tx, episode_rows(episodes)).await?;
        if !entries.is_empty() {
            let (last,): (i64,) = tx.one(LAST_ENTRY, binds![]).await?;
            bulk::insert(tx, entry_rows(entries, taken.step, last)).await?;
        }
        rollup.write(tx).await?;
        correlation::follow(tx, assets, &flips).await
    }
}

/// Writes what lists show as the place of occurrences whose newest sighting is elsewhere.
pub(crate) async fn relocate(tx: &mut Tx, relocated: Vec<(i64, i64)>) -> Result<()> {
    let wanted: BTreeSet<i64> = relocated.iter().map(|(_, location)| *location).collect();
    let rows: Vec<(i64, String)> = tx.all_in(PLACES, binds![], wanted.into_iter().map(Value::from)).await?;
    let mut shown = HashMap::with_capacity(rows.len());
    for (id, place) in rows {
        let place = serde_json::from_str(&place).map_err(|e| Error::damaged(format!("location.place: {e}")))?;
        shown.insert(id, posture::identity::shown_location(&place));
    }
    let texts = relocated.iter().map(|(_, location)| shown.get(location).cloned().unwrap_or_default()).collect();
    let rows = Rows::new("occurrence")
        .int("id", relocated.iter().map(|(id, _)| *id).collect())
        .int("location_id", relocated.iter().map(|(_, location)| *location).collect())
        .text("shown_location", texts);
    bulk::update(tx, rows).await
}

/// The head's columns, gathered.
fn head_columns(rows: Rows, heads: Vec<HeadRow>) -> Rows {
    macro_rules! ints {
        ($rows:expr, $($name:ident),*) => {
            $rows$(.int(stringify!($name), heads.iter().map(|h| h.$name).collect()))*
        };
    }
    macro_rules! opt_ints {
        ($rows:expr, $($name:ident),*) => {
            $rows$(.opt_int(stringify!($name), heads.iter().map(|h| h.$name).collect()))*
        };
    }
    let rows = ints!(
        rows,
        location_id,
        known,
        status,
        is_open,
        severity,
        workflow,
        not_retested,
        first_seen,
        last_seen,
        opened_at
    );
    let rows = ints!(rows, episodes, present, evidence_index, claim_failed, risk);
    let rows = opt_ints!(rows, team_id, accepted_until, closed_at, assignee, due, evidence_pack, quiet_after);
    rows.opt_bytes("evidence_mac", heads.into_iter().map(|h| h.evidence_mac).collect())
}

fn newcomer_rows(newcomers: Vec<(i64, Newcomer, Owasp, HeadRow)>) -> Rows {
    let count = newcomers.len();
    let (mut ids, mut uuids, mut weaknesses) = (Vec::with_capacity(count), Vec::with_capacity(count), Vec::new());
    let (mut assets, mut tools) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let (mut shown, mut inventory, mut heads) = (Vec::with_capacity(count), Vec::with_capacity(count), Vec::new());
    for (id, newcomer, owasp, head) in newcomers {
        ids.push(id);
        uuids.push(newcomer.uuid.to_vec());
        weaknesses.push(newcomer.weakness);
        assets.push(newcomer.asset);
        tools.push(newcomer.tool.number().into());
        shown.push(newcomer.shown_location);
        inventory.push(is_inventory(owasp).into());
        heads.push(head);
    }
    let rows = Rows::new("occurrence").int("id", ids).bytes("uuid", uuids).int("weakness_id", weaknesses);
    let rows = rows.int("asset_id", assets).int("tool", tools);
    head_columns(rows.text("shown_location", shown).int("inventory", inventory), heads)
}

/// Whether the categories say that the scanner told a fact, not a weakness.
pub(crate) fn is_inventory(owasp: Owasp) -> bool {
    owasp[1] == i64::from(model::Mapped::NotAWeakness.number())
}

fn head_rows(heads: Vec<(i64, HeadRow)>) -> Rows {
    let (ids, heads): (Vec<i64>, Vec<HeadRow>) = heads.into_iter().unzip();
    head_columns(Rows::new("occurrence").int("id", ids), heads)
}

fn episode_rows(episodes: Vec<(i64, Vec<Episode>)>) -> Rows {
    let rows: Vec<(i64, i64, Episode)> = episodes
        .into_iter()
        .flat_map(|(id, episodes)| (1..).zip(episodes).map(move |(number, episode)| (id, number, episode)))
        .collect();
    Rows::new("episode")
        .int("occurrence_id", rows.iter().map(|(id, ..)| *id).collect())
        .int("number", rows.iter().map(|(_, number, _)| *number).collect())
        .int("opened_at", rows.iter().map(|(.., e)| e.opened_at.0).collect())
        .int("opened_by", rows.iter().map(|(.., e)| e.opened_by.0).collect())
        .opt_int("closed_at", rows.iter().map(|(.., e)| e.closed.map(|c| c.at.0)).collect())
        .opt_int("closed_by", rows.iter().map(|(.., e)| e.closed.map(|c| c.by.0)).collect())
        .opt_int("grade", rows.iter().map(|(.., e)| e.closed.map(|c| c.grade.number().into())).collect())
}

fn entry_rows(entries: Vec<Entry>, step: i64, last: i64) -> Rows {
    Rows::new("entry")
        .int("id", (last + 1..).take(entries.len()).collect())
        .int("step", vec![step; entries.len()])
        .int("occurrence_id", entries.iter().map(|e| e.occurrence).collect())
        .int("sign", entries.iter().map(|e| e.line.sign.into()).collect())
        .int("happened_at", entries.iter().map(|e| e.line.happened_at.0).collect())
        .int("day", entries.iter().map(|e| e.day.0.into()).collect())
        .int("cause", entries.iter().map(|e| e.line.cause.number().into()).collect())
        .int("severity", entries.iter().map(|e| e.line.severity.number().into()).collect())
        .opt_int("team_id", entries.iter().map(|e| e.line.team.map(|t| t.0)).collect())
        .int("workflow", entries.iter().map(|e| e.line.workflow.number().into()).collect())
        .int("asset_id", entries.iter().map(|e| e.line.asset.0).collect())
}
