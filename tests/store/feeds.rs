//! What is published about exploitation: loaded, kept where it changed, and shown as it was.

use crate::scans::{host, nessus};
use crate::world::{World, at};
use model::Severity::High;
use model::feeds::FeedKind;
use model::filter::Filter;
use model::policy::Role;
use model::view::findings::Sort;
use model::{Day, Micros};
use store::Error;
use store::feeds::{EpssScore, Exploited, FeedNew, KevListed, Published};
use store::occurrences::ListQuery;

/// The day of [`at`]'s beginning.
const BEGIN: i32 = 20_458;
const LOG4SHELL: &str = "CVE-2021-44228";
const SMB: &str = "CVE-2016-2115";

fn scores(rows: &[(&str, u32)]) -> Published {
    let score = |(cve, probability): &(&str, u32)| EpssScore {
        cve: (*cve).to_owned(),
        probability: *probability,
        percentile: *probability / 2,
    };
    Published::Epss(rows.iter().map(score).collect())
}

fn catalogue(cves: &[(&str, i32)]) -> Published {
    Published::Kev(listed(cves))
}

fn listed(cves: &[(&str, i32)]) -> Vec<KevListed> {
    let listed = |(cve, added): &(&str, i32)| KevListed {
        cve: (*cve).to_owned(),
        added: Day(BEGIN + added),
        due: None,
        ransomware: true,
    };
    cves.iter().map(listed).collect()
}

impl World {
    /// Loads a file of so many days after the beginning.
    async fn publish(&self, day: i32, rows: &Published) -> Result<u64, Error> {
        let new =
            FeedNew { day: Day(BEGIN + day), version: "v", file: "f", origin: "", quarantined: 0, flaws: &[], rows };
        self.store.scoped(&self.operator).feed_load(&new, self.now()).await
    }

    async fn keeps(&self, filter: &str) -> i64 {
        let filter = Filter::parse(filter).unwrap();
        self.store.scoped(&self.operator).occurrence_count(&filter, self.now()).await.unwrap()
    }

    /// What the list shows of the only finding that a filter keeps.
    async fn shown(&self, filter: &str) -> Exploited {
        let filter = Filter::parse(filter).unwrap();
        let query = ListQuery { filter: &filter, sort: Sort::default(), cursor: None, limit: 2 };
        let page = self.store.scoped(&self.operator).occurrence_list(&query, self.now()).await.unwrap();
        let [row] = &page.rows[..] else { panic!("{:?}", page.rows) };
        row.exploited
    }
}

fn scan(file: &str, day: i64, wording: &str) -> crate::scans::Scan {
    let mut scan = nessus(file, at(day, 0), vec![host("h1", &[(file, 80, High)])]);
    scan.wording = wording.to_owned();
    scan
}

