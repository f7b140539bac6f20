//! Words for what scanners that are driven say and do: kinds, capabilities, states, reasons, remarks, lines of a log.

use super::macros::messages;
use model::scanner::{Capability, ConnectorKind, Intensity};
use model::text::Locale;
use model::{Missed, Overlap, RunState, Trigger};

messages! {
    same_zap => "ZAP", "ZAP";
    same_nessus => "Nessus", "Nessus";
    kind_command => "Orden de este servidor", "Command on this server";
    kind_folder => "Carpeta vigilada", "Watched folder";
    same_burp_pro => "Burp Suite Professional", "Burp Suite Professional";
    same_burp_dast => "Burp Suite DAST", "Burp Suite DAST";
    same_tenable => "Tenable Vulnerability Management", "Tenable Vulnerability Management";
    kind_zap_plan => "ZAP, plan de automatización", "ZAP, automation plan";

    can_launch => "Puede lanzar escaneos, seguirlos y traer sus resultados.", "It can start scans, follow them and fetch their results.";
    can_pull => "Solo recogida: no puede lanzar escaneos. Los que terminan allí se traen solos.",
        "Pull only: it cannot start scans. Those that end there are fetched by themselves.";
    can_read => "Solo se ve que está ahí: no puede lanzar ni traer nada.", "One only sees that it is there: it can neither start nor fetch anything.";

    state_queued => "En cola", "Queued";
    state_starting => "Arrancando", "Starting";
    state_running => "En marcha", "Running";
    state_exporting => "Trayendo el resultado", "Fetching the result";
    state_importing => "Importando", "Importing";
    state_done => "Terminado", "Done";
    state_failed => "Fallido", "Failed";
    state_canceled => "Detenido", "Stopped";
    state_lost => "Perdido", "Lost";
    state_skipped => "No se hizo", "Not run";

    cause_schedule => "programado", "scheduled";
    cause_hand => "a mano", "by hand";
    cause_pull => "hecho por el propio escáner", "run by the scanner itself";

    missed_skip => "Solo anotarlas", "Only note them";
    missed_once => "Un escaneo por todas", "One scan for all of them";
    missed_all => "Un escaneo por cada una", "A scan for each";
    overlap_skip => "No se hace", "It is not run";
    overlap_wait => "Espera a que acabe", "It waits for the other to end";
    intensity_light => "Suave", "Light";
    intensity_normal => "Normal, como el escáner lo haga", "Normal, as the scanner does it";
    intensity_deep => "A fondo", "Deep";

    stage_preparing => "preparando", "preparing";
    stage_login => "entrando en la aplicación", "logging in to the application";
    stage_crawl => "recorriendo enlaces", "following links";
    stage_browser => "recorriendo enlaces con un navegador", "following links in a browser";
    stage_passive => "analizando lo intercambiado", "analysing what was exchanged";
    stage_active => "probando ataques", "testing attacks";
    stage_scanning => "escaneando", "scanning";
    stage_finishing => "reuniendo resultados", "putting results together";

    why_by_hand => "Lo detuvo una persona.", "A person stopped it.";
    why_left_running => "Se dejó de seguir. Este escáner no se puede detener desde fuera: puede que allí siga en marcha.",
        "It is no longer followed. This scanner cannot be stopped from outside: it may go on there.";
    why_stopped_there => "Alguien lo detuvo en el escáner. Lo que encontró es solo una parte y no se importa.",
        "Somebody stopped it on the scanner. What it found is only a part, and is not imported.";
    why_failed_there => "El escaneo terminó con error en el escáner. Mirar su registro allí.", "The scan ended in an error on the scanner. Look at its log there.";
    why_time_limit => "Tardó más que su límite y se detuvo. Ampliar el límite de la programación, o repartir los objetivos.",
        "It took longer than its limit and was stopped. Raise the schedule's limit, or split the targets.";
    why_time_limit_left => "Tardó más que su límite y se dejó de seguir; puede que en el escáner siga en marcha.",
        "It took longer than its limit and is no longer followed; it may go on at the scanner.";
    why_partial => "El resultado no está entero, y no se importa: lo que falta no prueba nada.", "The result is not whole, and is not imported: what is missing proves nothing.";
    why_cannot_ask => "Puede estar en marcha: el escáner no puede decirlo. No se lanzó otra vez. Mirarlo allí.",
        "It may be running: the scanner cannot tell. It was not launched again. Look there.";
    why_process_ended => "El proceso que lo llevaba terminó. No se lanzó otra vez.", "The process that ran it has ended. It was not launched again.";
    why_refused_import => "El resultado no se pudo importar.", "The result could not be imported.";
    why_import_stopped => "Una persona detuvo la importación.", "A person stopped the import.";
    why_imported_before => "El mismo resultado ya estaba importado.", "The same result was imported before.";
    why_damaged => "Lo guardado de este escaneo no se puede leer.", "What is kept of this scan cannot be read.";
    why_missed => "Pasó su hora sin que nada pudiera lanzarlo.", "Its time passed while nothing could start it.";
    why_overlap => "El anterior seguía en marcha.", "The one before was still under way.";
    why_owner => "Quien lo programó ya no puede escanear.", "Whoever scheduled it may no longer scan.";
    why_not_authorised => "Nadie ha autorizado por escrito escanear estos objetivos, o la autorización caducó. Renovarla en Objetivos.",
        "Nobody has permitted scans of these targets in writing, or the permission has ended. Renew it under Targets.";
    why_out_of_scope => "Algún objetivo está fuera de lo que se puede escanear.", "A target is outside of what may be scanned.";
    why_cannot_launch => "Este escáner no puede lanzar escaneos con su licencia.", "This scanner cannot start scans with its licence.";
    why_connector_off => "El conector está apagado.", "The connector is switched off.";
    why_waited_too_long => "Esperó dos días sin poder empezar.", "It waited for two days and could not begin.";
    why_always_blackout => "Las horas vedadas de sus objetivos no dejan ningún hueco.", "The blackout windows of its targets never end.";
    why_blackout => "Espera a que acaben las horas vedadas.", "It waits for the blackout window to end.";
    why_resting => "El conector falla: se le deja descansar.", "The connector fails: it is left alone for a while.";
    why_no_place => "Espera a que el escáner tenga sitio.", "It waits for a place at the scanner.";
    why_run_before => "Espera a que acabe el anterior.", "It waits for the one before to end.";
    why_not_launched => "El escáner dice que no se lanzó: se lanza ahora.", "The scanner says that it was not launched: it is launched now.";
    why_paused_there => "En pausa en el escáner.", "Paused on the scanner.";
    why_stopping => "Se le ha dicho que pare.", "It has been told to stop.";

    fault_settings(detail: &str) => "Un ajuste no vale: {detail}.", "A setting cannot be: {detail}.";
    fault_name_unknown => "Ese nombre de equipo no existe.", "There is no host of that name.";
    fault_address_refused(detail: &str) => "Postura no puede conectarse a {detail} si no se confirma esa dirección en el conector.",
        "Postura may not connect to {detail} unless that address is confirmed in the connector.";
    fault_unreachable => "Nadie responde en esa dirección.", "Nothing answers at that address.";
    fault_no_answer => "Se conectó, pero no respondió a tiempo.", "Connected, but there was no answer in time.";
    fault_closed => "Cerró la conexión sin responder.", "It closed the connection without an answer.";
    fault_key_or_address => "Cerró la conexión sin responder: la clave es incorrecta, o ZAP no admite nuestra dirección.",
        "It closed the connection without an answer: the key is wrong, or ZAP does not permit our address.";
    fault_cut_off => "La respuesta se cortó.", "The answer broke off.";
    fault_tls => "No se pudo acordar una conexión cifrada.", "No encrypted connection could be agreed on.";
    fault_untrusted => "Su certificado no lo firma nadie de confianza. Comparar la huella con la del escáner y confirmarla.",
        "Nobody who is trusted has signed its certificate. Compare the fingerprint with the scanner's, and confirm it.";
    fault_expired => "Su certificado ha caducado, o aún no vale.", "Its certificate has expired, or is not valid yet.";
    fault_cert_name => "Su certificado es de otro nombre.", "Its certificate is for another name.";
    fault_cert_changed => "Su certificado no es el que se confirmó. Si alguien lo cambió a propósito, confirmar el nuevo.",
        "Its certificate is not the one that was confirmed. If somebody changed it on purpose, confirm the new one.";
    fault_redirected => "Manda a otra dirección, y no se le sigue con una clave en la mano.", "It sends us elsewhere, where a key is not carried.";
    fault_auth => "La clave o la contraseña no valen.", "The key or password is wrong.";
    fault_forbidden => "Reconoce la clave, pero no le permite hacer esto.", "It knows the key, which may not do this.";
    fault_rate => "Demasiadas peticiones: pide esperar.", "Too many requests: it asks to wait.";
    fault_unavailable => "Está arrancando o sobrecargado.", "It is starting or overloaded.";
    fault_busy => "Está ocupado con otro escaneo.", "It is busy with another scan.";
    fault_licence => "Su edición o licencia no lo permite.", "Its edition or licence does not allow it.";
    fault_gone => "Ya no conoce el escaneo: se borró allí, o se reinició.", "It no longer knows the scan: it was deleted there, or the scanner was restarted.";
    fault_refused => "Lo rechazó.", "It refused.";
    fault_login => "No se pudo entrar en la aplicación: no apareció la señal de haber entrado.", "The login to the application failed: its sign was not seen.";
    fault_add_on(detail: &str) => "Le falta una parte: {detail}.", "A part of it is missing: {detail}.";
    fault_export => "El escáner no pudo sacar el resultado.", "The scanner could not write its result.";
    fault_too_big => "El resultado pasa del límite de tamaño.", "The result is over the limit of size.";
    fault_too_long => "Tardó más de lo permitido.", "It took longer than it may.";
    fault_protocol => "Respondió algo que no es de su API. Comprobar la dirección y la versión.", "It answered something that is not of its API. Check the address and the version.";
    fault_unsupported => "Este tipo de escáner no puede hacerlo.", "This kind of scanner cannot do that.";
    fault_command => "La orden terminó con error.", "The command ended with an error.";
    fault_local => "Un archivo o carpeta de este servidor no se puede usar.", "A file or folder of this server cannot be used.";
    fault_target => "El escáner no alcanzó ninguno de los objetivos.", "The scanner reached none of the targets.";
    fault_other => "Falló.", "It failed.";

    note_licence => "La licencia no deja lanzar escaneos por API: se recogen los que terminan.", "The licence does not let scans be started by API: those that end are fetched.";
    note_licence_ends(text: &str) => "La licencia acaba: {text}.", "The licence ends: {text}.";
    note_clock(n: i64) => ["Su reloj va {n} segundo distinto.", "Su reloj va {n} segundos distinto."], ["Its clock differs by {n} second.", "Its clock differs by {n} seconds."];
    note_add_on(text: &str) => "Sin instalar: {text}.", "Not installed: {text}.";
    note_plain => "Sin cifrar: lo que se intercambia se puede leer por el camino.", "Not encrypted: what is exchanged can be read on the way.";
    note_no_cancel => "No se puede detener desde fuera: parar es dejar de seguirlo.", "It cannot be stopped from outside: stopping means no longer following it.";
    note_no_ask => "No puede decir después si un escaneo se lanzó.", "It cannot tell afterwards whether a scan was started.";
    note_one => "Un escaneo a la vez.", "One scan at a time.";
    note_rules(text: &str) => "Reglas: {text}.", "Rules: {text}.";
    note_starting => "Todavía arranca.", "It is still starting.";
    note_accepted(text: &str) => "Aceptado por el escáner: {text}.", "Accepted by the scanner: {text}.";
    note_adopted(text: &str) => "Ya estaba en marcha, y se sigue: {text}.", "It was running already, and is followed: {text}.";
    note_addresses(n: i64) => ["{n} dirección encontrada.", "{n} direcciones encontradas."], ["{n} address found.", "{n} addresses found."];
    note_requests(n: i64) => ["{n} petición hecha.", "{n} peticiones hechas."], ["{n} request made.", "{n} requests made."];
    note_alerts(n: i64) => ["{n} aviso hasta ahora.", "{n} avisos hasta ahora."], ["{n} alert so far.", "{n} alerts so far."];
    note_logged_in => "Entró en la aplicación.", "Logged in to the application.";
    note_said(text: &str) => "El escáner dice: {text}", "The scanner says: {text}";
    note_left_out(text: &str) => "Se deja fuera: {text}.", "Left out: {text}.";
    note_no_exchanges => "El informe no trae peticiones ni respuestas.", "The report has no requests and responses.";
    note_not_reached(text: &str) => "No se alcanzó: {text}.", "Not reached: {text}.";
    note_targets(n: i64) => ["{n} objetivo acabado.", "{n} objetivos acabados."], ["{n} target is through.", "{n} targets are through."];
    note_changes(text: &str) => "Se trae lo que ha cambiado allí desde el {text}.", "What changed there since {text} is fetched.";
    note_everything => "Se trae todo lo que hay allí.", "Everything that is known there is fetched.";
    note_parts(n: i64) => ["{n} parte lista para traer.", "{n} partes listas para traer."], ["{n} part is ready there.", "{n} parts are ready there."];
    note_parts_missing(n: i64) => ["Falta {n} parte, que allí no se pudo preparar: el resultado no está entero.", "Faltan {n} partes, que allí no se pudieron preparar: el resultado no está entero."],
        ["{n} part is missing, which could not be put together there: the result is not whole.", "{n} parts are missing, which could not be put together there: the result is not whole."];
    note_findings(n: i64) => ["{n} hallazgo traído.", "{n} hallazgos traídos."], ["{n} finding fetched.", "{n} findings fetched."];
    note_own_limit => "Llegó a su propio límite de tiempo.", "It reached its own limit of time.";

    log_intent(text: &str) => "Se va a lanzar sobre {text}", "About to be launched on {text}";
    log_intent_to_fetch => "Se le van a pedir los hallazgos que guarda; no se escanea nada.", "About to be asked for the findings that it keeps; nothing is scanned.";
    log_launched => "El escáner lo ha aceptado.", "The scanner has accepted it.";
    log_unclear => "No quedó claro si se lanzó: se pregunta al escáner antes de nada.", "It is not clear whether it was launched: the scanner is asked first.";
    log_found => "El escáner confirma que está en marcha: se sigue desde ahí.", "The scanner confirms that it runs: it is followed from there.";
    log_trouble(text: &str) => "Un tropiezo, y otro intento: {text}", "A hitch, and another try: {text}";
    log_stopping => "Se le ha dicho que pare.", "It was told to stop.";
    log_finished => "El escáner ha terminado.", "The scanner has finished.";
    log_exported => "El resultado está aquí, y se importa.", "The result is here, and is imported.";
    log_login_held => "La sesión se mantuvo iniciada hasta el final.", "The sign-in held to the end.";
    log_login_lost => "La sesión se perdió: lo que solo se ve con ella no se cierra.",
        "The sign-in was lost: what is seen only when signed in does not close.";
    log_login_not_verified => "El escáner no dice si la sesión se mantuvo: lo que solo se ve con ella no se cierra.",
        "The scanner does not tell whether the sign-in held: what is seen only when signed in does not close.";
    log_visited(n: i64) => ["{n} dirección visitada, según el escáner.", "{n} direcciones visitadas, según el escáner."], ["{n} address visited, by the scanner's account.", "{n} addresses visited, by the scanner's account."];
    log_rules(n: i64) => ["{n} regla ejecutada entera.", "{n} reglas ejecutadas enteras."], ["{n} rule ran to its end.", "{n} rules ran to their end."];
    log_stage(text: &str) => "Ahora: {text}.", "Now: {text}.";
    log_ended(state: &str, why: &str) => "{state}. {why}", "{state}. {why} ";
}

