//! The risk of findings by the formula of `taxonomy`, kept in their rows so that a list can be in its order.
//!
//! A head's risk is made with the head. What else it depends on, what is published of exploitation, changes for whole
//! weaknesses at a time: then one statement a share writes the scores of the five severities.

use crate::db::Tx;
use crate::step::{self, StepKind};
use crate::value::Value;
use crate::{Error, Result, Store, binds};
use model::{Micros, Severity};
use std::collections::BTreeMap;
use taxonomy::{Level, RISK_VERSION, RiskOf, exploitability_share, risk, risk_of_shares};

crate::sql::statements! {
    /// By which version of the formula the numbers were made.
    VERSION = "SELECT version FROM risk_formula WHERE id = 1";
    /// By which they are from now on.
    SET_VERSION = "UPDATE risk_formula SET version = $1 WHERE id = 1";
    /// What is published of every weakness.
    ALL = "SELECT id, epss, kev_added FROM weakness";
    /// What is published of some weaknesses, and the share that was made of it.
    SHARES = "SELECT id, epss, kev_added, exploitability FROM weakness WHERE id IN ($*)";
    /// The share of some weaknesses.
    SET_SHARE = "UPDATE weakness SET exploitability = $1 WHERE id IN ($*)";
    /// The scores of the five severities, for all that some weaknesses were found as.
    SET_RISK = "UPDATE occurrence SET risk = CASE severity WHEN 0 THEN CAST($1 AS BIGINT) WHEN 1 THEN CAST($2 AS BIGINT) \
        WHEN 2 THEN CAST($3 AS BIGINT) WHEN 3 THEN CAST($4 AS BIGINT) ELSE CAST($5 AS BIGINT) END WHERE weakness_id IN ($*)";
    /// The shares of some weaknesses.
    EXPLOITABILITY = "SELECT id, exploitability FROM weakness WHERE id IN ($*)";
}

/// The risk of a head with that severity, of a weakness with that share.
pub(crate) fn of_head(severity: Severity, exploitability: i64) -> i64 {
    risk_of_shares(severity, u32::try_from(exploitability).unwrap_or(0), Level::default(), Level::default()).into()
}

/// The shares of weaknesses.
pub(crate) async fn shares(tx: &mut Tx, weaknesses: impl Iterator<Item = i64>) -> Result<BTreeMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = tx.all_in(EXPLOITABILITY, binds![], weaknesses.map(Value::from)).await?;
    Ok(rows.into_iter().collect())
}

fn share(epss: Option<i64>, kev: Option<i64>) -> i64 {
    exploitability_share(kev.is_some(), epss.and_then(|epss| u32::try_from(epss).ok())).into()
}

/// Follows weaknesses of which something else is published now.
pub(crate) async fn settle(tx: &mut Tx, weaknesses: impl Iterator<Item = i64>) -> Result<()> {
    let rows: Vec<(i64, Option<i64>, Option<i64>, i64)> =
        tx.all_in(SHARES, binds![], weaknesses.map(Value::from)).await?;
    let changed = rows.into_iter().filter_map(|(id, epss, kev, before)| {
        let after = share(epss, kev);
        (after != before).then_some((id, after))
    });
    write(tx, changed).await
}

async fn write(tx: &mut Tx, shares: impl Iterator<Item = (i64, i64)>) -> Result<()> {
    let mut groups: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (weakness, share) in shares {
        groups.entry(share).or_default().push(weakness);
    }
    for (share, weaknesses) in groups {
        let keys = || weaknesses.iter().map(|id| Value::from(*id));
        tx.execute_in(SET_SHARE, binds![share], keys()).await?;
        let scores = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
        let scores = scores.map(|severity| Value::from(of_head(severity, share)));
        tx.execute_in(SET_RISK, scores.to_vec(), keys()).await?;
    }
    Ok(())
}

impl Store {
    /// Makes every risk anew if the numbers are of another version of the formula. Takes a step: figures that ask for risk
    /// move.
    ///
    /// # Errors
    /// The database fails.
    pub async fn risk_ensure(&self, now: Micros) -> Result<()> {
        let (version,): (i64,) =
            self.db.optional(VERSION, binds![]).await?.ok_or_else(|| Error::damaged("risk_formula"))?;
        if version == i64::from(RISK_VERSION) {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        locked.take(&mut tx, &self.config, StepKind::Feed, None, now).await?;
        let rows: Vec<(i64, Option<i64>, Option<i64>)> = tx.all(ALL, binds![]).await?;
        write(&mut tx, rows.into_iter().map(|(id, epss, kev)| (id, share(epss, kev)))).await?;
        tx.execute(SET_VERSION, binds![i64::from(RISK_VERSION)]).await?;
        tx.commit().await
    }
}

/// The risk of a finding with its arithmetic.
#[must_use]
pub fn explained(severity: Severity, kev: bool, epss: Option<u32>) -> taxonomy::Risk {
    risk(&RiskOf { severity, kev, epss, criticality: Level::default(), exposure: Level::default() })
}
