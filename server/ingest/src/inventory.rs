//! The declared inventory of assets: a table of text whose columns are named in English or Spanish. Columns may be missing;
//! a row that cannot be read is set aside with its line and reason, and the others are read.

use crate::bounded::table::{Table, delimiter_of};
use crate::origin::of_url;
use crate::{Limits, Refusal, RefusalCode, unwrapped};
use csv::StringRecord;
use model::asset::{self, Said};
use model::facts::{AssetFacts, AssetKind};
use model::mapping::folded;
use std::io::Read;
use std::net::IpAddr;

/// The most bytes of an inventory.
pub const MAX_INVENTORY: u64 = 16 << 20;
/// The most rows of an inventory.
pub const MAX_INVENTORY_ROWS: u64 = 50_000;
/// The most characters of a name.
const MAX_NAME: usize = 255;

/// The columns, with the headings under which they are known, folded: lower case, without accents, spaces and hyphens.
const COLUMNS: [(Column, &[&str]); 11] = [
    (Column::Name, &["name", "nombre", "asset", "activo", "host", "hostname", "server", "servidor", "fqdn"]),
    (Column::Address, &["address", "direccion", "ip", "ipaddress", "direccionip"]),
    (Column::Url, &["url", "website", "sitio", "sitioweb", "weborigin", "origenweb"]),
    (Column::Key, &["key", "clave", "assetkey", "clavedelactivo"]),
    (Column::Space, &["space", "espacio", "addressspace", "espaciodedirecciones"]),
    (Column::Criticality, &["criticality", "criticidad", "importance", "importancia"]),
    (Column::Exposure, &["exposure", "exposicion"]),
    (Column::Environment, &["environment", "entorno", "env", "ambiente"]),
    (Column::Tags, &["tags", "etiquetas", "labels", "tag", "etiqueta"]),
    (Column::Owner, &["ownerteam", "owner", "team", "equipo", "equiporesponsable", "propietario", "responsable"]),
    (Column::Declared, &["declared", "inscope", "declarado", "enalcance", "inventory", "inventario"]),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    Address,
    Url,
    Key,
    Space,
    Criticality,
    Exposure,
    Environment,
    Tags,
    Owner,
    Declared,
}

/// What a row names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An asset by the key that an exported inventory carries.
    Key(String),
    /// An asset by what is known of it; its key follows from that and the space.
    Facts(AssetFacts),
}

/// A row of an inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryRow {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// What it names.
    pub subject: Subject,
    /// The address space in which the name means something; empty if the row does not say.
    pub space: String,
    /// What it says, but for the owner.
    pub said: Said,
    /// The team that it names, by slug or name; the inner `None` says that there is none.
    pub owner: Option<Option<String>>,
}

/// A row that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryFlaw {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Why, as a machine word; the sentence is in `app/locales`.
    pub reason: &'static str,
    /// The value in question, cut.
    pub detail: String,
}

/// An inventory as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// Its rows.
    pub rows: Vec<InventoryRow>,
    /// Rows that were set aside.
    pub flaws: Vec<InventoryFlaw>,
    /// Headings that are not known: their columns were not read.
    pub ignored: Vec<String>,
}

/// Reads an inventory, out of gzip if it is in it.
///
/// # Errors
/// The file cannot be read as a table, is larger than [`MAX_INVENTORY`] or [`MAX_INVENTORY_ROWS`], ends inside a quote, or has no
/// column that names an asset.
pub fn read_inventory(input: &mut dyn Read) -> Result<Inventory, Refusal> {
    let limits = Limits {
        max_bytes: MAX_INVENTORY,
        max_event: 64 << 10,
        max_attributes: 64,
        max_rows: MAX_INVENTORY_ROWS,
        ..Limits::default()
    };
    let mut input = unwrapped(input).map_err(|error| crate::refusal_of(&error))?;
    let mut table = Table::new(&mut input, &limits, |head| Some(delimiter_of(head)))?;
    let mut inventory = Inventory::default();
    let columns = columns(table.header(), &mut inventory.ignored)?;
    while table.next()?.is_some() {
        if (inventory.rows.len() + inventory.flaws.len()) as u64 >= limits.max_rows {
            return Err(Refusal::new(RefusalCode::TooManyRows, limits.max_rows.to_string()));
        }
        let (line, _) = table.place();
        if table.record().iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match row(line, table.record(), &columns) {
            Ok(row) => inventory.rows.push(row),
            Err((reason, detail)) => {
                let detail = detail.chars().take(120).collect();
                inventory.flaws.push(InventoryFlaw { line, reason, detail });
            }
        }
    }
    Ok(inventory)
}

