//! Charts: the server's own SVG, beside the table that says the same and the file with its numbers.

use crate::locales::common as t;
use crate::visit::locale;
use leptos::prelude::*;
use model::view::{Cell, Chart, Table};

/// A card with a chart. `id` names its parts, `csv` is the path of its file.
pub fn chart_card(
    id: &'static str,
    title: &'static str,
    say: String,
    chart: Chart,
    csv: Option<String>,
    foot: Option<AnyView>,
) -> AnyView {
    let locale = locale();
    let csv = csv.map(|href| view! { <a href=href download="" rel="external">{t::same_csv(locale)}</a> });
    view! {
        <figure class="p-card" aria-labelledby=id>
            <header class="p-card-head">
                <figcaption id=id>{title}</figcaption>
                <fieldset class="p-switch">
                    <legend class="p-vh">{t::as_table(locale)}</legend>
                    <label><input type="radio" name=format!("show-{id}") value="chart" checked/><span>{t::chart(locale)}</span></label>
                    <label><input type="radio" name=format!("show-{id}") value="table"/><span>{t::table(locale)}</span></label>
                    {csv}
                </fieldset>
            </header>
            <p class="p-card-say">{say}</p>
            <div class="p-chart">
                <div class="p-wide" inner_html=chart.wide></div>
                <div class="p-narrow" inner_html=chart.narrow></div>
            </div>
            <div class="p-chart-table p-scroll" tabindex="0" role="region" aria-labelledby=id>{table(chart.table)}</div>
            {foot.map(|foot| view! { <p class="p-card-foot">{foot}</p> })}
        </figure>
    }
    .into_any()
}

/// A small chart in a tile: decoration beside a number, so it is not read out.
pub fn spark(svg: String) -> AnyView {
    view! { <div class="c-spark" aria-hidden="true" inner_html=svg></div> }.into_any()
}

/// A table of a chart's numbers.
pub fn table(table: Table) -> AnyView {
    let heads = table.headers.into_iter().enumerate().map(|(index, head)| {
        let class = if index == 0 { "" } else { "p-num" };
        view! { <th scope="col" class=class>{head}</th> }
    });
    let rows = table.rows.into_iter().map(|cells| {
        let cells = cells.into_iter().enumerate().map(|(index, cell)| {
            if index == 0 {
                view! { <th scope="row">{content(cell)}</th> }.into_any()
            } else {
                view! { <td class="p-num">{content(cell)}</td> }.into_any()
            }
        });
        view! { <tr>{cells.collect_view()}</tr> }
    });
    view! {
        <table class="p-table p-table-plain">
            <thead><tr>{heads.collect_view()}</tr></thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn content(cell: Cell) -> AnyView {
    if cell.href.is_empty() {
        return cell.text.into_any();
    }
    view! { <a href=cell.href>{cell.text}</a> }.into_any()
}
