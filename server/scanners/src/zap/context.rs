//! The context of a run: what belongs to it, what does not, and who it is asked as.

use crate::zap::{Zap, api};
use crate::{Fault, Login, Order};
use model::scanner::FaultCode;
use serde_json::Value;
use url::{Url, form_urlencoded};

impl Zap {
    /// Makes a context of the targets without what is excluded; its id.
    pub(super) async fn new_context(&self, name: &str, order: &Order, targets: &[Url]) -> Result<String, Fault> {
        let context = ("contextName", name);
        let id: String = api::read(self.action("context", "newContext", &[context]).await?, "contextId")?;
        for target in targets {
            self.action("context", "includeInContext", &[context, ("regex", &below(target.as_str()))]).await?;
        }
        for exclude in &order.exclude {
            self.action("context", "excludeFromContext", &[context, ("regex", &below(exclude))]).await?;
        }
        self.action("context", "setContextInScope", &[context, ("booleanInScope", "true")]).await?;
        Ok(id)
    }

    /// Logs in, sees to it that all requests are made as that user, and looks whether it shows; the user's id.
    pub(super) async fn log_in(&self, context: &str, login: &Login) -> Result<String, Fault> {
        let context = ("contextId", context);
        let method = if login.json { "jsonBasedAuthentication" } else { "formBasedAuthentication" };
        let parameters = encoded(&[("loginUrl", &login.url), ("loginRequestData", &login.body)]);
        let method = [context, ("authMethodName", method), ("authMethodConfigParams", &parameters)];
        self.action("authentication", "setAuthenticationMethod", &method).await?;
        let sign = quoted(&login.sign);
        self.action("authentication", "setLoggedInIndicator", &[context, ("loggedInIndicatorRegex", &sign)]).await?;
        let session = [context, ("methodName", "cookieBasedSessionManagement")];
        self.action("sessionManagement", "setSessionManagementMethod", &session).await?;
        let made = self.action("users", "newUser", &[context, ("name", &login.username)]).await?;
        let id: String = api::read(made, "userId")?;
        let user = ("userId", id.as_str());
        let secret = encoded(&[("username", &login.username), ("password", &login.password)]);
        let secret = [context, user, ("authCredentialsConfigParams", secret.as_str())];
        self.action("users", "setAuthenticationCredentials", &secret).await?;
        self.action("users", "setUserEnabled", &[context, user, ("enabled", "true")]).await?;
        self.action("forcedUser", "setForcedUser", &[context, user]).await?;
        self.action("forcedUser", "setForcedUserModeEnabled", &[("boolean", "true")]).await?;
        let tried = self.action("users", "authenticateAsUser", &[context, user]).await?;
        if tried["authSuccessful"].as_str() == Some("false") {
            return Err(Fault::new(FaultCode::LoginFailed, &login.url));
        }
        if self.is_logged_in(login).await? { Ok(id) } else { Err(Fault::new(FaultCode::LoginFailed, &login.page)) }
    }

    /// Whether the page that shows it shows the sign.
    pub(super) async fn is_logged_in(&self, login: &Login) -> Result<bool, Fault> {
        let page = [("url", login.page.as_str()), ("followRedirects", "true")];
        let opened: Value = self.action("core", "accessUrl", &page).await?;
        let messages = opened["accessUrl"].as_array().map(Vec::as_slice).unwrap_or_default();
        let shows = |message: &Value| message["responseBody"].as_str().is_some_and(|body| body.contains(&login.sign));
        Ok(messages.iter().any(shows))
    }
}

/// A text as a regular expression of Java's that means it literally.
fn quoted(text: &str) -> String {
    format!(r"\Q{}\E", text.replace(r"\E", r"\E\\E\Q"))
}

/// The regular expression of an address and all that begins with it.
fn below(address: &str) -> String {
    format!("{}.*", quoted(address))
}

/// Parameters inside a parameter, as ZAP takes them.
fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_means_itself() {
        assert_eq!(below("http://a/?b=(c)"), r"\Qhttp://a/?b=(c)\E.*");
        assert_eq!(quoted(r"a\Eb"), r"\Qa\E\\E\Qb\E");
    }
}
