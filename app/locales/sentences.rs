//! The sentences that pages open with, made from their numbers. A template names its numbers in brackets, so that each
//! language orders them as it likes.

use super::macros::messages;
use super::say::{Piece, Say, Tone, findings_href};
use model::text::{Locale, percent};
use model::view::Count;
use model::view::posture::PosturePage;
use model::view::scans::{ScanPage, ScanRow};
use model::view::teams::{MyTeamPage, TeamsPage};

messages! {
    posture_better(day: &str) => "Mejor que el {day}.", "Better than on {day}.";
    posture_worse(day: &str) => "Peor que el {day}.", "Worse than on {day}.";
    posture_same(day: &str) => "Igual que el {day}.", "The same as on {day}.";
    posture_open => " Hay [open]; [urgent].", " There are [open], of which [urgent].";
    n_open(n: i64) => ["{n} hallazgo abierto", "{n} hallazgos abiertos"], ["{n} open finding", "{n} open findings"];
    n_urgent(n: i64) => ["{n} es crítico o alto", "{n} son críticos o altos"], ["{n} is critical or high", "{n} are critical or high"];
    posture_flow => " En treinta días llegaron [new] y volvieron [reopened]; se corrigieron con prueba [fixed].",
        " In thirty days [new] came in, [reopened] came back, and [fixed] were fixed with proof.";
    posture_debt => " [overdue] y [unowned].", " [overdue], and [unowned].";
    n_overdue(n: i64) => ["{n} pasa de plazo", "{n} pasan de plazo"], ["{n} is past due", "{n} are past due"];
    n_unowned(n: i64) => ["{n} no es de ningún equipo", "{n} no son de ningún equipo"], ["{n} belongs to no team", "{n} belong to no team"];
    posture_blind(share: &str) => " El {share} de los activos", " {share} of the assets";
    posture_blind_rest => " no se observó en ese tiempo.", " were not observed in that time.";
    posture_all_seen => " Todos los activos se observaron en ese tiempo.", " Every asset was observed in that time.";

    my_due => "[overdue]. [week] en siete días.", "[overdue]. [week] within seven days.";
    n_due(n: i64) => ["{n} vence", "{n} vencen"], ["{n} is due", "{n} are due"];
    my_flow => " En treinta días llegaron [arrived] y se corrigieron con prueba [fixed].",
        " In thirty days [arrived] came in and [fixed] were fixed with proof.";
    my_claimed => " [claimed] la prueba de un escaneo.", " [claimed] for a scan's proof.";
    n_waiting(n: i64) => ["{n} espera", "{n} esperan"], ["{n} waits", "{n} wait"];

    scan_seen => "[new], [same] y [reopened].", "[new], [same] and [reopened].";
    n_new(n: i64) => ["{n} nuevo", "{n} nuevos"], ["{n} new", "{n} new "];
    n_same(n: i64) => ["{n} ya conocido", "{n} ya conocidos"], ["{n} known before", "{n} known before "];
    n_reopened(n: i64) => ["{n} reabierto", "{n} reabiertos"], ["{n} reopened", "{n} reopened "];
    scan_closed => " [closed] con prueba.", " [closed] with proof.";
    n_closed(n: i64) => ["{n} se cerró", "{n} se cerraron"], ["{n} was closed", "{n} were closed"];
    scan_not_retested => " [left] porque este escaneo no miró ahí.", " [left] because this scan did not look there.";
    n_left(n: i64) => ["{n} sigue abierto", "{n} siguen abiertos"], ["{n} stays open", "{n} stay open"];
    scan_nothing_left => " Todo lo conocido se volvió a probar.", " Everything known was re-tested.";

    teams_owned => "[teams] y [rules]. [unowned] abiertos y [assets] no son de nadie.",
        "[teams] and [rules]. [unowned] open and [assets] belong to nobody.";
    teams_all_owned => "[teams] y [rules]. Todo lo abierto tiene equipo.", "[teams] and [rules]. Everything open has a team.";
    scans_newest => "El último es [file], del [day].", "The newest is [file], of [day].";
    n_teams(n: i64) => ["{n} equipo", "{n} equipos"], ["{n} team", "{n} teams"];
    n_rules(n: i64) => ["{n} regla", "{n} reglas"], ["{n} rule", "{n} rules"];
    n_findings(n: i64) => ["{n} hallazgo", "{n} hallazgos"], ["{n} finding", "{n} findings"];
    n_assets(n: i64) => ["{n} activo", "{n} activos"], ["{n} asset", "{n} assets"];

    done_decided(n: i64) => ["{n} hallazgo cambiado.", "{n} hallazgos cambiados."], ["{n} finding changed.", "{n} findings changed."];
    done_none => "No ha cambiado ningún hallazgo.", "No finding was changed.";
    done_refused(n: i64) => [" En {n} no era posible desde su estado.", " En {n} no era posible desde su estado."],
        [" For {n} it was not possible from its state.", " For {n} it was not possible from their state."];
    done_commented => "Comentario añadido.", "Comment added.";
    done_approved => "Excepción aprobada.", "Exception approved.";
    done_exception_refused => "Excepción rechazada.", "Exception refused.";
    done_undone => "Importación deshecha.", "Import undone.";
    done_redone => "Importación rehecha.", "Import redone.";
    done_import_canceled => "Importación detenida: no se ha guardado nada.", "Import stopped: nothing was kept.";
    done_import_discarded => "Archivo descartado: no se ha guardado nada.", "File discarded: nothing was kept.";
    done_import_begun => "En marcha.", "Under way.";
    done_dated => "Fecha anotada: la historia se ha contado de nuevo con ella.", "Date noted: the history was told anew with it.";
    done_source => "Origen añadido.", "Source added.";
    done_asset_said => "Guardado: vale desde hoy.", "Saved: it holds from today.";
    done_inventory(n: i64) => ["Inventario aplicado: {n} activo ha cambiado.", "Inventario aplicado: {n} activos han cambiado."], ["Inventory applied: {n} asset changed.", "Inventory applied: {n} assets changed."];
    done_inventory_dropped => "Archivo descartado.", "File discarded.";
    done_issue => "Hecho: se puede deshacer aquí mismo.", "Done: it can be taken back right here.";
    done_mapping_saved => "Asignación guardada.", "Mapping saved.";
    done_mapping_removed => "Asignación quitada. Lo importado con ella sigue igual.", "Mapping removed. What was imported by it stays as it is.";
    done_feed(n: i64) => ["{n} fila cargada.", "{n} filas cargadas."], ["{n} row loaded.", "{n} rows loaded."];
    done_feeds_asked => "Se descargará en breve: esta página dirá cómo fue.", "It will be fetched soon: this page will say how it went.";
    done_override_added(n: i64) => ["Regla aplicada: {n} cambio.", "Regla aplicada: {n} cambios."], ["Rule applied: {n} change.", "Rule applied: {n} changes."];
    done_overrides_loaded(n: i64) => ["Reglas del fichero aplicadas: {n} cambio.", "Reglas del fichero aplicadas: {n} cambios."], ["The file's rules are applied: {n} change.", "The file's rules are applied: {n} changes."];
    done_risk_set => "Pesos del riesgo cambiados.", "The weights of risk are changed.";
    done_risk_undone => "Cambio de los pesos deshecho.", "The change of the weights is taken back.";
    done_overrides_dropped => "Fichero de reglas descartado.", "The file of rules is dropped.";
    done_override_undone(n: i64) => ["Regla deshecha: {n} cambio.", "Regla deshecha: {n} cambios."], ["Rule taken back: {n} change.", "Rule taken back: {n} changes."];
    done_finding_written => "Hallazgo anotado: cuenta como los de un escáner.", "Finding written down: it counts like those of a scanner.";
    done_team => "Equipo añadido.", "Team added.";
    done_member => "Equipo actualizado.", "Team updated.";
    done_rule => "Reglas aplicadas.", "Rules applied.";
}

