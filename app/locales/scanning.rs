//! The pages of connectors, targets, schedules, runs, the calendar and the health of scanning.

use super::macros::messages;
use model::cadence::Picked;
use model::text::Locale;

messages! {
    connectors => "Conectores", "Connectors";
    targets => "Objetivos", "Targets";
    schedules => "Programaciones", "Schedules";
    runs => "Ejecuciones", "Runs";
    run_title(n: i64) => "Ejecución {n}", "Run {n}";
    calendar => "Calendario", "Calendar";
    health => "Salud de los escaneos", "Health of scanning";
    nav => "Escaneos programados", "Scheduled scans";

    connectors_say(n: i64) => ["{n} escáner conectado.", "{n} escáneres conectados."], ["{n} scanner is connected.", "{n} scanners are connected."];
    connectors_none => "Todavía no hay ningún escáner conectado. Al conectar uno se mira qué puede hacer, y solo se ofrece eso.",
        "No scanner is connected yet. When one is, it is asked what it can do, and only that is offered.";
    connectors_bad(n: i64) => [" {n} falla.", " {n} fallan."], [" {n} fails.", " {n} fail."];
    connector_new => "Conectar un escáner", "Connect a scanner";
    connector_edit(name: &str) => "Cambiar «{name}»", "Change “{name}”";
    edit => "Cambiar", "Change";
    test_now => "Probar ahora", "Test now";
    switch_off => "Apagar", "Switch off";
    switch_on => "Encender", "Switch on";
    off => "apagado", "switched off";
    name => "Nombre", "Name";
    kind => "Tipo", "Kind";
    choose => "Elegir", "Choose";
    address => "Dirección", "Address";
    address_hint => "Por ejemplo, https://nessus.example.org:8834. La de una orden o carpeta queda vacía.",
        "For instance, https://nessus.example.org:8834. Empty for a command or folder.";
    key => "Clave", "Key";
    key_hint => "La clave de la API o la clave de acceso. Se guarda sellada y no se vuelve a mostrar. Vacía, la de antes sigue.",
        "The API key or the access key. It is kept sealed and never shown again. Left empty, the one before stays.";
    secret => "Clave secreta o contraseña", "Secret key or password";
    user => "Usuario, si entra con contraseña", "User, if it signs in with a password";
    trust => "Certificado", "Certificate";
    trust_system => "Firmado por una autoridad de confianza", "Signed by an authority that this server trusts";
    trust_authorities => "Firmado por estas autoridades", "Signed by these authorities";
    trust_pinned => "Este y ningún otro", "This one and no other";
    authorities => "Autoridades, en PEM", "Authorities, in PEM";
    fingerprint => "Huella SHA-256", "SHA-256 fingerprint";
    fingerprint_hint => "Compararla con la que muestra el propio escáner antes de confirmarla.", "Compare it with the one that the scanner itself shows before you confirm it.";
    confirm_certificate => "Confirmar este certificado", "Confirm this certificate";
    came => "Llegó esta huella:", "This fingerprint came:";
    confirmed => "Direcciones privadas confirmadas", "Confirmed private addresses";
    confirmed_hint => "A una dirección privada o de este equipo solo se conecta si está aquí, una por línea.", "To an address of a private network or of this machine it connects only if it stands here, one a line.";
    source => "Origen de lo que importa", "Source of what it imports";
    source_hint => "Vacío, uno con el nombre del conector.", "Left empty, one of the connector's name.";
    at_a_time => "Escaneos a la vez", "Scans at a time";
    pull => "Minutos entre recogidas", "Minutes between looks for finished scans";
    pull_hint => "Trae los escaneos que terminan allí por su cuenta. 0, ninguno.", "Fetches scans that end there by themselves. 0 for none.";
    more => "Ajustes de algunos tipos", "Settings of some kinds";
    folder => "Carpeta de la configuración", "Folder of the configuration";
    command => "Orden de la configuración", "Command of the configuration";
    report_dir => "ZAP: carpeta de informes", "ZAP: report folder";
    plan => "ZAP: plan de automatización", "ZAP: automation plan";
    scanner => "Nessus y Tenable: id del escáner", "Nessus and Tenable: id of the scanner";
    pool => "Burp: grupo de recursos", "Burp: resource pool";
    adopt => "Escaneos que se recogen, por su id; vacío, todos", "Scans that are fetched, by id; all if empty";
    mapping => "Asignación de columnas de sus resultados", "Column mapping of its results";
    mapping_none => "Ninguna: se reconocen solos", "None: they are recognized";
    save => "Guardar", "Save";
    col_connector => "Conector", "Connector";
    col_can => "Qué puede hacer", "What it can do";
    col_state => "Estado", "State";
    col_secret => "Clave", "Key ";
    can_unknown => "No se sabe: todavía no ha respondido.", "Not known: it has not answered yet.";
    not_looked => "Todavía no se ha mirado.", "Nobody has looked yet.";
    answered(when: &str) => "Respondió el {when}", "Answered {when}";
    latency(n: i64) => "{n} ms", "{n} ms ";
    failing(n: i64) => ["Falla desde una consulta.", "Falla desde hace {n} consultas."], ["The last look failed.", "The last {n} looks failed."];
    rests(when: &str) => "No se lanza nada hasta el {when}.", "Nothing is launched until {when}.";
    secret_today => "de hoy", "set today";
    secret_age(n: i64) => ["de hace {n} día", "de hace {n} días"], ["{n} day old", "{n} days old"];
    secret_old => "Conviene cambiarla", "Time to change it";
    secret_due => "cambiarla antes del", "to be changed by";
    secret_none => "sin clave", "none";
    pull_banner(name: &str) => "«{name}» es de solo recogida: su licencia no puede lanzar escaneos por API. Los que terminan allí se traen cada pocos minutos.",
        "“{name}” is pull-only: its licence cannot start scans by API. Those that end there are fetched every few minutes.";

    targets_say(n: i64) => ["{n} grupo de objetivos.", "{n} grupos de objetivos."], ["{n} group of targets.", "{n} groups of targets."];
    targets_none => "Todavía no se ha dicho qué se puede escanear. Un escaneo activo necesita una autorización por escrito.",
        "Nobody has said yet what may be scanned. An active scan needs a written permission.";
    target_new => "Añadir un grupo de objetivos", "Add a group of targets";
    list_hint => "Uno por línea: direcciones, redes, nombres o URL.", "One a line: addresses, networks, names or URLs.";
    exclude => "Lo que se deja fuera", "What is left out";
    allow => "Lo que se puede escanear como mucho", "What may be scanned at most";
    allow_hint => "Redes 10.0.0.0/24, nombres *.example.org, o URL. Vacío, los propios objetivos.", "Networks 10.0.0.0/24, names *.example.org, or URLs. Left empty, the targets themselves.";
    zone => "Zona horaria", "Time zone";
    blackouts => "Horas vedadas", "Blackout windows";
    blackouts_hint => "Por ejemplo, mon-fri 08:00-19:00; sat 10:00-12:00. Ningún escaneo empieza entonces.", "For instance, mon-fri 08:00-19:00; sat 10:00-12:00. No scan begins then.";
    authorised_by => "Quién lo autoriza por escrito", "Who permits it in writing";
    authorisation => "Dónde consta", "Where that is written";
    login => "Inicio de sesión", "Signing in";
    login_hint => "ZAP inicia sesión así y comprueba que se mantiene. Sin dirección, escanea sin sesión.",
        "ZAP signs in like this and checks that it holds. Without an address it scans signed out.";
    login_url => "Dirección que recibe el formulario", "Address that takes the form";
    login_url_hint => "Dentro de los objetivos.", "Within the targets.";
    login_kind => "Se envía como", "It is sent as";
    login_form => "Formulario", "Form";
    login_json => "Documento JSON", "JSON document";
    login_body => "Lo que se envía", "What is sent";
    login_body_hint => "Con {%username%} y {%password%} en su lugar.", "With {%username%} and {%password%} in their places.";
    login_user => "Nombre con el que entra", "Name that signs in";
    login_password => "Su contraseña", "Its password";
    login_set(day: &str) => "Guardada el {day}; vacía, sigue siendo esa.", "Kept since {day}; empty, it stays.";
    login_page => "Página que muestra si la sesión está iniciada", "Page that shows whether one is signed in";
    login_page_hint => "Se abre antes y después de probar.", "It is opened before and after the test.";
    login_sign => "Texto que solo entonces muestra", "Text that it shows only then";
    login_sign_hint => "Por ejemplo, «Cerrar sesión».", "For example, “Sign out”.";
    authorised_until => "Hasta qué día", "Until which day";
    authorised(by: &str, until: &str) => "Autorizado por {by} hasta el {until}", "Permitted by {by} until {until}";
    authorised_over(by: &str, until: &str) => "La autorización de {by} acabó el {until}", "The permission of {by} ended {until}";
    authorised_not => "Sin autorización: no se escanea", "No permission: nothing is scanned";

    schedules_say(n: i64) => ["{n} programación.", "{n} programaciones."], ["{n} schedule.", "{n} schedules."];
    schedules_none => "Todavía no hay nada programado.", "Nothing is scheduled yet.";
    schedules_needs => "Hace falta un conector que pueda lanzar y un grupo de objetivos; con Tenable Vulnerability Management, solo el conector.",
        "It needs a connector that can start scans, and a group of targets; with Tenable Vulnerability Management, the connector alone.";
    schedules_late(n: i64) => [" {n} va con retraso.", " {n} van con retraso."], [" {n} is late.", " {n} are late."];
    schedule_new => "Programar un escaneo", "Schedule a scan";
    target => "Objetivos del escaneo", "What is scanned";
    target_none => "Nada: se traen los hallazgos que Tenable guarda", "Nothing: the findings that Tenable keeps are fetched";
    target_none_hint => "Sin objetivos, con Tenable Vulnerability Management: la primera vez se trae todo; después, lo que ha cambiado.",
        "Without targets, by Tenable Vulnerability Management: everything the first time, then what has changed.";
    fetched_from(name: &str) => "Se trae lo que guarda {name}", "What {name} keeps is fetched";
    connector => "Con qué escáner", "By which scanner";
    every => "Cuándo", "When";
    every_day => "Todos los días", "Every day";
    every_week => "Un día de la semana", "A day of the week";
    every_month => "Un día del mes", "A day of the month";
    every_cron => "Texto cron", "Cron text";
    weekday => "Día de la semana", "Weekday";
    month_day => "Día del mes", "Day of the month";
    time => "Hora", "Time";
    cron_hint => "Minuto, hora, día, mes y día de la semana. Solo si se eligió «texto cron».", "Minute, hour, day, month and weekday. Only if “cron text” was chosen.";
    choice => "Política o plantilla del escáner", "The scanner's policy or template";
    choice_own => "La que el escáner tenga por defecto", "The scanner's own";
    how => "Intensidad", "Intensity";
    time_limit => "Límite, en minutos", "Limit, in minutes";
    jitter => "Margen al empezar, en minutos", "Spread of the start, in minutes";
    jitter_hint => "Reparte escaneos que coinciden.", "It spreads scans that are due together.";
    missed => "Si a su hora nadie pudo lanzarlo", "If nothing could start it in time";
    overlap => "Si el anterior sigue en marcha", "If the one before still runs";
    next_five => "Las próximas veces", "The next times";
    in_zone(zone: &str) => "en la hora de {zone}", "in the time of {zone}";
    paused => "en pausa", "paused";
    stopped_owner(name: &str) => "parada: {name} ya no puede entrar", "at a standstill: {name} may no longer sign in";
    late => "con retraso", "late";
    owner(name: &str) => "de {name}", "{name}’s";
    pause => "Pausar", "Pause";
    resume => "Reanudar", "Resume";
    run_now => "Lanzar ahora", "Run now";
    last_run => "La última", "The last one";
    col_schedule => "Programación", "Schedule";
    col_when => "Cuándo y dónde", "When and where";
    dst => "Sigue el reloj de su zona: una hora que el cambio de hora se salta se hace al saltar; una que se repite, la primera vez.",
        "It follows the clock of its zone: a time that the change of clocks skips is run as they jump; one that comes twice, the first time.";
    words_day(time: &str) => "Todos los días a las {time}", "Every day at {time}";
    words_week(day: &str, time: &str) => "Los {day} a las {time}", "Every {day} at {time}";
    words_month(day: i64, time: &str) => "El día {day} de cada mes a las {time}", "On day {day} of each month at {time}";
    words_cron(cron: &str) => "Según {cron}", "By {cron}";

    runs_say(n: i64) => ["{n} en marcha o en cola.", "{n} en marcha o en cola."], ["{n} is under way or queued.", "{n} are under way or queued."];
    runs_quiet => "Nada en marcha.", "Nothing is under way.";
    runs_none => "Todavía no se ha hecho ninguna.", "There has been none yet.";
    col_run => "Ejecución", "Run";
    col_reason => "Por qué", "Why";
    col_began => "Empezó", "Began";
    col_took => "Duró", "Took";
    col_result => "Resultado", "Result";
    took(minutes: i64, seconds: i64) => "{minutes} min {seconds} s", "{minutes} min {seconds} s ";
    see_scan => "Ver el escaneo", "See the scan";
    see_import => "Ver la importación", "See the import";
    stop => "Parar", "Stop";
    progress => "Avance", "Progress";
    progress_of(percent: i64, stage: &str) => "{percent} %, {stage}", "{percent} %, {stage} ";
    asked => "Sobre qué", "On what";
    log => "Qué ha pasado", "What happened";
    delta => "Qué cambió", "What changed";
    delta_new => "Nuevos", "New";
    delta_same => "Como antes", "As before";
    delta_reopened => "De vuelta", "Back";
    delta_closed => "Cerrados con prueba", "Closed with proof";
    delta_left => "Sin volver a probar", "Not re-tested";
    before => "La anterior", "The one before";
    next_look(when: &str) => "Se mira de nuevo el {when}.", "Looked at again {when}.";
    never_closes => "Una ejecución que no llega al final no cierra nada.", "A run that does not come to its end closes nothing.";
    by(name: &str) => "por {name}", "by {name}";

    calendar_say => "Lo hecho, lo previsto y las pruebas a mano de la semana.", "What was done, what is due and what is tested by hand this week.";
    week_before => "Semana anterior", "Week before";
    week_after => "Semana siguiente", "Week after";
    planned => "previsto", "due";
    manual(who: &str) => "prueba a mano de {who}", "tested by hand by {who}";
    plan_test => "Planear una prueba a mano", "Plan a test by hand";
    what => "Qué se prueba", "What is tested";
    who => "Quién", "Who";
    begins => "Empieza", "Begins";
    hours => "Horas", "Hours";
    take_back => "Quitar", "Take back";
    nothing_day => "Nada", "Nothing";

    health_say_good => "Todos los conectores responden y nada va con retraso.", "Every connector answers and nothing is late.";
    health_bad(n: i64) => ["{n} conector no responde.", "{n} conectores no responden."], ["{n} connector does not answer.", "{n} connectors do not answer."];
    health_late(n: i64) => ["{n} programación va con retraso.", "{n} programaciones van con retraso."], ["{n} schedule is late.", "{n} schedules are late."];
    col_due => "Debidas en 30 días", "Due in 30 days";
    col_done => "Con resultado", "With a result";
    col_failed => "Sin resultado", "Without a result";
    col_answer => "Última respuesta", "Last answer";
    health_certificates(n: i64) => ["{n} certificado por renovar.", "{n} certificados por renovar."], ["{n} certificate to renew.", "{n} certificates to renew."];
    health_secrets(n: i64) => ["{n} clave por cambiar.", "{n} claves por cambiar."], ["{n} key to change.", "{n} keys to change."];
    health_policy(secret: i64, certificate: i64) => "Una clave se cambia cada {secret} días; un certificado se renueva {certificate} días antes de que caduque.",
        "A key is changed every {secret} days; a certificate is renewed {certificate} days before it ends.";
    col_certificate => "Certificado", "Certificate";
    not_encrypted => "sin cifrar", "not encrypted";
    certificate_left(n: i64) => ["Vale {n} día más", "Vale {n} días más"], ["Holds for {n} more day", "Holds for {n} more days"];
    certificate_ended(n: i64) => ["Caducó hace {n} día", "Caducó hace {n} días"], ["Ended {n} day ago", "Ended {n} days ago"];
    certificate_not_yet => "Todavía no vale", "Does not hold yet";
    certificate_unread => "No dice hasta cuándo vale", "It does not say until when it holds";
    until => "hasta el", "until";
    since => "desde el", "since";
    days_old(n: i64) => ["{n} día", "{n} días"], ["{n} day", "{n} days"];
    last_done => "Último resultado", "Last result";
    never => "nunca", "never";
    notice(n: i64) => ["Un escáner no responde:", "{n} escáneres no responden:"], ["A scanner does not answer:", "{n} scanners do not answer:"];
    notice_more(n: i64) => ["y {n} más", "y {n} más"], ["and {n} more", "and {n} more"];

    did_saved => "Guardado.", "Saved.";
    did_tested => "Responde.", "It answers.";
    did_tested_bad => "No se pudo:", "It did not work:";
    did_switched => "Hecho.", "Done.";
    did_paused => "En pausa.", "Paused.";
    did_resumed => "Reanudada.", "It goes on.";
    did_started => "En cola: empieza en cuanto pueda.", "Queued: it begins as soon as it can.";
    did_stopped => "Se le dice que pare.", "It is told to stop.";
    did_planned => "Apuntado.", "Noted.";
    problem(field: &str, why: &str) => "«{field}»: {why}", "“{field}”: {why}";
    why_missing => "falta.", "it is missing.";
    why_too_long => "es demasiado largo.", "it is too long.";
    why_unreadable => "no se entiende así.", "it cannot be read like that.";
    why_unknown => "no existe.", "there is none of that name.";
    why_taken => "ya está en uso.", "it is taken.";
    why_range => "está fuera de lo permitido.", "it is out of range.";
    why_never => "nunca llegaría.", "it would never come.";
    why_often => "sería más a menudo que cada cinco minutos.", "it would be more often than every five minutes.";
    why_scope => "hay algo fuera de lo que se puede escanear.", "something is outside of what may be scanned.";
    why_never_ends => "no dejan ningún hueco.", "they never end.";
    why_with_address => "al cambiar la dirección o el certificado hay que escribirla de nuevo.", "when the address or certificate changes, it has to be given again.";
    why_launch => "este escáner no puede lanzar escaneos.", "this scanner cannot start scans.";
    why_other => "así no se puede.", "it cannot be like that.";
    day_monday => "lunes", "Monday";
    day_tuesday => "martes", "Tuesday";
    day_wednesday => "miércoles", "Wednesday";
    day_thursday => "jueves", "Thursday";
    day_friday => "viernes", "Friday";
    day_saturday => "sábados", "Saturday";
    day_sunday => "domingos", "Sunday";
}

