//! The formula of risk and its weights.

use super::macros::messages;

messages! {
    title => "Pesos del riesgo", "Weights of risk";
    formula => "Riesgo = 100 × gravedad × explotación × criticidad × exposición", "Risk = 100 × severity × exploitation × criticality × exposure";
    intro => "La gravedad es la escala de los escáneres y no se pondera; lo demás, sí. Cada cambio es una versión nueva, con motivo y autor, y se puede deshacer.",
        "Severity is the scanners' scale and is not weighed; the rest is. Each change is a new version, with a reason and an author, and can be taken back.";
    in_force(version: i64) => "En vigor: versión {version}", "In force: version {version}";
    what => "Qué pesa", "What is weighed";
    now => "En vigor", "In force";
    then => "Con estos pesos", "By these weights";
    unexploited => "Explotación: nada publicado", "Exploitation: nothing published";
    criticality_low => "Criticidad baja", "Low criticality";
    criticality_medium => "Criticidad media, o sin declarar", "Medium criticality, or not declared";
    criticality_high => "Criticidad alta", "High criticality";
    criticality_critical => "Criticidad crítica", "Critical";
    exposure_internal => "Exposición interna", "Internal exposure";
    exposure_partner => "Exposición a socios, o sin declarar", "Exposure to partners, or not declared";
    exposure_internet => "Exposición a Internet", "Exposure to the Internet";
    unit => "En centésimas, de 0 a 100; lo peor no puede pesar menos que lo mejor. Una debilidad que se sabe explotada pesa 100.",
        "In hundredths, 0 to 100; what is worse cannot weigh less than what is not. A weakness that is known to be exploited weighs 100.";
    reason => "Por qué", "Why";
    look => "Ver qué cambiaría", "See what would change";
    effect => "Lo que cambiaría", "What would change";
    index => "Índice de riesgo de la cartera", "Risk index of the portfolio";
    of_open => "Suma de los hallazgos abiertos:", "Sum of the open findings:";
    up(n: i64) => ["{n} hallazgo sube de banda", "{n} hallazgos suben de banda"], ["{n} finding goes up a band", "{n} findings go up a band"];
    down(n: i64) => ["{n} baja", "{n} bajan"], ["{n} goes down", "{n} go down"];
    bands => "Bandas de CVSS: 40, 70 y 90 de 100.", "Bands of CVSS: 40, 70 and 90 of 100.";
    movers => "Lo que más se mueve", "What moves most";
    col_weakness => "Debilidad", "Weakness";
    col_open => "Abiertos", "Open";
    col_before => "Antes", "Before";
    col_after => "Después", "After";
    apply => "Aplicar los pesos", "Apply the weights";
    same => "Son los pesos en vigor.", "These are the weights in force.";
    versions => "Versiones", "Versions";
    versions_none => "Valen los pesos que publica el proyecto, versión 1.", "The weights that the project publishes hold, version 1.";
    col_version => "Versión", "Version";
    col_reason => "Motivo", "Reason";
    col_who => "Quién y cuándo", "Who and when";
    undo => "Deshacer", "Undo";
    undo_name(version: i64) => "Deshacer la versión {version}", "Undo version {version}";
    undone => "deshecha", "taken back";
    problem_unfair => "Hacen falta números de 0 a 100, y lo peor no puede pesar menos que lo mejor.", "Numbers from 0 to 100 are needed, and what is worse cannot weigh less than what is not.";
}

/// The name of a weight.
#[must_use]
pub fn weight(locale: model::text::Locale, name: &str) -> &'static str {
    match name {
        "unexploited" => unexploited(locale),
        "criticality_low" => criticality_low(locale),
        "criticality_medium" => criticality_medium(locale),
        "criticality_high" => criticality_high(locale),
        "criticality_critical" => criticality_critical(locale),
        "exposure_internal" => exposure_internal(locale),
        "exposure_partner" => exposure_partner(locale),
        _ => exposure_internet(locale),
    }
}

/// What is wrong with weights.
#[must_use]
pub fn problem(locale: model::text::Locale, word: &str) -> &'static str {
    if word == "same" { same(locale) } else { problem_unfair(locale) }
}
