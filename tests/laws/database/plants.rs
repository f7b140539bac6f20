//! The planted bugs once more, in a store: made by settings, by what is told to it, or past it. Each must be caught.

use super::driver::{Done, Driver, Outcome, owns};
use super::laws;
use super::runner;
use crate::scene::{self, Scan, Spot, What};
use model::{Cause, Micros};
use tests::support::Engine;

/// How many scenes may be looked at before a bug must have been caught.
const WITHIN: u32 = 60;

/// A bug planted on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plant {
    /// What an undo takes back is booked as a move of today instead of a copy with the sign turned.
    CorrectionToday,
    /// A weakness has the text of the last import.
    TextOfLastImport,
    /// A host is whichever one shares its name.
    AssetsByAlias,
    /// Whatever a scan does not show is closed.
    AbsenceCloses,
    /// What a rule matches is written as decisions at import.
    MatchesAsDecisions,
}

impl Driver<'_> {
    /// After an undo.
    pub(super) async fn plant_in_step(&mut self) {
        if self.plant == Some(Plant::CorrectionToday) {
            let (step, recorded) = self.head().await;
            let (cause, day) = (Cause::Moved.number(), recorded.div_euclid(Micros::DAY));
            let change =
                format!("UPDATE entry SET happened_at = {recorded}, day = {day}, cause = {cause} WHERE step = {step}");
            self.base
                .raw
                .spoil("DROP TRIGGER IF EXISTS entry_no_update", "ALTER TABLE entry DISABLE TRIGGER USER")
                .await;
            self.base.raw.spoil(&change, &change).await;
        }
    }

    /// After an import.
    pub(super) async fn plant_in_import(&mut self, scan: &Scan) -> Done<()> {
        match self.plant {
            Some(Plant::TextOfLastImport) => {
                let rules = scan.hosts.iter().flat_map(|h| &h.rows).map(|row| scene::rule(scan.tool, row.rule));
                for rule in rules {
                    let (title, tool) = (scan.title, scan.tool.number());
                    let change =
                        format!("UPDATE weakness SET title = '{title}' WHERE tool = {tool} AND rule = '{rule}'");
                    self.base.raw.spoil(&change, &change).await;
                }
            }
            Some(Plant::MatchesAsDecisions) => self.assign(scan).await?,
            _ => {}
        }
        Ok(())
    }

    /// Gives what a scan saw to the team of the newest rule that matches.
    async fn assign(&mut self, scan: &Scan) -> Done<()> {
        for host in &scan.hosts {
            let held = self.held.iter().rfind(|held| owns(held.pattern, scan.tool, host.machine));
            let Some(team) = held.map(|held| held.team) else { continue };
            for row in &host.rows {
                let Scan { source, tool, .. } = *scan;
                let spot = Spot { source, tool, machine: host.machine, rule: row.rule, place: row.place };
                let written = self.decide(usize::MAX, &spot, &What::Team(Some(team))).await?;
                if written == Outcome::Done {
                    // The oracle is not told: the rule is the input.
                    self.said.pop();
                }
            }
        }
        Ok(())
    }
}

async fn caught(engine: Engine, plant: Plant) -> bool {
    runner::breaks_on(engine, WITHIN, |arena, scene, dice, _| Box::pin(laws::oracle(arena, scene, dice, Some(plant))))
        .await
}

tests::on_both! {
    async fn corrections_of_today_are_caught(engine: Engine) {
        assert!(caught(engine, Plant::CorrectionToday).await);
    }

    async fn text_of_the_last_import_is_caught(engine: Engine) {
        assert!(caught(engine, Plant::TextOfLastImport).await);
    }

    async fn assets_matched_by_alias_are_caught(engine: Engine) {
        assert!(caught(engine, Plant::AssetsByAlias).await);
    }

    async fn absence_that_closes_is_caught(engine: Engine) {
        assert!(caught(engine, Plant::AbsenceCloses).await);
        let plant = Some(Plant::AbsenceCloses);
        assert!(runner::breaks_on(engine, WITHIN, |arena, scene, _, _| Box::pin(laws::coverage(arena, scene, plant))).await);
    }

    async fn matches_written_as_decisions_are_caught(engine: Engine) {
        assert!(caught(engine, Plant::MatchesAsDecisions).await);
    }
}
