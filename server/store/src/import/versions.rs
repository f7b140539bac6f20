//! Versions of a weakness's text in its row and beside it, and what moves when another comes into force.

use super::staged::RuleColumns;
use crate::binds;
use crate::codec::TextHash;
use crate::correlation;
use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::error::{Error, Result};
use crate::feeds;
use crate::ledger::load::tool_of;
use crate::ledger::reclassify::{Moved, reclassify};
use crate::ledger::rollup::Owasp;
use crate::overrides::{self, Ruled, Rules, Stands};
use crate::risk;
use crate::step::Taken;
use crate::value::Value;
use model::facts::WeaknessFacts;
use model::overrides::Subject;
use model::{Micros, Tool};
use posture::EvidenceRef;
use std::collections::{HashMap, HashSet};

crate::sql::statements! {
    // A version is what the other bases say; what rules say of a weakness is not its text's.
    ARCHIVE = "INSERT INTO weakness_text (weakness_id, hash, facts, prose_pack, prose_index, mapping, owasp_2017, owasp_2021, \
        owasp_2025, classification) SELECT id, text_hash, facts, prose_pack, prose_index, mapping, \
        COALESCE(base_2017, owasp_2017), COALESCE(base_2021, owasp_2021), COALESCE(base_2025, owasp_2025), \
        CASE WHEN base_2021 IS NULL THEN classification ELSE base_classification END FROM weakness WHERE id IN ($*) \
        ON CONFLICT (weakness_id, hash) DO NOTHING";
    // Of several changes in one step the first says what was known before it.
    RECLASSIFIED = "INSERT INTO reclassification (weakness_id, step, owasp_2017, owasp_2021, owasp_2025, classification) \
        SELECT id, $1, owasp_2017, owasp_2021, owasp_2025, classification FROM weakness WHERE id IN ($*) \
        ON CONFLICT (weakness_id, step) DO NOTHING";
    VERSION_KEYS = "SELECT weakness_id, hash FROM weakness_text WHERE weakness_id IN ($*)";
    VERSIONS = "SELECT weakness_id, hash, facts, prose_pack, prose_index, mapping, owasp_2017, owasp_2021, owasp_2025, \
        classification FROM weakness_text WHERE weakness_id IN ($*)";
}

/// A weakness's stored row, without its texts.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Stored {
    pub(super) id: i64,
    pub(super) tool: i64,
    pub(super) rule: String,
    pub(super) text_hash: Vec<u8>,
    pub(super) text_at: i64,
    pub(super) text_by: Vec<u8>,
    pub(super) mapping: i64,
    owasp_2017: i64,
    owasp_2021: i64,
    owasp_2025: i64,
}

impl Stored {
    /// The categories in force.
    pub(super) fn owasp(&self) -> Owasp {
        [self.owasp_2017, self.owasp_2021, self.owasp_2025]
    }
}

/// A version of a text, ready to be put into a weakness's row.
#[derive(Clone, Debug)]
pub(super) struct Version {
    pub(super) columns: RuleColumns,
    pub(super) facts: String,
    pub(super) hash: TextHash,
    pub(super) prose: Option<EvidenceRef>,
    pub(super) mapping: i64,
    pub(super) owasp: Owasp,
    pub(super) classification: String,
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    weakness_id: i64,
    hash: Vec<u8>,
    facts: String,
    prose_pack: Option<i64>,
    prose_index: i64,
    mapping: i64,
    owasp_2017: i64,
    owasp_2021: i64,
    owasp_2025: i64,
    classification: String,
}

/// The versions of weaknesses besides those in their rows.
pub(super) async fn versions_of(
    tx: &mut Tx,
    weaknesses: impl Iterator<Item = i64>,
) -> Result<HashMap<(i64, Vec<u8>), Version>> {
    let rows: Vec<VersionRow> = tx.all_in(VERSIONS, binds![], weaknesses.map(Value::from)).await?;
    rows.into_iter().map(|row| Ok(((row.weakness_id, row.hash.clone()), row.version()?))).collect()
}

