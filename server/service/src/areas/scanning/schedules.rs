//! Targets and schedules: what people say is checked, and shown with the next due times.

use super::login;
use crate::areas::account::bounded;
use crate::errors::OrWire;
use crate::request::Session;
use crate::runs::{Part, Probed, entries, within};
use crate::schedule::{Cadence, Windows};
use crate::zone::parse;
use chrono::{Datelike, NaiveDate};
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::policy::Action;
use model::scanner::{Capability, ConnectorKind, Intensity};
use model::text::{date_time, weekday};
use model::view::Stamp;
use model::view::scanning::{
    LaunchChoice, ScheduleAct, ScheduleDraft, ScheduleView, SchedulesPage, TargetDraft, TargetView, TargetsPage,
};
use model::{Micros, Missed, Overlap};
use ports::Answer;
use store::connectors::Connector;
use store::runs::read::ShownRun;
use store::schedules::{Schedule, ScheduleNew};
use store::targets::{Password, Target, TargetNew};

/// How many due times are shown.
const SHOWN: usize = 5;
/// How late a due time may be before it is told, in microseconds.
const LATE: i64 = 5 * 60 * 1_000_000;
/// The most targets of a group.
const TARGETS: usize = 1_000;

impl Session {
    pub(super) async fn targets_page(&self) -> Answer<TargetsPage> {
        let targets = self.scoped(Action::SeeScans)?.target_list().await.wire()?;
        Ok(TargetsPage {
            targets: targets.into_iter().map(|target| self.target_view(target)).collect(),
            zone: self.service.zone.name(),
            may_change: self.viewer()?.may(Action::ManageSchedules),
        })
    }

    fn target_view(&self, target: Target) -> TargetView {
        let until = target.authorised_until.map(Micros);
        TargetView {
            authorised: target.authorised(self.now()),
            until: until.map(|until| crate::zone::day_stamp(self.locale(), self.service.zone.day(until))),
            entered_by: target.entered_by,
            said: TargetDraft {
                id: Some(target.id),
                name: target.name,
                targets: target.targets,
                exclude: target.exclude,
                allow: target.allow,
                zone: target.zone,
                blackouts: target.blackouts,
                authorised_by: target.authorised_by,
                authorisation: target.authorisation,
                authorised_until: until.map(|until| self.service.zone.day(until).to_string()).unwrap_or_default(),
                login: login::shown(&target.login),
            },
            login_set: target.login_at.map(|at| self.stamp(Micros(at))),
        }
    }

