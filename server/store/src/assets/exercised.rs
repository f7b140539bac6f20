//! Of which categories scans had checks that reached a team's assets.

use super::chosen::Chosen;
use crate::ledger::load::{tool_of, unpack_coverage};
use crate::overrides::rules::mapped;
use crate::sql::SqlBuilder;
use crate::value::Value;
use crate::viewer::Scoped;
use crate::{Result, Tx, binds, codec};
use model::facts::ScanCoverage;
use model::filter::Filter;
use model::policy::Action;
use model::{Edition, Micros, TeamId, Tool};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use taxonomy::{Checked, checked_by_table, ran};

crate::sql::statements! {
    /// What scans prove by their silence.
    COVERAGE = "SELECT id, packed FROM coverage WHERE id IN ($*)";
    /// Which weaknesses scans of a series have described.
    DESCRIBED = "SELECT s.series_id, d.packed FROM (SELECT DISTINCT series_id, described_id FROM scan WHERE series_id IN ($*) \
        AND withdrawn_step IS NULL) s JOIN described d ON d.id = s.described_id";
    /// Where the weaknesses belong of tools that publish no table of their checks.
    KNOWN = "SELECT id, tool, rule, owasp_2017, owasp_2021, owasp_2025 FROM weakness WHERE tool IN ($1, $2)";
}

/// How a team's assets were looked at: by which tool, in which series, and with which coverage.
type Look = (Option<i64>, i64, i64, i64);

/// A weakness that a tool has found: a check that there is.
struct Known {
    tool: Tool,
    rule: String,
    of: Checked,
}

impl Scoped<'_> {
    /// By team: of which categories scans in force had checks that reached one of its assets, from one instant to another, both
    /// included.
    ///
    /// # Errors
    /// The viewer may not see figures, or the database fails.
    pub async fn asset_exercised(
        &self,
        since: Micros,
        until: Micros,
        now: Micros,
    ) -> Result<Arc<BTreeMap<Option<TeamId>, Checked>>> {
        self.viewer.require_somewhere(Action::SeePosture)?;
        let what = format!("exercised {since} {until}");
        let bytes = |teams: &BTreeMap<Option<TeamId>, Checked>| teams.len() * 32;
        self.remembered(&what, &Filter::new(), now, bytes, Box::pin(self.exercised(since, until, now))).await
    }

    async fn exercised(&self, since: Micros, until: Micros, now: Micros) -> Result<BTreeMap<Option<TeamId>, Checked>> {
        let mut sql = SqlBuilder::new(
            "SELECT DISTINCT a.team_id, s.tool, s.series_id, s.coverage_id FROM observation b JOIN scan s ON s.id = b.scan_id \
             JOIN asset p ON p.id = b.asset_id JOIN asset a ON a.id = COALESCE(p.merged_id, p.id) WHERE b.at >= ",
        );
        sql.bind(since).push(" AND b.at <= ").bind(until);
        sql.push(" AND b.reached = 1 AND s.dated = 1 AND s.withdrawn_step IS NULL AND ");
        let everything = Filter::new();
        Chosen::new(self.viewer, &everything, &self.store.config, now).push_where(&mut sql);
        let mut tx = self.store.db.snapshot().await?;
        let looks: Vec<Look> = tx.all_built(sql).await?;
        let numbers: BTreeSet<i64> = looks.iter().map(|look| look.3).collect();
        let packed: Vec<(i64, Vec<u8>)> = tx.all_in(COVERAGE, binds![], numbers.into_iter().map(Value::from)).await?;
        let coverages: HashMap<i64, ScanCoverage> =
            packed.iter().map(|(id, packed)| Ok((*id, unpack_coverage(packed)?))).collect::<Result<_>>()?;
        let by_finding = |look: &&Look| matches!(tool_of(look.1), Ok(Tool::Nessus | Tool::Other));
        let series: BTreeSet<i64> = looks.iter().filter(by_finding).map(|look| look.2).collect();
        let (mut known, mut seen) = (HashMap::new(), HashMap::new());
        if !series.is_empty() {
            known = checks(&mut tx).await?;
            let described: Vec<(i64, Vec<u8>)> =
                tx.all_in(DESCRIBED, binds![], series.into_iter().map(Value::from)).await?;
            for (series, texts) in described {
                let of: &mut BTreeSet<i64> = seen.entry(series).or_default();
                of.extend(codec::weaknesses_of(&texts)?);
            }
        }
        tx.rollback().await?;
        let mut judged: HashMap<(i64, i64, i64), Checked> = HashMap::new();
        let mut teams: BTreeMap<Option<TeamId>, Checked> = BTreeMap::new();
        for (team, number, series, coverage) in looks {
            let tool = tool_of(number)?;
            let Some(covers) = coverages.get(&coverage) else { continue };
            let checked = judged.entry((number, series, coverage)).or_insert_with(|| {
                checked_by_table(tool, covers).unwrap_or_else(|| by_knowledge(tool, covers, seen.get(&series), &known))
            });
            teams.entry(team.map(TeamId)).or_default().join(*checked);
        }
        Ok(teams)
    }
}

/// The checks that tools have which publish no table of them, by weakness.
async fn checks(tx: &mut Tx) -> Result<HashMap<i64, Known>> {
    let rows: Vec<(i64, i64, String, i64, i64, i64)> =
        tx.all(KNOWN, binds![i64::from(Tool::Nessus.number()), i64::from(Tool::Other.number())]).await?;
    let of = |(id, number, rule, y2017, y2021, y2025)| {
        let mut of = Checked::default();
        for (edition, mapped) in
            [Edition::Y2017, Edition::Y2021, Edition::Y2025].into_iter().zip(mapped([y2017, y2021, y2025]))
        {
            of.add(edition, mapped);
        }
        Ok((id, Known { tool: tool_of(number)?, rule, of }))
    };
    rows.into_iter().map(of).collect()
}

/// Of the checks that a tool is known to have, those that a scan ran by its own account; where it does not tell, those that found
/// something in a scan of the same series before.
fn by_knowledge(
    tool: Tool,
    coverage: &ScanCoverage,
    seen: Option<&BTreeSet<i64>>,
    known: &HashMap<i64, Known>,
) -> Checked {
    let mut checked = Checked::default();
    for (weakness, one) in known.iter().filter(|(_, one)| one.tool == tool) {
        let there = || seen.is_some_and(|seen| seen.contains(weakness));
        if ran(coverage, &one.rule).unwrap_or_else(there) {
            checked.join(one.of);
        }
    }
    checked
}
