//! Every read answers on an empty database, on both engines, whatever the filter: what a database cannot prepare, it
//! cannot hide until there is data.

use crate::read_bench::Bench;
use crate::read_support::{NOW, admin, member};
use model::OccurrenceId;
use model::filter::Filter;
use model::view::assets::AssetSort;
use model::view::findings::Sort;
use store::assets::AssetQuery;
use store::occurrences::ListQuery;
use store::{Error, Reason, metrics::Cells};

/// A text for each key of the language, and what they do together.
pub const FILTERS: [&str; 41] = [
    "",
    "sev:critical,high",
    "-sev:low",
    "owasp:A03,unmapped",
    "-owasp25:A05",
    "owasp17:A01",
    "owasp:inventory",
    "team:payments,none",
    "-team:none",
    "tool:zap,nessus",
    "rule:19506",
    "asset:shop*,web",
    "-asset:*",
    "id:00000000-0000-8000-8000-000000000000",
    "status:open",
    "status:closed",
    "status:any",
    "-status:fixed",
    "status:accepted,new",
    "cwe:79 cve:CVE-2021-44228",
    "age:>30d seen:<=7d",
    "seen:>=2026-01-01 -age:2026-01-01..2026-02-01",
    "due:overdue",
    "due:none",
    "due:<7d -due:>2026-01-31",
    "due:2026-01-01..2026-02-01",
    "assignee:me,none,ana",
    "-is:inventory",
    "is:inventory",
    "is:not_retested is:regressed",
    "source:default",
    "scan:1,2",
    "effect:new@1,same@1,reopened@1,closed@1,not_retested@1",
    "new:2026-01-01..2026-12-31",
    "fixed:2026-01-01..2026-12-31 reopened:2026-01-01..2026-12-31",
    "-moved:2026-01-01..2026-12-31",
    "other:2026-01-01..2026-12-31 as-of:2026-06-30 known-at:3",
    "as-of:2026-06-30 sev:high team:none status:confirmed",
    "known-at:2026-07-02",
    "as-of:2026-06-30 known-at:2 is:not_retested due:overdue",
    "\"sql injection\" -100%_\\",
];

tests::on_both! {
    async fn an_empty_database_answers(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let all = admin(store).await;
        let some = member(store, "payments", "ana").await;
        for viewer in [&all, &some] {
            let scoped = store.scoped(viewer);
            for text in FILTERS {
                let filter = Filter::parse(text).unwrap();
                for sort in [Sort::Severity, Sort::FirstSeen, Sort::LastSeen, Sort::Due, Sort::Asset, Sort::Risk] {
                    let query = ListQuery { filter: &filter, sort, cursor: None, limit: 50 };
                    let page = scoped.occurrence_list(&query, NOW).await.unwrap_or_else(|e| panic!("{text}: {e}"));
                    assert!(page.rows.is_empty() && page.next.is_none() && page.previous.is_none());
                }
                assert_eq!(scoped.occurrence_count(&filter, NOW).await.unwrap(), 0, "{text}");
                assert!(scoped.occurrence_groups_by_weakness(&filter, None, 50, NOW).await.unwrap().rows.is_empty());
                assert!(scoped.occurrence_groups_by_team(&filter, NOW).await.unwrap().is_empty());
                assert!(scoped.occurrence_people(&filter, NOW).await.unwrap().is_empty());
                assert!(scoped.occurrence_select(&filter, 10, NOW).await.unwrap().is_empty());
                assert!(scoped.metric_cells(&filter, NOW).await.unwrap().cells().is_empty());
                assert!(scoped.metric_cells_from(Cells::Ledger, &filter, NOW).await.unwrap().is_empty());
            }
        }
    }

    async fn everything_else_answers(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        let viewer = admin(store).await;
        let scoped = store.scoped(&viewer);
        for text in ["", "team:none", "tested:never is:declared", "criticality:none as-of:2026-01-01 known-at:0"] {
            let filter = Filter::parse_assets(text).unwrap();
            let list = AssetQuery { filter: &filter, sort: AssetSort::Criticality, cursor: None, limit: 10 };
            assert!(scoped.asset_list(&list, NOW).await.unwrap().rows.is_empty(), "{text}");
            assert_eq!(scoped.asset_count(&filter, NOW).await.unwrap(), 0, "{text}");
            assert!(scoped.asset_looks(&filter, NOW).await.unwrap().assets.is_empty(), "{text}");
        }
        assert!(scoped.asset_observed(NOW, NOW, NOW).await.unwrap().is_empty());
        assert!(scoped.scan_list(None, 10).await.unwrap().is_empty());
        assert!(scoped.import_jobs(10).await.unwrap().is_empty());
        assert!(!scoped.scan_any().await.unwrap());
        assert!(scoped.source_list().await.unwrap().is_empty());
        let nobody = OccurrenceId(uuid::Uuid::nil());
        let missing = scoped.occurrence_detail(nobody, &Filter::new(), NOW).await;
        assert!(matches!(missing, Err(Error::NotFound("occurrence"))));
        assert!(matches!(scoped.scan(model::ScanId(1)).await, Err(Error::NotFound("scan"))));
        assert!(store.unscoped(Reason::SetUp).organisation().await.unwrap().is_none());
    }
}
