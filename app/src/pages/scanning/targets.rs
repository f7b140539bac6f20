//! `/scans/targets`: what may be scanned, on whose word, and when not.

use super::{Asked, Said};
use crate::components::form::{field, line, lines, select};
use crate::components::page::answer;
use crate::locales::say::Say;
use crate::locales::scanning as t;
use leptos::prelude::*;
use model::text::Locale;
use model::view::scanning::{LoginDraft, TargetDraft, TargetView, TargetsPage};

/// The page's address.
const PAGE: &str = "/scans/targets";

/// The page's body.
pub fn body(locale: Locale, asked: &Asked, page: &TargetsPage) -> AnyView {
    let say = match page.targets.len() {
        0 => t::targets_none(locale).to_owned(),
        all => t::targets_say(locale, i64::try_from(all).unwrap_or(i64::MAX)),
    };
    let rows = page.targets.iter().map(|one| row(locale, one, page.may_change)).collect_view();
    let table = (!page.targets.is_empty()).then(|| {
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{t::targets(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t::targets(locale)}</th>
                            <th scope="col">{t::authorised_by(locale)}</th>
                            <th scope="col">{t::blackouts(locale)}</th>
                            <th scope="col"><span class="p-vh">{t::edit(locale)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! { {answer(Say::new().text(say))}{table}{page.may_change.then(|| form(locale, asked, page))} }.into_any()
}

fn row(locale: Locale, one: &TargetView, may_change: bool) -> AnyView {
    let said = &one.said;
    let id = said.id.unwrap_or_default();
    let permission = match &one.until {
        Some(until) if one.authorised => {
            view! { <span class="p-good">{t::authorised(locale, &said.authorised_by, &until.text)}</span> }.into_any()
        }
        Some(until) => {
            view! { <span class="p-bad">{t::authorised_over(locale, &said.authorised_by, &until.text)}</span> }
                .into_any()
        }
        None => view! { <span class="p-bad">{t::authorised_not(locale)}</span> }.into_any(),
    };
    let wher = (!said.authorisation.is_empty()).then(|| view! { <small>{said.authorisation.clone()}</small> });
    let edit = may_change.then(|| {
        view! { <a class="p-btn p-btn-small" href=format!("{PAGE}?edit={id}#edit")>{t::edit(locale)}</a> }
    });
    let blackouts = if said.blackouts.is_empty() { "—".to_owned() } else { said.blackouts.clone() };
    view! {
        <tr>
            <td class="p-c-main">{said.name.clone()}<small>{said.targets.replace('\n', ", ")}</small></td>
            <td data-label=t::authorised_by(locale)>{permission}{wher}</td>
            <td data-label=t::blackouts(locale)>{blackouts}<small>{said.zone.clone()}</small></td>
            <td>{edit}</td>
        </tr>
    }
    .into_any()
}

/// How a scanner signs in: folded, for most targets need none.
fn login(locale: Locale, said: &Said<'_>, edited: Option<&TargetView>, kept: &LoginDraft) -> AnyView {
    let kinds = vec![
        ("form".to_owned(), t::login_form(locale).to_owned()),
        ("json".to_owned(), t::login_json(locale).to_owned()),
    ];
    let body = if kept.body.is_empty() { "username={%username%}&password={%password%}" } else { &kept.body };
    let set = edited.and_then(|one| one.login_set.as_ref());
    let set = set.map(|at| t::login_set(locale, &at.text)).unwrap_or_default();
    let password = view! {
        <input class="p-input" id="login_password" name="login_password" type="password" maxlength="1000"
            autocomplete="off"/>
    };
    let kind = if kept.json { "json" } else { "form" };
    view! {
        <details class="p-fold" open=!said.or("login_url", &kept.url).is_empty()>
            <summary class="p-btn p-btn-quiet">{t::login(locale)}</summary>
            <p class="p-hint">{t::login_hint(locale)}</p>
            {line("login_url", t::login_url(locale), said.or("login_url", &kept.url), t::login_url_hint(locale), false)}
            {select("login_kind", t::login_kind(locale), kinds, &said.or("login_kind", kind), "")}
            {line("login_body", t::login_body(locale), said.or("login_body", body), t::login_body_hint(locale), false)}
            {line("login_user", t::login_user(locale), said.or("login_user", &kept.user), "", false)}
            {field("login_password", t::login_password(locale), password.into_any(), "")}
            <p class="p-hint">{set}</p>
            {line("login_page", t::login_page(locale), said.or("login_page", &kept.page), t::login_page_hint(locale), false)}
            {line("login_sign", t::login_sign(locale), said.or("login_sign", &kept.sign), t::login_sign_hint(locale), false)}
        </details>
    }
    .into_any()
}

fn form(locale: Locale, asked: &Asked, page: &TargetsPage) -> AnyView {
    let edited = asked.get("edit").and_then(|id| id.parse::<i64>().ok());
    let edited = edited.and_then(|id| page.targets.iter().find(|one| one.said.id == Some(id)));
    let blank = TargetDraft { zone: page.zone.clone(), ..TargetDraft::default() };
    let kept = edited.map_or(&blank, |one| &one.said);
    let open = edited.is_some() || asked.contains_key("wrong") || page.targets.is_empty();
    let title = match edited {
        Some(one) => t::connector_edit(locale, &one.said.name),
        None => t::target_new(locale).to_owned(),
    };
    let said = Said::of(asked);
    let id =
        edited.and_then(|one| one.said.id).map(|id| view! { <input type="hidden" name="id" value=id.to_string()/> });
    let until = view! {
        <input class="p-input" id="authorised_until" name="authorised_until" type="date"
            value=said.or("authorised_until", &kept.authorised_until)/>
    };
    view! {
        <details class="p-fold p-section" id="edit" open=open>
            <summary class="p-btn">{title}</summary>
            <form class="p-form" method="post" action=PAGE>
                {id}
                {line("name", t::name(locale), said.or("name", &kept.name), "", true)}
                {lines("targets", t::targets(locale), said.or("targets", &kept.targets), t::list_hint(locale), true)}
                {lines("exclude", t::exclude(locale), said.or("exclude", &kept.exclude), "", false)}
                {lines("allow", t::allow(locale), said.or("allow", &kept.allow), t::allow_hint(locale), false)}
                <div class="p-form-row">
                    {line("authorised_by", t::authorised_by(locale), said.or("authorised_by", &kept.authorised_by), "", false)}
                    {field("authorised_until", t::authorised_until(locale), until.into_any(), "")}
                </div>
                {line("authorisation", t::authorisation(locale), said.or("authorisation", &kept.authorisation), "", false)}
                {line("blackouts", t::blackouts(locale), said.or("blackouts", &kept.blackouts), t::blackouts_hint(locale), false)}
                {line("zone", t::zone(locale), said.or("zone", &kept.zone), "", true)}
                {login(locale, &said, edited, &kept.login)}
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{t::save(locale)}</button></div>
            </form>
        </details>
    }
    .into_any()
}