/// Which column stands where. The first of a kind counts.
fn columns(header: &StringRecord, ignored: &mut Vec<String>) -> Result<Vec<Option<Column>>, Refusal> {
    let mut found: Vec<Option<Column>> = Vec::with_capacity(header.len());
    for cell in header {
        let word = folded(cell);
        let column = COLUMNS.iter().find(|(_, names)| names.contains(&word.as_str())).map(|(column, _)| *column);
        let fresh = column.filter(|column| !found.contains(&Some(*column)));
        if fresh.is_none() && !cell.trim().is_empty() {
            ignored.push(cell.trim().chars().take(60).collect());
        }
        found.push(fresh);
    }
    let names = [Column::Name, Column::Address, Column::Url, Column::Key];
    if names.iter().any(|column| found.contains(&Some(*column))) {
        Ok(found)
    } else {
        Err(Refusal::new(RefusalCode::Malformed, "name, address, url").at(1, 0))
    }
}

type Flaw = (&'static str, String);

fn row(line: u64, record: &StringRecord, columns: &[Option<Column>]) -> Result<InventoryRow, Flaw> {
    if record.len() > columns.len() && record.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        return Err(("more_cells_than_headings", record.len().to_string()));
    }
    // A column that the file has says something in each row, if only that there is nothing.
    let cell = |column: Column| {
        let at = columns.iter().position(|known| *known == Some(column))?;
        Some(record.get(at).unwrap_or_default().trim())
    };
    let given = |column: Column| cell(column).filter(|text| !text.is_empty());
    let read = |column, reason, fits: bool| {
        if fits { Ok(()) } else { Err((reason, cell(column).unwrap_or_default().to_owned())) }
    };
    let criticality = cell(Column::Criticality).map(asset::criticality_of);
    read(Column::Criticality, "criticality_unknown", criticality != Some(None))?;
    let exposure = cell(Column::Exposure).map(asset::exposure_of);
    read(Column::Exposure, "exposure_unknown", exposure != Some(None))?;
    let environment =
        cell(Column::Environment).map(|text| if text.is_empty() { Some(String::new()) } else { asset::word(text) });
    read(Column::Environment, "environment_invalid", environment != Some(None))?;
    let tags = cell(Column::Tags).map(asset::tags);
    read(Column::Tags, "tags_invalid", tags != Some(None))?;
    let declared = cell(Column::Declared).map(asset::yes_of);
    read(Column::Declared, "declared_unknown", declared != Some(None))?;
    let space = given(Column::Space).unwrap_or_default();
    read(Column::Space, "space_invalid", space.chars().count() <= 120 && !space.chars().any(char::is_control))?;
    let subject = match given(Column::Key) {
        Some(key) => Subject::Key(key.to_owned()),
        None => Subject::Facts(facts(given(Column::Name), given(Column::Address), given(Column::Url))?),
    };
    Ok(InventoryRow {
        line,
        subject,
        space: space.to_owned(),
        said: Said {
            declared: Some(declared.flatten().unwrap_or(true)),
            criticality: criticality.flatten(),
            exposure: exposure.flatten(),
            environment: environment.flatten(),
            tags: tags.flatten(),
            owner: None,
        },
        owner: cell(Column::Owner).map(|text| (!text.is_empty()).then(|| text.to_owned())),
    })
}

/// What is known of an asset by its name, address or URL: a web origin if there is a URL, else a host.
fn facts(name: Option<&str>, address: Option<&str>, url: Option<&str>) -> Result<AssetFacts, Flaw> {
    if let Some(url) = url.or(name.filter(|name| name.contains("://"))) {
        let origin = of_url(url).filter(|origin| plain(origin)).ok_or_else(|| ("url_invalid", url.to_owned()))?;
        return Ok(AssetFacts { kind: AssetKind::Origin, name: origin, ..AssetFacts::default() });
    }
    let is_address = |text: &str| text.parse::<IpAddr>().is_ok();
    if let Some(address) = address.filter(|address| !is_address(address)) {
        return Err(("address_invalid", address.to_owned()));
    }
    let called = name.or(address).ok_or_else(|| ("nothing_named", String::new()))?;
    if !plain(called) {
        return Err(("name_invalid", called.to_owned()));
    }
    let fqdn = name.filter(|name| name.contains('.') && !is_address(name));
    Ok(AssetFacts {
        kind: AssetKind::Host,
        name: called.to_owned(),
        ip: address.or(name.filter(|name| is_address(name))).map(str::to_owned),
        fqdn: fqdn.map(str::to_owned),
        ..AssetFacts::default()
    })
}

