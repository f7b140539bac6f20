//! Words for machine words: acts, decisions, evidence, the basis of a classification, proofs, phases, audited actions.

use super::macros::messages;
use model::audit::AuditAct;
use model::facts::EvidenceKind;
use model::text::Locale;
use model::view::findings::{DecideKind, Grouping, Seen, Sort};
use model::{Basis, Grade};

messages! {
    act_confirm => "Confirmar", "Confirm";
    act_start => "Empezar", "Start work";
    act_claim_fix => "Declarar corregido", "Claim a fix";
    act_reset => "Volver a nuevo", "Back to new";
    act_false_positive => "Falso positivo", "False positive";
    act_request_exception => "Pedir excepción", "Request exception";
    act_duplicate => "Marcar duplicado", "Mark as duplicate";
    act_retire => "Retirar activo", "Retire asset";
    act_close_by_hand => "Cerrar a mano", "Close by hand";
    act_clear_verdict => "Deshacer el veredicto", "Take the verdict back";
    act_assign => "Asignar", "Assign";
    act_comment => "Comentar", "Comment";

    hint_confirm => "Es real: pasa a quien lo tiene asignado.", "It is real: it goes to its owner's list.";
    hint_start => "Alguien trabaja en ello.", "Somebody works on it.";
    hint_claim_fix => "Solo un escaneo posterior lo cierra, con prueba.", "Only a later scan closes it, with proof.";
    hint_reset => "Como recién llegado.", "As if it had just arrived.";
    hint_false_positive => "El escáner se equivoca. Deja de contar como abierto.", "The scanner is wrong. It no longer counts as open.";
    hint_request_exception => "Riesgo aceptado hasta una fecha, si otra persona lo aprueba.", "The risk is accepted until a day, if somebody else approves.";
    hint_duplicate => "Es lo mismo que otro hallazgo.", "It is the same as another finding.";
    hint_retire => "El activo ya no existe. Si se vuelve a ver, se reabre.", "The asset is gone. If it is seen again, this reopens.";
    hint_close_by_hand => "Sin prueba de un escaneo: se cuenta aparte de lo corregido.", "Without a scan's proof: counted apart from fixed.";
    hint_clear_verdict => "Vuelve a contar según lo que digan los escaneos.", "It counts again as the scans say.";

    said_confirm => "Confirmado", "Confirmed";
    said_start => "En curso", "Work started";
    said_claim_fix => "Corrección declarada", "Fix claimed";
    said_reset => "Devuelto a nuevo", "Set back to new";
    said_false_positive => "Falso positivo", "False positive";
    said_accepted => "Riesgo aceptado", "Risk accepted";
    said_exception_requested => "Excepción pedida", "Exception requested";
    said_exception_refused => "Excepción rechazada", "Exception refused";
    said_duplicate => "Duplicado", "Duplicate";
    said_retired => "Activo retirado", "Asset retired";
    said_closed_by_hand => "Cerrado a mano", "Closed by hand";
    said_verdict_cleared => "Veredicto deshecho", "Verdict taken back";
    said_team => "Equipo asignado", "Team assigned";
    said_person => "Persona asignada", "Person assigned";
    said_due => "Fecha límite", "Due day";
    said_comment => "Comentario", "Comment";
    operator => "Consola local", "Local operator";

    audited_set_up => "Puso en marcha Postura", "Set Postura up";
    audited_sign_in => "Entró", "Signed in";
    audited_sign_out => "Salió", "Signed out";
    audited_sign_out_everywhere => "Cerró todas sus sesiones", "Signed out everywhere";
    audited_add_user => "Añadió una persona", "Added a person";
    audited_enable_user => "Permitió entrar a una persona", "Let a person sign in";
    audited_disable_user => "Impidió entrar a una persona", "Kept a person from signing in";
    audited_add_token => "Creó un token", "Created a token";
    audited_revoke_token => "Anuló un token", "Revoked a token";
    audited_link_user => "Vinculó una persona al proveedor de identidad", "Linked a person to the identity provider";
    audited_add_team => "Creó un equipo", "Created a team";
    audited_add_member => "Añadió un miembro", "Added a member";
    audited_remove_member => "Quitó un miembro", "Removed a member";
    audited_add_rule => "Añadió una regla de propiedad", "Added an ownership rule";
    audited_remove_rule => "Quitó una regla de propiedad", "Removed an ownership rule";
    audited_add_source => "Añadió un origen", "Added a source";
    audited_undo => "Deshizo una importación", "Undid an import";
    audited_redo => "Rehízo una importación", "Redid an import";
    audited_date_scan => "Dijo cuándo fue un escaneo", "Said when a scan ran";
    audited_reparse => "Hizo leer de nuevo un original", "Had an original read again";
    audited_read_quarantine => "Descargó filas en cuarentena", "Downloaded quarantined rows";
    audited_save_mapping => "Guardó una asignación de columnas", "Saved a column mapping";
    audited_set_retention => "Cambió cuánto se conserva", "Changed how long things are kept";
    audited_hold => "Ordenó conservar", "Set a legal hold";
    audited_release_hold => "Levantó una orden de conservar", "Released a legal hold";
    audited_expire => "Retiró lo que caducó", "Took away what had expired";
    audited_purge => "Destruyó el contenido de un escaneo", "Destroyed a scan's content";
    audited_begin_chain => "Empezó una cadena del registro", "A chain of the log began";
    audited_anchor => "Se anotó el final de cada cadena", "The end of each chain was written down";
    audited_forbidden => "Pidió algo que no puede hacer", "Asked for what they may not do";
    audited_change_password => "Cambió la contraseña", "Changed the password";
    audited_second_factor => "Cambió un segundo factor", "Changed a second factor";
    audited_recovery_codes => "Creó códigos de recuperación", "Made recovery codes";
    audited_end_session => "Cerró sesiones", "Ended sessions";
    audited_invite => "Invitó a una persona", "Invited a person";
    audited_reset_password => "Creó un enlace para una contraseña nueva", "Made a link for a new password";
    audited_change_role => "Cambió un papel", "Changed a role";
    audited_confirm => "Confirmó quién es", "Confirmed who they are";
    audited_read_evidence => "Leyó evidencias", "Read evidence";
    audited_reveal => "Vio secretos en las evidencias", "Saw secrets in evidence";
    audited_rotate_keys => "Renovó las claves de cifrado", "Rotated the keys that seal";
    audited_retire_keys => "Retiró claves de cifrado antiguas", "Retired old keys";
    audited_backup => "Hizo una copia de seguridad", "Wrote a backup";
    audited_restore => "Restauró una copia de seguridad", "Took a backup back";
    audited_export_audit => "Descargó el registro de auditoría", "Downloaded the audit log";
    audited_set_connector => "Guardó un conector", "Saved a connector";
    audited_test_connector => "Probó un conector", "Tested a connector";
    audited_switch_connector => "Apagó o encendió un conector", "Switched a connector";
    audited_set_target => "Dijo qué se puede escanear", "Said what may be scanned";
    audited_set_schedule => "Guardó una programación", "Saved a schedule";
    audited_pause_schedule => "Pausó o reanudó una programación", "Paused or resumed a schedule";
    audited_start_run => "Pidió un escaneo", "Asked for a scan";
    audited_stop_run => "Paró un escaneo", "Stopped a scan";
    audited_write_finding => "Anotó un hallazgo a mano", "Wrote a finding down by hand";
    audited_plan_test => "Planeó una prueba a mano", "Planned a test by hand";
    audited_publish_month => "Publicó un mes", "Published a month";
    audited_remove_mapping => "Quitó una asignación de columnas", "Removed a column mapping";
    audited_merge_assets => "Unió activos", "Merged assets";
    audited_change_source => "Cambió los ajustes de un origen", "Changed a source's settings";
    audited_split_assets => "Separó activos unidos", "Split merged assets";
    audited_load_feed => "Cargó un archivo de explotación", "Loaded a file on exploitation";
    audited_add_override => "Añadió una regla de clasificación", "Added a rule of classification";
    audited_load_overrides => "Aplicó un fichero de reglas de clasificación", "Applied a file of classification rules";
    audited_set_risk_weights => "Cambió los pesos del riesgo", "Changed the weights of risk";
    audited_undo_risk_weights => "Deshizo un cambio de los pesos del riesgo", "Took back a change of the weights of risk";
    audited_undo_override => "Deshizo una regla de clasificación", "Took back a rule of classification";
    audited_load_inventory => "Aplicó un inventario de activos", "Applied an inventory of assets";
    audited_join_issue => "Unió dos hallazgos en un problema", "Joined two findings in an issue";
    audited_part_issue => "Separó un hallazgo de su problema", "Parted a finding from its issue";
    audited_restore_issue => "Dejó que la regla decida el problema", "Let the rule decide on an issue";
    audited_say_of_asset => "Cambió lo que se dice de un activo", "Changed what is said of an asset";
    audited_approve_exception => "Aprobó una excepción", "Approved an exception";
    audited_refuse_exception => "Rechazó una excepción", "Refused an exception";

    evidence_output => "Lo que vio el escáner", "What the scanner saw";
    evidence_attack => "Lo que envió", "What it sent";
    evidence_detail => "Detalle", "Detail";
    evidence_request => "Petición", "Request";
    evidence_response => "Respuesta", "Response";
    evidence_field => "Otros datos", "Other fields";

    basis_person => "una regla escrita por una persona", "a rule that a person wrote";
    basis_scanner_tag => "la etiqueta del propio escáner", "the scanner's own tag";
    basis_cwe_list => "la lista de CWE de OWASP", "OWASP's own list of CWEs";
    basis_cwe_ancestor => "el antecesor más próximo de su CWE en la lista de OWASP", "its CWE's nearest ancestor on OWASP's list";
    basis_tool_table => "la tabla de Postura para este escáner", "Postura's table for this scanner";
    basis_unmapped => "nada permite clasificarlo todavía", "nothing yet says where it belongs";
    basis_inventory => "es un dato de inventario, no una debilidad", "it is a fact for the inventory, not a weakness";

    grade_rule => "la regla se ejecutó allí y no lo encontró", "the rule ran there and did not find it";
    grade_series => "un escaneo de la misma serie llegó al activo y no lo encontró", "a scan of the same series reached the asset and did not find it";

    seen_present => "Visto", "Seen";
    seen_absent => "Ausente, con prueba", "Absent, with proof";
    seen_not_looked => "Ese escaneo no miró", "That scan did not look";

    why_asset_not_scanned => "el último escaneo no incluyó el activo", "the newest scan did not include the asset";
    why_not_reached => "el último escaneo no llegó al activo", "the newest scan did not reach the asset";
    why_incomplete => "el último escaneo no terminó", "the newest scan did not finish";
    why_rule_not_run => "nada prueba que la regla se ejecutara en el último escaneo", "nothing proves that the rule ran in the newest scan";
    why_place => "el último escaneo no visitó ese lugar", "the newest scan did not visit that place";
    why_port => "el puerto no estaba en el último escaneo", "the port was not in the newest scan";
    why_credentials => "el último escaneo entró con menos permisos", "the newest scan had weaker credentials";
    why_check => "la comprobación no dio un resultado favorable", "the check did not report a pass";
    why_other_series => "el último escaneo es de otra serie y no dice qué cubrió", "the newest scan is of another series and does not say what it covered";
    why_hand_selection => "el archivo de Burp puede ser una selección hecha a mano", "the Burp file may be a selection made by hand";
    why_same_finding => "es la misma prueba exportada otra vez", "it is the same test, exported again";
    why_policy => "la política del origen pide una prueba más fuerte", "the source's policy asks for stronger proof";
    why_undated => "el último archivo no dice cuándo se escaneó", "the newest file does not say when it was scanned";

    identity_tool => "Escáner", "Scanner";
    identity_asset => "Activo", "Asset";
    identity_rule => "Regla", "Rule";
    identity_protocol => "Protocolo", "Protocol";
    identity_port => "Puerto", "Port";
    identity_method => "Método", "Method";
    identity_path => "Ruta", "Path";
    identity_parameter => "Parámetro", "Parameter";
    identity_point => "Punto de inserción", "Insertion point";

    group_none => "Hallazgo", "Finding";
    group_issue => "Problema", "Issue";
    group_team => "Equipo", "Team";
    sort_severity => "Gravedad", "Severity";
    sort_first_seen => "Antigüedad", "First seen";
    sort_last_seen => "Visto por última vez", "Last seen";
    sort_due => "Fecha límite", "Due";
    sort_asset => "Activo", "Asset";
    sort_risk => "Riesgo", "Risk";

    phase_receive => "Recibir", "Receive";
    phase_parse => "Leer", "Parse";
    phase_match => "Comparar", "Match";
    phase_write => "Guardar", "Write";
    phase_done => "Listo", "Done";

    basis_time_export => "fecha del propio archivo", "the export's own date";
    basis_time_run => "fecha en que terminó el escaneo, según el archivo", "when the scan ended, as the export says";
    basis_time_upload => "fecha de la subida: el archivo no trae otra", "the upload's date: the export has none";
}

