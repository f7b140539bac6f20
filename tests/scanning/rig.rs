//! A scanner of each kind to be driven by a whole service: a fake behind HTTPS, or a place on the disk; and what can befall it.

use crate::office::{connector, target};
use fakes::burp::{BurpDast, BurpPro};
use fakes::nessus::{Edition, Nessus};
use fakes::zap::ALERTS;
use fakes::{Effect, Fake, Identity, Zap};
use model::scanner::Capability;
use model::view::scanning::{ConnectorDraft, TargetDraft};
use scanners::http::{Certificate, Door, Patience};
use scanners::{CommandOutput, CommandRule, Surroundings};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};
use tests::support::places;

/// The kinds, as the table calls them.
pub const KINDS: [&str; 10] =
    ["manager", "session", "professional", "tenable", "zap", "plan", "burp", "dast", "folder", "command"];

/// Long enough for a machine that is slow, short enough for a body that is meant to be.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(30),
    answer: Duration::from_secs(30),
    idle: Duration::from_secs(30),
    body: Duration::from_secs(6),
};

/// A scanner.
pub struct Rig {
    pub kind: &'static str,
    place: Place,
    identity: Identity,
    disk: tempfile::TempDir,
}

enum Place {
    Nessus(Fake<Nessus>),
    Zap(Fake<Zap>),
    Burp(Fake<BurpPro>),
    Dast(Fake<BurpDast>),
    Disk,
}

/// Does the same with each fake; something else where there is none.
macro_rules! fake {
    ($rig:expr, $fake:ident => $does:expr, $else:expr) => {
        match &$rig.place {
            Place::Nessus($fake) => $does,
            Place::Zap($fake) => $does,
            Place::Burp($fake) => $does,
            Place::Dast($fake) => $does,
            Place::Disk => $else,
        }
    };
}

/// The texts that questions contain: of the one that begins a scan, of those that ask how far it is, of the one for its result.
pub struct Doors {
    pub launch: &'static str,
    pub poll: &'static str,
    pub export: &'static str,
}

impl Rig {
    pub async fn start(kind: &'static str) -> Self {
        let identity = Identity::self_signed();
        let nessus = |edition| Nessus { pace: 100, export_pace: 0, ..Nessus::of(edition) };
        let place = match kind {
            "manager" | "session" => Place::Nessus(Fake::start(nessus(Edition::Manager), Some(&identity)).await),
            "tenable" => Place::Nessus(Fake::start(nessus(Edition::Cloud), Some(&identity)).await),
            "professional" => {
                let mut own = nessus(Edition::Professional);
                own.define("Weekly scan of the DMZ", "10.0.0.5");
                Place::Nessus(Fake::start(own, Some(&identity)).await)
            }
            "zap" | "plan" => Place::Zap(Fake::start(Zap { pace: 100, ..Zap::default() }, Some(&identity)).await),
            "burp" => Place::Burp(Fake::start(BurpPro { pace: 100, ..BurpPro::default() }, Some(&identity)).await),
            "dast" => {
                let dast = BurpDast { pace: 100, delay: 0, ..BurpDast::default() };
                Place::Dast(Fake::start(dast, Some(&identity)).await)
            }
            _ => Place::Disk,
        };
        let rig = Self { kind, place, identity, disk: tempfile::tempdir().unwrap() };
        std::fs::create_dir(rig.drop()).unwrap();
        rig.says("cat report");
        rig.reports(&[], 0);
        rig
    }

    /// The name of its connector.
    pub fn name(&self) -> String {
        format!("the {}", self.kind)
    }

    /// Whether Postura starts its scans; else it fetches those that somebody else has started.
    pub fn launches(&self) -> bool {
        !matches!(self.kind, "professional" | "folder")
    }

    pub fn can(&self) -> Capability {
        if self.launches() { Capability::Launch } else { Capability::Pull }
    }