/// A weekday's name as a habit; Monday is 1.
#[must_use]
pub fn day_name(locale: Locale, day: u8) -> &'static str {
    match day {
        1 => day_monday(locale),
        2 => day_tuesday(locale),
        3 => day_wednesday(locale),
        4 => day_thursday(locale),
        5 => day_friday(locale),
        6 => day_saturday(locale),
        _ => day_sunday(locale),
    }
}

/// A cadence in words.
#[must_use]
pub fn cadence(locale: Locale, cron: &str) -> String {
    let Ok(picked) = cron.parse::<Picked>();
    let time = picked.time();
    match picked {
        Picked::Day(_) => words_day(locale, &time),
        Picked::Week(day, _) => words_week(locale, day_name(locale, day), &time),
        Picked::Month(day, _) => words_month(locale, i64::from(day), &time),
        Picked::Cron(cron) => words_cron(locale, &cron),
    }
}

/// What is wrong with a field.
#[must_use]
pub fn wrong(locale: Locale, field: &str, why: &str) -> String {
    let why = match why {
        "missing" | "empty" => why_missing(locale),
        "too_long" => why_too_long(locale),
        "unreadable" => why_unreadable(locale),
        "unknown" => why_unknown(locale),
        "taken" => why_taken(locale),
        "out_of_range" => why_range(locale),
        "never" => why_never(locale),
        "too_often" => why_often(locale),
        "out_of_scope" => why_scope(locale),
        "never_ends" => why_never_ends(locale),
        "with_address" => why_with_address(locale),
        "cannot_launch" => why_launch(locale),
        _ => why_other(locale),
    };
    problem(locale, field_name(locale, field), why)
}

