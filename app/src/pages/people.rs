//! What stands on `/settings/people`: who may sign in and as what. Drawn by the server alone.

use crate::components::form::{field, text_input};
use crate::components::marks::icon;
use crate::locales::{account as ta, common as t, people as tp, settings as ts};
use leptos::prelude::*;
use model::policy::Role;
use model::text::{Locale, role_name};
use model::view::account::{PeoplePage, PersonRow};

/// The page's address.
const PAGE: &str = "/settings/people";

/// The page's body as HTML. `link` is the token of a link that was just made.
pub fn body(locale: Locale, page: &PeoplePage, link: &str) -> String {
    view! {
        <p class="p-say">{tp::intro(locale)}</p>
        {fresh_link(locale, link)}
        {list(locale, page)}
        {page.may_manage.then(|| invite(locale))}
    }
    .to_html()
}

/// A link, once.
fn fresh_link(locale: Locale, link: &str) -> AnyView {
    link.strip_prefix("link.")
        .map(|token| {
            let path = format!("/welcome?token={token}");
            view! {
                <div class="p-banner p-banner-good" role="status">
                    <p>
                        <b>{tp::link_title(locale)}</b>" "{tp::link_more(locale)}<br/>
                        <a href=path.clone() rel="external">{tp::link_open(locale)}</a><br/><code class="p-mono">{path.clone()}</code>
                    </p>
                </div>
            }
        })
        .into_any()
}

fn list(locale: Locale, page: &PeoplePage) -> AnyView {
    let rows = page.people.iter().map(|person| row(locale, person, page.may_manage)).collect_view();
    view! {
        <section class="p-section">
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{ts::people(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ts::col_person(locale)}</th>
                            <th scope="col">{ts::col_login(locale)}</th>
                            <th scope="col">{ts::col_role(locale)}</th>
                            <th scope="col">{ts::col_teams(locale)}</th>
                            <th scope="col">{ta::second(locale)}</th>
                            <th scope="col">{ts::col_access(locale)}</th>
                            <th scope="col"><span class="p-vh">{tp::acts(locale)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(locale: Locale, person: &PersonRow, may_manage: bool) -> AnyView {
    let state = if person.enabled {
        view! { <span class="p-good">{ts::enabled(locale)}</span> }.into_any()
    } else {
        view! { <span class="p-mute">{ts::disabled(locale)}</span> }.into_any()
    };
    let second = if person.second { tp::second_yes(locale) } else { tp::second_no(locale) };
    view! {
        <tr>
            <th scope="row">{person.person.name.clone()}</th>
            <td class="p-mono">{person.person.login.clone()}</td>
            <td data-label=ts::col_role(locale)>{role_name(locale, person.role)}</td>
            <td data-label=ts::col_teams(locale)>{person.teams.join(", ")}</td>
            <td data-label=ta::second(locale)>{second}</td>
            <td data-label=ts::col_access(locale)>{state}</td>
            <td>{may_manage.then(|| acts(locale, person))}</td>
        </tr>
    }
    .into_any()
}

/// What an administrator can do for a person.
fn acts(locale: Locale, person: &PersonRow) -> AnyView {
    let login = &person.person.login;
    let act = |word: &'static str, text: &'static str, class: &'static str| {
        view! {
            <form method="post" action=PAGE>
                <input type="hidden" name="act" value=word/>
                <input type="hidden" name="login" value=login.clone()/>
                <button class=format!("p-btn p-btn-small {class}")>{text}</button>
            </form>
        }
    };
    let toggle = if person.enabled {
        act("disable", ts::disable_short(locale), "p-btn-danger")
    } else {
        act("enable", ts::enable_short(locale), "")
    };
    let id = format!("role-{}", person.person.id);
    let label = tp::role_of(locale, &person.person.name);
    view! {
        <details class="p-fold">
            <summary class="p-btn p-btn-small" aria-label=tp::change_name(locale, &person.person.name)>{tp::change(locale)}</summary>
            <form class="p-form" method="post" action=PAGE>
                <input type="hidden" name="act" value="role"/>
                <input type="hidden" name="login" value=login.clone()/>
                <div class="p-field"><label for=id.clone()>{label}</label>{roles(locale, id, person.role)}</div>
                <button class="p-btn p-btn-small">{tp::change_role(locale)}</button>
            </form>
            <div class="p-row">
                {act("reset", tp::reset(locale), "")}
                {act("end_sessions", tp::end_sessions(locale), "")}
                {person.second.then(|| act("second_remove", tp::second_remove(locale), "p-btn-danger"))}
                {toggle}
            </div>
        </details>
    }
    .into_any()
}

fn roles(locale: Locale, id: String, current: Role) -> AnyView {
    let roles = Role::ALL.iter().map(|role| {
        let selected = *role == current;
        view! { <option value=role.word() selected=selected>{role_name(locale, *role)}</option> }
    });
    view! { <select class="p-input" id=id name="role">{roles.collect_view()}</select> }.into_any()
}

fn invite(locale: Locale) -> AnyView {
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tp::invite(locale)}</h2>
            <form class="p-form" method="post" action=PAGE>
                <input type="hidden" name="act" value="invite"/>
                {field("name", ts::name(locale), text_input("name", "name", "text", "off"), "")}
                {field("login", ts::col_login(locale), text_input("login", "login", "text", "off"), ta::login_hint(locale))}
                {field("role", ts::role(locale), roles(locale, "role".to_owned(), Role::Member), "")}
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{icon("plus")}{t::add(locale)}</button></div>
            </form>
        </section>
    }
    .into_any()
}
