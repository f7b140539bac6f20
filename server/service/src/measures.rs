//! The figures about time, as the API and the command line ask for them.

use crate::errors::OrWire;
use crate::query::{Asked, MetricCell};
use crate::request::Session;
use model::error::WireError;
use model::metrics::{Dimension, Measure};
use model::policy::Action;
use posture::measures::{Measured, measure};
use posture::survival::Quantile;
use serde_json::{Value, json};
use store::measures::MeasureQuery;

impl Session {
    /// What a measure says: a cell for each group of findings, with how many it rests on (`n`) and the figure (`value`).
    ///
    /// # Errors
    /// The measure is not cut by such a dimension or has no past, or the viewer may not see figures.
    pub(crate) async fn measured(&self, which: Measure, asked: &Asked) -> Result<Vec<Measured>, WireError> {
        let known = [Dimension::Severity, Dimension::Team, Dimension::Tool, Dimension::Owasp2021, Dimension::Owasp2025];
        if asked.by.iter().any(|dimension| !known.contains(dimension)) {
            return Err(WireError::invalid("by", "unknown"));
        }
        if asked.filter.known_at().is_some() || (asked.filter.as_of().is_some() && !which.is_of_any_day()) {
            return Err(WireError::invalid("filter", "measure_has_no_past"));
        }
        let query =
            MeasureQuery { measure: which, by: &asked.by, filter: &asked.filter, from: asked.from, to: asked.to };
        let lots = self.scoped(Action::SeePosture)?.measure_lots(query, self.now()).await.wire()?;
        Ok(measure(which, &lots))
    }
}

/// A measure's figures as JSON has them: days, or a share in per cent.
pub(crate) fn cell(which: Measure, measured: &Measured, mut cell: MetricCell) -> MetricCell {
    let mut put = |key: &str, value: Value| cell.insert(key.to_owned(), value);
    put("n", json!(measured.n));
    match which {
        Measure::Age | Measure::TimeToFix | Measure::TimeToDecide => {
            put("value", json!(measured.p50.map(|quantile| quantile.days)));
            put("happened", json!(measured.happened));
            put("p50", quantile(measured.p50));
            put("p90", quantile(measured.p90));
        }
        Measure::Debt => {
            put("value", json!(measured.n));
            put("days", json!(measured.days));
        }
        Measure::DueKept | Measure::ReopenRate => {
            put("value", json!(measured.share().map(|tenths| tenths as f64 / 10.0)));
            put("happened", json!(measured.happened));
        }
    }
    cell
}

fn quantile(quantile: Option<Quantile>) -> Value {
    quantile
        .map_or(Value::Null, |quantile| json!({ "days": quantile.days, "low": quantile.low, "high": quantile.high }))
}
