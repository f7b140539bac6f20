//! Drives a store through a scene, and keeps what was told to it.

use super::arena::Base;
use super::export::export;
use super::plants::Plant;
use super::schedule::dated;
use crate::oracle;
use crate::scene::{self, Input, Reading, Scan, Scene, Spot, UNIT, What};
use crate::world;
use model::facts::AssetFacts;
use model::{Day, Micros, OccurrenceId, ScanId, SourceId, TeamId, Tool, UserId};
use posture::identity::{AddressSpace, asset_key, occurrence_id};
use std::collections::{BTreeMap, BTreeSet};
use store::decision::Act;
use store::sources::SourceNew;
use store::{Error, ImportEffect, ImportNew, Staged};

pub type Done<T> = Result<T, String>;

pub fn wrong(error: impl std::fmt::Debug) -> String {
    format!("the store fails: {error:?}")
}

pub struct Driver<'a> {
    pub base: Base,
    pub scene: &'a Scene,
    pub plant: Option<Plant>,
    /// The clock, in microseconds.
    pub now: i64,
    pub scans: Vec<Imported>,
    pub said: Vec<Decided>,
    pub held: Vec<Held>,
    pub ruled: Vec<Ruled>,
    /// When people said that scans ran.
    pub stated: BTreeMap<usize, i64>,
    /// Settings of sources that are in force, by input.
    pub set: BTreeSet<usize>,
    pub merges: Vec<Joined>,
    /// Merges that were asked for and are not possible yet.
    pub waiting: BTreeSet<usize>,
    /// The oracle's keys of the product's ids.
    pub keys: Result<BTreeMap<OccurrenceId, String>, String>,
}

/// Two assets that were made one.
pub struct Joined {
    pub input: usize,
    pub merge: i64,
    pub in_force: bool,
}

/// A scan that was imported.
pub struct Imported {
    pub input: usize,
    pub scan: ScanId,
    /// When it was recorded first.
    pub recorded: i64,
    /// The date that the store was told.
    pub stated: Option<i64>,
    pub in_force: bool,
}

/// A decision that was accepted.
pub struct Decided {
    pub input: usize,
    pub id: i64,
    pub at: i64,
    /// The occurrence for which it was written, and the one that it names, as the oracle calls them.
    pub key: String,
    pub of: Option<String>,
    pub in_force: bool,
}

/// An ownership rule.
pub struct Held {
    pub input: usize,
    pub pattern: usize,
    pub team: i64,
    pub rule: i64,
    pub added: i64,
    pub removed: Option<i64>,
}

/// A rule about what scanners' rules found.
pub struct Ruled {
    pub input: usize,
    pub rule: i64,
    pub at: i64,
    pub in_force: bool,
}

/// What a step did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Imported(ImportEffect),
    /// A decision that the store refused.
    Refused,
    Done,
}

/// Patterns of ownership rules.
const PATTERNS: [&str; 6] = ["10.0.0.1", "10.0.0.2/32", "SHARED.*", "https://shop.example*", "http://local?ost*", "*"];

/// Which machines a pattern means, by hand.
pub fn owns(pattern: usize, tool: Tool, machine: usize) -> bool {
    match pattern {
        0 => tool == Tool::Nessus && machine != 1,
        1 => tool == Tool::Nessus && machine == 1,
        2 => tool == Tool::Nessus,
        3 => tool != Tool::Nessus && machine < 2,
        4 => tool != Tool::Nessus && machine == 2,
        _ => true,
    }
}

/// The pattern by which a scene gives a machine to a team.
pub fn pattern(tool: Tool, machine: usize, all: bool) -> usize {
    match (tool, machine) {
        _ if all => 5,
        (Tool::Nessus, machine) => machine,
        (_, 2) => 4,
        _ => 3,
    }
}

