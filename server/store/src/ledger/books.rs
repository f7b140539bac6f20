//! What is stored of occurrences besides their rows: decisions in force, entries, episodes.

use super::load::OccurrenceRow;
use super::units::{Loaded, Stored};
use crate::binds;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::value::Value;
use model::{AssetId, Cause, Day, Grade, Micros, ScanId, Severity, TeamId, UserId, Workflow};
use posture::{Closed, Decision, DecisionKind, Episode, Line, VerdictGiven};
use std::collections::{BTreeSet, HashMap};

crate::sql::statements! {
    DECISIONS = "SELECT d.id, d.occurrence_id, d.happened_at, d.kind, d.team_id, d.person_id, d.until, d.due, \
        COALESCE(t.merged_id, d.target_id) AS target_id, COALESCE(u.known, t.known) AS known FROM decision d \
        LEFT JOIN occurrence t ON t.id = d.target_id LEFT JOIN occurrence u ON u.id = t.merged_id WHERE d.occurrence_id IN ($*) \
        AND NOT EXISTS (SELECT 1 FROM decision_withdrawal x WHERE x.decision_id = d.id) ORDER BY d.id";
    ENTRIES = "SELECT occurrence_id, sign, happened_at, cause, severity, team_id, workflow, asset_id FROM entry \
        WHERE occurrence_id IN ($*)";
    EPISODES = "SELECT occurrence_id, opened_at, opened_by, closed_at, closed_by, grade FROM episode \
        WHERE occurrence_id IN ($*) ORDER BY occurrence_id, number";
}

/// What a person said and did not take back.
#[derive(sqlx::FromRow)]
pub(crate) struct GivenRow {
    pub(crate) id: i64,
    pub(crate) occurrence_id: i64,
    pub(crate) happened_at: i64,
    pub(crate) kind: String,
    pub(crate) team_id: Option<i64>,
    pub(crate) person_id: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) due: Option<i64>,
    /// The other finding, or what that is part of.
    pub(crate) target_id: Option<i64>,
    /// Whether that exists.
    pub(crate) known: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    occurrence_id: i64,
    sign: i64,
    happened_at: i64,
    cause: i64,
    severity: i64,
    team_id: Option<i64>,
    workflow: i64,
    asset_id: i64,
}

type EpisodeRow = (i64, i64, i64, Option<i64>, Option<i64>, Option<i64>);

/// What is stored of occurrences besides their rows.
pub(super) struct Books {
    decisions: HashMap<i64, Vec<Decision>>,
    lines: HashMap<i64, Vec<Line>>,
    episodes: HashMap<i64, Vec<Episode>>,
}

impl Books {
    /// Reads the books of some occurrences; for a page that tells a life, their episodes alone. What people said of their parts,
    /// they said of them.
    pub(super) async fn of(
        tx: &mut Tx,
        rows: &[OccurrenceRow],
        parts: &HashMap<i64, i64>,
        life_only: bool,
    ) -> Result<Self> {
        let keys = || rows.iter().map(|row| Value::from(row.id));
        let mut books = Self { decisions: HashMap::new(), lines: HashMap::new(), episodes: HashMap::new() };
        if !life_only {
            books.read_decisions(tx, rows, parts).await?;
            let entries: Vec<EntryRow> = tx.all_in(ENTRIES, binds![], keys()).await?;
            for row in entries {
                books.lines.entry(row.occurrence_id).or_default().push(line(row)?);
            }
        }
        let episodes: Vec<EpisodeRow> = tx.all_in(EPISODES, binds![], keys()).await?;
        for row in episodes {
            books.episodes.entry(row.0).or_default().push(episode(row)?);
        }
        Ok(books)
    }

    async fn read_decisions(&mut self, tx: &mut Tx, rows: &[OccurrenceRow], parts: &HashMap<i64, i64>) -> Result<()> {
        let asked: BTreeSet<i64> = rows.iter().map(|row| row.id).collect();
        let of_parts = parts.iter().filter(|(_, whole)| asked.contains(whole)).map(|(part, _)| *part);
        let keys = rows.iter().map(|row| row.id).chain(of_parts).map(Value::from);
        let decisions: Vec<GivenRow> = tx.all_in(DECISIONS, binds![], keys).await?;
        for mut row in decisions {
            row.occurrence_id = parts.get(&row.occurrence_id).copied().unwrap_or(row.occurrence_id);
            let of = self.decisions.entry(row.occurrence_id).or_default();
            of.extend(given([row])?);
        }
        Ok(())
    }

