//! Why a file was refused, where, and what to do; remarks on how a file was read. For pages and the command line alike.

use super::macros::messages;
use model::text::Locale;
use model::view::scans::RefusalView;

messages! {
    empty => "El archivo está vacío.", "The file is empty.";
    empty_advice => "Exportarlo de nuevo desde el escáner y comprobar que ocupa más de cero bytes.",
        "Export it again from the scanner and check that it has more than zero bytes.";
    not_a_scan => "El archivo no es una exportación de un escáner.", "The file is not a scanner's export.";
    not_a_scan_advice => "Postura lee exportaciones de Nessus (.nessus), ZAP y Burp Suite (XML o JSON), y SARIF de cualquier herramienta.",
        "Postura reads exports of Nessus (.nessus), ZAP and Burp Suite (XML or JSON), and SARIF of any tool.";
    unsupported_format => "El formato se reconoce, pero todavía no se puede leer.", "The format is known, but cannot be read yet.";
    unsupported_format_advice => "Exportar en otro formato: .nessus en Nessus, XML o JSON tradicional en ZAP, XML en Burp Suite.",
        "Export in another format: .nessus from Nessus, traditional XML or JSON from ZAP, XML from Burp Suite.";
    nessus_policy => "Es una política de Nessus, no un escaneo: no contiene resultados.", "It is a Nessus policy, not a scan: it has no results.";
    nessus_policy_advice => "Exportar el escaneo desde Scans → Export → Nessus.", "Export the scan from Scans → Export → Nessus.";
    truncated => "El archivo está cortado: termina antes de su final.", "The file is cut short: it ends before its end.";
    truncated_advice => "Exportarlo o copiarlo de nuevo entero. No se ha guardado nada de él.",
        "Export or copy it again in full. Nothing of it was kept.";
    malformed => "El archivo está dañado: su estructura no es válida.", "The file is damaged: its structure is not valid.";
    malformed_advice => "Exportarlo de nuevo desde el escáner, sin editarlo.", "Export it again from the scanner, without editing it.";
    encoding => "La codificación de caracteres del archivo no se puede leer.", "The file's character encoding cannot be read.";
    encoding_advice => "Exportarlo de nuevo en UTF-8.", "Export it again as UTF-8.";
    entity_declared => "El archivo declara entidades XML. Pueden servir para atacar a quien lo lee, así que se rechaza.",
        "The file declares XML entities. They can attack whoever reads them, so it is refused.";
    entity_declared_advice => "Ningún escáner las escribe: averiguar quién ha cambiado el archivo.",
        "No scanner writes them: find out who changed the file.";
    external_dtd => "El archivo remite a una definición externa (DTD), que Postura nunca descarga.",
        "The file refers to an external definition (DTD), which Postura never fetches.";
    external_dtd_advice => "Quitar la línea DOCTYPE o exportarlo de nuevo.", "Remove the DOCTYPE line or export it again.";
    too_deep => "El archivo anida elementos más allá del límite.", "The file nests elements beyond the limit.";
    event_too_large => "Un elemento del archivo es más grande que el límite.", "One element of the file is over the size limit.";
    too_large => "El archivo es más grande que el límite.", "The file is over the size limit.";
    too_dense => "El archivo comprimido se expande mucho más que una exportación.", "The compressed file expands far more than an export would.";
    too_dense_advice => "Descomprimirlo y comprobar qué contiene antes de importarlo.", "Decompress it and check what it holds before importing it.";
    too_many_rows => "El archivo tiene más filas que el límite.", "The file has more rows than the limit.";
    too_many_entries => "El archivo comprimido contiene más archivos que el límite.", "The archive holds more files than the limit.";
    too_many_attributes => "Un elemento del archivo tiene más atributos que el límite.", "One element of the file has more attributes than the limit.";
    limit_advice => "Dividir el escaneo en varios más pequeños, o pedir a quien administra Postura que suba el límite.",
        "Split the scan into smaller ones, or ask whoever administers Postura to raise the limit.";
    unreadable => "Los bytes del archivo no se han podido leer.", "The file's bytes could not be read.";
    unreadable_advice => "Copiarlo de nuevo y probar otra vez.", "Copy it again and try once more.";
    original_expired => "El original ya no se conserva: caducó.", "The original is no longer kept: it has expired.";
    original_expired_advice => "Importar el archivo de nuevo, si se tiene.", "Import the file again, if it is at hand.";
    purged => "El contenido de este archivo se destruyó a propósito, y no vuelve.", "This file's content was destroyed on purpose, and does not come back.";
    purged_advice => "Si hace falta, importarlo desde otro origen.", "If it is needed, import it from another source.";
    stopped => "La importación se detuvo antes de terminar.", "The import was stopped before its end.";
    stopped_advice => "Importarlo de nuevo: no se ha guardado nada a medias.", "Import it again: nothing was half kept.";
    other => "El archivo se ha rechazado.", "The file was refused.";
    other_advice => "No se ha guardado nada de él.", "Nothing of it was kept.";
    at_line(line: u64) => "línea {line}", "line {line}";
    at_byte(offset: u64) => "byte {offset}", "byte offset {offset}";

    remark_zone_assumed => "Las horas no indican zona: se ha tomado la del origen.", "The times name no zone: the source's was taken.";
    remark_time_not_understood => "Una fecha no se entiende y no se usa.", "A date could not be understood and is not used.";
    remark_bytes_replaced => "Bytes que no eran texto válido y se muestran como \\xNN:", "Bytes that were not valid text and show as \\xNN:";
    remark_entity_kept_literally => "Una entidad desconocida se ha conservado tal cual:", "An unknown entity was kept as it stands:";
    remark_ampersand_kept_literally => "Un «&» suelto se ha conservado tal cual.", "A stray “&” was kept as it stands.";
    remark_base64_kept_literally => "Un texto marcado como base64 no lo era y se ha conservado tal cual.",
        "A text marked as base64 was none and was kept as it stands.";
    remark_declaration_not_first => "La declaración XML no está al principio.", "The XML declaration does not come first.";
    remark_may_be_a_part => "Una lista de hallazgos no dice si está entera: abre hallazgos y no cierra ninguno.",
        "A list of findings does not say whether it is whole: it opens findings and closes none.";
    remark_export_tells_no_coverage => "Una exportación dice qué se encontró y qué está corregido, y no qué se examinó: solo se cierra lo que da por corregido.",
        "An export says what was found and what is fixed, and not what was looked at: only what it calls fixed closes.";
    remark_read_in_part => "El archivo termina antes de tiempo: se ha leído hasta ahí y no se cierra nada. Línea y lugar:",
        "The file ends early: it was read up to there, and nothing closes. Line and place:";
    remark_references_cut => "La regla enumera más referencias de las que se conservan; las demás se han omitido:",
        "The rule lists more references than are kept; the rest were left out:";
    remark_results_missing => "Una ejecución no tiene lista de resultados: la herramienta no escaneó, así que no se cierra nada.",
        "A run has no list of results: the tool did not scan, so nothing closes.";
    remark_tool_failed => "La herramienta indica que no terminó correctamente:",
        "The tool says that it did not finish successfully:";
    remark_tool_reported_errors => "La herramienta informó de un error; sus resultados pueden estar incompletos:",
        "The tool reported an error, so its results may be incomplete:";
    remark_properties_outside => "Parte del registro está fuera de sus ejecuciones y no se leyó:",
        "Part of the log is kept outside its runs and was not read:";
    remark_several_tools => "El archivo contiene varias herramientas; sus reglas llevan el nombre de cada una:",
        "The file holds several tools; their rules keep the tool's name:";
    remark_scan_not_finished => "El escaneo no había terminado, así que no cierra nada:",
        "The scan had not finished, so it closes nothing:";
    remark_part_of_a_scan => "El archivo solo tiene una parte de los problemas del escaneo, así que no cierra nada:",
        "The file holds only a part of the scan's issues, so it closes nothing:";
    remark_answer_with_errors => "El servidor respondió con errores además de los datos, así que no cierra nada.",
        "The server answered with errors beside the data, so it closes nothing.";
    remark_insertion_points_not_told => "El archivo no dice en qué punto de inserción se encontró un problema: los de un mismo tipo en una misma ruta son un solo hallazgo, aparte de los del XML de Burp, y no se cierra nada.",
        "The file does not say at which insertion point an issue was found: issues of one type at one path are one finding, apart from those of Burp's XML, and nothing closes.";
    remark_rule_from_title => "Ninguna columna indica la regla, así que se toma del título: otro título es otro hallazgo.",
        "No column names the rule, so it is made from the title: another title is another finding.";
    remark_column_missing => "Al archivo le falta una columna de la asignación:",
        "The file lacks a column of the mapping:";
    remark_last_row_may_be_cut => "La última fila tiene menos celdas que la cabecera y no acaba en salto de línea: puede estar cortada.",
        "The last row has fewer cells than the header and no line end: it may be cut.";
    remark_unread_closes_nothing => "Algunas filas no se han podido leer, así que este archivo no cierra nada.",
        "Some rows could not be read, so this file closes nothing.";
    remark_table_closes_nothing => "Una tabla no dice qué se examinó; no cierra nada.",
        "A table does not say what was looked at; it closes nothing.";
    remark_table_without_ports => "La tabla no tiene puertos; los hallazgos se sitúan en el equipo entero.",
        "The table has no ports; findings are placed on the host as a whole.";
    remark_unknown_column => "Una columna no se conoce y no se leyó:",
        "A column is not known and was not read:";
    remark_blank_rows => "Filas con celdas vacías, omitidas:",
        "Rows with empty cells only, passed over:";
    remark_rows_fixed => "Filas que el otro producto da por corregidas, contadas como sin hallazgo:",
        "Rows that the other product calls fixed, counted as no finding:";
    remark_row_without_texts => "Las comillas de una fila están rotas; se leyó sin sus textos, en la línea",
        "A row's quotes are broken; it was read without its texts, at line";
    remark_several_repositories => "La tabla tiene equipos de varios repositorios; una misma dirección en dos de ellos es aquí un solo equipo.",
        "The table has hosts of several repositories; the same address in two of them is one host here.";
    remark_checks_without_id => "Los controles de cumplimiento no tienen id en esta tabla y se conocen por su nombre; el XML puede conocerlos por id.",
        "Compliance checks have no id in this table and are known by name; the XML may know them by id.";
    remark_count_differs => "El archivo no tiene tantas filas como él mismo dice; no cierra nada:",
        "The file has not as many rows as it says itself; it closes nothing:";
    remark_alert_ignored => "La configuración del escaneo mandaba ignorar alertas de un sitio; no están en el informe:",
        "The scan's configuration said to ignore alerts of a site; they are not in the report:";
    remark_attachment => "Un archivo adjunto no se guarda; quedan su nombre, su tipo y su suma:",
        "An attached file is not kept; its name, type and hash are:";
    remark_control_character_kept => "Se han conservado caracteres de control que XML no admite:",
        "Control characters that XML does not allow were kept:";
    remark_fields_limited => "Una regla tiene más datos de los que se guardan, o más largos:",
        "A rule has more fields than are kept, or longer ones:";
    remark_host_property_not_kept => "Una propiedad de los equipos no se ha guardado:",
        "A property of hosts was not kept:";
    remark_less_than_kept_literally => "Un «<» suelto se ha conservado tal cual.", "A stray “<” was kept as it stands.";
    remark_markup_kept_literally => "Marcas sin escapar dentro de un texto se han conservado como texto:",
        "Unescaped markup inside a text was kept as text:";
    remark_scanner_said => "El escáner avisa:", "The scanner says:";
    remark_unknown_element => "Un elemento que el lector no conoce; lo que dice de un hallazgo se guarda con su nombre:",
        "An element that the reader does not know; what it says of a finding is kept under its name:";
    remark_other(code: &str) => "Nota del lector: {code}.", "Reader's note: {code}.";

    quarantine_rule_missing => "No dice qué regla la encontró", "It does not say which rule found it";
    quarantine_field_missing => "Falta un dato imprescindible", "A field is missing that it cannot do without";
    quarantine_field_invalid => "Un dato tiene un valor imposible", "A field has an impossible value";
    quarantine_other(code: &str) => "No se pudo leer ({code})", "Could not be read ({code})";
}

