//! Lists and figures of a store against the oracle's books: by day, as known on a day, by filter, from both of the places
//! that figures are read from.

use super::arena::TEAMS;
use super::driver::{Done, Driver, wrong};
use super::read::{Head, is_open};
use crate::books::{self, DAYS, Lines, Theirs};
use crate::oracle;
use model::filter::Filter;
use model::metrics::{Dimension, Metric};
use model::view::findings::Sort;
use model::{Day, Micros, OccurrenceId, Severity, Workflow};
use posture::metrics::{Value, evaluate};
use std::collections::{BTreeMap, BTreeSet};
use store::metrics::Cells;
use store::occurrences::{ListQuery, OccurrenceRow};

/// A filter in the product's words, and the same in the oracle's.
struct Asked {
    text: String,
    theirs: Box<Theirs>,
}

fn filters() -> Vec<Asked> {
    let ask = |text: &str, theirs: Box<Theirs>| Asked { text: text.to_owned(), theirs };
    let team = |number: i64| {
        ask(&format!("team:{}", TEAMS[number as usize - 1]), Box::new(move |_, l| l.team == Some(number)))
    };
    vec![
        ask("", Box::new(|_, _| true)),
        ask("sev:high,critical", Box::new(|_, l| l.severity >= i32::from(Severity::High.number()))),
        ask("team:none", Box::new(|_, l| l.team.is_none())),
        team(1),
        team(2),
        ask("-tool:zap", Box::new(|key, _| !key.starts_with("zap"))),
        ask("status:confirmed", Box::new(|_, l| l.workflow == Workflow::Confirmed.word())),
    ]
}

/// The books of what is inventory, or of what is not.
fn lines(books: &Lines, inventory: &BTreeSet<String>, wanted: bool) -> Lines {
    books.iter().filter(|(key, _)| inventory.contains(*key) == wanted).map(|(k, l)| (k.clone(), l.clone())).collect()
}

/// Figures and lists at the head, and as known at the end of each of `days`: the recorded day, and the books as of then.
pub async fn check(driver: &mut Driver<'_>, head: &Head, days: &BTreeMap<i32, Lines>, now: i64) -> Done<()> {
    let books: Lines = head.books.iter().map(|(key, book)| (key.clone(), book.lines.clone())).collect();
    for wanted in [false, true] {
        let mark = if wanted { " is:inventory" } else { "" };
        for Asked { text, theirs } in filters() {
            let text = format!("{text}{mark}");
            figures(driver, &[&text], &lines(&books, &head.inventory, wanted), &*theirs, now).await?;
        }
    }
    // Both together, for a weakness may have been a mere fact then and be none now.
    for (day, books) in days {
        let then = format!("known-at:{}", Day(*day));
        figures(driver, &[&then, &format!("{then} is:inventory")], books, &|_, _| true, now).await?;
    }
    lists(driver, head, &books, now).await
}

/// The figures of some filters together.
async fn figures(driver: &Driver<'_>, texts: &[&str], lines: &Lines, theirs: &Theirs, now: i64) -> Done<()> {
    let scoped = driver.base.store.scoped(&driver.base.people.operator);
    // What pages ask comes last: of the book before and what was posted since.
    for from in [Some(Cells::Rollup), Some(Cells::Ledger), None] {
        let mut cells = Vec::new();
        for text in texts {
            let filter = Filter::parse(text).map_err(wrong)?;
            match from {
                Some(from) => cells.extend(scoped.metric_cells_from(from, &filter, Micros(now)).await.map_err(wrong)?),
                None => cells.extend(scoped.metric_cells(&filter, Micros(now)).await.map_err(wrong)?.cells()),
            }
        }
        let at = |what: &'static str| move |wrong: String| format!("{what} of {texts:?} from {from:?}: {wrong}");
        books::open(&cells, lines, theirs).map_err(at("open"))?;
        books::flows(&cells, lines, theirs).map_err(at("flows"))?;
        books::periods(&cells).map_err(at("periods"))?;
    }
    Ok(())
}

