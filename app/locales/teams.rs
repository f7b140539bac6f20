//! Teams, ownership, a lead's home.

use super::macros::messages;

messages! {
    title => "Equipos", "Teams";
    list => "Lista de equipos", "List of teams";
    col_team => "Equipo", "Team";
    col_members => "Personas", "Members";
    col_assets => "Activos", "Assets";
    col_open => "Abiertos", "Open";
    col_overdue => "Fuera de plazo", "Past due";
    none => "Todavía no hay equipos", "There is no team yet";
    none_more => "Con un equipo y una regla, cada hallazgo sabe de quién es.", "With a team and a rule, each finding knows whose it is.";
    add_team => "Añadir un equipo", "Add a team";
    team_name => "Nombre del equipo", "Team name";
    rules => "De quién es cada activo", "Who owns which asset";
    rules_more => "Manda la primera regla que coincide con el nombre del activo. El asterisco vale por cualquier texto.",
        "The first rule that matches the asset's name decides. An asterisk stands for any text.";
    rules_none => "Sin reglas, ningún activo tiene equipo.", "Without rules, no asset has a team.";
    col_pattern => "Patrón", "Pattern";
    col_decides => "Decide", "Decides";
    decides(n: i64) => ["{n} activo", "{n} activos"], ["{n} asset", "{n} assets"];
    add_rule => "Añadir una regla", "Add a rule";
    pattern_hint => "Por ejemplo, 10.20.* o *.tienda.example", "For instance, 10.20.* or *.shop.example";
    remove_rule(pattern: &str) => "Quitar la regla {pattern}", "Remove the rule {pattern}";
    members => "Personas", "Members";
    members_none => "Nadie todavía.", "Nobody yet.";
    col_person => "Persona", "Person";
    col_role => "Papel", "Role";
    add_member => "Añadir a", "Add";
    member_remove(name: &str) => "Quitar a {name}", "Remove {name}";
    assets => "Activos", "Assets";
    assets_none => "Ninguna regla le da activos.", "No rule gives it assets.";
    assets_some(shown: i64, total: i64) => "Se ven {shown} de {total}.", "Showing {shown} of {total}.";
    col_asset => "Activo", "Asset";
    col_why => "Por qué", "Why";
    why_declared => "lo dice el inventario", "the inventory says so";
    col_observed => "Observado", "Observed";
    not_observed => "nunca", "never";
    see_findings => "Ver sus hallazgos", "See its findings";
    see_my_team => "Ver su página", "See its page";

    my_title => "Mi equipo", "My team";
    my_none => "Esta cuenta no está en ningún equipo", "This account is in no team";
    my_none_more => "Quien administra Postura puede añadirla a uno.", "Whoever administers Postura can add it to one.";
    my_choose => "Elegir equipo", "Choose a team";
    tile_open => "Abiertos", "Open";
    tile_claimed => "Corrección declarada", "Fix claimed";
    tile_claimed_note => "esperan la prueba de un escaneo", "wait for a scan's proof";
    tile_fixed => "Corregidos con prueba", "Fixed with proof";
    tile_thirty_days => "en treinta días", "in thirty days";
    tile_overdue => "Fuera de plazo", "Past due";
    tile_due_week => "Vencen en siete días", "Due in seven days";
    tile_undated => "Sin fecha límite", "Without a due day";
    tile_open_note(n: i64) => ["{n} llegó en treinta días", "{n} llegaron en treinta días"], ["{n} came in within thirty days", "{n} came in within thirty days"];
    due_list => "Lo que vence primero", "Due first";
    due_overdue => "Fuera de plazo", "Past due";
    due_week => "Esta semana", "This week";
    due_later => "Más adelante", "Later";
    due_undated => "Sin fecha", "Without a day";
    due_none => "Nada tiene fecha límite. Asignar fechas ayuda a decidir qué va primero.", "Nothing has a due day. Days help to decide what goes first.";
    people => "Por persona", "By person";
    flow => "Lo que llega y lo que se corrige", "New against fixed";
}
