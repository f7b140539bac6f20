//! Published lists that are fetched from where the settings say, against servers that are none.

use fakes::lists::{EPSS, EUVD, KEV, Lists};
use fakes::{Effect, Fake, Identity, Reply};
use model::policy::Role;
use std::time::{Duration, Instant};
use tests::on_both;
use tests::support::{Client, Engine, Options, TestServer, people, places};

const PAGE: &str = "/settings/feeds";

struct Scene {
    server: TestServer,
    lists: Fake<Lists>,
    root: Client,
}

impl Scene {
    /// A server whose settings name the fake; `more` are other lines of the section.
    async fn new(engine: Engine, identity: Option<&Identity>, more: &str) -> Self {
        let lists = Fake::start(Lists::default(), identity).await;
        let url = lists.url();
        let settings = format!("[feeds]\nepss = \"{url}{EPSS}\"\nkev = \"{url}{KEV}\"\neuvd = \"{url}{EUVD}\"\n{more}");
        let server = TestServer::start_with(engine, Options { settings, ..Options::default() }).await;
        let root = people::set_up(&server).await.in_language("es");
        Self { server, lists, root }
    }

    /// The page, once it says all of that.
    async fn says(&mut self, all: &[&str]) -> String {
        let began = Instant::now();
        loop {
            let page = self.root.get(PAGE).await.expect(200).body;
            if all.iter().all(|text| page.contains(text)) {
                return page;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "{all:?} in {page}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Asks for everything now, and waits until the scores were asked for once more.
    async fn again(&mut self) {
        let before = self.lists.count(EPSS);
        let asked = self.root.form("/settings/feeds/refresh", &[]).await.expect(303);
        assert_eq!(asked.location(), "/settings/feeds?done=feeds_asked");
        let began = Instant::now();
        while self.lists.count(EPSS) == before {
            assert!(began.elapsed() < Duration::from_secs(60), "nobody asks");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

on_both! {
    async fn lists_are_fetched_by_themselves_and_stand_on_findings(engine: Engine) {
        let mut scene = Scene::new(engine, None, "confirmed = [\"127.0.0.1\"]\n").await;
        let page = scene.says(&["epss_scores-current.csv.gz", "known_exploited_vulnerabilities.json", "exploitedvulnerabilities"]).await;
        assert_eq!(page.matches("Al día<!></span>").count(), 3, "{page}");
        assert!(page.contains(&scene.lists.url()) && page.contains("2 ene 2026"), "{page}");
        scene.root.import(&[("full.nessus", &places::fixture(crate::NESSUS))]).await;
        assert_eq!(scene.root.rows("/findings?q=epss:%3E0.9").await.len(), 2);
        let log = scene.root.get("/settings/audit").await.expect(200).body;
        assert!(log.contains("epss:2026-01-02") && log.contains(&scene.lists.url()), "fetching is written down");

        // What says nothing new is not loaded again; what does, is.
        scene.again().await;
        let told = scene.server.ask(&["feeds", "refresh"]);
        assert_eq!(told, "epss: nothing new\nkev: nothing new\neuvd: nothing new\n");
        {
            let mut lists = scene.lists.state();
            lists.day = "2026-01-03".to_owned();
            lists.scores[0].1 = 0.5;
        }
        let told = scene.server.ask(&["feeds", "refresh"]);
        assert!(told.contains("epss of 2026-01-03: 2 rows, 1 changed here"), "{told}");
        assert!(told.contains("euvd: nothing new"), "{told}");
        assert!(scene.root.rows("/findings?q=epss:%3E0.9").await.is_empty());
        let status = scene.server.ask(&["feeds", "status"]);
        assert!(status.contains(&format!("epss from {}", scene.lists.url())), "{status}");

        let mut analyst = people::person(&scene.server, &mut scene.root, "ana", Role::Analyst).await;
        assert!(!analyst.get(PAGE).await.expect(200).body.contains("Descargar ahora"));
        let refused = analyst.form("/settings/feeds/refresh", &[]).await.expect(303);
        assert!(refused.location().contains("error=forbidden"), "{}", refused.location());
    }

    async fn what_goes_wrong_is_said_and_what_is_in_force_stays(engine: Engine) {
        let mut scene = Scene::new(engine, None, "confirmed = [\"127.0.0.1\"]\n").await;
        scene.says(&["epss_scores-current.csv.gz", "exploitedvulnerabilities"]).await;
        let elsewhere = Fake::start(Lists::default(), None).await;
        let there = format!("{}{EPSS}", elsewhere.url());
        let page = Reply::text(200, "text/html", "<html><h1>Sign in to the proxy</h1>");
        let told = |scene: &Scene| String::from_utf8(scene.server.postura(&["feeds", "refresh"], "").stderr).unwrap();
        for (effect, word) in [
            (Effect::Say(Reply::text(302, "text/html", "").with("location", there)), "sends us to another server"),
            (Effect::Say(Reply::text(503, "text/plain", "later")), "starting or overloaded"),
            (Effect::Say(Reply::text(404, "text/plain", "")), "nothing at that address"),
            (Effect::Say(page), ""),
            (Effect::Truncate, ""),
            (Effect::Close, "closed the connection"),
        ] {
            scene.lists.disturb(EPSS, 1, effect.clone());
            scene.lists.disturb("/epss_scores-2026", usize::from(matches!(effect, Effect::Truncate)), effect.clone());
            let said = told(&scene);
            assert!(said.contains("epss: ") && said.contains(word), "{effect:?}: {said}");
        }
        assert_eq!(elsewhere.count("/"), 0, "nobody goes to another server");
        {
            scene.lists.state().day = "2026-01-01".to_owned();
        }
        assert!(told(&scene).contains("epss: The file is of an earlier day"), "{}", told(&scene));
        let page = scene.says(&["seguidas", "Último intento:"]).await;
        assert!(page.contains("El archivo es de un día anterior") && page.contains("2 ene 2026"), "{page}");
        let doctor = scene.server.postura(&["doctor"], "");
        let doctor = String::from_utf8(doctor.stdout).unwrap();
        assert!(doctor.contains("epss is fetched from") && doctor.contains("postura feeds refresh"), "{doctor}");
    }

    async fn an_address_within_is_refused_unless_it_is_confirmed(engine: Engine) {
        let mut scene = Scene::new(engine, None, "").await;
        let page = scene.says(&["no es una dirección pública"]).await;
        assert!(page.contains("127.0.0.1") && scene.lists.count("/") == 0, "{page}");
    }

    async fn who_vouches_for_a_mirror_is_named(engine: Engine) {
        let identity = Identity::signed();
        let mut scene = Scene::new(engine, Some(&identity), "confirmed = [\"127.0.0.1\"]\n").await;
        scene.says(&["no lo firma nadie de confianza"]).await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("authorities.pem");
        std::fs::write(&path, &identity.authority).unwrap();
        let more = format!("confirmed = [\"127.0.0.1\"]\nauthorities = \"{}\"\n", path.display());
        let mut scene = Scene::new(engine, Some(&identity), &more).await;
        scene.says(&["epss_scores-current.csv.gz"]).await;
    }
}
