//! Issues with several sources: `posture::correlation` over the occurrences of an asset, kept so that lists can group by them.
//!
//! An asset's issues are derived anew when occurrences of it come or go, when the CWE or CVE of one of their weaknesses changes, or when
//! a person says something. Only assets that several scanners look at have any, and only what differs is written.

use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::ledger::load::tool_of;
use crate::occurrences::PersonOf;
use crate::sql::SqlBuilder;
use crate::step::{self, StepKind};
use crate::value::Value;
use crate::viewer::{Scope, Scoped, team_values};
use crate::{Error, Result, Store, binds};
use model::facts::Place;
use model::filter::Filter;
use model::policy::Action;
use model::{Micros, OccurrenceId, Status, Tool};
use posture::correlation::{CORRELATION_VERSION, Candidate, Key, Word, issues};
use std::collections::{BTreeMap, BTreeSet};

crate::sql::statements! {
    /// Assets that several scanners look at.
    SHARED = "SELECT asset_id FROM occurrence WHERE asset_id IN ($*) GROUP BY asset_id HAVING MIN(tool) <> MAX(tool)";
    ALL_SHARED = "SELECT asset_id FROM occurrence GROUP BY asset_id HAVING MIN(tool) <> MAX(tool)";
    /// Those of some occurrences.
    ASSETS = "SELECT DISTINCT asset_id FROM occurrence WHERE id IN ($*)";
    /// Those of some weaknesses.
    ASSETS_OF_WEAKNESSES = "SELECT DISTINCT asset_id FROM occurrence WHERE weakness_id IN ($*)";
    MARKS = "SELECT id, cwe, cve FROM weakness WHERE id IN ($*)";
    CANDIDATES = "SELECT o.id, o.uuid, o.asset_id, o.tool, o.weakness_id, w.rule, w.cwe, w.cve, l.place, i.kind, \
        t.uuid AS target FROM occurrence o JOIN weakness w ON w.id = o.weakness_id JOIN location l ON l.id = o.location_id \
        LEFT JOIN parted p ON p.asset_id = o.asset_id AND p.weakness_id = o.weakness_id AND p.until_step IS NULL \
        LEFT JOIN issue_word i ON i.id = (SELECT MAX(j.id) FROM issue_word j WHERE j.occurrence_id = o.id) \
        LEFT JOIN occurrence t ON t.id = i.target_id WHERE o.known = 1 AND COALESCE(p.owasp_2021, w.owasp_2021) <> -1 \
        AND (w.cwe <> '' OR w.cve <> '' OR i.id IS NOT NULL) AND o.asset_id IN ($*)";
    STORED = "SELECT c.occurrence_id, c.anchor_id, c.why FROM correlation c JOIN occurrence o ON o.id = c.occurrence_id \
        WHERE o.asset_id IN ($*)";
    DROP = "DELETE FROM correlation WHERE occurrence_id IN ($*)";
    VERSION = "SELECT version FROM correlation_rule WHERE id = 1";
    SET_VERSION = "INSERT INTO correlation_rule (id, version) VALUES (1, $1) \
        ON CONFLICT (id) DO UPDATE SET version = excluded.version";
    SAY = "INSERT INTO issue_word (id, occurrence_id, at, step, kind, target_id, user_id) \
        VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM issue_word), $1, $2, $3, $4, $5, $6)";
}

/// Assets derived at a time.
const BATCH: usize = 200;

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    uuid: Vec<u8>,
    asset_id: i64,
    tool: i64,
    weakness_id: i64,
    rule: String,
    cwe: String,
    cve: String,
    place: String,
    kind: Option<String>,
    target: Option<Vec<u8>>,
}

/// An occurrence's place in an issue, as it is stored: anchor, its weakness, why.
type Placed = (i64, i64, String);

