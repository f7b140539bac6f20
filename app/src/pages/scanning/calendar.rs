//! `/scans/calendar`: a week of what ran, what is due, and what people test by hand.

use super::act;
use crate::components::form::{field, line};
use crate::components::marks::stamp;
use crate::components::page::answer;
use crate::locales::say::Say;
use crate::locales::{scanners as words, scanning as t};
use leptos::prelude::*;
use model::text::Locale;
use model::view::Stamp;
use model::view::scanning::{CalendarItem, CalendarPage};

/// The page's address.
const PAGE: &str = "/scans/calendar";

/// The page's body.
pub fn body(locale: Locale, page: &CalendarPage) -> AnyView {
    let (before, after) = &page.around;
    let days = page.days.iter().map(|(day, items)| one_day(locale, day, items, page.may_change)).collect_view();
    view! {
        {answer(Say::new().text(t::calendar_say(locale)))}
        <nav class="p-row" aria-label=t::calendar(locale)>
            <a class="p-btn p-btn-small" rel="prev" href=format!("{PAGE}?day={before}")>{t::week_before(locale)}</a>
            <a class="p-btn p-btn-small" rel="next" href=format!("{PAGE}?day={after}")>{t::week_after(locale)}</a>
        </nav>
        {days}
        {page.may_change.then(|| form(locale))}
    }
    .into_any()
}

fn one_day(locale: Locale, day: &Stamp, items: &[CalendarItem], may_change: bool) -> AnyView {
    let list = items.iter().map(|one| item(locale, one, may_change)).collect_view();
    let list = match items.is_empty() {
        true => view! { <p class="p-mute">{t::nothing_day(locale)}</p> }.into_any(),
        false => view! { <ul class="p-list">{list}</ul> }.into_any(),
    };
    view! { <section class="p-section"><h2 class="p-h2">{stamp(day)}</h2>{list}</section> }.into_any()
}

fn item(locale: Locale, one: &CalendarItem, may_change: bool) -> AnyView {
    let name = match one.href.is_empty() {
        true => view! { <b>{one.name.clone()}</b> }.into_any(),
        false => view! { <a href=one.href.clone()>{one.name.clone()}</a> }.into_any(),
    };
    let note = match (&one.manual, one.state) {
        (Some((_, who)), _) => t::manual(locale, who),
        (None, Some(state)) => words::state(locale, state).to_owned(),
        (None, None) => t::planned(locale).to_owned(),
    };
    let back = one
        .manual
        .as_ref()
        .filter(|_| may_change)
        .map(|(id, _)| act(PAGE, &[("unplan", id.to_string())], t::take_back(locale), "p-btn p-btn-small"));
    view! { <li class="p-row">{stamp(&one.at)}" "{name}" "<span class="p-chip">{note}</span>{back}</li> }.into_any()
}

fn form(locale: Locale) -> AnyView {
    let at = view! { <input class="p-input" id="at" name="at" type="datetime-local" required/> };
    let hours =
        view! { <input class="p-input" id="hours" name="hours" type="number" min="1" max="744" value="8" required/> };
    view! {
        <details class="p-fold p-section">
            <summary class="p-btn">{t::plan_test(locale)}</summary>
            <form class="p-form" method="post" action=PAGE>
                {line("name", t::what(locale), String::new(), "", true)}
                {line("who", t::who(locale), String::new(), "", true)}
                <div class="p-form-row">
                    {field("at", t::begins(locale), at.into_any(), "")}
                    {field("hours", t::hours(locale), hours.into_any(), "")}
                </div>
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{t::save(locale)}</button></div>
            </form>
        </details>
    }
    .into_any()
}