/// The words on the button of an act.
#[must_use]
pub fn act(locale: Locale, kind: DecideKind) -> &'static str {
    match kind {
        DecideKind::Confirm => act_confirm(locale),
        DecideKind::Start => act_start(locale),
        DecideKind::ClaimFix => act_claim_fix(locale),
        DecideKind::Reset => act_reset(locale),
        DecideKind::FalsePositive => act_false_positive(locale),
        DecideKind::RequestException => act_request_exception(locale),
        DecideKind::Duplicate => act_duplicate(locale),
        DecideKind::Retire => act_retire(locale),
        DecideKind::CloseByHand => act_close_by_hand(locale),
        DecideKind::ClearVerdict => act_clear_verdict(locale),
        DecideKind::Assign => act_assign(locale),
        DecideKind::Comment => act_comment(locale),
    }
}

/// What an act means, in a sentence; empty where the button says it all.
#[must_use]
pub fn act_hint(locale: Locale, kind: DecideKind) -> &'static str {
    match kind {
        DecideKind::Confirm => hint_confirm(locale),
        DecideKind::Start => hint_start(locale),
        DecideKind::ClaimFix => hint_claim_fix(locale),
        DecideKind::Reset => hint_reset(locale),
        DecideKind::FalsePositive => hint_false_positive(locale),
        DecideKind::RequestException => hint_request_exception(locale),
        DecideKind::Duplicate => hint_duplicate(locale),
        DecideKind::Retire => hint_retire(locale),
        DecideKind::CloseByHand => hint_close_by_hand(locale),
        DecideKind::ClearVerdict => hint_clear_verdict(locale),
        DecideKind::Assign | DecideKind::Comment => "",
    }
}

