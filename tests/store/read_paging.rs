//! Pages show every row once, in the order of the whole list, forwards and backwards.

use crate::read_bench::Bench;
use crate::read_scene::Scene;
use crate::read_support::{NOW, admin};
use model::cursor::Cursor;
use model::filter::Filter;
use model::view::findings::Sort;
use store::Error;
use store::occurrences::{ListQuery, OccurrenceRow, Page};

const SORTS: [Sort; 6] = [Sort::Severity, Sort::FirstSeen, Sort::LastSeen, Sort::Due, Sort::Asset, Sort::Risk];
const FILTERS: [&str; 4] = ["", "status:any", "as-of:2026-11-10", "new:2026-09-01..2026-11-20 -sev:low"];

tests::on_both! {
    async fn pages_show_every_row_once_in_any_order(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        Scene::write(&bench, 3, 90).await;
        let viewer = admin(store).await;
        let scoped = store.scoped(&viewer);
        for text in FILTERS {
            let filter = Filter::parse(text).unwrap();
            for sort in SORTS {
                let list = async |cursor: Option<&Cursor>, limit| -> Page<OccurrenceRow> {
                    scoped.occurrence_list(&ListQuery { filter: &filter, sort, cursor, limit }, NOW).await.unwrap()
                };
                let whole = list(None, 200).await;
                assert!(whole.next.is_none() && whole.rows.len() > 20, "{text}: {}", whole.rows.len());
                for limit in [1, 7, 30] {
                    let mut pages = vec![list(None, limit).await];
                    while let Some(next) = pages.last().unwrap().next.clone() {
                        let next: Cursor = next.to_string().parse().unwrap();
                        pages.push(list(Some(&next), limit).await);
                    }
                    let rows: Vec<_> = pages.iter().flat_map(|page| page.rows.clone()).collect();
                    assert_eq!(rows, whole.rows, "{text} {sort:?} by {limit}");
                    assert!(pages[0].previous.is_none());
                    for (index, page) in pages.iter().enumerate().skip(1).rev() {
                        let back = list(page.previous.as_ref(), limit).await;
                        assert_eq!(back.rows, pages[index - 1].rows, "{text} {sort:?} back by {limit}");
                        assert_eq!(back.previous.is_some(), index > 1);
                        assert!(back.next.is_some());
                    }
                }
            }
        }
    }

    async fn groups_show_every_group_once(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        Scene::write(&bench, 5, 90).await;
        let viewer = admin(store).await;
        let scoped = store.scoped(&viewer);
        for text in FILTERS {
            let filter = Filter::parse(text).unwrap();
            let count = scoped.occurrence_count(&filter, NOW).await.unwrap();
            let whole = scoped.occurrence_groups_by_weakness(&filter, None, 200, NOW).await.unwrap();
            let whole = &whole.rows;
            assert_eq!(whole.iter().map(|group| group.count).sum::<i64>(), count, "{text}");
            assert!(whole.windows(2).all(|pair| (pair[0].worst, pair[0].count) >= (pair[1].worst, pair[1].count)));
            let mut rows = Vec::new();
            let mut cursor = None;
            loop {
                let page = scoped.occurrence_groups_by_weakness(&filter, cursor.as_ref(), 2, NOW).await.unwrap();
                rows.extend(page.rows.iter().cloned());
                match page.next.clone() {
                    Some(next) => cursor = Some(next),
                    None => break,
                }
            }
            assert_eq!(&rows, whole, "{text}");
            let teams = scoped.occurrence_groups_by_team(&filter, NOW).await.unwrap();
            assert_eq!((teams.iter().map(|group| group.count).sum::<i64>(), teams.len()), (count, 3), "{text}");
            let people = scoped.occurrence_people(&filter, NOW).await.unwrap();
            assert_eq!(people.iter().map(|load| load.count).sum::<i64>(), count, "{text}");
        }
    }

    async fn a_cursor_of_another_order_is_refused(engine: Engine) {
        let bench = Bench::new(engine).await;
        let store = &bench.store;
        Scene::write(&bench, 9, 20).await;
        let viewer = admin(store).await;
        let scoped = store.scoped(&viewer);
        let filter = Filter::new();
        let query = ListQuery { filter: &filter, sort: Sort::Asset, cursor: None, limit: 2 };
        let next = scoped.occurrence_list(&query, NOW).await.unwrap().next.unwrap();
        let other = ListQuery { sort: Sort::Due, cursor: Some(&next), ..query };
        let refused = scoped.occurrence_list(&other, NOW).await;
        assert!(matches!(refused, Err(Error::Invalid { field: "page", .. })));
        let all = Filter::parse("status:any").unwrap();
        let other = ListQuery { filter: &all, sort: Sort::Asset, cursor: Some(&next), limit: 2 };
        assert!(scoped.occurrence_list(&other, NOW).await.is_err());
    }
}
