//! The real program is killed wherever a run is, again and again, and started again on what it left: the run comes to its end, its
//! result is in the books once, and its scanner has begun one scan for it.
//!
//! The fake scanners hold their answers, so that the program dies exactly there: with a run that waits, having asked for its
//! launch, heard and not answered, following it, fetching its result; and while that is imported. That the claims of a dead
//! program run out after a minute is what the tests with a clock show: here the minute is over at once.

use crate::pages::saved;
use crate::rig::Rig;
use fakes::Effect;
use model::RunState;
use model::view::scanning::ConnectorDraft;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tests::support::{Client, Engine, Options, TestServer, people};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(240);

/// Where a run is when the program is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// Its scanner was asked to begin, and has not heard it.
    Asked,
    /// Its scanner has begun, and its answer has not come.
    Begun,
    /// Its scanner was asked how far it is.
    Running,
    /// Its scanner was asked for its result.
    Exporting,
}

/// A scanner, and its connector.
struct Case {
    rig: Rig,
    connector: i64,
    schedule: Option<i64>,
    /// How often the door of the moment was asked before it was held.
    asked: usize,
}

impl Case {
    /// Whether its scanner cannot say afterwards what it was told to begin.
    fn cannot_say(&self) -> bool {
        matches!(self.rig.kind, "burp" | "plan")
    }

    /// What the questions contain that are held at a moment; empty where there are none.
    fn door(&self, moment: Moment) -> &'static str {
        let doors = self.rig.doors();
        match moment {
            Moment::Asked => doors.launch,
            // The last that ZAP is told before a run counts as begun.
            Moment::Begun if self.rig.kind == "zap" => "newContext",
            Moment::Begun => doors.launch,
            Moment::Running if !self.rig.launches() => "",
            // The other is asked by the search for a launch too.
            Moment::Running if self.rig.kind == "zap" => "spider/view/scans",
            Moment::Running => doors.poll,
            Moment::Exporting => doors.export,
        }
    }

    /// Holds what is asked from now on.
    fn hold(&mut self, moment: Moment) {
        let door = self.door(moment);
        if door.is_empty() {
            return;
        }
        self.asked = self.rig.count(door);
        if (moment, self.rig.kind) == (Moment::Begun, "zap") {
            // The first of two goes through.
            self.rig.disturb(door, 1, Effect::Slow(Duration::ZERO));
            self.asked += 1;
        }
        self.rig.disturb(door, 1, if moment == Moment::Begun { Effect::Hold } else { Effect::Hang });
    }

    /// Whether the program waits for an answer that is held.
    fn held(&self, moment: Moment) -> bool {
        let door = self.door(moment);
        door.is_empty() || self.rig.count(door) > self.asked
    }
}

/// A run, as the database has it.
#[derive(Clone, Debug)]
struct Run {
    id: i64,
    connector: i64,
    state: RunState,
    reason: String,
}

/// The program, and the scanners that it drives.
struct Lab {
    server: TestServer,
    root: Client,
    cases: Vec<Case>,
}

