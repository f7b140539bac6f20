//! What stands on `/settings/feeds`: the published files on exploitation that are loaded. Drawn by the server alone.

use crate::components::form::field;
use crate::components::marks::stamp;
use crate::locales::{feeds as tf, feeds_say, refusal, words};
use leptos::prelude::*;
use model::feeds::FeedKind;
use model::text::{Locale, number};
use model::view::feeds::{FeedRefreshRow, FeedRow, FeedsPage};

/// The page's body as HTML.
pub fn body(locale: Locale, page: &FeedsPage) -> String {
    let none = !page.files.iter().any(|file| file.kind == FeedKind::Epss);
    view! {
        <p class="p-say">{tf::intro(locale)}</p>
        {none.then(|| view! { <p class="p-hint">{tf::none_epss(locale)}</p> })}
        {nightly(locale, page)}
        {page.may_load.then(|| form(locale))}
        {list(locale, page)}
        {page.files.iter().filter(|file| file.quarantined > 0).map(|file| flaws(locale, file)).collect_view()}
    }
    .to_html()
}

fn name(locale: Locale, kind: FeedKind) -> &'static str {
    match kind {
        FeedKind::Epss => tf::epss(locale),
        FeedKind::Kev => tf::kev(locale),
        FeedKind::Euvd => tf::euvd(locale),
    }
}

/// What is fetched every night, and how that went.
fn nightly(locale: Locale, page: &FeedsPage) -> AnyView {
    if page.refreshes.is_empty() {
        let off = page.may_load.then(|| view! { <p class="p-hint">{tf::nightly_off(locale)}</p> });
        return off.into_any();
    }
    let rows = page.refreshes.iter().map(|one| refresh(locale, one)).collect_view();
    let now = page.may_load.then(|| {
        view! {
            <form class="p-form-acts" method="post" action="/settings/feeds/refresh">
                <button class="p-btn">{tf::nightly_now(locale)}</button>
            </form>
        }
    });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tf::nightly(locale)}</h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{tf::nightly(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tf::col_what(locale)}</th>
                            <th scope="col">{tf::col_from(locale)}</th>
                            <th scope="col">{tf::col_state(locale)}</th>
                            <th scope="col">{tf::col_good(locale)}</th>
                            <th scope="col">{tf::col_next(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {now}
        </section>
    }
    .into_any()
}

fn refresh(locale: Locale, one: &FeedRefreshRow) -> AnyView {
    let state = match (&one.trouble, &one.good) {
        (Some(why), _) => {
            let failed = tf::state_bad(locale, one.failures);
            let why = feeds_say::trouble(locale, why);
            let tried = one.tried.as_ref().map(|at| view! { " · "{tf::tried(locale)}" "{stamp(at)} });
            view! { <span class="p-bad">{failed}</span><small class="p-hint">{why}{tried}</small> }.into_any()
        }
        (None, Some(_)) => view! { <span class="p-good">{tf::state_good(locale)}</span> }.into_any(),
        (None, None) => tf::state_new(locale).into_any(),
    };
    let good = one.good.as_ref().map_or_else(|| tf::never(locale).into_any(), stamp);
    let next = one.next.as_ref().map_or_else(|| tf::next_now(locale).into_any(), stamp);
    view! {
        <tr>
            <td class="p-c-main">{name(locale, one.kind)}</td>
            <td data-label=tf::col_from(locale)>{one.origin.clone()}</td>
            <td data-label=tf::col_state(locale)>{state}</td>
            <td class="p-c-nowrap" data-label=tf::col_good(locale)>{good}</td>
            <td class="p-c-nowrap" data-label=tf::col_next(locale)>{next}</td>
        </tr>
    }
    .into_any()
}

fn form(locale: Locale) -> AnyView {
    let options = FeedKind::ALL.iter().map(|kind| view! { <option value=kind.word()>{name(locale, *kind)}</option> });
    let kind = view! { <select class="p-input" id="kind" name="kind">{options.collect_view()}</select> };
    let day = view! { <input class="p-input" id="day" name="day" type="date"/> };
    let file = view! { <input class="p-input" id="file" name="file" type="file" required/> };
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tf::load(locale)}</h2>
            <form class="p-form" method="post" action="/settings/feeds" enctype="multipart/form-data">
                <div class="p-form-row">
                    {field("kind", tf::kind(locale), kind.into_any(), "")}
                    {field("day", tf::day(locale), day.into_any(), "")}
                </div>
                {field("file", tf::file(locale), file.into_any(), tf::day_hint(locale))}
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{tf::load_do(locale)}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn list(locale: Locale, page: &FeedsPage) -> AnyView {
    let rows = page.files.iter().map(|file| row(locale, file)).collect_view();
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tf::files(locale)}</h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{tf::files(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tf::col_what(locale)}</th>
                            <th scope="col">{tf::col_day(locale)}</th>
                            <th scope="col" class="p-num">{tf::col_rows(locale)}</th>
                            <th scope="col" class="p-num">{tf::col_bad(locale)}</th>
                            <th scope="col">{tf::col_file(locale)}</th>
                            <th scope="col">{tf::col_loaded(locale)}</th>
                            <th scope="col">{tf::col_by(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(locale: Locale, file: &FeedRow) -> AnyView {
    let current = file.in_force.then(|| view! { " " <span class="p-chip p-chip-accent">{tf::in_force(locale)}</span> });
    let shipped = file.file.is_empty();
    let named = if shipped { tf::shipped(locale).to_owned() } else { file.file.clone() };
    let from = (!file.origin.is_empty()).then(|| view! { <small>{file.origin.clone()}</small> });
    let shipped = shipped || !file.origin.is_empty();
    let by = file.by.clone().unwrap_or_else(|| if shipped { "Postura" } else { words::operator(locale) }.to_owned());
    view! {
        <tr>
            <td class="p-c-main">{name(locale, file.kind)}<small>{file.version.clone()}</small></td>
            <td class="p-c-nowrap" data-label=tf::col_day(locale)>{stamp(&file.day)}{current}</td>
            <td class="p-num" data-label=tf::col_rows(locale)>{number(locale, file.listed)}</td>
            <td class="p-num" data-label=tf::col_bad(locale)>{number(locale, file.quarantined)}</td>
            <td data-label=tf::col_file(locale)>{named}{from}</td>
            <td class="p-c-nowrap" data-label=tf::col_loaded(locale)>{stamp(&file.loaded)}</td>
            <td data-label=tf::col_by(locale)>{by}</td>
        </tr>
    }
    .into_any()
}

/// The rows of a file that could not be read.
fn flaws(locale: Locale, file: &FeedRow) -> AnyView {
    let items = file.flaws.iter().map(|flaw| {
        let line = flaw.line.map(|line| format!("{}: ", tf::line(locale, line)));
        let why = refusal::quarantine_sentence(locale, &flaw.reason);
        view! { <li>{line}{why}" "<code>{flaw.detail.clone()}</code><br/><code class="p-small">{flaw.raw.clone()}</code></li> }
    });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{name(locale, file.kind)}" · "{file.day.text.clone()}</h2>
            <p>{tf::flaws(locale, file.quarantined)}". "{tf::flaws_first(locale)}</p>
            <ul>{items.collect_view()}</ul>
        </section>
    }
    .into_any()
}
