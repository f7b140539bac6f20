//! Column mappings: the page of those that are saved, and the page on which one is defined.

use super::macros::messages;
use model::MappedField;
use model::mapping::{DateOrder, Delimiter, MappingProblem, SeverityNumbers};
use model::text::Locale;

messages! {
    title => "Asignaciones de columnas", "Column mappings";
    say_none => "Cualquier tabla o JSON de hallazgos se puede importar, si alguien dice una vez qué es cada columna.",
        "Any table or JSON of findings can be imported, once somebody has said what each column is.";
    say_some(n: i64) => ["{n} asignación guardada dice cómo se leen los archivos de otra herramienta.",
        "{n} asignaciones guardadas dicen cómo se leen los archivos de otras herramientas."],
        ["{n} saved mapping says how the files of another tool are read.",
        "{n} saved mappings say how the files of other tools are read."];
    list => "Asignaciones guardadas", "Saved mappings";
    list_empty => "Aquí aparecerá cada asignación guardada, lista para importar con ella.",
        "Each saved mapping will be here, ready to import by it.";
    new => "Nueva asignación", "New mapping";
    new_more => "Elegir un archivo de ejemplo: CSV, JSON o JSON Lines, también en .gz. Se lee solo su principio, y se guarda cifrado un día como mucho.",
        "Choose a sample file: CSV, JSON or JSON Lines, in .gz too. Only its beginning is read, and kept encrypted for a day at most.";
    sample => "Archivo de ejemplo", "Sample file";
    begin => "Empezar", "Begin";
    draft_named(name: &str) => "«{name}» está sin terminar.", "“{name}” is not finished.";
    draft_nameless(file: &str) => "Hay una asignación sin terminar ({file}).", "A mapping is not finished ({file}).";
    draft_more => "Empezar otra la sustituye.", "Beginning another takes its place.";
    go_on => "Seguir con ella", "Go on with it";
    col_name => "Nombre", "Name";
    col_format => "Formato", "Format";
    col_fields => "Campos", "Fields";
    col_saved => "Guardada", "Saved";
    col_by => "Por", "By";
    col_acts => "Acciones", "Actions";
    import_by => "Importar", "Import";
    import_by_name(name: &str) => "Importar con {name}", "Import by {name}";
    edit => "Cambiar", "Change";
    edit_name(name: &str) => "Cambiar {name}", "Change {name}";
    remove_name(name: &str) => "Quitar {name}", "Remove {name}";

    nothing_open => "No hay ninguna asignación a medias", "No mapping is being defined";
    nothing_open_more => "Se empieza con un archivo de ejemplo, o cambiando una que ya esté guardada.",
        "One begins with a sample file, or by changing one that is saved.";
    see_all => "Ver las asignaciones", "See the mappings";

    say_no_sample => "Sin archivo de ejemplo se puede guardar, pero no probar.", "Without a sample file it can be saved, but not tried.";
    say_problems(n: i64) => ["Falta {n} cosa por resolver para poder leerlo.", "Faltan {n} cosas por resolver para poder leerlo."],
        ["{n} thing is left to settle before it can be read.", "{n} things are left to settle before it can be read."];
    say_findings(n: i64, rows: i64) => ["{n} de {rows} registros se lee como hallazgo", "{n} de {rows} registros se leen como hallazgos"],
        ["{n} of {rows} records reads as a finding", "{n} of {rows} records read as findings"];
    say_quarantined(n: i64) => ["{n} iría a cuarentena", "{n} irían a cuarentena"], ["{n} would go to quarantine", "{n} would go to quarantine"];
    say_nothing(n: i64) => ["{n} dice que no hay nada", "{n} dicen que no hay nada"], ["{n} says that there is nothing", "{n} say that there is nothing"];
    say_refused => "Así, el archivo se rechazaría.", "Like this the file would be refused.";
    tried => "Así se leería", "How it would be read";
    tried_goes_on(file: &str) => "Primeros registros de {file}, que sigue más allá de lo que se ha leído.", "The first records of {file}, which goes on behind what was read.";
    tried_whole(file: &str) => "Primeros registros de {file}, y todos los que no se pueden leer.", "The first records of {file}, and all that cannot be read.";
    col_line => "Línea", "Line";
    col_what => "Hallazgo", "Finding";
    col_severity => "Gravedad", "Severity";
    col_where => "Dónde", "Where";
    outcome_quarantined => "Cuarentena", "Quarantine";
    outcome_nothing => "Sin hallazgo", "No finding";
    other_sample => "Probar con otro archivo", "Try another file";
    other_sample_do => "Usar este archivo", "Use this file";

    part_file => "El archivo", "The file";
    part_what => "Qué", "What";
    part_what_more => "Hace falta una regla o un título, y la gravedad.", "A rule or a title is needed, and the severity.";
    part_where => "Dónde", "Where";
    part_where_more => "Hace falta un activo: su nombre, una URL, una dirección IP o un nombre completo.",
        "An asset is needed: its name, a URL, an IP address or a full name.";
    part_class => "Clasificación", "Classification";
    part_class_more => "Con CWE, la categoría de OWASP no se adivina.", "With a CWE, the OWASP category is no guess.";
    part_text => "Textos", "Texts";
    part_severity => "Palabras de la gravedad", "Words of severity";
    part_severity_more => "Cada palabra de la columna y lo que significa. Las conocidas no necesitan nada.",
        "Each word of the column and what it means. Those that are known need nothing.";
    part_state => "Lo que ya no es un hallazgo", "What is no finding any more";

    name => "Nombre de la asignación", "Name of the mapping";
    name_hint => "Con otro nombre se guarda como una nueva.", "Under another name it is saved as a new one.";
    tool => "Herramienta", "Tool";
    tool_hint => "Va delante de cada regla, para que dos herramientas no se confundan.", "It stands before each rule, so that two tools are never mixed up.";
    delimiter => "Entre celdas", "Between cells";
    delimiter_auto => "Según el archivo", "As the file has it";
    delimiter_comma => "Coma", "Comma";
    delimiter_semicolon => "Punto y coma", "Semicolon";
    delimiter_tab => "Tabulador", "Tab";
    delimiter_pipe => "Barra vertical", "Vertical bar";
    records => "Dónde está la lista", "Where the list is";
    records_hint => "Un puntero JSON como /results; vacío si el documento es la lista.", "A JSON pointer such as /results; empty if the document is the list.";
    dates => "Fechas con números", "Dates in numbers";
    dates_year => "Solo año-mes-día", "Year-month-day only";
    dates_day => "31/12/2026", "31/12/2026 (day first)";
    dates_month => "12/31/2026 (mes primero)", "12/31/2026";
    numbers => "Un número como gravedad", "A number as severity";
    numbers_levels => "De 0 a 4 (crítica)", "0 to 4 (critical)";
    numbers_cvss => "CVSS, de 0 a 10", "CVSS, 0 to 10";
    default_severity => "Si no dice ninguna", "If it says none";
    to_quarantine => "A cuarentena", "To quarantine";
    word_label(word: &str) => "«{word}»", "“{word}”";
    word_usual(severity: &str) => "Como siempre: {severity}", "As usual: {severity}";
    word_new => "Otra palabra", "Another word";
    word_means => "Significa", "It means";
    no_finding => "Valores del estado", "Values of the status";
    no_finding_hint => "Uno por línea: corregido, falso positivo…", "One a line: fixed, false positive…";

    no_column => "—", "– none –";
    not_in_file(column: &str) => "{column} (no está en el archivo)", "{column} (not in the file)";
    samples(values: &str) => "Por ejemplo: {values}", "For example: {values}";
    settle_first(what: &str) => "Por resolver: {what}", "To settle: {what}";
    can_be_saved => "Se puede guardar", "It can be saved";
    acts => "Probar y guardar", "Try and save";
    try_it => "Probar", "Preview";
    save => "Guardar", "Save";

    field_rule => "Regla", "Rule";
    field_title => "Título", "Title";
    field_severity => "Gravedad", "Severity";
    field_asset => "Nombre del activo", "Name of the asset";
    same_field_url => "URL", "URL";
    field_ip => "Dirección IP", "IP address";
    field_fqdn => "Nombre completo (FQDN)", "Full name (FQDN)";
    field_path => "Ruta del archivo", "Path of the source file";
    field_line => "Línea del archivo", "Line in the source file";
    field_parameter => "Parámetro", "Parameter";
    field_method => "Método", "Method";
    field_port => "Puerto", "Port";
    field_protocol => "Protocolo", "Protocol";
    field_fingerprint => "Huella del lugar", "Fingerprint of the place";
    same_field_cwe => "CWE", "CWE";
    same_field_cve => "CVE", "CVE";
    same_field_cvss => "CVSS", "CVSS";
    same_field_owasp => "OWASP", "OWASP";
    field_description => "Descripción", "Description";
    field_solution => "Solución", "Solution";
    field_references => "Referencias", "References";
    field_evidence => "Lo que se vio", "What was seen";
    field_confidence => "Confianza", "Confidence";
    field_status => "Estado", "Status";
    field_seen_at => "Visto el", "Seen at";

    wrong_version => "La escribió una versión más nueva de Postura.", "A newer version of Postura wrote it.";
    wrong_empty => "Hace falta decirlo.", "It must be said.";
    wrong_long => "Es demasiado largo.", "It is too long.";
    wrong_character => "Lleva un carácter que no puede llevar.", "It has a character that cannot stand here.";
    wrong_missing => "Hace falta una columna.", "A column is needed.";
    wrong_duplicate => "Otro campo ya tiene esta columna.", "Another field has this column already.";
    wrong_pointer => "Tiene que empezar por /.", "It must begin with /.";
    wrong_taken => "Así se llaman los hallazgos anotados a mano: hace falta otro nombre.", "Findings that people write down are called so: another name is needed.";
    wrong_useless => "No sirve sin otro campo, que no tiene columna.", "It is of no use without another field, which has no column.";
}

