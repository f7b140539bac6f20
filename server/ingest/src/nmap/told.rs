//! What a script tells beside its text: nested tables of keys and values.

use crate::Refusal;
use crate::bounded::xml::XmlReader;
use std::mem;

/// How many values of one script are kept, how many bytes of them, and how deep their tables go. `ssl-enum-ciphers` tells some
/// hundreds, `vulners` some thousands; what is beyond is passed over.
const MAX: (usize, usize, usize) = (50_000, 4 << 20, 8);

/// A table, or a value where it has no entries.
#[derive(Default)]
pub struct Told {
    /// The key, empty in lists.
    pub key: String,
    /// The value.
    pub value: String,
    /// The entries.
    pub entries: Vec<Told>,
}

impl Told {
    /// Reads the element that has just been opened, to its end.
    ///
    /// # Errors
    /// Whatever makes the file unreadable as a whole.
    pub fn read(xml: &mut XmlReader<'_>) -> Result<Self, Refusal> {
        let (mut entries, mut bytes) = (0, 0);
        // The tables around the one that is read.
        let mut around: Vec<Self> = Vec::new();
        let mut table = Self::default();
        loop {
            let Some(tag) = xml.child()? else {
                let Some(mut outer) = around.pop() else { return Ok(table) };
                outer.entries.push(mem::take(&mut table));
                table = outer;
                continue;
            };
            let key = tag.attribute("key").map(|key| key.trim().to_owned()).unwrap_or_default();
            let is_table = tag.name() == b"table";
            entries += 1;
            bytes += key.len();
            if entries > MAX.0 || bytes > MAX.1 || around.len() >= MAX.2 {
                xml.skip()?;
            } else if is_table {
                around.push(mem::replace(&mut table, Self { key, ..Self::default() }));
            } else {
                let value = xml.text()?.trim().to_owned();
                bytes += value.len();
                table.entries.push(Self { key, value, entries: Vec::new() });
            }
        }
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Self> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of a key, else empty.
    pub fn get(&self, key: &str) -> &str {
        self.entry(key).map_or("", |entry| entry.value.as_str())
    }

    /// The values of a list, each on a line of its own.
    pub fn lines(&self, key: &str) -> String {
        let values = self.entry(key).into_iter().flat_map(|list| &list.entries);
        values.map(|entry| entry.value.as_str()).collect::<Vec<_>>().join("\n")
    }
}