/// Whether a text can be a name: one word that is not too long.
fn plain(text: &str) -> bool {
    text.chars().count() <= MAX_NAME && !text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Criticality, Exposure};

    fn read(text: &str) -> Inventory {
        read_inventory(&mut text.as_bytes()).unwrap()
    }

    fn name(row: &InventoryRow) -> &str {
        match &row.subject {
            Subject::Key(key) => key,
            Subject::Facts(facts) => &facts.name,
        }
    }

    #[test]
    fn headings_are_known_in_both_languages() {
        let english = read(
            "Name,Address,Space,Criticality,Exposure,Environment,Tags,Owner team\nweb-1.example,10.0.0.5,dmz,high,internet,prod,\"pci, web\",payments\n",
        );
        let spanish = read(
            "\u{feff}Nombre;Dirección;Espacio;Criticidad;Exposición;Entorno;Etiquetas;Equipo\nweb-1.example;10.0.0.5;dmz;Alta;Internet;prod;pci web;payments\n",
        );
        assert_eq!(english, spanish);
        let row = &english.rows[0];
        assert_eq!(row.said.criticality, Some(Some(Criticality::High)));
        assert_eq!(row.said.exposure, Some(Some(Exposure::Internet)));
        assert_eq!(row.said.tags.as_deref(), Some(["pci".to_owned(), "web".to_owned()].as_slice()));
        assert_eq!((row.line, row.space.as_str()), (2, "dmz"));
        assert_eq!(row.owner, Some(Some("payments".to_owned())));
        let Subject::Facts(facts) = &row.subject else { panic!("no facts") };
        assert_eq!((facts.ip.as_deref(), facts.fqdn.as_deref()), (Some("10.0.0.5"), Some("web-1.example")));
    }

    #[test]
    fn a_missing_column_says_nothing_and_an_empty_cell_says_none() {
        let told = read("url;criticality;cost\nHTTPS://Shop.example:443/a;;9\n");
        let row = &told.rows[0];
        assert_eq!(name(row), "https://shop.example");
        assert_eq!((row.said.criticality, row.said.exposure, row.said.declared), (Some(None), None, Some(true)));
        assert_eq!((row.owner.clone(), told.ignored.clone()), (None, vec!["cost".to_owned()]));
    }

    #[test]
    fn rows_that_cannot_be_read_are_set_aside_with_their_line() {
        let told = read(
            "name,address,criticality,tags\nok,,,\nbad,,huge,\n,999.1.1.1,,\n,,low,\n\nweb 1,,,\nt,,,\"a \"\"b\"\"\"\nx,,,,extra\n",
        );
        assert_eq!(told.rows.iter().map(name).collect::<Vec<_>>(), ["ok"]);
        let flaws: Vec<(u64, &str)> = told.flaws.iter().map(|flaw| (flaw.line, flaw.reason)).collect();
        assert_eq!(
            flaws,
            [
                (3, "criticality_unknown"),
                (4, "address_invalid"),
                (5, "nothing_named"),
                (7, "name_invalid"),
                (8, "tags_invalid"),
                (9, "more_cells_than_headings"),
            ]
        );
    }

    #[test]
    fn a_file_that_names_no_asset_or_does_not_end_is_refused() {
        let refused = |text: &str| read_inventory(&mut text.as_bytes()).unwrap_err();
        assert_eq!(refused("criticality,tags\nhigh,a\n").code, RefusalCode::Malformed);
        assert_eq!(refused("").code, RefusalCode::Empty);
        let open = refused("name\nok\n\"open\n");
        assert_eq!((open.code, open.line), (RefusalCode::Truncated, Some(3)));
        let many = format!("name\n{}", "a\n".repeat(50_001));
        assert_eq!(refused(&many).code, RefusalCode::TooManyRows);
    }
}
