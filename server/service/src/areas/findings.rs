//! The list of findings: rows, groups, pages.

use super::decide;
use super::finding;
use super::issue;
use crate::errors::OrWire;
use crate::present::{age, filter_problem};
use crate::query::{past, pills};
use crate::request::Session;
use crate::zone::day_stamp;
use async_trait::async_trait;
use model::cursor::Cursor;
use model::error::WireError;
use model::filter::{Filter, What};
use model::policy::Action;
use model::text::{Locale, share};
use model::view::findings::{
    Decide, Decided, FindingPage, FindingRow, FindingsPage, FindingsQuery, GroupRow, Grouping, RevealedPage,
    WritingPage,
};
use model::view::{PersonRef, TeamRef};
use model::{Edition, Mapped};
use ports::{Answer, Findings};
use std::collections::BTreeMap;
use store::Scoped;
use store::occurrences::{Group, GroupOf, ListQuery, OccurrenceRow, PersonOf, TeamOf};

/// Rows a page.
const PAGE: u32 = 50;

#[async_trait]
impl Findings for Session {
    async fn list(&self, query: FindingsQuery) -> Answer<FindingsPage> {
        let scoped = self.scoped(Action::SeeFindings)?;
        let (filter, filter_error) = match Filter::parse(&query.q) {
            Ok(filter) => (filter, None),
            Err(error) => (Filter::new(), Some(filter_problem(&error))),
        };
        let (teams, people) = self.choices().await?;
        let mut page = FindingsPage {
            query: FindingsQuery { q: query.q.clone(), ..query.clone() },
            pills: pills(&filter),
            total: 0,
            risk: 0,
            rows: Vec::new(),
            groups: Vec::new(),
            next: String::new(),
            previous: String::new(),
            past: past(&filter),
            teams,
            people,
            nothing_imported: !scoped.scan_any().await.wire()?,
            filter_error,
        };
        if page.filter_error.is_some() {
            return Ok(page);
        }
        page.query.q = filter.to_string();
        let now = self.now();
        let cursor = cursor(&query.page)?;
        let totals = async {
            let total = scoped.occurrence_count(&filter, now).await.wire()?;
            let risk = if filter.is_past() { 0 } else { scoped.occurrence_risk(&filter, now).await.wire()? };
            Ok((total, risk))
        };
        let rows = self.fill(&mut page, &scoped, &filter, cursor.as_ref());
        let ((total, risk), ()) = tokio::try_join!(totals, rows)?;
        (page.total, page.risk) = (total, risk);
        Ok(page)
    }

    async fn finding(&self, id: String) -> Answer<FindingPage> {
        finding::page(self, &id).await
    }

    async fn revealed(&self, id: String) -> Answer<RevealedPage> {
        finding::revealed(self, &id).await
    }

    async fn decide(&self, input: Decide) -> Answer<Decided> {
        decide::decide(self, input).await
    }

    async fn say_issue(&self, id: String, kind: String, target: String) -> Answer<()> {
        issue::say(self, &id, &kind, &target).await
    }

    async fn writing(&self, said: BTreeMap<String, String>, problem: Option<WireError>) -> Answer<WritingPage> {
        Box::pin(self.writing_page(said, problem)).await
    }

    async fn answer_exception(&self, request: i64, approve: bool) -> Answer<()> {
        decide::answer(self, request, approve).await
    }
}

fn cursor(text: &str) -> Result<Option<Cursor>, WireError> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| WireError::invalid("page", "unreadable")),
    }
}

fn text(cursor: Option<&Cursor>) -> String {
    cursor.map(Cursor::to_string).unwrap_or_default()
}

