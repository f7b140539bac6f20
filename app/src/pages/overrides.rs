//! What stands on `/settings/overrides`: rules by which people say where weaknesses belong. Drawn by the server alone.

use super::overrides_file;
use crate::components::form::{TextArea, field};
use crate::components::marks::{category, severity, stamp};
use crate::components::rows::count_link;
use crate::locales::say::findings_href;
use crate::locales::{overrides as to, words};
use leptos::prelude::*;
use model::overrides::{EDITIONS, Says};
use model::text::{Locale, number};
use model::view::overrides::{
    OverrideDraft, OverrideMove, OverridePreview, OverrideRating, OverrideView, OverridesPage,
};
use model::{Edition, Mapped};

/// The page's address.
pub(super) const PAGE: &str = "/settings/overrides";

/// The page's body as HTML.
pub fn body(locale: Locale, page: &OverridesPage) -> String {
    let change = page.may_change.then(|| {
        view! {
            {form(locale, page)}
            {page.preview.as_ref().map(|seen| preview(locale, &page.draft, seen))}
        }
    });
    view! {
        <p class="p-say">{to::intro(locale)}</p>
        <p class="p-hint">{to::history(locale)}</p>
        {change}
        {list(locale, page)}
        {page.may_change.then(|| overrides_file::section(locale, page.waiting.as_ref()))}
    }
    .to_html()
}

fn input(id: &'static str, value: &str, most: &'static str) -> AnyView {
    view! { <input class="p-input" id=id name=id value=value.to_owned() maxlength=most required/> }.into_any()
}

