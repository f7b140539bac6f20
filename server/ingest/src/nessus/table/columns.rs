//! The columns of the tables that Nessus, Tenable.sc and Tenable VM write, by their names.
//!
//! Nessus names them in words (`Plugin ID`, 13 columns by default and up to 30), Tenable.sc in others (`Plugin`), and Tenable VM
//! by the fields of its API (`definition.id`); each has changed its spelling over the years. Case and punctuation do not count.

use super::left_out::is_left_out;
use crate::nessus::rule::{Field, RISK};
use Column::{
    Agent, End, Family, Fqdn, Host, Ip, LastSeen, Mac, Netbios, Plugin, Port, Protocol, Repository, Rule, Service,
    Severity, Start, State, System, Total,
};
use csv::{ReaderBuilder, StringRecord};

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The plugin's number.
    Plugin,
    /// What the XML has as an element of the row.
    Rule(Field),
    /// The plugin's family.
    Family,
    /// The severity, in words or as a number; the outcome of a compliance check.
    Severity,
    /// What the scan called the host.
    Host,
    /// Its address.
    Ip,
    /// Its name in the DNS.
    Fqdn,
    /// Its NetBIOS name.
    Netbios,
    /// Its MAC addresses.
    Mac,
    /// Its operating system.
    System,
    /// The uuid of the agent on it.
    Agent,
    /// `tcp`, `udp`, `icmp`.
    Protocol,
    /// The port.
    Port,
    /// The service.
    Service,
    /// When the scan of the host began.
    Start,
    /// When the scan of the host ended.
    End,
    /// When a scanner saw the finding last.
    LastSeen,
    /// Whether the finding is still there, as Tenable VM keeps book of it.
    State,
    /// The repository of Tenable.sc that the host is in.
    Repository,
    /// How many hosts or findings a row of a summary stands for.
    Total,
}

/// The names of each column. Where a table has several of one column, the first that is not empty counts, in this order.
const NAMES: &[(Column, &[&str])] = &[
    (Plugin, &["Plugin ID", "Plugin", "definition.id"]),
    (Rule(Field::Name), &["Name", "Plugin Name", "definition.name"]),
    (Family, &["Family", "Plugin Family", "definition.family"]),
    (Severity, &["Risk", "Severity"]),
    (Rule(RISK), &["Risk Factor"]),
    (Host, &["Host", "scan.target", "asset.name", "asset.host_name"]),
    (Ip, &["IP Address", "asset.display_ipv4_address", "asset.ipv4_addresses", "asset.display_ipv6_address"]),
    (Fqdn, &["FQDN", "DNS Name", "asset.display_fqdn"]),
    (Netbios, &["NetBIOS Name", "NetBIOS", "asset.netbios_name"]),
    (Mac, &["MAC Address", "asset.display_mac_address"]),
    (System, &["OS", "asset.operating_system", "asset.operating_systems"]),
    (Agent, &["Agent ID"]),
    (Protocol, &["Protocol"]),
    (Port, &["Port"]),
    (Service, &["Service"]),
    (Start, &["Host Start"]),
    (End, &["Host End"]),
    (LastSeen, &["Last Observed", "Last Found", "Last Seen"]),
    (State, &["Vulnerability State", "State"]),
    (Repository, &["Repository"]),
    (Total, &["Total", "Host Total"]),
    (Rule(Field::Synopsis), &["Synopsis", "definition.synopsis"]),
    (Rule(Field::Description), &["Description", "definition.description"]),
    (Rule(Field::Solution), &["Solution", "Steps to Remediate", "definition.solution"]),
    (Rule(Field::SeeAlso), &["See Also", "definition.see_also"]),
    (Rule(Field::Output), &["Plugin Output", "Plugin Text", "output"]),
    (Rule(Field::Kind), &["Plugin Type", "Check Type", "definition.type"]),
    (Rule(Field::Cve), &["CVE", "definition.cve"]),
    (Rule(Field::Cwe), &["CWE", "definition.cwe"]),
    (Rule(Field::Xref), &["XREF", "Cross References"]),
    (Rule(Field::Reference("BID")), &["BID", "definition.bugtraq"]),
    (Rule(Field::Reference("MSKB")), &["MSKB"]),
    (Rule(Field::Reference("IAVA")), &["definition.iava"]),
    (Rule(Field::Reference("IAVB")), &["definition.iavb"]),
    (Rule(Field::Reference("IAVT")), &["definition.iavt"]),
    (Rule(Field::Vector("")), &["CVSS Vector", "CVSS V2 Vector", "definition.cvss2.base_vector"]),
    (Rule(Field::Vector("CVSS:3.0/")), &["CVSS3 Vector", "CVSS V3 Vector", "definition.cvss3.base_vector"]),
    (Rule(Field::Vector("CVSS:4.0/")), &["CVSS4 Vector", "CVSS V4 Vector", "definition.cvss4.base_vector"]),
    (
        Rule(Field::score(2)),
        &["CVSS", "CVSS Base Score", "CVSS v2.0 Base Score", "CVSS V2 Base Score", "definition.cvss2.base_score"],
    ),
    (
        Rule(Field::score(3)),
        &["CVSSv3", "CVSS3 Base Score", "CVSS v3.0 Base Score", "CVSS V3 Base Score", "definition.cvss3.base_score"],
    ),
    (
        Rule(Field::score(4)),
        &["CVSS4 Base Score", "CVSS v4.0 Base Score", "CVSS V4 Base Score", "definition.cvss4.base_score"],
    ),
];

