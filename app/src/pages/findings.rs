//! `/findings`: the list, its filter, grouping, order and pages. All of it stands in the address.

use super::findings_bulk::{bulk_bar, select_all};
use super::findings_filter::filter_bar;
use crate::components::load::{load, show};
use crate::components::marks::{category_short, icon, severity};
use crate::components::messages::{button_link, empty};
use crate::components::page::{Heading, pager, past_banner};
use crate::components::rows::finding_row;
use crate::locales::say::encode;
use crate::locales::{common as t, filter as tq, findings as tf, words};
use crate::server_fns;
use crate::visit::{locale, me};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::Edition;
use model::policy::Action;
use model::text::{Locale, number};
use model::view::findings::{FindingsPage, FindingsQuery, GroupRow, Grouping, Sort};

/// The page's path.
pub const PATH: &str = "/findings";

/// The page.
pub fn findings() -> AnyView {
    let query = use_query_map();
    let asked = move || {
        query.with(|query| FindingsQuery {
            q: query.get("q").unwrap_or_default(),
            group: group_of(&query.get("group").unwrap_or_default()),
            sort: sort_of(&query.get("sort").unwrap_or_default()),
            page: query.get("page").unwrap_or_default(),
        })
    };
    show(load(asked, server_fns::findings), draw)
}

fn group_of(word: &str) -> Grouping {
    match word {
        "issue" => Grouping::Issue,
        "team" => Grouping::Team,
        _ => Grouping::None,
    }
}

/// The word of a grouping in the address; empty for the default.
pub fn group_word(group: Grouping) -> &'static str {
    match group {
        Grouping::None => "",
        Grouping::Issue => "issue",
        Grouping::Team => "team",
    }
}

const SORTS: [(Sort, &str); 6] = [
    (Sort::Severity, ""),
    (Sort::FirstSeen, "first_seen"),
    (Sort::LastSeen, "last_seen"),
    (Sort::Due, "due"),
    (Sort::Asset, "asset"),
    (Sort::Risk, "risk"),
];

fn sort_of(word: &str) -> Sort {
    SORTS.into_iter().find(|(_, known)| *known == word).map_or(Sort::Severity, |(sort, _)| sort)
}

/// The word of an order in the address; empty for the default.
pub fn sort_word(sort: Sort) -> &'static str {
    SORTS.into_iter().find(|(known, _)| *known == sort).map_or("", |(_, word)| word)
}

/// The address of a query; defaults are left out.
pub fn href(query: &FindingsQuery) -> String {
    let pairs = [
        ("q", query.q.as_str()),
        ("group", group_word(query.group)),
        ("sort", sort_word(query.sort)),
        ("page", query.page.as_str()),
    ];
    let pairs: Vec<String> = pairs
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", encode(value)))
        .collect();
    if pairs.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", pairs.join("&")) }
}

fn draw(page: FindingsPage) -> AnyView {
    let locale = locale();
    let query = page.query.clone();
    let total = if query.q.is_empty() { tf::open(locale, page.total) } else { tf::matching(locale, page.total) };
    let risk = (page.risk > 0).then(|| format!(" · {}", tf::risk_index(locale, page.risk)));
    let may_import = me().is_some_and(|me| me.may(Action::Import));
    let body = if page.nothing_imported {
        nothing_imported(locale, may_import)
    } else if page.filter_error.is_some() {
        ().into_any()
    } else if page.rows.is_empty() && page.groups.is_empty() {
        nothing_found(locale, &query)
    } else if query.group == Grouping::None {
        list(locale, &page)
    } else {
        groups(locale, &page)
    };
    view! {
        {past_banner(locale, page.past.clone(), PATH)}
        <div class="p-head">
            <Heading text=tf::title(locale)/>
            {page.filter_error.is_none().then(|| view! { <p class="p-head-note">{total}{risk}</p> })}
            <div class="p-head-acts">
                {menus(locale, &query)}
                {(page.total > 0).then(|| csv_link(locale, &query))}
                {may_import.then(|| view! { <a class="p-btn" href="/findings/new">{icon("plus")}{tf::write_down(locale)}</a> })}
                {may_import.then(|| view! { <a class="p-btn" href="/scans">{icon("upload")}{t::import_file(locale)}</a> })}
            </div>
        </div>
        <div class="p-stack">
            {filter_bar(locale, &query, page.filter_error.clone(), &page.pills)}
            {body}
        </div>
    }
    .into_any()
}

