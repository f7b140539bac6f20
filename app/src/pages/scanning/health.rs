//! `/scans/health`: which connectors answer, which schedules are late, what was due and what came to a result.

use super::connectors::{secret, state};
use crate::components::page::answer;
use crate::locales::say::{Say, Tone};
use crate::locales::{scanners as words, scanning as t};
use leptos::prelude::*;
use model::text::{Locale, number};
use model::view::scanning::{ConnectorView, HealthPage, ScheduleView};

/// The page's body.
pub fn body(locale: Locale, page: &HealthPage) -> AnyView {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let bad = count(page.connectors.iter().filter(|one| !one.off && one.failures > 1).count());
    let late = count(page.schedules.iter().filter(|(one, ..)| one.late).count());
    let say = match (bad, late) {
        (0, 0) => Say::new().text(t::health_say_good(locale)),
        _ => Say::new().tone(Tone::Bad, t::health_say(locale, bad, late)),
    };
    view! { {answer(say)}{connectors(locale, page)}{schedules(locale, page)} }.into_any()
}

fn connectors(locale: Locale, page: &HealthPage) -> AnyView {
    let rows = page.connectors.iter().map(|one| connector(locale, one)).collect_view();
    if page.connectors.is_empty() {
        return view! { <p>{t::connectors_none(locale)}</p> }.into_any();
    }
    view! {
        <section class="p-section">
            <h2 class="p-h2"><a href="/scans/connectors">{t::connectors(locale)}</a></h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <thead>
                        <tr>
                            <th scope="col">{t::col_connector(locale)}</th>
                            <th scope="col">{t::col_can(locale)}</th>
                            <th scope="col">{t::col_state(locale)}</th>
                            <th scope="col" class="p-num">{t::col_latency(locale)}</th>
                            <th scope="col">{t::col_secret(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn connector(locale: Locale, one: &ConnectorView) -> AnyView {
    let can = one.probe.as_ref().map(|probe| words::capability(locale, probe.can));
    let latency = one.latency.map(|ms| t::latency(locale, ms).trim_end().to_owned());
    view! {
        <tr>
            <td class="p-c-main">{one.settings.name.clone()}<small>{words::kind(locale, one.kind)}</small></td>
            <td data-label=t::col_can(locale)>{can}</td>
            <td data-label=t::col_state(locale)>{state(locale, one)}</td>
            <td class="p-num" data-label=t::col_latency(locale)>{latency}</td>
            <td data-label=t::col_secret(locale)>{secret(locale, one)}</td>
        </tr>
    }
    .into_any()
}

fn schedules(locale: Locale, page: &HealthPage) -> Option<AnyView> {
    let rows = page.schedules.iter().map(|(one, due, done, failed)| schedule(locale, one, [*due, *done, *failed]));
    let rows = rows.collect_view();
    (!page.schedules.is_empty()).then(|| {
        view! {
            <section class="p-section">
                <h2 class="p-h2"><a href="/scans/schedules">{t::schedules(locale)}</a></h2>
                <div class="p-table-wrap">
                    <table class="p-table">
                        <thead>
                            <tr>
                                <th scope="col">{t::col_schedule(locale)}</th>
                                <th scope="col" class="p-num">{t::col_due(locale)}</th>
                                <th scope="col" class="p-num">{t::col_done(locale)}</th>
                                <th scope="col" class="p-num">{t::col_failed(locale)}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any()
    })
}

fn schedule(locale: Locale, one: &ScheduleView, [due, done, failed]: [i64; 3]) -> AnyView {
    let href = format!("/scans/runs?schedule={}", one.id);
    let late = one.late.then(|| view! { " "<span class="p-chip p-chip-bad">{t::late(locale)}</span> });
    view! {
        <tr>
            <td class="p-c-main">
                <a href=href>{one.said.name.clone()}</a>{late}<small>{t::cadence(locale, &one.said.cron)}</small>
            </td>
            <td class="p-num" data-label=t::col_due(locale)>{number(locale, due)}</td>
            <td class="p-num" data-label=t::col_done(locale)>{number(locale, done)}</td>
            <td class="p-num" data-label=t::col_failed(locale)>{number(locale, failed)}</td>
        </tr>
    }
    .into_any()
}
