//! What a filter's words name: the weaknesses, assets and places that they mean, looked up before the statement is put
//! together. These tables are small beside the occurrences, and an index finds the rows of a few of them.

use super::spans;
use super::terms::{any, containing, wildcards};
use crate::db::{Db, Engine};
use crate::feeds::{self, Moment};
use crate::sql::SqlBuilder;
use crate::value::Numbers;
use crate::{Result, dialect};
use model::Edition;
use model::filter::{TeamIs, What};
use model::overrides::is_titled;

crate::sql::statements! {
    /// Every weakness's title.
    TITLES = "SELECT id, title FROM weakness";
}

/// More than so many are not listed: the statement asks each row instead.
const MOST: usize = 20_000;

/// So many or fewer are worth an index; the rows of more come sooner by the list's own order.
const FEW: usize = 64;

/// What one term names. A term that names nothing of a kind has an empty list of it.
#[derive(Default)]
pub(super) struct Named {
    weaknesses: Option<Numbers>,
    assets: Option<Numbers>,
    places: Option<Numbers>,
    teams: Option<Vec<i64>>,
}

impl Named {
    /// Whether a term names rows of another table.
    pub(super) fn is_named(what: &What) -> bool {
        use What::{Asset, Cve, Cwe, Epss, Kev, Owasp, Rule, Team, Text, Title};
        what.is_attribute()
            || matches!(
                what,
                Owasp(..) | Rule(_) | Cwe(_) | Cve(_) | Title(_) | Kev(_) | Epss(..) | Asset(_) | Text(_) | Team(_)
            )
    }

    /// About how much it holds.
    pub(super) fn bytes(&self) -> usize {
        let ids = [&self.weaknesses, &self.assets, &self.places].into_iter().flatten().map(|ids| ids.len() * 8);
        ids.sum::<usize>() + self.teams.as_ref().map_or(0, |teams| teams.len() * 8)
    }

    /// Looks up what a term names: `None` if it names nothing by name, or too much to list. `then` is the moment in the past
    /// of which it is asked, if it is.
    pub(super) async fn load(db: &Db, what: &What, then: Option<Moment>) -> Result<Option<Self>> {
        let mut named = Self::default();
        match what {
            What::Owasp(..)
            | What::Rule(_)
            | What::Cwe(_)
            | What::Cve(_)
            | What::Title(_)
            | What::Kev(_)
            | What::Epss(..) => {
                let Some(ids) = weaknesses(db, what, then).await? else { return Ok(None) };
                named.weaknesses = Some(ids);
            }
            What::Asset(_) | What::Criticality(_) | What::Exposure(_) | What::Environment(_) | What::Tag(_) => {
                let Some(ids) = assets(db, what).await? else { return Ok(None) };
                named.assets = Some(ids);
            }
            What::Text(text) => {
                let mut sql = SqlBuilder::new("SELECT l.id FROM location l WHERE lower(l.shown) LIKE ");
                sql.bind(containing(text)).push(" ESCAPE '\\'");
                let found = (weaknesses(db, what, then).await?, assets(db, what).await?, listed(db, sql).await?);
                let (Some(weaknesses), Some(assets), Some(places)) = found else { return Ok(None) };
                named.weaknesses = Some(weaknesses);
                (named.assets, named.places) = (Some(assets), Some(places));
            }
            What::Team(values) => {
                let slugs = values.iter().filter_map(TeamIs::slug);
                let mut sql = SqlBuilder::new("SELECT t.id FROM team t WHERE t.slug IN ");
                sql.bind_list(slugs);
                let rows: Vec<(i64,)> = db.all_built(sql).await?;
                named.teams = Some(rows.into_iter().map(|(id,)| id).collect());
            }
            _ => return Ok(None),
        }
        Ok(Some(named))
    }

    /// The weaknesses of both, where neither names anything else.
    pub(super) fn common(&self, other: &Self) -> Option<Self> {
        let weaknesses = self.only_weaknesses()?.common(other.only_weaknesses()?);
        Some(Self { weaknesses: Some(weaknesses), ..Self::default() })
    }

    /// The weaknesses that it names, if it names nothing else.
    pub(super) fn only_weaknesses(&self) -> Option<&Numbers> {
        let none = |numbers: &Option<Numbers>| numbers.as_ref().is_none_or(Numbers::is_empty);
        self.weaknesses.as_ref().filter(|_| none(&self.assets) && none(&self.places) && self.teams.is_none())
    }

    /// The teams that it names, if it is of that kind.
    pub(super) fn teams(&self) -> Option<&[i64]> {
        self.teams.as_deref()
    }

