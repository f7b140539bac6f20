//! Findings that people write down, because no scanner sees them.
//!
//! Each is the one record of an export of its own, read by a mapping that is always the same. So its text is sealed, its CWE
//! classified, its risk reckoned, its history kept and its import undone like any other's. Its rule is an id of its own, and its
//! scans are a series of their own. What is said of it later is another export with the same rule: the newest says what it is
//! and how bad, and where it is stays.

mod record;

use self::record::{PLACE, Record, bounded, check, id_of, mapping, names, new_id, record};
use crate::errors::{OrWire, internal, of_import};
use crate::import::{ByteSource, Job, Progress, stated};
use crate::request::Session;
use chrono::NaiveDate;
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::facts::{AssetFacts, AssetKind, Place};
use model::filter::{Filter, StatusIs};
use model::mapping::{BY_HAND, FormFields};
use model::policy::Action;
use model::view::findings::{SEEN_SINCE, Sort, WRITTEN, WritingPage};
use model::{MappedField, Micros, OccurrenceId, Tool};
use posture::identity::{AddressSpace, asset_key};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;
use store::occurrences::{ListQuery, OccurrenceDetail};
use store::sources::{Source, SourceNew};
use taxonomy::cvss_score;

impl Session {
    /// The form: empty, with what a link says already, with what is known of the finding `of`, or as it was sent.
    pub(super) async fn writing_page(
        &self,
        mut said: BTreeMap<String, String>,
        problem: Option<WireError>,
    ) -> Result<WritingPage, WireError> {
        let scoped = self.scoped(Action::Import)?;
        let sources = scoped.source_list().await.wire()?.into_iter().map(|source| source.settings.name);
        let sources: Vec<String> = sources.collect();
        let mends = said.contains_key("of");
        if problem.is_none() {
            // No link says under which id something is kept.
            said.insert("id".to_owned(), new_id());
        }
        if mends && problem.is_none() {
            let (found, source) = self.written(said.get("of").map_or("", String::as_str)).await?;
            said.extend(self.fields_of(&found, &source));
        }
        if let [only] = sources.as_slice() {
            said.entry("source".to_owned()).or_insert_with(|| only.clone());
        }
        let today = self.today().date().to_string();
        said.entry("seen".to_owned()).or_insert_with(|| today.clone());
        Ok(WritingPage { said, mends, problem, sources, today })
    }

    /// A finding that somebody wrote down, and the source to which it belongs.
    async fn written(&self, id: &str) -> Result<(OccurrenceDetail, Source), WireError> {
        let nowhere = || WireError::new(ErrorCode::NotFound);
        let scoped = self.scoped(Action::Import)?;
        let id: OccurrenceId = id.parse().map_err(|_| nowhere())?;
        let found = scoped.occurrence_detail(id, &Filter::new(), self.now()).await.wire()?;
        let by_hand = found.row.rule.strip_prefix(WRITTEN).is_some_and(|id| id_of(id).is_ok());
        let episode = found.episodes.first().filter(|_| by_hand).ok_or_else(nowhere)?;
        let of = scoped.scan(episode.episode.opened_by).await.wire()?.source;
        let source = scoped.source_list().await.wire()?.into_iter().find(|source| source.id == of);
        Ok((found, source.ok_or_else(nowhere)?))
    }

    /// Writes a finding down, or what is said of one by now. The answer is its public id.
    ///
    /// # Errors
    /// The viewer may not, a field is missing, too long or cannot be understood, or the database failed.
    pub async fn write_finding(&self, fields: &FormFields) -> Result<String, WireError> {
        self.require(Action::Import, None)?;
        let mut said = bounded(fields)?;
        let text = |name: &str| said.get(name).cloned().unwrap_or_default();
        let id = match text("id") {
            none if none.is_empty() => new_id(),
            id => id_of(&id)?,
        };
        let (of, again) = match text("of") {
            // Sent twice, as by a second click, it is one finding; sent once more with other words, it is mended.
            none if none.is_empty() => match self.id_of_rule(&format!("{WRITTEN}{id}")).await? {
                Some(known) => (known, true),
                None => {
                    let source = self.source_named(fields.get("source").map_or("", String::as_str)).await?;
                    return self.write(&said, id, None, source).await;
                }
            },
            of => (of, false),
        };
        let (known, source) = self.written(&of).await?;
        let told = if again { Some(check(&record(&said, &id)?)?) } else { None };
        let mut stays = self.fields_of(&known, &source);
        said.extend(PLACE.map(|name| (name, stays.remove(name).unwrap_or_default())));
        if let Some(told) = told
            && told != check(&record(&said, &id)?)?
        {
            return Err(WireError::invalid("where", "elsewhere"));
        }
        let id = known.row.rule[WRITTEN.len()..].to_owned();
        self.write(&said, id, Some(Box::new(known)), source).await
    }

