//! Tables of findings and what they share: numbers that are links, places, owners.

use super::marks::{category_short, due, scanner, severity, stamp, statuses};
use crate::locales::say::{findings_href, shown};
use crate::locales::{common as t, findings as tf};
use leptos::prelude::*;
use model::text::Locale;
use model::view::Count;
use model::view::findings::FindingRow;

/// A number that leads to its rows.
pub fn count_link(locale: Locale, count: &Count) -> AnyView {
    view! { <a href=findings_href(&count.filter)>{shown(locale, count)}</a> }.into_any()
}

/// A tile: what, how much, and a note.
pub fn tile(locale: Locale, title: &'static str, count: &Count, note: AnyView) -> AnyView {
    view! {
        <li class="p-tile">
            <h2>{title}</h2>
            <p class="p-tile-value">{count_link(locale, count)}</p>
            <p class="p-tile-note">{note}</p>
        </li>
    }
    .into_any()
}

/// Who owns and who works on a finding.
pub fn owner(locale: Locale, row: &FindingRow) -> AnyView {
    let team = match &row.team {
        Some(team) => team.name.clone().into_any(),
        None => view! { <span class="p-warn">{t::no_team(locale)}</span> }.into_any(),
    };
    let person = row
        .assignee
        .as_ref()
        .map(|person| view! { " " <small class="p-mute p-nowrap">"· "{person.name.clone()}</small> });
    view! { {team}{person} }.into_any()
}

/// A row of the list.
pub fn finding_row(locale: Locale, row: &FindingRow, selectable: bool) -> AnyView {
    let check = selectable.then(|| {
        let label = tf::select_row(locale, &row.title);
        view! {
            <td class="p-c-check">
                <input type="checkbox" name="ids[]" value=row.id.clone() form="bulk" aria-label=label autocomplete="off"/>
            </td>
        }
    });
    let place = if row.location.is_empty() { row.asset.clone() } else { format!("{} · {}", row.asset, row.location) };
    let place = format!("{place} · {}", row.risk);
    let kev =
        (!row.kev.is_empty()).then(|| view! { " " <span class="p-chip p-chip-bad" title=row.kev.clone()>"KEV"</span> });
    let back = row.regressed.then(|| view! { " " <span class="p-chip p-chip-warn">{t::regressed(locale)}</span> });
    view! {
        <tr>
            {check}
            <td class="p-c-sev">{severity(locale, row.severity)}</td>
            <td class="p-c-main">
                <a href=format!("/findings/{}", row.id) data-row="">{row.title.clone()}{back}{kev}</a>
                <small>{place}</small>
            </td>
            <td>{statuses(locale, row)}</td>
            <td class="p-c-nowrap">{category_short(locale, row.owasp.0, row.owasp.1)}</td>
            <td data-label=tf::col_team(locale)>{owner(locale, row)}</td>
            <td class="p-c-hide p-c-nowrap" title=row.rule.clone()>{scanner(locale, row.tool, &row.rule)}</td>
            <td class="p-num" data-label=tf::col_age(locale)>
                <time datetime=row.first_seen.iso.clone() title=row.first_seen.text.clone()>{row.age.clone()}</time>
            </td>
            <td class="p-num" data-label=tf::col_due(locale)>{due(locale, row.due.as_ref())}</td>
        </tr>
    }
    .into_any()
}

/// An instant, or a word for none.
pub fn stamp_or(stamp_: Option<&model::view::Stamp>, none: &'static str) -> AnyView {
    match stamp_ {
        Some(at) => stamp(at),
        None => view! { <span class="p-mute">{none}</span> }.into_any(),
    }
}
