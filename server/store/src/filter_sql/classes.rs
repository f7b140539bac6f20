//! Of which class a row is: its weakness's, or where rules part that, its own; and by that, whether it is inventory.

use super::{Selection, push_step};
use crate::dialect;
use crate::sql::SqlBuilder;
use model::Edition;
use model::filter::Known;

impl Selection<'_> {
    /// Joins the weaknesses, with the classes that were known then if the filter bounds the knowledge.
    pub(super) fn push_weakness(&self, sql: &mut SqlBuilder) {
        // No list is in the order of weaknesses, and what a filter says of them was looked up before.
        sql.push(dialect::join_last(self.engine));
        match self.filter.known_at() {
            None => {
                sql.push("weakness w ON w.id = o.weakness_id");
            }
            Some(known) => push_weakness_known(sql, known),
        }
        if self.parts() {
            sql.push(" LEFT JOIN parted pt ON pt.asset_id = o.asset_id AND pt.weakness_id = o.weakness_id");
            self.push_in_force(sql, "pt.step", "pt.until_step");
        }
    }

    /// Appends what tells the pairs that are parted, or were as far as is known.
    pub(super) fn push_in_force(&self, sql: &mut SqlBuilder, since: &'static str, until: &'static str) {
        match self.filter.known_at() {
            None => {
                sql.push(" AND ").push(until).push(" IS NULL");
            }
            Some(known) => {
                sql.push(" AND ").push(since).push(" <= ");
                push_step(sql, known);
                sql.push(" AND (").push(until).push(" IS NULL OR ").push(until).push(" > ");
                push_step(sql, known);
                sql.push(")");
            }
        }
    }

    /// Whether a finding's class may be another than its weakness's.
    pub(super) fn parts(&self) -> bool {
        self.filter.known_at().is_some() || self.sets.parted()
    }

    /// The category of a row's weakness on its asset, where the two are joined.
    pub(crate) fn owasp(&self, edition: Edition) -> &'static str {
        match (edition, self.parts()) {
            (Edition::Y2017, false) => "w.owasp_2017",
            (Edition::Y2021, false) => "w.owasp_2021",
            (Edition::Y2025, false) => "w.owasp_2025",
            (Edition::Y2017, true) => "COALESCE(pt.owasp_2017, w.owasp_2017)",
            (Edition::Y2021, true) => "COALESCE(pt.owasp_2021, w.owasp_2021)",
            (Edition::Y2025, true) => "COALESCE(pt.owasp_2025, w.owasp_2025)",
        }
    }

    /// Whether the classes say what is inventory: of what was known then there are no marks, and those of now may lag.
    pub(super) fn asks_classes(&self) -> bool {
        self.filter.known_at().is_some() || self.sets.lagging()
    }

    /// That a row is inventory, or that it is not, as far as was known. PostgreSQL takes an inequality for true of nearly all rows.
    pub(super) fn push_inventory(&self, sql: &mut SqlBuilder, is: bool) {
        match (self.asks_classes(), is) {
            (false, true) => sql.push("o.inventory = 1"),
            (false, false) => sql.push("o.inventory = 0"),
            (true, true) => sql.push(self.owasp(Edition::Y2021)).push(" = -1"),
            (true, false) => sql.push(self.owasp(Edition::Y2021)).push(" <> -1"),
        };
    }
}

/// Appends the weaknesses `w` of the rows with the classes that were known then.
fn push_weakness_known(sql: &mut SqlBuilder, known: Known) {
    sql.push(
        "(SELECT n.id, n.rule, n.title, n.cwe, n.cve, COALESCE(b.owasp_2017, n.owasp_2017) AS owasp_2017, \
         COALESCE(b.owasp_2021, n.owasp_2021) AS owasp_2021, COALESCE(b.owasp_2025, n.owasp_2025) AS owasp_2025, \
         COALESCE(b.classification, n.classification) AS classification FROM weakness n \
         LEFT JOIN reclassification b ON b.weakness_id = n.id AND b.step = (SELECT MIN(c.step) FROM reclassification c \
         WHERE c.weakness_id = n.id AND c.step > ",
    );
    push_step(sql, known);
    sql.push(")) w ON w.id = o.weakness_id");
}
