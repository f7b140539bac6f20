//! How Postura itself is kept safe: each control with its state now, and what browsers report.

use crate::Service;
use crate::errors::OrWire;
use crate::request::Session;
use model::policy::{Action, Role};
use model::view::security::{PackagesState, ReportRow, SecurityPage};
use ports::Answer;
use store::Reason;

/// The most characters that are kept of what a browser reports.
const LONGEST: usize = 200;

/// The page.
pub(super) async fn page(session: &Session) -> Answer<SecurityPage> {
    let scoped = session.scoped(Action::SeeAudit)?;
    let service = &session.service;
    let (keys, since, sealed_by_others) = service.keys_state().await.wire()?;
    let people = scoped.user_list().await.wire()?;
    let second = scoped.second_factor_people().await.wire()?;
    let enabled = || people.iter().filter(|person| person.enabled);
    let admins_without = enabled()
        .filter(|person| person.role == Role::Admin && !second.contains(&person.id))
        .map(|person| person.login.clone());
    let reports = scoped.policy_reports().await.wire()?.into_iter().map(|report| ReportRow {
        page: report.page,
        directive: report.directive,
        blocked: report.blocked,
        reports: report.reports,
        last: session.stamp(report.last_at),
    });
    Ok(SecurityPage {
        audit: service.audited().map(|(at, report)| (session.stamp(at), report.is_sound())),
        https: service.https.get().copied(),
        key_private: service.key_mode().good,
        keys: i64::try_from(keys).unwrap_or(i64::MAX),
        keys_since: since.map(|at| session.stamp(at)),
        sealed_by_others,
        backup: service.last_backup().await.wire()?.map(|at| {
            let lately = crate::check::is_lately(at, session.now());
            (session.stamp(at), lately)
        }),
        database_tls: store::health::database_tls(&service.database_url).wire()?.map(str::to_owned),
        password_cost: service.passwords.cost(),
        packages: packages(),
        people: enabled().count() as i64,
        second: enabled().filter(|person| second.contains(&person.id)).count() as i64,
        admins_without: admins_without.collect(),
        reports: reports.collect(),
    })
}

/// What `audited.txt` says, and whether it is about the packages of this build.
fn packages() -> PackagesState {
    let said = |key: &str| {
        let mut lines = include_str!("../../audited.txt").lines();
        lines.find_map(|line| line.strip_prefix(key)).map(str::trim).unwrap_or_default()
    };
    let number = |key: &str| said(key).parse().unwrap_or_default();
    PackagesState {
        on: said("on ").to_owned(),
        packages: number("packages "),
        advisories: number("advisories "),
        vulnerable: number("vulnerable "),
        explained: number("explained "),
        current: said("lock ") == env!("POSTURA_PACKAGES"),
    }
}

impl Service {
    /// Says whether browsers reach the program over HTTPS.
    pub fn served(&self, https: bool) {
        // Whoever serves says so once.
        let _ = self.https.set(https);
    }

    /// Keeps what a browser says that the content security policy refused: the page's path, the directive, and what was refused,
    /// without queries, which may hold secrets.
    ///
    /// # Errors
    /// The database failed.
    pub async fn policy_report(&self, page: &str, directive: &str, blocked: &str) -> anyhow::Result<()> {
        let plain = |text: &str| {
            let text = text.split(['?', '#']).next().unwrap_or_default();
            text.chars().filter(|c| !c.is_control()).take(LONGEST).collect::<String>()
        };
        let path = page.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..])).unwrap_or(page);
        let unscoped = self.store.unscoped(Reason::Check);
        Ok(unscoped.policy_report(&plain(path), &plain(directive), &plain(blocked), self.now()).await?)
    }
}
