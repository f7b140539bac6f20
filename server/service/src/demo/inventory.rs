//! What Almadía says of its assets: an inventory that came in the middle of the year, with a few that no scan has ever reached.

use super::company::{APPS, Kind, hosts};
use std::fmt::Write;

/// What the inventory names and no scan reaches: name, address, URL, criticality, exposure.
const UNSEEN: [[&str; 5]; 6] = [
    ["vpn-01.almadia.example", "10.20.9.11", "", "crítica", "internet"],
    ["vpn-02.almadia.example", "10.20.9.12", "", "crítica", "internet"],
    ["backup-01.almadia.example", "10.20.9.21", "", "alta", "interna"],
    ["plant-01.almadia.example", "10.20.9.31", "", "media", "interna"],
    ["", "", "https://careers.almadia.example", "baja", "internet"],
    ["", "", "https://suppliers.almadia.example", "alta", "socio"],
];

/// What the inventory forgets.
const FORGOTTEN: [&str; 2] = ["https://status.almadia.example", "http://legacy.almadia.example:8080"];

/// The inventory as a spreadsheet in Spanish writes it.
pub(crate) fn inventory() -> String {
    let mut csv = "Nombre;Dirección;URL;Criticidad;Exposición;Entorno;Etiquetas\n".to_owned();
    for host in hosts() {
        let criticality = match host.kind {
            Kind::Database => "crítica",
            Kind::Web | Kind::Windows if host.number % 3 == 0 => "alta",
            Kind::Web | Kind::Windows => "media",
            Kind::Appliance => "baja",
        };
        let (exposure, environment) = match host.kind {
            Kind::Web if host.number % 2 == 0 => ("internet", "production"),
            _ if host.number % 7 == 0 => ("interna", "test"),
            _ => ("interna", "production"),
        };
        let tags = if host.name.starts_with("pay-") { "pci" } else { "" };
        // Writing to a String cannot fail.
        let _ = writeln!(csv, "{};{};;{criticality};{exposure};{environment};{tags}", host.name, host.ip);
    }
    for (at, app) in APPS.iter().enumerate().filter(|(_, app)| !FORGOTTEN.contains(&app.origin)) {
        let (criticality, tags) = match at {
            0 | 3 => ("crítica", "pci web"),
            1 | 2 => ("alta", "web"),
            _ => ("media", "web"),
        };
        let exposure = match app.origin {
            origin if origin.contains("intranet") || origin.contains("erp") => "interna",
            origin if origin.contains("partners") => "socio",
            _ => "internet",
        };
        let _ = writeln!(csv, ";;{};{criticality};{exposure};production;{tags}", app.origin);
    }
    for [name, address, url, criticality, exposure] in UNSEEN {
        let _ = writeln!(csv, "{name};{address};{url};{criticality};{exposure};production;");
    }
    csv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_can_be_read() {
        let read = ingest::read_inventory(&mut inventory().as_bytes()).unwrap();
        assert_eq!(read.rows.len(), hosts().len() + APPS.len() - FORGOTTEN.len() + UNSEEN.len());
        assert!(read.flaws.is_empty() && read.ignored.is_empty(), "{:?}", read.flaws);
    }
}
