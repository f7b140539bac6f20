//! `/scans/mappings`: how the files of tools without a reader of their own are read, as people have defined it.

use crate::browser::sample;
use crate::components::form::{Act, field, here};
use crate::components::load::{load, show};
use crate::components::marks::{icon, stamp};
use crate::components::messages::button_link;
use crate::components::page::{Heading, answer, crumbs};
use crate::locales::say::{Say, encode};
use crate::locales::{common as t, mappings as tm, scans as ts, words};
use crate::server_fns::{self, OpenMapping, RemoveMapping};
use crate::visit::{locale, me};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::policy::Action;
use model::text::{Locale, number};
use model::view::mapping::{DraftRow, MappingRow, MappingsPage};

/// The page.
pub fn mappings() -> AnyView {
    show(load(|| (), |()| server_fns::mappings()), draw)
}

fn draw(page: MappingsPage) -> AnyView {
    let locale = locale();
    let me = me();
    let may = |action| me.as_ref().is_some_and(|me| me.may(action));
    let said = match i64::try_from(page.mappings.len()).unwrap_or(i64::MAX) {
        0 => tm::say_none(locale).to_owned(),
        count => tm::say_some(locale, count),
    };
    view! {
        {crumbs(vec![("/scans".to_owned(), ts::title(locale).to_owned())], tm::title(locale).to_owned())}
        <Heading text=tm::title(locale) class="p-title"/>
        {answer(Say::new().text(said))}
        {page.draft.as_ref().map(|draft| unfinished(locale, draft))}
        {may(Action::ManageSources).then(|| begin(locale, page.draft.is_some()))}
        {list(locale, &page.mappings, may(Action::Import), may(Action::ManageSources))}
    }
    .into_any()
}

/// What the viewer has begun and not saved.
fn unfinished(locale: Locale, draft: &DraftRow) -> AnyView {
    let text = match (draft.name.as_str(), draft.file.as_str()) {
        ("", file) => tm::draft_nameless(locale, file),
        (name, _) => tm::draft_named(locale, name),
    };
    view! {
        <div class="p-banner p-banner-info" role="status">
            {icon("edit")}
            <p>{text}" "{stamp(&draft.at)}</p>
            {button_link("/scans/mappings/edit".to_owned(), tm::go_on(locale), false)}
        </div>
    }
    .into_any()
}

fn begin(locale: Locale, replaces: bool) -> AnyView {
    let more = replaces.then(|| format!(" {}", tm::draft_more(locale)));
    view! {
        <section class="p-section">
            <h2 class="p-h2">{tm::new(locale)}<small>{tm::new_more(locale)}{more}</small></h2>
            {sample_form(locale, false)}
        </section>
    }
    .into_any()
}

/// A form that takes a sample file: for a new mapping, or for the one that is being defined.
pub fn sample_form(locale: Locale, keep: bool) -> AnyView {
    let file = view! {
        <input class="p-input" id="sample" name="sample" type="file" required on:change=|event| sample::cut(&event)/>
    };
    let act = if keep { tm::other_sample_do(locale) } else { tm::begin(locale) };
    let class = if keep { "p-btn" } else { "p-btn p-btn-primary" };
    view! {
        <form class="p-form" method="post" action="/scans/mappings/sample" enctype="multipart/form-data">
            {keep.then(|| view! { <input type="hidden" name="keep" value="on"/> })}
            {field("sample", tm::sample(locale), file.into_any(), "")}
            <div class="p-form-acts"><button class=class>{act}</button></div>
        </form>
    }
    .into_any()
}

fn list(locale: Locale, mappings: &[MappingRow], may_import: bool, may_manage: bool) -> AnyView {
    let body = if mappings.is_empty() {
        view! { <p class="p-hint">{tm::list_empty(locale)}</p> }.into_any()
    } else {
        let rows = mappings.iter().map(|mapping| row(locale, mapping, may_import, may_manage)).collect_view();
        let acts = (may_import || may_manage)
            .then(|| view! { <th scope="col"><span class="p-vh">{tm::col_acts(locale)}</span></th> });
        view! {
            <div class="p-table-wrap">
                <table class="p-table">
                    <caption class="p-vh">{tm::list(locale)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{tm::col_name(locale)}</th>
                            <th scope="col">{tm::col_format(locale)}</th>
                            <th scope="col" class="p-num">{tm::col_fields(locale)}</th>
                            <th scope="col">{tm::col_saved(locale)}</th>
                            <th scope="col">{tm::col_by(locale)}</th>
                            {acts}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { <section class="p-section"><h2 class="p-h2">{tm::list(locale)}</h2>{body}</section> }.into_any()
}

fn row(locale: Locale, saved: &MappingRow, may_import: bool, may_manage: bool) -> AnyView {
    let name = saved.name.clone();
    let import = may_import.then(|| {
        let (href, label) = (format!("/scans?mapping={}", encode(&name)), tm::import_by_name(locale, &name));
        view! { <a class="p-btn p-btn-small" href=href aria-label=label>{icon("upload")}{tm::import_by(locale)}</a> }
    });
    let change = may_manage.then(|| {
        let (edit, remove) = (tm::edit_name(locale, &name), tm::remove_name(locale, &name));
        // Plain: the page on which it is changed is loaded anew whatever this one runs.
        view! {
            <form method="post" action=OpenMapping::PATH>
                <input type="hidden" name="next" value=here()/>
                <input type="hidden" name="name" value=name.clone()/>
                <button class="p-btn p-btn-small" aria-label=edit>{icon("edit")}{tm::edit(locale)}</button>
            </form>
            <Act url=RemoveMapping::PATH>
                <input type="hidden" name="name" value=name.clone()/>
                <button class="p-btn p-btn-small p-btn-quiet" aria-label=remove>
                    {icon("trash")}{t::remove(locale)}
                </button>
            </Act>
        }
    });
    let acts =
        (may_import || may_manage).then(|| view! { <td class="p-num"><div class="p-row">{import}{change}</div></td> });
    view! {
        <tr>
            <td class="p-c-main">{saved.name.clone()}<small>{saved.tool.clone()}</small></td>
            <td data-label=tm::col_format(locale)>{saved.format.clone()}</td>
            <td class="p-num" data-label=tm::col_fields(locale)>{number(locale, saved.fields)}</td>
            <td class="p-c-nowrap" data-label=tm::col_saved(locale)>{stamp(&saved.at)}</td>
            <td data-label=tm::col_by(locale)>
                {saved.by.clone().unwrap_or_else(|| words::operator(locale).to_owned())}
            </td>
            {acts}
        </tr>
    }
    .into_any()
}
