//! `/scans/connectors`: the scanners, what each can do, how it fares.

use super::{Asked, act, connector_form, warning};
use crate::components::marks::stamp;
use crate::components::messages::banner;
use crate::components::page::answer;
use crate::locales::say::{Say, Tone};
use crate::locales::{scanners as words, scanners_say, scanning as t};
use leptos::prelude::*;
use model::scanner::Capability;
use model::text::Locale;
use model::view::scanning::{ConnectorView, ConnectorsPage};

/// The page's address.
pub const PAGE: &str = "/scans/connectors";

/// The place of a connector on the page.
pub fn place(id: i64) -> String {
    format!("{PAGE}#connector-{id}")
}

/// The page's body.
pub fn body(locale: Locale, asked: &Asked, page: &ConnectorsPage) -> AnyView {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let bad = page.connectors.iter().filter(|one| !one.off && one.failures > 1).count();
    let say = match page.connectors.len() {
        0 => Say::new().text(t::connectors_none(locale)),
        all => {
            let say = Say::new().text(t::connectors_say(locale, number(all)));
            if bad > 0 { say.tone(Tone::Bad, t::connectors_bad(locale, number(bad))) } else { say }
        }
    };
    let pull_only = page
        .connectors
        .iter()
        .filter(|one| !one.off && one.probe.as_ref().is_some_and(|probe| probe.can == Capability::Pull));
    let pull_only = pull_only
        .map(|one| banner("info", "info", String::new(), t::pull_banner(locale, &one.settings.name)))
        .collect_view();
    let rows = page.connectors.iter().map(|one| row(locale, one, page.may_change)).collect_view();
    let table = (!page.connectors.is_empty()).then(|| {
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{t::connectors(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t::col_connector(locale)}</th>
                            <th scope="col">{t::col_can(locale)}</th>
                            <th scope="col">{t::col_state(locale)}</th>
                            <th scope="col">{t::col_secret(locale)}</th>
                            <th scope="col"><span class="p-vh">{t::edit(locale)}</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
    });
    view! {
        {answer(say)}
        {pull_only}
        {table}
        {page.may_change.then(|| connector_form::form(locale, asked, page))}
    }
    .into_any()
}

fn row(locale: Locale, one: &ConnectorView, may_change: bool) -> AnyView {
    let id = one.id.to_string();
    let acts = may_change.then(|| {
        let switch = if one.off { t::switch_on(locale) } else { t::switch_off(locale) };
        let to = if one.off { "on" } else { "off" };
        let small = "p-btn p-btn-small";
        view! {
            <div class="p-row">
                {(!one.off).then(|| act(PAGE, &[("test", id.clone())], t::test_now(locale), small))}
                <a class=small href=format!("{PAGE}?edit={id}#edit")>{t::edit(locale)}</a>
                {act(PAGE, &[("switch", id.clone()), ("to", to.to_owned())], switch, small)}
            </div>
        }
    });
    let kind = words::kind(locale, one.kind);
    let address = if one.settings.address.is_empty() { String::new() } else { format!(" · {}", one.settings.address) };
    view! {
        <tr id=format!("connector-{}", one.id)>
            <td class="p-c-main">{one.settings.name.clone()}<small>{kind}{address}</small></td>
            <td data-label=t::col_can(locale)>{can(locale, one)}</td>
            <td data-label=t::col_state(locale)>{state(locale, one)}</td>
            <td data-label=t::col_secret(locale)>{secret(locale, one)}</td>
            <td>{acts}</td>
        </tr>
    }
    .into_any()
}

/// What a scanner can do, in words.
pub fn can(locale: Locale, one: &ConnectorView) -> AnyView {
    let Some(probe) = &one.probe else {
        let words = if one.fault.is_some() { t::can_unknown(locale) } else { t::not_looked(locale) };
        return view! { <span class="p-mute">{words}</span> }.into_any();
    };
    let about = [&probe.product, &probe.licence].into_iter().filter(|text| !text.is_empty()).cloned();
    let about = about.collect::<Vec<_>>().join(" · ");
    let notes = probe.notes.iter().map(|note| view! { <li>{scanners_say::fact(locale, note)}</li> }).collect_view();
    let notes = (!probe.notes.is_empty()).then(|| view! { <ul class="p-small">{notes}</ul> });
    view! { {words::capability(locale, probe.can)}<small>{about}</small>{notes} }.into_any()
}

/// How it fares.
pub fn state(locale: Locale, one: &ConnectorView) -> AnyView {
    if one.off {
        return view! { <span class="p-chip">{t::off(locale)}</span> }.into_any();
    }
    let answered = one.answered.as_ref().map(|at| {
        let latency = one.latency.map(|ms| format!(" · {}", t::latency(locale, ms).trim_end()));
        view! { <small>{t::answered(locale, &at.text)}{latency}</small> }
    });
    let Some((code, detail)) = &one.fault else {
        return match answered {
            Some(answered) => view! { <span class="p-good">{t::did_tested(locale)}</span>{answered} }.into_any(),
            None => view! { <span class="p-mute">{t::not_looked(locale)}</span> }.into_any(),
        };
    };
    let since = one.failed_since.as_ref().map(|at| view! { " · " {stamp(at)} });
    let rests = one.rests_until.as_ref().map(|at| warning(t::rests(locale, &at.text)));
    view! {
        <span class="p-bad">{scanners_say::fault(locale, code, detail)}</span>" "
        <small>{t::failing(locale, one.failures)}{since}</small>
        {rests}
        {answered}
        {certificate(locale, one, code, detail)}
    }
    .into_any()
}

/// The certificate that came, to be confirmed by who has compared it.
fn certificate(locale: Locale, one: &ConnectorView, code: &str, detail: &str) -> Option<AnyView> {
    let digits = detail.chars().filter(char::is_ascii_hexdigit).count();
    let judged = code.starts_with("certificate_") && digits == 64;
    judged.then(|| {
        let fields = [("confirm", one.id.to_string()), ("fingerprint", detail.to_owned())];
        view! {
            <p class="p-small">{t::came(locale)}" "<code class="p-mono">{detail.to_owned()}</code></p>
            <p class="p-hint">{t::fingerprint_hint(locale)}</p>
            {act(PAGE, &fields, t::confirm_certificate(locale), "p-btn p-btn-small")}
        }
        .into_any()
    })
}

/// How old its secret is, and by when it is to be changed.
pub fn secret(locale: Locale, one: &ConnectorView) -> AnyView {
    let Some(secret) = &one.secret else {
        return view! { <span class="p-mute">{t::secret_none(locale)}</span> }.into_any();
    };
    let due = match secret.is_due() {
        true => view! { <small>{t::secret_old(locale)}</small> }.into_any(),
        false => view! { <small>{t::secret_due(locale)}" "{stamp(&secret.due)}</small> }.into_any(),
    };
    let (set, title) = (secret.set.iso.clone(), secret.set.text.clone());
    let tone = if secret.is_due() { "p-warn" } else { "" };
    let age = if secret.days == 0 { t::secret_today(locale).to_owned() } else { t::secret_age(locale, secret.days) };
    view! { <time class=tone datetime=set title=title>{age}</time>{due} }.into_any()
}
