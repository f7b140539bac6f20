//! Made-up lives of occurrences, written as rows: what a list must show is known here without asking the store.
//!
//! Entries, the head's columns and the roll-up agree with each other as an import would make them; some entries are
//! learned late, some are taken back.

use crate::read_bench::Bench;
use crate::read_support::NOW;
use model::{Cause, Day, Micros};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The day of the tests' now.
pub const TODAY: i32 = 20_777;
/// The first day on which anything happens.
pub const FIRST: i32 = TODAY - 60;

/// A weakness: tool, rule, title, cwe, cve and its categories of 2017, 2021 and 2025.
pub type Weakness = (i64, &'static str, &'static str, &'static str, &'static str, [i64; 3]);

pub const WEAKNESSES: [Weakness; 6] = [
    (1, "10863", "SSL certificate information", "", "", [-1, -1, -1]),
    (1, "57608", "SMB signing not required", " 287 ", " CVE-2016-2115 ", [2, 7, 7]),
    (2, "40018", "SQL injection", " 89 ", "", [1, 3, 5]),
    (2, "10038-1", "CSP header not set", " 693 1021 ", "", [6, 5, 2]),
    (3, "1049088", "SQL injection 100%_sure", " 89 943 ", " CVE-2021-44228 CVE-2021-45046 ", [1, 3, 5]),
    (3, "5244416", "Cookie without HttpOnly", " 16 ", "", [0, 0, 0]),
];

pub const ASSETS: [&str; 5] = ["db-1", "shop.example", "web-1", "web-2", "Web-Old"];

/// A net entry of the books, or one that was taken back.
#[derive(Clone, Debug)]
pub struct Line {
    pub at: i64,
    pub cause: Cause,
    pub sign: i64,
    pub severity: i64,
    pub team: Option<i64>,
    pub workflow: i64,
    pub step: i64,
}

#[derive(Clone, Debug)]
pub struct Life {
    pub id: i64,
    pub uuid: [u8; 16],
    pub weakness: usize,
    pub asset: usize,
    pub entries: Vec<Line>,
    pub status: i64,
    pub open: bool,
    pub known: bool,
    pub severity: i64,
    pub team: Option<i64>,
    pub workflow: i64,
    pub until: Option<i64>,
    pub not_retested: i64,
    pub first_seen: i64,
    pub last_seen: i64,
    pub episodes: i64,
    pub assignee: Option<i64>,
    pub due: Option<i64>,
}

pub struct Scene {
    pub lives: Vec<Life>,
    /// The day on which each step was recorded, from step 1.
    pub steps: Vec<i32>,
    pub teams: [i64; 2],
    pub person: i64,
}

/// A small generator of numbers: the same scene for the same seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> i64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        i64::try_from(self.0 % sides).unwrap()
    }

    pub fn chance(&mut self, percent: i64) -> bool {
        self.roll(100) < percent
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.roll(from.len() as u64)).unwrap()]
    }
}

const STEPS: i64 = 12;

impl Life {
    /// The day of an instant.
    pub fn day(at: i64) -> i32 {
        i32::try_from(at.div_euclid(Micros::DAY)).unwrap()
    }

    /// The severity, team and workflow under which it was open at the end of a day, as known after a step.
    pub fn open_at(&self, day: i32, step: i64) -> Option<(i64, Option<i64>, i64)> {
        let mut sums: BTreeMap<(i64, Option<i64>, i64), i64> = BTreeMap::new();
        for line in self.entries.iter().filter(|line| line.step <= step && Self::day(line.at) <= day) {
            *sums.entry((line.severity, line.team, line.workflow)).or_insert(0) += line.sign;
        }
        sums.into_iter().find(|(_, sum)| *sum == 1).map(|(key, _)| key)
    }

