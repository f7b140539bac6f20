//! Owners: derived from rules, the first reaches back, later changes are dated.

use crate::scans::{host, nessus};
use crate::world::{World, at};
use model::Severity::High;

const TEAMS: &str = "SELECT COALESCE(t.slug, '-') || ' ' || CAST(e.cause AS TEXT) || ' ' || CAST(e.sign AS TEXT) FROM entry e \
    LEFT JOIN team t ON t.id = e.team_id ORDER BY e.id";

tests::on_both! {
    async fn the_first_owner_restates_and_the_next_moves(engine: Engine) {
        let world = World::new(engine).await;
        let (web, mail) = (world.team("web").await, world.team("mail").await);
        world.import(&nessus("a", at(0, 0), vec![host("w1", &[("1", 80, High)])])).await;
        assert_eq!(world.texts(TEAMS).await, ["- 1 1"]);
        let first = world.store.ownership_rule_add(web, "W*", None, world.now()).await.unwrap();
        // Knowledge: the new entry is cancelled and posted again for the team, at the instant of the sighting.
        assert_eq!(world.texts(TEAMS).await, ["- 1 1", "- 1 -1", "web 1 1"]);
        world.assert_sound().await;
        let second = world.store.ownership_rule_add(mail, "*1", None, world.now()).await.unwrap();
        // World: a pair of moves at the instant of the change.
        assert_eq!(world.texts(TEAMS).await[3..], ["web 11 -1", "mail 11 1"]);
        world.assert_sound().await;
        world.store.ownership_rule_remove(second, None, world.now()).await.unwrap();
        assert_eq!(world.texts(TEAMS).await[5..], ["mail 11 -1", "web 11 1"]);
        let why = "SELECT CAST(team_rule AS TEXT) FROM asset";
        assert_eq!(world.texts(why).await, [first.to_string()]);
        world.assert_sound().await;
        assert!(world.store.ownership_rule_remove(second, None, world.now()).await.is_err());
        assert!(world.store.ownership_rule_add(web, " ", None, world.now()).await.is_err());
    }

    async fn an_asset_is_known_since_the_first_scan_in_force(engine: Engine) {
        let world = World::new(engine).await;
        let (web, mail) = (world.team("web").await, world.team("mail").await);
        let [a, b] = [("a", 0), ("b", 7)].map(|(file, day)| nessus(file, at(day, 0), vec![host("w1", &[("1", 80, High)])]));
        world.store.ownership_rule_add(web, "w*", None, world.now()).await.unwrap();
        let first = world.import(&a).await;
        world.store.ownership_rule_add(mail, "*1", None, world.now()).await.unwrap();
        world.import(&b).await;
        let owners = "SELECT t.slug FROM asset_owner w JOIN team t ON t.id = w.team_id ORDER BY w.at";
        assert_eq!(world.texts(owners).await, ["web", "mail"]);
        // Without the first scan, the asset became known when it was the second team's already.
        world.store.scan_undo(first.scan, None, world.now()).await.unwrap();
        assert_eq!(world.texts(owners).await, ["mail"]);
        world.assert_sound().await;
        world.store.scan_redo(first.scan, None, world.now()).await.unwrap();
        assert_eq!(world.texts(owners).await, ["web", "mail"]);
        world.assert_sound().await;
    }

    async fn an_asset_that_nothing_in_force_knows_is_new_again(engine: Engine) {
        let world = World::new(engine).await;
        let (web, mail) = (world.team("web").await, world.team("mail").await);
        world.store.ownership_rule_add(web, "w*", None, world.now()).await.unwrap();
        let first = world.import(&nessus("a", at(0, 0), vec![host("w1", &[("1", 80, High)])])).await;
        world.store.scan_undo(first.scan, None, world.now()).await.unwrap();
        world.store.ownership_rule_add(mail, "*1", None, world.now()).await.unwrap();
        world.import(&nessus("b", at(1, 0), vec![host("w1", &[("1", 80, High)])])).await;
        let owners = "SELECT t.slug FROM asset_owner w JOIN team t ON t.id = w.team_id ORDER BY w.at";
        assert_eq!(world.texts(owners).await, ["mail"]);
        world.assert_sound().await;
    }

    async fn a_new_name_brings_its_owner(engine: Engine) {
        let world = World::new(engine).await;
        let (web, mail) = (world.team("web").await, world.team("mail").await);
        world.store.ownership_rule_add(web, "*.web.example", None, world.now()).await.unwrap();
        world.store.ownership_rule_add(mail, "*.mail.example", None, world.now()).await.unwrap();
        let named = |file: &str, day, fqdn: &str| {
            let mut scan = nessus(file, at(day, 0), vec![host("10.0.0.1", &[("1", 80, High)])]);
            scan.hosts[0].fqdn = Some(fqdn.to_owned());
            scan
        };
        world.import(&named("a", 0, "x.web.example")).await;
        world.import(&named("b", 7, "x.mail.example")).await;
        let owner = "SELECT a.name || ' ' || t.slug FROM asset a JOIN team t ON t.id = a.team_id";
        assert_eq!(world.texts(owner).await, ["x.mail.example mail"]);
        // What an older scan called it does not matter.
        world.import(&named("c", 3, "x.web.example")).await;
        assert_eq!(world.texts(owner).await, ["x.mail.example mail"]);
        world.assert_sound().await;
    }
}