/// Puts pieces in the place of a template's bracketed names. A name without a piece stays as it is.
fn fill(say: Say, template: &str, slots: &[(&str, Piece)]) -> Say {
    let mut say = say;
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('[') {
        let (name, tail) = after.split_once(']').unwrap_or((after, ""));
        if !before.is_empty() {
            say = say.text(before);
        }
        match slots.iter().find(|(slot, _)| *slot == name) {
            Some((_, piece)) => say.pieces.push(piece.clone()),
            None => say = say.text(name),
        }
        rest = tail;
    }
    if rest.is_empty() { say } else { say.text(rest) }
}

fn linked(count: &Count, text: String, tone: Tone) -> Piece {
    Piece { text: text.trim_end().to_owned(), href: findings_href(&count.filter), tone }
}

fn worded(count: &Count, text: String) -> Piece {
    linked(count, text, Tone::Plain)
}

/// Bad news if there is any, else plain.
fn alarming(count: &Count, text: String) -> Piece {
    linked(count, text, if count.value > 0 { Tone::Bad } else { Tone::Plain })
}

fn numbered(locale: Locale, count: &Count) -> Piece {
    worded(count, super::say::shown(locale, count))
}

/// Whether the organisation is better off, how much is open, what came and went, and what nobody looks at.
#[must_use]
pub fn posture(locale: Locale, page: &PosturePage) -> Say {
    let before = (page.urgent_before.value, page.open_before.value);
    let now = (page.urgent.value, page.open.value);
    let day = &page.compared_with;
    let say = match now.cmp(&before) {
        std::cmp::Ordering::Less => Say::new().tone(Tone::Good, posture_better(locale, day)),
        std::cmp::Ordering::Equal => Say::new().tone(Tone::Strong, posture_same(locale, day)),
        std::cmp::Ordering::Greater => Say::new().tone(Tone::Bad, posture_worse(locale, day)),
    };
    let say = fill(
        say,
        posture_open(locale),
        &[
            ("open", worded(&page.open, n_open(locale, page.open.value))),
            ("urgent", worded(&page.urgent, n_urgent(locale, page.urgent.value))),
        ],
    );
    let say = fill(
        say,
        posture_flow(locale),
        &[
            ("new", numbered(locale, &page.new)),
            ("reopened", numbered(locale, &page.reopened)),
            ("fixed", numbered(locale, &page.fixed)),
        ],
    );
    let say = fill(
        say,
        posture_debt(locale),
        &[
            ("overdue", alarming(&page.overdue, n_overdue(locale, page.overdue.value))),
            ("unowned", worded(&page.unowned, n_unowned(locale, page.unowned.value))),
        ],
    );
    let unseen = page.assets - page.assets_observed;
    if unseen <= 0 {
        return say.text(posture_all_seen(locale));
    }
    say.tone(Tone::Bad, posture_blind(locale, &percent(locale, unseen, page.assets))).text(posture_blind_rest(locale))
}

