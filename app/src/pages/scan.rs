//! `/scans/:id`: what an import changed, each number with its rows.

use crate::components::form::{Act, field, text_input};
use crate::components::load::{load, show};
use crate::components::marks::{icon, stamp};
use crate::components::messages::{banner, button_link};
use crate::components::page::{Heading, answer, crumbs};
use crate::locales::refusal::quarantine_sentence;
use crate::locales::say::findings_href;
use crate::locales::{remark_sentence, scans as ts, sentences, words};
use crate::server_fns::{self, DateScan, ReparseScan, UndoScan};
use crate::visit::locale;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;
use model::Tool;
use model::text::{Locale, number};
use model::view::Count;
use model::view::scans::ScanPage;

/// The page.
pub fn scan() -> AnyView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).and_then(|id| id.parse().ok()).unwrap_or(0);
    show(load(id, server_fns::scan), draw)
}

fn draw(page: ScanPage) -> AnyView {
    let locale = locale();
    let summary = &page.summary;
    let id = summary.scan_id.unwrap_or(0);
    let tool = summary.tool.parse::<Tool>().map_or_else(|()| summary.tool.clone(), |tool| tool.name().to_owned());
    let undone = page.withdrawn.map(|_| banner("warn", "undo", String::new(), ts::undone(locale).to_owned()));
    let sentence = page.withdrawn.is_none().then(|| answer(sentences::scan(locale, &page)));
    view! {
        {crumbs(vec![("/scans".to_owned(), ts::title(locale).to_owned())], page.source.clone())}
        <Heading text=ts::scan_of(locale, &tool, &summary.file) class="p-title"/>
        {undone}
        {sentence}
        {results(locale, &page)}
        <div class="p-row p-section">
            <p>{button_link(findings_href(&format!("scan:{id}")), ts::see_findings(locale), false)}</p>
            {page.may_undo.then(|| undo(locale, id, page.withdrawn.is_some()))}
        </div>
        {special(locale, id, &page)}
        {facts(locale, &page)}
        {remarks(locale, &page)}
        {quarantine(locale, id, &page)}
    }
    .into_any()
}

/// The six numbers of an import.
fn results(locale: Locale, page: &ScanPage) -> AnyView {
    let item = |count: &Count, name: &'static str, note: &'static str, class: &'static str| {
        let class = if count.value == 0 { "is-zero" } else { class };
        let value = number(locale, count.value);
        view! { <li class=class><a href=findings_href(&count.filter) title=note><b>{value}</b>{name}</a></li> }
    };
    let quarantined = page.summary.quarantined;
    let class = if quarantined == 0 { "is-zero" } else { "is-bad" };
    view! {
        <ul class="p-results">
            {item(&page.new, ts::tile_new(locale), ts::tile_new_note(locale), "")}
            {item(&page.same, ts::tile_same(locale), ts::tile_same_note(locale), "")}
            {item(&page.reopened, ts::tile_reopened(locale), ts::tile_reopened_note(locale), "is-bad")}
            {item(&page.closed, ts::tile_closed(locale), ts::tile_closed_note(locale), "is-good")}
            {item(&page.not_retested, ts::tile_not_retested(locale), ts::tile_not_retested_note(locale), "")}
            <li class=class>
                <a href="#quarantine" rel="external" title=ts::tile_quarantined_note(locale)>
                    <b>{number(locale, quarantined)}</b>{ts::tile_quarantined(locale)}
                </a>
            </li>
        </ul>
    }
    .into_any()
}

fn undo(locale: Locale, id: i64, redo: bool) -> AnyView {
    let (text, mark) = if redo { (ts::redo(locale), "refresh") } else { (ts::undo(locale), "undo") };
    view! {
        <Act url=UndoScan::PATH class="p-row">
            <input type="hidden" name="scan" value=id.to_string()/>
            <input type="hidden" name="redo" value=redo.to_string()/>
            <button class="p-btn">{icon(mark)}{text}</button>
            <span class="p-hint">{ts::undo_more(locale)}</span>
        </Act>
    }
    .into_any()
}

