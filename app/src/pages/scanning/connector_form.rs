//! The form by which a scanner is connected.

use super::connectors::PAGE;
use super::{Asked, Said, digits};
use crate::components::form::{field, line, lines, select};
use crate::locales::{scanners as words, scanning as t};
use leptos::prelude::*;
use model::scanner::ConnectorKind;
use model::text::Locale;
use model::view::scanning::{ConnectorDraft, ConnectorsPage};

/// The form: for the connector that the address names, else for a new one.
pub fn form(locale: Locale, asked: &Asked, page: &ConnectorsPage) -> AnyView {
    let edited = asked.get("edit").and_then(|id| id.parse::<i64>().ok());
    let edited = edited.and_then(|id| page.connectors.iter().find(|one| one.id == id));
    let blank = ConnectorDraft { at_a_time: 1, pull: 15, ..ConnectorDraft::default() };
    let kept = edited.map_or(&blank, |one| &one.settings);
    let open = edited.is_some() || asked.contains_key("wrong") || page.connectors.is_empty();
    let title = match edited {
        Some(one) => t::connector_edit(locale, &one.settings.name),
        None => t::connector_new(locale).to_owned(),
    };
    let said = Said::of(asked);
    let kinds = ConnectorKind::ALL.iter().map(|kind| (kind.word().to_owned(), words::kind(locale, *kind).to_owned()));
    let kind =
        edited.is_none().then(|| select("kind", t::kind(locale), kinds.collect(), &said.or("kind", &kept.kind), ""));
    let id = edited.map(|one| view! { <input type="hidden" name="id" value=one.id.to_string()/> });
    let password = |id: &'static str, label: &'static str, hint: &'static str| {
        let input = view! {
            <input class="p-input" id=id name=id type="password" maxlength="4000" autocomplete="off"/>
        };
        field(id, label, input.into_any(), hint)
    };
    let sources: Vec<_> = page.sources.iter().map(|name| view! { <option value=name.clone()></option> }).collect();
    let source = view! {
        <input class="p-input" id="source" name="source" list="sources" maxlength="120" autocomplete="off"
            value=said.or("source", &kept.source)/>
        <datalist id="sources">{sources}</datalist>
    };
    view! {
        <details class="p-fold p-section" id="edit" open=open>
            <summary class="p-btn">{title}</summary>
            <form class="p-form" method="post" action=PAGE>
                {id}
                {line("name", t::name(locale), said.or("name", &kept.name), "", true)}
                {kind}
                {line("address", t::address(locale), said.or("address", &kept.address), t::address_hint(locale), false)}
                {password("key", t::key(locale), t::key_hint(locale))}
                {password("secret", t::secret(locale), "")}
                {line("user", t::user(locale), String::new(), "", false)}
                {field("source", t::source(locale), source.into_any(), t::source_hint(locale))}
                <div class="p-form-row">
                    {digits("at_a_time", t::at_a_time(locale), said.or("at_a_time", &kept.at_a_time.to_string()), ("1", "100"))}
                    {digits("pull", t::pull(locale), said.or("pull", &kept.pull.to_string()), ("0", "10080"))}
                </div>
                <p class="p-hint">{t::pull_hint(locale)}</p>
                {certificate(locale, &said, kept)}
                {others(locale, &said, kept, page)}
                <div class="p-form-acts"><button class="p-btn p-btn-primary">{t::save(locale)}</button></div>
            </form>
        </details>
    }
    .into_any()
}

fn certificate(locale: Locale, said: &Said<'_>, kept: &ConnectorDraft) -> AnyView {
    let trusts = vec![
        ("system".to_owned(), t::trust_system(locale).to_owned()),
        ("authorities".to_owned(), t::trust_authorities(locale).to_owned()),
        ("pinned".to_owned(), t::trust_pinned(locale).to_owned()),
    ];
    view! {
        {select("trust", t::trust(locale), trusts, &said.or("trust", &kept.trust), "")}
        {line("fingerprint", t::fingerprint(locale), said.or("fingerprint", &kept.fingerprint), t::fingerprint_hint(locale), false)}
        {lines("confirmed", t::confirmed(locale), said.or("confirmed", &kept.confirmed), t::confirmed_hint(locale), false)}
    }
    .into_any()
}

/// What only some kinds need.
fn others(locale: Locale, said: &Said<'_>, kept: &ConnectorDraft, page: &ConnectorsPage) -> AnyView {
    let named = |names: &[String]| {
        let none = (String::new(), "—".to_owned());
        std::iter::once(none).chain(names.iter().map(|name| (name.clone(), name.clone()))).collect::<Vec<_>>()
    };
    let mut mappings = named(&page.mappings);
    if let Some(first) = mappings.first_mut() {
        t::mapping_none(locale).clone_into(&mut first.1);
    }
    view! {
        <details class="p-fold">
            <summary class="p-btn p-btn-quiet">{t::more(locale)}</summary>
            {select("command", t::command(locale), named(&page.commands), &said.or("command", &kept.command), "")}
            {select("folder", t::folder(locale), named(&page.folders), &said.or("folder", &kept.folder), "")}
            {select("mapping", t::mapping(locale), mappings, &said.or("mapping", &kept.mapping), "")}
            {line("report_dir", t::report_dir(locale), said.or("report_dir", &kept.report_dir), "", false)}
            {line("plan", t::plan(locale), said.or("plan", &kept.plan), "", false)}
            {line("scanner", t::scanner(locale), said.or("scanner", &kept.scanner), "", false)}
            {line("pool", t::pool(locale), said.or("pool", &kept.pool), "", false)}
            {lines("adopt", t::adopt(locale), said.or("adopt", &kept.adopt), "", false)}
            {lines("authorities", t::authorities(locale), said.or("authorities", &kept.authorities), "", false)}
        </details>
    }
    .into_any()
}
