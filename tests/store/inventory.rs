//! The declared inventory: matched by keys, dated, and the past keeps what it had.

use crate::scans::{host, nessus};
use crate::world::{World, at};
use model::asset::Said;
use model::facts::AssetFacts;
use model::filter::Filter;
use model::metrics::{Metric, Reconciliation};
use model::policy::Role;
use model::view::assets::AssetSort;
use model::view::findings::Sort;
use model::{Criticality, Day, Exposure, Micros, Severity::High, TeamId};
use posture::identity::{AddressSpace, asset_key};
use posture::metrics::reconcile;
use store::Viewer;
use store::assets::AssetQuery;
use store::inventory::Declaration;
use store::occurrences::ListQuery;

pub fn declaration(world: &World, name: &str, said: Said) -> Declaration {
    let facts = AssetFacts {
        name: name.to_owned(),
        ip: name.parse::<std::net::IpAddr>().ok().map(|ip| ip.to_string()),
        ..AssetFacts::default()
    };
    let space = AddressSpace { space: "default", source: world.source, prefer_fqdn: false, aliases: &[] };
    Declaration { key: asset_key(&space, &facts), facts: Some(facts), said }
}

pub fn said(criticality: Criticality, exposure: Exposure, tags: &[&str], owner: Option<TeamId>) -> Said {
    Said {
        declared: Some(true),
        criticality: Some(Some(criticality)),
        exposure: Some(Some(exposure)),
        environment: Some("production".to_owned()),
        tags: Some(tags.iter().map(|tag| (*tag).to_owned()).collect()),
        owner: Some(owner),
    }
}

async fn names(world: &World, viewer: &Viewer, text: &str, now: Micros) -> Vec<String> {
    let filter = Filter::parse_assets(text).unwrap();
    let query = AssetQuery { filter: &filter, sort: AssetSort::Name, cursor: None, limit: 200 };
    let scoped = world.store.scoped(viewer);
    let page = scoped.asset_list(&query, now).await.unwrap_or_else(|error| panic!("{text}: {error}"));
    let found: Vec<String> = page.rows.into_iter().map(|row| row.name).collect();
    assert_eq!(scoped.asset_count(&filter, now).await.unwrap(), i64::try_from(found.len()).unwrap(), "{text}");
    found
}

async fn findings(world: &World, text: &str, now: Micros) -> usize {
    let filter = Filter::parse(text).unwrap();
    let query = ListQuery { filter: &filter, sort: Sort::Severity, cursor: None, limit: 200 };
    let scoped = world.store.scoped(&world.operator);
    let rows = scoped.occurrence_list(&query, now).await.unwrap_or_else(|error| panic!("{text}: {error}")).rows.len();
    assert_eq!(scoped.occurrence_count(&filter, now).await.unwrap(), i64::try_from(rows).unwrap(), "{text}");
    rows
}

