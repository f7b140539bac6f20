//! How scanning fares: connectors, their certificates and secrets, schedules, and which scanners do not answer.

use crate::errors::OrWire;
use crate::request::Session;
use crate::runs::Showed;
use model::policy::Action;
use model::view::health::{CertificateView, Failing, HealthPage, SECRET_DAYS, ScheduleHealth, SecretView};
use model::{Micros, RunState};
use ports::Answer;
use store::connectors::Connector;

/// Over how many days the page counts.
const COUNTED: i64 = 30;
/// How many connectors the notice above every page may name.
const FAILING: u32 = 20;

impl Session {
    pub(super) async fn health_page(&self) -> Answer<HealthPage> {
        let scoped = self.scoped(Action::SeeScans)?;
        let rows = scoped.connector_list().await.wire()?;
        let tally = scoped.run_tally(Micros(self.now().0 - COUNTED * Micros::DAY)).await.wire()?;
        let newest = scoped.run_newest().await.wire()?;
        let newest_done = scoped.run_newest_done().await.wire()?;
        let mut schedules = Vec::new();
        for schedule in scoped.schedule_list().await.wire()? {
            let of = |test: fn(RunState) -> bool| {
                let mine = tally.iter().filter(|(id, ..)| *id == schedule.id);
                mine.filter(|(_, state, _)| state.parse().is_ok_and(test)).map(|(.., count)| count).sum::<i64>()
            };
            let last_done = newest_done.iter().find(|run| run.schedule_id == Some(schedule.id));
            schedules.push(ScheduleHealth {
                due: of(|_| true),
                done: of(|state| state == RunState::Done),
                failed: of(|state| state.ended() && state != RunState::Done),
                last_done: last_done.map(|run| self.run_view(run.clone())).transpose()?,
                schedule: self.schedule_view(schedule, &rows, &newest)?,
            });
        }
        let connectors = rows.into_iter().map(|row| self.connector_view(row)).collect::<Result<_, _>>()?;
        Ok(HealthPage { connectors, schedules })
    }

    pub(super) async fn connectors_failing(&self) -> Answer<Vec<Failing>> {
        let scoped = self.scoped(Action::ManageSchedules)?;
        if self.all_answer {
            return Ok(Vec::new());
        }
        let rows = scoped.connector_failing(FAILING).await.wire()?;
        let failing = |(id, name, since)| Failing { id, name, since: self.stamp(Micros(since)) };
        Ok(rows.into_iter().map(failing).collect())
    }

    /// How old a connector's secret is.
    pub(super) fn secret_view(&self, row: &Connector) -> Option<SecretView> {
        let at = row.secret_at?;
        Some(SecretView {
            set: self.stamp(Micros(at)),
            days: secret_days(at, self.now()),
            due: self.stamp(Micros(at + SECRET_DAYS * Micros::DAY)),
        })
    }

    /// The certificate that a connector's scanner showed last.
    pub(super) fn certificate_view(&self, row: &Connector) -> Option<CertificateView> {
        let Showed { fingerprint, subject, issuer, from, until } = showed(row)?;
        let now = self.now();
        Some(CertificateView {
            subject,
            issuer,
            fingerprint,
            age: from.map(|from| days_until(now, from)),
            from: from.map(|from| self.stamp(from)),
            left: until.map(|until| days_until(until, now)),
            until: until.map(|until| self.stamp(until)),
        })
    }
}

/// The certificate that a connector's scanner showed last, as it is kept.
pub(crate) fn showed(row: &Connector) -> Option<Showed> {
    serde_json::from_str(row.certificate.as_deref()?).ok()
}

/// How many days ago a secret was set.
pub(crate) fn secret_days(at: i64, now: Micros) -> i64 {
    days_until(now, Micros(at)).max(0)
}

/// How many whole days lie between two instants; negative if the end is the earlier one.
pub(crate) fn days_until(end: Micros, from: Micros) -> i64 {
    (end.0 - from.0).div_euclid(Micros::DAY)
}
