//! `/assets/inventory`: a file of the inventory comes in, is looked at, and is applied.

use super::asset_parts::href;
use crate::components::form::field;
use crate::components::marks::icon;
use crate::components::messages::banner;
use crate::components::page::answer;
use crate::locales::say::{Say, Tone};
use crate::locales::{assets as ta, refusal_sentence};
use crate::server_fns::{ApplyInventory, DrawnAssets, DropInventory};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::text::Locale;
use model::view::assets::{InventoryPreview, PreviewedAsset};

/// The page's path.
const PATH: &str = "/assets/inventory";

/// The page as HTML.
pub fn draw(locale: Locale, waiting: Option<&InventoryPreview>) -> DrawnAssets {
    let html = match waiting {
        None => view! { {answer(Say::new().text(ta::inventory_say(locale)))} {take(locale)} {give(locale)} }.into_any(),
        Some(seen) => preview(locale, seen),
    };
    DrawnAssets {
        title: ta::inventory(locale).to_owned(),
        above: vec![("/assets".to_owned(), ta::title(locale).to_owned())],
        before: String::new(),
        html: html.to_html(),
    }
}

fn take(locale: Locale) -> AnyView {
    let file = view! { <input class="p-input" id="inventory" name="inventory" type="file" accept=".csv,.gz,text/csv" required/> };
    view! {
        <form class="p-form" method="post" action=PATH enctype="multipart/form-data">
            {field("inventory", ta::inventory_file(locale), file.into_any(), ta::inventory_file_hint(locale))}
            <div class="p-form-acts"><button class="p-btn p-btn-primary">{ta::inventory_look(locale)}</button></div>
        </form>
    }
    .into_any()
}

fn give(locale: Locale) -> AnyView {
    view! {
        <section class="p-section">
            <p>
                <a class="p-btn" href="/assets/inventory.csv" download="" rel="external">
                    {icon("download")}{ta::inventory_export(locale)}
                </a>
            </p>
            <p class="p-hint">{ta::inventory_export_hint(locale)}</p>
        </section>
    }
    .into_any()
}

/// What the waiting file would change.
fn preview(locale: Locale, seen: &InventoryPreview) -> AnyView {
    if let Some(refusal) = &seen.refusal {
        let why = refusal_sentence(locale, refusal);
        return view! {
            {banner("error", "error", ta::preview_refused(locale).to_owned(), why)}
            {drop_form(locale)}
            {take(locale)}
        }
        .into_any();
    }
    let mut say = Say::new()
        .tone(Tone::Strong, ta::preview_new(locale, seen.new))
        .text(", ")
        .tone(Tone::Strong, ta::preview_changed(locale, seen.changed))
        .text(format!(", {}", ta::preview_same(locale, seen.same)));
    if seen.flaw_count > 0 {
        say = say.text("; ").tone(Tone::Bad, ta::preview_flaws(locale, seen.flaw_count));
    }
    let ignored = (!seen.ignored.is_empty())
        .then(|| view! { <p class="p-hint">{ta::preview_ignored(locale, &seen.ignored.join(", "))}</p> });
    view! {
        <p class="p-head-note">{ta::preview(locale)}" · "{seen.file.clone()}</p>
        {answer(say.text("."))}
        {ignored}
        <div class="p-row">
            <form method="post" action=ApplyInventory::PATH>
                <input type="hidden" name="next" value=PATH/>
                <button class="p-btn p-btn-primary">{icon("check")}{ta::preview_apply(locale)}</button>
            </form>
            {drop_form(locale)}
        </div>
        {changes(locale, seen)}
        {flaws(locale, seen)}
    }
    .into_any()
}

fn drop_form(locale: Locale) -> AnyView {
    view! {
        <form method="post" action=DropInventory::PATH>
            <input type="hidden" name="next" value=PATH/>
            <button class="p-btn">{ta::preview_drop(locale)}</button>
        </form>
    }
    .into_any()
}

fn changes(locale: Locale, seen: &InventoryPreview) -> AnyView {
    if seen.rows.is_empty() {
        return ().into_any();
    }
    let shown = i64::try_from(seen.rows.len()).unwrap_or(i64::MAX);
    let some = (shown < seen.new + seen.changed).then(|| view! { <small>{ta::preview_first(locale, shown)}</small> });
    let rows = seen.rows.iter().map(|one| change(locale, one)).collect_view();
    view! {
        <section class="p-section">
            <h2 class="p-h2">{ta::col_changes(locale)}{some}</h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{ta::preview(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="p-num">{ta::col_line(locale)}</th>
                            <th scope="col">{ta::col_asset(locale)}</th>
                            <th scope="col">{ta::col_changes(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn change(locale: Locale, one: &PreviewedAsset) -> AnyView {
    let name = match one.id {
        Some(id) => view! { <a href=format!("/assets/{id}")>{one.name.clone()}</a> }.into_any(),
        None => {
            view! { <b>{one.name.clone()}</b> " " <span class="p-chip p-chip-accent">{ta::new_asset(locale)}</span> }
                .into_any()
        }
    };
    let near = (!one.near.is_empty()).then(|| {
        let to = href("/assets", &model::filter::Filter::new().asset(&one.name).to_string(), &[]);
        view! { <p class="p-hint"><a href=to>{ta::near(locale, &one.near)}</a></p> }
    });
    let items = one.changes.iter().map(|(field, before, after)| {
        let (before, after) = (ta::attribute_value(locale, field, before), ta::attribute_value(locale, field, after));
        let from = one.id.is_some().then(|| view! { <s>{before}</s> " → " });
        view! { <li>{ta::attribute_name(locale, field)}": "{from}<b>{after}</b></li> }
    });
    view! {
        <tr>
            <td class="p-num" data-label=ta::col_line(locale)>{one.line.to_string()}</td>
            <td class="p-c-main">{name}{near}</td>
            <td data-label=ta::col_changes(locale)><ul class="p-changes">{items.collect_view()}</ul></td>
        </tr>
    }
    .into_any()
}

fn flaws(locale: Locale, seen: &InventoryPreview) -> AnyView {
    if seen.flaws.is_empty() {
        return ().into_any();
    }
    let rows = seen.flaws.iter().map(|flaw| {
        view! {
            <tr>
                <td class="p-num" data-label=ta::col_line(locale)>{flaw.line.to_string()}</td>
                <td class="p-c-main">{ta::flaw(locale, &flaw.reason, &flaw.detail)}<small class="p-mono">{flaw.detail.clone()}</small></td>
            </tr>
        }
    });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{ta::preview_flaws(locale, seen.flaw_count)}</h2>
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{ta::preview_flaws(locale, seen.flaw_count)}</caption>
                    <thead>
                        <tr>
                            <th scope="col" class="p-num">{ta::col_line(locale)}</th>
                            <th scope="col">{ta::col_reason(locale)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}
