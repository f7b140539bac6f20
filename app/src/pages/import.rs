//! `/imports/:job`: where an import stands. It refreshes itself, with a script and without.

use super::import_preview;
use super::scans::{bar, size};
use crate::components::load::{REFRESH, again_after, load, show};
use crate::components::marks::{icon, stamp};
use crate::components::messages::{banner, button_link};
use crate::components::page::{Heading, crumbs};
use crate::locales::refusal::{refusal_advice, refusal_place, refusal_sentence, sentence_of};
use crate::locales::{scans as ts, words};
use crate::path::LocalPath;
use crate::server_fns;
use crate::visit::locale;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use model::text::Locale;
use model::view::scans::{ImportRow, ImportState, RefusalView};
use std::time::Duration;

const PHASES: [&str; 4] = ["receive", "parse", "match", "write"];

/// The page.
pub fn import() -> AnyView {
    let params = use_params_map();
    let job = move || params.with(|params| params.get("job")).and_then(|job| job.parse().ok()).unwrap_or(0);
    show(load(job, server_fns::import_state), draw)
}

fn draw(import: ImportRow) -> AnyView {
    let locale = locale();
    follow(&import.state);
    let body = match &import.state {
        ImportState::Queued => {
            running(locale, "", view! { <p class="p-hint">{ts::import_queued(locale)}</p> }.into_any())
        }
        ImportState::Running { phase, done_bytes, total_bytes, rows, seconds } => {
            let bytes = |bytes: i64| size(locale, u64::try_from(bytes).unwrap_or(0));
            let note = ts::import_bytes(locale, &bytes(*done_bytes), &bytes(*total_bytes));
            let pace = (*seconds > 0).then(|| pace(locale, (*done_bytes, *total_bytes), *rows, *seconds));
            let progress = view! {
                {bar(locale, *done_bytes, *total_bytes)}
                <p class="p-hint">{note}" · "{ts::import_rows(locale, *rows)}{pace}</p>
            };
            running(locale, phase, progress.into_any())
        }
        ImportState::Previewed { summary, remarks, dated } => {
            import_preview::previewed(locale, import.job, summary, remarks, *dated)
        }
        ImportState::Unpacked { jobs, refused } => unpacked(locale, jobs, refused),
        ImportState::Canceled => banner("info", "info", String::new(), ts::import_canceled(locale).to_owned()),
        ImportState::Done { scan, already_imported } => done(locale, *scan, *already_imported),
        ImportState::Refused(refusal) => refused(locale, import.job, refusal),
    };
    // What is being written can be undone afterwards, not stopped.
    let stoppable = match &import.state {
        ImportState::Queued => true,
        ImportState::Running { phase, .. } => phase != "write",
        _ => false,
    };
    let stop = stoppable.then(|| import_preview::act(import.job, "cancel", ts::import_cancel(locale), false));
    view! {
        {crumbs(vec![("/scans".to_owned(), ts::title(locale).to_owned())], ts::import_title(locale).to_owned())}
        <Heading text=ts::import_of(locale, &import.file) class="p-title"/>
        <p class="p-head-note">{stamp(&import.at)}</p>
        <div class="p-section">{body}{stop}</div>
    }
    .into_any()
}

/// How fast it goes, and how long that will take.
fn pace(locale: Locale, (done, total): (i64, i64), rows: i64, seconds: i64) -> String {
    let rate = done / seconds;
    let left = (rate > 0 && done < total).then(|| format!(" · {}", ts::import_left(locale, (total - done) / rate + 1)));
    let rate = size(locale, u64::try_from(rate).unwrap_or(0));
    format!(" · {}{}", ts::import_speed(locale, &rate, rows / seconds), left.unwrap_or_default())
}

/// The imports that came out of an archive, and what could not be taken out.
fn unpacked(locale: Locale, jobs: &[i64], refused: &[(String, RefusalView)]) -> AnyView {
    let links = jobs.iter().map(|job| {
        view! { <li><a href=format!("/imports/{job}")>{ts::unpacked_see(locale, *job)}</a></li> }
    });
    let refused = refused.iter().map(|(name, refusal)| {
        view! { <li><b>{name.clone()}</b>" "<span class="p-bad">{refusal_sentence(locale, refusal)}</span></li> }
    });
    view! {
        {banner("good", "done", String::new(), ts::unpacked(locale, i64::try_from(jobs.len()).unwrap_or(i64::MAX)))}
        <ul class="p-prose">{links.collect_view()}{refused.collect_view()}</ul>
        <p>{button_link("/scans".to_owned(), ts::title(locale), false)}</p>
    }
    .into_any()
}

/// Asks again each second while it runs; goes to the scan when it is done.
fn follow(state: &ImportState) {
    let navigate = use_navigate();
    match state {
        ImportState::Queued | ImportState::Running { .. } => again_after(Duration::from_secs(1)),
        ImportState::Done { scan, already_imported: false } => {
            let to = LocalPath::or_root(&format!("/scans/{scan}"));
            Effect::new(move |_| {
                navigate(to.as_str(), NavigateOptions { replace: true, ..NavigateOptions::default() });
            });
        }
        _ => {}
    }
}

/// The phases with the one that it is in.
fn running(locale: Locale, phase: &str, progress: AnyView) -> AnyView {
    let at = PHASES.iter().position(|known| *known == phase);
    let phases = PHASES.iter().enumerate().map(|(index, known)| {
        let class = if at.is_some_and(|at| index < at) { "is-done" } else { "" };
        let current = (at == Some(index)).then_some("step");
        view! { <li class=class aria-current=current>{words::phase(locale, known)}</li> }
    });
    view! {
        <noscript inner_html=REFRESH></noscript>
        <div class="p-card p-job" aria-live="polite">
            {progress}
            <ol class="p-phases">{phases.collect_view()}</ol>
        </div>
        <p class="p-hint">{ts::import_running(locale)}</p>
    }
    .into_any()
}

fn done(locale: Locale, scan: i64, already_imported: bool) -> AnyView {
    let said = if already_imported {
        banner("info", "info", String::new(), ts::import_done_before(locale).to_owned())
    } else {
        banner("good", "done", String::new(), ts::import_done(locale).to_owned())
    };
    view! { {said}<p>{button_link(format!("/scans/{scan}"), ts::import_see(locale), true)}</p> }.into_any()
}

/// What the file is, where that was seen, and what to do.
fn refused(locale: Locale, job: i64, refusal: &RefusalView) -> AnyView {
    let part = (refusal.readable > 0).then(|| import_preview::part(locale, job, refusal.readable));
    let place = refusal_place(locale, refusal);
    let row = |name: &'static str, text: String| (!text.is_empty()).then(|| view! { <dt>{name}</dt><dd>{text}</dd> });
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2 class="p-bad">{icon("error")}" "{ts::import_refused_title(locale)}</h2></header>
            <p>{sentence_of(locale, &refusal.code)}</p>
            <dl class="p-dl">
                {row(ts::import_where(locale), place)}
                {row(ts::import_what(locale), refusal.detail.clone())}
                {row(ts::import_do(locale), refusal_advice(locale, &refusal.code).to_owned())}
            </dl>
            {part.is_none().then(|| view! { <p class="p-card-foot">{ts::import_nothing_kept(locale)}</p> })}
        </section>
        {part}
        <p>{button_link("/scans".to_owned(), ts::import_again(locale), false)}</p>
    }
    .into_any()
}
