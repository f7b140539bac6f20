//! The formula of risk: its weights, what others would change, set and taken back.

use crate::errors::OrWire;
use crate::present::count;
use crate::request::Session;
use async_trait::async_trait;
use model::Tool;
use model::audit::AuditAct;
use model::error::WireError;
use model::filter::Filter;
use model::policy::Action;
use model::risk::{RiskWeights, WEIGHTS};
use model::view::risk::{RiskEffect, RiskMover, RiskPage, RiskVersion};
use ports::{Answer, Risk};
use std::collections::BTreeMap;
use store::risk::{RiskMoved, WeightsRow};

/// The most characters of a number that are shown again.
const DIGITS: usize = 8;

#[async_trait]
impl Risk for Session {
    async fn risk(&self, written: BTreeMap<String, String>) -> Answer<RiskPage> {
        let scoped = self.scoped(Action::SeeFindings)?;
        let (version, weights) = scoped.risk_weights().await.wire()?;
        let may_change = self.viewer()?.may(Action::ManageRisk);
        let begun = may_change && WEIGHTS.iter().any(|name| written.contains_key(*name));
        let other = of_form(&weights, &written);
        let effect = match other {
            Some(other) if begun && other != weights => Some(Box::pin(self.effect(&other)).await?),
            _ => None,
        };
        let draft = WEIGHTS.iter().zip(weights.numbers()).map(|(name, number)| match written.get(*name) {
            Some(text) if begun => text.chars().take(DIGITS).collect(),
            _ => number.to_string(),
        });
        let version_view = |row: WeightsRow| RiskVersion {
            version: row.version,
            weights: row.weights,
            reason: row.reason,
            by: row.by,
            at: self.stamp(row.at),
            withdrawn: row.withdrawn.map(|(at, by)| (self.stamp(at), by)),
        };
        Ok(RiskPage {
            weights,
            version,
            may_change,
            draft: draft.collect(),
            reason: written.get("reason").cloned().unwrap_or_default(),
            effect,
            unfair: begun && other.is_none(),
            versions: scoped.risk_versions().await.wire()?.into_iter().map(version_view).collect(),
        })
    }

    async fn set_risk(&self, written: BTreeMap<String, String>) -> Answer<()> {
        let scoped = self.scoped(Action::ManageRisk)?;
        let (_, weights) = scoped.risk_weights().await.wire()?;
        let other = of_form(&weights, &written).ok_or_else(|| WireError::invalid("weights", "unfair"))?;
        let reason = written.get("reason").map(|text| text.trim()).unwrap_or_default();
        let version = scoped.risk_weights_set(&other, reason, self.now()).await.wire()?;
        self.audit(AuditAct::SetRiskWeights, &format!("risk:{version}"), &format!("{weights} → {other}")).await
    }

    async fn undo_risk(&self, version: i64) -> Answer<()> {
        self.scoped(Action::ManageRisk)?.risk_weights_undo(version, self.now()).await.wire()?;
        self.audit(AuditAct::UndoRiskWeights, &format!("risk:{version}"), "").await
    }
}

impl Session {
    /// What other weights would change.
    async fn effect(&self, other: &RiskWeights) -> Answer<RiskEffect> {
        let scoped = self.scoped(Action::ManageRisk)?;
        let change = scoped.risk_preview(other, self.now()).await.wire()?;
        let mover = |RiskMoved { tool, rule, title, open, before, after }: RiskMoved| {
            let tool = i16::try_from(tool).ok().and_then(Tool::from_number)?;
            Some(RiskMover { title, open: count(open, &Filter::new().rule(tool, &rule)), before, after })
        };
        Ok(RiskEffect {
            before: change.before,
            after: change.after,
            open: count(change.open, &Filter::new()),
            up: change.up,
            down: change.down,
            movers: change.movers.into_iter().filter_map(mover).collect(),
        })
    }
}

/// The weights of a form; one that it does not name is as it is in force.
fn of_form(in_force: &RiskWeights, written: &BTreeMap<String, String>) -> Option<RiskWeights> {
    let mut numbers = in_force.numbers();
    for (number, name) in numbers.iter_mut().zip(WEIGHTS) {
        if let Some(text) = written.get(name) {
            *number = text.trim().parse().ok()?;
        }
    }
    RiskWeights::of_numbers(numbers)
}
