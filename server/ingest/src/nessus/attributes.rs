//! What the API says of a plugin: `plugindescription`, whose attributes have the names of v2's elements, in several objects.

use super::rule::Field;
use crate::bounded::record::{elements, text};
use serde_json::Value;

/// Gives every field of a plugin's description to `take`.
pub fn fields(description: &Value, mut take: impl FnMut(Field, &str)) {
    let attributes = &description["pluginattributes"];
    for part in [attributes, &attributes["risk_information"], &attributes["plugin_information"]] {
        for (name, value) in part.as_object().into_iter().flatten() {
            if let Some(field) =
                Field::of(name.as_bytes()).filter(|field| !matches!(field, Field::Output | Field::Attachment))
            {
                each(value, |text| take(field, text));
            }
        }
    }
    for reference in elements(&attributes["ref_information"]["ref"]) {
        let name = text(&reference["name"]);
        // Documented as an object around the list; programs that keep the answers flatten it.
        let values = reference["values"].get("value").unwrap_or(&reference["values"]);
        match Field::of(name.as_bytes()).filter(|field| field.is_reference()) {
            Some(field) => each(values, |text| take(field, text)),
            None => each(values, |text| take(Field::Xref, &format!("{}:{text}", name.to_ascii_uppercase()))),
        }
    }
    for reference in elements(&attributes["xrefs"]) {
        let (kind, id) = (text(&reference["type"]), text(&reference["id"]));
        if !kind.is_empty() && !id.is_empty() {
            take(Field::Xref, &format!("{kind}:{id}"));
        }
    }
}

/// The texts of a value that is one, or a list of them.
pub fn each(value: &Value, mut take: impl FnMut(&str)) {
    for value in value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice) {
        let text = text(value);
        if !text.is_empty() {
            take(&text);
        }
    }
}

/// The first text of a value that is one, or a list of them.
pub fn first(value: &Value) -> Option<String> {
    let mut found = None;
    each(value, |text| {
        found.get_or_insert_with(|| text.to_owned());
    });
    found
}
