//! How a sample's records would be read.

use crate::components::marks::severity;
use crate::components::messages::banner;
use crate::locales::refusal::{quarantine_sentence, refusal_sentence};
use crate::locales::{mappings as tm, scans as ts};
use leptos::prelude::*;
use model::text::Locale;
use model::view::mapping::{PreviewOutcome, PreviewRow, PreviewView};

/// The records, and why the file would be refused, if it would.
pub fn preview(locale: Locale, file: &str, seen: &PreviewView) -> AnyView {
    let refusal =
        seen.refusal.as_ref().map(|refusal| banner("error", "error", String::new(), refusal_sentence(locale, refusal)));
    let note = if seen.goes_on { tm::tried_goes_on(locale, file) } else { tm::tried_whole(locale, file) };
    let table = (!seen.rows.is_empty()).then(|| table(locale, &seen.rows));
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tm::tried(locale)}<small>{note}</small></h2>
            {refusal}
            {table}
        </section>
    }
    .into_any()
}

fn table(locale: Locale, rows: &[PreviewRow]) -> AnyView {
    let rows = rows.iter().map(|row| record(locale, row)).collect_view();
    view! {
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{tm::tried(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tm::col_what(locale)}</th>
                        <th scope="col">{tm::col_severity(locale)}</th>
                        <th scope="col">{tm::col_where(locale)}</th>
                        <th scope="col" class="p-num">{ts::col_line(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn record(locale: Locale, row: &PreviewRow) -> AnyView {
    let number = row.line.map_or_else(|| "—".to_owned(), |line| line.to_string());
    let (what, more, mark, place) = match &row.outcome {
        PreviewOutcome::Sighting { rule, title, severity: level, asset, place } => {
            let place = view! { {asset.clone()} <small>{place.clone()}</small> };
            // The slash stands behind the tool's name, which nobody may have said yet.
            (title.clone(), rule.trim_start_matches('/').to_owned(), severity(locale, *level), place.into_any())
        }
        PreviewOutcome::NoFinding { status } => {
            let mark = view! { <span class="p-chip">{tm::outcome_nothing(locale)}</span> };
            (status.clone(), String::new(), mark.into_any(), ().into_any())
        }
        PreviewOutcome::Quarantined { reason, detail } => {
            let mark = view! { <span class="p-chip p-chip-bad">{tm::outcome_quarantined(locale)}</span> };
            (quarantine_sentence(locale, reason), detail.clone(), mark.into_any(), ().into_any())
        }
    };
    view! {
        <tr>
            <td class="p-c-main">{what}<small>{more}</small></td>
            <td>{mark}</td>
            <td class="p-c-place">{place}</td>
            <td class="p-num" data-label=ts::col_line(locale)>{number}</td>
        </tr>
    }
    .into_any()
}
