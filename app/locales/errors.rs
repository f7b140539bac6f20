//! What people read when something went wrong: what happened, what to do, and the reference. Never a cause.

use super::macros::messages;
use model::error::{ErrorCode, WireError};
use model::text::Locale;

messages! {
    unauthenticated_title => "Hay que entrar de nuevo", "Sign in again";
    unauthenticated => "La sesión ha terminado. Entrar de nuevo para seguir.", "The session has ended. Sign in again to go on.";
    forbidden_title => "Sin permiso", "Not permitted";
    forbidden => "Esta cuenta no tiene permiso para hacerlo. Quien administra Postura puede darlo.",
        "This account may not do that. Whoever administers Postura can permit it.";
    confirm_title => "Confirmar quién eres", "Confirm who you are";
    confirm => "Esto es delicado: antes hay que confirmar la contraseña en Cuenta → Confirmar quién eres.",
        "This is sensitive: confirm your password first, at Account → Confirm who you are.";
    field_password_common => "Esa contraseña es de las que más se usan: mejor una frase propia.",
        "That password is one of the most used: better a sentence of your own.";
    field_password_wrong => "La contraseña actual no es esa.", "That is not the present password.";
    field_code => "Ese código no vale: comprobar la hora del teléfono y escribir el siguiente.",
        "That code is not good: check the phone's clock and write the next one.";
    field_link => "Ese enlace ya no vale. Quien administre Postura puede dar otro.",
        "That link is no longer good. Whoever runs Postura can make another.";
    field_scope => "Un token sirve para todo, para leer o para importar.", "A token is for everything, for reading or for importing.";
    field_networks => "Las redes se escriben como 192.0.2.0/24, separadas por espacios; hasta veinte.",
        "Networks are written like 192.0.2.0/24, parted by spaces; at most twenty.";
    conflict_last_admin => "Alguien tiene que seguir administrando Postura.", "Somebody must remain who runs Postura.";
    conflict_second_factor => "Ya hay un segundo factor: quitarlo antes de poner otro.", "There is a second factor already: remove it before setting another up.";
    not_found_title => "Aquí no hay nada", "Nothing here";
    not_found => "No existe, o no está al alcance de esta cuenta.", "It does not exist, or this account cannot reach it.";
    invalid_title => "Así no se puede", "That cannot be taken";
    invalid => "Algún dato no se puede aceptar. Revisarlo y enviarlo de nuevo.", "A value cannot be taken. Check it and send it again.";
    invalid_field(field: &str) => "«{field}» no se puede aceptar así. Revisarlo y enviarlo de nuevo.",
        "“{field}” cannot be taken like that. Check it and send it again.";
    conflict_title => "Otro cambio llegó antes", "Another change came first";
    conflict => "Otro cambio llegó antes, o el nombre ya está en uso. Recargar la página y probar de nuevo.",
        "Another change came first, or the name is taken. Reload the page and try again.";
    cannot_now_title => "Ahora no se puede", "That cannot be done now";
    conflict_run_ended => "Ese escaneo ya ha terminado.", "That scan has ended already.";
    conflict_too_late => "Ya se está guardando: no se puede detener, pero sí deshacer después.",
        "It is being written already: it cannot be stopped, but it can be undone afterwards.";
    conflict_kinds => "Un equipo y un origen web no pueden ser el mismo activo.", "A host and a web origin cannot be one asset.";
    conflict_one_already => "Ya son un mismo activo.", "They are one asset already.";
    conflict_circle => "Por esa unión, hallazgos serían duplicados unos de otros y ninguno contaría. Quitar antes uno de esos veredictos.",
        "By that merge findings would be duplicates of each other, and none would count. Take one of those verdicts back first.";
    conflict_too_many => "Son demasiados activos en uno: cien como mucho.", "Those are too many assets in one: a hundred at most.";
    conflict_source => "Los ajustes o los escaneos de este origen cambiaron entretanto. Probar de nuevo.",
        "This source's settings or scans changed meanwhile. Try again.";
    field_asset => "Ese activo no existe. Escribir su clave o su número.", "There is no such asset. Write its key or its number.";
    field_aliases => "Un nombre local se escribe como localhost=tienda pruebas, sin / ? # @ : en lo que es.",
        "A local name is written like localhost=shop staging, without / ? # @ : in what it is.";
    conflict_withdrawn => "Ya se había retirado.", "It was withdrawn already.";
    conflict_original_expired => "El original ya no se conserva: caducó, y no se puede leer otra vez.",
        "The original is no longer kept: it has expired, and cannot be read again.";
    conflict_purged => "El contenido de este escaneo se destruyó. No vuelve, tampoco al importar otra vez el mismo archivo.",
        "This scan's content was destroyed. It does not come back, nor by importing the same file again.";
    conflict_held => "Hay una orden de conservarlo. Levantarla antes.", "It is under a legal hold. Release that first.";
    conflict_decided => "Ya se ha decidido sobre este archivo.", "This file was decided on already.";
    too_large_title => "Demasiado grande", "Too large";
    too_large => "Supera el límite que admite este servidor.", "It is over the limit of this server.";
    throttled_title => "Demasiado deprisa", "Too fast";
    throttled => "Demasiados intentos seguidos. Esperar un momento y probar de nuevo.", "Too many tries in a row. Wait a moment and try again.";
    refused_title => "Archivo rechazado", "File refused";
    internal_title => "Algo ha fallado", "Something failed";
    internal => "No es culpa de quien lo pidió. Probar de nuevo; si se repite, dar esta referencia a quien administra Postura.",
        "It is not the fault of whoever asked. Try again; if it happens again, give this reference to whoever administers Postura.";
    offline => "No hay respuesta del servidor. Comprobar la conexión y probar de nuevo.", "The server does not answer. Check the connection and try again.";
    reference => "Referencia", "Reference";
    go_home => "Ir al inicio", "Go to the start";
    page_not_found_title => "Esta página no existe", "There is no such page";
    page_not_found => "Puede que el enlace esté incompleto o sea antiguo.", "The link may be incomplete or old.";

    field_password_short => "La contraseña necesita doce caracteres o más.", "The password needs twelve characters or more.";
    field_password_long => "La contraseña es demasiado larga.", "The password is too long.";
    field_password_simple => "Esa contraseña es demasiado fácil de adivinar: mejor una frase sin el nombre de usuario.",
        "That password is too easy to guess: better a sentence without the user name.";
    field_token => "El enlace ya no vale: es de un solo uso. Reiniciar el servidor muestra otro.",
        "The link is no longer good: it works once. Restarting the server shows another.";
    field_zone => "Esa zona horaria no existe. Escribirla como Europe/Madrid.", "There is no such time zone. Write it like Europe/Madrid.";
    field_reason => "Hace falta un motivo.", "A reason is needed.";
    field_day => "Esa fecha no vale.", "That day cannot be taken.";
    field_pattern => "Ese patrón no vale. Usar letras, números, puntos y *.", "That pattern cannot be taken. Use letters, digits, dots and *.";
    field_target => "Ese hallazgo no existe, o es el mismo.", "There is no such finding, or it is this one.";
    field_file => "No se ha elegido ningún archivo.", "No file was chosen.";
    field_login => "Ese usuario no existe o no vale.", "There is no such user, or the name cannot be taken.";
    field_name => "Hace falta un nombre que no esté en uso.", "A name is needed that is not in use.";
    field_mapping => "No hay ninguna asignación de columnas con ese nombre.", "No column mapping of that name is saved.";
    field_mapping_unfinished => "A la asignación todavía le falta algo: está dicho junto a cada campo.",
        "The mapping still lacks something: it stands beside each field.";
    field_sample => "Ese archivo no es ni una tabla ni un JSON con una lista de registros.",
        "That file is neither a table nor JSON with a list of records.";
    conflict_feed_older => "Ya está cargado un archivo de un día posterior.", "A file of a later day is loaded already.";
    field_words => "El entorno y cada etiqueta son una sola palabra, de hasta cuarenta letras; hasta veinte etiquetas.",
        "The environment and each tag are one word of at most forty letters; at most twenty tags.";
    field_move => "Ese cambio no es posible desde el estado actual.", "That change is not possible from the present state.";
}

