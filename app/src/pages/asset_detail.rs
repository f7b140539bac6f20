//! `/assets/{id}`: an asset's names, who owned it, what was said of it, which scanners looked and what they found.

use super::asset_form::form;
use super::asset_parts::{attributes, open, owner};
use super::assets_list::kind;
use crate::components::marks::{icon, stamp};
use crate::components::messages::button_link;
use crate::components::page::past_banner;
use crate::locales::say::{encode, findings_href};
use crate::locales::{assets as ta, common as t, findings as te, words};
use crate::server_fns::DrawnAssets;
use leptos::prelude::*;
use model::text::{Locale, number};
use model::view::assets::{AssetPage, SaidView, TestedView};

/// The page as HTML.
pub fn draw(locale: Locale, page: &AssetPage) -> DrawnAssets {
    let item = &page.item;
    let path = format!("/assets/{}", item.id);
    let html = view! {
        <p class="p-head-note">{kind(locale, item)}</p>
        <div class="p-row">{attributes(locale, &item.attributes, true)}</div>
        <div class="p-detail p-section">
            <div class="p-stack">
                {found(locale, page)}
                {tests(locale, page)}
                {looks(locale, page)}
            </div>
            <aside class="p-side p-stack">
                {what(locale, page)}
                {owners(locale, page)}
                {names(locale, page)}
                {said(locale, page)}
            </aside>
        </div>
    };
    DrawnAssets {
        title: item.name.clone(),
        above: vec![("/assets".to_owned(), ta::title(locale).to_owned())],
        before: past_banner(locale, page.past.clone(), &path).to_html(),
        html: html.to_html(),
    }
}

fn card(mark: &'static str, title: &'static str, body: AnyView) -> AnyView {
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{icon(mark)}" "{title}</h2></header>
            {body}
        </section>
    }
    .into_any()
}

fn found(locale: Locale, page: &AssetPage) -> AnyView {
    let item = &page.item;
    let body = view! {
        <div class="p-row">
            <p class="p-tile-value"><a href=findings_href(&item.open_all.filter)>{number(locale, item.open_all.value)}</a></p>
            {open(locale, item)}
        </div>
        {page.may_write.then(|| button_link(writing(page), te::write_down(locale), false))}
    };
    card("findings", ta::open_findings(locale), body.into_any())
}

/// The form of a finding on it: a host by its address, which is what scanners know it by.
fn writing(page: &AssetPage) -> String {
    let host = !page.item.name.contains("://");
    let address = page.names.iter().find(|(kind, _)| host && kind == "ip").map(|(_, address)| address);
    format!("/findings/new?where={}", encode(address.unwrap_or(&page.item.name)))
}

