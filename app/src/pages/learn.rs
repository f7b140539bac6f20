//! What stands on `/glossary` and `/tools/cvss`. Drawn by the server alone.

use crate::components::marks::severity;
use crate::locales::learn as tl;
use crate::locales::say::{encode, findings_href};
use leptos::prelude::*;
use model::filter::Filter;
use model::text::Locale;
use model::view::learn::{CvssMetricView, CvssPage, CvssView, GlossaryView};
use model::{Edition, Mapped};

/// The calculator's address.
const CVSS: &str = "/tools/cvss";

/// The glossary's body as HTML.
pub fn glossary(locale: Locale, entries: &[GlossaryView]) -> String {
    let editions = [Edition::Y2021, Edition::Y2025].map(|edition| {
        let of = entries.iter().filter(|entry| entry.edition == edition).map(|entry| article(locale, entry));
        view! {
            <section class="p-section">
                <h2 class="p-h2">{tl::edition(locale, edition.word())}</h2>
                <div class="p-stack">{of.collect_view()}</div>
            </section>
        }
    });
    view! { <p class="p-say">{tl::glossary_intro(locale)}</p>{editions.into_iter().collect_view()} }.to_html()
}

/// Where an entry stands in the glossary.
fn anchor(entry: &GlossaryView) -> String {
    format!("{}-{}", entry.category, entry.edition)
}

fn article(locale: Locale, entry: &GlossaryView) -> AnyView {
    let filter = Filter::new().owasp(entry.edition, Mapped::To(entry.category)).to_string();
    view! {
        <article class="p-card" id=anchor(entry)>
            <header class="p-card-head"><h3>{entry.category.to_string()}" "{entry.name.clone()}</h3></header>
            {paragraphs(locale, entry)}
            <p class="p-small"><a href=findings_href(&filter)>{tl::findings(locale)}</a></p>
        </article>
    }
    .into_any()
}

fn paragraphs(locale: Locale, entry: &GlossaryView) -> AnyView {
    view! {
        <dl class="p-dl">
            <dt>{tl::for_engineers(locale)}</dt><dd>{entry.engineers.clone()}</dd>
            <dt>{tl::for_executives(locale)}</dt><dd>{entry.executives.clone()}</dd>
            <dt>{tl::first(locale)}</dt><dd>{entry.first.clone()}</dd>
        </dl>
    }
    .into_any()
}

/// An entry beside a finding: what to do first stands first. `api` are its categories of the API Security Top 10.
pub fn beside(locale: Locale, entry: &GlossaryView, api: &[u8]) -> AnyView {
    let tagged = api.iter().map(|number| view! { <li><b>"API"{*number}</b>" "{tl::api_name(locale, *number)}</li> });
    let api = (!api.is_empty()).then(|| {
        view! { <p class="p-small">{tl::api(locale)}</p><ul class="p-small">{tagged.collect_view()}</ul> }
    });
    let name = format!("{} {}", entry.category, entry.name);
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{tl::first(locale)}</h2></header>
            <p>{entry.first.clone()}</p>
            {api}
            <details>
                <summary>{tl::about(locale, &name)}</summary>
                <dl class="p-dl">
                    <dt>{tl::for_engineers(locale)}</dt><dd>{entry.engineers.clone()}</dd>
                    <dt>{tl::for_executives(locale)}</dt><dd>{entry.executives.clone()}</dd>
                </dl>
                <p class="p-small"><a href=format!("/glossary#{}", anchor(entry))>{tl::see_glossary(locale)}</a></p>
            </details>
        </section>
    }
    .into_any()
}

/// A score with its decimal: `9.8`.
fn decimal(locale: Locale, tenths: u16) -> String {
    format!("{}{}{}", tenths / 10, locale.pick(",", "."), tenths % 10)
}

/// Vectors spelled out, each folded away: as they were published, and as they are on the finding's asset.
pub fn vectors(locale: Locale, vectors: &[CvssView], here: &[CvssView]) -> AnyView {
    if vectors.is_empty() {
        return ().into_any();
    }
    let items = |vectors: &[CvssView]| vectors.iter().map(|one| folded(locale, one)).collect_view();
    let here = (!here.is_empty()).then(|| {
        view! {
            <p class="p-head-note">{tl::vector_here(locale)}</p>
            {items(here)}
            <p class="p-hint">{tl::vector_here_hint(locale)}</p>
        }
    });
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{tl::vector(locale)}</h2></header>
            {items(vectors)}
            {here}
        </section>
    }
    .into_any()
}

