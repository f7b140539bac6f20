//! Rules by which people say where weaknesses belong.

use super::macros::messages;

messages! {
    title => "Reglas de clasificación", "Classification rules";
    intro => "Una regla dice una vez a qué categoría pertenecen unas debilidades, que son solo datos, o lo graves que son. Va por delante de lo que digan el escáner, la CWE y las tablas.",
        "A rule says once to which category weaknesses belong, that they are mere facts, or how severe they are. It comes before what the scanner, the CWE and the tables say.";
    history => "Si cambia la categoría, los gráficos del pasado se cuentan de nuevo y lo que se sabía antes de la regla se conserva. La gravedad vale desde la regla: el pasado queda como estaba.",
        "Where a category changes, charts of the past are told anew, and what was known before the rule is kept. A severity holds from the rule on: the past stays as it was.";
    rated => "Gravedad por una regla", "Severity by a rule";
    rated_told => "El escáner dijo", "The scanner said";
    rated_from_now => "Desde hoy contarán con otra gravedad; la que dio el escáner se conserva en cada hallazgo.", "From today they count with another severity; the one that the scanner gave is kept with each finding.";
    file_places(n: i64) => ["{n} debilidad en un activo", "{n} debilidades en activos concretos"], ["{n} weakness on an asset", "{n} weaknesses on single assets"];
    new => "Regla nueva", "New rule";
    name => "Nombre", "Name";
    matches => "Qué debilidades", "Which weaknesses";
    matches_hint => "Un filtro con tool:, rule:, title:, cwe: y cve:, y con asset: y tag: si solo vale en algunos activos. Un espacio significa «y»; * vale por cualquier texto: tool:nessus title:\"tls *\" tag:pci.",
        "A filter with tool:, rule:, title:, cwe: and cve:, and with asset: and tag: where it holds on some assets alone. A space means and; * stands for any text: tool:nessus title:\"tls *\" tag:pci.";
    says => "Qué son", "What they are";
    says_hint => "2021:A05,2025:A02 para cada edición, inventory si no es una debilidad, o severity:low para su gravedad.", "2021:A05,2025:A02 an edition each, inventory for what is no weakness, or severity:low for how severe it is.";
    reason => "Por qué", "Why";
    try_it => "Ver qué movería", "See what would move";
    preview => "Lo que movería", "What would move";
    preview_about(n: i64) => ["Habla de {n} hallazgo abierto.", "Habla de {n} hallazgos abiertos."], ["It is about {n} open finding.", "It is about {n} open findings."];
    preview_nothing => "No movería nada.", "Nothing would move.";
    col_edition => "Edición", "Edition";
    col_from => "De", "From";
    col_to => "A", "To";
    col_weaknesses => "Debilidades", "Weaknesses";
    col_open => "Abiertos", "Open";
    col_all => "Todos", "All";
    apply => "Aplicar la regla", "Apply the rule";
    rules => "Reglas", "Rules";
    rules_none => "Nadie ha escrito ninguna regla todavía.", "Nobody has written a rule yet.";
    col_rule => "Regla", "Rule";
    col_says => "Dice", "Says";
    col_reason => "Motivo", "Reason";
    col_who => "Quién y cuándo", "Who and when";
    undo => "Deshacer", "Undo";
    undo_name(name: &str) => "Deshacer la regla {name}", "Undo the rule {name}";
    undone => "deshecha", "taken back";
    not_a_weakness => "No es una debilidad", "Not a weakness";
    export => "Exportar las reglas", "Export the rules";
    file => "Reglas de un fichero", "Rules out of a file";
    file_say => "Un fichero como el que se exporta aquí. Primero se ve lo que cambiaría; después se aplica en un solo paso.",
        "A file like the one that is exported here. What it would change is shown first; then it is applied in one step.";
    file_field => "Fichero TOML", "TOML file";
    file_replaces => "Deshacer también las reglas que no están en el fichero", "Also take back the rules that are not in the file";
    file_look => "Ver qué cambiaría", "See what would change";
    file_apply => "Aplicar el fichero", "Apply the file";
    file_drop => "Descartarlo", "Drop it";
    file_adds(n: i64) => ["Añade {n} regla", "Añade {n} reglas"], ["It adds {n} rule", "It adds {n} rules"];
    file_withdraws(n: i64) => ["deshace {n} regla", "deshace {n} reglas"], ["takes {n} rule back", "takes {n} rules back"];
    file_same(n: i64) => ["{n} regla ya está en vigor", "{n} reglas ya están en vigor"], ["{n} rule is in force already", "{n} rules are in force already"];
    file_moves(n: i64) => ["cambia {n} debilidad", "cambian {n} debilidades"], ["{n} weakness moves", "{n} weaknesses move"];
    file_bad => "No se puede aplicar: hay que corregir estas líneas del fichero y enviarlo de nuevo.", "It cannot be applied: mend these lines of the file and send it again.";
    col_change => "Cambio", "Change";
    change_added => "se añade", "added";
    change_withdrawn => "se deshace", "taken back";
    col_line => "Línea", "Line";
    col_wrong => "Qué está mal", "What is wrong";
    col_there => "Lo que pone", "What stands there";
    flaw_length => "Falta el texto, o es demasiado largo.", "The text is missing, or too long.";
    flaw_toml => "El fichero no es TOML con version y [[rule]] (name, match, says, reason).", "The file is not TOML with version and [[rule]] (name, match, says, reason).";
    flaw_version => "Solo se lee la versión 1 del formato.", "Only version 1 of the format is read.";
    flaw_many => "Un fichero tiene como mucho 1000 reglas.", "A file has 1,000 rules at most.";
    flaw_large => "Un fichero ocupa como mucho 1 MiB.", "A file has 1 MiB at most.";
    problem_empty => "Falta decir de qué debilidades habla.", "It does not say which weaknesses it is about.";
    problem_asset_number => "Un activo se nombra, con * si hace falta: su número es otro activo en otra base de datos.",
        "An asset is named, with * where needed: its number means another asset in another database.";
    problem_term => "Solo se admiten tool:, rule:, title:, cwe:, cve:, asset: y tag:.", "Only tool:, rule:, title:, cwe:, cve:, asset: and tag: can be used.";
    problem_unreadable => "El filtro no se puede leer.", "The filter cannot be read.";
    problem_says => "Escribir categorías como 2021:A05,2025:A02, inventory, o una gravedad como severity:low.", "Write categories like 2021:A05,2025:A02, inventory, or a severity like severity:low.";
}

/// What is wrong with a draft.
#[must_use]
pub fn problem(locale: model::text::Locale, field: &str, word: &str) -> &'static str {
    match (field, word) {
        ("says", _) => problem_says(locale),
        (_, "empty") => problem_empty(locale),
        (_, "asset_number") => problem_asset_number(locale),
        (_, "term") => problem_term(locale),
        _ => problem_unreadable(locale),
    }
}

/// What is wrong in a file of rules.
#[must_use]
pub fn flaw(locale: model::text::Locale, field: &str, code: &str) -> &'static str {
    match (field, code) {
        (_, "length") => flaw_length(locale),
        ("rules", "version") => flaw_version(locale),
        ("rules", "too_many") => flaw_many(locale),
        ("rules", "too_large") => flaw_large(locale),
        ("rules", _) => flaw_toml(locale),
        _ => problem(locale, field, code),
    }
}
