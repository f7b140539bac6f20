//! `/assets/coverage`: where nobody looked. A row an asset or a team, a column a scanner; hatched where there was never a test.

use super::asset_parts::{count_link, filter_bar, href, list_href, metric, say};
use crate::components::page::{answer, past_banner};
use crate::locales::{assets as ta, common as t};
use crate::server_fns::DrawnAssets;
use leptos::prelude::*;
use model::Tool;
use model::text::{Locale, percent};
use model::view::assets::{AssetItem, CoverageCell, CoveragePage, TeamCoverage, TestedView};

/// The page's path.
const PATH: &str = "/assets/coverage";
/// The windows that are offered, in days.
const WINDOWS: [u32; 4] = [7, 30, 90, 365];

/// The page as HTML.
pub fn draw(locale: Locale, page: &CoveragePage) -> DrawnAssets {
    let days = page.coverage.days;
    let asked = if days == 30 { String::new() } else { days.to_string() };
    let grid = if page.filter_error.is_some() {
        ().into_any()
    } else if page.teams.is_empty() {
        assets(locale, page)
    } else {
        teams(locale, page)
    };
    let windows = WINDOWS.map(|one| {
        let to = href(PATH, &page.q, &[("days", &if one == 30 { String::new() } else { one.to_string() })]);
        let current = (one == days).then_some("true");
        view! { <a href=to aria-current=current>{ta::window_days(locale, i64::from(one))}</a> }
    });
    let html = view! {
        {page.filter_error.is_none().then(|| answer(say(locale, &page.coverage, !page.q.is_empty())))}
        <div class="p-stack">
            <div class="p-row">
                <div class="p-seg" role="group" aria-label=ta::window(locale)>{windows.into_iter().collect_view()}</div>
            </div>
            {filter_bar(locale, PATH, &page.q, page.filter_error.as_ref(), &page.pills, &[("days", asked)])}
            {grid}
            {metric(locale)}
        </div>
    };
    DrawnAssets {
        title: ta::coverage(locale).to_owned(),
        above: vec![("/assets".to_owned(), ta::title(locale).to_owned())],
        before: past_banner(locale, page.past.clone(), PATH).to_html(),
        html: html.to_html(),
    }
}

fn figure(title: &'static str, more: &'static str, table: AnyView) -> AnyView {
    view! {
        <figure class="p-card" aria-labelledby="grid">
            <header class="p-card-head"><figcaption id="grid">{title}</figcaption></header>
            <p class="p-card-say">{more}</p>
            <div class="p-heat-wrap" tabindex="0" role="region" aria-labelledby="grid">{table}</div>
        </figure>
    }
    .into_any()
}

fn heads(tools: &[Tool]) -> AnyView {
    tools.iter().map(|tool| view! { <th scope="col">{tool.name()}</th> }).collect_view().into_any()
}

/// The scanners with a column: the three that everybody knows, and others once one of them has looked.
fn tools(page: &CoveragePage) -> Vec<Tool> {
    let of_assets = page.assets.iter().flat_map(|item| &item.tested).any(|one| one.tool == Tool::Other);
    let of_teams = page.teams.iter().flat_map(|line| &line.cells);
    let others =
        of_assets || of_teams.into_iter().any(|cell| cell.tool == Tool::Other && cell.never.value < cell.could);
    Tool::ALL.into_iter().filter(|tool| *tool != Tool::Other || others).collect()
}

fn assets(locale: Locale, page: &CoveragePage) -> AnyView {
    if page.assets.is_empty() {
        return ().into_any();
    }
    let tools = tools(page);
    let rows = page.assets.iter().map(|item| {
        let cells = tools.iter().map(|tool| {
            let found = item.tested.iter().find(|one| one.tool == *tool);
            asset_cell(locale, item, *tool, found)
        });
        let cells = cells.collect_view();
        view! {
            <tr>
                <th scope="row"><a href=format!("/assets/{}", item.id)>{item.name.clone()}</a></th>
                {cells}
            </tr>
        }
    });
    let table = view! {
        <table class="p-heat p-coverage">
            <caption class="p-vh">{ta::coverage_grid(locale)}</caption>
            <thead><tr><th scope="col">{ta::col_asset(locale)}</th>{heads(&tools)}</tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    };
    figure(ta::coverage_grid(locale), ta::coverage_grid_say(locale), table.into_any())
}

