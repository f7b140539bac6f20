//! What stands on `/findings/new`: the form in which a person writes down what no scanner sees. Drawn by the server alone.

use crate::components::form::{TextArea, field, line_of, select};
use crate::locales::{error_sentence, written as t};
use leptos::prelude::*;
use model::Severity;
use model::text::{Locale, severity_name};
use model::view::findings::{SEEN_SINCE, WRITING, WritingPage};

/// The page's address.
const PAGE: &str = "/findings/new";

/// The page's body as HTML.
pub fn body(locale: Locale, page: &WritingPage) -> String {
    let said = |name: &str| page.said.get(name).cloned().unwrap_or_default();
    let problem = page.problem.as_ref().map(|error| {
        let words = t::problem(locale, &error.field, &error.detail).unwrap_or_else(|| error_sentence(locale, error));
        view! { <p class="p-error" role="alert">{words}</p> }
    });
    let hidden = |name: &'static str| view! { <input type="hidden" name=name value=said(name)/> }.into_any();
    let intro = if page.mends { t::mend_intro(locale) } else { t::intro(locale) };
    let evidence = if page.mends { t::evidence_mend_hint(locale) } else { t::evidence_hint(locale) };
    let what = view! {
        {short("title", t::name(locale), said("title"), t::name_hint(locale), true)}
        <div class="p-form-row">
            {severities(locale, &said("severity"))}
            {short("cvss", t::cvss(locale), said("cvss"), t::cvss_hint(locale), false)}
        </div>
        <p><a href="/tools/cvss" target="_blank" rel="noopener">{t::calculator(locale)}</a></p>
    };
    let texts = view! {
        {text("description", t::description(locale), said("description"), "", 8)}
        {text("evidence", t::evidence(locale), said("evidence"), evidence, 10)}
        {text("solution", t::solution(locale), said("solution"), "", 6)}
        {text("references", t::references(locale), said("references"), "", 3)}
    };
    let class = view! {
        {short("cwe", t::cwe(locale), said("cwe"), t::cwe_hint(locale), false)}
        {short("cve", t::cve(locale), said("cve"), t::cve_hint(locale), false)}
    };
    let seen = view! { {day(t::when(locale), said("seen"), &page.today)}{sources(locale, page)} };
    view! {
        <p class="p-say">{intro}</p>
        {problem}
        <form class="p-section" method="post" action=PAGE>
            {hidden("id")}
            {page.mends.then(|| hidden("of"))}
            <div class="p-detail">
                <div class="p-stack">
                    {group("what", t::what(locale), what.into_any())}
                    {group("texts", t::texts(locale), texts.into_any())}
                </div>
                <div class="p-side p-stack">
                    {group("place", t::place(locale), place(locale, page))}
                    {group("class", t::class(locale), class.into_any())}
                    {group("seen-at", t::seen(locale), seen.into_any())}
                    <div class="p-form-acts"><button class="p-btn p-btn-primary">{t::keep(locale)}</button></div>
                </div>
            </div>
        </form>
    }
    .to_html()
}

/// Fields that belong together.
fn group(id: &'static str, title: &'static str, fields: AnyView) -> AnyView {
    view! {
        <section class="p-card p-form" aria-labelledby=id>
            <header class="p-card-head"><h2 id=id>{title}</h2></header>
            {fields}
        </section>
    }
    .into_any()
}

fn severities(locale: Locale, chosen: &str) -> AnyView {
    let mut options = vec![(String::new(), t::severity_by_vector(locale).to_owned())];
    let all = Severity::ALL.iter().rev();
    options.extend(all.map(|one| (one.word().to_owned(), severity_name(locale, *one).to_owned())));
    select("severity", t::severity(locale), options, chosen, "")
}

/// Where it is. What is mended stays where it is: elsewhere it is another finding.
fn place(locale: Locale, page: &WritingPage) -> AnyView {
    let said = |name: &str| page.said.get(name).cloned().unwrap_or_default();
    if page.mends {
        let kept = ["where", "port", "method", "parameter"].map(|name| {
            view! { <input type="hidden" name=name value=said(name)/> }
        });
        let shown = [said("method"), said("where"), said("port"), said("parameter")].join(" ");
        return view! { {kept.collect_view()}<p><code class="p-mono">{shown.trim().to_owned()}</code></p> }.into_any();
    }
    view! {
        {short("where", t::wher(locale), said("where"), t::wher_hint(locale), true)}
        <div class="p-form-row">
            {short("port", t::port(locale), said("port"), t::port_hint(locale), false)}
            {short("method", t::method(locale), said("method"), "", false)}
            {short("parameter", t::parameter(locale), said("parameter"), t::parameter_hint(locale), false)}
        </div>
    }
    .into_any()
}

/// The most characters that a field takes.
fn most(name: &str) -> usize {
    WRITING.iter().find(|(field, _)| *field == name).map_or(0, |(_, most)| *most)
}

/// A line.
fn short(id: &'static str, label: &'static str, value: String, hint: &'static str, required: bool) -> AnyView {
    line_of(most(id), id, label, value, hint, required)
}

/// A long text, of which so many lines show.
fn text(id: &'static str, label: &'static str, value: String, hint: &'static str, rows: u32) -> AnyView {
    field(id, label, view! { <TextArea name=id id=id value=value rows=rows most=most(id)/> }.into_any(), hint)
}

fn day(label: &'static str, value: String, today: &str) -> AnyView {
    let input = view! {
        <input class="p-input" id="seen" name="seen" type="date" value=value min=SEEN_SINCE max=today.to_owned() required/>
    };
    field("seen", label, input.into_any(), "")
}

/// Of several networks, which; one alone needs no choice.
fn sources(locale: Locale, page: &WritingPage) -> AnyView {
    let chosen = page.said.get("source").cloned().unwrap_or_default();
    if page.mends || page.sources.len() < 2 {
        return view! { <input type="hidden" name="source" value=chosen/> }.into_any();
    }
    let options = page.sources.iter().map(|name| (name.clone(), name.clone())).collect();
    select("source", t::source(locale), options, &chosen, t::source_hint(locale))
}
