//! Alerts → rows.

use super::active;
use super::alert::{Alert, Instance};
use super::report::Report;
use crate::tables::{Flaw, unite};
use crate::{QuarantineReason, Refusal, RefusalCode, fields, origin, text};
use model::Severity;
use model::facts::{EvidenceKind, EvidencePart, Place, Row, WeaknessFacts};

/// How much of one alert is held back until all is known that is said of it. Only reports with messages have more.
const SOON: usize = 1 << 20;

/// How much of one alert may have to be held back until its severity is known.
const HELD: usize = 128 << 20;

/// What an instance takes beside its texts, in bytes.
const HELD_EACH: usize = 512;

/// How many bytes of what an alert says of all its instances stand on each: the first has all of it.
const MAX_COPIED: usize = 4 << 10;

/// How much of a confidence that is none of ZAP's is kept, in characters: every row of the alert has a copy.
const MAX_WORD: usize = 64;

/// An alert that is being read.
pub struct Pending {
    asset: u32,
    /// What is known of it so far.
    pub alert: Alert,
    verdict: Option<Result<Sound, Flaw>>,
    held: Vec<Held>,
    bytes: usize,
    /// Whether there was an instance.
    any: bool,
    /// Whether a row has all that the alert says of its instances.
    copied: bool,
}

impl Pending {
    /// An alert of an asset of which nothing is known yet.
    pub fn of(asset: u32) -> Self {
        Self { asset, alert: Alert::default(), verdict: None, held: Vec::new(), bytes: 0, any: false, copied: false }
    }
}

/// An instance, and for the quarantine where it stood and its bytes, as far as the format tells.
pub struct Held {
    /// The instance.
    pub instance: Instance,
    /// Line and offset.
    pub place: Option<(u64, u64)>,
    /// What stands in the file; without it, the instance as JSON.
    pub raw: Option<Vec<u8>>,
}

impl From<Instance> for Held {
    fn from(instance: Instance) -> Self {
        Self { instance, place: None, raw: None }
    }
}

impl Held {
    /// The bytes for the quarantine.
    pub fn into_raw(self) -> Vec<u8> {
        self.raw.unwrap_or_else(|| serde_json::to_vec(&self.instance).unwrap_or_default())
    }
}

/// An alert of which rows can be made.
struct Sound {
    weakness: u32,
    severity: Severity,
    confidence: Option<String>,
    /// ZAP or its user marked it as a false positive.
    marked_false: bool,
}

impl Report<'_> {
    /// Takes an instance in. It becomes a row when the alert is complete, or when too much is held.
    ///
    /// # Errors
    /// If too much is held, there are too many rows, or the sink wants no more.
    pub fn instance(&mut self, pending: &mut Pending, held: Held) -> Result<(), Refusal> {
        pending.any = true;
        pending.bytes += HELD_EACH + held.instance.size() + held.raw.as_ref().map_or(0, Vec::len);
        // The newest stays, for what is said after the instances.
        if pending.bytes > SOON && (pending.verdict.is_some() || pending.alert.is_ready()) {
            self.flush(pending)?;
        }
        pending.held.push(held);
        if pending.bytes > HELD {
            return Err(Refusal::new(RefusalCode::EventTooLarge, HELD.to_string()));
        }
        Ok(())
    }

    /// Takes in that an alert is complete. One without instances is a row itself, for which `raw` is what an instance has of itself.
    ///
    /// # Errors
    /// As [`Self::instance`].
    pub fn end(&mut self, mut pending: Pending, raw: impl FnOnce(Instance) -> Held) -> Result<(), Refusal> {
        let mut own = std::mem::take(&mut pending.alert.own);
        own.other = text::from_paragraphs(&own.other);
        if pending.any {
            // Before 2.11 only the alert has it, later also the instance that it is about.
            let repeats = |held: &Held| held.instance.other.split_whitespace().eq(own.other.split_whitespace());
            if pending.held.iter().any(repeats) {
                own.other.clear();
            }
            fields::keep(&mut pending.alert.fields, own.into_fields());
        } else {
            pending.held.push(raw(own));
        }
        self.flush(&mut pending)?;
        match pending.verdict {
            Some(Ok(sound)) => {
                let grown = describe(self.collector.weakness(sound.weakness), pending.alert);
                self.collector.grow(grown)
            }
            _ => Ok(()),
        }
    }

    /// Makes rows of the instances that are held.
    fn flush(&mut self, pending: &mut Pending) -> Result<(), Refusal> {
        let verdict = match &mut pending.verdict {
            Some(verdict) => verdict,
            none => none.insert(self.judge(&pending.alert)?),
        };
        for held in pending.held.drain(..) {
            match verdict {
                Err(flaw) => {
                    let place = held.place;
                    self.collector.quarantine(flaw.clone(), place, &held.into_raw())?;
                }
                Ok(sound) if sound.marked_false => self.collector.no_finding()?,
                Ok(sound) => {
                    let limit = if std::mem::replace(&mut pending.copied, true) { MAX_COPIED } else { usize::MAX };
                    let of_alert = first(&pending.alert.fields, limit);
                    self.collector.row(row(pending.asset, sound, held.instance, of_alert))?;
                }
            }
        }
        pending.bytes = 0;
        Ok(())
    }

    /// What an alert's instances have in common.
    fn judge(&mut self, alert: &Alert) -> Result<Result<Sound, Flaw>, Refusal> {
        let (rule, severity) = match (rule_of(alert), severity_of(alert)) {
            (Ok(rule), Ok(severity)) => (rule, severity),
            (Err(flaw), _) | (_, Err(flaw)) => return Ok(Err(flaw)),
        };
        let weakness = match self.collector.weakness_of(&rule) {
            Some(weakness) => weakness,
            None => {
                let plugin = rule.split(['-', '/']).next().and_then(|plugin| plugin.parse().ok());
                self.active_proven |= plugin.is_some_and(active::is_active);
                self.collector.add_weakness(WeaknessFacts { rule, ..WeaknessFacts::default() })?
            }
        };
        let (confidence, marked_false) = confidence_of(alert);
        Ok(Ok(Sound { weakness, severity, confidence, marked_false }))
    }
}

