//! Scans, imports and sources.

use super::macros::messages;

messages! {
    title => "Escaneos", "Scans";
    drop_title => "Soltar aquí archivos de escáneres", "Drop scanner files here";
    drop_more => "Nessus, ZAP, Burp Suite o SARIF, también en .gz o .zip. Se reconocen por su contenido.",
        "Nessus, ZAP, Burp Suite or SARIF, in .gz or .zip too. They are recognised by their content.";
    mapping => "Cómo leer el archivo", "How to read the file";
    mapping_none => "Reconocer por su contenido", "Recognise by its content";
    preview => "Mostrar antes qué cambiaría", "Show first what would change";
    preview_hint => "Nada cuenta hasta confirmarlo.", "Nothing counts until it is confirmed.";
    drop_max(size: &str) => "Hasta {size} por archivo.", "Up to {size} a file.";
    choose_files => "Archivos", "Files";
    source => "Origen", "Source";
    whole_project => "Es el proyecto entero de Burp", "It is the whole Burp project";
    whole_project_hint => "Entonces lo que falta se da por corregido.", "What is missing is then taken as fixed.";
    send_files => "Importar", "Import";
    running(n: i64) => ["{n} importación en marcha.", "{n} importaciones en marcha."], ["{n} import is running.", "{n} imports are running."];
    refused_lately(n: i64) => ["{n} archivo rechazado hace poco.", "{n} archivos rechazados hace poco."],
        ["{n} file was refused lately.", "{n} files were refused lately."];
    say_nothing => "Todavía no hay ningún escaneo. El primer archivo dibuja la situación.", "There is no scan yet. The first file draws the picture.";
    say_one => "Con un segundo escaneo de los mismos objetivos aparecerá la evolución.", "A second scan of the same targets draws the trend.";
    imports => "Importaciones", "Imports";
    list => "Escaneos importados", "Imported scans";
    list_empty => "Aquí aparecerá cada escaneo con lo que cambió.", "Each scan will be here with what it changed.";
    col_file => "Archivo", "File";
    col_tool => "Escáner", "Scanner";
    col_at => "Escaneado", "Scanned";
    col_recorded => "Importado", "Imported";
    col_assets => "Activos", "Assets";
    col_sightings => "Avistamientos", "Sightings";
    col_new => "Nuevos", "New";
    col_closed => "Cerrados", "Closed";
    col_when => "Recibido", "Received";
    withdrawn => "Deshecho", "Undone";
    queued => "En espera", "Queued";
    refused => "Rechazado", "Refused";
    done => "Importado", "Imported";
    sources => "Orígenes", "Sources";
    sources_more => "Cada origen lleva su zona horaria y su espacio de direcciones.", "Each source carries its time zone and its address space.";
    add_source => "Añadir un origen", "Add a source";
    source_name => "Nombre", "Name";
    source_space => "Espacio de direcciones", "Address space";
    source_space_hint => "10.0.0.5 en dos espacios son dos equipos.", "10.0.0.5 in two spaces is two hosts.";
    source_zone => "Zona horaria", "Time zone";
    source_scans(n: i64) => ["{n} escaneo", "{n} escaneos"], ["{n} scan", "{n} scans"];

    import_title => "Importación", "Import";
    import_of(file: &str) => "Importación de {file}", "Import of {file}";
    import_running => "Esta página se actualiza sola. Cerrarla no detiene la importación.",
        "This page refreshes itself. Closing it does not stop the import.";
    import_queued => "Espera su turno.", "It waits for its turn.";
    import_bytes(done: &str, total: &str) => "{done} de {total}", "{done} of {total}";
    import_rows(n: i64) => ["{n} fila leída", "{n} filas leídas"], ["{n} row read", "{n} rows read"];
    import_speed(bytes: &str, rows: i64) => "{bytes}/s · {rows} filas/s", "{bytes}/s · {rows} rows/s";
    import_left(seconds: i64) => ["queda {seconds} segundo", "quedan {seconds} segundos"], ["{seconds} second left", "{seconds} seconds left"];
    import_cancel => "Detener", "Stop";
    import_canceled => "Detenido o descartado: no cuenta nada de este archivo.", "Stopped or discarded: nothing of this file counts.";
    preview_title => "Lo que cambiaría", "What would change";
    preview_say(new: i64, closed: i64, reopened: i64) =>
        "Todavía no ha cambiado nada. Traería {new} nuevos, cerraría {closed} con prueba y reabriría {reopened}.",
        "Nothing has changed yet. It would bring {new} new, close {closed} with proof and reopen {reopened}.";
    preview_import => "Importar", "Import";
    preview_discard => "Descartar", "Discard";
    waiting => "Espera una decisión", "Waits for a decision";
    note_newer(day: &str) => "Hay un escaneo más reciente de la misma serie ({day}): este completa la historia y no cierra nada posterior.",
        "There is a newer scan of the same series ({day}): this one fills in history and closes nothing later.";
    note_undated => "El archivo no dice cuándo se escaneó: abre hallazgos y no cierra ninguno hasta que alguien indique la fecha.",
        "The file does not say when the scan ran: it opens findings and closes none until someone states the date.";
    note_empty(assets: i64, closed: i64) => "No encontró nada en {assets} activos: es válido, y cierra {closed}.",
        "It found nothing on {assets} assets: that is valid, and closes {closed}.";
    note_quarantined(n: i64) => ["{n} fila no se pudo leer y queda en cuarentena.", "{n} filas no se pudieron leer y quedan en cuarentena."],
        ["{n} row could not be read and goes to quarantine.", "{n} rows could not be read and go to quarantine."];
    accept_title(n: i64) => ["Se leyó {n} fila antes del final", "Se leyeron {n} filas antes del final"],
        ["{n} row was read before the end", "{n} rows were read before the end"];
    accept_more => "Se pueden importar tal cual. Abren hallazgos y no cierran ninguno: lo que falta no se ha mirado.",
        "They can be imported as they are. They open findings and close none: what is missing was not looked at.";
    accept => "Importar lo que se pudo leer", "Import what could be read";
    unpacked(n: i64) => ["El archivo comprimido contiene {n} exportación.", "El archivo comprimido contiene {n} exportaciones."],
        ["The archive holds {n} export.", "The archive holds {n} exports."];
    unpacked_see(number: i64) => "Importación {number}", "Import {number}";
    date_title => "¿Cuándo se hizo este escaneo?", "When did this scan run?";
    date_more => "Hasta que se sepa, abre hallazgos y no cierra ninguno.", "Until that is known, it opens findings and closes none.";
    date_label => "Fecha y hora, en la zona del origen", "Date and time, in the source's zone";
    date_set => "Anotar la fecha", "Note the date";
    reparse => "Leer de nuevo el original", "Read the original again";
    reparse_more => "Un lector más nuevo puede sacar más de él. Lo que se sabía antes sigue como estaba.",
        "A newer reader may take more out of it. What was known before stays as it was.";
    quarantine_download => "Descargar las filas", "Download the rows";
    import_done => "Importado.", "Imported.";
    import_done_before => "Estos mismos bytes ya se habían importado: no ha cambiado nada.",
        "These very bytes had been imported before: nothing changed.";
    import_see => "Ver lo que cambió", "See what changed";
    import_refused_title => "El archivo se ha rechazado", "The file was refused";
    import_nothing_kept => "No se ha guardado nada de él.", "Nothing of it was kept.";
    import_where => "Dónde", "Where";
    import_what => "Qué se encontró", "What was found";
    import_do => "Qué hacer", "What to do";
    import_again => "Importar otro archivo", "Import another file";
    progress => "Progreso", "Progress";

    scan_of(tool: &str, file: &str) => "{tool}: {file}", "{tool} – {file}";
    tile_new => "Nuevos", "New";
    tile_same => "Ya conocidos", "Same";
    tile_reopened => "Reabiertos", "Reopened";
    tile_closed => "Cerrados con prueba", "Closed with proof";
    tile_not_retested => "Sin volver a probar", "Not re-tested";
    tile_quarantined => "En cuarentena", "Quarantined";
    tile_new_note => "desconocidos hasta ahora", "unknown before";
    tile_same_note => "siguen ahí", "still there";
    tile_reopened_note => "habían estado cerrados", "had been closed";
    tile_closed_note => "el escaneo miró y no están", "the scan looked; they are gone";
    tile_not_retested_note => "siguen abiertos: no miró", "stay open: it did not look";
    tile_quarantined_note => "filas que no se pudieron leer", "rows that could not be read";
    facts => "El archivo", "The file";
    fact_format => "Formato", "Format";
    fact_version => "Versión del escáner", "Scanner version";
    fact_at => "Escaneado", "Scanned";
    fact_recorded => "Importado", "Imported";
    fact_source => "Origen", "Source";
    fact_rows => "Filas", "Rows";
    fact_rows_split(sightings: i64, quarantined: i64, no_finding: i64) =>
        "{sightings} avistamientos + {quarantined} en cuarentena + {no_finding} sin hallazgo",
        "{sightings} sightings + {quarantined} quarantined + {no_finding} without a finding";
    fact_inventory => "De inventario", "Inventory";
    fact_sha => "Huella SHA-256", "SHA-256";
    fact_seconds => "Tardó", "Took";
    fact_step => "Paso del libro", "Step of the books";
    seconds(n: &str) => "{n} s", "{n} seconds";
    remarks => "Notas de la lectura", "Notes from the reading";
    quarantine => "Cuarentena", "Quarantine";
    quarantine_more => "Estas filas no cuentan en ningún número. El resto del archivo se ha importado.",
        "These rows count in no number. The rest of the file was imported.";
    col_line => "Línea", "Line";
    col_reason => "Motivo", "Reason";
    col_detail => "Detalle", "Detail";
    undo => "Deshacer la importación", "Undo the import";
    undo_more => "Los números quedan como si este archivo no hubiera llegado. Se puede rehacer cuando se quiera.",
        "The numbers become what they would be without this file. It can be redone at any time.";
    redo => "Rehacer la importación", "Redo the import";
    undone => "Esta importación está deshecha: no cuenta en ningún número.", "This import is undone: it counts in no number.";
    see_findings => "Ver sus hallazgos", "See its findings";
}
