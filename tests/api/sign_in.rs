//! Signing in: what is said to whom, where it leads, how often it may fail.

use tests::on_both;
use tests::support::{Client, TestServer, people};

async fn attempt(client: &mut Client, login: &str, password: &str, next: &str) -> String {
    let reply = client.form("/sign-in", &[("login", login), ("password", password), ("next", next)]).await.expect(303);
    reply.location().to_owned()
}

on_both! {
    async fn a_wrong_password_and_an_unknown_login_look_alike(engine: Engine) {
        let server = TestServer::start(engine).await;
        people::set_up(&server).await;
        let mut client = Client::new(&server);
        let wrong = attempt(&mut client, "root", "not the password", "/").await;
        let unknown = attempt(&mut client, "nobody", "not the password", "/").await;
        assert_eq!(wrong, unknown);
        assert!(wrong.starts_with("/sign-in?error=unauthenticated"), "{wrong}");
        let pages = [client.get(&wrong).await, client.get(&unknown).await];
        assert!(client.cookies().is_empty());
        assert!(pages.iter().all(|page| page.status == 200 && page.body.contains("role=\"alert\"")));
        assert_eq!(attempt(&mut client, " ROOT ", people::PASSWORD, "/").await, "/", "logins are written as one likes");
    }

    async fn after_failures_the_right_password_waits_too(engine: Engine) {
        let server = TestServer::start(engine).await;
        people::set_up(&server).await;
        let mut client = Client::new(&server);
        let mut throttled = false;
        for _ in 0..8 {
            throttled = attempt(&mut client, "root", "not the password", "/").await.contains("error=throttled");
            if throttled {
                break;
            }
        }
        assert!(throttled, "eight failures in a row cost nothing");
        let right = attempt(&mut client, "root", people::PASSWORD, "/").await;
        assert!(right.contains("error=throttled"), "{right}");
        assert!(client.cookies().is_empty());
        let page = client.get(&right).await.expect(200);
        assert!(page.body.contains("role=\"alert\""));
        for _ in 0..20 {
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
            if attempt(&mut client, "root", people::PASSWORD, "/").await == "/" {
                return;
            }
        }
        panic!("the wait does not end");
    }

    async fn sign_in_leads_nowhere_else(engine: Engine) {
        let server = TestServer::start(engine).await;
        let mut admin = people::set_up(&server).await;
        let elsewhere = [
            "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "javascript:alert(1)",
            "http:evil.example", "///evil.example", "/%0d%0aSet-Cookie:a=b", "/x\r\nSet-Cookie: a=b", "", "evil", "/ /evil.example",
        ];
        for next in elsewhere {
            let mut client = Client::new(&server);
            let to = attempt(&mut client, "root", people::PASSWORD, next).await;
            assert!(to == "/" || to == "/%0d%0aSet-Cookie:a=b", "{next:?} leads to {to:?}");
            for path in ["/preferences", "/api/ui/add-team"] {
                let reply = admin.form(path, &[("name", "T"), ("theme", "dark"), ("next", next)]).await;
                let to = reply.location();
                let local = to.is_empty() || (to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\"));
                assert!(local, "{path} {next:?} leads to {to:?}");
            }
        }
        for next in elsewhere.iter().take(3) {
            let mut client = Client::new(&server);
            let failed = attempt(&mut client, "root", "wrong", next).await;
            assert!(failed.starts_with("/sign-in?"), "{next:?} leads to {failed:?}");
            let page = client.get(&failed).await;
            assert!(!page.body.contains("//evil.example\""), "{next:?} stays on the page");
        }
        let reply = Client::new(&server).get("/sign-in?next=//evil.example").await;
        for (at, _) in reply.body.match_indices("name=\"next\"") {
            let value = reply.body[at..].split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            assert!(value.starts_with('/') && !value.starts_with("//"), "the form carries on {value}");
        }
    }

    async fn the_link_of_the_first_run_works_once(engine: Engine) {
        let server = TestServer::start(engine).await;
        let link = server.set_up_path().to_owned();
        let fields = |token: &'static str, password: &'static str| {
            [("token", token), ("organisation", "O"), ("zone", "UTC"), ("login", "eve"), ("name", "Eve"), ("password", password), ("locale", "en")]
        };
        let mut nobody = Client::new(&server);
        let wrong = nobody.form("/setup", &fields("0000", people::PASSWORD)).await.expect(303);
        assert!(wrong.location().contains("error=invalid") && wrong.location().contains("field=token"), "{}", wrong.location());
        let mut zoneless = fields("0000", people::PASSWORD);
        zoneless[2].1 = "Nowhere";
        let wrong = nobody.form("/setup", &zoneless).await.expect(303);
        assert!(wrong.location().contains("field=zone"), "{}", wrong.location());
        let wrong = nobody.form("/setup", &fields("0000", "short")).await.expect(303);
        assert!(wrong.location().contains("field=password"), "{}", wrong.location());
        assert!(nobody.cookies().is_empty());

        people::set_up(&server).await;
        let again = nobody.get(&link).await;
        assert_eq!((again.status / 100, again.location()), (3, "/"), "the page is gone");
        let token: &'static str = link.split_once("token=").unwrap().1.to_owned().leak();
        let again = nobody.form("/setup", &fields(token, people::PASSWORD)).await.expect(303);
        assert!(again.location().starts_with("/setup?"), "{}", again.location());
        assert!(nobody.cookies().is_empty());
        assert_eq!(attempt(&mut nobody, "eve", people::PASSWORD, "/").await.split('?').next(), Some("/sign-in"));
    }
}
