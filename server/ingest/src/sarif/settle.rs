//! Results → rows, as soon as what they refer to is known.

use super::component::{Component, Rule};
use super::finding::{Finding, Location};
use super::message;
use super::place::Resource;
use super::run::Run;
use super::scan::Scan;
use super::taxa::{DescriptorRef, tag};
use crate::tables::Flaw;
use crate::{ParsedAsset, QuarantineReason, Refusal, origin};
use model::Severity;
use model::facts::{AssetFacts, AssetKind, EvidenceKind, EvidencePart, Place, Prose, Row, WeaknessFacts};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// How many taxa the results of one rule may name.
const MAX_TAXA: usize = 256;

/// What a run's results say of a weakness.
pub struct Used {
    /// How the first of them refers to the rule.
    rule: DescriptorRef,
    /// Taxa that are not looked up yet.
    taxa: BTreeSet<DescriptorRef>,
}

impl Run {
    /// What defines a rule (3.52.7): the extension that is named, else the driver.
    fn component(&self, rule: &DescriptorRef) -> Option<&Component> {
        let wanted = &rule.component;
        let is_named = |extension: &&Component| {
            (!wanted.guid.is_empty() && extension.guid == wanted.guid)
                || (!wanted.name.is_empty() && extension.name == wanted.name)
        };
        let numbered = || wanted.index.and_then(|index| self.extensions.get(index));
        numbered().or_else(|| self.extensions.iter().find(is_named)).or(self.driver.as_ref())
    }

    /// What is said of a rule; where the driver does not know it, by the first extension that does.
    fn rule(&self, rule: &DescriptorRef) -> Option<&Rule> {
        let by_name = || {
            let unnumbered = DescriptorRef { index: None, ..rule.clone() };
            self.extensions.iter().find_map(|extension| extension.rule(&unnumbered))
        };
        self.component(rule).and_then(|component| component.rule(rule)).or_else(by_name)
    }

    /// A result's message (3.11.7).
    fn message(&self, finding: &Finding, rule: Option<&Rule>) -> String {
        let message = &finding.message;
        let shared = || self.component(&finding.rule)?.messages.get(&message.id);
        let found = match message.text.as_str() {
            "" => rule.and_then(|rule| rule.messages.get(&message.id)).or_else(shared).map_or("", String::as_str),
            text => text,
        };
        message::filled(found, &message.arguments)
    }
}

