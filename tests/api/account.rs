//! One's own account: password, second factor, sessions; invitations, resets, and the proof that sensitive acts ask for.

use hmac::{Hmac, KeyInit, Mac};
use model::policy::Role;
use sha1::Sha1;
use tests::on_both;
use tests::support::{Client, TestServer, people};

const NEW: &str = "otra frase bien distinta";

/// The number of a one-time code, as an authenticator computes it: its seed in base 32, some steps from now.
fn code(seed: &str, ahead: i64) -> String {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0u32, 0);
    for letter in seed.bytes().filter(|byte| *byte != b' ') {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter).unwrap();
        held = (held << 5) | u32::try_from(value).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(((held >> bits) & 255) as u8);
        }
    }
    let step = chrono::Utc::now().timestamp() / 30 + ahead;
    let mut mac = Hmac::<Sha1>::new_from_slice(&bytes).unwrap();
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes([hash[at] & 127, hash[at + 1], hash[at + 2], hash[at + 3]]);
    format!("{:06}", word % 1_000_000)
}

/// What a page says between two texts.
fn between(page: &str, before: &str, after: &str) -> String {
    let rest = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}")).1;
    rest.split_once(after).unwrap().0.to_owned()
}

async fn act(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> String {
    client.form(path, fields).await.expect(303).location().to_owned()
}

/// Sets up a second factor; its seed and the recovery codes.
pub async fn second_factor(client: &mut Client) -> (String, Vec<String>) {
    act(client, "/account", &[("act", "second_begin")]).await;
    let page = client.get("/account").await.expect(200).body;
    let seed = between(&page, "<p><code class=\"p-mono\">", "<");
    let wrong = act(client, "/account", &[("act", "second_confirm"), ("code", "000000")]).await;
    assert!(wrong.contains("field=code"), "{wrong}");
    let right = act(client, "/account", &[("act", "second_confirm"), ("code", &code(&seed, 0))]).await;
    assert!(right.contains("done=second_on"), "{right}");
    let page = client.get("/account").await.expect(200).body;
    let codes: Vec<String> = page
        .split("<li><code class=\"p-mono\">")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 10, "{page}");
    assert!(!client.get("/account").await.body.contains(&codes[0]), "they are shown once");
    (seed, codes)
}