tests::on_both! {
    async fn a_turn_is_taken_once_by_however_many_replicas(engine: Engine) {
        let world = World::new(engine).await;
        let (now, store) = (world.now(), &world.store);
        let later = |minutes: i64| Micros(now.0 + minutes * 60_000_000);
        for _ in 0..3 {
            store.feed_refresh_ensure(FeedKind::Kev, now).await.unwrap();
        }
        let turn = || store.feed_refresh_take(FeedKind::Kev, later(45), now);
        let (one, two, three, four) = tokio::join!(turn(), turn(), turn(), turn());
        let taken = [one, two, three, four].into_iter().filter(|taken| *taken.as_ref().unwrap());
        assert_eq!(taken.count(), 1);
        assert!(!store.feed_refresh_take(FeedKind::Kev, later(90), later(44)).await.unwrap());
        assert!(store.feed_refresh_take(FeedKind::Kev, later(90), later(45)).await.unwrap(), "who died loses the turn");
        store.feed_refresh_bad(FeedKind::Kev, "{}", later(60)).await.unwrap();
        store.feed_refresh_good(FeedKind::Kev, later(1_440), later(46)).await.unwrap();
        let all = store.feed_refreshes().await.unwrap();
        assert_eq!((all.len(), all[0].failures, all[0].good_at), (1, 0, Some(later(46))));

        let rows = catalogue(&[(LOG4SHELL, 0)]);
        let fetched = |day, rows| FeedNew { day: Day(BEGIN + day), version: "v", file: "f", origin: "https://x", quarantined: 0, flaws: &[], rows };
        assert_eq!(store.feed_fetched(&fetched(0, &rows), true, now).await.unwrap(), Some(0));
        assert_eq!(store.feed_fetched(&fetched(0, &rows), true, now).await.unwrap(), None);
        assert_eq!(store.feed_fetched(&fetched(1, &rows), false, now).await.unwrap(), None, "a day that is ours is no news");
        assert_eq!(store.feed_fetched(&fetched(1, &rows), true, later(1_440)).await.unwrap(), Some(0), "a day of its own is");
        let older = store.feed_fetched(&fetched(0, &rows), true, later(1_440)).await;
        assert!(matches!(older, Err(Error::Conflict("feed_older"))), "{older:?}");
    }

    async fn what_is_published_is_kept_where_it_changed_and_shown_as_it_was(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&scan("1", 0, &format!("{LOG4SHELL} {SMB}"))).await;
        world.import(&scan("2", 0, SMB)).await;
        world.import(&scan("3", 0, "no number")).await;
        assert_eq!((world.keeps("kev:true").await, world.keeps("epss:>=0").await), (0, 0));

        assert_eq!(world.publish(10, &catalogue(&[(LOG4SHELL, 5), ("CVE-1999-0001", 5)])).await.unwrap(), 1);
        assert_eq!(world.publish(10, &scores(&[(LOG4SHELL, 900_000), (SMB, 20_000)])).await.unwrap(), 2);
        let first = world.keeps("kev:true").await;
        assert_eq!((first, world.keeps("kev:false").await, world.keeps("-kev:true").await), (1, 2, 2));
        assert_eq!((world.keeps("epss:>0.5").await, world.keeps("epss:>=0.02").await), (1, 2));
        assert_eq!((world.keeps("epss:<0.5").await, world.keeps("-epss:<0.5").await), (1, 2));
        let seen = world.shown("kev:true").await;
        assert_eq!((seen.kev_added, seen.epss, seen.percentile), (Some(Day(BEGIN + 5)), Some(900_000), Some(450_000)));

        // The same again changes nothing; a later file changes what differs.
        assert_eq!(world.publish(10, &scores(&[(LOG4SHELL, 900_000), (SMB, 20_000)])).await.unwrap(), 0);
        assert_eq!(world.publish(20, &scores(&[(LOG4SHELL, 900_000), (SMB, 700_000)])).await.unwrap(), 1);
        assert_eq!(world.publish(20, &catalogue(&[(SMB, 18)])).await.unwrap(), 2);
        assert_eq!(world.count("epss").await, 3);
        assert_eq!((world.keeps("epss:>0.5").await, world.keeps("kev:true").await), (2, 2));
        let day = |days: i64| at(days, 0).rfc3339()[..10].to_owned();
        for (days, likely, listed) in [(4, 0, 0), (9, 0, 1), (15, 1, 1), (19, 1, 2), (20, 2, 2), (30, 2, 2)] {
            let then = format!("as-of:{}", day(days));
            assert_eq!(world.keeps(&format!("{then} epss:>0.5")).await, likely, "{then}");
            assert_eq!(world.keeps(&format!("{then} kev:true")).await, listed, "{then}");
            assert_eq!(world.keeps(&format!("{then} kev:false")).await, 3 - listed, "{then}");
        }
        let then = format!("as-of:{} rule:2", day(15));
        assert_eq!(world.shown(&then).await, Exploited { kev_added: None, epss: Some(20_000), percentile: Some(10_000) });
        // Risk follows: high, known to be exploited or not, on assets of which nobody has said anything.
        let filter = Filter::new();
        let query = ListQuery { filter: &filter, sort: Sort::Risk, cursor: None, limit: 9 };
        let scoped = world.store.scoped(&world.operator);
        let risks: Vec<i64> =
            scoped.occurrence_list(&query, world.now()).await.unwrap().rows.iter().map(|row| row.risk).collect();
        assert_eq!(risks, [48, 48, 24]);
        assert_eq!(scoped.occurrence_risk(&filter, world.now()).await.unwrap(), 120);
        // What was learned at a step was not known before it.
        let learned = world.texts("SELECT CAST(MIN(step) AS TEXT) FROM epss").await[0].parse::<i64>().unwrap();
        assert_eq!(world.keeps(&format!("known-at:{learned} epss:>0.5")).await, 1);
        assert_eq!(world.keeps(&format!("known-at:{} epss:>=0", learned - 1)).await, 0);
        world.assert_sound().await;
    }

    async fn two_catalogues_stand_beside_each_other(engine: Engine) {
        let world = World::new(engine).await;
        world.import(&scan("1", 0, LOG4SHELL)).await;
        world.publish(10, &catalogue(&[(LOG4SHELL, 5)])).await.unwrap();
        let european = |cves: &[(&str, i32)]| Published::Euvd(listed(cves));
        assert_eq!(world.publish(10, &european(&[(LOG4SHELL, 3), (SMB, 4)])).await.unwrap(), 1);
        assert_eq!(world.shown("kev:true").await.kev_added, Some(Day(BEGIN + 3)), "the first that lists it");
        let facts = world.store.scoped(&world.operator).cve_facts(&[LOG4SHELL.to_owned()], world.now()).await.unwrap();
        let of = &facts.cves[LOG4SHELL];
        assert_eq!((of.kev.map(|kev| kev.added), of.euvd), (Some(Day(BEGIN + 5)), Some(Day(BEGIN + 3))));
        assert_eq!(facts.of_weakness().kev_added, Some(Day(BEGIN + 3)));
        assert_eq!(facts.files.keys().copied().collect::<Vec<_>>(), [FeedKind::Kev, FeedKind::Euvd]);

        // What one no longer lists, the other may; a number that comes later is looked up in both.
        assert_eq!(world.publish(20, &catalogue(&[])).await.unwrap(), 1);
        assert_eq!(world.shown("kev:true").await.kev_added, Some(Day(BEGIN + 3)));
        world.import(&scan("2", 1, SMB)).await;
        assert_eq!(world.keeps("kev:true status:any").await, 2);
        assert_eq!(world.publish(20, &european(&[(SMB, 4)])).await.unwrap(), 1);
        assert_eq!((world.keeps("kev:true status:any").await, world.keeps("kev:true rule:2").await), (1, 1));
        world.assert_sound().await;
    }

    async fn numbers_that_come_later_are_looked_up_in_the_newest_file(engine: Engine) {
        let world = World::new(engine).await;
        world.publish(1, &scores(&[(LOG4SHELL, 900_000), (SMB, 20_000)])).await.unwrap();
        world.publish(1, &catalogue(&[(SMB, -300)])).await.unwrap();
        assert_eq!(world.count("epss").await, 0);
        world.import(&scan("1", 2, "plain")).await;
        assert_eq!(world.keeps("epss:>0.5").await, 0);
        world.import(&scan("1b", 3, SMB)).await;
        // The newest text says which numbers a weakness carries, and its taking back takes them back.
        let mut later = scan("1", 4, &format!("{LOG4SHELL} {SMB}"));
        later.file = "later".to_owned();
        let effect = world.import(&later).await;
        assert_eq!((world.keeps("epss:>0.5").await, world.keeps("kev:true").await), (1, 2));
        world.store.scan_undo(effect.scan, None, world.now()).await.unwrap();
        assert_eq!((world.keeps("epss:>0.5").await, world.keeps("kev:true").await), (0, 1));
        world.assert_sound().await;
    }

    async fn a_file_of_an_earlier_day_or_of_the_future_is_not_taken(engine: Engine) {
        let world = World::new(engine).await;
        world.publish(10, &scores(&[(SMB, 20_000)])).await.unwrap();
        let older = world.publish(9, &scores(&[(SMB, 1)])).await;
        assert!(matches!(older, Err(Error::Conflict("feed_older"))), "{older:?}");
        let ahead = world.publish(300, &scores(&[(SMB, 1)])).await;
        assert!(matches!(ahead, Err(Error::Invalid { field: "day", .. })), "{ahead:?}");
        let rows = scores(&[]);
        let new = FeedNew { day: Day(BEGIN + 9), version: "", file: "", origin: "", quarantined: 0, flaws: &[], rows: &rows };
        world.store.feed_ensure(&new, world.now()).await.unwrap();
        let files = world.store.scoped(&world.operator).feed_list(9).await.unwrap();
        assert_eq!(files.iter().map(|file| (file.kind, file.day.0 - BEGIN)).collect::<Vec<_>>(), [(FeedKind::Epss, 10)]);
        let auditor = world.person("auditor", Role::Auditor, None).await;
        let denied = world.store.scoped(&auditor).feed_load(&new, Micros(i64::MAX / 2)).await;
        assert!(matches!(denied, Err(Error::Denied(_))), "{denied:?}");
    }
}
