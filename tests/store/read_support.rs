//! What the tests of reading share: people.

use model::Micros;
use model::policy::Role;
use store::users::UserNew;
use store::{Reason, Store, Viewer};

/// The tests' now: 2026-11-20T12:00:00Z.
pub const NOW: Micros = Micros(20_777 * Micros::DAY + Micros::DAY / 2);

/// A viewer who sees everything.
pub async fn admin(store: &Store) -> Viewer {
    store.unscoped(Reason::LocalOperator).operator("test", NOW).await.unwrap()
}

/// A member of one team, which is made if there is none of that slug.
pub async fn member(store: &Store, team: &str, login: &str) -> Viewer {
    person(store, Some(team), login, Role::Member).await
}

/// A person of a role, in a team or in none.
pub async fn person(store: &Store, team: Option<&str>, login: &str, role: Role) -> Viewer {
    let admin = admin(store).await;
    let scoped = store.scoped(&admin);
    let new = UserNew { login: login.to_owned(), name: login.to_owned(), password_hash: None, role, locale: None };
    let id = scoped.user_create(&new, NOW).await.unwrap();
    if let Some(team) = team {
        if scoped.team_by_slug(team).await.is_err() {
            scoped.team_create(team, team, NOW).await.unwrap();
        }
        let team = scoped.team_by_slug(team).await.unwrap();
        scoped.team_set_member(team.id, login, true).await.unwrap();
    }
    store.unscoped(Reason::Job).user_viewer(id).await.unwrap().unwrap()
}
