//! The risk of findings by the formula of `taxonomy`, kept in their rows so that a list can be in its order.
//!
//! A head's risk is made with the head. What else it depends on changes for whole weaknesses (what is published of
//! exploitation) or assets (what is declared of them) at a time: then a statement a share writes the scores of the five
//! severities.

mod weights;

pub(crate) use weights::STATEMENTS as WEIGHTS;
pub use weights::{RiskChange, RiskMoved, WeightsRow};

use crate::db::Tx;
use crate::dialect::bulk::{self, Rows};
use crate::step::{self, StepKind};
use crate::value::Value;
use crate::{Error, Result, Store, binds};
use model::risk::RiskWeights;
use model::{Criticality, Exposure, Micros, Severity};
use std::collections::BTreeMap;
use taxonomy::{RISK_VERSION, exploitability_share, risk_of_shares, stake};

crate::sql::statements! {
    /// By which version of the formula the numbers were made.
    VERSION = "SELECT version FROM risk_formula WHERE id = 1";
    /// By which they are from now on.
    SET_VERSION = "UPDATE risk_formula SET version = $1 WHERE id = 1";
    /// What is published of every weakness.
    ALL = "SELECT id, epss, kev_added FROM weakness";
    /// What is declared of every asset of which anything is.
    ALL_DECLARED = "SELECT id, criticality, exposure FROM asset WHERE criticality IS NOT NULL OR exposure IS NOT NULL";
    /// What is published of some weaknesses, and the share that was made of it.
    SHARES = "SELECT id, epss, kev_added, exploitability FROM weakness WHERE id IN ($*)";
    /// The share of some weaknesses.
    SET_SHARE = "UPDATE weakness SET exploitability = $1 WHERE id IN ($*)";
    /// What can be at stake.
    STAKES = "SELECT DISTINCT stake FROM asset";
    /// The shares that there are.
    EXPLOITABILITIES = "SELECT DISTINCT exploitability FROM weakness";
    /// The scores of the five severities, for all that some weaknesses were found as where so much is at stake.
    SET_OF_WEAKNESSES = "UPDATE occurrence SET risk = CASE severity WHEN 0 THEN CAST($1 AS BIGINT) \
        WHEN 1 THEN CAST($2 AS BIGINT) WHEN 2 THEN CAST($3 AS BIGINT) WHEN 3 THEN CAST($4 AS BIGINT) \
        ELSE CAST($5 AS BIGINT) END WHERE asset_id IN (SELECT a.id FROM asset a WHERE a.stake = $6) AND weakness_id IN ($*)";
    /// The same for what was found on some assets of weaknesses with that share.
    SET_ON_ASSETS = "UPDATE occurrence SET risk = CASE severity WHEN 0 THEN CAST($1 AS BIGINT) \
        WHEN 1 THEN CAST($2 AS BIGINT) WHEN 2 THEN CAST($3 AS BIGINT) WHEN 3 THEN CAST($4 AS BIGINT) \
        ELSE CAST($5 AS BIGINT) END WHERE weakness_id IN (SELECT w.id FROM weakness w WHERE w.exploitability = $6) \
        AND asset_id IN ($*)";
    /// The shares of some weaknesses.
    EXPLOITABILITY = "SELECT id, exploitability FROM weakness WHERE id IN ($*)";
    /// What is at stake on some assets.
    STAKE = "SELECT id, stake FROM asset WHERE id IN ($*)";
}

/// The risk of a head with that severity, of a weakness with that share, where so much is at stake.
pub(crate) fn of_head(severity: Severity, exploitability: i64, stake: i64) -> i64 {
    let share = |number: i64| u32::try_from(number).unwrap_or(0);
    risk_of_shares(severity, share(exploitability), share(stake)).into()
}

/// The scores of the five severities.
fn scores(exploitability: i64, stake: i64) -> [Value; 5] {
    [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical]
        .map(|severity| Value::from(of_head(severity, exploitability, stake)))
}

/// The shares of weaknesses.
pub(crate) async fn shares(tx: &mut Tx, weaknesses: impl Iterator<Item = i64>) -> Result<BTreeMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = tx.all_in(EXPLOITABILITY, binds![], weaknesses.map(Value::from)).await?;
    Ok(rows.into_iter().collect())
}

/// What is at stake on assets.
pub(crate) async fn stakes(tx: &mut Tx, assets: impl Iterator<Item = i64>) -> Result<BTreeMap<i64, i64>> {
    let rows: Vec<(i64, i64)> = tx.all_in(STAKE, binds![], assets.map(Value::from)).await?;
    Ok(rows.into_iter().collect())
}