impl Lab {
    async fn open(engine: Engine, kinds: &[&'static str]) -> Self {
        let mut cases = Vec::new();
        for (connector, kind) in (1..).zip(kinds) {
            cases.push(Case { rig: Rig::start(kind).await, connector, schedule: None, asked: 0 });
        }
        let settings: String = cases.iter().map(|case| case.rig.settings()).collect();
        let server = TestServer::start_with(engine, Options { settings, ..Options::default() }).await;
        let mut root = people::set_up(&server).await;
        let mut schedules = 1..;
        for case in &mut cases {
            let (name, target) = (case.rig.name(), case.rig.target());
            let fields = fields(&case.rig.draft());
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            saved(&mut root, "/scans/connectors", &fields).await;
            let place = [
                ("name", name.as_str()),
                ("targets", target.targets.as_str()),
                ("authorised_by", "Ana, CISO"),
                ("authorised_until", "2099-01-01"),
            ];
            saved(&mut root, "/scans/targets", &place).await;
            if !case.rig.launches() {
                continue;
            }
            case.schedule = schedules.next();
            let yearly = [
                ("name", name.as_str()),
                ("connector", name.as_str()),
                ("target", name.as_str()),
                ("every", "cron"),
                ("cron", "0 3 29 2 *"),
                ("zone", "UTC"),
                ("missed", "skip"),
                ("overlap", "wait"),
                ("jitter", "0"),
                ("time_limit", "600"),
                ("intensity", "normal"),
            ];
            saved(&mut root, "/scans/schedules", &yearly).await;
        }
        Self { server, root, cases }
    }

    /// A person starts a run, or somebody else at the scanner.
    async fn begin(&mut self, at: usize) {
        let case = &self.cases[at];
        let to = match case.schedule {
            Some(schedule) => self.root.form("/scans/schedules", &[("run", &schedule.to_string())]).await,
            None => {
                case.rig.own_run("own");
                self.root.form("/scans/connectors", &[("test", &case.connector.to_string())]).await
            }
        };
        let to = to.expect(303).location().to_owned();
        assert!(to.contains("did="), "{}: {to}", self.cases[at].rig.kind);
    }

    /// All runs, the oldest first.
    async fn runs(&self) -> Vec<Run> {
        let all = "SELECT CAST(id AS TEXT) || ' ' || CAST(connector_id AS TEXT) || ' ' || state || ' ' || reason FROM scan_run \
                   ORDER BY id";
        let read = |line: String| {
            let parts: Vec<&str> = line.split(' ').collect();
            let number = |at: usize| parts[at].parse().unwrap();
            Run { id: number(0), connector: number(1), state: parts[2].parse().unwrap(), reason: parts[3].to_owned() }
        };
        self.server.column(all).await.into_iter().map(read).collect()
    }

    /// The latest run of a case.
    async fn latest(&self, at: usize) -> Option<Run> {
        self.runs().await.into_iter().rev().find(|run| run.connector == self.cases[at].connector)
    }

    /// Lets the time pass until runs are looked at again.
    async fn wait(&self) {
        self.server.execute("UPDATE scan_run SET look_at = 0 WHERE lease_owner IS NULL AND ended_at IS NULL").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    /// Kills the program and starts it again, a minute later, with what is held from then on.
    async fn die(&mut self, next: Option<Moment>) {
        self.server.kill();
        for case in &mut self.cases {
            case.rig.calm();
            if let Some(moment) = next {
                case.hold(moment);
            }
        }
        self.server.execute("UPDATE scan_run SET lease_until = 0, look_at = 0 WHERE ended_at IS NULL").await;
        self.server.execute("UPDATE job SET lease_until = 0 WHERE state = 'running'").await;
        self.server.start_again();
        self.root.moves_to(&self.server);
    }

    /// Waits until every scanner holds an answer. A run that was lost on the way has its words, and another takes its place.
    async fn held(&mut self, moment: Moment) {
        let until = Instant::now() + PATIENCE;
        loop {
            for at in 0..self.cases.len() {
                let latest = self.latest(at).await;
                match latest {
                    Some(run) if run.state == RunState::Lost && self.cases[at].cannot_say() => {
                        self.says(&run, "It was not launched again", "No se lanzó otra vez").await;
                        self.begin(at).await;
                    }
                    None if moment == Moment::Exporting => self.begin(at).await,
                    Some(run) if run.state.ended() => panic!("{}, {moment:?}: {run:?}", self.cases[at].rig.kind),
                    _ => {}
                }
            }
            let waits: Vec<&str> =
                self.cases.iter().filter(|case| !case.held(moment)).map(|case| case.rig.kind).collect();
            if waits.is_empty() {
                return;
            }
            assert!(Instant::now() < until, "{moment:?}: {waits:?} of {:?}", self.runs().await);
            self.wait().await;
        }
    }

    /// Kills the program while the result of each run is imported, as far as that is seen, and waits for the ends of all.
    async fn imported(&mut self) {
        let (until, mut killed) = (Instant::now() + PATIENCE, BTreeSet::new());
        loop {
            let runs = self.runs().await;
            let importing = runs.iter().filter(|run| run.state == RunState::Importing).map(|run| run.id);
            let fresh: Vec<i64> = importing.filter(|run| !killed.contains(run)).collect();
            if !fresh.is_empty() {
                killed.extend(fresh);
                self.die(None).await;
            } else if runs.iter().all(|run| run.state.ended()) {
                break;
            }
            assert!(Instant::now() < until, "{runs:?}");
            self.wait().await;
        }
        assert!(!killed.is_empty(), "none was killed while it was imported");
        // Of each the last one is in the books, and there is nothing else in them.
        for at in 0..self.cases.len() {
            let run = self.latest(at).await.unwrap();
            // An import that was whole when its worker died is found to be there by the one that does it again.
            let how = run.reason.replace("imported_before", "");
            assert_eq!((run.state, how.as_str()), (RunState::Done, ""), "{}: {run:?}", self.cases[at].rig.kind);
        }
        let scans = self.server.column("SELECT CAST(COUNT(*) AS TEXT) FROM scan").await;
        let done = self.server.column("SELECT CAST(COUNT(DISTINCT scan_id) AS TEXT) FROM scan_run").await;
        assert_eq!((scans, done), (vec![self.cases.len().to_string()], vec![self.cases.len().to_string()]));
    }

    /// The page of a run says a sentence, in both languages.
    async fn says(&self, run: &Run, english: &str, spanish: &str) {
        for (language, sentence) in [("en", english), ("es", spanish)] {
            let mut reader = self.root.clone().in_language(language);
            let page = reader.get(&format!("/scans/runs/{}", run.id)).await.expect(200).body;
            assert!(page.contains(sentence), "{run:?} does not say {sentence:?}");
        }
    }
}

/// A connector's form.
pub fn fields(draft: &ConnectorDraft) -> Vec<(&'static str, String)> {
    vec![
        ("name", draft.name.clone()),
        ("kind", draft.kind.clone()),
        ("address", draft.address.clone()),
        ("confirmed", draft.confirmed.clone()),
        ("trust", draft.trust.clone()),
        ("fingerprint", draft.fingerprint.clone()),
        ("at_a_time", "1".to_owned()),
        ("pull", draft.pull.to_string()),
        ("folder", draft.folder.clone()),
        ("command", draft.command.clone()),
        ("plan", draft.plan.clone()),
        ("key", draft.key.clone()),
        ("secret", draft.secret.clone()),
        ("user", draft.user.clone()),
    ]
}

/// Runs of these kinds die everywhere.
async fn die(engine: Engine, kinds: &[&'static str]) {
    let mut lab = Lab::open(engine, kinds).await;
    // They wait, since their scanners are left alone for a while.
    lab.server.execute("UPDATE connector SET rests_until = 9000000000000000").await;
    for at in 0..kinds.len() {
        if lab.cases[at].rig.launches() {
            lab.begin(at).await;
        }
    }
    assert!(lab.runs().await.iter().all(|run| run.state == RunState::Queued));
    lab.die(Some(Moment::Asked)).await;
    lab.server.execute("UPDATE connector SET rests_until = NULL").await;
    lab.held(Moment::Asked).await;
    lab.die(Some(Moment::Begun)).await;
    lab.held(Moment::Begun).await;
    lab.die(Some(Moment::Running)).await;
    lab.held(Moment::Running).await;
    lab.die(Some(Moment::Exporting)).await;
    lab.held(Moment::Exporting).await;
    lab.die(None).await;
    lab.imported().await;
    for case in &lab.cases {
        // A launch that nobody can be asked about is lost, and the run that took its place launched once more.
        let begun = if case.cannot_say() { 2 } else { usize::from(case.rig.launches()) };
        assert_eq!(case.rig.begun(), begun, "{}", case.rig.kind);
    }
    assert!(!lab.server.log().contains("ERROR"), "{}", lab.server.log());
}

tests::on_both! {
    // As many as one process drives at a time, since each that is held holds up one of its workers.
    async fn runs_survive_the_death_of_the_program_wherever_they_are(engine: Engine) {
        Box::pin(die(engine, &["manager", "tenable", "zap", "plan"])).await;
    }

    async fn so_do_those_of_other_scanners(engine: Engine) {
        Box::pin(die(engine, &["session", "burp", "dast", "professional"])).await;
    }

    async fn a_command_ends_with_the_program_and_says_so(engine: Engine) {
        let mut lab = Lab::open(engine, &["command", "folder"]).await;
        lab.cases[0].rig.linger();
        lab.begin(0).await;
        let until = Instant::now() + PATIENCE;
        while lab.latest(0).await.is_none_or(|run| run.state != RunState::Running) {
            assert!(Instant::now() < until, "{:?}", lab.runs().await);
            lab.wait().await;
        }
        lab.die(None).await;
        let lost = loop {
            match lab.latest(0).await {
                Some(run) if run.state.ended() => break run,
                _ => assert!(Instant::now() < until, "{:?}", lab.runs().await),
            }
            lab.wait().await;
        };
        assert_eq!((lost.state, lost.reason.as_str()), (RunState::Lost, "process_ended"));
        lab.says(&lost, "It was not launched again", "No se lanzó otra vez").await;
        // What has ended is found again, and what lies in a folder is read.
        lab.cases[0].rig.heal();
        lab.begin(0).await;
        lab.begin(1).await;
        lab.imported().await;
        assert_eq!(lab.cases[0].rig.begun(), 2, "one scan a run");
    }
}
