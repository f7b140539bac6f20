//! `/scans/health`: which connectors answer, how long certificates hold and secrets are old, which schedules are late, what was due
//! and what came to a result.

use super::connectors::{can, secret, state};
use crate::components::marks::stamp;
use crate::components::page::answer;
use crate::locales::say::{Say, Tone};
use crate::locales::{scanners as words, scanning as t};
use leptos::prelude::*;
use model::text::{Locale, number};
use model::view::health::{CERTIFICATE_DAYS, HealthPage, SECRET_DAYS, ScheduleHealth};
use model::view::scanning::{ConnectorView, RunView};

/// The page's body.
pub fn body(locale: Locale, page: &HealthPage) -> AnyView {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let of =
        |test: fn(&ConnectorView) -> bool| count(page.connectors.iter().filter(|one| !one.off && test(one)).count());
    let bad = of(|one| one.failures > 1);
    let late = count(page.schedules.iter().filter(|one| one.schedule.late).count());
    let certificates = of(|one| one.certificate.as_ref().is_some_and(|certificate| certificate.is_due()));
    let secrets = of(|one| one.secret.as_ref().is_some_and(|secret| secret.is_due()));
    let told = [
        (bad, Tone::Bad, t::health_bad(locale, bad)),
        (late, Tone::Bad, t::health_late(locale, late)),
        (certificates, Tone::Strong, t::health_certificates(locale, certificates)),
        (secrets, Tone::Strong, t::health_secrets(locale, secrets)),
    ];
    let mut say = Say::new();
    if bad + late == 0 {
        say = say.text(t::health_say_good(locale));
    }
    for (at, (_, tone, words)) in told.into_iter().filter(|(n, ..)| *n > 0).enumerate() {
        let gap = if at > 0 || bad + late == 0 { " " } else { "" };
        say = say.text(gap).tone(tone, words);
    }
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
                            <th scope="col">{t::col_certificate(locale)}</th>
                            <th scope="col">{t::col_secret(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="p-hint">{t::health_policy(locale, SECRET_DAYS, CERTIFICATE_DAYS)}</p>
        </section>
    }
    .into_any()
}

fn connector(locale: Locale, one: &ConnectorView) -> AnyView {
    let href = super::connectors::place(one.id);
    view! {
        <tr>
            <td class="p-c-main">
                <a href=href rel="external">{one.settings.name.clone()}</a><small>{words::kind(locale, one.kind)}</small>
            </td>
            <td data-label=t::col_can(locale)>{can(locale, one)}</td>
            <td data-label=t::col_state(locale)>{state(locale, one)}</td>
            <td data-label=t::col_certificate(locale)>{certificate(locale, one)}</td>
            <td data-label=t::col_secret(locale)>{secret(locale, one)}</td>
        </tr>
    }
    .into_any()
}

/// The certificate that the scanner showed last: how long it holds, since when, whose it is.
fn certificate(locale: Locale, one: &ConnectorView) -> AnyView {
    let Some(shown) = &one.certificate else {
        let words = match one.settings.address.starts_with("http://") {
            true => t::not_encrypted(locale),
            false => "—",
        };
        return view! { <span class="p-mute">{words}</span> }.into_any();
    };
    let tone = match (shown.is_due(), shown.left) {
        (true, Some(..0)) => "p-bad",
        (true, _) => "p-warn",
        (false, _) => "",
    };
    let words = match (shown.age, shown.left) {
        (Some(..0), _) => t::certificate_not_yet(locale).to_owned(),
        (_, Some(left @ ..0)) => t::certificate_ended(locale, -left),
        (_, Some(left)) => t::certificate_left(locale, left),
        (_, None) => t::certificate_unread(locale).to_owned(),
    };
    let until = shown.until.as_ref().map(|until| view! { <small>{t::until(locale)}" "{stamp(until)}</small> });
    let age = shown.age.filter(|age| *age >= 0);
    let from = shown.from.as_ref().zip(age).map(|(from, age)| {
        view! { <small>{t::since(locale)}" "{stamp(from)}", "{t::days_old(locale, age)}</small> }
    });
    let whose =
        [&shown.subject, &shown.issuer].into_iter().filter(|text| !text.is_empty()).cloned().collect::<Vec<_>>();
    let title = format!("{} · {}", whose.join(" · "), shown.fingerprint);
    view! { <span class=tone title=title>{words}</span>{until}{from} }.into_any()
}

fn schedules(locale: Locale, page: &HealthPage) -> Option<AnyView> {
    let rows = page.schedules.iter().map(|one| schedule(locale, one)).collect_view();
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
                                <th scope="col">{t::last_run(locale)}</th>
                                <th scope="col">{t::last_done(locale)}</th>
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

fn schedule(locale: Locale, one: &ScheduleHealth) -> AnyView {
    let schedule = &one.schedule;
    let href = format!("/scans/runs?schedule={}", schedule.id);
    let late = schedule.late.then(|| view! { " "<span class="p-chip p-chip-bad">{t::late(locale)}</span> });
    let paused = schedule.paused.then(|| view! { " "<span class="p-chip">{t::paused(locale)}</span> });
    view! {
        <tr>
            <td class="p-c-main">
                <a href=href>{schedule.said.name.clone()}</a>{late}{paused}
                <small>{t::cadence(locale, &schedule.said.cron)}</small>
            </td>
            <td class="p-num" data-label=t::col_due(locale)>{number(locale, one.due)}</td>
            <td class="p-num" data-label=t::col_done(locale)>{number(locale, one.done)}</td>
            <td class="p-num" data-label=t::col_failed(locale)>{number(locale, one.failed)}</td>
            <td data-label=t::last_run(locale)>{run(locale, schedule.last.as_ref())}</td>
            <td data-label=t::last_done(locale)>{run(locale, one.last_done.as_ref())}</td>
        </tr>
    }
    .into_any()
}

/// A run as a link: how it ended, and when.
fn run(locale: Locale, one: Option<&RunView>) -> AnyView {
    let Some(run) = one else { return view! { <span class="p-mute">{t::never(locale)}</span> }.into_any() };
    let href = format!("/scans/runs/{}", run.id);
    let at = run.ended.as_ref().unwrap_or(&run.at);
    view! { <a href=href>{words::state(locale, run.state)}</a><small>{stamp(at)}</small> }.into_any()
}
