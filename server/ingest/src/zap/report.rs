//! Alerts → rows: what both formats fill.

use super::active;
use super::alert::{Alert, Instance};
use super::insights::Failures;
use crate::tables::{Collector, Flaw, next_index, unite};
use crate::time::{Stamp, stamp};
use crate::{Options, Parsed, QuarantineReason, Refusal, RefusalCode, Sink, origin, text};
use model::facts::{AssetFacts, AssetKind, EvidenceKind, EvidencePart, Place, Row, ScanCoverage, ScanFacts};
use model::{Severity, Tool};
use std::collections::{BTreeSet, HashMap};

/// How much of one alert may have to be held back until its severity is known.
const HELD: usize = 128 << 20;

/// What an instance takes beside its texts.
const HELD_EACH: usize = 512;

/// How much of a confidence that is none of ZAP's is kept, in characters: every row of the alert has a copy.
const MAX_WORD: usize = 64;

/// A report that is being read.
pub struct Report<'s> {
    options: &'s Options,
    /// Rows and tables.
    pub collector: Collector<'s>,
    /// The scanner's version.
    pub version: String,
    /// When the report was generated, in local time.
    pub generated: String,
    /// The same instant with a zone, since 2.16.
    pub created: String,
    /// What `insights` say.
    pub failures: Failures,
    /// Each site as written, and its asset.
    sites: HashMap<String, u32>,
    active_proven: bool,
    active_rules: BTreeSet<u32>,
    held: usize,
}

/// What an alert's instances have in common.
pub struct Common {
    verdict: Result<Sound, Flaw>,
    /// Whether one of the instances had information of its own.
    informed: bool,
    /// Whether there was an instance.
    any: bool,
}

/// An alert of which rows can be made.
struct Sound {
    weakness: u32,
    /// Whether its rule was not known before.
    fresh: bool,
    severity: Severity,
    confidence: Option<String>,
    /// ZAP or its user marked it as a false positive.
    marked_false: bool,
}

impl<'s> Report<'s> {
    /// An empty report in front of a sink.
    pub fn new(options: &'s Options, sink: &'s mut dyn Sink) -> Self {
        Self {
            options,
            collector: Collector::new(sink, &options.limits),
            version: String::new(),
            generated: String::new(),
            created: String::new(),
            failures: Failures::default(),
            sites: HashMap::new(),
            active_proven: false,
            active_rules: BTreeSet::new(),
            held: 0,
        }
    }

    /// The asset of a site.
    ///
    /// # Errors
    /// If there are too many.
    pub fn site(&mut self, name: &str, host: &str, port: &str, ssl: &str) -> Result<u32, Refusal> {
        let scheme = if ssl.eq_ignore_ascii_case("true") { "https" } else { "http" };
        // A site without a scheme was a proxied host; the rest of its attributes say what the name does not.
        let origin = origin::of_url(name).unwrap_or_else(|| match host {
            "" => name.trim_matches('/').to_lowercase(),
            host => origin::of_parts(scheme, host, port),
        });
        let facts = AssetFacts { kind: AssetKind::Origin, name: origin, ..AssetFacts::default() };
        let asset = self.collector.asset_named(&facts)?;
        self.collector.asset(asset).observation.reached = true;
        // Sites of one origin may be written in several ways.
        next_index(self.sites.len())?;
        self.sites.insert(name.to_owned(), asset);
        Ok(asset)
    }

    /// The asset of a URL, as a site is; `None` if it is none.
    ///
    /// # Errors
    /// If there are too many.
    pub fn site_of(&mut self, url: &str) -> Result<Option<u32>, Refusal> {
        let Some(origin) = origin::of_url(url) else { return Ok(None) };
        match self.sites.get(&origin) {
            Some(asset) => Ok(Some(*asset)),
            None => self.site(&origin, "", "", "").map(Some),
        }
    }

