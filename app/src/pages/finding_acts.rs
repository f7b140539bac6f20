//! What the visitor can do with one finding: a form an act, with what the act needs and nothing else.

use crate::components::form::{Act, TextArea, field, person_select, team_select};
use crate::components::marks::icon;
use crate::locales::{finding as tf, findings as tl, words};
use crate::server_fns::{AnswerException, DecideFindings};
use crate::visit::me;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::policy::Action;
use model::text::Locale;
use model::view::findings::{DecideKind, FindingPage};

/// Acts that need no more than a click.
const AT_ONCE: [DecideKind; 5] =
    [DecideKind::Confirm, DecideKind::Start, DecideKind::ClaimFix, DecideKind::Reset, DecideKind::ClearVerdict];
/// Acts that need a reason.
const WITH_REASON: [DecideKind; 5] = [
    DecideKind::FalsePositive,
    DecideKind::RequestException,
    DecideKind::Duplicate,
    DecideKind::Retire,
    DecideKind::CloseByHand,
];

/// The moves and verdicts that are possible now.
pub fn acts(locale: Locale, page: &FindingPage) -> AnyView {
    let id = page.row.id.clone();
    let at_once: Vec<DecideKind> = AT_ONCE.into_iter().filter(|kind| page.moves.contains(kind)).collect();
    let quick = (!at_once.is_empty()).then(|| {
        let buttons = at_once.into_iter().enumerate().map(move |(index, kind)| {
            let class = if index == 0 { "p-btn p-btn-primary" } else { "p-btn" };
            view! {
                <button class=class name="kind" value=words::act_word(kind) title=words::act_hint(locale, kind)>
                    {words::act(locale, kind)}
                </button>
            }
        });
        let buttons = buttons.collect_view();
        view! {
            <Act url=DecideFindings::PATH class="p-row">
                <input type="hidden" name="ids[]" value=id.clone()/>
                {buttons}
            </Act>
        }
    });
    let reasoned = WITH_REASON.into_iter().filter(|kind| page.moves.contains(kind));
    let reasoned = reasoned.map(|kind| with_reason(locale, &page.row.id, kind)).collect_view();
    view! { <div class="p-stack">{quick}<div>{reasoned}</div></div> }.into_any()
}

/// An act that says why: it folds out, with or without a script.
fn with_reason(locale: Locale, id: &str, kind: DecideKind) -> AnyView {
    let (reason_id, extra_id) = ids_of(kind);
    let danger = matches!(kind, DecideKind::Retire | DecideKind::CloseByHand);
    let class = if danger { "p-btn p-btn-danger" } else { "p-btn p-btn-primary" };
    let extra = match kind {
        DecideKind::RequestException => {
            let input = view! { <input class="p-input" id=extra_id name="until" type="date" required/> };
            field(extra_id, tf::until(locale), input.into_any(), tf::until_hint(locale))
        }
        DecideKind::Duplicate => {
            let input = view! { <input class="p-input p-mono" id=extra_id name="target" required maxlength="64"/> };
            field(extra_id, tf::target(locale), input.into_any(), tf::target_hint(locale))
        }
        _ => ().into_any(),
    };
    let reason = view! { <TextArea name="reason" id=reason_id required=true/> };
    let id = id.to_owned();
    view! {
        <details class="p-fold">
            <summary class="p-btn p-btn-small p-btn-quiet">{words::act(locale, kind)}</summary>
            <p class="p-hint">{words::act_hint(locale, kind)}</p>
            <Act url=DecideFindings::PATH class="p-form">
                <input type="hidden" name="ids[]" value=id/>
                <input type="hidden" name="kind" value=words::act_word(kind)/>
                {extra}
                {field(reason_id, tf::reason(locale), reason.into_any(), "")}
                <div class="p-form-acts"><button class=class>{words::act(locale, kind)}</button></div>
            </Act>
        </details>
    }
    .into_any()
}

/// The ids of an act's fields.
fn ids_of(kind: DecideKind) -> (&'static str, &'static str) {
    match kind {
        DecideKind::FalsePositive => ("why-fp", "extra-fp"),
        DecideKind::RequestException => ("why-exception", "until"),
        DecideKind::Duplicate => ("why-duplicate", "target"),
        DecideKind::Retire => ("why-retire", "extra-retire"),
        _ => ("why-close", "extra-close"),
    }
}

/// Whose it is and by when.
pub fn assignment(locale: Locale, page: &FindingPage) -> AnyView {
    let Some(me) = me().filter(|_| page.moves.contains(&DecideKind::Assign)) else { return ().into_any() };
    let keep = tl::bulk_keep(locale);
    let id = page.row.id.clone();
    let team = me.may(Action::AssignTeam).then(|| {
        field("assign-team", tf::team(locale), team_select("assign-team", locale, keep, &page.teams, None), "")
    });
    let person = me.may(Action::Assign).then(|| {
        let day = view! { <input class="p-input" id="assign-day" name="day" type="date"/> };
        view! {
            {field("assign-person", tf::person(locale), person_select("assign-person", locale, keep, &page.people), "")}
            {field("assign-day", tf::due(locale), day.into_any(), "")}
        }
    });
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{tf::assign(locale)}</h2></header>
            <Act url=DecideFindings::PATH class="p-form">
                <input type="hidden" name="ids[]" value=id/>
                <input type="hidden" name="kind" value=words::act_word(DecideKind::Assign)/>
                <div class="p-form-row">{team}{person}</div>
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{tf::assign(locale)}</button></div>
            </Act>
        </section>
    }
    .into_any()
}

/// Says something without changing anything.
pub fn comment(locale: Locale, page: &FindingPage) -> AnyView {
    if !page.moves.contains(&DecideKind::Comment) {
        return ().into_any();
    }
    let text = view! { <TextArea name="reason" id="comment" required=true/> };
    let id = page.row.id.clone();
    view! {
        <section class="p-card">
            <Act url=DecideFindings::PATH class="p-form">
                <input type="hidden" name="ids[]" value=id/>
                <input type="hidden" name="kind" value=words::act_word(DecideKind::Comment)/>
                {field("comment", tf::comment(locale), text.into_any(), "")}
                <div class="p-form-acts"><button class="p-btn">{tf::comment_send(locale)}</button></div>
            </Act>
        </section>
    }
    .into_any()
}

/// An exception that waits, and its answer by somebody else.
pub fn exception(locale: Locale, page: &FindingPage) -> AnyView {
    let Some(asked) = &page.exception else { return ().into_any() };
    let request = asked.id.to_string();
    let answer = if asked.may_answer {
        let button = |approve: &'static str, class: &'static str, text: &'static str| {
            view! { <button class=class name="approve" value=approve>{text}</button> }
        };
        view! {
            <Act url=AnswerException::PATH class="p-form-acts">
                <input type="hidden" name="request" value=request/>
                {button("true", "p-btn p-btn-primary", tf::approve(locale))}
                {button("false", "p-btn", tf::refuse(locale))}
            </Act>
        }
        .into_any()
    } else {
        view! { <p class="p-hint">{tf::exception_other(locale)}</p> }.into_any()
    };
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{icon("clock")}" "{tf::exception_waiting(locale)}</h2></header>
            <p>{tf::exception_asked(locale, &asked.requested_by, &asked.until.text)}</p>
            <p class="p-hint">"“"{asked.reason.clone()}"”"</p>
            {answer}
        </section>
    }
    .into_any()
}
