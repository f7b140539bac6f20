//! How a scanner signs in to a target: what is said of it is kept as JSON, its password sealed.

use crate::Service;
use scanners::Login;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A login without its password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptLogin {
    /// The address that takes the form or JSON.
    pub url: String,
    /// What is sent.
    pub body: String,
    /// Whether that is JSON.
    pub json: bool,
    /// The name.
    pub user: String,
    /// A page that shows whether one is signed in.
    pub page: String,
    /// The text that it shows only then.
    pub sign: String,
}

impl KeptLogin {
    /// What is kept of a target; none if nobody signs in to it.
    pub(crate) fn of(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Whether the password would be sent elsewhere, or in another way, than before.
    pub(crate) fn moved(&self, before: Option<&Self>) -> bool {
        before.is_none_or(|before| (&before.url, &before.body, &before.page) != (&self.url, &self.body, &self.page))
    }
}

impl Service {
    /// The login of a target, with its password.
    pub(super) async fn login_of(&self, target: i64) -> anyhow::Result<Option<Login>> {
        let Some(kept) = KeptLogin::of(&self.store.target(target).await?.login) else { return Ok(None) };
        let Some(password) = self.store.target_password(target).await? else { return Ok(None) };
        let password = Zeroizing::new(String::from_utf8_lossy(&password).into_owned());
        let KeptLogin { url, body, json, user, page, sign } = kept;
        Ok(Some(Login { url, body, json, username: user, password, page, sign }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_asked_for_anew_where_it_would_go_elsewhere() {
        let kept = KeptLogin { url: "https://shop.test/login".into(), user: "ana".into(), ..KeptLogin::default() };
        let text = serde_json::to_string(&kept).unwrap();
        assert_eq!(KeptLogin::of(&text), Some(kept.clone()));
        assert_eq!(KeptLogin::of(""), None);
        let other = KeptLogin { user: "eva".into(), sign: "Hello".into(), ..kept.clone() };
        assert!(!other.moved(Some(&kept)) && kept.moved(None));
        assert!(KeptLogin { url: "https://evil.test/".into(), ..kept.clone() }.moved(Some(&kept)));
    }
}
