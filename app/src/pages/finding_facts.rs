//! The facts of one finding: where it is, whose, how it is classified, which scans saw it, what was said.

use crate::components::marks::{category, due, scanner, stamp, status};
use crate::locales::{common as t, finding as tf, words};
use leptos::prelude::*;
use model::text::Locale;
use model::view::findings::{DecisionView, EpisodeView, FindingPage, Seen};

/// What stands beside everything else.
pub fn facts(locale: Locale, page: &FindingPage) -> AnyView {
    let row = &page.row;
    let team = match &row.team {
        Some(team) => view! { <a href=format!("/teams/{}", team.slug)>{team.name.clone()}</a> }.into_any(),
        None => view! { <span class="p-warn">{t::no_team(locale)}</span> }.into_any(),
    };
    let why = row.team.as_ref().map(|_| {
        let why = if page.owner_pattern.is_empty() {
            tf::owner_why_hand(locale).to_owned()
        } else {
            tf::owner_why(locale, &page.owner_pattern)
        };
        view! { " " <small class="p-mute">{why}</small> }
    });
    let person = row.assignee.as_ref().map_or_else(|| t::unassigned(locale).to_owned(), |person| person.name.clone());
    let day = row.due.as_ref().map(|due| view! { " " <small class="p-mute">{due.day.text.clone()}</small> });
    let siblings = if page.siblings.value == 0 {
        tf::siblings_none(locale).into_any()
    } else {
        let href = crate::locales::say::findings_href(&page.siblings.filter);
        view! { <a href=href>{tf::siblings_n(locale, page.siblings.value)}</a> }.into_any()
    };
    view! {
        <section class="p-card">
            <h2 class="p-vh">{tf::where_is(locale)}</h2>
            <dl class="p-dl">
                <dt>{tf::asset(locale)}</dt><dd class="p-mono">{row.asset.clone()}</dd>
                <dt>{tf::location(locale)}</dt><dd class="p-mono">{row.location.clone()}</dd>
                <dt>{tf::rule(locale)}</dt><dd>{scanner(locale, row.tool, &row.rule)}" "{row.rule.clone()}</dd>
                <dt>{tf::status(locale)}</dt><dd>{status(locale, row.status)}</dd>
                <dt>{tf::team(locale)}</dt><dd>{team}{why}</dd>
                <dt>{tf::person(locale)}</dt><dd>{person}</dd>
                <dt>{tf::due(locale)}</dt>
                <dd>{due(locale, row.due.as_ref())}{day}</dd>
                <dt>{tf::first_seen(locale)}</dt><dd>{stamp(&row.first_seen)}</dd>
                <dt>{tf::last_seen(locale)}</dt><dd>{stamp(&page.last_seen)}</dd>
                <dt>{tf::siblings(locale)}</dt><dd>{siblings}</dd>
            </dl>
        </section>
    }
    .into_any()
}

/// The category in each edition with what it rests on, and the public numbers.
pub fn classification(locale: Locale, page: &FindingPage) -> AnyView {
    let editions = page.classification.iter().map(|one| {
        let also = one.also.iter().map(|mapped| category(locale, one.edition, *mapped)).collect::<Vec<_>>().join(", ");
        let also = (!also.is_empty()).then(|| view! { <br/>{tf::also(locale)}" "{also} });
        let evidence = (!one.evidence.is_empty()).then(|| view! { " " <code>{one.evidence.clone()}</code> });
        view! {
            <dt>"OWASP "{one.edition.word()}</dt>
            <dd>
                {category(locale, one.edition, one.primary)}{also}
                <br/><small class="p-mute">{tf::classified_by(locale, words::basis(locale, one.basis))}{evidence}</small>
            </dd>
        }
    });
    let cwe = (!page.cwe.is_empty()).then(|| {
        let items = page.cwe.iter().map(|(number, name)| {
            let href = format!("https://cwe.mitre.org/data/definitions/{number}.html");
            view! {
                <li>
                    <a href=href rel="noreferrer noopener external" target="_blank">{format!("CWE-{number}")}</a>" "{name.clone()}
                </li>
            }
        });
        view! { <dt>"CWE"</dt><dd><ul>{items.collect_view()}</ul></dd> }
    });
    let cve = (!page.cve.is_empty()).then(|| {
        let items = page.cve.iter().map(|id| {
            let filter = format!("cve:{id}");
            view! { <li><a href=crate::locales::say::findings_href(&filter)>{id.clone()}</a></li> }
        });
        view! { <dt>"CVE"</dt><dd><ul>{items.collect_view()}</ul></dd> }
    });
    let cvss = (!page.cvss.is_empty()).then(|| {
        let items = page.cvss.iter().map(|(vector, tenths)| {
            let score = tenths.map(|tenths| {
                let point = locale.pick(",", ".");
                format!("{}{point}{}", tenths / 10, tenths % 10)
            });
            let score = score.map(|score| view! { <b>{score}</b> " " });
            view! { <li>{score}<code class="p-small">{vector.clone()}</code></li> }
        });
        view! { <dt>"CVSS"</dt><dd><ul>{items.collect_view()}</ul></dd> }
    });
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{tf::classification(locale)}</h2></header>
            <dl class="p-dl">{editions.collect_view()}{cwe}{cve}{cvss}</dl>
        </section>
    }
    .into_any()
}

