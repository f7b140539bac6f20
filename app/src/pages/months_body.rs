//! What stands on `/posture/months`. Drawn by the server alone.

use crate::components::charts::table;
use crate::components::marks::stamp;
use crate::components::page::answer;
use crate::locales::say::{Say, findings_href};
use crate::locales::{months as tm, posture as tp, words};
use crate::server_fns::PublishMonth;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::text::{Locale, mapped_name, number, severity_name, signed};
use model::view::Count;
use model::view::months::{Figure, FigureRow, MonthRow, MonthView, MonthsPage};

const PATH: &str = "/posture/months";

/// The page's body as HTML.
pub fn body(locale: Locale, page: &MonthsPage) -> String {
    view! {
        {answer(say(locale, page.shown.as_ref()))}
        {(page.may_publish && !page.next.is_empty()).then(|| publish(locale, page))}
        {page.shown.as_ref().map(|month| view! { {figures(locale, month)} {charts(locale, month)} })}
        {(!page.months.is_empty()).then(|| list(locale, &page.months))}
    }
    .to_html()
}

fn say(locale: Locale, shown: Option<&MonthView>) -> Say {
    let Some(month) = shown else { return Say::new().text(tm::say_none(locale)) };
    let restated = month.figures.iter().filter(|row| row.published.value != row.today.value).count();
    Say::new().text(match i64::try_from(restated).unwrap_or(i64::MAX) {
        0 => tm::say_same(locale, &month.row.name),
        count => tm::say_restated(locale, count, &month.row.name),
    })
}

/// The month that can be published, at a press of a button.
fn publish(locale: Locale, page: &MonthsPage) -> AnyView {
    let next = format!("{PATH}?month={}", page.next);
    view! {
        <form class="p-form" method="post" action=PublishMonth::PATH>
            <input type="hidden" name="month" value=page.next.clone()/>
            <input type="hidden" name="next" value=next/>
            <p class="p-hint">{tm::publish_more(locale)}</p>
            <div class="p-form-acts">
                <button class="p-btn p-btn-primary">{tm::publish(locale, &page.next_name)}</button>
            </div>
        </form>
    }
    .into_any()
}

/// Each figure as it was published, and as it is known today.
fn figures(locale: Locale, month: &MonthView) -> AnyView {
    let rows = month.figures.iter().map(|row| figure(locale, row)).collect_view();
    let file = format!("{PATH}/{}.json", month.row.month);
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tm::figures(locale)}</h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{month.row.name.clone()}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tm::col_figure(locale)}</th>
                            <th scope="col" class="p-num">{tm::col_then(locale)}</th>
                            <th scope="col" class="p-num">{tm::col_today(locale)}</th>
                            <th scope="col">{tm::col_restated(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="p-small"><a href=file download="" rel="external">{tm::bytes(locale)}</a></p>
            <p class="p-small p-mute">{tm::hash(locale)}" "<code>{month.row.hash.clone()}</code></p>
        </section>
    }
    .into_any()
}

fn figure(locale: Locale, row: &FigureRow) -> AnyView {
    let link = |count: &Count| view! { <a href=findings_href(&count.filter)>{number(locale, count.value)}</a> };
    let restated = match row.today.value - row.published.value {
        0 => view! { <span class="p-mute">{tm::unchanged(locale)}</span> }.into_any(),
        by => view! { <b>{tm::restated(locale, &signed(locale, by))}</b> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name(locale, &row.figure)}</th>
            <td class="p-num" data-label=tm::col_then(locale)>{link(&row.published)}</td>
            <td class="p-num" data-label=tm::col_today(locale)>{link(&row.today)}</td>
            <td data-label=tm::col_restated(locale)>{restated}</td>
        </tr>
    }
    .into_any()
}

fn name(locale: Locale, figure: &Figure) -> String {
    match figure {
        Figure::OpenBefore => tm::open_before(locale).to_owned(),
        Figure::New => tm::new(locale).to_owned(),
        Figure::Reopened => tm::reopened(locale).to_owned(),
        Figure::Fixed => tm::fixed(locale).to_owned(),
        Figure::Other => tm::other(locale).to_owned(),
        Figure::Open => tm::open(locale).to_owned(),
        Figure::Severity(severity) => tm::open_of(locale, severity_name(locale, *severity)),
        Figure::Team(team) if team.is_empty() => tm::open_of(locale, tm::nobodys(locale)),
        Figure::Team(team) => tm::open_of(locale, team),
        Figure::Owasp(edition, mapped) => {
            let category = format!("{} {} {}", edition.word(), mapped.word(), mapped_name(locale, *edition, *mapped));
            tm::open_of(locale, &category)
        }
    }
}

/// The charts as they were published, each with the numbers that it was drawn from.
fn charts(locale: Locale, month: &MonthView) -> AnyView {
    let titles = [tp::trend(locale), tp::flow(locale), tp::teams(locale)];
    let cards = month.charts.iter().zip(titles).map(|(chart, title)| {
        view! {
            <figure class="p-card">
                <header class="p-card-head"><figcaption>{title}</figcaption></header>
                <div class="p-chart">
                    <div class="p-wide" inner_html=chart.wide.clone()></div>
                    <div class="p-narrow" inner_html=chart.narrow.clone()></div>
                </div>
                <details>
                    <summary class="p-small">{title}</summary>
                    <div class="p-scroll" tabindex="0" role="region" aria-label=title>{table(chart.table.clone())}</div>
                </details>
            </figure>
        }
    });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tm::charts(locale)}</h2>
            <div class="p-grid">{cards.collect_view()}</div>
        </section>
    }
    .into_any()
}

fn list(locale: Locale, months: &[MonthRow]) -> AnyView {
    let row = |row: &MonthRow| {
        let by = if row.by.is_empty() { words::operator(locale).to_owned() } else { row.by.clone() };
        view! {
            <tr>
                <th scope="row"><a href=format!("{PATH}?month={}", row.month)>{row.name.clone()}</a></th>
                <td data-label=tm::col_published(locale)>{stamp(&row.at)}</td>
                <td data-label=tm::col_by(locale)>{by}</td>
                <td class="p-num" data-label=tm::col_step(locale)>{number(locale, row.step)}</td>
            </tr>
        }
    };
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tm::list(locale)}</h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{tm::list(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tm::col_month(locale)}</th>
                            <th scope="col">{tm::col_published(locale)}</th>
                            <th scope="col">{tm::col_by(locale)}</th>
                            <th scope="col" class="p-num">{tm::col_step(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{months.iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
