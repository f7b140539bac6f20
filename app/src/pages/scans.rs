//! `/scans`: bring files in, see what is running, what was refused, what every scan changed; sources.

use crate::browser::drop_zone::{Dragging, uploader};
use crate::browser::send::form_data;
use crate::components::form::{Act, field, text_input};
use crate::components::load::{again_after, load, show};
use crate::components::marks::{icon, icon_large, stamp};
use crate::components::page::{Heading, answer, pager};
use crate::locales::refusal::{refusal_advice, refusal_place, sentence_of};
use crate::locales::say::{Say, encode};
use crate::locales::{common as t, mappings as tm, scanning as tn, scans as ts, sentences, sources as to, words};
use crate::server_fns::{self, AddSource};
use crate::visit::{Live, locale, me};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use model::policy::Action;
use model::text::{Locale, number};
use model::view::scans::{GlanceView, ImportRow, ImportState, ScanRow, ScansPage, SourceRow};

/// The page.
pub fn scans() -> AnyView {
    let query = use_query_map();
    let cursor = move || query.with(|query| query.get("page")).unwrap_or_default();
    show(load(cursor, server_fns::scans), draw)
}

fn draw(page: ScansPage) -> AnyView {
    let locale = locale();
    let me = me();
    let may = |action| me.as_ref().is_some_and(|me| me.may(action));
    let imports = (!page.imports.is_empty()).then(|| {
        let rows = page.imports.iter().map(|import| job(locale, import)).collect_view();
        view! {
            <section class="p-section">
                <h2 class="p-h2">{ts::imports(locale)}</h2>
                <ul class="p-jobs">{rows}</ul>
            </section>
        }
    });
    watch(&page);
    view! {
        <div class="p-head">
            <Heading text=ts::title(locale)/>
            <div class="p-head-acts">
                <a class="p-btn" href="/scans/schedules">{icon("calendar")}{tn::nav(locale)}</a>
                <a class="p-btn" href="/scans/sources">{icon("settings")}{to::title(locale)}</a>
                <a class="p-btn" href="/scans/mappings">{icon("table")}{tm::title(locale)}</a>
            </div>
        </div>
        {answer(say(locale, &page))}
        {may(Action::Import).then(|| drop_form(locale, &page))}
        {imports}
        {list(locale, &page)}
        {sources(locale, &page.sources, may(Action::ManageSources))}
    }
    .into_any()
}

/// Asks again while something runs.
fn watch(page: &ScansPage) {
    if page.imports.iter().any(|import| is_running(&import.state)) {
        again_after(std::time::Duration::from_secs(2));
    }
}

fn is_running(state: &ImportState) -> bool {
    matches!(state, ImportState::Queued | ImportState::Running { .. })
}

/// What there is, what runs, what was refused.
fn say(locale: Locale, page: &ScansPage) -> Say {
    let count = |test: fn(&ImportState) -> bool| {
        i64::try_from(page.imports.iter().filter(|import| test(&import.state)).count()).unwrap_or(i64::MAX)
    };
    let running = count(is_running);
    let refused = count(|state| matches!(state, ImportState::Refused(_)));
    let mut say = match page.scans.as_slice() {
        [] => Say::new().text(ts::say_nothing(locale)),
        [newest, ..] => sentences::newest_scan(locale, newest),
    };
    if page.scans.len() == 1 && page.next.is_empty() {
        say = say.text(format!(" {}", ts::say_one(locale)));
    }
    if running > 0 {
        say = say.text(format!(" {}", ts::running(locale, running)));
    }
    if refused > 0 {
        say = say.text(" ").tone(crate::locales::say::Tone::Bad, ts::refused_lately(locale, refused));
    }
    say
}

/// A size in whole units of 1000, as file managers show it.
pub fn size(locale: Locale, bytes: u64) -> String {
    let (value, unit) = match bytes {
        0..1_000 => (bytes, "B"),
        1_000..1_000_000 => (bytes / 1_000, "kB"),
        1_000_000..10_000_000_000 => (bytes / 1_000_000, "MB"),
        _ => (bytes / 1_000_000_000, "GB"),
    };
    format!("{}\u{202f}{unit}", number(locale, i64::try_from(value).unwrap_or(i64::MAX)))
}

