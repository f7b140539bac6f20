//! `/teams`: teams, and the rules that say who owns which asset.

use crate::components::form::{Act, field, text_input};
use crate::components::load::{load, show};
use crate::components::marks::icon;
use crate::components::messages::empty;
use crate::components::page::{Heading, answer};
use crate::components::rows::count_link;
use crate::locales::{common as t, sentences, teams as tt};
use crate::server_fns::{self, AddRule, AddTeam, RemoveRule};
use crate::visit::locale;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::text::{Locale, number};
use model::view::teams::{RuleRow, TeamRow, TeamsPage};

/// The page.
pub fn teams() -> AnyView {
    show(load(|| (), |()| server_fns::teams()), draw)
}

fn draw(page: TeamsPage) -> AnyView {
    let locale = locale();
    let list = if page.teams.is_empty() {
        empty("teams", tt::none(locale), tt::none_more(locale).to_owned(), ().into_any())
    } else {
        table(locale, &page.teams)
    };
    let add = page.may_manage.then(|| {
        view! {
            <details class="p-fold">
                <summary class="p-btn">{icon("plus")}{tt::add_team(locale)}</summary>
                <Act url=AddTeam::PATH class="p-form">
                    {field("team-name", tt::team_name(locale), text_input("team-name", "name", "text", "off"), "")}
                    <div class="p-form-acts"><button class="p-btn p-btn-primary">{t::add(locale)}</button></div>
                </Act>
            </details>
        }
    });
    view! {
        <div class="p-head"><Heading text=tt::title(locale)/></div>
        {answer(sentences::teams(locale, &page))}
        <div class="p-stack">{list}{add}</div>
        {rules(locale, &page)}
    }
    .into_any()
}

fn table(locale: Locale, teams: &[TeamRow]) -> AnyView {
    let rows = teams.iter().map(|row| {
        view! {
            <tr>
                <td class="p-c-main"><a href=format!("/teams/{}", row.team.slug) data-row="">{row.team.name.clone()}</a></td>
                <td class="p-num" data-label=tt::col_members(locale)>{number(locale, row.members)}</td>
                <td class="p-num" data-label=tt::col_assets(locale)>{number(locale, row.assets)}</td>
                <td class="p-num" data-label=tt::col_open(locale)>{count_link(locale, &row.open)}</td>
            </tr>
        }
    });
    view! {
        <div class="p-table-wrap">
            <table class="p-table">
                <caption class="p-vh">{tt::list(locale)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{tt::col_team(locale)}</th>
                        <th scope="col" class="p-num">{tt::col_members(locale)}</th>
                        <th scope="col" class="p-num">{tt::col_assets(locale)}</th>
                        <th scope="col" class="p-num">{tt::col_open(locale)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn rules(locale: Locale, page: &TeamsPage) -> AnyView {
    let body = if page.rules.is_empty() {
        view! { <p class="p-hint">{tt::rules_none(locale)}</p> }.into_any()
    } else {
        let rows = page.rules.iter().map(|rule| rule_row(locale, rule, page.may_manage)).collect_view();
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{tt::rules(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tt::col_pattern(locale)}</th>
                            <th scope="col">{tt::col_team(locale)}</th>
                            <th scope="col" class="p-num">{tt::col_decides(locale)}</th>
                            {page.may_manage.then(|| view! { <th scope="col"><span class="p-vh">{t::remove(locale)}</span></th> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let add = (page.may_manage && !page.teams.is_empty()).then(|| {
        let options = page.teams.iter().map(|row| {
            view! { <option value=row.team.slug.clone()>{row.team.name.clone()}</option> }
        });
        let options = options.collect_view();
        let team = view! { <select class="p-input" id="rule-team" name="slug">{options}</select> };
        view! {
            <details class="p-fold">
            <summary class="p-btn">{icon("plus")}{tt::add_rule(locale)}</summary>
            <Act url=AddRule::PATH class="p-form">
                <div class="p-form-row">
                    {field("pattern", tt::col_pattern(locale), text_input("pattern", "pattern", "text", "off"), tt::pattern_hint(locale))}
                    {field("rule-team", tt::col_team(locale), team.into_any(), "")}
                </div>
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{t::add(locale)}</button></div>
            </Act>
            </details>
        }
    });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tt::rules(locale)}<small>{tt::rules_more(locale)}</small></h2>
            {body}
            {add}
        </section>
    }
    .into_any()
}

fn rule_row(locale: Locale, rule: &RuleRow, may_manage: bool) -> AnyView {
    let remove = may_manage.then(|| {
        let (id, label) = (rule.id.to_string(), tt::remove_rule(locale, &rule.pattern));
        view! {
            <td class="p-num">
                <Act url=RemoveRule::PATH>
                    <input type="hidden" name="rule" value=id/>
                    <button class="p-btn p-btn-small p-btn-quiet" aria-label=label>
                        {icon("trash")}{t::remove(locale)}
                    </button>
                </Act>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row" class="p-mono">{rule.pattern.clone()}</th>
            <td><a href=format!("/teams/{}", rule.team.slug)>{rule.team.name.clone()}</a></td>
            <td class="p-num">{tt::decides(locale, rule.assets)}</td>
            {remove}
        </tr>
    }
    .into_any()
}
