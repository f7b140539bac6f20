//! What stands on `/settings/audit`: who did what. Drawn by the server alone.

use crate::components::form::field;
use crate::components::marks::stamp;
use crate::locales::say::encode;
use crate::locales::{audit as ta, settings as ts, words};
use leptos::prelude::*;
use model::text::Locale;
use model::view::audit::{AuditPage, AuditQuery, AuditRow};

/// The page's address.
const PAGE: &str = "/settings/audit";

/// The page's body as HTML.
pub fn body(locale: Locale, page: &AuditPage) -> String {
    view! {
        <p class="p-say">{ta::intro(locale)}</p>
        {checked(locale, page)}
        {form(locale, page)}
        {list(locale, page)}
    }
    .to_html()
}

/// Whether the log is as it was written.
fn checked(locale: Locale, page: &AuditPage) -> AnyView {
    let Some((at, sound)) = &page.checked else {
        return view! { <p class="p-hint">{ta::not_checked(locale)}</p> }.into_any();
    };
    let (class, text) = if *sound { ("p-good", ta::sound(locale)) } else { ("p-bad", ta::unsound(locale)) };
    view! { <p><b class=class>{text}</b>" "{ta::checked_at(locale)}" "{stamp(at)}</p> }.into_any()
}

fn input(id: &'static str, kind: &'static str, value: &str) -> AnyView {
    view! { <input class="p-input" id=id name=id type=kind value=value.to_owned() maxlength="200"/> }.into_any()
}

fn form(locale: Locale, page: &AuditPage) -> AnyView {
    let query = &page.query;
    let named = |word: &str| words::audited(locale, word).map_or_else(|| word.to_owned(), ToOwned::to_owned);
    let mut actions: Vec<(String, String)> = page.actions.iter().map(|word| (named(word), word.clone())).collect();
    actions.sort();
    let actions = actions.into_iter().map(|(name, word)| {
        let selected = word == query.action;
        view! { <option value=word selected=selected>{name}</option> }
    });
    let action = view! {
        <select class="p-input" id="action" name="action">
            <option value="">{ta::any(locale)}</option>
            {actions.collect_view()}
        </select>
    };
    let outcomes = [("", ta::any(locale)), ("done", ta::done(locale)), ("refused", ts::refused(locale))];
    let outcomes = outcomes.map(|(word, name)| {
        let selected = word == query.outcome;
        view! { <option value=word selected=selected>{name}</option> }
    });
    let outcome = view! {
        <select class="p-input" id="outcome" name="outcome">{outcomes.into_iter().collect_view()}</select>
    };
    let problem = page.problem.as_ref().map(|_| view! { <p class="p-error" role="alert">{ta::problem(locale)}</p> });
    view! {
        <section class="p-section">
            {problem}
            <form class="p-form" method="get" action=PAGE>
                <div class="p-form-row">
                    {field("actor", ta::actor(locale), input("actor", "text", &query.actor), "")}
                    {field("action", ts::col_what(locale), action.into_any(), "")}
                    {field("outcome", ta::outcome(locale), outcome.into_any(), "")}
                </div>
                <div class="p-form-row">
                    {field("subject", ta::subject(locale), input("subject", "text", &query.subject), "")}
                    {field("from", ta::from(locale), input("from", "date", &query.from), "")}
                    {field("to", ta::to(locale), input("to", "date", &query.to), "")}
                </div>
                <div class="p-form-acts">
                    <button class="p-btn p-btn-primary">{ta::show(locale)}</button>
                    <a class="p-btn" href=address("/settings/audit.csv", query, None) download="" rel="external">{ta::export(locale)}</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// An address with what is asked for.
fn address(path: &str, query: &AuditQuery, before: Option<i64>) -> String {
    let AuditQuery { actor, action, outcome, subject, from, to, .. } = query;
    let before = before.map(|number| number.to_string()).unwrap_or_default();
    let pairs = [
        ("actor", actor),
        ("action", action),
        ("outcome", outcome),
        ("subject", subject),
        ("from", from),
        ("to", to),
        ("before", &before),
    ];
    let pairs: Vec<String> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

fn list(locale: Locale, page: &AuditPage) -> AnyView {
    if page.rows.is_empty() {
        return view! { <p class="p-hint">{ta::none(locale)}</p> }.into_any();
    }
    let older = page.older.map(|before| {
        let href = address(PAGE, &page.query, Some(before));
        view! {
            <nav class="p-pager" aria-label=ta::older(locale)>
                <a class="p-btn p-btn-small" rel="next" href=href>{ta::older(locale)}</a>
            </nav>
        }
    });
    view! {
        <section class="p-section">
            <div class="p-table-wrap" tabindex="0" role="region" aria-label=ta::title(locale)>
                <table class="p-table">
                    <caption class="p-vh">{ta::title(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ts::col_when(locale)}</th>
                            <th scope="col">{ts::col_who(locale)}</th>
                            <th scope="col">{ts::col_what(locale)}</th>
                            <th scope="col">{ts::col_subject(locale)}</th>
                            <th scope="col">{ts::col_network(locale)}</th>
                            <th scope="col">{ta::more(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{page.rows.iter().map(|entry| row(locale, entry)).collect_view()}</tbody>
                </table>
            </div>
            {older}
        </section>
    }
    .into_any()
}

fn row(locale: Locale, entry: &AuditRow) -> AnyView {
    let what = match words::audited(locale, &entry.action) {
        Some(words) => words.into_any(),
        None => view! { <code>{entry.action.clone()}</code> }.into_any(),
    };
    let refused = entry.refused.then(|| view! { " " <span class="p-chip p-chip-bad">{ts::refused(locale)}</span> });
    let changed = (!entry.was.is_empty() || !entry.became.is_empty())
        .then(|| view! { <code>{entry.was.clone()}</code>" → "<code>{entry.became.clone()}</code> });
    view! {
        <tr>
            <td class="p-c-nowrap" data-label=ts::col_when(locale)>{stamp(&entry.at)}</td>
            <td class="p-mono" data-label=ts::col_who(locale)>{entry.actor.clone()}</td>
            <td data-label=ts::col_what(locale)>{what}{refused}</td>
            <td class="p-mono" data-label=ts::col_subject(locale)>{entry.subject.clone()}</td>
            <td class="p-mono" data-label=ts::col_network(locale)>{entry.network.clone()}</td>
            <td data-label=ta::more(locale)>{entry.detail.clone()}{changed}</td>
        </tr>
    }
    .into_any()
}