/// What a field is called.
#[must_use]
pub fn field_name(locale: Locale, field: MappedField) -> &'static str {
    match field {
        MappedField::Rule => field_rule(locale),
        MappedField::Title => field_title(locale),
        MappedField::Severity => field_severity(locale),
        MappedField::Asset => field_asset(locale),
        MappedField::Url => same_field_url(locale),
        MappedField::Ip => field_ip(locale),
        MappedField::Fqdn => field_fqdn(locale),
        MappedField::Path => field_path(locale),
        MappedField::Line => field_line(locale),
        MappedField::Parameter => field_parameter(locale),
        MappedField::Method => field_method(locale),
        MappedField::Port => field_port(locale),
        MappedField::Protocol => field_protocol(locale),
        MappedField::Fingerprint => field_fingerprint(locale),
        MappedField::Cwe => same_field_cwe(locale),
        MappedField::Cve => same_field_cve(locale),
        MappedField::Cvss => same_field_cvss(locale),
        MappedField::Owasp => same_field_owasp(locale),
        MappedField::Description => field_description(locale),
        MappedField::Solution => field_solution(locale),
        MappedField::References => field_references(locale),
        MappedField::Evidence => field_evidence(locale),
        MappedField::Confidence => field_confidence(locale),
        MappedField::Status => field_status(locale),
        MappedField::SeenAt => field_seen_at(locale),
    }
}