    fn random(id: i64, dice: &mut Dice, teams: [i64; 2], person: i64) -> Self {
        let weakness = usize::try_from(dice.roll(6)).unwrap();
        let asset = usize::try_from(dice.roll(5)).unwrap();
        let owners = [None, Some(teams[0]), Some(teams[1])];
        let mut at = i64::from(FIRST) * Micros::DAY + dice.roll(40) * Micros::DAY + dice.roll(20) * 3_600_000_000;
        let first_seen = at;
        let (mut severity, mut team, mut workflow) = (dice.roll(5), dice.pick(&owners), 1);
        let mut entries: Vec<Line> = Vec::new();
        let mut step = 2 + dice.roll(4);
        let mut post = |at, cause, sign, severity, team, workflow, step| {
            entries.push(Line { at, cause, sign, severity, team, workflow, step });
        };
        // Some were believed older and worse for a step: the books keep both the belief and its taking back.
        if dice.chance(30) {
            for (sign, step) in [(1, step - 1), (-1, step)] {
                post(first_seen - Micros::DAY, Cause::New, sign, 4, team, workflow, step);
            }
        }
        post(at, Cause::New, 1, severity, team, workflow, step);
        let (mut open, mut episodes, mut until) = (true, 1, None);
        for _ in 0..dice.roll(5) {
            at += (1 + dice.roll(6)) * Micros::DAY / 2;
            let act = dice.roll(6);
            step = (step + dice.roll(4)).min(STEPS);
            if !open {
                workflow = 1;
                open = true;
                episodes += 1;
                post(at, Cause::Reopened, 1, severity, team, workflow, step);
                continue;
            }
            post(at, if act < 4 { Cause::Moved } else { Cause::Fixed }, -1, severity, team, workflow, step);
            match act {
                0 => severity = (severity + 1) % 5,
                1 => team = if team == Some(teams[0]) { Some(teams[1]) } else { Some(teams[0]) },
                2 | 3 => workflow = workflow % 4 + 1,
                _ => open = false,
            }
            if act < 4 {
                post(at, Cause::Moved, 1, severity, team, workflow, step);
            }
        }
        // Both entries of an acceptance are posted at once; some end in the future, some have run out.
        if open && dice.chance(25) {
            let end = i64::from(TODAY + if dice.chance(50) { 9 } else { -1 }) * Micros::DAY;
            if end > at {
                post(at, Cause::Accepted, -1, severity, team, workflow, step);
                post(end, Cause::Accepted, 1, severity, team, workflow, step);
                until = Some(end);
            }
        }
        let status = match (open, until) {
            (false, _) => 5,
            (true, Some(_)) => 7,
            (true, None) => workflow,
        };
        let mut uuid = [0x80; 16];
        uuid[..8].copy_from_slice(&id.to_be_bytes());
        Self {
            id,
            uuid,
            weakness,
            asset,
            entries,
            status,
            open: open && until.is_none(),
            known: true,
            severity,
            team,
            workflow,
            until,
            not_retested: if dice.chance(30) { 4 } else { 0 },
            first_seen,
            last_seen: at + dice.roll(3) * Micros::DAY,
            episodes,
            assignee: dice.chance(30).then_some(person),
            due: dice.chance(50).then(|| i64::from(TODAY) - 10 + dice.roll(30)),
        }
    }
}

impl Scene {
    /// Lives in two teams, of which `payments` was made with a member `ana`.
    pub async fn write(bench: &Bench, seed: u64, count: i64) -> Self {
        let viewer = crate::read_support::member(&bench.store, "payments", "ana").await;
        crate::read_support::member(&bench.store, "portal", "eve").await;
        let root = crate::read_support::admin(&bench.store).await;
        let scoped = bench.store.scoped(&root);
        let teams =
            [scoped.team_by_slug("payments").await.unwrap().id.0, scoped.team_by_slug("portal").await.unwrap().id.0];
        let person = viewer.user().unwrap().0;
        let mut dice = Dice(seed);
        for _ in 0..8 {
            dice.roll(2);
        }
        let lives: Vec<Life> = (1..=count).map(|id| Life::random(id, &mut dice, teams, person)).collect();
        let steps: Vec<i32> = (0..STEPS).map(|step| TODAY - 30 + i32::try_from(step).unwrap() * 2).collect();
        let scene = Self { lives, steps, teams, person };
        bench.run(&scene.statements(bench)).await;
        scene
    }