/// The weights in force.
pub(crate) async fn weights(tx: &mut Tx) -> Result<RiskWeights> {
    Ok(weights::in_force(tx).await?.1)
}

/// The share of a weakness of which this is published.
pub(crate) fn share(weights: &RiskWeights, epss: Option<i64>, kev: Option<i64>) -> i64 {
    exploitability_share(weights, kev.is_some(), epss.and_then(|epss| u32::try_from(epss).ok())).into()
}

/// What is at stake on an asset of which this is declared.
pub(crate) fn stake_of(weights: &RiskWeights, criticality: Option<Criticality>, exposure: Option<Exposure>) -> i64 {
    stake(weights, criticality, exposure).into()
}

/// Follows weaknesses of which something else is published now.
pub(crate) async fn settle(tx: &mut Tx, weaknesses: impl Iterator<Item = i64>) -> Result<()> {
    let rows: Vec<(i64, Option<i64>, Option<i64>, i64)> =
        tx.all_in(SHARES, binds![], weaknesses.map(Value::from)).await?;
    let weights = weights(tx).await?;
    let changed = rows.into_iter().filter_map(|(id, epss, kev, before)| {
        let after = share(&weights, epss, kev);
        (after != before).then_some((id, after))
    });
    write(tx, changed.collect()).await
}

/// Writes the shares of weaknesses, and the risks that follow.
async fn write(tx: &mut Tx, shares: Vec<(i64, i64)>) -> Result<()> {
    if shares.is_empty() {
        return Ok(());
    }
    let mut groups: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (weakness, share) in shares {
        groups.entry(share).or_default().push(weakness);
    }
    let stakes: Vec<(i64,)> = tx.all(STAKES, binds![]).await?;
    for (share, weaknesses) in groups {
        let keys = || weaknesses.iter().map(|id| Value::from(*id));
        tx.execute_in(SET_SHARE, binds![share], keys()).await?;
        for (stake,) in &stakes {
            let mut binds = scores(share, *stake).to_vec();
            binds.push(Value::from(*stake));
            tx.execute_in(SET_OF_WEAKNESSES, binds, keys()).await?;
        }
    }
    Ok(())
}

/// Follows assets on which something else is at stake now.
pub(crate) async fn assets_changed(tx: &mut Tx, assets: &[(i64, i64)]) -> Result<()> {
    if assets.is_empty() {
        return Ok(());
    }
    let mut groups: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (asset, stake) in assets {
        groups.entry(*stake).or_default().push(*asset);
    }
    let shares: Vec<(i64,)> = tx.all(EXPLOITABILITIES, binds![]).await?;
    for (stake, assets) in groups {
        for (share,) in &shares {
            let mut binds = scores(*share, stake).to_vec();
            binds.push(Value::from(*share));
            tx.execute_in(SET_ON_ASSETS, binds, assets.iter().map(|id| Value::from(*id))).await?;
        }
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
        let found: Option<(i64,)> = self.db.optional(VERSION, binds![]).await?;
        let (version,) = found.ok_or_else(|| Error::damaged("risk_formula"))?;
        if version == i64::from(RISK_VERSION) {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let locked = step::lock(&mut tx).await?;
        locked.take(&mut tx, &self.config, StepKind::Feed, None, now).await?;
        let declared: Vec<(i64, Option<i64>, Option<i64>)> = tx.all(ALL_DECLARED, binds![]).await?;
        let weights = weights(&mut tx).await?;
        let small = |number: Option<i64>| number.and_then(|number| i16::try_from(number).ok());
        let stakes = declared.iter().map(|(_, criticality, exposure)| {
            let criticality = small(*criticality).and_then(Criticality::from_number);
            stake_of(&weights, criticality, small(*exposure).and_then(Exposure::from_number))
        });
        let rows = Rows::new("asset").int("id", declared.iter().map(|(id, ..)| *id).collect());
        let rows = rows.int("stake", stakes.collect());
        bulk::update(&mut tx, rows).await?;
        let all: Vec<(i64, Option<i64>, Option<i64>)> = tx.all(ALL, binds![]).await?;
        write(&mut tx, all.into_iter().map(|(id, epss, kev)| (id, share(&weights, epss, kev))).collect()).await?;
        tx.execute(SET_VERSION, binds![i64::from(RISK_VERSION)]).await?;
        tx.commit().await
    }
}
