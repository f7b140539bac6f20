//! Signing in and the first run.

use super::macros::messages;

messages! {
    sign_in_title => "Entrar", "Sign in";
    sign_in_lead => "Entrar para ver qué está abierto, de quién es y para cuándo.", "Sign in to see what is open, whose it is and by when.";
    login => "Usuario", "User name";
    password => "Contraseña", "Password";
    sign_in_button => "Entrar", "Sign in";
    sign_in_failed => "El usuario o la contraseña no son correctos.", "The user name or the password is wrong.";
    provider_button => "Entrar con", "Sign in with";
    provider_no_access => "Esta cuenta no tiene acceso. Quien administra Postura puede ver el porqué en el registro de auditoría.",
        "This account has no access. An administrator of Postura finds the reason in the audit log.";
    provider_failed => "La entrada no ha llegado a término. Probar de nuevo, o entrar con la contraseña.",
        "The sign-in did not come to its end. Try again, or sign in with your password.";
    confirm_provider => "O demostrarlo entrando de nuevo con", "Or prove it by signing in again with";
    sign_in_throttled => "Demasiados intentos. Esperar unos minutos y probar de nuevo.", "Too many tries. Wait a few minutes and try again.";

    setup_title => "Puesta en marcha", "First run";
    setup_lead => "Falta una persona que administre Postura. Después se puede soltar aquí el primer archivo de un escáner.",
        "Postura needs an administrator. After that, the first scanner file can be dropped here.";
    setup_needs_link => "Postura espera su puesta en marcha", "Postura waits for its first run";
    setup_needs_link_how => "La consola en la que se inició el servidor muestra un enlace de un solo uso. Abrirlo en este navegador para crear la primera cuenta.",
        "The console in which the server was started shows a one-time link. Open it in this browser to create the first account.";
    setup_link_lost => "Si el enlace se ha perdido, basta con reiniciar el servidor: mostrará uno nuevo.",
        "If the link is lost, restart the server: it shows a new one.";
    organisation => "Organización", "Organisation";
    organisation_hint => "El nombre que aparece en los informes.", "The name that reports carry.";
    zone => "Zona horaria", "Time zone";
    zone_hint => "En ella empieza y acaba cada día. Por ejemplo, Europe/Madrid.", "Days begin and end in it. For instance, Europe/Madrid.";
    your_name => "Nombre y apellidos", "Full name";
    login_hint => "Una dirección de correo o una palabra.", "An e-mail address or a word.";
    password_hint => "Doce caracteres como mínimo. Vale una frase.", "Twelve characters or more. A sentence will do.";
    create_account => "Crear la cuenta y entrar", "Create the account and sign in";
    setup_account => "La primera cuenta", "The first account";
    setup_organisation => "La organización", "The organisation";

    title => "Cuenta", "Account";
    password_current => "Contraseña actual", "Present password";
    password_new => "Contraseña nueva", "New password";
    password_change => "Cambiar la contraseña", "Change the password";
    password_change_more => "Cierra las demás sesiones.", "It ends your other sessions.";
    second => "Segundo factor", "Second factor";
    second_off => "Con un segundo factor, una contraseña robada no basta: al entrar se pide además un código del teléfono.",
        "With a second factor a stolen password is not enough: signing in also asks for a code of your phone.";
    second_begin => "Activar el segundo factor", "Set up a second factor";
    second_scan => "Leer esta imagen con una aplicación de códigos (Aegis, FreeOTP, Google Authenticator…), o escribir la clave, y después el código que muestre.",
        "Read this picture with an authenticator (Aegis, FreeOTP, Google Authenticator…), or write the key, and then the code that it shows.";
    second_confirm => "Activar", "Turn on";
    second_drop => "No activarlo", "Do not set it up";
    second_on => "Activo desde", "On since";
    second_remove => "Quitar el segundo factor", "Remove the second factor";
    code => "Código", "Code";
    code_hint => "Seis cifras de la aplicación, o uno de los códigos de recuperación.", "Six digits of the authenticator, or one of the recovery codes.";
    code_title => "Segundo factor de la cuenta", "Your second factor";
    code_late => "Ha pasado demasiado tiempo: hay que volver a escribir la contraseña.", "Too much time has passed: write your password again.";
    code_again => "Empezar de nuevo", "Begin again";
    codes_left => "Códigos de recuperación sin usar:", "Recovery codes left:";
    codes_make => "Crear códigos de recuperación nuevos", "Make new recovery codes";
    codes_title => "Códigos de recuperación", "Recovery codes";
    codes_more => "Guardarlos ahora lejos del teléfono: cada uno vale una vez y no se volverán a mostrar.",
        "Keep them now, away from the phone: each works once, and they are not shown again.";
    sessions_more => "Una sesión se cierra tras doce horas sin uso, y siempre a los siete días.", "A session ends after twelve hours without use, and after seven days at the latest.";
    col_began => "Desde cuándo", "Since";
    end_session => "Cerrar", "End";
    end_others => "Cerrar las demás sesiones", "End my other sessions";
    confirm_title => "Confirmar quién eres", "Confirm who you are";
    confirm_lead => "Lo que viene es delicado, y la última vez que escribiste la contraseña fue hace más de quince minutos.",
        "What comes next is sensitive, and you last wrote your password more than fifteen minutes ago.";
    confirm_do => "Confirmar", "Confirm";
    welcome_title => "Elegir una contraseña", "Choose a password";
    welcome_lead(name: &str) => "{name}: este enlace vale una sola vez.", "{name}: this link works once.";
    welcome_do => "Guardar la contraseña", "Save the password";
}