    fn statements(&self, bench: &Bench) -> Vec<String> {
        let hash = |n: usize, length: usize| bench.bytes(&vec![u8::try_from(n + 1).unwrap(); length]);
        let mut out = vec![
            "INSERT INTO source (id, name, space, zone, closing, prefer_fqdn, created_at) VALUES (1, 'default', 'default', \
             'UTC', 'both', 0, 0)"
                .to_owned(),
            "INSERT INTO series (id, source_id, tool, name, policy) VALUES (1, 1, 1, 'weekly', '')".to_owned(),
            format!("INSERT INTO coverage (id, hash, packed) VALUES (1, {}, {})", hash(0, 32), hash(0, 1)),
            "INSERT INTO import (id, source_id, file_name, state, started_at) VALUES (1, 1, 'f', 'visible', 0)".to_owned(),
        ];
        for (step, day) in (1..).zip(&self.steps) {
            out.push(format!(
                "INSERT INTO step (step, recorded_at, recorded_day, kind) VALUES ({step}, {}, {day}, 'import')",
                i64::from(*day) * Micros::DAY + step
            ));
        }
        out.push(format!(
            "INSERT INTO scan (id, source_id, series_id, import_id, export_hash, file_name, tool, tool_version, format, at, \
             time_basis, dated, coverage_id, weaknesses, step, result, effects) VALUES (1, 1, 1, 1, {}, 'f', 1, '', 'x', {}, \
             'export', 1, 1, {}, 1, '{{}}', {})",
            hash(0, 32),
            NOW.0,
            hash(0, 1),
            bench.bytes(&[1, 0, 0, 0, 0])
        ));
        for (number, (tool, rule, title, cwe, cve, [a, b, c])) in WEAKNESSES.iter().enumerate() {
            out.push(format!(
                "INSERT INTO weakness (id, tool, rule, title, family, cwe, cve, facts, prose_index, text_hash, text_at, \
                 text_by, mapping, owasp_2017, owasp_2021, owasp_2025, classification) VALUES ({}, {tool}, '{rule}', \
                 '{title}', '', '{cwe}', '{cve}', '{{}}', 0, {}, 0, {}, 1, {a}, {b}, {c}, '{{}}')",
                number + 1,
                hash(number, 8),
                hash(number, 32)
            ));
        }
        for (number, name) in ASSETS.iter().enumerate() {
            out.push(format!(
                "INSERT INTO asset (id, key, kind, name, facts, named_at, named_by, since) VALUES ({}, '{name}', 1, '{name}', \
                 '{{}}', 0, {}, 0)",
                number + 1,
                hash(number, 32)
            ));
        }
        for life in &self.lives {
            let id = life.id;
            out.push(format!(
                "INSERT INTO location (id, hash, place, shown) VALUES ({id}, {}, '\"whole\"', '/path/{id}')",
                hash(usize::try_from(id).unwrap(), 16)
            ));
        }
        let mut rollup: BTreeMap<String, i64> = BTreeMap::new();
        for life in &self.lives {
            out.push(life.insert(bench));
            for line in &life.entries {
                out.push(line.insert(life));
                let (tool, .., [a, b, c]) = WEAKNESSES[life.weakness];
                let recorded = self.steps[usize::try_from(line.step - 1).unwrap()];
                let key = format!(
                    "{}, {recorded}, {}, {}, {}, {}, {tool}, {a}, {b}, {c}",
                    Life::day(line.at),
                    line.cause.number(),
                    line.severity,
                    line.team.unwrap_or(0),
                    line.workflow
                );
                *rollup.entry(key).or_insert(0) += line.sign;
            }
        }
        out.extend(rollup.into_iter().map(|(key, total)| format!("INSERT INTO rollup VALUES ({key}, {total})")));
        out
    }

    /// The last step that was recorded by the end of a day.
    pub fn step_at(&self, day: i32) -> i64 {
        i64::try_from(self.steps.iter().filter(|recorded| **recorded <= day).count()).unwrap()
    }
}

fn null(number: Option<i64>) -> String {
    number.map_or("NULL".to_owned(), |number| number.to_string())
}

impl Life {
    fn insert(&self, bench: &Bench) -> String {
        let mut sql = "INSERT INTO occurrence (id, uuid, weakness_id, asset_id, tool, location_id, shown_location, known, \
            status, is_open, inventory, severity, team_id, workflow, accepted_until, not_retested, first_seen, last_seen, \
            opened_at, episodes, present, assignee, due, evidence_index, claim_failed) VALUES ("
            .to_owned();
        let (tool, .., categories) = WEAKNESSES[self.weakness];
        let _ = write!(
            sql,
            "{}, {}, {}, {}, {tool}, {}, '/path/{}', {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 0, 0)",
            self.id,
            bench.bytes(&self.uuid),
            self.weakness + 1,
            self.asset + 1,
            self.id,
            self.id,
            i64::from(self.known),
            self.status,
            i64::from(self.open),
            i64::from(categories[1] == -1),
            self.severity,
            null(self.team),
            self.workflow,
            null(self.until),
            self.not_retested,
            self.first_seen,
            self.last_seen,
            self.first_seen,
            self.episodes,
            i64::from(self.status != 5),
            null(self.assignee),
            null(self.due)
        );
        sql
    }
}

impl Line {
    fn insert(&self, life: &Life) -> String {
        format!(
            "INSERT INTO entry (step, occurrence_id, sign, happened_at, day, cause, severity, team_id, workflow, asset_id) \
             VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
            self.step,
            life.id,
            self.sign,
            self.at,
            Day(Life::day(self.at)).0,
            self.cause.number(),
            self.severity,
            null(self.team),
            self.workflow,
            life.asset + 1
        )
    }
}
