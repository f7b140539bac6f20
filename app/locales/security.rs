//! How Postura itself is kept safe.

use super::macros::messages;

messages! {
    title => "Seguridad de Postura", "Postura's own security";
    intro => "Una base de vulnerabilidades es el mejor regalo para un atacante. Aquí está cada control de Postura, cómo está ahora y en qué se ve.",
        "A database of vulnerabilities is the best gift for an attacker. Here is each of Postura's own controls, how it stands now, and how one can tell.";
    col_control => "Qué protege", "Control";
    col_state => "Estado", "State";
    col_evidence => "En qué se ve", "How one can tell";
    good => "Bien", "Good";
    warn => "Conviene mirarlo", "Worth a look";
    bad => "Mal", "Bad";

    audit => "Registro de auditoría", "Audit log";
    audit_not_yet => "Aún no se ha comprobado en este servidor.", "It was not verified on this server yet.";
    audit_sound => "Tal como se escribió, hasta el final anotado fuera de la base de datos.", "As it was written, to the end that is kept outside the database.";
    audit_unsound => "Alguien lo ha cambiado: «postura verify-audit» dice dónde.", "It was tampered with: “postura verify-audit” says where.";
    transport => "Comunicaciones", "Transport";
    transport_https => "Solo HTTPS (TLS 1.2 o 1.3), y los navegadores lo recuerdan un año.", "HTTPS alone (TLS 1.2 or 1.3), which browsers remember for a year.";
    transport_loopback => "Sin TLS: solo se puede llegar desde esta máquina.", "Without TLS: it can be reached from this machine alone.";
    keys => "Claves de cifrado", "Keys";
    keys_private => "Solo su dueño puede leer el archivo de claves.", "Only its owner can read the key file.";
    keys_open => "Otros usuarios de la máquina pueden leer el archivo de claves: «chmod 600» lo arregla.", "Other users of the machine can read the key file: “chmod 600” mends that.";
    keys_are(n: i64, others: i64) => ["Hay {n} clave; valores cifrados con otra que la más nueva: {others}.", "Hay {n} claves; valores cifrados con otra que la más nueva: {others}."],
        ["There is {n} key; values sealed with another than the newest: {others}.", "There are {n} keys; values sealed with another than the newest: {others}."];
    keys_since => "La más nueva es de", "The newest is of";
    second => "Segundo factor", "Second factor";
    second_have(n: i64, people: i64) => "De las personas que pueden entrar ({people}), lo tienen {n}.", "Of the people who may sign in ({people}), {n} have one.";
    second_without => "Administran sin él:", "Administrators without one:";
    sessions => "Sesiones", "Sessions";
    sessions_how => "Terminan tras doce horas sin uso y siempre a los siete días; lo delicado pide la contraseña otra vez a los quince minutos.",
        "They end after twelve hours without use and after seven days at the latest; sensitive acts ask for the password again after fifteen minutes.";
    passwords => "Contraseñas", "Passwords";
    passwords_how => "Doce caracteres como mínimo, ninguna de las más usadas, guardadas con Argon2id.", "Twelve characters or more, none of the most used, kept with Argon2id.";
    passwords_cost(n: i64, memory: i64) => ["Cada una cuesta {memory} MiB y {n} pasada.", "Cada una cuesta {memory} MiB y {n} pasadas."],
        ["Each costs {memory} MiB and {n} pass.", "Each costs {memory} MiB and {n} passes."];
    database => "Conexión con la base de datos", "Connection to the database";
    database_here => "La base de datos está en esta máquina.", "The database is on this machine.";
    database_verified => "TLS, con el certificado y el nombre del servidor comprobados.", "TLS, with the server's certificate and name verified.";
    database_weak(mode: &str) => "La configuración pide sslmode={mode}: sin él se comprueban el certificado y el nombre.",
        "The settings ask for sslmode={mode}: without it the certificate and the name are verified.";
    backup => "Copias de seguridad", "Backups";
    backup_none => "Ninguna: «postura backup» la hace mientras Postura funciona.", "None: “postura backup” writes one while Postura serves.";
    backup_last => "La última, cifrada:", "The last one, sealed:";
    packages => "Componentes", "Components";
    packages_never => "No se han comparado con vulnerabilidades conocidas.", "They were not compared with known vulnerabilities.";
    packages_compared(n: i64, advisories: i64, on: &str) => ["{n} componente comparado con {advisories} avisos de RustSec el {on}.", "{n} componentes comparados con {advisories} avisos de RustSec el {on}."],
        ["{n} component was compared with {advisories} advisories of RustSec on {on}.", "{n} components were compared with {advisories} advisories of RustSec on {on}."];
    packages_found(n: i64, explained: i64) => ["{n} es vulnerable; avisos sin efecto aquí, explicados: {explained}.", "{n} son vulnerables; avisos sin efecto aquí, explicados: {explained}."],
        ["{n} is vulnerable; advisories without effect here, explained: {explained}.", "{n} are vulnerable; advisories without effect here, explained: {explained}."];
    packages_other => "Este programa se compiló con otros desde entonces.", "This program was built of others since.";
    throttle => "Intentos de entrar", "Attempts to sign in";
    throttle_how => "Cada fallo de una cuenta o de una red hace esperar el doble. Ver los rechazados.", "Each failure of an account or a network doubles the wait. See those that were refused.";
    evidence => "Evidencias", "Evidence";
    evidence_how => "Cifradas en la base de datos, con los secretos ocultos en pantalla; quién las lee queda anotado.",
        "Sealed in the database, with secrets covered on the screen; who reads them is written down.";
    policy => "Código ajeno", "Foreign code";
    policy_quiet => "Ningún navegador ha avisado de algo que la política de contenidos haya tenido que impedir.", "No browser has reported anything that the content security policy had to stop.";
    policy_reported => "Hay navegadores que avisan de algo que la política de contenidos impidió: está abajo.", "Browsers report something that the content security policy stopped: it stands below.";
    reports => "Lo que la política de contenidos impidió", "What the content security policy stopped";
    col_page => "Página", "Page";
    col_directive => "Norma", "Directive";
    col_blocked => "Qué impidió", "What it stopped";
    col_reports => "Avisos", "Reports";
    col_last => "El último", "Last";
}
