//! An alert and its instances, as both formats list them.

use crate::bounded::document::Text;
use crate::{fields, text};
use model::facts::EvidencePart;
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
    /// The same, which is all that some reports have.
    pub name: String,
    /// 0 to 3.
    pub risk_code: String,
    /// 0 to 4; before 2.4 named `reliability`.
    pub confidence: String,
    /// `High (Medium)`.
    pub risk_words: String,
    /// `Medium`: the confidence in the report's language.
    pub confidence_words: String,
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
    /// The names of its tags, and what each links to (*plus* only).
    pub tags: Vec<(String, String)>,
    /// What no fact takes: it is said of all the alert's instances, so it stands on each.
    pub fields: Vec<EvidencePart>,
    /// What stands on the alert itself: the place before 2.4, and information about one of the instances.
    pub own: Instance,
}

impl Alert {
    /// Whether everything is known that a row needs from its alert.
    pub fn is_ready(&self) -> bool {
        let rule = if self.alert_ref.is_empty() { &self.plugin } else { &self.alert_ref };
        [rule, &self.risk_code, &self.confidence, self.title()].iter().all(|text| !text.is_empty())
    }

    /// The title, whichever field has it.
    pub fn title(&self) -> &String {
        if self.title.is_empty() { &self.name } else { &self.title }
    }

    /// The slot of a field by its name in both formats.
    pub fn field(&mut self, name: &[u8]) -> Option<&mut String> {
        Some(match name {
            b"pluginid" => &mut self.plugin,
            b"alertRef" => &mut self.alert_ref,
            b"alert" => &mut self.title,
            b"name" => &mut self.name,
            b"riskcode" => &mut self.risk_code,
            b"confidence" | b"reliability" => &mut self.confidence,
            b"riskdesc" => &mut self.risk_words,
            b"confidencedesc" => &mut self.confidence_words,
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
    /// What no fact takes.
    pub fields: Vec<EvidencePart>,
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
        let fields = self.fields.iter().map(|part| part.text.len());
        self.texts().iter().map(|(_, text)| text.len()).chain(fields).sum()
    }

    /// Its texts as fields, for an alert that says of itself what its instances say.
    pub fn into_fields(self) -> impl Iterator<Item = EvidencePart> {
        self.texts().into_iter().filter_map(|(name, text)| fields::of_row(name, text)).collect::<Vec<_>>().into_iter()
    }

    fn texts(&self) -> [(&'static str, &String); 10] {
        [
            ("uri", &self.uri),
            ("method", &self.method),
            ("param", &self.param),
            ("attack", &self.attack),
            ("evidence", &self.evidence),
            ("otherinfo", &self.other),
            ("requestheader", &self.request_header),
            ("requestbody", &self.request_body),
            ("responseheader", &self.response_header),
            ("responsebody", &self.response_body),
        ]
    }
}

/// The fields of an alert that no fact takes and that are none of the rule: how many instances ZAP has, whether it takes the
/// alert for a systemic one, the message that raised it.
pub const OF_ALERT: [&str; 3] = ["count", "sourceid", "systemic"];

/// The fields of an instance that no fact takes. The numbers are those of ZAP's own database.
pub const OF_INSTANCE: [&str; 5] = ["id", "inputVector", "messageId", "nodeName", "sourceMessageId"];

/// Tags of one alert that are kept: a rule has some ten.
pub const MAX_TAGS: usize = 256;

/// An alert's tags with what each links to: a list of objects in the *plus* report, the keys of one object in the API.
#[derive(Default)]
pub struct Tags(pub Vec<(String, String)>);

impl Tags {
    fn add(&mut self, name: String, link: String) {
        if !name.is_empty() && self.0.len() < MAX_TAGS {
            self.0.push((name, link));
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
            link: Text,
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
                while let Some(Tag { tag, link }) = sequence.next_element::<Tag>()? {
                    tags.add(tag.0, link.0);
                }
                Ok(tags)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Tags, A::Error> {
                let mut tags = Tags::default();
                while let Some((name, link)) = map.next_entry::<String, Text>()? {
                    tags.add(text::without_nul(name), link.0);
                }
                Ok(tags)
            }
        }

        deserializer.deserialize_any(Names)
    }
}