fn folded(locale: Locale, one: &CvssView) -> AnyView {
    view! {
        <details>
            <summary>"CVSS "{one.version.clone()}" "<b>{decimal(locale, one.tenths)}</b>" "{severity(locale, one.band)}</summary>
            {words(one)}
            <p class="p-small"><a href=calculator(one)>{tl::open_calculator(locale)}</a></p>
        </details>
    }
    .into_any()
}

/// The calculator's address with a vector's values chosen.
fn calculator(one: &CvssView) -> String {
    let pairs = one.metrics.iter().filter_map(|(letters, ..)| letters.split_once(':'));
    let pairs: String = pairs.map(|(id, value)| format!("&{}={}", encode(id), encode(value))).collect();
    format!("{CVSS}?version={}{pairs}", one.version)
}

fn words(one: &CvssView) -> AnyView {
    let items = one.metrics.iter().map(|(letters, name, value)| {
        view! { <dt>{name.clone()}" "<code class="p-small">{letters.clone()}</code></dt><dd>{value.clone()}</dd> }
    });
    view! { <dl class="p-dl">{items.collect_view()}</dl> }.into_any()
}

/// The calculator's body as HTML.
pub fn cvss(locale: Locale, page: &CvssPage) -> String {
    let begun = page.metrics.iter().any(|metric| !metric.chosen.is_empty());
    let result = match &page.result {
        Some(one) => view! {
            <section class="p-card">
                <p class="p-say"><b>{decimal(locale, one.tenths)}</b>" "{severity(locale, one.band)}</p>
                <p><code class="p-mono">{one.vector.clone()}</code></p>
                {words(one)}
            </section>
        }
        .into_any(),
        None if begun => view! { <p class="p-error" role="alert">{tl::unfinished(locale)}</p> }.into_any(),
        None => ().into_any(),
    };
    let versions = page.versions.iter().map(|version| {
        let current = (*version == page.version).then_some("true");
        view! {
            <li>
                <a class="p-pill" href=format!("{CVSS}?version={version}") aria-current=current>
                    {tl::other_version(locale, version)}
                </a>
            </li>
        }
    });
    let of = |required: bool| {
        page.metrics
            .iter()
            .filter(|metric| metric.required == required)
            .map(|metric| choice(locale, metric))
            .collect_view()
    };
    view! {
        <p class="p-say">{tl::cvss_intro(locale)}</p>
        <ul class="p-pills" aria-label=tl::version(locale)>{versions.collect_view()}</ul>
        {result}
        <form class="p-form p-section" method="get" action=CVSS>
            <input type="hidden" name="version" value=page.version.clone()/>
            <fieldset><legend class="p-h2">{tl::required(locale)}</legend><div class="p-form-row">{of(true)}</div></fieldset>
            <details class="p-fold">
                <summary class="p-btn">{tl::optional(locale)}</summary>
                <div class="p-form-row">{of(false)}</div>
            </details>
            <div class="p-form-acts"><button class="p-btn p-btn-primary">{tl::score(locale)}</button></div>
        </form>
    }
    .to_html()
}

fn choice(locale: Locale, metric: &CvssMetricView) -> AnyView {
    let id = format!("m-{}", metric.id);
    let none = if metric.required { tl::choose(locale) } else { tl::undefined(locale) };
    let options = metric.values.iter().filter(|(letters, _)| !matches!(letters.as_str(), "X" | "ND"));
    let options = options.map(|(letters, name)| {
        view! { <option value=letters.clone() selected=*letters == metric.chosen>{name.clone()}" ("{letters.clone()}")"</option> }
    });
    view! {
        <div class="p-field">
            <label for=id.clone()>{metric.name.clone()}</label>
            <select class="p-input" id=id name=metric.id.clone() required=metric.required>
                <option value="">{none}</option>
                {options.collect_view()}
            </select>
        </div>
    }
    .into_any()
}
