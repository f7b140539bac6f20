//! `/posture`: where the organisation stands, on one page.

use crate::components::charts::{chart_card, spark};
use crate::components::load::{load, show};
use crate::components::marks::{icon, severity};
use crate::components::messages::{button_link, empty};
use crate::components::page::{Heading, answer, past_banner};
use crate::components::rows::{count_link, tile};
use crate::locales::say::{encode, findings_href};
use crate::locales::{common as t, filter as tq, findings as tf, months as tm, posture as tp, sentences};
use crate::server_fns;
use crate::visit::{locale, me};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;
use model::policy::Action;
use model::text::{Locale, mapped_name, number, signed};
use model::view::Count;
use model::view::findings::FindingsQuery;
use model::view::posture::{Heat, HeatCell, PosturePage, PostureQuery};
use model::{Edition, Mapped};

const PATH: &str = "/posture";

/// The page.
pub fn posture() -> AnyView {
    let query = use_query_map();
    let asked = move || {
        query.with(|query| PostureQuery {
            q: query.get("q").unwrap_or_default(),
            edition: query.get("edition").unwrap_or_default(),
        })
    };
    show(load(asked, server_fns::posture), draw)
}

/// The address of this page, or of one of its files, with its query.
fn href(path: &str, query: &PostureQuery) -> String {
    let pairs = [("q", query.q.as_str()), ("edition", query.edition.as_str())];
    let pairs: Vec<String> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", encode(value)))
        .collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

fn draw(page: PosturePage) -> AnyView {
    let locale = locale();
    let body = if page.nothing_imported {
        let acts = me().filter(|me| me.may(Action::Import));
        let acts = acts.map(|_| button_link("/scans".to_owned(), tf::go_import(locale), true)).into_any();
        empty("posture", tp::nothing(locale), tp::nothing_more(locale).to_owned(), acts)
    } else if page.filter_error.is_some() {
        ().into_any()
    } else {
        figures(locale, &page)
    };
    let problem = page.filter_error.as_ref().map(|problem| {
        let to = |q| super::findings::href(&FindingsQuery { q, ..FindingsQuery::default() });
        super::findings_filter::filter_problem(locale, &page.query.q, problem, &to)
    });
    view! {
        {past_banner(locale, page.past.clone(), PATH)}
        <div class="p-head">
            <Heading text=tp::title(locale)/>
            <p class="p-head-note">{tp::on_day(locale, &page.day)}" · "{tp::compared(locale, &page.compared_with)}</p>
            {filter(locale, &page.query)}
        </div>
        {problem}
        {body}
    }
    .into_any()
}

/// The scope, as a filter.
fn filter(locale: Locale, query: &PostureQuery) -> AnyView {
    let (text, shown) = (query.q.clone(), query.q.clone());
    let edition = (!query.edition.is_empty())
        .then(|| view! { <input type="hidden" name="edition" value=query.edition.clone()/> });
    view! {
        <Form method="GET" action=PATH attr:class="p-filter" attr:role="search">
            <label class="p-vh" for="q">{tp::scope(locale)}</label>
            {icon("search")}
            <input id="q" name="q" type="search" value=text prop:value=shown autocomplete="off"
                spellcheck="false" autocapitalize="none" maxlength="2000" placeholder=tp::scope_all(locale)/>
            {edition}
            <kbd>"F"</kbd>
            <button class="p-btn p-btn-small">{tq::apply(locale)}</button>
        </Form>
    }
    .into_any()
}

fn figures(locale: Locale, page: &PosturePage) -> AnyView {
    view! {
        {answer(sentences::posture(locale, page))}
        {severities(locale, page)}
        <div class="p-grid">
            {chart_card(
                "trend",
                tp::trend(locale),
                trend_say(locale, page),
                page.trend.clone(),
                Some(href("/posture/trend.csv", &page.query)),
                None,
            )}
            {chart_card(
                "flow",
                tp::flow(locale),
                flow_say(locale, page),
                page.flow.clone(),
                Some(href("/posture/flow.csv", &page.query)),
                Some(reckoning(locale, page)),
            )}
            {heat(locale, page)}
            {chart_card(
                "by-team",
                tp::teams(locale),
                tp::teams_say(locale).to_owned(),
                page.teams.clone(),
                Some(href("/posture/teams.csv", &page.query)),
                None,
            )}
        </div>
        {blind_spots(locale, page)}
        <details class="p-section">
            <summary class="p-h2">{tp::how_counted(locale)}</summary>
            <ul class="p-prose p-small">
                <li>{tp::how_open(locale)}</li><li>{tp::how_fixed(locale)}</li><li>{tp::how_balance(locale)}</li>
            </ul>
        </details>
        <p class="p-small"><a href="/posture/months" rel="external">{tm::title(locale)}</a></p>
    }
    .into_any()
}

/// Open by severity, each with its twelve weeks.
fn severities(locale: Locale, page: &PosturePage) -> AnyView {
    let tiles = page.by_severity.iter().enumerate().map(|(index, (level, count))| {
        let line = page.sparks.get(index).cloned().map(spark);
        view! {
            <li class="p-tile">
                <h2>{severity(locale, *level)}</h2>
                <p class="p-tile-value">{count_link(locale, count)}</p>
                {line}
            </li>
        }
    });
    view! { <ul class="p-tiles" aria-label=tp::by_severity(locale)>{tiles.collect_view()}</ul> }.into_any()
}

fn trend_say(locale: Locale, page: &PosturePage) -> String {
    match page.open.value - page.open_before.value {
        0 => tp::trend_say_same(locale).to_owned(),
        less if less < 0 => tp::trend_say_down(locale, -less),
        more => tp::trend_say_up(locale, more),
    }
}

fn flow_say(locale: Locale, page: &PosturePage) -> String {
    let net = page.new.value + page.reopened.value - page.fixed.value - page.other.value;
    match net {
        0 => tp::flow_say_even(locale).to_owned(),
        less if less < 0 => tp::flow_say_net_down(locale, -less),
        more => tp::flow_say_net_up(locale, more),
    }
}

/// The sum that must come out: what was open, what came, what went, what is open.
fn reckoning(locale: Locale, page: &PosturePage) -> AnyView {
    let link = |count: &Count, text: String| view! { <a href=findings_href(&count.filter)>{text}</a> };
    let part = |sign: &'static str, count: &Count| view! { {sign}{link(count, number(locale, count.value))} };
    let moved = page.open.value
        - (page.open_before.value + page.new.value + page.reopened.value - page.fixed.value - page.other.value);
    let moved = (moved != 0).then(|| format!(" {} ", signed(locale, moved)));
    view! {
        {tp::balance(locale)}": "
        {link(&page.open_before, number(locale, page.open_before.value))}
        {part(" + ", &page.new)}
        {part(" + ", &page.reopened)}
        {part(" − ", &page.fixed)}
        {part(" − ", &page.other)}
        {moved}
        {part(" = ", &page.open)}
    }
    .into_any()
}

/// Categories by team: a real table, hatched where nobody looked.
fn heat(locale: Locale, page: &PosturePage) -> AnyView {
    let edition = page.edition;
    let switch = [Edition::Y2021, Edition::Y2025].map(|choice| {
        let current = (choice == edition).then_some("true");
        let query = PostureQuery { edition: choice.word().to_owned(), ..page.query.clone() };
        view! { <a href=href(PATH, &query) aria-current=current>{choice.word()}</a> }
    });
    let Heat { columns, rows } = page.heat.clone();
    let heads = columns.iter().map(|mapped| {
        let name = mapped_name(locale, edition, *mapped);
        let text = match mapped {
            Mapped::To(category) => category.to_string(),
            Mapped::Unmapped | Mapped::NotAWeakness => "–".to_owned(),
        };
        view! { <th scope="col"><abbr title=name>{text}</abbr></th> }
    });
    let heads = heads.collect_view();
    let rows = rows.into_iter().map(|(name, cells)| {
        let cells = cells.iter().zip(&columns).map(|(cell, mapped)| heat_cell(locale, edition, cell, *mapped, &name));
        let cells = cells.collect_view();
        view! { <tr><th scope="row">{name}</th>{cells}</tr> }
    });
    view! {
        <figure class="p-card" aria-labelledby="heat">
            <header class="p-card-head">
                <figcaption id="heat">{tp::heat(locale)}</figcaption>
                <div class="p-row">
                    <div class="p-seg" role="group" aria-label=tp::edition(locale)>{switch.into_iter().collect_view()}</div>
                    <a class="p-small" href=href("/posture/heat.csv", &page.query) download="" rel="external">{t::same_csv(locale)}</a>
                </div>
            </header>
            <p class="p-card-say">{tp::heat_legend(locale)}</p>
            <div class="p-heat-wrap" tabindex="0" role="region" aria-labelledby="heat">
                <table class="p-heat">
                    <caption class="p-vh">{tp::heat(locale)}</caption>
                    <thead><tr><td></td>{heads}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </figure>
    }
    .into_any()
}

fn heat_cell(locale: Locale, edition: Edition, cell: &HeatCell, mapped: Mapped, team: &str) -> AnyView {
    if !cell.looked && cell.count.value == 0 {
        return view! { <td class="p-hatch"><span class="p-vh">{tp::heat_not_looked(locale)}</span></td> }.into_any();
    }
    let level = cell.level.min(5);
    let what = tp::heat_cell(locale, cell.count.value, mapped_name(locale, edition, mapped), team);
    view! {
        <td class=format!("h{level}")>
            <a href=findings_href(&cell.count.filter) title=what.clone() aria-label=what>{number(locale, cell.count.value)}</a>
        </td>
    }
    .into_any()
}

/// What nobody owns, nobody re-tested, nobody looked at; and what is late.
fn blind_spots(locale: Locale, page: &PosturePage) -> AnyView {
    let unseen = (page.assets - page.assets_observed).max(0);
    let share = model::text::percent(locale, unseen, page.assets);
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tp::blind(locale)}</h2>
            <ul class="p-tiles">
                {tile(locale, tp::overdue(locale), &page.overdue, ().into_any())}
                {tile(locale, tp::blind_unowned(locale), &page.unowned, ().into_any())}
                {tile(locale, tp::blind_not_retested(locale), &page.not_retested, ().into_any())}
                <li class="p-tile">
                    <h2>{tp::blind_assets(locale)}</h2>
                    <p class="p-tile-value">{number(locale, unseen)}" "<small>{share}</small></p>
                </li>
            </ul>
        </section>
    }
    .into_any()
}
