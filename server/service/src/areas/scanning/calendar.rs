//! The calendar: what ran, what will, what people test by hand.

use crate::errors::OrWire;
use crate::request::Session;
use crate::schedule::Cadence;
use crate::zone::day_stamp;
use chrono::{Datelike, NaiveDate};
use model::policy::Action;
use model::text::weekday;
use model::view::Stamp;
use model::view::scanning::{CalendarItem, CalendarPage};
use model::{Day, Micros, RunState};
use ports::Answer;
use store::schedules::Schedule;

/// The most items of a week that are shown of each sort.
const ITEMS: u32 = 1_000;
/// Due times of one schedule that are shown in a week: hours of a week.
const DUE: usize = 168;

impl Session {
    pub(super) async fn calendar_page(&self, day: &str) -> Answer<CalendarPage> {
        let scoped = self.scoped(Action::SeeScans)?;
        let day = NaiveDate::parse_from_str(day, "%Y-%m-%d").ok().filter(|day| (1970..2200).contains(&day.year()));
        let monday = day.map_or_else(|| self.today(), Day::from).week();
        let zone = &self.service.zone;
        let (from, until) = (zone.start_of(monday), zone.start_of(Day(monday.0 + 7)));
        let mut items: Vec<(Micros, CalendarItem)> = Vec::new();
        for run in scoped.run_between(from, until, ITEMS).await.wire()? {
            let at = Micros(run.begun_at.or(run.due_at).unwrap_or(run.created_at));
            let name = run.schedule.clone().unwrap_or_else(|| run.connector.clone());
            let href = format!("/scans/runs/{}", run.id);
            let state = run.state.parse::<RunState>().ok();
            items.push((at, CalendarItem { at: self.clock(at), name, href, state, manual: None }));
        }
        for schedule in scoped.schedule_list().await.wire()? {
            for at in planned(&schedule, from, until) {
                let href = format!("/scans/schedules?edit={}#edit", schedule.id);
                let name = schedule.name.clone();
                items.push((at, CalendarItem { at: self.clock(at), name, href, state: None, manual: None }));
            }
        }
        for (id, name, who, starts, _) in scoped.manual_tests(from, until).await.wire()? {
            let at = Micros(starts.max(from.0));
            let manual = Some((id, who));
            items.push((
                at,
                CalendarItem { at: self.clock(Micros(starts)), name, href: String::new(), state: None, manual },
            ));
        }
        items.sort_by_key(|(at, _)| *at);
        let days = (0..7).map(|offset| {
            let day = Day(monday.0 + offset);
            let here = items.iter().filter(|(at, _)| zone.day(*at) == day).map(|(_, item)| item.clone()).collect();
            let stamp = day_stamp(self.locale(), day);
            let name = weekday(self.locale(), day.date().weekday().num_days_from_monday());
            (Stamp { text: format!("{name} {}", stamp.text), ..stamp }, here)
        });
        Ok(CalendarPage {
            days: days.collect(),
            around: (Day(monday.0 - 7).to_string(), Day(monday.0 + 7).to_string()),
            may_change: self.viewer()?.may(Action::ManageSchedules),
        })
    }

    /// The local time of an instant, without its day.
    fn clock(&self, at: Micros) -> Stamp {
        Stamp { iso: at.rfc3339(), text: self.service.zone.local(at).format("%H:%M").to_string() }
    }
}

/// The due times of a schedule within a time that have not come yet.
fn planned(schedule: &Schedule, from: Micros, until: Micros) -> Vec<Micros> {
    let Some(next) = schedule.next_at.filter(|_| schedule.paused == 0 && schedule.stopped == 0) else {
        return Vec::new();
    };
    let Ok(cadence) = Cadence::new(&schedule.cron, &schedule.zone, from) else { return Vec::new() };
    let first = Micros(next.max(from.0) - 1);
    cadence.upcoming(first, DUE).into_iter().take_while(|at| *at < until).collect()
}