    pub fn draft(&self) -> ConnectorDraft {
        let fingerprint: String =
            Certificate::of(self.identity.der()).fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
        let (kind, key, secret, user) = match &self.place {
            Place::Nessus(fake) => {
                let nessus = fake.state();
                let kind = if self.kind == "tenable" { "tenable_vm" } else { "nessus" };
                match self.kind {
                    "session" => (kind, String::new(), nessus.account.1.clone(), nessus.account.0.clone()),
                    _ => (kind, nessus.keys.0.clone(), nessus.keys.1.clone(), String::new()),
                }
            }
            Place::Zap(fake) => {
                let kind = if self.kind == "plan" { "zap_plan" } else { "zap" };
                (kind, fake.state().key.clone(), String::new(), String::new())
            }
            Place::Burp(fake) => ("burp_pro", fake.state().key.clone(), String::new(), String::new()),
            Place::Dast(fake) => ("burp_dast", fake.state().key.clone(), String::new(), String::new()),
            Place::Disk => (self.kind, String::new(), String::new(), String::new()),
        };
        ConnectorDraft {
            kind: kind.to_owned(),
            address: fake!(self, fake => fake.url(), String::new()),
            confirmed: "127.0.0.1".to_owned(),
            trust: "pinned".to_owned(),
            fingerprint,
            pull: if self.launches() { 0 } else { 15 },
            folder: if self.kind == "folder" { "drop" } else { "" }.to_owned(),
            command: if self.kind == "command" { "own" } else { "" }.to_owned(),
            plan: if self.kind == "plan" { "/zap/plans/shop.yaml" } else { "" }.to_owned(),
            key,
            secret,
            user,
            ..connector(&self.name())
        }
    }

    pub fn target(&self) -> TargetDraft {
        let targets = if matches!(self.place, Place::Nessus(_)) { "10.0.0.5" } else { "http://shop.example/" };
        TargetDraft { name: "place".to_owned(), targets: targets.to_owned(), exclude: String::new(), ..target() }
    }

    /// How often something was asked.
    pub fn count(&self, door: &str) -> usize {
        fake!(self, fake => fake.count(door), 0)
    }

    /// Nothing disturbs it any more.
    pub fn calm(&self) {
        fake!(self, fake => fake.calm(), ());
    }

    /// The settings of a program that may use its place on the disk.
    pub fn settings(&self) -> String {
        match self.kind {
            "folder" => format!("[folders]\ndrop = '{}'\n", self.drop().display()),
            "command" => {
                let script = self.script();
                format!(
                    "[commands.own]\nprogram = '/bin/sh'\narguments = ['-c', \"\"\"{script}\"\"\"]\noutput = 'stdout'\n"
                )
            }
            _ => String::new(),
        }
    }

    /// What its command runs.
    fn script(&self) -> String {
        format!("cd '{}' && echo x >> launches && . ./how", self.disk.path().display())
    }

    /// What the machine lets connectors use.
    pub fn surroundings(&self) -> Surroundings {
        let rule = CommandRule {
            program: "/bin/sh".into(),
            arguments: vec!["-c".to_owned(), self.script()],
            output: CommandOutput::Stdout,
            time_limit: 86_400,
            max_output: 1 << 20,
            ok: vec![0],
            rules: ["40012", "10038", "6"].map(str::to_owned).to_vec(),
            environment: std::collections::BTreeMap::new(),
        };
        let mut door = Door::default();
        door.patience = PATIENCE;
        Surroundings {
            folders: [("drop".to_owned(), self.drop())].into(),
            commands: [("own".to_owned(), rule)].into(),
            door,
            ..Surroundings::default()
        }
    }

    fn drop(&self) -> PathBuf {
        self.disk.path().join("drop")
    }

    /// What the command does from now on.
    fn says(&self, script: &str) {
        std::fs::write(self.disk.path().join("how"), script).unwrap();
    }

    /// Writes the report that the command prints and the folder is given, without some rules; made so many days after the first.
    fn reports(&self, mended: &[&str], day: i64) {
        let mut report: Value = serde_json::from_slice(&places::fixture("zap/plain.json")).unwrap();
        report["created"] = json!(format!("2026-11-{:02}T09:00:00Z", 10 + day));
        for site in report["site"].as_array_mut().unwrap() {
            let gone = |alert: &Value| mended.contains(&"") || mended.contains(&alert["pluginid"].as_str().unwrap());
            site["alerts"].as_array_mut().unwrap().retain(|alert| !gone(alert));
        }
        std::fs::write(self.disk.path().join("report"), report.to_string()).unwrap();
    }

    pub fn doors(&self) -> Doors {
        let (launch, poll, export) = match self.kind {
            "professional" => ("", "/export/", "/download"),
            "zap" => ("newSession", "contextList", "jsonreport"),
            "plan" => ("runPlan", "planProgress", "jsonreport"),
            "burp" => ("POST /", "issue_events=1", "issue_events=500"),
            "dast" => ("CreateScheduleItem", " Scan", " Report"),
            "folder" | "command" => ("", "", ""),
            _ => ("/launch", "GET /scans/", "/download"),
        };
        Doors { launch, poll, export }
    }

