//! What stands on `/account`, on the page that proves again who one is, and on those of a sign-in's second factor and of a link
//! to choose a password. Drawn by the server alone.

use crate::components::form::{field, text_input};
use crate::components::marks::stamp;
use crate::error::code_of;
use crate::locales::say::encode;
use crate::locales::{account as ta, errors, settings as ts};
use crate::path::LocalPath;
use leptos::prelude::*;
use model::error::{ErrorCode, WireError};
use model::text::{Locale, number, role_name};
use model::view::account::{AccountPage, SecondFactor, SessionRow, WelcomePage};
use std::collections::BTreeMap;

/// The page's address.
const PAGE: &str = "/account";

/// The body of one's own account. `codes` are recovery codes that were just made.
pub fn body(locale: Locale, page: &AccountPage, codes: &str) -> String {
    view! {
        <p class="p-say"><b>{page.name.clone()}</b>" · "<code>{page.login.clone()}</code>" · "{role_name(locale, page.role)}</p>
        {fresh_codes(locale, codes)}
        {password(locale)}
        {second(locale, page)}
        {sessions(locale, page)}
    }
    .to_html()
}

/// One act of the page as a button.
fn act(word: &'static str, text: &'static str, class: &'static str) -> AnyView {
    view! {
        <form method="post" action=PAGE>
            <input type="hidden" name="act" value=word/>
            <button class=format!("p-btn {class}")>{text}</button>
        </form>
    }
    .into_any()
}

fn secret_input(id: &'static str, autocomplete: &'static str) -> AnyView {
    text_input(id, id, "password", autocomplete)
}

fn new_password(id: &'static str) -> AnyView {
    view! {
        <input class="p-input" id=id name=id type="password" autocomplete="new-password" minlength="12" maxlength="1024" required/>
    }
    .into_any()
}

fn code_input() -> AnyView {
    view! {
        <input class="p-input" id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="40" required/>
    }
    .into_any()
}

/// Recovery codes, once.
fn fresh_codes(locale: Locale, codes: &str) -> AnyView {
    let codes: Vec<String> = codes.split('.').skip(1).map(ToOwned::to_owned).collect();
    (!codes.is_empty())
        .then(|| {
            let items = codes.into_iter().map(|code| view! { <li><code class="p-mono">{code}</code></li> });
            view! {
                <div class="p-banner p-banner-good" role="status">
                    <div><p><b>{ta::codes_title(locale)}</b>" "{ta::codes_more(locale)}</p><ul>{items.collect_view()}</ul></div>
                </div>
            }
        })
        .into_any()
}