/// What a kind of scanner is called.
#[must_use]
pub fn kind(locale: Locale, kind: ConnectorKind) -> &'static str {
    match kind {
        ConnectorKind::Zap => same_zap(locale),
        ConnectorKind::Nessus => same_nessus(locale),
        ConnectorKind::Command => kind_command(locale),
        ConnectorKind::Folder => kind_folder(locale),
        ConnectorKind::BurpPro => same_burp_pro(locale),
        ConnectorKind::BurpDast => same_burp_dast(locale),
        ConnectorKind::TenableVm => same_tenable(locale),
        ConnectorKind::ZapPlan => kind_zap_plan(locale),
    }
}

/// What a scanner can do, in a sentence.
#[must_use]
pub fn capability(locale: Locale, can: Capability) -> &'static str {
    match can {
        Capability::Launch => can_launch(locale),
        Capability::Pull => can_pull(locale),
        Capability::ReadOnly => can_read(locale),
    }
}

/// Where a run is.
#[must_use]
pub fn state(locale: Locale, state: RunState) -> &'static str {
    match state {
        RunState::Queued => state_queued(locale),
        RunState::Starting => state_starting(locale),
        RunState::Running => state_running(locale),
        RunState::Exporting => state_exporting(locale),
        RunState::Importing => state_importing(locale),
        RunState::Done => state_done(locale),
        RunState::Failed => state_failed(locale),
        RunState::Canceled => state_canceled(locale),
        RunState::Lost => state_lost(locale),
        RunState::Skipped => state_skipped(locale),
    }
}

