//! The filter of a list: its text, its terms as things that can be taken away, and what is wrong with it.

use super::findings::{PATH, group_word, href, sort_word};
use crate::components::marks::icon;
use crate::locales::filter as tq;
use leptos::prelude::*;
use leptos_router::components::Form;
use model::text::Locale;
use model::view::findings::{FilterProblem, FindingsQuery, Pill};

/// The filter as text and as terms that can be taken away.
pub fn filter_bar(locale: Locale, query: &FindingsQuery, problem: Option<FilterProblem>, pills: &[Pill]) -> AnyView {
    let class = if problem.is_some() { "p-filter is-bad" } else { "p-filter" };
    let invalid = problem.is_some().then_some("true");
    let described = problem.is_some().then_some("q-error");
    let hidden = [("group", group_word(query.group)), ("sort", sort_word(query.sort))];
    let hidden = hidden.into_iter().filter(|(_, value)| !value.is_empty());
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    let pills = pills.iter().map(|pill| {
        let to = href(&FindingsQuery { q: pill.without.clone(), page: String::new(), ..query.clone() });
        view! {
            <li>
                <a class="p-pill is-on" href=to aria-label=tq::remove_term(locale, &pill.text)>
                    {pill.text.clone()}<span class="p-pill-x" aria-hidden="true">"×"</span>
                </a>
            </li>
        }
    });
    let pills = pills.collect::<Vec<_>>();
    let examples = [
        ("sev:critical,high", tq::example_urgent(locale)),
        ("team:none", tq::example_unowned(locale)),
        ("due:overdue", tq::example_overdue(locale)),
        ("assignee:me", tq::example_mine(locale)),
        ("age:>30d", tq::example_old(locale)),
        ("is:regressed", tq::example_regressed(locale)),
    ]
    .map(|(q, what)| {
        let to = href(&FindingsQuery { q: q.to_owned(), page: String::new(), ..query.clone() });
        view! { <li><a class="p-pill" href=to title=q>{what}</a></li> }
    });
    let (text, shown) = (query.q.clone(), query.q.clone());
    let list =
        if pills.is_empty() { examples.into_iter().collect_view().into_any() } else { pills.collect_view().into_any() };
    view! {
        <Form method="GET" action=PATH attr:class=class attr:role="search">
            <label class="p-vh" for="q">{tq::label(locale)}</label>
            {icon("search")}
            <input id="q" name="q" type="search" value=text prop:value=shown autocomplete="off"
                spellcheck="false" autocapitalize="none" maxlength="2000" placeholder=tq::placeholder(locale)
                aria-invalid=invalid aria-describedby=described/>
            {hidden}
            <kbd>"F"</kbd>
            <button class="p-btn p-btn-small">{tq::apply(locale)}</button>
        </Form>
        {problem.map(|problem| {
            let to = |q| href(&FindingsQuery { q, page: String::new(), ..query.clone() });
            filter_problem(locale, &query.q, &problem, &to)
        })}
        <div class="p-row">
            <ul class="p-pills" aria-label=tq::terms(locale)>{list}</ul>
            <details class="p-fold">
                <summary class="p-btn p-btn-small p-btn-quiet">{icon("info")}{tq::help(locale)}</summary>
                <p class="p-hint">{tq::help_or(locale)}" "{tq::help_words(locale)}</p>
            </details>
        </div>
    }
    .into_any()
}

/// What is wrong with a filter's text, with the term marked in its place; `to` is the address of the list with another text.
pub fn filter_problem(locale: Locale, text: &str, problem: &FilterProblem, to: &dyn Fn(String) -> String) -> AnyView {
    let (before, term, after) = around(text, problem);
    let expected = problem.expected.iter().map(|text| {
        let to = to(format!("{before}{}{after}", repaired(&term, text)));
        view! { " " <a href=to><code>{text.clone()}</code></a> }
    });
    let expected = expected.collect::<Vec<_>>();
    let instead = (!expected.is_empty()).then(|| view! { " "{tq::instead(locale)}{expected} });
    view! {
        <div class="p-banner p-banner-error" role="alert" id="q-error">
            {icon("error")}
            <p>
                <b>{tq::problem(locale, &problem.code)}</b>{instead}<br/>
                <code class="p-mono">{before.clone()}<mark>{term}</mark>{after.clone()}</code>
            </p>
        </div>
    }
    .into_any()
}

/// The term with what was probably meant in its place: a suggested key keeps the term's value.
fn repaired(term: &str, suggestion: &str) -> String {
    match term.split_once(':') {
        Some((_, value)) if suggestion.ends_with(':') => format!("{suggestion}{value}"),
        _ => suggestion.to_owned(),
    }
}

/// The text before the offending term, the term, and the text after it.
fn around(text: &str, problem: &FilterProblem) -> (String, String, String) {
    let start = text.char_indices().nth(problem.at).map_or(text.len(), |(at, _)| at);
    let rest = text.get(start..).unwrap_or_default();
    let length = if rest.starts_with(&problem.text) { problem.text.len() } else { rest.len() };
    let (term, after) = rest.split_at(length);
    (text.get(..start).unwrap_or_default().to_owned(), term.to_owned(), after.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggested_key_keeps_the_value() {
        assert_eq!(repaired("sevv:high", "sev:"), "sev:high");
        assert_eq!(repaired("sev:hihg", "sev:high"), "sev:high");
    }

    #[test]
    fn the_offending_term_is_marked_where_it_stands() {
        let problem =
            FilterProblem { at: 2, text: "sevv:high".to_owned(), code: "unknown_key".to_owned(), expected: Vec::new() };
        let (before, term, after) = around("ñ sevv:high x", &problem);
        assert_eq!((before.as_str(), term.as_str(), after.as_str()), ("ñ ", "sevv:high", " x"));
    }
}