impl<'a> Driver<'a> {
    pub fn new(base: Base, scene: &'a Scene, plant: Option<Plant>) -> Self {
        let (scans, said, held, merges, ruled) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (stated, waiting, set, keys) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new(), Ok(BTreeMap::new()));
        let mut driver =
            Self { base, scene, plant, now: 0, scans, said, held, ruled, stated, set, merges, waiting, keys };
        driver.keys = super::read::keys(&driver);
        driver
    }

    pub fn source(&self, source: usize) -> SourceId {
        self.base.people.sources[if self.plant == Some(Plant::AssetsByAlias) { source + 2 } else { source }]
    }

    /// The product's key of an asset, by its own rules.
    pub fn asset(&self, source: usize, facts: &AssetFacts) -> String {
        self.asset_as(Reading::default(), source, facts)
    }

    /// The same as a source's settings read it.
    pub fn asset_as(&self, reading: Reading, source: usize, facts: &AssetFacts) -> String {
        let (prefer_fqdn, aliases) = (self.plant == Some(Plant::AssetsByAlias), reading.aliases());
        let source = self.source(source);
        asset_key(&AddressSpace { space: reading.space(), source, prefer_fqdn, aliases: &aliases }, facts)
    }

    /// The product's id of what a person points at.
    pub fn id(&self, spot: &Spot) -> OccurrenceId {
        self.id_as(Reading::default(), spot)
    }

    /// The same as a source's settings read it.
    pub fn id_as(&self, reading: Reading, spot: &Spot) -> OccurrenceId {
        let key = self.asset_as(reading, spot.source, &scene::machine(spot.tool, spot.machine));
        occurrence_id(spot.tool, &key, scene::rule(spot.tool, spot.rule), &scene::place(spot.tool, spot.place))
    }

    /// The last step, and when it was recorded.
    pub async fn head(&mut self) -> (i64, i64) {
        self.base.raw.all::<(i64, i64)>("SELECT step, recorded_at FROM head").await[0]
    }

    /// Learns an input at an instant, or withdraws it if it is in force.
    pub async fn toggle(&mut self, when: i64, input: usize) -> Done<Outcome> {
        self.now = self.now.max(when);
        // The server's tick: what lists show of exceptions follows the clock, and of the marks that lag one goes along.
        self.base.store.catch_up(Micros(self.now)).await.map_err(wrong)?;
        match &self.scene.inputs[input] {
            Input::Scan(scan) => self.toggle_scan(input, scan).await,
            Input::Said(said) => match self.said.iter().position(|d| d.input == input && d.in_force) {
                Some(known) => self.withdraw(known).await,
                None => self.decide(input, &said.spot, &said.what).await,
            },
            Input::Rule { tool, machine, team } => {
                self.toggle_rule(input, pattern(*tool, *machine, false), Some(*team)).await
            }
            Input::Move { spot, team, .. } => {
                let pattern = pattern(spot.tool, spot.machine, spot.place == 3);
                self.toggle_rule(input, pattern, *team).await
            }
            Input::Stated { .. } => self.state(input).await,
            Input::Merge { .. } => self.toggle_merge(input).await,
            Input::Ruled { .. } => self.toggle_ruled(input).await,
            Input::Setting { source, .. } => self.toggle_setting(input, *source).await,
        }
    }

    async fn toggle_scan(&mut self, input: usize, scan: &Scan) -> Done<Outcome> {
        let now = Micros(self.now);
        let Some(known) = self.scans.iter().position(|s| s.input == input) else {
            return self.import(input, scan).await;
        };
        let (id, in_force) = (self.scans[known].scan, self.scans[known].in_force);
        self.scans[known].in_force = !in_force;
        if in_force {
            let undone = self.base.store.scan_undo(id, None, now).await.map_err(wrong)?;
            undone.step.ok_or("undoing what was in force took no step")?;
            self.plant_in_step().await;
            return Ok(Outcome::Done);
        }
        // The bytes again, or the button: both lift the undo.
        if self.scans[known].stated != self.stated.get(&input).copied() {
            return self.date(known).await;
        }
        if input.is_multiple_of(2) {
            let redone = self.base.store.scan_redo(id, None, now).await.map_err(wrong)?;
            redone.step.ok_or("redoing what was undone took no step")?;
            return Ok(Outcome::Done);
        }
        let staged = self.stage(input, scan).await?;
        let effect = self.base.store.import_commit(&staged, now).await.map_err(wrong)?;
        if (effect.scan, effect.already_imported) != (id, false) {
            return Err(format!("the bytes of an undone scan gave {effect:?}"));
        }
        Ok(Outcome::Imported(effect))
    }

    /// A person says when a scan ran; of one that is not in force it is remembered until it comes.
    async fn state(&mut self, input: usize) -> Done<Outcome> {
        let Some((scan, at)) = dated(self.scene, input) else { return Ok(Outcome::Done) };
        self.stated.insert(scan, at);
        match self.scans.iter().position(|s| s.input == scan && s.in_force) {
            Some(known) => self.date(known).await,
            None => Ok(Outcome::Done),
        }
    }

    /// Tells the store the date of a scan that it has, with its bytes or by the button; either brings it into force.
    async fn date(&mut self, known: usize) -> Done<Outcome> {
        let (input, id) = (self.scans[known].input, self.scans[known].scan);
        let (Some(at), Input::Scan(scan)) = (self.stated.get(&input).copied(), &self.scene.inputs[input]) else {
            return Ok(Outcome::Done);
        };
        self.scans[known].stated = Some(at);
        let now = Micros(self.now);
        if input.is_multiple_of(2) {
            let stated = self.base.store.scan_date(id, Micros(at), None, now).await.map_err(wrong)?;
            stated.step.ok_or("a new date took no step")?;
            return Ok(Outcome::Done);
        }
        let staged = self.stage(input, scan).await?;
        let effect = self.base.store.import_commit(&staged, now).await.map_err(wrong)?;
        if (effect.scan, effect.already_imported, effect.at.0) != (id, false, at) {
            return Err(format!("the bytes with a date gave {effect:?}"));
        }
        Ok(Outcome::Imported(effect))
    }

    /// Imports a scan for the first time, by way of a dry run that must say the same and leave nothing.
    async fn import(&mut self, input: usize, scan: &Scan) -> Done<Outcome> {
        let now = Micros(self.now);
        let staged = self.stage(input, scan).await?;
        let before = self.traces().await;
        let preview = self.base.store.import_preview(&staged, now).await.map_err(wrong)?;
        let after = self.traces().await;
        if before != after {
            return Err(format!("a dry run leaves traces: {before:?}, then {after:?}"));
        }
        let effect = self.base.store.import_commit(&staged, now).await.map_err(wrong)?;
        if preview != effect {
            return Err(format!("the dry run said {preview:?}, the import did {effect:?}"));
        }
        let (_, recorded) = self.head().await;
        self.scans.push(Imported {
            input,
            scan: effect.scan,
            recorded,
            stated: self.stated.get(&input).copied(),
            in_force: true,
        });
        self.plant_in_import(scan).await?;
        Ok(Outcome::Imported(effect))
    }

    pub async fn stage(&self, input: usize, scan: &Scan) -> Done<Staged> {
        self.stage_under(input, scan, self.stated.get(&input).copied(), None).await
    }

    pub async fn stage_under(
        &self,
        input: usize,
        scan: &Scan,
        stated: Option<i64>,
        settings: Option<&SourceNew>,
    ) -> Done<Staged> {
        let (now, store) = (Micros(self.now), &self.base.store);
        let (rows, facts) = export(scan, stated, self.plant);
        let new = ImportNew { source: self.source(scan.source), file_name: format!("{input}"), user: None, job: None };
        let import = store.import_begin(&new, now).await.map_err(wrong)?;
        let mut stager = store.stager_under(import, settings, now).await.map_err(wrong)?;
        stager.original(format!("{scan:?}").as_bytes()).map_err(wrong)?;
        for row in rows {
            stager.row(row).map_err(wrong)?;
        }
        stager.finish(facts).await.map_err(wrong)
    }

    pub async fn decide(&mut self, input: usize, spot: &Spot, what: &What) -> Done<Outcome> {
        let (id, now) = (self.id(spot), Micros(self.now));
        let people = self.base.people.clone();
        let act = match what {
            What::Confirm => Act::Confirm,
            What::Start => Act::Start,
            What::Claim => Act::ClaimFix,
            What::Reset => Act::Reset,
            What::FalsePositive => Act::FalsePositive,
            What::Duplicate(of) => Act::Duplicate { of: self.id(of) },
            What::Retired => Act::Retire,
            What::ByHand => Act::CloseByHand,
            What::Clear => Act::ClearVerdict,
            What::Team(team) => Act::AssignTeam(team.map(TeamId)),
            What::Person(person) => Act::AssignPerson(person.map(UserId)),
            What::Due(day) => Act::Due(day.map(Day)),
            What::Comment => Act::Comment,
            What::Accepted(until) => {
                let asks = self.base.store.scoped(&people.analyst);
                let asked = asks.exception_request(&[id], Micros(accepted_until(*until)), "because", now).await;
                if refused(asked)? {
                    return Ok(Outcome::Refused);
                }
                let request = self.base.raw.all::<(i64,)>("SELECT MAX(id) FROM exception_request").await[0].0;
                let answers = self.base.store.scoped(&people.admin);
                answers.exception_answer(request, true, now).await.map_err(wrong)?.ok_or("an approval took no step")?;
                return self.decided(input).await;
            }
        };
        let effect = self.base.store.scoped(&people.operator).decide(&[id], &[act], "because", now).await;
        if refused(effect)? { Ok(Outcome::Refused) } else { self.decided(input).await }
    }

    async fn decided(&mut self, input: usize) -> Done<Outcome> {
        let (_, at) = self.head().await;
        let newest = "SELECT d.id, o.uuid, t.uuid FROM decision d JOIN occurrence o ON o.id = d.occurrence_id \
            LEFT JOIN occurrence t ON t.id = d.target_id ORDER BY d.id DESC LIMIT 1";
        let (id, key, of) = self.base.raw.all::<(i64, Vec<u8>, Option<Vec<u8>>)>(newest).await.remove(0);
        let keys = self.keys.as_ref().map_err(Clone::clone)?;
        let key = super::read::key_of(keys, &key)?;
        let of = of.map(|of| super::read::key_of(keys, &of)).transpose()?;
        self.said.push(Decided { input, id, at, key, of, in_force: true });
        Ok(Outcome::Done)
    }

    pub async fn withdraw(&mut self, known: usize) -> Done<Outcome> {
        let scoped = self.base.store.scoped(&self.base.people.operator);
        scoped.decision_withdraw(self.said[known].id, Micros(self.now)).await.map_err(wrong)?;
        self.said[known].in_force = false;
        Ok(Outcome::Done)
    }

    /// A rule for a team; nobody's turn takes the newest rule away.
    async fn toggle_rule(&mut self, input: usize, pattern: usize, team: Option<i64>) -> Done<Outcome> {
        let (now, store) = (Micros(self.now), self.base.store.clone());
        let own = self.held.iter().position(|h| h.input == input && h.removed.is_none());
        let away = own.or_else(|| self.held.iter().rposition(|h| h.removed.is_none()).filter(|_| team.is_none()));
        if self.plant == Some(Plant::MatchesAsDecisions) {
            // Told to the oracle, and to imports.
            if let (None, Some(team)) = (away, team) {
                self.held.push(Held { input, pattern, team, rule: 0, added: self.now, removed: None });
            }
        } else if let Some(away) = away {
            store.ownership_rule_remove(self.held[away].rule, None, now).await.map_err(wrong)?;
            self.held[away].removed = Some(self.head().await.1);
        } else if let Some(team) = team {
            let rule = store.ownership_rule_add(TeamId(team), PATTERNS[pattern], None, now).await.map_err(wrong)?;
            let (_, added) = self.head().await;
            self.held.push(Held { input, pattern, team, rule, added, removed: None });
        }
        Ok(Outcome::Done)
    }

    /// Everything that an import writes, counted; what waits in staging apart.
    pub async fn traces(&mut self) -> Vec<(String, i64)> {
        let counted = "SELECT 'step', COUNT(*) FROM step UNION ALL SELECT 'scan', COUNT(*) FROM scan \
            UNION ALL SELECT 'series', COUNT(*) FROM series UNION ALL SELECT 'coverage', COUNT(*) FROM coverage \
            UNION ALL SELECT 'asset', COUNT(*) FROM asset UNION ALL SELECT 'asset_owner', COUNT(*) FROM asset_owner \
            UNION ALL SELECT 'weakness', COUNT(*) FROM weakness UNION ALL SELECT 'text', COUNT(*) FROM weakness_text \
            UNION ALL SELECT 'location', COUNT(*) FROM location UNION ALL SELECT 'occurrence', COUNT(*) FROM occurrence \
            UNION ALL SELECT 'observation', COUNT(*) FROM observation UNION ALL SELECT 'episode', COUNT(*) FROM episode \
            UNION ALL SELECT 'decision', COUNT(*) FROM decision UNION ALL SELECT 'entry', COUNT(*) FROM entry \
            UNION ALL SELECT 'rollup', COUNT(*) FROM rollup UNION ALL SELECT 'pack', COUNT(*) FROM pack \
            UNION ALL SELECT 'chunk', COUNT(*) FROM blob_chunk";
        self.base.raw.all(counted).await
    }

    /// The decisions in force: their inputs, instants and occurrences.
    pub fn in_force(&self) -> BTreeSet<(usize, i64, String, Option<String>)> {
        let in_force = self.said.iter().filter(|d| d.in_force);
        in_force.map(|d| (d.input, d.at, d.key.clone(), d.of.clone())).collect()
    }

    /// Everything in force, in the oracle's words.
    pub fn inputs(&self) -> oracle::Inputs {
        super::told::inputs(self)
    }
}

/// When an exception of a scene ends: late enough that some outlive the scene.
pub fn accepted_until(units: i64) -> i64 {
    (units + units / 2) * UNIT
}

fn refused(effect: store::Result<store::decision::DecisionEffect>) -> Done<bool> {
    match effect {
        Ok(effect) => Ok(effect.touched == 0),
        Err(Error::NotFound(_) | Error::Invalid { field: "until", .. }) => Ok(true),
        Err(error) => Err(wrong(error)),
    }
}

/// The scenes' identities do not depend on who imports them: the same ids in memory, on SQLite and on PostgreSQL.
pub fn same_as_in_memory(spot: &Spot, id: OccurrenceId) -> bool {
    let local = spot.tool != Tool::Nessus && spot.machine == 2;
    local || world::identify(spot).1 == id
}
