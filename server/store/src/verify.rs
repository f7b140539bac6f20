//! Checks of the books: everything that is derived is computed anew from the inputs in force and compared.

use crate::db::Tx;
use crate::error::Result;
use crate::ledger::load::{Loader, Subset, tool_of};
use crate::ledger::marks::wrongly_marked;
use crate::ledger::units::{LoadedUnit, Macs, Stored};
use crate::ledger::{BATCH, head::HeadRow};
use crate::{Store, binds, overrides};
use model::{Micros, Tool};
use std::collections::{BTreeMap, BTreeSet};

/// Problems that a report lists.
const LISTED: usize = 100;

crate::sql::statements! {
    UNITS = "SELECT DISTINCT tool, asset_id FROM occurrence ORDER BY tool, asset_id";
    HEAD = "SELECT h.step, (SELECT COUNT(*) FROM step), (SELECT COALESCE(MAX(step), 0) FROM step) FROM head h WHERE h.id = 1";
    ENTRIES = "SELECT COUNT(*) FROM entry";
    // Whatever was known at any step, an occurrence counts once or not at all.
    UNBALANCED = "SELECT DISTINCT b.occurrence_id FROM (SELECT a.occurrence_id, SUM(a.net) OVER \
        (PARTITION BY a.occurrence_id ORDER BY a.step) AS total FROM (SELECT occurrence_id, step, SUM(sign) AS net FROM entry \
        GROUP BY occurrence_id, step) AS a) AS b WHERE b.total NOT IN (0, 1)";
    ROLLUP = "SELECT day, cause, severity, team, workflow, tool, owasp_2017, owasp_2021, owasp_2025, \
        CAST(SUM(total) AS BIGINT) FROM rollup GROUP BY day, cause, severity, team, workflow, tool, owasp_2017, owasp_2021, \
        owasp_2025 HAVING SUM(total) <> 0";
    BOOKED = "SELECT e.day, e.cause, e.severity, COALESCE(e.team_id, 0), e.workflow, o.tool, \
        COALESCE(p.owasp_2017, w.owasp_2017), COALESCE(p.owasp_2021, w.owasp_2021), COALESCE(p.owasp_2025, w.owasp_2025), \
        CAST(SUM(e.sign) AS BIGINT) FROM entry e JOIN occurrence o ON o.id = e.occurrence_id \
        JOIN weakness w ON w.id = o.weakness_id LEFT JOIN parted p ON p.asset_id = o.asset_id AND p.weakness_id = o.weakness_id \
        AND p.until_step IS NULL GROUP BY e.day, e.cause, e.severity, COALESCE(e.team_id, 0), e.workflow, \
        o.tool, COALESCE(p.owasp_2017, w.owasp_2017), COALESCE(p.owasp_2021, w.owasp_2021), \
        COALESCE(p.owasp_2025, w.owasp_2025) HAVING SUM(e.sign) <> 0";
    ROLLUP_DAYS = "SELECT recorded_day, CAST(SUM(total) AS BIGINT) FROM rollup GROUP BY recorded_day HAVING SUM(total) <> 0";
    BOOKED_DAYS = "SELECT s.recorded_day, CAST(SUM(e.sign) AS BIGINT) FROM entry e JOIN step s ON s.step = e.step \
        GROUP BY s.recorded_day HAVING SUM(e.sign) <> 0";
    // Where marks lag they may be wrong.
    INVENTORY = concat!(
        "SELECT o.id FROM occurrence o", wrongly_marked!(),
        " AND o.id < COALESCE((SELECT h.marks_from FROM head h WHERE h.id = 1), o.id + 1)"
    );
}

type Cell = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);

/// What a check of the books found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerReport {
    /// The last step.
    pub step: i64,
    /// Occurrences that were projected anew.
    pub occurrences: u64,
    /// Entries in the books.
    pub entries: u64,
    /// How many problems there are.
    pub problem_count: u64,
    /// The first of them, for people who repair.
    pub problems: Vec<String>,
}

impl LedgerReport {
    /// Whether the books balance.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.problem_count == 0
    }

    fn problem(&mut self, text: String) {
        self.problem_count += 1;
        if self.problems.len() < LISTED {
            self.problems.push(text);
        }
    }
}

impl Store {
    /// Projects every occurrence anew from the inputs in force and compares the books, the heads, the episodes and the
    /// roll-ups with it. Reads one instant of the database.
    ///
    /// # Errors
    /// The database fails, or stored data cannot be read.
    pub async fn verify_ledger(&self, now: Micros) -> Result<LedgerReport> {
        self.acceptances_expire(now).await?;
        let mut tx = self.db.snapshot().await?;
        let mut report = LedgerReport::default();
        steps(&mut tx, &mut report).await?;
        crate::merge::check(&mut tx).await?.into_iter().for_each(|problem| report.problem(problem));
        units(&mut tx, &mut report, now).await?;
        sums(&mut tx, &mut report).await?;
        tx.rollback().await?;
        Ok(report)
    }
}