/// What a team must do this week and whether it gains on it.
#[must_use]
pub fn my_team(locale: Locale, page: &MyTeamPage) -> Say {
    let say = fill(
        Say::new(),
        my_due(locale),
        &[
            ("overdue", alarming(&page.overdue, n_overdue(locale, page.overdue.value))),
            ("week", worded(&page.due_week, n_due(locale, page.due_week.value))),
        ],
    );
    let say = fill(
        say,
        my_flow(locale),
        &[("arrived", numbered(locale, &page.arrived)), ("fixed", numbered(locale, &page.fixed))],
    );
    if page.claimed.value == 0 {
        return say;
    }
    fill(say, my_claimed(locale), &[("claimed", worded(&page.claimed, n_waiting(locale, page.claimed.value)))])
}

/// What an import changed.
#[must_use]
pub fn scan(locale: Locale, page: &ScanPage) -> Say {
    let say = fill(
        Say::new(),
        scan_seen(locale),
        &[
            ("new", worded(&page.new, n_new(locale, page.new.value))),
            ("same", worded(&page.same, n_same(locale, page.same.value))),
            ("reopened", worded(&page.reopened, n_reopened(locale, page.reopened.value))),
        ],
    );
    let say = fill(say, scan_closed(locale), &[("closed", worded(&page.closed, n_closed(locale, page.closed.value)))]);
    if page.not_retested.value == 0 {
        return say.text(scan_nothing_left(locale));
    }
    let left = worded(&page.not_retested, n_left(locale, page.not_retested.value));
    fill(say, scan_not_retested(locale), &[("left", left)])
}

/// Which scan is the newest.
#[must_use]
pub fn newest_scan(locale: Locale, scan: &ScanRow) -> Say {
    let link = |text: &str| Piece { text: text.to_owned(), href: format!("/scans/{}", scan.id), tone: Tone::Plain };
    let day = Piece { text: scan.at.text.clone(), href: String::new(), tone: Tone::Strong };
    fill(Say::new(), scans_newest(locale), &[("file", link(&scan.file)), ("day", day)])
}

/// How much belongs to somebody.
#[must_use]
pub fn teams(locale: Locale, page: &TeamsPage) -> Say {
    let plain = |text: String| Piece { text, href: String::new(), tone: Tone::Strong };
    let teams = plain(n_teams(locale, i64::try_from(page.teams.len()).unwrap_or(i64::MAX)));
    let rules = plain(n_rules(locale, i64::try_from(page.rules.len()).unwrap_or(i64::MAX)));
    if page.unowned.value == 0 {
        return fill(Say::new(), teams_all_owned(locale), &[("teams", teams), ("rules", rules)]);
    }
    let unowned = alarming(&page.unowned, n_findings(locale, page.unowned.value));
    let assets = plain(n_assets(locale, page.unowned_assets));
    fill(
        Say::new(),
        teams_owned(locale),
        &[("teams", teams), ("rules", rules), ("unowned", unowned), ("assets", assets)],
    )
}