/// What is wrong, where it can be mended.
#[must_use]
pub fn problem_sentence(locale: Locale, problem: MappingProblem) -> &'static str {
    match problem {
        MappingProblem::UnknownVersion => wrong_version(locale),
        MappingProblem::Empty => wrong_empty(locale),
        MappingProblem::TooLong => wrong_long(locale),
        MappingProblem::BadCharacter => wrong_character(locale),
        MappingProblem::Missing => wrong_missing(locale),
        MappingProblem::Duplicate => wrong_duplicate(locale),
        MappingProblem::NotAPointer => wrong_pointer(locale),
        MappingProblem::Useless => wrong_useless(locale),
        MappingProblem::Taken => wrong_taken(locale),
    }
}

/// What stands between two cells.
#[must_use]
pub fn delimiter_name(locale: Locale, delimiter: Delimiter) -> &'static str {
    match delimiter {
        Delimiter::Auto => delimiter_auto(locale),
        Delimiter::Comma => delimiter_comma(locale),
        Delimiter::Semicolon => delimiter_semicolon(locale),
        Delimiter::Tab => delimiter_tab(locale),
        Delimiter::Pipe => delimiter_pipe(locale),
    }
}

/// How dates in numbers are written.
#[must_use]
pub fn dates_name(locale: Locale, dates: DateOrder) -> &'static str {
    match dates {
        DateOrder::YearFirst => dates_year(locale),
        DateOrder::DayFirst => dates_day(locale),
        DateOrder::MonthFirst => dates_month(locale),
    }
}

/// What a number means as a severity.
#[must_use]
pub fn numbers_name(locale: Locale, numbers: SeverityNumbers) -> &'static str {
    match numbers {
        SeverityNumbers::Levels => numbers_levels(locale),
        SeverityNumbers::Cvss => numbers_cvss(locale),
    }
}