fn asset_cell(locale: Locale, item: &AssetItem, tool: Tool, found: Option<&TestedView>) -> AnyView {
    let Some(found) = found else {
        let why = ta::cell_not_of_this_kind(locale);
        return view! { <td class="p-coverage-other" title=why>"·"<span class="p-vh">{why}</span></td> }.into_any();
    };
    let Some((at, age)) = &found.at else {
        return view! { <td class="p-hatch"><span class="p-coverage-never">{ta::never(locale)}</span></td> }.into_any();
    };
    let inside = match &found.signed_in {
        Some((at, age)) => view! { <small title=at.text.clone()>{ta::inside(locale, age)}</small> }.into_any(),
        // Web scanners' exports do not say, so that nothing can be said of them.
        None if tool == Tool::Nessus => view! { <small>{ta::inside_never(locale)}</small> }.into_any(),
        None => ().into_any(),
    };
    let class = if found.fresh { "h3" } else { "h0" };
    let title = at.text.clone();
    let old = if found.fresh { "" } else { "p-bad" };
    view! {
        <td class=class>
            <a href=format!("/assets/{}", item.id) title=title>
                <span class="p-vh">{tool.name()}": "</span>
                <b class=old>{age.clone()}</b>{inside}
            </a>
        </td>
    }
    .into_any()
}

fn teams(locale: Locale, page: &CoveragePage) -> AnyView {
    let tools = tools(page);
    let rows = page.teams.iter().map(|line| team(locale, line, &tools)).collect_view();
    let table = view! {
        <table class="p-heat p-coverage">
            <caption class="p-vh">{ta::coverage_teams(locale)}</caption>
            <thead>
                <tr>
                    <th scope="col">{ta::col_owner(locale)}</th>
                    <th scope="col">{ta::in_scope(locale)}</th>
                    <th scope="col">{ta::blind(locale)}</th>
                    {heads(&tools)}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    };
    figure(ta::coverage_teams(locale), ta::coverage_teams_say(locale), table.into_any())
}

fn team(locale: Locale, line: &TeamCoverage, tools: &[Tool]) -> AnyView {
    let name = line.team.as_ref().map_or_else(|| t::no_team(locale).to_owned(), |team| team.name.clone());
    let cells = line.cells.iter().filter(|cell| tools.contains(&cell.tool));
    let cells = cells.map(|cell| team_cell(locale, cell)).collect_view();
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>{count_link(locale, &line.in_scope)}</td>
            <td>{count_link(locale, &line.blind)}</td>
            {cells}
        </tr>
    }
    .into_any()
}

fn team_cell(locale: Locale, cell: &CoverageCell) -> AnyView {
    let CoverageCell { could, tested, signed_in, never, .. } = cell;
    if *could == 0 {
        let why = ta::cell_not_of_this_kind(locale);
        return view! { <td class="p-coverage-other" title=why>"·"<span class="p-vh">{why}</span></td> }.into_any();
    }
    let missing = (never.value > 0)
        .then(|| view! { <small><a href=list_href(never)>{ta::cell_never(locale, never.value)}</a></small> });
    if never.value == *could {
        return view! { <td class="p-hatch">{missing}</td> }.into_any();
    }
    let level = match tested.value * 4 / (*could).max(1) {
        0 => "h0",
        1 => "h1",
        2 => "h2",
        _ => "h3",
    };
    let inside = (signed_in.value > 0).then(|| {
        let text = ta::cell_inside(locale, &percent(locale, signed_in.value, *could));
        view! { <small><a href=list_href(signed_in)>{text}</a></small> }
    });
    view! {
        <td class=level>
            <a href=list_href(tested)><b>{percent(locale, tested.value, *could)}</b></a>
            {inside}
            {missing}
        </td>
    }
    .into_any()
}