/// Derives anew what new occurrences, and those that entered or left the projection, change.
pub(crate) async fn follow(tx: &mut Tx, mut assets: BTreeSet<i64>, flips: &BTreeSet<i64>) -> Result<()> {
    let flipped: Vec<(i64,)> = tx.all_in(ASSETS, binds![], flips.iter().map(|id| Value::from(*id))).await?;
    assets.extend(flipped.into_iter().map(|(asset,)| asset));
    derive_shared(tx, &assets).await
}

/// The CWE and CVE of weaknesses by number, by which correlation knows them.
pub(crate) type Marks = BTreeMap<i64, (String, String)>;

/// The marks of some weaknesses as they stand.
pub(crate) async fn marks(tx: &mut Tx, weaknesses: &[i64]) -> Result<Marks> {
    let keys = weaknesses.iter().map(|id| Value::from(*id));
    let rows: Vec<(i64, String, String)> = tx.all_in(MARKS, binds![], keys).await?;
    Ok(rows.into_iter().map(|(id, cwe, cve)| (id, (cwe, cve))).collect())
}

/// Derives anew what weaknesses with other marks than before change.
pub(crate) async fn follow_weaknesses(tx: &mut Tx, weaknesses: &[i64], before: &Marks) -> Result<()> {
    let after = marks(tx, weaknesses).await?;
    let keys = weaknesses.iter().filter(|id| after.get(id) != before.get(id)).map(|id| Value::from(*id));
    let assets: Vec<(i64,)> = tx.all_in(ASSETS_OF_WEAKNESSES, binds![], keys).await?;
    derive_shared(tx, &assets.into_iter().map(|(asset,)| asset).collect()).await
}

async fn derive_shared(tx: &mut Tx, assets: &BTreeSet<i64>) -> Result<()> {
    let shared: Vec<(i64,)> = tx.all_in(SHARED, binds![], assets.iter().map(|id| Value::from(*id))).await?;
    let shared: Vec<i64> = shared.into_iter().map(|(asset,)| asset).collect();
    derive(tx, &shared).await
}

/// Derives the issues of some assets, and writes what differs.
async fn derive(tx: &mut Tx, assets: &[i64]) -> Result<()> {
    for batch in assets.chunks(BATCH) {
        let keys = || batch.iter().map(|id| Value::from(*id));
        let rows: Vec<Row> = tx.all_in(CANDIDATES, binds![], keys()).await?;
        let stored: Vec<(i64, i64, String)> = tx.all_in(STORED, binds![], keys()).await?;
        let mut of_asset: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
        for row in rows {
            of_asset.entry(row.asset_id).or_default().push(row);
        }
        let mut found: BTreeMap<i64, Placed> = BTreeMap::new();
        for rows in of_asset.values() {
            let candidates = rows.iter().map(candidate).collect::<Result<Vec<_>>>()?;
            for member in issues(&candidates) {
                let anchor = &rows[member.anchor];
                found.insert(rows[member.index].id, (anchor.id, anchor.weakness_id, why(&member.why)));
            }
        }
        let same = |id: &i64, anchor: i64, why: &str| {
            found.get(id).is_some_and(|(now, _, reason)| *now == anchor && reason == why)
        };
        let stale: Vec<i64> =
            stored.iter().filter(|(id, anchor, why)| !same(id, *anchor, why)).map(|(id, ..)| *id).collect();
        let kept: BTreeSet<i64> =
            stored.iter().filter(|(id, anchor, why)| same(id, *anchor, why)).map(|(id, ..)| *id).collect();
        found.retain(|id, _| !kept.contains(id));
        tx.execute_in(DROP, binds![], stale.into_iter().map(Value::from)).await?;
        let rows = Rows::new("correlation")
            .int("occurrence_id", found.keys().copied().collect())
            .int("anchor_id", found.values().map(|placed| placed.0).collect())
            .int("weakness_id", found.values().map(|placed| placed.1).collect())
            .text("why", found.into_values().map(|placed| placed.2).collect());
        bulk::insert(tx, rows).await?;
    }
    Ok(())
}