    /// Imports what was said as the one record of an export.
    async fn write(
        &self,
        said: &BTreeMap<&'static str, String>,
        id: String,
        known: Option<Box<OccurrenceDetail>>,
        source: Source,
    ) -> Result<String, WireError> {
        let text = |name: &str| said.get(name).map_or("", String::as_str);
        let at = self.seen_at(text("seen"), &source.settings.zone)?;
        let mut record = record(said, &id)?;
        check(&record)?;
        match &known {
            Some(known) => record.extend(names(&called(&source, known))),
            None => record.extend(self.known_names(&record, &source).await?),
        }
        // Evidence that is not said anew is still what was seen.
        let kept = known.as_ref().and_then(|known| known.evidence.as_ref()).filter(|_| text("evidence").is_empty());
        if let Some(kept) = kept {
            record.insert(MappedField::Evidence.word(), kept.iter().map(|part| part.text.as_str()).collect());
        }
        let rule = format!("{WRITTEN}{id}");
        let at = match &known {
            None => at,
            // What was said already is not said twice.
            Some(known) if self.take(&source, &id, &mut record, known.row.last_seen, true).await? => {
                return Ok(known.row.id.to_string());
            }
            Some(known) => self.after(known.row.last_seen, at)?,
        };
        self.take(&source, &id, &mut record, at, false).await?;
        let id = self.id_of_rule(&rule).await?.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        self.audit(AuditAct::WriteFinding, &format!("finding:{id}"), "").await?;
        Ok(id)
    }

    /// Imports a record as seen at an instant, or only looks. The answer is whether just that was imported already.
    async fn take(
        &self,
        source: &Source,
        id: &str,
        record: &mut Record,
        at: Micros,
        dry_run: bool,
    ) -> Result<bool, WireError> {
        record.insert(MappedField::SeenAt.word(), at.rfc3339());
        let bytes = serde_json::to_vec_pretty(&json!([record])).map_err(|error| internal(&error))?;
        let job = Job {
            source: source.id,
            zone: source.settings.zone.clone(),
            file: format!("{BY_HAND}-{id}.json"),
            user: self.viewer()?.user(),
            claim: None,
            stated_at: None,
            whole_project: false,
            accept_partial: false,
            mapping: Some(mapping()),
            told: None,
            settings: None,
            dry_run,
            progress: Arc::<Progress>::default(),
        };
        let imported = Box::pin(self.service.import(ByteSource::Memory(Cursor::new(bytes)), job)).await;
        Ok(imported.map_err(of_import)?.0.already_imported)
    }

    /// The names of a host that is known by the address or the name that was said: a finding on it is no news of how it is called.
    async fn known_names(&self, record: &Record, source: &Source) -> Result<Record, WireError> {
        let get = |field: MappedField| record.get(field.word()).cloned().unwrap_or_default();
        if !get(MappedField::Url).is_empty() {
            return Ok(Record::new());
        }
        let ip = Some(get(MappedField::Ip)).filter(|ip| !ip.is_empty());
        let name = ip.clone().unwrap_or_else(|| get(MappedField::Asset));
        let told = AssetFacts { kind: AssetKind::Host, name, ip, ..AssetFacts::default() };
        let space = space(source);
        let key = asset_key(&space, &told);
        let Some(facts) = self.scoped(Action::Import)?.asset_facts(&key).await.wire()? else {
            return Ok(Record::new());
        };
        let named = AssetFacts { name: facts.name.clone(), ip: facts.ip.clone(), fqdn: facts.fqdn.clone(), ..told };
        Ok(if asset_key(&space, &named) == key { names(&facts) } else { Record::new() })
    }

