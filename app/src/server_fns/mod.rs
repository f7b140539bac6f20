//! Server functions: the only way from a page to the server. Each takes the backend from the context, calls one method,
//! and hands on its answer. Reads are GET; every change is POST, and answers a plain form with a redirect back.

mod assets;
mod changes;
mod codec;
mod drawn;
#[cfg(feature = "ssr")]
mod identity;
mod reads;
mod team_changes;

pub use assets::*;
pub use changes::*;
pub use drawn::*;
#[cfg(feature = "ssr")]
pub use identity::*;
pub use reads::*;
pub use team_changes::*;

use crate::error::UiError;
use serde::{Deserialize, Serialize};

/// What a change answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What was done, as a machine word; the sentence is in `locales::sentences`.
    pub word: String,
    /// How many things it touched.
    #[serde(default)]
    pub count: i64,
    /// How many it could not change.
    #[serde(default)]
    pub refused: i64,
    /// A secret that is shown once.
    #[serde(default)]
    pub secret: String,
    /// Where to go next, if not back.
    #[serde(default)]
    pub to: String,
}

impl Done {
    /// Done, and nothing to count.
    pub fn word(word: &str) -> Self {
        Self { word: word.to_owned(), ..Self::default() }
    }
}

/// What server functions answer.
pub type Answered<T> = Result<T, UiError>;

#[cfg(feature = "ssr")]
pub(crate) mod server {
    //! What server functions share on the server.

    use super::{Answered, Done};
    use crate::path::LocalPath;
    use axum::http::{HeaderValue, StatusCode, header, request::Parts};
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use model::error::{ErrorCode, WireError};
    use ports::Backend;

    /// The backend of this request.
    pub fn backend() -> Answered<Backend> {
        use_context::<Backend>().ok_or_else(|| WireError::new(ErrorCode::Internal).into())
    }

    /// Whether a plain form waits for a page.
    fn wants_page() -> bool {
        let parts = use_context::<Parts>();
        let accept = parts.as_ref().and_then(|parts| parts.headers.get(header::ACCEPT)?.to_str().ok());
        accept.is_some_and(|accept| accept.contains("text/html"))
    }

    /// The answer of a change: as it is for a script, a redirect back for a plain form.
    ///
    /// # Errors
    /// The change's own, for a script.
    pub fn finish(next: &LocalPath, answer: Result<Done, WireError>) -> Answered<Done> {
        if !wants_page() {
            return match answer {
                Ok(done) => Ok(done),
                Err(error) => {
                    set_status(error.code.http_status());
                    Err(error.into())
                }
            };
        }
        let (to, done) = match answer {
            Ok(done) => {
                if !done.secret.is_empty() {
                    once::keep(&done.secret);
                }
                let base = if done.to.is_empty() { next.clone() } else { LocalPath::or_root(&done.to) };
                let count = |n: i64| if n == 0 { String::new() } else { n.to_string() };
                let pairs = [("done", done.word.clone()), ("n", count(done.count)), ("refused", count(done.refused))];
                (base.with(&pairs), done)
            }
            Err(error) if error.code == ErrorCode::Confirm => (LocalPath::confirm(next), Done::default()),
            Err(error) => {
                let pairs = [
                    ("error", error.code.word().to_owned()),
                    ("field", error.field),
                    ("detail", error.detail),
                    ("reference", error.reference),
                ];
                (next.with(&pairs), Done::default())
            }
        };
        see_other(&to);
        Ok(done)
    }

    /// Answers with a redirect, whatever the request accepts.
    pub fn see_other(to: &LocalPath) {
        if let (Some(response), Ok(location)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(to.as_str())) {
            response.set_status(StatusCode::SEE_OTHER);
            response.insert_header(header::LOCATION, location);
        }
    }

    fn set_status(code: u16) {
        if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(code)) {
            response.set_status(status);
        }
    }

    pub mod once {
        //! A secret on its way from a plain form to the page that shows it once: a cookie that only the server reads, of
        //! two minutes, that the page takes away. An address would stay in the history.

        use axum::http::{HeaderValue, header, request::Parts};
        use leptos::prelude::use_context;
        use leptos_axum::ResponseOptions;

        const NAME: &str = "postura_once";

        /// Keeps the secret for the next page.
        pub fn keep(secret: &str) {
            let clean = secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
            if clean {
                set(&format!("{NAME}={secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=120{}", secure()));
            }
        }

        /// Takes the secret, if there is one that begins so.
        pub fn take(begins: &str) -> String {
            let secret = use_context::<Parts>().and_then(|parts| {
                let cookies = parts.headers.get(header::COOKIE)?.to_str().ok()?.to_owned();
                let found = cookies.split("; ").find_map(|pair| pair.strip_prefix(NAME)?.strip_prefix('='))?;
                found.starts_with(begins).then(|| found.to_owned())
            });
            if secret.is_some() {
                set(&format!("{NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{}", secure()));
            }
            secret.unwrap_or_default()
        }

        /// Marks the cookie as secure where the page came over HTTPS.
        fn secure() -> &'static str {
            let origin = use_context::<Parts>().and_then(|parts| parts.headers.get(header::ORIGIN).cloned());
            let https = origin.is_some_and(|origin| origin.as_bytes().starts_with(b"https:"));
            if https { "; Secure" } else { "" }
        }

        fn set(cookie: &str) {
            if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(cookie)) {
                response.append_header(header::SET_COOKIE, value);
            }
        }
    }
}