/// What a file is, as its first bytes say: its format, scanner and name, or why it will be refused.
pub fn known(locale: Locale, seen: &GlanceView) -> String {
    if let Some(refusal) = &seen.refusal {
        return sentence_of(locale, &refusal.code).to_owned();
    }
    let parts = [&seen.format, &seen.tool_version, &seen.name];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

/// Where files go: a plain form, and the target of files dropped anywhere. What is said of the files stands before them, since
/// the server reads the form in its order and takes each file in as it comes.
fn drop_form(locale: Locale, page: &ScansPage) -> AnyView {
    let dragging = use_context::<Dragging>().map(|dragging| dragging.0);
    let live = Live::current();
    let class = move || {
        if dragging.is_some_and(|dragging| dragging.get()) {
            "p-drop is-over"
        } else if live.upload.with(Option::is_some) {
            "p-drop is-busy"
        } else {
            "p-drop"
        }
    };
    let upload = uploader();
    let submit = move |event: SubmitEvent| {
        if let Some((form, data)) = form_data(&event) {
            event.prevent_default();
            upload(&data);
            form.reset();
        }
    };
    let options = page.sources.iter().map(|source| {
        let name = source.name.clone();
        view! { <option value=source.name.clone()>{name}</option> }
    });
    let options = options.collect_view();
    let source = (page.sources.len() > 1).then(|| {
        view! {
            <select class="p-input" name="source" aria-label=ts::source(locale)>{options}</select>
        }
    });
    let mappings = (!page.mappings.is_empty()).then(|| {
        let chosen = use_query_map().with_untracked(|query| query.get("mapping")).unwrap_or_default();
        let options = page.mappings.iter().map(move |name| {
            view! { <option value=name.clone() selected=*name == chosen>{name.clone()}</option> }
        });
        view! {
            <select class="p-input" name="mapping" aria-label=ts::mapping(locale) autocomplete="off">
                <option value="">{ts::mapping_none(locale)}</option>
                {options.collect_view()}
            </select>
        }
    });
    view! {
        <form class=class method="post" action="/imports" enctype="multipart/form-data" on:submit=submit>
            {icon_large("upload")}
            <p class="p-drop-title">{ts::drop_title(locale)}</p>
            <p class="p-hint">{ts::drop_more(locale)}" "{ts::drop_max(locale, &size(locale, page.max_upload))}</p>
            <div class="p-row">
                {choice("preview", ts::preview(locale), ts::preview_hint(locale))}
                {choice("whole_project", ts::whole_project(locale), ts::whole_project_hint(locale))}
            </div>
            <div class="p-row">
                {source}
                {mappings}
                <input class="p-input" type="file" name="files" multiple required aria-label=ts::choose_files(locale)/>
                <button class="p-btn p-btn-primary">{ts::send_files(locale)}</button>
            </div>
        </form>
    }
    .into_any()
}

/// Something that may be said of the files.
fn choice(name: &'static str, text: &'static str, hint: &'static str) -> AnyView {
    view! {
        <label class="p-check">
            <input type="checkbox" name=name autocomplete="off"/>
            <span>{text}<small>{hint}</small></span>
        </label>
    }
    .into_any()
}

/// An import that is not a scan (yet).
fn job(locale: Locale, import: &ImportRow) -> AnyView {
    let href = format!("/imports/{}", import.job);
    let (note, more) = match &import.state {
        ImportState::Queued => (ts::queued(locale).to_owned(), ().into_any()),
        ImportState::Running { phase, done_bytes, total_bytes, .. } => {
            (words::phase(locale, phase).to_owned(), bar(locale, *done_bytes, *total_bytes))
        }
        ImportState::Previewed { .. } => (ts::waiting(locale).to_owned(), ().into_any()),
        ImportState::Unpacked { jobs, .. } => {
            (ts::unpacked(locale, i64::try_from(jobs.len()).unwrap_or(i64::MAX)), ().into_any())
        }
        ImportState::Canceled => (ts::import_canceled(locale).to_owned(), ().into_any()),
        ImportState::Done { scan, .. } => {
            let link = view! { <p><a href=format!("/scans/{scan}")>{ts::import_see(locale)}</a></p> };
            (ts::done(locale).to_owned(), link.into_any())
        }
        ImportState::Refused(refusal) => {
            let place = refusal_place(locale, refusal);
            let place = if place.is_empty() { place } else { format!(" ({place})") };
            let text =
                format!("{}{place} {}", sentence_of(locale, &refusal.code), refusal_advice(locale, &refusal.code));
            (ts::refused(locale).to_owned(), view! { <p class="p-bad">{text}</p> }.into_any())
        }
    };
    view! {
        <li class="p-job">
            <b class="p-job-name"><a href=href data-row="">{import.file.clone()}</a></b>
            <span class="p-job-note">{note}" · "{stamp(&import.at)}</span>
            {more}
        </li>
    }
    .into_any()
}

/// How far an import has read.
pub fn bar(locale: Locale, done: i64, total: i64) -> AnyView {
    let percent = if total > 0 { (100 * done / total).clamp(0, 100) } else { 0 }.to_string();
    view! {
        <progress class="p-progress" max="100" value=percent.clone() aria-label=ts::progress(locale)>
            {format!("{percent}\u{202f}%")}
        </progress>
    }
    .into_any()
}

fn list(locale: Locale, page: &ScansPage) -> AnyView {
    let body = if page.scans.is_empty() {
        view! { <p class="p-hint">{ts::list_empty(locale)}</p> }.into_any()
    } else {
        let rows = page.scans.iter().map(|scan| scan_row(locale, scan)).collect_view();
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{ts::list(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ts::col_file(locale)}</th>
                            <th scope="col">{ts::col_tool(locale)}</th>
                            <th scope="col">{ts::col_at(locale)}</th>
                            <th scope="col">{ts::col_recorded(locale)}</th>
                            <th scope="col" class="p-num">{ts::col_assets(locale)}</th>
                            <th scope="col" class="p-num">{ts::col_sightings(locale)}</th>
                            <th scope="col" class="p-num">{ts::col_new(locale)}</th>
                            <th scope="col" class="p-num">{ts::col_closed(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let next = (!page.next.is_empty()).then(|| format!("/scans?page={}", encode(&page.next)));
    let pages = next.map(|next| pager(String::new(), None, Some(next)));
    view! { <section class="p-section"><h2 class="p-h2">{ts::list(locale)}</h2>{body}{pages}</section> }.into_any()
}

fn scan_row(locale: Locale, scan: &ScanRow) -> AnyView {
    let undone = scan.withdrawn.then(|| view! { " " <span class="p-chip">{ts::withdrawn(locale)}</span> });
    view! {
        <tr>
            <td class="p-c-main">
                <a href=format!("/scans/{}", scan.id) data-row="">{scan.file.clone()}{undone}</a>
                <small>{scan.source.clone()}</small>
            </td>
            <td>{scan.tool.name()}</td>
            <td class="p-c-nowrap" data-label=ts::col_at(locale)>{stamp(&scan.at)}</td>
            <td class="p-c-nowrap p-c-hide">{stamp(&scan.recorded)}</td>
            <td class="p-num" data-label=ts::col_assets(locale)>{number(locale, scan.assets)}</td>
            <td class="p-num p-c-hide">{number(locale, scan.sightings)}</td>
            <td class="p-num" data-label=ts::col_new(locale)>{number(locale, scan.new)}</td>
            <td class="p-num" data-label=ts::col_closed(locale)>{number(locale, scan.closed)}</td>
        </tr>
    }
    .into_any()
}

fn sources(locale: Locale, sources: &[SourceRow], may_add: bool) -> AnyView {
    let rows = sources.iter().map(|source| {
        view! {
            <tr>
                <th scope="row">{source.name.clone()}</th>
                <td data-label=ts::source_space(locale)>{source.space.clone()}</td>
                <td data-label=ts::source_zone(locale)>{source.zone.clone()}</td>
                <td class="p-num">{ts::source_scans(locale, source.scans)}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let add = may_add.then(|| {
        view! {
            <details class="p-fold">
                <summary class="p-btn">{icon("plus")}{ts::add_source(locale)}</summary>
                <Act url=AddSource::PATH class="p-form">
                    {field("source-name", ts::source_name(locale), text_input("source-name", "name", "text", "off"), "")}
                    {field("source-space", ts::source_space(locale), text_input("source-space", "space", "text", "off"), ts::source_space_hint(locale))}
                    {field("source-zone", ts::source_zone(locale), text_input("source-zone", "zone", "text", "off"), "")}
                    <div class="p-form-acts"><button class="p-btn p-btn-primary">{t::add(locale)}</button></div>
                </Act>
            </details>
        }
    });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{ts::sources(locale)}<small>{ts::sources_more(locale)}</small></h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{ts::sources(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ts::source_name(locale)}</th>
                            <th scope="col">{ts::source_space(locale)}</th>
                            <th scope="col">{ts::source_zone(locale)}</th>
                            <th scope="col" class="p-num">{ts::title(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {add}
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_file_managers_show_them() {
        assert_eq!(size(Locale::En, 999), "999\u{202f}B");
        assert_eq!(size(Locale::En, 146_000_000), "146\u{202f}MB");
        assert_eq!(size(Locale::Es, 20_000_000_000), "20\u{202f}GB");
    }
}
