//! People: invitations, roles, resets.

use super::macros::messages;

messages! {
    intro => "Quién puede entrar y con qué papel. Cada persona elige su contraseña con un enlace de un solo uso.",
        "Who may sign in, and as what. Each person chooses their password by a link that works once.";
    link_title => "El enlace nuevo", "The new link";
    link_more => "Hacerlo llegar por un canal seguro: vale una sola vez y caduca (una invitación, en siete días; un cambio de contraseña, en uno). No se volverá a mostrar.",
        "Hand it over by a safe channel: it works once and ends by itself (an invitation in seven days, a reset in one). It is not shown again.";
    link_open => "Copiar la dirección de este enlace", "Copy this link's address";
    acts => "Cambios", "Changes";
    change => "Cambiar", "Change";
    change_name(name: &str) => "Cambiar a {name}", "Change {name}";
    role_of(name: &str) => "Papel de {name}", "Role of {name}";
    change_role => "Cambiar el papel", "Change the role";
    reset => "Enlace para otra contraseña", "Link for a new password";
    end_sessions => "Cerrar sus sesiones", "End their sessions";
    second_remove => "Quitar el segundo factor", "Remove the second factor";
    second_yes => "Sí", "Yes";
    second_no => "Ninguno", "None";
    invite => "Invitar a una persona", "Invite a person";
    done_invited => "Persona invitada.", "Person invited.";
    done_reset => "Enlace creado.", "Link made.";
    done_role => "Papel cambiado: sus sesiones se han cerrado.", "Role changed: their sessions have ended.";
    done_sessions => "Sesiones cerradas.", "Sessions ended.";
    done_second_removed => "Segundo factor quitado.", "Second factor removed.";
    done_second_on => "Segundo factor activado: las demás sesiones se han cerrado.", "Second factor on: your other sessions have ended.";
    done_codes => "Códigos nuevos: los anteriores ya no valen.", "New codes: the ones before are no longer good.";
    done_password => "Contraseña cambiada: las demás sesiones se han cerrado.", "Password changed: your other sessions have ended.";
    done_confirmed => "Confirmado.", "Confirmed.";
    done_welcome => "Contraseña guardada. Ya se puede entrar.", "Password saved. You can sign in now.";
}
