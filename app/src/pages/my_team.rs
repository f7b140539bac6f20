//! `/my-team`: what a team must do this week, and whether it gains on it.

use crate::components::charts::chart_card;
use crate::components::load::{load, show};
use crate::components::marks::{due, severity_short};
use crate::components::messages::empty;
use crate::components::page::{Heading, answer};
use crate::components::rows::{count_link, tile};
use crate::locales::say::encode;
use crate::locales::{common as t, sentences, teams as tt};
use crate::server_fns;
use crate::visit::locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::filter::Filter;
use model::text::Locale;
use model::view::Count;
use model::view::findings::FindingRow;
use model::view::teams::{MyTeamPage, PersonLoad};

/// The page.
pub fn my_team() -> AnyView {
    let query = use_query_map();
    let slug = move || query.with(|query| query.get("team")).unwrap_or_default();
    show(load(slug, server_fns::my_team), draw)
}

fn draw(page: MyTeamPage) -> AnyView {
    let locale = locale();
    let Some(team) = page.team.clone() else {
        return view! {
            <div class="p-head"><Heading text=tt::my_title(locale)/></div>
            {empty("team", tt::my_none(locale), tt::my_none_more(locale).to_owned(), ().into_any())}
        }
        .into_any();
    };
    let choices = (page.teams.len() > 1).then(|| {
        let items = page.teams.iter().map(|choice| {
            let current = (choice.id == team.id).then_some("true");
            let href = format!("/my-team?team={}", encode(&choice.slug));
            view! { <li><a href=href aria-current=current>{choice.name.clone()}</a></li> }
        });
        view! {
            <details class="p-menu">
                <summary class="p-pill">{tt::my_choose(locale)}</summary>
                <ul class="p-menu-list">{items.collect_view()}</ul>
            </details>
        }
    });
    let scope = Filter::new().team(Some(&team.slug)).to_string();
    let csv = format!("/posture/flow.csv?q={}", encode(&scope));
    let note = |text: &'static str| text.into_any();
    view! {
        <div class="p-head"><Heading text=team.name/>{choices}</div>
        {answer(sentences::my_team(locale, &page))}
        <ul class="p-tiles">
            {tile(locale, tt::tile_open(locale), &page.open, tt::tile_open_note(locale, page.arrived.value).into_any())}
            {tile(locale, tt::tile_overdue(locale), &page.overdue, ().into_any())}
            {tile(locale, tt::tile_due_week(locale), &page.due_week, ().into_any())}
            {tile(locale, tt::tile_claimed(locale), &page.claimed, note(tt::tile_claimed_note(locale)))}
            {tile(locale, tt::tile_fixed(locale), &page.fixed, note(tt::tile_thirty_days(locale)))}
        </ul>
        <div class="p-grid">
            {due_list(locale, &page)}
            <div class="p-stack p-top">
                {chart_card("flow", tt::flow(locale), flow_say(locale, &page), page.flow.clone(), Some(csv), None)}
                {people(locale, &page.people)}
            </div>
        </div>
    }
    .into_any()
}

fn flow_say(locale: Locale, page: &MyTeamPage) -> String {
    use crate::locales::posture as tp;
    match page.arrived.value - page.fixed.value {
        0 => tp::flow_say_even(locale).to_owned(),
        less if less < 0 => tp::flow_say_net_down(locale, -less),
        more => tp::flow_say_net_up(locale, more),
    }
}

/// What is due, late first, in groups.
fn due_list(locale: Locale, page: &MyTeamPage) -> AnyView {
    let days = |row: &FindingRow| row.due.as_ref().map(|due| due.days_left);
    let group = |title: &'static str, class: &'static str, count: Option<&Count>, test: fn(Option<i64>) -> bool| {
        let rows: Vec<AnyView> =
            page.due.iter().filter(|row| test(days(row))).map(|row| due_row(locale, row)).collect();
        (!rows.is_empty()).then(|| {
            let count = count.map(|count| view! { <small>{count_link(locale, count)}</small> });
            view! { <h3 class=class>{title}" "{count}</h3><ul class="p-list">{rows}</ul> }
        })
    };
    let none = page.due.is_empty().then(|| view! { <p class="p-hint">{tt::due_none(locale)}</p> });
    let undated = view! {
        <p class="p-card-foot">{tt::tile_undated(locale)}": "{count_link(locale, &page.undated)}</p>
    };
    view! {
        <section class="p-card">
            <header class="p-card-head"><h2>{tt::due_list(locale)}</h2></header>
            <div class="p-stack">
                {group(tt::due_overdue(locale), "p-h2 p-bad", Some(&page.overdue), |left| left.is_some_and(|left| left < 0))}
                {group(tt::due_week(locale), "p-h2", Some(&page.due_week), |left| left.is_some_and(|left| (0..7).contains(&left)))}
                {group(tt::due_later(locale), "p-h2", None, |left| left.is_some_and(|left| left >= 7))}
                {group(tt::due_undated(locale), "p-h2", None, |left| left.is_none())}
                {none}
            </div>
            {undated}
        </section>
    }
    .into_any()
}

fn due_row(locale: Locale, row: &FindingRow) -> AnyView {
    let who = row.assignee.as_ref().map(|person| format!(" · {}", person.name)).unwrap_or_default();
    view! {
        <li>
            {severity_short(locale, row.severity)}
            <a href=format!("/findings/{}", row.id) data-row=""><b>{row.title.clone()}</b></a>
            <small>{row.asset.clone()}{who}</small>
            <span class="p-num">{due(locale, row.due.as_ref())}</span>
        </li>
    }
    .into_any()
}

/// Who has how much.
fn people(locale: Locale, people: &[PersonLoad]) -> AnyView {
    if people.is_empty() {
        return ().into_any();
    }
    let rows = people.iter().map(|load| {
        let name = load.person.as_ref().map_or_else(|| t::unassigned(locale).to_owned(), |person| person.name.clone());
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="p-num">{count_link(locale, &load.open)}</td>
                <td class="p-num">{count_link(locale, &load.overdue)}</td>
            </tr>
        }
    });
    view! {
        <section class="p-card p-card-flush">
            <header class="p-card-head"><h2>{tt::people(locale)}</h2></header>
            <table class="p-table p-table-plain">
                <caption class="p-vh">{tt::people(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tt::col_person(locale)}</th>
                        <th scope="col" class="p-num">{tt::col_open(locale)}</th>
                        <th scope="col" class="p-num">{tt::col_overdue(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}
