//! The part of `/settings/overrides` where a file of rules comes in, is looked at, and is applied.

use super::overrides::{PAGE, move_cells, move_heads, said};
use crate::components::form::field;
use crate::components::messages::banner;
use crate::components::page::answer;
use crate::locales::overrides as to;
use crate::locales::say::{Say, Tone, findings_href};
use leptos::prelude::*;
use model::text::Locale;
use model::view::overrides::{OverrideEntry, OverrideFilePreview, OverrideFlaw};

/// Where a file is sent.
const TAKE: &str = "/settings/overrides/file";

/// The section: a file that waits with what it would do, else the form that takes one.
pub fn section(locale: Locale, waiting: Option<&OverrideFilePreview>) -> AnyView {
    let body = match waiting {
        Some(seen) => preview(locale, seen),
        None => take(locale),
    };
    view! { <section class="p-section"><h2 class="p-h2">{to::file(locale)}</h2>{body}</section> }.into_any()
}

fn take(locale: Locale) -> AnyView {
    let file =
        view! { <input class="p-input" id="rules" name="rules" type="file" accept=".toml,application/toml" required/> };
    view! {
        <p>{to::file_say(locale)}</p>
        <form class="p-form" method="post" action=TAKE enctype="multipart/form-data">
            <label class="p-check"><input type="checkbox" name="replaces" value="yes"/>{to::file_replaces(locale)}</label>
            {field("rules", to::file_field(locale), file.into_any(), "")}
            <div class="p-form-acts"><button class="p-btn">{to::file_look(locale)}</button></div>
        </form>
    }
    .into_any()
}

/// What the waiting file would do.
fn preview(locale: Locale, seen: &OverrideFilePreview) -> AnyView {
    if !seen.flaws.is_empty() {
        return view! {
            <p class="p-head-note">{seen.file.clone()}</p>
            {banner("error", "error", String::new(), to::file_bad(locale).to_owned())}
            {flaws(locale, &seen.flaws)}
            <div class="p-row">{act(to::file_drop(locale), "drop", "p-btn")}</div>
            {take(locale)}
        }
        .into_any();
    }
    let count = |rules: &[OverrideEntry]| i64::try_from(rules.len()).unwrap_or(i64::MAX);
    let say = Say::new()
        .tone(Tone::Strong, to::file_adds(locale, count(&seen.added)))
        .text(format!(", {}", to::file_withdraws(locale, count(&seen.withdrawn))))
        .text(format!(", {}; ", to::file_same(locale, seen.same)))
        .tone(Tone::Strong, to::file_moves(locale, seen.weaknesses))
        .text(format!(", {}.", to::file_places(locale, seen.places)));
    view! {
        <p class="p-head-note">{seen.file.clone()}</p>
        {answer(say)}
        <div class="p-row">
            {act(to::file_apply(locale), "apply", "p-btn p-btn-primary")}
            {act(to::file_drop(locale), "drop", "p-btn")}
        </div>
        {rules(locale, seen)}
        {moves(locale, seen)}
    }
    .into_any()
}

fn act(name: &'static str, value: &'static str, class: &'static str) -> AnyView {
    view! {
        <form method="post" action=PAGE>
            <input type="hidden" name="waiting" value=value/>
            <button class=class>{name}</button>
        </form>
    }
    .into_any()
}

fn rules(locale: Locale, seen: &OverrideFilePreview) -> AnyView {
    let withdrawn = seen.withdrawn.iter().map(|rule| row(locale, rule, to::change_withdrawn(locale)));
    let rows: Vec<_> =
        withdrawn.chain(seen.added.iter().map(|rule| row(locale, rule, to::change_added(locale)))).collect();
    if rows.is_empty() {
        return ().into_any();
    }
    view! {
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{to::file(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{to::col_rule(locale)}</th>
                        <th scope="col">{to::col_change(locale)}</th>
                        <th scope="col">{to::col_says(locale)}</th>
                        <th scope="col">{to::col_reason(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(locale: Locale, rule: &OverrideEntry, change: &'static str) -> AnyView {
    let filter = format!("{} status:any", rule.matches);
    view! {
        <tr>
            <td class="p-c-main">
                {rule.name.clone()}<small><a href=findings_href(&filter)><code>{rule.matches.clone()}</code></a></small>
            </td>
            <td data-label=to::col_change(locale)><span class="p-chip">{change}</span></td>
            <td data-label=to::col_says(locale)>{said(locale, rule.says)}</td>
            <td data-label=to::col_reason(locale)>{rule.reason.clone()}</td>
        </tr>
    }
    .into_any()
}

fn moves(locale: Locale, seen: &OverrideFilePreview) -> AnyView {
    if seen.moves.is_empty() {
        return view! { <p class="p-hint">{to::preview_nothing(locale)}</p> }.into_any();
    }
    let rows = seen.moves.iter().map(|one| {
        view! { <tr>{move_cells(locale, one.edition, one.from, one.to, one.weaknesses)}</tr> }
    });
    view! {
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{to::preview(locale)}</caption>
                <thead>
                    <tr>{move_heads(locale)}</tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn flaws(locale: Locale, flaws: &[OverrideFlaw]) -> AnyView {
    let rows = flaws.iter().map(|flaw| {
        view! {
            <tr>
                <td class="p-num" data-label=to::col_line(locale)>{flaw.line.to_string()}</td>
                <td data-label=to::col_wrong(locale)>
                    <code>{flaw.field.clone()}</code>" "{to::flaw(locale, &flaw.field, &flaw.code)}
                </td>
                <td data-label=to::col_there(locale)><code>{flaw.detail.clone()}</code></td>
            </tr>
        }
    });
    view! {
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{to::col_wrong(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="p-num">{to::col_line(locale)}</th>
                        <th scope="col">{to::col_wrong(locale)}</th>
                        <th scope="col">{to::col_there(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
