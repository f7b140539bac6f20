//! `/scans/schedules`: what is scanned when, with the next times in words.

use super::{Asked, act, schedule_form};
use crate::components::marks::stamp;
use crate::components::messages::{banner, button_link};
use crate::components::page::answer;
use crate::locales::say::{Say, Tone};
use crate::locales::{scanners as words, scanning as t};
use leptos::prelude::*;
use model::text::Locale;
use model::view::scanning::{ScheduleView, SchedulesPage};

/// The page's address.
pub const PAGE: &str = "/scans/schedules";

/// The page's body.
pub fn body(locale: Locale, asked: &Asked, page: &SchedulesPage) -> AnyView {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let late = page.schedules.iter().filter(|one| one.late).count();
    let say = match page.schedules.len() {
        0 => Say::new().text(t::schedules_none(locale)),
        all => {
            let say = Say::new().text(t::schedules_say(locale, number(all)));
            if late > 0 { say.tone(Tone::Bad, t::schedules_late(locale, number(late))) } else { say }
        }
    };
    let rows = page.schedules.iter().map(|one| row(locale, one, page.may_change)).collect_view();
    let table = (!page.schedules.is_empty()).then(|| {
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{t::schedules(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t::col_schedule(locale)}</th>
                            <th scope="col">{t::col_when(locale)}</th>
                            <th scope="col">{t::next_five(locale)}</th>
                            <th scope="col">{t::last_run(locale)}</th>
                            <th scope="col"><span class="p-vh">{t::edit(locale)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="p-hint">{t::dst(locale)}</p>
        }
    });
    let ready = page.connectors.iter().any(|one| one.launches && (one.fetches || !page.targets.is_empty()));
    let form = page.may_change.then(|| match ready {
        true => schedule_form::form(locale, asked, page),
        false => view! {
            {banner("info", "info", String::new(), t::schedules_needs(locale).to_owned())}
            <div class="p-row">
                {button_link("/scans/connectors".to_owned(), t::connectors(locale), false)}
                {button_link("/scans/targets".to_owned(), t::targets(locale), false)}
            </div>
        }
        .into_any(),
    });
    view! { {answer(say)}{table}{form} }.into_any()
}

fn row(locale: Locale, one: &ScheduleView, may_change: bool) -> AnyView {
    let said = &one.said;
    let id = one.id.to_string();
    let owner = one.owner.as_ref().map(|name| t::owner(locale, name));
    let marks = view! {
        {one.paused.then(|| view! { " "<span class="p-chip">{t::paused(locale)}</span> })}
        {one.late.then(|| view! { " "<span class="p-chip p-chip-bad">{t::late(locale)}</span> })}
        {(one.stopped).then(|| {
            let name = one.owner.clone().unwrap_or_default();
            view! { <small class="p-bad">{t::stopped_owner(locale, &name)}</small> }
        })}
    };
    let next = one.next.iter().map(|at| view! { <li>{stamp(at)}</li> }).collect_view();
    let next = match one.next.is_empty() {
        true => view! { <span class="p-mute">"—"</span> }.into_any(),
        false => view! { <ol class="p-small">{next}</ol><small>{t::in_zone(locale, &said.zone)}</small> }.into_any(),
    };
    let scope = match said.target.as_str() {
        "" => t::fetched_from(locale, &said.connector),
        target => format!("{} → {target}", said.connector),
    };
    let last = one.last.as_ref().map(|run| {
        let href = format!("/scans/runs/{}", run.id);
        view! { <a href=href>{words::state(locale, run.state)}</a><small>{stamp(&run.at)}</small> }
    });
    view! {
        <tr>
            <td class="p-c-main">
                <a href=format!("/scans/runs?schedule={id}")>{said.name.clone()}</a>{marks}<small>{owner}</small>
            </td>
            <td data-label=t::col_when(locale)>
                {t::cadence(locale, &said.cron)}<small>{scope}</small>
            </td>
            <td data-label=t::next_five(locale)>{next}</td>
            <td data-label=t::last_run(locale)>{last}</td>
            <td>{may_change.then(|| acts(locale, one, id))}</td>
        </tr>
    }
    .into_any()
}

fn acts(locale: Locale, one: &ScheduleView, id: String) -> AnyView {
    let small = "p-btn p-btn-small";
    let pause = match one.paused {
        true => act(PAGE, &[("resume", id.clone())], t::resume(locale), small),
        false => act(PAGE, &[("pause", id.clone())], t::pause(locale), small),
    };
    // A scanner that cannot start scans is offered no button that fails.
    let run = (one.connector.1 != Some(false)).then(|| act(PAGE, &[("run", id.clone())], t::run_now(locale), small));
    view! {
        <div class="p-row">
            {run}
            {pause}
            <a class=small href=format!("{PAGE}?edit={id}#edit")>{t::edit(locale)}</a>
        </div>
    }
    .into_any()
}