tests::on_both! {
    async fn a_declared_asset_is_the_one_that_a_scan_finds(engine: Engine) {
        let world = World::new(engine).await;
        let scoped = world.store.scoped(&world.operator);
        world.import(&nessus("a", at(0, 0), vec![host("w1", &[("1", 80, High)])])).await;
        let rows = [
            declaration(&world, "w1", said(Criticality::High, Exposure::Internet, &["pci", "web"], None)),
            declaration(&world, "w2", said(Criticality::Low, Exposure::Internal, &[], None)),
            Declaration { key: "name:ghost@default".to_owned(), facts: None, said: Said::default() },
        ];
        let would = scoped.inventory_declare(&rows, "i.csv", false, world.now()).await.unwrap();
        assert_eq!(world.count("asset").await, 1);
        let told = scoped.inventory_declare(&rows, "i.csv", true, world.now()).await.unwrap();
        assert_eq!(would, told);
        assert_eq!(told.iter().map(|one| (one.asset.is_some(), one.before.is_some())).collect::<Vec<_>>(), [(true, true), (false, false), (false, false)]);
        assert_eq!(world.texts("SELECT key FROM asset ORDER BY key").await, ["name:w1@default", "name:w2@default"]);
        // 75 × 50 × 90 × 100: high, nothing published, much depends on it and anybody can reach it.
        assert_eq!(world.texts("SELECT CAST(risk AS TEXT) FROM occurrence").await, ["34"]);
        // The same again changes nothing and takes no step.
        let steps = world.count("step").await;
        let again = scoped.inventory_declare(&rows, "i.csv", true, world.now()).await.unwrap();
        assert!(again[..2].iter().all(|one| one.before.as_ref() == Some(&one.after)));
        assert_eq!((world.count("step").await, world.count("asset_attribute").await), (steps, 2));
        let now = world.now();
        for (text, kept) in [
            ("", vec!["w1", "w2"]),
            ("criticality:high", vec!["w1"]),
            ("-criticality:high", vec!["w2"]),
            ("tag:pci exposure:internet env:production", vec!["w1"]),
            ("tag:none", vec!["w2"]),
            ("tag:pc", vec![]),
            ("tested:never", vec!["w2"]),
            ("tested:<=99d", vec![]),
            ("tested:<=101d", vec!["w1"]),
            ("tested:>30d", vec!["w1"]),
            ("tested:<=101d@zap", vec![]),
            ("signed-in:never", vec!["w1", "w2"]),
            ("is:declared -is:origin w", vec!["w1", "w2"]),
            ("is:host team:none asset:*2", vec!["w2"]),
        ] {
            assert_eq!(names(&world, &world.operator, text, now).await, kept, "{text}");
        }
        // A scan that comes later finds the declared one.
        world.import(&nessus("b", at(7, 0), vec![host("w2", &[("1", 80, High)])])).await;
        assert_eq!(world.count("asset").await, 2);
        assert_eq!(names(&world, &world.operator, "tested:never", world.now()).await, Vec::<String>::new());
        assert_eq!(findings(&world, "criticality:low", world.now()).await, 1);
        world.assert_sound().await;
    }

    async fn the_inventory_names_an_owner_and_the_wrong_team_sees_nothing(engine: Engine) {
        let world = World::new(engine).await;
        let (web, mail) = (world.team("web").await, world.team("mail").await);
        world.store.ownership_rule_add(web, "w*", None, world.now()).await.unwrap();
        world.import(&nessus("a", at(0, 0), vec![host("w1", &[("1", 80, High)])])).await;
        let scoped = world.store.scoped(&world.operator);
        let owned = said(Criticality::High, Exposure::Internet, &[], Some(mail));
        let rows = [declaration(&world, "w1", owned.clone()), declaration(&world, "w2", owned)];
        scoped.inventory_declare(&rows, "i.csv", true, world.now()).await.unwrap();
        let (lead, other) = (world.person("lead", Role::Lead, Some(mail)).await, world.person("other", Role::Lead, Some(web)).await);
        assert_eq!(names(&world, &lead, "", world.now()).await, ["w1", "w2"]);
        assert_eq!(names(&world, &other, "", world.now()).await, Vec::<String>::new());
        let id = model::AssetId(1);
        assert!(world.store.scoped(&other).asset_detail(id, &Filter::new(), world.now()).await.is_err());
        let detail = world.store.scoped(&lead).asset_detail(id, &Filter::new(), world.now()).await.unwrap();
        assert_eq!(detail.owners.iter().map(|own| own.team.as_ref().unwrap().slug.as_str()).collect::<Vec<_>>(), ["mail", "web"]);
        assert_eq!((detail.row.pattern, detail.said.len(), detail.looks_count), (None, 1, 1));
        world.assert_sound().await;
        // Nobody but those who may says what assets are.
        assert!(world.store.scoped(&lead).asset_say(id, &Said::default(), world.now()).await.is_err());
        assert!(world.store.scoped(&lead).inventory_declare(&rows, "", true, world.now()).await.is_err());
        // The name goes, the rule is back.
        let nobody = Said { owner: Some(None), ..Said::default() };
        world.store.scoped(&world.operator).asset_say(id, &nobody, world.now()).await.unwrap();
        assert_eq!(names(&world, &other, "", world.now()).await, ["w1"]);
        world.assert_sound().await;
    }

    async fn the_past_keeps_what_it_had(engine: Engine) {
        let world = World::new(engine).await;
        let scoped = world.store.scoped(&world.operator);
        let hosts = || vec![host("w1", &[("1", 80, High), ("2", 80, High)]), host("w2", &[("1", 80, High)])];
        world.import(&nessus("a", at(0, 0), hosts())).await;
        let says = |criticality| Said { criticality: Some(Some(criticality)), ..Said::default() };
        let w1 = model::AssetId(1);
        world.import(&nessus("b", at(25, 0), vec![host("w1", &[("1", 80, High), ("3", 80, High)])])).await;
        // High from day 110 to day 120, low since: what is said holds from when it is recorded.
        scoped.asset_say(w1, &says(Criticality::High), at(110, 5)).await.unwrap();
        scoped.asset_say(w1, &says(Criticality::Medium), at(120, 5)).await.unwrap();
        scoped.asset_say(w1, &says(Criticality::Low), at(120, 6)).await.unwrap();
        let now = at(130, 0);
        let day = |number: i64| Day(i32::try_from((at(number, 0)).0 / Micros::DAY).unwrap());
        let on = |number: i64| format!("as-of:{}", day(number));
        for (text, count) in [
            (format!("criticality:high {}", on(109)), 0),
            (format!("criticality:high {}", on(110)), 2),
            (format!("criticality:high {}", on(119)), 2),
            (format!("criticality:high {}", on(120)), 0),
            (format!("criticality:low {}", on(120)), 2),
            (format!("criticality:none {}", on(10)), 3),
            (format!("criticality:none {}", on(109)), 3),
            (format!("criticality:none {}", on(120)), 1),
            (format!("-criticality:high {}", on(112)), 1),
            (format!("-criticality:none criticality:high,low {}", on(112)), 2),
            ("criticality:low".to_owned(), 2),
            ("criticality:none".to_owned(), 1),
            (format!("criticality:high known-at:{}", day(112)), 2),
        ] {
            assert_eq!(findings(&world, &text, now).await, count, "{text}");
        }
        assert_eq!(names(&world, &world.operator, &format!("criticality:high {}", on(112)), now).await, ["w1"]);
        assert_eq!(names(&world, &world.operator, &format!("criticality:high {}", on(122)), now).await, Vec::<String>::new());
        assert_eq!(names(&world, &world.operator, &format!("tested:<=90d {}", on(112)), now).await, ["w1"]);
        // Figures and lists agree on every day, and every period reconciles: what comes in and goes out is moved.
        for filter in ["criticality:high", "criticality:low", "-criticality:high", "criticality:none"] {
            let parsed = Filter::parse(filter).unwrap();
            let book = scoped.metric_cells(&parsed, now).await.unwrap();
            for number in [0, 10, 25, 109, 110, 115, 119, 120, 124, 130] {
                let open = book.evaluate(Metric::Open, &[], day(number), day(number)).unwrap();
                let open = open.first().map_or(0, |value| value.value);
                let text = format!("{filter} {}", on(number));
                assert_eq!(open, i64::try_from(findings(&world, &text, now).await).unwrap(), "{text}");
            }
            for (from, to) in [(0, 130), (20, 115), (111, 125)] {
                let books: Reconciliation = reconcile(book.cells(), day(from), day(to));
                assert!(books.balances(), "{filter}: {books:?}");
                for (flow, sum) in [("new", books.new), ("fixed", books.fixed)] {
                    let text = format!("{filter} {flow}:{}..{}", day(from), day(to));
                    assert_eq!(i64::try_from(findings(&world, &text, now).await).unwrap(), sum, "{text}");
                }
            }
        }
        assert!(world.vandalize("DELETE FROM asset_attribute").await.is_err());
        assert!(world.vandalize("UPDATE asset_attribute SET criticality = 1").await.is_err());
    }
}