    pub fn disturb(&self, door: &str, times: usize, effect: Effect) {
        fake!(self, fake => fake.disturb(door, times, effect), ());
    }

    /// As it was before anything befell it, with what it found still there.
    pub fn heal(&self) {
        fake!(self, fake => { fake.calm(); fake.show(&self.identity) }, ());
        self.mend(false, 0);
        self.fail_export(false);
        self.says("cat report");
        let fresh = Nessus::default();
        match &self.place {
            Place::Nessus(fake) => {
                let mut nessus = fake.state();
                (nessus.keys, nessus.account) = (fresh.keys, fresh.account);
                if !self.launches() && nessus.scans.is_empty() {
                    nessus.define("Weekly scan of the DMZ", "10.0.0.5");
                }
            }
            Place::Zap(fake) => {
                fake.state().restart();
                fake.state().key = Zap::default().key;
            }
            Place::Burp(fake) => (fake.state().key, fake.state().pace) = (BurpPro::default().key, 100),
            Place::Dast(fake) => (fake.state().key, fake.state().pace) = (BurpDast::default().key, 100),
            Place::Disk => {}
        }
    }

    /// How many scans were begun there; of ZAP those since it was healed, since it knows no more.
    pub fn begun(&self) -> usize {
        match &self.place {
            Place::Nessus(_) if !self.launches() => 0,
            Place::Nessus(fake) => fake.state().scans.values().map(|scan| scan.runs.len()).sum(),
            Place::Zap(fake) if self.kind == "plan" => fake.state().plans.len(),
            Place::Zap(fake) => {
                let zap = fake.state();
                let whole = zap.contexts.iter().filter(|context| context.name.ends_with("-whole")).count();
                whole.max(zap.spider.len()).max(zap.active.len())
            }
            Place::Burp(fake) => fake.state().tasks.len(),
            Place::Dast(fake) => fake.state().items.len(),
            Place::Disk => {
                std::fs::read_to_string(self.disk.path().join("launches")).unwrap_or_default().lines().count()
            }
        }
    }

    /// What it finds is mended on the targets: one thing, or all of it. Its reports are of so many days after the first.
    pub fn mend(&self, all: bool, day: i64) {
        let one = day > 0;
        let of = |rules: &[u32]| rules.iter().copied().filter(|_| one || all).take(if all { 9 } else { 1 }).collect();
        match &self.place {
            Place::Nessus(fake) => fake.state().mended = of(&[51_192, 104_743, 11_219]),
            Place::Zap(fake) => {
                let mended = |rule: &&str| all || one && *rule == "40018";
                fake.state().mended = ALERTS.iter().map(|alert| alert.rule).filter(mended).collect();
                fake.state().created = format!("2026-11-{:02}T16:08:36Z", 23 + day);
            }
            Place::Burp(fake) => {
                fake.state().mended = of(&[1_049_088, 2_097_920, 5_245_344]);
                fake.state().asked_at = 1_795_000_000_000 + day * 86_400_000;
            }
            Place::Dast(fake) => {
                fake.state().mended = of(&[1_049_088, 2_097_920, 5_245_344]);
                fake.state().exported = format!("Mon Nov {} 16:08:36 UTC 2026", 23 + day);
            }
            Place::Disk => self.reports(
                if all {
                    &[""]
                } else if one {
                    &["40012"]
                } else {
                    &[]
                },
                day,
            ),
        }
    }

