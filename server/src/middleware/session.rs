//! Who asks: reads the cookies of a request and binds a backend to their owner.

use crate::state::AppState;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use model::text::Locale;
use service::networks::Network;
use service::request::{RequestFacts, Session};
use std::net::{IpAddr, SocketAddr};

/// The session's cookie. The prefix makes browsers insist on `Secure`, `Path=/` and no `Domain`.
pub const SESSION_COOKIE: &str = "__Host-session";
/// What the browser keeps of a sign-in at the identity provider, until it is back.
pub const OIDC_COOKIE: &str = "__Host-oidc";
/// The language that was chosen.
pub const LOCALE_COOKIE: &str = "locale";
/// The theme that was chosen.
pub const THEME_COOKIE: &str = "theme";

/// Binds a [`Session`] to the request. It costs no statement where there is no cookie.
pub async fn bind(State(state): State<AppState>, jar: CookieJar, mut request: Request, next: Next) -> Response {
    let facts = facts(&request, &jar, &state.proxies);
    let token = jar.get(SESSION_COOKIE).map(|cookie| cookie.value().to_owned());
    let session = Session::of_cookie(&state.service, token.as_deref(), facts).await;
    let session = if request.method().is_safe() { session.for_one_page() } else { session };
    let asked = format!("{} {}", request.method(), request.uri().path());
    request.extensions_mut().insert(session.clone());
    let response = next.run(request).await;
    if is_refusal(&response) {
        session.audit_refused(&asked).await;
    }
    response
}

/// Whether an answer says that the asker may not: by its status, or to a plain form by where it leads.
fn is_refusal(response: &Response) -> bool {
    let to = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    response.status() == StatusCode::FORBIDDEN || to.contains("error=forbidden")
}

/// What the request says of itself, bounded.
pub fn facts(request: &Request, jar: &CookieJar, proxies: &[Network]) -> RequestFacts {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let chosen = jar.get(LOCALE_COOKIE).and_then(|cookie| cookie.value().parse().ok());
    let theme = jar.get(THEME_COOKIE).map(Cookie::value).filter(|theme| matches!(*theme, "light" | "dark"));
    RequestFacts {
        locale: chosen.or_else(|| Locale::negotiate(header(header::ACCEPT_LANGUAGE))),
        theme: theme.unwrap_or_default().to_owned(),
        user_agent: header(header::USER_AGENT).chars().take(200).collect(),
        network: network(request, proxies),
    }
}

/// The address that a request comes from. Where the connection is a proxy's that the settings name, it is the last address in
/// `X-Forwarded-For` that is not such a proxy's; nobody else's word is believed.
#[must_use]
pub fn network(request: &Request, proxies: &[Network]) -> String {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let Some(peer) = peer.map(|ConnectInfo(address)| address.ip().to_canonical()) else { return "unknown".to_owned() };
    let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    if !is_proxy(peer) {
        return peer.to_string();
    }
    let said = request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let said: Vec<IpAddr> =
        said.flat_map(|value| value.split(',')).map_while(|address| address.trim().parse().ok()).collect();
    let client = said.into_iter().rev().find(|address| !is_proxy(*address));
    client.unwrap_or(peer).to_canonical().to_string()
}

/// The cookie that carries a session's token; it ends with the browser's session.
#[must_use]
pub fn session_cookie(token: String) -> Cookie<'static> {
    Cookie::build((SESSION_COOKIE, token)).path("/").secure(true).http_only(true).same_site(SameSite::Lax).build()
}

/// The cookie that takes the session's away.
#[must_use]
pub fn no_session_cookie() -> Cookie<'static> {
    let mut cookie = session_cookie(String::new());
    cookie.make_removal();
    cookie
}

/// The cookie that binds a sign-in at the identity provider to this browser, for ten minutes. It comes back with a navigation from
/// the provider's site, which `Strict` would not let it.
#[must_use]
pub fn oidc_cookie(secret: &str) -> Cookie<'static> {
    let text = format!("{OIDC_COOKIE}={secret}; Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=600");
    Cookie::parse(text).unwrap_or_else(|_| Cookie::new(OIDC_COOKIE, ""))
}

/// The cookie that takes it away.
#[must_use]
pub fn no_oidc_cookie() -> Cookie<'static> {
    let mut cookie = oidc_cookie("");
    cookie.make_removal();
    cookie
}

/// A cookie for a harmless choice; it stays.
#[must_use]
pub fn preference_cookie(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value)).path("/").secure(true).http_only(true).same_site(SameSite::Lax).permanent().build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn only_a_named_proxy_says_where_a_request_comes_from() {
        let proxies = ["10.0.0.0/8", "192.0.2.1"].map(|text| Network::parse(text).unwrap());
        let from = |peer: &str, said: &str| {
            let mut request = Request::builder().uri("/").header("x-forwarded-for", said).body(Body::empty()).unwrap();
            let peer: IpAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4_000))));
            network(&request, &proxies)
        };
        assert_eq!(from("203.0.113.9", "198.51.100.7"), "203.0.113.9", "a stranger's word");
        assert_eq!(from("10.1.2.3", "198.51.100.7"), "198.51.100.7");
        assert_eq!(
            from("10.1.2.3", "1.1.1.1, 198.51.100.7, 192.0.2.1"),
            "198.51.100.7",
            "what the client wrote before"
        );
        assert_eq!(from("10.1.2.3", "10.4.4.4"), "10.1.2.3");
        assert_eq!(from("10.1.2.3", "nonsense"), "10.1.2.3");
        assert_eq!(from("::ffff:10.1.2.3", "2001:db8::1"), "2001:db8::1");
    }
}