/// The machine word of an act, as forms send it.
#[must_use]
pub fn act_word(kind: DecideKind) -> &'static str {
    match kind {
        DecideKind::Confirm => "confirm",
        DecideKind::Start => "start",
        DecideKind::ClaimFix => "claim_fix",
        DecideKind::Reset => "reset",
        DecideKind::FalsePositive => "false_positive",
        DecideKind::RequestException => "request_exception",
        DecideKind::Duplicate => "duplicate",
        DecideKind::Retire => "retire",
        DecideKind::CloseByHand => "close_by_hand",
        DecideKind::ClearVerdict => "clear_verdict",
        DecideKind::Assign => "assign",
        DecideKind::Comment => "comment",
    }
}

/// What a stored decision says, from its word; the word itself if it is unknown.
#[must_use]
pub fn decision(locale: Locale, kind: &str) -> String {
    let text = match kind {
        "confirm" | "confirmed" => said_confirm(locale),
        "start" | "in_progress" => said_start(locale),
        "claim_fix" | "fix_claimed" => said_claim_fix(locale),
        "reset" | "new" => said_reset(locale),
        "false_positive" => said_false_positive(locale),
        "accept" | "accepted" => said_accepted(locale),
        "request_exception" | "exception_requested" => said_exception_requested(locale),
        "exception_refused" => said_exception_refused(locale),
        "duplicate" => said_duplicate(locale),
        "retired" | "retire" => said_retired(locale),
        "closed_by_hand" | "close_by_hand" => said_closed_by_hand(locale),
        "clear_verdict" => said_verdict_cleared(locale),
        "assign_team" | "team" => said_team(locale),
        "assign_person" | "person" => said_person(locale),
        "due" => said_due(locale),
        "comment" => said_comment(locale),
        other => return other.replace('_', " "),
    };
    text.to_owned()
}