fn tests(locale: Locale, page: &AssetPage) -> AnyView {
    let none = page.item.tested.iter().all(|one| one.times == 0);
    let body = if none {
        view! { <p class="p-hint">{ta::tests_none(locale)}</p> }.into_any()
    } else {
        let rows = page.item.tested.iter().map(|one| test(locale, one)).collect_view();
        view! {
            <table class="p-table p-table-plain">
                <caption class="p-vh">{ta::tests(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{ta::col_tool(locale)}</th>
                        <th scope="col" class="p-num">{ta::col_times(locale)}</th>
                        <th scope="col">{ta::col_last(locale)}</th>
                        <th scope="col">{ta::col_inside(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    card("eye", ta::tests(locale), body)
}

fn test(locale: Locale, one: &TestedView) -> AnyView {
    let cell = |last: Option<&(model::view::Stamp, String)>, fresh: bool| match last {
        None => view! { <td class="p-hatch">{ta::never(locale)}</td> }.into_any(),
        Some((at, age)) => {
            let class = if fresh { "" } else { "p-bad" };
            view! { <td class=class><time datetime=at.iso.clone() title=at.text.clone()>{age.clone()}</time></td> }
                .into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">{one.tool.name()}</th>
            <td class="p-num">{number(locale, one.times)}</td>
            {cell(one.at.as_ref(), one.fresh)}
            {cell(one.signed_in.as_ref(), one.signed_in_fresh)}
        </tr>
    }
    .into_any()
}

fn looks(locale: Locale, page: &AssetPage) -> AnyView {
    if page.looks.is_empty() {
        return card("scans", ta::looks(locale), view! { <p class="p-hint">{ta::looks_none(locale)}</p> }.into_any());
    }
    let yes = |yes: bool| if yes { ta::reached_yes(locale) } else { ta::same_reached_no(locale) };
    let rows = page.looks.iter().map(|look| {
        let name = if look.file.is_empty() { look.tool.name().to_owned() } else { look.file.clone() };
        let scan = if page.may_see_scans {
            view! { <a href=format!("/scans/{}", look.scan)>{name}</a> }.into_any()
        } else {
            name.into_any()
        };
        view! {
            <tr>
                <td>{scan}</td>
                <td class="p-c-nowrap">{stamp(&look.at)}</td>
                <td>{yes(look.reached)}</td>
                <td>{look.signed_in.map_or(ta::unsaid(locale), yes)}</td>
            </tr>
        }
    });
    let shown = i64::try_from(page.looks.len()).unwrap_or(i64::MAX);
    let some = (shown < page.looks_count)
        .then(|| view! { <p class="p-hint">{ta::looks_some(locale, shown, page.looks_count)}</p> });
    let body = view! {
        <div class="p-scroll" tabindex="0" role="region" aria-label=ta::looks(locale)>
            <table class="p-table p-table-plain">
                <caption class="p-vh">{ta::looks(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{ta::col_scan(locale)}</th>
                        <th scope="col">{ta::col_at(locale)}</th>
                        <th scope="col">{ta::col_reached(locale)}</th>
                        <th scope="col">{ta::col_inside(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
        {some}
    };
    card("scans", ta::looks(locale), body.into_any())
}

/// What it is to the organisation, and the form that changes it.
fn what(locale: Locale, page: &AssetPage) -> AnyView {
    let said = &page.item.attributes;
    let or = |text: Option<&'static str>| text.unwrap_or_else(|| ta::unset(locale)).to_owned();
    let declared = if said.declared { ta::yes(locale) } else { ta::same_no(locale) };
    let environment = if said.environment.is_empty() { or(None) } else { said.environment.clone() };
    let tags = if said.tags.is_empty() { or(None) } else { said.tags.join(" ") };
    let rows = [
        (ta::criticality(locale), or(said.criticality.map(|value| ta::criticality_name(locale, value)))),
        (ta::exposure(locale), or(said.exposure.map(|value| ta::exposure_name(locale, value)))),
        (ta::environment(locale), environment),
        (ta::tags(locale), tags),
        (ta::declared(locale), declared.to_owned()),
    ];
    let rows = rows.map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> });
    let change = page.may_say.then(|| {
        view! {
            <details class="p-fold">
                <summary class="p-btn p-btn-small">{icon("edit")}{ta::change(locale)}</summary>
                {form(locale, page)}
            </details>
        }
    });
    let body = view! {
        <dl class="p-dl">
            <dt>{ta::col_owner(locale)}</dt><dd>{owner(locale, &page.item)}</dd>
            {rows.into_iter().collect_view()}
        </dl>
        {change}
    };
    card("tag", ta::what(locale), body.into_any())
}

fn owners(locale: Locale, page: &AssetPage) -> AnyView {
    if page.owners.is_empty() {
        return ().into_any();
    }
    let items = page.owners.iter().map(|(at, team)| {
        let name = team.as_ref().map_or_else(|| t::no_team(locale).to_owned(), |team| team.name.clone());
        let since = match at {
            Some(at) => view! { {ta::owners_from(locale)}" "{stamp(at)} }.into_any(),
            None => ta::owners_first(locale).into_any(),
        };
        view! { <li><b>{name}</b><small>{since}</small></li> }
    });
    card("teams", ta::owners(locale), view! { <ul class="p-list">{items.collect_view()}</ul> }.into_any())
}

fn names(locale: Locale, page: &AssetPage) -> AnyView {
    let rows = page.names.iter().map(|(kind, value)| {
        view! { <dt>{ta::name_kind(locale, kind)}</dt><dd class="p-mono">{value.clone()}</dd> }
    });
    let body = view! {
        <dl class="p-dl">
            {rows.collect_view()}
            <dt>{ta::name_space(locale)}</dt><dd class="p-mono">{page.item.space.clone()}</dd>
            <dt>{ta::name_key(locale)}</dt><dd class="p-mono">{page.key.clone()}</dd>
        </dl>
    };
    card("server", ta::names(locale), body.into_any())
}

fn said(locale: Locale, page: &AssetPage) -> AnyView {
    if page.said.is_empty() {
        let act = page.may_say.then(|| button_link("/assets/inventory".to_owned(), ta::see_inventory(locale), false));
        let none = view! { <p class="p-hint">{ta::said_none(locale)}</p> {act} };
        return card("history", ta::said(locale), none.into_any());
    }
    let items = page.said.iter().map(|said| told(locale, said)).collect_view();
    card("history", ta::said(locale), view! { <ol class="p-timeline">{items}</ol> }.into_any())
}

fn told(locale: Locale, said: &SaidView) -> AnyView {
    let by = if said.by.is_empty() { words::operator(locale).to_owned() } else { said.by.clone() };
    let file = (!said.file.is_empty()).then(|| format!(" {}", ta::said_by_file(locale, &said.file)));
    let named = said.owner.as_ref().map(|team| view! { <p>{ta::owner(locale)}": "{team.name.clone()}</p> });
    view! {
        <li class="is-person">
            {stamp(&said.at)}
            {attributes(locale, &said.attributes, true)}
            {named}
            <p class="p-hint">{by}{file}</p>
        </li>
    }
    .into_any()
}
