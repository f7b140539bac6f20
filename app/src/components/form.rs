//! Forms: one that changes something, and the fields that pages share.

use crate::browser::send;
use crate::locales::common as t;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::text::Locale;
use model::view::{PersonRef, TeamRef};

/// The address of this page with its query: where a form comes back to.
pub fn here() -> Signal<String> {
    let location = use_location();
    Signal::derive(move || address(location.pathname.get(), &location.search.get()))
}

fn address(path: String, query: &str) -> String {
    if query.is_empty() { path } else { format!("{path}?{}", query.trim_start_matches('?')) }
}

/// A form that changes something. Plain, it is answered by a redirect back; with a script, in place.
#[component]
pub fn Act(
    /// The server function's path.
    url: &'static str,
    /// The form's id, for fields that stand elsewhere.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The form's class.
    #[prop(optional)]
    class: &'static str,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let submit = send::submitter();
    // What stands on a page is drawn anew whenever its address changes. A signal would outlive a page that asks again each
    // second: its owner is gone as soon as the next answer is drawn.
    let location = use_location();
    let next = address(location.pathname.get_untracked(), &location.search.get_untracked());
    view! {
        <form method="post" action=url id=id class=class on:submit=move |event: SubmitEvent| submit(&event)>
            <input type="hidden" name="next" value=next/>
            {children()}
        </form>
    }
}

/// The one `<textarea>`. On the server its content is escaped here, since leptos 0.8 writes it as it stands.
#[component]
pub fn TextArea(
    /// The field's name.
    name: &'static str,
    /// The field's id.
    id: &'static str,
    /// What it says at first.
    #[prop(optional, into)]
    value: String,
    /// Whether something must be said.
    #[prop(optional)]
    required: bool,
    /// How many lines show.
    #[prop(default = 3)]
    rows: u32,
    /// The most characters that it takes.
    #[prop(default = 4_000)]
    most: usize,
) -> impl IntoView {
    let text = if cfg!(feature = "ssr") { escaped(&value) } else { value };
    view! { <textarea class="p-input" name=name id=id rows=rows.to_string() maxlength=most.to_string() required=required>{text}</textarea> }
}

/// Text as HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A labelled field: `input` carries the id.
pub fn field(id: &'static str, label: &'static str, input: AnyView, hint: &'static str) -> AnyView {
    let hint = (!hint.is_empty()).then(|| view! { <p class="p-hint" id=format!("{id}-hint")>{hint}</p> });
    view! { <div class="p-field"><label for=id>{label}</label>{input}{hint}</div> }.into_any()
}

/// A line of text.
pub fn text_input(id: &'static str, name: &'static str, kind: &'static str, autocomplete: &'static str) -> AnyView {
    view! { <input class="p-input" id=id name=name type=kind autocomplete=autocomplete required/> }.into_any()
}

/// A line of text.
#[cfg(feature = "ssr")]
pub fn line(id: &'static str, label: &'static str, value: String, hint: &'static str, required: bool) -> AnyView {
    line_of(1_000, id, label, value, hint, required)
}

/// A line of at most so many characters.
#[cfg(feature = "ssr")]
pub fn line_of(
    most: usize,
    id: &'static str,
    label: &'static str,
    value: String,
    hint: &'static str,
    required: bool,
) -> AnyView {
    let input = view! {
        <input class="p-input" id=id name=id value=value maxlength=most.to_string() autocomplete="off" required=required/>
    };
    field(id, label, input.into_any(), hint)
}

/// Several lines of text.
#[cfg(feature = "ssr")]
pub fn lines(id: &'static str, label: &'static str, value: String, hint: &'static str, required: bool) -> AnyView {
    let input = view! { <TextArea name=id id=id value=value required=required/> };
    field(id, label, input.into_any(), hint)
}

/// A choice: value and words.
#[cfg(feature = "ssr")]
pub fn select(
    id: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: &str,
    hint: &'static str,
) -> AnyView {
    let options = options.into_iter().map(|(value, words)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    });
    field(id, label, view! { <select class="p-input" id=id name=id>{options.collect_view()}</select> }.into_any(), hint)
}

/// A choice of teams: `none` for nobody, empty to leave it.
pub fn team_select(
    id: &'static str,
    locale: Locale,
    keep: &'static str,
    teams: &[TeamRef],
    current: Option<&str>,
) -> AnyView {
    let options = teams.iter().map(|team| {
        let selected = current == Some(team.slug.as_str());
        view! { <option value=team.slug.clone() selected=selected>{team.name.clone()}</option> }
    });
    view! {
        <select class="p-input" id=id name="team">
            <option value="">{keep}</option>
            {options.collect_view()}
            <option value="none">{t::no_team(locale)}</option>
        </select>
    }
    .into_any()
}

/// A choice of people: `none` for nobody, empty to leave it.
pub fn person_select(id: &'static str, locale: Locale, keep: &'static str, people: &[PersonRef]) -> AnyView {
    let options =
        people.iter().map(|person| view! { <option value=person.login.clone()>{person.name.clone()}</option> });
    view! {
        <select class="p-input" id=id name="person">
            <option value="">{keep}</option>
            {options.collect_view()}
            <option value="none">{t::nobody(locale)}</option>
        </select>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_textarea_cannot_be_left() {
        assert_eq!(escaped("</textarea><script>&"), "&lt;/textarea&gt;&lt;script&gt;&amp;");
    }
}
