//! The declared inventory: a file is read, looked at, and applied; and written out again.

use crate::errors::{OrWire, internal};
use crate::import::{refusal_view, shown_name};
use crate::query::neutral;
use crate::request::Session;
use ingest::{Inventory, InventoryFlaw, InventoryRow, MAX_INVENTORY, Subject, read_inventory};
use model::audit::AuditAct;
use model::error::{ErrorCode, WireError};
use model::facts::AssetKind;
use model::filter::Filter;
use model::mapping::same_word;
use model::policy::Action;
use model::view::TeamRef;
use model::view::assets::{AssetSort, FlawView, InventoryPreview, PreviewedAsset};
use model::{Attributes, TeamId};
use posture::identity::{AddressSpace, asset_key, is_of_a_source, space_of};
use std::collections::BTreeMap;
use store::assets::AssetQuery;
use store::inventory::{Declaration, Declared, InventoryDraft};
use store::occurrences::MAX_PAGE;
use store::sources::{DEFAULT, Source};

/// How many rows that change something are shown, and how many that were set aside.
const SHOWN: usize = 200;

/// An inventory whose rows have found their assets' keys.
struct Resolved {
    declarations: Vec<Declaration>,
    /// The line of each.
    lines: Vec<u64>,
    flaws: Vec<FlawView>,
    ignored: Vec<String>,
}

impl Session {
    /// Refuses unless the viewer may say what assets are.
    ///
    /// # Errors
    /// They may not.
    pub fn may_declare(&self) -> Result<(), WireError> {
        self.require(Action::ManageAssets, None)
    }

    /// The most bytes of an inventory.
    #[must_use]
    pub fn most_inventory(&self) -> u64 {
        MAX_INVENTORY
    }

    /// Keeps a file until the viewer has looked at what it would change.
    ///
    /// # Errors
    /// The viewer may not, or the database failed.
    pub async fn take_inventory(&self, file: &str, bytes: Vec<u8>) -> Result<(), WireError> {
        let draft = InventoryDraft { file: shown_name(file), bytes, at: self.now() };
        self.scoped(Action::ManageAssets)?.inventory_draft_set(&draft).await.wire()
    }

    /// What the waiting file would change.
    pub(super) async fn waiting_inventory(&self) -> Result<Option<InventoryPreview>, WireError> {
        let Some(draft) = self.scoped(Action::ManageAssets)?.inventory_draft().await.wire()? else { return Ok(None) };
        self.load_inventory(&draft.file, &draft.bytes, false).await.map(Some)
    }

    /// Applies the waiting file and forgets it; how many assets it changed.
    pub(super) async fn apply_waiting(&self) -> Result<i64, WireError> {
        let scoped = self.scoped(Action::ManageAssets)?;
        let draft = scoped.inventory_draft().await.wire()?.ok_or_else(|| WireError::new(ErrorCode::NotFound))?;
        let done = self.load_inventory(&draft.file, &draft.bytes, true).await?;
        if let Some(refusal) = done.refusal {
            return Err(WireError { detail: refusal.code, ..WireError::new(ErrorCode::Refused) });
        }
        scoped.inventory_draft_drop().await.wire()?;
        Ok(done.new + done.changed)
    }

