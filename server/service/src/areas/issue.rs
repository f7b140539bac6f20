//! The issue of a finding: which other scanners see the same flaw, and what a person says of that.

use crate::errors::OrWire;
use crate::request::Session;
use model::OccurrenceId;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::policy::Action;
use model::view::issue::{IssueOther, IssueView};
use store::correlation::{Issue, IssueMember, IssueWord};
use store::occurrences::OccurrenceRow;

/// What a finding's page says of its issue.
pub(super) fn view(session: &Session, row: &OccurrenceRow, Issue { members, said }: Issue) -> IssueView {
    let (own, others): (Vec<IssueMember>, Vec<IssueMember>) = members.into_iter().partition(|one| one.id == row.id);
    let other = |one: IssueMember| IssueOther {
        id: one.id.to_string(),
        tool: one.tool,
        rule: one.rule,
        title: one.title,
        location: one.location,
        status: one.status,
    };
    let (said, by) = said.map(|(kind, by)| (kind, by.map(|by| by.name))).unwrap_or_default();
    IssueView {
        id: row.id.to_string(),
        why: own.into_iter().next().map(|one| one.why).unwrap_or_default(),
        others: others.into_iter().map(other).collect(),
        said,
        said_by: by.unwrap_or_default(),
        may_say: session.require(Action::Decide, row.team.as_ref().map(|team| team.id)).is_ok(),
    }
}

/// Parts a finding from its issue, joins it to another, or takes that back.
pub(super) async fn say(session: &Session, id: &str, kind: &str, target: &str) -> Result<(), WireError> {
    let scoped = session.scoped(Action::Decide)?;
    let of: OccurrenceId = id.parse().map_err(|_| WireError::new(ErrorCode::NotFound))?;
    // The other finding's id, or the address of its page.
    let other = target.trim().rsplit('/').next().unwrap_or_default();
    let (word, act) = match kind {
        "rule" => (IssueWord::Rule, AuditAct::RestoreIssue),
        "apart" => (IssueWord::Apart, AuditAct::PartIssue),
        "with" => {
            let other = other.parse().map_err(|_| WireError::invalid("target", "unknown"))?;
            (IssueWord::With(other), AuditAct::JoinIssue)
        }
        _ => return Err(WireError::invalid("kind", "unknown")),
    };
    scoped.issue_say(of, word, session.now()).await.wire()?;
    session.audit(act, &format!("finding:{of}"), other).await
}
