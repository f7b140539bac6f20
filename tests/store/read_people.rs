//! People, sessions, tokens, the throttle and the first run.

use crate::read_bench::Bench;
use crate::read_support::{NOW, admin, member, person};
use model::Micros;
use model::policy::{Action, Role};
use store::audit::{AuditFilter, AuditNew};
use store::organisation::Organisation;
use store::tokens::{Scope, TokenNew};
use store::users::UserNew;
use store::{Error, Reason, sessions, throttle};

fn organisation() -> Organisation {
    Organisation { name: "Acme".to_owned(), zone: "Europe/Madrid".to_owned(), locale: "es".to_owned() }
}

fn token(hash: [u8; 32], prefix: &'static str, expires_at: Micros) -> TokenNew<'static> {
    TokenNew { hash, prefix, name: "ci", expires_at, scope: Scope::All, networks: "" }
}

fn user(login: &str, role: Role) -> UserNew {
    UserNew {
        login: login.to_owned(),
        name: "Name".to_owned(),
        password_hash: Some("$h".to_owned()),
        role,
        locale: None,
    }
}

tests::on_both! {
    async fn the_first_run_works_once(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let set_up = store.unscoped(Reason::SetUp);
        set_up.organisation_ensure(&Organisation { name: "Postura".to_owned(), ..organisation() }).await.unwrap();
        set_up.organisation_ensure(&organisation()).await.unwrap();
        assert_eq!(set_up.organisation().await.unwrap().unwrap().name, "Postura");
        assert!(!set_up.user_any().await.unwrap());
        set_up.setup_token_set([1; 32]).await.unwrap();
        set_up.setup_token_set([2; 32]).await.unwrap();
        let wrong = set_up.set_up([1; 32], &organisation(), &user("root", Role::Member), NOW).await;
        assert!(matches!(wrong, Err(Error::NotFound(_))), "the older link is dead");
        let bad = set_up.set_up([2; 32], &organisation(), &user("me", Role::Member), NOW).await;
        assert!(matches!(bad, Err(Error::Invalid { field: "login", .. })));
        let id = set_up.set_up([2; 32], &organisation(), &user(" Root@Example.org ", Role::Member), NOW).await.unwrap();
        let viewer = set_up.user_viewer(id).await.unwrap().unwrap();
        assert_eq!((viewer.role(), viewer.login()), (Role::Admin, "root@example.org"));
        assert!(set_up.set_up([2; 32], &organisation(), &user("other", Role::Admin), NOW).await.is_err());
        assert!(matches!(set_up.setup_token_set([3; 32]).await, Err(Error::Conflict("set_up_done"))));
        assert_eq!(set_up.organisation().await.unwrap(), Some(organisation()));
        let renamed = Organisation { zone: "UTC".to_owned(), ..organisation() };
        store.scoped(&viewer).organisation_set(&renamed).await.unwrap();
        assert_eq!(set_up.organisation().await.unwrap(), Some(renamed));
    }

    async fn a_session_ends_by_idleness_age_revocation_and_its_persons_end(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let root = admin(store).await;
        let ana = member(store, "payments", "ana").await;
        let id = ana.user().unwrap();
        let sign_in = store.unscoped(Reason::SignIn);
        let live = async |token: u8, at: i64| {
            sign_in.session_viewer([token; 32], Micros(NOW.0 + at)).await.unwrap().map(|live| live.viewer.login().to_owned())
        };
        for token in 1..=4 {
            sign_in.session_create([token; 32], id, false, ("Browser\n1.0", "10.0.0.0/24"), NOW).await.unwrap();
        }
        assert_eq!(live(1, 0).await.as_deref(), Some("ana"));
        assert_eq!(live(9, 0).await, None);
        let mut at = 0;
        while at + sessions::IDLE / 2 < sessions::ABSOLUTE {
            at += sessions::IDLE / 2;
            assert!(live(1, at).await.is_some(), "used in time");
        }
        assert_eq!(live(2, sessions::IDLE).await, None, "idle");
        assert_eq!(live(1, sessions::ABSOLUTE).await, None, "too old");
        sign_in.session_revoke([3; 32]).await.unwrap();
        assert_eq!(live(3, 1).await, None);
        let listed = store.scoped(&ana).session_list(NOW).await.unwrap();
        assert_eq!(listed.len(), 3);
        assert_eq!(listed[0].user_agent, "Browser1.0");
        let eve = member(store, "payments", "eve").await;
        assert!(matches!(store.scoped(&eve).session_revoke_all(id).await, Err(Error::Denied(_))));
        assert!(live(4, 1).await.is_some());
        store.scoped(&root).user_set_enabled(id, false, NOW).await.unwrap();
        assert_eq!(live(4, 1).await, None, "disabled");
        assert!(sign_in.user_viewer(id).await.unwrap().is_none());
        sign_in.session_create([5; 32], eve.user().unwrap(), false, ("", ""), NOW).await.unwrap();
        assert_eq!(sign_in.session_sweep(Micros(NOW.0 + sessions::IDLE)).await.unwrap(), 1);
    }

    async fn a_token_ends_by_age_and_revocation_and_only_its_owner_may_know_of_it(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let ana = member(store, "payments", "ana").await;
        let eve = member(store, "payments", "eve").await;
        let root = person(store, None, "root", Role::Admin).await;
        let end = Micros(NOW.0 + Micros::DAY);
        let id = store.scoped(&ana).token_create(&token([1; 32], "pos_abc", end), NOW).await.unwrap();
        let other = store.scoped(&ana).token_create(&token([2; 32], "pos_def", end), NOW).await.unwrap();
        let sign_in = store.unscoped(Reason::SignIn);
        assert_eq!(sign_in.token_viewer([1; 32], NOW).await.unwrap().unwrap().viewer.login(), "ana");
        assert!(sign_in.token_viewer([1; 32], end).await.unwrap().is_none());
        assert!(matches!(store.scoped(&eve).token_revoke(id, NOW).await, Err(Error::NotFound("token"))));
        store.scoped(&ana).token_revoke(id, NOW).await.unwrap();
        store.scoped(&root).token_revoke(other, NOW).await.unwrap();
        assert!(sign_in.token_viewer([1; 32], NOW).await.unwrap().is_none());
        assert!(sign_in.token_viewer([2; 32], NOW).await.unwrap().is_none());
        let listed = store.scoped(&ana).token_list().await.unwrap();
        assert_eq!(listed.iter().map(|token| token.prefix.as_str()).collect::<Vec<_>>(), ["pos_def", "pos_abc"]);
        assert_eq!(listed[1].used_at, Some(NOW));
        assert!(store.scoped(&eve).token_list().await.unwrap().is_empty());
        let operator = admin(store).await;
        assert!(store.scoped(&operator).token_create(&token([3; 32], "", end), NOW).await.is_err());
    }

    async fn the_last_administrator_stays(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let root = person(store, None, "root", Role::Admin).await;
        let id = root.user().unwrap();
        let scoped = store.scoped(&root);
        assert!(matches!(scoped.user_set_role(id, Role::Member).await, Err(Error::Conflict("last_admin"))));
        assert!(matches!(scoped.user_set_enabled(id, false, NOW).await, Err(Error::Conflict("last_admin"))));
        let taken = scoped.user_create(&user("ROOT", Role::Lead), NOW).await;
        assert!(matches!(&taken, Err(Error::Constraint(name)) if name == "app_user_login_key"), "{taken:?}");
        let second = scoped.user_create(&user("second", Role::Admin), NOW).await.unwrap();
        scoped.user_set_role(id, Role::Lead).await.unwrap();
        assert!(matches!(scoped.user_set_role(second, Role::Lead).await, Err(Error::Conflict("last_admin"))));
        let lead = store.unscoped(Reason::Job).user_viewer(id).await.unwrap().unwrap();
        assert!(matches!(store.scoped(&lead).user_list().await, Err(Error::Denied(_))));
        let (found, hash) = store.unscoped(Reason::SignIn).user_by_login("Second").await.unwrap().unwrap();
        assert_eq!((found.id, hash.as_deref(), found.enabled), (second, Some("$h"), true));
        let operator = admin(store).await;
        assert_eq!(store.scoped(&operator).user_list().await.unwrap().len(), 2);
    }

    async fn a_failed_sign_in_costs_more_each_time(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let sign_in = store.unscoped(Reason::SignIn);
        let subjects = ["account:ana", "network:10.0.0.1"];
        for _ in 0..5 {
            sign_in.throttle_failure(&subjects, NOW).await.unwrap();
        }
        assert_eq!(sign_in.throttle_check(&subjects, NOW).await.unwrap(), None);
        let mut before = 0;
        for _ in 0..12 {
            sign_in.throttle_failure(&subjects[..1], NOW).await.unwrap();
            let until = sign_in.throttle_check(&subjects, NOW).await.unwrap().unwrap().0 - NOW.0;
            assert!(until == 2 * before || before == 0 || until == 900_000_000, "{before} then {until}");
            before = until;
        }
        assert_eq!(before, 900_000_000);
        assert_eq!(sign_in.throttle_check(&subjects[1..], NOW).await.unwrap(), None);
        let next_day = Micros(NOW.0 + 2 * Micros::DAY);
        sign_in.throttle_failure(&subjects[..1], next_day).await.unwrap();
        assert_eq!(sign_in.throttle_check(&subjects, next_day).await.unwrap(), None, "forgotten after a day");
        sign_in.throttle_clear(subjects[0]).await.unwrap();
        assert_eq!(sign_in.throttle_sweep(Micros(NOW.0 + 3 * Micros::DAY)).await.unwrap(), 1);
        assert_eq!(throttle::wait(i64::MAX), 900_000_000);
    }

    async fn the_audit_log_keeps_everything_and_shows_it_to_few(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let root = person(store, None, "root", Role::Admin).await;
        let auditor = person(store, None, "audit", Role::Auditor).await;
        let analyst = person(store, None, "analyst", Role::Analyst).await;
        let entry = |subject| AuditNew { action: "undo", subject, refused: true, network: "10.0.0.1", detail: "x\0y", ..AuditNew::default() };
        store.scoped(&analyst).audit(&entry("scan:1"), NOW).await.unwrap();
        store.unscoped(Reason::SignIn).audit("nobody", &entry("scan:2"), NOW).await.unwrap();
        assert!(matches!(store.scoped(&analyst).audit_list(&AuditFilter::default(), 10).await, Err(Error::Denied(_))));
        for reader in [&root, &auditor] {
            let log = store.scoped(reader).audit_list(&AuditFilter::default(), 2).await.unwrap();
            let seen: Vec<_> = log.iter().map(|e| (e.actor.as_str(), e.subject.as_str(), e.refused)).collect();
            assert_eq!(seen, [("nobody", "scan:2", true), ("analyst", "scan:1", true)]);
            assert_eq!(log[0].detail, "xy");
            let older = store.scoped(reader).audit_list(&AuditFilter { before: Some(log[1].id), ..AuditFilter::default() }, 1).await.unwrap();
            assert_eq!((older[0].actor.as_str(), older[0].action.as_str()), ("operator", "test"));
        }
    }

    async fn teams_are_seen_by_their_members(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let ana = member(store, "payments", "ana").await;
        let lead = person(store, Some("portal"), "lead", Role::Lead).await;
        let root = admin(store).await;
        let scoped = store.scoped(&root);
        let slugs = |rows: Vec<store::teams::TeamRow>| rows.into_iter().map(|row| row.team.slug).collect::<Vec<_>>();
        assert_eq!(slugs(scoped.team_list().await.unwrap()), ["payments", "portal"]);
        assert_eq!(slugs(store.scoped(&ana).team_list().await.unwrap()), ["payments"]);
        let payments = scoped.team_by_slug("payments").await.unwrap();
        let portal = scoped.team_by_slug("portal").await.unwrap();
        assert!(matches!(store.scoped(&ana).team_by_slug("portal").await, Err(Error::NotFound("team"))));
        assert!(matches!(store.scoped(&ana).team_members(portal.id).await, Err(Error::NotFound("team"))));
        assert!(ana.require(Action::SeeFindings, Some(payments.id)).is_ok());
        assert!(ana.require(Action::SeeFindings, Some(portal.id)).is_err());
        assert!(ana.require(Action::SeeFindings, None).is_err());
        assert!(store.scoped(&lead).team_set_member(payments.id, "ana", true).await.is_err());
        store.scoped(&lead).team_set_member(portal.id, "Ana", true).await.unwrap();
        store.scoped(&lead).team_set_member(portal.id, "ana", true).await.unwrap();
        let names = |rows: Vec<store::teams::Member>| rows.into_iter().map(|m| m.person.login).collect::<Vec<_>>();
        assert_eq!(names(scoped.team_members(portal.id).await.unwrap()), ["ana", "lead"]);
        store.scoped(&lead).team_set_member(portal.id, "ana", false).await.unwrap();
        assert_eq!(names(store.scoped(&lead).team_members(portal.id).await.unwrap()), ["lead"]);
        scoped.team_rename(portal.id, "portal, the").await.unwrap();
        assert_eq!(scoped.team_list().await.unwrap()[1].team.name, "portal, the");
        assert!(
            matches!(scoped.team_create("portal", "x", NOW).await, Err(Error::Constraint(name)) if name == "team_slug_key")
        );
        assert!(matches!(scoped.team_create("none", "x", NOW).await, Err(Error::Invalid { field: "slug", .. })));
    }
}
