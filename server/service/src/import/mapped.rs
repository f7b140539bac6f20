//! Files of tools without a reader of their own: proposed, previewed and saved mappings.

use super::refusal_view;
use crate::errors::OrWire;
use crate::request::Session;
use model::Mapping;
use model::audit::AuditAct;
use model::error::WireError;
use model::policy::Action;
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

impl Session {
    /// Saves a mapping under a name.
    ///
    /// # Errors
    /// The viewer may not, the mapping cannot be used, the name is empty or too long, or the database failed.
    pub async fn save_mapping(&self, name: &str, mapping: &Mapping) -> Result<(), WireError> {
        mapping.validate().map_err(|_| WireError::invalid("mapping", "invalid"))?;
        self.scoped(Action::ManageSources)?.mapping_save(name, mapping, self.now()).await.wire()?;
        self.audit(AuditAct::SaveMapping, &format!("mapping:{name}"), "").await
    }

    /// The names of the saved mappings.
    ///
    /// # Errors
    /// The viewer may not see scans, or the database failed.
    pub async fn mappings(&self) -> Result<Vec<String>, WireError> {
        self.scoped(Action::SeeScans)?.mapping_names().await.wire()
    }

    /// Takes a mapping away.
    ///
    /// # Errors
    /// The viewer may not, there is none of that name, or the database failed.
    pub async fn remove_mapping(&self, name: &str) -> Result<(), WireError> {
        self.scoped(Action::ManageSources)?.mapping_remove(name).await.wire()?;
        self.audit(AuditAct::RemoveMapping, &format!("mapping:{name}"), "").await
    }
}