fn password(locale: Locale) -> AnyView {
    view! {
        <section class="p-section">
            <h2 class="p-h2">{ta::password(locale)}</h2>
            <form class="p-form" method="post" action=PAGE>
                <input type="hidden" name="act" value="password"/>
                {field("current", ta::password_current(locale), secret_input("current", "current-password"), "")}
                {field("password", ta::password_new(locale), new_password("password"), ta::password_hint(locale))}
                <div class="p-form-acts">
                    <button class="p-btn p-btn-primary">{ta::password_change(locale)}</button>
                    <span class="p-hint">{ta::password_change_more(locale)}</span>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn second(locale: Locale, page: &AccountPage) -> AnyView {
    let body = match &page.second {
        SecondFactor::Off => view! {
            <p>{ta::second_off(locale)}</p>
            {act("second_begin", ta::second_begin(locale), "p-btn-primary")}
        }
        .into_any(),
        SecondFactor::Begun { seed, picture } => {
            let groups: Vec<String> =
                seed.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
            view! {
                <p>{ta::second_scan(locale)}</p>
                <div inner_html=picture.clone()></div>
                <p><code class="p-mono">{groups.join(" ")}</code></p>
                <form class="p-form" method="post" action=PAGE>
                    <input type="hidden" name="act" value="second_confirm"/>
                    {field("code", ta::code(locale), code_input(), "")}
                    <div class="p-form-acts"><button class="p-btn p-btn-primary">{ta::second_confirm(locale)}</button></div>
                </form>
                {act("second_remove", ta::second_drop(locale), "p-btn-quiet")}
            }
            .into_any()
        }
        SecondFactor::On { since, codes } => view! {
            <p><b class="p-good">{ta::second_on(locale)}</b>" "{stamp(since)}</p>
            <p>{ta::codes_left(locale)}" "{number(locale, *codes)}</p>
            <div class="p-row">
                {act("codes", ta::codes_make(locale), "")}
                {act("second_remove", ta::second_remove(locale), "p-btn-danger")}
            </div>
        }
        .into_any(),
    };
    view! { <section class="p-section"><h2 class="p-h2">{ta::second(locale)}</h2>{body}</section> }.into_any()
}

fn sessions(locale: Locale, page: &AccountPage) -> AnyView {
    let rows = page.sessions.iter().map(|row| session(locale, row)).collect_view();
    view! {
        <section class="p-section">
            <h2 class="p-h2">{ts::sessions(locale)}<small>{ta::sessions_more(locale)}</small></h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{ts::sessions(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ts::col_browser(locale)}</th>
                            <th scope="col">{ts::col_network(locale)}</th>
                            <th scope="col">{ta::col_began(locale)}</th>
                            <th scope="col">{ts::col_seen(locale)}</th>
                            <th scope="col"><span class="p-vh">{ta::end_session(locale)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <div class="p-row">
                {act("end_others", ta::end_others(locale), "")}
                {act("end_all", ts::sign_out_everywhere(locale), "p-btn-danger")}
            </div>
        </section>
    }
    .into_any()
}

fn session(locale: Locale, row: &SessionRow) -> AnyView {
    let agent = if row.agent.is_empty() { ts::unnamed_browser(locale).to_owned() } else { row.agent.clone() };
    let current =
        row.current.then(|| view! { " " <span class="p-chip p-chip-accent">{ts::this_session(locale)}</span> });
    let end = (!row.current).then(|| {
        view! {
            <form method="post" action=PAGE>
                <input type="hidden" name="act" value="end_session"/>
                <input type="hidden" name="session" value=row.id.clone()/>
                <button class="p-btn p-btn-small p-btn-danger">{ta::end_session(locale)}</button>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">{agent}{current}</th>
            <td class="p-mono" data-label=ts::col_network(locale)>{row.network.clone()}</td>
            <td data-label=ta::col_began(locale)>{stamp(&row.began)}</td>
            <td data-label=ts::col_seen(locale)>{stamp(&row.seen)}</td>
            <td class="p-num">{end}</td>
        </tr>
    }
    .into_any()
}

/// The body of the page that proves again who one is.
pub fn confirm(locale: Locale, page: &AccountPage, next: &str) -> String {
    let with_code = matches!(page.second, SecondFactor::On { .. });
    let again = format!("/sign-in/oidc?again=true&next={}", encode(LocalPath::or_root(next).as_str()));
    let provider = page.provider.clone().map(|name| {
        view! { <p class="p-hint">{ta::confirm_provider(locale)}" "<a href=again rel="external">{name}</a></p> }
    });
    view! {
        <p class="p-say">{ta::confirm_lead(locale)}</p>
        <form class="p-form" method="post" action="/account/confirm">
            <input type="hidden" name="next" value=LocalPath::or_root(next).to_string()/>
            {field("password", ta::password(locale), secret_input("password", "current-password"), "")}
            {with_code.then(|| field("code", ta::code(locale), code_input(), ta::code_hint(locale)))}
            <div class="p-form-acts"><button class="p-btn p-btn-primary">{ta::confirm_do(locale)}</button></div>
        </form>
        {provider}
    }
    .to_html()
}

/// What the address says went wrong.
fn problem(locale: Locale, asked: &BTreeMap<String, String>) -> AnyView {
    let text = |name: &str| asked.get(name).cloned().unwrap_or_default();
    code_of(&text("error"))
        .map(|code| {
            let error = WireError { field: text("field"), detail: text("detail"), ..WireError::new(code) };
            let said = match code {
                ErrorCode::Throttled => ta::sign_in_throttled(locale).to_owned(),
                ErrorCode::Unauthenticated => ta::code_late(locale).to_owned(),
                _ => errors::error_sentence(locale, &error),
            };
            view! { <div class="p-banner p-banner-error" role="alert"><p>{said}</p></div> }
        })
        .into_any()
}

/// The body of the page that asks for the second factor of a sign-in.
pub fn code(locale: Locale, asked: &BTreeMap<String, String>) -> String {
    let next = LocalPath::or_root(asked.get("next").map_or("/", String::as_str)).to_string();
    view! {
        {problem(locale, asked)}
        <form class="p-form" method="post" action="/sign-in/code">
            <input type="hidden" name="next" value=next/>
            {field("code", ta::code(locale), code_input(), ta::code_hint(locale))}
            <button class="p-btn p-btn-primary">{ta::sign_in_button(locale)}</button>
        </form>
        <p class="p-hint"><a href="/sign-in">{ta::code_again(locale)}</a></p>
    }
    .to_html()
}

/// The body of the page that a link to choose a password leads to.
pub fn welcome(locale: Locale, page: &WelcomePage, token: &str, asked: &BTreeMap<String, String>) -> String {
    let Some((name, login)) = &page.who else {
        return view! { <p>{errors::field_link(locale)}</p><p><a href="/sign-in">{ta::sign_in_title(locale)}</a></p> }
            .to_html();
    };
    view! {
        {problem(locale, asked)}
        <p class="p-hint">{ta::welcome_lead(locale, name)}</p>
        <form class="p-form" method="post" action="/welcome">
            <input type="hidden" name="token" value=token.to_owned()/>
            <p>{ta::login(locale)}" "<code>{login.clone()}</code></p>
            {field("password", ta::password_new(locale), new_password("password"), ta::password_hint(locale))}
            <button class="p-btn p-btn-primary">{ta::welcome_do(locale)}</button>
        </form>
    }
    .to_html()
}