/// What a person is about to say; pressing the button shows what it would do.
fn form(locale: Locale, page: &OverridesPage) -> AnyView {
    let OverrideDraft { name, matches, says, reason } = &page.draft;
    let problem = page.problem.as_ref().map(|(field, word)| {
        view! { <p class="p-error" role="alert">{to::problem(locale, field, word)}</p> }
    });
    let why = view! { <TextArea name="reason" id="reason" value=reason.clone() required=true/> };
    view! {
        <section class="p-section">
            <h2 class="p-h2">{to::new(locale)}</h2>
            {problem}
            <form class="p-form" method="get" action=PAGE>
                {field("name", to::name(locale), input("name", name, "80"), "")}
                {field("matches", to::matches(locale), input("matches", matches, "2000"), to::matches_hint(locale))}
                {field("says", to::says(locale), input("says", says, "80"), to::says_hint(locale))}
                {field("reason", to::reason(locale), why.into_any(), "")}
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{to::try_it(locale)}</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// What it would do, and the button that does it.
fn preview(locale: Locale, draft: &OverrideDraft, seen: &OverridePreview) -> AnyView {
    let OverrideDraft { name, matches, says, reason } = draft.clone();
    let about = view! {
        <p><a href=findings_href(&seen.open.filter)>{to::preview_about(locale, seen.open.value)}</a></p>
    };
    let table = if seen.moves.is_empty() && !seen.rated.is_empty() {
        ratings(locale, &seen.rated)
    } else if seen.moves.is_empty() {
        view! { <p class="p-hint">{to::preview_nothing(locale)}</p> }.into_any()
    } else {
        let rows = seen.moves.iter().map(|one| moved(locale, one)).collect_view();
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{to::preview(locale)}</caption>
                    <thead>
                        <tr>
                            {move_heads(locale)}
                            <th scope="col" class="p-num">{to::col_open(locale)}</th>
                            <th scope="col" class="p-num">{to::col_all(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <section class="p-section">
            <h2 class="p-h2">{to::preview(locale)}</h2>
            {about}
            {table}
            <form class="p-form" method="post" action=PAGE>
                <input type="hidden" name="name" value=name/>
                <input type="hidden" name="matches" value=matches/>
                <input type="hidden" name="says" value=says/>
                <input type="hidden" name="reason" value=reason/>
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{to::apply(locale)}</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// What would be of another severity.
fn ratings(locale: Locale, rated: &[OverrideRating]) -> AnyView {
    let rows = rated.iter().map(|one| {
        view! {
            <tr>
                <td data-label=to::col_from(locale)>{severity(locale, one.from)}</td>
                <td data-label=to::col_to(locale)>{severity(locale, one.to)}</td>
                <td class="p-num" data-label=to::col_open(locale)>{count_link(locale, &one.open)}</td>
                <td class="p-num" data-label=to::col_all(locale)>{count_link(locale, &one.all)}</td>
            </tr>
        }
    });
    view! {
        <p class="p-hint">{to::rated_from_now(locale)}</p>
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{to::preview(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{to::col_from(locale)}</th>
                        <th scope="col">{to::col_to(locale)}</th>
                        <th scope="col" class="p-num">{to::col_open(locale)}</th>
                        <th scope="col" class="p-num">{to::col_all(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The heads over [`move_cells`].
pub(super) fn move_heads(locale: Locale) -> AnyView {
    view! {
        <th scope="col">{to::col_edition(locale)}</th>
        <th scope="col">{to::col_from(locale)}</th>
        <th scope="col">{to::col_to(locale)}</th>
        <th scope="col" class="p-num">{to::col_weaknesses(locale)}</th>
    }
    .into_any()
}

/// How many weaknesses move from where to where.
pub(super) fn move_cells(locale: Locale, edition: Edition, from: Mapped, to: Mapped, weaknesses: i64) -> AnyView {
    view! {
        <td data-label=to::col_edition(locale)>{edition.word()}</td>
        <td data-label=to::col_from(locale)>{category(locale, edition, from)}</td>
        <td data-label=to::col_to(locale)>{category(locale, edition, to)}</td>
        <td class="p-num" data-label=to::col_weaknesses(locale)>{number(locale, weaknesses)}</td>
    }
    .into_any()
}

fn moved(locale: Locale, one: &OverrideMove) -> AnyView {
    view! {
        <tr>
            {move_cells(locale, one.edition, one.from, one.to, one.weaknesses)}
            <td class="p-num" data-label=to::col_open(locale)>{count_link(locale, &one.open)}</td>
            <td class="p-num" data-label=to::col_all(locale)>{count_link(locale, &one.all)}</td>
        </tr>
    }
    .into_any()
}

fn list(locale: Locale, page: &OverridesPage) -> AnyView {
    let body = if page.rules.is_empty() {
        view! { <p class="p-hint">{to::rules_none(locale)}</p> }.into_any()
    } else {
        let rows = page.rules.iter().map(|rule| row(locale, rule, page.may_change)).collect_view();
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{to::rules(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{to::col_rule(locale)}</th>
                            <th scope="col">{to::col_says(locale)}</th>
                            <th scope="col">{to::col_reason(locale)}</th>
                            <th scope="col">{to::col_who(locale)}</th>
                            <th scope="col"><span class="p-vh">{to::undo(locale)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p><a class="p-btn" href="/settings/overrides.toml" download="" rel="external">{to::export(locale)}</a></p>
        }
        .into_any()
    };
    view! { <section class="p-section"><h2 class="p-h2">{to::rules(locale)}</h2>{body}</section> }.into_any()
}

fn row(locale: Locale, rule: &OverrideView, may_change: bool) -> AnyView {
    let who = |by: &Option<String>| by.clone().unwrap_or_else(|| words::operator(locale).to_owned());
    let undo = (may_change && rule.withdrawn.is_none()).then(|| {
        let label = to::undo_name(locale, &rule.name);
        view! {
            <form method="post" action=PAGE>
                <input type="hidden" name="undo" value=rule.id.to_string()/>
                <button class="p-btn p-btn-small p-btn-danger" aria-label=label>{to::undo(locale)}</button>
            </form>
        }
    });
    let ended = rule.withdrawn.as_ref().map(|(at, by)| {
        view! { <br/><span class="p-chip">{to::undone(locale)}</span>" "{who(by)}" · "{stamp(at)} }
    });
    let filter = format!("{} status:any", rule.matches);
    view! {
        <tr>
            <td class="p-c-main">
                {rule.name.clone()}<small><a href=findings_href(&filter)><code>{rule.matches.clone()}</code></a></small>
            </td>
            <td data-label=to::col_says(locale)>{said(locale, rule.says)}</td>
            <td data-label=to::col_reason(locale)>{rule.reason.clone()}</td>
            <td data-label=to::col_who(locale)>{who(&rule.by)}" · "{stamp(&rule.at)}{ended}</td>
            <td class="p-num">{undo}</td>
        </tr>
    }
    .into_any()
}

/// What a rule says, by the categories' names.
pub(super) fn said(locale: Locale, says: Says) -> AnyView {
    let said = match says {
        Says::NotAWeakness => return to::not_a_weakness(locale).into_any(),
        Says::Severity(rated) => return severity(locale, rated).into_any(),
        Says::Categories(said) => said,
    };
    let items = EDITIONS.iter().zip(said).filter_map(|(edition, said)| {
        let name = category(locale, *edition, Mapped::To(said?));
        Some(view! { <li>{edition.word()}" "{name}</li> })
    });
    view! { <ul>{items.collect_view()}</ul> }.into_any()
}
