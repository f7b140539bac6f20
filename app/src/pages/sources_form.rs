//! What stands on `/scans/sources`. Drawn by the server alone: every press of a button is a plain form.

use crate::components::page::answer;
use crate::locales::say::Say;
use crate::locales::sources as ts;
use crate::server_fns::SetSource;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use model::Closing;
use model::text::Locale;
use model::view::sources::SourceView;

/// The page's body as HTML.
pub fn body(locale: Locale, sources: &[SourceView]) -> String {
    let sources = sources.iter().map(|source| section(locale, source)).collect_view();
    view! {
        {answer(Say::new().text(ts::more(locale)))}
        {sources}
    }
    .to_html()
}

fn section(locale: Locale, source: &SourceView) -> AnyView {
    let closing = Closing::ALL.iter().map(|closing| {
        let chosen = *closing == source.closing;
        view! { <option value=closing.word() selected=chosen>{ts::closing_name(locale, *closing)}</option> }
    });
    let aliases: Vec<String> = source.aliases.iter().map(ToString::to_string).collect();
    let text = |label: &'static str, name: &'static str, value: String, hint: &'static str, required: bool| {
        let id = format!("source-{}-{name}", source.id);
        let told = (!hint.is_empty()).then(|| view! { <p class="p-hint" id=format!("{id}-hint")>{hint}</p> });
        view! {
            <div class="p-field">
                <label for=id.clone()>{label}</label>
                <input class="p-input" id=id name=name value=value maxlength="4000" autocomplete="off" required=required/>
                {told}
            </div>
        }
        .into_any()
    };
    let closing_id = format!("source-{}-closing", source.id);
    let acts = source.may_change.then(|| {
        view! {
            <div class="p-form-acts">
                <button class="p-btn" name="preview" value="true">{ts::preview(locale)}</button>
                <button class="p-btn p-btn-primary">{ts::save(locale)}</button>
            </div>
        }
    });
    view! {
        <section class="p-section">
            <h2 class="p-h2">{source.name.clone()}<small>{ts::scans(locale, source.scans)}</small></h2>
            <form class="p-form" method="post" action=SetSource::PATH>
                <input type="hidden" name="next" value="/scans/sources"/>
                <input type="hidden" name="name" value=source.name.clone()/>
                {text(ts::space(locale), "space", source.space.clone(), ts::space_hint(locale), true)}
                {text(ts::zone(locale), "zone", source.zone.clone(), "", true)}
                <div class="p-field">
                    <label for=closing_id.clone()>{ts::closing(locale)}</label>
                    <select class="p-input" id=closing_id name="closing">{closing.collect_view()}</select>
                </div>
                <label class="p-check">
                    <input type="checkbox" name="prefer_fqdn" value="true" checked=source.prefer_fqdn/>
                    {ts::prefer_fqdn(locale)}
                </label>
                {text(ts::aliases(locale), "aliases", aliases.join("; "), ts::aliases_hint(locale), false)}
                {acts}
            </form>
        </section>
    }
    .into_any()
}