/// What the file is, from the refusal's word.
#[must_use]
pub fn sentence_of(locale: Locale, code: &str) -> &'static str {
    match code {
        "empty" => empty(locale),
        "not_a_scan" => not_a_scan(locale),
        "unsupported_format" => unsupported_format(locale),
        "nessus_policy" => nessus_policy(locale),
        "truncated" => truncated(locale),
        "malformed" => malformed(locale),
        "encoding" => encoding(locale),
        "entity_declared" => entity_declared(locale),
        "external_dtd" => external_dtd(locale),
        "too_deep" => too_deep(locale),
        "event_too_large" => event_too_large(locale),
        "too_large" => too_large(locale),
        "too_dense" => too_dense(locale),
        "too_many_rows" => too_many_rows(locale),
        "too_many_attributes" => too_many_attributes(locale),
        "too_many_entries" => too_many_entries(locale),
        "unreadable" => unreadable(locale),
        "original_expired" => original_expired(locale),
        "purged" => purged(locale),
        "stopped" => stopped(locale),
        _ => other(locale),
    }
}

/// What to do about it, from the refusal's word.
#[must_use]
pub fn refusal_advice(locale: Locale, code: &str) -> &'static str {
    match code {
        "empty" => empty_advice(locale),
        "not_a_scan" => not_a_scan_advice(locale),
        "unsupported_format" => unsupported_format_advice(locale),
        "nessus_policy" => nessus_policy_advice(locale),
        "truncated" => truncated_advice(locale),
        "malformed" => malformed_advice(locale),
        "encoding" => encoding_advice(locale),
        "entity_declared" => entity_declared_advice(locale),
        "external_dtd" => external_dtd_advice(locale),
        "too_dense" => too_dense_advice(locale),
        "too_deep" | "event_too_large" | "too_large" | "too_many_rows" | "too_many_attributes" | "too_many_entries" => {
            limit_advice(locale)
        }
        "unreadable" => unreadable_advice(locale),
        "original_expired" => original_expired_advice(locale),
        "purged" => purged_advice(locale),
        "stopped" => stopped_advice(locale),
        _ => other_advice(locale),
    }
}

