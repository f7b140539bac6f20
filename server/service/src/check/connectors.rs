//! Whether scanners answer, their certificates hold and their secrets are changed now and then.

use super::Check;
use crate::areas::scanning::{days_until, secret_days, showed};
use crate::runs::{Probed, Showed};
use model::Micros;
use model::view::health::{CERTIFICATE_DAYS, SECRET_DAYS};
use store::connectors::Connector;

/// The checks of a connector that is in use. None of them is a defect of the installation: each is worth a look.
pub(super) fn checks(connector: &Connector, now: Micros) -> Vec<Check> {
    let mut checks = vec![answers(connector)];
    checks.extend(showed(connector).and_then(|shown| certificate(&connector.name, &shown, now)));
    checks.extend(connector.secret_at.map(|at| secret(&connector.name, at, now)));
    checks
}

/// What the scanner last said that it can do, when, and how long that took.
fn answers(connector: &Connector) -> Check {
    let probed = connector.probe.as_deref().and_then(|text| serde_json::from_str::<Probed>(text).ok());
    let told = [
        probed.map(|probed| probed.can.word().to_owned()),
        connector.ok_at.map(|at| format!("last at {}", Micros(at).rfc3339())),
        connector.latency.map(|latency| format!("after {latency} ms")),
    ];
    let told = told.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let told = if told.is_empty() { told } else { format!(" ({told})") };
    let rests = connector.rests_until.map(|until| format!("; nothing is launched until {}", Micros(until).rfc3339()));
    let (fault, failures) = (&connector.fault, connector.failures);
    Check {
        good: fault.is_empty(),
        grave: false,
        what: format!("the connector {} answers{told}", connector.name),
        advice: format!("{fault}, {failures} times in a row{}: `postura connector test`", rests.unwrap_or_default()),
    }
}

fn certificate(name: &str, shown: &Showed, now: Micros) -> Option<Check> {
    let until = shown.until?;
    let left = days_until(until, now);
    let begun = shown.from.is_none_or(|from| from <= now);
    let since = shown.from.map(|from| format!("of {}, ", from.rfc3339())).unwrap_or_default();
    let advice = match (begun, left) {
        (false, _) => "it does not hold yet: set the clocks".to_owned(),
        (true, ..0) => format!("it ended {} days ago: renew it on the scanner", -left),
        (true, _) => format!("{left} days are left: renew it on the scanner, and confirm it here if it is pinned"),
    };
    Some(Check {
        good: begun && left >= CERTIFICATE_DAYS,
        grave: false,
        what: format!("the certificate of the connector {name} holds ({since}until {})", until.rfc3339()),
        advice,
    })
}

fn secret(name: &str, at: i64, now: Micros) -> Check {
    let days = secret_days(at, now);
    Check {
        good: days < SECRET_DAYS,
        grave: false,
        what: format!("the secret of the connector {name} was set within {SECRET_DAYS} days, {days} days ago"),
        advice: "make a new one on the scanner, and set it on the page of connectors".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_worth_a_look_a_month_before_it_ends_and_after() {
        let of = |days: i64| {
            let shown = Showed {
                fingerprint: String::new(),
                subject: String::new(),
                issuer: String::new(),
                from: Some(Micros(0)),
                until: Some(Micros(days * Micros::DAY)),
            };
            certificate("Lab", &shown, Micros(100 * Micros::DAY)).unwrap()
        };
        assert!(of(130).good);
        assert!(!of(129).good && of(129).advice.contains("29 days are left"), "{:?}", of(129));
        assert!(!of(90).good && of(90).advice.contains("ended 10 days ago"), "{:?}", of(90));
    }

    #[test]
    fn a_secret_is_worth_a_look_after_half_a_year() {
        let now = Micros(400 * Micros::DAY);
        assert!(secret("Lab", 221 * Micros::DAY, now).good);
        assert!(!secret("Lab", 220 * Micros::DAY, now).good);
    }
}