    /// An occurrence with its books.
    pub(super) fn loaded(&mut self, row: OccurrenceRow) -> Result<Loaded> {
        let place = serde_json::from_str(&row.place).map_err(|e| Error::damaged(format!("location.place: {e}")))?;
        let lines = self.lines.remove(&row.id).unwrap_or_default();
        Ok(Loaded {
            id: row.id,
            rule: row.rule,
            place,
            owasp: [row.owasp_2017, row.owasp_2021, row.owasp_2025],
            exploitability: row.exploitability,
            stake: row.stake,
            stored: Stored::Yes(row.head),
            decisions: self.decisions.remove(&row.id).unwrap_or_default(),
            lines: posture::net(lines.into_iter()),
            episodes: self.episodes.remove(&row.id).unwrap_or_default(),
        })
    }
}

/// What people said, without duplicates of what does not exist or is the same by now: those have no effect.
pub(super) fn given(rows: impl IntoIterator<Item = GivenRow>) -> Result<Vec<Decision>> {
    let moves =
        |row: &GivenRow| row.kind != "duplicate" || (row.known == Some(1) && row.target_id != Some(row.occurrence_id));
    rows.into_iter().filter(moves).map(decision).collect()
}

fn decision(row: GivenRow) -> Result<Decision> {
    let damaged = || Error::damaged(format!("decision {}", row.id));
    let verdict = DecisionKind::Verdict;
    let kind = match row.kind.as_str() {
        "confirm" => DecisionKind::Confirm,
        "start" => DecisionKind::Start,
        "claim_fix" => DecisionKind::ClaimFix,
        "reset" => DecisionKind::Reset,
        "false_positive" => verdict(VerdictGiven::FalsePositive),
        "accept" => verdict(VerdictGiven::Accepted { until: Micros(row.until.ok_or_else(damaged)?) }),
        "duplicate" => verdict(VerdictGiven::Duplicate { of: row.target_id.ok_or_else(damaged)? }),
        "retire" => verdict(VerdictGiven::Retired),
        "close_by_hand" => verdict(VerdictGiven::ClosedByHand),
        "clear_verdict" => DecisionKind::ClearVerdict,
        "assign_team" => DecisionKind::AssignTeam(row.team_id.map(TeamId)),
        "assign_person" => DecisionKind::AssignPerson(row.person_id.map(UserId)),
        "due" => DecisionKind::Due(row.due.map(|day| i32::try_from(day).map(Day)).transpose().map_err(|_| damaged())?),
        "comment" => DecisionKind::Comment,
        _ => return Err(damaged()),
    };
    Ok(Decision { id: row.id, at: Micros(row.happened_at), kind })
}

fn line(row: EntryRow) -> Result<Line> {
    let damaged = || Error::damaged(format!("an entry of occurrence {}", row.occurrence_id));
    let small = |number: i64| i16::try_from(number).ok();
    Ok(Line {
        happened_at: Micros(row.happened_at),
        sign: if row.sign < 0 { -1 } else { 1 },
        cause: small(row.cause).and_then(Cause::from_number).ok_or_else(damaged)?,
        team: row.team_id.map(TeamId),
        severity: small(row.severity).and_then(Severity::from_number).ok_or_else(damaged)?,
        workflow: small(row.workflow).and_then(Workflow::from_number).ok_or_else(damaged)?,
        asset: AssetId(row.asset_id),
    })
}

fn episode((occurrence, opened_at, opened_by, at, by, grade): EpisodeRow) -> Result<Episode> {
    let closed = match (at, by, grade) {
        (Some(at), Some(by), Some(grade)) => {
            let grade = i16::try_from(grade).ok().and_then(Grade::from_number);
            let grade = grade.ok_or_else(|| Error::damaged(format!("an episode of occurrence {occurrence}")))?;
            Some(Closed { at: Micros(at), by: ScanId(by), grade })
        }
        _ => None,
    };
    Ok(Episode { opened_at: Micros(opened_at), opened_by: ScanId(opened_by), closed })
}