    /// Takes an alert in before its instances.
    ///
    /// # Errors
    /// If there are too many rules.
    pub fn begin(&mut self, alert: &Alert) -> Result<Common, Refusal> {
        let verdict = match (rule_of(alert), severity_of(alert)) {
            (Err(flaw), _) | (_, Err(flaw)) => Err(flaw),
            (Ok(rule), Ok(severity)) => {
                let known = self.collector.weakness_of(&rule);
                let weakness = match known {
                    Some(weakness) => weakness,
                    None => {
                        let plugin = rule.split(['-', '/']).next().and_then(|plugin| plugin.parse().ok());
                        self.active_proven |= plugin.is_some_and(active::is_active);
                        let title = alert.title.trim();
                        let title = if title.is_empty() { rule.clone() } else { title.to_owned() };
                        let facts = model::facts::WeaknessFacts { rule, title, ..Default::default() };
                        self.collector.add_weakness(facts)?
                    }
                };
                let (confidence, marked_false) = confidence_of(alert);
                Ok(Sound { weakness, fresh: known.is_none(), severity, confidence, marked_false })
            }
        };
        Ok(Common { verdict, informed: false, any: false })
    }

    /// Makes a row of an instance. `raw` is what stands in the file, for the quarantine.
    ///
    /// # Errors
    /// If there are too many rows, or the sink wants no more.
    pub fn instance(
        &mut self,
        asset: u32,
        common: &mut Common,
        instance: Instance,
        raw: impl FnOnce(&Instance) -> (Option<(u64, u64)>, Vec<u8>),
    ) -> Result<(), Refusal> {
        common.any = true;
        match &common.verdict {
            Err(flaw) => {
                let (place, raw) = raw(&instance);
                self.collector.quarantine(flaw.clone(), place, &raw)
            }
            Ok(sound) if sound.marked_false => self.collector.no_finding(),
            Ok(sound) => {
                common.informed |= !instance.other.trim().is_empty();
                self.collector.row(row(asset, sound, instance))
            }
        }
    }

    /// Takes in what an alert says after its instances. An alert without instances is a row itself.
    ///
    /// # Errors
    /// As [`Self::instance`].
    pub fn end(
        &mut self,
        asset: u32,
        mut common: Common,
        mut alert: Alert,
        raw: impl FnOnce(&Instance) -> (Option<(u64, u64)>, Vec<u8>),
    ) -> Result<(), Refusal> {
        let mut own = std::mem::take(&mut alert.own);
        let other = text::from_paragraphs(&own.other);
        if !common.any {
            own.other.clone_from(&other);
            self.instance(asset, &mut common, own, raw)?;
        }
        let Ok(sound) = common.verdict else { return Ok(()) };
        let facts = self.collector.weakness(sound.weakness);
        if sound.fresh {
            facts.prose.description = text::from_paragraphs(&alert.description);
            // Before 2.11 only the alert has it, for one of its instances.
            if !common.informed && !other.is_empty() {
                facts.prose.description.push_str("\n\n");
                facts.prose.description.push_str(&other);
            }
            facts.prose.solution = text::from_paragraphs(&alert.solution);
            facts.prose.references = text::from_paragraphs(&alert.reference);
        }
        let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number > 0);
        let mut add_cwe = |text: &str| number(text).iter().for_each(|cwe| unite(&mut facts.cwe, &mut 0, cwe));
        add_cwe(&alert.cwe);
        let wasc = number(&alert.wasc).map(|wasc| format!("WASC:{wasc}"));
        for tag in alert.tags.into_iter().chain(wasc) {
            let (list, value) = match tag.split_once('-') {
                Some(("CVE", _)) => (&mut facts.cve, tag.to_ascii_uppercase()),
                Some(("CWE", cwe)) => {
                    add_cwe(cwe);
                    continue;
                }
                _ => (&mut facts.refs, tag),
            };
            unite(list, &mut 0, value.as_str());
        }
        Ok(())
    }

    /// Accounts for an instance with so many bytes of text that has to be held back until its alert is complete.
    ///
    /// # Errors
    /// If too much is held.
    pub fn hold(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.held += HELD_EACH + bytes;
        if self.held > HELD { Err(Refusal::new(RefusalCode::EventTooLarge, HELD.to_string())) } else { Ok(()) }
    }

    /// Says that nothing is held back any more.
    pub fn release(&mut self) {
        self.held = 0;
    }

    /// Takes notice of one of the scan's statistics.
    pub fn statistic(&mut self, key: &str) {
        let mut parts = key.split('.');
        if (parts.next(), parts.next()) != (Some("stats"), Some("ascan")) {
            return;
        }
        let rule = parts.next().and_then(|rule| rule.parse().ok());
        match rule {
            // A rule that was skipped did not run.
            Some(_) if key.ends_with(".skipped") => {}
            Some(rule) => {
                self.active_proven = true;
                self.active_rules.insert(rule);
            }
            None => self.active_proven = true,
        }
    }

    /// The whole report.
    pub fn finish(mut self, format: &str) -> Parsed {
        for (site, asset) in &self.sites {
            if self.failures.of_site(site) {
                self.collector.asset(*asset).observation.reached = false;
            }
        }
        let all_failed = !self.sites.is_empty() && self.sites.keys().all(|site| self.failures.of_site(site));
        let zone = &self.options.zone_offset;
        let finished = stamp(&self.created, zone).or_else(|| stamp(&self.generated, zone));
        if finished.is_none() && !self.generated.is_empty() {
            self.collector.remarks.add("time_not_understood", &self.generated);
        }
        self.collector.finish(ScanFacts {
            tool: Tool::Zap,
            tool_version: self.version,
            format: format.to_owned(),
            name: String::new(),
            policy: String::new(),
            started_at: None,
            finished_at: finished.map(|stamp| stamp.at),
            zone_assumed: finished.is_some_and(|Stamp { zone_assumed, .. }| zone_assumed),
            coverage: ScanCoverage {
                incomplete: self.failures.of_scan() || all_failed,
                active_proven: self.active_proven,
                active_rules: self.active_rules.into_iter().collect(),
                ..ScanCoverage::default()
            },
            remarks: Vec::new(),
        })
    }
}

