//! Signing in at an identity provider, against one that is none: who is believed, who is let in, and as what.

use fakes::provider::{CLIENT, Provider, Signed};
use fakes::{Effect, Fake, Reply};
use model::policy::Role;
use serde_json::{Value, json};
use tests::on_both;
use tests::support::{Client, Engine, Options, TestServer, people};

/// Postura's address as the provider knows it. The tests' client asks the server itself, as a proxy would.
const ADDRESS: &str = "https://postura.example";

struct Scene {
    server: TestServer,
    provider: Fake<Provider>,
    root: Client,
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn new(engine: Engine) -> Self {
        let provider = Fake::start(Provider::default(), None).await;
        provider.state().issuer = provider.url();
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, format!("{}\n", CLIENT.1)).unwrap();
        let settings = format!(
            "[oidc]\nissuer = \"{}\"\nclient_id = \"{}\"\nclient_secret_file = \"{}\"\naddress = \"{ADDRESS}\"\n\
             name = \"Almadía ID\"\nconfirmed = [\"127.0.0.1\"]\n[oidc.roles]\nops = \"admin\"\nsec = \"analyst\"\n\
             staff = \"member\"\n[oidc.teams]\npay = \"pagos\"\n",
            provider.url(),
            CLIENT.0,
            secret.display()
        );
        let server = TestServer::start_with(engine, Options { settings, ..Options::default() }).await;
        let mut root = people::set_up(&server).await;
        people::team(&mut root, "Pagos", &[], &["*"]).await;
        Self { server, provider, root, _folder: folder }
    }

    fn is(&self, person: Value) {
        self.provider.state().person = person;
    }

    /// To the provider and back; the address on which the browser comes back.
    async fn there(&self, client: &mut Client, next: &str) -> String {
        let led = client.get(&format!("/sign-in/oidc?next={next}")).await.expect(303);
        let to = led.location().to_owned();
        assert!(to.starts_with(&format!("{}/door?", self.provider.url())), "{to}");
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let answer = http.get(to).send().await.unwrap();
        assert_eq!(answer.status(), 302);
        let back = answer.headers()["location"].to_str().unwrap();
        back.strip_prefix(ADDRESS).expect("it is Postura's address").to_owned()
    }

    /// A whole sign-in; where it leads.
    async fn sign_in(&self, client: &mut Client, next: &str) -> String {
        let back = self.there(client, next).await;
        client.get(&back).await.expect(303).location().to_owned()
    }

    /// A sign-in that is refused, by its word.
    async fn refused(&self, word: &str, why: &str) {
        let mut client = Client::new(&self.server);
        let to = self.sign_in(&mut client, "/").await;
        assert!(
            to.starts_with("/sign-in?error=unauthenticated") && to.contains(&format!("detail={word}")),
            "{why}: {to}"
        );
        assert!(client.cookies().is_empty(), "{why}");
    }

    /// Tokens that say something else than what is right.
    fn says(&self, name: &str, value: Value) {
        self.provider.state().wrong = [(name.to_owned(), value)].into_iter().collect();
    }

    async fn audit(&mut self, query: &str) -> String {
        self.root.get(&format!("/settings/audit.csv?{query}")).await.expect(200).body
    }
}