/// What a part of the evidence is.
#[must_use]
pub fn evidence(locale: Locale, kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Output => evidence_output(locale),
        EvidenceKind::Attack => evidence_attack(locale),
        EvidenceKind::Detail => evidence_detail(locale),
        EvidenceKind::Request => evidence_request(locale),
        EvidenceKind::Response => evidence_response(locale),
        EvidenceKind::Field => evidence_field(locale),
    }
}

/// What somebody did, as the audit log says it; `None` for a command of the command line.
#[must_use]
pub fn audited(locale: Locale, action: &str) -> Option<&'static str> {
    let Ok(audited) = action.parse::<AuditAct>() else {
        let kinds = [
            DecideKind::Confirm,
            DecideKind::Start,
            DecideKind::ClaimFix,
            DecideKind::Reset,
            DecideKind::FalsePositive,
            DecideKind::RequestException,
            DecideKind::Duplicate,
            DecideKind::Retire,
            DecideKind::CloseByHand,
            DecideKind::ClearVerdict,
            DecideKind::Assign,
            DecideKind::Comment,
        ];
        return kinds.into_iter().find(|kind| act_word(*kind) == action).map(|kind| act(locale, kind));
    };
    Some(match audited {
        AuditAct::SetUp => audited_set_up(locale),
        AuditAct::SignIn => audited_sign_in(locale),
        AuditAct::SignOut => audited_sign_out(locale),
        AuditAct::SignOutEverywhere => audited_sign_out_everywhere(locale),
        AuditAct::AddUser => audited_add_user(locale),
        AuditAct::EnableUser => audited_enable_user(locale),
        AuditAct::DisableUser => audited_disable_user(locale),
        AuditAct::AddToken => audited_add_token(locale),
        AuditAct::RevokeToken => audited_revoke_token(locale),
        AuditAct::LinkUser => audited_link_user(locale),
        AuditAct::AddTeam => audited_add_team(locale),
        AuditAct::AddMember => audited_add_member(locale),
        AuditAct::RemoveMember => audited_remove_member(locale),
        AuditAct::AddRule => audited_add_rule(locale),
        AuditAct::RemoveRule => audited_remove_rule(locale),
        AuditAct::AddSource => audited_add_source(locale),
        AuditAct::Undo => audited_undo(locale),
        AuditAct::Redo => audited_redo(locale),
        AuditAct::DateScan => audited_date_scan(locale),
        AuditAct::Reparse => audited_reparse(locale),
        AuditAct::SaveMapping => audited_save_mapping(locale),
        AuditAct::SetRetention => audited_set_retention(locale),
        AuditAct::Hold => audited_hold(locale),
        AuditAct::ReleaseHold => audited_release_hold(locale),
        AuditAct::Expire => audited_expire(locale),
        AuditAct::Purge => audited_purge(locale),
        AuditAct::BeginChain => audited_begin_chain(locale),
        AuditAct::AnchorAudit => audited_anchor(locale),
        AuditAct::Forbidden => audited_forbidden(locale),
        AuditAct::ChangePassword => audited_change_password(locale),
        AuditAct::SecondFactor => audited_second_factor(locale),
        AuditAct::RecoveryCodes => audited_recovery_codes(locale),
        AuditAct::EndSession => audited_end_session(locale),
        AuditAct::Invite => audited_invite(locale),
        AuditAct::ResetPassword => audited_reset_password(locale),
        AuditAct::ChangeRole => audited_change_role(locale),
        AuditAct::Confirm => audited_confirm(locale),
        AuditAct::ReadEvidence => audited_read_evidence(locale),
        AuditAct::RevealSecrets => audited_reveal(locale),
        AuditAct::RotateKeys => audited_rotate_keys(locale),
        AuditAct::RetireKeys => audited_retire_keys(locale),
        AuditAct::Backup => audited_backup(locale),
        AuditAct::Restore => audited_restore(locale),
        AuditAct::ExportAudit => audited_export_audit(locale),
        AuditAct::SetConnector => audited_set_connector(locale),
        AuditAct::TestConnector => audited_test_connector(locale),
        AuditAct::SwitchConnector => audited_switch_connector(locale),
        AuditAct::SetTarget => audited_set_target(locale),
        AuditAct::SetSchedule => audited_set_schedule(locale),
        AuditAct::PauseSchedule => audited_pause_schedule(locale),
        AuditAct::StartRun => audited_start_run(locale),
        AuditAct::StopRun => audited_stop_run(locale),
        AuditAct::WriteFinding => audited_write_finding(locale),
        AuditAct::PlanTest => audited_plan_test(locale),
        AuditAct::PublishMonth => audited_publish_month(locale),
        AuditAct::RemoveMapping => audited_remove_mapping(locale),
        AuditAct::MergeAssets => audited_merge_assets(locale),
        AuditAct::ChangeSource => audited_change_source(locale),
        AuditAct::SplitAssets => audited_split_assets(locale),
        AuditAct::LoadFeed => audited_load_feed(locale),
        AuditAct::AddOverride => audited_add_override(locale),
        AuditAct::UndoOverride => audited_undo_override(locale),
        AuditAct::LoadOverrides => audited_load_overrides(locale),
        AuditAct::SetRiskWeights => audited_set_risk_weights(locale),
        AuditAct::UndoRiskWeights => audited_undo_risk_weights(locale),
        AuditAct::LoadInventory => audited_load_inventory(locale),
        AuditAct::SayOfAsset => audited_say_of_asset(locale),
        AuditAct::JoinIssue => audited_join_issue(locale),
        AuditAct::PartIssue => audited_part_issue(locale),
        AuditAct::RestoreIssue => audited_restore_issue(locale),
        AuditAct::ReadQuarantine => audited_read_quarantine(locale),
        AuditAct::ApproveException => audited_approve_exception(locale),
        AuditAct::RefuseException => audited_refuse_exception(locale),
    })
}