    pub(super) async fn target_set(&self, input: TargetDraft) -> Answer<i64> {
        let scoped = self.scoped(Action::ManageSchedules)?;
        bounded("name", &input.name, 120)?;
        let (targets, exclude, allow) = (entries(&input.targets), entries(&input.exclude), entries(&input.allow));
        for (field, list) in [("targets", &targets), ("exclude", &exclude), ("allow", &allow)] {
            let odd = |entry: &String| entry.len() > 500 || entry.chars().any(|c| c.is_control() || c.is_whitespace());
            if list.len() > TARGETS || list.iter().map(String::len).sum::<usize>() > 18_000 || list.iter().any(odd) {
                return Err(WireError::invalid(field, "unreadable"));
            }
        }
        if targets.is_empty() {
            return Err(WireError::invalid("targets", "missing"));
        }
        if !allow.is_empty() && targets.iter().any(|target| !within(target, &allow)) {
            return Err(WireError::invalid("targets", "out_of_scope"));
        }
        let windows: Windows = input.blackouts.parse().map_err(|()| WireError::invalid("blackouts", "unreadable"))?;
        let zone = if input.zone.is_empty() { self.service.zone.name() } else { input.zone };
        let parsed = parse(&zone).map_err(|_| WireError::invalid("zone", "unknown"))?;
        if windows.open_from(parsed, self.now()).is_none() {
            return Err(WireError::invalid("blackouts", "never_ends"));
        }
        let until = match input.authorised_until.trim() {
            "" => None,
            text => {
                let day = NaiveDate::parse_from_str(text, "%Y-%m-%d");
                let day = day.map_err(|_| WireError::invalid("authorised_until", "unreadable"))?;
                Some(self.service.zone.end_of(day.into()))
            }
        };
        let by = input.authorised_by.trim().to_owned();
        if by.chars().count() > 200 || input.authorisation.chars().count() > 4_000 {
            return Err(WireError::invalid("authorised_by", "too_long"));
        }
        if until.is_some() == by.is_empty() {
            let field = if by.is_empty() { "authorised_by" } else { "authorised_until" };
            return Err(WireError::invalid(field, "missing"));
        }
        let before = match input.id {
            Some(id) => Some(self.service.store.target(id).await.wire()?),
            None => None,
        };
        let scope = if allow.is_empty() { &targets } else { &allow };
        let login = login::checked(&input.login, scope, before.as_ref())?;
        let new = TargetNew {
            name: input.name.trim().to_owned(),
            targets: targets.join("\n"),
            exclude: exclude.join("\n"),
            allow: allow.join("\n"),
            zone,
            blackouts: windows.to_string(),
            authorised_by: by,
            authorisation: input.authorisation.trim().to_owned(),
            authorised_until: until,
            login: login.text,
        };
        let password = login.password.as_ref().map_or(login.kept, |password| Password::Set(password.as_bytes()));
        let id = scoped.target_set(input.id, &new, password, self.now()).await.wire()?;
        let told = match new.authorised_until {
            Some(until) => {
                format!("{} [{}] {} until {}", new.name, targets.join(" "), new.authorised_by, until.rfc3339())
            }
            None => format!("{} [{}]", new.name, targets.join(" ")),
        };
        self.audit(AuditAct::SetTarget, &format!("scan_target:{id}"), &told).await?;
        Ok(id)
    }

    pub(super) async fn schedules_page(&self) -> Answer<SchedulesPage> {
        let scoped = self.scoped(Action::SeeScans)?;
        let connectors = scoped.connector_list().await.wire()?;
        let targets = scoped.target_list().await.wire()?;
        let newest = scoped.run_newest().await.wire()?;
        let schedules = scoped.schedule_list().await.wire()?.into_iter();
        let schedules = schedules.map(|schedule| self.schedule_view(schedule, &connectors, &newest));
        let schedules = schedules.collect::<Result<_, _>>()?;
        let usable = connectors.iter().filter(|row| row.disabled_at.is_none()).map(|row| {
            let choices = probed(row).map(|found| found.choices).unwrap_or_default();
            let (launches, fetches) = (can_launch(row) != Some(false), keeps_findings(row));
            LaunchChoice { name: row.name.clone(), launches, fetches, choices }
        });
        Ok(SchedulesPage {
            connectors: usable.collect(),
            schedules,
            targets: targets.into_iter().map(|target| (target.id, target.name)).collect(),
            zone: self.service.zone.name(),
            may_change: self.viewer()?.may(Action::ManageSchedules),
        })
    }

    pub(super) fn schedule_view(
        &self,
        row: Schedule,
        connectors: &[Connector],
        newest: &[ShownRun],
    ) -> Answer<ScheduleView> {
        let last = newest.iter().find(|run| run.schedule_id == Some(row.id));
        let now = self.now();
        let cadence = Cadence::new(&row.cron, &row.zone, now).ok();
        let paused = row.paused == 1;
        let first = row.next_at.map(Micros).filter(|_| !paused);
        let next = match (&cadence, first) {
            (Some(cadence), Some(first)) => {
                let mut next = cadence.upcoming(Micros(first.0.max(now.0) - 1), SHOWN);
                next.truncate(SHOWN);
                next.into_iter().map(|at| self.due_stamp(at, cadence)).collect()
            }
            _ => Vec::new(),
        };
        let connector = connectors.iter().find(|connector| connector.id == row.connector_id);
        Ok(ScheduleView {
            id: row.id,
            connector: (row.connector_id, connector.and_then(can_launch)),
            next,
            owner: row.owner.clone(),
            paused,
            stopped: row.stopped == 1,
            late: first.is_some_and(|first| now.0 - first.0 > LATE),
            last: last.map(|run| self.run_view(run.clone())).transpose()?,
            said: said(row),
        })
    }

