//! Why a published file could not be fetched, in words.

use super::{Locale, feeds as t, refusal_sentence, scanners_say};
use model::scanner::FaultCode;
use model::view::feeds::FeedTrouble;

/// Why a file could not be fetched, and what to do.
#[must_use]
pub fn trouble(locale: Locale, trouble: &FeedTrouble) -> String {
    let (code, detail) = match trouble {
        FeedTrouble::Server { code, detail } => (code, detail),
        FeedTrouble::Refused { refusal } => return refusal_sentence(locale, refusal),
        FeedTrouble::Older => return t::trouble_older(locale).to_owned(),
        FeedTrouble::Future => return t::trouble_future(locale).to_owned(),
        FeedTrouble::Internal { reference } => return t::trouble_internal(locale, reference),
    };
    match code.parse() {
        Ok(FaultCode::Gone) => t::trouble_gone(locale).to_owned(),
        Ok(FaultCode::Redirected) => t::trouble_redirected(locale, detail),
        Ok(FaultCode::AddressRefused) => t::trouble_address(locale, detail),
        Ok(FaultCode::CertificateUntrusted) => t::trouble_untrusted(locale).to_owned(),
        _ => scanners_say::fault(locale, code, detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_answers_is_told_without_a_word_of_scans() {
        for locale in [Locale::Es, Locale::En] {
            for code in
                [FaultCode::Gone, FaultCode::Redirected, FaultCode::AddressRefused, FaultCode::CertificateUntrusted]
            {
                let detail = "https://elsewhere.example".to_owned();
                let said = trouble(locale, &FeedTrouble::Server { code: code.word().to_owned(), detail });
                assert!(!said.contains("scan") && !said.contains("escán") && !said.contains("conector"), "{said}");
            }
        }
    }
}
