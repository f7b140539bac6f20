//! People, tokens, sessions, the audit log, preferences.

use super::macros::messages;

messages! {
    title => "Ajustes", "Settings";
    security => "Seguridad de Postura", "Postura's own security";
    account => "Cuenta y seguridad", "Account and security";
    token_scope => "Sirve para", "It is for";
    token_networks => "Solo desde estas redes (vacío: desde cualquiera)", "Only from these networks (empty: from anywhere)";
    scope_all => "Todo", "Everything";
    scope_read => "Leer", "Reading";
    scope_import => "Importar", "Importing";
    unnamed_browser => "Navegador sin nombre", "Unnamed browser";
    organisation => "Organización", "Organisation";
    zone_is(zone: &str) => "Los días se cortan en {zone}.", "Days are cut in {zone}.";
    preferences => "Idioma y tema", "Language and theme";
    more => "Otras páginas", "Other pages";
    exploitation => "Datos de explotación", "Exploitation data";
    rules => "Reglas de clasificación", "Classification rules";
    risk => "Pesos del riesgo", "Weights of risk";
    glossary => "Glosario", "Glossary";
    calculator => "Calculadora CVSS", "CVSS calculator";
    people => "Personas", "People";
    col_person => "Persona", "Person";
    col_login => "Usuario", "User name";
    col_role => "Papel", "Role";
    col_teams => "Equipos", "Teams";
    col_access => "Acceso", "Access";
    enabled => "Puede entrar", "May sign in";
    disabled => "Sin acceso", "No access";
    disable_short => "Quitar el acceso", "Disable";
    enable_short => "Dar acceso", "Enable";
    name => "Nombre y apellidos", "Full name";
    role => "Papel", "Role";
    tokens => "Tokens de la API", "API tokens";
    tokens_more => "Un token actúa con los permisos de esta cuenta. Sirve para importar desde una tarea automática.",
        "A token acts with this account's permissions. It lets a pipeline import.";
    tokens_none => "Ningún token todavía.", "No token yet.";
    col_token => "Token", "Name";
    col_prefix => "Empieza por", "Begins with";
    col_created => "Creado", "Created";
    col_expires => "Caduca", "Expires";
    col_used => "Último uso", "Last used";
    add_token => "Crear un token", "Create a token";
    token_name => "Nombre", "Name";
    token_days => "Días de validez", "Days until it expires";
    revoke(name: &str) => "Anular {name}", "Revoke {name}";
    revoke_short => "Anular", "Revoke";
    ended => "Anulado o caducado", "Revoked or expired";
    secret_title => "El token nuevo", "The new token";
    secret_more => "Copiarlo ahora: no se volverá a mostrar.", "Copy it now: it is not shown again.";
    sessions => "Sesiones abiertas", "Open sessions";
    col_browser => "Navegador", "Browser";
    col_network => "Desde", "From";
    col_seen => "Última actividad", "Last seen";
    this_session => "esta", "this one";
    sign_out_everywhere => "Cerrar todas las sesiones", "Sign out everywhere";
    audit => "Registro de auditoría", "Audit log";
    col_when => "Cuándo", "When";
    col_who => "Quién", "Who";
    col_what => "Qué", "What";
    col_subject => "Sobre qué", "On what";
    refused => "Rechazado", "Refused";

    done_user_added => "Persona añadida.", "Person added.";
    done_user_enabled => "Ahora puede entrar.", "They may sign in now.";
    done_user_disabled => "Ya no puede entrar.", "They may not sign in any more.";
    done_token_added => "Token creado.", "Token created.";
    done_token_revoked => "Token anulado.", "Token revoked.";
}