impl Scan<'_> {
    /// Takes a result in.
    ///
    /// # Errors
    /// If there are too many rows, too much has to be held, or the sink wants no more.
    pub fn result(&mut self, value: &Value) -> Result<(), Refusal> {
        let finding = match Finding::of(value) {
            Ok(finding) => finding,
            Err(flaw) => {
                return self.quarantine(&flaw, value["locations"].as_array().map_or(1, Vec::len).max(1), value);
            }
        };
        if self.is_decided(&finding) {
            return self.settle(finding);
        }
        self.hold(finding.size())?;
        self.waiting.push(finding);
        Ok(())
    }

    /// Whether everything has been read that the result refers to.
    fn is_decided(&self, finding: &Finding) -> bool {
        let Run { driver, bases, artifacts, .. } = &self.run;
        if driver.is_none() {
            // What another run's results are is not known before their tool is: they may be of the same rules.
            return self.is_in_first_run() && finding.stands_alone();
        }
        finding.locations.iter().map(|location| &location.artifact).all(|artifact| {
            let listed = !artifact.is_by_number() || artifacts.is_some();
            let based = (artifact.base.is_empty() && !artifact.is_by_number()) || artifact.is_page() || bases.is_some();
            listed && based
        })
    }

    /// Makes rows of a result.
    ///
    /// # Errors
    /// If there are too many rows, assets or rules, or the sink wants no more.
    pub(super) fn settle(&mut self, finding: Finding) -> Result<(), Refusal> {
        let rule = self.run.rule(&finding.rule);
        let id =
            if finding.rule.id.is_empty() { rule.map(|rule| rule.id.clone()) } else { Some(finding.rule.id.clone()) };
        let Some(id) = id.filter(|id| !id.is_empty()) else {
            let flaw = (QuarantineReason::RuleMissing, "ruleId".to_owned());
            return self.quarantine(&flaw, finding.locations.len(), &finding);
        };
        let severity = severity(&finding, rule);
        let confidence = confidence(&finding, rule);
        let message = self.run.message(&finding, rule);
        let weakness = self.weakness(id, &finding)?;
        let (no_artifacts, no_bases) = (Vec::new(), HashMap::new());
        // One copy of what goes over the wire is enough for all places of a result.
        let mut once = once(&finding);
        let mut lost = 0;
        for location in &finding.locations {
            let artifacts = self.run.artifacts.as_ref().unwrap_or(&no_artifacts);
            let found = location.artifact.resolved(artifacts, self.run.bases.as_ref().unwrap_or(&no_bases));
            let (asset, place) = match found {
                Some(Resource::Page(url)) => self.page(&url, &location.attack, &finding.method)?,
                _ if self.run.is_of_zap() => {
                    lost += 1;
                    continue;
                }
                found => self.code(found, location, &finding.fingerprint)?,
            };
            if finding.gone {
                self.collector.no_finding()?;
                continue;
            }
            let seen = if matches!(place, Place::Request { .. }) { EvidenceKind::Output } else { EvidenceKind::Detail };
            let mut evidence = Vec::new();
            push(&mut evidence, seen, &location.snippet);
            push(&mut evidence, EvidenceKind::Attack, &location.attack);
            push(&mut evidence, EvidenceKind::Detail, &message);
            evidence.append(&mut once);
            let confidence = confidence.clone();
            self.collector.row(Row { asset, weakness, place, severity, confidence, serial: None, evidence })?;
        }
        let flaw = (QuarantineReason::FieldMissing, "artifactLocation.uri".to_owned());
        self.quarantine(&flaw, lost, &finding)
    }

    /// A request to a page, and the origin it is on.
    fn page(&mut self, url: &str, attack: &str, method: &str) -> Result<(u32, Place), Refusal> {
        let name = origin::of_url(url).unwrap_or_default();
        let asset =
            self.collector.asset_named(&AssetFacts { kind: AssetKind::Origin, name, ..AssetFacts::default() })?;
        self.collector.asset(asset).observation.reached = true;
        self.run.has_page = true;
        let target = origin::attacked_target(url, attack).to_owned();
        Ok((asset, Place::Request { method: method.to_owned(), target, parameter: String::new() }))
    }

    /// A place in the run's code base: in a file, else in what has a name there (3.33), else somewhere.
    fn code(
        &mut self,
        found: Option<Resource>,
        location: &Location,
        fingerprint: &str,
    ) -> Result<(u32, Place), Refusal> {
        let asset = match self.run.code_base {
            Some(asset) => asset,
            None => self.collector.add_asset(ParsedAsset::default())?,
        };
        self.run.code_base = Some(asset);
        let (path, line) = match found {
            Some(Resource::File(path) | Resource::Page(path)) => (path, location.line),
            None if location.logical.is_empty() => return Ok((asset, Place::Whole)),
            None => (location.logical.clone(), 0),
        };
        Ok((asset, Place::Code { path, line, fingerprint: fingerprint.to_owned() }))
    }

    /// The weakness of a rule, with what the result says of it.
    fn weakness(&mut self, id: String, finding: &Finding) -> Result<u32, Refusal> {
        let rules = self.rules.entry(self.run.key.clone()).or_default();
        let weakness = match rules.get(&id).copied() {
            Some(weakness) => weakness,
            None => {
                let facts = WeaknessFacts { rule: id.clone(), title: id.clone(), ..WeaknessFacts::default() };
                let weakness = self.collector.add_weakness(facts)?;
                rules.insert(id.clone(), weakness);
                weakness
            }
        };
        let facts = self.collector.weakness(weakness);
        tag(facts, &id);
        for text in &finding.tags {
            tag(facts, text);
        }
        let used = self.used.entry(weakness);
        let used = used.or_insert_with(|| Used { rule: finding.rule.clone(), taxa: BTreeSet::new() });
        for taxon in &finding.taxa {
            if used.taxa.len() < MAX_TAXA {
                used.taxa.insert(taxon.clone());
            }
        }
        Ok(weakness)
    }

    /// Describes the weaknesses that the run's results are of.
    ///
    /// # Errors
    /// If their texts are too long together.
    pub(super) fn describe(&mut self) -> Result<(), Refusal> {
        for (weakness, used) in std::mem::take(&mut self.used) {
            let facts = self.collector.weakness(weakness);
            for taxon in &used.taxa {
                taxon.classify(&self.run.taxonomies, facts);
            }
            let Some(rule) = self.run.rule(&used.rule) else { continue };
            for taxon in rule.classify(facts) {
                taxon.classify(&self.run.taxonomies, facts);
            }
            if facts.prose == Prose::default() {
                facts.title = rule.title();
                facts.prose = rule.prose();
                self.collector.hold_prose(&rule.prose())?;
            }
        }
        Ok(())
    }

    /// Names the run's code base. A run that found nothing at all has one too, so that what was there before is gone; one that
    /// only saw pages, and one of ZAP, has none.
    ///
    /// # Errors
    /// If there are too many assets.
    pub(super) fn code_base(&mut self) -> Result<(), Refusal> {
        let asset = match self.run.code_base {
            Some(asset) => asset,
            None if self.run.has_page || self.run.is_of_zap() => return Ok(()),
            None => self.collector.add_asset(ParsedAsset::default())?,
        };
        let driver = self.run.driver.as_ref().map_or("", |driver| driver.name.as_str());
        let names = [self.run.repository.clone(), self.run.category.clone(), format!("{driver} code")];
        let asset = self.collector.asset(asset);
        asset.facts.name = names.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
        asset.observation.reached = true;
        Ok(())
    }

    /// Quarantines a result: as many rows as it has locations.
    fn quarantine(&mut self, flaw: &Flaw, rows: usize, result: &impl serde::Serialize) -> Result<(), Refusal> {
        if rows == 0 {
            return Ok(());
        }
        let raw = serde_json::to_vec(result).unwrap_or_default();
        (0..rows).try_for_each(|_| self.collector.quarantine(flaw.clone(), None, &raw))
    }
}