/// The rule: the alert's reference, else its plugin. Alerts that a person or a script made all have plugin -1, so their title is
/// what tells them apart.
fn rule_of(alert: &Alert) -> Result<String, Flaw> {
    let rule = [&alert.alert_ref, &alert.plugin].into_iter().map(|text| text.trim()).find(|text| !text.is_empty());
    match rule {
        Some("-1") => Ok(format!("-1/{}", alert.title.trim())),
        Some(rule) => Ok(rule.to_owned()),
        None => Err((QuarantineReason::RuleMissing, "pluginid".to_owned())),
    }
}

fn severity_of(alert: &Alert) -> Result<Severity, Flaw> {
    let code = alert.risk_code.trim();
    let words = alert.risk_words.split(" (").next().unwrap_or_default().trim();
    match (code, words) {
        ("0", _) | ("", "Informational" | "Info") => Ok(Severity::Info),
        ("1", _) | ("", "Low") => Ok(Severity::Low),
        ("2", _) | ("", "Medium") => Ok(Severity::Medium),
        ("3", _) | ("", "High") => Ok(Severity::High),
        ("", "") => Err((QuarantineReason::FieldMissing, "riskcode".to_owned())),
        ("", words) => Err((QuarantineReason::FieldInvalid, format!("riskdesc={words}"))),
        (code, _) => Err((QuarantineReason::FieldInvalid, format!("riskcode={code}"))),
    }
}

/// The confidence in ZAP's words, whatever language the report is in, and whether it marks a false positive.
fn confidence_of(alert: &Alert) -> (Option<String>, bool) {
    let word = match alert.confidence.trim() {
        "0" => return (None, true),
        "1" => "Low",
        "2" => "Medium",
        "3" => "High",
        "4" => "Confirmed",
        "" if alert.risk_words.ends_with("(False Positive)") => return (None, true),
        "" => return (None, false),
        other => text::beginning(other, MAX_WORD),
    };
    (Some(word.to_owned()), word.eq_ignore_ascii_case("False Positive"))
}

fn row(asset: u32, sound: &Sound, instance: Instance) -> Row {
    let mut evidence = Vec::new();
    let mut push = |kind, text: String| {
        if !text.trim().is_empty() {
            evidence.push(EvidencePart { kind, text });
        }
    };
    push(EvidenceKind::Output, instance.evidence);
    push(EvidenceKind::Attack, instance.attack);
    push(EvidenceKind::Detail, instance.other);
    push(EvidenceKind::Request, instance.request_header + &instance.request_body);
    push(EvidenceKind::Response, instance.response_header + &instance.response_body);
    let uri = instance.uri.trim();
    let place = if uri.is_empty() && instance.method.is_empty() && instance.param.is_empty() {
        Place::Whole
    } else {
        Place::Request {
            method: instance.method.trim().to_owned(),
            target: origin::target_of(uri).to_owned(),
            parameter: instance.param.trim().to_owned(),
        }
    };
    Row {
        asset,
        weakness: sound.weakness,
        place,
        severity: sound.severity,
        confidence: sound.confidence.clone(),
        serial: None,
        evidence,
    }
}
