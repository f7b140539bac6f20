//! Loading a page's data and drawing it: on the server before the first byte, in the browser while the old page stays.

use super::messages::failure;
use crate::error::UiError;
use crate::locales::common as t;
use crate::visit::{Live, is_over, locale};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::time::Duration;

/// What a page waits for.
pub type Loaded<T> = Resource<Result<T, UiError>>;

/// Loads with what `source` says, again whenever that changes or something was changed.
pub fn load<S, T, F>(source: impl Fn() -> S + Send + Sync + 'static, fetch: fn(S) -> F) -> Loaded<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, UiError>> + Send + 'static,
{
    let version = Live::current().version;
    Resource::new_blocking(move || (version.get(), source()), move |(_, source)| fetch(source))
}

/// What a browser without scripts does while something goes on. A constant, written as it stands, since a browser with
/// scripts reads the inside of `<noscript>` as text and could not take over elements in it.
pub const REFRESH: &str = r#"<meta http-equiv="refresh" content="2">"#;

/// Loads the page's data again after a while.
pub fn again_after(wait: Duration) {
    let version = Live::current().version;
    Effect::new(move |_| {
        let again = set_timeout_with_handle(move || version.update(|version| *version += 1), wait);
        on_cleanup(move || {
            if let Ok(again) = again {
                again.clear();
            }
        });
    });
}

/// Draws what was loaded, or why it was not.
pub fn show<T>(loaded: Loaded<T>, draw: fn(T) -> AnyView) -> AnyView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let waiting = t::loading(locale());
    view! {
        <Transition fallback=move || view! { <p class="p-head-note" role="status">{waiting}</p> }>
            {move || Suspend::new(async move {
                let loaded = loaded.await;
                // Nothing is drawn for a browser that hung up while the server looked: the routes that pages ask are gone too.
                if is_over() {
                    return ().into_any();
                }
                match loaded {
                    Ok(data) => draw(data),
                    Err(error) => failure(error.0),
                }
            })}
        </Transition>
    }
    .into_any()
}
