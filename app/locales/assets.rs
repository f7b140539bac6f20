//! Assets: the list, one in full, coverage, the inventory.

use super::macros::messages;
use model::text::Locale;
use model::{Criticality, Exposure};

messages! {
    title => "Activos", "Assets";
    list => "Lista de activos", "List of assets";
    col_asset => "Activo", "Asset";
    col_owner => "Equipo", "Owner";
    col_what => "Qué es", "What it is";
    col_open => "Abiertos", "Open";
    col_tests => "Última prueba", "Last test";
    kind_host => "Equipo o servidor", "Host";
    kind_origin => "Aplicación web", "Web origin";
    space(name: &str) => "espacio {name}", "space {name}";
    why_rule(pattern: &str) => "por la regla {pattern}", "by the rule {pattern}";
    why_declared => "lo dice el inventario", "the inventory says so";
    why_then => "ese día", "on that day";
    not_declared => "fuera del inventario", "not in the inventory";
    nothing_open => "ninguno", "none";
    never => "nunca", "never";
    inside(age: &str) => "con sesión {age}", "signed in {age}";
    inside_never => "nunca con sesión", "never signed in";
    see_coverage => "Cobertura", "Coverage";
    see_inventory => "Inventario", "Inventory";
    total(n: i64) => ["{n} activo", "{n} activos"], ["{n} asset", "{n} assets"];
    sort_name => "Por nombre", "By name";
    sort_criticality => "Lo más importante primero", "What matters most first";
    order => "Orden", "Order";
    none => "Ningún activo coincide", "No asset matches";
    none_more => "Quitar alguna condición del filtro, o declarar el inventario.", "Take a term out of the filter, or declare the inventory.";
    placeholder => "criticality:high exposure:internet tested:never", "criticality:high exposure:internet tested:>30d";
    filter_help => "Claves: asset, team, criticality (low, medium, high, critical, none), exposure (internal, partner, internet, none), env, tag, tested y signed-in (<30d, >30d, never, y @nessus para un escáner), is:declared, is:host, is:origin, as-of.",
        "Keys: asset, team, criticality (low, medium, high, critical, none), exposure (internal, partner, internet, none), env, tag, tested and signed-in (<30d, >30d, never, and @nessus for one scanner), is:declared, is:host, is:origin, as-of.";
    example_blind => "nunca probados", "never tested";
    example_internet => "expuestos a internet", "open to the internet";
    example_critical => "importantes", "that matter";
    example_unowned => "sin equipo", "without an owner";
    example_undeclared => "fuera del inventario", "not in the inventory";

    say_declared(n: i64) => ["{n} activo declarado", "{n} activos declarados"], ["{n} declared asset", "{n} declared assets"];
    say_known(n: i64) => ["{n} activo conocido", "{n} activos conocidos"], ["{n} known asset", "{n} known assets"];
    say_part_of => " de ", " of ";
    say_tested_in(days: i64) => [" probados en {days} día; con sesión, ", " probados en {days} días; con sesión, "], [" tested in {days} day; signed-in ", " tested in {days} days; signed-in "];
    say_blind(n: i64) => ["{n} sin mirar", "{n} sin mirar"], ["{n} blind", "{n} blind"];
    say_blind_over(days: i64) => [" en ese día.", " en más de {days} días."], [" over {days} day.", " over {days} days."];
    say_undeclared(n: i64) => ["{n} activo visto no está en el inventario.", "{n} activos vistos no están en el inventario."], ["{n} asset seen is not in the inventory.", "{n} assets seen are not in the inventory."];
    say_no_inventory => "Sin inventario declarado, lo que nunca se ha probado no cuenta.", "Without a declared inventory, what was never tested does not count.";
    say_nothing => "Todavía no hay activos: llegan con el primer escaneo, o con el inventario.", "There are no assets yet: they come with the first scan, or with the inventory.";
    say_none_match => "Ningún activo coincide con el filtro.", "No asset matches the filter.";
    metric => "Cómo se cuenta", "How this is counted";

    coverage => "Cobertura", "Coverage";
    coverage_grid => "Activos y escáneres", "Assets and scanners";
    coverage_teams => "Equipos y escáneres", "Teams and scanners";
    coverage_grid_say => "Cuánto hace de la última prueba, y de la última con sesión. Rayado: nunca. Un punto: ese escáner no mira activos de esa clase.",
        "How long ago the last test was, and the last one signed in. Hatched: never. A dot: that scanner does not look at assets of that kind.";
    coverage_teams_say => "Qué parte de los activos de cada equipo probó cada escáner en la ventana; debajo, con sesión y los que nunca. Rayado: ninguno.",
        "What part of each team's assets each scanner tested within the window; below it, signed in, and those never tested. Hatched: none.";
    window => "Ventana", "Window";
    window_days(days: i64) => ["{days} día", "{days} días"], ["{days} day", "{days} days"];
    in_scope => "En el alcance", "In scope";
    blind => "Sin mirar", "Blind";
    cell_never(n: i64) => ["{n} nunca", "{n} nunca"], ["{n} never", "{n} never"];
    cell_inside(percent: &str) => "con sesión {percent}", "signed in {percent}";
    cell_not_of_this_kind => "no mira activos de esta clase", "does not look at assets of this kind";

    open_findings => "Hallazgos abiertos", "Open findings";
    tests => "Pruebas por escáner", "Tests by scanner";
    col_tool => "Escáner", "Scanner";
    col_times => "Veces", "Times";
    col_last => "Última", "Last";
    col_inside => "Con sesión", "Signed in";
    tests_none => "Ningún escaneo ha llegado a este activo: que no tenga hallazgos no dice nada de él.",
        "No scan has reached this asset: that it has no findings says nothing of it.";
    looks => "Escaneos que miraron", "Scans that looked";
    looks_some(shown: i64, total: i64) => "Se ven {shown} de {total}.", "Showing {shown} of {total}.";
    looks_none => "Ninguno.", "None.";
    col_scan => "Escaneo", "Scan";
    col_at => "Cuándo", "When";
    col_reached => "Llegó", "Reached it";
    reached_yes => "sí", "yes";
    same_reached_no => "no", "no";
    unsaid => "no lo dice", "not said";
    names => "Nombres y direcciones", "Names and addresses";
    name_name => "Nombre", "Name";
    name_fqdn => "Nombre completo", "FQDN";
    name_ip => "Dirección", "Address";
    name_netbios => "NetBIOS, según el equipo", "NetBIOS";
    name_mac => "MAC, de la tarjeta", "MAC";
    name_agent => "Agente", "Agent";
    name_os => "Sistema operativo", "Operating system";
    name_key => "Clave", "Key";
    name_space => "Espacio de direcciones", "Address space";
    what => "Qué es para la organización", "What it is to the organisation";
    declared => "En el inventario", "In the inventory";
    declared_hint => "Cuenta para la cobertura aunque nadie lo haya probado.", "It counts for coverage even if nobody has tested it.";
    criticality => "Criticidad", "Criticality";
    exposure => "Exposición", "Exposure";
    environment => "Entorno", "Environment";
    tags => "Etiquetas", "Tags";
    tags_hint => "Separadas por espacios.", "Parted by spaces.";
    owner => "Equipo según el inventario", "Owner by the inventory";
    owner_by_rules => "El que digan las reglas", "Whoever the rules say";
    unset => "Sin decir", "Not said";
    change => "Cambiar", "Change";
    save => "Guardar desde hoy", "Save from today";
    save_hint => "Vale desde hoy: el pasado conserva lo que tenía.", "It holds from today: the past keeps what it had.";
    owners => "De quién ha sido", "Who has owned it";
    owners_first => "desde el principio", "from the beginning";
    owners_from => "desde el", "from";
    said => "Qué se ha dicho", "What was said";
    said_none => "Nadie ha dicho nada de este activo.", "Nobody has said anything of this asset.";
    said_by_file(file: &str) => "en {file}", "in {file}";
    not_declared_any_more => "fuera del inventario", "not in the inventory";

    inventory => "Inventario declarado", "Declared inventory";
    inventory_say => "El inventario dice qué hay, aunque ningún escaneo lo haya visto: es el denominador de la cobertura.",
        "The inventory says what there is, even if no scan has seen it: it is the denominator of coverage.";
    inventory_file => "Archivo CSV", "CSV file";
    inventory_file_hint => "Columnas en español o inglés: nombre, dirección o URL; espacio, criticidad, exposición, entorno, etiquetas, equipo. Las que falten dejan lo que había.",
        "Columns in English or Spanish: name, address or URL; space, criticality, exposure, environment, tags, owner team. Those that are missing leave what there was.";
    inventory_look => "Ver qué cambiaría", "See what would change";
    inventory_export => "Descargar el inventario", "Download the inventory";
    inventory_export_hint => "Se puede editar en una hoja de cálculo y volver a cargar.", "It can be edited in a spreadsheet and loaded again.";
    preview => "Qué cambiaría", "What would change";
    preview_new(n: i64) => ["{n} activo nuevo", "{n} activos nuevos"], ["{n} new asset", "{n} new assets"];
    preview_changed(n: i64) => ["{n} cambia", "{n} cambian"], ["{n} changes", "{n} change"];
    preview_same(n: i64) => ["{n} queda igual", "{n} quedan igual"], ["{n} stays the same", "{n} stay the same"];
    preview_flaws(n: i64) => ["{n} fila apartada", "{n} filas apartadas"], ["{n} row set aside", "{n} rows set aside"];
    preview_ignored(columns: &str) => "Columnas que no se leen: {columns}", "Columns that are not read: {columns}";
    preview_refused => "El archivo no se puede leer.", "The file cannot be read.";
    preview_apply => "Aplicar", "Apply";
    preview_drop => "Descartar", "Discard";
    preview_first(n: i64) => ["La primera.", "Las {n} primeras."], ["The first.", "The first {n}."];
    col_line => "Línea", "Line";
    col_changes => "Cambia", "Changes";
    col_reason => "Motivo", "Reason";
    new_asset => "nuevo", "new";
    near(key: &str) => "Ya hay un activo con ese nombre: {key}. Si es el mismo, dar también su dirección, o su clave.",
        "There is an asset of that name already: {key}. If it is the same, give its address too, or its key.";
    nothing_there => "nada", "nothing";
    yes => "sí", "yes";
    same_no => "no", "no";

    flaw_nothing_named => "Ni nombre, ni dirección, ni URL.", "Neither a name nor an address nor a URL.";
    flaw_name_invalid => "Ese nombre no puede ser de un activo.", "That cannot be the name of an asset.";
    flaw_address_invalid => "No es una dirección IP.", "Not an IP address.";
    flaw_url_invalid => "No es una URL con esquema y servidor.", "Not a URL with a scheme and a host.";
    flaw_criticality => "Criticidad desconocida: baja, media, alta o crítica.", "Unknown criticality: low, medium, high or critical.";
    flaw_exposure => "Exposición desconocida: interna, socio o internet.", "Unknown exposure: internal, partner or internet.";
    flaw_environment => "El entorno es una sola palabra de hasta cuarenta letras.", "The environment is one word of at most forty letters.";
    flaw_tags => "Hasta veinte etiquetas, cada una de una palabra.", "At most twenty tags of one word each.";
    flaw_declared => "Solo sí o no.", "Only yes or no.";
    flaw_space => "Ese nombre de espacio no vale.", "That cannot be the name of a space.";
    flaw_cells => "Más celdas que columnas.", "More cells than columns.";
    flaw_team => "No hay ningún equipo con ese nombre.", "There is no team of that name.";
    flaw_key => "Ningún activo tiene esa clave.", "No asset has that key.";
    flaw_twice(line: &str) => "El mismo activo que en la línea {line}.", "The same asset as on line {line}.";
    flaw_source => "Ese nombre es otra máquina en cada origen, y el espacio no tiene exactamente uno.", "That name is another machine at each source, and the space does not have exactly one.";
    flaw_no_source => "Antes hace falta un origen.", "A source is needed first.";
    flaw_other => "No se puede leer.", "It cannot be read.";

    criticality_low => "Baja", "Low";
    criticality_medium => "Media", "Medium";
    criticality_high => "Alta", "High";
    criticality_critical => "Crítica", "Critical";
    exposure_internal => "Interna", "Internal";
    exposure_partner => "Socios", "Partner";
    same_exposure_internet => "Internet", "Internet";
    criticality_chip(word: &str) => "criticidad: {word}", "criticality: {word}";
}