fn candidate(row: &Row) -> Result<Candidate> {
    let id = |bytes: &[u8]| bytes.try_into().map_err(|_| Error::damaged("uuid"));
    let word = match (row.kind.as_deref(), &row.target) {
        (Some("apart"), _) => Word::Apart,
        (Some("with"), Some(target)) => Word::With(id(target)?),
        _ => Word::Rule,
    };
    Ok(Candidate {
        uuid: id(&row.uuid)?,
        tool: tool_of(row.tool)?,
        rule: row.rule.clone(),
        cwe: row.cwe.split_whitespace().filter_map(|number| number.parse().ok()).collect(),
        cve: row.cve.split_whitespace().map(str::to_owned).collect(),
        place: serde_json::from_str::<Place>(&row.place).map_err(|e| Error::damaged(format!("location.place: {e}")))?,
        word,
    })
}

/// A key as it is stored: its parts between tabs, which no path or parameter holds unescaped.
fn why(key: &Key) -> String {
    match key {
        Key::Cve(cve) => format!("cve\t{cve}"),
        Key::Flaw { family, path, parameter } => format!("flaw\t{family}\t{parameter}\t{path}"),
        Key::Person => "person".to_owned(),
    }
}

impl Store {
    /// Derives every issue anew if the rule has changed since it was done last.
    pub(crate) async fn correlate_anew(&self) -> Result<()> {
        let version: Option<(i64,)> = self.db.optional(VERSION, binds![]).await?;
        if version.is_some_and(|(version,)| version == CORRELATION_VERSION) {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let shared: Vec<(i64,)> = tx.all(ALL_SHARED, binds![]).await?;
        derive(&mut tx, &shared.into_iter().map(|(asset,)| asset).collect::<Vec<_>>()).await?;
        tx.execute(SET_VERSION, binds![CORRELATION_VERSION]).await?;
        tx.commit().await
    }
}

/// A finding of an issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueMember {
    /// Its public id.
    pub id: OccurrenceId,
    /// The scanner.
    pub tool: Tool,
    /// Its rule.
    pub rule: String,
    /// What the scanner calls it.
    pub title: String,
    /// Where on the asset.
    pub location: String,
    /// Its own status.
    pub status: Status,
    /// Why it is in the issue: `cve`, `flaw` or `person`, and the parts of what is shared.
    pub why: Vec<String>,
}

/// The issue of a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issue {
    /// The findings of the issue that the viewer may see, this one included; empty for one that stands alone.
    pub members: Vec<IssueMember>,
    /// What a person said last of this one (`apart`, `with`), and who; none while the rule decides.
    pub said: Option<(String, Option<PersonOf>)>,
}

type MemberRow = (Vec<u8>, i64, String, String, String, i64, String);