/// The same rows as a file.
fn csv_link(locale: Locale, query: &FindingsQuery) -> AnyView {
    let list = href(&FindingsQuery { q: query.q.clone(), ..FindingsQuery::default() });
    let file = list.replacen(PATH, "/findings.csv", 1);
    view! { <a class="p-btn" href=file download="" rel="external">{icon("download")}{t::same_csv(locale)}</a> }
        .into_any()
}

/// How rows are grouped and ordered.
fn menus(locale: Locale, query: &FindingsQuery) -> AnyView {
    let groups = [Grouping::None, Grouping::Issue, Grouping::Team].map(|group| {
        let current = (group == query.group).then_some("true");
        let to = href(&FindingsQuery { group, page: String::new(), ..query.clone() });
        view! { <li><a href=to aria-current=current>{words::grouping(locale, group)}</a></li> }
    });
    let sorts = SORTS.map(|(sort, _)| {
        let current = (sort == query.sort).then_some("true");
        let to = href(&FindingsQuery { sort, page: String::new(), ..query.clone() });
        view! { <li><a href=to aria-current=current>{words::sort(locale, sort)}</a></li> }
    });
    let sorted = (query.group == Grouping::None).then(|| {
        view! {
            <details class="p-menu p-menu-end">
                <summary class="p-pill">{tf::sorted_by(locale)}" "<b>{words::sort(locale, query.sort)}</b></summary>
                <ul class="p-menu-list">{sorts.into_iter().collect_view()}</ul>
            </details>
        }
    });
    view! {
        <details class="p-menu p-menu-end">
            <summary class="p-pill">{tf::grouping(locale)}" "<b>{words::grouping(locale, query.group)}</b></summary>
            <ul class="p-menu-list">{groups.into_iter().collect_view()}</ul>
        </details>
        {sorted}
    }
    .into_any()
}

fn nothing_imported(locale: Locale, may_import: bool) -> AnyView {
    let (more, acts) = if may_import {
        (tf::nothing_imported_more(locale), button_link("/scans".to_owned(), tf::go_import(locale), true))
    } else {
        (tf::nothing_imported_wait(locale), ().into_any())
    };
    empty("upload", tf::nothing_imported(locale), more.to_owned(), acts)
}

fn nothing_found(locale: Locale, query: &FindingsQuery) -> AnyView {
    if query.q.is_empty() {
        let closed = href(&FindingsQuery { q: "status:closed".to_owned(), ..FindingsQuery::default() });
        let acts = button_link(closed, tf::show_closed(locale), false);
        return empty("done", tf::none_open(locale), tf::none_open_more(locale).to_owned(), acts);
    }
    let acts = button_link(PATH.to_owned(), tq::clear(locale), false);
    empty("search", tf::none_match(locale), tf::none_match_more(locale).to_owned(), acts)
}

