//! `/assets`: every asset with its owner and why, what it is, what is open on it and when it was last tested.

use super::asset_parts::{attributes, filter_bar, href, metric, open, owner, say, tested};
use crate::components::marks::icon;
use crate::components::messages::{button_link, empty};
use crate::components::page::{answer, past_banner};
use crate::locales::{assets as ta, common as t, merges as tm};
use crate::server_fns::DrawnAssets;
use leptos::prelude::*;
use model::facts::AssetKind;
use model::text::Locale;
use model::view::assets::{AssetItem, AssetSort, AssetsPage};

/// The page's path.
const PATH: &str = "/assets";

/// The page as HTML.
pub fn draw(locale: Locale, page: &AssetsPage) -> DrawnAssets {
    let sort = if page.sort == AssetSort::Criticality { "criticality" } else { "" };
    let body = if page.filter_error.is_some() {
        ().into_any()
    } else if page.rows.is_empty() {
        let act = button_link("/assets/inventory".to_owned(), ta::see_inventory(locale), true);
        empty("server", ta::none(locale), ta::none_more(locale).to_owned(), act)
    } else {
        view! { {table(locale, page)} {pager(locale, page, sort)} }.into_any()
    };
    let html = view! {
        {acts(locale, page, sort)}
        {page.filter_error.is_none().then(|| answer(say(locale, &page.coverage, !page.q.is_empty())))}
        <div class="p-stack">
            {filter_bar(locale, PATH, &page.q, page.filter_error.as_ref(), &page.pills, &[("sort", sort.to_owned())])}
            {body}
            {metric(locale)}
        </div>
    };
    DrawnAssets {
        title: ta::title(locale).to_owned(),
        above: Vec::new(),
        before: past_banner(locale, page.past.clone(), PATH).to_html(),
        html: html.to_html(),
    }
}

/// Other pages and orders.
fn acts(locale: Locale, page: &AssetsPage, sort: &str) -> AnyView {
    let sorts = [("", ta::sort_name(locale)), ("criticality", ta::sort_criticality(locale))].map(|(word, name)| {
        let current = (word == sort).then_some("true");
        view! { <a href=href(PATH, &page.q, &[("sort", word)]) aria-current=current>{name}</a> }
    });
    let inventory = page.may_declare.then(|| {
        view! {
            <a class="p-btn" href="/assets/inventory">{icon("table")}{ta::see_inventory(locale)}</a>
            <a class="p-btn" href="/assets/merges">{icon("link")}{tm::title(locale)}</a>
        }
    });
    view! {
        <div class="p-head">
            <p class="p-head-note">{ta::total(locale, page.total)}</p>
            <div class="p-seg" role="group" aria-label=ta::order(locale)>{sorts.into_iter().collect_view()}</div>
            <div class="p-head-acts">
                <a class="p-btn" href=href("/assets/coverage", &page.q, &[])>{icon("eye")}{ta::see_coverage(locale)}</a>
                {inventory}
            </div>
        </div>
    }
    .into_any()
}

fn table(locale: Locale, page: &AssetsPage) -> AnyView {
    let rows = page.rows.iter().map(|item| row(locale, item, page.coverage.declared)).collect_view();
    view! {
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{ta::list(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{ta::col_asset(locale)}</th>
                        <th scope="col">{ta::col_owner(locale)}</th>
                        <th scope="col">{ta::col_what(locale)}</th>
                        <th scope="col">{ta::col_open(locale)}</th>
                        <th scope="col">{ta::col_tests(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// What kind of asset, and in which space.
pub fn kind(locale: Locale, item: &AssetItem) -> String {
    let kind = if item.kind == AssetKind::Origin { ta::kind_origin(locale) } else { ta::kind_host(locale) };
    if item.space == "default" { kind.to_owned() } else { format!("{kind} · {}", ta::space(locale, &item.space)) }
}

fn row(locale: Locale, item: &AssetItem, inventory: bool) -> AnyView {
    let tests = item.tested.iter().map(|one| tested(locale, one)).collect_view();
    view! {
        <tr>
            <td class="p-c-main">
                <a href=format!("/assets/{}", item.id) data-row="">{item.name.clone()}</a>
                <small>{kind(locale, item)}</small>
            </td>
            <td data-label=ta::col_owner(locale)>{owner(locale, item)}</td>
            <td data-label=ta::col_what(locale)>{attributes(locale, &item.attributes, inventory)}</td>
            <td data-label=ta::col_open(locale)>{open(locale, item)}</td>
            <td data-label=ta::col_tests(locale)><span class="p-tests">{tests}</span></td>
        </tr>
    }
    .into_any()
}

fn pager(locale: Locale, page: &AssetsPage, sort: &str) -> AnyView {
    let to = |cursor: &str| href(PATH, &page.q, &[("sort", sort), ("page", cursor)]);
    let before = (!page.previous.is_empty()).then(|| {
        view! {
            <a class="p-btn p-btn-small" rel="prev" href=to(&page.previous)>{icon("chevron-left")}{t::previous_page(locale)}</a>
        }
    });
    let after = (!page.next.is_empty()).then(|| {
        view! {
            <a class="p-btn p-btn-small" rel="next" href=to(&page.next)>{t::next_page(locale)}{icon("chevron-right")}</a>
        }
    });
    if before.is_none() && after.is_none() {
        return ().into_any();
    }
    view! {
        <nav class="p-pager" aria-label=t::pages(locale)><p>{ta::total(locale, page.total)}</p>{before}{after}</nav>
    }
    .into_any()
}
