//! The list of findings.

use super::macros::messages;

messages! {
    risk_index(sum: i64) => "índice de riesgo {sum}", "risk index {sum}";
    title => "Hallazgos", "Findings";
    write_down => "Anotar", "Write down";
    matching(n: i64) => ["{n} hallazgo coincide con el filtro", "{n} hallazgos coinciden con el filtro"],
        ["{n} finding matches the filter", "{n} findings match the filter"];
    open(n: i64) => ["{n} hallazgo abierto", "{n} hallazgos abiertos"], ["{n} open finding", "{n} open findings"];
    none_open => "No hay nada abierto.", "Nothing is open.";
    none_open_more => "Todo lo encontrado está corregido con prueba o decidido. Se puede ver lo cerrado.",
        "Everything found is fixed with proof, or decided. What is closed can be seen.";
    show_closed => "Ver lo cerrado", "Show what is closed";
    none_match => "Ningún hallazgo coincide con el filtro.", "No finding matches the filter.";
    none_match_more => "Quitar una condición ampliará la lista.", "Removing a term widens the list.";
    nothing_imported => "Todavía no hay nada importado", "Nothing is imported yet";
    nothing_imported_more => "Soltar un archivo de Nessus, ZAP o Burp Suite en cualquier parte de esta ventana, o elegirlo en la página de escaneos.",
        "Drop a file of Nessus, ZAP or Burp Suite anywhere on this window, or choose one on the page of scans.";
    nothing_imported_wait => "Cuando el equipo de seguridad importe el primer escaneo, los hallazgos aparecerán aquí.",
        "When the security team imports the first scan, its findings will be here.";
    go_import => "Importar un archivo", "Import a file";
    grouping => "Agrupar por", "Group by";
    sorted_by => "Orden", "Order";
    col_severity => "Gravedad", "Severity";
    col_finding => "Hallazgo", "Finding";
    col_owasp(edition: &str) => "OWASP ({edition})", "OWASP {edition}";
    col_status => "Estado", "Status";
    col_team => "Equipo", "Team";
    col_due => "Plazo", "Due";
    col_age => "Antigüedad", "Age";
    col_issue => "Problema", "Issue";
    col_count => "Hallazgos", "Findings";
    col_assets => "Activos", "Assets";
    select_all => "Seleccionar todos los de esta página", "Select all on this page";
    select_row(title: &str) => "Seleccionar «{title}»", "Select “{title}”";
    table_caption => "Lista de hallazgos", "List of findings";
    selected => "seleccionados", "selected";
    selected_all(n: i64) => ["El {n} que coincide", "Los {n} que coinciden"], ["The {n} matching", "All {n} matching"];
    selected_all_hint => "También los de las demás páginas", "Those on other pages too";
    bulk_label => "Cambiar los seleccionados", "Change the selected ones";
    bulk_team => "Equipo", "Team";
    bulk_person => "Persona", "Person";
    bulk_due => "Fecha límite", "Due day";
    bulk_keep => "Sin cambios", "No change";
    bulk_reason => "Motivo", "Reason";
    bulk_until => "Excepción hasta", "Exception until";
    bulk_more => "Más", "More";
    due_left(n: i64) => ["queda {n} d", "quedan {n} d"], ["{n} d left", "{n} d left"];
    due_over(n: i64) => ["{n} d de retraso", "{n} d de retraso"], ["{n} d over", "{n} d over"];
    due_today => "hoy", "today";
    on_this_page(n: i64, total: i64) => "{n} de {total}", "{n} of {total}";
    groups_total(n: i64) => ["{n} hallazgo en total", "{n} hallazgos en total"], ["{n} finding in all", "{n} findings in all"];
}
