//! Sentences for the codes of runs and faults: what happened, and what to do.

use super::scanners as t;
use model::RunState;
use model::scanner::FaultCode;
use model::text::Locale;
use model::view::scanning::Fact;

/// Why a run is where it is: a sentence for its code; empty if there is nothing to say.
#[must_use]
pub fn reason(locale: Locale, code: &str, detail: &str) -> String {
    match own_reason(locale, code) {
        Some(sentence) if detail.is_empty() || code == "imported_before" => sentence.to_owned(),
        Some(sentence) if code == "refused_import" => {
            format!("{sentence} {}", super::refusal::sentence_of(locale, detail))
        }
        // What kept it from being asked has a sentence of its own.
        Some(sentence) if detail.parse::<FaultCode>().is_ok() => format!("{sentence} {}", fault(locale, detail, "")),
        Some(sentence) => format!("{sentence} ({detail})"),
        None if code.is_empty() => String::new(),
        None => fault(locale, code, detail),
    }
}

fn own_reason(locale: Locale, code: &str) -> Option<&'static str> {
    Some(match code {
        "by_hand" => t::why_by_hand(locale),
        "left_running" => t::why_left_running(locale),
        "stopped_there" => t::why_stopped_there(locale),
        "failed_there" => t::why_failed_there(locale),
        "time_limit" => t::why_time_limit(locale),
        "time_limit_left_running" => t::why_time_limit_left(locale),
        "partial" => t::why_partial(locale),
        "cannot_ask" => t::why_cannot_ask(locale),
        "process_ended" => t::why_process_ended(locale),
        "refused_import" => t::why_refused_import(locale),
        "import_stopped" => t::why_import_stopped(locale),
        "imported_before" => t::why_imported_before(locale),
        "damaged" => t::why_damaged(locale),
        "missed" => t::why_missed(locale),
        "overlap" => t::why_overlap(locale),
        "owner" => t::why_owner(locale),
        "not_authorised" => t::why_not_authorised(locale),
        "out_of_scope" => t::why_out_of_scope(locale),
        "cannot_launch" => t::why_cannot_launch(locale),
        "connector_off" => t::why_connector_off(locale),
        "waited_too_long" => t::why_waited_too_long(locale),
        "always_blackout" => t::why_always_blackout(locale),
        "blackout" => t::why_blackout(locale),
        "resting" => t::why_resting(locale),
        "no_place" => t::why_no_place(locale),
        "run_before" => t::why_run_before(locale),
        "not_launched" => t::why_not_launched(locale),
        "paused_there" => t::why_paused_there(locale),
        "stopping" => t::why_stopping(locale),
        _ => return None,
    })
}

/// What went wrong with a scanner.
#[must_use]
pub fn fault(locale: Locale, code: &str, detail: &str) -> String {
    let Ok(code) = code.parse::<FaultCode>() else { return t::fault_other(locale).to_owned() };
    let sentence = match code {
        FaultCode::Settings => return t::fault_settings(locale, detail),
        FaultCode::AddressRefused => return t::fault_address_refused(locale, detail),
        FaultCode::AddOnMissing => return t::fault_add_on(locale, detail),
        FaultCode::NameUnknown => t::fault_name_unknown(locale),
        FaultCode::Unreachable => t::fault_unreachable(locale),
        FaultCode::NoAnswer => t::fault_no_answer(locale),
        FaultCode::ClosedSilently => t::fault_closed(locale),
        FaultCode::KeyOrAddressRefused => t::fault_key_or_address(locale),
        FaultCode::CutOff => t::fault_cut_off(locale),
        FaultCode::Tls => t::fault_tls(locale),
        FaultCode::CertificateUntrusted => t::fault_untrusted(locale),
        FaultCode::CertificateExpired => t::fault_expired(locale),
        FaultCode::CertificateName => t::fault_cert_name(locale),
        FaultCode::CertificateChanged => t::fault_cert_changed(locale),
        FaultCode::Redirected => t::fault_redirected(locale),
        FaultCode::Auth => t::fault_auth(locale),
        FaultCode::Forbidden => t::fault_forbidden(locale),
        FaultCode::RateLimited => t::fault_rate(locale),
        FaultCode::Unavailable => t::fault_unavailable(locale),
        FaultCode::Busy => t::fault_busy(locale),
        FaultCode::NotLicensed => t::fault_licence(locale),
        FaultCode::Gone => t::fault_gone(locale),
        FaultCode::Refused => t::fault_refused(locale),
        FaultCode::LoginFailed => t::fault_login(locale),
        FaultCode::ExportFailed => t::fault_export(locale),
        FaultCode::TooBig => t::fault_too_big(locale),
        FaultCode::TooLong => t::fault_too_long(locale),
        FaultCode::Protocol => t::fault_protocol(locale),
        FaultCode::Unsupported => t::fault_unsupported(locale),
        FaultCode::CommandFailed => t::fault_command(locale),
        FaultCode::LocalFile => t::fault_local(locale),
        FaultCode::TargetUnreachable => t::fault_target(locale),
    };
    if detail.is_empty() { sentence.to_owned() } else { format!("{sentence} ({detail})") }
}