fn field_name(locale: Locale, field: &str) -> &str {
    match field {
        "name" => name(locale),
        "kind" => kind(locale),
        "address" => address(locale),
        "key" => key(locale),
        "secret" => secret(locale),
        "fingerprint" => fingerprint(locale),
        "authorities" => authorities(locale),
        "confirmed" => confirmed(locale),
        "at_a_time" => at_a_time(locale),
        "pull" => pull(locale),
        "folder" => folder(locale),
        "command" => command(locale),
        "targets" => targets(locale),
        "exclude" => exclude(locale),
        "allow" => allow(locale),
        "login_url" => login_url(locale),
        "login_body" => login_body(locale),
        "login_user" => login_user(locale),
        "login_password" => login_password(locale),
        "login_page" => login_page(locale),
        "login_sign" => login_sign(locale),
        "zone" => zone(locale),
        "blackouts" => blackouts(locale),
        "authorised_by" => authorised_by(locale),
        "authorised_until" => authorised_until(locale),
        "connector" => connector(locale),
        "target" => target(locale),
        "cron" => every(locale),
        "jitter" => jitter(locale),
        "time_limit" => time_limit(locale),
        "intensity" => how(locale),
        "at" => begins(locale),
        "hours" => hours(locale),
        field => field,
    }
}