/// What a change did, from its word and numbers; nothing for an unknown word.
#[must_use]
pub fn done(locale: Locale, word: &str, count: i64, refused: i64) -> Option<String> {
    let text = match word {
        "decided" => {
            let mut text = if count == 0 { done_none(locale).to_owned() } else { done_decided(locale, count) };
            if refused > 0 {
                text.push_str(&done_refused(locale, refused));
            }
            return Some(text);
        }
        "override_added" => return Some(done_override_added(locale, count)),
        "override_undone" => return Some(done_override_undone(locale, count)),
        "overrides_loaded" => return Some(done_overrides_loaded(locale, count)),
        "risk_set" => done_risk_set(locale),
        "risk_undone" => done_risk_undone(locale),
        "overrides_dropped" => done_overrides_dropped(locale),
        "feed" => return Some(done_feed(locale, count)),
        "feeds_asked" => done_feeds_asked(locale),
        "finding_written" => done_finding_written(locale),
        "commented" => done_commented(locale),
        "approved" => done_approved(locale),
        "exception_refused" => done_exception_refused(locale),
        "undone" => done_undone(locale),
        "redone" => done_redone(locale),
        "import_canceled" => done_import_canceled(locale),
        "import_discarded" => done_import_discarded(locale),
        "import_begun" => done_import_begun(locale),
        "dated" => done_dated(locale),
        "invited" => super::people::done_invited(locale),
        "reset" => super::people::done_reset(locale),
        "role" => super::people::done_role(locale),
        "sessions" => super::people::done_sessions(locale),
        "second_removed" => super::people::done_second_removed(locale),
        "second_on" => super::people::done_second_on(locale),
        "codes" => super::people::done_codes(locale),
        "password" => super::people::done_password(locale),
        "welcome" => super::people::done_welcome(locale),
        "confirmed" => super::people::done_confirmed(locale),
        "source" => done_source(locale),
        "merged" => return Some(super::merges::done_merged(locale, count)),
        "split" => super::merges::done_split(locale),
        "source_saved" | "source_preview" => {
            use super::sources::{done_decided, done_preview, done_saved};
            let mut text = if word == "source_saved" { done_saved(locale, count) } else { done_preview(locale, count) };
            if refused > 0 {
                text.push_str(&done_decided(locale, refused));
            }
            return Some(text);
        }
        "issue" => done_issue(locale),
        "asset_said" => done_asset_said(locale),
        "inventory" => return Some(done_inventory(locale, count)),
        "inventory_dropped" => done_inventory_dropped(locale),
        "mapping_saved" => done_mapping_saved(locale),
        "mapping_removed" => done_mapping_removed(locale),
        "month_published" => super::months::done_published(locale),
        "team" => done_team(locale),
        "member" => done_member(locale),
        "rule" => done_rule(locale),
        "user_added" => super::settings::done_user_added(locale),
        "user_enabled" => super::settings::done_user_enabled(locale),
        "user_disabled" => super::settings::done_user_disabled(locale),
        "token_added" => super::settings::done_token_added(locale),
        "token_revoked" => super::settings::done_token_revoked(locale),
        "saved" => super::common::done_saved(locale),
        _ => return None,
    };
    Some(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bracketed names of a template, sorted.
    fn names(template: &str) -> Vec<&str> {
        let mut names: Vec<&str> =
            template.split('[').skip(1).filter_map(|part| part.split_once(']').map(|(name, _)| name)).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_name_the_same_numbers() {
        for (name, es, en) in all() {
            assert_eq!(names(&es), names(&en), "{name}");
        }
    }

    fn count(value: i64, filter: &str) -> Count {
        Count { value, filter: filter.to_owned() }
    }

    #[test]
    fn a_team_reads_what_it_must_do() {
        let page = MyTeamPage {
            team: None,
            teams: Vec::new(),
            open: count(48, "team:pay"),
            claimed: count(1, "team:pay status:fix_claimed"),
            fixed: count(18, "fixed:a..b"),
            overdue: count(4, "team:pay due:overdue"),
            due_week: count(1, "team:pay due:<7d"),
            undated: count(0, ""),
            arrived: count(12, "new:a..b"),
            due: Vec::new(),
            people: Vec::new(),
            flow: model::view::Chart::default(),
        };
        let say = my_team(Locale::En, &page);
        assert_eq!(
            say.plain(),
            "4 are past due. 1 is due within seven days. In thirty days 12 came in and 18 were fixed with proof. 1 waits \
             for a scan's proof."
        );
        assert!(
            say.pieces.iter().any(|piece| piece.href == "/findings?q=team:pay+due:overdue" && piece.tone == Tone::Bad)
        );
        assert!(my_team(Locale::Es, &page).plain().starts_with("4 pasan de plazo. 1 vence en siete días."));
    }

    #[test]
    fn an_unknown_word_says_nothing() {
        assert_eq!(done(Locale::Es, "<script>", 1, 0), None);
        assert_eq!(
            done(Locale::En, "decided", 3, 1).as_deref(),
            Some("3 findings changed. For 1 it was not possible from its state.")
        );
    }
}