/// Where a table has which column.
#[derive(Debug, Default)]
pub struct Columns {
    /// How many columns there are.
    pub count: usize,
    /// The names that are not known.
    pub unknown: Vec<String>,
    /// Column and position, in the order of [`NAMES`].
    found: Vec<(Column, usize)>,
}

impl Columns {
    /// The columns of a header.
    pub fn of(header: &StringRecord) -> Self {
        let names = NAMES.iter().flat_map(|(column, names)| names.iter().map(move |name| (*column, *name)));
        let mut columns = Self { count: header.len(), ..Self::default() };
        for (column, name) in names {
            let places = header.iter().enumerate().filter(|(_, cell)| same(cell, name));
            columns.found.extend(places.map(|(at, _)| (column, at)));
        }
        let unknown = header.iter().enumerate().filter(|(at, cell)| {
            let read = columns.found.iter().any(|(_, found)| found == at);
            !(read || cell.trim().is_empty() || is_left_out(cell))
        });
        columns.unknown = unknown.map(|(_, cell)| cell.trim().to_owned()).collect();
        columns
    }

    /// Whether the table has a column.
    pub fn has(&self, column: Column) -> bool {
        self.found.iter().any(|(found, _)| *found == column)
    }

    /// Whether the table names hosts.
    pub fn names_hosts(&self) -> bool {
        [Host, Ip, Fqdn, Netbios].into_iter().any(|column| self.has(column))
    }

    /// Whether each row says which plugin found something on which host, and how bad it is.
    pub fn is_scan(&self) -> bool {
        self.has(Plugin) && self.names_hosts() && self.has(Severity)
    }