impl Scoped<'_> {
    /// The issue of an occurrence, by its anchor, and what a person said last of the occurrence.
    pub(crate) async fn issue(&self, anchor: Option<i64>, said: Option<(String, Option<PersonOf>)>) -> Result<Issue> {
        let said = said.filter(|(kind, _)| kind != "rule");
        let Some(anchor) = anchor else { return Ok(Issue { members: Vec::new(), said }) };
        let mut sql = SqlBuilder::new(
            "SELECT o.uuid, o.tool, w.rule, w.title, o.shown_location, o.status, c.why FROM correlation c \
             JOIN occurrence o ON o.id = c.occurrence_id JOIN weakness w ON w.id = o.weakness_id WHERE c.anchor_id = ",
        );
        sql.bind(anchor);
        if let Scope::Teams(teams) = &self.viewer.teams {
            sql.push(" AND o.team_id IN ").bind_list(team_values(teams));
        }
        sql.push(" ORDER BY o.tool, w.rule, o.id LIMIT 200");
        let rows: Vec<MemberRow> = self.store.db.all_built(sql).await?;
        Ok(Issue { members: rows.into_iter().map(member).collect::<Result<_>>()?, said })
    }

    /// Says of an occurrence that it stands apart from its issue, that it is the same as another one of its asset, or that the rule
    /// decides again.
    ///
    /// # Errors
    /// The viewer may not, there is no such occurrence that they may see, the other one is of another asset or the same one, or the
    /// database fails.
    pub async fn issue_say(&self, id: OccurrenceId, word: IssueWord, now: Micros) -> Result<()> {
        let everything = Filter::new();
        let of = self.occurrence_row(id, &everything, now).await?;
        self.viewer.require(Action::Decide, of.team.as_ref().map(|team| team.id))?;
        let (kind, target) = match word {
            IssueWord::Rule => ("rule", None),
            IssueWord::Apart => ("apart", None),
            IssueWord::With(other) => {
                let other = self.occurrence_row(other, &everything, now).await?;
                if other.number == of.number || other.asset != of.asset {
                    return Err(Error::Invalid { field: "target", code: "another_asset" });
                }
                ("with", Some(other.number))
            }
        };
        let mut tx = self.store.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        let user = self.viewer.user();
        let taken = locked.take(&mut tx, &self.store.config, StepKind::Decision, user, now).await?;
        tx.execute(SAY, binds![of.number, taken.recorded_at, taken.step, kind, target, user]).await?;
        let assets: Vec<(i64,)> = tx.all_in(ASSETS, binds![], [Value::from(of.number)]).await?;
        derive(&mut tx, &assets.into_iter().map(|(asset,)| asset).collect::<Vec<_>>()).await?;
        tx.commit().await
    }
}

/// What a person says of a finding's issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueWord {
    /// The rule decides.
    Rule,
    /// It stands alone.
    Apart,
    /// It is the same as that one.
    With(OccurrenceId),
}

fn member((uuid, number, rule, title, location, status, why): MemberRow) -> Result<IssueMember> {
    let status = i16::try_from(status).ok().and_then(Status::from_number).ok_or_else(|| Error::damaged("status"))?;
    Ok(IssueMember {
        id: OccurrenceId(uuid::Uuid::from_slice(&uuid).map_err(|_| Error::damaged("uuid"))?),
        tool: tool_of(number)?,
        rule,
        title,
        location,
        status,
        why: why.split('\t').map(str::to_owned).collect(),
    })
}

/// Which weaknesses meet in issues, among what a viewer may see.
#[derive(Clone, Debug, Default)]
pub(crate) struct Correlated {
    /// Anchor's weakness, own weakness, own scanner.
    pairs: Vec<(i64, i64, Tool)>,
}

impl Correlated {
    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The scanners besides its own that see flaws of a weakness's issues.
    pub(crate) fn also(&self, weakness: i64, own: Tool) -> Vec<Tool> {
        let found: BTreeSet<Tool> = self
            .pairs
            .iter()
            .filter(|(anchor, _, tool)| *anchor == weakness && *tool != own)
            .map(|pair| pair.2)
            .collect();
        found.into_iter().collect()
    }

    /// Whether an issue of a weakness holds more or fewer than the weakness's own findings.
    pub(crate) fn touches(&self, weakness: i64) -> bool {
        self.pairs.iter().any(|(anchor, own, _)| anchor != own && (*anchor == weakness || *own == weakness))
    }
}

impl Scoped<'_> {
    /// What meets, among what the viewer may see.
    pub(crate) async fn correlated(&self) -> Result<Correlated> {
        let mut sql = SqlBuilder::new(
            "SELECT DISTINCT c.weakness_id, o.weakness_id, o.tool FROM correlation c JOIN occurrence o ON o.id = c.occurrence_id",
        );
        if let Scope::Teams(teams) = &self.viewer.teams {
            sql.push(" WHERE o.team_id IN ").bind_list(team_values(teams));
        }
        let rows: Vec<(i64, i64, i64)> = self.store.db.all_built(sql).await?;
        let pairs = rows.into_iter().map(|(anchor, own, number)| Ok((anchor, own, tool_of(number)?)));
        Ok(Correlated { pairs: pairs.collect::<Result<_>>()? })
    }
}
