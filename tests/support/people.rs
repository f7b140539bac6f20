//! People of every role, and how they sign in.

use super::client::Client;
use super::server::TestServer;
use model::policy::Role;

/// A password that the program takes.
pub const PASSWORD: &str = "correct horse battery staple";

/// The password of the demo's people.
pub const DEMO_PASSWORD: &str = "almadia-demo-2026";

/// Opens the set-up link and makes the first administrator, `root`; their client.
///
/// # Panics
/// It is refused.
pub async fn set_up(server: &TestServer) -> Client {
    let mut client = Client::new(server);
    let link = server.set_up_path();
    client.get(link).await.expect(200);
    let token = link.split_once("token=").expect("the link carries a token").1;
    let fields = [
        ("token", token),
        ("organisation", "Almadía"),
        ("zone", "Europe/Madrid"),
        ("login", "root"),
        ("name", "Rosa Root"),
        ("password", PASSWORD),
        ("locale", "es"),
    ];
    let reply = client.form("/setup", &fields).await.expect(303);
    assert_eq!(reply.location(), "/scans");
    client
}

/// Signs in.
///
/// # Panics
/// It is refused.
pub async fn sign_in(server: &TestServer, login: &str, password: &str) -> Client {
    let mut client = Client::new(server);
    let reply = client.form("/sign-in", &[("login", login), ("password", password), ("next", "/")]).await.expect(303);
    assert_eq!(reply.location(), "/", "{login} cannot sign in");
    client
}

/// Makes a person and signs them in.
///
/// # Panics
/// It is refused.
pub async fn person(server: &TestServer, admin: &mut Client, login: &str, role: Role) -> Client {
    let fields =
        [("login", login), ("name", login), ("role", role.word()), ("password", PASSWORD), ("next", "/settings")];
    admin.act("/api/ui/add-user", &fields).await.expect(200);
    sign_in(server, login, PASSWORD).await
}

/// Makes a team with members and patterns of what it owns; its slug.
///
/// # Panics
/// It is refused.
pub async fn team(admin: &mut Client, name: &str, members: &[&str], patterns: &[&str]) -> String {
    let made = admin.act("/api/ui/add-team", &[("name", name), ("next", "/teams")]).await.expect(200).json();
    let slug = made["to"].as_str().and_then(|to| to.strip_prefix("/teams/")).expect("it leads to the team").to_owned();
    for login in members {
        let fields = [("slug", slug.as_str()), ("login", login), ("member", "true"), ("next", "/teams")];
        admin.act("/api/ui/set-member", &fields).await.expect(200);
    }
    for pattern in patterns {
        let fields = [("pattern", *pattern), ("slug", slug.as_str()), ("next", "/teams")];
        admin.act("/api/ui/add-rule", &fields).await.expect(200);
    }
    slug
}

/// Makes an API token of whoever the client is signed in as; its client.
///
/// # Panics
/// It is refused.
pub async fn token(client: &mut Client, name: &str) -> Client {
    let made =
        client.act("/api/ui/add-token", &[("name", name), ("days", "30"), ("next", "/settings")]).await.expect(200);
    let made = made.json();
    client.with_token(made["secret"].as_str().expect("the secret is shown once"))
}
