//! What an import would change, and what a person may say of it.

use crate::components::form::Act;
use crate::components::messages::banner;
use crate::components::page::answer;
use crate::locales::say::Say;
use crate::locales::{remark_sentence, scans as ts};
use crate::server_fns::ActOnImport;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::text::{Locale, number};
use model::view::scans::ImportSummary;

/// A button that says one thing of an import.
pub fn act(job: i64, act: &'static str, text: &'static str, primary: bool) -> AnyView {
    let class = if primary { "p-btn p-btn-primary" } else { "p-btn" };
    view! {
        <Act url=ActOnImport::PATH class="p-row">
            <input type="hidden" name="job" value=job.to_string()/>
            <input type="hidden" name="act" value=act/>
            <button class=class>{text}</button>
        </Act>
    }
    .into_any()
}

/// The numbers of an import that has not happened yet, what is unusual in it, and the two ways on.
pub fn previewed(
    locale: Locale,
    job: i64,
    summary: &ImportSummary,
    remarks: &[(String, String)],
    dated: bool,
) -> AnyView {
    let ImportSummary { new, closed, reopened, .. } = *summary;
    view! {
        {answer(Say::new().text(ts::preview_say(locale, new, closed, reopened)))}
        <h2 class="p-vh">{ts::preview_title(locale)}</h2>
        {tiles(locale, summary)}
        {notes(locale, summary, remarks, dated)}
        <div class="p-section">
            <div class="p-row">
                {act(job, "import", ts::preview_import(locale), true)}
                {act(job, "discard", ts::preview_discard(locale), false)}
            </div>
        </div>
    }
    .into_any()
}

/// The same six numbers as after the import.
fn tiles(locale: Locale, summary: &ImportSummary) -> AnyView {
    let ImportSummary { new, same, reopened, closed, not_retested, quarantined, .. } = *summary;
    let tiles = [
        (new, ts::tile_new(locale), ts::tile_new_note(locale), ""),
        (same, ts::tile_same(locale), ts::tile_same_note(locale), ""),
        (reopened, ts::tile_reopened(locale), ts::tile_reopened_note(locale), "is-bad"),
        (closed, ts::tile_closed(locale), ts::tile_closed_note(locale), "is-good"),
        (not_retested, ts::tile_not_retested(locale), ts::tile_not_retested_note(locale), ""),
        (quarantined, ts::tile_quarantined(locale), ts::tile_quarantined_note(locale), "is-bad"),
    ];
    let tiles = tiles.map(|(value, name, note, class)| {
        let class = if value == 0 { "is-zero" } else { class };
        view! { <li class=class title=note><span class="p-result"><b>{number(locale, value)}</b>{name}</span></li> }
    });
    view! { <ul class="p-results">{tiles.collect_view()}</ul> }.into_any()
}

/// The special cases in words.
fn notes(locale: Locale, summary: &ImportSummary, remarks: &[(String, String)], dated: bool) -> AnyView {
    let mut said = Vec::new();
    if let Some(newer) = &summary.newer {
        said.push(ts::note_newer(locale, newer.get(..10).unwrap_or(newer)));
    }
    if !dated {
        said.push(ts::note_undated(locale).to_owned());
    }
    if summary.sightings == 0 && summary.assets > 0 {
        said.push(ts::note_empty(locale, summary.assets, summary.closed));
    }
    if summary.quarantined > 0 {
        said.push(ts::note_quarantined(locale, summary.quarantined));
    }
    said.extend(remarks.iter().map(|(code, detail)| {
        let sentence = remark_sentence(locale, code);
        if detail.is_empty() { sentence } else { format!("{sentence} {detail}") }
    }));
    if said.is_empty() {
        return ().into_any();
    }
    let said = said.into_iter().map(|text| view! { <li>{text}</li> }).collect_view();
    view! { <ul class="p-prose p-small p-section">{said}</ul> }.into_any()
}

/// What can be done with a file that ends early.
pub fn part(locale: Locale, job: i64, rows: u64) -> AnyView {
    view! {
        <section class="p-section">
            {banner("warn", "info", ts::accept_title(locale, i64::try_from(rows).unwrap_or(i64::MAX)), ts::accept_more(locale).to_owned())}
            <div class="p-row">
                {act(job, "accept", ts::accept(locale), true)}
                {act(job, "discard", ts::preview_discard(locale), false)}
            </div>
        </section>
    }
    .into_any()
}