/// A criticality.
#[must_use]
pub fn criticality_name(locale: Locale, value: Criticality) -> &'static str {
    match value {
        Criticality::Low => criticality_low(locale),
        Criticality::Medium => criticality_medium(locale),
        Criticality::High => criticality_high(locale),
        Criticality::Critical => criticality_critical(locale),
    }
}

/// An exposure.
#[must_use]
pub fn exposure_name(locale: Locale, value: Exposure) -> &'static str {
    match value {
        Exposure::Internal => exposure_internal(locale),
        Exposure::Partner => exposure_partner(locale),
        Exposure::Internet => same_exposure_internet(locale),
    }
}

/// Why a row of an inventory was set aside.
#[must_use]
pub fn flaw(locale: Locale, reason: &str, detail: &str) -> String {
    let text = match reason {
        "twice" => return flaw_twice(locale, detail),
        "nothing_named" => flaw_nothing_named(locale),
        "name_invalid" => flaw_name_invalid(locale),
        "address_invalid" => flaw_address_invalid(locale),
        "url_invalid" => flaw_url_invalid(locale),
        "criticality_unknown" => flaw_criticality(locale),
        "exposure_unknown" => flaw_exposure(locale),
        "environment_invalid" => flaw_environment(locale),
        "tags_invalid" => flaw_tags(locale),
        "declared_unknown" => flaw_declared(locale),
        "space_invalid" => flaw_space(locale),
        "more_cells_than_headings" => flaw_cells(locale),
        "team_unknown" => flaw_team(locale),
        "key_unknown" => flaw_key(locale),
        "source_ambiguous" => flaw_source(locale),
        "no_source" => flaw_no_source(locale),
        _ => flaw_other(locale),
    };
    text.to_owned()
}

