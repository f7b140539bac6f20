//! What a ZAP can do.

use crate::zap::{Zap, api};
use crate::{Fault, Line, Probe};
use model::scanner::{Capability, FaultCode, Note};

/// The add-ons that a run uses: the component of the API, a view of it that answers without parameters, and whether a run can do
/// without it.
const PARTS: [(&str, &str, bool); 5] = [
    ("spider", "scans", true),
    ("ascan", "scans", true),
    ("pscan", "recordsToScan", true),
    ("ajaxSpider", "status", false),
    ("reports", "templates", false),
];

impl Zap {
    pub(super) async fn found(&self) -> Result<Probe, Fault> {
        let version: String = api::read(self.view("core", "version", &[]).await?, "version")?;
        let mut probe = Probe { version, ..Probe::of(Capability::Launch, "ZAP") };
        for (part, view, needed) in PARTS {
            match self.view(part, view, &[]).await {
                Ok(_) => probe.parts.push(part.to_owned()),
                Err(fault) if fault.code == FaultCode::AddOnMissing => {
                    probe.notes.push(Line::text(Note::AddOnMissing, part));
                    if needed {
                        probe.can = Capability::ReadOnly;
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
        if probe.can == Capability::Launch {
            let policies: Vec<String> =
                api::read(self.view("ascan", "scanPolicyNames", &[]).await?, "scanPolicyNames")?;
            probe.choices = policies.into_iter().map(|name| (name.clone(), name)).collect();
        }
        if !self.client.is_encrypted() {
            probe.notes.push(Line::of(Note::PlainHttp));
        }
        probe.notes.push(Line::of(Note::OneAtATime));
        Ok(probe)
    }
}
