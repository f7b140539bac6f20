//! `/scans/runs` and `/scans/runs/{id}`: where runs are, what happened to one, what it changed.

use super::act;
use crate::components::marks::stamp;
use crate::components::page::{answer, pager};
use crate::components::rows::count_link;
use crate::locales::say::{Say, Tone};
use crate::locales::{scanners as words, scanners_say, scanning as t};
use leptos::prelude::*;
use model::RunState;
use model::text::Locale;
use model::view::scanning::{RunDelta, RunPage, RunView, RunsPage};

/// The page's address.
const PAGE: &str = "/scans/runs";
/// The way that a run goes.
const WAY: [RunState; 6] =
    [RunState::Queued, RunState::Starting, RunState::Running, RunState::Exporting, RunState::Importing, RunState::Done];

/// The list: of one schedule, if one is named.
pub fn list(locale: Locale, schedule: &str, page: &RunsPage) -> AnyView {
    let say = match page.active {
        0 if page.runs.is_empty() => t::runs_none(locale).to_owned(),
        0 => t::runs_quiet(locale).to_owned(),
        active => t::runs_say(locale, active),
    };
    let rows = page.runs.iter().map(|run| row(locale, run)).collect_view();
    let next = (!page.next.is_empty()).then(|| match schedule.parse::<i64>() {
        Ok(schedule) => format!("{PAGE}?schedule={schedule}&page={}", page.next),
        Err(_) => format!("{PAGE}?page={}", page.next),
    });
    let table = (!page.runs.is_empty()).then(|| {
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{t::runs(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t::col_run(locale)}</th>
                            <th scope="col">{t::col_state(locale)}</th>
                            <th scope="col">{t::col_began(locale)}</th>
                            <th scope="col" class="p-num">{t::col_took(locale)}</th>
                            <th scope="col">{t::col_result(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {next.is_some().then(|| pager(String::new(), None, next))}
        }
    });
    view! { {answer(Say::new().text(say))}{table} }.into_any()
}

fn row(locale: Locale, run: &RunView) -> AnyView {
    let began = run.began.as_ref().unwrap_or(&run.at);
    let result = run.scan.map(|scan| view! { <a href=format!("/scans/{scan}")>{t::see_scan(locale)}</a> });
    view! {
        <tr>
            <td class="p-c-main">
                <a href=format!("{PAGE}/{}", run.id)>{name(run)}</a><small>{about(locale, run)}</small>
            </td>
            <td data-label=t::col_state(locale)>{state(locale, run)}</td>
            <td data-label=t::col_began(locale)>{stamp(began)}</td>
            <td class="p-num" data-label=t::col_took(locale)>{took(locale, run)}</td>
            <td data-label=t::col_result(locale)>{result}</td>
        </tr>
    }
    .into_any()
}

fn name(run: &RunView) -> String {
    run.schedule.as_ref().map_or_else(|| run.connector.1.clone(), |(_, name)| name.clone())
}

fn about(locale: Locale, run: &RunView) -> String {
    let who = run.who.as_ref().map(|who| t::by(locale, who));
    let parts = [
        Some(run.connector.1.clone()),
        Some(run.target.clone()),
        Some(words::cause(locale, run.cause).to_owned()),
        who,
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn took(locale: Locale, run: &RunView) -> Option<String> {
    let seconds = run.seconds?;
    Some(t::took(locale, seconds / 60, seconds % 60).trim_end().to_owned())
}

/// Where a run is, in a word, and why in a sentence.
pub fn state(locale: Locale, run: &RunView) -> AnyView {
    let class = match run.state {
        RunState::Done => "p-good",
        RunState::Failed | RunState::Lost => "p-bad",
        _ => "",
    };
    let percent = run.percent.filter(|_| run.state == RunState::Running).map(|percent| format!(" {percent}\u{202f}%"));
    let why = scanners_say::reason(locale, &run.reason, &run.detail);
    let why = (!why.is_empty()).then(|| view! { <small>{why}</small> });
    view! { <b class=class>{words::state(locale, run.state)}{percent}</b>{why} }.into_any()
}

/// One run.
pub fn one(locale: Locale, page: &RunPage) -> AnyView {
    let run = &page.run;
    let why = scanners_say::reason(locale, &run.reason, &run.detail);
    let tone = match run.state {
        RunState::Done => Tone::Good,
        RunState::Failed | RunState::Lost => Tone::Bad,
        _ => Tone::Strong,
    };
    let say = Say::new().tone(tone, words::state(locale, run.state)).text(format!(". {why}").trim_end().to_owned());
    let stop = page.may_stop.then(|| act(PAGE, &[("stop", run.id.to_string())], t::stop(locale), "p-btn p-btn-danger"));
    let links = view! {
        {run.scan.map(|scan| view! { <a class="p-btn p-btn-primary" href=format!("/scans/{scan}")>{t::see_scan(locale)}</a> })}
        {run.job.filter(|_| run.scan.is_none()).map(|job| {
            view! { <a class="p-btn" href=format!("/imports/{job}")>{t::see_import(locale)}</a> }
        })}
        {stop}
    };
    let ended_badly = matches!(run.state, RunState::Failed | RunState::Canceled | RunState::Lost | RunState::Skipped);
    let look = run.look.as_ref().map(|at| view! { <p class="p-hint">{t::next_look(locale, &at.text)}</p> });
    view! {
        {answer(say)}
        <p class="p-head-note">{name(run)}" · "{about(locale, run)}" · "{stamp(run.began.as_ref().unwrap_or(&run.at))}</p>
        {(!run.state.ended()).then(|| progress(locale, run))}
        {look}
        {ended_badly.then(|| view! { <p class="p-hint">{t::never_closes(locale)}</p> })}
        <div class="p-row">{links}</div>
        {page.delta.as_ref().map(|delta| changed(locale, delta, page.before.as_ref()))}
        {asked(locale, page)}
        {log(locale, page)}
    }
    .into_any()
}

/// The phases with the one that it is in, and the scanner's own progress.
fn progress(locale: Locale, run: &RunView) -> AnyView {
    let at = WAY.iter().position(|state| *state == run.state);
    let phases = WAY.iter().enumerate().map(|(index, state)| {
        let class = if at.is_some_and(|at| index < at) { "is-done" } else { "" };
        let current = (at == Some(index)).then_some("step");
        view! { <li class=class aria-current=current>{words::state(locale, *state)}</li> }
    });
    let bar = run.percent.map(|percent| {
        let spoken = t::progress_of(locale, percent, &words::stage(locale, &run.stage)).trim_end().to_owned();
        view! {
            <progress class="p-progress" max="100" value=percent.to_string() aria-label=t::progress(locale)>
                {spoken.clone()}
            </progress>
            <p class="p-hint">{spoken}</p>
        }
    });
    view! { <div class="p-card p-job" aria-live="polite">{bar}<ol class="p-phases">{phases.collect_view()}</ol></div> }
        .into_any()
}

/// What its result changed, each number a link to exactly its rows.
fn changed(locale: Locale, delta: &RunDelta, before: Option<&RunView>) -> AnyView {
    let row = |name: &'static str, count: &model::view::Count| {
        view! { <div><dt>{name}</dt><dd>{count_link(locale, count)}</dd></div> }
    };
    let before = before.map(|run| {
        view! { <p>{t::before(locale)}": "<a href=format!("{PAGE}/{}", run.id)>{run.at.text.clone()}</a></p> }
    });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{t::delta(locale)}</h2>
            <dl class="p-dl">
                {row(t::delta_new(locale), &delta.new)}
                {row(t::delta_reopened(locale), &delta.reopened)}
                {row(t::delta_same(locale), &delta.same)}
                {row(t::delta_closed(locale), &delta.closed)}
                {row(t::delta_left(locale), &delta.not_retested)}
            </dl>
            {before}
        </section>
    }
    .into_any()
}

fn asked(locale: Locale, page: &RunPage) -> Option<AnyView> {
    let targets = page.targets.iter().map(|target| view! { <li class="p-mono">{target.clone()}</li> }).collect_view();
    (!page.targets.is_empty()).then(|| {
        view! { <section class="p-section"><h2 class="p-h2">{t::asked(locale)}</h2><ul>{targets}</ul></section> }
            .into_any()
    })
}

fn log(locale: Locale, page: &RunPage) -> Option<AnyView> {
    let lines = page.log.iter().map(|(at, fact)| {
        view! { <li>{stamp(at)}" "{scanners_say::fact(locale, fact)}</li> }
    });
    let lines = lines.collect_view();
    (!page.log.is_empty()).then(|| {
        view! { <section class="p-section"><h2 class="p-h2">{t::log(locale)}</h2><ol class="p-prose">{lines}</ol></section> }
            .into_any()
    })
}
