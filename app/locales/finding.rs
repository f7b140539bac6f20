//! One finding.

use super::macros::messages;
use model::text::Locale;

messages! {
    title => "Hallazgo", "Finding";
    mend => "Corregir lo anotado", "Correct this finding";
    where_is => "Dónde", "Where";
    asset => "Activo", "Asset";
    location => "Lugar", "Place";
    rule => "Regla", "Rule";
    status => "Estado", "Status";
    team => "Equipo", "Team";
    person => "Persona", "Person";
    due => "Fecha límite", "Due day";
    first_seen => "Visto por primera vez", "First seen";
    last_seen => "Visto por última vez", "Last seen";
    owner_why(pattern: &str) => "Porque su activo coincide con {pattern}", "Because its asset matches {pattern}";
    owner_why_hand => "Porque alguien lo asignó", "Because somebody assigned it";
    description => "Descripción", "Description";
    solution => "Cómo corregirlo", "How to fix it";
    references => "Referencias", "References";
    scanner_fields => "Otros datos del escáner", "Other scanner fields";
    evidence => "Evidencia", "Evidence";
    evidence_none => "El escáner no dejó evidencia.", "The scanner left no evidence.";
    evidence_expired(at: &str) => "La evidencia caducó el {at}. Los hechos siguen.", "The evidence expired on {at}. The facts stay.";
    back_to_finding => "El hallazgo", "The finding";
    evidence_masked => "Contraseñas, cookies y claves están ocultas: mostrarlas (quedará registrado)", "Passwords, cookies and keys are covered: show them (it is written down)";
    evidence_revealed => "Estas evidencias contienen secretos de personas reales. Que se han visto ha quedado en el registro de auditoría.",
        "This evidence holds secrets of real people. That they were seen stands in the audit log.";
    evidence_hidden => "Esta cuenta no puede ver la evidencia.", "This account may not see the evidence.";
    classification => "Clasificación", "Classification";
    classified_by(basis: &str) => "Según {basis}", "By {basis}";
    also => "También:", "Also:";
    identity => "Qué lo identifica", "What identifies it";
    identity_more => "El mismo hallazgo es el que coincide en todos estos campos. La gravedad y el texto no cuentan.",
        "The same finding is one that agrees in all of these. Severity and text do not count.";
    neighbours => "Los más parecidos que no son este, abiertos o no", "The nearest that are not this one, open or not";
    neighbours_more => "Sería el mismo si coincidiera también en lo que aparece entre paréntesis.",
        "It would be the same one if it also agreed in what stands in brackets.";
    history => "Escaneos de este lugar", "Scans of this place";
    history_of(n: i64) => ["El último escaneo", "Los {n} últimos escaneos"], ["The last scan", "The last {n} scans"];
    history_item(day: &str, what: &str) => "{day}: {what}", "{day} – {what}";
    episodes => "Episodios", "Episodes";
    episode(n: i64) => ["Episodio {n}", "Episodio {n}"], ["Episode {n}", "Episode {n}"];
    by_scan(n: i64) => "escaneo {n}", "scan {n}";
    decisions => "Decisiones", "Decisions";
    decisions_none => "Nadie ha decidido nada todavía.", "Nobody has decided anything yet.";
    without_effect => "sin efecto ahora", "without effect now";
    claim_failed => "Se declaró corregido, pero un escaneo posterior lo volvió a ver.", "A fix was claimed, but a later scan saw it again.";
    not_retested_since => "Sigue abierto sin volver a probarse:", "Still open, and not re-tested:";
    issue => "El mismo problema, según otros escáneres", "The same issue, by other scanners";
    issue_also(tool: &str) => "También lo ve {tool}, como", "Also seen by {tool} as";
    issue_alone => "Ningún otro escáner ha visto lo mismo aquí.", "No other scanner has seen the same here.";
    issue_why(reason: &str) => "Por qué: {reason} Cada uno se abre y se cierra por su escáner.", "Why: {reason} Each opens and closes by its own scanner.";
    reason_cve(cve: &str) => "el mismo {cve} en el mismo activo.", "the same {cve} on the same asset.";
    reason_place(family: &str, path: &str, parameter: &str) => "la misma debilidad ({family}) en {path}, parámetro {parameter}.", "the same flaw ({family}) at {path}, parameter {parameter}.";
    reason_page(family: &str, path: &str) => "la misma debilidad ({family}) en {path}.", "the same flaw ({family}) at {path}.";
    reason_origin(family: &str) => "la misma debilidad ({family}) en el mismo activo.", "the same flaw ({family}) on the same asset.";
    reason_person => "lo dijo una persona.", "a person said so.";
    issue_apart => "Separado a mano.", "Parted by hand.";
    issue_joined => "Unido a mano.", "Joined by hand.";
    issue_part => "Separar", "Part it";
    issue_rule => "Que decida la regla", "Let the rule decide";
    issue_join => "Unir con otro", "Join with another";
    issue_join_do => "Unir", "Join";
    issue_target => "El otro hallazgo", "The other finding";
    issue_target_hint => "Su id o su dirección; ha de ser del mismo activo. Se puede deshacer.", "Its id or its address; it must be of the same asset. It can be taken back.";
    siblings => "El mismo problema en otros lugares", "The same issue elsewhere";
    siblings_n(n: i64) => ["Otro abierto de la misma regla", "Otros {n} abiertos de la misma regla"],
        ["Another finding of the same rule", "{n} other findings of the same rule"];
    siblings_none => "Ningún otro abierto.", "No other open one.";
    decide => "Decidir", "Decide";
    assign => "Asignar", "Assign";
    comment => "Comentario", "Comment";
    comment_send => "Comentar", "Add the comment";
    reason => "Motivo", "Reason";
    until => "Hasta", "Until";
    until_hint => "La excepción termina ese día y el hallazgo vuelve a contar.", "The exception ends that day and the finding counts again.";
    target => "Duplicado de", "Duplicate of";
    target_hint => "El identificador del otro hallazgo, como está en su dirección.", "The other finding's id, as it stands in its address.";
    read_only => "Esta cuenta puede leer, no decidir.", "This account may read, not decide.";
    exception_waiting => "Hay una excepción que espera respuesta", "An exception waits for an answer";
    exception_asked(who: &str, until: &str) => "{who} pide aceptar el riesgo hasta el {until}.", "{who} asks to accept the risk until {until}.";
    approve => "Aprobar", "Approve";
    refuse => "Rechazar", "Refuse";
    exception_other => "Quien la pide no puede aprobarla.", "Whoever asks cannot approve.";
}

/// Why findings are one issue.
#[must_use]
pub fn issue_reason(locale: Locale, why: &[String]) -> String {
    let parts: Vec<&str> = why.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["cve", cve] => reason_cve(locale, cve),
        ["flaw", family, "", ""] => reason_origin(locale, &family.replace('_', " ")),
        ["flaw", family, "", path] => reason_page(locale, &family.replace('_', " "), path),
        ["flaw", family, parameter, path] => reason_place(locale, &family.replace('_', " "), path, parameter),
        _ => reason_person(locale).to_owned(),
    }
}
