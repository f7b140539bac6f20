//! What a certificate says, for a person who is to confirm it.
//!
//! Read out of its DER (RFC 5280) as far as that needs: nothing is decided by it. What cannot be read is left empty.

use chrono::NaiveDateTime;
use model::Micros;
use sha2::{Digest, Sha256};

/// A certificate as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// SHA-256 of its DER: what is pinned.
    pub fingerprint: [u8; 32],
    /// Whose it is: common name and organisation.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The names and addresses that it is for.
    pub names: Vec<String>,
    /// From when it holds.
    pub not_before: Option<Micros>,
    /// Until when it holds.
    pub not_after: Option<Micros>,
    /// True if subject and issuer are one: it vouches for itself.
    pub self_signed: bool,
}

const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANISATION: &[u8] = &[0x55, 4, 10];
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 29, 17];

/// More names are not shown.
const MAX_NAMES: usize = 50;

impl Certificate {
    /// Reads a certificate.
    #[must_use]
    pub fn of(der: &[u8]) -> Self {
        let fingerprint = Sha256::digest(der).into();
        let mut empty = Self {
            fingerprint,
            subject: String::new(),
            issuer: String::new(),
            names: Vec::new(),
            not_before: None,
            not_after: None,
            self_signed: false,
        };
        let _ = empty.read(der);
        empty
    }

    fn read(&mut self, der: &[u8]) -> Option<()> {
        let mut fields = Elements(inside(inside(der)?)?).peekable();
        // The version is there in all but the oldest.
        fields.next_if(|(tag, _)| *tag == 0xa0);
        let (_, _serial) = fields.next()?;
        let (_, _algorithm) = fields.next()?;
        let (_, issuer) = fields.next()?;
        let (_, validity) = fields.next()?;
        let (_, subject) = fields.next()?;
        (self.subject, self.issuer, self.self_signed) = (name(subject), name(issuer), subject == issuer);
        let mut times = Elements(validity).map(|(tag, text)| time(tag, text));
        (self.not_before, self.not_after) = (times.next()?, times.next()?);
        let (_, extensions) = fields.find(|(tag, _)| *tag == 0xa3)?;
        for (_, extension) in Elements(inside(extensions)?) {
            let mut parts = Elements(extension);
            if parts.next().is_some_and(|(_, oid)| oid == ALTERNATIVE_NAMES) {
                let (_, octets) = parts.last()?;
                let shown = Elements(inside(octets)?).filter_map(|(tag, bytes)| alternative(tag, bytes));
                self.names = shown.take(MAX_NAMES).collect();
            }
        }
        Some(())
    }
}

/// The elements of a DER value, one after the other: tag and content. Ends where it cannot be read.
struct Elements<'a>(&'a [u8]);

impl<'a> Iterator for Elements<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, length, rest) = match self.0 {
            [tag, length, rest @ ..] if *length < 0x80 => (*tag, usize::from(*length), rest),
            [tag, 0x81, length, rest @ ..] => (*tag, usize::from(*length), rest),
            [tag, 0x82, high, low, rest @ ..] => (*tag, usize::from(u16::from_be_bytes([*high, *low])), rest),
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }
}

/// The content of the sequence that a value begins with.
fn inside(der: &[u8]) -> Option<&[u8]> {
    Elements(der).next().filter(|(tag, _)| *tag == SEQUENCE).map(|(_, content)| content)
}

/// Common name and organisation of a name.
fn name(sets: &[u8]) -> String {
    let mut parts = Vec::new();
    for (_, set) in Elements(sets) {
        for (_, pair) in Elements(set) {
            let mut pair = Elements(pair);
            let (Some((_, oid)), Some((_, text))) = (pair.next(), pair.next()) else { continue };
            if oid == COMMON_NAME || oid == ORGANISATION {
                parts.push(printable(text));
            }
        }
    }
    parts.join(", ")
}

fn printable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().filter(|c| !c.is_control()).take(200).collect()
}

fn alternative(tag: u8, bytes: &[u8]) -> Option<String> {
    match (tag, bytes.len()) {
        (0x82, _) => Some(printable(bytes)),
        (0x87, 4) => <[u8; 4]>::try_from(bytes).ok().map(|octets| std::net::Ipv4Addr::from(octets).to_string()),
        (0x87, 16) => <[u8; 16]>::try_from(bytes).ok().map(|octets| std::net::Ipv6Addr::from(octets).to_string()),
        _ => None,
    }
}

fn time(tag: u8, text: &[u8]) -> Option<Micros> {
    let text = std::str::from_utf8(text).ok()?;
    // Two digits of a year are of 1950 to 2049.
    let whole = match tag {
        GENERALIZED_TIME => text.to_owned(),
        UTC_TIME => format!("{}{text}", if text < "5" { "20" } else { "19" }),
        _ => return None,
    };
    let at = NaiveDateTime::parse_from_str(&whole, "%Y%m%d%H%M%SZ").ok()?;
    Some(at.and_utc().into())
}
