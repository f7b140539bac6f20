//! One finding in full, and what an import did to each: over real imports.

use crate::read_bench::Bench;
use crate::read_filter::numbers;
use crate::read_support::{NOW, admin, member, person};
use model::facts::{
    AssetFacts, AssetKind, EvidenceKind, EvidencePart, ObservationFacts, Place, Prose, Row, ScanCoverage, ScanFacts,
    WeaknessFacts,
};
use model::filter::{Effect, Filter, StatusIs};
use model::policy::Role;
use model::view::assets::AssetSort;
use model::view::findings::Sort;
use model::{Mapped, Micros, OccurrenceId, Severity, Status, Tool};
use store::assets::{AssetQuery, AssetRow};
use store::decision::Act;
use store::occurrences::{ListQuery, Looked, OccurrenceRow};
use store::{Classified, Error, ExportFacts, ImportEffect, ImportNew, Reason, Store, Viewer};

const HOSTS: [&str; 2] = ["web-1", "web-2"];
const RULES: [&str; 4] = ["10001", "10002", "10003", "19506"];

/// A Nessus scan so many days before now that saw (host, rule) pairs; every plugin is in its set but those missing.
async fn import(store: &Store, days_ago: i64, seen: &[(u32, u32)], missing: &[u32]) -> ImportEffect {
    let root = admin(store).await;
    let source = store.scoped(&root).source_ensure("default", "UTC", NOW).await.unwrap();
    let new = ImportNew { source: source.id, file_name: format!("{days_ago}.nessus"), user: None, job: None };
    let import = store.import_begin(&new, NOW).await.unwrap();
    let at = Micros(NOW.0 - days_ago * Micros::DAY);
    let mut stager = store.stager(import, NOW).await.unwrap();
    stager.original(format!("{days_ago}").as_bytes()).unwrap();
    for (asset, weakness) in seen {
        let evidence =
            vec![EvidencePart { kind: EvidenceKind::Output, text: format!("{asset}/{weakness} {days_ago}") }];
        let place = Place::Port { protocol: "tcp".to_owned(), port: 443, service: "www".to_owned() };
        let severity = if *weakness == 3 { Severity::Info } else { Severity::High };
        let row = Row { asset: *asset, weakness: *weakness, place, severity, confidence: None, serial: None, evidence };
        stager.row(row).unwrap();
    }
    let plugins = RULES.iter().map(|rule| rule.parse().unwrap()).filter(|rule| !missing.contains(rule)).collect();
    let coverage =
        ScanCoverage { plugin_set: Some(plugins), port_range: Some("1-65535".to_owned()), ..ScanCoverage::default() };
    let scan = ScanFacts {
        tool: Tool::Nessus,
        tool_version: "10".to_owned(),
        format: "Nessus v2 XML".to_owned(),
        name: "weekly".to_owned(),
        policy: "basic".to_owned(),
        started_at: Some(at),
        finished_at: Some(at),
        zone_assumed: false,
        coverage,
        remarks: Vec::new(),
    };
    let asset = |name: &&str| AssetFacts { kind: AssetKind::Host, name: (*name).to_owned(), ..AssetFacts::default() };
    let observed = ObservationFacts { at: Some(at), reached: true, credentialed: Some(true), passed: Vec::new() };
    let weakness = |rule: &&str| WeaknessFacts {
        rule: (*rule).to_owned(),
        title: format!("Rule {rule}"),
        cwe: vec![79],
        cve: vec!["CVE-2021-44228".to_owned()],
        prose: Prose { solution: format!("Fix {rule}"), ..Prose::default() },
        ..WeaknessFacts::default()
    };
    let classified = |rule: &&str| {
        let mapped = if *rule == "19506" { Mapped::NotAWeakness } else { Mapped::Unmapped };
        let why = format!("{{\"rule\":\"{rule}\"}}");
        Classified { mapping: 1, owasp_2017: mapped, owasp_2021: mapped, owasp_2025: mapped, why }
    };
    let mut export_hash = [1; 32];
    export_hash[..8].copy_from_slice(&days_ago.to_be_bytes());
    let facts = ExportFacts {
        export_hash: Some(export_hash),
        scan,
        assets: HOSTS.iter().map(|name| (asset(name), observed.clone())).collect(),
        weaknesses: RULES.iter().map(weakness).collect(),
        classified: RULES.iter().map(classified).collect(),
        rows: seen.len() as u64,
        no_finding: 0,
        quarantined: 0,
        stated_at: None,
        reader: 1,
        mapping: None,
    };
    let staged = stager.finish(facts).await.unwrap();
    store.import_commit(&staged, NOW).await.unwrap()
}

async fn row(store: &Store, text: &str) -> OccurrenceRow {
    let root = admin(store).await;
    let filter = Filter::parse(text).unwrap();
    let query = ListQuery { filter: &filter, sort: Sort::Severity, cursor: None, limit: 2 };
    let rows = store.scoped(&root).occurrence_list(&query, NOW).await.unwrap().rows;
    assert_eq!(rows.len(), 1, "{text}");
    rows.into_iter().next().unwrap()
}

