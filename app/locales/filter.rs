//! What is wrong with a filter's text.

use super::macros::messages;
use model::text::Locale;

messages! {
    label => "Filtro", "Filter";
    placeholder => "sev:critical,high team:payments owasp:A03 texto libre", "sev:critical,high team:payments owasp:A03 free text";
    apply => "Filtrar", "Apply";
    clear => "Quitar el filtro", "Clear the filter";
    remove_term(term: &str) => "Quitar {term}", "Remove {term}";
    terms => "Condiciones del filtro", "Filter terms";
    help => "Cómo se filtra", "How to filter";
    help_or => "Una coma significa «o»; un espacio, «y»; un guion delante niega.", "A comma means or; a space, and; a hyphen in front negates.";
    help_words => "kev:true son las que se sabe que se explotan; epss:>0.5, las que probablemente se exploten. Otras claves: owasp25, title, rule, asset, id, cwe, cve, criticality, exposure, env, tag, seen, source, scan, is:inventory, is:not_retested, new, reopened y fixed con fechas (fixed:2026-01-01..2026-01-31). as-of:2026-06-30 muestra lo que estaba abierto ese día; known-at:, lo que se sabía entonces.",
        "kev:true is what is known to be exploited; epss:>0.5, what likely will be. Other keys: owasp25, title, rule, asset, id, cwe, cve, criticality, exposure, env, tag, seen, source, scan, is:inventory, is:not_retested; new, reopened and fixed with days (fixed:2026-01-01..2026-01-31). as-of:2026-06-30 shows what was open that day; known-at:, what was known then.";
    example_urgent => "críticos y altos", "critical and high";
    example_unowned => "sin equipo", "without a team";
    example_overdue => "fuera de plazo", "overdue";
    example_mine => "asignados a mí", "assigned to me";
    example_old => "con más de treinta días", "older than thirty days";
    example_regressed => "han vuelto", "came back";
    problem_too_long => "El filtro es demasiado largo.", "The filter is too long.";
    problem_too_many_terms => "El filtro tiene demasiadas condiciones.", "The filter has too many terms.";
    problem_too_many_values => "Esta condición tiene demasiados valores.", "This term has too many values.";
    problem_unknown_key => "Esta clave no existe.", "There is no such key.";
    problem_unknown_value => "Esta clave no admite ese valor.", "This key does not take that value.";
    problem_empty_value => "Falta el valor detrás de los dos puntos o entre comas.", "A value is missing after the colon or between commas.";
    problem_open_quote => "Falta cerrar las comillas.", "A quote is not closed.";
    problem_not_negatable => "Esta condición no se puede negar.", "This term cannot be negated.";
    problem_repeated => "Esta clave solo puede aparecer una vez.", "This key may stand only once.";
    problem_empty_range => "El intervalo termina antes de empezar.", "The range ends before it begins.";
    problem_closed_as_of => "De un día pasado solo se puede listar lo que estaba abierto.", "As of a past day, only what was open can be listed.";
    problem_of_assets => "Esta condición solo vale en la lista de activos.", "Only the list of assets knows this term.";
    problem_of_findings => "Esta condición solo vale en la lista de hallazgos.", "Only the list of findings knows this term.";
    problem_other => "El filtro no se puede leer.", "The filter cannot be read.";
    instead => "Quizá:", "Perhaps:";
}

/// The sentence of a problem's word.
#[must_use]
pub fn problem(locale: Locale, code: &str) -> &'static str {
    match code {
        "too_long" => problem_too_long(locale),
        "too_many_terms" => problem_too_many_terms(locale),
        "too_many_values" => problem_too_many_values(locale),
        "unknown_key" => problem_unknown_key(locale),
        "unknown_value" => problem_unknown_value(locale),
        "empty_value" => problem_empty_value(locale),
        "open_quote" => problem_open_quote(locale),
        "not_negatable" => problem_not_negatable(locale),
        "repeated" => problem_repeated(locale),
        "empty_range" => problem_empty_range(locale),
        "closed_as_of" => problem_closed_as_of(locale),
        "of_assets" => problem_of_assets(locale),
        "of_findings" => problem_of_findings(locale),
        _ => problem_other(locale),
    }
}
