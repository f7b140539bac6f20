//! Signing in and the first run.

use super::macros::messages;

messages! {
    sign_in_title => "Entrar", "Sign in";
    sign_in_lead => "Entrar para ver qué está abierto, de quién es y para cuándo.", "Sign in to see what is open, whose it is and by when.";
    login => "Usuario", "User name";
    password => "Contraseña", "Password";
    sign_in_button => "Entrar", "Sign in";
    sign_in_failed => "El usuario o la contraseña no son correctos.", "The user name or the password is wrong.";
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
}
