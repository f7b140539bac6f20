//! How a scanner signs in to a target: what a person says of it is checked, and its password never comes out.

use crate::runs::{KeptLogin, within};
use model::error::WireError;
use model::view::scanning::LoginDraft;
use ports::Answer;
use store::targets::{Password, Target};
use zeroize::Zeroizing;

/// The most characters of a field.
const FIELD: usize = 1_000;

/// What is to be kept of a login.
pub(super) struct Checked {
    /// As JSON; empty if nobody signs in.
    pub text: String,
    /// A new password.
    pub password: Option<Zeroizing<String>>,
    /// What becomes of the one that is kept, if there is no new one.
    pub kept: Password<'static>,
}

/// Checks what a person says of a login. It leads nowhere but into the scope of the target, and its password is given anew
/// wherever it would be sent elsewhere than before.
pub(super) fn checked(input: &LoginDraft, scope: &[String], before: Option<&Target>) -> Answer<Checked> {
    if input.url.trim().is_empty() {
        return Ok(Checked { text: String::new(), password: None, kept: Password::Remove });
    }
    let fields = [
        ("login_url", &input.url),
        ("login_body", &input.body),
        ("login_user", &input.user),
        ("login_page", &input.page),
        ("login_sign", &input.sign),
    ];
    for (field, text) in fields {
        if text.trim().is_empty() {
            return Err(WireError::invalid(field, "missing"));
        }
        if text.len() > FIELD || text.chars().any(char::is_control) {
            return Err(WireError::invalid(field, "too_long"));
        }
    }
    for (field, url) in [("login_url", &input.url), ("login_page", &input.page)] {
        if !within(url.trim(), scope) {
            return Err(WireError::invalid(field, "out_of_scope"));
        }
    }
    if !["{%username%}", "{%password%}"].iter().all(|place| input.body.contains(place)) {
        return Err(WireError::invalid("login_body", "unreadable"));
    }
    if input.password.len() > FIELD || input.password.chars().any(char::is_control) {
        return Err(WireError::invalid("login_password", "too_long"));
    }
    let kept = KeptLogin {
        url: input.url.trim().to_owned(),
        body: input.body.trim().to_owned(),
        json: input.json,
        user: input.user.trim().to_owned(),
        page: input.page.trim().to_owned(),
        sign: input.sign.trim().to_owned(),
    };
    let password = (!input.password.is_empty()).then(|| Zeroizing::new(input.password.clone()));
    let was = before.filter(|before| before.login_at.is_some()).and_then(|before| KeptLogin::of(&before.login));
    if password.is_none() && kept.moved(was.as_ref()) {
        // Whoever may change an address must not learn a password by having it sent there.
        return Err(WireError::invalid("login_password", "with_address"));
    }
    let text = serde_json::to_string(&kept).map_err(|error| crate::errors::internal(&error))?;
    Ok(Checked { text, password, kept: Password::Keep })
}

/// What was said of a login, without its password.
pub(super) fn shown(text: &str) -> LoginDraft {
    let Some(KeptLogin { url, body, json, user, page, sign }) = KeptLogin::of(text) else {
        return LoginDraft::default();
    };
    LoginDraft { url, body, json, user, password: String::new(), page, sign }
}
