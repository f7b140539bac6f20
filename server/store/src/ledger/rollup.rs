//! Sums of the ledger by happened day, recorded day and the fixed dimensions.

use crate::db::{Engine, Tx};
use crate::error::Result;
use crate::sql::{repeated, vouched};
use crate::value::Value;
use model::{Day, Tool};
use posture::Line;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of one statement.
const ROWS: usize = 100;
const COLUMNS: usize = 11;
const HEAD: &str = "INSERT INTO rollup (day, recorded_day, cause, severity, team, workflow, tool, owasp_2017, owasp_2021, \
                    owasp_2025, total) VALUES";
const TAIL: &str = " ON CONFLICT (day, recorded_day, cause, severity, team, workflow, tool, owasp_2017, owasp_2021, \
                    owasp_2025) DO UPDATE SET total = rollup.total + excluded.total";

/// A weakness's stored categories: 2017, 2021, 2025.
pub(crate) type Owasp = [i64; 3];

/// What is added to the roll-up in a step.
#[derive(Debug, Default)]
pub(crate) struct Rollup {
    sums: BTreeMap<[i64; COLUMNS - 1], i64>,
}

impl Rollup {
    /// Counts an entry.
    pub(crate) fn add(&mut self, line: &Line, day: Day, recorded_day: Day, tool: Tool, owasp: Owasp) {
        let team = line.team.map_or(0, |team| team.0);
        let key = [
            day.0.into(),
            recorded_day.0.into(),
            line.cause.number().into(),
            line.severity.number().into(),
            team,
            line.workflow.number().into(),
            tool.number().into(),
            owasp[0],
            owasp[1],
            owasp[2],
        ];
        self.add_key(key, line.sign.into());
    }

    /// Counts under a key as it is stored.
    pub(crate) fn add_key(&mut self, key: [i64; COLUMNS - 1], total: i64) {
        *self.sums.entry(key).or_insert(0) += total;
    }

    /// Adds the sums to the table.
    pub(crate) async fn write(self, tx: &mut Tx) -> Result<()> {
        let rows: Vec<_> = self.sums.into_iter().filter(|(_, total)| *total != 0).collect();
        let engine = tx.engine();
        let text = |count| -> Arc<str> { repeated(engine, HEAD, COLUMNS, count, TAIL).into() };
        let full = text(ROWS);
        for chunk in rows.chunks(ROWS) {
            let text = if chunk.len() == ROWS { full.clone() } else { text(chunk.len()) };
            let binds = chunk.iter().flat_map(|(key, total)| key.iter().chain([total]).map(|v| Value::from(*v)));
            tx.execute_of(vouched(text), binds.collect()).await?;
        }
        Ok(())
    }
}

/// One row's statement, for the catalogue.
pub(crate) fn one_row() -> String {
    repeated(Engine::Postgres, HEAD, COLUMNS, 1, TAIL)
}
