//! The shell around every page: navigation, preferences, help, words on buttons.

use super::macros::messages;

messages! {
    skip_to_content => "Saltar al contenido", "Skip to content";
    main_navigation => "Navegación principal", "Main navigation";
    nav_findings => "Hallazgos", "Findings";
    nav_my_team => "Mi equipo", "My team";
    nav_posture => "Situación", "Posture";
    nav_assets => "Activos", "Assets";
    nav_scans => "Escaneos", "Scans";
    nav_teams => "Equipos", "Teams";
    nav_settings => "Ajustes", "Settings";
    sign_out => "Salir", "Sign out";
    language => "Idioma", "Language";
    theme => "Tema", "Theme";
    theme_system => "El del sistema", "System";
    theme_light => "Claro", "Light";
    theme_dark => "Oscuro", "Dark";
    demo_data => "Datos de demostración", "Demo data";
    loading => "Cargando", "Loading";
    close => "Cerrar", "Close";
    add => "Añadir", "Add";
    remove => "Quitar", "Remove";
    chart => "gráfico", "chart";
    table => "tabla", "table";
    as_table => "Ver como tabla", "Show as a table";
    same_csv => "CSV", "CSV";
    nobody => "Nadie", "Nobody";
    no_team => "Sin equipo", "No team";
    unassigned => "Sin asignar", "Unassigned";
    by_hand => "A mano", "By hand";
    never => "Nunca", "Never";
    pages => "Páginas", "Pages";
    next_page => "Siguiente", "Next";
    previous_page => "Anterior", "Previous";
    import_file => "Importar", "Import";
    not_retested => "Sin volver a probar", "Not re-tested";
    regressed => "Ha vuelto", "Regressed";
    done_saved => "Guardado.", "Saved.";

    past_day(day: &str) => "Aquí se ve el {day}.", "This is {day}.";
    past_known(known: &str) => "Con lo que se sabía el {known}.", "With what was known on {known}.";
    past_read_only => "El pasado no se puede cambiar.", "The past cannot be changed.";
    back_to_now => "Volver a hoy", "Back to today";

    drop_here => "Soltar aquí los archivos para importarlos", "Drop the files here to import them";
    uploading(name: &str) => "Subiendo {name}", "Uploading {name}";
    uploading_known(name: &str, what: &str) => "Subiendo {name}: {what}", "Uploading {name}: {what}";
    uploading_many(n: i64) => ["Subiendo {n} archivo", "Subiendo {n} archivos"], ["Uploading {n} file", "Uploading {n} files"];

    keys_title => "Atajos de teclado", "Keyboard shortcuts";
    keys_show => "Atajos", "Shortcuts";
    keys_filter => "Ir al filtro", "Go to the filter";
    keys_move => "Fila siguiente, fila anterior", "Next row, previous row";
    keys_open => "Abrir la fila", "Open the row";
    keys_select => "Seleccionar la fila", "Select the row";
    keys_help => "Mostrar esta ayuda", "Show this help";
    keys_go => "Ir a Hallazgos, Situación, Mi equipo, Escaneos o Equipos", "Go to Findings, Posture, My team, Scans or Teams";
    keys_then => "y luego", "then";
    keys_note => "Los atajos no actúan mientras se escribe en un campo.", "Shortcuts do nothing while a field has the focus.";
}