/// A remark of a probe or a line of a run's log, in plain words.
#[must_use]
pub fn fact(locale: Locale, (code, number, text): &Fact) -> String {
    let n = number.unwrap_or_default();
    let plain = match code.as_str() {
        "launch_not_licensed" => t::note_licence(locale),
        "plain_http" => t::note_plain(locale),
        "cannot_cancel" => t::note_no_cancel(locale),
        "cannot_be_asked" => t::note_no_ask(locale),
        "one_at_a_time" => t::note_one(locale),
        "starting" if text.is_empty() => t::note_starting(locale),
        "logged_in" => t::note_logged_in(locale),
        "report_without_exchanges" => t::note_no_exchanges(locale),
        "own_limit_reached" => t::note_own_limit(locale),
        "everything_known" => t::note_everything(locale),
        "intent_to_fetch" => t::log_intent_to_fetch(locale),
        "launched" => t::log_launched(locale),
        "launch_unclear" => t::log_unclear(locale),
        "found_again" => t::log_found(locale),
        "stopping" => t::log_stopping(locale),
        "finished" => t::log_finished(locale),
        "exported" => t::log_exported(locale),
        _ => return told(locale, code, n, text),
    };
    plain.to_owned()
}

fn told(locale: Locale, code: &str, n: i64, text: &str) -> String {
    match code {
        "licence_ends" => t::note_licence_ends(locale, text),
        "clock_skew" => t::note_clock(locale, n),
        "add_on_missing" => t::note_add_on(locale, text),
        "rule_set" => t::note_rules(locale, text),
        "accepted" => t::note_accepted(locale, text),
        "adopted" => t::note_adopted(locale, text),
        "addresses_found" => t::note_addresses(locale, n),
        "requests_made" => t::note_requests(locale, n),
        "alerts_so_far" => t::note_alerts(locale, n),
        "scanner_said" => t::note_said(locale, text),
        "stage_left_out" => t::note_left_out(locale, &t::stage(locale, text)),
        "target_not_reached" => t::note_not_reached(locale, text),
        "targets_done" => t::note_targets(locale, n),
        "changes_since" => t::note_changes(locale, text),
        "parts_ready" => t::note_parts(locale, n),
        "parts_missing" => t::note_parts_missing(locale, n),
        "findings_fetched" => t::note_findings(locale, n),
        "intent" => t::log_intent(locale, text),
        "trouble" => t::log_trouble(locale, &fault(locale, text, "")),
        "login_held" => t::log_login_held(locale).to_owned(),
        "login_lost" => t::log_login_lost(locale).to_owned(),
        "login_not_verified" => t::log_login_not_verified(locale).to_owned(),
        "urls_visited" => t::log_visited(locale, n),
        "rules_run" => t::log_rules(locale, n),
        "stage_began" => t::log_stage(locale, &t::stage(locale, text)),
        code => match code.parse::<RunState>() {
            Ok(state) => t::log_ended(locale, t::state(locale, state), &reason(locale, text, "")).trim_end().to_owned(),
            Err(()) => reason(locale, code, ""),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::scanner::Note;

    #[test]
    fn every_code_has_words_in_both_languages() {
        for locale in [Locale::Es, Locale::En] {
            for code in FaultCode::ALL {
                assert!(fault(locale, code.word(), "x") != t::fault_other(locale), "{code}");
            }
            for note in Note::ALL {
                let words = fact(locale, &(note.word().to_owned(), Some(3), "crawl".to_owned()));
                assert!(!words.is_empty() && words != t::fault_other(locale), "{note}");
            }
            for code in ["blackout", "resting", "no_place", "run_before", "not_launched", "skipped", "lost", "done"] {
                let words = fact(locale, &(code.to_owned(), None, String::new()));
                assert!(!words.is_empty() && words != t::fault_other(locale), "{code}");
            }
        }
    }
}
