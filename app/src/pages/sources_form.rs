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
    let text = |label: &'static str, name: &'static str, value: &str, hint: &'static str| {
        view! {
            <label class="p-field">
                <span>{label}</span>
                <input class="p-input" name=name value=value.to_owned() maxlength="120" autocomplete="off" required/>
                <small class="p-hint">{hint}</small>
            </label>
        }
        .into_any()
    };
    view! {
        <section class="p-section">
            <h2 class="p-h2">{source.name.clone()}<small>{ts::scans(locale, source.scans)}</small></h2>
            <form class="p-stack" method="post" action=SetSource::PATH>
                <input type="hidden" name="next" value="/scans/sources"/>
                <input type="hidden" name="name" value=source.name.clone()/>
                {text(ts::space(locale), "space", &source.space, ts::space_hint(locale))}
                {text(ts::zone(locale), "zone", &source.zone, "")}
                <label class="p-field">
                    <span>{ts::closing(locale)}</span>
                    <select class="p-input" name="closing">{closing.collect_view()}</select>
                </label>
                <label class="p-check">
                    <input type="checkbox" name="prefer_fqdn" value="true" checked=source.prefer_fqdn/>
                    {ts::prefer_fqdn(locale)}
                </label>
                <label class="p-field">
                    <span>{ts::aliases(locale)}</span>
                    <input class="p-input" name="aliases" value=aliases.join("; ") maxlength="4000" autocomplete="off"/>
                    <small class="p-hint">{ts::aliases_hint(locale)}</small>
                </label>
                <div class="p-row">
                    <button class="p-btn" name="preview" value="true">{ts::preview(locale)}</button>
                    <button class="p-btn p-btn-primary">{ts::save(locale)}</button>
                </div>
            </form>
        </section>
    }
    .into_any()
}