on_both! {
    async fn who_the_provider_vouches_for_comes_in_with_the_role_of_their_groups(engine: Engine) {
        let mut scene = Scene::new(engine).await;
        let page = Client::new(&scene.server).get("/sign-in?next=/findings").await.expect(200);
        assert!(page.body.contains("Almadía ID") && page.body.contains("/sign-in/oidc?next="), "{}", page.body);
        scene.is(json!({ "sub": "a-1", "preferred_username": "Ana", "name": "Ana Ruiz", "groups": ["sec", "pay"] }));
        let mut ana = Client::new(&scene.server);
        assert_eq!(scene.sign_in(&mut ana, "/findings%3Fq%3Dsev:high").await, "/findings?q=sev:high");
        let page = ana.get("/account").await.expect(200);
        assert!(page.body.contains("Ana Ruiz") && page.body.contains("<code>ana"), "{}", page.body);
        let people_page = scene.root.get("/settings/people").await.expect(200).body;
        assert!(people_page.contains("Ana Ruiz") && people_page.contains("Pagos"), "{people_page}");
        // Signed another way, under another name, with other groups: the same person, who is something else now.
        scene.provider.state().signed = Signed::Es256;
        scene.is(json!({ "sub": "a-1", "preferred_username": "root", "name": "Not Root", "groups": ["staff"] }));
        let mut again = Client::new(&scene.server);
        assert_eq!(scene.sign_in(&mut again, "https://evil.example/").await, "/", "nowhere else");
        assert!(again.get("/account").await.expect(200).body.contains("<code>ana"));
        assert_eq!(ana.get("/account").await.status, 303, "another role ends the sessions of before");
        let log = scene.audit("").await;
        for act in ["add_user", "change_role", "add_member", "remove_member"] {
            assert!(log.contains(act), "{act}: {log}");
        }
        assert!(log.contains("identity provider"), "{log}");
    }

    async fn no_token_is_believed_that_is_not_for_this_sign_in(engine: Engine) {
        let mut scene = Scene::new(engine).await;
        scene.is(json!({ "sub": "a-1", "preferred_username": "ana", "groups": ["ops"] }));
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
        for (claim, value) in [
            ("nonce", json!("of another sign-in")),
            ("aud", json!("another client")),
            ("aud", json!([CLIENT.0, "another client"])),
            ("iss", json!("https://id.example")),
            ("exp", json!(now - 600)),
            ("iat", json!(now + 86_400)),
            ("nonce", Value::Null),
            ("sub", Value::Null),
        ] {
            scene.says(claim, value);
            scene.refused("provider", claim).await;
        }
        scene.provider.state().wrong.clear();
        for signed in [Signed::ByAnother, Signed::None] {
            scene.provider.state().signed = signed;
            scene.refused("provider", "signature").await;
        }
        scene.provider.state().signed = Signed::Rs256;
        scene.provider.disturb("GET /keys", 1, Effect::Say(Reply::json(&json!({ "keys": [] }))));
        scene.refused("provider", "an unknown key").await;
        let log = scene.audit("action=sign_in&outcome=refused").await;
        for why in ["another sign-in", "another client", "another issuer", "expired", "not good yet", "does not publish", "changed"] {
            assert!(log.contains(why), "{why}: {log}");
        }
        assert!(scene.server.ask(&["doctor"]).contains("ok   the identity provider "));
        scene.provider.disturb("GET /.well-known", 1, Effect::Close);
        assert!(scene.server.ask(&["doctor"]).contains("look the identity provider "));
        // A provider that fails shuts nobody out who has a password.
        people::sign_in(&scene.server, "root", people::PASSWORD).await;
        let mut ana = Client::new(&scene.server);
        assert_eq!(scene.sign_in(&mut ana, "/").await, "/", "and now all is right");
    }

    async fn a_sign_in_comes_back_once_and_to_the_browser_that_began_it(engine: Engine) {
        let scene = Scene::new(engine).await;
        scene.is(json!({ "sub": "a-1", "preferred_username": "ana", "groups": ["sec"] }));
        let mut ana = Client::new(&scene.server);
        let back = scene.there(&mut ana, "/").await;
        let late = |to: &str| assert!(to.contains("detail=late"), "{to}");
        late(Client::new(&scene.server).get(&back).await.expect(303).location());
        let copy = ana.clone();
        assert_eq!(ana.get(&back).await.expect(303).location(), "/");
        late(copy.clone().get(&back).await.expect(303).location());
        late(copy.clone().get("/sign-in/oidc/back?state=0&code=1").await.expect(303).location());
        let mut slow = Client::new(&scene.server);
        let back = scene.there(&mut slow, "/").await;
        scene.server.execute("UPDATE oidc_flow SET created_at = created_at - 3600000000").await;
        late(slow.get(&back).await.expect(303).location());
    }

    async fn being_known_to_the_provider_since_the_morning_proves_nothing_now(engine: Engine) {
        let scene = Scene::new(engine).await;
        scene.is(json!({ "sub": "o-1", "preferred_username": "olga", "groups": ["ops"] }));
        scene.provider.state().since = 7_200;
        let mut olga = Client::new(&scene.server);
        assert_eq!(scene.sign_in(&mut olga, "/").await, "/");
        let invited = [("act", "invite"), ("login", "eva"), ("name", "Eva"), ("role", "member")];
        let to = olga.form("/settings/people", &invited).await.expect(303).location().to_owned();
        assert!(to.starts_with("/account/confirm?next="), "{to}");
        let page = olga.get(&to).await.expect(200);
        assert!(page.body.contains("/sign-in/oidc?again=true&amp;next=") && page.body.contains("Almadía ID"), "{}", page.body);
        assert_eq!(scene.sign_in(&mut olga, "/settings/people&again=true").await, "/settings/people");
        let to = olga.form("/settings/people", &invited).await.expect(303).location().to_owned();
        assert!(to.contains("done=invited"), "{to}");
    }

    async fn who_has_no_role_or_is_shut_out_stays_out(engine: Engine) {
        let mut scene = Scene::new(engine).await;
        scene.is(json!({ "sub": "b-2", "preferred_username": "bea", "groups": ["others"] }));
        scene.refused("no_access", "no role").await;
        // A name is nobody's proof: whoever is here already is linked by an administrator.
        people::person(&scene.server, &mut scene.root, "bea", Role::Member).await;
        scene.is(json!({ "sub": "b-2", "preferred_username": "bea", "email": "bea@example.org", "groups": ["sec"] }));
        scene.refused("no_access", "the login is taken").await;
        let _ = scene.server.ask(&["user", "link", "bea", "b-2"]);
        let mut bea = Client::new(&scene.server);
        assert_eq!(scene.sign_in(&mut bea, "/").await, "/");
        let fields = [("act", "disable"), ("login", "bea")];
        scene.root.form("/settings/people", &fields).await.expect(303);
        assert_eq!(bea.get("/account").await.status, 303, "the session has ended");
        scene.refused("no_access", "disabled").await;
        // The last administrator stays one: the groups of a provider must not shut everybody out.
        let _ = scene.server.ask(&["user", "link", "root", "r-0"]);
        scene.is(json!({ "sub": "r-0", "preferred_username": "root", "groups": ["staff"] }));
        scene.refused("no_access", "the last administrator").await;
        people::sign_in(&scene.server, "root", people::PASSWORD).await;
        let log = scene.audit("").await;
        for why in ["no role for b-2", "login_taken", "link_user", "disabled", "last_admin"] {
            assert!(log.contains(why), "{why}: {log}");
        }
    }
}
