//! What rules say on some assets, for those who write or project findings there.

use super::parted::Pair;
use super::rules;
use crate::ledger::rollup::Owasp;
use crate::value::Value;
use crate::{Error, Result, Tx, binds};
use model::Micros;
use model::overrides::Says;
use posture::{Decision, DecisionKind};
use std::collections::HashMap;

crate::sql::statements! {
    /// The pairs of some assets that are parted.
    PARTED = "SELECT weakness_id, asset_id, owasp_2017, owasp_2021, owasp_2025 FROM parted \
        WHERE until_step IS NULL AND asset_id IN ($*)";
    /// The pairs of some assets of which rules say how severe they are.
    RATED = "SELECT weakness_id, asset_id, rules FROM rated WHERE asset_id IN ($*)";
    /// What those rules say, and since when.
    RATES = "SELECT id, happened_at, says FROM override_rule WHERE withdrawn_step IS NULL";
}

/// What rules say of weaknesses on some assets.
#[derive(Default)]
pub(crate) struct Local {
    parts: HashMap<Pair, Owasp>,
    rates: HashMap<Pair, Vec<Decision>>,
}

impl Local {
    /// Reads where pairs stand, and how severe rules say that they are.
    pub(crate) async fn on(tx: &mut Tx, assets: &[i64]) -> Result<Self> {
        let rows: Vec<(i64, i64, i64, i64, i64)> = tx.all_in(PARTED, binds![], keys(assets)).await?;
        let parts = rows.into_iter().map(|(weakness, asset, o17, o21, o25)| ((weakness, asset), [o17, o21, o25]));
        Ok(Self { parts: parts.collect(), ..Self::rates_on(tx, assets).await? })
    }

    /// Reads how severe rules say that pairs are, and nothing else.
    pub(crate) async fn rates_on(tx: &mut Tx, assets: &[i64]) -> Result<Self> {
        let rows: Vec<(i64, i64, String)> = tx.all_in(RATED, binds![], keys(assets)).await?;
        if rows.is_empty() {
            return Ok(Self::default());
        }
        let said: Vec<(i64, i64, String)> = tx.all(RATES, binds![]).await?;
        let mut decisions = HashMap::new();
        for (id, at, text) in said {
            if let Says::Severity(severity) = rules::says(&text)? {
                // Below zero: what rules say is told apart from what people say of one finding.
                decisions.insert(id, Decision { id: -id, at: Micros(at), kind: DecisionKind::Rate(severity) });
            }
        }
        let mut rates = HashMap::new();
        for (weakness, asset, ids) in rows {
            let decided = ids.split(' ').map(|id| id.parse().ok().and_then(|id: i64| decisions.get(&id)).cloned());
            let decided: Option<Vec<Decision>> = decided.collect();
            rates.insert((weakness, asset), decided.ok_or_else(|| Error::damaged("rated.rules"))?);
        }
        Ok(Self { rates, ..Self::default() })
    }

    /// Where a pair stands, if it is parted.
    pub(crate) fn owasp(&self, pair: Pair) -> Option<Owasp> {
        self.parts.get(&pair).copied()
    }

    /// How severe rules say that a pair's findings are, and since when.
    pub(crate) fn rates(&self, pair: Pair) -> Vec<Decision> {
        self.rates.get(&pair).cloned().unwrap_or_default()
    }
}

fn keys(assets: &[i64]) -> impl Iterator<Item = Value> {
    assets.iter().map(|id| Value::from(*id))
}