/// Rows, a finding each, and what can be done with the selected ones.
fn list(locale: Locale, page: &FindingsPage) -> AnyView {
    let me = me();
    let acts = [Action::Work, Action::Decide, Action::Assign, Action::AssignTeam];
    let selectable = page.past.is_none() && me.as_ref().is_some_and(|me| acts.iter().any(|act| me.may(*act)));
    let query = &page.query;
    let head = |sort: Sort, text: String, class: &'static str| {
        let current = (sort == query.sort).then_some(if sort == Sort::Severity { "descending" } else { "ascending" });
        let to = href(&FindingsQuery { sort, page: String::new(), ..query.clone() });
        view! { <th scope="col" class=class aria-sort=current><a href=to>{text}</a></th> }
    };
    let edition = page.rows.first().map_or(Edition::Y2021, |row| row.owasp.0);
    let rows = page.rows.iter().map(|row| finding_row(locale, row, selectable)).collect_view();
    let shown = i64::try_from(page.rows.len()).unwrap_or(i64::MAX);
    let turn =
        |cursor: &str| (!cursor.is_empty()).then(|| href(&FindingsQuery { page: cursor.to_owned(), ..query.clone() }));
    view! {
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{tf::table_caption(locale)}</caption>
                <thead>
                    <tr>
                        {selectable.then(|| view! { <th class="p-c-check" scope="col">{select_all(locale)}</th> })}
                        {head(Sort::Severity, tf::col_severity(locale).to_owned(), "")}
                        <th scope="col">{tf::col_finding(locale)}</th>
                        <th scope="col">{tf::col_status(locale)}</th>
                        <th scope="col">{tf::col_owasp(locale, edition.word())}</th>
                        <th scope="col">{tf::col_team(locale)}</th>
                        <th scope="col" class="p-c-hide">{crate::locales::scans::col_tool(locale)}</th>
                        {head(Sort::FirstSeen, tf::col_age(locale).to_owned(), "p-num")}
                        {head(Sort::Due, tf::col_due(locale).to_owned(), "p-num")}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {selectable.then(|| bulk_bar(locale, page, me.as_ref()))}
        {pager(tf::on_this_page(locale, shown, page.total), turn(&page.previous), turn(&page.next))}
    }
    .into_any()
}

/// Rows, a weakness or a team each.
fn groups(locale: Locale, page: &FindingsPage) -> AnyView {
    let by_issue = page.query.group == Grouping::Issue;
    let query = &page.query;
    let turn =
        |cursor: &str| (!cursor.is_empty()).then(|| href(&FindingsQuery { page: cursor.to_owned(), ..query.clone() }));
    let edition = page.groups.first().and_then(|group| group.owasp).map_or(Edition::Y2021, |(edition, _)| edition);
    let rows = page.groups.iter().map(|group| group_row(locale, group, by_issue)).collect_view();
    let title = if by_issue { tf::col_issue(locale) } else { tf::col_team(locale) };
    view! {
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{tf::table_caption(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tf::col_severity(locale)}</th>
                        <th scope="col">{title}</th>
                        {by_issue.then(|| view! { <th scope="col">{tf::col_owasp(locale, edition.word())}</th> })}
                        <th scope="col" class="p-num">{tf::col_count(locale)}</th>
                        <th scope="col" class="p-num">{tf::col_assets(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager(tf::groups_total(locale, page.total), turn(&page.previous), turn(&page.next))}
    }
    .into_any()
}

fn group_row(locale: Locale, group: &GroupRow, by_issue: bool) -> AnyView {
    let title = if group.title.is_empty() { t::no_team(locale).to_owned() } else { group.title.clone() };
    let to = href(&FindingsQuery { q: group.filter.clone(), ..FindingsQuery::default() });
    let owasp = by_issue.then(|| {
        let mark = group.owasp.map(|(edition, mapped)| category_short(locale, edition, mapped));
        view! { <td class="p-c-nowrap">{mark}</td> }
    });
    view! {
        <tr>
            <td class="p-c-sev">{severity(locale, group.worst)}</td>
            <td class="p-c-main"><a href=to.clone() data-row="">{title}</a><small>{group.detail.clone()}</small></td>
            {owasp}
            <td class="p-num" data-label=tf::col_count(locale)><a href=to>{number(locale, group.count)}</a></td>
            <td class="p-num" data-label=tf::col_assets(locale)>{number(locale, group.assets)}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leaves_defaults_out_and_reads_back() {
        let query = FindingsQuery { q: "sev:high".to_owned(), sort: Sort::Due, ..FindingsQuery::default() };
        assert_eq!(href(&query), "/findings?q=sev:high&sort=due");
        assert_eq!(href(&FindingsQuery::default()), "/findings");
        for (sort, word) in SORTS {
            assert_eq!(sort_of(word), sort);
        }
        for group in [Grouping::None, Grouping::Issue, Grouping::Team] {
            assert_eq!(group_of(group_word(group)), group);
        }
    }
}