    /// A scan that somebody else starts there comes to its end.
    pub fn own_run(&self, name: &str) {
        match &self.place {
            Place::Nessus(fake) => {
                let mut nessus = fake.state();
                let scan = *nessus.scans.keys().next().unwrap();
                nessus.start(scan, None);
                nessus.finish(scan);
            }
            _ => {
                let path = self.drop().join(format!("{name}.json"));
                std::fs::copy(self.disk.path().join("report"), &path).unwrap();
                // Long settled, and later than those before.
                let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_500_000 + self.files() as u64 * 60);
                std::fs::File::options().write(true).open(&path).unwrap().set_modified(at).unwrap();
            }
        }
    }

    fn files(&self) -> usize {
        std::fs::read_dir(self.drop()).unwrap().count()
    }

    /// Its scan stays where it is.
    pub fn stick(&self) {
        match &self.place {
            Place::Nessus(fake) => {
                fake.state().scans.values_mut().flat_map(|scan| &mut scan.runs).for_each(|run| run.stuck = true);
            }
            Place::Zap(fake) if self.kind == "plan" => {
                fake.state().plans.iter_mut().for_each(|plan| plan.left = u32::MAX);
            }
            Place::Zap(fake) => fake.state().spider.iter_mut().for_each(|scan| scan.stuck = true),
            Place::Burp(fake) => fake.state().pace = 0,
            Place::Dast(fake) => fake.state().pace = 0,
            Place::Disk => {}
        }
    }

    /// It forgets its scans, as if it had been restarted or they deleted there.
    pub fn forget(&self) {
        match &self.place {
            Place::Nessus(fake) => fake.state().scans.clear(),
            Place::Zap(fake) => fake.state().restart(),
            Place::Burp(fake) => fake.state().tasks.clear(),
            Place::Dast(fake) => {
                let mut dast = fake.state();
                dast.scans.clear();
                dast.items.clear();
            }
            Place::Disk => std::fs::read_dir(self.drop())
                .unwrap()
                .flatten()
                .for_each(|file| std::fs::remove_file(file.path()).unwrap()),
        }
    }

    /// It can write no result.
    pub fn fail_export(&self, fails: bool) {
        match &self.place {
            Place::Nessus(fake) => fake.state().export_fails = fails,
            Place::Zap(fake) => fake.state().report_fails = fails,
            Place::Dast(fake) => fake.state().report_fails = fails,
            Place::Burp(_) => {}
            Place::Disk if fails => self.says("true"),
            Place::Disk => {}
        }
    }

    /// The scan comes to an end there that is none of its own: a person stops it, or an error.
    pub fn end(&self, by_person: bool) {
        match &self.place {
            Place::Nessus(fake) => {
                let status = if by_person { "canceled" } else { "aborted" };
                fake.state().scans.values_mut().flat_map(|scan| &mut scan.runs).for_each(|run| {
                    if run.status != "completed" {
                        run.status = status;
                    }
                });
            }
            Place::Zap(fake) if self.kind == "plan" => {
                fake.state().plans.iter_mut().for_each(|plan| plan.errors.push("Job activeScan failed".to_owned()));
            }
            Place::Zap(fake) => {
                let mut zap = fake.state();
                zap.visited.insert("http://shop.example/".to_owned());
                zap.spider.iter_mut().for_each(|scan| (scan.state, scan.progress) = ("FINISHED", 40));
            }
            Place::Burp(fake) => {
                let status = if by_person { "cancelled" } else { "failed" };
                fake.state().tasks.iter_mut().for_each(|task| task.status = status);
            }
            Place::Dast(fake) => {
                let status = if by_person { "cancelled" } else { "failed" };
                fake.state().scans.iter_mut().for_each(|scan| (scan.status, scan.progress) = (status, 40));
            }
            Place::Disk => self.says("echo no licence >&2; exit 3"),
        }
    }

    /// Its result breaks off in the middle, without a word.
    pub fn halve(&self) {
        let report = std::fs::read(self.disk.path().join("report")).unwrap();
        std::fs::write(self.disk.path().join("report"), &report[..report.len() / 2]).unwrap();
    }

    /// The key that it was given holds no more.
    pub fn withdraw(&self) {
        match &self.place {
            Place::Nessus(fake) => {
                let mut nessus = fake.state();
                (nessus.keys.1, nessus.account.1) = ("c".repeat(64), "changed".to_owned());
                nessus.sessions.clear();
            }
            Place::Zap(fake) => fake.state().key = "changed".to_owned(),
            Place::Burp(fake) => fake.state().key = "changed".to_owned(),
            Place::Dast(fake) => fake.state().key = "changed".to_owned(),
            Place::Disk => {}
        }
    }

    /// It may be asked to start nothing any more, and has a scan of its own.
    pub fn lose_licence(&self) {
        if let Place::Nessus(fake) = &self.place {
            let mut nessus = fake.state();
            nessus.edition = Edition::Professional;
            nessus.define("Weekly scan of the DMZ", "10.0.0.5");
        }
    }

    /// It shows another certificate.
    pub fn change_certificate(&self) {
        fake!(self, fake => fake.show(&Identity::self_signed()), ());
    }

    /// Its command goes on for longer than anybody waits.
    pub fn linger(&self) {
        // Its folder goes away with the test, and then it ends, whoever waits for it.
        self.says("while [ -e how ]; do sleep 0.2; done");
    }
}
