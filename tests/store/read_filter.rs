//! Each key of the language keeps what it says, by a second reading of the same lives in plain Rust.

use crate::read_bench::Bench;
use crate::read_scene::{ASSETS, Life, Scene, TODAY, WEAKNESSES};
use crate::read_support::{NOW, admin};
use model::Micros;
use model::filter::Filter;
use model::view::findings::Sort;
use std::collections::BTreeSet;
use store::occurrences::{ListQuery, MAX_PAGE};
use store::{Store, Viewer};

/// All numbers of a list, over all pages.
pub async fn numbers(store: &Store, viewer: &Viewer, text: &str) -> Vec<i64> {
    let filter = Filter::parse(text).unwrap();
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let query = ListQuery { filter: &filter, sort: Sort::FirstSeen, cursor: cursor.as_ref(), limit: MAX_PAGE };
        let page = store.scoped(viewer).occurrence_list(&query, NOW).await.unwrap_or_else(|e| panic!("{text}: {e}"));
        all.extend(page.rows.iter().map(|row| row.number));
        match page.next {
            Some(next) => cursor = Some(next),
            None => return all,
        }
    }
}

fn shown_status(life: &Life) -> i64 {
    if life.status == 7 && life.until.is_some_and(|until| until <= NOW.0) { life.workflow } else { life.status }
}

fn is_open(life: &Life) -> bool {
    shown_status(life) <= 4
}

fn inventory(life: &Life) -> bool {
    WEAKNESSES[life.weakness].5[1] == -1
}

type Keeps = Box<dyn Fn(&Life) -> bool>;
/// Severity, team and workflow as they were.
type Was = Box<dyn Fn((i64, Option<i64>, i64)) -> bool>;

