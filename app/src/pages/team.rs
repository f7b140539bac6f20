//! `/teams/:slug`: who is in it and what it owns, each asset with its why.

use crate::components::form::Act;
use crate::components::load::{load, show};
use crate::components::marks::icon;
use crate::components::messages::button_link;
use crate::components::page::{Heading, crumbs};
use crate::components::rows::{count_link, stamp_or};
use crate::locales::say::findings_href;
use crate::locales::{common as t, teams as tt};
use crate::server_fns::{self, SetMember};
use crate::visit::locale;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_params_map;
use model::filter::Filter;
use model::text::{Locale, role_name};
use model::view::teams::TeamPage;

/// The page.
pub fn team() -> AnyView {
    let params = use_params_map();
    let slug = move || params.with(|params| params.get("slug")).unwrap_or_default();
    show(load(slug, server_fns::team), draw)
}

fn draw(page: TeamPage) -> AnyView {
    let locale = locale();
    let slug = page.team.slug.clone();
    let findings = findings_href(&Filter::new().team(Some(&slug)).to_string());
    view! {
        {crumbs(vec![("/teams".to_owned(), tt::title(locale).to_owned())], slug.clone())}
        <div class="p-head">
            <Heading text=page.team.name.clone()/>
            <div class="p-head-acts">
                {button_link(format!("/my-team?team={slug}"), tt::see_my_team(locale), false)}
                {button_link(findings, tt::see_findings(locale), false)}
            </div>
        </div>
        <div class="p-detail">
            <div class="p-stack">{assets(locale, &page)}</div>
            <aside class="p-side p-stack">{members(locale, &page)}</aside>
        </div>
    }
    .into_any()
}

fn members(locale: Locale, page: &TeamPage) -> AnyView {
    let slug = page.team.slug.clone();
    let items = page.members.iter().map(|(person, role)| {
        let remove = page.may_manage.then(|| {
            let (slug, login) = (slug.clone(), person.login.clone());
            let label = tt::member_remove(locale, &person.name);
            view! {
                <Act url=SetMember::PATH>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="login" value=login/>
                    <input type="hidden" name="member" value="false"/>
                    <button class="p-btn p-btn-small p-btn-quiet" aria-label=label>
                        {t::remove(locale)}
                    </button>
                </Act>
            }
        });
        view! { <li><b>{person.name.clone()}</b><small>{role_name(locale, *role)}</small>{remove}</li> }
    });
    let items = items.collect_view();
    let none = page.members.is_empty().then(|| view! { <p class="p-hint">{tt::members_none(locale)}</p> });
    let add = (page.may_manage && !page.candidates.is_empty()).then(|| {
        let options = page.candidates.iter().map(|person| {
            view! { <option value=person.login.clone()>{person.name.clone()}</option> }
        });
        let options = options.collect_view();
        let slug = page.team.slug.clone();
        view! {
            <Act url=SetMember::PATH class="p-form">
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="member" value="true"/>
                <div class="p-field">
                    <label for="member">{tt::add_member(locale)}</label>
                    <select class="p-input" id="member" name="login">{options}</select>
                </div>
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{t::add(locale)}</button></div>
            </Act>
        }
    });
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{icon("user")}" "{tt::members(locale)}</h2></header>
            <ul class="p-list">{items}</ul>
            {none}
            {add}
        </section>
    }
    .into_any()
}

fn assets(locale: Locale, page: &TeamPage) -> AnyView {
    let shown = i64::try_from(page.assets.len()).unwrap_or(i64::MAX);
    let some =
        (shown < page.asset_count).then(|| view! { <small>{tt::assets_some(locale, shown, page.asset_count)}</small> });
    if page.assets.is_empty() {
        return view! { <h2 class="p-h2">{tt::assets(locale)}</h2><p class="p-hint">{tt::assets_none(locale)}</p> }
            .into_any();
    }
    let rows = page.assets.iter().map(|asset| {
        view! {
            <tr>
                <th scope="row" class="p-mono"><a href=format!("/assets/{}", asset.id)>{asset.name.clone()}</a></th>
                <td class="p-mono" data-label=tt::col_why(locale)>
                    {if asset.pattern.is_empty() { tt::why_declared(locale).to_owned() } else { asset.pattern.clone() }}
                </td>
                <td class="p-c-nowrap" data-label=tt::col_observed(locale)>
                    {stamp_or(asset.observed.as_ref(), tt::not_observed(locale))}
                </td>
                <td class="p-num" data-label=tt::col_open(locale)>{count_link(locale, &asset.open)}</td>
            </tr>
        }
    });
    view! {
        <h2 class="p-h2">{tt::assets(locale)}{some}</h2>
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{tt::assets(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tt::col_asset(locale)}</th>
                        <th scope="col">{tt::col_why(locale)}</th>
                        <th scope="col">{tt::col_observed(locale)}</th>
                        <th scope="col" class="p-num">{tt::col_open(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
