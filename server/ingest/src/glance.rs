//! What the first bytes of a file say of it, before the rest has arrived.

use crate::bounded::archive::is_archive;
use crate::bounded::container::unwrapped;
use crate::{HEAD, Options, Quarantined, Refusal, Sink, parse, recognize};
use model::facts::Row;
use std::io::Read;
use std::ops::ControlFlow;

/// What is known of a file by its first bytes. Texts are empty where those say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// The format's name.
    pub format: String,
    /// The scanner's version.
    pub tool_version: String,
    /// The scan's name.
    pub name: String,
    /// The policy's name.
    pub policy: String,
}

/// Looks at the first bytes of a file, up to [`HEAD`], compressed or not.
///
/// # Errors
/// It is nothing that is read, as [`recognize`] says.
pub fn glance(head: &[u8]) -> Result<Glance, Refusal> {
    if is_archive(head) {
        return Ok(Glance { format: "ZIP".to_owned(), ..Glance::default() });
    }
    let bytes = head_inside(head);
    let format = recognize(&bytes)?.name.to_owned();
    let options = Options { accept_partial: true, ..Options::default() };
    let Ok(parsed) = parse(&mut bytes.as_slice(), &options, &mut Blind) else {
        return Ok(Glance { format, ..Glance::default() });
    };
    Ok(Glance { format, tool_version: parsed.scan.tool_version, name: parsed.scan.name, policy: parsed.scan.policy })
}

/// The first bytes of what a file holds, up to [`HEAD`], by its own first bytes: those themselves if it is not compressed.
#[must_use]
pub fn head_inside(head: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    // The head of a compressed file ends early: what came out of it until then is what there is to see.
    let _ = unwrapped(head).and_then(|input| input.take(HEAD as u64).read_to_end(&mut bytes));
    bytes
}

/// Looks at no row.
struct Blind;

impl Sink for Blind {
    fn row(&mut self, _: Row) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn quarantined(&mut self, _: Quarantined) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