on_both! {
    async fn with_a_second_factor_a_password_is_not_enough(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let (seed, codes) = second_factor(&mut root).await;
        let password = [("login", "root"), ("password", people::PASSWORD), ("next", "/teams")];
        let mut client = Client::new(&server);
        assert_eq!(act(&mut client, "/sign-in", &password).await, "/sign-in/code?next=/teams");
        client.get("/api/ui/teams").await.expect(401);
        client.get("/sign-in/code?next=/teams").await.expect(200);
        let wrong = act(&mut client, "/sign-in/code", &[("code", "000000"), ("next", "/teams")]).await;
        assert!(wrong.starts_with("/sign-in/code?") && wrong.contains("field=code") && wrong.contains("next=/teams"), "{wrong}");
        let before = client.cookies()["__Host-session"].clone();
        let next = code(&seed, 1);
        assert_eq!(act(&mut client, "/sign-in/code", &[("code", &next), ("next", "/teams")]).await, "/teams");
        assert_ne!(client.cookies()["__Host-session"], before, "the token changes with what it is worth");
        client.get("/api/ui/teams").await.expect(200);

        let mut again = Client::new(&server);
        act(&mut again, "/sign-in", &password).await;
        let replayed = act(&mut again, "/sign-in/code", &[("code", &next)]).await;
        assert!(replayed.contains("field=code"), "a code works once: {replayed}");
        assert_eq!(act(&mut again, "/sign-in/code", &[("code", &codes[0])]).await, "/");
        let mut third = Client::new(&server);
        act(&mut third, "/sign-in", &password).await;
        let used = act(&mut third, "/sign-in/code", &[("code", &codes[0])]).await;
        assert!(used.contains("field=code"), "a recovery code works once: {used}");
        let page = third.get(&used).await.expect(200);
        assert!(page.body.contains("role=\"alert\""));

        let log = again.get("/settings/audit?action=sign_in").await.expect(200).body;
        assert!(log.contains("recovery code"), "the log says by what");
        assert_eq!(act(&mut again, "/account", &[("act", "second_remove")]).await, "/account?done=second_removed");
        let mut plain = Client::new(&server);
        assert_eq!(act(&mut plain, "/sign-in", &password).await, "/teams");
    }

    async fn a_password_is_changed_by_who_knows_it_and_ends_other_sessions(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut other = people::sign_in(&server, "root", people::PASSWORD).await;
        let change = |current: &'static str, new: &'static str| [("act", "password"), ("current", current), ("password", new)];
        let wrong = act(&mut root, "/account", &change("not the password", NEW)).await;
        assert!(wrong.contains("field=password") && wrong.contains("password_wrong"), "{wrong}");
        for (weak, why) in [("short", "password_short"), ("password1234", "password_common"), ("root root root", "password_simple")] {
            let refused = act(&mut root, "/account", &change(people::PASSWORD, weak)).await;
            assert!(refused.contains(why), "{weak}: {refused}");
        }
        assert_eq!(act(&mut root, "/account", &change(people::PASSWORD, NEW)).await, "/account?done=password");
        root.get("/api/ui/teams").await.expect(200);
        other.get("/api/ui/teams").await.expect(401);
        people::sign_in(&server, "root", NEW).await;
        let mut late = Client::new(&server);
        let refused = act(&mut late, "/sign-in", &[("login", "root"), ("password", people::PASSWORD)]).await;
        assert!(refused.contains("error=unauthenticated"), "{refused}");
    }

    async fn sessions_are_listed_and_ended_one_by_one(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut second = people::sign_in(&server, "root", people::PASSWORD).await;
        let mut third = people::sign_in(&server, "root", people::PASSWORD).await;
        let page = second.get("/account").await.expect(200).body;
        let ids: Vec<String> =
            page.split("name=\"session\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        assert_eq!(ids.len(), 2, "one's own session is left by signing out: {page}");
        let mut eve = people::person(&server, &mut root, "eve", Role::Admin).await;
        let stolen = act(&mut eve, "/account", &[("act", "end_session"), ("session", &ids[0])]).await;
        assert!(stolen.contains("error=not_found"), "{stolen}");
        for id in &ids {
            assert_eq!(act(&mut second, "/account", &[("act", "end_session"), ("session", id)]).await, "/account?done=sessions");
        }
        root.get("/api/ui/teams").await.expect(401);
        third.get("/api/ui/teams").await.expect(401);
        second.get("/api/ui/teams").await.expect(200);
        assert_eq!(act(&mut second, "/account", &[("act", "end_all")]).await, "/sign-in");
        second.get("/api/ui/teams").await.expect(401);
        eve.get("/api/ui/teams").await.expect(200);
    }

    async fn an_invitation_works_once_and_a_reset_ends_what_was(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let invited = act(&mut root, "/settings/people", &[("act", "invite"), ("login", "ana"), ("name", "Ana"), ("role", "analyst")]).await;
        assert_eq!(invited, "/settings/people?done=invited");
        let page = root.get("/settings/people").await.expect(200).body;
        let link = between(&page, "<code class=\"p-mono\">/welcome?token=", "<");
        assert!(!root.get("/settings/people").await.body.contains(&link), "it is shown once");
        let mut ana = Client::new(&server);
        assert!(ana.get(&format!("/welcome?token={link}")).await.expect(200).body.contains("ana"));
        assert!(!ana.get("/welcome?token=0000").await.expect(200).body.contains("name=\"password\""));
        let weak = act(&mut ana, "/welcome", &[("token", &link), ("password", "short")]).await;
        assert!(weak.contains("field=password"), "{weak}");
        assert_eq!(act(&mut ana, "/welcome", &[("token", &link), ("password", NEW)]).await, "/sign-in?done=welcome");
        let again = act(&mut ana, "/welcome", &[("token", &link), ("password", people::PASSWORD)]).await;
        assert!(again.contains("field=link"), "{again}");
        let mut ana = people::sign_in(&server, "ana", NEW).await;
        ana.get("/api/ui/scans?page=").await.expect(200);

        act(&mut root, "/settings/people", &[("act", "role"), ("login", "ana"), ("role", "member")]).await;
        ana.get("/api/ui/teams").await.expect(401);
        let mut ana = people::sign_in(&server, "ana", NEW).await;
        ana.get("/api/ui/scans?page=").await.expect(403);
        act(&mut root, "/settings/people", &[("act", "reset"), ("login", "ana")]).await;
        let link = between(&root.get("/settings/people").await.body, "<code class=\"p-mono\">/welcome?token=", "<");
        assert_eq!(act(&mut ana, "/welcome", &[("token", &link), ("password", people::PASSWORD)]).await, "/sign-in?done=welcome");
        ana.get("/api/ui/teams").await.expect(401);
        people::sign_in(&server, "ana", people::PASSWORD).await;
        let log = root.get("/settings/audit?subject=user:ana").await.expect(200).body;
        assert!(log.contains("analyst") && log.contains("member"), "a change is kept with what was before");
        let last = act(&mut root, "/settings/people", &[("act", "role"), ("login", "root"), ("role", "member")]).await;
        assert!(last.contains("last_admin"), "{last}");
    }

    async fn sensitive_acts_ask_for_a_proof_that_is_fresh(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        server.execute("UPDATE session SET proved_at = proved_at - 1000000000").await;
        for (path, fields) in [
            ("/settings/people", vec![("act", "invite"), ("login", "ana"), ("name", "Ana"), ("role", "analyst")]),
            ("/account", vec![("act", "second_begin")]),
            ("/api/ui/add-token", vec![("name", "t"), ("days", "1"), ("next", "/settings")]),
            ("/api/ui/set-user-enabled", vec![("login", "root"), ("enabled", "true"), ("next", "/settings/people")]),
        ] {
            let to = act(&mut root, path, &fields).await;
            assert!(to.starts_with("/account/confirm?next=/"), "{path}: {to}");
        }
        root.act("/api/ui/add-token", &[("name", "t"), ("days", "1"), ("next", "/")]).await.expect(403);
        root.get("/account/confirm?next=/account").await.expect(200);
        let wrong = act(&mut root, "/account/confirm", &[("password", "not the password"), ("next", "/account")]).await;
        assert!(wrong.starts_with("/account/confirm?") && wrong.contains("password_wrong"), "{wrong}");
        let before = root.cookies()["__Host-session"].clone();
        let right = act(&mut root, "/account/confirm", &[("password", people::PASSWORD), ("next", "/account")]).await;
        assert_eq!(right, "/account?done=confirmed");
        assert_ne!(root.cookies()["__Host-session"], before);
        assert_eq!(act(&mut root, "/account", &[("act", "second_begin")]).await, "/account");
    }

    async fn spraying_one_password_over_many_accounts_is_throttled(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut root = people::set_up(&server).await;
        let mut client = Client::new(&server);
        let mut throttled = 0;
        for number in 0..40 {
            let login = format!("person{number}");
            let to = act(&mut client, "/sign-in", &[("login", &login), ("password", "Spring2026!!"), ("next", "/")]).await;
            throttled += i32::from(to.contains("error=throttled"));
        }
        assert!(throttled >= 25, "{throttled} of 40 were throttled");
        root.get("/api/ui/teams").await.expect(200);
    }
}