    /// What the form says of a finding that there is. Its evidence may hold secrets: left empty, it stays as it is.
    fn fields_of(&self, found: &OccurrenceDetail, source: &Source) -> BTreeMap<String, String> {
        let OccurrenceDetail { row, detail, .. } = found;
        let facts = called(source, found);
        let (wher, port, method, parameter) = match &detail.place {
            Place::Request { method, target, parameter } => {
                (format!("{}{target}", facts.name), String::new(), method.clone(), parameter.clone())
            }
            place => {
                let port = match place {
                    Place::Port { protocol, port, .. } => format!("{port}/{protocol}"),
                    _ => String::new(),
                };
                let host = facts.ip.clone().unwrap_or_else(|| facts.name.clone());
                (host, port, String::new(), String::new())
            }
        };
        let weakness = &detail.weakness;
        let cwe: Vec<String> = weakness.cwe.iter().map(u32::to_string).collect();
        let vector = weakness.cvss.first().cloned().unwrap_or_default();
        let told = detail.rated.as_ref().map_or(row.severity, |rated| rated.told);
        // What the vector says follows the vector.
        let chosen = if cvss_score(&vector).is_some_and(|score| score.band == told) { "" } else { told.word() };
        let said = [
            ("title", row.title.clone()),
            ("severity", chosen.to_owned()),
            ("cvss", vector),
            ("where", wher),
            ("port", port),
            ("method", method),
            ("parameter", parameter),
            ("cwe", cwe.join(", ")),
            ("cve", weakness.cve.join(", ")),
            ("description", weakness.prose.description.clone()),
            ("solution", weakness.prose.solution.clone()),
            ("references", weakness.prose.references.clone()),
            ("seen", self.service.zone.day(row.last_seen).date().to_string()),
            ("source", source.settings.name.clone()),
        ];
        said.into_iter().map(|(name, text)| (name.to_owned(), text)).collect()
    }

    /// The public id of the finding of such a rule that was seen last, if there is one.
    async fn id_of_rule(&self, rule: &str) -> Result<Option<String>, WireError> {
        let filter = Filter::new().rule(Tool::Other, rule).status(StatusIs::Any);
        let query = ListQuery { filter: &filter, sort: Sort::LastSeen, cursor: None, limit: 1 };
        let page = self.scoped(Action::SeeFindings)?.occurrence_list(&query, self.now()).await.wire()?;
        Ok(page.rows.first().map(|row| row.id.to_string()))
    }

    /// When what is said of a finding that there is holds: on the day on which it was seen last, just after, for that is what was
    /// seen then; on a later day it was seen again; before, it was not.
    fn after(&self, last: Micros, at: Micros) -> Result<Micros, WireError> {
        let day = |at| self.service.zone.day(at);
        if day(at) == day(last) {
            Ok(Micros(last.0 + 1_000_000))
        } else if at > last {
            Ok(at)
        } else {
            Err(WireError::invalid("seen", "earlier"))
        }
    }

    /// The instant of a day that is said: now if it is today or none, so that what is said later counts, else its noon.
    fn seen_at(&self, day: &str, zone: &str) -> Result<Micros, WireError> {
        let today = self.today().date();
        if day.is_empty() {
            return Ok(self.now());
        }
        let said = day.parse::<NaiveDate>().map_err(|_| WireError::invalid("seen", "day"))?;
        if said > today || said < SEEN_SINCE.parse().unwrap_or_default() {
            return Err(WireError::invalid("seen", "day"));
        }
        if said == today { Ok(self.now()) } else { stated(day, zone).map_err(|_| WireError::invalid("seen", "day")) }
    }
}

/// How the source's exports are understood.
fn space(source: &Source) -> AddressSpace<'_> {
    let SourceNew { space, prefer_fqdn, aliases, .. } = &source.settings;
    AddressSpace { space, source: source.id, prefer_fqdn: *prefer_fqdn, aliases }
}

/// The asset of a finding as the source's exports call it: one that goes by an alias is only found again under what the alias
/// stands for.
fn called(source: &Source, found: &OccurrenceDetail) -> AssetFacts {
    let (key, facts) = (&found.detail.asset_key, &found.detail.asset_facts);
    let scheme = facts.name.split_once("://").map(|(scheme, _)| format!("{scheme}://")).unwrap_or_default();
    let others = source.settings.aliases.iter().flat_map(|alias| {
        let host = facts.name.replacen(&alias.name, &alias.target, 1);
        [host, format!("{scheme}{}", alias.target)].map(|name| AssetFacts { name, ..facts.clone() })
    });
    let space = space(source);
    let mut all = std::iter::once(facts.clone()).chain(others);
    all.find(|one| asset_key(&space, one) == *key).unwrap_or_else(|| facts.clone())
}
