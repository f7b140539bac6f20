//! Findings that people write down.

use super::Locale;
use super::macros::messages;

messages! {
    title => "Anotar un hallazgo", "Write a finding down";
    mend => "Corregir un hallazgo anotado", "Mend a finding that was written down";
    intro => "Lo que ningún escáner ve: una prueba a mano, un aviso, una auditoría. Cuenta desde que se guarda, con su categoría, su riesgo y su historia, y se puede deshacer como cualquier importación.",
        "What no scanner sees: a test by hand, a report, an audit. It counts from when it is kept, with its category, its risk and its history, and can be undone like any import.";
    mend_intro => "Vale desde la fecha en que se vio; lo que decía antes queda en su historia. Dónde está no cambia: en otro sitio es otro hallazgo.",
        "It holds from the day on which it was seen; what it said before stays in its history. Where it is does not change: elsewhere it is another finding.";
    what => "Qué es", "What it is";
    name => "Título", "Title";
    name_hint => "Lo que se leería en una lista: «Cualquiera puede ver las facturas de otros».", "What one would read in a list: “Anybody can see other people's invoices”.";
    severity => "Gravedad", "Severity";
    severity_by_vector => "La de la puntuación CVSS", "That of the CVSS score";
    cvss => "Vector CVSS", "CVSS vector";
    cvss_hint => "De cualquier versión: CVSS:3.1/AV:N/AC:L/… Con él basta para la gravedad.", "Of any version: CVSS:3.1/AV:N/AC:L/… It is enough for the severity.";
    calculator => "Calcular un vector", "Score a vector";
    place => "Dónde está", "Where it is";
    wher => "URL, dirección IP o equipo", "URL, IP address or host";
    wher_hint => "Como lo llaman los escáneres, para que sea el mismo activo: https://tienda.example.org/facturas/7 o 10.0.0.5.",
        "As the scanners call it, so that it is the same asset: https://shop.example.org/invoices/7 or 10.0.0.5.";
    port => "Puerto", "Port";
    port_hint => "De un equipo: 443/tcp. Vacío es el equipo entero.", "Of a host: 443/tcp. Empty is the host as a whole.";
    method => "Método", "Method";
    parameter => "Parámetro", "Parameter";
    parameter_hint => "De una URL: el que se usó.", "Of a URL: the one that was used.";
    class => "Con qué se relaciona", "What it is related to";
    cwe => "CWE", "CWE numbers";
    cwe_hint => "Decide la categoría OWASP: 639, 862.", "It decides the OWASP category: 639, 862.";
    cve => "CVE", "CVE ids";
    cve_hint => "Si lo hay: CVE-2021-44228. Trae si se está explotando.", "If there is one: CVE-2021-44228. It brings whether it is exploited.";
    texts => "Qué se vio y qué hacer", "What was seen, and what to do";
    description => "Descripción", "Description";
    evidence => "Evidencia", "Evidence";
    evidence_hint => "Peticiones, respuestas, pasos. Se guarda cifrada, y las contraseñas se muestran tapadas.",
        "Requests, responses, steps. It is kept sealed, and passwords are shown covered.";
    evidence_mend_hint => "Vacía, se conserva la que hay.", "Left empty, what there is stays.";
    solution => "Qué hacer", "What to do";
    references => "Enlaces, uno por línea", "Links, one a line";
    seen => "Observación", "Observation";
    when => "Cuándo se vio", "When it was seen";
    source => "Origen", "Source";
    source_hint => "La red en la que se buscó: decide qué equipo es 10.0.0.5.", "The network that was looked at: it decides which host 10.0.0.5 is.";
    keep => "Guardar el hallazgo", "Keep the finding";

    bad_title => "Hace falta un título, de hasta 300 letras.", "A title is needed, of at most 300 letters.";
    bad_severity => "Elegir una gravedad, o escribir un vector CVSS.", "Choose a severity, or write a CVSS vector.";
    bad_cvss => "Ese vector CVSS no está completo o no es válido. La calculadora da uno.", "That CVSS vector is not whole, or is none. The calculator gives one.";
    bad_where => "Hace falta una URL completa (https://…), una dirección IP o el nombre de un equipo.", "A whole URL (https://…), an IP address or a host's name is needed.";
    bad_port => "El puerto se escribe como 443/tcp.", "A port is written like 443/tcp.";
    bad_cwe => "Una de esas CWE no existe. Se escriben como 79 o CWE-79.", "One of those CWE numbers does not exist. They are written like 79 or CWE-79.";
    bad_cve => "Una CVE se escribe como CVE-2021-44228.", "A CVE id is written like CVE-2021-44228.";
    bad_seen => "El día no existe o todavía no ha llegado.", "That day does not exist, or has not come yet.";
    bad_seen_earlier => "Se vio después de ese día: lo que se corrige vale desde entonces.", "It was seen later than that: what is mended holds from then on.";
    bad_source => "El nombre del origen es demasiado largo.", "The source's name is too long.";
    bad_length(field: &str) => "«{field}» es demasiado largo.", "“{field}” is too long.";
}

/// What is wrong with a field, and what to do.
#[must_use]
pub fn problem(locale: Locale, field: &str, word: &str) -> Option<String> {
    let said = match field {
        "title" => bad_title(locale),
        "severity" => bad_severity(locale),
        "cvss" => bad_cvss(locale),
        "where" => bad_where(locale),
        "port" => bad_port(locale),
        "cwe" => bad_cwe(locale),
        "cve" => bad_cve(locale),
        "seen" if word == "earlier" => bad_seen_earlier(locale),
        "seen" => bad_seen(locale),
        "source" => bad_source(locale),
        _ if word == "too_long" => return Some(bad_length(locale, label(locale, field))),
        _ => return None,
    };
    Some(said.to_owned())
}

fn label(locale: Locale, field: &str) -> &'static str {
    match field {
        "description" => description(locale),
        "evidence" => evidence(locale),
        "solution" => solution(locale),
        "references" => references(locale),
        "method" => method(locale),
        _ => parameter(locale),
    }
}
