//! The beginning of a run: a scan of its own, named after it, launched once.

use crate::http::Ask;
use crate::nessus::{Nessus, Run};
use crate::{Fault, Order};
use model::scanner::{FaultCode, Intensity};
use serde::Deserialize;
use serde_json::{Value, json};

/// The template that a scan is made of if nobody chose one.
const BASIC: &str = "basic";

impl Nessus {
    pub(super) async fn begin(&self, order: &Order) -> Result<Run, Fault> {
        order.check()?;
        let targets = targets(order)?;
        if !self.is_cloud() && !self.properties().await?.may_launch() {
            return Err(Fault::new(FaultCode::NotLicensed, ""));
        }
        let scan = match self.marked(&order.key).await? {
            Some(scan) if scan.was_launched() => return Ok(Run::of(scan.id)),
            // It was made, and its launch broke off.
            Some(scan) => scan.id,
            None => self.make(order, &targets).await?,
        };
        self.start(scan).await
    }

    async fn make(&self, order: &Order, targets: &str) -> Result<i64, Fault> {
        #[derive(Deserialize)]
        struct Made {
            scan: Id,
        }
        #[derive(Deserialize)]
        struct Id {
            id: i64,
        }
        let (template, policy) = self.choice(order).await?;
        let mut settings = json!({
            "name": format!("{} [{}]", order.name, order.key.marker()),
            "text_targets": targets,
            "enabled": false,
            "launch": "ON_DEMAND",
        });
        if let Some(policy) = policy {
            settings["policy_id"] = policy.into();
        }
        if let Some(scanner) = &self.scanner {
            settings["scanner_id"] = scanner.as_str().into();
        }
        for (name, value) in pressure(order.intensity) {
            settings[name] = (*value).into();
        }
        let ask = Ask::post("scans").json(&json!({"uuid": template, "settings": settings}))?;
        // A scan that was made and is not known of is found by its name: nothing was launched.
        let made = self.asked(ask).await.map_err(|fault| Fault { perhaps_done: false, ..fault })?;
        Ok(made.json::<Made>()?.scan.id)
    }

    /// The id of the template, and the number of the policy.
    async fn choice(&self, order: &Order) -> Result<(String, Option<i64>), Fault> {
        let odd = || Fault::new(FaultCode::Settings, "choice");
        let Some(choice) = &order.choice else {
            let mut templates = self.templates().await?.into_iter();
            let basic = templates.find(|template| template.name == BASIC);
            return basic.map(|template| (template.uuid, None)).ok_or_else(odd);
        };
        let mut parts = choice.splitn(3, ':');
        match (parts.next(), parts.next(), parts.next()) {
            (Some("template"), Some(uuid), None) => Ok((uuid.to_owned(), None)),
            (Some("policy"), Some(id), Some(uuid)) => Ok((uuid.to_owned(), Some(id.parse().map_err(|_| odd())?))),
            _ => Err(odd()),
        }
    }

    async fn start(&self, scan: i64) -> Result<Run, Fault> {
        #[derive(Deserialize)]
        struct Launched {
            scan_uuid: Option<String>,
        }
        match self.asked(Ask::post(format!("scans/{scan}/launch")).json(&Value::Object(Default::default()))?).await {
            Ok(answer) => Ok(Run { uuid: answer.json::<Launched>()?.scan_uuid, ..Run::of(scan) }),
            // It runs already: an earlier launch got there.
            Err(fault) if fault.code == FaultCode::Busy => Ok(Run::of(scan)),
            Err(fault) => Err(fault),
        }
    }
}

/// What makes a scan press less or more.
fn pressure(intensity: Intensity) -> &'static [(&'static str, &'static str)] {
    match intensity {
        Intensity::Light => {
            &[("max_hosts_per_scan", "5"), ("max_checks_per_host", "2"), ("reduce_connections_on_congestion", "yes")]
        }
        Intensity::Normal => &[],
        Intensity::Deep => &[("max_hosts_per_scan", "100"), ("max_checks_per_host", "10")],
    }
}

/// The targets as one text: names, addresses, ranges.
fn targets(order: &Order) -> Result<String, Fault> {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".:/-_[]".contains(c);
    match order.targets.iter().find(|target| !target.chars().all(plain) || target.contains("//")) {
        Some(odd) => Err(Fault::new(FaultCode::Settings, format!("targets {odd}"))),
        None => Ok(order.targets.join(",")),
    }
}
