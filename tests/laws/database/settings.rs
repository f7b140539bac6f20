//! Settings of a scene's sources, as people change them in a store.

use super::driver::{Done, Driver, Outcome, wrong};
use crate::scene::{Input, Reading};
use model::Micros;
use posture::ClosingPolicy;
use store::sources::SourceNew;

impl Driver<'_> {
    /// How a source's exports are understood by what is in force.
    pub(super) fn reading(&self, of: usize) -> Reading {
        self.set.iter().fold(Reading::default(), |reading, input| match &self.scene.inputs[*input] {
            Input::Setting { source, what } if *source == of => reading.with(*what),
            _ => reading,
        })
    }

    /// Changes a source's settings, by way of a dry run that must say the same and leave nothing.
    pub(super) async fn toggle_setting(&mut self, input: usize, source: usize) -> Done<Outcome> {
        // Some planted bugs are sources with settings of their own.
        if self.plant.is_some() {
            return Ok(Outcome::Done);
        }
        if !self.set.remove(&input) {
            self.set.insert(input);
        }
        let reading = self.reading(source);
        let strong = reading.only_strong(source);
        let settings = SourceNew {
            name: format!("source {source}"),
            space: reading.space().to_owned(),
            zone: "UTC".to_owned(),
            closing: if strong { ClosingPolicy::RuleRanThere } else { ClosingPolicy::Both },
            prefer_fqdn: false,
            aliases: reading.aliases(),
        };
        let (store, id, now) = (self.base.store.clone(), self.source(source), Micros(self.now));
        let mut staged = Vec::new();
        for imported in &self.scans {
            let Input::Scan(scan) = &self.scene.inputs[imported.input] else { continue };
            if scan.source == source {
                let one = self.stage_under(imported.input, scan, imported.stated, Some(&settings)).await?;
                staged.push((imported.scan, one));
            }
        }
        let before = self.traces().await;
        let told = store.source_change(id, &settings, &staged, None, true, now).await.map_err(wrong)?;
        let after = self.traces().await;
        if before != after {
            return Err(format!("a dry run leaves traces: {before:?}, then {after:?}"));
        }
        let done = store.source_change(id, &settings, &staged, None, false, now).await.map_err(wrong)?;
        if told != done {
            return Err(format!("the dry run said {told:?}, the change did {done:?}"));
        }
        Ok(Outcome::Done)
    }
}