/// Why a scan cannot be started or stopped as things stand.
fn of_a_scan(locale: Locale, why: &str) -> Option<&'static str> {
    Some(match why {
        "cannot_launch" => super::scanners::why_cannot_launch(locale),
        "connector_off" => super::scanners::why_connector_off(locale),
        "not_authorised" => super::scanners::why_not_authorised(locale),
        "run_ended" => conflict_run_ended(locale),
        _ => return None,
    })
}

/// The heading of an error.
#[must_use]
pub fn error_title(locale: Locale, error: &WireError) -> &'static str {
    match error.code {
        ErrorCode::Unauthenticated => unauthenticated_title(locale),
        ErrorCode::Forbidden => forbidden_title(locale),
        ErrorCode::Confirm => confirm_title(locale),
        ErrorCode::NotFound => not_found_title(locale),
        ErrorCode::Invalid => invalid_title(locale),
        ErrorCode::Conflict if of_a_scan(locale, &error.detail).is_some() => cannot_now_title(locale),
        ErrorCode::Conflict => conflict_title(locale),
        ErrorCode::TooLarge => too_large_title(locale),
        ErrorCode::Throttled => throttled_title(locale),
        ErrorCode::Refused => refused_title(locale),
        ErrorCode::Internal => internal_title(locale),
    }
}

