//! The audit log.

use super::macros::messages;

messages! {
    title => "Registro de auditoría", "Audit log";
    intro => "Quién hizo qué, desde dónde y qué cambió, también lo rechazado. Solo se añade: cada entrada lleva una huella de la anterior, con una clave que no está en la base de datos.",
        "Who did what, from where, and what it changed, refusals included. It only grows: each entry carries a keyed hash of the one before it, and the key is not in the database.";
    not_checked => "Este servidor aún no ha comprobado el registro. «postura verify-audit» lo hace ahora.",
        "This server has not verified the log yet. “postura verify-audit” does it now.";
    sound => "El registro está tal como se escribió.", "The log is as it was written.";
    unsound => "Alguien ha cambiado el registro: «postura verify-audit» dice dónde.", "The log was tampered with: “postura verify-audit” says where.";
    checked_at => "Comprobado:", "Verified:";
    problem => "Esa búsqueda no se entiende: se muestra todo.", "That search cannot be understood: everything is shown.";
    actor => "Usuario", "User name";
    any => "Todo", "Anything";
    done => "Hecho", "Done";
    outcome => "Resultado", "Outcome";
    subject => "Sobre qué (principio, como scan:)", "On what (beginning, such as scan:)";
    from => "Desde el día", "From";
    to => "Hasta el día", "To";
    show => "Buscar", "Search";
    export => "Descargar como CSV", "Download as CSV";
    older => "Entradas anteriores", "Older entries";
    more => "Detalle", "Detail";
    none => "No hay ninguna entrada así.", "There is no such entry.";
}