/// Takes what an alert says of its rule into the weakness; by how many bytes its texts grew.
fn describe(facts: &mut WeaknessFacts, alert: Alert) -> usize {
    let (prose, mut hint) = (&mut facts.prose, 0);
    let title = alert.title().trim();
    let mut grown = fields::settle(&mut facts.title, &mut prose.fields, "alert", title);
    if alert.name.trim() != title {
        grown += fields::add(&mut prose.fields, &mut 0, "name", &alert.name);
    }
    for (text, name, of_alert) in [
        (&mut prose.description, "desc", &alert.description),
        (&mut prose.solution, "solution", &alert.solution),
        (&mut prose.references, "reference", &alert.reference),
    ] {
        grown += fields::settle(text, &mut prose.fields, name, &text::from_paragraphs(of_alert));
    }
    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|number| *number > 0);
    match number(&alert.cwe) {
        Some(cwe) => unite(&mut facts.cwe, &mut 0, &cwe),
        None if is_none(&alert.cwe) => {}
        None => grown += fields::add(&mut prose.fields, &mut 0, "cweid", &alert.cwe),
    }
    let wasc = number(&alert.wasc).map(|wasc| format!("WASC:{wasc}"));
    if wasc.is_none() && !is_none(&alert.wasc) {
        grown += fields::add(&mut prose.fields, &mut 0, "wascid", &alert.wasc);
    }
    for (tag, link) in alert.tags {
        if !link.is_empty() {
            grown += fields::add(&mut prose.fields, &mut hint, "tags", &format!("{tag} ({link})"));
        }
        match tag.split_once('-') {
            Some(("CVE", _)) => unite(&mut facts.cve, &mut 0, tag.to_ascii_uppercase().as_str()),
            Some(("CWE", cwe)) if number(cwe).is_some() => {
                number(cwe).iter().for_each(|cwe| unite(&mut facts.cwe, &mut 0, cwe));
            }
            _ => unite(&mut facts.refs, &mut 0, tag.as_str()),
        }
    }
    if let Some(wasc) = wasc {
        unite(&mut facts.refs, &mut 0, wasc.as_str());
    }
    grown
}

/// Whether a number of a classification says that there is none.
fn is_none(number: &str) -> bool {
    matches!(number.trim(), "" | "0" | "-1")
}

/// The rule: the alert's reference, else its plugin. Alerts that a person or a script made all have plugin -1, so their title is
/// what tells them apart.
fn rule_of(alert: &Alert) -> Result<String, Flaw> {
    let rule = [&alert.alert_ref, &alert.plugin].into_iter().map(|text| text.trim()).find(|text| !text.is_empty());
    match rule {
        Some("-1") => Ok(format!("-1/{}", alert.title().trim())),
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

/// The first of the fields, up to so many bytes.
fn first(fields: &[EvidencePart], limit: usize) -> &[EvidencePart] {
    let mut bytes = 0;
    let end = fields.iter().position(|part| {
        bytes += part.text.len();
        bytes > limit
    });
    &fields[..end.unwrap_or(fields.len())]
}

fn row(asset: u32, sound: &Sound, mut instance: Instance, of_alert: &[EvidencePart]) -> Row {
    let mut evidence = Vec::new();
    let mut push = |kind, text: String| {
        if !text.trim().is_empty() {
            evidence.push(EvidencePart { kind, text });
        }
    };
    push(EvidenceKind::Output, std::mem::take(&mut instance.evidence));
    let target = origin::attacked_target(instance.uri.trim(), &instance.attack).to_owned();
    push(EvidenceKind::Attack, instance.attack);
    push(EvidenceKind::Detail, instance.other);
    push(EvidenceKind::Request, instance.request_header + &instance.request_body);
    push(EvidenceKind::Response, instance.response_header + &instance.response_body);
    instance.fields.extend_from_slice(of_alert);
    fields::append(&mut evidence, instance.fields);
    let place = if instance.uri.trim().is_empty() && instance.method.is_empty() && instance.param.is_empty() {
        Place::Whole
    } else {
        Place::Request {
            method: instance.method.trim().to_owned(),
            target,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_copied_to_every_row_is_short() {
        let part = |length| EvidencePart { kind: EvidenceKind::Field, text: "x".repeat(length) };
        let fields = [part(10), part(MAX_COPIED), part(1)];
        assert_eq!([first(&fields, usize::MAX).len(), first(&fields, MAX_COPIED).len()], [3, 1]);
    }
}
