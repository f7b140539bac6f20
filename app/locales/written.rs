//! Findings that people write down.

use super::Locale;
use super::macros::messages;

messages! {
    title => "Anotar un hallazgo", "Write a finding down";
    mend => "Corregir un hallazgo anotado", "Correct a finding";
    intro => "Lo que ningún escáner ve: una prueba a mano, un aviso, una auditoría. Cuenta desde el día en que se vio, con su categoría, su riesgo y su historia, y se puede deshacer como cualquier importación.",
        "What no scanner sees: a test by hand, a report, an audit. It counts from the day on which it was seen, with its category, its risk and its history, and can be undone like any import.";
    mend_intro => "Lo que se corrige sustituye a lo que decía. Dónde está no cambia: en otro sitio es otro hallazgo. Con la fecha de la última vez, las decisiones siguen igual; con una posterior se dice que se ha vuelto a ver, y lo que se cerró a mano se abre de nuevo.",
        "What is corrected takes the place of what it said. Where it is does not change: elsewhere it is another finding. With the day on which it was seen last, decisions stay as they are; a later day says that it was seen again, and what was closed by hand opens.";
    what => "Qué es", "What it is";
    name => "Título", "Title";
    name_hint => "Lo que se leería en una lista: «Cualquiera puede ver las facturas de otros».", "What one would read in a list: “Anybody can see other people's invoices”.";
    severity => "Gravedad", "Severity";
    severity_by_vector => "La de la puntuación CVSS", "That of the CVSS score";
    cvss => "Vector CVSS", "CVSS vector";
    cvss_hint => "De cualquier versión: CVSS:3.1/AV:N/AC:L/… Si no se elige otra gravedad, vale la suya.", "Of any version: CVSS:3.1/AV:N/AC:L/… It decides the severity unless another is chosen.";
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
    cwe_hint => "Decide la categoría OWASP; p. ej. 639, 862.", "It decides the OWASP category; for example 639, 862.";
    cve => "CVE", "CVE ids";
    cve_hint => "Si lo hay, p. ej. CVE-2021-44228: así se sabe si se está explotando.", "If there is one, for example CVE-2021-44228: it tells whether it is being exploited.";
    texts => "Qué se vio y cómo corregirlo", "What was seen, and how to fix it";
    description => "Descripción", "Description";
    evidence => "Evidencia", "Evidence";
    evidence_hint => "Peticiones, respuestas, pasos. Se guarda cifrada, y las contraseñas se muestran tapadas.",
        "Requests, responses, steps. It is kept sealed, and passwords are shown covered.";
    evidence_mend_hint => "Vacía, se conserva la que hay.", "Left empty, what there is stays.";
    solution => "Cómo corregirlo", "How to fix it";
    references => "Enlaces, uno por línea", "Links, one a line";
    seen => "Observación", "Observation";
    when => "Cuándo se vio", "When it was seen";
    source => "Origen", "Source";
    source_hint => "La red en la que se buscó: decide qué equipo es 10.0.0.5.", "The network that was looked at: it decides which host 10.0.0.5 is.";
    keep => "Guardar el hallazgo", "Save the finding";

    bad_title => "Hace falta un título, de hasta 300 caracteres.", "A title is needed, of at most 300 letters.";
    bad_severity => "Elegir una gravedad, o escribir un vector CVSS.", "Choose a severity, or write a CVSS vector.";
    bad_cvss => "Ese vector CVSS no está completo o no es válido. La calculadora da uno.", "That CVSS vector is incomplete or not valid. The calculator gives one.";
    bad_where => "Hace falta una URL completa (con https:// delante), una dirección IP o el nombre de un equipo, sin puerto ni ruta.", "A whole URL (with https:// before it), an IP address or a host's name is needed, without a port or a path.";
    bad_port => "El puerto se escribe como 443/tcp.", "A port is written like 443/tcp.";
    bad_cwe => "Una de esas CWE no existe. Se escriben como 79 o CWE-79.", "One of those CWE numbers does not exist. They are written like 79 or CWE-79.";
    bad_cve => "Una CVE se escribe como CVE-2021-44228.", "A CVE id is written like CVE-2021-44228.";
    bad_seen => "El día no existe, es demasiado antiguo o todavía no ha llegado.", "That day does not exist, is too long ago, or has not come yet.";
    bad_seen_earlier => "Se vio después de ese día: lo que se corrige vale desde entonces.", "It was seen later than that: what is mended holds from then on.";
    bad_source => "Ese nombre de origen no vale.", "That name of a source cannot be taken.";
    bad_method => "El método es una palabra como GET o POST.", "A method is a word like GET or POST.";
    bad_elsewhere => "Ya está anotado en otro sitio: para este, abrir un formulario nuevo.", "It is written down elsewhere already: open a new form for this place.";
    bad_letters(field: &str) => "«{field}» contiene caracteres que no se ven.", "“{field}” holds characters that do not show.";
    bad_length(field: &str) => "«{field}» es demasiado largo.", "“{field}” is too long.";
}

/// What is wrong with a field, and what to do.
#[must_use]
pub fn problem(locale: Locale, field: &str, word: &str) -> Option<String> {
    let said = match (field, word) {
        (_, "too_long") => return Some(bad_length(locale, label(locale, field))),
        (_, "bad_character") if field != "source" => return Some(bad_letters(locale, label(locale, field))),
        ("where", "elsewhere") => bad_elsewhere(locale),
        ("seen", "earlier") => bad_seen_earlier(locale),
        ("title", _) => bad_title(locale),
        ("severity", _) => bad_severity(locale),
        ("cvss", _) => bad_cvss(locale),
        ("where", _) => bad_where(locale),
        ("port", _) => bad_port(locale),
        ("method", _) => bad_method(locale),
        ("cwe", _) => bad_cwe(locale),
        ("cve", _) => bad_cve(locale),
        ("seen", _) => bad_seen(locale),
        ("source", _) => bad_source(locale),
        _ => return None,
    };
    Some(said.to_owned())
}

fn label(locale: Locale, field: &str) -> &'static str {
    match field {
        "title" => name(locale),
        "cvss" => cvss(locale),
        "where" => wher(locale),
        "port" => port(locale),
        "method" => method(locale),
        "cwe" => cwe(locale),
        "cve" => cve(locale),
        "description" => description(locale),
        "evidence" => evidence(locale),
        "solution" => solution(locale),
        "references" => references(locale),
        "source" => source(locale),
        _ => parameter(locale),
    }
}
