//! One finding.

use super::macros::messages;

messages! {
    title => "Hallazgo", "Finding";
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
    evidence_hidden => "Esta cuenta no puede ver la evidencia.", "This account may not see the evidence.";
    classification => "Clasificación", "Classification";
    classified_by(basis: &str) => "Según {basis}", "By {basis}";
    also => "También:", "Also:";
    identity => "Qué lo identifica", "What identifies it";
    identity_more => "El mismo hallazgo es el que coincide en todos estos campos. La gravedad y el texto no cuentan.",
        "The same finding is one that agrees in all of these. Severity and text do not count.";
    neighbours => "Los más parecidos que no son este", "The nearest that are not this one";
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
    siblings => "El mismo problema en otros lugares", "The same issue elsewhere";
    siblings_n(n: i64) => ["Otro hallazgo de la misma regla", "Otros {n} hallazgos de la misma regla"],
        ["Another finding of the same rule", "{n} other findings of the same rule"];
    siblings_none => "En ningún otro lugar.", "Nowhere else.";
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