/// The CVSS score's band, else the level (3.27.10). A request's level is its own.
fn severity(finding: &Finding, rule: Option<&Rule>) -> Severity {
    let level = finding.level.filter(|_| !finding.fails || finding.is_judged_alone());
    let scored = || finding.score.or(rule?.score).map(Severity::of_score);
    match level {
        Some(level) => level,
        None if !finding.fails => Severity::Info,
        None => scored().or(finding.level).or_else(|| rule?.level).unwrap_or(Severity::Medium),
    }
}

/// The result's own confidence, else its rule's. A request's is its own.
fn confidence(finding: &Finding, rule: Option<&Rule>) -> Option<String> {
    let of_rule = rule.filter(|_| !finding.is_judged_alone()).map(|rule| &rule.confidence);
    [Some(&finding.confidence), of_rule].into_iter().flatten().find(|word| !word.is_empty()).cloned()
}

/// The evidence that a result has besides its message.
fn once(finding: &Finding) -> Vec<EvidencePart> {
    let mut evidence = Vec::new();
    push(&mut evidence, EvidenceKind::Detail, &finding.flow);
    push(&mut evidence, EvidenceKind::Request, &finding.request);
    push(&mut evidence, EvidenceKind::Response, &finding.response);
    evidence
}

fn push(evidence: &mut Vec<EvidencePart>, kind: EvidenceKind, text: &str) {
    if !text.trim().is_empty() {
        evidence.push(EvidencePart { kind, text: text.to_owned() });
    }
}
