//! Where the organisation stands.

use super::macros::messages;

messages! {
    title => "Situación", "Posture";
    compared(day: &str) => "comparado con el {day}", "compared with {day}";
    on_day(day: &str) => "a {day}", "on {day}";
    scope => "Alcance", "Scope";
    scope_all => "Toda la organización", "Whole organisation";
    edition => "Edición de OWASP", "OWASP edition";
    by_severity => "Abiertos por gravedad", "Open by severity";
    trend => "Abiertos en el tiempo", "Open over time";
    trend_say_down(n: i64) => ["{n} hallazgo abierto menos que hace treinta días.", "{n} hallazgos abiertos menos que hace treinta días."],
        ["{n} open finding fewer than thirty days ago.", "{n} open findings fewer than thirty days ago."];
    trend_say_up(n: i64) => ["{n} hallazgo abierto más que hace treinta días.", "{n} hallazgos abiertos más que hace treinta días."],
        ["{n} open finding more than thirty days ago.", "{n} open findings more than thirty days ago."];
    trend_say_same => "Tantos hallazgos abiertos como hace treinta días.", "As many open findings as thirty days ago.";
    flow => "Lo que llega y lo que se corrige", "New against fixed";
    flow_say_net_down(n: i64) => ["En treinta días se cerró {n} más de los que llegaron.", "En treinta días se cerraron {n} más de los que llegaron."],
        ["In thirty days, {n} more was closed than came in.", "In thirty days, {n} more were closed than came in."];
    flow_say_net_up(n: i64) => ["En treinta días llegó {n} más de los que se cerraron.", "En treinta días llegaron {n} más de los que se cerraron."],
        ["In thirty days, {n} more came in than was closed.", "In thirty days, {n} more came in than were closed."];
    flow_say_even => "En treinta días se cerraron tantos como llegaron.", "In thirty days, as many were closed as came in.";
    balance => "La cuenta", "The reckoning";
    teams => "Abiertos por equipo", "Open by team";
    teams_say => "Cada barra suma lo abierto de un equipo, por gravedad.", "Each bar sums what a team has open, by severity.";
    heat => "Dónde: OWASP Top 10 por equipo", "Where: OWASP Top 10 by team";
    heat_legend => "Rayado: en treinta días ningún escaneo con pruebas de esa categoría llegó a un activo de ese equipo. Un cero significa que se probó.",
        "Hatched: in thirty days no scan with checks of that category reached an asset of that team. A zero means that it was checked.";
    heat_not_looked => "sin probar", "not exercised";
    heat_cell(n: i64, category: &str, team: &str) => "{n}: {category}, {team}", "{n} – {category}, {team}";
    blind => "Lo que no se ve", "Blind spots";
    blind_unowned => "Sin equipo", "Without a team";
    blind_not_retested => "Sin volver a probar", "Not re-tested";
    blind_assets => "Activos sin observar en treinta días", "Assets not observed in thirty days";
    overdue => "Fuera de plazo", "Past due";
    nothing => "Todavía no hay nada que mostrar", "There is nothing to show yet";
    nothing_more => "El primer archivo importado dibuja esta página en menos de un minuto.", "The first imported file draws this page in less than a minute.";
    how_counted => "Cómo se cuenta", "How this is counted";
    how_open => "Abierto: visto por un escaneo, sin prueba de que se haya ido y sin veredicto. El inventario no cuenta.",
        "Open: seen by a scan, with no proof that it is gone and no verdict. Inventory does not count.";
    how_fixed => "Corregido con prueba: un escaneo posterior miró en el mismo sitio y no lo vio.",
        "Fixed with proof: a later scan looked in the same place and did not see it.";
    how_balance => "Abiertos antes + nuevos + reabiertos − corregidos − otros = abiertos ahora, exacto para cada filtro; «otros» reúne los veredictos y lo que cambió de sitio.",
        "Open before + new + reopened − fixed − other = open now, exact for every filter; “other” holds verdicts and what moved.";
}