tests::on_both! {
    async fn each_key_keeps_what_it_says(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let scene = Scene::write(&bench, 7, 240).await;
        let viewer = admin(store).await;
        let [payments, portal] = scene.teams;
        let (person, day) = (scene.person, Micros::DAY);
        let start = |day: i32| i64::from(day) * Micros::DAY;
        let owasp = |edition: usize, life: &Life| WEAKNESSES[life.weakness].5[edition];
        // Text, whether only open ones are kept, whether inventory is left out, and the condition.
        let cases: Vec<(&str, bool, bool, Keeps)> = vec![
            ("", true, true, Box::new(|_| true)),
            ("sev:critical,low", true, true, Box::new(|l| l.severity == 4 || l.severity == 1)),
            ("-sev:critical", true, true, Box::new(|l| l.severity != 4)),
            ("owasp:A03", true, true, Box::new(move |l| owasp(1, l) == 3)),
            ("owasp:unmapped", true, true, Box::new(move |l| owasp(1, l) == 0)),
            ("owasp:inventory,A07", true, false, Box::new(move |l| [-1, 7].contains(&owasp(1, l)))),
            ("owasp25:A05,A02", true, true, Box::new(move |l| [5, 2].contains(&owasp(2, l)))),
            ("-owasp17:A01", true, true, Box::new(move |l| owasp(0, l) != 1)),
            ("team:payments", true, true, Box::new(move |l| l.team == Some(payments))),
            ("team:none", true, true, Box::new(|l| l.team.is_none())),
            ("team:none,portal", true, true, Box::new(move |l| l.team.is_none() || l.team == Some(portal))),
            ("-team:payments", true, true, Box::new(move |l| l.team != Some(payments))),
            ("team:unheard-of", true, true, Box::new(|_| false)),
            ("-team:unheard-of", true, true, Box::new(|_| true)),
            ("team:none,unheard-of", true, true, Box::new(|l| l.team.is_none())),
            ("tool:zap,burp", true, true, Box::new(|l| WEAKNESSES[l.weakness].0 >= 2)),
            ("rule:40018", true, true, Box::new(|l| l.weakness == 2)),
            ("asset:WEB-*", true, true, Box::new(|l| l.asset >= 2)),
            ("asset:shop.example,db-1", true, true, Box::new(|l| l.asset <= 1)),
            ("asset:web", true, true, Box::new(|_| false)),
            ("-asset:web-1", true, true, Box::new(|l| l.asset != 2)),
            ("cwe:89", true, true, Box::new(|l| [2, 4].contains(&l.weakness))),
            ("cwe:9", true, true, Box::new(|_| false)),
            ("cve:cve-2021-45046", true, true, Box::new(|l| l.weakness == 4)),
            ("cve:CVE-2021-4504", true, true, Box::new(|_| false)),
            ("title:\"sql injection\"", true, true, Box::new(|l| l.weakness == 2)),
            ("title:*INJECT*,csp*", true, true, Box::new(|l| [2, 3, 4].contains(&l.weakness))),
            ("-title:sql*", true, true, Box::new(|l| ![2, 4].contains(&l.weakness))),
            ("kev:true", true, true, Box::new(|_| false)),
            ("kev:false", true, true, Box::new(|_| true)),
            ("-epss:>0.5", true, true, Box::new(|_| true)),
            ("age:>30d", true, true, Box::new(move |l| l.first_seen < NOW.0 - 30 * day)),
            ("age:<=30d", true, true, Box::new(move |l| l.first_seen >= NOW.0 - 30 * day)),
            ("-age:<3w", true, true, Box::new(move |l| l.first_seen <= NOW.0 - 21 * day)),
            ("age:<2026-10-10", true, true, Box::new(move |l| l.first_seen < start(20_736))),
            (
                "seen:2026-10-10..2026-10-20",
                true,
                true,
                Box::new(move |l| (start(20_736)..start(20_747)).contains(&l.last_seen)),
            ),
            ("seen:>=2026-10-10", true, true, Box::new(move |l| l.last_seen >= start(20_736))),
            ("due:overdue", true, true, Box::new(|l| l.due.is_some_and(|due| due < i64::from(TODAY)))),
            ("due:none", true, true, Box::new(|l| l.due.is_none())),
            ("due:<=7d", true, true, Box::new(|l| l.due.is_some_and(|due| due <= i64::from(TODAY) + 7))),
            ("-due:<2026-11-20", true, true, Box::new(|l| l.due.is_none_or(|due| due >= i64::from(TODAY)))),
            ("assignee:ana", true, true, Box::new(move |l| l.assignee == Some(person))),
            ("-assignee:none", true, true, Box::new(|l| l.assignee.is_some())),
            ("assignee:me", true, true, Box::new(|_| false)),
            ("is:inventory", true, false, Box::new(inventory)),
            ("-is:inventory", true, false, Box::new(|l| !inventory(l))),
            ("is:not_retested", true, true, Box::new(|l| l.not_retested != 0)),
            ("-is:not_retested", true, true, Box::new(|l| l.not_retested == 0)),
            ("is:regressed", true, true, Box::new(|l| l.episodes > 1)),
            ("status:any", false, true, Box::new(|_| true)),
            ("status:closed", false, true, Box::new(|l| !is_open(l))),
            ("-status:open", false, true, Box::new(|l| !is_open(l))),
            ("status:open", false, true, Box::new(is_open)),
            ("status:fixed", false, true, Box::new(|l| l.status == 5)),
            ("status:accepted", false, true, Box::new(|l| shown_status(l) == 7)),
            ("status:new,fix_claimed", false, true, Box::new(|l| [1, 4].contains(&shown_status(l)))),
            ("status:any is:regressed", false, true, Box::new(|l| l.episodes > 1 && l.status != 5)),
            (
                "status:any due:overdue",
                false,
                true,
                Box::new(|l| is_open(l) && l.due.is_some_and(|due| due < i64::from(TODAY))),
            ),
            ("injection", true, true, Box::new(|l| [2, 4].contains(&l.weakness))),
            ("\"sql INJ\"", true, true, Box::new(|l| [2, 4].contains(&l.weakness))),
            ("100%_", true, true, Box::new(|l| l.weakness == 4)),
            ("2021-44228", true, true, Box::new(|l| l.weakness == 4)),
            ("web -old", true, true, Box::new(|l| ASSETS[l.asset].to_lowercase().contains("web") && l.asset != 4)),
            ("/path/7", true, true, Box::new(|l| l.id.to_string().starts_with('7'))),
            (
                "sev:high,critical team:payments -tool:burp",
                true,
                true,
                Box::new(move |l| l.severity >= 3 && l.team == Some(payments) && WEAKNESSES[l.weakness].0 != 3),
            ),
        ];
        // As marked, and with every mark wrong while the head says that all may lag.
        for lagging in [false, true] {
            if lagging {
                let wrong = ["UPDATE occurrence SET inventory = 1 - inventory", "UPDATE head SET marks_from = 0"];
                bench.run(&wrong.map(str::to_owned)).await;
            }
            let mut kept = 0;
            for (text, only_open, no_inventory, keeps) in &cases {
                let expected: BTreeSet<i64> = scene
                    .lives
                    .iter()
                    .filter(|l| (!only_open || is_open(l)) && !(*no_inventory && inventory(l)) && keeps(l))
                    .map(|l| l.id)
                    .collect();
                let listed = numbers(store, &viewer, text).await;
                assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), expected, "{text}, {lagging}");
                assert_eq!(listed.len(), expected.len(), "{text} repeats a row");
                let filter = Filter::parse(text).unwrap();
                let count = store.scoped(&viewer).occurrence_count(&filter, NOW).await.unwrap();
                assert_eq!(count, i64::try_from(expected.len()).unwrap(), "{text}, {lagging}");
                kept += usize::from(!expected.is_empty());
            }
            assert!(kept > 45, "the scene is too small to tell anything");
        }
        let uuid = uuid::Uuid::from_bytes(scene.lives[4].uuid);
        assert_eq!(numbers(store, &viewer, &format!("id:{uuid}")).await, [5]);
    }

    async fn the_past_keeps_what_was(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let scene = Scene::write(&bench, 11, 160).await;
        let viewer = admin(store).await;
        let [payments, _] = scene.teams;
        for day in [TODAY - 61, TODAY - 45, TODAY - 20, TODAY - 5, TODAY] {
            for known in [None, Some(0), Some(3), Some(8), Some(12)] {
                let date = model::Day(day);
                let knowledge = known.map_or(String::new(), |step| format!(" known-at:{step}"));
                let step = known.unwrap_or(i64::MAX);
                let at = |life: &Life| life.open_at(day, step).filter(|_| !inventory(life));
                let cases: [(&str, Was); 4] = [
                    ("", Box::new(|_| true)),
                    ("sev:high,critical", Box::new(|(severity, ..)| severity >= 3)),
                    ("team:payments", Box::new(move |(_, team, _)| team == Some(payments))),
                    ("-team:none status:confirmed", Box::new(|(_, team, workflow)| team.is_some() && workflow == 2)),
                ];
                for (terms, keeps) in cases {
                    let text = format!("{terms} as-of:{date}{knowledge}");
                    let expected: BTreeSet<i64> =
                        scene.lives.iter().filter(|life| at(life).is_some_and(&keeps)).map(|life| life.id).collect();
                    let listed = numbers(store, &viewer, &text).await;
                    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), expected, "{text}");
                    assert_eq!(listed.len(), expected.len(), "{text} repeats a row");
                }
            }
        }
        // A date of knowledge is the last step of that day.
        let day = scene.steps[4];
        let by_day = numbers(store, &viewer, &format!("known-at:{}", model::Day(day))).await;
        assert_eq!(by_day, numbers(store, &viewer, &format!("known-at:{}", scene.step_at(day))).await);
        assert_ne!(by_day, numbers(store, &viewer, "known-at:12").await);
    }
}
