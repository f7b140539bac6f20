//! What stands on the pages of connectors, targets, schedules, runs, the calendar and health. Drawn by the server alone: every
//! press of a button is a plain form.

mod calendar;
mod connector_form;
mod connectors;
mod health;
mod notice;
mod runs;
mod schedule_form;
mod schedules;
mod targets;

use crate::components::form::field;
use crate::components::marks::icon;
use crate::components::messages::banner;
use crate::locales::{scanners_say, scanning as t, scans as tc};
use crate::server_fns::DrawnPage;
use leptos::prelude::*;
use model::error::{ErrorCode, WireError};
use model::text::Locale;
use ports::Backend;
use std::collections::BTreeMap;

pub use notice::notice;

/// The pairs of an address.
type Asked = BTreeMap<String, String>;

/// A page: its address and its name.
type Page = (&'static str, fn(Locale) -> &'static str);

/// These pages.
const PAGES: [Page; 6] = [
    ("/scans/connectors", t::connectors),
    ("/scans/targets", t::targets),
    ("/scans/schedules", t::schedules),
    ("/scans/runs", t::runs),
    ("/scans/calendar", t::calendar),
    ("/scans/health", t::health),
];

/// The page of a path below `/scans`.
///
/// # Errors
/// There is no such page, the viewer may not see it, or asking failed.
pub async fn page(backend: &Backend, path: &str, asked: &Asked, locale: Locale) -> Result<DrawnPage, WireError> {
    let text = |name: &str| asked.get(name).cloned().unwrap_or_default();
    let mut title = PAGES.iter().find(|(page, _)| *page == path).map(|(_, name)| name(locale).to_owned());
    let mut above = Some(("/scans".to_owned(), tc::title(locale).to_owned()));
    let mut again = false;
    let body = match path {
        "/scans/connectors" => connectors::body(locale, asked, &backend.connectors().await?),
        "/scans/targets" => targets::body(locale, asked, &backend.targets().await?),
        "/scans/schedules" => schedules::body(locale, asked, &backend.schedules().await?),
        "/scans/runs" => {
            let page = backend.runs(text("schedule").parse().ok(), text("page")).await?;
            again = page.active > 0;
            runs::list(locale, &text("schedule"), &page)
        }
        "/scans/calendar" => calendar::body(locale, &backend.calendar(text("day")).await?),
        "/scans/health" => health::body(locale, &backend.health().await?),
        path => {
            let id = path.strip_prefix("/scans/runs/").and_then(|id| id.parse::<i64>().ok());
            let id = id.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
            let page = backend.run(id).await?;
            let waits = ["blackout", "resting"].contains(&page.run.reason.as_str());
            again = !page.run.state.ended() && !waits;
            title = Some(t::run_title(locale, id));
            above = Some(("/scans/runs".to_owned(), t::runs(locale).to_owned()));
            runs::one(locale, &page)
        }
    };
    let html = view! { {tabs(locale, path)}{answered(locale, asked)}{body} }.to_html();
    Ok(DrawnPage { title: title.unwrap_or_default(), above, html, again })
}

/// The way to the other pages of scheduled scans.
fn tabs(locale: Locale, path: &str) -> AnyView {
    let links = PAGES.iter().map(|(page, name)| {
        let current = (*page == path).then_some("page");
        view! { <a href=*page aria-current=current>{name(locale)}</a> }
    });
    view! { <nav class="p-tabs" aria-label=t::nav(locale)>{links.collect_view()}</nav> }.into_any()
}

/// What the last form did, or what is wrong with it.
fn answered(locale: Locale, asked: &Asked) -> Option<AnyView> {
    let get = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    if !get("wrong").is_empty() {
        return Some(banner("error", "error", String::new(), t::wrong(locale, get("wrong"), get("why"))));
    }
    let fault = get("fault");
    let said = match get("did") {
        "saved" => t::did_saved(locale),
        "tested" if !fault.is_empty() => {
            let why = scanners_say::fault(locale, fault, "");
            return Some(banner("error", "error", t::did_tested_bad(locale).to_owned(), why));
        }
        "tested" => t::did_tested(locale),
        "switched" => t::did_switched(locale),
        "paused" => t::did_paused(locale),
        "resumed" => t::did_resumed(locale),
        "started" => t::did_started(locale),
        "stopped" => t::did_stopped(locale),
        "planned" => t::did_planned(locale),
        _ => return None,
    };
    Some(banner("good", "done", String::new(), said.to_owned()))
}

/// What a form's fields say at first: what was sent and could not be taken, else what is kept.
struct Said<'a> {
    asked: &'a Asked,
    refilled: bool,
}

impl<'a> Said<'a> {
    fn of(asked: &'a Asked) -> Self {
        Self { asked, refilled: asked.contains_key("wrong") }
    }

    fn or(&self, name: &str, kept: &str) -> String {
        if self.refilled { self.asked.get(name).cloned().unwrap_or_default() } else { kept.to_owned() }
    }
}

/// A number.
fn digits(id: &'static str, label: &'static str, value: String, range: (&'static str, &'static str)) -> AnyView {
    let input = view! {
        <input class="p-input" id=id name=id type="number" min=range.0 max=range.1 value=value required/>
    };
    field(id, label, input.into_any(), "")
}

/// A form that is one button.
fn act(action: &'static str, fields: &[(&'static str, String)], words: &'static str, class: &'static str) -> AnyView {
    let fields = fields.iter().map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone()/> });
    view! {
        <form method="post" action=action>{fields.collect_view()}<button class=class>{words}</button></form>
    }
    .into_any()
}

/// A mark with words, for what is not as it could be.
fn warning(words: String) -> AnyView {
    view! { <p class="p-warn">{icon("warning")}" "{words}</p> }.into_any()
}
