//! Filters as links build them: one method a condition.

use super::{Effect, Filter, Flow, Known, StatusIs, TeamIs, TestedIs, What};
use crate::{Criticality, Day, Edition, Exposure, Mapped, ScanId, Severity, Tool};

impl Filter {
    /// With that severity.
    #[must_use]
    pub fn severity(self, severity: Severity) -> Self {
        self.with(What::Severity(vec![severity]))
    }

    /// With that category of an edition.
    #[must_use]
    pub fn owasp(self, edition: Edition, mapped: Mapped) -> Self {
        self.with(What::Owasp(edition, vec![mapped]))
    }

    /// Whether the filter's own words leave room for rows of that team.
    #[must_use]
    pub fn admits_team(&self, slug: &str) -> bool {
        self.terms().iter().all(|term| match &term.what {
            What::Team(values) => {
                let named = values.iter().any(|value| matches!(value, TeamIs::Slug(named) if named == slug));
                named != term.negated
            }
            _ => true,
        })
    }

    /// Of the team with that slug, or of nobody.
    #[must_use]
    pub fn team(self, slug: Option<&str>) -> Self {
        self.with(What::Team(vec![slug.map_or(TeamIs::Unowned, |slug| TeamIs::Slug(slug.to_owned()))]))
    }

    /// Of that scanner.
    #[must_use]
    pub fn tool(self, tool: Tool) -> Self {
        self.with(What::Tool(vec![tool]))
    }

    /// Of that rule of a scanner.
    #[must_use]
    pub fn rule(self, tool: Tool, rule: &str) -> Self {
        self.tool(tool).with(What::Rule(vec![rule.to_owned()]))
    }

    /// Of that status.
    #[must_use]
    pub fn status(self, status: StatusIs) -> Self {
        self.with(What::Status(vec![status]))
    }

    /// On the asset of that name.
    #[must_use]
    pub fn asset(self, name: &str) -> Self {
        self.with(What::Asset(vec![name.to_owned()]))
    }

    /// In that class of what the import of a scan changed.
    #[must_use]
    pub fn effect(self, effect: Effect, scan: ScanId) -> Self {
        self.with(What::Effect(vec![(effect, scan)]))
    }

    /// To which something happened between two days, both included.
    #[must_use]
    pub fn flow(self, flow: Flow, from: Day, to: Day) -> Self {
        self.with(What::Flow(flow, from, to))
    }

    /// At the end of that day instead of now.
    #[must_use]
    pub fn at(self, day: Day) -> Self {
        self.without("as-of").with(What::AsOf(day))
    }

    /// As known then instead of now.
    #[must_use]
    pub fn known(self, known: Known) -> Self {
        self.without("known-at").with(What::KnownAt(known))
    }

    /// Whose asset matters that much.
    #[must_use]
    pub fn criticality(self, criticality: Option<Criticality>) -> Self {
        self.with(What::Criticality(vec![criticality]))
    }

    /// Whose asset can be reached by those.
    #[must_use]
    pub fn exposure(self, exposure: Option<Exposure>) -> Self {
        self.with(What::Exposure(vec![exposure]))
    }

    /// Of assets: last reached then, by any scanner or by that one.
    #[must_use]
    pub fn tested(self, when: TestedIs, tool: Option<Tool>) -> Self {
        self.with(What::Tested(when, tool))
    }

    /// Of assets: last looked at from inside then.
    #[must_use]
    pub fn signed_in(self, when: TestedIs, tool: Option<Tool>) -> Self {
        self.with(What::SignedIn(when, tool))
    }
}