    /// A due time in words, in the schedule's own zone: `lun 30 nov 2026, 02:00`.
    fn due_stamp(&self, at: Micros, cadence: &Cadence) -> Stamp {
        let local = at.to_datetime().with_timezone(&cadence.zone()).naive_local();
        let day = weekday(self.locale(), local.date().weekday().num_days_from_monday());
        Stamp { iso: at.rfc3339(), text: format!("{day} {}", date_time(self.locale(), local)) }
    }

    pub(super) async fn schedule_set(&self, input: ScheduleDraft) -> Answer<i64> {
        let scoped = self.scoped(Action::ManageSchedules)?;
        bounded("name", &input.name, 120)?;
        let connectors = scoped.connector_list().await.wire()?;
        let named = |id: i64, name: &str, said: &str| name == said.trim() || id.to_string() == said.trim();
        let connector = connectors.iter().find(|row| named(row.id, &row.name, &input.connector));
        let connector = connector.ok_or_else(|| WireError::invalid("connector", "unknown"))?;
        if can_launch(connector) == Some(false) {
            return Err(WireError::invalid("connector", "cannot_launch"));
        }
        let targets = scoped.target_list().await.wire()?;
        let target = targets.iter().find(|row| named(row.id, &row.name, &input.target));
        // Without targets nothing is scanned: a scanner that keeps its findings is asked for those.
        let fetches = input.target.trim().is_empty() && keeps_findings(connector);
        if target.is_none() && !fetches {
            return Err(WireError::invalid("target", "unknown"));
        }
        let zone = if input.zone.is_empty() { self.service.zone.name() } else { input.zone.clone() };
        let cadence = Cadence::new(&input.cron, &zone, self.now()).map_err(|error| {
            let (field, why) = error.told();
            WireError::invalid(field, why)
        })?;
        let next = cadence.next(self.now()).ok_or_else(|| WireError::invalid("cron", "never"))?;
        let range = |field: &str, value: i64, least: i64, most: i64| {
            if (least..=most).contains(&value) { Ok(value) } else { Err(WireError::invalid(field, "out_of_range")) }
        };
        if input.choice.chars().count() > 200 {
            return Err(WireError::invalid("choice", "too_long"));
        }
        let word = |field: &'static str| WireError::invalid(field, "unknown");
        let new = ScheduleNew {
            name: input.name.trim().to_owned(),
            connector: connector.id,
            target: target.map(|target| target.id),
            cron: input.cron.trim().to_owned(),
            zone,
            missed: input.missed.parse::<Missed>().map_err(|()| word("missed"))?,
            overlap: input.overlap.parse::<Overlap>().map_err(|()| word("overlap"))?,
            jitter: range("jitter", input.jitter, 0, 1_440)?,
            time_limit: range("time_limit", input.time_limit, 1, 20_160)?,
            intensity: input.intensity.parse::<Intensity>().map_err(|()| word("intensity"))?.word().to_owned(),
            choice: input.choice.trim().to_owned(),
            next,
        };
        let id = scoped.schedule_set(input.id, &new, self.now()).await.wire()?;
        let told = format!(
            "{} [{}] {} {} → {}",
            new.name,
            new.cron,
            new.zone,
            connector.name,
            target.map_or("", |target| &target.name)
        );
        self.audit(AuditAct::SetSchedule, &format!("scan_schedule:{id}"), &told).await?;
        Ok(id)
    }