/// Why a run is there.
#[must_use]
pub fn cause(locale: Locale, cause: Trigger) -> &'static str {
    match cause {
        Trigger::Schedule => cause_schedule(locale),
        Trigger::Hand => cause_hand(locale),
        Trigger::Pull => cause_pull(locale),
    }
}

/// What becomes of missed due times.
#[must_use]
pub fn missed(locale: Locale, missed: Missed) -> &'static str {
    match missed {
        Missed::Skip => missed_skip(locale),
        Missed::Once => missed_once(locale),
        Missed::All => missed_all(locale),
    }
}

/// What becomes of a due time while the run before is under way.
#[must_use]
pub fn overlap(locale: Locale, overlap: Overlap) -> &'static str {
    match overlap {
        Overlap::Skip => overlap_skip(locale),
        Overlap::Wait => overlap_wait(locale),
    }
}

/// How hard a scan presses.
#[must_use]
pub fn intensity(locale: Locale, intensity: Intensity) -> &'static str {
    match intensity {
        Intensity::Light => intensity_light(locale),
        Intensity::Normal => intensity_normal(locale),
        Intensity::Deep => intensity_deep(locale),
    }
}

/// What a scan is busy with; the word itself if it is none of ours.
#[must_use]
pub fn stage(locale: Locale, word: &str) -> String {
    match word {
        "preparing" => stage_preparing(locale),
        "login" => stage_login(locale),
        "crawl" => stage_crawl(locale),
        "browser_crawl" => stage_browser(locale),
        "passive" => stage_passive(locale),
        "active" => stage_active(locale),
        "scanning" => stage_scanning(locale),
        "finishing" => stage_finishing(locale),
        word => return word.to_owned(),
    }
    .to_owned()
}