/// What an attribute is called.
#[must_use]
pub fn attribute_name(locale: Locale, word: &str) -> &'static str {
    match word {
        "criticality" => criticality(locale),
        "exposure" => exposure(locale),
        "environment" => environment(locale),
        "tags" => tags(locale),
        "owner" => col_owner(locale),
        _ => declared(locale),
    }
}

/// An attribute's value in words.
#[must_use]
pub fn attribute_value(locale: Locale, word: &str, value: &str) -> String {
    let named = match word {
        "criticality" => value.parse().ok().map(|value| criticality_name(locale, value)),
        "exposure" => value.parse().ok().map(|value| exposure_name(locale, value)),
        "declared" => Some(if value == "yes" { yes(locale) } else { same_no(locale) }),
        _ => None,
    };
    match named {
        Some(named) => named.to_owned(),
        None if value.is_empty() => nothing_there(locale).to_owned(),
        None => value.to_owned(),
    }
}

/// What a name of an asset is.
#[must_use]
pub fn name_kind(locale: Locale, word: &str) -> &'static str {
    match word {
        "fqdn" => name_fqdn(locale),
        "ip" => name_ip(locale),
        "netbios" => name_netbios(locale),
        "mac" => name_mac(locale),
        "agent" => name_agent(locale),
        "os" => name_os(locale),
        _ => name_name(locale),
    }
}