/// The fields that make it this finding and no other.
pub fn identity(locale: Locale, page: &FindingPage) -> AnyView {
    let fields = page.identity.iter().map(|(name, value)| {
        view! { <dt>{words::identity(locale, name)}</dt><dd class="p-mono">{value.clone()}</dd> }
    });
    let nearest = (!page.neighbours.is_empty()).then(|| {
        let items = page.neighbours.iter().map(|near| {
            let differs =
                near.differs.iter().map(|(name, value)| format!("{}: {value}", words::identity(locale, name)));
            let differs = format!("({})", differs.collect::<Vec<_>>().join(", "));
            view! {
                <li>
                    <p>
                        <a href=format!("/findings/{}", near.id)>{near.asset.clone()}" "{near.location.clone()}</a>
                        " " <small class="p-mute p-mono">{differs}</small>
                    </p>
                </li>
            }
        });
        view! {
            <h3>{tf::neighbours(locale)}</h3>
            <p class="p-hint">{tf::neighbours_more(locale)}</p>
            <ul>{items.collect_view()}</ul>
        }
    });
    view! {
        <details class="p-card">
            <summary class="p-h2">{tf::identity(locale)}</summary>
            <p class="p-hint">{tf::identity_more(locale)}</p>
            <dl class="p-dl">{fields.collect_view()}<dt>"id"</dt><dd class="p-mono">{page.row.id.clone()}</dd></dl>
            {nearest}
        </details>
    }
    .into_any()
}

/// What each scan says of the place.
pub fn history(locale: Locale, page: &FindingPage) -> AnyView {
    if page.history.is_empty() {
        return ().into_any();
    }
    let squares = page.history.iter().map(|square| {
        let class = match square.seen {
            Seen::Present => "is-present",
            Seen::Absent => "is-absent",
            Seen::NotLooked => "is-blind",
        };
        let text = tf::history_item(locale, &square.at.text, words::seen(locale, square.seen));
        let spoken = text.clone();
        view! {
            <li class=class>
                <a href=format!("/scans/{}", square.scan) title=text><span class="p-vh">{spoken}</span></a>
            </li>
        }
    });
    let count = i64::try_from(page.history.len()).unwrap_or(i64::MAX);
    let legend = |class: &'static str, seen: Seen| {
        view! { <span><i class=format!("p-key {class}")></i>{words::seen(locale, seen)}</span> }
    };
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{tf::history(locale)}</h2><small>{tf::history_of(locale, count)}</small></header>
            <ol class="p-squares" aria-label=tf::history(locale)>{squares.collect_view()}</ol>
            <p class="p-legend">
                {legend("p-key-present", Seen::Present)}
                {legend("p-key-absent", Seen::Absent)}
                {legend("p-key-blind", Seen::NotLooked)}
            </p>
        </section>
    }
    .into_any()
}

/// When it was open, and what people said, newest first.
pub fn episodes(locale: Locale, page: &FindingPage) -> AnyView {
    let mut entries: Vec<(String, AnyView)> = Vec::new();
    for episode in &page.episodes {
        entries.extend(episode_entries(locale, episode));
    }
    for decision in &page.decisions {
        entries.push((decision.at.iso.clone(), decision_entry(locale, decision)));
    }
    entries.sort_by(|(a, _), (b, _)| b.cmp(a));
    let none = page.decisions.is_empty().then(|| view! { <p class="p-hint">{tf::decisions_none(locale)}</p> });
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{tf::episodes(locale)}" · "{tf::decisions(locale)}</h2></header>
            <ol class="p-timeline">{entries.into_iter().map(|(_, entry)| entry).collect_view()}</ol>
            {none}
        </section>
    }
    .into_any()
}

fn episode_entries(locale: Locale, episode: &EpisodeView) -> Vec<(String, AnyView)> {
    let scan = |id: i64| view! { <a href=format!("/scans/{id}")>{tf::by_scan(locale, id)}</a> };
    let opened = if episode.number > 1 { t::regressed(locale) } else { tf::first_seen(locale) };
    let mut entries = vec![(
        episode.opened.iso.clone(),
        view! {
            <li class="is-open">
                {stamp(&episode.opened)}
                <p><b>{opened}</b>", "{scan(episode.opened_by)}</p>
                <p class="p-hint">{tf::episode(locale, episode.number)}</p>
            </li>
        }
        .into_any(),
    )];
    if let Some((at, by, grade)) = &episode.closed {
        let entry = view! {
            <li class="is-good">
                {stamp(at)}
                <p><b>{model::text::status_name(locale, model::Status::Fixed)}</b>", "{scan(*by)}</p>
                <p class="p-hint">{words::grade(locale, *grade)}</p>
            </li>
        };
        entries.push((at.iso.clone(), entry.into_any()));
    }
    entries
}

fn decision_entry(locale: Locale, decision: &DecisionView) -> AnyView {
    let who = if decision.who.is_empty() { words::operator(locale).to_owned() } else { decision.who.clone() };
    let what = (!decision.what.is_empty()).then(|| view! { ": " {decision.what.clone()} });
    let reason = (!decision.reason.is_empty()).then(|| view! { <p class="p-hint">"“"{decision.reason.clone()}"”"</p> });
    let idle = decision.without_effect.then(|| view! { <p class="p-hint">{tf::without_effect(locale)}</p> });
    let class = if decision.without_effect { "is-mute" } else { "is-person" };
    view! {
        <li class=class>
            {stamp(&decision.at)}
            <p><b>{words::decision(locale, &decision.kind)}</b>{what}" · "{who}</p>
            {reason}
            {idle}
        </li>
    }
    .into_any()
}