/// What a classification rests on.
#[must_use]
pub fn basis(locale: Locale, basis: Basis) -> &'static str {
    match basis {
        Basis::Person => basis_person(locale),
        Basis::ScannerTag => basis_scanner_tag(locale),
        Basis::CweList => basis_cwe_list(locale),
        Basis::CweAncestor => basis_cwe_ancestor(locale),
        Basis::ToolTable => basis_tool_table(locale),
        Basis::Unmapped => basis_unmapped(locale),
        Basis::Inventory => basis_inventory(locale),
    }
}

/// What proves that an episode closed.
#[must_use]
pub fn grade(locale: Locale, grade: Grade) -> &'static str {
    match grade {
        Grade::RuleRanThere => grade_rule(locale),
        Grade::SameSeries => grade_series(locale),
    }
}

/// What a scan said of the place.
#[must_use]
pub fn seen(locale: Locale, seen: Seen) -> &'static str {
    match seen {
        Seen::Present => seen_present(locale),
        Seen::Absent => seen_absent(locale),
        Seen::NotLooked => seen_not_looked(locale),
    }
}

/// Why something counts as not re-tested, from its word; a general sentence if the word is unknown.
#[must_use]
pub fn not_retested_why(locale: Locale, code: &str) -> &'static str {
    match code {
        "asset_not_scanned" => why_asset_not_scanned(locale),
        "not_reached" => why_not_reached(locale),
        "incomplete" => why_incomplete(locale),
        "port_not_scanned" => why_port(locale),
        "place_not_visited" => why_place(locale),
        "credentials_worse" => why_credentials(locale),
        "check_not_passed" => why_check(locale),
        "other_series" => why_other_series(locale),
        "not_whole_project" => why_hand_selection(locale),
        "same_finding" => why_same_finding(locale),
        "policy_asks_more" => why_policy(locale),
        "undated" => why_undated(locale),
        _ => why_rule_not_run(locale),
    }
}