impl VersionRow {
    fn version(self) -> Result<Version> {
        let damaged = || Error::damaged(format!("a text of weakness {}", self.weakness_id));
        let facts: WeaknessFacts = serde_json::from_str(&self.facts).map_err(|_| damaged())?;
        let index = u32::try_from(self.prose_index).map_err(|_| damaged())?;
        Ok(Version {
            columns: RuleColumns::of(&facts),
            hash: self.hash.as_slice().try_into().map_err(|_| damaged())?,
            prose: self.prose_pack.map(|pack| EvidenceRef { pack, index }),
            mapping: self.mapping,
            owasp: [self.owasp_2017, self.owasp_2021, self.owasp_2025],
            classification: self.classification,
            facts: self.facts,
        })
    }
}

/// Keeps versions that did not win, unless they are kept already.
pub(super) async fn keep_versions(tx: &mut Tx, mut versions: Vec<(i64, Version)>) -> Result<()> {
    if versions.is_empty() {
        return Ok(());
    }
    let ids = versions.iter().map(|(id, _)| Value::from(*id));
    let kept: Vec<(i64, Vec<u8>)> = tx.all_in(VERSION_KEYS, binds![], ids).await?;
    let kept: HashSet<(i64, Vec<u8>)> = kept.into_iter().collect();
    versions.retain(|(id, version)| !kept.contains(&(*id, version.hash.to_vec())));
    let rows = Rows::new("weakness_text")
        .int("weakness_id", versions.iter().map(|(id, _)| *id).collect())
        .bytes("hash", versions.iter().map(|(_, v)| v.hash.to_vec()).collect());
    let (_, versions): (Vec<i64>, Vec<Version>) = versions.into_iter().unzip();
    let of = |edition: usize| versions.iter().map(|v| v.owasp[edition]).collect();
    let rows = text_columns(rows, &versions).int("owasp_2017", of(0)).int("owasp_2021", of(1)).int("owasp_2025", of(2));
    let why = versions.into_iter().map(|v| v.classification).collect();
    bulk::insert(tx, rows.text("classification", why)).await
}

/// The columns that a version has both in a weakness's row and beside it, without its categories.
fn text_columns(rows: Rows, versions: &[Version]) -> Rows {
    rows.opt_int("prose_pack", versions.iter().map(|v| v.prose.map(|at| at.pack)).collect())
        .int("prose_index", versions.iter().map(|v| v.prose.map_or(0, |at| at.index.into())).collect())
        .int("mapping", versions.iter().map(|v| v.mapping).collect())
        .text("facts", versions.iter().map(|v| v.facts.clone()).collect())
}

/// Since when a text is in force and by which export.
#[derive(Debug)]
pub(super) struct Stamp {
    pub(super) at: Micros,
    pub(super) by: Vec<u8>,
}

/// Rows of weaknesses with all their columns.
#[derive(Default)]
pub(super) struct Writer {
    ids: Vec<i64>,
    versions: Vec<Version>,
    ruled: Vec<Option<Ruled>>,
    stamps: Vec<Stamp>,
}

impl Writer {
    /// Adds a row; the categories that are in force in it.
    pub(super) fn push(&mut self, id: i64, tool: Tool, version: Version, stamp: Stamp, rules: &Rules) -> Owasp {
        let RuleColumns { rule, title, cwe, cve, .. } = &version.columns;
        let ruled = rules.of(&Subject { tool, rule, title, cwe, cve }, version.owasp, &version.classification);
        let owasp = ruled.as_ref().map_or(version.owasp, |ruled| ruled.owasp);
        self.ids.push(id);
        self.versions.push(version);
        self.ruled.push(ruled);
        self.stamps.push(stamp);
        owasp
    }

    /// Weaknesses with their columns of CVEs.
    fn carrying(&self, keep: impl Fn(&str) -> bool) -> Vec<(i64, String)> {
        let all = self.ids.iter().zip(&self.versions).filter(|(_, version)| keep(&version.columns.cve));
        all.map(|(id, version)| (*id, version.columns.cve.clone())).collect()
    }