    /// Reads an inventory and applies it, or says what it would change. Rows that cannot be read are set aside, and the others
    /// count.
    ///
    /// # Errors
    /// The viewer may not, or the database failed. A file that cannot be read as a whole is no error: the answer says so.
    pub async fn load_inventory(&self, file: &str, bytes: &[u8], apply: bool) -> Result<InventoryPreview, WireError> {
        let scoped = self.scoped(Action::ManageAssets)?;
        let file = shown_name(file);
        let read = match read_inventory(&mut &*bytes) {
            Ok(read) => read,
            Err(refusal) => {
                return Ok(InventoryPreview {
                    file,
                    refusal: Some(refusal_view(&refusal)),
                    ..InventoryPreview::default()
                });
            }
        };
        let teams = self.visible_teams().await?;
        let Resolved { declarations, lines, mut flaws, ignored } =
            resolve(read, &scoped.source_list().await.wire()?, &teams);
        let outcome = scoped.inventory_declare(&declarations, &file, apply, self.now()).await.wire()?;
        let mut seen = InventoryPreview { file: file.clone(), ignored, ..InventoryPreview::default() };
        for ((one, told), line) in outcome.into_iter().zip(&declarations).zip(lines) {
            if one.asset.is_none() && told.facts.is_none() {
                flaws.push(FlawView { line, reason: "key_unknown".to_owned(), detail: one.name });
                continue;
            }
            let changes = changes(&one, &teams);
            let counted = match (&one.before, changes.is_empty()) {
                (None, _) => &mut seen.new,
                (Some(_), false) => &mut seen.changed,
                (Some(_), true) => &mut seen.same,
            };
            *counted += 1;
            if (one.before.is_none() || !changes.is_empty()) && seen.rows.len() < SHOWN {
                let Declared { asset, name, near, .. } = one;
                let near = near.unwrap_or_default();
                seen.rows.push(PreviewedAsset { line, id: asset.map(|asset| asset.0), name, changes, near });
            }
        }
        flaws.sort_by_key(|flaw| flaw.line);
        seen.flaw_count = i64::try_from(flaws.len()).unwrap_or(i64::MAX);
        flaws.truncate(SHOWN);
        seen.flaws = flaws;
        if apply {
            let detail = format!("new {}, changed {}, set aside {}", seen.new, seen.changed, seen.flaw_count);
            self.audit(AuditAct::LoadInventory, &format!("inventory:{file}"), &detail).await?;
        }
        Ok(seen)
    }

