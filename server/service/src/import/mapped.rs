//! Files of tools without a reader of their own: proposed and previewed mappings.

use super::refusal_view;
use model::Mapping;
use model::view::mapping::{PreviewRow, Suggestion};
use model::view::scans::RefusalView;

/// How a file's first records would be read.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The records.
    pub rows: Vec<PreviewRow>,
    /// Why the file, as far as it is known, would be refused.
    pub refusal: Option<RefusalView>,
}

/// Proposes a mapping for a file by its first bytes.
///
/// # Errors
/// It is neither a table nor JSON with records.
pub fn suggest(head: &[u8]) -> Result<Suggestion, RefusalView> {
    ingest::suggest(head).map_err(|refusal| refusal_view(&refusal))
}

/// Shows how a file's first records would be read.
#[must_use]
pub fn preview(head: &[u8], mapping: &Mapping, rows: usize) -> Preview {
    let preview = ingest::preview(head, mapping, rows);
    Preview { rows: preview.rows, refusal: preview.refusal.as_ref().map(refusal_view) }
}