    fn rows(self) -> Rows {
        let (ats, bys): (Vec<i64>, Vec<Vec<u8>>) = self.stamps.into_iter().map(|s| (s.at.0, s.by)).unzip();
        let columns = || self.versions.iter().map(|v| &v.columns);
        let rows = Rows::new("weakness")
            .int("id", self.ids)
            .text("title", columns().map(|c| c.title.clone()).collect())
            .text("family", columns().map(|c| c.family.clone()).collect())
            .text("cwe", columns().map(|c| c.cwe.clone()).collect())
            .text("cve", columns().map(|c| c.cve.clone()).collect())
            .opt_int("score_tenths", columns().map(|c| c.score_tenths).collect())
            .bytes("text_hash", self.versions.iter().map(|v| v.hash.to_vec()).collect())
            .int("text_at", ats)
            .bytes("text_by", bys);
        let rows = text_columns(rows, &self.versions);
        let stands = self.versions.into_iter().zip(self.ruled);
        let stands = stands.map(|(v, ruled)| Stands { base: v.owasp, why: v.classification, ruled });
        overrides::columns(rows, stands.collect())
    }

    /// Inserts new weaknesses of a tool.
    pub(super) async fn insert(self, tx: &mut Tx, tool: Tool) -> Result<()> {
        let carrying = self.carrying(|cves| !cves.is_empty());
        let tools = vec![i64::from(tool.number()); self.ids.len()];
        let rules = self.versions.iter().map(|v| v.columns.rule.clone()).collect();
        let shares = vec![risk::share(&risk::weights(tx).await?, None, None); self.ids.len()];
        let rows = self.rows().int("tool", tools).text("rule", rules).int("exploitability", shares);
        bulk::insert(tx, rows).await?;
        feeds::derive::weaknesses_added(tx, carrying).await
    }
}

/// What changes in rows of weaknesses that exist.
#[derive(Default)]
pub(super) struct Settle {
    stamps: Vec<(i64, Stamp)>,
    replaced: Writer,
    without_prose: Vec<i64>,
    categories: Vec<Moved>,
}

impl Settle {
    /// The text stays; who said it last is new.
    pub(super) fn stamp(&mut self, id: i64, stamp: Stamp) {
        self.stamps.push((id, stamp));
    }

    /// Another text comes into force; the categories that are in force with it.
    pub(super) fn replace(&mut self, row: &Stored, version: Version, stamp: Stamp, rules: &Rules) -> Result<Owasp> {
        if version.prose.is_none() {
            self.without_prose.push(row.id);
        }
        let owasp = self.replaced.push(row.id, tool_of(row.tool)?, version, stamp, rules);
        if row.owasp() != owasp {
            self.categories.push((row.id, row.owasp(), owasp));
        }
        Ok(owasp)
    }

    /// Writes everything, what is booked under other categories included.
    pub(super) async fn write(mut self, tx: &mut Tx, taken: Taken) -> Result<()> {
        let (ids, stamps): (Vec<i64>, Vec<Stamp>) = self.stamps.into_iter().unzip();
        let (ats, bys): (Vec<i64>, Vec<Vec<u8>>) = stamps.into_iter().map(|s| (s.at.0, s.by)).unzip();
        bulk::update(tx, Rows::new("weakness").int("id", ids).int("text_at", ats).bytes("text_by", bys)).await?;
        tx.execute_in(ARCHIVE, binds![], self.replaced.ids.iter().map(|id| Value::from(*id))).await?;
        // A version that was stored before was not staged again: its prose is where it was, the archive just made included.
        if !self.without_prose.is_empty() {
            let versions = versions_of(tx, self.without_prose.iter().copied()).await?;
            for (id, version) in self.replaced.ids.iter().zip(&mut self.replaced.versions) {
                if version.prose.is_none() {
                    let stored = versions.get(&(*id, version.hash.to_vec()));
                    version.prose = stored.ok_or_else(|| Error::damaged(format!("a text of weakness {id}")))?.prose;
                }
            }
        }
        tx.execute_in(RECLASSIFIED, binds![taken.step], self.categories.iter().map(|(id, ..)| Value::from(*id)))
            .await?;
        let carrying = self.replaced.carrying(|_| true);
        let replaced = self.replaced.ids.clone();
        let marks = correlation::marks(tx, &replaced).await?;
        bulk::update(tx, self.replaced.rows()).await?;
        feeds::derive::weaknesses_changed(tx, carrying).await?;
        correlation::follow_weaknesses(tx, &replaced, &marks).await?;
        reclassify(tx, taken, self.categories).await
    }
}
