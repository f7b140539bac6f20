//! Every kind of connector against a fake of its scanner, through the whole service and over HTTPS: what it can do, a scan by
//! schedule, whatever may befall a run, a second scan with what it changed. `chaos.txt` says what each comes to.
//!
//! While a run is disturbed, all that its scanner found before is mended: what came into the books of a run that did not end well
//! would close something, and nothing may close.

use crate::office::{HOUR, Office, schedule};
use crate::rig::{KINDS, Rig};
use app::locales::{scanners as words, scanners_say};
use fakes::{Effect, Reply};
use model::text::Locale;
use model::view::findings::FindingsQuery;
use model::view::scanning::{RunPage, RunView, ScheduleAct, ScheduleDraft};
use model::{Micros, RunState};
use ports::{Findings as _, Scanning as _};
use serde_json::json;
use service::clock::Clock as _;
use std::time::{Duration, Instant};
use tests::support::Engine;
use tokio::task::JoinSet;

/// After everything that the fakes say happened: 11 December 2026.
const BEGIN: i64 = 340 * 24 * HOUR;
/// How long a run may take, in minutes.
const LIMIT: i64 = 480;
/// How long a test waits for a run to come to its end.
const PATIENCE: Duration = Duration::from_secs(300);

/// What a cell of the table comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// A run ends in a state, for a reason, having begun so many scans on its scanner.
    In(RunState, &'static str, usize),
    /// A test of the connector says so.
    Says(&'static str),
    /// The second scan closes so many and leaves so many not re-tested.
    Closes(i64, i64),
    /// It cannot be, for a reason.
    Never,
}

/// The rows of the table: what befalls, and what that comes to for a kind.
fn cells(kind: &str) -> Vec<(&'static str, Ends)> {
    let (mut cells, mut befalls) = (Vec::new(), "");
    let mut told: Vec<&str> = KINDS.to_vec();
    for line in include_str!("chaos.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let parts: Vec<&'static str> = line.split('|').map(str::trim).collect();
        let [name, kinds, ends] = parts.as_slice() else { panic!("three columns: {line}") };
        if !name.is_empty() {
            assert!(told.len() == KINDS.len(), "{befalls}: {told:?}");
            (befalls, told) = (*name, Vec::new());
        }
        told.extend(kinds.split_whitespace());
        if kinds.split_whitespace().any(|one| one == kind) {
            cells.push((befalls, read(ends)));
        }
        let distinct = told.iter().collect::<std::collections::BTreeSet<_>>().len();
        assert!(distinct == told.len() && told.iter().all(|one| KINDS.contains(one)), "{befalls}: {told:?}");
    }
    assert!(told.len() == KINDS.len(), "{befalls}: {told:?}");
    cells
}

fn read(ends: &'static str) -> Ends {
    let words: Vec<&'static str> = ends.split_whitespace().collect();
    match words.as_slice() {
        ["-", _, ..] => Ends::Never,
        ["says", code] => Ends::Says(code),
        ["closes", closed, "not", "re-tested", left] => Ends::Closes(closed.parse().unwrap(), left.parse().unwrap()),
        [state, "begun", begun] => Ends::In(state.parse().unwrap(), "", begun.parse().unwrap()),
        [state, reason, "begun", begun] => Ends::In(state.parse().unwrap(), reason, begun.parse().unwrap()),
        _ => panic!("no end: {ends}"),
    }
}

/// A connector in a service of its own.
struct Lab {
    office: Office,
    rig: Rig,
    connector: i64,
    schedule: Option<i64>,
}

impl Lab {
    /// With a schedule every night at three, and the first scan by it in the books.
    async fn open(engine: Engine, kind: &'static str) -> Self {
        let rig = Rig::start(kind).await;
        let office = Office::open_with(engine, rig.surroundings()).await;
        office.now(BEGIN);
        office.session.switch_connector(1, false).await.unwrap();
        let connector = office.session.set_connector(rig.draft()).await.unwrap();
        let page = office.session.connectors().await.unwrap();
        let view = page.connectors.iter().find(|one| one.id == connector).unwrap();
        let probe = view.probe.as_ref().unwrap_or_else(|| panic!("{:?}", view.fault));
        assert_eq!(probe.can, rig.can());
        office.session.set_target(rig.target()).await.unwrap();
        let nightly = ScheduleDraft {
            connector: rig.name(),
            target: "place".to_owned(),
            cron: "0 3 * * *".to_owned(),
            zone: "UTC".to_owned(),
            choice: String::new(),
            missed: "once".to_owned(),
            time_limit: LIMIT,
            ..schedule("nightly")
        };
        let schedule = office.session.set_schedule(nightly).await;
        let schedule = match (schedule, rig.launches()) {
            (Ok(id), true) => Some(id),
            (Err(error), false) => {
                assert_eq!(error.detail, "cannot_launch");
                None
            }
            other => panic!("{other:?}"),
        };
        let lab = Self { office, rig, connector, schedule };
        let first = lab.night(0).await;
        assert_eq!((first.run.state, first.run.reason.as_str()), (RunState::Done, ""), "{first:?}");
        assert!(first.delta.unwrap().new.value > 1);
        lab
    }

    /// The scan that is due in a night, or that its scanner does by itself.
    async fn night(&self, night: i64) -> RunPage {
        if !self.rig.launches() {
            self.rig.own_run(&format!("night-{night}"));
        }
        self.act(ScheduleAct::Resume).await;
        let before = self.newest().await;
        self.office.now(BEGIN + night * 24 * HOUR + 3 * HOUR);
        self.office.service.beat().await.unwrap();
        let run = self.newest().await;
        assert_ne!(run, before, "it is due");
        self.act(ScheduleAct::Pause).await;
        self.ended(run).await;
        self.office.run(run).await
    }

    async fn act(&self, act: ScheduleAct) {
        if let Some(schedule) = self.schedule {
            self.office.session.act_schedule(schedule, act).await.unwrap();
        }
    }

    async fn newest(&self) -> i64 {
        self.office.runs().await.first().map_or(0, |run| run.id)
    }

    /// Begins a run, as a person does, or its scanner.
    async fn begin(&self, name: &str) -> i64 {
        if let Some(schedule) = self.schedule {
            return self.office.session.run_now(schedule, Vec::new(), Vec::new()).await.unwrap();
        }
        let before = self.newest().await;
        self.rig.own_run(name);
        self.wait(16 * 60);
        self.office.service.beat().await.unwrap();
        let run = self.newest().await;
        assert_ne!(run, before, "{name}: it is seen");
        run
    }

    fn wait(&self, seconds: i64) {
        let clock = &self.office.clock;
        clock.set(Micros(clock.now().0 + seconds * 1_000_000));
    }

    /// Takes a run as far as it goes now.
    async fn step(&self, run: i64) -> RunView {
        self.office.service.beat().await.unwrap();
        while self.office.service.drive_one().await.unwrap() {}
        self.office.run(run).await.run
    }

    /// Drives a run until it is on its scanner and was looked at there.
    async fn running(&self, run: i64) {
        let mut looked = false;
        for _ in 0..100 {
            let view = self.step(run).await;
            match view.state {
                RunState::Running if looked => return,
                RunState::Running => {
                    looked = true;
                    self.next(&view).await;
                }
                RunState::Queued | RunState::Starting => {
                    self.next(&view).await;
                }
                _ => panic!("it never runs: {view:?}"),
            }
        }
        panic!("it never runs");
    }

    /// Drives a run to its end, and keeps for how many seconds it waited for which reasons.
    async fn ended(&self, run: i64) -> (RunView, Vec<(String, i64)>) {
        let (until, mut waits) = (Instant::now() + PATIENCE, Vec::new());
        loop {
            let view = self.step(run).await;
            if view.state.ended() {
                return (view, waits);
            }
            assert!(Instant::now() < until, "it does not end: {view:?}");
            let reason = view.reason.clone();
            waits.push((reason, self.next(&view).await));
        }
    }

    /// Lets the time pass until a run is looked at next; for how many seconds.
    async fn next(&self, view: &RunView) -> i64 {
        let look = view.look.as_ref().unwrap().iso.parse::<chrono::DateTime<chrono::Utc>>().unwrap();
        let now = self.office.clock.now().0 / 1_000_000;
        let seconds = (look.timestamp() - now).max(0) + 1;
        self.wait(seconds);
        // Imports and commands take time of this world.
        if view.state == RunState::Importing || self.rig.kind == "command" {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        seconds
    }

    async fn total(&self, filter: &str) -> i64 {
        let query = FindingsQuery { q: filter.to_owned(), ..FindingsQuery::default() };
        self.office.session.list(query).await.unwrap().total
    }

    /// Lets something befall a run, or a look at the scanner, and compares what that comes to.
    async fn cell(&self, befalls: &'static str, ends: Ends) {
        self.rig.heal();
        println!("{}: {befalls}", self.rig.kind);
        match ends {
            Ends::Never => {}
            Ends::Says(code) => {
                befall_look(&self.rig, befalls);
                let said = self.office.session.test_connector(self.connector).await.unwrap();
                assert_eq!(said, code, "{}, {befalls}", self.rig.kind);
                self.sentence(befalls, |locale| scanners_say::fault(locale, code, ""));
                self.rig.heal();
                assert_eq!(self.office.session.test_connector(self.connector).await.unwrap(), "");
            }
            Ends::Closes(closed, left) => {
                self.rig.mend(false, 3);
                let page = self.night(7).await;
                let delta = page.delta.clone().unwrap_or_else(|| panic!("{page:?}"));
                assert_eq!(
                    (delta.closed.value, delta.not_retested.value),
                    (closed, left),
                    "{}: {delta:?}",
                    self.rig.kind
                );
                assert_eq!(self.total("status:fixed").await, closed);
            }
            Ends::In(state, reason, begun) => self.run(befalls, (state, reason, begun)).await,
        }
    }

    async fn run(&self, befalls: &'static str, expected: (RunState, &'static str, usize)) {
        let open = self.total("status:open").await;
        if expected.0 != RunState::Done {
            self.rig.mend(true, 0);
        }
        let before = self.rig.begun();
        befall_launch(&self.rig, befalls);
        let run = self.begin(befalls).await;
        let mut begun = 0;
        if let Some(knob) = in_the_middle(self.rig.kind, befalls) {
            if self.rig.launches() {
                self.running(run).await;
            }
            begun = self.rig.begun().saturating_sub(before);
            knob(&self.rig);
            if befalls == "it is stopped by hand" {
                self.office.session.stop_run(run).await.unwrap();
            }
            if befalls == "it sticks" {
                self.step(run).await;
                self.wait(LIMIT * 60);
            }
        }
        let (view, waits) = self.ended(run).await;
        begun = begun.max(self.rig.begun().saturating_sub(before));
        let what = format!("{}, {befalls}: {view:?} {waits:?}", self.rig.kind);
        assert_eq!((view.state, view.reason.replace("imported_before", "").as_str(), begun), expected, "{what}");
        assert_eq!(view.scan.is_some(), view.state == RunState::Done, "{what}");
        // The one who asks us to wait is waited for, and nobody longer than that.
        for (knob, reason, asked) in
            [("it asks us to wait", "rate_limited", 77), ("it is overloaded", "unavailable", 55)]
        {
            if befalls.starts_with(knob) {
                let waited = waits.iter().find(|(why, _)| why == reason).map(|(_, seconds)| *seconds);
                assert!(waited.is_some_and(|seconds| (asked..asked + 4).contains(&seconds)), "{what}");
            }
        }
        assert_eq!((self.total("status:open").await, self.total("status:fixed").await), (open, 0), "{what}");
        let told = waits.iter().map(|(why, _)| why.as_str()).chain([view.reason.as_str()]);
        for reason in told.filter(|reason| !reason.is_empty()) {
            self.sentence(befalls, |locale| scanners_say::reason(locale, reason, &view.detail));
        }
    }

    /// What a person reads is a sentence, in each language another, and more than that something failed.
    fn sentence(&self, befalls: &str, say: impl Fn(Locale) -> String) {
        let said = [Locale::Es, Locale::En].map(|locale| {
            let sentence = say(locale);
            let nothing = words::fault_other(locale);
            assert!(sentence.contains(' ') && sentence.contains('.') && sentence != nothing, "{befalls}: {sentence:?}");
            sentence
        });
        assert_ne!(said[0], said[1], "{befalls}");
    }
}

fn waits(status: u16, seconds: &str) -> Effect {
    Effect::Say(Reply::status(status, &json!({"error": "later"})).with("retry-after", seconds))
}

fn refuses(status: u16) -> Effect {
    Effect::Say(Reply::status(status, &json!({"error": "no"})))
}

/// What befalls a look at the scanner.
fn befall_look(rig: &Rig, befalls: &str) {
    match befalls {
        "its key is wrong" => rig.withdraw(),
        "it shows another certificate to a look" => rig.change_certificate(),
        "it is silent to a look" => rig.disturb("", 1, Effect::Close),
        "it is starting" => rig.disturb("", 1, waits(503, "9")),
        "it is no scanner" => rig.disturb("", 9, Effect::Say(Reply::text(200, "text/html", "<h1>Welcome</h1>"))),
        "it sends a look elsewhere" => {
            rig.disturb(
                "",
                1,
                Effect::Say(Reply::text(302, "text/html", "").with("location", "https://elsewhere.example/")),
            );
        }
        other => panic!("nothing of that name befalls a look: {other}"),
    }
}

/// What waits for the beginning or the end of a run.
fn befall_launch(rig: &Rig, befalls: &str) {
    let doors = rig.doors();
    match befalls {
        "the answer to its launch is lost" => rig.disturb(doors.launch, 1, Effect::LoseAnswer),
        "its launch is not heard" => rig.disturb(doors.launch, 1, Effect::Close),
        "it asks us to wait with its launch" => rig.disturb(doors.launch, 1, waits(429, "77")),
        "it is overloaded at its launch" => rig.disturb(doors.launch, 1, waits(503, "55")),
        "its licence does not allow it" => rig.disturb(doors.launch, 1, refuses(412)),
        "the answer to a step is lost" => {
            for step in ["spider/action/scan", "ajaxSpider/action/scan", "ascan/action/scan"] {
                rig.disturb(step, 1, Effect::LoseAnswer);
            }
        }
        "its result breaks off once" => {
            rig.disturb(doors.export, 1, Effect::Truncate);
        }
        "its result breaks off each time" => {
            rig.disturb(doors.export, 99, Effect::Truncate);
            rig.halve();
        }
        "its result takes too long" => rig.disturb(doors.export, 1, Effect::Slow(Duration::from_secs(1))),
        "it cannot write its result" => rig.fail_export(true),
        "it sticks" | "it is stopped by hand" => rig.linger(),
        "it ends in an error there" if rig.kind == "command" => rig.end(false),
        _ => {}
    }
}

/// What befalls a run while it runs.
fn in_the_middle(kind: &str, befalls: &str) -> Option<fn(&Rig)> {
    Some(match befalls {
        "it closes connections silently" => |rig| rig.disturb(rig.doors().poll, 2, Effect::Close),
        "it knows our session no more" => |rig| rig.disturb(rig.doors().poll, 1, refuses(401)),
        "its key is withdrawn" => Rig::withdraw,
        "it asks us to wait" => |rig| rig.disturb(rig.doors().poll, 1, waits(429, "77")),
        "it is overloaded" => |rig| rig.disturb(rig.doors().poll, 1, waits(503, "55")),
        "its answers break off" => |rig| rig.disturb(rig.doors().poll, 1, Effect::Truncate),
        "its answers come slowly" => |rig| rig.disturb(rig.doors().poll, 2, Effect::Slow(Duration::from_millis(2))),
        "it sticks" => Rig::stick,
        "it forgets its scans" => Rig::forget,
        "it shows another certificate" => Rig::change_certificate,
        "it ends in an error there" if kind != "command" => |rig| rig.end(false),
        "somebody stops it there" => |rig| rig.end(true),
        "it is stopped by hand" => |_| {},
        _ => return None,
    })
}

async fn column(engine: Engine, kind: &'static str) {
    let lab = Box::pin(Lab::open(engine, kind)).await;
    for (befalls, ends) in cells(kind) {
        Box::pin(lab.cell(befalls, ends)).await;
    }
}

tests::on_both! {
    async fn whatever_befalls_a_run_ends_as_the_table_says(engine: Engine) {
        let one = std::env::var("POSTURA_TEST_KIND").ok();
        let mut columns: JoinSet<()> = JoinSet::new();
        for kind in KINDS.into_iter().filter(|kind| one.as_ref().is_none_or(|one| one == kind)) {
            columns.spawn(column(engine, kind));
        }
        let mut failed = 0;
        while let Some(ended) = columns.join_next().await {
            failed += usize::from(ended.is_err());
        }
        assert_eq!(failed, 0, "kinds whose panics are told above");
    }
}
