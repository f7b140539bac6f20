//! `/setup?token=`: the first administrator and the organisation, once.

use crate::components::form::{field, text_input};
use crate::components::frame::language_switch;
use crate::components::messages::{error_banner, gate};
use crate::components::page::Heading;
use crate::error::code_of;
use crate::locales::account as t;
use crate::path::LocalPath;
use crate::visit::{Visit, locale, redirect};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::error::WireError;
use model::text::Locale;

/// Zones that are offered; any IANA name can be written.
const ZONES: [&str; 12] = [
    "Europe/Madrid",
    "Atlantic/Canary",
    "America/Mexico_City",
    "America/Bogota",
    "America/Lima",
    "America/Santiago",
    "America/Argentina/Buenos_Aires",
    "America/New_York",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
    "UTC",
];

/// The page.
pub fn setup() -> AnyView {
    let visit = Visit::current().0;
    let locale = locale();
    let query = use_query_map().get_untracked();
    let token = query.get("token").unwrap_or_default();
    if !visit.needs_setup || token.is_empty() {
        redirect(&LocalPath::root());
        return ().into_any();
    }
    let problem = query.get("error").and_then(|word| code_of(&word)).map(|code| {
        let error = WireError { field: query.get("field").unwrap_or_default(), ..WireError::new(code) };
        error_banner(locale, &error)
    });
    let zones = ZONES.map(|zone| view! { <option value=zone></option> });
    let zone = view! {
        <input class="p-input" id="zone" name="zone" list="zones" value=ZONES[0] required aria-describedby="zone-hint"/>
        <datalist id="zones">{zones.into_iter().collect_view()}</datalist>
    };
    let language = view! {
        <select class="p-input" id="locale" name="locale">
            <option value="es" selected={locale == Locale::Es} lang="es">"Español"</option>
            <option value="en" selected={locale == Locale::En} lang="en">"English"</option>
        </select>
    };
    let password = view! {
        <input class="p-input" id="password" name="password" type="password" autocomplete="new-password" minlength="12"
            required aria-describedby="password-hint"/>
    };
    let inner = view! {
        <Heading text=t::setup_title(locale) class="p-title"/>
        <p>{t::setup_lead(locale)}</p>
        {problem}
        <form class="p-form" method="post" action="/setup">
            <input type="hidden" name="token" value=token/>
            <h2 class="p-h2">{t::setup_organisation(locale)}</h2>
            {field("organisation", t::organisation(locale), text_input("organisation", "organisation", "text", "organization"), t::organisation_hint(locale))}
            <div class="p-form-row">
                {field("zone", t::zone(locale), zone.into_any(), t::zone_hint(locale))}
                {field("locale", crate::locales::common::language(locale), language.into_any(), "")}
            </div>
            <h2 class="p-h2">{t::setup_account(locale)}</h2>
            {field("name", t::your_name(locale), text_input("name", "name", "text", "name"), "")}
            {field("login", t::login(locale), text_input("login", "login", "text", "username"), t::login_hint(locale))}
            {field("password", t::password(locale), password.into_any(), t::password_hint(locale))}
            <button class="p-btn p-btn-primary">{t::create_account(locale)}</button>
        </form>
        <div class="p-gate-foot">{language_switch()}</div>
    };
    gate(inner.into_any())
}