async fn steps(tx: &mut Tx, report: &mut LedgerReport) -> Result<()> {
    let (head, count, last): (i64, i64, i64) = tx.one(HEAD, binds![]).await?;
    report.step = head;
    if (head, head) != (count, last) {
        report.problem(format!("the head is at step {head}, {count} steps end at {last}"));
    }
    let (entries,): (i64,) = tx.one(ENTRIES, binds![]).await?;
    report.entries = entries.unsigned_abs();
    let unbalanced: Vec<(i64,)> = tx.all(UNBALANCED, binds![]).await?;
    for (id,) in unbalanced {
        report.problem(format!("occurrence {id}: at some step it counts neither once nor not at all"));
    }
    for id in overrides::astray(tx).await? {
        report.problem(format!("weakness {id}: its categories are not what its bases and the rules in force say"));
    }
    for (weakness, asset) in overrides::strays(tx).await? {
        report.problem(format!(
            "weakness {weakness} on asset {asset}: the rules in force say something else of it there"
        ));
    }
    let inventory: Vec<(i64,)> = tx.all(INVENTORY, binds![]).await?;
    for (id,) in inventory {
        report.problem(format!("occurrence {id}: its inventory mark is not its weakness's"));
    }
    Ok(())
}

async fn units(tx: &mut Tx, report: &mut LedgerReport, now: Micros) -> Result<()> {
    let rows: Vec<(i64, i64)> = tx.all(UNITS, binds![]).await?;
    let mut assets: BTreeMap<Tool, Vec<i64>> = BTreeMap::new();
    for (tool, asset) in rows {
        assets.entry(tool_of(tool)?).or_default().push(asset);
    }
    let mut loader = Loader::default();
    for (tool, assets) in assets {
        for batch in assets.chunks(BATCH) {
            for unit in loader.units(tx, tool, batch, Subset::All).await? {
                check(&unit, report, now);
            }
        }
    }
    Ok(())
}

fn check(unit: &LoadedUnit, report: &mut LedgerReport, now: Micros) {
    let index = unit.history.index();
    let mut unclaimed: BTreeSet<i64> = index.occurrences().collect();
    for loaded in &unit.occurrences {
        report.occurrences += 1;
        unclaimed.remove(&loaded.id);
        let projection = index.project(&loaded.facts(), now);
        let head = loaded.head(&index, projection.as_ref(), &Macs::new());
        let (lines, episodes) = projection.map_or_else(Default::default, |p| (p.lines, p.episodes));
        let id = loaded.id;
        if lines != loaded.lines {
            report.problem(format!("occurrence {id}: the books say {:?}, the inputs {lines:?}", loaded.lines));
        }
        if episodes != loaded.episodes {
            report.problem(format!(
                "occurrence {id}: stored episodes {:?}, from the inputs {episodes:?}",
                loaded.episodes
            ));
        }
        if let (Stored::Yes(stored), Some(head)) = (&loaded.stored, head)
            && comparable(stored) != comparable(&head)
        {
            report.problem(format!("occurrence {id}: stored head {stored:?}, from the inputs {head:?}"));
        }
    }
    for id in unclaimed {
        report.problem(format!("occurrence {id} is sighted on asset {} and has no row there", unit.history.asset));
    }
}

/// A head without what the inputs do not determine: the remembered hash of evidence, and the mark of the fast path, which
/// only has to be late enough.
fn comparable(head: &HeadRow) -> HeadRow {
    HeadRow { evidence_mac: None, quiet_after: None, ..head.clone() }
}

async fn sums(tx: &mut Tx, report: &mut LedgerReport) -> Result<()> {
    let rollup: Vec<Cell> = tx.all(ROLLUP, binds![]).await?;
    let booked: Vec<Cell> = tx.all(BOOKED, binds![]).await?;
    compare(rollup, booked, "the roll-up", report);
    let rollup: Vec<(i64, i64)> = tx.all(ROLLUP_DAYS, binds![]).await?;
    let booked: Vec<(i64, i64)> = tx.all(BOOKED_DAYS, binds![]).await?;
    compare(rollup, booked, "the roll-up by recorded day", report);
    Ok(())
}

fn compare<T: Ord + std::fmt::Debug>(mut stored: Vec<T>, mut booked: Vec<T>, what: &str, report: &mut LedgerReport) {
    stored.sort_unstable();
    booked.sort_unstable();
    if stored == booked {
        return;
    }
    let missing: Vec<&T> = booked.iter().filter(|cell| stored.binary_search(cell).is_err()).collect();
    let extra: Vec<&T> = stored.iter().filter(|cell| booked.binary_search(cell).is_err()).collect();
    report.problem(format!("{what} lacks {missing:?} and has {extra:?} besides the entries"));
}