impl Session {
    /// Reads the rows or groups of a page.
    async fn fill(
        &self,
        page: &mut FindingsPage,
        scoped: &Scoped<'_>,
        filter: &Filter,
        cursor: Option<&Cursor>,
    ) -> Result<(), WireError> {
        let now = self.now();
        match page.query.group {
            Grouping::None => {
                let list = ListQuery { filter, sort: page.query.sort, cursor, limit: PAGE };
                let found = scoped.occurrence_list(&list, now).await.wire()?;
                page.next = text(found.next.as_ref());
                page.previous = text(found.previous.as_ref());
                page.rows = found.rows.into_iter().map(|row| self.row(row, filter.shown_edition())).collect();
            }
            Grouping::Issue => {
                let found = scoped.occurrence_groups_by_weakness(filter, cursor, PAGE, now).await.wire()?;
                page.next = text(found.next.as_ref());
                page.previous = text(found.previous.as_ref());
                page.groups = found.rows.iter().map(|group| group_row(filter, group)).collect();
            }
            Grouping::Team => {
                let found = scoped.occurrence_groups_by_team(filter, now).await.wire()?;
                page.groups = found.iter().map(|group| group_row(filter, group)).collect();
            }
        }
        Ok(())
    }

    /// A row of the list, with instants in words and its category in an edition.
    pub(super) fn row(&self, row: OccurrenceRow, edition: Edition) -> FindingRow {
        let exploited = row.exploited;
        FindingRow {
            id: row.id.to_string(),
            severity: row.severity,
            title: row.title,
            tool: row.tool,
            rule: row.rule,
            asset: row.asset,
            location: row.location,
            status: row.status,
            not_retested: row.not_retested.is_some(),
            regressed: row.episodes > 1,
            owasp: category(edition, row.owasp_2021, row.owasp_2025),
            team: row.team.map(team_ref),
            assignee: row.assignee.map(person_ref),
            due: row.due.map(|day| self.due(day)),
            first_seen: self.stamp(row.first_seen),
            age: age(self.locale(), row.first_seen, self.now()),
            kev: exploited.kev_added.map(|day| day_stamp(self.locale(), day).text).unwrap_or_default(),
            risk: risk_words(self.locale(), row.risk, exploited.epss),
        }
    }
}

/// A risk, and how likely exploitation is if that is known.
fn risk_words(locale: Locale, risk: i64, epss: Option<u32>) -> String {
    let said = format!("{} {risk}", locale.pick("Riesgo", "Risk"));
    match epss {
        Some(epss) => format!("{said} · EPSS {}", share(locale, epss)),
        None => said,
    }
}

pub(super) fn team_ref(team: TeamOf) -> TeamRef {
    TeamRef { id: team.id.0, slug: team.slug, name: team.name }
}

pub(super) fn person_ref(person: PersonOf) -> PersonRef {
    PersonRef { id: person.id.0, login: person.login, name: person.name }
}

/// The category of an edition that lists show.
fn category(edition: Edition, of_2021: Mapped, of_2025: Mapped) -> (Edition, Mapped) {
    if edition == Edition::Y2025 { (edition, of_2025) } else { (Edition::Y2021, of_2021) }
}

fn group_row(filter: &Filter, group: &Group) -> GroupRow {
    let Group { of, count, assets, worst } = group;
    let (title, detail, owasp, filter) = match of {
        GroupOf::Weakness { tool, rule, title, owasp_2021, owasp_2025, also, joined, .. } => {
            let owasp = category(filter.shown_edition(), *owasp_2021, *owasp_2025);
            let filter = match joined {
                true => filter.clone().with(What::Issue(vec![(*tool, rule.clone())])),
                false => filter.clone().without("tool").without("rule").rule(*tool, rule),
            };
            let others = also.iter().map(|tool| format!(" + {}", tool.name())).collect::<String>();
            (title.clone(), format!("{} {rule}{others}", tool.name()), Some(owasp), filter)
        }
        GroupOf::Team(team) => {
            let filter = filter.clone().without("team").team(team.as_ref().map(|team| team.slug.as_str()));
            (team.as_ref().map(|team| team.name.clone()).unwrap_or_default(), String::new(), None, filter)
        }
    };
    GroupRow { title, detail, worst: *worst, count: *count, assets: *assets, owasp, filter: filter.to_string() }
}