    pub(super) async fn schedule_act(&self, id: i64, act: ScheduleAct) -> Answer<()> {
        let scoped = self.scoped(Action::ManageSchedules)?;
        let schedule = self.service.store.schedule(id).await.wire()?;
        let next = match act {
            ScheduleAct::Pause => None,
            ScheduleAct::Resume => {
                let cadence = Cadence::new(&schedule.cron, &schedule.zone, self.now());
                let next = cadence.ok().and_then(|cadence| cadence.next(self.now()));
                Some(next.ok_or_else(|| WireError::invalid("cron", "never"))?)
            }
        };
        scoped.schedule_pause(id, next, self.now()).await.wire()?;
        let word = if next.is_some() { "resume" } else { "pause" };
        self.audit(AuditAct::PauseSchedule, &format!("scan_schedule:{id}"), word).await
    }

    pub(super) async fn run_add(&self, schedule: i64, targets: Vec<String>, rules: Vec<String>) -> Answer<i64> {
        let scoped = self.scoped(Action::ManageSchedules)?;
        let schedule = self.service.store.schedule(schedule).await.wire()?;
        let conflict = |code: &str| WireError { detail: code.to_owned(), ..WireError::new(ErrorCode::Conflict) };
        let connector = self.service.store.connector(schedule.connector_id).await.wire()?;
        if connector.disabled_at.is_some() {
            return Err(conflict("connector_off"));
        }
        if can_launch(&connector) == Some(false) {
            return Err(conflict("cannot_launch"));
        }
        let allowed = match schedule.target_id {
            Some(target) => {
                let target = self.service.store.target(target).await.wire()?;
                if !target.authorised(self.now()) {
                    return Err(conflict("not_authorised"));
                }
                if target.allow.is_empty() { entries(&target.targets) } else { entries(&target.allow) }
            }
            None => Vec::new(),
        };
        if targets.len() > TARGETS || targets.iter().any(|target| !within(target, &allowed)) {
            return Err(WireError::invalid("targets", "out_of_scope"));
        }
        let in_part = schedule.target_id.is_some() || rules.is_empty();
        if !in_part || rules.len() > TARGETS || rules.iter().any(|rule| rule.len() > 200) {
            return Err(WireError::invalid("rules", "too_long"));
        }
        let part = if targets.is_empty() && rules.is_empty() {
            String::new()
        } else {
            serde_json::to_string(&Part { targets, rules }).map_err(|error| crate::errors::internal(&error))?
        };
        let key = crate::runs::run_key();
        let id = scoped
            .run_add(connector.id, Some(schedule.id), schedule.target_id, &key, &part, self.now())
            .await
            .wire()?;
        self.service.runs_bell.notify_waiters();
        self.audit(AuditAct::StartRun, &format!("scan_run:{id}"), &schedule.name).await?;
        Ok(id)
    }
}

/// What the last look at a connector found.
fn probed(row: &Connector) -> Option<Probed> {
    serde_json::from_str(row.probe.as_deref()?).ok()
}

/// Whether a connector can start scans, as far as anybody has looked.
fn can_launch(row: &Connector) -> Option<bool> {
    probed(row).map(|found| found.can == Capability::Launch)
}

/// Whether a connector's scanner keeps the findings of all its scans.
fn keeps_findings(row: &Connector) -> bool {
    row.kind.parse().is_ok_and(ConnectorKind::keeps_findings)
}

fn said(row: Schedule) -> ScheduleDraft {
    ScheduleDraft {
        id: Some(row.id),
        name: row.name,
        connector: row.connector,
        target: row.target,
        cron: row.cron,
        zone: row.zone,
        missed: row.missed,
        overlap: row.overlap,
        jitter: row.jitter,
        time_limit: row.time_limit,
        intensity: row.intensity,
        choice: row.choice,
    }
}
