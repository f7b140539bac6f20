//! Verifying a fix, on a finding's page.

use super::macros::messages;
use model::text::Locale;

messages! {
    title => "Verificar la corrección", "Verify the fix";
    verify => "Escanear solo esto", "Scan only this";
    over => "Con la programación", "Over the schedule";
    asks(rule: &str, target: &str) => "Lanza ahora la regla {rule} sobre {target}. Si ya no está, se cierra con prueba.",
        "Runs rule {rule} on {target} now. If it is gone, it closes with proof.";
    no_connector => "Ningún escáner conectado lo ha visto: solo consta por archivos importados. Conecte el escáner en Conectores.",
        "No connected scanner has seen it: it is known from imported files alone. Connect the scanner under Connectors.";
    does_not_tell => "Burp no dice qué ha probado, así que un escaneo parcial no demostraría nada. Lance la programación entera.",
        "Burp does not tell what it tested, so a partial scan would prove nothing. Run the whole schedule.";
    not_in_part => "El conector que lo vio no puede escanear solo una parte. Lance la programación entera.",
        "The connector that saw it cannot scan a part alone. Run the whole schedule.";
    connector_off => "El conector que lo vio está apagado.", "The connector that saw it is switched off.";
    no_address => "Su activo no tiene una dirección que el escáner entienda.", "Its asset has no address that the scanner understands.";
    no_schedule => "El conector que lo vio no tiene ninguna programación.", "The connector that saw it has no schedule.";
    out_of_scope => "Ninguna programación de ese conector incluye esta dirección.", "No schedule of that connector includes this address.";
    not_authorised => "La autorización por escrito para escanearlo falta o ha vencido: renuévela en Objetivos.",
        "The written permission to scan it is missing or has run out: renew it under Targets.";
}

/// Why no such scan can be started, from its code.
#[must_use]
pub fn why_not(locale: Locale, code: &str) -> &'static str {
    match code {
        "no_connector" => no_connector(locale),
        "does_not_tell" => does_not_tell(locale),
        "not_in_part" => not_in_part(locale),
        "connector_off" => connector_off(locale),
        "no_address" => no_address(locale),
        "out_of_scope" => out_of_scope(locale),
        "not_authorised" => not_authorised(locale),
        _ => no_schedule(locale),
    }
}
