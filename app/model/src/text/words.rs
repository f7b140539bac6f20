//! Names of severities, statuses, causes and roles.

use super::Locale;
use crate::policy::Role;
use crate::{Cause, Severity, Status, Workflow};

/// The name of a severity, with a capital.
#[must_use]
pub fn severity_name(locale: Locale, severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => locale.pick("Crítica", "Critical"),
        Severity::High => locale.pick("Alta", "High"),
        Severity::Medium => locale.pick("Media", "Medium"),
        Severity::Low => locale.pick("Baja", "Low"),
        Severity::Info => locale.pick("Informativa", "Info"),
    }
}

/// The letter that stands beside a severity's shape.
#[must_use]
pub fn severity_letter(locale: Locale, severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "C",
        Severity::High => locale.pick("A", "H"),
        Severity::Medium => "M",
        Severity::Low => locale.pick("B", "L"),
        Severity::Info => "I",
    }
}

/// The name of a status, with a capital.
#[must_use]
pub fn status_name(locale: Locale, status: Status) -> &'static str {
    match status {
        Status::New => locale.pick("Nuevo", "New"),
        Status::Confirmed => locale.pick("Confirmado", "Confirmed"),
        Status::InProgress => locale.pick("En curso", "In progress"),
        Status::FixClaimed => locale.pick("Corrección declarada", "Fix claimed"),
        Status::Fixed => locale.pick("Corregido con prueba", "Fixed with proof"),
        Status::FalsePositive => locale.pick("Falso positivo", "False positive"),
        Status::Accepted => locale.pick("Riesgo aceptado", "Accepted risk"),
        Status::Duplicate => locale.pick("Duplicado", "Duplicate"),
        Status::Retired => locale.pick("Activo retirado", "Asset retired"),
        Status::ClosedByHand => locale.pick("Cerrado a mano", "Closed by hand"),
    }
}

/// The name of a workflow state, with a capital.
#[must_use]
pub fn workflow_name(locale: Locale, workflow: Workflow) -> &'static str {
    status_name(locale, workflow.status())
}

/// The name of a ledger entry's cause, with a capital.
#[must_use]
pub fn cause_name(locale: Locale, cause: Cause) -> &'static str {
    match cause {
        Cause::New => locale.pick("Nuevo", "New"),
        Cause::Reopened => locale.pick("Reabierto", "Reopened"),
        Cause::Fixed => locale.pick("Corregido", "Fixed"),
        Cause::FalsePositive => locale.pick("Falso positivo", "False positive"),
        Cause::Accepted => locale.pick("Aceptado", "Accepted"),
        Cause::Duplicate => locale.pick("Duplicado", "Duplicate"),
        Cause::Retired => locale.pick("Retirado", "Retired"),
        Cause::ClosedByHand => locale.pick("Cerrado a mano", "Closed by hand"),
        Cause::Moved => locale.pick("Movido", "Moved"),
    }
}

/// The name of a role, with a capital.
#[must_use]
pub fn role_name(locale: Locale, role: Role) -> &'static str {
    match role {
        Role::Admin => locale.pick("Administración", "Administrator"),
        Role::Analyst => locale.pick("Analista", "Analyst"),
        Role::Lead => locale.pick("Responsable de equipo", "Team lead"),
        Role::Executive => locale.pick("Dirección", "Executive"),
        Role::Member => locale.pick("Miembro", "Member"),
        Role::Auditor => locale.pick("Auditoría", "Auditor"),
    }
}