async fn rows(driver: &Driver<'_>, text: &str, now: i64) -> Done<Vec<OccurrenceRow>> {
    let filter = Filter::parse(text).map_err(wrong)?;
    let scoped = driver.base.store.scoped(&driver.base.people.operator);
    let query = ListQuery { filter: &filter, sort: Sort::Severity, cursor: None, limit: 200 };
    let page = scoped.occurrence_list(&query, Micros(now)).await.map_err(wrong)?;
    let count = scoped.occurrence_count(&filter, Micros(now)).await.map_err(wrong)?;
    if page.next.is_some() || count != page.rows.len() as i64 {
        return Err(format!("`{text}` lists {} and counts {count}", page.rows.len()));
    }
    Ok(page.rows)
}

/// What a list says of each of its rows.
type Told = BTreeMap<String, (String, i32, Option<i64>, String)>;

fn told(keys: &BTreeMap<OccurrenceId, String>, rows: Vec<OccurrenceRow>) -> Told {
    let one = |row: OccurrenceRow| {
        let key = keys.get(&row.id).cloned().unwrap_or_else(|| row.id.to_string());
        let team = row.team.map(|team| team.id.0);
        (key, (row.status.word().to_owned(), i32::from(row.severity.number()), team, row.title))
    };
    rows.into_iter().map(one).collect()
}

async fn lists(driver: &mut Driver<'_>, head: &Head, books: &Lines, now: i64) -> Done<()> {
    let keys = driver.keys.clone()?;
    for (text, wanted, open) in [
        ("", false, true),
        ("status:any", false, false),
        ("is:inventory", true, true),
        ("is:inventory status:any", true, false),
    ] {
        let ours = told(&keys, rows(driver, text, now).await?);
        let listed = |(key, book): &(&String, &oracle::Book)| {
            head.inventory.contains(*key) == wanted && (is_open(&book.head.status) || !open)
        };
        let theirs = head.books.iter().filter(listed).map(|(key, book)| {
            let title = head.titles.get(key).cloned().unwrap_or_default();
            (key.clone(), (book.head.status.clone(), book.head.severity, book.head.team, title))
        });
        crate::laws::same(&format!("the list `{text}`"), &ours, &theirs.collect())?;
    }
    let classed: BTreeSet<String> = told(&keys, rows(driver, "owasp:A09 status:any", now).await?).into_keys().collect();
    crate::laws::same("the list of a category", &classed, &head.classed)?;
    let today = i32::try_from(now.div_euclid(Micros::DAY)).unwrap_or(i32::MAX);
    for day in DAYS.filter(|day| *day >= 0 && *day <= today) {
        let ours: BTreeSet<String> =
            told(&keys, rows(driver, &format!("as-of:{}", Day(day)), now).await?).into_keys().collect();
        let counts = |(_, lines): &(&String, &Vec<oracle::Line>)| {
            let until = lines.iter().filter(|l| l.at.div_euclid(Micros::DAY) <= i64::from(day));
            until.map(|l| l.sign).sum::<i64>() == 1
        };
        let visible = books.iter().filter(|(key, _)| !head.inventory.contains(*key));
        let theirs: BTreeSet<String> = visible.filter(counts).map(|(key, _)| key.clone()).collect();
        crate::laws::same(&format!("the list as of day {day}"), &ours, &theirs)?;
    }
    Ok(())
}

/// Every metric by every dimension that scenes vary, for the comparison of two stores.
pub async fn all(driver: &Driver<'_>, now: i64) -> Done<Vec<(Metric, Vec<Value>)>> {
    let by = [Dimension::Day, Dimension::Severity, Dimension::Team, Dimension::Tool, Dimension::Status];
    let scoped = driver.base.store.scoped(&driver.base.people.operator);
    let cells = scoped.metric_cells(&Filter::new(), Micros(now)).await.map_err(wrong)?;
    let ask = |metric: &Metric| {
        let values = evaluate(*metric, &by, cells.cells(), Day(*DAYS.start()), Day(*DAYS.end()));
        values.map(|values| (*metric, values)).map_err(wrong)
    };
    Metric::ALL.iter().map(ask).collect()
}

/// Everything that the lists show, in their own order.
pub async fn shown(driver: &Driver<'_>, now: i64) -> Done<Vec<OccurrenceRow>> {
    let mut shown = rows(driver, "status:any", now).await?;
    shown.extend(rows(driver, "is:inventory status:any", now).await?);
    // Dense numbers are those of arrival.
    for row in &mut shown {
        (row.number, row.weakness) = (0, model::WeaknessId(0));
    }
    shown.sort_by_key(|row| row.id);
    Ok(shown)
}
