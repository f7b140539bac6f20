//! Rules by which people say where weaknesses belong.

use super::macros::messages;

messages! {
    title => "Reglas de clasificación", "Classification rules";
    intro => "Una regla dice una vez a qué categoría pertenecen unas debilidades, o que son solo datos. Va por delante de lo que digan el escáner, la CWE y las tablas. Los gráficos del pasado se cuentan de nuevo; lo que se sabía antes de la regla se conserva.",
        "A rule says once to which category weaknesses belong, or that they are mere facts. It comes before what the scanner, the CWE and the tables say. Charts of the past are told anew; what was known before the rule is kept.";
    new => "Regla nueva", "New rule";
    name => "Nombre", "Name";
    matches => "Qué debilidades", "Which weaknesses";
    matches_hint => "Un filtro con tool:, rule:, title:, cwe: y cve:. Un espacio significa «y»; * vale por cualquier texto: tool:nessus title:\"tls *\".",
        "A filter with tool:, rule:, title:, cwe: and cve:. A space means and; * stands for any text: tool:nessus title:\"tls *\".";
    says => "Dónde van", "Where they belong";
    says_hint => "2021:A05,2025:A02 para cada edición, o inventory si no es una debilidad.", "2021:A05,2025:A02 an edition each, or inventory for what is no weakness.";
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
    problem_empty => "Falta decir de qué debilidades habla.", "It does not say which weaknesses it is about.";
    problem_asset => "Una regla habla de debilidades, no de activos: la misma debilidad no puede ir a dos categorías según dónde esté.",
        "A rule is about weaknesses, not assets: one weakness cannot be of two categories depending on where it is.";
    problem_term => "Solo se admiten tool:, rule:, title:, cwe: y cve:.", "Only tool:, rule:, title:, cwe: and cve: can be used.";
    problem_unreadable => "El filtro no se puede leer.", "The filter cannot be read.";
    problem_says => "Escribir categorías como 2021:A05,2025:A02, o inventory.", "Write categories like 2021:A05,2025:A02, or inventory.";
}

/// What is wrong with a draft.
#[must_use]
pub fn problem(locale: model::text::Locale, field: &str, word: &str) -> &'static str {
    match (field, word) {
        ("says", _) => problem_says(locale),
        (_, "empty") => problem_empty(locale),
        (_, "asset") => problem_asset(locale),
        (_, "term") => problem_term(locale),
        _ => problem_unreadable(locale),
    }
}
