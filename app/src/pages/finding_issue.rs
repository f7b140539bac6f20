//! What a finding's page says of its issue: which other scanners see the same flaw and why that is believed; and the forms that
//! part and join by hand.

use crate::components::marks::{icon, status};
use crate::locales::finding as tf;
use crate::server_fns::SayIssue;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::text::Locale;
use model::view::issue::{IssueOther, IssueView};

/// The card as HTML; nothing for a finding that stands alone and may not be joined by this viewer.
pub fn card(locale: Locale, issue: &IssueView) -> String {
    if issue.others.is_empty() && issue.said.is_empty() && !issue.may_say {
        return String::new();
    }
    let others = issue.others.iter().map(|other| also(locale, other)).collect_view();
    let why = (!issue.others.is_empty())
        .then(|| view! { <p class="p-hint">{tf::issue_why(locale, &tf::issue_reason(locale, &issue.why))}</p> });
    let said = match issue.said.as_str() {
        "apart" => Some(tf::issue_apart(locale)),
        "with" => Some(tf::issue_joined(locale)),
        _ => None,
    };
    let said = said.map(|said| view! { <p class="p-hint">{said}" "{issue.said_by.clone()}</p> });
    let none = issue.others.is_empty().then(|| view! { <p class="p-hint">{tf::issue_alone(locale)}</p> });
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{icon("group")}" "{tf::issue(locale)}</h2></header>
            <ul class="p-also">{others}</ul>
            {none}
            {why}
            {said}
            {issue.may_say.then(|| forms(locale, issue))}
        </section>
    }
    .to_html()
}

fn also(locale: Locale, other: &IssueOther) -> AnyView {
    view! {
        <li>
            <p>
                {tf::issue_also(locale, other.tool.name())}" "
                <a href=format!("/findings/{}", other.id)>{other.title.clone()}</a>" "{status(locale, other.status)}
            </p>
            <small class="p-mute p-mono">{other.location.clone()}</small>
        </li>
    }
    .into_any()
}

/// What can be said by hand; each can be taken back.
fn forms(locale: Locale, issue: &IssueView) -> AnyView {
    let next = format!("/findings/{}", issue.id);
    let act = |kind: &'static str, text: &'static str| {
        view! {
            <form method="post" action=SayIssue::PATH>
                <input type="hidden" name="next" value=next.clone()/>
                <input type="hidden" name="id" value=issue.id.clone()/>
                <input type="hidden" name="kind" value=kind/>
                <button class="p-btn p-btn-small">{text}</button>
            </form>
        }
        .into_any()
    };
    let back = (!issue.said.is_empty()).then(|| act("rule", tf::issue_rule(locale)));
    let part = (!issue.others.is_empty()).then(|| act("apart", tf::issue_part(locale)));
    view! {
        <div class="p-row">{part}{back}</div>
        <details class="p-fold">
            <summary class="p-btn p-btn-small p-btn-quiet">{tf::issue_join(locale)}</summary>
            <form class="p-form" method="post" action=SayIssue::PATH>
                <input type="hidden" name="next" value=next.clone()/>
                <input type="hidden" name="id" value=issue.id.clone()/>
                <input type="hidden" name="kind" value="with"/>
                <div class="p-field">
                    <label for="issue-target">{tf::issue_target(locale)}</label>
                    <input class="p-input p-mono" id="issue-target" name="target" maxlength="200" required autocomplete="off"/>
                    <p class="p-hint">{tf::issue_target_hint(locale)}</p>
                </div>
                <div class="p-form-acts"><button class="p-btn">{tf::issue_join_do(locale)}</button></div>
            </form>
        </details>
    }
    .into_any()
}