/// What is special about it: it is not the newest of its series, nobody knows when it ran, a newer reader may find more in it.
fn special(locale: Locale, id: i64, page: &ScanPage) -> AnyView {
    let newer =
        page.newer.as_ref().map(|newer| banner("info", "info", String::new(), ts::note_newer(locale, &newer.text)));
    let date = (!page.dated).then(|| {
        let form = page.may_import.then(|| {
            view! {
                <Act url=DateScan::PATH class="p-row">
                    <input type="hidden" name="scan" value=id.to_string()/>
                    {field("scan-date", ts::date_label(locale), text_input("scan-date", "at", "datetime-local", "off"), "")}
                    <button class="p-btn">{ts::date_set(locale)}</button>
                </Act>
            }
        });
        view! {
            <section class="p-section">
                {banner("warn", "info", ts::date_title(locale).to_owned(), ts::date_more(locale).to_owned())}
                {form}
            </section>
        }
    });
    let wanted = page.may_import && page.withdrawn.is_none() && (page.outdated || !page.quarantine.is_empty());
    let again = wanted.then(|| {
        view! {
            <div class="p-section">
                <Act url=ReparseScan::PATH class="p-row">
                    <input type="hidden" name="scan" value=id.to_string()/>
                    <button class="p-btn">{icon("refresh")}{ts::reparse(locale)}</button>
                    <span class="p-hint">{ts::reparse_more(locale)}</span>
                </Act>
            </div>
        }
    });
    view! { {newer}{date}{again} }.into_any()
}

fn facts(locale: Locale, page: &ScanPage) -> AnyView {
    let summary = &page.summary;
    let split = ts::fact_rows_split(locale, summary.sightings, summary.quarantined, summary.no_finding);
    let seconds = format!("{:.1}", summary.seconds);
    let seconds = if locale == Locale::Es { seconds.replace('.', ",") } else { seconds };
    let version = (!summary.tool_version.is_empty())
        .then(|| view! { <dt>{ts::fact_version(locale)}</dt><dd>{summary.tool_version.clone()}</dd> });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{ts::facts(locale)}</h2>
            <dl class="p-dl p-card">
                <dt>{ts::fact_at(locale)}</dt>
                <dd>{stamp(&page.at)}" "<small class="p-mute">{words::time_basis(locale, &summary.time_basis)}</small></dd>
                <dt>{ts::fact_recorded(locale)}</dt><dd>{stamp(&page.recorded)}</dd>
                <dt>{ts::fact_source(locale)}</dt><dd>{page.source.clone()}</dd>
                <dt>{ts::fact_format(locale)}</dt><dd>{summary.format.clone()}</dd>
                {version}
                <dt>{ts::col_assets(locale)}</dt><dd>{number(locale, summary.assets)}</dd>
                <dt>{ts::fact_rows(locale)}</dt>
                <dd>{number(locale, summary.rows)}" "<small class="p-mute">{split}</small></dd>
                <dt>{ts::fact_inventory(locale)}</dt><dd>{number(locale, summary.not_a_weakness)}</dd>
                <dt>{ts::fact_seconds(locale)}</dt><dd>{ts::seconds(locale, &seconds)}</dd>
                <dt>{ts::fact_step(locale)}</dt><dd>{number(locale, page.step)}</dd>
                <dt>{ts::fact_sha(locale)}</dt><dd><code class="p-small">{summary.sha256.clone()}</code></dd>
            </dl>
        </section>
    }
    .into_any()
}

fn remarks(locale: Locale, page: &ScanPage) -> AnyView {
    if page.remarks.is_empty() {
        return ().into_any();
    }
    let items = page.remarks.iter().map(|(code, detail)| {
        let detail = (!detail.is_empty()).then(|| view! { " " <code>{detail.clone()}</code> });
        view! { <li>{remark_sentence(locale, code)}{detail}</li> }
    });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{ts::remarks(locale)}</h2>
            <ul class="p-prose p-small">{items.collect_view()}</ul>
        </section>
    }
    .into_any()
}

fn quarantine(locale: Locale, id: i64, page: &ScanPage) -> AnyView {
    if page.quarantine.is_empty() {
        return view! { <div id="quarantine"></div> }.into_any();
    }
    let rows = page.quarantine.iter().map(|(line, code, detail)| {
        let line = if *line == 0 { "–".to_owned() } else { number(locale, i64::try_from(*line).unwrap_or(i64::MAX)) };
        view! {
            <tr>
                <td class="p-num" data-label=ts::col_line(locale)>{line}</td>
                <td>{quarantine_sentence(locale, code)}</td>
                <td class="p-mono">{detail.clone()}</td>
            </tr>
        }
    });
    view! {
        <section class="p-section" id="quarantine">
            <h2 class="p-h2">{ts::quarantine(locale)}<small>{ts::quarantine_more(locale)}</small></h2>
            {page.may_see_rows.then(|| view! {
                <p><a class="p-btn" rel="external" href=format!("/scans/{id}/quarantine") download="">
                    {icon("download")}{ts::quarantine_download(locale)}
                </a></p>
            })}
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{ts::quarantine(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="p-num">{ts::col_line(locale)}</th>
                            <th scope="col">{ts::col_reason(locale)}</th>
                            <th scope="col">{ts::col_detail(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
