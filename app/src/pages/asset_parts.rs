//! What the pages of assets share: the sentence of coverage, the filter, marks of what an asset is and of its last tests.

use super::findings_filter::filter_problem;
use crate::components::marks::{icon, severity_short};
use crate::locales::say::{Say, Tone, encode, findings_href};
use crate::locales::{assets as ta, common as t, filter as tq};
use leptos::prelude::*;
use model::filter::{Filter, What};
use model::text::{Locale, number, percent, severity_name};
use model::view::Count;
use model::view::assets::{AssetItem, CoverageView, Owned, TestedView};
use model::view::findings::{FilterProblem, Pill};
use model::{Attributes, Criticality, Exposure};

/// The address of a page of assets with a filter; defaults are left out.
pub fn href(path: &str, q: &str, more: &[(&str, &str)]) -> String {
    let pairs = std::iter::once(("q", q)).chain(more.iter().copied());
    let pairs: Vec<String> =
        pairs.filter(|(_, value)| !value.is_empty()).map(|(key, value)| format!("{key}={}", encode(value))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// The list with exactly the assets that a number counts.
pub fn list_href(count: &Count) -> String {
    href("/assets", &count.filter, &[])
}

/// A number that leads to its assets.
pub fn count_link(locale: Locale, count: &Count) -> AnyView {
    view! { <a href=list_href(count)>{number(locale, count.value)}</a> }.into_any()
}

/// How much of what is in scope was looked at.
pub fn say(locale: Locale, coverage: &CoverageView, filtered: bool) -> Say {
    let whole = coverage.in_scope.value;
    if whole == 0 && coverage.undeclared.value == 0 {
        return Say::new().text(if filtered { ta::say_none_match(locale) } else { ta::say_nothing(locale) });
    }
    let scope = if coverage.declared { ta::say_declared(locale, whole) } else { ta::say_known(locale, whole) };
    let days = i64::from(coverage.days);
    let blind = ta::say_blind(locale, coverage.blind.value);
    let mut say = Say::new()
        .link(list_href(&coverage.tested), percent(locale, coverage.tested.value, whole))
        .text(ta::say_part_of(locale))
        .link(list_href(&coverage.in_scope), scope)
        .text(ta::say_tested_in(locale, days))
        .link(list_href(&coverage.signed_in), percent(locale, coverage.signed_in.value, whole))
        .text("; ");
    say = match coverage.blind.value {
        0 => say.link(list_href(&coverage.blind), blind),
        _ => {
            say.pieces.push(crate::locales::Piece { text: blind, href: list_href(&coverage.blind), tone: Tone::Bad });
            say
        }
    };
    say = say.text(ta::say_blind_over(locale, days));
    if coverage.declared && coverage.undeclared.value > 0 {
        say =
            say.text(" ").link(list_href(&coverage.undeclared), ta::say_undeclared(locale, coverage.undeclared.value));
    }
    if !coverage.declared {
        say = say.text(" ").link("/assets/inventory", ta::say_no_inventory(locale));
    }
    say
}

/// The metric's formula, for who asks.
pub fn metric(locale: Locale) -> AnyView {
    view! {
        <details class="p-fold">
            <summary class="p-btn p-btn-small p-btn-quiet">{icon("info")}{ta::metric(locale)}</summary>
            <p class="p-hint">{crate::locales::metrics::coverage_is(locale)}</p>
        </details>
    }
    .into_any()
}

/// The filter as text and as terms that can be taken away; `more` stays in the address.
pub fn filter_bar(
    locale: Locale,
    path: &'static str,
    q: &str,
    problem: Option<&FilterProblem>,
    pills: &[Pill],
    more: &[(&'static str, String)],
) -> AnyView {
    let kept: Vec<(&str, &str)> = more.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let to = |q: &str| href(path, q, &kept);
    let class = if problem.is_some() { "p-filter is-bad" } else { "p-filter" };
    let hidden = more.iter().filter(|(_, value)| !value.is_empty());
    let hidden =
        hidden.map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone()/> }).collect_view();
    let terms = pills.iter().map(|pill| {
        view! {
            <li>
                <a class="p-pill is-on" href=to(&pill.without) aria-label=tq::remove_term(locale, &pill.text)>
                    {pill.text.clone()}<span class="p-pill-x" aria-hidden="true">"×"</span>
                </a>
            </li>
        }
    });
    let examples = [
        ("tested:never", ta::example_blind(locale)),
        ("exposure:internet", ta::example_internet(locale)),
        ("criticality:critical,high", ta::example_critical(locale)),
        ("team:none", ta::example_unowned(locale)),
        ("-is:declared", ta::example_undeclared(locale)),
    ]
    .map(|(q, what)| view! { <li><a class="p-pill" href=to(q) title=q>{what}</a></li> });
    let list =
        if pills.is_empty() { examples.into_iter().collect_view().into_any() } else { terms.collect_view().into_any() };
    let wrong = problem.map(|problem| filter_problem(locale, q, problem, &|q| to(&q)));
    let (invalid, described) = (problem.map(|_| "true"), problem.map(|_| "q-error"));
    view! {
        <form method="get" action=path class=class role="search">
            <label class="p-vh" for="q">{tq::label(locale)}</label>
            {icon("search")}
            <input id="q" name="q" type="search" value=q.to_owned() autocomplete="off" spellcheck="false"
                autocapitalize="none" maxlength="2000" placeholder=ta::placeholder(locale)
                aria-invalid=invalid aria-describedby=described/>
            {hidden}
            <kbd>"F"</kbd>
            <button class="p-btn p-btn-small">{tq::apply(locale)}</button>
        </form>
        {wrong}
        <div class="p-row">
            <ul class="p-pills" aria-label=tq::terms(locale)>{list}</ul>
            <details class="p-fold">
                <summary class="p-btn p-btn-small p-btn-quiet">{icon("info")}{tq::help(locale)}</summary>
                <p class="p-hint">{tq::help_or(locale)}" "{ta::filter_help(locale)}</p>
            </details>
        </div>
    }
    .into_any()
}

/// What an asset is to the organisation, as chips; each leads to what shares it.
pub fn attributes(locale: Locale, said: &Attributes, inventory: bool) -> AnyView {
    let chip = |class: &'static str, text: String, what: What| {
        let to = href("/assets", &Filter::new().with(what).to_string(), &[]);
        view! { <a class=class href=to>{text}</a> " " }.into_any()
    };
    let mut chips = Vec::new();
    if let Some(value) = said.criticality {
        let class = match value {
            Criticality::Critical => "p-chip p-chip-bad",
            Criticality::High => "p-chip p-chip-warn",
            Criticality::Medium | Criticality::Low => "p-chip",
        };
        let name = ta::criticality_name(locale, value).to_lowercase();
        chips.push(chip(class, ta::criticality_chip(locale, &name), What::Criticality(vec![Some(value)])));
    }
    if let Some(value) = said.exposure {
        let class = if value == Exposure::Internet { "p-chip p-chip-accent" } else { "p-chip" };
        chips.push(chip(class, ta::exposure_name(locale, value).to_owned(), What::Exposure(vec![Some(value)])));
    }
    if !said.environment.is_empty() {
        let what = What::Environment(vec![Some(said.environment.clone())]);
        chips.push(chip("p-chip", said.environment.clone(), what));
    }
    for tag in &said.tags {
        chips.push(chip("p-chip", format!("#{tag}"), What::Tag(vec![Some(tag.clone())])));
    }
    if inventory && !said.declared {
        chips.push(view! { <span class="p-chip p-chip-warn">{ta::not_declared(locale)}</span> }.into_any());
    }
    if chips.is_empty() {
        return view! { <span class="p-mute">"—"</span> }.into_any();
    }
    view! { <span class="p-chips">{chips}</span> }.into_any()
}

/// Who owns an asset, and why.
pub fn owner(locale: Locale, item: &AssetItem) -> AnyView {
    let Some(team) = &item.team else {
        return view! { <span class="p-warn">{t::no_team(locale)}</span> }.into_any();
    };
    let why = match &item.why {
        Owned::Rule(pattern) => ta::why_rule(locale, pattern),
        Owned::Declared => ta::why_declared(locale).to_owned(),
        Owned::Then => ta::why_then(locale).to_owned(),
        Owned::Nobody => String::new(),
    };
    view! { <a href=format!("/teams/{}", team.slug)>{team.name.clone()}</a> <small class="p-why">{why}</small> }
        .into_any()
}

/// What is open on an asset, by severity, each number with its rows.
pub fn open(locale: Locale, item: &AssetItem) -> AnyView {
    if item.open.is_empty() {
        return view! { <span class="p-mute">{ta::nothing_open(locale)}</span> }.into_any();
    }
    let marks = item.open.iter().map(|(severity, count)| {
        let label = format!("{} {}", number(locale, count.value), severity_name(locale, *severity));
        view! {
            <span class="p-open">
                {severity_short(locale, *severity)}
                <a href=findings_href(&count.filter) aria-label=label>{number(locale, count.value)}</a>
            </span>
            " "
        }
    });
    view! { <span class="p-chips">{marks.collect_view()}</span> }.into_any()
}

/// A scanner's last tests in a line: fresh, old, or hatched for never.
pub fn tested(locale: Locale, tested: &TestedView) -> AnyView {
    let class = match (&tested.at, tested.fresh) {
        (None, _) => "p-test p-hatch",
        (Some(_), true) => "p-test",
        (Some(_), false) => "p-test p-bad",
    };
    let last = match &tested.at {
        None => view! { <span>{ta::never(locale)}</span> }.into_any(),
        Some((at, age)) => {
            view! { <time datetime=at.iso.clone() title=at.text.clone()>{age.clone()}</time> }.into_any()
        }
    };
    let inside = tested.signed_in.as_ref().map(|(at, age)| {
        view! { <small title=at.text.clone()>{ta::inside(locale, age)}</small> }
    });
    view! { <span class=class><b>{tested.tool.name()}</b>" "{last}{inside}</span> }.into_any()
}
