//! Rules about what scanners' rules found, as people tell them to a store.

use super::driver::{Done, Driver, Outcome, Ruled, wrong};
use crate::border::HERE;
use crate::scene::{self, Input};
use model::Micros;
use model::filter::Filter;
use model::overrides::Says;
use store::overrides::OverrideNew;

impl Driver<'_> {
    /// Adds a rule, by way of a look at what it would do that must leave nothing, or takes it back.
    pub(super) async fn toggle_ruled(&mut self, input: usize) -> Done<Outcome> {
        let Input::Ruled { tool, rule, here, severity, .. } = &self.scene.inputs[input] else {
            return Ok(Outcome::Done);
        };
        let (store, operator) = (self.base.store.clone(), self.base.people.operator.clone());
        let (scoped, now) = (store.scoped(&operator), Micros(self.now));
        if let Some(known) = self.ruled.iter_mut().find(|known| known.input == input && known.in_force) {
            known.in_force = false;
            scoped.override_undo(known.rule, now).await.map_err(wrong)?;
            return Ok(Outcome::Done);
        }
        let place = if *here { format!(" asset:\"*{HERE}*\"") } else { String::new() };
        let matches = format!("tool:{tool} rule:\"{}\"{place}", scene::rule(*tool, *rule));
        let matches = Filter::parse(&matches).map_err(wrong)?;
        let says = match severity {
            Some(severity) => Says::Severity(*severity),
            None => "2021:A09".parse().map_err(wrong)?,
        };
        let new = OverrideNew { name: "a rule", matches: &matches, says, reason: "because" };
        let before = self.traces().await;
        scoped.override_preview(&matches, says).await.map_err(wrong)?;
        let shown = scoped.override_file_preview(&[new], false).await.map_err(wrong)?;
        if before != self.traces().await {
            return Err("a look at a rule leaves traces".to_owned());
        }
        let (id, changed) = scoped.override_add(&new, now).await.map_err(wrong)?;
        let told = if severity.is_some() || *here { shown.places } else { shown.weaknesses };
        // A rule that says the same as one in force is not added out of a file.
        if !shown.added.is_empty() && changed != told {
            return Err(format!("the look told of {told} changes, the rule made {changed}"));
        }
        let (_, at) = self.head().await;
        self.ruled.push(Ruled { input, rule: id, at, in_force: true });
        Ok(Outcome::Done)
    }
}