    /// A row's cell without the white space around it, empty if there is none.
    pub fn cell<'r>(&self, row: &'r StringRecord, column: Column) -> &'r str {
        let cells = self.found.iter().filter(|(found, _)| *found == column).filter_map(|(_, at)| row.get(*at));
        cells.map(str::trim).find(|cell| !cell.is_empty()).unwrap_or_default()
    }

    /// A row's cells of the plugin, as they are.
    pub fn rule_cells<'a, 'r: 'a>(&'a self, row: &'r StringRecord) -> impl Iterator<Item = (Field, &'r str)> + 'a {
        self.found.iter().filter_map(|(column, at)| match column {
            Rule(field) => Some((*field, row.get(*at)?)),
            _ => None,
        })
    }

    /// The position of the first column of texts, in which quotes and line breaks occur, if all that decides about a row's
    /// identity stands before it.
    pub fn texts_begin(&self) -> Option<usize> {
        let is_text = |column: &Column| {
            use Field::{Description, Output, SeeAlso, Solution, Synopsis};
            matches!(column, Rule(Synopsis | Description | Solution | SeeAlso | Output))
        };
        let decides = |column: &Column| {
            matches!(column, Plugin | Severity | Host | Ip | Fqdn | Netbios | Agent | Protocol | Port | State)
        };
        let first = self.found.iter().filter(|(column, _)| is_text(column)).map(|(_, at)| *at).min()?;
        self.found.iter().all(|(column, at)| !decides(column) || *at < first).then_some(first)
    }
}

/// What separates the cells of a table, and its columns, by the first line of the text. `None` if it is no table of plugins.
pub fn header(text: &str) -> Option<(u8, Columns)> {
    let of = |delimiter| {
        let mut reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).from_reader(text.as_bytes());
        let mut record = StringRecord::new();
        reader.read_record(&mut record).ok().filter(|read| *read).map(|_| (delimiter, Columns::of(&record)))
    };
    let line = text.trim_start().lines().next()?;
    let delimiters = [b',', b';', b'\t'].into_iter().filter(|delimiter| line.as_bytes().contains(delimiter));
    let best = delimiters.filter_map(of).max_by_key(|(_, columns)| columns.found.len());
    best.filter(|(_, columns)| columns.has(Plugin) || columns.has(Rule(Field::Name)))
}

/// Whether two names are the same but for case and punctuation.
pub fn same(a: &str, b: &str) -> bool {
    folded(a).eq(folded(b))
}

/// A name's letters and digits, in lower case.
pub fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(line: &str) -> Columns {
        header(line).unwrap().1
    }

    #[test]
    fn names_are_found_in_any_spelling() {
        for (line, delimiter) in [
            ("Plugin ID,CVE,CVSS,Risk,Host,Protocol,Port,Name\n1,,", b','),
            ("\"PLUGIN_ID\";\"risk\";\"Host\"", b';'),
            ("plugin id\tRisk\tHOST\tSteps to Remediate", b'\t'),
            ("asset.name,definition.id,severity", b','),
        ] {
            let (found, columns) = header(line).unwrap();
            assert!(found == delimiter && columns.is_scan() && columns.unknown.is_empty(), "{line}: {columns:?}");
        }
        assert!(header("a,b,c").is_none() && header("").is_none());
    }

    #[test]
    fn the_first_name_that_has_a_value_counts() {
        let columns = columns("asset.host_name,Host,Plugin ID,Severity,Risk");
        let cell = |row: [&str; 5], column| columns.cell(&StringRecord::from(row.to_vec()), column).to_owned();
        assert_eq!(cell(["a", " b ", "1", "Low", ""], Host), "b");
        assert_eq!(cell(["a", " ", "1", "Low", ""], Host), "a");
        assert_eq!(cell(["a", "", "1", "Low", ""], Severity), "Low");
    }

    #[test]
    fn what_is_not_known_is_named() {
        let columns = columns("Plugin ID,Host,Risk,Colour, ,definition.vpr_v2.drivers_anything,VPR Score");
        assert_eq!(columns.unknown, ["Colour"]);
    }

    #[test]
    fn texts_begin_behind_what_decides_or_nowhere() {
        assert_eq!(columns("Plugin ID,Risk,Host,Protocol,Port,Name,Synopsis,Description").texts_begin(), Some(6));
        assert_eq!(columns("Plugin,Severity,IP Address,Plugin Text,Agent ID").texts_begin(), None);
        assert_eq!(columns("Plugin,Severity,IP Address").texts_begin(), None);
    }
}
