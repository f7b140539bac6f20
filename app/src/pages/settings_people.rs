//! People: who may sign in, and as what.

use crate::components::form::{Act, field, text_input};
use crate::components::marks::icon;
use crate::locales::{account as ta, common as t, settings as ts};
use crate::server_fns::{AddUser, SetUserEnabled};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::policy::Role;
use model::text::{Locale, role_name};
use model::view::settings::{SettingsPage, UserRow};

/// The list of people, with what an administrator can do.
pub fn people(locale: Locale, page: &SettingsPage, may_manage: bool) -> AnyView {
    let rows = page.people.iter().map(|user| row(locale, user, may_manage)).collect_view();
    view! {
        <section class="p-section">
            <h2 class="p-h2">{ts::people(locale)}</h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{ts::people(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ts::col_person(locale)}</th>
                            <th scope="col">{ts::col_login(locale)}</th>
                            <th scope="col">{ts::col_role(locale)}</th>
                            <th scope="col">{ts::col_teams(locale)}</th>
                            <th scope="col">{ts::col_access(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {may_manage.then(|| add(locale))}
        </section>
    }
    .into_any()
}

fn row(locale: Locale, user: &UserRow, may_manage: bool) -> AnyView {
    let state = if user.enabled {
        view! { <span class="p-good">{ts::enabled(locale)}</span> }.into_any()
    } else {
        view! { <span class="p-mute">{ts::disabled(locale)}</span> }.into_any()
    };
    let toggle = may_manage.then(|| {
        let (text, label) = if user.enabled {
            (ts::disable_short(locale), ts::disable(locale, &user.person.name))
        } else {
            (ts::enable_short(locale), ts::enable(locale, &user.person.name))
        };
        let (login, enabled) = (user.person.login.clone(), (!user.enabled).to_string());
        view! {
            <Act url=SetUserEnabled::PATH>
                <input type="hidden" name="login" value=login/>
                <input type="hidden" name="enabled" value=enabled/>
                <button class="p-btn p-btn-small p-btn-quiet" aria-label=label>{text}</button>
            </Act>
        }
    });
    view! {
        <tr>
            <th scope="row">{user.person.name.clone()}</th>
            <td class="p-mono">{user.person.login.clone()}</td>
            <td data-label=ts::col_role(locale)>{role_name(locale, user.role)}</td>
            <td data-label=ts::col_teams(locale)>{user.teams.join(", ")}</td>
            <td><div class="p-row">{state}{toggle}</div></td>
        </tr>
    }
    .into_any()
}

fn add(locale: Locale) -> AnyView {
    let roles = Role::ALL.iter().map(|role| {
        let selected = *role == Role::Member;
        view! { <option value=role.word() selected=selected>{role_name(locale, *role)}</option> }
    });
    let role = view! { <select class="p-input" id="user-role" name="role">{roles.collect_view()}</select> };
    let password = view! {
        <input class="p-input" id="user-password" name="password" type="password" autocomplete="new-password" minlength="12" required/>
    };
    view! {
        <details class="p-fold">
            <summary class="p-btn">{icon("plus")}{ts::add_person(locale)}</summary>
            <Act url=AddUser::PATH class="p-form">
                {field("user-name", ts::name(locale), text_input("user-name", "name", "text", "off"), "")}
                {field("user-login", ts::col_login(locale), text_input("user-login", "login", "text", "off"), ta::login_hint(locale))}
                {field("user-role", ts::role(locale), role.into_any(), "")}
                {field("user-password", ts::first_password(locale), password.into_any(), ta::password_hint(locale))}
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{t::add(locale)}</button></div>
            </Act>
        </details>
    }
    .into_any()
}