/// What happened and what to do about it, in a sentence or two.
#[must_use]
pub fn error_sentence(locale: Locale, error: &WireError) -> String {
    match error.code {
        ErrorCode::Unauthenticated => unauthenticated(locale).to_owned(),
        ErrorCode::Forbidden => forbidden(locale).to_owned(),
        ErrorCode::Confirm => confirm(locale).to_owned(),
        ErrorCode::NotFound => not_found(locale).to_owned(),
        ErrorCode::Invalid => invalid_sentence(locale, error),
        ErrorCode::Conflict => match error.detail.as_str() {
            "too_late" => conflict_too_late(locale).to_owned(),
            "last_admin" => conflict_last_admin(locale).to_owned(),
            "second_factor_on" => conflict_second_factor(locale).to_owned(),
            "decided" => conflict_decided(locale).to_owned(),
            "kinds_differ" => conflict_kinds(locale).to_owned(),
            "one_already" => conflict_one_already(locale).to_owned(),
            "duplicates_in_a_circle" => conflict_circle(locale).to_owned(),
            "too_many_in_one" => conflict_too_many(locale).to_owned(),
            "source_changed" | "scans_changed" => conflict_source(locale).to_owned(),
            "withdrawn_already" => conflict_withdrawn(locale).to_owned(),
            "feed_older" => conflict_feed_older(locale).to_owned(),
            "original_expired" => conflict_original_expired(locale).to_owned(),
            "purged" => conflict_purged(locale).to_owned(),
            "held" => conflict_held(locale).to_owned(),
            "published" => super::months::conflict(locale).to_owned(),
            why => of_a_scan(locale, why).unwrap_or_else(|| conflict(locale)).to_owned(),
        },
        ErrorCode::TooLarge => too_large(locale).to_owned(),
        ErrorCode::Throttled => throttled(locale).to_owned(),
        ErrorCode::Refused if error.field == "sample" && error.detail == "not_a_scan" => {
            field_sample(locale).to_owned()
        }
        ErrorCode::Refused => super::refusal::sentence_of(locale, &error.detail).to_owned(),
        ErrorCode::Internal if error.detail == "offline" => offline(locale).to_owned(),
        ErrorCode::Internal => internal(locale).to_owned(),
    }
}

fn invalid_sentence(locale: Locale, error: &WireError) -> String {
    match error.field.as_str() {
        "" => invalid(locale).to_owned(),
        "code" => field_code(locale).to_owned(),
        "link" => field_link(locale).to_owned(),
        "scope" => field_scope(locale).to_owned(),
        "networks" => field_networks(locale).to_owned(),
        "password" => password_sentence(locale, &error.detail).to_owned(),
        "token" => field_token(locale).to_owned(),
        "zone" => field_zone(locale).to_owned(),
        "reason" => field_reason(locale).to_owned(),
        "day" | "at" => field_day(locale).to_owned(),
        "asset" => field_asset(locale).to_owned(),
        "aliases" => field_aliases(locale).to_owned(),
        "month" => super::months::problem(locale).to_owned(),
        "pattern" => field_pattern(locale).to_owned(),
        "target" => field_target(locale).to_owned(),
        "file" | "files" => field_file(locale).to_owned(),
        "login" | "person" => field_login(locale).to_owned(),
        "name" | "team" | "slug" | "source" => field_name(locale).to_owned(),
        "mapping" if error.detail == "invalid" => field_mapping_unfinished(locale).to_owned(),
        "mapping" => field_mapping(locale).to_owned(),
        "match" => super::overrides::problem(locale, "match", &error.detail).to_owned(),
        "weights" => super::risk::problem(locale, &error.detail).to_owned(),
        "rules" => super::overrides::flaw(locale, "rules", &error.detail).to_owned(),
        "says" => super::overrides::problem(locale, "says", "").to_owned(),
        "environment" | "tags" => field_words(locale).to_owned(),
        "kind" | "ids" => field_move(locale).to_owned(),
        other => invalid_field(locale, other),
    }
}

fn password_sentence(locale: Locale, detail: &str) -> &'static str {
    match detail {
        "password_long" => field_password_long(locale),
        "password_simple" => field_password_simple(locale),
        "password_common" => field_password_common(locale),
        "password_wrong" => field_password_wrong(locale),
        _ => field_password_short(locale),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_to_do_and_never_its_cause() {
        let error = WireError { detail: "SELECT 1".to_owned(), ..WireError::internal("r-1".to_owned()) };
        for locale in Locale::ALL {
            let sentence = error_sentence(locale, &error);
            assert!(!sentence.contains("SELECT"), "{sentence}");
            assert!(sentence.len() > 20, "{sentence}");
        }
        let error = WireError::invalid("zone", "unknown");
        assert!(error_sentence(Locale::En, &error).contains("Europe/Madrid"));
    }
}