/// A field of a finding's identity, from its word.
#[must_use]
pub fn identity(locale: Locale, word: &str) -> String {
    let text = match word {
        "tool" => identity_tool(locale),
        "asset" => identity_asset(locale),
        "rule" => identity_rule(locale),
        "protocol" => identity_protocol(locale),
        "port" => identity_port(locale),
        "method" => identity_method(locale),
        "path" => identity_path(locale),
        "parameter" => identity_parameter(locale),
        "point" => identity_point(locale),
        other => return other.to_owned(),
    };
    text.to_owned()
}

/// A way of grouping.
#[must_use]
pub fn grouping(locale: Locale, grouping: Grouping) -> &'static str {
    match grouping {
        Grouping::None => group_none(locale),
        Grouping::Issue => group_issue(locale),
        Grouping::Team => group_team(locale),
    }
}

/// An order.
#[must_use]
pub fn sort(locale: Locale, sort: Sort) -> &'static str {
    match sort {
        Sort::Severity => sort_severity(locale),
        Sort::FirstSeen => sort_first_seen(locale),
        Sort::LastSeen => sort_last_seen(locale),
        Sort::Due => sort_due(locale),
        Sort::Asset => sort_asset(locale),
        Sort::Risk => sort_risk(locale),
    }
}

/// A phase of an import, from its word.
#[must_use]
pub fn phase(locale: Locale, word: &str) -> &'static str {
    match word {
        "receive" => phase_receive(locale),
        "parse" => phase_parse(locale),
        "match" => phase_match(locale),
        "write" => phase_write(locale),
        _ => phase_done(locale),
    }
}

/// Where a scan's instant comes from, from its word.
#[must_use]
pub fn time_basis(locale: Locale, word: &str) -> &'static str {
    match word {
        "export" => basis_time_export(locale),
        "run" => basis_time_run(locale),
        _ => basis_time_upload(locale),
    }
}