/// Where it was noticed: `line 3, byte 120`; empty if unknown.
#[must_use]
pub fn refusal_place(locale: Locale, refusal: &RefusalView) -> String {
    let line = refusal.line.map(|line| at_line(locale, line));
    let byte = refusal.offset.map(|offset| at_byte(locale, offset));
    [line, byte].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What the file is, where, and what to do, in one paragraph.
#[must_use]
pub fn refusal_sentence(locale: Locale, refusal: &RefusalView) -> String {
    let mut text = sentence_of(locale, &refusal.code).to_owned();
    let place = refusal_place(locale, refusal);
    let about: Vec<&str> =
        [place.as_str(), refusal.detail.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    if !about.is_empty() {
        text.push_str(&format!(" ({})", about.join("; ")));
    }
    text.push(' ');
    text.push_str(refusal_advice(locale, &refusal.code));
    text
}

/// A remark on how the file was read.
#[must_use]
pub fn remark_sentence(locale: Locale, code: &str) -> String {
    match code {
        "zone_assumed" => remark_zone_assumed(locale).to_owned(),
        "time_not_understood" => remark_time_not_understood(locale).to_owned(),
        "bytes_replaced" => remark_bytes_replaced(locale).to_owned(),
        "entity_kept_literally" => remark_entity_kept_literally(locale).to_owned(),
        "ampersand_kept_literally" => remark_ampersand_kept_literally(locale).to_owned(),
        "base64_kept_literally" => remark_base64_kept_literally(locale).to_owned(),
        "declaration_not_first" => remark_declaration_not_first(locale).to_owned(),
        "may_be_a_part" => remark_may_be_a_part(locale).to_owned(),
        "export_tells_no_coverage" => remark_export_tells_no_coverage(locale).to_owned(),
        "read_in_part" => remark_read_in_part(locale).to_owned(),
        "references_cut" => remark_references_cut(locale).to_owned(),
        "results_missing" => remark_results_missing(locale).to_owned(),
        "tool_failed" => remark_tool_failed(locale).to_owned(),
        "tool_reported_errors" => remark_tool_reported_errors(locale).to_owned(),
        "properties_outside" => remark_properties_outside(locale).to_owned(),
        "several_tools" => remark_several_tools(locale).to_owned(),
        "scan_not_finished" => remark_scan_not_finished(locale).to_owned(),
        "part_of_a_scan" => remark_part_of_a_scan(locale).to_owned(),
        "answer_with_errors" => remark_answer_with_errors(locale).to_owned(),
        "insertion_points_not_told" => remark_insertion_points_not_told(locale).to_owned(),
        "rule_from_title" => remark_rule_from_title(locale).to_owned(),
        "column_missing" => remark_column_missing(locale).to_owned(),
        "last_row_may_be_cut" => remark_last_row_may_be_cut(locale).to_owned(),
        "unread_closes_nothing" => remark_unread_closes_nothing(locale).to_owned(),
        "table_closes_nothing" => remark_table_closes_nothing(locale).to_owned(),
        "table_without_ports" => remark_table_without_ports(locale).to_owned(),
        "unknown_column" => remark_unknown_column(locale).to_owned(),
        "blank_rows" => remark_blank_rows(locale).to_owned(),
        "rows_fixed" => remark_rows_fixed(locale).to_owned(),
        "row_without_texts" => remark_row_without_texts(locale).to_owned(),
        "several_repositories" => remark_several_repositories(locale).to_owned(),
        "checks_without_id" => remark_checks_without_id(locale).to_owned(),
        "count_differs" => remark_count_differs(locale).to_owned(),
        "alert_ignored" => remark_alert_ignored(locale).to_owned(),
        "attachment" => remark_attachment(locale).to_owned(),
        "control_character_kept" => remark_control_character_kept(locale).to_owned(),
        "fields_limited" => remark_fields_limited(locale).to_owned(),
        "host_property_not_kept" => remark_host_property_not_kept(locale).to_owned(),
        "less_than_kept_literally" => remark_less_than_kept_literally(locale).to_owned(),
        "markup_kept_literally" => remark_markup_kept_literally(locale).to_owned(),
        "scanner_said" => remark_scanner_said(locale).to_owned(),
        "unknown_element" => remark_unknown_element(locale).to_owned(),
        other => remark_other(locale, other),
    }
}

/// Why a row could not be read.
#[must_use]
pub fn quarantine_sentence(locale: Locale, code: &str) -> String {
    match code {
        "rule_missing" => quarantine_rule_missing(locale).to_owned(),
        "field_missing" => quarantine_field_missing(locale).to_owned(),
        "field_invalid" => quarantine_field_invalid(locale).to_owned(),
        other => quarantine_other(locale, other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::facts::REMARKS;

    const CODES: [&str; 20] = [
        "empty",
        "not_a_scan",
        "unsupported_format",
        "nessus_policy",
        "truncated",
        "malformed",
        "encoding",
        "entity_declared",
        "external_dtd",
        "too_deep",
        "event_too_large",
        "too_large",
        "too_dense",
        "too_many_rows",
        "too_many_attributes",
        "too_many_entries",
        "unreadable",
        "original_expired",
        "purged",
        "stopped",
    ];

    #[test]
    fn every_remark_has_a_sentence_of_its_own() {
        for locale in Locale::ALL {
            for code in REMARKS {
                assert_ne!(remark_sentence(locale, code), remark_other(locale, code), "{code}");
            }
        }
    }

    #[test]
    fn every_refusal_has_a_sentence_and_an_advice_of_its_own() {
        for locale in Locale::ALL {
            for code in CODES {
                assert_ne!(sentence_of(locale, code), other(locale), "{code}");
                assert_ne!(refusal_advice(locale, code), other_advice(locale), "{code}");
            }
        }
    }

    #[test]
    fn a_refusal_says_where() {
        let refusal = RefusalView {
            code: "entity_declared".to_owned(),
            line: Some(3),
            offset: Some(57),
            ..RefusalView::default()
        };
        let text = refusal_sentence(Locale::En, &refusal);
        assert!(text.contains("(line 3, byte offset 57)"), "{text}");
        let text = refusal_sentence(Locale::Es, &refusal);
        assert!(text.contains("(línea 3, byte 57)"), "{text}");
    }
}
