//! `/settings`: language and theme, tokens, and the way to further pages.

use crate::components::form::{Act, field, text_input};
use crate::components::frame::{language_switch, theme_switch};
use crate::components::load::{load, show};
use crate::components::marks::{icon, stamp};
use crate::components::messages::button_link;
use crate::components::page::Heading;
use crate::components::rows::stamp_or;
use crate::locales::{common as t, settings as ts};
use crate::server_fns::{self, AddToken, RevokeToken};
use crate::visit::{Live, Notice, locale, me};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::policy::Action;
use model::text::Locale;
use model::view::settings::{SettingsPage, TokenRow};

/// The page.
pub fn settings() -> AnyView {
    show(load(|| (), |()| server_fns::settings()), draw)
}

fn draw((page, secret): (SettingsPage, String)) -> AnyView {
    let locale = locale();
    let me = me();
    let may = |action| me.as_ref().is_some_and(|me| me.may(action));
    view! {
        <div class="p-head">
            <Heading text=ts::title(locale)/>
            <p class="p-head-note">{page.organisation.clone()}" · "{ts::zone_is(locale, &page.zone)}</p>
        </div>
        <section class="p-section">
            <h2 class="p-h2">{ts::preferences(locale)}</h2>
            <div class="p-row">{language_switch()}{theme_switch()}</div>
        </section>
        {tools(locale, may)}
        {may(Action::ManageOwnTokens).then(|| tokens(locale, &page, secret))}
    }
    .into_any()
}

/// The pages that the rail does not lead to.
fn tools(locale: Locale, may: impl Fn(Action) -> bool) -> AnyView {
    let pages = [
        (true, "/account", ts::account(locale)),
        (may(Action::SeeUsers), "/settings/people", ts::people(locale)),
        (true, "/settings/feeds", ts::exploitation(locale)),
        (may(Action::SeeScans), "/settings/overrides", ts::rules(locale)),
        (true, "/settings/risk", ts::risk(locale)),
        (may(Action::SeeAudit), "/settings/audit", ts::audit(locale)),
        (may(Action::SeeAudit), "/settings/security", ts::security(locale)),
        (true, "/glossary", ts::glossary(locale)),
        (true, "/tools/cvss", ts::calculator(locale)),
    ];
    let links =
        pages.into_iter().filter(|(may, ..)| *may).map(|(_, href, text)| button_link(href.to_owned(), text, false));
    view! { <nav class="p-section p-row" aria-label=ts::more(locale)>{links.collect_view()}</nav> }.into_any()
}

/// A token's secret, once: from the page itself after a plain form, from the answer after a sent one.
fn new_secret(locale: Locale, first: String) -> AnyView {
    let notice = Live::current().notice;
    (move || {
        let sent = notice.with(|notice| match notice {
            Some(Notice::Done(done)) => done.secret.clone(),
            _ => String::new(),
        });
        let secret = if sent.is_empty() { first.clone() } else { sent };
        (!secret.is_empty()).then(|| {
            view! {
                <div class="p-banner p-banner-good" role="status">
                    {icon("key")}
                    <p><b>{ts::secret_title(locale)}</b>" "{ts::secret_more(locale)}<br/><code class="p-mono">{secret}</code></p>
                </div>
            }
        })
    })
    .into_any()
}

fn tokens(locale: Locale, page: &SettingsPage, secret: String) -> AnyView {
    let rows = page.tokens.iter().map(|token| token_row(locale, token)).collect_view();
    let list = if page.tokens.is_empty() {
        view! { <p class="p-hint">{ts::tokens_none(locale)}</p> }.into_any()
    } else {
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{ts::tokens(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{ts::col_token(locale)}</th>
                            <th scope="col">{ts::col_prefix(locale)}</th>
                            <th scope="col">{ts::col_created(locale)}</th>
                            <th scope="col">{ts::col_expires(locale)}</th>
                            <th scope="col">{ts::col_used(locale)}</th>
                            <th scope="col"><span class="p-vh">{ts::revoke_short(locale)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let days = view! { <input class="p-input" id="token-days" name="days" type="number" min="1" max="366" value="90" required/> };
    let scopes =
        [("all", ts::scope_all(locale)), ("read", ts::scope_read(locale)), ("import", ts::scope_import(locale))];
    let scopes = scopes.map(|(word, name)| view! { <option value=word>{name}</option> });
    let scope =
        view! { <select class="p-input" id="token-scope" name="scope">{scopes.into_iter().collect_view()}</select> };
    let networks = view! { <input class="p-input" id="token-networks" name="networks" maxlength="1000" placeholder="192.0.2.0/24"/> };
    view! {
        <section class="p-section">
            <h2 class="p-h2">{ts::tokens(locale)}<small>{ts::tokens_more(locale)}</small></h2>
            {new_secret(locale, secret)}
            {list}
            <details class="p-fold">
                <summary class="p-btn">{icon("plus")}{ts::add_token(locale)}</summary>
                <Act url=AddToken::PATH class="p-form">
                    <div class="p-form-row">
                        {field("token-name", ts::token_name(locale), text_input("token-name", "name", "text", "off"), "")}
                        {field("token-days", ts::token_days(locale), days.into_any(), "")}
                        {field("token-scope", ts::token_scope(locale), scope.into_any(), "")}
                    </div>
                    {field("token-networks", ts::token_networks(locale), networks.into_any(), "")}
                    <div class="p-form-acts"><button class="p-btn p-btn-primary">{ts::add_token(locale)}</button></div>
                </Act>
            </details>
        </section>
    }
    .into_any()
}

fn token_row(locale: Locale, token: &TokenRow) -> AnyView {
    let (id, label) = (token.id.to_string(), ts::revoke(locale, &token.name));
    let revoke = if token.ended {
        view! { <span class="p-mute">{ts::ended(locale)}</span> }.into_any()
    } else {
        view! {
            <Act url=RevokeToken::PATH>
                <input type="hidden" name="token" value=id/>
                <button class="p-btn p-btn-small p-btn-danger" aria-label=label>
                    {ts::revoke_short(locale)}
                </button>
            </Act>
        }
        .into_any()
    };
    view! {
        <tr>
            <th scope="row">{token.name.clone()}</th>
            <td class="p-mono" data-label=ts::col_prefix(locale)>{token.prefix.clone()}"…"</td>
            <td data-label=ts::col_created(locale)>{stamp(&token.created)}</td>
            <td data-label=ts::col_expires(locale)>{stamp(&token.expires)}</td>
            <td data-label=ts::col_used(locale)>{stamp_or(token.used.as_ref(), t::never(locale))}</td>
            <td class="p-num">{revoke}</td>
        </tr>
    }
    .into_any()
}
