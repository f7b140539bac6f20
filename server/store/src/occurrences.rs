//! Occurrences as people read them: the list, its groups and counts, and one in detail.

mod count;
mod detail;
mod group;
mod history;
mod list;
mod neighbours;
pub(crate) mod paging;

pub use count::{Load, Selected};
pub use detail::{DecisionRow, DetailRow, EpisodeRow, ExceptionRow, OccurrenceDetail};
pub use group::{Group, GroupOf};
pub use history::{Look, Looked};
pub use list::{Event, ListQuery, OccurrenceRow};
pub use neighbours::Neighbour;
pub use paging::{MAX_PAGE, Page};

pub(crate) const STATEMENTS: &[(&str, &str)] = detail::STATEMENTS;

/// A team as rows refer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamOf {
    /// Its id.
    pub id: model::TeamId,
    /// Its word in filters.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// A person as rows refer to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonOf {
    /// Their id.
    pub id: model::UserId,
    /// Their login.
    pub login: String,
    /// Their name.
    pub name: String,
}

impl TeamOf {
    pub(crate) fn of(id: Option<i64>, slug: Option<String>, name: Option<String>) -> Option<Self> {
        Some(Self { id: model::TeamId(id?), slug: slug?, name: name? })
    }
}

impl PersonOf {
    pub(crate) fn of(id: Option<i64>, login: Option<String>, name: Option<String>) -> Option<Self> {
        Some(Self { id: model::UserId(id?), login: login?, name: name? })
    }
}
