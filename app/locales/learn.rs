//! The glossary and the calculator of CVSS scores.

use super::Locale;
use super::macros::messages;

messages! {
    glossary => "Glosario", "Glossary";
    glossary_intro => "Las categorías del OWASP Top 10, para quien construye y para quien responde de la organización, y qué hacer primero.",
        "The categories of the OWASP Top 10, for those who build and for those who answer for the organisation, and what to do first.";
    edition(edition: &str) => "Edición de {edition}", "Edition of {edition}";
    for_engineers => "Para quien construye", "For those who build";
    for_executives => "Para quien dirige", "For those who decide";
    first => "Qué hacer primero", "What to do first";
    findings => "Hallazgos abiertos de esta categoría", "Open findings of this category";
    about(category: &str) => "Sobre {category}", "About {category}";
    see_glossary => "Todas las categorías", "All categories";

    api => "OWASP API Security Top 10 (2023)", "OWASP's API Security Top 10 (2023)";
    api_1 => "Autorización rota a nivel de objeto", "Broken object level authorization";
    api_2 => "Autenticación rota", "Broken authentication";
    api_3 => "Autorización rota a nivel de propiedad", "Broken object property level authorization";
    api_4 => "Consumo de recursos sin límite", "Unrestricted resource consumption";
    api_5 => "Autorización rota a nivel de función", "Broken function level authorization";
    api_6 => "Flujos de negocio sensibles sin freno", "Unrestricted access to sensitive business flows";
    api_7 => "Peticiones falsificadas del lado del servidor", "Server side request forgery";
    api_8 => "Configuración insegura", "Security misconfiguration";
    api_9 => "Inventario de API mal llevado", "Improper inventory management";
    api_10 => "Confianza excesiva en API ajenas", "Unsafe consumption of APIs";

    cvss => "Calculadora CVSS", "CVSS calculator";
    cvss_intro => "Calcula la puntuación de un vector CVSS 2.0, 3.0, 3.1 o 4.0 y lo explica en palabras.",
        "Scores a vector of CVSS 2.0, 3.0, 3.1 or 4.0 and says it in words.";
    version => "Versión", "Version";
    other_version(version: &str) => "CVSS {version}", "CVSS version {version}";
    required => "Métricas base", "Base metrics";
    optional => "Métricas opcionales", "Optional metrics";
    choose => "Elegir", "Choose";
    undefined => "Sin definir", "Not defined";
    score => "Calcular", "Score";
    unfinished => "Falta elegir alguna métrica base.", "Some base metric is not chosen yet.";
    vector => "El vector en palabras", "The vector in words";
    vector_here => "En este activo", "On this asset";
    vector_here_hint => "La criticidad declarada dice cuánto se exigen su confidencialidad, integridad y disponibilidad (CR, IR, AR); un activo interno deja el ataque por la red en uno desde una red adyacente (MAV:A).",
        "The declared criticality says how much its confidentiality, integrity and availability are required (CR, IR, AR); an internal asset makes an attack over the network one from an adjacent network (MAV:A).";
    open_calculator => "Abrir en la calculadora", "Open in the calculator";
}

/// What a category of the API Security Top 10 2023 is called; empty for a number that it has not.
#[must_use]
pub fn api_name(locale: Locale, number: u8) -> &'static str {
    match number {
        1 => api_1(locale),
        2 => api_2(locale),
        3 => api_3(locale),
        4 => api_4(locale),
        5 => api_5(locale),
        6 => api_6(locale),
        7 => api_7(locale),
        8 => api_8(locale),
        9 => api_9(locale),
        10 => api_10(locale),
        _ => "",
    }
}
