//! The formats that are read, each found by what stands in its first bytes, never by a file's name.

use crate::bounded::encoding;
use crate::burp::{BurpDastHtml, BurpGraphql, BurpHtml, BurpJunit, BurpRest, BurpXml};
use crate::nessus::{NessusApi, NessusCsv, NessusV1, NessusV2, TenableExport};
use crate::nmap::Nmap;
use crate::sarif::Sarif;
use crate::wapiti::Wapiti;
use crate::zap::{ZapAlerts, ZapJson, ZapXml};
use crate::{Options, Parsed, Refusal, RefusalCode, Sink, mapped, sniff};
use std::io::Read;

/// How many bytes of a file are looked at to recognize it.
pub const HEAD: usize = 64 << 10;

/// One format's recognition and parser. A new format is one file with an implementation, and one line in [`FORMATS`].
pub trait ExportFormat: Sync {
    /// Its name as people read it.
    fn name(&self) -> &'static str;

    /// Whether the head of a file is of this format.
    fn recognizes(&self, head: &Head<'_>) -> bool;

    /// Reads a file of this format.
    ///
    /// # Errors
    /// When the file as a whole cannot be trusted: see [`RefusalCode`].
    fn parse(&self, input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal>;
}

/// The formats that are read.
pub static FORMATS: &[&dyn ExportFormat] = &[
    &NessusV2,
    &NessusV1,
    &NessusApi,
    &NessusCsv,
    &TenableExport,
    &ZapXml,
    &ZapJson,
    &ZapAlerts,
    &BurpXml,
    &BurpRest,
    &BurpGraphql,
    &BurpHtml,
    &BurpDastHtml,
    &BurpJunit,
    &Sarif,
    &Wapiti,
    &Nmap,
];

/// What stands in a file's first bytes.
#[derive(Debug)]
pub enum Head<'a> {
    /// An XML document: the name of its root element, and the root's start tag.
    Xml {
        /// The root element's name, without a namespace prefix.
        root: &'a str,
        /// The text from the root's `<` on.
        text: &'a str,
    },
    /// A JSON value: the text from its first byte on.
    Json {
        /// The text.
        text: &'a str,
    },
    /// Any other text, such as a table with separators: what stands behind a byte order mark.
    Text {
        /// The text.
        text: &'a str,
    },
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognized {
    /// The format's name as people read it.
    pub name: &'static str,
}

/// Says what a file is from its first bytes (up to [`HEAD`]).
///
/// # Errors
/// [`RefusalCode::Empty`], [`RefusalCode::UnsupportedFormat`] naming what it is, or [`RefusalCode::NotAScan`].
pub fn recognize(head: &[u8]) -> Result<Recognized, Refusal> {
    find(head).map(|format| Recognized { name: format.name() })
}

fn find(bytes: &[u8]) -> Result<&'static dyn ExportFormat, Refusal> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::new(RefusalCode::Empty, ""));
    }
    let text = encoding::decode_head(bytes)?;
    let head = sniff::head_of(&text);
    if let Some(format) = head.as_ref().and_then(|head| FORMATS.iter().find(|format| format.recognizes(head))) {
        return Ok(*format);
    }
    if let Some(name) = sniff::unsupported(bytes, &text, head.as_ref()) {
        return Err(Refusal::new(RefusalCode::UnsupportedFormat, name));
    }
    let detail = match head {
        Some(Head::Xml { root, .. }) => format!("XML <{}>", root.chars().take(60).collect::<String>()),
        Some(Head::Json { .. }) => "JSON".to_owned(),
        Some(Head::Text { .. }) => "text".to_owned(),
        None if text.trim_start().starts_with("<?xml") || text.trim_start().starts_with("<!") => "XML".to_owned(),
        None => "binary".to_owned(),
    };
    Err(Refusal::new(RefusalCode::NotAScan, detail))
}

/// Reads an export: its rows go to `sink` one by one, everything else comes back at the end. With a mapping among the options,
/// the file is read by it, whatever it is.
///
/// # Errors
/// When the file as a whole is refused. Rows that were handed over before are void.
pub fn parse(input: &mut dyn Read, options: &Options, sink: &mut dyn Sink) -> Result<Parsed, Refusal> {
    let mut head = Vec::new();
    (&mut *input).take(HEAD as u64).read_to_end(&mut head).map_err(|error| crate::bounded::refusal_of(&error))?;
    if let Some(mapping) = &options.mapping {
        return mapped::parse(&head, &mut head.chain(input), mapping, options, sink);
    }
    let format = find(&head)?;
    format.parse(&mut head.chain(input), options, sink)
}
