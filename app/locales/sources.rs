//! Sources and how their exports are to be understood.

use super::macros::messages;
use model::Closing;
use model::text::Locale;

messages! {
    title => "Ajustes de los orígenes", "Settings of sources";
    more => "Lo que se cambia aquí vale también para lo ya importado: sus originales se leen de nuevo. Lo que se sabía antes sigue igual para quien lo pregunte.",
        "What is changed here holds for what was imported already, too: its originals are read again. What was known before stays as it was to those who ask for it.";
    scans(n: i64) => ["{n} escaneo", "{n} escaneos"], ["{n} scan", "{n} scans"];
    space => "Espacio de direcciones", "Address space";
    space_hint => "La 10.0.0.5 de dos espacios son dos equipos.", "10.0.0.5 in two spaces is two hosts.";
    zone => "Zona horaria de las horas sin zona", "Time zone of times without one";
    closing => "Qué prueba cierra un hallazgo", "Which proof closes a finding";
    prefer_fqdn => "Distinguir los equipos por nombre antes que por dirección", "Tell hosts apart by name before address";
    aliases => "Qué es cada nombre local", "What each local name is";
    aliases_hint => "Por ejemplo, localhost=tienda pruebas; varios se separan con punto y coma. Sin él, localhost es otro activo en cada origen.",
        "For instance, localhost=shop staging; several are parted by semicolons. Without it, localhost is another asset in each source.";
    preview => "Ver qué cambiaría", "See what would change";
    save => "Guardar", "Save";
    closing_rule => "Solo si la regla se ejecutó allí", "Only if the rule ran there";
    closing_both => "También un escaneo de la misma serie", "A scan of the same series, too";
    done_saved(n: i64) => ["Guardado: {n} hallazgo pasó a otro activo.", "Guardado: {n} hallazgos pasaron a otro activo."],
        ["Saved: {n} finding became another asset's.", "Saved: {n} findings became another asset's."];
    done_preview(n: i64) => ["Nada ha cambiado todavía: {n} hallazgo pasaría a otro activo.", "Nada ha cambiado todavía: {n} hallazgos pasarían a otro activo."],
        ["Nothing has changed yet: {n} finding would become another asset's.", "Nothing has changed yet: {n} findings would become another asset's."];
    done_decided(n: i64) => [" De {n} alguien había dicho algo, que se queda con él.", " De {n} alguien había dicho algo, que se queda con ellos."],
        [" Of {n} somebody had said something, which stays with it.", " Of {n} somebody had said something, which stays with them."];
}

/// What a closing policy is called.
#[must_use]
pub fn closing_name(locale: Locale, closing: Closing) -> &'static str {
    match closing {
        Closing::RuleRanThere => closing_rule(locale),
        Closing::Both => closing_both(locale),
    }
}
