//! Which column each field comes from.

use super::mapping_form::{card, problem};
use crate::locales::mappings as tm;
use leptos::prelude::*;
use model::MappedField;
use model::mapping::{MappingPart, column_name};
use model::text::Locale;
use model::view::mapping::DraftPage;

/// How many values of a column are shown.
const SAMPLES: usize = 3;

/// What a record says it is.
const WHAT: [MappedField; 6] = [
    MappedField::Rule,
    MappedField::Title,
    MappedField::Severity,
    MappedField::Confidence,
    MappedField::Status,
    MappedField::SeenAt,
];
/// Where it was found.
const WHERE: [MappedField; 11] = [
    MappedField::Asset,
    MappedField::Url,
    MappedField::Ip,
    MappedField::Fqdn,
    MappedField::Port,
    MappedField::Protocol,
    MappedField::Method,
    MappedField::Parameter,
    MappedField::Path,
    MappedField::Line,
    MappedField::Fingerprint,
];
/// What kind of weakness it is.
const CLASS: [MappedField; 4] = [MappedField::Cwe, MappedField::Cve, MappedField::Cvss, MappedField::Owasp];
/// What is said of it.
const TEXT: [MappedField; 4] =
    [MappedField::Description, MappedField::Solution, MappedField::References, MappedField::Evidence];

/// The fields in groups, each with a choice of the sample's columns.
pub fn columns(locale: Locale, page: &DraftPage) -> AnyView {
    let group = |title, more, fields: &[MappedField]| {
        card(title, more, fields.iter().map(|one| choice(locale, page, *one)).collect_view().into_any())
    };
    view! {
        {group(tm::part_what(locale), tm::part_what_more(locale), &WHAT)}
        {group(tm::part_where(locale), tm::part_where_more(locale), &WHERE)}
        {group(tm::part_class(locale), tm::part_class_more(locale), &CLASS)}
        {group(tm::part_text(locale), "", &TEXT)}
    }
    .into_any()
}

/// The choice of a column for a field, with what stands in it, or what is wrong.
fn choice(locale: Locale, page: &DraftPage, field: MappedField) -> AnyView {
    let id = column_name(field);
    let current = page.mapping.columns.get(&field).map_or("", String::as_str);
    let known = page.columns.iter().find(|column| column.name.trim() == current.trim());
    let options = page.columns.iter().filter(|column| !column.name.is_empty()).map(|column| {
        let selected = known.is_some_and(|known| known.name == column.name);
        view! { <option value=column.name.clone() selected=selected>{column.name.clone()}</option> }
    });
    // A column that the sample does not have stays until somebody chooses another.
    let absent = (known.is_none() && !current.is_empty()).then(|| {
        let text = if page.file.is_empty() { current.to_owned() } else { tm::not_in_file(locale, current) };
        view! { <option value=current.to_owned() selected=true>{text}</option> }
    });
    let wrong = problem(locale, page, MappingPart::Column(field));
    let samples = known.map(|column| column.samples.iter().take(SAMPLES).cloned().collect::<Vec<_>>().join(" · "));
    let note = match (wrong, samples) {
        (Some(wrong), _) => Some(view! { <p class="p-error" id=format!("{id}-note")>{wrong}</p> }.into_any()),
        (None, Some(samples)) if !samples.is_empty() => {
            let text = tm::samples(locale, &samples);
            Some(view! { <p class="p-hint" id=format!("{id}-note")>{text}</p> }.into_any())
        }
        _ => None,
    };
    let described = note.is_some().then(|| format!("{id}-note"));
    let (class, invalid) = if wrong.is_some() { ("p-field is-bad", Some("true")) } else { ("p-field", None) };
    view! {
        <div class=class>
            <label for=id.clone()>{tm::field_name(locale, field)}</label>
            <select class="p-input" id=id.clone() name=id aria-describedby=described aria-invalid=invalid autocomplete="off">
                <option value="">{tm::no_column(locale)}</option>
                {absent}
                {options.collect_view()}
            </select>
            {note}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_can_be_given_a_column() {
        let mut fields: Vec<MappedField> = [WHAT.as_slice(), &WHERE, &CLASS, &TEXT].concat();
        fields.sort_unstable();
        assert_eq!(fields, MappedField::ALL);
    }
}
