//! `/findings/:id`: what it is, where, what the scanner saw, what scans and people said of it.

use super::finding_acts::{acts, assignment, comment, exception};
use super::finding_facts::{classification, episodes, facts, history, identity};
use crate::components::load::{load, show};
use crate::components::marks::{severity, statuses};
use crate::components::page::{Heading, crumbs};
use crate::locales::{common as t, finding as tf, findings as tl, words};
use crate::server_fns;
use crate::visit::{locale, me};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::facts::{EvidenceKind, EvidencePart};
use model::policy::Action;
use model::text::Locale;
use model::view::Stamp;
use model::view::findings::{FindingPage, WRITTEN};

/// The page.
pub fn finding() -> AnyView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    show(load(id, server_fns::finding), draw)
}

fn draw(page: FindingPage) -> AnyView {
    let locale = locale();
    let row = &page.row;
    let back = row.regressed.then(|| view! { <span class="p-chip p-chip-warn">{t::regressed(locale)}</span> });
    let may_see = me().is_some_and(|me| me.may(Action::SeeEvidence));
    let asset = format!("/findings?q={}", crate::locales::say::encode(&asset_filter(&row.asset)));
    let mends = row.rule.starts_with(WRITTEN) && me().is_some_and(|me| me.may(Action::Import));
    let mend = mends.then(|| {
        view! { <a class="p-btn p-btn-small" href=format!("/findings/new?of={}", row.id)>{tf::mend(locale)}</a> }
    });
    let decided = page.moves.is_empty().then(|| view! { <p class="p-hint">{tf::read_only(locale)}</p> });
    view! {
        {crumbs(
            vec![("/findings".to_owned(), tl::title(locale).to_owned()), (asset, row.asset.clone())],
            row.rule.clone(),
        )}
        <div class="p-row">{severity(locale, row.severity)}{statuses(locale, row)}{back}{mend}</div>
        <Heading text=row.title.clone() class="p-title"/>
        {stale(locale, &page)}
        {page.claim_failed.then(|| view! { <p class="p-small p-warn">{tf::claim_failed(locale)}</p> })}
        <div class="p-section p-detail">
            <div class="p-stack">
                {exception(locale, &page)}
                {evidence(locale, page.evidence.as_deref(), page.evidence_expired.as_ref(), may_see, page.masked.then_some(&page.row.id))}
                {prose(locale, &page)}
                {history(locale, &page)}
                {episodes(locale, &page)}
            </div>
            <aside class="p-side p-stack">
                {facts(locale, &page)}
                <div class="p-stack" inner_html=page.drawn.clone()></div>
                <section class="p-card">
                    <header class="p-card-head"><h2>{tf::decide(locale)}</h2></header>
                    {decided}
                    {acts(locale, &page)}
                </section>
                {assignment(locale, &page)}
                {comment(locale, &page)}
                {classification(locale, &page)}
                {identity(locale, &page)}
            </aside>
        </div>
    }
    .into_any()
}

/// The filter for everything on an asset.
fn asset_filter(name: &str) -> String {
    model::filter::Filter::new().asset(name).to_string()
}

/// Why it is still open although the newest scan did not show it.
fn stale(locale: Locale, page: &FindingPage) -> AnyView {
    (page.row.not_retested && !page.not_retested_why.is_empty())
        .then(|| {
            let why = words::not_retested_why(locale, &page.not_retested_why);
            view! { <p class="p-small p-warn">{tf::not_retested_since(locale)}" "{why}"."</p> }
        })
        .into_any()
}

/// What the scanner sent and saw.
fn evidence(
    locale: Locale,
    parts: Option<&[EvidencePart]>,
    gone: Option<&Stamp>,
    may_see: bool,
    masked: Option<&String>,
) -> AnyView {
    let reveal = masked.map(|id| {
        let href = format!("/findings/{id}/evidence");
        view! { <p class="p-hint"><a href=href>{tf::evidence_masked(locale)}</a></p> }
    });
    let body = match parts {
        Some([]) if gone.is_some() => {
            let day = gone.map(|at| at.text.clone()).unwrap_or_default();
            view! { <p class="p-hint">{tf::evidence_expired(locale, &day)}</p> }.into_any()
        }
        Some([]) | None if may_see => view! { <p class="p-hint">{tf::evidence_none(locale)}</p> }.into_any(),
        None => view! { <p class="p-hint">{tf::evidence_hidden(locale)}</p> }.into_any(),
        Some(parts) => {
            let marks: Vec<&str> = parts
                .iter()
                .filter(|part| matches!(part.kind, EvidenceKind::Attack | EvidenceKind::Output))
                .map(|part| part.text.as_str())
                .filter(|text| (3..=400).contains(&text.len()) && !text.contains('\n'))
                .collect();
            let shown = parts.iter().map(|part| evidence_part(locale, part, &marks));
            shown.collect_view().into_any()
        }
    };
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{tf::evidence(locale)}</h2></header>
            <div class="p-stack">{body}{reveal}</div>
        </section>
    }
    .into_any()
}