    /// The inventory as a file that can be loaded again: the assets of a filter, or all, with their keys.
    ///
    /// # Errors
    /// The viewer may not see every team's assets, the filter cannot be read, or the database failed.
    pub async fn inventory_csv(&self, text: &str) -> Result<String, WireError> {
        self.require(Action::SeeFindings, None)?;
        let scoped = self.scoped(Action::SeeFindings)?;
        let filter = Filter::parse_assets(text).map_err(|error| WireError::invalid("filter", &error.to_string()))?;
        let said: BTreeMap<_, _> = scoped.declared_owners().await.wire()?.into_iter().collect();
        let mut csv = csv::Writer::from_writer(Vec::new());
        let head = ["key", "name", "space", "criticality", "exposure", "environment", "tags", "owner team", "declared"];
        csv.write_record(head).map_err(|error| internal(&error))?;
        let mut cursor = None;
        loop {
            let list = AssetQuery { filter: &filter, sort: AssetSort::Name, cursor: cursor.as_ref(), limit: MAX_PAGE };
            let page = scoped.asset_list(&list, self.now()).await.wire()?;
            for row in page.rows {
                let Attributes { declared, criticality, exposure, environment, tags, .. } = row.attributes;
                let cells = [
                    row.key.clone(),
                    row.name,
                    space_of(&row.key),
                    criticality.map(|value| value.word().to_owned()).unwrap_or_default(),
                    exposure.map(|value| value.word().to_owned()).unwrap_or_default(),
                    environment,
                    tags.join(" "),
                    said.get(&row.id).cloned().unwrap_or_default(),
                    if declared { "yes" } else { "no" }.to_owned(),
                ];
                csv.write_record(cells.map(neutral)).map_err(|error| internal(&error))?;
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let bytes = csv.into_inner().map_err(|error| internal(&error))?;
        String::from_utf8(bytes).map_err(|error| internal(&error))
    }
}

/// The asset's key of each row, and the rows for which there is none.
fn resolve(read: Inventory, sources: &[Source], teams: &[TeamRef]) -> Resolved {
    let flaw = |one: InventoryFlaw| FlawView { line: one.line, reason: one.reason.to_owned(), detail: one.detail };
    let mut resolved = Resolved {
        declarations: Vec::with_capacity(read.rows.len()),
        lines: Vec::with_capacity(read.rows.len()),
        flaws: read.flaws.into_iter().map(flaw).collect(),
        ignored: read.ignored,
    };
    let mut first: BTreeMap<String, u64> = BTreeMap::new();
    for row in read.rows {
        let line = row.line;
        match declaration(row, sources, teams) {
            Ok(found) => match first.get(&found.key) {
                Some(earlier) => {
                    let detail = earlier.to_string();
                    resolved.flaws.push(FlawView { line, reason: "twice".to_owned(), detail });
                }
                None => {
                    first.insert(found.key.clone(), line);
                    resolved.declarations.push(found);
                    resolved.lines.push(line);
                }
            },
            Err((reason, detail)) => resolved.flaws.push(FlawView { line, reason: reason.to_owned(), detail }),
        }
    }
    resolved
}

fn declaration(
    row: InventoryRow,
    sources: &[Source],
    teams: &[TeamRef],
) -> Result<Declaration, (&'static str, String)> {
    let mut said = row.said;
    said.owner = match row.owner {
        None => None,
        Some(None) => Some(None),
        Some(Some(text)) => {
            let team = teams.iter().find(|team| team.slug.eq_ignore_ascii_case(&text) || same_word(&team.name, &text));
            Some(Some(TeamId(team.ok_or(("team_unknown", text))?.id)))
        }
    };
    let facts = match row.subject {
        Subject::Key(key) => return Ok(Declaration { key, facts: None, said }),
        Subject::Facts(facts) => facts,
    };
    let space = if row.space.is_empty() { DEFAULT } else { &row.space };
    let here: Vec<&Source> = sources.iter().filter(|source| source.settings.space == space).collect();
    let Some(any) = here.first().copied().or(sources.first()) else { return Err(("no_source", space.to_owned())) };
    // Names go before addresses where every source of the space does so.
    let prefer_fqdn = !here.is_empty() && here.iter().all(|source| source.settings.prefer_fqdn);
    // What a source says that `localhost` means, it says for a space that has no other source.
    let aliases: &[model::TargetAlias] = if here.len() == 1 { &any.settings.aliases } else { &[] };
    let key = asset_key(&AddressSpace { space, source: any.id, prefer_fqdn, aliases }, &facts);
    if is_of_a_source(&key) && here.len() != 1 {
        let name = if facts.kind == AssetKind::Host { facts.name } else { format!("{} ({space})", facts.name) };
        return Err(("source_ambiguous", name));
    }
    Ok(Declaration { key, facts: Some(facts), said })
}

/// What differs, attribute by attribute, in words.
fn changes(one: &Declared, teams: &[TeamRef]) -> Vec<(String, String, String)> {
    let nothing = Attributes::default();
    let (before, after) = (one.before.as_ref().unwrap_or(&nothing), &one.after);
    let team = |id: Option<TeamId>| {
        let found = id.and_then(|id| teams.iter().find(|team| team.id == id.0));
        found.map(|team| team.name.clone()).unwrap_or_default()
    };
    let yes = |declared: bool| if declared { "yes" } else { "no" }.to_owned();
    let word = |value: Option<&'static str>| value.unwrap_or_default().to_owned();
    let fields = [
        ("declared", yes(before.declared), yes(after.declared)),
        ("criticality", word(before.criticality.map(|v| v.word())), word(after.criticality.map(|v| v.word()))),
        ("exposure", word(before.exposure.map(|v| v.word())), word(after.exposure.map(|v| v.word()))),
        ("environment", before.environment.clone(), after.environment.clone()),
        ("tags", before.tags.join(" "), after.tags.join(" ")),
        ("owner", team(before.owner), team(after.owner)),
    ];
    let differs = fields.into_iter().filter(|(_, before, after)| before != after);
    differs.map(|(field, before, after)| (field.to_owned(), before, after)).collect()
}
