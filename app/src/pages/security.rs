//! What stands on `/settings/security`: how Postura itself is kept safe. Drawn by the server alone.

use crate::components::marks::stamp;
use crate::locales::security as tk;
use leptos::prelude::*;
use model::text::{Locale, number};
use model::view::security::{ReportRow, SecurityPage};

/// How a control stands.
#[derive(Clone, Copy)]
enum State {
    Good,
    Warn,
    Bad,
}

/// The page's body as HTML.
pub fn body(locale: Locale, page: &SecurityPage) -> String {
    view! {
        <p class="p-say">{tk::intro(locale)}</p>
        <section class="p-section">
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{tk::title(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tk::col_control(locale)}</th>
                            <th scope="col">{tk::col_state(locale)}</th>
                            <th scope="col">{tk::col_evidence(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {audit(locale, page)}
                        {transport(locale, page)}
                        {database(locale, page)}
                        {keys(locale, page)}
                        {backup(locale, page)}
                        {second(locale, page)}
                        {row(locale, tk::sessions(locale), State::Good, tk::sessions_how(locale).into_any())}
                        {passwords(locale, page)}
                        {row(locale, tk::throttle(locale), State::Good, failures(locale))}
                        {row(locale, tk::evidence(locale), State::Good, tk::evidence_how(locale).into_any())}
                        {policy(locale, page)}
                        {packages(locale, page)}
                    </tbody>
                </table>
            </div>
        </section>
        {reports(locale, page)}
    }
    .to_html()
}

fn row(locale: Locale, control: &'static str, state: State, evidence: AnyView) -> AnyView {
    let (class, text) = match state {
        State::Good => ("p-good", tk::good(locale)),
        State::Warn => ("p-chip", tk::warn(locale)),
        State::Bad => ("p-bad", tk::bad(locale)),
    };
    view! {
        <tr>
            <th scope="row">{control}</th>
            <td data-label=tk::col_state(locale)><b class=class>{text}</b></td>
            <td data-label=tk::col_evidence(locale)>{evidence}</td>
        </tr>
    }
    .into_any()
}

fn audit(locale: Locale, page: &SecurityPage) -> AnyView {
    let link = |text: &'static str| view! { <a href="/settings/audit">{text}</a> };
    match &page.audit {
        None => row(locale, tk::audit(locale), State::Warn, link(tk::audit_not_yet(locale)).into_any()),
        Some((at, sound)) => {
            let (state, text) =
                if *sound { (State::Good, tk::audit_sound(locale)) } else { (State::Bad, tk::audit_unsound(locale)) };
            row(locale, tk::audit(locale), state, view! { {link(text)}" "{stamp(at)} }.into_any())
        }
    }
}

fn transport(locale: Locale, page: &SecurityPage) -> AnyView {
    let (state, text) = match page.https {
        Some(true) => (State::Good, tk::transport_https(locale)),
        _ => (State::Warn, tk::transport_loopback(locale)),
    };
    row(locale, tk::transport(locale), state, text.into_any())
}

fn keys(locale: Locale, page: &SecurityPage) -> AnyView {
    let state = match (page.key_private, page.sealed_by_others) {
        (false, _) => State::Bad,
        (true, 0) => State::Good,
        (true, _) => State::Warn,
    };
    let private = if page.key_private { tk::keys_private(locale) } else { tk::keys_open(locale) };
    let said = tk::keys_are(locale, page.keys, page.sealed_by_others);
    let since = page.keys_since.as_ref().map(|at| view! { " "{tk::keys_since(locale)}" "{stamp(at)} });
    row(locale, tk::keys(locale), state, view! { {private}" "{said}{since} }.into_any())
}

fn second(locale: Locale, page: &SecurityPage) -> AnyView {
    let state = if page.admins_without.is_empty() { State::Good } else { State::Warn };
    let said = tk::second_have(locale, page.second, page.people);
    let without = (!page.admins_without.is_empty())
        .then(|| view! { " "{tk::second_without(locale)}" "<code>{page.admins_without.join(", ")}</code> });
    let evidence = view! { <a href="/settings/people">{said}</a>{without} };
    row(locale, tk::second(locale), state, evidence.into_any())
}

fn database(locale: Locale, page: &SecurityPage) -> AnyView {
    let (state, text) = match page.database_tls.as_deref() {
        None => (State::Good, tk::database_here(locale).to_owned()),
        Some("verify-full") => (State::Good, tk::database_verified(locale).to_owned()),
        Some(mode) => (State::Warn, tk::database_weak(locale, mode)),
    };
    row(locale, tk::database(locale), state, text.into_any())
}

fn backup(locale: Locale, page: &SecurityPage) -> AnyView {
    let link = |text: &'static str| view! { <a href="/settings/audit?action=backup">{text}</a> };
    match &page.backup {
        None => row(locale, tk::backup(locale), State::Warn, tk::backup_none(locale).into_any()),
        Some((at, lately)) => {
            let state = if *lately { State::Good } else { State::Warn };
            row(locale, tk::backup(locale), state, view! { {link(tk::backup_last(locale))}" "{stamp(at)} }.into_any())
        }
    }
}

fn passwords(locale: Locale, page: &SecurityPage) -> AnyView {
    let (memory, passes) = page.password_cost;
    let said = tk::passwords_cost(locale, passes, memory);
    row(locale, tk::passwords(locale), State::Good, view! { {tk::passwords_how(locale)}" "{said} }.into_any())
}

fn packages(locale: Locale, page: &SecurityPage) -> AnyView {
    let packages = &page.packages;
    if packages.on.is_empty() {
        return row(locale, tk::packages(locale), State::Warn, tk::packages_never(locale).into_any());
    }
    let state = match (packages.vulnerable, packages.current) {
        (0, true) => State::Good,
        (0, false) => State::Warn,
        _ => State::Bad,
    };
    let compared = tk::packages_compared(locale, packages.packages, packages.advisories, &packages.on);
    let found = tk::packages_found(locale, packages.vulnerable, packages.explained);
    let other = (!packages.current).then(|| view! { " "{tk::packages_other(locale)} });
    row(locale, tk::packages(locale), state, view! { {compared}" "{found}{other} }.into_any())
}

fn failures(locale: Locale) -> AnyView {
    view! { <a href="/settings/audit?action=sign_in&outcome=refused">{tk::throttle_how(locale)}</a> }.into_any()
}

fn policy(locale: Locale, page: &SecurityPage) -> AnyView {
    let (state, text) = if page.reports.is_empty() {
        (State::Good, tk::policy_quiet(locale))
    } else {
        (State::Warn, tk::policy_reported(locale))
    };
    row(locale, tk::policy(locale), state, text.into_any())
}

fn reports(locale: Locale, page: &SecurityPage) -> AnyView {
    if page.reports.is_empty() {
        return ().into_any();
    }
    let rows = page.reports.iter().map(|report| reported(locale, report)).collect_view();
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tk::reports(locale)}</h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{tk::reports(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tk::col_page(locale)}</th>
                            <th scope="col">{tk::col_directive(locale)}</th>
                            <th scope="col">{tk::col_blocked(locale)}</th>
                            <th scope="col" class="p-num">{tk::col_reports(locale)}</th>
                            <th scope="col">{tk::col_last(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn reported(locale: Locale, report: &ReportRow) -> AnyView {
    view! {
        <tr>
            <td class="p-mono">{report.page.clone()}</td>
            <td class="p-mono" data-label=tk::col_directive(locale)>{report.directive.clone()}</td>
            <td class="p-mono" data-label=tk::col_blocked(locale)>{report.blocked.clone()}</td>
            <td class="p-num" data-label=tk::col_reports(locale)>{number(locale, report.reports)}</td>
            <td data-label=tk::col_last(locale)>{stamp(&report.last)}</td>
        </tr>
    }
    .into_any()
}