/// A part as it stands; in requests and responses, what was sent and what gave it away are marked.
fn evidence_part(locale: Locale, part: &EvidencePart, marks: &[&str]) -> AnyView {
    let marked = matches!(part.kind, EvidenceKind::Request | EvidenceKind::Response);
    let pieces = split_at_marks(&part.text, if marked { marks } else { &[] });
    let pieces = pieces
        .into_iter()
        .map(|(text, marked)| if marked { view! { <mark>{text}</mark> }.into_any() } else { text.into_any() });
    view! {
        <section class="p-evidence">
            <header><b>{words::evidence(locale, part.kind)}</b></header>
            <pre lang="zxx" tabindex="0"><code>{pieces.collect_view()}</code></pre>
        </section>
    }
    .into_any()
}

/// Cuts a text where one of the marks stands: pieces, and whether each is a mark.
fn split_at_marks(text: &str, marks: &[&str]) -> Vec<(String, bool)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let found = marks.iter().filter_map(|mark| rest.find(mark).map(|at| (at, mark.len()))).min();
        let Some((at, length)) = found else { break };
        let (before, from) = rest.split_at(at);
        let (mark, after) = from.split_at(length);
        if !before.is_empty() {
            pieces.push((before.to_owned(), false));
        }
        pieces.push((mark.to_owned(), true));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push((rest.to_owned(), false));
    }
    pieces
}

/// The scanner's own words.
fn prose(locale: Locale, page: &FindingPage) -> AnyView {
    let part = |title: &'static str, text: &str| {
        (!text.is_empty()).then(|| {
            let paragraphs: Vec<String> =
                text.split("\n\n").map(str::trim).filter(|text| !text.is_empty()).map(ToOwned::to_owned).collect();
            let paragraphs = paragraphs.into_iter().map(|text| view! { <p>{text}</p> }).collect_view();
            view! {
                <section class="p-card">
                    <header class="p-card-head"><h2>{title}</h2></header>
                    <div class="p-prose p-small">{paragraphs}</div>
                </section>
            }
        })
    };
    let description = if page.description.is_empty() { &page.synopsis } else { &page.description };
    let references = (!page.references.is_empty()).then(|| {
        let items = page.references.iter().map(|text| {
            if text.starts_with("https://") || text.starts_with("http://") {
                view! { <li><a href=text.clone() rel="noreferrer noopener external" target="_blank">{text.clone()}</a></li> }
                    .into_any()
            } else {
                view! { <li>{text.clone()}</li> }.into_any()
            }
        });
        view! {
            <section class="p-card">
                <header class="p-card-head"><h2>{tf::references(locale)}</h2></header>
                <ul class="p-prose p-small">{items.collect_view()}</ul>
            </section>
        }
    });
    let fields = (!page.fields.is_empty()).then(|| {
        let items = page.fields.iter().map(|(name, value)| {
            view! { <dt class="p-mono">{name.clone()}</dt><dd>{value.clone()}</dd> }
        });
        view! {
            <details class="p-card">
                <summary class="p-h2">{tf::scanner_fields(locale)}</summary>
                <dl class="p-dl">{items.collect_view()}</dl>
            </details>
        }
    });
    view! {
        {part(tf::solution(locale), &page.solution)}
        {part(tf::description(locale), description)}
        {references}
        {fields}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_and_nothing_is_lost() {
        let pieces = split_at_marks("GET /?id=1' OR 1 HTTP/1.1", &["1' OR 1"]);
        assert_eq!(
            pieces,
            vec![("GET /?id=".to_owned(), false), ("1' OR 1".to_owned(), true), (" HTTP/1.1".to_owned(), false)]
        );
        let text = "ñandú <script>";
        assert_eq!(split_at_marks(text, &["<script>"]).iter().map(|(text, _)| text.as_str()).collect::<String>(), text);
        assert!(split_at_marks("", &["x"]).is_empty());
    }
}
