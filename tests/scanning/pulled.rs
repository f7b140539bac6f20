//! A Nessus whose licence does not let scans be started is only fetched from: pages say so and offer nothing else, and what it
//! scans by itself appears by itself.

use crate::kill::fields;
use crate::pages::{saved, until};
use crate::rig::Rig;
use tests::support::{Options, TestServer, people};

tests::on_both! {
    async fn a_professional_has_a_banner_and_no_button_and_its_own_scans_appear(engine: Engine) {
        let rig = Rig::start("manager").await;
        let server = TestServer::start_with(engine, Options::default()).await;
        let mut root = people::set_up(&server).await.in_language("en");
        let mut draft = rig.draft();
        draft.pull = 15;
        let form = fields(&draft);
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        saved(&mut root, "/scans/connectors", &form).await;
        let name = rig.name();
        let place = [("name", "DMZ"), ("targets", "10.0.0.5"), ("authorised_by", "Ana, CISO"), ("authorised_until", "2099-01-01")];
        saved(&mut root, "/scans/targets", &place).await;
        let weekly = [
            ("name", "Mondays"), ("connector", name.as_str()), ("target", "DMZ"), ("every", "week"), ("weekday", "1"),
            ("time", "02:30"), ("zone", "Europe/Madrid"), ("missed", "once"), ("overlap", "skip"), ("jitter", "0"),
            ("time_limit", "60"), ("intensity", "normal"),
        ];
        saved(&mut root, "/scans/schedules", &weekly).await;
        let page = root.get("/scans/schedules").await.expect(200).body;
        let offered = format!("<option value=\"{name}\"");
        assert!(page.contains("name=\"run\"") && page.contains(&offered), "a Manager launches: {page}");

        // Its licence is another one from now on.
        rig.lose_licence();
        saved(&mut root, "/scans/connectors", &[("test", "1")]).await;
        for (language, banner) in [("en", "is pull-only"), ("es", "es de solo recogida")] {
            let page = root.clone().in_language(language).get("/scans/connectors").await.expect(200).body;
            assert!(page.contains(banner), "{language}: {page}");
        }
        let page = root.get("/scans/schedules").await.expect(200).body;
        assert!(!page.contains("name=\"run\"") && !page.contains(&offered), "{page}");
        let to = root.form("/scans/schedules", &[("run", "1")]).await.expect(303).location().to_owned();
        let page = root.get(&to).await.expect(200).body;
        assert!(page.contains("cannot start scans"), "{to}: {page}");
        let to = root.form("/scans/schedules", &weekly).await.expect(303).location().to_owned();
        assert!(!to.contains("did="), "{to}");

        // Its own scheduler runs a scan, and a quarter of an hour goes by.
        rig.own_run("own");
        server.execute("UPDATE connector SET look_at = 0").await;
        let page = until(&mut root, "/scans/runs", "run by the scanner itself").await;
        assert!(page.contains(&name), "{page}");
        until(&mut root, "/findings", "TLS Version 1.0 Protocol Detection").await;
        assert_eq!(rig.count("/launch"), 0, "nothing was launched");
    }
}
