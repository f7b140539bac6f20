//! What stands on `/settings/risk`: the weights of the formula of risk. Drawn by the server alone.

use crate::components::form::{TextArea, field};
use crate::components::marks::stamp;
use crate::components::rows::count_link;
use crate::locales::{risk as tk, words};
use leptos::prelude::*;
use model::risk::WEIGHTS;
use model::text::{Locale, number};
use model::view::risk::{RiskEffect, RiskPage, RiskVersion};

/// The page's address.
const PAGE: &str = "/settings/risk";

/// The page's body as HTML.
pub fn body(locale: Locale, page: &RiskPage) -> String {
    let begun = page.unfair.then(|| view! { <p class="p-error" role="alert">{tk::problem_unfair(locale)}</p> });
    view! {
        <p class="p-say">{tk::formula(locale)}</p>
        <p class="p-hint">{tk::intro(locale)}</p>
        {begun}
        {weights(locale, page)}
        {page.effect.as_ref().map(|effect| changes(locale, page, effect))}
        {versions(locale, page)}
    }
    .to_html()
}

/// The weights in force, and for who may the form that tries others.
fn weights(locale: Locale, page: &RiskPage) -> AnyView {
    let now = page.weights.numbers();
    let rows = WEIGHTS.iter().zip(now).zip(&page.draft).map(|((name, number), draft)| {
        let input = page.may_change.then(|| {
            view! {
                <td data-label=tk::then(locale)>
                    <span class="p-slide">
                        <input id=*name name=*name type="range" min="0" max="100" step="1" list="tenths" value=draft.clone()/>
                        <output for=*name class="p-num">{draft.clone()}</output>
                    </span>
                </td>
            }
        });
        view! {
            <tr>
                <th scope="row" class="p-c-main"><label for=*name>{tk::weight(locale, name)}</label></th>
                <td class="p-num" data-label=tk::now(locale)>{number}</td>
                {input}
            </tr>
        }
    });
    let head = page.may_change.then(|| view! { <th scope="col">{tk::then(locale)}</th> });
    let acts = page.may_change.then(|| {
        let why = view! { <TextArea name="reason" id="reason" value=page.reason.clone() required=true/> };
        view! {
            {field("reason", tk::reason(locale), why.into_any(), "")}
            <div class="p-form-acts"><button class="p-btn p-btn-primary">{tk::look(locale)}</button></div>
        }
    });
    let table = view! {
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{tk::title(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tk::what(locale)}</th>
                        <th scope="col" class="p-num">{tk::now(locale)}</th>
                        {head}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
        <datalist id="tenths">
            {(0..=10).map(|tenth| view! { <option value=(tenth * 10).to_string()></option> }).collect_view()}
        </datalist>
        <p class="p-hint">{tk::unit(locale)}</p>
    };
    let body = match acts {
        Some(acts) => view! { <form class="p-form" method="get" action=PAGE>{table}{acts}</form> }.into_any(),
        None => table.into_any(),
    };
    view! { <section class="p-section"><h2 class="p-h2">{tk::in_force(locale, page.version)}</h2>{body}</section> }
        .into_any()
}

/// What the other weights would change, and the button that sets them.
fn changes(locale: Locale, page: &RiskPage, effect: &RiskEffect) -> AnyView {
    let rows = effect.movers.iter().map(|one| {
        view! {
            <tr>
                <td class="p-c-main">{one.title.clone()}</td>
                <td class="p-num" data-label=tk::col_open(locale)>{count_link(locale, &one.open)}</td>
                <td class="p-num" data-label=tk::col_before(locale)>{number(locale, one.before)}</td>
                <td class="p-num" data-label=tk::col_after(locale)>{number(locale, one.after)}</td>
            </tr>
        }
    });
    let movers = (!effect.movers.is_empty()).then(|| {
        view! {
            <h3>{tk::movers(locale)}</h3>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{tk::movers(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tk::col_weakness(locale)}</th>
                            <th scope="col" class="p-num">{tk::col_open(locale)}</th>
                            <th scope="col" class="p-num">{tk::col_before(locale)}</th>
                            <th scope="col" class="p-num">{tk::col_after(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
    });
    let hidden = WEIGHTS.iter().zip(&page.draft).map(|(name, value)| {
        view! { <input type="hidden" name=*name value=value.clone()/> }
    });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tk::effect(locale)}</h2>
            <p>
                {tk::index(locale)}": "{number(locale, effect.before)}" → "<b>{number(locale, effect.after)}</b>". "
                {tk::of_open(locale)}" "{count_link(locale, &effect.open)}"."
            </p>
            <p>{tk::up(locale, effect.up)}", "{tk::down(locale, effect.down)}". "<small class="p-mute">{tk::bands(locale)}</small></p>
            {movers}
            <form class="p-form" method="post" action=PAGE>
                {hidden.collect_view()}
                <input type="hidden" name="reason" value=page.reason.clone()/>
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{tk::apply(locale)}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn versions(locale: Locale, page: &RiskPage) -> AnyView {
    let body = if page.versions.is_empty() {
        view! { <p class="p-hint">{tk::versions_none(locale)}</p> }.into_any()
    } else {
        let rows = page.versions.iter().map(|one| version(locale, one, page.may_change)).collect_view();
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{tk::versions(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tk::col_version(locale)}</th>
                            <th scope="col">{tk::col_reason(locale)}</th>
                            <th scope="col">{tk::col_who(locale)}</th>
                            <th scope="col"><span class="p-vh">{tk::undo(locale)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { <section class="p-section"><h2 class="p-h2">{tk::versions(locale)}</h2>{body}</section> }.into_any()
}

fn version(locale: Locale, one: &RiskVersion, may_change: bool) -> AnyView {
    let who = |by: &Option<String>| by.clone().unwrap_or_else(|| words::operator(locale).to_owned());
    let undo = (may_change && one.withdrawn.is_none()).then(|| {
        view! {
            <form method="post" action=PAGE>
                <input type="hidden" name="undo" value=one.version.to_string()/>
                <button class="p-btn p-btn-small p-btn-danger" aria-label=tk::undo_name(locale, one.version)>
                    {tk::undo(locale)}
                </button>
            </form>
        }
    });
    let ended = one.withdrawn.as_ref().map(|(at, by)| {
        view! { <br/><span class="p-chip">{tk::undone(locale)}</span>" "{who(by)}" · "{stamp(at)} }
    });
    view! {
        <tr>
            <td class="p-c-main">{one.version}<small><code>{one.weights.to_string()}</code></small></td>
            <td data-label=tk::col_reason(locale)>{one.reason.clone()}</td>
            <td data-label=tk::col_who(locale)>{who(&one.by)}" · "{stamp(&one.at)}{ended}</td>
            <td class="p-num">{undo}</td>
        </tr>
    }
    .into_any()
}