async fn owned_by_payments(store: &Store) {
    let root = admin(store).await;
    member(store, "payments", "ana").await;
    member(store, "portal", "eve").await;
    let payments = store.scoped(&root).team_by_slug("payments").await.unwrap().id;
    let portal = store.scoped(&root).team_by_slug("portal").await.unwrap().id;
    store.ownership_rule_add(payments, "web-1", None, NOW).await.unwrap();
    store.ownership_rule_add(portal, "web-2", None, NOW).await.unwrap();
}

/// Follows the link of each number of a result, which must list that many rows.
async fn linked(store: &Store, root: &Viewer, effect: &ImportEffect) -> [u64; 5] {
    let counts = [
        (Effect::New, effect.new),
        (Effect::Same, effect.same),
        (Effect::Reopened, effect.reopened),
        (Effect::Closed, effect.closed),
        (Effect::NotRetested, effect.not_retested),
    ];
    for (class, count) in counts {
        let link = Filter::new().effect(class, effect.scan);
        let rows = numbers(store, root, &link.to_string()).await.len() as u64;
        assert_eq!(rows, count, "{link} of {effect:?}");
    }
    counts.map(|(_, count)| count)
}

tests::on_both! {
    async fn a_finding_tells_its_life(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        owned_by_payments(store).await;
        import(store, 40, &[(0, 0), (0, 1), (1, 0)], &[]).await;
        import(store, 30, &[(0, 1), (1, 0)], &[10_001]).await;
        let closing = import(store, 20, &[(0, 1), (1, 0)], &[]).await;
        let opening = import(store, 10, &[(0, 0), (0, 1), (1, 0), (0, 3)], &[]).await;
        let root = admin(store).await;
        let ana = store.unscoped(Reason::SignIn).user_by_login("ana").await.unwrap().unwrap().0.id;
        let found = row(store, "rule:10001 asset:web-1").await;
        assert_eq!((found.status, found.severity, found.episodes), (Status::New, Severity::High, 2));
        assert_eq!((found.cwe.clone(), found.cve.clone()), (vec![79], vec!["CVE-2021-44228".to_owned()]));
        assert_eq!(found.classification, "{\"rule\":\"10001\"}");
        let acts = [Act::Confirm, Act::AssignPerson(Some(ana)), Act::Due(Some(model::Day(20_780)))];
        store.scoped(&root).decide(&[found.id], &acts, "because", NOW).await.unwrap();
        let detail = store.scoped(&root).occurrence_detail(found.id, &Filter::new(), NOW).await.unwrap();
        assert_eq!(detail.row.status, Status::Confirmed);
        assert_eq!(detail.row.team.as_ref().unwrap().slug, "payments");
        assert_eq!(detail.row.assignee.as_ref().unwrap().login, "ana");
        assert_eq!(detail.row.due, Some(model::Day(20_780)));
        assert_eq!(detail.detail.owner_pattern.as_deref(), Some("web-1"));
        assert_eq!(detail.detail.weakness.prose.solution, "Fix 10001");
        assert_eq!(detail.detail.asset_facts.name, "web-1");
        assert!(matches!(&detail.detail.place, Place::Port { port: 443, .. }));
        assert_eq!(detail.evidence.as_ref().unwrap()[0].text, "0/0 10");
        let looked: Vec<Looked> = detail.history.iter().map(|look| look.looked).collect();
        assert!(matches!(looked[..], [Looked::Seen, Looked::NotLooked(_), Looked::Absent(_), Looked::Seen]), "{looked:?}");
        assert_eq!(detail.episodes.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(detail.episodes[0].episode.opened_by, opening.scan);
        assert_eq!(detail.episodes[1].closed().unwrap().by, closing.scan);
        let around = store.scoped(&root).occurrence_neighbours(&detail).await.unwrap();
        assert_eq!(around.open, 1, "the one on web-2");
        assert_eq!(store.scoped(&root).occurrence_count(&around.open_filter, NOW).await.unwrap(), 1, "its link");
        let kinds: Vec<_> = detail.decisions.iter().map(|row| (row.kind.as_str(), row.reason.as_str())).collect();
        assert_eq!(kinds, [("due", "because"), ("assign_person", "because"), ("confirm", "because")]);
        assert!(detail.decisions.iter().all(|row| row.no_effect.is_none() && !row.withdrawn && row.who.is_none()));
        assert_eq!(detail.decisions[1].person.as_ref().unwrap().login, "ana");
        // Inventory is left out unless it is asked for.
        assert_eq!(row(store, "is:inventory").await.rule, "19506");
        assert_eq!(store.scoped(&root).occurrence_count(&Filter::new(), NOW).await.unwrap(), 3);
        let everything = Filter::new();
        let list = AssetQuery { filter: &everything, sort: AssetSort::Name, cursor: None, limit: 10 };
        let assets = store.scoped(&root).asset_list(&list, NOW).await.unwrap().rows;
        let open = |row: &AssetRow| row.open.iter().sum::<i64>();
        let seen: Vec<_> = assets.iter().map(|a| (a.name.as_str(), a.pattern.as_deref().unwrap(), open(a))).collect();
        assert_eq!(seen, [("web-1", "web-1", 2), ("web-2", "web-2", 1)]);
        assert_eq!(assets[0].tested[0].at, Micros(NOW.0 - 10 * Micros::DAY));
        let observed = store.scoped(&root).asset_observed(Micros(NOW.0 - 15 * Micros::DAY), NOW, NOW).await.unwrap();
        assert!(observed.len() == 2 && observed.iter().all(|team| (team.assets, team.observed) == (1, 1)));
    }

    async fn an_import_links_to_what_it_did(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        owned_by_payments(store).await;
        let imports = [
            import(store, 40, &[(0, 0), (0, 1), (1, 0), (1, 3)], &[]).await,
            import(store, 30, &[(0, 1), (1, 1), (0, 0)], &[10_001]).await,
            import(store, 20, &[(0, 1)], &[10_002]).await,
            import(store, 10, &[(0, 0), (0, 1), (1, 0), (0, 2), (0, 3)], &[]).await,
            // A late file: older than all others.
            import(store, 50, &[(0, 2), (1, 2)], &[]).await,
        ];
        let root = admin(store).await;
        let mut sums = [0; 5];
        for effect in &imports {
            for (slot, rows) in sums.iter_mut().zip(linked(store, &root, effect).await) {
                *slot += rows;
            }
            let seen = numbers(store, &root, &format!("scan:{}", effect.scan)).await.len() as u64;
            assert_eq!(seen, effect.sightings, "one row an occurrence here");
            let listed = store.scoped(&root).scan(effect.scan).await.unwrap();
            assert_eq!((listed.step.0, listed.assets), (effect.step, 2));
        }
        assert!(sums.iter().all(|sum| *sum > 0), "{sums:?}");
        // Undone, a scan's findings are known no more.
        let before = numbers(store, &root, "status:any").await.len();
        store.scan_undo(imports[4].scan, None, NOW).await.unwrap();
        let after = numbers(store, &root, "status:any").await.len();
        assert!(after < before, "{after} of {before}");
        let scans = store.scoped(&root).scan_list(None, 2).await.unwrap();
        assert!(scans[0].withdrawn_step.is_some() && scans[1].withdrawn_step.is_none());
        assert_eq!(store.scoped(&root).scan_list(Some(scans[1].id), 10).await.unwrap().len(), 3);
        assert_eq!(store.scoped(&root).source_list().await.unwrap()[0].scans, 4);
        // Brought back by its bytes, its numbers are those of its coming back.
        let back = import(store, 50, &[(0, 2), (1, 2)], &[]).await;
        assert_eq!((back.scan, back.already_imported), (imports[4].scan, false));
        linked(store, &root, &back).await;
    }

    async fn evidence_is_for_those_who_may_see_it(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        owned_by_payments(store).await;
        import(store, 20, &[(0, 0), (1, 0)], &[]).await;
        let theirs = row(store, "rule:10001 asset:web-2").await.id;
        let mine = row(store, "rule:10001 asset:web-1").await.id;
        let ana = store.unscoped(Reason::SignIn).user_by_login("ana").await.unwrap().unwrap().0.id;
        let ana = store.unscoped(Reason::Job).user_viewer(ana).await.unwrap().unwrap();
        let now = Filter::new();
        let open = async |viewer: &store::Viewer, id: OccurrenceId, shown: &Filter| {
            let scoped = store.scoped(viewer);
            let detail = scoped.occurrence_detail(id, shown, NOW).await?;
            let around = scoped.occurrence_neighbours(&detail).await?;
            Ok::<_, Error>((detail.evidence.is_some(), around.open))
        };
        assert_eq!(open(&ana, mine, &now).await.unwrap(), (true, 0), "the sibling is another team's");
        assert!(matches!(open(&ana, theirs, &now).await, Err(Error::NotFound("occurrence"))));
        let chief = person(store, None, "chief", Role::Executive).await;
        assert_eq!(open(&chief, mine, &now).await.unwrap(), (false, 1));
        let auditor = person(store, None, "auditor", Role::Auditor).await;
        assert_eq!(open(&auditor, theirs, &now).await.unwrap(), (true, 1));
        // Given away, it stays visible as it was, without its evidence.
        let root = admin(store).await;
        let portal = store.scoped(&root).team_by_slug("portal").await.unwrap().id;
        store.scoped(&root).decide(&[mine], &[Act::AssignTeam(Some(portal))], "", NOW).await.unwrap();
        assert!(matches!(open(&ana, mine, &now).await, Err(Error::NotFound("occurrence"))));
        let past = Filter::new().at(model::Day(20_770));
        assert_eq!(open(&ana, mine, &past).await.unwrap(), (false, 0));
        assert!(open(&ana, theirs, &past).await.is_err());
        let selected = store.scoped(&ana).occurrence_select(&Filter::new().status(StatusIs::Any), 10, NOW).await.unwrap();
        assert!(selected.is_empty(), "nothing is theirs any more");
    }
}