    /// Appends "is one of those". Where an index would lead to too many rows, the plus keeps SQLite from taking it: an
    /// expression is no column. PostgreSQL knows how common each is.
    pub(super) fn push(&self, sql: &mut SqlBuilder, engine: Engine) {
        let kinds =
            [("o.weakness_id", &self.weaknesses), ("o.asset_id", &self.assets), ("o.location_id", &self.places)];
        let few = kinds.iter().all(|(_, ids)| ids.as_ref().is_none_or(|ids| ids.len() <= FEW));
        let plus = if few || engine == Engine::Postgres { "" } else { "+" };
        let (before, after) = dialect::number_set(engine);
        let mut first = true;
        for (column, ids) in kinds {
            let Some(ids) = ids.as_ref().filter(|ids| !ids.is_empty()) else { continue };
            sql.push(if first { "" } else { " OR " }).push(plus).push(column);
            sql.push(before).bind(ids).push(after);
            first = false;
        }
        if first {
            sql.push("1 = 0");
        }
    }
}

async fn weaknesses(db: &Db, what: &What, then: Option<Moment>) -> Result<Option<Numbers>> {
    if let What::Title(values) = what {
        return titled(db, values).await;
    }
    let mut sql = SqlBuilder::new("SELECT w.id FROM weakness w WHERE ");
    push_weakness(&mut sql, what, then);
    listed(db, sql).await
}

/// Titles are compared here, since the engines do not agree on what the lower case of a letter is.
async fn titled(db: &Db, values: &[String]) -> Result<Option<Numbers>> {
    let rows: Vec<(i64, String)> = db.all(TITLES, Vec::new()).await?;
    let kept = |title: &str| values.iter().any(|value| is_titled(value, title));
    Ok(Some(rows.into_iter().filter(|(_, title)| kept(title)).map(|(id, _)| id).collect()))
}

async fn assets(db: &Db, what: &What) -> Result<Option<Numbers>> {
    let mut sql = SqlBuilder::new("SELECT DISTINCT COALESCE(a.merged_id, a.id) FROM asset a WHERE ");
    push_asset(&mut sql, what);
    listed(db, sql).await
}

async fn listed(db: &Db, mut sql: SqlBuilder) -> Result<Option<Numbers>> {
    sql.push(" LIMIT ").bind(MOST as i64 + 1);
    let rows: Vec<(i64,)> = db.all_built(sql).await?;
    Ok((rows.len() <= MOST).then(|| rows.into_iter().map(|(id,)| id).collect()))
}

/// Appends what a term asks of a weakness `w`, in the past if `then` says so.
pub(super) fn push_weakness(sql: &mut SqlBuilder, what: &What, then: Option<Moment>) {
    match what {
        What::Owasp(edition, values) => {
            sql.push(match edition {
                Edition::Y2017 => "w.owasp_2017",
                Edition::Y2021 => "w.owasp_2021",
                Edition::Y2025 => "w.owasp_2025",
            });
            sql.push(" IN ").bind_list(values.iter().map(|v| v.number()));
        }
        What::Rule(values) => {
            sql.push("w.rule IN ").bind_list(values.iter().map(String::as_str));
        }
        What::Cwe(values) => any(sql, values, |sql, value| {
            sql.push("w.cwe LIKE ").bind(format!("% {value} %"));
        }),
        What::Cve(values) => any(sql, values, |sql, value| {
            sql.push("w.cve LIKE ").bind(format!("% {value} %"));
        }),
        What::Kev(_) | What::Epss(..) => feeds::push_term(sql, what, then),
        What::Text(text) => {
            let pattern = containing(text);
            for column in ["lower(w.title) LIKE ", " OR lower(w.rule) LIKE ", " OR lower(w.cve) LIKE "] {
                sql.push(column).bind(pattern.as_str()).push(" ESCAPE '\\'");
            }
        }
        _ => {
            sql.push("1 = 1");
        }
    }
}

/// Appends what a term asks of an asset `a`.
pub(crate) fn push_asset(sql: &mut SqlBuilder, what: &What) {
    if what.is_attribute() {
        spans::push_attribute(sql, &spans::NOW, what);
        return;
    }
    if let What::Asset(values) = what {
        any(sql, values, |sql, value| match number(value) {
            Some(id) => {
                sql.push("a.id = ").bind(id);
            }
            None => {
                sql.push("lower(a.name) LIKE ").bind(wildcards(value)).push(" ESCAPE '\\'");
            }
        });
        return;
    }
    let patterns: Vec<String> = match what {
        What::Text(text) => vec![containing(text)],
        _ => Vec::new(),
    };
    any(sql, &patterns, |sql, pattern| {
        sql.push("lower(a.name) LIKE ").bind(pattern.as_str()).push(" ESCAPE '\\'");
    });
}

/// The number of an asset that links name by it, since names may repeat: `#12`.
fn number(value: &str) -> Option<i64> {
    value.strip_prefix('#')?.parse().ok()
}
