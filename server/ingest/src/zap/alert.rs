//! An alert and its instances, as both formats list them.

use crate::text;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// What a report says of one alert. Everything is text there, and empty where it says nothing.
#[derive(Default)]
pub struct Alert {
    /// The rule's number.
    pub plugin: String,
    /// The rule's number and variant, since 2.10.
    pub alert_ref: String,
    /// The title.
    pub title: String,
    /// 0 to 3.
    pub risk_code: String,
    /// 0 to 4; before 2.4 named `reliability`.
    pub confidence: String,
    /// `High (Medium)`.
    pub risk_words: String,
    /// The description, as paragraphs or plain.
    pub description: String,
    /// What to do.
    pub solution: String,
    /// Links, one a paragraph.
    pub reference: String,
    /// The CWE number; 0 and -1 mean none.
    pub cwe: String,
    /// The number in the WASC threat classification; 0 and -1 mean none.
    pub wasc: String,
    /// The names of its tags (*plus* only).
    pub tags: Vec<String>,
    /// What stands on the alert itself: the place before 2.4, and information about one of the instances.
    pub own: Instance,
}

impl Alert {
    /// Whether everything is known that a row needs from its alert.
    pub fn is_ready(&self) -> bool {
        let rule = if self.alert_ref.is_empty() { &self.plugin } else { &self.alert_ref };
        [rule, &self.risk_code, &self.confidence, &self.title].iter().all(|text| !text.is_empty())
    }

    /// The slot of a field by its name in both formats.
    pub fn field(&mut self, name: &[u8]) -> Option<&mut String> {
        Some(match name {
            b"pluginid" => &mut self.plugin,
            b"alertRef" => &mut self.alert_ref,
            b"alert" => &mut self.title,
            // The same as `alert`, which some reports lack.
            b"name" if self.title.is_empty() => &mut self.title,
            b"riskcode" => &mut self.risk_code,
            b"confidence" | b"reliability" => &mut self.confidence,
            b"riskdesc" => &mut self.risk_words,
            b"desc" => &mut self.description,
            b"solution" => &mut self.solution,
            b"reference" => &mut self.reference,
            b"cweid" => &mut self.cwe,
            b"wascid" => &mut self.wasc,
            name => return self.own.field(name),
        })
    }
}

/// One place where an alert was raised.
#[derive(Default, Serialize)]
pub struct Instance {
    /// The whole URL.
    pub uri: String,
    /// `GET`, …
    pub method: String,
    /// The parameter.
    pub param: String,
    /// What was sent.
    pub attack: String,
    /// What was found.
    pub evidence: String,
    /// What the rule has to say of this instance.
    pub other: String,
    /// The request's head (*plus* only).
    pub request_header: String,
    /// The request's body.
    pub request_body: String,
    /// The response's head.
    pub response_header: String,
    /// The response's body.
    pub response_body: String,
}

impl Instance {
    /// The slot of a field by its name; XML writes `requestheader`, JSON `request-header`.
    pub fn field(&mut self, name: &[u8]) -> Option<&mut String> {
        Some(match name {
            b"uri" => &mut self.uri,
            b"method" => &mut self.method,
            b"param" => &mut self.param,
            b"attack" => &mut self.attack,
            b"evidence" => &mut self.evidence,
            b"otherinfo" => &mut self.other,
            b"requestheader" | b"request-header" => &mut self.request_header,
            b"requestbody" | b"request-body" => &mut self.request_body,
            b"responseheader" | b"response-header" => &mut self.response_header,
            b"responsebody" | b"response-body" => &mut self.response_body,
            _ => return None,
        })
    }

    /// The bytes of its texts.
    pub fn size(&self) -> usize {
        [
            &self.uri,
            &self.method,
            &self.param,
            &self.attack,
            &self.evidence,
            &self.other,
            &self.request_header,
            &self.request_body,
            &self.response_header,
            &self.response_body,
        ]
        .iter()
        .map(|text| text.len())
        .sum()
    }
}

/// Tags of one alert that are kept: a rule has some ten.
pub const MAX_TAGS: usize = 256;

/// The names of an alert's tags: a list of objects in the *plus* report, the keys of one object in the API.
#[derive(Default)]
pub struct Tags(pub Vec<String>);

impl Tags {
    fn add(&mut self, name: String) {
        if !name.is_empty() && self.0.len() < MAX_TAGS {
            self.0.push(name);
        }
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;

        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Tag {
            tag: Text,
        }

        impl<'de> de::Visitor<'de> for Names {
            type Value = Tags;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("tags")
            }

            fn visit_unit<E>(self) -> Result<Tags, E> {
                Ok(Tags::default())
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut sequence: A) -> Result<Tags, A::Error> {
                let mut tags = Tags::default();
                while let Some(tag) = sequence.next_element::<Tag>()? {
                    tags.add(tag.tag.0);
                }
                Ok(tags)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Tags, A::Error> {
                let mut tags = Tags::default();
                while let Some((name, _)) = map.next_entry::<String, de::IgnoredAny>()? {
                    tags.add(text::without_nul(name));
                }
                Ok(tags)
            }
        }

        deserializer.deserialize_any(Names)
    }
}

/// A JSON value that ought to be text: numbers and booleans become what they look like, anything else the empty text.
#[derive(Default)]
pub struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyText;

        impl<'de> de::Visitor<'de> for AnyText {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text::without_nul(text.to_owned())))
            }

            fn visit_string<E>(self, text: String) -> Result<Text, E> {
                Ok(Text(text::without_nul(text)))
            }

            fn visit_bool<E>(self, value: bool) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Text, E> {
                Ok(Text(value.to_string()))
            }

            fn visit_unit<E>(self) -> Result<Text, E> {
                Ok(Text::default())
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut sequence: A) -> Result<Text, A::Error> {
                while sequence.next_element::<de::IgnoredAny>()?.is_some() {}
                Ok(Text::default())
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
                Ok(Text::default())
            }
        }

        deserializer.deserialize_any(AnyText)
    }
}
