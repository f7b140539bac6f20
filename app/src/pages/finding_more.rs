//! What stands on a finding's page and is drawn by the server alone: what is published of its exploitation,
//! what its category means, its CVSS vectors in words.

use super::learn;
use crate::components::marks::{severity, stamp};
use crate::locales::{feeds as tf, finding as tf_finding, overrides as to, scanners, verify as tv, words};
use leptos::prelude::*;
use model::text::{Locale, share};
use model::view::findings::{FindingPage, RevealedPage};
use model::view::insight::{CveView, Insight, RatedView, RiskView, VerifyView};

/// The part beside the facts, as HTML.
pub fn aside(locale: Locale, page: &FindingPage) -> String {
    let Some(insight) = page.insight.as_deref() else { return String::new() };
    view! {
        {insight.verify.as_ref().map(|one| verify(locale, &page.row.id, one))}
        {insight.rated.as_ref().map(|one| rated(locale, one))}
        {insight.risk.as_ref().map(|one| risk(locale, one))}
        {exploitation(locale, page, insight)}
        {insight.glossary.as_ref().map(|entry| learn::beside(locale, entry, &insight.api_2023))}
        {learn::vectors(locale, &insight.cvss, &insight.cvss_here)}
    }
    .to_html()
}

/// The button that starts a scan of exactly this finding, or why there is none; and what such scans came to.
fn verify(locale: Locale, id: &str, one: &VerifyView) -> AnyView {
    let runs = one.runs.iter().map(|run| {
        let href = format!("/scans/runs/{}", run.id);
        view! { <li><a href=href>{scanners::state(locale, run.state)}</a>" "<small>{stamp(&run.at)}</small></li> }
    });
    let runs = (!one.runs.is_empty()).then(|| view! { <ul class="p-small">{runs.collect_view()}</ul> });
    let offer = if one.why_not.is_empty() {
        let options = one.over.iter().map(|(number, name)| view! { <option value=*number>{name.clone()}</option> });
        view! {
            <p class="p-hint">{tv::asks(locale, &one.rule, &one.target)}</p>
            <form method="post" action="/findings/verify" class="p-form">
                <input type="hidden" name="id" value=id.to_owned()/>
                <label class="p-small">
                    {tv::over(locale)}" "
                    <select class="p-input" name="schedule" aria-label=tv::over(locale)>{options.collect_view()}</select>
                </label>
                <div class="p-form-acts"><button class="p-btn">{tv::verify(locale)}</button></div>
            </form>
        }
        .into_any()
    } else {
        view! { <p class="p-hint">{tv::why_not(locale, &one.why_not)}</p> }.into_any()
    };
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{tv::title(locale)}</h2></header>
            {offer}
            {runs}
        </section>
    }
    .into_any()
}

/// Which rule says how severe it is, and what the scanner said.
fn rated(locale: Locale, one: &RatedView) -> AnyView {
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{to::rated(locale)}</h2></header>
            <p><a href="/settings/overrides">{one.rule.clone()}</a>" · "{stamp(&one.at)}": "{one.reason.clone()}</p>
            <dl class="p-dl"><dt>{to::rated_told(locale)}</dt><dd>{severity(locale, one.told)}</dd></dl>
        </section>
    }
    .into_any()
}

/// The risk, line by line.
fn risk(locale: Locale, one: &RiskView) -> AnyView {
    let lines = one.factors.iter().map(|(factor, share)| {
        let name = match factor.as_str() {
            "severity" => tf::risk_severity(locale),
            "exploitability" => tf::risk_exploitability(locale),
            "criticality" => tf::risk_criticality(locale),
            _ => tf::risk_exposure(locale),
        };
        let said = format!("× {}{}{:02}", share / 100, locale.pick(",", "."), share % 100);
        view! { <dt>{name}</dt><dd class="p-mono">{said}</dd> }
    });
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{tf::risk(locale)}" "{one.score}"/100"</h2></header>
            <dl class="p-dl">{lines.collect_view()}<dt>"= 100 ×"</dt><dd class="p-mono"><b>{one.score}</b></dd></dl>
            <p class="p-hint">
                {tf::risk_formula(locale, i64::from(one.version))}" "
                <a href="/settings/risk">{tf::risk_weights(locale, one.weights)}</a>
            </p>
        </section>
    }
    .into_any()
}

/// The page of the evidence with its secrets.
pub fn revealed(locale: Locale, page: &RevealedPage) -> String {
    let parts = page.evidence.iter().map(|part| {
        view! {
            <section class="p-evidence">
                <header><b>{words::evidence(locale, part.kind)}</b></header>
                <pre lang="zxx" tabindex="0"><code>{part.text.clone()}</code></pre>
            </section>
        }
    });
    view! {
        <p class="p-say">{page.title.clone()}</p>
        <p class="p-hint">{tf_finding::evidence_revealed(locale)}</p>
        <div class="p-stack">{parts.collect_view()}</div>
    }
    .to_html()
}

/// Which of its CVEs are exploited, and how likely the others are to be.
fn exploitation(locale: Locale, page: &FindingPage, insight: &Insight) -> AnyView {
    if page.cve.is_empty() {
        return ().into_any();
    }
    let none = insight.exploitation.is_empty().then(|| view! { <p class="p-hint">{tf::nothing_known(locale)}</p> });
    let days = [
        insight.epss_day.as_ref().map(|day| tf::as_of_epss(locale, &day.text)),
        insight.kev_day.as_ref().map(|day| tf::as_of_kev(locale, &day.text)),
        insight.euvd_day.as_ref().map(|day| tf::as_of_euvd(locale, &day.text)),
    ];
    let days: Vec<String> = days.into_iter().flatten().collect();
    view! {
        <section class="p-card">
            <header class="p-card-head">
                <h2>{tf::exploitation(locale)}</h2>
                <small><a href="/settings/feeds">{days.join(" · ")}</a></small>
            </header>
            {none}
            <dl class="p-dl">{insight.exploitation.iter().map(|one| cve(locale, one)).collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn cve(locale: Locale, one: &CveView) -> AnyView {
    let listed = one.kev.as_ref().map(|kev| {
        let due = kev.due.as_ref().map(|due| format!("; {}", tf::kev_due(locale, &due.text)));
        let ransomware = kev.ransomware.then(|| format!("; {}", tf::kev_ransomware(locale)));
        let said = tf::kev_since(locale, &kev.added.text);
        view! {
            <li><span class="p-chip p-chip-bad">{tf::kev_mark(locale)}</span>" "{said}{due}{ransomware}"."</li>
        }
    });
    let european = one.euvd.as_ref().map(|since| {
        let said = tf::euvd_since(locale, &since.text);
        view! { <li><span class="p-chip p-chip-bad">{tf::kev_mark(locale)}</span>" "{said}"."</li> }
    });
    let likely = one.epss.as_ref().map(|(probability, percentile, since)| {
        let said = tf::epss_is(locale, &share(locale, *probability), &share(locale, *percentile));
        view! { <li>{said}" "<small class="p-mute">{tf::epss_since(locale, "")}{stamp(since)}</small></li> }
    });
    view! { <dt>{one.cve.clone()}</dt><dd><ul>{listed}{european}{likely}</ul></dd> }.into_any()
}
