//! The form that says what an asset is to the organisation.

use crate::components::form::field;
use crate::locales::assets as ta;
use crate::server_fns::SayOfAsset;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::text::Locale;
use model::view::assets::AssetPage;
use model::{Criticality, Exposure};

/// The form. Plain: the page is loaded anew when it was sent.
pub fn form(locale: Locale, page: &AssetPage) -> AnyView {
    let said = &page.item.attributes;
    let criticality = Criticality::ALL.iter().rev().map(|one| {
        view! {
            <option value=one.word() selected=said.criticality == Some(*one)>{ta::criticality_name(locale, *one)}</option>
        }
    });
    let criticality = select("criticality", locale, criticality.collect_view().into_any());
    let exposure = Exposure::ALL.iter().rev().map(|one| {
        view! { <option value=one.word() selected=said.exposure == Some(*one)>{ta::exposure_name(locale, *one)}</option> }
    });
    let exposure = select("exposure", locale, exposure.collect_view().into_any());
    let teams = page.teams.iter().map(|team| {
        view! { <option value=team.slug.clone() selected=team.slug == page.named_owner>{team.name.clone()}</option> }
    });
    let owner = view! {
        <select class="p-input" id="owner" name="owner" autocomplete="off">
            <option value="">{ta::owner_by_rules(locale)}</option>
            {teams.collect_view()}
        </select>
    };
    let line = |id: &'static str, value: String, most: &'static str| {
        view! { <input class="p-input" id=id name=id value=value maxlength=most autocomplete="off"/> }.into_any()
    };
    view! {
        <form class="p-form" method="post" action=SayOfAsset::PATH>
            <input type="hidden" name="next" value=format!("/assets/{}", page.item.id)/>
            <input type="hidden" name="id" value=page.item.id/>
            {field("criticality", ta::criticality(locale), criticality, "")}
            {field("exposure", ta::exposure(locale), exposure, "")}
            {field("environment", ta::environment(locale), line("environment", said.environment.clone(), "40"), "")}
            {field("tags", ta::tags(locale), line("tags", said.tags.join(" "), "800"), ta::tags_hint(locale))}
            {field("owner", ta::owner(locale), owner.into_any(), "")}
            <div class="p-field">
                <label class="p-check">
                    <input type="checkbox" name="declared" value="on" checked=said.declared autocomplete="off"/>
                    " "{ta::declared(locale)}
                </label>
                <p class="p-hint">{ta::declared_hint(locale)}</p>
            </div>
            <div class="p-form-acts"><button class="p-btn p-btn-primary">{ta::save(locale)}</button></div>
            <p class="p-hint">{ta::save_hint(locale)}</p>
        </form>
    }
    .into_any()
}

fn select(id: &'static str, locale: Locale, options: AnyView) -> AnyView {
    view! {
        <select class="p-input" id=id name=id autocomplete="off"><option value="">{ta::unset(locale)}</option>{options}</select>
    }
    .into_any()
}
